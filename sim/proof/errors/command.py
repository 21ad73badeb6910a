"""`python main.py coverage-errors`: every documented error, and what the customer then reads and hears.

Plays every scenario in both profiles and both languages and says, for each documented error, how the
money stood at the end and the words that told of it. The exit code is 1 if a documented error has no
scenario, was not met on the wire, has no words, or something else did not hold; the list says which.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from sim.proof.errors.documented import COUNTS, DOCUMENTED, Documented
from sim.proof.errors.page import page
from sim.proof.errors.played import EVERY, PROFILES, SPOKEN, Played, Sight, play
from sim.proof.errors.scenario import Scenario
from sim.proof.errors.scenarios import SCENARIOS
from sim.stage.progress import Progress
from sim.stage.settings import Design, read_design
from terminal.profile import Language, ProfileName

WELL, MISSING = 0, 1

PAGE = "errors.html"

Look = tuple[ProfileName, Language]


def run(out: Path | None, to: TextIO | None = None) -> int:
    """Play everything and print it; with `out` also as a page there. The exit code."""
    to = to or sys.stdout
    results = play_all(SCENARIOS, read_design(), progress=sys.stderr)
    for line in table(results):
        print(line, file=to)
    missing = faults(results, DOCUMENTED)
    for line in summary(results, missing):
        print(line, file=to)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / PAGE).write_text(page(results, missing), encoding="utf-8")
        print(f"The same for people: {out / PAGE}", file=to)
    return MISSING if missing else WELL


def play_all(
    scenarios: Sequence[Scenario],
    design: Design,
    looks: Iterable[Look] = EVERY,
    progress: TextIO | None = None,
) -> list[Played]:
    """Every scenario in every look, in the order of the scenarios."""
    looks = tuple(looks)
    results = []
    with Progress(progress, len(scenarios)) as shown:
        for done, scenario in enumerate(scenarios):
            shown.step(done, f"{done} of {len(scenarios)} scenarios, {scenario.error}")
            results += [play(scenario, *look, design) for look in looks]
        shown.step(len(scenarios), f"{len(scenarios)} scenarios")
    return results


def faults(results: Sequence[Played], documented: Sequence[Documented]) -> list[str]:
    """What is missing or does not hold, a sentence each."""
    return [*_of_the_tables(results, documented), *_of_the_plays(results)]


def _of_the_tables(results: Sequence[Played], documented: Sequence[Documented]) -> Iterator[str]:
    for device, count in COUNTS.items():
        found = sum(each.device == device for each in documented)
        if found != count:
            yield f"{device}: {count} errors are documented, but {found} are in the table"
    played = {each.scenario.error for each in results}
    names = {each.name for each in documented}
    for each in documented:
        if each.name not in played:
            yield f"{each.name} ({each.meaning}, {each.source}) has no scenario"
    yield from (f"{name} has a scenario, but is not documented" for name in sorted(played - names))


def _of_the_plays(results: Sequence[Played]) -> Iterator[str]:
    for each in results:
        where = f"{each.scenario.error}, {each.scenario.where} ({each.profile}, {each.language})"
        yield from (f"{where}: {fault}" for fault in each.faults)


# --- the table ----------------------------------------------------------------------------------


def by_scenario(results: Sequence[Played]) -> dict[Scenario, list[Played]]:
    """The plays of each scenario."""
    found: dict[Scenario, list[Played]] = {}
    for each in results:
        found.setdefault(each.scenario, []).append(each)
    return found


def table(results: Sequence[Played]) -> Iterator[str]:
    """A few lines for each scenario, under a heading for each documented error."""
    plays = by_scenario(results)
    for error in DOCUMENTED:
        yield f"{error.name:30} {error.meaning}"
        for scenario, played in plays.items():
            if scenario.error == error.name:
                yield f"    {scenario.where}: {scenario.outcome}  [{scenario.reads}]"
                yield from words(played)


def words(played: Sequence[Played]) -> Iterator[str]:
    """What is read and heard, said once where profiles agree."""
    for language in SPOKEN:
        told = {p.profile: p.told for p in played if p.language == language}
        shown = {profile: sight.reads for profile, sight in told.items() if sight}
        if len(set(shown.values())) == 1:
            yield f"      {language} reads           {_line(next(iter(shown.values())))}"
        else:
            yield from (f"      {language} reads {p:9} {_line(r)}" for p, r in shown.items())
        for profile in PROFILES:
            if sight := told.get(profile):
                yield f"      {language} hears {profile:9} {heard(sight)}"


def heard(sight: Sight) -> str:
    """Tones and words as one line."""
    asked = f"when asked: {_line(sight.asked)}" if sight.asked else ""
    return " ".join(part for part in (*sight.hears, asked) if part)


def _line(texts: Sequence[str]) -> str:
    return " / ".join(texts)


def summary(results: Sequence[Played], missing: Sequence[str]) -> Iterator[str]:
    """How many of how many, and what is missing."""
    played = {each.scenario.error for each in results}
    for device, count in COUNTS.items():
        met = sum(name.startswith(f"{device} ") for name in played)
        yield f"{device}: {met} of {count} documented errors played"
    yield f"{len(by_scenario(results))} scenarios, {len(results)} plays, {len(missing)} faults"
    yield from (f"MISSING: {fault}" for fault in missing)
