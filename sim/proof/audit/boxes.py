"""One box of a picture, judged: its text, its edge, its pictogram.

The same box with the same pixels is judged once, however many screens show it: the fixed bar is on all
of them. What a box cannot tell alone (gaps, overlaps, what stands still) is `picture`'s business.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from screens.layout import Box, Line, Rect
from sim.proof.audit import requirements as asked
from sim.proof.audit.contrast import MODERATE, SEVERE, contrast
from sim.proof.audit.findings import Reading, at_least, at_most
from sim.proof.audit.glyphs import Glyphs, LineSeen
from sim.proof.audit.pixels import Canvas, Pixels, commonest, farthest, within
from sim.proof.audit.requirements import Demand
from sim.proof.audit.targets import Outline, inside_px, outline, shared_px

PRESSED: Final = frozenset(("primary", "choice", "quiet", "key", "bar", "bar_on", "off", "switch"))
"""Roles that have an edge of their own, pressed or not."""

FILLED_IN: Final = frozenset(("field", "signature"))
"""Roles that are typed or written in."""

EDGED: Final = PRESSED | FILLED_IN

MAIN: Final = frozenset(("title", "text"))
"""Roles of running text."""

IN_COLUMNS: Final = "row"
"""A box whose lines stand in columns: the first line of one is no line after the last of another."""

RUNNING: Final = frozenset(("text",))

ICON_SHARE: Final = 0.01
"""A colour that covers less of a pictogram is an edge of a stroke."""

AROUND_PX: Final = 8
"""A box is judged with so much around it."""


@dataclass(frozen=True, slots=True)
class BoxSeen:
    """A box as the picture has it: `drawn` is None where no edge was looked for, or where none was
    found; then it is `lost`."""

    box: Box
    readings: tuple[Reading, ...]
    drawn: Outline | None
    lost: bool
    inks: tuple[Rect, ...]
    capital_px: int
    smallest: Line | None
    ground: int
    ink: int

    @property
    def rect(self) -> Rect:
        """Where it is: as drawn, or as claimed where nothing was found."""
        return self.drawn.rect if self.drawn else self.box.rect


class Judge:
    """Judges boxes by the demands of one profile on a panel of `px_per_mm`."""

    def __init__(self, glyphs: Glyphs, demand: Demand, px_per_mm: float) -> None:
        self.glyphs = glyphs
        self.demand = demand
        self.px_per_mm = px_per_mm
        self._kept: dict[tuple[Box, bool, int], BoxSeen] = {}

    def seen(self, picture: Canvas, box: Box, focused: bool = False) -> BoxSeen:
        """The box in the picture. Where the keys stand on something, a ring lies around its edge and
        between it and its neighbours: edges are judged on the same screen without it."""
        around = self._around(box).inset(-AROUND_PX, -AROUND_PX)
        # The pixels themselves would fill the memory.
        key = (box, focused, hash(picture.cut(around).tobytes()))
        if key not in self._kept:
            self._kept[key] = self._judged(picture, box, focused)
        return self._kept[key]

    def _around(self, box: Box) -> Rect:
        """The box and the places of its lines, which may lie outside it."""
        rect = box.rect
        for line in box.lines:
            em = line.em_px
            x, y = min(rect.x, line.x), min(rect.y, line.baseline - em)
            right = max(rect.right, line.x + line.width)
            bottom = max(rect.bottom, line.baseline + em // 2)
            rect = Rect(x, y, right - x, bottom - y)
        return rect

    def _judged(self, picture: Canvas, box: Box, focused: bool) -> BoxSeen:
        edged = box.role in EDGED and not focused
        drawn = outline(picture, box.rect) if edged else None
        pairs = [(line, self.glyphs.seen(picture, line)) for line in box.lines]
        lines = [(line, seen) for line, seen in pairs if seen is not None]
        readings = [
            *(r for line, seen in lines for r in self._line(picture, box, line, seen, drawn)),
            *self._spacing(box, lines),
            *(self._edge(box, drawn) if edged else ()),
            *self._icon(picture, box),
        ]
        smallest = min((line for line, _ in lines), key=self.glyphs.capital, default=None)
        capital = self.glyphs.capital(smallest) if smallest else 0
        ground = commonest(picture.cut(within(box.rect, picture.glass))) or 0
        inks = tuple(seen.rect for _, seen in lines)
        ink = lines[0][1].ink if lines else ground
        return BoxSeen(
            box, tuple(readings), drawn, edged and not drawn, inks, capital, smallest, ground, ink
        )

    # Text.

    def _line(
        self, picture: Canvas, box: Box, line: Line, seen: LineSeen, drawn: Outline | None
    ) -> Iterator[Reading]:
        rect, text = seen.rect, line.text
        yield at_least("VIS-01", self._mm(self.glyphs.capital(line)), asked.CAP_MM_MIN, rect, text)
        for kind, rows in self.glyphs.script_heights(line):
            yield at_least("VIS-01", self._mm(rows), asked.CAP_MM_MIN, rect, f"{kind}: {text}")
        yield at_most("VIS-01 scale", seen.off_px, 1, rect, text)
        yield from self._contrast(box, seen, text)
        yield at_most("VIS-13", seen.stains, 0, rect, text)
        yield at_most("VIS-17 cut", seen.missing, 0, rect, text)
        yield at_most("VIS-17 mixed", seen.extra, 0, rect, text)
        yield at_most("VIS-17 glyph", seen.glyphless, 0, rect, text)
        limits = drawn.rect if drawn else box.rect
        free = min(inside_px(rect, limits), inside_px(rect, picture.glass))
        yield at_least("VIS-17 inside", free, 1 if drawn else -1, rect, text)

    def _contrast(self, box: Box, seen: LineSeen, text: str) -> Iterator[Reading]:
        rect, demand = seen.rect, self.demand
        note = f"#{seen.ink:06X} on #{seen.ground:06X}: {text}"
        plain = contrast(seen.ink, seen.ground)
        yield at_least("VIS-07", plain, demand.text_contrast, rect, note)
        if box.role in MAIN:
            yield at_least("VIS-07 main", plain, demand.main_contrast, rect, note)
        if demand.aged:
            moderate = contrast(seen.ink, seen.ground, MODERATE)
            severe = contrast(seen.ink, seen.ground, SEVERE)
            yield at_least("VIS-09 moderate", moderate, asked.AGED_MODERATE_MIN, rect, note)
            yield at_least("VIS-09 severe", severe, asked.AGED_SEVERE_MIN, rect, note)

    def _spacing(self, box: Box, lines: list[tuple[Line, LineSeen]]) -> Iterator[Reading]:
        for (above, _), (line, seen) in pairwise(lines):
            alike = (above.em_px, above.bold) == (line.em_px, line.bold)
            beside = box.name == IN_COLUMNS and line.x != above.x
            if not alike or beside or line.baseline == above.baseline:
                continue
            ems = (line.baseline - above.baseline) / self.glyphs.em(line)
            yield at_least("VIS-06 line", ems, asked.LINE_SPACING_MIN, seen.rect, line.text)
            if box.role in RUNNING:
                bound = self.demand.body_spacing
                yield at_least("VIS-06 running", ems, bound, seen.rect, line.text)

    # What is around and beside it.

    def _edge(self, box: Box, drawn: Outline | None) -> Iterator[Reading]:
        if drawn is None:
            note = f"{box.name}: no edge is drawn there, or something touches it"
            yield at_most("TCH-00", box.rect.w, asked.SLIP_PX_MAX, box.rect, note)
            return
        yield at_most("TCH-00", drawn.off_px, asked.SLIP_PX_MAX, box.rect, box.name)
        yield at_least("VIS-08 edge", drawn.contrast, asked.EDGE_CONTRAST_MIN, box.rect, box.name)

    def _icon(self, picture: Canvas, box: Box) -> Iterator[Reading]:
        """Its pictogram, and the one of a tile, which lies inside it, beside its words and its key."""
        for name, rect in ((box.icon, box.icon_rect), (box.tile, box.tile_rect)):
            if rect is None or not name:
                continue
            colours = picture.cut(within(rect, picture.glass))
            value = icon_contrast(colours)
            yield at_least("VIS-08 icon", value, asked.EDGE_CONTRAST_MIN, rect, name)
        if box.tile_rect is None or not box.tile:
            return
        yield at_least(
            "VIS-17 inside", inside_px(box.tile_rect, box.rect), 1, box.tile_rect, box.tile
        )
        for line in box.lines:
            rows = Rect(line.x, line.baseline - line.em_px // 2, line.width, line.em_px // 2)
            shared = shared_px(rows, box.tile_rect)
            yield at_most("VIS-17 overlap", shared, 0, box.tile_rect, f"{box.tile} and {line.text}")

    def _mm(self, px: float) -> float:
        return px / self.px_per_mm


def icon_contrast(colours: Pixels) -> float:
    """Of a pictogram: its ground against the farthest colour that is not a mere edge."""
    ground = commonest(colours)
    if ground is None:
        return 1.0
    ink = farthest(colours, ground, max(1, round(colours.size * ICON_SHARE)))
    return 1.0 if ink is None else contrast(ground, ink)
