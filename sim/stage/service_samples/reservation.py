"""The screens of booking large cash."""

from collections.abc import Callable
from typing import Final

from sim.stage.service_samples.balance import CARD
from terminal.flows.reservation import (
    NAME,
    WAYS,
    AskBranch,
    Asking,
    Booked,
    Cancelled,
    Cancelling,
    Choosing,
    ChoosingNotes,
    Done,
    Reviewing,
    Sending,
    Showing,
    Terms,
    Typing,
    notes_for,
)
from terminal.money import yuan
from terminal.session import Notice, Session, TakingCard
from terminal.values import replace

TERMS: Final = Terms(yuan(50_000), yuan(500_000), "2026-11-23", True)
PLAIN: Final = Booked(yuan(50_000), notes_for(yuan(50_000), "hundreds"), "2026-11-23", True)
MOST: Final = Booked(yuan(499_900), notes_for(yuan(499_900), "small"), "2026-12-31", False)
"""Every face that a way of notes has."""


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    kept = replace(PLAIN, number="204817")
    most = replace(MOST, number="999999")
    phases = {
        "asking": Asking(CARD, "m1"),
        "ask_branch": AskBranch(CARD),
        "choosing": Choosing(CARD, TERMS),
        "typing": Typing(CARD, TERMS),
        "typing_whole": Typing(CARD, TERMS, typed="123456"),
        "typing_wrong": Typing(CARD, TERMS, typed="4900", wrong=True),
        "notes": ChoosingNotes(CARD, TERMS, yuan(50_000)),
        **{
            f"reviewing_{way}": Reviewing(
                CARD, TERMS, replace(PLAIN, notes=notes_for(yuan(50_000), way))
            )
            for way in WAYS
        },
        "reviewing_most": Reviewing(CARD, TERMS, MOST),
        "showing": Showing(CARD, kept),
        "showing_most": Showing(CARD, most),
        "cancelling": Cancelling(CARD, kept),
        "cancelling_most": Cancelling(CARD, most),
        "sending": Sending(CARD, "m2"),
        "done": Done(CARD, kept),
        "done_most": Done(CARD, most),
        "cancelled": Cancelled(CARD, kept),
        "cancelled_most": Cancelled(CARD, most),
        "unknown": TakingCard(None, Notice("reservation_unknown"), True),
    }
    return {name: at(phase=phase, visit="v1", serving=NAME) for name, phase in phases.items()}
