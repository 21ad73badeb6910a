"""Keeps the simulated world on disk, so that it outlives the terminal.

The file is written whole and exchanged at once, each time something physical or a ledger changed, and
always before the terminal hears of it: whatever moment the terminal is killed at, the next start finds
the notes, the card and the ledger where they were.
"""

import json
import os
from pathlib import Path

from sim.stage.settings import ConfigurationError
from sim.world.world import World


class Keeper:
    """The world's file. `load` once, `save` after every change."""

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self._path = path
        self._written = ""

    def load(self) -> bool:
        """Put the world back as it was; False if there was nothing to read.

        Raises ConfigurationError where the file is not a saved world."""
        if not self._path.exists():
            return False
        text = self._path.read_text(encoding="utf-8")
        try:
            state = json.loads(text)
            self._world.restore(state["world"])
            self._world.bank.restore(state["bank"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigurationError(
                f"{self._path} is not a saved world ({type(error).__name__}). Move it away to begin "
                "with full cassettes and fresh accounts."
            ) from error
        self._written = text
        return True

    def save(self) -> None:
        """Write the world if it changed. Raises OSError where it cannot be written."""
        text = json.dumps({"world": self._world.snapshot(), "bank": self._world.bank.snapshot()})
        if text == self._written:
            return
        fresh = self._path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, self._path)
        self._written = text
