"""The screens of a lost card."""

from collections.abc import Callable
from datetime import datetime

from sim.stage.service_samples.balance import CARD
from terminal.flows.card_loss import (
    Asking,
    Blocked,
    Blocking,
    Naming,
    NoOther,
    Reviewing,
    WithoutCard,
)
from terminal.rules.transfers import SHANGHAI
from terminal.session import Notice, Session, TakingCard

AT = datetime(2026, 11, 22, 10, 5, tzinfo=SHANGHAI)


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    phases = {
        "asking": Asking(CARD, "m1"),
        "naming": Naming(CARD, ("0315",)),
        "naming_two": Naming(CARD, ("0315", "0117")),
        "no_other": NoOther(CARD),
        "reviewing": Reviewing(CARD, ("0315",)),
        "blocking": Blocking(CARD, "m2", "0315"),
        "blocked": Blocked(CARD, "0315", "204817", AT),
        "blocked_plain": Blocked(CARD, "0315"),
        "call": TakingCard(None, Notice("card_loss_call"), True),
    }
    return {
        **{name: at(phase=phase, visit="v1") for name, phase in phases.items()},
        "without_card": at(phase=WithoutCard(), serving="card_loss"),
    }
