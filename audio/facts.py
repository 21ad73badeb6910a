"""What is said of the lines that are read back: "余额，一万二千五百元整", "Balance: twelve thousand five
hundred yuan".

A line is one sentence. Its class is the fact's own: what is open is said to everybody, what is private
when the customer asks to have the screen read, what is financial in a headset only. Text as it stands is
said as people read it to one another: figures one by one, a hidden character of a name as 某, hidden
figures as a pause. In a language that does not read Chinese, a line with Chinese characters in it is said
by the Chinese voice, which reads them (CN-02 asks for spoken Chinese beside).
"""

import re
from collections.abc import Mapping, Sequence

from audio import pinyin as py
from audio.utterance import Words, said_value, utterance_of, word_of
from terminal.asking import Fact, Word
from terminal.messages import Catalogue
from terminal.money import Amount
from terminal.profile import Language

Line = tuple[Language, str, Mapping[str, object]]
"""A language, a catalogue key and its values."""

SIGNS: Mapping[tuple[Language, str], Words] = {
    ("zh", "-"): Words("负", "fu4"),
    ("zh", "out"): Words("支出", "zhi1 chu1"),
    ("zh", "in"): Words("收入", "shou1 ru4"),
    ("en", "-"): Words("minus", "minus"),
    ("en", "out"): Words("minus", "minus"),
    ("en", "in"): Words("plus", "plus"),
}
"""What is said before an amount that is below nothing, or went out of an account or came in."""

HANZI = re.compile(r"[\u4e00-\u9fff]")


def fact_lines(
    facts: Sequence[Fact],
    catalogues: Mapping[Language, Catalogue],
    table: py.PinyinTable,
    own: Language,
) -> list[Line]:
    """One line for each fact, in the language of the screen or, where only that can be read, in Chinese."""
    signed = any(isinstance(one, Amount) and one.minor < 0 for fact in facts for one in parts(fact))
    return [
        _line(fact, catalogues["zh" if in_chinese(fact, own) else own], table, signed)
        for fact in facts
    ]


def in_chinese(fact: Fact, language: Language) -> bool:
    """Whether a fact must be read by the Chinese voice."""
    texts = (one for one in parts(fact) if isinstance(one, str))
    return language != "zh" and any(map(HANZI.search, texts))


def parts(fact: Fact) -> tuple[object, ...]:
    """The values of a fact, one or several."""
    return fact.value if isinstance(fact.value, tuple) else (fact.value,)


def slot_of(fact: Fact) -> str:
    """The slot its value stands in: whose business the line is (`terminal/privacy`)."""
    return "financial" if fact.financial else "own" if fact.private else "open"


def _line(fact: Fact, catalogue: Catalogue, table: py.PinyinTable, signed: bool) -> Line:
    values = parts(fact)
    entry = signed and len(values) > 1
    *before, value = (_said(one, catalogue, table, entry) for one in values)
    label = word_of(catalogue, table, fact.label)
    name = slot_of(fact)
    return (
        catalogue.language,
        f"talk.fact.{name}",
        {"label": _joined([*before, label], catalogue.language), name: value},
    )


def _joined(words: Sequence[Words], language: Language) -> Words:
    comma = "，" if language == "zh" else ", "
    return Words(comma.join(w.text for w in words), ", ".join(w.form for w in words))


def _said(value: object, catalogue: Catalogue, table: py.PinyinTable, signed: bool) -> Words:
    language = catalogue.language
    match value:
        case Word(key=key, values=named):
            return _word(key, dict(named), catalogue, table)
        case Amount():
            return _amount(value, language, signed)
        case str():
            return text_words(value, language)
        case _:
            text = said_value(value, language)
            return Words(text, py.number_pinyin(text) if language == "zh" else text)


def _word(
    key: str, values: Mapping[str, object], catalogue: Catalogue, table: py.PinyinTable
) -> Words:
    if key.startswith("label."):
        return word_of(catalogue, table, key.removeprefix("label."))
    made = utterance_of(catalogue, table, key, values, "headset")
    if made is None:
        return Words("", "")
    stops = "。." if catalogue.language == "zh" else "."
    return Words(made.text.rstrip(stops), made.form.rstrip("."))


def _amount(amount: Amount, language: Language, signed: bool) -> Words:
    words = said_value(Amount(abs(amount.minor), amount.currency), language)
    form = py.number_pinyin(words) if language == "zh" else words
    below = amount.minor < 0
    sign = ("out" if below else "in") if signed and amount else "-" if below else ""
    if not sign:
        return Words(words, form)
    first = SIGNS[language, sign]
    space = "" if language == "zh" else " "
    return Words(f"{first.text}{space}{words}", f"{first.form} {form}")


def text_words(text: str, language: Language) -> Words:
    """Text as it stands, such as a masked name; what is no number word is left to the engine's own eyes."""
    said = said_value(text, language)
    if language != "zh":
        return Words(said, said)
    return Words(said, ", ".join(py.number_pinyin(piece) for piece in said.split("，")))


def typed_words(groups: Sequence[str], language: Language) -> Words:
    """Digits in their groups, one by one, with a pause after each group."""
    return text_words(" ".join(groups), language)
