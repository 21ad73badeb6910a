"""The endings every visit shares: the card to the customer or into the bin, outcomes understood,
goodbye.

With an order in hand, the notes follow only after the card was taken; a card that is not taken ends
the order before any note has moved.
"""

from dataclasses import replace

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.flows.visit import (
    Step,
    enter,
    explain,
    farewell,
    finish,
    give_back,
    keep_card,
    with_machine,
)


def step(session: s.Session, event: ev.Event) -> Step | None:
    """One step of leaving, or None if the event means nothing now."""
    match session.phase, event:
        case s.TakingCard() as phase, ev.CardAtGate():
            return enter(session, replace(phase, at_gate=True))
        case s.TakingCard(order=None), ev.CardTaken():
            return farewell(session, "goodbye")
        case s.TakingCard(order=s.Order() as order), ev.CardTaken():
            return enter(session, s.PreparingCash(order), fx.PrepareDispense(order.txid))
        case s.TakingCard(order=s.Order() as order), ev.Chosen("return_card"):
            undone = s.TakingCard(None, s.Notice("cancelled"), session.phase.at_gate)
            return enter(session, undone, fx.Reverse(order.txid, "customer_cancelled"))
        case s.TakingCard(order=order), ev.TimedOut():
            return keep_card(session, "notTaken", "card_kept", *_undo(order, "card_not_taken"))
        case s.TakingCard(), ev.CardFound(position="inside" | "gate"):
            return session, (fx.EjectCard(),)
        case s.TakingCard(), ev.CardFound(position="absent"):
            return step(session, ev.CardTaken())
        case s.TakingCard(order=order), ev.CardJammed(error=error) | ev.ReaderFailed(error=error):
            return _stuck(session, error, *_undo(order, "card_jammed"))
        case s.KeepingCard(notice=notice), ev.CardRetained():
            return enter(session, s.Explaining(notice))
        case s.KeepingCard(), ev.CardTaken():
            return farewell(session, "goodbye")
        case s.KeepingCard(), ev.CardJammed(error=error) | ev.ReaderFailed(error=error):
            return _stuck(session, error)
        case s.KeepingCard(), ev.TimedOut():
            return _stuck(session, "mediaJam")
        case s.Explaining(), ev.Chosen("understood") | ev.TimedOut():
            return finish(session)
        case s.Farewell(), ev.TimedOut() | ev.Touched() | ev.Chosen("understood"):
            return finish(session)
        case s.Farewell() | s.Explaining(), ev.CardInserted():
            return None
        case _, ev.Chosen("return_card"):
            return give_back(session, "cancelled")
        case _, ev.ReaderFailed():
            return give_back(session, "card_unreadable")
        case _:
            return None


HOLDING_CARD = (
    s.ReadingCard,
    s.AskingBank,
    s.EnteringPin,
    s.CheckingPin,
    s.ChoosingAmount,
    s.EnteringAmount,
    s.SuggestingAmounts,
    s.Reviewing,
)
"""Phases with the card inside and no order: `return_card` works in each (invariant 23)."""

ENDINGS = (s.TakingCard, s.KeepingCard, s.Explaining, s.Farewell)


def _undo(order: s.Order | None, basis: str) -> tuple[fx.Effect, ...]:
    return (fx.Reverse(order.txid, basis),) if order else ()


def _stuck(session: s.Session, error: str, *effects: fx.Effect) -> Step:
    closed = with_machine(session, reader=error)
    return explain(closed, "card_jammed", session.visit, *effects)
