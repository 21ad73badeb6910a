"""Figures that add up however the seeds were split, and files that are read strictly."""

import json
from pathlib import Path

import pytest

from sim.proof.campaign import tally as t
from sim.proof.campaign.command import so_far
from sim.proof.campaign.record import Outcome, Plan, Violation
from sim.proof.campaign.workers import (
    BROKE_OFF,
    Work,
    counted,
    played,
)
from sim.world.people import Wish
from sim.world.world import Shape

VISITS = 10


def plan_for(seed: int, shape: Shape | None) -> Plan:
    """Ten customers; no faults."""
    return Plan(seed, shape or "path", (Wish("lin", ("135790",)),) * VISITS)


def play(plan: Plan) -> Outcome:
    """A run whose figures follow from its seed alone; every seventh breaks a law, 13 raises."""
    seed = plan.seed
    if seed == 13:
        raise RuntimeError("out of notes")
    broken = (Violation(5, 1.5, 3, "a note"),) if seed % 7 == 0 else ()
    return Outcome(
        seed,
        plan.shape,
        len(plan.visits),
        broken,
        frozenset({f"branch {seed % 3}"}),
        {"jam": seed % 4},
        frozenset({f"before:ROW{seed % 5}"}),
        {"paid": 6, "reversed": 2},
        operations=8,
        suspects=seed % 2,
        restarts=seed % 3,
        rows=100 + seed,
        virtual_seconds=seed / 7,
        log=f"log {seed}",
    )


def tallied(first: int, last: int, jobs: int = 1) -> t.Tally:
    """A campaign over these seeds."""
    whole = t.Tally("1.0")
    for chunk in played(Work(plan_for, play), range(first, last + 1), jobs):
        for outcome in chunk.outcomes:
            whole.add(outcome)
    return whole


def test_figures_do_not_depend_on_the_number_of_processes() -> None:
    assert t.to_json(tallied(1, 30, jobs=2)) == t.to_json(tallied(1, 30))


def test_results_come_back_in_the_order_of_the_seeds() -> None:
    chunks = played(Work(plan_for, play), range(20, 75), 2)
    seeds = [outcome.seed for chunk in chunks for outcome in chunk.outcomes]
    assert seeds == list(range(20, 75))


def test_split_over_machines_and_merged_is_the_same_as_played_at_once() -> None:
    parts = [tallied(21, 30), tallied(1, 12), tallied(13, 20)]
    assert t.to_json(t.merge(parts)) == t.to_json(tallied(1, 30))


def test_a_tally_counts_what_its_runs_came_to() -> None:
    whole = tallied(1, 12)
    assert (whole.ranges, whole.visits, whole.operations) == (((1, 12),), 120, 96)
    assert whole.faults["jam"] == sum(seed % 4 for seed in range(1, 13))
    assert whole.sometimes == {"branch 1": 1, "branch 2": 2, "branch 0": 3}
    assert whole.crash_points["before:ROW0"] == 5
    assert (whole.broken["5"], whole.failed_runs) == (1, 1)
    assert whole.violations == (t.Found(7, "path", 5, 1.5, 3, "a note"),)


def test_a_run_that_raises_is_a_failed_run_and_the_others_go_on() -> None:
    whole = tallied(12, 14)
    found = whole.violations[0]
    assert (found.seed, found.law) == (13, BROKE_OFF)
    assert "out of notes" in found.text
    assert sum(whole.runs.values()) == 3


def test_one_other_log_changes_the_hash_of_all_logs() -> None:
    whole, other = t.Tally(), t.Tally()
    for seed in (1, 2, 3):
        whole.add(play(plan_for(seed, None)))
        other.add(Outcome(seed, "path", VISITS, log=f"log {seed}" if seed != 2 else "another"))
    assert t.log_hash(whole) != t.log_hash(other)
    assert len(t.log_hash(whole)) == 64


def test_a_seed_in_two_tallies_is_refused_and_named() -> None:
    with pytest.raises(t.TallyError, match=r"more than one of them: 8 to 10\."):
        t.merge([tallied(1, 10), tallied(8, 12)])
    with pytest.raises(t.TallyError, match=r"more than one of them: 10\."):
        t.merge([tallied(10, 12), tallied(1, 10)])


def test_tallies_of_different_programs_or_shapes_are_refused() -> None:
    other, forced = tallied(11, 12), tallied(11, 12)
    other.program, forced.forced = "1.1", "presenter"
    with pytest.raises(t.TallyError, match=r"different programs \(1\.0 and 1\.1\)"):
        t.merge([tallied(1, 10), other])
    with pytest.raises(t.TallyError, match="both shapes, the other of presenter"):
        t.merge([tallied(1, 10), forced])


def test_gaps_between_seeds_are_said() -> None:
    whole = t.merge([tallied(1, 4), tallied(8, 9), tallied(11, 11)])
    assert t.said(whole.ranges) == "1 to 4, 8 to 9, 11"
    assert t.gaps(whole.ranges) == ((5, 7), (10, 10))


def test_a_tally_written_and_read_back_is_the_same(tmp_path: Path) -> None:
    whole = tallied(1, 30)
    whole.canaries = (t.Canary("intent-missing", 5, 2, 20),)
    whole.shortest = {"5": "python main.py campaign --replay 7"}
    whole.wall_seconds, whole.jobs = 1.25, 2
    path = tmp_path / "campaign.json"
    path.write_text(json.dumps({"verdict": {}, "tally": t.to_json(whole)}), encoding="utf-8")
    assert t.read(path) == whole


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("visits", -1),
        ("visits", True),
        ("faults", {"jam": "many"}),
        ("ranges", [[1, 5], [4, 6]]),
        ("ranges", [[5, 1]]),
        ("violations", [{"seed": 1}]),
        ("wall_seconds", float("inf")),
        ("forced", "round"),
        ("log", "12"),
    ],
)
def test_a_field_that_holds_something_else_is_named(field: str, value: object) -> None:
    plain: dict[str, object] = {**t.to_json(tallied(1, 3)), field: value}
    with pytest.raises(t.TallyError, match=f"The field {field} "):
        t.from_json(plain)


def test_unknown_missing_and_foreign_are_told_apart(tmp_path: Path) -> None:
    plain = t.to_json(tallied(1, 3))
    with pytest.raises(t.TallyError, match="not known here: mood"):
        t.from_json({**plain, "mood": 1})
    with pytest.raises(t.TallyError, match="no field rows"):
        t.from_json({name: value for name, value in plain.items() if name != "rows"})
    with pytest.raises(t.TallyError, match="version 9"):
        t.from_json({**plain, "version": 9})
    with pytest.raises(t.TallyError, match="not a campaign's tally"):
        t.from_json([])
    with pytest.raises(t.TallyError, match="cannot be read"):
        t.read(tmp_path / "none.json")


def test_a_campaign_under_way_is_told_in_few_words() -> None:
    assert so_far(tallied(1, 10), 10.4) == "100 visits, 10/s, 1 violation, 5 suspects"


def test_numbers_carry_their_nouns() -> None:
    assert counted(0, "visit") == "no visits"
    assert counted(1, "process", "processes") == "1 process"
    assert counted(12_000, "process", "processes") == "12,000 processes"
