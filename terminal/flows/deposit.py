"""Notes into the account (reliability.md A.8).

The bank is asked first whether the account may receive; its answer opens the operation there. Then the
inlet opens, the customer puts notes in, sees and hears what was counted, and decides: more, store, or give
back. Whoever walks away gets their notes back in the slot; not taken, they are taken in again and people
decide. The card stays inside until the end, so that something else can be done after it.

How notes move is `escrow.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Prompt
from terminal.bundles import notes_in, worth
from terminal.card import Card
from terminal.flows import escrow, exchange, receiving
from terminal.flows.escrow_screens import GIVE_BACK, PHASES, Held, notes_of, taken_back_first
from terminal.flows.offer import Service
from terminal.flows.receiving import Asking
from terminal.flows.visit import Step, enter, with_machine
from terminal.profile import Waits
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "deposit"


@dataclass(frozen=True, slots=True)
class Reviewing(ServicePhase):
    """What was counted. `may_add` while the inlet can be opened again."""

    held: Held
    may_add: bool

    service: ClassVar[str] = NAME
    moves_money: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "deposit.reviewing",
        Waits.REVIEW,
        Ask.REVIEW,
        (
            Answer("store", role="primary", key="enter"),
            Answer("add_notes", key="1"),
            GIVE_BACK,
        ),
        cue=Cue.STEP,
        private=True,
    )

    def asked(self, session: s.Session) -> Prompt:
        """More only where more can be put in."""
        able = (each for each in self.prompt.answers if self.may_add or each.name != "add_notes")
        return replace(self.prompt, answers=tuple(able))

    def way_out(self) -> str:
        """What was put in comes back first."""
        return taken_back_first(self.held)

    def values(self, session: s.Session) -> Mapping[str, object]:
        """The sum and how many notes."""
        return {"amount": worth(self.held.counts), "notes": notes_in(self.held.counts)}

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """How many of each."""
        return notes_of(self.held.counts)


def _begin(session: s.Session, card: Card) -> Step:
    return receiving.ask(session, card, NAME)


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Asking(card=card, txid=txid, about=about), ev.BankAnswered(message=theirs) if (
            txid == theirs
        ):
            if about == NAME:
                return escrow.begin(session, Held(txid, NAME, card))
            return exchange.agreed(session, txid, dict(event.fields))
        case Asking() as asking, _:
            return receiving.unanswered(session, asking, event)
        case Reviewing(held=held), ev.Chosen("store"):
            return escrow.store(session, held)
        case Reviewing(held=held, may_add=True), ev.Chosen("add_notes"):
            return escrow.begin(session, held)
        case Reviewing(held=held), ev.Chosen("give_back" | "return_card" | "back"):
            return escrow.hand_back(session, held)
        case Reviewing(held=held), ev.TimedOut():
            return escrow.hand_back(session, replace(held, why="timed_out"))
        case Reviewing(), ev.ReaderFailed(error=error):
            return with_machine(session, reader=error), ()
        case _:
            return escrow.step(session, event, _counted)


def _counted(session: s.Session, held: Held, may_add: bool) -> Step:
    """What a service does with counted notes."""
    if held.about == NAME:
        return enter(session, Reviewing(held, may_add))
    return exchange.counted(session, held)


SERVICE: Final = Service(NAME, _begin, _step, (Asking, Reviewing, *PHASES))
