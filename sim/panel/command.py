"""`python main.py panel` and `run --panel`: the panel's window, and a terminal that has one beside it.

The window is a program of its own, so that it outlives a terminal whose power is cut. `run --panel` starts
both; `run --panel tcp` listens on this machine's own address for a panel that is started by hand.
"""

import argparse
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from devices.clock import SystemClock
from sim.panel.hub import Hub, off_seconds, refuse_real
from sim.panel.link import LOOPBACK, PORT, Server, address, free_port
from sim.stage import display
from sim.stage.settings import ConfigurationError, Settings, read_design
from sim.stories import told
from sim.stories.file import BadStory, story_from
from sim.stories.play import play

OUT: Final = Path("out/panel")
"""Where what was saved is written."""

BY_HAND: Final = "tcp"


def run(given: argparse.Namespace) -> int:
    """The window alone."""
    _, port = address(given.connect)
    if trouble := display.missing():
        raise ConfigurationError(f"The panel needs a display here ({trouble}).")
    from sim.panel import window

    return window.run(port, given.out, SystemClock(), played)


def played(name: str, text: str) -> str:
    """A story that was saved is played once, headless; what became of it in a sentence."""
    design = read_design()
    try:
        result = play(story_from(text, name, design), design)
    except BadStory as bad:
        return str(bad)
    if result.well:
        return f"Played again, it does the same: python main.py play {name}"
    return " ".join(("Played again, it does not do the same:", *list(told.failure(result))[1:4]))


def port_for(how: str) -> int:
    """Where a terminal with a panel listens."""
    return PORT if how == BY_HAND else free_port()


def hub(settings: Settings, port: int, alone: bool) -> Hub:
    """Who stands beside the kiosk. After a power cut it stays dark first."""
    refuse_real(settings)
    if (seconds := off_seconds(settings)) and os.name != "nt":
        select.select([], [], [], seconds)
    return Hub(Server(port), alone)


@contextmanager
def beside(settings: Settings, how: str, port: int) -> Iterator[None]:
    """A window for the terminal that is run meanwhile. Raises ConfigurationError where anything is real."""
    refuse_real(settings)
    where = f"tcp://{LOOPBACK}:{port}"
    if how == BY_HAND:
        print(f"A panel can be connected: python main.py panel --connect {where}", flush=True)
        yield
        return
    program = str(Path(sys.argv[0]).resolve())
    window = subprocess.Popen([sys.executable, program, "panel", "--connect", where])
    try:
        yield
    finally:
        window.terminate()
        window.wait()
