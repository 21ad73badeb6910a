"""What the core's tests share: a card, cassettes, a machine, sessions in any phase."""

from dataclasses import replace

import pytest

from sim.stage.settings import read_profiles
from terminal import events as ev
from terminal import session as s
from terminal.card import Card, Pan
from terminal.cash_units import Cassette
from terminal.money import yuan

CARD = Card(Pan("6228480000000000117"), "3012", ("zh",), "UnionPay Debit")
CASSETTES = (
    Cassette(yuan(100), 50),
    Cassette(yuan(50), 50),
    Cassette(yuan(20), 50),
    Cassette(yuan(10), 50),
)
PATH = ev.Capabilities(False, False, False, False, True, False)
PRESENTER = ev.Capabilities(True, True, True, True, True, True)
ORDER = s.Order("ab" * 16, yuan(500), (5, 0, 0, 0), "token")


def a_session(phase: s.Phase, able: ev.Capabilities = PATH, **look: object) -> s.Session:
    """A session in a visit, in this phase, with a machine that can pay."""
    machine = s.Machine(CASSETTES, able, cash="", entropy=bytes(32))
    plain = s.Session(phase, machine, visit="" if isinstance(phase, s.Idle) else "cd" * 16)
    return replace(plain, look=replace(s.Look(), **look))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def profiles():  # type: ignore[no-untyped-def]
    """The shipped profiles."""
    return read_profiles()
