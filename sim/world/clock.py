"""Clocks of a simulated world: one that moves when told, so that an hour costs a loop, and one that
follows a real clock from turn to turn."""

from datetime import UTC, datetime, timedelta

from terminal.ports import Clock, Seconds

STORY_BEGINS = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""Wall time of instant 0 in every simulated story, so that equal seeds give equal journals."""


class VirtualClock:
    """Monotonic time that only `advance_to` moves; wall time follows it."""

    def __init__(self, start: Seconds = 0.0) -> None:
        self._now = start

    def now(self) -> Seconds:
        """Monotonic seconds since the story began."""
        return self._now

    def utc(self) -> str:
        """Wall time of the story, ISO 8601, milliseconds, Z."""
        instant = STORY_BEGINS + timedelta(seconds=self._now)
        return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def advance_to(self, instant: Seconds) -> None:
        """Move to a later instant; time never runs back."""
        assert instant >= self._now, f"time would run back from {self._now} to {instant}"
        self._now = instant


class TurnClock:
    """A running clock that stands still during a turn, for a world in real time: otherwise a byte that
    comes through between two looks of one turn is seen by neither, and is slept over."""

    def __init__(self, running: Clock) -> None:
        self._running = running
        self._now = running.now()

    def now(self) -> Seconds:
        """Monotonic seconds at the last `move`."""
        return self._now

    def utc(self) -> str:
        """Wall time as it is."""
        return self._running.utc()

    def move(self) -> Seconds:
        """Catch up with the running clock; what time it is now."""
        self._now = self._running.now()
        return self._now
