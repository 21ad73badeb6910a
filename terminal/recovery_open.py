"""The operation that the record left open, row by row: an order to the dispenser, or notes taken in, with
the order that an exchange gave for them. A part of the fold in `recovery.py`."""

from typing import Protocol

from terminal.bundles import bundle_of, worth
from terminal.journal_row import Body, Value
from terminal.session import KnownResult, OpenDeposit, OpenOrder
from terminal.values import replace


class Row(Protocol):
    """As much of a row as is read here."""

    @property
    def kind(self) -> str: ...
    @property
    def txid(self) -> str: ...
    @property
    def body(self) -> Body: ...


def fold_order(order: OpenOrder, row: Row) -> OpenOrder | None:
    """The order after one of its rows; None once the bank has refused it."""
    body = row.body
    match row.kind:
        case "AUTH_RESULT" | "TRANSFER_RESULT":
            return replace(order, approved=True) if body["result"] == "approved" else None
        case "DISPENSE_INTENT":
            mix, before = _numbers(body["mix"]), str(body["before"])
            return replace(order, intent=True, mix=mix, before=before)
        case "DISPENSED":
            counts = _numbers(body["counts"])
            result = KnownResult(counts, str(body["error"]), bool(body["doubtful"]))
            return replace(order, result=result)
        case "STACKED":
            return replace(order, stacked=_numbers(body["counts"]))
        case "RETRACT_INTENT":
            return replace(order, retract_intent=True)
        case "TAKEN":
            return replace(order, result=KnownResult(order.stacked, "00", False))
        case "COUNT_ANSWER":
            return replace(order, count_answer=str(body["answer"]))
        case _:
            return order


def opened(row: Row) -> OpenDeposit:
    """A deposit or exchange that begins."""
    return OpenDeposit(row.txid, str(row.body["about"]))


def fold_notes(notes: OpenDeposit, row: Row) -> OpenDeposit | None:
    """The deposit after one of its rows; None once the bank has refused it."""
    body = row.body
    match row.kind:
        case "ANSWERED":
            return replace(notes, agreed=True) if body["result"] == "yes" else None
        case "ESCROW" | "AT_SLOT":
            return replace(notes, counts=bundle_of(_numbers(body["counts"])))
        case "STORED":
            return replace(notes, counts=bundle_of(_numbers(body["counts"])), stored=True)
        case "DISPENSE_INTENT":
            order = OpenOrder(notes.txid, worth(notes.counts), (), True, False)
            return replace(notes, order=fold_order(order, row))
        case "NOT_EXECUTED" | "REJECTED" if notes.order is not None:
            nothing = KnownResult(tuple(0 for _ in notes.order.mix), "notExecuted", False)
            return replace(notes, order=replace(notes.order, result=nothing))
        case "RETRACTED" if notes.order is not None:
            return replace(notes, order=replace(notes.order, result=_back(notes.order, body)))
        case _ if notes.order is not None:
            return replace(notes, order=fold_order(notes.order, row))
        case _:
            return notes


def _back(order: OpenOrder, body: Body) -> KnownResult:
    """What a pack that was taken back left with the customer; doubtful where nobody counted."""
    back = body["counts"]
    if back is None:
        return KnownResult((), "retracted", True)
    kept = tuple(out - n for out, n in zip(order.stacked, _numbers(back), strict=True))
    return KnownResult(kept, "retracted", any(n < 0 for n in kept))


def _numbers(value: Value) -> tuple[int, ...]:
    assert isinstance(value, list | tuple), "note counts are a list"
    return tuple(value)
