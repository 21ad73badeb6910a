"""Bugs of transfers that are planted on purpose."""

from collections.abc import Callable
from typing import Any, Final

from sim.proof.campaign.bugs.bug import Broken, Bug, Swap
from sim.world.bank import transit
from sim.world.bank.ledger import TRANSIT
from terminal import events as ev
from terminal import session as s
from terminal.flows import paying
from terminal.flows.paying import Paying
from terminal.flows.transfer import choosing, draft
from terminal.flows.visit import Step
from terminal.values import replace


def _hasty(right: Callable[..., Any]) -> Broken:
    def plan(*about: Any, **more: Any) -> Any:
        return right(*about, **{**more, "signals": ()})

    return plan


def _cancelled_twice(right: Callable[..., Any]) -> Broken:
    def cancel(bank: Any, name: str, txid: str) -> Any:
        ended, done = right(bank, name, txid), bank.operation(txid)
        if ended == "cancelled" and done is not None:
            bank.ledger.move(txid, TRANSIT, name, done.posted)
        return ended

    return cancel


def _sent_anew(right: Callable[..., Step | None]) -> Broken:
    def sent(session: s.Session, phase: Paying, event: ev.Event, *then: Any) -> Step | None:
        if isinstance(event, ev.TimedOut):
            return paying.pay(session, replace(phase, sent=False))
        return right(session, phase, event, *then)

    return sent


def _doubt_goes_on(right: Callable[..., Step]) -> Broken:
    def answered(session: s.Session, phase: Any, answer: Any) -> Step:
        yes = "know" if phase.question == "know_payee" else "nobody"
        return right(session, phase, yes)

    return answered


OF_TRANSFERS: Final = (
    Bug(
        "haste",
        "transfers",
        "a signal of a scam is not looked at when the arrival is offered",
        (Swap(draft, "plan", _hasty),),
        services="transfer",
    ),
    Bug(
        "cancelled-twice",
        "transfers",
        "what is cancelled is paid back twice",
        (Swap(transit, "cancel", _cancelled_twice),),
        services="transfer",
    ),
    Bug(
        "new-txid",
        "transfers",
        "a transfer without an answer is sent again as another one",
        (Swap(paying, "step", _sent_anew),),
        services="transfer",
    ),
    Bug(
        "doubt-sent",
        "transfers",
        "who is not sure goes on all the same",
        (Swap(choosing, "_answered", _doubt_goes_on),),
        services="transfer",
    ),
)
"""The planted bugs of this kind."""
