"""The bank's end of the line: bytes in, bytes out, one session for each connection.

A connection begins with a sign-on under the terminal's own key. Both nonces then make the key of the
connection; a message before that, with a wrong check value, or from somebody else than who signed on
gets no answer, and after a few the session closes. Answers leave `reply_seconds` after the question
came.

The sign-on carries a place in the terminal's record, and so does every advice (reliability.md D.4).
The newest is kept. A record that ends before it, or has another row there, does not continue what
the bank knows: the terminal is told OUT_OF_STEP and the place, its outcomes are booked (they are all
the bank can learn), and it gets no money and no new place until people have accepted its new record
(`Bank.forget`). Otherwise the answer carries the place kept so far and the terminal looks whether it is
in its record. The place it named at sign-on is taken over only when it then asks for money or names
a place again, which a terminal that found a difference does not do; so an exchanged record gains
nothing by being longer.

A sign-on may be an old one, late or played back: its check value says who made it, not when. Only a
message under the key of the connection, which has the bank's nonce in it, shows that the terminal is
there now. Until then (`confirmed`) a sign-on changes nothing and alarms nobody.

An outcome and the place that came with it are one transaction. Sockets are not the business of this
module; whether a thing is booked is `rules.py`.
"""

import heapq
import secrets
from collections import Counter, OrderedDict
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from devices.host import codec, keys
from devices.host.framing import Deframer, framed
from devices.host.message import (
    APPROVED,
    ASK,
    CARD_CHECK,
    CNY,
    DEPOSIT,
    ECHO,
    INSTRUCTION,
    KEEP_PREFERENCE,
    NONCE_BYTES,
    NOT_ON_FILE,
    NOT_UNDERSTOOD,
    OUT_OF_STEP,
    PIN_CHECK,
    SIGN_ON,
    BadMac,
    Checkpoint,
    Message,
    MessageError,
    Private,
)
from sim.world.bank.customers import name_of
from sim.world.bank.desk import Order
from sim.world.bank.rules import Bank, Origin, is_day
from sim.world.bank.transit import DISPUTED
from terminal import events as ev
from terminal.card import Card
from terminal.money import Amount
from terminal.ports import NEVER, Clock, Seconds
from terminal.values import replace

REPLY_SECONDS: Final = 0.6
"""A usual answer; long enough that the waiting screen is seen, as on a real line."""

REFUSED_MAX: Final = 3
"""So many messages without an answer, and the session closes: one is noise, three are a stranger or
a terminal that has lost the thread, and a new sign-on helps only the second."""

PENDING_MAX: Final = 64
"""Answers waiting in one session. A terminal has a handful of questions open; more is a flood."""

ENQUIRIES_MAX: Final = 256
"""Answers about cards kept for repeats; these change nothing, so they are kept in memory only."""

PIN_WRONG: Final = "55"
CARD_BLOCKED: Final = "75"
REFUSAL_CODES: Final[Mapping[str, str]] = {
    "card_expired": "54",
    "card_unknown": "14",
    "card_blocked": CARD_BLOCKED,
}
"""Field 39."""

_REPLIES: Final[Mapping[str, str]] = {
    "0100": "0110",
    "0101": "0110",
    "0200": "0210",
    "0201": "0210",
    "0220": "0230",
    "0221": "0230",
    "0420": "0430",
    "0421": "0430",
    "0800": "0810",
    "0801": "0810",
}
"""The requests there are, and the type of the answer."""

BAD_MAC: Final = "bad MAC"

PURPOSES: Final = (
    *("EnquireCard", "SavePreference", "VerifyPin", "AskBank"),
    *("Authorize", "Instruct", "Complete", "Credit", "Suspect", "Reverse", "Cancel"),
    *("SignOn", "Echo"),
)
"""What a message can be for: named like the effects, where there is one."""

_ENQUIRIES: Final[Mapping[str, str]] = {
    CARD_CHECK: "EnquireCard",
    KEEP_PREFERENCE: "SavePreference",
    PIN_CHECK: "VerifyPin",
    ASK: "AskBank",
}
_NETWORK: Final[Mapping[str, str]] = {SIGN_ON: "SignOn", ECHO: "Echo"}


def purpose_of(message: Message) -> str:
    """Which of `PURPOSES` a request is for; "" if it is none of ours."""
    match message.mti:
        case "0100" | "0101":
            return _ENQUIRIES.get(message.processing, "")
        case "0200" | "0201":
            return "Instruct" if message.processing == INSTRUCTION else "Authorize"
        case "0220" | "0221":
            if message.private.ending == "suspect":
                return "Suspect"
            return "Credit" if message.processing == DEPOSIT else "Complete"
        case "0420" | "0421":
            return "Cancel" if message.private.ending == "cancelled" else "Reverse"
        case "0800" | "0801":
            return _NETWORK.get(message.network, "")
        case _:
            return ""


def peek(data: bytes) -> Message | None:
    """What a message seems to be, its check value not looked at; None for none of ours."""
    seen: list[Message] = []

    def no_key(message: Message) -> bytes:
        seen.append(message)
        raise BadMac("not looked at")

    with suppress(MessageError):
        codec.decode(data, no_key)
    return seen[0] if seen else None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer without its frame, and what the question was for."""

    purpose: str
    data: bytes


def fresh_nonce() -> bytes:
    """Sixteen bytes that nobody can foresee."""
    return secrets.token_bytes(NONCE_BYTES)


@dataclass(slots=True)
class BankServer:
    """What all sessions share. `terminals` names those that may sign on, None for every one that has
    its key; `refused` counts messages that got no answer, by why. With a `clock` limits go by the
    bank's days. `nonces` is for stories that must be equal byte for byte."""

    bank: Bank
    master: bytes = keys.DEMO_HOST_KEY
    clock: Clock | None = None
    reply_seconds: Seconds = REPLY_SECONDS
    terminals: Container[str] | None = None
    nonces: Callable[[], bytes] = fresh_nonce
    refused: Counter[str] = field(default_factory=Counter)
    _enquiries: OrderedDict[str, tuple[str, Private]] = field(default_factory=OrderedDict)
    _enquired_of: OrderedDict[str, tuple[str, str]] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        if self.clock is not None:
            self.bank.follow(self.clock)

    def connection(self) -> "Session":
        """The far end of a new connection."""
        return Session(self)

    def forget_sessions(self) -> None:
        """What only memory held is gone, as after a restart; the ledger stays."""
        self._enquiries.clear()
        self._enquired_of.clear()

    def knows(self, terminal: str) -> bool:
        """Whether this terminal may sign on."""
        return self.terminals is None or terminal in self.terminals

    # --- answers --------------------------------------------------------------------------------

    def answer(self, purpose: str, message: Message, place: Checkpoint | None) -> Message:
        """Do what a message asks, whose check value is right, and keep `place`. The ledger has both
        on return."""
        with self.bank.ledger:
            self.bank.settle_due()
            if message.private.last is not None:
                self.bank.reconcile(message.private.last)
            code, more, approval = self._decided(purpose, message)
            if place is not None:
                self.bank.keep_checkpoint(message.terminal, place)
        return _reply(message, code, more, approval)

    def doubted(self, purpose: str, message: Message) -> tuple[str, Message]:
        """What a terminal whose record is in dispute says of an operation that has no outcome yet is not
        believed: the hold stays until people have decided (`Bank.decide`)."""
        txid = message.private.txid
        known = self.bank.operation(txid)
        if purpose == "Cancel":
            return purpose, replace(message, private=replace(message.private, basis=DISPUTED))
        if known is None or known.outcome:
            return purpose, message
        self.bank.alarm(f"{txid}: its outcome comes from a record in dispute and is on hold")
        private = replace(message.private, ending="suspect", basis=DISPUTED)
        return "Suspect", replace(message, amount=None, replacement=None, private=private)

    def _decided(self, purpose: str, message: Message) -> tuple[str, Private, str]:
        """Response code, private field and approval code."""
        card = None if message.pan is None else Card(message.pan, message.expiry)
        block, amount, txid = message.private.pin_block, message.amount, message.private.txid
        if not txid and purpose != "Echo":
            return NOT_UNDERSTOOD, Private(), ""
        match purpose:
            case "Echo":
                return APPROVED, Private(), ""
            case "EnquireCard" if card is not None:
                return *self._enquired(message.terminal, txid, card), ""
            case "SavePreference":
                return *self._preferred(message), ""
            case "VerifyPin" if card is not None and block is not None:
                return *_verified(self.bank.verify(txid, card, block.reveal())), ""
            case "AskBank" if card is not None and message.private.about:
                return *self._asked(txid, card, message), ""
            case "Instruct" if card is not None and block is not None and _has_amount(message):
                assert amount is not None
                told = message.private
                order = Order(told.about, Amount(amount), told.fields)
                origin = _origin(message)
                given = self.bank.instruct(txid, card, order, block.reveal(), origin)
                code, more, approval = _authorized(given)
                return code, replace(more, about=told.about), approval
            case "Authorize" if card is not None and block is not None and _has_amount(message):
                assert amount is not None
                asked = Amount(amount)
                at, terms = _origin(message), message.private.fields
                given = self.bank.authorize(txid, card, asked, block.reveal(), at, terms)
                return _authorized(given)
            case "Complete" if (stated := _stated(message)) is not None and is_sound(message):
                self.bank.complete(txid, stated, message.private.basis, _origin(message))
                return APPROVED, Private(), ""
            case "Credit" if (stated := _stated(message)) is not None and is_sound(message):
                self.bank.credit(txid, stated, message.private.basis, _origin(message))
                return APPROVED, Private(), ""
            case "Suspect" if is_sound(message):
                held = message.amount
                self.bank.suspect(txid, message.private.basis, _origin(message), held)
                return APPROVED, Private(), ""
            case "Reverse" if is_sound(message):
                self.bank.reverse(txid, message.private.basis, _origin(message))
                return APPROVED, Private(), ""
            case "Cancel" if is_sound(message):
                self.bank.cancel(txid, message.private.basis, _origin(message))
                return APPROVED, Private(), ""
            case _:
                return NOT_UNDERSTOOD, Private(), ""

    def _enquired(self, terminal: str, txid: str, card: Card) -> tuple[str, Private]:
        if txid not in self._enquiries:
            self._enquiries[txid] = code, _ = _known(self.bank.enquire(card))
            if code == APPROVED:
                self._enquired_of[txid] = terminal, name_of(card) or ""
            for kept in (self._enquiries, self._enquired_of):
                if len(kept) > ENQUIRIES_MAX:
                    kept.popitem(last=False)
        return self._enquiries[txid]

    def _asked(self, txid: str, card: Card, message: Message) -> tuple[str, Private]:
        """What the desk of a service says; the same question again gets the stored answer."""
        told = message.private
        block = None if told.pin_block is None else told.pin_block.reveal()
        new_pin = tuple(one.reveal() for one in told.new_pin)
        said = self.bank.ask(txid, card, told.about, told.fields, block, new_pin)
        if isinstance(said, ev.BankRefused):
            return "05", Private(about=told.about, reason=said.reason)
        return APPROVED, Private(about=told.about, fields=said.fields)

    def _preferred(self, message: Message) -> tuple[str, Private]:
        """The customer of an enquiry that was answered to this terminal agreed to have this kept. Saying
        it again gives the same answer and changes nothing."""
        terminal, name = self._enquired_of.get(message.private.txid, ("", ""))
        wanted = message.private.preference
        if terminal != message.terminal or not self.bank.prefer(name, wanted):
            return NOT_ON_FILE, Private()
        return APPROVED, Private(preference=wanted)


class Session:
    """One connection. `terminal` is who signed on, "" before; `confirmed` that it is there now; `closed`
    says that the bank hangs up."""

    def __init__(self, server: BankServer) -> None:
        self.terminal = ""
        self.confirmed = False
        self.closed = False
        self._server = server
        self._deframer = Deframer()
        self._key = b""
        self._claimed: Checkpoint | None = None
        self._disputed = self._unknown = False
        self._signed_on: tuple[Message, bytes] | None = None
        self._refused = 0
        self._pending: list[tuple[Seconds, int, bytes]] = []
        self._count = 0

    def feed(self, data: bytes, now: Seconds) -> None:
        """Bytes from the terminal, in any pieces."""
        if self.closed:
            return
        try:
            frames = self._deframer.feed(data)
        except MessageError:
            self._refuse("no frame")
            self.closed = True
            return
        for frame in frames:
            reply = self.handle(frame)
            if reply is not None:
                self._count += 1
                due = now + self._server.reply_seconds
                heapq.heappush(self._pending, (due, self._count, reply.data))
        self.closed = self.closed or len(self._pending) > PENDING_MAX

    def advance(self, now: Seconds) -> bytes:
        """The answers that leave by now."""
        out = b""
        while self._pending and self._pending[0][0] <= now:
            out += framed(heapq.heappop(self._pending)[2])
        return out

    def due(self, now: Seconds) -> Seconds:
        """When the next answer leaves."""
        return self._pending[0][0] if self._pending else NEVER

    def handle(self, frame: bytes) -> Reply | None:
        """Act on one message at once; None if it gets no answer."""
        if self.closed:
            return None
        try:
            message = codec.decode(frame, self._key_for)
        except BadMac as refusal:
            self._refuse(str(refusal) if str(refusal) in _OWN_WORDS else BAD_MAC)
            return None
        except MessageError:
            self._refuse("no message")
            return None
        purpose = purpose_of(message)
        if not purpose:
            answer = _reply(message, NOT_UNDERSTOOD, Private(), "")
            return Reply("", codec.encode(answer, self._key_for(message)))
        if purpose == "SignOn":
            return self._sign_on(message)
        self._confirm()
        if self._disputed and purpose in ("Complete", "Credit", "Reverse", "Cancel"):
            purpose, message = self._server.doubted(purpose, message)
        if self._disputed and purpose in ("Authorize", "Instruct"):
            declined = Private(reason="declined", about=message.private.about)
            answer = _reply(message, OUT_OF_STEP, declined, "")
        else:
            answer = self._server.answer(purpose, message, self._place(purpose, message))
        return Reply(purpose, codec.encode(answer, self._key))

    def _confirm(self) -> None:
        if self._disputed and not self.confirmed:
            self._server.bank.alarm(
                f"{self.terminal}: its record does not continue what is known of it"
            )
        self.confirmed = True

    def _place(self, purpose: str, message: Message) -> Checkpoint | None:
        """The place to keep with this message, if this session may bring one."""
        named, claimed = message.private.checkpoint, self._claimed
        goes_on = named is not None or purpose in ("Authorize", "Instruct") or self._unknown
        if self._disputed or not goes_on:
            return None
        self._claimed, self._unknown = None, False
        return named or claimed

    def _key_for(self, message: Message) -> bytes:
        if purpose_of(message) == "SignOn":
            if not self._server.knows(message.terminal):
                raise BadMac(UNKNOWN_TERMINAL)
            return keys.terminal_key(self._server.master, message.terminal)
        if not self._key or message.terminal != self.terminal:
            raise BadMac(NOT_SIGNED_ON)
        return self._key

    def _refuse(self, why: str) -> None:
        self._server.refused[why] += 1
        self._refused += 1
        self.closed = self.closed or self._refused >= REFUSED_MAX

    def _sign_on(self, message: Message) -> Reply:
        """A nonce and the place kept so far. The same sign-on again gets the same answer."""
        bank, claimed = self._server.bank, message.private.checkpoint
        asked = replace(message, mti="0800")
        if self._signed_on is not None and self._signed_on[0] == asked:
            return Reply("SignOn", self._signed_on[1])
        key = keys.terminal_key(self._server.master, message.terminal)
        kept = bank.checkpoint(message.terminal)
        if claimed is None or len(message.private.nonce) != NONCE_BYTES:
            return Reply(
                "SignOn", codec.encode(_reply(message, NOT_UNDERSTOOD, Private(), ""), key)
            )
        self._disputed = kept is not None and _breaks(kept, claimed)
        self._unknown, self.confirmed = kept is None, False
        nonce = self._server.nonces()
        self.terminal, self._claimed = message.terminal, claimed
        self._key = keys.session_key(key, message.private.nonce, nonce)
        code = OUT_OF_STEP if self._disputed else APPROVED
        answer = _reply(message, code, Private(nonce=nonce, checkpoint=kept), "")
        self._signed_on = asked, codec.encode(answer, key)
        return Reply("SignOn", self._signed_on[1])


UNKNOWN_TERMINAL: Final = "unknown terminal"
NOT_SIGNED_ON: Final = "not signed on"
_OWN_WORDS: Final = (UNKNOWN_TERMINAL, NOT_SIGNED_ON)


def is_sound(message: Message) -> bool:
    """Whether an advice speaks of a day there is, in the one currency there is."""
    return is_day(_origin(message).date) and message.currency in ("", CNY)


def _has_amount(message: Message) -> bool:
    return message.amount is not None and message.currency == CNY and is_day(message.at[:4])


def _stated(message: Message) -> Amount | None:
    """What left the machine: field 95 where there is one, field 4 otherwise."""
    minor = message.amount if message.replacement is None else message.replacement
    return None if minor is None else Amount(minor)


def _origin(message: Message) -> Origin:
    """The request that a message is or speaks of."""
    if message.original is not None:
        return Origin(message.terminal, message.original.stan, message.original.at[:4])
    return Origin(message.terminal, message.stan, message.at[:4])


def _breaks(kept: Checkpoint, claimed: Checkpoint) -> bool:
    return claimed.seq < kept.seq or (claimed.seq == kept.seq and claimed.hash != kept.hash)


def _reply(message: Message, code: str, more: Private, approval: str) -> Message:
    """The answer to a message: its fields but the card's, and what makes the two match."""
    ours = message.private
    return Message(
        mti=_REPLIES.get(message.mti, "0810"),
        terminal=message.terminal,
        at=message.at,
        stan=message.stan,
        processing=message.processing,
        amount=message.amount,
        rrn=message.rrn,
        approval=approval,
        code=code,
        currency=message.currency,
        network=message.network,
        private=replace(more, txid=ours.txid, variant=ours.variant, coordination=ours.coordination),
    )


def _known(answer: ev.CardKnown | ev.CardRefused) -> tuple[str, Private]:
    match answer:
        case ev.CardRefused(reason=reason, capture=capture):
            return REFUSAL_CODES.get(reason, "05"), Private(reason=reason, capture=capture)
        case ev.CardKnown(
            services=services, age_band=band, preference=kept, usual=usual, drawn=drawn
        ):
            return APPROVED, Private(
                services=services,
                age_band=band or "",
                preference=kept or "",
                usual=usual,
                drawn=f"{drawn.day:%Y%m%d}.{drawn.amount.minor}" if drawn else "",
            )


def _verified(answer: ev.PinRight | ev.PinWrong) -> tuple[str, Private]:
    match answer:
        case ev.PinRight():
            return APPROVED, Private()
        case ev.PinWrong(left=left):
            return PIN_WRONG if left else CARD_BLOCKED, Private(tries_left=left)


def _authorized(answer: ev.Approved | ev.Declined) -> tuple[str, Private, str]:
    match answer:
        case ev.Approved(approval=approval, token=token, fields=fields):
            return APPROVED, Private(token=token, fields=fields), approval
        case ev.Declined(code=code, reason=reason):
            return code, Private(reason=reason), ""
