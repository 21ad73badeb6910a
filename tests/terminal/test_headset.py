"""What somebody who listens by headset is not asked, because no key of theirs could answer."""

from dataclasses import replace

import pytest

from sim.stage.samples import SAMPLES
from sim.stage.settings import read_profiles
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.profile import Language, Waits
from terminal.prompts import offer_answers
from terminal.runtime import overdue, patience_of
from terminal.sound import Sound, heard

PROFILES = read_profiles()

OFFERED = ("offered_need", "offered_at_choose_amount", "offered_at_enter_pin", "offered_language")


@pytest.mark.parametrize("name", OFFERED)
def test_an_offer_about_the_look_goes_when_the_plug_goes_in(name: str) -> None:
    assert offer_answers(SAMPLES[name])
    listening, _ = step(SAMPLES[name], ev.HeadsetPlugged(), 1.0)
    assert not listening.look.offer


def test_whether_to_remember_is_still_asked() -> None:
    listening, _ = step(SAMPLES["offered_remember"], ev.HeadsetPlugged(), 1.0)
    assert offer_answers(listening)


def test_who_listens_is_offered_no_other_look_and_none_is_counted() -> None:
    """The bank says 60 to 64: whoever looks is offered large type at the PIN."""
    asking = SAMPLES["asking_bank"]
    known = ev.CardKnown(("withdrawal",), "60to64")
    seen, _ = step(asking, known, 1.0)
    assert seen.look.offer == "look"
    heard, _ = step(step(asking, ev.HeadsetPlugged(), 0.5)[0], known, 1.0)
    assert isinstance(heard.phase, s.EnteringPin)
    assert (heard.look.offer, heard.look.offers_made) == ("", 0)


def test_clear_on_an_empty_count_goes_back_to_the_question() -> None:
    stating = SAMPLES["state_count_1400"]
    cleared, _ = step(stating, ev.KeyPressed("clear"), 1.0)
    assert isinstance(cleared.phase, s.StatingCount)
    assert cleared.phase.typed is None
    back, _ = step(cleared, ev.KeyPressed("clear"), 2.0)
    assert isinstance(back.phase, s.Counting)


@pytest.mark.parametrize("language", ["ug", "bo", "ko", "ja", "ru"])
@pytest.mark.parametrize("name", ["idle", "enter_pin", "review", "take_card"])
def test_a_plug_in_a_language_without_a_voice_is_heard_in_one_that_has(
    name: str, language: Language
) -> None:
    shown = replace(SAMPLES[name], look=s.Look(language=language))
    assert step(shown, ev.HeadsetPlugged(), 1.0)[0].look.language == "zh"


def test_a_headset_without_a_device_is_told_to_whoever_stands_before_an_idle_machine() -> None:
    idle = step(SAMPLES["idle"], ev.HeadsetPlugged(), 1.0)[0]
    lost = step(idle, ev.SoundLost("headset"), 1.1)[0]
    assert (lost.sound.muted, lost.sound.headset) == (True, False)
    pulled = step(idle, ev.HeadsetUnplugged(), 1.1)[0]
    assert not pulled.sound.muted


def test_a_plug_that_bounces_keeps_the_loudness() -> None:
    session = step(SAMPLES["review"], ev.HeadsetPlugged(), 1.0)[0]
    for _ in range(2):
        session = step(session, ev.KeyPressed("louder"), 2.0)[0]
    assert step(session, ev.HeadsetPlugged(), 3.0)[0].sound.headset_level == 4


def test_who_listens_has_the_reminders_of_listening_at_a_slot_in_every_profile() -> None:
    for profile in PROFILES.values():
        listening = heard(profile, Sound(jack=True)).patience
        for waits in (Waits.CASH, Waits.CARD):
            assert listening[waits].reminders == (10.0, 20.0, 30.0, 45.0), (profile.name, waits)


@pytest.mark.parametrize("listening", [False, True], ids=["looks", "listens"])
@pytest.mark.parametrize("name", ["take_card", "take_notes", "authorizing", "farewell_goodbye"])
def test_saying_it_again_and_again_prolongs_no_slot_and_no_machine(
    name: str, listening: bool
) -> None:
    """Whoever presses "say it again" every three seconds gets the reminders, and the end, in time."""
    session = replace(SAMPLES[name], sound=Sound(jack=listening), wait=s.Wait(since=0.0))
    now, limit = 0.0, 0.0
    while now < 400.0:
        limit = limit or next_limit(session)
        for event in (ev.KeyPressed("*"), ev.SpeechStarted(), ev.SpeechEnded()):
            now += 1.0
            session = step(session, event, now)[0]
            due = overdue(session, PROFILES, now)
            if isinstance(due, ev.Reminded):
                session = step(session, due, now)[0]
            elif due is not None:
                assert isinstance(due, ev.TimedOut)
                assert now <= 2 * limit + 10.0
                return
    raise AssertionError("the wait never ended")


def next_limit(session: s.Session) -> float:
    return patience_of(session, PROFILES).limit
