"""Which cases are lived, for a number of kills and a seed.

First every crash point of every story, then every crash point of every kind of recovery those deaths led
to, then random moments, every third followed by another in the recovery. Where the number is too small
for all of them, a drawn part of each.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sim.proof.kills.cases import STORIES, Case
from sim.proof.kills.cell import Fate
from terminal.ports import Seconds

POINTS_SHARE: Final = 0.4
RECOVERY_SHARE: Final = 0.48
"""Parts of all kills, at most; the rest falls at random moments."""

REMINDER: Final = " REMINDED"
VISIT: Final = "VISIT_OPEN"
"""Rows in the names of crash points."""

FRESH_SHARE: Final = 0.1
"""Cases whose terminals are new processes; a new process costs ten times a fork."""

STAYS_SHARE: Final = 0.4
AGAIN_SHARE: Final = 1 / 3
RECOVERY_SECONDS: Final = 75.0
"""A recovery that has to wait for the dispenser takes about so long (hardware-protocols 2.9)."""


def every_point(points: Mapping[str, int], rng: random.Random) -> list[Case]:
    """A case for every crash point of every story, in a drawn order."""
    cases = [
        _case(story, (number,), rng) for story in STORIES for number in range(1, points[story] + 1)
    ]
    rng.shuffle(cases)
    return cases


def recoveries(fates: Iterable[Fate]) -> list[Fate]:
    """One death of each kind: recoveries that pass the same points are of a kind, however often the
    customer is reminded meanwhile. A customer who only comes afterwards makes a visit of it."""
    kinds: dict[tuple[str, ...], Fate] = {}
    for fate in fates:
        passed = tuple(what for what in fate.points[-1].values() if not what.endswith(REMINDER))
        visited = any(VISIT in what for what in passed)
        if len(fate.covered) == 1 and not (fate.broken or visited):
            kinds.setdefault(passed, fate)
    return list(kinds.values())


def every_recovery_point(kinds: Sequence[Fate], rng: random.Random) -> list[Case]:
    """A case for every crash point of each of these recoveries, in a drawn order."""
    cases = [
        Case(fate.case.story, (*fate.case.deaths, number), fate.case.stays, fate.case.fresh)
        for fate in kinds
        for number in range(1, len(fate.points[-1]) + 1)
    ]
    rng.shuffle(cases)
    return cases


def missed(fates: Iterable[Fate]) -> list[Case]:
    """Cases to live once more, because a visit took another way than before and ended without passing a
    crash point."""
    return [fate.case for fate in fates if fate.kills < len(fate.case.deaths) and not fate.broken]


def at_random(seconds: Mapping[str, Seconds], rng: random.Random) -> Iterator[Case]:
    """Deaths at any moment, without an end."""
    while True:
        story = rng.choice(tuple(STORIES))
        deaths: tuple[float, ...] = (_moment(rng, seconds[story]),)
        if rng.random() < AGAIN_SHARE:
            deaths += (_moment(rng, RECOVERY_SECONDS),)
        yield _case(story, deaths, rng)


def _moment(rng: random.Random, seconds: Seconds) -> float:
    return round(rng.uniform(0.01, seconds), 2)


def _case(story: str, deaths: tuple[int | float, ...], rng: random.Random) -> Case:
    stays, fresh = rng.random() < STAYS_SHARE, rng.random() < FRESH_SHARE
    return Case(story, deaths, stays, fresh)
