"""What a printer says is told apart by the table of hardware-protocols 7.2, however it is cut."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.printer.framing import (
    GAP_SECONDS,
    Automatic,
    Flow,
    Info,
    Item,
    Noise,
    Printed,
    Queued,
    RealTime,
    ReplyReader,
)

ALL_KINDS = bytes.fromhex("12 11 10 00 00 13 00 03 37 22 30 30 34 32 00 5F 54 4D 00 1A")
"""A status, XON, an automatic status with XOFF inside, GS r, a marker, a name, a status."""

SAID: list[Item] = [
    RealTime(0x12),
    Flow(True),
    Flow(False),
    Automatic(bytes.fromhex("10 00 00 00")),
    Queued(0x03),
    Printed(b"0042"),
    Info(b"TM"),
    RealTime(0x1A),
]


def read(data: bytes, xonxoff: bool = True) -> list[Item]:
    return ReplyReader(xonxoff).feed(data, 0.0)


@pytest.mark.parametrize(
    ("data", "items"),
    [
        ("12 12 12 12", [RealTime(0x12)] * 4),
        ("1E", [RealTime(0x1E)]),
        ("72 32 1A", [RealTime(0x72), RealTime(0x32), RealTime(0x1A)]),
        ("16 1A", [RealTime(0x16), RealTime(0x1A)]),
        ("37 22 30 30 34 32 00", [Printed(b"0042")]),
        ("10 00 00 00", [Automatic(bytes.fromhex("10 00 00 00"))]),
        ("38 00 0C 00", [Automatic(bytes.fromhex("38 00 0C 00"))]),
        ("10 00 00 0F", [Automatic(bytes.fromhex("10 00 00 0F"))]),
        ("00 0C 03", [Queued(0x00), Queued(0x0C), Queued(0x03)]),
    ],
)
def test_the_worked_frames_of_the_reference(data: str, items: list[Item]) -> None:
    assert read(bytes.fromhex(data)) == items


def test_every_kind_in_one_run() -> None:
    assert read(ALL_KINDS) == SAID


@given(st.lists(st.integers(1, 5), max_size=30))
def test_any_cutting_gives_the_same(sizes: list[int]) -> None:
    reader, at, items = ReplyReader(True), 0, list[Item]()
    for size in sizes:
        items += reader.feed(ALL_KINDS[at : at + size], 0.0)
        at += size
    assert items + reader.feed(ALL_KINDS[at:], 0.0) == SAID


def test_xon_and_xoff_are_noise_where_the_line_is_not_set_to_them() -> None:
    assert read(b"\x11\x12\x13", xonxoff=False) == [
        Noise(b"\x11"),
        RealTime(0x12),
        Noise(b"\x13"),
    ]


def test_a_reply_that_goes_on_wrongly_loses_only_itself() -> None:
    assert read(bytes.fromhex("37 22 30 12")) == [Noise(b"7\x220"), RealTime(0x12)]
    assert read(bytes.fromhex("10 00 12 00")) == [Noise(b"\x10\0"), RealTime(0x12), Queued(0)]
    assert read(bytes.fromhex("37 37 22 41 42 43 44 00")) == [Noise(b"7"), Printed(b"ABCD")]


def test_a_marker_of_other_characters_is_none() -> None:
    assert Printed(b"00\x7f2") not in read(bytes.fromhex("37 22 30 30 7F 32 00"))


def test_a_reply_that_stops_is_noise_after_a_while() -> None:
    reader = ReplyReader(True)
    assert reader.feed(b"7\x220", 1.0) == []
    assert reader.due() == 1.0 + GAP_SECONDS
    assert reader.feed(b"", 1.0 + GAP_SECONDS / 2) == []
    assert reader.feed(b"", 1.0 + GAP_SECONDS) == [Noise(b"7\x220")]
    assert reader.feed(b"\x12", 2.0) == [RealTime(0x12)]


def test_a_name_without_an_end_is_noise() -> None:
    items = read(b"_" + b"x" * 200 + b"\x12")
    assert isinstance(items[0], Noise)
    assert items[-1] == RealTime(0x12)


@given(st.binary(max_size=200), st.booleans())
@example(ALL_KINDS[:-2], True)
def test_nothing_is_lost_or_invented(data: bytes, xonxoff: bool) -> None:
    reader = ReplyReader(xonxoff)
    items = reader.feed(data, 0.0) + reader.feed(b"", 1.0)
    spoken = b"".join(map(said, items))
    assert sorted(spoken) == sorted(data)
    if not xonxoff:
        assert spoken == data
        assert not any(isinstance(item, Flow) for item in items)


def said(item: Item) -> bytes:
    """The bytes of an item, by the table."""
    match item:
        case RealTime(byte) | Queued(byte):
            return bytes((byte,))
        case Automatic(data) | Noise(data):
            return data
        case Printed(marker):
            return b"7\x22" + marker + b"\0"
        case Info(text):
            return b"_" + text + b"\0"
        case Flow(go):
            return b"\x11" if go else b"\x13"
