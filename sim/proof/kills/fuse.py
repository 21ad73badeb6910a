"""Crash points: numbered places at which the terminal can be made to die.

There is one before and one after every commit of the record, from the first row of a start on, and one
after every effect handed to a port. The fuse counts them as they are passed and ends the process with
SIGKILL at one of them. What it wraps does exactly what it did before.
"""

import os
import signal
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from devices.host.driver import Host
from devices.journal_store import JournalStore
from terminal.effects import Effect
from terminal.events import Event
from terminal.journal_row import Row
from terminal.ports import Port, Seconds
from terminal.recovery import Recovered


@dataclass(slots=True)
class Fuse:
    """Ends the process at point `dies_at`, by its number or as a moment such as `after FINAL` (0: never);
    `tell` hears of every point, and whether it is that one."""

    dies_at: int | str
    tell: Callable[[int, str, bool], None]
    passed: int = 0

    def passes(self, what: str) -> None:
        """A crash point, by what is about to happen or has just happened."""
        self.passed += 1
        here = self.passed == self.dies_at or is_moment(self.dies_at, what)
        self.tell(self.passed, what, here)
        if here:
            os.kill(os.getpid(), signal.SIGKILL)


def is_moment(moment: int | str, what: str) -> bool:
    """Whether a crash point is the one meant, whatever is committed together with it."""
    if not isinstance(moment, str):
        return False
    when, kind = moment.split()
    passed, kinds = what.split()
    return when == passed and kind in kinds.split("+")


class FusedStore(JournalStore):
    """The real record with a crash point before and after every commit. `drops` are kinds of rows that
    never arrive: a planted fault, for finding out whether the laws notice."""

    def __init__(self, path: Path, key: bytes, fuse: Fuse, drops: str = "") -> None:
        super().__init__(path, key, ballast_bytes=0)
        self._fuse = fuse
        self._drops = drops

    def append(self, rows: Sequence[Row], now: float, utc: str) -> None:
        """As the record does it."""
        kinds = "+".join(row.kind for row in rows)
        self._fuse.passes(f"before {kinds}")
        super().append([row for row in rows if row.kind != self._drops], now, utc)
        self._fuse.passes(f"after {kinds}")


@dataclass(frozen=True, slots=True)
class FusedPort:
    """A port with a crash point after every effect it takes."""

    port: Port
    fuse: Fuse

    def submit(self, effect: Effect, now: Seconds) -> None:
        """As the port does it."""
        self.port.submit(effect, now)
        self.fuse.passes(f"after {type(effect).__name__}")

    def poll(self, now: Seconds) -> Iterable[Event]:
        """As the port does it."""
        return self.port.poll(now)

    def due(self, now: Seconds) -> Seconds:
        """As the port does it."""
        return self.port.due(now)


@dataclass(frozen=True, slots=True)
class FusedHost:
    """The bank's port in the same way, and after what a start takes over from the record."""

    port: Host
    fuse: Fuse

    def mark(self, now: Seconds) -> None:
        """How far the record has come."""
        self.port.mark(now)

    def resume(self, found: Recovered, now: Seconds) -> None:
        """As the port does it."""
        self.port.resume(found, now)
        self.fuse.passes("after Resume")

    def submit(self, effect: Effect, now: Seconds) -> None:
        """As the port does it."""
        self.port.submit(effect, now)
        self.fuse.passes(f"after {type(effect).__name__}")

    def poll(self, now: Seconds) -> Iterable[Event]:
        """As the port does it."""
        return self.port.poll(now)

    def due(self, now: Seconds) -> Seconds:
        """As the port does it."""
        return self.port.due(now)
