"""A clock that moves when told: an hour costs a loop."""

from datetime import UTC, datetime, timedelta

from terminal.ports import Seconds

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
