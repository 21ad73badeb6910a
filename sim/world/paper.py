"""The paper of a printer: what is left of the roll, what hangs from the slot, and the slips that were cut.

A slip is kept as its dots and what the printer set in its own letters. All of it is physical: power and
the terminal may come and go.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from terminal.receipt import Raster

WIDTH_BYTES = 72

ROLL_ROWS = 640_000
"""A roll of 80 m."""

NEAR_END_ROWS = 24_000
"""The sensor sees the last 3 m."""

PAGES_MAX = 40
"""Slips kept with their dots; `slips` counts them all."""


@dataclass(frozen=True, slots=True)
class Page:
    """A slip: its dots from the top, 576 wide, and what the printer set in its own letters."""

    raster: Raster
    text: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        """Nothing is on it."""
        return not (any(self.raster.rows) or self.text)


class Paper:
    """A roll in a printer."""

    def __init__(self) -> None:
        self.rows = ROLL_ROWS
        """Rows of dots left on the roll."""
        self.slips = 0
        """How many slips with something on them were ever cut off."""
        self._hanging = bytearray()
        self._text: list[str] = []
        self._pages: list[list[Any]] = []

    @property
    def near_end(self) -> bool:
        """Little is left."""
        return 0 < self.rows <= NEAR_END_ROWS

    @property
    def pages(self) -> tuple[Page, ...]:
        """The last slips that were cut off, blank ones too, the oldest first."""
        return tuple(_page(_unpacked(dots), text) for dots, text in self._pages)

    @property
    def hanging(self) -> Page:
        """What was printed and not cut."""
        return _page(bytes(self._hanging), self._text)

    def mark(self, rows: bytes) -> None:
        """Whole rows of dots, as many as are left at most."""
        count = len(rows) // WIDTH_BYTES
        assert count <= self.rows, "there is no such paper"
        self.rows -= count
        self._hanging += rows

    def write(self, text: str) -> None:
        """A line in the printer's own letters."""
        self._text.append(text)

    def cut(self) -> None:
        """Cut off what hangs there."""
        self.slips += not self.hanging.blank
        self._pages.append([_packed(bytes(self._hanging)), self._text])
        del self._pages[:-PAGES_MAX]
        self._hanging.clear()
        self._text = []

    def snapshot(self) -> dict[str, object]:
        """Plain JSON."""
        return {
            "rows": self.rows,
            "slips": self.slips,
            "hanging": [_packed(bytes(self._hanging)), list(self._text)],
            "pages": [[dots, list(text)] for dots, text in self._pages],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Become what `snapshot` described. ValueError if a slip in it is none."""
        dots, text = state["hanging"]
        self.rows, self.slips = int(state["rows"]), int(state["slips"])
        self._hanging, self._text = bytearray(_unpacked(dots)), list(text)
        self._pages = [[dots, list(text)] for dots, text in state["pages"]]
        assert self.pages is not None, "each can be unpacked"


def _page(rows: bytes, text: list[str]) -> Page:
    return Page(Raster(WIDTH_BYTES, rows), tuple(text))


def _packed(rows: bytes) -> str:
    """Dots as a text that a snapshot can hold: a receipt has some 100 KB of them, this some 10."""
    return b64encode(zlib.compress(rows, 1)).decode("ascii") if rows else ""


def _unpacked(dots: str) -> bytes:
    """ValueError if that is no saved slip."""
    try:
        rows = zlib.decompress(b64decode(dots)) if dots else b""
    except zlib.error as broken:
        raise ValueError("not a saved slip") from broken
    if len(rows) % WIDTH_BYTES:
        raise ValueError("not a saved slip")
    return rows
