"""The pen that pictograms are drawn with: strokes and blocks in a square of 100 by 100 units.

It draws on a surface that is `OVERSAMPLE` times too large, which is scaled down smoothly. Colours come by
role from the palette. What a picture shows is the business of `pictograms` and `pictograms_services`.
"""

import itertools
from collections.abc import Sequence
from math import cos, pi, sin

import pygame

from screens.theme import Colour, Palette

UNITS = 100
OVERSAMPLE = 4
Point = tuple[float, float]


class Pen:
    """Draws in units on a surface that is too large."""

    def __init__(self, surface: pygame.Surface, palette: Palette) -> None:
        self.surface = surface
        self.scale = surface.get_width() / UNITS
        self.ink = palette["picture_ink"]
        self.fill = palette["picture_fill"]
        self.accent = palette["picture_accent"]
        self.soft = palette["picture_soft"]
        self.warn = palette["warn"]

    def px(self, units: float) -> int:
        return round(units * self.scale)

    def block(
        self, x: float, y: float, w: float, h: float, colour: Colour, radius: float = 0
    ) -> None:
        """A filled rounded rectangle."""
        rect = pygame.Rect(self.px(x), self.px(y), self.px(w), self.px(h))
        pygame.draw.rect(self.surface, colour, rect, border_radius=self.px(radius))

    def panel(
        self, x: float, y: float, w: float, h: float, radius: float, edge: float = 2.6
    ) -> None:
        """A white rounded rectangle with an edge of ink."""
        self.block(x, y, w, h, self.ink, radius)
        self.block(
            x + edge, y + edge, w - 2 * edge, h - 2 * edge, self.fill, max(0.0, radius - edge)
        )

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        pygame.draw.circle(self.surface, colour, (self.px(x), self.px(y)), self.px(radius))

    def stroke(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A line through points with round ends and joints."""
        for (ax, ay), (bx, by) in itertools.pairwise(points):
            self._segment(ax, ay, bx, by, width, colour)
        for x, y in points:
            self.disc(x, y, width / 2, colour)

    def _segment(
        self, ax: float, ay: float, bx: float, by: float, width: float, colour: Colour
    ) -> None:
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 or 1.0
        dx, dy = (by - ay) / length * width / 2, (ax - bx) / length * width / 2
        self.shape(
            [(ax + dx, ay + dy), (bx + dx, by + dy), (bx - dx, by - dy), (ax - dx, ay - dy)], colour
        )

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """A filled polygon."""
        pygame.draw.polygon(self.surface, colour, [(self.px(x), self.px(y)) for x, y in points])

    def arc(
        self,
        x: float,
        y: float,
        radius: float,
        first: float,
        last: float,
        width: float,
        colour: Colour,
    ) -> None:
        """Part of a circle; angles in degrees, clockwise from the right."""
        steps = 24
        angles = [(first + (last - first) * n / steps) * pi / 180 for n in range(steps + 1)]
        self.stroke([(x + radius * cos(a), y + radius * sin(a)) for a in angles], width, colour)

    def arrow(self, x: float, top: float, bottom: float, colour: Colour, width: float = 6) -> None:
        """A vertical arrow from `top` to `bottom`, whichever is lower."""
        head = 9.5 if bottom > top else -9.5
        self.stroke([(x, top), (x, bottom)], width, colour)
        self.stroke(
            [(x - 9.5, bottom - head), (x, bottom), (x + 9.5, bottom - head)], width, colour
        )

    # Things that appear in several pictograms.

    def slot(self, y: float) -> None:
        """The mouth of the machine, seen from the front."""
        self.panel(10, y, 80, 20, 6)
        self.block(20, y + 7.6, 60, 5, self.ink, 2.4)

    def card(self, x: float, y: float, w: float, h: float, chip_top: float) -> None:
        """A card standing upright, chip towards the machine."""
        self.block(x, y, w, h, self.ink, 5)
        self.block(x + 2.6, y + 2.6, w - 5.2, h - 5.2, self.accent, 3)
        self.block(x + w / 2 - 6, chip_top, 12, 10, self.fill, 2)
        self.block(x + w / 2 - 0.9, chip_top, 1.8, 10, self.accent)
        self.block(x + w / 2 - 6, chip_top + 4.1, 12, 1.8, self.accent)

    def note(self, x: float, y: float, w: float, h: float) -> None:
        """A banknote."""
        self.panel(x, y, w, h, 3)
        self.disc(x + w / 2, y + h / 2, h * 0.23, self.soft)
        self.block(x + 6, y + 6, 7, 3, self.soft, 1.4)
        self.block(x + w - 13, y + h - 9, 7, 3, self.soft, 1.4)

    def tick(self, x: float, y: float, size: float, width: float, colour: Colour) -> None:
        self.stroke(
            [(x - size, y), (x - size * 0.28, y + size * 0.7), (x + size, y - size * 0.72)],
            width,
            colour,
        )
