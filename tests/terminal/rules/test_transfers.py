"""When a transfer may arrive and what is due before, by CN-01 to CN-06 and E.3."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.stage.rulebook import read_rules
from terminal.money import Amount, yuan
from terminal.rules.history import Past, PayeeKind
from terminal.rules.signals import Signal
from terminal.rules.transfers import (
    SHANGHAI,
    Agreed,
    Arrival,
    Plan,
    Sent,
    arrivals,
    cancel_until,
    due,
    may_cancel,
    plan,
    sent_before,
    terms_on,
)

TODAY = date(2026, 11, 22)
TERMS = terms_on(read_rules(), TODAY)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=SHANGHAI)
AGREED = Agreed(day=yuan(500_000), count=10, year=yuan(2_000_000))

kinds = st.sampled_from(get_args(PayeeKind))
signals = st.lists(st.sampled_from(get_args(Signal)), unique=True).map(tuple)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 2, 1)).map(
    lambda naive: naive.replace(tzinfo=SHANGHAI)
)


def planned(
    kind: PayeeKind = "other",
    major: int = 1_000,
    *,
    sent: Sent | None = None,
    agreed: Agreed | None = AGREED,
    up: tuple[Signal, ...] = (),
    chinese: bool = True,
) -> Plan:
    return plan(
        kind,
        yuan(major),
        NOON,
        sent=sent or Sent(),
        agreed=agreed,
        signals=up,
        chinese_shown=chinese,
        terms=TERMS,
    )


def names(made: Plan) -> list[Arrival]:
    return [offer.arrival for offer in made.offers]


@pytest.mark.parametrize(
    ("kind", "up", "offered"),
    [
        ("other", (), ["after_24h", "next_day", "two_hours", "real_time"]),
        ("own_other_bank", (), ["after_24h", "next_day", "two_hours", "real_time"]),
        ("own_same_bank", (), ["real_time", "two_hours", "next_day"]),
        ("other", ("first_payee",), ["after_24h"]),
        ("other", ("large_amount",), ["after_24h"]),
        ("own_other_bank", ("phone_sensed",), ["after_24h"]),
        ("own_same_bank", ("phone_declared",), ["two_hours", "next_day"]),
    ],
)
def test_what_is_offered(kind: PayeeKind, up: tuple[Signal, ...], offered: list[Arrival]) -> None:
    assert names(planned(kind, up=up)) == offered


def test_before_the_relaxation_a_transfer_to_others_waits_for_a_day() -> None:
    old = terms_on(read_rules(), date(2019, 3, 31))
    assert arrivals("other", (), True, old) == ("after_24h",)
    assert arrivals("own_same_bank", (), True, old) == ("real_time", "two_hours", "next_day")


@given(kinds, signals.filter(bool))
def test_never_real_time_while_a_signal_is_up(kind: PayeeKind, up: tuple[Signal, ...]) -> None:
    assert "real_time" not in names(planned(kind, up=up))


@given(kinds.filter(lambda kind: kind != "own_same_bank"), signals.filter(bool), instants)
def test_with_a_signal_nothing_reaches_another_bank_or_person_within_a_day(
    kind: PayeeKind, up: tuple[Signal, ...], accepted: datetime
) -> None:
    for arrival in arrivals(kind, up, True, TERMS):
        assert due(arrival, accepted, TERMS) - accepted >= timedelta(hours=24)


@given(kinds, signals)
def test_no_transfer_without_the_key_fields_in_chinese(
    kind: PayeeKind, up: tuple[Signal, ...]
) -> None:
    assert planned(kind, up=up, chinese=False) == Plan("no_chinese_fields")
    assert arrivals(kind, up, False, TERMS) == ()


@given(kinds, signals)
def test_what_is_not_refused_can_be_sent_some_way(kind: PayeeKind, up: tuple[Signal, ...]) -> None:
    made = planned(kind, up=up)
    assert made.refused is None
    assert made.offers


@pytest.mark.parametrize(
    ("arrival", "accepted", "at"),
    [
        ("real_time", "2026-11-22T12:00", "2026-11-22T12:00"),
        ("two_hours", "2026-11-22T22:30", "2026-11-23T00:30"),
        ("next_day", "2026-11-22T00:00", "2026-11-23T09:00"),
        ("next_day", "2026-12-31T23:59", "2027-01-01T09:00"),
        ("after_24h", "2028-02-28T10:00", "2028-02-29T10:00"),
    ],
)
def test_when_it_is_due(arrival: Arrival, accepted: str, at: str) -> None:
    asked = datetime.fromisoformat(accepted).replace(tzinfo=SHANGHAI)
    assert due(arrival, asked, TERMS) == datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)


def test_the_next_day_is_the_next_one_in_shanghai() -> None:
    """17:00 in Greenwich is one in the morning of the day after."""
    accepted = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    found = due("next_day", accepted, TERMS)
    assert found == datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
    assert found.utcoffset() == timedelta(hours=8)


def test_an_instant_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="zone"):
        due("real_time", datetime(2026, 11, 22, 12, 0), TERMS)


def test_cancelling_ends_when_it_is_due() -> None:
    until = NOON + timedelta(hours=24)
    assert cancel_until("after_24h", NOON, TERMS) == until
    assert may_cancel("after_24h", NOON, until - timedelta(seconds=1), TERMS)
    assert not may_cancel("after_24h", NOON, until, TERMS)
    assert cancel_until("real_time", NOON, TERMS) is None
    assert not may_cancel("real_time", NOON, NOON, TERMS)


@pytest.mark.parametrize(
    ("kind", "major", "before", "strong", "reminder"),
    [
        ("other", 50_000, 0, False, False),
        ("other", 50_001, 0, True, False),
        ("other", 1, 50_000, True, False),
        ("own_other_bank", 50_001, 0, True, False),
        ("own_same_bank", 300_000, 0, False, False),
        ("own_same_bank", 300_001, 0, False, True),
        ("other", 1, 300_000, True, True),
    ],
)
def test_what_a_days_sum_asks_for(
    kind: PayeeKind, major: int, before: int, strong: bool, reminder: bool
) -> None:
    made = planned(kind, major, sent=Sent(day=yuan(before), day_counted=yuan(before)))
    assert (made.strong, made.reminder) == (strong, reminder)


def test_own_accounts_at_the_bank_do_not_count_for_the_strong_verification() -> None:
    made = planned("other", 1_000, sent=Sent(day=yuan(60_000), day_counted=yuan(0)))
    assert not made.strong


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        (Sent(others_day=yuan(499_000)), None),
        (Sent(others_day=yuan(499_000) + Amount(1)), "day_amount"),
        (Sent(others_count=9), None),
        (Sent(others_count=10), "day_count"),
        (Sent(others_year=yuan(1_999_000)), None),
        (Sent(others_year=yuan(1_999_001)), "year_amount"),
    ],
)
def test_above_what_was_agreed_the_way_is_the_counter(sent: Sent, refused: str | None) -> None:
    assert planned(major=1_000, sent=sent).refused == refused
    assert planned("own_other_bank", 1_000, sent=sent).refused is None


def test_without_an_agreement_nothing_goes_to_others() -> None:
    assert planned(agreed=None).refused == "nothing_agreed"
    assert planned("own_same_bank", agreed=None).refused is None


def test_sums_are_taken_by_whose_account_it_is() -> None:
    def past(major: int, kind: PayeeKind, day: date = TODAY) -> Past:
        return Past("transfer", day, yuan(major), "someone", kind)

    history = (
        past(1, "own_same_bank"),
        past(20, "own_other_bank"),
        past(300, "other"),
        past(4_000, "other", date(2026, 1, 1)),
        past(50_000, "other", date(2025, 12, 31)),
        Past("withdrawal", TODAY, yuan(600_000)),
    )
    assert sent_before(history, TODAY) == Sent(
        day=yuan(321),
        day_counted=yuan(320),
        others_day=yuan(300),
        others_count=1,
        others_year=yuan(4_300),
    )


def test_what_is_refused_asks_for_nothing_and_who_sent_nothing_has_sent_nothing() -> None:
    assert planned(chinese=False, major=400_000) == Plan("no_chinese_fields", False, False, ())
    assert sent_before((), TODAY) == Sent() == Sent(yuan(0), yuan(0), yuan(0), 0, yuan(0))
