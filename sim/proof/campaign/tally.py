"""What many runs came to: figures that add up, whichever machine played them and in what order.

A tally is about ranges of seeds. Two tallies merge if they are of the same program and no seed is in
both; the result is the one that a single campaign over all seeds would have given, but for the time
it took. `log` is such a sum too: equal sums mean equal event logs, however the seeds were split.

Read back, a tally is checked field by field, because it may come from another machine or another
version. Playing runs and telling people about them are not its business.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from typing import Final, cast, get_args

from sim.proof.campaign.record import Outcome
from sim.world.world import Shape
from terminal.ports import Seconds

FORMAT: Final = "campaign"
VERSION: Final = 1
"""Of the JSON's shape; another one is refused rather than guessed at."""

VIOLATIONS_MAX: Final = 200
"""Violations kept word for word. A campaign that finds more has one cause many times; the rest is
counted by law."""

LOG_MODULUS: Final = 2**256

Range = tuple[int, int]
"""First and last seed, both included."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class TallyError(Exception):
    """A tally that cannot be read or merged. Says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Found:
    """A law that did not hold, and the run in which. Law 0: the run itself broke off."""

    seed: int
    shape: Shape
    law: int
    at: Seconds
    visit: int
    text: str


@dataclass(frozen=True, slots=True)
class Canary:
    """The deliberate bug that was played along: caught by this law at this seed, or (law 0) not."""

    bug: str
    law: int
    seed: int
    visits: int


@dataclass(slots=True)
class Tally:
    """Figures of all runs in `ranges`. Names map to how often, except `crash_points` and `sometimes`,
    which map to the first seed that came there. `core_seconds` are wall seconds times processes,
    `cpu_seconds` what the processors really worked. `forced` is the shape asked for, if any; `services` what the
    machines offered; `shortest` the
    command that replays the shortest run known to break a law. Virtual
    time is whole milliseconds, so that the sum does not depend on the order."""

    program: str = ""
    forced: Shape | None = None
    services: str = "withdrawal"
    ranges: tuple[Range, ...] = ()
    runs: Counter[str] = field(default_factory=Counter)
    visits: int = 0
    virtual_ms: int = 0
    operations: int = 0
    suspects: int = 0
    restarts: int = 0
    power_cuts: int = 0
    rows: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    crash_points: dict[str, int] = field(default_factory=dict)
    sometimes: dict[str, int] = field(default_factory=dict)
    broken: Counter[str] = field(default_factory=Counter)
    failed_runs: int = 0
    violations: tuple[Found, ...] = ()
    shortest: dict[str, str] = field(default_factory=dict)
    canaries: tuple[Canary, ...] = ()
    log: int = 0
    wall_seconds: Seconds = 0.0
    core_seconds: Seconds = 0.0
    cpu_seconds: Seconds = 0.0
    jobs: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count one run."""
        self.ranges = joined((*self.ranges, (outcome.seed, outcome.seed)))
        self.runs[outcome.shape] += 1
        self.endings.update(outcome.endings)
        self.faults.update(outcome.faults)
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(outcome, name))
        self.virtual_ms += round(outcome.virtual_seconds * 1000)
        for place in outcome.crash_points:
            _first(self.crash_points, place, outcome.seed)
        for name in outcome.sometimes:
            _first(self.sometimes, name, outcome.seed)
        self.log = (self.log + _log_of(outcome)) % LOG_MODULUS
        self._blame(outcome)

    def _blame(self, outcome: Outcome) -> None:
        if not outcome.violations:
            return
        self.failed_runs += 1
        self.broken.update(str(found.law) for found in outcome.violations)
        told = (
            Found(outcome.seed, outcome.shape, each.law, each.at, each.visit, each.text)
            for each in outcome.violations
        )
        self.violations = _kept((*self.violations, *told))


_SUMS: Final = (
    "visits",
    "operations",
    "suspects",
    "restarts",
    "power_cuts",
    "rows",
)
"""Figures of an outcome that a tally adds under the same name."""

_MERGED_SUMS: Final = (
    *_SUMS,
    "virtual_ms",
    "failed_runs",
    "wall_seconds",
    "core_seconds",
    "cpu_seconds",
)


def _first(known: dict[str, int], name: str, seed: int) -> None:
    known[name] = min(seed, known.get(name, seed))


def _log_of(outcome: Outcome) -> int:
    line = f"{outcome.seed} {outcome.shape} {outcome.log}"
    return int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")


def _kept(found: Iterable[Found]) -> tuple[Found, ...]:
    ordered = sorted(found, key=lambda each: (each.seed, each.at, each.law, each.visit, each.text))
    return tuple(ordered[:VIOLATIONS_MAX])


# --- ranges ---------------------------------------------------------------------------------------


def joined(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same seeds in as few ranges as possible, in order. No seed may be in two."""
    whole: list[Range] = []
    for first, last in sorted(ranges):
        assert not whole or first > whole[-1][1], f"seed {first} twice"
        if whole and first == whole[-1][1] + 1:
            whole[-1] = whole[-1][0], last
        else:
            whole.append((first, last))
    return tuple(whole)


def gaps(ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    """The seeds between the first and the last that nobody played."""
    return tuple((one[1] + 1, other[0] - 1) for one, other in pairwise(ranges))


def said(ranges: Iterable[Range]) -> str:
    """Ranges for people: "1 to 500, 601"."""
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in ranges)


def _common(one: Tally, other: Tally) -> Range | None:
    for first, last in one.ranges:
        for begin, end in other.ranges:
            if first <= end and begin <= last:
                return max(first, begin), min(last, end)
    return None


# --- merging --------------------------------------------------------------------------------------


def merge(tallies: Iterable[Tally]) -> Tally:
    """All of them as one. Raises TallyError where a seed is in two of them, or where they are of
    different programs or shapes."""
    whole: Tally | None = None
    for each in tallies:
        whole = each if whole is None else _merged(whole, each)
    if whole is None:
        raise TallyError("There is nothing to merge.")
    return whole


def _merged(one: Tally, other: Tally) -> Tally:
    _check_alike(one, other)
    both = Tally(one.program, one.forced, one.services, joined((*one.ranges, *other.ranges)))
    for name in _MERGED_SUMS:
        setattr(both, name, getattr(one, name) + getattr(other, name))
    for name in ("runs", "endings", "faults", "broken"):
        setattr(both, name, getattr(one, name) + getattr(other, name))
    for name in ("crash_points", "sometimes"):
        known = getattr(both, name)
        for side in (one, other):
            for key, seed in getattr(side, name).items():
                _first(known, key, seed)
    both.shortest = {**other.shortest, **one.shortest}
    both.violations = _kept((*one.violations, *other.violations))
    both.canaries = tuple(sorted({*one.canaries, *other.canaries}, key=lambda c: (c.bug, c.seed)))
    both.log = (one.log + other.log) % LOG_MODULUS
    both.jobs = max(one.jobs, other.jobs)
    return both


def _check_alike(one: Tally, other: Tally) -> None:
    if one.program != other.program:
        raise TallyError(
            f"These are of different programs ({one.program} and {other.program}); "
            "their runs cannot be added."
        )
    if one.forced != other.forced:
        shapes = [each.forced or "both shapes" for each in (one, other)]
        raise TallyError(f"One is of {shapes[0]}, the other of {shapes[1]}.")
    if one.services != other.services:
        raise TallyError(f"One offers {one.services}, the other {other.services}.")
    if (twice := _common(one, other)) is not None:
        raise TallyError(f"These seeds are in more than one of them: {said([twice])}.")


# --- figures --------------------------------------------------------------------------------------


def per_core_second(tally: Tally) -> float:
    """Visits per second and core, by the clock on the wall."""
    return tally.visits / tally.core_seconds if tally.core_seconds else 0.0


def per_cpu_second(tally: Tally) -> float:
    """Visits per second that a processor really worked for them."""
    return tally.visits / tally.cpu_seconds if tally.cpu_seconds else 0.0


def log_hash(tally: Tally) -> str:
    """64 hex digits that are equal only if every event log is."""
    return f"{tally.log:064x}"


# --- JSON -----------------------------------------------------------------------------------------


def to_json(tally: Tally) -> dict[str, Json]:
    """The tally as JSON can hold it; `from_json` reads exactly this."""
    plain: dict[str, Json] = {"format": FORMAT, "version": VERSION}
    for each in fields(tally):
        plain[each.name] = _WRITES.get(each.name, _as_is)(getattr(tally, each.name))
    return plain


def from_json(data: object) -> Tally:
    """A tally read back. Raises TallyError, naming the field, where it is not one."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise TallyError("It is not a campaign's tally.")
    if data.get("version") != VERSION:
        version = data.get("version")
        raise TallyError(f"It has version {version!r}; this program reads version {VERSION}.")
    names = {each.name for each in fields(Tally)}
    _check_names(data.keys() - {"format", "version"}, names)
    tally = Tally()
    for name in sorted(names):
        setattr(tally, name, _read(name, data[name]))
    return tally


def read(path: Path) -> Tally:
    """The tally in a report's JSON file. Raises TallyError, naming the file."""
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except OSError as trouble:
        raise TallyError(f"{path} cannot be read: {trouble.strerror}.") from trouble
    except ValueError as trouble:
        raise TallyError(f"{path} is not JSON.") from trouble
    inner = whole.get("tally") if isinstance(whole, dict) and "tally" in whole else whole
    try:
        return from_json(inner)
    except TallyError as trouble:
        raise TallyError(f"{path}: {trouble}") from trouble


def _check_names(found: Iterable[str], wanted: set[str]) -> None:
    unknown, missing = sorted(set(found) - wanted), sorted(wanted - set(found))
    if unknown:
        raise TallyError(f"It has a field that is not known here: {unknown[0]}.")
    if missing:
        raise TallyError(f"It has no field {missing[0]}.")


def _read(name: str, value: object) -> object:
    try:
        return _READS[name](value)
    except (TypeError, ValueError, KeyError, AssertionError) as trouble:
        raise TallyError(f"The field {name} does not hold what it should.") from trouble


def _as_is(value: object) -> Json:
    return cast(Json, value)


def _sorted_map(value: Mapping[str, int]) -> Json:
    return {name: value[name] for name in sorted(value)}


def _records(value: Iterable[Found | Canary]) -> Json:
    return [{each.name: getattr(one, each.name) for each in fields(one)} for one in value]


_WRITES: Final[Mapping[str, Callable[..., Json]]] = {
    **dict.fromkeys(
        ("runs", "endings", "faults", "broken", "crash_points", "sometimes"), _sorted_map
    ),
    "shortest": lambda lines: dict(sorted(lines.items())),
    "ranges": lambda ranges: [list(each) for each in ranges],
    "violations": _records,
    "canaries": _records,
    "log": lambda log: f"{log:064x}",
}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _seconds(value: object) -> float:
    if type(value) not in (int, float) or not 0 <= cast(float, value) < float("inf"):
        raise TypeError
    return float(cast(float, value))


def _map(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        raise TypeError
    return {_text(name): _whole(count) for name, count in value.items()}


def _lines(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError
    return {_text(law): _text(line) for law, line in value.items()}


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _ranges(value: object) -> tuple[Range, ...]:
    pairs = [tuple(map(_whole, _list(each))) for each in _list(value)]
    if any(len(pair) != 2 or pair[0] > pair[1] for pair in pairs):
        raise ValueError
    return joined(cast(list[Range], pairs))


def _shape(value: object) -> Shape:
    if value not in get_args(Shape):
        raise ValueError
    return cast(Shape, value)


def _found(value: object) -> Found:
    one = _entry(value, Found)
    return Found(
        _whole(one["seed"]),
        _shape(one["shape"]),
        _whole(one["law"]),
        _seconds(one["at"]),
        _whole(one["visit"]),
        _text(one["text"]),
    )


def _canary(value: object) -> Canary:
    one = _entry(value, Canary)
    figures = (_whole(one[name]) for name in ("law", "seed", "visits"))
    return Canary(_text(one["bug"]), *figures)


def _entry(value: object, kind: type[Found] | type[Canary]) -> dict[str, object]:
    if not isinstance(value, dict) or value.keys() != {each.name for each in fields(kind)}:
        raise ValueError
    return value


def _log(value: object) -> int:
    if len(_text(value)) != 64:
        raise ValueError
    return int(_text(value), 16)


_READS: Final[Mapping[str, Callable[[object], object]]] = {
    "program": _text,
    "forced": lambda value: value if value is None else _shape(value),
    "services": _text,
    "ranges": _ranges,
    **dict.fromkeys(("runs", "endings", "faults", "broken"), lambda value: Counter(_map(value))),
    **dict.fromkeys(("crash_points", "sometimes"), _map),
    **dict.fromkeys(
        (
            "visits",
            "virtual_ms",
            "operations",
            "suspects",
            "restarts",
            "power_cuts",
            "rows",
            "failed_runs",
            "jobs",
        ),
        _whole,
    ),
    **dict.fromkeys(("wall_seconds", "core_seconds", "cpu_seconds"), _seconds),
    "shortest": _lines,
    "violations": lambda value: tuple(map(_found, _list(value))),
    "canaries": lambda value: tuple(map(_canary, _list(value))),
    "log": _log,
}
