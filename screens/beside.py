"""What may stand in the window around the machine's picture: the tools of a designer.

They are no part of the machine. They get their own room, which the glass and the front do not enter; what
is pressed there, and the keys that are theirs, never reach the machine; and they are shown the glass only
after it was painted as customers see it. Without any the window is the machine's alone.
"""

from typing import NamedTuple, Protocol

import pygame

from screens.layout import Rect


class Places(NamedTuple):
    """Where things go in a window, in its pixels. The machine is painted in `room` only; a glass may be larger
    than that, and is then seen in part."""

    room: Rect
    glass: Rect
    front: Rect | None


class Beside(Protocol):
    """Tools around the machine's picture."""

    def arranged(self, width: int, height: int, aspect: float, with_front: bool) -> Places:
        """Where things go in a window of this size; the glass is `aspect` times as wide as high."""
        ...

    def heard(self, events: list[pygame.event.Event], now: float) -> list[pygame.event.Event]:
        """What the machine hears of these events: not those that were theirs. `now` is the window's clock."""
        ...

    def painted(self, glass: pygame.Surface) -> None:
        """The glass as it was just painted, which may be changed in place."""
        ...

    def paint(self, surface: pygame.Surface, whole: bool) -> list[Rect]:
        """Paint themselves on the window, all of them where it is new (`whole`); what was painted."""
        ...
