"""Numbers as they are heard: words read back into figures.

The voice makes words out of numbers (`audio.utterance`, `terminal.numerals`); the audit must not ask
the same code whether it was right. So this goes the other way, from words to numbers, and a test holds
it to `cn2an` over its range.

A run of number words is one number where it has a unit (一千五百, "one thousand five hundred") or is
one word long, and otherwise a number spelled digit by digit (九五五零零, "nine five five zero zero"),
such as a telephone number. Figures on the glass are read the same way: with a mark between thousands
or up to three of them they are a number, four and more without a mark are spelled. An amount with a fraction is
kept as it is written, 2.50, whatever its jiao and fen are called; so is one that is said with a point and two
figures (二点五零, "two point five zero").
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

SPELLED_MIN: Final = 4
"""So many figures without a mark between thousands are a name and no quantity: a tail, a reference, a
telephone number."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Quantities, and numbers that are said digit by digit."""

    values: frozenset[int]
    spelled: frozenset[str]

    def lacks(self, wanted: "Numbers") -> list[str]:
        """What of `wanted` is not among these. A short number may be spelled: 110 is a telephone number."""
        short = {int(run) for run in self.spelled if len(run) < SPELLED_MIN}
        values = [str(value) for value in sorted(wanted.values - self.values - short)]
        return [*values, *sorted(wanted.spelled - self.spelled)]


# --- figures ------------------------------------------------------------------------------------

_FIGURES = re.compile(r"\d[\d,]*(?:\.\d\d(?!\d))?")


def numbers_shown(text: str) -> Numbers:
    """The numbers of a text with figures."""
    values: set[int] = set()
    spelled: set[str] = set()
    for run in _FIGURES.findall(text):
        figures = run.rstrip(",")
        if "." in figures:
            spelled.add(figures.replace(",", ""))
            continue
        if "," not in figures and len(figures) >= SPELLED_MIN:
            spelled.add(figures)
        else:
            values.add(int(figures.replace(",", "")))
    return Numbers(frozenset(values), frozenset(spelled))


# --- words --------------------------------------------------------------------------------------

_ZH_DIGITS: Final[Mapping[str, int]] = {
    **{word: digit for digit, word in enumerate("零一二三四五六七八九")},
    "两": 2,
    "幺": 1,
}
_ZH_UNITS: Final[Mapping[str, int]] = {"十": 10, "百": 100, "千": 1_000}
_ZH_MYRIADS: Final[Mapping[str, int]] = {"万": 10_000, "亿": 100_000_000}
_ZH_RUN = re.compile(f"[{''.join((*_ZH_DIGITS, *_ZH_UNITS, *_ZH_MYRIADS))}]+")

_EN_ONES: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_EN_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_EN_SMALL: Final[Mapping[str, int]] = {
    **{word: number for number, word in enumerate(_EN_ONES.split())},
    **{word: 10 * number for number, word in enumerate(_EN_TENS.split(), start=2)},
}
_EN_SCALES: Final[Mapping[str, int]] = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_EN_NUMBER: Final = "|".join((*_EN_SMALL, *_EN_SCALES, "hundred"))
_EN_WORD = re.compile(r"[A-Za-z]+|[^A-Za-z\s-]")


def numbers_heard(text: str, language: str) -> Numbers:
    """The numbers of a text in words."""
    runs = _chinese(text) if language == "zh" else _english(text)
    values: set[int] = set()
    spelled = set(_hundredths(text, language))
    for run in runs:
        if isinstance(run, int):
            values.add(run)
        elif len(run) == 1:
            values.add(int(run))
        else:
            spelled.add(run)
    return Numbers(frozenset(values), frozenset(spelled))


_ZH_PARTS = re.compile(
    rf"(?:({_ZH_RUN.pattern})元)?(?:零?([{''.join(_ZH_DIGITS)}])角)?(?:零?([{''.join(_ZH_DIGITS)}])分)?"
)
_EN_PARTS = re.compile(
    rf"((?:(?:{_EN_NUMBER})[\s-]+)*)yuan ((?:(?:{_EN_NUMBER})[\s-]+)+)fen|"
    rf"((?:(?:{_EN_NUMBER})[\s-]+)+)fen"
)


_ZH_DIGIT: Final = f"[{''.join(_ZH_DIGITS)}]"
_ZH_POINT = re.compile(rf"({_ZH_RUN.pattern})点({_ZH_DIGIT}{{2}})(?!{_ZH_DIGIT})")
_EN_DIGIT: Final = f"(?:{'|'.join(_EN_ONES.split()[:10])})\\b"
_EN_POINT = re.compile(
    rf"((?:(?:{_EN_NUMBER})[\s-]+)+)point ({_EN_DIGIT} {_EN_DIGIT})(?! {_EN_DIGIT})"
)


def _pointed(text: str, language: str) -> Iterator[str]:
    """Numbers with a point and two figures behind it, as they are written: 2.50."""
    if language == "zh":
        for whole, decimals in _ZH_POINT.findall(text):
            yield f"{chinese_number(whole)}.{chinese_number(decimals)}"
        return
    for whole, decimals in _EN_POINT.findall(text.lower()):
        behind = english_words(_EN_WORD.findall(decimals))
        yield f"{english_words(_EN_WORD.findall(whole))}.{behind}"


def _hundredths(text: str, language: str) -> Iterator[str]:
    """Amounts with a fraction, as they are written: 2.50."""
    yield from _pointed(text, language)
    if language == "zh":
        for whole, jiao, fen in _ZH_PARTS.findall(text):
            if jiao or fen:
                yuan = chinese_number(whole) if whole else 0
                yield f"{yuan}.{_ZH_DIGITS.get(jiao, 0)}{_ZH_DIGITS.get(fen, 0)}"
        return
    for yuan_words, fen_words, alone in _EN_PARTS.findall(text.lower()):
        fen = english_words(_EN_WORD.findall(fen_words or alone))
        whole = english_words(_EN_WORD.findall(yuan_words)) if yuan_words.strip() else 0
        yield f"{whole}.{int(fen):02d}"


def _chinese(text: str) -> list[int | str]:
    return [chinese_number(run) for run in _ZH_RUN.findall(text)]


def chinese_number(run: str) -> int | str:
    """A run of number characters: its value, or the figures that it spells."""
    if not set(run) - set(_ZH_DIGITS):
        return "".join(str(_ZH_DIGITS[word]) for word in run)
    whole = part = digit = 0
    for word in run:
        if word in _ZH_DIGITS:
            digit = _ZH_DIGITS[word]
        elif word in _ZH_UNITS:
            part += (digit or 1) * _ZH_UNITS[word]
            digit = 0
        else:
            whole = (whole + part + digit) * _ZH_MYRIADS[word] if word == "亿" else whole
            whole += (part + digit) * _ZH_MYRIADS[word] if word == "万" else 0
            part = digit = 0
    return whole + part + digit


def _english(text: str) -> list[int | str]:
    found: list[int | str] = []
    run: list[str] = []
    for word in [*_EN_WORD.findall(text.lower()), "."]:
        if word in _EN_SMALL or (run and (word in _EN_SCALES or word == "hundred")):
            run.append(word)
        elif run:
            found.append(english_words(run))
            run = []
    return found


def english_words(run: list[str]) -> int | str:
    """A run of number words: its value, or the figures that it spells."""
    if all(_EN_SMALL.get(word, 10) < 10 for word in run):
        return "".join(str(_EN_SMALL[word]) for word in run)
    whole = part = 0
    for word in run:
        if word == "hundred":
            part *= 100
        elif word in _EN_SCALES:
            whole, part = whole + part * _EN_SCALES[word], 0
        else:
            part += _EN_SMALL[word]
    return whole + part
