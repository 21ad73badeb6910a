"""The sound of a visit: steps, what a plug means, what is forgotten, and how long one may take.

accessibility.md AUD-07..11, AUD-15, B1 and B3. What is said is tested where the voice is."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from sim.stage.samples import SAMPLES
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.hearing import HOLDS_ON
from terminal.money import yuan
from terminal.noticing import LEFT
from terminal.profile import PROFILE_NAMES, Profile, ProfileName, Waits
from terminal.prompts import phase_prompt, text_key, withheld
from terminal.runtime import heard_profile, next_deadline, overdue
from terminal.session import Look
from terminal.sound import (
    HEADSET_LEVEL,
    LEVELS_DBA,
    OWN_LEVEL,
    OWN_RATE,
    OWN_VOICE,
    RATES_TENTHS,
    SILENT_SO_FAR,
    WORDS_PER_MINUTE,
    Sound,
    channel,
    ended,
    heard,
    level_of,
    louder,
    next_rate,
    output,
    rate_of,
)
from tests.each import each
from tests.terminal.conftest import CARD, ORDER, PRESENTER, a_session

IN = Sound(jack=True)
GRACE_SECONDS = {"standard": 45.0, "elder": 60.0, "low_vision": 60.0}
"""AUD-11."""


def with_plug(session: s.Session) -> s.Session:
    return step(session, ev.HeadsetPlugged(), 1.0)[0]


def after(session: s.Session, *events: ev.Event, now: float = 5.0) -> s.Session:
    for event in events:
        session = step(session, event, now)[0]
    return session


# --- steps ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROFILE_NAMES)
def test_a_profiles_own_loudness_rate_and_voice_are_those_of_its_table(
    profiles: Mapping[str, Profile], name: ProfileName
) -> None:
    table, look = profiles[name], Look(name)
    assert LEVELS_DBA[OWN_LEVEL[name] - 1] == table.loudness_dba
    assert RATES_TENTHS[OWN_RATE[name] - 1] / 10 == table.zh_chars_per_second
    assert WORDS_PER_MINUTE[OWN_RATE[name] - 1] == table.en_words_per_minute
    assert OWN_VOICE[name] == table.speaks
    assert heard(table, SILENT_SO_FAR) == table
    stepped = replace(
        SILENT_SO_FAR, level=level_of(SILENT_SO_FAR, look), rate=rate_of(SILENT_SO_FAR, look)
    )
    assert heard(table, stepped) == table


def test_loudness_has_six_steps_and_the_last_one_stays_the_last() -> None:
    look, heard_at = Look(), list[int]()
    sound = louder(SILENT_SO_FAR, look, -9)
    for _ in range(len(LEVELS_DBA) + 2):
        heard_at.append(level_of(sound, look))
        sound = louder(sound, look, 1)
    assert heard_at == [1, 2, 3, 4, 5, 6, 6, 6]
    assert LEVELS_DBA[0] == 55
    assert max(LEVELS_DBA) >= 65


def test_one_key_goes_through_all_rates_and_begins_again() -> None:
    look, sound, seen = Look(), IN, list[int]()
    for _ in range(len(RATES_TENTHS)):
        sound = next_rate(sound, look)
        seen.append(sound.rate)
    assert sorted(seen) == [1, 2, 3, 4, 5]
    assert rate_of(sound, look) == OWN_RATE["standard"]


@pytest.mark.parametrize("name", PROFILE_NAMES)
def test_every_step_of_the_rate_is_slower_or_faster_in_both_languages(
    profiles: Mapping[str, Profile], name: ProfileName
) -> None:
    paces = [heard(profiles[name], Sound(rate=rate)) for rate in range(1, len(RATES_TENTHS) + 1)]
    assert [p.zh_chars_per_second for p in paces] == sorted({p.zh_chars_per_second for p in paces})
    assert [p.en_words_per_minute for p in paces] == sorted({p.en_words_per_minute for p in paces})
    assert (paces[0].zh_chars_per_second, paces[-1].zh_chars_per_second) == (2.5, 5.0)
    assert paces[0].en_words_per_minute == 130


# --- the plug ---------------------------------------------------------------------------------


@each("name", SAMPLES)
def test_a_plug_on_any_screen_is_heard_there_at_the_second_step_and_nowhere_else(
    profiles: Mapping[str, Profile], name: str
) -> None:
    session = with_plug(SAMPLES[name])
    assert (output(session.sound), channel(session.sound)) == ("headset", "headset")
    assert session.sound.headset_level == HEADSET_LEVEL == 2
    profile = heard_profile(session, profiles)
    assert profile.speaks
    assert profile.loudness_dba == LEVELS_DBA[1]
    assert type(session.phase) is type(SAMPLES[name].phase)


def test_the_keys_beside_the_jack_change_the_headset_and_leave_the_loudspeaker() -> None:
    session = with_plug(a_session(s.ChoosingAmount(CARD), profile="elder"))
    session = after(session, ev.KeyPressed("louder"), ev.KeyPressed("louder"))
    assert (session.sound.headset_level, session.sound.level) == (4, 0)
    session = after(session, ev.HeadsetUnplugged(), ev.KeyPressed("softer"))
    assert (session.sound.headset_level, session.sound.level) == (4, OWN_LEVEL["elder"] - 1)


def test_a_headset_put_in_again_begins_low_again() -> None:
    session = with_plug(a_session(s.ChoosingAmount(CARD)))
    loud = after(session, *[ev.KeyPressed("louder")] * 4)
    assert loud.sound.headset_level == 6
    assert after(loud, ev.HeadsetUnplugged(), ev.HeadsetPlugged()).sound.headset_level == 2


@pytest.mark.parametrize("name", PROFILE_NAMES)
def test_whoever_listens_has_the_longer_times_and_the_longer_guard(
    profiles: Mapping[str, Profile], name: ProfileName
) -> None:
    """B3, audio-only: 120 s to identify and choose, 180 s to review, 60 s at a slot; B1: 500 ms."""
    own, profile = profiles[name], heard(profiles[name], IN)
    at_least = {
        Waits.PIN: (120, 30),
        Waits.CHOICE: (120, 30),
        Waits.REVIEW: (180, 30),
        Waits.CASH: (60, 0),
        Waits.CARD: (60, 0),
        Waits.COUNT: (60, 0),
    }
    for waits, (limit, dialog) in at_least.items():
        row = profile.patience[waits]
        assert row.limit >= limit, waits
        assert row.dialog >= dialog, waits
        assert row.limit >= own.patience[waits].limit
    for waits in Waits:
        assert (profile.patience[waits].limit == 0) == (own.patience[waits].limit == 0)
    assert profile.guard_ms == 500
    assert profile.sentence_pause_ms >= 400


def test_the_question_for_more_time_stays_a_question_when_the_plug_goes_in(
    profiles: Mapping[str, Profile],
) -> None:
    """Whoever plugs in while it is asked hears it, and has its whole time for it."""
    asked = after(a_session(s.ChoosingAmount(CARD)), ev.AskedForMore(), now=40.0)
    listening = after(asked, ev.HeadsetPlugged(), now=50.0)
    assert listening.overlay == "more_time"
    assert next_deadline(listening, profiles) == 50.0 + 30.0
    assert isinstance(overdue(listening, profiles, 81.0), ev.TimedOut)


# --- the plug pulled --------------------------------------------------------------------------


@each("name", SAMPLES)
@pytest.mark.parametrize("gone", [ev.HeadsetUnplugged(), ev.SoundLost("headset")])
def test_a_pulled_plug_on_any_screen_ends_speech_and_says_nothing_of_the_screen(
    profiles: Mapping[str, Profile], name: str, gone: ev.Event
) -> None:
    before = with_plug(replace(SAMPLES[name], sound=Sound(curtain=True)))
    session = after(before, gone)
    assert not session.sound.headset
    assert output(session.sound) == channel(session.sound) == "loudspeaker"
    assert not session.sound.curtain
    assert not session.sound.aloud
    if isinstance(before.phase, LEFT):
        assert session.overlay == ""
        return
    assert session.sound.muted
    assert not heard_profile(session, profiles).speaks
    assert session.phase == before.phase
    asks = phase_prompt(before).waits not in HOLDS_ON
    assert session.overlay == ("unplugged" if asks else "")


@pytest.mark.parametrize("name", PROFILE_NAMES)
def test_nobody_goes_on_without_the_headset_and_the_card_comes_back(
    profiles: Mapping[str, Profile], name: ProfileName
) -> None:
    plugged = with_plug(a_session(s.Reviewing(CARD, yuan(500), (5, 0, 0, 0)), profile=name))
    session = after(plugged, ev.HeadsetUnplugged(), now=100.0)
    assert next_deadline(session, profiles) == 100.0 + GRACE_SECONDS[name]
    session, effects = step(session, ev.TimedOut(), 100.0 + GRACE_SECONDS[name])
    assert isinstance(session.phase, s.TakingCard)
    assert fx.EjectCard() in effects
    assert session.overlay == ""


def test_the_plug_back_in_goes_on_where_it_was() -> None:
    before = with_plug(a_session(s.EnteringAmount(CARD, 30)))
    session = after(before, ev.HeadsetUnplugged(), ev.HeadsetPlugged())
    assert session.overlay == ""
    assert session.phase == before.phase
    assert session.sound.headset
    assert not session.sound.muted


@pytest.mark.parametrize("again", [ev.SoundBack("headset"), ev.HeadsetPlugged()])
def test_a_headset_that_can_be_heard_again_goes_on_where_it_was(again: ev.Event) -> None:
    """Its device came back by itself: nobody is told that there is no sound."""
    before = with_plug(a_session(s.EnteringAmount(CARD, 30)))
    session = after(before, ev.SoundLost("headset"))
    assert (session.overlay, text_key(session)) == ("unplugged", "headset_lost")
    session = after(session, again)
    assert (session.overlay, session.sound.muted, session.sound.headset) == ("", False, True)
    assert session.phase == before.phase


def test_a_headset_that_comes_back_at_a_slot_is_no_trouble_on_the_next_screen() -> None:
    taking = with_plug(a_session(s.TakingNotes(ORDER, (5, 0, 0, 0)), PRESENTER))
    gone = after(taking, ev.SoundLost("headset"), ev.SoundBack("headset"))
    counting = after(gone, ev.NotesTaken(ORDER.txid))
    assert isinstance(counting.phase, s.Counting)
    assert counting.overlay == ""


def test_a_press_goes_on_with_the_screen_and_the_profiles_own_voice_comes_back(
    profiles: Mapping[str, Profile],
) -> None:
    choosing = a_session(s.ChoosingAmount(CARD), profile="elder")
    pulled = after(with_plug(choosing), ev.HeadsetUnplugged())
    assert not heard_profile(pulled, profiles).speaks
    for press in (ev.Chosen("go_on"), ev.KeyPressed("enter")):
        going_on = after(pulled, press)
        assert going_on.overlay == ""
        assert isinstance(going_on.phase, s.ChoosingAmount)
        assert heard_profile(going_on, profiles).speaks
        assert channel(going_on.sound) == "loudspeaker"


def test_what_lies_in_a_slot_is_hidden_by_no_page_and_its_clock_goes_on(
    profiles: Mapping[str, Profile],
) -> None:
    lying = replace(a_session(s.TakingCard(ORDER, None, True)), wait=s.Wait(since=100.0))
    plugged = with_plug(lying)
    assert plugged.wait == lying.wait
    pulled = after(replace(plugged, overlay="help"), ev.HeadsetUnplugged(), now=110.0)
    assert (pulled.overlay, pulled.wait) == ("", lying.wait)
    assert next_deadline(pulled, profiles) <= 100.0 + 30.0


def test_after_the_slot_the_page_asks_unless_something_was_pressed() -> None:
    taking = with_plug(a_session(s.TakingNotes(ORDER, (5, 0, 0, 0)), PRESENTER))
    pulled = after(taking, ev.HeadsetUnplugged())
    asked = after(pulled, ev.NotesTaken(ORDER.txid))
    assert isinstance(asked.phase, s.Counting)
    assert asked.overlay == "unplugged"
    pressed = after(pulled, ev.KeyPressed("*"), ev.NotesTaken(ORDER.txid))
    assert pressed.overlay == ""


def test_nobody_answers_over_the_count_and_the_visit_still_ends() -> None:
    counting = with_plug(a_session(s.Counting(ORDER, (5, 0, 0, 0), yuan(500)), PRESENTER))
    session, timeouts = after(counting, ev.HeadsetUnplugged()), 0
    while not isinstance(session.phase, s.Farewell | s.Idle | s.OutOfService):
        session, timeouts = after(session, ev.TimedOut()), timeouts + 1
        assert timeouts < 4
    assert timeouts >= 1


def test_digits_typed_at_the_pin_while_the_plug_is_out_are_held_and_kept() -> None:
    typing = with_plug(a_session(s.EnteringPin(CARD, digits=2)))
    pulled, effects = step(typing, ev.HeadsetUnplugged(), 5.0)
    assert (pulled.overlay, effects) == ("unplugged", (fx.HoldPin(True),))
    typed, effects = step(pulled, ev.PinDigits(3), 6.0)
    assert (typed.overlay, effects) == ("", (fx.HoldPin(False),))
    assert typed.phase == s.EnteringPin(CARD, digits=3)
    going_on, effects = step(pulled, ev.KeyPressed("enter"), 6.0)
    assert (going_on.overlay, effects) == ("", (fx.HoldPin(False),))
    assert going_on.phase == typing.phase


def test_a_card_wanted_back_without_the_headset_comes_back() -> None:
    pulled = after(with_plug(a_session(s.ChoosingAmount(CARD))), ev.HeadsetUnplugged())
    session, effects = step(pulled, ev.KeyPressed("cancel"), 6.0)
    assert isinstance(session.phase, s.TakingCard)
    assert fx.EjectCard() in effects


def test_a_lost_device_of_the_loudspeaker_is_no_trouble_for_whoever_listens_or_reads() -> None:
    reads = a_session(s.ChoosingAmount(CARD))
    for session in (reads, with_plug(reads)):
        lost = after(session, ev.SoundLost("loudspeaker"))
        assert (lost.overlay, lost.sound.muted) == ("", False)
        assert after(lost, ev.SoundBack("loudspeaker")).sound.lost == frozenset()


# --- read to me -------------------------------------------------------------------------------


def test_read_to_me_is_for_the_screen_it_was_pressed_on() -> None:
    session = a_session(s.Reviewing(CARD, yuan(500), (5, 0, 0, 0)))
    assert withheld(session)
    aloud = after(session, ev.Chosen("read_aloud"))
    assert channel(aloud.sound) == "aloud"
    for leaving in (ev.Chosen("confirm"), ev.Chosen("change"), ev.Chosen("help"), ev.TimedOut()):
        assert channel(after(aloud, leaving).sound) == "loudspeaker", leaving
    assert channel(after(aloud, ev.HeadsetPlugged(), ev.HeadsetUnplugged()).sound) == "loudspeaker"


def test_nothing_is_read_aloud_where_nothing_is_withheld_or_somebody_listens_by_headset() -> None:
    for session in (
        a_session(s.ChoosingAmount(CARD)),
        with_plug(a_session(s.Reviewing(CARD, yuan(500), (5, 0, 0, 0)))),
    ):
        assert not withheld(session)
        assert not after(session, ev.Chosen("read_aloud")).sound.aloud


# --- the end ----------------------------------------------------------------------------------

SET = Sound(True, True, 6, 5, 1, "on", True, True, 2, frozenset(("loudspeaker",)))


def test_only_the_plug_and_a_lost_device_outlive_a_visit() -> None:
    assert ended(SET) == Sound(jack=True, lost=frozenset(("loudspeaker",)))
    assert ended(replace(SET, jack=False, lost=frozenset())) == SILENT_SO_FAR


@pytest.mark.parametrize("phase", [s.Farewell(s.Notice("goodbye")), s.Idle()])
def test_loudness_and_rate_are_the_machines_own_for_the_next_customer(phase: s.Phase) -> None:
    """AUD-08: 65 dBA at most once the customer has left, also where they only stood at the idle screen."""
    session = replace(a_session(phase), sound=SET)
    idle = after(session, ev.TimedOut())
    assert isinstance(idle.phase, s.Idle)
    assert idle.sound == ended(SET)
    pulled = replace(idle.sound, jack=False)
    assert LEVELS_DBA[level_of(pulled, idle.look) - 1] <= 65


def test_a_plug_pulled_out_of_an_idle_machine_takes_everything_with_it() -> None:
    session = replace(a_session(s.Idle(), profile="elder", language="en"), sound=IN)
    set_up = after(session, ev.KeyPressed("louder"), ev.KeyPressed("#"))
    assert (set_up.sound.headset_level, set_up.sound.rate) == (3, 3)
    pulled = after(set_up, ev.HeadsetUnplugged())
    assert (pulled.sound, pulled.look, pulled.overlay) == (SILENT_SO_FAR, s.Look(), "")
