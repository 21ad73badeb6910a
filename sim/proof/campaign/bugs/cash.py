"""Bugs of orders to pay and of counting that are planted on purpose: notes that move wrongly, or unrecorded."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from devices.dispenser.driver import Dispenser
from sim.proof.campaign.bugs.bug import Broken, Bug, Swap
from sim.proof.campaign.bugs.parts import recovered_without, without
from sim.stage import machine
from terminal import effects as fx
from terminal import events as ev
from terminal import journal
from terminal import session as s
from terminal.cash_units import total
from terminal.flows import leaving, withdrawal
from terminal.flows.visit import Step, enter, farewell
from terminal.journal_row import Row
from terminal.values import replace


def _intent_late(right: Callable[..., None]) -> Broken:
    """The intent to dispense waits in memory for the next write."""

    def append(self: Any, rows: Sequence[Row], now: float, utc: str) -> None:
        kept = getattr(self, "kept_back", [])
        self.kept_back = [row for row in rows if row.kind == "DISPENSE_INTENT"]
        if now_written := [*kept, *(row for row in rows if row not in self.kept_back)]:
            right(self, now_written, now, utc)

    return append


def _ordered_again(right: Callable[..., Step | None]) -> Broken:
    def dispensing(session: s.Session, event: ev.Event) -> Step | None:
        phase = session.phase
        if isinstance(phase, s.Dispensing) and isinstance(event, ev.DispenseUnknown):
            again = s.PreparingCash(phase.order)
            return enter(session, again, fx.PrepareDispense(phase.order.txid))
        return right(session, event)

    return dispensing


def _once_forgotten(right: Callable[..., Any]) -> Broken:
    def refusal(self: Any, *about: Any) -> Any:
        self._ordered = ""
        return right(self, *about)

    return refusal


def _one_note_more(right: Callable[..., fx.Effect]) -> Broken:
    def dispense(about: s.Machine, order: s.Order) -> fx.Effect:
        at = next(place for place, count in enumerate(order.mix) if count)
        more = (*order.mix[:at], order.mix[at] + 1, *order.mix[at + 1 :])
        return right(about, replace(order, mix=more))

    return dispense


def _retract_forgotten(right: Callable[..., Step | None]) -> Broken:
    """What nobody took is left lying and charged."""

    def presenting(session: s.Session, event: ev.Event) -> Step | None:
        phase = session.phase
        if isinstance(phase, s.TakingNotes) and isinstance(event, ev.TimedOut):
            amount = total(phase.stacked, session.machine.cassettes)
            done = fx.Complete(phase.order.txid, amount, phase.stacked, "exit_counts")
            return farewell(session, "done", done, amount=amount)
        return right(session, event)

    return presenting


def _counts_kept(right: object) -> Broken:
    def moved(session: s.Session, counts: ev.Counts) -> s.Session:
        return session

    return moved


def _cancelled_paid(right: Callable[..., Step | None]) -> Broken:
    """Cancelled while the card is at the gate, and the order goes on."""

    def step(session: s.Session, event: ev.Event) -> Step | None:
        decided = right(session, event)
        if decided is None or not isinstance(event, ev.Chosen) or event.name != "return_card":
            return decided
        return replace(decided[0], phase=session.phase), decided[1]

    return step


OF_CASH: Final = (
    Bug(
        "intent-missing",
        "cash",
        "the intent to dispense is not recorded",
        (Swap(journal, "_of_effect", without("DISPENSE_INTENT")),),
    ),
    Bug(
        "intent-late",
        "cash",
        "the intent to dispense is recorded with the next row",
        (Swap(machine.StoredRecord, "append", _intent_late),),
    ),
    Bug(
        "present-unrecorded",
        "cash",
        "the intent to present is not recorded",
        (Swap(journal, "_of_effect", without("PRESENT_INTENT")),),
        "presenter",
    ),
    Bug(
        "one-note-more",
        "cash",
        "one note more is ordered than was approved",
        (Swap(withdrawal, "_dispense", _one_note_more),),
    ),
    Bug(
        "ordered-again",
        "cash",
        "after a lost reply the notes are ordered again",
        (
            Swap(withdrawal, "_dispensing", _ordered_again),
            Swap(Dispenser, "_refusal", _once_forgotten),
        ),
        "path",
    ),
    Bug(
        "exit-not-cleared",
        "cash",
        "notes that nobody took are left at the exit",
        (Swap(withdrawal, "_presenting", _retract_forgotten),),
        "presenter",
    ),
    Bug(
        "cancelled-paid",
        "cash",
        "notes are paid for a request that was cancelled at the gate",
        (Swap(leaving, "step", _cancelled_paid),),
    ),
    Bug(
        "counts-not-reduced",
        "cash",
        "notes that left are still counted in the cassettes",
        (Swap(withdrawal, "_moved", _counts_kept),),
    ),
    Bug(
        "doubt-forgotten",
        "cash",
        "a machine in doubt pays again after a restart",
        (Swap(machine, "recover", recovered_without(doubt=False)),),
    ),
)
"""The planted bugs of this kind."""
