"""An order to pay somebody that is no cash: asked for, repeated where no answer comes, undone if none ever
does (reliability.md A.9). What is paid, and what is said of it, is the business of the service.

The order is only a hold until it is completed. It is asked for at most four times under one id and one
trace number, each time with a PIN block of its own. Without an answer it is reversed, and the customer is
told that nothing was paid, that it is being cancelled if it was, and the number to ask by.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Final

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Picture, Prompt
from terminal.card import Card
from terminal.flows.visit import Step, enter, give_back, new_id, reference_of, with_machine
from terminal.money import Amount
from terminal.profile import Waits
from terminal.service import ServicePhase
from terminal.values import replace

REPEATS_MAX: Final = 3
"""How often an order without an answer is asked for again, under the same id (A.9)."""

UNCONFIRMED: Final = "not_confirmed"
"""The notice of an order that nobody answered; it has the number to ask by. A service may have words of its own."""


@dataclass(frozen=True, slots=True)
class Paying(ServicePhase):
    """The bank is asked for it. A service has a subclass with its name and whatever it needs afterwards.
    `repeat` counts how often it was asked before without an answer, `sent` that the request of this time left
    with its PIN block. `unconfirmed` is the notice where nobody answered."""

    card: Card
    amount: Amount
    fields: ev.Fields
    txid: str = field(default="", kw_only=True)
    stan: int = field(default=0, kw_only=True)
    repeat: int = field(default=0, kw_only=True)
    sent: bool = field(default=False, kw_only=True)

    prompt: ClassVar[Prompt] = Prompt("paying", Waits.HOST, picture=Picture.WAIT)
    moves_money: ClassVar[bool] = True
    unconfirmed: ClassVar[str] = UNCONFIRMED

    @property
    def ever_sent(self) -> bool:
        """Whether the bank may have heard of it."""
        return self.sent or self.repeat > 0


Accepted = Callable[[Paying, ev.Fields], ServicePhase | None]
"""The screen for what was paid, from what the bank says of it; None where that is not understood: then
nothing is paid."""

Declined = Callable[[Paying, str], Step]
"""What comes after a refusal, by its reason."""


def pay(session: s.Session, phase: Paying) -> Step:
    """Begin to ask, under a new id, with the PIN for it."""
    txid, machine = new_id(session.machine)
    asking = replace(phase, txid=txid, stan=machine.stan)
    counted = with_machine(replace(session, machine=machine), stan=machine.stan + 1)
    return enter(counted, asking, fx.MakePinBlock(txid, phase.card.pan))


def step(
    session: s.Session, phase: Paying, event: ev.Event, accepted: Accepted, declined: Declined
) -> Step | None:
    """One step of an order that was begun, or None if the event means nothing to it."""
    match event:
        case ev.PinBlockMade(message=message, block=block) if (
            message == phase.txid and not phase.sent
        ):
            order = fx.Instruct(
                *(phase.txid, phase.stan, phase.card, phase.service),
                *(phase.amount, phase.fields, block, phase.repeat),
            )
            return replace(session, phase=replace(phase, sent=True)), (order,)
        case ev.Approved(txid=txid, fields=said) if txid == phase.txid and phase.ever_sent:
            return _approved(session, phase, accepted(phase, said))
        case ev.Declined(txid=txid, reason=reason) if txid == phase.txid and phase.ever_sent:
            return declined(phase, reason)
        case ev.TimedOut() if phase.repeat < REPEATS_MAX:
            again = replace(phase, repeat=phase.repeat + 1, sent=False)
            return enter(session, again, fx.MakePinBlock(phase.txid, phase.card.pan))
        case ev.TimedOut():
            return _unconfirmed(session, phase, "no_reply")
        case ev.PinLost():
            return give_back(session, "pin_pad_failed", *_undo(phase, "pin_lost"))
        case ev.Chosen("return_card") if phase.ever_sent:
            return _unconfirmed(session, phase, "customer_cancelled")
        case ev.Chosen("return_card"):
            return give_back(session, "service_stopped")
        case _:
            return None


def _approved(session: s.Session, phase: Paying, done: ServicePhase | None) -> Step:
    if done is None:
        return give_back(session, "service_declined", *_undo(phase, "answer_not_understood"))
    return enter(session, done, fx.Complete(phase.txid, phase.amount, (), "accepted"))


def _unconfirmed(session: s.Session, phase: Paying, basis: str) -> Step:
    ended, effects = give_back(session, phase.unconfirmed, *_undo(phase, basis))
    assert isinstance(ended.phase, s.TakingCard)
    notice = s.Notice(phase.unconfirmed, {}, reference_of(phase.txid))
    return replace(ended, phase=replace(ended.phase, notice=notice)), effects


def _undo(phase: Paying, basis: str) -> tuple[fx.Effect, ...]:
    return (fx.Reverse(phase.txid, basis),) if phase.ever_sent else ()
