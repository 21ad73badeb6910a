"""What the LCDM-4000 is told and what it answers, as typed values (hardware-protocols 2.4 to 2.8).

Both ends use it: the driver encodes requests and decodes responses, the simulated firmware the other
way round. Golden frames keep the two from agreeing on the same mistake.

Rules it keeps: a frame that decodes to nothing sensible gives None, because a check byte of one XOR
lets some double faults through; undocumented high bits of sensor bytes are masked; counts are raw
bytes above 7F where need be, never text. What a result means for the customer's money is the
verdict's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from devices.dispenser.framing import EOT, SOH, Frame, pack
from terminal.events import Counts

OFFSET = 0x20
"""Numbers are sent as value + 20h (2.2)."""
CASSETTES = 4
NOTES_PER_COMMAND_MAX = 100
"""The device's own limit, rejected notes included (2.5)."""
NOTES_ORDERED_MAX = 40
"""What we ask for at most (2.5): room for rejects, and a pile a hand can take."""
TYPE_ABSENT = 0x30
MISS = 0x30
"""The reserved byte of a result is always this (2.6)."""
PATH_MASK = 0x1F
"""DVT left, DVT right, EJT, EXIT, RJT; the solenoid bit and the bits above prove nothing (2.7)."""
CHECK_MASK, PRESENT_BIT, NEAR_END_BIT = 0x03, 0x04, 0x08


RESULT_BYTES = 15
"""LAST_CMD, ERROR, MISS and four triples (2.6)."""


class Command(IntEnum):
    """2.4."""

    RESET = 0x44
    STATUS = 0x50
    PURGE = 0x51
    DISPENSE = 0x52
    TEST_DISPENSE = 0x53
    LAST_STATUS = 0x55
    SENSOR_DIAGNOSTICS = 0x58
    SET_OPACITIES = 0x5A
    GET_OPACITIES = 0x5B
    SET_PICK_ORDER = 0x5C
    GET_PICK_ORDER = 0x5D
    SET_LENGTHS = 0x5E
    GET_LENGTHS = 0x5F
    GET_SERIAL_NUMBER = 0x67
    SUPPLEMENTARY = 0x71


# --- errors -----------------------------------------------------------------------------------

ErrorClass = Literal["-", "O", "A", "F", "S"]
"""Who can help: nobody needed, operator, software, the host program's author, service (2.8)."""


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One row of 2.8. `moved`: notes may have reached the customer. `doubtful`: then the EXIT counts
    prove nothing (the rows whose P is bold there)."""

    code: int
    meaning: str
    moved: bool
    doubtful: bool
    kind: ErrorClass


_COUNTED, _DOUBTFUL, _STILL = (True, False), (True, True), (False, False)


def _row(code: int, meaning: str, notes: tuple[bool, bool], kind: ErrorClass) -> ErrorRow:
    return ErrorRow(code, meaning, *notes, kind)


_ROWS = (
    _row(0x00, "success", _COUNTED, "-"),
    _row(0x01, "pick-up failed: empty, badly loaded or sticking", _COUNTED, "O"),
    _row(0x02, "jam between CHK and DVT", _COUNTED, "O"),
    _row(0x03, "jam between DVT and EJT", _COUNTED, "O"),
    _row(0x04, "jam between EJT and EXIT, a note may be half out", _DOUBTFUL, "O"),
    _row(0x05, "a note stays in EXIT, reachable by hand", _DOUBTFUL, "O"),
    _row(0x06, "a note suspected for rejection was ejected", _DOUBTFUL, "O"),
    _row(0x07, "count mismatch at the eject sensor", _DOUBTFUL, "O"),
    _row(0x08, "a note to be rejected passed the eject sensor", _DOUBTFUL, "O"),
    _row(0x09, "note too long at the eject sensor", _DOUBTFUL, "O"),
    _row(0x0A, "note too long at the exit sensor", _DOUBTFUL, "O"),
    _row(0x0B, "note on the path before pick-up", _STILL, "A"),
    _row(0x0C, "too many notes for one command", _COUNTED, "F"),
    _row(0x0D, "too many rejects", _COUNTED, "O"),
    # P is not bold there, but a note pushed out uncounted is the very doubt the column is about.
    _row(0x0E, "purge ended abnormally, a note may be pushed out", _DOUBTFUL, "O"),
    _row(0x20, "sensor trouble before start", _STILL, "S"),
    _row(0x21, "foreign matter before start", _STILL, "O"),
    _row(0x22, "solenoid trouble before start", _STILL, "S"),
    _row(0x23, "motor or slit sensor trouble before start", _STILL, "S"),
    _row(0x24, "requested cassette absent", _STILL, "O"),
    _row(0x25, "requested cassette near end", _STILL, "O"),
    _row(0x26, "no reject tray", _COUNTED, "O"),
    _row(0x29, "dispensed more than requested", _DOUBTFUL, "O"),
    _row(0x30, "unknown command", _STILL, "F"),
    _row(0x31, "bad parameter", _STILL, "F"),
    _row(0x32, "verify not allowed after download and reset", _STILL, "F"),
    _row(0x33, "program write failed", _STILL, "S"),
    _row(0x34, "program verify failed", _STILL, "S"),
    _row(0x35, "EEPROM write failed", _STILL, "S"),
    _row(0x36, "EEPROM checksum wrong", _STILL, "S"),
    _row(0x40, "a note from cassette 1 was detected meanwhile", _DOUBTFUL, "O"),
    _row(0x41, "a note from cassette 2 was detected meanwhile", _DOUBTFUL, "O"),
    _row(0x42, "a note from cassette 3 was detected meanwhile", _DOUBTFUL, "O"),
    _row(0x43, "a note from cassette 4 was detected meanwhile", _DOUBTFUL, "O"),
)

ERRORS: Mapping[int, ErrorRow] = {row.code: row for row in _ROWS}
assert len(ERRORS) == len(_ROWS), "an error code stands in the table twice"


def error_row(code: int) -> ErrorRow:
    """The row of a code; one that the table lacks is doubted."""
    return ERRORS.get(code, _row(code, "not in the table", _DOUBTFUL, "S"))


def hex_code(code: int) -> str:
    """A code as events carry it: two hexadecimal digits."""
    return f"{code:02X}"


# --- requests ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ask:
    """A command without data."""

    command: Command


@dataclass(frozen=True, slots=True)
class Dispense:
    """DISPENSE, or TEST DISPENSE where `test`; four counts, top cassette first. The short form has a
    last byte that some firmware reads as a serial number (2.5)."""

    counts: Counts
    test: bool = False
    short: bool = False
    serial: int = 0


@dataclass(frozen=True, slots=True)
class Diagnose:
    """SENSOR DIAGNOSTICS of one cassette, 1 to 4."""

    cassette: int


@dataclass(frozen=True, slots=True)
class SetReferences:
    """SET OPACITIES or SET LENGTHS: a byte for each cassette, 0 keeps what is there."""

    command: Command
    values: Counts


@dataclass(frozen=True, slots=True)
class SetPickOrder:
    """Cassettes 1 to 4 in the order they are picked from."""

    order: Counts


@dataclass(frozen=True, slots=True)
class Version:
    """SUPPLEMENTARY `30 20 20 20`: the firmware's version."""


Request = Ask | Dispense | Diagnose | SetReferences | SetPickOrder | Version

BARE = frozenset(
    {
        Command.RESET,
        Command.STATUS,
        Command.PURGE,
        Command.LAST_STATUS,
        Command.GET_OPACITIES,
        Command.GET_PICK_ORDER,
        Command.GET_LENGTHS,
        Command.GET_SERIAL_NUMBER,
    }
)
_LONG_TAIL = b"\x20" * 11
"""No timeout given (`20 20`) and nine reserved bytes (2.5)."""
_VERSION_DATA = b"\x30\x20\x20\x20"


def encode_request(request: Request) -> bytes:
    """The frame that says it."""
    match request:
        case Ask(command):
            return pack(EOT, command)
        case Dispense(counts, test, short, serial):
            assert len(counts) == CASSETTES, f"{len(counts)} counts for {CASSETTES} cassettes"
            assert min(counts) >= 0, "a count is never negative"
            assert sum(counts) <= NOTES_PER_COMMAND_MAX, "more notes than one command may ask for"
            command = Command.TEST_DISPENSE if test else Command.DISPENSE
            tail = bytes((OFFSET, OFFSET, OFFSET + serial)) if short else _LONG_TAIL
            return pack(EOT, command, _numbers(counts) + tail)
        case Diagnose(cassette):
            return pack(EOT, Command.SENSOR_DIAGNOSTICS, bytes((TYPE_ABSENT + cassette,)))
        case SetReferences(command, values):
            return pack(EOT, command, nibbles(values))
        case SetPickOrder(order):
            return pack(EOT, Command.SET_PICK_ORDER, bytes(TYPE_ABSENT + each for each in order))
        case Version():
            return pack(EOT, Command.SUPPLEMENTARY, _VERSION_DATA)


def decode_request(frame: Frame) -> Request | None:
    """What the host said; None where a parameter is bad."""
    data = frame.data
    match frame.command:
        case Command.DISPENSE | Command.TEST_DISPENSE:
            return _decode_dispense(frame)
        case Command.SENSOR_DIAGNOSTICS:
            cassette = data[0] - TYPE_ABSENT
            return Diagnose(cassette) if 1 <= cassette <= CASSETTES else None
        case Command.SET_OPACITIES | Command.SET_LENGTHS:
            values = _from_nibbles(data)
            return SetReferences(Command(frame.command), values) if values else None
        case Command.SET_PICK_ORDER:
            order = tuple(byte - TYPE_ABSENT for byte in data)
            return SetPickOrder(order) if sorted(order) == [1, 2, 3, 4] else None
        case Command.SUPPLEMENTARY:
            return Version() if data == _VERSION_DATA else None
        case command if command in BARE:
            return Ask(Command(command))
        case _:
            return None


def _decode_dispense(frame: Frame) -> Dispense | None:
    counts = _from_numbers(frame.data[:CASSETTES])
    tail = frame.data[CASSETTES:]
    test = frame.command == Command.TEST_DISPENSE
    if counts is None:
        return None
    if len(tail) == len(_LONG_TAIL):
        return Dispense(counts, test) if tail == _LONG_TAIL else None
    if tail[:2] != _LONG_TAIL[:2] or tail[2] < OFFSET:
        return None
    return Dispense(counts, test, short=True, serial=tail[2] - OFFSET)


# --- responses --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tally:
    """What a motion did: notes past EXIT, reject events, and which cassettes were there."""

    error: int
    exits: Counts
    rejects: Counts
    present: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class LastResult:
    """LAST STATUS: the command it is about (51, 52 or 53) and what that did."""

    command: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class CassetteStatus:
    """One cassette of STATUS. `checks` are its two sensor bits."""

    present: bool
    near_end: bool
    checks: int = 0
    opacity: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class StatusReport:
    """STATUS: error code, blocked path sensors (2.7 bits 0 to 4), four cassettes."""

    error: int
    path: int
    cassettes: tuple[CassetteStatus, ...]


def encode_tally(command: int, tally: Tally, short: bool = False) -> bytes:
    """The response to PURGE, DISPENSE or TEST DISPENSE; `short` is the 21 byte form of the last
    two."""
    reserved = 0 if command == Command.PURGE else 1 if short else 9
    return pack(SOH, command, _tally_data(tally) + b"\x20" * reserved)


def decode_tally(frame: Frame) -> Tally | None:
    """The answer to PURGE, DISPENSE or TEST DISPENSE."""
    return _tally(frame.data[:14])


def encode_last(last: LastResult) -> bytes:
    """The response to LAST STATUS."""
    return pack(SOH, Command.LAST_STATUS, bytes((last.command,)) + _tally_data(last.tally))


def decode_last(frame: Frame) -> LastResult | None:
    """The answer to LAST STATUS; None where there is no sensible one, as after power-up without an
    operation, or where it refuses (2.6)."""
    command = frame.data[0]
    if len(frame.data) != RESULT_BYTES or command not in (
        Command.PURGE,
        Command.DISPENSE,
        Command.TEST_DISPENSE,
    ):
        return None
    tally = _tally(frame.data[1:])
    return None if tally is None else LastResult(command, tally)


def encode_status(report: StatusReport, base: int = OFFSET) -> bytes:
    """The response to STATUS; `base` is what the undocumented high bits show (2.2)."""
    data = bytearray((report.error + OFFSET, base | report.path))
    for number, each in enumerate(report.cassettes, start=1):
        state = each.checks | PRESENT_BIT * each.present | NEAR_END_BIT * each.near_end
        kind = TYPE_ABSENT + number * each.present
        data += bytes((base | state, kind, each.opacity + OFFSET, each.length + OFFSET))
    return pack(SOH, Command.STATUS, bytes(data))


def decode_status(frame: Frame) -> StatusReport | None:
    """The answer to STATUS."""
    data = frame.data
    if data[0] < OFFSET:
        return None
    quads = [data[start : start + 4] for start in range(2, len(data), 4)]
    cassettes = [_cassette(number, quad) for number, quad in enumerate(quads, start=1)]
    known = tuple(each for each in cassettes if each is not None)
    if len(known) != CASSETTES:
        return None
    return StatusReport(data[0] - OFFSET, data[1] & PATH_MASK, known)


def encode_error(command: int, error: int, data: bytes = b"") -> bytes:
    """A response of an error code and what follows it."""
    return pack(SOH, command, bytes((error + OFFSET,)) + data)


def _cassette(number: int, quad: bytes) -> CassetteStatus | None:
    state, kind, opacity, length = quad
    if kind not in (TYPE_ABSENT, TYPE_ABSENT + number) or min(opacity, length) < OFFSET:
        return None
    present = bool(state & PRESENT_BIT) and kind != TYPE_ABSENT
    near_end = bool(state & NEAR_END_BIT)
    return CassetteStatus(present, near_end, state & CHECK_MASK, opacity - OFFSET, length - OFFSET)


def _tally_data(tally: Tally) -> bytes:
    data = bytearray((tally.error + OFFSET, MISS))
    cassettes = zip(tally.exits, tally.rejects, tally.present, strict=True)
    for number, (exits, rejects, present) in enumerate(cassettes, start=1):
        data += bytes((exits + OFFSET, rejects + OFFSET, TYPE_ABSENT + number * present))
    return bytes(data)


def _tally(data: bytes) -> Tally | None:
    error, miss = data[0], data[1]
    exits = _from_numbers(data[2::3])
    rejects = _from_numbers(data[3::3])
    kinds = data[4::3]
    named = all(kind in (TYPE_ABSENT, TYPE_ABSENT + n) for n, kind in enumerate(kinds, start=1))
    if error < OFFSET or miss != MISS or exits is None or rejects is None or not named:
        return None
    return Tally(error - OFFSET, exits, rejects, tuple(kind != TYPE_ABSENT for kind in kinds))


def _numbers(values: Counts) -> bytes:
    return bytes(value + OFFSET for value in values)


def _from_numbers(data: bytes) -> Counts | None:
    return tuple(byte - OFFSET for byte in data) if min(data) >= OFFSET else None


def nibbles(values: Counts) -> bytes:
    """Each value as two bytes, high and low nibble + 30h (2.4)."""
    return bytes(TYPE_ABSENT + nibble for value in values for nibble in divmod(value, 16))


def _from_nibbles(data: bytes) -> Counts | None:
    nibbles = [byte - TYPE_ABSENT for byte in data]
    if not all(0 <= nibble < 16 for nibble in nibbles):
        return None
    return tuple(16 * high + low for high, low in zip(nibbles[::2], nibbles[1::2], strict=True))
