"""Tiles of a menu: a pictogram, the words, and in a corner the key that chooses it.

All tiles of a screen are equally large and have their pictogram in the same way: over the words, if that
leaves it large enough, else at their left.
"""

from dataclasses import dataclass
from typing import ClassVar

from screens.layout.blocks import CAP_EMS
from screens.layout.boxes import NO_FIT, Box, Kit, Line, Rect
from screens.scene import Choice
from terminal.values import replace

PICTURE_EMS, PICTURE_EMS_MAX = 1.6, 4.2
"""The pictogram of a tile, in ems of its words: at least, and at most."""

COMPACT_EMS = 1.15
"""The same at least where tiles must be low; then there is half as much around."""

PAD_EMS = 0.4
"""Around all that is on a tile, and between its parts."""

GROW = 3.0
"""A tile becomes so many times as tall as it must be, where there is room."""

LINES_MAX = 2
"""Of the words on a tile."""


@dataclass(frozen=True, slots=True)
class Tiles:
    """Choices with a picture each, so many beside one another; `compact` ones may be lower."""

    kit: Kit
    choices: tuple[Choice, ...]
    columns: int
    compact: bool = False

    has_targets: ClassVar[bool] = True

    # --- sizes --------------------------------------------------------------------------------

    @property
    def _rows(self) -> int:
        return -(-len(self.choices) // self.columns)

    def _wide(self, width: int) -> int:
        gap = self.kit.theme.gap_px
        return (width - gap * (self.columns - 1)) // self.columns

    @property
    def _pad(self) -> int:
        ems = PAD_EMS / 2 if self.compact else PAD_EMS
        return max(round(self.kit.theme.button.em_px * ems), 2 * self.kit.theme.edge_px)

    @property
    def _cap(self) -> int:
        return round(self.kit.theme.body.em_px * CAP_EMS)

    @property
    def _least_picture(self) -> int:
        ems = COMPACT_EMS if self.compact else PICTURE_EMS
        return round(self.kit.theme.button.em_px * ems)

    def _lead(self) -> int:
        """What stands before the words of a tile with its picture at the left."""
        return 3 * self._pad + self._cap + self._least_picture

    def _over_needs(self, wide: int) -> int:
        """How tall tiles are with their pictures over their words; the cap is in the corner beside."""
        if wide < self._least_picture + 2 * (self._cap + 2 * self._pad):
            return NO_FIT
        lines = self._lines(wide - 2 * self._pad)
        if not lines:
            return NO_FIT
        pitch = self.kit.theme.button.pitch_px
        return max(self._least_picture, self._cap) + lines * pitch + 3 * self._pad

    def _beside_needs(self, wide: int) -> int:
        lines = self._lines(wide - self._lead() - self._pad)
        if not lines:
            return NO_FIT
        words = lines * self.kit.theme.button.pitch_px
        return max(words, self._least_picture, self._cap) + 2 * self._pad

    def _lines(self, room: int) -> int:
        """Of the longest words in this room; 0 if there is none for them."""
        kit, style = self.kit, self.kit.theme.button
        if room <= 0 or not all(kit.whole(one.label, style, room) for one in self.choices):
            return 0
        most = max(len(kit.broken(one.label, style, room)) for one in self.choices)
        return most if most <= LINES_MAX else 0

    def least(self, width: int) -> int:
        theme, wide = self.kit.theme, self._wide(width)
        if wide < theme.choice_width_px:
            return NO_FIT
        needs = min(self._beside_needs(wide), self._over_needs(wide))
        if needs >= NO_FIT:
            return NO_FIT
        cell = max(theme.choice_height_px, needs)
        return cell * self._rows + theme.gap_px * (self._rows - 1)

    def most(self, width: int) -> int:
        least = self.least(width)
        if least >= NO_FIT:
            return least
        gaps = self.kit.theme.gap_px * (self._rows - 1)
        grow = GROW if self.kit.theme.choice_grow > 1 else 1.0
        return round((least - gaps) * grow) + gaps

    # --- places -------------------------------------------------------------------------------

    def place(self, rect: Rect) -> list[Box]:
        gap, rows = self.kit.theme.gap_px, self._rows
        wide, tall = self._wide(rect.w), (rect.h - gap * (rows - 1)) // rows
        over = self._over_needs(wide) <= tall
        boxes = []
        for n, choice in enumerate(self.choices):
            row, column = divmod(n, self.columns)
            cell = Rect(rect.x + column * (wide + gap), rect.y + row * (tall + gap), wide, tall)
            boxes.append(self._over(choice, cell) if over else self._beside(choice, cell))
        return boxes

    def _over(self, choice: Choice, cell: Rect) -> Box:
        style, pad = self.kit.theme.button, self._pad
        words = self.kit.broken(choice.label, style, cell.w - 2 * pad)
        tall = self._lines(cell.w - 2 * pad) * style.pitch_px
        room = cell.w - 2 * (self._cap + 2 * pad)
        side = min(cell.h - tall - 3 * pad, room, self._most_picture())
        top = cell.y + (cell.h - side - pad - tall) // 2
        picture = Rect(cell.x + (cell.w - side) // 2, top, side, side)
        text = Rect(cell.x, picture.bottom + pad, cell.w, tall)
        lines = self.kit.lines(words, style, text, "on_choice")
        cap = Rect(cell.x + pad, cell.y + pad, self._cap, self._cap)
        return self._box(choice, cell, lines, picture, cap)

    def _beside(self, choice: Choice, cell: Rect) -> Box:
        style, pad = self.kit.theme.button, self._pad
        middle = cell.y + cell.h // 2
        cap = Rect(cell.x + pad, middle - self._cap // 2, self._cap, self._cap)
        room = cell.w - self._lead() - pad
        widest = max(self.kit.width(one, style) for one in self._all_words(room))
        # A picture grows by what the words leave over, and leaves them as far from the edge as at their left.
        breath = round(style.em_px * PAD_EMS)
        spare = max(0, room - widest - breath)
        side = min(cell.h - 2 * pad, self._most_picture(), self._least_picture + spare)
        picture = Rect(cap.right + pad, middle - side // 2, side, side)
        left = picture.right + pad
        text = Rect(left, cell.y, cell.right - pad - left, cell.h)
        words = self.kit.broken(choice.label, style, room)
        lines = self.kit.lines(words, style, text, "on_choice", centred=False)
        return self._box(choice, cell, lines, picture, cap)

    def _all_words(self, room: int) -> list[str]:
        style = self.kit.theme.button
        return [word for one in self.choices for word in self.kit.broken(one.label, style, room)]

    def _most_picture(self) -> int:
        return round(self.kit.theme.button.em_px * PICTURE_EMS_MAX)

    def _box(
        self, choice: Choice, cell: Rect, lines: tuple[Line, ...], picture: Rect, cap: Rect
    ) -> Box:
        role = choice.role
        lines = tuple(replace(line, ink=f"on_{role}") for line in lines)
        box = Box(
            cell,
            role,
            lines,
            choice.event,
            name=choice.name,
            tile=choice.picture,
            tile_rect=picture,
        )
        if not choice.key:
            return box
        digit = self.kit.digits.lines((choice.key,), self.kit.digits.theme.bar, cap, f"on_{role}")
        return replace(box, lines=(*digit, *lines), icon="cap", icon_rect=cap)
