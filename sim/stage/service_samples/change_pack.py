"""The screens of small-change packs."""

from collections.abc import Callable
from typing import Final

from sim.stage.rulebook import read_packs
from sim.stage.service_samples.balance import CARD
from terminal.cash_units import Cassette, Cassettes
from terminal.flows.change_pack import NAME, Choosing, NoPack, Reviewing
from terminal.money import yuan
from terminal.rules.change_packs import composition, offered_packs
from terminal.session import Session
from terminal.values import replace

FINE: Final[Cassettes] = tuple(Cassette(yuan(major), 200) for major in (50, 20, 10, 5, 1))
"""Every small note there is."""


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    packs = offered_packs(read_packs(), FINE)
    reviewing = (
        Reviewing(CARD, packs, one.pack.amount, one.mix, composition(one.mix, FINE))
        for one in packs
    )
    phases = {
        "choosing": Choosing(CARD, packs),
        "choosing_one": Choosing(CARD, packs[:1]),
        **{f"reviewing_{one.amount.major}": one for one in reviewing},
        "none": NoPack(CARD),
    }
    shown = {name: at(phase=phase, visit="v1", serving=NAME) for name, phase in phases.items()}
    return {name: _stocked(session) for name, session in shown.items()}


def _stocked(session: Session) -> Session:
    """At a machine with the cassettes that the packs were made up from."""
    return replace(session, machine=replace(session.machine, cassettes=FINE))
