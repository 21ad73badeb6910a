"""The simulated PIN pad in a process of its own: `python -m sim.world.pin_pad_process`.

Commands come as lines on standard input, replies go as lines to standard output. The process ends
when its input does, so it never outlives the terminal; it leaves no core dump, and other processes of
the same user cannot look into its memory where the system allows that to be forbidden
(`reliability.md` D.3). The input buffer is overwritten after each read, since it held key presses.
"""

import contextlib
import ctypes
import io
import signal
import sys
from typing import Final

from devices.pin_pad_codec import LINE_BYTES_MAX, Reply, decode_command, encode
from sim.world.pin_block import wipe
from sim.world.pin_pad import Pad

PR_SET_DUMPABLE: Final = 4
"""prctl(2), Linux."""

ENDED_WELL, NOT_UNDERSTOOD = 0, 1


def harden() -> None:
    """No core dump, and no looking in from outside. What a system does not know is left out."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def serve(inlet: io.RawIOBase, outlet: io.RawIOBase) -> int:
    """Obey until the input ends or says something that is not a command. Returns the exit code."""

    def tell(reply: Reply) -> None:
        outlet.write(encode(reply))

    pad = Pad(tell)
    waiting, chunk = bytearray(), bytearray(LINE_BYTES_MAX)
    try:
        while count := inlet.readinto(chunk):
            waiting += memoryview(chunk)[:count]
            wipe(chunk)
            _obey_lines(pad, waiting)
            if len(waiting) > LINE_BYTES_MAX:
                return NOT_UNDERSTOOD
        return ENDED_WELL
    except ValueError:
        return NOT_UNDERSTOOD
    except BrokenPipeError:
        return ENDED_WELL
    finally:
        pad.forget()


def _obey_lines(pad: Pad, waiting: bytearray) -> None:
    """Carry out every whole line and overwrite it."""
    while (end := waiting.find(b"\n")) >= 0:
        line = waiting[: end + 1]
        waiting[: end + 1] = bytes(end + 1)
        del waiting[: end + 1]
        try:
            pad.obey(decode_command(line))
        finally:
            wipe(line)


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the terminal, which ends us
    harden()
    inlet, outlet = io.FileIO(0, closefd=False), io.FileIO(1, "w", closefd=False)
    return serve(inlet, outlet)


if __name__ == "__main__":
    sys.exit(main())
