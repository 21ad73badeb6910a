"""The archive of the record: a file for each year that has ended, kept for as many years as the operator set.

What identifies customers' transactions has to be kept for years and can be asked for in a dispute (accessibility.md F,
row 32). The rules:

- The record itself loses nothing: its start folds every row, the bank keeps a place in it, and its table refuses to
  delete. What gets old and goes is a whole file of the archive.
- A year is copied when it is over, once, whole or not at all, and only from a record without a fault. Every line
  has its hash, the hash before and its seal, so a file can be checked alone and beside its neighbours.
- A file is removed when every row in it is older than the years to keep. Its neighbours begin where it ended and
  are as good as before.
- A year that is in the archive and not as in the record is told and stays; nothing is removed then.

A row belongs to the year in which it was written, and never to one before that of the row above it: a clock that
was set back leaves no gap.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final, TextIO

from devices.journal_chain import Fault, RawRow, canonical, find_faults
from devices.journal_store import JournalError, JournalReader, StoredRow, read_key
from sim.stage.log import FAULTY, UNREADABLE, WELL, json_lines, write_whole

NAME: Final = re.compile(r"record-(\d{4})\.jsonl")


def file_of(folder: Path, year: int) -> Path:
    """Where a year lies."""
    return folder / f"record-{year}.jsonl"


def years_in(folder: Path) -> tuple[int, ...]:
    """The years of an archive, the oldest first. What has another name is not ours."""
    names = (NAME.fullmatch(path.name) for path in folder.glob("*.jsonl"))
    return tuple(sorted(int(name[1]) for name in names if name))


def is_due(year: int, this_year: int, keep_years: int) -> bool:
    """Whether the last row of a year is older than the years to keep."""
    return year + keep_years < this_year


def archive(
    journal: Path, folder: Path, keep_years: int, this_year: int, out: TextIO | None = None
) -> int:
    """Copy what is over, check all there is, remove what is due. Returns an exit code as `sim/stage/log.py`."""
    try:
        return _archive(journal, folder, keep_years, this_year, out)
    except JournalError as trouble:
        print(trouble, file=sys.stderr)
    except OSError as trouble:
        print(f"{folder} cannot be used: {trouble.strerror}.", file=sys.stderr)
    return UNREADABLE


def _archive(
    journal: Path, folder: Path, keep_years: int, this_year: int, out: TextIO | None
) -> int:
    with JournalReader(journal) as reader:
        key = read_key(journal)
        if faults := reader.verify(key):
            return _told(faults, out)
        copied, strange = _copied(reader.rows(), folder, keep_years, this_year)
    for year in copied:
        print(f"{file_of(folder, year)} written", file=out)
    for year in strange:
        print(f"{file_of(folder, year)} is not as the record.", file=out)
    if strange:
        return FAULTY
    if faults := check(folder, key):
        return _told(faults, out)
    for year in years_in(folder):
        if is_due(year, this_year, keep_years):
            file_of(folder, year).unlink()
            print(f"{file_of(folder, year)} removed, older than {keep_years} years", file=out)
    print(f"{len(years_in(folder))} years in the archive, chain whole", file=out)
    return WELL


def _told(faults: Iterable[Fault], out: TextIO | None) -> int:
    for fault in faults:
        print(fault.text, file=out)
    return FAULTY


def _copied(
    rows: Iterable[StoredRow], folder: Path, keep_years: int, this_year: int
) -> tuple[list[int], list[int]]:
    """The years that were copied now, and those that lie there and are not as in the record."""
    copied: list[int] = []
    strange: list[int] = []
    for year, group in groupby(_with_years(rows), lambda one: one[0]):
        if year >= this_year:
            break
        there, lines = file_of(folder, year), json_lines(row for _, row in group)
        if there.exists():
            if there.read_text(encoding="utf-8") != "".join(lines):
                strange.append(year)
        elif not is_due(year, this_year, keep_years):
            write_whole(there, lines)
            copied.append(year)
    return copied, strange


def _with_years(rows: Iterable[StoredRow]) -> Iterator[tuple[int, StoredRow]]:
    latest = 0
    for row in rows:
        latest = max(latest, int(row.utc[:4]))
        yield latest, row


def check(folder: Path, key: bytes) -> list[Fault]:
    """What is wrong with the chain and the seals over all files of an archive; empty if nothing."""
    rows = [row for year in years_in(folder) for row in _raw(file_of(folder, year))]
    return find_faults(iter(rows), key, after=rows[0][0] - 1) if rows else []


def _raw(path: Path) -> Iterator[RawRow]:
    """The rows of a file. What is no row is one that was altered."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            one = json.loads(line)
            hashes = (bytes.fromhex(one[name]) for name in ("prev_hash", "hash", "mac"))
            plain = (
                one[name] for name in ("seq", "utc", "mono_ns", "boot", "visit", "txid", "kind")
            )
            yield (*plain, canonical(one["body"]), *hashes)
        except (ValueError, KeyError, TypeError) as trouble:
            raise JournalError(f"Line {number} of {path} is not as it was written.") from trouble
