"""The catalogue: key and values to text, and to what is said.

Catalogues are TOML beside this file, one per language, read by the stage and handed in as data. An
entry has a `title` and a `text`, or the three parts of an error (`what` happened, what that means for
the `money`, what to do `next`), and a `speech` where what is said differs from what is shown.
`{name}` stands for a value: an `Amount` is written with its unit, a number plainly. A text may have
plural forms (`one`, `other`), chosen by the value named in `count`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Any

from babel import Locale

from terminal.money import Amount
from terminal.numerals import capitals
from terminal.profile import Language

PARTS = ("what", "money", "next")
"""The three parts of an error text (COG-11)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message: what is shown, and what is said where that differs."""

    title: str = ""
    text: str = ""
    speech: str = ""
    one: str = ""
    count: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All messages of one language."""

    language: Language
    entries: Mapping[str, Entry]

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

    def _form(self, entry: Entry, values: Mapping[str, object] | None) -> str:
        number = (values or {}).get(entry.count) if entry.count else None
        if isinstance(number, int) and entry.one and _plural(self.language, number) == "one":
            return entry.one
        return entry.text

    def _fill(self, text: str, values: Mapping[str, object] | None) -> str:
        if "{" not in text:
            return text
        shown = {name: shown_value(value, self.language) for name, value in (values or {}).items()}
        return text.format_map(shown)


def join(language: Language, *sentences: str) -> str:
    """Sentences one after the other; languages with spaces get one between."""
    return ("" if language == "zh" else " ").join(s for s in sentences if s)


def shown_value(value: object, language: Language) -> str:
    """A value as it is written on the screen."""
    if isinstance(value, Amount):
        return shown_amount(value, language)
    if isinstance(value, tuple):
        return ", ".join(str(v) for v in value)
    return str(value)


def shown_amount(amount: Amount, language: Language) -> str:
    """An amount with its unit: 1,500 元, 1,500 yuan. No-break space, so that it stays whole."""
    unit = {"zh": "元", "en": "yuan"}[language]
    return f"{amount.major:,}\u00a0{unit}"


def capital_amount(amount: Amount) -> str:
    """An amount in Chinese capitals, as on a bank form: 壹仟伍佰元整 (COG-07)."""
    return f"{capitals(amount.major)}元整"


def catalogue_from(language: Language, tables: Mapping[str, Any]) -> Catalogue:
    """A catalogue from parsed TOML. Tables nest; keys are joined by dots.

    Raises ValueError with the key of the first entry that is not understood."""
    entries: dict[str, Entry] = {}
    _collect(language, "", tables, entries)
    return Catalogue(language, entries)


_FIELDS = {"title", "text", "speech", "one", "count", *PARTS}


def _collect(
    language: Language, prefix: str, table: Mapping[str, Any], entries: dict[str, Entry]
) -> None:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, str):
            _check_braces(key, value)
            entries[key] = Entry(text=value)
        elif (
            isinstance(value, dict)
            and all(isinstance(v, str) for v in value.values())
            and (set(value) & _FIELDS)
        ):
            entries[key] = _entry(language, key, value)
        elif isinstance(value, dict):
            _collect(language, f"{key}.", value, entries)
        else:
            raise ValueError(f"{key}: expected text, found {value!r}")


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


def _entry(language: Language, key: str, table: Mapping[str, str]) -> Entry:
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
        count=table.get("count", ""),
        parts=parts,
    )


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse({"zh": "zh_Hans", "en": "en"}[language])


def _plural(language: Language, number: int) -> str:
    return str(_locale(language).plural_form(number))
