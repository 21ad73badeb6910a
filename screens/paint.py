"""Boxes onto a surface. The only module, with the pictograms and the front, that draws.

Everything costly is kept: fonts by size, words as surfaces, corners of buttons, pictograms. Every
ground under words is one flat colour (VIS-13). Fonts are read from the folder beside this file. A
line is drawn in runs of one face and direction, from left to right, and measured as it is drawn.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from itertools import groupby, pairwise
from math import ceil
from pathlib import Path
from typing import NamedTuple, TypeVar
from unicodedata import category

import pygame

from screens import scripts
from screens.glyphs import Coverage, coverage
from screens.kerning import runs
from screens.layout import Box, Layout, Line, Rect
from screens.pen import OVERSAMPLE
from screens.pictograms import pictogram
from screens.scene import LAST_SECONDS, PIN_DOTS
from screens.scripts import Direction, Run, Script
from screens.theme import LOOKS, Colour, Palette, Theme
from terminal.events import Chosen

FONTS = Path(__file__).parent / "fonts"

KEPT_MAX = 600
"""Lines of words kept as surfaces before all are dropped: about four times what one visit in two languages shows."""

PICTOGRAMS_MAX = 100
"""Pictograms kept, apart from words: to draw one takes as long as fifty words."""

WIDTHS_MAX = 20_000
"""Measured widths kept; a visit needs some hundreds."""

FONTS_MAX = 128
"""Font objects kept: five faces in two weights, and about a dozen sizes of a profile."""

HALF_COVERED = 128
"""Ink is where at least half of a pixel is covered (accessibility.md A)."""

Strokes = Sequence[Sequence[tuple[int, int]]]
"""Lines through points, in pixels of the layout."""

T = TypeVar("T")


class Kept(dict[Hashable, T]):
    """A cache that starts afresh when it is full."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def get_or(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value for `key`, made if it is not there."""
        try:
            return self[key]
        except KeyError:
            if len(self) >= self.most:
                self.clear()
            made = self[key] = make()
            return made


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface: its files' name, the script it is shaped as ("" leaves that to the engine), how its
    marks are kerned ("" not at all), and how much larger than the em it is set."""

    file: str
    shaped_as: str = ""
    kerned: str = ""
    scale: float = 1.0


CHINESE = Face("TerminalSans-{}.otf", kerned="zh")
JAPANESE = Face("TerminalSansJapanese-{}.otf", kerned="ja")
KOREAN = Face("TerminalSansKorean-{}.otf")
ARABIC = Face("TerminalSansArabic-{}.ttf", "Arab", scale=1.04)
"""Its alef is 0.714 of the em; a capital of the other faces is 0.733, and sizes are made for that."""

TIBETAN = Face("TerminalTibetan-{}.ttf", "Tibt")
FACES = (CHINESE, KOREAN, JAPANESE, ARABIC, TIBETAN)

HOMES: Mapping[str, Face] = {"zh": CHINESE, "en": CHINESE, "ja": JAPANESE}
"""What a language's Latin letters and marks are set in; the others have the Korean face, whose marks are
as wide as they look."""

SCRIPT_FACES: Mapping[Script, Face] = {
    "Arab": ARABIC,
    "Tibt": TIBETAN,
    "Hang": KOREAN,
    "Cyrl": KOREAN,
    "Kana": JAPANESE,
}

MARKS_OF_A_RUN = frozenset(("Arab", "Tibt", "Hang"))
"""Scripts whose face also draws the marks and spaces beside its letters, if it has them."""

WAYS: Mapping[Direction, int] = {"ltr": pygame.DIRECTION_LTR, "rtl": pygame.DIRECTION_RTL}


class Extent(NamedTuple):
    """How far ink goes above and below the baseline, in pixels."""

    above: int
    below: int


class Piece(NamedTuple):
    """What is set in one go: how far it is moved first, its text, its width, and its face."""

    moved: int
    text: str
    width: int
    face: Face
    direction: Direction


class Words(NamedTuple):
    """A piece as a surface: how far right of the line's beginning and above its baseline its corner is."""

    right: int
    up: int
    image: pygame.Surface


Segment = tuple[Face, Direction, str]


class Faces(dict[str, Face]):
    """The face of each character in runs of one script and language, looked up once."""

    def __init__(self, found: Callable[[str], Face]) -> None:
        super().__init__()
        self._found = found

    def __missing__(self, character: str) -> Face:
        face = self[character] = self._found(character)
        return face


@cache
def _file(path: Path) -> bytes:
    # A font made of a path holds the file open for each of its sizes, until the program may open no more.
    return path.read_bytes()


class Fonts:
    """Every face and weight in every size that was asked for, and how wide texts are in them.

    A font object is shaped for one script and direction for ever, because pygame keeps both as its
    state (platform-facts 3.4)."""

    def __init__(self, folder: Path = FONTS) -> None:
        pygame.font.init()
        self._folder = folder
        self._fonts: Kept[pygame.font.Font] = Kept(FONTS_MAX)
        self._widths: Kept[int] = Kept(WIDTHS_MAX)
        self._segments: Kept[tuple[Segment, ...]] = Kept(WIDTHS_MAX)
        self._extents: Kept[Extent] = Kept(WIDTHS_MAX)
        self._drawn: dict[Face, Coverage] = {}
        self._faces: dict[tuple[Script, str], Faces] = {}

    def font(
        self, em_px: int, bold: bool, face: Face = CHINESE, direction: Direction = "ltr"
    ) -> pygame.font.Font:
        """The face with this em. Raises FileNotFoundError if the font files are missing."""
        return self._fonts.get_or(
            (em_px, bold, face, direction), lambda: self._load(em_px, bold, face, direction)
        )

    def _load(self, em_px: int, bold: bool, face: Face, direction: Direction) -> pygame.font.Font:
        font = pygame.font.Font(BytesIO(_file(self._path(face, bold))), ceil(em_px * face.scale))
        if face.shaped_as:
            font.set_script(face.shaped_as)
        if face.shaped_as or direction == "rtl":
            font.set_direction(WAYS[direction])
        return font

    def _path(self, face: Face, bold: bool) -> Path:
        return self._folder / face.file.format("Bold" if bold else "Regular")

    def measure(self, text: str, em_px: int, bold: bool, language: str = "zh", /) -> int:
        """The width of `text` in pixels, as it is drawn in `language`."""
        return self._widths.get_or(
            (text, em_px, bold, language),
            lambda: sum(p.moved + p.width for p in self.pieces(text, em_px, bold, language)),
        )

    def measure_in(self, language: str) -> Callable[[str, int, bool], int]:
        """`measure` for texts of one language."""
        return lambda text, em_px, bold: self.measure(text, em_px, bold, language)

    def ink_extent(self, text: str, em_px: int, bold: bool, language: str = "zh") -> Extent:
        """How far the ink of `text` goes above and below its baseline, in pixels."""
        return self._extents.get_or(
            (text, em_px, bold, language),
            lambda: self._extent(self.pieces(text, em_px, bold, language), em_px, bold),
        )

    def _extent(self, pieces: Iterator[Piece], em_px: int, bold: bool) -> Extent:
        above = below = 0
        for piece in pieces:
            if piece.text:
                font = self.font(em_px, bold, piece.face, piece.direction)
                ink = font.render(piece.text, True, (0, 0, 0)).get_bounding_rect(HALF_COVERED)
                if ink.h:
                    above = max(above, font.get_ascent() - ink.top)
                    below = max(below, ink.bottom - font.get_ascent())
        return Extent(above, below)

    def missing(self, text: str, language: str = "zh") -> tuple[str, ...]:
        """The characters of `text` that no face draws, each once; those that only direct or join
        need no glyph."""
        drawn = (self._covers(face) for face in FACES)
        faces = tuple(drawn)
        return tuple(
            dict.fromkeys(
                c
                for c in text
                if c != "\n" and category(c) != "Cf" and not any(c in face for face in faces)
            )
        )

    def pieces(self, text: str, em_px: int, bold: bool, language: str = "zh") -> Iterator[Piece]:
        """What is set one after the other, from left to right."""
        for face, way, part in self._in_faces(text, language):
            font = self.font(em_px, bold, face, way)
            for moved, piece in runs(part, face.kerned) if face.kerned else ((0.0, part),):
                wide = font.size(piece)[0] if piece else 0
                yield Piece(round(moved * em_px), piece, wide, face, way)

    def _in_faces(self, text: str, language: str) -> tuple[Segment, ...]:
        return self._segments.get_or((text, language), lambda: tuple(self._joined(text, language)))

    def _joined(self, text: str, language: str) -> Iterator[Segment]:
        """The runs of `text` in their faces; neighbours in one face are set in one go, but a number
        inside right-to-left text stays by itself."""
        waiting: Segment | None = None
        apart = scripts.turns(text, scripts.direction(language))
        for run in scripts.runs(text, scripts.direction(language)):
            for face, part in self._split(run, language):
                if waiting is None:
                    waiting = face, run.direction, part
                elif not apart and waiting[0] is face:
                    waiting = face, run.direction, waiting[2] + part
                else:
                    yield waiting
                    waiting = face, run.direction, part
        if waiting is not None:
            yield waiting

    def _split(self, run: Run, language: str) -> Iterator[tuple[Face, str]]:
        """A run in the faces that have its characters, from left to right."""
        faces = self._faces.get((run.script, language))
        if faces is None:
            faces = self._faces[run.script, language] = Faces(partial(self._face, run, language))
        parts = [(face, "".join(part)) for face, part in groupby(run.text, faces.__getitem__)]
        yield from reversed(parts) if run.direction == "rtl" else parts

    def _face(self, run: Run, language: str, character: str) -> Face:
        home = HOMES.get(language, KOREAN)
        own = scripts.script(character)
        if own == "Zyyy":
            beside = run.script in MARKS_OF_A_RUN and not character.isdigit()
            first = SCRIPT_FACES[run.script] if beside else home
        elif own == "Hani":
            first = JAPANESE if language == "ja" else CHINESE
        else:
            first = SCRIPT_FACES.get(own, home)
        if first is CHINESE:
            return first if character in self._covers(first) else self._other(character, first)
        if character in self._covers(first):
            return first
        return home if character in self._covers(home) else self._other(character, home)

    def _other(self, character: str, usual: Face) -> Face:
        return next((face for face in FACES if character in self._covers(face)), usual)

    def _covers(self, face: Face) -> Coverage:
        """What a face draws; its weights draw the same."""
        if face not in self._drawn:
            self._drawn[face] = coverage(self._path(face, False))
        return self._drawn[face]


class Painter:
    """Paints layouts, keeping what it drew before."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self._corners: Kept[pygame.Surface] = Kept(KEPT_MAX)
        self._lines: Kept[tuple[Words, ...]] = Kept(KEPT_MAX)
        self._pictograms: Kept[pygame.Surface] = Kept(PICTOGRAMS_MAX)

    def paint(
        self,
        surface: pygame.Surface,
        layout: Layout,
        theme: Theme,
        pressed: Chosen | None = None,
    ) -> None:
        """The whole layout onto `surface`, which has its size."""
        surface.fill(theme.colours["ground"])
        for box in layout.boxes:
            if layout.focus is not None and box.event == layout.focus:
                self._ring(surface, box.rect, theme)
            if layout.pointed is not None and box.event == layout.pointed:
                self._outline(surface, box.rect, theme)
            down = pressed is not None and box.event == pressed
            PAINT.get(box.role, Painter._plain)(self, surface, box, theme, down)

    def ink(self, surface: pygame.Surface, layout: Layout, theme: Theme, strokes: Strokes) -> None:
        """What is written in the area of a signature, over the layout."""
        for box in layout.boxes if strokes else ():
            if box.role == "signature":
                _pen(surface, box.rect, strokes, theme)

    def _ring(self, surface: pygame.Surface, rect: Rect, theme: Theme) -> None:
        """Around what the keys stand on, with ground on both of its sides (VIS-08, TCH-17)."""
        gap, radius = theme.ring_gap_px, theme.radius_px + theme.ring_gap_px
        outer = gap + theme.ring_px
        self.rounded(
            surface, rect.inset(-outer, -outer), radius + theme.ring_px, theme.colours["focus"]
        )
        self.rounded(surface, rect.inset(-gap, -gap), radius, theme.colours["ground"])

    def _outline(self, surface: pygame.Surface, rect: Rect, theme: Theme) -> None:
        """Around what a helper points at: dashes, and no ring, so that it is not taken for the place of the
        keys."""
        far = theme.ring_gap_px + theme.ring_px
        ink, ground = theme.colours["text"], theme.colours["ground"]
        around, radius = rect.inset(-far, -far), theme.radius_px + far
        self.rounded(surface, around, radius, ground, ink, theme.ring_px, dashed=True)

    # One kind of box each.

    def _plain(self, surface: pygame.Surface, box: Box, theme: Theme, down: bool) -> None:
        look, colours = LOOKS[box.role], theme.colours
        if look.fill:
            fill = colours[look.pressed if down and look.pressed else look.fill]
            edge = colours[look.edge] if look.edge else None
            thick = theme.edge_px * (2 if down or box.role == "bar_on" else 1)
            self.rounded(surface, box.rect, theme.radius_px, fill, edge, thick, look.dashed)
            self._icon(surface, box, theme, fill)
            self._tile(surface, box, theme, fill)
        self.words(surface, box.lines, colours)

    def _tile(self, surface: pygame.Surface, box: Box, theme: Theme, ground: Colour) -> None:
        """The pictogram of a service, in the colours of what it stands on."""
        if not (box.tile and box.tile_rect):
            return
        place = box.tile_rect
        image = self._pictograms.get_or(
            ("tile", box.tile, place.w, ground, theme.palette),
            lambda: pictogram(box.tile, place.w, theme.colours, ground),
        )
        surface.blit(image, place[:2])

    def _signature(self, surface: pygame.Surface, box: Box, theme: Theme, down: bool) -> None:
        """A sheet with the line that a name is written on."""
        self._plain(surface, box, theme, down)
        side = box.rect.w // 12
        rule = (box.rect.x + side, box.rect.y + box.rect.h * 3 // 4, box.rect.w - 2 * side, 2)
        surface.fill(theme.colours["line"], rule)

    def _row(self, surface: pygame.Surface, box: Box, theme: Theme, down: bool) -> None:
        """A line that is read back, with a thin line below it to lead the eye."""
        self.words(surface, box.lines, theme.colours)
        thick = max(1, theme.edge_px // 2)
        rule = (box.rect.x, box.rect.bottom - thick, box.rect.w, thick)
        surface.fill(theme.colours["line"], rule)

    def _icon(self, surface: pygame.Surface, box: Box, theme: Theme, ground: Colour) -> None:
        if box.icon == "nib":
            self._nib(surface, box, theme)
        elif box.icon == "cap" and box.icon_rect:
            ink, thick = theme.colours[LOOKS[box.role].ink], max(1, theme.edge_px // 2)
            self.rounded(surface, box.icon_rect, theme.radius_px, ground, ink, thick)
        elif box.icon and box.icon_rect:
            place = box.icon_rect
            inks = dict(theme.colours)
            inks["picture_ink"] = theme.colours[LOOKS[box.role].ink]
            inks["picture_fill"] = ground
            image = self._pictograms.get_or(
                ("icon", box.icon, place.w, inks["picture_ink"], ground, theme.palette),
                lambda: pictogram(box.icon, place.w, inks, ground),
            )
            surface.blit(image, place[:2])

    def _nib(self, surface: pygame.Surface, box: Box, theme: Theme) -> None:
        wide, thick = theme.title.em_px // 2, max(2, theme.edge_px)
        bar = Rect(
            box.rect.x + (box.rect.w - wide) // 2,
            box.rect.bottom - thick - max(4, box.rect.h // 14),
            wide,
            thick,
        )
        self.rounded(surface, bar, thick // 2, theme.colours["on_choice"])

    def _picture(self, surface: pygame.Surface, box: Box, theme: Theme, down: bool) -> None:
        warns = box.icon == "warning"
        ground = theme.colours["warn_ground" if warns else "picture_ground"]
        self.rounded(surface, box.rect, round(box.rect.w * 0.12), ground)
        inset = round(box.rect.w * 0.12)
        side = box.rect.w - 2 * inset
        image = self._pictograms.get_or(
            ("picture", box.icon, side, theme.palette),
            lambda: pictogram(box.icon, side, theme.colours, ground),
        )
        surface.blit(image, (box.rect.x + inset, box.rect.y + inset))

    def _timer(self, surface: pygame.Surface, box: Box, theme: Theme, down: bool) -> None:
        rect, radius = box.rect, box.rect.h // 2
        self.rounded(surface, rect, radius, theme.colours["track"])
        left = rect.w * box.value // LAST_SECONDS
        if left >= 2 * radius:
            x = rect.right - left if box.turned else rect.x
            self.rounded(surface, Rect(x, rect.y, left, rect.h), radius, theme.colours["timer"])

    def _dots(self, surface: pygame.Surface, box: Box, theme: Theme, down: bool) -> None:
        pitch = box.rect.w // box.of
        side = min(pitch * 3 // 5, box.rect.h)
        for n in range(min(box.value + 1, PIN_DOTS)):
            x = box.rect.x + pitch * n
            place = Rect(x, box.rect.y + (box.rect.h - side) // 2, side, side)
            filled = n < box.value
            fill = theme.colours["primary" if filled else "surface"]
            edge = theme.colours["primary" if filled else "edge"]
            self.rounded(surface, place, side // 2, fill, edge, max(2, theme.edge_px))

    def _steps(self, surface: pygame.Surface, box: Box, theme: Theme, down: bool) -> None:
        self.words(surface, box.lines, theme.colours)
        thick = max(3, theme.margin_px // 4)
        gap = thick * 2
        wide = (box.rect.w - gap * (box.of - 1)) // box.of
        for n in range(box.of):
            done = n < box.value
            tall = thick if done else max(2, thick // 2)
            place = box.of - 1 - n if box.turned else n
            x, y = box.rect.x + place * (wide + gap), box.rect.bottom - (thick + tall) // 2
            colour = theme.colours["step_done" if done else "step_todo"]
            self.rounded(surface, Rect(x, y, wide, tall), tall // 2, colour)

    def _sign(self, surface: pygame.Surface, box: Box, theme: Theme, down: bool) -> None:
        self._icon(surface, box, theme, theme.colours["ground"])

    def _curtain(self, surface: pygame.Surface, box: Box, theme: Theme, down: bool) -> None:
        surface.fill(theme.colours["curtain"])
        self.words(surface, box.lines, theme.colours)

    # Shared strokes.

    def words(self, surface: pygame.Surface, lines: tuple[Line, ...], colours: Palette) -> None:
        """Lines of text on their baselines."""
        for line in lines:
            for right, up, image in self._set(line, colours[line.ink]):
                surface.blit(image, (line.x + right, line.baseline - up))

    def _set(self, line: Line, colour: Colour) -> tuple[Words, ...]:
        """A line as surfaces, kept."""
        key = (line.text, line.em_px, line.bold, line.language, colour)
        return self._lines.get_or(key, lambda: tuple(self._rendered(line, colour)))

    def _rendered(self, line: Line, colour: Colour) -> Iterator[Words]:
        x = 0
        for piece in self.fonts.pieces(line.text, line.em_px, line.bold, line.language):
            x += piece.moved
            if piece.text:
                font = self.fonts.font(line.em_px, line.bold, piece.face, piece.direction)
                yield Words(x, font.get_ascent(), font.render(piece.text, True, colour))
            x += piece.width

    def rounded(
        self,
        surface: pygame.Surface,
        rect: Rect,
        radius: int,
        fill: Colour,
        edge: Colour | None = None,
        edge_px: int = 0,
        dashed: bool = False,
    ) -> None:
        """A rounded rectangle with smooth corners, and an edge inside it."""
        radius = max(0, min(radius, rect.w // 2, rect.h // 2))
        thick = edge_px if edge else 0
        x, y, w, h = rect
        if radius:
            tile = self._corners.get_or(
                ("tile", radius, fill, edge, thick), lambda: _tile(radius, fill, edge, thick)
            )
            corners = ((0, 0), (w - radius, 0), (0, h - radius), (w - radius, h - radius))
            for dx, dy in corners:
                part = (radius * (dx > 0), radius * (dy > 0), radius, radius)
                surface.blit(tile, (x + dx, y + dy), part)
        inner = w - 2 * radius
        surface.fill(fill, (x, y + radius, w, h - 2 * radius))
        surface.fill(fill, (x + radius, y, inner, radius))
        surface.fill(fill, (x + radius, y + h - radius, inner, radius))
        if edge and thick:
            _sides(surface, rect, radius, edge, thick, dashed)


def _pen(surface: pygame.Surface, place: Rect, strokes: Strokes, theme: Theme) -> None:
    """Strokes with round ends and joints, inside their area."""
    colour, wide = theme.colours["figure"], theme.pen_px
    inside = place.inset(theme.edge_px, theme.edge_px)
    surface.set_clip(inside)
    for stroke in strokes:
        for first, last in pairwise(stroke):
            pygame.draw.line(surface, colour, first, last, wide)
        for point in stroke:
            pygame.draw.circle(surface, colour, point, wide // 2)
    surface.set_clip(None)


Paint = Callable[[Painter, pygame.Surface, Box, Theme, bool], None]

PAINT: Mapping[str, Paint] = {
    "picture": Painter._picture,
    "timer": Painter._timer,
    "dots": Painter._dots,
    "steps": Painter._steps,
    "meter": Painter._steps,
    "sign": Painter._sign,
    "row": Painter._row,
    "signature": Painter._signature,
    "curtain": Painter._curtain,
}
"""Roles that are more than a ground and words."""


def _tile(radius: int, fill: Colour, edge: Colour | None, thick: int) -> pygame.Surface:
    side = 2 * radius * OVERSAMPLE
    large = pygame.Surface((side, side), pygame.SRCALPHA)
    large.fill((*(edge or fill), 0))
    middle = (side / 2, side / 2)
    pygame.draw.circle(large, edge or fill, middle, side / 2)
    pygame.draw.circle(large, fill, middle, side / 2 - thick * OVERSAMPLE)
    return pygame.transform.smoothscale(large, (2 * radius, 2 * radius))


def _sides(
    surface: pygame.Surface, rect: Rect, radius: int, edge: Colour, thick: int, dashed: bool
) -> None:
    x, y, w, h = rect
    long, tall = w - 2 * radius, h - 2 * radius
    dash = thick * 4 if dashed else max(long, tall, 1)
    for at in range(0, long, dash * 2):
        piece = min(dash, long - at)
        surface.fill(edge, (x + radius + at, y, piece, thick))
        surface.fill(edge, (x + radius + at, y + h - thick, piece, thick))
    for at in range(0, tall, dash * 2):
        piece = min(dash, tall - at)
        surface.fill(edge, (x, y + radius + at, thick, piece))
        surface.fill(edge, (x + w - thick, y + radius + at, thick, piece))
