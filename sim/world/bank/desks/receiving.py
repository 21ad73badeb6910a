"""May this account receive notes? A yes opens the operation, so that its credit finds the account."""

import hashlib
from typing import TYPE_CHECKING, Final

from sim.world.bank.desk import Question, Refused
from terminal.events import Fields

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

CLOSED: Final = "receives_nothing"
"""Under this it is kept of a customer that nothing may be paid in."""


def deposit(bank: "Bank", asked: Question) -> Fields | Refused:
    """For notes into the account."""
    return _opened(bank, asked, "deposit")


def exchange(bank: "Bank", asked: Question) -> Fields | Refused:
    """For a note that is changed: the account gets what cannot be paid out. The token lets a dispenser pay
    the pack, once."""
    said = _opened(bank, asked, "exchange")
    if isinstance(said, Refused):
        return said
    token = hashlib.sha256(f"token {asked.message}".encode()).hexdigest()[:24]
    return (("token", token),)


def _opened(bank: "Bank", asked: Question, about: str) -> Fields | Refused:
    if bank.ledger.kept(asked.name, CLOSED):
        return Refused("receives_nothing")
    if not bank.receive(asked.message, asked.name, about, asked.day):
        return Refused("declined")
    return (("account", "receives"),)
