"""How a designer's tools are drawn: dark, small and flat, so that nobody takes them for the machine.

Words are set with the machine's own fonts, which have every script; sizes are pixels of the window, because
tools are read at arm's length by whoever works here, not by a customer.
"""

from collections.abc import Mapping

import pygame

from screens.layout import Line, Rect
from screens.lines import break_lines
from screens.paint import Fonts, Painter
from screens.theme import Colour

INK: Mapping[str, Colour] = {
    "plain": (222, 228, 234),
    "quiet": (140, 150, 160),
    "head": (120, 205, 235),
    "good": (130, 220, 150),
    "bad": (255, 150, 140),
    "on": (16, 22, 28),
}
"""What tools are written in, on GROUND; `on` on ACCENT."""

GROUND: Colour = (21, 26, 31)
RAISED: Colour = (44, 52, 60)
ACCENT: Colour = (120, 205, 235)
BAD_GROUND: Colour = (74, 22, 22)
LINE: Colour = (70, 80, 90)

EM_PX = 15
PITCH_PX = 20


class Sketch:
    """Draws words, rules and frames of tools."""

    def __init__(self, fonts: Fonts | None = None) -> None:
        self.fonts = fonts or Fonts()
        self._painter = Painter(self.fonts)

    def width(self, text: str, em_px: int = EM_PX, bold: bool = False) -> int:
        """How wide a text is."""
        return self.fonts.measure(text, em_px, bold)

    def text(
        self,
        surface: pygame.Surface,
        x: int,
        y: int,
        text: str,
        ink: str = "plain",
        em_px: int = EM_PX,
        bold: bool = False,
    ) -> int:
        """One line with its top left corner there; how wide it is."""
        wide = self.width(text, em_px, bold)
        line = Line(text, x, y + round(em_px * 0.95), em_px, bold, wide, ink)
        self._painter.words(surface, (line,), INK)
        return wide

    def lines(self, text: str, width: int, em_px: int = EM_PX) -> tuple[str, ...]:
        """A text broken to a width."""
        return break_lines(text, max(1, width), lambda part: self.width(part, em_px))

    def paragraph(
        self,
        surface: pygame.Surface,
        area: Rect,
        text: str,
        ink: str = "plain",
        em_px: int = EM_PX,
        rows_max: int = 99,
    ) -> int:
        """A text in as many lines as it needs, cut where the area or `rows_max` ends; the y below it."""
        pitch = round(em_px * PITCH_PX / EM_PX)
        rows = self.lines(text, area.w, em_px)
        room = max(1, min(rows_max, area.h // pitch))
        if len(rows) > room:
            rows = (*rows[: room - 1], rows[room - 1].rstrip() + "…")
        y = area.y
        for row in rows:
            self.text(surface, area.x, y, row, ink, em_px)
            y += pitch
        return y
