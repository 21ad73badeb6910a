"""The screens of the pension."""

from collections.abc import Callable

from sim.stage.service_samples.balance import CARD
from terminal.flows.pension import Asking, Pension, Showing
from terminal.money import Amount, yuan
from terminal.session import Session
from terminal.values import replace

CAME = Pension(yuan(3_200), "2026-11-15", "2026-12-15", yuan(8_000), arrived=True, taken=False)
LARGE = replace(CAME, amount=Amount(1_234_567), available=Amount(9_999_999))
"""More than a withdrawal may be, with small change."""


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    shown = Showing(CARD, CAME)
    empty = at(phase=shown, visit="v1")
    phases = {
        "asking": Asking(CARD, "m1"),
        "arrived": shown,
        "arrived_large": Showing(CARD, LARGE),
        "waiting": Showing(CARD, replace(LARGE, arrived=False)),
        "taken": Showing(CARD, replace(LARGE, taken=True)),
    }
    found = {name: at(phase=phase, visit="v1") for name, phase in phases.items()}
    found["no_cash"] = replace(empty, machine=replace(empty.machine, cash="empty"))
    return found
