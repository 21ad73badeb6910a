"""Visits to figures: shares and means with how sure they are, the gates of C6, and the comparison of the
two profiles. Pure; nothing here plays anything."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, median, pvariance
from typing import Final

from sim.proof.personas.sources import NAMES, PersonaName
from sim.proof.personas.visit import MODES, Mode, Result, Why

SURE: Final = 1.96
"""Standard errors on each side of a 95 % interval."""

JUDGED_FROM: Final = 200
"""With fewer visits of each kind a comparison of profiles is shown and not judged."""

COMPARED: Final[tuple[PersonaName, ...]] = ("hesitant-70", "tremor-60", "low-vision-55")
"""Whom the elder profile is for."""

BEFORE_AMOUNT: Final = 0.95
"""C6: the share of hesitant-70 who must have the elder profile before the amount."""

OFFERS_MAX: Final = 2


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def clear(self) -> int:
        """1 if it is surely above zero, -1 if surely below, 0 if neither."""
        return 1 if self.low > 0 else -1 if self.high < 0 else 0


@dataclass(frozen=True, slots=True)
class Line:
    """One persona in one mode. Counts are means per visit."""

    persona: PersonaName
    mode: Mode
    visits: int
    completed: Interval
    seconds_median: float
    seconds_p90: float
    wrong: float
    missed: float
    ignored: float
    dialogs: float
    ended: float
    offers: float
    offers_most: int
    rightly: float | None
    first_right_seconds: float | None
    chose_larger: float
    asked_help: float
    gave_up: float


@dataclass(frozen=True, slots=True)
class Versus:
    """What the elder profile changes for one persona: completed share, wrong presses and presses beside
    every target, each elder less standard."""

    persona: PersonaName
    visits: int
    completed: Interval
    wrong: Interval
    missed: Interval
    both: Interval


@dataclass(frozen=True, slots=True)
class Cause:
    """One kind of wrong press on one screen: how it came, what was meant and what was chosen, without the
    figure of an amount or the number of a digit; how often."""

    why: Why
    meant: str
    chose: str
    times: int


@dataclass(frozen=True, slots=True)
class Place:
    """A screen, by the key of its text, in one mode of one persona: presses there that chose something,
    and the wrong ones of them by their causes, the most frequent first. Of all its visits, not a visit."""

    persona: PersonaName
    mode: Mode
    screen: str
    presses: int
    causes: tuple[Cause, ...]

    @property
    def wrong(self) -> int:
        """Wrong presses on this screen."""
        return sum(cause.times for cause in self.causes)


@dataclass(frozen=True, slots=True)
class Gate:
    """One promise: whether it held, over how many occasions. `judged` is false where there were too few
    visits to tell; `open` where enough visits showed neither it nor its opposite."""

    name: str
    held: bool
    found: str
    judged: bool = True
    open: bool = False


Results = Mapping[tuple[PersonaName, Mode], Sequence[Result]]


def by_kind(results: Sequence[Result]) -> Results:
    """The visits of each persona in each mode."""
    found: dict[tuple[PersonaName, Mode], list[Result]] = {}
    for result in results:
        found.setdefault((result.persona, result.mode), []).append(result)
    return found


def lines(results: Results) -> Iterator[Line]:
    """A line for each persona and mode that was played."""
    for persona in NAMES:
        for mode in MODES:
            if (persona, mode) in results:
                yield _line(persona, mode, results[persona, mode])


def _line(persona: PersonaName, mode: Mode, visits: Sequence[Result]) -> Line:
    seconds = sorted(each.seconds for each in visits)
    natural = mode == "natural"
    right = [e.first_right_seconds for e in visits if e.first_right_seconds is not None]
    rightly = [e.rightly for e in visits if e.rightly is not None]
    return Line(
        persona,
        mode,
        len(visits),
        share(sum(each.completed for each in visits), len(visits)),
        median(seconds),
        seconds[min(len(seconds) - 1, int(0.9 * len(seconds)))],
        mean(each.wrong for each in visits),
        mean(each.missed for each in visits),
        mean(each.ignored for each in visits),
        mean(each.dialogs for each in visits),
        mean(each.ended for each in visits),
        mean(each.offers for each in visits),
        max(each.offers for each in visits),
        mean(rightly) if natural and rightly else None,
        median(right) if natural and right else None,
        mean(each.chose_larger for each in visits),
        mean(each.asked_help for each in visits),
        mean(each.stopped for each in visits),
    )


def places(results: Results) -> Iterator[Place]:
    """Every screen on which something was chosen, those with most wrong presses first."""
    for persona in NAMES:
        for mode in MODES:
            yield from _places(persona, mode, results.get((persona, mode), ()))


def _places(persona: PersonaName, mode: Mode, visits: Sequence[Result]) -> Iterator[Place]:
    pressed: Counter[str] = Counter()
    wrong: Counter[tuple[str, Why, str, str]] = Counter()
    for visit in visits:
        pressed.update(visit.pressed)
        wrong.update((w.screen, w.why, _kind(w.meant), _kind(w.chose)) for w in visit.wrongs)
    found = []
    for screen, presses in pressed.items():
        here = [(key[1:], times) for key, times in wrong.items() if key[0] == screen]
        here.sort(key=lambda entry: (-entry[1], entry[0]))
        causes = tuple(Cause(*key, times) for key, times in here)
        found.append(Place(persona, mode, screen, presses, causes))
    yield from sorted(found, key=lambda place: (-place.wrong, -place.presses, place.screen))


def _kind(word: str) -> str:
    """A button's word without its figure: "amount" of "amount:500"."""
    return word.partition(":")[0]


def share(count: int, of: int) -> Interval:
    """A share with Wilson's interval, which is honest near 0 and 1."""
    part, bend = count / of, SURE**2 / of
    middle = (part + bend / 2) / (1 + bend)
    half = SURE * sqrt(part * (1 - part) / of + bend / of / 4) / (1 + bend)
    return Interval(part, max(0.0, middle - half), min(1.0, middle + half))


def difference_of_shares(one: Interval, other: Interval) -> Interval:
    """`one` less `other`, by Newcombe's interval from the two of Wilson."""
    gap = one.value - other.value
    down = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    up = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Interval(gap, gap - down, gap + up)


def difference_of_means(one: Sequence[int], other: Sequence[int]) -> Interval:
    """`one` less `other`, means per visit, with the normal interval."""
    gap = mean(one) - mean(other)
    error = sqrt(pvariance(one) / len(one) + pvariance(other) / len(other))
    return Interval(gap, gap - SURE * error, gap + SURE * error)


def versus(results: Results) -> Iterator[Versus]:
    """The elder profile against the standard one, for each persona that met both."""
    for persona in NAMES:
        elder, plain = results.get((persona, "elder")), results.get((persona, "standard"))
        if elder and plain:
            done = [share(sum(e.completed for e in part), len(part)) for part in (elder, plain)]
            yield Versus(
                persona,
                min(len(elder), len(plain)),
                difference_of_shares(done[0], done[1]),
                difference_of_means([e.wrong for e in elder], [e.wrong for e in plain]),
                difference_of_means([e.missed for e in elder], [e.missed for e in plain]),
                difference_of_means(
                    [e.wrong + e.missed for e in elder], [e.wrong + e.missed for e in plain]
                ),
            )


# --- gates ------------------------------------------------------------------------------------------


def gates(results: Results) -> list[Gate]:
    """The gates of C6, then the comparison."""
    every = [result for part in results.values() for result in part]
    natural = [result for result in every if result.mode == "natural"]
    return [*_detection(natural, results), *_comparison(results)]


def _detection(natural: Sequence[Result], results: Results) -> Iterator[Gate]:
    chosen, disobeyed = sum(e.explicit for e in natural), sum(e.disobeyed for e in natural)
    yield Gate(
        "an explicit choice is obeyed, always",
        disobeyed == 0,
        f"{chosen - disobeyed} of {chosen} presses on the switch",
        judged=chosen > 0,
    )
    young = sum(e.applied_young for e in natural)
    yield Gate(
        "nothing is applied by itself under a verified 50",
        young == 0,
        f"{young} times",
        judged=bool(natural),
    )
    most = max((e.offers for e in natural), default=0)
    yield Gate(
        f"at most {OFFERS_MAX} offers in a visit",
        most <= OFFERS_MAX,
        f"at most {most}",
        judged=bool(natural),
    )
    hesitant = [e for e in results.get(("hesitant-70", "natural"), ()) if e.before_amount]
    reached = sum(e.before_amount != "standard" for e in hesitant)
    yield Gate(
        "hesitant-70 has the elder profile before the amount",
        bool(hesitant) and reached >= BEFORE_AMOUNT * len(hesitant),
        f"{reached} of {len(hesitant)} who came so far",
        judged=bool(hesitant),
    )
    fluent = results.get(("fluent-70", "natural"), ())
    probed, left = sum(e.leaving_probed for e in fluent), sum(e.left_with_one for e in fluent)
    yield Gate(
        "fluent-70 can leave it with one press, on every screen",
        left == probed,
        f"{left} of {probed} screens",
        judged=probed > 0,
    )


def _comparison(results: Results) -> Iterator[Gate]:
    for one in versus(results):
        if one.persona not in COMPARED:
            continue
        enough = one.visits >= JUDGED_FROM
        yield Gate(
            f"elder beats standard for {one.persona}: completed",
            one.completed.clear > 0,
            signed(one.completed, 100, " points") + _ceiling(results[one.persona, "standard"]),
            enough,
            one.completed.clear == 0,
        )
        yield Gate(
            f"elder beats standard for {one.persona}: presses wrong or beside every target",
            one.both.clear < 0,
            signed(one.both, 1, " a visit"),
            enough,
            one.both.clear == 0,
        )


def _ceiling(plain: Sequence[Result]) -> str:
    """Why nothing can be gained, where that is so: no profile completes more than all visits."""
    done = sum(result.completed for result in plain)
    left = f"; all {done:,} completed in the standard one, which leaves nothing to gain"
    return left if done == len(plain) else ""


def signed(interval: Interval, factor: float, unit: str) -> str:
    """An interval in words: "+4.0 (1.2 to 6.9) points"."""
    places = 1 if factor > 1 else 3
    value, low, high = (factor * n for n in (interval.value, interval.low, interval.high))
    return f"{value:+.{places}f} ({low:+.{places}f} to {high:+.{places}f}){unit}"
