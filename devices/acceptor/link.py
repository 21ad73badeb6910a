"""The conversation with the acceptor, without a port: one request, one answer, and an ACK for it.

Bytes and `now` go in; bytes to send and at most one outcome come out. Every request here may be sent
again after silence, after a NAK and after a damaged answer: those of CCNET that are used change nothing
by being repeated, and ours are numbered, so that the acceptor answers a repeated one and does not
execute it again. What is sent again is the same bytes.

An answer that cannot belong to the request is dropped: it is late. What an answer says, and how long to
go on after silence, is not its business.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from devices.acceptor import codec
from devices.acceptor.framing import Damage, Framer, Item, encode
from terminal.ports import NEVER, Seconds

ANSWER_SECONDS = 0.5
"""From the end of a request to its answer. Units answer in some milliseconds; public drivers wait 0.14
to 0.44 s. A report is under way for 0.1 s itself."""

ANSWER_SECONDS_MAX = 3.0
"""For the whole of an answer: 255 bytes with the 5 ms gaps of fault 7 take 1.6 s."""

RESENDS_MAX = 2
"""Times one request is sent again."""

BITS_PER_BYTE = 10
BAUDRATE = 9_600
"""9600 8N1 (hardware-protocols 9.4)."""
BYTE_SECONDS: Seconds = BITS_PER_BYTE / BAUDRATE

_ACK = encode(codec.ACK)


@dataclass(frozen=True, slots=True)
class Silent:
    """No usable answer, however often it was asked: no byte came, or only such as are no answer."""

    why: Literal["silent", "noise", "damaged", "nak"]


Outcome = bytes | Silent
"""What an answer carries, or why there is none."""


class Link:
    """One conversation with one acceptor."""

    __slots__ = ("_asked", "_deadline", "_ends", "_framer", "_heard", "_resends")

    def __init__(self) -> None:
        self._framer = Framer()
        self._asked = b""
        self._deadline: Seconds = NEVER
        self._ends: Seconds = NEVER
        self._resends = 0
        self._heard: Literal["silent", "noise", "damaged", "nak"] = "silent"

    @property
    def busy(self) -> bool:
        """A request is on its way."""
        return bool(self._asked)

    def due(self) -> Seconds:
        """When this link itself has something to do."""
        return min(self._deadline, self._framer.due()) if self._asked else NEVER

    def forget(self) -> None:
        """The line was cut or is left: nothing is on its way, and nothing that came is kept."""
        self._asked = b""
        self._deadline = NEVER
        self._framer.clear()

    def ask(self, request: bytes, now: Seconds) -> bytes:
        """Begin a request. Gives what to send."""
        assert not self._asked, "one request at a time"
        self._asked = request
        self._resends = 0
        self._heard = "silent"
        return self._send(now)

    def receive(self, data: bytes, now: Seconds) -> tuple[bytes, Outcome | None]:
        """Take what arrived, perhaps nothing, and the time. Gives what to send and what came of the
        request, if that is known now."""
        if not self._asked:
            return b"", None
        if data and self._heard == "silent":
            self._heard = "noise"
        if data or now >= self._framer.due():
            sent, outcome = self._weigh(self._framer.feed(data, now), now)
            if sent or outcome is not None:
                return sent, outcome
        if self._framer.inside:
            self._deadline = min(max(self._deadline, self._framer.due()), self._ends)
        if now < self._deadline:
            return b"", None
        return self._again(now)

    def _weigh(self, items: Iterable[Item], now: Seconds) -> tuple[bytes, Outcome | None]:
        """The first answer that can belong here ends the request."""
        for item in items:
            if isinstance(item, Damage):
                self._heard = "damaged"
            elif item.data == codec.NAK:
                self._heard = "nak"
                return self._again(now)
            elif codec.answers(self._asked, item.data):
                self.forget()
                told = item.data in (codec.ACK, codec.INVALID)
                return b"" if told else _ACK, item.data
        return b"", None

    def _again(self, now: Seconds) -> tuple[bytes, Outcome | None]:
        if self._resends >= RESENDS_MAX:
            why = self._heard
            self.forget()
            return b"", Silent(why)
        self._resends += 1
        return self._send(now), None

    def _send(self, now: Seconds) -> bytes:
        self._framer.clear()
        frame = encode(self._asked)
        self._deadline = now + len(frame) * BYTE_SECONDS + ANSWER_SECONDS
        self._ends = now + ANSWER_SECONDS_MAX
        return frame
