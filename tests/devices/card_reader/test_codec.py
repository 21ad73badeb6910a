"""Commands, responses and the error table against hardware-protocols 4.4 to 4.7."""

from typing import get_args

import pytest

from devices.card_reader import codec
from devices.card_reader.codec import CardAtStart, Negative, Positive, PowerFailure, Retry
from terminal.events import UnreadableReason

MANUAL_CODES = {
    *("00", "01", "02", "03", "04", "05", "06"),
    *(str(code) for code in range(10, 32)),
    *("39", "40", "43", "45", "46", "50", "51"),
    *("60", "61", "62", "63", "64", "65", "66", "69", "70", "71", "73", "B0"),
}


def test_the_error_table_has_every_code_of_the_manual_and_no_other() -> None:
    assert set(codec.ERRORS) == MANUAL_CODES


def test_every_error_name_and_reason_is_one_of_the_declared() -> None:
    for row in codec.ERRORS.values():
        assert row.name in get_args(codec.ErrorName)
        assert row.unreadable is None or row.unreadable in get_args(UnreadableReason)


def test_a_code_that_nobody_listed_is_a_hardware_error() -> None:
    assert Negative("3", "0", "9Z", b"").error == "hardwareError 9Z"


@pytest.mark.parametrize(
    ("code", "error"),
    [("10", "mediaJam 10"), ("11", "shutterFail 11"), ("13", "cardTooLong 13")],
)
def test_errors_carry_the_field_name_and_the_code(code: str, error: str) -> None:
    assert codec.parse(b"N30" + code.encode()) == Negative("3", "0", code, b"")
    assert Negative("3", "0", code, b"").error == error


def test_the_reader_is_woken_without_moving_and_tells_of_a_pulled_card() -> None:
    assert codec.INITIALISE.text == b"C03" + b"32400" + b"200001"
    assert codec.INITIALISE.retry is Retry.REPEAT


def test_an_initialise_that_moves_is_a_motion() -> None:
    command = codec.initialise(CardAtStart.TO_GATE, PowerFailure.EJECT, tell_pulled=False)
    assert command.text == b"C00" + b"32400" + b"000000"
    assert command.retry is Retry.ASK_FIRST


@pytest.mark.parametrize(
    ("text", "position"),
    [(b"P1000", "absent"), (b"P1001", "gate"), (b"P1002", "inside"), (b"P1009", "unknown")],
)
def test_positions(text: bytes, position: str) -> None:
    response = codec.parse(text)
    assert isinstance(response, Positive)
    assert response.position == position


@pytest.mark.parametrize("text", [b"", b"P", b"P100", b"X1000", b"C1000", b"P1\xff00"])
def test_what_is_no_response_is_none(text: bytes) -> None:
    assert codec.parse(text) is None


def test_a_response_belongs_to_one_command() -> None:
    status = codec.parse(b"P1000")
    assert status
    assert codec.answers(codec.STATUS, status)
    assert not codec.answers(codec.SENSORS, status)
    assert not codec.answers(codec.EJECT, status)


@pytest.mark.parametrize("pm", "345?9")
def test_an_exchange_may_answer_with_another_pm(pm: str) -> None:
    response = codec.parse(b"PI" + pm.encode() + b"02\x90\x00")
    assert response
    assert codec.answers(codec.exchange(b"\x00\xa4\x04\x00"), response)
    assert not codec.answers(codec.CHIP_OFF, response)


def test_sensors_read_the_contact_and_the_bin() -> None:
    assert codec.sensors(b"\x4e\x57\x40\x40") == codec.Sensors(True, True)
    assert codec.sensors(b"\x40\x57\x40\x40") == codec.Sensors(False, False)
    assert codec.sensors(b"") == codec.Sensors(False, False)


@pytest.mark.parametrize("size", [3, 262])
def test_an_apdu_out_of_size_is_a_mistake(size: int) -> None:
    with pytest.raises(AssertionError):
        codec.exchange(bytes(size))
