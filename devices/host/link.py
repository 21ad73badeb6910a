"""The conversation with the bank, without a socket and without a clock.

A connection begins with a sign-on under the terminal's own key; the nonces of both sides then make
the key of this connection, and nothing else is said before. The sign-on also compares memories: the
terminal tells the head of its journal, the bank the last row it was told of (reliability.md D.4). A
row that is not ours means that the record was cut or altered: no money is asked for any more, while
outcomes are still told, for they are all the bank can learn. `outbox.py` says what a bank that has
forgotten is told again.

Rules (reliability.md A.7):

- A reply counts only if its check value, type, txid, time variant and coordination number are those
  of a message that waits for it. Anything else is `ReplyRefused` and changes nothing.
- A request is sent at most once, and not later than `NO_REPLY_SECONDS` after it was made. An answer to
  an `Authorize` or `Instruct` that was given up is passed on all the same: the record must know of a late approval.
  Answers to other requests given up, or made for an earlier card, reach nobody.
- An outcome goes out even if its `Authorize` never did: it leaves a tombstone at the bank.
- Three misses in a row mean that there is no bank: `HostDown` once, `HostUp` when it answers. A miss is
  a request, echo or sign-on without an answer for 25 seconds, or a connection attempt that failed. After
  a miss an echo goes out at once, so a silent bank is noticed 75 seconds after the first question.
- An outcome not acknowledged for half an hour closes the machine too, until the outbox is empty.

The owner (`driver.py`) opens and closes the connection when the link wants it and tells what became of
it. Wall time is only written into messages, once for each operation.
"""

import re
from enum import Enum
from typing import Final

from devices.host import keys
from devices.host.chance import Chance
from devices.host.channel import Recorded
from devices.host.codec import decode, encode
from devices.host.framing import Deframer, framed
from devices.host.message import (
    APPROVED,
    ECHO,
    NONCE_BYTES,
    OUT_OF_STEP,
    SIGN_ON,
    VARIANT_BYTES,
    BadMac,
    Checkpoint,
    Message,
    MessageError,
    Private,
)
from devices.host.outbox import (
    OLD_SECONDS,
    REPLY_MTIS,
    Advice,
    Operated,
    Outbox,
    Told,
    advice_message,
    last_operation,
)
from devices.host.requests import (
    MONEY,
    Asked,
    Labels,
    Request,
    Why,
    answer,
    id_of,
    mismatch,
    request,
)
from terminal import effects as fx
from terminal import events as ev
from terminal.ports import NEVER, Seconds
from terminal.recovery import Origin, Outcome, Recovered
from terminal.values import replace

NO_REPLY_SECONDS: Final = 25.0
"""A message without an answer for so long is a miss (reliability.md A.7)."""

MISSES_MAX: Final = 3
ECHO_SECONDS: Final = 60.0
"""Three misses in a row mean that there is no bank; an echo after a minute in which nothing was heard
asks whether it is there (reliability.md A.7)."""

PAUSE_SECONDS_FIRST: Final = 1.0
PAUSE_SECONDS_MAX: Final = 30.0
"""Pauses between attempts to connect, doubling: three refused attempts take three seconds."""

BAD_FRAMES_MAX: Final = 5
"""So many frames of one connection with a bad check value or form: whoever is there is not our bank."""

ASKED_MAX: Final = 8
"""Requests kept for a late answer: a visit makes at most a card check, three PIN checks and an
authorization or two."""

ORIGINS_MAX: Final = 1000
"""Operations remembered for outcomes still to come; one at a time is open, the rest wait for people."""

_COORDINATION: Final = "123456789:;<=>?"
_UTC: Final = re.compile(r"[0-9]{4}-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})")
_NO_MOMENT: Final = "0101000000"


FIRST_SECONDS: Final = 5.0
"""After a start, so long for the first sign-on: a bank answers one in under a second."""

REQUEST_MTIS: Final = frozenset({"0100", "0101"})
"""Messages that ask, move nothing and carry no place of the record."""


class Standing(Enum):
    """How far the connection is."""

    CLOSED = "closed"
    OPENING = "opening"
    SIGNING_ON = "signing on"
    SIGNED_ON = "signed on"


def moment_of(utc: str) -> str:
    """MMDDhhmmss of an ISO 8601 instant; the first of January where the clock tells none."""
    found = _UTC.match(utc)
    return "".join(found.groups()) if found else _NO_MOMENT


class HostLink:
    """One terminal's link to its bank. `key` is the terminal's own (`keys.terminal_key`), `terminal` its
    number (eight characters), `record` its journal."""

    def __init__(self, terminal: str, key: bytes, record: Recorded, entropy: bytes) -> None:
        self._terminal = terminal
        self._terminal_key = key
        self._record = record
        self._chance = Chance(entropy)
        self._outbox = Outbox(self._chance.fraction)
        self._asked: dict[str, Asked] = {}
        self._origins: dict[str, Origin] = {}
        self._last: Operated | None = None
        self._numbers = 0
        self._stan = 0
        self._standing = Standing.CLOSED
        self._open_at: Seconds = 0.0
        self._pause = PAUSE_SECONDS_FIRST
        self._given_up = False
        self._session_key = b""
        self._sign_on: Message | None = None
        self._echo: Message | None = None
        self._answer_by: Seconds = NEVER
        self._heard_at: Seconds = 0.0
        self._row_sent = 0
        self._bank_place: Checkpoint | None = None
        self._place_owed = False
        self._bad_frames = 0
        self._misses = 0
        self._silent = self._stale = self._down = False
        self._first_by: Seconds = NEVER
        self._disputed = ""
        self._deframer = Deframer()
        self._output = bytearray()
        self._events: list[ev.Event] = []

    # --- what the owner asks -------------------------------------------------------------------

    @property
    def standing(self) -> Standing:
        """How far the connection is."""
        return self._standing

    def wants_connection(self, now: Seconds) -> bool:
        """The owner should open a connection now."""
        return self._standing is Standing.CLOSED and now >= self._open_at

    def take_given_up(self) -> bool:
        """True once after the link gave the connection up: the owner closes it."""
        given_up, self._given_up = self._given_up, False
        return given_up

    def take_output(self) -> bytes:
        """What is to be sent, once."""
        data = bytes(self._output)
        self._output.clear()
        return data

    def take_events(self) -> list[ev.Event]:
        """What happened, once."""
        events, self._events = self._events, []
        return events

    def due(self, now: Seconds) -> Seconds:
        """When `turn` next has something to do, as far as this side knows."""
        if self._events or self._output or self._given_up:
            return now
        due = min((a.deadline for a in self._asked.values() if not a.missed), default=NEVER)
        due = min(due, self._first_by)
        if self._outbox.owed and not self._stale:
            due = min(due, self._outbox.oldest() + OLD_SECONDS)
        match self._standing:
            case Standing.CLOSED:
                return min(due, self._open_at)
            case Standing.OPENING:
                return due
            case Standing.SIGNING_ON:
                return min(due, self._answer_by)
            case Standing.SIGNED_ON:
                asks_at = self._answer_by if self._echo else self._asks_at()
                return min(due, asks_at, self._outbox.due(now))

    # --- what the terminal wants ---------------------------------------------------------------

    def resume(self, found: Recovered, now: Seconds, utc: str) -> None:
        """What the record left: outcomes to tell, outcomes told, and the requests behind them. A bank
        that has not agreed to a sign-on soon after is taken for none, before anybody puts in a card."""
        self._first_by = now + FIRST_SECONDS
        self._origins.update(found.origins)
        for told in found.told:
            self._outbox.remember(Told(told.effect, None, told.row, told.acknowledged))
        for advised in found.outbox:
            message = self._advice_message(advised.effect, utc)
            self._outbox.add(advised.effect, message, now, sent=True)
        known = sorted((*found.told, *found.outbox), key=lambda advised: advised.row)
        ended = [one.effect for one in known if not isinstance(one.effect, fx.Cancel)]
        self._last = ended[-1] if ended else None

    def submit(self, effect: fx.Effect, now: Seconds, utc: str) -> None:
        """Ask or tell the bank something, now or as soon as there is a connection."""
        if isinstance(effect, Outcome):
            self._tell(effect, now, utc)
        else:
            assert isinstance(effect, Request), f"{effect} is not for a bank"
            self._ask(effect, now, utc)

    # --- what happens to the connection --------------------------------------------------------

    def mark(self, now: Seconds, utc: str) -> None:
        """Notes are about to move, and that is on record: let the bank have the place, so that these rows
        cannot be cut off unseen. Nobody waits for the answer."""
        if self._standing is not Standing.SIGNED_ON or self._disputed:
            return
        if self._echo is not None:
            self._place_owed = True
            return
        self._echo = self._network_message(ECHO, utc)
        self._answer_by = now + NO_REPLY_SECONDS
        self._send(self._echo, self._session_key)

    def opening(self) -> None:
        """The owner has begun to open a connection."""
        self._standing = Standing.OPENING

    def opened(self, now: Seconds, utc: str) -> None:
        """There is a connection: sign on, and say nothing else until the bank has agreed."""
        self._standing = Standing.SIGNING_ON
        self._deframer = Deframer()
        self._bad_frames = 0
        self._sign_on = self._network_message(SIGN_ON, utc, self._chance.bytes(NONCE_BYTES))
        self._answer_by = now + NO_REPLY_SECONDS
        self._send(self._sign_on, self._terminal_key)

    def lost(self, now: Seconds) -> None:
        """The connection broke, or an attempt to open one failed. Everything on the way is lost; a
        request is not sent again, an outcome is."""
        if self._standing is not Standing.SIGNED_ON:
            self._misses += 1
        self._close(now)
        self._say_state()

    def received(self, data: bytes, now: Seconds) -> None:
        """Take what arrived."""
        try:
            frames = self._deframer.feed(data)
        except MessageError:
            self._events.append(ev.ReplyRefused("form"))
            self._give_up(now)
            frames = []
        for frame in frames:
            if self._standing in (Standing.SIGNING_ON, Standing.SIGNED_ON):
                self._hear(frame, now)
        self._say_state()

    def turn(self, now: Seconds, utc: str) -> None:
        """Do what has fallen due."""
        self._note_misses(now)
        if self._standing is Standing.SIGNED_ON:
            self._ask_whether_there(now, utc)
            self._send_outcomes(now)
        old = now >= self._outbox.oldest() + OLD_SECONDS
        if old and not self._stale:
            self._stale = True
            self._events.append(ev.LinkAlarm("outbox_old"))
        self._say_state()

    # --- requests ------------------------------------------------------------------------------

    def _ask(self, effect: Request, now: Seconds, utc: str) -> None:
        labels = self._labels(moment_of(utc))
        match effect:
            case fx.EnquireCard():
                self._forget(fx.EnquireCard, fx.AskBank)
            case fx.Authorize() | fx.Instruct():
                labels = replace(labels, stan=effect.stan)
                self._remember_origin(Origin(effect.txid, effect.stan, utc, ""))
                if self._disputed:
                    return
            case fx.AskBank(message=txid, stan=int(stan)):
                labels = replace(labels, stan=stan)
                self._remember_origin(Origin(txid, stan, utc, ""))
            case _:
                pass
        last = last_operation(self._last) if self._last else None
        message = request(effect, self._terminal, labels, last)
        self._asked[id_of(effect)] = Asked(effect, message, now + NO_REPLY_SECONDS)
        while len(self._asked) > ASKED_MAX:
            del self._asked[next(iter(self._asked))]
        if self._standing is Standing.SIGNED_ON:
            self._send_requests(now)

    def _send_requests(self, now: Seconds) -> None:
        for name, asked in self._asked.items():
            if not asked.sent:
                self._send(asked.message, self._session_key)
                self._asked[name] = asked.after_sending(now + NO_REPLY_SECONDS)

    def _forget(self, *kinds: type[Request]) -> None:
        """Give up requests of these kinds, on the way or not."""
        for name in [n for n, a in self._asked.items() if isinstance(a.effect, kinds)]:
            del self._asked[name]

    # --- outcomes ------------------------------------------------------------------------------

    def _tell(self, effect: Outcome, now: Seconds, utc: str) -> None:
        asked = self._asked.get(effect.txid)
        if asked is not None and not asked.sent:
            del self._asked[effect.txid]
        owed = self._outbox.owed.get(effect.txid)
        if owed is None or owed.effect != effect:
            self._outbox.add(effect, self._advice_message(effect, utc), now)
        if not isinstance(effect, fx.Cancel):
            self._last = effect
        if self._standing is Standing.SIGNED_ON:
            self._send_outcomes(now)

    def _send_outcomes(self, now: Seconds) -> None:
        for advice in self._outbox.ready(now):
            self._failed(advice)
            row_before = self._row_sent
            row = self._send(advice.form(), self._session_key)
            self._outbox.sent(advice, now, row, row_before)

    def _failed(self, advice: Advice) -> None:
        if advice.failed():
            self._events.append(ev.LinkAlarm("outbox_failing"))

    def _advice_message(self, effect: Outcome, utc: str) -> Message:
        """The first form of an outcome. One whose request nobody remembers has the trace number 0."""
        origin = self._origins.get(effect.txid) or Origin(effect.txid, 0, utc, "")
        labels = replace(self._labels(moment_of(origin.utc)), stan=origin.stan)
        return advice_message(effect, self._terminal, labels, origin.account)

    def _remember_origin(self, origin: Origin) -> None:
        self._origins[origin.txid] = origin
        while len(self._origins) > ORIGINS_MAX:
            del self._origins[next(iter(self._origins))]

    # --- time ----------------------------------------------------------------------------------

    def _note_misses(self, now: Seconds) -> None:
        """What has waited long enough."""
        for name, asked in list(self._asked.items()):
            if asked.missed or now < asked.deadline:
                continue
            if asked.sent:
                self._misses += 1
            if asked.sent and isinstance(asked.effect, MONEY):
                self._asked[name] = replace(asked, missed=True)
            else:
                del self._asked[name]
        if now >= self._first_by:
            self._silent, self._first_by = True, NEVER
        match self._standing:
            case Standing.SIGNING_ON if now >= self._answer_by:
                self._give_up(now)
            case Standing.SIGNED_ON if self._echo is not None and now >= self._answer_by:
                self._misses += 1
        if self._standing is Standing.SIGNED_ON and self._misses >= MISSES_MAX:
            self._give_up(now)

    def _ask_whether_there(self, now: Seconds, utc: str) -> None:
        """An echo after a minute in which nothing was heard, and at once after a miss or when the bank
        has been told again all it had lost: only then may it learn our place."""
        if self._echo is not None:
            if now < self._answer_by:
                return
            self._echo = replace(self._echo, mti="0801")
        elif self._misses or now >= self._asks_at():
            self._place_owed = False
            self._echo = self._network_message(ECHO, utc)
        else:
            return
        self._answer_by = now + NO_REPLY_SECONDS
        self._send(self._echo, self._session_key)

    def _asks_at(self) -> Seconds:
        return self._heard_at + (0.0 if self._place_owed else ECHO_SECONDS)

    def _give_up(self, now: Seconds) -> None:
        """Leave this connection; the owner closes it. Without a sign-on it was an attempt that failed."""
        if self._standing is not Standing.SIGNED_ON:
            self._misses += 1
        self._given_up = True
        self._close(now)

    def _close(self, now: Seconds) -> None:
        if self._standing is Standing.SIGNED_ON:
            self._pause = PAUSE_SECONDS_FIRST
        self._standing = Standing.CLOSED
        self._open_at = now + self._pause
        self._pause = min(self._pause * 2, PAUSE_SECONDS_MAX)
        self._session_key = b""
        self._sign_on = self._echo = None
        self._place_owed = False
        self._answer_by = NEVER
        self._output.clear()
        self._asked = {name: a for name, a in self._asked.items() if not a.sent}
        for _ in self._outbox.cut():
            self._events.append(ev.LinkAlarm("outbox_failing"))

    # --- what the bank says --------------------------------------------------------------------

    def _hear(self, frame: bytes, now: Seconds) -> None:
        try:
            reply = decode(frame, self._key_for)
        except BadMac:
            self._bad_frame("mac", now)
            return
        except MessageError:
            self._bad_frame("form", now)
            return
        why = self._take(reply, now)
        if why:
            self._events.append(ev.ReplyRefused(why))
            return
        self._heard_at = now
        self._misses = 0
        self._silent, self._first_by = False, NEVER

    def _key_for(self, message: Message) -> bytes:
        if message.network == SIGN_ON:
            return self._terminal_key
        if not self._session_key:
            raise BadMac("There is no key yet for this message.")
        return self._session_key

    def _bad_frame(self, why: Why, now: Seconds) -> None:
        self._events.append(ev.ReplyRefused(why))
        self._bad_frames += 1
        if self._bad_frames >= BAD_FRAMES_MAX:
            self._give_up(now)

    def _take(self, reply: Message, now: Seconds) -> Why:
        """Act on a reply, or say why it is not believed."""
        if reply.terminal != self._terminal:
            return "form"
        match reply.mti:
            case "0110" | "0210":
                return self._take_answer(reply)
            case "0230" | "0430":
                return self._take_acknowledgement(reply, now)
            case "0810" if reply.network == SIGN_ON:
                return self._take_sign_on(reply, now)
            case "0810" if reply.network == ECHO:
                return self._take_echo(reply)
            case _:
                return "form"

    def _take_answer(self, reply: Message) -> Why:
        asked = self._asked.get(reply.private.txid)
        if asked is None:
            return "txid"
        said = answer(asked, reply)
        if isinstance(said, str):
            return said
        del self._asked[reply.private.txid]
        self._events.append(said)
        return ""

    def _take_acknowledgement(self, reply: Message, now: Seconds) -> Why:
        txid = reply.private.txid
        advice = self._outbox.owed.get(txid)
        known = advice or self._outbox.told.get(txid)
        if known is None or known.message is None:
            return "txid"
        why = mismatch(known.message, reply, REPLY_MTIS[known.message.mti])
        if why or advice is None:
            return why
        if reply.code == APPROVED:
            self._outbox.acknowledge(advice)
            if not advice.quiet:
                self._events.append(ev.Acknowledged(txid))
            elif not self._outbox.telling_again:
                self._place_owed = True
        else:
            self._failed(advice)
        self._stale = self._stale and bool(self._outbox.owed)
        self._send_outcomes(now)
        return ""

    def _take_echo(self, reply: Message) -> Why:
        if self._echo is None:
            return "variant"
        why = mismatch(self._echo, reply, "0810")
        if not why:
            self._echo = None
        return why

    def _take_sign_on(self, reply: Message, now: Seconds) -> Why:
        if self._sign_on is None:
            return "variant"
        why = mismatch(self._sign_on, reply, "0810")
        if why:
            return why
        self._note_dispute(reply)
        nonce = reply.private.nonce
        if reply.code not in (APPROVED, OUT_OF_STEP) or not nonce:
            self._give_up(now)
            return "form"
        own = self._sign_on.private.nonce
        self._session_key = keys.session_key(self._terminal_key, own, nonce)
        self._sign_on = None
        self._standing = Standing.SIGNED_ON
        self._answer_by = NEVER
        self._go_on_signed_on(reply.private.checkpoint, now)
        return ""

    def _go_on_signed_on(self, theirs: Checkpoint | None, now: Seconds) -> None:
        """Tell again what the bank has lost, then everything that waited."""
        self._bank_place = theirs or self._place_of_row_0()
        if self._disputed:
            self._forget(*MONEY)
        else:
            self._tell_again(theirs.seq if theirs else 0, now)
        self._outbox.renew(now)
        self._send_outcomes(now)
        self._send_requests(now)

    def _place_of_row_0(self) -> Checkpoint | None:
        """Where the chain begins: the place of a bank that knows none."""
        found = self._record.hash_of(0)
        return None if found is None else Checkpoint(0, found)

    def _tell_again(self, row: int, now: Seconds) -> None:
        """Owe again what a bank that stands at this row of our journal may have lost."""
        lost = self._outbox.take_lost(row)
        for told in lost:
            message = told.message or self._advice_message(told.effect, "")
            self._outbox.add(told.effect, message, now, sent=True, quiet=True)
        if any(row < told.row for told in lost):
            self._events.append(ev.LinkAlarm("resent"))

    def _note_dispute(self, reply: Message) -> None:
        why = self._dispute(reply)
        if why and not self._disputed:
            self._disputed = why
            self._events.append(ev.RecordDisputed(why))

    def _dispute(self, reply: Message) -> str:
        """Whether the bank's place in our record is part of it: "", `missing` or `altered`. A bank that
        knows no row yet (0) disputes nothing."""
        theirs = reply.private.checkpoint
        if theirs is not None and theirs.seq > 0:
            ours = self._record.hash_of(theirs.seq)
            if theirs.seq > self._record.head().seq or ours is None:
                return "missing"
            if ours != theirs.hash:
                return "altered"
        return "altered" if reply.code == OUT_OF_STEP else ""

    # --- the rest ------------------------------------------------------------------------------

    def _say_state(self) -> None:
        """HostDown and HostUp, each once, at the edge."""
        self._silent = self._silent or self._misses >= MISSES_MAX
        down = self._silent or self._stale
        if down != self._down:
            self._down = down
            self._events.append(ev.HostDown() if down else ev.HostUp())

    def _labels(self, at: str) -> Labels:
        self._stan = self._stan % 999_999 + 1
        coordination = _COORDINATION[self._numbers % len(_COORDINATION)]
        self._numbers += 1
        return Labels(at, self._stan, self._chance.bytes(VARIANT_BYTES).hex(), coordination)

    def _network_message(self, network: str, utc: str, nonce: bytes = b"") -> Message:
        labels = self._labels(moment_of(utc))
        private = Private(variant=labels.variant, coordination=labels.coordination, nonce=nonce)
        return Message(
            mti="0800",
            terminal=self._terminal,
            at=labels.at,
            stan=labels.stan,
            network=network,
            private=private,
        )

    def _send(self, message: Message, key: bytes) -> int:
        """Put a message on its way. Advices, network messages and requests for money carry the journal's
        head; gives its row, 0 for the others.

        A sign-on always carries it. Nothing else does while the record is disputed, or the next sign-on
        would find the false head kept; nor while a bank that lost some outcomes is told them again, or
        the place would speak for those it has not got yet. Then every message names the place the bank
        has: one that names none lets it keep that of the sign-on (with a request for money; with any
        message if it knew no place), and after a restart nobody would know what it still lacks."""
        head = self._record.head()
        asks = message.mti in REQUEST_MTIS
        place = None if asks else head
        if message.network != SIGN_ON:
            if self._disputed:
                place = None
            elif self._outbox.telling_again:
                place = self._bank_place
        if place is not None:
            message = replace(message, private=replace(message.private, checkpoint=place))
        self._output += framed(encode(message, key))
        if asks:
            return 0
        self._row_sent = max(self._row_sent, head.seq)
        return head.seq
