"""The two things the link needs from outside: a connection that never blocks, and the record's head.

`tcp.py` is the real connection; `sim/world/line.py` is the simulated one. Both carry bytes in order
and lose everything in flight when they break.
"""

from typing import Literal, Protocol

from devices.host.message import Checkpoint
from terminal.ports import Seconds

State = Literal["closed", "opening", "open"]


class ConnectionLost(Exception):
    """The connection broke or was refused. The channel is closed; it may be opened again."""


class Channel(Protocol):
    """A connection to the bank, never waiting for anything."""

    def open(self, now: Seconds) -> None:
        """Begin to connect. `state` becomes `opening` or `open`, or ConnectionLost is raised."""
        ...

    def state(self, now: Seconds) -> State:
        """Where the connection stands. Raises ConnectionLost once when an attempt has failed."""
        ...

    def send(self, data: bytes, now: Seconds) -> None:
        """Send all of it or raise ConnectionLost."""
        ...

    def receive(self, now: Seconds) -> bytes:
        """What has arrived, b"" if nothing. Raises ConnectionLost when the other side has gone."""
        ...

    def close(self) -> None:
        """Let go. May be called in any state."""
        ...

    def stirs(self, now: Seconds) -> bool:
        """Whether there may be something to receive or to notice now. Cheap, and never False when
        there is."""
        ...

    def due(self, now: Seconds) -> Seconds:
        """When bytes or a change of state are known to come; NEVER where only the outside knows."""
        ...


class Recorded(Protocol):
    """The journal as the bank's checkpoint needs it."""

    def head(self) -> Checkpoint:
        """The newest row; sequence 0 for an empty journal."""
        ...

    def hash_of(self, seq: int) -> bytes | None:
        """The hash of a row, None if there is no such row."""
        ...
