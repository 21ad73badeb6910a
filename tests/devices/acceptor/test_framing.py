"""Frames of CCNET against published ones, in any pieces, and next to damage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.acceptor.framing import (
    DATA_BYTES_MAX,
    GAP_SECONDS,
    Damage,
    Frame,
    Framer,
    crc,
    encode,
)

PUBLISHED = (
    "02 03 06 33 DA 81",
    "02 03 06 00 C2 82",
    "02 03 06 30 41 B3",
    "02 03 06 38 09 3F",
    "02 03 06 3B 92 0D",
)
"""To a validator at 03: hardware-protocols 9.4, and two more that public drivers send."""

datas = st.binary(min_size=1, max_size=DATA_BYTES_MAX)


@pytest.mark.parametrize("text", PUBLISHED)
def test_the_check_is_the_published_one(text: str) -> None:
    raw = bytes.fromhex(text)
    assert crc(raw[:-2]) == raw[-2:]


def test_a_poll_of_a_bill_to_bill_unit() -> None:
    assert encode(b"\x33").hex(" ") == "02 01 06 33 62 34"


@given(st.lists(datas, max_size=4), st.data())
def test_any_cutting_gives_the_same_frames(sent: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(encode(each) for each in sent)
    framer, got, at = Framer(), [], 0
    while at < len(stream):
        size = data.draw(st.integers(1, 40))
        got += framer.feed(stream[at : at + size], 0.0)
        at += size
    assert got == [Frame(each) for each in sent]


@given(datas, st.integers(0, 10_000), datas)
def test_a_flipped_bit_is_never_a_frame_and_the_next_frame_is_found(
    first: bytes, where: int, then: bytes
) -> None:
    raw = bytearray(encode(first))
    place = where % (len(raw) * 8)
    raw[place // 8] ^= 1 << place % 8
    framer = Framer()
    got = framer.feed(bytes(raw) + encode(then), 0.0)
    got += framer.feed(b"", GAP_SECONDS)
    assert Frame(first) not in [each for each in got if first != then]
    assert Frame(then) in got


def test_a_frame_that_stops_half_way_is_broken_off_by_time_alone() -> None:
    framer = Framer()
    assert framer.feed(encode(b"\x33")[:4], 1.0) == []
    assert framer.feed(b"", 1.0 + GAP_SECONDS / 2) == []
    assert framer.feed(b"", 1.0 + GAP_SECONDS) == [Damage.BROKEN_OFF]
    assert framer.feed(encode(b"\x33"), 2.0) == [Frame(b"\x33")]


def test_a_whole_frame_behind_one_that_broke_off_is_heard() -> None:
    framer = Framer()
    assert framer.feed(b"\x02\x01\x50" + encode(b"\x33"), 0.0) == []
    assert framer.feed(b"", GAP_SECONDS) == [Damage.BROKEN_OFF, Frame(b"\x33")]


def test_a_length_that_cannot_be_is_damage() -> None:
    assert Framer().feed(b"\x02\x01\x05" + encode(b"\x33"), 0.0) == [
        Damage.LENGTH,
        Frame(b"\x33"),
    ]


def test_what_is_said_to_another_address_is_not_heard() -> None:
    assert Framer().feed(bytes.fromhex(PUBLISHED[0]), 0.0) == []
