"""What a transfer meets before it is sent, by amount, payee, earlier days and signals (accessibility.md F,
large transfer): one press after the other on a session alone, without a bank."""

from datetime import datetime, timedelta
from functools import cache

import pytest

from sim.stage.settings import read_rules
from terminal import events as ev
from terminal import session as s
from terminal.card import Card, Pan
from terminal.cash_units import Cassette
from terminal.flow import step
from terminal.flows.transfer import phases, sending
from terminal.flows.transfer.draft import Before, Draft, Payee
from terminal.money import yuan
from terminal.profile import PROFILE_NAMES, ProfileName
from terminal.prompts import prompt_of
from terminal.rules.dated import Rules
from terminal.rules.history import Past, PayeeKind
from terminal.rules.transfers import SHANGHAI, Agreed, Sent

CARD = Card(Pan("6228480000000000117"), "3012")
AT = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
HABIT = tuple(
    Past("transfer", AT.date() - timedelta(days=30 * n), yuan(99_999), "p") for n in range(1, 7)
)
"""The same payee for half a year, never less than what can be typed: nothing is unusual."""

EVERY = ("after_24h", "next_day", "two_hours", "real_time")


@cache
def rules() -> Rules:
    return read_rules()


def asked(
    major: int,
    kind: PayeeKind = "other",
    history: tuple[Past, ...] = HABIT,
    sent: Sent | None = None,
    *,
    profile: ProfileName = "standard",
    listed: bool = False,
    phone: s.PhoneSignal = "",
    attempts: int = 0,
    calling: bool = False,
) -> s.Session:
    """The session after this amount was typed and confirmed."""
    payee = Payee("p", "张*", "6228 **** **** 0216", "本行", kind, listed)
    agreed = Agreed(yuan(9_999_999), 99, yuan(99_999_999))
    before = Before(AT, sent or Sent(), agreed, history, attempts)
    machine = s.Machine(
        (Cassette(yuan(100), 10),), cash="", rules=rules(), calling=calling, entropy=bytes(32)
    )
    session = s.Session(
        phases.EnteringSum(Draft(CARD, payee, before)),
        machine,
        s.Look(profile=profile),
        visit="v",
        phone=phone,
        serving="transfer",
    )
    for digit in str(major):
        session = pressed(session, "digit", int(digit))
    return pressed(session, "confirm")


def pressed(session: s.Session, name: str, value: int | str | None = None) -> s.Session:
    return step(session, ev.Chosen(name, value), 0.0)[0]


def arrivals(session: s.Session) -> tuple[str, ...]:
    match session.phase:
        case phases.ChoosingArrival(offers=offers):
            return tuple(one.arrival for one in offers)
        case phases.ReviewingTransfer(offer=offer):
            return (offer.arrival,)
        case _:
            return ()


@pytest.mark.parametrize("profile", PROFILE_NAMES)
@pytest.mark.parametrize(
    ("major", "history", "meets_question"),
    [
        (4_999, HABIT[:3], False),
        (5_000, HABIT, False),
        (99_999, HABIT, False),
        (1, (), True),
        (4_999, HABIT[:1], False),
        (5_000, HABIT[:1], True),
    ],
)
def test_who_meets_a_question(
    major: int, history: tuple[Past, ...], meets_question: bool, profile: ProfileName
) -> None:
    after = asked(major, history=history, profile=profile)
    assert isinstance(after.phase, phases.Questioning) is meets_question
    assert arrivals(after) == (() if meets_question else EVERY)


@pytest.mark.parametrize(
    "signal",
    [
        {"listed": True},
        {"phone": "sensed"},
        {"attempts": 3},
        {"history": ()},
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", ["other", "own_other_bank", "own_same_bank"])
def test_real_time_is_never_offered_while_a_signal_is_up(
    signal: dict[str, object], kind: PayeeKind
) -> None:
    after = asked(100, kind, **signal)  # type: ignore[arg-type]
    for code in ("know", "nobody"):
        if isinstance(after.phase, phases.Questioning):
            if after.phase.question == "someone_on_phone":
                code = "nobody"
            after = pressed(after, "answer", code)
    strange = kind == "other" or "history" not in signal
    assert ("real_time" in arrivals(after)) is not strange
    assert arrivals(after)


def test_a_call_going_on_stops_before_any_question() -> None:
    assert isinstance(asked(100, calling=True).phase, phases.Paused)


@pytest.mark.parametrize(
    ("major", "before", "strong", "reminder"),
    [
        (50_000, 0, False, False),
        (50_001, 0, True, False),
        (1, 50_000, True, False),
        (50_000, 250_000, True, False),
        (50_001, 250_000, True, True),
    ],
)
def test_what_is_due_before_a_large_transfer(
    major: int, before: int, strong: bool, reminder: bool
) -> None:
    sent = Sent(yuan(before), yuan(before), yuan(before), 5, yuan(before))
    after = pressed(asked(major, sent=sent), "arrival", "after_24h")
    assert isinstance(after.phase, phases.ReviewingTransfer)
    after = pressed(after, "confirm")
    assert isinstance(after.phase, phases.Reminding) is reminder
    if reminder:
        after = pressed(after, "confirm")
    assert isinstance(after.phase, sending.Summary if strong else sending.Sending)


def test_a_transfer_that_is_reminded_of_is_stopped_by_one_press() -> None:
    sent = Sent(yuan(250_000), yuan(250_000), yuan(250_000), 5, yuan(250_000))
    before = pressed(pressed(asked(50_001, sent=sent), "arrival", "after_24h"), "confirm")
    assert isinstance(before.phase, phases.Reminding)
    assert isinstance(pressed(before, "do_not_send").phase, phases.Stopped)


def test_a_transfer_that_waits_for_a_call_is_left_by_a_word_that_says_so() -> None:
    paused = asked(100, calling=True)
    going_on, _, stopping = prompt_of(paused).answers
    assert (going_on.name, stopping.text) == ("hung_up", "do_not_send")
    assert isinstance(pressed(paused, "done").phase, s.TakingCard)


def test_own_accounts_at_this_bank_need_no_strong_verification() -> None:
    after = pressed(asked(99_999, "own_same_bank"), "arrival", "real_time")
    assert isinstance(pressed(after, "confirm").phase, sending.Sending)


def test_no_step_of_a_transfer_sends_before_it_was_read_back() -> None:
    """COG-06: an order follows a confirm on the review, a reminder or a signature, and nothing else."""
    for kind in (phases.EnteringSum, phases.Questioning, phases.ChoosingArrival):
        assert not issubclass(kind, phases.ReviewingTransfer)
    session = asked(100)
    for choice in ("confirm", "sign_by_key", "answer"):
        assert not isinstance(pressed(session, choice).phase, sending.Sending)
