"""Pictograms of damaged notes: what is left of one is drawn full, what is missing as an empty outline."""

from collections.abc import Callable, Mapping

from screens.pen import Pen

LEFT, TOP, WIDE, HIGH = 4, 26, 92, 48
"""The note: about as long as wide notes are, on a square of a hundred."""


def _whole(pen: Pen) -> None:
    pen.panel(LEFT, TOP, WIDE, HIGH, 3)


def _part(share: float) -> Callable[[Pen], None]:
    """This share of the note, from its left."""

    def draw(pen: Pen) -> None:
        _whole(pen)
        pen.block(LEFT, TOP, WIDE * share, HIGH, pen.ink, 3)
        pen.disc(LEFT + 16, TOP + HIGH / 2, 10, pen.fill)

    return draw


def _cross(pen: Pen) -> None:
    """Four corners, and nothing between them."""
    _whole(pen)
    wide, high = WIDE / 2 - 8, HIGH / 2 - 5
    for x in (LEFT, LEFT + WIDE - wide):
        for y in (TOP, TOP + HIGH - high):
            pen.block(x, y, wide, high, pen.ink, 2)


def _corner(pen: Pen) -> None:
    """A corner is missing."""
    _whole(pen)
    points = [
        (LEFT, TOP),
        (LEFT + WIDE * 0.6, TOP),
        (LEFT + WIDE, TOP + HIGH * 0.6),
        (LEFT + WIDE, TOP + HIGH),
        (LEFT, TOP + HIGH),
    ]
    pen.shape(points, pen.ink)
    pen.disc(LEFT + 26, TOP + HIGH / 2, 12, pen.fill)


def _unsure(pen: Pen) -> None:
    """A note with an edge that nobody can make out."""
    _whole(pen)
    for place in range(3):
        pen.disc(LEFT + 22 + place * 24, TOP + HIGH / 2, 6, pen.ink)


NOTES: Mapping[str, Callable[[Pen], None]] = {
    "most": _part(0.85),
    "between": _part(0.62),
    "little": _part(0.35),
    "unsure": _unsure,
    "cross": _cross,
    "no_cross": _corner,
}
"""By what is left of a note, and by the shape of what is missing."""
