"""What a receipt printer says, told apart byte by byte (hardware-protocols 7.2).

There are no frames. A reply is one byte or a few, and its first byte says which kind it is; what a
single byte answers only the order of the questions tells, so that is the caller's business. Bytes go in
as they come, whole items come out. XON and XOFF may stand anywhere, also inside a longer reply; they
count only where the line is set to them, and are noise otherwise.

A longer reply that stops half-way, or goes on with a byte that cannot belong to it, is noise; the byte
that did not belong is looked at afresh, so that one lost byte loses one reply.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from terminal.ports import NEVER, Seconds

XON, XOFF = 0x11, 0x13
MARK = 0x37
MARK_SECOND = 0x22
INFO = 0x5F
MARKER_BYTES = 4
AUTO_BYTES = 4

INFO_BYTES_MAX = 80
"""A longer text than any name or number a printer gives of itself is noise."""

GAP_SECONDS = 0.250
"""Silence inside a reply after which it counts as broken off: over the 16 ms an adapter may hold bytes
back (10.3) and the 5 ms of fault 7."""


@dataclass(frozen=True, slots=True)
class RealTime:
    """Answer to DLE EOT: one status byte (7.3)."""

    byte: int


@dataclass(frozen=True, slots=True)
class Automatic:
    """Status sent without being asked: four bytes (7.4)."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Queued:
    """One byte that answers GS r or GS I, after what was sent before it."""

    byte: int


@dataclass(frozen=True, slots=True)
class Printed:
    """Everything sent before this marker is on paper."""

    marker: bytes


@dataclass(frozen=True, slots=True)
class Info:
    """A text the printer gives of itself (GS I, n of 65 and more)."""

    text: bytes


@dataclass(frozen=True, slots=True)
class Flow:
    """XON (`go`) or XOFF."""

    go: bool


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that are no reply."""

    data: bytes


Item = RealTime | Automatic | Queued | Printed | Info | Flow | Noise


def is_real_time(byte: int) -> bool:
    """0xx1xx10."""
    return byte & 0x93 == 0x12


def begins_automatic(byte: int) -> bool:
    """0xx1xx00."""
    return byte & 0x93 == 0x10


def is_plain(byte: int) -> bool:
    """0xx0xxxx: bytes 2 to 4 of an automatic status, and the answers that queue."""
    return byte & 0x90 == 0x00


def is_marker_byte(byte: int) -> bool:
    """What a marker may be made of."""
    return 0x20 <= byte <= 0x7E


def _in_mark(held: bytes, byte: int) -> bool:
    if len(held) == 1:
        return byte == MARK_SECOND
    return byte == 0 if len(held) == 2 + MARKER_BYTES else is_marker_byte(byte)


def _in_automatic(held: bytes, byte: int) -> bool:
    return is_plain(byte)


def _in_info(held: bytes, byte: int) -> bool:
    return len(held) <= INFO_BYTES_MAX


@dataclass(frozen=True, slots=True)
class _Longer:
    """A reply of several bytes: whether a byte belongs to what is held, whether it is whole, and what
    it is then."""

    belongs: Callable[[bytes, int], bool]
    whole: Callable[[bytes], bool]
    item: Callable[[bytes], Item]


_MARK = _Longer(_in_mark, lambda held: len(held) == MARKER_BYTES + 3, lambda h: Printed(h[2:-1]))
_AUTO = _Longer(_in_automatic, lambda held: len(held) == AUTO_BYTES, Automatic)
_INFO = _Longer(_in_info, lambda held: held[-1] == 0, lambda held: Info(held[1:-1]))

_SINGLE: Mapping[int, Callable[[int], Item]] = MappingProxyType(
    {byte: RealTime for byte in range(256) if is_real_time(byte)}
    | {byte: Queued for byte in range(256) if is_plain(byte)}
)

_LONGER: Mapping[int, _Longer] = MappingProxyType(
    {byte: _AUTO for byte in range(256) if begins_automatic(byte)} | {MARK: _MARK, INFO: _INFO}
)


class ReplyReader:
    """Bytes in, items out. Keeps at most one unfinished reply."""

    __slots__ = ("_flow", "_heard", "_held")

    def __init__(self, xonxoff: bool) -> None:
        self._flow = {XON: Flow(True), XOFF: Flow(False)} if xonxoff else {}
        self._held = b""
        self._heard: Seconds = 0.0

    def clear(self) -> None:
        """Forget an unfinished reply."""
        self._held = b""

    def due(self) -> Seconds:
        """When an unfinished reply counts as broken off."""
        return self._heard + GAP_SECONDS if self._held else NEVER

    def feed(self, data: bytes, now: Seconds) -> list[Item]:
        """Take what arrived (perhaps nothing) and give what is complete. Only a call without data can
        find that a reply broke off."""
        if data:
            self._heard = now
            return [item for byte in data for item in self._take(byte)]
        if now < self.due():
            return []
        broken, self._held = self._held, b""
        return [Noise(broken)]

    def _take(self, byte: int) -> Iterator[Item]:
        flow = self._flow.get(byte)
        if flow is not None:
            yield flow
            return
        if self._held:
            kind = _LONGER[self._held[0]]
            if kind.belongs(self._held, byte):
                self._held += bytes((byte,))
                if kind.whole(self._held):
                    yield kind.item(self._held)
                    self._held = b""
                return
            yield Noise(self._held)
            self._held = b""
        if byte in _LONGER:
            self._held = bytes((byte,))
        elif byte in _SINGLE:
            yield _SINGLE[byte](byte)
        else:
            yield Noise(bytes((byte,)))
