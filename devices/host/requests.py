"""What the terminal asks the bank before money moves, and what the bank's answers mean.

A request is made once: its moment, trace number, time variant and coordination number stay with it.
When it has been sent its PIN block and card number are forgotten; only what an answer is compared
with stays. An answer becomes an event only if it says what its request asked for: an approval of
another amount is no approval. A reason comes from outside: one that nobody can be told about is taken
for the plain one of its kind. When to send and how long to wait is the link's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, cast, get_args

from devices.host.message import (
    APPROVED,
    ASK,
    CARD_CHECK,
    CNY,
    INSTRUCTION,
    KEEP_PREFERENCE,
    NOT_UNDERSTOOD,
    PIN_CHECK,
    WITHDRAWAL,
    LastOperation,
    Message,
    Private,
)
from terminal import effects as fx
from terminal import events as ev
from terminal.card import Card, Pan, PinBlock
from terminal.money import Amount
from terminal.ports import Seconds
from terminal.values import replace

Request = (
    fx.EnquireCard | fx.SavePreference | fx.VerifyPin | fx.Authorize | fx.AskBank | fx.Instruct
)

MONEY: Final = (fx.Authorize, fx.Instruct)
"""Requests that place a hold: an answer that comes late is passed on all the same."""

Why = Literal["", "mac", "form", "txid", "variant", "coordination", "amount"]
"""Why an answer was not believed, as `ReplyRefused` says it; "" for one that was."""

CURRENCY_NUMBERS: Final[Mapping[str, str]] = {"CNY": CNY}
"""ISO 4217 letters to numbers, for the currencies this machine pays out."""

REFUSALS: Final = frozenset({"card_expired", "card_unknown", "card_blocked"})
"""Why a card may be refused: the reasons that there is a notice for."""

TERMS_CHANGED: Final = "terms_changed"
"""The bank says other terms of a foreign card than were agreed to: they are shown anew."""

DECLINES: Final = REFUSALS | {
    "insufficient",
    "over_limit",
    "declined",
    "unknown_payee",
    TERMS_CHANGED,
}
"""Why an amount may be declined: the reasons that there is a notice for, or another question."""

PREFERENCES: Final = ("elder", "low_vision", "standard")
"""Display preferences that a bank may have kept for a customer."""

_REPLIES: Final[Mapping[str, str]] = {"0100": "0110", "0200": "0210", "0201": "0210"}


@dataclass(frozen=True, slots=True)
class Labels:
    """What marks one operation and everything said about it: its moment (MMDDhhmmss), trace number,
    random time variant (16 hex digits) and coordination number."""

    at: str
    stan: int
    variant: str
    coordination: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: what it was made for, how it reads, and when it counts as not answered."""

    effect: Request
    message: Message
    deadline: Seconds
    sent: bool = False
    missed: bool = False

    def after_sending(self, deadline: Seconds) -> "Asked":
        """The same, waiting for its answer, without what only the message needed."""
        private = replace(self.message.private, pin_block=None, new_pin=(), last=None)
        kept = replace(self.message, pan=None, expiry="", private=private)
        effect = _without_secrets(self.effect)
        return Asked(effect, kept, deadline, sent=True)


def id_of(effect: Request) -> str:
    """What names a request and its answer: the operation's txid, or the message's own id."""
    return effect.txid if isinstance(effect, fx.Authorize | fx.Instruct) else effect.message


def request(effect: Request, terminal: str, labels: Labels, last: LastOperation | None) -> Message:
    """The 0100 or 0200 of an effect."""
    private = Private(
        txid=id_of(effect), variant=labels.variant, coordination=labels.coordination, last=last
    )
    plain = Message(
        mti="0100",
        terminal=terminal,
        at=labels.at,
        stan=labels.stan % 10**6,
    )
    if isinstance(effect, fx.SavePreference):
        kept = Private(
            txid=effect.message,
            variant=labels.variant,
            coordination=labels.coordination,
            preference=effect.preference,
        )
        return replace(plain, processing=KEEP_PREFERENCE, private=kept)
    plain = replace(plain, pan=effect.card.pan, expiry=effect.card.expiry)
    match effect:
        case fx.EnquireCard():
            return replace(plain, processing=CARD_CHECK, private=private)
        case fx.VerifyPin(block=block):
            return replace(plain, processing=PIN_CHECK, private=replace(private, pin_block=block))
        case fx.AskBank(about=about, fields=fields, block=block, new_pin=new):
            asked = replace(private, pin_block=block, about=about, fields=fields, new_pin=new)
            return replace(plain, processing=ASK, private=asked)
        case fx.Authorize(block=block, terms=terms):
            money = replace(private, pin_block=block, fields=terms)
            return replace(plain, **_of_money(effect, "0200", WITHDRAWAL), private=money)
        case fx.Instruct(about=about, fields=fields, block=block, repeat=repeat):
            told = replace(private, pin_block=block, about=about, fields=fields)
            mti = "0201" if repeat else "0200"
            return replace(plain, **_of_money(effect, mti, INSTRUCTION), private=told)


def _of_money(effect: fx.Authorize | fx.Instruct, mti: str, processing: str) -> dict[str, Any]:
    return {
        "mti": mti,
        "processing": processing,
        "amount": effect.amount.minor,
        "currency": CURRENCY_NUMBERS[effect.amount.currency],
        "rrn": retrieval_number(effect.stan),
    }


def retrieval_number(stan: int) -> str:
    """Field 37: the operation's number as the journal has it (`AUTH_INTENT.rrn`)."""
    return f"{stan % 10**12:012d}"


def mismatch(sent: Message, reply: Message, reply_mti: str) -> Why:
    """What in a reply is not of the message it seems to answer."""
    if reply.mti != reply_mti or reply.private.txid != sent.private.txid:
        return "txid"
    if reply.private.variant != sent.private.variant:
        return "variant"
    if reply.private.coordination != sent.private.coordination:
        return "coordination"
    return ""


def answer(asked: Asked, reply: Message) -> ev.Event | Why:
    """What a reply says, or why it is not believed."""
    why = mismatch(asked.message, reply, _REPLIES[asked.message.mti])
    if why:
        return why
    if not reply.code:
        return "form"
    match asked.effect:
        case fx.EnquireCard():
            return _of_card(reply)
        case fx.SavePreference(message=message):
            return _of_preference(message, asked.message, reply)
        case fx.VerifyPin(message=message):
            return _of_pin(message, reply)
        case fx.AskBank():
            return _of_question(asked.effect, reply)
        case fx.Authorize() | fx.Instruct():
            return _of_amount(asked.effect, asked.message, reply)


def understood(answer: ev.Event) -> ev.Event:
    """What the bank said, with a reason that is not known here taken for the plain one."""
    match answer:
        case ev.CardRefused(reason=reason) if reason not in REFUSALS:
            return replace(answer, reason="card_unknown")
        case ev.Declined(reason=reason) if reason not in DECLINES:
            return replace(answer, reason="declined")
        case _:
            return answer


def _of_card(reply: Message) -> ev.Event | Why:
    """A bank that did not understand the question has said nothing against the card."""
    said = reply.private
    if reply.code == NOT_UNDERSTOOD:
        return "form"
    if reply.code != APPROVED:
        return understood(ev.CardRefused(said.reason, said.capture))
    known = said.age_band in get_args(ev.AgeBand)
    band = cast(ev.AgeBand, said.age_band) if known else None
    preference = said.preference if said.preference in PREFERENCES else None
    try:
        drawn = _drawn(said.drawn)
    except ValueError:
        return "form"
    return ev.CardKnown(said.services, band, preference, said.usual, drawn)


def _drawn(said: str) -> ev.Drawn | None:
    """Today's cash, None where the bank does not say. Raises ValueError for a day that is none."""
    if not said:
        return None
    day, minor = said.split(".")
    return ev.Drawn(date.fromisoformat(day), Amount(int(minor)))


def _of_preference(message: str, asked: Message, reply: Message) -> ev.Event | Why:
    """Kept is only what the bank says back; an answer about another preference is none."""
    if reply.code != APPROVED:
        return ev.PreferenceNotSaved(message)
    if reply.private.preference != asked.private.preference:
        return "form"
    return ev.PreferenceSaved(message)


def _of_pin(message: str, reply: Message) -> ev.Event | Why:
    if reply.code == APPROVED:
        return ev.PinRight(message)
    if reply.private.tries_left is None:
        return "form"
    return ev.PinWrong(message, reply.private.tries_left)


def _of_question(effect: fx.AskBank, reply: Message) -> ev.Event | Why:
    said = reply.private
    if reply.code == NOT_UNDERSTOOD or said.about != effect.about:
        return "form"
    if reply.code != APPROVED:
        return ev.BankRefused(effect.message, effect.about, said.reason or "declined")
    return ev.BankAnswered(effect.message, effect.about, said.fields)


def _of_amount(
    effect: fx.Authorize | fx.Instruct, asked: Message, reply: Message
) -> ev.Event | Why:
    said = reply.private
    if reply.code != APPROVED and isinstance(effect, fx.Instruct):
        # Each service has its own words for why, and one for those it does not know.
        return ev.Declined(effect.txid, reply.code, said.reason or "declined")
    if reply.code != APPROVED:
        return understood(ev.Declined(effect.txid, reply.code, said.reason))
    if (reply.amount, reply.currency) != (asked.amount, asked.currency):
        return "amount"
    if not reply.approval:
        return "form"
    if isinstance(effect, fx.Instruct) and said.about != effect.about:
        return "form"
    return ev.Approved(effect.txid, reply.approval, said.token, reply.code, said.fields)


_NO_BLOCK: Final = PinBlock(bytes(16))
_NO_CARD: Final = Card(Pan("0" * 12), "")


def _without_secrets(effect: Request) -> Request:
    """The effect as far as its answer needs it: no PIN block, no card."""
    if isinstance(effect, fx.SavePreference):
        return effect
    if isinstance(effect, fx.EnquireCard):
        return replace(effect, card=_NO_CARD)
    if isinstance(effect, fx.AskBank):
        return replace(effect, card=_NO_CARD, block=None, fields=(), new_pin=())
    if isinstance(effect, fx.Instruct):
        return replace(effect, card=_NO_CARD, block=_NO_BLOCK, fields=())
    return replace(effect, card=_NO_CARD, block=_NO_BLOCK)
