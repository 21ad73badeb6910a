"""The wall around a practice, attacked in every lesson: whatever the practised flow orders is answered by the
play world and leaves nothing, whatever real devices say means nothing to it, and it can always be left."""

import random
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, get_args

import pytest

from sim.stage.samples import OF_SERVICES
from sim.stage.service_samples.practice import PIN, WAYS, after
from sim.stage.settings import own_design
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Ask
from terminal.flow import _step as real_flow
from terminal.flow import step
from terminal.flows.practice import ChoosingLesson, Done, Ready, practising
from terminal.flows.transfer.phases import ReviewingTransfer
from terminal.flows.transfer.sending import Summary
from terminal.focus import bar_allows, targets
from terminal.journal import rows
from terminal.keys import chosen_by_key
from terminal.money import yuan
from terminal.ports import NEVER
from terminal.practice import play
from terminal.practice.lessons import BANK, BY_NAME, COACHED, LESSONS, QUIET, offered
from terminal.practice.playing import CLOCK, CUSTOMERS, OUTWARD
from terminal.practice.playing import step as play_step
from terminal.prompts import phase_prompt
from terminal.runtime import next_deadline, without_record
from terminal.values import replace
from tests.each import each
from tests.terminal.conftest import a_session

DESIGN = own_design()
SCREENS = {name: one for name, one in OF_SERVICES.items() if one.practice is not None}
"""Every screen of every lesson."""

EFFECTS = get_args(fx.Effect)


def in_practice(lesson: str = "withdrawal") -> s.Session:
    return step(a_session(Ready(lesson), profile="elder"), ev.Chosen("practice_insert"), 1.0)[0]


def made(kind: type) -> Any:
    """One of this kind, with something in every field."""
    return kind(**{one.name: value_of(str(one.type)) for one in fields(kind)})


PLAIN = {"<class 'str'>": "t", "<class 'int'>": 1, "<class 'bool'>": False}


def value_of(kind: str) -> object:
    """Something for a field of this kind: a note of a hundred, and as many cassettes as there are."""
    if "Amount" in kind:
        return yuan(100)
    if kind.startswith("tuple[tuple[int"):
        return ((10_000, 1),)
    if kind.startswith(("tuple[bool", "tuple[int")):
        return (1, 0, 0, 0)
    return PLAIN.get(kind, ())


# --- the table ------------------------------------------------------------------------------------


def test_every_lesson_has_a_way_through_it_and_every_screen_of_it_is_explained() -> None:
    assert set(WAYS) == set(BY_NAME)
    assert len(COACHED) == len(set(COACHED))
    for language in ("zh", "en"):
        catalogue = DESIGN.catalogues[language]
        for key in {*COACHED, "other"} - QUIET:
            assert catalogue.text(f"look.coach_{key}")
    for lesson in LESSONS:
        assert set(lesson.screens) <= {phase_prompt(one).key for one in SCREENS.values()}


def test_lessons_are_those_of_what_is_offered_here() -> None:
    machine = a_session(s.Idle()).machine
    assert offered(replace(machine, services=("withdrawal", "contact"))) == ("withdrawal",)
    both = replace(machine, services=("deposit", "withdrawal"))
    assert offered(both) == ("withdrawal",)
    assert offered(replace(both, acceptor="")) == ("withdrawal", "deposit")
    assert offered(replace(both, acceptor="doubt")) == ("withdrawal", "deposit")


def test_the_play_bank_says_something_to_every_lesson_that_asks() -> None:
    """A question that no lesson answers is refused: silence would keep somebody waiting without a clock."""
    asked = fx.AskBank("m", play.CARD, "lottery")
    assert play.answered(asked, in_practice()) == (
        ev.BankRefused("m", "lottery", play.NOT_PRACTISED),
    )
    assert set(BANK) >= {about for lesson in LESSONS for about in lesson.bank}


# --- what leaves ----------------------------------------------------------------------------------


@each("kind", EFFECTS)
def test_the_play_world_has_a_place_for_every_effect(kind: type) -> None:
    for one in SCREENS.values():
        said = play.answered(made(kind), one)
        assert all(isinstance(event, get_args(ev.Event)) for event in said)


@each("name", SCREENS)
def test_no_effect_of_any_kind_leaves_a_lesson(name: str) -> None:
    """A flow that orders everything there is, on every screen: a call for staff is all that goes out."""
    every = tuple(made(kind) for kind in EFFECTS)

    def greedy(session: s.Session, event: ev.Event, now: float) -> tuple[s.Session, tuple]:  # type: ignore[type-arg]
        return session, every

    for event in (ev.Chosen("confirm"), ev.KeyPressed("enter"), ev.Signed(2, 40)):
        _, effects = play_step(SCREENS[name], event, 1.0, greedy)
        assert {type(one) for one in effects} == set(OUTWARD)


def walks(lesson: str, seed: int, presses: int) -> Iterator[fx.Effect]:
    """Presses at random in a lesson: each effect that its flow ordered. None of them comes out, and there is
    something to press on every screen."""
    rng, session = random.Random(seed), in_practice_with_all(lesson)
    ordered: list[fx.Effect] = []

    def spied(session: s.Session, event: ev.Event, now: float) -> tuple[s.Session, tuple]:  # type: ignore[type-arg]
        now_there, effects = real_flow(session, event, now)
        ordered.extend(effects)
        return now_there, effects

    for _ in range(presses):
        if session.practice is None:
            session = in_practice_with_all(lesson)
        ordered.clear()
        for event in next_presses(session, rng):
            if session.practice is not None:
                session, outward = play_step(session, event, 1.0, spied)
                assert all(isinstance(one, OUTWARD) for one in outward)
        yield from ordered
        assert_not_stuck(session)


def next_presses(session: s.Session, rng: random.Random) -> tuple[ev.Event, ...]:
    """The digits that a screen waits for, or anything that can be pressed on it but its end."""
    if isinstance(session.phase, s.COLLECTING_PIN) and not session.overlay:
        return PIN
    if phase_prompt(session).ask in (Ask.ENTRY, Ask.NUMBER) and rng.random() < 0.7:
        digit = ev.Chosen("digit", rng.randrange(10))
        return (digit,) * rng.choice((1, 1, 8, 16))
    return (rng.choice([one for one in targets(session) if one.name != "return_card"]),)


def in_practice_with_all(lesson: str) -> s.Session:
    begun = a_session(Ready(lesson))
    machine = replace(begun.machine, services=tuple(BY_NAME), acceptor="")
    return after(replace(begun, machine=machine), ev.Chosen("practice_insert"))


def assert_not_stuck(session: s.Session) -> None:
    prompt = phase_prompt(session)
    able = [one for one in prompt.answers if one.enabled and one.role != "key"]
    assert able or prompt.ask in (Ask.PIN, Ask.ENTRY, Ask.NUMBER), session.phase


@pytest.mark.parametrize("lesson", WAYS)
def test_what_a_lesson_orders_stays_in_it_and_never_waits_for_nobody(lesson: str) -> None:
    ordered = {type(effect) for effect in walks(lesson, 7, 400)}
    assert ordered >= {fx.EjectCard, fx.VerifyPin}


def test_what_has_to_stand_for_a_while_before_it_is_agreed_to_has_stood_in_a_practice() -> None:
    """No clock runs in a practice: without this the way to a signature would never open."""
    session = SCREENS["practice_play_transfer_reviewing"]
    assert isinstance(session.phase, ReviewingTransfer)
    summary = Summary(session.phase.draft, session.phase.offer)
    assert play.passed(replace(session, phase=summary)) == (ev.TimedOut(),)
    assert play.passed(replace(session, phase=summary, overlay="help")) == ()
    assert not any(play.passed(one) for one in SCREENS.values())


# --- what comes in --------------------------------------------------------------------------------

REAL = tuple(kind for kind in get_args(ev.Event) if kind not in (*CUSTOMERS, *CLOCK, ev.Started))


def answers_for(session: s.Session) -> Iterator[ev.Event]:
    """Everything real that could be said, in the very ids of what is being practised."""
    phase = session.phase
    held = getattr(phase, "held", None) or getattr(phase, "order", None) or phase
    txid = getattr(held, "txid", "t")
    message = getattr(phase, "message", txid)
    for kind in REAL:
        event = made(kind)
        named = {"txid": txid, "message": message}
        has = {one.name for one in fields(kind)}
        yield replace(event, **{name: value for name, value in named.items() if name in has})


@each("name", SCREENS)
def test_nothing_real_moves_a_lesson(name: str) -> None:
    """Answers of the real bank and devices, under the ids of the practice, are the real machine's: they mean to
    it what they would mean before the practice, and to the practice nothing but its end."""
    session = SCREENS[name]
    assert session.practice is not None
    for event in answers_for(session):
        real = replace(session.practice.real, look=replace(session.look, said="", offer=""))
        expected, orders = real_flow(replace(real, sound=session.sound), event, 2.0)
        now, effects = step(session, event, 2.0)
        assert effects == orders
        if now.practice is None:
            assert type(now.phase) is type(expected.phase)
        else:
            assert replace(now, practice=session.practice) == session


@pytest.mark.parametrize("event", [ev.TimedOut(), ev.Reminded(1), ev.AskedForMore()])
def test_no_clock_counts_in_a_practice(event: ev.Event) -> None:
    for session in SCREENS.values():
        assert step(session, event, 500.0) == (session, ())
        assert next_deadline(session, DESIGN.profiles) == NEVER


@pytest.mark.parametrize(
    "event",
    [ev.HostDown(), ev.HostUp(), ev.JournalLow(), ev.CashFailed("dead"), ev.ReaderFailed("x")],
)
def test_what_real_devices_say_is_kept_for_the_real_machine(event: ev.Event) -> None:
    session = in_practice()
    after, effects = step(session, event, 2.0)
    assert effects == ()
    assert after.practice is not None
    assert (after.phase, after.machine) == (session.phase, session.machine)
    real, heard = after.practice.real.machine, step(a_session(Ready()), event, 2.0)[0].machine
    assert (real.host_up, real.record_low, real.cash, real.reader) == (
        *(heard.host_up, heard.record_low, heard.cash, heard.reader),
    )


def test_a_record_that_breaks_in_practice_ejects_nothing() -> None:
    session = in_practice()
    assert session.practice is not None
    phase, effects = without_record(session.practice.real, ev.Chosen("confirm"))
    assert phase == s.OutOfService("record")
    assert effects == (fx.ForgetPin(), fx.RefuseCards())


def test_the_row_of_a_call_for_help_is_the_only_one_between_begin_and_end() -> None:
    session = in_practice()
    after, effects = step(session, ev.Chosen("call_staff"), 2.0)
    assert effects == (fx.CallStaff("enter_pin", ""),)
    written = rows(session, ev.Chosen("call_staff"), after, effects, bytes(32))
    assert [row.kind for row in written] == ["STAFF"]


@each("name", SCREENS)
def test_no_press_in_a_lesson_leaves_a_row_about_money(name: str) -> None:
    session = SCREENS[name]
    for event in targets(session):
        now, effects = step(session, event, 2.0)
        written = rows(session, event, now, effects, bytes(32))
        assert {row.kind for row in written} <= {"PRACTICE", "STAFF"}


def test_whoever_was_called_in_practice_still_comes_after_it() -> None:
    session = step(in_practice(), ev.Chosen("call_staff"), 2.0)[0]
    session = step(session, ev.StaffCalled(1), 3.0)[0]
    carded = step(session, ev.CardInserted(), 4.0)[0]
    assert isinstance(carded.phase, s.ReadingCard)
    assert carded.machine.call == s.Call("queued", 1)


# --- what the customer has of it ------------------------------------------------------------------


@each("name", SCREENS)
def test_every_screen_of_a_lesson_says_what_it_is_and_is_left_by_one_press(name: str) -> None:
    session = replace(SCREENS[name], overlay="")
    assert practising(session)
    quiet = phase_prompt(session).key in QUIET
    assert session.look.said.startswith("" if quiet else "coach_")
    assert bool(session.look.said) is not quiet
    assert bar_allows(session, "return_card")
    assert chosen_by_key(session, "cancel") == ev.Chosen("return_card")
    assert session.practice is not None
    for event in (ev.Chosen("return_card"), ev.KeyPressed("cancel")):
        left, effects = step(session, event, 2.0)
        assert left.practice is None
        assert left.phase == Done(session.practice.lesson, session.practice.done)
        assert effects == ()


def test_the_step_card_is_printed_once_in_large_type_where_there_is_a_printer() -> None:
    done = a_session(Done("withdrawal", ("enter_pin", "review")))
    assert "step_card" not in [one.name for one in phase_prompt(done).answers]
    able = replace(done, machine=replace(done.machine, printer=""))
    assert "step_card" in [one.name for one in phase_prompt(able).answers]
    after, effects = step(able, ev.Chosen("step_card"), 1.0)
    (order,) = effects
    assert isinstance(order, fx.PrintSlip)
    assert order.slip.large
    assert [fact.label for fact in order.slip.facts] == ["practice.enter_pin", "practice.review"]
    assert "step_card" not in [one.name for one in phase_prompt(after).answers]


def test_another_lesson_can_be_chosen_and_from_the_first_ones_the_rehearsals() -> None:
    done = a_session(Done("deposit", ()))
    machine = replace(done.machine, services=tuple(BY_NAME), acceptor="")
    session = step(replace(done, machine=machine), ev.Chosen("again"), 1.0)[0]
    assert session.phase == Ready("deposit")
    session = step(session, ev.Chosen("back"), 1.0)[0]
    assert session.phase == ChoosingLesson()
    more = step(session, ev.Chosen("more_services"), 1.0)[0]
    assert more.phase == ChoosingLesson(1)
    assert step(more, ev.Chosen("more_services"), 1.0)[0] == more
    assert step(more, ev.Chosen("back"), 1.0)[0].phase == ChoosingLesson()
    assert phase_prompt(step(session, ev.Chosen("back"), 1.0)[0]).key == "practice.choosing"
