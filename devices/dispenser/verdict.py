"""What an order to pay came to: pure judgement over what the device said (hardware-protocols 2.6, 2.8,
2.9; reliability A.6).

Rules it keeps: what the device counted is compared with what was asked before anybody relies on it;
"not executed" is said only where it is certain; everything that is neither a result nor certain is
unknown, and unknown is never followed by a second try.

Amounts are not decided here.
"""

from dataclasses import dataclass

from devices.dispenser.codec import (
    RESULT_BYTES,
    Command,
    LastResult,
    Tally,
    decode_last,
    error_row,
    hex_code,
)
from devices.dispenser.framing import Frame
from terminal.events import Counts, DispenseNotExecuted, DispenseUnknown, NotesDispensed

Verdict = NotesDispensed | DispenseNotExecuted | DispenseUnknown

NOT_EXECUTED = "notExecuted"
"""Error word where the device itself shows that the order never reached it."""


def of_result(txid: str, mix: Counts, tally: Tally) -> Verdict:
    """The device's own result of this order.

    Not executed, if its code says no note moved and its counts agree. Doubtful, if the code is of the
    doubtful kind, or code and counts contradict each other or the order: more than asked from any
    cassette, or success with another number than asked."""
    row = error_row(tally.error)
    moved = any(tally.exits) or any(tally.rejects)
    if not row.moved and not moved:
        return DispenseNotExecuted(txid, hex_code(tally.error))
    asked = mix + (0,) * (len(tally.exits) - len(mix))
    too_many = any(exits > wanted for exits, wanted in zip(tally.exits, asked, strict=True))
    wrong = tally.error == 0 and tally.exits != asked
    doubtful = row.doubtful or not row.moved or too_many or wrong
    size = len(mix)
    return NotesDispensed(
        txid, tally.exits[:size], tally.rejects[:size], hex_code(tally.error), doubtful
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known after silence. `before` and `after` are raw LAST STATUS answers in hex, empty if
    there is none; `accepted`: an ACK to the order was heard; `unbroken`: neither the link was lost nor
    the terminal restarted since `before`; `path`: blocked path sensors, None if not known."""

    before: str
    after: str
    accepted: bool
    unbroken: bool
    path: int | None
    why: str

    def line(self) -> str:
        """For the record: names and values, no prose."""
        path = "unknown" if self.path is None else hex_code(self.path)
        return (
            f"why={self.why.replace(' ', '-')} ack={_yes(self.accepted)} "
            f"unbroken={_yes(self.unbroken)} path={path} "
            f"before={self.before or 'none'} after={self.after or 'none'}"
        )


def after_silence(txid: str, mix: Counts, evidence: Evidence) -> Verdict:
    """2.9 step 7: what LAST STATUS before and after the order proves.

    A new result of a DISPENSE is the result. The same result of a PURGE or TEST DISPENSE, on a device
    that was never out of sight and did not accept the order, proves that it did nothing. A device that
    accepted the order and yet shows no trace of it has lost its memory: unknown."""
    before, after = _last(evidence.before), _last(evidence.after)
    if after is None or not evidence.before:
        return DispenseUnknown(txid, evidence.line())
    same = before is not None and _essence(before) == _essence(after)
    if after.command == Command.DISPENSE and not same:
        return of_result(txid, mix, after.tally)
    untouched = evidence.unbroken and not evidence.accepted and evidence.path == 0
    if same and after.command != Command.DISPENSE and untouched:
        return DispenseNotExecuted(txid, NOT_EXECUTED)
    return DispenseUnknown(txid, evidence.line())


def _last(raw: str) -> LastResult | None:
    data = bytes.fromhex(raw)
    if len(data) < RESULT_BYTES:
        return None
    return decode_last(Frame(data[3], data[4:-2], data))


def _essence(last: LastResult) -> tuple[int, int, Counts, Counts]:
    """Without which cassettes are there: that may change while the result stays the same."""
    return last.command, last.tally.error, last.tally.exits, last.tally.rejects


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"
