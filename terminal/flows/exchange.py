"""One large note for small ones (reliability.md A.10).

The bank is asked whether the account may receive, and the card comes back before anything else: so it
cannot be forgotten over the money, and nothing is paid while it is inside. Then one note goes into escrow,
the customer chooses what to get for it, and the dispenser pays by the rules of a withdrawal
(`withdrawal.py`), whichever shape it has. Only when the pack is out and taken is the note stored.

What then was paid less than the note is worth goes to the account: a pack that came out in part, or one
that nobody took and that was counted back in. A pack that never left the dispenser is no exchange: the
note comes back. Nothing is ever called swapped that the dispenser does not say was taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Prompt
from terminal.bundles import notes_in, worth
from terminal.card import Card
from terminal.cash_units import Mix
from terminal.flows import escrow, receiving
from terminal.flows.escrow_screens import GIVE_BACK, Changed, Held, notes_of, taken_back_first
from terminal.flows.offer import OUTCOME, Service
from terminal.flows.visit import Step, enter, to_menu
from terminal.profile import Waits
from terminal.rules.change_packs import composition, exchange_choices
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "exchange"


@dataclass(frozen=True, slots=True)
class Choosing(ServicePhase):
    """What shall it be? One way after the other, each with what is in it."""

    held: Held
    mixes: tuple[Mix, ...]
    at: int = 0

    service: ClassVar[str] = NAME
    moves_money: ClassVar[bool] = True
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "exchange.choosing",
        Waits.REVIEW,
        Ask.REVIEW,
        (
            Answer("confirm", text="exchange_now", role="primary", key="enter"),
            Answer("other_mix", key="1"),
            GIVE_BACK,
        ),
        cue=Cue.STEP,
        private=True,
        may_return_card=False,
    )

    def asked(self, session: s.Session) -> Prompt:
        """Another way only where there is one."""
        answers = self.prompt.answers
        able = (one for one in answers if len(self.mixes) > 1 or one.name != "other_mix")
        return replace(self.prompt, answers=tuple(able))

    def way_out(self) -> str:
        """What was put in comes back first."""
        return taken_back_first(self.held)

    def values(self, session: s.Session) -> Mapping[str, object]:
        """What was put in."""
        return {"amount": worth(self.held.counts)}

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """How many of each will come out."""
        made = composition(self.mixes[self.at], session.machine.cassettes)
        return notes_of(tuple(sorted((face.minor, count) for face, count in made)))

    def marker(self) -> object:
        """Another way begins the wait anew."""
        return self.at


@dataclass(frozen=True, slots=True)
class NoChange(ServicePhase):
    """No note can be changed now: said before the card comes back and any note goes in."""

    card: Card

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "exchange.none", Waits.REVIEW, Ask.CHOICE, OUTCOME, cue=Cue.STEP, may_go_back=True
    )


def _begin(session: s.Session, card: Card) -> Step:
    if not escrow.taken_for_change(session.machine):
        return enter(session, NoChange(card))
    return receiving.ask(session, card, NAME)


def agreed(session: s.Session, txid: str, said: Mapping[str, str]) -> Step:
    """The bank knows of it: the card back, then the rest."""
    swap = s.Swap(txid, said.get("token", ""))
    return enter(session, s.TakingCard(swap, None), fx.ForgetPin(), fx.EjectCard())


def counted(session: s.Session, held: Held) -> Step:
    """What lies in escrow: one note that can be changed now, or it comes back."""
    if notes_in(held.counts) != 1:
        return escrow.hand_back(session, replace(held, why="one_note"))
    mixes = exchange_choices(worth(held.counts), (), session.machine.cassettes)
    if not mixes or not escrow.taken_for_change(session.machine):
        return escrow.hand_back(session, replace(held, why="cannot_change"))
    return enter(session, Choosing(held, mixes))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Choosing(held=held, mixes=mixes, at=at), ev.Chosen("confirm"):
            order = s.Order(held.txid, worth(held.counts), mixes[at], held.token, held.counts)
            return enter(session, s.PreparingCash(order), fx.PrepareDispense(held.txid))
        case Choosing(mixes=mixes, at=at) as phase, ev.Chosen("other_mix"):
            return enter(session, replace(phase, at=(at + 1) % len(mixes)))
        case Choosing(held=held), ev.Chosen("give_back" | "back"):
            return escrow.hand_back(session, held)
        case Choosing(held=held), ev.TimedOut():
            return escrow.hand_back(session, replace(held, why="timed_out"))
        case NoChange(card=card), ev.Chosen("back"):
            return to_menu(session, card)
        case Changed() as changed, ev.Chosen("count_right"):
            return enter(session, s.Farewell(changed.over(session)))
        case Changed(notice=notice), ev.Chosen("count_wrong"):
            told = s.Notice("exchange_disputed", {}, notice.reference)
            return enter(session, s.Explaining(told))
        case _:
            return None


def paying(session: s.Session, step: Step | None) -> Step | None:
    """A step of the withdrawal's, read for the exchange that this session pays for: what would have been
    told to the bank decides what becomes of the note."""
    order = getattr(session.phase, "order", None)
    if step is None or not isinstance(order, s.Order) or not order.against:
        return step
    after, effects = step
    if isinstance(after.phase, s.Counting):
        return escrow.store(after, _held(order, after.phase.counts), *effects)
    others = tuple(one for one in effects if not isinstance(one, OUTCOMES))
    outcome = next((one for one in effects if isinstance(one, OUTCOMES)), None)
    match outcome:
        case fx.Reverse(basis=basis) if not basis.startswith("retracted"):
            return escrow.hand_back(after, replace(_held(order, ()), why="pack_failed"), *others)
        case fx.Reverse():
            return escrow.store(after, _held(order, ()), *others)
        case fx.Complete(counts=counts):
            return escrow.store(after, _held(order, counts), *others)
        case fx.Suspect(counts=counts, basis=basis):
            held = _held(order, counts or ())
            told, said = escrow.in_doubt(after, held, f"{PACK}{basis}")
            return told, (*others, *said)
        case _:
            return step


PACK: Final = "pack_"
"""How the basis of a doubt begins that came from the dispenser: then that must be looked at too."""

OUTCOMES: Final = (fx.Reverse, fx.Complete, fx.Suspect)


def _held(order: s.Order, paid: ev.Counts) -> Held:
    return Held(order.txid, NAME, None, order.against, order.token, paid)


SERVICE: Final = Service(NAME, _begin, _step, (NoChange, Choosing, Changed))
