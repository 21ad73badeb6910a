"""Sound itself: clips, tones, and a cache of clips.

A `Clip` is PCM (16 bit, mono). Tones are made here, from a table: between 500 and 2,000 Hz, no note
shorter than 100 ms, told apart by rhythm first and pitch second, because age takes the high
frequencies and the ear for pitch (AUD-19). Every PIN digit has the same tone (AUD-04).

A clip is one sentence, so that a prompt and what is said before it, with pauses of any length, are
put together of the same clips. The cache holds public text (P0) only; the caller sees to that.

What is said, when, and where it is heard is not decided here.
"""

import array
import contextlib
import hashlib
import math
import wave
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RATE_HZ = 22_050
"""espeak's own rate, so that nothing is resampled."""
CHANNELS = 1

CACHE_BYTES_MAX = 16_000_000
"""Six minutes of speech: what a few visits say, and a bound on memory."""

FOLDER_BYTES_MAX = 500_000_000
"""Three hours of speech: several times every fixed prompt at every pace, and a bound on the disk."""


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
    "digit": (Note(800, 0.20),),
    "step": (Note(660, 0.15), Note(0, 0.05), Note(880, 0.15)),
    "card": (Note(880, 0.12), Note(0, 0.06)) * 3,
    "notes": (Note(700, 0.25), Note(0, 0.06), Note(1050, 0.12)),
    "error": (Note(520, 0.12), Note(0, 0.08), Note(520, 0.36)),
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


def joined(clips: Sequence[Clip], pause_seconds: float) -> Clip:
    """Clips of one rate, one after the other with a pause between. There is at least one."""
    pause = bytes(2 * int(pause_seconds * clips[0].rate_hz))
    return Clip(pause.join(clip.pcm for clip in clips), clips[0].rate_hz)


def clip_name(form: str, voice: str, units_per_second: float) -> str:
    """The name of a clip: a hash of what is said, by which voice, and at what pace."""
    told = "\0".join((form, voice, f"{units_per_second:.3f}"))
    return hashlib.sha256(told.encode()).hexdigest()


class ClipCache:
    """Clips by name, in memory, and in `folder` if one is given.

    In memory the oldest used goes first. A folder that has reached its limit takes no more, so that
    what was made ahead stays. A file that cannot be read is no clip, one that cannot be written is
    not missed."""

    def __init__(
        self,
        folder: Path | None = None,
        bytes_max: int = CACHE_BYTES_MAX,
        folder_bytes_max: int = FOLDER_BYTES_MAX,
    ) -> None:
        self._folder = folder
        self._bytes_max = bytes_max
        self._folder_bytes_max = folder_bytes_max
        self._folder_bytes: int | None = None
        self._bytes = 0
        self._clips: OrderedDict[str, Clip] = OrderedDict()

    def get(self, name: str) -> Clip | None:
        """The clip, or None."""
        clip = self._clips.get(name)
        if clip is not None:
            self._clips.move_to_end(name)
            return clip
        if self._folder is not None and (clip := read_wav(clip_path(self._folder, name))):
            self._keep(name, clip)
        return clip

    def put(self, name: str, clip: Clip) -> None:
        """Keeps a clip."""
        self._keep(name, clip)
        if self._folder is not None:
            with contextlib.suppress(OSError):
                self._write(self._folder, name, clip)

    def _write(self, folder: Path, name: str, clip: Clip) -> None:
        if self._folder_bytes is None:
            folder.mkdir(parents=True, exist_ok=True)
            self._folder_bytes = sum(path.stat().st_size for path in folder.iterdir())
        if self._folder_bytes + len(clip.pcm) <= self._folder_bytes_max:
            write_whole_wav(clip_path(folder, name), clip)
            self._folder_bytes += len(clip.pcm)

    def _keep(self, name: str, clip: Clip) -> None:
        if name in self._clips:
            self._bytes -= len(self._clips.pop(name).pcm)
        self._clips[name] = clip
        self._bytes += len(clip.pcm)
        while self._bytes > self._bytes_max and len(self._clips) > 1:
            _, oldest = self._clips.popitem(last=False)
            self._bytes -= len(oldest.pcm)


def clip_path(folder: Path, name: str) -> Path:
    """Where a clip lies in a folder."""
    return folder / f"{name}.wav"


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


def write_whole_wav(path: Path, clip: Clip) -> None:
    """The same; a file that is there under its name is whole. Raises OSError."""
    part = path.with_suffix(".part")
    write_wav(part, clip)
    part.replace(path)
