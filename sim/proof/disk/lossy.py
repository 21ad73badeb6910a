"""The simulated disk as a layer that SQLite writes through: every byte of every file in memory.

The journal that ships runs on it unchanged; `path` and `name` are what it is opened with. The disk
counts writes and syncs, calls `on_call` at each (which may raise `PowerCutError`: the power goes
there), and does what was armed: `full`, `write error`, `short write`, `sync error`, `read only`,
`slow`. What survives a cut is decided in `platter.py`.

Real files are three, all in one folder of its own that holds no data of the journal: an empty file
below SQLite's main file, since only a file of the built-in layer can have the shared index that a log
needs (it is new at every opening, as after a reboot); the journal's lock; and its ballast.
"""

# ruff: noqa: N802 - SQLite's own names for what a layer can do

import itertools
import os
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self, cast

import apsw

from sim.proof.disk.platter import SECTOR_BYTES, Change, Image, Losses, Platter, Truncate, Write
from terminal.ports import Seconds

Call = Literal["write", "sync"]
FaultKind = Literal["full", "write error", "short write", "sync error", "read only", "slow"]

BASE_LAYER: Final = "" if os.name == "nt" else "unix-excl"
"""The built-in layer whose shared index is in memory: one process uses it anyway."""

ROOMY_BYTES: Final = 1 << 40
"""What the disk says is free where nobody said otherwise."""

_NUMBERS = itertools.count(1)


class PowerCutError(Exception):
    """The power went in the middle of this call, or the caller died with it earlier."""


@dataclass(slots=True)
class Fault:
    """A fault armed: it strikes at the `at`-th write (a sync error: sync) from now, counted from 1, and
    at every later one if `lasting`, each time only `while_true`. A failed sync drops the changes from
    the cache if `drops`; a slow write takes `seconds`."""

    kind: FaultKind
    at: int
    lasting: bool = True
    drops: bool = False
    seconds: Seconds = 0.0
    while_true: Callable[[], bool] = lambda: True
    struck: int = 0

    def strikes(self, call: Call) -> bool:
        """Count one call; whether it is the one, or one of those, that fail."""
        if call != ("sync" if self.kind == "sync error" else "write"):
            return False
        self.at -= 1
        due = self.at <= 0 if self.lasting else self.at == 0
        if not due or not self.while_true():
            return False
        self.struck += 1
        return True


class LossyDisk:
    """One disk. Use it as a context; it unregisters its layer and removes its real files, and its
    folder where it was given none."""

    def __init__(self, folder: Path | None = None) -> None:
        self.name = f"lossy-{os.getpid()}-{next(_NUMBERS)}"
        self.platter = Platter()
        self._own = None if folder else Path(tempfile.mkdtemp(prefix="lossy-disk-"))
        self.folder = folder or self._own or Path()
        self.path = self.folder / f"{self.name}.db"
        self.powered = True
        self.life = 0
        self.writes = self.syncs = 0
        self.slow_seconds: Seconds = 0.0
        self.lies = False
        """A disk that says yes to a sync and does nothing: for canaries."""
        self.free_bytes = ROOMY_BYTES
        self.on_call: Callable[[Call], None] = lambda call: None
        self.faults: list[Fault] = []
        self._openings = itertools.count(1)
        self._layer = _Layer(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._layer.unregister()
        for left in self.folder.glob(f"{self.name}*"):
            left.unlink()
        if self._own is not None:
            self._own.rmdir()

    # --- what happens to it -----------------------------------------------------------------------

    def cut(self, rng: random.Random) -> Losses:
        """The power goes: what was not synced is kept, dropped or torn. Whoever has a file open is
        dead; the disk answers nobody until `back_on`."""
        self.dies()
        return self.platter.cut(rng)

    def dies(self) -> None:
        """The program that uses the disk is gone, and its files are as the system's cache has them."""
        self.powered = False
        self.life += 1

    def back_on(self) -> None:
        """There is power, and a program may open files."""
        self.powered = True

    def arm(self, kind: FaultKind, at: int = 1, **more: object) -> Fault:
        """Let a fault happen; fields as `Fault`."""
        fault = Fault(kind, at, **more)  # type: ignore[arg-type]
        self.faults.append(fault)
        return fault

    def repair(self) -> None:
        """Staff changed what was wrong."""
        self.faults.clear()

    # --- what a program does ----------------------------------------------------------------------

    @property
    def read_only(self) -> bool:
        """Whether the disk has become read-only."""
        return any(f.kind == "read only" and f.struck for f in self.faults)

    def write(self, image: Image, change: Change) -> None:
        """One write or truncation: counted, perhaps failing, seen at once, not yet kept."""
        self.writes += 1
        for fault in self.faults:
            if fault.strikes("write"):
                self._fails(fault, image, change)
        self.platter.change(image, change)
        self.on_call("write")

    def sync(self, image: Image) -> None:
        """One sync: counted, perhaps failing; when it returns the file is on the platter."""
        self.syncs += 1
        self.on_call("sync")
        failing = [fault for fault in self.faults if fault.strikes("sync")]
        if failing or self.read_only:
            self.platter.sync_failed(image, any(fault.drops for fault in failing))
            raise apsw.exception_for(apsw.SQLITE_IOERR_FSYNC)
        if not self.lies:
            self.platter.sync(image)
        self.on_call("sync")

    def _fails(self, fault: Fault, image: Image, change: Change) -> None:
        match fault.kind, change:
            case "slow", _:
                self.slow_seconds += fault.seconds
            case "short write", Write(offset=offset, data=data):
                self.platter.change(image, Write(offset, data[: len(data) // 2]))
                raise apsw.FullError("half of it was written")
            case "full" | "short write", Write():
                raise apsw.FullError("no space")
            case "full" | "short write", _:
                return
            case _:
                raise apsw.exception_for(apsw.SQLITE_IOERR_WRITE)

    def new_base(self) -> str:
        """An empty real file that nobody used before."""
        return str(self.folder / f"{self.name}-base-{next(self._openings)}")


class _File:
    """One open file. A handle from before a cut writes nowhere any more."""

    disk: LossyDisk
    image: Image
    life: int

    def _live(self) -> LossyDisk:
        if self.life != self.disk.life or not self.disk.powered:
            raise PowerCutError
        return self.disk

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self.image.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self._live().write(self.image, Write(offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:
        self._live().write(self.image, Truncate(newsize))

    def xSync(self, flags: int) -> None:
        self._live().sync(self.image)

    def xFileSize(self) -> int:
        return len(self.image.seen)

    def xLock(self, level: int) -> None:
        """One connection uses the file; who else may is the business of the journal's own lock."""

    def xUnlock(self, level: int) -> None:
        """As `xLock`."""

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR_BYTES

    def xDeviceCharacteristics(self) -> int:
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE

    def xClose(self) -> None:
        """Nothing to do: closing syncs nothing."""


class _PlainFile(_File):
    """The log, a rollback journal, a temporary file."""

    def __init__(self, disk: LossyDisk, image: Image) -> None:
        self.disk, self.image, self.life = disk, image, disk.life


class _MainFile(_File, apsw.VFSFile):
    """The database file: bytes here, the shared index from the built-in layer below."""

    def __init__(self, disk: LossyDisk, image: Image, flags: list[int]) -> None:
        apsw.VFSFile.__init__(self, BASE_LAYER, disk.new_base(), flags)
        self.disk, self.image, self.life = disk, image, disk.life

    def xClose(self) -> None:
        apsw.VFSFile.xClose(self)


class _Layer(apsw.VFS):
    """Names to files."""

    def __init__(self, disk: LossyDisk) -> None:
        super().__init__(disk.name, "")
        self.disk = disk

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        disk = self.disk
        if not disk.powered:
            raise apsw.CantOpenError("the disk has no power")
        image = Image() if name is None else self._named(_text(name), flags[0])
        if image is None:
            raise apsw.CantOpenError("no such file")
        main = flags[0] & apsw.SQLITE_OPEN_MAIN_DB
        file = _MainFile(disk, image, list(flags)) if main else _PlainFile(disk, image)
        if disk.read_only:
            writing = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
            flags[1] = (flags[0] & ~writing) | apsw.SQLITE_OPEN_READONLY
        else:
            flags[1] = flags[0]
        return cast(apsw.VFSFile, file)

    def _named(self, name: str, flags: int) -> Image | None:
        create = bool(flags & apsw.SQLITE_OPEN_CREATE) and not self.disk.read_only
        return self.disk.platter.opened(name, create)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        if self.disk.read_only:
            raise apsw.exception_for(apsw.SQLITE_IOERR_DELETE)
        if self.disk.powered:
            self.disk.platter.delete(filename, syncdir)

    def xAccess(self, pathname: str, flags: int) -> bool:
        writing = flags == apsw.SQLITE_ACCESS_READWRITE
        return pathname in self.disk.platter.names and not (writing and self.disk.read_only)

    def xFullPathname(self, name: str) -> str:
        return name


def _text(name: str | apsw.URIFilename) -> str:
    return name.filename() if isinstance(name, apsw.URIFilename) else name
