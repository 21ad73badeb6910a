"""The whole glass from right to left: every place mirrored after the layout was made.

What keeps its own direction: the digits of a pad (the pad as a whole goes to the other side), the dots
of a PIN, and pictures of physical places, which are where they are. An arrow that means "back" turns.
"""

from collections.abc import Sequence

from screens.layout.boxes import Box, Line, Rect
from terminal.values import replace

COUNTED = frozenset(("steps", "meter", "timer"))
"""Roles that are painted along the reading direction."""

TURNED = {"back": "back_rtl"}
"""Pictograms that mean a direction of reading."""


def mirrored(boxes: Sequence[Box], width: int) -> list[Box]:
    """The boxes seen in a mirror of the whole glass."""
    keys = [box.rect for box in boxes if box.role == "key"]
    if not keys:
        return [_turned(box, width) for box in boxes]
    left, right = min(key.x for key in keys), max(key.right for key in keys)
    moved = width - right - left

    def in_pad(box: Box) -> bool:
        return box.role == "key" or (box.name == "clear" and left <= box.rect.x < right)

    return [_shifted(box, moved) if in_pad(box) else _turned(box, width) for box in boxes]


def _shifted(box: Box, by: int) -> Box:
    lines = tuple(replace(line, x=line.x + by) for line in box.lines)
    return replace(box, rect=box.rect._replace(x=box.rect.x + by), lines=lines)


def _turned(box: Box, width: int) -> Box:
    return replace(
        box,
        rect=_across(box.rect, width),
        lines=tuple(_line(line, width) for line in box.lines),
        icon=TURNED.get(box.icon, box.icon),
        icon_rect=_across(box.icon_rect, width) if box.icon_rect else None,
        turned=box.role in COUNTED,
        tile_rect=_across(box.tile_rect, width) if box.tile_rect else None,
    )


def _across(rect: Rect, width: int) -> Rect:
    return rect._replace(x=width - rect.right)


def _line(line: Line, width: int) -> Line:
    return replace(line, x=width - line.x - line.width)
