"""The screens of the insurance."""

from collections.abc import Callable

from sim.stage.service_samples.balance import CARD
from terminal.flows.insurance import (
    NOT_DUE,
    Asking,
    Deciding,
    NotDue,
    NotRenewed,
    PayingPremium,
    Policy,
    Renewed,
    TellingRisk,
)
from terminal.money import Amount
from terminal.session import Session

POLICY = Policy("88100243717702", "陈*", "示例人寿", Amount(1_234_550), "2027-02-15")


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    phases = {
        "asking": Asking(CARD, "m1"),
        "risk": TellingRisk(CARD, POLICY),
        "deciding": Deciding(CARD, POLICY),
        "left": NotRenewed(CARD, POLICY),
        **{why: NotDue(CARD, why) for why in NOT_DUE},
        "paying": PayingPremium(CARD, POLICY.amount, (), POLICY),
        "done": Renewed(CARD, POLICY, "ab" * 16),
    }
    return {name: at(phase=phase, visit="v1") for name, phase in phases.items()}
