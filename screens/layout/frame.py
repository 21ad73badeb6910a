"""What stands still: the fixed bar, the switches, the room between them, the place of the page button.

The same on every screen and page of one profile, wishes, panel and language (COG-03), because it is
made of the theme and of words that do not change. Large words make the bar two rows (VIS-17) and the
switches two lines or two rows before anything is made smaller. Seated customers have the switches
directly above the bar, so that everything that can be pressed lies in the lower part of the glass.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from screens.layout.boxes import Box, Kit, Rect, bar_px
from screens.scene import Choice, Scene
from screens.theme import Style, Theme
from terminal.events import Chosen
from terminal.values import replace

ICON_BESIDE_EMS = 7.55
"""A cell of the bar this wide holds its icon beside "Return card". Narrower cells have none, in any
language; on upright glass, where there is height, the icon stands above."""

BAR_ICON_EMS, BAR_PAD_EMS = 1.05, 0.2
"""The icon in a cell of the bar or beside a switch's word, and the room around it."""

SWITCH_PADS_EMS = (1.1, 0.6)
"""Room left and right of the word on a switch, together; the lesser where the switches would leave
little of their row."""

ROW_LEFT = 0.45
"""Of the row, what switches with much room leave at least."""

STEPS_EMS = 2.0
"""What the switches leave beside them at least, for the step in figures."""

BAR_ICONS = {
    "help": "help",
    "repeat": "speaker",
    "read_aloud": "read_aloud",
    "back": "back",
    "return_card": "card_out",
}
SWITCH_ICONS = {"languages": "globe"}

LOW_TITLE_EMS = 10.2
"""A glass whose content is lower than this many title ems is low: there a warning's one button always
stands below its sign, and the page button beside the content, not below it."""


class Shape(NamedTuple):
    """Room for the content of a page: a rectangle, without the `notch` (width, height) that the page
    button takes at its lower right; (0, 0) where it is no part of the rectangle."""

    room: Rect
    notch: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands still. `left` is free beside the switches, `main` is for the content, `page` the
    button that turns the pages of a screen that has several, and `shapes` the rooms that it leaves;
    `watermark` a strip above the content, or at its left in the row of the switches where the content has
    not enough height for it."""

    left: Rect
    view: Rect
    profile: Rect
    language: Rect
    main: Rect
    page: Rect
    shapes: tuple[Shape, ...]
    timer: Rect
    bar: tuple[Rect, ...]
    bar_icons: str
    watermark: Rect | None = None


def frame(scene: Scene, kit: Kit, width: int, height: int) -> Frame:
    """The rectangles that no scene moves: of `scene` only the words count of the bar, the
    switches and the watermark."""
    theme = kit.theme
    margin = theme.margin_px
    section = max(theme.gap_px, margin)
    bar, icons = _bar([_words_of(choice) for choice in scene.bar], kit, width, height)
    bar_top = bar[0].y
    left, switches = _switches(_in_order(scene), kit, width)
    tall = max(rect.bottom for rect in switches) - margin
    if theme.low_reach:
        down = bar_top - section - tall - margin
        left = left._replace(y=left.y + down)
        switches = [rect._replace(y=rect.y + down) for rect in switches]
        main_top, main_bottom = margin, bar_top - section - tall - section
    else:
        main_top, main_bottom = margin + tall + section, bar_top - section
    timer_height = max(3, section // 3)
    timer = Rect(
        margin, main_bottom + (section - timer_height) // 2, width - 2 * margin, timer_height
    )
    main = Rect(margin, main_top, width - 2 * margin, main_bottom - main_top)
    mark = _watermark(scene, kit, main)
    if mark and main.h - mark.h < MARK_CHOICES * theme.choice_height_px and not theme.low_reach:
        mark, left = _mark_beside(scene, kit, left)
    elif mark:
        top = mark.bottom + theme.body.em_px // 4
        main = main._replace(y=top, h=main.bottom - top)
    page, shapes = _page_place(main, scene, kit)
    view, profile, language = switches
    return Frame(left, view, profile, language, main, page, shapes, timer, bar, icons, mark)


WATERMARK_PAD_EMS = 0.25
"""Above and below the words of the strip, together."""

MARK_CHOICES = 3
"""So many choices' heights a strip above the content leaves; on lower glass it stands beside the switches."""


def _watermark(scene: Scene, kit: Kit, main: Rect) -> Rect | None:
    if not scene.watermark:
        return None
    style = kit.theme.bar
    lines = kit.broken(scene.watermark, style, main.w - style.em_px)
    tall = len(lines) * style.pitch_px + round(style.em_px * WATERMARK_PAD_EMS)
    return main._replace(h=tall)


def _mark_beside(scene: Scene, kit: Kit, left: Rect) -> tuple[Rect, Rect]:
    """The strip as wide as its words, beside the switches, and what is left for the step or a title."""
    style, gap = kit.theme.bar, kit.theme.gap_px
    wide = kit.width(scene.watermark, style) + style.em_px
    after = wide + gap
    return left._replace(w=wide), left._replace(x=left.x + after, w=left.w - after)


def watermark_box(scene: Scene, still: Frame, kit: Kit) -> Iterator[Box]:
    """What a practice says of itself, on every screen in the same place."""
    if still.watermark:
        place, style = still.watermark, kit.theme.bar
        words = kit.broken(scene.watermark, style, place.w - style.em_px)
        lines = kit.lines(words, style, place, "on_banner")
        yield Box(place, "watermark", lines, name="watermark")


def _in_order(scene: Scene) -> tuple[Choice, Choice, Choice]:
    return scene.view, scene.profile_switch, scene.language_switch


def _bar(
    places: Sequence[Sequence[str]], kit: Kit, width: int, height: int
) -> tuple[tuple[Rect, ...], str]:
    """Four equal cells in a row; on low glass as wide as their words, if that spares a line; two and
    two where a word does not fit its cell. Each of `places` has room for all words it may ever hold."""
    theme, style = kit.theme, kit.theme.bar
    words = [word for place in places for word in place]
    margin, gap, em = theme.margin_px, theme.gap_px, style.em_px
    cell = (width - 2 * margin - 3 * gap) // 4
    icons = "beside" if cell >= em * ICON_BESIDE_EMS else "above" if height > width else ""
    air = _air(style)
    if width > height and _lines_in(words, kit, _bar_room(cell, em, icons)) > 1:
        own = _own_widths(places, kit, width)
        if own:
            tall = max(theme.bar_height_px, style.pitch_px + air)
            return _cells_of(own, height - margin - tall, tall, margin, gap), ""
    columns = 4 if _lines_in(words, kit, _bar_room(cell, em, icons)) <= 2 else 2
    cell = (width - 2 * margin - (columns - 1) * gap) // columns
    if columns == 2:
        icons = "beside" if cell >= em * ICON_BESIDE_EMS else ""
    rows = _lines_in(words, kit, _bar_room(cell, em, icons))
    tall = rows * style.pitch_px + (round(em * BAR_ICON_EMS) if icons == "above" else 0)
    tall = max(theme.bar_height_px, tall + air)
    high = 4 // columns
    top = height - margin - high * tall - (high - 1) * gap
    cells = tuple(
        Rect(margin + n % columns * (cell + gap), top + n // columns * (tall + gap), cell, tall)
        for n in range(4)
    )
    return cells, icons


def _air(style: Style) -> int:
    """Above and below the words on a cell, together; a tall script brings its own."""
    return style.em_px // 2 if style.pitch_px < 1.5 * style.em_px else style.em_px // 6


def _own_widths(places: Sequence[Sequence[str]], kit: Kit, width: int) -> list[int]:
    """Cells as wide as their words and equally much more; none if the row is too short for them."""
    theme, style = kit.theme, kit.theme.bar
    pad = 2 * round(style.em_px * BAR_PAD_EMS)
    words = [max(kit.width(word, style) for word in place) for place in places]
    wides = [max(theme.target_width_px, word + pad) for word in words]
    spare = width - 2 * theme.margin_px - (len(wides) - 1) * theme.gap_px - sum(wides)
    return [wide + spare // len(wides) for wide in wides] if spare >= 0 else []


def _cells_of(widths: Sequence[int], top: int, tall: int, left: int, gap: int) -> tuple[Rect, ...]:
    cells = []
    for wide in widths:
        cells.append(Rect(left, top, wide, tall))
        left += wide + gap
    return tuple(cells)


def _bar_room(cell: int, em: int, icons: str) -> int:
    icon, pad = round(em * BAR_ICON_EMS), round(em * BAR_PAD_EMS)
    return cell - 2 * pad - (icon + pad if icons == "beside" else 0)


def _lines_in(words: Sequence[str], kit: Kit, room: int) -> int:
    """How many lines the longest label needs; many if a word is wider than the room."""
    style = kit.theme.bar
    if not all(kit.whole(label, style, room) for label in words):
        return len(words) * 9
    return max(len(kit.broken(label, style, room)) for label in words)


def _words_of(choice: Choice) -> tuple[str, ...]:
    return (choice.label, *choice.others)


def _switches(choices: Sequence[Choice], kit: Kit, width: int) -> tuple[Rect, list[Rect]]:
    """The rectangles of the switches at the top right, and what they leave at their left."""
    theme, style = kit.theme, kit.theme.bar
    margin, gap, em = theme.margin_px, theme.gap_px, style.em_px
    room = width - 2 * margin
    much, little = SWITCH_PADS_EMS

    def wide(choice: Choice, label: int, pad: float) -> int:
        return max(theme.target_width_px, label + round(em * pad) + _lead(choice, em))

    least = STEPS_EMS * em
    for rows, pad, spare in ((1, much, ROW_LEFT * room), (1, little, least), (2, little, least)):
        widths = [
            wide(one, max(kit.narrowest(word, style, rows) for word in _words_of(one)), pad)
            for one in choices
        ]
        tall = max(theme.target_height_px, rows * style.pitch_px + _air(style))
        if sum(widths) + gap * len(widths) + round(spare) <= room:
            return _in_a_row(widths, tall, margin, margin, width, gap)
    widths = [
        wide(one, max(kit.width(word, style) for word in _words_of(one)), little) for one in choices
    ]
    tall = max(theme.target_height_px, style.pitch_px + _air(style))
    _, first = _in_a_row(widths[:2], tall, margin, margin, width, gap)
    left, last = _in_a_row(widths[2:], tall, margin + tall + gap, margin, width, gap)
    return left, [*first, *last]


def _in_a_row(
    widths: Sequence[int], tall: int, top: int, margin: int, width: int, gap: int
) -> tuple[Rect, list[Rect]]:
    x = width - margin - sum(widths) - gap * (len(widths) - 1)
    left = Rect(margin, top, max(0, x - gap - margin), tall)
    rects = []
    for wide in widths:
        rects.append(Rect(x, top, wide, tall))
        x += wide + gap
    return left, rects


def _lead(choice: Choice, em: int) -> int:
    """Room for the pictogram before a switch's word."""
    return round(em * (BAR_ICON_EMS + BAR_PAD_EMS)) if choice.name in SWITCH_ICONS else 0


def _page_place(main: Rect, scene: Scene, kit: Kit) -> tuple[Rect, tuple[Shape, ...]]:
    """The button that turns the pages, at the lower right, and the rooms it leaves: above it, beside
    it, or all around it; on low glass rather beside."""
    theme = kit.theme
    gap = theme.gap_px
    wide, tall = _page_size(scene, kit, main.w)
    button = Rect(main.right - wide, main.bottom - tall, wide, tall)
    above = Shape(main._replace(h=main.h - tall - gap))
    beside = Shape(main._replace(w=main.w - wide - max(gap, theme.body.em_px)))
    around = Shape(main, (wide + gap, tall + gap))
    if main.w <= main.h or above.room.h >= theme.title.em_px * LOW_TITLE_EMS:
        return button, (above, around, beside)
    return button, (beside, around, above)


PAGES_SHOWN = "8/8"
"""The widest mark of a page: no screen is split further."""


PAGE_LONG, PAGE_SHARE = 1.3, 0.24
"""A page button so many times as wide as a choice must be, and so much of the width, has its mark below
its word."""


def _page_size(scene: Scene, kit: Kit, room: int) -> tuple[int, int]:
    """The page button with its word and its mark: beside one another, or below where the word is
    long."""
    theme, style = kit.theme, kit.theme.button
    label, mark = kit.width(scene.more.label, style), kit.width(PAGES_SHOWN, theme.body)
    lines = style.pitch_px
    wide = label + style.em_px // 2 + mark + style.em_px
    if wide > max(theme.choice_width_px * PAGE_LONG, room * PAGE_SHARE):
        wide, lines = label + style.em_px, lines + theme.bar.pitch_px
    high = max(theme.choice_height_px, lines + theme.body.em_px // 2)
    return max(theme.choice_width_px, wide), high


# --- its boxes ---------------------------------------------------------------------------------


def still_boxes(scene: Scene, still: Frame, kit: Kit, title_above: Rect | None) -> Iterator[Box]:
    """The bar, the switches, what is left of the time and the step; `title_above` is the place of a
    title that stands in the place of the step."""
    for choice, rect in zip(scene.bar, still.bar, strict=True):
        yield _bar_cell(choice, rect, kit, still.bar_icons)
    places = (still.view, still.profile, still.language)
    for choice, rect in zip(_in_order(scene), places, strict=True):
        yield _switch(choice, rect, kit)
    if scene.timer is not None:
        yield Box(still.timer, "timer", value=scene.timer, name="timer")
    if scene.step and title_above:
        yield from _steps_below_title(scene, still, kit, title_above)
    elif scene.step:
        yield _steps(scene, still, kit)


def page_button(scene: Scene, still: Frame, kit: Kit, page: int, pages: int) -> Box:
    """The button to the next page, and after the last one to the first, with its mark."""
    button, body, rect = kit.theme.button, kit.theme.body, still.page
    mark = f"{page + 1}/{pages}"
    space = button.em_px // 2
    label_wide, mark_wide = kit.width(scene.more.label, button), kit.width(mark, body)
    if label_wide + space + mark_wide + button.em_px > rect.w:
        top = rect.y + (rect.h - button.pitch_px - kit.theme.bar.pitch_px) // 2
        word = kit.line(scene.more.label, button, rect, top, "on_quiet", centred=True)
        number = kit.line(
            mark, kit.theme.bar, rect, top + button.pitch_px, "on_quiet", centred=True
        )
        event = Chosen("page", (page + 1) % pages)
        return Box(rect, "quiet", (word, number), event, name="page")
    left = rect.x + (rect.w - label_wide - space - mark_wide) // 2
    top = rect.y + (rect.h - button.pitch_px) // 2
    word = kit.line(scene.more.label, button, rect._replace(x=left), top, "on_quiet")
    number = kit.line(mark, body, rect._replace(x=left + label_wide + space), top, "on_quiet")
    lines = (word, replace(number, baseline=word.baseline))
    return Box(rect, "quiet", lines, Chosen("page", (page + 1) % pages), name="page")


def _bar_cell(choice: Choice, rect: Rect, kit: Kit, icons: str) -> Box:
    style = kit.theme.bar
    role, ink = ("bar", "on_quiet") if choice.enabled else ("off", "on_off")
    role = "bar_on" if choice.on else role
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
    lead, icon = _lead(choice, style.em_px), round(style.em_px * BAR_ICON_EMS)
    role, ink = ("switch", "on_choice") if choice.enabled else ("off", "on_off")
    words = kit.broken(choice.label, style, rect.w - lead)
    if not lead:
        return Box(rect, role, kit.lines(words, style, rect, ink), choice.event, name=choice.name)
    wide = max(kit.width(word, style) for word in words)
    left = rect.x + (rect.w - lead - wide) // 2
    place = Rect(left, rect.y + (rect.h - icon) // 2, icon, icon)
    lines = kit.lines(words, style, Rect(left + lead, rect.y, wide, rect.h), ink)
    return Box(rect, role, lines, choice.event, SWITCH_ICONS[choice.name], place, name=choice.name)


def rail_px(theme: Theme) -> int:
    """What the bars of the step take below a title that stands in their place."""
    return 2 * bar_px(theme)


def _steps_below_title(scene: Scene, still: Frame, kit: Kit, title: Rect) -> Iterator[Box]:
    """The bars under a title that stands in their place, and the words after it if they fit."""
    assert scene.step is not None
    number, of = scene.step
    thick, style = bar_px(kit.theme), kit.theme.body
    rail = Rect(title.x, title.bottom, still.left.w, thick)
    yield Box(rail, "steps", value=number, of=of, name="steps")
    wide = kit.width(scene.step_text, style)
    left = title.right + style.em_px
    if left + wide <= still.left.right:
        place = Rect(left, still.left.y, wide, still.left.h)
        lines = kit.lines((scene.step_text,), style, place, "muted")
        yield Box(place, "note", lines, name="step_text")


def sign_box(scene: Scene, still: Frame, kit: Kit, taken: Sequence[Rect]) -> Iterator[Box]:
    """The sign of the sound, at the end of the room beside the switches; none where that is taken, because
    nothing moves for it."""
    em, left = kit.theme.bar.em_px, still.left
    side = min(round(em * BAR_ICON_EMS), left.h)
    place = Rect(left.right - side, left.y + (left.h - side) // 2, side, side)
    around = place.inset(-em // 3, 0)
    if scene.sign and place.x >= left.x and not any(around.overlaps(one) for one in taken):
        yield Box(place, "sign", icon=scene.sign, icon_rect=place, name="sign")


def _steps(scene: Scene, still: Frame, kit: Kit) -> Box:
    """The bars and the words above them: in figures only where the switches leave no more room."""
    assert scene.step is not None
    number, of = scene.step
    style = kit.theme.body
    text = scene.step_text
    if kit.width(text, style) > still.left.w:
        text = f"{number}/{of}"
    height = min(still.left.h, style.pitch_px + 2 * bar_px(kit.theme))
    top = still.left.y + (still.left.h - height) // 2
    wide = min(still.left.w, max(kit.width(text, style), 9 * style.em_px))
    rect = Rect(still.left.x, top, wide, height)
    line = kit.line(text, style, rect, top, "muted")
    return Box(rect, "steps", (line,), value=number, of=of, name="steps")
