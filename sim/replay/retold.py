"""A visit told again: the screens that rows of a journal lead to, by asking the core itself.

Each row is turned back into the events that can have made it (`inverse.py`), `flow.step` decides anew, and
what the core would have written is held against what was written. Only what agrees is shown as it was. A
screen therefore needs no row of its own, and a screen that the rows do not lead to is never made up: it is
shown bare, by the name that the record gives it, or as unknown, and says so. From the next screen that can
be known again - the menu, the next visit - the telling goes on.

Not recorded by design, and said where it matters: what and how many digits were typed, what stands in an
account, names, other people's numbers, and what was done in a practice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from devices.journal_store import StoredRow
from sim.replay.inverse import UNKNOWN_DIGITS, Ahead, able, begins_with_passbook, events, silent
from sim.stage.settings import Design
from terminal import events as ev
from terminal import session as s
from terminal.card import Card, Pan
from terminal.cash_units import Cassettes
from terminal.flow import step
from terminal.flows import passbook
from terminal.flows.services import NAMES
from terminal.flows.visit import reference_of
from terminal.journal import rows as journal_rows
from terminal.journal_row import Row
from terminal.menu import WITHDRAWAL
from terminal.profile import Language
from terminal.prompts import text_key
from terminal.recovery import Recovered, recover
from terminal.values import replace

T = TypeVar("T")

SILENT_MAX: Final = 3
"""Events without a row between two rows: language, profile and the card; more than that nobody needs."""

MASKED: Final = frozenset(
    {"acct_ref", "payee_ref", "token_id", "reference", "stan", "rrn", "boot", "version"}
)
"""Fields that are made of what the record does not hold, or of this run's own chance."""

STILL: Final = frozenset(
    {
        "IGNORED",
        "RECEIPT",
        "STAFF",
        "HOST_STATE",
        "HOST_ACK",
        "ALARM",
        "REPLY_REFUSED",
        "LATE_REPLY",
    }
    | {"CASH_STATE", "ACCEPTOR_STATE", "PHONE", "OFFER", "CONSENT", "EXPORTED", "CASSETTES"}
    | {
        "REOPENED",
        "COUNTED",
        "DEPOSITS_COUNTED",
        "DEPOSITS_EMPTIED",
        "SETTLED",
        "CARD_IN",
        "REMINDED",
    }
)
"""Rows that lead to no other screen, where the core does not say otherwise."""

NAMED_BY: Final[Mapping[str, str]] = {
    "EJECT_INTENT": "take_card",
    "CARD_AT_GATE": "take_card",
    "AUTH_INTENT": "authorizing",
}
"""Kinds that name a screen, where nothing else does."""

KEY: Final = b"replay"
"""For the references of rows that are made only to be compared without them."""

MISTAKES: Final = (AssertionError, AttributeError, KeyError, TypeError, ValueError)
"""What the core and a row may raise when an event is tried that cannot have been: it was another one."""

NOT_KEPT: Final[Mapping[type, str]] = {
    s.EnteringPin: "How many digits were typed is not recorded.",
    passbook.EnteringPin: "How many digits were typed is not recorded.",
    passbook.Naming: "Whether the number was scanned or typed is not recorded.",
    s.EnteringAmount: "Digits are not recorded one by one.",
    s.StatingCount: "Digits are not recorded one by one.",
}

LANGUAGE_UNKNOWN: Final = (
    "The language is not recorded unless it was chosen; this is the machine's own."
)
BARE: Final = "Only the name of this screen is recorded: what stood on it is not."
UNKNOWN: Final = "What stood on the glass here is not recorded."
PRACTISED: Final = "What is done in a practice is not recorded."


@dataclass(frozen=True, slots=True)
class Frame:
    """A screen as the record leads to it: seconds since the first row, its key, the rows that led to it and
    what they do not say. Without a `session` only the name is known, and not even that if `key` is ""."""

    at: float
    key: str
    look: s.Look
    session: s.Session | None
    rows: tuple[StoredRow, ...]
    notes: tuple[str, ...] = ()

    @property
    def shows(self) -> tuple[object, ...]:
        """What makes it another screen than the one before."""
        session = self.session
        said = (session.phase, session.overlay, session.page) if session else ()
        return (self.key, self.look.profile, self.look.language, self.look.offer, said)


@dataclass(slots=True)
class _Way:
    """How rows came about: sessions passed through, and how many rows the last step made."""

    passed: tuple[s.Session, ...]
    after: s.Session
    made: Sequence[Row]
    differs: tuple[str, ...] = ()


@dataclass
class Retelling:
    """Rows of one or more visits told again. `before` are all rows of the journal before them."""

    before: Sequence[StoredRow]
    rows: Sequence[StoredRow]
    design: Design
    cassettes: Cassettes
    language: Language = "zh"
    frames: list[Frame] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._session: s.Session | None = self._idle(self.before)
        self._known: s.Session = self._session
        self._card = Card(Pan(UNKNOWN_DIGITS + "0000"), "")
        self._practice = False
        self._told: set[str] = set()

    def run(self) -> list[Frame]:
        """The frames, in their order."""
        at = 0
        while at < len(self.rows):
            at += self._next(at)
        return self.frames

    # --- one step -----------------------------------------------------------------------------------

    def _next(self, at: int) -> int:
        """What the row at this place and perhaps the next led to; how many rows that were."""
        row = self.rows[at]
        if row.kind == "BOOT":
            self._session = self._started([*self.before, *self.rows[:at]], row)
            self._frame(at, 1)
            return 1
        if begins_with_passbook(self.rows[at : at + 2]):
            # Which page was opened without a card is not on record: this one was.
            self._session = self._before_passbook()
        self._session = self._session or self._found_again(row)
        way = self._way(at)
        if way is not None:
            return self._goes(way, at)
        if row.kind == "PROFILE":
            self._look(row)
            return 1
        if row.kind not in STILL or self._session is None:
            self._lost(at)
        else:
            self._attach((row,))
        return 1

    def _way(self, at: int) -> _Way | None:
        """The shortest way from here to the next rows; of several the one that tells most of them. What
        agrees in every field goes before what agrees in its kind."""
        if self._session is None:
            return None
        ahead = Ahead(self.rows[at:])
        for same in (_alike, _akin):
            reached: list[tuple[s.Session, ...]] = [(self._session,)]
            for _ in range(SILENT_MAX + 1):
                found = [way for passed in reached for way in self._ways(passed, at, ahead, same)]
                if found:
                    return max(found, key=lambda way: len(way.made))
                reached = [one for passed in reached for one in self._on(passed, ahead)]
        return None

    def _ways(
        self,
        passed: tuple[s.Session, ...],
        at: int,
        ahead: Ahead,
        same: Callable[[Row, StoredRow], bool],
    ) -> Iterator[_Way]:
        session, row = passed[-1], self.rows[at]
        for event in _tried(lambda: list(events(row, session, ahead))) or ():
            made = self._stepped(session, event, at)
            if made is None or not made[1]:
                continue
            after, written = made
            if len(written) <= len(ahead.rows) and all(map(same, written, ahead.rows)):
                pairs = zip(written, ahead.rows, strict=False)
                differs = tuple(text for one, other in pairs for text in _different(one, other))
                yield _Way(passed[1:], after, written, differs)

    def _on(self, passed: tuple[s.Session, ...], ahead: Ahead) -> Iterator[tuple[s.Session, ...]]:
        """Everywhere that leads without a row."""
        for several in silent(passed[-1], ahead):
            here: s.Session | None = passed[-1]
            for event in several:
                made = self._stepped(here, event, 0) if here is not None else None
                here = made[0] if made and not made[1] else None
            if here is not None and here is not passed[-1]:
                yield (*passed, here)

    def _stepped(
        self, session: s.Session, event: ev.Event, at: int
    ) -> tuple[s.Session, Sequence[Row]] | None:
        def decide() -> tuple[s.Session, Sequence[Row]]:
            after, effects = step(session, event, self._at(at))
            return after, journal_rows(session, event, after, effects, KEY)

        return _tried(decide)

    def _goes(self, way: _Way, at: int) -> int:
        """The way was gone: ids become those of the record."""
        after, count = way.after, len(way.made)
        for one, other in zip(way.made, self.rows[at : at + count], strict=True):
            names = ((one.visit, other.visit), (one.txid, other.txid))
            for ours, theirs in names:
                if ours and theirs and ours != theirs:
                    after = _renamed(after, ours, theirs)
            if other.kind == "CARD_READ":
                self._card = getattr(after.phase, "card", self._card)
        for session in way.passed:
            self._session = session
            self._frame(at, 0)
        self._session = after
        self._frame(at, count, *way.differs)
        return count

    def _look(self, row: StoredRow) -> None:
        """A look whose reasons are not recorded - how somebody's hand moves, say - is on record itself."""
        look = self._known.look
        look = replace(
            look,
            profile=str(row.body["profile"]),  # type: ignore[arg-type]
            language=str(row.body["language"]),  # type: ignore[arg-type]
            reason=str(row.body["reason"]),  # type: ignore[arg-type]
        )
        self._known = replace(self._known, look=look)
        if self._session is not None:
            self._session = replace(self._session, look=look)
        self._add(row, self._session, self._last_key(), (row,), ())

    # --- where the record does not say --------------------------------------------------------------

    def _lost(self, at: int) -> None:
        row = self.rows[at]
        self._session = None
        if row.kind == "PRACTICE":
            self._practice = row.body.get("what") == "began"
        if row.kind == "VISIT_CLOSE":
            self._session = self._idle([*self.before, *self.rows[: at + 1]])
            self._frame(at, 1)
            return
        if row.kind == "OUT_OF_SERVICE":
            closed = s.OutOfService(str(row.body.get("reason", "")))
            self._session = replace(self._known, phase=closed, overlay="", visit="")
            self._frame(at, 1)
            return
        key = self._named(at)
        note = PRACTISED if self._practice else BARE if key else UNKNOWN
        self._add(row, None, key, (row,), (note,))

    def _named(self, at: int) -> str:
        """The screen by the next row that names it."""
        for row in (
            self.rows[at : at + 1] if self.rows[at].kind in NAMED_BY else self.rows[at + 1 :]
        ):
            if row.kind in NAMED_BY:
                return NAMED_BY[row.kind]
            if row.kind in ("VISIT_CLOSE", "BOOT", "VISIT_OPEN"):
                return ""
            if "screen" in row.body and row.kind != "STAFF":
                return str(row.body["screen"])
        return ""

    def _found_again(self, row: StoredRow) -> s.Session | None:
        """A session again, where nothing of it is unknown: the menu, the amounts, nobody there."""
        phases: Mapping[str, s.Phase] = {
            "choose_service": s.ChoosingService(self._card),
            "choose_amount": s.ChoosingAmount(self._card),
        }
        if row.kind == "VISIT_OPEN":
            return replace(self._known, phase=s.Idle(), visit="", overlay="")
        phase = phases.get(str(row.body.get("screen", ""))) if row.kind == "CHOSEN" else None
        if phase is None:
            return None
        self._practice = False
        return replace(self._known, phase=phase, overlay="", practice=None)

    def _before_passbook(self) -> s.Session:
        named = passbook.opened(replace(self._known, visit="", overlay=""))
        return named[0]

    # --- sessions -----------------------------------------------------------------------------------

    def _machine(self, found: Recovered, shape: str) -> s.Machine:
        kinds = {row.kind for row in self.rows}
        screens = {str(row.body.get("screen", "")) for row in (*self.before, *self.rows)}
        menu = "choose_amount" not in screens or any("service" in one for one in screens)
        return s.Machine(
            found.cassettes or self.cassettes,
            capabilities=able(shape),
            cash="",
            language=self.language,
            stan=found.stan,
            services=NAMES if menu else (WITHDRAWAL,),
            printer="" if "RECEIPT" in kinds else None,
            acceptor="",
            passbook="PASSBOOK" in kinds,
            rules=self.design.rules,
            packs=self.design.packs_of_change,
        )

    def _idle(self, rows: Sequence[StoredRow]) -> s.Session:
        boots = [row for row in rows if row.kind == "BOOT"]
        shape = str(boots[-1].body.get("shape", "")) if boots else "path"
        machine = self._machine(recover(rows), shape)
        return s.Session(s.Idle(), machine, s.Look(language=self.language))

    def _started(self, rows: Sequence[StoredRow], boot: StoredRow) -> s.Session:
        found = recover(rows)
        machine = replace(
            self._machine(found, str(boot.body.get("shape", ""))),
            cash="starting",
            acceptor="starting",
        )
        look = found.look or s.Look(language=self.language)
        phase = s.Starting(found.order, card=found.card)
        started = s.Session(phase, machine, look, visit=found.visit)
        return step(started, ev.Started(), 0.0)[0]

    # --- frames -------------------------------------------------------------------------------------

    def _frame(self, at: int, count: int, *notes: str) -> None:
        session = self._session
        assert session is not None, "a frame of a session"
        self._known = session
        if kept := NOT_KEPT.get(type(session.phase)):
            notes = (*notes, kept)
        self._add(
            self.rows[at], session, text_key(session), tuple(self.rows[at : at + count]), notes
        )

    def _add(
        self,
        row: StoredRow,
        session: s.Session | None,
        key: str,
        rows: tuple[StoredRow, ...],
        notes: tuple[str, ...],
    ) -> None:
        look = session.look if session else self._known.look
        if row.visit and row.visit not in self._told and not self._language_known(row.visit):
            self._told.add(row.visit)
            notes = (*notes, LANGUAGE_UNKNOWN)
        frame = Frame(self._since(row), key, look, session, rows, notes)
        if self.frames and self.frames[-1].shows == frame.shows:
            self._attach(rows, notes)
        else:
            self.frames.append(frame)

    def _attach(self, rows: tuple[StoredRow, ...], notes: tuple[str, ...] = ()) -> None:
        """To the screen that stands there already."""
        if not self.frames:
            self._session = self._session or self._known
            self.frames.append(
                Frame(0.0, self._last_key(), self._known.look, self._session, rows, notes)
            )
            return
        last = self.frames[-1]
        more = tuple(one for one in notes if one not in last.notes)
        self.frames[-1] = replace(last, rows=(*last.rows, *rows), notes=(*last.notes, *more))

    def _last_key(self) -> str:
        if self._session is not None:
            return text_key(self._session)
        return self.frames[-1].key if self.frames else ""

    def _language_known(self, visit: str) -> bool:
        return any(row.kind == "PROFILE" and row.visit == visit for row in self.rows)

    def _since(self, row: StoredRow) -> float:
        """Seconds since the first row, by the wall clock: the monotonic one begins anew with each boot."""
        first = datetime.fromisoformat(self.rows[0].utc)
        return (datetime.fromisoformat(row.utc) - first).total_seconds()

    def _at(self, at: int) -> float:
        return self._since(self.rows[at])


def _tried(make: Callable[[], T]) -> T | None:
    try:
        return make()
    except MISTAKES:
        return None


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _alike(one: Row, other: StoredRow) -> bool:
    """The same row, but for what is masked."""
    return _akin(one, other) and not any(_different(one, other))


def _akin(one: Row, other: StoredRow) -> bool:
    """A row of the same kind, and of the same screen where it names one."""
    return one.kind == other.kind and one.body.get("screen") == other.body.get("screen")


def _different(one: Row, other: StoredRow) -> Iterator[str]:
    """What the record holds otherwise than the core would write it now."""
    for name in (one.body.keys() | other.body.keys()) - MASKED:
        ours, theirs = _plain(one.body.get(name)), _plain(other.body.get(name))
        if ours != theirs:
            yield f"{other.kind}: recorded {name} is {_said(theirs)}, shown is {_said(ours)}."


def _said(value: object) -> str:
    return "not there" if value is None else str(value)


def _renamed(thing: Any, ours: str, theirs: str) -> Any:
    """A value with one id of this run replaced by the record's, and the number that people are told."""
    match thing:
        case str():
            return {ours: theirs, reference_of(ours): reference_of(theirs)}.get(thing, thing)
        case tuple():
            return tuple(_renamed(one, ours, theirs) for one in thing)
        case s.Machine() | Pan():
            return thing
        case _ if is_dataclass(thing) and not isinstance(thing, type):
            changed = {
                one.name: new
                for one in fields(thing)
                if (new := _renamed(old := getattr(thing, one.name), ours, theirs)) != old
            }
            return replace(thing, **changed) if changed else thing
        case _:
            return thing
