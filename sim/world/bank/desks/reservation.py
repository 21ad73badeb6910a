"""Large cash booked at the branch: for the next working day, in the notes wished for, one at a time.

What may be booked is `terminal/rules/reservations.py`. A booking is kept for its customer and lapses with its
day; no account is touched by it. Without a clock, or beyond the table of working days, no day is named.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from sim.world.bank import branch
from sim.world.bank.desk import Question, Refused
from terminal.events import Fields
from terminal.money import Amount
from terminal.rules.calendar import WorkingDay, next_working_day
from terminal.rules.reservations import (
    RESERVED_MAX,
    LargeCash,
    Notes,
    Reservation,
    large_cash_on,
    reserve,
)

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

TOPIC: Final = "reservation"


def reservation(bank: "Bank", asked: Question) -> Fields | Refused:
    """Book, cancel, or say what stands; with nothing booked the terms."""
    kept = standing(bank, asked.name, asked.day)
    match asked.fields:
        case {"cancel": number}:
            return _cancelled(bank, asked, kept, number)
        case {"book": minor, "notes": notes, "day": day}:
            return Refused("booked") if kept else _booked(bank, asked, minor, notes, day)
        case _:
            return tuple(kept.items()) if kept else _terms(asked.day)


def standing(bank: "Bank", name: str, day: int) -> dict[str, str]:
    """What this customer has booked and not let lapse, empty for nothing."""
    kept: Mapping[str, str] = bank.ledger.kept(name, TOPIC) or {}
    lapsed = not kept or date.fromisoformat(kept["day"]).toordinal() < day
    return {} if lapsed else dict(kept)


def _terms(day: int) -> Fields:
    first = _first(day)
    least = _rule(day).least.minor if day else 0
    return (
        ("least", str(least)),
        ("most", str(RESERVED_MAX.minor)),
        ("day", first.day.isoformat() if first else ""),
        ("verified", "1" if first and first.verified else "0"),
    )


def _first(day: int) -> WorkingDay | None:
    """The first day on which cash booked today can be fetched, if the table knows it."""
    if not day:
        return None
    return next_working_day(branch.calendar(), date.fromordinal(day), _rule(day).days_ahead)


def _rule(day: int) -> LargeCash:
    return large_cash_on(branch.rules(), date.fromordinal(day))


def _booked(bank: "Bank", asked: Question, minor: str, notes: str, day: str) -> Fields | Refused:
    try:
        amount, wanted, pick_up = Amount(int(minor)), _notes(notes), date.fromisoformat(day)
    except ValueError:
        return Refused("declined")
    if not asked.day:
        return Refused("ask_branch")
    today = date.fromordinal(asked.day)
    made = reserve(amount, wanted, today, _rule(asked.day), branch.calendar(), pick_up)
    if not isinstance(made, Reservation):
        return Refused(made)
    new = {
        "amount": str(made.amount.minor),
        "notes": ",".join(f"{face.minor}x{count}" for face, count in made.notes),
        "day": made.pick_up.isoformat(),
        "verified": "1" if made.verified else "0",
        "number": branch.number_of(asked.message),
    }
    bank.ledger.keep(asked.name, TOPIC, new)
    return tuple(new.items())


def _notes(text: str) -> Notes:
    pairs = (one.split("x") for one in text.split(","))
    return tuple((Amount(int(face)), int(count)) for face, count in pairs)


def _cancelled(
    bank: "Bank", asked: Question, kept: Mapping[str, str], number: str
) -> Fields | Refused:
    if kept.get("number") != number:
        return Refused("declined")
    bank.ledger.keep(asked.name, TOPIC, {})
    return ()
