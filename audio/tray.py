"""Where a speech child leaves what it made: memory that both hold, and that has no name.

What is spoken may be private, so it must be in no file that anybody could find, not even after both
programs were killed. The rules:

- A tray is a memory file (`memfd_create`), or where there is none a private file that is unlinked
  before anything is in it; the child inherits it by number. It is gone when the last of both is.
- Its head is written last and at once: a tray that has a head is whole.
- Where programs cannot inherit files by number (Windows) it is a folder that only its owner may
  enter, and the result is removed with it as soon as it was read.

What the sounds are, and how they are made, is not its business.
"""

import contextlib
import os
import shutil
import struct
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_HEAD = struct.Struct("<4sII")
"""Magic, number of sentences, rate in hertz. Then the size of each in bytes, then the PCM."""
_SIZE = struct.Struct("<I")
_MAGIC = b"said"

SENTENCES_MAX = 100
"""Several screens of text: more is garbage."""
TRAY_BYTES_MAX = 20_000_000
"""Seven minutes of speech: more is garbage."""

_RESULT = "said"


@dataclass(frozen=True, slots=True)
class Said:
    """16-bit mono PCM of each sentence, at one rate."""

    sentences: tuple[bytes, ...]
    rate_hz: int


class Tray(Protocol):
    """The parent's side. `argument` is what the child is told, `inherited` what it must inherit."""

    @property
    def argument(self) -> str: ...

    @property
    def inherited(self) -> tuple[int, ...]: ...

    def read(self) -> Said | None:
        """What the child has left, or None as long as it is not whole (or garbage)."""
        ...

    def close(self) -> None:
        """Nothing is left of it."""
        ...


class NamelessTray:
    """Memory, or an unlinked file, inherited by number."""

    def __init__(self) -> None:
        self._file = nameless("speech")

    @property
    def argument(self) -> str:
        return str(self._file)

    @property
    def inherited(self) -> tuple[int, ...]:
        return (self._file,)

    def read(self) -> Said | None:
        size = os.fstat(self._file).st_size
        if not _HEAD.size < size <= TRAY_BYTES_MAX:
            return None
        if os.pread(self._file, len(_MAGIC), 0) != _MAGIC:
            return None
        return unpacked(os.pread(self._file, size, 0))

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._file = -1


class FolderTray:
    """A private folder, for systems where a program inherits no file by number."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="speech-"))

    @property
    def argument(self) -> str:
        return str(self._folder)

    @property
    def inherited(self) -> tuple[int, ...]:
        return ()

    def read(self) -> Said | None:
        with contextlib.suppress(OSError):
            return unpacked((self._folder / _RESULT).read_bytes())
        return None

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def new_tray() -> Tray:
    """An empty tray. Raises OSError."""
    return FolderTray() if os.name == "nt" else NamelessTray()


def nameless(name: str) -> int:
    """A file without a name in any folder: memory where the system has that. Raises OSError."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create(name)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def leave(argument: str, said: Said) -> None:
    """The child's side: puts the sentences on the tray it was told. Raises OSError."""
    packed_now = packed(said)
    if not argument.isdecimal():
        part = Path(argument) / "part"
        part.write_bytes(packed_now)
        part.rename(Path(argument) / _RESULT)
        return
    file = int(argument)
    rest = memoryview(packed_now)[_HEAD.size :]
    at = _HEAD.size
    while rest:
        written = os.pwrite(file, rest, at)
        rest, at = rest[written:], at + written
    os.pwrite(file, packed_now[: _HEAD.size], 0)


@contextlib.contextmanager
def scratch() -> Iterator[str]:
    """A name under which an engine can write a sentence: that of a memory file, which only this
    process has, or of a file in a private folder that is emptied after each and then removed."""
    if hasattr(os, "memfd_create") and os.path.isdir("/proc/self/fd"):
        file = nameless("sentence")
        try:
            yield f"/proc/self/fd/{file}"
        finally:
            os.close(file)
        return
    with tempfile.TemporaryDirectory(prefix="speech-", ignore_cleanup_errors=True) as folder:
        yield os.path.join(folder, "sentence")


def emptied(path: str) -> None:
    """Takes what an engine wrote out of a `scratch` name."""
    with contextlib.suppress(FileNotFoundError):
        if path.startswith("/proc/"):
            os.truncate(path, 0)
        else:
            os.unlink(path)


def packed(said: Said) -> bytes:
    """Sentences as bytes."""
    sizes: Sequence[int] = [len(pcm) for pcm in said.sentences]
    head = _HEAD.pack(_MAGIC, len(sizes), said.rate_hz)
    return b"".join((head, *(_SIZE.pack(size) for size in sizes), *said.sentences))


def unpacked(data: bytes) -> Said | None:
    """Bytes as sentences, or None if they are no such thing."""
    if len(data) < _HEAD.size:
        return None
    magic, count, rate_hz = _HEAD.unpack_from(data)
    at = _HEAD.size + count * _SIZE.size
    if magic != _MAGIC or not 0 < count <= SENTENCES_MAX or not rate_hz or len(data) < at:
        return None
    sizes = [_SIZE.unpack_from(data, _HEAD.size + n * _SIZE.size)[0] for n in range(count)]
    if at + sum(sizes) != len(data) or not all(size and size % 2 == 0 for size in sizes):
        return None
    sentences = []
    for size in sizes:
        sentences.append(data[at : at + size])
        at += size
    return Said(tuple(sentences), rate_hz)
