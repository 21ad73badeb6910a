"""What the parts of the machine's front are made of: boxes, small print as large as fits, a strip with a
label and a light."""

from collections.abc import Sequence
from dataclasses import dataclass

from screens.layout import BASELINE, Box, Line, Measure, Rect
from screens.lines import break_lines
from screens.theme import Colour
from terminal.messages import Catalogue
from terminal.profile import Language

EM_PX_MIN = 9
"""Smallest print on the front."""

LINE = 1.2
"""Distance of lines on the front, in ems."""

LAMP_PX_MIN = 16
"""A lamp as small as this still shows its ring."""

RIM_PX = 6
"""Above a slot, for the rim that is lit with its lamp."""

ACT = "act"
"""The name under which a press on the front comes back; its value is the act."""


@dataclass(frozen=True, slots=True)
class FrontBox(Box):
    """A box of the front: `colour` is a card's face, `marked` frames what to do next, `on` is a
    light."""

    colour: Colour = (0, 0, 0)
    marked: bool = False
    on: bool = False


@dataclass(frozen=True, slots=True)
class Setter:
    """Sets small print, as large as fits."""

    catalogue: Catalogue
    measure: Measure
    em_px: int

    def word(self, key: str) -> str:
        """A text of the front by its key."""
        return self.catalogue.text(f"front.{key}")

    @property
    def language(self) -> Language:
        return self.catalogue.language

    def fit(self, texts: Sequence[str], width: int, height: int, em: float, bold: bool) -> int:
        """The em in which all of `texts` fit a width and height, at most `em` of the usual."""
        size = max(EM_PX_MIN, min(round(self.em_px * em), round(height * 0.74)))
        while size > EM_PX_MIN and any(self.measure(t, size, bold) > width for t in texts):
            size -= 1
        return size

    def set(self, text: str, em_px: int, rect: Rect, ink: str, bold: bool, centred: bool) -> Line:
        """`text` in this em in the middle of `rect`'s height."""
        wide = self.measure(text, em_px, bold)
        x = rect.x + (rect.w - wide) // 2 if centred else rect.x
        baseline = rect.y + rect.h // 2 + round(em_px * BASELINE)
        return Line(text, x, baseline, em_px, bold, wide, ink)

    def line(
        self, text: str, rect: Rect, ink: str, em: float = 1.0, bold: bool = False,
        centred: bool = True,
    ) -> Line:  # fmt: skip
        """`text` in `rect`, smaller if it is too long for it."""
        return self.set(text, self.fit((text,), rect.w, rect.h, em, bold), rect, ink, bold, centred)

    def block_em(self, texts: Sequence[str], width: int, height: int, em: float, bold: bool) -> int:
        """The em in which each of `texts`, broken into lines, fits a width and height."""
        for size in range(round(self.em_px * em), EM_PX_MIN, -1):
            broken = [self._broken(text, size, width, bold) for text in texts]
            tall = max(len(lines) for lines in broken) * round(size * LINE)
            widest = max(self.measure(line, size, bold) for lines in broken for line in lines)
            if tall <= height and widest <= width:
                return size
        return EM_PX_MIN

    def block(
        self, text: str, em_px: int, rect: Rect, ink: str, bold: bool, centred: bool
    ) -> tuple[Line, ...]:
        """`text` broken into lines in the middle of `rect`."""
        lines, pitch = self._broken(text, em_px, rect.w, bold), round(em_px * LINE)
        top = rect.y + (rect.h - len(lines) * pitch) // 2
        return tuple(
            self.set(line, em_px, Rect(rect.x, top + n * pitch, rect.w, pitch), ink, bold, centred)
            for n, line in enumerate(lines)
        )

    def _broken(self, text: str, em_px: int, width: int, bold: bool) -> tuple[str, ...]:
        return break_lines(text, width, lambda part: self.measure(part, em_px, bold))


def label_of(rect: Rect, text: str, set_: Setter) -> tuple[Rect, Line, Rect]:
    """A strip for a label and its light on top of a slot, and what is left below."""
    tall = max(EM_PX_MIN + 4, min(round(set_.em_px * 1.6), rect.h // 3))
    side = max(LAMP_PX_MIN, tall - 4)
    strip = Rect(rect.x + tall // 2, rect.y, rect.w - 2 * tall - 4, tall)
    below = Rect(rect.x, rect.y + tall, rect.w, rect.h - tall)
    light = Rect(rect.right - side - 6, rect.y + 4, side, side)
    return light, set_.line(text, strip, "ink", 0.9, centred=False), below


def note_lines(note: int, count: int, rect: Rect, set_: Setter) -> tuple[Line, ...]:
    """How many of which note, on two lines where one is too narrow for both."""
    whole = set_.line(f"{note}×{count}", rect, "on_key", 1.1, True)
    if whole.width <= rect.w:
        return (whole,)
    half = rect.h // 2
    upper, lower = rect._replace(h=half), rect._replace(y=rect.y + half, h=half)
    return (
        set_.line(str(note), upper, "on_key", 1.1, True),
        set_.line(f"×{count}", lower, "on_key", 1.1, True),
    )
