"""How a line of a story is understood: a closed list of forms, and the nearest one where none fits.

A form is an English phrase with places in braces, such as `wait {time}`. What may stand in a place is
declared once, in `PLACES`: how it looks and which values it has. Nothing here knows what a form does;
that is said beside each form, in `acts.py`, `checks.py` and `faults.py`. The reference page is made from
the same tables.

Rules: a line is understood as a whole or not at all; a mistake names the words that were not understood
and the nearest known ones; letter case and the number of spaces mean nothing outside quotation marks.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

from sim.stage.log import AMOUNTS
from sim.world.acts import KEYS, NOTES
from sim.world.bank import payees
from sim.world.bank.payees import Account
from sim.world.cards import CARDS
from sim.world.identities import IDENTITIES
from sim.world.jack import SIDE_KEYS
from terminal.flows.identify import PIN_DIGITS_MAX
from terminal.flows.services import NAMES
from terminal.journal_row import ALLOWED, KINDS
from terminal.messages import Catalogue
from terminal.profile import LANGUAGES, PROFILE_NAMES, Language

T = TypeVar("T")

Catalogues = Mapping[Language, Catalogue]

NEAR: Final = 0.5
"""How alike two words must be for one to be named as the nearest of the other (difflib's ratio)."""

PROFILE_SWITCH: Final = "profile"
"""The button that changes the profile; its words are those of the profile to which it leads."""

NAMED_MAX: Final = 24
"""A list of known words that is longer helps nobody in an error."""

SAME_MAX: Final = 4
"""Keys that end in the same part: more of them are no hint any more."""

SECONDS_MAX: Final = 60 * 86_400.0
"""Two months: longer than anything here waits for."""

UNITS: Final[Mapping[str, float]] = {"s": 1.0, "min": 60.0, "h": 3_600.0, "days": 86_400.0}
"""Of times, with their seconds."""

PAYEES: Final[Mapping[str, Account]] = {
    "the landlord": payees.LANDLORD,
    "the son": payees.SON,
    "the daughter": payees.DAUGHTER,
    "the shop": payees.SHOP,
    "the savings account": payees.LIN_SAVINGS,
    "the own account elsewhere": payees.LIN_ELSEWHERE,
    "somebody new": payees.NEW,
    "somebody on the watch list": payees.LISTED,
}
"""Whom money can be sent to, as stories call them."""


class NotUnderstood(Exception):
    """A line, or a word in it, that is not in the list; the text says which and names the nearest."""


def nearest(word: str, known: Iterable[str]) -> str:
    """`Did you mean "x"?`, or the known ones if they are few, or nothing. Where the word is the last part
    of a key, that key is meant, however alike another one looks."""
    names = sorted(known)
    same = [f'"{one}"' for one in names if "." in one and one.endswith(f".{word.casefold()}")]
    if 0 < len(same) <= SAME_MAX:
        return f" Did you mean {' or '.join(same)}?"
    if close := nearly(word.casefold(), names):
        return f' Did you mean "{close}"?'
    return f" Known are: {', '.join(names)}." if len(names) <= NAMED_MAX else ""


def nearest_label(word: str, written_labels: Sequence[str]) -> str:
    """`Did you mean x?` with a label as a story may write it, or nothing."""
    plainly = {plain(one.strip("\"'")): one for one in written_labels}
    close = nearly(word.casefold(), plainly)
    return f" Did you mean {plainly[close]}?" if close else ""


def nearly(word: str, known: Iterable[str]) -> str:
    """The one that is spelt most like it, or "" if none is spelt much like it."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=NEAR)), "")


def unknown(what: str, word: str, known: Iterable[str]) -> NotUnderstood:
    """The mistake of a word that a closed list has not."""
    return NotUnderstood(f'"{word}" is not a known {what}.{nearest(word, known)}')


# --- places -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """What may stand in the braces of a form: a pattern wide enough to catch a mistake in it, what
    makes a value of the words or raises NotUnderstood, and a line about it for people."""

    pattern: str
    value: Callable[[str], Any]
    means: str


def _one_of(what: str, known: Iterable[str]) -> Callable[[str], str]:
    names = frozenset(known)

    def value(text: str) -> str:
        word = text.casefold()
        if word not in names:
            raise unknown(what, text, names)
        return word

    return value


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise NotUnderstood(f'"{text}" is not a whole number.')
    return int(text)


def seconds_of(text: str) -> float:
    """`5 s`, `2 min`, `24 h`, `3 days` as seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]+)", text.strip().casefold())
    if not found:
        raise NotUnderstood(f'"{text}" is not a time such as 5 s, 2 min, 24 h or 3 days.')
    number, unit = found.groups()
    unit = {"day": "days", "sec": "s", "seconds": "s", "minutes": "min"}.get(unit, unit)
    if unit not in UNITS:
        raise unknown("unit of time", found[2], UNITS)
    if (seconds := float(number) * UNITS[unit]) > SECONDS_MAX:
        raise NotUnderstood(f'"{text}" is longer than 60 days.')
    return seconds


def _quoted(text: str) -> str:
    return text[1:-1]


def _digits(text: str) -> str:
    if not text.isascii() or not text.isdigit():
        raise NotUnderstood(f'"{text}" is not a row of digits.')
    return text


def _pin(text: str) -> str:
    if len(_digits(text)) > PIN_DIGITS_MAX:
        raise NotUnderstood(f"a PIN has {PIN_DIGITS_MAX} digits at most, found {len(text)}.")
    return text


def _all_of(what: str, known: Iterable[str]) -> Callable[[str], tuple[str, ...]]:
    one = _one_of(what, known)
    return lambda text: tuple(one(word) for word in text.replace(",", " ").split())


def _row(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    kind, *facts = text.split()
    if kind not in KINDS:
        close = difflib.get_close_matches(kind.upper(), sorted(KINDS), n=1, cutoff=NEAR)
        hint = f' Did you mean "{close[0]}"?' if close else ""
        raise NotUnderstood(f'"{kind}" is not a kind of row of the journal.{hint}')
    for fact in facts:
        if "=" not in fact:
            raise NotUnderstood(f'"{fact}" is not a fact of a row such as amount=300.')
    told = tuple((name, value) for name, _, value in (fact.partition("=") for fact in facts))
    for name, value in told:
        _fact(kind, name, value)
    return kind, told


def _fact(kind: str, name: str, value: str) -> None:
    """Raise NotUnderstood unless a row of this kind may hold it, and amounts are amounts."""
    if not ALLOWED[kind]:
        raise NotUnderstood(f'"{name}": a row {kind} holds no facts.')
    if name not in ALLOWED[kind]:
        raise unknown(f"fact of {kind}", name, ALLOWED[kind])
    if name in AMOUNTS and not re.fullmatch(r"\d+(\.\d\d)?|-", value):
        raise NotUnderstood(f'"{value}" is not an amount in yuan such as {name}=300.')


PLACES: Final[Mapping[str, Place]] = {
    "count": Place(r"\S+", _count, "a whole number"),
    "yuan": Place(r"\S+", _count, "an amount in whole yuan"),
    "time": Place(r"\S+\s*[a-zA-Z]*", seconds_of, "a time: `5 s`, `2 min`, `24 h`, `3 days`"),
    "card": Place(r"\S+", _one_of("card", CARDS), "one of the demonstration cards"),
    "document": Place(r"\S+", _one_of("document", IDENTITIES), "an identity card"),
    "notes": Place(
        r".+",
        _all_of("note", NOTES),
        "notes in yuan, one after the other; `bad` is none, and comes back by itself",
    ),
    "keys": Place(r".+", _all_of("key", KEYS | SIDE_KEYS), "keys, one after the other"),
    "digits": Place(r"\S+", _digits, "a row of digits"),
    "pin": Place(r"\S+", _pin, f"a PIN, right or wrong: {PIN_DIGITS_MAX} digits at most"),
    "service": Place(r"\S+", _one_of("service", NAMES), "a service of the menu"),
    "payee": Place(r".+", _one_of("payee", PAYEES), "somebody money can be sent to"),
    "language": Place(r"\S+", _one_of("language", LANGUAGES), "a language of the screen"),
    "profile": Place(r"\S+", _one_of("profile", PROFILE_NAMES), "a profile"),
    "words": Place(r'"[^"]*"|\'[^\']*\'', _quoted, "words in quotation marks"),
    "code": Place(r"[0-9A-Za-z]+", str, "a code as the device says it"),
    "row": Place(r".+", _row, "a row of the journal: its kind, and facts such as `amount=300`"),
    "where": Place(
        r"\S+",
        _one_of("place of a card", ("hand", "gate", "inside", "bin", "transport")),
        "where a card is",
    ),
}
"""Every place, but for screens and buttons, whose words come from the catalogues (`design_places`)."""


def design_places(catalogues: Catalogues) -> Mapping[str, Place]:
    """`PLACES` with those that a designer's texts decide: the screens and what can be pressed."""
    return {
        **PLACES,
        "screen": Place(r"\S+", _screen(catalogues), "a screen by its key in `terminal/locale`"),
        "buttons": Place(
            r".+",
            _buttons(catalogues),
            "what stands on a button, in English or in the language shown, or its key; an amount; "
            "several with commas; one with a comma or marks of its own in quotation marks: "
            '`press "Yes, it is mine", confirm`',
        ),
    }


def screens_of(catalogues: Catalogues) -> frozenset[str]:
    """The keys of all texts that a screen may show."""
    apart = ("label.", "talk.", "look.", "reminder.", "front.", "receipt.", "explain.")
    return frozenset(
        key for one in catalogues.values() for key in one.entries if not key.startswith(apart)
    )


def _screen(catalogues: Catalogues) -> Callable[[str], str]:
    return _one_of("screen", screens_of(catalogues))


def words_of_buttons(catalogues: Catalogues) -> frozenset[str]:
    """All that a button may be called: its key, the last part of the key, its words in any language; a profile."""
    found: set[str] = {PROFILE_SWITCH, *PROFILE_NAMES}
    for one in catalogues.values():
        for key, entry in one.entries.items():
            if key.startswith("label."):
                name = key.removeprefix("label.")
                found |= {name, name.rpartition(".")[2], plain(entry.text)}
    return frozenset(found)


def _buttons(catalogues: Catalogues) -> Callable[[str], tuple[str, ...]]:
    known = words_of_buttons(catalogues)
    texts = (entry.text for one in catalogues.values() for entry in one.entries.values())
    labels = {plain(text): text for text in texts if plain(text) in known}

    def value(text: str) -> tuple[str, ...]:
        return tuple(checked(word, quoted) for word, quoted in separated(text))

    def checked(word: str, quoted: bool) -> str:
        name = plain(word)
        if name in known or name.isdigit():
            return name
        if not quoted:
            raise unknown("button", word, known)
        if not any(each.isdigit() for each in name) and (hint := _meant(word, known)):
            raise NotUnderstood(f'"{word}" stands on no button of any screen.{hint}')
        return name

    def _meant(word: str, known: frozenset[str]) -> str:
        close = difflib.get_close_matches(plain(word), sorted(known), n=1, cutoff=NEAR)
        return f" Did you mean {written(labels.get(close[0], close[0]), known)}?" if close else ""

    return value


_QUOTED: Final = r'"(?:[^"]|"")*"(?=\s*(?:,|$))|\'[^\']*\'(?=\s*(?:,|$))'


def separated(text: str) -> list[tuple[str, bool]]:
    """Words between commas, and whether each stood in quotation marks; a comma within them separates
    nothing, and a mark within a pair of its own kind is written twice."""
    found = (one.strip() for one in re.findall(rf"\s*(?:{_QUOTED})|[^,]+", text))
    return [_bare(one) for one in found if one]


def _bare(word: str) -> tuple[str, bool]:
    if not re.fullmatch(_QUOTED, word):
        return word, False
    return word[1:-1].replace('""', '"').strip(), True


def written(label: str, known: Iterable[str]) -> str:
    """A label as a story may write it: as it stands, or in quotation marks where it has a comma or marks of
    its own, or where no catalogue has it (a name, an amount with its unit)."""
    if plain(label) in known and not set(label) & {",", '"', "'"}:
        return label
    return (
        f"'{label}'"
        if '"' in label and "'" not in label
        else f'"{label.replace(chr(34), chr(34) * 2)}"'
    )


def plain(text: str) -> str:
    """Words as they are compared: case and space mean nothing."""
    return " ".join(text.casefold().split())


# --- forms ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """One phrase of the vocabulary: what it means, an example, and what it does or asks."""

    form: str
    means: str
    example: str
    does: T

    @property
    def names(self) -> list[str]:
        """Of the places in braces, in their order."""
        return _names(self.form)


@dataclass(frozen=True, slots=True)
class Said(Generic[T]):
    """A line that was understood: the form, and the values in its places."""

    text: str
    form: Form[T]
    values: tuple[Any, ...]

    @property
    def does(self) -> T:
        """What the form does."""
        return self.form.does


def understood(
    text: str, forms: Sequence[Form[T]], places: Mapping[str, Place], what: str
) -> Said[T]:
    """The line as one of the forms. Raises NotUnderstood."""
    line = " ".join(text.split())
    for one in sorted(forms, key=_breadth):
        found = _pattern(one.form, places).fullmatch(line)
        if found:
            try:
                values = tuple(
                    places[name].value(words)
                    for name, words in zip(_names(one.form), found.groups(), strict=True)
                )
            except NotUnderstood as trouble:
                raise NotUnderstood(f'"{line}": {trouble}') from trouble
            return Said(line, one, values)
    raise NotUnderstood(_missed(line, forms, what))


def _breadth(one: Form[Any]) -> int:
    """The more of a form is fixed, the earlier it is tried: `press the keys` before `press`."""
    return -len(re.sub(r"\{\w+\}", "", one.form))


def _names(form: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", form)


def _pattern(form: str, places: Mapping[str, Place]) -> re.Pattern[str]:
    return _compiled(form, tuple(places[name].pattern for name in _names(form)))


@lru_cache(maxsize=512)
def _compiled(form: str, patterns: tuple[str, ...]) -> re.Pattern[str]:
    texts = re.split(r"\{\w+\}", form)
    parts = [re.escape(texts[0])]
    for pattern, text in zip(patterns, texts[1:], strict=True):
        parts += [f"({pattern})", re.escape(text)]
    return re.compile("".join(parts), re.IGNORECASE)


def _missed(line: str, forms: Sequence[Form[Any]], what: str) -> str:
    """What was not understood, and the nearest: the whole line is compared, and of it the first word that
    differs is named. Where the form has a place, an example shows what may stand there."""
    bare = [re.sub(r"\{\w+\}", "…", one.form) for one in forms]
    plainer = re.sub(r'"[^"]*"|\'[^\']*\'|\d+', "…", line.casefold())
    close = difflib.get_close_matches(plainer, bare, n=1, cutoff=NEAR)
    if not close:
        close = [one for one in bare if one.split()[0] == plainer.split()[0]][:1]
    if not close:
        return f'"{line}" is not {what}.'
    near = forms[bare.index(close[0])]
    wrong = next(
        (
            word
            for word, known in zip(line.split(), near.form.split(), strict=False)
            if word.casefold() != known and "{" not in known
        ),
        "",
    )
    said = f' ("{wrong}")' if wrong and wrong != line else ""
    shown = f", as in `{near.example}`" if near.example and near.example != near.form else ""
    return f'"{line}"{said} is not {what}. Did you mean "{near.form}"{shown}?'
