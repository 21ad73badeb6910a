"""Bytes on a cable as people read them: whole frames in hex, and beside each what it means.

A presenter has no cable yet: its orders and answers are told in words, without bytes.
Each direction of each cable has the framing of its device, from `devices/`; the meaning is what the
device's own codec makes of the frame. A run of equal exchanges - a device that is polled - is one line
with a count. Only simulated devices are ever traced, so no real card's number can be among the bytes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from devices.acceptor import codec as acceptor
from devices.acceptor import framing as acceptor_framing
from devices.card_reader import codec as reader
from devices.card_reader import framing as reader_framing
from devices.dispenser import codec as dispenser
from devices.dispenser import framing as dispenser_framing
from devices.host.framing import Deframer, framed
from devices.host.message import Message
from devices.id_reader import codec as documents
from devices.id_reader import framing as document_framing
from devices.printer import codec as printer
from devices.printer import framing as replies
from sim.stage.overheard import PRESENTER, TO_DEVICE
from sim.world.bank.server import peek, purpose_of
from sim.world.escpos import command_bytes, dots_after, rows_of, width_of
from sim.world.world import ACCEPTOR, DISPENSER, DOCUMENTS, PRINTER, READER
from terminal.money import MINOR_PER_MAJOR
from terminal.ports import Seconds
from terminal.values import replace

BANK: Final = "bank"

Cut = tuple[bytes, str]
"""A frame's bytes and its meaning."""


@dataclass(frozen=True, slots=True)
class Line:
    """One frame on a cable: when, which cable, `->` to the device or `<-` from it, in hex, what it
    means, and how often the exchange it belongs to was repeated."""

    at: Seconds
    device: str
    arrow: str
    hex: str
    meaning: str
    times: int = 1


@dataclass(slots=True)
class Wire:
    """All cables of a machine. `heard` is what `Bench.trace` calls."""

    lines: list[Line] = field(default_factory=list)
    _cutters: dict[tuple[str, str], Callable[[bytes, Seconds], Iterator[Cut]]] = field(
        default_factory=dict
    )

    def heard(self, device: str, arrow: str, data: bytes, now: Seconds) -> None:
        """Bytes that went over a cable."""
        cutter = self._cutters.get((device, arrow))
        if cutter is None:
            cutter = self._cutters[device, arrow] = _cutter(device, arrow)
        for raw, meaning in cutter(data, now):
            self.lines.append(Line(now, device, arrow, raw.hex(" "), meaning))


def folded(lines: Sequence[Line]) -> list[Line]:
    """In the order of time, with equal exchanges of one device that follow each other told once."""
    last: dict[str, tuple[tuple[str, ...], int]] = {}
    told: list[Line] = []
    for exchange in _exchanges(lines):
        device = exchange[0].device
        same = tuple(one.arrow + (one.hex or one.meaning) for one in exchange)
        before = last.get(device)
        if before and before[0] == same:
            told[before[1]] = replace(told[before[1]], times=told[before[1]].times + 1)
        else:
            last[device] = (same, len(told))
            told += exchange
    return sorted(told, key=lambda one: one.at)


def tells(line: Line) -> bool:
    """Whether a frame says more than that somebody is there: no ACK, no echo, nothing that is asked again
    and again."""
    return not (_signal(line) or line.meaning.startswith(_IDLE))


_IDLE: Final = (
    *("0800 ", "0810 ", "status", "poll", "disabled", "idling", "initialize"),
    *("find", "let a card in", "let no card in"),
)
"""How the meaning of frames begins that come while nothing happens."""


def _exchanges(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """What is said to a device, and all that it answers."""
    open_: dict[str, list[Line]] = {}
    order: list[list[Line]] = []
    for line in lines:
        talk = open_.get(line.device)
        asks = line.arrow == TO_DEVICE and not (_signal(line) or line.meaning.startswith(_MORE))
        if talk is None or asks:
            talk = open_[line.device] = []
            order.append(talk)
        talk.append(line)
    yield from order


_MORE: Final = "status: "
"""How the meaning of questions begins that belong to the one before."""


def _signal(line: Line) -> bool:
    return line.meaning.upper() in SIGNALS.values()


# --- each device ----------------------------------------------------------------------------------


def _cutter(device: str, arrow: str) -> Callable[[bytes, Seconds], Iterator[Cut]]:
    to = arrow == TO_DEVICE
    match device:
        case str() if device == DISPENSER:
            return _of_dispenser(to)
        case str() if device == READER:
            return _of_reader(to)
        case str() if device == ACCEPTOR:
            return _of_acceptor(to)
        case str() if device == BANK:
            return _of_bank()
        case str() if device == PRINTER:
            return _to_printer() if to else _from_printer()
        case str() if device == DOCUMENTS:
            return _of_documents(to)
        case str() if device == PRESENTER:
            return lambda data, now: iter([(b"", data.decode())])
        case _:
            return lambda data, now: iter([(data, f"{len(data)} bytes")])


def _of_dispenser(to: bool) -> Callable[[bytes, Seconds], Iterator[Cut]]:
    framer = dispenser_framing.device_framer() if to else dispenser_framing.host_framer()

    def cut(data: bytes, now: Seconds) -> Iterator[Cut]:
        for token in framer.feed(data, now):
            match token:
                case dispenser_framing.Frame(raw=raw):
                    yield raw, _asked_dispenser(token) if to else _said_dispenser(token)
                case dispenser_framing.Signal(byte=byte):
                    yield bytes((byte,)), SIGNALS.get(byte, "a single byte")
                case dispenser_framing.Stray(byte=byte):
                    yield bytes((byte,)), "a stray byte"
                case dispenser_framing.Garbled(raw=raw):
                    yield raw, "a broken frame"

    return cut


_MOVING: Final = frozenset(
    {dispenser.Command.PURGE, dispenser.Command.DISPENSE, dispenser.Command.TEST_DISPENSE}
)
"""Commands whose answer says what moved."""

SIGNALS: Final = {0x04: "EOT", 0x05: "ENQ", 0x06: "ACK", 0x15: "NAK"}


def _name(command: int, names: Any) -> str:
    try:
        return str(names(command).name).replace("_", " ").lower()
    except ValueError:
        return f"command {command:02X}"


def _asked_dispenser(frame: dispenser_framing.Frame) -> str:
    request = dispenser.decode_request(frame)
    name = _name(frame.command, dispenser.Command)
    if isinstance(request, dispenser.Dispense):
        return f"{name} {_short(request.counts)}"
    return name


def _said_dispenser(frame: dispenser_framing.Frame) -> str:
    name = _name(frame.command, dispenser.Command)
    if frame.command == dispenser.Command.LAST_STATUS and (last := dispenser.decode_last(frame)):
        return f"{name}: {_tally(last.tally)}"
    moved = frame.command in _MOVING and len(frame.data) > 1
    if moved and (tally := dispenser.decode_tally(frame)):
        return f"{name}: {_tally(tally)}"
    if frame.command == dispenser.Command.STATUS and (report := dispenser.decode_status(frame)):
        return f"{name}: {_facts(report)}"
    return f"{name}: answer"


def _tally(tally: dispenser.Tally) -> str:
    code = tally.error
    return f"{dispenser.hex_code(code)} {dispenser.error_row(code).meaning}; {_facts(tally)}"


def _facts(thing: Any) -> str:
    """The fields of a codec's value that say something, by name."""
    names = [name for name in thing.__dataclass_fields__ if name not in ("cassettes", "error")]
    return " ".join(f"{name}={_short(getattr(thing, name))}" for name in names)


def _short(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return ",".join("x".join(map(str, one)) for one in value)
    if isinstance(value, tuple):
        return "/".join("." if one is True else str(int(one)) for one in value)
    return str(value)


_READER: Final = {
    "C0": "initialise",
    "C10": "status",
    "C13": "sensors",
    "C:0": "let a card in",
    "C:1": "let no card in",
    "C30": "give the card back",
    "C31": "take the card into the bin",
    "C40": "draw the card in again",
    "C@0": "set the chip's contacts",
    "C@2": "release the chip's contacts",
    "CI0": "chip on",
    "CI1": "chip off",
    "CI7": "more from the chip",
    "CI3": "the chip",
    "CI4": "the chip",
    "CI9": "to the chip",
}


def _of_reader(to: bool) -> Callable[[bytes, Seconds], Iterator[Cut]]:
    framer = reader_framing.Framer()

    def cut(data: bytes, now: Seconds) -> Iterator[Cut]:
        for item in framer.feed(data, now):
            if isinstance(item, reader_framing.Frame):
                meaning = _asked_reader(item.text) if to else _said_reader(item.text)
                yield reader_framing.encode(item.text), meaning
            else:
                yield _RAW_SIGNAL[item], item.name.lower().replace("_", " ")

    return cut


_RAW_SIGNAL: Final = {
    reader_framing.Signal.ACK: reader_framing.ACK,
    reader_framing.Signal.NAK: reader_framing.NAK,
    reader_framing.Signal.CANCEL: reader_framing.CANCEL,
    reader_framing.Signal.DAMAGED: b"",
}


def _asked_reader(text: bytes) -> str:
    words = text[:3].decode("ascii", "replace")
    return _READER.get(words) or _READER.get(words[:2]) or words


def _said_reader(text: bytes) -> str:
    match reader.parse(text):
        case reader.Positive(cm=cm, pm=pm, position=position):
            return f"{_asked_reader(f'C{cm}{pm}'.encode())}: done, card {position}"
        case reader.Negative(code=code):
            return f"error {code} {reader.meaning(code).name}"
        case _:
            return "not a response"


def _of_acceptor(to: bool) -> Callable[[bytes, Seconds], Iterator[Cut]]:
    framer = acceptor_framing.Framer()

    def cut(data: bytes, now: Seconds) -> Iterator[Cut]:
        for item in framer.feed(data, now):
            if isinstance(item, acceptor_framing.Frame):
                said = item.data
                meaning = _asked_acceptor(said) if to else _said_acceptor(said)
                yield acceptor_framing.encode(said), meaning
            else:
                yield b"", f"a broken frame ({item.value})"

    return cut


def _asked_acceptor(said: bytes) -> str:
    if said in (acceptor.ACK, acceptor.NAK):
        return "ACK" if said == acceptor.ACK else "NAK"
    return _name(said[0], acceptor.Command)


def _said_acceptor(said: bytes) -> str:
    if said == acceptor.ACK:
        return "ACK"
    if report := acceptor.decode_report(said):
        return f"report: {_facts(report)}"
    if state := acceptor.decode_poll(said):
        return _name(state[0], acceptor.State)
    return f"answer of {len(said)} bytes"


# What a printer is told has commands of any length; what it says, replies that its driver knows too.

_SETUP: Final = {
    printer.INITIALISE: "initialise",
    printer.AUTOMATIC_STATUS: "tell of yourself what changes",
    printer.FENCE: "paper, after all that was sent",
    printer.CUT: "feed and cut",
}

_QUERIES: Final = {1: "status", 2: "status: why offline", 3: "status: errors", 4: "status: paper"}

IMAGE_HEX_BYTES: Final = 24
"""Of an image's bytes that are shown: its dots say nothing in hex."""


def _to_printer() -> Callable[[bytes, Seconds], Iterator[Cut]]:
    held = bytearray()

    def cut(data: bytes, now: Seconds) -> Iterator[Cut]:
        held.extend(data)
        while held and (size := _command_bytes(held)) <= len(held):
            raw = bytes(held[:size])
            del held[:size]
            yield raw[:IMAGE_HEX_BYTES], _asked_printer(raw)
        if len(held) > PRINTER_BYTES_MAX:
            yield bytes(held[:IMAGE_HEX_BYTES]), f"{len(held)} bytes that are no command"
            held.clear()

    return cut


HEAD_BYTES: Final = 8
"""So many bytes tell how long any command is, its dots included."""


def _command_bytes(held: bytearray) -> int:
    head = bytes(held[:HEAD_BYTES])
    if head[:1] == b"\x10":
        return 3
    if head[0] == 0:
        return len(held) - len(held.lstrip(b"\0"))
    size = command_bytes(head)
    return size + dots_after(head) if size <= len(head) else size


PRINTER_BYTES_MAX: Final = 2 * printer.BAND_BYTES_MAX
"""Longer than any command that is sent."""


def _asked_printer(raw: bytes) -> str:
    if name := _SETUP.get(raw):
        return name
    if raw[:2] == b"\x10\x04":
        return _QUERIES.get(raw[2], f"status {raw[2]}")
    if raw[0] == 0:
        return f"{len(raw)} bytes of nothing, with which a broken command ends"
    if raw[:3] == b"\x1dv0":
        return f"image of {width_of(raw) * 8} x {rows_of(raw)} dots"
    if raw[:2] == b"\x1d(":
        return "say when this is on paper"
    return f"command of {len(raw)} bytes"


def _from_printer() -> Callable[[bytes, Seconds], Iterator[Cut]]:
    reader = replies.ReplyReader(xonxoff=False)

    def cut(data: bytes, now: Seconds) -> Iterator[Cut]:
        for item in reader.feed(data, now):
            match item:
                case replies.RealTime(byte=byte):
                    yield bytes((byte,)), f"status {byte:02X}"
                case replies.Automatic(data=raw):
                    yield raw, f"of itself: {_facts(printer.automatic_health(item))}"
                case replies.Queued(byte=byte):
                    yield bytes((byte,)), f"paper {byte:02X}"
                case replies.Printed(marker=marker):
                    yield marker, "all before this is on paper"
                case replies.Info(text=text):
                    yield text, "of itself"
                case replies.Flow(go=go):
                    yield b"", "go on" if go else "wait"
                case replies.Noise(data=raw):
                    yield raw, "no reply"

    return cut


_DOCUMENTS: Final = {
    documents.RESET.body: "reset",
    documents.STATUS.body: "status of the module",
    documents.SAM_NUMBER.body: "number of the module",
    documents.FIND.body: "find a card",
    documents.SELECT.body: "select the card",
    documents.READ.body: "read the card",
}

_FOUND: Final = {
    documents.OK: "done",
    documents.FOUND: "a card lies there",
    documents.NO_CARD: "find: no card",
    documents.SELECT_FAILED: "the card cannot be selected",
    documents.READ_FAILED: "the card cannot be read",
}

RECORD_HEX_BYTES: Final = 16
"""Of an answer: what follows is a person's record, which is shown nowhere."""


def _of_documents(to: bool) -> Callable[[bytes, Seconds], Iterator[Cut]]:
    framer = document_framing.Framer()

    def cut(data: bytes, now: Seconds) -> Iterator[Cut]:
        for item in framer.feed(data, now):
            if isinstance(item, document_framing.Damage):
                yield b"", f"a broken frame ({item.name.lower().replace('_', ' ')})"
                continue
            body = bytes(item.body)
            shown = document_framing.encode(body)[:RECORD_HEX_BYTES]
            if to:
                yield shown, _DOCUMENTS.get(body, f"command {body[:2].hex(' ')}")
            else:
                yield shown, _said_documents(body)

    return cut


def _said_documents(body: bytes) -> str:
    code = body[2] if len(body) > 2 else 0
    said = _FOUND.get(code, f"answer {code:02X}")
    return f"{said}, and {len(body) - 3} bytes" if len(body) > 3 else said


def _of_bank() -> Callable[[bytes, Seconds], Iterator[Cut]]:
    deframer = Deframer()

    def cut(data: bytes, now: Seconds) -> Iterator[Cut]:
        for frame in deframer.feed(data):
            message = peek(frame)
            yield framed(frame), _said_bank(message) if message else "not a message of ours"

    return cut


def _said_bank(message: Message) -> str:
    private = message.private
    parts = [message.mti, purpose_of(message), private.about]
    parts += [f"{message.amount // MINOR_PER_MAJOR} yuan"] if message.amount else []
    parts += [f"answer {message.code}"] if message.code else []
    parts += [f"({private.reason})"] if private.reason else []
    return " ".join(part for part in parts if part)
