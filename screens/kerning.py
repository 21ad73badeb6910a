"""How far characters move together: full-width marks are half empty, and the empty halves must not
add up.

The typeface sets every mark of Chinese punctuation, and both curly quotes, one em wide with its ink
in one half. Where two such marks meet, half an em is taken out, as good Chinese typesetting does;
beside Latin letters a curly quote gives up its empty half altogether. The Japanese face has its colons
in the middle and its curly quotes narrow, so those stay; other languages have no such marks. Distances
are in ems. Nothing here knows a font or a screen.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from screens.lines import is_wide

EMPTY_RIGHT = frozenset("、，。；：”）》】〕」』")
EMPTY_LEFT = frozenset("“（《【〔「『")
MARKS = {"zh": (EMPTY_LEFT, EMPTY_RIGHT), "ja": (EMPTY_LEFT - {"“"}, EMPTY_RIGHT - set("；：”"))}
"""Marks that are empty at the left and at the right, by whose face they are in."""

PLACES = {
    style: re.compile(f"[{re.escape(''.join(sorted(left | right)))}]")
    for style, (left, right) in MARKS.items()
}

HALF = -0.5
LATIN_QUOTE = -0.52
"""The empty part of a curly quote is 0.6 em; what is left is as much air as its other side has."""

Run = tuple[float, str]
"""How far a piece of text is moved before it is set, in ems, and the piece."""

TEXTS_MAX = 4_096


@lru_cache(maxsize=TEXTS_MAX)
def runs(text: str, style: str = "zh") -> tuple[Run, ...]:
    """`text` as pieces to set one after the other; the last may be an empty one that moves. `style` is
    "zh" or "ja"."""
    found: list[Run] = []
    begun, before = 0, 0.0
    for at, kern in _kerns(text, style):
        if at > begun:
            found.append((before, text[begun:at]))
        begun, before = at, kern
    if begun < len(text) or before:
        found.append((before, text[begun:]))
    return tuple(found)


def _kerns(text: str, style: str) -> Iterator[tuple[int, float]]:
    """Where something moves, and how far; the place after the last character counts."""
    for at in _beside(text, style):
        kern = _kern(text, at, style)
        if kern:
            yield at, kern


def _beside(text: str, style: str) -> Iterator[int]:
    """The places before and after marks that are half empty, each once: nothing moves elsewhere."""
    last = -1
    for mark in PLACES[style].finditer(text):
        for at in (mark.start(), mark.end()):
            if at > last:
                yield at
                last = at


def _kern(text: str, at: int, style: str) -> float:
    before, here = text[at - 1 : at], text[at : at + 1]
    left, right = MARKS[style]
    if style == "zh" and here == "“" and _latin(text, at + 1):
        return LATIN_QUOTE
    if style == "zh" and before == "”" and _latin(text, at - 2):
        return LATIN_QUOTE
    if here in left and (not before or before in left or before in right):
        return HALF
    return HALF if before in right and here in right else 0.0


def _latin(text: str, at: int) -> bool:
    return 0 <= at < len(text) and not is_wide(text[at])
