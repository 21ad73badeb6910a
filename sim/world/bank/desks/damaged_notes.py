"""A time at the counter for a damaged note: morning or afternoon of the next working day, one of a customer.

Nobody needs a time to be served, so none is ever refused for being full; a later one takes the place of the
one before.
"""

from datetime import date
from typing import TYPE_CHECKING, Final

from sim.world.bank import branch
from sim.world.bank.desk import Question, Refused
from terminal.events import Fields
from terminal.rules.calendar import next_working_day

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

TOPIC: Final = "damaged_notes"
HALVES: Final = ("morning", "afternoon")


def damaged_notes(bank: "Bank", asked: Question) -> Fields | Refused:
    """The day, or a booking for it."""
    day = _next(asked.day)
    match asked.fields:
        case {"book": half, "day": wished}:
            if half not in HALVES or not day or wished != day:
                return Refused("declined")
            number = branch.number_of(asked.message)
            bank.ledger.keep(asked.name, TOPIC, {"day": day, "half": half, "number": number})
            return (("number", number),)
        case _:
            return (("day", day),)


def _next(today: int) -> str:
    """The next working day, "" where nobody knows it."""
    found = next_working_day(branch.calendar(), date.fromordinal(today)) if today else None
    return found.day.isoformat() if found else ""
