"""ESC/POS as a printer reads it: where a command ends (hardware-protocols 7.4, 7.6).

A command has no frame: how long it is only its own first bytes tell. What it does is the printer's
business.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Markers = Literal["answered", "skipped", "text"]
"""What GS ( H is to a printer: known; unknown but skipped by its length; or unknown altogether, so that
what follows its two first bytes is taken for text."""

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
