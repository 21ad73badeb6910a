"""What changes under somebody's hands: a screen, and the one that a press or a note leads to.

A screen that is told whole may still change without a word: another way of changing a note, a sum that
grows, a leaf of a menu. So every screen is left by each of its presses, and by what the machine says
there of its own accord; where something else is shown then, something must be said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sim.proof.voice.heard import Heard, heard_after
from sim.proof.voice.numbers import numbers_heard
from sim.proof.voice.shown import Shown, shown
from sim.stage.settings import Design
from terminal import events as ev
from terminal import talking
from terminal.flow import step
from terminal.flows.escrow_screens import Inserting
from terminal.prompts import prompt_of
from terminal.runtime import heard_profile
from terminal.session import Session
from terminal.sound import Sound
from terminal.values import replace

DIGIT: Final = ev.Chosen("digit", 2)
SEVERAL: Final = ((5_000, 1), (10_000, 2))
MORE: Final = ((5_000, 1), (10_000, 3))
"""What lies counted in escrow, and one note more."""


def events_at(session: Session) -> Iterator[ev.Event]:
    """What can be pressed here, and what the machine may say."""
    for answer in prompt_of(session).answers:
        if answer.enabled and answer.name != "digit":
            yield ev.Chosen(answer.name, answer.value)
    if talking.takes_digits(session):
        yield DIGIT
    if isinstance(session.phase, Inserting):
        txid = session.phase.held.txid
        yield from (ev.NotesInEscrow(txid, counts, 0) for counts in (SEVERAL, MORE))
        yield ev.NoteRefused(txid, "identification")


def pairs_of(session: Session) -> Iterator[tuple[ev.Event, Session, Session]]:
    """Each event, the screen before it and the one after it. What changes twice is seen twice: a second
    note after the first, a second digit."""
    for event in events_at(session):
        after, _ = step(session, event, 0.0)
        yield event, session, after
        second = replace(event, counts=MORE) if isinstance(event, ev.NotesInEscrow) else event
        if type(after.phase) is type(session.phase):
            yield second, after, step(after, second, 0.0)[0]


def news(one: Shown, other: Shown) -> list[str]:
    """What is shown afterwards and was not before: texts, numbers, lines, choices; a field that is empty
    again."""
    was = {fact.text for fact in one.facts} | {choice.label for choice in one.choices}
    now = [fact.text for fact in other.facts] + [choice.label for choice in other.choices]
    emptied = _field(one) and not _field(other)
    return [text for text in now if text not in was] + ([EMPTIED] if emptied else [])


EMPTIED: Final = "an empty field"


def _field(seen: Shown) -> bool:
    return any(fact.kind == "figure" for fact in seen.facts)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a screen came to show: what brought it, what is new, what was heard of it, and the sums
    in it that were not."""

    event: ev.Event
    news: tuple[str, ...]
    heard: Heard
    unheard: tuple[str, ...]


def changes_of(design: Design, session: Session) -> Iterator[Change]:
    """Each change of a screen in the visit without sight."""
    shown_to = replace(session, sound=Sound(jack=True), focus=0)
    language = session.look.language
    catalogue = design.catalogues[language]
    for event, before, after in pairs_of(shown_to):
        if after.visit != before.visit or after.look.language != language:
            continue  # Nothing is said after a visit, and another language is another audit.
        one, other = (
            shown(each, catalogue, heard_profile(each, design.profiles)) for each in (before, after)
        )
        if found := news(one, other):
            heard = heard_after(design, before, after)
            told = numbers_heard(heard.of(language), language)
            sums = (fact for fact in other.facts if fact.kind in SUMS and fact.text in found)
            unheard = (number for fact in sums for number in told.lacks(fact.numbers))
            yield Change(event, tuple(found), heard, tuple(map(str, unheard)))


SUMS: Final = ("title", "text")
"""Where a number that changes must be told; of lines and long numbers the voice tells a part at a time."""
