"""A process that has read the program's modules already, and becomes `main.py` by forking.

Half a second of every call is reading four hundred modules. Each call is still a process of its own, with its own
folder, environment, output and end; what it does not have of its own is the reading of the modules, which
`call(..., cold=True)` in `tests/stage/processes.py` tries from the beginning.

Over the socket of the first argument come JSON objects, each with the descriptors for output and errors; back go
the process's number, and after its end its exit code, as lines.
"""

import gc
import json
import os
import runpy
import socket
import sys
from importlib import import_module

REQUEST_BYTES = 1 << 16
"""More than any environment has here; a longer request is cut, which is no JSON."""

MODULES = (
    "sim.proof.options",
    "sim.commands",
    "sim.stage.kiosk",
    "sim.stage.supervisor",
    "sim.stories.command",
    "sim.stage.prompts",
    "sim.stage.serve",
    "sim.stories.file",
)


def serve(line: socket.socket) -> tuple[str, list[str]]:
    """Answers until the line is closed. Returns only in a new process: the program and its arguments."""
    while True:
        request, descriptors, _, _ = socket.recv_fds(line, REQUEST_BYTES, 2)
        if not request:
            sys.exit(0)
        wanted = json.loads(request)
        child = os.fork()
        if not child:
            line.close()
            _become(wanted["folder"], wanted["env"], *descriptors)
            return wanted["program"], wanted["arguments"]
        for descriptor in descriptors:
            os.close(descriptor)
        line.sendall(b"%d\n" % child)
        _, status = os.waitpid(child, 0)
        line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _become(folder: str, env: dict[str, str], out: int, err: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, descriptor in enumerate((nothing, out, err)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)


if __name__ == "__main__":
    for name in MODULES:
        import_module(name)
    gc.freeze()
    program, arguments = serve(socket.socket(fileno=int(sys.argv[1])))
    sys.argv = [program, *arguments]
    runpy.run_path(program, run_name="__main__")
