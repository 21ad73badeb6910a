"""A surface on which one page is painted after the other, and what a gallery asks of each of them.

Pages that follow each other are much alike: half of the rows of one are those of the page before. So only the
bands of rows on which something else stands are painted again, made narrow again and checked again. What comes
of it is, pixel by pixel, the page as it is painted on an empty surface; the tests compare both.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pygame

from screens.layout import Box, Layout
from screens.paint import Painter
from screens.theme import Theme
from terminal.values import replace

SMALL_WIDTH_PX: Final = 208
SMALL_UPRIGHT_PX: Final = 144
"""How wide small pictures are, of panels that lie and that stand: text of a title can still be read."""

NEAR_PX: Final = 16
"""Bands nearer to each other are one: painting a box twice takes longer than so many rows."""

EVERYWHERE: Final = "curtain"
"""The role of a box that is painted beyond its place."""

Stands = tuple[Box, bool, bool]
Stood = tuple[Stands, ...]
"""All that the painter looks at of what stands on a page: boxes without their names and what a press on them
says, and whether the keys stand on them and somebody points at them."""

Band = tuple[int, int]
"""From one row to before another."""


def stood(laid: Layout) -> Stood:
    """What stands on a page and where."""
    return tuple(
        (
            replace(box, event=None, name=""),
            box.event is not None and box.event == laid.focus,
            box.event is not None and box.event == laid.pointed,
        )
        for box in laid.boxes
    )


class Sheet:
    """A surface of four bytes a pixel, the picture of it that is half as tall and as wide as a small one, and a
    number for each of its rows. Nobody else may paint on the surface but by `changed`."""

    def __init__(self, surface: pygame.Surface) -> None:
        self.surface = surface
        wide, tall = surface.get_size()
        self._small = SMALL_UPRIGHT_PX if tall > wide else SMALL_WIDTH_PX
        self._narrow = pygame.Surface((self._small, tall // 2), pygame.SRCALPHA, 32)
        self._rows = np.zeros(tall, np.uint64)
        self._stood: Stood = ()
        self.changed(0, tall)

    def paint(self, painter: Painter, laid: Layout, theme: Theme, now: Stood) -> None:
        """A page in place of the last one; `now` is what stands on it."""
        tall = self.surface.get_height()
        around = theme.ring_gap_px + theme.ring_px + 1
        reaches = [_reach(one, around) for one in now]
        for top, bottom in bands(self._stood, now, tall, around):
            here = [
                box
                for box, (first, last) in zip(laid.boxes, reaches, strict=True)
                if (first < bottom and top < last) or box.role == EVERYWHERE
            ]
            self.surface.set_clip((0, top, self.surface.get_width(), bottom - top))
            painter.paint(self.surface, replace(laid, boxes=tuple(here)), theme)
            self.surface.set_clip(None)
            self.changed(top, bottom)
        self._stood = now

    def changed(self, top: int, bottom: int) -> None:
        """These rows were painted; both numbers are even, or the last is the surface's height."""
        pixels = pixels_of(self.surface)[top:bottom]
        wide = pixels.shape[1]
        pairs = pixels[:, : wide // 2 * 2].view(np.uint64)
        self._rows[top:bottom] = np.einsum("yx,x->y", pairs, _weights(wide // 2)) + pixels[:, -1]
        pitch, many = 2 * self.surface.get_pitch(), bottom // 2 - top // 2
        if not many:
            return
        rows: Any = pixels[: 2 * many]  # has the buffer protocol too
        every_second = pygame.image.frombuffer(rows, (wide, many), "BGRA", pitch)
        place = (0, top // 2, self._small, many)
        pygame.transform.smoothscale(
            every_second, (self._small, many), self._narrow.subsurface(place)
        )

    def small(self) -> pygame.Surface:
        """What is on it, small; made of every second row: nearly five rows and more become one, and nobody sees
        which of them were asked."""
        wide, tall = self.surface.get_size()
        return pygame.transform.smoothscale(self._narrow, (self._small, tall * self._small // wide))

    def check(self) -> int:
        """A number of 32 bits made of all pixels. (CRC-32 would take three times as long.)"""
        said = int(np.dot(self._rows, _weights(len(self._rows))))
        return (said >> 32 ^ said) & 0xFFFFFFFF


def bands(before: Stood, now: Stood, tall: int, around: int) -> list[Band]:
    """The rows that have to be painted again: all, where there was no page before, or where what stays lies in
    another order."""
    stays = set(before) & set(now)
    others = [one for page in (before, now) for one in page if one not in stays]
    if (
        not before
        or any(box.role == EVERYWHERE for box, _, _ in others)
        or [one for one in before if one in stays] != [one for one in now if one in stays]
    ):
        return [(0, tall)]
    return list(_joined(sorted(_reach(one, around) for one in others), tall))


def _joined(reaches: Sequence[Band], tall: int) -> Iterator[Band]:
    """Bands that touch as one, each beginning and ending with an even row."""
    held: Band | None = None
    for top, bottom in reaches:
        top, bottom = max(0, top - top % 2), min(tall, bottom + bottom % 2)
        if bottom <= top:
            continue
        if held and top <= held[1] + NEAR_PX:
            held = held[0], max(held[1], bottom)
            continue
        if held:
            yield held
        held = top, bottom
    if held:
        yield held


def _reach(one: Stands, around: int) -> Band:
    """The rows a box may be painted on: its own, those of its letters, which may stand out, and of a ring."""
    box, focused, pointed = one
    beside = around if focused or pointed else 1
    tops = [box.rect.y, *(line.baseline - 2 * line.em_px for line in box.lines)]
    bottoms = [box.rect.bottom, *(line.baseline + line.em_px for line in box.lines)]
    return min(tops) - beside, max(bottoms) + beside


@lru_cache(maxsize=8)
def _weights(many: int) -> npt.NDArray[np.uint64]:
    """Numbers without a pattern, all of them odd, so that no pixel is multiplied away."""
    mixed = np.arange(1, many + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ mixed >> np.uint64(shift)) * np.uint64(factor)
    odd: npt.NDArray[np.uint64] = mixed | np.uint64(1)
    return odd


def pixels_of(surface: pygame.Surface) -> npt.NDArray[np.uint32]:
    """A surface of four bytes a pixel, row by row, where it lies: nothing can be drawn on it meanwhile."""
    wide, tall = surface.get_size()
    view: Any = surface.get_view("0")  # has the buffer protocol, which its type does not say
    pixels: npt.NDArray[np.uint32] = np.frombuffer(view, np.uint32).reshape(tall, wide)
    return pixels
