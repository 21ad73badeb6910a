"""Frames come whole however they are cut, and a length that cannot be ends the connection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.host.framing import MESSAGE_BYTES_MAX, Deframer, framed
from devices.host.message import MessageError


@given(st.lists(st.binary(min_size=1, max_size=400), max_size=8), st.data())
def test_messages_come_whole_however_the_bytes_are_cut(
    sent: list[bytes], data: st.DataObject
) -> None:
    stream = b"".join(map(framed, sent))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    deframer, heard = Deframer(), list[bytes]()
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        heard += deframer.feed(stream[start:end])
    assert heard == sent
    assert deframer.held == 0


def test_the_length_comes_first_and_is_big_endian() -> None:
    assert framed(b"x" * 258)[:3] == b"\x01\x02x"


@pytest.mark.parametrize(
    "head", [b"\x00\x00", (MESSAGE_BYTES_MAX + 1).to_bytes(2, "big"), b"\xff\xff"]
)
def test_a_length_that_cannot_be_is_a_message_error(head: bytes) -> None:
    with pytest.raises(MessageError):
        Deframer().feed(head)


def test_the_longest_message_passes() -> None:
    assert Deframer().feed(framed(b"x" * MESSAGE_BYTES_MAX)) == [b"x" * MESSAGE_BYTES_MAX]


def test_never_holds_more_than_one_frame() -> None:
    deframer = Deframer()
    deframer.feed(framed(b"x" * MESSAGE_BYTES_MAX)[:-1])
    assert deframer.held == MESSAGE_BYTES_MAX + 1
    with pytest.raises(MessageError):
        deframer.feed(b"x" + b"\xff\xff")
    assert deframer.held == 0


@pytest.mark.parametrize("size", [0, MESSAGE_BYTES_MAX + 1])
def test_a_message_of_no_such_size_is_a_mistake(size: int) -> None:
    with pytest.raises(AssertionError):
        framed(b"x" * size)
