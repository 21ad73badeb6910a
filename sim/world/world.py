"""The simulated world of one machine: devices on their wires, the cards, the notes, the bank.

It outlives the terminal: when the terminal is killed, the card is where it was, the dispenser
remembers, the ledger stands. `snapshot` and `restore` carry all of it, operations in progress with
their instants included, so that a world read back from disk goes on where it stood.

The world never knows the terminal's drivers, its screens or its voice; it hears bytes and acts.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from devices.host.message import NONCE_BYTES
from sim.world import protocol_sim
from sim.world.acceptor import AcceptorFirmware
from sim.world.bank.rules import Bank
from sim.world.bank.server import BankServer
from sim.world.card_reader import CardReaderFirmware
from sim.world.dispenser import CassetteState, DispenserFirmware
from sim.world.id_reader import IdReaderFirmware
from sim.world.identities import IDENTITIES
from sim.world.jack import Jack
from sim.world.line import HostLine
from sim.world.phone import Telephone
from sim.world.presenter import Presenter
from sim.world.printer import PrinterFirmware
from sim.world.staff import Staff
from sim.world.wire import EDGE_SECONDS, Outlet, Wire
from terminal.cash_units import Cassettes
from terminal.ports import NEVER, Clock, Seconds

Shape = Literal["path", "presenter"]

READER_BAUD, READER_BITS = 38_400, 11
DISPENSER_BAUD, DISPENSER_BITS = 9_600, 10
"""8E1 and 8N1: hardware-protocols 4.1 and 2.1."""

DOCUMENTS_BAUD, DOCUMENTS_BITS = 115_200, 10
"""8N1: hardware-protocols 5.1."""

ACCEPTOR_BAUD, ACCEPTOR_BITS = 9_600, 10
"""8N1: hardware-protocols 9.4."""

PRINTER_BAUD, PRINTER_BITS = 115_200, 10
"""8N1: hardware-protocols 7.1."""

READER, DISPENSER, DOCUMENTS = "card_reader", "dispenser", "id_reader"
ACCEPTOR, PRINTER = "acceptor", "printer"
"""The names behind `sim://`."""


def _both(outlet: Outlet, now: Seconds) -> Seconds:
    """When a device next does something, or is heard."""
    outlet.look(now)
    return min(outlet.wakes, outlet.tells)


def no_key(key: str) -> None:
    """A key pressed while no pad is connected, or a code that no scanner reads."""


def _states(cassettes: Cassettes) -> list[CassetteState]:
    return [CassetteState(c.note.major, c.count) for c in cassettes]


@dataclass
class World:
    """Everything outside one terminal, and the line to its bank (`host`). `shape` says which dispenser is
    fitted; `stirred` that a hand moved something since the world was last looked at; `arrives` when the
    next byte for the terminal does, as of the last look. `bank` may be one that other terminals use too;
    `name` then keeps their devices apart behind `sim://`. `reads_documents`: an identity card reader is
    fitted, as `documents`; `takes_notes`: a note acceptor is, as `acceptor`; `prints_receipts`: a receipt
    printer is, as `printer`."""

    clock: Clock
    cassettes: Cassettes
    shape: Shape = "path"
    press_key: Callable[[str], None] = no_key
    scan: Callable[[str], None] = no_key
    purse: Counter[int] = field(default_factory=Counter)
    jack: Jack = field(default_factory=Jack)
    staff: Staff = field(default_factory=Staff)
    phone: Telephone = field(default_factory=Telephone)
    stirred: bool = True
    arrives: Seconds = field(default=0.0, init=False)
    bank: Bank = field(default_factory=Bank)
    name: str = ""
    reads_documents: bool = False
    takes_notes: bool = False
    prints_receipts: bool = False
    _nonces: int = field(default=0, init=False)
    _bank_acts: Seconds = field(default=0.0, init=False)
    _bank_tells: Seconds = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.host = HostLine(BankServer(self.bank, clock=self.clock, nonces=self._nonce))
        self.reader = CardReaderFirmware()
        self.reader_wire = Wire(self.clock, READER_BAUD, READER_BITS)
        self.notes_wire = Wire(self.clock, DISPENSER_BAUD, DISPENSER_BITS)

        self.documents: IdReaderFirmware | None = None
        self._document_outlet: Outlet | None = None
        if self.reads_documents:
            self.documents = IdReaderFirmware()
            wire = Wire(self.clock, DOCUMENTS_BAUD, DOCUMENTS_BITS)
            self._document_outlet = Outlet(DOCUMENTS, wire, self.documents)

        self.acceptor: AcceptorFirmware | None = None
        self._acceptor_outlets: tuple[Outlet, ...] = ()
        self._acceptor_kept: Mapping[str, Any] | None = None
        if self.takes_notes:
            self.acceptor = AcceptorFirmware()
            wire = Wire(self.clock, ACCEPTOR_BAUD, ACCEPTOR_BITS)
            self._acceptor_outlets = (Outlet(ACCEPTOR, wire, self.acceptor),)
        self.fit(DispenserFirmware(_states(self.cassettes)), Presenter(_states(self.cassettes)))

        self.printer: PrinterFirmware | None = None
        self._printer_outlet: Outlet | None = None
        self._printer_kept: Mapping[str, Any] | None = None
        if self.prints_receipts:
            self.printer = PrinterFirmware(baudrate=PRINTER_BAUD)
            wire = Wire(self.clock, PRINTER_BAUD, PRINTER_BITS)
            self._printer_outlet = Outlet(PRINTER, wire, self.printer)

    def fit(self, notes: DispenserFirmware, presenter: Presenter) -> None:
        """Put these dispensers in; of the two the one works that has the world's shape."""
        self.notes, self.presenter = notes, presenter
        self.outlets = (
            Outlet(READER, self.reader_wire, self.reader),
            Outlet(DISPENSER, self.notes_wire, self.notes),
            *self._acceptor_outlets,
        )

    @property
    def all_outlets(self) -> tuple[Outlet, ...]:
        """Every device on a cable."""
        more = (self._document_outlet, self._printer_outlet)
        return (*self.outlets, *(outlet for outlet in more if outlet))

    def use_bank(self, bank: Bank) -> None:
        """From now on this is the bank at the end of the line, and its nonces are random."""
        self.bank = bank
        self.host = HostLine(BankServer(bank))

    def _nonce(self) -> bytes:
        """Not a secret: stories are equal byte for byte."""
        self._nonces += 1
        return self._nonces.to_bytes(NONCE_BYTES, "big")

    def plug_in(self) -> None:
        """Make the devices reachable as `sim://card_reader`, `sim://dispenser`, `sim://id_reader`,
        `sim://acceptor` and `sim://printer`, followed by the world's name."""
        protocol_sim.install()
        for outlet in self.all_outlets:
            protocol_sim.plug(outlet.name + self.name, outlet.wire.host)

    def advance(self, now: Seconds) -> bool:
        """Let the devices work up to `now`. True if anything may have changed."""
        changed = self.stirred
        self.stirred = False
        for outlet in self.outlets:
            moves = outlet.firmware.due(now) <= now
            changed = outlet.advance(now) or moves or changed
        if self._document_outlet is not None:
            # It asks every second and changes nothing that outlives the terminal.
            self._document_outlet.advance(now)
        if self.printer is not None and self._printer_outlet is not None:
            # It is asked how it is every ten seconds; what outlives the terminal is a slip cut off.
            cuts = self.printer.cuts
            self._printer_outlet.advance(now)
            changed = self.printer.cuts != cuts or changed
        if self.shape == "presenter":
            changed = self.presenter.due(now) <= now or changed
            self.presenter.advance(now)
        if self.host.due(now) <= now:
            self.host.advance(now)
            changed = True
        return changed

    def due(self, now: Seconds) -> Seconds:
        """The next instant at which a byte arrives or a device moves by itself."""
        for outlet in self.outlets:
            outlet.look(now)
        self._look_at_bank(now)
        more = (self._document_outlet, self._printer_outlet)
        return min(self._next(), *(_both(outlet, now) for outlet in more if outlet), NEVER)

    def work(self, now: Seconds, spoken_to: bool) -> Seconds:
        """As `advance` and `due`, for a world without identity card reader and receipt printer. Let those
        devices work that have something to do, and give what `due` would. Only for when no hand and no
        cable was touched since `due` or this was asked; `spoken_to` says whether the terminal had a turn
        in between."""
        soon = now + EDGE_SECONDS
        for outlet in self.outlets:
            if outlet.wakes <= soon:
                outlet.advance(now)
                outlet.look(now)
            elif spoken_to:
                outlet.look_at_cable()
        if spoken_to or self._bank_acts <= now:
            self.host.advance(now)
            self._look_at_bank(now)
        return self._next()

    def _look_at_bank(self, now: Seconds) -> None:
        self._bank_acts, self._bank_tells = self.host.due(now), self.host.arrives()

    def _next(self) -> Seconds:
        reader, notes, *more = self.outlets
        self.arrives = min(reader.tells, notes.tells, self._bank_tells)
        due = min(reader.wakes, notes.wakes, self._bank_acts)
        for outlet in more:
            self.arrives, due = min(self.arrives, outlet.tells), min(due, outlet.wakes)
        return min(self.arrives, due)

    def arrivals(self) -> tuple[Seconds, Seconds, Seconds, Seconds]:
        """When the next byte for the terminal arrives, as of the last look: from card reader, dispenser,
        bank, note acceptor; NEVER from an acceptor that is not fitted."""
        reader, notes, *acceptors = self.outlets
        accepted = acceptors[0].tells if acceptors else NEVER
        return reader.tells, notes.tells, self._bank_tells, accepted

    @property
    def acceptor_wire(self) -> Wire | None:
        """The note acceptor's cable."""
        return next((outlet.wire for outlet in self._acceptor_outlets), None)

    # --- what a person sees and does ------------------------------------------------------------

    def notes_in_slot(self) -> dict[int, int]:
        """Notes that a hand can reach, by denomination."""
        if self.shape == "presenter":
            return self.presenter.in_slot()
        return {note: count for note, count in self.notes.exit_tray.items() if count}

    def take_notes(self) -> int:
        """Take everything in reach; what it is worth in major units."""
        taken = (
            self.presenter.take_notes() if self.shape == "presenter" else self.notes.take_notes()
        )
        self.purse.update(taken)
        return sum(note * count for note, count in taken.items())

    def insert_notes(self, *notes: int) -> bool:
        """Hold notes (in major units; 0 is no note) at the acceptor's inlet. False if it is shut."""
        self.stirred = True
        return self.acceptor is not None and self.acceptor.insert(*notes)

    def take_returned(self) -> int:
        """Take everything the acceptor gave back; how many notes."""
        self.stirred = True
        return sum(self.acceptor.take_returned().values()) if self.acceptor else 0

    def load(self, cassettes: Cassettes) -> None:
        """Staff put these cassettes in, in place of those that were there."""
        self.cassettes, self.stirred = cassettes, True
        self.notes.load(_states(cassettes))
        self.presenter.load(_states(cassettes))

    def paid_out(self) -> int:
        """What customers hold or can reach, in major units."""
        reachable = self.notes_in_slot()
        return sum(n * c for n, c in (*self.purse.items(), *reachable.items()))

    # --- outliving the terminal -------------------------------------------------------------------

    def snapshot(self) -> dict[str, Any]:
        """Everything, as JSON can carry it."""
        return {
            "shape": self.shape,
            "reader": self.reader.snapshot(),
            "notes": self.notes.snapshot(),
            "presenter": self.presenter.snapshot(),
            "purse": sorted(self.purse.items()),
            "document": self.documents.lying if self.documents else None,
            "headset": self.jack.plugged,
            "acceptor": self.acceptor.snapshot() if self.acceptor else self._acceptor_kept,
            "printer": self.printer.snapshot() if self.printer else self._printer_kept,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """The world as it was. Raises KeyError or ValueError if this is not a saved world."""
        self.reader.restore(state["reader"])
        self.notes.restore(state["notes"])
        self.presenter.restore(state["presenter"])
        self.purse = Counter({int(note): int(count) for note, count in state["purse"]})
        self.jack.plugged = state.get("headset") is True
        self._acceptor_kept = state.get("acceptor")
        if self.acceptor is not None and self._acceptor_kept is not None:
            self.acceptor.restore(self._acceptor_kept)
        document = str(state.get("document"))
        if self.documents is not None and document in IDENTITIES:
            self.documents.place(document)
        self._printer_kept = state.get("printer")
        if self.printer is not None and self._printer_kept is not None:
            self.printer.restore(self._printer_kept)
