"""One terminal with its journal on a simulated disk, and everything that can end it.

A site outlives the terminal's process and the power: world, disk and promises stay. The fuse counts
one kind of crash point and cuts the power when it has been passed so often; a disk that goes down
takes with it what the platter does not have.
"""

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from sim.proof.disk.lossy import Call, LossyDisk, PowerCutError
from sim.proof.disk.platter import Losses
from sim.proof.disk.witness import Promises, WitnessedStore
from sim.stage.bench import KEY, Bench
from sim.world.world import Shape
from terminal import effects as fx
from terminal.ports import Port, Seconds
from terminal.recovery import recover

Place = Literal["commit", "effect", "write", "sync"]
"""Kinds of crash points: around every append, after every effect handed out, after every write to the
disk, and around every sync."""

SETTLING_TURNS_MAX = 60
SETTLING_SECONDS = 2.0
"""The bank answers within seconds; two minutes without an empty outbox is a fault."""


@dataclass(slots=True)
class Fuse:
    """Cuts the power when points of `place` have been passed `left` times; 0 never does. Counts all
    points `seen`, and those seen `before_money`: before the bank was asked for any."""

    place: Place = "commit"
    left: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    before_money: Counter[str] = field(default_factory=Counter)

    def lit(self, place: Place, points: int) -> None:
        """Cut at the `points`-th point from now."""
        self.place, self.left = place, points

    def out(self) -> None:
        """Cut no more."""
        self.left = 0

    def passes(self, place: Place) -> None:
        """One crash point. Raises PowerCutError if it is the one."""
        self.seen[place] += 1
        if place != self.place or not self.left:
            return
        self.left -= 1
        if not self.left:
            raise PowerCutError


@dataclass(slots=True)
class FusedPort:
    """A port with a crash point after every effect it takes."""

    port: Port
    fuse: Fuse

    def submit(self, effect: fx.Effect, now: Seconds) -> None:
        """Hand it on; then perhaps no more."""
        if isinstance(effect, fx.Authorize) and not self.fuse.before_money:
            self.fuse.before_money = self.fuse.seen.copy()
        self.port.submit(effect, now)
        self.fuse.passes("effect")


@dataclass
class Site:
    """`store` is the journal's class: the shipping one with its witness, or a canary."""

    shape: Shape = "path"
    seed: int = 0
    store: type[WitnessedStore] = WitnessedStore
    fold_pages: int = 0
    ballast_bytes: int = 0
    folder: Path | None = None
    fuse: Fuse = field(default_factory=Fuse)
    promises: Promises = field(default_factory=Promises)

    def __post_init__(self) -> None:
        self.disk = LossyDisk(self.folder)
        self.disk.on_call = self._on_call
        self._open: WitnessedStore | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.disk.dies()
        self._bury()
        self.disk.__exit__(kind, error, trace)

    def _on_call(self, call: Call) -> None:
        self.fuse.passes(call)

    def bench(self) -> Bench:
        """A terminal with a new world, off; its record is opened or made on the disk."""
        return Bench(self.shape, self.seed, open_record=self.open_record)

    def open_record(self, boot: str) -> WitnessedStore:
        """The journal as the disk has it, compared with all that was ever acknowledged."""
        store = self.store(
            self.disk,
            KEY,
            boot,
            self.promises,
            passes=lambda: self.fuse.passes("commit"),
            fold_pages=self.fold_pages,
            ballast_bytes=self.ballast_bytes,
        )
        self._open = store
        self.promises.check(store.rows())
        return store

    def starts(self, bench: Bench) -> None:
        """Switch the terminal on and put the fuse into it."""
        bench.boot()
        ports: dict[int, FusedPort] = {}
        bench.terminal.routes = {
            kind: ports.setdefault(id(port), FusedPort(port, self.fuse))  # type: ignore[misc]
            for kind, port in bench.terminal.routes.items()
        }

    def loses_power(self, bench: Bench | None, rng: random.Random) -> Losses:
        """The power goes for the terminal and its disk. Devices and people are another matter."""
        losses = self.disk.cut(rng)
        self._gone(bench)
        return losses

    def is_killed(self, bench: Bench) -> None:
        """The terminal's process is gone; what it wrote is in the system's cache."""
        self.disk.dies()
        self._gone(bench)

    def _gone(self, bench: Bench | None) -> None:
        if bench is not None and hasattr(bench, "terminal"):
            bench.power_cut()
        self._bury()
        self.disk.back_on()

    def _bury(self) -> None:
        """Let go of the dead program's handles; nothing it still tries reaches the disk."""
        if self._open is not None:
            with suppress(PowerCutError):
                self._open.close()
        self._open = None


def settle(bench: Bench) -> None:
    """At rest, and the bank has been told everything."""
    bench.ready()
    for _ in range(SETTLING_TURNS_MAX):
        left = recover(bench.store.rows())
        if left.outbox == () and left.order is None:
            break
        bench.waits(SETTLING_SECONDS)
    bench.ready()


def rows_of(bench: Bench) -> Sequence[str]:
    """The kinds of all rows, oldest first."""
    return [row.kind for row in bench.store.rows()]
