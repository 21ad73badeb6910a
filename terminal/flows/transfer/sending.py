"""The signature where one is due, the order to the bank, and what became of it (reliability.md A.9).

The order is only a hold until it is completed; it is asked for at most four times under one id. Without an
answer it is reversed, and the customer is told that it was not sent and is being cancelled if it was. What
was completed is in the record before its result is on the screen, and reaches the bank whatever happens.

A signature cannot be given before the summary was heard, or stood there for three seconds: the summary is a
phase of its own whose wait ends by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Ask, Cue, Fact, Picture, Prompt
from terminal.card import Card, PinBlock
from terminal.flows.offer import OUTCOME
from terminal.flows.transfer.draft import Draft, instant
from terminal.flows.transfer.phases import NAME, EnteringSum, TransferPhase, order_facts, when_facts
from terminal.flows.visit import Step, enter, give_back, new_id, reference_of, with_machine
from terminal.profile import Waits
from terminal.rules.transfers import Offer
from terminal.signing import sign_answers, strokes_after
from terminal.values import replace

REPEATS_MAX: Final = 3
"""How often an order without an answer is asked for again, under the same id (A.9)."""

REFUSALS_MAX: Final = 3
"""Amounts refused in one visit before the card comes back: as many tries as a PIN has."""

REFUSED: Final = frozenset(("insufficient",))
"""Refusals after which another amount may be typed."""

TOLD: Final = frozenset(("card_blocked",))
"""Refusals that have a text of their own."""


@dataclass(frozen=True, slots=True)
class Summary(TransferPhase):
    """The summary that is read, and read aloud, before a signature may be given."""

    draft: Draft
    offer: Offer

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.summary", Waits.SUMMARY, Ask.FACTS, cue=Cue.STEP, private=True, may_go_back=True
    )

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.draft.card

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """What is signed."""
        return order_facts(self.draft, self.offer)


@dataclass(frozen=True, slots=True)
class Signing(TransferPhase):
    """The customer signs what was summed up, or writes it again, agrees by a key, or goes back. Never signed
    beforehand. `strokes` is how many were written."""

    draft: Draft
    offer: Offer
    strokes: int = 0

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.signing", Waits.REVIEW, Ask.SIGN, cue=Cue.STEP, may_go_back=True
    )

    def asked(self, session: s.Session) -> Prompt:
        """Confirm only once there is a stroke."""
        return replace(self.prompt, answers=sign_answers(session, self.strokes))

    def signed(self) -> int:
        """How many strokes there are."""
        return self.strokes

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.draft.card


@dataclass(frozen=True, slots=True)
class Sending(TransferPhase):
    """The bank is asked for it: `repeat` counts how often before without an answer, `sent` that the
    request of this time left with its PIN block."""

    draft: Draft
    offer: Offer
    txid: str
    stan: int
    repeat: int = 0
    sent: bool = False

    prompt: ClassVar[Prompt] = Prompt("transfer.sending", Waits.HOST, picture=Picture.WAIT)
    moves_money: ClassVar[bool] = True

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.draft.card

    @property
    def ever_sent(self) -> bool:
        """Whether the bank may have heard of it."""
        return self.sent or self.repeat > 0


@dataclass(frozen=True, slots=True)
class Sent(TransferPhase):
    """Accepted: `due` and `cancel_until` are the bank's."""

    draft: Draft
    txid: str
    arrival: str
    due: datetime
    cancel_until: datetime | None

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.sent",
        Waits.REVIEW,
        Ask.FACTS,
        OUTCOME,
        cue=Cue.DONE,
        private=True,
    )

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.draft.card

    def text_key(self, session: s.Session) -> str:
        """What is not there at once is told as such (CN-04), with how to cancel it (CN-01)."""
        return "transfer.sent_now" if self.cancel_until is None else self.prompt.key

    def values(self, session: s.Session) -> Mapping[str, object]:
        """The number to quote."""
        return {"reference": reference_of(self.txid)}

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The same on the screen and on a receipt."""
        payee = self.draft.payee
        return (
            Fact("transfer.amount", self.draft.amount, key=True, strong=True),
            Fact("transfer.payee", payee.name, key=True),
            Fact("transfer.account", payee.account, key=True),
            *when_facts(self.arrival, self.due, self.cancel_until),
            Fact("transfer.number", reference_of(self.txid)),
        )


PHASES = (Summary, Signing, Sending, Sent)


def send(session: s.Session, draft: Draft, offer: Offer) -> Step:
    """Under a new id, with the PIN for it."""
    txid, machine = new_id(session.machine)
    phase = Sending(draft, offer, txid, machine.stan)
    return enter(
        with_machine(replace(session, machine=machine), stan=machine.stan + 1),
        phase,
        fx.MakePinBlock(txid, draft.card.pan),
    )


def step(session: s.Session, event: ev.Event) -> Step | None:
    """One step of the signature or the order, or None if the event means nothing of its own here."""
    match session.phase, event:
        case Summary(draft=draft, offer=offer), ev.TimedOut():
            return enter(session, Signing(draft, offer))
        case ((Summary(draft=draft) | Signing(draft=draft)), ev.Chosen("back" | "change")):
            return enter(session, EnteringSum(replace(draft, answers=())))
        case Signing() as phase, ev.Signed() | ev.Chosen("sign_again"):
            strokes = strokes_after(phase.strokes, event) or 0
            return enter(session, replace(phase, strokes=strokes))
        case Signing(draft=draft, offer=offer, strokes=strokes), ev.Chosen("confirm") if strokes:
            return send(session, draft, offer)
        case Signing(draft=draft, offer=offer), ev.Chosen("sign_by_key"):
            return send(session, draft, offer)
        case Sending() as phase, _:
            return _sending(session, phase, event)
        case _:
            return None


def _sending(session: s.Session, phase: Sending, event: ev.Event) -> Step | None:
    match event:
        case ev.PinBlockMade(message=message, block=block) if (
            message == phase.txid and not phase.sent
        ):
            return replace(session, phase=replace(phase, sent=True)), (_order(phase, block),)
        case ev.Approved(txid=txid, fields=said) if txid == phase.txid and phase.ever_sent:
            return _accepted(session, phase, dict(said))
        case ev.Declined(txid=txid, reason=reason) if txid == phase.txid and phase.ever_sent:
            return _declined(session, phase, reason)
        case ev.TimedOut() if phase.repeat < REPEATS_MAX:
            again = replace(phase, repeat=phase.repeat + 1, sent=False)
            return enter(session, again, fx.MakePinBlock(phase.txid, phase.card.pan))
        case ev.TimedOut():
            return _unconfirmed(session, phase, "no_reply")
        case ev.PinLost():
            return give_back(session, "pin_pad_failed", *_undo(phase, "pin_lost"))
        case ev.Chosen("return_card") if phase.ever_sent:
            return _unconfirmed(session, phase, "customer_cancelled")
        case ev.Chosen("return_card"):
            return give_back(session, "service_stopped")
        case _:
            return None


def _order(phase: Sending, block: PinBlock) -> fx.Instruct:
    fields = (
        ("to", phase.draft.payee.ref),
        ("arrival", phase.offer.arrival),
        ("due", phase.offer.due.isoformat(timespec="minutes")),
    )
    return fx.Instruct(
        phase.txid, phase.stan, phase.card, NAME, phase.draft.amount, fields, block, phase.repeat
    )


def _accepted(session: s.Session, phase: Sending, said: Mapping[str, str]) -> Step:
    """The bank holds the money: the order is completed, and its result told with the bank's own times.
    An answer whose times make no sense is no agreement: nothing is sent."""
    try:
        due = instant(said["due"])
        until = instant(said["cancel_until"]) if said.get("cancel_until") else None
    except (KeyError, ValueError):
        return give_back(session, "service_declined", *_undo(phase, "answer_not_understood"))
    done = fx.Complete(phase.txid, phase.draft.amount, (), "accepted")
    sent = Sent(phase.draft, phase.txid, phase.offer.arrival, due, until)
    return enter(session, sent, done)


def _declined(session: s.Session, phase: Sending, reason: str) -> Step:
    if reason in REFUSED and session.refusals + 1 < REFUSALS_MAX:
        counted = replace(session, refusals=session.refusals + 1)
        again = EnteringSum(replace(phase.draft, answers=()), refused=reason)
        return enter(counted, again)
    if reason in REFUSED:
        return give_back(session, f"transfer_{reason}")
    return give_back(session, reason if reason in TOLD else "service_declined")


def _unconfirmed(session: s.Session, phase: Sending, basis: str) -> Step:
    """Not sent; if it was, it is being cancelled. With the number to ask by."""
    step = give_back(session, "transfer_unconfirmed", *_undo(phase, basis))
    ended = step[0].phase
    assert isinstance(ended, s.TakingCard)
    notice = s.Notice("transfer_unconfirmed", {}, reference_of(phase.txid))
    return replace(step[0], phase=replace(ended, notice=notice)), step[1]


def _undo(phase: Sending, basis: str) -> tuple[fx.Effect, ...]:
    return (fx.Reverse(phase.txid, basis),) if phase.ever_sent else ()
