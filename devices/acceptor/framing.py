"""The frames of CCNET: `02 ADDR LNG DATA... CRC CRC` (hardware-protocols 9.4).

LNG counts the whole frame. The CRC is CRC-16/KERMIT over everything before it, low byte first. Both
directions carry the address of the peripheral and have the same form, so both ends use this module.
Bytes go in as they come; a frame ends where its LNG says. What is said to another address is not heard.

A frame whose CRC is wrong may have begun in the middle of another one, or have swallowed one with a
damaged LNG: so only its first byte is given up, and the search goes on behind it. What a frame says is
the codec's business.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from terminal.ports import NEVER, Seconds

SYNC = 0x02
ADDRESS = 0x01
"""Of a bill-to-bill unit; a plain validator has 03."""

HEAD_BYTES = 3
CRC_BYTES = 2
LNG_MIN = HEAD_BYTES + 1 + CRC_BYTES
LNG_MAX = 0xFF
"""One byte. LNG 0 announces a longer form for blocks of firmware, which nobody here sends."""

DATA_BYTES_MAX = LNG_MAX - HEAD_BYTES - CRC_BYTES

GAP_SECONDS = 0.1
"""Silence inside a frame after which it counts as broken off. Ours: well over the 16 ms an adapter may
hold bytes back (10.3), well under the time an answer is waited for."""

_START = bytes((SYNC, ADDRESS))
_BYTE_VALUES = 256
_POLYNOMIAL = 0x8408


def _crc_of_byte(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
    return byte


_CRC_TABLE = tuple(_crc_of_byte(byte) for byte in range(_BYTE_VALUES))


class Damage(Enum):
    """What began as a frame and is none: a wrong CRC, a LNG that cannot be, or one that stopped
    half-way."""

    CRC = "crc"
    LENGTH = "length"
    BROKEN_OFF = "broken off"


@dataclass(frozen=True, slots=True)
class Frame:
    """What one frame with a right CRC carries: a command or an answer, and what belongs to it."""

    data: bytes


Item = Frame | Damage


def crc(data: bytes) -> bytes:
    """CRC-16/KERMIT as it is sent."""
    value = 0
    for byte in data:
        value = value >> 8 ^ _CRC_TABLE[(value ^ byte) & 0xFF]
    return value.to_bytes(CRC_BYTES, "little")


def encode(data: bytes) -> bytes:
    """One frame around `data` (1 to 250 bytes)."""
    assert 0 < len(data) <= DATA_BYTES_MAX, f"a frame carries 1 to {DATA_BYTES_MAX} bytes"
    body = _START + bytes((HEAD_BYTES + len(data) + CRC_BYTES,)) + data
    return body + crc(body)


class Framer:
    """Bytes in, items out. Keeps at most one unfinished frame."""

    __slots__ = ("_buffer", "_heard")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._heard: Seconds = 0.0

    @property
    def inside(self) -> bool:
        """A frame has begun and is not finished."""
        return len(self._buffer) >= len(_START)

    def clear(self) -> None:
        """Forget an unfinished frame."""
        self._buffer.clear()

    def due(self) -> Seconds:
        """When an unfinished frame counts as broken off."""
        return self._heard + GAP_SECONDS if self._buffer else NEVER

    def feed(self, data: bytes, now: Seconds) -> list[Item]:
        """Take what arrived (perhaps nothing) and give what is complete.

        Only a call without data can find that a frame broke off: bytes that lay in a buffer while
        this side was busy say nothing about gaps on the line."""
        if data:
            self._heard = now
            self._buffer += data
            return list(self._cut())
        if now < self.due():
            return []
        return list(self._break_off())

    def _break_off(self) -> Iterator[Item]:
        """The frame begun will not be finished; a whole one may stand behind its first byte."""
        while self.inside:
            yield Damage.BROKEN_OFF
            del self._buffer[:1]
            yield from self._cut()
        self.clear()

    def _cut(self) -> Iterator[Item]:
        buffer = self._buffer
        while self._find_start() and len(buffer) >= HEAD_BYTES:
            length = buffer[2]
            if length < LNG_MIN:
                del buffer[:1]
                yield Damage.LENGTH
                continue
            if len(buffer) < length:
                return
            raw = bytes(buffer[:length])
            if crc(raw[:-CRC_BYTES]) != raw[-CRC_BYTES:]:
                del buffer[:1]
                yield Damage.CRC
                continue
            del buffer[:length]
            yield Frame(raw[HEAD_BYTES:-CRC_BYTES])

    def _find_start(self) -> bool:
        """Move the next start to the front; without one, keep only what may begin one."""
        at = self._buffer.find(_START)
        if at < 0:
            at = len(self._buffer) - self._buffer.endswith(_START[:1])
        del self._buffer[:at]
        return self.inside
