"""Branches that matter, each of which a campaign must have gone through at least once.

A campaign that finds nothing wrong has shown little if it never took the late approval or the crash in
recovery. Each assertion listens to a kind of row, a move or a step, and says whether this was it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sim.proof.campaign.scene import Kept, Scene, Thing

Holds = Callable[[Scene, Thing], bool]


@dataclass(frozen=True, slots=True)
class Sometimes:
    """One branch: its name, in words, what it listens to, and whether that was it."""

    name: str
    text: str
    hears: tuple[str, ...]
    holds: Holds


def _row(**wanted: object) -> Holds:
    """A row whose body has these values."""

    def holds(scene: Scene, thing: Thing) -> bool:
        assert isinstance(thing, Kept)
        return all(thing.body[name] == value for name, value in wanted.items())

    return holds


def _always(scene: Scene, thing: Thing) -> bool:
    return True


SOMETIMES: tuple[Sometimes, ...] = (
    Sometimes(
        "late_reply", "an answer of the bank came after we had given up", ("LATE_REPLY",), _always
    ),
    Sometimes(
        "disputed",
        "a customer said that notes were missing",
        ("SUSPECT",),
        _row(basis="customer_disputes"),
    ),
)
"""Every branch."""

HEARD: dict[str, list[tuple[str, Holds]]] = {}
for _one in SOMETIMES:
    for _name in _one.hears:
        HEARD.setdefault(_name, []).append((_one.name, _one.holds))
