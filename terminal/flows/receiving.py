"""May this account receive? The first question of a deposit and of an exchange.

It opens the operation at the bank: its txid is the question's id, so that a credit that comes later finds
the account, also when no card is inside any more. What the bank refused is over; what it did not answer is
undone by its txid.
"""

from dataclasses import dataclass
from typing import ClassVar

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Prompt
from terminal.card import Card
from terminal.flows import leaving
from terminal.flows.offer import waiting
from terminal.flows.visit import Step, enter, give_back, new_id, with_machine
from terminal.service import ServicePhase
from terminal.values import replace


@dataclass(frozen=True, slots=True)
class Asking(ServicePhase):
    """The bank is asked for this operation of this service."""

    card: Card
    txid: str
    about: str

    service: ClassVar[str] = "deposit"
    prompt: ClassVar[Prompt] = waiting()


def ask(session: s.Session, card: Card, about: str) -> Step:
    """Begin an operation."""
    txid, machine = new_id(session.machine)
    asking = with_machine(replace(session, machine=machine), stan=machine.stan + 1)
    question = fx.AskBank(txid, card, about, stan=machine.stan)
    return enter(asking, Asking(card, txid, about), question)


def unanswered(session: s.Session, phase: Asking, event: ev.Event) -> Step | None:
    """Everything but a yes: the card comes back, and what may have been opened is undone."""
    match event:
        case ev.BankRefused(message=message) if message == phase.txid:
            return give_back(session, "receiving_declined")
        case ev.TimedOut():
            return give_back(session, "service_silent", fx.Reverse(phase.txid, "no_reply"))
        case ev.Chosen("return_card") | ev.ReaderFailed():
            ended = leaving.while_holding(session, event)
            assert ended is not None
            return ended[0], (fx.Reverse(phase.txid, "customer_cancelled"), *ended[1])
        case _:
            return None
