"""The screens of the contact numbers."""

from collections.abc import Callable
from typing import Final

from sim.stage.service_samples.balance import CARD
from terminal.flows.contact import (
    NAME,
    Asking,
    Known,
    Managing,
    Removing,
    Reviewing,
    Saved,
    Saving,
    Showing,
    Typing,
)
from terminal.session import Notice, Session, TakingCard

NOTHING: Final = Known(CARD)
BOTH: Final = Known(CARD, "138****5678", "139****4321")


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    phases = {
        "asking": Asking(CARD, "m1"),
        "showing": Showing(BOTH),
        "showing_none": Showing(NOTHING),
        "managing_messages": Managing(BOTH, "messages"),
        "managing_messages_none": Managing(NOTHING, "messages"),
        "managing_trusted": Managing(BOTH, "trusted"),
        "managing_trusted_none": Managing(NOTHING, "trusted"),
        "typing": Typing(NOTHING, "messages"),
        "typing_part": Typing(NOTHING, "trusted", typed="13812"),
        "typing_whole": Typing(NOTHING, "messages", typed="13812345678"),
        "typing_wrong": Typing(NOTHING, "messages", typed="1381", wrong=True),
        "reviewing_messages": Reviewing(NOTHING, "messages", "13812345678"),
        "reviewing_trusted": Reviewing(NOTHING, "trusted", "13812345678"),
        "removing": Removing(BOTH, "messages"),
        "removing_trusted": Removing(BOTH, "trusted"),
        "saving": Saving(CARD, "m2", "kept"),
        "kept": Saved(CARD, "kept"),
        "removed": Saved(CARD, "removed"),
        "unknown": TakingCard(None, Notice("contact_unknown"), True),
    }
    return {name: at(phase=phase, visit="v1", serving=NAME) for name, phase in phases.items()}
