"""Blocks: pieces of a screen that know how tall they must be in a width, and place their boxes.

A block that cannot stand in a width without breaking a word or an amount says `NO_FIT`; none is ever
made smaller. Where blocks stand is for the arrangements.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Protocol

from screens import scripts
from screens.figures import Figure
from screens.layout.boxes import NO_FIT, Box, Kit, Line, Rect, bar_px
from screens.scene import Banner, Choice, Meter
from screens.theme import Style
from terminal.values import replace

WIDEST_TYPED, LONGEST_CAPITALS = "99,999", "玖万玖仟玖佰玖拾玖元整"
"""The widest that an amount field can hold (`prompts.TYPED_MAX`)."""

COLUMN_EMS = 7
"""A paragraph has no narrower column than this, unless it is shorter: it is read, not decoded."""

CAPITAL_LINES = 2
"""An amount in capitals takes no more lines than this."""


METER_EMS = 6
"""A row of bars is at least so wide."""


class Block(Protocol):
    """A piece of a screen: how tall it must be in a width, how tall it would like to be at most,
    and its boxes in a rectangle."""

    def least(self, width: int) -> int: ...
    def most(self, width: int) -> int: ...
    def place(self, rect: Rect) -> list[Box]: ...


@dataclass(frozen=True, slots=True)
class Text:
    """A title and paragraphs, and a reference number below."""

    kit: Kit
    title: str
    paragraphs: tuple[str, ...]
    reference: str = ""
    centred: bool = False
    title_style: Style | None = None

    def _parts(self, width: int) -> list[tuple[str, Style, tuple[str, ...]]]:
        theme = self.kit.theme
        style = self.title_style or theme.title
        parts = [("title", style, self.title)] if self.title else []
        parts += [("text", theme.body, text) for text in self.paragraphs]
        if self.reference:
            parts.append(("note", theme.body, self.reference))
        return [(role, style, self.kit.broken(text, style, width)) for role, style, text in parts]

    def least(self, width: int) -> int:
        style = self.title_style or self.kit.theme.title
        key = ("text", self.title, style, self.paragraphs, self.reference, width)
        return self.kit.once(key, lambda: self._least(width))

    def _least(self, width: int) -> int:
        parts = self._parts(width)
        texts = (self.title, *self.paragraphs, self.reference)
        styles = (self.title_style or self.kit.theme.title, *(self.kit.theme.body for _ in texts))
        if not all(self.kit.whole(*one, width) for one in zip(texts, styles, strict=False)):
            return NO_FIT
        body = self.kit.theme.body
        longest = max((self.kit.width(text, body) for text in self.paragraphs), default=0)
        if width < min(longest, round(body.em_px * COLUMN_EMS)):
            return NO_FIT
        gaps = self.kit.theme.paragraph_gap_px * max(0, len(parts) - 1)
        return sum(style.pitch_px * len(words) for _, style, words in parts) + gaps

    most = least

    def place(self, rect: Rect) -> list[Box]:
        boxes, top = [], rect.y
        inks = {"title": "title", "text": "text", "note": "muted"}
        for role, style, words in self._parts(rect.w):
            place = Rect(rect.x, top, rect.w, style.pitch_px * len(words))
            lines = self.kit.lines(words, style, place, inks[role], self.centred)
            boxes.append(Box(place, role, lines, name=role))
            top = place.bottom + self.kit.theme.paragraph_gap_px
        return boxes


@dataclass(frozen=True, slots=True)
class Grid:
    """Choices side by side, all equally tall; the last one takes what is left of its row, unless all
    are to be `even`; `steady` ones grow no taller."""

    kit: Kit
    choices: tuple[Choice, ...]
    columns: int
    capitals: bool = False
    capped: bool = False
    centred: bool = False
    snug: bool = False
    even: bool = False
    steady: bool = False

    def _rows(self) -> int:
        return -(-len(self.choices) // self.columns)

    def _cells(self, rect: Rect) -> list[Rect]:
        gap, rows = self.kit.theme.gap_px, self._rows()
        wide = self._cell_width(rect.w)
        left = rect.x + (rect.w - wide) // 2 if self.capped and self.centred else rect.x
        last = len(self.choices) - 1
        tall = (rect.h - gap * (rows - 1)) // rows
        cells = []
        for n in range(len(self.choices)):
            row, column = divmod(n, self.columns)
            span = self.columns - column if n == last and not self.even else 1
            cells.append(
                Rect(
                    left + column * (wide + gap),
                    rect.y + row * (tall + gap),
                    wide * span + gap * (span - 1),
                    tall,
                )
            )
        return cells

    def _cell_width(self, width: int) -> int:
        gap = self.kit.theme.gap_px
        wide = (width - gap * (self.columns - 1)) // self.columns
        return min(wide, self.kit.theme.button_max_px) if self.capped else wide

    def least(self, width: int) -> int:
        theme, wide = self.kit.theme, self._cell_width(width)
        if wide < theme.choice_width_px:
            return NO_FIT
        cell = max([theme.choice_height_px, *(self._needs(c, wide) for c in self.choices)])
        return cell * self._rows() + theme.gap_px * (self._rows() - 1)

    def narrowest(self, lines: int = 2) -> int:
        """A width in which one column of these choices has labels of so many lines at most."""
        theme, kit = self.kit.theme, self.kit
        labels = [
            figure_width(c.figure, theme.amount, theme.button, kit)
            if c.figure
            else kit.speaking(c.language).narrowest(c.label, theme.button, lines)
            for c in self.choices
        ]
        return max(theme.choice_width_px, max(labels) + _pad(theme.button))

    def most(self, width: int) -> int:
        least = self.least(width)
        if self.steady:
            return least
        gaps = self.kit.theme.gap_px * (self._rows() - 1)
        return round((least - gaps) * self.kit.theme.choice_grow) + gaps

    def _needs(self, choice: Choice, width: int) -> int:
        return button_needs(choice, width, self.kit, self.capitals, self.snug)

    def place(self, rect: Rect) -> list[Box]:
        placed = list(zip(self.choices, self._cells(rect), strict=True))
        boxes = [button(choice, cell, self.kit, self.capitals) for choice, cell in placed]
        if all(
            box.icon == "cap" for box, (choice, _) in zip(boxes, placed, strict=True) if choice.key
        ):
            return boxes
        # Keys on some of them only would say that the others have none.
        return [plain_button(choice, cell, self.kit, self.capitals) for choice, cell in placed]


def _pad(style: Style) -> int:
    """Room left and right of the words on a button, together."""
    return round(style.em_px * 0.7)


def button_needs(choice: Choice, width: int, kit: Kit, capitals: bool, snug: bool) -> int:
    """How tall a button must be for its words in a width; `snug` brings an amount nearer its edge."""
    theme = kit.theme
    pad = theme.body.em_px // 2
    room = width - _pad(theme.button)
    if choice.figure is None:
        kit = kit.speaking(choice.language)
        style = kit.theme.button
        if not kit.whole(choice.label, style, room):
            return NO_FIT
        return len(kit.broken(choice.label, style, room)) * style.pitch_px + pad
    room += _pad(theme.button) - theme.button.em_px // 2 if snug else 0
    if figure_width(choice.figure, theme.amount, theme.button, kit) > room:
        return NO_FIT
    with_capitals = capitals and choice.figure.capitals
    if with_capitals and kit.width(choice.figure.capitals, theme.body) > room:
        return NO_FIT
    tall = figure_pitch(theme.amount, theme.button, kit)
    return tall + (theme.body.pitch_px if with_capitals else 0) + pad


CAP_EMS = 1.3
"""The cap of a key on a button, in ems of the body."""


def button(choice: Choice, rect: Rect, kit: Kit, capitals: bool = False) -> Box:
    """One choice in its rectangle, with the key that chooses it where there is room before its words."""
    box = plain_button(choice, rect, kit, capitals)
    body = kit.theme.body
    side = round(body.em_px * CAP_EMS)
    pad = max(body.em_px * 2 // 5, 2 * kit.theme.edge_px)
    cap = Rect(rect.x + pad, rect.y + (rect.h - side) // 2, side, side)
    taken = min((line.x for line in box.lines), default=rect.right)
    if not choice.key or cap.right + pad > taken or side + 2 * pad > rect.h:
        return box
    ink = box.lines[0].ink
    digit = kit.digits.lines((choice.key,), kit.digits.theme.bar, cap, ink)
    return replace(box, lines=(*digit, *box.lines), icon="cap", icon_rect=cap)


def plain_button(choice: Choice, rect: Rect, kit: Kit, capitals: bool = False) -> Box:
    """One choice in its rectangle, in words or as an amount."""
    role = choice.role if choice.enabled else "off"
    theme, ink = kit.theme, f"on_{'choice' if role == 'key' else role}"
    if choice.figure is None:
        kit = kit.speaking(choice.language)
        style = kit.theme.button
        words = kit.broken(choice.label, style, rect.w - _pad(style))
        lines = kit.lines(words, style, rect, ink)
    else:
        shown = (choice.figure.capitals,) if capitals and choice.figure.capitals else ()
        lines = figure_lines(choice.figure, theme.amount, theme.button, kit, rect, ink, shown)
    return Box(rect, role, lines, choice.event, name=choice.name)


def figure_width(figure: Figure, number: Style, unit: Style, kit: Kit) -> int:
    """How wide an amount is: the number, a quarter em, the unit."""
    if not figure.unit:
        return kit.digits.width(figure.number, number)
    return kit.digits.width(figure.number, number) + unit.em_px // 3 + kit.width(figure.unit, unit)


def figure_pitch(number: Style, unit: Style, kit: Kit) -> int:
    """How tall an amount is: as its number, or more where its unit reaches far down."""
    base = scripts.baseline_px("zh", number.em_px, number.pitch_px)
    below = scripts.setting(kit.language).below_ems
    return max(number.pitch_px, base + ceil(unit.em_px * below))


def figure_lines(
    figure: Figure,
    number: Style,
    unit: Style,
    kit: Kit,
    rect: Rect,
    ink: str,
    below: tuple[str, ...],
) -> tuple[Line, ...]:
    """The number and its unit on one baseline, centred in `rect`, and lines below."""
    body = kit.theme.body
    pitch = figure_pitch(number, unit, kit)
    tall = pitch + body.pitch_px * len(below)
    top = rect.y + (rect.h - tall) // 2
    left = rect.x + (rect.w - figure_width(figure, number, unit, kit)) // 2
    before = kit.width(figure.unit, unit) + unit.em_px // 3 if figure.unit_first else 0
    place = Rect(left + before, top, rect.w, tall)
    first = kit.digits.line(figure.number, number, place, top, ink)
    after = 0 if figure.unit_first else first.width + unit.em_px // 3
    second = kit.line(figure.unit, unit, Rect(left + after, top, rect.w, tall), top, ink)
    lines = (first, replace(second, baseline=first.baseline)) if figure.unit else (first,)
    top += pitch
    lower = (
        kit.line(shown, body, rect, top + n * body.pitch_px, ink, centred=True)
        for n, shown in enumerate(below)
    )
    return (*lines, *lower)


@dataclass(frozen=True, slots=True)
class Amount:
    """The amount the screen is about, on a sheet, or in a field where it is being typed. Its unit
    stands below it where there is no room beside it, as capitals do."""

    kit: Kit
    figure: Figure
    style: Style
    role: str = "sheet"

    def least(self, width: int) -> int:
        widest, below = self._fitted(self._widest(), width)
        if not self._fits(widest, width) or len(below) > CAPITAL_LINES:
            return NO_FIT
        tall = figure_pitch(self.style, self.kit.theme.title, self.kit)
        return tall + self.kit.theme.body.pitch_px * len(below) + self._pad()

    def _fits(self, figure: Figure, width: int) -> bool:
        title = self.kit.theme.title
        return figure_width(figure, self.style, title, self.kit) <= width - title.em_px

    def _fitted(self, figure: Figure, width: int) -> tuple[Figure, tuple[str, ...]]:
        """The figure and the lines below it; decided by the widest, so that nothing moves."""
        if not self._fits(self._widest(), width) and not figure.capitals:
            return replace(figure, unit=""), (figure.unit,)
        body = self.kit.theme.body
        if not figure.capitals:
            return figure, ()
        return figure, self.kit.broken(figure.capitals, body, width - body.em_px)

    def _widest(self) -> Figure:
        """A field has room for anything that can be typed, so that nothing moves while it is."""
        if self.role != "field":
            return self.figure
        capitals = LONGEST_CAPITALS if self.figure.capitals else ""
        return replace(self.figure, number=WIDEST_TYPED, capitals=capitals)

    def _pad(self) -> int:
        return self.kit.theme.body.em_px // 3

    def most(self, width: int) -> int:
        tall = self.least(width)
        return tall + self.kit.theme.body.em_px if tall < NO_FIT else tall

    def place(self, rect: Rect) -> list[Box]:
        title = self.kit.theme.title
        ink = "muted" if self.figure.empty else "figure"
        figure, below = self._fitted(self.figure, rect.w)
        lines = figure_lines(figure, self.style, title, self.kit, rect, ink, below)
        return [Box(rect, self.role, lines, name="figure")]


@dataclass(frozen=True, slots=True)
class Pad:
    """Ten digits as on a telephone, 5 with its nib, and the key that clears at the lower right."""

    kit: Kit
    digits: Mapping[int, Choice]
    clear: Choice | None
    style: Style

    def least(self, width: int) -> int:
        theme = self.kit.theme
        if (width - 2 * theme.pad_gap_px) // 3 < self._narrowest():
            return NO_FIT
        return 4 * self._lowest() + 3 * theme.pad_gap_px

    def narrowest(self) -> int:
        """The least width of the whole pad."""
        return 3 * self._narrowest() + 2 * self.kit.theme.pad_gap_px

    def _lowest(self) -> int:
        theme = self.kit.theme
        label = theme.button.pitch_px if self.clear else 0
        return max(theme.target_height_px, self.style.pitch_px, label)

    def _narrowest(self) -> int:
        theme = self.kit.theme
        label = self.kit.width(self.clear.label, theme.button) if self.clear else 0
        return max(theme.target_width_px, label + _pad(theme.button))

    def most(self, width: int) -> int:
        return round(self.least(width) * 1.6)

    def place(self, rect: Rect) -> list[Box]:
        gap = self.kit.theme.pad_gap_px
        tall = (rect.h - 3 * gap) // 4
        wide = max(min((rect.w - 2 * gap) // 3, tall * 2), self._narrowest())
        left = rect.x + (rect.w - 3 * wide - 2 * gap) // 2

        def cell(row: int, column: int) -> Rect:
            return Rect(left + column * (wide + gap), rect.y + row * (tall + gap), wide, tall)

        boxes = [self._key(self.digits[n], cell(*divmod(n - 1, 3))) for n in range(1, 10)]
        boxes.append(self._key(self.digits[0], cell(3, 1)))
        if self.clear:
            boxes.append(button(self.clear, cell(3, 2), self.kit))
        return boxes

    def _key(self, choice: Choice, rect: Rect) -> Box:
        lines = self.kit.digits.lines((choice.label,), self.style, rect, "on_choice")
        nib = "nib" if choice.value == 5 else ""
        return Box(rect, "key", lines, choice.event, nib, name=f"digit{choice.value}")


PIN_PLACES = 7
"""Dots of a PIN stand as far apart as so many need; more stand closer together. The usual PIN has six."""


@dataclass(frozen=True, slots=True)
class Dots:
    """How many digits of the PIN there are, and the open place of the next: how many are still to come is
    not said, because PINs have four to twelve."""

    kit: Kit
    count: int
    centred: bool = False

    def least(self, width: int) -> int:
        theme = self.kit.theme
        if width < PIN_PLACES * theme.title.em_px * 1.2:
            return NO_FIT
        return round(theme.title.em_px * 1.3)

    def most(self, width: int) -> int:
        return max(self.least(width), self.kit.theme.title.em_px * 2)

    def place(self, rect: Rect) -> list[Box]:
        wide = min(rect.w, round(self.kit.theme.title.em_px * 1.7 * PIN_PLACES))
        left = rect.x + (rect.w - wide) // 2 if self.centred else rect.x
        place = Rect(left, rect.y, wide, rect.h)
        places = max(PIN_PLACES, self.count + 1)
        return [Box(place, "dots", value=self.count, of=places, name="dots")]


@dataclass(frozen=True, slots=True)
class Image:
    """A pictogram, square, centred in its place."""

    kit: Kit
    name: str

    def least(self, width: int) -> int:
        return self.kit.theme.picture_min_px if width >= self.kit.theme.picture_min_px else NO_FIT

    def most(self, width: int) -> int:
        return max(self.least(width), min(width, self.kit.theme.picture_max_px))

    def place(self, rect: Rect) -> list[Box]:
        side = min(rect.w, rect.h, self.kit.theme.picture_max_px)
        place = Rect(rect.x + (rect.w - side) // 2, rect.y + (rect.h - side) // 2, side, side)
        return [Box(place, "picture", icon=self.name, icon_rect=place, name="picture")]


@dataclass(frozen=True, slots=True)
class Strip:
    """A banner: one sentence on a tinted strip, the answers of an offer beside or below it, and an
    icon before it if one is named."""

    kit: Kit
    banner: Banner
    role: str = "banner"
    icon: str = ""

    def _lead(self) -> int:
        """Room for the icon at the left."""
        return self.kit.theme.body.em_px * 3 // 2 if self.icon else 0

    def _columns(self, width: int) -> tuple[int, list[Rect], int]:
        """Width of the text, the buttons' rectangles relative to the strip, and its height."""
        labels = tuple(choice.label for choice in self.banner.answers)
        key = ("strip", self.banner.text, labels, bool(self.icon), width)
        return self.kit.once(key, lambda: self._worked_out(width))

    def _worked_out(self, width: int) -> tuple[int, list[Rect], int]:
        theme = self.kit.theme
        pad, gap = theme.body.em_px // 2, theme.gap_px
        tall = max(theme.target_height_px, theme.button.pitch_px + pad)
        wides = [
            max(theme.target_width_px, self.kit.width(c.label, theme.button) + theme.button.em_px)
            for c in self.banner.answers
        ]
        buttons = sum(wides) + gap * len(wides)
        lead = self._lead()
        beside = width - 2 * pad - lead - buttons
        if not wides or beside >= 10 * theme.body.em_px:
            words = self.kit.broken(self.banner.text, theme.body, beside)
            height = max(len(words) * theme.body.pitch_px, tall if wides else 0) + 2 * (pad // 2)
            left, top = width - pad // 2 - buttons + gap, (height - tall) // 2
        else:
            beside = width - 2 * pad - lead
            words = self.kit.broken(self.banner.text, theme.body, beside)
            top = len(words) * theme.body.pitch_px + pad // 2 + 2 * theme.edge_px
            height, left = top + tall + pad, pad
        places = []
        upright = left == pad and pad + buttons > width
        for wide in wides:
            places.append(Rect(left, top, wide, tall))
            left, top = (left, top + tall + gap) if upright else (left + wide + gap, top)
        height += (tall + gap) * (len(wides) - 1) if upright else 0
        narrow = not self.kit.whole(self.banner.text, theme.body, beside)
        lost = narrow or (places and places[-1].right > width)
        return beside, places, NO_FIT if lost else height

    def least(self, width: int) -> int:
        return self._columns(width)[2]

    most = least

    def place(self, rect: Rect) -> list[Box]:
        theme = self.kit.theme
        room, places, height = self._columns(rect.w)
        pad = theme.body.em_px // 2
        words = self.kit.broken(self.banner.text, theme.body, room)
        below = places and places[0].x == pad
        text_height = len(words) * theme.body.pitch_px if below else height - 2 * (pad // 2)
        text = Rect(rect.x + pad + self._lead(), rect.y + pad // 2, room, text_height)
        lines = self.kit.lines(words, theme.body, text, "on_banner", centred=False)
        side = theme.body.em_px
        sign = Rect(rect.x + pad, text.y + (text.h - side) // 2, side, side) if self.icon else None
        whole = Rect(rect.x, rect.y, rect.w, height)
        strip = Box(whole, self.role, lines, None, self.icon, sign, name=self.role)
        buttons = [
            button(choice, Rect(rect.x + p.x, rect.y + p.y, p.w, p.h), self.kit)
            for choice, p in zip(self.banner.answers, places, strict=True)
        ]
        return [strip, *buttons]


@dataclass(frozen=True, slots=True)
class Meters:
    """Steps in words, each with its bars below; side by side where their words fit."""

    kit: Kit
    meters: tuple[Meter, ...]

    def _wides(self) -> list[int]:
        body = self.kit.theme.body
        return [max(self.kit.width(one.text, body), METER_EMS * body.em_px) for one in self.meters]

    def _in_a_row(self, width: int) -> bool:
        gaps = self.kit.theme.body.em_px * (len(self.meters) - 1)
        return sum(self._wides()) + gaps <= width

    def _tall(self) -> int:
        return self.kit.theme.body.pitch_px + 2 * bar_px(self.kit.theme)

    def least(self, width: int) -> int:
        if max(self._wides()) > width:
            return NO_FIT
        rows = 1 if self._in_a_row(width) else len(self.meters)
        return rows * self._tall()

    most = least

    def place(self, rect: Rect) -> list[Box]:
        body, wides, row = self.kit.theme.body, self._wides(), self._in_a_row(rect.w)
        boxes, x, y = [], rect.x, rect.y
        for one, wide in zip(self.meters, wides, strict=True):
            place = Rect(x, y, wide, self._tall())
            line = self.kit.line(one.text, body, place, y, "text")
            boxes.append(Box(place, "meter", (line,), value=one.value, of=one.of, name="meter"))
            x, y = (x + wide + body.em_px, y) if row else (x, y + self._tall())
        return boxes


def presses(block: Block) -> bool:
    """Whether something in the block can be pressed."""
    match block:
        case Grid() | Pad():
            return True
        case Strip(banner=banner):
            return bool(banner.answers)
        case Stack(blocks=blocks):
            return any(presses(one) for one in blocks)
        case Columns(left=left, right=right):
            return presses(left) or presses(right)
        case Under(strip=strip, below=below):
            return presses(strip) or presses(below)
        case Notched() | Flanked():
            return True
        case _:
            return bool(getattr(block, "has_targets", False))


@dataclass(frozen=True, slots=True)
class Stack:
    """Blocks one below the other. What is left of the height goes to the blocks that can grow,
    then between them, then above and below; for a seated customer it goes above the first block that
    can be pressed."""

    kit: Kit
    blocks: tuple[Block, ...]
    centred: bool = True

    def _gap(self, above: Block, below: Block) -> int:
        """Words may stand nearer to one another than targets to anything."""
        theme = self.kit.theme
        if presses(above) or presses(below):
            return theme.gap_px
        return min(theme.gap_px, theme.body.em_px // 3)

    def _gaps(self) -> int:
        return sum(self._gap(*pair) for pair in pairwise(self.blocks))

    def least(self, width: int) -> int:
        return sum(block.least(width) for block in self.blocks) + self._gaps()

    def most(self, width: int) -> int:
        return sum(block.most(width) for block in self.blocks) + 2 * self._gaps()

    def place(self, rect: Rect) -> list[Box]:
        heights = [block.least(rect.w) for block in self.blocks]
        left = rect.h - sum(heights) - self._gaps()
        breath = self._breath(left, len(heights) - 1)
        left -= breath * (len(heights) - 1)
        low = self._low_room(rect, heights, breath)
        for n, block in enumerate(self.blocks):
            more = max(0, min(left, block.most(rect.w) - heights[n]))
            if presses(block):
                more = min(more, low)
                low -= more
            heights[n] += more
            left -= more
        boxes: list[Box] = []
        seated = self.kit.theme.low_reach and presses(self)
        top = rect.y + (max(0, left) // 2 if self.centred and not seated else 0)
        for n, (block, height) in enumerate(zip(self.blocks, heights, strict=True)):
            if seated and presses(block):
                top, seated = top + max(0, left), False
            boxes += block.place(Rect(rect.x, top, rect.w, height))
            gap = self._gap(*self.blocks[n : n + 2]) if n + 1 < len(self.blocks) else 0
            top += height + gap + breath
        return boxes

    def _low_room(self, rect: Rect, heights: list[int], breath: int) -> int:
        """How much taller what is pressed may grow within reach of a seat."""
        theme = self.kit.theme
        if not theme.low_reach:
            return rect.h
        first = next((n for n, block in enumerate(self.blocks) if presses(block)), 0)
        below = self.blocks[first:]
        used = sum(heights[first:]) + (theme.gap_px + breath) * (len(below) - 1)
        return max(0, rect.bottom - max(rect.y, theme.reach_top_px) - used)

    def _breath(self, left: int, gaps: int) -> int:
        if gaps <= 0 or left <= 0:
            return 0
        return min(self.kit.theme.body.em_px, left // (gaps + 1))


@dataclass(frozen=True, slots=True)
class Under:
    """A strip along the top, and a block in all the room below it; a seated customer has a strip with
    buttons below the block."""

    kit: Kit
    strip: Block
    below: Block

    def least(self, width: int) -> int:
        return self.strip.least(width) + self.kit.theme.gap_px + self.below.least(width)

    def most(self, width: int) -> int:
        return self.strip.least(width) + self.kit.theme.gap_px + self.below.most(width)

    def place(self, rect: Rect) -> list[Box]:
        tall = self.strip.least(rect.w)
        rest = tall + self.kit.theme.gap_px
        if self.kit.theme.low_reach and presses(self.strip):
            low = Rect(rect.x, rect.bottom - tall, rect.w, tall)
            return self.below.place(rect._replace(h=rect.h - rest)) + self.strip.place(low)
        top = Rect(rect.x, rect.y, rect.w, tall)
        return self.strip.place(top) + self.below.place(
            Rect(rect.x, rect.y + rest, rect.w, rect.h - rest)
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """Two blocks side by side; the left one takes `share` of the width, or all that `right_px` leaves."""

    kit: Kit
    left: Block
    right: Block
    share: float = 0.0
    right_px: int = 0

    def _widths(self, width: int) -> tuple[int, int, int]:
        gap = self.kit.theme.gap_px
        if not self.right_px:
            gap = max(gap, self.kit.theme.body.em_px)
        first = round((width - gap) * self.share) if self.share else width - gap - self.right_px
        return first, width - gap - first, gap

    def least(self, width: int) -> int:
        first, second, _ = self._widths(width)
        return max(self.left.least(first), self.right.least(second))

    def most(self, width: int) -> int:
        first, second, _ = self._widths(width)
        return max(self.left.most(first), self.right.most(second))

    def place(self, rect: Rect) -> list[Box]:
        first, second, gap = self._widths(rect.w)
        tall = min(rect.h, self.most(rect.w))
        spare = rect.h - tall
        top = rect.y + (spare if self.kit.theme.low_reach else spare // 2)
        left = Rect(rect.x, top, first, tall)
        words = self.left
        if self.kit.theme.low_reach and isinstance(words, Stack) and presses(self.right):
            words = replace(words, centred=False)  # what is asked begins no lower than its answers
        return words.place(left) + self.right.place(Rect(rect.x + first + gap, top, second, tall))


@dataclass(frozen=True, slots=True)
class Notched:
    """A block, and a grid below it that leaves room at its right for the page button."""

    kit: Kit
    upper: Block
    lower: Grid
    notch: tuple[int, int]

    def _low(self, width: int) -> int:
        return max(self.lower.least(width - self.notch[0]), self.notch[1] - self.kit.theme.gap_px)

    def least(self, width: int) -> int:
        return self.upper.least(width) + self.kit.theme.gap_px + self._low(width)

    most = least

    def place(self, rect: Rect) -> list[Box]:
        tall = self._low(rect.w)
        grid = Rect(rect.x, rect.bottom - tall, rect.w - self.notch[0], tall)
        rest = rect._replace(h=rect.h - tall - self.kit.theme.gap_px)
        return self.upper.place(rest) + self.lower.place(grid)


@dataclass(frozen=True, slots=True)
class Flanked:
    """A block, and one at its right above the page button."""

    kit: Kit
    middle: Block
    flank: Grid
    notch: tuple[int, int]

    def _flank(self) -> int:
        return max(self.notch[0] - self.kit.theme.gap_px, self.flank.narrowest())

    def _width(self, width: int) -> int:
        return width - self._flank() - self.kit.theme.gap_px

    def least(self, width: int) -> int:
        flank = self.flank.least(self._flank()) + self.notch[1]
        return max(self.middle.least(self._width(width)), flank)

    most = least

    def place(self, rect: Rect) -> list[Box]:
        wide, high = self._flank(), self.notch[1]
        tall = self.flank.least(wide)
        flank = Rect(rect.right - wide, rect.bottom - high - tall, wide, tall)
        return self.middle.place(rect._replace(w=self._width(rect.w))) + self.flank.place(flank)
