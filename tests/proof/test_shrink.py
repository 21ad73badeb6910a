"""The shortest run that still breaks the law, found the same way every time."""

from collections.abc import Callable

import pytest

from sim.proof.campaign.record import Fault, Outcome, Plan, Violation
from sim.proof.campaign.shrink import (
    PLAYS_MAX,
    Kept,
    NotBrokenError,
    command,
    everything,
    part,
    shortest,
    shrink,
)
from sim.world.people import Wish


def plan(faults: int = 12, visits: int = 10) -> Plan:
    """Faults and customers that can be told apart."""
    return Plan(
        5,
        "path",
        tuple(Wish(f"card{n}", ()) for n in range(visits)),
        tuple(Fault(f"fault{n}", float(n)) for n in range(faults)),
    )


def broken_by(
    *needed: str, law: int = 13, by: Callable[[set[str]], bool] | None = None
) -> tuple[Callable[[Plan], Outcome], list[Plan]]:
    """A `play` in which the law breaks if all of these faults and cards are there; and what was
    played."""
    played: list[Plan] = []

    def play(what: Plan) -> Outcome:
        played.append(what)
        there = {fault.kind for fault in what.faults} | {wish.card for wish in what.visits}
        breaks = by(there) if by else set(needed) <= there
        found = (Violation(law, 1.0, 0, "so"),) if breaks else ()
        other = (Violation(1, 1.0, 0, "something else"),)
        return Outcome(what.seed, what.shape, len(what.visits), found or other)

    return play, played


def test_only_what_is_needed_is_left() -> None:
    play, _ = broken_by("fault2", "fault9", "card4")
    assert shortest(plan(), play, 13) == Kept((2, 9), (4,))


def test_a_run_that_breaks_without_faults_keeps_none() -> None:
    play, _ = broken_by("card9")
    small = shrink(plan(), play, 13)
    assert (small.faults, [wish.card for wish in small.visits]) == ((), ["card9"])


def test_no_single_fault_can_be_left_out_of_what_remains() -> None:
    def three_of_five(there: set[str]) -> bool:
        return len(there & {"fault0", "fault3", "fault4", "fault7", "fault11"}) >= 3

    play, _ = broken_by(by=three_of_five)
    small = shrink(plan(), play, 13)
    assert len(small.faults) == 3
    for at in range(3):
        fewer = Kept(tuple(n for n in range(3) if n != at), (0,))
        assert all(found.law != 13 for found in play(part(small, fewer)).violations)


def test_another_law_does_not_count() -> None:
    play, _ = broken_by("fault1", law=5)
    with pytest.raises(NotBrokenError, match="Seed 5 does not break law 13"):
        shrink(plan(), play, 13)


def test_the_same_plan_shrinks_to_the_same_one() -> None:
    def either(there: set[str]) -> bool:
        return {"fault1", "fault8"} <= there or {"fault3", "fault4"} <= there

    one, other = broken_by(by=either), broken_by(by=either)
    assert shortest(plan(), one[0], 13) == shortest(plan(), other[0], 13)
    assert one[1] == other[1]


def test_shrinking_costs_a_bounded_number_of_runs_and_still_breaks_the_law() -> None:
    needed = [f"fault{n}" for n in range(0, 400, 2)]
    play, played = broken_by(*needed)
    small = shrink(plan(400), play, 13)
    assert len(played) <= PLAYS_MAX
    assert {fault.kind for fault in small.faults} >= set(needed)


def test_visits_that_matter_together_stay_in_their_order() -> None:
    play, _ = broken_by("card2", "card7", "fault0")
    assert [w.card for w in shrink(plan(), play, 13).visits] == ["card2", "card7"]


def test_the_command_spells_out_only_what_was_left_out() -> None:
    whole = plan()
    assert command(5, everything(whole), whole) == "python main.py campaign --replay 5"
    assert command(5, Kept((2, 5), (0, 3)), whole, "presenter", "sent-once") == (
        "python main.py campaign --replay 5 --shape presenter --faults 2,5 --visits-kept 0,3 "
        "--bug sent-once"
    )
    assert command(5, Kept((), everything(whole).visits), whole).endswith("--faults none")
