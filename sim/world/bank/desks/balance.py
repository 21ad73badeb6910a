"""The balance, what of it can be drawn, and the last entries."""

from typing import TYPE_CHECKING, Final

from sim.world.bank.desk import Question, Refused
from terminal.events import Fields

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

ENTRIES: Final = 10
"""As many as fit on a page that is read at a machine."""


def balance(bank: "Bank", asked: Question) -> Fields | Refused:
    """What the account of this customer says now."""
    entries = ";".join(
        f"{one.day}|{one.minor}|{one.kind}" for one in bank.ledger.entries(asked.name, ENTRIES)
    )
    return (
        ("booked", str(bank.balance(asked.name))),
        ("available", str(bank.available(asked.name))),
        ("entries", entries),
    )
