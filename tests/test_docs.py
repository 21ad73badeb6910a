"""The README's commands are real: each one a reader may type is known here, with the way it is
checked. A command that is written there and not known here fails the build."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from audio.clips import Clip, clip_path, write_whole_wav
from screens.audio_module import AUDIONAV
from sim.stage.prompts import takes
from sim.stage.settings import read_design, read_settings
from sim.stories.file import BadStory, read_story, story_from
from sim.stories.play import play
from terminal.messages import VOICED
from tests.stage.processes import call
from tests.tiers import with_part

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
MAIN = ROOT / "main.py"

CHECKED_BY = {
    "make run": ".ci/run",
    "make test": "this run",
    "make test-whole": ".ci/run",
    "make test-display": ".ci/run",
    "make lock": "by hand, when a dependency changes",
    "make fix": "by hand",
    "make clean": "by hand",
    "python main.py run": "run below without a display; tests/display",
    "python main.py play": "run below",
    "python main.py serve": "run below",
    "python main.py log": "run below",
    "python main.py replay": "run below; tests/replay",
    "python main.py reopen": "tests/stage/test_loading.py",
    "python main.py load": "tests/stage/test_loading.py",
    "python main.py settle": "tests/stage/test_settle.py",
    "python main.py host": "started and stopped below",
    "python main.py campaign": "run below",
    "python main.py explore": "run below",
    "python main.py cuts": "run below",
    "python main.py kills": "run below",
    "python main.py coverage-errors": "run below",
    "python main.py audit": "run below; all of it in .ci/run",
    "python main.py gallery": "tests/design/test_gallery.py",
    "python main.py personas": "run below",
    "python main.py scams": "tests/proof/test_scams.py",
    "python main.py fuzz": "run below",
    "python main.py prompts": "run below; all of it in .ci/run; tests/stage/test_prompts.py",
    "python main.py demo": "run below; tests/stage/test_demonstration.py",
    "python main.py bench": "run below",
    "python main.py design": "run below without a display; tests/design",
}
"""The first words of each command, and what would notice if it stopped working."""


def commands() -> list[str]:
    """Every shell line in a fenced block of the README that starts one of our commands."""
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


CONTINUES = {"log": "play", "replay": "play"}
"""A command that needs what another one left behind, by their names."""


def errands() -> dict[str, list[str]]:
    """What a reader would type one after the other in one folder: commands of one name, and those that
    continue them, in the order of the page."""
    found: dict[str, list[str]] = {}
    for command in commands():
        if command.startswith("python "):
            name = head(command).split()[2]
            found.setdefault(CONTINUES.get(name, name), []).append(command.split("#")[0].strip())
    return found


LONG = ("bench", "coverage-errors", "fuzz", "audit", "play")
"""Errands that are begun first, so that nobody waits for one of them at the end."""


def rank(errand: str) -> int:
    """When it is begun."""
    return LONG.index(errand) if errand in LONG else len(LONG)


def test_the_readme_names_many_commands() -> None:
    assert sum(map(len, errands().values())) >= 10


IN_TURN = sorted(errands(), key=rank)
ONLY_IN_WHOLE = ("bench", "coverage-errors", "personas", "demo", "prompts", "kills", "fuzz")
"""Errands left to `make test-whole`, because tests of their own call the same: tests/stage/test_measure.py,
test_demonstration.py and test_prompts.py, tests/proof/test_errors.py, test_personas.py, test_kills.py and test_fuzz.py."""

TOO_MUCH = ("play stories ", "audit --voice", "run --live ")
"""And commands: a file of stories and a screen are played and measured in `make test` too; without a display
`run --live` plays what `run` has just played, and what it adds is in tests/design/test_reload.py."""

FIRST_OF = ("play stories/deposit",)
"""Commands over a folder of stories that are given its first file, with all that is written behind it: every story
is played in tests/proof/test_errors.py, and a whole folder, on two processes, by the command over the bills."""


UNSEEN = {**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}

COLD = ("serve", "run", "campaign", "gallery", "audit", "design")
"""Commands that read what they are told, or start processes or a window of their own: never begun warm."""

BESIDE_OTHERS = {"kills": ["--jobs", "2"]}
"""Commands whose processes keep a clock: as written, but fewer at once, because other tests run beside them."""

ON_ONE_SCREEN = ("gallery",)
"""Commands that draw every screen for minutes: as written, but of one."""


@pytest.mark.timeout(300)  # programs with an end of their own, some of which mostly wait
@pytest.mark.parametrize(
    "errand", with_part(IN_TURN, [one for one in IN_TURN if one not in ONLY_IN_WHOLE])
)
def test_every_command_of_main_in_the_readme_runs_as_written(
    errand: str, whole: bool, tmp_path: Path
) -> None:
    """In the order of the page, in an empty folder, as a reader would type them."""
    if errand == "prompts":
        leave_little_to_be_said(tmp_path / "state" / "clips")
    for command in errands()[errand]:
        if not whole and f"{command} ".removeprefix("python main.py ").startswith(TOO_MUCH):
            continue
        words = command.split()[2:]
        if not whole and f"{words[0]} {words[1:] and words[1]}".startswith(FIRST_OF):
            words[1] = first_of(words[1])
        if words[0] == "host":
            assert_serves(words, tmp_path)
            continue
        if words[0] in ON_ONE_SCREEN:
            words += ["--screen", "review"]
        words += BESIDE_OTHERS.get(words[0], [])
        done = (ran_cold if whole or words[0] in COLD else ran_warm)(words, tmp_path)
        assert done.returncode == 0, f"{command}: {done.stdout[-500:]}{done.stderr[-500:]}"
        assert done.stdout.strip(), f"{command} printed nothing"


def ran_cold(words: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """As a reader starts it."""
    return subprocess.run(
        [sys.executable, str(MAIN), *words],
        cwd=folder,
        input="quit\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=UNSEEN,
    )


def ran_warm(words: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """The same by a program that begins with its modules read."""
    return call(*words, folder=folder, env=UNSEEN)


def first_of(place: str) -> str:
    """The first story of a folder that comes with the program; a file is itself."""
    there = ROOT / place
    return str(min(there.glob("*.toml")).relative_to(ROOT)) if there.is_dir() else place


LEFT_TO_BE_SAID = 40
"""Every so manieth prompt is still to be spoken: some of each language at each pace. The engine says all
of them in `.ci/run`."""


def leave_little_to_be_said(clips: Path) -> None:
    """A machine on which most prompts were spoken before."""
    clips.mkdir(parents=True)
    for number, name in enumerate(takes(read_design(), sorted(VOICED))):
        if number % LEFT_TO_BE_SAID:
            write_whole_wav(clip_path(clips, name), Clip(bytes(2)))


def assert_serves(words: list[str], folder: Path) -> None:
    """It says where it listens, and ends well when it is asked to."""
    with subprocess.Popen(
        [sys.executable, str(MAIN), *words], cwd=folder, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        server.terminate()
        assert server.wait(30) == 0
    assert said.startswith("tcp://")


def blocks_of(kind: str, words: str) -> list[str]:
    """The fenced blocks of this kind that have these words."""
    text = README.read_text(encoding="utf-8")
    found = re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [block for block in found if words in block]


def test_the_story_in_the_readme_holds(tmp_path: Path) -> None:
    [block] = blocks_of("toml", "acts")
    path = tmp_path / "jam.toml"
    path.write_text(block, encoding="utf-8")
    design = read_design()
    assert play(read_story(path, design), design).failures == ()
    with pytest.raises(BadStory) as bad:
        story_from(
            block.replace("present", "presnt").replace("confirm", "confrim"), "jam.toml", design
        )
    text = README.read_text(encoding="utf-8")
    assert all(str(mistake) in text for mistake in bad.value.mistakes)
    assert len(bad.value.mistakes) == 2


def test_the_configuration_in_the_readme_is_understood(tmp_path: Path) -> None:
    [block] = blocks_of("toml", "[card_reader]")
    path = tmp_path / "kiosk.toml"
    path.write_text(block, encoding="utf-8")
    settings = read_settings(path)
    assert (settings.card_reader, settings.simulated) == ("/dev/ttyUSB0", False)
    assert [c.count for c in settings.cassettes] == [200, 100]
    assert settings.audio_module == AUDIONAV


def test_every_file_the_readme_points_to_is_there() -> None:
    text = README.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
