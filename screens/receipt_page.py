"""A receipt as the dots of a printed page, and the same page as a picture.

`arrange` says where each line of text stands, from the receipt and how wide texts are; it is pure. The
texts are then drawn with the fonts of the glass and each dot is black or white, because a thermal head
knows nothing between. The picture is made from those dots: what is seen is what is printed.

Rules it keeps: nothing is cut and nothing made smaller: what does not fit beside its label goes below it,
and what is wider than the paper is broken into lines. No text is smaller than the smallest that VIS-16
allows, in the footer neither. A copy says so above and below, white in a black bar. A right-to-left
language has labels at the right.

Numbers: 80 mm paper, of which 72 mm can be printed, 576 dots at 203 dpi or 8 to a millimetre (NCR 7169
owner's guide, "Print Zones": 576 addressable bits on 80 mm paper). Printers of 180 dpi have 512; they are
not served. Sizes in millimetres: accessibility VIS-16, 12 pt and, large, 16 pt.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

import pygame

from screens import scripts
from screens.layout import Line, Rect
from screens.lines import break_lines
from screens.paint import HALF_COVERED, Fonts, Painter
from screens.theme import Colour
from terminal.profile import Language
from terminal.receipt import Raster, Receipt, ReceiptLine

PAPER_MM = 80
DOTS_PER_MM = 8
WIDTH_DOTS = 576
MARGIN_DOTS = (PAPER_MM * DOTS_PER_MM - WIDTH_DOTS) // 2
"""Paper beside what can be printed, in the picture."""

MM_PER_POINT = 25.4 / 72

COPY_MARK = "副本 / COPY"
"""In both languages that staff read, whatever the receipt is in."""

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
INKS = {"ink": BLACK, "paper": WHITE}

LINE_PITCH = 1.3
"""Lines of one text, in ems (VIS-06)."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Ems in dots: of facts and footer, of strong values, of the title. `rule` is how thick a line is."""

    body: int
    strong: int
    title: int
    rule: int


def _dots(points: float) -> int:
    return ceil(points * MM_PER_POINT * DOTS_PER_MM)


PLAIN = Sizes(_dots(12), _dots(15), _dots(16), 2)
"""12 pt (VIS-16): a Chinese character is 3.8 mm tall."""

LARGE = Sizes(_dots(17), _dots(23), _dots(21), 3)
"""17 pt, so that the ink of a Chinese character is 5 mm tall and more; VIS-16 asks for 16 pt."""

Measure = Callable[[str, int, bool, str], int]
"""The width of a text with this em, weight and language, in dots."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where everything stands: lines of text, black bars under white text, and rules, in dots."""

    height: int
    lines: tuple[Line, ...]
    bars: tuple[Rect, ...]
    rules: tuple[Rect, ...]


Placed = tuple[str, int, bool, int]
"""A text, its em, whether it is bold, and how far from the side where reading begins it does."""


class _Sheet:
    """A page being filled from the top."""

    def __init__(self, receipt: Receipt, measure: Measure) -> None:
        self.sizes = LARGE if receipt.large else PLAIN
        self.language: Language = receipt.language
        self.turned = scripts.direction(receipt.language) == "rtl"
        self.y = 0
        self.lines: list[Line] = []
        self.bars: list[Rect] = []
        self.rules: list[Rect] = []
        self._measure = measure

    @property
    def gap(self) -> int:
        """Between two facts: paragraphs stand 1.3 times as far apart as lines (VIS-06)."""
        return ceil(self.sizes.body * (LINE_PITCH * LINE_PITCH - LINE_PITCH))

    def width(self, text: str, em: int, bold: bool) -> int:
        return self._measure(text, em, bold, self.language)

    def broken(self, text: str, em: int, bold: bool) -> tuple[str, ...]:
        """`text` in lines that fit the paper."""
        return break_lines(text, WIDTH_DOTS, lambda part: self.width(part, em, bold))

    def put(self, text: str, em: int, bold: bool, begins: int = 0) -> None:
        """One text in lines that begin so far from the side where reading begins."""
        for part in self.broken(text, em, bold):
            self.beside(((part, em, bold, begins),))

    def middle(self, text: str, em: int, ink: str = "ink") -> None:
        """A bold text in centred lines."""
        for part in self.broken(text, em, True):
            begins = (WIDTH_DOTS - self.width(part, em, True)) // 2
            self.beside(((part, em, True, begins),), ink)

    def beside(self, parts: tuple[Placed, ...], ink: str = "ink") -> None:
        """Texts on one baseline, on a line as tall as the largest needs."""
        em = max(part[1] for part in parts)
        pitch = scripts.pitch_px(self.language, em, ceil(em * LINE_PITCH))
        baseline = self.y + scripts.baseline_px(self.language, em, pitch)
        for text, size, bold, begins in parts:
            wide = self.width(text, size, bold)
            left = WIDTH_DOTS - begins - wide if self.turned else begins
            self.lines.append(Line(text, left, baseline, size, bold, wide, ink, self.language))
        self.y += pitch

    def rule(self) -> None:
        self.rules.append(Rect(0, self.y, WIDTH_DOTS, self.sizes.rule))
        self.y += self.sizes.rule


def arrange(receipt: Receipt, measure: Measure) -> Page:
    """Where everything on the receipt stands."""
    sheet = _Sheet(receipt, measure)
    if receipt.copy:
        _copy_mark(sheet)
    sheet.middle(receipt.title, sheet.sizes.title)
    sheet.y += sheet.gap
    sheet.rule()
    for line in receipt.lines:
        sheet.y += sheet.gap
        _fact(sheet, line)
    sheet.y += sheet.gap
    if receipt.footer:
        sheet.rule()
        for text in receipt.footer:
            sheet.y += sheet.gap
            sheet.put(text, sheet.sizes.body, False)
        sheet.y += sheet.gap
    if receipt.copy:
        _copy_mark(sheet)
    return Page(sheet.y, tuple(sheet.lines), tuple(sheet.bars), tuple(sheet.rules))


def _fact(sheet: _Sheet, line: ReceiptLine) -> None:
    """Label and value on one line if both fit with an em between them, else the value below: its lines
    begin together, and the longest ends where all values end."""
    bold, em = line.strong, sheet.sizes.body
    big = sheet.sizes.strong if line.strong else em
    wide = sheet.width(line.value, big, bold)
    if sheet.width(line.label, em, bold) + em + wide <= WIDTH_DOTS:
        label = line.label, em, bold, 0
        sheet.beside((label, (line.value, big, bold, WIDTH_DOTS - wide)))
        return
    sheet.put(line.label, em, bold)
    longest = max(sheet.width(part, big, bold) for part in sheet.broken(line.value, big, bold))
    sheet.put(line.value, big, bold, WIDTH_DOTS - longest)


def _copy_mark(sheet: _Sheet) -> None:
    top, em, language = sheet.y, sheet.sizes.title, sheet.language
    sheet.language = "zh"
    sheet.y += em // 4
    sheet.middle(COPY_MARK, em, "paper")
    sheet.y += em // 4
    sheet.language = language
    sheet.bars.append(Rect(0, top, WIDTH_DOTS, sheet.y - top))
    sheet.y += sheet.gap


# --- dots ---------------------------------------------------------------------------------------

_ONES = bytes(ord("1") if grey < HALF_COVERED else ord("0") for grey in range(256))
"""A dot is black where ink covers at least half of it."""


class ReceiptPrinting:
    """Draws receipts, with fonts that are kept. Its `raster` is what a printer's driver is given."""

    def __init__(self, painter: Painter | None = None) -> None:
        self._painter = painter or Painter(Fonts())

    def raster(self, receipt: Receipt) -> Raster:
        """The page in dots, 72 bytes wide."""
        page = arrange(receipt, self._painter.fonts.measure)
        surface = pygame.Surface((WIDTH_DOTS, page.height), depth=32)
        surface.fill(WHITE)
        for rect in (*page.bars, *page.rules):
            surface.fill(BLACK, tuple(rect))
        self._painter.words(surface, page.lines, INKS)
        return Raster(WIDTH_DOTS // 8, b"".join(_packed(surface)))

    def picture(self, receipt: Receipt) -> pygame.Surface:
        """The printed paper, one pixel for each dot."""
        return picture_of(self.raster(receipt))


def receipt_picture(receipt: Receipt, painter: Painter | None = None) -> pygame.Surface:
    """The printed paper of one receipt, one pixel for each dot."""
    return ReceiptPrinting(painter).picture(receipt)


def picture_of(raster: Raster) -> pygame.Surface:
    """A printed page as a picture with the paper's margins, black on white."""
    wide = raster.width_bytes * 8
    grey = b"".join(_unpacked(raster))
    dots = pygame.image.frombuffer(grey, (wide, raster.height), "P")
    dots.set_palette([WHITE, BLACK])
    paper = pygame.Surface((wide + 2 * MARGIN_DOTS, raster.height + 2 * MARGIN_DOTS), depth=32)
    paper.fill(WHITE)
    paper.blit(dots, (MARGIN_DOTS, MARGIN_DOTS))
    return paper


def _packed(surface: pygame.Surface) -> Iterator[bytes]:
    wide = surface.get_width()
    ones = pygame.image.tobytes(surface, "RGB")[::3].translate(_ONES)
    for at in range(0, len(ones), wide):
        yield int(ones[at : at + wide], 2).to_bytes(wide // 8, "big")


_BITS = [bytes(value >> bit & 1 for bit in range(7, -1, -1)) for value in range(256)]


def _unpacked(raster: Raster) -> Iterator[bytes]:
    for value in raster.rows:
        yield _BITS[value]
