"""What is said to the note acceptor and what it answers, as bytes and as values. Both ends use it.

Two layers. CCNET's own commands for a bill-to-bill unit: RESET, POLL, ENABLE BILL TYPES, CASSETTE STATUS
and GET BILL TABLE, as several public drivers agree on them; POLL answers with a state, a fault or an
event, and an event is repeated until it is acknowledged. CCNET knows no deposits: an order carries no
number, an answer does not say to which question, and what became of a bundle cannot be asked later.
So there are seven commands of ours, `D0` to `D6`, in a range that none of the sources uses
(docs/decisions/0009):

    order    CMD ASK NUMBER(2) TOKEN(8)
    report   D5 ASK VERDICT NUMBER(2) TOKEN(8) STATE FLAGS TROUBLE REFUSED(2) REASON N (TYPE COUNT(2))*N

Every one of them is answered at once with a report; motions go on afterwards. TOKEN names the deposit.
NUMBER counts its orders: only a number above the last one executed is executed, so an order that is
repeated is answered again and one that comes late does nothing. ASK is any byte, and comes back, so that
an old report is not taken for a new one. Numbers are big-endian.

What follows from a report is not this module's business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from hashlib import blake2b
from types import MappingProxyType

from terminal.values import replace

ACK, NAK = b"\x00", b"\xff"
INVALID = b"\x30"
"""Answer: the command is unknown, or cannot be obeyed now."""

BILL_TYPES = 24
"""Entries of the bill table."""
BILL_BYTES = 5
MASK_BYTES = 3
CASSETTES = 16
"""Entries of CASSETTE STATUS, two bytes each."""
ESCROW_TYPE = 24
"""The bill type of the cassette that is the escrow."""
FITTED, FULL, TYPE_BITS = 0x80, 0x40, 0x1F
COUNTRIES = frozenset({b"CHN", b"CNY"})
"""What the table calls notes that are taken here: the field holds a country in some units, in others a
currency."""
ZEROS_MAX = 6
"""A million is more than any note."""

TOKEN_BYTES = 8
NUMBER_MAX = 0xFFFF
ASKS = 0x100
COUNT_MAX = 0xFFFF


class Command(IntEnum):
    """The first byte of a request."""

    RESET = 0x30
    POLL = 0x33
    ENABLE_BILL_TYPES = 0x34
    CASSETTE_STATUS = 0x3B
    GET_BILL_TABLE = 0x41
    OPEN = 0xD0
    CLOSE = 0xD1
    STORE = 0xD2
    RETURN = 0xD3
    RETRACT = 0xD4
    REPORT = 0xD5
    FENCE = 0xD6


ORDERS = frozenset(Command) - {
    Command.RESET,
    Command.POLL,
    Command.ENABLE_BILL_TYPES,
    Command.CASSETTE_STATUS,
    Command.GET_BILL_TABLE,
}
"""Ours."""


class State(IntEnum):
    """The first byte of an answer to POLL."""

    POWER_UP = 0x10
    POWER_UP_NOTE_IN_HEAD = 0x11
    POWER_UP_NOTE_IN_PATH = 0x12
    INITIALIZE = 0x13
    IDLING = 0x14
    ACCEPTING = 0x15
    STACKING = 0x17
    RETURNING = 0x18
    DISABLED = 0x19
    BUSY = 0x1B
    REJECTING = 0x1C
    UNLOADING = 0x1E
    CUSTOM_RETURNING = 0x1F
    UNLOADED = 0x26
    CUSTOM_RETURNED = 0x27
    CASSETTE_FULL = 0x41
    CASSETTE_OUT = 0x42
    VALIDATOR_JAM = 0x43
    CASSETTE_JAM = 0x44
    CHEATED = 0x45
    PAUSE = 0x46
    FAILURE = 0x47
    PATH_JAM = 0x48
    STACKED = 0x81


POWER_UPS = frozenset({State.POWER_UP, State.POWER_UP_NOTE_IN_HEAD, State.POWER_UP_NOTE_IN_PATH})
"""After power came back: nothing is obeyed before RESET."""
TROUBLES = frozenset(
    {
        State.CASSETTE_FULL,
        State.CASSETTE_OUT,
        State.VALIDATOR_JAM,
        State.CASSETTE_JAM,
        State.CHEATED,
        State.PAUSE,
        State.FAILURE,
        State.PATH_JAM,
    }
)
EVENTS = frozenset({State.STACKED, State.UNLOADED, State.CUSTOM_RETURNED})
"""Repeated until acknowledged."""

REASONS: Mapping[int, str] = MappingProxyType(
    {
        0x60: "insertion",
        0x61: "magnetic",
        0x62: "remaining",
        0x63: "multiplying",
        0x64: "conveying",
        0x65: "identification",
        0x66: "verification",
        0x67: "optic",
        0x68: "inhibit",
        0x69: "capacity",
        0x6A: "operation",
        0x6C: "length",
        0x6D: "ultraviolet",
    }
)
"""Why a note was pushed back: the second byte of REJECTING."""
OTHER_REASON = "other"


class DepositCode(IntEnum):
    """What became of a deposit."""

    NONE = 0
    OPEN = 1
    CLOSED = 2
    STORING = 3
    STORED = 4
    RETURNING = 5
    AT_SLOT = 6
    RETURNED = 7
    RETRACTING = 8
    RETRACTED = 9
    UNKNOWN = 10


class Verdict(IntEnum):
    """What became of the order that a report answers."""

    DONE = 0
    """Executed, now or when this number came first."""
    OLD = 1
    """Its number is not above the last one."""
    WRONG_STATE = 2
    """This deposit is not where this order could be executed."""
    NOT_READY = 3
    """Power came back and RESET is missing, or it is still initialising."""
    OCCUPIED = 4
    """Notes of another deposit, or in the slot, are in the way."""
    TROUBLE = 5
    """A fault; the report names it."""
    FULL = 6
    """No room in the cassette."""
    BUSY = 7
    """A note is moving; ask again."""


class Flag(IntFlag):
    """What the sensors say, and whether there is a memory."""

    SLOT = 0x01
    ESCROW = 0x02
    PATH = 0x04
    MOVING = 0x08
    UNTOUCHED = 0x10
    """No hand was in the slot since the notes were put there, and as many were taken back."""
    MEMORY_LOST = 0x20


@dataclass(frozen=True, slots=True)
class Order:
    """One of our commands. `number` is 0 for REPORT, which changes nothing."""

    command: Command
    ask: int
    number: int
    token: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """Answer to an order. `counts` is bill type and notes, ascending by type; `trouble` a `State` or 0;
    `reason` why the last note was refused, or 0."""

    ask: int
    verdict: Verdict
    number: int
    token: bytes
    state: DepositCode
    flags: Flag
    trouble: int
    refused: int
    reason: int
    counts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Cassette:
    """One entry of CASSETTE STATUS: what it is for, and how many notes it counts."""

    fitted: bool
    full: bool
    bill_type: int
    count: int


def token_of(txid: str) -> bytes:
    """The name under which the acceptor knows a deposit: eight bytes, whatever the txid looks like."""
    return blake2b(txid.encode(), digest_size=TOKEN_BYTES).digest()


# --- requests -----------------------------------------------------------------------------------


def encode_enable(types: Iterable[int]) -> bytes:
    """ENABLE BILL TYPES: these are taken (bit 0 of the last byte is type 0) and go on by themselves;
    none is held at the head for a decision, because the escrow cassette is the escrow."""
    mask = sum(1 << each for each in set(types))
    return (
        bytes((Command.ENABLE_BILL_TYPES,)) + mask.to_bytes(MASK_BYTES, "big") + bytes(MASK_BYTES)
    )


def decode_enable(data: bytes) -> frozenset[int] | None:
    """The types enabled; None if this is no ENABLE BILL TYPES, or one that wants notes held."""
    if len(data) != 1 + 2 * MASK_BYTES or data[0] != Command.ENABLE_BILL_TYPES:
        return None
    if any(data[1 + MASK_BYTES :]):
        return None
    mask = int.from_bytes(data[1 : 1 + MASK_BYTES], "big")
    return frozenset(each for each in range(BILL_TYPES) if mask >> each & 1)


def encode_order(order: Order) -> bytes:
    """One of our commands."""
    assert order.command in ORDERS, f"{order.command.name} is CCNET's own"
    assert 0 <= order.number <= NUMBER_MAX, "the numbers of a deposit are used up"
    head = bytes((order.command, order.ask)) + order.number.to_bytes(2, "big")
    return head + order.token


def decode_order(data: bytes) -> Order | None:
    """An order, or None if this is none."""
    if len(data) != 4 + TOKEN_BYTES or data[0] not in ORDERS:
        return None
    return Order(Command(data[0]), data[1], int.from_bytes(data[2:4], "big"), data[4:])


# --- answers ------------------------------------------------------------------------------------


def with_verdict(report: Report, verdict: Verdict) -> Report:
    """The same report about another order."""
    return replace(report, verdict=verdict)


def encode_report(report: Report) -> bytes:
    """A report."""
    head = bytes((Command.REPORT, report.ask, report.verdict)) + report.number.to_bytes(2, "big")
    body = bytes((report.state, report.flags, report.trouble)) + report.refused.to_bytes(2, "big")
    tail = bytes((report.reason, len(report.counts)))
    pairs = b"".join(bytes((kind,)) + count.to_bytes(2, "big") for kind, count in report.counts)
    return head + report.token + body + tail + pairs


_REPORT_BYTES = 5 + TOKEN_BYTES + 7
_PAIR_BYTES = 3


def decode_report(data: bytes) -> Report | None:
    """A report; None if this is none, or one that no acceptor of this kind says."""
    if len(data) < _REPORT_BYTES or data[0] != Command.REPORT:
        return None
    body = data[5 + TOKEN_BYTES :]
    pairs = data[_REPORT_BYTES:]
    known = data[2] in _VERDICTS and body[0] in _CODES and body[1] in _FLAGS
    if not known or len(pairs) != _PAIR_BYTES * body[6]:
        return None
    counts = tuple(
        (pairs[at], int.from_bytes(pairs[at + 1 : at + 3], "big"))
        for at in range(0, len(pairs), _PAIR_BYTES)
    )
    if not _proper(counts):
        return None
    return Report(
        ask=data[1],
        verdict=Verdict(data[2]),
        number=int.from_bytes(data[3:5], "big"),
        token=data[5 : 5 + TOKEN_BYTES],
        state=DepositCode(body[0]),
        flags=Flag(body[1]),
        trouble=body[2],
        refused=int.from_bytes(body[3:5], "big"),
        reason=body[5],
        counts=counts,
    )


_VERDICTS = frozenset(Verdict)
_CODES = frozenset(DepositCode)
_FLAGS = frozenset(range(0x40))


def _proper(counts: tuple[tuple[int, int], ...]) -> bool:
    """Types ascending, each in the table, none without notes."""
    types = [kind for kind, _ in counts]
    return types == sorted(set(types)) and all(k < BILL_TYPES and n for k, n in counts)


def encode_table(majors: Mapping[int, int], country: bytes = b"CHN") -> bytes:
    """GET BILL TABLE's answer: bill type to the note's value in major units."""
    entries = [bytes(BILL_BYTES)] * BILL_TYPES
    for kind, major in majors.items():
        zeros = 0
        while major % 10 == 0:
            major, zeros = major // 10, zeros + 1
        entries[kind] = bytes((major,)) + country + bytes((zeros,))
    return b"".join(entries)


def decode_table(data: bytes) -> Mapping[int, int] | None:
    """Bill type to value in major units, of notes that are taken here; None if this is no table.

    An entry is a value, three letters and how many zeros follow the value. Fractions, other
    currencies and values that no note has are left out."""
    if len(data) != BILL_TYPES * BILL_BYTES:
        return None
    found: dict[int, int] = {}
    for kind in range(BILL_TYPES):
        value, *letters, zeros = data[kind * BILL_BYTES : (kind + 1) * BILL_BYTES]
        if value and bytes(letters) in COUNTRIES and zeros <= ZEROS_MAX:
            found[kind] = value * 10**zeros
    return MappingProxyType(found)


def encode_cassettes(cassettes: Iterable[Cassette]) -> bytes:
    """CASSETTE STATUS' answer; entries that are not given are not fitted."""
    data = b"".join(
        bytes((FITTED * each.fitted | FULL * each.full | each.bill_type, each.count))
        for each in cassettes
    )
    return data.ljust(CASSETTES * 2, b"\0")


def decode_cassettes(data: bytes) -> tuple[Cassette, ...] | None:
    """The sixteen entries; None if this is no such answer."""
    if len(data) != CASSETTES * 2:
        return None
    return tuple(
        Cassette(bool(head & FITTED), bool(head & FULL), head & TYPE_BITS, count)
        for head, count in zip(data[::2], data[1::2], strict=True)
    )


def escrow_of(cassettes: Iterable[Cassette]) -> Cassette | None:
    """The cassette that is the escrow, if one is fitted."""
    return next((each for each in cassettes if each.fitted and each.bill_type == ESCROW_TYPE), None)


POLL_BYTES_MAX = 4
_STATES = frozenset(State)


def decode_poll(data: bytes) -> tuple[State, int] | None:
    """State and what it adds (a reason, a code; 0 if nothing); None if this is no answer to POLL."""
    if not 1 <= len(data) <= POLL_BYTES_MAX or data[0] not in _STATES:
        return None
    return State(data[0]), data[1] if len(data) > 1 else 0


def answers(asked: bytes, answer: bytes) -> bool:
    """Whether these bytes can be the answer to that request. CCNET's answers do not say what they
    answer, so it goes by shape; ours carry what was asked."""
    if answer == INVALID:
        return True
    match asked[0]:
        case Command.POLL:
            return decode_poll(answer) is not None
        case Command.RESET | Command.ENABLE_BILL_TYPES:
            return answer == ACK
        case Command.GET_BILL_TABLE:
            return decode_table(answer) is not None
        case Command.CASSETTE_STATUS:
            return decode_cassettes(answer) is not None
        case _:
            report = decode_report(answer)
            order = decode_order(asked)
            return (
                report is not None
                and order is not None
                and (report.ask, report.token) == (order.ask, order.token)
            )


def hex_code(code: int) -> str:
    """As it is written in records and shown to staff."""
    return f"{code:02X}"
