"""Switching on with a deposit or an exchange left open: what becomes of the notes (reliability.md A.8, last
paragraph, and A.10).

Notes are never put into the slot here: somebody else may stand at the machine. Counted notes in escrow are
stored and credited to the account that the bank was asked about. What lies in the slot is taken in. Of an
exchange the dispenser is asked first; what it paid is taken off the credit. Where nobody can say how many
notes there are, or who has them, people decide.
"""

from typing import Final

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.bundles import holds, worth
from terminal.cash_units import total
from terminal.flows.escrow import still_owed
from terminal.flows.visit import ABSENT, DOUBT, Step, checks, enter, with_machine
from terminal.flows.withdrawal import is_doubtful
from terminal.money import Amount
from terminal.values import replace

PACK: Final = "pack_"
"""As in `exchange`: the doubt came from the dispenser."""

OUTCOMES: Final = (fx.Reverse, fx.Complete, fx.Suspect)


def settle_notes(session: s.Session, notes: s.OpenDeposit) -> Step:
    """The first question: none, the dispenser's, or the acceptor's."""
    order = notes.order
    if not notes.agreed:
        return _ended(session, fx.Reverse(notes.txid, "not_agreed"))
    if session.machine.acceptor == ABSENT:
        return _suspect(session, notes, "no_acceptor")
    if order is None or not order.intent:
        return _ask(session, notes)
    if order.result is not None:
        return _paid(session, notes, order)
    if order.retract_intent:
        return _suspect(_dispenser_doubted(session), notes, f"{PACK}retract_interrupted")
    asked = fx.InspectDispense(order.txid, order.mix, order.before)
    return enter(session, s.Starting(notes, "order"), asked)


def _paid(session: s.Session, notes: s.OpenDeposit, order: s.OpenOrder) -> Step:
    """What the record says of the pack."""
    known = order.result
    assert known is not None
    said = ev.NotesDispensed(order.txid, known.counts, (), known.error, known.doubtful)
    if known.doubtful or is_doubtful(order.mix, said):
        return _suspect(_dispenser_doubted(session), notes, f"{PACK}doubtful")
    return _ask(session, replace(notes, paid=known.counts))


def with_pack(notes: s.OpenDeposit, step: Step | None) -> Step | None:
    """What the dispenser said of the pack, as it would settle a withdrawal, read for the exchange."""
    if step is None:
        return None
    after, effects = step
    others = tuple(one for one in effects if not isinstance(one, (*OUTCOMES, *CHECKS)))
    outcome = next((one for one in effects if isinstance(one, OUTCOMES)), None)
    match outcome:
        case fx.Reverse():
            return _ask(after, notes, *others)
        case fx.Complete(counts=counts):
            return _ask(after, replace(notes, paid=counts), *others)
        case fx.Suspect(counts=counts, basis=basis):
            doubted = _suspect(after, replace(notes, paid=counts or ()), f"{PACK}{basis}")
            return doubted[0], (*others, *doubted[1])
        case _:
            assert isinstance(after.phase, s.Starting), (
                "an order is asked about until it has an outcome"
            )
            assert isinstance(after.phase.order, s.OpenOrder), "and the question is about the order"
            waiting = s.Starting(replace(notes, order=after.phase.order), "order")
            return enter(after, waiting, *effects)


CHECKS: Final = (fx.CheckCash, fx.CheckAcceptor)


def notes_step(session: s.Session, notes: s.OpenDeposit, event: ev.Event) -> Step | None:
    """One step of settling the notes, or None if the event means nothing now."""
    assert isinstance(session.phase, s.Starting)
    asks = session.phase.asks
    if getattr(event, "txid", notes.txid) != notes.txid:
        return None
    match asks, event:
        case _, ev.DepositUnknown(evidence=evidence):
            return _suspect(session, notes, evidence.partition(" ")[0] or "unknown")
        case (("deposit" | "storing" | "slot"), ev.TimedOut()):
            return _suspect(session, notes, "device_silent")
        case "deposit", ev.DepositReport() as report:
            return _found(session, notes, report)
        case "storing", ev.NotesStored(counts=counts):
            return _credit(session, replace(notes, counts=counts))
        case "slot", ev.ReturnedTaken():
            return _given_back(session, notes)
        case "slot", ev.ReturnedRetracted(counts=counts):
            basis = "retract_not_counted" if counts is None else "retracted"
            return _suspect(session, notes, basis, doubt=False)
        case (("storing" | "slot"), ev.AcceptorFailed(error=error)):
            return _suspect(session, notes, f"failed_{error}")
        case _:
            return None


def _found(session: s.Session, notes: s.OpenDeposit, report: ev.DepositReport) -> Step:
    """What the acceptor remembers, against what is on record."""
    counts = report.counts
    match report:
        case ev.DepositReport(slot_occupied=True) | ev.DepositReport(state="at_slot"):
            seen = replace(notes, counts=counts or notes.counts)
            return enter(session, s.Starting(seen, "slot"), fx.RetractReturned(notes.txid))
        case ev.DepositReport(state="none") if not notes.counts and not counts:
            return _nothing(session, notes)
        case ev.DepositReport(state="escrow", counts=()) if not notes.counts:
            return _nothing(session, notes)
        case ev.DepositReport(state="escrow") if counts and holds(counts, notes.counts):
            seen = replace(notes, counts=counts)
            return enter(session, s.Starting(seen, "storing"), fx.StoreNotes(notes.txid))
        case ev.DepositReport(state="stored") if counts and holds(counts, notes.counts):
            return _credit(session, replace(notes, counts=counts))
        case ev.DepositReport(state="returned"):
            return _given_back(session, notes)
        case ev.DepositReport(state="retracted"):
            return _suspect(session, notes, "retracted", doubt=False)
        case _:
            return _suspect(session, notes, f"found_{report.state}")


def _ask(session: s.Session, notes: s.OpenDeposit, *before: fx.Effect) -> Step:
    return enter(session, s.Starting(notes, "deposit"), *before, fx.InspectDeposit(notes.txid))


def _nothing(session: s.Session, notes: s.OpenDeposit) -> Step:
    if any(notes.paid):
        return _suspect(session, notes, "paid_and_nothing_inside")
    return _ended(session, fx.Reverse(notes.txid, "nothing_inserted"))


def _given_back(session: s.Session, notes: s.OpenDeposit) -> Step:
    if any(notes.paid):
        return _suspect(session, notes, "paid_and_given_back")
    return _ended(session, fx.Reverse(notes.txid, "returned_before_restart"))


def _credit(session: s.Session, notes: s.OpenDeposit) -> Step:
    """They are in the cassette: the account gets their worth, less what was paid for them."""
    paid = total(notes.paid, session.machine.cassettes) if notes.paid else Amount(0)
    amount = worth(notes.counts) - paid
    if amount.minor < 0:
        return _suspect(session, notes, "paid_more_than_stored", doubt=False)
    basis = "stored_after_restart" if amount else "swapped"
    return _ended(session, fx.Credit(notes.txid, amount, notes.counts, basis, notes.paid))


def _dispenser_doubted(session: s.Session) -> s.Session:
    return with_machine(session, doubt=True, cash=DOUBT)


def _suspect(session: s.Session, notes: s.OpenDeposit, basis: str, *, doubt: bool = True) -> Step:
    """People decide; `doubt` also about the acceptor."""
    known = session.machine.acceptor
    closed = with_machine(session, acceptor=DOUBT) if doubt and known != ABSENT else session
    amount = still_owed(session.machine, notes.counts, notes.paid)
    outcome = fx.Suspect(notes.txid, amount, notes.paid or None, basis, bundle=notes.counts)
    return _ended(closed, outcome)


def _ended(session: s.Session, outcome: fx.Effect) -> Step:
    return enter(session, s.Starting(None, "cash"), outcome, *checks(session.machine))
