"""The strip at the right of the designer's window: switches, the inspector, the list of screens, what is wrong in the
files. Drawn from a `Board`, which is plain data; a click on it is an act by name. It never covers the machine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import pygame

from screens.layout import Rect
from sim.design.drawing import ACCENT, BAD_GROUND, GROUND, LINE, PITCH_PX, RAISED, Sketch
from sim.design.inspector import Row

WIDTH_PX: Final = 430
PAD_PX: Final = 12
LABEL_PX: Final = 84
CHIP_PX: Final = 24
CHIP_PAD_PX: Final = 8
SMALL_PX: Final = 13
SMALL_PITCH_PX: Final = 18
MISTAKES_MAX: Final = 4
"""Mistakes that are told at once, and how many lines each may have."""

LIST_ROWS_MIN: Final = 6
"""The list of screens is never shorter; the inspector gives way."""


class Option(NamedTuple):
    """Something to choose in a row."""

    label: str
    act: str
    on: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """A row of the strip: what it sets, the key for it, and what can be chosen."""

    what: str
    key: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """All that the strip shows. `search` is what was typed, None while nobody types; `names` the screens found,
    `first` the one at the top; `help` are the lines of keys in place of inspector and list."""

    title: str
    state: str
    switches: tuple[Switch, ...]
    rows: tuple[Row, ...]
    names: tuple[str, ...]
    shown: str = ""
    search: str | None = None
    typed: str = ""
    first: int = 0
    told: tuple[str, ...] = ()
    bad: bool = False
    help: tuple[tuple[str, str], ...] = ()


class Strip:
    """Draws a board and knows what was hit on it."""

    def __init__(self) -> None:
        self.sketch = Sketch()
        self._places: list[tuple[Rect, str]] = []
        self._board: Board | None = None
        self._list_rows = LIST_ROWS_MIN

    @property
    def list_rows(self) -> int:
        """How many names of screens are in sight."""
        return self._list_rows

    def act_at(self, x: int, y: int) -> str:
        """What a click there means; "" for nothing."""
        for rect, name in self._places:
            if rect.x <= x < rect.right and rect.y <= y < rect.bottom:
                return name
        return ""

    def paint(self, surface: pygame.Surface, area: Rect, board: Board, whole: bool) -> list[Rect]:
        """The board where it is new."""
        if board == self._board and not whole:
            return []
        self._board = board
        self._places.clear()
        surface.fill(GROUND, tuple(area))
        pygame.draw.line(surface, LINE, (area.x, area.y), (area.x, area.bottom))
        inner = area.inset(PAD_PX, PAD_PX)
        y = self._head(surface, inner, board)
        for switch in board.switches:
            y = self._switch(surface, inner, y, switch)
        bottom = self._told(surface, area, inner, board)
        rest = Rect(inner.x, y + 6, inner.w, bottom - y - 6)
        if board.help:
            self._help(surface, rest, board.help)
        else:
            self._list(surface, self._rows(surface, rest, board.rows), board)
        return [area]

    def _head(self, surface: pygame.Surface, inner: Rect, board: Board) -> int:
        self.sketch.text(surface, inner.x, inner.y, board.title, "head", bold=True)
        self._put(
            surface, inner.right - 58, inner.y - 3, Option("keys H", "help", bool(board.help))
        )
        y = inner.y + PITCH_PX + 4
        y = self.sketch.paragraph(surface, Rect(inner.x, y, inner.w, 40), board.state, rows_max=2)
        return y + 6

    # --- switches -------------------------------------------------------------------------------

    def _switch(self, surface: pygame.Surface, inner: Rect, y: int, switch: Switch) -> int:
        label = f"{switch.what}"
        self.sketch.text(surface, inner.x, y + 4, label, "quiet", SMALL_PX)
        wide = self.sketch.width(label, SMALL_PX)
        self.sketch.text(surface, inner.x + wide + 5, y + 4, switch.key, "head", SMALL_PX)
        x = inner.x + LABEL_PX
        for option in switch.options:
            if not option.act:  # words that are long: below, as wide as there is
                place = Rect(inner.x + LABEL_PX, y + CHIP_PX + 4, inner.w - LABEL_PX, 60)
                y = self.sketch.paragraph(surface, place, option.label, "quiet", SMALL_PX) - CHIP_PX
                continue
            wide = self._wide(option)
            if x + wide > inner.right and x > inner.x + LABEL_PX:
                x, y = inner.x + LABEL_PX, y + CHIP_PX + 3
            self._put(surface, x, y, option)
            x += wide + 3
        return y + CHIP_PX + 5

    def _wide(self, option: Option) -> int:
        return self.sketch.width(option.label, SMALL_PX) + 2 * CHIP_PAD_PX

    def _put(self, surface: pygame.Surface, x: int, y: int, option: Option) -> None:
        rect = Rect(x, y, self._wide(option), CHIP_PX)
        pygame.draw.rect(surface, ACCENT if option.on else RAISED, tuple(rect), border_radius=4)
        ink = "on" if option.on else "plain"
        self.sketch.text(surface, x + CHIP_PAD_PX, y + 5, option.label, ink, SMALL_PX)
        self._places.append((rect, option.act))

    # --- the inspector --------------------------------------------------------------------------

    def _rows(self, surface: pygame.Surface, area: Rect, rows: Sequence[Row]) -> Rect:
        """The inspector's lines; what is left below them for the list."""
        least = (LIST_ROWS_MIN + 2) * SMALL_PITCH_PX
        y, last = area.y, area.bottom - least
        pygame.draw.line(surface, LINE, (area.x, y), (area.right, y))
        y += 8
        for row in rows:
            if y + SMALL_PITCH_PX > last:
                break
            self.sketch.text(surface, area.x, y, row.what, "quiet", SMALL_PX)
            value = Rect(area.x + LABEL_PX, y, area.w - LABEL_PX, last - y)
            y = self.sketch.paragraph(surface, value, row.value, row.ink, SMALL_PX)
        return Rect(area.x, y + 8, area.w, area.bottom - y - 8)

    # --- the list of screens --------------------------------------------------------------------

    def _list(self, surface: pygame.Surface, area: Rect, board: Board) -> None:
        pygame.draw.line(surface, LINE, (area.x, area.y), (area.right, area.y))
        y = area.y + 6
        box = Rect(area.x, y, area.w, CHIP_PX)
        active = board.search is not None
        pygame.draw.rect(surface, ACCENT if active else LINE, tuple(box), 1, border_radius=4)
        typed = f"{board.typed}|" if active else board.typed
        told = typed or "jump to a screen: press / and type, or click"
        self.sketch.text(surface, box.x + 8, y + 5, told, "plain" if typed else "quiet", SMALL_PX)
        count = f"{len(board.names)}"
        x = box.right - 8 - self.sketch.width(count, SMALL_PX)
        self.sketch.text(surface, x, y + 5, count, "quiet", SMALL_PX)
        self._places.append((box, "search"))
        y += CHIP_PX + 5
        self._list_rows = max(1, (area.bottom - y) // SMALL_PITCH_PX)
        for name in board.names[board.first : board.first + self._list_rows]:
            row = Rect(area.x, y, area.w, SMALL_PITCH_PX)
            on = name == board.shown
            if on:
                pygame.draw.rect(surface, ACCENT, tuple(row), border_radius=3)
            self.sketch.text(surface, row.x + 8, y + 2, name, "on" if on else "plain", SMALL_PX)
            self._places.append((row, f"jump:{name}"))
            y += SMALL_PITCH_PX

    # --- the rest -------------------------------------------------------------------------------

    def _help(self, surface: pygame.Surface, area: Rect, lines: Sequence[tuple[str, str]]) -> None:
        y = area.y + 4
        for key, means in lines:
            if y + SMALL_PITCH_PX > area.bottom:
                break
            self.sketch.text(surface, area.x, y, key, "head", SMALL_PX)
            place = Rect(area.x + 120, y, area.w - 120, area.bottom - y)
            y = self.sketch.paragraph(surface, place, means, "plain", SMALL_PX)

    def _told(self, surface: pygame.Surface, area: Rect, inner: Rect, board: Board) -> int:
        """What is wrong in the files, at the foot; the y above it."""
        told = list(_cut(self.sketch, board.told, inner.w))
        tall = len(told) * SMALL_PITCH_PX + (14 if told else 0)
        foot = Rect(area.x, area.bottom - tall, area.w, tall)
        if told:
            surface.fill(BAD_GROUND if board.bad else RAISED, tuple(foot))
        y = foot.y + 7
        for line in told:
            self.sketch.text(surface, inner.x, y, line, "bad" if board.bad else "plain", SMALL_PX)
            y += SMALL_PITCH_PX
        return foot.y - 6


def _cut(sketch: Sketch, told: Sequence[str], width: int) -> Iterator[str]:
    for text in told[:MISTAKES_MAX]:
        yield from sketch.lines(text, width, SMALL_PX)[:MISTAKES_MAX]
