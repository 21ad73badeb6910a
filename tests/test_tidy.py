"""House rules as tests: the walls hold, a breach of each is noticed, and nothing private is in a
tracked file. What ruff and mypy already say is not said again here."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ALONE, LONGEST

ROOT = Path(__file__).parents[1]
PACKAGES = ("terminal", "screens", "devices", "audio", "sim")


@dataclass(frozen=True)
class Plant:
    """One line that breaks one contract: `line` put into `module`."""

    contract: str
    module: str
    line: str


PLANTS = (
    Plant("Proofs stand above", "devices/planted.py", "import sim.world"),
    Plant("Proofs stand above", "screens/planted.py", "import devices"),
    Plant("Proofs stand above", "sim/world/planted.py", "import sim.stage"),
    Plant("Proofs stand above", "sim/stage/planted.py", "import sim.proof"),
    Plant("Proofs stand above", "sim/proof/planted.py", "import sim.stories"),
    Plant("Proofs stand above", "sim/stories/planted.py", "import sim.design"),
    Plant("Proofs stand above", "terminal/planted.py", "import audio"),
    Plant("The core touches no outside", "terminal/planted.py", "import time"),
    Plant("The core touches no outside", "terminal/flows/planted.py", "import pygame"),
    Plant("Codecs and links never see", "devices/dispenser/codec.py", "import serial"),
    Plant("Codecs and links never see", "devices/card_reader/link.py", "import time"),
    Plant("What to show and say is decided", "devices/planted.py", "import pygame"),
    Plant("What to show and say is decided", "sim/world/planted.py", "import pygame"),
    Plant("What to show and say is decided", "screens/scene.py", "import pygame"),
    Plant("What to show and say is decided", "audio/utterance.py", "import pygame"),
    Plant("The simulated world plugs", "sim/world/planted.py", "import devices.transport"),
    Plant("The simulated world plugs", "sim/world/planted.py", "import devices.dispenser.driver"),
    Plant("The simulated world plugs", "sim/world/planted.py", "import devices.pin_pad"),
    Plant("The simulated world plugs", "sim/world/planted.py", "import screens"),
    Plant("A replay cannot reach", "sim/replay/planted.py", "import devices.card_reader.driver"),
    Plant("A replay cannot reach", "sim/replay/planted.py", "import sim.stage.kiosk"),
)


def contract_names() -> list[str]:
    """The names in pyproject.toml."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [contract["name"] for contract in config["tool"]["importlinter"]["contracts"]]


def lint(tree: Path) -> tuple[int, str]:
    """Exit code and output, on one line, of the import linter run on `tree`."""
    command = [sys.executable, "-c", LINT, "--config", "pyproject.toml", "--no-cache", "--no-logo"]
    environment = os.environ | {"COLUMNS": "300"}
    done = subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the packages and their contracts, to break."""
    for package in PACKAGES:
        ignore = shutil.ignore_patterns("__pycache__", "fonts", "locale")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_an_untouched_copy_keeps_every_contract(tree: Path) -> None:
    code, output = lint(tree)
    assert code == 0, output


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.module}: {plant.line}")
def test_a_planted_import_breaks_its_contract(tree: Path, plant: Plant) -> None:
    with (tree / plant.module).open("a", encoding="utf-8") as module:
        module.write(f"\n{plant.line}\n")
    code, output = lint(tree)
    broken = [name for name in contract_names() if f"{name} BROKEN" in output]
    assert code != 0
    assert any(name.startswith(plant.contract) for name in broken), output


def test_every_contract_has_a_planted_breach() -> None:
    planted = {name for name in contract_names() for p in PLANTS if name.startswith(p.contract)}
    assert planted == set(contract_names())


# --- what lies in the repository ----------------------------------------------------------------


def tracked() -> list[Path]:
    """Every file that is, or is about to be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this copy is not a git repository")
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """The text of a file, or nothing if it is not text."""
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


PRIVATE = {
    "a machine's own path": r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/|[A-Z]:\\Users\\",
    "a registry's address": r"py" + r"pi\.org|python" + r"hosted\.org|--(?:extra-)?index" + r"-url",
    "a find-links line": r"--find" + r"-links",
}


@pytest.mark.parametrize("what", PRIVATE)
def test_no_tracked_file_names(what: str) -> None:
    pattern = re.compile(PRIVATE[what])
    own = Path(__file__)
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in tracked()
        if path != own and (hit := pattern.search(text_of(path)))
    ]
    assert found == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_a_version_and_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert lines
    assert [line for line in lines if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:", line)] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_no_lock_asks_for_the_kernels_version(lock: str) -> None:
    """pip 24 stops at such a condition where the kernel's name is no version (6.18.44-fc)."""
    assert "platform_release" not in (ROOT / lock).read_text(encoding="utf-8")


# --- what the modules say and read --------------------------------------------------------------


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Path and syntax tree of every module of the house that is not empty."""
    return tuple(_read())


def _read() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if source.strip():
                yield path.relative_to(ROOT).as_posix(), ast.parse(source)


def test_every_module_opens_with_its_theory() -> None:
    assert [name for name, tree in modules() if not ast.get_docstring(tree)] == []


PROFILE_READERS = {
    "terminal/profile.py": "declares it",
    "terminal/runtime.py": "which column of the timing table",
    "terminal/sound.py": "puts the customer's own loudness and rate into it",
    "screens/theme.py": "sizes, contrast",
    "screens/layout.py": "choices per page",
    "screens/touch.py": "guard, slop",
    "screens/scene.py": "how long the waiting line is",
    "screens/window.py": "hands it from the session to scene, theme and touch",
    "screens/picture.py": "hands it to scene and theme, without a window",
    "audio/utterance.py": "pace and pauses",
    "audio/voice.py": "whether it speaks",
    "audio/speakers.py": "how loud",
    "audio/tts.py": "pace, in the engine's own measure",
    "sim/design/check.py": "every value, whether it can be one",
    "sim/design/sound.py": "hands it to the player that is heard",
}
"""Design 1.8: each reader and what it reads. The stage reads the files and hands the value on; one
more line here is one more place that knows what a profile is, so it wants a reason."""


def imports_profile(tree: ast.Module) -> bool:
    """Whether the module imports the `Profile` type, by name or through its module."""
    return any(
        (
            isinstance(node, ast.ImportFrom)
            and node.module == "terminal.profile"
            and any(alias.name in ("Profile", "*") for alias in node.names)
        )
        or (
            isinstance(node, ast.Import)
            and any(alias.name == "terminal.profile" for alias in node.names)
        )
        for node in ast.walk(tree)
    )


def test_the_profile_is_read_only_where_it_may_be() -> None:
    readers = {name for name, tree in modules() if imports_profile(tree)}
    assert {r for r in readers if not r.startswith(("sim/stage/", "sim/proof/"))} <= set(
        PROFILE_READERS
    )


MAY_ASK_WHICH = {
    "screens/scene.py: _banner": "elder mode is offered in the standard version only",
    "screens/scene.py: _profile_switch": "the switch names the other version",
}


def askers(name: str, tree: ast.Module) -> Iterator[str]:
    """Each function that asks "is this elder mode?"."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and any(
            isinstance(part, ast.Constant) and part.value in ("elder", "standard")
            for node in ast.walk(function)
            if isinstance(node, ast.Compare | ast.match_case)
            for part in ast.walk(node if isinstance(node, ast.Compare) else node.pattern)
        ):
            yield f"{name}: {function.name}"


def test_no_screen_and_no_voice_asks_which_profile_it_is() -> None:
    edges = ("screens/", "audio/")
    asking = {a for name, tree in modules() if name.startswith(edges) for a in askers(name, tree)}
    assert asking <= set(MAY_ASK_WHICH)


def test_what_is_begun_first_or_handed_out_alone_is_there() -> None:
    """A file that was renamed would quietly be tested last, and hold everybody up."""
    names = {*LONGEST, *(name.partition("::")[0] for name in ALONE)}
    assert [name for name in sorted(names) if not (ROOT / name).is_file()] == []
    functions = [name.partition("::") for name in ALONE if "::" in name]
    assert all(f"def {one}(" in (ROOT / file).read_text("utf-8") for file, _, one in functions)
