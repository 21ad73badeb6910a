"""What a damaged note is worth (accessibility.md CN-17: the central bank's rule in force since
2004-02-01).

- The face can be told, three quarters or more are left and text and picture join as they were: full.
- The same with a half or more, but less than three quarters: half.
- A quarter missing in the shape of a cross: half, though three quarters are left.
- Less than a half left, a face that cannot be told, or pieces that do not join: nothing.
- Half of an odd number of fen is rounded down: five fen pay two. Below one fen nothing is paid.

Exchange is free and may not be refused. The machine only says what to expect; the counter decides with
the note in hand. What is left is a fraction of the whole area, never a float: three quarters are three
quarters. An estimate is a range, and may have more than one answer.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal

from terminal.money import Amount

FULL_FROM: Final = Fraction(3, 4)
HALF_FROM: Final = Fraction(1, 2)

Share = Literal["full", "half", "none"]

Reason = Literal[
    "three_quarters_left",
    "half_left",
    "cross_shaped",
    "under_half_left",
    "face_unknown",
    "does_not_join",
    "under_one_fen",
]
"""Why; a key for the catalogue."""


@dataclass(frozen=True, slots=True)
class DamagedNote:
    """A note as measured or described: `left` of its area, from 0 to 1; `cross_shaped` if what is
    missing is a cross."""

    face: Amount
    left: Fraction
    face_known: bool = True
    joins: bool = True
    cross_shaped: bool = False

    def __post_init__(self) -> None:
        assert isinstance(self.left, Fraction | int), "what is left is a fraction, not a float"
        assert 0 <= self.left <= 1, "from nothing to the whole note"
        assert self.face.minor > 0, "a note is worth something"


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the counter is expected to pay, and why."""

    share: Share
    pays: Amount
    reason: Reason


def exchange(note: DamagedNote) -> Exchange:
    """What this note is worth at the counter."""
    share, reason = _judged(note)
    pays = Amount(_minor(note.face, share), note.face.currency)
    if share != "none" and not pays:
        return Exchange("none", pays, "under_one_fen")
    return Exchange(share, pays, reason)


def expected(note: DamagedNote, least: Fraction, most: Fraction) -> tuple[Exchange, ...]:
    """What may come out if between `least` and `most` of the note is left: the best one first, each
    once. One answer is sure, more are for the counter to settle."""
    assert 0 <= least <= most <= 1, "an estimate is a range within the note"
    edges = (edge for edge in (HALF_FROM, FULL_FROM) if least < edge < most)
    cuts = sorted({least, *edges, most})
    between = ((below + above) / 2 for below, above in pairwise(cuts))
    lefts = sorted({*cuts, *between}, reverse=True)
    return tuple(dict.fromkeys(exchange(_with(note, left)) for left in lefts))


def _judged(note: DamagedNote) -> tuple[Share, Reason]:
    if not note.face_known:
        return "none", "face_unknown"
    if not note.joins:
        return "none", "does_not_join"
    if note.left < HALF_FROM:
        return "none", "under_half_left"
    if note.cross_shaped and note.left <= FULL_FROM:
        return "half", "cross_shaped"
    return ("half", "half_left") if note.left < FULL_FROM else ("full", "three_quarters_left")


def _minor(face: Amount, share: Share) -> int:
    match share:
        case "full":
            return face.minor
        case "half":
            return face.minor // 2
        case "none":
            return 0


def _with(note: DamagedNote, left: Fraction) -> DamagedNote:
    return DamagedNote(note.face, left, note.face_known, note.joins, note.cross_shaped)
