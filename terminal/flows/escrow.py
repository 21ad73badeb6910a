"""Notes between the customer and the cassette: taken into escrow, stored, or given back (reliability.md
A.8). Deposit and exchange have all of this in common; what they do with a counted escrow is theirs.

Rules. What is credited is what the acceptor says it stored, and nothing is credited before. Where it did
not do what it was told it is asked what became of the notes (`InspectDeposit`), and never told twice.
Notes given back that nobody took are taken in again, and nobody is credited: people decide. A doubt about
the acceptor closes what takes notes in, and nothing else.
"""

from collections.abc import Callable

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.bundles import worth
from terminal.cash_units import total
from terminal.flows.escrow_screens import (
    STORED,
    Changed,
    Closing,
    Held,
    Inserting,
    Inspecting,
    Moving,
    Opening,
    Retracting,
    Returning,
    Storing,
    TakingBack,
    Told,
    Wanted,
)
from terminal.flows.visit import (
    DOUBT,
    Step,
    enter,
    explain,
    fit,
    give_back,
    reference_of,
    with_machine,
)
from terminal.money import Amount
from terminal.rules.change_packs import changeable
from terminal.values import replace

Counted = Callable[[s.Session, "Held", bool], Step]
"""What a service does with notes that lie counted in escrow; whether more can be put in."""


def begin(session: s.Session, held: Held) -> Step:
    """Open the inlet; for an exchange to what can be changed into smaller notes only."""
    if held.about != "exchange":
        return enter(session, Opening(held), fx.OpenAcceptor(held.txid, ()))
    only = taken_for_change(session.machine)
    if not only:
        undo = fx.Reverse(held.txid, "nothing_inserted")
        return _ended(session, replace(held, why="cannot_change"), undo)
    return enter(session, Opening(held), fx.OpenAcceptor(held.txid, only))


def taken_for_change(machine: s.Machine) -> tuple[int, ...]:
    """The notes, in minor units, that can be changed into smaller ones now; none where nothing can be paid."""
    return () if machine.cash or machine.doubt else changeable(machine.cassettes)


def store(session: s.Session, held: Held, *before: fx.Effect) -> Step:
    """Escrow to cassette."""
    return enter(session, Storing(held), *before, fx.StoreNotes(held.txid))


def hand_back(session: s.Session, held: Held, *before: fx.Effect) -> Step:
    """Escrow to slot, for the reason in `held.why`."""
    return enter(session, Returning(held), *before, fx.ReturnNotes(held.txid))


def step(session: s.Session, event: ev.Event, counted: Counted) -> Step | None:
    """One step of notes on their way, or None if the event means nothing now."""
    phase = session.phase
    if not isinstance(phase, Moving):
        return None
    held: Held = phase.held  # type: ignore[attr-defined]
    if getattr(event, "txid", held.txid) != held.txid:
        return None
    match event:
        case ev.DepositUnknown(evidence=evidence):
            return in_doubt(session, held, evidence.partition(" ")[0] or "unknown")
        case ev.ReaderFailed(error=error):
            return with_machine(session, reader=error), ()
        case _:
            pass
    if isinstance(phase, Opening | Inserting | Closing):
        return _taking_in(session, held, event, counted)
    if isinstance(phase, Inspecting):
        return _inspected(session, phase, event, counted)
    return _moving(session, held, event)


# --- taking in ------------------------------------------------------------------------------------


def _taking_in(session: s.Session, held: Held, event: ev.Event, counted: Counted) -> Step | None:
    phase = session.phase
    match phase, event:
        case Opening(), ev.AcceptorOpen():
            return enter(session, Inserting(held))
        case Inserting() | Closing(), ev.NotesInEscrow(counts=counts):
            again = isinstance(phase, Inserting) and counts == held.counts
            now = replace(held, counts=counts)
            if isinstance(phase, Closing):
                return replace(session, phase=replace(phase, held=now)), ()
            if again:
                return enter(session, replace(phase, held=now))
            return _one_more(session, now)
        case Inserting(refused=refused), ev.NoteRefused(reason=reason):
            return enter(session, Inserting(held, refused + 1, reason == INHIBITED))
        case Inserting(), ev.Chosen("all_in") if held.counts:
            return _close(session, held, "count")
        case Inserting(), ev.Chosen("give_back" | "return_card" | "back"):
            return _close(session, held, "give_back")
        case Inserting(), ev.TimedOut():
            return _close(session, replace(held, why="timed_out"), "give_back")
        case Opening() | Inserting() | Closing(), ev.AcceptorClosed(counts=counts):
            then = phase.then if isinstance(phase, Closing) else "count"
            return _closed(session, replace(held, counts=counts), then, counted)
        case Opening(), ev.AcceptorFailed(error=error):
            return _inspect(fit(session, error), held, "open")
        case Inserting() | Closing(), ev.AcceptorFailed(error=error):
            then = phase.then if isinstance(phase, Closing) else "count"
            return _inspect(fit(session, error), held, then)
        case Opening() | Closing(), ev.TimedOut():
            return in_doubt(session, held, "device_silent")
        case _:
            return None


INHIBITED = "inhibit"
"""The acceptor's word for a note it knows and was not opened for."""


def _one_more(session: s.Session, held: Held) -> Step:
    """A note came in. An exchange takes one; a deposit goes on."""
    if held.about == "exchange" and held.counts:
        return _close(session, held, "count")
    return enter(session, Inserting(held))


def _close(session: s.Session, held: Held, then: Wanted) -> Step:
    return enter(session, Closing(held, then), fx.CloseAcceptor(held.txid))


def _closed(session: s.Session, held: Held, then: Wanted, counted: Counted) -> Step:
    if not held.counts:
        return _nothing(session, held)
    if then == "give_back":
        return hand_back(session, held)
    return counted(session, held, not session.machine.acceptor)


def _nothing(session: s.Session, held: Held) -> Step:
    """No note is inside: the operation ends with nothing."""
    undo = fx.Reverse(held.txid, "nothing_inserted")
    why = "acceptor_failed" if session.machine.acceptor else "nothing_inserted"
    return _ended(session, replace(held, why=held.why if held.why == "timed_out" else why), undo)


# --- storing and giving back ----------------------------------------------------------------------


def _moving(session: s.Session, held: Held, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Storing(), ev.NotesStored(counts=counts):
            return stored(session, replace(held, counts=counts), "stored")
        case Storing(), ev.AcceptorFailed(error=error):
            return _inspect(fit(session, error), held, "store")
        case Returning(), ev.NotesReturned(counts=counts):
            return enter(session, TakingBack(replace(held, counts=counts)))
        case Returning(), ev.AcceptorFailed(error=error):
            return _inspect(fit(session, error), held, "give_back")
        case TakingBack() | Retracting() | Returning(), ev.ReturnedTaken():
            return _ended(session, held, fx.Reverse(held.txid, "returned"))
        case TakingBack(), ev.TimedOut():
            return enter(session, Retracting(held), fx.RetractReturned(held.txid))
        case Retracting(), ev.ReturnedRetracted(counts=counts):
            basis = "retract_not_counted" if counts is None else "retracted"
            return suspect(session, held, basis)
        case Retracting(), ev.AcceptorFailed(error=error):
            return in_doubt(session, held, f"retract_failed_{error}")
        case _, ev.TimedOut():
            return in_doubt(session, held, "device_silent")
        case _:
            return None


def _inspect(session: s.Session, held: Held, wanted: Wanted) -> Step:
    return enter(session, Inspecting(held, wanted), fx.InspectDeposit(held.txid))


def _inspected(
    session: s.Session, phase: Inspecting, event: ev.Event, counted: Counted
) -> Step | None:
    held, wanted = phase.held, phase.wanted
    match event:
        case ev.TimedOut():
            return in_doubt(session, held, "device_silent")
        case ev.DepositReport(slot_occupied=True):
            return enter(session, Retracting(held), fx.RetractReturned(held.txid))
        case ev.DepositReport(state="stored", counts=tuple() as counts) if wanted == "store":
            return stored(session, replace(held, counts=counts), "stored")
        case ev.DepositReport(state="returned") if wanted == "give_back":
            return _ended(session, held, fx.Reverse(held.txid, "returned"))
        case ev.DepositReport(state="none", counts=counts) if not counts and not held.counts:
            return _nothing(session, held)
        case ev.DepositReport(state="escrow", counts=tuple() as counts):
            return _still_held(session, replace(held, counts=counts), wanted, counted)
        case ev.DepositReport(state=state):
            return in_doubt(session, held, f"found_{state}")
        case _:
            return None


def _still_held(session: s.Session, held: Held, wanted: Wanted, counted: Counted) -> Step:
    """The notes lie in escrow, every one of them: what was wanted did not happen."""
    if not held.counts:
        return _nothing(session, held)
    match wanted:
        case "open" | "count":
            return counted(session, held, False)
        case "store" if any(held.paid):
            return in_doubt(session, held, "not_stored_after_payment")
        case "store":
            return hand_back(session, replace(held, why="not_stored"))
        case _:
            return in_doubt(session, held, "not_returned")


OWN_WORDS = ("given_back", "timed_out", "nothing_inserted", "not_stored")
"""Why notes come back that an exchange tells in words of its own: nothing was to be deposited, and the card
is with the customer."""


# --- how it ends ----------------------------------------------------------------------------------


def credit_of(session: s.Session, held: Held) -> Amount:
    """What the account gets for notes that are in the cassette: their worth, less what was paid for them."""
    paid = total(held.paid, session.machine.cassettes) if held.paid else Amount(0)
    return worth(held.counts) - paid


def stored(session: s.Session, held: Held, basis: str) -> Step:
    """They are in the cassette: only now anybody is credited."""
    amount = credit_of(session, held)
    if amount.minor < 0:
        return suspect(session, held, "paid_more_than_stored")
    swapped = "swapped" if any(held.paid) and not amount else basis
    credit = fx.Credit(held.txid, amount, held.counts, swapped, held.paid)
    if any(held.paid):
        key = "exchange_changed_part" if amount else "exchange_changed"
        notice = s.Notice(key, {"amount": amount or worth(held.counts)}, reference_of(held.txid))
        return enter(session, Changed(notice, held.paid, worth(held.counts), amount), credit)
    key = STORED if held.about == "deposit" else "exchange_credited"
    return told(session, held, key, credit, amount=amount)


def _ended(session: s.Session, held: Held, outcome: fx.Effect) -> Step:
    """Nothing is inside any more, and nobody is credited."""
    if held.card is not None and held.why == "timed_out":
        return give_back(session, "timed_out", outcome)
    whose = "exchange" if held.about == "exchange" and held.why in OWN_WORDS else "notes"
    return told(session, held, f"{whose}_{held.why}", outcome)


def in_doubt(session: s.Session, held: Held, basis: str) -> Step:
    """The acceptor cannot say where the notes are: nobody is credited, it takes no more, people count."""
    return suspect(with_machine(session, acceptor=DOUBT), held, basis)


def suspect(session: s.Session, held: Held, basis: str) -> Step:
    """People decide. What was paid for the notes is the customer's already and not owed again."""
    amount = still_owed(session.machine, held.counts, held.paid)
    claimed = held.paid or None
    outcome = fx.Suspect(held.txid, amount, claimed, basis, bundle=held.counts)
    return told(session, held, _doubted(held, basis, amount), outcome, amount=amount)


def _doubted(held: Held, basis: str, amount: Amount) -> str:
    if any(held.paid):
        return "notes_suspect_part" if amount else "notes_suspect_paid"
    if basis in ("retracted", "retract_not_counted"):
        return "notes_kept"
    return "notes_suspect" if amount else "notes_suspect_none"


def still_owed(machine: s.Machine, counts: ev.Bundle, paid: ev.Counts) -> Amount:
    """What of the notes in doubt may still be the customer's: their worth less what came out for them."""
    out = total(paid, machine.cassettes) if paid else Amount(0)
    return Amount(max(worth(counts).minor - out.minor, 0))


def told(session: s.Session, held: Held, key: str, outcome: fx.Effect, **values: object) -> Step:
    """Say how it ended: with the card inside something else can be done, otherwise it is the end."""
    if held.card is None:
        return explain(session, key, held.txid, outcome, **values)
    notice = s.Notice(key, values, reference_of(held.txid))
    return enter(session, Told(held.card, notice, held.counts), outcome)
