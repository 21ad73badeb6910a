"""The rules behind the services, read from the TOML beside their code and checked before anything starts.

What a rule decides is `terminal/rules/`; here is only where its file lies. Every mistake is one
ConfigurationError that names the file and says what to do.
"""

from datetime import date
from pathlib import Path
from typing import Final

from sim.stage.settings import (
    HOUSE,
    PACKS,
    RULES,
    ConfigurationError,
    read_packs,
    read_rules,
    read_toml,
)
from terminal.rules.calendar import Calendar, calendar_from
from terminal.rules.foreign import Tariff, tariff_from
from terminal.rules.scam_cases import Case, cases_from

__all__ = ["PACKS", "RULES", "read_packs", "read_rules"]

FOLDER: Final = HOUSE / "terminal" / "rules"

CALENDAR: Final = FOLDER / "calendar.toml"
FOREIGN: Final = FOLDER / "foreign.toml"
SCAM_CASES: Final = FOLDER / "scam_cases.toml"


def read_scam_cases(today: date, path: Path = SCAM_CASES) -> tuple[Case, ...]:
    """The scripted set, with earlier days counted back from `today`. Raises ConfigurationError."""
    try:
        return cases_from(read_toml(path), today, str(path))
    except ValueError as mistake:
        raise ConfigurationError(str(mistake)) from mistake


def read_calendar(path: Path = CALENDAR) -> Calendar:
    """The working days. Raises ConfigurationError."""
    try:
        return calendar_from(read_toml(path), str(path))
    except ValueError as mistake:
        raise ConfigurationError(str(mistake)) from mistake


def read_tariff(path: Path = FOREIGN) -> Tariff:
    """What a withdrawal with a foreign card costs. Raises ConfigurationError."""
    try:
        return tariff_from(read_toml(path), str(path))
    except ValueError as mistake:
        raise ConfigurationError(str(mistake)) from mistake
