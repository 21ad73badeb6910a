"""What a scanner types is a code, what fingers type are keys, and nothing of one is ever taken for the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.scanner import CODE_MAX, CODE_MIN, ENTER, GAP_SECONDS, NOTHING, read, settled, typed
from screens.touch import Act
from terminal.events import Scanned

FAST, SLOW = 0.005, 0.15
"""Seconds between two characters: of a scanner, and of a quick finger."""


def play(text: str, gap: float, enter: bool = True) -> list[Act | Scanned]:
    """What comes of this, typed with so much time between two characters."""
    held, now, said = NOTHING, 1.0, list[Act | Scanned]()
    for character in text + ENTER * enter:
        now += gap
        name = "enter" if character == ENTER else character
        means = character == ENTER or (character.isascii() and character.isdigit())
        held, heard = typed(held, character, Act(f"key:{name}") if means else None, now)
        said += heard
    held, heard = settled(held, now + 1.0)
    assert held == NOTHING
    return [*said, *heard]


def keys(text: str) -> list[Act]:
    return [Act(f"key:{digit}") for digit in text] + [Act("key:enter")]


def test_a_scanned_code_is_one_event_and_no_key() -> None:
    assert play("3301204412", FAST) == [Scanned("3301204412")]


def test_the_same_typed_by_fingers_are_keys() -> None:
    assert play("3301204412", SLOW) == keys("3301204412")


@pytest.mark.parametrize("text", ["135790", "1", "99999"])
def test_a_pin_is_never_a_code_however_fast(text: str) -> None:
    assert play(text, 0.0) == keys(text)


@pytest.mark.parametrize(
    "text",
    ["330120441X", "X3301204412", "A1B2", "1" * (CODE_MAX + 1), "9" * 500, "３３０１２０４４１２"],
)
def test_what_is_no_number_presses_nothing(text: str) -> None:
    assert [one for one in play(text, FAST) if one != Act("key:enter")] == []


def test_a_code_without_its_enter_presses_nothing() -> None:
    assert play("3301204412", FAST, enter=False) == []


def test_another_key_comes_behind_the_digits_before_it() -> None:
    held, _ = typed(NOTHING, "4", Act("key:4"), 1.0)
    _, said = typed(held, "", Act("key:cancel"), 1.001)
    assert said == (Act("key:4"), Act("key:cancel"))


def test_a_key_that_means_nothing_holds_up_nothing() -> None:
    held, _ = typed(NOTHING, "4", Act("key:4"), 1.0)
    assert typed(held, "", None, 1.01) == (held, ())


@given(
    text=st.text("0123456789", min_size=CODE_MIN, max_size=CODE_MAX),
    gap=st.floats(GAP_SECONDS * 1.01, 2.0),
)
def test_no_digit_of_fingers_is_lost(text: str, gap: float) -> None:
    assert play(text, gap) == keys(text)


@given(st.text(max_size=40))
def test_only_digits_of_a_bounded_number_are_read(text: str) -> None:
    code = read(text)
    assert code is None or (code.text.isdigit() and CODE_MIN <= len(code.text) <= CODE_MAX)


LINE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
"""The first line of the specimen passport of ICAO 9303."""


@pytest.mark.parametrize("text", [LINE, LINE + LINE], ids=["line", "both"])
def test_a_line_of_a_passport_is_one_event_and_no_key(text: str) -> None:
    assert len(LINE) == 44
    assert play(text, FAST) == [Scanned(text)]


@pytest.mark.parametrize("text", [LINE[1:], LINE + "<", LINE.lower(), LINE[:-1] + " "])
def test_what_is_no_line_of_a_passport_presses_nothing(text: str) -> None:
    assert [one for one in play(text, FAST) if one != Act("key:enter")] == []


def test_what_was_scanned_is_not_printed() -> None:
    assert "ERIKSSON" not in repr(Scanned(LINE))
