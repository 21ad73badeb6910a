"""Pictures of a gallery as files: each stored once, under the name of what can be seen on it.

A picture is kept small for every screen, and whole where somebody wants it. The small one is named by its
own pixels. The whole one is named by the small one and a check of all its pixels, so one that differs in a
single pixel has another name, and one that is there already need not be packed again.

Files are PNG, packed here: the quickest packing that still makes flat colours small, and a row like the one
above it is not packed at all. What pygame writes for the same picture takes five times as long (25 ms instead
of 5 for 1280 x 1024) and is a fifth smaller.
"""

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pygame

from sim.design.sheet import Sheet, pixels_of

SMALL: Final = "small"
WHOLE: Final = "whole"

NAME_BYTES: Final = 10
"""Of the hash in a name: a gallery has some hundred thousand pictures, not billions."""

WHOLE_PACKED: Final = 1
SMALL_PACKED: Final = 3
"""How hard zlib tries; 6 takes twice as long for a twentieth less."""

MAGIC: Final = b"\x89PNG\r\n\x1a\n"
"""How a PNG begins (W3C PNG, 5.2)."""

TRUE_COLOUR: Final = 2
"""Three bytes for each pixel (W3C PNG, 11.2.1)."""

PLAIN: Final = b"\0"
AS_ABOVE: Final = b"\2"
"""How a row is filtered: not at all, or as what it is more than the row above it (W3C PNG, 9.2)."""

STREAM: Final = b"\x78\x01"
"""How a zlib stream begins (RFC 1950, 2.2)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a picture shows: `small` names the small one, `check` is a number made of all pixels."""

    small: str
    check: int

    @property
    def name(self) -> str:
        """The name of the whole one."""
        return f"{self.small}-{self.check:08x}"


def seen_of(name: str) -> Seen:
    """Of the name of a whole picture."""
    small, _, check = name.partition("-")
    return Seen(small, int(check, 16))


@dataclass(frozen=True, slots=True)
class Store:
    """Pictures in a folder; several processes may write to it."""

    folder: Path

    def path(self, kind: str, name: str) -> Path:
        """Where a picture lies; two hundred folders and more keep each of them short."""
        return self.folder / kind / name[:2] / f"{name}.png"

    def has(self, kind: str, name: str) -> bool:
        """Whether it is there."""
        return self.path(kind, name).exists()

    def keep(self, sheet: Sheet, whole: bool) -> Seen:
        """Store what is on a sheet: the small picture, and the whole one if that is wanted."""
        little = sheet.small()
        pixels = pygame.image.tobytes(little, "RGB")
        name = hashlib.blake2b(pixels, digest_size=NAME_BYTES).hexdigest()
        seen = Seen(name, sheet.check())
        if not self.has(SMALL, name):
            self._write(SMALL, name, packed(pixels, little.get_size(), SMALL_PACKED))
        if whole and not self.has(WHOLE, seen.name):
            self._write(WHOLE, seen.name, png(sheet.surface))
        return seen

    def _write(self, kind: str, name: str, data: bytes) -> None:
        """Whole or not at all: a picture that is there is never looked at again."""
        path = self.path(kind, name)
        draft = path.with_suffix(f".{os.getpid()}")
        try:
            draft.write_bytes(data)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(data)
        draft.replace(path)

    def names(self, kind: str) -> Iterator[str]:
        """Of all pictures there are."""
        yield from sorted(path.stem for path in (self.folder / kind).glob("*/*.png"))

    def keep_only(self, kind: str, wanted: AbstractSet[str]) -> int:
        """Drop all others; how many went."""
        gone = [name for name in self.names(kind) if name not in wanted]
        for name in gone:
            self.path(kind, name).unlink()
        return len(gone)


# --- packing --------------------------------------------------------------------------------------


def packed(pixels: bytes, size: tuple[int, int], how_hard: int) -> bytes:
    """Rows of RGB as a PNG file. The same pixels give the same bytes."""
    wide, tall = size
    row = 3 * wide
    assert len(pixels) == row * tall, "three bytes for each pixel"
    rows = b"".join(PLAIN + pixels[at : at + row] for at in range(0, len(pixels), row))
    return _file(size, zlib.compress(rows, how_hard))


def png(surface: pygame.Surface) -> bytes:
    """A surface of four bytes a pixel as a file. Only rows that are another than the one above are packed: what
    says of so many rows that they are as above is packed once for all pictures."""
    wide, tall = surface.get_size()
    pixels = pixels_of(surface)
    other = np.ones(tall, np.bool_)
    other[1:] = (pixels[1:] != pixels[:-1]).any(axis=1)
    rows = _rgb(pixels[other])
    packer, check, parts = zlib.compressobj(WHOLE_PACKED, wbits=-zlib.MAX_WBITS), 1, []
    at, begins = 0, [*np.flatnonzero(other[1:] != other[:-1]) + 1, tall]
    for y, end in pairwise((0, *begins)):
        if other[y]:
            data = rows[at : at + end - y].tobytes()
            at += end - y
            parts.append(packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH))
            check = zlib.adler32(data, check)
        else:
            part, long, one = _as_above(wide, int(end - y))
            parts.append(part)
            check = _joined(check, one, long)
    return _file((wide, tall), b"".join((STREAM, *parts, packer.flush(), struct.pack(">I", check))))


def _rgb(pixels: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    """Rows as a PNG has them: a byte for how they are filtered, then red, green and blue."""
    tall, wide = pixels.shape
    rows = np.zeros((tall, 1 + 3 * wide), np.uint8)
    blue_first = pixels.view(np.uint8)
    for n in range(3):
        rows[:, 1 + n :: 3] = blue_first[:, 2 - n :: 4]
    return rows


@lru_cache(maxsize=4_096)
def _as_above(wide: int, tall: int) -> tuple[bytes, int, int]:
    """So many rows that are each as the one above, packed; how long they were, and their Adler-32."""
    rows = (AS_ABOVE + bytes(3 * wide)) * tall
    packer = zlib.compressobj(WHOLE_PACKED, wbits=-zlib.MAX_WBITS)
    return packer.compress(rows) + packer.flush(zlib.Z_FULL_FLUSH), len(rows), zlib.adler32(rows)


ADLER: Final = 65_521
"""What sums of an Adler-32 are taken modulo (RFC 1950, 9)."""


def _joined(check: int, other: int, long: int) -> int:
    """The Adler-32 of two pieces from that of each, the second of which is so long."""
    one, sums = check & 0xFFFF, check >> 16
    low = (one + (other & 0xFFFF) - 1) % ADLER
    high = (sums + (other >> 16) + long * (one - 1)) % ADLER
    return high << 16 | low


def _file(size: tuple[int, int], data: bytes) -> bytes:
    """Packed rows of RGB as a PNG file."""
    head = struct.pack(">IIBBBBB", *size, 8, TRUE_COLOUR, 0, 0, 0)
    return MAGIC + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    """Length, kind, data and their check (W3C PNG, 5.3)."""
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
