"""Two tellings side by side: where they first differ, in four readings.

Screens in their order; the words that stand on them; money, as the record decides it; and the rows
themselves. Ids, trace numbers and references differ between any two runs and are no difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from devices.journal_store import StoredRow
from sim.replay.draw import title_of
from sim.replay.retold import MASKED, Frame
from sim.stage.reading import reads
from sim.stage.settings import Design

MONEY: Final = (
    "AUTH_INTENT",
    "TRANSFER_INTENT",
    "DISPENSED",
    "STACKED",
    "STORED",
    "FINAL",
    "SUSPECT",
)
"""Rows that say what was asked for, what moved, and what became of it."""

UNTOLD: Final = MASKED | {"before", "approval", "evidence"}
"""What a device or a bank made up for one run only."""

OVER: Final = "(over)"

Readings = Sequence[tuple[float, str]]
"""When, and what; one after the other."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where one reading parts: which, after how many that agree, and what each run has there."""

    what: str
    agree: int
    ours: str
    theirs: str
    at: float
    other_at: float


def differences(one: Sequence[Frame], other: Sequence[Frame], design: Design) -> list[Difference]:
    """The first difference of each reading; none where they agree to the end."""
    both = zip(readings(one, design), readings(other, design), strict=True)
    found = (_first(what, ours, theirs) for (what, ours), (_, theirs) in both)
    return [each for each in found if each is not None]


def readings(frames: Sequence[Frame], design: Design) -> Iterator[tuple[str, Readings]]:
    """The four readings of a run."""
    yield "screen", _without_repeats([(each.at, _screen(each)) for each in frames])
    yield "words", _without_repeats([(each.at, _words(each, design)) for each in frames])
    rows = [(each.at, row) for each in frames for row in each.rows if row.kind != "BOOT"]
    yield "money", [(at, _row(row)) for at, row in rows if row.kind in MONEY]
    yield "journal row", [(at, _row(row)) for at, row in rows]


def _without_repeats(told: Readings) -> Readings:
    return [one for at, one in enumerate(told) if at == 0 or told[at - 1][1] != one[1]]


def _screen(frame: Frame) -> str:
    return f"{frame.key or '(not recorded)'} ({frame.look.profile}, {frame.look.language})"


def _words(frame: Frame, design: Design) -> str:
    if frame.session is None:
        return title_of(frame, design)
    return " / ".join(reads(frame.session, design, frame.session.wait.since))


def _row(row: StoredRow) -> str:
    facts = (f"{name}={row.body[name]}" for name in sorted(row.body.keys() - UNTOLD))
    return f"{row.kind} {' '.join(facts)}".rstrip()


def _first(what: str, ours: Readings, theirs: Readings) -> Difference | None:
    for at in range(max(len(ours), len(theirs))):
        one = ours[at] if at < len(ours) else (0.0, OVER)
        other = theirs[at] if at < len(theirs) else (0.0, OVER)
        if one[1] != other[1]:
            return Difference(what, at, one[1], other[1], one[0], other[0])
    return None


def told(found: Sequence[Difference]) -> Iterator[str]:
    """For a console."""
    if not found:
        yield "The two runs agree: screens, words, money and rows."
    for one in found:
        yield f"{one.what}: the same {one.agree} times, then different"
        yield f"  here   {one.at:8.1f} s  {one.ours}"
        yield f"  other  {one.other_at:8.1f} s  {one.theirs}"
