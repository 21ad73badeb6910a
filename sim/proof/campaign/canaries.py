"""Bugs put into the program on purpose, to see that the campaign sees them.

Each is one change of what the production code does - terminal, drivers, record, bank - by name: a
function is exchanged where it is used, and put back exactly afterwards. The checker is never told which
bug is planted, and nothing of it is exchanged. What a bug changes is written as small as it would slip
in: a row left out, a comparison forgotten, a wrong amount taken.

A bug is caught by a law that breaks with it and, on the same seed, not without it. A run that merely
breaks off does not count.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Final

from devices.dispenser.driver import Dispenser
from devices.host import keys
from devices.host.link import HostLink
from devices.host.outbox import Advice, Outbox
from devices.journal_store import JournalStore
from sim.proof.campaign.bug import Broken, Bug, Swap
from sim.proof.campaign.canaries_of_notes import OF_NOTES
from sim.proof.campaign.canaries_of_transfers import OF_TRANSFERS
from sim.proof.campaign.canaries_of_visitors import OF_VISITORS
from sim.proof.campaign.plan import ONE
from sim.proof.campaign.record import Outcome, Plan
from sim.proof.campaign.tally import Canary
from sim.proof.campaign.workers import played_whole
from sim.stage import machine
from sim.world.bank import CASH, rules
from sim.world.bank.ledger import Ledger, Standing
from sim.world.clock import STORY_BEGINS
from terminal import card, flow, journal, recovery, runtime
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.cash_units import total
from terminal.flows import leaving, starting, withdrawal
from terminal.flows.visit import Step, enter, farewell
from terminal.journal_row import Row
from terminal.ports import NEVER
from terminal.recovery import Recovered
from terminal.runtime import RecordFailed, Terminal


class UnknownBug(Exception):
    """There is no bug of this name. The text names the nearest."""


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The program with this bug in it, or as it is for "". Afterwards every attribute is the very object it was."""
    with ExitStack() as stack:
        for swap in BUGS[name].swaps if name else ():
            stack.enter_context(_swapped(swap))
        yield


@contextmanager
def _swapped(swap: Swap) -> Iterator[None]:
    right = vars(swap.owner)[swap.name]
    setattr(swap.owner, swap.name, swap.broken(right))
    try:
        yield
    finally:
        setattr(swap.owner, swap.name, right)


# --- rows that are missing or late ------------------------------------------------------------------


def _without(kind: str) -> Broken:
    """Rows of this kind are never made."""

    def broken(right: Callable[..., Iterator[tuple[str, str, object]]]) -> Broken:
        def made(*about: object) -> Iterator[tuple[str, str, object]]:
            return (row for row in right(*about) if row[0] != kind)

        return made

    return broken


def _intent_late(right: Callable[..., None]) -> Broken:
    """The intent to dispense waits in memory for the next write."""

    def append(self: Any, rows: Sequence[Row], now: float, utc: str) -> None:
        kept = getattr(self, "kept_back", [])
        self.kept_back = [row for row in rows if row.kind == "DISPENSE_INTENT"]
        if now_written := [*kept, *(row for row in rows if row not in self.kept_back)]:
            right(self, now_written, now, utc)

    return append


def _failure_ignored(right: object) -> Broken:
    def recorded(self: Terminal, *about: Any) -> bool:
        before, event, after, effects, now = about
        try:
            if written := journal.rows(before, event, after, effects, self.acct_key):
                self.record.append(written, now, self.clock.utc())
        except RecordFailed:
            pass
        return True

    return recorded


def _gap_at_boot(right: Callable[..., Any]) -> Broken:
    def chained(self: Any, rows: Sequence[Row], mono_ns: int, utc: str) -> Any:
        if self._seq and rows[0].kind == "BOOT":
            self._seq += 1
        return right(self, rows, mono_ns, utc)

    return chained


def _number_in_reference(right: object) -> Broken:
    def reference(self: card.Pan, key: bytes) -> str:
        return self.reveal()

    return reference


# --- what is decided about notes and amounts --------------------------------------------------------


def _asked_charged(right: Callable[..., Step]) -> Broken:
    def complete(session: s.Session, counted: s.Counting | s.StatingCount) -> Step:
        return right(session, replace(counted, amount=counted.order.amount))

    return complete


def _final_twice(right: Callable[..., Step]) -> Broken:
    def complete(session: s.Session, counted: s.Counting | s.StatingCount) -> Step:
        after, effects = right(session, counted)
        return after, (*effects, *effects)

    return complete


def _asked_told(right: Callable[..., Step]) -> Broken:
    def complete(session: s.Session, counted: s.Counting | s.StatingCount) -> Step:
        _, effects = right(session, counted)
        return farewell(session, "done", *effects, amount=counted.order.amount)

    return complete


def _all_acknowledged(right: Callable[..., Recovered]) -> Broken:
    def acknowledged(now: Recovered, row: object) -> Recovered:
        return replace(right(now, row), outbox=())

    return acknowledged


def _word_forgotten(right: Callable[..., Step]) -> Broken:
    def settle(session: s.Session, order: s.OpenOrder | None) -> Step:
        return right(session, order and replace(order, count_answer=""))

    return settle


def _never(right: object) -> Broken:
    return lambda *about: False


def _nothing(right: object) -> Broken:
    return lambda *about: ()


def _reversed_where(doubted: Callable[[str], bool]) -> Broken:
    """In this doubt it is claimed that nothing came out."""

    def broken(right: Callable[..., Step]) -> Broken:
        def in_doubt(session: s.Session, order: s.Order, counts: object, basis: str) -> Step:
            if doubted(basis):
                return withdrawal.nothing_came_out(session, order, "deviceNotReady")
            return right(session, order, counts, basis)

        return in_doubt

    return broken


def _device_silent(basis: str) -> bool:
    return basis.startswith("why=") or basis == "device_silent"


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


def _retracted_charged(right: object) -> Broken:
    def retracted(session: s.Session, order: s.Order, stacked: ev.Counts, back: object) -> Step:
        amount = total(stacked, session.machine.cassettes)
        done = fx.Complete(order.txid, amount, stacked, "stacked_less_retracted")
        return farewell(session, "done", done, amount=amount)

    return retracted


def _counts_kept(right: object) -> Broken:
    def moved(session: s.Session, counts: ev.Counts) -> s.Session:
        return session

    return moved


# --- cards, the screen, time ------------------------------------------------------------------------


def _cash_before_card(right: Callable[..., Step | None]) -> Broken:
    def authorizing(session: s.Session, event: ev.Event) -> Step | None:
        decided = right(session, event)
        if decided is None or not isinstance(event, ev.Approved):
            return decided
        order = getattr(decided[0].phase, "order", None)
        assert isinstance(order, s.Order)
        return enter(session, s.PreparingCash(order), fx.PrepareDispense(order.txid))

    return authorizing


def _cancelled_paid(right: Callable[..., Step | None]) -> Broken:
    """Cancelled while the card is at the gate, and the order goes on."""

    def step(session: s.Session, event: ev.Event) -> Step | None:
        decided = right(session, event)
        if decided is None or not isinstance(event, ev.Chosen) or event.name != "return_card":
            return decided
        return replace(decided[0], phase=session.phase), decided[1]

    return step


def _card_left(right: Callable[..., Step | None]) -> Broken:
    """A card that nobody takes stays at the gate, and the next visit may begin."""

    def step(session: s.Session, event: ev.Event) -> Step | None:
        phase = session.phase
        untaken = isinstance(phase, s.TakingCard) and not phase.order and not phase.lost
        if untaken and isinstance(event, ev.TimedOut):
            return farewell(session, "goodbye")
        return right(session, event)

    return step


def _stays_inside(right: Callable[..., Step | None]) -> Broken:
    def while_holding(session: s.Session, event: ev.Event) -> Step | None:
        return None if isinstance(event, ev.Chosen) else right(session, event)

    return while_holding


def _card_overlooked(right: Callable[..., Step | None]) -> Broken:
    def step(session: s.Session, event: ev.Event) -> Step | None:
        if isinstance(session.phase, s.Starting) and isinstance(event, ev.CardFound):
            event = replace(event, position="absent")
        return right(session, event)

    return step


def _help_loses_order(right: Callable[..., Step | None]) -> Broken:
    """A page of help over the card's return forgets what was approved."""

    def chosen(session: s.Session, event: ev.Chosen, now: float) -> Step | None:
        decided = right(session, event, now)
        if decided is None or event.name != "help" or not isinstance(session.phase, s.TakingCard):
            return decided
        return replace(decided[0], phase=replace(session.phase, order=None)), decided[1]

    return chosen


def _no_deadline(right: Callable[..., float]) -> Broken:
    def deadline(session: s.Session, profiles: object) -> float:
        return NEVER if isinstance(session.phase, s.Reviewing) else right(session, profiles)

    return deadline


_ahead: Final = [0.0]
"""Seconds that the wall clock is ahead of the monotonic one, for the bug that confuses them."""

ASKING: Final = (s.EnteringPin, s.ChoosingAmount, s.EnteringAmount, s.Reviewing, s.Counting)


def _sees_wall(right: Callable[..., bool]) -> Broken:
    _ahead[0] = 0.0

    def turn(self: Terminal, now: float, heard: Container[int] | None = None) -> bool:
        wall = datetime.fromisoformat(self.clock.utc()) - STORY_BEGINS
        _ahead[0] = wall.total_seconds() - now
        return right(self, now, heard)

    return turn


def _wall_deadline(right: Callable[..., float]) -> Broken:
    def deadline(session: s.Session, profiles: object) -> float:
        asking = isinstance(session.phase, ASKING)
        return right(session, profiles) - (_ahead[0] if asking else 0.0)

    return deadline


def _unremembered(right: object) -> Broken:
    def deadline(self: Terminal) -> float:
        return runtime.next_deadline(self.session, self.profiles)

    return deadline


# --- starting again ---------------------------------------------------------------------------------


def _recovered_without(**forgotten: object) -> Broken:
    def broken(right: Callable[..., Recovered]) -> Broken:
        def recover(rows: object) -> Recovered:
            return replace(right(rows), **forgotten)  # type: ignore[arg-type]

        return recover

    return broken


def _device_not_asked(right: Callable[..., Step]) -> Broken:
    def settle(session: s.Session, order: s.OpenOrder | None) -> Step:
        if order is not None and order.result is None:
            order = replace(order, intent=False)
        return right(session, order)

    return settle


def _presented_at_boot(right: Callable[..., Step]) -> Broken:
    def presenter(session: s.Session, order: s.OpenOrder, report: ev.PresenterReport) -> Step:
        if not report.executed or report.presented != "notPresented":
            return right(session, order, report)
        amount = total(report.stacked, session.machine.cassettes)
        done = fx.Complete(order.txid, amount, report.stacked, "presented_after_restart")
        asking = s.Starting(None, "cash")
        return enter(session, asking, fx.PresentNotes(order.txid), done, fx.CheckCash())

    return presenter


# --- the bank and the line to it --------------------------------------------------------------------


def _sent_once(right: Callable[..., None]) -> Broken:
    def sent(self: Outbox, advice: Advice, now: float, row: int, row_before: int) -> None:
        right(self, advice, now, row, row_before)
        advice.again_at = NEVER

    return sent


def _not_renewed(right: object) -> Broken:
    def renew(self: Outbox, now: float) -> None:
        for advice in self.owed.values():
            if not advice.sent:
                advice.again_at = now

    return renew


def _always(right: object) -> Broken:
    return lambda *about: True


def _no_tombstone(right: Callable[..., None]) -> Broken:
    def reverse(self: rules.Bank, txid: str, *more: Any) -> None:
        if self.ledger.operation(txid) is not None:
            right(self, txid, *more)

    return reverse


def _held_again(right: Callable[..., Any]) -> Broken:
    def authorize(self: rules.Bank, txid: str, *more: Any) -> Any:
        known = self.ledger.operation(txid)
        if known is not None:
            with self.ledger:
                self.ledger._connection.execute(
                    "UPDATE accounts SET held = held + ? WHERE name = ?",
                    (known.held, known.account),
                )
        return right(self, txid, *more)

    return authorize


def _booked_again(right: Callable[..., None]) -> Broken:
    def complete(self: rules.Bank, txid: str, amount: Any, *more: Any) -> None:
        known = self.ledger.operation(txid)
        if known is None or known.outcome != "final":
            return right(self, txid, amount, *more)
        with self.ledger:
            self.ledger.post(txid, known.account, CASH, amount.minor)
        return None

    return complete


def _approved_posted(right: Callable[..., None]) -> Broken:
    def charge(self: rules.Bank, txid: str, known: Any, amount: int, basis: str) -> None:
        right(self, txid, known, known.held or amount, basis)

    return charge


def _hold_kept(right: Callable[..., None]) -> Broken:
    def end(self: Ledger, txid: str, known: Any, ended: Any) -> None:
        kept = replace(ended, held=known.held) if ended.outcome == "reversed" else ended
        right(self, txid, known, kept)

    return end


def _fen_lost(right: Callable[..., None]) -> Broken:
    def book(self: Ledger, txid: str, debit: str, credit: str, amount: int) -> None:
        right(self, txid, debit, credit, amount)
        if credit == CASH:
            self._connection.execute(
                "UPDATE accounts SET balance = balance - 1 WHERE name = ?", (CASH,)
            )

    return book


def _holds_ignored(right: object) -> Broken:
    return property(lambda self: self.balance)  # type: ignore[return-value]


# --- all of them ------------------------------------------------------------------------------------

_ALL: Final = (
    Bug(
        "intent-missing",
        "cash",
        "the intent to dispense is not recorded",
        (Swap(journal, "_of_effect", _without("DISPENSE_INTENT")),),
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
        (Swap(journal, "_of_effect", _without("PRESENT_INTENT")),),
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
        "asked-charged",
        "accounts",
        "the amount asked for is charged, not the one counted",
        (Swap(withdrawal, "_complete", _asked_charged),),
        "path",
    ),
    Bug(
        "asked-told",
        "accounts",
        "the screen tells the amount asked for, not the one charged",
        (Swap(withdrawal, "_complete", _asked_told),),
        "path",
    ),
    Bug(
        "doubt-ignored",
        "accounts",
        "counts that prove nothing are charged",
        (
            Swap(withdrawal, "is_doubtful", _never),
            Swap(starting, "is_doubtful", _never),
        ),
        "path",
    ),
    Bug(
        "silence-reversed",
        "accounts",
        "a dispenser that fell silent is taken to have paid nothing",
        (Swap(withdrawal, "in_doubt", _reversed_where(_device_silent)),),
        "path",
    ),
    Bug(
        "jam-reversed",
        "accounts",
        "a jammed shutter is taken to have let nothing out",
        (Swap(withdrawal, "in_doubt", _reversed_where("shutterJam".__eq__)),),
        "presenter",
    ),
    Bug(
        "retract-uncounted",
        "accounts",
        "notes taken back uncounted are credited in full",
        (Swap(withdrawal, "in_doubt", _reversed_where("retract_not_counted".__eq__)),),
        "presenter",
    ),
    Bug(
        "retract-charged",
        "accounts",
        "notes taken back and counted are charged",
        (Swap(withdrawal, "retracted", _retracted_charged),),
        "presenter",
    ),
    Bug(
        "final-twice",
        "accounts",
        "an operation is completed twice",
        (Swap(withdrawal, "_complete", _final_twice),),
    ),
    Bug(
        "not-undone",
        "accounts",
        "a request without an answer is not cancelled",
        (Swap(withdrawal, "_undo", _nothing),),
    ),
    Bug(
        "sent-once",
        "accounts",
        "an outcome is sent once and forgotten",
        (Swap(Outbox, "sent", _sent_once), Swap(Outbox, "renew", _not_renewed)),
    ),
    Bug(
        "not-retold",
        "accounts",
        "a bank that has lost outcomes is not told them again",
        (Swap(HostLink, "_tell_again", _nothing),),
    ),
    Bug(
        "seal-unchecked",
        "accounts",
        "the check value of a message is not looked at",
        (Swap(keys, "same", _always),),
    ),
    Bug(
        "outbox-lost",
        "accounts",
        "outcomes the bank did not acknowledge are forgotten at a restart",
        (Swap(machine, "recover", _recovered_without(outbox=())),),
    ),
    Bug(
        "one-ack-for-all",
        "data",
        "one acknowledgement clears all that the bank was not told",
        (Swap(recovery, "_acknowledged", _all_acknowledged),),
    ),
    Bug(
        "word-forgotten",
        "accounts",
        "after a restart the customer's word that the amount is wrong is forgotten",
        (Swap(starting, "_settle", _word_forgotten),),
    ),
    Bug(
        "doubt-forgotten",
        "cash",
        "a machine in doubt pays again after a restart",
        (Swap(machine, "recover", _recovered_without(doubt=False)),),
    ),
    Bug(
        "order-lost",
        "accounts",
        "an unfinished order is forgotten at a restart",
        (Swap(machine, "recover", _recovered_without(order=None)),),
    ),
    Bug(
        "device-not-asked",
        "accounts",
        "after a restart nothing is taken to have come out, without asking the dispenser",
        (Swap(starting, "_settle", _device_not_asked),),
    ),
    Bug(
        "presented-at-boot",
        "accounts",
        "notes found in the stacker after a restart are presented and charged",
        (Swap(starting, "_presenter", _presented_at_boot),),
        "presenter",
    ),
    Bug(
        "tombstone-missing",
        "accounts",
        "the bank forgets a reversal of a request it has not seen yet",
        (Swap(rules.Bank, "reverse", _no_tombstone),),
    ),
    Bug(
        "held-again",
        "accounts",
        "the bank places the hold of a repeated request again",
        (Swap(rules.Bank, "authorize", _held_again),),
    ),
    Bug(
        "booked-again",
        "accounts",
        "the bank books a repeated completion again",
        (Swap(rules.Bank, "complete", _booked_again),),
    ),
    Bug(
        "approved-posted",
        "accounts",
        "the bank posts what it approved, not what was completed",
        (Swap(rules.Bank, "_charge", _approved_posted),),
        "path",
    ),
    Bug(
        "hold-kept",
        "accounts",
        "a reversal leaves the hold",
        (Swap(Ledger, "end", _hold_kept),),
    ),
    Bug(
        "fen-lost",
        "accounts",
        "a posting does not sum to zero",
        (Swap(Ledger, "_book", _fen_lost),),
    ),
    Bug(
        "holds-ignored",
        "accounts",
        "money on hold may be drawn again",
        (Swap(Standing, "available", _holds_ignored),),
    ),
    Bug(
        "cash-before-card",
        "card",
        "notes are paid while the card is inside",
        (Swap(withdrawal, "_authorizing", _cash_before_card),),
    ),
    Bug(
        "card-left",
        "card",
        "a card that nobody takes stays at the gate",
        (Swap(leaving, "step", _card_left),),
    ),
    Bug(
        "card-overlooked",
        "card",
        "a card inside is overlooked at a restart",
        (Swap(starting, "step", _card_overlooked),),
    ),
    Bug(
        "kept-unrecorded",
        "card",
        "a card is kept and no row says so",
        (Swap(journal, "_of_event", _without("CARD_RETAINED")),),
    ),
    Bug(
        "help-loses-order",
        "card",
        "help on the card's screen forgets what was approved",
        (Swap(flow, "_chosen", _help_loses_order),),
    ),
    Bug(
        "no-time-limit",
        "card",
        "one screen waits for ever",
        (Swap(runtime, "next_deadline", _no_deadline),),
    ),
    Bug(
        "no-way-back",
        "card",
        "the card cannot be asked for before an order is given",
        (Swap(leaving, "while_holding", _stays_inside),),
    ),
    Bug(
        "record-gap",
        "data",
        "a row number is skipped at a restart",
        (Swap(JournalStore, "_chained", _gap_at_boot),),
    ),
    Bug(
        "failure-ignored",
        "data",
        "a failed write of the record is ignored",
        (Swap(Terminal, "_recorded", _failure_ignored),),
    ),
    Bug(
        "number-recorded",
        "data",
        "the whole card number is in the record",
        (Swap(card.Pan, "reference", _number_in_reference),),
    ),
    Bug(
        "wall-clock",
        "data",
        "the time limits of questions follow the clock on the wall",
        (
            Swap(Terminal, "turn", _sees_wall),
            Swap(Terminal, "_deadline", _unremembered),
            Swap(runtime, "next_deadline", _wall_deadline),
        ),
    ),
)

BUGS: Final[Mapping[str, Bug]] = {
    bug.name: bug for bug in (*_ALL, *OF_NOTES, *OF_TRANSFERS, *OF_VISITORS)
}


# --- looking for them -------------------------------------------------------------------------------

RUNS_MAX: Final = 400
"""Runs after which a bug counts as escaped: 4,000 visits."""

NO_CATCH: Final = (0, 30)
"""Laws that catch nothing here: a program that merely broke off has shown no wrong money."""


def hunted(
    name: str,
    plan_for: Callable[..., Plan],
    play: Callable[[Plan], Outcome],
    runs_max: int = RUNS_MAX,
) -> Canary:
    """Play seeds from 1 upward with the bug until a law breaks that holds without it. Law 0 in the
    answer: it escaped."""
    visits = 0
    for seed in range(1, runs_max + 1):
        bug = BUGS[name]
        more = {} if bug.services == ONE else {"services": bug.services}
        plan = plan_for(seed, bug.shape, **more)
        with planted(name):
            outcome = played_whole(play, plan)
        visits += outcome.visits
        laws = [each.law for each in outcome.violations if each.law not in NO_CATCH]
        if laws:
            clean = {each.law for each in played_whole(play, plan).violations}
            caught = [law for law in laws if law not in clean]
            if caught:
                return Canary(name, caught[0], seed, visits)
    return Canary(name, 0, 0, visits)


def find(name: str) -> Bug:
    """The bug of this name. Raises UnknownBug, naming the nearest."""
    known = BUGS.get(name)
    if known is None:
        near = get_close_matches(name, BUGS, 1, 0.4)
        hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(BUGS)}."
        raise UnknownBug(f"There is no bug “{name}”.{hint}")
    return known
