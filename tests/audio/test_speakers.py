"""What the voice speaks through: engine, recordings, cache and mixer together, and the record of it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.clips import RATE_HZ, Clip, ClipCache, clip_name, joined, write_wav
from audio.outputs import SoundEvent
from audio.packs import Manifest, Packs, Recording, recording_sha256
from audio.speakers import Player, Recorder, gain
from audio.tts import Failed, Made, Synthesizer
from audio.utterance import IndiscreetError, Utterance, units_per_second
from audio.voice import Speaker, Unsaid
from terminal.events import SoundBack, SoundLost, SpeechEnded, SpeechStarted
from terminal.privacy import ALLOWED, Channel, Output, Privacy, output_of
from terminal.profile import Profile
from tests.audio.material import profiles, utterance

ELDER = profiles()["elder"]
SECOND = Clip(bytes(2 * RATE_HZ))
Speech = SpeechStarted | SpeechEnded
CHANNELS: tuple[Channel, ...] = ("loudspeaker", "aloud", "headset")
CLASSES: tuple[Privacy, ...] = ("P0", "P1", "P2", "P3")


def said(*sentences: str, privacy: Privacy = "P0") -> Utterance:
    """These sentences, told by their own first letters."""
    forms = tuple(f"form of {sentence}" for sentence in sentences)
    return Utterance("".join(sentences), "zh", privacy, sentences, forms)


class Ears:
    """A mixer that only listens: what was played where, and with which gain."""

    def __init__(self, *, able: bool = True) -> None:
        self.heard: list[tuple[Output, Clip, float]] = []
        self.tones: list[tuple[Output, str]] = []
        self.coming: list[SoundEvent] = []
        self.playing = False
        self.output: Output = "loudspeaker"
        self._able = able

    def use(self, output: Output, now: float) -> None:
        self.output, self.playing = output, False

    def able(self, now: float) -> bool:
        return self._able

    def speak(self, clip: Clip, gain: float, now: float) -> bool:
        self.heard.append((self.output, clip, gain))
        self.playing = True
        return True

    def speaking(self) -> bool:
        return self.playing

    def stop(self) -> None:
        self.playing = False

    def tone(self, name: str, gain: float, now: float) -> None:
        self.tones.append((self.output, name))

    def poll(self, now: float) -> Sequence[SoundEvent]:
        coming, self.coming = self.coming, []
        return coming

    def close(self) -> None:
        pass


class Engine(Synthesizer):
    """Answers when told, with a second of nothing for each sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[Utterance, set[int]]] = []
        self.answers: list[Made | Failed] = []
        self.polled = 0

    def request(
        self, utterance: Utterance, only: Collection[int], profile: Profile, now: float
    ) -> int:
        self.asked.append((utterance, set(only)))
        return len(self.asked)

    def poll(self, now: float) -> list[Made | Failed]:
        self.polled += 1
        answers, self.answers = self.answers, []
        return answers

    def answer(self, number: int) -> None:
        self.answers.append(Made(number, (SECOND,) * len(self.asked[number - 1][1])))


class Room:
    """A player, and what surrounds it."""

    def __init__(
        self, *, able: bool = True, packs: Packs | None = None, folder: Path | None = None
    ) -> None:
        self.ears, self.engine, self.cache = Ears(able=able), Engine(), ClipCache(folder)
        self.speaker = Player(self.ears, self.engine, self.cache, packs)


@pytest.fixture
def room() -> Room:
    return Room()


def test_speech_begins_after_the_lead_and_ends_with_the_clip(room: Room) -> None:
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.0)
    room.engine.answer(1)
    assert room.speaker.poll(0.5) == []
    assert room.ears.heard == []
    assert room.speaker.poll(0.6) == [SpeechStarted()]
    assert room.ears.heard == [("loudspeaker", SECOND, gain(ELDER))]
    assert room.speaker.poll(1.5) == []
    room.ears.playing = False
    assert room.speaker.poll(1.6) == [SpeechEnded()]
    assert room.speaker.due(1.6) is None


def test_a_machine_that_does_not_speak_has_no_child(room: Room) -> None:
    room.speaker.tone("press", ELDER, 0.0)
    room.speaker.use("loudspeaker", 0.0)
    assert room.speaker.poll(1.0) == []
    assert room.engine.polled == 0
    room.speaker.start(said("一"), "loudspeaker", ELDER, 1.0)
    room.speaker.poll(1.0)
    assert room.engine.polled == 1


def test_a_plug_has_the_engine_made_ready(room: Room) -> None:
    room.speaker.use("headset", 0.0)
    room.speaker.poll(0.0)
    assert room.engine.polled == 1


def test_sentences_are_joined_with_the_pause_of_the_profile(room: Room) -> None:
    room.speaker.start(said("一", "二"), "loudspeaker", ELDER, 0.0)
    room.engine.answer(1)
    room.speaker.poll(9.0)
    assert [clip for _, clip, _ in room.ears.heard] == [joined([SECOND, SECOND], 0.5)]


def test_a_sentence_is_made_once(room: Room) -> None:
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.0)
    room.speaker.stop(0.1)
    room.engine.answer(1)
    assert room.speaker.poll(0.2) == []
    room.speaker.start(said("二", "一", "二"), "loudspeaker", ELDER, 0.3)
    assert [only for _, only in room.engine.asked] == [{0}, {0}]
    room.engine.answer(2)
    assert room.speaker.poll(0.9) == [SpeechStarted()]


def test_what_is_being_made_is_not_asked_for_again(room: Room) -> None:
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.0)
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.1)
    assert len(room.engine.asked) == 1
    room.engine.answer(1)
    assert room.speaker.poll(0.8) == [SpeechStarted()]


def test_what_was_made_ahead_is_said_at_once(tmp_path: Path) -> None:
    name = clip_name("form of 一", "zh", units_per_second("zh", ELDER))
    ClipCache(tmp_path).put(name, SECOND)
    room = Room(folder=tmp_path)
    quick = replace(ELDER, speech_lead_ms=0)
    room.speaker.start(said("一"), "loudspeaker", quick, 0.0)
    assert [clip for _, clip, _ in room.ears.heard] == [SECOND]
    assert room.engine.asked == []
    assert room.speaker.poll(0.0) == [SpeechStarted()]


def test_hush_stops_the_mixer(room: Room) -> None:
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.0)
    room.engine.answer(1)
    room.speaker.poll(0.6)
    room.speaker.stop(0.7)
    assert not room.ears.playing
    assert room.speaker.poll(0.7) == [SpeechEnded()]


def test_failure_is_silence_and_the_next_utterance_is_said(room: Room) -> None:
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.0)
    room.engine.answers = [Failed(1)]
    assert room.speaker.poll(1.0) == []
    assert room.speaker.poll(9.0) == []
    assert room.ears.heard == []
    room.speaker.start(said("一"), "loudspeaker", ELDER, 10.0)
    room.engine.answer(2)
    assert room.speaker.poll(11.0) == [SpeechStarted()]


def test_a_failure_of_what_is_said_no_more_is_no_matter(room: Room) -> None:
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.0)
    room.speaker.start(said("二"), "loudspeaker", ELDER, 0.1)
    room.engine.answers = [Failed(1)]
    room.engine.answer(2)
    assert room.speaker.poll(1.0) == [SpeechStarted()]


def test_a_mixer_that_never_ends_is_ended(room: Room) -> None:
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.0)
    room.engine.answer(1)
    room.speaker.poll(1.0)
    assert room.speaker.poll(3.9) == []
    assert room.speaker.poll(4.0) == [SpeechEnded()]


def test_without_sound_nothing_is_made() -> None:
    room = Room(able=False)
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.0)
    assert room.engine.asked == []
    assert room.speaker.poll(9.0) == []


@pytest.mark.parametrize(("dba", "factor"), [(55, 0.056), (60, 0.1), (65, 0.178), (80, 1.0)])
def test_each_step_of_loudness_is_as_many_decibels(dba: int, factor: float) -> None:
    assert gain(replace(ELDER, loudness_dba=dba)) == pytest.approx(factor, abs=0.001)


# --- two ways out ----------------------------------------------------------------------------------


def test_a_change_of_output_ends_what_is_said_and_what_waits(room: Room) -> None:
    room.speaker.use("headset", 0.0)
    room.speaker.start(said("余额", privacy="P2"), "headset", ELDER, 0.0)
    room.engine.answer(1)
    assert room.speaker.poll(1.0) == [SpeechStarted()]
    room.speaker.start(said("卡号", privacy="P2"), "headset", ELDER, 1.1)
    room.speaker.use("loudspeaker", 1.2)
    assert not room.ears.playing
    room.engine.answer(2)
    assert room.speaker.poll(9.0) == [SpeechEnded()]
    assert room.speaker.poll(99.0) == []
    assert [output for output, _, _ in room.ears.heard] == ["headset"]


def test_the_same_output_again_ends_nothing(room: Room) -> None:
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.0)
    room.engine.answer(1)
    room.speaker.poll(0.6)
    room.speaker.use("loudspeaker", 0.7)
    assert room.ears.playing


def test_tones_go_where_speech_goes(room: Room) -> None:
    room.speaker.tone("press", ELDER, 0.0)
    room.speaker.use("headset", 1.0)
    room.speaker.tone("press", ELDER, 1.0)
    assert room.ears.tones == [("loudspeaker", "press"), ("headset", "press")]


def test_a_device_that_is_lost_ends_speech(room: Room) -> None:
    room.speaker.use("headset", 0.0)
    room.speaker.start(said("余额", privacy="P2"), "headset", ELDER, 0.0)
    room.engine.answer(1)
    room.speaker.poll(1.0)
    room.ears.coming = [SoundLost("headset")]
    assert room.speaker.poll(1.5) == [SpeechEnded(), SoundLost("headset")]
    room.ears.coming = [SoundBack("headset")]
    assert room.speaker.poll(2.5) == [SoundBack("headset")]


def test_the_other_device_that_is_lost_ends_nothing(room: Room) -> None:
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.0)
    room.engine.answer(1)
    room.speaker.poll(1.0)
    room.ears.coming = [SoundLost("headset")]
    assert room.speaker.poll(1.5) == [SoundLost("headset")]
    assert room.ears.playing


def speakers() -> list[Speaker]:
    return [Room().speaker, Recorder()]


@pytest.mark.parametrize("output", ["loudspeaker", "headset"])
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("privacy", CLASSES)
def test_nothing_is_said_that_its_channel_may_not_carry_or_on_another_output(
    privacy: Privacy, channel: Channel, output: Output
) -> None:
    for speaker in speakers():
        speaker.use(output, 0.0)
        if privacy in ALLOWED[channel] and output_of(channel) == output:
            speaker.start(said("一", privacy=privacy), channel, ELDER, 0.0)
            continue
        with pytest.raises(IndiscreetError):
            speaker.start(said("一", privacy=privacy), channel, ELDER, 0.0)


# --- what is kept ----------------------------------------------------------------------------------


@pytest.mark.parametrize("privacy", ["P1", "P2"])
def test_what_is_private_is_kept_nowhere(tmp_path: Path, privacy: Privacy) -> None:
    room = Room(folder=tmp_path / "clips")
    room.speaker.use("headset", 0.0)
    for number in (1, 2):
        room.speaker.start(said("余额", "一", privacy=privacy), "headset", ELDER, 0.0)
        room.engine.answer(number)
        room.speaker.poll(9.0)
        assert len(room.engine.asked) == number, "made anew each time"
    assert len(room.ears.heard) == 2
    assert not (tmp_path / "clips").exists()
    assert room.cache._clips == {}
    room.speaker.stop(10.0)
    assert room.speaker._wanted is None
    assert room.speaker._asked == {}


def test_public_sentences_of_a_private_utterance_are_taken_from_the_cache(room: Room) -> None:
    room.speaker.start(said("请看"), "loudspeaker", ELDER, 0.0)
    room.engine.answer(1)
    room.speaker.poll(9.0)
    room.speaker.use("headset", 10.0)
    room.speaker.start(said("请看", "余额", privacy="P2"), "headset", ELDER, 10.0)
    assert [only for _, only in room.engine.asked] == [{0}, {1}]
    room.engine.answer(2)
    assert room.speaker.poll(19.0)[-1] == SpeechStarted()


def test_what_is_private_is_not_waited_for_as_if_it_were_kept(room: Room) -> None:
    """A public sentence that a private utterance has ordered is not kept, so it is ordered again."""
    room.speaker.use("headset", 0.0)
    room.speaker.start(said("请看", "余额", privacy="P2"), "headset", ELDER, 0.0)
    room.speaker.start(said("请看"), "headset", ELDER, 0.1)
    assert [only for _, only in room.engine.asked] == [{0, 1}, {0}]


# --- recordings ------------------------------------------------------------------------------------


def recorded(folder: Path, *texts: str, rate: float = 3.3) -> Packs:
    """A pack in which each of these texts is half a second."""
    recordings = []
    for n, text in enumerate(texts):
        path = folder / f"{n}.wav"
        write_wav(path, Clip(bytes([n + 1, 0]) * (RATE_HZ // 2)))
        recordings.append(Recording(text, path.name, recording_sha256(path.read_bytes()), rate))
    return Packs([(folder, Manifest("zh", "somebody", "CC0-1.0", tuple(recordings)))])


def test_a_recording_takes_the_engines_place(tmp_path: Path) -> None:
    room = Room(packs=recorded(tmp_path, "一。二。"))
    room.speaker.start(said("一。", "二。"), "loudspeaker", ELDER, 0.0)
    assert room.engine.asked == []
    assert room.speaker.poll(0.6) == [SpeechStarted()]
    assert [clip.pcm[:2] for _, clip, _ in room.ears.heard] == [b"\1\0"]


def test_what_is_not_recorded_as_a_whole_is_said_by_the_engine(tmp_path: Path) -> None:
    room = Room(packs=recorded(tmp_path, "一。"))
    room.speaker.start(said("一。", "二。"), "loudspeaker", ELDER, 0.0)
    assert [only for _, only in room.engine.asked] == [{0, 1}]


def test_what_is_private_is_never_looked_for_among_recordings(tmp_path: Path) -> None:
    room = Room(packs=recorded(tmp_path, "一。"))
    room.speaker.start(said("一。", privacy="P1"), "aloud", ELDER, 0.0)
    assert len(room.engine.asked) == 1


# --- the record of what is said ----------------------------------------------------------------------


def test_the_record_tells_channel_and_output() -> None:
    recorder = Recorder()
    recorder.start(utterance("idle"), "aloud", ELDER, 0.0)
    recorder.poll(60.0)
    recorder.use("headset", 60.0)
    recorder.start(utterance("idle"), "headset", ELDER, 60.0)
    recorder.tone("press", ELDER, 60.0)
    recorder.poll(61.0)
    recorder.use("loudspeaker", 61.0)
    assert [(p.channel, p.interrupted) for p in recorder.spoken] == [
        ("aloud", False),
        ("headset", True),
    ]
    assert [(tone.name, tone.output) for tone in recorder.tones] == [("press", "headset")]


def test_a_record_without_a_device_is_silent_and_tells_so() -> None:
    gone: tuple[Output, ...] = ("headset",)
    recorder = Recorder(without=gone)
    recorder.use("headset", 0.0)
    assert recorder.poll(0.0) == [SoundLost("headset")]
    recorder.start(utterance("idle"), "headset", ELDER, 0.0)
    recorder.tone("press", ELDER, 0.0)
    assert recorder.poll(60.0) == []
    assert (recorder.spoken, recorder.tones) == ([], [])
    recorder.give_back("headset", 61.0)
    assert recorder.poll(61.0) == [SoundBack("headset")]
    recorder.start(utterance("idle"), "headset", ELDER, 61.0)
    recorder.poll(62.0)
    recorder.lose("headset", 62.0)
    assert recorder.poll(62.0) == [SpeechEnded(), SoundLost("headset")]


_acts = st.lists(
    st.tuples(
        st.sampled_from(("use", "start", "stop", "tone", "poll", "lose", "back", "answer", "fail")),
        st.sampled_from(CHANNELS),
        st.sampled_from(CLASSES),
        st.floats(0.0, 3.0),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(_acts)
def test_whatever_is_asked_for_nothing_private_comes_out_of_the_loudspeaker(
    acts: list[tuple[str, Channel, Privacy, float]],
) -> None:
    """The last line, whatever the voice above asks for: what the mixer plays on the loudspeaker was
    made of utterances that its channel may carry, and speech never began that did not end."""
    room, now, spoken = Room(), 0.0, dict[str, Privacy]()
    events = list[object]()
    for number, (act, channel, privacy, seconds) in enumerate(acts):
        now += seconds
        match act:
            case "use":
                room.speaker.use(output_of(channel), now)
            case "start":
                text = f"{privacy}-{channel}-{number}。"
                try:
                    room.speaker.start(said(text, privacy=privacy), channel, ELDER, now)
                except IndiscreetError:
                    assert privacy not in ALLOWED[channel] or output_of(channel) != room.ears.output
                else:
                    spoken[text] = privacy
            case "stop":
                room.speaker.stop(now)
            case "tone":
                room.speaker.tone("press", ELDER, now)
            case "lose":
                room.ears.coming.append(SoundLost(output_of(channel)))
            case "back":
                room.ears.coming.append(SoundBack(output_of(channel)))
            case "answer":
                waiting = sorted(room.speaker._asked)
                for one in waiting[:1]:
                    sentence = room.engine.asked[one - 1][0].text.encode()
                    room.engine.answers.append(
                        Made(one, (Clip(sentence + b" "[: len(sentence) % 2]),))
                    )
            case "fail":
                room.engine.answers += [Failed(one) for one in sorted(room.speaker._asked)[:1]]
        events += room.speaker.poll(now)
    for output, clip, _ in room.ears.heard:
        privacy_said = spoken[clip.pcm.decode().strip()]
        allowed = ALLOWED["headset"] if output == "headset" else ALLOWED["aloud"]
        assert privacy_said in allowed
    began = [isinstance(e, SpeechStarted) for e in events if isinstance(e, Speech)]
    assert began == [n % 2 == 0 for n in range(len(began))]


def test_what_the_engine_could_not_make_is_tried_once_more_and_then_told(room: Room) -> None:
    room.speaker.start(said("一", privacy="P0"), "loudspeaker", ELDER, 0.0)
    room.engine.answers = [Failed(1)]
    assert room.speaker.poll(0.1) == []
    assert len(room.engine.asked) == 2
    room.engine.answers = [Failed(2)]
    assert room.speaker.poll(0.2) == [Unsaid()]
    assert (room.ears.heard, room.speaker.due(0.3)) == ([], None)


def test_a_second_try_is_said(room: Room) -> None:
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.0)
    room.engine.answers = [Failed(1)]
    room.speaker.poll(0.1)
    room.engine.answer(2)
    assert room.speaker.poll(0.6) == [SpeechStarted()]


def test_an_order_that_nobody_waits_for_may_fail_and_the_amount_is_said(room: Room) -> None:
    """Eight presses of "say it again" in a second: the engine gives up the oldest, the last one comes."""
    amount = said("一千元", privacy="P1")
    room.speaker.use("headset", 0.0)
    for n in range(8):
        room.speaker.start(amount, "headset", ELDER, n * 0.15)
        if n >= 4:
            room.engine.answers = [Failed(n - 3)]
        assert room.speaker.poll(n * 0.15) == []
    room.engine.answer(8)
    assert room.speaker.poll(2.0) == [SpeechStarted()]
    assert len(room.engine.asked) == 8


def test_a_sentence_that_another_order_was_making_is_asked_for_when_that_fails(room: Room) -> None:
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.0)
    room.speaker.start(said("一", "二"), "loudspeaker", ELDER, 0.1)
    assert [only for _, only in room.engine.asked] == [{0}, {1}]
    room.engine.answers = [Failed(1)]
    assert room.speaker.poll(0.2) == []
    assert [only for _, only in room.engine.asked] == [{0}, {1}, {0}]
    room.engine.answer(2)
    room.engine.answer(3)
    assert room.speaker.poll(1.0) == [SpeechStarted()]


def test_an_engine_that_is_gone_is_not_asked_for_ever(room: Room) -> None:
    room.speaker.start(said("一"), "loudspeaker", ELDER, 0.0)
    room.speaker.start(said("一", "二"), "loudspeaker", ELDER, 0.1)
    told: list[object] = []
    for n in range(1, 30):
        room.engine.answers = [Failed(n)]
        told += room.speaker.poll(0.1 + n / 10)
    assert told == [Unsaid()]
    assert len(room.engine.asked) < 12
