"""What is on disk, for the checker: a fold over the rows of its own, which shares nothing with the
terminal's recovery.

It keeps what `reliability.md` B asks of the record: which intents are durable, how each txid ended,
and whether every card that came in left with one record.
"""

from collections.abc import Iterable
from typing import NamedTuple

from terminal.journal_row import Body, Row

IN_DOUBT = -1
"""Stands for the amount of a SUSPECT among the outcomes."""


class Written(NamedTuple):
    """The fold. `outcomes` holds txid and amount in minor units, in the order written; `before_start`
    the requests made before the machine was last switched on."""

    asked: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    dispenses: tuple[str, ...] = ()
    presents: tuple[str, ...] = ()
    outcomes: tuple[tuple[str, int], ...] = ()
    acknowledged: tuple[str, ...] = ()
    before_start: tuple[str, ...] = ()
    card_in: bool = False
    visit_open: bool = False
    wrong: tuple[str, ...] = ()


_ENDINGS = ("CARD_TAKEN", "CARD_RETAINED", "CARD_JAMMED")


def written(before: Written, rows: Iterable[Row]) -> Written:
    """The fold, some rows later."""
    now = before
    for row in rows:
        now = _after(now, row.kind, row.txid, row.body)
    return now


def _after(now: Written, kind: str, txid: str, body: Body) -> Written:
    match kind:
        case "AUTH_INTENT":
            return now._replace(asked=(*now.asked, txid))
        case "AUTH_RESULT" if body["result"] != "approved":
            return now._replace(declined=(*now.declined, txid))
        case "BOOT":
            return now._replace(before_start=now.asked)
        case "DISPENSE_INTENT" | "PRESENT_INTENT" if txid in now.before_start:
            return now._replace(
                wrong=(*now.wrong, f"A.5: {kind} of an order from before a restart")
            )
        case "DISPENSE_INTENT":
            return now._replace(dispenses=(*now.dispenses, txid))
        case "PRESENT_INTENT":
            return now._replace(presents=(*now.presents, txid))
        case "FINAL" | "SUSPECT":
            amount = body["amount"] if kind == "FINAL" else IN_DOUBT
            assert isinstance(amount, int)
            return now._replace(outcomes=(*now.outcomes, (txid, amount)))
        case "HOST_ACK":
            return now._replace(acknowledged=(*now.acknowledged, txid))
        case "CARD_IN" if now.card_in:
            return now._replace(wrong=(*now.wrong, "21: CARD_IN twice without an ending"))
        case "CARD_IN":
            return now._replace(card_in=True)
        case "VISIT_OPEN":
            return now._replace(visit_open=True)
        case "VISIT_CLOSE":
            return now._replace(visit_open=False)
        case _ if kind in _ENDINGS and not now.card_in:
            return now._replace(wrong=(*now.wrong, f"21: {kind} without a CARD_IN before it"))
        case _ if kind in _ENDINGS:
            return now._replace(card_in=False)
        case _:
            return now
