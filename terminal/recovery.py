"""What the record left open: a fold over the journal, made at every start before anything is offered.

The journal is the only truth the terminal has of itself. From it come the unfinished order, the
visit it belongs to, the notes believed to be in the cassettes, the next STAN, and the outcomes the
bank has not acknowledged (the outbox is derived here, never stored twice). `flows/starting.py`
decides what to do, with the devices' answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from terminal import effects as fx
from terminal.cash_units import PICK_FAILED, Cassette, Cassettes, emptied, taken_from
from terminal.journal_row import Body, Value
from terminal.money import Amount
from terminal.profile import LANGUAGES, ProfileName
from terminal.session import KnownResult, LastSeen, Look, OpenOrder, ReasonSource


class Recorded(Protocol):
    """A row read back."""

    @property
    def kind(self) -> str: ...
    @property
    def visit(self) -> str: ...
    @property
    def txid(self) -> str: ...
    @property
    def body(self) -> Body: ...


@dataclass(frozen=True, slots=True)
class Recovered:
    """The fold: what is open, what is known, what is still to be told to the bank."""

    order: OpenOrder | None = None
    visit: str = ""
    stan: int = 1
    boots: int = 0
    cassettes: Cassettes | None = None
    doubt: bool = False
    card: LastSeen = ""
    look: Look | None = None
    outbox: tuple[fx.Effect, ...] = ()


def recover(rows: Iterable[Recorded]) -> Recovered:
    """Fold the whole journal, oldest row first."""
    now = Recovered()
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
            return replace(now, doubt=False)
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
            return replace(now, order=order, stan=_int(body["stan"]) + 1)
        case "FINAL" | "SUSPECT":
            ended = replace(now, outbox=(*now.outbox, _outcome(row)))
            ended = replace(ended, doubt=now.doubt or (row.kind == "SUSPECT" and _machine(body)))
            return replace(ended, order=None) if _is(now.order, row.txid) else ended
        case "HOST_ACK":
            left = tuple(e for e in now.outbox if getattr(e, "txid", "") != row.txid)
            return replace(now, outbox=left)
        case _ if now.order is not None and row.txid == now.order.txid:
            return _fold_order(now, now.order, row)
        case _:
            return now


def _fold_order(now: Recovered, order: OpenOrder, row: Recorded) -> Recovered:
    body = row.body
    match row.kind:
        case "AUTH_RESULT":
            if body["result"] != "approved":
                return replace(now, order=None)
            return replace(now, order=replace(order, approved=True))
        case "DISPENSE_INTENT":
            mix, before = _counts(body["mix"]), str(body["before"])
            return replace(now, order=replace(order, intent=True, mix=mix, before=before))
        case "DISPENSED":
            counts = _counts(body["counts"])
            result = KnownResult(counts, str(body["error"]), bool(body["doubtful"]))
            moved = _moved(replace(now, order=replace(order, result=result)), counts)
            if result.error != PICK_FAILED or moved.cassettes is None:
                return moved
            return replace(moved, cassettes=emptied(moved.cassettes, order.mix, counts))
        case "STACKED":
            counts = _counts(body["counts"])
            return _moved(replace(now, order=replace(order, stacked=counts)), counts)
        case "RETRACT_INTENT":
            return replace(now, order=replace(order, retract_intent=True))
        case "TAKEN":
            result = KnownResult(order.stacked, "00", False)
            return replace(now, order=replace(order, result=result))
        case "COUNT_ANSWER":
            return replace(now, order=replace(order, count_answer=str(body["answer"])))
        case _:
            return now


def _machine(body: Body) -> bool:
    return str(body["basis"]) != "customer_disputes"


def _look(body: Body) -> Look:
    """How the customer of the unfinished visit was served; their own choice stays theirs."""
    profile: ProfileName = "elder" if body["profile"] == "elder" else "standard"
    language = next((known for known in LANGUAGES if known == body["language"]), LANGUAGES[0])
    explicit = body["reason"] == "EXPLICIT"
    reason: ReasonSource = "EXPLICIT" if explicit else "DEFAULT"
    return Look(profile, language, reason, locked=explicit)


def _is(order: OpenOrder | None, txid: str) -> bool:
    return order is not None and order.txid == txid


def _moved(now: Recovered, counts: tuple[int, ...]) -> Recovered:
    if now.cassettes is None:
        return now
    return replace(now, cassettes=taken_from(now.cassettes, counts))


def _outcome(row: Recorded) -> fx.Effect:
    body = row.body
    basis = str(body["basis"])
    if row.kind == "SUSPECT":
        counts = None if body["counts"] is None else _counts(body["counts"])
        disputed = body["disputed"]
        missing = None if disputed is None else Amount(_int(disputed))
        return fx.Suspect(row.txid, _amount(body), counts, basis, missing)
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
