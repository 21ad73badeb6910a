"""Bugs put into the program on purpose, to see that the campaign sees them. Which there are is in `bugs/`.

Each is one change of what the production code does - terminal, drivers, record, bank - by name: a
function is exchanged where it is used, and put back exactly afterwards. The checker is never told which
bug is planted, and nothing of it is exchanged. What a bug changes is written as small as it would slip
in: a row left out, a comparison forgotten, a wrong amount taken.

A bug is caught by a law that breaks with it and, on the same seed, not without it. A run that merely
breaks off does not count.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from difflib import get_close_matches
from typing import Final

from sim.proof.campaign.bugs import BUGS
from sim.proof.campaign.bugs.bug import Bug, Swap
from sim.proof.campaign.plan import ONE
from sim.proof.campaign.record import Outcome, Plan
from sim.proof.campaign.tally import Canary
from sim.proof.campaign.workers import played_whole


class UnknownBug(Exception):
    """There is no bug of this name. The text names the nearest."""


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The program with this bug in it, or as it is for "". Afterwards every attribute is the very object it was."""
    with ExitStack() as stack:
        for swap in BUGS[name].swaps if name else ():
            stack.enter_context(_swapped(swap))
        yield


@contextmanager
def _swapped(swap: Swap) -> Iterator[None]:
    right = vars(swap.owner)[swap.name]
    setattr(swap.owner, swap.name, swap.broken(right))
    try:
        yield
    finally:
        setattr(swap.owner, swap.name, right)


# --- looking for them -------------------------------------------------------------------------------

RUNS_MAX: Final = 400
"""Runs after which a bug counts as escaped: 4,000 visits."""

NO_CATCH: Final = (0, 30)
"""Laws that catch nothing here: a program that merely broke off has shown no wrong money."""


def hunted(
    name: str,
    plan_for: Callable[..., Plan],
    play: Callable[[Plan], Outcome],
    runs_max: int = RUNS_MAX,
) -> Canary:
    """Play seeds from 1 upward with the bug until a law breaks that holds without it. Law 0 in the
    answer: it escaped."""
    visits = 0
    for seed in range(1, runs_max + 1):
        bug = BUGS[name]
        more = {} if bug.services == ONE else {"services": bug.services}
        plan = plan_for(seed, bug.shape, **more)
        with planted(name):
            outcome = played_whole(play, plan)
        visits += outcome.visits
        laws = [each.law for each in outcome.violations if each.law not in NO_CATCH]
        if laws:
            clean = {each.law for each in played_whole(play, plan).violations}
            caught = [law for law in laws if law not in clean]
            if caught:
                return Canary(name, caught[0], seed, visits)
    return Canary(name, 0, 0, visits)


def find(name: str) -> Bug:
    """The bug of this name. Raises UnknownBug, naming the nearest."""
    known = BUGS.get(name)
    if known is None:
        near = get_close_matches(name, BUGS, 1, 0.4)
        hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(BUGS)}."
        raise UnknownBug(f"There is no bug “{name}”.{hint}")
    return known
