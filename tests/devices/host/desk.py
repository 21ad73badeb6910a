"""The other end of the line for tests: a clerk who signs terminals on and says what a test tells.

No bank: it books nothing. What it says goes through the codec, under the keys that belong to it."""

from dataclasses import dataclass, field, replace

from devices.host.codec import decode, encode
from devices.host.framing import Deframer, framed
from devices.host.keys import session_key
from devices.host.link import HostLink
from devices.host.message import SIGN_ON, Checkpoint, Message, Private
from terminal.effects import Effect
from terminal.events import Event
from terminal.ports import Seconds

TERMINAL = "ATM00042"
KEY = b"the key of a terminal in a test."
HOST_NONCE = b"nonce of a bank."
DUE_MAX = 10_000
UTC = "2026-11-21T23:32:29.123Z"
REPLIES = {
    "0100": "0110",
    "0200": "0210",
    "0220": "0230",
    "0221": "0230",
    "0420": "0430",
    "0421": "0430",
    "0800": "0810",
    "0801": "0810",
}


@dataclass
class Paper:
    """A journal of rows without content. Row 0 is where the chain begins."""

    rows: int = 10
    altered: int = 0

    def head(self) -> Checkpoint:
        return self.place(self.rows)

    def hash_of(self, seq: int) -> bytes | None:
        return self.place(seq).hash if 0 <= seq <= self.rows else None

    def place(self, seq: int) -> Checkpoint:
        mark = b"!" if seq == self.altered and seq else b""
        return Checkpoint(seq, (mark + b"row %d" % seq).ljust(32, b"."))


def reply_to(message: Message, code: object = "00", **said: object) -> Message:
    """A reply with the labels of a message; `said` are fields of the reply, or of its field 63."""
    private = Private(
        txid=message.private.txid,
        variant=message.private.variant,
        coordination=message.private.coordination,
    )
    reply = Message(
        mti=REPLIES[message.mti],
        terminal=message.terminal,
        at=message.at,
        stan=message.stan,
        processing=message.processing,
        amount=message.amount,
        currency=message.currency,
        network=message.network,
    )
    inside = {k: v for k, v in said.items() if k in Private.__dataclass_fields__}
    outside = {"code": code} | {k: v for k, v in said.items() if k not in inside}
    return replace(reply, private=replace(private, **inside), **outside)  # type: ignore[arg-type]


@dataclass
class Clerk:
    """One connection's far end: decodes what comes, encodes what goes."""

    session: bytes = b""
    nonce: bytes = b""
    deframer: Deframer = field(default_factory=Deframer)

    def key_for(self, message: Message) -> bytes:
        return KEY if message.network == SIGN_ON else self.session

    def hear(self, data: bytes) -> list[Message]:
        heard = [decode(frame, self.key_for) for frame in self.deframer.feed(data)]
        for message in heard:
            if message.network == SIGN_ON:
                self.nonce = message.private.nonce
        return heard

    def say(self, reply: Message) -> bytes:
        data = framed(encode(reply, self.key_for(reply)))
        if reply.network == SIGN_ON:
            self.session = session_key(KEY, self.nonce, reply.private.nonce)
        return data


class Talk:
    """A link and a clerk, and the time between them."""

    def __init__(self, paper: Paper | None = None, entropy: bytes = b"seed") -> None:
        self.paper = paper or Paper()
        self.link = HostLink(TERMINAL, KEY, self.paper, entropy)
        self.clerk = Clerk()
        self.now: Seconds = 0.0
        self.given_up = 0
        self._seen: list[Event] = []

    def connect(self) -> Message:
        """A connection stands; gives the sign-on."""
        assert self.link.wants_connection(self.now)
        self.clerk = Clerk()
        self.link.opening()
        self.link.opened(self.now, UTC)
        (sign_on,) = self.heard()
        return sign_on

    def sign_on(self, place: Checkpoint | None = None, code: str = "00") -> list[Message]:
        """A connection up to the end of the sign-on; gives what the terminal says next."""
        message = self.connect()
        self.say(reply_to(message, code, nonce=HOST_NONCE, checkpoint=place))
        return self.heard()

    def heard(self) -> list[Message]:
        """What the terminal has said since."""
        return self.clerk.hear(self.link.take_output())

    def say(self, *replies: Message) -> None:
        self.link.received(b"".join(map(self.clerk.say, replies)), self.now)

    def do(self, effect: Effect) -> list[Message]:
        """The terminal wants something; gives what it says."""
        self.link.submit(effect, self.now, UTC)
        return self.heard()

    def one(self, effect: Effect) -> Message:
        (message,) = self.do(effect)
        return message

    def wait(self, seconds: Seconds) -> list[Message]:
        """Time passes, every due instant on the way; gives what the terminal says meanwhile."""
        said, end = list[Message](), self.now + seconds
        for _ in range(DUE_MAX):
            due = max(self.now, self.link.due(self.now))
            if due > end or self.link.wants_connection(self.now):
                break
            said += self._turn(due)
        else:
            raise AssertionError("the link is always due")
        return said + self._turn(end)

    def _turn(self, instant: Seconds) -> list[Message]:
        self.now = instant
        self.link.turn(instant, UTC)
        self._seen += self.link.take_events()
        if self.link.take_given_up():
            self.given_up += 1
        return self.heard()

    def events(self) -> list[Event]:
        """What the terminal was told since."""
        seen, self._seen = self._seen + self.link.take_events(), []
        return seen
