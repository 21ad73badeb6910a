"""The chips in the demonstration cards, and what is printed on them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.world.cards import CARDS, PAYMENT_DIRECTORY, UNIONPAY_DEBIT, ChipCard, luhn_valid, tlv
from terminal.card import Pan

SELECT_DIRECTORY = bytes.fromhex("00A404000E315041592E5359532E444446303100")
SELECT_UNIONPAY = bytes.fromhex("00A4040008A00000033301010100")
OPTIONS = bytes.fromhex("80A8000007" + "8305" + "0156140156" + "00")
NAMES = "lin chen zhou wang li smith expired unknown dead stripe transit garbled he su ma keller"


def awake(name: str) -> ChipCard:
    chip = ChipCard(name)
    assert chip.reset()
    return chip


def status(answer: bytes) -> str:
    return answer[-2:].hex().upper()


def test_every_promised_card_is_there() -> None:
    assert list(CARDS) == NAMES.split()


@pytest.mark.parametrize("spec", CARDS.values(), ids=lambda spec: spec.name)
def test_numbers_are_valid_and_different(spec: object) -> None:
    numbers = [card.pan for card in CARDS.values() if card.pan]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        Pan(number)
        assert luhn_valid(number)


def test_a_wrong_check_digit_is_noticed() -> None:
    assert not luhn_valid("6228480000000000110")
    assert not luhn_valid("")


def test_every_card_can_be_drawn() -> None:
    for spec in CARDS.values():
        assert spec.label_zh
        assert spec.label_en
        assert 1 < len(spec.initials) <= 3
        assert all(0 <= channel <= 255 for channel in spec.face_colour)
    assert len({spec.face_colour for spec in CARDS.values()}) == len(CARDS)


@pytest.mark.parametrize("name", ["dead", "stripe"])
def test_no_answer_to_reset_without_a_working_chip(name: str) -> None:
    assert ChipCard(name).reset() is None


@pytest.mark.parametrize("name", ["lin", "smith", "transit"])
def test_an_answer_to_reset_is_well_formed(name: str) -> None:
    atr = ChipCard(name).reset()
    assert atr
    assert atr[0] == 0x3B
    if atr[1] & 0x80 and name != "smith":  # T=1: the check byte makes the XOR of all but TS zero
        total = 0
        for byte in atr[1:]:
            total ^= byte
        assert total == 0


@pytest.mark.parametrize(
    ("apdu", "wanted"),
    [
        ("00A4040007A000000099000000", "6A82"),
        ("00A4040009A0000003330101", "6700"),
        ("00A4000008A00000033301010100", "6B00"),
        ("80A8000002830000", "6985"),
        ("00B2010C00", "6985"),
        ("00C0000010", "6985"),
        ("00DA0000", "6D00"),
        ("FFB2010C00", "6E00"),
        ("00A4", "6700"),
    ],
)
def test_status_words(apdu: str, wanted: str) -> None:
    assert status(awake("lin").exchange(bytes.fromhex(apdu))) == wanted


def test_the_directory_names_the_application() -> None:
    chip = awake("lin")
    answer = chip.exchange(SELECT_DIRECTORY)
    assert status(answer) == "9000"
    assert tlv(0x84, PAYMENT_DIRECTORY) in answer
    assert tlv(0x5F2D, b"zh") in answer
    record = chip.exchange(bytes.fromhex("00B2010C00"))
    assert tlv(0x4F, UNIONPAY_DEBIT) in record
    assert status(chip.exchange(bytes.fromhex("00B2020C00"))) == "6A83"
    assert status(chip.exchange(bytes.fromhex("00B2011400"))) == "6A82"


def test_a_card_without_a_directory_is_found_by_name() -> None:
    chip = awake("zhou")
    assert status(chip.exchange(SELECT_DIRECTORY)) == "6A82"
    assert status(chip.exchange(SELECT_UNIONPAY)) == "9000"


def test_the_records_hold_number_and_expiry() -> None:
    chip = awake("lin")
    chip.exchange(SELECT_UNIONPAY)
    assert status(chip.exchange(bytes.fromhex("00B2011400"))) == "6985"
    options = chip.exchange(OPTIONS)
    assert bytes.fromhex("9408" + "0801010010010200") in options
    assert status(chip.exchange(OPTIONS)) == "6985"
    record = chip.exchange(bytes.fromhex("00B2011400"))
    assert tlv(0x5A, bytes.fromhex(CARDS["lin"].pan + "F")) in record
    assert tlv(0x5F24, bytes.fromhex(CARDS["lin"].expiry + "28")) in record


def test_wrong_data_for_the_options_is_refused() -> None:
    chip = awake("lin")
    chip.exchange(SELECT_UNIONPAY)
    assert status(chip.exchange(bytes.fromhex("80A800000283000000"))) == "6700"
    assert status(chip.exchange(bytes.fromhex("80A8000002830000"))) == "6A80"


def test_t0_names_lengths_before_it_gives_data() -> None:
    chip = awake("smith")
    first = chip.exchange(bytes.fromhex("00A4040007A000000003101000"))
    assert first[0] == 0x61
    wrong = chip.exchange(b"\x00\xc0\x00\x00\x01")
    assert wrong == bytes((0x6C, first[1]))
    rest = chip.exchange(b"\x00\xc0\x00\x00" + first[1:])
    assert len(rest) == first[1] + 2
    assert tlv(0x5F2D, b"en") in rest


def test_a_reset_forgets_what_was_selected() -> None:
    chip = awake("lin")
    chip.exchange(SELECT_UNIONPAY)
    chip.reset()
    assert status(chip.exchange(OPTIONS)) == "6985"


def test_a_snapshot_keeps_what_was_selected() -> None:
    chip = awake("smith")
    chip.exchange(bytes.fromhex("00A4040007A000000003101000"))
    again = ChipCard("smith")
    again.restore(chip.snapshot())
    assert again.snapshot() == chip.snapshot()
    assert status(again.exchange(b"\x00\xc0\x00\x00\xff"))[:2] == "6C"


@given(st.sampled_from(["lin", "smith", "zhou", "transit", "garbled"]), st.data())
def test_any_apdu_gets_a_status_and_fits_an_answer(name: str, data: st.DataObject) -> None:
    chip = awake(name)
    heads = st.sampled_from(
        [SELECT_DIRECTORY, SELECT_UNIONPAY, OPTIONS, b"\x00\xb2\x01\x0c\x00", b"\x00\xc0\x00\x00"]
    )
    for apdu in data.draw(st.lists(heads | st.binary(max_size=40), max_size=6)):
        answer = chip.exchange(apdu)
        assert 2 <= len(answer) <= 258
