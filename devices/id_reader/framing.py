"""The frames of the SAM_V serial protocol: `AA AA AA 96 69 LEN BODY CHK`.

LEN (two bytes, big endian) counts everything after itself; CHK is the XOR of everything from LEN to
the byte before CHK (hardware-protocols 5.1). Bytes go in as they come, whole frames come out. A frame
ends where its LEN says. One AA before `96 69` is enough to find one: some readers send more than
three, and noise may eat some. Both ends of the cable use this.

What passes here is somebody's identity. The framer works in one buffer of fixed size that is never
grown, so that no copy is left behind, and overwrites what it has cut out or given up. A `Frame` has
its own bytes; whoever takes it wipes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from operator import xor

from terminal.ports import NEVER, Seconds

PREAMBLE = bytes.fromhex("AA AA AA 96 69")

LEN_MIN = 3
"""Command, parameter and CHK: the shortest request (5.2)."""

LEN_MAX = 2400
"""A longer LEN is noise (5.1); the longest answer there is has 2314."""

GAP_SECONDS = 0.250
"""Silence inside a frame after which it counts as broken off. Ours, the protocol names none: well over
the 16 ms an adapter may hold bytes back (10.3) and the 5 ms of fault 7, well under any time limit."""

_SYNC = PREAMBLE[2:]
_HEAD_BYTES = len(_SYNC) + 2
_CHECK_BYTES = 1
_FRAME_BYTES_MAX = _HEAD_BYTES + LEN_MAX


class Damage(Enum):
    """What was no frame: a wrong CHK, a LEN that cannot be, or one that stopped half-way."""

    CHECK = "check"
    LENGTH = "length"
    BROKEN_OFF = "broken off"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands between LEN and CHK of one frame whose CHK was right. Its text shows nothing."""

    body: bytearray = field(repr=False)


Item = Frame | Damage


def encode(body: bytes | bytearray) -> bytes:
    """One frame around `body` (2 to 2399 bytes: command and parameter, or three status bytes, and
    data)."""
    size = len(body) + _CHECK_BYTES
    assert LEN_MIN <= size <= LEN_MAX, f"a frame carries {LEN_MIN - 1} to {LEN_MAX - 1} bytes"
    checked = size.to_bytes(2, "big") + body
    return PREAMBLE + checked + bytes((reduce(xor, checked),))


def wipe(data: bytearray) -> None:
    """Overwrite in place; the length stays."""
    data[:] = bytes(len(data))


class Framer:
    """Bytes in, items out. Keeps at most one unfinished frame."""

    __slots__ = ("_filled", "_heard", "_held", "_view")

    def __init__(self) -> None:
        self._held = bytearray(_FRAME_BYTES_MAX)
        self._view = memoryview(self._held)
        self._filled = 0
        self._heard: Seconds = 0.0

    @property
    def inside(self) -> bool:
        """A frame has begun and is not finished."""
        return self._filled >= len(_SYNC)

    def clear(self) -> None:
        """Forget an unfinished frame, and leave nothing of it in memory."""
        self._drop(self._filled)

    def due(self) -> Seconds:
        """When an unfinished frame counts as broken off."""
        return self._heard + GAP_SECONDS if self._filled else NEVER

    def feed(self, data: bytes, now: Seconds) -> list[Item]:
        """Take what arrived (perhaps nothing) and give what is complete.

        Only a call without data can find that a frame broke off: bytes that lay in a buffer while
        this side was busy say nothing about gaps on the line."""
        if data:
            self._heard = now
            return list(self._take(data))
        if now < self.due():
            return []
        broken = self.inside
        self.clear()
        return [Damage.BROKEN_OFF] if broken else []

    def _take(self, data: bytes) -> Iterator[Item]:
        # What is held is shorter than the longest frame, so there is always room to go on.
        at = 0
        while at < len(data):
            part = data[at : at + _FRAME_BYTES_MAX - self._filled]
            self._view[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            at += len(part)
            yield from self._complete()

    def _complete(self) -> Iterator[Item]:
        while self._find_start():
            if self._filled < _HEAD_BYTES:
                return
            length = int.from_bytes(self._view[len(_SYNC) : _HEAD_BYTES], "big")
            if not LEN_MIN <= length <= LEN_MAX:
                self._drop(len(_SYNC))
                yield Damage.LENGTH
                continue
            if self._filled < _HEAD_BYTES + length:
                return
            yield self._cut(_HEAD_BYTES + length)

    def _find_start(self) -> bool:
        """Move the next `AA 96 69` to the front; without one, keep only what may begin one."""
        start = self._held.find(_SYNC, 0, self._filled)
        if start < 0:
            self._drop(self._filled - self._prefix())
            return False
        self._drop(start)
        return True

    def _prefix(self) -> int:
        """How many of the last bytes may be the first of a start."""
        tail = bytes(self._view[max(0, self._filled - 2) : self._filled])
        return next((size for size in (2, 1) if tail.endswith(_SYNC[:size])), 0)

    def _cut(self, end: int) -> Item:
        # CHK over itself and what it covers leaves 0.
        good = not reduce(xor, self._view[len(_SYNC) : end])
        body = bytearray(self._view[_HEAD_BYTES : end - _CHECK_BYTES]) if good else None
        self._drop(end)
        return Frame(body) if body is not None else Damage.CHECK

    def _drop(self, count: int) -> None:
        """Take the first bytes out; what they leave free is overwritten."""
        rest = self._filled - count
        self._view[:rest] = self._view[count : self._filled]
        self._view[rest : self._filled] = bytes(count)
        self._filled = rest
