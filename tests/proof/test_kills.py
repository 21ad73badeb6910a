"""The real program killed with SIGKILL, at crash points, at a moment, and again while it recovers.

A few cases of each kind, side by side, because a recovery waits more than it works; the thousands are
what `python main.py kills` is for. What must hold is `sim/proof/kills/laws.py`; here it is also shown
that a terminal which forgets, pays or keeps what it must not is noticed.
"""

import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from sim.proof.kills.cases import STORIES, case_named
from sim.proof.kills.cell import Fate
from sim.proof.kills.command import Pool, Tally, figures, run, told
from sim.proof.kills.fuse import is_moment
from sim.proof.kills.plan import every_point, every_recovery_point, recoveries
from sim.stage.settings import ConfigurationError

linux = pytest.mark.skipif(sys.platform != "linux", reason="kills are for Linux")

SCALE = 12.0
"""Slower than a campaign: nothing may be late here even while both cores are busy with other things."""

JOBS = 13

NOTHING, PAID = (0, 0, 0), (500, 500, 0)
"""What left the machine, what was charged, what is held."""

CASES: Mapping[str, tuple[int, int, int] | None] = {
    "standard:@4.5": None,
    "standard:after-AUTH_INTENT": NOTHING,
    "standard:before-AUTH_RESULT+7": NOTHING,
    "standard:after-CARD_AT_GATE/stays": NOTHING,
    "standard:after-DISPENSE_INTENT": (0, 0, 500),
    "standard:after-DispenseNotes/fresh": PAID,
    "standard:before-DISPENSED+@20+4": PAID,
    "standard:before-FINAL+1/stays": PAID,
    "standard:after-FINAL": PAID,
    "note-jam:before-DISPENSED": (300, 300, 0),
    "card-left:after-EjectCard": NOTHING,
}
"""Fifteen deaths: while the card is inside or at the gate, around the intent, the dispense and the final
row, and in recoveries; and what must come of it, where that is certain."""

UNDISTURBED = "standard:"

FORGETFUL = "standard:after-DispenseNotes"
"""Death of a terminal whose record never gets the intent: the notes are on their way by then."""


@dataclass
class Lived:
    """What came of everything."""

    fates: dict[str, Fate]
    forgetful: Fate


@pytest.fixture(scope="module")
def lived() -> Lived:
    """Everything lived once; a visit that ended before its death came, because the machine was busy with
    other things, once more."""
    cases = [case_named(name) for name in (UNDISTURBED, *CASES)]
    with Pool(JOBS, SCALE) as pool:
        forgetful = pool.begin(case_named(FORGETFUL), drops="DISPENSE_INTENT")
        fates = {fate.case.name: fate for fate in pool.lived(cases)}
        missed = [f.case for f in fates.values() if f.kills < len(f.case.deaths) and not f.broken]
        fates |= {fate.case.name: fate for fate in pool.lived(missed)}
        return Lived(fates, forgetful.result())


@linux
@pytest.mark.parametrize("name", CASES)
def test_a_killed_terminal_leaves_money_notes_and_card_accounted_for(
    lived: Lived, name: str
) -> None:
    fate, end = lived.fates[name], CASES[name]
    assert fate.broken == ()
    assert (fate.kills, fate.lives) == (len(fate.case.deaths), len(fate.case.deaths) + 1)
    if end is not None:
        assert fate.came == end


@linux
def test_a_death_is_where_its_name_says(lived: Lived) -> None:
    for name in CASES:
        fate = lived.fates[name]
        points = [death for death in fate.case.deaths if not isinstance(death, float)]
        for death, (_, number, what) in zip(points, fate.covered, strict=True):
            assert number == death or is_moment(death, what)


@linux
def test_undisturbed_the_same_program_serves_the_customer(lived: Lived) -> None:
    fate = lived.fates[UNDISTURBED]
    assert (fate.broken, fate.kills, fate.lives) == ((), 0, 1)
    passed = list(fate.points[0].values())
    assert passed[0] == "before BOOT+CASSETTES"
    assert passed.index("after DISPENSE_INTENT") + 1 == passed.index("after DispenseNotes")
    assert passed.count("after Complete") == 1
    assert len(passed) > 50


@linux
def test_a_terminal_that_forgets_its_intent_is_caught(lived: Lived) -> None:
    """A canary: the laws must be able to fail."""
    assert "notes moved without an intent on record" in lived.forgetful.broken
    assert "50000 fen left, 0 were charged, held is []" in lived.forgetful.broken


@linux
def test_a_recovery_is_killed_at_each_of_its_points(lived: Lived) -> None:
    fate = lived.fates["standard:after-DISPENSE_INTENT"]
    again = every_recovery_point(recoveries([fate, fate]), random.Random(0))
    numbers = sorted(death for case in again if isinstance(death := case.deaths[1], int))
    assert numbers == list(range(1, len(fate.points[-1]) + 1))
    assert {case.deaths[0] for case in again} == {"after DISPENSE_INTENT"}


def test_every_point_of_every_story_is_a_case() -> None:
    cases = every_point(dict.fromkeys(STORIES, 3), random.Random(0))
    assert len({(case.story, case.deaths) for case in cases}) == len(cases) == 3 * len(STORIES)


def test_a_violation_is_told_with_the_line_that_repeats_it() -> None:
    tally = Tally(1, 7, 2, 20.0)
    tally.add(Fate(case_named("note-jam:17+@3.5/stays"), 2, (), (), 1.0, 0, ("a note is gone",)))
    lines = told(tally)
    assert "VIOLATION note-jam:17+@3.5/stays: a note is gone" in lines
    assert "  again: python main.py kills --only note-jam:17+@3.5/stays" in lines
    assert figures(tally)["violations"] == {"note-jam:17+@3.5/stays": ["a note is gone"]}


@pytest.mark.parametrize(
    "name",
    [*CASES, "standard:", "standard:17", "note-jam:@12.5+4/stays/fresh", "standard:1+2+@0.01"],
)
def test_a_case_is_what_its_name_says(name: str) -> None:
    assert case_named(name).name == name


@pytest.mark.parametrize(
    "name",
    ["", "nobody:1", "standard:0", "standard:x", "standard:during-FINAL", "standard:1/quickly"],
)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        case_named(name)


def test_other_systems_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(ConfigurationError, match="needs Linux"):
        run(1, 1, 1, None)


@linux
def test_one_case_is_told_life_by_life(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(0, 1, 1, None, only="cancelled:20", scale=60.0) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("life 1: killed ")
    assert said[1].startswith("life 2: came to rest, ")
    assert said[2] == "cancelled:20: all laws hold, scale 60."
