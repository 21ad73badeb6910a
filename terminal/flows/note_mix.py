"""Other notes for the same amount, from the review of a withdrawal (accessibility.md F; rules/change_packs.py).

The review pays with the fewest notes and is confirmed with one press, whether or not there is another way. Where
there is one, an answer of the same rank as "change" leads here: face by face what would come out, the sum below,
the same Confirm, and the next way. Only ways that the cassettes can pay now are shown, and what stands on the screen
is what is ordered: where the cassettes cannot give it any more, `withdrawal.py` goes back to the review and says so.

The words are in the finished languages only; in the others there is no such answer.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Prompt
from terminal.card import Card
from terminal.cash_units import Mix
from terminal.flows import withdrawal
from terminal.flows.change_pack import sheets_of
from terminal.flows.offer import Service
from terminal.flows.visit import Step, afresh, begin, enter, give_back
from terminal.money import Amount
from terminal.profile import Waits
from terminal.prompts import CONFIRM, other_ways
from terminal.rules.change_packs import composition
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "note_mix"


@dataclass(frozen=True, slots=True)
class Choosing(ServicePhase):
    """These notes? `first` is what the review had, which Back leads to."""

    card: Card
    amount: Amount
    first: Mix
    mix: Mix

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "note_mix.choosing",
        Waits.REVIEW,
        Ask.REVIEW,
        (CONFIRM, Answer("other_mix", key="1")),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """How many of each note, and the sum."""
        return sheets_of(composition(self.mix, session.machine.cassettes), self.amount)

    def marker(self) -> object:
        """Another way begins the wait anew, and is said."""
        return self.mix


def opened(session: s.Session, event: ev.Event) -> Step | None:
    """From the review to the first other way, where there is one."""
    match session.phase, event:
        case s.Reviewing(card=card, amount=amount, mix=mix), ev.Chosen("other_notes"):
            ways = other_ways(session, amount, mix)
            if not ways:
                return None
            return enter(replace(session, serving=NAME), Choosing(card, amount, mix, ways[0]))
        case _:
            return None


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Choosing(card=card, amount=amount, mix=mix), ev.Chosen("confirm"):
            return _to_review(session, s.Reviewing(card, amount, mix), event)
        case Choosing(amount=amount, mix=mix) as phase, ev.Chosen("other_mix"):
            ways = other_ways(session, amount, mix)
            return enter(afresh(session), replace(phase, mix=ways[0])) if ways else None
        case Choosing(card=card, amount=amount, first=first), ev.Chosen("back"):
            return _to_review(session, s.Reviewing(card, amount, first))
        case Choosing(), ev.Chosen("return_card"):
            return give_back(session, "cancelled")
        case Choosing(), ev.CashFailed():
            return give_back(session, "cash_unavailable")
        case _:
            return None


def _to_review(
    session: s.Session, asked: s.Reviewing, event: ev.Event | None = None
) -> Step | None:
    """A withdrawal again, at its review or further on."""
    plain = replace(session, serving="", phase=asked)
    return withdrawal.step(plain, event) if event else (plain, ())


SERVICE: Final = Service(NAME, begin, _step, (Choosing,))
"""Chosen from the review and never from a menu: begun like that, it is the question what for."""
