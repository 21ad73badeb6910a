"""A story as a file: TOML, read strictly, every mistake named with its line and the nearest known word.

All mistakes of a file are told at once. A key that is not known, a value of another kind, a card, screen,
point, act or check that is not in the closed lists is a mistake of the file, found before anything is
played. What a story means when it is played is not known here.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from sim.stage.settings import Design
from sim.stage.where import Mistake
from sim.stories import fitting
from sim.stories.acts import ACTS, Act
from sim.stories.checks import CHECKS, ENDINGS, Check
from sim.stories.faults import Arranged, arranged, places_of
from sim.stories.player import BANKS, PACES, Machine
from sim.stories.words import (
    Form,
    NotUnderstood,
    Place,
    Said,
    nearest,
    understood,
    unknown,
)
from sim.world.cards import CARDS
from terminal.cash_units import Cassette, Cassettes
from terminal.flows.services import NAMES
from terminal.money import yuan
from terminal.profile import LANGUAGES, PROFILE_NAMES
from terminal.values import replace

STORY_BYTES_MAX: Final = 64_000
"""A story is a page; whatever is longer is something else."""

CASSETTES_MAX: Final = 4
"""The dispenser has four."""

KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "about": ("text", "one or two sentences: who comes, what goes wrong, how it ends"),
    "card": ("text", "whose card it is"),
    "customer": (
        "text",
        "how long they look before each act: `quick`, `steady` (if left away), `slow`",
    ),
    "profile": ("text", "chosen on the first screen; left away, the machine decides"),
    "language": ("text", "chosen on the first screen; left away, Chinese"),
    "dispenser": ("text", "`path` (if left away: notes come straight out) or `presenter`"),
    "cassettes": (
        "table",
        "note = count, such as `{ 100 = 200, 50 = 100 }`; left away, as configured",
    ),
    "services": (
        "list",
        "what the menu offers; left away, everything; with `withdrawal` alone there is no menu",
    ),
    "fitted": (
        "list",
        "what else the machine has: `printer`, `documents`; `passbook` where the branch allows one",
    ),
    "bank": (
        "text",
        "how the bank is: `well` (if left away), `slow`, `late`; what else, `faults` say",
    ),
    "seed": ("number", "of everything that is by chance; 0 if left away"),
    "faults": ("list", "`at POINT: FAULT, then FAULT`"),
    "acts": ("text", "an act or a check on each line"),
    "end": ("section", "what must hold at the end"),
}
"""Every key of a story, the kind of its value, and what it says."""

FITTED: Final = frozenset({"printer", "documents", "passbook"})
SHAPES: Final = frozenset({"path", "presenter"})

NO_VALUE: Final = "Invalid value"
"""What `tomllib` says of a word without quotation marks."""

QUOTED: Final = ' A text stands in quotation marks, such as card = "lin".'

_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "text": (str,),
    "number": (int,),
    "list": (list,),
    "table": (dict,),
    "section": (dict,),
}


class BadStory(Exception):
    """A file that is no story. `mistakes` are all there are."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of `acts`: an act, or a check that begins with `then`."""

    number: int
    said: Said[Any]
    act: Act | None = None
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A key of `[end]`, its value as it stands there, and what is asked."""

    number: int
    key: str
    value: str
    check: Check
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A file that was understood, and its `text`. `options` are the words of the command line that it is played
    with otherwise than as it is written."""

    file: str
    about: str
    machine: Machine
    lines: tuple[Line, ...]
    ends: tuple[Asked, ...]
    faults: tuple[Arranged, ...] = ()
    seed: int = 0
    options: str = ""
    text: str = ""

    @property
    def name(self) -> str:
        """Short, for people."""
        return Path(self.file).stem


def read_story(path: Path, design: Design, name: str = "") -> Story:
    """The story of a file. Raises BadStory with every mistake in it."""
    shown = name or str(path)
    try:
        data = path.read_bytes()
    except OSError as trouble:
        raise BadStory([Mistake(shown, 1, f"cannot be read: {trouble.strerror}.")]) from trouble
    if len(data) > STORY_BYTES_MAX:
        raise BadStory([Mistake(shown, 1, "is longer than 64 kB: that is no story.")])
    try:
        return story_from(data.decode("utf-8"), shown, design)
    except UnicodeDecodeError as trouble:
        line = data[: trouble.start].count(b"\n") + 1
        raise BadStory([Mistake(shown, line, "is not text in UTF-8.")]) from trouble


def story_from(text: str, file: str, design: Design) -> Story:
    """The story of a text. Raises BadStory."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as trouble:
        found = re.search(r"\(at line (\d+)|\(at end", str(trouble))
        line = int(found[1]) if found and found[1] else _opened(text)
        said = re.sub(r" \(at .*\)$", "", str(trouble))
        hint = QUOTED if said == NO_VALUE else ""
        raise BadStory([Mistake(file, line, f"this is not TOML: {said}.{hint}")]) from trouble
    reader = _Reader(text, file, table, design)
    story = reader.story()
    if reader.mistakes:
        raise BadStory(sorted(reader.mistakes, key=lambda one: one.line))
    return story


def _opened(text: str) -> int:
    """The line that a text which ends too early is about: where the last string of several lines was opened, if
    nobody closed it, or the last."""
    before, quotes, _ = text.rpartition('"""')
    return (before if quotes and text.count(quotes) % 2 else text).count("\n") + 1


@dataclass(frozen=True, slots=True)
class Setting:
    """What a story is played on, without what is done: the machine, what breaks, the seed."""

    machine: Machine
    faults: tuple[Arranged, ...] = ()
    seed: int = 0


def setting_from(keys: Mapping[str, Any], where: str, design: Design) -> Setting:
    """The same keys as in a file, from a program. Raises BadStory."""
    reader = _Reader("", where, keys, design)
    setting = reader.setting()
    if reader.mistakes:
        raise BadStory(reader.mistakes)
    return setting


@dataclass
class _Reader:
    """One reading of one file."""

    text: str
    file: str
    table: Mapping[str, Any]
    design: Design
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def places(self) -> Mapping[str, Place]:
        return places_of(self.design.catalogues)

    def story(self) -> Story:
        for key in ("about", "card", "acts"):
            if key not in self.table:
                self._mistake(1, f'a story needs "{key}": {KEYS[key][1]}.')
        lines, ends = tuple(self._lines()), tuple(self._ends())
        if "acts" in self.table and not self._asks_something():
            self._mistake(
                1, "nothing is asked: a story needs [end], or lines that begin with then."
            )
        setting = self.setting()
        for line in lines:
            for lack in fitting.missing(line.said, setting.machine):
                self._mistake(line.number, lack)
        about = str(self._value("about", ""))
        machine, faults, seed = setting.machine, setting.faults, setting.seed
        return Story(self.file, about, machine, lines, ends, faults, seed, text=self.text)

    def _asks_something(self) -> bool:
        """Whether it means to, however it is spelt."""
        asked = (_asks(text) for _, text in _numbered(self._value("acts", ""), 1))
        return bool(self.table.get("end")) or any(asked)

    def setting(self) -> Setting:
        """Everything but what is done and asked."""
        self._known_keys()
        fitted = self._words("fitted", "thing to fit", FITTED)
        faults = tuple(self._faults())
        machine = Machine(
            card=self._word("card", "card", CARDS) or "lin",
            customer=self._word("customer", "kind of customer", PACES) or "steady",
            profile=self._word("profile", "profile", PROFILE_NAMES),
            language=self._word("language", "language", LANGUAGES),
            shape=self._word("dispenser", "dispenser", SHAPES) or "path",
            services=tuple(self._words("services", "service", NAMES)) or NAMES,
            cassettes=self._cassettes(),
            printer="printer" in fitted,
            documents="documents" in fitted,
            passbook="passbook" in fitted,
            bank=self._word("bank", "mood of the bank", BANKS) or "well",
        )
        for fault in faults:
            for lack in fitting.of_chain(fault.chain, machine):
                self._mistake(self._line_of("faults", fault.text), lack)
        return Setting(machine, faults, int(self._value("seed", 0)))

    # --- keys ---------------------------------------------------------------------------------------

    def _known_keys(self) -> None:
        for key, value in self.table.items():
            if key not in KEYS:
                hint = nearest(key, KEYS)
                self._mistake(self._line_of(key), f'"{key}" is not a key of a story.{hint}')
                continue
            kind = KEYS[key][0]
            if not isinstance(value, _KINDS[kind]) or isinstance(value, bool):
                self._mistake(
                    self._line_of(key), f'"{key}" must be {_A[kind]}, found {_shown(value)}.'
                )

    def _value(self, key: str, otherwise: Any) -> Any:
        """A value of the right kind, or what stands for it."""
        value = self.table.get(key, otherwise)
        right = isinstance(value, _KINDS[KEYS[key][0]]) and not isinstance(value, bool)
        return value if right else otherwise

    def _word(self, key: str, what: str, known: Any) -> str:
        value = self._value(key, "")
        if value and value not in known:
            self._try(self._line_of(key), lambda: _raise(unknown(what, value, known)))
            return ""
        return str(value)

    def _words(self, key: str, what: str, known: Any) -> list[str]:
        found = []
        for value in self._value(key, []):
            if not isinstance(value, str):
                self._mistake(
                    self._line_of(key, value), f'"{key}" is a list of texts, found {_shown(value)}.'
                )
            elif value not in known:
                line = self._line_of(key, value)
                self._try(line, lambda one=value: _raise(unknown(what, one, known)))  # type: ignore[misc]
            else:
                found.append(value)
        return found

    def _cassettes(self) -> Cassettes | None:
        rows = self._value("cassettes", {})
        line = self._line_of("cassettes")
        if len(rows) > CASSETTES_MAX:
            self._mistake(line, f'"cassettes" has {len(rows)} entries; a dispenser has four.')
        made = []
        for note, count in rows.items():
            if not note.isdigit() or int(note) < 1 or type(count) is not int or count < 0:
                self._mistake(line, f'"cassettes" is note = count, found {note} = {_shown(count)}.')
            else:
                made.append(Cassette(yuan(int(note)), count))
        return tuple(made) or None

    # --- lines --------------------------------------------------------------------------------------

    def _faults(self) -> Iterator[Arranged]:
        for value in self._value("faults", []):
            line = self._line_of("faults", value)
            if not isinstance(value, str):
                self._mistake(line, f'"faults" is a list of texts, found {_shown(value)}.')
                continue
            made = self._try(
                line,
                lambda one=value: arranged(one, self.places, self.design.catalogues),  # type: ignore[misc]
            )
            if made is not None:
                yield replace(made, line=line)

    def _lines(self) -> Iterator[Line]:
        for number, text in _numbered(self._value("acts", ""), self._first_line("acts")):
            forms: Sequence[Form[Any]] = CHECKS if _asks(text) else ACTS
            what = "a check" if _asks(text) else "an act"
            said = self._try(
                number,
                lambda one=text, of=forms, called=what: understood(one, of, self.places, called),  # type: ignore[misc]
            )
            if said is not None:
                does = {"check" if _asks(text) else "act": said.does}
                yield Line(number, said, **does)

    def _ends(self) -> Iterator[Asked]:
        for key, value in self._value("end", {}).items():
            line = self._line_of(key, section="end")
            if key not in ENDINGS:
                self._mistake(line, f'"{key}" cannot be asked at the end.{nearest(key, ENDINGS)}')
                continue
            if ENDINGS[key].many and not isinstance(value, list):
                self._mistake(line, f'"{key}" is a list, such as ["..."], found {_shown(value)}.')
                continue
            for one in value if ENDINGS[key].many else [value]:
                at = self._line_of(key, one, "end") if ENDINGS[key].many else line
                made = self._try(at, lambda k=key, v=one, n=at: self._asked(n, k, v))  # type: ignore[misc]
                if made is not None:
                    yield made

    def _asked(self, line: int, key: str, value: Any) -> Asked:
        ending = ENDINGS[key]
        match ending.place:
            case "yuan":
                right = type(value) is int and value >= 0
                wanted = "an amount in whole yuan"
            case "truth":
                right, wanted = isinstance(value, bool), "true or false"
            case _:
                right, wanted = isinstance(value, str) and bool(value), "text"
        if not right:
            raise NotUnderstood(f'"{key}" must be {wanted}, found {_shown(value)}.')
        if ending.place in ("yuan", "truth", "text"):
            return Asked(line, key, str(value), ending.check, (value,))
        return Asked(line, key, value, ending.check, (self.places[ending.place].value(value),))

    # --- mistakes and their lines -------------------------------------------------------------------

    def _try(self, line: int, make: Callable[[], Any]) -> Any:
        """What is made, or None and a mistake at that line."""
        try:
            return make()
        except NotUnderstood as trouble:
            self._mistake(line, str(trouble))
            return None

    def _mistake(self, line: int, text: str) -> None:
        self.mistakes.append(Mistake(self.file, line, text))

    def _line_of(self, key: str, value: Any = None, section: str = "") -> int:
        """Where a key stands; with a value of a list, where that one does."""
        line = self._keys.get((section, key)) or self._keys.get(("", key), 1)
        if not isinstance(value, str):
            return line
        head = value.split("\n")[0]
        for number, text in enumerate(self.text.split("\n")[line - 1 :], start=line):
            if head in text or head.replace('"', '\\"') in text:
                return number
        return line

    def _first_line(self, key: str) -> int:
        """The line on which the first line of a text stands."""
        line = self._keys.get(("", key), 1)
        text = self.text.split("\n")[line - 1]
        opened = re.search(r"(\"\"\"|''')(.*)$", text)
        return line + (bool(opened) and not opened[2].strip()) if opened else line

    @cached_property
    def _keys(self) -> dict[tuple[str, str], int]:
        """The line of every key, by its section; what stands in long texts is none."""
        found: dict[tuple[str, str], int] = {}
        section, within = "", ""
        for number, text in enumerate(self.text.split("\n"), start=1):
            if within:
                within = "" if within in text else within
                continue
            if head := re.match(r"\s*\[\s*([\w.]+)\s*\]", text):
                section = head[1]
                found.setdefault(("", section), number)
            elif key := re.match(r"\s*[\"']?([\w.-]+)[\"']?\s*=", text):
                found.setdefault((section, key[1]), number)
            for quote in ('"""', "'''"):
                if text.count(quote) % 2:
                    within = quote
        return found


_A: Final = {
    "text": "text in quotation marks",
    "number": "a whole number",
    "list": 'a list such as ["..."]',
    "table": "a table such as { 100 = 200 }",
    "section": "a section [end]",
}


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).replace("True", "true")


def _raise(trouble: NotUnderstood) -> None:
    raise trouble


def _numbered(text: str, first: int) -> Iterator[tuple[int, str]]:
    """Lines that say something, with their numbers; what follows # is for people."""
    for number, line in enumerate(text.split("\n"), start=first):
        said = re.sub(r"(^|\s)#.*$", "", line).strip()
        if said:
            yield number, said


def _asks(text: str) -> bool:
    return text.split()[0].casefold() == "then"
