"""Template 7F22 on a card: our own SIM-PREF is read strictly, and nothing in it can spoil a card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_reader.chip import SIM_PREF, TIME_FACTORS, parse_tlv, preferences
from sim.world.cards import CARDS, PREFERENCES, tlv
from terminal.profile import Wishes
from tests.devices.card_reader.test_chip import converse, demo

PLAIN = bytes((1, 0, 0, 0, 0, 0, 0, 1, 0, 0))


def pref(**fields: int) -> bytes:
    """A SIM-PREF with some bytes changed, by place: `b2=3`."""
    value = bytearray(PLAIN)
    for name, byte in fields.items():
        value[int(name[1:])] = byte
    return tlv(SIM_PREF, bytes(value))


@pytest.mark.parametrize(
    ("fields", "wishes"),
    [
        ({"b1": 102}, Wishes(text_tenths_mm=102)),
        ({"b2": 1}, Wishes(contrast="strong")),
        ({"b2": 2}, Wishes(contrast="white_on_black")),
        ({"b2": 3}, Wishes(contrast="yellow_on_black")),
        ({"b3": 1}, Wishes(contrast="strong")),
        ({"b3": 10}, Wishes(contrast="white_on_black")),
        ({"b2": 3, "b3": 15}, Wishes(contrast="yellow_on_black")),
        ({"b4": 1}, Wishes(speech="loudspeaker")),
        ({"b4": 2}, Wishes(speech="headset")),
        ({"b5": 28}, Wishes(rate_tenths=28)),
        ({"b6": 15}, Wishes(gain_db=15)),
        ({"b7": 10}, Wishes(time_factor=10)),
        ({"b8": 1}, Wishes(fewer_choices=True)),
        ({"b8": 2}, Wishes(fewer_choices=True)),
        ({"b9": 1}, Wishes(large_targets=True)),
        ({"b9": 2}, Wishes(keys_only=True)),
        ({}, None),
    ],
)
def test_each_field_asks_for_its_feature_and_for_nothing_else(
    fields: dict[str, int], wishes: Wishes | None
) -> None:
    assert preferences(pref(**fields)) == (wishes, ())


def test_languages_follow_as_on_the_card_itself() -> None:
    assert preferences(tlv(SIM_PREF, PLAIN + b"enzh")) == (None, ("en", "zh"))


WANTING = bytes((1, 102, 1, 0, 1, 30, 6, 2, 1, 1))
"""A SIM-PREF that asks for everything, so that a field believed by mistake shows."""


def wanting(**fields: int) -> bytes:
    """That one with some bytes changed."""
    value = bytearray(WANTING)
    for name, byte in fields.items():
        value[int(name[1:])] = byte
    return tlv(SIM_PREF, bytes(value))


BAD = {
    "another version": wanting(b0=2),
    "no version": wanting(b0=0),
    "tiny text": wanting(b1=29),
    "huge text": wanting(b1=251),
    "a contrast that is none": wanting(b2=4),
    "colours that are none": wanting(b3=16),
    "a way to speak that is none": wanting(b4=3),
    "speech slower than words": wanting(b5=9),
    "a gain that hurts": wanting(b6=16),
    "a factor that is none": wanting(b7=4),
    "no factor": wanting(b7=0),
    "a complexity that is none": wanting(b8=3),
    "a touch that is none": wanting(b9=3),
    "half a language": tlv(SIM_PREF, WANTING + b"enz"),
    "five languages": tlv(SIM_PREF, WANTING + b"enzhrukoja"),
    "a language in digits": tlv(SIM_PREF, WANTING + b"12"),
    "cut off": tlv(SIM_PREF, WANTING[:-1]),
    "empty": tlv(SIM_PREF, b""),
    "another object": tlv(0xDF51, WANTING),
    "no objects": b"\xff\xff\xff",
    "nothing": b"",
}


@pytest.mark.parametrize("value", BAD.values(), ids=BAD)
def test_whatever_else_stands_there_is_passed_over(value: bytes) -> None:
    assert preferences(value) == (None, ())


@given(st.binary(max_size=40))
def test_no_bytes_are_an_error(value: bytes) -> None:
    wishes, languages = preferences(value)
    assert wishes is None or wishes.time_factor in TIME_FACTORS
    assert preferences(tlv(SIM_PREF, value)) is not None
    assert len(languages) <= 4


@pytest.mark.parametrize("value", BAD.values(), ids=BAD)
def test_a_card_is_read_as_if_it_were_not_there(value: bytes) -> None:
    real = CARDS["lin"]
    chip = demo("lin")

    def with_template(apdu: bytes) -> bytes:
        answer = chip(apdu)
        if answer[:1] != b"\x70" or b"\x5f\x20" not in answer:
            return answer
        inside = parse_tlv(answer[:-2])[0].value + tlv(0x7F22, value)
        return tlv(0x70, inside) + answer[-2:]

    card, _ = converse(with_template)
    assert (card.pan.reveal(), card.wishes, card.languages) == (real.pan, None, real.languages)


@pytest.mark.parametrize(
    ("name", "wishes"),
    [
        ("he", Wishes(text_tenths_mm=102, contrast="strong")),
        (
            "su",
            Wishes(contrast="yellow_on_black", speech="loudspeaker", rate_tenths=28, time_factor=3),
        ),
        ("ma", Wishes(time_factor=2, fewer_choices=True, keys_only=True)),
    ],
)
def test_the_demonstration_cards_say_what_their_holders_want(name: str, wishes: Wishes) -> None:
    assert set(PREFERENCES) == {"he", "su", "ma"}
    card, _ = converse(demo(name))
    assert card.wishes == wishes
