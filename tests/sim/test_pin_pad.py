"""The pad at the other end: format 4 blocks against known answers, what each key does, and that the
digits are gone when they should be."""

import random

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from devices.pin_pad_codec import (
    Collect,
    Digits,
    Entered,
    Forget,
    Hold,
    Key,
    Lost,
    Made,
    MakeBlock,
    Reply,
)
from sim.world import pin_block
from sim.world.pin_block import (
    DEMO_MASTER_KEY,
    make_pin_block,
    message_key,
    open_pin_block,
    read_pin_block,
    wipe,
)
from sim.world.pin_pad import InProcessPad, Pad
from terminal.card import Pan

PAN = "6228480000000000117"
KEY = bytes(range(16))
ZERO_TO_NINE = "0123456789"


# --- the block ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pin", "pan", "block"),
    [
        ("1234", "4111111111111111", "51afa7e4d6215875f32e81162687f8f8"),
        ("123456", "6228480000000000117", "71d6b1492ca9fae3b86ffc43118b9769"),
        ("999999999999", "622848000000", "b259442f69f253d3f719a5e1c2e8c0cb"),
    ],
)
def test_blocks_of_an_independent_implementation_are_understood(
    pin: str, pan: str, block: str
) -> None:
    """Made with psec 1.3.0 under the key 000102..0F; its random fill is inside the block."""
    assert open_pin_block(bytes.fromhex(block), pan, KEY) == bytearray(pin.encode())


def test_the_fields_are_laid_out_as_the_standard_says() -> None:
    """One key, known fill: the two fields enciphered by hand, step by step."""
    encryptor = Cipher(algorithms.AES(KEY), modes.ECB()).encryptor()
    pin_field = bytes.fromhex("441234AAAAAAAAAA2F69ADDE2E9E7ACE")
    pan_field = bytes.fromhex("44111111111111111000000000000000")
    first = encryptor.update(pin_field)
    block = encryptor.update(bytes(a ^ b for a, b in zip(first, pan_field, strict=True)))
    fill = bytes.fromhex("2F69ADDE2E9E7ACE")
    assert make_pin_block(bytearray(b"1234"), "4111111111111111", KEY, fill) == block


@given(
    st.text(ZERO_TO_NINE, min_size=4, max_size=12), st.text(ZERO_TO_NINE, min_size=12, max_size=19)
)
def test_what_goes_in_comes_out_for_its_own_card_only(pin: str, pan: str) -> None:
    block = make_pin_block(bytearray(pin.encode()), pan, KEY)
    assert len(block) == 16
    assert open_pin_block(block, pan, KEY) == bytearray(pin.encode())
    other = pan[:-1] + ("1" if pan[-1] == "0" else "0")
    assert open_pin_block(block, other, KEY) != bytearray(pin.encode())


def test_a_block_for_another_card_or_message_or_changed_by_one_bit_is_refused() -> None:
    """The format has 64 known bits at most, and 44 for a PIN of four: a chance of one in billions."""
    rng = random.Random(7)
    block = make_pin_block(bytearray(b"1234"), PAN, message_key("m1"))
    assert read_pin_block(block, PAN, "m1") == bytearray(b"1234")
    assert read_pin_block(block, PAN[:-1] + "8", "m1") is None
    assert read_pin_block(block, PAN, "m2") is None
    for _ in range(50):
        position = rng.randrange(16)
        changed = bytearray(block)
        changed[position] ^= 1 << rng.randrange(8)
        assert read_pin_block(bytes(changed), PAN, "m1") is None


def test_a_field_with_another_fill_is_no_pin() -> None:
    """Right control, length and digits; the rest filled with F as older formats do."""
    encryptor = Cipher(algorithms.AES(KEY), modes.ECB()).encryptor()
    first = encryptor.update(bytes.fromhex("441234FFFFFFFFFF0000000000000000"))
    pan_field = bytes.fromhex("44111111111111111000000000000000")
    block = encryptor.update(bytes(a ^ b for a, b in zip(first, pan_field, strict=True)))
    assert open_pin_block(block, "4111111111111111", KEY) is None


def test_every_field_that_held_a_pin_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    wiped: list[bytearray] = []
    held: list[bytes] = []

    def recording(buffer: bytearray) -> None:
        held.append(bytes(buffer))
        wipe(buffer)
        wiped.append(buffer)

    monkeypatch.setattr(pin_block, "wipe", recording)
    block = make_pin_block(bytearray(b"918273"), PAN, KEY)
    open_pin_block(block, PAN, KEY)
    assert [data[:4].hex() for data in held] == ["46918273", "46918273"]
    assert not any(any(buffer) for buffer in wiped)


def test_equal_pins_give_different_blocks() -> None:
    blocks = {make_pin_block(bytearray(b"1234"), PAN, KEY) for _ in range(20)}
    assert len(blocks) == 20


def test_each_message_has_a_key_of_its_own() -> None:
    keys = {message_key(name) for name in ("m1", "m2", "m3")} | {message_key("m1", bytes(32))}
    assert len(keys) == 4
    assert b"DEMONSTRATION" in DEMO_MASTER_KEY


def test_the_digits_handed_over_stay_the_callers_to_wipe() -> None:
    digits = bytearray(b"1234")
    make_pin_block(digits, PAN, KEY)
    assert digits == b"1234"
    wipe(digits)
    assert digits == bytes(4)


# --- the pad ------------------------------------------------------------------------------------


class Heard:
    """A pad, and everything it said."""

    def __init__(self) -> None:
        self.said: list[Reply] = []
        self.pad = Pad(self.said.append)

    def press(self, *keys: str) -> list[Reply]:
        """Press each key; what was said meanwhile."""
        before = len(self.said)
        for key in keys:
            self.pad.press(key)
        return self.said[before:]


@pytest.fixture
def heard() -> Heard:
    heard = Heard()
    heard.pad.obey(Collect(4, 6))
    return heard


def test_only_the_number_of_digits_is_told(heard: Heard) -> None:
    assert heard.press(*"9182") == [Digits(1), Digits(2), Digits(3), Digits(4)]
    assert heard.press("enter") == [Entered()]


def test_digits_beyond_the_most_are_ignored(heard: Heard) -> None:
    assert heard.press(*"12345678") == [Digits(n) for n in range(1, 7)]
    heard.press("enter")
    block = heard.pad.make_block("m", PAN)
    assert block is not None
    assert read_pin_block(block, PAN, "m") == bytearray(b"123456")


def test_confirming_too_early_changes_nothing(heard: Heard) -> None:
    heard.press(*"123")
    assert heard.press("enter") == [Digits(3)]
    assert heard.press("4", "enter") == [Digits(4), Entered()]


def test_clear_takes_all_digits_back(heard: Heard) -> None:
    heard.press(*"99")
    assert heard.press("clear") == [Digits(0)]
    heard.press(*"1234", "enter")
    block = heard.pad.make_block("m", PAN)
    assert block is not None
    assert read_pin_block(block, PAN, "m") == bytearray(b"1234")


def test_during_pin_entry_keys_that_are_no_part_of_it_are_told(heard: Heard) -> None:
    heard.press("1")
    keys = ("cancel", "help", "*", "#")
    assert heard.press(*keys) == [Key(key) for key in keys]
    assert heard.press("2") == [Digits(2)]


def test_while_a_page_lies_over_it_no_key_but_a_digit_touches_what_was_typed(heard: Heard) -> None:
    heard.press(*"123")
    heard.pad.obey(Hold(True))
    keys = ("enter", "clear", "cancel", "help", "*", "#")
    assert heard.press(*keys) == [Key(key) for key in keys]
    assert heard.press("4", "enter") == [Digits(4), Key("enter")]
    heard.pad.obey(Hold(False))
    assert heard.press("enter") == [Entered()]
    block = heard.pad.make_block("m", PAN)
    assert block is not None
    assert read_pin_block(block, PAN, "m") == bytearray(b"1234")


def test_a_digit_too_many_is_told_while_a_page_waits_to_be_closed_by_it(heard: Heard) -> None:
    heard.press(*"123456")
    heard.pad.obey(Hold(True))
    assert heard.press("7") == [Digits(6)]
    heard.pad.obey(Hold(False))
    assert heard.press("7") == []


@pytest.mark.parametrize("afresh", [Forget(), Collect(4, 6)], ids=["forget", "collect"])
def test_pin_entry_begins_with_no_page_over_it(heard: Heard, afresh: Forget | Collect) -> None:
    heard.pad.obey(Hold(True))
    heard.pad.obey(afresh)
    heard.pad.obey(Collect(4, 6))
    assert heard.press("1", "clear") == [Digits(1), Digits(0)]


def test_after_the_confirmation_keys_are_keys_again(heard: Heard) -> None:
    heard.press(*"1234", "enter")
    assert heard.press("5", "enter") == [Key("5"), Key("enter")]


def test_outside_pin_entry_keys_are_keys() -> None:
    heard = Heard()
    keys = [*"0123456789", "*", "#", "enter", "clear", "cancel", "help"]
    assert heard.press(*keys) == [Key(key) for key in keys]


def test_one_pin_makes_a_block_for_each_message_until_it_is_forgotten(heard: Heard) -> None:
    heard.press(*"1234", "enter")
    heard.pad.obey(MakeBlock("m1", Pan(PAN)))
    heard.pad.obey(MakeBlock("m2", Pan(PAN)))
    heard.pad.obey(Forget())
    heard.pad.obey(MakeBlock("m3", Pan(PAN)))
    first, second, third = heard.said[-3:]
    assert isinstance(first, Made)
    assert isinstance(second, Made)
    assert (first.message, second.message, third) == ("m1", "m2", Lost())
    assert read_pin_block(second.block.reveal(), PAN, "m2") == bytearray(b"1234")


@pytest.mark.parametrize("keys", [[], [*"1234"], [*"1234", "enter", "FORGET"]])
def test_no_block_without_a_confirmed_pin(heard: Heard, keys: list[str]) -> None:
    for key in keys:
        heard.pad.forget() if key == "FORGET" else heard.press(key)
    heard.pad.obey(MakeBlock("m", Pan(PAN)))
    assert heard.said[-1] == Lost()


@pytest.mark.parametrize("end", ["forget", "clear", "collect"])
def test_what_was_typed_is_overwritten(heard: Heard, end: str) -> None:
    heard.press(*"918273")
    buffer = heard.pad._digits
    assert buffer[:6] == b"918273", "the digits are in this buffer and no other"
    match end:
        case "forget":
            heard.pad.forget()
        case "clear":
            heard.press("clear")
        case _:
            heard.pad.collect(4, 6)
    assert heard.pad._digits is buffer
    assert buffer == bytes(len(buffer))


def test_nothing_the_pad_says_or_shows_holds_a_digit_of_the_pin(heard: Heard) -> None:
    heard.press(*"777777", "enter")
    heard.pad.obey(MakeBlock("m", Pan(PAN)))
    assert "7" not in repr(heard.said).replace(PAN[-4:], "")
    assert repr(heard.pad) == "Pad(****)"


def test_a_pad_without_power_hears_nothing_and_wakes_up_empty() -> None:
    pad = InProcessPad()
    pad.send(Collect(4, 6))
    for key in [*"1234", "enter"]:
        pad.press(key)
    pad.die()
    pad.press("5")
    assert not pad.pending()
    pad.restart()
    pad.send(MakeBlock("m", Pan(PAN)))
    assert pad.pending()
    assert pad.receive() == (Lost(),)
    assert not pad.pending()
