"""The bank's book: accounts in double entry, holds and stored answers, in one SQLite database.

Rules it keeps. Every posting has two legs that sum to zero, openings included, so the sum of all
accounts is always zero. Balance, hold and charge of an account are kept running beside the entries,
so that no request looks through the past; `audit` recomputes all of them. What is written in one
`transaction` is there whole or not at all, and once it has ended without an error the disk has it
(WAL, `synchronous=FULL`, set and read back at every opening, reliability.md A.3): only then may the
bank answer. After a disk error nothing is tried again: the ledger is broken until it is reopened.

Whether something may be booked is the business of `rules.py`. PINs, birth years and card numbers are
in no row. Amounts are minor units, days are ordinals (0 where a message has no date).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal

import apsw

from devices.host.message import Checkpoint
from sim.world.bank.customers import Customer

MEMORY: Final = ":memory:"

APPLICATION_ID: Final = 0x41544C47
"""Marks the file as a ledger ("ATLG"), so that another database is refused."""

FORMAT: Final = 1
"""Version of the tables' shape; another one is refused rather than guessed at."""

SYNCHRONOUS_FULL: Final = 2

ANSWERS_MAX: Final = 10_000
"""PIN answers kept for repeats. A repeat comes while the terminal still waits (25 s), so this is
hundreds of times more than can be asked for."""

CAPITAL: Final = "capital"
"""The other leg of every opening balance."""

CASH: Final = "cash in machines"
SUSPENSE: Final = "suspense"
"""Money that left a machine and that no hold covers, until people have looked."""

TRANSIT: Final = "transfers in transit"
"""Money on its way to a payee who has it only when it is due."""

OTHER_BANKS: Final = "other banks"
BILLERS: Final = "billers"
SAVINGS: Final = "other accounts of customers"
"""What customers have here beside the account of their card."""

FEES: Final = "fees"
"""What withdrawals with foreign cards cost their holders."""

INTERNAL: Final = (CAPITAL, CASH, SUSPENSE, TRANSIT, OTHER_BANKS, BILLERS, SAVINGS, FEES)

Outcome = Literal["", "declined", "final", "reversed", "suspect", "tombstone"]


class LedgerError(Exception):
    """The ledger cannot be used; the message is a sentence for the operator."""


class LedgerBroken(LedgerError):
    """This is no ledger, or it is damaged, or its disk fails."""


class LedgerInUse(LedgerError):
    """Another bank has this ledger open."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One txid: whose, how much was asked for (a fee is in it), what was answered, what is still held, how it
    ended.

    `posted` is what the customer was charged, `stated` what the terminal said had left; `basis` is
    the advice's, `reported` what a later message said of it in passing. `date` is MMDD."""

    account: str
    amount: int
    answer: Mapping[str, str]
    held: int = 0
    outcome: Outcome = ""
    posted: int = 0
    stated: int = 0
    basis: str = ""
    reported: str = ""
    digest: str = ""
    terminal: str = ""
    date: str = ""
    stan: int = 0
    era: int = 0
    day: int = 0

    @property
    def fee(self) -> int:
        """How much of the amount is a fee that its holder agreed to."""
        return int(self.answer.get("fee", 0))

    @property
    def cash(self) -> int:
        """The amount without it: what a machine may pay."""
        return self.amount - self.fee

    @property
    def posted_cash(self) -> int:
        """What was charged without it; a fee is charged with the whole amount and never otherwise."""
        return self.posted - self.fee if self.posted > self.cash else self.posted


@dataclass(frozen=True, slots=True)
class Posting:
    """One double entry: from an account to another, in minor units."""

    txid: str
    debit: str
    credit: str
    amount: int


@dataclass(frozen=True, slots=True)
class Instruction:
    """What an operation pays that is no cash: the account that gets it, what the terminal said of it, and the
    second (UTC) from which the payee has it, 0 for at once. `state` is "" while the hold lasts, then
    `waiting` in transit, `paid` or `cancelled`."""

    about: str
    to: str
    fields: tuple[tuple[str, str], ...]
    due: int = 0
    state: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an account: its day (YYYY-MM-DD, "" where the operation has none), minor units, negative
    for what went out, and what kind of thing it was."""

    day: str
    minor: int
    kind: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about a customer's next withdrawal. `drawn_on` is the day `drawn` counts for,
    None for whichever comes; `doubts` are unclear endings since the day asked about."""

    balance: int
    held: int
    day_limit: int
    tries_left: int
    blocked: int
    drawn: int
    drawn_on: int | None
    doubts: int

    @property
    def available(self) -> int:
        """What can still be drawn."""
        return self.balance - self.held

    def drawn_by(self, day: int) -> int:
        """What has been drawn on `day`."""
        return self.drawn if self.drawn_on in (None, day) else 0


_SCHEMA: Final = f"""
CREATE TABLE accounts (
    name TEXT PRIMARY KEY, balance INTEGER NOT NULL DEFAULT 0,
    held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0), charged INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE customers (
    name TEXT PRIMARY KEY REFERENCES accounts, day_limit INTEGER NOT NULL,
    tries_left INTEGER NOT NULL, blocked INTEGER NOT NULL,
    drawn_today INTEGER NOT NULL, drawn_on INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE entries (
    posting INTEGER NOT NULL, account TEXT NOT NULL REFERENCES accounts, txid TEXT NOT NULL,
    amount INTEGER NOT NULL, PRIMARY KEY (posting, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE operations (
    txid TEXT PRIMARY KEY, account TEXT NOT NULL, amount INTEGER NOT NULL, answer TEXT NOT NULL,
    held INTEGER NOT NULL CHECK (held BETWEEN 0 AND amount), outcome TEXT NOT NULL,
    posted INTEGER NOT NULL, stated INTEGER NOT NULL, basis TEXT NOT NULL,
    reported TEXT NOT NULL, digest TEXT NOT NULL, terminal TEXT NOT NULL, date TEXT NOT NULL,
    stan INTEGER NOT NULL, era INTEGER NOT NULL, day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX traces ON operations (terminal, era, date, stan)
    WHERE terminal != '' AND digest != '';
CREATE VIEW holds AS SELECT txid, account, held FROM operations WHERE held > 0;
CREATE TABLE doubts (txid TEXT PRIMARY KEY, account TEXT NOT NULL, day INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
CREATE INDEX doubts_by_account ON doubts (account, day);
CREATE TABLE answers (id INTEGER PRIMARY KEY, message TEXT NOT NULL UNIQUE, answer TEXT NOT NULL)
    STRICT;
CREATE TABLE terminals (
    terminal TEXT PRIMARY KEY, era INTEGER NOT NULL, seq INTEGER, hash BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE alarms (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT};
"""

_LATER: Final = """
CREATE TABLE IF NOT EXISTS preferences (
    name TEXT PRIMARY KEY REFERENCES customers, preference TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS instructions (
    txid TEXT PRIMARY KEY, about TEXT NOT NULL, to_account TEXT NOT NULL, fields TEXT NOT NULL,
    due INTEGER NOT NULL, state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kept (
    name TEXT NOT NULL, topic TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name, topic)
) STRICT, WITHOUT ROWID
"""
"""What a ledger of this format may have: made where it is missing, and nothing to a bank that knows it
not."""

_TABLES: Final = (
    *("preferences", "instructions", "kept"),
    *("doubts", "entries", "operations", "customers"),
    *("accounts", "answers", "terminals", "alarms"),
)

_COLUMNS: Final = (
    "account, amount, answer, held, outcome, posted, stated, basis, reported, digest, "
    "terminal, date, stan, era, day"
)
_OPERATION: Final = f"SELECT {_COLUMNS} FROM operations WHERE txid = ?"
_OPERATIONS: Final = f"SELECT txid, {_COLUMNS} FROM operations"
_ADD: Final = f"INSERT INTO operations (txid, {_COLUMNS}) VALUES ({', '.join('?' * 16)})"
_STANDING: Final = """
SELECT balance, held, day_limit, tries_left, blocked, drawn_today, drawn_on,
    (SELECT count(*) FROM doubts WHERE account = ?1 AND day > ?2)
FROM accounts JOIN customers USING (name) WHERE name = ?1"""
_POSTINGS: Final = """
SELECT d.txid, d.account, c.account, c.amount FROM entries d JOIN entries c USING (posting)
WHERE d.amount < 0 AND c.amount > 0 AND d.txid != '' ORDER BY posting"""


class Ledger:
    """The book, open for this bank alone. `customers` get an account each if they have none yet.

    A file is opened exclusively (`LedgerInUse` otherwise) and made if it is not there."""

    def __init__(self, path: Path | str, customers: Mapping[str, Customer]) -> None:
        self._path = path
        self._broken = ""
        self._depth = 0
        self._connection = _opened(path)
        try:
            self._prepare(str(path) == MEMORY)
            self._posting: int = self._value("SELECT coalesce(max(posting), 0) FROM entries")
            with self:
                self._open_accounts(customers)
        except apsw.Error as trouble:
            self._connection.close()
            raise _explained(path, trouble) from trouble
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Fold the log in and let another bank have the file. May be called twice."""
        try:
            self._connection.close()
        except apsw.Error as trouble:
            raise _explained(self._path, trouble) from trouble

    # --- transactions -----------------------------------------------------------------------

    def __enter__(self) -> None:
        """Begin a transaction, or join the one that is open."""
        if self._broken:
            raise LedgerBroken(self._broken)
        if not self._depth:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except apsw.Error as trouble:
                raise self._fail(trouble) from trouble
        self._depth += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """The disk has all of it, or, with an error, nothing of it."""
        self._depth -= 1
        if self._depth:
            return
        if error is not None:
            self._undo()
            if isinstance(error, apsw.Error):
                raise self._fail(error) from error
            return
        try:
            self._connection.execute("COMMIT")
        except apsw.Error as trouble:
            self._undo()
            raise self._fail(trouble) from trouble

    def _undo(self) -> None:
        if self._connection.in_transaction:
            with suppress(apsw.Error):
                self._connection.execute("ROLLBACK")

    def _fail(self, trouble: apsw.Error) -> LedgerError:
        failure = _explained(self._path, trouble)
        self._broken = str(failure)
        return failure

    # --- accounts and customers -------------------------------------------------------------

    def standing(self, name: str, doubts_after: int) -> Standing | None:
        """What decides about a customer; unclear endings are counted after that day."""
        row = self._connection.execute(_STANDING, (name, doubts_after)).fetchone()
        return Standing(*row) if row else None

    def balance(self, name: str) -> int:
        """What is booked on an account. Raises KeyError for a name without one."""
        return self._of("SELECT balance FROM accounts WHERE name = ?", name)

    def held(self, name: str) -> int:
        """What is on hold on an account."""
        return self._of("SELECT held FROM accounts WHERE name = ?", name)

    def charged(self, name: str) -> int:
        """What operations took from an account, openings aside."""
        return self._of("SELECT charged FROM accounts WHERE name = ?", name)

    def available(self, name: str) -> int:
        """What is booked and not on hold."""
        return self._of("SELECT balance - held FROM accounts WHERE name = ?", name)

    def held_by_all(self) -> int:
        """What is on hold on all accounts."""
        return int(self._value("SELECT sum(held) FROM accounts"))

    def set_balance(self, name: str, balance: int) -> None:
        """Book the difference against the capital, as staff would."""
        with self:
            self._book("", name, CAPITAL, self.balance(name) - balance)

    def customer_value(self, name: str, column: str) -> int:
        """One of `day_limit`, `tries_left`, `blocked`, `drawn_today`."""
        return self._of(_READ_CUSTOMER[column], name)

    def set_customer_value(self, name: str, column: str, value: int) -> None:
        """Write one of the above. What was drawn then counts for the day that comes."""
        with self:
            self._connection.execute(_WRITE_CUSTOMER[column], (value, name))
            if column == "drawn_today":
                self._connection.execute(
                    "UPDATE customers SET drawn_on = NULL WHERE name = ?", (name,)
                )

    def set_tries(self, name: str, left: int) -> None:
        """PIN tries that remain; none left blocks the card."""
        self._connection.execute(
            "UPDATE customers SET tries_left = ?1, blocked = blocked OR ?1 <= 0 WHERE name = ?2",
            (left, name),
        )

    # --- operations -------------------------------------------------------------------------

    def operation(self, txid: str) -> Operation | None:
        """The row of one txid."""
        row = self._connection.execute(_OPERATION, (txid,)).fetchone()
        return row and _operation(row)

    def operations(self) -> Iterator[tuple[str, Operation]]:
        """Every txid and its row, in no order."""
        rows: list[tuple[Any, ...]] = self._connection.execute(_OPERATIONS).fetchall()
        for row in rows:
            yield row[0], _operation(row[1:])

    def operation_count(self) -> int:
        """How many rows there are."""
        return int(self._value("SELECT count(*) FROM operations"))

    def era(self, terminal: str) -> int:
        """How many records this terminal began anew; trace numbers start again with each."""
        row = self._connection.execute(
            "SELECT era FROM terminals WHERE terminal = ?", (terminal,)
        ).fetchone()
        return row[0] if row else 0

    def trace_known(self, terminal: str, era: int, date: str, stan: int) -> bool:
        """Whether this trace number was used on this date."""
        return bool(
            self._connection.execute(
                "SELECT 1 FROM operations WHERE terminal = ? AND era = ? AND date = ? AND stan = ?"
                " AND terminal != '' AND digest != ''",
                (terminal, era, date, stan),
            ).fetchone()
        )

    def add(self, txid: str, new: Operation) -> None:
        """A row for a new txid, and its hold on the account."""
        self._connection.execute(_ADD, (txid, *_values(new)))
        if new.held:
            self._connection.execute(
                "UPDATE accounts SET held = held + ? WHERE name = ?", (new.held, new.account)
            )

    def draw(self, name: str, amount: int, day: int) -> None:
        """Count `amount` (negative: no longer) towards what was drawn on `day`; on a later day only
        a new amount begins a new count."""
        if amount >= 0:
            self._connection.execute(
                "UPDATE customers SET drawn_on = ?2, drawn_today = ?1 +"
                " CASE WHEN coalesce(drawn_on, ?2) = ?2 THEN drawn_today ELSE 0 END"
                " WHERE name = ?3",
                (amount, day, name),
            )
        else:
            self._connection.execute(
                "UPDATE customers SET drawn_today = drawn_today + ?1"
                " WHERE name = ?3 AND coalesce(drawn_on, ?2) = ?2",
                (amount, day, name),
            )

    def end(self, txid: str, known: Operation, ended: Operation) -> None:
        """The row as it is now; what it no longer holds is free."""
        self._connection.execute(
            "UPDATE operations SET held = ?, outcome = ?, posted = ?, stated = ?, basis = ?,"
            " reported = ? WHERE txid = ?",
            (
                *(ended.held, ended.outcome, ended.posted, ended.stated, ended.basis),
                *(ended.reported, txid),
            ),
        )
        if freed := known.held - ended.held:
            self._connection.execute(
                "UPDATE accounts SET held = held - ? WHERE name = ?", (freed, known.account)
            )

    def post(self, txid: str, debit: str, credit: str, amount: int) -> None:
        """One posting of an operation: two legs that sum to zero."""
        self._book(txid, debit, credit, amount)
        self._connection.execute(
            "UPDATE accounts SET charged = charged + ? WHERE name = ?", (amount, debit)
        )

    def postings(self) -> list[Posting]:
        """What operations posted, oldest first; openings are not in it."""
        return [Posting(*row) for row in self._connection.execute(_POSTINGS)]

    def _book(self, txid: str, debit: str, credit: str, amount: int) -> None:
        if not amount:
            return
        self._posting += 1
        self._connection.execute(
            "INSERT INTO entries (posting, txid, account, amount)"
            " VALUES (?1, ?2, ?3, -?5), (?1, ?2, ?4, ?5)",
            (self._posting, txid, debit, credit, amount),
        )
        self._connection.execute(
            "UPDATE accounts SET balance = balance + CASE name WHEN ?1 THEN -?3 ELSE ?3 END"
            " WHERE name IN (?1, ?2)",
            (debit, credit, amount),
        )

    # --- what is no cash --------------------------------------------------------------------

    def instruct(self, txid: str, new: Instruction) -> None:
        """What the operation of this txid pays."""
        self._connection.execute(
            "INSERT INTO instructions VALUES (?,?,?,?,?,?)",
            (txid, new.about, new.to, json.dumps(new.fields), new.due, new.state),
        )

    def instruction(self, txid: str) -> Instruction | None:
        """What this operation pays, None for one of cash."""
        row = self._connection.execute(
            "SELECT about, to_account, fields, due, state FROM instructions WHERE txid = ?", (txid,)
        ).fetchone()
        return _instruction(row) if row else None

    def instructions(self, state: str) -> list[tuple[str, Instruction]]:
        """Every txid whose instruction is in this state, the first due first."""
        rows: list[tuple[Any, ...]] = self._connection.execute(
            "SELECT txid, about, to_account, fields, due, state FROM instructions"
            " WHERE state = ? ORDER BY due, txid",
            (state,),
        ).fetchall()
        return [(row[0], _instruction(row[1:])) for row in rows]

    def set_instruction_state(self, txid: str, state: str) -> None:
        """What has become of it."""
        self._connection.execute("UPDATE instructions SET state = ? WHERE txid = ?", (state, txid))

    def move(self, txid: str, debit: str, credit: str, amount: int) -> None:
        """One posting out of an account of the bank's own: a payee gets what was in transit, or a customer
        gets it back."""
        assert debit in INTERNAL, "only what the bank holds itself is moved on"
        self.post(txid, debit, credit, amount)

    def next_due(self) -> int | None:
        """The second (UTC) at which the first instruction that waits is due; None if none waits."""
        due: int | None = self._value("SELECT min(due) FROM instructions WHERE state = 'waiting'")
        return due

    def ordered(self, name: str, about: str) -> list[tuple[str, Operation, Instruction]]:
        """What this customer ordered of a kind and was completed, oldest first, with what it paid."""
        rows = self._connection.execute(
            "SELECT o.txid FROM operations o JOIN instructions i USING (txid) JOIN entries e"
            " ON e.txid = o.txid AND e.account = o.account AND e.amount < 0"
            " WHERE o.account = ? AND i.about = ? AND o.outcome = 'final' ORDER BY e.posting",
            (name, about),
        ).fetchall()
        found = [(t, self.operation(t), self.instruction(t)) for t in (str(row[0]) for row in rows)]
        return [(txid, one, paid) for txid, one, paid in found if one and paid]

    def entries(self, name: str, most: int) -> list[Entry]:
        """The newest lines of an account, openings aside."""
        rows = self._connection.execute(
            "SELECT o.day, e.amount, i.about FROM entries e JOIN operations o USING (txid)"
            " LEFT JOIN instructions i USING (txid)"
            " WHERE e.account = ? ORDER BY e.posting DESC LIMIT ?",
            (name, most),
        )
        return [
            Entry(
                date.fromordinal(day).isoformat() if day else "",
                amount,
                (about or "withdrawal") if amount < 0 else f"{about or 'cash'}_in",
            )
            for day, amount, about in rows
        ]

    def keep(self, name: str, topic: str, value: object) -> None:
        """Keep something of a customer that is no money, in place of what is kept under this topic."""
        with self:
            self._connection.execute(
                "INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT (name, topic) DO UPDATE"
                " SET value = excluded.value",
                (name, topic, json.dumps(value)),
            )

    def kept(self, name: str, topic: str) -> Any:
        """What is kept of a customer under this topic, or None."""
        row = self._connection.execute(
            "SELECT value FROM kept WHERE name = ? AND topic = ?", (name, topic)
        ).fetchone()
        return None if row is None else json.loads(row[0])

    # --- beside the money -------------------------------------------------------------------

    def add_doubt(self, txid: str, account: str, day: int) -> None:
        """An unclear ending on an account, counted once."""
        self._connection.execute(
            "INSERT OR IGNORE INTO doubts VALUES (?,?,?)", (txid, account, day)
        )

    def answer(self, message: str) -> dict[str, Any] | None:
        """What was answered to this message."""
        row = self._connection.execute(
            "SELECT answer FROM answers WHERE message = ?", (message,)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def keep_answer(self, message: str, answer: Mapping[str, object]) -> None:
        """Keep an answer for a repeat; the oldest is forgotten."""
        self._connection.execute(
            "INSERT INTO answers (message, answer) VALUES (?, ?)", (message, json.dumps(answer))
        )
        oldest = self._connection.last_insert_rowid() - ANSWERS_MAX
        self._connection.execute("DELETE FROM answers WHERE id <= ?", (oldest,))

    def preference(self, name: str) -> str | None:
        """The display preference that this customer agreed to have kept, if one was kept here."""
        row = self._connection.execute(
            "SELECT preference FROM preferences WHERE name = ?", (name,)
        ).fetchone()
        return str(row[0]) if row else None

    def keep_preference(self, name: str, preference: str) -> None:
        """Keep it in place of the one that is kept."""
        with self:
            self._connection.execute(
                "INSERT INTO preferences VALUES (?, ?) ON CONFLICT (name) DO UPDATE"
                " SET preference = excluded.preference",
                (name, preference),
            )

    def checkpoint(self, terminal: str) -> Checkpoint | None:
        """The newest place in that terminal's journal that is known here."""
        row = self._connection.execute(
            "SELECT seq, hash FROM terminals WHERE terminal = ? AND seq IS NOT NULL", (terminal,)
        ).fetchone()
        return Checkpoint(*row) if row else None

    def keep_checkpoint(self, terminal: str, seen: Checkpoint) -> None:
        """Keep it in place of the one that is kept."""
        with self:
            self._connection.execute(
                "INSERT INTO terminals VALUES (?, 0, ?, ?) ON CONFLICT (terminal) DO UPDATE"
                " SET seq = excluded.seq, hash = excluded.hash",
                (terminal, seen.seq, seen.hash),
            )

    def begin_era(self, terminal: str) -> None:
        """Forget the checkpoint: this terminal begins a new record."""
        self._connection.execute(
            "INSERT INTO terminals VALUES (?, 1, NULL, NULL) ON CONFLICT (terminal) DO UPDATE"
            " SET era = era + 1, seq = NULL, hash = NULL",
            (terminal,),
        )

    def alarm(self, text: str) -> None:
        """Something for people, once."""
        with self:
            self._connection.execute("INSERT OR IGNORE INTO alarms (text) VALUES (?)", (text,))

    def alarms(self) -> list[str]:
        """What people should look at, oldest first."""
        return [row[0] for row in self._connection.execute("SELECT text FROM alarms ORDER BY id")]

    # --- the whole --------------------------------------------------------------------------

    def snapshot(self) -> dict[str, Any]:
        """Everything, as JSON can carry it. Openings are what is left of the balances."""
        run = self._connection.execute
        people = run(
            "SELECT name, balance, tries_left, blocked, drawn_today, drawn_on, day_limit"
            " FROM customers JOIN accounts USING (name)"
        )
        return {
            "customers": {
                name: {
                    "balance": balance,
                    "tries_left": tries,
                    "blocked": bool(blocked),
                    "drawn_today": drawn,
                    "drawn_on": drawn_on,
                    "day_limit": limit,
                }
                for name, balance, tries, blocked, drawn, drawn_on, limit in people
            },
            "operations": {txid: asdict(one) for txid, one in self.operations()},
            "postings": [asdict(posting) for posting in self.postings()],
            "alarms": self.alarms(),
            "doubts": [list(row) for row in run("SELECT txid, account, day FROM doubts")],
            "answers": [
                list(row) for row in run("SELECT message, answer FROM answers ORDER BY id")
            ],
            "preferences": [list(row) for row in run("SELECT * FROM preferences ORDER BY name")],
            "instructions": [list(row) for row in run("SELECT * FROM instructions ORDER BY txid")],
            "kept": [list(row) for row in run("SELECT * FROM kept ORDER BY name, topic")],
            "terminals": [
                [terminal, era, seq, None if link is None else link.hex()]
                for terminal, era, seq, link in run("SELECT * FROM terminals")
            ],
        }

    def restore(self, state: Mapping[str, Any], customers: Mapping[str, Customer]) -> None:
        """The ledger as it was. Raises KeyError for a customer that is not one of `customers`; what
        an older snapshot does not have is as in a new ledger."""
        people = {name: (customers[name], kept) for name, kept in state["customers"].items()}
        with self:
            for table in _TABLES:
                self._connection.execute(f"DELETE FROM {table}")
            self._open_accounts({})
            for name, (who, kept) in people.items():
                limit = kept.get("day_limit", who.day_limit)
                drawn, drawn_on = kept["drawn_today"], kept.get("drawn_on")
                self._add_customer(
                    name, limit, kept["tries_left"], kept["blocked"], drawn, drawn_on
                )
            for txid, one in state["operations"].items():
                self.add(txid, Operation(**one))
            for posting in state["postings"]:
                self.post(posting["txid"], posting["debit"], posting["credit"], posting["amount"])
            for name, (_, kept) in people.items():
                self.set_balance(name, kept["balance"])
            self._open_accounts(customers)
            for text in state["alarms"]:
                self.alarm(text)
            self._restore_rest(state)

    def _restore_rest(self, state: Mapping[str, Any]) -> None:
        for doubt in state.get("doubts", ()):
            self.add_doubt(*doubt)
        for message, answer in state.get("answers", ()):
            self.keep_answer(message, json.loads(answer))
        for name, preference in state.get("preferences", ()):
            self.keep_preference(name, preference)
        for instruction in state.get("instructions", ()):
            self._connection.execute("INSERT INTO instructions VALUES (?,?,?,?,?,?)", instruction)
        for kept in state.get("kept", ()):
            self._connection.execute("INSERT INTO kept VALUES (?,?,?)", kept)
        for terminal, era, seq, link in state.get("terminals", ()):
            row = (terminal, era, seq, None if link is None else bytes.fromhex(link))
            self._connection.execute("INSERT INTO terminals VALUES (?,?,?,?)", row)

    def audit(self) -> list[str]:
        """What does not add up, in words; empty if all is well (invariants 11, 14, 15, 18)."""
        found = []
        for query, words in _AUDITS.items():
            found += [words.format(*row) for row in self._connection.execute(query)]
        return found

    # --- opening ----------------------------------------------------------------------------

    def _prepare(self, memory: bool) -> None:
        empty = not self._value("SELECT count(*) FROM sqlite_schema")
        if not empty:
            _check_identity(self._connection, self._path)
        self._set("journal_mode", "WAL", "memory" if memory else "wal")
        self._set("synchronous", "FULL", SYNCHRONOUS_FULL)
        if empty:
            with self._connection:
                for statement in _SCHEMA.split(";"):
                    self._connection.execute(statement)
        for statement in _LATER.split(";"):
            self._connection.execute(statement)

    def _set(self, name: str, value: str, expected: object) -> None:
        self._connection.pragma(name, value)
        if (found := self._connection.pragma(name)) != expected:
            raise LedgerBroken(
                f"The ledger {self._path} would not be kept safely: {name} is {found} "
                f"and must be {expected}."
            )

    def _open_accounts(self, customers: Mapping[str, Customer]) -> None:
        known = {row[0] for row in self._connection.execute("SELECT name FROM accounts")}
        for name in INTERNAL:
            if name not in known:
                self._connection.execute("INSERT INTO accounts (name) VALUES (?)", (name,))
        for name, who in customers.items():
            if name not in known:
                self._add_customer(
                    name, who.day_limit, who.tries_left, who.blocked, who.drawn_today, None
                )
                self.set_balance(name, who.balance)

    def _add_customer(self, name: str, *values: int | None) -> None:
        self._connection.execute("INSERT INTO accounts (name) VALUES (?)", (name,))
        self._connection.execute("INSERT INTO customers VALUES (?,?,?,?,?,?)", (name, *values))

    def _value(self, query: str) -> Any:
        row = self._connection.execute(query).fetchone()
        assert row is not None
        return row[0]

    def _of(self, query: str, name: str) -> int:
        row = self._connection.execute(query, (name,)).fetchone()
        if row is None:
            raise KeyError(name)
        return int(row[0])


_CUSTOMER_VALUES: Final = ("day_limit", "tries_left", "blocked", "drawn_today")
_READ_CUSTOMER: Final = {
    column: f"SELECT {column} FROM customers WHERE name = ?" for column in _CUSTOMER_VALUES
}
_WRITE_CUSTOMER: Final = {
    column: f"UPDATE customers SET {column} = ? WHERE name = ?" for column in _CUSTOMER_VALUES
}

_AUDITS: Final[Mapping[str, str]] = {
    """SELECT posting, sum(amount) FROM entries GROUP BY posting
    HAVING sum(amount) OR count(*) != 2""": "posting {} does not balance: {}",
    """SELECT sum(balance) FROM accounts
    HAVING sum(balance) != 0""": "all accounts sum to {}, not to 0",
    """SELECT name, balance, coalesce(booked, 0) FROM accounts LEFT JOIN
    (SELECT account AS name, sum(amount) AS booked FROM entries GROUP BY account) USING (name)
    WHERE balance != coalesce(booked, 0)""": "the balance of {} is {}, its entries sum to {}",
    """SELECT name, a.held, coalesce(kept, 0) FROM accounts a LEFT JOIN
    (SELECT account AS name, sum(held) AS kept FROM operations GROUP BY account) USING (name)
    WHERE a.held != coalesce(kept, 0)""": "{} has {} on hold, its operations {}",
    """SELECT name, charged, coalesce(booked, 0) FROM accounts LEFT JOIN
    (SELECT account AS name, -sum(amount) AS booked FROM entries
    WHERE txid != '' AND amount < 0 GROUP BY account) USING (name)
    WHERE charged != coalesce(booked, 0)""": "{} was charged {}, its entries say {}",
    """SELECT name, balance - held FROM accounts JOIN customers USING (name)
    WHERE balance < held""": "{} can draw {}",
    """SELECT txid, held, outcome FROM operations
    WHERE held AND outcome NOT IN ('', 'suspect')""": "{}: {} still held after {}",
    """SELECT txid, held, amount FROM operations
    WHERE outcome = '' AND held != amount""": "{}: {} held of {} approved",
    f"""SELECT txid, posted, amount FROM operations
    WHERE posted > amount AND account != '{SUSPENSE}'""": "{}: {} posted of {} approved",
    """SELECT txid, posted, coalesce(CASE WHEN posted < 0 THEN -came ELSE went END, 0) AS booked
    FROM operations LEFT JOIN
    (SELECT txid, account, -sum(min(amount, 0)) AS went, sum(max(amount, 0)) AS came FROM entries
    WHERE txid != '' GROUP BY txid, account) USING (txid, account)
    WHERE posted != booked""": "{}: {} posted, its entries say {}",
    f"""SELECT balance, waits FROM accounts, (SELECT coalesce(sum(posted), 0) AS waits
    FROM instructions JOIN operations USING (txid) WHERE state = 'waiting')
    WHERE name = '{TRANSIT}' AND balance != waits""": "{} in transit, {} waits to be paid",
    f"""SELECT txid, sum(amount) FROM entries WHERE account = '{TRANSIT}' AND txid IN
    (SELECT txid FROM instructions WHERE state IN ('paid', 'cancelled'))
    GROUP BY txid HAVING sum(amount)""": "{}: {} left in transit after its end",
}
"""Queries that find nothing in a ledger that adds up, and what each find means."""


def _values(one: Operation) -> Iterable[object]:
    answer = json.dumps(dict(one.answer))
    return (
        *(one.account, one.amount, answer, one.held, one.outcome, one.posted, one.stated),
        *(one.basis, one.reported, one.digest, one.terminal, one.date, one.stan, one.era),
        one.day,
    )


def _operation(row: tuple[Any, ...]) -> Operation:
    return Operation(row[0], row[1], json.loads(row[2]), *row[3:])


def _instruction(row: tuple[Any, ...]) -> Instruction:
    fields = tuple((name, value) for name, value in json.loads(row[2]))
    return Instruction(row[0], row[1], fields, row[3], row[4])


def _opened(path: Path | str) -> apsw.Connection:
    try:
        if str(path) != MEMORY:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        connection = apsw.Connection(str(path))
        connection.pragma("locking_mode", "EXCLUSIVE")
        for name in ("fullfsync", "checkpoint_fullfsync"):
            connection.pragma(name, "ON")
        connection.pragma("trusted_schema", "OFF")
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)  # or new values plan a query anew
    except apsw.Error as trouble:
        raise _explained(path, trouble) from trouble
    return connection


def _check_identity(connection: apsw.Connection, path: Path | str) -> None:
    if connection.pragma("application_id") != APPLICATION_ID:
        raise LedgerBroken(f"{path} is a database, but not a bank's ledger.")
    if (found := connection.pragma("user_version")) != FORMAT:
        raise LedgerBroken(
            f"The ledger {path} has format {found}; this program reads format {FORMAT}."
        )


def _explained(path: Path | str, trouble: apsw.Error) -> LedgerError:
    """The sentence for a failure below us. It never quotes data."""
    match trouble:
        case apsw.BusyError() | apsw.LockedError():
            return LedgerInUse(f"Another bank is running on the ledger {path}. Stop it first.")
        case apsw.NotADBError():
            return LedgerBroken(f"{path} is not a ledger.")
        case apsw.CorruptError():
            return LedgerBroken(f"The ledger {path} is damaged; keep it and restore a copy.")
        case apsw.FullError():
            return LedgerBroken(f"The disk with the ledger {path} is full.")
        case apsw.ReadOnlyError() | apsw.PermissionsError() | apsw.CantOpenError():
            return LedgerBroken(f"The ledger {path} cannot be opened for writing.")
        case apsw.IOError():
            return LedgerBroken(f"The disk with the ledger {path} reports an error.")
        case _:
            return LedgerBroken(f"The ledger {path} cannot be used ({type(trouble).__name__}).")
