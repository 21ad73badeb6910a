"""A passport read at the machine, and a number for the counter where it is due (accessibility.md CN-20, CN-22).

Nothing that is done at this machine needs a passport; the counter asks for one. So this spares a visitor the way
there with one that does not serve: its two lines are read by a scanner that types like a keyboard, their check
digits are verified here (`terminal/rules/documents.py`), and what is wrong is told by its line.

**What is kept.** The first line, masked, until the second has come; then whether the passport has expired, and
nothing else of it. The bank hears that a passport was read and is valid. No name, number, date or age goes into
a sentence, a row of the journal, or a message. What day it is the bank says: the terminal asks no clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, Literal

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Picture, Prompt
from terminal.card import Card
from terminal.flows.offer import DONE, OUTCOME, Service, ask_bank, waiting
from terminal.flows.visit import Step, enter, give_back, to_menu
from terminal.messages import day_of
from terminal.profile import Waits
from terminal.rules.documents import LINE_CHARACTERS, Passport, Private, Unread, read
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "passport"

TRIES_MAX: Final = 3
"""Passports that may be read wrong before the counter is named: as many tries as a PIN has."""

READ: Final = (("document", "passport"), ("valid", "1"))
"""All that the bank is told of a passport."""

Wrong = Literal["", "line1", "line2", "both", "other"]
"""What was wrong: a line, both, or that it is no passport."""


@dataclass(frozen=True, slots=True)
class AskingDay(ServicePhase):
    """The bank is asked what day it is."""

    card: Card
    message: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class Scanning(ServicePhase):
    """The passport is laid on the scanner. `first` is its first line while the second is awaited, `tries` how
    many were read wrong."""

    card: Card
    day: date
    first: Private | None = None
    wrong: Wrong = ""
    tries: int = 0

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "passport.scanning",
        Waits.REVIEW,
        Ask.CHOICE,
        (Answer("at_counter", text="passport.at_counter", key="1"),),
        cue=Cue.STEP,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """What to do, or which line was wrong."""
        if self.first is not None:
            return "passport.second"
        return f"{self.prompt.key}_{self.wrong}" if self.wrong else self.prompt.key

    def marker(self) -> object:
        """Another line begins the wait anew."""
        return self.first is None, self.tries


@dataclass(frozen=True, slots=True)
class InOrder(ServicePhase):
    """It can be read and has not expired. A number for the counter, or not."""

    card: Card

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "passport.in_order",
        Waits.REVIEW,
        Ask.CHOICE,
        (Answer("book", text="passport.book", key="1"), replace(DONE, role="choice", key="2")),
        cue=Cue.STEP,
        may_go_back=True,
    )


@dataclass(frozen=True, slots=True)
class NotServed(ServicePhase):
    """It has expired, or cannot be read here: what to do instead."""

    card: Card
    why: Literal["expired", "unread"]

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "passport.not_served", Waits.REVIEW, Ask.CHOICE, OUTCOME, cue=Cue.STEP
    )

    def text_key(self, session: s.Session) -> str:
        """The reason, in words."""
        return f"passport.{self.why}"


@dataclass(frozen=True, slots=True)
class Booking(ServicePhase):
    """The counter is told."""

    card: Card
    message: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class Booked(ServicePhase):
    """The counter expects somebody with a passport, under this number."""

    card: Card
    number: str

    service: ClassVar[str] = NAME
    receipt: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "passport.booked",
        Waits.REVIEW,
        Ask.FACTS,
        OUTCOME,
        picture=Picture.DONE,
        cue=Cue.DONE,
        private=True,
    )

    def values(self, session: s.Session) -> Mapping[str, object]:
        """The number on the slip."""
        return {"reference": self.number}

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The same to be read back."""
        return (Fact("passport.number", self.number, strong=True),)


def _begin(session: s.Session, card: Card) -> Step:
    return ask_bank(session, card, NAME, lambda message: AskingDay(card, message))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case ((AskingDay() | Booking()), _):
            return _answered(session, event)
        case Scanning() as scanning, ev.Scanned(text=text) if not session.overlay:
            return _scanned(session, scanning, text)
        case Scanning(card=card), ev.Chosen("at_counter"):
            return enter(session, NotServed(card, "unread"))
        case ((Scanning(card=card) | InOrder(card=card)), ev.Chosen("back")):
            return to_menu(session, card)
        case InOrder(card=card), ev.Chosen("book"):
            return ask_bank(session, card, NAME, lambda message: Booking(card, message), READ)
        case _:
            return None


def _answered(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case AskingDay(card=card, message=ours), ev.BankAnswered(message=theirs, fields=said) if (
            ours == theirs
        ):
            day = day_of(dict(said).get("day", ""))
            if day is None:
                return give_back(session, "service_declined")
            return enter(session, Scanning(card, day))
        case Booking(card=card, message=ours), ev.BankAnswered(message=theirs, fields=said) if (
            ours == theirs
        ):
            number = dict(said).get("number", "")
            if not (number.isascii() and number.isdigit()):
                return give_back(session, "service_declined")
            return enter(session, Booked(card, number))
        case (
            (AskingDay(message=ours) | Booking(message=ours)),
            ev.BankRefused(message=theirs),
        ) if ours == theirs:
            return give_back(session, "service_declined")
        case _, ev.TimedOut():
            return give_back(session, "service_silent")
        case _:
            return None


def _scanned(session: s.Session, at: Scanning, text: str) -> Step:
    """A line, or both in one. The second is checked with the first, which is forgotten then."""
    if len(text) == 2 * LINE_CHARACTERS:
        return _checked(session, at, text[:LINE_CHARACTERS], text[LINE_CHARACTERS:])
    if at.first is not None:
        return _checked(session, at, at.first.reveal(), text)
    if text.startswith("P"):
        return enter(session, replace(at, first=Private(text), wrong=""))
    return _again(session, at, "other")


def _checked(session: s.Session, at: Scanning, first: str, second: str) -> Step:
    match read(first, second, at.day):
        case Passport(expired=True):
            return enter(session, NotServed(at.card, "expired"))
        case Passport():
            return enter(session, InOrder(at.card))
        case Unread() as unread:
            return _again(session, at, _wrong(unread))


def _wrong(unread: Unread) -> Wrong:
    if any(fault.what == "not_a_passport" for fault in unread.faults):
        return "other"
    lines = {fault.line for fault in unread.faults}
    return "both" if len(lines) > 1 else "line1" if 1 in lines else "line2"


def _again(session: s.Session, at: Scanning, wrong: Wrong) -> Step:
    tries = at.tries + 1
    if tries >= TRIES_MAX:
        return enter(session, NotServed(at.card, "unread"))
    return enter(session, Scanning(at.card, at.day, None, wrong, tries))


SERVICE: Final = Service(
    NAME, _begin, _step, (AskingDay, Scanning, InOrder, NotServed, Booking, Booked)
)
