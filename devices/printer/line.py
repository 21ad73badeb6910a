"""How much may be on its way to the printer: handshake and pace, without a port.

A printer whose buffer is full says XOFF and ignores what comes after the buffer's last byte (Epson
TM-T88 technical manual, A-9). Whatever lies in the port by then is still sent, so no more is ever put
there than fits into what is left of the buffer: 128 of 4096 bytes on a common one (Citizen CBM1000
manual, 3.12.2). How much lies there is reckoned from the speed of the line.

Whether a printer that is handshaking by DTR is busy cannot be seen here; it must be set to XON/XOFF, or be
fast enough for the line, as thermal printers are: a full row of 72 bytes is printed in 1 ms and sent in 6
(115200 8N1).
"""

from terminal.ports import NEVER, Seconds

IN_FLIGHT_BYTES_MAX = 120
"""On the way at most, for XOFF to come in time."""

PIECE_BYTES_MIN = 40
"""Fewer are only sent if they are the last: a poll each for single bytes is not worth it."""

BITS_PER_BYTE = 10
"""8N1 (7.1)."""


class Line:
    """What is on its way, and whether more may be."""

    __slots__ = ("_byte_seconds", "_free_at", "_xon_to_come", "blocked_at")

    def __init__(self, baudrate: int) -> None:
        self._byte_seconds: Seconds = BITS_PER_BYTE / baudrate
        self._free_at: Seconds = 0.0
        self._xon_to_come = False
        self.blocked_at: Seconds | None = None
        """Since when the printer has been full, or offline."""

    def clear(self) -> None:
        """Think the line free: XON was lost, or is late."""
        self._xon_to_come = self.blocked_at is not None
        self._free_at, self.blocked_at = 0.0, None

    def flow(self, go: bool, now: Seconds) -> bool:
        """XON or XOFF came. Whether it is an XON that no XOFF came before, as at power-on."""
        if not go:
            self.blocked_at = now if self.blocked_at is None else self.blocked_at
            return False
        expected = self.blocked_at is not None or self._xon_to_come
        self.blocked_at, self._xon_to_come = None, False
        return not expected

    def room(self, waiting: int, now: Seconds) -> int:
        """How many of `waiting` bytes may be sent now."""
        if self.blocked_at is not None:
            return 0
        under_way = max(0.0, self._free_at - now) / self._byte_seconds
        room = int(IN_FLIGHT_BYTES_MAX - under_way)
        return min(room, waiting) if room >= min(PIECE_BYTES_MIN, waiting) else 0

    def wrote(self, count: int, now: Seconds) -> None:
        """So many bytes were handed to the port."""
        self._free_at = max(self._free_at, now) + count * self._byte_seconds

    def due(self, waiting: int) -> Seconds:
        """When there is room again for some of `waiting` bytes."""
        if self.blocked_at is not None or not waiting:
            return NEVER
        room = min(PIECE_BYTES_MIN, waiting)
        # A byte more than needed, because instants are sums of floats.
        return self._free_at - (IN_FLIGHT_BYTES_MAX - room - 1) * self._byte_seconds
