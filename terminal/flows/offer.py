"""What a service is to the menu, the answers that most of them share, and the question to the bank: asked,
answered, or its answer lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Picture, Prompt
from terminal.card import Card
from terminal.flows.visit import Step, enter, give_back, new_id
from terminal.profile import Waits
from terminal.prompts import CHANGE, CONFIRM
from terminal.service import ServicePhase
from terminal.values import replace


@dataclass(frozen=True, slots=True)
class Service:
    """A service: its name, how it begins once it was chosen, what a step of it decides (None where it leaves
    that to `services.step`), its phases, and how it is opened without a card, where it can be."""

    name: str
    begin: Callable[[s.Session, Card], Step]
    step: Callable[[s.Session, ev.Event], Step | None]
    phases: tuple[type[ServicePhase], ...]
    opened: Callable[[s.Session], Step] | None = None


ANOTHER = Answer("another", key="1")
DONE = Answer("done", role="primary", key="enter")
OUTCOME = (DONE, ANOTHER)
"""The answers under an outcome: the card comes back, or something else is done first."""


def waiting(key: str = "asking_service", *, private: bool = False) -> Prompt:
    """The prompt while the bank is asked."""
    return Prompt(key, Waits.HOST, picture=Picture.WAIT, private=private)


def read_back(key: str) -> Prompt:
    """The prompt of what was chosen, line by line, before it is agreed to."""
    return Prompt(
        key,
        Waits.REVIEW,
        Ask.REVIEW,
        (CONFIRM, CHANGE),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )


def ask_bank(
    session: s.Session,
    card: Card,
    about: str,
    waiting_in: Callable[[str], ServicePhase],
    fields: ev.Fields = (),
) -> Step:
    """Ask the bank something that moves no money, and wait in the phase made of the question's id."""
    message, machine = new_id(session.machine)
    asking = replace(session, machine=machine)
    return enter(asking, waiting_in(message), fx.AskBank(message, card, about, fields))


def answered(
    session: s.Session,
    message: str,
    event: ev.Event,
    said: Callable[[Mapping[str, str]], ServicePhase | None],
    *,
    lost: str = "",
    refused: Callable[[str], Step] | None = None,
) -> Step | None:
    """What became of the question of this id, or None while nothing did. `said` makes the next screen of what
    the bank says, None where that is not understood. `lost` is the notice where the bank may have done what it
    was asked to and nobody knows, also when the card is wanted meanwhile; a question that changes nothing has
    none. `refused` is what a reason leads to, where the service has words for it."""
    match event:
        case ev.BankAnswered(message=theirs, fields=fields) if theirs == message:
            shown = said(dict(fields))
            if shown is None:
                return give_back(session, lost or "service_declined")
            return enter(session, shown)
        case ev.BankRefused(message=theirs, reason=reason) if theirs == message:
            return refused(reason) if refused else give_back(session, "service_declined")
        case ev.TimedOut():
            return give_back(session, lost or "service_silent")
        case ev.Chosen("return_card") if lost:
            return give_back(session, lost)
        case _:
            return None
