"""Time never runs out without a warning that one press answers (accessibility.md A4, B3).

Every screen in every profile, on a clock that is a number."""

from dataclasses import replace

import pytest

from sim.stage.samples import SAMPLES
from sim.stage.settings import own_design
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.profile import LEADS_ON, NO_WISHES, PROFILE_NAMES, ProfileName, Waits, Wishes
from terminal.prompts import phase_prompt, prompt_of
from terminal.runtime import next_deadline, overdue, patience_of
from tests.each import each

PROFILES = own_design().profiles

ANSWER_SECONDS = 20.0
"""TIM-01: at least this long to answer the question for more time."""

EXTENSIONS = 10
"""TIM-01: at least this many."""

ASKED = (Waits.PIN, Waits.CHOICE, Waits.REVIEW, Waits.NOTICE, Waits.HELP)
"""Waits of a customer's own decision: all end with the question for more time."""

SLOTS = (Waits.CASH, Waits.CARD, Waits.TAKE_AND_COUNT)

TWICE = (*ASKED, *SLOTS, Waits.COUNT, Waits.REMEMBER)
"""Waits that last at least twice as long in the elder profile (TIM-03)."""

PHASES = tuple(
    name
    for name, session in SAMPLES.items()
    if not session.overlay and session.wait == s.Wait() and not session.focus
)


def waiting(name: str, profile: ProfileName, wishes: Wishes = NO_WISHES) -> s.Session:
    session = SAMPLES[name]
    look = replace(session.look, profile=profile, wishes=wishes, offer="")
    return replace(session, look=look, wait=s.Wait(since=0.0))


def until_asked(session: s.Session) -> tuple[s.Session, float]:
    """Nobody does anything: the session when it asks for more time, and when that is."""
    for _ in range(10):
        now = next_deadline(session, PROFILES)
        event = overdue(session, PROFILES, now)
        assert event is not None
        session, _ = step(session, event, now)
        if isinstance(event, ev.AskedForMore):
            return session, now
    raise AssertionError("the question for more time never came")


def asks(name: str) -> bool:
    return phase_prompt(SAMPLES[name]).waits in ASKED


@pytest.mark.parametrize("profile", PROFILE_NAMES)
@each("name", [name for name in PHASES if asks(name)])
def test_one_press_in_the_nineteenth_second_gives_the_whole_time_again_ten_times(
    name: str, profile: ProfileName
) -> None:
    session = waiting(name, profile)
    for _ in range(EXTENSIONS):
        session, asked_at = until_asked(session)
        late = asked_at + ANSWER_SECONDS - 1
        assert overdue(session, PROFILES, late) is None
        begun = step(session, ev.Chosen("more_time"), late)[0]
        assert begun.overlay == ""
        assert begun.phase == SAMPLES[name].phase
        assert begun.wait == s.Wait(since=late)
        assert next_deadline(begun, PROFILES) - late > ANSWER_SECONDS
        session = begun


@pytest.mark.parametrize("profile", PROFILE_NAMES)
@each("name", [name for name in PHASES if asks(name)])
def test_the_key_gives_more_time_too(name: str, profile: ProfileName) -> None:
    session, asked_at = until_asked(waiting(name, profile))
    again = step(session, ev.KeyPressed("enter"), asked_at + 1)[0]
    assert (again.overlay, again.phase) == ("", SAMPLES[name].phase)


@pytest.mark.parametrize("page", ["help", "view", "languages"])
@each("name", [name for name in PHASES if asks(name)])
def test_a_page_opened_over_the_question_opens_and_is_an_answer(name: str, page: str) -> None:
    session, asked_at = until_asked(waiting(name, "standard"))
    opened = step(session, ev.Chosen(page), asked_at + 5)[0]
    assert (opened.overlay, opened.wait) == (page, s.Wait(since=asked_at + 5))
    closed = step(opened, ev.Chosen("close"), asked_at + 9)[0]
    assert (closed.overlay, closed.phase) == ("", SAMPLES[name].phase)


@pytest.mark.parametrize("profile", PROFILE_NAMES)
@pytest.mark.parametrize("waits", ASKED)
def test_the_question_stays_at_least_twenty_seconds(waits: Waits, profile: ProfileName) -> None:
    assert PROFILES[profile].patience[waits].dialog >= ANSWER_SECONDS


@pytest.mark.parametrize("profile", PROFILE_NAMES)
@pytest.mark.parametrize("waits", SLOTS)
def test_what_lies_in_a_slot_is_reminded_of_three_times(waits: Waits, profile: ProfileName) -> None:
    row = PROFILES[profile].patience[waits]
    assert len(row.reminders) >= 3
    assert list(row.reminders) == sorted(set(row.reminders))
    assert row.reminders[-1] < row.limit


@pytest.mark.parametrize("profile", ["elder", "low_vision"])
@pytest.mark.parametrize("waits", TWICE)
def test_the_patient_profiles_wait_twice_as_long(waits: Waits, profile: ProfileName) -> None:
    row, standard = PROFILES[profile].patience[waits], PROFILES["standard"].patience[waits]
    assert row.limit >= 2 * standard.limit
    assert row.dialog >= standard.dialog


@pytest.mark.parametrize("profile", PROFILE_NAMES)
@each("name", [name for name in PHASES if asks(name)])
def test_no_limit_runs_while_the_prompt_is_spoken(name: str, profile: ProfileName) -> None:
    session = step(waiting(name, profile), ev.SpeechStarted(), 0.5)[0]
    limit = patience_of(session, PROFILES).limit
    assert next_deadline(session, PROFILES) > 0.5 + 20.0
    ended = step(session, ev.SpeechEnded(), 15.0)[0]
    first = min((limit, *patience_of(ended, PROFILES).reminders[:1]))
    assert next_deadline(ended, PROFILES) == 15.0 + first


@pytest.mark.parametrize("event", [ev.Touched(), ev.KeyPressed("*"), ev.Chosen("repeat")])
@each("name", [name for name in PHASES if asks(name)])
def test_any_sign_of_presence_begins_the_time_anew(name: str, event: ev.Event) -> None:
    assert step(waiting(name, "standard"), event, 12.0)[0].wait.since == 12.0


@pytest.mark.parametrize("factor", [2, 3, 5, 10])
@each("name", [name for name in PHASES if asks(name)])
def test_a_card_that_asks_for_more_time_gets_it(name: str, factor: int) -> None:
    plain, slow = waiting(name, "standard"), waiting(name, "standard", Wishes(time_factor=factor))
    assert until_asked(slow)[1] == factor * until_asked(plain)[1]


def test_a_wish_for_time_leaves_machines_alone_and_gives_slots_the_patient_row() -> None:
    wished = waiting("choose_amount", "standard", Wishes(time_factor=10))
    rows = {w: patience_of(replace(wished, phase=SAMPLES[w].phase), PROFILES) for w in SLOT_SCREENS}
    assert rows["take_card"] == PROFILES["elder"].patience[Waits.CARD]
    assert rows["take_notes"] == PROFILES["elder"].patience[Waits.CASH]
    assert rows["dispensing"] == PROFILES["standard"].patience[Waits.DEVICE]


SLOT_SCREENS = ("take_card", "take_notes", "dispensing")


@each("name", PHASES)
def test_every_wait_of_a_customer_ends_with_a_question_or_with_reminders(name: str) -> None:
    prompt = prompt_of(SAMPLES[name])
    row = PROFILES["standard"].patience[prompt.waits]
    machine = prompt.waits in (Waits.DEVICE, Waits.HOST, Waits.CLOSED, Waits.ATTRACT)
    ending = prompt.waits in (Waits.FAREWELL, Waits.COUNT, *LEADS_ON)
    assert row.dialog or row.reminders or machine or ending or not row.limit


@pytest.mark.parametrize("profile", PROFILE_NAMES)
@pytest.mark.parametrize("name", ["count_notes", "idle"])
def test_help_over_a_wait_without_question_is_asked_about_and_can_be_answered(
    name: str, profile: ProfileName
) -> None:
    """Seen: help over "please count" ended in a question that lasted no time, and the amount was
    charged as right."""
    opened = step(waiting(name, profile), ev.Chosen("help"), 1.0)[0]
    session, asked_at = until_asked(opened)
    assert overdue(session, PROFILES, asked_at + ANSWER_SECONDS - 1) is None
    again = step(session, ev.Chosen("more_time"), asked_at + ANSWER_SECONDS - 1)[0]
    assert (again.overlay, again.phase) == ("", SAMPLES[name].phase)


@pytest.mark.parametrize("page", ["help", "view", "languages"])
@pytest.mark.parametrize("name", ["take_card", "take_notes", "count_notes"])
def test_a_page_does_not_hide_that_something_lies_in_a_slot(name: str, page: str) -> None:
    """Seen: with help open over notes in the slot no reminder came, and the notes were taken back."""
    session = step(waiting(name, "elder"), ev.Chosen(page), 1.0)[0]
    reminded = step(session, ev.Reminded(1), 16.0)[0]
    assert (reminded.overlay, reminded.wait.reminded) == ("", 1)


@pytest.mark.parametrize("name", ["choose_amount", "enter_amount", "state_count"])
def test_typing_under_the_question_for_more_time_is_an_answer_and_counts(name: str) -> None:
    session, asked_at = until_asked(waiting(name, "standard"))
    typed = step(session, ev.KeyPressed("5"), asked_at + 3)[0]
    assert typed.overlay == ""
    assert getattr(typed.phase, "typed", None) == 5


def test_a_touch_under_the_question_gives_its_whole_time_again() -> None:
    session, asked_at = until_asked(waiting("choose_amount", "standard"))
    touched = step(session, ev.Touched(), asked_at + 15)[0]
    assert touched.overlay == "more_time"
    assert overdue(touched, PROFILES, asked_at + 15 + ANSWER_SECONDS - 1) is None


@pytest.mark.parametrize("press", [ev.Chosen("page", 1), ev.Chosen("language", "en")])
@pytest.mark.parametrize("name", ["enter_pin", "review"])
def test_a_page_turned_under_the_question_leaves_the_question_and_its_bar_of_time(
    name: str, press: ev.Chosen
) -> None:
    """Seen: the bar vanished, the question stayed, and the whole limit began anew under it."""
    session, asked_at = until_asked(waiting(name, "elder"))
    turned = step(session, press, asked_at + 12)[0]
    assert (turned.overlay, turned.wait) == ("more_time", s.Wait(asked_at + 12, asked_at=asked_at))
    dialog = patience_of(turned, PROFILES).dialog
    assert next_deadline(turned, PROFILES) == asked_at + 12 + dialog
    assert overdue(turned, PROFILES, asked_at + 12 + dialog) == ev.TimedOut()


@pytest.mark.parametrize("name", ["choose_amount", "review"])
def test_a_language_chosen_on_its_page_begins_the_time_anew(name: str) -> None:
    opened = step(waiting(name, "standard"), ev.Chosen("languages"), 5.0)[0]
    chosen = step(opened, ev.Chosen("language", "en"), 30.0)[0]
    assert (chosen.overlay, chosen.wait) == ("", s.Wait(since=30.0))


WARNED = (Waits.REMEMBER,)
"""Questions that end without the one for more time: their reminder is the warning (TIM-01)."""


@pytest.mark.parametrize("profile", PROFILE_NAMES)
@pytest.mark.parametrize("waits", WARNED)
def test_after_a_warning_there_are_twenty_seconds_to_answer(
    waits: Waits, profile: ProfileName
) -> None:
    row = PROFILES[profile].patience[waits]
    assert row.limit - row.reminders[-1] >= ANSWER_SECONDS


@pytest.mark.parametrize("profile", PROFILE_NAMES)
def test_whether_to_remember_can_be_answered_in_the_nineteenth_second_ten_times(
    profile: ProfileName,
) -> None:
    """The question at the farewell: a touch is the one simple press that keeps it open."""
    session = waiting("offered_remember", profile)
    session = replace(session, look=replace(session.look, offer="remember"))
    for _ in range(EXTENSIONS):
        warned_at = next_deadline(session, PROFILES)
        assert overdue(session, PROFILES, warned_at) == ev.Reminded(1)
        session, _ = step(session, ev.Reminded(1), warned_at)
        late = warned_at + ANSWER_SECONDS - 1
        assert overdue(session, PROFILES, late) is None
        session, _ = step(session, ev.Touched(), late)
        assert (session.look.offer, session.wait) == ("remember", s.Wait(since=late))
    session, effects = step(session, ev.Chosen("offer_yes"), late + 1)
    assert session.look.said == "remembering"
    assert effects
