"""What can become of one order to something outside.

A `Way` is one of the things that can happen, and what it costs of the fault budget: the world after,
the events that come back, and what is still under way. `over_a_wire` adds to the ways a device works
those in which the wire fails: an order lost, late, or late as a second copy; an answer lost or late.
Late things arrive whenever the search lets them, after a restart too; an order that arrives at once a
second time is a late copy that does not wait.

Not its business: what a device does with an order.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sim.proof.scope.world import World
from terminal.effects import Effect
from terminal.events import Event


class Way(NamedTuple):
    """One thing that can happen. An empty label is the ordinary course; `late` are orders and answers
    still under way; `driver` is what a driver remembers afterwards, None if as before; `again`
    that an outcome must be told to the bank once more."""

    label: str
    cost: int
    world: World
    events: tuple[Event, ...] = ()
    late: tuple[Effect | Event, ...] = ()
    driver: tuple[str, ...] | None = None
    again: bool = False


Works = Callable[[World, Effect], Iterable[Way]]


def over_a_wire(world: World, effect: Effect, works: Works, *, late: bool) -> Iterator[Way]:
    """The ways of `works`, and those in which the wire is at fault; `late` orders only where there is
    something on the way that can keep them back."""
    name = type(effect).__name__
    yield Way(f"{name} is lost", 1, world, again=True)
    if late:
        yield Way(f"{name} is late", 1, world, late=(effect,), again=True)
    for way in works(world, effect):
        yield way
        if late and not way.label:
            yield way._replace(label=f"a second {name} is under way", cost=1, late=(effect,))
        if way.events:
            after = f"{way.label}, and " if way.label else ""
            cost = way.cost + 1
            yield way._replace(
                label=f"{after}the answer to {name} is lost", cost=cost, events=(), again=True
            )
            if late:
                label = f"{after}the answer to {name} is late"
                yield way._replace(label=label, cost=cost, events=(), late=way.events, again=True)
