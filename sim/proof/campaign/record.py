"""What a campaign plans and what it finds, as plain data.

A plan is everything that a seed decides: who comes, and what breaks when. Faults are a list, so that
a failing run can be told again without some of them (`shrink.py`) and its shortest list replayed.
Nothing here runs anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.world.people import Wish
from sim.world.world import Shape
from terminal.menu import WITHDRAWAL
from terminal.ports import Seconds


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that breaks: `kind` is a name in `faults.CATALOGUE`, `at` seconds after the machine was
    first ready, `value` and `seconds` what the kind wants drawn (a count, a probability, how long)."""

    kind: str
    at: Seconds
    value: float = 0.0
    seconds: Seconds = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: a machine of one shape that offers `services`, its customers one after the other, and the
    faults by time."""

    seed: int
    shape: Shape
    visits: tuple[Wish, ...]
    faults: tuple[Fault, ...] = ()
    services: tuple[str, ...] = (WITHDRAWAL,)


@dataclass(frozen=True, slots=True)
class Violation:
    """A law that did not hold: its number in reliability.md B, when, in which visit (from 0), and the
    facts in one sentence."""

    law: int
    at: Seconds
    visit: int
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run came to. `sometimes` are the branches it went through, `faults` how often each kind
    really struck, `crash_points` the places at which the terminal died (a row kind or an effect,
    with `before:` or `after:`), `endings` how operations ended, `log` the hash of its event log."""

    seed: int
    shape: Shape
    visits: int
    violations: tuple[Violation, ...] = ()
    sometimes: frozenset[str] = frozenset()
    faults: Mapping[str, int] = field(default_factory=dict)
    crash_points: frozenset[str] = frozenset()
    endings: Mapping[str, int] = field(default_factory=dict)
    operations: int = 0
    suspects: int = 0
    restarts: int = 0
    power_cuts: int = 0
    rows: int = 0
    virtual_seconds: Seconds = 0.0
    log: str = ""
