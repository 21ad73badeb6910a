"""The design, read again when one of its files was saved; the last good one stays until another is whole.

Files are looked at several times a second: size, time and name, nothing else, until one of them differs. Then
all are read and checked (0.1 s). A design that is whole and draws the present screen is handed on as one value,
which whoever runs the terminal takes between two turns; one that is not is told with file, line and the nearest
known word. A file may be seen half written, so a mistake is told only if it still stands at the next look.

Whatever an edit does to the readers of the files is a mistake in the edit: it never ends the program.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.design.check import Checker
from sim.stage.design import SOURCES, Design, Sources, read_design
from sim.stage.toml_files import ConfigurationError
from sim.stage.where import Mistake, named_in
from terminal.ports import Seconds
from terminal.session import Session

LOOKS_PER_SECOND = 5
"""How often the files are looked at: a saved file is on the screen within a second, and some seventy of
them take half a thousandth of one."""

Stamps = Mapping[Path, tuple[int, int, int]]
"""What tells that a file was saved: its time in nanoseconds, its size and which file it is."""

Rehearse = Callable[[Design, Session], None]
"""Draws a session on a design for nobody; raises whatever that raises."""


@dataclass
class Reload:
    """Watches the files of a design. `design` is the last good one, `mistakes` what is wrong in the files now,
    `count` how many designs were taken since the start, `saved` the files that led to the last one."""

    sources: Sources = SOURCES
    rehearse: Rehearse | None = None
    design: Design = field(init=False)
    mistakes: tuple[Mistake, ...] = ()
    count: int = 0
    saved: tuple[str, ...] = ()
    _seen: Stamps = field(default_factory=dict)
    _doubt: tuple[Mistake, ...] = ()
    _due: Seconds = 0.0

    def __post_init__(self) -> None:
        self._seen = stamps(self.sources)
        try:
            self.design = read_design(self.sources)
        except ConfigurationError as error:
            raise ConfigurationError(f"{located(error, ())}", error.path) from error
        self._checker = Checker(self.design, self.sources)

    def poll(self, now: Seconds, session: Session) -> Design | None:
        """Another design to take from now on; None while there is none."""
        if now < self._due:
            return None
        self._due = now + 1 / LOOKS_PER_SECOND
        return self.look(session)

    def look(self, session: Session) -> Design | None:
        """One look at the files, now."""
        seen = stamps(self.sources)
        if seen == self._seen:
            self.mistakes, self._doubt = self._doubt or self.mistakes, ()
            return None
        changed, self._seen = differing(self._seen, seen), seen
        fresh = self._read(changed, session)
        if not isinstance(fresh, Design):
            self._doubt = fresh
            return None
        self.mistakes, self._doubt = (), ()
        if fresh == self.design:
            return None
        self.design, self.count = fresh, self.count + 1
        self.saved = tuple(shown_path(path, self.sources) for path in changed)
        return fresh

    def _read(self, changed: Sequence[Path], session: Session) -> Design | tuple[Mistake, ...]:
        """The design as it is on disk, or what is wrong with it."""
        try:
            fresh = read_design(self.sources)
            if found := self._checker.mistakes(fresh):
                return tuple(self._named(one) for one in found)
            if self.rehearse is not None:
                self.rehearse(fresh, session)
        except ConfigurationError as error:
            return (self._named(located(error, changed)),)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a mistake of the edit
            path = str(changed[0]) if changed else str(self.sources.folder)
            text = f"this cannot be used: {type(error).__name__}: {error}."
            return (self._named(Mistake(path, 0, text)),)
        return fresh

    def _named(self, mistake: Mistake) -> Mistake:
        """With the file's name as people know it."""
        file = shown_path(Path(mistake.file), self.sources)
        return Mistake(file, mistake.line, mistake.text)


def stamps(sources: Sources) -> Stamps:
    """What tells whether any file of a design was saved."""
    found: dict[Path, tuple[int, int, int]] = {}
    for path in sources.files():
        try:
            told = path.stat()
        except OSError:
            continue
        found[path] = (told.st_mtime_ns, told.st_size, told.st_ino)
    return found


def differing(before: Stamps, after: Stamps) -> tuple[Path, ...]:
    """The files that are not as they were."""
    every = dict.fromkeys((*before, *after))
    return tuple(path for path in every if before.get(path) != after.get(path))


def shown_path(path: Path, sources: Sources) -> str:
    """A file of the design as people name it: from the design's folder on."""
    try:
        return path.relative_to(sources.folder).as_posix()
    except ValueError:
        return str(path)


_TOML_LINE = re.compile(r"\(at line (\d+)")


def located(error: ConfigurationError, changed: Sequence[Path]) -> Mistake:
    """A mistake of the readers with its line: the parser's own, or that of the key which it names."""
    said = str(error)
    path = error.path or (changed[0] if changed else None)
    if path is None:
        return Mistake("", 0, said)
    text = said.removeprefix(f"{path}: ")
    if found := _TOML_LINE.search(text):
        return Mistake(str(path), int(found[1]), text)
    if path.suffix:
        return Mistake(str(path), named_in(_text(path), text), text)
    # The texts of a language lie in several files: the one that names it, changed ones first.
    files = [*changed, path.with_suffix(".toml"), *_services(path)]
    for one in dict.fromkeys(files):
        if line := named_in(_text(one), text):
            return Mistake(str(one), line, text)
    return Mistake(str(files[0]), 0, text)


def _services(language: Path) -> list[Path]:
    return sorted((language.parent / "services" / language.name).glob("*.toml"))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
