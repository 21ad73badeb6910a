"""One target under atheris, in a process of its own: `python -m sim.proof.fuzz.child TARGET ...`.

Findings do not end the run: the smallest input of each kind is kept in the crash folder, and a line
about it is printed. A kind is what was raised, and where. libFuzzer ends the process itself when its
time is over, with its own last line (`Done N runs in M second(s)`).
"""

import hashlib
import os
import sys
import traceback
from pathlib import Path

NEW = "NEW "
"""Before the line of a finding."""

MEMORY_BYTES_MAX = 2 << 30
"""A parser that wants more than this has lost all measure; the modules themselves take 200 MB."""

INPUT_SECONDS_MAX = 5
INPUT_BYTES_MAX = 2_048
"""The longest frame of any line is half of that."""

EVERYWHERE = ("devices", "terminal", "screens.theme", "audio.utterance", "sim.stage", "sim.world")
"""Where the way that an input takes is watched, so that the next one may take another."""

ON_THE_WIRE = (
    *("dispenser", "last-status", "reader", "chip", "pin-pad"),
    *("id-reader", "acceptor", "document", "printer"),
)
"""Targets that are read in `devices` alone. Watching the rest takes eight seconds to prepare, and slows every
input down."""


def kind_of(trouble: BaseException) -> str:
    """What was raised, and where in our own code."""
    frames = traceback.extract_tb(trouble.__traceback__)
    ours = [f for f in frames if "site-packages" not in f.filename] or frames
    return f"{type(trouble).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


class Findings:
    """The smallest input of each kind of trouble, on disk under a name of its content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, Path] = {}

    def add(self, data: bytes, trouble: BaseException) -> None:
        """Keep it, if it is new or smaller."""
        kind = kind_of(trouble)
        kept = self._kept.get(kind)
        if kept is not None and kept.stat().st_size <= len(data):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / hashlib.sha256(data).hexdigest()[:16]
        path.write_bytes(data)
        print(f"{NEW}{kind}: {path.name}", flush=True)
        if kept is not None and kept != path:
            kept.unlink()
        self._kept[kind] = path

    def know(self, trouble: BaseException, path: Path) -> None:
        """This kind is not new: an earlier run has kept it."""
        self._kept[kind_of(trouble)] = path


def main(target: str, seconds: int, seed: int, crashes: Path, corpus: Path) -> None:
    """Fuzz until the time is over. Does not return."""
    import atheris  # type: ignore[import-untyped]

    watched = ["devices"] if target in ON_THE_WIRE else list(EVERYWHERE)
    with atheris.instrument_imports(include=watched):
        from sim.proof.fuzz.targets import TARGETS
    prove, findings = TARGETS[target], Findings(crashes)
    prove(b"")
    for kept in sorted(crashes.iterdir()):
        try:
            prove(kept.read_bytes())
        except Exception as trouble:  # noqa: BLE001 - whatever comes out is the finding
            findings.know(trouble, kept)
    _limit_memory()

    def one(data: bytes) -> None:
        try:
            prove(data)
        except Exception as trouble:  # noqa: BLE001 - whatever comes out is the finding
            findings.add(data, trouble)

    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        f"-max_len={INPUT_BYTES_MAX}",
        f"-timeout={INPUT_SECONDS_MAX}",
        f"-artifact_prefix={crashes}{os.sep}",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one)
    atheris.Fuzz()


def _limit_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))


if __name__ == "__main__":
    name, seconds, seed, crashes, corpus = sys.argv[1:]
    main(name, int(seconds), int(seed), Path(crashes), Path(corpus))
