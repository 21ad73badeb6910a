"""What is said: a catalogue key, its values and the channel make one `Utterance`, a plain value.

The rules it keeps:

- A loudspeaker has neighbours. Every value has a privacy class (accessibility.md PRV-01), and a
  sentence that names a value above P0 is left out on the loudspeaker; `check` raises if one were to
  get there all the same (AUD-05). The PIN, and how many of its digits are typed, is never said.
- In the headset, and on the loudspeaker when it was asked to read the screen, a text of its own may be
  said in place of what is shown (`talk.heard`, `talk.aloud`): where there is no glass to look at.
- An amount is said from the `Amount`: 一千五百元整, "one thousand five hundred yuan"; the tail of a
  card and a number to quote digit by digit.
- Whole sentences only (AUD-17). A caption is the text of the utterance, word for word (AUD-13).
- An outcome (what, money, next) is said without its headline: the first part says the same.
- Only the languages in `messages.VOICED` are said. For the others there is no utterance at all, not
  even by a wrong voice: `captioned` gives what would be said, to be read.

Sound, timing and interruption are not its business: see `voice`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from audio import pinyin as py
from terminal.messages import (
    EAR_ONLY,
    UNSPACED,
    VOICED,
    Catalogue,
    day_of,
    month_name,
    shown_value,
)
from terminal.money import MINOR_PER_MAJOR, Amount, Sheets
from terminal.numerals import spoken
from terminal.privacy import ALLOWED, Channel, Privacy, privacy_of
from terminal.profile import Language, Profile

_SLOT = re.compile(r"\{(\w+)\}")
_WIDE_SENTENCE = re.compile(r"[^。？！；\n]+[。？！；]?")
_SPACED_SENTENCE = re.compile(r"[^\n]+?(?:[.?!;؟؛།](?=\s|$)|(?=\n|$))")
_ENDS = "。？！.?!؟།"
_SHADS = {"ང": "་།", "ཀ": "", "ག": "", "ཤ": ""}
"""What stands for a shad after these letters of Tibetan."""
_QUOTES = str.maketrans("", "", '“”"()')
_HANZI = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*|\d+")
_FIGURES = re.compile(r"[0-9]+")
_HIDDEN = re.compile(r"[*•]+")
_SPELLED = re.compile(r"\bPIN(?=s?\b)")
"""The engine would say "pee eye en" (measured)."""


class IndiscreetError(ValueError):
    """A private value was about to be said where others hear it: a mistake in the program."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing to say. `text` is the caption; `sentences` its parts; `forms` what the engine is
    given for each (pinyin with tone digits for Mandarin); `privacy` the highest class of any value
    in it."""

    text: str
    lang: Language
    privacy: Privacy
    sentences: tuple[str, ...]
    forms: tuple[str, ...]

    @property
    def form(self) -> str:
        """The spoken form as one text."""
        return " ".join(self.forms)


@dataclass(frozen=True, slots=True)
class Words:
    """A value that is said as it stands, like the label of an answer: its text, and what the engine is
    given for it."""

    text: str
    form: str


def template(catalogue: Catalogue, key: str, values: Mapping[str, object] | None = None) -> str:
    """The text to be said on the loudspeaker, with its slots open."""
    entry, speech = catalogue.entries[key], catalogue.speech(key, values)
    if entry.speech or not entry.title:
        return speech
    return _after_title(catalogue, entry.title, speech, bool(entry.parts))


def headset_template(
    catalogue: Catalogue, key: str, values: Mapping[str, object] | None = None
) -> str:
    """The text for private listening: what is shown, with its values, where the loudspeaker's
    text leaves them out; otherwise the same."""
    entry = catalogue.entries[key]
    shown = entry.title + entry.text
    if not entry.speech or not _SLOT.search(shown):
        return template(catalogue, key, values)
    return _after_title(catalogue, entry.title, shown, bool(entry.parts))


def _after_title(catalogue: Catalogue, title: str, whole: str, outcome: bool) -> str:
    rest = whole.removeprefix(title).lstrip("。.། ")
    if outcome or rest.startswith(title):
        return rest
    space = _space(catalogue.language) if rest else ""
    return f"{title}{_stop(title, catalogue.language)}{space}{rest}"


def _stop(title: str, language: Language) -> str:
    """What makes a title a sentence."""
    if title[-1] in _ENDS:
        return ""
    if language == "bo":
        return _SHADS.get(title[-1], "།")
    return "。" if language in UNSPACED else "."


def _space(language: Language) -> str:
    """What stands between two sentences."""
    return "" if language in UNSPACED else " "


def sentences_of(text: str, language: Language) -> tuple[str, ...]:
    """The sentences of a text."""
    pattern = _WIDE_SENTENCE if language in UNSPACED else _SPACED_SENTENCE
    return tuple(s for s in (found.strip() for found in pattern.findall(text)) if s)


_OWN_TEXTS: Mapping[Channel, str] = {"headset": "heard", "aloud": "aloud"}


def open_text(
    catalogue: Catalogue, key: str, values: Mapping[str, object], channel: Channel
) -> tuple[str, str]:
    """The entry that is said for `key` on a channel, and its text with its slots open."""
    if channel != "loudspeaker":
        own = f"{EAR_ONLY}{_OWN_TEXTS[channel]}.{key}"
        if own not in catalogue.entries:
            return key, headset_template(catalogue, key, values)
        key = own
    return key, template(catalogue, key, values)


def utterance_of(
    catalogue: Catalogue,
    table: py.PinyinTable,
    key: str,
    values: Mapping[str, object],
    channel: Channel = "loudspeaker",
) -> Utterance | None:
    """What is said for `key` on `channel`; None where nothing may be said there, the catalogue has
    no such key, or its language has no voice. Sentences whose values are missing or not for this
    channel are left out."""
    if key not in catalogue.entries or catalogue.language not in VOICED:
        return None
    key, text = open_text(catalogue, key, values, channel)
    parts = sentences_of(text, catalogue.language)
    said: list[str] = []
    told: list[str] = []
    privacy: Privacy = "P0"
    for part, form in zip(parts, _forms(table, key, text, len(parts)), strict=True):
        names = _SLOT.findall(part)
        if not _may_tell(names, values, channel):
            continue
        words = {n: said_value(values[n], catalogue.language, _counted(part, n)) for n in names}
        ready = {n: v.form for n in names if isinstance(v := values[n], Words)}
        said.append(_begun(part.format_map(words), catalogue.language))
        told.append(py.fill(form, words, ready) if form else _plain(said[-1], catalogue.language))
        privacy = max([privacy, *(privacy_of(n) for n in names)])
    if not said:
        return None
    joint = _space(catalogue.language).join(said)
    return Utterance(joint, catalogue.language, privacy, tuple(said), tuple(told))


def _forms(table: py.PinyinTable, key: str, text: str, count: int) -> tuple[str, ...]:
    """The checked pinyin of a text, sentence by sentence; empty where there is none for these words."""
    for line in (table.headset.get(key), table.loudspeaker.get(key)):
        if line is not None and line.text == text:
            return line.sentences
    return ("",) * count


def word_of(catalogue: Catalogue, table: py.PinyinTable, name: str) -> Words:
    """The words of a label or a key, as they are said inside a sentence."""
    own = f"{EAR_ONLY}word.{name}"
    key = own if own in catalogue.entries else f"label.{name}"
    text = worded(catalogue.entries[key].text, catalogue.language)
    line = table.words.get(key)
    checked = line is not None and line.text == text and catalogue.language == "zh"
    form = line.sentences[0].rstrip(".") if line and checked else _plain(text, catalogue.language)
    return Words(text, form)


def worded(text: str, language: Language) -> str:
    """A label with its figures as words: 50元 is 五十元, a note of so much."""
    said = _FIGURES.sub(lambda run: said_value(int(run.group()), language), text)
    return "".join(said.split()) if language == "zh" else said


def captioned(
    catalogue: Catalogue,
    key: str,
    values: Mapping[str, object],
    channel: Channel = "loudspeaker",
) -> str:
    """What is said for `key` in a language with a voice, as text to be read in one without: the same
    sentences, numbers in figures; "" where there is nothing."""
    if key not in catalogue.entries:
        return ""
    _, text = open_text(catalogue, key, values, channel)
    shown = {name: shown_value(value, catalogue.language) for name, value in values.items()}
    return _space(catalogue.language).join(
        part.format_map(shown)
        for part in sentences_of(text, catalogue.language)
        if _may_tell(_SLOT.findall(part), values, channel)
    )


def _may_tell(names: list[str], values: Mapping[str, object], channel: Channel) -> bool:
    return all(n in values and privacy_of(n) in ALLOWED[channel] for n in names)


def joined(first: Utterance, second: Utterance) -> Utterance:
    """Two utterances of one language as one."""
    assert first.lang == second.lang, "an utterance has one language"
    return Utterance(
        first.text + _space(first.lang) + second.text,
        first.lang,
        max(first.privacy, second.privacy),
        first.sentences + second.sentences,
        first.forms + second.forms,
    )


def check(utterance: Utterance, channel: Channel) -> None:
    """The channel guard: raises IndiscreetError for an utterance that `channel` may not carry."""
    if utterance.privacy not in ALLOWED[channel]:
        raise IndiscreetError(f"{utterance.privacy} on the {channel}")


def expected_seconds(utterance: Utterance, profile: Profile) -> float:
    """How long it takes to say at the profile's pace, with a pause between sentences (AUD-15,
    AUD-16): characters of Mandarin or words of English, and nothing for punctuation."""
    pauses = (len(utterance.sentences) - 1) * profile.sentence_pause_ms / 1000
    return spoken_units(utterance) / units_per_second(utterance.lang, profile) + pauses


def spoken_units(utterance: Utterance) -> int:
    """Characters of Mandarin, or words of English, that are said."""
    return len((_HANZI if utterance.lang == "zh" else _WORD).findall(utterance.text))


def units_per_second(language: Language, profile: Profile) -> float:
    """Characters of Mandarin, or words of English, a second."""
    if language == "zh":
        return profile.zh_chars_per_second
    return profile.en_words_per_minute / 60


# --- values -----------------------------------------------------------------------------------


def said_value(value: object, language: Language, counted: bool = False) -> str:
    """A value in words. Text (a tail, a number to quote) is said sign by sign."""
    match value:
        case Words(text=text):
            return text
        case Amount():
            return said_amount(value, language)
        case Sheets():
            return _said_sheets(value, language)
        case tuple():
            between = "，" if language == "zh" else ", "
            return between.join(said_value(one, language) for one in value)
        case int() if language == "zh":
            return _liang(spoken(value)) if counted else spoken(value)
        case int():
            return english_number(value)
        case _:
            return said_text(str(value), language)


def said_text(text: str, language: Language) -> str:
    """Text as it stands: a day as a day, figures one by one with a pause where they are hidden or apart, a
    hidden character of a name as 某; other words are left as they are."""
    if day := day_of(text):
        return _said_day(day, language)
    pieces = [one for word in text.split() for one in _uncovered(word, language).split()]
    if language == "zh":
        return "，".join(_digits(piece, language) for piece in pieces)
    figures = any(c.isdigit() for c in text)
    return (", " if figures else " ").join(map(_spelled, pieces))


def _uncovered(word: str, language: Language) -> str:
    """A word without its hidden characters: of a name they are called 某, of a number they are a pause."""
    name = language == "zh" and any("\u4e00" <= c <= "\u9fff" for c in word)
    return _HIDDEN.sub("某" if name else "" if word.isalpha() else " ", word)


def _said_day(day: date, language: Language) -> str:
    if language == "zh":
        return f"{spoken(day.month)}月{spoken(day.day)}日"
    return f"{english_number(day.day)} {month_name(day.month, language)}"


def _spelled(word: str) -> str:
    """A word with its figures one by one, the rest as it stands."""
    return _FIGURES.sub(lambda run: f" {_digits(run.group(), 'en')} ", word).strip()


def said_amount(amount: Amount, language: Language) -> str:
    """一千五百元整, "one thousand five hundred yuan"; with a fraction 一千二百元零六分, "one thousand two
    hundred yuan six fen". Range: 0 to `LARGEST` yuan."""
    major, minor = divmod(amount.minor, MINOR_PER_MAJOR)
    if language == "zh":
        return _zh_amount(major, *divmod(minor, 10))
    parts = [(major, "yuan")] if major or not minor else []
    parts += [(minor, "fen")] if minor else []
    return " ".join(f"{english_number(number)} {unit}" for number, unit in parts)


def _said_sheets(some: Sheets, language: Language) -> str:
    """一百元十五张, "fifteen notes of one hundred yuan"."""
    if language == "zh":
        return f"{_liang(spoken(some.face.major))}元{_liang(spoken(some.count))}张"
    notes = "note" if some.count == 1 else "notes"
    return f"{english_number(some.count)} {notes} of {said_amount(some.face, language)}"


def _zh_amount(major: int, jiao: int, fen: int) -> str:
    if not (jiao or fen):
        return f"{_liang(spoken(major))}元整"
    yuan = f"{_liang(spoken(major))}元" if major else ""
    tenths = f"{_liang(spoken(jiao))}角" if jiao else "零" if major else ""
    return yuan + tenths + (f"{_liang(spoken(fen))}分" if fen else "")


_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = [
    "zero",
    "ten",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"))
LARGEST = 999_999_999_999
"""As far as the Chinese number words go, and beyond any amount here."""


def english_number(number: int) -> str:
    """`number` in words: 1500 is "one thousand five hundred". Range 0 to `LARGEST`."""
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} is outside 0 to {LARGEST}")
    words: list[str] = []
    for scale, name in _SCALES:
        if number >= scale:
            words += [*_hundreds(number // scale), name]
            number %= scale
    return " ".join([*words, *_hundreds(number)]) or _ONES[0]


def _hundreds(number: int) -> list[str]:
    words = [_ONES[number // 100], "hundred"] if number >= 100 else []
    rest = number % 100
    if rest >= 20:
        return [*words, f"{_TENS[rest // 10]}{'-' + _ONES[rest % 10] if rest % 10 else ''}"]
    return [*words, _ONES[rest]] if rest else words


def _digits(text: str, language: Language) -> str:
    if language == "zh":
        return "".join(spoken(int(c)) if c.isascii() and c.isdigit() else c for c in text)
    return " ".join(_ONES[int(c)] if c.isascii() and c.isdigit() else c for c in text)


def _liang(words: str) -> str:
    """两 for a leading 二 where a unit or a measure word follows: 两千, 两次; but 二十."""
    if words == "二":
        return "两"
    return re.sub(r"^二(?=[百千万亿])", "两", words)


def _counted(part: str, name: str) -> bool:
    return any(f"{{{name}}}{unit}" in part for unit in ("次", "点"))


def _begun(sentence: str, language: Language) -> str:
    return sentence if language == "zh" else sentence[0].upper() + sentence[1:]


def _plain(text: str, language: Language) -> str:
    """English without quotation marks; Mandarin without pinyin is left to the engine's own eyes."""
    plain = text.translate(_QUOTES)
    return plain if language == "zh" else _SPELLED.sub("pin", plain)
