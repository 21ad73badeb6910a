"""What is in the account, and the last ten entries. Nothing moves.

Balance and entries are financial (P2): they are on the screen, and said in a headset only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Prompt
from terminal.card import Card
from terminal.flows.offer import OUTCOME, Service, answered, ask_bank, waiting
from terminal.flows.visit import Step, enter
from terminal.money import Amount
from terminal.profile import Waits
from terminal.service import ServicePhase

NAME: Final = "balance"

ENTRIES_MAX: Final = 10
"""Entries that are shown: the last ten, as the bank sends them, newest first."""


@dataclass(frozen=True, slots=True)
class Posted:
    """One entry: its day (YYYY-MM-DD), minor units (negative went out), and what it was, as a word of the
    catalogue (`balance.kind.<kind>`)."""

    day: str
    minor: int
    kind: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What an account says: what is booked, what can be drawn of it, which is less while something is on hold,
    and the last entries."""

    booked: Amount
    available: Amount
    entries: tuple[Posted, ...]

    def sums(self) -> tuple[Fact, ...]:
        """Both sums; the second where it differs."""
        booked = Fact("balance.booked", self.booked, strong=True, financial=True)
        if self.available == self.booked:
            return (booked,)
        return booked, Fact("balance.available", self.available, financial=True)

    def lines(self) -> tuple[Fact, ...]:
        """One line for each entry: when and what, and how much, with a sign."""
        return tuple(
            Fact(f"balance.kind.{one.kind}", (one.day, Amount(one.minor)), financial=True)
            for one in self.entries
        )


@dataclass(frozen=True, slots=True)
class Asking(ServicePhase):
    """The bank is asked."""

    card: Card
    message: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class Showing(ServicePhase):
    """The balance and what can be drawn of it."""

    card: Card
    figures: Figures

    service: ClassVar[str] = NAME
    receipt: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "balance.showing",
        Waits.REVIEW,
        Ask.FACTS,
        (*OUTCOME, Answer("entries", key="2")),
        cue=Cue.STEP,
        private=True,
    )

    def values(self, session: s.Session) -> Mapping[str, object]:
        """The tail of the card."""
        return {"last4": self.card.pan.last4}

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """Both sums; the second where it differs."""
        return self.figures.sums()


@dataclass(frozen=True, slots=True)
class Listing(ServicePhase):
    """The last entries."""

    shown: Showing

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "balance.listing", Waits.REVIEW, Ask.FACTS, OUTCOME, private=True, may_go_back=True
    )

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.shown.card

    def text_key(self, session: s.Session) -> str:
        """Nothing yet is said as such."""
        return self.prompt.key if self.shown.figures.entries else "balance.no_entries"

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """One line for each."""
        return self.shown.figures.lines()


def _begin(session: s.Session, card: Card) -> Step:
    return ask_bank(session, card, NAME, lambda message: Asking(card, message))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Asking(card=card, message=asked), _:
            return answered(session, asked, event, lambda said: _read(card, said))
        case Showing() as shown, ev.Chosen("entries"):
            return enter(session, Listing(shown))
        case Listing(shown=shown), ev.Chosen("back"):
            return enter(session, shown)
        case _:
            return None


def _read(card: Card, said: Mapping[str, str]) -> Showing | None:
    told = figures(said)
    return None if told is None else Showing(card, told)


def figures(said: Mapping[str, str]) -> Figures | None:
    """What the bank said, or None where that is not understood: a wrong balance is worse than none."""
    try:
        booked, available = Amount(int(said["booked"])), Amount(int(said["available"]))
        lines = [text.split("|") for text in said.get("entries", "").split(";") if text]
        entries = tuple(Posted(day, int(minor), kind) for day, minor, kind in lines)
    except (KeyError, ValueError):
        return None
    return Figures(booked, available, entries[:ENTRIES_MAX])


SERVICE: Final = Service(NAME, _begin, _step, (Asking, Showing, Listing))
