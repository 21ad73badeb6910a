"""ESC/POS as a printer takes it in: where a command ends, and what is obeyed at once (hardware-protocols
7.3, 7.4, 7.6).

A command has no frame: how long it is only its own first bytes tell. Real-time commands are taken out of
the stream wherever they stand but in the head of another command; everything else waits in the buffer,
and what comes when that is full is lost. What a command does is the printer's business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

Markers = Literal["answered", "skipped", "text"]
"""What GS ( H is to a printer: known; unknown but skipped by its length; or unknown altogether, so that
what follows its two first bytes is taken for text."""

BUFFER_BYTES = 4_096

ESC, FS, GS = 0x1B, 0x1C, 0x1D
DLE, EOT, ENQ = 0x10, 0x04, 0x05

EXTENDED = b"\x1d("
IMAGE = b"\x1dv"
CUT = b"\x1dV"
FEED_AND_CUT = (0x41, 0x42)

SIZE_KNOWN_BYTES = 5
"""So many bytes always tell how long a command is."""

_LENGTHS: Mapping[bytes, int] = MappingProxyType(
    {
        **{b"\x1b" + name: 2 for name in (b"@", b"2")},
        **{b"\x1b" + name: 3 for name in (b"a", b"!", b"E", b"d", b"J", b"3", b"t", b"R", b"M")},
        b"\x1bp": 5,
        **{b"\x1c" + name: 2 for name in (b"&", b".")},
        b"\x1c!": 3,
        **{b"\x1d" + name: 3 for name in (b"!", b"a", b"r", b"I", b"e")},
        IMAGE: 8,
    }
)
"""Bytes of a command without its dots, by its first two."""


def command_bytes(head: bytes, markers: Markers = "answered") -> int:
    """How long the command is that begins with `head`, without dots; more than there is while that
    cannot be known. A byte that begins none is a command of one."""
    if head[0] not in (ESC, FS, GS):
        return 1
    name = head[:2]
    if len(name) < 2:
        return 2
    if name == CUT:
        return 4 if len(head) > 2 and head[2] in FEED_AND_CUT else 3
    if name == EXTENDED and markers != "text":
        return 5 + int.from_bytes(head[3:5], "little") if len(head) >= 5 else 5
    return _LENGTHS.get(name, 2)


def dots_after(head: bytes) -> int:
    """How many bytes of dots follow this whole command."""
    return width_of(head) * rows_of(head) if head[:2] == IMAGE else 0


def width_of(image: bytes) -> int:
    """Bytes in a row of an image command."""
    return int.from_bytes(image[4:6], "little")


def rows_of(image: bytes) -> int:
    """Rows of an image command."""
    return int.from_bytes(image[6:8], "little")


# --- what comes in ------------------------------------------------------------------------------

REAL_TIME = frozenset(
    {bytes((DLE, EOT, n)) for n in (1, 2, 3, 4)} | {bytes((DLE, ENQ, n)) for n in (1, 2)}
)

_BEGINNINGS = frozenset(order[:size] for order in REAL_TIME for size in (1, 2))

_WIRE = "latin-1"
"""Bytes are kept as text of the same values, so that a snapshot is plain JSON."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """A real-time command, and whether it stood inside the dots of an image."""

    order: bytes
    in_image: bool


class Intake:
    """The receive buffer, and what is known of the stream before it. `lost` counts the bytes that came
    when it was full."""

    def __init__(self, markers: Markers) -> None:
        self._markers = markers
        self._buffer = bytearray()
        self._head = b""
        self._dots = 0
        self._held = b""
        self.lost = 0

    def __len__(self) -> int:
        return len(self._buffer)

    @property
    def room(self) -> int:
        """Bytes that may still come."""
        return BUFFER_BYTES - len(self._buffer)

    def next_command(self) -> bytes:
        """The first command, b"" if it is not whole. It stays there."""
        if not self._buffer:
            return b""
        size = command_bytes(bytes(self._buffer[:SIZE_KNOWN_BYTES]), self._markers)
        return bytes(self._buffer[:size]) if size <= len(self._buffer) else b""

    def take(self, count: int) -> bytes:
        """The first bytes out of the buffer."""
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def put_back(self, command: bytes) -> None:
        """A command that could not be done, to the front."""
        self._buffer[:0] = command

    def clear(self) -> None:
        """Forget everything that came in."""
        self._buffer.clear()
        self._head, self._dots, self._held = b"", 0, b""

    def feed(self, data: bytes) -> Iterator[AtOnce]:
        """Take what arrived; gives what is to be obeyed at once, at its moment."""
        at = 0
        while at < len(data):
            run = self._run(data, at)
            at += run or 1
            if not run:
                yield from self._receive(data[at - 1])

    def _run(self, data: bytes, at: int) -> int:
        """Take dots up to what may be a real-time command; how many bytes that were."""
        if not self._dots or self._held:
            return 0
        run = data[at : at + self._dots].split(bytes((DLE,)), 1)[0]
        kept = run[: self.room]
        self._buffer += kept
        self._dots -= len(kept)
        self.lost += len(run) - len(kept)
        return len(run)

    def _receive(self, byte: int) -> Iterator[AtOnce]:
        if self._head or not (self._held or byte == DLE):
            self._accept(byte)
            return
        self._held += bytes((byte,))
        if self._held in REAL_TIME:
            order, self._held = self._held, b""
            yield AtOnce(order, bool(self._dots))
        elif self._held not in _BEGINNINGS:
            held, self._held = self._held, b""
            self._accept(held[0])
            for later in held[1:]:
                yield from self._receive(later)

    def _accept(self, byte: int) -> None:
        """Into the buffer, and follow where in a command that is."""
        if not self.room:
            self.lost += 1
            return
        self._buffer.append(byte)
        if self._dots:
            self._dots -= 1
            return
        self._head += bytes((byte,))
        if command_bytes(self._head, self._markers) == len(self._head):
            self._dots, self._head = dots_after(self._head), b""

    def snapshot(self) -> dict[str, object]:
        """Plain JSON."""
        return {
            "buffer": self._buffer.decode(_WIRE),
            "head": self._head.decode(_WIRE),
            "dots": self._dots,
            "held": self._held.decode(_WIRE),
            "lost": self.lost,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Become what `snapshot` described."""
        self._buffer = bytearray(str(state["buffer"]), _WIRE)
        self._head = str(state["head"]).encode(_WIRE)
        self._held = str(state["held"]).encode(_WIRE)
        self._dots, self.lost = int(state["dots"]), int(state["lost"])
