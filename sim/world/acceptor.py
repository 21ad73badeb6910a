"""The note acceptor from the other end of the cable: its program, around the notes (`acceptor_path`).

Strict, as CCNET has it (hardware-protocols 9.4; docs/decisions/0009): a damaged frame is answered with
NAK; a command that is unknown, of a wrong length or cannot be obeyed now with INVALID; after power came
back nothing but POLL, REPORT and FENCE is obeyed before RESET; an event is told at every POLL until it
was acknowledged; NAK makes it say its last answer again. It speaks only when spoken to.

Faults are armed by name; those of the line are here, those of notes in `acceptor_path`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from devices.acceptor import codec
from devices.acceptor.codec import Command, Verdict
from devices.acceptor.framing import Damage, Frame, Framer, encode
from sim.world.acceptor_parts import CASSETTE_NOTES_MAX, TYPES, Deposit, Fault, FaultName
from sim.world.acceptor_path import NotePath
from terminal.ports import NEVER, Seconds

REPLY_SECONDS = 0.005
"""From a command to its answer."""
LATE_SECONDS = 3.0
"""Longer than anybody waits for an answer, and than a few more questions take."""
PIECE_GAP_SECONDS = 0.005
"""Fault 7 of hardware-protocols 11."""
NOISE = b"\xff\x00\x02\x01\x03"

_WIRE = "latin-1"
"""Bytes are kept as text of the same values, so that a snapshot is plain JSON."""


@dataclass(slots=True)
class _Talk:
    """The conversation: what will be said and when, what was said last, which order still comes, and
    whether the event at the front was told."""

    outbox: list[list[Any]] = field(default_factory=list)
    last: str = ""
    late: list[list[Any]] = field(default_factory=list)
    event_told: bool = False
    heard: dict[str, int] = field(default_factory=dict)


class AcceptorFirmware:
    """One acceptor. Implements `Firmware`; the physical acts and faults are further methods."""

    def __init__(self) -> None:
        self.path = NotePath()
        self._t = _Talk()
        self._framer = Framer()

    # --- what a person or a test sees -------------------------------------------------------------

    def notes(self) -> dict[str, dict[int, int]]:
        """Where every note is that was ever drawn in: place to yuan to notes. Places are `head`,
        `path`, `escrow`, `slot`, `cassette`, `retracted`, `staff` and `hand`: what the customer got
        back."""
        return self.path.notes()

    def brought(self) -> dict[int, int]:
        """Every note that was ever drawn in: what `notes` sums to."""
        return self.path.brought()

    def slot(self) -> dict[int, int]:
        """What lies within reach."""
        return self.path.notes()["slot"]

    @property
    def takes(self) -> bool:
        """The inlet is open."""
        return self.path.takes

    def deposit(self, txid: str) -> Deposit | None:
        """What it remembers of a deposit."""
        return self.path.deposit(codec.token_of(txid))

    def stores(self, txid: str) -> int:
        """How often it executed a STORE of this deposit."""
        return self.path.stores(codec.token_of(txid))

    def heard(self, command: int) -> int:
        """How often a frame with this command came in whole."""
        return self._t.heard.get(f"{command:02x}", 0)

    # --- physical acts ----------------------------------------------------------------------------

    def insert(self, *notes: int) -> bool:
        """A customer holds notes (yuan; 0 is no note) at the inlet. False if it is shut."""
        return self.path.insert(*notes)

    def take_returned(self, some: int | None = None) -> dict[int, int]:
        """A hand takes `some` notes (None: all) from the slot: yuan to notes."""
        return self.path.take_returned(some)

    def clear(self) -> None:
        """Staff take out what lies inside before the cassette, and the jam with it."""
        self.path.clear()

    def remove_cassette(self) -> None:
        """Staff pull the drop cassette out."""
        self.path.remove_cassette()

    def insert_cassette(self, notes_max: int = CASSETTE_NOTES_MAX) -> None:
        """Staff put an empty one in."""
        self.path.insert_cassette(notes_max)

    def arm(
        self,
        name: FaultName,
        times: int = 1,
        after: int = 0,
        seconds: Seconds = 2.0,
        forgets: bool = False,
    ) -> None:
        """Let a fault happen the next `times` times it can (`acceptor_parts.Fault`). `silence` lasts
        until it is disarmed."""
        self.path.arm(Fault(name, times, after, seconds, forgets))

    def disarm(self, name: FaultName) -> None:
        """Take a fault back."""
        self.path.disarm(name)

    def disarm_all(self) -> None:
        """Take every fault back."""
        for name in get_args(FaultName):
            self.path.disarm(name)

    def power_off(self, now: Seconds, seconds: Seconds = NEVER, forgets: bool = False) -> None:
        """Power fails, for so long: notes stay where they are. `forgets`: the memory is lost too."""
        self.path.advance(now)
        self.path.power_off(now, seconds, forgets)
        self._t.outbox.clear()
        self._t.late.clear()
        self._t.last = ""
        self._framer.clear()

    def power_on(self) -> None:
        """Power is back."""
        self.path.power_on()

    # --- Firmware ---------------------------------------------------------------------------------

    def feed(self, data: bytes, now: Seconds) -> None:
        """Bytes from the line; without power nothing is heard."""
        self._settle(now)
        if self.path.powered and not self.path.armed("silence"):
            self._take(data, now)

    def advance(self, now: Seconds) -> bytes:
        """Let time pass; gives what to send now."""
        self._settle(now)
        if now >= self._framer.due():
            self._take(b"", now)
        outbox, said = self._t.outbox, b""
        if not self.path.powered or self.path.armed("silence"):
            outbox.clear()
        while outbox and outbox[0][0] <= now:
            said += str(outbox.pop(0)[1]).encode(_WIRE)
        return said

    def due(self, now: Seconds) -> Seconds:
        """When the next thing happens here."""
        t = self._t
        due = min(self.path.due(), self._framer.due())
        if t.outbox:
            due = min(due, t.outbox[0][0])
        return min(due, t.late[0][0]) if t.late else due

    def snapshot(self) -> dict[str, object]:
        """Plain JSON, without the conversation: whoever began it is gone."""
        return self.path.snapshot()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Become what `snapshot` described."""
        self.path.restore(state)
        self._t = _Talk()
        self._framer.clear()

    # --- the line ---------------------------------------------------------------------------------

    def _settle(self, now: Seconds) -> None:
        """What happens by itself, in its order."""
        late = self._t.late
        while late and late[0][0] <= now:
            at, data = late.pop(0)
            self.path.advance(at)
            if self.path.powered:
                self._obey(str(data).encode(_WIRE), at)
        was_on = self.path.powered
        self.path.advance(now)
        if was_on and not self.path.powered:
            self._t.outbox.clear()
            self._framer.clear()

    def _take(self, data: bytes, now: Seconds) -> None:
        for item in self._framer.feed(data, now):
            if isinstance(item, Damage):
                self._say(codec.NAK, now)
            else:
                self._frame(item, now)

    def _frame(self, frame: Frame, now: Seconds) -> None:
        data, heard = frame.data, self._t.heard
        key = f"{data[0]:02x}"
        heard[key] = heard.get(key, 0) + 1
        match data:
            case codec.ACK:
                self._acknowledged()
            case codec.NAK if self._t.last:
                self._send(self._t.last.encode(_WIRE), now)
            case codec.NAK:
                pass
            case _ if self.path.happens("commandLost"):
                pass
            case _ if self.path.happens("nak"):
                self._say(codec.NAK, now)
            case _ if data[0] in codec.ORDERS and self.path.happens("orderLate"):
                self._t.late.append([now + LATE_SECONDS, data.decode(_WIRE)])
            case _:
                for _ in range(2 if self.path.happens("commandDoubled") else 1):
                    self._obey(data, now)

    def _acknowledged(self) -> None:
        if self._t.event_told:
            self._t.event_told = False
            self.path.told()

    def _obey(self, data: bytes, now: Seconds) -> None:
        self._t.event_told = False
        self._say(self._answer(data, now), now)

    def _answer(self, data: bytes, now: Seconds) -> bytes:
        order = codec.decode_order(data)
        if order is not None:
            return codec.encode_report(self._order(order, now))
        types = codec.decode_enable(data)
        if types is not None:
            return codec.ACK if self.path.enable(types) else codec.INVALID
        match data[0] if len(data) == 1 else None:
            case Command.POLL:
                return self._poll()
            case Command.RESET:
                return codec.ACK if self.path.reset(now) else codec.INVALID
            case Command.GET_BILL_TABLE:
                return codec.encode_table(TYPES)
            case Command.CASSETTE_STATUS:
                return codec.encode_cassettes(self.path.cassettes())
            case _:
                return codec.INVALID

    def _poll(self) -> bytes:
        if self.path.happens("busy"):
            return bytes((codec.State.BUSY,))
        state, detail = self.path.poll()
        self._t.event_told = state in codec.EVENTS
        return bytes((state, detail)) if detail else bytes((state,))

    def _order(self, order: codec.Order, now: Seconds) -> codec.Report:
        if order.command != Command.REPORT and self.path.happens("busy"):
            asked = codec.Order(Command.REPORT, order.ask, 0, order.token)
            report = self.path.order(asked, now)
            return codec.with_verdict(report, Verdict.BUSY)
        return self.path.order(order, now)

    def _say(self, data: bytes, now: Seconds) -> None:
        frame = encode(data)
        self._t.last = frame.decode(_WIRE)
        self._send(frame, now + REPLY_SECONDS)

    def _send(self, frame: bytes, at: Seconds) -> None:
        happens = self.path.happens
        if happens("answerLost"):
            return
        if happens("answerLate"):
            at += LATE_SECONDS
        if happens("answerCorrupt"):
            frame = frame[:-1] + bytes((frame[-1] ^ 0x10,))
        if happens("answerCut"):
            frame = frame[: len(frame) // 2]
        if happens("noiseBefore"):
            frame = NOISE + frame
        if happens("answerDoubled"):
            frame += frame
        if happens("answerInPieces"):
            for place, byte in enumerate(frame):
                self._put(bytes((byte,)), at + place * PIECE_GAP_SECONDS)
        else:
            self._put(frame, at)

    def _put(self, data: bytes, at: Seconds) -> None:
        outbox = self._t.outbox
        outbox.append([at, data.decode(_WIRE)])
        outbox.sort(key=lambda each: float(each[0]))
