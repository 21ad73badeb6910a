"""The ways out for sound: loudspeaker and headset, each a device by name, and one of them open.

The rules it keeps:

- One mixer is one device (platform-facts 4.4), and only the mixer of the output in use is open. So
  while a headset is in use nothing can come out of the loudspeaker, whatever is asked for.
- There is no falling back, ever: a device that is missing, or vanishes, means silence on that output.
  That is told once (`SoundLost`), one sentence goes to stderr, and it is tried again now and then;
  `SoundBack` tells that it answers.
- A headset that nobody configured is one that is lost.
- The loudspeaker is opened at the first sound, not at the start of the program. After that each
  change of output opens the other at once.
- Nothing here blocks longer than the sound system takes to open or close a device (some 10 ms, and
  70 ms to close; measured).

What is said, when, and on which output is not decided here.
"""

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from audio.clips import CHANNELS, RATE_HZ, Clip, tone
from terminal.events import SoundBack, SoundLost
from terminal.privacy import Output

BUFFER_SAMPLES = 512
"""23 ms: short enough that a press is answered at once, long enough not to break up."""

SHARED = "shared"
"""For the headset: the loudspeaker's own device. For demonstrations on a desk, where one pair of
loudspeakers has to do: everybody hears everything."""

TONES_WAITING_MAX = 12
"""The longest PIN: more than that is a key held down, and is not worth hearing."""

PRESENCE_SECONDS = 1.0
"""How often the system is asked whether the device in use is still there (8 microseconds)."""

RETRY_SECONDS = 3.0
RETRY_SECONDS_MAX = 60.0
"""When a lost device is tried again, each time twice as late: a try can cost 60 ms (ALSA, no card)."""

SoundEvent = SoundLost | SoundBack


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices by name. An empty `loudspeaker` is the system's default; an empty `headset` is
    none, and `SHARED` the loudspeaker's."""

    loudspeaker: str = ""
    headset: str = ""

    def of(self, output: Output) -> str | None:
        """The device of an output: "" is the system's default, None is none."""
        if output == "loudspeaker" or self.headset == SHARED:
            return self.loudspeaker
        return self.headset or None

    def named(self) -> tuple[str, ...]:
        """Those that are called by a name of the system's."""
        return tuple(name for name in (self.loudspeaker, self.headset) if name not in ("", SHARED))


class Mixer(Protocol):
    """Plays one clip of speech and, beside it, tones one after another, on the output in use. Never
    blocks, never raises."""

    @property
    def output(self) -> Output:
        """The output in use; the loudspeaker at first."""
        ...

    def use(self, output: Output, now: float) -> None:
        """From now on everything is heard there and nowhere else. A change ends what is heard."""
        ...

    def able(self, now: float) -> bool:
        """Is there any sound? Opens the device if that was not tried yet."""
        ...

    def speak(self, clip: Clip, gain: float, now: float) -> bool:
        """Starts a clip; False if there is no sound."""
        ...

    def speaking(self) -> bool:
        """Is the clip still to be heard?"""
        ...

    def stop(self) -> None:
        """Ends the clip now. Tones go on: they answer the press that ended it."""
        ...

    def tone(self, name: str, gain: float, now: float) -> None:
        """Plays a tone, after those that wait."""
        ...

    def poll(self, now: float) -> Sequence[SoundEvent]:
        """Plays the next waiting tone if the last one has ended, and tells which devices were lost
        and found. Call it every turn."""
        ...

    def close(self) -> None:
        """Gives the device back, for good."""
        ...


class Outputs:
    """pygame's mixer on the device of the output in use."""

    def __init__(self, devices: Devices | None = None) -> None:
        self._devices = Devices() if devices is None else devices
        self._output: Output = "loudspeaker"
        self._open = self._closed = False
        self._seen = False
        self._look_at = 0.0
        self._lost: dict[Output, float] = {}
        """Outputs that cannot play, and when each is tried next."""
        self._told: set[Output] = set()
        """Of which the operator knows: told once until it plays again. A line for each plug would say when
        somebody listens."""
        self._waits: dict[Output, float] = {}
        """How long the next try waits, until the device was really opened."""
        self._waiting: list[tuple[str, float]] = []
        self._events: list[SoundEvent] = []

    @property
    def output(self) -> Output:
        return self._output

    def use(self, output: Output, now: float) -> None:
        if output == self._output:
            return
        self._silence()
        self._output = output
        was_lost = self._lost.pop(output, None) is not None
        if self.able(now) and was_lost:
            self._events.append(SoundBack(output))

    def able(self, now: float) -> bool:
        if not self._open and not self._closed and self._output not in self._lost:
            trouble = self._opened(now)
            if trouble:
                self._lose(trouble, now)
        return self._open

    def speak(self, clip: Clip, gain: float, now: float) -> bool:
        if not self.able(now) or clip.rate_hz != RATE_HZ:
            return False
        self._play(0, clip, gain)
        return True

    def speaking(self) -> bool:
        return self._open and self._busy(0)

    def stop(self) -> None:
        if self._open:
            import pygame.mixer

            pygame.mixer.Channel(0).stop()

    def tone(self, name: str, gain: float, now: float) -> None:
        if self.able(now) and len(self._waiting) < TONES_WAITING_MAX:
            self._waiting.append((name, gain))
            self._next_tone()

    def poll(self, now: float) -> Sequence[SoundEvent]:
        if self._open and now >= self._look_at:
            self._look_at = now + PRESENCE_SECONDS
            if self._vanished():
                self._silence()
                self._lose(f"{_called(self._device())} is gone", now)
        self._next_tone()
        for output in [output for output, at in self._lost.items() if now >= at]:
            self._try_again(output, now)
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        self._silence()
        self._closed = True

    # --- the device -------------------------------------------------------------------------------

    def _device(self) -> str | None:
        return self._devices.of(self._output)

    def _opened(self, now: float) -> str:
        """Opens the device of the output in use: "" or why not."""
        device = self._device()
        if device is None:
            return 'no device is configured ([sound] headset = "NAME")'
        trouble = open_device(device)
        if not trouble:
            self._open, self._look_at = True, now + PRESENCE_SECONDS
            self._seen = _there(device)
            self._waits.pop(self._output, None)
            self._told.discard(self._output)
        return trouble

    def _silence(self) -> None:
        """Ends every sound and gives the device back."""
        self._waiting.clear()
        if self._open:
            import pygame.mixer

            pygame.mixer.stop()
            pygame.mixer.quit()
        self._open = False

    def _vanished(self) -> bool:
        """A device that the system listed when it was opened, and lists no more."""
        return self._seen and not _there(self._device())

    def _lose(self, trouble: str, now: float) -> None:
        self._later(self._output, now)
        self._events.append(SoundLost(self._output))
        if self._output not in self._told:
            self._told.add(self._output)
            print(f"No sound from the {self._output}: {trouble}.", file=sys.stderr, flush=True)

    def _later(self, output: Output, now: float) -> None:
        wait = self._waits.get(output, RETRY_SECONDS)
        self._lost[output] = now + wait
        self._waits[output] = min(2 * wait, RETRY_SECONDS_MAX)

    def _try_again(self, output: Output, now: float) -> None:
        """An output in use is opened; for the other one the system's list has to do, because two
        devices are never open at once."""
        self._later(output, now)
        if self._devices.of(output) is None:
            return
        if output == self._output:
            found = not self._opened(now)
        else:
            found = self._open and _there(self._devices.of(output))
        if found:
            del self._lost[output]
            self._events.append(SoundBack(output))

    # --- the mixer --------------------------------------------------------------------------------

    def _next_tone(self) -> None:
        if self._waiting and not self._busy(1):
            name, gain = self._waiting.pop(0)
            self._play(1, tone(name), gain)

    def _play(self, channel: int, clip: Clip, gain: float) -> None:
        import pygame.mixer

        sound = pygame.mixer.Sound(buffer=clip.pcm)
        pygame.mixer.Channel(channel).set_volume(gain)
        pygame.mixer.Channel(channel).play(sound)

    def _busy(self, channel: int) -> bool:
        import pygame.mixer

        return bool(pygame.mixer.Channel(channel).get_busy())


# --- the system's devices -----------------------------------------------------------------------------


def open_device(device: str) -> str:
    """Opens pygame's mixer on a device ("" is the system's default). "" if it worked, otherwise why
    not, without a full stop: the sound system's own noise is kept off stderr."""
    with _quiet_stderr():
        import pygame.mixer

        try:
            pygame.mixer.init(
                RATE_HZ, -16, CHANNELS, BUFFER_SAMPLES, devicename=device or None, allowedchanges=0
            )
            return ""
        except pygame.error as error:
            reason = str(error)
        names = device_names() if device else ()
    if names and device not in names:
        return f'there is no device called "{device}"; there is {_listed(names)}'
    return f"{_called(device)} could not be opened ({reason})"


def device_names() -> tuple[str, ...]:
    """The names of the sound devices that can play; empty if there are none to be asked."""
    import pygame.mixer

    try:
        with _quiet_stderr():
            opened = pygame.mixer.get_init() is None
            if opened:
                pygame.mixer.init(RATE_HZ, -16, CHANNELS, BUFFER_SAMPLES, allowedchanges=0)
            names = _names()
            if opened:
                pygame.mixer.quit()
            return names
    except pygame.error:
        return ()


def devices_trouble(devices: Devices) -> str:
    """One sentence for each device that is configured and not there, otherwise "". For the start: it
    opens and closes the sound system, if any is configured."""
    missing: list[str] = []
    if devices.named():
        names = device_names()
        missing = [name for name in devices.named() if name not in names]
    if not missing:
        return ""
    known = f"there is {_listed(names)}" if names else "no sound device was found"
    return f"There is no sound device called {_listed(missing)}: {known}."


def _there(device: str | None) -> bool:
    """Whether the system lists the device; for its default, whether it lists any. The mixer is open."""
    names = _names()
    return bool(names) if device == "" else device in names


def _names() -> tuple[str, ...]:
    """What the open sound system lists. The module is private to pygame and may go: then nothing."""
    try:
        from pygame._sdl2 import audio

        return tuple(audio.get_audio_device_names(False))
    except (ImportError, RuntimeError):
        return ()


def _called(device: str | None) -> str:
    return f'the sound device "{device}"' if device else "a sound device"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """ALSA writes a dozen lines past Python where there is no card."""
    try:
        sys.stderr.flush()
        kept = os.dup(2)
        null = os.open(os.devnull, os.O_WRONLY)
    except (OSError, ValueError, AttributeError):
        yield
        return
    try:
        os.dup2(null, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)
