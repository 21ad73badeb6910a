"""Planted bugs are seen, and leave nothing behind. The quickest ones are played here; all of them are
for `python main.py campaign --canary all`."""

from collections.abc import Callable

import pytest

from sim.proof.campaign import canaries as c
from sim.proof.campaign.bugs import ALL, BUGS
from sim.proof.campaign.command import ALONG
from sim.proof.campaign.plan import OFFERED, plan_for
from sim.proof.campaign.record import Outcome, Plan, Violation
from sim.proof.campaign.run import play
from sim.proof.campaign.tally import Canary
from sim.world.world import Shape
from terminal import journal
from terminal.runtime import Terminal

QUICK = {
    "intent-missing": 5,
    "one-note-more": 4,
    "retract-charged": 13,
    "final-twice": 15,
    "cash-before-card": 20,
    "kept-unrecorded": 21,
    "number-recorded": 27,
    "haste": 32,
    "paid-again": 34,
    "wrong-payee": 35,
    "silence-renews": 36,
    "more-than-pension": 37,
}
"""Bugs that are seen in the first runs, at least one of each group, and the law that sees them."""

RUNS_MAX = 8


@pytest.mark.parametrize(("name", "law"), QUICK.items())
def test_a_planted_bug_breaks_its_law(name: str, law: int) -> None:
    caught = c.hunted(name, plan_for, play, RUNS_MAX)
    assert (caught.bug, caught.law) == (name, law)
    assert 1 <= caught.seed <= RUNS_MAX
    assert caught.visits == caught.seed * 10


def test_quick_ones_are_of_every_group() -> None:
    assert {BUGS[name].group for name in QUICK} == {bug.group for bug in BUGS.values()}


def test_there_are_at_least_twenty_and_every_group_of_laws_has_one() -> None:
    assert len(BUGS) >= 20
    groups = {"cash", "accounts", "card", "data", "transfers", "errands"}
    assert {bug.group for bug in BUGS.values()} == groups
    assert len({bug.text for bug in BUGS.values()}) == len(BUGS)
    assert set(ALONG) <= set(BUGS)


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_there_while_planted_and_afterwards_everything_is_the_very_same(name: str) -> None:
    swaps = BUGS[name].swaps
    before = [vars(swap.owner)[swap.name] for swap in swaps]
    with c.planted(name):
        for swap, right in zip(swaps, before, strict=True):
            assert vars(swap.owner)[swap.name] is not right
    for swap, right in zip(swaps, before, strict=True):
        assert vars(swap.owner)[swap.name] is right


def test_a_bug_is_taken_out_when_a_run_breaks_off() -> None:
    right = vars(journal)["_of_effect"]
    with pytest.raises(ZeroDivisionError), c.planted("intent-missing"):
        raise ZeroDivisionError
    assert vars(journal)["_of_effect"] is right


def test_no_bug_is_the_program_as_it_is() -> None:
    before = dict(vars(Terminal))
    with c.planted(""):
        assert dict(vars(Terminal)) == before


def scripted(laws: dict[bool, tuple[int, ...]]) -> tuple[list[bool], Callable[[Plan], Outcome]]:
    """A `play` that breaks these laws with the bug (True) and without; and which of both was played."""
    right = vars(journal)["_of_effect"]
    played: list[bool] = []

    def broken(plan: Plan) -> Outcome:
        planted = vars(journal)["_of_effect"] is not right
        played.append(planted)
        found = tuple(Violation(law, 0.0, 0, "") for law in laws[planted])
        return Outcome(plan.seed, plan.shape, 10, found)

    return played, broken


def empty(seed: int, shape: Shape | None) -> Plan:
    return Plan(seed, shape or "path", ())


def test_a_law_that_breaks_without_the_bug_too_catches_nothing() -> None:
    _, run = scripted({True: (13, 5), False: (13,)})
    assert c.hunted("intent-missing", empty, run, 3) == Canary("intent-missing", 5, 1, 10)
    _, run = scripted({True: (13,), False: (13,)})
    assert c.hunted("intent-missing", empty, run, 3) == Canary("intent-missing", 0, 0, 30)


def test_a_run_that_only_breaks_off_catches_nothing() -> None:
    played, run = scripted({True: (30,), False: ()})
    assert c.hunted("intent-missing", empty, run, 3).law == 0
    assert played == [True] * 3


def test_an_unknown_bug_names_the_nearest() -> None:
    with pytest.raises(c.UnknownBug, match="Did you mean intent-missing"):
        c.find("intent-mising")
    with pytest.raises(c.UnknownBug, match="There are: intent-missing, "):
        c.find("zzz")


def test_every_service_that_moves_money_has_planted_bugs() -> None:
    """`--canary all` plants every one of the registry, each on machines that offer its service."""
    assert {bug.services for bug in BUGS.values()} == set(OFFERED) - {"all"}
    assert all(name == bug.name for name, bug in BUGS.items())
    assert len(BUGS) == len(ALL)
