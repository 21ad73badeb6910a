"""Bugs of bills, premiums and pensions that are planted on purpose."""

from collections.abc import Callable
from typing import Any, Final

from sim.proof.campaign.bugs.bug import Broken, Bug, Swap
from sim.world.bank.desks import bills as desk
from sim.world.bank.desks import once
from sim.world.bank.ledger import OTHER_BANKS
from terminal import effects as fx
from terminal import session as s
from terminal.flows import insurance, paying, pension
from terminal.flows.visit import Step
from terminal.money import Amount
from terminal.values import replace


def _always_due(right: object) -> Broken:
    def why_not(*_: object) -> str:
        return ""

    return why_not


def _somebody_else(right: object) -> Any:
    return OTHER_BANKS


def _left_on_hold(right: object) -> Broken:
    def undo(*_: object) -> tuple[fx.Effect, ...]:
        return ()

    return undo


def _silence_agrees(right: Callable[..., Step]) -> Broken:
    def enter(session: s.Session, phase: s.Phase, *effects: fx.Effect) -> Step:
        if not isinstance(phase, insurance.Deciding):
            return right(session, phase, *effects)
        policy = phase.policy
        fields = (("to", policy.number), ("number", policy.number), ("last_day", policy.last_day))
        order = insurance.PayingPremium(phase.card, policy.amount, fields, policy)
        return paying.pay(session, order)

    return enter


def _all_there_is(right: Callable[..., Amount | None]) -> Broken:
    def can_take(machine: s.Machine, told: pension.Pension) -> Amount | None:
        return right(machine, replace(told, amount=told.available))

    return can_take


OF_ERRANDS: Final = (
    Bug(
        "paid-again",
        "errands",
        "the bank takes an order for a bill that was paid already",
        (Swap(once, "why_not", _always_due),),
        services="errands",
    ),
    Bug(
        "wrong-payee",
        "errands",
        "what is paid for a bill is booked to somebody else",
        (Swap(desk, "BILLERS", _somebody_else),),
        services="errands",
    ),
    Bug(
        "stop-unheard",
        "errands",
        "a payment that the customer stops is not undone",
        (Swap(paying, "_undo", _left_on_hold),),
        services="errands",
    ),
    Bug(
        "silence-renews",
        "errands",
        "an insurance is renewed when its risk was told, without a yes",
        (Swap(insurance, "enter", _silence_agrees),),
        services="errands",
    ),
    Bug(
        "more-than-pension",
        "errands",
        "all that is in the account is taken out instead of the pension",
        (Swap(pension, "can_take", _all_there_is),),
        services="errands",
    ),
)
"""The planted bugs of this kind."""
