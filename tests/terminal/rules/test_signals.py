"""Signals and questions: by what happens, never by who somebody is (E.3, accessibility.md D)."""

import dataclasses
import inspect
from datetime import date, timedelta
from types import ModuleType
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.stage.rulebook import read_rules
from terminal.money import Amount, yuan
from terminal.rules import history as history_module
from terminal.rules import signals as signals_module
from terminal.rules import transfers as transfers_module
from terminal.rules.history import History, Past
from terminal.rules.signals import (
    LEADS,
    Around,
    Order,
    Question,
    Signal,
    asking_on,
    lead,
    next_step,
    paused,
    transfer_questions,
    transfer_signals,
    withdrawal_questions,
    withdrawal_signals,
)

TODAY = date(2026, 11, 22)
ASKING = asking_on(read_rules(), TODAY)
QUIET = Around()


def monthly(payee: str, major: int, months: int = 6) -> History:
    return tuple(
        Past("transfer", TODAY - timedelta(days=30 * back), yuan(major), payee)
        for back in range(1, months + 1)
    )


def cash(*majors: int) -> History:
    return tuple(
        Past("withdrawal", TODAY - timedelta(days=30 * back), yuan(major))
        for back, major in enumerate(majors, start=1)
    )


def signals_for(
    major: int, payee: str = "son", history: History = (), around: Around = QUIET
) -> tuple[Signal, ...]:
    return transfer_signals(Order(yuan(major), payee), history, around, TODAY, ASKING)


# --- by signal, never by age or look ------------------------------------------------------------

WHO_SOMEBODY_IS = ("age", "band", "birth", "old", "elder", "profile", "look", "mode", "wishes")


def words_of(module: ModuleType) -> set[str]:
    """Every word in the names of arguments and fields of a module's own functions and classes."""
    own = [
        thing
        for _, thing in inspect.getmembers(module)
        if getattr(thing, "__module__", "") == module.__name__
    ]
    arguments = {
        name
        for thing in own
        if inspect.isfunction(thing)
        for name in inspect.signature(thing).parameters
    }
    fields = {
        field.name
        for thing in own
        if dataclasses.is_dataclass(thing)
        for field in dataclasses.fields(thing)
    }
    return {word for name in arguments | fields for word in name.split("_")}


@pytest.mark.parametrize("module", [signals_module, transfers_module, history_module])
def test_no_rule_can_be_told_how_old_somebody_is_or_how_the_machine_looks(
    module: ModuleType,
) -> None:
    assert not words_of(module) & set(WHO_SOMEBODY_IS)
    assert len(words_of(module)) >= 5


def test_no_rule_imports_what_knows_it() -> None:
    for module in (signals_module, transfers_module, history_module):
        source = inspect.getsource(module)
        assert "AgeBand" not in source
        assert "terminal.profile" not in source
        assert "terminal.evidence" not in source


# --- transfers ----------------------------------------------------------------------------------


def test_what_is_usual_meets_no_question() -> None:
    history = monthly("son", 6_000)
    assert signals_for(6_000, history=history) == ()
    assert transfer_questions((), "other") == ()


@pytest.mark.parametrize(
    ("major", "up"),
    [(6_001, ("large_amount",)), (4_999, ()), (9_001, ("large_amount", "unusual_amount"))],
)
def test_more_than_usual_is_seen(major: int, up: tuple[Signal, ...]) -> None:
    assert signals_for(major, history=monthly("son", 6_000)) == up


def test_a_first_payee_is_a_signal_at_any_amount() -> None:
    assert signals_for(1, history=monthly("daughter", 6_000)) == ("first_payee",)


@pytest.mark.parametrize(("major", "large"), [(4_999, False), (5_000, True)])
def test_five_thousand_is_large(major: int, large: bool) -> None:
    known = monthly("son", 4_000, months=2)
    assert ("large_amount" in signals_for(major, history=known)) is large


def test_a_large_amount_cannot_be_sent_in_pieces_unseen() -> None:
    earlier_today = (Past("transfer", TODAY, yuan(4_000), "son"),)
    known = monthly("son", 4_000, months=2)
    assert "large_amount" in signals_for(1_000, history=(*known, *earlier_today))


def test_a_payee_of_a_few_weeks_is_not_a_habit() -> None:
    weekly = tuple(
        Past("transfer", TODAY - timedelta(days=days), yuan(6_000), "adviser")
        for days in (7, 14, 21, 28)
    )
    assert "large_amount" in signals_for(6_000, "adviser", weekly)


@pytest.mark.parametrize(("days", "seen"), [(59, True), (60, False)])
def test_a_habit_is_sixty_days_old(days: int, seen: bool) -> None:
    three = tuple(
        Past("transfer", TODAY - timedelta(days=back), yuan(6_000), "landlord")
        for back in (10, 30, days)
    )
    assert ("large_amount" in signals_for(6_000, "landlord", three)) is seen


@pytest.mark.parametrize(
    ("around", "signal"),
    [
        (Around(phone_declared=True), "phone_declared"),
        (Around(phone_sensed=True), "phone_sensed"),
        (Around(attempts=3), "many_attempts"),
    ],
)
def test_what_happens_around_is_seen_with_every_payee(around: Around, signal: Signal) -> None:
    history = monthly("son", 6_000)
    assert signals_for(100, history=history, around=around) == (signal,)
    own = Order(yuan(100), "savings", "own_same_bank")
    assert transfer_signals(own, history, around, TODAY, ASKING) == (signal,)
    assert withdrawal_signals(yuan(100), cash(500, 500, 500), around, TODAY, ASKING) == (signal,)


def test_two_attempts_are_not_many() -> None:
    assert signals_for(100, history=monthly("son", 6_000), around=Around(attempts=2)) == ()


def test_a_listed_payee_is_a_signal_however_well_known() -> None:
    order = Order(yuan(100), "son", listed=True)
    found = transfer_signals(order, monthly("son", 6_000), QUIET, TODAY, ASKING)
    assert found == ("listed_payee",)


def test_an_own_account_is_neither_new_nor_large() -> None:
    for kind in ("own_same_bank", "own_other_bank"):
        order = Order(yuan(100_000), "savings", kind)
        assert transfer_signals(order, monthly("son", 100), QUIET, TODAY, ASKING) == ()


# --- withdrawals --------------------------------------------------------------------------------


def test_the_usual_pension_cash_meets_no_question() -> None:
    found = withdrawal_signals(yuan(3_000), cash(3_000, 3_000, 2_800), QUIET, TODAY, ASKING)
    assert withdrawal_questions(found) == ()


@pytest.mark.parametrize(
    ("history", "now", "unusual"),
    [
        ((3_000, 3_000, 2_000), 450_000, False),
        ((3_000, 3_000, 2_000), 450_001, True),
        ((100, 100, 100), 100_000, False),
        ((100, 100, 100), 100_001, True),
        ((100, 100), 2_000_000, False),
    ],
)
def test_unusual_is_more_than_one_and_a_half_times_the_largest(
    history: tuple[int, ...], now: int, unusual: bool
) -> None:
    found = withdrawal_signals(Amount(now), cash(*history), QUIET, TODAY, ASKING)
    assert ("unusual_amount" in found) is unusual


def test_an_unusual_sum_cannot_be_taken_in_pieces_unseen() -> None:
    history = (*cash(3_000, 3_000, 2_000), Past("withdrawal", TODAY, yuan(3_000)))
    found = withdrawal_signals(yuan(3_000), history, QUIET, TODAY, ASKING)
    assert found == ("unusual_amount",)
    assert withdrawal_questions(found) == ("someone_on_phone",)


def test_only_the_last_twelve_days_say_what_is_usual() -> None:
    history = (*cash(*[1_000] * 12), Past("withdrawal", date(2024, 1, 1), yuan(20_000)))
    assert withdrawal_signals(yuan(1_501), history, QUIET, TODAY, ASKING) == ("unusual_amount",)


@given(st.integers(1, 2_000_000), st.lists(st.integers(1, 20_000), min_size=3, max_size=20))
def test_no_amount_up_to_the_largest_usual_one_is_unusual(minor: int, majors: list[int]) -> None:
    history = cash(*majors)
    largest = max(majors[:12]) * 100
    found = withdrawal_signals(Amount(min(minor, largest)), history, QUIET, TODAY, ASKING)
    assert found == ()


# --- questions ----------------------------------------------------------------------------------


def test_who_is_paid_is_asked_before_who_is_calling() -> None:
    both = ("know_payee", "someone_on_phone")
    for signal in get_args(Signal):
        assert transfer_questions((signal,), "other") == both
        assert transfer_questions((signal,), "own_same_bank") == both[1:]
        assert withdrawal_questions((signal,)) == both[1:]


def test_one_question_at_a_time_and_the_first_doubt_ends_it() -> None:
    both: tuple[Question, ...] = ("know_payee", "someone_on_phone")
    assert next_step(both, ()) == "know_payee"
    assert next_step(both, ("know",)) == "someone_on_phone"
    assert next_step(both, ("know", "nobody")) == "continue"
    assert next_step(both, ("unsure",)) == "safe_stop"
    assert next_step(both, ("help",)) == "help"
    assert next_step(both, ("know", "somebody")) == "safe_stop"
    assert next_step(both, ("know", "unsure")) == "safe_stop"
    assert next_step((), ()) == "continue"


def test_every_question_can_be_left_safely_and_helped() -> None:
    for question in get_args(Question):
        leads = list(LEADS[question].values())
        assert leads[0] == "continue"
        assert leads.count("continue") == 1
        assert {"safe_stop", "help"} <= set(leads)


def test_an_answer_to_another_question_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="no answer"):
        lead("know_payee", "nobody")


def test_a_caller_pauses_transfers() -> None:
    assert paused(("first_payee", "phone_sensed"))
    assert paused(("phone_declared",))
    assert not paused(("first_payee", "large_amount", "many_attempts"))
