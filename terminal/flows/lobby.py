"""What can be done without a card: pages from the idle screen that hold nothing and move nothing.

The reader stays open behind them: a card that is put in begins the visit at once, with the look that was
chosen here. Leaving is "back", and time that passes; there is as much of it as reading takes
(`Waits.LEISURE`).
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Prompt
from terminal.card import Card
from terminal.flows.offer import Service
from terminal.flows.visit import Step, enter, finish
from terminal.profile import Waits
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "lobby"

OPENED: Final = ("passbook", "scams", "practice", "card_loss")
"""Services that can be opened here, in their order."""

OPENED_AS: Final = {"card_loss": "lost_without_card"}
"""Tiles that are called otherwise than on the menu, where there is a card."""

PASSBOOK: Final = "passbook"
"""Only where the branch allows it (`Machine.passbook`)."""

HOTLINES: Final = Answer("hotlines", text="hotlines", key="9")


@dataclass(frozen=True, slots=True)
class Lobby(ServicePhase):
    """What is there without a card; `opened` are the services that can be."""

    opened: tuple[str, ...]

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "lobby", Waits.LEISURE, Ask.MENU, cue=Cue.STEP, may_return_card=False, may_go_back=True
    )

    def text_key(self, session: s.Session) -> str:
        """Where no passbook is taken the counter is named for it."""
        return "lobby_with_passbook" if PASSBOOK in self.opened else self.prompt.key

    def asked(self, session: s.Session) -> Prompt:
        """A tile for each, and one for the telephone numbers."""
        tiles = (
            Answer("open", name, text=OPENED_AS.get(name, f"service.{name}"), key=str(place))
            for place, name in enumerate(self.opened, start=1)
        )
        numbers = replace(HOTLINES, key=str(len(self.opened) + 1))
        return replace(self.prompt, answers=(*tiles, numbers))


def offered(machine: s.Machine) -> tuple[str, ...]:
    """What can be opened at this machine."""
    return tuple(name for name in OPENED if name != PASSBOOK or machine.passbook)


def enter_lobby(session: s.Session, opened: tuple[str, ...]) -> Step:
    """From the idle screen, or back from one of the pages."""
    return enter(replace(session, serving=NAME), Lobby(opened))


def leave(session: s.Session) -> Step:
    """To the idle screen, as it looks now. The reader was open all the time."""
    idle, _ = finish(session)
    if not isinstance(idle.phase, s.Idle):
        return finish(session)
    return enter(replace(session, serving="", overlay=""), s.Idle())


def _begin(session: s.Session, card: Card) -> Step:
    raise AssertionError("the lobby is on no menu")


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Lobby(), ev.Chosen("back"):
            return leave(session)
        case _:
            return None


SERVICE: Final = Service(NAME, _begin, _step, (Lobby,))
