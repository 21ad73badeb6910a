"""The README's commands are real: each one a reader may type is known here, with the way it is
checked. A command that is written there and not known here fails the build."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
MAIN = ROOT / "main.py"

CHECKED_BY = {
    "make run": "tests/journeys and .ci/run",
    "make test": "this run",
    "make test-display": ".ci/run",
    "make lock": "by hand, when a dependency changes",
    "make fix": "by hand",
    "make clean": "by hand",
    "python main.py run": "tests/journeys",
    "python main.py play": "tests/journeys",
    "python main.py serve": "tests/journeys",
    "python main.py log": "tests/sim/test_log.py",
    "python main.py reopen": "tests/journeys",
    "python main.py bench": "by hand: figures depend on the machine",
}
"""The first words of each command, and what would notice if it stopped working."""


def commands() -> list[str]:
    """Every shell line in a fenced block of the README that starts one of our commands."""
    if not README.exists():
        return []
    blocks = re.findall(
        r"^```\w*\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    lines = [line.strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
    ours = [re.sub(r"^\S*python3? main\.py", "python main.py", line) for line in lines]
    return [line for line in ours if line.startswith(("python main.py", "make"))]


def head(command: str) -> str:
    """The words that name the command, without its options."""
    words = command.split("#")[0].split()
    return " ".join(words[: 3 if words[0] == "python" else 2])


def test_every_command_in_the_readme_is_known() -> None:
    assert [c for c in commands() if head(c) not in CHECKED_BY] == []


def test_every_make_target_in_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    named = {head(c).split()[1] for c in (*commands(), *CHECKED_BY) if c.startswith("make ")}
    assert named <= targets


@pytest.mark.skipif(not MAIN.exists(), reason="there is no main.py yet")
def test_every_command_of_main_in_the_readme_is_in_its_help() -> None:
    done = subprocess.run(
        [sys.executable, str(MAIN), "--help"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    named = {head(c).split()[2] for c in commands() if c.startswith("python ")}
    assert done.returncode == 0
    assert [name for name in named if not re.search(rf"\b{name}\b", done.stdout)] == []
