"""The catalogues and the timing table, measured: no pixels here, but the same kind of readings.

Clauses are counted as they are read: a value counts as the longest that is shown there, a closing mark
ends a clause. For languages other than Chinese and English accessibility.md has no numbers; the bounds
here are the house's (characters of Japanese, syllables of Tibetan, words of the others), and nobody who
reads those languages has checked a text of theirs: the page says how many are drafts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sim.proof.audit import requirements as asked
from sim.proof.audit.findings import Reading, at_least, at_most
from sim.stage.samples import CARD_NOTICES, EXPLAINED
from terminal.messages import EAR_ONLY, PARTS, VOICED, Catalogue, Entry
from terminal.profile import SLOTS, Language, Patience, Profile, Waits


@dataclass(frozen=True, slots=True)
class Grammar:
    """How the length of a text is counted: what ends a run, what is one unit of it and its name, how
    many are allowed, what ends a sentence, and how many sentences more than elsewhere."""

    ends: str
    unit: str
    most: int
    requirement: str
    stops: str
    more_sentences: int = 0


_CLAUSE, _WORDS = "COG-05 clause", "COG-05 words"

GRAMMARS: Final[Mapping[str, Grammar]] = {
    "zh": Grammar(r"[，。？！：；、“”《》（）\s]", r"\S", 20, _CLAUSE, "。？！"),
    "en": Grammar(r"[.?!:\n]+(?:\s|$)", r"\S+", 15, _WORDS, ".?!"),
    "ja": Grammar(r"[、。？！：；「」（）／\s]", r"\S", 25, _CLAUSE, "。？！"),
    "bo": Grammar(r"[།༎\n]", r"[^་\s“”().]+", 25, _CLAUSE, "།༎", 2),
    "ru": Grammar(r"[.?!:\n]+(?:\s|$)", r"\S+", 12, _WORDS, ".?!"),
    "ug": Grammar(r"[.؟!:\n]+(?:\s|$)", r"\S+", 12, _WORDS, ".؟!"),
    "ko": Grammar(r"[.?!:\n]+(?:\s|$)", r"\S+", 10, _WORDS, ".?!"),
}
"""By language. A shad ends a clause as well as a sentence, so Tibetan may have two more."""

OUTCOMES: Final = "notice."
"""Entries that say how something ended."""

VALUE: Final = "1,500"
"""Stands for a value when words are counted; one word, and as long as most amounts."""

LISTS: Final = frozenset(("help", "help_own", f"{EAR_ONLY}heard.help"))
"""Pages that are lists of telephone numbers, not prompts."""

UNSAID: Final = ("label.", "front.", f"{EAR_ONLY}word.")
"""Entries that stand on something and are no text of a screen."""


def words(catalogue: Catalogue) -> Iterator[Reading]:
    """All that a catalogue's texts come to."""
    for key, entry in catalogue.entries.items():
        yield from _length(catalogue.language, key, entry)
        yield from _there(catalogue, key, entry)


def _texts(entry: Entry) -> list[str]:
    forms = (entry.one, entry.few, entry.many)
    shown = entry.parts or (entry.text,)
    return [text for text in (entry.title, *shown, entry.speech, *forms) if text]


def _length(language: Language, key: str, entry: Entry) -> Iterator[Reading]:
    grammar = GRAMMARS[language]
    for text in _texts(entry):
        longest, run = longest_run(grammar, text)
        yield at_most(grammar.requirement, longest, grammar.most, note=f"{key}: {run}")
    if key in LISTS or key.startswith(UNSAID):
        return
    outcome = bool(entry.parts) or key.startswith(OUTCOMES)
    most = asked.OUTCOME_SENTENCES_MAX if outcome else asked.SENTENCES_MAX
    most += grammar.more_sentences
    shown = (entry.text, entry.one, entry.few, entry.many, entry.speech)
    for text in filter(None, shown):
        count = len(sentences(grammar, text))
        yield at_most("COG-05 sentences", count, most, note=f"{key}: {text}")


def longest_run(grammar: Grammar, text: str) -> tuple[int, str]:
    """The longest run of a text, in its units, and the run."""
    filled = re.sub(r"\{\w+\}", VALUE, text)
    runs = re.split(grammar.ends, filled)
    return max((len(re.findall(grammar.unit, run)), run) for run in runs)


def sentences(grammar: Grammar, text: str) -> list[str]:
    """The sentences of a text; a point between digits ends none."""
    stops = re.escape(grammar.stops)
    parts = re.split(rf"[{stops}](?!\d)", re.sub(r"\{\w+\}", VALUE, text))
    return [part for part in parts if re.search(r"\w", part)]


def _there(catalogue: Catalogue, key: str, entry: Entry) -> Iterator[Reading]:
    empty = not any(text.strip() for text in _texts(entry))
    yield at_most("COG text", int(empty), 0, note=key)
    name = key.removeprefix("notice.")
    if key.startswith("notice.") and name in {*CARD_NOTICES, *EXPLAINED}:
        missing = len(PARTS) - sum(bool(part.strip()) for part in entry.parts)
        yield at_most("COG-11", missing, 0, note=key)
    if catalogue.language in VOICED and not key.startswith(UNSAID):
        said = catalogue.speech(key).strip()
        shown = entry.title.strip() or entry.text.strip() or any(entry.parts)
        yield at_most("AUD-13", int(bool(said) != bool(shown)), 0, note=key)


def same_keys(catalogue: Catalogue, wanted: Iterable[str]) -> Iterator[Reading]:
    """Every wanted text exists in this language; what is only said, where there is a voice."""
    for key in wanted:
        if key.startswith(EAR_ONLY) and catalogue.language not in VOICED:
            continue
        yield at_most("COG text", int(key not in catalogue.entries), 0, note=f"{key}: no text")


# --- time ---------------------------------------------------------------------------------------

Row = tuple[float, float]
"""Limit and dialog, in seconds."""

TABLE_B3: Final[Mapping[str, Mapping[Waits, Row]]] = {
    "standard": {
        Waits.PIN: (40, 20),
        Waits.CHOICE: (40, 20),
        Waits.REVIEW: (60, 20),
        Waits.CASH: (30, 0),
        Waits.COUNT: (15, 0),
        Waits.CARD: (30, 0),
        Waits.HELP: (60, 0),
    },
    "elder": {
        Waits.PIN: (120, 30),
        Waits.CHOICE: (90, 30),
        Waits.REVIEW: (180, 30),
        Waits.CASH: (60, 0),
        Waits.COUNT: (60, 0),
        Waits.CARD: (60, 0),
        Waits.HELP: (120, 0),
    },
}
"""Table B3, the rows that this machine has; low vision has the elder ones. A dialog of 0: the table has
none, and the terminal may have one."""

ROWS_OF: Final[Mapping[str, str]] = {
    "standard": "standard",
    "elder": "elder",
    "low_vision": "elder",
}

PATIENT: Final = (
    Waits.PIN,
    Waits.CHOICE,
    Waits.REVIEW,
    Waits.NOTICE,
    Waits.HELP,
    Waits.COUNT,
    *sorted(SLOTS),
)
"""Waits for a customer, whose length profiles may differ in."""


def times(profiles: Mapping[str, Profile]) -> Iterator[Reading]:
    """All that the timing table comes to."""
    standard = profiles["standard"]
    for name, profile in profiles.items():
        for waits, row in profile.patience.items():
            yield from _row(name, waits, row)
        for waits, (limit, dialog) in TABLE_B3[ROWS_OF[name]].items():
            row, note = profile.patience[waits], f"{name}: {waits}"
            yield at_least("TIM B3", row.limit, limit, note=note)
            yield at_least("TIM B3", row.dialog, dialog, note=f"{note}, dialog")
        if ROWS_OF[name] == "elder":
            for waits in PATIENT:
                factor = profile.patience[waits].limit / standard.patience[waits].limit
                bound = asked.ELDER_TIME_FACTOR_MIN
                yield at_least("TIM-03", factor, bound, note=f"{name}: {waits}")


def _row(name: str, waits: Waits, row: Patience) -> Iterator[Reading]:
    note = f"{name}: {waits}"
    if row.dialog:
        yield at_least("TIM-01", row.dialog, asked.DIALOG_SECONDS_MIN, note=note)
    if waits in SLOTS:
        count = sum(0 < reminder < row.limit for reminder in row.reminders)
        yield at_least("TIM-06", count, asked.SLOT_REMINDERS_MIN, note=note)
