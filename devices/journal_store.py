"""The electronic journal on disk: one append-only SQLite table, one connection, every commit synced.

What the journal says decides what a customer is charged after a power cut (`reliability.md` A.3), so
the rules are few and hard. Rows are written in one explicit transaction before anything they announce
happens. WAL and `synchronous=FULL` are set and read back at every opening, and the log is folded into
the table before a row of it is believed: what an earlier failed sync left may be in the system's cache
and not on the disk, and rows written behind it would fall with it. Each row carries the hash
of the one before it and a keyed seal, so that a changed, missing or exchanged row shows (D.4); a tail
that was cut off does not, until the bank holds a checkpoint. Nothing is ever changed or deleted here.

Trouble is said once, in a sentence, and by kind: `JournalFull` (this visit could not even be finished
on the reserve), `JournalBroken` (do not trust or use it; after a failed sync nothing is tried again),
`JournalInUse` (another program has it). A row that may not exist is a mistake and asserts.

Not its business: what is written and when (`terminal`), what time it is (both faces of the clock come
in as arguments), and reading for people (`sim/stage/log.py`, through `JournalReader`).
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import apsw

from devices.host.message import Checkpoint
from devices.journal_chain import (
    GENESIS,
    Fault,
    RawRow,
    StoredRow,
    canonical,
    find_faults,
    key_seal,
    link_hash,
    seal,
    stored,
)
from devices.journal_files import (
    BALLAST_BYTES,
    KEY_BYTES,
    MEMORY,
    JournalBroken,
    JournalError,
    JournalFull,
    JournalInUse,
    Lock,
    Reserve,
    journal_key,
    key_path,
    read_key,
)
from terminal.journal_row import Row, check

__all__ = [
    "MEMORY",
    "Fault",
    "JournalBroken",
    "JournalError",
    "JournalFull",
    "JournalInUse",
    "JournalReader",
    "JournalStore",
    "Row",
    "StoredRow",
    "journal_key",
    "read_key",
]

APPLICATION_ID: Final = 0x41544A4C
"""Marks the file as ours ("ATJL"), so that another database is refused."""

FORMAT: Final = 1
"""Version of the table's shape; another one is refused rather than guessed at."""

TAIL_CHECK_ROWS: Final = 10_000
"""How many of the newest rows are checked at every opening: several hundred visits, a fraction of a
second. The whole chain is what `verify` is for."""

BUSY_MILLISECONDS: Final = 200
"""How long a commit waits for a reader that opens at the same moment."""

SYNCHRONOUS_FULL: Final = 2

_SCHEMA: Final = f"""
CREATE TABLE seal (key_check BLOB NOT NULL) STRICT;
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY, utc TEXT NOT NULL, mono_ns INTEGER NOT NULL, boot TEXT NOT NULL,
    visit TEXT NOT NULL, txid TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
    prev_hash BLOB NOT NULL, hash BLOB NOT NULL, mac BLOB NOT NULL
) STRICT;
CREATE TRIGGER journal_keeps_rows BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
CREATE TRIGGER journal_loses_none BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT};
"""
_INSERT: Final = "INSERT INTO journal VALUES (?,?,?,?,?,?,?,?,?,?,?)"
_SELECT: Final = "SELECT * FROM journal WHERE seq > ? ORDER BY seq"


class JournalStore:
    """The journal, open for writing by this program alone.

    `free_bytes` says how much room the disk has and `vfs` names the layer SQLite writes through;
    both are for tests. `boot` names this run of the terminal in every row."""

    def __init__(
        self,
        path: Path | str,
        key: bytes,
        *,
        ballast_bytes: int = BALLAST_BYTES,
        vfs: str | None = None,
        boot: str = "",
        free_bytes: Callable[[], int] | None = None,
    ) -> None:
        assert len(key) == KEY_BYTES, f"a journal key has {KEY_BYTES} bytes"
        self.boot = boot or secrets.token_hex(8)
        self._path = Path(path)
        self._key = key
        self._broken = ""
        self._reserve = Reserve.none()
        self._lock = Lock.none()
        if str(path) != MEMORY:
            self._lock = Lock(self._path)
            self._reserve = Reserve(self._path, ballast_bytes, free_bytes)
        try:
            self._connection = _open(path, vfs)
            self._cursor = self._connection.cursor()
            self._folded = str(path) == MEMORY
            self._prepare(str(path) == MEMORY)
        except BaseException as trouble:
            self._let_go()
            if isinstance(trouble, apsw.Error):
                raise _explained(self._path, trouble) from trouble
            raise

    @property
    def low(self) -> bool:
        """Whether room runs out: finish this visit, begin no other."""
        return self._reserve.low

    def append(self, rows: Sequence[Row], now: float, utc: str) -> None:
        """Write all rows or none, and return when the disk has them.

        `now` is monotonic seconds, `utc` the wall clock as ISO 8601. Raises JournalFull when even
        the reserve is used up, and JournalBroken, from then on always, when the disk fails."""
        if self._broken:
            raise JournalBroken(self._broken)
        if not rows:
            return
        raw = self._chained(rows, int(now * 1e9), utc)
        try:
            self._fold()
            self._commit(raw)
        except apsw.FullError:
            self._commit_on_reserve(raw)
        except apsw.Error as trouble:
            raise self._fail(trouble) from trouble
        self._seq, self._head = raw[-1][0], raw[-1][9]
        self._reserve.used(len(raw))

    def rows(self) -> Iterator[StoredRow]:
        """Every row, oldest first."""
        return map(stored, _select(self._connection))

    def head(self) -> Checkpoint:
        """The newest row; sequence 0 for an empty journal."""
        return Checkpoint(self._seq, self._head)

    def hash_of(self, seq: int) -> bytes | None:
        """The hash of a row, None if there is no such row; row 0 is where the chain begins."""
        if seq == 0:
            return GENESIS
        found = self._connection.execute(
            "SELECT hash FROM journal WHERE seq = ?", (seq,)
        ).fetchone()
        return found[0] if found else None

    def verify(self) -> list[Fault]:
        """What is wrong with the file, the chain, the seals or the numbering; empty if nothing."""
        return _all_faults(self._connection, self._key, self._path)

    def close(self) -> None:
        """Fold the log in and let another program have the journal. May be called twice."""
        try:
            self._connection.close()
        except apsw.Error as trouble:
            raise _explained(self._path, trouble) from trouble
        finally:
            self._lock.release()

    def _let_go(self) -> None:
        """After an opening that failed: nothing stays open, and nobody is kept out."""
        try:
            if hasattr(self, "_connection"):
                self._connection.close()
        except apsw.Error:
            pass  # said already, by what failed first
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- opening ----------------------------------------------------------------------------

    def _prepare(self, memory: bool) -> None:
        if not _is_empty(self._connection):
            _check_identity(self._connection, self._path)
        self._set("journal_mode", "WAL", "memory" if memory else "wal")
        self._set("synchronous", "FULL", SYNCHRONOUS_FULL)
        if _is_empty(self._connection):
            self._create()
        self._fold()
        _check_key(self._connection, self._key, self._path)
        self._seq, self._head = self._end()
        self._check_tail()

    def _set(self, name: str, value: str, expected: object) -> None:
        self._connection.pragma(name, value)
        found = self._connection.pragma(name)
        if found != expected:
            raise JournalBroken(
                f"The journal {self._path} would not be kept safely: {name} is {found} "
                f"and must be {expected}."
            )

    def _create(self) -> None:
        with self._transaction() as cursor:
            cursor.execute(_SCHEMA)
            cursor.execute("INSERT INTO seal VALUES (?)", (key_seal(self._key),))

    def _end(self) -> tuple[int, bytes]:
        found = self._connection.execute(
            "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        return (found[0], found[1]) if found else (0, GENESIS)

    def _check_tail(self) -> None:
        first = max(0, self._seq - TAIL_CHECK_ROWS)
        faults = find_faults(_select(self._connection, first), self._key, after=first)
        if faults:
            raise JournalBroken(
                f"The journal {self._path} was damaged or altered: {faults[0].text} "
                "Keep the file and put a copy in its place."
            )

    # --- writing ----------------------------------------------------------------------------

    def _fold(self) -> None:
        """Write what the log holds into the table anew, sync that, and begin the log again. Where a
        reader or a full disk is in the way nobody waits: it is tried again before the next row."""
        if self._folded:
            return
        self._connection.set_busy_timeout(0)
        try:
            self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except (apsw.BusyError, apsw.FullError):
            return
        finally:
            self._connection.set_busy_timeout(BUSY_MILLISECONDS)
        self._folded = True

    def _chained(self, rows: Sequence[Row], mono_ns: int, utc: str) -> list[RawRow]:
        seq, head, raw = self._seq, self._head, []
        for row in rows:
            check(row)
            seq += 1
            body = canonical(dict(row.body))
            ours = (seq, utc, mono_ns, self.boot, row.visit, row.txid, row.kind, body)
            link = link_hash(head, ours)
            raw.append((*ours, head, link, seal(self._key, link)))
            head = link
        return raw

    def _commit(self, raw: Sequence[RawRow]) -> None:
        with self._transaction() as cursor:
            cursor.executemany(_INSERT, raw)

    @contextmanager
    def _transaction(self) -> Iterator[apsw.Cursor]:
        """All or nothing; what failed first is what is raised."""
        cursor = self._cursor
        cursor.execute("BEGIN IMMEDIATE")
        try:
            yield cursor
            cursor.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                cursor.execute("ROLLBACK")
            raise

    def _commit_on_reserve(self, raw: Sequence[RawRow]) -> None:
        """Once more, with the ballast given back. Nothing else is ever tried twice."""
        self._reserve.give_back()
        try:
            self._commit(raw)
        except apsw.FullError as trouble:
            raise JournalFull(
                f"The disk with the journal {self._path} is full, the reserve included. "
                "Free some space; no visit can begin before."
            ) from trouble
        except apsw.Error as trouble:
            raise self._fail(trouble) from trouble

    def _fail(self, trouble: apsw.Error) -> JournalError:
        """After a failed write or sync nothing is tried again: the system may have dropped the
        pages, and the next sync would only seem to work (`reliability.md` A.3)."""
        failure = _explained(self._path, trouble)
        self._broken = str(failure)
        return failure


class JournalReader:
    """The journal read beside a running terminal: a read-only connection and one snapshot, which in
    WAL mode never makes the writer wait. Takes no lock and creates nothing."""

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        if not self._path.is_file():
            raise JournalBroken(f"There is no journal {self._path}.")
        self._connection = _open_to_read(self._path)
        try:
            self._connection.execute("BEGIN")
            _check_identity(self._connection, self._path)
        except BaseException as trouble:
            self._connection.close()
            if isinstance(trouble, apsw.Error):
                raise _explained(self._path, trouble) from trouble
            raise

    def rows(self) -> Iterator[StoredRow]:
        """Every row of the snapshot, oldest first."""
        return map(stored, _select(self._connection))

    def verify(self, key: bytes) -> list[Fault]:
        """As `JournalStore.verify`. Raises JournalBroken if the key is another journal's."""
        _check_key(self._connection, key, self._path)
        return _all_faults(self._connection, key, self._path)

    def close(self) -> None:
        """End the snapshot."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _all_faults(connection: apsw.Connection, key: bytes, path: Path) -> list[Fault]:
    """The chain's faults, and the file's own: a damaged page can drop the newest row and leave the
    chain whole, but not the page's bookkeeping."""
    try:
        found = connection.pragma("quick_check", 1)
    except apsw.Error as trouble:
        raise _explained(path, trouble) from trouble
    damaged = [] if found == "ok" else [Fault(0, "file", "The file itself is damaged.")]
    return damaged + find_faults(_select(connection), key)


def _select(connection: apsw.Connection, after: int = 0) -> Iterator[RawRow]:
    try:
        yield from connection.execute(_SELECT, (after,))
    except (apsw.Error, UnicodeDecodeError) as trouble:
        raise _explained(Path(connection.filename or MEMORY), trouble) from trouble


# --- SQLite -------------------------------------------------------------------------------------


def _open(path: Path | str, vfs: str | None) -> apsw.Connection:
    if str(path) != MEMORY:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    connection = apsw.Connection(str(path), vfs=vfs)
    connection.set_busy_timeout(BUSY_MILLISECONDS)
    for name in ("fullfsync", "checkpoint_fullfsync"):
        connection.pragma(name, "ON")
    connection.pragma("trusted_schema", "OFF")
    return connection


def _open_to_read(path: Path) -> apsw.Connection:
    """Read-only; a copy in a folder where nothing can be created is read as it lies."""
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    address = path.resolve().as_uri()
    try:
        connection = apsw.Connection(f"{address}?mode=ro", flags=flags)
        connection.set_busy_timeout(BUSY_MILLISECONDS)
        connection.pragma("application_id")
    except (apsw.CantOpenError, apsw.ReadOnlyError) as trouble:
        if Path(f"{path}-wal").exists():
            raise _explained(path, trouble) from trouble
        connection = apsw.Connection(f"{address}?immutable=1", flags=flags)
    except apsw.Error as trouble:
        raise _explained(path, trouble) from trouble
    return connection


def _is_empty(connection: apsw.Connection) -> bool:
    return connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)


def _check_identity(connection: apsw.Connection, path: Path) -> None:
    if connection.pragma("application_id") != APPLICATION_ID:
        raise JournalBroken(f"{path} is a database, but not a journal of this terminal.")
    if (found := connection.pragma("user_version")) != FORMAT:
        raise JournalBroken(
            f"The journal {path} has format {found}; this program reads format {FORMAT}."
        )


def _check_key(connection: apsw.Connection, key: bytes, path: Path) -> None:
    try:
        found = connection.execute("SELECT key_check FROM seal").fetchone()
    except (apsw.Error, UnicodeDecodeError) as trouble:
        raise _explained(path, trouble) from trouble
    if found is None or found[0] != key_seal(key):
        raise JournalBroken(f"The key {key_path(path)} is not the key of the journal {path}.")


def _explained(path: Path, trouble: apsw.Error | UnicodeDecodeError) -> JournalError:
    """The sentence for a failure below us. It never quotes data."""
    match trouble:
        case apsw.FullError():
            return JournalFull(f"The disk with the journal {path} is full.")
        case apsw.NotADBError():
            return JournalBroken(f"{path} is not a journal.")
        case apsw.CorruptError() | UnicodeDecodeError():
            return JournalBroken(f"The journal {path} is damaged; keep it and restore a copy.")
        case apsw.ReadOnlyError() | apsw.PermissionsError() | apsw.CantOpenError():
            return JournalBroken(f"The journal {path} cannot be opened for writing.")
        case apsw.IOError():
            return JournalBroken(f"The disk with the journal {path} reports an error.")
        case _:
            name = type(trouble).__name__
            return JournalBroken(f"The journal {path} cannot be used ({name}).")
