"""What a report of the acceptor proves: pure judgement (reliability A.1, A.8).

Rules it keeps: a count that was told never shrinks; a lost memory, a motion that ended half-way and notes
whose value is not known prove nothing; a bundle that was retracted is what it was only where no hand came
near it. What follows is not decided here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from devices.acceptor import codec
from devices.acceptor.codec import DepositCode, Flag, Report, Verdict
from terminal.events import Bundle
from terminal.money import MINOR_PER_MAJOR

NOT_READY = "deviceNotReady"
NOT_EXECUTED = "notExecuted"
ITEMS_LEFT = "itemsLeft"
NO_ROOM = "noRoom"
WRONG_STATE = "wrongState"

IN_MOTION = frozenset({DepositCode.STORING, DepositCode.RETURNING, DepositCode.RETRACTING})

Table = Mapping[int, int]
"""Bill type to value in major units."""
Told = tuple[Bundle, int]
"""What the terminal was told last: notes in escrow, notes pushed back."""

_REFUSALS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.OLD: NOT_EXECUTED,
        Verdict.WRONG_STATE: WRONG_STATE,
        Verdict.NOT_READY: NOT_READY,
        Verdict.OCCUPIED: ITEMS_LEFT,
        Verdict.TROUBLE: ITEMS_LEFT,
        Verdict.FULL: NO_ROOM,
        Verdict.BUSY: NOT_READY,
    }
)


def bundle_of(report: Report, table: Table) -> Bundle:
    """The counts of a report, by value; types that the table lacks are left out."""
    found: dict[int, int] = {}
    for kind, count in report.counts:
        if kind in table:
            minor = table[kind] * MINOR_PER_MAJOR
            found[minor] = found.get(minor, 0) + count
    return tuple(sorted(found.items()))


def is_readable(report: Report, table: Table) -> bool:
    """Whether the value of all its notes is known."""
    return all(kind in table for kind, _ in report.counts)


def doubt(report: Report | None, table: Table, told: Told | None) -> str:
    """Why a report proves nothing, in a word; empty if it does."""
    if report is None:
        return "silent"
    if report.flags & Flag.MEMORY_LOST:
        return "memory"
    if report.state is DepositCode.UNKNOWN or report.state in IN_MOTION:
        return "state"
    if not is_readable(report, table):
        return "table"
    if report.state is DepositCode.RETURNED and report.flags & Flag.SLOT:
        return "slot"
    before, refused = told or ((), 0)
    now = dict(bundle_of(report, table))
    shrank = any(now.get(note, 0) < count for note, count in before)
    return "shrank" if shrank or report.refused < refused else ""


def retracted(report: Report, table: Table) -> Bundle | None:
    """What was taken back from the slot; None where that is not certain."""
    return bundle_of(report, table) if report.flags & Flag.UNTOUCHED else None


def refusal(report: Report) -> str:
    """Why an order did nothing, as the acceptor says it."""
    if report.verdict in (Verdict.TROUBLE, Verdict.FULL) and report.trouble:
        return codec.hex_code(report.trouble)
    return _REFUSALS.get(report.verdict, NOT_EXECUTED)


def evidence(why: str, report: Report | None, table: Table) -> str:
    """For the record: names and values, no prose."""
    if report is None:
        return f"why={why} report=none"
    notes = bundle_of(report, table)
    counts = ",".join(f"{note}x{count}" for note, count in notes) or "none"
    return (
        f"why={why} state={report.state.name} verdict={report.verdict.name} "
        f"number={report.number} flags={codec.hex_code(report.flags)} "
        f"trouble={codec.hex_code(report.trouble)} counts={counts}"
    )
