"""What stands on the glass, for somebody who reads it and presses what it says.

A button has several names: its words in the language shown and in English, its key in the catalogue and
the last part of that key, the value it stands for, an amount in yuan. So a story holds in every language.
What a story says stands on the screen is looked for in the language shown and in English too.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import zip_longest
from typing import Any, Final

from screens.scene import Choice, Scene
from sim.stage.reading import seen_scene
from sim.stage.settings import Design
from sim.stories.words import plain
from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask
from terminal.focus import bar, bar_allows
from terminal.money import MINOR_PER_MAJOR
from terminal.ports import Seconds
from terminal.prompts import offer_answers, prompt_of
from terminal.talking import takes_digits

ENGLISH: Final = "en"


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be pressed now: what a press says, its words, all its names, and those of them that are
    the same in every language, the shortest first."""

    event: ev.Chosen
    label: str
    names: frozenset[str]
    keys: tuple[str, ...] = ()
    amount: str = ""


def targets(session: s.Session, design: Design) -> Sequence[Target]:
    """Everything that can be pressed, in the order of the glass."""
    shown, english = (seen_scene(session, design, 0.0, one) for one in ("", ENGLISH))
    found = [
        *_answers(offer_answers(session), _offered(shown), _offered(english)),
        *_answers(prompt_of(session).answers, shown.answers, english.answers),
    ]
    allowed = [name for name in bar(session) if bar_allows(session, name)]
    fixed = zip_longest(
        (*shown.bar, shown.profile_switch, shown.language_switch, shown.view),
        (*english.bar, english.profile_switch, english.language_switch, english.view),
    )
    for one, other in fixed:
        if one.enabled and (one.name in allowed or one.name not in bar(session)):
            found.append(_target(one, other, one.name))
    return found


FIELDS: Final[Mapping[Ask, str]] = {
    Ask.PIN: "a PIN",
    Ask.ENTRY: "an amount or a number",
    Ask.NUMBER: "a number",
    Ask.SIGN: "a signature",
}
"""What is put into a screen that asks so, and not chosen."""


def types_here(session: s.Session) -> bool:
    """Whether digits and Enter are a number, an amount or a PIN here, and no keys of the machine."""
    nearest = isinstance(session.phase, s.SuggestingAmounts) and not session.overlay
    return nearest or takes_digits(session)


def typed(session: s.Session) -> int:
    """How many digits stand in the field."""
    phase = session.phase
    if isinstance(phase, s.COLLECTING_PIN):
        return phase.digits
    stands = getattr(phase, "typed", None)
    return len(str(stands)) if stands else 0


def field_of(session: s.Session) -> str:
    """What can be typed or signed on this screen, or ""."""
    if types_here(session) and isinstance(session.phase, s.ChoosingAmount | s.SuggestingAmounts):
        return "an amount"
    return FIELDS.get(prompt_of(session).ask, "")


def asks(session: s.Session) -> bool:
    """Whether the customer is asked for anything here; otherwise the machine works, or says goodbye."""
    return bool(offer_answers(session)) or prompt_of(session).ask is not Ask.NOTHING


def _offered(shown: Scene) -> tuple[Choice, ...]:
    return shown.banner.answers if shown.banner else ()


def _answers(
    answers: Iterable[Answer], shown: Sequence[Choice], english: Sequence[Choice]
) -> Iterator[Target]:
    for answer, one, other in zip(answers, shown, english, strict=False):
        if answer.role != "key" and one.enabled:
            yield _target(one, other, answer.text or answer.name, _yuan(answer))


def _yuan(answer: Answer) -> str:
    if answer.amount is None:
        return ""
    return str(answer.amount.minor // MINOR_PER_MAJOR)


def _target(one: Choice, other: Choice | None, key: str, amount: str = "") -> Target:
    value = one.value.casefold() if isinstance(one.value, str) else ""
    keys = tuple(each for each in (amount, key.rpartition(".")[2], key, value, one.name) if each)
    names = {plain(one.label), *([plain(other.label)] if other else ()), *keys}
    return Target(ev.Chosen(one.name, one.value), one.label, frozenset(names - {""}), keys, amount)


def word_of(target: Target, there: Sequence[Target]) -> str:
    """What a story may call it in every language: an amount, the last part of its key or more of it, its value; else
    what stands on it."""
    for name in target.keys:
        if [one.event for one in pressed_by(name, there)] == [target.event]:
            return name
    return plain(target.label)


def pressed_by(word: str, there: Sequence[Target]) -> Sequence[Target]:
    """The targets of this name: those whose words or value it is, or else those of that kind."""
    found = [one for one in there if word in one.names]
    exact = [one for one in found if word != one.event.name] or found
    return list({one.event: one for one in exact}.values())


# --- what is to be read -------------------------------------------------------------------------


def says(session: s.Session, design: Design, now: Seconds, words: str) -> bool:
    """Whether these words stand on the glass, in the language shown or in English."""
    wanted = plain(words)
    for language in dict.fromkeys((session.look.language, ENGLISH)):
        shown = seen_scene(session, design, now, language)
        if any(wanted in plain(text) for text in _all_texts(shown)):
            return True
    return False


def nearest_text(
    words: str, shown: Sequence[tuple[Seconds, s.Session]], design: Design
) -> tuple[str, Seconds, s.Session]:
    """Of what was read on these screens, in the language shown or in English, the sentence most like
    these words; when it first stood there, and on which screen."""
    known: dict[str, tuple[Seconds, s.Session]] = {}
    for at, session in shown:
        for language in dict.fromkeys((session.look.language, ENGLISH)):
            for text in _all_texts(seen_scene(session, design, at, language)):
                for part in sentences(text):
                    known.setdefault(part, (at, session))
    close = most_like(words, known)
    return close, *known[close]


def sentences(text: str) -> list[str]:
    """A text, and each part of it by itself."""
    return [one.strip() for one in (text, *re.split(r"(?<=[.!?;:。！？；：，])\s*", text))]


def most_like(words: str, known: Iterable[str]) -> str:
    """Of these texts the one most like the words."""
    wanted = plain(words)
    return max(known, key=lambda one: _alike(wanted, plain(one)))


def _alike(wanted: str, text: str) -> float:
    return difflib.SequenceMatcher(None, wanted, text, autojunk=False).ratio()


def _all_texts(shown: Scene) -> Iterator[str]:
    yield " ".join((shown.title, *shown.paragraphs))
    yield shown.title
    yield from shown.paragraphs
    yield from (" ".join(row.words) for row in shown.rows)
    yield from _texts((shown.rows, shown.figure, shown.banner, shown.meters))
    yield from (shown.reference, shown.reminder, shown.caption, shown.curtain, shown.watermark)
    yield from (one.label for one in shown.answers)


def _texts(thing: Any) -> Iterator[str]:
    """Every text in a value made of dataclasses and tuples; its digits also without their separators."""
    match thing:
        case str():
            yield thing
            if "," in thing:
                yield thing.replace(",", "")
        case tuple() | list():
            for one in thing:
                yield from _texts(one)
        case _ if is_dataclass(thing):
            for name in fields(thing):
                yield from _texts(getattr(thing, name.name))
        case Mapping():
            for one in thing.values():
                yield from _texts(one)
        case _:
            return
