"""A picture as numbers: colours packed into 0xRRGGBB, rectangles cut out of it, colours counted.

A rectangle that reaches beyond the glass is cut there. Nothing here knows what a picture shows.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
import pygame
from numpy.typing import NDArray

from screens.layout import Rect

Pixels = NDArray[np.uint32]
Mask = NDArray[np.bool_]
Levels = NDArray[np.float32]

OPAQUE = 0x00FFFFFF


class Canvas:
    """The pixels of a surface, read in place. Valid inside `canvas` only."""

    def __init__(self, view: NDArray[np.uint32]) -> None:
        self._view = view
        self.glass = Rect(0, 0, view.shape[1], view.shape[0])

    def cut(self, rect: Rect) -> Pixels:
        """A copy of the pixels in `rect`, rows first."""
        x, y = max(0, rect.x), max(0, rect.y)
        part = self._view[y : max(y, rect.bottom), x : max(x, rect.right)]
        return part & np.uint32(OPAQUE)

    def strays(self, known: Iterable[Rect]) -> Rect | None:
        """Where something is drawn outside all known rectangles, on the colour of the first pixel."""
        other = self._view != self._view[0, 0]
        for rect in known:
            other[max(0, rect.y) : max(0, rect.bottom), max(0, rect.x) : max(0, rect.right)] = False
        return bounds(other)

    def close(self) -> None:
        """Let go of the surface."""
        self._view = np.zeros((0, 0), np.uint32)


@contextmanager
def canvas(surface: pygame.Surface) -> Iterator[Canvas]:
    """The pixels of a surface of 32 bits, which cannot be drawn on meanwhile."""
    made = Canvas(pygame.surfarray.pixels2d(surface).T)
    try:
        yield made
    finally:
        made.close()


def within(rect: Rect, limits: Rect) -> Rect:
    """What of `rect` lies in `limits`; it may have no area."""
    x, y = max(rect.x, limits.x), max(rect.y, limits.y)
    right, bottom = min(rect.right, limits.right), min(rect.bottom, limits.bottom)
    return Rect(x, y, max(0, right - x), max(0, bottom - y))


def commonest(colours: Pixels) -> int | None:
    """The colour of most pixels, or None of none."""
    if not colours.size:
        return None
    flat = colours.ravel()
    first = flat[0]
    if 2 * np.count_nonzero(flat == first) > flat.size:
        return int(first)
    found, counts = np.unique(flat, return_counts=True)
    return int(found[counts.argmax()])


def farthest(colours: Pixels, ground: int, enough: int) -> int | None:
    """The colour farthest from `ground` of which there are at least `enough` pixels."""
    found, counts = np.unique(colours, return_counts=True)
    found = found[counts >= enough]
    if not found.size:
        return None
    return int(found[_distance(found, ground).argmax()])


def _distance(colours: Pixels, ground: int) -> NDArray[np.int64]:
    total = np.zeros(colours.shape, np.int64)
    for shift in (16, 8, 0):
        total += np.abs(channel(colours, shift).astype(np.int64) - (ground >> shift & 255))
    return total


def channel(colours: Pixels, shift: int) -> Pixels:
    """One channel, 0 to 255: red at 16, green at 8, blue at 0."""
    return (colours >> np.uint32(shift)) & np.uint32(255)


def coverage(colours: Pixels, ground: int, ink: int) -> Levels:
    """How much of each pixel is ink, 0 to 1, seen in the channel in which the two differ most."""
    shift = max((16, 8, 0), key=lambda one: abs((ink >> one & 255) - (ground >> one & 255)))
    low, high = ground >> shift & 255, ink >> shift & 255
    if low == high:
        return np.zeros(colours.shape, np.float32)
    levels = (channel(colours, shift).astype(np.float32) - low) / (high - low)
    return levels.astype(np.float32)


def bounds(mask: Mask) -> Rect | None:
    """The smallest rectangle that holds all that is true, or None."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return None
    x, y = int(columns[0]), int(rows[0])
    return Rect(x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1)
