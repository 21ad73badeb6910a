"""The frames of the bank's line: two bytes of length, big endian, then one message.

A connection carries bytes in order but in any pieces; `Deframer` puts them together again. A length
that cannot be means that the two sides no longer agree where messages begin, so there is nothing to
find again: the connection is useless and whoever owns it drops it. What is in a message is not the
business of this module.
"""

from typing import Final

from devices.host.message import MessageError

HEAD_BYTES: Final = 2

MESSAGE_BYTES_MAX: Final = 2048
"""Twice the longest message the codec can make (field 63 ends at 999 bytes); what is longer is noise
or an attack."""


def framed(data: bytes) -> bytes:
    """One frame around a message of 1 to `MESSAGE_BYTES_MAX` bytes."""
    assert 0 < len(data) <= MESSAGE_BYTES_MAX, f"a message has 1 to {MESSAGE_BYTES_MAX} bytes"
    return len(data).to_bytes(HEAD_BYTES, "big") + data


class Deframer:
    """Bytes in, messages out. Keeps at most one unfinished frame between calls."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def held(self) -> int:
        """How many bytes of an unfinished frame are waiting."""
        return len(self._held)

    def feed(self, data: bytes) -> list[bytes]:
        """Take what arrived (perhaps nothing) and give every message that is complete.

        Raises MessageError for a length of nothing or above the limit. What came before it in the
        same bytes is lost with the connection; the sender repeats what matters."""
        held = self._held
        held += data
        whole: list[bytes] = []
        start = 0
        while len(held) - start >= HEAD_BYTES:
            length = held[start] << 8 | held[start + 1]
            if not 0 < length <= MESSAGE_BYTES_MAX:
                held.clear()
                raise MessageError("The length of a frame cannot be.")
            end = start + HEAD_BYTES + length
            if end > len(held):
                break
            whole.append(bytes(held[start + HEAD_BYTES : end]))
            start = end
        del held[:start]
        return whole
