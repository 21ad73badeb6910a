"""The only module that reads the clock."""

import time
from datetime import UTC, datetime

from terminal.ports import Seconds


class SystemClock:
    """The machine's own clock: monotonic for waiting, wall time for the record.

    CLOCK_MONOTONIC runs on across processes of one boot, so a simulated world that was saved by a
    killed terminal goes on where it stood."""

    def now(self) -> Seconds:
        """Monotonic seconds."""
        return time.monotonic()

    def utc(self) -> str:
        """Wall time, ISO 8601, milliseconds, Z."""
        return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
