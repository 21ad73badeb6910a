"""What is wrong with a design that was just read, found before anybody is shown it.

Whoever edits a file while the program runs makes mistakes in it that no start would have let through: a text
that has gone, a value in braces that its screen does not have, a size of three metres. Everything that could
fail later, in front of a screen, is looked for here, with the file, the line and the nearest known word. What a
design must have is what the one at the start had: its keys are the program's.

Judging looks is not its business: `main.py audit` measures them.
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any

from audio.pinyin import pinyin_table_from
from sim.stage.design import Design, Sources
from sim.stage.samples import SAMPLES
from sim.stage.where import Key, Mistake, line_of, lines_of
from terminal.messages import Catalogue, Entry
from terminal.profile import Language, Patience, Profile, Waits
from terminal.prompts import text_key, values_of

SIZE_FACTOR_MAX = 4
"""A value of a profile is at most so many times the largest of any profile, and at least that part of the
smallest: whatever is further away is a slip of the finger, and takes a screen apart."""

MEASURE_FACTOR_MAX = 8
"""The same for measures of the theme, which a designer may take far or to nothing."""

RATIO_MIN = 0.5
"""Lines and figures in ems are at least half of one."""

SECONDS_MAX = 3_600.0
"""No wait is longer than an hour."""

TEXT_CHARACTERS_MAX = 600
"""Twice the longest text there is: more is a file pasted into a sentence."""

TOLD_MAX = 20
"""Mistakes that are told at once; who makes more has replaced the file."""

RATIOS = ("_line", "_em", "_grow")
"""How the names of measures end that are no millimetres."""

_SLOT = re.compile(r"\{(\w+)\}")

Found = tuple[Path, Key, str]
"""A mistake: the file, the key in it, and what is wrong."""


@dataclass(frozen=True)
class Checker:
    """Compares designs with the one at the start, whose names are the program's."""

    first: Design
    sources: Sources = field(default_factory=Sources)

    def mistakes(self, design: Design) -> tuple[Mistake, ...]:
        """Everything that is wrong, in the order of the files; () if it can be shown."""
        found: list[Found] = []
        for one in self._found(design):
            found.append(one)
            if len(found) >= TOLD_MAX:
                break
        lines = {path: _lines(path) for path in {path for path, _, _ in found}}
        return tuple(
            Mistake(str(path), line_of(lines[path], key), text) for path, key, text in found
        )

    def _found(self, design: Design) -> Iterator[Found]:
        yield from self._theme(design)
        yield from self._profiles(design)
        yield from self._timing(design)
        for language in design.catalogues:
            yield from self._texts(language, design.catalogues[language])
        yield from self._pinyin(design)

    # --- sizes and colours ----------------------------------------------------------------------

    def _theme(self, design: Design) -> Iterator[Found]:
        path, was, now = self.sources.theme, self.first.theme, design.theme
        yield from _names(path, (), "table", was, now)
        measures, palettes = now.get("measures", {}), now.get("palette", {})
        yield from _names(path, ("measures",), "measure", was["measures"], measures)
        for name, value in measures.items():
            known = was["measures"].get(name)
            if known is not None:
                least = RATIO_MIN if name.endswith(RATIOS) else 0.0
                most = float(known) * MEASURE_FACTOR_MAX
                yield from _number(path, ("measures", name), value, least, most)
        yield from _names(path, ("palette",), "palette", was["palette"], palettes)
        for name, roles in palettes.items():
            known = was["palette"].get(name, {})
            yield from _names(path, ("palette", name), "colour", known, roles)

    def _profiles(self, design: Design) -> Iterator[Found]:
        path, was = self.sources.profiles, self.first.profiles
        yield from _names(path, (), "profile", was, design.profiles)
        for name, profile in design.profiles.items():
            for each in fields(Profile):
                value = getattr(profile, each.name)
                yield from self._size(path, (name, each.name), value)
            if profile.palette not in design.theme.get("palette", {}):
                hint = _hint(str(profile.palette), design.theme.get("palette", {}))
                text = f'there is no palette "{profile.palette}".{hint}'
                yield path, (name, "palette"), text

    def _size(self, path: Path, key: Key, value: Any) -> Iterator[Found]:
        known = [getattr(one, key[-1]) for one in self.first.profiles.values()]
        if any(isinstance(one, bool) for one in known):
            if not isinstance(value, bool):
                yield path, key, f"{key[-1]} is true or false, found {value!r}."
        elif all(isinstance(one, int | float) for one in known):
            least, most = min(known) / SIZE_FACTOR_MAX, max(known) * SIZE_FACTOR_MAX
            whole = all(isinstance(one, int) for one in known)
            yield from _number(path, key, value, max(1, least) if whole else least, most, whole)
        elif all(isinstance(one, str) for one in known) and not isinstance(value, str):
            yield path, key, f"{key[-1]} is a word, found {value!r}."

    # --- time -----------------------------------------------------------------------------------

    def _timing(self, design: Design) -> Iterator[Found]:
        for name, profile in design.profiles.items():
            for waits, row in profile.patience.items():
                yield from self._row((name, waits.value), row, waits)
        for waits, row in design.profiles["standard"].headset_patience.items():
            yield from self._row(("headset", waits.value), row, waits)

    def _row(self, key: Key, row: Patience, waits: Waits) -> Iterator[Found]:
        path = self.sources.timing
        for what, seconds in (
            ("limit", row.limit),
            ("dialog", row.dialog),
            *(("reminders", one) for one in row.reminders),
        ):
            if not (isfinite(seconds) and 0 <= seconds <= SECONDS_MAX):
                text = f"{what} is 0 to {SECONDS_MAX:.0f} seconds, found {seconds:g}."
                yield path, (*key, what), text
        if list(row.reminders) != sorted(set(row.reminders)):
            yield path, (*key, "reminders"), "reminders stand in the order in which they come."
        if row.limit and row.reminders and row.reminders[-1] >= row.limit:
            last = row.reminders[-1]
            text = f"a reminder at {last:g} s comes after the limit of {row.limit:g} s."
            yield path, (*key, "reminders"), text
        if not row.limit and self.first.profiles["standard"].patience[waits].limit:
            yield path, key, f'a wait for "{waits.value}" has to end: limit is above 0.'

    # --- words ----------------------------------------------------------------------------------

    @cached_property
    def _values(self) -> Mapping[str, frozenset[str]]:
        """The values that each text may name: those that its screens have, and those that some language
        names already."""
        found: dict[str, set[str]] = defaultdict(set)
        for session in SAMPLES.values():
            found[text_key(session)] |= set(values_of(session))
        for catalogue in self.first.catalogues.values():
            for key, entry in catalogue.entries.items():
                found[key] |= _slots(entry)
        return {key: frozenset(names) for key, names in found.items()}

    def _texts(self, language: Language, catalogue: Catalogue) -> Iterator[Found]:
        was, now = self.first.catalogues[language].entries, catalogue.entries
        path = Texts(self.sources.texts(language))
        for one, key, text in _names(self.sources.locale, (), "text", was, now):
            yield path.of(key) if one else one, _split(key[0]) if key else (), text
        for name, entry in now.items():
            if name in was and entry != was[name]:
                place = _split(name)
                yield from (
                    (path.of(place), place, text) for text in self._entry(name, was[name], entry)
                )

    def _entry(self, name: str, was: Entry, now: Entry) -> Iterator[str]:
        known = self._values.get(name, frozenset())
        for slot in sorted(_slots(now) - known):
            names = ", ".join(sorted(known)) or "none"
            yield f"{{{slot}}} is no value of {name}.{_hint(slot, known)} It has: {names}."
        if now.count and now.count not in known:
            yield f'count = "{now.count}" is no value of {name}.{_hint(now.count, known)}'
        for part in ("title", "text"):
            if getattr(was, part).strip() and not getattr(now, part).strip():
                yield f"the {part} of {name} is empty."
        if bool(was.parts) != bool(now.parts):
            yield f"{name} has what, money and next." if was.parts else f"{name} has no parts."
        longest = max(map(len, (now.title, now.text, now.speech)))
        if longest > TEXT_CHARACTERS_MAX:
            yield f"{name} has {longest} characters; the most is {TEXT_CHARACTERS_MAX}."

    def _pinyin(self, design: Design) -> Iterator[Found]:
        try:
            pinyin_table_from(design.pinyin)
        except ValueError as error:
            yield self.sources.pinyin, (), f"{error}."


class Texts:
    """The files of a language, and which of them has a text."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self._paths = paths
        self._keys: dict[Path, Mapping[Key, int]] = {}

    def of(self, key: Key) -> Path:
        """The file that has this key, or else the one with the nearest table around it."""
        for path in self._paths:
            self._keys.setdefault(path, _lines(path))
        for length in range(len(key), 0, -1):
            for path, keys in self._keys.items():
                if key[:length] in keys:
                    return path
        return self._paths[0]


def _lines(path: Path) -> Mapping[Key, int]:
    return lines_of(path.read_text("utf-8", "replace")) if path.is_file() else {}


def _split(name: str) -> Key:
    return tuple(name.split("."))


def _slots(entry: Entry) -> set[str]:
    texts = (entry.title, entry.text, entry.speech, entry.one, entry.few, entry.many, *entry.parts)
    return {name for text in texts for name in _SLOT.findall(text)}


def _names(
    path: Path, key: Key, what: str, was: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[Found]:
    """Names that are new, and names that have gone: the program has a use for exactly what there was."""
    new, gone = now.keys() - was.keys(), was.keys() - now.keys()
    for name in sorted(new):
        hint = _hint(name, gone or was.keys())
        yield path, (*key, name), f'"{name}" is no {what} of this program.{hint}'
    for name in sorted(gone):
        if not difflib.get_close_matches(name, list(new), n=1):
            yield path, (*key, name)[:-1] or (name,), f'the {what} "{name}" is missing.'


def _hint(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f' Did you mean "{close[0]}"?' if close else ""


def _number(
    path: Path, key: Key, value: Any, least: float, most: float, whole: bool = False
) -> Iterator[Found]:
    kind = "a whole number" if whole else "a number"
    if type(value) is not int and (whole or type(value) is not float):
        yield path, key, f"{key[-1]} is {kind}, found {value!r}."
    elif not (isfinite(value) and least <= value <= most):
        yield path, key, f"{key[-1]} is {kind} from {least:g} to {most:g}, found {value:g}."
