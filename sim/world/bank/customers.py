"""The demonstration's customers: who they are, and what the bank may say of them before a PIN.

PINs and birth years are in this file and nowhere else; no ledger and no message ever carries them.
What leaves the bank is yes or no, and an age band.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sim.world.cards import CARDS
from terminal.card import Card
from terminal.events import AgeBand
from terminal.money import yuan

PIN_TRIES = 3
"""CN-16: the third wrong try locks the card."""

DAY_LIMIT = yuan(20_000)
"""Cash from machines per card and day, CN-07."""

STORY_YEAR = 2026
"""The year of the simulated stories, from which ages are counted."""


@dataclass(slots=True)
class Customer:
    """One customer: when born, the PIN, what is in the account and may go out in a day, and the
    display preference they agreed to have kept. Money is in minor units."""

    born: int
    pin: str
    balance: int
    preference: str | None = None
    day_limit: int = DAY_LIMIT.minor
    tries_left: int = PIN_TRIES
    blocked: bool = False
    drawn_today: int = 0


CUSTOMERS: Mapping[str, Customer] = {
    "lin": Customer(1992, "135790", 1_250_000),
    "chen": Customer(1952, "246813", 868_000),
    "zhou": Customer(1960, "112358", 320_000),
    "wang": Customer(1963, "314159", 56_000),
    "li": Customer(1942, "271828", 1_503_000, preference="standard"),
    "smith": Customer(1996, "161803", 430_000),
    "he": Customer(1975, "141421", 610_000),
    "su": Customer(1971, "173205", 274_000),
    "ma": Customer(1979, "223606", 392_000),
    "keller": Customer(1968, "264575", 540_000),
}
"""Demo customers by card name: 34, 74, 66, 63, 84 and 30 years old in the year of the stories, three
of 51, 55 and 47 whose cards say how they want to be served, and a visitor of 58 with a foreign card."""

ABROAD: Mapping[str, str] = {"keller": "EUR"}
"""Customers of banks abroad, with the currency of their card. Their account here stands for what that bank lets
them have, in yuan."""

RESIDENTS: tuple[str, ...] = tuple(name for name in CUSTOMERS if name not in ABROAD)
"""Those whose account is here."""

_NAME_OF_PAN = {spec.pan: name for name, spec in CARDS.items()}


def name_of(card: Card) -> str | None:
    """Whose card this is, by its number."""
    return _NAME_OF_PAN.get(card.pan.reveal())


_BANDS: tuple[tuple[int, AgeBand], ...] = (
    (80, "80plus"),
    (70, "70to79"),
    (65, "65to69"),
    (60, "60to64"),
    (50, "50to59"),
)


def age_band(age: int) -> AgeBand:
    """The band of a completed age in years (accessibility.md C3)."""
    return next((band for least, band in _BANDS if age >= least), "under50")
