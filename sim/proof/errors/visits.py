"""What goes wrong beside dispenser, reader and bank: the key pad, the record, notes that nobody takes, and
people who go, change their mind or count differently."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.proof.errors.scenario import ORDERED, Scenario, Stage, Strike, customer
from terminal import session as s
from terminal.journal_row import Row
from terminal.ports import Seconds
from terminal.runtime import Record, RecordFailed


@dataclass
class Full:
    """A record that takes nothing any more."""

    record: Record

    def append(self, rows: Sequence[Row], now: Seconds, utc: str) -> None:
        """Never again."""
        raise RecordFailed("The disk with the record is full.")

    @property
    def low(self) -> bool:
        """It says nothing about that."""
        return False


def _record_breaks(stage: Stage) -> None:
    stage.bench.terminal.record = Full(stage.bench.terminal.record)


def _pad_dies(stage: Stage) -> None:
    stage.bench.pad.die()


def _presenter(name: str) -> Strike:
    def strike(stage: Stage) -> None:
        stage.bench.world.presenter.arm(name)  # type: ignore[arg-type]

    return strike


def _left(code: str, where: str, reads: str, **more: Any) -> Scenario:
    """Notes presented, and nobody takes all of them."""
    return Scenario(f"visit {code}", where, reads, shape="presenter", **more)


VISIT: tuple[Scenario, ...] = (
    Scenario(
        "visit pad-lost",
        "while the PIN is typed",
        "notice.pin_pad_failed",
        at=((s.EnteringPin, _pad_dies),),
    ),
    Scenario(
        "visit cancelled",
        "at the amount",
        "notice.cancelled",
        wish=customer(cancels_at="choose_amount"),
    ),
    Scenario(
        "visit timed-out",
        "walks away at the amount, and the card is kept",
        "notice.timed_out",
        card="bin",
        wish=customer(walks_away_at="choose_amount"),
    ),
    Scenario(
        "visit disputed",
        "counts 400 of 500",
        "notice.disputed",
        held=ORDERED,
        paid=ORDERED,
        wish=customer(count="wrong", stated=400),
    ),
    _left("notes-left", "all go back", "notice.retracted", wish=customer(takes_notes=False)),
    _left(
        "notes-left-some",
        "two are taken, three go back",
        "notice.retracted_part",
        charged=200,
        paid=200,
        wish=customer(takes_some=2),
    ),
    _left(
        "notes-left-doubt",
        "they go back, and cannot be counted",
        "notice.suspect",
        held=ORDERED,
        wish=customer(takes_notes=False),
        before=_presenter("retract_uncounted"),
    ),
    Scenario(
        "visit record-broken",
        "while the card is inside",
        "notice.record_failed_card",
        at=((s.ChoosingAmount, _record_breaks),),
    ),
    Scenario(
        "visit record-broken",
        "while notes move; it is put right at the next start",
        "notice.record_failed",
        charged=ORDERED,
        paid=ORDERED,
        at=((s.Dispensing, _record_breaks),),
    ),
)
