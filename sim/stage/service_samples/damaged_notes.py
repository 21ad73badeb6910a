"""The screens of damaged notes."""

from collections.abc import Callable
from typing import Final

from sim.stage.service_samples.balance import CARD
from terminal.flows.damaged_notes import (
    NAME,
    AskingCross,
    AskingDay,
    AskingFace,
    AskingLeft,
    AskingPieces,
    Booked,
    Booking,
    ChoosingHalf,
    Described,
    NoDay,
    Told,
)
from terminal.session import Notice, Session, TakingCard

TOLD: Final = {
    "full": Described("most"),
    "half": Described("between"),
    "cross": Described("most", cross=True),
    "little": Described("little"),
    "face": Described("most", face=False),
    "pieces": Described("most", pieces=False),
    "unsure": Described("unsure"),
}
"""A note for every result."""


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    note, day = Described("most"), "2026-12-31"
    phases = {
        "left": AskingLeft(CARD),
        "cross": AskingCross(CARD, note),
        "face": AskingFace(CARD, note),
        "pieces": AskingPieces(CARD, note),
        **{f"told_{result}": Told(CARD, told) for result, told in TOLD.items()},
        "asking_day": AskingDay(CARD, "m1", note),
        "no_day": NoDay(CARD),
        "half": ChoosingHalf(CARD, day, note),
        "booking": Booking(CARD, "m2", day, "morning"),
        "booked": Booked(CARD, day, "afternoon", "204817"),
        "unknown": TakingCard(None, Notice("damaged_notes_unknown"), True),
    }
    return {name: at(phase=phase, visit="v1", serving=NAME) for name, phase in phases.items()}
