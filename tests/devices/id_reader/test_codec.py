"""Answers and the commands they belong to."""

from itertools import product

import pytest

from devices.id_reader import codec
from devices.id_reader.framing import Frame

COMMANDS = (codec.STATUS, codec.SAM_NUMBER, codec.FIND, codec.SELECT, codec.READ)
DATA = {codec.STATUS: 0, codec.SAM_NUMBER: 16, codec.FIND: 4, codec.SELECT: 8, codec.READ: 1284}


def response(sw3: int, data: bytes = b"") -> codec.Response:
    parsed = codec.parse(Frame(bytearray(bytes((0, 0, sw3)) + data)))
    assert parsed is not None
    return parsed


def success(command: codec.Command) -> codec.Response:
    return response(0x9F if command is codec.FIND else 0x90, bytes(DATA[command]))


@pytest.mark.parametrize(
    ("command", "body"),
    [
        (codec.RESET, "10 FF"),
        (codec.STATUS, "11 FF"),
        (codec.SAM_NUMBER, "12 FF"),
        (codec.FIND, "20 01"),
        (codec.SELECT, "20 02"),
        (codec.READ, "30 01"),
    ],
)
def test_commands_are_those_of_the_table(command: codec.Command, body: str) -> None:
    assert command.body == bytes.fromhex(body)


@pytest.mark.parametrize(("asked", "answered"), tuple(product(COMMANDS, COMMANDS)))
def test_a_success_belongs_to_one_command_only(
    asked: codec.Command, answered: codec.Command
) -> None:
    assert codec.answers(asked, success(answered)) == (asked is answered)


@pytest.mark.parametrize(
    ("sw3", "only"), [(0x80, codec.FIND), (0x81, codec.SELECT), (0x41, codec.READ)]
)
def test_a_failure_of_one_command_is_no_answer_to_another(sw3: int, only: codec.Command) -> None:
    assert [each for each in COMMANDS if codec.answers(each, response(sw3))] == [only]


@pytest.mark.parametrize("sw3", [0x10, 0x11, 0x21, 0x24, 0x31, 0x32, 0x33, 0x40, 0x47, 0x60, 0x66])
def test_any_other_failure_answers_any_command(sw3: int) -> None:
    assert all(codec.answers(each, response(sw3)) for each in COMMANDS)


def test_the_first_two_status_bytes_are_kept() -> None:
    parsed = codec.parse(Frame(bytearray.fromhex("69 85 31")))
    assert parsed is not None
    assert (parsed.sw12, parsed.sw3, bytes(parsed.data)) == (0x6985, 0x31, b"")


def test_a_frame_too_short_for_a_status_is_no_answer() -> None:
    assert codec.parse(Frame(bytearray(b"\x00\x00"))) is None


def test_parsing_overwrites_the_frame_and_wiping_the_response() -> None:
    frame = Frame(bytearray(b"\x00\x00\x90" + b"11010519491231002X"))
    parsed = codec.parse(frame)
    assert parsed is not None
    assert not any(frame.body)
    assert "110105" not in repr(parsed)
    parsed.wipe()
    assert parsed.data == bytes(18)


def test_the_text_is_found_by_its_declared_length() -> None:
    text = bytes(range(256))
    read = response(0x90, codec.READ_HEAD + text + bytes(codec.PHOTO_BYTES))
    found = codec.text_of(read)
    assert found is not None
    assert bytes(found) == text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01\x00",
        codec.READ_HEAD + bytes(255),
        bytes.fromhex("01 00 03 FF") + bytes(1280),
        bytes.fromhex("00 FF 04 00") + bytes(1280),
    ],
)
def test_other_lengths_are_no_text(data: bytes) -> None:
    assert codec.text_of(response(0x90, data)) is None


def test_the_modules_number_as_people_write_it() -> None:
    data = bytes.fromhex("05 00 01 00 C6 14 34 01 39 30 00 00 B1 68 DE 3A")
    assert codec.sam_number(response(0x90, data)) == "05.01-20190406-0000012345-0987654321"
