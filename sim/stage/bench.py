"""A whole terminal on a clock that moves when told: real core, drivers, wire bytes, firmware, journal.

Only time, the disk (if wanted) and the people are simulated. A bench is deterministic: the same seed
gives the same journal byte for byte. The world and the record outlive the terminal, so `power_cut`
and `boot` tell what happens after a crash. Stories, tests and measurements all run on this.
"""

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from devices.acceptor.driver import PARITY, Acceptor
from devices.card_reader.driver import CardReader
from devices.dispenser.driver import Dispenser
from devices.host.channel import Channel
from devices.host.driver import Host
from devices.host.keys import DEMO_HOST_KEY, terminal_key
from devices.id_reader.driver import IdReader
from devices.journal_store import MEMORY, JournalStore
from devices.pin_pad import PinPad
from devices.transport import Transport, open_port
from screens.scanner import read
from sim.stage.machine import Glass, Ports, assemble
from sim.stage.overheard import PRESENTER, Trace, TracedChannel, TracedPort
from sim.stage.receipts import slip_printer
from sim.stage.settings import SIMULATED_DOCUMENTS, SIMULATED_PRINTER, Design, Settings, own_design
from sim.stage.voices import Speech, silence
from sim.world.acts import act
from sim.world.bank.rules import Bank
from sim.world.clock import VirtualClock
from sim.world.jack import JackSensor
from sim.world.people import Person, Wish
from sim.world.phone import CallSensor
from sim.world.pin_block import FILL_BYTES
from sim.world.pin_pad import InProcessPad
from sim.world.staff import Bell
from sim.world.wire import EDGE_SECONDS
from sim.world.world import (
    ACCEPTOR,
    ACCEPTOR_BAUD,
    DISPENSER,
    DISPENSER_BAUD,
    DOCUMENTS,
    PRINTER,
    PRINTER_BAUD,
    READER,
    READER_BAUD,
    Shape,
    World,
)
from terminal import events as ev
from terminal import session as s
from terminal.cash_units import Cassettes
from terminal.menu import TAKE_NOTES, WITHDRAWAL
from terminal.ports import NEVER, Port, Seconds
from terminal.runtime import Terminal

STORY_SECONDS_MAX = 3_600.0
"""A visit that lasts longer than this has gone wrong (invariant 22 bounds it far below)."""

ACT_SECONDS = 0.7
"""Between one act and the next: slower than the elder profile's arming time."""

STALL_SECONDS = 0.001
"""Time always moves: a part that says "now" without doing anything costs a millisecond, not a hang."""

KEY = hashlib.sha256(b"demonstration journal key").digest()
"""Benches use a fixed key: their journals are compared byte for byte."""


ARRIVING_LINES = (1, 4, 3, 5)
"""Where card reader, dispenser, bank and note acceptor, the order of `World.arrivals`, stand among the
ports that `assemble` makes."""

AT_REST = (s.Idle, s.OutOfService)
"""The phases between customers."""


class StoryStuckError(Exception):
    """What was waited for did not come."""


@dataclass
class Bench:
    """One terminal and its world. `boot` before use; `boot` again after `power_cut`."""

    shape: Shape = "path"
    seed: int = 0
    settings: Settings = field(default_factory=Settings)
    cassettes: Cassettes | None = None
    journal_path: str | Path = MEMORY
    design: Design = field(default_factory=own_design)
    speech: Callable[[Design], Speech] = silence
    open_record: Callable[[str], JournalStore] | None = None
    """Opens the record under the name of a run of the terminal; on `journal_path` if left away."""
    clock: VirtualClock = field(default_factory=VirtualClock)
    bank: Bank = field(default_factory=Bank)
    name: str = ""
    """With a clock and a bank in common, benches of different names are terminals of one bank."""
    reads_documents: bool = False
    """A reader for identity cards is fitted. It asks every second, so that visits are slower."""

    prints_receipts: bool = False
    """A receipt printer is fitted."""
    services: tuple[str, ...] = (WITHDRAWAL,)
    """What is offered; with withdrawal alone there is no menu."""
    passbook: bool = False
    """The branch allows a passbook in place of a card."""
    trace: Trace | None = None
    """Told of every byte on the cables and the line to the bank."""

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.loaded = self.cassettes or self.settings.cassettes
        self.world = World(
            self.clock,
            self.loaded,
            self.shape,
            bank=self.bank,
            name=self.name,
            reads_documents=self.reads_documents,
            prints_receipts=self.prints_receipts,
            takes_notes=self.takes_notes,
        )
        self.store = self._opened_record(f"boot {self.seed}")
        self.story_card = ""
        self.person: Person | None = None
        self.boots = 0
        self.watchers: list[Callable[[s.Session, Seconds], None]] = []
        self.terminal: Terminal
        self._terminal_due = 0.0
        self.voice: Speech = self.speech(self.design)

    # --- power ------------------------------------------------------------------------------------

    def _opened_record(self, name: str) -> JournalStore:
        boot = hashlib.sha256(name.encode()).hexdigest()[:16]
        if self.open_record is not None:
            return self.open_record(boot)
        return JournalStore(self.journal_path, KEY, ballast_bytes=0, boot=boot)

    def reopen_record(self) -> "Bench":
        """After a power cut that the disk felt too: the record as the disk still has it. Raises
        JournalError where it cannot be used any more. Only for a record that is not in memory."""
        self.store = self._opened_record(f"boot {self.seed}.{self.boots}")
        return self

    def boot(self) -> "Bench":
        """Switch the terminal on, over the world and the record as they are."""
        world, now = self.world, self.clock.now()
        world.plug_in()
        reader = self._port(READER, READER_BAUD, "E")
        notes = self._port(DISPENSER, DISPENSER_BAUD, "N")
        fills = random.Random(f"pad {self.seed}.{self.boots}")
        self.pad = InProcessPad(lambda: fills.randbytes(FILL_BYTES))
        world.press_key = self.pad.press
        self.glass = Glass()
        world.scan = self._scanned
        dispenser = (
            self._presenter()
            if self.shape == "presenter"
            else Dispenser(notes, cassettes=len(self.loaded))
        )
        entropy = hashlib.sha256(f"{self.seed}.{self.boots}".encode()).digest()
        terminal = self.settings.terminal
        host = Host(
            self._bank_channel(),
            self.clock,
            self.store,
            terminal,
            terminal_key(DEMO_HOST_KEY, terminal),
            entropy,
        )
        ports = Ports(
            *(CardReader(reader), PinPad(self.pad), host, dispenser),
            printer=self._printer(),
            acceptor=self._acceptor(),
        )
        self.voice = self.speech(self.design)
        self.terminal = assemble(
            ports,
            self.glass,
            self.store,
            self.clock,
            self.design.profiles,
            self.loaded,
            entropy=entropy,
            acct_key=KEY,
            language=self.settings.language,
            bank_line=self.settings.bank_line,
            more_ports=(
                self.voice,
                JackSensor(world.jack),
                CallSensor(world.phone),
                *self._documents(),
            ),
            shape=self.shape,
            weights=self.design.weights,
            services=self.services,
            bell=Bell(world.staff),
            passbook=self.passbook,
            rules=self.design.rules,
            packs=self.design.packs_of_change,
        )
        self.boots += 1
        self.terminal.listeners.append(self.voice.heard)
        self.terminal.start(now)
        return self

    def _presenter(self) -> Port:
        heard, presenter = self._heard(PRESENTER), self.world.presenter
        return TracedPort(presenter, heard) if heard else presenter

    def _printer(self) -> Port | None:
        if not self.prints_receipts:
            return None
        url, words = f"{SIMULATED_PRINTER}{self.name}", self.design.catalogues
        terminal, heard = self.settings.terminal, self._heard(PRINTER)
        return slip_printer(url, PRINTER_BAUD, words, self.clock, terminal, heard)

    @property
    def takes_notes(self) -> bool:
        """A note acceptor is fitted where a service needs one."""
        return bool(TAKE_NOTES & set(self.services))

    def _acceptor(self) -> Acceptor | None:
        if not self.takes_notes:
            return None
        return Acceptor(self._port(ACCEPTOR, ACCEPTOR_BAUD, PARITY))

    def _port(self, device: str, baud: int, parity: str) -> Transport:
        return open_port(f"sim://{device}{self.name}", baud, parity, self._heard(device))

    def _heard(self, device: str) -> Callable[[str, bytes], None] | None:
        """Who is told of the bytes of this device."""
        trace = self.trace
        if trace is None:
            return None
        return lambda arrow, data: trace(device, arrow, data, self.clock.now())

    def _bank_channel(self) -> Channel:
        channel = self.world.host.channel
        return TracedChannel(channel, self.trace) if self.trace else channel

    def _scanned(self, text: str) -> None:
        """A scanner types: it is the window's keyboard, and only what its rules let through arrives."""
        if code := read(text):
            self.glass.pressed.append(code)

    def _documents(self) -> Iterator[Port]:
        if self.reads_documents:
            url = f"{SIMULATED_DOCUMENTS}{self.name}"
            heard = self._heard(DOCUMENTS)
            yield IdReader(lambda baud: open_port(url, baud, "N", heard), self.clock)

    def power_cut(self) -> None:
        """The terminal is gone between two instructions; world and record stay. What was typed on
        the pad and what was on its way to the bank is gone with it."""
        self.world.host.hang_up()
        del self.terminal

    # --- time -------------------------------------------------------------------------------------

    @property
    def session(self) -> s.Session:
        """What the terminal holds true."""
        return self.terminal.session

    def turn(self) -> None:
        """Everything that happens at this instant, then time moves to the next."""
        self.clock.advance_to(self.happens())

    def happens(self, whole: bool = True) -> Seconds:
        """Everything that happens at this instant; when something will happen next.

        Unless it is to be the whole, only the side that has something to do is looked at: devices
        or terminal. Which one is known from the last look, so whoever may have touched anything in
        between asks for the whole."""
        now = self.clock.now()
        world, person = self.world, self.person
        acts = person is not None and person.due() <= now
        happened = False
        if whole or acts or self.watchers or self.reads_documents or self.prints_receipts:
            world.advance(now)
            if acts:
                self._person_acts(now)
            if happened := self._terminal_turns(now, None):
                world.advance(now)
            due = world.due(now)
        else:
            soon = now + EDGE_SECONDS
            arrived = world.arrives <= soon
            if turns := arrived or self._terminal_due <= soon:
                happened = self._terminal_turns(now, self._heard_by(soon) if arrived else ())
            due = world.work(now, turns)
        deed = NEVER if person is None else person.due()
        due = min(due, self._terminal_due, deed, now + STORY_SECONDS_MAX)
        if due <= now:
            return now if happened else now + STALL_SECONDS
        return due

    def _person_acts(self, now: Seconds) -> None:
        assert self.person is not None
        for pressed in self.person.act(self.world, now):
            self.voice.pressed(now)
            self.glass.pressed.append(pressed)

    def _heard_by(self, soon: Seconds) -> list[int]:
        """The ports of the terminal for which something arrives by then."""
        lines = zip(ARRIVING_LINES, self.world.arrivals(), strict=True)
        return [line for line, arrives in lines if arrives <= soon]

    def _terminal_turns(self, now: Seconds, heard: Sequence[int] | None) -> bool:
        terminal = self.terminal
        happened = terminal.turn(now, heard)
        if happened or heard is None:
            self._terminal_shown(now)
        self._terminal_due = terminal.due(now)
        return happened

    def _terminal_shown(self, now: Seconds) -> None:
        """Whoever looks at the terminal sees what it holds true now."""
        terminal = self.terminal
        self.voice.show(terminal.session, now)
        if self.person is not None:
            self.person.look(terminal.session, self.world, now)
        for watcher in self.watchers:
            watcher(terminal.session, now)

    def run(
        self, until: Callable[[s.Session], bool], seconds_max: Seconds = STORY_SECONDS_MAX
    ) -> "Bench":
        """Let time pass until the session is as wanted. StoryStuckError if it never is."""
        if until(self.session):
            return self
        limit, due = self.clock.now() + seconds_max, self.happens()
        while not until(self.terminal.session):
            if due > limit:
                raise StoryStuckError(f"still {self.session.phase} after {seconds_max:.0f} s")
            self.clock.advance_to(due)
            due = self.happens(whole=False)
        return self

    def waits(self, seconds: Seconds) -> "Bench":
        """Let this much time pass."""
        end, whole = self.clock.now() + seconds, True
        while self.clock.now() < end:
            self.clock.advance_to(min(end, self.happens(whole)))
            whole = False
        return self

    def waits_alone(self, seconds: Seconds) -> "Bench":
        """Let time pass for the world only: the terminal is off."""
        end = self.clock.now() + seconds
        while (now := self.clock.now()) < end:
            self.world.advance(now)
            self.clock.advance_to(min(end, max(self.world.due(now), now + STALL_SECONDS)))
        return self

    # --- people -----------------------------------------------------------------------------------

    def ready(self) -> "Bench":
        """Until the machine waits for a customer (or has closed)."""
        return self.run(lambda now: isinstance(now.phase, AT_REST))

    def visit(self, wish: Wish) -> "Bench":
        """One customer from coming to leaving. The machine is idle or closed afterwards."""
        self.ready()
        self.person = Person(wish, self.rng)
        self.story_card = wish.card
        opened = self.run(lambda now: not isinstance(now.phase, s.Idle), 120.0)
        opened.run(lambda now: isinstance(now.phase, AT_REST))
        self.person = None
        return self

    def does(self, *acts: str) -> "Bench":
        """Acts at the front, one after the other, with a pause after each. StoryStuckError if one of
        them cannot be done."""
        for name in acts:
            if not act(self.world, name):
                raise StoryStuckError(f'"{name}" cannot be done in {self.session.phase}')
            self.waits(ACT_SECONDS)
        return self

    def presses(self, name: str, value: int | str | None = None) -> "Bench":
        """A press on the glass."""
        self.voice.pressed(self.clock.now())
        self.glass.pressed.append(ev.Chosen(name, value))
        return self.waits(0.1)

    @contextmanager
    def watching(self, watcher: Callable[[s.Session, Seconds], None]) -> Iterator[None]:
        """See every session as it becomes true."""
        self.watchers.append(watcher)
        try:
            yield
        finally:
            self.watchers.remove(watcher)
