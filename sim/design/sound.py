"""The voice of the designer's window: it takes the time of the machine's clock, and is heard when it is wanted.

What is said, and how long it takes, is as in a story: the clock may stand or run twenty times as fast. Switched on,
the same utterances go through the machine's own player as well, while time runs as fast as ours; what that
player does is not told to the visit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Final

from audio.clips import Clip
from audio.outputs import Outputs
from audio.speakers import Player, Recorder
from audio.utterance import Utterance
from audio.voice import SpeechEvent, Unsaid
from sim.senses.models import EARS, Ear
from terminal.ports import Seconds
from terminal.privacy import Channel, Output
from terminal.profile import Profile

CAN_HEAR: Final = find_spec("numpy") is not None
"""Whether sound can be computed here."""

EAR_NAMES: Final = ("own", *(ear.name for ear in EARS)) if CAN_HEAR else ("own",)
"""What the ears of the window can be; `own` are the designer's."""


class OtherEars(Outputs):
    """The machine's outputs, with the voice as other ears have it; tones stay as they are."""

    ear: Ear | None = None

    def speak(self, clip: Clip, gain: float, now: float) -> bool:
        if self.ear is not None:
            from sim.senses.hearing import heard

            clip = heard(clip, self.ear)
        return super().speak(clip, gain, now)


@dataclass
class Aloud:
    """A `Speaker` that keeps time by a recorder and may be heard. `make` opens the sound the first time it is
    wanted; `real` is the designer's clock."""

    make: Callable[[OtherEars], Player]
    outputs: OtherEars = field(default_factory=OtherEars)
    recorder: Recorder = field(default_factory=Recorder)
    on: bool = False
    real: Seconds = 0.0
    _player: Player | None = None
    _output: Output = "loudspeaker"

    def begin(self) -> "Aloud":
        """A new machine, whose clock begins again: nothing was said yet."""
        self.recorder, self._output = Recorder(), "loudspeaker"
        if self._player is not None:
            self._player.stop(self.real)
        return self

    def switch(self) -> None:
        """Heard or not from now on."""
        self.on = not self.on
        if self.on and self._player is None:
            self._player = self.make(self.outputs)
        if self._player is not None:
            self._player.stop(self.real)
            if self.on:
                self._player.use(self._output, self.real)

    @property
    def ear_name(self) -> str:
        """Whose ears."""
        return self.outputs.ear.name if self.outputs.ear else "own"

    def listen(self, name: str) -> None:
        """Other ears from the next sentence on."""
        self.outputs.ear = next((one for one in EARS if one.name == name), None)

    def tick(self, real: Seconds, speed: float) -> None:
        """The designer's clock goes on; faster or slower than that nothing is heard."""
        self.real = real
        if self._player is not None:
            self._player.poll(real)
            if speed != 1.0:
                self._player.stop(real)

    def _heard(self) -> Player | None:
        return self._player if self.on else None

    def use(self, output: Output, now: float) -> None:
        self._output = output
        self.recorder.use(output, now)
        if player := self._heard():
            player.use(output, self.real)

    def start(self, utterance: Utterance, channel: Channel, profile: Profile, now: float) -> None:
        self.recorder.start(utterance, channel, profile, now)
        if player := self._heard():
            player.start(utterance, channel, profile, self.real)

    def stop(self, now: float) -> None:
        self.recorder.stop(now)
        if player := self._heard():
            player.stop(self.real)

    def tone(self, name: str, profile: Profile, now: float) -> None:
        self.recorder.tone(name, profile, now)
        if player := self._heard():
            player.tone(name, profile, self.real)

    def poll(self, now: float) -> Sequence[SpeechEvent | Unsaid]:
        return self.recorder.poll(now)

    def due(self, now: float) -> float | None:
        return self.recorder.due(now)

    def close(self) -> None:
        self.recorder.close()
        if self._player is not None:
            self._player.close()
