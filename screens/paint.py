"""Boxes onto a surface. The only module, with the pictograms and the front, that draws.

Everything costly is kept: fonts by size, words as surfaces, corners of buttons, pictograms. Every
ground under words is one flat colour (VIS-13). Fonts are read from the folder beside this file.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import pygame

from screens.kerning import runs
from screens.layout import Box, Layout, Line, Rect
from screens.pictograms import OVERSAMPLE, pictogram
from screens.scene import LAST_SECONDS
from screens.theme import LOOKS, Colour, Palette, Theme
from terminal.events import Chosen

FONTS = Path(__file__).parent / "fonts"
FACES = {False: "TerminalSans-Regular.otf", True: "TerminalSans-Bold.otf"}

KEPT_MAX = 600
"""Surfaces kept before all are dropped: about four times what one visit in two languages shows."""

WIDTHS_MAX = 20_000
"""Measured widths kept; a visit needs some hundreds."""

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


class Fonts:
    """The two weights in every size that was asked for, and how wide texts are in them."""

    def __init__(self, folder: Path = FONTS) -> None:
        pygame.font.init()
        self._folder = folder
        self._fonts: dict[tuple[int, bool], pygame.font.Font] = {}
        self._widths: Kept[int] = Kept(WIDTHS_MAX)

    def font(self, em_px: int, bold: bool) -> pygame.font.Font:
        """The face with this em. Raises FileNotFoundError if the font files are missing."""
        key = (em_px, bold)
        if key not in self._fonts:
            self._fonts[key] = pygame.font.Font(self._folder / FACES[bold], em_px)
        return self._fonts[key]

    def measure(self, text: str, em_px: int, bold: bool, /) -> int:
        """The width of `text` in pixels."""
        return self._widths.get_or(
            (text, em_px, bold),
            lambda: sum(moved + wide for moved, _, wide in self.pieces(text, em_px, bold)),
        )

    def pieces(self, text: str, em_px: int, bold: bool) -> Iterator[tuple[int, str, int]]:
        """What is set one after the other: how many pixels it is moved, itself, its width."""
        font = self.font(em_px, bold)
        for moved, piece in runs(text):
            yield round(moved * em_px), piece, font.size(piece)[0] if piece else 0


class Painter:
    """Paints layouts, keeping what it drew before."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self._kept: Kept[pygame.Surface] = Kept(KEPT_MAX)

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
            down = pressed is not None and box.event == pressed
            PAINT.get(box.role, Painter._plain)(self, surface, box, theme, down)

    def _ring(self, surface: pygame.Surface, rect: Rect, theme: Theme) -> None:
        """Around what the keys stand on, with ground on both of its sides (VIS-08, TCH-17)."""
        gap, radius = theme.ring_gap_px, theme.radius_px + theme.ring_gap_px
        outer = gap + theme.ring_px
        self.rounded(
            surface, rect.inset(-outer, -outer), radius + theme.ring_px, theme.colours["focus"]
        )
        self.rounded(surface, rect.inset(-gap, -gap), radius, theme.colours["ground"])

    # One kind of box each.

    def _plain(self, surface: pygame.Surface, box: Box, theme: Theme, down: bool) -> None:
        look, colours = LOOKS[box.role], theme.colours
        if look.fill:
            fill = colours[look.pressed if down and look.pressed else look.fill]
            edge = colours[look.edge] if look.edge else None
            thick = theme.edge_px * (2 if down else 1)
            self.rounded(surface, box.rect, theme.radius_px, fill, edge, thick, look.dashed)
            self._icon(surface, box, theme, fill)
        self.words(surface, box.lines, colours)

    def _icon(self, surface: pygame.Surface, box: Box, theme: Theme, ground: Colour) -> None:
        if box.icon == "nib":
            self._nib(surface, box, theme)
        elif box.icon and box.icon_rect:
            place = box.icon_rect
            inks = dict(theme.colours)
            inks["picture_ink"] = theme.colours[LOOKS[box.role].ink]
            inks["picture_fill"] = ground
            image = self._kept.get_or(
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
        image = self._kept.get_or(
            ("picture", box.icon, side, theme.palette),
            lambda: pictogram(box.icon, side, theme.colours, ground),
        )
        surface.blit(image, (box.rect.x + inset, box.rect.y + inset))

    def _timer(self, surface: pygame.Surface, box: Box, theme: Theme, down: bool) -> None:
        rect, radius = box.rect, box.rect.h // 2
        self.rounded(surface, rect, radius, theme.colours["track"])
        left = rect.w * box.value // LAST_SECONDS
        if left >= 2 * radius:
            self.rounded(
                surface, Rect(rect.x, rect.y, left, rect.h), radius, theme.colours["timer"]
            )

    def _dots(self, surface: pygame.Surface, box: Box, theme: Theme, down: bool) -> None:
        pitch = box.rect.w // box.of
        side = min(pitch * 3 // 5, box.rect.h)
        for n in range(box.of):
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
            x, y = box.rect.x + n * (wide + gap), box.rect.bottom - (thick + tall) // 2
            colour = theme.colours["step_done" if done else "step_todo"]
            self.rounded(surface, Rect(x, y, wide, tall), tall // 2, colour)

    # Shared strokes.

    def words(self, surface: pygame.Surface, lines: tuple[Line, ...], colours: Palette) -> None:
        """Lines of text on their baselines."""
        for line in lines:
            top = line.baseline - self.fonts.font(line.em_px, line.bold).get_ascent()
            x = line.x
            for moved, piece, wide in self.fonts.pieces(line.text, line.em_px, line.bold):
                x += moved
                if piece:
                    image = self.text(piece, line.em_px, line.bold, colours[line.ink])
                    surface.blit(image, (x, top))
                x += wide

    def text(self, text: str, em_px: int, bold: bool, colour: Colour) -> pygame.Surface:
        """A piece of text as a surface, kept."""
        return self._kept.get_or(
            (text, em_px, bold, colour),
            lambda: self.fonts.font(em_px, bold).render(text, True, colour),
        )

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
            tile = self._kept.get_or(
                ("tile", radius, fill, edge, thick), lambda: _tile(radius, fill, edge, thick)
            )
            corners = ((0, 0), (w - radius, 0), (0, h - radius), (w - radius, h - radius))
            for dx, dy in corners:
                part = (radius * (dx > 0), radius * (dy > 0), radius, radius)
                surface.blit(tile, (x + dx, y + dy), part)
        surface.fill(fill, (x + radius, y, w - 2 * radius, h))
        surface.fill(fill, (x, y + radius, w, h - 2 * radius))
        if edge and thick:
            _sides(surface, rect, radius, edge, thick, dashed)


Paint = Callable[[Painter, pygame.Surface, Box, Theme, bool], None]

PAINT: Mapping[str, Paint] = {
    "picture": Painter._picture,
    "timer": Painter._timer,
    "dots": Painter._dots,
    "steps": Painter._steps,
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
