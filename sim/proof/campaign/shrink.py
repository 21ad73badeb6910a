"""From a run that breaks a law to the shortest one that still breaks it.

Faults first: halves, then quarters, down to single ones are left out as long as the same law breaks;
at the end no single fault can be dropped. Then visits, in the same way. Every choice follows from the
plan, so the same plan always shrinks to the same one.

What is left is said as places in the whole plan, because a seed and places are one short command.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sim.proof.campaign.plan import ONE
from sim.proof.campaign.record import Outcome, Plan
from terminal.values import replace

PLAYS_MAX: Final = 400
"""Runs that shrinking may cost, half a minute or so. What is left after that still breaks the law; it
may only not be the shortest."""

Play = Callable[[Plan], Outcome]
Places = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """Which faults and visits of a whole plan are left, by their places from 0."""

    faults: Places
    visits: Places


class NotBrokenError(Exception):
    """The plan does not break the law it was to be shrunk for."""


def everything(plan: Plan) -> Kept:
    """All places of a plan."""
    return Kept(tuple(range(len(plan.faults))), tuple(range(len(plan.visits))))


def part(plan: Plan, kept: Kept) -> Plan:
    """The plan with only these faults and visits. Raises IndexError for a place it has not."""
    return replace(
        plan,
        faults=tuple(plan.faults[at] for at in kept.faults),
        visits=tuple(plan.visits[at] for at in kept.visits),
    )


def shrink(plan: Plan, play: Play, law: int) -> Plan:
    """The shortest plan that still breaks `law`. Raises NotBrokenError if even the whole does not."""
    return part(plan, shortest(plan, play, law))


def shortest(plan: Plan, play: Play, law: int) -> Kept:
    """As `shrink`, as places in `plan`."""
    budget = [PLAYS_MAX]

    def breaks(kept: Kept) -> bool:
        if not budget[0]:
            return False
        budget[0] -= 1
        return any(found.law == law for found in play(part(plan, kept)).violations)

    whole = everything(plan)
    if not breaks(whole):
        raise NotBrokenError(f"Seed {plan.seed} does not break law {law}.")
    faults = _fewest(whole.faults, lambda some: breaks(Kept(some, whole.visits)))
    visits = _fewest(whole.visits, lambda some: bool(some) and breaks(Kept(faults, some)))
    again = _fewest(faults, lambda some: breaks(Kept(some, visits)))
    return Kept(again, visits)


def _fewest(places: Places, holds: Callable[[Places], bool]) -> Places:
    """The fewest places for which it holds, by leaving out ever smaller parts. `holds(places)` is
    known; it holds for what is returned, and for nothing with one place less."""
    if places and holds(()):
        return ()
    size = max(1, len(places) // 2)
    while places:
        smaller = _without_one_part(places, size, holds)
        if smaller is not None:
            places, size = smaller, min(size, max(1, len(smaller) // 2))
        elif size == 1:
            break
        else:
            size = max(1, size // 2)
    return places


def _without_one_part(places: Places, size: int, holds: Callable[[Places], bool]) -> Places | None:
    """The last part first: what came after the violation goes in one try."""
    for end in range(len(places), 0, -size):
        rest = places[: max(0, end - size)] + places[end:]
        if rest and holds(rest):
            return rest
    return None


def command(
    seed: int,
    kept: Kept | None = None,
    whole: Plan | None = None,
    shape: str = "",
    bug: str = "",
    services: str = ONE,
) -> str:
    """The line that replays a run. What is whole is not spelled out; `shape` only where it was
    forced."""
    words = [f"python main.py campaign --replay {seed}"]
    if shape:
        words.append(f"--shape {shape}")
    if services != ONE:
        words.append(f"--services {services}")
    if kept is not None and (whole is None or kept.faults != everything(whole).faults):
        words.append(f"--faults {_listed(kept.faults)}")
    if kept is not None and (whole is None or kept.visits != everything(whole).visits):
        words.append(f"--visits-kept {_listed(kept.visits)}")
    if bug:
        words.append(f"--bug {bug}")
    return " ".join(words)


def _listed(places: Places) -> str:
    return ",".join(map(str, places)) or "none"
