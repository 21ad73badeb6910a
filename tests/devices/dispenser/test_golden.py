"""The frames of hardware-protocols 2.12, byte for byte, from both ends."""

import pytest

from devices.dispenser import codec
from devices.dispenser.codec import Ask, Command, Dispense, LastResult, Tally
from devices.dispenser.framing import Frame, Garbled, check_byte, device_framer, host_framer

SHORT = "04 30 02 52 23 20 22 20 20 20 20 03 46"

REQUESTS: dict[str, codec.Request] = {
    "04 30 02 44 03 71": Ask(Command.RESET),
    "04 30 02 50 03 65": Ask(Command.STATUS),
    "04 30 02 51 03 64": Ask(Command.PURGE),
    "04 30 02 55 03 60": Ask(Command.LAST_STATUS),
    "04 30 02 52 23 20 22 20 20 20 20 20 20 20 20 20 20 20 20 03 46": Dispense((3, 0, 2, 0)),
    "04 30 02 52 84 20 20 20 20 20 20 20 20 20 20 20 20 20 20 03 E3": Dispense((100, 0, 0, 0)),
    SHORT: Dispense((3, 0, 2, 0), short=True),
}

THREE_CASSETTES = (True, True, True, False)

PAID = "01 30 02 52 20 30 23 20 31 20 20 32 22 21 33 20 20 30 20 20 20 20 20 20 20 20 20 03 52"
JAMMED = "01 30 02 52 24 30 23 20 31 20 20 32 21 20 33 20 20 30 20 20 20 20 20 20 20 20 20 03 54"
PURGED = "01 30 02 51 20 30 20 20 31 20 20 32 20 20 33 20 20 30 03 71"
LAST = "01 30 02 55 52 24 30 23 20 31 20 20 32 21 20 33 20 20 30 03 21"

TALLIES = {
    PAID: Tally(0x00, (3, 0, 2, 0), (0, 0, 1, 0), THREE_CASSETTES),
    JAMMED: Tally(0x04, (3, 0, 1, 0), (0, 0, 0, 0), THREE_CASSETTES),
    PURGED: Tally(0x00, (0, 0, 0, 0), (0, 0, 0, 0), THREE_CASSETTES),
}


def as_bytes(golden: str) -> bytes:
    return bytes.fromhex(golden)


def one(tokens: list[object]) -> Frame:
    assert len(tokens) == 1
    assert isinstance(tokens[0], Frame)
    return tokens[0]


def from_device(golden: bytes) -> Frame:
    return one([*host_framer().feed(golden, 0.0)])


@pytest.mark.parametrize(("golden", "request_"), REQUESTS.items())
def test_each_request_has_the_manuals_bytes_and_is_understood(
    golden: str, request_: codec.Request
) -> None:
    assert codec.encode_request(request_).hex(" ").upper() == golden
    frame = one([*device_framer().feed(as_bytes(golden), 0.0)])
    assert codec.decode_request(frame) == request_


@pytest.mark.parametrize(("golden", "tally"), TALLIES.items())
def test_each_motion_response_has_the_manuals_counts(golden: str, tally: Tally) -> None:
    frame = from_device(as_bytes(golden))
    assert codec.decode_tally(frame) == tally
    assert codec.encode_tally(frame.command, tally).hex(" ").upper() == golden


def test_last_status_repeats_the_jam() -> None:
    last = LastResult(Command.DISPENSE, TALLIES[JAMMED])
    assert codec.decode_last(from_device(as_bytes(LAST))) == last
    assert codec.encode_last(last).hex(" ").upper() == LAST


def test_the_check_byte_of_reset_is_worked_out_as_in_the_manual() -> None:
    assert check_byte(bytes((0x04, 0x30, 0x02, 0x44, 0x03))) == 0x71


@pytest.mark.parametrize("golden", [*TALLIES, LAST])
def test_any_single_flipped_bit_is_noticed(golden: str) -> None:
    whole = as_bytes(golden)
    good = from_device(whole)
    for position in range(len(whole)):
        for bit in range(8):
            damaged = bytearray(whole)
            damaged[position] ^= 1 << bit
            framer = host_framer()
            tokens = [*framer.feed(bytes(damaged), 0.0), *framer.advance(1.0)]
            assert not any(isinstance(token, Frame) for token in tokens), (position, bit)
            assert good not in tokens


def test_a_wrong_count_with_a_right_check_byte_is_another_result() -> None:
    body = bytearray(as_bytes(PAID)[:-1])
    body[6] += 1
    other = from_device(bytes(body) + bytes((check_byte(bytes(body)),)))
    tally = codec.decode_tally(other)
    assert tally is not None
    assert tally.exits == (4, 0, 2, 0)
    assert tally != TALLIES[PAID]


@pytest.mark.parametrize(
    ("position", "value"),
    [(4, 0x1F), (5, 0x31), (6, 0x1F), (7, 0x10), (8, 0x32), (11, 0x31), (17, 0x33)],
)
def test_nonsense_with_a_right_check_byte_is_no_result(position: int, value: int) -> None:
    body = bytearray(as_bytes(PAID)[:-1])
    body[position] = value
    frame = from_device(bytes(body) + bytes((check_byte(bytes(body)),)))
    assert codec.decode_tally(frame) is None


def test_a_damaged_short_form_is_not_taken_for_another() -> None:
    whole = as_bytes(SHORT)
    tokens = device_framer().feed(whole[:-1] + b"\x47", 0.0)
    assert tokens == [Garbled(whole[:-1] + b"\x47")]
