"""Arrangements: the blocks of one page of a screen, the best way first.

Text is never made smaller and never cut: if the first arrangement does not fit, the next one is tried
(picture beside, smaller picture, title up beside the switches, no picture ...), and a page that
nothing fits says so. Every kind of question (`Ask`) has its own arrangements. A warning never loses
its sign. For a seated customer everything that can be pressed lies low: at the bottom of its page and
never above the line that a hand reaches from a seat.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product
from typing import NamedTuple

from screens.layout.blocks import (
    Amount,
    Block,
    Columns,
    Dots,
    Flanked,
    Grid,
    Image,
    Meters,
    Notched,
    Pad,
    Stack,
    Strip,
    Text,
    Under,
    presses,
)
from screens.layout.boxes import Box, Kit, Rect
from screens.layout.fields import NumberField, SignArea
from screens.layout.frame import LOW_TITLE_EMS, Frame, rail_px
from screens.layout.table import Table
from screens.layout.tiles import Tiles
from screens.scene import Banner, Choice, Scene
from screens.theme import Style
from terminal.asking import Ask
from terminal.values import replace

WARNING = "warning"
"""The picture without which an outcome would look harmless."""

PICTURE_SHARES = (0.34, 0.26)
"""Of the width, for a picture beside words; the smaller share where words need more."""

TYPED = (Ask.ENTRY, Ask.NUMBER)
"""Questions that are answered on a pad of digits."""

UNDIVIDED = (*TYPED, Ask.SIGN)
"""Questions whose answers all stand on one page."""

HEADER_LINES = 2
"""A title beside the switches has no more lines than this."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is on one page of a screen. `running` pages go on from one before: their title may be as
    small as their text. One that must be `pictured` does not give its picture up."""

    scene: Scene
    running: bool = False
    pictured: bool = False


class Try(NamedTuple):
    """An arrangement: its content and the room for it, and the title if that goes up beside the
    switches."""

    content: Block
    room: Rect
    title: Box | None = None

    def stands(self, reach_top: int) -> bool:
        """Whether it fits, and nothing to be pressed lies above `reach_top`."""
        if self.content.least(self.room.w) > self.room.h:
            return False
        if not reach_top:
            return True
        placed = self.content.place(self.room)
        touched = (box for box in placed if box.event is not None or box.role == "signature")
        return all(box.rect.y >= reach_top for box in touched)


Notch = tuple[int, int]
"""Width and height of what the page button takes of a room's lower right, with the gap."""


def arranged(
    page: Page, still: Frame, room: Rect, kit: Kit, notch: Notch = (0, 0)
) -> tuple[Try | None, bool]:
    """The first arrangement of a page that fits in `room`, or the last one and False."""
    tried = None
    for one in _tries(page, still, room, kit, notch):
        tried = one
        if tried.stands(kit.theme.reach_top_px):
            return tried, True
    return tried, False


def arrangements(
    page: Page, still: Frame, room: Rect, kit: Kit, notch: Notch = (0, 0)
) -> Iterator[Try]:
    """All arrangements of a page that fit in `room`, the best first."""
    tries = _tries(page, still, room, kit, notch)
    return (one for one in tries if one.stands(kit.theme.reach_top_px))


def _tries(page: Page, still: Frame, room: Rect, kit: Kit, notch: Notch) -> Iterator[Try]:
    """Arrangements, the best first. A picture has its words with the title beside it, then, where
    people follow the picture, without the title; then the picture is left out, but not a warning's.
    Words alone are arranged in the same way with the title above before they are arranged in
    another; amounts to choose from need their capitals less than their title."""
    scene = page.scene
    title = _header_title(page, still, kit)
    lower = room
    if title:
        top = max(room.y, title.rect.bottom + max(kit.theme.gap_px // 2, rail_px(kit.theme)))
        lower = room._replace(y=top, h=room.bottom - top)
    styles = _title_styles(page, kit)
    if scene.picture:
        for style in styles:
            yield from _placed(page, room, kit, True, style, notch)
        if title and (scene.ask is not Ask.CHOICE or scene.picture == WARNING):
            yield from _placed(page, lower, kit, True, styles[0], notch, title)
        if scene.picture == WARNING or page.pictured:
            return
    for style in styles:
        within = _placed(page, room, kit, False, style, notch)
        if title is None:
            yield from within
            continue
        apart = _placed(page, lower, kit, False, style, notch, title)
        if scene.ask is Ask.AMOUNT:
            yield from chain(within, apart)
        elif scene.ask is Ask.SIGN:
            yield from chain(apart, within)
        else:
            yield from chain.from_iterable(zip(within, apart, strict=True))


def _title_styles(page: Page, kit: Kit) -> tuple[Style, ...]:
    """A picture that says it all has a larger title; a page that goes on may have a smaller one."""
    theme = kit.theme
    if page.running:
        return theme.title, theme.title._replace(em_px=theme.body.em_px, pitch_px=theme.running_px)
    if page.scene.ask in (Ask.ACTION, Ask.NOTHING):
        return theme.hero, theme.title
    return (theme.title,)


def _header_title(page: Page, still: Frame, kit: Kit) -> Box | None:
    """The title beside the switches, if it can stand there. A seated customer has the switches below
    the content, and a title is read before what it stands over."""
    title, room = page.scene.title, still.left
    if not title or kit.theme.low_reach:
        return None
    for style in _title_styles(page, kit)[-2:]:
        words = kit.broken(title, style, room.w) if kit.whole(title, style, room.w) else ()
        if 0 < len(words) <= (1 if page.running else HEADER_LINES):
            box = _header_box(words, style, room, kit)
            mark = still.watermark
            if (
                mark is None
                or mark.right < room.x
                or box.rect.bottom + rail_px(kit.theme) <= mark.y
            ):
                return box
    return None


def _header_box(words: tuple[str, ...], style: Style, room: Rect, kit: Kit) -> Box:
    wide = max(kit.width(word, style) for word in words)
    rect = Rect(room.x, room.y, wide, max(room.h, len(words) * style.pitch_px))
    return Box(rect, "title", kit.lines(words, style, rect, "title", centred=False), name="title")


def _placed(
    page: Page,
    room: Rect,
    kit: Kit,
    pictured: bool,
    style: Style,
    notch: Notch,
    above: Box | None = None,
) -> Iterator[Try]:
    title = "" if above else page.scene.title
    for content in _candidates(page, room, kit, title, pictured, style, notch):
        yield Try(content, room, above)


def _candidates(
    page: Page, room: Rect, kit: Kit, title: str, pictured: bool, style: Style, notch: Notch
) -> Iterator[Block]:
    scene = page.scene
    arrange = _arrangement(scene, notch)
    strips = _strips(scene, kit)
    low = room.h < kit.theme.title.em_px * LOW_TITLE_EMS
    wide = room.w > room.h

    def parts(head: tuple[Block, ...]) -> Parts:
        return Parts(kit, scene, title, head, wide, low, pictured, page.running, style, notch)

    apart = arrange(parts(()))
    if not strips:
        yield from apart
        return
    within = arrange(parts(strips))
    for one, other in zip(apart, within, strict=True):
        if not (notch[0] and kit.theme.low_reach and presses(Stack(kit, strips))):
            yield Under(kit, Stack(kit, strips), one)
        yield other


def _arrangement(scene: Scene, notch: Notch) -> "Arrange":
    if not scene.answers:
        return _nothing if notch[0] else _said
    return _around if notch[0] else ARRANGEMENTS[scene.ask]


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


# --- each kind of question ------------------------------------------------------------------------


TABLES = ((False, False), (True, False), (True, True))
"""Lines in columns, then with their labels above, then also less large what counts most."""


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
    running: bool
    style: Style
    notch: Notch

    def words(self, centred: bool = False) -> tuple[Block, ...]:
        """The text, with strips above it if they are to stand there."""
        scene = self.scene
        meters = (Meters(self.kit, scene.meters),) if scene.meters else ()
        if not (self.title or scene.paragraphs or scene.reference):
            return (*self.head, *meters)
        text = Text(self.kit, self.title, scene.paragraphs, scene.reference, centred, self.style)
        return (*self.head, text, *meters)

    def stack(self, *blocks: Block) -> Block:
        return Stack(self.kit, tuple(blocks))

    def grid(self, columns: int, capitals: bool = False) -> Grid:
        alone = len(self.scene.answers) == 1
        columns = min(columns, self.kit.theme.columns) if self.kit.theme.columns == 1 else columns
        return Grid(self.kit, self.scene.answers, columns, capitals, alone, not self.wide)

    def amounts(self, role: str = "sheet") -> Iterator[tuple[Block, ...]]:
        """The figure, large and then less large, and what is read back, in columns and then with its labels
        above; nothing where there is none."""
        figure, rows = self.scene.figure, self.scene.rows
        tables = (
            tuple((Table(self.kit, rows, under),) for under in (False, True)) if rows else ((),)
        )
        if figure is None:
            yield from tables
            return
        theme, block = self.kit.theme, NumberField if figure.room else Amount
        styles = (theme.figure, theme.amount, *((theme.title,) if figure.room else ()))
        for style, table in product(styles, tables):
            yield (block(self.kit, figure, style, role), *table)


AMOUNT_COLUMNS: Mapping[int, int] = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3}
"""How many amounts stand side by side on a wide glass, so that few rows have a gap; 7 or 8: four."""

APART = 4
"""Of so many answers the last one, the way to other amounts, has a row of its own on a wide glass with room
for it: the amounts stand in one line in their order, and what is no amount is not as large as one."""


def _amount(parts: Parts) -> Iterator[Block]:
    many = len(parts.scene.answers)
    columns = AMOUNT_COLUMNS.get(many, 4) if parts.wide else min(many, parts.kit.theme.columns)
    best = (APART - 1, columns) if parts.wide and many == APART else (columns,)
    for capitals in (True, False):
        for beside in best:
            yield parts.stack(*parts.words(), parts.grid(beside, capitals))
    for fewer in (2, min(many, 4)):
        yield parts.stack(*parts.words(), parts.grid(min(fewer, many)))
    yield Columns(parts.kit, parts.stack(*parts.words()), parts.grid(columns), 0.36)
    yield parts.stack(*parts.words(), parts.grid(1))
    yield from _beside(parts, (), (0.5,))
    yield parts.stack(*parts.words(), replace(parts.grid(columns), snug=True))


def _entry(parts: Parts) -> Iterator[Block]:
    digits, clear, rest = _keys(parts.scene.answers)
    pad = Pad(parts.kit, digits, clear, parts.kit.theme.amount)
    confirm = Grid(parts.kit, rest, 1)
    for amount in parts.amounts("field"):
        if parts.wide:
            left = parts.stack(*parts.words(), *amount, confirm)
            yield Columns(parts.kit, left, pad, 0.52)
        else:
            yield parts.stack(*parts.words(), *amount, pad, confirm)
    words = parts.stack(*parts.words(), *amount)
    low = replace(pad, style=parts.kit.digits.theme.button)
    yield Columns(parts.kit, words, parts.stack(low, confirm), 0.55)
    left = parts.stack(*parts.words(), *amount, confirm)
    for share in (0.5, 0.42):
        yield Columns(parts.kit, left, low, share)


def _nothing(parts: Parts) -> Iterator[Block]:
    """Words have no use for the room around the page button."""
    yield from ()


def _said(parts: Parts) -> Iterator[Block]:
    """What is only seen: words, with the picture, and the amount or the dots of a PIN below them."""
    scene = parts.scene
    dots: tuple[Block, ...] = ()
    if scene.dots is not None:
        dots = (Dots(parts.kit, scene.dots, not parts.wide),)
    for amount in parts.amounts("field" if scene.ask in TYPED else "sheet"):
        yield from _pictured(parts, (*amount, *dots))


def _review(parts: Parts) -> Iterator[Block]:
    if parts.scene.rows:
        yield from _facts(parts)
        return
    yield from _in_a_row(parts)
    columns = min(2, len(parts.scene.answers))
    for amount in parts.amounts():
        yield parts.stack(*parts.words(), *amount, parts.grid(columns))
        yield from _beside(parts, amount, (0.62, 0.5))
    yield parts.stack(*parts.words(), *amount, parts.grid(1))


def _in_a_row(parts: Parts) -> Iterator[Block]:
    """More than two answers side by side below what is read back, where there is room."""
    many = len(parts.scene.answers)
    if parts.wide and many > 2:
        for amount in parts.amounts():
            yield parts.stack(*parts.words(), *amount, parts.grid(many))


def _facts(parts: Parts) -> Iterator[Block]:
    """What is read back, and below it what can be done then, side by side where there is room."""
    yield from _in_a_row(parts)
    yield from _choice(parts)


def _sign(parts: Parts) -> Iterator[Block]:
    """The area over all that is left, and the answers in one row below it, or in a column beside it."""
    sheet = SignArea(parts.kit)
    for columns in dict.fromkeys((len(parts.scene.answers), 2, 1)):
        yield parts.stack(*parts.words(), sheet, replace(parts.grid(columns), steady=True))
    grid = replace(parts.grid(1), steady=True)
    left = parts.stack(*parts.words(), sheet)
    for lines in (1, 2):
        yield Columns(parts.kit, left, grid, right_px=grid.narrowest(lines))


TILE_COLUMNS: Mapping[int, int] = {1: 1, 2: 2, 3: 3, 4: 2}
"""How many tiles stand side by side; more of them stand three and three."""


def _menu(parts: Parts) -> Iterator[Block]:
    """A tile for each service, and the quiet way to the others below them; without their pictures where
    words are so large that nothing else has room."""
    tiles = tuple(one for one in parts.scene.answers if one.picture)
    rest = tuple(one for one in parts.scene.answers if not one.picture)
    below = (Grid(parts.kit, rest, len(rest), capped=True, centred=not parts.wide),) if rest else ()
    if not tiles:
        yield from _choice(parts)
        return
    best = TILE_COLUMNS.get(len(tiles), 3)
    order = (best, 2, 1) if parts.wide else (min(best, 2), 1)
    ways = dict.fromkeys(min(n, len(tiles)) for n in order)
    for compact, columns in product((False, True), ways):
        block = Tiles(parts.kit, tiles, columns, compact)
        yield parts.stack(*parts.words(), block, *below)
        if rest:
            narrow = Grid(parts.kit, rest, 1)
            yield parts.stack(
                *parts.words(), Columns(parts.kit, block, narrow, right_px=narrow.narrowest())
            )
    yield from _choice(parts)


def _choice(parts: Parts) -> Iterator[Block]:
    columns = min(2, len(parts.scene.answers))
    for amount in parts.amounts():
        yield from _pictured(parts, (*amount, parts.grid(columns)))
    if parts.pictured:
        return
    for amount in parts.amounts():
        yield from _beside(parts, amount, (0.66, 0.5))
        yield parts.stack(*parts.words(), *amount, parts.grid(1))


def _beside(parts: Parts, amount: tuple[Block, ...], shares: tuple[float, ...]) -> Iterator[Block]:
    """The answers in a column at the right of everything else, as narrow as they can be at last."""
    left, grid = parts.stack(*parts.words(), *amount), parts.grid(1)
    for share in shares:
        yield Columns(parts.kit, left, grid, share)
    yield Columns(parts.kit, left, grid, right_px=grid.narrowest())


def _show(parts: Parts) -> Iterator[Block]:
    """A picture and words; answers, if there are any, are others than the one that is asked for."""
    many = len(parts.scene.answers)
    rows = (Table(parts.kit, parts.scene.rows),) if parts.scene.rows else ()
    for columns in dict.fromkeys(min(n, many) for n in _side_by_side(parts, many)):
        grid = replace(parts.grid(columns), even=True)
        for content in _pictured(parts, rows):
            yield parts.stack(content, grid)
        yield from _pictured(parts, (*rows, grid))
    if not parts.pictured:
        yield Columns(parts.kit, parts.stack(*parts.words(), *rows), parts.grid(1), 0.5)


def _side_by_side(parts: Parts, many: int) -> tuple[int, ...]:
    """In how many columns few or many equal answers may stand, the best first."""
    if parts.wide:
        return (-(-many // 2) if many > 4 else many, 3, 2, 1)
    return (2, 1)


def _pictured(parts: Parts, below: tuple[Block, ...]) -> Iterator[Block]:
    scene, kit = parts.scene, parts.kit
    if not parts.pictured:
        centred = scene.ask in (Ask.ACTION, Ask.NOTHING) and not (scene.picture or below)
        centred = centred and not parts.running
        yield parts.stack(*parts.words(centred=centred), *below)
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


def _around(parts: Parts) -> Iterator[Block]:
    """All around the page button: the last row of answers beside it, or a pad's clearing key above."""
    answers, kit = parts.scene.answers, parts.kit
    if parts.scene.ask in TYPED:
        yield from _entry_around(parts)
        return
    if parts.scene.ask is Ask.SIGN:
        yield from _sign_around(parts)
        return
    for amount in parts.amounts():
        upper = parts.stack(*parts.words(), *amount)
        if parts.pictured:
            upper = Columns(kit, Image(kit, parts.scene.picture), upper, PICTURE_SHARES[1])
        for columns in dict.fromkeys((len(answers), 1)):
            yield Notched(kit, upper, parts.grid(columns), parts.notch)


def _sign_around(parts: Parts) -> Iterator[Block]:
    """The area above the answers, or beside them in two columns that end at the page button, or between
    those above the page button and the last one, which is about the area."""
    answers, kit = parts.scene.answers, parts.kit
    sheet = parts.stack(*parts.words(), SignArea(kit))
    grid = replace(parts.grid(1), steady=True)
    for columns in dict.fromkeys((len(answers), 2, 1)):
        yield Notched(kit, sheet, replace(grid, columns=columns), parts.notch)
    if len(answers) > 2:
        upper = replace(grid, choices=answers[:-1], columns=len(answers) - 1)
        last = replace(grid, choices=answers[-1:])
        each, gap = grid.narrowest(), kit.theme.gap_px
        wide = max(upper.columns * (each + gap) - gap, each + parts.notch[0])
        keys = Notched(kit, upper, last, parts.notch)
        yield Columns(kit, sheet, keys, right_px=wide)
        beside = replace(grid, choices=answers[:-1])
        yield Flanked(kit, Stack(kit, (sheet, last)), beside, parts.notch)


def _entry_around(parts: Parts) -> Iterator[Block]:
    kit = parts.kit
    digits, clear, rest = _keys(parts.scene.answers)
    low = Pad(kit, digits, clear, kit.digits.theme.button)
    confirm = Grid(kit, rest, 1)
    for amount in parts.amounts("field"):
        words = parts.stack(*parts.words(), *amount)
        yield Notched(kit, Columns(kit, words, low, 0.5), confirm, parts.notch)
        yield Notched(kit, parts.stack(*parts.words(), *amount, low), confirm, parts.notch)
    if clear is None:
        return
    bare = replace(low, clear=None)
    if not parts.wide:
        for pad, keys in ((low, rest), (bare, (clear, *rest))):
            flanked = Flanked(kit, pad, Grid(kit, keys, 1), parts.notch)
            yield parts.stack(*parts.words(), *amount, flanked)
    for part in (8, 6, 5, 4):
        wide = bare.narrowest() * part // 4
        beside = Columns(kit, words, bare, right_px=wide)
        yield Notched(kit, beside, Grid(kit, (*rest, clear), len(rest) + 1), parts.notch)
        typed = Columns(kit, parts.stack(words, confirm), bare, right_px=wide)
        yield Flanked(kit, typed, Grid(kit, (clear,), 1), parts.notch)


def _keys(
    answers: tuple[Choice, ...],
) -> tuple[dict[int, Choice], Choice | None, tuple[Choice, ...]]:
    """The digits, the key that clears, and the other answers."""
    digits = {int(c.value): c for c in answers if c.name == "digit" and c.value is not None}
    clear = next((c for c in answers if c.name == "clear"), None)
    return digits, clear, tuple(c for c in answers if c.name not in ("digit", "clear"))


Arrange = Callable[[Parts], Iterator[Block]]

ARRANGEMENTS: Mapping[Ask, Arrange] = {
    Ask.ACTION: _show,
    Ask.CHOICE: _choice,
    Ask.AMOUNT: _amount,
    Ask.ENTRY: _entry,
    Ask.REVIEW: _review,
    Ask.MENU: _menu,
    Ask.FACTS: _facts,
    Ask.NUMBER: _entry,
    Ask.SIGN: _sign,
}
"""Each kind of question that has answers on the glass, the best arrangement first."""
