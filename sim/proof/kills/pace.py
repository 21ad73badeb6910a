"""One scaled clock for all processes of a cell.

Every process reads the same monotonic clock of the machine, takes off the same origin and multiplies
by the same scale, so that a second of the story is the same second for the devices, the bank, the
customer and the terminal, and runs on while the terminal is dead. Wall time is scaled with it: the
record and the bank's messages carry the dates of the story.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

from devices.clock import SystemClock
from terminal.ports import Seconds

SCALE: Final = 20.0
"""Story seconds in a second of the machine, unless another scale is asked for. Measured with eight cells on
two cores that others used too, 104 undisturbed visits at each scale: no device deadline was missed at 20
and at 25, one at 30, five at 40, fourteen at 60."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`origin` in the machine's monotonic seconds, `utc` what the wall clock said then."""

    origin: Seconds
    utc_then: str
    scale: float = SCALE
    _machine: SystemClock = field(default_factory=SystemClock)

    @classmethod
    def begun(cls, scale: float = SCALE) -> Self:
        """A story that begins now."""
        machine = SystemClock()
        return cls(machine.now(), machine.utc(), scale)

    def now(self) -> Seconds:
        """Story seconds."""
        return (self._machine.now() - self.origin) * self.scale

    def utc(self) -> str:
        """Wall time of the story, milliseconds, Z."""
        then = datetime.fromisoformat(self.utc_then) + timedelta(seconds=self.now())
        return then.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def real(self, seconds: Seconds) -> Seconds:
        """Seconds of the machine for so many of the story; nothing for an instant that has passed."""
        return max(0.0, seconds / self.scale)
