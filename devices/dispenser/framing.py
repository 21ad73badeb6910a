"""Frames of the Puloon LCDM-4000, cut out of a stream of bytes (hardware-protocols 2.2, 2.3).

    host -> device   EOT ID STX CMD DATA... ETX BCC
    device -> host   SOH ID STX CMD DATA... ETX BCC
    single bytes     ACK, NAK, and EOT from the device

A frame ends where the length table says, never where an ETX stands: data and check byte can have any
value. The one command with two forms is told apart by the byte at the place where the short form has
its ETX and the long one a reserved 20. A frame is whole within 200 ms of its first byte, or it is
garbled. FF and 00 between frames are line noise known from the field and are skipped; any other byte
that belongs to nothing is reported as stray, because next to a stray byte a NAK proves nothing.

Both ends use this module, each with its own head byte and table. What a frame says is the codec's
business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import xor

from terminal.ports import NEVER, Seconds

SOH, STX, ETX, EOT, ACK, NAK = 0x01, 0x02, 0x03, 0x04, 0x06, 0x15
IDENTITY = 0x30
"""LCDM-4000; the smaller models have 50 (2.2)."""
IDLE_NOISE = frozenset({0xFF, 0x00})
"""Bytes seen on an idle line (2.1, section 11 fault 9)."""
FRAME_SECONDS_MAX = 0.2
"""From the first byte to the check byte (2.3)."""
HEAD_BYTES = 4
"""Head, identity, STX, command: what must be there before the length is known."""

Lengths = Mapping[int, tuple[int, ...]]
"""Command to the total bytes of its frames, shorter form first."""

REQUEST_LENGTHS: Lengths = {
    0x44: (6,),
    0x50: (6,),
    0x51: (6,),
    0x52: (13, 21),
    0x53: (13, 21),
    0x55: (6,),
    0x58: (7,),
    0x5A: (14,),
    0x5B: (6,),
    0x5C: (10,),
    0x5D: (6,),
    0x5E: (14,),
    0x5F: (6,),
    0x67: (6,),
    0x71: (10,),
}
"""2.4 and 2.5: six bytes round the data."""

RESPONSE_LENGTHS: Lengths = {
    0x44: (7,),
    0x50: (24,),
    0x51: (20,),
    0x52: (21, 29),
    0x53: (21, 29),
    0x55: (7, 21),
    0x58: (11,),
    0x5A: (7,),
    0x5B: (15,),
    0x5C: (7,),
    0x5D: (11,),
    0x5E: (7,),
    0x5F: (15,),
    0x67: (8,),
    0x71: (23,),
}
"""2.4. The length of 71 is not documented; 23 is our simulated device's. The 7 of 55 is a refusal with
error 30 or 31 (2.6); no result has an ETX in the place of its error code."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One of the single bytes ACK, NAK, EOT."""

    byte: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole frame with a right check byte; `raw` is all of it, `data` what it carries."""

    command: int
    data: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class Garbled:
    """Something that began as a frame and is none."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Stray:
    """A byte that belongs to nothing."""

    byte: int


Token = Signal | Frame | Garbled | Stray


def check_byte(data: bytes) -> int:
    """BCC: XOR of every byte from the head through ETX."""
    return reduce(xor, data, 0)


def pack(head: int, command: int, data: bytes = b"") -> bytes:
    """A frame as bytes; `head` is EOT from the host and SOH from the device."""
    body = bytes((head, IDENTITY, STX, command)) + data + bytes((ETX,))
    return body + bytes((check_byte(body),))


class Framer:
    """Cuts tokens out of what arrives, in whatever pieces it arrives."""

    def __init__(self, head: int, lengths: Lengths, signals: frozenset[int]) -> None:
        self._start = bytes((head, IDENTITY, STX))
        self._lengths = lengths
        self._signals = signals
        self._buffer = bytearray()
        self._began: Seconds = NEVER

    def feed(self, data: bytes, now: Seconds) -> list[Token]:
        """The tokens that `data` completes, after those that only time completes."""
        late = self.advance(now)
        self._buffer += data
        return [*late, *self._cut(now)]

    def advance(self, now: Seconds) -> list[Token]:
        """A frame begun too long ago is garbled as it stands."""
        if now <= self._began + FRAME_SECONDS_MAX:
            return []
        raw = bytes(self._buffer)
        self.clear()
        return [Garbled(raw)]

    def due(self) -> Seconds:
        """When a frame now begun is too late; NEVER if none is."""
        return self._began + FRAME_SECONDS_MAX + 1e-6 if self._buffer else NEVER

    def clear(self) -> None:
        """Forget a frame begun."""
        self._buffer.clear()
        self._began = NEVER

    def pending(self) -> tuple[bytes, Seconds]:
        """The frame begun and when it began, for a snapshot."""
        return bytes(self._buffer), self._began

    def resume(self, data: bytes, began: Seconds) -> None:
        """Become what `pending` described."""
        self._buffer[:] = data
        self._began = began if data else NEVER

    def _cut(self, now: Seconds) -> Iterator[Token]:
        buffer = self._buffer
        while buffer:
            if not self._may_start():
                self._began = NEVER
                yield from self._single(buffer.pop(0))
                continue
            if self._began == NEVER:
                self._began = now
            length = self._length()
            if length is None or len(buffer) < length:
                return
            raw = bytes(buffer[:length])
            del buffer[:length]
            self._began = NEVER
            yield _whole(raw)

    def _may_start(self) -> bool:
        return self._buffer.startswith(self._start[: len(self._buffer)])

    def _length(self) -> int | None:
        """Total bytes of the frame begun; None while it cannot be known. An unknown command is never
        known: it ends by time."""
        buffer = self._buffer
        if len(buffer) < HEAD_BYTES:
            return None
        known = self._lengths.get(buffer[3])
        if known is None:
            return None
        *shorter, longest = known
        for length in shorter:
            if len(buffer) < length - 1:
                return None
            if buffer[length - 2] == ETX:
                return length
        return longest

    def _single(self, byte: int) -> Iterator[Token]:
        if byte in self._signals:
            yield Signal(byte)
        elif byte not in IDLE_NOISE:
            yield Stray(byte)


def _whole(raw: bytes) -> Token:
    if raw[-2] != ETX or raw[-1] != check_byte(raw[:-1]):
        return Garbled(raw)
    return Frame(raw[3], raw[HEAD_BYTES:-2], raw)


def host_framer() -> Framer:
    """What the terminal hears."""
    return Framer(SOH, RESPONSE_LENGTHS, frozenset({ACK, NAK, EOT}))


def device_framer() -> Framer:
    """What the device hears."""
    return Framer(EOT, REQUEST_LENGTHS, frozenset({ACK, NAK}))
