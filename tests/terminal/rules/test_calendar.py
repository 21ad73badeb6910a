"""Working days of 2026 and what is known of 2027; booking large cash (CN-09)."""

import tomllib
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.stage.rulebook import CALENDAR, read_calendar, read_rules
from terminal.money import Amount, yuan
from terminal.rules.calendar import WorkingDay, calendar_from, kind_of, next_working_day
from terminal.rules.reservations import (
    DAYS_AHEAD_MAX,
    RESERVED_MAX,
    Notes,
    Problem,
    Reservation,
    in_hundreds,
    large_cash_on,
    may_cancel,
    reserve,
    summed,
)

TODAY = date(2026, 11, 20)
"""A Friday."""

CAL = read_calendar()
RULE = large_cash_on(read_rules(), TODAY)
HUNDREDS: Notes = ((yuan(100), 500),)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        ("2025-12-31", "unknown"),
        ("2026-01-01", "off"),
        ("2026-01-02", "off"),
        ("2026-01-04", "working"),
        ("2026-02-13", "working"),
        ("2026-02-14", "working"),
        ("2026-02-15", "off"),
        ("2026-02-23", "off"),
        ("2026-02-24", "working"),
        ("2026-02-28", "working"),
        ("2026-04-06", "off"),
        ("2026-05-09", "working"),
        ("2026-06-19", "off"),
        ("2026-09-20", "working"),
        ("2026-09-25", "off"),
        ("2026-10-07", "off"),
        ("2026-10-08", "working"),
        ("2026-10-10", "working"),
        ("2026-11-21", "off"),
        ("2026-11-22", "off"),
        ("2026-11-23", "working"),
        ("2027-01-01", "off"),
        ("2027-02-28", "off"),
        ("2027-03-01", "unknown"),
    ],
)
def test_what_kind_of_day_it_is(on: str, kind: str) -> None:
    assert kind_of(CAL, day(on)) == kind


@pytest.mark.parametrize(
    ("after", "ahead", "found", "verified"),
    [
        ("2026-11-20", 1, "2026-11-23", True),
        ("2026-11-20", 2, "2026-11-24", True),
        ("2026-11-21", 1, "2026-11-23", True),
        ("2026-02-13", 1, "2026-02-14", True),
        ("2026-02-14", 1, "2026-02-24", True),
        ("2026-09-30", 1, "2026-10-08", True),
        ("2026-12-30", 1, "2026-12-31", True),
        ("2026-12-31", 1, "2027-01-04", False),
    ],
)
def test_the_next_working_day(after: str, ahead: int, found: str, verified: bool) -> None:
    assert next_working_day(CAL, day(after), ahead) == WorkingDay(day(found), verified)


@pytest.mark.parametrize("after", ["2027-02-26", "2027-02-28", "2030-01-01", "2025-12-30"])
def test_beyond_the_table_the_branch_is_asked(after: str) -> None:
    assert next_working_day(CAL, day(after)) is None


def test_nothing_of_2027_is_called_verified() -> None:
    assert CAL.verified_until == date(2026, 12, 31)
    assert "UNVERIFIED" in CALENDAR.read_text("utf-8")


@given(st.dates(date(2026, 1, 1), date(2027, 2, 20)))
def test_the_next_working_day_is_the_nearest_one(after: date) -> None:
    found = next_working_day(CAL, after)
    assert found is not None
    assert kind_of(CAL, found.day) == "working"
    between = range(1, (found.day - after).days)
    assert all(kind_of(CAL, after + timedelta(days=n)) == "off" for n in between)


def test_the_days_of_2026_sum_to_the_notices_days_off() -> None:
    """Thirty-three days of holidays in seven spans, six weekend days worked."""
    assert sum(each.year == 2026 for each in CAL.off) == 33
    assert sum(each.year == 2026 for each in CAL.worked) == 6


def tables(**changes: Any) -> dict[str, Any]:
    return {**tomllib.loads(CALENDAR.read_text("utf-8")), **changes}


def span(start: str, end: str, name: str = "some") -> dict[str, Any]:
    return {"name": name, "from": day(start), "to": day(end)}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"note": 1}, "note is missing or unknown"),
        ({"until": day("2026-06-01")}, "in that order of days"),
        ({"since": "2026-01-01"}, "without quotes"),
        ({"off": [span("2026-05-05", "2026-05-01")]}, "1 to 15 days"),
        ({"off": [span("2026-05-01", "2026-05-16")]}, "1 to 15 days"),
        ({"off": [span("2026-05-01", "2026-05-03"), span("2026-05-03", "2026-05-04")]}, "earlier"),
        ({"off": [{"from": day("2026-05-01")}]}, "has name, from and to"),
        ({"off": [span("2027-03-01", "2027-03-01")]}, "outside the table"),
        ({"worked": [span("2026-11-23", "2026-11-23")]}, "is worked anyway"),
        ({"worked": [span("2026-02-15", "2026-02-15")]}, "both off and worked"),
    ],
)
def test_a_mistake_in_the_file_is_named(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as told:
        calendar_from(tables(**changes), "some.toml")
    assert str(told.value).startswith("some.toml: ")


# --- booking ------------------------------------------------------------------------------------


def booked(
    major: int = 50_000,
    notes: Notes = HUNDREDS,
    today: date = TODAY,
    pick_up: date | None = None,
) -> Reservation | Problem:
    return reserve(yuan(major), notes, today, RULE, CAL, pick_up)


def test_fifty_thousand_is_booked_for_the_next_working_day() -> None:
    assert booked() == Reservation(yuan(50_000), HUNDREDS, date(2026, 11, 23), True)


def test_notes_stand_with_the_largest_first_and_none_of_none() -> None:
    mixed: Notes = ((yuan(10), 100), (yuan(50), 0), (yuan(100), 490))
    found = booked(notes=mixed)
    assert isinstance(found, Reservation)
    assert found.notes == ((yuan(100), 490), (yuan(10), 100))


@pytest.mark.parametrize(
    ("major", "notes", "problem"),
    [
        (49_999, ((yuan(1), 49_999),), "not_needed"),
        (50_000, ((yuan(100), 499),), "does_not_sum"),
        (50_000, ((yuan(200), 250),), "unknown_note"),
        (50_000, ((yuan(100), 501), (yuan(50), -2)), "unknown_note"),
        (RESERVED_MAX.major + 100, ((yuan(100), RESERVED_MAX.major // 100 + 1),), "too_much"),
    ],
)
def test_what_cannot_be_booked(major: int, notes: Notes, problem: Problem) -> None:
    assert booked(major, notes) == problem


def test_the_most_that_can_be_booked() -> None:
    assert isinstance(booked(RESERVED_MAX.major, in_hundreds(RESERVED_MAX)), Reservation)


@pytest.mark.parametrize(
    ("today", "wished", "problem"),
    [
        (TODAY, TODAY, "too_soon"),
        (TODAY, date(2026, 11, 22), "too_soon"),
        (TODAY, date(2026, 11, 28), "not_a_working_day"),
        (TODAY, TODAY + timedelta(days=DAYS_AHEAD_MAX + 1), "too_late"),
        (date(2027, 2, 26), None, "ask_branch"),
        (date(2027, 2, 25), date(2027, 3, 1), "ask_branch"),
    ],
)
def test_a_day_that_cannot_be_had(today: date, wished: date | None, problem: Problem) -> None:
    assert booked(today=today, pick_up=wished) == problem


def test_a_later_day_may_be_wished_for() -> None:
    found = booked(pick_up=date(2026, 11, 27))
    assert isinstance(found, Reservation)
    assert found.pick_up == date(2026, 11, 27)


def test_the_last_day_that_may_be_wished_for() -> None:
    today = date(2026, 11, 2)
    last = today + timedelta(days=DAYS_AHEAD_MAX)
    assert isinstance(booked(today=today, pick_up=last), Reservation)


def test_a_day_nobody_has_checked_is_for_the_branch_to_confirm() -> None:
    found = booked(today=date(2026, 12, 31))
    assert isinstance(found, Reservation)
    assert (found.pick_up, found.verified) == (date(2027, 1, 4), False)
    last_sure = booked(today=date(2026, 12, 30))
    assert isinstance(last_sure, Reservation)
    assert last_sure.verified


def test_it_can_be_cancelled_until_its_day_has_passed() -> None:
    found = booked()
    assert isinstance(found, Reservation)
    assert may_cancel(found, TODAY)
    assert may_cancel(found, found.pick_up)
    assert not may_cancel(found, found.pick_up + timedelta(days=1))


@given(st.integers(1, 1_000_000))
def test_the_suggested_notes_sum_to_the_amount(major: int) -> None:
    assert summed(in_hundreds(yuan(major))) == yuan(major)


def test_the_suggestion_is_hundreds_first() -> None:
    assert in_hundreds(Amount(5_017_600)) == (
        (yuan(100), 501),
        (yuan(50), 1),
        (yuan(20), 1),
        (yuan(5), 1),
        (yuan(1), 1),
    )
