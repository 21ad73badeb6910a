"""A whole terminal on a real sound server: somebody who cannot see draws cash, and of what is theirs not one
sample comes out of the loudspeaker.

Core, drivers, bank, voice, engine and mixer are the real ones; only slots, notes and hands are simulated, and
their clock goes as fast as the server's. The visitor interrupts what they have understood, as people do.
Every sample of both devices is kept, and every clip as it was handed to the mixer, so that what is found on
a device can be compared with what was played.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.sound.pulse import RATE_HZ, Pulse, Samples, let_pass, rms

ROOT = Path(__file__).parents[2]

LOUD = 60.0
"""Speech has a root mean square of some hundreds at the headset's first level."""
SAME = 0.8
"""Two pieces of sound that are one: the server resamples, so that 1.0 is not reached."""
OTHER = 0.3
"""Two different ones. Speech is like other speech to some degree."""
AFTER_TONE = round(0.4 * RATE_HZ)
"""A tone says first that something happened, and ends when the sentence has begun."""
QUIET_SECONDS = 1.0
"""How long is listened after the last word; several times what any buffer here holds."""

_VISITS = """
import json, sys, threading
from pathlib import Path

from audio.clips import ClipCache
from audio.outputs import Devices, Outputs
from audio.speakers import Player
from audio.tts import Synthesizer
from devices.clock import SystemClock
from sim.stage.bench import Bench
from sim.world.visits import VISITS
from sim.stage.voices import Speech, voice_with
from terminal import session as s

folder, what = Path(sys.argv[1]), sys.argv[2]
clock, pause = SystemClock(), threading.Event()


def tell(**words):
    print(json.dumps(words, ensure_ascii=False), flush=True)


class Kept(Outputs):
    clips = 0

    def speak(self, clip, gain, now):
        begun = super().speak(clip, gain, now)
        if begun:
            name = f"{Kept.clips:03d}.pcm"
            (folder / name).write_bytes(clip.pcm)
            Kept.clips += 1
            said = noted.pop()
            tell(said=said.text, privacy=said.privacy, output=self.output, file=name)
            noted.clear()
        return begun


class Noted(Player):
    def start(self, utterance, channel, profile, now):
        noted.append(utterance)
        super().start(utterance, channel, profile, now)


noted = []
speaker = Noted(Kept(Devices("Speaker", "Headphone")), Synthesizer(), ClipCache())
bench = Bench(speech=lambda design: Speech(voice_with(speaker, design)))


def turns(seconds):
    '''Lets real time pass, and the machine's with it.'''
    end = clock.now() + seconds
    last = clock.now()
    while last < end:
        pause.wait(0.008)
        now = clock.now()
        bench.waits(now - last)
        last = now


def until(holds, what):
    limit = clock.now() + 40.0
    while not holds():
        assert clock.now() < limit, (what, bench.session.phase)
        turns(0.05)


def hears(seconds, what):
    '''Waits until something is being said, and listens to so much of it.'''
    until(lambda: speaker._ends_by is not None, what)
    turns(seconds)


def acts(*names):
    from sim.world.acts import act
    for name in names:
        assert act(bench.world, name), name
        turns(0.12)


def reaches(*phases):
    until(lambda: isinstance(bench.session.phase, phases), phases)
    tell(screen=type(bench.session.phase).__name__)


def to_the_review():
    acts("plug_headset")
    hears(1.0, "the orientation")
    acts("insert:lin")
    reaches(s.EnteringPin)
    hears(0.4, "the PIN's prompt")
    acts(*(f"key:{digit}" for digit in VISITS["standard"].wish.pins[0]), "key:enter")
    reaches(s.ChoosingAmount)
    hears(0.4, "the amounts")
    acts("key:5", "key:0", "key:0")
    hears(1.0, "the echo")
    acts("key:enter")
    reaches(s.Reviewing)


bench.boot().ready()
last = clock.now()
tell(ready=True)
to_the_review()
if what == "pull":
    hears(1.6, "the review")
    tell(pulling=True)
    acts("pull_headset")
    turns(2.5)
    tell(over=bench.session.overlay)
else:
    hears(3.0, "the review")
    acts("key:enter")
    reaches(s.TakingCard)
    until(lambda: bench.session.phase.at_gate, "the card at the gate")
    hears(0.5, "the card")
    acts("take_card")
    reaches(s.TakingNotes, s.Counting)
    hears(2.0, "the notes")
    acts("take_notes", "key:enter")
    reaches(s.Farewell)
    hears(2.5, "the receipt's facts")
    acts("key:cancel")
    turns(1.0)
    tell(over=bench.world.paid_out())
speaker.close()
"""


@dataclass(frozen=True, slots=True)
class Played:
    """One clip as it was handed to the mixer."""

    text: str
    privacy: str
    output: str
    samples: Samples


class Visit:
    """The terminal in a process of its own, and what it tells of itself line by line."""

    def __init__(self, pulse: Pulse, folder: Path, what: str) -> None:
        self._folder = folder
        self._told = folder / "told"
        self._trouble = folder / "trouble"
        with self._told.open("w") as out, self._trouble.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _VISITS, str(folder), what],
                cwd=ROOT,
                env={**os.environ, **pulse.environment, "PYTHONUTF8": "1"},
                stdout=out,
                stderr=errors,
            )

    def told(self) -> list[dict[str, object]]:
        """Every line so far."""
        lines = self._told.read_text(encoding="utf-8").split("\n")[:-1]
        return [json.loads(line) for line in lines]

    def tells(self, word: str) -> object:
        """Waits until it has told this; what it told."""
        while True:
            for line in self.told():
                if word in line:
                    return line[word]
            assert self._process.poll() is None, self._trouble.read_text(encoding="utf-8")[-2_000:]
            let_pass(0.02)

    def played(self) -> list[Played]:
        """Every clip so far."""
        return [
            Played(
                str(line["said"]),
                str(line["privacy"]),
                str(line["output"]),
                np.frombuffer((self._folder / str(line["file"])).read_bytes(), dtype="<i2"),
            )
            for line in self.told()
            if "said" in line
        ]

    def close(self) -> None:
        """Ends it, wherever it is."""
        self._process.kill()
        self._process.wait()


@contextmanager
def visiting(pulse: Pulse, folder: Path, what: str) -> Iterator[Visit]:
    visit = Visit(pulse, folder, what)
    try:
        yield visit
    finally:
        visit.close()


def likeness(heard: Samples, clip: Samples, seconds: float = 1.0) -> float:
    """How much of the beginning of a clip is somewhere in what was heard: 1 for the clip itself, at any
    loudness, 0 for nothing like it."""
    piece = clip[: round(seconds * RATE_HZ)].astype(float)
    piece -= piece.mean()
    sound = np.concatenate([heard.astype(float), np.zeros(len(piece))])
    size = len(sound) + len(piece)
    product = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(piece, size)), size)
    power = np.concatenate([[0.0], np.cumsum(np.square(sound))])
    places = len(sound) - len(piece)
    around: npt.NDArray[np.float64] = np.sqrt(power[len(piece) :][:places] - power[:places])
    floor = max(float(around.max(initial=0.0)) * 0.05, 1.0)
    close = np.abs(product[:places]) / (np.maximum(around, floor) * np.linalg.norm(piece))
    return float(close.max(initial=0.0))


PIECES = 5
PIECE_SECONDS = 0.4
BEGINNING_SECONDS = 1.2
"""So much of a sentence has been said when somebody interrupts it."""


def was_heard(heard: Samples, clip: Samples) -> bool:
    """Whether most of the beginning of a clip, in short pieces, is somewhere in what was heard. A sound
    server on a busy machine leaves gaps, and a gap moves what follows: no long piece is then as it was."""
    room = round((BEGINNING_SECONDS - PIECE_SECONDS) * RATE_HZ)
    begins = (room * n // (PIECES - 1) for n in range(PIECES))
    same = sum(likeness(heard, clip[at:], PIECE_SECONDS) > SAME for at in begins)
    return same > PIECES // 2


@pytest.mark.timeout(180)
def test_of_a_whole_visit_in_the_headset_nothing_is_heard_from_the_loudspeaker(
    pulse: Pulse, tmp_path: Path
) -> None:
    with (
        pulse.both_ears(tmp_path) as (speaker, headphone),
        visiting(pulse, tmp_path, "whole") as visit,
    ):
        paid = visit.tells("over")
        let_pass(QUIET_SECONDS)
        played = visit.played()
        loud, private = speaker.heard(), headphone.heard()
    assert paid == 500
    assert rms(loud) == 0.0
    assert len(loud) > 20 * RATE_HZ
    assert rms(private) > LOUD
    secret = [one for one in played if one.privacy == "P2"]
    assert any("尾号零一一七" in one.text for one in secret)
    assert {one.output for one in played} == {"headset"}
    for one in secret:
        assert was_heard(private, one.samples[AFTER_TONE:]), one.text


@pytest.mark.timeout(180)
def test_a_plug_pulled_while_the_review_is_read_back_leaves_one_public_sentence(
    pulse: Pulse, tmp_path: Path
) -> None:
    """There is no screen of a balance yet: the amount and the card's tail are the most private there is."""
    with (
        pulse.both_ears(tmp_path) as (speaker, headphone),
        visiting(pulse, tmp_path, "pull") as visit,
    ):
        visit.tells("pulling")
        assert rms(speaker.heard()) == 0.0
        assert visit.tells("over") == "unplugged"
        let_pass(QUIET_SECONDS)
        played = visit.played()
        loud, private = speaker.heard(), headphone.heard()
    review = next(one for one in played if one.privacy == "P2")
    aloud = [one for one in played if one.output == "loudspeaker"]
    assert [one.text for one in aloud] == ["耳机已拔出。"]
    assert [one.privacy for one in aloud] == ["P0"]
    assert was_heard(private, review.samples[AFTER_TONE:])
    assert was_heard(loud, aloud[0].samples[AFTER_TONE:])
    assert not was_heard(loud, review.samples[AFTER_TONE:])
    for begin in range(0, len(review.samples) - RATE_HZ, RATE_HZ):
        assert likeness(loud, review.samples[begin:]) < OTHER, begin


def test_a_clip_is_found_where_it_is_and_nowhere_else() -> None:
    """The comparison above can fail."""
    chance = np.random.default_rng(7)
    clip = (chance.standard_normal(2 * RATE_HZ) * 3_000).astype(np.int16)
    other = (chance.standard_normal(2 * RATE_HZ) * 3_000).astype(np.int16)
    quiet = np.zeros(RATE_HZ, dtype=np.int16)
    heard = np.concatenate([quiet, other, quiet, (clip * 0.2).astype(np.int16), quiet])
    assert likeness(heard, clip) > 0.95
    assert likeness(np.concatenate([quiet, other, quiet]), clip) < 0.1
    assert likeness(quiet, clip) == 0.0
    torn = np.concatenate([clip[: RATE_HZ // 2], quiet[:900], clip[RATE_HZ // 2 :]])
    assert likeness(torn, clip) < SAME
    assert was_heard(torn, clip)
    assert not was_heard(np.concatenate([quiet, other, quiet]), clip)
