"""Bugs of the record that are planted on purpose."""

from collections.abc import Callable, Container, Sequence
from datetime import datetime
from typing import Any, Final

from devices.journal_store import JournalStore
from sim.proof.campaign.bugs.bug import Broken, Bug, Swap
from sim.world.clock import STORY_BEGINS
from terminal import card, journal, recovery, runtime
from terminal import session as s
from terminal.journal_row import Row
from terminal.recovery import Recovered
from terminal.runtime import RecordFailed, Terminal
from terminal.values import replace


def _failure_ignored(right: object) -> Broken:
    def recorded(self: Terminal, *about: Any) -> bool:
        before, event, after, effects, now = about
        try:
            if written := journal.rows(before, event, after, effects, self.acct_key):
                self.record.append(written, now, self.clock.utc())
        except RecordFailed:
            pass
        return True

    return recorded


def _gap_at_boot(right: Callable[..., Any]) -> Broken:
    def chained(self: Any, rows: Sequence[Row], mono_ns: int, utc: str) -> Any:
        if self._seq and rows[0].kind == "BOOT":
            self._seq += 1
        return right(self, rows, mono_ns, utc)

    return chained


def _number_in_reference(right: object) -> Broken:
    def reference(self: card.Pan, key: bytes) -> str:
        return self.reveal()

    return reference


def _all_acknowledged(right: Callable[..., Recovered]) -> Broken:
    def acknowledged(now: Recovered, row: object) -> Recovered:
        return replace(right(now, row), outbox=())

    return acknowledged


_ahead: Final = [0.0]
"""Seconds that the wall clock is ahead of the monotonic one, for the bug that confuses them."""


ASKING: Final = (s.EnteringPin, s.ChoosingAmount, s.EnteringAmount, s.Reviewing, s.Counting)


def _sees_wall(right: Callable[..., bool]) -> Broken:
    _ahead[0] = 0.0

    def turn(self: Terminal, now: float, heard: Container[int] | None = None) -> bool:
        wall = datetime.fromisoformat(self.clock.utc()) - STORY_BEGINS
        _ahead[0] = wall.total_seconds() - now
        return right(self, now, heard)

    return turn


def _wall_deadline(right: Callable[..., float]) -> Broken:
    def deadline(session: s.Session, profiles: object) -> float:
        asking = isinstance(session.phase, ASKING)
        return right(session, profiles) - (_ahead[0] if asking else 0.0)

    return deadline


def _unremembered(right: object) -> Broken:
    def deadline(self: Terminal) -> float:
        return runtime.next_deadline(self.session, self.profiles)

    return deadline


OF_DATA: Final = (
    Bug(
        "one-ack-for-all",
        "data",
        "one acknowledgement clears all that the bank was not told",
        (Swap(recovery, "_acknowledged", _all_acknowledged),),
    ),
    Bug(
        "record-gap",
        "data",
        "a row number is skipped at a restart",
        (Swap(JournalStore, "_chained", _gap_at_boot),),
    ),
    Bug(
        "failure-ignored",
        "data",
        "a failed write of the record is ignored",
        (Swap(Terminal, "_recorded", _failure_ignored),),
    ),
    Bug(
        "number-recorded",
        "data",
        "the whole card number is in the record",
        (Swap(card.Pan, "reference", _number_in_reference),),
    ),
    Bug(
        "wall-clock",
        "data",
        "the time limits of questions follow the clock on the wall",
        (
            Swap(Terminal, "turn", _sees_wall),
            Swap(Terminal, "_deadline", _unremembered),
            Swap(runtime, "next_deadline", _wall_deadline),
        ),
    ),
)
"""The planted bugs of this kind."""
