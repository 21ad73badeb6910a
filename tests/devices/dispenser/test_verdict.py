"""What an order came to, case by case, and the error table it rests on."""

from dataclasses import replace

import pytest

from devices.dispenser import codec
from devices.dispenser.codec import ERRORS, Command, LastResult, Tally
from devices.dispenser.framing import Frame, host_framer
from devices.dispenser.verdict import Evidence, after_silence, of_result
from terminal.events import DispenseNotExecuted, DispenseUnknown, NotesDispensed

MIX = (3, 0, 2, 0)
ZERO = (0, 0, 0, 0)
HERE = (True, True, True, True)

BOLD = {0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x29, 0x40, 0x41, 0x42, 0x43}
"""The rows of hardware-protocols 2.8 whose P is bold."""


def last(command: int, exits: tuple[int, ...], error: int = 0) -> str:
    return codec.encode_last(LastResult(command, Tally(error, exits, ZERO, HERE))).hex()


TESTED, PAID = last(0x53, ZERO), last(0x52, MIX)
UNTOUCHED = Evidence(TESTED, TESTED, accepted=False, unbroken=True, path=0, why="no answer")


def test_the_table_marks_every_bold_row_doubtful_and_no_other_but_0e() -> None:
    assert {code for code, row in ERRORS.items() if row.doubtful} == BOLD | {0x0E}


def test_an_unknown_code_is_doubted() -> None:
    got = of_result("t", MIX, Tally(0x77, MIX, ZERO, HERE))
    assert got == NotesDispensed("t", MIX, ZERO, "77", True)


@pytest.mark.parametrize(
    ("tally", "doubtful"),
    [
        (Tally(0x00, MIX, ZERO, HERE), False),
        (Tally(0x00, (3, 0, 1, 0), ZERO, HERE), True),
        (Tally(0x01, (3, 0, 1, 0), ZERO, HERE), False),
        (Tally(0x01, (4, 0, 0, 0), ZERO, HERE), True),
        (Tally(0x01, (2, 1, 0, 0), ZERO, HERE), True),
        (Tally(0x24, (1, 0, 0, 0), ZERO, HERE), True),
        (Tally(0x24, ZERO, (1, 0, 0, 0), HERE), True),
        (Tally(0x0D, (1, 0, 0, 0), (10, 0, 0, 0), HERE), False),
    ],
)
def test_counts_are_compared_with_the_order(tally: Tally, doubtful: bool) -> None:
    got = of_result("t", MIX, tally)
    assert isinstance(got, NotesDispensed)
    assert got.doubtful == doubtful
    assert got.counts == tally.exits


def test_counts_have_an_entry_for_each_cassette_fitted_and_others_are_doubted() -> None:
    assert of_result("t", (3, 1), Tally(0, (3, 1, 0, 0), ZERO, HERE)) == NotesDispensed(
        "t", (3, 1), (0, 0), "00", False
    )
    got = of_result("t", (3, 1), Tally(0, (3, 1, 1, 0), ZERO, HERE))
    assert isinstance(got, NotesDispensed)
    assert got.doubtful


def test_an_unchanged_test_dispense_of_a_device_never_out_of_sight_is_not_executed() -> None:
    assert after_silence("t", MIX, UNTOUCHED) == DispenseNotExecuted("t", "notExecuted")


@pytest.mark.parametrize(
    "change",
    [
        {"accepted": True},
        {"unbroken": False},
        {"path": 0x04},
        {"path": None},
        {"before": ""},
        {"after": ""},
        {"before": PAID, "after": PAID},
        {"after": last(0x53, ZERO, 0x01)},
        {"after": "013002555103" + "00"},
    ],
)
def test_anything_less_is_unknown(change: dict[str, object]) -> None:
    got = after_silence("t", MIX, replace(UNTOUCHED, **change))  # type: ignore[arg-type]
    assert isinstance(got, DispenseUnknown)
    assert got.evidence.startswith("why=no-answer ack=")


def test_a_new_result_is_the_result_even_after_a_restart() -> None:
    evidence = replace(UNTOUCHED, after=PAID, unbroken=False, accepted=True, path=None)
    assert after_silence("t", MIX, evidence) == NotesDispensed("t", MIX, ZERO, "00", False)


def test_a_cassette_pulled_out_does_not_make_an_old_result_new() -> None:
    tally = Tally(0, MIX, ZERO, (True, True, True, False))
    after = codec.encode_last(LastResult(Command.DISPENSE, tally)).hex()
    evidence = replace(UNTOUCHED, before=PAID, after=after)
    assert isinstance(after_silence("t", MIX, evidence), DispenseUnknown)


@pytest.mark.parametrize("error", [0x30, 0x31])
def test_a_refused_last_status_is_no_result(error: int) -> None:
    raw = codec.encode_error(Command.LAST_STATUS, error)
    (frame,) = host_framer().feed(raw, 0.0)
    assert isinstance(frame, Frame)
    assert codec.decode_last(frame) is None
