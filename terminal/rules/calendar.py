"""Working days: which days the branch works, as far as the table says.

A weekend is off and a weekday is worked, except for the public holidays and the weekends worked for
them in `calendar.toml`. **The rows of 2027 are from memory and unverified** (the file says how); a day
found there carries that, and the branch confirms it. Outside the table a day is "unknown": it is never
guessed, the branch is asked.

Booking cash for such a day is `reservations.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

FILE: Final = "terminal/rules/calendar.toml"

SPAN_DAYS_MAX: Final = 15
"""The longest public holiday so far had nine days: more is a slip of a month."""

WEEKEND_FROM: Final = 5
"""`date.weekday` of Saturday."""

DayKind = Literal["working", "off", "unknown"]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is known from `since` to `until`, both included: weekdays that are `off` and weekends that
    are `worked`. After `verified_until` nobody has checked it."""

    since: date
    verified_until: date
    until: date
    off: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A day the branch works; not `verified` is to be confirmed by it."""

    day: date
    verified: bool


def kind_of(calendar: Calendar, day: date) -> DayKind:
    """Whether the branch works on that day."""
    if not calendar.since <= day <= calendar.until:
        return "unknown"
    if day in calendar.worked:
        return "working"
    if day in calendar.off or day.weekday() >= WEEKEND_FROM:
        return "off"
    return "working"


def next_working_day(calendar: Calendar, after: date, ahead: int = 1) -> WorkingDay | None:
    """The working day `ahead` working days after that day, or None where the table ends before it, or
    begins after it: then the branch must be asked."""
    assert ahead >= 1, "a working day ahead is in the future"
    day, left = after, ahead
    while left:
        day += timedelta(days=1)
        match kind_of(calendar, day):
            case "unknown":
                return None
            case "working":
                left -= 1
    return WorkingDay(day, day <= calendar.verified_until)


def calendar_from(tables: Mapping[str, Any], file: str = FILE) -> Calendar:
    """The calendar from parsed TOML. Raises ValueError naming file, row and what to do."""
    keys = {"since", "verified_until", "until", "off", "worked"}
    if set(tables) != keys:
        wrong = min(keys ^ set(tables))
        raise ValueError(f"{file}: {wrong} is missing or unknown. Needed are {sorted(keys)}.")
    since, verified, until = (
        _day(tables[key], f"{file}: {key}") for key in ("since", "verified_until", "until")
    )
    if not since <= verified <= until:
        raise ValueError(f"{file}: since, verified_until and until stand in that order of days.")
    off = _days(tables["off"], "off", file)
    worked = _days(tables["worked"], "worked", file)
    if off & worked:
        raise ValueError(f"{file}: {min(off & worked)} is both off and worked. Remove one row.")
    plain = [day for day in worked if day.weekday() < WEEKEND_FROM]
    if plain:
        raise ValueError(f"{file}: {min(plain)} is worked anyway: it is no weekend. Correct it.")
    outside = [day for day in off | worked if not since <= day <= until]
    if outside:
        raise ValueError(f"{file}: {min(outside)} is outside the table. Move since or until.")
    return Calendar(since, verified, until, off, worked)


def _days(rows: Any, name: str, file: str) -> frozenset[date]:
    found: set[date] = set()
    for place, row in enumerate(rows, start=1):
        where = f"{file}: [[{name}]] {row.get('name', 'without a name')} (row {place})"
        if set(row) != {"name", "from", "to"}:
            raise ValueError(f"{where}: has name, from and to. Correct its keys.")
        start, end = _day(row["from"], f"{where}: from"), _day(row["to"], f"{where}: to")
        if not 0 <= (end - start).days < SPAN_DAYS_MAX:
            raise ValueError(f"{where}: has 1 to {SPAN_DAYS_MAX} days, to after from. Correct it.")
        span = {start + timedelta(days=offset) for offset in range((end - start).days + 1)}
        if span & found:
            raise ValueError(f"{where}: {min(span & found)} stands in an earlier row. Remove one.")
        found |= span
    return frozenset(found)


def _day(value: object, where: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError(f"{where}: is a day such as 2026-01-01, without quotes, found {value!r}.")
