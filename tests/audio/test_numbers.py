"""Numbers and money in words, over the whole range, against `cn2an`: an independent implementation that
also reads number words, so that ours must come back as the number they were made from.

Where the two differ, ours is meant, and here is all of it:

- 两 is said for a leading 二 before a unit (两千元), cn2an writes 二; a leading 一十 is 十;
- after 亿 an empty group of 万 is said as 零 (一亿零五千), cn2an leaves it out (一亿五千, which can be heard
  as 一亿五千万);
- amounts below one yuan are said without 零元 by both.
"""

import random
import re

import cn2an
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audio.pinyin import SYLLABLE, number_pinyin
from audio.utterance import LARGEST, english_number, said_amount, said_value
from terminal.money import Amount, yuan
from terminal.numerals import capitals, spoken

EDGES = sorted(
    {
        near
        for power in range(13)
        for digit in (1, 2, 9)
        for near in (digit * 10**power - 1, digit * 10**power, digit * 10**power + 1)
        if 0 <= near <= LARGEST
    }
)
"""Around every power of ten: where groups begin and zeros are told."""

SEEDED = random.Random(20_261_122)
SPARSE = [
    int("".join(SEEDED.choice("00000123456789") for _ in range(digits)))
    for digits in range(1, 13)
    for _ in range(60)
]
"""Numbers with many zeros in them, of every length."""

numbers = st.one_of(
    st.integers(0, 20_000), st.integers(0, LARGEST), st.sampled_from([*EDGES, *SPARSE])
)


def as_we_say_it(number: int) -> str:
    """cn2an's words with the known differences taken out."""
    words: str = cn2an.an2cn(number, "low")
    if number // 10**4 % 10**4 == 0 and number >= 10**8 and number % 10**4 >= 1000:
        words = words.replace("亿", "亿零", 1)
    return words[1:] if words.startswith("一十") else words


@pytest.mark.parametrize("number", [*EDGES, LARGEST])
def test_edges_agree_with_another_implementation(number: int) -> None:
    assert spoken(number) == as_we_say_it(number)


def test_numbers_with_many_zeros_agree_with_another_implementation() -> None:
    assert [spoken(n) for n in SPARSE] == [as_we_say_it(n) for n in SPARSE]


@given(numbers)
@example(100_005_000)
def test_number_words_are_read_back_as_the_number(number: int) -> None:
    assert cn2an.cn2an(spoken(number), "strict" if number < 10 else "smart") == number
    said = said_value(number, "zh", counted=True)
    assert cn2an.cn2an(said, "smart") == number
    assert re.sub("^两", "二", said) == spoken(number)


@given(numbers)
def test_capitals_are_the_same_words_in_other_characters(number: int) -> None:
    other = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
    words = capitals(number).translate(other)
    assert (words[1:] if words.startswith("一十") else words) == spoken(number)


@given(st.integers(0, LARGEST // 1000), st.integers(0, 99))
@example(0, 5)
@example(1200, 6)
@example(1234, 56)
def test_money_agrees_with_another_implementation(major: int, minor: int) -> None:
    other = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟两", "一二三四五六七八九十百千二")
    expected = cn2an.an2cn(f"{major}.{minor:02d}", "rmb").translate(other)
    gap = major // 10**4 % 10**4 == 0 and major >= 10**8 and major % 10**4 >= 1000
    expected = expected.replace("亿", "亿零", 1) if gap else expected
    expected = expected[1:] if expected.startswith("一十") else expected
    said = said_amount(Amount(major * 100 + minor), "zh")
    assert said.translate(other) == expected


@given(st.integers(0, LARGEST), st.integers(0, 99))
def test_every_amount_has_its_pinyin(major: int, minor: int) -> None:
    said = said_amount(Amount(major * 100 + minor), "zh")
    syllables = number_pinyin(said).split()
    assert len(syllables) == len(said)
    assert [one for one in syllables if not SYLLABLE.match(one)] == []


@pytest.mark.parametrize(
    ("minor", "zh", "en"),
    [
        (123_456, "一千二百三十四元五角六分", "one thousand two hundred thirty-four yuan fifty-six fen"),
        (120_006, "一千二百元零六分", "one thousand two hundred yuan six fen"),
        (120_060, "一千二百元六角", "one thousand two hundred yuan sixty fen"),
        (20, "两角", "twenty fen"),
        (2, "两分", "two fen"),
        (0, "零元整", "zero yuan"),
        (222_222, "两千二百二十二元两角两分", "two thousand two hundred twenty-two yuan twenty-two fen"),
    ],
)  # fmt: skip
def test_money_in_words(minor: int, zh: str, en: str) -> None:
    assert said_amount(Amount(minor), "zh") == zh
    assert said_amount(Amount(minor), "en") == en


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("一角", "yi4 jiao3"),
        ("一分", "yi4 fen1"),
        ("十一元一角一分", "shi2 yi1 yuan2 yi4 jiao3 yi4 fen1"),
        ("一元零一分", "yi4 yuan2 ling2 yi4 fen1"),
    ],
)
def test_one_before_a_small_coin_takes_the_tone_it_is_said_with(words: str, said: str) -> None:
    assert number_pinyin(words) == said


@given(numbers)
def test_english_number_words_are_read_back_as_the_number(number: int) -> None:
    assert read_back(english_number(number)) == number


def test_numbers_that_are_too_large_are_refused() -> None:
    for number in (-1, LARGEST + 1):
        with pytest.raises(ValueError, match="outside"):
            english_number(number)
        with pytest.raises(ValueError, match="outside"):
            said_amount(yuan(number), "zh")


SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}


def read_back(words: str) -> int:
    """What English number words say."""
    units = {word: n for n, word in enumerate(SMALL.split())}
    units |= {word: 10 * n for n, word in enumerate(TENS.split(), start=2)}
    total = group = 0
    for word in words.replace("-", " ").split():
        if word == "hundred":
            group *= 100
        elif word in SCALES:
            total += group * SCALES[word]
            group = 0
        else:
            group += units[word]
    return total + group
