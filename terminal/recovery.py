"""What the record left open: a fold over the journal, made at every start before anything is offered.

The journal is the only truth the terminal has of itself. From it come the unfinished order, the
visit it belongs to, the notes believed to be in the cassettes, the next STAN, and the outcomes the
bank has not acknowledged (the outbox is derived here, never stored twice). `flows/starting.py`
decides what to do, with the devices' answers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from terminal import effects as fx
from terminal.bundles import bundle_of
from terminal.cash_units import Cassette, Cassettes, Mix, after_dispense, taken_from
from terminal.journal_row import Body, Value
from terminal.money import Amount
from terminal.profile import LANGUAGES, PROFILE_NAMES, ProfileName
from terminal.recovery_open import fold_notes, fold_order, opened
from terminal.session import LastSeen, Look, OpenDeposit, OpenOrder, ReasonSource
from terminal.values import replace

LASTING: tuple[ReasonSource, ...] = ("EXPLICIT", "SAVED", "RECORD", "DOCUMENT", "NEED")
"""Reasons that are still true after a restart."""

Outcome = fx.Complete | fx.Credit | fx.Reverse | fx.Cancel | fx.Suspect
"""What became of an operation: the bank is told until it has booked it."""

SETTLED_BASIS = "settled_by_count"
"""The basis of an outcome that people found by counting; the only second outcome a bank accepts."""


class Recorded(Protocol):
    """A row read back."""

    @property
    def kind(self) -> str: ...
    @property
    def visit(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def utc(self) -> str: ...
    @property
    def txid(self) -> str: ...
    @property
    def body(self) -> Body: ...


@dataclass(frozen=True, slots=True)
class Origin:
    """The request an outcome belongs to, as the bank knows it: trace number, when it was made, and the
    account by its keyed reference."""

    txid: str
    stan: int
    utc: str
    account: str


@dataclass(frozen=True, slots=True)
class Advised:
    """An outcome on record: what to tell the bank, at which row, and at which row the bank had
    acknowledged it (0 if it has not)."""

    effect: Outcome
    row: int
    acknowledged: int = 0


@dataclass(frozen=True, slots=True)
class Suspected:
    """An operation in doubt that nobody has settled: what is on hold, what the device claimed, where
    the doubt came from, and the number the customer was given."""

    txid: str
    utc: str
    effect: fx.Suspect
    reference: str


TOLD_MAX = 500
"""Outcomes kept after the bank acknowledged them, in case it comes back from an old backup: more than
a day of visits. Older ones are still in the journal."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """The fold: what is open, what is known, what is still to be told to the bank (`outbox`), what it
    was told lately (`told`), and the requests behind all of these (`origins`, by txid)."""

    order: OpenOrder | OpenDeposit | None = None
    visit: str = ""
    stan: int = 1
    boots: int = 0
    cassettes: Cassettes | None = None
    doubt: bool = False
    acceptor_doubt: bool = False
    card: LastSeen = ""
    look: Look | None = None
    outbox: tuple[Advised, ...] = ()
    told: tuple[Advised, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)
    suspects: tuple[Suspected, ...] = ()


def recover(rows: Iterable[Recorded], known: Recovered | None = None) -> Recovered:
    """Fold the whole journal, oldest row first; or what came after the rows that gave `known`."""
    now = known or Recovered()
    for row in rows:
        now = _fold(now, row)
    return now


def _fold(now: Recovered, row: Recorded) -> Recovered:
    body = row.body
    match row.kind:
        case "BOOT":
            return replace(now, boots=now.boots + 1)
        case "CASSETTES":
            return replace(now, cassettes=_loaded(body), doubt=False)
        case "REOPENED":
            return replace(now, doubt=False, acceptor_doubt=False)
        case "OUT_OF_SERVICE" if body["reason"] == "doubt":
            return replace(now, doubt=True)
        case "VISIT_OPEN":
            return replace(now, visit=row.visit)
        case "CARD_IN":
            return replace(now, card="inside")
        case "RETAIN_INTENT":
            return replace(now, card="retaining")
        case "CARD_TAKEN" | "CARD_RETAINED" | "CARD_JAMMED":
            return replace(now, card="")
        case "PROFILE":
            return replace(now, look=_look(body))
        case "VISIT_CLOSE":
            return replace(now, visit="", look=None)
        case "AUTH_INTENT":
            order = OpenOrder(row.txid, _amount(body), _counts(body["mix"]), False, False)
            return replace(
                now, order=order, stan=_int(body["stan"]) + 1, origins=_with_origin(now, row)
            )
        case "TRANSFER_INTENT":
            order = OpenOrder(row.txid, _amount(body), (), False, False, about=str(body["about"]))
            return replace(
                now, order=order, stan=_int(body["stan"]) + 1, origins=_with_origin(now, row)
            )
        case "CASHIN_INTENT":
            return replace(
                now,
                order=opened(row),
                stan=_int(body["stan"]) + 1,
                origins=_with_origin(now, row),
            )
        case "FINAL":
            return _ended(now, row)
        case "SUSPECT":
            ended = _ended(now, row)
            effect = _outcome(row)
            assert isinstance(effect, fx.Suspect)
            open_ones = (
                *now.suspects,
                Suspected(row.txid, row.utc, effect, str(body["reference"])),
            )
            dispenser, acceptor = _doubted(effect)
            return replace(
                ended,
                doubt=now.doubt or dispenser,
                acceptor_doubt=now.acceptor_doubt or acceptor,
                suspects=open_ones,
            )
        case "SETTLED":
            of_it = next((one for one in now.suspects if one.txid == row.txid), None)
            left = tuple(one for one in now.suspects if one.txid != row.txid)
            return _owed_anew(replace(now, suspects=left), row, _settled(row, of_it))
        case "CANCELLED":
            return _owed_anew(now, row, fx.Cancel(row.txid))
        case "HOST_ACK":
            return _acknowledged(now, row)
        case _ if now.order is not None and row.txid == now.order.txid:
            if isinstance(now.order, OpenDeposit):
                return _fold_notes(now, now.order, row)
            return _moved_by(replace(now, order=fold_order(now.order, row)), row, now.order.mix)
        case _:
            return now


def _with_origin(now: Recovered, row: Recorded) -> Mapping[str, Origin]:
    """The requests that may still be spoken of, and this one."""
    wanted = {told.effect.txid for told in (*now.outbox, *now.told)}
    wanted.update(one.txid for one in now.suspects)
    kept = {txid: origin for txid, origin in now.origins.items() if txid in wanted}
    body = row.body
    kept[row.txid] = Origin(row.txid, _int(body["stan"]), row.utc, str(body["acct_ref"]))
    return kept


def _ended(now: Recovered, row: Recorded) -> Recovered:
    ended = replace(now, outbox=(*now.outbox, Advised(_outcome(row), row.seq)))
    return replace(ended, order=None) if _is(now.order, row.txid) else ended


def _owed_anew(now: Recovered, row: Recorded, effect: Outcome) -> Recovered:
    """A later outcome takes the place of the earlier one, which the bank need not hear any more."""
    unsaid = tuple(told for told in now.outbox if told.effect.txid != row.txid)
    known = tuple(told for told in now.told if told.effect.txid != row.txid)
    return replace(now, outbox=(*unsaid, Advised(effect, row.seq)), told=known)


def _acknowledged(now: Recovered, row: Recorded) -> Recovered:
    said = tuple(told for told in now.outbox if told.effect.txid == row.txid)
    left = tuple(told for told in now.outbox if told.effect.txid != row.txid)
    known = tuple(replace(told, acknowledged=row.seq) for told in said)
    return replace(now, outbox=left, told=(*now.told, *known)[-TOLD_MAX:])


def _settled(row: Recorded, of_it: Suspected | None) -> fx.Complete | fx.Credit | fx.Reverse:
    """What people decided: the customer got so much of it, or nothing; of notes that were taken in, what
    goes to the account."""
    received = _int(row.body["received"])
    if not received:
        return fx.Reverse(row.txid, SETTLED_BASIS)
    if of_it is not None and of_it.effect.bundle is not None:
        return fx.Credit(row.txid, Amount(received), of_it.effect.bundle, SETTLED_BASIS)
    return fx.Complete(row.txid, Amount(received), (), SETTLED_BASIS)


def _fold_notes(now: Recovered, notes: OpenDeposit, row: Recorded) -> Recovered:
    """A row of a deposit or exchange; what an exchange paid leaves the cassettes as of a withdrawal."""
    mix = notes.order.mix if notes.order else ()
    return _moved_by(replace(now, order=fold_notes(notes, row)), row, mix)


def _moved_by(now: Recovered, row: Recorded, mix: Mix) -> Recovered:
    """The cassettes after what a row says left them."""
    if now.cassettes is None:
        return now
    body = row.body
    match row.kind:
        case "DISPENSED":
            counts, rejects = _counts(body["counts"]), _counts(body["rejects"])
            left = after_dispense(now.cassettes, mix, counts, rejects, str(body["error"]))
            return replace(now, cassettes=left)
        case "STACKED":
            return replace(now, cassettes=taken_from(now.cassettes, _counts(body["counts"])))
        case _:
            return now


NO_DOUBT = frozenset({"retracted", "retract_not_counted", "paid_more_than_stored"})
"""Bases of notes in doubt that are in the acceptor's bin or cassette: it is well itself."""


def _doubted(effect: fx.Suspect) -> tuple[bool, bool]:
    """Whether people must look at the dispenser, and at the acceptor, before they are used again."""
    if effect.bundle is None:
        return effect.basis != "customer_disputes", False
    return effect.basis.startswith("pack_"), effect.basis not in NO_DOUBT


def _look(body: Body) -> Look:
    """How the customer of the unfinished visit was served, and why; their own choice stays theirs. What
    a card asked for is not in the record and gone with it."""
    profile: ProfileName = next(
        (known for known in PROFILE_NAMES if known == body["profile"]), "standard"
    )
    language = next((known for known in LANGUAGES if known == body["language"]), LANGUAGES[0])
    reason: ReasonSource = next((one for one in LASTING if one == body["reason"]), "DEFAULT")
    return Look(profile, language, reason, locked=reason in ("EXPLICIT", "NEED"))


def _is(order: OpenOrder | OpenDeposit | None, txid: str) -> bool:
    return order is not None and order.txid == txid


def _outcome(row: Recorded) -> fx.Complete | fx.Credit | fx.Reverse | fx.Suspect:
    body = row.body
    basis = str(body["basis"])
    if row.kind == "SUSPECT":
        counts = None if body["counts"] is None else _counts(body["counts"])
        disputed = body["disputed"]
        missing = None if disputed is None else Amount(_int(disputed))
        bundle = bundle_of(_counts(body["bundle"])) if "bundle" in body else None
        return fx.Suspect(row.txid, _amount(body), counts, basis, missing, bundle)
    if "bundle" in body:
        bundle, paid = bundle_of(_counts(body["bundle"])), _counts(body["counts"])
        return fx.Credit(row.txid, _amount(body), bundle, basis, paid)
    if not body["amount"]:
        return fx.Reverse(row.txid, basis)
    return fx.Complete(row.txid, _amount(body), _counts(body["counts"]), basis)


def _loaded(body: Body) -> Cassettes:
    notes, counts = _counts(body["notes"]), _counts(body["counts"])
    return tuple(Cassette(Amount(n), c) for n, c in zip(notes, counts, strict=True))


def _amount(body: Body) -> Amount:
    return Amount(_int(body["amount"]), str(body["currency"]))


def _counts(value: Value) -> tuple[int, ...]:
    assert isinstance(value, list | tuple), "note counts are a list"
    return tuple(value)


def _int(value: Value) -> int:
    assert isinstance(value, int), "expected a whole number"
    return value
