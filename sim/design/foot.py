"""The foot of a window whose design is read while it runs: what was taken last, or what is wrong in the files.

It has a room of its own below the machine, always, so that a mistake never moves or covers what a customer
would see.
"""

from collections.abc import Sequence

import pygame

from screens.beside import Places
from screens.front import arrange
from screens.layout import Rect
from sim.design.drawing import BAD_GROUND, EM_PX, GROUND, LINE, PITCH_PX, Sketch
from sim.stage.where import Mistake

ROWS = 3
PAD_PX = 8
FOOT_PX = ROWS * PITCH_PX + 2 * PAD_PX


class Foot:
    """A `Beside` that only tells."""

    def __init__(self, told: str) -> None:
        self._told: tuple[str, ...] = (told,)
        self._bad = False
        self._new = True
        self._sketch: Sketch | None = None

    def tell(self, mistakes: Sequence[Mistake], saved: Sequence[str], count: int) -> None:
        """How the last look at the files went."""
        told = told_of(mistakes, saved, count)
        if told and told != self._told:
            self._told, self._bad, self._new = told, bool(mistakes), True

    @property
    def told(self) -> tuple[str, ...]:
        """What stands there."""
        return self._told

    def arranged(self, width: int, height: int, aspect: float, with_front: bool) -> Places:
        room = Rect(0, 0, width, max(1, height - FOOT_PX))
        return Places(room, *arrange(room.w, room.h, aspect, with_front))

    def heard(self, events: list[pygame.event.Event], now: float) -> list[pygame.event.Event]:
        return events

    def painted(self, glass: pygame.Surface) -> None:
        """Customers see it as it is."""

    def paint(self, surface: pygame.Surface, whole: bool) -> list[Rect]:
        if not (whole or self._new):
            return []
        self._new = False
        self._sketch = self._sketch or Sketch()
        width, height = surface.get_size()
        area = Rect(0, height - FOOT_PX, width, FOOT_PX)
        surface.fill(BAD_GROUND if self._bad else GROUND, tuple(area))
        pygame.draw.line(surface, LINE, (0, area.y), (width, area.y))
        y, inner = area.y + PAD_PX, area.inset(PAD_PX + 4, PAD_PX)
        for row in self._told:
            left = Rect(inner.x, y, inner.w, inner.bottom - y)
            if left.h < EM_PX:
                break
            y = self._sketch.paragraph(surface, left, row, "bad" if self._bad else "plain")
        return [area]


def told_of(mistakes: Sequence[Mistake], saved: Sequence[str], count: int) -> tuple[str, ...]:
    """The lines of the foot; () where there is nothing to tell yet."""
    if mistakes:
        more = f" ({len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
        return f"{mistakes[0]}{more}", "The last good version stays on the screen."
    if not count:
        return ()
    return (f"Taken: {', '.join(saved)} (change {count}).",)
