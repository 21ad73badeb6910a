"""What may be paid once: a month's bill, a year's premium. On hold or paid, it cannot be paid again; one whose order
was undone can."""

from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

UNPAID: Final = frozenset({"declined", "reversed", "tombstone"})
"""Ends of an order after which what it was for is as due as before."""


def why_not(bank: "Bank", shelf: str, day: date) -> str:
    """Why what is due for this day cannot be paid: `paid`, `underway`, or "" where it can. `shelf` names what is
    paid; no customer is called so."""
    txid = bank.ledger.kept(shelf, day.isoformat())
    order = bank.operation(txid) if txid else None
    if order is None or order.outcome in UNPAID:
        return ""
    return "paid" if order.outcome == "final" else "underway"


def begin(bank: "Bank", shelf: str, day: date, txid: str) -> None:
    """An order of this id is to pay it."""
    bank.ledger.keep(shelf, day.isoformat(), txid)
