"""`python main.py replay [VISIT]`: a visit drawn again from a journal, and compared with another.

Reads the journal as `log` does, beside a running terminal, and changes nothing. Where there is a display it
is shown in a window, otherwise, or with `--out`, written as a page with pictures. Nothing in this package
can reach a device: no driver, no port and no simulated firmware is among what it imports.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from devices.clock import SystemClock
from devices.journal_store import JournalReader, StoredRow
from sim.replay import compare
from sim.replay.draw import Drawer, headline
from sim.replay.retold import Frame, Retelling
from sim.stage import display, log
from sim.stage.settings import ConfigurationError, Design, Settings, read_design, read_settings

WELL, DIFFERENT = 0, 1

ALL: Final = "all"
"""Stands for every row of a journal."""

SPEED_MAX: Final = 1_000.0
"""Faster than anybody can see."""

OUT: Final = Path("out/replay")


@dataclass(frozen=True, slots=True)
class Run:
    """A visit of a journal, told again."""

    name: str
    frames: Sequence[Frame]


def run(given: argparse.Namespace, to: TextIO | None = None) -> int:
    """Tell it. The exit code: 0, or 1 if two runs were compared and differ."""
    to = to or sys.stdout
    if not 0 < given.speed <= SPEED_MAX:
        raise ConfigurationError(f"--speed wants a number above 0 and up to {SPEED_MAX:.0f}.")
    settings, design = read_settings(given.config), read_design()
    journal = given.journal or settings.journal
    one = told_again(journal, given.visit, settings, design)
    found = None
    if given.compare is not None:
        other = _other(given.compare, journal, given.visit, settings, design)
        found = compare.differences(one.frames, other.frames, design)
        print(*compare.told(found), sep="\n", file=to)
    else:
        print(*(headline(frame) + _noted(frame) for frame in one.frames), sep="\n", file=to)
    _show(given, one, settings, design, found, to)
    return DIFFERENT if found else WELL


def _noted(frame: Frame) -> str:
    return f"   [{' '.join(frame.notes)}]" if frame.notes else ""


def _show(
    given: argparse.Namespace,
    one: Run,
    settings: Settings,
    design: Design,
    found: Sequence[compare.Difference] | None,
    to: TextIO,
) -> None:
    """In a window, or as a page; a comparison alone draws nothing."""
    if found is not None and given.out is None:
        return
    from sim.replay import page, window

    drawer = Drawer(settings, design)
    if given.out is None and not display.missing():
        window.run(one.frames, drawer, SystemClock(), one.name, given.speed, given.step)
        return
    folder = given.out or OUT
    path = page.write(one.frames, drawer, folder, one.name, given.speed, given.step, found)
    print(f"The replay: {path}", file=to)


def told_again(journal: Path, visit: str, settings: Settings, design: Design) -> Run:
    """A visit, the last one or all of a journal. Raises ConfigurationError if there is none of that name,
    and JournalError where the journal cannot be read."""
    with JournalReader(journal) as reader:
        rows = list(reader.rows())
    name, before, told = chosen(rows, visit)
    telling = Retelling(before, told, design, settings.cassettes, settings.language)
    return Run(name, telling.run())


def chosen(
    rows: Sequence[StoredRow], visit: str
) -> tuple[str, Sequence[StoredRow], Sequence[StoredRow]]:
    """What to call it, all rows before it, and its rows with those of the machine among them."""
    names = [one.name for one in log.visits(rows)]
    if visit == ALL and rows:
        return "every visit", (), rows
    found = names[-1:] if visit == log.LAST else [one for one in names if one.startswith(visit)]
    if len(found) != 1:
        several = f"Several visits begin with {visit}." if found else f"There is no visit {visit}."
        raise ConfigurationError(f"{several} `main.py log list` names them.")
    places = [at for at, row in enumerate(rows) if row.visit == found[0]]
    first, last = places[0], places[-1] + 1
    return f"visit {found[0]}", rows[:first], rows[first:last]


def _other(name: str, journal: Path, visit: str, settings: Settings, design: Design) -> Run:
    """The run to compare with: the same or the last visit of another journal, or another visit of this."""
    path = Path(name)
    if not path.is_file():
        return told_again(journal, name, settings, design)
    return told_again(path, visit if visit == ALL else log.LAST, settings, design)
