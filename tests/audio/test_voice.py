"""The voice on a clock that moves when told: what is said, what interrupts it, what it never says."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.clips import TONES, tone
from audio.speakers import Recorder, Spoken
from audio.utterance import captioned, expected_seconds
from audio.voice import Silence, SpeechEvent, Voice
from sim.stage.samples import CARD, MACHINE, MIX, ORDER, SAMPLES, at
from terminal import session as s
from terminal.asking import Cue
from terminal.events import SpeechEnded, SpeechStarted
from terminal.messages import VOICED
from terminal.money import yuan
from terminal.privacy import ALLOWED
from terminal.profile import Language, ProfileName
from terminal.prompts import PROMPTS, prompt_of
from terminal.runtime import next_deadline
from tests.audio.material import EVERY, PROFILE_NAMES, catalogues, pinyin, profiles, utterance

ELDER = s.Look(profile="elder")
LEAD = profiles()["elder"].speech_lead_ms / 1000
CHOOSING = replace(at(s.ChoosingAmount(CARD)), look=ELDER)
REVIEWING = replace(at(s.Reviewing(CARD, yuan(1_500), MIX)), look=ELDER)
TAKING = replace(at(s.TakingNotes(ORDER, MIX)), look=ELDER)
ENTERING = replace(at(s.EnteringPin(CARD)), look=ELDER)


class Listener:
    """A voice, its record, and a clock that goes where it is told."""

    def __init__(self) -> None:
        self.record = Recorder()
        self.voice = Voice(self.record, catalogues(), pinyin(), profiles())
        self.now = 100.0
        self.events: list[tuple[float, SpeechEvent]] = []

    def shows(self, session: s.Session) -> "Listener":
        self.voice.show(session, self.now)
        return self

    def waits(self, seconds: float) -> "Listener":
        """Moves the clock, stopping wherever the voice has something to tell."""
        until = self.now + seconds
        while (due := self.voice.due(self.now)) is not None and due <= until:
            self.now = max(self.now, due)
            self._hear()
        self.now = until
        self._hear()
        return self

    def _hear(self) -> None:
        self.events += [(self.now, event) for event in self.voice.poll(self.now)]

    @property
    def texts(self) -> list[str]:
        return [spoken.text for spoken in self.record.spoken]

    @property
    def tones(self) -> list[str]:
        return [tone.name for tone in self.record.tones]


@pytest.fixture
def listener() -> Listener:
    return Listener()


def reminded(session: s.Session, number: int) -> s.Session:
    return replace(session, wait=replace(session.wait, reminded=number))


def test_a_prompt_is_said_after_its_lead_and_takes_its_time(listener: Listener) -> None:
    listener.shows(CHOOSING).waits(60)
    said = utterance("choose_amount")
    seconds = expected_seconds(said, profiles()["elder"])
    begun, ended = 100.0 + LEAD, 100.0 + LEAD + seconds
    assert listener.record.spoken == [
        Spoken(begun, ended, said.text, said.form, "zh", "P0", interrupted=False)
    ]
    assert listener.events == [(begun, SpeechStarted()), (ended, SpeechEnded())]


def test_the_same_prompt_is_said_once(listener: Listener) -> None:
    listener.shows(CHOOSING)
    for _ in range(10):
        listener.waits(3).shows(replace(CHOOSING, wait=s.Wait(since=listener.now)))
    assert listener.texts == [utterance("choose_amount").text]


def test_a_new_prompt_ends_the_old_one_at_once(listener: Listener) -> None:
    listener.shows(CHOOSING).waits(2.0).shows(REVIEWING).waits(60)
    first, second = listener.record.spoken
    assert first.interrupted
    assert first.until == 102.0
    assert second.text == utterance("review").text
    assert second.at == 102.0 + LEAD


def test_a_prompt_that_passes_before_its_lead_is_not_begun(listener: Listener) -> None:
    listener.shows(CHOOSING).waits(LEAD / 2).shows(REVIEWING).waits(60)
    assert listener.texts == [utterance("review").text]
    assert len(listener.events) == 2


def test_a_press_ends_speech_within_the_same_turn(listener: Listener) -> None:
    listener.shows(CHOOSING).waits(1.0)
    listener.voice.pressed(listener.now)
    listener.waits(60)
    assert [(p.until, p.interrupted) for p in listener.record.spoken] == [(101.0, True)]
    assert listener.events[-1] == (101.0, SpeechEnded())
    assert listener.tones[-1] == "press"


def test_a_press_during_the_lead_keeps_it_silent(listener: Listener) -> None:
    listener.shows(CHOOSING).waits(LEAD / 2)
    listener.voice.hush(listener.now)
    listener.waits(60)
    assert listener.record.spoken == []
    assert listener.events == []


def test_say_again_says_the_same_words(listener: Listener) -> None:
    listener.shows(REVIEWING).waits(60)
    listener.voice.say_again(listener.now)
    listener.waits(60)
    assert listener.texts == [utterance("review").text] * 2


def test_the_standard_profile_has_tones_and_speaks_when_asked(listener: Listener) -> None:
    listener.shows(replace(CHOOSING, look=s.Look())).waits(60)
    assert listener.record.spoken == []
    assert listener.tones == ["step"]
    assert listener.voice.caption == ""
    listener.voice.say_again(listener.now)
    listener.waits(60)
    assert listener.texts == [utterance("choose_amount").text]
    assert listener.voice.caption == utterance("choose_amount").text


def test_reminders_say_it_in_other_words_and_the_last_one_says_what_happens(
    listener: Listener,
) -> None:
    listener.shows(TAKING).waits(15)
    for number in (1, 2, 3):
        listener.shows(reminded(TAKING, number)).waits(15)
    words = ("", "_2", "_last")
    keys = ["take_notes", *(f"reminder.take_notes{word}" for word in words)]
    assert listener.texts == [utterance(key).text for key in keys]


def test_waiting_for_a_machine_is_filled(listener: Listener) -> None:
    waiting = replace(at(s.Dispensing(ORDER)), look=ELDER)
    listener.shows(waiting).waits(10).shows(reminded(waiting, 1)).waits(10)
    assert listener.texts[-1] == utterance("reminder.waiting").text


def test_a_reminder_in_the_standard_profile_is_the_cue_again(listener: Listener) -> None:
    waiting = replace(at(s.Dispensing(ORDER)), look=s.Look())
    listener.shows(waiting).waits(10).shows(reminded(waiting, 1)).waits(10)
    assert listener.record.spoken == []


def test_what_lies_in_a_slot_is_warned_of_by_voice_in_every_profile(listener: Listener) -> None:
    taking = replace(TAKING, look=s.Look())
    listener.shows(taking).waits(10).shows(reminded(taking, 1)).waits(10)
    assert listener.texts == [utterance("reminder.take_notes").text]


def test_the_question_for_more_time_is_seen_heard_and_said_in_every_profile(
    listener: Listener,
) -> None:
    choosing = replace(CHOOSING, look=s.Look())
    listener.shows(choosing).waits(30).shows(replace(choosing, overlay="more_time")).waits(30)
    assert listener.texts == [utterance("more_time").text]
    assert [tone.name for tone in listener.record.tones] == ["step", "step"]


def test_an_overlay_is_said_and_the_prompt_again_when_it_closes(listener: Listener) -> None:
    asked = replace(CHOOSING, overlay="more_time")
    listener.shows(CHOOSING).waits(30).shows(asked).waits(30).shows(CHOOSING).waits(30)
    keys = ("choose_amount", "more_time", "choose_amount")
    assert listener.texts == [utterance(key).text for key in keys]


def test_a_change_of_looks_is_announced_once(listener: Listener) -> None:
    applied = replace(ENTERING, look=replace(ELDER, said="applied"))
    listener.shows(applied).waits(60)
    listener.shows(replace(applied, phase=s.ChoosingAmount(CARD))).waits(60)
    first, second = listener.texts
    assert first == utterance("look.applied").text + utterance("enter_pin").text
    assert second == utterance("choose_amount").text


def test_an_offer_is_said_before_the_prompt_and_once(listener: Listener) -> None:
    offered = replace(CHOOSING, look=replace(ELDER, offer="standard"))
    listener.shows(offered).waits(60).shows(replace(offered, page=1)).waits(60)
    asked = utterance("look.offered_standard").text + utterance("choose_amount").text
    assert listener.texts == [asked]


def test_what_is_asked_about_the_next_visit_is_said_after_the_goodbye(listener: Listener) -> None:
    leaving = replace(at(s.Farewell(s.Notice("goodbye"))), look=replace(ELDER, offer="remember"))
    listener.shows(leaving).waits(60)
    goodbye = utterance("notice.goodbye").text
    assert listener.texts == [goodbye + utterance("look.offered_remember").text]


def test_a_language_switch_says_the_prompt_in_the_new_language(listener: Listener) -> None:
    english = replace(CHOOSING, look=replace(ELDER, language="en"))
    listener.shows(CHOOSING).waits(60).shows(english).waits(60)
    assert [p.lang for p in listener.record.spoken] == ["zh", "en"]
    assert listener.tones == ["step"]


# --- languages that are read only --------------------------------------------------------------

READ_ONLY = sorted(set(EVERY) - VOICED)


def read(session: s.Session, language: Language) -> s.Session:
    return replace(session, look=replace(session.look, language=language))


@pytest.mark.parametrize("language", READ_ONLY)
def test_a_language_without_a_voice_is_spoken_by_no_other(
    listener: Listener, language: Language
) -> None:
    """Not in the profile that speaks, not when asked, not when something lies in a slot: it has the
    tones of any screen, and what would be said is there to be read."""
    listener.shows(read(REVIEWING, language)).waits(60)
    assert listener.voice.caption == captioned(catalogues()[language], "review", {})
    listener.shows(read(CHOOSING, language))
    listener.voice.say_again(listener.now)
    listener.waits(60)
    assert listener.voice.caption == captioned(catalogues()[language], "choose_amount", {})
    assert listener.record.spoken == []
    assert listener.events == []
    assert listener.tones == ["step", "step"]


@pytest.mark.parametrize("profile", PROFILE_NAMES)
@pytest.mark.parametrize("language", READ_ONLY)
def test_without_a_voice_a_reminder_has_its_tone_and_its_words_to_read(
    listener: Listener, language: Language, profile: ProfileName
) -> None:
    taking = replace(TAKING, look=s.Look(profile=profile, language=language))
    listener.shows(taking).waits(15)
    captions = []
    for number in (1, 2, 3):
        listener.shows(reminded(taking, number)).waits(15)
        captions.append(listener.voice.caption)
    keys = [f"reminder.take_notes{word}" for word in ("", "_2", "_last")]
    last = len(profiles()[profile].patience[prompt_of(taking).waits].reminders)
    assert captions[last - 1] == captioned(catalogues()[language], keys[-1], {})
    assert captions[0] == captioned(catalogues()[language], keys[0], {})
    assert listener.tones == ["notes"] * 4
    assert listener.record.spoken == []


@pytest.mark.parametrize("language", READ_ONLY)
def test_without_a_voice_limits_begin_with_the_screen(
    listener: Listener, language: Language
) -> None:
    """No speech begins, so none holds a limit back, as in a profile that does not speak."""
    shown = replace(read(CHOOSING, language), wait=s.Wait(since=listener.now))
    listener.shows(shown)
    first = profiles()["elder"].patience[prompt_of(shown).waits].reminders[0]
    assert listener.voice.due(listener.now) is None
    assert next_deadline(shown, profiles()) == listener.now + first
    assert listener.waits(first).events == []


def test_a_language_without_a_voice_ends_what_another_was_saying(listener: Listener) -> None:
    listener.shows(CHOOSING).waits(2.0).shows(read(CHOOSING, "ug")).waits(60)
    assert [(p.lang, p.interrupted, p.until) for p in listener.record.spoken] == [
        ("zh", True, 102.0)
    ]
    listener.shows(read(CHOOSING, "en")).waits(60)
    assert [p.lang for p in listener.record.spoken] == ["zh", "en"]


def test_the_caption_is_what_is_said(listener: Listener) -> None:
    listener.shows(REVIEWING)
    assert listener.voice.caption == utterance("review").text
    listener.shows(replace(REVIEWING, look=s.Look()))
    assert listener.voice.caption == ""


def test_nothing_is_said_after_the_visit(listener: Listener) -> None:
    bye = replace(at(s.Farewell(s.Notice("done", {"amount": yuan(100)}))), look=ELDER)
    idle = s.Session(s.Idle(), MACHINE)
    listener.shows(bye).waits(2.0).shows(idle).waits(60)
    assert [p.interrupted for p in listener.record.spoken] == [True]
    assert listener.record.spoken[0].until == 102.0
    assert listener.voice.caption == ""


def test_the_idle_screen_does_not_speak_after_whoever_has_gone(listener: Listener) -> None:
    listener.shows(TAKING).waits(60).shows(s.Session(s.Idle(), MACHINE, look=ELDER)).waits(60)
    assert listener.texts == [utterance("take_notes").text]


def test_a_customer_who_asks_for_large_text_before_the_card_is_spoken_to(
    listener: Listener,
) -> None:
    idle = s.Session(s.Idle(), MACHINE)
    listener.shows(idle).waits(5).shows(replace(idle, look=ELDER)).waits(60)
    [said] = listener.texts
    assert said.startswith(utterance("idle").text)
    assert said.endswith("反诈专线，九六一一零。")  # the last of what stands there to be read


def test_every_pin_digit_has_the_same_tone_and_no_word(listener: Listener) -> None:
    listener.shows(ENTERING).waits(1.0)
    for digits in (1, 2, 4, 5, 6):
        listener.shows(replace(ENTERING, phase=s.EnteringPin(CARD, digits=digits))).waits(0.3)
    listener.waits(60)
    assert listener.tones == ["step", *["digit"] * 6]
    assert [(p.text, p.interrupted) for p in listener.record.spoken] == [
        (utterance("enter_pin").text, True)
    ]


def test_clearing_the_pin_makes_no_tone(listener: Listener) -> None:
    listener.shows(replace(ENTERING, phase=s.EnteringPin(CARD, digits=4)))
    before = listener.tones.count("digit")
    listener.shows(ENTERING)
    assert listener.tones.count("digit") == before


def test_every_cue_is_a_tone_and_over_before_the_sentence() -> None:
    for cue in Cue:
        if cue is not Cue.NONE:
            assert tone(cue.value).seconds <= LEAD
    assert {p.cue.value for p in PROMPTS.values()} - {""} <= set(TONES)


def test_silence_has_the_same_calls() -> None:
    silence = Silence()
    silence.show(CHOOSING, 0.0)
    silence.pressed(0.0)
    silence.say_again(0.0)
    silence.hush(0.0)
    assert silence.poll(1.0) == ()
    assert silence.due(1.0) is None
    silence.close()
    public = {name for name in dir(Voice) if not name.startswith("_")}
    assert public <= set(dir(Silence))


Step = tuple[str, Language, ProfileName, float, str]
_steps: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.sampled_from(sorted(SAMPLES)),
        st.sampled_from(EVERY),
        st.sampled_from(PROFILE_NAMES),
        st.floats(0.0, 20.0),
        st.sampled_from(("", "", "hush", "again", "remind")),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(_steps)
def test_whatever_happens_nothing_overlaps_and_nothing_private_is_said(steps: list[Step]) -> None:
    listener = Listener()
    for name, language, profile, seconds, act in steps:
        session = SAMPLES[name]
        look = replace(session.look, language=language, profile=profile)
        session = replace(session, look=look)
        listener.shows(session).waits(seconds)
        match act:
            case "hush":
                listener.voice.hush(listener.now)
            case "again":
                listener.voice.say_again(listener.now)
            case "remind":
                listener.shows(reminded(session, session.wait.reminded + 1))
        listener.waits(seconds / 2)
    listener.waits(60)
    spoken = listener.record.spoken
    assert {p.lang for p in spoken} <= VOICED
    assert all(p.privacy in ALLOWED[p.channel] and p.until >= p.at for p in spoken)
    assert all(one.until <= two.at for one, two in pairwise(spoken))
    kinds = [type(event) for _, event in listener.events]
    assert kinds == [SpeechStarted, SpeechEnded] * len(spoken)
    private = (
        "一千五百",
        "五千",
        "0123",
        "204817",
        "二零四八一七",
        "one thousand",
        "two zero four",
    )
    public = [p.text for p in spoken if p.channel == "loudspeaker"]
    assert not [text for text in public if any(secret in text for secret in private)]
