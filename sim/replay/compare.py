"""Two tellings side by side: where they first differ, in five readings, what matters most first.

Money, as the record decides it; screens in their order; the words that stand on them; the rows themselves;
and last the card, which two testers seldom have in common and which changes nothing of the rest. Ids, trace
numbers and references differ between any two runs and are no difference. Amounts are in yuan, and a screen
that the record calls otherwise than the glass has both names.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from devices.journal_store import StoredRow
from sim.replay.draw import title_of
from sim.replay.retold import MASKED, Frame
from sim.stage.log import fact
from sim.stage.reading import reads
from sim.stage.settings import Design
from terminal.journal import screen

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

CARD: Final = ("application", "last4")
"""What the record knows a card by."""

SAID_ELSEWHERE: Final = frozenset({"currency", *CARD})
"""Beside the amount, and in the reading of the card."""

DIGITS_HIDDEN: Final = "····"
"""In the place of a card's last digits, wherever they stand among words."""

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
    """The first difference of each reading, the worst first; none where they agree to the end."""
    both = zip(readings(one, design), readings(other, design), strict=True)
    found = (_first(what, ours, theirs) for (what, ours), (_, theirs) in both)
    return [each for each in found if each is not None]


def readings(frames: Sequence[Frame], design: Design) -> Iterator[tuple[str, Readings]]:
    """The five readings of a run."""
    rows = [
        (each, before, row)
        for before, each in zip([None, *frames], frames, strict=False)
        for row in each.rows
        if row.kind != "BOOT"
    ]
    said = [(each.at, row, _row(row, before, each)) for each, before, row in rows]
    yield "money", [(at, text) for at, row, text in said if row.kind in MONEY]
    yield "screen", _without_repeats([(each.at, _screen(each)) for each in frames])
    cards = {str(row.body["last4"]) for _, row, _ in said if "last4" in row.body}
    words = [(each.at, _without(_words(each, design), cards)) for each in frames]
    yield "words", _without_repeats(words)
    yield "journal row", [(at, text) for at, _, text in said]
    yield "card", [(at, _card(row)) for at, row, _ in said if row.kind == "CARD_READ"]


def _without_repeats(told: Readings) -> Readings:
    return [one for at, one in enumerate(told) if at == 0 or told[at - 1][1] != one[1]]


def _screen(frame: Frame) -> str:
    return f"{frame.key or '(not recorded)'} ({frame.look.profile}, {frame.look.language})"


def _words(frame: Frame, design: Design) -> str:
    if frame.session is None:
        return title_of(frame, design)
    return " / ".join(reads(frame.session, design, frame.session.wait.since))


def _without(text: str, cards: Collection[str]) -> str:
    for digits in cards:
        text = re.sub(rf"(?<!\d){digits}(?!\d)", DIGITS_HIDDEN, text)
    return text


def _row(row: StoredRow, before: Frame | None, frame: Frame) -> str:
    names = sorted(row.body.keys() - UNTOLD - SAID_ELSEWHERE)
    facts = (
        f"{name}={fact(row, name)}{_as_shown(row, before, frame) if name == 'screen' else ''}"
        for name in names
    )
    return f"{row.kind} {' '.join(facts)}".rstrip()


def _as_shown(row: StoredRow, before: Frame | None, frame: Frame) -> str:
    """The glass's own name of the screen that a row names, where it is another one: it was shown when
    something was pressed, or is shown since."""
    recorded = row.body["screen"]
    for one in (before, frame):
        if one and one.session and screen(one.session) == recorded:
            return "" if one.key == recorded else f" (shown as {one.key})"
    return ""


def _card(row: StoredRow) -> str:
    return " ".join(f"{name}={row.body[name]}" for name in CARD if name in row.body)


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
        yield "The two runs agree: money, screens, words, rows and card."
    for one in found:
        yield f"{one.what}: the same {one.agree} times, then different"
        yield f"  here   {one.at:8.1f} s  {one.ours}"
        yield f"  other  {one.other_at:8.1f} s  {one.theirs}"
