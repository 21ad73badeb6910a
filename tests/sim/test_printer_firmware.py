"""The simulated receipt printer is as strict as a real one (hardware-protocols 7)."""

import json
from itertools import pairwise

import pytest

from devices.printer import codec
from devices.printer.driver import PARITY, Printer
from devices.printer.framing import XOFF, XON
from devices.transport import open_port
from sim.stage.settings import Settings
from sim.world.clock import VirtualClock
from sim.world.escpos import BUFFER_BYTES, Markers
from sim.world.paper import NEAR_END_ROWS, PAGES_MAX, Paper
from sim.world.printer import FREE_AT, FULL_AT, NAME, START_SECONDS, Fault, PrinterFirmware
from sim.world.world import PRINTER_BAUD, World
from terminal.effects import PrintReceipt
from terminal.events import Event, ReceiptPrinted
from terminal.receipt import Raster, Receipt

QUERY = [bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4)]
ROW = bytes(range(1, 16)) * 4 + bytes(12)
DOTS = ROW * 24
IMAGE = b"\x1dv0\x00" + bytes((72, 0, 24, 0)) + DOTS
MARK = b"\x1d(H\x06\x00000042"
MARKED = b"7\x220042\x00"
SOON = 2.0


class Told:
    """A printer on a told clock, without a cable."""

    def __init__(self, printer: PrinterFirmware | None = None) -> None:
        self.printer = printer or PrinterFirmware(xonxoff=False)
        self.now = 0.0

    def say(self, data: bytes, seconds: float = 0.0) -> bytes:
        """Send, wait, and hear."""
        self.printer.feed(data, self.now)
        return self.wait(seconds)

    def wait(self, seconds: float = 0.0) -> bytes:
        """Let time pass; what it said."""
        end, heard = self.now + seconds, self.printer.advance(self.now)
        while (due := self.printer.due(self.now)) <= end:
            self.now = max(self.now, due)
            heard += self.printer.advance(self.now)
        self.now = end
        return heard

    def status(self) -> str:
        """The four answers, in hexadecimal."""
        return b"".join(self.say(query) for query in QUERY).hex(" ").upper()


@pytest.fixture
def told() -> Told:
    return Told()


# --- status -------------------------------------------------------------------------------------


def test_a_healthy_printer_answers_four_times_12(told: Told) -> None:
    assert told.status() == "12 12 12 12"


def test_an_open_cover(told: Told) -> None:
    told.printer.open_cover()
    assert told.status() == "1A 16 12 12"


def test_no_paper(told: Told) -> None:
    told.printer.load_paper(0)
    assert told.status() == "1A 32 12 72"


def test_paper_near_its_end(told: Told) -> None:
    told.printer.load_paper(NEAR_END_ROWS)
    assert told.status() == "12 12 12 1E"
    told.printer.load_paper(NEAR_END_ROWS + 1)
    assert told.status() == "12 12 12 12"


def test_a_hot_head_cools_down(told: Told) -> None:
    told.printer.heat(5.0)
    assert told.status() == "1A 52 52 12"
    told.wait(6.0)
    assert told.status() == "12 12 12 12"


def test_an_error_that_only_power_helps_against(told: Told) -> None:
    told.printer.fail()
    assert told.status() == "1A 52 32 12"
    told.printer.power_cycle()
    told.wait(START_SECONDS)
    assert told.status() == "12 12 12 12"


def test_real_time_commands_are_obeyed_offline_and_with_a_full_buffer(told: Told) -> None:
    told.printer.open_cover()
    told.say(IMAGE * 4)
    assert told.printer.unprinted == BUFFER_BYTES
    assert told.printer.lost == 4 * len(IMAGE) - BUFFER_BYTES
    assert told.say(QUERY[0]) == b"\x1a"


def test_what_comes_when_the_buffer_is_full_is_lost(told: Told) -> None:
    told.printer.open_cover()
    told.say(b"A" * (BUFFER_BYTES + 7))
    assert (told.printer.unprinted, told.printer.lost) == (BUFFER_BYTES, 7)


def test_a_real_time_command_is_obeyed_inside_the_dots_and_missing_there(told: Told) -> None:
    dots = ROW[:30] + QUERY[0] + ROW[33:] + ROW * 23
    assert told.say(IMAGE[:8] + dots) == b"\x12"
    assert told.printer.heard("inImage") == 1
    told.say(b"\x01\x02\x03\x1dV\x00", SOON)
    rows = told.printer.pages[0].raster.rows
    assert len(rows) == len(DOTS)
    assert rows[30:69] == ROW[33:]


def test_it_is_not_seen_inside_the_head_of_another_command(told: Told) -> None:
    head = b"\x1dv0\x00\x10\x04\x01\x00"  # an image of 1040 bytes a row
    assert told.say(head) == b""
    assert Told().say(b"\x1d(H\x06\x0000\x10\x04\x01\x02") == b""


def test_a_byte_that_only_begins_like_one_is_a_dot(told: Told) -> None:
    dots = (b"\x10\x10\x04\x07\x10\x05\x07\x10" * 9) * 24
    told.say(IMAGE[:8] + dots + b"\x1dV\x00", SOON)
    assert told.printer.pages[0].raster.rows == dots
    assert told.printer.heard("inImage") == 0


# --- status that comes by itself ----------------------------------------------------------------


def test_automatic_status_answers_at_once_and_at_each_change(told: Told) -> None:
    assert told.say(b"\x1da\x0f") == bytes.fromhex("10 00 00 00")
    told.printer.open_cover()
    assert told.wait() == bytes.fromhex("38 00 00 00")
    told.printer.load_paper(0)
    assert told.wait() == bytes.fromhex("38 00 0C 00")
    told.printer.close_cover()
    told.printer.load_paper()
    assert told.wait() == bytes.fromhex("10 00 00 00")
    assert told.wait(60) == b""


def test_only_what_was_asked_for_is_reported(told: Told) -> None:
    told.say(b"\x1da\x08")
    told.printer.open_cover()
    assert told.wait(1) == b""
    told.printer.load_paper(100)
    assert told.wait() == bytes.fromhex("38 00 03 00")
    told.printer.close_cover()
    told.say(b"\x1da\x00")
    told.printer.load_paper()
    assert told.wait(1) == b""


def test_power_ends_it() -> None:
    told = Told()
    told.say(b"\x1da\x0f")
    told.printer.power_cycle()
    told.printer.open_cover()
    assert told.wait(2) == b""


# --- queued -------------------------------------------------------------------------------------


def test_a_marker_is_answered_when_what_was_before_it_is_on_paper(told: Told) -> None:
    assert told.say(IMAGE * 2 + b"\x1dVB\x00" + MARK, 0.03) == b""
    assert told.printer.slips == 0
    assert told.wait(0.2) == b"", "the blade is on its way"
    assert told.wait(SOON) == MARKED
    assert told.printer.slips == 1


def test_a_queued_status_is_not_answered_while_it_is_offline(told: Told) -> None:
    told.printer.open_cover()
    assert told.say(b"\x1dr\x01", 10) == b""
    told.printer.close_cover()
    assert told.wait() == b"\x00"
    told.printer.load_paper(10)
    assert told.say(b"\x1dr\x01") == b"\x03"


@pytest.mark.parametrize(("markers", "text"), [("skipped", ()), ("text", ("H000042",))])
def test_a_printer_that_knows_no_markers(markers: Markers, text: tuple[str, ...]) -> None:
    told = Told(PrinterFirmware(markers=markers, xonxoff=False))
    assert told.say(MARK + b"\n\x1dV\x00", SOON) == b""
    assert told.printer.pages[0].text == text


def test_initialising_forgets_a_line_that_was_not_printed() -> None:
    told = Told(PrinterFirmware(markers="text", xonxoff=False))
    told.say(MARK + b"\x1b@\n\x1dV\x00", SOON)
    assert told.printer.pages[0].text == ()
    assert told.printer.slips == 0


def test_it_says_what_it_is(told: Told) -> None:
    assert told.say(b"\x1dI\x01\x1dI\x02\x1dI\x03") == b"\x20\x02\x04"
    assert told.say(b"\x1dI\x43") == b"_" + NAME + b"\x00"


# --- paper --------------------------------------------------------------------------------------


def test_an_image_is_on_the_slip_dot_by_dot(told: Told) -> None:
    told.say(IMAGE + b"\x1dV\x00", SOON)
    assert told.printer.pages == told.printer.pages[:1]
    assert told.printer.pages[0].raster == Raster(72, DOTS)


def test_narrow_and_wide_images(told: Told) -> None:
    told.say(b"\x1dv0\x00\x01\x00\x02\x00\xaa\x55", SOON)
    told.say(b"\x1dv0\x00\x4a\x00\x01\x00" + b"\x0f" * 74 + b"\x1dV\x00", SOON)
    rows = told.printer.pages[0].raster.rows
    assert rows == b"\xaa" + bytes(71) + b"\x55" + bytes(71) + b"\x0f" * 72


def test_feeding_cutting_and_text(told: Told) -> None:
    told.say(b"\x1ba\x01Hello\n\x1bd\x02\x1bJ\x08\x1dVB\x05", SOON)
    (page,) = told.printer.pages
    assert page.text == ("Hello",)
    assert page.raster.height == 3 * 30 + 8 + 120 + 5
    assert not page.blank


def test_a_blank_slip_is_not_counted(told: Told) -> None:
    told.say(b"\x1dVB\x00", SOON)
    assert told.printer.pages[0].blank
    assert told.printer.slips == 0


def test_what_is_not_cut_hangs_there_even_without_power(told: Told) -> None:
    told.say(IMAGE, SOON)
    told.printer.power_cycle()
    told.wait(START_SECONDS)
    assert told.printer.hanging.raster.rows == DOTS
    told.say(b"\x1dV\x00", SOON)
    assert told.printer.pages[0].raster.rows == DOTS


def test_power_empties_the_buffer(told: Told) -> None:
    told.printer.open_cover()
    told.say(IMAGE + MARK)
    told.printer.power_cycle()
    assert told.printer.unprinted == 0
    told.printer.close_cover()
    assert told.wait(10) == b""


def test_paper_that_ends_stops_it_and_a_new_roll_goes_on(told: Told) -> None:
    told.printer.load_paper(10)
    assert told.say(IMAGE + b"\x1dV\x00" + MARK, 10) == b""
    assert told.status() == "1A 32 12 72"
    assert told.printer.hanging.raster.height == 10
    told.printer.load_paper()
    assert told.wait(SOON) == MARKED
    assert told.printer.pages[0].raster.rows == DOTS


def test_an_open_cover_stops_it_and_it_goes_on(told: Told) -> None:
    told.printer.arm("coverOpens")
    assert told.say(IMAGE + b"\x1dV\x00" + MARK, 10) == b""
    assert 0 < told.printer.hanging.raster.height < 24
    told.printer.close_cover()
    assert told.wait(SOON) == MARKED
    assert told.printer.pages[0].raster.rows == DOTS


def test_a_blade_that_jams_waits_for_a_command_or_a_hand(told: Told) -> None:
    told.printer.arm("cutterJam")
    assert told.say(IMAGE + b"\x1dV\x00" + MARK, 10) == b""
    assert told.status() == "1A 52 1A 12"
    assert told.say(b"\x10\x05\x01", SOON) == MARKED
    assert told.printer.heard("recover") == 1
    assert told.printer.slips == 1


def test_the_other_command_clears_the_buffer(told: Told) -> None:
    told.printer.arm("cutterJam")
    told.say(IMAGE + b"\x1dV\x00" + MARK, 10)
    assert told.say(b"\x10\x05\x02", 10) == b""
    assert told.printer.unprinted == 0
    assert told.status() == "12 12 12 12"


def test_neither_helps_against_anything_else(told: Told) -> None:
    told.printer.open_cover()
    told.say(IMAGE)
    told.say(b"\x10\x05\x02")
    assert told.printer.unprinted == len(IMAGE)


def test_the_last_slips_are_kept_and_all_are_counted(told: Told) -> None:
    for _ in range(PAGES_MAX + 3):
        told.say(IMAGE + b"\x1dV\x00", SOON)
    assert len(told.printer.pages) == PAGES_MAX
    assert told.printer.slips == PAGES_MAX + 3


# --- the line -----------------------------------------------------------------------------------


def test_it_says_xoff_when_it_stops_taking_data_and_xon_when_it_goes_on() -> None:
    told = Told(PrinterFirmware())
    told.say(b"\x1dv0\x00\x48\x00\xff\x00")
    assert told.say(ROW * 40) == b"", "it prints as fast as it is told"
    told.printer.open_cover()
    assert told.wait() == bytes((XOFF,))
    assert told.say(ROW * 50) == b"", "said once"
    told.printer.close_cover()
    assert told.wait(1) == bytes((XON,))


def test_it_is_full_at_128_and_free_at_256_bytes_left() -> None:
    told = Told(PrinterFirmware())
    told.say(b"\x1dv0\x00\x48\x00\xff\x00")
    told.printer._s.busy_until = 100.0
    assert told.say(bytes(BUFFER_BYTES - FULL_AT)) == b""
    assert told.say(b"\0") == bytes((XOFF,))
    assert told.say(bytes(FULL_AT)) == b""
    assert told.printer.lost == 1
    told.wait(99)
    assert told.wait(2).startswith(bytes((XON,)))
    assert FREE_AT > FULL_AT


def test_without_handshake_it_says_neither(told: Told) -> None:
    told.printer.open_cover()
    assert told.wait(1) == b""


def test_it_says_xon_when_it_was_switched_on() -> None:
    told = Told(PrinterFirmware())
    assert told.wait(1) == b""
    told.printer.power_off()
    assert told.say(QUERY[0], 1) == b""
    told.printer.power_on()
    assert told.say(QUERY[0], START_SECONDS / 2) == b"", "it starts"
    assert told.wait(1) == bytes((XON,))
    assert told.say(QUERY[0]) == b"\x12"


def test_at_a_wrong_speed_nothing_is_understood(told: Told) -> None:
    told.printer.host_baudrate = 9_600
    assert told.say(QUERY[0], 1) == b""


FAULTS: dict[Fault, bytes] = {
    "silence": b"",
    "statusLost": b"",
    "replyCorrupt": b"\x92",
    "babble": b"\xff\x91\x33",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_of_what_it_says(told: Told, fault: Fault) -> None:
    told.printer.arm(fault)
    assert told.say(QUERY[0], 0.1) == FAULTS[fault]
    told.printer.disarm(fault)
    assert told.say(QUERY[0], 0.1) == b"\x12"


def test_late_in_pieces_or_not_at_all(told: Told) -> None:
    told.printer.arm("replyLate")
    assert told.say(QUERY[0], 0.6) == b""
    assert told.wait(0.2) == b"\x12"
    told.printer.arm("replyInPieces")
    told.printer.feed(MARK, told.now)
    assert told.printer.advance(told.now) == MARKED[:1]
    assert told.wait(1) == MARKED[1:]
    told.printer.arm("markerLost")
    assert told.say(MARK, 1) == b""
    assert told.say(MARK, 1) == MARKED


# --- outliving the terminal ---------------------------------------------------------------------


def test_it_goes_on_where_it_was_kept() -> None:
    """At every moment of a receipt: kept as JSON, put back, and the slip is the same."""
    whole = codec.page(Raster(72, DOTS * 2))
    stream = b"".join(whole) + b"\x1dVB\x00" + MARK
    cuts = [0, 1, 3, 8, 9, 700, len(whole[0]) + 2, len(stream) - 14, len(stream) - 3, len(stream)]
    for first, last in pairwise(cuts):
        told = Told()
        told.say(stream[:first] + stream[first:last], 0.01)
        kept = json.loads(json.dumps(told.printer.snapshot()))
        told.printer = PrinterFirmware()
        told.printer.restore(kept)
        assert told.say(stream[last:], SOON).endswith(MARKED) or last == len(stream)
        told.wait(SOON)
        assert told.printer.pages[0].raster.rows == DOTS * 2 + bytes(72 * 120)


def test_what_is_kept_is_the_same_again() -> None:
    told = Told()
    told.printer.open_cover()
    told.say(IMAGE + b"\x10")
    kept = told.printer.snapshot()
    other = PrinterFirmware()
    other.restore(kept)
    assert other.snapshot() == kept


def test_idle_it_waits_for_ever(told: Told) -> None:
    assert told.printer.due(told.now) == float("inf")


# --- in the world -------------------------------------------------------------------------------

RECEIPT = Receipt("x", (), (), False, "zh")


def world(clock: VirtualClock, name: str) -> World:
    made = World(clock, Settings().cassettes, name=name, prints_receipts=True)
    made.plug_in()
    return made


def print_one(world: World, clock: VirtualClock, job: str) -> list[Event]:
    """One receipt by the real driver through `sim://printer`; what was told."""
    url = f"sim://printer{world.name}"
    driver = Printer(lambda: open_port(url, PRINTER_BAUD, PARITY), lambda _: Raster(72, DOTS))
    driver.submit(PrintReceipt(job, RECEIPT), clock.now())
    told: list[Event] = []
    while not any(isinstance(event, ReceiptPrinted) for event in told):
        now = clock.now()
        world.advance(now)
        told += driver.poll(now)
        world.advance(now)
        clock.advance_to(min(driver.due(now), world.due(now)))
        assert clock.now() < 100
    driver.close()
    return told


def test_it_hangs_on_the_world_and_its_slips_outlive_the_terminal() -> None:
    clock = VirtualClock()
    first = world(clock, "-printing")
    assert ReceiptPrinted("1" * 32) in print_one(first, clock, "1" * 32)
    kept = json.loads(json.dumps(first.snapshot()))

    again = world(clock, "-printing")
    again.restore(kept)
    assert again.printer is not None
    assert again.printer.slips == 1
    assert ReceiptPrinted("2" * 32) in print_one(again, clock, "2" * 32)
    assert again.printer.slips == 2


def test_the_world_says_that_it_changed_when_a_slip_is_cut_and_not_when_it_is_asked() -> None:
    clock = VirtualClock()
    one = world(clock, "-telling")
    one.advance(0.0)
    end = open_port("sim://printer-telling", PRINTER_BAUD, PARITY)
    changed: list[bool] = []
    for data in (QUERY[0], b"\x1dVB\x00"):
        end.write(data)
        clock.advance_to(clock.now() + 0.1)
        changed.append(one.advance(clock.now()))
    assert changed == [False, True]


def test_a_world_without_a_printer_has_none_and_takes_one_that_was_kept_with() -> None:
    clock = VirtualClock()
    bare = World(clock, Settings().cassettes)
    assert bare.printer is None
    bare.restore(world(clock, "-kept").snapshot())
    with_one = world(clock, "-old")
    with_one.restore(bare.snapshot())
    assert with_one.printer is not None


def test_what_is_no_saved_page_is_refused() -> None:
    printer = PrinterFirmware()
    kept, paper = printer.snapshot(), Paper().snapshot()
    for broken in ("AAAA", "eJxLBAAAYgBi"):
        with pytest.raises(ValueError, match="not a saved slip"):
            printer.restore(kept | {"paper": paper | {"pages": [[broken, []]]}})
