"""What a screen shows that is needed for its use, taken from its scene: the words that are drawn.

The scene is what the glass is painted from (`screens.scene`), and the audit of the pixels proves that all
of it is there to be read. From it come sentences, numbers and choices; nothing is taken from what is said.

Not among the facts, because a visit goes on without them: the number of the step, the seconds left (a
question is asked instead, before anything ends), the pictogram (the words beside it say the same), the
page a screen is split into (a voice has no pages), and the amount in Chinese capitals (the same number).
The switches of the glass are held against the keys, see `run`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from screens.figures import DOT, Figure, Row
from screens.scene import Choice, Scene, scene
from sim.proof.voice.numbers import Numbers, numbers_shown
from terminal import asking
from terminal.messages import Catalogue, day_of, shown_value
from terminal.money import yuan
from terminal.privacy import Privacy, privacy_of
from terminal.profile import Language, Profile
from terminal.prompts import facts_of, values_of
from terminal.session import Notice, Session

Kind = Literal["title", "text", "banner", "reminder", "reference", "figure", "row"]

_SENTENCE: Final[Mapping[str, re.Pattern[str]]] = {
    "zh": re.compile(r"[^。？！；\u3000\n]+[。？！；]?"),
    "en": re.compile(r"[^\n]+?(?:[.?!](?=\s|$)|\s{3,}|$)"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence or number on the glass."""

    kind: Kind
    text: str
    numbers: Numbers
    privacy: Privacy = "P0"
    """Of a line that is read back, or a number that is typed: a channel that does not carry it owes
    nothing of it."""
    chinese: bool = False
    """Whether it has a name in it that only a Chinese voice reads."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything on one screen that is needed."""

    facts: tuple[Fact, ...]
    choices: tuple[Choice, ...]
    switches: tuple[Choice, ...]
    private: Mapping[Privacy, Numbers]
    """The numbers that have neighbours: which values they are is the session's business."""
    dots: int


def shown(session: Session, catalogue: Catalogue, profile: Profile) -> Shown:
    """The facts of a screen in the catalogue's language."""
    drawn = scene(session, catalogue, profile, 0.0)
    banner = drawn.banner.answers if drawn.banner else ()
    return Shown(
        (*_facts(drawn, catalogue.language), *_lines(session, drawn, catalogue)),
        tuple(one for one in (*banner, *drawn.answers) if one.enabled and one.name != "digit"),
        tuple(one for one in drawn.bar if one.enabled),
        _private(session, drawn, catalogue.language),
        drawn.dots or 0,
    )


def sentences(text: str, language: str) -> list[str]:
    """The sentences of a text."""
    plain = text.replace("\u00a0", " ")
    return [one.strip() for one in _SENTENCE[language].findall(plain) if one.strip()]


def _facts(drawn: Scene, language: Language) -> Iterator[Fact]:
    texts: list[tuple[Kind, str]] = [("title", drawn.title)]
    texts += [("text", paragraph) for paragraph in drawn.paragraphs]
    texts += [("banner", drawn.banner.text)] if drawn.banner else []
    texts += [("reminder", drawn.reminder), ("reference", drawn.reference)]
    for kind, text in texts:
        for one in sentences(text, language):
            yield Fact(kind, one, numbers_shown(one))
    if drawn.figure is not None and not drawn.figure.empty and not _hidden(drawn.figure):
        typed: Privacy = "P2" if drawn.figure.groups else "P0"
        number = drawn.figure.number
        numbers = told_by_figures(number) if drawn.figure.groups else numbers_shown(number)
        yield Fact("figure", _set(drawn.figure), numbers, typed)


def _hidden(figure: Figure) -> bool:
    return DOT in figure.number


def _lines(session: Session, drawn: Scene, catalogue: Catalogue) -> Iterator[Fact]:
    """The lines that are read back: what is drawn of each, and whose business it is, from the fact."""
    for row, fact in zip(drawn.rows, facts_of(session), strict=True):
        amount = _set(row.figure) if row.figure else row.value
        colon = "：" if catalogue.language == "zh" else ": "
        text = f"{' '.join(filter(None, (row.before, row.label)))}{colon}{amount}"
        if not re.search(r"\d", row.value):
            text = re.sub(r"\*+", "某" if catalogue.language == "zh" else "", text)
        chinese = catalogue.language != "zh" and bool(_HANZI.search(text))
        yield Fact("row", text, row_numbers(row, fact), privacy_of_fact(fact), chinese)


def privacy_of_fact(fact: asking.Fact) -> Privacy:
    """Its class, as accessibility.md PRV-01 has them."""
    if fact.financial:
        return "P2"
    return "P1" if fact.private else "P0"


def row_numbers(row: Row, fact: asking.Fact) -> Numbers:
    """The numbers of a line. A text as it stands is told figure by figure; a day is two numbers, or one
    and the name of a month."""
    last = fact.value[-1] if isinstance(fact.value, tuple) else fact.value
    if not isinstance(last, str) or day_of(last):
        return numbers_shown(" ".join((row.before, row.figure.number if row.figure else row.value)))
    before, value = numbers_shown(row.before), told_by_figures(row.value)
    return Numbers(before.values | value.values, before.spelled | value.spelled)


def told_by_figures(text: str) -> Numbers:
    """The numbers of a text whose figures are told one by one; a lone one is a number."""
    runs = re.findall(r"\d+", text)
    single = frozenset(int(run) for run in runs if len(run) == 1)
    return Numbers(single, frozenset(run for run in runs if len(run) > 1))


_HANZI = re.compile(r"[\u4e00-\u9fff]")


def _set(figure: Figure) -> str:
    parts = (figure.unit, figure.number) if figure.unit_first else (figure.number, figure.unit)
    return " ".join(parts)


def _private(session: Session, drawn: Scene, language: Language) -> dict[Privacy, Numbers]:
    found: dict[Privacy, list[Numbers]] = {}
    values = dict(values_of(session))
    notice = getattr(session.phase, "notice", None)
    if isinstance(notice, Notice):
        values["reference"] = notice.reference
    for fact, row in zip(facts_of(session), drawn.rows, strict=True):
        found.setdefault(privacy_of_fact(fact), []).append(row_numbers(row, fact))
    for name, value in values.items():
        if value not in (None, yuan(0)):
            numbers = numbers_shown(shown_value(value, language))
            found.setdefault(privacy_of(name), []).append(numbers)
    return {
        privacy: Numbers(
            frozenset(value for one in several for value in one.values),
            frozenset(run for one in several for run in one.spelled),
        )
        for privacy, several in found.items()
    }
