"""Fields: of a number that is typed digit by digit (a card, an account, a reference), and of a signature.

The groups stand as far apart as a blank, and in as many lines as the longest number needs: where a group
goes does not depend on how much was typed, so that nothing moves while one types.
"""

from dataclasses import dataclass
from itertools import count
from typing import ClassVar

from screens.figures import Figure
from screens.layout.boxes import NO_FIT, Box, Kit, Line, Rect
from screens.theme import Style

GAP_EMS = 0.45
"""Between two groups."""

LINES_MAX = 3
"""A number takes no more lines than this."""


@dataclass(frozen=True, slots=True)
class NumberField:
    """Digits in their groups, from the left, in a field with room for all that can be typed."""

    kit: Kit
    figure: Figure
    style: Style
    role: str = "field"

    def _gap(self) -> int:
        return round(self.style.em_px * GAP_EMS)

    def _pad(self) -> int:
        return self.kit.theme.body.em_px // 2

    def _group_px(self) -> int:
        """The widest group; all have as much room."""
        return max(self.kit.digits.width(one, self.style) for one in self.figure.room)

    def _in_a_line(self, width: int) -> int:
        """Groups side by side: as many as fit, but equally many in all lines."""
        each, gap = self._group_px(), self._gap()
        fit = (width - 2 * self._pad() + gap) // (each + gap)
        many = len(self.figure.room)
        if fit <= 0:
            return 0
        lines = next(n for n in count(1) if -(-many // n) <= fit)
        return -(-many // lines)

    def _lines(self, width: int) -> int:
        each = self._in_a_line(width)
        return -(-len(self.figure.room) // each) if each else 0

    def least(self, width: int) -> int:
        lines = self._lines(width)
        if not 0 < lines <= LINES_MAX:
            return NO_FIT
        return lines * self.style.pitch_px + self._pad()

    def most(self, width: int) -> int:
        tall = self.least(width)
        return tall + self.kit.theme.body.em_px if tall < NO_FIT else tall

    def place(self, rect: Rect) -> list[Box]:
        kit, each, pitch = self.kit.digits, self._in_a_line(rect.w), self.style.pitch_px
        step = self._group_px() + self._gap()
        top = rect.y + (rect.h - self._lines(rect.w) * pitch) // 2
        wide = each * step - self._gap()
        left = rect.x + max(self._pad(), (rect.w - wide) // 2)
        lines: list[Line] = []
        for n, group in enumerate(self.figure.groups):
            row, column = divmod(n, each)
            place = Rect(left + column * step, top + row * pitch, step, pitch)
            lines.append(kit.line(group, self.style, place, place.y, "figure"))
        return [Box(rect, self.role, tuple(lines), name="figure")]


SIGN_WIDTH_MM, SIGN_HEIGHT_MM = 120, 45
"""The least room for a name written with a finger, which is three times as thick as a pen."""

SEATED_SHARE_PERCENT = 150
"""Of the least height, the most for somebody on a seat, whose arm is not to be lifted for it."""


@dataclass(frozen=True, slots=True)
class SignArea:
    """Where one signs: as wide as it may be, and all the height that is left. A hand must reach it."""

    kit: Kit

    has_targets: ClassVar[bool] = True

    def _px(self, millimetres: float) -> int:
        return round(millimetres * self.kit.theme.panel.px_per_mm)

    def least(self, width: int) -> int:
        return self._px(SIGN_HEIGHT_MM) if width >= self._px(SIGN_WIDTH_MM) else NO_FIT

    def most(self, width: int) -> int:
        least = self.least(width)
        if least == NO_FIT or self.kit.theme.low_reach:
            return min(least * SEATED_SHARE_PERCENT // 100, NO_FIT)
        return max(least, width)

    def place(self, rect: Rect) -> list[Box]:
        return [Box(rect, "signature", name="signature")]
