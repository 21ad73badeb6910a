"""Chinese numbers against cn2an, an independent implementation."""

import cn2an
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from terminal.numerals import LARGEST, capitals, spoken


@given(st.one_of(st.integers(0, 20_000), st.integers(0, LARGEST)))
def test_spoken_numbers_agree_with_an_independent_implementation(number: int) -> None:
    assume(not _differs(number))
    expected = cn2an.an2cn(number, "low")
    assert spoken(number) == (expected[1:] if expected.startswith("一十") else expected)


@given(st.one_of(st.integers(0, 20_000), st.integers(0, LARGEST)))
def test_capitals_agree_with_an_independent_implementation(number: int) -> None:
    assume(not _differs(number))
    assert capitals(number) == cn2an.an2cn(number, "up")


def _differs(number: int) -> bool:
    """After 亿 an empty group of 万 is 零 with us, and nothing with cn2an (`tests/audio/test_numbers.py`)."""
    return number >= 10**8 and number // 10**4 % 10**4 == 0 and number % 10**4 >= 1000


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "零"), (10, "十"), (15, "十五"), (20050, "二万零五十"), (1500, "一千五百")],
)
def test_the_cases_speech_engines_get_wrong(number: int, words: str) -> None:
    assert spoken(number) == words


def test_a_number_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        spoken(-1)
