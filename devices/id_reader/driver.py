"""The resident identity card reader as a port of the terminal: it takes no orders, and of every document
laid on it it says one thing, the age band, or why there is none.

It runs the life of the reader (`rounds`), moves bytes between the link and the transport, and keeps the
only deadlines. A line that is lost is closed before it is opened again (hardware-protocols 10.3), and
power-on begins anew. A reader that is not there is no event: the machine works without (accessibility
C5.4), and `condition` tells the operator.

Privacy (accessibility PRV-04): nothing of a document stays here. The buffers that held it are
overwritten before `poll` returns, no text is made of it, nothing is logged; the transport must be opened
without a trace. What cannot be overwritten are the short-lived bytes that the port itself gave.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType

from devices.id_reader import record
from devices.id_reader.codec import (
    DEFAULT_BAUDRATE,
    FOUND,
    NO_CARD,
    OK,
    Command,
    Response,
)
from devices.id_reader.link import Link, Outcome
from devices.id_reader.rounds import (
    FIND_SECONDS,
    Close,
    Condition,
    Memory,
    Open,
    Pause,
    Reply,
    life,
)
from devices.transport import LinkLost, PortRefused, Transport
from terminal.effects import Effect
from terminal.events import Event
from terminal.ports import NEVER, Clock, Seconds

PARITY = "N"
"""8N1 (5.1)."""

Opener = Callable[[int], Transport]
"""Opens the reader's port at a speed; PortRefused if it cannot be had. It may look the port up anew."""


class IdReader:
    """A SAM_V reader behind the port that `opener` opens. Implements `Port`; takes no effects, gives
    `DocumentRead`, `DocumentUnread` and `DocumentGone`. `clock` says what day it is."""

    def __init__(self, opener: Opener, clock: Clock, find_seconds: Seconds = FIND_SECONDS) -> None:
        self._opener = opener
        self._clock = clock
        self._transport: Transport | None = None
        self._baudrate = DEFAULT_BAUDRATE
        self._link = Link()
        self._memory = Memory()
        self._events: list[Event] = []
        self._wake: Seconds = float("-inf")
        self._life = life(self._memory, self._today, find_seconds)

    @property
    def condition(self) -> Condition:
        """How the reader is; `rounds.DIAGNOSES` has the sentence."""
        return self._memory.condition

    @property
    def module(self) -> str:
        """The number of the reader's security module, "" until it was read. It names the reader, nobody
        else."""
        return self._memory.module

    @property
    def baudrate(self) -> int:
        """The line speed last used."""
        return self._baudrate

    @property
    def statuses(self) -> Mapping[str, int]:
        """How often each answer came that was neither success nor "no card", by SW3 in hexadecimal:
        31 in numbers is a reader that documents do not trust."""
        return MappingProxyType(self._memory.statuses)

    def submit(self, effect: Effect, now: Seconds) -> None:
        """No effect is for this port."""
        raise AssertionError(f"{type(effect).__name__} is not for an identity card reader")

    def poll(self, now: Seconds) -> Iterable[Event]:
        """Read, go on; gives what happened."""
        self._listen(now)
        if now >= self._wake:
            self._go_on(None, now)
        if not self._events:
            return ()
        events, self._events = self._events, []
        return events

    def due(self, now: Seconds) -> Seconds:
        """The next instant at which `poll` has something to do without a byte arriving."""
        return min(self._link.due(), self._wake)

    def close(self) -> None:
        """Let the port go, and whatever was on its way."""
        self._link.forget()
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def _listen(self, now: Seconds) -> None:
        if self._transport is None:
            return
        awaited = self._link.busy
        outcome: Outcome | None = None
        try:
            # Read even when nothing is awaited: what comes then is stale, and a cut line shows.
            sent, outcome = self._link.receive(self._transport.read(), now)
            if sent:
                self._transport.write(sent)
        except LinkLost:
            self.close()
        if outcome is not None or (awaited and self._transport is None):
            self._go_on(outcome, now)

    def _go_on(self, reply: Reply, now: Seconds) -> None:
        """Live on to the next wait."""
        self._wake = NEVER
        while True:
            step = self._life.send(reply)
            self._done_with(reply)
            reply = None
            match step:
                case Close():
                    self.close()
                case Open(baudrate):
                    reply = self._have_open(baudrate)
                case Pause(seconds):
                    self._wake = now + seconds
                    return
                case Command():
                    if self._asked(step, now):
                        return
                case event:
                    self._events.append(event)

    def _done_with(self, reply: Reply) -> None:
        """What was answered has been weighed: count it, and leave nothing of it."""
        if not isinstance(reply, Response):
            return
        if reply.sw3 not in (OK, FOUND, NO_CARD):
            self._memory.statuses[f"{reply.sw3:02X}"] += 1
        reply.wipe()

    def _asked(self, command: Command, now: Seconds) -> bool:
        """Whether the command is on its way."""
        if self._transport is None:
            return False
        try:
            self._transport.write(self._link.ask(command, self._baudrate, now))
        except LinkLost:
            self.close()
        return self._transport is not None

    def _have_open(self, baudrate: int) -> bool:
        if self._transport is not None and self._baudrate == baudrate:
            return True
        self.close()
        self._baudrate = baudrate
        try:
            self._transport = self._opener(baudrate)
        except (PortRefused, LinkLost):
            return False
        return True

    def _today(self) -> date:
        return record.local_date(self._clock.utc())
