"""`python main.py audit`: every screen in twelve looks and every language, measured from its pixels.

Prints how far it is while it works and one summary at the end; with `--out` a page with the worst
values and their pictures, and the same as JSON. The exit code is 1 if anything does not hold.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

from sim.proof.audit import run as audit
from sim.proof.audit.findings import Sight, Tally
from sim.proof.audit.page import page
from sim.proof.audit.report import as_table
from sim.proof.audit.requirements import REQUIREMENTS
from sim.proof.audit.run import Choice
from sim.stage.progress import Progress
from sim.stage.settings import Design, read_design

WELL, BROKEN = 0, 1

PAGE, TABLE = "audit.html", "audit.json"

NAMED_MAX: Final = 12
"""Findings named on stdout; the others are in the page and the table."""


def run(given: argparse.Namespace, to: TextIO | None = None) -> int:
    """Measure what was chosen and tell of it. The exit code.

    Raises ConfigurationError for a name that is none."""
    to = to or sys.stdout
    choice = audit.chosen(
        given.profile or (), given.language or (), given.panel or (), given.screen or ()
    )
    design = read_design()
    tally = audit.data_of(design, choice)
    with Progress(sys.stderr, len(choice.units)) as progress:
        for done, part in enumerate(audit.pictures_of(choice, given.jobs), start=1):
            tally.merge(part)
            progress.step(done, f"{tally.pictures:,} pictures, {tally.broken.total():,} broken")
    for line in summary(tally):
        print(line, file=to)
    if given.out is not None:
        write(given.out, tally, choice, design)
        print(f"The same for people: {given.out / PAGE}", file=to)
    return BROKEN if tally.broken.total() else WELL


# --- what came of it ----------------------------------------------------------------------------


def summary(tally: Tally) -> Iterator[str]:
    """Findings by requirement, some by name, and one line about all."""
    found = tally.found()
    for requirement, count in sorted(tally.broken.items()):
        places = sum(sight.reading.requirement == requirement for sight in found)
        yield f"BROKEN {requirement}: {REQUIREMENTS[requirement].asks} - {count:,} in {places} places"
    for sight in found[:NAMED_MAX]:
        yield f"  {told(sight)}"
    if len(found) > NAMED_MAX:
        yield f"  and {len(found) - NAMED_MAX} other places"
    yield one_line(tally)


def one_line(tally: Tally) -> str:
    """The whole audit in one line."""
    said = [
        f"{len(tally.screens)} screens",
        f"{tally.pictures:,} pictures",
        f"{tally.measurements:,} measurements",
        f"{len(tally.found())} findings",
    ]
    for name, requirement, unit in (
        ("smallest capital", "VIS-01", "mm"),
        ("lowest contrast", "VIS-07", ":1"),
        ("smallest gap", "TCH-01 gap", "mm"),
    ):
        sight = tally.smallest(requirement)
        if sight is not None:
            said.append(f"{name} {sight.reading.value:.2f} {unit}")
    return ", ".join(said).replace(" :1", ":1") + "."


def told(sight: Sight) -> str:
    """One finding for people."""
    where, reading = sight.where, sight.reading
    asked = REQUIREMENTS[reading.requirement]
    sense = "at least" if reading.least else "at most"
    place = " ".join(filter(None, where[:4])) or "all screens"
    page = f" page {where.page + 1}" if where.page else ""
    others = f" and {len(sight.screens) - 1} other screens" if len(sight.screens) > 1 else ""
    return (
        f"{reading.requirement} {place}{page}{others}: {reading.value:.4g} {asked.unit}, "
        f"{sense} {reading.bound:.4g} is asked ({reading.note})"
    )


def write(out: Path, tally: Tally, choice: Choice, design: Design) -> None:
    """Page, table and pictures into a folder; pictures of an audit before are removed."""
    folder = out / audit.PICTURES
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names = audit.save_pictures(audit.worth_showing(tally), folder)
    table = as_table(tally, choice, design, names)
    (out / TABLE).write_text(json.dumps(table, ensure_ascii=False, indent=1), encoding="utf-8")
    (out / PAGE).write_text(page(table), encoding="utf-8")
