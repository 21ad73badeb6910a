"""What was measured, what of it does not hold, and what of it is worst.

A reading is one value and the bound it is held against. Readings by the million are not kept: a tally
counts them, keeps the worst of each requirement for each look, language and panel, and all that break
their bound. Tallies add up, so that it does not matter who measured what.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from screens.layout import Rect

BROKEN_MAX = 200
"""Broken bounds kept for one requirement, look, language and panel; all are counted."""

EVERYWHERE = Rect(0, 0, 0, 0)
"""The place of what has none on a glass."""


class Reading(NamedTuple):
    """A value and its bound: `least` means that the value must be at least `bound`."""

    requirement: str
    value: float
    bound: float
    least: bool
    rect: Rect = EVERYWHERE
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is within its bound. A hair is allowed: thirds of a millimetre are not binary."""
        if self.least:
            return self.value >= self.bound - 1e-9
        return self.value <= self.bound + 1e-9

    @property
    def margin(self) -> float:
        """How far it is from its bound, as a share of it: below zero it is broken."""
        room = self.value - self.bound if self.least else self.bound - self.value
        return room / (abs(self.bound) or 1.0)


def at_least(
    requirement: str, value: float, bound: float, rect: Rect = EVERYWHERE, note: str = ""
) -> Reading:
    """A value that must reach its bound."""
    return Reading(requirement, value, bound, True, rect, note)


def at_most(
    requirement: str, value: float, bound: float, rect: Rect = EVERYWHERE, note: str = ""
) -> Reading:
    """A value that must not pass its bound."""
    return Reading(requirement, value, bound, False, rect, note)


class Where(NamedTuple):
    """Which picture: a screen's name, its look, language, panel and page. Empty where it is about data."""

    screen: str
    look: str = ""
    language: str = ""
    panel: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Sight:
    """A reading and where it was taken; `screens` are all that share it."""

    where: Where
    reading: Reading
    screens: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it is within its bound."""
        return self.reading.holds

    def as_table(self) -> dict[str, object]:
        """For JSON."""
        where, reading = self.where, self.reading
        return {
            "requirement": reading.requirement,
            "screen": where.screen,
            "look": where.look,
            "language": where.language,
            "panel": where.panel,
            "page": where.page,
            "rect": list(reading.rect),
            "value": round(reading.value, 4),
            "required": reading.bound,
            "sense": "at least" if reading.least else "at most",
            "note": reading.note,
            "screens": list(self.screens or (where.screen,)),
        }


Scope = tuple[str, str, str, str]
"""Requirement, look, language, panel."""


@dataclass(slots=True)
class Tally:
    """What many pictures came to."""

    screens: set[str] = field(default_factory=set)
    pictures: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    worst: dict[Scope, Sight] = field(default_factory=dict)
    findings: dict[tuple[Scope, Reading], tuple[Where, set[str]]] = field(default_factory=dict)
    kept: Counter[Scope] = field(default_factory=Counter)

    @property
    def measurements(self) -> int:
        """How many values there were."""
        return self.counts.total()

    def add(self, where: Where, readings: Iterable[Reading]) -> None:
        """Readings of one picture, or of data."""
        for reading in readings:
            requirement = reading.requirement
            scope = (requirement, where.look, where.language, where.panel)
            self.counts[requirement] += 1
            best = self.worst.get(scope)
            if best is None or reading.margin < best.reading.margin:
                self.worst[scope] = Sight(where, reading)
            if not reading.holds:
                self._broken(scope, where, reading)

    def _broken(self, scope: Scope, where: Where, reading: Reading) -> None:
        self.broken[scope[0]] += 1
        key = (scope, reading)
        if key in self.findings:
            self.findings[key][1].add(where.screen)
        elif self.kept[scope] < BROKEN_MAX:
            self.kept[scope] += 1
            self.findings[key] = (where, {where.screen})

    def merge(self, other: "Tally") -> None:
        """What somebody else measured."""
        self.screens |= other.screens
        self.pictures += other.pictures
        self.counts.update(other.counts)
        self.broken.update(other.broken)
        for scope, sight in other.worst.items():
            best = self.worst.get(scope)
            if best is None or sight.reading.margin < best.reading.margin:
                self.worst[scope] = sight
        for key, (where, screens) in other.findings.items():
            known = self.findings.setdefault(key, (where, set()))
            known[1].update(screens)

    def found(self) -> list[Sight]:
        """All that does not hold, the worst first."""
        sights = [
            Sight(where, reading, tuple(sorted(screens)))
            for (_, reading), (where, screens) in self.findings.items()
        ]
        return sorted(sights, key=lambda sight: (sight.reading.margin, sight.where))

    def worst_of(self, requirement: str) -> list[Sight]:
        """The worst of each look, language and panel, the worst of all first."""
        sights = [sight for scope, sight in self.worst.items() if scope[0] == requirement]
        return sorted(sights, key=lambda sight: (sight.reading.margin, sight.where))

    def extreme(self, *requirements: str) -> Sight | None:
        """The worst reading of some requirements, or None where nothing was measured."""
        return min(self._of(requirements), key=lambda sight: sight.reading.margin, default=None)

    def smallest(self, *requirements: str) -> Sight | None:
        """The smallest value of some requirements, whatever its bound."""
        return min(self._of(requirements), key=lambda sight: sight.reading.value, default=None)

    def _of(self, requirements: tuple[str, ...]) -> Iterator[Sight]:
        return (sight for scope, sight in self.worst.items() if scope[0] in requirements)


Verdict = Literal["holds", "broken", "not measured"]


def verdict(tally: Tally, requirement: str) -> Verdict:
    """What became of one requirement."""
    if not tally.counts[requirement]:
        return "not measured"
    return "broken" if tally.broken[requirement] else "holds"
