"""What every test of the screens needs: the data files read, the panels, the fonts."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")

from screens.paint import Fonts, Painter
from screens.theme import Design, Panel, design_from
from sim.stage.settings import catalogue_tables
from terminal.messages import Catalogue, catalogue_from
from terminal.profile import LANGUAGES, Language, Patience, Profile, ProfileName, Waits

ROOT = Path(__file__).parents[2]

PANELS: Mapping[str, Panel] = {
    "15in_1024x768": Panel(15.0, 1024, 768),
    "15.6in_1366x768": Panel(15.6, 1366, 768),
    "15.6in_1920x1080": Panel(15.6, 1920, 1080),
    "19in_1280x1024": Panel(19.0, 1280, 1024),
    "21.5in_1920x1080": Panel(21.5, 1920, 1080),
    "21.5in_1080x1920": Panel(21.5, 1080, 1920),
}
"""The panels of accessibility.md B2, and one upright."""


def tables(*parts: str) -> Mapping[str, Any]:
    """A TOML file of the repository, parsed."""
    return tomllib.loads(ROOT.joinpath(*parts).read_text(encoding="utf-8"))


PROFILES: tuple[ProfileName, ...] = ("standard", "elder", "low_vision")


def load_profiles() -> Mapping[ProfileName, Profile]:
    """Every profile, as the stage reads them."""
    timing, sizes = tables("terminal", "timing.toml"), tables("terminal", "profiles.toml")
    return {
        name: Profile(name=name, patience=_patience(timing[name]), **sizes[name])
        for name in PROFILES
    }


def _patience(rows: Mapping[str, Any]) -> Mapping[Waits, Patience]:
    return {
        Waits(name): Patience(row["limit"], row.get("dialog", 0.0), tuple(row.get("reminders", ())))
        for name, row in rows.items()
    }


def load_catalogues() -> Mapping[Language, Catalogue]:
    """Every catalogue."""
    found = {
        language: catalogue_from(language, catalogue_tables(language)) for language in LANGUAGES
    }
    return {name: replace(one, chinese=found["zh"]) for name, one in found.items()}


def load_design() -> Design:
    """The design of the glass."""
    return design_from(tables("screens", "theme.toml"))


@pytest.fixture(scope="session")
def profiles() -> Mapping[ProfileName, Profile]:
    return load_profiles()


@pytest.fixture(scope="session")
def catalogues() -> Mapping[Language, Catalogue]:
    return load_catalogues()


@pytest.fixture(scope="session")
def design() -> Design:
    return load_design()


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    return Fonts()


@pytest.fixture(scope="session")
def painter(fonts: Fonts) -> Painter:
    return Painter(fonts)
