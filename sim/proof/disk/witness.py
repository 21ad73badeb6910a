"""The shipping journal with a witness beside it: what it has acknowledged, row by row.

An append that returned is a promise: its rows are there after any power cut, first and in order. An
append that did not return may be there whole or not at all. `Promises` outlives the journal's process
and is compared with what the journal says at every opening.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from devices.journal_chain import StoredRow, canonical
from devices.journal_store import JournalStore
from sim.proof.disk.lossy import LossyDisk
from terminal.journal_row import Row

Said = tuple[str, str, str, str]
"""Kind, visit, txid and body of one row."""


class BrokenPromise(AssertionError):
    """An acknowledged row is gone, or half an append is there."""


def said(row: Row | StoredRow) -> Said:
    """What a row says, whether it goes in or comes out."""
    return row.kind, row.visit, row.txid, canonical(dict(row.body))


@dataclass(slots=True)
class Promises:
    """Rows acknowledged so far, and those of an append that has not returned."""

    kept: list[Said] = field(default_factory=list)
    asked: list[Said] = field(default_factory=list)
    rows_lost: int = 0
    rows_survived: int = 0

    def begins(self, rows: Sequence[Row]) -> None:
        """An append begins."""
        self.asked = [said(row) for row in rows]

    def holds(self) -> None:
        """The append returned: a promise."""
        self.kept += self.asked
        self.asked = []

    def check(self, found: Iterable[StoredRow]) -> None:
        """The journal was opened again and says this. Raises BrokenPromise."""
        rows = [said(row) for row in found]
        promised = len(self.kept)
        if rows[:promised] != self.kept:
            there = next((n for n, row in enumerate(self.kept) if rows[n : n + 1] != [row]), 0)
            raise BrokenPromise(
                f"{promised - there} of {promised} acknowledged rows are gone, {self.kept[there][0]} first"
            )
        more = rows[promised:]
        if more not in ([], self.asked):
            raise BrokenPromise(f"{len(more)} rows that nobody asked for, or half an append")
        self.rows_survived += len(more)
        self.rows_lost += len(self.asked) - len(more)
        self.kept, self.asked = rows, []


class WitnessedStore(JournalStore):
    """The journal that ships, on a simulated disk; `passes` is told before and after every append.

    `fold_pages` is after how many pages SQLite folds its log into the table: what ships leaves it at
    1,000, which one visit does not reach, so the cuts would never fall into it."""

    def __init__(
        self,
        disk: LossyDisk,
        key: bytes,
        boot: str,
        promises: Promises,
        *,
        passes: Callable[[], None] = lambda: None,
        fold_pages: int = 0,
        ballast_bytes: int = 0,
    ) -> None:
        self.promises, self.passes = promises, passes
        super().__init__(
            disk.path,
            key,
            vfs=disk.name,
            boot=boot,
            ballast_bytes=ballast_bytes,
            free_bytes=lambda: disk.free_bytes,
        )
        if fold_pages:
            self._connection.pragma("wal_autocheckpoint", fold_pages)

    def append(self, rows: Sequence[Row], now: float, utc: str) -> None:
        """As the journal's, witnessed."""
        self.passes()
        self.promises.begins(rows)
        super().append(rows, now, utc)
        self.promises.holds()
        self.passes()
