"""Where a tester's bench stands beside a running terminal on simulated devices.

The kiosk knows nothing of who stands there: it offers the cables, the line to the bank and itself, and tells
of hands at its front. `Nobody` is what stands there in service.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from devices.host.channel import Channel
from devices.transport import Trace
from sim.world.world import World
from terminal.ports import Seconds

if TYPE_CHECKING:
    from sim.stage.kiosk import Kiosk, Parts


class Bystander(Protocol):
    """What the kiosk tells and asks."""

    def heard(self, device: str) -> Trace | None:
        """Who is told of the bytes on this cable."""
        ...

    def line(self, world: World) -> Channel:
        """The terminal's end of the line to the bank inside."""
        ...

    def begins(self, kiosk: "Kiosk", parts: "Parts") -> None:
        """The kiosk stands, and its loop is about to begin."""
        ...

    def acted(self, name: str) -> None:
        """A hand did something at the front."""
        ...

    def turn(self, now: Seconds) -> None:
        """Once in each pass of the loop, before the terminal's turn."""
        ...


@dataclass(frozen=True, slots=True)
class Nobody:
    """The machine in service."""

    def heard(self, device: str) -> Trace | None:
        """Nobody listens."""
        return None

    def line(self, world: World) -> Channel:
        """As it is."""
        return world.host.channel

    def begins(self, kiosk: "Kiosk", parts: "Parts") -> None:
        """Nothing."""

    def acted(self, name: str) -> None:
        """Nothing."""

    def turn(self, now: Seconds) -> None:
        """Nothing."""


NOBODY: Bystander = Nobody()
