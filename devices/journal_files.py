"""The files beside the journal: its key, the lock that keeps a second program out, and the ballast
that is given back when the disk is full, so that a running visit can be finished (`reliability.md`
A.3). Also the three ways a journal can be unusable, since these files are the first to know.
"""

import os
import secrets
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

MEMORY: Final = ":memory:"
"""A journal that lives as long as its process; for headless runs."""

KEY_BYTES: Final = 32
"""As long as the hash it keys (HMAC-SHA-256)."""

BALLAST_BYTES: Final = 16 << 20
"""The reserve given back when the disk is full (`reliability.md` A.3): about 2,000 visits of 8 kB,
so the running one can certainly be finished."""

LOW_WATER_BYTES: Final = 32 << 20
"""Free space under which no new visit begins: the reserve twice, since the log that SQLite keeps
beside the table may grow to some megabytes before it is folded in."""

SPACE_CHECK_ROWS: Final = 64
"""How many rows may pass between two looks at the free space: a few visits."""


class JournalError(Exception):
    """The journal cannot be used; the message is a sentence for the operator."""


class JournalFull(JournalError):
    """There is no room left, the reserve included."""


class JournalBroken(JournalError):
    """The journal, its key or its disk cannot be trusted. Cash services stop."""


class JournalInUse(JournalError):
    """Another program has this journal open for writing."""


def key_path(journal: Path | str) -> Path:
    """Where the key of this journal lies: beside it."""
    return Path(f"{journal}.key")


def journal_key(journal: Path | str) -> bytes:
    """The key of this journal, made now if the journal is new. Only its owner may read the file."""
    path = key_path(journal)
    if str(journal) == MEMORY:
        return secrets.token_bytes(KEY_BYTES)
    if not Path(journal).exists() and not (path.exists() and path.stat().st_size):
        path.parent.mkdir(parents=True, exist_ok=True)
        _make_key(path)
    return read_key(journal)


def _make_key(path: Path) -> None:
    """The key is there whole or not at all, also when the program dies while it is made. Of two programs
    that make it at once the first one's stays."""
    path.unlink(missing_ok=True)  # an empty file is no key, and there is no journal yet
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        os.replace(fresh, path)
    fresh.unlink(missing_ok=True)


def read_key(journal: Path | str) -> bytes:
    """The key of a journal that exists. Raises JournalBroken where it is missing or exposed."""
    path = key_path(journal)
    try:
        key = path.read_bytes()
    except OSError as trouble:
        raise JournalBroken(
            f"The journal {journal} is there, but its key {path} cannot be read. "
            "Put the key back, or move the journal away to begin a new one."
        ) from trouble
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise JournalBroken(f"Others can read the key {path}: run chmod 600 on it.")
    if len(key) != KEY_BYTES:
        raise JournalBroken(f"The key {path} is not a journal key: it has {len(key)} bytes.")
    return key


class Lock:
    """A lock the system drops when its holder dies, however it dies."""

    def __init__(self, journal: Path) -> None:
        path = Path(f"{journal}.lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as trouble:
            raise JournalBroken(
                f"The journal {journal} cannot be locked: {trouble.strerror}."
            ) from trouble
        try:
            _lock_descriptor(self._descriptor)
        except OSError as trouble:
            self.release()
            raise JournalInUse(
                f"Another terminal is running on the journal {journal}. Stop it first, "
                "or give this one a journal of its own."
            ) from trouble

    @classmethod
    def none(cls) -> Self:
        """The lock of a journal nobody else can reach."""
        lock = cls.__new__(cls)
        lock._descriptor = -1
        return lock

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


if sys.platform == "win32":
    import msvcrt

    def _lock_descriptor(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock_descriptor(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Reserve:
    """The ballast file, and how much room there is beside it."""

    def __init__(
        self, journal: Path, ballast_bytes: int, free_bytes: Callable[[], int] | None
    ) -> None:
        self._file = Path(f"{journal}.ballast")
        self._bytes = ballast_bytes
        self._free = free_bytes or (lambda: shutil.disk_usage(journal.parent).free)
        self._rows_since = 0
        self.low = False
        self._fill()
        self._look()

    @classmethod
    def none(cls) -> Self:
        """The reserve of a journal in memory: none, and never low."""
        reserve = cls.__new__(cls)
        reserve._bytes, reserve._free = 0, lambda: sys.maxsize
        reserve._rows_since, reserve.low = 0, False
        reserve._file = Path(os.devnull)
        return reserve

    def give_back(self) -> None:
        """Delete the ballast. From here on the journal is low until it is opened again."""
        if self._bytes:
            self._file.unlink(missing_ok=True)
        self.low = True

    def used(self, rows: int) -> None:
        """Count what was written, and look at the disk now and then."""
        self._rows_since += rows
        if self._rows_since >= SPACE_CHECK_ROWS:
            self._rows_since = 0
            self._look()

    def _look(self) -> None:
        self.low = self.low or self._free() < LOW_WATER_BYTES

    def _fill(self) -> None:
        """Make the ballast if it is not whole and there is room; really written, never sparse."""
        if self._bytes == 0 or self._whole():
            return
        if self._free() < self._bytes + LOW_WATER_BYTES:
            self.low = True
            return
        try:
            with self._file.open("wb") as file:
                for _ in range(0, self._bytes, 1 << 20):
                    file.write(bytes(min(1 << 20, self._bytes)))
                file.truncate(self._bytes)
        except OSError:
            self.give_back()

    def _whole(self) -> bool:
        return self._file.exists() and self._file.stat().st_size == self._bytes
