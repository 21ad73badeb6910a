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
from terminal.flows.visit import closed_reason, reference_of
from terminal.journal import rows as journal_rows
from terminal.journal_row import Row
from terminal.menu import WITHDRAWAL
from terminal.money import Amount
from terminal.profile import LANGUAGES, Language
from terminal.prompts import text_key
from terminal.recovery import recover
from terminal.values import replace

T = TypeVar("T")

SILENT_MAX: Final = 3
"""Events without a row between two rows; more than that nobody needs."""

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

OPENING: Final = ("VISIT_OPEN", "CARD_IN", "PASSBOOK")
"""What stands before the look in the rows with which a visit begins."""

WAITS: Final[Mapping[tuple[str, str], str]] = {
    ("ASKED", ""): "asking_service",
    ("CASHIN_INTENT", ""): "asking_service",
    ("AUTH_INTENT", ""): "authorizing",
    ("TRANSFER_INTENT", "bills"): "paying",
    ("TRANSFER_INTENT", "transfer"): "transfer.sending",
    ("CANCEL_INTENT", ""): "transfer.cancelling",
}
"""Screens that stand while the bank is asked, by the row of the question and what it is about."""

STEPS: Final = ("CHOSEN", "VISIT_OPEN", "VISIT_CLOSE", "OUT_OF_SERVICE", "BOOT", "PRACTICE")
"""Rows that are told one by one, whatever is written with them."""

GIVES_BACK: Final = ("EJECT_INTENT", "CARD_AT_GATE")
"""The card is given back: before notes with words of its own, otherwise with those of what happened."""

NAMES_A_SCREEN: Final[Mapping[str, str]] = {"OUT_OF_SERVICE": "reason", "VISIT_CLOSE": "ending"}
"""Fields beside `screen` by which a row tells what stood on the glass."""

SETTLED: Final = ("FINAL", "SUSPECT", "CANCELLED")
"""After one of these something was done in the visit."""

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
    "This record does not hold in which language the visit began; this is the configured one."
)
BARE: Final = "Only the name of this screen is recorded: what stood on it is not."
UNKNOWN: Final = "What stood on the glass here is not recorded."
GIVEN_BACK: Final = "The card is given back."
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
        self._language_told = False
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
            loaded = [one.kind for one in self.rows[at + 1 : at + 2]] == ["CASSETTES"]
            self._session = self._started([*self.before, *self.rows[: at + 1 + loaded]])
            self._frame(at, 1 + loaded)
            return 1 + loaded
        named = self._session is not None and isinstance(self._session.phase, passbook.Naming)
        if begins_with_passbook(self.rows[at : at + 2]) and not named:
            # Which page was opened without a card is not on record: this one was.
            self._session = self._before_passbook()
        self._session = self._session or self._found_again(row, at)
        if row.kind == "VISIT_OPEN" and self._session is not None:
            self._begins(self._session, at)
        way = self._way(at)
        if way is not None:
            return self._goes(way, at)
        if row.kind == "PROFILE":
            self._look(row)
            return 1
        if row.kind not in STILL or self._session is None:
            return self._lost(at)
        self._attach((row,))
        return 1

    def _begins(self, session: s.Session, at: int) -> None:
        """How the machine looked when the visit began: as its first rows say, or as it does for everybody."""
        brought = _brought(self.rows[at:])
        look = s.Look(language=session.machine.language)
        if brought is not None:
            look = _looking(session.look, brought)
        shown, stood = ((one.profile, one.reason, one.language) for one in (look, session.look))
        if shown == stood:
            return
        self._session = replace(session, look=look)
        if isinstance(session.phase, s.Idle):
            self._frame(at, 0)

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
                differs = tuple(
                    text
                    for one, other in pairs
                    if one.kind != "PROFILE"
                    for text in _different(one, other)
                )
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
            if other.kind == "PROFILE":
                after = replace(after, look=_looking(after.look, other))
        for session in way.passed:
            self._session = session
            self._frame(at, 0)
        self._session = after
        self._frame(at, count, *way.differs)
        return count

    def _look(self, row: StoredRow) -> None:
        """A look whose reasons are not recorded - how somebody's hand moves, say - is on record itself."""
        look = _looking(self._known.look, row)
        self._known = replace(self._known, look=look)
        if self._session is not None:
            self._session = replace(self._session, look=look)
        self._add(row, self._session, self._last_key(), (row,), ())

    # --- where the record does not say --------------------------------------------------------------

    def _lost(self, at: int) -> int:
        """Take the record's word for it; how many rows that were."""
        row = self.rows[at]
        self._session = None
        if row.kind == "PRACTICE":
            self._practice = row.body.get("what") == "began"
        if row.kind == "VISIT_CLOSE":
            closes = [one.kind for one in self.rows[at + 1 : at + 2]] == ["OUT_OF_SERVICE"]
            count = 1 + closes
            self._session = self._idle([*self.before, *self.rows[: at + count]])
            if closes:
                self._session = _closed(self._session, self.rows[at + 1])
            self._frame(at, count)
            return count
        if row.kind == "OUT_OF_SERVICE":
            self._session = _closed(self._idle([*self.before, *self.rows[: at + 1]]), row)
            self._frame(at, 1)
            return 1
        rows = self._step_of(at)
        if any(_was_done(one) for one in rows):
            self._known = replace(self._known, done=True)
        key = self._named(at, len(rows))
        notes: tuple[str, ...] = (PRACTISED if self._practice else BARE if key else UNKNOWN,)
        if rows[-1].kind in GIVES_BACK and not key:
            notes = (*notes, GIVEN_BACK)
        self._add(row, None, key, tuple(rows), notes)
        return len(rows)

    def _step_of(self, at: int) -> Sequence[StoredRow]:
        """This row and those that were written with it, as far as they are of the same screen."""
        first, until = self.rows[at], at + 1
        while until < len(self.rows):
            row = self.rows[until]
            if row.mono_ns != first.mono_ns or row.kind in STEPS or row.kind == "PROFILE":
                break
            until += 1
        return self.rows[at:until]

    def _named(self, at: int, count: int) -> str:
        """The screen after so many rows: by themselves, or by the next row, which tells on what it was done."""
        kinds = [row.kind for row in self.rows[at : at + count]]
        if kinds[-1] in GIVES_BACK:
            given = [row.kind for row in self.rows[: at + count] if row.kind not in GIVES_BACK]
            return "take_card" if given[-1] == "AUTH_RESULT" else ""
        for row in self.rows[at : at + count]:
            if waits := _waits(row):
                return waits
        for row in self.rows[at + count :]:
            if row.kind == "VISIT_CLOSE" and kinds[-1] == "CARD_TAKEN":
                return self._last_words(row)
            if row.kind.endswith("_INTENT"):
                # The PIN pad was asked to seal: what waits for the bank stood there already.
                return _waits(row)
            if "screen" in row.body and row.kind != "STAFF":
                return str(row.body["screen"])
            if row.kind not in STILL:
                return ""
        return ""

    def _last_words(self, row: StoredRow) -> str:
        """What stood there from when the card was taken until the visit ended."""
        ending = str(row.body.get("ending", ""))
        notice = f"notice.{ending}"
        known = self.design.catalogues[self.language].entries
        return notice if notice in known else ending

    def _found_again(self, row: StoredRow, at: int) -> s.Session | None:
        """A session again, where nothing of it is unknown: the menu, the amounts, what was confirmed, nobody there."""
        phases: Mapping[str, s.Phase] = {
            "choose_service": s.ChoosingService(self._card),
            "choose_amount": s.ChoosingAmount(self._card),
        }
        if row.kind == "VISIT_OPEN":
            return self._idle([*self.before, *self.rows[:at]])
        phase = phases.get(str(row.body.get("screen", ""))) if row.kind == "CHOSEN" else None
        phase = phase or self._reviewed(at)
        if phase is None:
            return None
        self._practice = False
        return replace(self._known, phase=phase, overlay="", practice=None)

    def _reviewed(self, at: int) -> s.Phase | None:
        """What was read back before this press: the request for it has the amount and the notes."""
        asked = self.rows[at + 1 : at + 2]
        if (
            self.rows[at].body.get("screen") != "review"
            or not asked
            or asked[0].kind != "AUTH_INTENT"
        ):
            return None
        minor, mix = asked[0].body["amount"], asked[0].body["mix"]
        if not isinstance(minor, int) or not isinstance(mix, tuple):
            return None
        return s.Reviewing(self._card, Amount(minor), mix)

    def _before_passbook(self) -> s.Session:
        named = passbook.opened(replace(self._known, visit="", overlay=""))
        return named[0]

    # --- sessions -----------------------------------------------------------------------------------

    def _machine(self, rows: Sequence[StoredRow]) -> s.Machine:
        """The machine as it was after these rows, as far as they tell."""
        found, started = recover(rows), _since_boot(rows)
        first = started[0].body if started else {}
        every = (*self.before, *self.rows)
        kinds = {row.kind for row in every}
        screens = {str(row.body.get("screen", "")) for row in every}
        menu = "choose_amount" not in screens or any("service" in one for one in screens)
        own = next((one for one in LANGUAGES if one == first.get("language")), None)
        self._language_told = own is not None
        return s.Machine(
            found.cassettes or self.cassettes,
            capabilities=able(str(first.get("shape", "path"))),
            cash=_last(started, "CASH_STATE", "error"),
            doubt=found.doubt,
            host_up=_last(started, "HOST_STATE", "state") != "down",
            language=own or self.language,
            stan=found.stan,
            services=NAMES if menu else (WITHDRAWAL,),
            printer="" if "RECEIPT" in kinds else None,
            acceptor=_last(started, "ACCEPTOR_STATE", "error"),
            passbook="PASSBOOK" in kinds,
            rules=self.design.rules,
            packs=self.design.packs_of_change,
        )

    def _idle(self, rows: Sequence[StoredRow]) -> s.Session:
        machine = self._machine(rows)
        return s.Session(s.Idle(), machine, s.Look(language=machine.language))

    def _started(self, rows: Sequence[StoredRow]) -> s.Session:
        """The last of these rows are the start and what was loaded then."""
        found = recover(rows)
        machine = replace(self._machine(rows), cash="starting", acceptor="starting")
        look = found.look or s.Look(language=machine.language)
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
        if row.visit and row.visit not in self._told:
            self._told.add(row.visit)
            if not self._language_known(row.visit):
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
        mine = [row for row in self.rows if row.visit == visit]
        return self._language_told or _brought(mine) is not None

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


def _since_boot(rows: Sequence[StoredRow]) -> Sequence[StoredRow]:
    """The rows from the last start on; none where no start is among them."""
    at = next((at for at in reversed(range(len(rows))) if rows[at].kind == "BOOT"), len(rows))
    return rows[at:]


def _last(rows: Sequence[StoredRow], kind: str, name: str) -> str:
    """What the newest row of this kind says, or ""."""
    row = next((row for row in reversed(rows) if row.kind == kind), None)
    return "" if row is None else str(row.body.get(name, ""))


def _waits(row: StoredRow) -> str:
    """What stands there while the bank is asked, or "" where this row asks nothing."""
    about = str(row.body.get("about", ""))
    return WAITS.get((row.kind, about)) or WAITS.get((row.kind, ""), "")


def _was_done(row: StoredRow) -> bool:
    """Whether something was done in the visit now, so that its last words do not deny it."""
    return row.kind in SETTLED or (row.kind == "CHOSEN" and row.body.get("name") == "another")


def _brought(rows: Sequence[StoredRow]) -> StoredRow | None:
    """The look with which a visit begins at the first of these rows, where it is another than everybody's."""
    for row in rows:
        if row.kind == "PROFILE":
            return row
        if row.kind not in OPENING:
            break
    return None


def _looking(look: s.Look, row: StoredRow) -> s.Look:
    """A look with what is on record of it."""
    return replace(
        look,
        profile=str(row.body["profile"]),  # type: ignore[arg-type]
        language=str(row.body["language"]),  # type: ignore[arg-type]
        reason=str(row.body["reason"]),  # type: ignore[arg-type]
    )


def _closed(session: s.Session, row: StoredRow) -> s.Session:
    """Out of service for the reason on record. A doubt is on record in the place of the reason that is shown."""
    reason = str(row.body.get("reason", ""))
    if reason == "doubt":
        reason = closed_reason(session.machine) or "cash"
    return replace(session, phase=s.OutOfService(reason))


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _alike(one: Row, other: StoredRow) -> bool:
    """The same row, but for what is masked."""
    return _akin(one, other) and not any(_different(one, other))


def _akin(one: Row, other: StoredRow) -> bool:
    """A row of the same kind, and of the same screen where it names one."""
    names = ("screen", NAMES_A_SCREEN.get(one.kind, "screen"))
    return one.kind == other.kind and all(
        one.body.get(name) == other.body.get(name) for name in names
    )


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
