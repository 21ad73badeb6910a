"""Breaking text into lines, Chinese and English, without a clock, a font or a screen.

Chinese may break between any two characters, except that closing marks do not begin a line and
opening marks do not end one (kinsoku). English breaks at spaces. A number stays with the character
that counts it, and a no-break space never breaks. Where it costs no extra line, a line ends with
a sentence or at a comma, and otherwise lines are made about equally long, so that no line holds one last
character. Nothing is ever cut off or left out.
"""

from collections.abc import Callable, Iterator, Sequence

Width = Callable[[str], int]
"""How wide a piece of text is, in pixels."""

NOT_FIRST = frozenset("、，。！？；：）》】〕」』”…—·％%,.!?;:)]}’")
NOT_LAST = frozenset("（《【〔「『“([{‘￥¥")
SENTENCE_ENDS = frozenset("。！？")
PAUSES = frozenset("，。；！？")
NO_BREAK = "\u00a0"
SPACES = frozenset(" \u3000")


def is_wide(character: str) -> bool:
    """Whether a character is one of those that Chinese text may break around."""
    return character >= "\u2e80" or character in "“”…—"


def break_lines(text: str, width: int, measure: Width) -> tuple[str, ...]:
    """`text` in as few lines of at most `width` as it needs; "\\n" ends a line."""
    return tuple(
        line for part in text.split("\n") for line in _paragraph(atoms(part), width, measure)
    )


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
            while end < len(text) and not is_wide(text[end]) and text[end - 1] not in SPACES:
                end += 1
        yield text[at:end]
        at = end


def _sticks(before: str, after: str) -> bool:
    if before[-1] == NO_BREAK or after[0] == NO_BREAK:
        return True
    if before[-1] in SPACES and after[0] not in SPACES:
        return False
    if after[0] in NOT_FIRST or after[0] in SPACES or before[-1] in NOT_LAST:
        return True
    return before[-1].isdigit() and is_wide(after[0])


def _paragraph(pieces: Sequence[str], width: int, measure: Width) -> Sequence[str]:
    lines = _greedy(pieces, width, measure)
    if lines is None:
        return _forced(pieces, width, measure)
    if len(lines) < 2:
        return lines
    for ends in (SENTENCE_ENDS, PAUSES):
        by_clause = _greedy(_clauses(pieces, ends), width, measure)
        if by_clause is not None and len(by_clause) == len(lines):
            return by_clause
    return _balanced(pieces, width, measure, lines)


def _clauses(pieces: Sequence[str], ends: frozenset[str]) -> list[str]:
    clauses = [""]
    for piece in pieces:
        clauses[-1] += piece
        if piece.rstrip()[-1:] in ends:
            clauses.append("")
    return [clause for clause in clauses if clause]


def _balanced(
    pieces: Sequence[str], width: int, measure: Width, lines: Sequence[str]
) -> Sequence[str]:
    low, high, best = width // 2, width, lines
    while high - low > max(1, width // 64):
        middle = (low + high) // 2
        tried = _greedy(pieces, middle, measure)
        if tried is not None and len(tried) == len(lines):
            best, high = tried, middle
        else:
            low = middle
    return best


def _greedy(pieces: Sequence[str], width: int, measure: Width) -> list[str] | None:
    """Full lines of whole pieces, or None if a piece is wider than a line."""
    lines: list[str] = []
    line = ""
    for piece in pieces:
        if line and measure(_bare(line + piece)) > width:
            lines.append(_bare(line))
            line = ""
        line += piece
        if measure(_bare(line)) > width:
            return None
    return [*lines, _bare(line)] if line.strip() or not lines else lines


def _forced(pieces: Sequence[str], width: int, measure: Width) -> list[str]:
    """As `_greedy`, with pieces that are too wide broken between characters."""
    small: list[str] = []
    for piece in pieces:
        small.extend(piece if measure(_bare(piece)) > width else (piece,))
    lines = [""]
    for piece in small:
        if lines[-1] and measure(_bare(lines[-1] + piece)) > width:
            lines.append("")
        lines[-1] += piece
    return [_bare(line) for line in lines]


def _bare(line: str) -> str:
    return line.rstrip(" \u3000")
