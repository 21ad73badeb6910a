"""What a gallery says of each screen beside its pictures: whose it is, and in which state it stands.

A sample has a name of its own (`sim.stage.samples`); what it is a sample of is read from the session, so that
a new one needs no entry here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from terminal import session as s
from terminal.flows.services import SERVICES
from terminal.menu import WITHDRAWAL
from terminal.prompts import text_key
from terminal.service import ServicePhase

VISIT: Final = "visit"
"""What belongs to no service: idle, card, PIN, menu, card back."""

PLAIN: Final = "plain"

OF_VISIT: Final = (
    *(
        s.Starting,
        s.Idle,
        s.OutOfService,
        s.ReadingCard,
        s.AskingBank,
        s.EnteringPin,
        s.CheckingPin,
    ),
    *(s.ChoosingService, s.ReturningFound, s.KeepingCard),
)


@dataclass(frozen=True, slots=True)
class Told:
    """One screen: its name, the service that shows it, what stands over it, its text's key and its phase."""

    name: str
    service: str
    states: tuple[str, ...]
    key: str
    phase: str


STATES: Final[Mapping[str, Callable[[s.Session], bool]]] = {
    "reminder": lambda one: bool(one.wait.reminded),
    "offer": lambda one: bool(one.look.offer),
    "line about the look": lambda one: bool(one.look.said),
    "place of the keys": lambda one: bool(one.focus),
    "headset": lambda one: one.sound.jack or one.sound.muted,
    "read aloud": lambda one: one.sound.aloud,
    "after something was done": lambda one: one.done,
    "pointed at": lambda one: bool(one.pointed),
}
"""What may be added to a screen, by the word for it; what lies over it has its own name."""


def told(name: str, session: s.Session) -> Told:
    """Of one sample."""
    over = (f"{session.overlay} over it",) if session.overlay else ()
    states = (*over, *(word for word, holds in STATES.items() if holds(session)))
    phase = type(session.phase).__name__
    return Told(name, service_of(session), states or (PLAIN,), text_key(session), phase)


def service_of(session: s.Session) -> str:
    """The service whose screen this is."""
    phase = session.phase
    if isinstance(phase, ServicePhase):
        return phase.service
    if session.serving in SERVICES:
        return session.serving
    if isinstance(phase, OF_VISIT):
        return VISIT
    paying = isinstance(phase, s.TakingCard) and phase.order is None
    ends = isinstance(phase, s.Explaining | s.Farewell)
    return VISIT if paying or ends else WITHDRAWAL
