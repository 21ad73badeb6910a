"""Keeps the simulated world on disk, so that it outlives the terminal.

The file is written whole and exchanged at once, each time something physical changed, and always
before the terminal hears of it: whatever moment the terminal is killed at, the next start finds the
notes and the card where they were. The bank keeps its ledger itself.

What the reader merely says is no reason to write: it is asked for its card several times a second, all
night. Only when the file holds a conversation cut short is the end of that written too, so that no old
answer is ever taken for a new one.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from sim.stage.settings import ConfigurationError
from sim.world.world import World
from terminal.ports import Clock, Seconds

OWNER_ONLY = 0o600
"""Who was here is nobody else's business, on whatever machine this runs."""


@dataclass
class KeptClock:
    """A clock that is never behind the instant at which the world was last kept.

    Monotonic time begins again when the machine is switched on; the instants in a world from before
    would then lie far ahead, and a device that was busy for a moment would be busy for days."""

    machine: Clock
    ahead: Seconds = 0.0

    def now(self) -> Seconds:
        """Monotonic seconds."""
        return self.machine.now() + self.ahead

    def utc(self) -> str:
        """Wall time as it is."""
        return self.machine.utc()

    def not_before(self, instant: Seconds) -> None:
        """From now on at least this."""
        self.ahead = max(self.ahead, instant - self.machine.now())


BAD_WORLD = (
    *(ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError),
    *(RecursionError, OverflowError),
)
"""What a file that is no saved world makes of the readers of its parts."""

TALK = ("link", "command", "ends", "answer", "answer_until", "outbox", "half_frame")
"""The part of the reader's state that is conversation, not card. A motion begins and ends with a
change of place, so a command that moves something is always written with it."""


class Keeper:
    """The world's file. `load` once, `save` after every change. `clock` is the world's own, and is
    moved on if the machine's began again."""

    def __init__(self, world: World, path: Path, clock: KeptClock | None = None) -> None:
        self._world = world
        self._clock = clock
        self._path = path
        self._settled = ""
        self._cut_short = True

    def load(self) -> bool:
        """Put the world back as it was; False if there was nothing to read. The next `save` writes it
        anew, because an older file may hold more than is kept today.

        Raises ConfigurationError where the file is not a saved world."""
        if not self._path.exists():
            return False
        try:
            state = json.loads(self._path.read_text(encoding="utf-8"))
            self._world.restore(state["world"])
            kept_at = float(state.get("at", 0.0))
        except BAD_WORLD as error:
            raise ConfigurationError(
                f"{self._path} is not a saved world ({type(error).__name__}). Move it away to begin "
                "with full cassettes and fresh accounts."
            ) from error
        if self._clock is not None:
            self._clock.not_before(kept_at)
        return True

    def save(self) -> None:
        """Write the world if it changed. Raises OSError where it cannot be written."""
        world = self._world.snapshot()
        reader = world["reader"]
        talk = {name: reader.pop(name) for name in TALK}
        settled = json.dumps(world)
        if settled == self._settled and not self._cut_short:
            return
        reader.update(talk)
        at = json.dumps(self._world.clock.now())
        fresh = self._path.with_suffix(".new")
        fresh.touch(mode=OWNER_ONLY)
        fresh.chmod(OWNER_ONLY)
        text = f'{{"at": {at}, "world": {json.dumps(world)}}}'
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, self._path)
        self._settled = settled
        self._cut_short = bool(talk["outbox"] or talk["half_frame"] or talk["link"] != "neutral")
