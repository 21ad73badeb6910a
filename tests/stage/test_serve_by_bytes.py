"""The served devices held against the document alone: its worked frames sent as they stand, and what it says of
frames that are none (hardware-protocols 2.3, 4.3, 5.3, 5.8, 7.3 to 7.8, 9.4).

Nothing of our codecs is used: bytes go to a pseudo-terminal and come back by the operating system. Where the
answer holds something of this one unit, only what the document says of it is asked. Drivers of others are used
where they happen to be installed (`pip install python-escpos puloon`); they are no part of the locks, which
they would make longer by more than ten packages.
"""

import os
import select
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stage.processes import CLOCK, MAIN, PATIENCE_SECONDS, Program

if os.name == "nt":
    pytest.skip("no pseudo-terminals here", allow_module_level=True)

import tty

DEVICES = 5
QUIET_SECONDS = 0.15
"""So long nothing more comes: the answer is over. Longer than any gap inside one (2.3, 7.3)."""

READ_BYTES = 4_096
PRINTER_BAUD = 115_200
XON, XOFF = b"\x11", b"\x13"


class Served(Program):
    """`serve` and a raw line to each device."""

    def __init__(self, folder: Path) -> None:
        super().__init__([MAIN, "serve"], folder)
        self.names = dict(self.until(what="port").split() for _ in range(DEVICES))
        self.open: dict[str, int] = {}

    def line(self, device: str) -> int:
        """The device's line, opened once."""
        if device not in self.open:
            flags = os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK
            self.open[device] = os.open(self.names[device], flags)
            tty.setraw(self.open[device])
        return self.open[device]

    def asked(self, device: str, sent: str, many: int | None = None) -> str:
        """What comes back until so many bytes are there or nothing more comes, in hexadecimal."""
        line, got = self.line(device), b""
        os.write(line, bytes.fromhex(sent))
        end = CLOCK.now() + (PATIENCE_SECONDS if many else QUIET_SECONDS)
        while len(got) < (many or READ_BYTES) and CLOCK.now() < end:
            if select.select([line], [], [], end - CLOCK.now())[0]:
                got += os.read(line, READ_BYTES)
                end = end if many else CLOCK.now() + QUIET_SECONDS
        return got.hex(" ").upper()

    def until_printer_hears(self) -> None:
        """A printer needs a moment from its power to its first answer."""
        end = CLOCK.now() + PATIENCE_SECONDS
        while not self.asked("printer", "10 04 01"):
            assert CLOCK.now() < end

    def does(self, act: str) -> None:
        """A hand at the machine."""
        self.enter(act)
        assert self.until(what=f"answer to {act}") == "done"

    def close(self) -> None:
        """Hang up."""
        for line in self.open.values():
            os.close(line)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("served")) as program:
        program.until_printer_hears()
        yield program
        program.close()


def told(served: Served, device: str, table: str) -> list[str]:
    """The lines `name: sent -> wanted` of a table that are answered otherwise; `-> nothing` is silence."""
    wrong = []
    for row in table.strip().splitlines():
        name, _, frames = row.partition(":")
        sent, wanted = (part.strip() for part in frames.split("->"))
        silent = wanted == "nothing"
        found = served.asked(device, sent, None if silent else len(bytes.fromhex(wanted)))
        if found != ("" if silent else wanted):
            wrong.append(f"{name.strip()}: {found or 'nothing'}, not {wanted}")
    return wrong


# --- the receipt printer: 7.3 to 7.8 ---------------------------------------------------------------

PRINTER = """
status 1:            10 04 01 -> 12
status 2:            10 04 02 -> 12
status 3:            10 04 03 -> 12
status 4:            10 04 04 -> 12
marker 0042:         1D 28 48 06 00 30 30 30 30 34 32 -> 37 22 30 30 34 32 00
automatic, on:       1D 61 0F -> 10 00 00 00
automatic, off:      1D 61 00 -> nothing
paper, queued:       1D 72 01 -> 00
text and marker:     1B 40 1B 61 01 48 45 4C 4C 4F 0A 1D 28 48 06 00 30 30 30 30 30 31 -> 37 22 30 30 30 31 00
large and bold:      1D 21 11 1B 45 01 42 49 47 0A 1D 21 00 1D 28 48 06 00 30 30 30 30 30 32 -> 37 22 30 30 30 32 00
Chinese, large:      1C 26 1C 21 0C C4 FA BA C3 0A 1C 2E 1D 28 48 06 00 30 30 30 30 30 33 -> 37 22 30 30 30 33 00
full cut:            1B 64 06 1D 56 00 1D 28 48 06 00 30 30 30 30 30 34 -> 37 22 30 30 30 34 00
feed and cut:        1D 56 42 10 1D 28 48 06 00 30 30 30 30 30 35 -> 37 22 30 30 30 35 00
image of 2 rows:     1D 76 30 00 01 00 02 00 AA 55 1D 28 48 06 00 30 30 30 30 30 36 -> 37 22 30 30 30 36 00
marker, bad digit:   1D 28 48 06 00 30 30 30 30 34 1F -> nothing
unknown and marker:  1B 7A 1D 28 48 06 00 30 30 30 30 30 37 -> 37 22 30 30 30 37 00
status of nothing:   10 04 09 -> nothing
"""


def test_the_printer_answers_what_the_document_says(served: Served) -> None:
    assert told(served, "printer", PRINTER) == []
    for number in (1, 2, 3):  # of a simulated unit; one byte each (7.2)
        assert int(served.asked("printer", f"1D 49 0{number}", 1), 16) & 0x90 == 0
    name = bytes.fromhex(served.asked("printer", "1D 49 42"))
    assert (name[:1], name[-1:]) == (b"\x5f", b"\0")


def test_a_printer_without_paper_and_with_an_open_cover_says_so(served: Served) -> None:
    """The three patterns of 7.7, and a marker that waits for the paper."""
    served.does("take_paper")
    empty = "out 1: 10 04 01 -> 1A\nout 2: 10 04 02 -> 32\nout 4: 10 04 04 -> 72"
    assert told(served, "printer", f"XOFF: 1B 40 -> 13\n{empty}") == []
    waiting = "waits: 1D 28 48 06 00 30 30 30 30 34 33 -> nothing"
    assert told(served, "printer", waiting) == []
    served.does("load_paper")
    assert bytes.fromhex(served.asked("printer", "", 8)) == b"\x11\x37\x220043\0"
    served.does("open_cover")
    open_ = "XOFF: 1B 40 -> 13\nopen 1: 10 04 01 -> 1A\nopen 2: 10 04 02 -> 16"
    assert told(served, "printer", open_) == []
    served.does("close_cover")
    assert told(served, "printer", "XON: 1B 40 -> 11\nwell: 10 04 01 -> 12") == []


def test_a_library_of_others_prints_on_it(tmp_path: Path) -> None:
    """What python-escpos asks and sends, if somebody has it (7.8)."""
    library: Any = pytest.importorskip("escpos.printer", reason="python-escpos is not installed")
    with Served(tmp_path) as program:
        program.until_printer_hears()
        program.close()
        printer = library.Serial(
            program.names["printer"], baudrate=PRINTER_BAUD, timeout=1, dsrdtr=False, xonxoff=False
        )
        assert (printer.is_online(), printer.paper_status()) == (True, 2)
        printer.set(align="center", double_height=True, double_width=True)
        printer.text("300\n")
        printer.cut()
        assert printer.is_online()
        program.does("take_paper")
        assert printer.device.read(1) == XOFF  # the library takes it for a status
        assert not printer.is_online()
        assert printer.paper_status() == 0
        program.does("load_paper")
        assert printer.device.read(1) == XON
        assert printer.is_online()
        printer.close()


# --- the identity card reader: 5.3, 5.8 -----------------------------------------------------------

IDENTITIES = """
reset:               AA AA AA 96 69 00 03 10 FF EC -> AA AA AA 96 69 00 04 00 00 90 94
status:              AA AA AA 96 69 00 03 11 FF ED -> AA AA AA 96 69 00 04 00 00 90 94
no card:             AA AA AA 96 69 00 03 20 01 22 -> AA AA AA 96 69 00 04 00 00 80 84
bytes of RF:         AA AA AA 96 69 00 04 61 FF 50 CA -> AA AA AA 96 69 00 04 00 00 90 94
select too early:    AA AA AA 96 69 00 03 20 02 21 -> AA AA AA 96 69 00 04 00 00 21 25
read too early:      AA AA AA 96 69 00 03 30 01 32 -> AA AA AA 96 69 00 04 00 00 21 25
wrong checksum:      AA AA AA 96 69 00 03 11 FF EE -> AA AA AA 96 69 00 04 00 00 10 14
wrong length:        AA AA AA 96 69 00 02 11 13 -> AA AA AA 96 69 00 04 00 00 11 15
unknown command:     AA AA AA 96 69 00 03 77 FF 8B -> AA AA AA 96 69 00 04 00 00 21 25
noise before:        AA FF AA AA AA 96 69 00 03 11 FF ED -> AA AA AA 96 69 00 04 00 00 90 94
"""

CARD_ON_IT = """
found:    AA AA AA 96 69 00 03 20 01 22 -> AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97
selected: AA AA AA 96 69 00 03 20 02 21 -> AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C
"""
READ, WHOLE_BYTES = "AA AA AA 96 69 00 03 30 01 32", 1_295


def test_the_identity_reader_answers_what_the_document_says(served: Served) -> None:
    assert told(served, "id_reader", IDENTITIES) == []
    number = bytes.fromhex(served.asked("id_reader", "AA AA AA 96 69 00 03 12 FF EE", 27))
    assert number[:10] == bytes.fromhex("AA AA AA 96 69 00 14 00 00 90")
    served.does("place_document:wu_xiuying")
    assert told(served, "id_reader", CARD_ON_IT) == []
    record = bytes.fromhex(served.asked("id_reader", READ, WHOLE_BYTES))
    served.does("lift_document")
    assert record[:14] == bytes.fromhex("AA AA AA 96 69 05 08 00 00 90 01 00 04 00")
    assert len(record) == WHOLE_BYTES
    check = 0
    for byte in record[5:]:
        check ^= byte
    assert check == 0
    told_number = record[14 + 122 : 14 + 158].decode("utf-16-le")
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(told_number, weights, strict=False))
    assert told_number[17] == "10X98765432"[total % 11]


# --- strictness of the others: 2.3, 4.3, 9.4 --------------------------------------------------------

DISPENSER = """
wrong check byte:    04 30 02 50 03 64 -> 15
unknown command:     04 30 02 7A 03 4F -> 15
another unit's:      04 50 02 50 03 05 -> nothing
stray bytes:         FF FF -> nothing
nothing done yet:    04 30 02 55 03 60 -> 06 01 30 02 55 50 03 35
taken:               06 -> 04
"""

CARD_READER = """
wrong CRC:           F2 00 03 43 31 30 C5 2B -> 15
before C0:           F2 00 03 43 31 30 C5 2A -> 06 F2 00 05 4E 31 30 42 30 9D EF
"""

ACCEPTOR = """
address of another:  02 03 06 33 DA 81 -> nothing
wrong CRC:           02 01 06 33 62 35 -> 02 01 06 FF 02 38
"""


@pytest.mark.parametrize(
    ("device", "table"),
    [("dispenser", DISPENSER), ("card_reader", CARD_READER), ("acceptor", ACCEPTOR)],
)
def test_what_is_no_command_is_refused_and_not_executed(
    served: Served, device: str, table: str
) -> None:
    assert told(served, device, table) == []


def test_a_driver_of_others_pays_notes_with_the_dispenser(tmp_path: Path) -> None:
    """Every command that the package puloon knows but RESET, after which it does not wait as long as it says."""
    library: Any = pytest.importorskip("puloon", reason="puloon is not installed")
    serial: Any = pytest.importorskip("serial")
    with Served(tmp_path) as program, serial.Serial(program.names["dispenser"], 9_600) as port:
        notes = library.PuloonLCDM4000(port)

        def told(command: str, *values: int) -> dict[str, int]:
            answer: dict[str, int] = getattr(notes, command)(*values).as_dict()
            assert answer["error"] == 0, command
            return answer

        assert told("status")["type3"] == 3
        paid = told("dispense", 2, 1, 0, 0)
        assert [paid[f"exit{number}"] for number in (1, 2, 3, 4)] == [2, 1, 0, 0]
        assert told("last_status")["exit1"] == 2
        program.does("take_notes")
        tried = told("test_dispense", 1, 0, 0, 0)
        assert (tried["exit1"], tried["reject1"]) == (0, 1)
        told("purge")
        told("set_bill_opacities", 1, 2, 3, 4)
        assert told("get_bill_opacities")["opac4"] == 4
        told("set_bill_lengths", 100, 0, 0, 0)
        assert told("get_bill_lengths")["leng1"] == 100
        told("set_bill_dispense_order", 2, 1, 3, 4)
        assert told("get_bill_dispense_order")["order1"] == 2
        told("sensor_diagnostics", 1)
