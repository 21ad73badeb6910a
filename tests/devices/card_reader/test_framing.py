"""The worked frames of hardware-protocols 4.11 to the byte, and frames however they come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_reader import codec, framing
from devices.card_reader.framing import (
    ACK,
    GAP_SECONDS,
    NAK,
    TEXT_BYTES_MAX,
    Frame,
    Framer,
    Item,
    Signal,
    encode,
)
from terminal.ports import NEVER

SELECT_DIRECTORY = b"CI9" + bytes.fromhex("00A404000E315041592E5359532E444446303100")
TRACK_2 = b"P6202" + b"4761739001010119=22122011143804400000"

WORKED = [
    (b"C0032400", "F2 00 08 43 30 30 33 32 34 30 30 FA CE"),
    (b"C0032400001000", "F2 00 0E 43 30 30 33 32 34 30 30 30 30 31 30 30 30 B2 99"),
    (b"C03324000", "F2 00 09 43 30 33 33 32 34 30 30 30 01 C1"),
    (b"C10", "F2 00 03 43 31 30 C5 2A"),
    (b"C11", "F2 00 03 43 31 31 D5 0B"),
    (b"C13", "F2 00 03 43 31 33 F5 49"),
    (b"C:2", "F2 00 03 43 3A 32 39 92"),
    (b"C:1", "F2 00 03 43 3A 31 09 F1"),
    (b"C30", "F2 00 03 43 33 30 A3 48"),
    (b"C31", "F2 00 03 43 33 31 B3 69"),
    (b"C40", "F2 00 03 43 34 30 3A DF"),
    (b"C62", "F2 00 03 43 36 32 7C FF"),
    (b"C@0", "F2 00 03 43 40 30 FE 42"),
    (b"CI0", "F2 00 03 43 49 30 44 DA"),
    (b"CT015", "F2 00 05 43 54 30 31 35 54 AD"),
    (
        SELECT_DIRECTORY,
        "F2 00 17 43 49 39 00 A4 04 00 0E 31 50 41 59 2E 53 59 53 2E 44 44 46 30 31 00 25 12",
    ),
    (b"P1000", "F2 00 05 50 31 30 30 30 38 26"),
    (b"P1001", "F2 00 05 50 31 30 30 31 28 07"),
    (b"P1002", "F2 00 05 50 31 30 30 32 18 64"),
    (b"P1102W", "F2 00 06 50 31 31 30 32 57 73 1D"),
    (b"P0000", "F2 00 05 50 30 30 30 30 4E 92"),
    (b"P3001", "F2 00 05 50 33 30 30 31 C5 6F"),
    (b"N3010", "F2 00 05 4E 33 30 31 30 2D 8D"),
    (b"N10B0", "F2 00 05 4E 31 30 42 30 9D EF"),
    (b"N6224", "F2 00 05 4E 36 32 32 34 EA 7F"),
    (b"NT046", "F2 00 05 4E 54 30 34 36 BA 41"),
    (b"PI402\x6a\x82", "F2 00 07 50 49 34 30 32 6A 82 BD AD"),
    (
        TRACK_2,
        (
            "F2 00 2A 50 36 32 30 32 34 37 36 31 37 33 39 30 30 31 30 31 30 31 31 39 3D 32 32 31 32"
            "32 30 31 31 31 34 33 38 30 34 34 30 30 30 30 30 F3 B3"
        ),
    ),
]

texts = st.binary(min_size=1, max_size=60)


@pytest.mark.parametrize(("text", "frame"), WORKED, ids=[t.decode("latin-1") for t, _ in WORKED])
def test_worked_frames_to_the_byte(text: bytes, frame: str) -> None:
    assert encode(text) == bytes.fromhex(frame)
    assert Framer().feed(bytes.fromhex(frame), 0.0) == [Frame(text)]


@pytest.mark.parametrize(("text", "frame"), WORKED[:6])
def test_a_flipped_bit_anywhere_is_noticed(text: bytes, frame: str) -> None:
    good = bytes.fromhex(frame)
    for place in range(len(good) * 8):
        broken = bytearray(good)
        broken[place // 8] ^= 1 << place % 8
        framer = Framer()
        heard = framer.feed(bytes(broken), 0.0) + framer.feed(b"", 1.0)
        assert Frame(text) not in heard


@given(st.lists(texts, min_size=1, max_size=5), st.data())
def test_any_chunking_gives_the_same_items(several: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(ACK + encode(text) for text in several)
    framer, heard, at = Framer(), list[Item](), 0
    while at < len(stream):
        size = data.draw(st.integers(1, len(stream) - at))
        heard += framer.feed(stream[at : at + size], 0.0)
        at += size
    assert heard == [item for text in several for item in (Signal.ACK, Frame(text))]
    assert framer.held == b""


@given(st.binary(max_size=200))
def test_noise_never_keeps_a_framer_busy(noise: bytes) -> None:
    framer = Framer()
    framer.feed(noise, 0.0)
    framer.feed(b"", GAP_SECONDS)
    assert framer.due() == NEVER
    assert framer.feed(encode(b"C10"), 1.0) == [Frame(b"C10")]


def test_bytes_before_a_frame_are_ignored() -> None:
    assert Framer().feed(b"\xff\x00" + encode(b"P1000"), 0.0) == [Frame(b"P1000")]


def test_two_frames_in_one_piece() -> None:
    assert Framer().feed(encode(b"P1000") + encode(b"P1002"), 0.0) == [
        Frame(b"P1000"),
        Frame(b"P1002"),
    ]


def test_a_check_byte_that_looks_like_a_signal_ends_nothing() -> None:
    wanted = {ACK[0], NAK[0], 0x03, 0x10, 0x04}
    texts = (b"C" + bytes((a, b)) for a in range(256) for b in range(256))
    lookalikes = [text for text in texts if set(encode(text)[-2:]) <= wanted]
    assert lookalikes
    for text in lookalikes:
        assert Framer().feed(encode(text), 0.0) == [Frame(text)]


def test_a_gap_inside_a_frame_breaks_it() -> None:
    framer = Framer()
    assert framer.feed(encode(b"P1000")[:4], 0.0) == []
    assert framer.due() == GAP_SECONDS
    assert framer.feed(b"", GAP_SECONDS - 0.001) == []
    assert framer.feed(b"", GAP_SECONDS) == [Signal.DAMAGED]


def test_a_length_beyond_the_limit_is_damage_at_once() -> None:
    length = TEXT_BYTES_MAX + 1
    assert Framer().feed(bytes((0xF2, length >> 8, length & 0xFF)), 0.0) == [Signal.DAMAGED]


def test_a_cancel_in_two_pieces() -> None:
    framer = Framer()
    assert framer.feed(b"\x10", 0.0) == []
    assert framer.feed(b"\x04", 0.1) == [Signal.CANCEL]


def test_what_recurs_is_remembered_and_what_may_hold_card_data_is_not() -> None:
    remembered = framing._encoded_short, framing._cut_short, codec._parsed_short
    before = [kept.cache_info() for kept in remembered]
    for text in (TRACK_2, b"PI402" + bytes.fromhex("5A0848000000")):
        assert Framer().feed(encode(text), 0.0) == [Frame(text)]
        assert isinstance(codec.parse(text), codec.Positive)
    assert [kept.cache_info() for kept in remembered] == before
    assert Framer().feed(encode(b"P10TT"), 0.0) == [Frame(b"P10TT")]
    assert isinstance(codec.parse(b"P10TT"), codec.Positive)
    assert [kept.cache_info() for kept in remembered] != before
