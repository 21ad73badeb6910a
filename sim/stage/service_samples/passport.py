"""The screens of a passport that is read."""

from collections.abc import Callable
from datetime import date
from typing import Final

from sim.stage.service_samples.foreign import CARD
from terminal.flows.passport import AskingDay, Booked, Booking, InOrder, NotServed, Scanning, Wrong
from terminal.rules.documents import Private
from terminal.session import Session

DAY: Final = date(2026, 11, 20)
WRONG: Final[tuple[Wrong, ...]] = ("line1", "line2", "both", "other")


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    phases = {
        "asking": AskingDay(CARD, "m1"),
        "scanning": Scanning(CARD, DAY),
        "second": Scanning(CARD, DAY, Private("P")),
        **{f"scanning_{wrong}": Scanning(CARD, DAY, None, wrong, 1) for wrong in WRONG},
        "in_order": InOrder(CARD),
        "expired": NotServed(CARD, "expired"),
        "unread": NotServed(CARD, "unread"),
        "booking": Booking(CARD, "m2"),
        "booked": Booked(CARD, "481206"),
    }
    return {name: at(phase=phase, visit="v1") for name, phase in phases.items()}
