"""The endings every visit shares: the card to the customer or into the bin, outcomes understood,
goodbye.

With an order in hand, the notes follow only after the card was taken; a card that is not taken ends
the order before any note has moved.

When the money is done and the customer chose how to be served, they are asked whether the next visit
shall look like that (accessibility.md C4). Nothing hangs on the answer, and none is a no.
"""

from terminal import effects as fx
from terminal import events as ev
from terminal import own, printing
from terminal import session as s
from terminal.flows import escrow
from terminal.flows.escrow_screens import Held
from terminal.flows.visit import (
    Step,
    enter,
    explain,
    farewell,
    finish,
    give_back,
    keep_card,
    offer_found,
    with_machine,
)
from terminal.values import replace


def step(session: s.Session, event: ev.Event) -> Step | None:
    """One step of leaving, or None if the event means nothing now."""
    match session.phase, event:
        case s.TakingCard() as phase, ev.CardAtGate():
            return enter(session, replace(phase, at_gate=True))
        case s.TakingCard(order=None), ev.CardTaken():
            return farewell(session, "goodbye")
        case s.TakingCard(order=s.Order() as order), ev.CardTaken():
            return enter(session, s.PreparingCash(order), fx.PrepareDispense(order.txid))
        case s.TakingCard(order=s.Swap(txid=txid, token=token)), ev.CardTaken():
            return escrow.begin(session, Held(txid, "exchange", token=token))
        case s.TakingCard(order=(s.Order() | s.Swap()) as order), ev.Chosen("return_card"):
            undone = s.TakingCard(None, s.Notice("cancelled"), session.phase.at_gate)
            return enter(session, undone, fx.Reverse(order.txid, "customer_cancelled"))
        case s.TakingCard(order=order, lost=True), ev.TimedOut():
            return _stuck(session, "deviceNotReady", *_undo(order, "reader_lost"))
        case s.TakingCard(order=order), ev.TimedOut():
            return keep_card(session, "notTaken", "card_kept", *_undo(order, "card_not_taken"))
        case s.TakingCard() as phase, ev.ReaderFailed(error=error):
            waiting = with_machine(session, reader=error)
            return enter(waiting, replace(phase, at_gate=False, lost=True))
        case s.TakingCard() as phase, ev.CardFound(position="inside" | "gate"):
            found = with_machine(session, reader="")
            return enter(found, replace(phase, lost=False), fx.EjectCard())
        case s.TakingCard(), ev.CardFound(position="absent"):
            return step(with_machine(session, reader=""), ev.CardTaken())
        case s.TakingCard(order=order), ev.CardJammed(error=error):
            return _stuck(session, error, *_undo(order, "card_jammed"))
        case s.KeepingCard(notice=notice), ev.CardRetained():
            return enter(session, s.Explaining(notice))
        case s.KeepingCard(), ev.CardTaken():
            return explain(session, "stopped_card_taken", session.visit)
        case s.KeepingCard(), ev.CardJammed(error=error):
            return _stuck(session, error)
        case s.KeepingCard(), ev.ReaderFailed(error=error):
            return with_machine(session, reader=error), ()
        case s.KeepingCard(reason=reason), ev.CardFound(position="inside" | "gate"):
            return with_machine(session, reader=""), (fx.RetainCard(reason),)
        case s.KeepingCard(notice=notice), ev.CardFound(position="absent"):
            return enter(with_machine(session, reader=""), s.Explaining(notice))
        case s.KeepingCard(), ev.TimedOut():
            return _stuck(session, "mediaJam")
        case s.Explaining(), ev.Chosen("understood") | ev.TimedOut():
            return finish(session)
        case s.Farewell(), ev.PreferenceSaved(message=message) if message == session.enquiry:
            return _told(session, "remembered")
        case s.Farewell(), ev.PreferenceNotSaved(message=message) if message == session.enquiry:
            return _told(session, "not_remembered")
        case s.Farewell(), ev.Touched() if printing.offered(session):
            return session, ()
        case s.Farewell(), ev.TimedOut() if session.look.said == REMEMBERING:
            return _told(session, "not_remembered")
        case s.Farewell(), ev.Touched() if _asking(session.look):
            return session, ()
        case s.Farewell(), ev.TimedOut() | ev.Touched() | ev.Chosen("understood"):
            return finish(session)
        case s.Explaining(notice=s.Notice(key="card_jammed")), ev.CardFound(
            position="inside" | "gate"
        ) if not session.machine.card_stuck:
            return offer_found(with_machine(session, reader=""))
        case s.Explaining() | s.Farewell(), ev.ReaderFailed(error=error):
            return with_machine(session, reader=error), ()
        case s.Explaining() | s.Farewell(), ev.CardFound(position="absent"):
            return with_machine(session, reader="", card_stuck=False), ()
        case _:
            return None


REMEMBERING = "remembering"
"""What is said while the bank is asked to keep the look; its answer, or none in time, ends it."""


def remember(session: s.Session, yes: bool) -> Step:
    """The answer to whether the next visit shall look like this one. Only a yes leaves the machine, and
    with it nothing but the profile and the number of a question that the bank answered itself."""
    if not yes:
        return _told(session, "")
    saving = fx.SavePreference(session.enquiry, session.look.profile)
    return _told(session, REMEMBERING)[0], (saving,)


def usual(session: s.Session, yes: bool) -> Step:
    """The answer to whether what one does most shall come first; the bank hears a no too, so that it is
    asked only once."""
    saving = fx.SavePreference(session.enquiry, own.YES if yes else own.NO)
    return _told(session, REMEMBERING if yes else "")[0], (saving,)


def _asking(look: s.Look) -> bool:
    """A question is open, to the customer or to the bank; a touch beside it does not end it."""
    return look.offer in s.AT_THE_END or look.said in (REMEMBERING, "receipt_printing")


def _told(session: s.Session, said: str) -> Step:
    return replace(session, look=replace(session.look, offer="", said=said)), ()


def while_holding(session: s.Session, event: ev.Event) -> Step | None:
    """What ends a visit while the card is inside and no order is given: the customer's wish, or a
    reader that fell silent and must be waited for."""
    match event:
        case ev.Chosen("return_card"):
            return give_back(session, "cancelled")
        case ev.ReaderFailed(error=error):
            ended, effects = give_back(with_machine(session, reader=error), "card_unreadable")
            assert isinstance(ended.phase, s.TakingCard)
            return replace(ended, phase=replace(ended.phase, lost=True)), effects
        case _:
            return None


HOLDING_CARD = (
    s.ReadingCard,
    s.AskingBank,
    s.EnteringPin,
    s.CheckingPin,
    s.ChoosingService,
    s.ChoosingAmount,
    s.EnteringAmount,
    s.SuggestingAmounts,
    s.Reviewing,
)
"""Phases with the card inside and no order: `return_card` works in each (invariant 23)."""

ENDINGS = (s.TakingCard, s.KeepingCard, s.Explaining, s.Farewell)


def _undo(order: s.Order | s.Swap | None, basis: str) -> tuple[fx.Effect, ...]:
    return (fx.Reverse(order.txid, basis),) if order else ()


def _stuck(session: s.Session, error: str, *effects: fx.Effect) -> Step:
    closed = with_machine(session, reader=error, card_stuck=error != "deviceNotReady")
    return explain(closed, "card_jammed", session.visit, *effects)
