"""Who needs more is noticed, told and remembered, at a whole machine; and nothing of it is kept here."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pytest

from screens.scene import scene
from sim.stage.bench import Bench
from sim.stage.settings import own_design
from sim.world.bank import CUSTOMERS
from sim.world.people import Wish
from terminal import events as ev
from terminal import session as s
from terminal.evidence import NO_EVIDENCE
from terminal.journal_row import Row
from terminal.noticing import LEFT
from terminal.ports import Seconds
from terminal.profile import NO_WISHES, Wishes
from terminal.runtime import Record, RecordFailed
from tests.journeys.services.visiting import LOOKS

DESIGN = own_design()


def bench() -> Bench:
    return Bench(design=DESIGN).boot().ready().waits(1.0)


def at_pin(machine: Bench, card: str) -> Bench:
    return (
        machine.waits(1.0)
        .does(f"insert:{card}")
        .run(lambda now: isinstance(now.phase, s.EnteringPin))
    )


def types(machine: Bench, card: str) -> Bench:
    machine.does(*(f"key:{digit}" for digit in CUSTOMERS[card].pin), "key:enter")
    return machine.run(lambda now: isinstance(now.phase, s.ChoosingAmount))


def to_farewell(machine: Bench) -> Bench:
    machine.presses("amount", 20_000).presses("confirm")
    machine.run(lambda now: getattr(now.phase, "at_gate", False)).does("take_card")
    machine.run(lambda now: isinstance(now.phase, s.Counting))
    machine.does("take_notes").presses("count_right")
    return machine.run(lambda now: isinstance(now.phase, s.Farewell))


def happens(machine: Bench, *events: ev.Event) -> Bench:
    machine.glass.pressed.extend(events)
    return machine.waits(0.1)


# --- in both profiles and both languages -------------------------------------------------------------


def in_language(language: str) -> Bench:
    return bench().presses("language", language)


def banner_of(machine: Bench) -> str:
    """The line about the look, as it stands on the glass."""
    look = machine.session.look
    catalogue, profile = DESIGN.catalogues[look.language], DESIGN.profiles[look.profile]
    told = scene(machine.session, catalogue, profile, machine.clock.now()).banner
    return told.text if told else ""


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_who_is_74_by_the_banks_record_is_shown_the_large_version_and_keeps_or_leaves_it(
    profile: str, language: str
) -> None:
    """Row 14 of accessibility.md F: applied, said, left by one press, and the money is the same."""
    machine = at_pin(in_language(language), "chen")
    look = machine.session.look
    assert (look.profile, look.reason, look.language) == ("elder", "RECORD", language)
    assert banner_of(machine) == DESIGN.catalogues[look.language].text("look.applied")
    if profile == "standard":
        machine.presses("profile", "standard")
        assert machine.session.look.locked
    types(machine, "chen")
    assert (machine.session.look.profile, machine.session.look.offer) == (profile, "")
    to_farewell(machine).ready()
    assert machine.world.bank.charged("chen") == 20_000


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_who_struggles_is_asked_by_need_and_either_answer_is_one_press(
    profile: str, language: str
) -> None:
    """Row 20: nothing is applied without a verified age, the question speaks of none, and a no holds."""
    machine = at_pin(in_language(language), "lin")
    happens(machine, *[ev.TouchMeasured(True, 4321, 87)] * 6, ev.AskedForMore())
    types(machine, "lin")
    assert (machine.session.look.profile, machine.session.look.offer) == ("standard", "need")
    machine.presses("offer_yes" if profile == "elder" else "offer_no")
    assert (machine.session.look.profile, machine.session.look.language) == (profile, language)
    machine.presses("other_amount").presses("back")
    assert machine.session.look.offer == ""
    to_farewell(machine).ready()
    assert machine.world.bank.charged("lin") == 20_000
    answered = [row.body["answer"] for row in machine.store.rows() if row.kind == "OFFER"]
    assert answered == ["made", "yes" if profile == "elder" else "no"]


# --- preferences on the card ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "wishes"),
    [
        ("he", Wishes(text_tenths_mm=102, contrast="strong")),
        (
            "su",
            Wishes(contrast="yellow_on_black", speech="loudspeaker", rate_tenths=28, time_factor=3),
        ),
        ("ma", Wishes(time_factor=2, fewer_choices=True, keys_only=True)),
    ],
)
def test_a_card_is_served_as_it_asks_and_left_by_one_press(card: str, wishes: Wishes) -> None:
    machine = at_pin(bench(), card)
    look = machine.session.look
    assert (look.profile, look.reason, look.said) == ("standard", "CARD_PREF", "card_pref")
    assert look.wishes == wishes
    machine.presses("profile", "standard")
    look = machine.session.look
    assert (look.profile, look.reason, look.wishes) == ("standard", "EXPLICIT", NO_WISHES)


def test_a_card_that_asks_for_three_times_the_time_gets_it() -> None:
    machine = at_pin(bench(), "su").waits(3 * 40 - 5)
    assert machine.session.overlay == ""
    machine.run(lambda now: now.overlay == "more_time", 30.0)


def test_what_a_card_asks_for_is_nowhere_in_the_record() -> None:
    machine = at_pin(bench(), "su")
    machine.presses("return_card").run(lambda now: getattr(now.phase, "at_gate", False))
    machine.does("take_card").ready()
    shown = [dict(row.body) for row in machine.store.rows() if row.kind == "PROFILE"]
    assert shown == [{"profile": "standard", "reason": "CARD_PREF", "language": "zh"}]
    assert "yellow" not in " ".join(str(row.body) for row in machine.store.rows())


# --- the bank remembers ------------------------------------------------------------------------------


def chooses(machine: Bench, card: str, profile: str, answer: str) -> Bench:
    types(at_pin(machine, card).presses("profile", profile), card)
    to_farewell(machine)
    assert machine.session.look.offer == "remember"
    return machine.presses(answer)


def consents(machine: Bench) -> list[tuple[object, object]]:
    rows = [row.body for row in machine.store.rows() if row.kind == "CONSENT"]
    return [(row["answer"], row["profile"]) for row in rows]


def test_a_choice_is_remembered_with_consent_and_can_be_taken_back() -> None:
    machine = chooses(bench(), "lin", "elder", "offer_yes")
    machine.run(lambda now: now.look.said == "remembered", 10.0)
    machine.ready()
    at_pin(machine, "lin")
    look = machine.session.look
    assert (look.profile, look.reason, look.said) == ("elder", "SAVED", "saved")
    types(machine.presses("profile", "standard"), "lin")
    to_farewell(machine)
    assert machine.session.look.offer == "remember"
    machine.presses("offer_yes").run(lambda now: now.look.said == "remembered", 10.0).ready()
    at_pin(machine, "lin")
    assert machine.session.look.profile == "standard"
    assert consents(machine) == [
        ("yes", "elder"),
        ("saved", "elder"),
        ("yes", "standard"),
        ("saved", "standard"),
    ]


def test_a_no_is_a_no() -> None:
    machine = chooses(bench(), "lin", "low_vision", "offer_no").ready()
    assert consents(machine) == [("no", "low_vision")]
    assert machine.world.bank.ledger.preference("lin") is None


def test_who_walks_away_from_the_question_has_said_no_and_lost_nothing() -> None:
    machine = types(at_pin(bench(), "lin").presses("profile", "elder"), "lin")
    to_farewell(machine)
    began = machine.clock.now()
    machine.ready()
    assert 59.0 < machine.clock.now() - began < 62.0
    assert consents(machine) == [("passed", "elder")]
    assert machine.world.bank.charged("lin") == 20_000


def test_a_bank_that_falls_silent_is_not_said_to_have_kept_it() -> None:
    machine = types(at_pin(bench(), "lin").presses("profile", "elder"), "lin")
    to_farewell(machine)
    machine.world.host.silent = True
    machine.presses("offer_yes")
    machine.run(lambda now: now.look.said == "not_remembered", 40.0)
    machine.ready()
    assert consents(machine) == [("yes", "elder"), ("unanswered", "elder")]


# --- a document ------------------------------------------------------------------------------------


def test_a_document_before_the_card_is_followed_and_forgotten_with_the_visit() -> None:
    machine = happens(bench(), ev.DocumentRead("70to79"))
    assert machine.session.look.reason == "DOCUMENT"
    at_pin(machine, "chen")
    assert (machine.session.look.profile, machine.session.look.offer) == ("elder", "")
    machine.presses("return_card").run(lambda now: getattr(now.phase, "at_gate", False))
    machine.does("take_card").ready()
    assert (machine.session.look, machine.session.evidence) == (s.Look(), NO_EVIDENCE)


# --- the way out --------------------------------------------------------------------------------------


def test_a_profile_applied_wrongly_costs_one_press_and_less_than_two_seconds() -> None:
    machine = at_pin(bench(), "chen").does("key:2", "key:4", "key:6")
    assert machine.session.look.reason == "RECORD"
    began, digits = machine.clock.now(), getattr(machine.session.phase, "digits", None)
    machine.presses("profile", "standard")
    assert machine.session.look.profile == "standard"
    assert machine.clock.now() - began < 2.0
    assert (digits, getattr(machine.session.phase, "digits", None)) == (3, 3)
    machine.does("key:8", "key:1", "key:3", "key:enter")
    machine.run(lambda now: isinstance(now.phase, s.ChoosingAmount))
    assert (machine.session.look.profile, machine.session.look.offer) == ("standard", "")


def test_observing_never_goes_wrong_at_a_whole_machine() -> None:
    machine, seen = bench(), []
    with machine.watching(lambda now, _: seen.append(now.evidence.given_up)):
        for card in CUSTOMERS:
            machine.visit(Wish(card, (CUSTOMERS[card].pin,), amount=200, asks_help_at="review"))
    assert seen
    assert not any(seen)


# --- what is kept ----------------------------------------------------------------------------------

OBSERVED = (
    *(ev.DocumentRead("80plus"), ev.DocumentUnread("expired")),
    *(ev.TouchMeasured(True, 4321, 87), ev.TouchMeasured(True, 4321, 87, bounced=True)),
    *(ev.Chosen("louder"), ev.Chosen("repeat"), ev.Chosen("repeat"), ev.Chosen("size", 175)),
)


FORBIDDEN = {
    *("age", "band", "score", "weight", "tenths", "missed", "contact", "offset", "bounced", "gap"),
    *("size", "zoom", "4321", "87", "DocumentRead", "DocumentUnread", "TouchMeasured", "PinDigits"),
}
"""Words of observations, and the numbers of the hand below."""


def _texts(values: Iterable[object]) -> list[str]:
    return [str(value) for value in values]


def test_no_age_no_score_and_no_hand_is_ever_in_the_record() -> None:
    machine = bench()
    for card in ("lin", "chen", "zhou", "wang", "li", "smith", "he", "su"):
        happens(at_pin(machine, card), *OBSERVED)
        types(machine, card)
        happens(machine, *OBSERVED, ev.Chosen("help"), ev.Chosen("close"))
        machine.presses("other_amount").presses("back")
        to_farewell(machine).ready()
    rows = list(machine.store.rows())
    assert {"PROFILE", "OFFER"} <= {row.kind for row in rows}
    told = " ".join(f"{row.kind} {dict(row.body)}" for row in rows)
    for band in ("under50", "50to59", "60to64", "65to69", "70to79", "80plus"):
        assert band not in told
    words = {word for row in rows for word in (row.kind, *row.body, *_texts(row.body.values()))}
    assert words & FORBIDDEN == set()
    for who in CUSTOMERS.values():
        assert not re.search(rf"(?<!\d){who.born}(?!\d)", told)


# --- the next customer -----------------------------------------------------------------------------


def stained(machine: Bench) -> Bench:
    """Everything that a customer can leave behind before the menu."""
    at_pin(machine, "chen")
    return happens(machine, *OBSERVED, ev.Chosen("language", "en"), ev.Chosen("seated", 1))


def on_the_way(phase: type) -> Callable[[Bench], Bench]:
    def go(machine: Bench) -> Bench:
        stained(machine)
        if phase is s.EnteringPin:
            return machine
        types(machine, "chen")
        if phase is s.ChoosingAmount:
            return machine
        machine.presses("amount", 20_000)
        if phase is s.Reviewing:
            return machine
        machine.presses("confirm").run(lambda now: getattr(now.phase, "at_gate", False))
        if phase is s.TakingCard:
            return machine
        machine.does("take_card").run(lambda now: isinstance(now.phase, s.Counting))
        if phase is s.Counting:
            return machine
        machine.does("take_notes").presses("profile", "standard").presses("count_right")
        return machine.run(lambda now: isinstance(now.phase, s.Farewell))

    return go


PHASES = (s.EnteringPin, s.ChoosingAmount, s.Reviewing, s.TakingCard, s.Counting, s.Farewell)


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.__name__)
def test_after_a_power_cut_nothing_of_the_visit_is_left(phase: type) -> None:
    machine = on_the_way(phase)(bench())
    assert isinstance(machine.session.phase, phase)
    machine.power_cut()
    machine.boot()
    machine.run(
        lambda now: isinstance(now.phase, s.Idle) or getattr(now.phase, "at_gate", False), 400.0
    )
    if not isinstance(machine.session.phase, s.Idle):
        machine.does("take_card").ready()
    assert (machine.session.look, machine.session.evidence) == (s.Look(), NO_EVIDENCE)
    at_pin(machine, "lin")
    look = machine.session.look
    assert (look.profile, look.language, look.wishes) == ("standard", "zh", NO_WISHES)


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.__name__)
def test_after_everybody_walked_away_nothing_of_the_visit_is_left(phase: type) -> None:
    machine = on_the_way(phase)(bench())
    machine.ready()
    assert (machine.session.look, machine.session.evidence) == (s.Look(), NO_EVIDENCE)


@dataclass
class Full:
    """A record on a disk that is full."""

    record: Record

    def append(self, rows: Sequence[Row], now: Seconds, utc: str) -> None:
        raise RecordFailed("the disk is full")

    @property
    def low(self) -> bool:
        return self.record.low


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.__name__)
def test_after_the_record_broke_and_a_restart_nothing_of_the_visit_is_left(phase: type) -> None:
    machine = on_the_way(phase)(bench())
    machine.terminal.record = Full(machine.terminal.record)
    machine.presses("help").presses("close").waits(120.0)
    machine.power_cut()
    machine.boot()
    machine.run(
        lambda now: isinstance(now.phase, LEFT) or getattr(now.phase, "at_gate", False), 400.0
    )
    if not isinstance(machine.session.phase, LEFT):
        machine.does("take_card").ready()
    assert (machine.session.look, machine.session.evidence) == (s.Look(), NO_EVIDENCE)


def test_a_visit_of_the_next_customer_begins_as_if_nobody_had_been_there() -> None:
    machine = stained(bench())
    machine.presses("return_card").run(lambda now: getattr(now.phase, "at_gate", False))
    machine.does("take_card").ready()
    machine.visit(Wish("lin", (CUSTOMERS["lin"].pin,), amount=200))
    shown = [dict(row.body) for row in machine.store.rows() if row.kind == "PROFILE"]
    assert all(row["language"] == "en" or row["profile"] == "elder" for row in shown)
