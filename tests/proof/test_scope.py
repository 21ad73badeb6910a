"""Every choice of a withdrawal with at most two crashes and two faults, with both kinds of dispenser (in `make
test` two crashes and one fault); and every seeded bug is caught, so that the silence of the first means something."""

import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from sim.proof.scope import command
from sim.proof.scope.explore import Found, Violation, explore
from sim.proof.scope.seeded import BUGS
from sim.proof.scope.sometimes import SOMETIMES_BY_SHAPE
from sim.proof.scope.world import SHAPES, Shape
from tests.tiers import with_part

ROOT = Path(__file__).parents[2]

NEEDS_CRASH = {"no fence", "present after the fence"}
"""What only a restart can bring out: a fence is set by nothing else."""


LONG = pytest.mark.timeout(300)
"""A search of 2 and 2 takes ten seconds of a core; a machine that does other things too needs longer."""


@lru_cache
def searched(shape: Shape, crashes: int, faults: int, bug: str = "") -> Found:
    return explore(shape, crashes, faults, bug)


def ways(found: Found) -> str:
    return "\n".join(f"{each.rule}\n  " + "\n  ".join(each.choices) for each in found.violations)


FAULTS = with_part((1, 2), (1,))
"""Beside two crashes. Everything that can happen sometimes happens with one fault already."""


@LONG
@pytest.mark.parametrize("faults", FAULTS)
@pytest.mark.parametrize("shape", SHAPES)
def test_no_choice_with_two_crashes_and_so_many_faults_breaks_an_invariant(
    shape: Shape, faults: int
) -> None:
    found = searched(shape, 2, faults)
    assert not found.violating, ways(found)
    assert found.paths > 1_000_000


@LONG
@pytest.mark.parametrize("faults", FAULTS)
@pytest.mark.parametrize("shape", SHAPES)
def test_everything_that_should_happen_sometimes_did(shape: Shape, faults: int) -> None:
    assert searched(shape, 2, faults).never == set()


@pytest.mark.parametrize("shape", SHAPES)
def test_without_crash_and_fault_little_can_happen(shape: Shape) -> None:
    found = searched(shape, 0, 0)
    assert not found.violating, ways(found)
    assert "crash in recovery" in found.never
    assert "a late message arrived after a restart" in found.never
    assert 10 < found.paths < 2_000


PLANTED = [(name, shape) for name, bug in BUGS.items() for shape in bug.shapes]


@pytest.mark.parametrize(("bug", "shape"), PLANTED, ids=lambda value: value)
def test_a_seeded_bug_is_caught(bug: str, shape: Shape) -> None:
    crashes = 1 if bug in NEEDS_CRASH else 0
    found = searched(shape, crashes, 1, bug)
    assert found.violating
    assert all(each.choices for each in found.violations)
    lengths = [len(each.choices) for each in found.violations]
    assert lengths == sorted(lengths), "the shortest way comes first"


EXPECTED = {
    "no intent record": "5:",
    "token not checked": "3:",
    "no fence": "9:",
    "present after the fence": "16:",
    "reverse on timeout": "16:",
    "reverse on shutter jam": "16:",
    "full credit on retract": "16:",
    "no dedupe at the host": "18:",
    "second dispense": "3:",  # on a presenter the second order is refused, and the refusal misread
    "final as asked": "12, 13:",
}


@pytest.mark.parametrize(("bug", "shape"), PLANTED, ids=lambda value: value)
def test_a_seeded_bug_breaks_the_rule_it_is_about(bug: str, shape: Shape) -> None:
    found = searched(shape, 1 if bug in NEEDS_CRASH else 0, 1, bug)
    rules = [each.rule for each in found.violations]
    about = "16:" if (bug, shape) == ("second dispense", "presenter") else EXPECTED[bug]
    assert any(rule.startswith(about) for rule in rules), rules


def test_every_seeded_bug_has_a_rule_it_is_about() -> None:
    assert EXPECTED.keys() == BUGS.keys()


def test_the_same_search_gives_the_same_tree_whatever_hashes_are() -> None:
    script = (
        "from sim.proof.scope.explore import explore\n"
        "for shape in ('path', 'presenter'):\n"
        "    found = explore(shape, 0, 1, 'reverse on timeout')\n"
        "    print(found.paths, found.states, found.violating, found.violations)\n"
        "    print(sorted(found.sometimes.items()))\n"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


# --- the command ----------------------------------------------------------------------------------


def done(found: Found) -> command.Done:
    return command.Done(command.Search("path", 1, 1), found, 1.5)


def test_the_table_tells_a_violation_as_numbered_choices() -> None:
    wrong = Violation("3: an order was executed twice", ("crash here", "the customer waits"))
    found = Found("path", 12_345, 678, 2, (wrong,), searched("path", 0, 0).sometimes)
    lines = list(command.told([done(found)]))
    assert lines[1].split() == ["path", "1", "1", "12,345", "678", "2", "1.5"]
    assert lines[-3:] == [
        "path: invariant 3: an order was executed twice",
        "  1. crash here",
        "  2. the customer waits",
    ]


def test_the_command_searches_in_other_processes_and_is_well(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.run(0, 1, "presenter", 1) == 0
    said = capsys.readouterr()
    assert "presenter" in said.out
    assert "1/1 searches" in said.err


def test_both_shapes_name_what_must_happen_sometimes() -> None:
    assert SOMETIMES_BY_SHAPE.keys() == set(SHAPES)
