"""The running program: devices (real or simulated), window, voice, record, and the loop.

One thread, one loop: what is outside is asked, the core decides, the picture is drawn if it changed.
The simulated world, where there is one, lives beside the terminal and is kept on disk, so that it
outlives it.
"""

import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from audio.outputs import devices_trouble
from audio.speakers import player
from audio.tts_child import keep_no_core
from devices.acceptor.driver import PARITY as ACCEPTOR_PARITY
from devices.acceptor.driver import Acceptor
from devices.acceptor.link import BAUDRATE
from devices.card_reader.driver import CardReader
from devices.clock import SystemClock
from devices.dispenser.driver import Dispenser
from devices.host.channel import Channel
from devices.host.driver import Host
from devices.host.keys import DEMO_HOST_KEY, KEY_BYTES, terminal_key
from devices.host.tcp import TcpChannel, tcp_address
from devices.id_reader.driver import IdReader
from devices.journal_store import JournalError, JournalStore, journal_key
from devices.pin_pad import ChildPad, PinPad
from devices.transport import Trace, Transport, open_port
from screens.beside import Beside
from screens.front import DemoCard, DemoDocument, FrontState
from screens.front_inlet import Inlet
from screens.screen_reader import ScreenReader, screen_reader
from screens.theme import Panel, design_from
from screens.touch import Act, Quit
from screens.window import Faces, NoDisplay, Window
from sim.stage import display
from sim.stage.bystander import NOBODY, Bystander
from sim.stage.desk import PrintedDesk, desk_catalogue
from sim.stage.host import bank_over
from sim.stage.keeper import Keeper, KeptClock
from sim.stage.machine import Glass, Ports, adopt, assemble
from sim.stage.overheard import PRESENTER, TracedPort
from sim.stage.prompts import opened_packs
from sim.stage.receipts import SlipPrinter, slip_printer
from sim.stage.settings import (
    HOUSE,
    PRESENTER_PORT,
    SIMULATED_ACCEPTOR,
    SIMULATED_DOCUMENTS,
    SIMULATED_PRINTER,
    ConfigurationError,
    Design,
    Settings,
    read_design,
)
from sim.stage.supervisor import RECORD_BROKEN, Pulse
from sim.stage.voices import Speech, voice_with
from sim.world.acts import act
from sim.world.bank import CUSTOMERS, STORY_YEAR
from sim.world.cards import CARDS
from sim.world.identities import IDENTITIES
from sim.world.jack import JackSensor
from sim.world.phone import CallSensor
from sim.world.pin_pad import InProcessPad
from sim.world.staff import Bell
from sim.world.world import ACCEPTOR, DISPENSER, DOCUMENTS, PRINTER, READER, World
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Ask
from terminal.ports import Clock, Port, Seconds
from terminal.prompts import phase_prompt
from terminal.runtime import Terminal
from terminal.values import replace

VISIT_HZ = 125
"""A press waits at most 8 ms for the loop, half a 60 Hz frame."""

IDLE_HZ = 16
"""While nobody is there: 63 ms at most until the first touch is seen, well below the tenth of a second
that people notice, and an eighth of the work."""

PARITY: Mapping[str, str] = {"none": "N", "even": "E"}

RECORD_BROKEN_SECONDS_MAX = 60.0
"""How long a terminal without a record stays, for a card to be taken and a number to be written down;
then a new start looks whether the record can be kept again."""

CAPTION = "Accessible terminal"
"""What the window is called."""

LIT_WHEN_TYPING = (Ask.PIN, Ask.ENTRY)


AT_REST = (s.Idle, s.OutOfService)
"""The phases in which nobody is served."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a running terminal was put together from, for whoever stands beside it."""

    settings: Settings
    design: Design
    clock: KeptClock
    pad: ChildPad | InProcessPad


class Live(Protocol):
    """Somebody who changes the design while the terminal runs, and what stands beside the machine's picture
    to tell them how it went."""

    @property
    def design(self) -> Design:
        """The one to begin with."""
        ...

    @property
    def beside(self) -> Beside:
        """Around the machine's picture."""
        ...

    def poll(self, now: Seconds, session: s.Session) -> Design | None:
        """Another design to take from now on, while `session` is on the screen; or None."""
        ...


@dataclass
class Kiosk:
    """Everything that runs. `front` is whether the machine's front is drawn."""

    terminal: Terminal
    world: World
    keeper: Keeper
    voice: Speech
    glass: Glass
    window: Window
    front: bool
    pulse: Pulse
    cards: tuple[DemoCard, ...]
    documents: tuple[DemoDocument, ...] = ()
    tell: bool = False
    printer: SlipPrinter | None = None
    live: Live | None = None
    desk: PrintedDesk | None = None
    bystander: Bystander = NOBODY
    _told: object = None
    _unkept: bool = False
    _bank_told: bool = False
    _broken_at: Seconds | None = None

    def loop(self, clock: Clock) -> int:
        """Turn until the window is closed or the record is broken. The exit code."""
        while True:
            now = clock.now()
            self.bystander.turn(now)
            if not self.handle_presses(now) or not self.pulse.beat(now):
                return 0
            if self.live is not None and (design := self.live.poll(now, self.terminal.session)):
                self.adopt(design)
            self.turn(now)
            if self._over_without_record(now):
                return RECORD_BROKEN
            busy = not isinstance(self.terminal.session.phase, AT_REST)
            self.window.tick(VISIT_HZ if busy else IDLE_HZ)

    def turn(self, now: Seconds) -> None:
        """One pass: the world moves and is kept, the terminal turns, the picture follows."""
        if self.world.advance(now):
            self._keep()
        if self.terminal.turn(now):
            self.world.stirred = True
        self._tell_failed_bank()
        if self.desk is not None:
            self.desk.look(self.world.staff.sees)
        self.show(self.terminal.session, now)

    def adopt(self, design: Design) -> None:
        """Everything on another design, as a whole and between two turns; the visit stays where it is."""
        adopt(self.terminal, design)
        self.voice.adopt(design)
        self.window.adopt(faces_of(design))
        if self.printer is not None:
            self.printer.catalogues = design.catalogues
        if self.desk is not None:
            self.desk.catalogue = desk_catalogue(design.catalogues, self.desk.catalogue.language)

    def show(self, session: s.Session, now: Seconds) -> None:
        """The session to voice and glass, with the front as it is."""
        self.voice.show(session, now)
        front = self._front(session) if self.front else None
        if self.window.draw(session, front, now, self.voice.caption) and self.tell:
            self._tell(session)

    def _front(self, session: s.Session) -> FrontState:
        """The front as it is; the next identity card in the hand is another one each time."""
        lying = self.world.documents.lying if self.world.documents else None
        if lying and self.documents and self.documents[0].name == lying:
            self.documents = (*self.documents[1:], self.documents[0])
        return front_state(self.world, session, self.cards, self.documents)

    def handle_presses(self, now: Seconds) -> bool:
        """Presses to where they belong, so that the turn that follows acts on them and shows them;
        False when the window was closed."""
        for said in self.window.poll(now):
            match said:
                case Quit():
                    return False
                case Act(name):
                    if act(self.world, name):
                        self.world.stirred = True
                        self.bystander.acted(name)
                case ev.Laid():
                    self.glass.pressed.append(said)
                case _:
                    self.voice.pressed(now)
                    self.glass.pressed.append(said)
        return True

    def _over_without_record(self, now: Seconds) -> bool:
        """Whether the record is broken and nobody is being served any more."""
        trouble = self.terminal.record_broken
        if not trouble:
            return False
        if self._broken_at is None:
            self._broken_at = now
            print(trouble, file=sys.stderr, flush=True)
        return over_without_record(self.terminal.session, now - self._broken_at)

    def _tell_failed_bank(self) -> None:
        """The bank inside cannot go on: said once, and the machine is without one."""
        if self.world.host.failed and not self._bank_told:
            self._bank_told = True
            print(self.world.host.failed, file=sys.stderr, flush=True)

    def _keep(self) -> None:
        """The simulated world to disk. A disk that takes it no more ends no visit: whether service
        goes on is decided by the record, which has a reserve."""
        try:
            self.keeper.save()
        except OSError as trouble:
            self.world.stirred = True
            if not self._unkept:
                self._unkept = True
                print(
                    f"The simulated world cannot be kept: {trouble.strerror}. It goes on unkept.",
                    file=sys.stderr,
                    flush=True,
                )

    def _tell(self, session: s.Session) -> None:
        """A line of JSON for every change of screen, for programs that drive this one."""
        seen = (
            type(session.phase).__name__,
            session.overlay,
            session.look.profile,
            session.look.language,
        )
        places = self.window.places()
        if (seen, places) == self._told:
            return
        self._told = (seen, places)
        names = ("phase", "overlay", "profile", "language")
        line = {**dict(zip(names, seen, strict=True)), "places": places}
        self.tell = told(json.dumps(line))


def run(
    settings: Settings,
    size: tuple[int, int] | None,
    pulse: int | None = None,
    tell: bool = False,
    live: Live | None = None,
    bystander: Bystander = NOBODY,
) -> int:
    """Run the terminal until its window is closed. The exit code. With `live` its design may change while
    it runs.

    Raises ConfigurationError, PortRefused, JournalError or OSError before anything has moved. Ports
    and window come first, so that a mistake in the configuration leaves nothing on the disk."""
    keep_no_core()
    clock, design = KeptClock(SystemClock()), live.design if live else read_design()
    packs = opened_packs(settings.packs)
    with ExitStack() as stack:
        reads_documents = settings.id_reader == SIMULATED_DOCUMENTS
        world = World(
            clock,
            settings.cassettes,
            settings.shape,
            reads_documents=reads_documents,
            prints_receipts=settings.printer == SIMULATED_PRINTER,
            takes_notes=settings.acceptor == SIMULATED_ACCEPTOR,
        )
        world.plug_in()
        heard = bystander.heard
        reader = _opened(stack, settings.card_reader, settings.card_reader_baud, "E", heard(READER))
        dispenser = _dispenser(stack, settings, world, bystander)
        window = _window(design, settings, size, live.beside if live else None)
        stack.callback(window.close)
        settings.state_folder.mkdir(parents=True, exist_ok=True)
        keeper = Keeper(world, settings.state_folder / "world.json", clock)
        journal = settings.journal
        store = JournalStore(journal, journal_key(journal))
        stack.callback(closed, store)
        keeper.load()
        pad = _pad(stack)
        world.press_key = pad.press
        if trouble := devices_trouble(settings.sound):
            print(trouble, file=sys.stderr, flush=True)
        sound = player(settings.sound, settings.clips, packs)
        voice = Speech(voice_with(sound, design, settings.places))
        stack.callback(voice.close)
        glass = Glass()
        host = _host(stack, settings, world, clock, store, bystander)
        printer = _printer(settings, design, clock, heard(PRINTER))
        ports = Ports(
            *(CardReader(reader), PinPad(pad), host, dispenser),
            printer=printer,
            acceptor=_acceptor(stack, settings, heard(ACCEPTOR)),
        )
        terminal = assemble(
            ports,
            glass,
            store,
            clock,
            design.profiles,
            settings.cassettes,
            entropy=secrets.token_bytes(32),
            acct_key=journal_key(journal),
            language=settings.language,
            more_ports=(
                voice,
                JackSensor(world.jack),
                CallSensor(world.phone),
                *_documents(stack, settings, clock, heard(DOCUMENTS)),
            ),
            shape=world.shape,
            weights=design.weights,
            services=settings.services,
            bell=Bell(world.staff),
            bank_line=settings.bank_line,
            passbook=settings.passbook,
            rules=design.rules,
            packs=design.packs_of_change,
        )
        keeper.save()
        terminal.listeners.append(voice.heard)
        terminal.listeners.append(told_operator)
        kiosk = Kiosk(
            terminal,
            world,
            keeper,
            voice,
            glass,
            window,
            settings.simulated,
            Pulse(pulse),
            demo_cards(),
            demo_documents() if reads_documents else (),
            tell,
            printer,
            live,
            PrintedDesk(desk_catalogue(design.catalogues, settings.language)),
            bystander,
        )
        bystander.begins(kiosk, Parts(settings, design, clock, pad))
        terminal.start(clock.now())
        return kiosk.loop(clock)


def over_without_record(session: s.Session, seconds: Seconds) -> bool:
    """Whether a terminal that lost its record so long ago may end: the card has been taken or there was
    none, or nobody takes it. A card that is left is found and offered by the next start."""
    return isinstance(session.phase, s.OutOfService) or seconds >= RECORD_BROKEN_SECONDS_MAX


_OPERATOR: Mapping[ev.Event, str] = {
    ev.RecordDisputed(
        "missing"
    ): "The bank remembers more of this machine's record than is here: no money "
    "moves. Put the record back; or, if it is to begin anew, let the bank accept that (main.py host "
    "--forget) and start the terminal again.",
    ev.RecordDisputed(
        "altered"
    ): "The bank remembers another record of this machine: no money moves. Put "
    "the right one back; or let the bank accept this one (main.py host --forget) and start the terminal "
    "again.",
    ev.HostDown(): "The bank does not answer: no service until it does.",
    ev.HostUp(): "The bank answers again.",
    ev.LinkAlarm(
        "outbox_failing"
    ): "The bank has not acknowledged an outcome after six attempts. It is "
    "repeated for as long as it takes.",
    ev.LinkAlarm(
        "outbox_old"
    ): "The bank has not acknowledged an outcome for half an hour: no service until it has.",
    ev.LinkAlarm(
        "resent"
    ): "The bank had lost outcomes that it once acknowledged. It was told again.",
    ev.ReplyRefused(
        "mac"
    ): "An answer from the bank had a wrong check value: is the key the right one?",
}
"""What an operator reads on the console, where it is more than a row of the record."""


def told_operator(
    before: s.Session,
    event: ev.Event,
    after: s.Session,
    effects: tuple[fx.Effect, ...],
    now: Seconds,
) -> None:
    """Say what an operator should know, on standard error."""
    if line := _OPERATOR.get(event):
        print(line, file=sys.stderr, flush=True)


def told(line: str) -> bool:
    """A line on standard output; False once nobody reads there any more, which ends no service."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        with open(os.devnull, "wb") as nobody:
            os.dup2(nobody.fileno(), sys.stdout.fileno())
        return False
    return True


def closed(store: JournalStore) -> None:
    """Let go of the record. A broken one may break once more at that; the exit code stays."""
    try:
        store.close()
    except JournalError as trouble:
        print(trouble, file=sys.stderr, flush=True)


def _pad(stack: ExitStack) -> ChildPad | InProcessPad:
    """The simulated pad in a process of its own, where pipes can be read without waiting."""
    if os.name == "nt":
        return InProcessPad()
    pad = ChildPad((sys.executable, "-m", "sim.world.pin_pad_process"), HOUSE)
    stack.callback(pad.close)
    return pad


def _opened(
    stack: ExitStack, url: str, baud: int, parity: str, heard: Trace | None = None
) -> Transport:
    transport = open_port(url, baud, parity, heard)
    stack.callback(transport.close)
    return transport


def _host(
    stack: ExitStack,
    settings: Settings,
    world: World,
    clock: Clock,
    store: JournalStore,
    bystander: Bystander,
) -> Host:
    """The line to the bank: to the one in here, whose ledger lies beside the record, or over TCP."""
    channel: Channel
    if settings.host_simulated:
        world.use_bank(stack.enter_context(bank_over(settings.ledger)))
        channel = bystander.line(world)
    else:
        try:
            channel = TcpChannel(*tcp_address(settings.host))
        except ValueError as trouble:
            raise ConfigurationError(f"[host] address: {trouble}") from trouble
    stack.callback(channel.close)
    key = host_key(settings)
    return Host(channel, clock, store, settings.terminal, key, secrets.token_bytes(32))


def host_key(settings: Settings) -> bytes:
    """The terminal's own key for the line to the bank: from the file that is configured, or the
    demonstration one. Raises ConfigurationError where the file is not such a key."""
    if not settings.host_key_file:
        return terminal_key(DEMO_HOST_KEY, settings.terminal)
    path = Path(settings.host_key_file)
    try:
        key = path.read_bytes()
    except OSError as trouble:
        raise ConfigurationError(f"The key {path} cannot be read: {trouble.strerror}.") from trouble
    if len(key) != KEY_BYTES:
        raise ConfigurationError(f"{path} is not a terminal's key: it has {len(key)} bytes.")
    return key


def _dispenser(stack: ExitStack, settings: Settings, world: World, bystander: Bystander) -> Port:
    if settings.dispenser == PRESENTER_PORT:
        heard = bystander.heard(PRESENTER)
        return TracedPort(world.presenter, heard) if heard else world.presenter
    parity = PARITY[settings.dispenser_parity]
    transport = _opened(stack, settings.dispenser, 9_600, parity, bystander.heard(DISPENSER))
    return Dispenser(transport, cassettes=len(settings.cassettes))


def _documents(
    stack: ExitStack, settings: Settings, clock: Clock, heard: Trace | None
) -> Iterator[Port]:
    """The reader for identity cards, if one is fitted. One that is missing or broken closes nothing:
    the machine then asks nobody's age (accessibility.md C5)."""
    if not settings.id_reader:
        return
    reader = IdReader(lambda baud: open_port(settings.id_reader, baud, "N", heard), clock)
    stack.callback(reader.close)
    yield reader


def _acceptor(stack: ExitStack, settings: Settings, heard: Trace | None) -> Port | None:
    """The note acceptor, if one is fitted. One that is broken closes nothing but what needs it."""
    if not settings.acceptor:
        return None
    return Acceptor(_opened(stack, settings.acceptor, BAUDRATE, ACCEPTOR_PARITY, heard))


def _printer(
    settings: Settings, design: Design, clock: Clock, heard: Trace | None
) -> SlipPrinter | None:
    """The receipt printer, if one is fitted. One that is missing or broken closes nothing."""
    if not settings.printer:
        return None
    words, terminal = design.catalogues, settings.terminal
    return slip_printer(settings.printer, settings.printer_baud, words, clock, terminal, heard)


def faces_of(design: Design) -> Faces:
    """What screens are made from."""
    return Faces(design.profiles, design.catalogues, design_from(design.theme))


def _window(
    design: Design, settings: Settings, size: tuple[int, int] | None, beside: Beside | None = None
) -> Window:
    panel = Panel(settings.panel.diagonal_inch, settings.panel.width_px, settings.panel.height_px)
    try:
        window = Window(
            faces_of(design),
            panel,
            size,
            settings.simulated,
            CAPTION,
            reader_for(settings),
            settings.audio_module,
            beside,
        )
        if display.invisible():
            window.close()
            raise NoDisplay("the display does not answer")
    except NoDisplay as trouble:
        raise ConfigurationError(
            f"No window could be opened: {trouble}. Check DISPLAY, or run with "
            "SDL_VIDEODRIVER=dummy to play stories without one."
        ) from trouble
    return window


def reader_for(settings: Settings) -> ScreenReader | None:
    """A way to the desktop's screen reader, where there is one. A kiosk has no desktop: its own voice speaks
    there, and knows who hears it."""
    wanted = settings.simulated and settings.screen_reader
    return screen_reader(CAPTION) if wanted else None


def demo_cards() -> tuple[DemoCard, ...]:
    """The cards in the wallet beside the machine, with what their holders know."""
    return tuple(
        DemoCard(
            card.name,
            card.label_zh,
            card.label_en,
            card.face_colour,
            CUSTOMERS[card.name].pin if card.name in CUSTOMERS else "",
            STORY_YEAR - CUSTOMERS[card.name].born if card.name in CUSTOMERS else None,
        )
        for card in CARDS.values()
    )


DEMO_DOCUMENTS: Mapping[str, int] = {
    "wu_xiuying": 66,
    "feng_guilan": 84,
    "zhao_qiang": 49,
    "zhou_jianguo": 63,
}
"""Identity cards beside the machine, and the ages of their holders: applied, offered and left alone."""


def demo_documents() -> tuple[DemoDocument, ...]:
    """The identity cards beside the machine."""
    return tuple(
        DemoDocument(name, age, IDENTITIES[name].label_zh, IDENTITIES[name].label_en)
        for name, age in DEMO_DOCUMENTS.items()
    )


def front_state(
    world: World,
    session: s.Session,
    cards: tuple[DemoCard, ...],
    documents: tuple[DemoDocument, ...] = (),
) -> FrontState:
    """What a person in front of the machine sees: where the card is, which notes lie in reach."""
    lying = world.documents.lying if world.documents else None
    shown = next((one for one in documents if one.name == lying), None)
    gate, inside = world.reader.at_gate, world.reader.card
    typing = phase_prompt(session).ask in LIT_WHEN_TYPING
    notes = world.notes_in_slot()
    return FrontState(
        cards=cards,
        kept=world.reader.bin,
        card=inside or "",
        card_at="gate" if gate else "inside" if inside else "hand",
        notes=notes,
        lights={
            "card": bool(gate) or isinstance(session.phase, s.Idle),
            "cash": bool(notes),
            "keypad": typing,
            "receipt": False,
        },
        keypad_active=typing,
        headset=world.jack.plugged,
        inlet=Inlet(world.acceptor.takes, world.acceptor.slot()) if world.acceptor else None,
        document=replace(shown, lying=True) if shown else next(iter(documents), None),
    )
