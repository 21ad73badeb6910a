"""The outside of a practice: a play reader, pad, bank, dispenser and acceptor that are values and nothing else.

They answer what the real ones would answer when all goes well, at once, and know nothing of the real ones:
there is no port here, no journal and no account, only effects that come in and events that go out. Every
effect there is has an answer or is met with silence by name: the type checker refuses one that is in neither
list. What the bank says is in `bank.py`, by `lessons`. What a hand does at the front is a press on the glass (`hands`).
"""

from typing import Final, assert_never

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.bundles import notes_in
from terminal.card import Card, Pan, PinBlock
from terminal.cash_units import Cassette
from terminal.flows.escrow_screens import Held, Inserting, TakingBack
from terminal.flows.visit import ABSENT
from terminal.money import yuan
from terminal.practice import lessons
from terminal.practice.hands import PUT_NOTE, TAKE_BACK, TAKE_CARD, TAKE_NOTES
from terminal.profile import Waits
from terminal.service import ServicePhase

CARD: Final = Card(Pan("6200000000000000000"), "9912", (), "PRACTICE")
"""A card that no bank has."""

CASSETTES: Final = tuple(Cassette(yuan(note), 100) for note in (100, 50, 20, 10))

PRESENTER: Final = ev.Capabilities(True, True, True, True, True, True)
"""What is practised where the dispenser has not said what it can do."""

PIN_DIGITS: Final = 6
"""Any six digits are right: nobody is to type their own, and nothing compares them."""

PLAY_NOTES: Final = (100, 100, 100, 50)
"""The notes that are put in, one after the other and from the first again, in yuan."""

ESCROW_MAX: Final = 20
"""Then the play escrow is full and closes by itself, as a real one does."""

NOT_PRACTISED: Final = "not_practised"
"""Why the play bank refuses what no lesson has an answer for: a refusal always leads on, silence does not."""


def machine_for(real: s.Machine) -> s.Machine:
    """The machine of a practice: play cassettes, the services there is a lesson of, and no bank that could
    remember a look."""
    return s.Machine(
        CASSETTES,
        capabilities=real.capabilities or PRESENTER,
        cash="",
        host_up=False,
        language=real.language,
        entropy=b"practice",
        weights=real.weights,
        services=tuple(one for one in real.services if one in lessons.offered(real)),
        bank_line=real.bank_line,
        call=real.call,
        acceptor=ABSENT if real.acceptor == ABSENT else "",
        rules=real.rules,
    )


def answered(effect: fx.Effect, session: s.Session) -> tuple[ev.Event, ...]:
    """What the play outside says to an effect that led to this session; nothing where the real one would say
    nothing, or is never asked while all goes well."""
    none = (0,) * len(CASSETTES)
    match effect:
        case fx.ReadCard():
            return (ev.CardRead(CARD),)
        case fx.EjectCard():
            return (ev.CardAtGate(),)
        case fx.MakePinBlock(message=message):
            return (ev.PinBlockMade(message, PinBlock(bytes(16))),)
        case fx.EnquireCard():
            return (ev.CardKnown(session.machine.services),)
        case fx.VerifyPin(message=message):
            return (ev.PinRight(message),)
        case fx.Authorize(txid=txid):
            return (ev.Approved(txid, "PLAY", "play"),)
        case fx.AskBank(message=message, about=about, fields=fields):
            says = lessons.BANK.get(about)
            if says is None:
                return (ev.BankRefused(message, about, NOT_PRACTISED),)
            return (ev.BankAnswered(message, about, says(dict(fields))),)
        case fx.Instruct(txid=txid, about=about, fields=fields):
            says = lessons.BANK.get(about)
            if says is None:
                return (ev.Declined(txid, "57", NOT_PRACTISED),)
            return (ev.Approved(txid, "PLAY", "play", fields=says(dict(fields))),)
        case fx.PrepareDispense(txid=txid):
            return (ev.DispensePrepared(txid, ""),)
        case fx.DispenseNotes(txid=txid, mix=mix):
            return (ev.NotesDispensed(txid, mix, none, "00", False),)
        case fx.StackNotes(txid=txid, mix=mix):
            return (ev.NotesStacked(txid, mix, none),)
        case fx.PresentNotes(txid=txid):
            return (ev.NotesPresented(txid),)
        case fx.OpenAcceptor(txid=txid):
            return (ev.AcceptorOpen(txid),)
        case fx.CloseAcceptor(txid=txid):
            return (ev.AcceptorClosed(txid, _in_escrow(session)),)
        case fx.StoreNotes(txid=txid):
            return (ev.NotesStored(txid, _in_escrow(session)),)
        case fx.ReturnNotes(txid=txid):
            return (ev.NotesReturned(txid, _in_escrow(session)),)
        case fx.CollectPin() | fx.HoldPin() | fx.ForgetPin() | fx.AcceptCard() | fx.RefuseCards():
            return ()
        case fx.Complete() | fx.Credit() | fx.Reverse() | fx.Cancel() | fx.Suspect():
            return ()
        case fx.InspectReader() | fx.RetainCard() | fx.SavePreference() | fx.CheckCash():
            return ()
        case fx.RetractNotes() | fx.RejectNotes() | fx.InspectDispense() | fx.CheckAcceptor():
            return ()
        case fx.KeepResult() | fx.RetractReturned() | fx.InspectDeposit():
            return ()
        case fx.PrintReceipt() | fx.PrintSlip() | fx.CheckPrinter():
            return ()
        case fx.CallStaff() | fx.CancelCall():
            return ()
        case _:
            assert_never(effect)


def meant(session: s.Session, event: ev.Event) -> ev.Event:
    """What a press means in a practice: hands at the front, and the keys of the play pad."""
    match session.phase, event:
        case s.TakingCard(), ev.Chosen(TAKE_CARD.name):
            return ev.CardTaken()
        case s.TakingNotes(order=order), ev.Chosen(TAKE_NOTES.name):
            return ev.NotesTaken(order.txid)
        case Inserting(held=held, refused=refused), ev.Chosen(PUT_NOTE.name):
            return _put_in(held, refused)
        case TakingBack(held=held), ev.Chosen(TAKE_BACK.name):
            return ev.ReturnedTaken(held.txid)
        case phase, ev.KeyPressed(key) if isinstance(phase, s.COLLECTING_PIN) and not (
            session.overlay or session.focus
        ):
            return _typed(phase.digits, key) or event
        case _:
            return event


def passed(session: s.Session) -> tuple[ev.Event, ...]:
    """What the play clock says: what must have stood there for a while before it can be agreed to, has. Nothing
    else ever falls due in a practice."""
    phase = session.phase
    stands = isinstance(phase, ServicePhase) and phase.asked(session).waits is Waits.SUMMARY
    return (ev.TimedOut(),) if stands and not session.overlay else ()


def _in_escrow(session: s.Session) -> ev.Bundle:
    held = getattr(session.phase, "held", None)
    return held.counts if isinstance(held, Held) else ()


def _put_in(held: Held, refused: int) -> ev.Event:
    """The next play note lies in escrow, or the escrow is full."""
    inside = notes_in(held.counts)
    if inside >= ESCROW_MAX:
        return ev.AcceptorClosed(held.txid, held.counts)
    counts, note = dict(held.counts), yuan(PLAY_NOTES[inside % len(PLAY_NOTES)]).minor
    counts[note] = counts.get(note, 0) + 1
    return ev.NotesInEscrow(held.txid, tuple(sorted(counts.items())), refused)


def _typed(digits: int, key: str) -> ev.Event | None:
    match key:
        case key if key.isdigit():
            return ev.PinDigits(min(digits + 1, PIN_DIGITS))
        case "enter":
            return ev.PinEntered() if digits == PIN_DIGITS else ev.PinDigits(digits)
        case "clear":
            return ev.PinDigits(0)
        case _:
            return None
