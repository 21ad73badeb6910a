"""What a count of the notes is held against: a fold of the record since the cassettes were last loaded.

It says what certainly went in and out, and which operations are in doubt. What a difference means for a
customer is for people to decide (reliability.md A.12), never for this module.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from terminal.bundles import bundle_of
from terminal.cash_units import Cassettes
from terminal.events import Bundle
from terminal.journal_row import Value
from terminal.recovery import Recorded


@dataclass(slots=True)
class Takings:
    """Since the cassettes were last loaded: notes put in and gone with an outcome that is certain, per
    cassette; the operations in doubt; the minor units that people found paid by such ones; whether the
    notes were counted after the last doubt. Since the note acceptor was last emptied: what certainly was
    `stored` there, minor units to notes, and the deposits in doubt."""

    loaded: list[int] = field(default_factory=list)
    paid: list[int] = field(default_factory=list)
    doubts: set[str] = field(default_factory=set)
    settled: int = 0
    counted: bool = True
    stored: Counter[int] = field(default_factory=Counter)
    unsure: set[str] = field(default_factory=set)


def takings(rows: Iterable[Recorded]) -> Takings:
    """Fold the record into what went in and what certainly went out."""
    found = Takings()
    for row in rows:
        match row.kind:
            case "CASSETTES":
                counts = row.body["counts"]
                assert isinstance(counts, tuple | list)
                nothing = [0] * len(counts)
                found = Takings(list(counts), nothing, stored=found.stored, unsure=found.unsure)
            case "FINAL":
                _paid(found, row.body["counts"])
                found.stored.update(dict(_bundle(row)))
            case "SUSPECT" if "bundle" in row.body:
                found.unsure.add(row.txid)
                _of_exchange(found, row)
            case "SUSPECT":
                found.doubts.add(row.txid)
                found.counted = False
            case "DEPOSITS_EMPTIED":
                found.stored, found.unsure = Counter(), set()
            case "COUNTED":
                found.counted = True
            case "SETTLED" if row.txid in found.doubts:
                received = row.body["received"]
                assert isinstance(received, int)
                found.settled += received
                found.doubts.discard(row.txid)
    return found


def _paid(found: Takings, counts: Value) -> None:
    assert isinstance(counts, tuple | list)
    gone = counts or [0] * len(found.paid)
    found.paid = [paid + n for paid, n in zip(found.paid, gone, strict=True)]


def _bundle(row: Recorded) -> Bundle:
    numbers = row.body.get("bundle") or ()
    assert isinstance(numbers, tuple | list)
    return bundle_of(numbers)


def _of_exchange(found: Takings, row: Recorded) -> None:
    """What an exchange paid is certain, and its note in doubt; or the dispenser is, and must be counted."""
    if str(row.body["basis"]).startswith("pack_"):
        found.doubts.add(row.txid)
        found.counted = False
    elif row.body["counts"]:
        _paid(found, row.body["counts"])


def unexplained(found: Takings, cassettes: Cassettes, counted: Sequence[int]) -> int:
    """Minor units that are gone and belong to no certain outcome: what suspected operations paid, if
    nothing else is wrong. Negative where more is there than can be."""
    gone = [
        loaded - paid - n for loaded, paid, n in zip(found.loaded, found.paid, counted, strict=True)
    ]
    return sum(c.note.minor * n for c, n in zip(cassettes, gone, strict=True)) - found.settled
