"""What is on the glass, and what of it one pair of eyes can read.

A `Sight` is all that a persona gets of the screen: shapes as they are drawn, words with their size in
millimetres and their contrast, places. No name, no event, no profile and nothing of the session is in
it: a button is something drawn as one, and what it does is only what is written on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import atan, degrees, log
from typing import Final, Literal

from screens.layout import Box, Layout, Line
from screens.lines import is_wide
from screens.theme import LOOKS, Theme, contrast
from sim.proof.personas.sources import Persona, common

CAP_EM: Final = 0.733
"""Height of a capital in ems (accessibility.md B1)."""

CONTRAST_LEAST: Final = 1.5
"""What has no more contrast than this cannot be read at all."""

Shape = Literal["button", "dead", "words", "panel", "picture", "dots", "rail"]

SHAPES: Final[dict[str, Shape]] = {
    "primary": "button",
    "choice": "button",
    "quiet": "button",
    "key": "button",
    "bar": "button",
    "switch": "button",
    "off": "dead",
    "sheet": "panel",
    "field": "panel",
    "picture": "picture",
    "dots": "dots",
    "timer": "rail",
    "steps": "rail",
}
"""What each way of painting looks like; any other is words on a ground."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text as it is drawn: its em in millimetres and its contrast to the ground under it."""

    text: str
    em_mm: float
    contrast: float


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with a place on the glass, in millimetres from its upper left corner. `filled` is how
    many of its dots are filled."""

    x: float
    y: float
    w: float
    h: float
    shape: Shape
    words: tuple[Words, ...] = ()
    picture: str = ""
    filled: int = 0

    @property
    def middle(self) -> tuple[float, float]:
        """Where one aims."""
        return self.x + self.w / 2, self.y + self.h / 2

    @property
    def em_mm(self) -> float:
        """The size of its largest words."""
        return max((words.em_mm for words in self.words), default=0.0)


@dataclass(frozen=True, slots=True)
class Sight:
    """All that is on the glass."""

    things: tuple[Thing, ...] = ()

    @property
    def headline(self) -> tuple[str, ...]:
        """The largest words that are on no button and in no panel: what tells one screen from another."""
        plain = [w for thing in self.things if thing.shape == "words" for w in thing.words]
        largest = max((words.em_mm for words in plain), default=0.0)
        return tuple(words.text for words in plain if words.em_mm == largest)


def sight_of(layout: Layout, theme: Theme) -> Sight:
    """What a layout painted in a theme looks like."""
    return Sight(tuple(_thing(box, theme) for box in layout.boxes if box.role != "timer"))


def _thing(box: Box, theme: Theme) -> Thing:
    mm = theme.panel.px_per_mm
    look = LOOKS.get(box.role)
    ground = theme.colours[look.fill if look is not None and look.fill else "ground"]
    words = tuple(
        Words(
            text,
            round(line.em_px / mm, 2),
            round(contrast(theme.colours[line.ink], ground), 1),
        )
        for text, line in _texts(_label(box))
    )
    rect, shape = box.rect, SHAPES.get(box.role, "words")
    return Thing(
        round(rect.x / mm, 2),
        round(rect.y / mm, 2),
        round(rect.w / mm, 2),
        round(rect.h / mm, 2),
        shape,
        words,
        box.icon if box.icon not in ("nib", "cap") else "",
        box.value if shape == "dots" else 0,
    )


def _label(box: Box) -> tuple[Line, ...]:
    """What names a thing: not the digit in its cap, which says which key of the pad does the same."""
    return box.lines[1:] if box.icon == "cap" else box.lines


def _texts(lines: tuple[Line, ...]) -> Iterator[tuple[str, Line]]:
    """Lines of one text together: those of one size below each other, and a unit after its number."""
    text, first, last = "", None, None
    for line in lines:
        beside = last is not None and line.baseline == last.baseline
        if first is None or last is None or not (beside or line.em_px == last.em_px):
            if first is not None:
                yield text, first
            text, first = line.text, line
        else:
            wide = is_wide(text[-1:] or " ") or is_wide(line.text[:1] or " ")
            text += line.text if wide and not beside else f" {line.text}"
        last = line
    if first is not None:
        yield text, first


# --- reading ----------------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def legible(acuity: float, contrast_need: float, words: Words, distance_mm: float) -> float:
    """The probability that these words are legible at this distance: none at the threshold of the
    acuity, all at a comfortable size, with the logarithm of the height between."""
    height = words.em_mm * CAP_EM
    arcmin = degrees(2 * atan(height / 2 / distance_mm)) * 60
    least = common("threshold_arcmin") / acuity
    enough = common("comfortable_arcmin") / acuity
    size = log(arcmin / least) / log(enough / least) if arcmin > 0 else 0.0
    seen = (words.contrast - CONTRAST_LEAST) / (contrast_need - CONTRAST_LEAST)
    return _share(size) * _share(seen)


def _share(number: float) -> float:
    return max(0.0, min(1.0, number))


def reading_seconds(persona: Persona, words: Words, chance: float) -> float:
    """How long these words take, longer where they are near the limit of legibility."""
    signs = sum(not sign.isspace() for sign in words.text)
    effort = 1 + common("small_text_cost") * (1 - chance)
    return signs / persona.characters_per_second * effort
