"""Pictures of a gallery as files: each stored once, under the name of what can be seen on it.

A picture is kept small for every screen, and whole where somebody wants it. The small one is named by its
own pixels. The whole one is named by the small one and a check of all its pixels, so one that differs in a
single pixel has another name, and one that is there already need not be packed again.

Files are PNG, packed here: one filter for all rows and the quickest packing that still makes flat colours
small. What pygame writes for the same picture takes three times as long (25 ms instead of 8 for 1280 x 1024)
and is a fifth smaller.
"""

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pygame

SMALL: Final = "small"
WHOLE: Final = "whole"

SMALL_WIDTH_PX: Final = 208
SMALL_UPRIGHT_PX: Final = 144
"""How wide small pictures are, of panels that lie and that stand: text of a title can still be read."""

NAME_BYTES: Final = 10
"""Of the hash in a name: a gallery has some hundred thousand pictures, not billions."""

WHOLE_PACKED: Final = 1
SMALL_PACKED: Final = 6
"""How hard zlib tries. Whole pictures take 7.5 ms at 1 and 12 ms at 4, for a quarter less."""

MAGIC: Final = b"\x89PNG\r\n\x1a\n"
"""How a PNG begins (W3C PNG, 5.2)."""

TRUE_COLOUR: Final = 2
"""Three bytes for each pixel (W3C PNG, 11.2.1)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a picture shows: `small` names the small one, `check` is the CRC-32 of all pixels."""

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

    def keep(self, surface: pygame.Surface, whole: bool) -> Seen:
        """Store what is on a surface: the small picture, and the whole one if that is wanted."""
        little = shrunk(surface)
        pixels = pygame.image.tobytes(little, "RGB")
        name = hashlib.blake2b(pixels, digest_size=NAME_BYTES).hexdigest()
        view: Any = surface.get_view("0")  # has the buffer protocol, which its type does not say
        seen = Seen(name, zlib.crc32(view))
        if not self.has(SMALL, name):
            self._write(SMALL, name, packed(pixels, little.get_size(), SMALL_PACKED))
        if whole and not self.has(WHOLE, seen.name):
            self._write(WHOLE, seen.name, png(surface))
        return seen

    def _write(self, kind: str, name: str, data: bytes) -> None:
        """Whole or not at all: a picture that is there is never looked at again."""
        path = self.path(kind, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
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


def shrunk(surface: pygame.Surface) -> pygame.Surface:
    """A surface as small as the gallery shows it."""
    wide, tall = surface.get_size()
    small = SMALL_UPRIGHT_PX if tall > wide else SMALL_WIDTH_PX
    return pygame.transform.smoothscale(surface, (small, tall * small // wide))


def png(surface: pygame.Surface) -> bytes:
    """A surface as a file."""
    return packed(pygame.image.tobytes(surface, "RGB"), surface.get_size(), WHOLE_PACKED)


def packed(pixels: bytes, size: tuple[int, int], how_hard: int) -> bytes:
    """Rows of RGB as a PNG file. The same pixels give the same bytes."""
    wide, tall = size
    row = 3 * wide
    assert len(pixels) == row * tall, "three bytes for each pixel"
    rows = b"".join(b"\0" + pixels[at : at + row] for at in range(0, len(pixels), row))
    head = struct.pack(">IIBBBBB", wide, tall, 8, TRUE_COLOUR, 0, 0, 0)
    data = zlib.compress(rows, how_hard)
    return MAGIC + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    """Length, kind, data and their check (W3C PNG, 5.3)."""
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
