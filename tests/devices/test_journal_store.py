"""The journal under everything that happens to disks and files: full, failing, flipped, swapped, cut,
opened twice, killed in the middle. The disk is replaced below SQLite, so the code that runs here is
the code that ships."""

import hashlib
import hmac
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from devices.journal_files import key_path
from devices.journal_store import (
    MEMORY,
    JournalBroken,
    JournalError,
    JournalFull,
    JournalInUse,
    JournalReader,
    JournalStore,
    Row,
    journal_key,
    read_key,
)
from terminal.journal_row import ALLOWED, KINDS, TEXT_LENGTH_MAX

UTC = "2026-11-21T20:00:00.000Z"
ROOMY = 1 << 40
ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.db"


def opened(path: Path | str, **options: object) -> JournalStore:
    """A journal without ballast on a roomy disk, unless told otherwise."""
    settings = {"ballast_bytes": 0, "free_bytes": lambda: ROOMY} | options
    return JournalStore(path, journal_key(path), **settings)  # type: ignore[arg-type]


def visit(number: int) -> list[Row]:
    """A few rows as one visit writes them."""
    name = f"v{number}"
    return [
        Row("VISIT_OPEN", name),
        Row("AUTH_INTENT", name, "a1", {"stan": number, "amount": 50_000, "mix": (5, 0)}),
        Row("DISPENSED", name, "a1", {"counts": (5, 0), "error": "00", "doubtful": False}),
    ]


def written(path: Path, visits: int = 3) -> None:
    with opened(path) as store:
        for number in range(visits):
            store.append(visit(number), 1.5 * number, UTC)


# --- what goes in comes out ---------------------------------------------------------------------


@pytest.mark.parametrize("where", ["disk", "memory"])
def test_rows_come_back_as_they_were_written(path: Path, where: str) -> None:
    with opened(path if where == "disk" else MEMORY, boot="b1") as store:
        store.append(visit(7), 12.25, UTC)
        rows = list(store.rows())
        assert store.verify() == []
    assert [row.kind for row in rows] == ["VISIT_OPEN", "AUTH_INTENT", "DISPENSED"]
    assert [row.seq for row in rows] == [1, 2, 3]
    assert rows[1].body == {"stan": 7, "amount": 50_000, "mix": (5, 0)}
    assert rows[2].body == {"counts": (5, 0), "error": "00", "doubtful": False}
    last = rows[2]
    assert (last.visit, last.txid, last.boot, last.utc) == ("v7", "a1", "b1", UTC)
    assert last.mono_ns == 12_250_000_000
    assert last.prev_hash == rows[1].hash


def test_the_chain_goes_on_after_a_restart(path: Path) -> None:
    written(path, 2)
    with opened(path) as store:
        store.append(visit(9), 0.0, UTC)
        rows = list(store.rows())
        assert store.verify() == []
    assert [row.seq for row in rows] == list(range(1, 10))
    assert rows[0].boot != rows[-1].boot


def test_writing_nothing_writes_nothing() -> None:
    with opened(MEMORY) as store:
        store.append([], 0.0, UTC)
        assert list(store.rows()) == []


def test_settings_on_disk_are_those_that_lose_nothing(path: Path) -> None:
    with opened(path) as store:
        assert store._connection.pragma("journal_mode") == "wal"
        assert store._connection.pragma("synchronous") == 2
    with opened(path) as again:
        assert again._connection.pragma("synchronous") == 2


def test_the_table_only_grows(path: Path) -> None:
    written(path)
    with opened(path) as store:
        for order in ("DELETE FROM journal", "UPDATE journal SET body = '{}'"):
            with pytest.raises(apsw.ConstraintError, match="only grows"):
                store._connection.execute(order)
        assert store.verify() == []


# --- what may be written ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("GOSSIP", {}),
        ("FINAL", {"balance": 1}),
        ("PIN_RESULT", {"pin": "1234"}),
        ("CARD_READ", {"pan": "6222020000000000"}),
        ("FINAL", {"amount": 1.5}),
        ("FINAL", {"counts": [1, 2.0]}),
        ("FINAL", {"counts": ["1"]}),
        ("OUT_OF_SERVICE", {"reason": "x" * (TEXT_LENGTH_MAX + 1)}),
        ("OUT_OF_SERVICE", {"reason": ValueError("text")}),
    ],
)
def test_a_row_that_may_not_exist_is_a_mistake(kind: str, body: dict[str, object]) -> None:
    with pytest.raises(AssertionError):
        Row(kind, body=body)  # type: ignore[arg-type]


def test_a_body_changed_after_the_row_was_made_is_still_refused() -> None:
    body: dict[str, int | str | bool | list[int] | tuple[int, ...] | None] = {"amount": 1}
    row = Row("FINAL", body=body)
    body["pin"] = "1234"
    with opened(MEMORY) as store:
        with pytest.raises(AssertionError):
            store.append([Row("VISIT_OPEN", "v"), row], 0.0, UTC)
        assert list(store.rows()) == []


def test_no_kind_has_a_field_for_a_secret() -> None:
    secret = {"pin", "pan", "block", "track", "cvv", "name", "balance", "token", "key", "age"}
    with_name = {"CHOSEN"}  # the name of an answer, never a person's
    for kind in KINDS - with_name:
        assert not ALLOWED[kind] & secret, kind
    assert ALLOWED["CHOSEN"] & secret == {"name"}


# --- tampering ----------------------------------------------------------------------------------


def tamper(path: Path, *orders: str) -> None:
    """Change the table behind the journal's back."""
    connection = apsw.Connection(str(path))
    for trigger in ("journal_keeps_rows", "journal_loses_none"):
        connection.execute(f"DROP TRIGGER {trigger}")
    for order in orders:
        connection.execute(order)
    connection.close()


SWAP = (
    "UPDATE journal SET seq = -4 WHERE seq = 4",
    "UPDATE journal SET seq = 4 WHERE seq = 5",
    "UPDATE journal SET seq = 5 WHERE seq = -4",
)
REHASH = "UPDATE journal SET hash = zeroblob(32), mac = zeroblob(32) WHERE seq = 5"


@pytest.mark.parametrize(
    ("orders", "seq", "what"),
    [
        (
            ("UPDATE journal SET body = replace(body, '50000', '50001') WHERE seq = 5",),
            5,
            "altered",
        ),
        (("UPDATE journal SET utc = '2026-11-22' WHERE seq = 5",), 5, "altered"),
        (("UPDATE journal SET kind = 'TAKEN' WHERE seq = 5",), 5, "altered"),
        (("DELETE FROM journal WHERE seq = 5",), 6, "gap"),
        (("DELETE FROM journal WHERE seq = 1",), 2, "gap"),
        (SWAP, 4, "chain"),
        ((REHASH,), 5, "seal"),
        (("UPDATE journal SET mac = zeroblob(32) WHERE seq = 9",), 9, "seal"),
    ],
)
def test_tampering_shows_where_it_happened(
    path: Path, orders: tuple[str, ...], seq: int, what: str
) -> None:
    written(path)
    tamper(path, *orders)
    with JournalReader(path) as reader:
        faults = reader.verify(read_key(path))
    assert (seq, what) in {(fault.seq, fault.what) for fault in faults}
    with pytest.raises(JournalBroken, match="damaged or altered"):
        opened(path)


def test_a_forger_without_the_key_cannot_rewrite_the_end(path: Path) -> None:
    """Hashes can be recomputed by anyone; the seal cannot."""
    written(path)
    forged = opened(MEMORY)
    with JournalReader(path) as reader:
        last = list(reader.rows())[-1]
    forged._seq, forged._head, forged.boot = last.seq - 1, last.prev_hash, last.boot
    row = Row("DISPENSED", last.visit, last.txid, {"counts": (9, 9)})
    raw = forged._chained([row], last.mono_ns, last.utc)[0]
    connection = apsw.Connection(str(path))
    connection.execute("DROP TRIGGER journal_loses_none")
    connection.execute("DELETE FROM journal WHERE seq = ?", (last.seq,))
    connection.execute("INSERT INTO journal VALUES (?,?,?,?,?,?,?,?,?,?,?)", raw)
    connection.close()
    with JournalReader(path) as reader:
        faults = reader.verify(read_key(path))
    assert [(fault.seq, fault.what) for fault in faults] == [(last.seq, "seal")]


def test_a_cut_tail_does_not_show_without_a_checkpoint(path: Path) -> None:
    """A known limit of any chain (`reliability.md` D.4): the bank's checkpoint will close it."""
    written(path)
    tamper(path, "DELETE FROM journal WHERE seq > 6")
    with JournalReader(path) as reader:
        assert reader.verify(read_key(path)) == []


STRIDE = 31
"""Every so many bytes one is flipped; a prime, so that all kinds of places are hit."""


@pytest.mark.parametrize("flip", [0x01, 0x10, 0x80])
def test_a_flipped_byte_anywhere_in_the_file_never_passes_unseen(path: Path, flip: int) -> None:
    """Whatever it hits: refused, or found by the check, or no row is any different."""
    written(path)
    whole = path.read_bytes()
    with JournalReader(path) as reader:
        before = list(reader.rows())
    key, found = read_key(path), 0
    for position in range(0, len(whole), STRIDE):
        flipped = bytes([whole[position] ^ flip])
        path.write_bytes(whole[:position] + flipped + whole[position + 1 :])
        try:
            with JournalReader(path) as reader:
                if not reader.verify(key):
                    assert list(reader.rows()) == before, f"byte {position} passed unseen"
                    continue
        except JournalError:
            pass
        found += 1
    assert found > 0


def test_each_hash_covers_the_hash_before_and_all_of_the_row(path: Path) -> None:
    """`reliability.md` D.4, worked out by hand, so that the format cannot drift unnoticed."""
    with opened(path, boot="b") as store:
        store.append([Row("BOOT"), Row("FINAL", "v", "t", {"counts": [1], "amount": 5})], 1.0, "u")
        first, second = store.rows()
    line = b'[2,"u",1000000000,"b","v","t","FINAL","{\\"amount\\":5,\\"counts\\":[1]}"]'
    assert first.prev_hash == bytes(32)
    assert second.hash == hashlib.sha256(first.hash + line).digest()
    assert second.mac == hmac.digest(read_key(path), second.hash, "sha256")


def test_an_unexpected_error_leaves_no_transaction_open() -> None:
    with opened(MEMORY) as store:
        store.append(visit(1), 0.0, UTC)
        store._seq = 0
        with pytest.raises(JournalBroken):
            store.append(visit(2), 1.0, UTC)
        assert not store._connection.in_transaction
        assert len(list(store.rows())) == 3


# --- other files in its place -------------------------------------------------------------------


def test_a_text_file_is_not_a_journal(path: Path) -> None:
    key = journal_key(path)
    path.write_text("dear diary, " * 100)
    with pytest.raises(JournalBroken, match="not a journal"):
        JournalStore(path, key, ballast_bytes=0)
    assert path.read_text().startswith("dear diary")


def test_another_database_is_not_a_journal(path: Path) -> None:
    key = journal_key(path)
    other = apsw.Connection(str(path))
    other.execute("CREATE TABLE stamps (country TEXT)")
    other.close()
    with pytest.raises(JournalBroken, match="not a journal"):
        JournalStore(path, key, ballast_bytes=0)
    kept = apsw.Connection(str(path))
    assert kept.pragma("journal_mode") == "delete"
    kept.close()


def test_the_key_of_another_journal_is_refused(path: Path) -> None:
    written(path)
    with pytest.raises(JournalBroken, match="is not the key"):
        JournalStore(path, bytes(32), ballast_bytes=0)


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalBroken, match="cannot be locked"):
        JournalStore(tmp_path / "file" / "journal.db", bytes(32), ballast_bytes=0)


def test_the_key_is_made_once_and_only_for_its_owner(path: Path) -> None:
    key = journal_key(path)
    assert journal_key(path) == key
    assert len(key) == 32
    if os.name == "posix":
        file = path.with_name("journal.db.key")
        assert file.stat().st_mode & 0o777 == 0o600
        file.chmod(0o644)
        with pytest.raises(JournalBroken, match="chmod 600"):
            journal_key(path)


def test_a_journal_whose_key_is_gone_gets_no_new_one(path: Path) -> None:
    written(path)
    path.with_name("journal.db.key").unlink()
    with pytest.raises(JournalBroken, match="its key"):
        journal_key(path)
    assert not path.with_name("journal.db.key").exists()


# --- two programs -------------------------------------------------------------------------------


def test_a_second_terminal_on_the_same_journal_is_refused(path: Path) -> None:
    with opened(path) as first:
        with pytest.raises(JournalInUse, match="Another terminal is running"):
            opened(path)
        first.append(visit(1), 0.0, UTC)
    with opened(path) as after:
        assert after.verify() == []


def test_a_failed_opening_lets_go_of_the_lock(path: Path) -> None:
    written(path)
    with pytest.raises(JournalBroken):
        JournalStore(path, bytes(32), ballast_bytes=0)
    opened(path).close()


def test_reading_disturbs_nobody(path: Path) -> None:
    with opened(path) as store:
        store.append(visit(1), 0.0, UTC)
        with JournalReader(path) as reader:
            store.append(visit(2), 1.0, UTC)
            assert len(list(reader.rows())) == 3, "a reader sees the moment it opened"
            assert reader.verify(read_key(path)) == []
        with JournalReader(path) as later:
            assert len(list(later.rows())) == 6
    assert not list(path.parent.glob("*-wal"))


def test_reading_what_is_not_there_creates_nothing(path: Path) -> None:
    with pytest.raises(JournalBroken, match="There is no journal"):
        JournalReader(path)
    assert not path.parent.exists()


# --- a disk that is full or fails ---------------------------------------------------------------


class Disk:
    """What the next writes and syncs do: nothing, or raise."""

    def __init__(self) -> None:
        self.write: Callable[[], None] = lambda: None
        self.sync: Callable[[], None] = lambda: None
        self.writes = 0
        self.journal_mode = ""


def full() -> None:
    raise apsw.FullError("planted")


def failing() -> None:
    raise apsw.IOError("planted")


class DiskFile(apsw.VFSFile):
    def __init__(self, disk: Disk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self.disk = disk

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.disk.writes += 1
        self.disk.write()
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.disk.sync()
        super().xSync(flags)

    def xFileControl(self, op: int, ptr: int) -> bool:  # noqa: N802
        if op == apsw.SQLITE_FCNTL_PRAGMA and self.disk.journal_mode:
            pragma = apsw.VFSFcntlPragma(ptr)
            if pragma.name == "journal_mode":
                pragma.result = self.disk.journal_mode
                return True
        return super().xFileControl(op, ptr)


class DiskLayer(apsw.VFS):
    def __init__(self, disk: Disk) -> None:
        super().__init__("planted", "")
        self.disk = disk

    def xOpen(  # noqa: N802
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> DiskFile:
        return DiskFile(self.disk, name, flags)


@pytest.fixture
def disk() -> Iterator[Disk]:
    disk = Disk()
    layer = DiskLayer(disk)
    yield disk
    layer.unregister()


def test_a_full_disk_gives_back_the_ballast_and_the_visit_goes_on(path: Path, disk: Disk) -> None:
    ballast = path.with_name("journal.db.ballast")
    with opened(path, vfs="planted", ballast_bytes=1 << 20) as store:
        assert ballast.stat().st_size == 1 << 20
        assert not store.low
        disk.write = lambda: full() if ballast.exists() else None
        store.append(visit(1), 0.0, UTC)
        assert not ballast.exists()
        assert store.low
        assert len(list(store.rows())) == 3
        assert store.verify() == []


def test_a_disk_fuller_than_the_ballast_is_told_and_leaves_no_half(path: Path, disk: Disk) -> None:
    with opened(path, vfs="planted", ballast_bytes=1 << 20) as store:
        store.append(visit(1), 0.0, UTC)
        disk.write = full
        with pytest.raises(JournalFull, match="reserve included"):
            store.append(visit(2), 1.0, UTC)
        assert len(list(store.rows())) == 3
        disk.write = lambda: None
        store.append(visit(3), 2.0, UTC)
        assert [row.seq for row in store.rows()] == [1, 2, 3, 4, 5, 6]
        assert store.verify() == []


def test_nothing_is_tried_again_after_a_failed_sync(path: Path, disk: Disk) -> None:
    with opened(path, vfs="planted") as store:
        store.append(visit(1), 0.0, UTC)
        disk.sync = failing
        with pytest.raises(JournalBroken, match="reports an error"):
            store.append(visit(2), 1.0, UTC)
        disk.sync = lambda: None
        writes = disk.writes
        with pytest.raises(JournalBroken, match="reports an error"):
            store.append(visit(3), 2.0, UTC)
        assert disk.writes == writes, "a broken journal was written to"
    with opened(path) as again:
        assert again.verify() == []
        assert [row.visit for row in again.rows()][:3] == ["v1"] * 3


@pytest.mark.parametrize("nth", range(6))
def test_a_disk_failing_at_any_write_leaves_a_whole_journal(
    path: Path, disk: Disk, nth: int
) -> None:
    store = opened(path, vfs="planted")
    store.append(visit(1), 0.0, UTC)
    left = nth

    def later() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            failing()

    disk.write = later
    done = 1
    for number in range(2, 5):
        try:
            store.append(visit(number), 1.0, UTC)
        except JournalBroken:
            break
        done += 1
    disk.write = lambda: None
    store.close()
    with opened(path) as again:
        assert again.verify() == []
        assert len(list(again.rows())) >= 3 * done


def test_a_disk_that_will_not_keep_a_log_is_refused(path: Path, disk: Disk) -> None:
    disk.journal_mode = "delete"
    with pytest.raises(JournalBroken, match="journal_mode is delete and must be wal"):
        opened(path, vfs="planted")


def test_little_room_is_low_before_it_is_full(path: Path) -> None:
    free = [ROOMY]
    with opened(path, free_bytes=lambda: free[0]) as store:
        assert not store.low
        free[0] = 1 << 20
        for number in range(30):
            store.append(visit(number), 0.0, UTC)
        assert store.low
    with opened(path, free_bytes=lambda: free[0], ballast_bytes=1 << 20) as again:
        assert again.low
        assert not path.with_name("journal.db.ballast").exists()


@pytest.mark.parametrize(("trouble", "told"), [(full, JournalFull), (failing, JournalBroken)])
def test_a_disk_failing_while_the_journal_is_made_is_told_by_kind(
    path: Path, disk: Disk, trouble: Callable[[], None], told: type[JournalError]
) -> None:
    """And nothing half made is left in the way, nor a handle on it."""
    made = 0

    def later() -> None:
        nonlocal made
        made += 1
        if made > 4:
            trouble()

    disk.write = later
    with pytest.raises(told, match=r"is full\.|reports an error\."):
        opened(path, vfs="planted")
    disk.write = lambda: None
    with opened(path, vfs="planted") as again:
        again.append(visit(1), 0.0, UTC)
        assert again.verify() == []


def left_open(path: Path) -> None:
    """A journal whose program died: its rows are still in the log."""
    store = opened(path)
    store.append(visit(1), 0.0, UTC)
    log = path.with_name("journal.db-wal")
    copies = {name: name.read_bytes() for name in (path, log)}
    store.close()
    for name, data in copies.items():
        name.write_bytes(data)


def test_an_opening_folds_the_log_and_begins_it_anew(path: Path) -> None:
    left_open(path)
    log = path.with_name("journal.db-wal")
    assert log.stat().st_size > 0
    with opened(path) as store:
        assert log.stat().st_size == 0
        assert len(list(store.rows())) == 3


def test_a_reader_in_the_way_does_not_keep_the_journal_from_opening(path: Path) -> None:
    """The log is folded before the first row that finds nobody reading."""
    left_open(path)
    log = path.with_name("journal.db-wal")
    with JournalReader(path), opened(path) as store:
        assert log.stat().st_size > 0
        store.append(visit(2), 1.0, UTC)
    with JournalReader(path) as reader:
        assert len(list(reader.rows())) == 6


# --- killed in the middle -----------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from devices.journal_store import JournalStore, Row, journal_key
path = Path(sys.argv[1])
store = JournalStore(path, journal_key(path), ballast_bytes=0)
for number in range(1, 200_000):
    store.append([Row("VISIT_OPEN", f"v{number}"), Row("VISIT_CLOSE", f"v{number}")], 0.0, "t")
    print(number, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 25, 120])
def test_a_killed_writer_loses_nothing_it_said_it_had(path: Path, acknowledged: int) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    for _ in range(acknowledged):
        last = int(writer.stdout.readline())
    writer.kill()
    rest = writer.stdout.read().split("\n")
    writer.wait(timeout=10)
    last = max(last, *(int(line) for line in rest[:-1]), 0)
    with opened(path) as store:
        rows = list(store.rows())
        assert store.verify() == []
    assert len(rows) >= 2 * last
    assert len(rows) % 2 == 0, "a transaction was cut in two"
    assert rows[2 * last - 1].visit == f"v{last}"


def test_a_machine_that_died_while_its_key_was_made_starts_again(tmp_path: Path) -> None:
    """Killed process, story note-jam-doubt at 0.05 s."""
    journal = tmp_path / "journal.db"
    key_path(journal).touch(mode=0o600)
    key = journal_key(journal)
    assert len(key) == 32
    assert journal_key(journal) == key
    assert [path.name for path in tmp_path.iterdir()] == ["journal.db.key"]


def test_an_empty_key_beside_a_journal_is_not_made_anew(tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    JournalStore(journal, journal_key(journal), ballast_bytes=0).close()
    key_path(journal).write_bytes(b"")
    with pytest.raises(JournalBroken, match="0 bytes"):
        journal_key(journal)
