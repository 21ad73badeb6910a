"""All screens of one look, language and panel: each picture, and what must agree between them.

Between screens: the bar and the switches stand still (COG-03); the states of one place differ when both
are grey (VIS-11); the answers stay while something comes over them (TCH-10); the place of the keys is seen against the same screen without it (TCH-17); and the
pages of a screen together hold every word of it (VIS-17). What must stand on them beside the words is
`stands`' business.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pygame

from screens.layout import Layout, Rect
from screens.scene import Scene
from sim.proof.audit import requirements as asked
from sim.proof.audit.boxes import BoxSeen, Judge
from sim.proof.audit.contrast import changed
from sim.proof.audit.findings import Reading, Tally, Where, at_least, at_most
from sim.proof.audit.glyphs import Glyphs
from sim.proof.audit.matrix import Shot, Stage, Studio, Unit
from sim.proof.audit.picture import Look, place_of, stands_still, states
from sim.proof.audit.pixels import Canvas, Pixels, canvas
from sim.proof.audit.stands import comes_over, letters, on_page, over_pages, stays
from terminal.session import Session
from terminal.values import replace


@dataclass(slots=True)
class Between:
    """What is remembered of one picture for the others; a place that has another size on another screen
    is compared with its like."""

    places: list[tuple[Where, str, Rect]] = field(default_factory=list)
    states: dict[str, dict[str, tuple[Where, Rect, Pixels]]] = field(default_factory=dict)

    def remember(self, where: Where, picture: Canvas, boxes: Iterable[BoxSeen]) -> None:
        """Where what stands still is, and how each state of a place looks."""
        for seen in boxes:
            if stands_still(seen.box):
                self.places.append((where, place_of(seen.box), seen.rect))
            named = states(seen)
            if named is not None:
                place, state = f"{named[0]} {seen.box.rect.w} x {seen.box.rect.h}", named[1]
                known = self.states.setdefault(place, {})
                known.setdefault(state, (where, seen.box.rect, picture.cut(seen.box.rect)))

    def readings(self) -> Iterator[tuple[Where, Reading]]:
        """What all of them come to."""
        usual = _usual(self.places)
        for where, name, rect in self.places:
            off = max(abs(a - b) for a, b in zip(rect, usual[name], strict=True))
            yield where, at_most("COG-03", off, 0, rect, name)
        for place, known in self.states.items():
            for one, other in combinations(sorted(known), 2):
                where, rect, first = known[one]
                second = known[other][2]
                share = _share_changed(first, second, rect)
                note = f"{place}: {one} and {other}"
                yield where, at_least("VIS-11", share, asked.STATE_SHARE_MIN, rect, note)


def _usual(places: list[tuple[Where, str, Rect]]) -> dict[str, Rect]:
    counts: dict[str, Counter[Rect]] = {}
    for _, name, rect in places:
        counts.setdefault(name, Counter())[rect] += 1
    return {name: found.most_common(1)[0][0] for name, found in counts.items()}


def _share_changed(first: Pixels, second: Pixels, rect: Rect) -> float:
    """Pixels that change by 3:1 in grey, per pixel of the outline."""
    pixels = int(np.count_nonzero(changed(first, second, asked.MEANING_CONTRAST_MIN)))
    return pixels / (2 * (rect.w + rect.h))


def measure(stage: Stage, unit: Unit) -> Tally:
    """All screens of a unit, measured."""
    return Measuring(stage, unit).tally()


class Measuring:
    """One unit under way."""

    def __init__(self, stage: Stage, unit: Unit) -> None:
        self.unit = unit
        self.studio = Studio(stage, unit)
        profile = self.studio.profile
        demand = asked.DEMANDS[profile.name]
        judge = Judge(
            Glyphs(self.studio.painter, stage.extents), demand, self.studio.glass.px_per_mm
        )
        self.look = Look(judge, profile)
        self.between = Between()

    def tally(self) -> Tally:
        """Every page of every screen."""
        tally = Tally()
        for screen in self.unit.screens:
            tally.screens.add(screen)
            shots = []
            for shot in self.studio.shots(screen):
                where = self.where(screen, shot.page)
                tally.add(where, self._picture(where, shot))
                tally.add(where, on_page(shot))
                tally.pictures += 1
                shots.append(shot)
            if len(shots) == shots[0].pages:
                tally.add(self.where(screen, 0), [whole(shots), *over_pages(shots)])
                self._calm(tally, screen, shots)
        for where, reading in self.between.readings():
            tally.add(where, [reading])
        return tally

    def _calm(self, tally: Tally, screen: str, shots: list[Shot]) -> None:
        """A screen that something lies over, against the same with less or nothing over it."""
        if not comes_over(shots[0].scene):
            return
        for session in calmer(self.studio.session(screen)):
            calm = list(self.studio.pages(session))
            tally.add(self.where(screen, 0), [whole(calm)])
            for page, one in enumerate(calm):
                shot = shots[page] if page < len(shots) else replace(one, laid=NOTHING)
                tally.add(self.where(screen, page), stays(shot, one))

    def where(self, screen: str, page: int) -> Where:
        """A page of a screen of this unit."""
        return Where(screen, self.unit.look, self.unit.language, self.unit.panel, page)

    def _picture(self, where: Where, shot: Shot) -> Iterator[Reading]:
        surface = self.studio.paint(shot)
        with canvas(surface) as picture:
            seen = self.look.judged(picture, shot)
            self.between.remember(where, picture, seen.boxes)
            glass = picture.cut(picture.glass) if shot.scene.focus else None
        yield from seen.readings
        if glass is not None:
            yield from self._focus(shot, glass)

    def _focus(self, shot: Shot, glass: Pixels) -> Iterator[Reading]:
        """The screen with the place of the keys against the same without it."""
        stood_on = next((b for b in shot.laid.boxes if b.event == shot.scene.focus), None)
        if stood_on is None:
            return
        plain = self.studio.shot(replace(shot.session, focus=0))
        with canvas(self.studio.paint(plain)) as picture:
            before = picture.cut(picture.glass)
        share = _share_changed(before, glass, stood_on.rect)
        yield at_least("TCH-17", share, asked.FOCUS_SHARE_MIN, stood_on.rect, stood_on.name)


# --- every word ---------------------------------------------------------------------------------


def whole(shots: list[Shot]) -> Reading:
    """Whether the pages of a screen hold all of it, and each fits its glass."""
    scene = shots[0].scene
    pages = [letters(line.text for box in s.laid.boxes for line in box.lines) for s in shots]
    running = letters(
        line.text for s in shots for box in s.laid.boxes if box.role == "text" for line in box.lines
    )
    missing = [
        part
        for part in parts(scene)
        if letters([part]) not in running and not any(letters([part]) in page for page in pages)
    ]
    unfit = [f"page {s.page} does not fit" for s in shots if not s.laid.fits]
    broken = [*missing, *unfit]
    return at_most("VIS-17 fits", len(broken), 0, note="; ".join(broken))


NOTHING = Layout(0, 0, "", (), True)
"""A page that is not there."""


def calmer(session: Session) -> Iterator[Session]:
    """The same without its reminder, without what is said of the look, and without both."""
    quiet = replace(session, wait=replace(session.wait, reminded=0))
    plain = replace(session.look, said="", offer="")
    found = (quiet, replace(session, look=plain), replace(quiet, look=plain))
    yield from (one for n, one in enumerate(found) if one not in (session, *found[:n]))


def parts(scene: Scene) -> Iterator[str]:
    """All that must be read on a screen and is no target. A banner that asks nothing gives way to a
    reminder. While something lies over what can be pressed, other words may wait for it to go; they are
    looked for on the same screen without it."""
    if not comes_over(scene):
        yield scene.title
        yield from scene.paragraphs
        yield scene.reference
    yield scene.watermark
    yield from (word for row in scene.rows for word in row.words)
    yield from (meter.text for meter in scene.meters)
    yield scene.reminder
    if scene.banner and (scene.banner.answers or not scene.reminder):
        yield scene.banner.text


def surface_of(stage: Stage, unit: Unit, where: Where) -> pygame.Surface:
    """The picture of one page again, to be shown."""
    studio = Studio(stage, unit)
    session = replace(studio.session(where.screen), page=where.page)
    return studio.paint(studio.shot(session))
