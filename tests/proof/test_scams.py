"""The published figures are what the command prints, and the screens do what the rules say."""

import argparse
import re
from dataclasses import replace
from pathlib import Path

import pytest

from sim.proof import scams
from terminal.flows.transfer import choosing
from terminal.profile import PROFILE_NAMES

ROOT = Path(__file__).parents[2]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("page", ["README.md", "docs/services.md"])
def test_what_is_published_is_what_the_command_prints(page: str) -> None:
    published = _plain((ROOT / page).read_text("utf-8"))
    for line in scams.lines(scams.play_all()):
        assert line in published


def test_the_screens_do_what_the_rules_say_in_every_profile() -> None:
    every = scams.play_all()
    assert [one.case.name for one in every if not one.agrees] == []
    assert all(scams.play_all(profile) == every for profile in PROFILE_NAMES)


def test_a_screen_that_asks_nothing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "asked_now", lambda draft, signals: "continue")
    assert scams.run(argparse.Namespace(cases=False)) == 1


def test_stopped_and_held_are_told_apart() -> None:
    one = next(one for one in scams.play_all() if one.held)
    assert not replace(one, stopped=True).held
