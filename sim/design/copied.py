"""A copy of the design's files in a folder of its own, to be edited without touching the program's."""

from pathlib import Path
from shutil import copyfile

from sim.stage.design import SOURCES, Sources


def copied(folder: Path) -> Sources:
    """Every file of the design below `folder`, at the same places."""
    for path in SOURCES.files():
        there = folder / path.relative_to(SOURCES.folder)
        there.parent.mkdir(parents=True, exist_ok=True)
        copyfile(path, there)
    return Sources(folder)
