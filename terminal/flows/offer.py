"""What a service is to the menu, and the answers and the question to the bank that most of them share."""

from collections.abc import Callable
from dataclasses import dataclass

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Picture, Prompt
from terminal.card import Card
from terminal.flows.visit import Step, enter, new_id
from terminal.profile import Waits
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
