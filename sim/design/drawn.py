"""Every screen of a gallery drawn, by several processes, and nothing drawn that is known.

What a picture shows is decided by its scene, its theme and its glass (`screens.scene`: two equal scenes look
the same), and by the program that draws. So what was drawn is kept in a file by those four, and a build
after a change of one text draws only the screens that have it. The file may be deleted at any time; it is
never believed where a picture that it names is not there.
"""

import gc
import hashlib
import json
import multiprocessing
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

import pygame

from sim.design.pictures import SMALL, WHOLE, Seen, Store, seen_of
from sim.design.sheet import Sheet, Stood, stood
from sim.proof.audit.matrix import Shot, Stage, Studio, Unit
from sim.proof.campaign.workers import spread
from sim.stage.samples import SAMPLES
from sim.stage.settings import read_design

CHUNK_SCREENS: Final = 96
"""Screens drawn at once: some seconds at most, so that no process is left with a long last one."""

KNOWN: Final = "drawn.json"
"""What was drawn before, in the gallery's folder."""

KEY_BYTES: Final = 16

PROGRAM: Final = (
    *("screens", "terminal", "sim/design/sheet.py", "sim/design/pictures.py"),
    "sim/proof/audit/matrix.py",
)
"""What decides how a scene is drawn; catalogues, theme and profiles are in scene and theme already."""

ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One screen in one look, language and panel: its title and what each page shows."""

    screen: str
    title: str
    pages: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Some screens of a unit, drawn. `known` is what the next build need not draw again, `fresh` how many
    pictures were drawn now."""

    unit: Unit
    screens: tuple[Drawn, ...]
    known: Mapping[str, tuple[str, ...]]
    fresh: int


@dataclass(frozen=True, slots=True)
class Order:
    """What every process is told: where pictures lie, of which panel they are stored whole, the program that
    draws, and how old the file of what was drawn before is."""

    folder: Path
    whole_on: str
    program: str
    known_at: int


def draw(
    units: Sequence[Unit], folder: Path, whole_on: str, jobs: int, stage: Stage | None = None
) -> Generator[Part, None, None]:
    """All screens of all units, those that take longest first. A `stage` of one's own is drawn in this
    process. Raises WorkerDied."""
    order = Order(folder, whole_on, program(), _age(folder))
    task = partial(_part, order, stage)
    yield from spread(task, in_chunks(units), 1 if stage else jobs)


def in_chunks(units: Iterable[Unit]) -> list[Unit]:
    """The units in pieces, those with the largest letters first. States of one phase are in one piece, because
    much of one stands as in another and is arranged and painted once."""
    pieces = [
        unit._replace(screens=screens[at : at + CHUNK_SCREENS])
        for unit in units
        for screens in (tuple(sorted(unit.screens, key=_phase)),)
        for at in range(0, len(screens), CHUNK_SCREENS)
    ]
    return sorted(pieces, key=lambda unit: "low-vision" not in unit.look)


def _phase(screen: str) -> str:
    """The phase that a sample is in."""
    return type(SAMPLES[screen].phase).__qualname__


def program() -> str:
    """A name for the program that draws: another one as soon as any of its files is another."""
    files = sorted(
        path
        for name in PROGRAM
        for path in ((ROOT / name).rglob("*") if (ROOT / name).is_dir() else (ROOT / name,))
        if path.suffix in (".py", ".otf", ".ttf")
    )
    said = hashlib.blake2b(pygame.version.ver.encode(), digest_size=KEY_BYTES)
    for path in files:
        said.update(path.relative_to(ROOT).as_posix().encode())
        said.update(path.read_bytes())
    return said.hexdigest()


@lru_cache(maxsize=1)
def _stage() -> Stage:
    """Read once in each process. One that only draws has no circles to look for: that costs a tenth of the time."""
    if multiprocessing.parent_process() is not None:
        gc.disable()
    return Stage(read_design())


def _age(folder: Path) -> int:
    path = folder / KNOWN
    return path.stat().st_mtime_ns if path.exists() else 0


@lru_cache(maxsize=1)
def _known(folder: Path, _at: int) -> Mapping[str, tuple[str, ...]]:
    """Read once in each process and build."""
    return known_in(folder)


def known_in(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """What a build before has drawn, by key; nothing where there was none."""
    try:
        return {
            key: tuple(names) for key, names in json.loads((folder / KNOWN).read_text()).items()
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def keep_known(folder: Path, known: Mapping[str, tuple[str, ...]]) -> None:
    """For the next build."""
    (folder / KNOWN).write_text(json.dumps(dict(sorted(known.items())), separators=(",", ":")))


def _part(order: Order, stage: Stage | None, unit: Unit) -> Part:
    """A piece of a unit."""
    return _Drawing(order, Studio(stage or _stage(), unit), unit).part()


class _Drawing:
    """One piece of a unit under way."""

    def __init__(self, order: Order, studio: Studio, unit: Unit) -> None:
        self.studio, self.unit = studio, unit
        self.store = Store(order.folder)
        self.sheet = Sheet(studio.surface)
        self.whole = unit.panel == order.whole_on
        self.before = _known(order.folder, order.known_at)
        self.known: dict[str, tuple[str, ...]] = {}
        self.painted: dict[Stood, Seen] = {}
        self.fresh = 0
        given = (order.program, repr(studio.theme), repr(sorted(studio.theme.colours.items())))
        self.around = "\n".join(given).encode()

    def part(self) -> Part:
        """All of it."""
        screens = tuple(map(self._drawn, self.unit.screens))
        return Part(self.unit, screens, self.known, self.fresh)

    def _drawn(self, screen: str) -> Drawn:
        studio = self.studio
        session = studio.session(screen)
        shown = studio.scene(session)
        said = hashlib.blake2b(self.around, digest_size=KEY_BYTES)
        said.update(repr(shown).encode())
        key = said.hexdigest()
        names = self.known.get(key) or self.before.get(key, ())
        pages = tuple(map(seen_of, names))
        if not (pages and all(map(self._there, pages))):
            pages = tuple(map(self._kept, studio.pages(session)))
            self.fresh += len(pages)
        self.known[key] = tuple(page.name for page in pages)
        return Drawn(screen, shown.title, pages)

    def _kept(self, shot: Shot) -> Seen:
        """A page painted and stored, once for all states of the piece in which the same stands in the same
        places: of a layout the painter looks at nothing else."""
        key = stood(shot.laid)
        if key not in self.painted:
            self.sheet.paint(self.studio.painter, shot.laid, self.studio.theme, key)
            self.painted[key] = self.store.keep(self.sheet, self.whole)
        return self.painted[key]

    def _there(self, seen: Seen) -> bool:
        has = self.store.has
        return has(SMALL, seen.small) and (not self.whole or has(WHOLE, seen.name))
