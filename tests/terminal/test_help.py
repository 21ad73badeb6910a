"""Help in one press from everywhere; what helpers can do, and everything they cannot (accessibility.md
PRV-08, CN-19, F rows 12, 15, 20/21 and 29)."""

from collections.abc import Iterator
from typing import get_args

import pytest

from screens.figures import rows_of
from sim.stage.machine import Helpers
from sim.stage.samples import CARD, OF_ALL, SAMPLES
from sim.stage.settings import own_design
from sim.world.staff import EACH_SECONDS, QUEUE_MAX, WALK_SECONDS, Bell, Staff
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Ask
from terminal.explaining import STEPS, VISIT, explained
from terminal.flow import step
from terminal.flows.helping import FROM_HELPERS
from terminal.flows.services import SERVICES
from terminal.focus import bar_allows, pointable
from terminal.help_pages import HOTLINES_OF_ALL
from terminal.journal import rows
from terminal.masked_view import MaskedView
from terminal.messages import VOICED
from terminal.prompts import (
    PAGES_OF_HELP,
    PROMPTS,
    facts_of,
    phase_prompt,
    prompt_of,
    text_key,
    values_of,
)
from terminal.service import ServicePhase
from terminal.values import replace
from tests.each import each
from tests.terminal.conftest import a_session

DESIGN = own_design()
CATALOGUES = DESIGN.catalogues
KEY = bytes(32)

HOSTILE = (
    *("", "confirm", "enter", "amount", "return_card", "digit", "offer_yes", "help", "insert"),
    *("count_right", "understood", "more_time", "to_elder", "x" * 10_000, "\x00"),
)


def everything_a_helper_can_send() -> Iterator[ev.Event]:
    """Each event of the list, with every value that might be taken for something else."""
    yield from (ev.StaffCalled(position) for position in (-1, 0, 1, 10**9))
    yield from (ev.StaffCame(), ev.StaffBusy())
    yield from (ev.HelperPoints(name) for name in HOSTILE)


@each("name", SAMPLES)
def test_no_helper_presses_anything_anywhere(name: str) -> None:
    """The role test: in every state, whatever a helper sends is no press, no effect, no row but its own,
    and moves neither the phase nor the look nor the clock. What it may change is how far the call is, and the
    outline; it may end the view, and never begin it."""
    shown = SAMPLES[name]
    called = replace(shown, machine=replace(shown.machine, call=s.Call("queued", 2)), watched=True)
    for session in (shown, called):
        pointing = (ev.HelperPoints(name) for name in pointable(session))
        for event in (*everything_a_helper_can_send(), *pointing):
            after, effects = step(session, event, 999.0)
            assert effects == ()
            machine = replace(after.machine, call=session.machine.call)
            as_it_was = replace(after, pointed="", watched=session.watched, machine=machine)
            assert as_it_was == session, event
            assert session.watched or not after.watched
            written = {row.kind for row in rows(session, event, after, effects, KEY)}
            assert written <= {"STAFF", "IGNORED"}


@each("name", SAMPLES)
def test_what_is_pointed_at_is_pressed_by_the_customer_or_not_at_all(name: str) -> None:
    """An outline changes nothing of what any press does, on what it lies or elsewhere."""
    plain = replace(SAMPLES[name], watched=True, visit="a" * 32)
    for pointed in pointable(plain):
        outlined = replace(plain, pointed=pointed)
        for press in (ev.KeyPressed("enter"), ev.KeyPressed("cancel"), ev.TimedOut()):
            after, effects = step(outlined, press, 999.0)
            without, same = step(plain, press, 999.0)
            assert (unled(after), effects) == (without, same)


def unled(session: s.Session) -> s.Session:
    """Without an outline, in the session that a practice sets aside too."""
    practice = session.practice
    aside = practice and replace(practice, real=replace(practice.real, pointed=""))
    return replace(session, pointed="", practice=aside)


def test_each_event_that_there_is_comes_from_helpers_or_is_dropped() -> None:
    class Everything(Rogue):
        def poll(self, now: float) -> list[ev.Event]:
            return [object.__new__(kind) for kind in get_args(ev.Event)]

    heard = {type(one) for one in Helpers(Everything()).poll(0.0)}
    assert heard == set(FROM_HELPERS)
    assert len(get_args(ev.Event)) > 10 * len(FROM_HELPERS)
    assert not heard & {ev.Chosen, ev.KeyPressed, ev.PinEntered, ev.Signed, ev.Scanned, ev.Laid}


class Rogue:
    """A desk that would press if it could."""

    def submit(self, effect: fx.Effect, now: float) -> None:
        raise AssertionError(effect)

    def show(self, view: MaskedView | None) -> None:
        raise AssertionError(view)

    def poll(self, now: float) -> list[ev.Event]:
        return [ev.Chosen("confirm"), ev.KeyPressed("enter"), ev.PinEntered(), ev.StaffCame()]

    def due(self, now: float) -> float:
        return now


def test_only_what_helpers_can_do_comes_from_their_port() -> None:
    assert Helpers(Rogue()).poll(0.0) == [ev.StaffCame()]


@pytest.mark.parametrize("name", OF_ALL)
def test_help_is_one_press_away_by_touch_and_by_key(name: str) -> None:
    """But on the page of help itself, where the key leads on."""
    session = SAMPLES[name]
    if session.overlay == "help":
        return
    for press in (ev.Chosen("help"), ev.KeyPressed("help")):
        assert step(session, press, 1.0)[0].overlay == "help"


@pytest.mark.parametrize("profile", ["standard", "elder", "low_vision"])
def test_the_page_of_help_offers_three_things_and_back_closes_it(profile: str) -> None:
    session = a_session(s.ChoosingAmount(CARD), profile=profile)
    helped = replace(session, overlay="help")
    names = [one.name for one in prompt_of(helped).answers]
    assert names == ["call_staff", "counter", "explain"]
    assert not bar_allows(session, "back")
    assert bar_allows(helped, "back")
    for press in (ev.Chosen("back"), ev.KeyPressed("clear"), ev.KeyPressed("cancel")):
        assert step(helped, press, 1.0)[0] == replace(session, wait=s.Wait(since=1.0))


@pytest.mark.parametrize("page", PAGES_OF_HELP)
def test_who_closes_a_page_by_back_has_not_gone_astray(page: s.Overlay) -> None:
    """Back on a page that lies over the visit is no sign of struggling, however often it is opened."""
    session = a_session(s.ChoosingAmount(CARD))
    seen = session.evidence
    for press in (ev.Chosen("back"), ev.KeyPressed("clear")):
        closed = step(replace(session, overlay=page), press, 5.0)[0]
        assert (closed.overlay, closed.evidence.backs) == ("", seen.backs)


def test_a_draft_has_its_page_of_help_and_no_words_it_lacks() -> None:
    session = a_session(s.ChoosingAmount(CARD), language="ko")
    session = replace(session, overlay="help")
    assert [one.name for one in prompt_of(session).answers] == ["close"]
    for name in ("call_staff", "explain", "counter", "hotlines"):
        after, effects = step(session, ev.Chosen(name), 1.0)
        assert (after.overlay, effects) == ("help", ())


@pytest.mark.parametrize("page", ["hotlines", "explain", "staff", "counter"])
def test_a_page_of_help_stays_in_a_language_that_has_it(page: str) -> None:
    session = replace(a_session(s.ChoosingAmount(CARD)), overlay=page)  # type: ignore[arg-type]
    assert step(session, ev.Chosen("language", "ru"), 1.0)[0].look.language == "zh"
    assert step(session, ev.Chosen("language", "en"), 1.0)[0].look.language == "en"


# --- explanations ---------------------------------------------------------------------------------


def test_every_prompt_of_a_visit_has_its_explanation() -> None:
    assert {prompt.key for prompt in PROMPTS.values()} == VISIT


TOLD = {f"explain.{group}.{step}" for group, steps in STEPS.items() for step in steps}


@each("name", SAMPLES)
def test_every_prompt_of_a_service_has_words_about_itself(name: str) -> None:
    """A screen that asks or tells something has those of its step; where the bank is waited for, or notes
    move, those of the service."""
    session = SAMPLES[name]
    if not isinstance(session.phase, ServicePhase):
        return
    prompt, told = phase_prompt(session), explained(session, phase_prompt(session))
    group = prompt.key.rpartition(".")[0] or session.phase.service
    own = {f"explain.{one}." for one in (session.serving, session.phase.service, group) if one}
    assert told.startswith(tuple(own)), told
    assert told in TOLD or told.endswith(".about")
    assert prompt.ask is Ask.NOTHING or told in TOLD or group in ("lobby", "practice"), told


@pytest.mark.parametrize("language", sorted(VOICED))
def test_no_two_steps_are_explained_in_the_same_words(language: str) -> None:
    entries = next(c for tag, c in CATALOGUES.items() if tag == language).entries
    every = [entry.text for key, entry in entries.items() if key.startswith("explain.")]
    assert len(set(every)) == len(every)
    assert {key for key in entries if key.startswith("explain.") and key.count(".") == 2} == (
        TOLD | {f"explain.{name}.about" for name in SERVICES}
    )


@pytest.mark.parametrize("language", sorted(VOICED))
def test_what_is_explained_is_no_longer_than_what_the_pictures_are_measured_with(
    language: str,
) -> None:
    entries = next(c for tag, c in CATALOGUES.items() if tag == language).entries
    shown = (text_key(one) for one in SAMPLES.values() if one.overlay == "explain")
    longest = max(len(entries[key].text) for key in shown)
    assert (
        max(len(one.text) for key, one in entries.items() if key.startswith("explain.")) <= longest
    )


@pytest.mark.parametrize("language", sorted(VOICED))
@each("name", SAMPLES)
def test_every_screen_can_be_explained(name: str, language: str) -> None:
    session = replace(SAMPLES[name], overlay="explain")
    entry = next(c for tag, c in CATALOGUES.items() if tag == language).entries[text_key(session)]
    assert entry.text


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", CATALOGUES)
def test_whom_one_can_call_stands_on_the_idle_screen_in_every_language(language: str) -> None:
    catalogue = next(c for tag, c in CATALOGUES.items() if tag == language)
    rows = rows_of(facts_of(SAMPLES["idle"]), catalogue)
    numbers = [number for row in rows for number in row.value.split()]
    assert numbers == ["95500", "12378", "12363", "96110"]
    assert all(row.label for row in rows)
    own = facts_of(SAMPLES["help_idle_own_line"])
    assert own[0].value == "0755\u00a08888\u00a09999"
    assert own[0].label == "number.bank"


def test_under_a_page_and_beside_a_card_the_numbers_are_not_in_the_way() -> None:
    assert facts_of(replace(SAMPLES["idle"], overlay="help")) == ()
    assert facts_of(SAMPLES["enter_pin"]) == ()


@pytest.mark.parametrize("language", CATALOGUES)
def test_where_to_complain_is_on_the_page_of_help_in_every_language(language: str) -> None:
    text = next(c for tag, c in CATALOGUES.items() if tag == language).entries["help"].text
    for number in ("95500", "96110", "12378", "12363"):
        assert number in text


@pytest.mark.parametrize("language", sorted(VOICED))
def test_the_page_of_numbers_begins_with_the_banks_own_line_as_configured(language: str) -> None:
    catalogue = next(c for tag, c in CATALOGUES.items() if tag == language)
    session = replace(a_session(s.Idle()), overlay="hotlines")
    session = replace(session, machine=replace(session.machine, bank_line="075588889999"))
    lines = catalogue.text(text_key(session), values_of(session)).split("\n")
    assert "0755\u00a08888\u00a09999" in lines[0]
    for number, line in zip(HOTLINES_OF_ALL.values(), lines[1:], strict=True):
        assert number in line


# --- calling staff --------------------------------------------------------------------------------


def test_a_call_rings_once_and_its_answer_is_seen_from_the_same_page() -> None:
    session = replace(a_session(s.ChoosingAmount(CARD)), overlay="help")
    rung, effects = step(session, ev.Chosen("call_staff"), 1.0)
    assert (rung.overlay, rung.machine.call.state) == ("staff", "ringing")
    assert effects == (fx.CallStaff("choose_amount", ""),)
    again, effects = step(rung, ev.Chosen("call_staff"), 2.0)
    assert (again.machine.call, effects) == (rung.machine.call, ())
    heard = step(rung, ev.StaffCalled(2), 3.0)[0]
    assert (text_key(heard), values_of(heard)["position"]) == ("staff.queued", 2)
    assert text_key(step(heard, ev.StaffCame(), 4.0)[0]) == "staff.here"
    assert text_key(step(heard, ev.StaffBusy(), 4.0)[0]) == "staff.busy"
    off, effects = step(heard, ev.Chosen("cancel_call"), 5.0)
    assert (off.machine.call, effects) == (s.NO_CALL, (fx.CancelCall(),))


@pytest.mark.parametrize("key", ["disputed", "suspect", "retracted_part", "card_kept"])
def test_an_outcome_with_a_number_offers_a_call_that_carries_it(key: str) -> None:
    phase = s.Explaining(s.Notice(key, {}, "204817"))
    session = a_session(phase)
    assert [one.name for one in phase_prompt(session).answers] == ["understood", "call_staff"]
    called, effects = step(session, ev.Chosen("call_staff"), 1.0)
    assert effects == (fx.CallStaff("notice", "204817"),)
    assert (called.phase, called.overlay) == (phase, "staff")
    row = next(r for r in rows(session, ev.Chosen("call_staff"), called, effects, KEY))
    assert row.visit == session.visit


def test_whoever_was_called_still_comes_after_the_visit() -> None:
    session = a_session(s.Explaining(s.Notice("disputed", {}, "204817")))
    session = step(session, ev.Chosen("call_staff"), 1.0)[0]
    session = step(session, ev.Chosen("close"), 2.0)[0]
    gone = step(session, ev.Chosen("understood"), 3.0)[0]
    assert isinstance(gone.phase, s.Idle)
    assert gone.machine.call.state == "ringing"


# --- pointing -------------------------------------------------------------------------------------


def called(session: s.Session) -> s.Session:
    machine = replace(session.machine, call=s.Call("here"))
    return replace(session, machine=machine, watched=True)


def test_a_helper_points_at_what_is_there_until_the_customer_goes_on() -> None:
    session = called(a_session(s.ChoosingAmount(CARD)))
    pointed = step(session, ev.HelperPoints("other_amount"), 1.0)[0]
    assert pointed.pointed == "other_amount"
    assert step(pointed, ev.HelperPoints("no such thing"), 1.0)[0].pointed == "other_amount"
    assert step(pointed, ev.HelperPoints(""), 1.0)[0].pointed == ""
    assert step(pointed, ev.Chosen("help"), 2.0)[0].pointed == ""
    assert step(pointed, ev.TimedOut(), 2.0)[0].pointed == ""


def test_nobody_points_who_was_not_called() -> None:
    session = a_session(s.ChoosingAmount(CARD))
    assert "other_amount" in pointable(session)
    assert step(session, ev.HelperPoints("other_amount"), 1.0)[0].pointed == ""


# --- the colleagues in the hall -------------------------------------------------------------------


def heard(bell: Bell, until: float) -> list[ev.Event]:
    events, now = [], 0.0
    while (now := bell.due(now)) <= until:
        events += bell.poll(now)
    return events


def test_the_queue_gets_shorter_and_somebody_comes() -> None:
    bell = Bell(Staff(ahead=2))
    bell.submit(fx.CallStaff("help", ""), 0.0)
    said = heard(bell, 2 + 2 * EACH_SECONDS + WALK_SECONDS)
    assert said == [ev.StaffCalled(3), ev.StaffCalled(2), ev.StaffCalled(1), ev.StaffCame()]
    assert all(isinstance(one, FROM_HELPERS) for one in said)


@pytest.mark.parametrize("staff", [Staff(on_duty=False), Staff(ahead=QUEUE_MAX)])
def test_nobody_is_promised_who_cannot_come(staff: Staff) -> None:
    bell = Bell(staff)
    bell.submit(fx.CallStaff("help", ""), 0.0)
    assert heard(bell, 3_600.0) == [ev.StaffBusy()]


def test_a_call_that_is_off_brings_nobody() -> None:
    bell = Bell(Staff())
    bell.submit(fx.CallStaff("help", ""), 0.0)
    bell.submit(fx.CancelCall(), 1.0)
    assert heard(bell, 3_600.0) == []


def test_without_a_bell_the_customer_is_told_that_nobody_can_come() -> None:
    helpers = Helpers()
    helpers.submit(fx.CallStaff("help", ""), 0.0)
    assert helpers.due(0.0) == 0.0
    assert helpers.poll(0.0) == [ev.StaffBusy()]
    assert helpers.poll(0.0) == []


def test_the_page_of_help_names_the_banks_own_line_where_it_has_one() -> None:
    own = SAMPLES["help_page_own"]
    for language, catalogue in CATALOGUES.items():
        session = replace(own, look=replace(own.look, language=language))
        assert text_key(session) == "help_own"
        shown = catalogue.entries["help_own"].text.format(**values_of(session))
        assert "95500" not in shown
        for number in ("0755\u00a08888\u00a09999", "96110", "12378", "12363"):
            assert number in shown
