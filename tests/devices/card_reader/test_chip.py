"""Card data that lies: only `ChipError` comes out, soon, and a good card gives a `Card`."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_reader.chip import (
    CURRENCIES,
    EXCHANGES_MAX,
    TLV_BYTES_MAX,
    TLV_DEPTH_MAX,
    ChipError,
    find,
    parse_tlv,
    read_card,
    walk,
)
from sim.world.cards import CARDS, ChipCard, template, tlv
from terminal.card import Card, Pan

Chip = Callable[[bytes], bytes]


def converse(chip: Chip) -> tuple[Card, int]:
    """The card this chip gives, and after how many APDUs."""
    conversation = read_card()
    apdu = next(conversation)
    for count in range(1, EXCHANGES_MAX + 2):
        assert 4 <= len(apdu) <= 261
        try:
            apdu = conversation.send(chip(apdu))
        except StopIteration as end:
            return end.value, count
    raise AssertionError("no end")


def demo(name: str) -> Chip:
    chip = ChipCard(name)
    assert chip.reset()
    return chip.exchange


PAYING = [spec.name for spec in CARDS.values() if spec.kind == "payment"]


@pytest.mark.parametrize("name", PAYING)
def test_every_paying_card_gives_what_is_on_it(name: str) -> None:
    spec = CARDS[name]
    card, _ = converse(demo(name))
    plain = replace(card, wishes=None)
    own = CURRENCIES[spec.currency]
    said = Card(Pan(spec.pan), spec.expiry, spec.languages, spec.application_label, None, own)
    assert plain == said
    assert (card.wishes is None) is (not spec.preferences)


def test_the_conversation_begins_with_the_worked_select() -> None:
    assert next(read_card()) == bytes.fromhex("00A404000E315041592E5359532E444446303100")


@pytest.mark.parametrize(
    ("name", "reason"), [("transit", "unsupportedCard"), ("garbled", "invalidData")]
)
def test_cards_that_cannot_pay_say_why(name: str, reason: str) -> None:
    with pytest.raises(ChipError) as caught:
        converse(demo(name))
    assert caught.value.reason == reason


# --- TLV --------------------------------------------------------------------------------------


def test_nested_objects_are_found_at_every_level() -> None:
    data = template(0x70, t5A=b"\x62\x28") + tlv(0x9F38, b"")
    elements = parse_tlv(data)
    assert [element.tag for element in walk(elements)] == [0x70, 0x5A, 0x9F38]
    assert find(elements, 0x5A) == b"\x62\x28"
    assert find(elements, 0x50) is None


def nested(levels: int) -> bytes:
    data = b""
    for _ in range(levels):
        data = tlv(0x70, data)
    return data


def test_depth_ends_at_the_limit() -> None:
    parse_tlv(nested(TLV_DEPTH_MAX - 1))
    with pytest.raises(ChipError, match="too deep"):
        parse_tlv(nested(TLV_DEPTH_MAX))


def test_size_ends_at_the_limit() -> None:
    parse_tlv(bytes(TLV_BYTES_MAX))
    with pytest.raises(ChipError, match="too many"):
        parse_tlv(bytes(TLV_BYTES_MAX + 1))


@pytest.mark.parametrize(
    "data",
    [
        "5A",
        "5A05AABB",
        "5A80AA0000",
        "5A81",
        "5A8201",
        "5A83000001AA",
        "5F",
        "9F",
        "9F8181815A01AA",
        "70035A0AAA",
        "7004700550FF",
    ],
)
def test_lengths_that_do_not_hold_are_refused(data: str) -> None:
    with pytest.raises(ChipError):
        parse_tlv(bytes.fromhex(data))


@given(st.binary(max_size=300))
def test_any_bytes_parse_or_are_refused(data: bytes) -> None:
    try:
        elements = parse_tlv(data)
    except ChipError:
        return
    assert sum(1 for _ in walk(elements)) <= len(data)
    assert all(len(element.value) <= len(data) for element in walk(elements))


tags = st.sampled_from([0x6F, 0x70, 0x77, 0x80, 0x84, 0x88, 0x94, 0xA5, 0x61, 0x4F, 0x50, 0x5A])
more_tags = st.sampled_from([0x87, 0x5F24, 0x5F2D, 0x9F38, 0x82])
objects = st.recursive(
    st.builds(tlv, tags | more_tags, st.binary(max_size=12)),
    lambda inner: st.builds(lambda t, v: tlv(t, b"".join(v)), tags, st.lists(inner, max_size=4)),
    max_leaves=8,
)
statuses = st.sampled_from([b"\x90\x00", b"\x6a\x82", b"\x6a\x83", b"\x61\x10", b"\x6c\x05", b""])
answers = st.builds(lambda body, status: body + status, objects | st.binary(max_size=40), statuses)


@given(st.lists(answers, min_size=1, max_size=20))
def test_a_chip_that_says_anything_gives_a_card_or_a_chip_error(said: list[bytes]) -> None:
    count = 0

    def chip(apdu: bytes) -> bytes:
        nonlocal count
        count += 1
        return said[count % len(said)]

    try:
        card, _ = converse(chip)
    except ChipError:
        return
    assert isinstance(card, Card)


@given(st.sampled_from([*PAYING, "garbled"]), st.integers(0, 8), st.data())
def test_a_good_card_with_one_answer_changed(name: str, which: int, data: st.DataObject) -> None:
    honest, count = demo(name), 0

    def chip(apdu: bytes) -> bytes:
        nonlocal count
        count += 1
        answer = honest(apdu)
        if count - 1 != which:
            return answer
        place = data.draw(st.integers(0, len(answer) - 1))
        return answer[:place] + data.draw(st.binary(max_size=3)) + answer[place + 1 :]

    try:
        card, _ = converse(chip)
    except ChipError:
        return
    assert isinstance(card, Card)


@pytest.mark.parametrize("answer", ["6100", "6C00", "61FF", "9000", "AA6110", ""])
def test_a_chip_that_never_ends_is_ended(answer: str) -> None:
    with pytest.raises(ChipError):
        converse(lambda apdu: bytes.fromhex(answer))


numbers = st.just(bytes.fromhex("4761739001010119")) | st.binary(max_size=12)
expiries = st.just(bytes.fromhex("291231")) | st.binary(max_size=4)


@given(numbers, expiries, st.binary(max_size=10) | st.text("<>'a1\n", max_size=6).map(str.encode))
def test_texts_from_the_card_are_of_known_letters(
    number: bytes, expires: bytes, text: bytes
) -> None:
    record = tlv(0x70, tlv(0x5A, number) + tlv(0x5F24, expires) + tlv(0x50, text))

    def chip(apdu: bytes) -> bytes:
        match apdu[1]:
            case 0xA4 if b"1PAY" in apdu:
                return b"\x6a\x82"
            case 0xA4:
                return tlv(0x6F, tlv(0x5F2D, text)) + b"\x90\x00"
            case 0xA8:
                return tlv(0x80, bytes.fromhex("3C00" + "08010100")) + b"\x90\x00"
            case _:
                return record + b"\x90\x00"

    try:
        card, _ = converse(chip)
    except ChipError:
        return
    assert card.application.isascii()
    assert card.application.isprintable()
    assert "<" not in card.application
    assert all(len(code) == 2 and code.isascii() and code.isalpha() for code in card.languages)
    assert card.expiry.isdigit()


@pytest.mark.parametrize(
    "files", ["", "08", "08010200FF", "00010100", "F8010100", "08020100", "08012900"]
)
def test_a_locator_that_points_nowhere_is_refused(files: str) -> None:
    def chip(apdu: bytes) -> bytes:
        assert apdu[1] != 0xB2
        if apdu[1] == 0xA8:
            return template(0x77, t82=b"\x3c\x00", t94=bytes.fromhex(files)) + b"\x90\x00"
        return tlv(0x6F, b"") + b"\x90\x00" if b"1PAY" not in apdu else b"\x6a\x82"

    with pytest.raises(ChipError) as caught:
        converse(chip)
    assert caught.value.reason == "invalidData"


def test_a_card_that_asks_for_too_much_is_refused() -> None:
    def chip(apdu: bytes) -> bytes:
        assert apdu[1] == 0xA4
        greedy = tlv(0x6F, tlv(0x9F38, bytes.fromhex("9F37FF9F37FF")))
        return greedy + b"\x90\x00" if b"1PAY" not in apdu else b"\x6a\x82"

    with pytest.raises(ChipError):
        converse(chip)
