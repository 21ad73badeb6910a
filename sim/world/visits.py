"""Visits to withdraw, by name, for whoever plays the same one again and again: at every instant of a power cut, on a disk
that loses writes, for figures.

A visit is a customer, the shape of the dispenser, and what is arranged in the world before. What must hold is the
business of whoever plays it; the stories that testers read are files (`stories/`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sim.world.bank import CUSTOMERS
from sim.world.people import Wish
from sim.world.world import Shape, World


def as_it_is(world: World) -> None:
    """Nothing is arranged."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer's wish, a machine's shape, what is arranged before."""

    wish: Wish
    shape: Shape = "path"
    arrange: Callable[[World], None] = as_it_is


def _wish(card: str, **more: object) -> Wish:
    return Wish(card, **{"pins": (CUSTOMERS[card].pin,), **more})  # type: ignore[arg-type]


def _jam_after_three(world: World) -> None:
    world.notes.arm("jam", after=3, error=0x03)


def _jam_at_the_exit(world: World) -> None:
    world.notes.arm("jam", after=2, error=0x05)


def _bank_silent(world: World) -> None:
    world.host.silent_to = frozenset({"Authorize"})


def _lost_reply(world: World) -> None:
    world.notes.arm("response_lost", times=3, command=0x52)


VISITS: Final[Mapping[str, Visit]] = {
    "standard": Visit(_wish("lin")),
    "elder": Visit(_wish("chen", think_seconds=5.0)),
    "wrong-pin": Visit(_wish("lin", pins=("111111", CUSTOMERS["lin"].pin))),
    "card-left": Visit(_wish("lin", takes_card=False)),
    "note-jam": Visit(_wish("lin"), arrange=_jam_after_three),
    "note-jam-doubt": Visit(_wish("zhou"), arrange=_jam_at_the_exit),
    "host-silent": Visit(_wish("lin"), arrange=_bank_silent),
    "offered": Visit(_wish("wang", amount=100)),
    "lost-reply": Visit(_wish("lin"), arrange=_lost_reply),
    "presenter": Visit(_wish("lin"), "presenter"),
    "notes-left": Visit(_wish("chen", takes_notes=False), "presenter"),
}
"""Every visit by its name."""
