"""Amount, review, authorisation, and notes, in the order of reliability.md A.4: authorise, card back
and taken, then notes.

The dispenser's capabilities decide which rows apply: a presenter stacks, presents, retracts and
senses what was taken (A.4); a path dispenser sends notes straight out, once (A.4b). Amounts charged
come from what the device counted (`outcome`), never from what was asked for or from a time-out.
"""

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.card import Card
from terminal.cash_units import (
    PICK_FAILED,
    Cassettes,
    after_dispense,
    can_give,
    mix_for,
    nearest_payable,
    taken_from,
    total,
)
from terminal.flows import foreign
from terminal.flows.authorizing import authorize
from terminal.flows.visit import (
    Step,
    afresh,
    enter,
    explain,
    farewell,
    give_back,
    to_menu,
    with_machine,
)
from terminal.menu import has_menu
from terminal.money import Amount, yuan
from terminal.prompts import TYPED_MAX, leaf_shown, next_leaf
from terminal.values import replace

MAY_TRY_LESS = frozenset({"insufficient", "over_limit"})
"""Refusals after which a smaller amount may be asked for without giving the card back."""

REFUSALS_MAX = 3
"""Amounts refused in one visit before the card comes back: as many tries as a PIN has."""


def step(session: s.Session, event: ev.Event) -> Step | None:
    """One step of a withdrawal, or None if the event means nothing now."""
    match session.phase:
        case s.ChoosingAmount() | s.EnteringAmount() | s.SuggestingAmounts() | s.Reviewing():
            return _deciding(session, event)
        case s.Authorizing():
            return _authorizing(session, event)
        case s.PreparingCash() | s.Dispensing():
            return _dispensing(session, event)
        case s.PresentingNotes() | s.TakingNotes() | s.Retracting() | s.RejectingNotes():
            return _presenting(session, event)
        case s.Counting() | s.StatingCount():
            return _counting(session, event)
        case _:
            return None


# --- how much -----------------------------------------------------------------------------------


def _deciding(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case (
            (s.ChoosingAmount(card=card) | s.SuggestingAmounts(card=card)),
            ev.Chosen("amount", int(minor)),
        ):
            return _choose(session, card, Amount(minor))
        case (
            (s.ChoosingAmount(card=card) | s.SuggestingAmounts(card=card)),
            ev.Chosen("digit", int(digit)),
        ) if digit:
            return enter(session, s.EnteringAmount(card, digit))
        case s.ChoosingAmount(), ev.Chosen("other_amount") if next_leaf(session):
            return _turn(session, leaf_shown(session) + 1)
        case s.ChoosingAmount(), ev.Chosen("back") if leaf_shown(session):
            return _turn(session, leaf_shown(session) - 1)
        case s.ChoosingAmount(card=card), ev.Chosen("back") if has_menu(session):
            return to_menu(session, card)
        case (
            (s.ChoosingAmount(card=card) | s.SuggestingAmounts(card=card)),
            ev.Chosen("other_amount"),
        ):
            return enter(session, s.EnteringAmount(card))
        case s.EnteringAmount(card=card, typed=typed), ev.Chosen("confirm") if typed:
            return _choose(session, card, yuan(typed))
        case s.EnteringAmount(card=card, typed=0), ev.Chosen("clear"):
            return enter(session, s.ChoosingAmount(card))
        case s.EnteringAmount(typed=typed) as phase, ev.Chosen("digit" | "clear"):
            return replace(session, phase=replace(phase, typed=typed_after(typed, event))), ()
        case s.EnteringAmount(card=card) | s.SuggestingAmounts(card=card), ev.Chosen("back"):
            return enter(session, s.ChoosingAmount(card))
        case s.Reviewing(card=card), ev.Chosen("back" | "change"):
            return enter(session, s.ChoosingAmount(card))
        case s.Reviewing(card=card, amount=amount, mix=mix), ev.Chosen("confirm"):
            if not can_give(mix, session.machine.cassettes):
                return _other_notes(session, card, amount)
            told = foreign.ask if foreign.is_foreign(card) else authorize
            return told(session, card, amount, mix)
        case _, ev.CashFailed():
            return give_back(session, "cash_unavailable")
        case _, ev.TimedOut():
            return give_back(session, "timed_out")
        case _:
            return None


def _turn(session: s.Session, leaf: int) -> Step:
    """Other amounts of the same question; it begins anew for fingers and keys."""
    assert isinstance(session.phase, s.ChoosingAmount)
    turned = afresh(session)
    return enter(turned, replace(session.phase, leaf=leaf))


def typed_after(typed: int, event: ev.Chosen) -> int:
    """What stands in the amount field after a digit or a clear; digits beyond the field's length
    change nothing."""
    if event.name == "clear" or not isinstance(event.value, int):
        return 0
    longer = typed * 10 + event.value
    return longer if longer <= TYPED_MAX else typed


def _other_notes(session: s.Session, card: Card, amount: Amount) -> Step:
    """What was confirmed cannot be paid any more: other notes, read back again, or other amounts."""
    chosen, effects = _choose(session, card, amount)
    if not isinstance(chosen.phase, s.Reviewing):
        return chosen, effects
    return replace(chosen, phase=replace(chosen.phase, gone=True)), effects


def _choose(session: s.Session, card: Card, amount: Amount) -> Step:
    machine = session.machine
    mix = mix_for(amount, machine.cassettes) if amount <= machine.withdrawal_max else None
    if mix is not None and foreign.is_foreign(card):
        return foreign.ask(session, card, amount, mix)
    if mix is not None:
        return enter(session, s.Reviewing(card, amount, mix))
    nearest = nearest_payable(amount, machine.cassettes, machine.withdrawal_max)
    return enter(session, s.SuggestingAmounts(card, amount, nearest))


# --- asking the bank ----------------------------------------------------------------------------


def _authorizing(session: s.Session, event: ev.Event) -> Step | None:
    phase = session.phase
    assert isinstance(phase, s.Authorizing)
    match event:
        case ev.PinBlockMade(message=message, block=block) if (
            message == phase.txid and not phase.sent
        ):
            terms = phase.agreed.terms if phase.agreed is not None else ()
            ask = fx.Authorize(phase.txid, phase.stan, phase.card, phase.amount, block, terms)
            return replace(session, phase=replace(phase, sent=True)), (ask,)
        case ev.Approved(txid=txid, token=token) if txid == phase.txid and phase.sent:
            order = s.Order(txid, phase.amount, phase.mix, token, agreed=phase.agreed)
            return enter(session, s.TakingCard(order, None), fx.ForgetPin(), fx.EjectCard())
        case ev.Declined(txid=txid, reason=reason) if txid == phase.txid and phase.sent:
            return _declined(session, phase, reason)
        case ev.PinLost():
            return give_back(session, "pin_pad_failed", *_undo(phase, "pin_lost"))
        case ev.TimedOut():
            return give_back(session, "host_silent", *_undo(phase, "no_reply"))
        case ev.Chosen("return_card"):
            return give_back(session, "cancelled", *_undo(phase, "customer_cancelled"))
        case _:
            return None


def _declined(session: s.Session, phase: s.Authorizing, reason: str) -> Step:
    counted = replace(session, refusals=session.refusals + 1)
    again = counted.refusals < REFUSALS_MAX
    if reason in MAY_TRY_LESS and again:
        over = replace(counted, serving="") if phase.agreed is not None else counted
        return enter(over, s.ChoosingAmount(phase.card, reason))
    if reason == foreign.CHANGED and again:
        changed = phase.agreed is not None
        return foreign.ask(counted, phase.card, phase.amount, phase.mix, changed)
    return give_back(session, "declined" if reason == foreign.CHANGED else reason)


def _undo(phase: s.Authorizing, basis: str) -> tuple[fx.Effect, ...]:
    return (fx.Reverse(phase.txid, basis),) if phase.sent else ()


# --- notes ----------------------------------------------------------------------------------------


def _dispensing(session: s.Session, event: ev.Event) -> Step | None:
    phase = session.phase
    assert isinstance(phase, s.PreparingCash | s.Dispensing)
    order = phase.order
    if getattr(event, "txid", order.txid) != order.txid:
        return None
    match phase, event:
        case s.PreparingCash(), ev.DispensePrepared():
            return enter(session, s.Dispensing(order), _dispense(session.machine, order))
        case s.PreparingCash(), ev.TimedOut():
            return nothing_came_out(session, order, "deviceNotReady")
        case _, ev.DispenseNotExecuted(error=error):
            return nothing_came_out(session, order, error)
        case s.Dispensing(), ev.NotesDispensed() as result:
            return dispensed(session, order, result)
        case s.Dispensing(), ev.NotesStacked(counts=counts) if counts == order.mix:
            moved = _moved(session, counts)
            return enter(moved, s.PresentingNotes(order, counts), fx.PresentNotes(order.txid))
        case s.Dispensing(), ev.NotesStacked(counts=counts):
            short = s.RejectingNotes(order, "notDispensable")
            return enter(_moved(session, counts), short, fx.RejectNotes(order.txid))
        case s.Dispensing(), ev.DispenseUnknown(evidence=evidence):
            return in_doubt(session, order, None, evidence)
        case s.Dispensing(), ev.TimedOut():
            return in_doubt(session, order, None, "device_silent")
        case _:
            return None


def _dispense(machine: s.Machine, order: s.Order) -> fx.Effect:
    able = machine.capabilities
    if able is not None and able.stacks:
        return fx.StackNotes(order.txid, order.token, order.mix)
    return fx.DispenseNotes(order.txid, order.mix)


def left_after(session: s.Session, mix: ev.Counts, result: ev.NotesDispensed) -> Cassettes:
    """Our counts after a path dispenser's result."""
    known = session.machine.cassettes
    return after_dispense(known, mix, result.counts, result.rejects, result.error)


def dispensed(session: s.Session, order: s.Order, result: ev.NotesDispensed) -> Step:
    """A path dispenser's result: what passed its exit is what the customer can have."""
    kept = fx.KeepResult(order.txid)
    session = with_machine(session, cassettes=left_after(session, order.mix, result))
    if result.error not in ("00", PICK_FAILED):
        session = with_machine(session, cash=result.error)
    if is_doubtful(order.mix, result):
        step = in_doubt(session, order, result.counts, f"error_{result.error}")
        return step[0], (kept, *step[1])
    amount = total(result.counts, session.machine.cassettes)
    if not amount:
        step = nothing_came_out(session, order, result.error)
        return step[0], (kept, *step[1])
    short = amount != order.amount
    phase = s.Counting(order, result.counts, amount, short, result.error)
    return enter(session, phase, kept)


def is_doubtful(mix: ev.Counts, result: ev.NotesDispensed) -> bool:
    """A result after which the counts prove nothing: the device says so, or more notes came from a
    cassette than were asked of it, or it claims success with fewer."""
    over = any(out > asked for out, asked in zip(result.counts, mix, strict=True))
    short_success = result.error == "00" and result.counts != mix
    return result.doubtful or over or short_success


def nothing_came_out(session: s.Session, order: s.Order, error: str) -> Step:
    """Certain knowledge: no note of this order was ever reachable. FINAL 0."""
    cash = "" if error == PICK_FAILED else error or "deviceNotReady"
    closed = with_machine(session, cash=cash)
    return explain(
        closed, "not_dispensed", order.txid, fx.Reverse(order.txid, f"not_executed_{error}")
    )


def in_doubt(session: s.Session, order: s.Order, counts: ev.Counts | None, basis: str) -> Step:
    """The machine does not know, says so and stops: on hold, not charged, people count."""
    closed = with_machine(session, doubt=True, cash=session.machine.cash or "doubt")
    suspect = fx.Suspect(order.txid, order.amount, counts, basis)
    return explain(closed, "suspect", order.txid, suspect, amount=order.amount)


def _moved(session: s.Session, counts: ev.Counts) -> s.Session:
    return with_machine(session, cassettes=taken_from(session.machine.cassettes, counts))


# --- the presenter's rows -------------------------------------------------------------------------


def _presenting(session: s.Session, event: ev.Event) -> Step | None:
    phase = session.phase
    assert isinstance(phase, s.PresentingNotes | s.TakingNotes | s.Retracting | s.RejectingNotes)
    order = phase.order
    if getattr(event, "txid", order.txid) != order.txid:
        return None
    match phase, event:
        case s.PresentingNotes(stacked=stacked), ev.NotesPresented():
            return enter(session, s.TakingNotes(order, stacked))
        case s.PresentingNotes(stacked=stacked), ev.NotesTaken():
            return _taken(session, order, stacked)
        case s.TakingNotes(stacked=stacked), ev.NotesTaken():
            return _taken(session, order, stacked)
        case s.TakingNotes(stacked=stacked), ev.TimedOut():
            return enter(session, s.Retracting(order, stacked), fx.RetractNotes(order.txid))
        case s.Retracting(stacked=stacked), ev.NotesRetracted(counts=tuple() as back):
            return retracted(session, order, stacked, back)
        case s.Retracting(), ev.NotesRetracted(counts=None):
            return in_doubt(session, order, None, "retract_not_counted")
        case s.Retracting(), ev.NotesTaken():
            return in_doubt(session, order, None, "itemsTaken")
        case s.RejectingNotes(error=error), ev.NotesRejected():
            return nothing_came_out(session, order, error)
        case s.RejectingNotes(error=error), ev.DispenseUnknown() | ev.TimedOut():
            step = nothing_came_out(session, order, error)
            return with_machine(step[0], doubt=True), step[1]
        case _, ev.DispenseUnknown(evidence=evidence):
            return in_doubt(session, order, None, evidence)
        case s.PresentingNotes() | s.Retracting(), ev.TimedOut():
            return in_doubt(session, order, None, "device_silent")
        case _:
            return None


def _taken(session: s.Session, order: s.Order, stacked: ev.Counts) -> Step:
    amount = total(stacked, session.machine.cassettes)
    return enter(session, s.Counting(order, stacked, amount))


def retracted(session: s.Session, order: s.Order, stacked: ev.Counts, back: ev.Counts) -> Step:
    """A trusted recount: charged is what was stacked less what came back."""
    cassettes = session.machine.cassettes
    if any(b > out for b, out in zip(back, stacked, strict=True)):
        return in_doubt(session, order, None, "retracted_more_than_stacked")
    kept = tuple(out - b for out, b in zip(stacked, back, strict=True))
    amount, returned = total(kept, cassettes), total(back, cassettes)
    if not amount:
        undo = fx.Reverse(order.txid, "retracted_all")
        return explain(session, "retracted", order.txid, undo, amount=returned)
    done = fx.Complete(order.txid, amount, kept, "stacked_less_retracted")
    return explain(session, "retracted_part", order.txid, done, amount=amount, back=returned)


# --- please count ---------------------------------------------------------------------------------


def _counting(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case s.Counting() as counting, ev.Chosen("count_right") | ev.TimedOut():
            return _complete(session, counting)
        case s.Counting(order=order, counts=counts, amount=amount), ev.Chosen("count_wrong"):
            return enter(session, s.StatingCount(order, counts, amount))
        case s.StatingCount(typed=None), ev.Chosen("clear"):
            return _counting(session, ev.Chosen("back"))
        case s.StatingCount(typed=typed) as phase, ev.Chosen("digit" | "clear"):
            changed = None if event.name == "clear" else typed_after(typed or 0, event)
            return replace(session, phase=replace(phase, typed=changed)), ()
        case s.StatingCount(order=order, counts=counts, amount=amount), ev.Chosen("back"):
            return enter(session, s.Counting(order, counts, amount, amount != order.amount))
        case s.StatingCount() as stated, ev.TimedOut():
            return _dispute(session, stated, None)
        case s.StatingCount(typed=int(typed), amount=amount) as stated, ev.Chosen("confirm"):
            if yuan(typed) >= amount:
                return _complete(session, stated)
            return _dispute(session, stated, amount - yuan(typed) if typed else None)
        case _:
            return None


def _complete(session: s.Session, counted: s.Counting | s.StatingCount) -> Step:
    order = counted.order
    done = fx.Complete(order.txid, counted.amount, counted.counts, "exit_counts")
    if order.agreed is None or counted.amount != order.amount:
        return farewell(session, "done", done, amount=counted.amount)
    told = foreign.outcome(order.agreed)
    after, effects = farewell(session, told.key, done)
    return enter(after, s.Farewell(told), *effects)


def _dispute(session: s.Session, stated: s.StatingCount, missing: Amount | None) -> Step:
    suspect = fx.Suspect(
        stated.order.txid, stated.amount, stated.counts, "customer_disputes", missing
    )
    return explain(session, "disputed", stated.order.txid, suspect, amount=stated.amount)
