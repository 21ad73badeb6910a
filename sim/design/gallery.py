"""`python main.py gallery`: every screen, state, profile, language and panel as one page with its pictures.

A build draws what is not known yet (`drawn`), compares all of it with what was accepted (`accepted`), and
writes the page (`gallery_page`) and the map of the ways between screens (`flow_map`). A build of everything
drops pictures that nothing names any more. Twice in a row it writes the same bytes: nothing in it tells the
time, and everything stands in the order of the tables it is made from.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, TextIO

from sim.design import accepted, drawn
from sim.design.accepted import Compared, Place, place
from sim.design.drawn import Part
from sim.design.flow_map import flow_map
from sim.design.flow_svg import Shown as OnMap
from sim.design.flow_svg import drawing
from sim.design.gallery_page import Album, page
from sim.design.pictures import SMALL, WHOLE, Store, png, seen_of
from sim.design.walk import Screen, walk
from sim.proof.audit.matrix import LOOKS, PANELS, Stage, Studio, Unit
from sim.proof.audit.run import Choice, chosen
from sim.stage.progress import Progress
from sim.stage.samples import SAMPLES
from sim.stage.settings import ConfigurationError, Settings, read_design
from terminal.profile import NO_WISHES

WELL: Final = 0

PAGE: Final = "index.html"
MAP: Final = "flow_map.svg"
DEMANDED: Final = "demanded"
"""Whole pictures that somebody asked for by name; the next build drops them, because they may be old."""

DEMANDED_MAX: Final = 2_000
"""Pictures drawn whole at once: some four minutes; whoever wants more has left something out of the name."""

PROFILES: Final = tuple(look.name for look in LOOKS.values() if look.wishes == NO_WISHES)
"""The looks without a customer's wishes over them: one for each profile."""

EXAMPLE: Final = "review/elder/zh/21.5in-1080x1920"


def run(given: argparse.Namespace, to: TextIO | None = None) -> int:
    """Build a gallery, or draw some of its pictures whole. Raises ConfigurationError, WorkerDied."""
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    to = to or sys.stdout
    if given.whole:
        for path in drawn_whole(given.out, given.whole):
            print(path, file=to)
        return WELL
    for line in build(given.out, wanted(given), given.jobs, accepting=given.accept):
        print(line, file=to)
    return WELL


def wanted(given: argparse.Namespace) -> Choice:
    """What the words of the command line choose: the three profiles if nothing is said of looks."""
    choice = chosen(
        given.profile or (), given.language or (), given.panel or (), given.screen or ()
    )
    if given.profile:
        return choice
    return Choice(PROFILES, choice.languages, choice.panels, choice.screens)


def everything(choice: Choice) -> bool:
    """Whether nothing of an ordinary gallery is left out."""
    return set(PROFILES) <= set(choice.looks) and choice == Choice(choice.looks)


def usual_panel() -> str:
    """The panel of a machine of which nothing else is said: its pictures are kept whole."""
    size = Settings().panel
    return next(
        name
        for name, glass in PANELS.items()
        if (glass.width_px, glass.height_px) == (size.width_px, size.height_px)
    )


@dataclass
class Built:
    """What a build has brought together: titles and pages by unit, what is known for the next one."""

    known: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pages: dict[tuple[str, str, str], dict[str, tuple[str, ...]]] = field(default_factory=dict)
    titles: dict[str, dict[str, str]] = field(default_factory=dict)
    pictures: int = 0
    fresh: int = 0

    def take(self, part: Part) -> None:
        """One more part."""
        unit = part.unit
        held = self.pages.setdefault((unit.look, unit.language, unit.panel), {})
        titles = self.titles.setdefault(unit.language, {})
        for one in part.screens:
            held[one.screen] = tuple(seen.name for seen in one.pages)
            titles[one.screen] = one.title
            self.pictures += len(one.pages)
        self.known.update(part.known)
        self.fresh += part.fresh

    def shown(self, choice: Choice) -> dict[Place, tuple[str, ...]]:
        """Every place with its pictures, in the order of the tables."""
        return {
            place(screen, look, language, panel): self.pages[look, language, panel][screen]
            for look, language, panel, screens in choice.units
            for screen in screens
        }


def build(
    folder: Path,
    choice: Choice,
    jobs: int,
    *,
    accepting: bool = False,
    stage: Stage | None = None,
    samples: Sequence[str] = tuple(SAMPLES),
) -> Iterator[str]:
    """Draw what is chosen and write the page into a folder; gives the lines that tell of it."""
    folder.mkdir(parents=True, exist_ok=True)
    usual, built = usual_panel(), Built()
    pieces = drawn.in_chunks(choice.units)
    with Progress(sys.stderr, len(pieces)) as progress:
        for done, part in enumerate(drawn.draw(choice.units, folder, usual, jobs, stage), start=1):
            built.take(part)
            progress.step(done, f"{built.pictures:,} pictures")
    drawn.keep_known(folder, {**_still_known(folder, choice), **built.known})
    shown = built.shown(choice)
    if accepting:
        accepted.accept(folder, shown, samples)
    before = accepted.read(folder)
    compared = accepted.compared(shown, before, samples)
    svg = mapped(choice, built.titles, shown, usual) if choice.screens == tuple(SAMPLES) else ""
    album = Album(choice, built.titles, shown, compared, before is not None, usual, svg)
    (folder / PAGE).write_text(page(album), encoding="utf-8")
    if svg:
        (folder / MAP).write_text(svg, encoding="utf-8")
    if everything(choice):
        _tidy(Store(folder), shown, before, usual)
    yield from summary(built, shown, compared, before is not None)
    yield f"Open it in a browser: {folder / PAGE}"


def mapped(
    choice: Choice,
    titles: Mapping[str, Mapping[str, str]],
    shown: accepted.Shown,
    usual: str,
) -> str:
    """The map of all screens, with the pictures of the first look and language on the usual panel."""
    language = "en" if "en" in choice.languages else choice.languages[0]
    panel = usual if usual in choice.panels else choice.panels[0]
    nodes = flow_map(walk(), read_design().catalogues[language])
    told: dict[Screen, OnMap] = {}
    for node in nodes:
        where = place(node.sample, choice.looks[0], choice.languages[0], panel)
        names = shown.get(where, ())
        picture = Store(Path()).path(SMALL, seen_of(names[0]).small).as_posix() if names else ""
        title = titles.get(language, {}).get(node.sample, "")
        told[node.screen] = OnMap(title, picture, where if names else "")
    return drawing(nodes, told)


def _still_known(folder: Path, choice: Choice) -> Mapping[str, tuple[str, ...]]:
    """What a build of a part keeps of what was known before; a build of all knows better."""
    return {} if everything(choice) else drawn.known_in(folder)


def _tidy(store: Store, shown: accepted.Shown, before: accepted.Shown | None, usual: str) -> None:
    """Drop what nothing names, and whole pictures of other panels."""
    names = set(accepted.named(shown, before))
    whole = {
        name
        for each in (shown, before or {})
        for where, names_of in each.items()
        if where.endswith(f"/{usual}")
        for name in names_of
    }
    store.keep_only(SMALL, {seen_of(name).small for name in names})
    store.keep_only(WHOLE, whole)
    for old in (store.folder / DEMANDED).glob("*.png"):
        old.unlink()


def summary(
    built: Built, shown: accepted.Shown, compared: Compared, was_accepted: bool
) -> Iterator[str]:
    """What there is now, in a few lines."""
    names = Counter(name for pages in shown.values() for name in pages)
    small = {seen_of(name).small for name in names}
    yield (
        f"{len(shown):,} screens in their looks, languages and panels, {built.pictures:,} pictures; "
        f"{len(names):,} differ and {len(small):,} differ when small; {built.fresh:,} were drawn anew."
    )
    if not was_accepted:
        yield "Nothing was accepted yet: --accept keeps this as what it should be."
        return
    yield (
        f"Against what was accepted: {len(compared.changed):,} changed, {len(compared.fresh):,} new, "
        f"{len(compared.gone):,} gone."
    )
    for where in tuple(compared.changed)[:SAID_MAX]:
        yield f"  changed: {where}"


SAID_MAX: Final = 8
"""Changed places named on stdout; the page has all of them."""


# --- whole pictures on demand -------------------------------------------------------------------


def drawn_whole(
    folder: Path, patterns: Sequence[str], stage: Stage | None = None
) -> Iterator[Path]:
    """Draw the places that match whole, where the page finds them. `*` stands for anything.

    Raises ConfigurationError where nothing matches or too much does."""
    units = Choice(tuple(LOOKS)).units
    found = [
        (unit, screen)
        for unit in units
        for screen in unit.screens
        if any(fnmatchcase(place(screen, *unit[:3]), pattern) for pattern in patterns)
    ]
    if not found:
        raise ConfigurationError(
            f"No screen is called {' or '.join(patterns)}. A name is screen/look/language/panel, such as {EXAMPLE}, and * stands for anything."
        )
    if len(found) > DEMANDED_MAX:
        raise ConfigurationError(
            f"{len(found):,} screens match; at most {DEMANDED_MAX:,} are drawn whole at once."
        )
    stage = stage or Stage(read_design())
    for unit, screen in found:
        yield from _whole(folder / DEMANDED, Studio(stage, unit), unit, screen)


def _whole(folder: Path, studio: Studio, unit: Unit, screen: str) -> Iterator[Path]:
    """Every page of one place."""
    folder.mkdir(parents=True, exist_ok=True)
    for shot in studio.shots(screen):
        path = folder / demanded(place(screen, *unit[:3]), shot.page)
        path.write_bytes(png(studio.paint(shot)))
        yield path


def demanded(where: Place, number: int) -> str:
    """The name of a whole picture that was asked for; the page makes the same one."""
    return f"{where.replace('/', '.')}.{number + 1}.png"
