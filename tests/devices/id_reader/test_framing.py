"""The worked frames of hardware-protocols 5.8 to the byte, and frames however they come in."""

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.id_reader.framing import (
    GAP_SECONDS,
    LEN_MAX,
    PREAMBLE,
    Damage,
    Frame,
    Framer,
    Item,
    encode,
)
from terminal.ports import NEVER

WORKED = [
    ("10 FF", "AA AA AA 96 69 00 03 10 FF EC"),
    ("11 FF", "AA AA AA 96 69 00 03 11 FF ED"),
    ("12 FF", "AA AA AA 96 69 00 03 12 FF EE"),
    ("20 01", "AA AA AA 96 69 00 03 20 01 22"),
    ("20 02", "AA AA AA 96 69 00 03 20 02 21"),
    ("30 01", "AA AA AA 96 69 00 03 30 01 32"),
    ("30 03", "AA AA AA 96 69 00 03 30 03 30"),
    ("30 10", "AA AA AA 96 69 00 03 30 10 23"),
    ("61 FF 50", "AA AA AA 96 69 00 04 61 FF 50 CA"),
    ("00 00 90", "AA AA AA 96 69 00 04 00 00 90 94"),
    ("00 00 9F 00 00 00 00", "AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97"),
    ("00 00 80", "AA AA AA 96 69 00 04 00 00 80 84"),
    (
        "00 00 90 00 00 00 00 00 00 00 00",
        "AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C",
    ),
    ("00 00 81", "AA AA AA 96 69 00 04 00 00 81 85"),
    ("00 00 41", "AA AA AA 96 69 00 04 00 00 41 45"),
    ("00 00 66", "AA AA AA 96 69 00 04 00 00 66 62"),
]

STATUS = bytes.fromhex(WORKED[1][1])

bodies = st.binary(min_size=2, max_size=60)


def frame(body: bytes) -> Frame:
    return Frame(bytearray(body))


@pytest.mark.parametrize(("body", "whole"), WORKED, ids=[body for body, _ in WORKED])
def test_worked_frames_to_the_byte(body: str, whole: str) -> None:
    assert encode(bytes.fromhex(body)) == bytes.fromhex(whole)
    assert Framer().feed(bytes.fromhex(whole), 0.0) == [frame(bytes.fromhex(body))]


@pytest.mark.parametrize(("body", "whole"), WORKED[:4])
def test_a_flipped_bit_anywhere_is_noticed(body: str, whole: str) -> None:
    good = bytes.fromhex(whole)
    free = 2 * 8  # two of the three AA may be anything
    for place in range(free, len(good) * 8):
        broken = bytearray(good)
        broken[place // 8] ^= 1 << place % 8
        framer = Framer()
        heard = framer.feed(bytes(broken), 0.0) + framer.feed(b"", 1.0)
        assert frame(bytes.fromhex(body)) not in heard


@given(st.lists(bodies, min_size=1, max_size=5), st.data())
def test_any_chunking_gives_the_same_frames(several: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(map(encode, several))
    framer, heard, at = Framer(), list[Item](), 0
    while at < len(stream):
        size = data.draw(st.integers(1, len(stream) - at))
        heard += framer.feed(stream[at : at + size], 0.0)
        at += size
    assert heard == [frame(body) for body in several]
    assert framer.due() == NEVER


@given(st.binary(max_size=300), st.integers(1, 50))
def test_noise_in_pieces_is_the_same_noise(noise: bytes, size: int) -> None:
    pieces = Framer()
    heard = [
        item
        for at in range(0, len(noise), size)
        for item in pieces.feed(noise[at : at + size], 0.0)
    ]
    assert heard == Framer().feed(noise, 0.0)


@given(st.binary(max_size=200))
def test_noise_never_keeps_a_framer_busy(noise: bytes) -> None:
    framer = Framer()
    framer.feed(noise, 0.0)
    framer.feed(b"", GAP_SECONDS)
    assert framer.due() == NEVER
    assert framer.feed(STATUS, 1.0) == [frame(b"\x11\xff")]


@pytest.mark.parametrize("before", ["AA", "AA AA AA AA AA", "00 FF 96 69 AA AA", "AA 96 AA AA"])
def test_noise_and_more_of_the_preamble_before_a_frame_are_skipped(before: str) -> None:
    assert Framer().feed(bytes.fromhex(before) + STATUS, 0.0) == [frame(b"\x11\xff")]


def test_a_frame_is_found_by_one_of_its_three_first_bytes() -> None:
    assert Framer().feed(STATUS[2:], 0.0) == [frame(b"\x11\xff")]


def test_a_check_byte_or_data_that_look_like_a_start_begin_nothing() -> None:
    inside = PREAMBLE + bytes.fromhex("00 03 11 FF ED")
    assert Framer().feed(encode(inside), 0.0) == [frame(inside)]
    aa = next(body for body in (bytes((0x20, n)) for n in range(256)) if encode(body)[-1] == 0xAA)
    assert Framer().feed(encode(aa) + STATUS, 0.0) == [frame(aa), frame(b"\x11\xff")]


@pytest.mark.parametrize("length", [0, 1, 2, LEN_MAX + 1, 0xFFFF])
def test_a_length_that_cannot_be_is_refused_at_once(length: int) -> None:
    framer = Framer()
    assert framer.feed(PREAMBLE + length.to_bytes(2, "big"), 0.0) == [Damage.LENGTH]
    assert framer.feed(STATUS, 0.0) == [frame(b"\x11\xff")]


def test_the_longest_frame_passes_and_one_behind_it_too() -> None:
    body = bytes(LEN_MAX - 1)
    assert Framer().feed(encode(body) + STATUS, 0.0) == [frame(body), frame(b"\x11\xff")]


def test_a_gap_inside_a_frame_breaks_it() -> None:
    framer = Framer()
    assert framer.feed(STATUS[:7], 0.0) == []
    assert framer.due() == GAP_SECONDS
    assert framer.feed(b"", GAP_SECONDS - 0.001) == []
    assert framer.feed(b"", GAP_SECONDS) == [Damage.BROKEN_OFF]
    assert framer.feed(STATUS, 1.0) == [frame(b"\x11\xff")]


@pytest.mark.parametrize("start", ["AA", "AA 96", "00 AA AA"])
def test_what_only_might_have_begun_a_frame_is_no_broken_one(start: str) -> None:
    framer = Framer()
    assert framer.feed(bytes.fromhex(start), 0.0) == []
    assert framer.feed(b"", 1.0) == []
    assert framer.due() == NEVER


def _buffer(framer: Framer) -> bytes:
    (held,) = [each for each in gc.get_referents(framer) if isinstance(each, bytearray)]
    return bytes(held)


@pytest.mark.parametrize("cut", [0, 1, 9])
def test_nothing_of_a_frame_stays_in_the_buffer(cut: int) -> None:
    secret = b"11010519491231002X"
    framer = Framer()
    whole = STATUS + encode(secret * 3)
    framer.feed(whole[: len(whole) - cut], 0.0)
    assert (secret in _buffer(framer)) == bool(cut)
    framer.clear()
    assert not any(_buffer(framer))


def test_a_frame_shows_nothing_of_what_it_carries() -> None:
    (item,) = Framer().feed(encode(b"110105"), 0.0)
    assert "110105" not in repr(item)
