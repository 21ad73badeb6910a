"""Plays seeds on several processes; what comes back is in the order of the seeds, so that no figure
depends on how many there are or which is faster.

Chunks of seeds are handed out a few ahead of what was taken back, so a campaign of any length needs
little memory and can stop early. Ctrl-C ends it with what has come back so far. A run that raises is
an outcome like another (law 0, the run broke off), because the seed is what matters then. A run has
no limit on the wall clock: `play` bounds its virtual time.
"""

import contextlib
import multiprocessing
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from sim.proof.campaign.record import Outcome, Plan, Violation
from sim.world.world import Shape
from terminal.ports import Seconds

CHUNK_RUNS: Final = 4
"""Runs handed out at once: a second or so of work, which is also how long Ctrl-C waits."""

AHEAD: Final = 4
"""Tasks under way for each process, so that none is idle while the oldest is waited for."""

BROKE_OFF: Final = 0
"""The law of a run that raised: none of the thirty, and always a failure."""

T = TypeVar("T")
R = TypeVar("R")
Play = Callable[[Plan], Outcome]
PlanFor = Callable[[int, Shape | None], Plan]


class WorkerDied(Exception):
    """A process that played seeds is gone."""


@dataclass(frozen=True, slots=True)
class Work:
    """What every process does with a seed. All of it is importable by name, because a process is
    started afresh. `bug` is a canary's name; `plant` the context in which it lives."""

    plan_for: PlanFor
    play: Play
    shape: Shape | None = None
    bug: str = ""
    plant: Callable[[str], contextlib.AbstractContextManager[None]] | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Outcomes of consecutive seeds, and the processor time they took."""

    outcomes: tuple[Outcome, ...]
    cpu_seconds: Seconds


def played(work: Work, seeds: range, jobs: int) -> Generator[Chunk, None, None]:
    """The outcomes of all seeds, in order. The generator may be closed early; what was handed out and
    not taken is dropped. Raises WorkerDied."""
    size = CHUNK_RUNS if jobs > 1 else 1
    yield from spread(partial(_chunk, work), _parts(seeds, size), jobs)


def _parts(seeds: range, size: int) -> Iterator[range]:
    for first in range(seeds.start, seeds.stop, size):
        yield range(first, min(first + size, seeds.stop))


def spread(task: Callable[[T], R], items: Iterable[T], jobs: int) -> Generator[R, None, None]:
    """The task done for each item, by several processes, results in the order of the items. With one
    job all happens in this process. Raises WorkerDied."""
    assert jobs >= 1, "somebody must do it"
    if jobs == 1:
        yield from map(task, items)
        return
    waiting: deque[Future[R]] = deque()
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_ignore_interrupts)
    try:
        for item in items:
            waiting.append(pool.submit(task, item))
            if len(waiting) >= jobs * AHEAD:
                yield _taken(waiting.popleft())
        while waiting:
            yield _taken(waiting.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _taken(future: Future[R]) -> R:
    try:
        return future.result()
    except BrokenProcessPool as trouble:
        raise WorkerDied(
            "A process that played is gone; this machine may be short of memory."
        ) from trouble


def _ignore_interrupts() -> None:
    """Ctrl-C goes to the whole group; only the first process decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _chunk(work: Work, seeds: range) -> Chunk:
    begun = time.process_time()
    planted = work.plant(work.bug) if work.plant and work.bug else contextlib.nullcontext()
    with planted:
        outcomes = tuple(_outcome(work, seed) for seed in seeds)
    return Chunk(outcomes, time.process_time() - begun)


def _outcome(work: Work, seed: int) -> Outcome:
    plan = work.plan_for(seed, work.shape)
    return played_whole(work.play, plan)


def played_whole(play: Play, plan: Plan) -> Outcome:
    """One run; where it raises, an outcome that says so and where."""
    try:
        return play(plan)
    except Exception as trouble:  # noqa: BLE001 - whatever it is, the seed must be told
        where = traceback.extract_tb(trouble.__traceback__)[-1]
        text = f"{type(trouble).__name__} in {where.name}, line {where.lineno}: {trouble}"
        broke = Violation(BROKE_OFF, 0.0, 0, text)
        return Outcome(plan.seed, plan.shape, len(plan.visits), (broke,))


def counted(number: int, what: str, many: str = "") -> str:
    """A number and its noun: "1 visit", "2,000 visits", "no visits"."""
    noun = what if number == 1 else many or f"{what}s"
    return f"{number or 'no'} {noun}" if number < 1000 else f"{number:,} {noun}"
