"""A whole terminal on a told clock with a panel's hub beside it, as the kiosk has it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sim.panel.hub import Hub
from sim.panel.link import Peer, Server, connected
from sim.stage.bench import Bench
from sim.stage.settings import Settings
from sim.stage.voices import recorded
from terminal.flows.services import NAMES
from tests.stories.material import design

TURN_SECONDS = 0.1
"""Coarser than a kiosk's loop, and fine enough for hands."""


@dataclass
class AheadClock:
    """The bench's clock, which can be put forward as the kiosk's can."""

    ahead: float = 0.0


@dataclass
class Beside:
    """The bench, the hub, and a panel's end of the line."""

    services: tuple[str, ...] = NAMES
    shape: str = "path"
    settings: Settings = field(default_factory=Settings)
    said: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bench = Bench(
            self.shape,  # type: ignore[arg-type]
            settings=self.settings,
            design=design(),
            services=self.services,
            speech=recorded,
        )
        self.server = Server(0)
        self.hub = Hub(self.server, alone=True)
        self.bench.trace = self.hub.wire.heard
        self.hub.line(self.bench.world)
        self.bench.bank.follow(self.bench.clock)
        self.bench.boot()
        self.clock = AheadClock()
        kiosk: Any = self.bench
        parts: Any = SimpleNamespace(
            settings=self.settings, design=design(), clock=self.clock, pad=self.bench.pad
        )
        self.hub.begins(kiosk, parts)
        peer = connected(self.server.port)
        assert peer is not None
        self.panel: Peer = peer
        self.bench.ready()
        self.passes(4.0)

    def passes(self, seconds: float) -> None:
        """Time passes, and the hub has its turns."""
        for _ in range(round(seconds / TURN_SECONDS)):
            self.hub.turn(self.bench.clock.now() + self.clock.ahead)
            self.bench.waits(TURN_SECONDS)

    def does(self, *lines: str, after: float = 6.0) -> None:
        """Lines from the panel, each with time after it."""
        for line in lines:
            self.says({"do": line}, after)

    def says(self, message: dict[str, Any], after: float = 1.0) -> None:
        """Something from the panel."""
        self.panel.send(message)
        self.passes(after)
        self.said += self.panel.received()  # type: ignore[arg-type]

    def told(self, kind: str) -> Sequence[Any]:
        """What the panel was told of this kind."""
        return [one[kind] for one in self.said if kind in one]

    def story(self) -> str:
        """What was saved last."""
        self.says({"save": "saved.toml"})
        assert self.told("story"), self.told("said")
        return str(self.told("story")[-1])

    def close(self) -> None:
        """Put away."""
        self.panel.close()
        self.server.close()
        self.bench.store.close()
