"""Bytes from nowhere on the printer's line, near to sound ones."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from devices.printer import codec
from devices.printer.codec import marker_of
from sim.proof.fuzz.receipts import JOB, PAGE, printer_orders, printer_replies

REPLIES = st.lists(
    st.sampled_from(
        (
            *(b"\x12", b"\x1a", b"\x16", b"\x72", b"\x11", b"\x13", b"\x00", b"\x03", b"\x52"),
            *(b"\x10\0\0\0", b"\x38\0\x0c\0", b"\x18\x08\0\0", b"\x38\0", b"7\x22", b"_TM\0"),
            b"7\x22" + marker_of(JOB) + b"\0",
            b"7\x22" + marker_of(f"{7919:x}") + b"\0",
        )
    ),
    max_size=40,
).map(b"".join)
"""Things a printer says, in any order."""

ORDERS = st.lists(
    st.sampled_from(
        (
            *(b"\x10\x04\x01", b"\x10\x05\x02", b"\x10", b"\x04", b"\x1b@", b"\x1dVB\0", b"\x1dV"),
            *(b"\x1da\x0f", b"\x1dr\x01", b"\x1dI\x43", b"\x1b", b"\x1d", b"Hello\n", b"\x1bd\xff"),
            codec.marker_query(b"0042"),
            *codec.page(PAGE),
            b"\x1dv0\0\x48\0\x18\0",
            bytes(100),
        )
    ),
    max_size=30,
).map(b"".join)
"""Things a printer is told, in any order."""


@settings(max_examples=60, deadline=None)
@given(st.one_of(REPLIES, st.binary(max_size=200)))
@example(b"7\x22" + marker_of(JOB) + b"\0")
def test_what_a_printer_says(data: bytes) -> None:
    printer_replies(data)


@settings(max_examples=60, deadline=None)
@given(st.one_of(ORDERS, st.binary(max_size=200)))
def test_what_a_printer_is_told(data: bytes) -> None:
    printer_orders(data)
