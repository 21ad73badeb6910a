"""The half-duplex conversation with the reader, without a port (hardware-protocols 4.3, 4.10).

One command at a time. Bytes and `now` go in; bytes to send and at most one outcome come out.

Rules it keeps:
- only a command that moves nothing (class S) is ever sent again by itself. For a motion or an
  APDU every doubt ends in `Lost`, and the caller asks where the card is before anything else;
- a response is acknowledged at once, because the reader drops it after 300 ms;
- a response is compared with the command; one that belongs to another is acknowledged and dropped;
- a damaged response is asked for again with NAK, which repeats the bytes and not the action.

Where the manual says to ignore everything but ACK and NAK before the ACK, this link also accepts a
whole response to the very command in question: the ACK was lost, and the answer proves the rest.
"""

from dataclasses import dataclass
from typing import Literal

from devices.card_reader.codec import Command, Response, Retry, answers, parse
from devices.card_reader.framing import ACK, CANCEL, NAK, Frame, Framer, Item, Signal, encode
from terminal.ports import NEVER, Seconds

ACK_SECONDS = 0.300
"""How long either side waits for a signal (4.3)."""

LISTEN_SECONDS = 3.0
"""How long a command that is never sent twice listens on without an ACK. If only the ACK was lost,
the motion ends within this time, and what the reader says of it (a card pulled out of its capture)
is worth more than a later question for the position."""

ACK_TRIES_MAX = 10
"""Sendings of a class S command: 3 s, longer than any motion during which the reader is deaf."""

ANSWER_TRIES_MAX = 2
"""Times a class S command is sent again because no response followed its ACK."""

NAKS_MAX = 3
"""Requests to repeat one damaged response."""

CANCELS_MAX = 3
"""Sendings of DLE EOT before the reader counts as deaf."""

PAUSE_SECONDS = 0.005
"""Rest between a response and the next command (4.3)."""

BYTE_SECONDS = 11 / 9600
"""One character (8E1, 11 bits) at the slowest speed: our own frame must be out before we wait."""


@dataclass(frozen=True, slots=True)
class Lost:
    """No usable response. `noAck` and `nak` leave open whether the command arrived at all;
    `noAnswer` and `damaged` mean that it arrived."""

    why: Literal["noAck", "nak", "noAnswer", "damaged"]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The reader stopped, or had finished already, or does not react to DLE EOT
    (`confirmed` is false)."""

    confirmed: bool


Outcome = Response | Lost | Cancelled


class _State:
    """Plain words: they are asked for many times at every poll, and a member of an Enum is slow to find."""

    IDLE = "idle"
    RESTING = "resting"
    WAITING_ACK = "waiting for ACK"
    WAITING_ANSWER = "waiting for the response"
    CANCELLING = "waiting for DLE EOT"


class Link:
    """One conversation with one reader."""

    __slots__ = (
        "_answer_tries",
        "_command",
        "_deadline",
        "_framer",
        "_naks",
        "_quiet_until",
        "_state",
        "_tries",
    )

    def __init__(self) -> None:
        self._framer = Framer()
        self._state = _State.IDLE
        self._command: Command | None = None
        self._deadline: Seconds = NEVER
        self._quiet_until: Seconds = 0.0
        self._tries = 0
        self._answer_tries = 0
        self._naks = 0

    @property
    def busy(self) -> bool:
        """A command is on its way."""
        return self._state is not _State.IDLE

    @property
    def command(self) -> Command | None:
        """The command on its way, unless it is being cancelled."""
        return None if self._state is _State.CANCELLING else self._command

    def due(self) -> Seconds:
        """When this link itself has something to do."""
        if self._state is _State.IDLE:
            return NEVER
        return min(self._deadline, self._framer.due())

    def forget(self) -> None:
        """The line was cut: nothing is on its way any more."""
        self._finish(0.0)
        self._framer.clear()

    def ask(self, command: Command, now: Seconds) -> bytes:
        """Begin a command. Gives what to send now, perhaps nothing yet."""
        assert not self.busy, "one command at a time"
        self._framer.clear()
        self._command = command
        self._tries = 0
        self._answer_tries = 0
        self._naks = 0
        if now < self._quiet_until:
            self._state = _State.RESTING
            self._deadline = self._quiet_until
            return b""
        return self._send(now)

    def cancel(self, now: Seconds) -> bytes:
        """Stop whatever the reader is doing. Gives what to send now."""
        self._state = _State.CANCELLING
        self._tries = 1
        self._deadline = now + ACK_SECONDS
        return CANCEL

    def receive(self, data: bytes, now: Seconds) -> tuple[bytes, Outcome | None]:
        """Take what arrived, perhaps nothing, and the time. Gives what to send and what came of
        the command, if that is known now."""
        if self._state is _State.IDLE:
            return self._unasked(data, now), None
        out = b""
        if data or now >= self._framer.due():
            for item in self._framer.feed(data, now):
                sent, outcome = self._heard(item, now)
                out += sent
                if outcome is not None:
                    return out, outcome
        if now >= self._deadline:
            sent, outcome = self._late(now)
            return out + sent, outcome
        return out, None

    def _unasked(self, data: bytes, now: Seconds) -> bytes:
        # Late responses are acknowledged so that the reader goes neutral, and dropped.
        items = self._framer.feed(data, now) if data else ()
        return ACK * sum(isinstance(item, Frame) for item in items)

    def _heard(self, item: Item, now: Seconds) -> tuple[bytes, Outcome | None]:
        match self._state, item:
            case ((_State.WAITING_ANSWER | _State.WAITING_ACK), Frame(text)):
                return ACK, self._answer(text, now)
            case _State.WAITING_ACK, Signal.ACK:
                assert self._command is not None
                self._state = _State.WAITING_ANSWER
                self._deadline = now + self._command.answer_seconds
                return b"", None
            case _State.CANCELLING, Signal.CANCEL:
                return b"", self._finish(now, Cancelled(confirmed=True))
            case _State.CANCELLING, Frame():
                return ACK, self._finish(now, Cancelled(confirmed=True))
            case _State.WAITING_ACK, Signal.NAK:
                return self._again("nak", now)
            case ((_State.WAITING_ANSWER | _State.WAITING_ACK), Signal.DAMAGED):
                return self._damaged(now)
            case _:
                return b"", None

    def _answer(self, text: bytes, now: Seconds) -> Outcome | None:
        response = parse(text)
        assert self._command is not None
        if response is None or not answers(self._command, response):
            return None
        return self._finish(now, response)

    def _damaged(self, now: Seconds) -> tuple[bytes, Outcome | None]:
        self._naks += 1
        if self._naks > NAKS_MAX:
            return self._again("damaged", now)
        assert self._command is not None
        self._state = _State.WAITING_ANSWER
        self._deadline = now + self._command.answer_seconds
        return NAK, None

    def _late(self, now: Seconds) -> tuple[bytes, Outcome | None]:
        match self._state:
            case _State.RESTING:
                return self._send(now), None
            case _State.WAITING_ACK:
                return self._again("noAck", now)
            case _State.CANCELLING if self._tries < CANCELS_MAX:
                self._tries += 1
                self._deadline = now + ACK_SECONDS
                return CANCEL, None
            case _State.CANCELLING:
                return b"", self._finish(now, Cancelled(confirmed=False))
            case _:
                return self._again("noAnswer", now)

    def _again(
        self, why: Literal["noAck", "nak", "noAnswer", "damaged"], now: Seconds
    ) -> tuple[bytes, Outcome | None]:
        assert self._command is not None
        if why in ("noAnswer", "damaged"):
            self._answer_tries += 1
        spent = self._tries >= ACK_TRIES_MAX or self._answer_tries > ANSWER_TRIES_MAX
        if self._command.retry is not Retry.REPEAT or spent:
            return b"", self._finish(now, Lost(why))
        self._naks = 0
        return self._send(now), None

    def _send(self, now: Seconds) -> bytes:
        assert self._command is not None
        frame = encode(self._command.text)
        self._state = _State.WAITING_ACK
        self._tries += 1
        wait = ACK_SECONDS if self._command.retry is Retry.REPEAT else LISTEN_SECONDS
        self._deadline = now + wait + len(frame) * BYTE_SECONDS
        return frame

    def _finish(self, now: Seconds, outcome: Outcome | None = None) -> Outcome | None:
        self._state = _State.IDLE
        self._command = None
        self._deadline = NEVER
        self._quiet_until = now + PAUSE_SECONDS
        return outcome
