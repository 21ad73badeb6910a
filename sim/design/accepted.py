"""What was accepted of a gallery, and what is another since.

Accepting keeps the names of all pictures, which say what they show, in one file of the gallery's folder. The
pictures themselves stay where they are: a build drops only those that neither it nor what was accepted
names, so before and after can stand side by side. Places that were not drawn this time are not compared.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ACCEPTED: Final = "accepted.json"

Place = str
"""A screen in a look, a language and on a panel: `review/elder/zh/19in-1280x1024`."""

Names = tuple[str, ...]
"""Of the pictures of its pages."""

Shown = Mapping[Place, Names]


def place(screen: str, look: str, language: str, panel: str) -> Place:
    """The name of a place, which is its address in the page too."""
    return f"{screen}/{look}/{language}/{panel}"


def screen_of(where: Place) -> str:
    """The screen of a place."""
    return where.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Compared:
    """What is another than accepted: places with other pages (their pages before), new ones, and those that
    are no longer there."""

    changed: Shown
    fresh: tuple[Place, ...]
    gone: tuple[Place, ...]


def read(folder: Path) -> Shown | None:
    """What was accepted here, or None where nothing was yet or the file is none."""
    try:
        held = json.loads((folder / ACCEPTED).read_text(encoding="utf-8"))
        return {where: tuple(names) for where, names in held.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return None


def accept(folder: Path, shown: Shown, known: Iterable[str]) -> None:
    """Keep what is shown as what it should be. Places that were not drawn this time stay as accepted, but for
    those of screens that are no longer `known`."""
    screens = frozenset(known)
    before = {w: names for w, names in (read(folder) or {}).items() if screen_of(w) in screens}
    held = {**before, **shown}
    lines = ",\n".join(
        f"{json.dumps(where)}:{json.dumps(held[where], separators=(',', ':'))}"
        for where in sorted(held)
    )
    (folder / ACCEPTED).write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def compared(shown: Shown, before: Shown | None, known: Iterable[str]) -> Compared:
    """What is shown against what was accepted; nothing is new where nothing was. `known` are the screens that
    there are: a place of a screen that is none of them is gone, any other was only not drawn."""
    if before is None:
        return Compared({}, (), ())
    screens = frozenset(known)
    changed = {w: before[w] for w, names in shown.items() if before.get(w, names) != names}
    fresh = tuple(where for where in shown if where not in before)
    gone = tuple(where for where in before if screen_of(where) not in screens)
    return Compared(changed, fresh, gone)


def named(*each: Shown | None) -> Iterator[str]:
    """Every picture that is named anywhere."""
    for shown in each:
        for names in (shown or {}).values():
            yield from names
