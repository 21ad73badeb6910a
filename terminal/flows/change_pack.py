"""Small change in packs of a fixed value, drawn from the account (accessibility.md F "small-change packs").

Only packs that the cassettes can pay now are offered (`terminal/rules/change_packs.py`), and what is in one is
read back, face by face, before anything is confirmed: the mix that is shown is the mix that is ordered. From
the confirmation on it is a withdrawal as any other, with its limits, its order of card and notes and its
recovery (`withdrawal.py`); nothing here moves money.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Prompt, Word
from terminal.card import Card
from terminal.cash_units import Mix
from terminal.flows import withdrawal
from terminal.flows.offer import OUTCOME, Service, read_back
from terminal.flows.visit import Step, enter, give_back, to_menu
from terminal.money import Amount
from terminal.profile import Waits
from terminal.rules.change_packs import Composition, PayablePack, composition, offered_packs
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "change_pack"

OFFERED_MAX: Final = 3
"""As many values as `packs.toml` has, and as a screen of the largest type holds (accessibility.md B1)."""


def sheets_of(notes: Composition, amount: Amount) -> tuple[Fact, ...]:
    """A line for each face with how many of it, and the sum."""
    lines = (
        Fact(f"change_pack.face.{face.major}", Word("change_pack.sheets", (("sheets", count),)))
        for face, count in notes
    )
    return (*lines, Fact("change_pack.amount", amount, strong=True))


@dataclass(frozen=True, slots=True)
class Choosing(ServicePhase):
    """For how much."""

    card: Card
    packs: tuple[PayablePack, ...]

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "change_pack.choosing", Waits.CHOICE, Ask.AMOUNT, cue=Cue.STEP, may_go_back=True
    )

    def asked(self, session: s.Session) -> Prompt:
        """One for each value."""
        answers = (
            Answer("amount", one.pack.amount.minor, amount=one.pack.amount, key=str(place))
            for place, one in enumerate(self.packs, start=1)
        )
        return replace(self.prompt, answers=tuple(answers))


@dataclass(frozen=True, slots=True)
class Reviewing(ServicePhase):
    """What is in it, before it is confirmed."""

    card: Card
    packs: tuple[PayablePack, ...]
    amount: Amount
    mix: Mix
    notes: Composition

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = read_back("change_pack.reviewing")

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """How many of each note, and the sum."""
        return sheets_of(self.notes, self.amount)


@dataclass(frozen=True, slots=True)
class NoPack(ServicePhase):
    """The cassettes can pay none now."""

    card: Card

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "change_pack.none", Waits.REVIEW, Ask.CHOICE, OUTCOME, cue=Cue.STEP
    )


def _begin(session: s.Session, card: Card) -> Step:
    machine = session.machine
    if machine.cash or machine.doubt:
        return give_back(session, "cash_unavailable")
    payable = offered_packs(machine.packs, machine.cassettes)
    packs = tuple(one for one in payable if one.pack.amount <= machine.withdrawal_max)
    if not packs:
        return enter(session, NoPack(card))
    return enter(session, Choosing(card, packs[:OFFERED_MAX]))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Choosing(card=card, packs=packs), ev.Chosen("amount", int(minor)):
            return _chosen(session, card, packs, Amount(minor))
        case Choosing(card=card), ev.Chosen("back"):
            return to_menu(session, card)
        case Reviewing(card=card, packs=packs), ev.Chosen("back" | "change"):
            return enter(session, Choosing(card, packs))
        case Reviewing(card=card, amount=amount, mix=mix), ev.Chosen("confirm"):
            reviewed = s.Reviewing(card, amount, mix)
            return withdrawal.step(replace(session, serving="", phase=reviewed), event)
        case ((Choosing() | Reviewing()), ev.CashFailed()):
            return give_back(session, "cash_unavailable")
        case _:
            return None


def _chosen(
    session: s.Session, card: Card, packs: tuple[PayablePack, ...], amount: Amount
) -> Step | None:
    mix = next((one.mix for one in packs if one.pack.amount == amount), None)
    if mix is None:
        return None
    notes = composition(mix, session.machine.cassettes)
    return enter(session, Reviewing(card, packs, amount, mix, notes))


SERVICE: Final = Service(NAME, _begin, _step, (Choosing, Reviewing, NoPack))
