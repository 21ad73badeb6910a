"""Above the terminal: starts it, and starts it again when it dies or hangs.

The terminal sends a sign of life through a pipe. A terminal that ends by itself (closed, or a mistake
in the call) is not started again; one that crashed or fell silent is, and its own recovery does the
rest. A terminal that keeps crashing is left alone after a few tries: people must look.
"""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from devices.clock import SystemClock

HANG_SECONDS = 20.0
"""Longest silence of a living terminal; a slow disk or a slow start stays below it."""

CRASHES_MAX = 5
CRASH_WINDOW_SECONDS = 120.0
"""More crashes than this in so short a time will not mend themselves."""

STOPPED = 130
"""Exit code when it was asked to end."""

ENDED_BY_ITSELF = frozenset({0, 2, STOPPED, -signal.SIGINT, -signal.SIGTERM})


def supervise(arguments: Sequence[str]) -> int:
    """Run `main.py` with these arguments under watch; its exit code when it ends by itself."""
    clock, crashes, watch = SystemClock(), list[float](), _Watch(arguments)
    while True:
        code = watch.run_once()
        if code in ENDED_BY_ITSELF or watch.stopped:
            return code if code >= 0 else STOPPED
        now = clock.now()
        crashes = [at for at in crashes if now - at < CRASH_WINDOW_SECONDS] + [now]
        if len(crashes) > CRASHES_MAX:
            print(
                f"The terminal ended {len(crashes)} times within {CRASH_WINDOW_SECONDS:.0f} s "
                f"(last exit code {code}). It is not started again; look at the messages above.",
                file=sys.stderr,
            )
            return 1
        print(
            f"The terminal ended with code {code}; starting it again.", file=sys.stderr, flush=True
        )


class _Watch:
    """One terminal after the other. Once asked to stop, none is started any more, however the last
    one ended."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._command = [sys.executable, str(Path(sys.argv[0]).resolve()), *arguments]
        self._child: subprocess.Popen[bytes] | None = None
        self.stopped = False
        if os.name != "nt":
            signal.signal(signal.SIGTERM, lambda number, frame: self.stop())

    def stop(self) -> None:
        """Ask the terminal to end, and start no other."""
        self.stopped = True
        if self._child is not None:
            self._child.terminate()

    def run_once(self) -> int:
        """Start a terminal and wait for its end. Its exit code."""
        if os.name == "nt":
            return subprocess.run(self._command, check=False).returncode
        beat, told = os.pipe()
        with os.fdopen(beat, "rb", buffering=0) as pulse:
            child = subprocess.Popen([*self._command, "--pulse", str(told)], pass_fds=(told,))
            self._child = child
            os.close(told)
            if self.stopped:
                child.terminate()
            try:
                while select.select([pulse], [], [], HANG_SECONDS)[0]:
                    if not pulse.read(64):
                        return child.wait()
                print("The terminal hangs; it is stopped.", file=sys.stderr, flush=True)
                child.kill()
                child.wait()
                return -signal.SIGKILL
            except KeyboardInterrupt:
                self.stop()
                return child.wait()


class Pulse:
    """The terminal's side: a sign of life, once a second at most."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._next = 0.0

    def beat(self, now: float) -> bool:
        """Say that the loop turns. False once the supervisor is gone: nobody would restart this
        terminal any more, so it ends, and is recovered by whoever starts the next one."""
        if self._descriptor is None or now < self._next:
            return True
        self._next = now + 1.0
        try:
            os.write(self._descriptor, b".")
        except OSError:
            return False
        return True
