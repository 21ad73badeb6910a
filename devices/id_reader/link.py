"""The conversation with the reader, without a port: one request, one answer (hardware-protocols 5.1).

Bytes and `now` go in; bytes to send and at most one outcome come out. There is no ACK. Every command
only reads, so a request that the reader did not understand (10, 11) and an answer that came damaged are
met by asking again, a few times. Silence is not: what then helps is to begin anew with find (5.7), and
that is the caller's to decide.

A time limit is a limit on silence: while an answer comes in, however slowly, it is waited for, up to a
limit for the whole. An answer that does not belong to the request is overwritten and dropped.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from devices.id_reader.codec import (
    WRONG_CHECK,
    WRONG_LENGTH,
    Command,
    Response,
    answers,
    parse,
)
from devices.id_reader.framing import Damage, Frame, Framer, Item, encode
from terminal.ports import NEVER, Seconds

RESENDS_MAX = 2
"""Times one request is sent again because it or its answer was damaged."""

ANSWER_SECONDS_MAX = 15.0
"""For the whole of an answer: 1295 bytes with the 5 ms gaps of fault 7 take 6.5 s."""

BITS_PER_BYTE = 10
"""8N1 (5.1)."""


@dataclass(frozen=True, slots=True)
class Lost:
    """No usable answer: no byte came, bytes that are no frame, or only damaged frames."""

    why: Literal["silent", "noise", "damaged"]


Outcome = Response | Lost


class Link:
    """One conversation with one reader."""

    __slots__ = ("_byte_seconds", "_command", "_deadline", "_ends", "_framer", "_heard", "_resends")

    def __init__(self) -> None:
        self._framer = Framer()
        self._command: Command | None = None
        self._deadline: Seconds = NEVER
        self._ends: Seconds = NEVER
        self._byte_seconds: Seconds = 0.0
        self._resends = 0
        self._heard: Literal["silent", "noise", "damaged"] = "silent"

    @property
    def busy(self) -> bool:
        """A request is on its way."""
        return self._command is not None

    def due(self) -> Seconds:
        """When this link itself has something to do."""
        return min(self._deadline, self._framer.due()) if self.busy else NEVER

    def forget(self) -> None:
        """The line was cut or is left: nothing is on its way, and nothing that came is kept."""
        self._command = None
        self._deadline = NEVER
        self._framer.clear()

    def ask(self, command: Command, baudrate: int, now: Seconds) -> bytes:
        """Begin a request at this line speed. Gives what to send."""
        assert not self.busy, "one request at a time"
        self._command = command
        self._resends = 0
        self._heard = "silent"
        return self._send(BITS_PER_BYTE / baudrate, now)

    def receive(self, data: bytes, now: Seconds) -> tuple[bytes, Outcome | None]:
        """Take what arrived, perhaps nothing, and the time. Gives what to send and what came of the
        request, if that is known now."""
        if self._command is None:
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
        return b"", self._finish(Lost(self._heard))

    def _weigh(self, items: Iterable[Item], now: Seconds) -> tuple[bytes, Outcome | None]:
        """The first answer that belongs here ends the request; what follows it is overwritten."""
        outcome: Outcome | None = None
        damaged = False
        for item in items:
            if isinstance(item, Damage):
                damaged = True
                continue
            response = self._answer(item)
            if response is not None and outcome is None:
                outcome = response
            elif response is not None:
                response.wipe()
        if outcome is None and damaged:
            return self._again(Lost("damaged"), now)
        if isinstance(outcome, Response) and outcome.sw3 in (WRONG_CHECK, WRONG_LENGTH):
            return self._again(outcome, now)
        return b"", None if outcome is None else self._finish(outcome)

    def _answer(self, frame: Frame) -> Response | None:
        response = parse(frame)
        assert self._command is not None
        if response is None or answers(self._command, response):
            return response
        response.wipe()
        return None

    def _again(self, outcome: Outcome, now: Seconds) -> tuple[bytes, Outcome | None]:
        self._heard = "damaged"
        if self._resends >= RESENDS_MAX:
            return b"", self._finish(outcome)
        self._resends += 1
        return self._send(self._byte_seconds, now), None

    def _send(self, byte_seconds: Seconds, now: Seconds) -> bytes:
        assert self._command is not None
        self._framer.clear()
        frame = encode(self._command.body)
        self._byte_seconds = byte_seconds
        self._deadline = now + len(frame) * byte_seconds + self._command.answer_seconds
        self._ends = now + ANSWER_SECONDS_MAX
        return frame

    def _finish(self, outcome: Outcome) -> Outcome:
        self._command = None
        self._deadline = NEVER
        self._framer.clear()
        return outcome
