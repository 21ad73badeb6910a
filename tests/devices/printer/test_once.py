"""Exactly once, whatever goes wrong: receipts one after the other with faults at random, and every slip
looked at.

Each receipt has dots of its own, so that a slip tells whose it is.
"""

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.world.paper import Page
from sim.world.printer import Fault, PrinterFirmware
from terminal.effects import PrintReceipt
from terminal.events import ReceiptPrinted, ReceiptRefused
from terminal.receipt import Raster
from tests.devices.printer.bench import RECEIPT, SETTLED, Bench

PHASES = (Phase.explicit, Phase.generate)
"""A failing story is short enough; making it shorter takes minutes."""

ROWS = 200
"""A page of seven bands and as many markers."""

FAULTS: tuple[Fault, ...] = (
    *("paperEnds", "coverOpens", "powerFails", "cutterJam", "markerLost", "statusLost"),
    *("replyCorrupt", "replyInPieces", "replyLate", "xonLost"),
)

PULLED = "cable pulled"
SILENT = "silent for a while"
KILLED = "terminal killed"
HOT = "head too hot for a while"

TROUBLES = st.lists(st.sampled_from((*FAULTS, PULLED, SILENT, KILLED, HOT)), max_size=3)
VISITS = st.lists(st.tuples(TROUBLES, st.floats(0.01, 6.0)), min_size=1, max_size=4)
"""What goes wrong with each receipt, and when what is done by hand happens."""


def page(number: int) -> Raster:
    """The dots of one receipt, which no other has."""
    return Raster(72, bytes((0x81 + number,)) * 72 * ROWS)


def owners(slip: Page) -> set[int]:
    """Whose dots are on it."""
    return {byte - 0x81 for byte in slip.raster.rows if byte}


def whole(slip: Page, number: int) -> bool:
    """Whether all of this receipt is on it."""
    return slip.raster.rows.startswith(page(number).rows)


def disturb(bench: Bench, trouble: str) -> None:
    """What happens by hand, or to the line, for two seconds."""
    printer = bench.firmware
    if trouble == PULLED:
        bench.wire.unplug()
        bench.run(2)
        bench.wire.replug()
    elif trouble == SILENT:
        printer.arm("silence")
        bench.run(2)
        printer.disarm("silence")
    elif trouble == HOT:
        printer.heat(bench.clock.now() + 2)


def mend(printer: PrinterFirmware) -> None:
    """What staff do before the next customer."""
    for fault in FAULTS:
        printer.disarm(fault)
    printer.load_paper()
    printer.close_cover()
    printer.clear_jam()


@settings(max_examples=30, deadline=None, derandomize=True, phases=PHASES)
@given(VISITS, st.booleans())
def test_what_is_said_of_a_receipt_is_what_came_out(
    visits: list[tuple[list[str], float]], xonxoff: bool
) -> None:
    bench = Bench(xonxoff=xonxoff)
    outcomes: dict[int, object] = {}
    for number, (troubles, when) in enumerate(visits):
        bench.page = page(number)
        for trouble in troubles:
            if trouble in FAULTS:
                bench.firmware.arm(trouble)
        before = len(bench.events)
        bench.driver.submit(PrintReceipt(f"{number:032x}", RECEIPT), bench.clock.now())
        bench.run(when)
        for trouble in troubles:
            disturb(bench, trouble)
        if KILLED in troubles:
            bench.driver.close()
            again = Bench(bench.firmware, awake=False, xonxoff=xonxoff)
            again.events = bench.events
            mend(bench.firmware)
            again.clock.advance_to(bench.clock.now())
            bench = again
        bench.run(90)
        told = [event for event in bench.events[before:] if isinstance(event, SETTLED)]
        assert len(told) == 1 or (KILLED in troubles and not told)
        outcomes[number] = told[0] if told else None
        mend(bench.firmware)
        bench.run(60)
        assert bench.driver.health.error == "", "it recovers by itself once it was mended"
    _compare(bench, outcomes)


def _compare(bench: Bench, outcomes: dict[int, object]) -> None:
    slips = bench.receipts()
    assert not owners(bench.firmware.hanging), "nothing hangs there for the next customer"
    for slip in slips:
        assert len(owners(slip)) <= 1, "no slip holds dots of two receipts"
    for number, outcome in outcomes.items():
        own = [slip for slip in slips if owners(slip) == {number}]
        complete = [slip for slip in own if whole(slip, number)]
        assert len(complete) <= 1, "printed twice"
        if isinstance(outcome, ReceiptPrinted):
            assert len(complete) == 1, "said to be printed"
            assert own == complete
        if isinstance(outcome, ReceiptRefused):
            assert own == [], "said to be refused"
