"""The driver and the simulated printer: a receipt is printed once, and what is said of it is true."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.printer.codec import WIDTH_BYTES_MAX, marker_of, marker_query
from devices.printer.framing import XOFF, XON
from devices.printer.rounds import (
    CHECK_SECONDS,
    CONFIRM_SECONDS,
    OUTCOMES_MAX,
)
from devices.printer.steps import STALL_SECONDS
from sim.world.escpos import Markers
from sim.world.paper import NEAR_END_ROWS
from sim.world.printer import Fault, PrinterFirmware
from sim.world.wire import Damage
from terminal.effects import EjectCard, PrintReceipt
from terminal.events import (
    PrinterFailed,
    PrinterReady,
    ReceiptDoubtful,
    ReceiptPrinted,
    ReceiptRefused,
)
from terminal.receipt import Raster
from tests.devices.printer.bench import JOB, OTHER_JOB, PAGE, RECEIPT, SETTLED, Bench

THIRD_JOB = "3" * 32
ALL = 1_000
BLADE_BYTES = 120 * 72
"""What is fed to the blade before a cut."""


def shows(bench: Bench, number: int, page: Raster = PAGE) -> bool:
    """Whether this slip holds the whole page and nothing else."""
    slip = bench.receipts()[number]
    return slip.raster.rows == page.rows + bytes(BLADE_BYTES) and not slip.text


# --- a receipt ----------------------------------------------------------------------------------


def test_a_receipt_is_printed_once_and_said_to_be() -> None:
    bench = Bench()
    assert bench.outcome() == ReceiptPrinted(JOB)
    assert bench.drawn == [RECEIPT]
    assert bench.firmware.slips == 1
    assert shows(bench, 0)
    bench.run(120)
    assert bench.firmware.slips == 1


def test_receipts_one_after_the_other_are_slips_of_their_own() -> None:
    bench = Bench()
    for number in range(3):
        assert bench.outcome(f"{number:032x}") == ReceiptPrinted(f"{number:032x}")
        assert shows(bench, number)


def test_the_marker_comes_after_the_cut_and_is_waited_for() -> None:
    bench = Bench()
    bench.outcome()
    sent = bench.everything_sent()
    order = marker_query(marker_of(JOB))
    assert sent.count(order) == 1
    assert sent.index(order) > sent.rindex(b"\x1dVB\0")
    assert b"7\x22" + marker_of(JOB) + b"\0" in bench.heard


def test_without_the_answer_it_is_never_said_to_be_printed() -> None:
    bench = Bench()
    bench.firmware.arm("markerLost", ALL)
    begun = bench.clock.now()
    assert bench.outcome() == ReceiptDoubtful(JOB, "unconfirmed")
    assert bench.clock.now() - begun >= CONFIRM_SECONDS
    assert bench.clock.now() - begun < CONFIRM_SECONDS + 5
    assert bench.firmware.slips == 1
    bench.run(300)
    assert bench.firmware.slips == 1, "nothing is printed again by itself"


def test_a_marker_in_the_middle_that_is_not_answered_is_doubt_as_soon_as_the_last_is() -> None:
    bench = Bench()
    bench.firmware.arm("markerLost")
    begun = bench.clock.now()
    assert bench.outcome() == ReceiptDoubtful(JOB, "unconfirmed")
    assert bench.clock.now() - begun < 5


def test_the_answer_to_another_marker_is_no_answer() -> None:
    bench = Bench()
    bench.page = Raster(72, b"\x01" * 720)
    bench.firmware.arm("markerLost")
    bench.driver.submit(PrintReceipt(JOB, RECEIPT), bench.clock.now())
    bench.run(8)
    bench.wire.device.write(b"7\x22" + marker_of(OTHER_JOB) + b"\0")
    bench.run(2)
    assert not any(isinstance(event, SETTLED) for event in bench.events)
    bench.wire.device.write(b"7\x22" + marker_of(JOB) + b"\0")
    assert ReceiptPrinted(JOB) in bench.run(1)


def test_an_answer_that_comes_late_changes_nothing_any_more() -> None:
    bench = Bench()
    bench.firmware.arm("markerLost")
    assert bench.outcome() == ReceiptDoubtful(JOB, "unconfirmed")
    bench.wire.device.write(b"7\x22" + marker_of(JOB) + b"\0")
    assert [e for e in bench.run(30) if isinstance(e, SETTLED)] == []


def test_a_job_told_twice_is_printed_once() -> None:
    bench = Bench()
    assert bench.outcome() == ReceiptPrinted(JOB)
    assert bench.outcome() == ReceiptPrinted(JOB)
    assert bench.firmware.slips == 1


def test_a_job_in_doubt_told_again_stays_in_doubt() -> None:
    bench = Bench()
    bench.firmware.arm("markerLost")
    doubt = bench.outcome()
    assert bench.outcome() == doubt == ReceiptDoubtful(JOB, "unconfirmed")
    assert bench.firmware.slips == 1


def test_a_refused_job_may_be_tried_again() -> None:
    bench = Bench()
    bench.firmware.open_cover()
    assert bench.outcome() == ReceiptRefused(JOB, "coverOpen")
    bench.firmware.close_cover()
    bench.run(1)
    assert bench.outcome() == ReceiptPrinted(JOB)
    assert bench.firmware.slips == 1


def test_only_the_last_jobs_are_remembered() -> None:
    bench = Bench(page=Raster(72, b"\x01" * 72))
    for number in range(OUTCOMES_MAX + 1):
        bench.print(f"{number:032x}")
    assert len(bench.driver._memory.outcomes) == OUTCOMES_MAX


def test_a_second_receipt_is_refused_while_one_is_printed() -> None:
    bench = Bench()
    bench.driver.submit(PrintReceipt(JOB, RECEIPT), bench.clock.now())
    bench.driver.submit(PrintReceipt(OTHER_JOB, RECEIPT), bench.clock.now())
    events = bench.run(30)
    assert [e for e in events if isinstance(e, SETTLED)] == [
        ReceiptRefused(OTHER_JOB, "busy"),
        ReceiptPrinted(JOB),
    ]
    assert bench.firmware.slips == 1
    assert bench.outcome(OTHER_JOB) == ReceiptPrinted(OTHER_JOB)


def test_a_receipt_ordered_while_the_printer_starts_is_printed() -> None:
    bench = Bench(awake=False)
    assert bench.outcome() == ReceiptPrinted(JOB)
    assert shows(bench, 0)


def test_an_order_that_is_not_for_a_printer_is_a_mistake() -> None:
    with pytest.raises(AssertionError):
        Bench().driver.submit(EjectCard(), 0.0)


# --- the line -----------------------------------------------------------------------------------


def test_a_loop_of_sixty_looks_a_second_prints_as_well() -> None:
    bench = Bench(frame_seconds=1 / 60)
    assert bench.outcome() == ReceiptPrinted(JOB)
    assert shows(bench, 0)
    assert bench.firmware.lost == 0


@pytest.mark.parametrize("frame_seconds", [0.0, 1 / 60, 1 / 20])
def test_a_printer_that_is_slow_stops_the_data_and_loses_none(frame_seconds: float) -> None:
    """The head gets too hot in the middle: XOFF, a pause, XON."""
    bench = Bench(frame_seconds=frame_seconds, page=Raster(72, bytes(range(1, 73)) * 1_000))
    bench.driver.submit(PrintReceipt(JOB, RECEIPT), bench.clock.now())
    bench.run(3)
    bench.firmware.heat(bench.clock.now() + 8)
    assert ReceiptPrinted(JOB) in bench.until_settled(120)
    assert b"\x13" in bench.heard
    assert bench.firmware.lost == 0
    assert shows(bench, 0, bench.page)


def test_no_more_is_on_the_way_than_a_full_printer_can_still_take() -> None:
    """After XOFF at most what is left of its buffer comes."""
    bench = Bench(page=Raster(72, bytes(range(1, 73)) * 1_000))
    bench.driver.submit(PrintReceipt(JOB, RECEIPT), bench.clock.now())
    bench.run(2)
    bench.firmware.heat(bench.clock.now() + 1_000)
    bench.run(10)
    stopped = len(bench.everything_sent())
    bench.run(10)
    assert len(bench.everything_sent()) - stopped <= 3 * 16, "status at most"
    assert bench.firmware.lost == 0


def test_a_printer_that_never_takes_data_again_is_given_up() -> None:
    bench = Bench(page=Raster(72, bytes(range(1, 73)) * 1_000))
    bench.driver.submit(PrintReceipt(JOB, RECEIPT), bench.clock.now())
    bench.run(2)
    bench.firmware.heat(bench.clock.now() + 10_000)
    assert ReceiptDoubtful(JOB, "noAnswer") in bench.until_settled(STALL_SECONDS + 10)


def test_an_xon_that_was_lost_stops_nothing() -> None:
    bench = Bench()
    bench.firmware.arm("xonLost")
    bench.firmware.open_cover()
    bench.run(20)
    bench.firmware.close_cover()
    bench.run(20)
    assert bench.outcome() == ReceiptPrinted(JOB)


def test_an_xon_that_is_late_is_not_taken_for_a_restart() -> None:
    """The printer says by itself that it is ready again, and only then that it takes data."""
    bench = Bench()
    bench.wire.device.write(bytes((XOFF,)))
    bench.run(5)
    bench.driver.submit(PrintReceipt(JOB, RECEIPT), bench.clock.now())
    bench.run(0.5)
    bench.wire.device.write(bytes((XON,)))
    assert ReceiptPrinted(JOB) in bench.until_settled()


def test_without_handshake_nothing_is_held_up() -> None:
    bench = Bench(xonxoff=False)
    assert bench.outcome() == ReceiptPrinted(JOB)
    assert b"\x11" not in bench.heard.replace(b"\x10", b"")


def test_a_slow_line_takes_longer_and_prints_the_same() -> None:
    bench = Bench(baudrate=19_200)
    assert bench.outcome(seconds=120) == ReceiptPrinted(JOB)
    assert shows(bench, 0)


@pytest.mark.parametrize("seed", range(4))
def test_a_line_with_pauses_prints_the_same(seed: int) -> None:
    bench = Bench(damage=Damage.seeded(seed, split=0.002), awake=False)
    assert bench.outcome(seconds=600) == ReceiptPrinted(JOB)
    assert shows(bench, 0)


def test_dots_are_never_taken_for_a_command() -> None:
    """Everything that a real-time command begins with, at every place of a row."""
    spiteful = bytes((0x10, 0x04, 0x01, 0x10, 0x05, 0x02, 0x10, 0x10, 0x04)) * 8
    bench = Bench(page=Raster(72, b"".join(spiteful[at:] + spiteful[:at] for at in range(72))))
    assert bench.outcome() == ReceiptPrinted(JOB)
    assert bench.firmware.heard("inImage") == 0
    assert bench.firmware.heard("clear") == 0
    slip = bench.receipts()[0].raster.rows[:-BLADE_BYTES]
    asked, printed = (int.from_bytes(rows, "big") for rows in (bench.page.rows, slip))
    assert len(slip) == len(bench.page.rows)
    assert asked & ~printed == 0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from((0x10, 0x04, 0x05, 0x01, 0x02, 0xFF)), min_size=72, max_size=720))
def test_any_dots_come_out_as_dots(dots: list[int]) -> None:
    rows = bytes(dots[: len(dots) // WIDTH * WIDTH])
    bench = Bench(page=Raster(WIDTH, rows))
    assert bench.outcome() == ReceiptPrinted(JOB)
    assert bench.firmware.heard("inImage") == 0
    assert len(bench.receipts()[0].raster.rows) == len(rows) + BLADE_BYTES


WIDTH = 72


# --- what it can prove --------------------------------------------------------------------------


@pytest.mark.parametrize("markers", ["skipped", "text"])
def test_a_printer_without_markers_is_fenced_by_a_queued_status(markers: Markers) -> None:
    bench = Bench(PrinterFirmware(markers=markers), awake=False)
    bench.run(30)
    assert bench.driver.fence == "status"
    assert bench.outcome() == ReceiptPrinted(JOB)
    assert shows(bench, 0), "and nothing of the question is on the paper"
    assert bench.outcome(OTHER_JOB) == ReceiptPrinted(OTHER_JOB)
    assert bench.firmware.slips == 2


def test_a_queued_status_counts_only_after_those_that_are_still_to_come() -> None:
    """A receipt in doubt leaves its question in the printer; its answer proves nothing about the next."""
    bench = Bench(PrinterFirmware(markers="skipped"), awake=False)
    bench.run(30)
    bench.firmware.arm("coverOpens")
    assert bench.outcome() == ReceiptDoubtful(JOB, "coverOpen")
    bench.firmware.close_cover()
    bench.run(30)
    assert bench.driver.health.error == ""
    assert bench.outcome(OTHER_JOB) == ReceiptPrinted(OTHER_JOB)
    assert shows(bench, -1)


def test_one_that_can_prove_nothing_leaves_every_receipt_in_doubt() -> None:
    bench = Bench(Mute(markers="skipped"), awake=False)
    bench.run(60)
    assert bench.driver.fence == "none"
    assert bench.outcome() == ReceiptDoubtful(JOB, "unconfirmed")


class Mute(PrinterFirmware):
    """A printer that answers nothing but real-time questions."""

    def _post(self, data: bytes, when: float) -> None:
        if len(data) == 1 and data[0] & 0x93 == 0x12:
            super()._post(data, when)


# --- refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (PrinterFirmware.open_cover, "coverOpen"),
        (lambda printer: printer.load_paper(0), "paperOut"),
        (PrinterFirmware.fail, "hardwareError"),
        (PrinterFirmware.power_off, "noAnswer"),
        (lambda printer: printer.arm("silence"), "noAnswer"),
        (lambda printer: printer.heat(1_000), "overheated"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_printer_that_cannot_print_is_told_of_and_given_nothing(trouble, error: str) -> None:  # type: ignore[no-untyped-def]
    bench = Bench()
    trouble(bench.firmware)
    sent = len(bench.sent)
    assert bench.outcome() == ReceiptRefused(JOB, error)
    assert bench.events.count(PrinterFailed(error)) == 1
    assert b"\x1dv0" not in b"".join(data for _, data in bench.sent[sent:])
    assert bench.firmware.slips == 0
    assert bench.drawn == []


def test_a_printer_that_restarts_in_the_middle_has_missed_a_marker() -> None:
    """Off for a second and no XON to tell of it: the end of the page is answered, its middle is not."""
    bench = Bench(xonxoff=False, page=Raster(72, bytes(range(1, 73)) * 400))
    bench.driver.submit(PrintReceipt(JOB, RECEIPT), bench.clock.now())
    bench.run(1)
    bench.firmware.power_off()
    bench.run(1)
    bench.firmware.power_on()
    assert ReceiptDoubtful(JOB, "unconfirmed") in bench.until_settled()


def test_a_port_that_cannot_be_opened_refuses_and_is_tried_again() -> None:
    bench = Bench(awake=False)
    bench.wire.unplug()
    assert bench.outcome() == ReceiptRefused(JOB, "noPort")
    bench.wire.replug()
    assert PrinterReady("ok") in bench.run(CHECK_SECONDS + 3)
    assert bench.outcome() == ReceiptPrinted(JOB)


def test_babble_is_told_from_silence() -> None:
    bench = Bench(awake=False)
    bench.firmware.arm("babble")
    assert bench.run(10) == [PrinterFailed("noise")]
    bench.firmware.disarm("babble")
    assert PrinterReady("ok") in bench.run(30)


def test_at_a_wrong_speed_nothing_is_heard() -> None:
    bench = Bench(awake=False)
    bench.firmware.host_baudrate = 9_600
    assert bench.run(10) == [PrinterFailed("noAnswer")]


# --- in doubt -----------------------------------------------------------------------------------

MIDDLES: dict[Fault, str] = {
    "paperEnds": "paperOut",
    "coverOpens": "coverOpen",
    "powerFails": "powerFailed",
    "cutterJam": "paperJammed",
}


def mend(bench: Bench) -> None:
    """What somebody with a key does."""
    bench.firmware.load_paper()
    bench.firmware.close_cover()
    bench.firmware.clear_jam()


@pytest.mark.parametrize("fault", MIDDLES)
@pytest.mark.parametrize("markers", ["answered", "skipped"])
def test_trouble_in_the_middle_is_doubt_and_nothing_is_printed_again(
    fault: Fault, markers: Markers
) -> None:
    bench = Bench(PrinterFirmware(markers=markers), awake=False)
    bench.run(30)
    bench.firmware.arm(fault)
    assert bench.outcome() == ReceiptDoubtful(JOB, MIDDLES[fault])
    bench.run(5)
    mend(bench)
    bench.run(120)
    assert len(bench.drawn) == 1
    assert bench.firmware.slips <= 1


@pytest.mark.parametrize("fault", MIDDLES)
def test_what_was_left_of_one_in_doubt_does_not_come_out_with_the_next(fault: Fault) -> None:
    bench = Bench()
    bench.firmware.arm(fault)
    assert isinstance(bench.outcome(), ReceiptDoubtful)
    bench.run(5)
    mend(bench)
    bench.run(60)
    assert bench.driver.health.error == ""
    assert bench.outcome(OTHER_JOB) == ReceiptPrinted(OTHER_JOB)
    assert shows(bench, -1), "the next customer's slip holds the next receipt alone"
    assert bench.firmware.slips <= 2


@pytest.mark.parametrize("fault", ["paperEnds", "coverOpens"])
def test_the_next_is_refused_until_it_is_mended(fault: Fault) -> None:
    bench = Bench()
    bench.firmware.arm(fault)
    bench.outcome()
    assert bench.outcome(OTHER_JOB) == ReceiptRefused(OTHER_JOB, MIDDLES[fault])
    mend(bench)
    bench.run(1)
    assert bench.outcome(OTHER_JOB) == ReceiptPrinted(OTHER_JOB)


def test_an_open_cover_is_noticed_at_once_and_not_after_half_a_minute() -> None:
    bench = Bench(page=Raster(72, bytes(range(1, 73)) * 1_000))
    bench.driver.submit(PrintReceipt(JOB, RECEIPT), bench.clock.now())
    bench.run(2)
    bench.firmware.open_cover()
    begun = bench.clock.now()
    assert ReceiptDoubtful(JOB, "coverOpen") in bench.until_settled()
    assert bench.clock.now() - begun < 1


def test_a_printer_that_reports_nothing_by_itself_is_asked_while_the_answer_is_waited_for() -> None:
    bench = Bench(PrinterFirmware(automatic=False))
    bench.firmware.arm("cutterJam")
    begun = bench.clock.now()
    assert bench.outcome() == ReceiptDoubtful(JOB, "paperJammed")
    assert bench.clock.now() - begun < 8


def test_a_power_failure_after_the_last_byte_is_doubt_as_soon_as_it_is_back() -> None:
    bench = Bench(page=Raster(72, b"\x01" * 720))
    bench.driver.submit(PrintReceipt(JOB, RECEIPT), bench.clock.now())
    while b"\x1dVB\0" not in bench.everything_sent()[-30:]:
        bench.run(0.001)
    bench.run(0.02)
    bench.firmware.power_cycle()
    begun = bench.clock.now()
    assert ReceiptDoubtful(JOB, "powerFailed") in bench.until_settled()
    assert bench.clock.now() - begun < 3


@pytest.mark.parametrize("after", [0.0, 0.3, 1.0, 2.0])
def test_a_cable_pulled_while_it_prints_is_doubt(after: float) -> None:
    bench = Bench(page=Raster(72, bytes(range(1, 73)) * 1_000))
    bench.driver.submit(PrintReceipt(JOB, RECEIPT), bench.clock.now())
    bench.run(after + 0.1)
    bench.wire.unplug()
    assert ReceiptDoubtful(JOB, "portLost") in bench.until_settled()
    assert bench.events[-1] == PrinterFailed("noPort")
    bench.wire.replug()
    bench.run(60)
    assert bench.outcome(OTHER_JOB) == ReceiptPrinted(OTHER_JOB)
    assert shows(bench, -1, bench.page)


def test_silence_while_the_answer_is_waited_for_is_doubt() -> None:
    bench = Bench()
    bench.driver.submit(PrintReceipt(JOB, RECEIPT), bench.clock.now())
    bench.run(0.5)
    bench.firmware.arm("silence")
    assert ReceiptDoubtful(JOB, "noAnswer") in bench.until_settled(90)


@pytest.mark.parametrize("after", [0.05, 0.5, 1.0, 1.9])
def test_a_terminal_killed_while_it_prints_leaves_nothing_for_the_next_customer(
    after: float,
) -> None:
    """The printer is left inside an image; the next run finishes it in white and cuts."""
    first = Bench()
    first.driver.submit(PrintReceipt(JOB, RECEIPT), first.clock.now())
    first.run(after)
    first.driver.close()
    second = Bench(first.firmware, awake=False)
    second.run(20)
    assert second.events == [PrinterReady("ok")]
    assert second.outcome(OTHER_JOB) == ReceiptPrinted(OTHER_JOB)
    assert shows(second, -1)
    assert second.firmware.slips == 2


# --- looking after it ---------------------------------------------------------------------------


def test_a_printer_without_handshake_that_lost_data_leaves_nothing_hanging() -> None:
    """Its buffer ran over while its head was too hot, and the cut was among what was lost."""
    bench = Bench(xonxoff=False)
    bench.driver.submit(PrintReceipt(JOB, RECEIPT), bench.clock.now())
    bench.run(0.1)
    bench.firmware.heat(bench.clock.now() + 4)
    assert ReceiptDoubtful(JOB, "unconfirmed") in bench.until_settled()
    assert bench.firmware.lost > 0
    bench.run(20)
    assert bench.firmware.hanging.blank
    assert bench.outcome(OTHER_JOB) == ReceiptPrinted(OTHER_JOB)
    assert shows(bench, -1)


def test_an_answer_that_came_twice_is_not_taken_for_the_next() -> None:
    """The first answer is late, so the question is put again, and both answers come between two looks."""
    bench = Bench(PrinterFirmware(automatic=False), frame_seconds=0.3, awake=False)
    bench.run(29.5)
    assert bench.events == [PrinterReady("ok")]
    bench.firmware.load_paper(NEAR_END_ROWS)
    bench.firmware.arm("replyLate")
    assert bench.check(4) == [PrinterReady("low")]


def test_a_printer_switched_off_and_on_reports_by_itself_again() -> None:
    bench = Bench()
    bench.firmware.power_cycle()
    bench.run(2)
    bench.firmware.open_cover()
    assert bench.run(0.5) == [PrinterFailed("coverOpen")]


def test_it_looks_at_the_start_and_every_ten_seconds() -> None:
    bench = Bench()
    assert bench.firmware.heard("status1") >= 1
    before = [bench.firmware.heard(f"status{n}") for n in (1, 2, 3, 4)]
    bench.run(10 * CHECK_SECONDS)
    after = [bench.firmware.heard(f"status{n}") for n in (1, 2, 3, 4)]
    assert [b - a for a, b in zip(before, after, strict=True)] == [10] * 4


def test_idle_costs_a_handful_of_looks() -> None:
    bench = Bench()
    before = bench.steps
    bench.run(100)
    assert bench.steps - before < 130, "ten looks, each four questions and answers"


def test_nothing_is_asked_inside_an_image() -> None:
    bench = Bench(page=Raster(72, bytes(range(1, 73)) * 2_000))
    before = len(bench.sent)
    assert bench.outcome(seconds=120) == ReceiptPrinted(JOB)
    sent = b"".join(data for _, data in bench.sent[before:])
    first, last = sent.index(b"\x1dv0"), sent.rindex(b"\x1dVB")
    assert b"\x10\x04" not in sent[first:last]
    assert bench.firmware.heard("inImage") == 0


def test_each_question_waits_for_the_answer_to_the_last() -> None:
    bench = Bench()
    bench.firmware.arm("replyInPieces", 100)
    assert bench.outcome() == ReceiptPrinted(JOB)


@pytest.mark.parametrize("fault", ["statusLost", "replyCorrupt"])
def test_an_answer_that_is_lost_is_asked_for_again(fault: Fault) -> None:
    bench = Bench()
    bench.firmware.arm(fault)
    bench.run(CHECK_SECONDS + 3)
    assert bench.events == [PrinterReady("ok")]


def test_a_late_answer_is_not_taken_for_the_next() -> None:
    bench = Bench()
    bench.firmware.arm("replyLate")
    bench.run(4 * CHECK_SECONDS)
    assert bench.driver.health.error == ""


def test_paper_near_its_end_is_said_once_and_prints() -> None:
    bench = Bench()
    bench.firmware.load_paper(NEAR_END_ROWS)
    assert bench.run(60) == [PrinterReady("low")]
    assert bench.outcome() == ReceiptPrinted(JOB)
    bench.firmware.load_paper()
    assert bench.run(60) == [PrinterReady("ok")]


def test_near_end_and_then_the_end_in_the_middle_of_a_receipt() -> None:
    bench = Bench()
    bench.firmware.load_paper(200)
    bench.run(20)
    assert bench.events[-1] == PrinterReady("low")
    assert bench.outcome() == ReceiptDoubtful(JOB, "paperOut")
    assert PrinterFailed("paperOut") in bench.run(20)


def test_a_check_is_always_answered() -> None:
    bench = Bench()
    assert bench.check() == [PrinterReady("ok")]
    assert bench.check() == [PrinterReady("ok")]
    bench.firmware.open_cover()
    bench.run(1)
    assert bench.check() == [PrinterFailed("coverOpen")]
    bench.firmware.power_off()
    assert bench.check(6) == [PrinterFailed("noAnswer")]


def test_a_change_is_told_when_it_happens_where_the_printer_reports_it() -> None:
    bench = Bench()
    bench.firmware.open_cover()
    assert bench.run(1) == [PrinterFailed("coverOpen")]
    bench.firmware.close_cover()
    assert bench.run(1) == [PrinterReady("ok")]


def test_a_printer_switched_off_and_on_is_found_again() -> None:
    bench = Bench()
    bench.firmware.power_off()
    assert bench.run(20) == [PrinterFailed("noAnswer")]
    bench.firmware.power_on()
    assert bench.run(20) == [PrinterReady("ok")]
    assert bench.outcome() == ReceiptPrinted(JOB)


def test_pages_no_wider_than_the_paper_can_be_sent() -> None:
    wide = Raster(WIDTH_BYTES_MAX, b"\x01" * WIDTH_BYTES_MAX * 3)
    bench = Bench(page=wide)
    assert bench.outcome() == ReceiptPrinted(JOB)


def test_a_copy_is_a_job_of_its_own() -> None:
    bench = Bench()
    bench.firmware.arm("markerLost")
    bench.outcome()
    bench.driver.submit(PrintReceipt(THIRD_JOB, replace(RECEIPT, copy=True)), bench.clock.now())
    assert ReceiptPrinted(THIRD_JOB) in bench.until_settled()
    assert [receipt.copy for receipt in bench.drawn] == [False, True]
