"""What is looked at: every screen in every look, language and panel, as a picture with its boxes.

A unit is one look in one language on one panel, with all screens: what must be the same on every screen
is judged inside a unit. The design (profiles, catalogues, theme) is handed in, so that a test can hand
in a faulty one; `Stage.fault` may change a layout after it was made, and `Stage.brush` be a painter that
errs, for faults that no data can hold.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import hypot
from typing import Final, NamedTuple

import pygame

from screens.layout import Layout, laid_out, layout
from screens.paint import Fonts, Painter
from screens.scene import Scene, scene
from screens.theme import Panel, Theme, design_from, theme
from sim.proof.audit.glyphs import Extents
from sim.stage.samples import SAMPLES, in_language, shown_as
from sim.stage.settings import Design
from terminal.messages import VOICED, Catalogue
from terminal.profile import NO_WISHES, Language, Profile, ProfileName, Wishes, presented
from terminal.session import Session
from terminal.values import replace

MM_PER_INCH: Final = 25.4

PAGES_MAX: Final = 20
"""A screen of more pages is a mistake of the layout."""


TIGHTEST: Final = ("15.0in-1024x768", "21.5in-1080x1920")
"""The panel with the least room and the upright one."""


@dataclass(frozen=True, slots=True)
class Look:
    """A profile with the customer's wishes over it. Where nobody names panels, it is seen on all; one with
    `panels` of its own on those, and in the languages that are finished: as a draft it may not fit yet."""

    name: str
    profile: ProfileName
    wishes: Wishes = NO_WISHES
    panels: tuple[str, ...] = ()


LOOKS: Final[Mapping[str, Look]] = {
    look.name: look
    for look in (
        Look("standard", "standard"),
        Look("standard-200", "standard", Wishes(size_percent=200)),
        Look("standard-seated", "standard", Wishes(seated=True)),
        Look("elder", "elder"),
        Look("elder-seated", "elder", Wishes(seated=True)),
        Look("low-vision-yellow", "low_vision"),
        Look("low-vision-white", "low_vision", Wishes(contrast="white_on_black")),
        Look("standard-yellow", "standard", Wishes(contrast="yellow_on_black"), TIGHTEST),
        Look("standard-strong", "standard", Wishes(contrast="strong"), TIGHTEST),
        Look("standard-200-seated", "standard", Wishes(size_percent=200, seated=True), TIGHTEST),
        Look("elder-200", "elder", Wishes(size_percent=200), TIGHTEST),
        Look("low-vision-seated", "low_vision", Wishes(seated=True), TIGHTEST),
    )
}
"""Every look by name."""


@dataclass(frozen=True, slots=True)
class Glass:
    """A panel as the audit knows it."""

    name: str
    diagonal_inch: float
    width_px: int
    height_px: int

    @property
    def px_per_mm(self) -> float:
        """From the diagonal (accessibility.md A)."""
        return hypot(self.width_px, self.height_px) / self.diagonal_inch / MM_PER_INCH


PANELS: Final[Mapping[str, Glass]] = {
    glass.name: glass
    for glass in (
        Glass("15.0in-1024x768", 15.0, 1024, 768),
        Glass("15.6in-1366x768", 15.6, 1366, 768),
        Glass("15.6in-1920x1080", 15.6, 1920, 1080),
        Glass("19in-1280x1024", 19.0, 1280, 1024),
        Glass("21.5in-1080x1920", 21.5, 1080, 1920),
    )
}
"""Every panel by name."""


class Unit(NamedTuple):
    """One look in one language on one panel, and the screens to be seen in it."""

    look: str
    language: Language
    panel: str
    screens: tuple[str, ...]


def units(
    looks: Iterable[str],
    languages: Iterable[Language],
    panels: Iterable[str],
    screens: Iterable[str] = tuple(SAMPLES),
) -> list[Unit]:
    """The product of all, screens together; with all panels, each look on its own of them."""
    chosen, named = tuple(screens), tuple(panels)
    every = named == tuple(PANELS)
    return [
        Unit(look, language, panel, tuple(one for one in chosen if in_language(one, language)))
        for look, language, panel in product(looks, languages, named)
        if not every or _is_seen(LOOKS[look], language, panel)
    ]


def _is_seen(look: Look, language: Language, panel: str) -> bool:
    return not look.panels or (panel in look.panels and language in VOICED)


def unfaulted(laid: Layout) -> Layout:
    """The layout as it is."""
    return laid


@dataclass(frozen=True)
class Stage:
    """All that a picture is made of. `fault`, `brush` and other `samples` are for tests of the audit."""

    design: Design
    fault: Callable[[Layout], Layout] = field(default=unfaulted)
    brush: Callable[[Fonts], Painter] = field(default=Painter)
    samples: Mapping[str, Session] = field(default_factory=lambda: SAMPLES)

    @cached_property
    def painter(self) -> Painter:
        """One for everything, with its fonts."""
        return self.brush(Fonts())

    @cached_property
    def extents(self) -> Extents:
        """What is known of characters, for all units."""
        return {}

    def profile(self, look: Look) -> Profile:
        """The profile with the wishes in it."""
        return presented(self.design.profiles, look.profile, look.wishes)

    def theme(self, look: Look, glass: Glass) -> Theme:
        """Sizes and colours of a look on a panel."""
        panel = Panel(glass.diagonal_inch, glass.width_px, glass.height_px)
        return theme(self.profile(look), panel, design_from(self.design.theme))


@dataclass(frozen=True, slots=True)
class Shot:
    """One page of a screen: what it is a picture of, and where everything stands."""

    session: Session
    scene: Scene
    laid: Layout

    @property
    def page(self) -> int:
        """Which page, from 0."""
        return self.laid.page

    @property
    def pages(self) -> int:
        """How many there are."""
        return self.laid.pages


class Studio:
    """Lays out and paints the screens of one unit on one surface."""

    def __init__(self, stage: Stage, unit: Unit) -> None:
        self.stage = stage
        self.look = LOOKS[unit.look]
        self.language = unit.language
        self.glass = PANELS[unit.panel]
        self.profile = stage.profile(self.look)
        self.theme = stage.theme(self.look, self.glass)
        self.catalogue: Catalogue = stage.design.catalogues[unit.language]
        self.painter = stage.painter
        size = (self.glass.width_px, self.glass.height_px)
        self.surface = pygame.Surface(size, depth=32)
        self._last: tuple[Session, Scene] | None = None

    def session(self, screen: str) -> Session:
        """The sample in this look and language."""
        session = shown_as(self.stage.samples[screen], self.look.profile, self.language)
        return replace(session, look=replace(session.look, wishes=self.look.wishes))

    def shots(self, screen: str) -> Iterator[Shot]:
        """Every page of a screen."""
        yield from self.pages(self.session(screen))

    def pages(self, session: Session) -> Iterator[Shot]:
        """Every page of a session."""
        first = self.shot(replace(session, page=0) if session.page else session)
        yield first
        if first.scene.focus is not None:
            return  # it is on the page that holds what the keys stand on
        for page in range(1, min(first.pages, PAGES_MAX)):
            yield self.shot(replace(session, page=page))

    def shot(self, session: Session) -> Shot:
        """What a session looks like, not yet painted. The session knows what the glass tells of it, and
        where the keys stand is counted with that."""
        shot = self._shown(session)
        if shot.session.focus and shot.pages > 1:
            return self._shown(shot.session)
        return shot

    def _shown(self, session: Session) -> Shot:
        shown = self.scene(session)
        measure = self.painter.fonts.measure
        laid = layout(shown, self.theme, self.glass.width_px, self.glass.height_px, measure)
        laid = self.stage.fault(laid)
        return Shot(replace(session, page=laid.page, laid=laid_out(laid)), shown, laid)

    def scene(self, session: Session) -> Scene:
        """What a session looks like in words and values; the last one is kept."""
        if self._last is None or self._last[0] is not session:
            self._last = session, scene(session, self.catalogue, self.profile, 0.0)
        return self._last[1]

    def paint(self, shot: Shot) -> pygame.Surface:
        """The picture. The surface is used again for the next one."""
        self.painter.paint(self.surface, shot.laid, self.theme)
        return self.surface
