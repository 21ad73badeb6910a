"""What ties the journal's rows together: the hash of the row before, and a keyed seal on each.

Pure: rows in, faults out. A changed, missing or exchanged row shows here (`reliability.md` D.4); a
tail that was cut off does not, until the bank holds a checkpoint. One key seals all rows for now; the
evolving key of D.4 is to come.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from devices.journal_files import JournalBroken
from terminal.journal_row import Value

FAULTS_MAX: Final = 1_000
"""Where a check stops counting: a journal with so many faults is not read row by row."""

GENESIS: Final = bytes(32)
"""What the first row has for the hash of the row before it."""

RawRow = tuple[int, str, int, str, str, str, str, str, bytes, bytes, bytes]
"""A row as the table holds it, columns in the order of the schema."""

_TYPES: Final = (int, str, int, str, str, str, str, str, bytes, bytes, bytes)

canonical: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode
"""JSON with one spelling only, so that equal rows have equal hashes."""


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row as it was written; `body` holds tuples where lists of counts went in."""

    seq: int
    utc: str
    mono_ns: int
    boot: str
    visit: str
    txid: str
    kind: str
    body: Mapping[str, Value]
    prev_hash: bytes
    hash: bytes
    mac: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, at the row where it shows; row 0 stands for the file."""

    seq: int
    what: Literal["gap", "chain", "altered", "seal", "file"]
    text: str


def find_faults(rows: Iterator[RawRow], key: bytes, *, after: int = 0) -> list[Fault]:
    """Walk rows that begin after row `after` and say what does not fit."""
    faults: list[Fault] = []
    seq, head = after, GENESIS if after == 0 else b""
    for row in rows:
        faults += _row_faults(row, seq, head, key)
        seq = row[0] if type(row[0]) is int else seq + 1
        head = row[9] if type(row[9]) is bytes else b""
        if len(faults) >= FAULTS_MAX:
            break
    return faults


def _row_faults(row: RawRow, before: int, head: bytes, key: bytes) -> Iterator[Fault]:
    """`head` is the hash of the row before, or empty where that row is not looked at."""
    seq, prev, link, mac = row[0], row[8], row[9], row[10]
    if tuple(map(type, row)) != _TYPES:
        yield Fault(seq, "altered", f"Row {seq} is not as it was written.")
        return
    if seq != before + 1:
        yield Fault(seq, "gap", f"Row {seq} follows row {before}: rows are missing.")
    elif head and prev != head:
        yield Fault(seq, "chain", f"Row {seq} does not continue row {before}.")
    if link_hash(prev, row[:8]) != link:
        yield Fault(seq, "altered", f"Row {seq} is not as it was written.")
    if not hmac.compare_digest(seal(key, link), mac):
        yield Fault(seq, "seal", f"The seal of row {seq} was not made with this key.")


def link_hash(prev: bytes, ours: tuple[object, ...]) -> bytes:
    return hashlib.sha256(prev + canonical(ours).encode()).digest()


def seal(key: bytes, link: bytes) -> bytes:
    return hmac.digest(key, link, "sha256")


def key_seal(key: bytes) -> bytes:
    return seal(key, b"the key of this journal")


def stored(raw: RawRow) -> StoredRow:
    """The row with its body read back. Raises JournalBroken if that cannot be."""
    try:
        body = json.loads(raw[7])
    except ValueError as trouble:
        raise JournalBroken(f"Row {raw[0]} of the journal is not as it was written.") from trouble
    counts = {name: tuple(v) if isinstance(v, list) else v for name, v in body.items()}
    return StoredRow(*raw[:7], counts, *raw[8:])
