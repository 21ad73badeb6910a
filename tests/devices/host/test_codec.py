"""Messages as bytes: both ways, by hand, and whatever else may arrive."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.host.codec import decode, encode
from devices.host.keys import mac
from devices.host.message import (
    BadMac,
    Checkpoint,
    LastOperation,
    Message,
    MessageError,
    Original,
    Private,
)
from terminal.card import Pan, PinBlock
from tests.devices.host.material import KEY, TXID, VARIANT, messages

OTHER_KEY = KEY[::-1]

WITHDRAWAL = Message(
    mti="0200",
    terminal="ATM00042",
    at="1121233229",
    stan=17,
    processing="010000",
    pan=Pan("6222020200112230556"),
    expiry="3012",
    amount=50_000,
    rrn="000000000017",
    currency="156",
    private=Private(
        txid=TXID,
        variant=VARIANT,
        coordination="1",
        pin_block=PinBlock(bytes(range(16))),
        last=LastOperation("ff" * 16, "completed", (3, 2)),
    ),
)

WITHDRAWAL_HEX = (
    "30323030"  # MTI 0200
    "723c000008808003"  # bitmap: 2 3 4 7, 11 12 13 14, 37 41, 49, 63 64
    "3139"  # 2: nineteen digits follow
    "36323232303230323030313132323330353536"
    "303130303030"  # 3: withdrawal, default accounts
    "303030303030303530303030"  # 4: 50000 minor units
    "31313231323333323239"  # 7: 21 November, 23:32:29
    "303030303137"  # 11: trace number 17
    "323333323239"  # 12: 23:32:29
    "31313231"  # 13: 21 November
    "33303132"  # 14: December 2030
    "303030303030303030303137"  # 37
    "41544d3030303432"  # 41: ATM00042
    "313536"  # 49: CNY
    "303732"  # 63: 18 + 10 + 3 + 18 + 23 = 72 bytes follow
    "0110" "00112233445566778899aabbccddeeff"  # txid
    "0208" "0123456789abcdef"  # time variant
    "0301" "31"  # coordination number 1
    "0410" "000102030405060708090a0b0c0d0e0f"  # PIN block
    "0515" "ffffffffffffffffffffffffffffffff"  # the operation before this one:
    "43" "00030002"  # completed, three notes and two
)  # fmt: skip

REVERSAL = Message(
    mti="0420",
    terminal="ATM00042",
    at="1121233300",
    stan=17,
    processing="010000",
    rrn="000000000017",
    currency="156",
    original=Original("0200", 17, "1121233229"),
    replacement=0,
    private=Private(
        txid=TXID,
        variant=VARIANT,
        coordination="?",
        checkpoint=Checkpoint(258, b"\xab" * 32),
        ending="reversed",
        basis="no_reply",
    ),
)

REVERSAL_HEX = (
    "30343230"  # MTI 0420
    "a238000008808002"  # bitmap: 1 3 7, 11 12 13, 37 41, 49, 63; a second one follows
    "0000004200000001"  # second bitmap: 90 95, 128
    "303130303030"  # 3
    "31313231323333333030"  # 7: 21 November, 23:33:00
    "303030303137"  # 11
    "323333333030"  # 12
    "31313231"  # 13
    "303030303030303030303137"  # 37
    "41544d3030303432"  # 41
    "313536"  # 49
    "303836"  # 63: 18 + 10 + 3 + 42 + 3 + 10 = 86 bytes follow
    "0110" "00112233445566778899aabbccddeeff"  # txid
    "0208" "0123456789abcdef"  # time variant
    "0301" "3f"  # coordination number ?
    "0628" "0000000000000102" + "ab" * 32 +  # checkpoint: row 258 and its hash
    "0701" "52"  # ending: reversed
    "0908" "6e6f5f7265706c79"  # basis: no_reply
    "30323030" "303030303137" "31313231323333323239"  # 90: 0200, trace 17, when
    + "30" * 22 +  # 90: no acquirer, no forwarder
    "303030303030303030303030" + "30" * 12  # 95: nothing was paid; no settlement amount
    + ("44" + "30" * 8) * 2  # 95: no fees
)  # fmt: skip


def key_of(message: Message) -> bytes:
    return KEY


def sealed(body: bytes) -> bytes:
    """Anything, with the check value that belongs to it."""
    return body + mac(KEY, body)


@given(messages)
def test_what_is_said_is_what_is_heard(message: Message) -> None:
    data = encode(message, KEY)
    assert decode(data, key_of) == message


@pytest.mark.parametrize(
    ("message", "layout"), [(WITHDRAWAL, WITHDRAWAL_HEX), (REVERSAL, REVERSAL_HEX)]
)
def test_the_bytes_are_those_of_iso_8583(message: Message, layout: str) -> None:
    body = bytes.fromhex(layout)
    assert encode(message, KEY)[:-8] == body
    assert encode(message, KEY)[-8:] == mac(KEY, body)
    assert decode(sealed(body), key_of) == message


@given(messages, st.integers(0, 5000), st.integers(1, 255))
def test_a_changed_byte_is_never_believed(message: Message, place: int, flips: int) -> None:
    data = bytearray(encode(message, KEY))
    data[place % len(data)] ^= flips
    with pytest.raises(MessageError):
        decode(bytes(data), key_of)


@given(messages)
def test_another_key_is_not_believed(message: Message) -> None:
    data = encode(message, KEY)
    with pytest.raises(BadMac):
        decode(data, lambda _: OTHER_KEY)


@given(st.binary(max_size=300))
@example(b"")
@example(b"0800")
def test_noise_is_a_message_error(data: bytes) -> None:
    with pytest.raises(MessageError):
        decode(data, key_of)


@given(messages, st.integers(0, 5000))
def test_a_message_cut_short_is_none(message: Message, size: int) -> None:
    data = encode(message, KEY)
    with pytest.raises(MessageError):
        decode(data[: size % len(data)], key_of)


@given(messages, st.integers(0, 5000), st.binary(max_size=3), st.integers(0, 4))
def test_what_is_accepted_has_one_form(message: Message, place: int, put: bytes, cut: int) -> None:
    """Bytes changed by somebody who has the key: refused, or a message whose bytes these are."""
    body = bytearray(encode(message, KEY)[:-8])
    place %= len(body)
    body[place : place + cut] = put
    data = sealed(bytes(body))
    refused: MessageError | None = None
    try:
        heard = decode(data, key_of)
    except MessageError as error:
        refused = error
    else:
        assert encode(heard, KEY) == data
    assert not isinstance(refused, BadMac)


def test_an_error_carries_nothing_of_the_message() -> None:
    data = sealed(bytes.fromhex(WITHDRAWAL_HEX) + b"more")
    with pytest.raises(MessageError) as caught:
        decode(data, key_of)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    assert not any(character.isdigit() for character in str(caught.value))


def test_a_message_shows_no_secret() -> None:
    shown = repr(decode(encode(WITHDRAWAL, KEY), key_of))
    assert "6222020200112230556" not in shown
    assert bytes(range(16)).hex() not in shown


@pytest.mark.parametrize(
    "wrong",
    [
        replace(WITHDRAWAL, mti="0300"),
        replace(WITHDRAWAL, stan=1_000_000),
        replace(WITHDRAWAL, stan=-1),
        replace(WITHDRAWAL, amount=10**12),
        replace(WITHDRAWAL, at="1321233229"),
        replace(WITHDRAWAL, terminal="ATM"),
        replace(WITHDRAWAL, rrn="１２３４５６７８９０１２"),
        replace(WITHDRAWAL, private=Private(txid="tx")),
        replace(WITHDRAWAL, private=Private(counts=(65_536,))),
        replace(WITHDRAWAL, private=Private(counts=(1,) * 17)),
        replace(WITHDRAWAL, private=Private(services=("a,b",))),
        replace(WITHDRAWAL, private=Private(reason="x" * 65)),
        replace(WITHDRAWAL, private=Private(checkpoint=Checkpoint(1, b"short"))),
    ],
)
def test_what_the_fields_cannot_say_is_not_said(wrong: Message) -> None:
    with pytest.raises(MessageError):
        encode(wrong, KEY)


LAYOUT = bytes.fromhex(WITHDRAWAL_HEX)
VARIANT_TAG = b"\x02\x08" + bytes.fromhex(VARIANT)


@pytest.mark.parametrize(
    "body",
    [
        LAYOUT.replace(b"0200", b"0300", 1),
        LAYOUT.replace(b"1121233229", b"1121233228", 1),  # 7 and 12 differ
        LAYOUT.replace(b"19622", b"+9622", 1),
        LAYOUT.replace(b"072\x01", b"+72\x01", 1),
        LAYOUT.replace(b"072\x01", b"7_2\x01", 1),
        LAYOUT.replace(b"\x03\x011", b"\x03\x010", 1),  # coordination number below 1
        LAYOUT.replace(b"\x03\x011", b"\x02\x011", 1),  # a tag twice
        LAYOUT.replace(b"\x03\x011", b"\x7f\x011", 1),  # a tag of nobody
        LAYOUT.replace(VARIANT_TAG + b"\x03\x011", b"\x03\x011" + VARIANT_TAG, 1),  # out of order
        bytes.fromhex(REVERSAL_HEX[:24] + "8" + REVERSAL_HEX[25:40] + "00" * 8 + REVERSAL_HEX[40:]),
        LAYOUT.replace(b"\x05\x15", b"\x05\x16", 1),  # a value longer than the field
        bytes((*LAYOUT[:4], LAYOUT[4] | 0x08, *LAYOUT[5:])),  # field 5 is not ours
        bytes.fromhex(REVERSAL_HEX).replace(b"D00000000", b"D00000001", 1),
        bytes.fromhex(REVERSAL_HEX).replace(b"\x42\0\0\0\1", b"\0\0\0\0\1", 1),
    ],
)
def test_one_thing_wrong_under_a_sound_check_value_is_a_message_error(body: bytes) -> None:
    assert body not in (LAYOUT, bytes.fromhex(REVERSAL_HEX))
    with pytest.raises(MessageError) as caught:
        decode(sealed(body), key_of)
    assert not isinstance(caught.value, BadMac)


def test_the_key_is_asked_for_with_the_whole_message() -> None:
    asked: list[Message] = []

    def key_for(message: Message) -> bytes:
        asked.append(message)
        return KEY

    decode(encode(REVERSAL, KEY), key_for)
    assert asked == [REVERSAL]


def test_a_missing_key_is_a_bad_check_value() -> None:
    def none(message: Message) -> bytes:
        raise BadMac("There is no key for this message.")

    with pytest.raises(BadMac):
        decode(encode(WITHDRAWAL, KEY), none)
