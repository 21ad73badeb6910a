"""A step to journal rows: what happened, then what will be done.

Rows are written before their effects are handed out, so the intent of every act is on disk before
the act. Only the names in `journal_row.KINDS` exist, with only the fields the allow-list of
reliability.md D.2 permits; secrets cannot leak by forgetting, because `Pan` gives only a keyed
reference and its last four digits, and PIN events make no row at all.
"""

import hashlib
from collections.abc import Iterator

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.bundles import flat
from terminal.flows import passbook
from terminal.flows.receiving import Asking
from terminal.flows.transfer.pending import CancelEnded, Cancelling
from terminal.flows.visit import reference_of
from terminal.hearing import VOICE_ONLY
from terminal.journal_row import TEXT_LENGTH_MAX, Row, Value
from terminal.keys import chosen_by_key
from terminal.practice.playing import CUSTOMERS
from terminal.prompts import phase_prompt

UNRECORDED = (
    ev.PinDigits,
    ev.PinEntered,
    ev.PinBlockMade,
    ev.SpeechStarted,
    ev.SpeechEnded,
    ev.Touched,
    ev.TouchMeasured,
    ev.Laid,
    ev.DocumentRead,
    ev.DocumentUnread,
    ev.DocumentGone,
    ev.HeadsetPlugged,
    ev.HeadsetUnplugged,
    ev.SoundLost,
    ev.SoundBack,
    ev.Started,
    ev.DispensePrepared,
    ev.CashReady,
    ev.PrinterReady,
    ev.AcceptorReady,
    ev.NoteRefused,
    ev.Scanned,
)
"""Events that leave no row of their own: PIN timing and length must not be kept (D.2), nor how a hand
moves or how old somebody is; the rest says nothing that an effect's row does not say."""

STAFF_DID = {
    ev.StaffCalled: "heard",
    ev.StaffCame: "came",
    ev.StaffBusy: "busy",
    ev.HelperPoints: "pointed",
}
"""What those who help did. Where they pointed is on the screen's name, and nowhere else."""

UNRECORDED_CHOICES = (
    frozenset(("digit", "profile", "offer_yes", "offer_no"))
    | frozenset(("page", "focus", "size", "contrast", "seated", "repeat", "sound", "go_on"))
    | VOICE_ONLY
)
"""Presses that the row of their effect tells, or that tell only how well somebody sees and hears."""


def rows(
    before: s.Session,
    event: ev.Event,
    after: s.Session,
    effects: tuple[fx.Effect, ...],
    key: bytes,
) -> list[Row]:
    """The rows of one step; `key` makes account references."""
    if before.practice is not None or after.practice is not None:
        return _of_practice(before, event, after, effects, key)
    visit = after.visit or before.visit
    written = [
        Row(kind, visit, txid, body)
        for kind, txid, body in (
            *_of_event(before, event, after, effects, key),
            *(row for effect in effects for row in _of_effect(before, event, after, effect, key)),
            *_of_change(before, event, after),
        )
    ]
    return written


def _of_practice(
    before: s.Session,
    event: ev.Event,
    after: s.Session,
    effects: tuple[fx.Effect, ...],
    key: bytes,
) -> list[Row]:
    """A practice leaves that it began and that it ended, and a call for staff, which is none. What the real
    machine hears meanwhile is told of the session that was set aside."""
    if before.practice is None:
        return [Row("PRACTICE", body={"what": "began"})]
    ended = [] if after.practice else [Row("PRACTICE", body={"what": "ended"})]
    if isinstance(event, CUSTOMERS):
        calls = (one for one in effects if isinstance(one, fx.CallStaff | fx.CancelCall))
        real = before.practice.real
        made = (row for one in calls for row in _of_effect(real, event, real, one, key))
        return [*(Row(kind, "", txid, body) for kind, txid, body in made), *ended]
    real = after.practice.real if after.practice else after
    return [*ended, *rows(before.practice.real, event, real, effects, key)]


Made = tuple[str, str, dict[str, Value]]


def screen(session: s.Session) -> str:
    """The name of the screen in the record."""
    return session.overlay or phase_prompt(session).key


def _of_event(
    before: s.Session,
    event: ev.Event,
    after: s.Session,
    effects: tuple[fx.Effect, ...],
    key: bytes,
) -> Iterator[Made]:
    if (book := passbook.book_of(before, after)) is not None:
        # Its row tells the press or the scan that named it.
        yield "VISIT_OPEN", "", {}
        yield "PASSBOOK", "", {"acct_ref": book.reference(key), "last4": book.last4}
        return
    if isinstance(event, UNRECORDED):
        return
    if isinstance(event, ev.KeyPressed):
        meant = chosen_by_key(before, event.key)
        if meant is None:
            return
        event = meant
    if after is before and not effects and not isinstance(event, ALWAYS_RECORDED):
        if not isinstance(event, ev.Chosen):
            yield "IGNORED", "", {"event": type(event).__name__, "screen": screen(before)}
        return
    yield from _happened(before, event, after, key)


TOLD_BY_VALUE = ("amount", "language", "service", "answer", "arrival")
"""Choices whose value says nothing of a person; answers to a question are codes (reliability.md E.3)."""

ALWAYS_RECORDED = (
    ev.Approved,
    ev.Declined,
    ev.Acknowledged,
    ev.CardTaken,
    ev.CardRetained,
    ev.CardJammed,
    ev.ReplyRefused,
    ev.LinkAlarm,
    ev.RecordDisputed,
)
"""Where a card went and what a bank said is on record even when nothing waits for it any more."""


def _happened(before: s.Session, event: ev.Event, after: s.Session, key: bytes) -> Iterator[Made]:
    txid = getattr(event, "txid", "")
    opened = bool(after.visit and not before.visit)
    if opened:
        yield "VISIT_OPEN", "", {}
    if opened or _found_again(before, after):
        yield "CARD_IN", "", {}
    match event:
        case ev.CardRead(card=card):
            body: dict[str, Value] = {"acct_ref": card.pan.reference(key), "last4": card.pan.last4}
            yield "CARD_READ", "", {**body, "application": card.application}
        case ev.CardUnreadable(reason=reason):
            yield "CARD_UNREADABLE", "", {"reason": reason}
        case ev.CardRefused(reason=reason):
            yield "CARD_REFUSED", "", {"reason": reason}
        case ev.CardKnown(services=services):
            yield "CARD_KNOWN", "", {"services": ",".join(services)}
        case ev.PinRight():
            yield "PIN_RESULT", "", {"result": "right", "left": None}
        case ev.PinWrong(left=left):
            yield "PIN_RESULT", "", {"result": "wrong", "left": left}
        case ev.PinLost():
            yield "PIN_LOST", "", {}
        case ev.Chosen():
            yield from _choice(before, event)
        case ev.Signed(strokes=strokes, points=points):
            yield "SIGNED", "", {"screen": screen(before), "strokes": strokes, "points": points}
        case ev.PhoneCall(present=present):
            yield "PHONE", "", {"state": "call" if present else "over"}
        case ev.BankAnswered(about=about):
            yield "ANSWERED", _opened(before), {"about": about, "result": "yes"}
            yield from _too_late(before, after)
        case ev.BankRefused(about=about, reason=reason):
            yield "ANSWERED", _opened(before), {"about": about, "result": reason}
            yield from _too_late(before, after)
        case _ if isinstance(event, OF_ACCEPTOR):
            yield from _taken_in(event)
        case ev.Approved() | ev.Declined():
            yield from _answer(before, event, after)
        case ev.Acknowledged():
            yield "HOST_ACK", txid, {}
        case ev.CardAtGate():
            yield "CARD_AT_GATE", "", {}
        case ev.CardTaken():
            yield "CARD_TAKEN", "", {}
        case ev.CardRetained():
            yield "CARD_RETAINED", "", _retained(before)
        case ev.CardJammed(error=error):
            yield "CARD_JAMMED", "", {"error": error}
        case ev.ReaderFailed(error=error):
            yield "READER_FAILED", "", {"error": error}
            yield from _given_up(before, after)
        case ev.CardFound(position=position):
            yield "CARD_FOUND", "", {"position": position}
            yield from _ended_meanwhile(before, position)
        case ev.NotesDispensed():
            counts: dict[str, Value] = {
                "counts": list(event.counts),
                "rejects": list(event.rejects),
            }
            yield "DISPENSED", txid, {**counts, "error": event.error, "doubtful": event.doubtful}
        case ev.ReceiptPrinted():
            yield "RECEIPT", "", {"state": "printed", "reason": ""}
        case ev.ReceiptDoubtful(reason=reason):
            yield "RECEIPT", "", {"state": "doubtful", "reason": reason}
        case ev.ReceiptRefused(reason=reason):
            yield "RECEIPT", "", {"state": "refused", "reason": reason}
        case ev.PrinterFailed(error=error):
            yield "RECEIPT", "", {"state": "printer_failed", "reason": error}
        case ev.NotesStacked(counts=stacked, rejects=rejects):
            yield "STACKED", txid, {"counts": list(stacked), "rejects": list(rejects)}
        case ev.NotesPresented():
            yield "PRESENTED", txid, {}
        case ev.NotesTaken():
            yield "TAKEN", txid, {}
        case ev.NotesRetracted(counts=back):
            yield "RETRACTED", txid, {"counts": None if back is None else list(back)}
        case ev.NotesRejected():
            yield "REJECTED", txid, {}
        case ev.DispenseNotExecuted(error=error):
            yield "NOT_EXECUTED", txid, {"error": error}
        case ev.DispenseUnknown(evidence=evidence):
            yield "DISPENSE_UNKNOWN", txid, {"evidence": evidence}
        case ev.PresenterReport(executed=executed, presented=presented):
            if executed and isinstance(before.phase, s.Starting):
                yield from _stacked_unseen(before.phase, event)
            found = presented if executed else "never executed"
            yield "RECOVERED", txid, {"rule": "presenter_report", "found": found}
        case ev.ReplyRefused(why=why):
            yield "REPLY_REFUSED", "", {"why": why}
        case ev.LinkAlarm(what=what):
            yield "ALARM", "", {"what": what}
        case ev.RecordDisputed(why=why):
            yield "RECORD_DISPUTED", "", {"why": why}
        case ev.HostUp():
            yield "HOST_STATE", "", {"state": "up"}
        case ev.HostDown():
            yield "HOST_STATE", "", {"state": "down"}
        case ev.Reminded(number=number):
            yield "REMINDED", "", {"screen": screen(before), "number": number}
        case ev.StaffCalled() | ev.StaffCame() | ev.StaffBusy() | ev.HelperPoints():
            yield "STAFF", "", {"what": STAFF_DID[type(event)], "screen": screen(before)}
        case ev.PreferenceSaved():
            yield _consent(before, "saved")
        case ev.PreferenceNotSaved():
            yield _consent(before, "not_saved")
        case ev.TimedOut() if before.look.offer in s.AT_THE_END:
            yield _consent(before, "passed")
        case ev.TimedOut() if before.look.said == "remembering":
            yield _consent(before, "unanswered")
        case ev.AskedForMore():
            yield "MORE_TIME", "", {"screen": screen(before), "answer": "asked"}
        case ev.TimedOut() if not isinstance(before.phase, s.Idle | s.OutOfService | s.Farewell):
            yield "TIMED_OUT", "", {"screen": screen(before)}
            yield from _given_up(before, after)
        case _:
            return


OF_ACCEPTOR = (
    *(ev.AcceptorOpen, ev.NotesInEscrow, ev.AcceptorClosed, ev.NotesStored, ev.NotesReturned),
    *(ev.ReturnedTaken, ev.ReturnedRetracted, ev.DepositUnknown, ev.DepositReport),
)


def _taken_in(event: ev.Event) -> Iterator[Made]:
    """What the note acceptor says."""
    txid = getattr(event, "txid", "")
    match event:
        case ev.AcceptorOpen():
            yield "CASHIN_OPEN", txid, {}
        case ev.NotesInEscrow(counts=counts, refused=refused):
            yield "ESCROW", txid, {"counts": flat(counts), "refused": refused}
        case ev.AcceptorClosed(counts=counts):
            yield "ESCROW", txid, {"counts": flat(counts), "refused": None}
        case ev.NotesStored(counts=counts):
            yield "STORED", txid, {"counts": flat(counts)}
        case ev.NotesReturned(counts=counts):
            yield "AT_SLOT", txid, {"counts": flat(counts)}
        case ev.ReturnedTaken():
            yield "RETURNED", txid, {}
        case ev.ReturnedRetracted(counts=back):
            yield "RETURN_RETRACTED", txid, {"counts": None if back is None else flat(back)}
        case ev.DepositUnknown(evidence=evidence):
            yield "DEPOSIT_UNKNOWN", txid, {"evidence": evidence[:TEXT_LENGTH_MAX]}
        case ev.DepositReport(state=state, counts=known, slot_occupied=slot):
            body: dict[str, Value] = {"state": state, "slot": slot}
            yield "DEPOSIT_FOUND", txid, {**body, "counts": None if known is None else flat(known)}
        case _:
            return


def _opened(before: s.Session) -> str:
    """The operation that the question opens, if it opens one."""
    return before.phase.txid if isinstance(before.phase, Asking) else ""


def _choice(before: s.Session, event: ev.Chosen) -> Iterator[Made]:
    here = screen(before)
    order = getattr(before.phase, "order", None)
    txid = order.txid if isinstance(order, s.Order) else ""
    match event.name, before.phase:
        case (("offer_yes" | "offer_no"), s.Farewell()) if before.look.offer in s.AT_THE_END:
            yield _consent(before, event.name.removeprefix("offer_"))
        case name, _ if name in UNRECORDED_CHOICES:
            return
        case "clear", s.EnteringAmount() | s.StatingCount():
            return
        case "help", _:
            yield "HELP", "", {"screen": here}
        case "more_time" | "no_more_time", _:
            yield "MORE_TIME", "", {"screen": here, "answer": event.name}
        case "count_right", s.Counting():
            yield "COUNT_ANSWER", txid, {"answer": "right", "stated": None}
        case "count_wrong", s.Counting():
            yield "COUNT_ANSWER", txid, {"answer": "wrong", "stated": None}
        case "back", s.StatingCount():
            yield "COUNT_ANSWER", txid, {"answer": "back", "stated": None}
        case "confirm", s.StatingCount(typed=typed):
            stated = None if typed is None else typed * 100
            yield "COUNT_ANSWER", txid, {"answer": "stated", "stated": stated}
        case _:
            value = event.value if event.name in TOLD_BY_VALUE else None
            yield "CHOSEN", "", {"screen": here, "name": event.name, "value": value}


def _answer(
    before: s.Session, event: ev.Approved | ev.Declined, after: s.Session
) -> Iterator[Made]:
    approval = event.approval if isinstance(event, ev.Approved) else ""
    if after is before:
        yield "LATE_REPLY", event.txid, {"code": event.code}
        return
    result = "approved" if isinstance(event, ev.Approved) else event.reason
    kind = "AUTH_RESULT" if isinstance(before.phase, s.Authorizing) else "TRANSFER_RESULT"
    yield kind, event.txid, {"code": event.code, "approval": approval, "result": result}


def _too_late(before: s.Session, after: s.Session) -> Iterator[Made]:
    """The bank said of a transfer that it cannot be cancelled any more, under its own id."""
    asked, ended = before.phase, after.phase
    late = isinstance(ended, CancelEnded) and ended.ended == "too_late"
    if late and isinstance(asked, Cancelling):
        yield "TOO_LATE", asked.shown.txid, {}


def _ended_meanwhile(before: s.Session, position: str) -> Iterator[Made]:
    """A card the record last saw in the machine, and which the reader no longer holds: it was
    captured if that had been ordered, otherwise somebody took it from the gate."""
    match before.phase, position:
        case s.Starting(card="retaining"), "absent":
            reference = reference_of(before.visit)
            yield "CARD_RETAINED", "", {"reason": "interrupted", "reference": reference}
        case s.KeepingCard(notice=notice), "absent":
            found = {"reason": "interrupted", "reference": notice.reference}
            yield "CARD_RETAINED", "", dict(found)
        case s.Starting(card="inside") | s.TakingCard() | s.ReturningFound(), "absent":
            yield "CARD_TAKEN", "", {}
        case _:
            return


def _stacked_unseen(phase: s.Starting, report: ev.PresenterReport) -> Iterator[Made]:
    """Notes that were stacked while nobody was there to hear of it leave the cassettes on record."""
    order = phase.order.order if isinstance(phase.order, s.OpenDeposit) else phase.order
    if order is not None and not order.stacked:
        counts, none = list(report.stacked), [0] * len(report.stacked)
        yield "STACKED", report.txid, {"counts": counts, "rejects": none}


def _found_again(before: s.Session, after: s.Session) -> bool:
    """A card is found inside in a visit whose card already has its ending on record: it begins anew,
    so that every CARD_IN has exactly one ending (reliability.md B.21)."""
    if not isinstance(after.phase, s.ReturningFound):
        return False
    match before.phase:
        case s.Explaining() | s.Starting(card=""):
            return True
        case phase if isinstance(phase, passbook.VISIT):
            return True
        case _:
            return False


def _given_up(before: s.Session, after: s.Session) -> Iterator[Made]:
    """A card that the reader tells nothing of any more has an ending too, as one that is stuck."""
    ended = {"error": after.machine.reader}
    match before.phase, after.phase:
        case s.Starting(asks="reader", card="inside" | "retaining"), s.Starting():
            yield "CARD_JAMMED", "", dict(ended)
        case ((s.TakingCard() | s.KeepingCard()), (s.Explaining() | s.Starting())):
            yield "CARD_JAMMED", "", dict(ended)
        case _:
            return


def _agreed(terms: ev.Fields) -> dict[str, Value]:
    """What the holder of a foreign card agreed to: sums as numbers of minor units."""
    return {name: int(value) if value.isdigit() else value for name, value in terms}


def _retained(before: s.Session) -> dict[str, Value]:
    match before.phase:
        case s.KeepingCard(notice=notice, reason=reason):
            return {"reason": reason, "reference": notice.reference}
        case _:
            return {"reason": "unknown", "reference": ""}


def _of_effect(
    before: s.Session, event: ev.Event, after: s.Session, effect: fx.Effect, key: bytes
) -> Iterator[Made]:
    txid = getattr(effect, "txid", "")
    match effect:
        case fx.EjectCard():
            yield "EJECT_INTENT", "", {}
        case fx.RetainCard(reason=reason):
            yield "RETAIN_INTENT", "", {"reason": reason}
        case fx.Authorize(card=card, amount=amount, stan=stan, terms=terms):
            yield (
                "AUTH_INTENT",
                txid,
                {
                    "stan": stan,
                    "rrn": f"{stan % 10**12:012d}",
                    "amount": amount.minor,
                    "currency": amount.currency,
                    "acct_ref": card.pan.reference(key),
                    "last4": card.pan.last4,
                    "mix": list(getattr(after.phase, "mix", ())),
                    **_agreed(terms),
                },
            )
        case fx.PrintSlip():
            yield "RECEIPT", "", {"state": "ordered", "reason": ""}
        case fx.CallStaff(screen=shown, reference=reference):
            yield "STAFF", "", {"what": "called", "screen": shown, "reference": reference}
        case fx.CancelCall():
            yield "STAFF", "", {"what": "cancelled", "screen": screen(before)}
        case fx.AskBank(about=about, card=card, message=message, stan=int(stan)):
            opened: dict[str, Value] = {"about": about, "stan": stan}
            opened |= {"rrn": f"{stan % 10**12:012d}", "last4": card.pan.last4}
            yield "CASHIN_INTENT", message, {**opened, "acct_ref": card.pan.reference(key)}
        case fx.AskBank(about="transfer_cancel", fields=fields):
            yield "CANCEL_INTENT", dict(fields)["txid"], {}
        case fx.AskBank(about=about):
            yield "ASKED", "", {"about": about}
        case fx.StoreNotes():
            yield "STORE_INTENT", txid, {}
        case fx.ReturnNotes():
            yield "RETURN_INTENT", txid, {}
        case fx.RetractReturned():
            yield "RETURN_RETRACT_INTENT", txid, {}
        case fx.Instruct(about=about, card=card, amount=amount, stan=stan) if not effect.repeat:
            yield (
                "TRANSFER_INTENT",
                txid,
                {
                    "about": about,
                    "stan": stan,
                    "rrn": f"{stan % 10**12:012d}",
                    "amount": amount.minor,
                    "currency": amount.currency,
                    "acct_ref": card.pan.reference(key),
                    "last4": card.pan.last4,
                    **_payee(effect.fields, key),
                },
            )
        case fx.DispenseNotes(mix=mix):
            answer = event.before if isinstance(event, ev.DispensePrepared) else ""
            yield "DISPENSE_INTENT", txid, {"mix": list(mix), "before": answer, "token_id": ""}
        case fx.StackNotes(mix=mix, token=token):
            name = hashlib.sha256(token.encode()).hexdigest()[:12]
            yield "DISPENSE_INTENT", txid, {"mix": list(mix), "before": "", "token_id": name}
        case fx.PresentNotes():
            yield "PRESENT_INTENT", txid, {}
        case fx.RetractNotes():
            yield "RETRACT_INTENT", txid, {}
        case fx.RejectNotes():
            yield "REJECT_INTENT", txid, {}
        case fx.Complete(amount=amount, counts=counts, basis=basis):
            yield from _recovered(before, txid, basis)
            body: dict[str, Value] = {"amount": amount.minor, "currency": amount.currency}
            yield "FINAL", txid, {**body, "counts": list(counts), "basis": basis}
        case fx.Credit(amount=amount, bundle=bundle, basis=basis, paid=paid):
            yield from _recovered(before, txid, basis)
            credited: dict[str, Value] = {"amount": amount.minor, "currency": amount.currency}
            credited |= {"counts": list(paid), "basis": basis}
            yield "FINAL", txid, {**credited, "bundle": flat(bundle)}
        case fx.Reverse(basis=basis):
            yield from _recovered(before, txid, basis)
            yield "FINAL", txid, {"amount": 0, "currency": "CNY", "counts": [], "basis": basis}
        case fx.Cancel():
            yield "CANCELLED", txid, {}
        case fx.Suspect(amount=amount, counts=claimed, basis=basis, disputed=disputed):
            yield from _recovered(before, txid, basis)
            yield (
                "SUSPECT",
                txid,
                {
                    "amount": amount.minor,
                    "currency": amount.currency,
                    "counts": None if claimed is None else list(claimed),
                    "basis": basis,
                    "disputed": None if disputed is None else disputed.minor,
                    "reference": reference_of(txid),
                    **({} if effect.bundle is None else {"bundle": flat(effect.bundle)}),
                },
            )
        case _:
            return


def _payee(fields: ev.Fields, key: bytes) -> dict[str, Value]:
    """To whom, by a keyed reference, and by when; neither an account number nor a name is in the record."""
    said = dict(fields)
    to = said.get("to", "")
    digest = hashlib.blake2b(to.encode(), key=key[:64], digest_size=16).hexdigest()
    return {"payee_ref": digest if to else "", "due": said.get("due", "")}


def _recovered(before: s.Session, txid: str, basis: str) -> Iterator[Made]:
    if isinstance(before.phase, s.Starting | s.ReturningFound):
        yield "RECOVERED", txid, {"rule": basis, "found": "order"}


def _shown(look: s.Look) -> tuple[str, str, str]:
    return look.profile, look.reason, look.language


OF_A_PROFILE = ("look", "need", "standard")
"""Offers that have a row. A language is told by the profile's row, a consent has its own."""


def _offer(before: s.Session, event: ev.Event, after: s.Session) -> Iterator[Made]:
    """An offer made, and what became of it; passing it over is an answer too. One that was made before
    the card is on record from the moment there is a visit."""
    was = before.look.offer if before.visit else ""
    now = after.look.offer if after.visit else ""
    if was == now:
        return
    if was in OF_A_PROFILE:
        answers = {"offer_yes": "yes", "offer_no": "no"}
        meant = chosen_by_key(before, event.key) if isinstance(event, ev.KeyPressed) else event
        name = meant.name if isinstance(meant, ev.Chosen) else ""
        yield "OFFER", "", {"answer": answers.get(name, "passed")}
    if now in OF_A_PROFILE:
        yield "OFFER", "", {"answer": "made"}


def _consent(before: s.Session, answer: str) -> Made:
    body: dict[str, Value] = {"answer": answer, "profile": before.look.profile}
    return "CONSENT", "", body | ({"about": "usual"} if before.look.offer == "usual" else {})


def _of_change(before: s.Session, event: ev.Event, after: s.Session) -> Iterator[Made]:
    if after is before:
        return
    look, machine = after.look, after.machine
    opened = bool(after.visit and not before.visit)
    brought = opened and look != s.Look(language=machine.language)
    if after.visit and (brought or _shown(look) != _shown(before.look)):
        shown: dict[str, Value] = {"profile": look.profile, "reason": look.reason}
        yield "PROFILE", "", {**shown, "language": look.language}
    yield from _offer(before, event, after)
    if machine is not before.machine and _cash_changed(before.machine, machine):
        usable = [c.usable for c in machine.cassettes]
        state = "failed" if machine.cash else "ready"
        flags = "".join("1" if u else "0" for u in usable)
        yield "CASH_STATE", "", {"state": state, "error": machine.cash, "usable": flags}
    if machine.acceptor != before.machine.acceptor:
        failed = "failed" if machine.acceptor else "ready"
        yield "ACCEPTOR_STATE", "", {"state": failed, "error": machine.acceptor}
    if before.visit and not after.visit:
        notice = getattr(before.phase, "notice", None)
        yield "VISIT_CLOSE", "", {"ending": notice.key if notice else screen(before)}
    if isinstance(after.phase, s.OutOfService) and not isinstance(before.phase, s.OutOfService):
        reason = "doubt" if machine.doubt else after.phase.reason
        yield "OUT_OF_SERVICE", "", {"reason": reason}


def _cash_changed(before: s.Machine, after: s.Machine) -> bool:
    return after.cash != before.cash or [c.usable for c in after.cassettes] != [
        c.usable for c in before.cassettes
    ]
