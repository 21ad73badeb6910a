"""What the running program decides by itself: when a terminal without a record may end.
And what is printed: nothing that it does not say itself."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sim.stage.bench import Bench
from sim.stage.kiosk import RECORD_BROKEN_SECONDS_MAX, over_without_record
from terminal import session as s
from tests.stage.processes import environment

GREETED = """
from argparse import Namespace
from sim import commands

commands.run(Namespace(command="play", words=None, names=[]))
import pygame
"""

CARD_BACK = s.TakingCard(None, s.Notice("record_failed_card"))
A_MINUTE = RECORD_BROKEN_SECONDS_MAX


@pytest.mark.parametrize(
    ("phase", "seconds", "over"),
    [
        (s.OutOfService("record"), 0.0, True),
        (CARD_BACK, 0.0, False),
        (CARD_BACK, A_MINUTE - 0.1, False),
        (CARD_BACK, A_MINUTE, True),
        (s.Explaining(s.Notice("record_failed")), A_MINUTE - 0.1, False),
        (s.Explaining(s.Notice("record_failed")), A_MINUTE, True),
    ],
)
def test_a_terminal_without_a_record_ends_when_the_card_is_gone_or_nobody_takes_it(
    phase: s.Phase, seconds: float, over: bool
) -> None:
    session = replace(Bench().boot().session, phase=phase)
    assert over_without_record(session, seconds) is over


def test_no_command_is_greeted_by_a_library(tmp_path: Path) -> None:
    env = environment()
    env.pop("PYGAME_HIDE_SUPPORT_PROMPT", None)
    command = [sys.executable, "-c", GREETED]
    done = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("A story is played by its file or by its name")
    assert "pygame" not in done.stdout


TELLING = """
import sys
from sim.stage.kiosk import told

print(told("Idle"), told("ReadingCard"), file=sys.stderr)
"""


def test_a_reader_who_leaves_ends_only_the_telling(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-c", TELLING]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment(PYGAME_HIDE_SUPPORT_PROMPT="1"),
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "False True\n")
