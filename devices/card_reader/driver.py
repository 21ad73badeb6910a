"""The card reader as a port of the terminal: effects in, events out, never waiting.

It runs one order at a time (`orders`), moves bytes between the link and the transport, and keeps
the only deadlines: the pause of an order and those of the link. A new order begins when the
current one ends or pauses; a card that is to go out while its chip is being read stops the chip
with DLE EOT. When the reader is gone it says `ReaderFailed` once, tries again every two seconds
and says `ReaderReady`; an order given meanwhile is tried at once.

Nothing is sent while nothing is awaited.
"""

from collections.abc import Iterable

from devices.card_reader.codec import Command, Retry
from devices.card_reader.link import Link, Outcome
from devices.card_reader.orders import (
    ORDERS,
    Faulty,
    Memory,
    Order,
    Pause,
    ReaderEffect,
    Reopen,
    Silent,
    Stop,
    after_revival,
    recover,
)
from devices.transport import LinkLost, PortRefused, Transport
from terminal.effects import AcceptCard, Effect, EjectCard, ReadCard, RefuseCards, RetainCard
from terminal.events import Event, ReaderFailed, ReaderReady
from terminal.ports import NEVER, Seconds

DEFAULT_BAUDRATE = 38400
"""The fastest of the three speeds that the reader finds out by itself (4.1)."""

PARITY = "E"
"""8E1 (4.1)."""


class CardReader:
    """Sankyo ICT3Q8 behind a transport opened with even parity. Implements `Port`.

    Takes InspectReader, AcceptCard, RefuseCards, ReadCard, EjectCard and RetainCard."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._link = Link()
        self._memory = Memory()
        self._waiting: list[ReaderEffect] = []
        self._effect: ReaderEffect | None = None
        self._order: Order | None = None
        self._wake: Seconds = NEVER
        self._hurried = False
        self._failed = False
        self._events: list[Event] = []

    def submit(self, effect: Effect, now: Seconds) -> None:
        """Take one order; it begins with the next `poll`. An order of the same kind that has not
        begun is replaced, so no more than one of each kind ever waits. A reader that has failed lets no
        card in before it is initialised anew, so it need not be told."""
        assert isinstance(effect, ReaderEffect), f"{effect} is not for a card reader"
        replaced = (AcceptCard, RefuseCards) if isinstance(effect, RefuseCards) else (type(effect),)
        self._waiting = [each for each in self._waiting if type(each) not in replaced]
        if not (self._failed and isinstance(effect, RefuseCards)):
            self._waiting.append(effect)

    def poll(self, now: Seconds) -> Iterable[Event]:
        """Read, answer, go on with the order; gives what happened."""
        try:
            self._listen(now)
            if self._waiting:
                self._take_next(now)
            elif now >= self._wake:
                self._go_on(None, now)
        except LinkLost:
            self._lose_link(now)
        if not self._events:
            return ()
        events, self._events = self._events, []
        return events

    def due(self, now: Seconds) -> Seconds:
        """The next instant at which `poll` has something to do without a byte arriving."""
        if self._waiting and not self._link.busy:
            return now
        return min(self._link.due(), self._wake)

    def _listen(self, now: Seconds) -> None:
        if self._memory.link_cut:
            return
        data = self._transport.read()
        if not (data or self._link.busy):
            return
        sent, outcome = self._link.receive(data, now)
        if sent:
            self._transport.write(sent)
        if outcome is not None:
            self._go_on(outcome, now)

    def _take_next(self, now: Seconds) -> None:
        if self._link.busy:
            self._hurry(now)
            return
        if self._order is not None:
            self._order.close()
        effect = self._waiting.pop(0)
        procedure = ORDERS[type(effect)]
        if self._failed:
            procedure = after_revival(procedure)
        self._begin(procedure(self._memory), effect)
        self._go_on(None, now)

    def _hurry(self, now: Seconds) -> None:
        """A card that is to go out does not wait for its chip."""
        command = self._link.command
        chip_talks = command is not None and command.retry is Retry.START_OVER
        leaving = isinstance(self._waiting[0], EjectCard | RetainCard)
        if isinstance(self._effect, ReadCard) and chip_talks and leaving and not self._hurried:
            self._hurried = True
            self._transport.write(self._link.cancel(now))

    def _begin(self, order: Order, effect: ReaderEffect | None) -> None:
        self._order = order
        self._effect = effect
        self._wake = NEVER
        self._hurried = False

    def _go_on(self, outcome: Outcome | None, now: Seconds) -> None:
        """Run the order to its next wait."""
        assert self._order is not None, "an outcome without an order"
        self._wake = NEVER
        try:
            while True:
                step = self._order.send(outcome)
                outcome = None
                match step:
                    case Command():
                        self._send(self._link.ask(step, now))
                        return
                    case Pause(seconds):
                        self._wake = now + seconds
                        return
                    case Stop():
                        self._send(self._link.cancel(now))
                        return
                    case Reopen():
                        self._reopen()
                    case event:
                        self._failed = self._failed and not isinstance(event, ReaderReady)
                        self._events.append(event)
        except StopIteration:
            self._order = self._effect = None
        except Silent:
            self._fail("deviceNotReady")
            self._go_on(None, now)
        except Faulty as fault:
            self._fail(fault.error)
            self._go_on(None, now)

    def _send(self, data: bytes) -> None:
        if data:
            self._transport.write(data)

    def _reopen(self) -> None:
        try:
            self._transport.reopen()
        except PortRefused as refusal:
            raise LinkLost(str(refusal)) from refusal
        self._memory.link_cut = False

    def _lose_link(self, now: Seconds) -> None:
        self._memory.link_cut = True
        self._link.forget()
        self._fail("deviceNotReady")
        self._go_on(None, now)

    def _fail(self, error: str) -> None:
        """Tell it once, or in answer to an order; then try again after a while."""
        if self._effect is not None or not self._failed:
            self._events.append(ReaderFailed(error))
        if isinstance(self._effect, AcceptCard):
            self._memory.awaited = self._memory.awaited or "card"
        elif self._effect is not None:
            self._memory.awaited = "position"
        self._failed = True
        if self._order is not None:
            self._order.close()
        self._begin(recover(self._memory), None)
