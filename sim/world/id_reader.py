"""The resident identity card reader at the far end of the cable: its program, and what lies on it.

Strict, as the protocol has it (hardware-protocols 5): a request whose CHK is wrong is answered 10, one
whose length is wrong 11, one that is unknown or out of the order find, select, read 21. While it works
on a request it is deaf. Whether the document stayed where it was is seen when the radio work ends, not
when it begins.

Rules it keeps: one document lies on it at most; time comes in as an argument, and what it is doing goes
on after `restore`; everything in `snapshot` is plain JSON. Faults are armed by name, status codes by
number. What a document proves is not its business.

Times are ours: nobody has published any for the radio side.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from devices.id_reader.codec import (
    CARD_NOT_TRUSTED,
    DEFAULT_BAUDRATE,
    FOUND,
    NO_CARD,
    NO_CONTENT,
    OK,
    READ_FAILED,
    READ_HEAD,
    SELECT_FAILED,
    SPEEDS,
    WRONG_CHECK,
    WRONG_LENGTH,
    WRONG_ORDER,
    WRONG_TYPE,
)
from devices.id_reader.framing import LEN_MAX, PREAMBLE, Damage, Framer, Item, encode
from sim.world.identities import IDENTITIES, Identity
from terminal.ports import NEVER, Seconds

Fault = Literal[
    "silence",
    "babble",
    "responseLost",
    "responseCorrupt",
    "responseCut",
    "responseTooLong",
    "responseInPieces",
    "responseLate",
    "noiseBefore",
    "extraPreamble",
]
"""`silence` (answers nothing) and `babble` (answers with bytes that are no frame) last until they are
disarmed; every other is used up once for each time it is armed."""

_LASTING: frozenset[Fault] = frozenset({"silence", "babble"})

COMMAND_SECONDS = 0.002
"""A command that needs no radio."""
RADIO_SECONDS = 0.030
"""Find and select; 100 ms is enough for an answer on one make (5.7)."""
READ_SECONDS = 0.700
"""Text and photo over the radio; with the line's 112 ms inside the 1 to 2 s that hosts allow (5.7)."""
FINGERPRINT_SECONDS = 0.500
"""On top, for a fingerprint."""
ADDRESS_SECONDS = 0.200

PIECE_GAP_SECONDS = 0.005
"""Fault 7 of hardware-protocols 11."""
LATE_SECONDS = 3.0
"""Longer than anybody waits for find, select or status (5.7)."""
NOISE = b"\x00\xff\x96\x69\xaa\xaa"

SAM_NUMBER = bytes.fromhex("05 00 01 00 C6 14 34 01 39 30 00 00 B1 68 DE 3A")
"""05.01-20190406-0000012345-0987654321, as 5.5 writes it."""

_WIRE = "latin-1"
"""Bytes are kept as text of the same values, so that a snapshot is plain JSON."""

Order = Literal["", "found", "selected", "read"]


@dataclass(slots=True)
class _State:
    """Everything the reader knows and holds."""

    request: str = ""
    ends: Seconds | None = None
    outbox: list[list[Any]] = field(default_factory=list)
    order: Order = ""
    """How far find, select and read have come ..."""
    order_of: int = 0
    """... with the document of which placement."""
    lying: str | None = None
    placements: int = 0
    seen: bool = False
    """Found since it was put down."""
    needs_lifting: bool = False
    baudrate: int = DEFAULT_BAUDRATE
    faults: dict[str, int] = field(default_factory=dict)
    failures: list[list[Any]] = field(default_factory=list)
    heard: dict[str, int] = field(default_factory=dict)


class IdReaderFirmware:
    """One reader. Implements `Firmware`; the physical acts and faults are further methods.

    `needs_lifting`: it finds a document once, and again only after it was lifted (both kinds are said
    to exist, 5.7). `host_baudrate` is the speed the other side speaks at, None for the right one; at
    a wrong one nothing is understood."""

    def __init__(self, *, needs_lifting: bool = False, baudrate: int = DEFAULT_BAUDRATE) -> None:
        assert baudrate in SPEEDS, f"{baudrate} bit/s is not one of {', '.join(map(str, SPEEDS))}"
        self._s = _State(needs_lifting=needs_lifting, baudrate=baudrate)
        self._framer = Framer()
        self.host_baudrate: int | None = None

    # --- what a person or a test sees -------------------------------------------------------------

    @property
    def lying(self) -> str | None:
        """Name of the document that lies on the reader."""
        return self._s.lying

    @property
    def baudrate(self) -> int:
        """Its line speed."""
        return self._s.baudrate

    @property
    def order(self) -> Order:
        """How far find, select and read have come."""
        return self._s.order

    def heard(self, body: bytes) -> int:
        """How often this request (command, parameter, data) came in whole."""
        return self._s.heard.get(body.hex(), 0)

    # --- physical acts ----------------------------------------------------------------------------

    def place(self, identity_id: str) -> bool:
        """Lay a document down. False if one lies there."""
        assert identity_id in IDENTITIES, f"no document {identity_id}"
        s = self._s
        if s.lying is not None:
            return False
        s.lying, s.seen = identity_id, False
        s.placements += 1
        return True

    def lift(self) -> str | None:
        """Take the document away; its name, or None if none lies there."""
        s = self._s
        name, s.lying, s.seen = s.lying, None, False
        return name

    def power_cycle(self) -> None:
        """Power fails and returns: what it was doing is gone; the document lies where it lay, and the
        line speed stays."""
        s = self._s
        s.request, s.ends, s.outbox, s.order, s.seen = "", None, [], "", False
        self._framer.clear()

    def arm(self, fault: Fault, times: int = 1) -> None:
        """Let a fault happen the next `times` times it can."""
        self._s.faults[fault] = self._s.faults.get(fault, 0) + times

    def disarm(self, fault: Fault) -> None:
        """Take a fault back."""
        self._s.faults.pop(fault, None)

    def fail(self, sw3: int, at: bytes = b"", times: int = 1) -> None:
        """Let the next `times` requests that begin with `at` be answered with this status of 5.3, and
        nothing happen."""
        self._s.failures.append([sw3, at.hex(), times])

    def mend(self) -> None:
        """Take back all that `fail` has armed."""
        self._s.failures.clear()

    # --- firmware ---------------------------------------------------------------------------------

    def feed(self, data: bytes, now: Seconds) -> None:
        """Bytes from the line."""
        self._settle(now)
        if self._armed("silence") or self._s.ends is not None:
            return
        if self._armed("babble"):
            self._say(NOISE, now)
        elif self.host_baudrate in (None, self._s.baudrate):
            self._take(self._framer.feed(data, now), now)

    def advance(self, now: Seconds) -> bytes:
        """Let time pass; gives what to send now."""
        self._settle(now)
        outbox = self._s.outbox
        said = b""
        while outbox and outbox[0][0] <= now:
            said += str(outbox.pop(0)[1]).encode(_WIRE)
        return b"" if self._armed("silence") else said

    def due(self, now: Seconds) -> Seconds:
        """When the next thing happens here."""
        s = self._s
        ends = NEVER if s.ends is None else s.ends
        says = s.outbox[0][0] if s.outbox else NEVER
        return min(self._framer.due(), ends, says)

    def snapshot(self) -> dict[str, object]:
        """Plain JSON. Half a request is not kept: nobody will finish it."""
        return asdict(self._s)

    def restore(self, state: Mapping[str, object]) -> None:
        """Become what `snapshot` described."""
        fields: dict[str, Any] = dict(state)
        self._s = _State(**fields)
        self._framer.clear()

    # --- the line ---------------------------------------------------------------------------------

    def _settle(self, now: Seconds) -> None:
        """What happens by itself: work ends, a request breaks off."""
        s = self._s
        if s.ends is not None and now >= s.ends:
            request = bytes.fromhex(s.request)
            s.request, s.ends = "", None
            self._answer(_REQUESTS[_key(request)].finish(self, request), now)
        if now >= self._framer.due():
            self._take(self._framer.feed(b"", now), now)

    def _take(self, items: list[Item], now: Seconds) -> None:
        for item in items:
            if self._s.ends is not None:
                return
            if item is Damage.CHECK:
                self._answer(_no(WRONG_CHECK), now)
            elif isinstance(item, Damage):
                self._answer(_no(WRONG_LENGTH), now)
            else:
                self._request(bytes(item.body), now)

    def _request(self, body: bytes, now: Seconds) -> None:
        s = self._s
        s.heard[body.hex()] = s.heard.get(body.hex(), 0) + 1
        failure = self._failure(body)
        if failure is not None:
            s.order = ""
            self._answer(failure, now)
            return
        known = _REQUESTS.get(_key(body))
        if known is None or (known.after and s.order not in known.after):
            s.order = ""
            self._answer(_no(WRONG_ORDER), now)
        elif len(body) != known.bytes:
            self._answer(_no(WRONG_LENGTH), now)
        else:
            s.request, s.ends = body.hex(), now + known.seconds

    def _answer(self, body: bytes, now: Seconds) -> None:
        frame = encode(body)
        if self._happens("responseLost"):
            return
        if self._happens("responseLate"):
            now += LATE_SECONDS
        if self._happens("responseCorrupt"):
            frame = frame[:-1] + bytes((frame[-1] ^ 0x10,))
        if self._happens("responseTooLong"):
            frame = PREAMBLE + (LEN_MAX + 1).to_bytes(2, "big") + frame[len(PREAMBLE) + 2 :]
        if self._happens("responseCut"):
            frame = frame[: len(frame) // 2]
        if self._happens("extraPreamble"):
            frame = PREAMBLE[:1] * 5 + frame
        if self._happens("noiseBefore"):
            frame = NOISE + frame
        if not self._happens("responseInPieces"):
            self._say(frame, now)
            return
        for place, byte in enumerate(frame):
            self._say(bytes((byte,)), now + place * PIECE_GAP_SECONDS)

    def _say(self, data: bytes, when: Seconds) -> None:
        self._s.outbox.append([when, data.decode(_WIRE)])

    def _armed(self, fault: Fault) -> bool:
        return fault in self._s.faults

    def _happens(self, fault: Fault) -> bool:
        assert fault not in _LASTING, "asked with _armed"
        left = self._s.faults.get(fault, 0)
        if left > 1:
            self._s.faults[fault] = left - 1
        elif left:
            del self._s.faults[fault]
        return bool(left)

    def _failure(self, body: bytes) -> bytes | None:
        """The answer to a request that fails as it was armed to."""
        for failure in self._s.failures:
            sw3, at, times = failure
            if body.hex().startswith(at):
                failure[2] = times - 1
                if times <= 1:
                    self._s.failures.remove(failure)
                return _no(sw3)
        return None

    # --- requests ---------------------------------------------------------------------------------

    def _document(self) -> Identity | None:
        """What lies there, if it is still the very placement that was found."""
        s = self._s
        return IDENTITIES[s.lying] if s.lying and s.order_of == s.placements else None

    def _reset(self, body: bytes) -> bytes:
        self._s.order, self._s.seen = "", False
        return _yes()

    def _status(self, body: bytes) -> bytes:
        return _yes()

    def _sam_number(self, body: bytes) -> bytes:
        return _yes(SAM_NUMBER)

    def _find(self, body: bytes) -> bytes:
        s = self._s
        if s.lying is None or (s.needs_lifting and s.seen):
            s.order = ""
            return _no(NO_CARD)
        s.order, s.order_of, s.seen = "found", s.placements, True
        return _yes(bytes(4), FOUND)

    def _select(self, body: bytes) -> bytes:
        document = self._document()
        self._s.order = ""
        if document is None:
            return _no(SELECT_FAILED)
        if document.trouble == "notAnId":
            return _no(WRONG_TYPE)
        self._s.order = "selected"
        return _yes(bytes(8))

    def _read(self, body: bytes) -> bytes:
        document = self._document()
        self._s.order = ""
        if document is None:
            return _no(READ_FAILED)
        if document.trouble == "forged":
            return _no(CARD_NOT_TRUSTED)
        self._s.order = "read"
        if body[1] == 0x01:
            return _yes(READ_HEAD + document.text + document.photo)
        finger = document.fingerprint
        head = READ_HEAD + len(finger).to_bytes(2, "big")
        return _yes(head + document.text + document.photo + finger)

    def _latest_address(self, body: bytes) -> bytes:
        document = self._document()
        if document is None:
            self._s.order = ""
            return _no(READ_FAILED)
        address = document.latest_address
        return _yes(address) if address else _no(NO_CONTENT)

    def _set_speed(self, body: bytes) -> bytes:
        self._s.baudrate = _SPEED_OF[body[1]]
        return _yes()


def _yes(data: bytes = b"", sw3: int = OK) -> bytes:
    return bytes((0, 0, sw3)) + data


def _no(sw3: int) -> bytes:
    return bytes((0, 0, sw3))


def _key(body: bytes) -> bytes:
    """Command and parameter."""
    return body[:2]


@dataclass(frozen=True, slots=True)
class _Request:
    """What a request takes: its length, where in the order it may come ("" for anywhere), how long,
    and what is answered when that is over."""

    finish: Callable[[IdReaderFirmware, bytes], bytes]
    seconds: Seconds = COMMAND_SECONDS
    after: tuple[Order, ...] = ()
    bytes: int = 2


_SPEED_OF = {code: baudrate for baudrate, code in SPEEDS.items()}

_REQUESTS: Mapping[bytes, _Request] = MappingProxyType(
    {
        b"\x10\xff": _Request(IdReaderFirmware._reset),
        b"\x11\xff": _Request(IdReaderFirmware._status),
        b"\x12\xff": _Request(IdReaderFirmware._sam_number),
        b"\x20\x01": _Request(IdReaderFirmware._find, RADIO_SECONDS),
        b"\x20\x02": _Request(IdReaderFirmware._select, RADIO_SECONDS, ("found",)),
        b"\x30\x01": _Request(IdReaderFirmware._read, READ_SECONDS, ("selected",)),
        b"\x30\x10": _Request(
            IdReaderFirmware._read, READ_SECONDS + FINGERPRINT_SECONDS, ("selected",)
        ),
        b"\x30\x03": _Request(
            IdReaderFirmware._latest_address, ADDRESS_SECONDS, ("selected", "read")
        ),
        b"\x61\xff": _Request(IdReaderFirmware._status, bytes=3),
        **{bytes((0x60, code)): _Request(IdReaderFirmware._set_speed) for code in _SPEED_OF},
    }
)
