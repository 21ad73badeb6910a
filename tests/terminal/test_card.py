"""Secrets are masked by their types."""

import pytest

from terminal.card import Card, Pan, PinBlock

NUMBER = "6228480000000000117"


def test_no_way_of_printing_a_card_shows_its_number() -> None:
    card = Card(Pan(NUMBER), "3012")
    for text in (repr(card), str(card), f"{card.pan}", f"{card.pan!r}", f"{[card]}"):
        assert NUMBER not in text
        assert NUMBER[:8] not in text
    assert card.pan.last4 == NUMBER[-4:]


def test_no_way_of_printing_a_pin_block_shows_a_byte() -> None:
    block = PinBlock(bytes(range(16)))
    assert str(block) == repr(block) == "PinBlock(****)"


def test_a_reference_depends_on_the_key_and_is_stable() -> None:
    pan = Pan(NUMBER)
    assert pan.reference(b"one") == Pan(NUMBER).reference(b"one") != pan.reference(b"two")


@pytest.mark.parametrize(
    "digits", ["", "12ab34567890", "1" * 11, "1" * 20, "６２２８４８００００００"]
)
def test_what_is_not_a_card_number_is_refused(digits: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        Pan(digits)
