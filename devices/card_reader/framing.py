"""The reader's frames: `F2 LEN TEXT CRC`, and the single signals around them.

Bytes go in as they come, whole frames and signals come out. A frame ends where its LEN says, never
at a byte that looks like an end. LEN and CRC are big endian; the CRC is CRC-16/XMODEM over F2, LEN
and TEXT (hardware-protocols 4.2). Both ends of the cable use this; who may say what, and when, is
the link's business.
"""

from binascii import crc_hqx
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from terminal.ports import NEVER, Seconds

START = 0xF2
ACK = b"\x06"
NAK = b"\x15"
CANCEL = b"\x10\x04"
"""DLE EOT."""

TEXT_BYTES_MAX = 1024
"""The manufacturer's limit for TEXT (4.2)."""

GAP_SECONDS = 0.250
"""Longest silence between two characters of one frame (4.2)."""

_HEAD_BYTES = 3
_CRC_BYTES = 2
_DLE = CANCEL[0]
_EOT = CANCEL[1]


class Signal(Enum):
    """What arrives beside frames; `DAMAGED` is a frame that was broken or stopped half-way."""

    ACK = "ack"
    NAK = "nak"
    CANCEL = "cancel"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Frame:
    """The TEXT of one frame whose CRC was right."""

    text: bytes


Item = Frame | Signal
_SINGLE = {ACK[0]: Signal.ACK, NAK[0]: Signal.NAK}


def encode(text: bytes) -> bytes:
    """One frame around `text` (1 to 1024 bytes)."""
    assert 0 < len(text) <= TEXT_BYTES_MAX, f"a frame carries 1 to {TEXT_BYTES_MAX} bytes"
    body = bytes((START, len(text) >> 8, len(text) & 0xFF)) + text
    return body + crc_hqx(body, 0).to_bytes(_CRC_BYTES, "big")


class Framer:
    """Bytes in, items out. Keeps at most one unfinished frame."""

    __slots__ = ("_heard", "_held")

    def __init__(self) -> None:
        self._held = bytearray()
        self._heard: Seconds = 0.0

    @property
    def held(self) -> bytes:
        """What has come of an unfinished frame."""
        return bytes(self._held)

    def clear(self) -> None:
        """Forget an unfinished frame."""
        self._held.clear()

    def due(self) -> Seconds:
        """When an unfinished frame counts as broken off."""
        return self._heard + GAP_SECONDS if self._held else NEVER

    def feed(self, data: bytes, now: Seconds) -> list[Item]:
        """Take what arrived (perhaps nothing) and give what is complete.

        Only a call without data can find that a frame broke off: bytes that lay in a buffer while
        this side was busy say nothing about gaps on the line."""
        if data:
            self._held += data
            self._heard = now
            return list(self._complete())
        if now < self.due():
            return []
        broken = self._held[0] == START
        self._held.clear()
        return [Signal.DAMAGED] if broken else []

    def _complete(self) -> Iterator[Item]:
        held = self._held
        while held:
            head = held[0]
            if head == START:
                end = _frame_end(held)
                if end > len(held):
                    return
                yield self._cut(end)
            elif head == _DLE:
                if len(held) == 1:
                    return
                if held[1] == _EOT:
                    yield Signal.CANCEL
                    del held[:2]
                else:
                    del held[0]
            else:
                if head in _SINGLE:
                    yield _SINGLE[head]
                del held[0]

    def _cut(self, end: int) -> Item:
        if not end:
            self._held.clear()
            return Signal.DAMAGED
        whole = bytes(self._held[:end])
        del self._held[:end]
        # A CRC appended to what it covers leaves the remainder 0.
        return Signal.DAMAGED if crc_hqx(whole, 0) else Frame(whole[_HEAD_BYTES:-_CRC_BYTES])


def _frame_end(held: bytearray) -> int:
    """Length of the frame at the front; 0 for a LEN that cannot be."""
    if len(held) < _HEAD_BYTES:
        return _HEAD_BYTES
    length = held[1] << 8 | held[2]
    if not 0 < length <= TEXT_BYTES_MAX:
        return 0
    return _HEAD_BYTES + length + _CRC_BYTES
