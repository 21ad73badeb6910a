"""The note acceptor as a port of the terminal.

It runs one procedure of `deposits` at a time, moves bytes between the link and the transport, and keeps
the only deadlines. What the terminal orders comes before the watch over a deposit, which goes on
afterwards. A line that is lost is opened again for the next request: the orders carry numbers, and
whatever is at the other end then says itself what it remembers. Nothing is sent while nothing is
awaited.
"""

from collections import deque
from collections.abc import Iterable

from devices.acceptor.deposits import Deposits, Pause, Procedure, Reply, Request, Step
from devices.acceptor.link import Link, Outcome, Silent
from devices.transport import LinkLost, Transport
from terminal.effects import (
    CheckAcceptor,
    CloseAcceptor,
    Effect,
    InspectDeposit,
    OpenAcceptor,
    RetractReturned,
    ReturnNotes,
    StoreNotes,
)
from terminal.events import Event
from terminal.ports import NEVER, Seconds

PARITY = "N"
"""8N1 (hardware-protocols 9.4)."""

_NO_LINE = Silent("silent")


class Acceptor:
    """A bill-to-bill unit with an escrow cassette on an open transport. Implements `Port`; takes the
    acceptor's effects, gives its events."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._link = Link()
        self._deposits = Deposits()
        self._down = False
        self._queue: deque[Procedure] = deque()
        self._procedure: Procedure | None = None
        self._watching = False
        self._wake: Seconds = NEVER
        self._idle = False
        self._events: list[Event] = []

    # --- Port -------------------------------------------------------------------------------------

    def submit(self, effect: Effect, now: Seconds) -> None:
        """Take one order of the acceptor's; another kind is the caller's mistake."""
        self._queue.append(self._procedure_for(effect))
        self._work(now)

    def poll(self, now: Seconds) -> Iterable[Event]:
        """What has happened since the last call."""
        if self._procedure is not None or self._queue:
            self._listen(now)
            self._work(now)
        if not self._events:
            return ()
        events, self._events = self._events, []
        return events

    def due(self, now: Seconds) -> Seconds:
        """The next instant at which it acts by itself."""
        return now if self._events else min(self._wake, self._link.due())

    def close(self) -> None:
        """Let the port go."""
        self._link.forget()
        self._transport.close()

    # --- moving on --------------------------------------------------------------------------------

    def _procedure_for(self, effect: Effect) -> Procedure:
        deposits = self._deposits
        match effect:
            case CheckAcceptor():
                return deposits.check()
            case OpenAcceptor(txid, only):
                return deposits.open(txid, only)
            case CloseAcceptor(txid):
                return deposits.close(txid)
            case StoreNotes(txid):
                return deposits.store(txid)
            case ReturnNotes(txid):
                return deposits.give_back(txid)
            case RetractReturned(txid):
                return deposits.retract(txid)
            case InspectDeposit(txid):
                return deposits.inspect(txid)
            case _:
                raise AssertionError(f"{effect} is not an order for a note acceptor")

    def _listen(self, now: Seconds) -> None:
        if not self._link.busy:
            return
        outcome: Outcome | None = None
        try:
            sent, outcome = self._link.receive(self._transport.read(), now)
            if sent:
                self._transport.write(sent)
        except LinkLost:
            self._lose()
            outcome = outcome or _NO_LINE
        if outcome is not None:
            self._go_on(outcome, now)

    def _lose(self) -> None:
        self._down = True
        self._link.forget()

    def _work(self, now: Seconds) -> None:
        """Continue until something has to be waited for."""
        while not self._link.busy:
            if self._watching and self._idle and self._queue:
                self._procedure, self._wake, self._idle = None, NEVER, False
            if self._procedure is None and not self._begin():
                return
            if self._wake != NEVER and now < self._wake:
                return
            self._go_on(None, now)

    def _begin(self) -> bool:
        """The next procedure: an order of the terminal, else the watch. False if there is none."""
        watched = self._deposits.watched
        self._watching = not self._queue
        if self._queue:
            self._procedure = self._queue.popleft()
        elif watched is not None:
            self._procedure = self._deposits.watch(watched)
        return self._procedure is not None

    def _go_on(self, reply: Reply, now: Seconds) -> None:
        """Hand the procedure what it waited for, up to its next wait."""
        self._wake, self._idle = NEVER, False
        while self._procedure is not None:
            self._deposits.now = now
            try:
                step = self._procedure.send(reply)
            except StopIteration:
                self._procedure = None
                return
            reply = None
            match step:
                case Pause(seconds, idle):
                    self._wake, self._idle = now + seconds, idle
                    return
                case Request(data):
                    if self._asked(data, now):
                        return
                    reply = _NO_LINE
                case event:
                    self._events.append(_event(event))

    def _asked(self, data: bytes, now: Seconds) -> bool:
        """Whether the request is on its way; the port is opened again for it where it was lost."""
        try:
            if self._down:
                self._transport.reopen()
                self._down = False
            self._transport.read()  # what still comes now is the answer to nothing
            self._transport.write(self._link.ask(data, now))
        except LinkLost:
            self._lose()
        return not self._down


def _event(step: Step) -> Event:
    assert not isinstance(step, Request | Pause), "a wait is no event"
    return step
