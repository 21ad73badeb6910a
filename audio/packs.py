"""Prompt packs: recordings by a person that take the place of the engine's clips.

A pack is a folder with recordings and a `manifest.toml`:

    format = 1
    language = "zh"
    speaker = "Wang Fang"
    licence = "CC-BY-4.0"
    rate = 3.3                    # characters (zh) or words (en) ... or "any"

    [[clip]]
    text = "请插入银行卡。"          # word for word what is said; the recording holds nothing else
    file = "idle.ogg"             # 16-bit WAV, OGG or FLAC, in this folder
    sha256 = "9f86d0..."
    key = "idle"                  # optional: which prompt; `prompts check` then sees a changed text
    rate = "any"                  # optional: for this one

The rules it keeps:

- A recording is used where its text is what is to be said, to the letter; a text that has changed
  since is said by the engine. An utterance is recorded as a whole or not at all: half a sentence by
  another voice is harder to follow than either.
- It is used at the pace it was recorded at, or at any if it says so: a customer who asked for slower
  speech is not given fast speech. `rate` is characters a second (zh) or words a minute (en).
- Only public text (P0) is asked for here; a recording cannot be private.
- A file that is not what its hash says is not played.

What is in a manifest is decided here, from data; files are read by `Packs` when they are wanted.
"""

import contextlib
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from audio.clips import RATE_HZ, Clip, joined, read_wav
from audio.utterance import sentences_of
from terminal.messages import VOICED
from terminal.profile import Language

MANIFEST = "manifest.toml"
FORMAT = 1

SAME_RATE = 0.01
"""Two paces that differ by less, as a share, are one: the steps are 13 % apart and more."""

CLIP_BYTES_MAX = 10_000_000
"""A minute of WAV at 48 kHz and 24 bit: more is no prompt."""

FORMATS = (".wav", ".ogg", ".flac")

Rate = float | Literal["any"]

_HEX = re.compile(r"[0-9a-f]{64}")
_HEADER = frozenset({"format", "language", "speaker", "licence", "rate", "clip"})
_ENTRY = frozenset({"text", "file", "sha256", "key", "rate"})


class PackError(ValueError):
    """A manifest that cannot be used: which entry, what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording as the manifest tells it."""

    text: str
    file: str
    sha256: str
    rate: Rate
    key: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A pack's manifest. `licence` and `speaker` are "" where they are missing."""

    language: Language
    speaker: str
    licence: str
    recordings: tuple[Recording, ...]


def manifest_from(table: Mapping[str, Any]) -> Manifest:
    """The manifest from parsed TOML. Raises PackError."""
    _known("the manifest", table, _HEADER)
    if table.get("format") != FORMAT:
        raise PackError(f"format must be {FORMAT}, found {table.get('format')!r}")
    language = next((one for one in sorted(VOICED) if one == table.get("language")), None)
    if language is None:
        known = " or ".join(f'"{one}"' for one in sorted(VOICED))
        raise PackError(f"language must be {known}, found {table.get('language')!r}")
    entries = table.get("clip", [])
    if not isinstance(entries, list):
        raise PackError("clips are written as [[clip]], one table for each recording")
    rate = _rate("the manifest", table.get("rate", "any"))
    recordings = tuple(_recording(n, entry, rate) for n, entry in enumerate(entries, 1))
    return Manifest(language, _word(table, "speaker"), _word(table, "licence"), recordings)


def _recording(number: int, entry: Any, rate: Rate) -> Recording:
    where = f"[[clip]] number {number}"
    if not isinstance(entry, dict):
        raise PackError(f"{where} must be a table, found {entry!r}")
    _known(where, entry, _ENTRY)
    text, file, sha256 = (_text(where, entry, key) for key in ("text", "file", "sha256"))
    where = f'{where} ("{text}")'
    if Path(file).name != file or Path(file).suffix.lower() not in FORMATS:
        raise PackError(
            f"{where}: file must be a name in this folder that ends in {', '.join(FORMATS)}, "
            f"found {file!r}"
        )
    if not _HEX.fullmatch(sha256):
        raise PackError(f"{where}: sha256 must be 64 digits of 0-9 and a-f, found {sha256!r}")
    return Recording(text, file, sha256, _rate(where, entry.get("rate", rate)), _word(entry, "key"))


def _known(where: str, table: Mapping[str, Any], words: frozenset[str]) -> None:
    if unknown := sorted(set(table) - words):
        raise PackError(f'{where} has an unknown word "{unknown[0]}"; known are {_all(words)}')


def _all(words: frozenset[str]) -> str:
    return ", ".join(sorted(words))


def _text(where: str, table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise PackError(f'{where} must have {key} = "...", found {value!r}')
    return value


def _word(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise PackError(f"{key} must be text, found {value!r}")
    return value.strip()


def _rate(where: str, value: Any) -> Rate:
    if value == "any":
        return "any"
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return float(value)
    raise PackError(
        f'{where}: rate must be characters a second (zh), words a minute (en) or "any", '
        f"found {value!r}"
    )


# --- the recordings ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    sha256: str


class Packs:
    """The recordings of all packs, by what is said. Packs given first are asked first."""

    def __init__(self, packs: Sequence[tuple[Path, Manifest]] = ()) -> None:
        self._rates: dict[tuple[Language, tuple[str, ...]], list[tuple[Rate, _Found]]] = {}
        for folder, manifest in packs:
            for one in manifest.recordings:
                said = manifest.language, sentences_of(one.text, manifest.language)
                found = _Found(folder / one.file, one.sha256)
                self._rates.setdefault(said, []).append((one.rate, found))
        self._longest = max((len(sentences) for _, sentences in self._rates), default=0)

    def clip(
        self, language: Language, sentences: Sequence[str], pace: float, pause_seconds: float
    ) -> Clip | None:
        """All these sentences by a person at this pace (characters a second or words a minute), or
        None. The mixer is open."""
        clips = []
        for found in self._cover(language, tuple(sentences), pace):
            clip = recorded(found.path, found.sha256)
            if clip is None:
                return None
            clips.append(clip)
        return joined(clips, pause_seconds) if clips else None

    def _cover(self, language: Language, sentences: tuple[str, ...], pace: float) -> list[_Found]:
        """Recordings that say all of it one after the other, the longest first; [] if some of it is
        in none."""
        covered: list[_Found] = []
        at = 0
        while at < len(sentences):
            ends = range(min(len(sentences), at + self._longest), at, -1)
            hits = ((end, self._at(language, sentences[at:end], pace)) for end in ends)
            hit = next(((end, found) for end, found in hits if found), None)
            if hit is None:
                return []
            at, found = hit
            covered.append(found)
        return covered

    def _at(self, language: Language, said: tuple[str, ...], pace: float) -> _Found | None:
        choices = self._rates.get((language, said), ())
        return next((found for rate, found in choices if fits(rate, pace)), None)


def fits(rate: Rate, pace: float) -> bool:
    """Whether a recording of this rate may be used where speech is to have this pace."""
    return rate == "any" or abs(rate - pace) <= SAME_RATE * pace


def recorded(path: Path, sha256: str) -> Clip | None:
    """The recording in a file, or None if it is not what the hash says or cannot be played."""
    data = recording_bytes(path)
    if data is None or recording_sha256(data) != sha256:
        return None
    return decoded(path)


def recording_bytes(path: Path) -> bytes | None:
    """What is in a file, or None if it cannot be read or is no prompt by its size."""
    with contextlib.suppress(OSError):
        if path.stat().st_size <= CLIP_BYTES_MAX:
            return path.read_bytes()
    return None


def recording_sha256(data: bytes) -> str:
    """The hash of a recording as a manifest tells it."""
    return hashlib.sha256(data).hexdigest()


def decoded(path: Path) -> Clip | None:
    """A sound file as a clip at the mixer's own rate, or None if it is no sound. The mixer is open,
    except for WAV files that have that rate already."""
    clip = read_wav(path)
    if clip is not None and clip.rate_hz == RATE_HZ:
        return clip
    import pygame.mixer

    try:
        pcm = pygame.mixer.Sound(str(path)).get_raw()
    except (pygame.error, OSError):
        return None
    return Clip(pcm, RATE_HZ) if pcm else None
