"""A visit without sight, recorded: one sound file of what the headset plays, and its captions.

The terminal is whole and its clock is moved: a customer plugs a headset in, listens to everything to its
end, and draws cash with the keys. Each utterance is made by the real engine; how long its clip lasts is how
long the visit waits for it, so that everything stands in the file where it would be heard. The captions are
WebVTT: the text of each utterance while it is said, and between them, as notes, what the hands did.

Loudness is left as the engine made it: the file is for a desk, not for an ear at a machine.
"""

import array
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

from audio.clips import RATE_HZ, Clip, joined, tone, write_whole_wav
from audio.speakers import Recorder, Spoken, Toned
from audio.tts import Made, Synthesizer
from audio.utterance import Utterance, expected_seconds, units_per_second
from devices.clock import SystemClock
from sim.stage.bench import Bench, StoryStuckError
from sim.stage.settings import ConfigurationError, Design, Settings
from sim.stage.voices import Speech, voice_with
from sim.world.bank import CUSTOMERS
from terminal import session as s
from terminal.ports import NEVER
from terminal.profile import Language, Profile

WELL, BROKEN = 0, 1

CARD: Final = "lin"
AMOUNT: Final = "500"

PACE_MISS_MAX: Final = 0.15
"""AUD-15: how far a clip may be from what its pace says."""

SHORT_MISS_SECONDS_MAX: Final = 0.3
"""The same for a few words: the engine does not say "press two" at any pace, and is not made to."""

STEP_SECONDS: Final = 0.1
THINK_SECONDS: Final = 0.8
"""After the last word, before the hand moves."""
KEY_SECONDS: Final = 0.45
VISIT_SECONDS_MAX: Final = 900.0
TRIES: Final = 3
LOOK_SECONDS: Final = 0.005
MARGIN_SECONDS: Final = 1.0
"""Silence before the plug goes in, and after the last word."""


class Studio:
    """The engine, asked for one utterance at a time, and every clip that it made in its order."""

    def __init__(self, synthesizer: Synthesizer | None = None) -> None:
        self.takes: list[tuple[Utterance, Profile, Clip]] = []
        self._synthesizer = Synthesizer() if synthesizer is None else synthesizer
        self._made: dict[tuple[object, ...], Clip] = {}

    def seconds(self, utterance: Utterance, profile: Profile) -> float:
        """How long it lasts. Raises ConfigurationError where there is no engine."""
        pace = units_per_second(utterance.lang, profile)
        key = utterance.forms, utterance.lang, pace, profile.sentence_pause_ms
        if key not in self._made:
            self._made[key] = self._asked(utterance, profile)
        clip = self._made[key]
        self.takes.append((utterance, profile, clip))
        return clip.seconds

    def close(self) -> None:
        """Ends the engine's processes."""
        self._synthesizer.close()

    def _asked(self, utterance: Utterance, profile: Profile) -> Clip:
        clock, pause = SystemClock(), threading.Event()
        for _ in range(TRIES):
            everything = range(len(utterance.sentences))
            number = self._synthesizer.request(utterance, everything, profile, clock.now())
            while True:
                done = [one for one in self._synthesizer.poll(clock.now()) if one.id == number]
                if done:
                    break
                pause.wait(LOOK_SECONDS)
            if isinstance(made := done[0], Made):
                return joined(made.clips, profile.sentence_pause_ms / 1000)
        raise ConfigurationError(
            f"The speech engine did not say “{utterance.text}”; look whether pyttsx3 works here."
        )


@dataclass(frozen=True, slots=True)
class Cue:
    """One utterance in the file: from `start` to `end` (seconds in the file), its clip as far as it was
    heard, and how long it should have taken."""

    start: float
    end: float
    text: str
    clip: Clip
    expected: float
    whole: bool


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was recorded. `deeds` are what the hands did, and when."""

    cues: tuple[Cue, ...]
    tones: tuple[Toned, ...]
    deeds: tuple[tuple[float, str], ...]
    spoken: tuple[Spoken, ...]
    sound: Clip
    ending: str = ""
    paid: int = 0


@dataclass
class Visitor:
    """Somebody who cannot see: listens to the end, then does what was asked."""

    bench: Bench
    deeds: list[tuple[float, str]] = field(default_factory=list)
    ending: str = ""

    def visit(self, language: Language) -> None:
        """From the plug that goes in to the one that is pulled. Raises StoryStuckError."""
        self._does("plug_headset")
        self._listens()
        if language != "zh":
            self._does(LANGUAGE_KEYS[language])
            self._listens()
        self._does(f"insert:{CARD}")
        while not isinstance(self._next_question().phase, s.Idle):
            for deed in self._answer(self.bench.session):
                self._does(deed)
        self._does("pull_headset")

    def _answer(self, session: s.Session) -> Sequence[str]:
        match session.phase:
            case s.EnteringPin():
                return [*(f"key:{digit}" for digit in CUSTOMERS[CARD].pin), "key:enter"]
            case s.ChoosingAmount():
                return [f"key:{AMOUNT[0]}"]
            case s.EnteringAmount():
                return [*(f"key:{digit}" for digit in AMOUNT[1:]), "key:enter"]
            case s.Reviewing():
                return ["key:enter"]
            case s.TakingCard():
                return ["take_card"]
            case s.TakingNotes():
                return ["take_notes"]
            case s.Counting():
                return ["take_notes", "key:enter"]
            case _:
                return ()

    def _next_question(self) -> s.Session:
        """Until something is asked, and all of it was said."""
        asked = self.bench.session.phase
        limit = self.bench.clock.now() + VISIT_SECONDS_MAX
        while not self._is_question(self.bench.session.phase, asked):
            if self.bench.clock.now() > limit:
                raise StoryStuckError(f"still {self.bench.session.phase}")
            self.bench.waits(STEP_SECONDS)
        phase = self.bench.session.phase
        self.ending = phase.notice.key if isinstance(phase, s.Farewell) else self.ending
        self._listens()
        return self.bench.session

    def _is_question(self, phase: s.Phase, before: s.Phase) -> bool:
        if isinstance(phase, s.TakingCard):
            return phase.at_gate
        questions = (
            s.EnteringPin | s.ChoosingAmount | s.EnteringAmount | s.Reviewing | s.TakingNotes
        )
        if isinstance(phase, questions | s.Counting):
            return True
        if isinstance(phase, s.Farewell):
            return not self.ending
        return isinstance(phase, s.Idle) and not isinstance(before, s.Idle)

    def _does(self, deed: str) -> None:
        typing = isinstance(self.bench.session.phase, s.EnteringPin) and deed != "key:enter"
        told = "a digit of the PIN" if typing else deed
        self.deeds.append((self.bench.clock.now(), told))
        self.bench.does(deed)
        self.bench.waits(KEY_SECONDS)

    def _listens(self) -> None:
        """To the last word, and then thinks."""
        self.bench.waits(THINK_SECONDS)
        while self.bench.voice.due(self.bench.clock.now()) != NEVER:
            self.bench.waits(STEP_SECONDS)
        self.bench.waits(THINK_SECONDS)


LANGUAGE_KEYS: Final[Mapping[Language, str]] = {"en": "key:2"}
"""What the spoken menu of the first screen says."""


def recorded(language: Language, studio: Studio) -> Demonstration:
    """One visit. Raises StoryStuckError where it does not come to its end, and ConfigurationError."""
    recorder = Recorder(takes=studio.seconds)

    def speech(design: Design) -> Speech:
        return Speech(voice_with(recorder, design), recorder.spoken)

    bench = Bench(settings=Settings(), speech=speech)
    try:
        visitor = Visitor(bench.boot().ready())
        visitor.visit(language)
        bench.waits(MARGIN_SECONDS)
        paid = bench.world.paid_out()
    finally:
        bench.store.close()
    begin = visitor.deeds[0][0] - MARGIN_SECONDS
    cues = tuple(_cues(recorder.spoken, studio.takes, begin))
    tones = tuple(Toned(one.at - begin, one.name, one.output) for one in recorder.tones)
    return Demonstration(
        cues,
        tones,
        tuple((at - begin, deed) for at, deed in visitor.deeds),
        tuple(recorder.spoken),
        mixed(cues, tones),
        visitor.ending,
        paid,
    )


def _cues(
    spoken: Sequence[Spoken], takes: Sequence[tuple[Utterance, Profile, Clip]], begin: float
) -> Iterator[Cue]:
    """Each utterance that was begun, with its clip: takes that were not begun are passed over."""
    following = iter(takes)
    for one in spoken:
        made = next(take for take in following if take[0].form == one.spoken_form)
        utterance, profile, clip = made
        samples = round((one.until - one.at) * clip.rate_hz)
        heard = Clip(clip.pcm[: 2 * samples], clip.rate_hz)
        yield Cue(
            one.at - begin,
            one.until - begin,
            one.text,
            heard,
            expected_seconds(utterance, profile),
            not one.interrupted,
        )


def mixed(cues: Sequence[Cue], tones: Sequence[Toned]) -> Clip:
    """Speech and tones in one sound; tones wait for each other, as they do at the machine."""
    placed = [(cue.start, cue.clip) for cue in cues]
    free = 0.0
    for one in tones:
        clip, at = tone(one.name), max(one.at, free)
        placed.append((at, clip))
        free = at + clip.seconds
    end = max((at + clip.seconds for at, clip in placed), default=0.0) + MARGIN_SECONDS
    whole = array.array("h", bytes(2 * round(end * RATE_HZ)))
    for at, clip in placed:
        first = round(at * RATE_HZ)
        for number, sample in enumerate(array.array("h", clip.pcm), start=first):
            whole[number] = max(-32_768, min(32_767, whole[number] + sample))
    return Clip(whole.tobytes(), RATE_HZ)


# --- captions -----------------------------------------------------------------------------------


def captions(made: Demonstration, language: Language) -> str:
    """WebVTT."""
    blocks = [f"WEBVTT\nKind: captions\nLanguage: {language}"]
    timed = [
        (cue.start, f"{_clock(cue.start)} --> {_clock(cue.end)}\n{cue.text}") for cue in made.cues
    ]
    timed += [(at, f"NOTE {_clock(at)} {deed}") for at, deed in made.deeds]
    blocks += [text for _, text in sorted(timed, key=lambda one: one[0])]
    return "\n\n".join(blocks) + "\n"


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def faults(made: Demonstration) -> Iterator[str]:
    """What is not as it must be."""
    if (made.ending, made.paid) != ("done", int(AMOUNT)):
        yield f"the visit ended with {made.ending or 'nothing'} and {made.paid} yuan"
    if [cue.text for cue in made.cues] != [one.text for one in made.spoken]:
        yield "the captions are not what was said"
    for one, other in zip(made.cues, made.cues[1:], strict=False):
        if other.start < one.end:
            yield f"“{one.text}” and “{other.text}” overlap"
    for cue in made.cues:
        if not 0.0 <= cue.start <= cue.end <= made.sound.seconds:
            yield f"“{cue.text}” is outside the file"
        took, asked = cue.end - cue.start, cue.expected
        if cue.whole and abs(took - asked) > max(PACE_MISS_MAX * asked, SHORT_MISS_SECONDS_MAX):
            yield f"“{cue.text}” takes {took:.1f} s, its pace says {asked:.1f} s"


# --- the command ----------------------------------------------------------------------------------


def run(language: Language, out: Path, to: TextIO | None = None) -> int:
    """Records one visit into a folder. The exit code. Raises ConfigurationError and OSError."""
    to = to or sys.stdout
    out.mkdir(parents=True, exist_ok=True)
    studio = Studio()
    try:
        made = recorded(language, studio)
    finally:
        studio.close()
    sound, texts = out / f"talking-{language}.wav", out / f"talking-{language}.vtt"
    write_whole_wav(sound, made.sound)
    texts.write_text(captions(made, language), encoding="utf-8")
    wrong = list(faults(made))
    for fault in wrong:
        print(f"DOES NOT HOLD: {fault}", file=to)
    whole = sum(cue.whole for cue in made.cues)
    print(
        f"{made.sound.seconds:.0f} s, {len(made.cues)} utterances ({whole} to their end), "
        f"{len(made.tones)} tones, {AMOUNT} yuan: {sound}, {texts}",
        file=to,
    )
    return BROKEN if wrong else WELL
