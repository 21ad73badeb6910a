"""Which characters belong to which script, and in which order runs of them stand on a line.

A text is kept as it is read. A shaping engine sets one run at a time, of one script and one direction,
and would turn a number around inside right-to-left text (1,234.00 as 00.432,1; platform-facts 3.4), so
a line is split here and its runs are given from left to right. The order is that of the Unicode
bidirectional algorithm without embeddings and paired brackets, with one rule of our own: a number
with its separators, its groups (6222 **** 1234), the sign and currency before it and the percent sign
after it is one piece that nothing turns around. Isolates (U+2066 to U+2069) are obeyed.

Also how much height a script's lines need. Nothing here knows a font or a screen.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from math import ceil
from typing import Literal
from unicodedata import bidirectional

Direction = Literal["ltr", "rtl"]
Script = Literal["Arab", "Tibt", "Hang", "Kana", "Hani", "Cyrl", "Latn", "Zyyy"]
"""ISO 15924; `Zyyy` is what belongs to none, and a number inside right-to-left text."""

TEXTS_MAX = 4_096
"""Split texts kept: about ten visits' worth of lines."""

CHARACTERS_MAX = 8_192
"""Characters whose script is kept: more than all catalogues have."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of one script and direction; `text` is in the order it is read."""

    text: str
    script: Script
    direction: Direction


@dataclass(frozen=True, slots=True)
class Setting:
    """How a language is set: its base direction, and the ink of its lines above and below the
    baseline in ems, both weights, as measured on every text of the catalogues."""

    direction: Direction
    above_ems: float
    below_ems: float


SQUARE = Setting("ltr", 0.88, 0.25)
SETTINGS: Mapping[str, Setting] = {
    "zh": SQUARE,
    "en": SQUARE,
    "ja": SQUARE,
    "ko": SQUARE,
    "ru": Setting("ltr", 0.97, 0.26),
    "ug": Setting("rtl", 0.99, 0.49),
    "bo": Setting("ltr", 1.20, 0.75),
}

BASELINE = 0.37
"""From the middle of a line down to its baseline, in ems: centres capitals (0.733 em tall) and
square characters (0.88 above, 0.12 below the baseline) alike."""

AIR = 0.04
"""Between the ink of two lines at their closest, in ems: a stroke of the thin weight is as wide."""


def setting(language: str) -> Setting:
    """How `language` is set; an unknown one as Chinese."""
    return SETTINGS.get(language, SQUARE)


def direction(language: str) -> Direction:
    """The way `language` runs."""
    return setting(language).direction


def pitch_px(language: str, em_px: int, pitch_px: int) -> int:
    """The distance of lines: the wanted one, or what the script needs if that is more."""
    one = setting(language)
    if one is SQUARE:
        return pitch_px
    return max(pitch_px, ceil(em_px * (one.above_ems + one.below_ems + AIR)))


def baseline_px(language: str, em_px: int, pitch_px: int) -> int:
    """From the top of a line of this pitch down to its baseline."""
    one = setting(language)
    middle = pitch_px // 2 + round(em_px * BASELINE)
    if one is SQUARE:
        return middle
    return max(ceil(em_px * one.above_ems), min(middle, pitch_px - ceil(em_px * one.below_ems)))


# --- scripts ------------------------------------------------------------------------------------

BLOCKS: tuple[tuple[int, int, Script], ...] = (
    (0x0400, 0x052F, "Cyrl"),
    (0x0600, 0x06FF, "Arab"),
    (0x0750, 0x077F, "Arab"),
    (0x0F00, 0x0FFF, "Tibt"),
    (0x1100, 0x11FF, "Hang"),
    (0x2E80, 0x2FDF, "Hani"),
    (0x3005, 0x3007, "Hani"),
    (0x3041, 0x30FF, "Kana"),
    (0x3131, 0x318E, "Hang"),
    (0x31F0, 0x31FF, "Kana"),
    (0x3400, 0x4DBF, "Hani"),
    (0x4E00, 0x9FFF, "Hani"),
    (0xA960, 0xA97F, "Hang"),
    (0xAC00, 0xD7FF, "Hang"),
    (0xF900, 0xFAFF, "Hani"),
    (0xFB50, 0xFDFF, "Arab"),
    (0xFE70, 0xFEFC, "Arab"),
    (0x20000, 0x3FFFF, "Hani"),
)
"""Blocks of Unicode that belong to one script, in order."""

_FIRSTS = tuple(first for first, _, _ in BLOCKS)


@lru_cache(maxsize=CHARACTERS_MAX)
def script(character: str) -> Script:
    """The script of a character; `Zyyy` if it belongs to none."""
    code = ord(character)
    at = bisect_right(_FIRSTS, code) - 1
    if at >= 0 and code <= BLOCKS[at][1]:
        return BLOCKS[at][2]
    return "Latn" if character.isalpha() else "Zyyy"


# --- order --------------------------------------------------------------------------------------

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
UNSEEN = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e" + LRI + RLI + FSI + PDI)
"""Characters that only direct; they are obeyed (but for the embeddings) and not drawn."""

NUMBER = re.compile(
    r"(?:[+\-\u2212](?=[¥￥$€₽₩]?\d))?[¥￥$€₽₩]?[0-9*•]+(?:[ \u00a0,.:/\-][0-9*•]+)*%?",
)
"""What nothing turns around: 1,234.00, 2026-11-22, 10:30, 6222 **** 1234, -5, ¥1,500, 50%."""

TURNED = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200f\u202a-\u202e\u2066-\u2069]")
"""Where none of these is, and the language runs from left to right, nothing is turned."""


def turns(text: str, base: Direction) -> bool:
    """Whether anything in `text` is read from right to left, or might be."""
    return base == "rtl" or TURNED.search(text) is not None


@lru_cache(maxsize=TEXTS_MAX)
def runs(text: str, base: Direction = "ltr") -> tuple[Run, ...]:
    """`text`, one line, as runs from left to right."""
    if not turns(text, base):
        return tuple(_by_script(text))
    levels, numbers = [0] * len(text), set[int]()
    _resolve(text, 0, len(text), 1 if base == "rtl" else 0, levels, numbers)
    for at in range(len(text) - 1, -1, -1):
        if not text[at].isspace():
            break
        levels[at] = 1 if base == "rtl" else 0
    found: list[tuple[int, Run]] = []
    key = [(level, at in numbers) for at, level in enumerate(levels)]
    at = 0
    for (level, number), group in groupby(key):
        size = len(list(group))
        piece = "".join(c for c in text[at : at + size] if c not in UNSEEN)
        at += size
        found += [(level, run) for run in _of_level(piece, level, number)]
    return tuple(run for _, run in _turned(found))


def _of_level(piece: str, level: int, number: bool) -> Iterator[Run]:
    if not piece:
        return
    if number:
        yield Run(piece, "Zyyy", "ltr")
        return
    way: Direction = "rtl" if level % 2 else "ltr"
    for run in _by_script(piece):
        yield Run(run.text, run.script, way)


def _turned(found: list[tuple[int, Run]]) -> list[tuple[int, Run]]:
    """From the highest level down, whatever is at least as high is turned around (rule L2)."""
    for level in range(max((level for level, _ in found), default=0), 0, -1):
        turned: list[tuple[int, Run]] = []
        for high, group in groupby(found, key=lambda one: one[0] >= level):
            same = list(group)
            turned += reversed(same) if high else same
        found = turned
    return found


def _by_script(text: str) -> Iterator[Run]:
    """Runs of one script; what belongs to none goes with what stands before it, or else after."""
    begun, now = 0, "Zyyy"
    for at, character in enumerate(text):
        here = script(character)
        if here == "Zyyy" or here == now:
            continue
        if now != "Zyyy":
            yield Run(text[begun:at], now, "ltr")  # type: ignore[arg-type]
            begun = at
        now = here
    if begun < len(text):
        yield Run(text[begun:], now, "ltr")  # type: ignore[arg-type]


Part = tuple[int, int, str]
"""From where to where, and what it is: L, R, a number (N), or neither (-)."""


def _resolve(
    text: str, start: int, end: int, base: int, levels: list[int], numbers: set[int]
) -> None:
    """Fill in the levels of `text[start:end]`, whose own level is `base`."""
    parts = _parts(text, start, end)
    strong = "R" if base % 2 else "L"
    known: list[str] = []
    before = strong
    for _, _, kind in parts:
        if kind == "N" and before == "L":
            kind = "L"  # rule W7
        elif kind in "LR":
            before = kind
        known.append(kind)
    for n, (first, last, kind) in enumerate(parts):
        way = known[n] if kind != "-" else _between(known, n, strong)
        level = _level(way, base)
        levels[first:last] = [level] * (last - first)
        if way == "N":
            numbers.update(range(first, last))
        if kind == "-" and text[first] in (LRI, RLI, FSI):
            inner = _inner(text, first, last)
            above = level + 1 if (level % 2 == 0) == (inner == "rtl") else level + 2
            _resolve(text, first + 1, last, above, levels, numbers)


def _level(way: str, base: int) -> int:
    """Rules I1 and I2."""
    if base % 2:
        return base if way == "R" else base + 1
    return {"L": base, "R": base + 1, "N": base + 2}[way]


def _between(known: list[str], at: int, strong: str) -> str:
    """A neutral goes the way of its neighbours if they agree, numbers counting as right to left
    (rule N1), and else the way of the line (N2)."""
    before = next((k for k in reversed(known[:at]) if k != "-"), strong)
    after = next((k for k in known[at + 1 :] if k != "-"), strong)
    one, other = ("R" if k == "N" else k for k in (before, after))
    return one if one == other else strong


def _parts(text: str, start: int, end: int) -> list[Part]:
    parts: list[Part] = []
    at = start
    while at < end:
        part = _part(text, at, end, parts)
        parts.append(part)
        at = part[1]
    return parts


def _part(text: str, at: int, end: int, parts: list[Part]) -> Part:
    here = text[at]
    if here in (LRI, RLI, FSI):
        return at, _closing(text, at, end), "-"
    number = NUMBER.match(text, at, end)
    if number and any(c.isdigit() for c in number.group()):
        return at, number.end(), "N"
    kind = bidirectional(here)
    if kind == "NSM" and parts:
        return at, at + 1, parts[-1][2]
    return at, at + 1, {"L": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N"}.get(kind, "-")


def _closing(text: str, at: int, end: int) -> int:
    """The end of the isolate that begins at `at`: after its mark, or the end of the line."""
    depth = 0
    for here in range(at, end):
        depth += (text[here] in (LRI, RLI, FSI)) - (text[here] == PDI)
        if depth == 0:
            return here + 1
    return end


def _inner(text: str, first: int, last: int) -> Direction:
    if text[first] != FSI:
        return "rtl" if text[first] == RLI else "ltr"
    kinds = (bidirectional(c) for c in text[first:last])
    return "rtl" if next((k for k in kinds if k in ("L", "R", "AL")), "L") != "L" else "ltr"
