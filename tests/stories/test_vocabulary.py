"""The tables of words: each is understood as it is written, none hides another, and the page has them all."""

import json
import re
from collections.abc import Sequence
from itertools import cycle
from typing import Any

import pytest

from sim.stories import reference
from sim.stories.acts import ACTS
from sim.stories.checks import CHECKS
from sim.stories.faults import FAULTS, POINTS, arranged, places_of
from sim.stories.words import Form, seconds_of, understood
from sim.world.bank import CUSTOMERS
from tests.stage.processes import ROOT
from tests.stories.material import design, story
from tools.make_story_words import PAGE

PLACES = places_of(design().catalogues)
TABLES: Sequence[Sequence[Form[Any]]] = (ACTS, CHECKS, FAULTS)

SAMPLES = {
    "count": "2",
    "yuan": "300",
    "time": "5 s",
    "card": "chen",
    "document": "feng_guilan",
    "notes": "100 50",
    "keys": "1 2 enter",
    "digits": "300",
    "pin": "111111",
    "service": "deposit",
    "payee": "the landlord",
    "language": "en",
    "profile": "elder",
    "words": '"words"',
    "code": "22",
    "row": "FINAL amount=300",
    "where": "hand",
    "screen": "idle",
    "buttons": "confirm",
    "about": "cash",
    "fault": "the bank is silent",
}


@pytest.mark.parametrize("forms", TABLES, ids=["acts", "checks", "faults"])
def test_every_form_is_understood_as_itself(forms: Sequence[Form[Any]]) -> None:
    for form in forms:
        written = re.sub(r"\{(\w+)\}", lambda found: SAMPLES[found[1]], form.form)
        assert understood(written, forms, PLACES, "a word").form is form, written


@pytest.mark.parametrize("forms", TABLES, ids=["acts", "checks", "faults"])
def test_every_example_is_of_its_form(forms: Sequence[Form[Any]]) -> None:
    for form in forms:
        assert not ("{" in form.form and not form.example and forms is ACTS), form.form
        if form.example:
            assert understood(form.example, forms, PLACES, "a word").form is form


def test_every_point_can_be_named() -> None:
    for name in (*POINTS, "the screen choose_amount"):
        assert arranged(f"at {name}: the key pad dies", PLACES, design().catalogues).point == name


def test_the_page_of_the_words_is_what_the_tables_say() -> None:
    """After a change: `python -m tools.make_story_words`."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == reference.text(design())
    assert all(f"`{form.form}`" in page for forms in TABLES for form in forms)


def test_times_are_read_in_four_units() -> None:
    assert [seconds_of(text) for text in ("5 s", "2min", "24 h", "3 days", "0.5 s")] == [
        5.0,
        120.0,
        86_400.0,
        259_200.0,
        0.5,
    ]


def test_the_words_in_the_readme_are_words_of_a_story() -> None:
    """Whoever writes a story with nothing else at hand."""
    rows = re.findall(
        r"^\| (.*?) \| (.*) \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    told = {what.strip("`"): re.findall(r"`(.*?)`", words) for what, words in rows}
    assert told["points"]
    assert told["what breaks"]
    lines = [
        line
        for what in ("with hands", "on the glass", "time", "asked between")
        for line in told[what]
    ]
    places, faults = cycle(told["points"]), cycle(told["what breaks"])
    struck = [
        f"{next(places)}: {next(faults)}"
        for _ in range(max(len(told["points"]), len(told["what breaks"])))
    ]
    ends = [one for one in told["[end]"] if " = " in one]
    assert len(ends) == len(told["[end]"]) - 3, "but for the other places of a card"
    for card in (one for one in told["card ="] if one in CUSTOMERS):
        acts = "\n".join(lines)
        text = f'about = "x"\ncard = "{card}"\nfaults = {json.dumps(struck)}\nacts = """\n{acts}\n"""\n[end]\n'
        story(text + "\n".join(ends))
    assert {"lin", "chen"} <= set(told["card ="])
