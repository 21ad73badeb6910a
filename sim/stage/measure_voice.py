"""Press to sound, and what speech costs the picture: a part of `main.py bench`.

    python -m sim.stage.measure_voice FOLDER TRIES FRAMES

The real speaker plays through SDL's disk driver, which takes its time like a device and writes every
buffer it is handed into a file. Measured is from `Speaker.start`, with a lead of zero, to the moment
when a buffer with the first sample that is not silence has been handed over; a real device adds its
own buffer to that. The loop around the speaker turns as often as a kiosk's.

- a prompt in the cache, on the loudspeaker;
- a prompt with an amount that was never said before, in the headset: the sentence with the amount is
  made anew, by a child process that was ready, and is not kept; the others were made ahead;
- the work of a frame that paints a whole new screen, with and without speech being made beside it.

It is a process of its own because the sound driver of a program is chosen once. What it finds is one
line of JSON: milliseconds.
"""

import json
import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from audio.clips import RATE_HZ, ClipCache
from audio.outputs import BUFFER_SAMPLES, Devices, Outputs
from audio.pinyin import pinyin_table_from
from audio.speakers import Player
from audio.tts import WARM, Synthesizer
from audio.utterance import Utterance, utterance_of
from devices.clock import SystemClock
from sim.stage.prompts import fixed_prompts
from sim.stage.settings import Design, read_design
from terminal.money import yuan
from terminal.privacy import Channel, Output, output_of
from terminal.values import replace

TURN_SECONDS = 1 / 125
"""A kiosk's loop during a visit."""
LOOK_SECONDS = 0.0005
SILENCE_SECONDS_MAX = 3.0
"""No sound after so long is none: the try counts as that long."""
REST_SECONDS = (0.35, 0.55)
"""Between two presses: nobody presses faster with the prompt in mind, and children get ready."""
PROMPTS = 12
"""Different prompts in the cache."""
BLOCK = 60
"""Frames in a row with speech, and then without, by turns: what else the machine does hits both."""
FRAME_SECONDS = 1 / 60
SPEAK_EVERY = 45
"""Frames between two requests: a new sentence every 0.75 s, as of somebody who never listens to the end."""
SEED = 7
BUFFER_BYTES = 2 * BUFFER_SAMPLES
BUFFER_SECONDS = BUFFER_SAMPLES / RATE_HZ


class Ear:
    """A file that is a device, and when each buffer in it was handed over.

    The C library keeps four buffers of 1,024 bytes and writes them when the fifth comes; so a buffer's
    own instant is that of the writing, less one period for each buffer after it."""

    def __init__(self, path: Path, clock: SystemClock) -> None:
        self.path, self._clock = path, clock
        self._heard = 0

    def sound(self) -> float | None:
        """When the first buffer came that is not silence, among those since the last call."""
        if not self.path.exists() or (size := self.path.stat().st_size) <= self._heard:
            return None
        now = self._clock.now()
        with self.path.open("rb") as file:
            file.seek(self._heard)
            data = file.read(size - self._heard)
        end, self._heard = size, size
        loud = next((n for n, byte in enumerate(data) if byte), None)
        if loud is None:
            return None
        after = (end - (end - len(data) + loud) // BUFFER_BYTES * BUFFER_BYTES) // BUFFER_BYTES
        return now - after * BUFFER_SECONDS


def main(folder: Path, tries: int, frames: int) -> None:
    """Measure, and print one line."""
    os.environ["SDL_AUDIODRIVER"] = "disk"
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    desk = Desk(folder)
    try:
        print(
            json.dumps(
                {
                    "cached": list(desk.cached(tries)),
                    "amount": list(desk.amounts(tries)),
                    **desk.frames(frames),
                }
            )
        )
    finally:
        desk.speaker.close()


@dataclass
class Desk:
    """A speaker with an ear at each output."""

    folder: Path
    clock: SystemClock = field(default_factory=SystemClock)
    design: Design = field(default_factory=read_design)
    rng: random.Random = field(default_factory=lambda: random.Random(SEED))

    def __post_init__(self) -> None:
        self.engine = Synthesizer()
        outputs: tuple[Output, ...] = ("loudspeaker", "headset")
        self.ears = {each: Ear(self.folder / f"{each}.raw", self.clock) for each in outputs}
        names = (str(ear.path) for ear in self.ears.values())
        self.speaker = Player(Outputs(Devices(*names)), self.engine, ClipCache())
        self.profile = replace(self.design.profiles["elder"], speech_lead_ms=0)
        self._said = 100
        self._pause = threading.Event()

    def cached(self, tries: int) -> Iterator[float]:
        """Milliseconds for prompts that were said before."""
        every = [f.utterance for f in fixed_prompts(self.design, "zh") if f.whole]
        known = every[:: len(every) // PROMPTS][: min(PROMPTS, tries)]
        for said in known:
            self._until_heard(said, "loudspeaker")
        for number in range(tries):
            yield 1000 * self._until_heard(known[number % len(known)], "loudspeaker")

    def amounts(self, tries: int) -> Iterator[float]:
        """Milliseconds for prompts with an amount that is new each time."""
        self.speaker.use("headset", self.clock.now())
        self._until_heard(without_values(self.new(), self.new()), "headset")
        for _ in range(tries):
            self._turn_until(lambda: len(self.engine._warm) >= WARM)
            yield 1000 * self._until_heard(self.new(), "headset")

    def new(self) -> Utterance:
        """A prompt that names an amount as nobody has heard it yet."""
        self._said += 100
        catalogue, table = self.design.catalogues["zh"], pinyin_table_from(self.design.pinyin)
        values = {"amount": yuan(self._said)}
        for key in sorted(table.headset):
            said = utterance_of(catalogue, table, key, values, "headset")
            if said is not None and said.privacy != "P0":
                return said
        raise AssertionError("no prompt names an amount")

    def frames(self, count: int) -> dict[str, list[float]]:
        """Milliseconds of work for each frame: `quiet`, and while speech is `made`."""
        from screens.theme import Panel, design_from
        from screens.window import Faces, Window
        from sim.stage.samples import SAMPLES

        faces = Faces(self.design.profiles, self.design.catalogues, design_from(self.design.theme))
        window = Window(faces, Panel(19.0, 1280, 1024), (1280, 1024), False)
        shown = [SAMPLES[name] for name in sorted(SAMPLES)[:2]]
        coming = [self.new() for _ in range(2 * count // SPEAK_EVERY + 1)]
        spent: dict[str, list[float]] = {"quiet": [], "made": []}
        for number in range(2 * count):
            speaks = number // BLOCK % 2 == 1
            begun = self.clock.now()
            if speaks and number % SPEAK_EVERY == 0:
                self.speaker.start(coming.pop(), "headset", self.profile, begun)
            window.poll(begun)
            self.speaker.poll(begun)
            window.draw(shown[number % 2], None, begun)
            worked = self.clock.now() - begun
            spent["made" if speaks else "quiet"].append(1000 * worked)
            self._pause.wait(max(0.0, FRAME_SECONDS - worked))
        window.close()
        return spent

    # --- one try --------------------------------------------------------------------------------

    def _until_heard(self, said: Utterance, channel: Channel) -> float:
        """Seconds from `start` to the first sound."""
        rest = self.clock.now() + self.rng.uniform(*REST_SECONDS)
        self.speaker.stop(self.clock.now())
        self._turn_until(lambda: self.clock.now() >= rest)
        ear = self.ears[output_of(channel)]
        ear.sound()
        begun = self.clock.now()
        self.speaker.start(said, channel, self.profile, begun)
        heard = begun + SILENCE_SECONDS_MAX

        def over() -> bool:
            nonlocal heard
            sound = ear.sound()
            heard = heard if sound is None else sound
            return sound is not None or self.clock.now() > begun + SILENCE_SECONDS_MAX

        self._turn_until(over)
        return max(0.0, heard - begun)

    def _turn_until(self, holds: Callable[[], bool]) -> None:
        """Turns the loop until it is so."""
        turn = self.clock.now()
        while not holds():
            if self.clock.now() >= turn:
                self.speaker.poll(self.clock.now())
                turn += TURN_SECONDS
            self._pause.wait(LOOK_SECONDS)


def without_values(one: Utterance, other: Utterance) -> Utterance:
    """The sentences that are the same in both, which `prompts build` makes ahead."""
    same = [n for n, form in enumerate(one.forms) if form == other.forms[n]]
    texts, forms = tuple(one.sentences[n] for n in same), tuple(one.forms[n] for n in same)
    return Utterance("".join(texts), one.lang, "P0", texts, forms)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
