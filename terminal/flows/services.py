"""Every service beyond the first question: which flow has which, and what they share.

A service is a file of this folder that ends in a `Service`; this is the only place that names them all.
What every step of a service understands in the same way is here too: the card comes back when the
customer wants it, a wait that ends stops without moving money, and when a service is done the next one
can be chosen.
"""

from collections.abc import Mapping

from terminal import events as ev
from terminal import menu
from terminal import session as s
from terminal.card import Card
from terminal.flows import (
    balance,
    bills,
    card_loss,
    change_pack,
    contact,
    damaged_notes,
    deposit,
    exchange,
    foreign,
    identify,
    insurance,
    leaving,
    lobby,
    note_mix,
    passbook,
    passport,
    pension,
    pin_change,
    practice,
    report_refusal,
    reservation,
    scams,
    transfer,
    usual,
)
from terminal.flows.offer import Service
from terminal.flows.visit import Step, afresh, enter, finish, give_back, to_menu
from terminal.messages import VOICED
from terminal.service import ServicePhase
from terminal.values import replace


def _withdraw(session: s.Session, card: Card) -> Step:
    closed = session.machine.cash or session.machine.doubt
    return (
        give_back(session, "cash_unavailable") if closed else enter(session, s.ChoosingAmount(card))
    )


_ALL = (
    *(balance.SERVICE, deposit.SERVICE, exchange.SERVICE),
    *(transfer.SERVICE, bills.SERVICE, pension.SERVICE, insurance.SERVICE),
    *(reservation.SERVICE, damaged_notes.SERVICE, change_pack.SERVICE, report_refusal.SERVICE),
    *(passport.SERVICE, card_loss.SERVICE, contact.SERVICE, pin_change.SERVICE, usual.SERVICE),
)

_WITHOUT_CARD = (lobby.SERVICE, passbook.SERVICE, scams.SERVICE, practice.SERVICE)
"""What is on no menu: pages from the idle screen."""

_WITHIN = (foreign.SERVICE, note_mix.SERVICE)
"""What is on no menu because it belongs to a withdrawal."""

SERVICES: Mapping[str, Service] = {one.name: one for one in (*_ALL, *_WITHOUT_CARD, *_WITHIN)}
"""By the name that is in the configuration and in the catalogue (`label.service.<name>`). Withdrawal is
not among them: its flow is `withdrawal.py`."""

NAMES: tuple[str, ...] = (menu.WITHDRAWAL, *(one.name for one in _ALL))
"""What an operator may offer, in the order of the menu."""

PHASES: tuple[type[ServicePhase], ...] = tuple(
    phase for service in SERVICES.values() for phase in service.phases
)
"""Every phase of these services; tests walk this beside `session.PHASES`."""


def step(session: s.Session, event: ev.Event) -> Step | None:
    """One step of the menu or of a service, or None if the event means nothing now."""
    match session.phase, event:
        case s.ChoosingService(card=card), ev.Chosen("service", menu.WITHDRAWAL):
            return _withdraw(session, card)
        case s.ChoosingService(card=card), ev.Chosen("service", str(name)) if (
            name in SERVICES and name in menu.shown(session)
        ):
            return SERVICES[name].begin(replace(session, serving=name), card)
        case s.ChoosingService(), ev.Chosen("more_services" | "back" as turned):
            return _turned(session, 1 if turned == "more_services" else -1)
        case s.ChoosingService(), ev.Chosen("return_card"):
            return give_back(session, "service_stopped")
        case s.Idle(), ev.Chosen("no_card") if session.look.language in VOICED:
            return _to_lobby(session)
        case lobby.Lobby(opened=names), ev.Chosen("open", name) if name in names:
            opened = SERVICES[str(name)].opened
            return opened and opened(session)
        case ServicePhase() as phase, _:
            return SERVICES[phase.service].step(session, event) or _shared(session, phase, event)
        case s.ChoosingService(), _:
            return _waiting(session, event)
        case _:
            return None


def _turned(session: s.Session, by: int) -> Step | None:
    assert isinstance(session.phase, s.ChoosingService)
    leaf = menu.leaf_shown(session) + by
    if not 0 <= leaf < len(menu.leaves(session)):
        return None
    fresh = replace(afresh(session), sound=replace(session.sound, menu=0))
    return enter(fresh, replace(session.phase, leaf=leaf))


def _shared(session: s.Session, phase: ServicePhase, event: ev.Event) -> Step | None:
    """What a step of a service does not decide for itself."""
    if phase.moves_money:
        return None
    if not phase.holds_card:
        return _without_card(session, event)
    card = getattr(phase, "card", None)
    match event:
        case ev.Chosen("another") if isinstance(card, Card):
            return to_menu(replace(session, done=True, serving=""), card)
        case ev.TimedOut() | ev.Chosen("return_card") if _is_outcome(session, phase):
            return give_back(session, "service_done")
        case ev.Chosen("done"):
            return give_back(session, "service_done")
        case ev.Chosen("return_card"):
            return give_back(session, "service_stopped")
        case _:
            return _waiting(session, event)


def _is_outcome(session: s.Session, phase: ServicePhase) -> bool:
    """Whether this tells what was done: then leaving it, or reading it for long, undoes nothing."""
    return any(answer.name == "done" for answer in phase.asked(session).answers)


def _to_lobby(session: s.Session) -> Step:
    here = (name for name in lobby.offered(session.machine) if SERVICES[name].opened)
    return lobby.enter_lobby(session, tuple(here))


def _without_card(session: s.Session, event: ev.Event) -> Step | None:
    """Pages before an empty reader: back leads to the lobby, and a card begins its visit."""
    match event:
        case ev.TimedOut():
            return finish(session)
        case ev.Chosen("back" | "clear"):
            return _to_lobby(session)
        case _:
            return identify.while_empty(session, event)


def _waiting(session: s.Session, event: ev.Event) -> Step | None:
    if isinstance(event, ev.TimedOut):
        return give_back(session, "timed_out")
    return leaving.while_holding(session, event)
