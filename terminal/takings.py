"""What a count of the notes is held against: a fold of the record since the cassettes were last loaded.

It says what certainly went in and out, and which operations are in doubt. What a difference means for a
customer is for people to decide (reliability.md A.12), never for this module.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from terminal.cash_units import Cassettes
from terminal.recovery import Recorded


@dataclass(slots=True)
class Takings:
    """Since the cassettes were last loaded: notes put in and gone with an outcome that is certain, per
    cassette; the operations in doubt; the minor units that people found paid by such ones; whether the
    notes were counted after the last doubt."""

    loaded: list[int] = field(default_factory=list)
    paid: list[int] = field(default_factory=list)
    doubts: set[str] = field(default_factory=set)
    settled: int = 0
    counted: bool = True


def takings(rows: Iterable[Recorded]) -> Takings:
    """Fold the record into what went in and what certainly went out."""
    found = Takings()
    for row in rows:
        match row.kind:
            case "CASSETTES":
                counts = row.body["counts"]
                assert isinstance(counts, tuple | list)
                found = Takings(list(counts), [0] * len(counts))
            case "FINAL":
                counts = row.body["counts"]
                assert isinstance(counts, tuple | list)
                found.paid = [
                    paid + n
                    for paid, n in zip(found.paid, counts or [0] * len(found.paid), strict=True)
                ]
            case "SUSPECT":
                found.doubts.add(row.txid)
                found.counted = False
            case "COUNTED":
                found.counted = True
            case "SETTLED" if row.txid in found.doubts:
                received = row.body["received"]
                assert isinstance(received, int)
                found.settled += received
                found.doubts.discard(row.txid)
    return found


def unexplained(found: Takings, cassettes: Cassettes, counted: Sequence[int]) -> int:
    """Minor units that are gone and belong to no certain outcome: what suspected operations paid, if
    nothing else is wrong. Negative where more is there than can be."""
    gone = [
        loaded - paid - n for loaded, paid, n in zip(found.loaded, found.paid, counted, strict=True)
    ]
    return sum(c.note.minor * n for c, n in zip(cassettes, gone, strict=True)) - found.settled
