"""How tall the characters in a picture are, where their ink is, and whether all of it is there.

The layout says where to look: a line, its left edge and its baseline. What it says about sizes is not
believed. Each line is drawn alone, black on white, by the same painter; its ink must then be found in
the picture at that place, pixel by pixel, none missing and none added. So the picture holds the line in
this size and no other. That the painter does not shrink a long line is seen by its characters: the
highest and the lowest row of ink in the picture must be those of the line's characters, each drawn by
itself in that size. Of the size so found, "H" is drawn and its rows with at least half coverage are
counted: that is the height of a capital, also in lines that happen to have none.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pygame

from screens.layout import Line, Rect
from screens.paint import Painter
from sim.proof.audit.pixels import (
    Canvas,
    Levels,
    Mask,
    bounds,
    canvas,
    channel,
    commonest,
    coverage,
    farthest,
    within,
)
from terminal.values import replace

HALF = 0.5
"""What counts as ink when a glyph is measured (accessibility.md A)."""

SURE, NONE = 0.75, 0.25
"""A pixel that is ink drawn alone and is not in the picture, or the reverse, is wrong between these."""

TRACE = 0.02
"""Less coverage than this is no ink at all."""

FULL = 0.9
"""Of pixels with this coverage or more the ink's colour is told."""

INK_PIXELS_MIN = 3
"""A colour of fewer pixels is an edge of a stroke, not its colour."""

AROUND_PX = 2
"""How far around the ink its ground is looked at."""

CAPITAL = "H"
UNASSIGNED = "\U0010fffd"
"""A character that no typeface has: private, in the last plane."""

SQUARE, SQUARES = "国", 11
"""A character as wide as the em, and how many are set side by side to find it."""

TALL: dict[str, str] = {"han": "国", "kana": "あ", "hangul": "가", "arabic": "ا", "tibetan": "ཀ"}
"""What stands for a capital in each script that has none."""


def kind_of(character: str) -> str:
    """The script of a character that has no capitals, or ""."""
    code = ord(character)
    return next((kind for kind, low, high in _SCRIPTS if low <= code <= high), "")


_SCRIPTS = (
    ("han", 0x4E00, 0x9FFF),
    ("kana", 0x3041, 0x30FE),
    ("hangul", 0xAC00, 0xD7A3),
    ("arabic", 0x0621, 0x06D5),
    ("tibetan", 0x0F40, 0x0F6C),
)

JOINED = frozenset(("arabic", "tibetan"))
"""Scripts whose characters have other shapes among others: none can be compared by itself."""

LEFTWARD = frozenset(("arabic",))
"""Scripts whose lines end at the left."""


CORNER_OF_EM = 4
"""Round corners of a box may show in the corners of a line that fills it, a quarter of an em wide."""


class Extent(NamedTuple):
    """Rows of ink from the baseline, above it below zero: the first, and the first that has none."""

    top: int
    bottom: int
    print: int
    """Of the ink itself: equal where the ink is."""


Extents = dict[tuple[str, int, bool, str], Extent | None]
"""Of a text in an em, a weight and a language, wherever it stands."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line drawn alone: its ink, and where that begins from the line's left edge and baseline."""

    ink: Levels
    left: int
    top: int

    @property
    def extent(self) -> Extent | None:
        """Its rows with half coverage."""
        found = bounds(self.ink >= HALF)
        if found is None:
            return None
        finger = hash((self.ink.shape, self.ink.tobytes()))
        return Extent(self.top + found.y, self.top + found.bottom, finger)

    @property
    def columns(self) -> int:
        """Its width in columns with half coverage."""
        found = bounds(self.ink >= HALF)
        return found.w if found else 0


@dataclass(frozen=True, slots=True)
class LineSeen:
    """A line as the picture has it. `rect` is its ink; `missing`, `extra` and `stains` are pixels;
    `off_px` is how many rows its ink differs from that of its characters by themselves, and `glyphless`
    how many characters have no glyph."""

    rect: Rect
    ground: int
    ink: int
    missing: int
    extra: int
    stains: int
    off_px: int
    glyphless: int


class Glyphs:
    """Draws lines alone and finds them in pictures. Keeps what it drew for as long as it lives, and the
    extents of characters for as long as who gave `extents` likes."""

    def __init__(self, painter: Painter, extents: Extents | None = None) -> None:
        self._painter = painter
        self._drawn: dict[Line, Drawn | None] = {}
        self._extents: Extents = {} if extents is None else extents

    def alone(self, line: Line) -> Drawn | None:
        """The line by itself; None if it leaves no ink."""
        key = replace(line, x=0, baseline=0, ink="ink")
        if key not in self._drawn:
            self._drawn[key] = self._draw(key)
        return self._drawn[key]

    def _draw(self, line: Line) -> Drawn | None:
        em = line.em_px
        x, baseline = 2 * em, 3 * em
        surface = pygame.Surface((line.width + 4 * em, 5 * em), depth=32)
        surface.fill("white")
        placed = replace(line, x=x, baseline=baseline)
        self._painter.words(surface, (placed,), {"ink": (0, 0, 0)})
        with canvas(surface) as picture:
            levels = 1 - channel(picture.cut(picture.glass), 8).astype(np.float32) / 255
        found = bounds(levels > TRACE)
        if found is None:
            return None
        ink = levels[found.y : found.bottom, found.x : found.right].astype(np.float32)
        return Drawn(ink, found.x - x, found.y - baseline)

    def extent(self, text: str, line: Line) -> Extent | None:
        """The rows of `text` set as `line` is set; None if it leaves no ink."""
        key = (text, line.em_px, line.bold, line.language)
        if key not in self._extents:
            wide = len(text) * 2 * line.em_px
            drawn = self._draw(replace(line, text=text, width=wide, ink="ink"))
            self._extents[key] = drawn.extent if drawn else None
        return self._extents[key]

    def height(self, text: str, line: Line) -> int:
        """How many rows of ink `text` has, set as `line` is set."""
        extent = self.extent(text, line)
        return extent.bottom - extent.top if extent else 0

    def capital(self, line: Line) -> int:
        """How tall a capital is in the size of the line, in pixels."""
        return self.height(CAPITAL, line)

    def script_heights(self, line: Line) -> Iterator[tuple[str, int]]:
        """Each script of the line that has no capitals, and how tall its standard character is."""
        for kind in sorted({kind_of(c) for c in line.text} & set(TALL)):
            yield kind, self.height(TALL[kind], line)

    def em(self, line: Line) -> float:
        """The em of the line's size in pixels, found from the width of many square characters."""
        wide, plain = 2 * SQUARES * line.em_px, replace(line, x=0, baseline=0, ink="ink")
        one = self.alone(replace(plain, text=SQUARE, width=wide))
        many = self.alone(replace(plain, text=SQUARE * SQUARES, width=wide))
        assert one is not None, "the typeface has this character"
        assert many is not None, "and has it again"
        return (many.columns - one.columns) / (SQUARES - 1)

    # In the picture.

    def seen(self, picture: Canvas, line: Line) -> LineSeen | None:
        """The line in the picture; None where it has no ink even alone."""
        drawn = self.alone(line)
        if drawn is None:
            return None
        tall, wide = drawn.ink.shape
        rect = Rect(line.x + drawn.left, line.baseline + drawn.top, wide, tall)
        shown = within(rect, picture.glass)
        if not (shown.w and shown.h):
            lost = int(np.count_nonzero(drawn.ink >= SURE))
            return LineSeen(rect, 0, 0, lost, 0, 0, 0, 0)
        cut = drawn.ink[
            shown.y - rect.y : shown.bottom - rect.y, shown.x - rect.x : shown.right - rect.x
        ]
        outside = int(np.count_nonzero(drawn.ink >= SURE)) - int(np.count_nonzero(cut >= SURE))
        return self._compared(picture, line, rect, shown, cut, outside)

    def _compared(
        self, picture: Canvas, line: Line, rect: Rect, shown: Rect, cut: Levels, outside: int
    ) -> LineSeen:
        colours = picture.cut(shown)
        bare = colours[(cut == 0) & ~corners(cut.shape, line.em_px // CORNER_OF_EM)]
        around = picture.cut(within(rect.inset(-AROUND_PX, -AROUND_PX), picture.glass))
        ground = commonest(bare)
        if ground is None:
            ground = commonest(np.concatenate((around[0], around[-1]))) or 0
        ink = farthest(colours[cut >= FULL], ground, INK_PIXELS_MIN)
        if ink is None:
            ink = farthest(colours[cut >= HALF], ground, 1)
        ink = ground if ink is None else ink
        levels = coverage(colours, ground, ink)
        missing = int(np.count_nonzero((cut >= SURE) & (levels < NONE))) + outside
        extra = int(np.count_nonzero((cut < NONE) & (levels > SURE)))
        stains = int(np.count_nonzero(bare != ground))
        off = self._off(line, shown.y, levels)
        return LineSeen(rect, ground, ink, missing, extra, stains, off, self._glyphless(line))

    def _off(self, line: Line, top: int, levels: Levels) -> int:
        """By how many rows the ink of the line differs from that of its characters by themselves."""
        joined = sorted({kind_of(c) for c in line.text} & JOINED)
        if joined:
            return max(self._joined_off(line, kind) for kind in joined)
        own = [self.extent(c, line) for c in set(line.text) if visible(c)]
        alone = [extent for extent in own if extent is not None]
        found = bounds(levels >= HALF)
        if not alone:
            return 0
        if found is None:
            return line.em_px
        first, last = top + found.y - line.baseline, top + found.bottom - line.baseline
        above = abs(first - min(extent.top for extent in alone))
        return max(above, abs(last - max(extent.bottom for extent in alone)))

    def _joined_off(self, line: Line, kind: str) -> int:
        """The same where characters join: by how many rows the script's standard character, set at the
        end of the line, differs from itself alone. It does if the line was shrunk or pushed down to
        make room for a high stack."""
        standard = TALL[kind]
        own = self.alone(replace(line, text=standard, width=2 * line.em_px))
        wide = line.width + 2 * line.em_px
        both = self._draw(replace(line, text=f"{line.text} {standard}", width=wide, ink="ink"))
        if own is None or both is None:
            return line.em_px
        columns = own.ink.shape[1]
        last = both.ink[:, :columns] if kind in LEFTWARD else both.ink[:, -columns:]
        end = replace(both, ink=last).extent
        alone = own.extent
        if end is None or alone is None:
            return line.em_px
        return max(abs(end.top - alone.top), abs(end.bottom - alone.bottom))

    def _glyphless(self, line: Line) -> int:
        """Characters that leave no ink, or that of the box which stands for what a typeface lacks, or
        that are in no typeface."""
        lacking = self.extent(UNASSIGNED, line)
        drawn = (self.extent(c, line) for c in set(line.text) if visible(c))
        boxes = sum(one is None or one == lacking for one in drawn)
        known = getattr(self._painter.fonts, "missing", None)
        return max(boxes, len(known(line.text, line.language)) if known else 0)


def corners(shape: tuple[int, ...], side: int) -> Mask:
    """The four corners of a rectangle."""
    rows, columns = np.zeros(shape[0], np.bool_), np.zeros(shape[1], np.bool_)
    rows[:side] = rows[len(rows) - side :] = True
    columns[:side] = columns[len(columns) - side :] = True
    return np.logical_and.outer(rows, columns)


def visible(character: str) -> bool:
    """Whether a character leaves ink: no space, no mark that rides on others, no control."""
    return unicodedata.category(character)[0] in "LNPS"
