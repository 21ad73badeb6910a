"""The table of docs/services.md is true: each row of accessibility.md F has a scenario there that exists and is played
headless in both profiles and both finished languages.

What is played is read from the test itself, from what it is parametrised with, and not from its name.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from terminal.messages import VOICED
from tests.tiers import WHOLE

ROOT = Path(__file__).parents[1]
SERVICES = ROOT / "docs" / "services.md"
HEADING = "## Each row of the policy, and the scenario that plays it"

ROWS = (
    *("11", "12", "13", "14", "15", "20", "20/21", "22/23", "26", "29", "30", "32"),
    *("foreign visitors", "small-change packs", "damaged notes", "cash reservation", "own choice"),
)
"""The first column of accessibility.md F, from above."""

VIDEO = "22/23"
"""The video call: the one row without a scenario."""

PROFILES = ("standard", "elder")


class Scenario(NamedTuple):
    """A line of the table."""

    row: str
    test: str
    file: str


@cache
def table() -> tuple[Scenario, ...]:
    text = SERVICES.read_text(encoding="utf-8")
    assert HEADING in text
    lines = text.split(HEADING)[1].split("\n## ")[0].splitlines()
    cells = [
        [one.strip().strip("`") for one in line.split("|")[1:-1]]
        for line in lines
        if line[:1] == "|"
    ]
    assert cells[0][:1] == ["row of F"]
    return tuple(Scenario(one[0], one[2], one[3]) for one in cells[2:])


def played(scenario: Scenario) -> set[tuple[str, str]]:
    """In which profiles and languages its test runs."""
    module = import_module("tests." + scenario.file.removesuffix(".py").replace("/", "."))
    return looks_of(getattr(module, scenario.test))


def looks_of(test: Any) -> set[tuple[str, str]]:
    """What a test is parametrised with, whether in one mark or in two."""
    known = [
        list(_named(mark)) for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"
    ]
    found = ({k: v for one in way for k, v in one.items()} for way in product(*known))
    return {(one["profile"], one["language"]) for one in found if {"profile", "language"} <= {*one}}


def _named(mark: Any) -> Iterator[dict[str, Any]]:
    names, cases = mark.args[:2]
    words = names.split(",") if isinstance(names, str) else names
    for case in cases:
        values = case.values if hasattr(case, "marks") else case
        alone = len(words) == 1 and not hasattr(case, "marks")
        yield dict(zip(map(str.strip, words), (values,) if alone else values, strict=True))


def test_every_row_has_its_line_and_no_line_another_row() -> None:
    assert list(dict.fromkeys(one.row for one in table())) == list(ROWS)


@pytest.mark.parametrize("scenario", table(), ids=lambda one: f"{one.row}-{one.test}"[:60])
def test_its_scenario_is_played_in_both_profiles_and_both_languages(scenario: Scenario) -> None:
    if scenario.row == VIDEO:
        assert (scenario.test, scenario.file) == ("none", "")
        return
    assert (ROOT / "tests" / scenario.file).is_file()
    assert played(scenario) >= set(product(PROFILES, sorted(VOICED)))


def test_what_runs_is_read_from_the_marks() -> None:
    both = [("standard", "zh"), pytest.param("elder", "en", marks=WHOLE)]

    @pytest.mark.parametrize("way", ["a", "b"])
    @pytest.mark.parametrize(("profile", "language"), both)
    def one(profile: str, language: str, way: str) -> None: ...

    @pytest.mark.parametrize("language", ["zh"])
    @pytest.mark.parametrize("profile", ["standard", "elder"])
    def two(profile: str, language: str) -> None: ...

    @pytest.mark.parametrize("profile", ["standard", "elder"])
    def three(profile: str) -> None: ...

    assert looks_of(one) == {("standard", "zh"), ("elder", "en")}
    assert looks_of(two) == {("standard", "zh"), ("elder", "zh")}
    assert looks_of(three) == set()


def test_every_file_that_the_page_names_is_there() -> None:
    """Also those that carry on a folder: "`journeys/services/test_usual.py`, `test_note_mix.py`"."""
    known = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    named = re.findall(r"[\w/]*\btest_\w+\.py", SERVICES.read_text(encoding="utf-8"))
    assert named
    assert [one for one in named if one.rpartition("/")[2] not in known] == []
