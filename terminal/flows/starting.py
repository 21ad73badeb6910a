"""Switching on: what the record left open is settled with what the devices know, before anything is
offered (reliability.md A.5).

First the reader: a card inside is offered and then kept. Then the open order, by the table. Then the
dispenser. Notes are never presented here: somebody else may stand at the machine.
"""

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.cash_units import taken_from, total
from terminal.flows.identify import cash_ready
from terminal.flows.starting_notes import notes_step, settle_notes, with_pack
from terminal.flows.visit import (
    Step,
    checks,
    enter,
    finish,
    offer_found,
    reference_of,
    with_machine,
)
from terminal.flows.withdrawal import is_doubtful, left_after
from terminal.values import replace


def step(session: s.Session, event: ev.Event) -> Step | None:
    """One step of starting, or None if the event means nothing now."""
    match session.phase, event:
        case s.Starting(asks="reader"), ev.Started():
            printer = () if session.machine.printer is None else (fx.CheckPrinter(),)
            return session, (fx.InspectReader(), *printer)
        case s.Starting(asks="reader", order=order), ev.CardFound(position="absent"):
            return _settle(session, order)
        case s.Starting(asks="reader", order=order), ev.CardFound():
            return offer_found(session, order)
        case s.Starting(asks="reader", order=order), ev.ReaderFailed(error=error):
            return _settle(with_machine(session, reader=error), order)
        case s.Starting(asks="reader", order=order), ev.TimedOut():
            return _settle(with_machine(session, reader="deviceNotReady"), order)
        case s.Starting(asks="order", order=s.OpenOrder() as order), _:
            return _answered(session, order, event)
        case s.Starting(
            asks="order", order=s.OpenDeposit(order=s.OpenOrder() as order) as notes
        ), _:
            return with_pack(notes, _answered(session, order, event))
        case s.Starting(order=s.OpenDeposit() as notes), _:
            return notes_step(session, notes, event)
        case s.Starting(asks="cash"), ev.CashReady(capabilities=able, usable=usable):
            return finish(cash_ready(session, able, usable))
        case s.Starting(asks="cash"), ev.CashFailed(error=error):
            return finish(with_machine(session, cash=error))
        case s.Starting(asks="cash"), ev.TimedOut():
            return finish(with_machine(session, cash="deviceNotReady"))
        case s.ReturningFound() as phase, ev.CardAtGate():
            return enter(session, replace(phase, at_gate=True))
        case s.ReturningFound(order=order), ev.CardTaken():
            return _settle(session, order)
        case s.ReturningFound(order=order), ev.TimedOut():
            notice = s.Notice("card_kept", reference=reference_of(session.visit))
            keeping = s.KeepingCard(notice, "leftAtBoot", order)
            return enter(session, keeping, fx.RetainCard("leftAtBoot"))
        case s.ReturningFound(order=order), ev.CardFound(position="absent"):
            return _settle(with_machine(session, reader=""), order)
        case s.ReturningFound(), ev.CardFound():
            return session, (fx.EjectCard(),)
        case s.ReturningFound(), ev.ReaderFailed(error=error):
            return with_machine(session, reader=error), ()
        case s.ReturningFound(order=order), ev.CardJammed(error=error):
            return _settle(with_machine(session, reader=error, card_stuck=True), order)
        case s.KeepingCard(reason="leftAtBoot", order=order), ev.CardRetained() | ev.CardTaken():
            return _settle(session, order)
        case s.KeepingCard(reason="leftAtBoot", order=order), (ev.CardJammed() | ev.TimedOut()):
            error = getattr(event, "error", "mediaJam")
            return _settle(with_machine(session, reader=error, card_stuck=True), order)
        case s.KeepingCard(reason="leftAtBoot"), ev.ReaderFailed(error=error):
            return with_machine(session, reader=error), ()
        case s.KeepingCard(reason="leftAtBoot", order=order), ev.CardFound(position="absent"):
            return _settle(with_machine(session, reader=""), order)
        case s.KeepingCard(reason="leftAtBoot"), ev.CardFound():
            return session, (fx.RetainCard("leftAtBoot"),)
        case _:
            return None


def _settle(session: s.Session, order: s.OpenOrder | s.OpenDeposit | None) -> Step:
    """The first line of A.5 that applies and needs no device; otherwise ask the device."""
    if order is None:
        return enter(session, s.Starting(None, "cash"), *checks(session.machine))
    if isinstance(order, s.OpenDeposit):
        return settle_notes(session, order)
    if order.about:
        return _ended(session, fx.Reverse(order.txid, "not_confirmed"))
    if not order.approved or not order.intent:
        return _ended(session, fx.Reverse(order.txid, "no_dispense_intent"))
    if order.count_answer == "wrong" and order.result is not None:
        counts = order.result.counts
        counted = total(counts, session.machine.cassettes)
        return _ended(session, fx.Suspect(order.txid, counted, counts, "customer_disputes"))
    if order.retract_intent:
        return _suspect(session, order, None, "retract_interrupted")
    if order.result is not None:
        known = order.result
        result = ev.NotesDispensed(order.txid, known.counts, (), known.error, known.doubtful)
        return _from_counts(session, order, result)
    asked = fx.InspectDispense(order.txid, order.mix, order.before)
    return enter(session, s.Starting(order, "order"), asked)


def _answered(session: s.Session, order: s.OpenOrder, event: ev.Event) -> Step | None:
    if getattr(event, "txid", order.txid) != order.txid:
        return None
    match event:
        case ev.NotesDispensed():
            moved = with_machine(session, cassettes=left_after(session, order.mix, event))
            return _after(fx.KeepResult(order.txid), _from_counts(moved, order, event))
        case ev.DispenseNotExecuted() | ev.PresenterReport(executed=False) if order.stacked:
            return _suspect(session, order, None, "denies_what_is_on_record")
        case ev.DispenseNotExecuted(error=error):
            return _ended(session, fx.Reverse(order.txid, f"not_executed_{error}"))
        case ev.DispenseUnknown(evidence=evidence):
            return _suspect(session, order, None, evidence)
        case ev.PresenterReport():
            return _presenter(session, order, event)
        case ev.NotesRejected():
            return _ended(session, fx.Reverse(order.txid, "rejected_after_restart"))
        case ev.NotesRetracted(counts=tuple() as back):
            return _retracted(session, order, back)
        case ev.NotesRetracted() | ev.NotesTaken():
            return _suspect(session, order, None, "retract_not_counted")
        case ev.TimedOut():
            return _suspect(session, order, None, "device_silent")
        case _:
            return None


def _from_counts(session: s.Session, order: s.OpenOrder, result: ev.NotesDispensed) -> Step:
    if is_doubtful(order.mix, result):
        return _suspect(session, order, result.counts, f"error_{result.error}")
    amount = total(result.counts, session.machine.cassettes)
    if not amount:
        return _ended(session, fx.Reverse(order.txid, f"not_executed_{result.error}"))
    done = fx.Complete(order.txid, amount, result.counts, "exit_counts_after_restart")
    return _ended(session, done)


def _presenter(session: s.Session, order: s.OpenOrder, report: ev.PresenterReport) -> Step:
    if report.executed and not order.stacked:
        left = taken_from(session.machine.cassettes, report.stacked)
        session = with_machine(session, cassettes=left)
        order = replace(order, stacked=report.stacked)
    match report:
        case ev.PresenterReport(executed=False):
            return _ended(session, fx.Reverse(order.txid, "never_executed_and_fenced"))
        case ev.PresenterReport(presented="unknown"):
            return _suspect(session, order, report.stacked, "presented_unknown")
        case ev.PresenterReport(presented="notPresented"):
            waiting = s.Starting(order, "order")
            return enter(session, waiting, fx.RejectNotes(order.txid))
        case ev.PresenterReport(exit_occupied=True, stacked=stacked):
            waiting = s.Starting(replace(order, stacked=stacked), "order")
            return enter(session, waiting, fx.RetractNotes(order.txid))
        case _:
            amount = total(report.stacked, session.machine.cassettes)
            basis = "taken_before_restart"
            return _ended(session, fx.Complete(order.txid, amount, report.stacked, basis))


def _retracted(session: s.Session, order: s.OpenOrder, back: ev.Counts) -> Step:
    kept = tuple(out - b for out, b in zip(order.stacked, back, strict=True))
    if any(n < 0 for n in kept):
        return _suspect(session, order, back, "retracted_more_than_stacked")
    amount = total(kept, session.machine.cassettes)
    if not amount:
        return _ended(session, fx.Reverse(order.txid, "retracted_all"))
    return _ended(session, fx.Complete(order.txid, amount, kept, "stacked_less_retracted"))


def _suspect(session: s.Session, order: s.OpenOrder, counts: ev.Counts | None, basis: str) -> Step:
    suspect = fx.Suspect(order.txid, order.amount, counts, basis)
    return _ended(with_machine(session, doubt=True, cash="doubt"), suspect)


def _ended(session: s.Session, outcome: fx.Effect) -> Step:
    return enter(session, s.Starting(None, "cash"), outcome, *checks(session.machine))


def _after(first: fx.Effect, step: Step) -> Step:
    return step[0], (first, *step[1])
