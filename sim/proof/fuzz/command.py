"""`python main.py fuzz TARGET|all --seconds N`: coverage-guided noise against everything that parses.

Each target runs in a process of its own with a limit of time and one of memory. The inputs that broke
something are kept in `tests/proof/crashes/TARGET`, where the tests try them again for ever. The exit
code is 1 if anything new was found. Needs atheris: Linux and Python 3.11.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

from sim.proof.fuzz.child import NEW
from sim.stage.settings import HOUSE, ConfigurationError, nearest

CRASHES = HOUSE / "tests" / "proof" / "crashes"

GRACE_SECONDS = 60.0
"""For loading under instrumentation, and for the last input: after that the child is ended."""

ALL = "all"

_DONE = re.compile(r"Done (\d+) (?:runs|in)")
_EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_UNITS = re.compile(r"^#(\d+)\s", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one target: how many inputs were tried, what was new, why it ended badly."""

    target: str
    executions: int
    seconds: int
    found: tuple[str, ...]
    trouble: str = ""

    def line(self) -> str:
        """For people."""
        speed = self.executions / max(1, self.seconds)
        news = f"{len(self.found)} new" if self.found else "nothing new"
        trouble = f", {self.trouble}" if self.trouble else ""
        return f"{self.target:14} {self.executions:>10,} inputs  {speed:>8,.0f}/s  {news}{trouble}"


def run(target: str, seconds: int, seed: int, to: TextIO | None = None) -> int:
    """Fuzz one target, or all one after the other, for so many seconds each. The exit code.

    Raises ConfigurationError where this system cannot, or there is no such target."""
    to = to or sys.stdout
    names = _names(target)
    runs = []
    for name in names:
        done = fuzz(name, seconds, seed)
        runs.append(done)
        print(done.line(), file=to, flush=True)
        for finding in done.found:
            print(f"    {finding}", file=to, flush=True)
    total = sum(each.executions for each in runs)
    print(
        f"{total:,} inputs for {len(runs)} targets; findings are kept in {_shown(CRASHES)}", file=to
    )
    return 1 if any(each.found or each.trouble for each in runs) else 0


def able() -> bool:
    """Whether this system has what fuzzing needs."""
    return find_spec("atheris") is not None


def _names(target: str) -> Sequence[str]:
    from sim.proof.fuzz.targets import TARGETS

    if target not in (*TARGETS, ALL):
        raise ConfigurationError(f'There is no target "{target}". {nearest(target, TARGETS)}')
    if not able():
        raise ConfigurationError(
            "Fuzzing needs atheris, which is there for Linux with Python 3.11 only; the same "
            "targets run under Hypothesis in the tests everywhere."
        )
    return list(TARGETS) if target == ALL else [target]


def fuzz(target: str, seconds: int, seed: int, crashes: Path = CRASHES) -> Run:
    """One target in a process of its own."""
    folder = crashes / target
    folder.mkdir(parents=True, exist_ok=True)
    before = _held(folder)
    with tempfile.TemporaryDirectory() as corpus:
        command = [sys.executable, "-m", "sim.proof.fuzz.child"]
        given = [target, str(seconds), str(seed), str(folder), corpus]
        trouble = ""
        try:
            done = subprocess.run(
                [*command, *given],
                cwd=HOUSE,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=seconds + GRACE_SECONDS,
                check=False,
            )
            out, said = done.stdout, done.stderr
            if done.returncode:
                trouble = f"ended with code {done.returncode}: {_last_line(said)}"
        except subprocess.TimeoutExpired as late:
            out, said = _text(late.stdout), _text(late.stderr)
            trouble = "did not end in time and was ended"
    told = (line[len(NEW) :] for line in out.splitlines() if line.startswith(NEW))
    news = {kind: name for kind, _, name in (line.rpartition(": ") for line in told)}
    fresh = tuple(f"{kind}: {name}" for kind, name in news.items() if name not in before)
    if not _held(folder):
        folder.rmdir()
    return Run(target, _executions(said), seconds, fresh, trouble)


def _held(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _executions(said: str) -> int:
    for pattern in (_EXECUTED, _DONE, _UNITS):
        found = pattern.findall(said)
        if found:
            return int(found[-1])
    return 0


def _last_line(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return lines[-1][:120] if lines else "without a word"


def _text(said: str | bytes | None) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said or ""


def _shown(path: Path) -> str:
    return str(path.relative_to(HOUSE))
