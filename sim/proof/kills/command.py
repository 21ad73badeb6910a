"""`python main.py kills`: kill the real program thousands of times and see that no money, note or card is
lost.

Cells are lived side by side, each in a process of its own with its terminals; a cell mostly waits. First
every story is lived undisturbed, which tells how many crash points there are and whether the scale of the
clock is one the machine can hold: a device that had to be asked twice on a whole line was asked too late.
"""

import gc
import json
import multiprocessing
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final, Self

from sim.proof.kills import plan
from sim.proof.kills.cases import STORIES, Case, case_named
from sim.proof.kills.cell import Fate, lived
from sim.proof.kills.pace import SCALE
from sim.proof.kills.terminal import profiles
from sim.stage.progress import Progress, duration
from sim.stage.settings import ConfigurationError
from terminal.ports import Seconds

WELL, BROKEN, STOPPED = 0, 1, 130

AHEAD: Final = 2
"""Cases handed out for each job."""

BATCH_MAX: Final = 50
"""Random cases planned at once: between two batches the kills are counted."""

SHOWN_MAX: Final = 20
"""Violations that are told one by one; the report has all."""

NATURAL_REPEATS: Final = frozenset({"reader-trouble", "reply-lost"})
"""Stories in which a device loses an answer by design and is asked again."""


@dataclass
class Tally:
    """What all cases came to so far."""

    count: int
    seed: int
    jobs: int
    scale: float
    points: dict[str, int] = field(default_factory=dict)
    late: int = 0
    kinds: int = 0
    recovery_points: int = 0
    kills: int = 0
    cases: int = 0
    lives: int = 0
    fresh: int = 0
    stays: int = 0
    suspects: int = 0
    unreached: int = 0
    at_random: int = 0
    at_points: int = 0
    in_recovery: int = 0
    seconds: Seconds = 0.0
    wall_seconds: Seconds = 0.0
    covered: set[tuple[str, int]] = field(default_factory=set)
    recovery_covered: set[Case] = field(default_factory=set)
    moments: Counter[str] = field(default_factory=Counter)
    broken: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, fate: Fate) -> None:
        """One case more."""
        case = fate.case
        self.kills += fate.kills
        self.cases += 1
        self.lives += fate.lives
        self.fresh += case.fresh
        self.stays += case.stays
        self.suspects += fate.came[2] > 0
        self.seconds += fate.seconds
        self.unreached += len(case.deaths) - fate.kills
        for life, number, what in fate.covered:
            self.moments[what] += 1
            if life == 0:
                self.at_points += 1
                self.covered.add((case.story, number))
            else:
                self.in_recovery += 1
                self.recovery_covered.add(case)
        moments = [isinstance(death, float) for death in case.deaths[: fate.kills]]
        self.at_random += sum(moments[:1])
        self.in_recovery += sum(moments[1:])
        if fate.broken:
            self.broken[case.name] = fate.broken

    def undisturbed(self, fate: Fate) -> None:
        """How a story goes when nobody is killed."""
        story = fate.case.story
        self.points[story] = max(self.points.get(story, 0), len(fate.points[-1]))
        self.seconds += fate.seconds
        self.late += 0 if story in NATURAL_REPEATS else fate.repeats
        if fate.broken:
            self.broken[fate.case.name] = fate.broken


def run(
    count: int,
    seed: int,
    jobs: int,
    report: Path | None,
    only: str = "",
    scale: float = SCALE,
) -> int:
    """Kill until `count` processes are dead, or live the one case `only` names. The exit code.

    Raises ConfigurationError where that cannot be done here."""
    if sys.platform != "linux":
        raise ConfigurationError(
            "Killing the program needs Linux: pseudo-terminals, fork and epoll. "
            "The other proofs (campaign, power cuts) run on every system."
        )
    if only:
        return _one(only, scale)
    tally = Tally(count, seed, jobs, scale)
    progress = Progress(sys.stderr, count)
    stopped = False
    try:
        with progress, Pool(jobs, scale) as pool:
            step = partial(_step, progress, tally)
            _campaign(tally, pool, random.Random(seed), step)
    except KeyboardInterrupt:
        stopped = True
        print("Stopped; these are the figures so far.", file=sys.stderr)
    tally.wall_seconds = progress.seconds
    print("\n".join(told(tally)))
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(json.dumps(figures(tally), indent=2) + "\n", encoding="utf-8")
    if tally.broken:
        return BROKEN
    return STOPPED if stopped else WELL


def _step(progress: Progress, tally: Tally) -> None:
    words = f"{tally.kills:,} kills, {tally.cases:,} cases, {_violations(tally)}"
    progress.step(tally.kills, words)


def _campaign(tally: Tally, pool: "Pool", rng: random.Random, step: Callable[[], None]) -> None:
    seconds: dict[str, Seconds] = {}
    for fate in pool.lived(Case(story) for story in STORIES):
        tally.undisturbed(fate)
        seconds[fate.case.story] = fate.seconds
        step()

    def each(cases: Iterable[Case]) -> list[Fate]:
        fates = []
        for fate in pool.lived(cases):
            tally.add(fate)
            fates.append(fate)
            step()
        return fates

    singles = plan.every_point(tally.points, rng)
    fates = each(singles[: max(1, round(tally.count * plan.POINTS_SHARE))])
    kinds = plan.recoveries(sorted(fates, key=lambda fate: fate.case.name))
    again = plan.every_recovery_point(kinds, rng)
    tally.kinds, tally.recovery_points = len(kinds), len(again)
    fates += each(again[: round(tally.count * plan.RECOVERY_SHARE / 2)])
    each(plan.missed(fates))
    moments = plan.at_random(seconds, rng)
    while tally.kills < tally.count:
        each(islice(moments, min(BATCH_MAX, tally.count - tally.kills)))


class Pool:
    """Processes that live cases."""

    def __init__(self, jobs: int, scale: float) -> None:
        self._jobs, self._scale = jobs, scale

    def __enter__(self) -> Self:
        _warm()
        context = multiprocessing.get_context("fork")
        self._pool = ProcessPoolExecutor(self._jobs, context, initializer=_settle)
        return self

    def __exit__(self, *trouble: object) -> None:
        """Wait for the cases under way. A second Ctrl-C would leave the workers behind, so it is not
        heard until they have ended."""
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._pool.shutdown(wait=True, cancel_futures=True)
        finally:
            signal.signal(signal.SIGINT, before)

    def begin(self, case: Case, drops: str = "") -> "Future[Fate]":
        """Hand one case out. `drops` plants a fault (`FusedStore`)."""
        return self._pool.submit(lived, case, self._scale, counts=True, drops=drops)

    def lived(self, cases: Iterable[Case]) -> Iterator[Fate]:
        """What came of them, as they end."""
        waiting: set[Future[Fate]] = set()
        left = iter(cases)
        while True:
            for case in islice(left, self._jobs * AHEAD - len(waiting)):
                waiting.add(self.begin(case))
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()


def _warm() -> None:
    """Everything that a terminal loads, so that a forked one has it."""
    profiles()
    gc.collect()
    gc.freeze()


def _settle() -> None:
    """Ctrl-C goes to the whole group; only the first process decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _one(name: str, scale: float) -> int:
    """Live one case and tell all of it."""
    try:
        case = case_named(name)
    except ValueError as mistake:
        raise ConfigurationError(str(mistake)) from mistake
    fate = lived(case, scale, counts=True)
    for number, points in enumerate(fate.points):
        died = [what for life, _, what in fate.covered if life == number]
        end = "ended" if fate.broken else "came to rest"
        how = f"killed {died[0]}" if died else "killed" if number < fate.kills else end
        passed = f", {len(points)} crash points passed" if number == len(fate.points) - 1 else ""
        print(f"life {number + 1}: {how}{passed}")
    for breach in fate.broken:
        print(f"VIOLATION {breach}")
    print(f"{case.name}: {'violated' if fate.broken else 'all laws hold'}, scale {scale:g}.")
    return BROKEN if fate.broken else WELL


# --- telling --------------------------------------------------------------------------------------


def figures(tally: Tally) -> dict[str, Any]:
    """Everything to publish, as JSON can hold it."""
    return {
        "kills": tally.kills,
        "at_crash_points": tally.at_points,
        "during_recovery": tally.in_recovery,
        "at_random_times": tally.at_random,
        "crash_points_covered": len(tally.covered),
        "crash_points_existing": sum(tally.points.values()),
        "crash_points_of_story": tally.points,
        "recovery_kinds": tally.kinds,
        "recovery_points_covered": len(tally.recovery_covered),
        "recovery_points_existing": tally.recovery_points,
        "moments": dict(tally.moments.most_common()),
        "cases": tally.cases,
        "processes": tally.lives,
        "cases_of_new_processes": tally.fresh,
        "cases_with_customer_staying": tally.stays,
        "cases_in_doubt": tally.suspects,
        "deaths_not_reached": tally.unreached,
        "violations": {name: list(broken) for name, broken in sorted(tally.broken.items())},
        "seed": tally.seed,
        "jobs": tally.jobs,
        "scale": tally.scale,
        "late_questions_undisturbed": tally.late,
        "story_seconds": round(tally.seconds),
        "wall_seconds": round(tally.wall_seconds, 1),
    }


def told(tally: Tally) -> list[str]:
    """The figures for people."""
    existing = sum(tally.points.values())
    points = f"{len(tally.covered):,} of {existing:,} points of {len(tally.points)} stories"
    again = f"{len(tally.recovery_covered):,} of {tally.recovery_points:,} points of {tally.kinds} kinds"
    ways = f"{tally.fresh:,} in new processes, in {tally.stays:,} the customer stays"
    ends = f"{tally.suspects:,} ended in doubt, {tally.unreached:,} deaths were not reached"
    pace = f"{tally.scale:g} story seconds a second, {tally.seconds / 3600:.1f} story hours"
    dead = f"{tally.kills:,} kills in {tally.cases:,} cases, {tally.lives:,} processes"
    lines = [
        f"{dead}: {_violations(tally)}.",
        f"  at crash points    {tally.at_points:,} kills; {points} covered",
        f"  during recovery    {tally.in_recovery:,} kills; {again} of recovery covered",
        f"  at random times    {tally.at_random:,} kills",
        f"  cases              {ways}; {ends}",
        f"  clock              {pace}; {tally.late} late questions in undisturbed visits",
        f"  seed {tally.seed}, {tally.jobs} jobs, {duration(tally.wall_seconds)}",
    ]
    for name, broken in islice(sorted(tally.broken.items()), SHOWN_MAX):
        lines += [f"VIOLATION {name}: {breach}" for breach in broken]
        lines.append(f"  again: python main.py kills --only {name}")
    return lines


def _violations(tally: Tally) -> str:
    broken = len(tally.broken)
    return f"{broken} CASES VIOLATE A LAW" if broken else "no violation"
