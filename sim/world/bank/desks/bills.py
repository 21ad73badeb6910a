"""Bills: whose number it is and what is due, and the order to pay it, each month's once.

Whose a number is and what they used is made up from the number, so that there are as many bills as numbers; a
number has a check digit by which most mistakes of typing are found (Luhn, as on a card), a telephone number
has none. What was due for the month before is due from the first of the month on.

A bill that is on hold or paid cannot be paid again. One whose order was undone can.
"""

import hashlib
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sim.world.bank.desk import Order, Payable, Question, Refused, today
from sim.world.bank.desks import once
from sim.world.bank.ledger import BILLERS
from terminal.events import Fields

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

DIGITS: Final = {"electricity": 10, "water": 8, "gas": 9, "phone": 11}
"""How long the numbers of each biller are."""

PEOPLE: Final = ("王*明", "李*", "张*华", "陈*", "赵*英", "周*国", "吴*", "孙*兰")
"""Masked names (PRV-03)."""

MINOR_LEAST, MINOR_MOST = 1_850, 42_000
"""What a household pays in a month, in minor units."""

SETTLED_EVERY: Final = 7
"""One number in so many has nothing due."""

EXAMPLES: Final = {
    "electricity": "3301204412",
    "water": "20417713",
    "gas": "550183321",
    "phone": "13900004561",
}
"""Numbers for which something is due every month, for demonstrations."""

NOTHING_DUE: Final = "20417796"
"""One of water for which nothing is due, for the same."""


def bill(bank: "Bank", asked: Question) -> Fields | Refused:
    """Who has this number, and what is due."""
    kind, number = asked.fields.get("kind", ""), asked.fields.get("number", "")
    if not known(kind, number):
        return Refused("unknown")
    first, last = month_before(today(bank))
    if reason := _not_due(bank, kind, number, first):
        return Refused(reason)
    return (
        ("name", PEOPLE[_drawn(number) % len(PEOPLE)]),
        ("first_day", first.isoformat()),
        ("last_day", last.isoformat()),
        ("amount", str(due(bank, kind, number, first))),
    )


def pay(bank: "Bank", name: str, order: Order, day: int) -> Payable | Refused:
    """The order itself: for the very amount that is due now."""
    said = dict(order.fields)
    kind, number = said.get("kind", ""), said.get("number", "")
    first, _ = month_before(today(bank))
    if not known(kind, number) or said.get("first_day") != first.isoformat():
        return Refused("declined")
    if reason := _not_due(bank, kind, number, first):
        return Refused(reason)
    if order.amount.minor != due(bank, kind, number, first):
        return Refused("changed")
    once.begin(bank, _shelf(kind, number), first, order.txid)
    return Payable(BILLERS)


def charge_more(bank: "Bank", kind: str, number: str, minor: int) -> None:
    """The biller adds something to what is due for this month, in minor units."""
    first, _ = month_before(today(bank))
    bank.ledger.keep(_shelf(kind, number), f"more {first.isoformat()}", minor)


def known(kind: str, number: str) -> bool:
    """Whether somebody has this number."""
    if len(number) != DIGITS.get(kind) or not (number.isascii() and number.isdigit()):
        return False
    return number.startswith("1") if kind == "phone" else _luhn(number)


def due(bank: "Bank", kind: str, number: str, first: date) -> int:
    """What is due for the month that begins with `first`, in minor units."""
    used = _drawn(f"{kind} {number} {first.isoformat()}")
    base = MINOR_LEAST + used % (MINOR_MOST - MINOR_LEAST)
    return base + int(bank.ledger.kept(_shelf(kind, number), f"more {first.isoformat()}") or 0)


def month_before(day: date) -> tuple[date, date]:
    """The first and the last day of the month before a day's own."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _not_due(bank: "Bank", kind: str, number: str, first: date) -> str:
    """Why nothing can be paid, or ""."""
    if _drawn(number) % SETTLED_EVERY == 0:
        return "nothing_due"
    return once.why_not(bank, _shelf(kind, number), first)


def _shelf(kind: str, number: str) -> str:
    """Where the bank keeps what it knows of a bill. No customer is called so."""
    return f"bill {kind} {number}"


def _drawn(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _luhn(number: str) -> bool:
    doubled = (int(d) * 2 if at % 2 else int(d) for at, d in enumerate(reversed(number)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
