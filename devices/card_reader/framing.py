"""The reader's frames: `F2 LEN TEXT CRC`, and the single signals around them.

Bytes go in as they come, whole frames and signals come out. A frame ends where its LEN says, never
at a byte that looks like an end. LEN and CRC are big endian; the CRC is CRC-16/XMODEM over F2, LEN
and TEXT (hardware-protocols 4.2). Both ends of the cable use this; who may say what, and when, is
the link's business.
"""

from binascii import crc_hqx
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

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

SHORT_TEXT_MAX = 7
SHORT_KEPT_MAX = 256
"""Texts so short recur with every status poll, so their work is remembered. They have room for two bytes
beside what every answer begins with, so none of them holds a card's data, which is kept nowhere."""

_HEAD_BYTES = 3
_CRC_BYTES = 2
_SHORT_FRAME_MAX = _HEAD_BYTES + SHORT_TEXT_MAX + _CRC_BYTES
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
    return _encoded_short(text) if len(text) <= SHORT_TEXT_MAX else _encoded(text)


def _encoded(text: bytes) -> bytes:
    assert 0 < len(text) <= TEXT_BYTES_MAX, f"a frame carries 1 to {TEXT_BYTES_MAX} bytes"
    body = bytes((START, len(text) >> 8, len(text) & 0xFF)) + text
    return body + crc_hqx(body, 0).to_bytes(_CRC_BYTES, "big")


_encoded_short = lru_cache(SHORT_KEPT_MAX)(_encoded)


class Framer:
    """Bytes in, items out. Keeps at most one unfinished frame."""

    __slots__ = ("_heard", "_held")

    def __init__(self) -> None:
        self._held = b""
        self._heard: Seconds = 0.0

    @property
    def held(self) -> bytes:
        """What has come of an unfinished frame."""
        return self._held

    def clear(self) -> None:
        """Forget an unfinished frame."""
        self._held = b""

    def due(self) -> Seconds:
        """When an unfinished frame counts as broken off."""
        return self._heard + GAP_SECONDS if self._held else NEVER

    def feed(self, data: bytes, now: Seconds) -> list[Item]:
        """Take what arrived (perhaps nothing) and give what is complete.

        Only a call without data can find that a frame broke off: bytes that lay in a buffer while
        this side was busy say nothing about gaps on the line."""
        if data:
            held = self._held + data
            self._heard = now
            items, self._held = _cut_short(held) if len(held) <= _SHORT_FRAME_MAX else _cut(held)
            return list(items)
        if now < self.due():
            return []
        broken = self._held[0] == START
        self._held = b""
        return [Signal.DAMAGED] if broken else []


def _cut(held: bytes) -> tuple[tuple[Item, ...], bytes]:
    """The items in these bytes, and what is left of an unfinished one."""
    items: list[Item] = []
    at = 0
    while at < len(held):
        head = held[at]
        if head == START:
            size = _frame_size(held, at)
            if at + size > len(held):
                break
            if not size:
                items.append(Signal.DAMAGED)
                return tuple(items), b""
            items.append(_item(held[at : at + size]))
            at += size
        elif head == _DLE:
            if at + 1 == len(held):
                break
            cancels = held[at + 1] == _EOT
            if cancels:
                items.append(Signal.CANCEL)
            at += 1 + cancels
        else:
            if head in _SINGLE:
                items.append(_SINGLE[head])
            at += 1
    return tuple(items), held[at:]


_cut_short = lru_cache(SHORT_KEPT_MAX)(_cut)


def _item(frame: bytes) -> Item:
    # A CRC appended to what it covers leaves the remainder 0.
    return Signal.DAMAGED if crc_hqx(frame, 0) else Frame(frame[_HEAD_BYTES:-_CRC_BYTES])


def _frame_size(held: bytes, at: int) -> int:
    """Length of the frame that begins at `at`, as far as it can be told; 0 for a LEN that cannot be."""
    if len(held) - at < _HEAD_BYTES:
        return _HEAD_BYTES
    length = held[at + 1] << 8 | held[at + 2]
    if not 0 < length <= TEXT_BYTES_MAX:
        return 0
    return _HEAD_BYTES + length + _CRC_BYTES
