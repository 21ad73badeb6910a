"""The two shapes of everything outside the core.

A port is a thing outside: effects go in, events come out, and it never blocks. A clock has two
faces, monotonic for waiting and wall time for the record; neither is ever used for the other.
"""

from collections.abc import Iterable
from typing import Protocol

from terminal.effects import Effect
from terminal.events import Event

Seconds = float
"""An instant or a span of monotonic time, in seconds."""

NEVER: Seconds = float("inf")


class Clock(Protocol):
    """Where time comes from; handed in, never imported."""

    def now(self) -> Seconds:
        """Monotonic time in seconds: for waiting."""
        ...

    def utc(self) -> str:
        """Wall time as ISO 8601 with a trailing Z: for the record."""
        ...


class Port(Protocol):
    """A thing outside: it takes effects and gives back events; it never blocks."""

    def submit(self, effect: Effect, now: Seconds) -> None:
        """Take one order. Expected trouble comes back as an event, never as an exception."""
        ...

    def poll(self, now: Seconds) -> Iterable[Event]:
        """What has happened since the last call."""
        ...

    def due(self, now: Seconds) -> Seconds:
        """The next instant at which this port itself has something to do; NEVER if it only waits
        to be spoken to or for bytes to arrive. A simulated clock jumps there."""
        ...
