"""The audit as a whole: what is chosen, spread over processes, added up, and what is shown of it."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import pygame

from screens.layout import Rect
from screens.picture import save_png
from sim.proof.audit.findings import EVERYWHERE, Sight, Tally, Where
from sim.proof.audit.matrix import LOOKS, PANELS, Stage, Unit, units
from sim.proof.audit.pixels import within
from sim.proof.audit.requirements import REQUIREMENTS
from sim.proof.audit.unit import measure, surface_of
from sim.proof.audit.words import same_keys, times, words
from sim.proof.campaign.workers import spread
from sim.stage.samples import SAMPLES
from sim.stage.settings import ConfigurationError, Design, keys_of_all, nearest, read_design
from terminal.messages import VOICED
from terminal.profile import LANGUAGES, Language

PICTURES: Final = "pictures"

SHOWN_EACH: Final = 4
"""Pictures of the worst values of one requirement, each of another screen."""

SHOWN_FINDINGS: Final = 40
"""Pictures of findings, of all requirements together."""

CROP_AROUND_PX: Final = 48
CROP_LEAST_PX: Final = (260, 90)
WHOLE_WIDTH_PX: Final = 480
MARK: Final = (216, 27, 140)
"""The frame around the place a value is about, a colour that no palette has."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked at."""

    looks: tuple[str, ...] = tuple(LOOKS)
    languages: tuple[Language, ...] = LANGUAGES
    panels: tuple[str, ...] = tuple(PANELS)
    screens: tuple[str, ...] = tuple(SAMPLES)

    @property
    def units(self) -> list[Unit]:
        """All of it in pieces for processes."""
        return units(self.looks, self.languages, self.panels, self.screens)

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Choice()


def chosen(
    profiles: Sequence[str],
    languages: Sequence[str],
    panels: Sequence[str],
    screens: Sequence[str],
) -> Choice:
    """What the words of a command line mean; nothing said is all. A look is named by its name or by its
    profile. Raises ConfigurationError for a word that names nothing."""
    by_profile = {
        name: tuple(look.name for look in LOOKS.values() if name in (look.name, look.profile))
        for name in {*LOOKS, *(look.profile for look in LOOKS.values())}
    }
    named = [name for word in profiles for name in by_profile[_known("profile", word, by_profile)]]
    return Choice(
        tuple(dict.fromkeys(named)) or tuple(LOOKS),
        tuple(one for one in LANGUAGES if one in _all_known("language", languages, LANGUAGES)),
        tuple(one for one in PANELS if one in _all_known("panel", panels, PANELS)),
        tuple(one for one in SAMPLES if one in _all_known("screen", screens, SAMPLES)),
    )


def _all_known(what: str, words: Sequence[str], known: Iterable[str]) -> frozenset[str]:
    names = frozenset(known)
    return frozenset(_known(what, word, names) for word in words) or names


def _known(what: str, word: str, known: Iterable[str]) -> str:
    names = frozenset(known)
    if word in names:
        return word
    raise ConfigurationError(f"There is no {what} {word}. {nearest(word, names)}")


# --- measuring ----------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _stage() -> Stage:
    """Read once in each process."""
    return Stage(read_design())


def _measured(unit: Unit) -> Tally:
    return measure(_stage(), unit)


def pictures_of(choice: Choice, jobs: int) -> Generator[Tally, None, None]:
    """The tally of each unit, in their order. Raises WorkerDied."""
    yield from spread(_measured, choice.units, jobs)


def data_of(design: Design, choice: Choice) -> Tally:
    """Texts and times, which need no picture."""
    tally = Tally()
    tally.add(Where(""), times(design.profiles))
    every, finished = keys_of_all(), design.catalogues[LANGUAGES[0]].entries
    for language in choice.languages:
        catalogue = design.catalogues[language]
        where = Where("", language=language)
        tally.add(where, words(catalogue))
        tally.add(where, same_keys(catalogue, finished if language in VOICED else every))
    return tally


# --- what is shown ------------------------------------------------------------------------------


def worth_showing(tally: Tally) -> list[Sight]:
    """The places whose pictures are kept: the worst of each requirement and the worst findings."""
    shown: dict[tuple[Where, Rect], Sight] = {}
    found = [sight for sight in tally.found() if sight.where.panel][:SHOWN_FINDINGS]
    for requirement in REQUIREMENTS:
        screens: set[str] = set()
        for sight in tally.worst_of(requirement):
            if sight.where.panel and sight.where.screen not in screens:
                screens.add(sight.where.screen)
                found.append(sight)
            if len(screens) == SHOWN_EACH:
                break
    for sight in found:
        shown.setdefault((sight.where, sight.reading.rect), sight)
    return list(shown.values())


def save_pictures(
    sights: Sequence[Sight], folder: Path, stage: Stage | None = None
) -> dict[tuple[Where, Rect], str]:
    """Their pictures as files in a folder; each file's name by place."""
    stage = stage or _stage()
    names: dict[tuple[Where, Rect], str] = {}
    for number, sight in enumerate(sights):
        where, rect = sight.where, sight.reading.rect
        unit = Unit(where.look, _language(where.language), where.panel, (where.screen,))
        name = f"{number:03}-{where.screen}-{where.look}-{where.language}.png"
        save_png(crop(surface_of(stage, unit, where), rect), folder / name)
        names[where, rect] = name
    return names


def _language(name: str) -> Language:
    return next(language for language in LANGUAGES if language == name)


def crop(surface: pygame.Surface, rect: Rect) -> pygame.Surface:
    """The place with a mark around it; the whole screen, smaller, where there is no place."""
    glass = Rect(0, 0, *surface.get_size())
    inside = within(rect, glass)
    if rect == EVERYWHERE or not (inside.w and inside.h):
        tall = glass.h * WHOLE_WIDTH_PX // glass.w
        return pygame.transform.smoothscale(surface, (WHOLE_WIDTH_PX, tall))
    wide, tall = (
        max(0, least - side) // 2 for least, side in zip(CROP_LEAST_PX, inside[2:], strict=True)
    )
    around = within(inside.inset(-CROP_AROUND_PX - wide, -CROP_AROUND_PX - tall), glass)
    part = surface.subsurface(around).copy()
    mark = inside.inset(-3, -3)
    place = pygame.Rect(mark.x - around.x, mark.y - around.y, mark.w, mark.h)
    pygame.draw.rect(part, MARK, place, 2)
    return part
