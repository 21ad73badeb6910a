"""Where things that can be pressed are drawn, found by their edges in the picture.

The layout says which rectangle takes the press. On each side a strip across that edge is looked at: the
colour of its outer pixels is what lies around; the first column (or row) that leaves that colour is
the drawn edge. Corners are round, so only the middle half of a side is looked at. A dashed edge counts
as an edge. Where no edge is found within a few pixels, nothing is drawn where one presses.
"""

from dataclasses import dataclass
from math import hypot

import numpy as np

from screens.layout import Rect
from sim.proof.audit.contrast import contrast
from sim.proof.audit.pixels import Canvas, Pixels, commonest

REACH_PX = 5
"""How far from the claimed edge the drawn one is looked for; the narrowest gap is twice as wide."""

OUTER_PX = 3
"""As many outermost columns say which colour lies around."""

SHARE = 0.15
"""Of a column, this much must have another colour; a dashed edge has a half."""

INNER_PX = 4
"""Behind the drawn edge, so many columns say what is inside."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side: how far outside (-) or inside (+) its claimed place the edge is drawn, and by how much
    it differs from what is around it."""

    off_px: int
    contrast: float


@dataclass(frozen=True, slots=True)
class Outline:
    """The rectangle as drawn, and the least contrast of its sides."""

    rect: Rect
    off_px: int
    contrast: float


def outline(picture: Canvas, claimed: Rect) -> Outline | None:
    """What is drawn around the rectangle that takes the press; None if a side has no edge there."""
    tall, wide = claimed.h // 4, claimed.w // 4
    across = 2 * REACH_PX + INNER_PX
    x, y, w, h = claimed
    rows = (y + tall, h - 2 * tall)
    columns = (x + wide, w - 2 * wide)
    strips = (
        picture.cut(Rect(x - REACH_PX, rows[0], across, rows[1])),
        picture.cut(Rect(columns[0], y - REACH_PX, columns[1], across)).T,
        picture.cut(Rect(x + w + REACH_PX - across, rows[0], across, rows[1]))[:, ::-1],
        picture.cut(Rect(columns[0], y + h + REACH_PX - across, columns[1], across)).T[:, ::-1],
    )
    sides = [side(strip, across) for strip in strips]
    found = [one for one in sides if one is not None]
    if len(found) < len(sides):
        return None
    left, top, right, bottom = (one.off_px for one in found)
    rect = Rect(x + left, y + top, w - left - right, h - top - bottom)
    worst = max(abs(one.off_px) for one in found)
    return Outline(rect, worst, min(one.contrast for one in found))


def side(strip: Pixels, across: int) -> Side | None:
    """The edge in a strip whose columns go from outside to inside."""
    if not strip.size or strip.shape[1] != across:
        return None
    around = commonest(strip[:, :OUTER_PX])
    assert around is not None, "there are pixels"
    other = strip != around
    share = other.mean(axis=0)
    columns = np.flatnonzero(share[: 2 * REACH_PX] >= SHARE)
    if not columns.size or columns[0] == 0:
        return None
    first = int(columns[0])
    behind = strip[:, first : first + INNER_PX]
    colours, counts = np.unique(behind[behind != around], return_counts=True)
    enough = colours[counts >= strip.shape[0] * SHARE]
    best = max((contrast(around, int(colour)) for colour in enough), default=1.0)
    return Side(first - REACH_PX, best)


def gap_px(one: Rect, other: Rect) -> float:
    """How far two rectangles are apart; 0 where they touch or overlap."""
    dx = max(one.x - other.right, other.x - one.right, 0)
    dy = max(one.y - other.bottom, other.y - one.bottom, 0)
    return hypot(dx, dy)


def shared_px(one: Rect, other: Rect) -> int:
    """How many pixels two rectangles share."""
    wide = min(one.right, other.right) - max(one.x, other.x)
    tall = min(one.bottom, other.bottom) - max(one.y, other.y)
    return max(0, wide) * max(0, tall)


def inside_px(inner: Rect, outer: Rect) -> int:
    """From the nearest side of `outer` to what lies in it; below zero where it sticks out."""
    return min(
        inner.x - outer.x,
        inner.y - outer.y,
        outer.right - inner.right,
        outer.bottom - inner.bottom,
    )
