"""The half-duplex conversation with the LCDM-4000, without a port (hardware-protocols 2.3, 2.9).

    host: command ->  <- ACK  <- response   host: ACK ->  <- EOT

Bytes and `now` go in; bytes to send and outcomes come out. One question is open at a time.

Rules it keeps:
- A question may be asked again after silence, unless it moves notes (`Order.once`): then only after
  a NAK that stood alone until the time for an ACK was over, because a stray byte that looks like a NAK
  beside a lost ACK would otherwise pay twice.
- A bad response is refused with NAK at most three times; what is asked for again is the response.
- A response with `Order.hold` is acknowledged only by `release`, when its result is on disk.
- A response seen before is acknowledged again and counts for nothing. One that answers no open
  question is given out as `Late`: it may be the answer to the money question.
- Every wait has an end.

What a response says, and what to do after silence, is not its business.
"""

from dataclasses import dataclass

from devices.dispenser.framing import ACK, EOT, NAK, Frame, Garbled, Signal, Token, host_framer
from terminal.ports import NEVER, Seconds
from terminal.values import replace

ACK_SECONDS_MAX = 1.0
"""The device has 500 ms (2.3); we give up hope at 1 s (2.9 step 6)."""
EOT_SECONDS_MAX = 0.5
"""Absence is not an error (2.3)."""
LINGER_SECONDS = 5.0
"""After a missing EOT our ACK may be lost: the device repeats its response up to three times, and is
listened to so that it can be told again."""
SENDS_MAX = 3
"""Of one command (2.3, 2.9 step 4)."""
RESPONSE_NAKS_MAX = 3
"""Of one response (2.3)."""
MOTION_SECONDS_MAX = 62.0
"""A response takes up to 60 s, and 2 s for grace (2.9 step 5)."""
QUERY_SECONDS_MAX = 5.0
"""A question that moves nothing is answered within milliseconds."""

_ACK, _NAK = bytes((ACK,)), bytes((NAK,))


@dataclass(frozen=True, slots=True)
class Order:
    """One command. `once`: silence is never a reason to send it again. `hold`: the response is not
    acknowledged before `release`."""

    frame: bytes
    answer_seconds_max: Seconds = QUERY_SECONDS_MAX
    once: bool = False
    hold: bool = False

    @property
    def command(self) -> int:
        """The command's code, which its response repeats."""
        return self.frame[3]


# --- outcomes -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole response to the question."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Rejected:
    """Every send was answered with NAK: the command was not accepted, and nothing was done."""


@dataclass(frozen=True, slots=True)
class Silent:
    """No whole response came. `accepted`: an ACK did, so something may well have been done.
    `sent_at`: when the command went out last."""

    why: str
    accepted: bool
    sent_at: Seconds


@dataclass(frozen=True, slots=True)
class Late:
    """A whole response that answers no open question."""

    frame: Frame


Outcome = Answered | Rejected | Silent | Late


# --- where the conversation stands ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Idle:
    listen_until: Seconds = -NEVER


@dataclass(frozen=True, slots=True)
class _Sent:
    """Waiting for ACK. `refused`: a NAK came; `noise`: something else did."""

    order: Order
    sent_at: Seconds
    sends: int = 1
    refused: bool = False
    noise: bool = False


@dataclass(frozen=True, slots=True)
class _Working:
    """Waiting for the response."""

    order: Order
    sent_at: Seconds
    accepted: bool
    bad: int = 0

    @property
    def until(self) -> Seconds:
        return self.sent_at + self.order.answer_seconds_max


@dataclass(frozen=True, slots=True)
class _Held:
    """The response is known but not acknowledged."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class _Closing:
    """Acknowledged; waiting for EOT. The outcome is given out at the end, so that the next question
    finds the line free."""

    frame: Frame
    until: Seconds
    outcome: Answered | None


class Link:
    """The conversation. Everything it wants sent and everything it learns is in what it returns."""

    def __init__(self) -> None:
        self._framer = host_framer()
        self._phase: _Idle | _Sent | _Working | _Held | _Closing = _Idle()
        self._says = b""
        self._learns: list[Outcome] = []

    def free(self) -> bool:
        """Whether a question may be asked. A held response is given up by asking."""
        return isinstance(self._phase, _Idle | _Held)

    def listening(self, now: Seconds) -> bool:
        """Whether anything is awaited from the device."""
        return not isinstance(self._phase, _Idle) or now < self._phase.listen_until

    def ask(self, order: Order, now: Seconds) -> bytes:
        """Put a question; gives the bytes to send."""
        assert self.free(), f"asked in the middle of {self._phase}"
        self._framer.clear()  # the rest of a frame torn before this belongs to no answer
        self._phase = _Sent(order, now)
        return order.frame

    def release(self, now: Seconds) -> bytes:
        """The held result is on disk: the bytes that acknowledge it, none if nothing is held."""
        match self._phase:
            case _Held(frame):
                self._phase = _Closing(frame, now + EOT_SECONDS_MAX, None)
                return _ACK
            case _:
                return b""

    def hear(self, data: bytes, now: Seconds) -> tuple[bytes, list[Outcome]]:
        """Bytes from the device: what to send, what was learnt."""
        for token in self._framer.feed(data, now):
            self._take(token, now)
        return self._gives()

    def advance(self, now: Seconds) -> tuple[bytes, list[Outcome]]:
        """Time passes: what to send, what was learnt."""
        for token in self._framer.advance(now):
            self._take(token, now)
        self._expire(now)
        return self._gives()

    def lost(self) -> list[Outcome]:
        """The port is gone: whatever was open ends here."""
        phase, self._phase = self._phase, _Idle()
        self._framer.clear()
        match phase:
            case _Sent(order=_, sent_at=sent_at):
                return [Silent("link lost", False, sent_at)]
            case _Working(sent_at=sent_at, accepted=accepted):
                return [Silent("link lost", accepted, sent_at)]
            case _Closing(outcome=Answered() as outcome):
                return [outcome]
            case _:
                return []

    def due(self) -> Seconds:
        """The next instant at which it acts by itself."""
        match self._phase:
            case _Sent(sent_at=sent_at):
                own = sent_at + ACK_SECONDS_MAX
            case _Working() as working:
                own = working.until
            case _Closing(until=until):
                own = until
            case _:
                return NEVER
        return min(own, self._framer.due())

    # --- what a token does ----------------------------------------------------------------------

    def _take(self, token: Token, now: Seconds) -> None:
        match self._phase:
            case _Sent() as sent:
                self._while_sent(sent, token, now)
            case _Working() as working:
                self._while_working(working, token, now)
            case _Closing() as closing:
                self._while_closing(closing, token, now)
            case _Idle() if isinstance(token, Frame):
                self._unasked(token)
            case _:
                pass  # repeats of a held response, and noise on a line nobody listens to

    def _while_sent(self, sent: _Sent, token: Token, now: Seconds) -> None:
        match token:
            case Signal(byte) if byte == ACK:
                self._phase = _Working(sent.order, sent.sent_at, accepted=True)
            case Signal(byte) if byte == NAK and sent.order.once:
                self._phase = replace(sent, refused=True)
            case Signal(byte) if byte == NAK:
                self._again(sent, now, Rejected())
            case Frame(command) if command == sent.order.command:
                self._answered(sent.order, token, now)
            case Frame():
                self._phase = replace(sent, noise=True)
                self._unasked(token)
            case _:
                self._phase = replace(sent, noise=True)

    def _while_working(self, working: _Working, token: Token, now: Seconds) -> None:
        match token:
            case Frame(command) if command == working.order.command:
                self._answered(working.order, token, now)
            case Frame():
                self._unasked(token)
            case Garbled() if working.bad == RESPONSE_NAKS_MAX:
                self._end(Silent("bad frames", working.accepted, working.sent_at))
            case Garbled():
                self._phase = replace(working, bad=working.bad + 1)
                self._says += _NAK
            case Signal(byte) if byte == ACK:
                self._phase = replace(working, accepted=True)
            case _:
                pass

    def _while_closing(self, closing: _Closing, token: Token, now: Seconds) -> None:
        match token:
            case Signal(byte) if byte == EOT:
                self._close(closing, _Idle())
            case Frame() if token == closing.frame:
                self._says += _ACK
                self._phase = replace(closing, until=now + EOT_SECONDS_MAX)
            case Frame():
                self._unasked(token)
            case _:
                pass

    def _expire(self, now: Seconds) -> None:
        match self._phase:
            case _Sent() as sent if now >= sent.sent_at + ACK_SECONDS_MAX:
                self._no_ack(sent, now)
            case _Working() as working if now >= working.until:
                self._end(Silent("no answer", working.accepted, working.sent_at))
            case _Closing() as closing if now >= closing.until:
                self._close(closing, _Idle(now + LINGER_SECONDS))
            case _:
                pass

    # --- steps ------------------------------------------------------------------------------------

    def _no_ack(self, sent: _Sent, now: Seconds) -> None:
        if not sent.order.once:
            self._again(sent, now, Silent("no ACK", False, sent.sent_at))
        elif sent.refused and not sent.noise:
            self._again(sent, now, Rejected())
        else:
            self._phase = _Working(sent.order, sent.sent_at, accepted=False)

    def _again(self, sent: _Sent, now: Seconds, otherwise: Outcome) -> None:
        if sent.sends == SENDS_MAX:
            return self._end(otherwise)
        self._phase = _Sent(sent.order, now, sent.sends + 1)
        self._says += sent.order.frame
        return None

    def _answered(self, order: Order, frame: Frame, now: Seconds) -> None:
        if order.hold:
            self._phase = _Held(frame)
            self._learns.append(Answered(frame))
        else:
            self._phase = _Closing(frame, now + EOT_SECONDS_MAX, Answered(frame))
            self._says += _ACK

    def _unasked(self, frame: Frame) -> None:
        self._says += _ACK
        self._learns.append(Late(frame))

    def _close(self, closing: _Closing, then: _Idle) -> None:
        self._phase = then
        if closing.outcome:
            self._learns.append(closing.outcome)

    def _end(self, outcome: Outcome) -> None:
        self._phase = _Idle()
        self._learns.append(outcome)

    def _gives(self) -> tuple[bytes, list[Outcome]]:
        given = self._says, self._learns
        self._says, self._learns = b"", []
        return given
