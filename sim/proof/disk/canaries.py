"""Journals that are wrong on purpose: if a run of cuts finds nothing in them, it would find nothing.

Each differs from the journal that ships in one thing only.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar

from devices.journal_store import JournalError
from sim.proof.disk.witness import WitnessedStore
from terminal.journal_row import Row


class _Careless(WitnessedStore):
    """Says at its opening that every commit is synced, and then does not."""

    synchronous: ClassVar[str]

    def _set(self, name: str, value: str, expected: object) -> None:
        super()._set(name, value, expected)
        if name == "synchronous":
            self._connection.pragma(name, self.synchronous)


class NormalSync(_Careless):
    """Syncs only when the log is folded: whole, but not durable."""

    synchronous = "NORMAL"


class NoSync(_Careless):
    """Never syncs."""

    synchronous = "OFF"


class Unfolded(WitnessedStore):
    """Believes the log as the cache shows it and writes on behind it."""

    def _fold(self) -> None:
        """Nothing."""


class IntentAfterAct(WitnessedStore):
    """Writes an intent with the outcome, when the thing has been done."""

    _kept: tuple[Row, ...] = ()

    def append(self, rows: Sequence[Row], now: float, utc: str) -> None:
        """Everything but intents now; those with whatever comes next."""
        late = [row for row in rows if row.kind in ("DISPENSE_INTENT", "PRESENT_INTENT")]
        due = [*self._kept, *(row for row in rows if row not in late)]
        self._kept = tuple(late)
        super().append(due, now, utc)


class HalfAppend(WitnessedStore):
    """Commits every row by itself: a cut can part what belongs together."""

    def append(self, rows: Sequence[Row], now: float, utc: str) -> None:
        """One commit each, announced as one."""
        self.passes()
        self.promises.begins(rows)
        for row in rows:
            super(WitnessedStore, self).append([row], now, utc)
        self.promises.holds()
        self.passes()


class Deaf(WitnessedStore):
    """Goes on as if nothing was wrong when the disk fails."""

    def append(self, rows: Sequence[Row], now: float, utc: str) -> None:
        """The error is swallowed, and the rows are called written."""
        self.promises.begins(rows)
        with suppress(JournalError):
            super(WitnessedStore, self).append(rows, now, utc)
        self.promises.holds()
