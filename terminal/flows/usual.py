"""Whether what a customer does most comes first: agreed to and taken back here with one press each.

The same is asked once at the end of a visit (`leaving.py`). What the bank counts begins with the yes and is
thrown away with the no; the menu is in its new order at once.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import events as ev
from terminal import own
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Picture, Prompt
from terminal.card import Card
from terminal.flows.offer import OUTCOME, Service, ask_bank, waiting
from terminal.flows.visit import Step, enter, give_back, to_menu
from terminal.profile import Waits
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "usual"


@dataclass(frozen=True, slots=True)
class Telling(ServicePhase):
    """What it means, whether it is so now, and the way to the other."""

    card: Card

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "usual.telling", Waits.REVIEW, Ask.CHOICE, cue=Cue.STEP, may_go_back=True
    )

    def asked(self, session: s.Session) -> Prompt:
        """One press, whichever way."""
        text = "usual.stop" if own.agreed(session) else "usual.agree"
        wish = Answer("wish", int(not own.agreed(session)), "primary", text, key="enter")
        return replace(self.prompt, answers=(wish,))

    def text_key(self, session: s.Session) -> str:
        """As it is now."""
        return "usual.is_on" if own.agreed(session) else "usual.is_off"


@dataclass(frozen=True, slots=True)
class Saving(ServicePhase):
    """The bank is told."""

    card: Card
    message: str
    wish: bool

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class Saved(ServicePhase):
    """The bank has it."""

    card: Card
    wish: bool

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "usual.saved", Waits.REVIEW, Ask.CHOICE, OUTCOME, Picture.DONE, Cue.DONE
    )

    def text_key(self, session: s.Session) -> str:
        """Which of the two."""
        return "usual.agreed" if self.wish else "usual.stopped"


def _begin(session: s.Session, card: Card) -> Step:
    return enter(session, Telling(card))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Telling(card=card), ev.Chosen("wish", int(wish)):
            told = (("wish", own.YES if wish else own.NO),)
            return ask_bank(session, card, NAME, lambda m: Saving(card, m, bool(wish)), told)
        case Telling(card=card), ev.Chosen("back"):
            return to_menu(session, card)
        case Saving(card=card, message=ours, wish=wish), ev.BankAnswered(
            message=theirs, fields=said
        ) if ours == theirs:
            words = tuple(word for word in dict(said).get("usual", "").split(",") if word)
            return enter(replace(session, usual=words), Saved(card, wish))
        case Saving(message=ours), ev.BankRefused(message=theirs) if ours == theirs:
            return give_back(session, "service_declined")
        case Saving(), ev.TimedOut() | ev.Chosen("return_card"):
            return give_back(session, "usual_unknown")
        case _:
            return None


SERVICE: Final = Service(NAME, _begin, _step, (Telling, Saving, Saved))
