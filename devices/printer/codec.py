"""What is said to the printer and what its status bytes mean (hardware-protocols 7.3, 7.4, 7.6).

A receipt goes out as raster images and nothing else: they look the same on every printer, whatever
characters it has. The page is split into bands, each a whole command, so that a line that breaks leaves
little unfinished. A band ends where its rows have no more ink, and an empty band is one byte wide: white
paper costs a byte a row, and no printer's idea of a line feed is needed.

No byte of it can be taken for a real-time command. Those are obeyed anywhere in the stream, also inside
an image (7.3), so wherever the dots of a page would spell the beginning of one, a single dot more is
printed. Nothing here waits or decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from devices.printer.framing import MARKER_BYTES, Automatic
from terminal.receipt import Raster

INITIALISE = b"\x1b@"
"""Clears the line buffer and modes, not the receive buffer."""

AUTOMATIC_STATUS = b"\x1da\x0f"
"""Report drawer, online, errors and paper whenever they change."""

FENCE = b"\x1dr\x01"
"""Paper status, answered after what was sent before."""

CUT = b"\x1dVB\x00"
"""Feed to the blade and cut."""

REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")
"""How a real-time command begins: DLE EOT, DLE ENQ, DLE DC4."""

ONE_DOT_MORE = b"\x18"
"""0x10 and the dot beside it. No command begins with it, so nothing has to be looked at twice."""

BAND_ROWS_MAX = 24
"""3 mm: 1736 bytes of a full width, well inside a receive buffer of 4 KB."""

EMPTY_ROWS_MAX = 255
"""The low byte of a height; the high one stays 0."""

WIDTH_BYTES_MAX = 80
"""640 dots: 80 mm of paper."""

BAND_BYTES_MAX = 8 + WIDTH_BYTES_MAX * BAND_ROWS_MAX
"""The longest image command made here. So many zeros finish any that was broken off."""


def query(number: int) -> bytes:
    """DLE EOT: ask for status 1 to 4."""
    return bytes((0x10, 0x04, number))


def marker_query(marker: bytes) -> bytes:
    """GS ( H function 48: answered with the marker once everything before it is on paper."""
    assert len(marker) == MARKER_BYTES, "a marker has four characters"
    return b"\x1d(H\x06\x0000" + marker


def image(width_bytes: int, rows: bytes) -> bytes:
    """GS v 0: rows of dots."""
    height = len(rows) // width_bytes
    assert 0 < width_bytes <= WIDTH_BYTES_MAX, "no wider than the paper"
    assert 0 < height <= EMPTY_ROWS_MAX, "one band"
    return b"\x1dv0\x00" + bytes((width_bytes, 0, height, 0)) + harmless(rows)


def harmless(rows: bytes) -> bytes:
    """The same dots with a dot more wherever they would begin a real-time command."""
    return REAL_TIME.sub(ONE_DOT_MORE, rows)


def page(raster: Raster) -> tuple[bytes, ...]:
    """The image commands of a page, from the top."""
    return tuple(image(*band) for band in _bands(raster))


def _bands(raster: Raster) -> Iterator[tuple[int, bytes]]:
    rows = [raster.row(at) for at in range(raster.height)]
    for inked, group in groupby(rows, any):
        together = list(group)
        size = BAND_ROWS_MAX if inked else EMPTY_ROWS_MAX
        for start in range(0, len(together), size):
            part = together[start : start + size]
            wide = max(1, *(len(row.rstrip(b"\0")) for row in part))
            yield wide, b"".join(row[:wide] for row in part)


# --- markers ------------------------------------------------------------------------------------

FIRST, LAST = 0x20, 0x7E


def marker_of(job: str) -> bytes:
    """Four characters for a job of 32 hexadecimal digits; two jobs share one by chance of 1 in 81
    million."""
    number, base = int(job, 16), LAST - FIRST + 1
    characters = []
    for _ in range(MARKER_BYTES):
        number, digit = divmod(number, base)
        characters.append(FIRST + digit)
    return bytes(characters)


# --- status -------------------------------------------------------------------------------------

Paper = Literal["ok", "low", "out"]

OFFLINE_1 = 0x08
COVER_2, FEEDING_2, STOPPED_2 = 0x04, 0x08, 0x20
MECHANICAL_3, CUTTER_3, UNRECOVERABLE_3, PASSING_3 = 0x04, 0x08, 0x20, 0x40
NEAR_END_4, PAPER_END_4 = 0x0C, 0x60

OFFLINE_A, COVER_A = 0x08, 0x20
NEAR_END_A, PAPER_END_A = 0x03, 0x0C
"""In bytes 1 and 3 of an automatic status; byte 2 has the bits of DLE EOT 3."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the printer says it is. `error` is why it does not print, "" if it does; `passing` that it
    will go on by itself."""

    error: str = ""
    paper: Paper = "ok"
    passing: bool = False


def health(one: int, two: int, three: int, four: int) -> Health:
    """From the answers to DLE EOT 1 to 4."""
    out = bool(two & STOPPED_2 or four & PAPER_END_4)
    return _health(
        offline=bool(one & OFFLINE_1),
        cover=bool(two & COVER_2),
        errors=three,
        out=out,
        low=bool(four & NEAR_END_4),
        feeding=bool(two & FEEDING_2),
    )


def automatic_health(status: Automatic) -> Health:
    """From a status sent without being asked."""
    first, second, third, _ = status.data
    return _health(
        offline=bool(first & OFFLINE_A),
        cover=bool(first & COVER_A),
        errors=second,
        out=bool(third & PAPER_END_A),
        low=bool(third & NEAR_END_A),
        feeding=False,
    )


def _health(
    *, offline: bool, cover: bool, errors: int, out: bool, low: bool, feeding: bool
) -> Health:
    """Paper out and an open cover come before what may only follow from them."""
    causes = (
        (cover, "coverOpen", False),
        (out, "paperOut", False),
        (bool(errors & CUTTER_3), "paperJammed", False),
        (bool(errors & UNRECOVERABLE_3), "hardwareError", False),
        (bool(errors & MECHANICAL_3), "mechanicalError", False),
        (bool(errors & PASSING_3), "overheated", True),
        (offline, "offline", feeding),
    )
    paper: Paper = "out" if out else "low" if low else "ok"
    for holds, error, passing in causes:
        if holds:
            return Health(error, paper, passing)
    return Health("", paper)
