"""What is written on the glass with a finger or the mouse: a signature, as strokes of points.

Rules it keeps. The picture never leaves this side of the glass: what is told is how many strokes there are
and of how many points (`events.Signed`). A stroke is told when the finger is lifted, and one that did not
move is a slip and is not kept. What is written stays while the screen does; writing again and any other
screen begin on a clean area. Lines end at the edge of the area.

Pure; who paints it and who reads the pointer is the window's business.
"""

from dataclasses import dataclass

from screens.layout import Layout, Rect
from screens.touch import Pointer
from terminal.events import Signed
from terminal.values import replace

Point = tuple[int, int]
Stroke = tuple[Point, ...]

POINTS_MAX = 6_000
"""Of a whole signature: a minute of writing at a hundred points a second. More are not kept."""

STEP_PX = 2
"""A pointer that moved less is where it was."""

SIGNATURE = "signature"
"""The role and the name of the area's box."""


@dataclass(frozen=True, slots=True)
class Ink:
    """What is written so far; `which` pointer is writing the last stroke, None while none is down."""

    strokes: tuple[Stroke, ...] = ()
    which: int | None = None

    @property
    def points(self) -> int:
        """All points of it."""
        return sum(map(len, self.strokes))

    @property
    def told(self) -> Signed:
        """What may be known of it."""
        return Signed(len(self.strokes), self.points)


CLEAN = Ink()


def sheet(layout: Layout) -> Rect | None:
    """Where one signs, if this is such a screen."""
    return next((box.rect for box in layout.boxes if box.role == SIGNATURE), None)


def writes(ink: Ink, place: Rect | None, pointer: Pointer) -> bool:
    """Whether a pointer is a pen now: it came down in the area, or did before and is still down."""
    if place is None:
        return False
    if ink.which is not None:
        return pointer.which == ink.which
    return pointer.kind == "down" and _inside(place, pointer)


def written(ink: Ink, place: Rect, pointer: Pointer) -> tuple[Ink, Signed | None]:
    """The ink after one thing a pen did, and what is told of it."""
    point = _within(place, pointer)
    match pointer.kind:
        case "down":
            return Ink((*ink.strokes, (point,)), pointer.which), None
        case "move":
            *before, last = ink.strokes
            if ink.points >= POINTS_MAX or _near(last[-1], point):
                return ink, None
            return replace(ink, strokes=(*before, (*last, point))), None
        case "up":
            *before, last = ink.strokes
            kept = (*before, last) if len(last) > 1 else tuple(before)
            lifted = Ink(kept, None)
            return lifted, lifted.told if len(last) > 1 else None


def _near(one: Point, other: Point) -> bool:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) < STEP_PX


def _inside(place: Rect, pointer: Pointer) -> bool:
    return place.x <= pointer.x < place.right and place.y <= pointer.y < place.bottom


def _within(place: Rect, pointer: Pointer) -> Point:
    x = min(max(pointer.x, place.x), place.right - 1)
    y = min(max(pointer.y, place.y), place.bottom - 1)
    return x, y
