"""Common scams, to be read and heard at leisure: what they say, what is true, what to do.

Nothing here accuses anybody, nothing hurries and nothing is asked (reliability.md E.3 rule 5). A warning is
read before it is needed: people who were told of a scam in advance fell for it less (E.3).
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Prompt
from terminal.card import Card
from terminal.flows.offer import Service
from terminal.flows.visit import Step, afresh, enter
from terminal.profile import Waits
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "scams"

SCAMS: Final = (
    "safe_account",
    "family",
    "refund",
    "investment",
    "health",
    "prize",
    "romance",
    "lent_card",
)
"""What is told, what is most common first. The order is ours; no figures were looked for."""

NEXT: Final = Answer("next", role="primary", key="enter")
ALL: Final = Answer("all", key="1")
HOTLINES: Final = Answer("hotlines", key="2")


@dataclass(frozen=True, slots=True)
class Listing(ServicePhase):
    """Which one?"""

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "scams.listing",
        Waits.LEISURE,
        Ask.MENU,
        tuple(
            Answer("scam", name, text=f"scam.{name}", key=str(place))
            for place, name in enumerate(SCAMS, start=1)
        ),
        cue=Cue.STEP,
        may_return_card=False,
        may_go_back=True,
    )


@dataclass(frozen=True, slots=True)
class Telling(ServicePhase):
    """One of them."""

    scam: str

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "scams.telling",
        Waits.LEISURE,
        Ask.CHOICE,
        (NEXT, ALL, HOTLINES),
        cue=Cue.STEP,
        may_return_card=False,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """Each has its own page."""
        return f"scams.{self.scam}"


def opened(session: s.Session) -> Step:
    """From the lobby."""
    return enter(replace(session, serving=NAME), Listing())


def _begin(session: s.Session, card: Card) -> Step:
    raise AssertionError("these pages are on no menu")


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Listing(), ev.Chosen("scam", name) if name in SCAMS:
            return enter(session, Telling(str(name)))
        case Telling(scam=scam), ev.Chosen("next"):
            at = (SCAMS.index(scam) + 1) % len(SCAMS)
            return enter(afresh(session), Telling(SCAMS[at]))
        case Telling(), ev.Chosen("all" | "back"):
            return enter(session, Listing())
        case _:
            return None


SERVICE: Final = Service(NAME, _begin, _step, (Listing, Telling), opened)
