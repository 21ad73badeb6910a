"""Commands are the bytes of the manual, a page goes out as it is, and no dots are a command."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.printer import codec
from devices.printer.codec import Health, automatic_health, harmless, health, marker_of, page
from devices.printer.framing import Automatic
from terminal.receipt import Raster

DANGEROUS = re.compile(rb"\x10[\x04\x05]")


def test_commands_are_those_of_the_reference() -> None:
    assert codec.query(1) == bytes.fromhex("10 04 01")
    assert codec.query(4) == bytes.fromhex("10 04 04")
    assert codec.marker_query(b"0042") == bytes.fromhex("1D 28 48 06 00 30 30 30 30 34 32")
    assert bytes.fromhex("1D 61 0F") == codec.AUTOMATIC_STATUS
    assert bytes.fromhex("1D 72 01") == codec.FENCE
    assert bytes.fromhex("1B 40") == codec.INITIALISE
    assert bytes.fromhex("1D 56 42 00") == codec.CUT
    assert codec.image(2, b"\x80\x01\xff\x00") == bytes.fromhex(
        "1D 76 30 00 02 00 02 00 80 01 FF 00"
    )


@pytest.mark.parametrize(
    ("answers", "meant"),
    [
        ("12 12 12 12", Health()),
        ("12 12 12 1E", Health("", "low")),
        ("1A 32 12 72", Health("paperOut", "out")),
        ("1A 32 12 7E", Health("paperOut", "out")),
        ("1A 16 12 12", Health("coverOpen")),
        ("1A 36 12 7E", Health("coverOpen", "out")),
        ("1A 52 1A 12", Health("paperJammed")),
        ("1A 52 32 12", Health("hardwareError")),
        ("1A 52 52 12", Health("overheated", passing=True)),
        ("1A 52 16 12", Health("mechanicalError")),
        ("1A 12 12 12", Health("offline")),
        ("1A 1A 12 12", Health("offline", passing=True)),
    ],
)
def test_what_the_four_answers_mean(answers: str, meant: Health) -> None:
    assert health(*bytes.fromhex(answers)) == meant


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        ("10 00 00 00", Health()),
        ("10 00 03 0F", Health("", "low")),
        ("38 00 0C 00", Health("coverOpen", "out")),
        ("18 00 0C 00", Health("paperOut", "out")),
        ("18 08 00 00", Health("paperJammed")),
        ("18 40 00 00", Health("overheated", passing=True)),
    ],
)
def test_what_a_status_means_that_comes_by_itself(status: str, meant: Health) -> None:
    assert automatic_health(Automatic(bytes.fromhex(status))) == meant


def test_a_job_has_a_marker_of_four_printable_characters() -> None:
    jobs = [f"{n:032x}" for n in (0, 1, 94, 95, 2**127, 2**128 - 1)]
    markers = [marker_of(job) for job in jobs]
    assert len(set(markers)) == len(jobs)
    assert all(len(m) == 4 and all(0x20 <= byte <= 0x7E for byte in m) for m in markers)


SPITEFUL = st.lists(st.sampled_from((0x10, 0x04, 0x05, 0x14, 0x00, 0x01, 0x02, 0xFF)), min_size=1)
ROWS = st.one_of(SPITEFUL.map(bytes), st.binary(min_size=1, max_size=300))


@given(ROWS)
def test_dots_that_would_be_a_command_are_not_and_little_else_changes(rows: bytes) -> None:
    out = harmless(rows)
    assert not codec.REAL_TIME.search(out)
    assert not DANGEROUS.search(out)
    dots = int.from_bytes(rows, "big") ^ int.from_bytes(out, "big")
    assert dots.bit_count() <= len(codec.REAL_TIME.findall(rows))
    assert len(out) == len(rows)
    assert int.from_bytes(rows, "big") & ~int.from_bytes(out, "big") == 0, "no dot is taken away"


@settings(max_examples=60)
@given(st.integers(1, 80), st.data())
def test_a_page_goes_out_whole_and_no_part_of_it_is_a_command(
    width: int, data: st.DataObject
) -> None:
    row = st.one_of(
        st.just(b""), st.binary(max_size=width), SPITEFUL.map(lambda r: bytes(r[:width]))
    )
    rows = [each.ljust(width, b"\0") for each in data.draw(st.lists(row, max_size=60))]
    commands = page(Raster(width, b"".join(rows)))
    assert not DANGEROUS.search(b"".join(commands))
    assert all(len(command) <= codec.BAND_BYTES_MAX for command in commands)
    printed = [line.ljust(width, b"\0") for command in commands for line in dots_of(command)]
    assert len(printed) == len(rows)
    for asked, line in zip(rows, printed, strict=True):
        before, after = int.from_bytes(asked, "big"), int.from_bytes(line, "big")
        assert before & ~after == 0, "no dot is taken away"
        assert (before ^ after).bit_count() <= asked.count(0x10)


def dots_of(command: bytes) -> list[bytes]:
    """The rows of an image command, read by the manual."""
    assert command[:4] == b"\x1dv0\x00"
    wide, high = int.from_bytes(command[4:6], "little"), int.from_bytes(command[6:8], "little")
    assert len(command) == 8 + wide * high
    return [command[8 + at * wide : 8 + (at + 1) * wide] for at in range(high)]


def test_white_paper_costs_a_byte_a_row() -> None:
    commands = page(Raster(72, bytes(72 * 600)))
    assert sum(map(len, commands)) == 600 + 3 * 8


def test_an_empty_page_is_nothing() -> None:
    assert page(Raster(72, b"")) == ()
