"""Pensions: who has one on this account, on which day of the month it comes, and whether it has.

It comes by the bank's own clock, from another bank, at the first moment of its day; what fell due while nobody
asked is booked when this customer is next heard of. The one that had come before the account was opened here is
in its opening balance. Nothing in this file asks for an age.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sim.world.bank.desk import Question, Refused, today
from sim.world.bank.ledger import OTHER_BANKS, Instruction, Operation
from terminal.events import Fields

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

NAME: Final = "pension"

READY: Final = "pension_ready"
"""Said with the card while a pension lies there that nobody drew on."""

READY_DAYS: Final = 5
"""So many days after it came its tile stands first: most fetch theirs in the first days."""

CAME: Final = "pension"
"""Under this the bank keeps which one was booked last (YYYY-MM-DD)."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A pension: minor units, and the day of the month, at most 28."""

    minor: int
    day: int


PENSIONS: Final = {
    "chen": Paid(324_650, 15),
    "zhou": Paid(286_000, 10),
    "wang": Paid(251_280, 20),
    "li": Paid(412_500, 5),
}
"""By the name of the account."""


def pension(bank: "Bank", asked: Question) -> Fields | Refused:
    """What is known of the customer's pension."""
    paid = PENSIONS.get(asked.name)
    if paid is None:
        return Refused("declined")
    settle(bank, asked.name)
    day = today(bank)
    came = last_day(paid, day)
    return (
        ("amount", str(paid.minor)),
        ("came", came.isoformat()),
        ("comes", next_day(paid, day).isoformat()),
        ("available", str(bank.available(asked.name))),
        ("arrived", str(int(came.month == day.month))),
        ("taken", str(int(_drawn_since(bank, asked.name, came)))),
    )


def offered(bank: "Bank", name: str) -> tuple[str, ...]:
    """What is said with the card of this customer: the service where they have a pension, and whether one lies
    there."""
    paid = PENSIONS.get(name)
    if paid is None:
        return ()
    settle(bank, name)
    day = today(bank)
    came = last_day(paid, day)
    ready = day - came < timedelta(days=READY_DAYS) and not _drawn_since(bank, name, came)
    return (NAME, READY) if ready else (NAME,)


def settle(bank: "Bank", name: str) -> None:
    """Book what has come since this customer was last heard of."""
    paid = PENSIONS[name]
    due = last_day(paid, today(bank))
    with bank.ledger:
        kept = bank.ledger.kept(name, CAME)
        booked = date.fromisoformat(kept) if kept else due
        while booked < due:
            booked = next_day(paid, booked)
            _book(bank, name, paid, booked)
        if kept != due.isoformat():
            bank.changes += 1
            bank.ledger.keep(name, CAME, due.isoformat())


def last_day(paid: Paid, day: date) -> date:
    """The newest day up to this one on which it came."""
    if day.day >= paid.day:
        return day.replace(day=paid.day)
    return (day.replace(day=1) - timedelta(days=1)).replace(day=paid.day)


def next_day(paid: Paid, day: date) -> date:
    """The first day after this one on which it comes."""
    if day.day < paid.day:
        return day.replace(day=paid.day)
    return (day.replace(day=28) + timedelta(days=4)).replace(day=paid.day)


def _book(bank: "Bank", name: str, paid: Paid, day: date) -> None:
    txid = f"{NAME} {name} {day.isoformat()}"
    done = Operation(
        *(name, paid.minor, {"instruction": "1"}, 0, "final", -paid.minor, paid.minor, NAME),
        day=day.toordinal(),
    )
    bank.ledger.add(txid, done)
    bank.ledger.instruct(txid, Instruction(NAME, name, (), 0, "paid"))
    bank.ledger.post(txid, OTHER_BANKS, name, paid.minor)


def _drawn_since(bank: "Bank", name: str, day: date) -> bool:
    """Whether cash was drawn on this day or after it."""
    now = bank.ledger.standing(name, 0)
    return bool(now and now.drawn and (now.drawn_on or 0) >= day.toordinal())
