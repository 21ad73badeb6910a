"""A running terminal without a display, whose design lies in a folder that the test may edit."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pygame
import pytest

from screens.theme import Panel
from screens.window import Window
from sim.design.copied import copied
from sim.design.foot import Foot
from sim.design.live import Live
from sim.design.rehearse import Rehearsal
from sim.design.reload import LOOKS_PER_SECOND, Reload
from sim.stage.bench import Bench
from sim.stage.design import Sources
from sim.stage.keeper import Keeper
from sim.stage.kiosk import Kiosk, demo_cards, faces_of
from sim.stage.supervisor import Pulse
from sim.stage.voices import recorded
from sim.world.bank import CUSTOMERS
from terminal.session import ChoosingAmount, EnteringPin, Session

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

PANEL = Panel(19.0, 1280, 1024)


@dataclass
class Desk:
    """A kiosk on a bench's clock, and a hand that saves files."""

    sources: Sources
    kiosk: Kiosk
    live: Live
    now: float = 0.0
    saved: int = field(default=0)

    @property
    def session(self) -> Session:
        """What the terminal holds true."""
        return self.kiosk.terminal.session

    def edit(self, name: str, old: str, new: str) -> str:
        """Save a file of the design with one thing changed; what it said before."""
        path = self.sources.folder / name
        before = path.read_text("utf-8")
        assert old in before, f"{name} has no {old!r}"
        self.save(name, before.replace(old, new, 1))
        return before

    def save(self, name: str, text: str) -> None:
        """Save a file as it shall be."""
        path = self.sources.folder / name
        path.write_text(text, "utf-8")
        self.saved += 1
        moment = 1_000_000_000 * (2_000_000_000 + self.saved)
        os.utime(path, ns=(moment, moment))

    def look(self, times: int = 2) -> bytes:
        """Let the files be looked at; the picture afterwards. Time passes for nobody else."""
        for _ in range(times):
            self.now += 1.0 / LOOKS_PER_SECOND
            if design := self.live.poll(self.now, self.session):
                self.kiosk.adopt(design)
            self.kiosk.show(self.session, self.now)
        return self.picture()

    def picture(self) -> bytes:
        """The glass, as bytes."""
        glass = self.kiosk.window.surface.subsurface(tuple(self.kiosk.window.glass))
        return pygame.image.tobytes(glass, "RGB")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A visit that has come to the choice of an amount."""
    sources = copied(tmp_path / "design")
    reload = Reload(sources, Rehearsal(PANEL))
    live = Live(reload, Foot("live"))
    bench = Bench(design=live.design, speech=recorded).boot().ready().waits(1.0)
    bench.does("insert:chen").run(lambda session: isinstance(session.phase, EnteringPin)).waits(2.0)
    bench.does(*(f"key:{digit}" for digit in CUSTOMERS["chen"].pin), "key:enter")
    bench.run(lambda session: isinstance(session.phase, ChoosingAmount))
    window = Window(faces_of(live.design), PANEL, (1280, 1024), beside=live.beside)
    keeper = Keeper(bench.world, tmp_path / "world.json")
    kiosk = Kiosk(
        *(bench.terminal, bench.world, keeper, bench.voice, bench.glass, window),
        front=True,
        pulse=Pulse(None),
        cards=demo_cards(),
        live=live,
    )
    made = Desk(sources, kiosk, live, bench.clock.now())
    made.look()
    yield made
    window.close()
