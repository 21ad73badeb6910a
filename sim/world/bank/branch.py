"""What the branch knows beside the accounts: its working days, the rule of large cash, what a foreign card
pays, and the numbers it gives to those who will come.

The tables are the ones beside the rules (`terminal/rules`), read once.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

import terminal.rules
from terminal.rules.calendar import Calendar, calendar_from
from terminal.rules.dated import Rules, rules_from
from terminal.rules.foreign import Tariff, tariff_from

FOLDER: Final = Path(terminal.rules.__file__).parent

NUMBER_DIGITS: Final = 6
"""Short enough to read over a telephone."""


@cache
def calendar() -> Calendar:
    """The working days."""
    return calendar_from(_table("calendar.toml"))


@cache
def rules() -> Rules:
    """The dated rules."""
    return rules_from(_table("rules.toml"))


@cache
def tariff() -> Tariff:
    """What a withdrawal with a foreign card costs."""
    return tariff_from(_table("foreign.toml"))


def number_of(message: str) -> str:
    """The number that a booking is known by: digits from the id of its question."""
    return f"{int(message[:12], 16) % 10**NUMBER_DIGITS:0{NUMBER_DIGITS}d}"


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))
