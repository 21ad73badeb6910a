"""`explore`: the exhaustive small scope as a command, with its table and the shortest way to a violation.

Searches of one shape with few crashes and faults come before those with more, so that the shortest trouble
is seen first; several run at once, each in a process of its own. Progress goes to stderr, the result to
stdout.
"""

import multiprocessing
import sys
from collections.abc import Iterator
from ctypes import c_longlong
from dataclasses import dataclass
from multiprocessing.pool import AsyncResult
from multiprocessing.sharedctypes import Synchronized

from devices.clock import SystemClock
from sim.proof.scope.explore import Found, explore
from sim.proof.scope.world import SHAPES, Shape
from sim.stage.progress import Progress

LOOK_SECONDS = 0.5
"""Between two pictures of the progress."""

WELL, BROKEN = 0, 1


@dataclass(frozen=True, slots=True)
class Search:
    """One search to make."""

    shape: Shape
    crashes: int
    faults: int


@dataclass(frozen=True, slots=True)
class Done:
    """One search made."""

    search: Search
    found: Found
    seconds: float


def run(crashes: int, faults: int, shape: str, jobs: int) -> int:
    """Search `shape` (`path`, `presenter` or `both`) up to so many crashes and faults, `jobs` searches
    at once. 1 if a rule was broken, else 0."""
    wanted = [each for each in SHAPES if shape in ("both", each)]
    searches = [
        Search(each, min(level, crashes), min(level, faults))
        for level in range(1, max(crashes, faults, 1) + 1)
        for each in wanted
    ]
    done = list(_all(searches, max(1, jobs)))
    for line in told(done):
        print(line)
    return BROKEN if any(each.found.violating for each in done) else WELL


def told(done: list[Done]) -> Iterator[str]:
    """The table, then the shortest way to each broken rule."""
    heads = ("shape", "crashes <=", "faults <=", "paths", "states", "violations", "seconds")
    yield "{:<10}{:>11}{:>10}{:>18}{:>12}{:>12}{:>9}".format(*heads)
    for each in done:
        search, found = each.search, each.found
        yield (
            f"{search.shape:<10}{search.crashes:>11}{search.faults:>10}{found.paths:>18,}"
            f"{found.states:>12,}{found.violating:>12,}{each.seconds:>9.1f}"
        )
    broken = next((each for each in done if each.found.violating), None)
    if broken is None:
        return
    for violation in broken.found.violations:
        yield ""
        yield f"{broken.search.shape}: invariant {violation.rule}"
        yield from (f"  {number}. {what}" for number, what in enumerate(violation.choices, 1))


def _all(searches: list[Search], jobs: int) -> Iterator[Done]:
    spawn = multiprocessing.get_context("spawn")
    states: Synchronized[int] = spawn.Value(c_longlong, 0)
    with spawn.Pool(jobs, _begin, (states,)) as pool:
        waiting = [pool.apply_async(_search, (each,)) for each in searches]
        _watch(waiting, states)
        yield from (each.get() for each in waiting)


def _watch(waiting: list["AsyncResult[Done]"], states: "Synchronized[int]") -> None:
    """Show how far it is until all is done: searches done, moments looked at. How many there will be nobody
    knows before, and the last searches are the longest."""
    total = len(waiting)
    with Progress(sys.stderr, total, even=False) as progress:
        while True:
            ready = sum(each.ready() for each in waiting)
            progress.step(ready, f"{ready}/{total} searches, {states.value:,} states")
            if ready == total:
                return
            next(each for each in waiting if not each.ready()).wait(LOOK_SECONDS)


_states: "Synchronized[int] | None" = None


def _begin(states: "Synchronized[int]") -> None:
    global _states
    _states = states


def _search(search: Search) -> Done:
    clock = SystemClock()
    began, last = clock.now(), 0

    def progress(count: int) -> None:
        nonlocal last
        if _states is not None:
            with _states.get_lock():
                _states.value += count - last
        last = count

    found = explore(search.shape, search.crashes, search.faults, progress=progress)
    return Done(search, found, clock.now() - began)
