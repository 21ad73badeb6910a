"""The supervisor above a made-up terminal, which ends as it is told, one start after the other."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from sim.stage.supervisor import CRASHES_MAX, PAUSES_SECONDS, RECORD_BROKEN, REFUSED, STOPPED
from tests.stage.processes import CLOCK, PATIENCE_SECONDS, Program

CRASH = 1

TERMINAL = """
import os, sys
from collections.abc import Sequence
from pathlib import Path

plan = Path(sys.argv[1]) / "plan.txt"
end, *rest = plan.read_text().split()
plan.write_text(" ".join(rest))
if end.startswith("beat,"):
    os.write(int(sys.argv[sys.argv.index("--pulse") + 1]), b".")
print("started", flush=True)
sys.exit(int(end.removeprefix("beat,")))
"""

SUPERVISOR = """
import sys
from sim.stage.supervisor import supervise

folder, *pauses = sys.argv[1:]
program = (sys.executable, folder + "/made_up.py")
sys.exit(supervise([folder], program, [float(p) for p in pauses]))
"""


def supervised(folder: Path, plan: Sequence[object], *pauses: float) -> Program:
    """A supervisor above a terminal that ends with these codes in turn."""
    (folder / "plan.txt").write_text(" ".join(map(str, plan)), encoding="utf-8")
    (folder / "made_up.py").write_text(TERMINAL, encoding="utf-8")
    (folder / "watch.py").write_text(SUPERVISOR, encoding="utf-8")
    return Program([folder / "watch.py", folder, *(pauses or (0.0,))], folder)


@pytest.mark.parametrize(
    ("plan", "starts", "code"),
    [
        pytest.param([0], 1, 0, id="closed"),
        pytest.param([REFUSED], 1, REFUSED, id="a mistake in the call"),
        pytest.param([CRASH, 0], 2, 0, id="crashed once"),
        pytest.param([CRASH, *[REFUSED] * 9, 0], 11, 0, id="crashed, then a port was gone"),
        pytest.param(["beat,2", *[REFUSED] * 9, 0], 11, 0, id="refused in the middle of the day"),
        pytest.param([*[RECORD_BROKEN] * 9, 0], 10, 0, id="the disk was full"),
        pytest.param([RECORD_BROKEN, REFUSED, 0], 3, 0, id="the disk was full at the start too"),
        pytest.param([CRASH] * 9, CRASHES_MAX + 1, 1, id="crashes again and again"),
    ],
)
def test_what_is_started_again_and_what_is_not(
    tmp_path: Path, plan: Sequence[object], starts: int, code: int
) -> None:
    with supervised(tmp_path, plan) as program:
        assert program.ended() == code
        program.read(0.0)
        assert program.lines == ["started"] * starts
    waits = program.said().count("trying again in 0 s.")
    again = plan[:-1] if code == 0 else []
    assert waits == sum(end in (REFUSED, RECORD_BROKEN, "beat,2") for end in again)
    assert "Traceback" not in program.said()


def test_pauses_grow_to_a_minute_and_stay(tmp_path: Path) -> None:
    assert PAUSES_SECONDS[0] == 10.0
    assert list(PAUSES_SECONDS) == sorted(PAUSES_SECONDS)
    assert PAUSES_SECONDS[-1] == 60.0
    plan = [RECORD_BROKEN, *[REFUSED] * 4, 0]
    with supervised(tmp_path, plan, 0.01, 0.02, 0.03) as program:
        assert program.ended() == 0
    assert program.said().count("trying again") == 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_pause_ends_at_once_when_it_is_asked_to_stop(
    tmp_path: Path, number: signal.Signals
) -> None:
    with supervised(tmp_path, [RECORD_BROKEN, 0], 3_600.0) as program:
        program.until(what="a start")
        end = CLOCK.now() + PATIENCE_SECONDS
        while "trying again in 3600 s." not in program.said() and CLOCK.now() < end:
            program.read(0.01)
        os.kill(program.pid, number)
        assert program.ended() == STOPPED
        assert (tmp_path / "plan.txt").read_text() == "0"
    assert "Traceback" not in program.said()
