"""Where the machine goes in the designer's window: as large as fits, or as large as it is, beside its rulers."""

from dataclasses import dataclass
from typing import Final, Literal

import pygame

from screens.beside import Places
from screens.front import FRONT_SIDE_PX_MIN, arrange
from screens.layout import Rect
from screens.theme import Panel
from sim.design.drawing import LINE, Sketch
from sim.design.strip import WIDTH_PX
from sim.design.true_size import Monitor, marks, size_mm

Size = Literal["fit", "true"]

RULER_PX: Final = 24
FRONT_PX: Final = 330
"""How wide the front is beside a glass of true size."""

PAN_PX: Final = 80


@dataclass
class Placing:
    """Decides the places. `pan` is which part of a glass is seen that is larger than its room, in pixels."""

    monitor: Monitor
    panel: Panel
    size: Size = "fit"
    pan: tuple[int, int] = (0, 0)

    def places(self, width: int, height: int, aspect: float, with_front: bool) -> Places:
        """Where room, glass and front are in a window of this size."""
        left, top = RULER_PX, RULER_PX
        wide, tall = max(1, width - WIDTH_PX - left), max(1, height - top)
        if self.size == "true":
            return self._true(Rect(left, top, wide, tall), with_front)
        glass, front = arrange(wide, tall, aspect, with_front)
        # The rulers stand at the glass: it begins at the top left of its room.
        glass = Rect(left, top, glass.w, glass.h)
        moved = None if front is None else Rect(front.x + left, front.y + top, front.w, front.h)
        return Places(Rect(left, top, wide, tall), glass, moved)

    def _true(self, area: Rect, with_front: bool) -> Places:
        wide, tall = self.monitor.glass(self.panel)
        front = None
        room = area
        if with_front and area.w - wide >= FRONT_SIDE_PX_MIN + 8:
            share = min(FRONT_PX, area.w - wide - 8)
            front = Rect(area.x + wide + 8, area.y, share, area.h)
            room = Rect(area.x, area.y, wide, area.h)
        elif with_front and area.h - tall >= FRONT_SIDE_PX_MIN + 8:
            front = Rect(area.x, area.y + tall + 8, area.w, area.h - tall - 8)
            room = Rect(area.x, area.y, area.w, tall)
        most = max(0, wide - room.w), max(0, tall - room.h)
        self.pan = min(max(0, self.pan[0]), most[0]), min(max(0, self.pan[1]), most[1])
        glass = Rect(room.x - self.pan[0], room.y - self.pan[1], wide, tall)
        return Places(room, glass, front)

    def move(self, across: int, down: int) -> None:
        """See another part, by steps."""
        self.pan = self.pan[0] + across * PAN_PX, self.pan[1] + down * PAN_PX

    def told(self, places: Places) -> str:
        """How large the panel is drawn, in words."""
        room, glass, front = places
        wide, tall = size_mm(self.panel)
        share = self.monitor.scale(self.panel, glass.w)
        assumed = "" if self.monitor.measured else ", monitor not measured: press C"
        if self.size == "true":
            part = glass.w > room.w or glass.h > room.h
            cut = "; larger than its room: Shift+arrows" if part else ""
            hidden = "" if front else "; no room for the front"
            return f"{wide:.0f} x {tall:.0f} mm at its true size{cut}{hidden}{assumed}"
        return f"{wide:.0f} x {tall:.0f} mm at {share:.0%} of its true size{assumed}"


def draw_rulers(
    surface: pygame.Surface, sketch: Sketch, places: Places, panel: Panel, ground: object
) -> None:
    """Centimetres of the panel above and at the left of the glass."""
    wide, tall = size_mm(panel)
    per_mm = places.glass.w / wide
    room, glass = places.room, places.glass
    surface.fill(ground, (0, 0, room.right, RULER_PX))  # type: ignore[arg-type]
    surface.fill(ground, (0, 0, RULER_PX, room.bottom))  # type: ignore[arg-type]
    for offset, number in marks(wide, per_mm):
        x = glass.x + offset
        if room.x <= x < room.right:
            long = 8 if number is not None else 4
            pygame.draw.line(surface, LINE, (x, RULER_PX - long), (x, RULER_PX - 1))
            if number:
                sketch.text(
                    surface, x - sketch.width(str(number), 11) // 2, 2, str(number), "quiet", 11
                )
    for offset, number in marks(tall, per_mm):
        y = glass.y + offset
        if room.y <= y < room.bottom:
            long = 8 if number is not None else 4
            pygame.draw.line(surface, LINE, (RULER_PX - long, y), (RULER_PX - 1, y))
            if number:
                sketch.text(surface, 2, y - 6, str(number), "quiet", 11)
    sketch.text(surface, 3, 4, "cm", "quiet", 11)
