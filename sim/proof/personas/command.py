"""`python main.py personas`: six synthetic customers withdraw cash, in the standard and in the elder
profile, and where detection decides.

Prints a table, the comparison with its intervals, and the gates; the exit code is 1 if a gate that could
be judged did not hold, also where enough visits showed no clear difference. The same seed gives the same figures, however many processes play.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Final, TextIO

from sim.proof.campaign.workers import WorkerDied, spread
from sim.proof.personas.page import MODEL, cells, page, verdict
from sim.proof.personas.sources import NAMES, PersonaName
from sim.proof.personas.strip import strip
from sim.proof.personas.tally import (
    Gate,
    Line,
    Place,
    Versus,
    by_kind,
    gates,
    lines,
    places,
    signed,
    versus,
)
from sim.proof.personas.visit import MODES, PANEL, Mode, Result, play
from sim.stage.progress import Progress

WELL, NOT_HELD, MISTAKE = 0, 1, 2

CHUNK: Final = 10
"""Visits handed out at once: about a second of work."""

PAGE, FIGURES = "personas.html", "personas.json"

Task = tuple[PersonaName, Mode, range]


def run(
    visits: int,
    seed: int,
    jobs: int,
    report: Path | None,
    to: TextIO | None = None,
    personas: Sequence[str] = (),
    profiles: Sequence[str] = (),
) -> int:
    """Play `visits` of each of these personas in each of these profiles, or of all, and print what came of
    it. The exit code."""
    strange = [
        *(name for name in personas if name not in NAMES),
        *(name for name in profiles if name not in MODES),
    ]
    if strange:
        known = ", ".join((*NAMES, *MODES))
        print(f"Nobody and nothing is called {strange[0]}. Known are: {known}.", file=sys.stderr)
        return MISTAKE
    names = [name for name in NAMES if name in personas or not personas]
    modes = [mode for mode in MODES if mode in profiles or not profiles]
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    to = to or sys.stdout
    try:
        results = by_kind(played(visits, seed, jobs, sys.stderr, names, modes))
    except WorkerDied as trouble:
        print(trouble, file=sys.stderr)
        return MISTAKE
    found, against, judged = list(lines(results)), list(versus(results)), gates(results)
    told = (
        f"{visits} visits of {', '.join(personas and names) or 'each persona'} in "
        f"{', '.join(profiles and modes) or 'each mode'}, seeds {seed} to {seed + visits - 1}, on a "
        f"{PANEL.diagonal_inch:g} inch panel of {PANEL.width_px} x {PANEL.height_px}."
    )
    for text in summary(found, against, judged, told):
        print(text, file=to)
    if report is not None:
        _write(report, found, against, judged, told, list(places(results)))
        for name, mode in product(names, modes):
            strip(name, mode, seed, report / f"{name}-{mode}.png")
        print(f"The same for people: {report / PAGE}", file=to)
    return NOT_HELD if any(gate.judged and not gate.held for gate in judged) else WELL


def played(
    visits: int,
    seed: int,
    jobs: int,
    progress: TextIO | None = None,
    names: Sequence[PersonaName] = (),
    modes: Sequence[Mode] = (),
) -> list[Result]:
    """Every visit, in an order that depends on nothing."""
    seeds = range(seed, seed + visits)
    parts = [seeds[at : at + CHUNK] for at in range(0, visits, CHUNK)]
    names, modes = names or NAMES, modes or MODES
    tasks: list[Task] = [(name, mode, part) for part, name, mode in product(parts, names, modes)]
    results: list[Result] = []
    whole = visits * len(names) * len(modes)
    with Progress(progress, whole) as shown:
        for some in spread(_played, tasks, jobs):
            results += some
            done = len(results)
            speed = shown.speed(done)
            shown.step(done, f"{done:,} of {whole:,} visits, {speed:.0f}/s")
    return results


def _played(task: Task) -> list[Result]:
    persona, mode, seeds = task
    return [play(persona, mode, seed) for seed in seeds]


# --- telling ----------------------------------------------------------------------------------------

HEAD: Final = (
    "persona",
    "profile",
    "completed (95 %)",
    "time",
    "p90",
    "wrong",
    "beside",
    "untaken",
    "dialogs",
    "ended",
    "offers",
    "rightly",
    "after",
)


def summary(
    found: Sequence[Line], against: Sequence[Versus], judged: Sequence[Gate], told: str
) -> Iterator[str]:
    """The table, the comparison and the gates as lines of text."""
    yield told
    yield ""
    rows = [HEAD, *(cells(line) for line in found)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    for row in rows:
        yield "  ".join(
            text.ljust(wide) if at < 3 else text.rjust(wide)
            for at, (text, wide) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
    yield ""
    yield "Elder less standard (95 %):            completed, points        wrong a visit             beside a visit"
    for one in against:
        yield (
            f"  {one.persona:26} {signed(one.completed, 100, ''):>26} "
            f"{signed(one.wrong, 1, ''):>27} {signed(one.missed, 1, ''):>27}"
        )
    yield ""
    for gate in judged:
        yield f"{verdict(gate):10}  {gate.name}: {gate.found}"
    yield ""
    yield MODEL


def _write(
    report: Path,
    found: Sequence[Line],
    against: Sequence[Versus],
    judged: Sequence[Gate],
    told: str,
    where: Sequence[Place],
) -> None:
    """The page and the figures."""
    report.mkdir(parents=True, exist_ok=True)
    (report / PAGE).write_text(page(found, against, judged, told, where), encoding="utf-8")
    figures = {
        "told": told,
        "model": MODEL,
        "lines": [asdict(line) for line in found],
        "elder_less_standard": [asdict(one) for one in against],
        "gates": [asdict(gate) for gate in judged],
        "wrong_presses": [asdict(place) for place in where if place.wrong],
    }
    text = json.dumps(figures, indent=1, ensure_ascii=False)
    (report / FIGURES).write_text(text + "\n", encoding="utf-8")
