"""The receipt printer as a port of the terminal: a receipt goes in, and one event says what became of
it.

It runs the life of the printer (`rounds`), moves bytes between it and the transport at the line's pace,
and keeps the only deadlines. Pages are drawn by whoever composes the terminal and hands in `render`. A
printer that is not there is no reason not to start: it is tried again for ever, and receipts are refused
meanwhile.

One receipt at a time: another is refused while one is being printed. Nothing is printed twice: a job
that was printed, or may have been, gets the same answer again. What was printed before the terminal was
started is not known here; the core never orders a job anew after a restart.
"""

from collections import deque
from collections.abc import Callable, Iterable

from devices.printer.codec import Health
from devices.printer.framing import Flow, ReplyReader
from devices.printer.line import Line
from devices.printer.rounds import Render, life
from devices.printer.steps import (
    STALL_SECONDS,
    Close,
    Fence,
    GoOn,
    Heard,
    Listen,
    Lost,
    Memory,
    Open,
    Order,
    Reply,
    Restarted,
    Send,
    Sent,
    Stalled,
)
from devices.transport import LinkLost, PortRefused, Transport
from terminal.effects import CheckPrinter, Effect, PrintReceipt
from terminal.events import Event, ReceiptDoubtful, ReceiptPrinted, ReceiptRefused
from terminal.ports import NEVER, Seconds

DEFAULT_BAUDRATE = 115_200
"""The fastest that DIP switches offer (7.1): a large receipt is some 50 KB."""

PARITY = "N"
"""8N1 (7.1)."""

BUSY = "busy"
"""Why a second receipt is refused."""

Opener = Callable[[], Transport]
"""Opens the printer's port; PortRefused if it cannot be had. It may look the port up anew."""


class _Waiting:
    """The step is not over."""


_WAITING = _Waiting()


class Printer:
    """An ESC/POS printer behind the port that `opener` opens. Implements `Port`; takes `PrintReceipt` and
    `CheckPrinter`. `baudrate` is the port's, for the pace; `xonxoff` whether the printer is set to that
    handshake."""

    def __init__(
        self,
        opener: Opener,
        render: Render,
        baudrate: int = DEFAULT_BAUDRATE,
        xonxoff: bool = True,
    ) -> None:
        self._opener = opener
        self._transport: Transport | None = None
        self._reader = ReplyReader(xonxoff)
        self._line = Line(baudrate)
        self._memory = Memory()
        self._events: list[Event] = []
        self._items: deque[Heard] = deque()
        self._orders: deque[Order] = deque()
        self._receipts = 0
        self._lost = False
        self._rest = b""
        self._urgent = False
        self._life = life(self._memory, render)
        self._step = next(self._life)

    @property
    def health(self) -> Health:
        """How the printer was when it was last looked at."""
        return self._memory.health

    @property
    def fence(self) -> Fence:
        """What it can prove a receipt with."""
        return self._memory.fence

    def submit(self, effect: Effect, now: Seconds) -> None:
        """Take one order."""
        match effect:
            case PrintReceipt(job=job) if self._receipts:
                self._events.append(ReceiptRefused(job, BUSY))
            case PrintReceipt():
                self._receipts += 1
                self._orders.append(effect)
            case CheckPrinter():
                if effect not in self._orders:
                    self._orders.append(effect)
            case _:
                raise AssertionError(f"{type(effect).__name__} is not for a receipt printer")

    def poll(self, now: Seconds) -> Iterable[Event]:
        """Read, go on; gives what happened."""
        self._listen(now)
        self._go_on(now)
        if not self._events:
            return ()
        events, self._events = self._events, []
        return events

    def due(self, now: Seconds) -> Seconds:
        """The next instant at which `poll` has something to do without a byte arriving."""
        match self._step:
            case Listen(until, orders):
                mine = now if orders and self._orders else until
            case _:
                mine = min(self._line.due(len(self._rest)), self._stalls_at())
        return min(mine, self._reader.due())

    def close(self) -> None:
        """Let the port go, and whatever was on its way."""
        self._rest = b""
        self._items.clear()
        self._reader.clear()
        self._line.clear()
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    # --- the line ---------------------------------------------------------------------------------

    def _listen(self, now: Seconds) -> None:
        if self._transport is None:
            return
        try:
            heard = self._transport.read()
        except LinkLost:
            self._lose()
            return
        if heard or now >= self._reader.due():
            for item in self._reader.feed(heard, now):
                if not isinstance(item, Flow):
                    self._items.append(item)
                elif self._line.flow(item.go, now):
                    self._items.append(Restarted())

    def _write(self, now: Seconds) -> None:
        """As much of the rest as may go now."""
        count = len(self._rest) if self._urgent else self._line.room(len(self._rest), now)
        if self._transport is None or not count:
            return
        piece, self._rest = self._rest[:count], self._rest[count:]
        try:
            self._transport.write(piece)
        except LinkLost:
            self._lose()
            return
        self._line.wrote(count, now)

    def _lose(self) -> None:
        self.close()
        self._lost, self._memory.up = True, False

    def _stalls_at(self) -> Seconds:
        blocked = self._line.blocked_at
        return NEVER if blocked is None or not self._rest else blocked + STALL_SECONDS

    # --- the life ---------------------------------------------------------------------------------

    def _go_on(self, now: Seconds) -> None:
        """Live on to the next wait."""
        self._memory.now = now
        reply = self._reply(now)
        while not isinstance(reply, _Waiting):
            self._step = self._life.send(reply)
            reply = self._reply(now)

    def _reply(self, now: Seconds) -> Reply | _Waiting:
        """What came of the step so far."""
        match self._step:
            case Close():
                self.close()
                return None
            case Open():
                return self._have_open()
            case Send(data, urgent):
                self._rest, self._urgent, self._step = data, urgent, GoOn()
                return self._sending(now)
            case GoOn():
                return self._sending(now)
            case Listen(until, orders):
                return self._listening(until, orders, now)
            case event:
                if isinstance(event, ReceiptPrinted | ReceiptDoubtful | ReceiptRefused):
                    self._receipts -= 1
                self._events.append(event)
                return None

    def _have_open(self) -> bool:
        self._lost = False
        self._line.clear()
        if self._transport is None:
            try:
                self._transport = self._opener()
            except (PortRefused, LinkLost):
                return False
        return True

    def _sending(self, now: Seconds) -> Reply | _Waiting:
        if self._items and not self._urgent:
            return self._items.popleft()
        self._write(now)
        if self._transport is None:
            self._lost = False
            return Lost()
        if not self._rest:
            return Sent()
        if now >= self._stalls_at():
            return Stalled()
        return _WAITING

    def _listening(self, until: Seconds, orders: bool, now: Seconds) -> Reply | _Waiting:
        if self._items:
            return self._items.popleft()
        if self._lost:
            self._lost = False
            return Lost()
        if orders and self._orders:
            return self._orders.popleft()
        return None if now >= until else _WAITING
