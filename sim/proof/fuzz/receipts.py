"""Targets of the receipt printer: what it says, and what it is told.

Whatever is heard, a receipt gets one outcome in bounded time, and is said to be printed only where its
marker, or the queued status that stands for one, was answered. Whatever is sent, the simulated printer
goes on, says no more than was asked, and is the same when it was kept and put back.
"""

import json
from collections.abc import Iterator

from devices.printer.codec import marker_of
from devices.printer.driver import Printer
from devices.printer.framing import (
    GAP_SECONDS,
    Automatic,
    Flow,
    Info,
    Item,
    Noise,
    Printed,
    Queued,
    RealTime,
    ReplyReader,
)
from devices.transport import Transport
from sim.proof.fuzz.material import edited, pieces
from sim.world.paper import WIDTH_BYTES
from sim.world.printer import PrinterFirmware
from terminal.effects import PrintReceipt
from terminal.events import Event, ReceiptDoubtful, ReceiptPrinted, ReceiptRefused
from terminal.ports import Seconds
from terminal.receipt import Raster, Receipt

JOB = "0123456789abcdef0123456789abcdef"
RECEIPT = Receipt("x", (), (), False, "zh")
PAGE = Raster(WIDTH_BYTES, b"\x55" * WIDTH_BYTES * 3)

HEALTHY = b"\x12" * 5 + b"\x10\0\0\0"
"""What a printer says when it is looked at for the first time."""

OUTCOME_SECONDS_MAX = 180.0
"""Looking, draining, sending, and half a minute for the answer, each with its tries."""

STEPS_MAX = 20_000


def printer_replies(data: bytes) -> None:
    """The reader whole and in pieces, and a driver that hears this while it prints."""
    for xonxoff in (True, False):
        items = _read(data, xonxoff)
        reader = ReplyReader(xonxoff)
        cut = [item for piece in pieces(data) for item in reader.feed(piece, 0.0)]
        assert cut + reader.feed(b"", GAP_SECONDS) == items
        assert sorted(b"".join(map(_said, items))) == sorted(data), "lost or invented"
    for replies in (data, HEALTHY + data, HEALTHY + edited(_confirmation(), data)):
        _drive(replies)


def _read(data: bytes, xonxoff: bool) -> list[Item]:
    reader = ReplyReader(xonxoff)
    return reader.feed(data, 0.0) + reader.feed(b"", GAP_SECONDS)


def _said(item: Item) -> bytes:
    match item:
        case RealTime(byte) | Queued(byte):
            return bytes((byte,))
        case Automatic(data) | Noise(data):
            return data
        case Printed(marker):
            return b"7\x22" + marker + b"\0"
        case Info(text):
            return b"_" + text + b"\0"
        case Flow(go):
            return b"\x11" if go else b"\x13"


def _confirmation() -> bytes:
    """Everything that a good receipt is answered with, and more of it than is asked for."""
    return b"7\x22" + marker_of(f"{7919:x}") + b"\0" + HEALTHY * 2 + _answer()


def _answer() -> bytes:
    return b"7\x22" + marker_of(JOB) + b"\0"


class _Deaf(Transport):
    """A line on which these bytes are heard, some at each look, whatever is said."""

    def __init__(self, data: bytes) -> None:
        self._left: Iterator[bytes] = pieces(data)

    def read(self) -> bytes:
        return next(self._left, b"")

    def write(self, data: bytes) -> None:
        pass

    def close(self) -> None:
        pass


def _drive(replies: bytes) -> None:
    printer = Printer(lambda: _Deaf(replies), lambda receipt: PAGE)
    printer.submit(PrintReceipt(JOB, RECEIPT), 0.0)
    now: Seconds = 0.0
    outcomes: list[Event] = []
    for _ in range(STEPS_MAX):
        heard = printer.poll(now)
        outcomes += [
            e for e in heard if isinstance(e, ReceiptPrinted | ReceiptDoubtful | ReceiptRefused)
        ]
        if outcomes:
            break
        now = min(max(now, printer.due(now)), now + 0.05)
        assert now < OUTCOME_SECONDS_MAX, "a receipt without an outcome"
    assert len(outcomes) == 1
    if isinstance(outcomes[0], ReceiptPrinted) and printer.fence == "marker":
        bare = replies.replace(b"\x11", b"").replace(b"\x13", b"")
        assert _answer() in bare, "said to be printed without an answer"


def printer_orders(data: bytes) -> None:
    """Any bytes to the printer, alone and after a good beginning."""
    image = b"\x1dv0\0\x02\0\x08\0" + bytes(range(16)) + b"\x1dVB\0\x1d(H\x06\x00000042"
    for stream in (data, edited(image, data), image[:12] + data):
        _obey(stream)


def _obey(stream: bytes) -> None:
    printer, now, said = PrinterFirmware(), 0.0, b""
    for piece in pieces(stream):
        printer.feed(piece, now)
        said += printer.advance(now)
        now += 0.01
    kept = json.loads(json.dumps(printer.snapshot()))
    again = PrinterFirmware()
    again.restore(kept)
    assert again.snapshot() == printer.snapshot()
    for one in (printer, again):
        at = now
        for _ in range(STEPS_MAX):
            if one.due(at) == float("inf"):
                break
            at = max(at, one.due(at))
            said += one.advance(at)
        assert one.due(at) == float("inf"), "it never rests"
    assert again.snapshot() == printer.snapshot()
    # A name has fourteen bytes and is asked for with three; two printers finished the talk.
    assert len(said) <= 2 * 14 * (1 + len(stream))
