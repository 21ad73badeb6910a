"""A row of the journal back to the events that can have made it.

The inverse of `terminal/journal.py`, as far as there is one. What a row does not hold is not known: a card
has its last four digits and nothing else, a PIN none, a block only zeros, a token is empty. None of that is
ever drawn. Where several events could have made a row, all are named; `retold` asks the core which of them
makes this row and those after it. Events without a row of their own, that must have happened in between
(Enter on the pad, digits of an amount), are `silent`.

What the bank tells a service - balances, payees, bills - is in no row, so nothing here answers for it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from devices.journal_store import StoredRow
from terminal import events as ev
from terminal import session as s
from terminal.card import Card, Pan, PinBlock, checks_out
from terminal.flows.lobby import PASSBOOK
from terminal.journal_row import Value
from terminal.money import MINOR_PER_MAJOR
from terminal.profile import PROFILE_NAMES
from terminal.prompts import offer_answers, prompt_of

UNKNOWN_DIGITS: Final = "0" * 12
"""Stand where the record holds no digits of a card number; only the last four are ever shown."""

UNKNOWN_CURRENCY: Final = "XXX"
"""Of a card whose account is in another currency: which one is not on record (ISO 4217: none)."""

NO_BLOCK: Final = PinBlock(bytes(16))

AHEAD_MAX: Final = 400
"""Rows that are looked at for what comes: more than a visit has."""

Events = tuple[ev.Event, ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the rows that follow tell: the row itself, and all after it of the same visit."""

    rows: Sequence[StoredRow]

    @property
    def visit(self) -> Sequence[StoredRow]:
        """What is left of the visit."""
        ends = (at for at, row in enumerate(self.rows) if row.kind == "VISIT_CLOSE")
        return self.rows[: next(ends, len(self.rows))]

    def of(self, *kinds: str) -> StoredRow | None:
        """The next row of one of these kinds."""
        return next((row for row in self.rows[:AHEAD_MAX] if row.kind in kinds), None)

    def text(self, kind: str, name: str) -> str:
        """A field of the next row of this kind, or ""."""
        row = self.of(kind)
        return "" if row is None else str(row.body.get(name, ""))


def able(shape: str) -> ev.Capabilities:
    """What a dispenser of this shape can do: a path dispenser remembers, a presenter does all the rest."""
    there = shape == "presenter"
    return ev.Capabilities(there, there, there, there, not there, there)


Inverse = Callable[[StoredRow, s.Session, Ahead], Iterator[ev.Event]]


def events(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    """What can have made this row, the likeliest first."""
    yield from _INVERSE.get(row.kind, _nothing)(row, session, ahead)


def _nothing(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    return iter(())


def _plainly(make: Callable[..., ev.Event], *names: str) -> Inverse:
    """An event whose fields stand in the row under these names."""

    def inverse(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
        yield make(*(row.body.get(name) for name in names))

    return inverse


def _of_order(make: Callable[..., ev.Event], *names: str) -> Inverse:
    """The same of an event about an operation, by its id."""

    def inverse(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
        yield make(row.txid, *(row.body.get(name) for name in names))

    return inverse


def _begins(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    if begins_with_passbook(ahead.rows):
        yield ev.Scanned(_number(ahead.rows[1]))
        return
    yield ev.CardInserted()
    yield ev.CardFound("inside")
    yield ev.CardFound("gate")
    yield ev.CardJammed(ahead.text("CARD_JAMMED", "error"))


def begins_with_passbook(rows: Sequence[StoredRow]) -> bool:
    """Whether a visit begins here with a passbook and no card."""
    return [row.kind for row in rows[:2]] == ["VISIT_OPEN", "PASSBOOK"]


def _number(row: StoredRow) -> str:
    """Digits that can be a passbook's, of which only the last four are its own."""
    tail = _digits(row.body.get("last4"))
    found = (f"{one:012d}{tail}" for one in range(10))
    return next(number for number in found if checks_out(number))


def _card(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    pan = Pan(UNKNOWN_DIGITS + _digits(row.body.get("last4")))
    foreign = any(one.body.get("about") == "foreign" for one in ahead.visit)
    currency = UNKNOWN_CURRENCY if foreign else ""
    application = str(row.body.get("application", ""))
    yield ev.CardRead(Card(pan, "", (), application, currency=currency))


def _digits(value: Value) -> str:
    text = str(value or "")
    return text if text.isdigit() and len(text) == 4 else "0000"


def _known(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    services = tuple(filter(None, str(row.body.get("services", "")).split(",")))
    for preference in (None, *PROFILE_NAMES):
        for band in (None, *get_args(ev.AgeBand)):
            yield ev.CardKnown(services, band, preference)


def _refused(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    for capture in (False, True):
        yield ev.CardRefused(str(row.body["reason"]), capture)


def _pin(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    message = getattr(session.phase, "message", "")
    left = row.body.get("left")
    yield ev.PinWrong(message, left) if isinstance(left, int) else ev.PinRight(message)


def _chosen(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    """A press whose value is not on record is only known where the screen has one of that name."""
    name, value = str(row.body["name"]), row.body.get("value")
    if isinstance(value, int | str):
        yield ev.Chosen(name, value)
        return
    values = {
        one.value
        for one in (*prompt_of(session).answers, *offer_answers(session))
        if one.name == name
    }
    if name == "open" and begins_with_passbook(ahead.rows[1:]):
        values &= {PASSBOOK}
    yield ev.Chosen(name, values.pop() if len(values) == 1 else None)


def _authorises(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    yield ev.PinBlockMade(getattr(session.phase, "txid", ""), NO_BLOCK)


def _asks(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    """A question that carries a PIN is asked once the pad has sealed it."""
    yield ev.PinBlockMade(str(getattr(session.phase, "message", "")), NO_BLOCK)


def _answered(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    code, said = str(row.body.get("code", "")), str(row.body.get("result", ""))
    if said == "approved":
        yield ev.Approved(row.txid, str(row.body.get("approval", "")), "", code)
    else:
        yield ev.Declined(row.txid, code, said)


TOLD_NOTHING: Final = frozenset({"deposit", "exchange"})
"""Questions whose yes tells nothing that a screen shows."""


def _bank(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    """A no is on record with its reason; what a yes told is not."""
    about, result = str(row.body["about"]), str(row.body.get("result", ""))
    for name in ("message", "txid"):
        message = str(getattr(session.phase, name, ""))
        if result != "yes":
            yield ev.BankRefused(message, about, result)
        elif about in TOLD_NOTHING:
            yield ev.BankAnswered(message, about, ())


def _bundle(value: Value) -> ev.Bundle:
    counts = value if isinstance(value, tuple) else ()
    return tuple(zip(counts[::2], counts[1::2], strict=True))


def _escrow(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    counts, refused = _bundle(row.body["counts"]), row.body.get("refused")
    if isinstance(refused, int):
        yield ev.NotesInEscrow(row.txid, counts, refused)
    else:
        yield ev.AcceptorClosed(row.txid, counts)


def _of_notes(make: Callable[..., ev.Event]) -> Inverse:
    """An event about notes of a deposit, which nobody may have been able to count."""

    def inverse(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
        counts = row.body["counts"]
        yield make(row.txid, None if counts is None else _bundle(counts))

    return inverse


def _deposit(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    state: Any = row.body["state"]
    counts, slot = row.body.get("counts"), bool(row.body.get("slot"))
    yield ev.DepositReport(row.txid, state, None if counts is None else _bundle(counts), slot)


def _taken(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    yield ev.CardTaken()
    yield ev.CardFound("absent")


def _ordered(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    yield ev.DispensePrepared(row.txid, str(row.body.get("before", "")))


def _reported(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    order = getattr(session.phase, "order", None)
    mix = tuple(getattr(order, "stacked", ()) or getattr(order, "mix", ()))
    found: Any = row.body.get("found")
    executed = found != "never executed"
    for occupied in (False, True):
        yield ev.PresenterReport(
            row.txid, executed, found if executed else "unknown", occupied, mix
        )


def _cash(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    yield from _cash_said(row, session)


def _cash_said(row: StoredRow | None, session: s.Session) -> Iterator[ev.Event]:
    if row is not None and row.body.get("state") == "failed":
        yield ev.CashFailed(str(row.body["error"]))
    elif session.machine.capabilities is not None:
        flags = str(row.body["usable"]) if row else "1" * len(session.machine.cassettes)
        yield ev.CashReady(session.machine.capabilities, tuple(one == "1" for one in flags))


def _acceptor(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    error = str(row.body.get("error", ""))
    yield ev.AcceptorFailed(error) if error else ev.AcceptorReady(())


def _more_time(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    answer = str(row.body["answer"])
    yield ev.AskedForMore() if answer == "asked" else ev.Chosen(answer)


_STAFF: Final[Mapping[str, ev.Event]] = {
    "called": ev.Chosen("call_staff"),
    "cancelled": ev.Chosen("cancel_call"),
    "heard": ev.StaffCalled(1),
    "came": ev.StaffCame(),
    "busy": ev.StaffBusy(),
}


def _staff(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    if said := _STAFF.get(str(row.body["what"])):
        yield said


_COUNTED: Final = {
    "right": "count_right",
    "wrong": "count_wrong",
    "back": "back",
    "stated": "confirm",
}


def _counted(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    yield ev.Chosen(_COUNTED[str(row.body["answer"])])


def _looks(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    profile, language = str(row.body["profile"]), str(row.body["language"])
    if language != session.look.language:
        yield ev.Chosen("language", language)
    yield ev.Chosen("profile", profile)
    yield from _asked(row, session, ahead)
    for band in get_args(ev.AgeBand):
        yield ev.DocumentRead(band)


def _asked(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    yield ev.Chosen("offer_yes")
    yield ev.Chosen("offer_no")
    yield ev.PreferenceSaved(session.enquiry)
    yield ev.PreferenceNotSaved(session.enquiry)
    yield ev.TimedOut()


def _ends(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    """Ends of waits, and what stops a machine, have no row of their own in every phase."""
    yield ev.TimedOut()
    yield ev.CardTaken()
    yield ev.HostDown()
    yield ev.JournalLow()
    yield ev.DispenseUnknown(row.txid, "")
    yield from _cash_said(ahead.of("CASH_STATE"), session)


def _host(row: StoredRow, session: s.Session, ahead: Ahead) -> Iterator[ev.Event]:
    yield ev.HostUp() if row.body.get("state") == "up" else ev.HostDown()


_TIMED: Final = _plainly(ev.TimedOut)

_INVERSE: Final[Mapping[str, Inverse]] = {
    "VISIT_OPEN": _begins,
    "CARD_IN": _begins,
    "CARD_FOUND": _plainly(ev.CardFound, "position"),
    "CARD_READ": _card,
    "CARD_UNREADABLE": _plainly(ev.CardUnreadable, "reason"),
    "CARD_REFUSED": _refused,
    "CARD_KNOWN": _known,
    "PIN_RESULT": _pin,
    "PIN_LOST": _plainly(ev.PinLost),
    "CHOSEN": _chosen,
    "SIGNED": _plainly(ev.Signed, "strokes", "points"),
    "AUTH_INTENT": _authorises,
    "AUTH_RESULT": _answered,
    "ASKED": _asks,
    "ANSWERED": _bank,
    "CARD_AT_GATE": _plainly(ev.CardAtGate),
    "CARD_TAKEN": _taken,
    "CARD_RETAINED": _plainly(ev.CardRetained),
    "CARD_JAMMED": _plainly(ev.CardJammed, "error"),
    "READER_FAILED": _plainly(ev.ReaderFailed, "error"),
    "DISPENSE_INTENT": _ordered,
    "DISPENSED": _of_order(ev.NotesDispensed, "counts", "rejects", "error", "doubtful"),
    "STACKED": _of_order(ev.NotesStacked, "counts", "rejects"),
    "PRESENTED": _of_order(ev.NotesPresented),
    "TAKEN": _of_order(ev.NotesTaken),
    "RETRACTED": _of_order(ev.NotesRetracted, "counts"),
    "REJECTED": _of_order(ev.NotesRejected),
    "NOT_EXECUTED": _of_order(ev.DispenseNotExecuted, "error"),
    "DISPENSE_UNKNOWN": _of_order(ev.DispenseUnknown, "evidence"),
    "RECOVERED": _reported,
    "CASHIN_OPEN": _of_order(ev.AcceptorOpen),
    "ESCROW": _escrow,
    "STORED": _of_notes(ev.NotesStored),
    "AT_SLOT": _of_notes(ev.NotesReturned),
    "RETURNED": _of_order(ev.ReturnedTaken),
    "RETURN_RETRACTED": _of_notes(ev.ReturnedRetracted),
    "DEPOSIT_FOUND": _deposit,
    "DEPOSIT_UNKNOWN": _of_order(ev.DepositUnknown, "evidence"),
    "CASH_STATE": _cash,
    "ACCEPTOR_STATE": _acceptor,
    "HOST_STATE": _host,
    "RECORD_DISPUTED": _plainly(ev.RecordDisputed, "why"),
    "PHONE": lambda row, session, ahead: iter([ev.PhoneCall(row.body["state"] == "call")]),
    "REMINDED": _plainly(ev.Reminded, "number"),
    "MORE_TIME": _more_time,
    "TIMED_OUT": _TIMED,
    "HELP": lambda row, session, ahead: iter([ev.Chosen("help")]),
    "STAFF": _staff,
    "COUNT_ANSWER": _counted,
    "CONSENT": _asked,
    "OFFER": _asked,
    "PROFILE": _looks,
    "EJECT_INTENT": _ends,
    "FINAL": _ends,
    "SUSPECT": _ends,
    "RETRACT_INTENT": _ends,
    "RETAIN_INTENT": _ends,
    "VISIT_CLOSE": _ends,
    "OUT_OF_SERVICE": _ends,
}
"""Kinds from which events can be told. The others change no screen, or nobody can say how."""


# --- what has no row -------------------------------------------------------------------------------


def silent(session: s.Session, ahead: Ahead) -> Iterator[Events]:
    """What can have happened before the next row without one of its own."""
    phase = session.phase
    match phase:
        case s.Idle() | s.OutOfService():
            yield from ((one,) for one in _cash_said(None, session))
            yield (ev.ReaderReady(),)
        case s.Starting():
            yield from ((one,) for one in _cash_said(ahead.of("CASH_STATE"), session))
        case _ if isinstance(phase, s.COLLECTING_PIN):
            yield (ev.PinEntered(),)
        case s.ChoosingAmount() | s.EnteringAmount() if _asked_again(ahead):
            return
        case s.ChoosingAmount() | s.EnteringAmount() | s.SuggestingAmounts():
            yield from _typed(ahead.of("AUTH_INTENT"), "amount")
        case s.StatingCount():
            yield from _typed(ahead.of("COUNT_ANSWER"), "stated")
        case _:
            return


def _asked_again(ahead: Ahead) -> bool:
    """Whether what was typed was not what the bank was asked for: an amount was chosen or typed anew."""
    stood = (row.body["screen"] for row in ahead.visit[1:] if "screen" in row.body)
    return next(stood, "") in ("suggest_amounts", "enter_amount", "choose_amount")


def _typed(row: StoredRow | None, name: str) -> Iterator[Events]:
    minor = row.body.get(name) if row else None
    if isinstance(minor, int):
        yield tuple(ev.Chosen("digit", int(one)) for one in str(minor // MINOR_PER_MAJOR))
