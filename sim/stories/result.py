"""What became of a story, as plain values that can go from one process to another.

Everything that happened is told with the line of the story during which it happened. `log` is all of it as
text, from which `digest` is made: the same story and seed give the same log, byte for byte.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from sim.stories.wire import Line as Frame
from terminal.ports import Seconds

Kind = Literal["start", "act", "check", "end"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A screen: when, its key and look, what stands there to be read, and the name of its picture."""

    at: Seconds
    key: str
    look: str
    reads: tuple[str, ...]
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that was spoken: when it began and ended, and whether it was cut off."""

    at: Seconds
    until: Seconds
    text: str
    channel: str
    interrupted: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """A fault of the story, in its words: when it struck, or from when on it `waits` for something to break."""

    at: Seconds
    text: str
    waits: bool = False

    @property
    def told(self) -> str:
        """What it does, and which it is."""
        return f"{'waits' if self.waits else 'strikes'}: {self.text}"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the story, and what happened while it was done. `before` is what stood there when it began,
    `screen` when it was over, `screens` all that came meanwhile, `broken` what the story broke; `failed` what was expected and what there
    was, or ""; it `follows` if a line before had failed."""

    number: int
    line: int
    kind: Kind
    text: str
    at: Seconds
    until: Seconds
    before: Shown
    screen: Shown
    screens: tuple[Shown, ...] = ()
    heard: tuple[Heard, ...] = ()
    wire: tuple[Frame, ...] = ()
    rows: tuple[str, ...] = ()
    broken: tuple[Broken, ...] = ()
    failed: str = ""
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One story after the play. `failures` are sentences with the line they belong to; `keys` every screen
    that was shown; `seconds` how long it was at the machine, by its own clock; `replay` the command that plays it
    again; `journal` the file of its journal, "" if none was asked for; `text` the story as it stands in its file, and
    `played_on` who came and what there was; `took_seconds` how long the play itself took, which no two plays have in
    common and no log holds."""

    file: str
    name: str
    about: str
    seed: int
    steps: tuple[Step, ...]
    failures: tuple[tuple[int, str], ...]
    money: Mapping[str, int]
    card: str
    keys: frozenset[str]
    seconds: Seconds
    replay: str
    broke: str = ""
    journal: str = ""
    text: str = ""
    played_on: str = ""
    took_seconds: Seconds = field(default=0.0, compare=False)

    @property
    def well(self) -> bool:
        """Whether everything held."""
        return not self.failures and not self.broke

    @property
    def log(self) -> str:
        """All of it as text."""
        return "\n".join(log_lines(self)) + "\n"

    @property
    def digest(self) -> str:
        """Of the log."""
        return hashlib.sha256(self.log.encode()).hexdigest()


MARKS: Final[Mapping[Kind, str]] = {"start": "*", "act": ">", "check": "?", "end": "="}


def log_lines(result: Result) -> Iterable[str]:
    """The log, line by line."""
    yield f"{result.file} seed {result.seed}"
    yield result.about
    for step in result.steps:
        failed = f"  FAILED: {step.failed}" if step.failed else ""
        yield f"{step.at:10.3f} {MARKS[step.kind]} {step.text}{failed}"
        told = [
            (one.at, f"  screen {one.key} ({one.look}): {' / '.join(one.reads)}")
            for one in step.screens
        ]
        told += [(one.at, f"  said   {one.text}{_cut(one)}") for one in step.heard]
        told += [(one.at, f"  fault  {one.told}") for one in step.broken]
        told += [(one.at, f"  wire   {wire_line(one)}") for one in step.wire]
        yield from (f"{at:10.3f} {text}" for at, text in sorted(told, key=lambda one: one[0]))
        yield from (f"             row    {row}" for row in step.rows)
    yield f"money {' '.join(f'{name}={value}' for name, value in result.money.items())}"
    yield f"card {result.card}"
    yield from (f"FAILED line {line}: {text}" for line, text in result.failures)


def _cut(one: Heard) -> str:
    return "  (cut off)" if one.interrupted else ""


def wire_line(one: Frame) -> str:
    """A frame on one line: cable, direction, bytes, meaning."""
    times = f"  (x{one.times})" if one.times > 1 else ""
    return f"{one.device} {one.arrow} {one.hex}  {one.meaning}{times}"
