"""Programs under test as the separate processes they are, read with deadlines and never slept for."""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Self

import pytest

from devices.clock import SystemClock

ROOT: Final = Path(__file__).parents[2]
MAIN: Final = ROOT / "main.py"
PATIENCE_SECONDS: Final = 15.0
"""How long a line is waited for; a slow machine with both cores busy stays below it."""
COMMAND_SECONDS: Final = 30.0
READ_BYTES: Final = 65_536
CLOCK: Final = SystemClock()


def environment(**more: str) -> dict[str, str]:
    """This environment without a display, and as given."""
    shown = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "SDL_AUDIODRIVER")
    plain = {k: v for k, v in os.environ.items() if k not in shown}
    return {**plain, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT), **more}


def call(
    *arguments: object, folder: Path, env: Mapping[str, str] | None = None, cold: bool = False
) -> "subprocess.CompletedProcess[str]":
    """Run `main.py` with these arguments in `folder` to its end, as a process of its own. Unless `cold`, it
    begins with its modules read (`tests/stage/warm.py`). TimeoutExpired if it does not end."""
    words, own = list(map(str, arguments)), dict(env) if env else environment()
    if not cold:
        return _nursery().call(words, folder, own)
    return subprocess.run(
        [sys.executable, str(MAIN), *words],
        cwd=folder,
        env=own,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        stdin=subprocess.DEVNULL,
        check=False,
    )


class Nursery:
    """The process out of which warm ones come; it ends with this one."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.stage.warm", str(theirs.fileno())],
                cwd=ROOT,
                env=environment(PYGAME_HIDE_SUPPORT_PROMPT="1"),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        self._answers = self._line.makefile("rb")
        atexit.register(self._close)

    def _close(self) -> None:
        self._answers.close()
        self._line.close()
        self._process.wait()

    def call(
        self, words: Sequence[str], folder: Path, env: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        """What `call` gives."""
        (out, theirs_out), (err, theirs_err) = os.pipe(), os.pipe()
        asked = {"program": str(MAIN), "arguments": words, "folder": str(folder), "env": dict(env)}
        socket.send_fds(self._line, [json.dumps(asked).encode()], [theirs_out, theirs_err])
        os.close(theirs_out)
        os.close(theirs_err)
        child = int(self._answers.readline())
        try:
            said = _heard((out, err), CLOCK.now() + COMMAND_SECONDS)
        except TimeoutError:
            os.kill(child, signal.SIGKILL)
            raise subprocess.TimeoutExpired(list(words), COMMAND_SECONDS) from None
        finally:
            code = int(self._answers.readline())
            os.close(out)
            os.close(err)
        return subprocess.CompletedProcess(list(words), code, *(text.decode() for text in said))


@cache
def _nursery() -> Nursery:
    return Nursery()


def _heard(pipes: Sequence[int], end: float) -> list[bytes]:
    """All that comes out of each until everybody has closed it. TimeoutError when that is not so by `end`."""
    said = {pipe: b"" for pipe in pipes}
    still = list(pipes)
    while still:
        ready = select.select(still, [], [], max(0.0, end - CLOCK.now()))[0]
        if not ready:
            raise TimeoutError
        for pipe in ready:
            data = os.read(pipe, READ_BYTES)
            said[pipe] += data
            if not data:
                still.remove(pipe)
    return list(said.values())


class Program:
    """A running process, its output as lines. Killed at the end of the `with`, if it still runs."""

    def __init__(
        self,
        command: Sequence[object],
        folder: Path,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._child = subprocess.Popen(
            [sys.executable, *map(str, command)],
            cwd=folder,
            env=dict(env) if env else environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(folder / "stderr.txt").open("ab"),
        )
        self._folder = folder
        self._held = b""
        self._unheard: deque[str] = deque()
        self.lines: list[str] = []

    @property
    def pid(self) -> int:
        """The process."""
        return self._child.pid

    def enter(self, text: str) -> None:
        """A line on its standard input."""
        assert self._child.stdin is not None
        self._child.stdin.write(text.encode() + b"\n")
        self._child.stdin.flush()

    def read(self, seconds: float) -> list[str]:
        """Every line there is, waiting no longer than this for the first."""
        assert self._child.stdout is not None
        out = self._child.stdout.fileno()
        if not self._unheard and select.select([out], [], [], max(0.0, seconds))[0]:
            *whole, self._held = (self._held + os.read(out, READ_BYTES)).split(b"\n")
            self._unheard += [line.decode() for line in whole]
        fresh = list(self._unheard)
        self._unheard.clear()
        self.lines += fresh
        return fresh

    def until(
        self,
        wanted: Callable[[str], bool] = bool,
        seconds: float = PATIENCE_SECONDS,
        what: str = "a line",
    ) -> str:
        """The first line, of those still to come, that is wanted."""
        end = CLOCK.now() + seconds
        while CLOCK.now() < end:
            fresh = self.read(end - CLOCK.now())
            for number, line in enumerate(fresh, start=1):
                if wanted(line):
                    self._unheard += fresh[number:]
                    return line
            if not fresh and self.code is not None:
                break
        pytest.fail(f"no {what}; code {self.code}, heard {self.lines[-5:]}, {self.said()}")

    def pass_time(self, seconds: float) -> list[str]:
        """Read on for so long; what was said."""
        end, heard = CLOCK.now() + seconds, list[str]()
        while CLOCK.now() < end and self.code is None:
            heard += self.read(end - CLOCK.now())
        return heard

    @property
    def code(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._child.poll()

    def ended(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Its exit code, when it has ended."""
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f"it does not end; heard {self.lines[-5:]}, {self.said()}")

    def said(self) -> str:
        """What it wrote to standard error, and what others of the same folder did."""
        return (self._folder / "stderr.txt").read_text(encoding="utf-8")

    def kill(self) -> None:
        """Gone between two instructions."""
        self._child.send_signal(signal.SIGKILL)
        self._child.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        if self.code is None:
            self._child.terminate()
            try:
                self._child.wait(5.0)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()
