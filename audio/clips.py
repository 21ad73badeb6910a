"""Sound itself: clips, tones, a cache, and the mixer that plays them.

A `Clip` is PCM (16 bit, mono). Tones are made here, from a table: between 500 and 2,000 Hz, no note
shorter than 100 ms, told apart by rhythm first and pitch second, because age takes the high
frequencies and the ear for pitch (AUD-19). Every PIN digit has the same tone (AUD-04).

The mixer is opened at the first sound, not at the start of the program. Where there is no sound
device it becomes silence after one sentence on stderr; a configured device that is gone is never
replaced by another one, because that might be a loudspeaker (platform-facts 4.4).

What is said, and when, is not decided here.
"""

import array
import contextlib
import hashlib
import math
import os
import sys
import wave
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

RATE_HZ = 22_050
"""espeak's own rate, so that nothing is resampled."""
CHANNELS = 1
BUFFER_SAMPLES = 512
"""23 ms: short enough that a press is answered at once, long enough not to break up."""

CACHE_BYTES_MAX = 16_000_000
"""Six minutes of speech: every prompt of one language, and a bound on memory."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of sound: 16-bit mono PCM at `rate_hz`."""

    pcm: bytes
    rate_hz: int = RATE_HZ

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.pcm) / 2 / self.rate_hz


# --- tones ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Note:
    """A sine of `hz` for `seconds`; 0 Hz is a rest."""

    hz: int
    seconds: float


TONES: Mapping[str, tuple[Note, ...]] = {
    "press": (Note(1000, 0.10),),
    "digit": (Note(800, 0.12),),
    "step": (Note(660, 0.15), Note(0, 0.05), Note(880, 0.15)),
    "card": (Note(880, 0.12), Note(0, 0.06)) * 3,
    "notes": (Note(700, 0.25), Note(0, 0.06), Note(1050, 0.12)),
    "error": (Note(520, 0.24), Note(0, 0.08), Note(520, 0.16)),
    "done": (Note(660, 0.12), Note(880, 0.12), Note(1320, 0.28)),
}
"""`press` and `digit` answer a key; the rest are the cues of `prompts.Cue`."""

_TONE_PEAK = 0.35
_RAMP_SECONDS = 0.008
"""Fade at both ends of a note: without it every note clicks, and a click has all frequencies."""


@cache
def tone(name: str) -> Clip:
    """The tone called `name`; KeyError if there is none."""
    samples = array.array("h")
    for note in TONES[name]:
        samples.extend(_sine(note))
    return Clip(samples.tobytes())


def _sine(note: Note) -> Iterator[int]:
    count = int(note.seconds * RATE_HZ)
    ramp = int(_RAMP_SECONDS * RATE_HZ)
    for n in range(count):
        edge = min(1.0, n / ramp, (count - 1 - n) / ramp)
        wave_now = math.sin(2 * math.pi * note.hz * n / RATE_HZ)
        yield int(32_767 * _TONE_PEAK * edge * wave_now)


# --- the cache --------------------------------------------------------------------------------


def clip_name(form: str, voice: str, units_per_second: float, pause_seconds: float) -> str:
    """The name of a clip: a hash of what is said, by which voice, and at what pace."""
    told = "\0".join((form, voice, f"{units_per_second:.3f}", f"{pause_seconds:.3f}"))
    return hashlib.sha256(told.encode()).hexdigest()


class ClipCache:
    """Clips by name, in memory, and in `folder` if one is given. The oldest used goes first.

    Only public text (P0) may be kept; the caller sees to that. A file that cannot be read is no
    clip, one that cannot be written is not missed."""

    def __init__(self, folder: Path | None = None, bytes_max: int = CACHE_BYTES_MAX) -> None:
        self._folder = folder
        self._bytes_max = bytes_max
        self._bytes = 0
        self._clips: OrderedDict[str, Clip] = OrderedDict()

    def get(self, name: str) -> Clip | None:
        """The clip, or None."""
        clip = self._clips.get(name)
        if clip is not None:
            self._clips.move_to_end(name)
            return clip
        if self._folder is not None and (clip := read_wav(self._folder / f"{name}.wav")):
            self._keep(name, clip)
        return clip

    def put(self, name: str, clip: Clip) -> None:
        """Keeps a clip."""
        self._keep(name, clip)
        if self._folder is not None:
            with contextlib.suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True)
                part = self._folder / f"{name}.part"
                write_wav(part, clip)
                part.replace(self._folder / f"{name}.wav")

    def _keep(self, name: str, clip: Clip) -> None:
        if name in self._clips:
            self._bytes -= len(self._clips.pop(name).pcm)
        self._clips[name] = clip
        self._bytes += len(clip.pcm)
        while self._bytes > self._bytes_max and len(self._clips) > 1:
            _, oldest = self._clips.popitem(last=False)
            self._bytes -= len(oldest.pcm)


def read_wav(path: Path) -> Clip | None:
    """The clip in a file, or None if it is missing or no 16-bit mono WAV."""
    with contextlib.suppress(OSError, EOFError, wave.Error), wave.open(str(path)) as sound:
        if (sound.getnchannels(), sound.getsampwidth()) == (1, 2) and sound.getnframes():
            return Clip(sound.readframes(sound.getnframes()), sound.getframerate())
    return None


def write_wav(path: Path, clip: Clip) -> None:
    """The clip as a WAV file. Raises OSError."""
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(clip.rate_hz)
        sound.writeframes(clip.pcm)


# --- the mixer --------------------------------------------------------------------------------


class Mixer(Protocol):
    """Plays one clip of speech and, beside it, tones one after another. Never blocks, never
    raises."""

    def able(self) -> bool:
        """Is there any sound? Opens the device if that was not tried yet."""
        ...

    def speak(self, clip: Clip, gain: float) -> bool:
        """Starts a clip; False if there is no sound."""
        ...

    def speaking(self) -> bool:
        """Is the clip still to be heard?"""
        ...

    def stop(self) -> None:
        """Ends the clip now. Tones go on: they answer the press that ended it."""
        ...

    def tone(self, name: str, gain: float) -> None:
        """Plays a tone, after those that wait."""
        ...

    def poll(self) -> None:
        """Plays the next waiting tone if the last one has ended. Call it every turn."""
        ...

    def close(self) -> None:
        """Gives the device back."""
        ...


class NoMixer:
    """Silence where there is no sound device."""

    def able(self) -> bool:
        return False

    def speak(self, clip: Clip, gain: float) -> bool:
        return False

    def speaking(self) -> bool:
        return False

    def stop(self) -> None:
        pass

    def tone(self, name: str, gain: float) -> None:
        pass

    def poll(self) -> None:
        pass

    def close(self) -> None:
        pass


TONES_WAITING_MAX = 12
"""The longest PIN: more than that is a key held down, and is not worth hearing."""


class PygameMixer:
    """pygame's mixer on one device, opened at the first sound. `device` None is the default."""

    def __init__(self, device: str | None = None) -> None:
        self._device = device
        self._tried = False
        self._waiting: list[tuple[str, float]] = []
        self._open = False

    def able(self) -> bool:
        return self._ready()

    def speak(self, clip: Clip, gain: float) -> bool:
        if not self._ready() or clip.rate_hz != RATE_HZ:
            return False
        self._play(0, clip, gain)
        return True

    def speaking(self) -> bool:
        return self._open and self._busy(0)

    def stop(self) -> None:
        if self._open:
            import pygame.mixer

            pygame.mixer.Channel(0).stop()

    def tone(self, name: str, gain: float) -> None:
        if self._ready() and len(self._waiting) < TONES_WAITING_MAX:
            self._waiting.append((name, gain))
            self.poll()

    def poll(self) -> None:
        if self._waiting and not self._busy(1):
            name, gain = self._waiting.pop(0)
            self._play(1, tone(name), gain)

    def close(self) -> None:
        if self._open:
            import pygame.mixer

            pygame.mixer.quit()
        self._open, self._tried = False, True

    def _play(self, channel: int, clip: Clip, gain: float) -> None:
        import pygame.mixer

        sound = pygame.mixer.Sound(buffer=clip.pcm)
        pygame.mixer.Channel(channel).set_volume(gain)
        pygame.mixer.Channel(channel).play(sound)

    def _busy(self, channel: int) -> bool:
        import pygame.mixer

        return bool(pygame.mixer.Channel(channel).get_busy())

    def _ready(self) -> bool:
        if not self._tried:
            self._tried = True
            trouble = open_device(self._device)
            self._open = not trouble
            if trouble:
                print(trouble, file=sys.stderr)
        return self._open


def open_device(device: str | None) -> str:
    """Opens pygame's mixer. "" if it worked, otherwise one sentence for whoever runs the machine:
    the sound system's own noise is kept off stderr."""
    with _quiet_stderr():
        import pygame.mixer

        try:
            pygame.mixer.init(
                RATE_HZ, -16, CHANNELS, BUFFER_SAMPLES, devicename=device, allowedchanges=0
            )
            return ""
        except pygame.error as error:
            reason = str(error)
        names = device_names() if device else ()
    if device and names and device not in names:
        return f'No sound: there is no device called "{device}"; there is {_listed(names)}.'
    what = f'the sound device "{device}"' if device else "a sound device"
    return f"No sound: {what} could not be opened ({reason}). The machine goes on in silence."


def device_names() -> tuple[str, ...]:
    """The names of the sound devices that can play; empty if there are none to be asked."""
    import pygame.mixer

    try:
        from pygame._sdl2 import audio

        with _quiet_stderr():
            opened = pygame.mixer.get_init() is None
            if opened:
                pygame.mixer.init(RATE_HZ, -16, CHANNELS, BUFFER_SAMPLES, allowedchanges=0)
            names = tuple(audio.get_audio_device_names(False))
            if opened:
                pygame.mixer.quit()
            return names
    except (ImportError, pygame.error):
        return ()


def device_trouble(device: str) -> str:
    """One sentence if a configured `device` does not exist, otherwise "". For the start: it opens
    and closes the sound system, which takes some milliseconds."""
    names = device_names()
    if device in names:
        return ""
    known = f"there is {_listed(names)}" if names else "no sound device was found"
    return f'There is no sound device called "{device}": {known}.'


def _listed(names: tuple[str, ...]) -> str:
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
