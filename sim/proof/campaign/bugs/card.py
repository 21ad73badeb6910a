"""Bugs of cards, screens and waits that are planted on purpose."""

from collections.abc import Callable
from typing import Final

from sim.proof.campaign.bugs.bug import Broken, Bug, Swap
from sim.proof.campaign.bugs.parts import without
from terminal import effects as fx
from terminal import events as ev
from terminal import flow, journal, runtime
from terminal import session as s
from terminal.flows import leaving, starting, withdrawal
from terminal.flows.visit import Step, enter, farewell
from terminal.ports import NEVER
from terminal.values import replace


def _cash_before_card(right: Callable[..., Step | None]) -> Broken:
    def authorizing(session: s.Session, event: ev.Event) -> Step | None:
        decided = right(session, event)
        if decided is None or not isinstance(event, ev.Approved):
            return decided
        order = getattr(decided[0].phase, "order", None)
        assert isinstance(order, s.Order)
        return enter(session, s.PreparingCash(order), fx.PrepareDispense(order.txid))

    return authorizing


def _card_left(right: Callable[..., Step | None]) -> Broken:
    """A card that nobody takes stays at the gate, and the next visit may begin."""

    def step(session: s.Session, event: ev.Event) -> Step | None:
        phase = session.phase
        untaken = isinstance(phase, s.TakingCard) and not phase.order and not phase.lost
        if untaken and isinstance(event, ev.TimedOut):
            return farewell(session, "goodbye")
        return right(session, event)

    return step


def _stays_inside(right: Callable[..., Step | None]) -> Broken:
    def while_holding(session: s.Session, event: ev.Event) -> Step | None:
        return None if isinstance(event, ev.Chosen) else right(session, event)

    return while_holding


def _card_overlooked(right: Callable[..., Step | None]) -> Broken:
    def step(session: s.Session, event: ev.Event) -> Step | None:
        if isinstance(session.phase, s.Starting) and isinstance(event, ev.CardFound):
            event = replace(event, position="absent")
        return right(session, event)

    return step


def _help_loses_order(right: Callable[..., Step | None]) -> Broken:
    """A page of help over the card's return forgets what was approved."""

    def chosen(session: s.Session, event: ev.Chosen, now: float) -> Step | None:
        decided = right(session, event, now)
        if decided is None or event.name != "help" or not isinstance(session.phase, s.TakingCard):
            return decided
        return replace(decided[0], phase=replace(session.phase, order=None)), decided[1]

    return chosen


def _no_deadline(right: Callable[..., float]) -> Broken:
    def deadline(session: s.Session, profiles: object) -> float:
        return NEVER if isinstance(session.phase, s.Reviewing) else right(session, profiles)

    return deadline


OF_CARD: Final = (
    Bug(
        "cash-before-card",
        "card",
        "notes are paid while the card is inside",
        (Swap(withdrawal, "_authorizing", _cash_before_card),),
    ),
    Bug(
        "card-left",
        "card",
        "a card that nobody takes stays at the gate",
        (Swap(leaving, "step", _card_left),),
    ),
    Bug(
        "card-overlooked",
        "card",
        "a card inside is overlooked at a restart",
        (Swap(starting, "step", _card_overlooked),),
    ),
    Bug(
        "kept-unrecorded",
        "card",
        "a card is kept and no row says so",
        (Swap(journal, "_of_event", without("CARD_RETAINED")),),
    ),
    Bug(
        "help-loses-order",
        "card",
        "help on the card's screen forgets what was approved",
        (Swap(flow, "_chosen", _help_loses_order),),
    ),
    Bug(
        "no-time-limit",
        "card",
        "one screen waits for ever",
        (Swap(runtime, "next_deadline", _no_deadline),),
    ),
    Bug(
        "no-way-back",
        "card",
        "the card cannot be asked for before an order is given",
        (Swap(leaving, "while_holding", _stays_inside),),
    ),
)
"""The planted bugs of this kind."""
