"""`python main.py play FILE|FOLDER...`: stories read, played by several processes, told.

All files are read before anything is played; if one of them is no story, every mistake of every file is
told and nothing is played. The exit code is 0 if all held, 1 if a story failed, 2 for a mistake in a file or
in the call. Results come in the order of the files, however many processes play them.
"""

import argparse
import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache, partial
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from devices.clock import SystemClock
from sim.proof.campaign.workers import spread
from sim.stage import log
from sim.stage.progress import Progress
from sim.stage.settings import ConfigurationError, Design, read_design
from sim.stage.where import Mistake
from sim.stories import lookup, told
from sim.stories.file import BadStory, Story, read_story
from sim.stories.folder import prepared
from sim.stories.page import page, within
from sim.stories.play import Draw, no_picture, play
from sim.stories.result import Result
from sim.stories.words import NotUnderstood, nearly, unknown
from terminal.profile import LANGUAGES, PROFILE_NAMES
from terminal.values import replace

if TYPE_CHECKING:
    from sim.stories.pictures import Pictures

WELL, FAILED = 0, 1

CLOCK: Final = SystemClock()

ROWS, EVENTS = "journal.jsonl", "story.log"

PAGE, TABLE, LOGS, ALONE = "stories.html", "stories.json", "logs", "failed"

STORIES: Final = Path(__file__).parents[2] / "stories"
"""Those that come with the program."""

FIRST: Final = ("plain", "elder", "wrong-pin", "card-left", "notes-jam", "bank-silent", "unpayable")
"""What is played where there is no display."""

CHUNK: Final = 4
"""Stories handed to a process at once: a second of work."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is to play: what overrides the files, where pictures go, and the folder for journals, in
    which stories lie as they do below `above`."""

    profile: str = ""
    language: str = ""
    seed: int | None = None
    report: Path | None = None
    out: Path | None = None
    above: Path = Path()


@lru_cache(maxsize=1)
def design() -> Design:
    """Texts and looks, read once in each process."""
    return read_design()


def run(given: argparse.Namespace, to: TextIO | None = None) -> int:
    """Play what was named and tell it. The exit code. Raises BadStory, ConfigurationError."""
    to = to or sys.stdout
    for what, word, known in (
        ("profile", given.profile, PROFILE_NAMES),
        ("language", given.lang, LANGUAGES),
    ):
        if word and word not in known:
            raise ConfigurationError(str(unknown(what, word, known)))
    files = found(given.names)
    readable(files)
    order = Order(given.profile, given.lang, given.seed, given.report, given.out, above(files))
    results = play_all(files, order, given.jobs or os.cpu_count() or 1, sys.stderr)
    if given.junit is not None:
        given.junit.parent.mkdir(parents=True, exist_ok=True)
        given.junit.write_text(told.junit(results), encoding="utf-8")
    return _told(results, order, to)


def play_first(out: Path, to: TextIO | None = None) -> int:
    """What is played where there is no display: page, pictures and journals go to one folder. The exit code."""
    files = found(FIRST)
    order = Order(report=out, out=out, above=above(files))
    return _told(play_all(files, order, os.cpu_count() or 1, sys.stderr), order, to or sys.stdout)


def _told(results: Sequence[Result], order: Order, to: TextIO) -> int:
    """What failed, where what was left lies, and the sum. The exit code."""
    alone: Mapping[str, Path] = {}
    if order.report is not None:
        alone = write(results, order.report)
    for one in results:
        if not one.well:
            print(*told.failure(one), sep="\n", file=to)
            if one.file in alone:
                print(f"  One file for a bug: {alone[one.file]}", file=to)
            print(file=to)
    if order.report is not None:
        print(f"The report: {order.report / PAGE}", file=to)
    if order.out is not None:
        print(*kept(results), sep="\n", file=to)
    print(told.summary(results), file=to)
    return FAILED if any(not one.well for one in results) else WELL


def listed(to: TextIO | None = None) -> int:
    """What can be played."""
    print("A story is played by its file or by its name, a folder with all in it:", file=to)
    for path in sorted(STORIES.rglob("*.toml")):
        print(f"  {_shown(path)}  {read_story(path, design()).about}", file=to)
    return WELL


def searched(words: str, to: TextIO | None = None) -> int:
    """A screen by its name, screens and buttons by their words."""
    lines = lookup.looked_up(words, design())
    print(*lines, sep="\n", file=to)
    return FAILED if lines[0].startswith(lookup.NOTHING) else WELL


def found(names: Sequence[str]) -> list[Path]:
    """The files that are meant; a folder is every story in it. Raises ConfigurationError."""
    files: list[Path] = []
    for name in names:
        path = _named(name) or _here_or_ours(name)
        if path.is_dir():
            within = sorted(path.rglob("*.toml"))
            if not within:
                raise ConfigurationError(f"There is no story (*.toml) in {name}.")
            files += within
        elif path.is_file():
            files.append(path)
        else:
            near = sorted(path.parent.glob("*.toml")) if path.parent.is_dir() else []
            raise ConfigurationError(str(_missing(name, [*(one.name for one in near), *_own()])))
    return list(dict.fromkeys(files))


def _own() -> Mapping[str, Sequence[Path]]:
    """The program's own stories by their names."""
    ours = sorted(STORIES.rglob("*.toml"), key=lambda one: one.stem)
    return {name: sorted(files) for name, files in groupby(ours, key=lambda one: one.stem)}


def _named(name: str) -> Path | None:
    """One of the program's own by its name, unless something here is called so. Raises ConfigurationError if two
    have that name."""
    own = () if Path(name).exists() else _own().get(name, ())
    if len(own) > 1:
        files = " and ".join(str(one.relative_to(STORIES.parent)) for one in own)
        raise ConfigurationError(f'"{name}" is the name of {files}: say which.')
    return next(iter(own), None)


def _here_or_ours(name: str) -> Path:
    """A path as it is said, or, where there is none, one of the program's own."""
    path, ours = Path(name), STORIES.parent / name
    return ours if not path.exists() and name.startswith(STORIES.name) and ours.exists() else path


def _missing(name: str, near: Sequence[str]) -> NotUnderstood:
    """Two names are not alike because both end in ".toml"."""
    stems = {Path(one).stem: one for one in near}
    close = nearly(Path(name).stem, stems)
    then = (
        f'Did you mean "{stems[close]}"?' if close else "`python main.py play` lists all there are."
    )
    return NotUnderstood(f'"{name}" is not a known file, folder or story. {then}')


def readable(files: Sequence[Path]) -> list[Story]:
    """Every file as a story. Raises BadStory with the mistakes of all."""
    stories: list[Story] = []
    mistakes: list[Mistake] = []
    for path in files:
        try:
            stories.append(read_story(path, design()))
        except BadStory as bad:
            mistakes += bad.mistakes
    if mistakes:
        raise BadStory(mistakes)
    return stories


def play_all(
    files: Sequence[Path], order: Order, jobs: int = 1, progress: TextIO | None = None
) -> list[Result]:
    """Every file's result, in the order of the files."""
    parts = [files[at : at + CHUNK] for at in range(0, len(files), CHUNK)]
    results: list[Result] = []
    with (
        Progress(progress, len(files)) as shown,
        closing(spread(partial(played, order), parts, min(jobs, len(parts)) or 1)) as chunks,
    ):
        for chunk in chunks:
            results += chunk
            broken = sum(not one.well for one in results)
            shown.step(len(results), f"{len(results):,} stories, {broken:,} broken")
    return results


def played(order: Order, files: Sequence[Path]) -> list[Result]:
    """In one process."""
    draw: Draw = no_picture
    if order.report is not None:
        draw = pictures(order.report)
    return [_timed(order, one, draw) for one in files]


def _timed(order: Order, path: Path, draw: Draw) -> Result:
    """One story, and how long its play took."""
    began = CLOCK.now()
    story = _ordered(read_story(path, design()), order)
    if order.out is None:
        result = play(story, design(), order.seed, draw)
    else:
        result = _recorded(story, order, folder_of(path, order.above, order.out), draw)
    return replace(result, took_seconds=CLOCK.now() - began)


def _recorded(story: Story, order: Order, folder: Path, draw: Draw) -> Result:
    """The same with the journal, its rows as text and the log of all that happened in a folder of its own."""
    journal = prepared(folder)
    result = play(story, design(), order.seed, draw, journal)
    log.export(journal, folder / ROWS, StringIO())
    (folder / EVENTS).write_text(result.log, encoding="utf-8")
    return result


def above(files: Sequence[Path]) -> Path:
    """The folder that all of them lie in."""
    return Path(os.path.commonpath([one.resolve().parent for one in files]))


def folder_of(file: Path, above: Path, out: Path) -> Path:
    """Where the journal of a story goes: as the file lies below `above`, so that no two have one folder."""
    return out / file.resolve().relative_to(above).with_suffix("")


def kept(results: Sequence[Result]) -> Iterator[str]:
    """Where the journals are, and what reads them."""
    for one in results:
        if one.journal:
            command = f"python main.py replay --journal {shlex.quote(one.journal)}"
            yield f"The journal of {one.name}: {command}"


@lru_cache(maxsize=1)
def pictures(folder: Path) -> "Pictures":
    """What draws; pygame comes in only when there is something to draw."""
    from sim.stories.pictures import Pictures

    return Pictures(folder, design())


def _ordered(story: Story, order: Order) -> Story:
    """With another profile or language, where that is asked for."""
    machine = story.machine
    machine = replace(
        machine,
        profile=order.profile or machine.profile,
        language=order.language or machine.language,
    )
    asked = (("--profile", order.profile), ("--language", order.language))
    options = "".join(f" {name} {value}" for name, value in asked if value)
    return replace(story, machine=machine, options=options)


def write(results: Sequence[Result], folder: Path) -> Mapping[str, Path]:
    """Page, table and a log for each story; where those that failed have a page of their own, pictures and all, by
    their files. Those of an earlier play go."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PAGE).write_text(page(results), encoding="utf-8")
    (folder / TABLE).write_text(told.as_json(results), encoding="utf-8")
    for old in (folder / ALONE).glob("*.html"):
        old.unlink()
    alone, source = {}, within(folder)
    for name, one in zip(_names(results), results, strict=True):
        (folder / LOGS).mkdir(exist_ok=True)
        (folder / LOGS / f"{name}.log").write_text(one.log, encoding="utf-8")
        if not one.well:
            (folder / ALONE).mkdir(exist_ok=True)
            path = alone[one.file] = folder / ALONE / f"{name}.html"
            path.write_text(page([one], source), encoding="utf-8")
    return alone


def _names(results: Sequence[Result]) -> Iterator[str]:
    """A file name for each: its own with what is needed to tell it from others."""
    counts: dict[str, int] = {}
    for one in results:
        counts[one.name] = counts.get(one.name, 0) + 1
        yield one.name if counts[one.name] == 1 else f"{one.name}-{counts[one.name]}"


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
