"""Card in, what the bank says of it, PIN.

The bank is asked about the card before the PIN, so that the PIN screen is already in the right
profile. Digits never come here: the flow knows how many, and later an encrypted block.
"""

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.assist import with_card
from terminal.evidence import with_record
from terminal.flows.transfer.pending import greet
from terminal.flows.visit import (
    Step,
    begin,
    checks,
    closed_reason,
    enter,
    explain,
    finish,
    forgotten,
    give_back,
    keep_card,
    new_id,
    offer_found,
    with_machine,
    with_new_visit,
)
from terminal.profile import PROFILE_NAMES, ProfileName
from terminal.values import replace

PIN_DIGITS_MIN = 4
PIN_DIGITS_MAX = 6
"""ISO 9564 allows 4 to 12; cards here have six digits (CN-16), some foreign ones four."""

COLLECT_PIN = fx.CollectPin(PIN_DIGITS_MIN, PIN_DIGITS_MAX)

SILENT = ("", "deviceNotReady")
"""Faults of a reader that are over as soon as it answers. One that said what is wrong with it is looked
at again with the next look at a closed machine, or it would open and close without end."""

FULL_BIN = "retainBinFull"
"""The reader can keep no more cards: one that nobody took stays inside until staff have been there,
instead of being held out all night."""

CLOSING = (ev.ReaderFailed, ev.CashFailed, ev.HostDown, ev.JournalLow, ev.RecordDisputed)
"""What closes a machine at which nobody stands."""

_NOTICE_OF_UNREADABLE = {"unsupportedCard": "card_wrong_kind"}


def step(session: s.Session, event: ev.Event) -> Step | None:
    """One step of identifying, or None if the event means nothing now."""
    match session.phase, event:
        case s.Idle(), ev.CardInserted():
            opened = with_new_visit(session)
            return enter(opened, s.ReadingCard(), fx.ReadCard(), *checks(opened.machine))
        case s.Idle(), ev.TimedOut():
            return forgotten(session), ()
        case s.Idle(), event if isinstance(event, CLOSING):
            return _close(session, event)
        case ((s.Idle() | s.OutOfService()), ev.CardJammed(error=error)):
            return _jammed_on_the_way_in(session, error)
        case s.OutOfService(), ev.CardInserted() if session.machine.reader.startswith(FULL_BIN):
            return session, ()
        case s.OutOfService(), ev.CardInserted():
            return give_back(with_new_visit(session), "cash_unavailable")
        case s.OutOfService(), ev.ReaderReady() if session.machine.reader not in SILENT:
            return with_machine(session, card_stuck=False), ()
        case s.OutOfService(), ev.TimedOut() | ev.HostUp() | ev.ReaderReady():
            return _look_again(session, event)
        case s.OutOfService(), ev.CardFound(position="inside" | "gate") if (
            session.machine.card_stuck
        ):
            return session, ()
        case s.OutOfService() | s.Idle(), ev.CardFound(position="inside" | "gate"):
            return offer_found(session)
        case s.OutOfService(), ev.CardFound(position="absent") if session.machine.reader:
            return finish(with_machine(session, reader="", card_stuck=False))
        case ((s.OutOfService() | s.Idle()), ev.CardFound()):
            return session, ()
        case s.OutOfService(), ev.CashReady(capabilities=able, usable=usable):
            return finish(cash_ready(session, able, usable))
        case s.OutOfService(reason=reason), ev.CashFailed(error=error):
            failed = with_machine(session, cash=error)
            return (failed, ()) if closed_reason(failed.machine) == reason else finish(failed)
        case s.ReadingCard(), ev.CardRead(card=card):
            message, machine = new_id(session.machine)
            look, seen = with_card(session.look, session.evidence, card)
            asking = replace(session, machine=machine, look=look, evidence=seen)
            return enter(asking, s.AskingBank(card, message), fx.EnquireCard(message, card))
        case s.ReadingCard(), ev.CardUnreadable(reason=reason):
            return give_back(session, _NOTICE_OF_UNREADABLE.get(reason, "card_unreadable"))
        case s.ReadingCard(), ev.TimedOut():
            return give_back(session, "card_unreadable")
        case s.AskingBank(card=card, message=message), ev.CardKnown() as known:
            saved = saved_profile(known.preference)
            seen = with_record(session.evidence, known.age_band, saved)
            answered = replace(
                session,
                evidence=seen,
                enquiry=message,
                offered=known.services,
                usual=known.usual,
                drawn=known.drawn,
            )
            return enter(answered, s.EnteringPin(card), COLLECT_PIN)
        case s.AskingBank(), ev.CardRefused(reason=reason, capture=True):
            return keep_card(session, "hostOrder", "card_captured_by_bank")
        case s.AskingBank(), ev.CardRefused(reason=reason):
            return give_back(session, reason)
        case s.AskingBank() | s.CheckingPin(), ev.TimedOut():
            return give_back(session, "host_silent")
        case s.EnteringPin() as phase, ev.PinDigits(count=count):
            typed = replace(session, phase=replace(phase, digits=count))
            return pin_line(typed, ended_early=count == phase.digits), ()
        case s.EnteringPin(card=card), ev.PinEntered():
            message, machine = new_id(session.machine)
            checking = replace(session, machine=machine)
            return enter(checking, s.CheckingPin(card, message), fx.MakePinBlock(message, card.pan))
        case s.EnteringPin(), ev.TimedOut():
            return give_back(session, "timed_out")
        case s.EnteringPin() | s.CheckingPin(), ev.PinLost():
            return give_back(session, "pin_pad_failed")
        case s.CheckingPin(card=card, message=ours), ev.PinBlockMade(
            message=theirs, block=block
        ) if ours == theirs:
            return session, (fx.VerifyPin(ours, card, block),)
        case s.CheckingPin(card=card, message=ours), ev.PinRight(message=theirs) if ours == theirs:
            return greet(session, card) or begin(session, card)
        case s.CheckingPin(message=ours), ev.PinWrong(message=theirs, left=0) if ours == theirs:
            return give_back(session, "pin_blocked")
        case s.CheckingPin(card=card, message=ours), ev.PinWrong(message=theirs, left=left) if (
            ours == theirs
        ):
            return enter(session, s.EnteringPin(card, left), fx.ForgetPin(), COLLECT_PIN)
        case _:
            return None


def while_empty(session: s.Session, event: ev.Event) -> Step | None:
    """What the reader says while somebody reads pages that need no card."""
    match event:
        case ev.CardInserted() if closed_reason(session.machine):
            return give_back(with_new_visit(session), "cash_unavailable")
        case ev.CardInserted() | ev.CardJammed() | ev.CardFound(position="inside" | "gate"):
            return step(replace(session, phase=s.Idle(), serving=""), event)
        case ev.ReaderFailed(error=error):
            return with_machine(session, reader=error), ()
        case ev.CardFound(position="absent"):
            return with_machine(session, reader="", card_stuck=False), ()
        case _:
            return None


PIN_UNFINISHED = "pin_unfinished"


def pin_line(session: s.Session, *, ended_early: bool) -> s.Session:
    """The pad tells the same number of digits again after an Enter that came too early: that is said, until
    a digit follows. How many there must be is nobody's business."""
    said = session.look.said
    if not ended_early and said != PIN_UNFINISHED:
        return session
    return replace(session, look=replace(session.look, said=PIN_UNFINISHED if ended_early else ""))


def saved_profile(preference: str | None) -> ProfileName | None:
    """The profile that a bank has kept for somebody, or None."""
    return next((known for known in PROFILE_NAMES if known == preference), None)


def cash_ready(session: s.Session, able: ev.Capabilities, usable: tuple[bool, ...]) -> s.Session:
    """The machine knows that the dispenser can pay, and from which cassettes."""
    known = session.machine
    cassettes = tuple(
        c if c.usable == u else replace(c, usable=u)
        for c, u in zip(known.cassettes, usable, strict=True)
    )
    if not known.cash and known.capabilities == able and cassettes == known.cassettes:
        return session
    return with_machine(session, capabilities=able, cassettes=cassettes, cash="")


def _jammed_on_the_way_in(session: s.Session, error: str) -> Step:
    """A card stuck before a visit began: it gets a visit of its own, so that it is on record."""
    stuck = with_machine(with_new_visit(session), reader=error, card_stuck=True)
    return explain(stuck, "card_jammed", stuck.visit)


def _close(session: s.Session, event: ev.Event) -> Step:
    match event:
        case ev.ReaderFailed(error=error):
            return finish(with_machine(session, reader=error))
        case ev.CashFailed(error=error):
            return finish(with_machine(session, cash=error))
        case ev.HostDown():
            return finish(with_machine(session, host_up=False))
        case ev.RecordDisputed():
            return finish(with_machine(session, record_disputed=True))
        case _:
            return finish(with_machine(session, record_low=True))


def _look_again(session: s.Session, event: ev.Event) -> Step:
    if isinstance(event, ev.TimedOut):
        session = forgotten(session)
    if isinstance(event, ev.HostUp):
        session = with_machine(session, host_up=True)
    if isinstance(event, ev.ReaderReady):
        session = with_machine(session, card_stuck=False)
    if session.machine.reader:
        return session, (fx.InspectReader(), *checks(session.machine))
    if closed_reason(session.machine) in ("", "cash"):
        return session, checks(session.machine)
    return session, ()
