"""Bytes into things to try: edits of something sound get further than noise.

Everything here is a function of the bytes, so that a saved input is the whole of a finding.
"""

from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any, Final

EDITS_MAX: Final = 16
"""So many changes at most: more is noise again."""

EDIT_BYTES: Final = 4

ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**70, -(2**70), 0.5, 1e308, float("inf"), float("nan")),
    *("", "x", "\x00", "9" * 40, "-1", "deadbeef", "Z" * 5_000, "{", "{0}", "{a.b}", "\ud800"),
    *([], {}, [[]], [None], {"a": 1}, [1, 2, 3], ["x"], b"", [[[[]]]]),
)
"""Values that do not belong where they are put."""


def edited(base: bytes, data: bytes) -> bytes:
    """`base` with a few of its bytes changed, left out, doubled, or cut off after, as `data` says."""
    out = bytearray(base)
    for at, how, value in _edits(data):
        place = at % (len(out) + 1)
        match how % 5:
            case 0 | 1 if place < len(out):
                out[place] = value
            case 2:
                del out[place : place + 1 + value % 8]
            case 3:
                out[place:place] = out[place : place + 1 + value]
            case 4 if value % 8 == 0:
                del out[place:]
            case _:
                out[place:place] = bytes((value,))
    return bytes(out)


def disturbed(tree: Any, data: bytes) -> Any:
    """A copy of a tree of dicts and lists, with a few of its values exchanged or missing."""
    changed = deepcopy(tree)
    for at, how, value in _edits(data):
        places = list(_places(changed))
        if not places:
            break
        held, key = places[at % len(places)]
        if how % 4 == 0:
            del held[key]
        elif how % 4 == 1 and isinstance(held, dict):
            held[f"{key}x"] = held.pop(key)
        else:
            held[key] = deepcopy(ODD[value % len(ODD)])
    return changed


def pieces(data: bytes) -> Iterator[bytes]:
    """The same bytes, cut as a line may cut them: by their own values."""
    at = 0
    while at < len(data):
        size = 1 + data[at] % 7
        yield data[at : at + size]
        at += size


def _edits(data: bytes) -> Iterator[tuple[int, int, int]]:
    for start in range(0, min(len(data), EDITS_MAX * EDIT_BYTES), EDIT_BYTES):
        part = data[start : start + EDIT_BYTES].ljust(EDIT_BYTES, b"\0")
        yield part[0] << 8 | part[1], part[2], part[3]


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every value in the tree, as what holds it and where."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in list(inside):
        yield tree, key
        if isinstance(value, dict | list):
            yield from _places(value)


class Held(type(Path())):  # type: ignore[misc]
    """A path to a file that is nowhere but in memory."""

    data = b""

    @classmethod
    def of(cls, data: bytes) -> "Held":
        """A file with these bytes."""
        made = cls("held.toml")
        made.data = data
        return made

    def open(self, *mode: Any, **more: Any) -> BytesIO:
        """Read it, as bytes."""
        return BytesIO(self.data)

    def exists(self) -> bool:
        """It does."""
        return True

    def read_text(self, encoding: str | None = None, errors: str | None = None) -> str:
        """Read it, as text."""
        return self.data.decode(encoding or "utf-8", errors or "strict")
