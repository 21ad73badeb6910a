"""One whole terminal from its parts, whatever the use: the kiosk, a story, a test.

The parts that differ come in as arguments (clock, world, record, voice, ports); what never differs
is here: the fold of the record, the first session, the routes, the boot rows, the outbox.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from devices.journal_store import JournalError, JournalStore
from sim.stage.settings import ConfigurationError, Design
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.cash_units import Cassettes
from terminal.flows.helping import FROM_HELPERS
from terminal.flows.visit import ABSENT, DOUBT
from terminal.help_pages import DEMO_BANK_LINE
from terminal.journal_row import Row
from terminal.masked_view import MaskedView, masked_view
from terminal.menu import WITHDRAWAL
from terminal.ports import NEVER, Clock, Port, Seconds
from terminal.profile import Language, Profile
from terminal.recovery import Recovered, recover
from terminal.rules.change_packs import Pack
from terminal.rules.dated import Rules
from terminal.runtime import RecordFailed, Terminal
from terminal.values import replace
from terminal.weights import SHIPPED, Weights

VERSION = "0.1.0"

READER_EFFECTS = (
    fx.InspectReader,
    fx.AcceptCard,
    fx.RefuseCards,
    fx.ReadCard,
    fx.EjectCard,
    fx.RetainCard,
)
PAD_EFFECTS = (fx.CollectPin, fx.HoldPin, fx.MakePinBlock, fx.ForgetPin)
HOST_EFFECTS = (
    *(fx.EnquireCard, fx.SavePreference, fx.VerifyPin),
    *(fx.AskBank, fx.Authorize, fx.Instruct, fx.Complete, fx.Credit, fx.Reverse),
    *(fx.Cancel, fx.Suspect),
)
DISPENSER_EFFECTS = (
    fx.CheckCash,
    fx.PrepareDispense,
    fx.DispenseNotes,
    fx.KeepResult,
    fx.StackNotes,
    fx.PresentNotes,
    fx.RetractNotes,
    fx.RejectNotes,
    fx.InspectDispense,
)
ACCEPTOR_EFFECTS = (
    *(fx.CheckAcceptor, fx.OpenAcceptor, fx.CloseAcceptor, fx.StoreNotes),
    *(fx.ReturnNotes, fx.RetractReturned, fx.InspectDeposit),
)


PRINTER_EFFECTS = (fx.PrintSlip, fx.CheckPrinter)
STAFF_EFFECTS = (fx.CallStaff, fx.CancelCall)


class HostPort(Port, Protocol):
    """The line to the bank, which takes over what the record left."""

    def resume(self, found: Recovered, now: Seconds) -> None: ...

    def mark(self, now: Seconds) -> None: ...


@dataclass(frozen=True, slots=True)
class Announced:
    """A device whose orders to move notes the bank hears of first: not what they are, but how far the record
    has come, so that the row that announces them cannot be cut off unseen (reliability.md D.4)."""

    device: Port
    host: HostPort

    def submit(self, effect: fx.Effect, now: Seconds) -> None:
        """The place of the record to the bank, then the order."""
        self.host.mark(now)
        self.device.submit(effect, now)

    def poll(self, now: Seconds) -> Iterable[ev.Event]:
        """The device itself is asked."""
        raise AssertionError("only orders go this way")

    def due(self, now: Seconds) -> Seconds:
        """Never by itself."""
        return NEVER


class Desk(Port, Protocol):
    """Where staff are: a bell, and a place to show them what a customer who called wants seen."""

    def show(self, view: MaskedView | None) -> None: ...


@dataclass
class Helpers:
    """Whoever helps, held to what a helper can see and do (accessibility.md PRV-08): orders go to the bell, the
    masked view and nothing else of the session to the desk, and of what comes back only `FROM_HELPERS`
    reaches the terminal. Without a bell nobody can come."""

    bell: Desk | None = None
    _unheard: list[ev.Event] = field(default_factory=list)
    _shown: MaskedView | None = None

    def stepped(
        self,
        before: s.Session,
        event: ev.Event,
        after: s.Session,
        effects: tuple[fx.Effect, ...],
        now: Seconds,
    ) -> None:
        """The desk sees what changed, and nothing any more once the customer who called is gone."""
        view = masked_view(after)
        if self.bell is not None and view != self._shown:
            self._shown = view
            self.bell.show(view)

    def submit(self, effect: fx.Effect, now: Seconds) -> None:
        """Ring, where there is a bell."""
        if self.bell is not None:
            self.bell.submit(effect, now)
        elif isinstance(effect, fx.CallStaff):
            self._unheard.append(ev.StaffBusy())

    def poll(self, now: Seconds) -> list[ev.Event]:
        """What helpers did; anything else is dropped here."""
        unheard, self._unheard = self._unheard, []
        heard = [] if self.bell is None else self.bell.poll(now)
        return [*unheard, *(event for event in heard if isinstance(event, FROM_HELPERS))]

    def due(self, now: Seconds) -> Seconds:
        """Now, if there is something to hear."""
        if self._unheard or self.bell is None:
            return now if self._unheard else NEVER
        return self.bell.due(now)


@dataclass(frozen=True, slots=True)
class Ports:
    """The things outside that do something; printer and note acceptor are None where none is fitted."""

    reader: Port
    pad: Port
    host: HostPort
    dispenser: Port
    printer: Port | None = None
    acceptor: Port | None = None

    def routes(self) -> Mapping[type, Port]:
        """Which port takes which effect."""
        return {
            **dict.fromkeys(READER_EFFECTS, self.reader),
            **dict.fromkeys(PAD_EFFECTS, self.pad),
            **dict.fromkeys(HOST_EFFECTS, self.host),
            **dict.fromkeys(DISPENSER_EFFECTS, self.dispenser),
            **self._takes_notes(),
            **dict.fromkeys(
                (fx.DispenseNotes, fx.StackNotes), Announced(self.dispenser, self.host)
            ),
            **(dict.fromkeys(PRINTER_EFFECTS, self.printer) if self.printer else {}),
        }

    def _takes_notes(self) -> Mapping[type, Port]:
        if self.acceptor is None:
            return {}
        announced = Announced(self.acceptor, self.host)
        return {**dict.fromkeys(ACCEPTOR_EFFECTS, self.acceptor), fx.StoreNotes: announced}


@dataclass
class StoredRecord:
    """The journal store as the runtime's record: its troubles become RecordFailed."""

    store: JournalStore

    def append(self, rows: Sequence[Row], now: Seconds, utc: str) -> None:
        """Rows to disk, or RecordFailed with the store's own sentence."""
        try:
            self.store.append(rows, now, utc)
        except JournalError as trouble:
            raise RecordFailed(str(trouble)) from trouble

    @property
    def low(self) -> bool:
        """Space for the record runs out."""
        return self.store.low


@dataclass
class Glass:
    """A port that only listens: presses on the glass wait here for the next turn."""

    pressed: list[ev.Event] = field(default_factory=list)

    def submit(self, effect: fx.Effect, now: Seconds) -> None:
        """The glass takes no orders: it is drawn from the session."""
        raise AssertionError(f"nothing routes {effect} to the glass")

    def poll(self, now: Seconds) -> list[ev.Event]:
        """Presses since the last turn."""
        if not self.pressed:
            return []
        pressed, self.pressed = self.pressed, []
        return pressed

    def due(self, now: Seconds) -> Seconds:
        """Now, if something was pressed."""
        return now if self.pressed else float("inf")


def assemble(
    ports: Ports,
    glass: Glass,
    store: JournalStore,
    clock: Clock,
    profiles: Mapping[str, Profile],
    cassettes: Cassettes,
    entropy: bytes,
    acct_key: bytes,
    language: Language = "zh",
    more_ports: Sequence[Port] = (),
    shape: str = "path",
    weights: Weights = SHIPPED,
    services: tuple[str, ...] = (WITHDRAWAL,),
    bell: Desk | None = None,
    bank_line: str = DEMO_BANK_LINE,
    passbook: bool = False,
    rules: Rules | None = None,
    packs: tuple[Pack, ...] = (),
) -> Terminal:
    """A terminal ready to start: its session begins in `Starting`, with what the record left open.

    The outcomes that the bank has not acknowledged are on their way again before anything else.
    Raises ConfigurationError, with nothing recorded, where the record's cassettes are others."""
    found = recover(store.rows())
    check_loading(found.cassettes, cassettes)
    loaded = found.cassettes or cassettes
    machine = s.Machine(
        loaded,
        doubt=found.doubt,
        language=language,
        entropy=entropy,
        stan=found.stan,
        serial=found.boots << 32,
        weights=weights,
        services=services,
        printer="starting" if ports.printer else None,
        bank_line=bank_line,
        passbook=passbook,
        acceptor=_acceptor_at_first(ports, found),
        rules=rules or {},
        packs=packs,
    )
    helpers = Helpers(bell)
    session = s.Session(
        s.Starting(found.order, card=found.card),
        machine,
        found.look or s.Look(language=language),
        visit=found.visit,
    )
    terminal = Terminal(
        session=session,
        ports=(
            *(glass, ports.reader, ports.pad, ports.host, ports.dispenser),
            *(each for each in (ports.acceptor, ports.printer) if each is not None),
            *(*more_ports, helpers),
        ),
        routes={**ports.routes(), **dict.fromkeys(STAFF_EFFECTS, helpers)},
        record=StoredRecord(store),
        clock=clock,
        profiles=profiles,
        acct_key=acct_key,
        listeners=[helpers.stepped],
    )
    now = clock.now()
    store.append(_boot_rows(found, cassettes, store.boot, shape, language), now, clock.utc())
    ports.host.resume(found, now)
    terminal.session = replace(session, wait=s.Wait(since=now))
    return terminal


def adopt(terminal: Terminal, design: Design) -> None:
    """The terminal on another design, between two turns: the visit stays where it is, with everything that
    is known of it, and what was set aside for a practice too."""
    session = terminal.session
    aside = session.practice
    if aside is not None:
        real = with_tables(aside.real, design)
        aside = replace(aside, real=real)
    terminal.adopt(design.profiles, replace(with_tables(session, design), practice=aside))


def with_tables(session: s.Session, design: Design) -> s.Session:
    """The session with the tables of a design in its machine."""
    weights, rules, packs = design.weights, design.rules, design.packs_of_change
    machine = replace(session.machine, weights=weights, rules=rules, packs=packs)
    return replace(session, machine=machine)


def _acceptor_at_first(ports: Ports, found: Recovered) -> str:
    if ports.acceptor is None:
        return ABSENT
    return DOUBT if found.acceptor_doubt else "starting"


def check_loading(recorded: Cassettes | None, configured: Cassettes) -> None:
    """The machine's cassettes are what the record says they were loaded with, and the configuration
    must mean the same ones. Raises ConfigurationError where another number or other notes are meant."""
    if recorded is None or [c.note for c in recorded] == [c.note for c in configured]:
        return
    raise ConfigurationError(
        f"The record has {_said(recorded)}, the configuration has {_said(configured)}: load the "
        "machine as configured, then `python main.py load --by NAME` records it."
    )


def _said(cassettes: Cassettes) -> str:
    notes = ", ".join(str(c.note.major) for c in cassettes)
    return f"{len(cassettes)} {'cassette' if len(cassettes) == 1 else 'cassettes'} ({notes} yuan)"


def loading_row(cassettes: Cassettes) -> Row:
    """The row for notes put into the cassettes: what they are and how many in each."""
    notes, counts = [c.note.minor for c in cassettes], [c.count for c in cassettes]
    return Row("CASSETTES", body={"notes": notes, "counts": counts})


def _boot_rows(
    found: Recovered, cassettes: Cassettes, boot_name: str, shape: str, language: Language
) -> list[Row]:
    boot = Row(
        "BOOT",
        body={
            "boot": boot_name,
            "version": VERSION,
            "shape": shape,
            "language": language,
        },
    )
    if found.cassettes is not None:
        return [boot]
    return [boot, loading_row(cassettes)]
