"""The line to the bank, simulated: a connection for the terminal's end, a session of the bank at the
other, and everything that can go wrong between them.

Bytes arrive in order and whole unless a knob says otherwise. A message reaches the bank at the instant
it is sent, is acted on there, and its answer arrives after the bank's `reply_seconds`. When the
connection breaks, answers on their way are lost; a message that `late_requests` holds back still
reaches the bank, however the connection has fared: some box on the way had it.

Flipped bits are drawn from a seed and hit the message, never the frame around it: what a network does
to lengths is another fault (`drop`). No socket and no clock here; `now` comes in.
"""

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from devices.host.channel import ConnectionLost, State
from devices.host.framing import Deframer, framed
from devices.host.message import MessageError
from sim.world.bank.ledger import LedgerError
from sim.world.bank.rules import Bank
from sim.world.bank.server import BankServer, Session, peek, purpose_of
from terminal.ports import NEVER, Seconds

FLIPS_MAX: Final = 4
"""Bits flipped in one damaged message: one to this many (reliability.md C, weak checksums)."""


@dataclass(order=True, slots=True)
class _Request:
    """A message on its way to the bank; `mute` loses the answer."""

    at: Seconds
    count: int
    session: Session = field(compare=False)
    frame: bytes = field(compare=False)
    mute: bool = field(compare=False)


@dataclass(slots=True)
class HostLine:
    """The network between one terminal and the bank. All fields are knobs that may be turned while
    it runs; purposes are those of `server.PURPOSES`.

    `silent` swallows everything from the terminal, `silent_to` the purposes it names;
    `acts_in_silence` lets the bank act and loses the answer instead. `delays` is how many seconds
    longer an answer takes, `late_requests` how much later a message reaches the bank. `doubled`
    messages arrive twice and are answered twice. `refused` turns connections away, and
    `opens_seconds` is how long one takes. `flip` is the chance of damage to one message, either
    way. `done` counts what was done to messages, by knob."""

    server: BankServer
    seed: int = 0
    silent: bool = False
    silent_to: frozenset[str] = frozenset()
    acts_in_silence: bool = False
    delays: Mapping[str, Seconds] = field(default_factory=dict)
    doubled: frozenset[str] = frozenset()
    late_requests: Mapping[str, Seconds] = field(default_factory=dict)
    refused: bool = False
    opens_seconds: Seconds = 0.0
    flip: float = 0.0
    failed: str = ""
    """Why the bank's book cannot be written, once it cannot."""
    done: Counter[str] = field(default_factory=Counter)
    channel: "LineChannel" = field(init=False)
    _random: Random = field(init=False)
    _session: Session | None = None
    _deframer: Deframer = field(default_factory=Deframer)
    _requests: list[_Request] = field(default_factory=list)
    _answers: list[tuple[Seconds, int, bytes]] = field(default_factory=list)
    _in_order: Seconds = 0.0
    _count: int = 0

    def __post_init__(self) -> None:
        self.channel = LineChannel(self)
        self._random = Random(self.seed)

    @property
    def bank(self) -> Bank:
        """The bank at the far end."""
        return self.server.bank

    @property
    def reply_seconds(self) -> Seconds:
        """How long the bank takes to answer."""
        return self.server.reply_seconds

    @reply_seconds.setter
    def reply_seconds(self, seconds: Seconds) -> None:
        self.server.reply_seconds = seconds

    # --- time -----------------------------------------------------------------------------------

    def advance(self, now: Seconds) -> None:
        """Let the bank act on what has reached it by `now`."""
        while self._requests and self._requests[0].at <= now:
            self._arrive(heapq.heappop(self._requests))

    def due(self, now: Seconds) -> Seconds:
        """The next instant at which something happens at the far end."""
        return self._requests[0].at if self._requests else NEVER

    def arrives(self) -> Seconds:
        """The next instant at which bytes arrive at the terminal."""
        return self._answers[0][0] if self._answers else NEVER

    # --- what people and networks do ------------------------------------------------------------

    def drop(self) -> None:
        """Cut the connection: both ends notice, and what is on its way back is lost."""
        if self._session is not None:
            self.done["drop"] += 1
            self._forget()
            self.channel.lose()

    def hang_up(self) -> None:
        """The terminal is gone, and nobody at its end notices anything."""
        self.channel.close()

    def restart(self) -> None:
        """The bank's process begins again: connections and sessions are lost, the ledger stands."""
        self.drop()
        self._requests.clear()
        self.server.forget_sessions()

    def restore_backup(self, snapshot: Mapping[str, Any]) -> None:
        """The bank begins again with the ledger of an earlier day (`Bank.snapshot`)."""
        self.restart()
        self.bank.restore(snapshot)

    # --- for the terminal's end -----------------------------------------------------------------

    def connect(self) -> None:
        """A new connection, with nothing in it."""
        self._forget()
        self._session = self.server.connection()

    def disconnect(self) -> None:
        """The terminal's end was closed."""
        self._forget()

    def sent(self, data: bytes, now: Seconds) -> None:
        """Bytes from the terminal."""
        session = self._session
        assert session is not None, "sent on a closed connection"
        try:
            frames = self._deframer.feed(data)
        except MessageError:
            self.drop()
            return
        for frame in frames:
            self._send(session, frame, now)
        self.advance(now)

    def received(self, now: Seconds) -> bytes:
        """Bytes that have arrived at the terminal."""
        self.advance(now)
        out = b""
        while self._answers and self._answers[0][0] <= now:
            out += framed(heapq.heappop(self._answers)[2])
        return out

    # --- on the way -----------------------------------------------------------------------------

    def _send(self, session: Session, frame: bytes, now: Seconds) -> None:
        purpose = self._purpose(frame)
        quiet = self.silent or purpose in self.silent_to
        if quiet:
            self.done["silent"] += 1
            if not self.acts_in_silence:
                return
        late = self.late_requests.get(purpose, 0.0)
        self.done["late_requests"] += late > 0
        times = 2 if purpose in self.doubled else 1
        self.done["doubled"] += times - 1
        for _ in range(times):
            self._count += 1
            request = _Request(now + late, self._count, session, self._damaged(frame), quiet)
            heapq.heappush(self._requests, request)

    def _purpose(self, frame: bytes) -> str:
        """What a message is for, where a knob asks for it."""
        if not (self.silent_to or self.doubled or self.late_requests):
            return ""
        message = peek(frame)
        return purpose_of(message) if message else ""

    def _arrive(self, request: _Request) -> None:
        try:
            reply = request.session.handle(request.frame)
        except LedgerError as trouble:
            self._bank_fails(trouble)
            return
        if request.session is not self._session:
            return
        if request.session.closed:
            self.drop()
        elif reply is not None and not request.mute:
            late = self.delays.get(reply.purpose, 0.0)
            self.done["delays"] += late > 0
            self._answer(self._damaged(reply.data), request.at + self.reply_seconds, late)

    def _bank_fails(self, trouble: LedgerError) -> None:
        """A bank that cannot write its book answers nobody any more: to the terminal it is down."""
        if not self.failed:
            self.failed = str(trouble)
        self.refused = True
        self.drop()

    def _answer(self, data: bytes, at: Seconds, late: Seconds) -> None:
        """Answers keep their order, except one that is late."""
        if not late:
            at = self._in_order = max(self._in_order, at)
        self._count += 1
        heapq.heappush(self._answers, (at + late, self._count, data))

    def _damaged(self, data: bytes) -> bytes:
        if not self.flip or self._random.random() >= self.flip:
            return data
        self.done["flip"] += 1
        bits = int.from_bytes(data, "big")
        for place in self._random.sample(range(len(data) * 8), self._random.randint(1, FLIPS_MAX)):
            bits ^= 1 << place
        return bits.to_bytes(len(data), "big")

    def _forget(self) -> None:
        self._session = None
        self._deframer = Deframer()
        self._answers.clear()
        self._in_order = 0.0


class LineChannel:
    """The terminal's end: a `devices.host.channel.Channel`."""

    def __init__(self, line: HostLine) -> None:
        self._line = line
        self._state: State = "closed"
        self._opens_at: Seconds = NEVER
        self._lost = False

    def open(self, now: Seconds) -> None:
        """Begin to connect. Raises ConnectionLost where the bank turns connections away."""
        assert self._state == "closed", "the connection is already there"
        self._lost = False
        if self._line.refused:
            self._line.done["refused"] += 1
            raise ConnectionLost("The bank refuses connections.")
        self._state, self._opens_at = "opening", now + self._line.opens_seconds
        self._line.connect()
        self._settle(now)

    def state(self, now: Seconds) -> State:
        """Where the connection stands. Raises ConnectionLost once when it broke."""
        self._raise_if_lost()
        self._settle(now)
        return self._state

    def send(self, data: bytes, now: Seconds) -> None:
        """Send all of it or raise ConnectionLost."""
        self._raise_if_lost()
        self._settle(now)
        if self._state != "open":
            raise ConnectionLost("There is no connection to the bank.")
        self._line.sent(data, now)

    def receive(self, now: Seconds) -> bytes:
        """What has arrived. Raises ConnectionLost when the other side has gone."""
        data = self._line.received(now)
        self._raise_if_lost()
        if self._state == "closed":
            raise ConnectionLost("There is no connection to the bank.")
        return data

    def close(self) -> None:
        """Let go."""
        self._state, self._lost = "closed", False
        self._line.disconnect()

    def stirs(self, now: Seconds) -> bool:
        """Whether the connection broke, opens, or brings something."""
        return self._lost or self._state == "opening" or self._line.arrives() <= now

    def due(self, now: Seconds) -> Seconds:
        """When bytes or a change of state come."""
        if self._lost:
            return now
        opens = self._opens_at if self._state == "opening" else NEVER
        return min(opens, self._line.arrives())

    def lose(self) -> None:
        """The connection broke; whoever uses it next is told."""
        self._state, self._lost = "closed", True

    def _settle(self, now: Seconds) -> None:
        if self._state == "opening" and now >= self._opens_at:
            self._state = "open"

    def _raise_if_lost(self) -> None:
        if self._lost:
            self._lost = False
            raise ConnectionLost("The connection to the bank broke.")
