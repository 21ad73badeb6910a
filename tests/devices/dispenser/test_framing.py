"""Frames out of a stream, however it is cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.dispenser import codec
from devices.dispenser.codec import Command, Tally
from devices.dispenser.framing import (
    ACK,
    EOT,
    NAK,
    Frame,
    Garbled,
    Signal,
    Stray,
    Token,
    host_framer,
    pack,
)

HERE = (True,) * 4
COUNTS = st.tuples(*[st.integers(0, 100)] * 4)
RESULTS = st.builds(
    lambda error, exits, rejects: codec.encode_tally(
        Command.DISPENSE, Tally(error, exits, rejects, HERE)
    ),
    st.sampled_from(sorted(codec.ERRORS)),
    COUNTS,
    COUNTS,
)
SPOKEN = st.one_of(RESULTS, st.sampled_from([bytes((ACK,)), bytes((NAK,)), bytes((EOT,))]))


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[begin:end] for begin, end in pairwise(edges)]


@given(st.lists(SPOKEN, max_size=6), st.lists(st.integers(0, 500), max_size=30))
def test_any_chunking_gives_the_same_tokens(said: list[bytes], places: list[int]) -> None:
    stream = b"".join(said)
    framer = host_framer()
    tokens: list[Token] = []
    for piece in cut(stream, places):
        tokens += framer.feed(piece, 0.0)
    assert [
        t.raw if isinstance(t, Frame) else bytes((t.byte,))
        for t in tokens
        if isinstance(t, Frame | Signal)
    ] == said
    assert len(tokens) == len(said)


@pytest.mark.parametrize("wanted", [0x03, ACK, NAK, EOT, 0x00, 0x01])
def test_the_check_byte_may_have_any_value(wanted: int) -> None:
    found = [
        frame
        for a in range(100)
        for b in (0, 95, 100)
        if (
            frame := codec.encode_tally(
                Command.DISPENSE, Tally(0, (a, b, 0, 0), (0, 0, 0, 0), HERE)
            )
        )[-1]
        == wanted
    ]
    assert found
    for raw in found:
        assert [t for t in host_framer().feed(raw + bytes((ACK,)), 0.0)] == [
            Frame(0x52, raw[4:-2], raw),
            Signal(ACK),
        ]


def test_idle_noise_is_skipped_and_other_bytes_are_stray() -> None:
    frame = pack(0x01, 0x44, b"\x20")
    tokens = host_framer().feed(b"\xff\x00\x06\xff\x00" + frame + b"\x41\x04", 0.0)
    assert tokens == [Signal(ACK), Frame(0x44, b"\x20", frame), Stray(0x41), Signal(EOT)]


def test_one_byte_pieces_with_gaps_of_5_ms_are_a_frame() -> None:
    frame = codec.encode_tally(Command.DISPENSE, Tally(0, (3, 0, 0, 0), (0, 0, 0, 0), HERE))
    framer = host_framer()
    tokens = [t for n, byte in enumerate(frame) for t in framer.feed(bytes((byte,)), n * 0.005)]
    assert tokens == [Frame(0x52, frame[4:-2], frame)]


def test_a_gap_of_300_ms_inside_a_frame_garbles_it() -> None:
    frame = pack(0x01, 0x44, b"\x20")
    framer = host_framer()
    assert framer.feed(frame[:4], 0.0) == []
    assert framer.feed(frame[4:], 0.3)[0] == Garbled(frame[:4])
    assert framer.feed(frame, 0.4)[-1] == Frame(0x44, b"\x20", frame)


def test_the_limit_falls_due_by_itself() -> None:
    framer = host_framer()
    framer.feed(b"\x01\x30", 1.0)
    assert framer.due() == pytest.approx(1.2, abs=0.001)
    assert framer.advance(framer.due()) == [Garbled(b"\x01\x30")]


def test_an_unknown_command_ends_by_time_not_by_etx() -> None:
    framer = host_framer()
    assert framer.feed(b"\x01\x30\x02\x99\x03\x06\x03", 0.0) == []
    assert framer.advance(0.21) == [Garbled(b"\x01\x30\x02\x99\x03\x06\x03")]


def test_both_forms_of_a_dispense_response_are_told_apart() -> None:
    tally = Tally(0, (1, 2, 3, 4), (0, 0, 0, 0), HERE)
    for short, length in ((True, 21), (False, 29)):
        raw = codec.encode_tally(Command.DISPENSE, tally, short)
        assert len(raw) == length
        assert [type(t) for t in host_framer().feed(raw, 0.0)] == [Frame]
