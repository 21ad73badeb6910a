"""The journal for people: what `main.py log` prints.

Reads beside a running terminal, through one read-only snapshot, and changes nothing. Each command
returns the exit code: 0 well, 1 the journal has faults or the visit is not there, 2 the journal
cannot be read (a sentence says why). Amounts are shown in major units with their currency; nothing
is shown that the journal does not hold, and it holds no PIN, no card number and no name.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec, TextIO

from devices.journal_store import (
    JournalError,
    JournalReader,
    StoredRow,
    read_key,
)
from terminal.journal_row import Value
from terminal.money import MINOR_PER_MAJOR

WELL, FAULTY, UNREADABLE = 0, 1, 2
"""Exit codes."""

P = ParamSpec("P")

LAST: Final = "last"
"""Stands for the newest visit where a visit is asked for."""

AFTER: Final = "(after the end)"
"""Said of a row that came when its visit was over."""

AMOUNTS: Final = frozenset({"amount", "stated", "disputed"})
"""Fields that hold minor units."""

NOTES: Final[Mapping[str, frozenset[str]]] = {
    "ESCROW": frozenset({"counts"}),
    "STORED": frozenset({"counts"}),
    "AT_SLOT": frozenset({"counts"}),
    "RETURN_RETRACTED": frozenset({"counts"}),
    "DEPOSIT_FOUND": frozenset({"counts"}),
    "FINAL": frozenset({"bundle"}),
    "SUSPECT": frozenset({"bundle"}),
}
"""Fields of these kinds that hold pairs: minor units of a note, and how many of it."""


@dataclass(slots=True)
class Visit:
    """What one visit came to. `amount` is text with its currency, or empty if no money moved."""

    name: str
    start: str
    end: str = ""
    profile: str = ""
    outcome: str = "unfinished"
    amount: str = ""

    def add(self, row: StoredRow) -> None:
        """Take in the next row of this visit."""
        match row.kind:
            case "PROFILE":
                self.profile = str(row.body.get("profile", ""))
            case "FINAL" | "SUSPECT":
                self.amount = _money(row.body) + (" in doubt" if row.kind == "SUSPECT" else "")
            case "VISIT_CLOSE":
                self.outcome = str(row.body.get("ending") or "closed")
                self.end = row.utc


def visits(rows: Iterable[StoredRow]) -> list[Visit]:
    """Fold rows into visits, oldest first."""
    found: dict[str, Visit] = {}
    for row in rows:
        if row.visit:
            found.setdefault(row.visit, Visit(row.visit, row.utc)).add(row)
    return list(found.values())


def _said(command: Callable[P, int]) -> Callable[P, int]:
    """The command, with a journal that cannot be read said in its sentence instead of raised."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return command(*args, **kwargs)
        except JournalError as trouble:
            print(trouble, file=sys.stderr)
            return UNREADABLE

    return run


@_said
def list_visits(journal: Path, out: TextIO | None = None) -> int:
    """One line for each visit: start, end, profile, amount, outcome, name."""
    with JournalReader(journal) as reader:
        found = visits(reader.rows())
        for visit in found:
            print(_line(visit), file=out)
        print(f"{len(found)} visits", file=out)
    return WELL


@_said
def show_visit(journal: Path, name: str = LAST, out: TextIO | None = None) -> int:
    """Every row of one visit in readable lines, with those of its operations that came when it was over. `name`
    may be the beginning of a visit's name."""
    with JournalReader(journal) as reader:
        rows = list(reader.rows())
        names = [visit.name for visit in visits(rows)]
        chosen = names[-1:] if name == LAST else [n for n in names if n.startswith(name)]
        if len(chosen) != 1:
            print(_not_one(name, chosen), file=sys.stderr)
            return FAULTY
        for row, place in of_visit(rows, chosen[0]):
            print(f"{readable(row)}   {place}".rstrip(), file=out)
    return WELL


def of_visit(rows: Iterable[StoredRow], visit: str) -> Iterator[tuple[StoredRow, str]]:
    """The rows of a visit and of its operations, oldest first, each with what is to be said of its place: "",
    `AFTER`, or the visit whose operation it is."""
    begun: dict[str, str] = {}
    over = False
    for row in rows:
        owner = begun.get(row.txid) or row.visit
        if row.txid and owner:
            begun[row.txid] = owner
        if row.visit == visit and owner != visit:
            yield row, f"(of visit {owner})"
        elif owner == visit:
            yield row, AFTER if over else ""
        over = over or (row.visit == visit and row.kind == "VISIT_CLOSE")


@_said
def export(journal: Path, target: Path | None = None, out: TextIO | None = None) -> int:
    """Every row as a line of JSON, to `out` or, whole or not at all, to the file `target`."""
    with JournalReader(journal) as reader:
        if target is None:
            (out or sys.stdout).writelines(json_lines(reader.rows()))
            return WELL
        try:
            count = write_whole(target, json_lines(reader.rows()))
        except OSError as trouble:
            print(f"{target} cannot be written: {trouble.strerror}.", file=sys.stderr)
            return UNREADABLE
    print(f"{count} rows to {target}", file=out)
    return WELL


@_said
def verify(journal: Path, out: TextIO | None = None) -> int:
    """Check the file, the chain and every seal, and say so."""
    with JournalReader(journal) as reader:
        faults = reader.verify(read_key(journal))
        for fault in faults:
            print(fault.text, file=out)
        if faults:
            return FAULTY
        print(f"{sum(1 for _ in reader.rows())} rows, chain whole", file=out)
    return WELL


def _line(visit: Visit) -> str:
    end = visit.end[11:19] or "........"
    return (
        f"{visit.start[:10]} {visit.start[11:19]}-{end}  {visit.profile:<9}"
        f"{visit.amount or '-':>16}  {visit.outcome:<22} {visit.name}"
    ).rstrip()


def readable(row: StoredRow) -> str:
    facts = " ".join(f"{name}={fact(row, name)}" for name in sorted(row.body))
    return f"{row.seq:>6}  {row.utc[11:23]:<12}  {row.kind:<16} {facts}".rstrip()


def fact(row: StoredRow, name: str) -> str:
    """A field of a row for people: money in major units, notes as `100x3 50x2`."""
    body = row.body
    match body[name]:
        case int(minor) if _is_amount(row, name) and not isinstance(minor, bool):
            return _major(minor, body)
        case list(counts) | tuple(counts):
            if name in NOTES.get(row.kind, ()):
                pairs = zip(counts[::2], counts[1::2], strict=False)
                return " ".join(f"{note // MINOR_PER_MAJOR}x{count}" for note, count in pairs)
            return "/".join(map(str, counts))
        case None:
            return "-"
        case value:
            return str(value).lower() if isinstance(value, bool) else str(value)


def _is_amount(row: StoredRow, name: str) -> bool:
    """Whether this number is minor units: an amount, or one that was pressed."""
    pressed = row.kind == "CHOSEN" and name == "value" and row.body.get("name") == "amount"
    return name in AMOUNTS or pressed


def _money(body: Mapping[str, Value]) -> str:
    minor = body.get("amount")
    return _major(minor, body) if isinstance(minor, int) else ""


def _major(minor: int, body: Mapping[str, Value]) -> str:
    """Minor units as text in major units; integers only."""
    major, rest = divmod(abs(minor), MINOR_PER_MAJOR)
    text = f"{'-' if minor < 0 else ''}{major}.{rest:02}"
    return f"{text} {body['currency']}" if body.get("currency") else text


def _not_one(name: str, chosen: list[str]) -> str:
    if not chosen:
        return "The journal holds no visit yet." if name == LAST else f"There is no visit {name}."
    return f"Several visits begin with {name}: {', '.join(chosen[:5])}."


def json_lines(rows: Iterable[StoredRow]) -> Iterator[str]:
    """Each row as a line of JSON, with its hashes and its seal."""
    for row in rows:
        line = {
            "seq": row.seq,
            "utc": row.utc,
            "mono_ns": row.mono_ns,
            "boot": row.boot,
            "visit": row.visit,
            "txid": row.txid,
            "kind": row.kind,
            "body": dict(row.body),
            "prev_hash": row.prev_hash.hex(),
            "hash": row.hash.hex(),
            "mac": row.mac.hex(),
        }
        yield json.dumps(line, ensure_ascii=False) + "\n"


def write_whole(target: Path, lines: Iterable[str]) -> int:
    """Write beside the target and move it there, so that no half file is ever seen."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            count = 0
            for line in lines:
                file.write(line)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count
