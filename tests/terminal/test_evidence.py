"""What is observed: pace, hand and helps, from events and their times, and nothing before a visit."""

from dataclasses import fields, replace
from typing import get_args

import pytest

from terminal import events as ev
from terminal import session as s
from terminal.events import AgeBand
from terminal.evidence import (
    NO_EVIDENCE,
    Evidence,
    Place,
    entered,
    failed,
    observe,
    refused,
    signs,
    with_record,
)
from tests.terminal.conftest import a_session

GOOD = ev.TouchMeasured(missed=False, contact_ms=90, offset_percent=10)
MISS = ev.TouchMeasured(missed=True, contact_ms=90)
LONG = ev.TouchMeasured(missed=False, contact_ms=251, offset_percent=10)
OFF = ev.TouchMeasured(missed=False, contact_ms=90, offset_percent=41)
BOUNCE = ev.TouchMeasured(missed=False, contact_ms=90, bounced=True)


def after(*events: ev.Event, place: Place = "visit", seen: Evidence = NO_EVIDENCE) -> Evidence:
    for event in events:
        seen = observe(seen, event, 10.0, place)
    return seen


def pressed_after(seconds: float, *spoken: ev.Event) -> Evidence:
    seen = entered(NO_EVIDENCE, "menu", 100.0)
    for event in spoken:
        seen = observe(seen, event, 104.0, "menu")
    start = 104.0 if ev.SpeechEnded() in spoken else 100.0
    return observe(seen, ev.Chosen("amount", 50_000), start + seconds, "menu")


@pytest.mark.parametrize(
    ("seconds", "sign"),
    [
        (3.9, ("brisk_start",)),
        (4.0, ()),
        (7.9, ()),
        (8.0, ("hesitant_start",)),
        (15.0, ("hesitant_start",)),
        (15.1, ("slow_start",)),
    ],
)
def test_the_first_action_on_the_menu(seconds: float, sign: tuple[str, ...]) -> None:
    assert signs(pressed_after(seconds)) == sign
    spoken = (ev.SpeechStarted(), ev.SpeechEnded())
    assert signs(pressed_after(seconds, *spoken)) == sign


def test_nobody_is_slow_before_the_question_has_been_asked() -> None:
    assert signs(pressed_after(3.0, ev.SpeechStarted())) == ("brisk_start",)
    for seconds in (4.0, 9.0, 20.0):
        assert signs(pressed_after(seconds, ev.SpeechStarted())) == ()


def test_only_the_first_action_and_only_on_the_first_menu() -> None:
    seen = pressed_after(2.0)
    seen = observe(seen, ev.Chosen("amount", 1), 150.0, "menu")
    seen = entered(seen, "menu", 200.0)
    assert observe(seen, ev.Chosen("amount", 1), 230.0, "menu") == seen


@pytest.mark.parametrize("name", ["offer_yes", "offer_no", "more_time", "focus"])
def test_what_answers_something_else_is_no_action_on_the_menu(name: str) -> None:
    seen = entered(NO_EVIDENCE, "menu", 0.0)
    assert observe(seen, ev.Chosen(name), 2.0, "menu").first_action is None


def test_a_page_over_the_menu_is_not_the_menu() -> None:
    seen = entered(NO_EVIDENCE, "menu", 0.0)
    seen = observe(seen, ev.SpeechStarted(), 60.0, "visit")
    assert observe(seen, ev.SpeechEnded(), 65.0, "visit").menu_since == 0.0


def typed(*times: float, start: int = 0) -> Evidence:
    seen = NO_EVIDENCE
    for count, at in enumerate(times, start=start + 1):
        seen = observe(seen, ev.PinDigits(count), at, "pin")
    return seen


@pytest.mark.parametrize(
    ("gap", "sign"), [(0.59, ("brisk_digits",)), (0.6, ()), (2.0, ()), (2.01, ("slow_digits",))]
)
def test_the_median_pause_between_digits(gap: float, sign: tuple[str, ...]) -> None:
    assert signs(typed(*(n * gap for n in range(6)))) == sign


def test_one_long_pause_among_quick_ones_is_no_sign_of_slowness() -> None:
    assert signs(typed(0.0, 1.0, 2.0, 30.0, 31.0, 32.0)) == ()


def test_two_pauses_are_too_few() -> None:
    assert signs(typed(0.0, 5.0, 10.0)) == ()


def test_no_pause_is_measured_over_a_correction_a_page_or_a_new_try() -> None:
    seen = typed(0.0, 1.0)
    seen = observe(seen, ev.PinDigits(0), 9.0, "pin")
    seen = observe(seen, ev.PinDigits(1), 30.0, "pin")
    assert seen.gaps == (1.0,)
    seen = observe(seen, ev.Chosen("help"), 31.0, "pin")
    seen = observe(seen, ev.PinDigits(2), 60.0, "pin")
    assert seen.gaps == (1.0,)
    seen = entered(seen, "pin", 70.0)
    assert observe(seen, ev.PinDigits(1), 90.0, "pin").gaps == (1.0,)


def test_two_misses_among_the_last_six_touches() -> None:
    assert signs(after(MISS, GOOD, GOOD, GOOD, GOOD)) == ()
    assert signs(after(MISS, GOOD, GOOD, GOOD, GOOD, MISS)) == ("misses",)
    assert signs(after(MISS, GOOD, GOOD, GOOD, GOOD, MISS, GOOD)) == ()


def test_median_contact_and_offset() -> None:
    assert signs(after(LONG, LONG)) == ()
    assert signs(after(LONG, LONG, GOOD)) == ("long_contact",)
    assert signs(after(OFF, OFF, GOOD)) == ("off_centre",)
    assert signs(after(OFF, GOOD, GOOD)) == ()


def test_a_miss_has_no_offset() -> None:
    far = ev.TouchMeasured(missed=True, contact_ms=90, offset_percent=90)
    assert signs(after(far, GOOD, GOOD, GOOD)) == ()


def test_two_bounces() -> None:
    assert signs(after(BOUNCE)) == ()
    assert signs(after(BOUNCE, BOUNCE)) == ("bounces",)
    assert after(BOUNCE, BOUNCE, BOUNCE).touches == ()


@pytest.mark.parametrize("name", ["back", "change", "return_card", "no_more_time"])
def test_two_steps_back(name: str) -> None:
    assert signs(after(ev.Chosen(name))) == ()
    assert signs(after(ev.Chosen(name), ev.Chosen("back"))) == ("backs",)


def test_the_same_error_twice_and_not_two_different_ones() -> None:
    assert signs(failed(failed(NO_EVIDENCE, "pin"), "amount")) == ()
    assert signs(failed(failed(failed(NO_EVIDENCE, "pin"), "amount"), "pin")) == ("backs",)


def test_the_question_for_more_time() -> None:
    assert signs(after(ev.AskedForMore())) == ("more_time",)


def test_helps_are_seen() -> None:
    assert after(ev.Chosen("help")).helped
    assert after(ev.Chosen("louder")).louder
    assert after(ev.Chosen("repeat"), ev.Chosen("repeat"), ev.Chosen("repeat")).repeats == 2
    assert after(ev.Chosen("size", 125)).zoomed
    assert not after(ev.Chosen("size", 100)).zoomed
    assert after(ev.Chosen("language", "en")).language_chosen


def test_the_standard_version_chosen_is_a_no() -> None:
    assert after(ev.Chosen("profile", "standard")).refused
    assert not after(ev.Chosen("profile", "elder")).refused


def test_after_a_no_behaviour_is_not_observed_any_more() -> None:
    no = refused(NO_EVIDENCE)
    many = (MISS, MISS, LONG, BOUNCE, BOUNCE, ev.Chosen("back"), ev.Chosen("back"))
    seen = after(*many, ev.AskedForMore(), seen=no)
    seen = failed(failed(seen, "pin"), "pin")
    seen = observe(entered(seen, "menu", 0.0), ev.Chosen("amount", 1), 60.0, "menu")
    for number in range(1, 7):
        seen = observe(seen, ev.PinDigits(number), 100.0 * number, "pin")
    assert signs(seen) == ()


def test_after_a_no_help_or_a_second_question_for_more_time_shows_a_need() -> None:
    no = refused(NO_EVIDENCE)
    assert after(ev.Chosen("help"), seen=no).needs_again
    assert not after(ev.AskedForMore(), seen=no).needs_again
    assert after(ev.AskedForMore(), ev.AskedForMore(), seen=no).needs_again
    once_before = refused(after(ev.AskedForMore()))
    assert after(ev.AskedForMore(), seen=once_before).needs_again
    assert not refused(after(ev.Chosen("help"), ev.AskedForMore())).needs_again


def test_a_hand_that_leaves_the_glass_says_nothing_about_the_next_customer() -> None:
    hand = (MISS, MISS, BOUNCE, BOUNCE, ev.Chosen("back"), ev.AskedForMore(), ev.PinDigits(1))
    assert after(*hand, place="idle") is NO_EVIDENCE


def test_before_a_card_only_what_was_asked_for_on_purpose_counts() -> None:
    seen = after(ev.DocumentRead("70to79"), ev.Chosen("help"), place="idle")
    assert (seen.document_band, seen.helped) == ("70to79", True)


def test_a_document_counts_until_the_bank_has_said_how_old_the_cards_holder_is() -> None:
    seen = Evidence(document_band="80plus")
    for band in (None, "80plus"):
        assert with_record(seen, band, None).document_band == "80plus"
    known = with_record(seen, "under50", "elder")
    assert (known.document_band, known.record_band, known.saved) == (None, "under50", "elder")
    for place in get_args(Place):
        assert after(ev.DocumentRead("80plus"), place=place, seen=known) is known


def test_a_document_is_gone_with_whoever_laid_it_down_unless_somebody_went_on() -> None:
    laid = after(ev.DocumentRead("80plus"), place="idle")
    assert after(ev.DocumentGone(), place="idle", seen=laid).document_band is None
    for going_on in (ev.Touched(), ev.Chosen("help"), ev.Chosen("language", "en")):
        assert after(going_on, ev.DocumentGone(), place="idle", seen=laid).document_band == "80plus"
    again = after(ev.Touched(), ev.DocumentRead("80plus"), place="idle", seen=laid)
    assert after(ev.DocumentGone(), place="idle", seen=again).document_band is None
    for place in ("visit", "pin", "menu"):
        assert after(ev.DocumentGone(), place=place, seen=laid) is laid
    assert after(ev.DocumentGone(), place="idle") is NO_EVIDENCE


def test_with_nobody_there_nothing_is_observed() -> None:
    everything = (MISS, ev.Chosen("help"), ev.DocumentRead("80plus"), ev.AskedForMore())
    assert after(*everything, place="nobody") is NO_EVIDENCE


def test_most_events_say_nothing_and_cost_nothing() -> None:
    seen = Evidence(helped=True)
    for event in (ev.Touched(), ev.CardTaken(), ev.Reminded(1), ev.TimedOut(), ev.PinEntered()):
        for place in get_args(Place):
            assert observe(seen, event, 5.0, place) is seen


def test_what_is_kept_is_bounded() -> None:
    seen = after(*[MISS] * 50, *[BOUNCE] * 50, *[ev.Chosen("back")] * 50)
    seen = after(*[ev.AskedForMore()] * 50, *[ev.Chosen("repeat")] * 50, seen=seen)
    for number in range(1, 50):
        seen = observe(seen, ev.PinDigits(number), float(number), "pin")
        seen = failed(seen, f"error {number}")
    for one in fields(seen):
        value = getattr(seen, one.name)
        if isinstance(value, tuple):
            assert len(value) <= 12, one.name
    assert (seen.bounces, seen.backs, seen.dialogs, seen.repeats) == (2, 2, 2, 2)


def test_its_text_tells_only_what_is_not_as_always() -> None:
    assert repr(NO_EVIDENCE) == "Evidence()"
    assert repr(Evidence(helped=True)) == "Evidence(helped=True)"


@pytest.mark.parametrize("band", get_args(AgeBand))
def test_what_is_printed_of_a_session_says_no_age(band: AgeBand) -> None:
    seen = Evidence(record_band=band, document_band=band, helped=True)
    session = a_session(s.Idle())
    for printed in (repr(seen), str(seen), repr(replace(session, evidence=seen))):
        assert "helped=True" in printed
        assert band not in printed
