"""Words read back into figures: the audit's own reading of numbers, held to a formatter of somebody else's
over its range, and to the terminal's."""

import random

import cn2an
import pytest

from audio.utterance import english_number
from sim.proof.voice.numbers import Numbers, chinese_number, numbers_heard, numbers_shown
from terminal.numerals import spoken

SCATTERED = [random.Random(5).randrange(10**digits) for digits in range(1, 13) for _ in range(60)]
EVERY = [*range(1_200), *range(9_950, 10_120), 10**8, 10**8 + 1, 10**11 + 5 * 10**8, *SCATTERED]


def number(words: str) -> int:
    return int(chinese_number(words))


def test_chinese_words_are_read_as_cn2an_writes_them() -> None:
    assert [n for n in EVERY if number(cn2an.an2cn(n)) != n] == []


def test_chinese_words_are_read_as_the_terminal_says_them() -> None:
    assert [n for n in EVERY if number(spoken(n)) != n] == []


def test_english_words_are_read_as_the_terminal_says_them() -> None:
    assert [n for n in EVERY if numbers_heard(english_number(n), "en").values != {n}] == []


@pytest.mark.parametrize(
    ("text", "language", "values", "spelled"),
    [
        ("取款两千一百元整，尾号零一二三。", "zh", {2_100}, {"0123"}),
        ("九五五零零，是演示号码。", "zh", set(), {"95500"}),
        ("还可以试两次。", "zh", {2}, set()),
        ("Your bank is nine five five zero zero. Press two.", "en", {2}, {"95500"}),
        ("one hundred yuan: press one. twenty-one: press two.", "en", {100, 1, 21, 2}, set()),
        ("Nothing here, and no one.", "en", {1}, set()),
    ],
)
def test_numbers_in_a_sentence(
    text: str, language: str, values: set[int], spelled: set[str]
) -> None:
    assert numbers_heard(text, language) == Numbers(frozenset(values), frozenset(spelled))


def test_figures_are_quantities_or_names() -> None:
    shown = numbers_shown("1,500 元，编号204817，还可以试2次，500 元")
    assert shown == Numbers(frozenset((1_500, 2, 500)), frozenset(("204817",)))


def test_what_is_not_heard_is_named() -> None:
    wanted = numbers_shown("1,500 元，尾号0123")
    assert numbers_heard("一千五百元整", "zh").lacks(wanted) == ["0123"]
    assert numbers_heard("尾号零一二三", "zh").lacks(wanted) == ["1500"]
