"""Mandarin as a speech engine must be told it: syllables with tone digits, never characters.

Engines read characters wrongly where money is (还款, 银行, 一万), so every sentence has checked
pinyin in `terminal/locale/zh_pinyin.toml` (made by `tools/make_pinyin.py`, read by the stage and
handed in as data), and numbers are put together here. The rules:

- one syllable for each character; tone digits 1 to 5, 5 is the neutral tone; ü is written v;
- 一 and 不 carry the tone they are said with (yi2 ci4, bu2 dui4); third tones stay third tones,
  because the engine changes them itself (measured: qing3 qu3 ka3 is said 2-2-3);
- a value in a sentence is a slot, `{name}`.

What may be said aloud is not decided here: that is `utterance`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_INITIAL = "(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?"
_FINAL = (
    "(?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|er|i|ia|ie|iao|iu|ian|in|iang|ing|iong"
    "|u|ua|uo|uai|ui|uan|un|uang|ue|v|ve|van|vn)"
)
SYLLABLE = re.compile(f"^{_INITIAL}{_FINAL}[1-5]$")
"""One syllable as it is written in the table."""

_STOPS = re.compile(r"[,.]+$")

_NUMERALS: Mapping[str, str] = {
    "零": "ling2",
    "一": "yi1",
    "二": "er4",
    "两": "liang3",
    "三": "san1",
    "四": "si4",
    "五": "wu3",
    "六": "liu4",
    "七": "qi1",
    "八": "ba1",
    "九": "jiu3",
    "十": "shi2",
    "百": "bai3",
    "千": "qian1",
    "万": "wan4",
    "亿": "yi4",
    "元": "yuan2",
    "角": "jiao3",
    "分": "fen1",
    "整": "zheng3",
    "张": "zhang1",
    "月": "yue4",
    "日": "ri4",
    "某": "mou3",
}
_UNITS = "百千万亿"


@dataclass(frozen=True, slots=True)
class Line:
    """One reviewed entry: the sentences in characters and, one for one, in pinyin."""

    text: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PinyinTable:
    """Catalogue key to reviewed pinyin, for the loudspeaker's text and for the headset's; `words` has that
    of labels and names of keys, which are said inside sentences."""

    loudspeaker: Mapping[str, Line] = field(default_factory=dict)
    headset: Mapping[str, Line] = field(default_factory=dict)
    words: Mapping[str, Line] = field(default_factory=dict)


def pinyin_table_from(tables: Mapping[str, Any]) -> PinyinTable:
    """The table from parsed TOML. Raises ValueError with the key of the first entry not
    understood."""
    unknown = set(tables) - {"loudspeaker", "headset", "words"}
    if unknown:
        raise ValueError(f"unknown table {', '.join(sorted(unknown))}")
    return PinyinTable(
        _lines(tables.get("loudspeaker", {})),
        _lines(tables.get("headset", {})),
        _lines(tables.get("words", {})),
    )


def _lines(table: Mapping[str, Any]) -> dict[str, Line]:
    lines: dict[str, Line] = {}
    for key, entry in table.items():
        match entry:
            case {"text": str(text), "pinyin": [*sentences]} if len(entry) == 2:
                lines[key] = Line(text, tuple(str(s) for s in sentences))
            case _:
                raise ValueError(f"{key}: expected text and pinyin, found {entry!r}")
    return lines


def syllables(sentence: str) -> list[str]:
    """The syllables (and slots) of a sentence, without its commas and stops."""
    return [_STOPS.sub("", word) for word in sentence.split()]


ORDINALS = frozenset({"level", "key"})
"""Values that are the name of something and not how many: a lone 一 keeps its tone (一档)."""


def fill(sentence: str, values: Mapping[str, str], forms: Mapping[str, str] | None = None) -> str:
    """A sentence with its slots filled. `values` are number words in characters (一千五百元整) or
    a tail to be said digit by digit (一二三四); a lone 一 takes its tone from what follows. `forms`
    are values that have their pinyin already."""
    words = sentence.split()
    ready = forms or {}
    out: list[str] = []
    for n, word in enumerate(words):
        if not word.startswith("{"):
            out.append(word)
            continue
        slot, _, stop = word[1:].partition("}")
        counts = n + 1 < len(words) and not stop and slot not in ORDINALS
        tone = _tone(words[n + 1]) if counts else 0
        out.append((ready.get(slot) or number_pinyin(values[slot], tone)) + stop)
    return " ".join(out)


def number_pinyin(words: str, following_tone: int = 0) -> str:
    """Number words in pinyin: 一万 is yi2 wan4, 一千 is yi4 qian1, 十一 is shi2 yi1.

    `following_tone` is that of the measure word after a number, 0 if nothing follows. Characters
    that are no number words are left as they are: the engine spells them."""
    out: list[str] = []
    for n, word in enumerate(words):
        after = words[n + 1 : n + 2]
        if word == "，" and out:
            out[-1] += ","
            continue
        said = _NUMERALS.get(word, word)
        if word == "一" and (_takes_sandhi(words, n) or (words == word and following_tone)):
            tone = _tone(_NUMERALS.get(after, "")) or following_tone
            said = "yi2" if tone == 4 else "yi4"
        out.append(said)
    return " ".join(out)


def _takes_sandhi(words: str, n: int) -> bool:
    after, before = words[n + 1 : n + 2], words[n - 1 : n] if n else ""
    if not after or after not in _UNITS + "元角分张":
        return False
    if after in "角分":
        return True
    if after == "元":
        return not before
    if after == "张":
        return before in ("", "元")
    return not (after in "万亿" and before and before in "十零")


def _tone(syllable: str) -> int:
    found = re.search(r"[1-5]", syllable)
    return int(found.group()) if found else 0
