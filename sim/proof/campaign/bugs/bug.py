"""What a planted bug is: which attributes are exchanged for which, and what that does."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sim.proof.campaign.plan import ONE
from sim.world.world import Shape

Broken = Callable[..., Any]
"""From the right function to the wrong one; and a wrong one."""


@dataclass(frozen=True, slots=True)
class Swap:
    """One exchange: the attribute of a module or class, and what stands in its place."""

    owner: ModuleType | type
    name: str
    broken: Broken


@dataclass(frozen=True, slots=True)
class Bug:
    """One planted bug: what it does, which kind of law it offends, on which machine it can show."""

    name: str
    group: str
    text: str
    swaps: tuple[Swap, ...]
    shape: Shape | None = None
    services: str = ONE
