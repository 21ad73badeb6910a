"""The catalogue: key and values to text, and to what is said.

Catalogues are TOML beside this file, one per language, read by the stage and handed in as data. An
entry has a `title` and a `text`, or the three parts of an error (`what` happened, what that means for
the `money`, what to do `next`), and a `speech` where what is said differs from what is shown.
`{name}` stands for a value: an `Amount` is written with its unit, a number plainly. A text may have
plural forms (`one`, `few`, `many`; `text` is for the rest), chosen by the value named in `count`.

Every entry is a draft until a reader of the language has reviewed it: `default_review` at the top of a
file says it for all of them, `review` in an entry for that one; `{ by = "name", on = "2026-11-22" }`
names the reader and the day. That an entry says the same in every language, no program can find out:
only such a reader can, and none has yet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from string import Formatter
from typing import Any

from babel import Locale

from terminal.afterwards import AFTER, STAYS, UNTOUCHED
from terminal.money import MINOR_PER_MAJOR, Amount, Sheets
from terminal.numerals import capitals
from terminal.profile import Language

PARTS = ("what", "money", "next")
"""The three parts of an error text (COG-11)."""

MONEY = PARTS.index("money")

FORMS = ("one", "few", "many")
"""Plural forms that a text may have beside the one for the rest."""

DRAFT = "draft"
"""What the review of an entry says that nobody has reviewed."""

VOICED: frozenset[Language] = frozenset({"zh", "en"})
"""The languages that are spoken: their texts for the ear are written and their phonemes checked. The
others are read only. No reader has reviewed a text of theirs and nobody has checked what the engine
makes of one; for Tibetan it has no voice at all (platform-facts 4.2), and a wrong voice is worse than
none."""

EAR_ONLY = "talk."
"""How the keys of entries begin that are said and never shown: they are in the catalogues of languages with a
voice. `talk.heard.<key>` is what is said of `<key>` to whoever listens by headset, `talk.aloud.<key>` what
the loudspeaker says when asked to read the screen, each in the place of what is shown; `talk.word.<name>` a
word of a spoken menu that is written otherwise on the glass."""

UNSPACED: frozenset[Language] = frozenset({"zh", "ja"})
"""Nothing stands between sentences. Tibetan has a space after each shad."""


@dataclass(frozen=True, slots=True)
class Review:
    """Who of the language's readers reviewed an entry, and when."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One message: what is shown, and what is said where that differs. Without a `review` it is a
    draft."""

    title: str = ""
    text: str = ""
    speech: str = ""
    one: str = ""
    few: str = ""
    many: str = ""
    count: str = ""
    parts: tuple[str, ...] = ()
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All messages of one language. `chinese` is the Chinese catalogue, for what must be shown in Chinese
    beside another language (CN-02)."""

    language: Language
    entries: Mapping[str, Entry]
    chinese: "Catalogue | None" = None

    def title(self, key: str, values: Mapping[str, object] | None = None) -> str:
        """The title of a message, or ""."""
        return self._fill(self.entries[key].title, values)

    def text(self, key: str, values: Mapping[str, object] | None = None) -> str:
        """The text of a message, plural form chosen, values filled in."""
        entry = self.entries[key]
        return self._fill(self._form(entry, values), values)

    def speech(self, key: str, values: Mapping[str, object] | None = None) -> str:
        """What is said: the speech of a message, otherwise its title and text. Values are left as
        `{name}`: the voice says an amount from the `Amount`, never from its display text."""
        entry = self.entries[key]
        return entry.speech or join(self.language, entry.title, self._form(entry, values))

    def label(self, key: str) -> str:
        """The words on something that can be pressed."""
        return self.entries[f"label.{key}"].text

    def reviewed(self, key: str) -> Review | None:
        """By whom and when the entry was reviewed; None is a draft."""
        return self.entries[key].review

    def review_counts(self) -> tuple[int, int]:
        """How many entries are reviewed, and how many are drafts."""
        done = sum(entry.review is not None for entry in self.entries.values())
        return done, len(self.entries) - done

    def review_line(self) -> str:
        """The same as a line: "zh: 0 of 150 entries reviewed, 150 drafts"."""
        done, drafts = self.review_counts()
        return f"{self.language}: {done} of {done + drafts} entries reviewed, {drafts} drafts"

    def _form(self, entry: Entry, values: Mapping[str, object] | None) -> str:
        number = (values or {}).get(entry.count) if entry.count else None
        if not isinstance(number, int):
            return entry.text
        forms = dict(zip(FORMS, (entry.one, entry.few, entry.many), strict=True))
        return forms.get(plural(self.language, number)) or entry.text

    def _fill(self, text: str, values: Mapping[str, object] | None) -> str:
        if "{" not in text:
            return text
        shown = {name: shown_value(value, self.language) for name, value in (values or {}).items()}
        return text.format_map(shown)


def join(language: Language, *sentences: str) -> str:
    """Sentences one after the other; languages with spaces get one between."""
    return ("" if language in UNSPACED else " ").join(s for s in sentences if s)


def shown_value(value: object, language: Language) -> str:
    """A value as it is written on the screen."""
    if isinstance(value, Amount):
        return shown_amount(value, language)
    if isinstance(value, Sheets):
        return _shown_sheets(value, language)
    if isinstance(value, tuple):
        return ("、" if language == "zh" else ", ").join(shown_value(v, language) for v in value)
    if isinstance(value, str) and (day := day_of(value)):
        return shown_day(day, language)
    return _grouped(value, language) if isinstance(value, int) else str(value)


def _shown_sheets(some: Sheets, language: Language) -> str:
    """100元15张, 15 × 100 yuan."""
    if language == "zh":
        return f"{some.face.major}元{some.count}张"
    return f"{some.count}{_NO_BREAK}×{_NO_BREAK}{shown_amount(some.face, language)}"


def _grouped(number: int, language: Language) -> str:
    """A quantity with its thousands apart: 4,949 notes are not the number 4949."""
    return f"{number:,}".replace(",", _THOUSANDS.get(language, ","))


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def day_of(text: str) -> date | None:
    """The day that a text names as YYYY-MM-DD, or None."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def shown_day(day: date, language: Language) -> str:
    """A day near to now, without its year: 8月3日, 3 August."""
    if language == "zh":
        return f"{day.month}月{day.day}日"
    return f"{day.day}{_NO_BREAK}{month_name(day.month, language)}"


@cache
def month_name(month: int, language: Language) -> str:
    """The month's name beside a day."""
    return str(_locale(language).months["format"]["wide"][month])


def shown_amount(amount: Amount, language: Language) -> str:
    """An amount with its unit: 1,500 元, 1,500 yuan, 1 500 юаней, སྒོར་ 1,500. All its spaces are
    no-break spaces, so that it stays whole."""
    number, unit = amount_parts(amount, language)
    first, second = (unit, number) if language in _UNIT_FIRST else (number, unit)
    return f"{first}{_NO_BREAK}{second}"


def amount_parts(amount: Amount, language: Language) -> tuple[str, str]:
    """The number of an amount as the language writes it, and its unit in the form for that number."""
    major, minor = divmod(abs(amount.minor), MINOR_PER_MAJOR)
    number = _grouped(major, language)
    if minor:
        number += f"{_DECIMAL.get(language, '.')}{minor:02d}"
    units = _UNITS[language]
    form = "other" if minor else plural(language, major)
    sign = MINUS if amount.minor < 0 else ""
    return f"{sign}{number}", units.get(form, units["other"])


MINUS = "\u2212"
"""As wide as a plus and a figure, so that signed amounts stand in columns."""


_NO_BREAK = "\u00a0"

_UNITS: Mapping[Language, Mapping[str, str]] = {
    "zh": {"other": "元"},
    "en": {"other": "yuan"},
    "ug": {"other": "يۈەن"},
    "bo": {"other": "སྒོར་"},
    "ko": {"other": "위안"},
    "ja": {"other": "元"},
    "ru": {"one": "юань", "few": "юаня", "other": "юаней"},
}
"""The yuan by plural form. Our own: Babel gives ￥ for Uyghur and CN¥ for Korean (platform-facts 3.4)."""

_UNIT_FIRST: frozenset[Language] = frozenset({"bo"})
"""Tibetan writes the unit before the number."""

_THOUSANDS: Mapping[Language, str] = {"ru": _NO_BREAK}
"""What stands between thousands where it is no comma (CLDR)."""

_DECIMAL: Mapping[Language, str] = {"ru": ","}
"""What stands before the hundredths where it is no point (CLDR)."""


def capital_amount(amount: Amount) -> str:
    """An amount in Chinese capitals, as on a bank form: 壹仟伍佰元整, 壹仟贰佰元零陆分 (COG-07). What is below
    nothing begins with 负."""
    major, minor = divmod(abs(amount.minor), MINOR_PER_MAJOR)
    sign, whole = "负" if amount.minor < 0 else "", f"{capitals(major)}元" if major else ""
    if not minor:
        return f"{sign}{whole or '零元'}整"
    jiao, fen = divmod(minor, 10)
    tenths = f"{capitals(jiao)}角" if jiao else "零" if major else ""
    return f"{sign}{whole}{tenths}{f'{capitals(fen)}分' if fen else '整'}"


def catalogue_from(language: Language, tables: Mapping[str, Any]) -> Catalogue:
    """A catalogue from parsed TOML. Tables nest; keys are joined by dots.

    Raises ValueError with the key of the first entry that is not understood."""
    entries: dict[str, Entry] = {}
    messages = {name: value for name, value in tables.items() if name != _DEFAULT_REVIEW}
    review = _review(_DEFAULT_REVIEW, tables.get(_DEFAULT_REVIEW, DRAFT))
    _collect(language, "", messages, entries, review)
    if STAYS in entries:
        entries |= _afterwards(entries)
    return Catalogue(language, entries)


def _afterwards(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """The twins of the notices that say that no money has moved, in the words of this language."""
    stays, found = entries[STAYS].parts[MONEY], dict[str, Entry]()
    untouched = entries["notice.timed_out"].parts[MONEY]
    for name in sorted(UNTOUCHED):
        entry = entries.get(f"notice.{name}")
        if entry is None:
            continue
        texts = (entry.text, entry.speech, *entry.parts)
        text, speech, *parts = (one.replace(untouched, stays) for one in texts)
        if text == entry.text:
            raise ValueError(f"notice.{name}: expected {untouched!r} in it")
        twin = replace(entry, text=text, speech=speech, parts=tuple(parts))
        found[f"{AFTER}{name}"] = twin
    return found


_DEFAULT_REVIEW = "default_review"
_FIELDS = {"title", "text", "speech", "count", *FORMS, *PARTS}


def _collect(
    language: Language,
    prefix: str,
    table: Mapping[str, Any],
    entries: dict[str, Entry],
    review: Review | None,
) -> None:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, str):
            _check_braces(key, value)
            entries[key] = Entry(text=value, review=review)
        elif isinstance(value, dict) and _is_entry(value):
            texts = {field: text for field, text in value.items() if field != "review"}
            own = _review(key, value["review"]) if "review" in value else review
            entries[key] = _entry(language, key, texts, own)
        elif isinstance(value, dict):
            _collect(language, f"{key}.", value, entries, review)
        else:
            raise ValueError(f"{key}: expected text, found {value!r}")


def _is_entry(table: Mapping[str, Any]) -> bool:
    """An entry has fields of text; any other table holds entries, of which one may be a `review`."""
    texts = [value for field, value in table.items() if field != "review"]
    return bool(set(table) & _FIELDS) and all(isinstance(value, str) for value in texts)


def _review(key: str, value: Any) -> Review | None:
    if value == DRAFT:
        return None
    if isinstance(value, dict) and set(value) == {"by", "on"}:
        by, on = value["by"], value["on"]
        if isinstance(by, str) and by.strip() and isinstance(on, str):
            return Review(by.strip(), _day(key, on))
    raise ValueError(
        f'{key}: a review is "{DRAFT}" or {{ by = "name", on = "2026-11-22" }}, found {value!r}'
    )


def _day(key: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{key}: {text} is no day of the calendar") from None
    if day.isoformat() != text:
        raise ValueError(f"{key}: a day is written 2026-11-22, found {text}")
    return day


def _check_braces(key: str, text: str) -> None:
    """What stands in braces is the name of a value, and nothing else: it must not fail in front of a
    customer."""
    try:
        found = list(Formatter().parse(text))
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None
    for _, name, form, conversion in found:
        plain = name is None or (name.isidentifier() and f"{{{name}}}" in text)
        if form or conversion or not plain:
            raise ValueError(f"{key}: {{{name}}} is not the name of a value")


def _entry(language: Language, key: str, table: Mapping[str, str], review: Review | None) -> Entry:
    unknown = set(table) - _FIELDS
    if unknown:
        raise ValueError(f"{key}: unknown field {', '.join(sorted(unknown))}")
    for text in table.values():
        _check_braces(key, text)
    parts = tuple(table[p] for p in PARTS if p in table)
    if parts and (len(parts) != len(PARTS) or "text" in table):
        raise ValueError(f"{key}: an error text has exactly {', '.join(PARTS)}")
    return Entry(
        title=table.get("title", ""),
        text=join(language, *parts) if parts else table.get("text", ""),
        speech=table.get("speech", ""),
        one=table.get("one", ""),
        few=table.get("few", ""),
        many=table.get("many", ""),
        count=table.get("count", ""),
        parts=parts,
        review=review,
    )


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse("zh_Hans" if language == "zh" else language)


def plural(language: Language, number: int) -> str:
    """The plural form that a number takes: "one", "few", "many" or "other"."""
    return str(_locale(language).plural_form(number))
