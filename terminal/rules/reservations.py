"""Booking large cash at the branch (accessibility.md CN-09, F "cash reservation").

From 50,000 yuan cash is booked one working day ahead; identity papers are shown when it is fetched. The
notes wished for must sum to the amount. A booking costs nothing and can be cancelled, from the machine
too, as long as its day has not passed; what is not fetched lapses with its day [D].

"One working day ahead" is the next working day after today, as F has it, whenever today's booking is
made. A day of a table nobody has checked is booked for the branch to confirm; beyond the table the
branch is asked (`calendar.py`). What is printed is not this file's business.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from terminal.money import Amount, yuan
from terminal.rules.calendar import Calendar, kind_of, next_working_day
from terminal.rules.dated import Rules, whole

FACES: Final = tuple(yuan(major) for major in (100, 50, 20, 10, 5, 1))
"""Notes of yuan that a counter has, largest first."""

RESERVED_MAX: Final = yuan(500_000)
"""More is arranged with the branch in person [D]."""

DAYS_AHEAD_MAX: Final = 30
"""Nobody sorts notes for a day further away [D]."""

Notes = tuple[tuple[Amount, int], ...]
"""Face and how many of it."""

Problem = Literal[
    "not_needed",
    "too_much",
    "unknown_note",
    "does_not_sum",
    "ask_branch",
    "too_soon",
    "too_late",
    "not_a_working_day",
]
"""Why it cannot be booked as asked: below the limit it is paid without a booking; a day may be too
near, too far or off; where the calendar does not know, the branch does."""


@dataclass(frozen=True, slots=True)
class LargeCash:
    """The rule on one day."""

    least: Amount
    days_ahead: int


def large_cash_on(rules: Rules, day: date) -> LargeCash:
    """The rule in force on that day. Raises RuleMistake if a number is missing."""
    return LargeCash(
        least=yuan(whole(rules, "CN-09.large_cash_from_yuan", day)),
        days_ahead=whole(rules, "CN-09.days_ahead", day),
    )


@dataclass(frozen=True, slots=True)
class Reservation:
    """A booking: how much, in which notes, for which day; not `verified` is for the branch to confirm."""

    amount: Amount
    notes: Notes
    pick_up: date
    verified: bool


def reserve(
    amount: Amount,
    notes: Notes,
    today: date,
    rule: LargeCash,
    calendar: Calendar,
    pick_up: date | None = None,
) -> Reservation | Problem:
    """A booking made today, for the first possible day or the one wished for."""
    problem = _amount_problem(amount, notes, rule)
    if problem:
        return problem
    first = next_working_day(calendar, today, rule.days_ahead)
    if first is None:
        return "ask_branch"
    wished = pick_up or first.day
    problem = _day_problem(wished, first.day, today, calendar)
    if problem:
        return problem
    return Reservation(amount, _largest_first(notes), wished, wished <= calendar.verified_until)


def summed(notes: Notes) -> Amount:
    """What these notes are worth."""
    return sum((face * count for face, count in notes), start=Amount(0))


def in_hundreds(amount: Amount) -> Notes:
    """The suggestion to begin with: hundreds, and the rest in the fewest smaller notes."""
    left, found = amount.minor, []
    for face in FACES:
        count, left = divmod(left, face.minor)
        if count:
            found.append((face, count))
    return tuple(found)


def may_cancel(reservation: Reservation, today: date) -> bool:
    """Whether it still stands: until its day has passed."""
    return today <= reservation.pick_up


def _amount_problem(amount: Amount, notes: Notes, rule: LargeCash) -> Problem | None:
    if amount < rule.least:
        return "not_needed"
    if amount > RESERVED_MAX:
        return "too_much"
    if any(face not in FACES or count < 0 for face, count in notes):
        return "unknown_note"
    return None if summed(notes) == amount else "does_not_sum"


def _day_problem(wished: date, first: date, today: date, calendar: Calendar) -> Problem | None:
    if wished < first:
        return "too_soon"
    if wished > today + timedelta(days=DAYS_AHEAD_MAX) and wished != first:
        return "too_late"
    match kind_of(calendar, wished):
        case "unknown":
            return "ask_branch"
        case "off":
            return "not_a_working_day"
        case "working":
            return None


def _largest_first(notes: Notes) -> Notes:
    return tuple(sorted(((f, n) for f, n in notes if n), reverse=True))
