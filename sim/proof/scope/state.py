"""One moment of a search, as a value: what the terminal holds, what is on disk, the world, what is on its
way between them, and how many crashes and faults are left.
"""

from typing import NamedTuple

from sim.proof.scope import path
from sim.proof.scope.world import World
from terminal import effects as fx
from terminal import events as ev

OFF = -1
"""The session of a terminal without power."""

COMING, LOOKED, AGAIN = 0, 1, 2
"""How far a path is: on its way; its closed machine has looked at its devices again; switched on again."""


class State(NamedTuple):
    """One moment. `pending` effects are committed and not handed out; `inbox` holds what has arrived,
    by where it comes from; `owed` the outcomes without acknowledgement, and whether to tell them
    again; `driver` what the dispenser's driver remembers; `late` what is still under way. The order of
    the fields matters to `_Search.below`: what is under way stands together, numbers come last."""

    session: int
    journal: int
    world: World
    pending: tuple[fx.Effect, ...] = ()
    inbox: tuple[tuple[str, ev.Event], ...] = ()
    owed: tuple[tuple[fx.Effect, bool], ...] = ()
    driver: tuple[str, ...] = path.FRESH
    late: tuple[fx.Effect | ev.Event, ...] = ()
    crashes: int = 0
    faults: int = 0
    stage: int = COMING


Move = tuple[str, State]
"""What can happen next: the choice in words, empty where there was none, and the moment after it."""
