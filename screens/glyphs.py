"""Which characters a font file draws, read from its character map.

pygame tells the metrics of the box for a character that a font lacks (platform-facts 3.2), so the map
is read here: formats 4 and 12 of the OpenType `cmap` table, which is all that our fonts have. Only the
files shipped beside this one are read; a file that is not as the format says raises ValueError.
"""

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from struct import error, unpack_from

UNICODE = frozenset(((3, 10), (0, 4), (0, 6), (3, 1), (0, 3)))
"""Platform and encoding of the maps that are keyed by code points."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Ranges of code points, in order; both ends belong to them."""

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    def __contains__(self, character: object) -> bool:
        if not isinstance(character, str):
            return False
        at = bisect_right(self.firsts, ord(character)) - 1
        return at >= 0 and ord(character) <= self.lasts[at]


def coverage(path: Path) -> Coverage:
    """What the font at `path` draws."""
    data = path.read_bytes()
    try:
        ranges = sorted(_ranges(data))
    except error as broken:
        raise ValueError(f"{path.name}: {broken}") from None
    return Coverage(tuple(first for first, _ in ranges), tuple(last for _, last in ranges))


def _ranges(data: bytes) -> list[tuple[int, int]]:
    cmap = _table(data, b"cmap")
    (tables,) = unpack_from(">H", data, cmap + 2)
    best: list[tuple[int, int]] = []
    for n in range(tables):
        platform, encoding, offset = unpack_from(">HHL", data, cmap + 4 + 8 * n)
        (form,) = unpack_from(">H", data, cmap + offset)
        if (platform, encoding) in UNICODE and form == 12:
            return _groups(data, cmap + offset)
        if (platform, encoding) in UNICODE and form == 4:
            best = _segments(data, cmap + offset)
    return best


def _table(data: bytes, name: bytes) -> int:
    (tables,) = unpack_from(">H", data, 4)
    for n in range(tables):
        tag, _, offset, _ = unpack_from(">4sLLL", data, 12 + 16 * n)
        if tag == name:
            return int(offset)
    raise ValueError(f"no table {name!r}")


def _groups(data: bytes, at: int) -> list[tuple[int, int]]:
    (many,) = unpack_from(">L", data, at + 12)
    return [unpack_from(">LL", data, at + 16 + 12 * n) for n in range(many)]


def _segments(data: bytes, at: int) -> list[tuple[int, int]]:
    (twice,) = unpack_from(">H", data, at + 6)
    many = twice // 2
    lasts = unpack_from(f">{many}H", data, at + 14)
    firsts = unpack_from(f">{many}H", data, at + 16 + twice)
    return [(a, b) for a, b in zip(firsts, lasts, strict=True) if a != 0xFFFF]
