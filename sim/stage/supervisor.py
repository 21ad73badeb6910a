"""Above the terminal: starts it, and starts it again when it dies or hangs.

The terminal sends a sign of life through a pipe. A terminal that ends by itself (closed, or a mistake
in the call) is not started again; one that crashed or fell silent is, and its own recovery does the
rest. A terminal that keeps crashing is left alone after a few tries: people must look.

What stops a terminal at its first start is a mistake in the call, and is left to whoever called. The
same trouble later - a port, a display or a disk that has gone - may end by itself, and nobody may be
there: it is tried again for ever, with pauses.
"""

import os
import select
import signal
import socket
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

PAUSES_SECONDS = (10.0, 20.0, 40.0, 60.0)
"""Before another try at what could not be had; the last pause stays. A plugged cable is noticed within
a minute, and a port that is refused is not hammered at."""

REFUSED = 2
"""Exit code where something it needs cannot be had; said in a sentence by the terminal."""

RECORD_BROKEN = 75
"""Exit code of a terminal that cannot write its record any more and has given the card back: a new
start may find the disk well (the number is EX_TEMPFAIL of sysexits.h)."""

STOPPED = 130
"""Exit code when it was asked to end."""

ENDED_BY_ITSELF = frozenset({0, STOPPED, -signal.SIGINT, -signal.SIGTERM})


def supervise(
    arguments: Sequence[str],
    program: Sequence[str] = (),
    pauses: Sequence[float] = PAUSES_SECONDS,
) -> int:
    """Run `main.py` (or `program`) with these arguments under watch; its exit code when it ends by
    itself. `pauses` are in seconds, as PAUSES_SECONDS."""
    clock, crashes, refusals = SystemClock(), list[float](), 0
    watch = _Watch([*(program or (sys.executable, str(Path(sys.argv[0]).resolve()))), *arguments])
    first = True
    while True:
        started = clock.now()
        code = watch.run_once()
        if code in ENDED_BY_ITSELF or watch.stopped:
            return code if code >= 0 else STOPPED
        if code == REFUSED and first and not watch.lived:
            return code
        now, first = clock.now(), False
        if code in (REFUSED, RECORD_BROKEN):
            refusals = 0 if now - started > CRASH_WINDOW_SECONDS else refusals
            pause = pauses[min(refusals, len(pauses) - 1)]
            refusals += 1
            print(
                f"The terminal cannot run now (exit code {code}); trying again in {pause:.0f} s.",
                file=sys.stderr,
                flush=True,
            )
            if not watch.pause(pause):
                return STOPPED
            continue
        refusals = 0
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
    one ended. `lived` once a terminal has shown a sign of life."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._child: subprocess.Popen[bytes] | None = None
        self._woken, self._waker = socket.socketpair()
        self.stopped = self.lived = False
        if os.name != "nt":
            signal.signal(signal.SIGTERM, lambda number, frame: self.stop())

    def stop(self) -> None:
        """Ask the terminal to end, and start no other."""
        self.stopped = True
        self._waker.send(b".")
        if self._child is not None:
            self._child.terminate()

    def pause(self, seconds: float) -> bool:
        """Wait before the next start; False once asked to stop. A pair of sockets, because Windows can
        wait for those."""
        try:
            select.select([self._woken], [], [], seconds)
        except KeyboardInterrupt:
            self.stopped = True
        return not self.stopped

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
                    self.lived = True
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
