"""The terminal itself, as the search uses it: the real `flow.step`, `journal.rows`, `recovery.recover`
and the real boot of `sim.stage.machine.assemble`, each asked once for the same question.

Sessions, journals and rows are numbered, so that a state of the search is small. Two journals have the
same number where `recover` gives the same for both and the checker's own fold does too: the terminal
learns from its journal only through that fold, row by row from the oldest, so whatever follows is the
same. Row numbers and times are alike in all rows here; the terminal uses them only for the bank's
checkpoint, which is not in this scope. Time stands still: what falls due is chosen by the search.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from devices.journal_store import JournalStore
from sim.proof.scope import seeded
from sim.proof.scope.record import Written, written
from sim.proof.scope.world import LOADED, NOTES_MAJOR, Shape
from sim.stage.machine import Glass, Ports, assemble
from sim.stage.settings import read_profiles
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.cash_units import Cassette
from terminal.flow import step
from terminal.journal import rows
from terminal.journal_row import Body, Row
from terminal.money import yuan
from terminal.ports import NEVER, Seconds
from terminal.recovery import Recovered, recover
from terminal.runtime import next_deadline

KEY = bytes(32)
CASSETTES = tuple(
    Cassette(yuan(note), count) for note, count in zip(NOTES_MAJOR, LOADED, strict=True)
)
UTC = "2026-01-01T00:00:00Z"


class _Stored(NamedTuple):
    """A row as it is read back."""

    kind: str
    visit: str
    txid: str
    body: Body
    seq: int = 1
    utc: str = UTC


class _Still:
    """A clock that stands."""

    def now(self) -> Seconds:
        return 0.0

    def utc(self) -> str:
        return UTC


@dataclass
class _Collects:
    """A port that keeps what it is given, for the search to hand out."""

    given: list[fx.Effect] = field(default_factory=list)

    def submit(self, effect: fx.Effect, now: Seconds) -> None:
        self.given.append(effect)

    def poll(self, now: Seconds) -> tuple[ev.Event, ...]:
        return ()

    def due(self, now: Seconds) -> Seconds:
        return NEVER


@dataclass
class _Owes(_Collects):
    """The line to the bank, which is told at a start what the record left."""

    def mark(self, now: Seconds) -> None:
        """How far the record has come."""

    def resume(self, found: Recovered, now: Seconds) -> None:
        self.given.extend(told.effect for told in found.outbox)


@dataclass
class _Paper:
    """What the boot needs of a journal store."""

    stored: Sequence[_Stored]
    boot: str = "boot"
    low: bool = False
    added: list[Row] = field(default_factory=list)

    def rows(self) -> Iterator[_Stored]:
        return iter(self.stored)

    def append(self, more: Sequence[Row], now: Seconds, utc: str) -> None:
        self.added.extend(more)


class Journal(NamedTuple):
    """One number's journal: rows that give this fold, and the two folds."""

    stored: tuple[_Stored, ...]
    recovered: Recovered
    written: Written


class Stepped(NamedTuple):
    """One decision: the session after, the rows to commit, the effects then to hand out."""

    session: int
    rows: int
    effects: tuple[fx.Effect, ...]


class Booted(NamedTuple):
    """A start: the first session, the journal with the boot rows, what the bank is owed."""

    session: int
    journal: int
    effects: tuple[fx.Effect, ...]


@dataclass
class Core:
    """The terminal of one shape, with one seeded bug or none."""

    shape: Shape
    bug: str = ""
    sessions: list[s.Session] = field(default_factory=list)
    journals: list[Journal] = field(default_factory=list)
    _session_ids: dict[object, int] = field(default_factory=dict)
    _journal_ids: dict[object, int] = field(default_factory=dict)
    _rows: list[list[Row]] = field(default_factory=list)
    _rows_ids: dict[str, int] = field(default_factory=dict)
    _steps: dict[tuple[int, ev.Event], Stepped] = field(default_factory=dict)
    _writes: dict[tuple[int, int], int] = field(default_factory=dict)
    _boots: dict[int, Booted] = field(default_factory=dict)
    _waits: dict[int, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._profiles = read_profiles()
        self._rows_id([])
        self._journal_id((), Written())

    def step(self, session: int, event: ev.Event) -> Stepped:
        """One event: the decision and its rows."""
        known = self._steps.get((session, event))
        if known is None:
            before = self.sessions[session]
            decided = step(before, event, 0.0)
            after, effects = seeded.step(self.bug, before, event, decided)
            made = seeded.rows(self.bug, rows(before, event, after, effects, KEY))
            known = Stepped(self._session_id(after), self._rows_id(made), effects)
            self._steps[session, event] = known
        return known

    def commit(self, journal: int, more: int) -> int:
        """The journal with some rows more."""
        known = self._writes.get((journal, more))
        if known is None:
            known = self._append(self.journals[journal], self._rows[more])
            self._writes[journal, more] = known
        return known

    def boot(self, journal: int) -> Booted:
        """Switched on over this journal, up to the first event."""
        known = self._boots.get(journal)
        if known is None:
            known = self._boots[journal] = self._assembled(self.journals[journal])
        return known

    def waits(self, session: int) -> bool:
        """Whether the present wait ever ends by itself."""
        known = self._waits.get(session)
        if known is None:
            known = next_deadline(self.sessions[session], self._profiles) < NEVER
            self._waits[session] = known
        return known

    def _assembled(self, journal: Journal) -> Booted:
        paper, host = _Paper(journal.stored), _Owes()
        terminal = assemble(
            Ports(_Collects(), _Collects(), host, _Collects()),
            Glass(),
            cast(JournalStore, paper),
            _Still(),
            self._profiles,
            CASSETTES,
            entropy=KEY,
            acct_key=KEY,
            shape=self.shape,
        )
        number = self._append(journal, paper.added)
        return Booted(self._session_id(terminal.session), number, tuple(host.given))

    def _append(self, journal: Journal, more: Sequence[Row]) -> int:
        added = tuple(_Stored(row.kind, row.visit, row.txid, row.body) for row in more)
        return self._journal_id(journal.stored + added, written(journal.written, more))

    def _journal_id(self, stored: tuple[_Stored, ...], seen: Written) -> int:
        recovered = recover(stored)
        key = (repr(recovered), seen)
        number = self._journal_ids.get(key)
        if number is None:
            number = self._journal_ids[key] = len(self.journals)
            self.journals.append(Journal(stored, recovered, seen))
        return number

    def _session_id(self, session: s.Session) -> int:
        key = repr(session)
        number = self._session_ids.get(key)
        if number is None:
            number = self._session_ids[key] = len(self.sessions)
            self.sessions.append(session)
        return number

    def _rows_id(self, made: list[Row]) -> int:
        key = repr(made)
        number = self._rows_ids.get(key)
        if number is None:
            number = self._rows_ids[key] = len(self._rows)
            self._rows.append(made)
        return number
