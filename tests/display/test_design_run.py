"""The designer's window on a real display: keys and clicks, another size, and a good end."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.display.test_window_run import (
    SCREEN_SECONDS_MAX,
    SIZE_SECONDS_MAX,
    ask_to_close,
    pytestmark,
    xdotool,
)
from tests.stage.processes import CLOCK, MAIN, Program

__all__ = ["pytestmark"]

SIZE = (1280, 900)
KEPT = '"px_per_mm"'


@pytest.fixture
def design(tmp_path: Path) -> Iterator[Program]:
    """The bench, opened."""
    config = tmp_path / "kiosk.toml"
    config.write_text(f'[state]\nfolder = "{tmp_path / "state"}"\n', encoding="utf-8")
    command = [MAIN, "design", "--window", "{}x{}".format(*SIZE), "--config", config]
    with Program(command, tmp_path, {**os.environ, "SDL_AUDIODRIVER": "dummy"}) as running:
        yield running


def window(design: Program) -> int:
    """The number of its window, as soon as there is one."""
    end = CLOCK.now() + SCREEN_SECONDS_MAX
    while CLOCK.now() < end and design.code is None:
        with suppress(subprocess.CalledProcessError):  # nothing found, so far
            return int(xdotool("search", "--onlyvisible", "--class", "main.py").split()[-1])
    pytest.fail(f"no window was opened; {design.said()}")


def until(path: Path, text: str) -> None:
    """Until a file has this in it."""
    end = CLOCK.now() + SIZE_SECONDS_MAX
    while not (path.is_file() and text in path.read_text("utf-8")):
        assert CLOCK.now() < end, f"{path.name} was not written"
        xdotool("sleep", "0.1")


def test_keys_clicks_and_another_size_lead_to_a_good_end(design: Program, tmp_path: Path) -> None:
    number = window(design)
    xdotool("mousemove", 300, 300, "click", 1)
    for keys in ("p", "slash", "r", "e", "v", "Return", "e", "g", "o", "t", "h", "h", "space"):
        xdotool("key", keys)
    xdotool("windowsize", number, 1100, 800)
    xdotool("key", "b")
    xdotool("key", "c")
    xdotool("key", "Right")
    xdotool("key", "Return")
    until(tmp_path / "state" / "design.json", KEPT)
    ask_to_close(number)
    assert design.ended() == 0
    assert (tmp_path / "stderr.txt").read_text("utf-8") == ""
