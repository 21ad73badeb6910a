"""Breaking text into lines, without a clock, a font or a screen.

The rules follow from the characters, so nobody says which language it is. Chinese and Japanese may
break between any two characters, except that closing marks, small kana and marks that repeat or
lengthen do not begin a line and opening marks do not end one (kinsoku). English, Russian, Uyghur and
Korean break at spaces; Tibetan at spaces and after a tsheg, and never before a tsheg or a shad. A
number stays with the character that counts it, a word of `WHOLE` is not broken, and a no-break space never breaks. Where it costs no extra line, a line ends with
a sentence or at a comma, and otherwise lines are made about equally long, so that no line holds one last
character. Nothing is ever cut off or left out.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from unicodedata import category

Width = Callable[[str], int]
"""How wide a piece of text is, in pixels."""

TSHEG = "\u0f0b"
SHADS = frozenset("\u0f0d\u0f0e\u0f0f\u0f10\u0f11\u0f12\u0f14")
NOT_FIRST_KANA = frozenset("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶー々〻ゝゞヽヾ゛゜・")
NOT_FIRST_ARABIC = frozenset("،؛؟")
NOT_FIRST = (
    frozenset("、，。！？；：）》】〕」』”…—·％%,.!?;:)]}’\u0f0b\u0f0c")
    | SHADS
    | NOT_FIRST_KANA
    | NOT_FIRST_ARABIC
)
NOT_LAST = frozenset("（《【〔「『“([{‘￥¥")
SENTENCE_ENDS = frozenset("。！？")
PAUSES = frozenset("，。；！？")
NO_BREAK = "\u00a0"
SPACES = frozenset(" \u3000")
WHOLE = frozenset(("一共", "投诉"))
"""Words of two characters that are read wrongly in two lines: 一 at the end of one is the number, and what a
telephone number is for is looked for beside it."""
BREAKS_AFTER = SPACES | {TSHEG}
BY_WORDS = (
    ("\u3131", "\u318e"),
    ("\ua960", "\ua97f"),
    ("\uac00", "\ud7ff"),
    ("\ufb50", "\ufdff"),
    ("\ufe70", "\ufeff"),
)
"""Hangul, and the shapes of Arabic letters: beyond the Latin part of Unicode, and set in words."""


WIDEST = 1 << 20
"""Wider than any line."""

TEXTS_KEPT = 1_000
"""Texts whose pieces are kept: an arrangement of a screen asks for the same ones a hundred times."""


def is_wide(character: str) -> bool:
    """Whether a character is one of those that Chinese text may break around."""
    if character < "\u2e80":
        return character in "“”…—"
    return not _by_words(character)


def _by_words(character: str) -> bool:
    return any(first <= character <= last for first, last in BY_WORDS)


def break_lines(text: str, width: int, measure: Width) -> tuple[str, ...]:
    """`text` in as few lines of at most `width` as it needs; "\\n" ends a line."""
    return tuple(
        line for part in text.split("\n") for line in _paragraph(atoms(part), width, measure)
    )


@lru_cache(maxsize=TEXTS_KEPT)
def atoms(text: str) -> tuple[str, ...]:
    """The pieces that may not be broken; a piece that ends with spaces may lose them at an end."""
    pieces: list[str] = []
    for piece in _raw(text):
        if pieces and _sticks(pieces[-1], piece):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return tuple(pieces)


def _raw(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        end = at + 1
        if not is_wide(text[at]):
            while end < len(text) and not is_wide(text[end]) and text[end - 1] not in BREAKS_AFTER:
                end += 1
        yield text[at:end]
        at = end


def _sticks(before: str, after: str) -> bool:
    if before[-1] == NO_BREAK or after[0] == NO_BREAK:
        return True
    if before[-1] in SPACES and after[0] not in SPACES:
        return after[0] in SHADS
    if after[0] in NOT_FIRST or after[0] in SPACES or before[-1] in NOT_LAST:
        return True
    if before[-1] in "”…—" and _by_words(after[0]):
        return True
    if before[-1] + after[0] in WHOLE:
        return True
    return before[-1].isdigit() and is_wide(after[0])


def _paragraph(pieces: Sequence[str], width: int, measure: Width) -> Sequence[str]:
    full = _greedy(pieces, width, measure)
    if full.lines is None:
        return _forced(pieces, width, measure)
    if len(full.lines) < 2:
        return full.lines
    for ends in (SENTENCE_ENDS, PAUSES):
        by_clause = _greedy(_clauses(pieces, ends), width, measure).lines
        if by_clause is not None and len(by_clause) == len(full.lines):
            return by_clause
    return _balanced(pieces, width, measure, full)


def _clauses(pieces: Sequence[str], ends: frozenset[str]) -> list[str]:
    clauses = [""]
    for piece in pieces:
        clauses[-1] += piece
        if piece.rstrip()[-1:] in ends:
            clauses.append("")
    return [clause for clause in clauses if clause]


class Full(NamedTuple):
    """Full lines, or None where a piece is wider than a line: the same in every width from `least` to less than
    `over`."""

    lines: Sequence[str] | None
    least: int
    over: int


def _balanced(pieces: Sequence[str], width: int, measure: Width, full: Full) -> Sequence[str]:
    """As many lines as are `full`, as narrow as they can be."""
    assert full.lines is not None, "something to balance"
    low, high, tried, best, many = width // 2, width, full, full.lines, len(full.lines)
    while high - low > max(1, width // 64):
        middle = (low + high) // 2
        if not tried.least <= middle < tried.over:
            tried = _greedy(pieces, middle, measure)
        if tried.lines is not None and len(tried.lines) == many:
            best, high = tried.lines, middle
        else:
            low = middle
    return best


def _greedy(pieces: Sequence[str], width: int, measure: Width) -> Full:
    """Full lines of whole pieces."""
    lines: list[str] = []
    line, wide, least, over = "", 0, 0, WIDEST
    for piece in pieces:
        wider = measure(_bare(line + piece))
        if wider > width and line:
            lines.append(_bare(line))
            least, over = max(least, wide), min(over, wider)
            line, wider = "", measure(_bare(piece))
        if wider > width:
            return Full(None, 0, min(over, wider))
        line += piece
        wide = wider
    if line.strip() or not lines:
        lines.append(_bare(line))
    return Full(lines, max(least, wide), over)


def _forced(pieces: Sequence[str], width: int, measure: Width) -> list[str]:
    """As `_greedy`, with pieces that are too wide broken between characters, each with the marks that
    are set on it."""
    small: list[str] = []
    for piece in pieces:
        small.extend(_clusters(piece) if measure(_bare(piece)) > width else (piece,))
    lines = [""]
    for piece in small:
        if lines[-1] and measure(_bare(lines[-1] + piece)) > width:
            lines.append("")
        lines[-1] += piece
    return [_bare(line) for line in lines]


def _clusters(piece: str) -> list[str]:
    clusters: list[str] = []
    for character in piece:
        if clusters and category(character)[0] == "M":
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _bare(line: str) -> str:
    return line.rstrip(" \u3000")
