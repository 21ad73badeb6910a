"""What the acceptor is asked, in which order, and what the terminal is told of it.

Each order of the terminal is a generator without a port or a clock: it gives requests, pauses and events,
and is sent what came of them.

Rules it keeps (reliability A.1, A.8):
- An order that is not answered is sent again with the same number, never with another: the acceptor
  executes a number once. What it remembers is asked before every order.
- What lies in escrow is what the acceptor's memory says. A count that was told and shrinks without an
  order, a sum that its escrow's own sensor contradicts, notes stuck on the way, a lost memory: unknown,
  and the inlet is fenced.
- "Failed" is said only where the acceptor's memory shows that no note moved.
- It is polled while it takes notes or notes lie in the slot, five times and twice a second, and never
  otherwise.
- Everything ends: an acceptor that stays silent is unknown after a time.

Amounts and what the customer hears are the terminal's.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from devices.acceptor import codec
from devices.acceptor.codec import Command, DepositCode, Flag, Report, State, Verdict
from devices.acceptor.link import Silent
from devices.acceptor.verdict import (
    IN_MOTION,
    ITEMS_LEFT,
    NOT_READY,
    WRONG_STATE,
    Told,
    bundle_of,
    doubt,
    evidence,
    is_readable,
    refusal,
    retracted,
)
from terminal.events import (
    AcceptorClosed,
    AcceptorFailed,
    AcceptorOpen,
    AcceptorReady,
    Bundle,
    DepositReport,
    DepositState,
    DepositUnknown,
    Event,
    NoteRefused,
    NotesInEscrow,
    NotesReturned,
    NotesStored,
    ReturnedRetracted,
    ReturnedTaken,
)
from terminal.money import MINOR_PER_MAJOR
from terminal.ports import Seconds

POLL_SECONDS = 0.2
"""From one answer to the next POLL while notes are taken: 0.1 to 0.2 s (hardware-protocols 9.4)."""
SLOT_SECONDS = 0.5
"""Between two looks at what lies in the slot, or moves."""
RETRY_SECONDS = 2.0
"""Between two tries to be heard; each of them is three requests."""
QUERY_TRIES = 3
"""Whole questions (each sent up to three times) before an acceptor asked in vain counts as not ready: on a
line that damages one byte in a hundred the bill table still comes through."""
ORDER_SECONDS_MAX = 60.0
"""For an order to be answered and done: the largest bundle takes half of it. The customer waits."""
INSPECT_SECONDS_MAX = 120.0
"""After a restart nobody waits, and an acceptor may have to start up too."""
WATCH_SECONDS_MAX = 15.0
"""Of silence while notes are taken: an acceptor whose power comes back at once is heard again by then."""
INIT_SECONDS_MAX = 40.0
"""From RESET on; a public driver waits as long."""
REFUSED_AT_ONCE_MAX = 10
"""Refusals told one by one between two looks; a note takes two seconds, and the sum is told anyway."""
FENCE_STRIDE = 0x100
"""So many numbers a fence leaves out: orders of an earlier life that were never executed have lower
ones, however late they arrive."""

NO_ESCROW = "escrowMissing"
MEMORY_LOST = "nvramLost"
NO_TABLE = "noBillTable"

_STATES: Mapping[DepositCode, DepositState] = MappingProxyType(
    {
        DepositCode.NONE: "none",
        DepositCode.OPEN: "open",
        DepositCode.CLOSED: "escrow",
        DepositCode.STORED: "stored",
        DepositCode.AT_SLOT: "at_slot",
        DepositCode.RETURNED: "returned",
        DepositCode.RETRACTED: "retracted",
    }
)
_MOVED = frozenset({DepositCode.STORED, DepositCode.AT_SLOT, DepositCode.RETURNED})


@dataclass(frozen=True, slots=True)
class Request:
    """Say this to the acceptor. Answered with what came back, or with why nothing did."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait. `idle`: may be broken off for an order of the terminal."""

    seconds: Seconds
    idle: bool = False


Step = Request | Pause | Event
Reply = bytes | Silent | None
Procedure = Generator[Step, Reply, None]
_Found = Generator[Step, Reply, Report | None]

NOTE_CAUGHT = frozenset({State.POWER_UP_NOTE_IN_HEAD, State.POWER_UP_NOTE_IN_PATH})
"""A power cut left a note where it is neither the customer's nor in escrow."""


class Deposits:
    """What is known of one acceptor and its deposits, and the procedures over it. `now` is set by
    whoever runs them, before each step. `watched` is the deposit that `watch` looks after."""

    def __init__(self) -> None:
        self.now: Seconds = 0.0
        self.watched: str | None = None
        self._table: Mapping[int, int] = MappingProxyType({})
        self._only: tuple[int, ...] = ()
        self._asks = 0
        self._numbers: dict[str, int] = {}
        self._told: dict[str, Told] = {}

    # --- procedures -------------------------------------------------------------------------------

    def check(self) -> Procedure:
        """`CheckAcceptor`."""
        trouble = (yield from self._wake()) or (yield from self._unfit())
        if trouble:
            yield AcceptorFailed(trouble)
            return
        minor = sorted({major * MINOR_PER_MAJOR for major in self._table.values()})
        yield AcceptorReady(tuple(minor))

    def open(self, txid: str, only: tuple[int, ...] = ()) -> Procedure:
        """`OpenAcceptor`."""
        self._only = only
        trouble = yield from self._wake()
        if trouble:
            yield from self._failed(txid, trouble)
            return
        report = yield from self._order(Command.OPEN, txid, ORDER_SECONDS_MAX)
        if why := doubt(report, self._table, self._told.get(txid)):
            yield from self._unknown(txid, why, report)
            return
        assert report is not None
        if report.verdict is not Verdict.DONE or report.state is not DepositCode.OPEN:
            yield from self._failed(txid, refusal(report))
            return
        if not (yield from self._enable()):
            yield from self._failed(txid, NOT_READY)
            return
        self._told[txid] = bundle_of(report, self._table), report.refused
        self.watched = txid
        yield AcceptorOpen(txid)

    def close(self, txid: str) -> Procedure:
        """`CloseAcceptor`."""
        self.watched = None
        report = yield from self._done(Command.CLOSE, txid, ORDER_SECONDS_MAX)
        if why := doubt(report, self._table, self._told.get(txid)):
            yield from self._unknown(txid, why, report)
            return
        assert report is not None
        match report.state:
            case DepositCode.CLOSED | DepositCode.NONE:
                yield from self._news(txid, report)
                yield from self._closed(txid, report)
            case _:
                yield AcceptorFailed(WRONG_STATE)

    def store(self, txid: str) -> Procedure:
        """`StoreNotes`."""
        yield from self._move(Command.STORE, txid, DepositCode.STORED)

    def give_back(self, txid: str) -> Procedure:
        """`ReturnNotes`."""
        yield from self._move(Command.RETURN, txid, DepositCode.AT_SLOT)

    def retract(self, txid: str) -> Procedure:
        """`RetractReturned`."""
        self.watched = None
        report = yield from self._done(Command.RETRACT, txid, ORDER_SECONDS_MAX)
        if why := doubt(report, self._table, self._told.get(txid)):
            yield from self._unknown(txid, why, report)
            return
        assert report is not None
        match report.state:
            case DepositCode.RETURNED:
                yield ReturnedTaken(txid)
            case DepositCode.RETRACTED:
                yield ReturnedRetracted(txid, retracted(report, self._table))
            case _:
                yield AcceptorFailed(refusal(report))

    def inspect(self, txid: str) -> Procedure:
        """`InspectDeposit`. A note that a power cut left in the head is pushed back while its customer stands
        there; after a restart nobody is known to, and it stays for people to find."""
        stands_there = self.watched == txid or txid in self._told
        if self.watched == txid:
            self.watched = None
        self._told.pop(txid, None)
        report = yield from self._done(Command.FENCE, txid, INSPECT_SECONDS_MAX, FENCE_STRIDE)
        if report is not None and not (yield from self._learn_table()):
            yield from self._wake()
        if report is None or not self._table:
            yield DepositUnknown(txid, evidence("silent", report, self._table))
            return
        polled = yield from self._poll()
        caught = polled is not None and polled[0] in NOTE_CAUGHT
        if polled is not None and stands_there:
            report = yield from self._let_go(txid, report, polled)
            caught = bool(report.flags & Flag.PATH)
        state = _STATES.get(report.state, "unknown")
        if caught:
            state = "unknown"
        if state == "escrow" and not (yield from self._agrees(report)):
            state = "unknown"
        counts: Bundle | None = bundle_of(report, self._table)
        if report.flags & Flag.MEMORY_LOST or not is_readable(report, self._table):
            state, counts = "unknown", None
        elif state == "retracted":
            counts = retracted(report, self._table)
        yield DepositReport(txid, state, counts, bool(report.flags & Flag.SLOT))

    def _let_go(
        self, txid: str, report: Report, polled: tuple[int, int]
    ) -> Generator[Step, Reply, Report]:
        """After a power cut with a note in the head or the path: initialised, it pushes back what it can,
        and tells of the rest. The report as it is then."""
        if polled[0] not in NOTE_CAUGHT:
            return report
        yield from self._wake()
        return (yield from self._report(txid)) or report

    def watch(self, txid: str) -> Procedure:
        """Look after a deposit until its notes are neither taken in nor within reach."""
        heard_at, seen, at_slot = self.now, (-1, 0), False
        while self.watched == txid:
            yield Pause(SLOT_SECONDS if at_slot else POLL_SECONDS, idle=True)
            state = seen if at_slot else (yield from self._poll())
            if state == seen and not at_slot and state[0] not in codec.EVENTS:
                heard_at = self.now
                continue
            report: Report | None = None
            if state is not None:
                report = yield from self._ask(Command.REPORT, txid, 0)
            if state is not None and report is not None:
                heard_at, seen = self.now, state
                at_slot = report.state is DepositCode.AT_SLOT
                yield from self._look(txid, report, state)
            elif self.now > heard_at + WATCH_SECONDS_MAX:
                yield from self._unknown(txid, "silent", None)

    # --- looking ----------------------------------------------------------------------------------

    def _look(self, txid: str, report: Report, state: tuple[int, int]) -> Procedure:
        """What a report says about a deposit that is watched."""
        if why := doubt(report, self._table, self._told.get(txid)):
            yield from self._unknown(txid, why, report)
            return
        match report.state:
            case DepositCode.OPEN:
                yield from self._news(txid, report)
                if state[0] == State.DISABLED:
                    yield from self._enable()
            case DepositCode.CLOSED if not report.flags & Flag.MOVING:
                self.watched = None
                report = yield from self._let_go(txid, report, state)
                if report.flags & Flag.PATH:
                    yield from self._unknown(txid, "noteInPath", report)
                    return
                yield from self._news(txid, report)
                yield from self._closed(txid, report)
            case DepositCode.RETURNED:
                self.watched = None
                yield ReturnedTaken(txid)
            case DepositCode.CLOSED | DepositCode.AT_SLOT:
                pass
            case _:
                yield from self._unknown(txid, "state", report)

    def _news(self, txid: str, report: Report) -> Procedure:
        """What changed in escrow since it was told last."""
        counts, refused = bundle_of(report, self._table), report.refused
        before, refused_before = self._told.get(txid, ((), 0))
        reason = codec.REASONS.get(report.reason, codec.OTHER_REASON)
        for _ in range(min(refused - refused_before, REFUSED_AT_ONCE_MAX)):
            yield NoteRefused(txid, reason)
        self._told[txid] = counts, refused
        if (counts, refused) != (before, refused_before):
            yield NotesInEscrow(txid, counts, refused)

    def _closed(self, txid: str, report: Report) -> Procedure:
        """The inlet is shut: what lies in escrow, if memory and sensor agree."""
        if not (yield from self._agrees(report)):
            yield from self._unknown(txid, "sensor", report)
            return
        self._told[txid] = bundle_of(report, self._table), report.refused
        yield AcceptorClosed(txid, bundle_of(report, self._table))

    def _agrees(self, report: Report) -> Generator[Step, Reply, bool]:
        """Whether the escrow's own sensor counts as many notes as the memory."""
        total = sum(count for _, count in report.counts)
        cassettes = codec.decode_cassettes((yield from self._query(Command.CASSETTE_STATUS)))
        escrow = codec.escrow_of(cassettes or ())
        return escrow is not None and escrow.count == total

    # --- moving -----------------------------------------------------------------------------------

    def _move(self, command: Command, txid: str, done: DepositCode) -> Procedure:
        """Store or give back the bundle, if the escrow's sensor counts it as the memory does."""
        self.watched = None
        told = self._told.get(txid)
        before = yield from self._report(txid)
        if before is not None and (why := (yield from self._unsettled(before, told))):
            yield from self._unknown(txid, why, before)
            return
        report = yield from self._done(command, txid, ORDER_SECONDS_MAX)
        if why := doubt(report, self._table, self._told.get(txid)):
            yield from self._unknown(txid, why, report)
            return
        assert report is not None
        counts = bundle_of(report, self._table)
        if report.state in _MOVED and told is not None and counts != told[0]:
            yield from self._unknown(txid, "counts", report)
            return
        match report.state:
            case DepositCode.STORED if done is DepositCode.STORED:
                yield NotesStored(txid, counts)
            case DepositCode.AT_SLOT if done is DepositCode.AT_SLOT:
                self.watched = txid
                yield NotesReturned(txid, counts)
            case DepositCode.RETURNED if done is DepositCode.AT_SLOT:
                yield NotesReturned(txid, counts)
                yield ReturnedTaken(txid)
            case _:
                yield from self._failed(txid, refusal(report))

    def _unsettled(self, report: Report, told: Told | None) -> Generator[Step, Reply, str]:
        """Why a bundle that lies in escrow is not moved, or nothing: it is another than was told, or
        than the escrow's sensor counts."""
        if report.state is not DepositCode.CLOSED or report.flags & Flag.MOVING:
            return ""
        if told is not None and bundle_of(report, self._table) != told[0]:
            return "counts"
        return "" if (yield from self._agrees(report)) else "sensor"

    def _failed(self, txid: str, error: str) -> Procedure:
        """Nothing moved. The inlet is shut then, and if notes of this deposit are inside, how many."""
        yield AcceptorFailed(error)
        report = yield from self._report(txid)
        if report is not None and report.state is DepositCode.OPEN:
            report = yield from self._done(Command.CLOSE, txid, ORDER_SECONDS_MAX)
        if txid in self._told and (why := doubt(report, self._table, self._told.get(txid))):
            yield from self._unknown(txid, why, report)
        elif report is not None and report.state is DepositCode.CLOSED and report.counts:
            yield from self._news(txid, report)
            yield from self._closed(txid, report)

    def _unknown(self, txid: str, why: str, report: Report | None) -> Procedure:
        """Nobody can say; and no more is to happen to this deposit."""
        self.watched = None
        self._told.pop(txid, None)
        yield DepositUnknown(txid, evidence(why, report, self._table))
        number = max(self._numbers.get(txid, 0), report.number if report else 0) + FENCE_STRIDE
        if number <= codec.NUMBER_MAX:
            self._numbers[txid] = number
            yield from self._ask(Command.FENCE, txid, number)

    # --- asking -----------------------------------------------------------------------------------

    def _ask(self, command: Command, txid: str, number: int) -> _Found:
        """Say one of our commands once (the link repeats it); the report, or None."""
        self._asks = (self._asks + 1) % codec.ASKS
        order = codec.Order(command, self._asks, number, codec.token_of(txid))
        reply = yield Request(codec.encode_order(order))
        return codec.decode_report(reply) if isinstance(reply, bytes) else None

    def _report(self, txid: str) -> _Found:
        """How the deposit stands, asked a few times; None if that is never answered."""
        for tries_left in reversed(range(QUERY_TRIES)):
            report = yield from self._ask(Command.REPORT, txid, 0)
            if report is not None:
                return report
            if tries_left:
                yield Pause(SLOT_SECONDS)
        return None

    def _order(self, command: Command, txid: str, seconds: Seconds, stride: int = 1) -> _Found:
        """Give an order under its next number until a report says what became of it; None if none
        does in time. An order that the deposit has no use for is not given: the report says so."""
        give_up = self.now + seconds
        number = 0
        while True:
            asked = command if number else Command.REPORT
            report = yield from self._ask(asked, txid, number)
            if report is not None and not number:
                if command is not Command.FENCE and not self._table:
                    yield from self._learn_table()
                number = max(report.number, self._numbers.get(txid, 0)) + stride
                if number > codec.NUMBER_MAX:
                    return None
                self._numbers[txid] = number
                continue
            if report is not None and report.verdict is Verdict.NOT_READY:
                yield from self._wake()
            elif report is not None and report.verdict is not Verdict.BUSY:
                return report
            if self.now + RETRY_SECONDS > give_up:
                return None
            yield Pause(SLOT_SECONDS if report is not None else RETRY_SECONDS)

    def _done(self, command: Command, txid: str, seconds: Seconds, stride: int = 1) -> _Found:
        """Give an order and wait until nothing moves any more."""
        give_up = self.now + seconds
        report = yield from self._order(command, txid, seconds, stride)
        while report is None or report.flags & Flag.MOVING or report.state in IN_MOTION:
            if report is None and self.now + RETRY_SECONDS > give_up:
                return None
            if self.now > give_up:
                return report
            yield Pause(SLOT_SECONDS if report is not None else RETRY_SECONDS)
            report = yield from self._ask(Command.REPORT, txid, 0)
        return report

    def _poll(self) -> Generator[Step, Reply, tuple[int, int] | None]:
        reply = yield Request(bytes((Command.POLL,)))
        return codec.decode_poll(reply) if isinstance(reply, bytes) else None

    def _query(self, command: Command, data: bytes = b"") -> Generator[Step, Reply, bytes]:
        """Ask something that moves nothing, a few times; nothing if it is never answered."""
        for tries_left in reversed(range(QUERY_TRIES)):
            reply = yield Request(bytes((command,)) + data)
            if isinstance(reply, bytes):
                return reply
            if tries_left:
                yield Pause(SLOT_SECONDS)
        return b""

    def _wake(self) -> Generator[Step, Reply, str]:
        """Bring it to where it obeys; its trouble, or nothing."""
        give_up = self.now + INIT_SECONDS_MAX
        while self.now < give_up:
            polled = codec.decode_poll((yield from self._query(Command.POLL)))
            if polled is None:
                return NOT_READY
            state, detail = polled
            if state in codec.POWER_UPS:
                yield Request(bytes((Command.RESET,)))
            elif state in codec.TROUBLES:
                return codec.hex_code(state) + (codec.hex_code(detail) if detail else "")
            elif state in (State.IDLING, State.DISABLED):
                return "" if (yield from self._learn_table()) else NO_TABLE
            yield Pause(POLL_SECONDS)
        return NOT_READY

    def _learn_table(self) -> Generator[Step, Reply, bool]:
        """The bill table, asked once."""
        if not self._table:
            found = codec.decode_table((yield from self._query(Command.GET_BILL_TABLE)))
            self._table = found or self._table
        return bool(self._table)

    def _enable(self) -> Generator[Step, Reply, bool]:
        """Let in what the deposit is open for: some denominations, or every known note."""
        kinds = (
            kind
            for kind, major in self._table.items()
            if not self._only or major * MINOR_PER_MAJOR in self._only
        )
        command, *mask = codec.encode_enable(kinds)
        return (yield from self._query(Command(command), bytes(mask))) == codec.ACK

    def _unfit(self) -> Generator[Step, Reply, str]:
        """Why no deposit can be begun, or nothing: what is inside, what is missing."""
        cassettes = codec.decode_cassettes((yield from self._query(Command.CASSETTE_STATUS)))
        report = yield from self._report("")
        if cassettes is None or report is None:
            return NOT_READY
        if report.flags & Flag.MEMORY_LOST:
            return MEMORY_LOST
        if codec.escrow_of(cassettes) is None:
            return NO_ESCROW
        return ITEMS_LEFT if report.flags & (Flag.SLOT | Flag.ESCROW | Flag.PATH) else ""
