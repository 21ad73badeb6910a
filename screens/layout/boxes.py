"""What a layout is made of: rectangles, lines of text, boxes; and how wide and high text is.

Nothing here decides where something stands. Widths of text come from the caller, so no font is known.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeVar

from screens import scripts
from screens.lines import atoms, break_lines
from screens.theme import Style, Theme
from terminal.events import Chosen
from terminal.values import replace

NO_FIT = 1 << 20
"""The height of what cannot stand in a width at all."""

BASELINE = 0.37
"""From the middle of a line down to its baseline, in ems: centres capitals (0.733 em tall) and
Chinese faces (0.88 above, 0.12 below the baseline) alike."""

BACKDROPS = frozenset(("banner", "sheet", "field"))
"""Roles that lie under other boxes."""


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
    """How wide a text of a language is in pixels, set with this em and weight."""

    def __call__(self, text: str, em_px: int, bold: bool, language: str = ..., /) -> int: ...
    def __hash__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One run of text on its baseline. `ink` is a colour role; `x` the left edge, whichever way the
    text of `language` runs."""

    text: str
    x: int
    baseline: int
    em_px: int
    bold: bool
    width: int
    ink: str
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Box:
    """Something with a place. `role` says how it is painted, `event` what a press on it says,
    `icon` which pictogram stands at `icon_rect`, and `value` is a number for roles that show one
    (dots, seconds, steps); `turned` ones are counted from the right. `tile` is the pictogram at
    `tile_rect` of what has a key's cap as its icon."""

    rect: Rect
    role: str
    lines: tuple[Line, ...] = ()
    event: Chosen | None = None
    icon: str = ""
    icon_rect: Rect | None = None
    value: int = 0
    of: int = 0
    name: str = ""
    turned: bool = False
    tile: str = ""
    tile_rect: Rect | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes of one page of a screen, those that lie below first. `focus` is the target that the
    keys stand on, and has a ring; `pointed` the one that a helper points at."""

    width_px: int
    height_px: int
    identity: str
    boxes: tuple[Box, ...]
    fits: bool
    page: int = 0
    pages: int = 1
    focus: Chosen | None = None
    pointed: Chosen | None = None

    @property
    def targets(self) -> tuple[Box, ...]:
        """The boxes that can be pressed."""
        return tuple(box for box in self.boxes if box.event is not None)


Broken = dict[tuple[str, Style, int], tuple[str, ...]]
Widest = dict[tuple[str, Style], int]
Wides = dict[tuple[str, Style], int]

T = TypeVar("T")

WIDES_KEPT = 20_000
"""Widths of texts that are kept for a look: each line is looked at in each arrangement that is tried."""

BLOCKS_KEPT = 4_000
"""Blocks whose heights in a width are kept for a look."""

BROKEN_KEPT = 4_000
"""Texts in lines that are kept for a look; a screen that is hard to arrange tries some hundreds."""

KITS_KEPT = 8
"""Looks whose texts in lines are kept: what customers of one machine have in turn."""


STYLES = ("body", "bar", "button", "title", "hero")


def spoken(theme: Theme, language: str) -> Theme:
    """The theme with lines as far apart as the script of `language` needs: Tibetan letters stand on one
    another, and Arabic ones reach far down."""
    wanted = {name: getattr(theme, name) for name in STYLES}
    pitched = {
        name: style._replace(pitch_px=scripts.pitch_px(language, style.em_px, style.pitch_px))
        for name, style in wanted.items()
    }
    if pitched == wanted:
        return theme
    running = scripts.pitch_px(language, theme.body.em_px, theme.running_px)
    return replace(theme, running_px=running, **pitched)


@lru_cache(maxsize=KITS_KEPT)
def kit_for(theme: Theme, measure: Measure, language: str) -> "Kit":
    """The kit for the words of a screen; screens of one look share what they know of their texts."""
    return Kit(spoken(theme, language), measure, language, theme)


def bar_px(theme: Theme) -> int:
    """How thick the bars of a step are."""
    return max(3, theme.margin_px // 4)


@dataclass(frozen=True, slots=True)
class Kit:
    """What every block needs: the theme, the language of the words, and how wide they are. `plain` is
    the theme without what the script of the language needs: digits are no script's."""

    theme: Theme
    measure: Measure
    language: str = "zh"
    plain: Theme | None = None
    kept: Broken = field(default_factory=dict, compare=False, repr=False)
    widest: Widest = field(default_factory=dict, compare=False, repr=False)
    wides: Wides = field(default_factory=dict, compare=False, repr=False)
    blocks: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
    others: dict[str, "Kit"] = field(default_factory=dict, compare=False, repr=False)

    def speaking(self, language: str) -> "Kit":
        """The same for words in another language; "" is this one's."""
        if language in ("", self.language):
            return self
        return self._other(language, lambda: spoken(self.plain or self.theme, language))

    @property
    def digits(self) -> "Kit":
        """The same for numbers, which look alike in every language."""
        return self._other("", lambda: self.plain or self.theme)

    def _other(self, name: str, themed: Callable[[], Theme]) -> "Kit":
        """A kit for other words of the same look, kept with what it knows of its texts; "" is that for digits."""
        found = self.others.get(name)
        if found is None:
            found = Kit(themed(), self.measure, name or "zh", self.plain)
            self.others[name] = found
        return found

    @property
    def ungrown(self) -> "Kit":
        """The same with answers that are no larger than they must be. How tall things must be is no other."""
        return replace(self, theme=replace(self.theme, choice_grow=1.0), others={})

    def width(self, text: str, style: Style) -> int:
        """In pixels."""
        key = (text, style)
        found = self.wides.get(key)
        if found is None:
            if len(self.wides) >= WIDES_KEPT:
                self.wides.clear()
            found = self.measure(text, style.em_px, style.bold, self.language)
            self.wides[key] = found
        return found

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What a block has worked out of its words in a width, kept: one arrangement after the other asks the
        same. The key holds the kind of block and all that it was made of beside the kit, but for how
        much may grow."""
        found: T | None = self.blocks.get(key)
        if found is None:
            if len(self.blocks) >= BLOCKS_KEPT:
                self.blocks.clear()
            found = self.blocks[key] = make()
        return found

    def broken(self, text: str, style: Style, width: int) -> tuple[str, ...]:
        """`text` in lines of at most `width`."""
        key = (text, style, width)
        found = self.kept.get(key)
        if found is None:
            if len(self.kept) >= BROKEN_KEPT:
                self.kept.clear()
            found = break_lines(text, width, lambda part: self.width(part, style))
            self.kept[key] = found
        return found

    def whole(self, text: str, style: Style, width: int) -> bool:
        """Whether no word of `text` is wider than `width`: then no line breaks inside a word."""
        return self.width(text, style) <= width or self._widest(text, style) <= width

    def _widest(self, text: str, style: Style) -> int:
        """The width of the widest piece of `text` that may not be broken."""
        found = self.widest.get((text, style))
        if found is None:
            if len(self.widest) >= BROKEN_KEPT:
                self.widest.clear()
            pieces = (piece for part in text.split("\n") for piece in atoms(part))
            wides = (self.width(piece.rstrip(" \u3000"), style) for piece in pieces)
            found = self.widest[(text, style)] = max(wides, default=0)
        return found

    def narrowest(self, label: str, style: Style, rows: int) -> int:
        """The least width in which a label has no more than `rows` lines, one or two."""
        pieces = atoms(label)
        if rows == 1 or len(pieces) < 2:
            return self.width(label, style)
        halves = (
            ("".join(pieces[:n]).rstrip(), "".join(pieces[n:])) for n in range(1, len(pieces))
        )
        return min(max(self.width(part, style) for part in half) for half in halves)

    def lines(
        self, texts: Sequence[str], style: Style, rect: Rect, ink: str, centred: bool = True
    ) -> tuple[Line, ...]:
        """`texts` one below the other, centred in the height of `rect`."""
        pitch = style.pitch_px
        top = rect.y + (rect.h - len(texts) * pitch) // 2
        return tuple(
            self.line(text, style, rect, top + n * pitch, ink, centred)
            for n, text in enumerate(texts)
        )

    def line(
        self, text: str, style: Style, rect: Rect, top: int, ink: str, centred: bool = False
    ) -> Line:
        wide = self.width(text, style)
        x = rect.x + (rect.w - wide) // 2 if centred else rect.x
        baseline = top + scripts.baseline_px(self.language, style.em_px, style.pitch_px)
        return Line(text, x, baseline, style.em_px, style.bold, wide, ink, self.language)
