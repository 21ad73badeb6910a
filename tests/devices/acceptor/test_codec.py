"""Requests and answers as bytes and back, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.acceptor import codec
from devices.acceptor.codec import (
    Cassette,
    Command,
    DepositCode,
    Flag,
    Order,
    Report,
    State,
    Verdict,
)

TOKEN = codec.token_of("t1")

reports = st.builds(
    Report,
    ask=st.integers(0, 255),
    verdict=st.sampled_from(Verdict),
    number=st.integers(0, codec.NUMBER_MAX),
    token=st.binary(min_size=8, max_size=8),
    state=st.sampled_from(DepositCode),
    flags=st.integers(0, 0x3F).map(Flag),
    trouble=st.integers(0, 255),
    refused=st.integers(0, codec.COUNT_MAX),
    reason=st.integers(0, 255),
    counts=st.dictionaries(st.integers(0, 23), st.integers(1, codec.COUNT_MAX)).map(
        lambda held: tuple(sorted(held.items()))
    ),
)
orders = st.builds(
    Order,
    st.sampled_from(sorted(codec.ORDERS)),
    st.integers(0, 255),
    st.integers(0, codec.NUMBER_MAX),
    st.binary(min_size=8, max_size=8),
)


@given(reports)
def test_a_report_comes_back_whole(report: Report) -> None:
    assert codec.decode_report(codec.encode_report(report)) == report


@given(orders)
def test_an_order_comes_back_whole(order: Order) -> None:
    assert codec.decode_order(codec.encode_order(order)) == order


def test_an_order_in_bytes() -> None:
    order = Order(Command.STORE, 0x11, 0x0102, bytes(range(8)))
    assert codec.encode_order(order).hex(" ") == "d2 11 01 02 00 01 02 03 04 05 06 07"


def test_a_report_in_bytes() -> None:
    report = Report(
        *(0x11, Verdict.DONE, 0x0102, bytes(range(8)), DepositCode.CLOSED),
        *(Flag.ESCROW, 0, 1, 0x65, ((2, 3), (5, 258))),
    )
    assert codec.encode_report(report).hex(" ") == (
        "d5 11 00 01 02 00 01 02 03 04 05 06 07 02 02 00 00 01 65 02 02 00 03 05 01 02"
    )


REPORT = codec.encode_report(
    Report(0, Verdict.DONE, 1, TOKEN, DepositCode.CLOSED, Flag(0), 0, 0, 0, ((2, 3), (5, 1)))
)


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, 0xD4), (2, 8), (13, 11), (14, 0x40), (19, 3), (20, 5), (20, 24), (22, 0)],
    ids=["head", "verdict", "state", "flags", "pairs", "order", "type", "no notes"],
)
def test_a_report_that_no_acceptor_says_is_none(place: int, value: int) -> None:
    changed = bytearray(REPORT)
    changed[place] = value
    assert codec.decode_report(bytes(changed)) is None
    assert codec.decode_report(REPORT) is not None


def test_enabled_types_are_bits_of_the_third_byte_and_none_is_held() -> None:
    assert codec.encode_enable((2, 5, 8)).hex(" ") == "34 00 01 24 00 00 00"
    assert codec.decode_enable(codec.encode_enable((2, 5, 8))) == frozenset({2, 5, 8})
    assert codec.decode_enable(bytes.fromhex("34 00 00 24 00 00 04")) is None


def test_a_bill_table_is_a_value_letters_and_zeros() -> None:
    entry = b"\x05CHN\x01" + b"\x05USA\x00" + b"\x01CNY\x02" + b"\x05CHN\x81"
    table = codec.decode_table(entry.ljust(120, b"\0"))
    assert table == {0: 50, 2: 100}
    assert codec.decode_table(entry) is None


def test_the_escrow_is_the_cassette_of_type_24() -> None:
    cassettes = codec.decode_cassettes(bytes.fromhex("82 05 1F 00 98 0C").ljust(32, b"\0"))
    assert cassettes is not None
    assert cassettes[0] == Cassette(True, False, 2, 5)
    assert codec.escrow_of(cassettes) == Cassette(True, False, 24, 12)
    assert codec.escrow_of(cassettes[:2]) is None


@pytest.mark.parametrize(
    ("answer", "polled"),
    [
        ("14", (State.IDLING, 0)),
        ("1c 65", (State.REJECTING, 0x65)),
        ("81 53", (State.STACKED, 0x53)),
        ("48 73", (State.PATH_JAM, 0x73)),
        ("00", None),
        ("99", None),
        ("14 00 00 00 00", None),
    ],
)
def test_what_a_poll_is_answered(answer: str, polled: tuple[State, int] | None) -> None:
    assert codec.decode_poll(bytes.fromhex(answer)) == polled


POLL = bytes((Command.POLL,))
STORE = codec.encode_order(Order(Command.STORE, 7, 1, TOKEN))


def answer_to(ask: int, token: bytes) -> bytes:
    """A report that answers this."""
    return codec.encode_report(
        Report(ask, Verdict.DONE, 1, token, DepositCode.CLOSED, Flag(0), 0, 0, 0, ())
    )


@pytest.mark.parametrize(
    ("asked", "answer", "belongs"),
    [
        (POLL, b"\x14", True),
        (POLL, codec.ACK, False),
        (POLL, codec.INVALID, True),
        (bytes((Command.RESET,)), codec.ACK, True),
        (bytes((Command.RESET,)), b"\x14", False),
        (codec.encode_enable(()), codec.ACK, True),
        (bytes((Command.CASSETTE_STATUS,)), bytes(32), True),
        (bytes((Command.CASSETTE_STATUS,)), bytes(30), False),
        (bytes((Command.GET_BILL_TABLE,)), bytes(120), True),
        (STORE, answer_to(7, TOKEN), True),
        (STORE, answer_to(6, TOKEN), False),
        (STORE, answer_to(7, codec.token_of("t2")), False),
        (STORE, codec.ACK, False),
    ],
)
def test_an_answer_is_known_by_its_shape_and_a_report_by_what_it_repeats(
    asked: bytes, answer: bytes, belongs: bool
) -> None:
    assert codec.answers(asked, answer) is belongs


def test_tokens_of_different_deposits_differ() -> None:
    assert len({codec.token_of(f"t{each}") for each in range(1_000)}) == 1_000
