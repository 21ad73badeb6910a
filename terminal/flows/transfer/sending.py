"""The signature where one is due, the order to the bank, and what became of it.

How an order is asked for, repeated and undone is `flows/paying.py`, as for everything that is paid without
cash. What was completed is in the record before its result is on the screen, and reaches the bank whatever
happens.

A signature cannot be given before the summary was heard, or stood there for three seconds (policy item 11).
Three seconds are the least: it stays until the customer goes on, and where it has several pages the way on is
on the last.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Picture, Prompt
from terminal.card import Card
from terminal.flows import paying
from terminal.flows.offer import OUTCOME
from terminal.flows.transfer.draft import Draft, instant
from terminal.flows.transfer.phases import (
    EnteringSum,
    ReviewingTransfer,
    TransferPhase,
    order_facts,
    when_facts,
)
from terminal.flows.visit import Step, enter, give_back, reference_of
from terminal.profile import Waits
from terminal.rules.transfers import Offer
from terminal.signing import sign_answers, strokes_after
from terminal.values import replace

REFUSALS_MAX: Final = 3
"""Amounts refused in one visit before the card comes back: as many tries as a PIN has."""

REFUSED: Final = frozenset(("insufficient",))
"""Refusals after which another amount may be typed."""

TOLD: Final = frozenset(("card_blocked",))
"""Refusals that have a text of their own."""


TO_SIGN: Final = Answer("to_sign", role="primary", key="enter")


@dataclass(frozen=True, slots=True)
class Summary(TransferPhase):
    """The summary that is read, and read aloud, before a signature may be given. `read` once it was heard, or
    stood there for as long as `Waits.SUMMARY` says: only then the way to the signature does anything. It leads
    on by no clock."""

    draft: Draft
    offer: Offer
    read: bool = False

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.summary",
        Waits.REVIEW,
        Ask.FACTS,
        (TO_SIGN,),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.draft.card

    def asked(self, session: s.Session) -> Prompt:
        """The way on keeps its place and does nothing before it was read."""
        if self.read:
            return self.prompt
        return replace(self.prompt, waits=Waits.SUMMARY, answers=(replace(TO_SIGN, enabled=False),))

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """What is signed."""
        return order_facts(self.draft, self.offer)

    def marker(self) -> object:
        """The customer's own time begins when there is something to press."""
        return self.read

    def counting(self) -> str:
        """Only that it can be signed is news then."""
        return "reminder.transfer.summary" if self.read else ""


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
class Sending(paying.Paying, TransferPhase):
    """The bank is asked for it."""

    draft: Draft
    offer: Offer

    prompt: ClassVar[Prompt] = Prompt("transfer.sending", Waits.HOST, picture=Picture.WAIT)
    unconfirmed: ClassVar[str] = "transfer_unconfirmed"


@dataclass(frozen=True, slots=True)
class Sent(TransferPhase):
    """Accepted: `due` and `cancel_until` are the bank's."""

    draft: Draft
    txid: str
    arrival: str
    due: datetime
    cancel_until: datetime | None

    receipt: ClassVar[bool] = True
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
    fields = (
        ("to", draft.payee.ref),
        ("arrival", offer.arrival),
        ("due", offer.due.isoformat(timespec="minutes")),
    )
    return paying.pay(session, Sending(draft.card, draft.amount, fields, draft, offer))


def step(session: s.Session, event: ev.Event) -> Step | None:
    """One step of the signature or the order, or None if the event means nothing of its own here."""
    match session.phase, event:
        case Summary(read=False) as summary, ev.TimedOut() if not session.overlay:
            # The targets are counted anew: the keys must not stand on another one unseen.
            return enter(replace(session, focus=0), replace(summary, read=True))
        case Summary(draft=draft, offer=offer, read=True), ev.Chosen("to_sign"):
            return enter(session, Signing(draft, offer))
        case Summary(draft=draft, offer=offer), ev.Chosen("back"):
            return enter(session, ReviewingTransfer(draft, offer))
        case Signing(draft=draft, offer=offer), ev.Chosen("back"):
            return enter(session, Summary(draft, offer, read=True))
        case Signing() as phase, ev.Signed() | ev.Chosen("sign_again"):
            strokes = strokes_after(phase.strokes, event) or 0
            return enter(session, replace(phase, strokes=strokes))
        case Signing(draft=draft, offer=offer, strokes=strokes), ev.Chosen("confirm") if strokes:
            return send(session, draft, offer)
        case Signing(draft=draft, offer=offer), ev.Chosen("sign_by_key"):
            return send(session, draft, offer)
        case Sending() as phase, _:
            return paying.step(
                *(session, phase, event),
                lambda _, said: _accepted(phase, dict(said)),
                lambda _, reason: _declined(session, phase, reason),
            )
        case _:
            return None


def _accepted(phase: Sending, said: Mapping[str, str]) -> Sent | None:
    """The result, told with the bank's own times. An answer whose times make no sense is no agreement."""
    try:
        due = instant(said["due"])
        until = instant(said["cancel_until"]) if said.get("cancel_until") else None
    except (KeyError, ValueError):
        return None
    return Sent(phase.draft, phase.txid, phase.offer.arrival, due, until)


def _declined(session: s.Session, phase: Sending, reason: str) -> Step:
    if reason in REFUSED and session.refusals + 1 < REFUSALS_MAX:
        counted = replace(session, refusals=session.refusals + 1)
        again = EnteringSum(replace(phase.draft, answers=()), refused=reason)
        return enter(counted, again)
    if reason in REFUSED:
        return give_back(session, f"transfer_{reason}")
    return give_back(session, reason if reason in TOLD else "service_declined")
