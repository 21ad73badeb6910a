"""Scene and theme to boxes: where everything stands. Pure geometry.

Rules it keeps. The fixed bar and the switches have the same rectangles on every
screen of one profile and panel (COG-03), because they come from `frame`, which sees no scene. Text
is never made smaller and never cut: if the first arrangement does not fit, the next one is tried
(picture beside, smaller picture, title up beside the switches, no picture ...), and a layout that
nothing fits says so in `fits`. A warning never loses its sign.
Every kind of question (`Ask`) has its own arrangements. Widths of text come from the caller.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple, Protocol

from screens.lines import break_lines
from screens.scene import Banner, Choice, Figure, Scene
from screens.theme import Style, Theme
from terminal.events import Chosen
from terminal.prompts import Ask

NO_FIT = 1 << 20
"""The height of what cannot stand in a width at all."""

BASELINE = 0.37
"""From the middle of a line down to its baseline, in ems: centres capitals (0.733 em tall) and
Chinese faces (0.88 above, 0.12 below the baseline) alike."""

WARNING = "warning"
"""The picture without which an outcome would look harmless."""

BACKDROPS = frozenset(("banner", "sheet", "field"))
"""Roles that lie under other boxes."""

PROFILE_EMS, LANGUAGE_EMS, VIEW_EMS = 6.0, 4.8, 5.1
"""Widths of the switches in ems of the bar: the longest label of either language and a margin."""

ONE_LINE_EMS = 6.6
"""A cell of the bar this wide holds its longest label ("Return card") on one line."""

ICON_BESIDE_EMS = 7.55
"""A cell of the bar this wide holds its icon beside that label. Narrower cells have none, in either
language; on upright glass, where there is height, the icon stands above."""

BAR_ICON_EMS, BAR_PAD_EMS = 1.05, 0.2
"""The icon in a cell of the bar, and the room around it."""

PICTURE_SHARES = (0.34, 0.26)
"""Of the width, for a picture beside words; the smaller share where words need more."""

WIDEST_TYPED, LONGEST_CAPITALS = "99,999", "玖万玖仟玖佰玖拾玖元整"
"""The widest that an amount field can hold (`prompts.TYPED_MAX`)."""

LOW_TITLE_EMS = 10.2
"""A glass whose content is lower than this many title ems is low: there a warning's one button always
stands below its sign, so that all warnings look alike."""


class Rect(NamedTuple):
    """A rectangle in pixels; right and bottom edges are outside."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def bottom(self) -> int:
        return self.y + self.h

    def inset(self, dx: int, dy: int) -> "Rect":
        """Smaller by `dx` at left and right and `dy` above and below."""
        return Rect(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def overlaps(self, other: "Rect") -> bool:
        """Whether they share a pixel."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def contains(self, other: "Rect") -> bool:
        """Whether `other` lies wholly inside."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


class Measure(Protocol):
    """How wide a text is in pixels, set with this em and weight."""

    def __call__(self, text: str, em_px: int, bold: bool, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One run of text on its baseline. `ink` is a colour role."""

    text: str
    x: int
    baseline: int
    em_px: int
    bold: bool
    width: int
    ink: str


@dataclass(frozen=True, slots=True)
class Box:
    """Something with a place. `role` says how it is painted, `event` what a press on it says,
    `icon` which pictogram stands at `icon_rect`, and `value` is a number for roles that show one
    (dots, seconds, steps)."""

    rect: Rect
    role: str
    lines: tuple[Line, ...] = ()
    event: Chosen | None = None
    icon: str = ""
    icon_rect: Rect | None = None
    value: int = 0
    of: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes of one screen, those that lie below first."""

    width_px: int
    height_px: int
    identity: str
    boxes: tuple[Box, ...]
    fits: bool

    @property
    def targets(self) -> tuple[Box, ...]:
        """The boxes that can be pressed."""
        return tuple(box for box in self.boxes if box.event is not None)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands still: the same on every screen of a theme and size."""

    left: Rect
    profile: Rect
    language: Rect
    view: Rect
    main: Rect
    timer: Rect
    bar: tuple[Rect, ...]
    bar_icons: str


def frame(theme: Theme, width: int, height: int) -> Frame:
    """The rectangles that no scene moves."""
    em, margin, gap = theme.bar.em_px, theme.margin_px, theme.gap_px
    tall = max(theme.target_height_px, theme.bar.pitch_px + em // 2)

    def wide(ems: float) -> int:
        return max(theme.target_width_px, round(em * ems))

    language = Rect(width - margin - wide(LANGUAGE_EMS), margin, wide(LANGUAGE_EMS), tall)
    profile = Rect(language.x - gap - wide(PROFILE_EMS), margin, wide(PROFILE_EMS), tall)
    view = Rect(profile.x - gap - wide(VIEW_EMS), margin, wide(VIEW_EMS), tall)
    left = Rect(margin, margin, view.x - gap - margin, tall)

    cell = (width - 2 * margin - 3 * gap) // 4
    icons = "beside" if cell >= em * ICON_BESIDE_EMS else "above" if height > width else ""
    rows = 1 if cell >= em * ONE_LINE_EMS else 2
    words = rows * theme.bar.pitch_px + (round(em * BAR_ICON_EMS) if icons == "above" else 0)
    bar_height = max(theme.bar_height_px, words + em // 2)
    top = height - margin - bar_height
    bar = tuple(Rect(margin + n * (cell + gap), top, cell, bar_height) for n in range(4))
    section = max(gap, margin)
    timer_height = max(3, section // 3)
    timer = Rect(margin, top - (section + timer_height) // 2, width - 2 * margin, timer_height)
    main_top = margin + tall + section
    main = Rect(margin, main_top, width - 2 * margin, top - section - main_top)
    return Frame(left, profile, language, view, main, timer, bar, icons)


def layout(scene: Scene, theme: Theme, width_px: int, height_px: int, measure: Measure) -> Layout:
    """`scene` on a glass of this many pixels."""
    still = frame(theme, width_px, height_px)
    kit = Kit(theme, measure)
    for one in _tries(scene, still, kit):
        tried = one
        if tried.fits:
            break
    boxes = [*tried.content.place(tried.room), *_still_boxes(scene, still, kit, tried.title_above)]
    if tried.title_above:
        boxes.append(_header_title(scene, still, kit))
    ordered = sorted(boxes, key=lambda box: box.role not in BACKDROPS)
    return Layout(width_px, height_px, scene.identity, tuple(ordered), tried.fits)


# --- what stands still ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kit:
    """What every block needs: the theme, and how wide text is."""

    theme: Theme
    measure: Measure

    def width(self, text: str, style: Style) -> int:
        return self.measure(text, style.em_px, style.bold)

    def broken(self, text: str, style: Style, width: int) -> tuple[str, ...]:
        return break_lines(text, width, lambda part: self.width(part, style))

    def lines(
        self, texts: Sequence[str], style: Style, rect: Rect, ink: str, centred: bool = True
    ) -> tuple[Line, ...]:
        """`texts` one below the other, centred in the height of `rect`."""
        top = rect.y + (rect.h - len(texts) * style.pitch_px) // 2
        return tuple(
            self.line(text, style, rect, top + n * style.pitch_px, ink, centred)
            for n, text in enumerate(texts)
        )

    def line(
        self, text: str, style: Style, rect: Rect, top: int, ink: str, centred: bool = False
    ) -> Line:
        wide = self.width(text, style)
        x = rect.x + (rect.w - wide) // 2 if centred else rect.x
        baseline = top + style.pitch_px // 2 + round(style.em_px * BASELINE)
        return Line(text, x, baseline, style.em_px, style.bold, wide, ink)


BAR_ICONS = {"help": "help", "repeat": "speaker", "back": "back", "return_card": "card_out"}


def _still_boxes(scene: Scene, still: Frame, kit: Kit, title_above: bool) -> Iterator[Box]:
    for choice, rect in zip(scene.bar, still.bar, strict=True):
        yield _bar_cell(choice, rect, kit, still.bar_icons)
    yield _switch(scene.profile_switch, still.profile, kit)
    yield _switch(scene.language_switch, still.language, kit)
    yield _switch(scene.view, still.view, kit)
    if scene.timer is not None:
        yield Box(still.timer, "timer", value=scene.timer, name="timer")
    if scene.step and title_above:
        yield from _steps_below_title(scene, still, kit)
    elif scene.step:
        yield _steps(scene, still, kit)


def _bar_cell(choice: Choice, rect: Rect, kit: Kit, icons: str) -> Box:
    style = kit.theme.bar
    role, ink = ("bar", "on_quiet") if choice.enabled else ("off", "on_off")
    icon, pad = round(style.em_px * BAR_ICON_EMS), round(style.em_px * BAR_PAD_EMS)
    beside = icon + pad if icons == "beside" else 0
    words = kit.broken(choice.label, style, rect.w - 2 * pad - beside)
    if not icons:
        return Box(rect, role, kit.lines(words, style, rect, ink), choice.event, name=choice.name)
    if beside:
        wide = max(kit.width(word, style) for word in words)
        left = rect.x + (rect.w - beside - wide) // 2
        place = Rect(left, rect.y + (rect.h - icon) // 2, icon, icon)
        text = Rect(left + beside, rect.y, wide, rect.h)
    else:
        top = rect.y + (rect.h - icon - len(words) * style.pitch_px) // 2
        place = Rect(rect.x + (rect.w - icon) // 2, top, icon, icon)
        text = Rect(rect.x, top + icon, rect.w, len(words) * style.pitch_px)
    lines = kit.lines(words, style, text, ink)
    return Box(rect, role, lines, choice.event, BAR_ICONS[choice.name], place, name=choice.name)


def _switch(choice: Choice, rect: Rect, kit: Kit) -> Box:
    style = kit.theme.bar
    lines = kit.lines((choice.label,), style, rect, "on_choice")
    return Box(rect, "switch", lines, choice.event, name=choice.name)


def _steps_below_title(scene: Scene, still: Frame, kit: Kit) -> Iterator[Box]:
    """The bars under a title that stands in their place, and the words after it if they fit."""
    assert scene.step is not None
    number, of = scene.step
    thick, style = max(3, kit.theme.margin_px // 4), kit.theme.body
    title = _header_title(scene, still, kit)
    rail = Rect(title.rect.x, title.rect.bottom + thick // 2, still.left.w, thick)
    yield Box(rail, "steps", value=number, of=of, name="steps")
    wide = kit.width(scene.step_text, style)
    room = _header_room(scene, still, kit)
    left = title.rect.right + style.em_px
    if left + wide <= room.right:
        place = Rect(left, room.y, wide, room.h)
        lines = kit.lines((scene.step_text,), style, place, "muted")
        yield Box(place, "note", lines, name="step_text")


def _steps(scene: Scene, still: Frame, kit: Kit) -> Box:
    assert scene.step is not None
    number, of = scene.step
    thick = max(3, kit.theme.margin_px // 4)
    style = kit.theme.body
    height = min(still.left.h, style.pitch_px + 2 * thick)
    top = still.left.y + (still.left.h - height) // 2
    wide = min(still.left.w, max(kit.width(scene.step_text, style), 9 * style.em_px))
    rect = Rect(still.left.x, top, wide, height)
    line = kit.line(scene.step_text, style, rect, top, "muted")
    return Box(rect, "steps", (line,), value=number, of=of, name="steps")


def _header_title(scene: Scene, still: Frame, kit: Kit) -> Box:
    style, room = kit.theme.title, _header_room(scene, still, kit)
    words = kit.broken(scene.title, style, room.w)
    wide = max(kit.width(word, style) for word in words)
    rect = Rect(room.x, room.y, wide, max(room.h, len(words) * style.pitch_px))
    lines = kit.lines(words, style, rect, "title", centred=False)
    return Box(rect, "title", lines, name="title")


def _header_room(scene: Scene, still: Frame, kit: Kit) -> Rect:
    """What is free beside the switches."""
    return still.left


# --- blocks: things that know how tall they are in a width --------------------------------------


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
        parts = self._parts(width)
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
    """Choices side by side, all equally tall; the last one takes what is left of its row."""

    kit: Kit
    choices: tuple[Choice, ...]
    columns: int
    capitals: bool = False
    capped: bool = False
    centred: bool = False
    snug: bool = False

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
            span = self.columns - column if n == last else 1
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

    def most(self, width: int) -> int:
        least = self.least(width)
        gaps = self.kit.theme.gap_px * (self._rows() - 1)
        return round((least - gaps) * self.kit.theme.choice_grow) + gaps

    def _needs(self, choice: Choice, width: int) -> int:
        return button_needs(choice, width, self.kit, self.capitals, self.snug)

    def place(self, rect: Rect) -> list[Box]:
        return [
            button(choice, cell, self.kit, self.capitals)
            for choice, cell in zip(self.choices, self._cells(rect), strict=True)
        ]


def _pad(style: Style) -> int:
    """Room left and right of the words on a button, together."""
    return round(style.em_px * 0.7)


def button_needs(choice: Choice, width: int, kit: Kit, capitals: bool, snug: bool) -> int:
    """How tall a button must be for its words in a width; `snug` brings an amount nearer its edge."""
    theme = kit.theme
    pad = theme.body.em_px // 2
    room = width - _pad(theme.button)
    if choice.figure is None:
        return len(kit.broken(choice.label, theme.button, room)) * theme.button.pitch_px + pad
    room += _pad(theme.button) - theme.button.em_px // 2 if snug else 0
    if figure_width(choice.figure, theme.amount, theme.button, kit) > room:
        return NO_FIT
    with_capitals = capitals and choice.figure.capitals
    if with_capitals and kit.width(choice.figure.capitals, theme.body) > room:
        return NO_FIT
    return theme.amount.pitch_px + (theme.body.pitch_px if with_capitals else 0) + pad


def button(choice: Choice, rect: Rect, kit: Kit, capitals: bool = False) -> Box:
    """One choice in its rectangle."""
    theme, ink = kit.theme, f"on_{'choice' if choice.role == 'key' else choice.role}"
    if choice.figure is None:
        words = kit.broken(choice.label, theme.button, rect.w - _pad(theme.button))
        lines = kit.lines(words, theme.button, rect, ink)
    else:
        lines = figure_lines(choice.figure, theme.amount, theme.button, kit, rect, ink, capitals)
    return Box(rect, choice.role, lines, choice.event, name=choice.name)


def figure_width(figure: Figure, number: Style, unit: Style, kit: Kit) -> int:
    """How wide an amount is: the number, a quarter em, the unit."""
    return kit.width(figure.number, number) + unit.em_px // 3 + kit.width(figure.unit, unit)


def figure_lines(
    figure: Figure, number: Style, unit: Style, kit: Kit, rect: Rect, ink: str, capitals: bool
) -> tuple[Line, ...]:
    """The number and its unit on one baseline, centred in `rect`, the capitals below."""
    body = kit.theme.body
    shown = figure.capitals if capitals else ""
    tall = number.pitch_px + (body.pitch_px if shown else 0)
    top = rect.y + (rect.h - tall) // 2
    left = rect.x + (rect.w - figure_width(figure, number, unit, kit)) // 2
    first = kit.line(figure.number, number, Rect(left, top, rect.w, tall), top, ink)
    unit_x = left + first.width + unit.em_px // 3
    second = kit.line(figure.unit, unit, Rect(unit_x, top, rect.w, tall), top, ink)
    lines = (first, replace(second, baseline=first.baseline))
    if not shown:
        return lines
    return (*lines, kit.line(shown, body, rect, top + number.pitch_px, ink, centred=True))


@dataclass(frozen=True, slots=True)
class Amount:
    """The amount the screen is about, on a sheet, or in a field where it is being typed."""

    kit: Kit
    figure: Figure
    style: Style
    role: str = "sheet"

    def least(self, width: int) -> int:
        theme, widest = self.kit.theme, self._widest()
        if figure_width(widest, self.style, theme.title, self.kit) > width - theme.title.em_px:
            return NO_FIT
        if self.kit.width(widest.capitals, theme.body) > width - theme.body.em_px:
            return NO_FIT
        return self.style.pitch_px + theme.body.pitch_px * bool(self.figure.capitals) + self._pad()

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
        lines = figure_lines(self.figure, self.style, title, self.kit, rect, ink, True)
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

    def _lowest(self) -> int:
        theme = self.kit.theme
        return max(theme.target_height_px, self.style.pitch_px)

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
        lines = self.kit.lines((choice.label,), self.style, rect, "on_choice")
        nib = "nib" if choice.value == 5 else ""
        return Box(rect, "key", lines, choice.event, nib, name=f"digit{choice.value}")


@dataclass(frozen=True, slots=True)
class Dots:
    """How many digits of the PIN there are, and how many are still to come."""

    kit: Kit
    count: int
    of: int
    centred: bool = False

    def least(self, width: int) -> int:
        theme = self.kit.theme
        return theme.title.em_px * 2 if width >= self.of * theme.title.em_px * 1.4 else NO_FIT

    most = least

    def place(self, rect: Rect) -> list[Box]:
        wide = min(rect.w, round(self.kit.theme.title.em_px * 1.7 * self.of))
        left = rect.x + (rect.w - wide) // 2 if self.centred else rect.x
        place = Rect(left, rect.y, wide, rect.h)
        return [Box(place, "dots", value=self.count, of=self.of, name="dots")]


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
            top = len(words) * theme.body.pitch_px + pad // 2
            height, left = top + tall + pad, pad
        places = []
        for wide in wides:
            places.append(Rect(left, top, wide, tall))
            left += wide + gap
        return beside, places, height if not places or places[-1].right <= width else NO_FIT

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
class Stack:
    """Blocks one below the other. What is left of the height goes to the blocks that can grow,
    then between them, then above and below."""

    kit: Kit
    blocks: tuple[Block, ...]
    centred: bool = True

    def _gaps(self) -> int:
        return self.kit.theme.gap_px * (len(self.blocks) - 1)

    def least(self, width: int) -> int:
        return sum(block.least(width) for block in self.blocks) + self._gaps()

    def most(self, width: int) -> int:
        return sum(block.most(width) for block in self.blocks) + 2 * self._gaps()

    def place(self, rect: Rect) -> list[Box]:
        heights = [block.least(rect.w) for block in self.blocks]
        left = rect.h - sum(heights) - self._gaps()
        breath = self._breath(left, len(heights) - 1)
        left -= breath * (len(heights) - 1)
        for n, block in enumerate(self.blocks):
            more = max(0, min(left, block.most(rect.w) - heights[n]))
            heights[n] += more
            left -= more
        boxes: list[Box] = []
        top = rect.y + (max(0, left) // 2 if self.centred else 0)
        for block, height in zip(self.blocks, heights, strict=True):
            boxes += block.place(Rect(rect.x, top, rect.w, height))
            top += height + self.kit.theme.gap_px + breath
        return boxes

    def _breath(self, left: int, gaps: int) -> int:
        if gaps <= 0 or left <= 0:
            return 0
        return min(self.kit.theme.body.em_px, left // (gaps + 1))


@dataclass(frozen=True, slots=True)
class Under:
    """A strip along the top, and a block in all the room below it."""

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
        top = Rect(rect.x, rect.y, rect.w, tall)
        return self.strip.place(top) + self.below.place(
            Rect(rect.x, rect.y + rest, rect.w, rect.h - rest)
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """Two blocks side by side; the left one takes `share` of the width."""

    kit: Kit
    left: Block
    right: Block
    share: float

    def _widths(self, width: int) -> tuple[int, int, int]:
        gap = max(self.kit.theme.gap_px, self.kit.theme.body.em_px)
        first = round((width - gap) * self.share)
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
        top = rect.y + (rect.h - tall) // 2
        left = Rect(rect.x, top, first, tall)
        return self.left.place(left) + self.right.place(
            Rect(rect.x + first + gap, top, second, tall)
        )


# --- arrangements -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parts:
    """What an arrangement is made of."""

    kit: Kit
    scene: Scene
    title: str
    head: tuple[Block, ...]
    wide: bool
    low: bool
    pictured: bool

    def words(self, centred: bool = False) -> tuple[Block, ...]:
        """The text, with strips above it if they are to stand there."""
        scene = self.scene
        if not (self.title or scene.paragraphs or scene.reference):
            return self.head
        style = self.kit.theme.hero if scene.ask in (Ask.ACTION, Ask.NOTHING) else None
        text = Text(self.kit, self.title, scene.paragraphs, scene.reference, centred, style)
        return (*self.head, text)

    def stack(self, *blocks: Block) -> Block:
        return Stack(self.kit, tuple(blocks))

    def grid(self, columns: int, capitals: bool = False) -> Grid:
        alone = len(self.scene.answers) == 1
        return Grid(self.kit, self.scene.answers, columns, capitals, alone, not self.wide)

    def amounts(self, role: str = "sheet") -> Iterator[tuple[Block, ...]]:
        """The figure, large and then less large; nothing where there is none."""
        if self.scene.figure is None:
            yield ()
            return
        for style in (self.kit.theme.figure, self.kit.theme.amount):
            yield (Amount(self.kit, self.scene.figure, style, role),)


class Try(NamedTuple):
    """An arrangement: whether the title goes up beside the switches, the content, and its room."""

    title_above: bool
    content: Block
    room: Rect

    @property
    def fits(self) -> bool:
        return self.content.least(self.room.w) <= self.room.h


def _tries(scene: Scene, still: Frame, kit: Kit) -> Iterator[Try]:
    """Arrangements, the best first. A picture has its words with the title beside it, then, where
    people follow the picture, without the title; then the picture is left out, but not a warning's.
    Words alone are arranged in the same way with the title above before they are arranged in
    another; amounts to choose from need their capitals less than their title."""
    title = _header_title(scene, still, kit).rect
    top = max(still.main.y, title.bottom + kit.theme.gap_px // 2)
    lower = still.main._replace(y=top, h=still.main.bottom - top)
    if scene.picture:
        yield from _placed(scene, still.main, kit, True, False)
        if scene.ask is not Ask.CHOICE or scene.picture == WARNING:
            yield from _placed(scene, lower, kit, True, True)
    if scene.picture != WARNING:
        within = _placed(scene, still.main, kit, False, False)
        apart = _placed(scene, lower, kit, False, True)
        if scene.ask is Ask.AMOUNT:
            yield from chain(within, apart)
        else:
            yield from chain.from_iterable(zip(within, apart, strict=True))


def _placed(scene: Scene, room: Rect, kit: Kit, pictured: bool, title_above: bool) -> Iterator[Try]:
    title = "" if title_above else scene.title
    for content in _candidates(scene, room, kit, title, pictured):
        yield Try(title_above, content, room)


def _candidates(scene: Scene, main: Rect, kit: Kit, title: str, pictured: bool) -> Iterator[Block]:
    wide = main.w > main.h
    arrange = ARRANGEMENTS[scene.ask]
    strips = _strips(scene, kit)
    low = main.h < kit.theme.title.em_px * LOW_TITLE_EMS
    apart = arrange(Parts(kit, scene, title, (), wide, low, pictured))
    if not strips:
        yield from apart
        return
    within = arrange(Parts(kit, scene, title, strips, wide, low, pictured))
    for one, other in zip(apart, within, strict=True):
        yield Under(kit, Stack(kit, strips), one)
        yield other


def _strips(scene: Scene, kit: Kit) -> tuple[Strip, ...]:
    """What stands above all else: a reminder, and a banner. A banner that asks nothing gives way to
    a reminder."""
    banner, reminder = scene.banner, scene.reminder
    strips = []
    if reminder:
        strips.append(Strip(kit, Banner(reminder), "reminder", "speaker"))
    if banner and (banner.answers or not reminder):
        strips.append(Strip(kit, banner))
    return tuple(strips)


AMOUNT_COLUMNS: Mapping[int, int] = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3}
"""How many amounts stand side by side on a wide glass, so that few rows have a gap; 7 or 8: four."""


def _amount(parts: Parts) -> Iterator[Block]:
    many = len(parts.scene.answers)
    columns = AMOUNT_COLUMNS.get(many, 4) if parts.wide else parts.kit.theme.columns
    for capitals in (True, False):
        yield parts.stack(*parts.words(), parts.grid(columns, capitals))
    for fewer in (2, min(many, 4)):
        yield parts.stack(*parts.words(), parts.grid(fewer))
    yield Columns(parts.kit, parts.stack(*parts.words()), parts.grid(columns), 0.36)
    yield parts.stack(*parts.words(), parts.grid(1))
    yield parts.stack(*parts.words(), replace(parts.grid(columns), snug=True))


def _entry(parts: Parts) -> Iterator[Block]:
    answers = parts.scene.answers
    digits = {int(c.value): c for c in answers if c.name == "digit" and c.value is not None}
    clear = next((c for c in answers if c.name == "clear"), None)
    rest = tuple(c for c in answers if c.name not in ("digit", "clear"))
    pad = Pad(parts.kit, digits, clear, parts.kit.theme.amount)
    confirm = Grid(parts.kit, rest, 1)
    for amount in parts.amounts("field"):
        if parts.wide:
            left = parts.stack(*parts.words(), *amount, confirm)
            yield Columns(parts.kit, left, pad, 0.52)
        else:
            yield parts.stack(*parts.words(), *amount, pad, confirm)
    words = parts.stack(*parts.words(), *amount)
    low = replace(pad, style=parts.kit.theme.button)
    yield Columns(parts.kit, words, parts.stack(low, confirm), 0.55)


def _pin(parts: Parts) -> Iterator[Block]:
    dots: Block = Dots(parts.kit, parts.scene.dots or 0, PIN_PLACES, not parts.wide)
    yield from _pictured(parts, (dots,))


def _review(parts: Parts) -> Iterator[Block]:
    for amount in parts.amounts():
        yield parts.stack(*parts.words(), *amount, parts.grid(2))
        yield Columns(parts.kit, parts.stack(*parts.words(), *amount), parts.grid(1), 0.62)
    yield parts.stack(*parts.words(), *amount, parts.grid(1))


def _choice(parts: Parts) -> Iterator[Block]:
    columns = min(2, len(parts.scene.answers))
    for amount in parts.amounts():
        yield from _pictured(parts, (*amount, parts.grid(columns)))
    if parts.pictured:
        return
    for amount in parts.amounts():
        yield Columns(parts.kit, parts.stack(*parts.words(), *amount), parts.grid(1), 0.66)
        yield parts.stack(*parts.words(), *amount, parts.grid(1))


def _show(parts: Parts) -> Iterator[Block]:
    yield from _pictured(parts, ())


def _pictured(parts: Parts, below: tuple[Block, ...]) -> Iterator[Block]:
    scene, kit = parts.scene, parts.kit
    if not parts.pictured:
        yield parts.stack(*parts.words(centred=not scene.picture and not below), *below)
        return
    image = Image(kit, scene.picture)
    if not parts.wide:
        yield parts.stack(image, *parts.words(centred=True), *below)
        return
    words = parts.stack(*parts.words(), *below)
    beside = tuple(Columns(kit, image, words, share) for share in PICTURE_SHARES)
    if scene.picture != WARNING or not below:
        yield from beside
        return
    left, text = parts.stack(image, *below), parts.stack(*parts.words())
    under = tuple(Columns(kit, left, text, share) for share in PICTURE_SHARES)
    yield from (*under, *beside) if parts.low else (*beside, *under)


PIN_PLACES = 6

ARRANGEMENTS: Mapping[Ask, Callable[[Parts], Iterator[Block]]] = {
    Ask.NOTHING: _show,
    Ask.ACTION: _show,
    Ask.CHOICE: _choice,
    Ask.PIN: _pin,
    Ask.AMOUNT: _amount,
    Ask.ENTRY: _entry,
    Ask.REVIEW: _review,
}
"""Each kind of question, the best arrangement first."""
