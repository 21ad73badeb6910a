"""A bank that can be made to say anything it should not, behind the real link.

`Teller` is the bank's end with one answer bent: the request is changed before the bank looks at it, or
its answer before the check value is made, so that everything else on the line is in order. What breaks
the line itself (a wrong check value, half a message, another operation's answer) is done to the bytes
by `Meddled`, once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from devices.host.channel import Channel, State
from devices.host.framing import Deframer, framed
from devices.host.message import Checkpoint, Message
from sim.stage.bench import Bench
from sim.world.bank.server import BankServer
from sim.world.line import HostLine
from terminal.ports import Seconds

Bend = Callable[[BankServer, Message], Message]
"""Given the bank and a request, what the bank shall see in its place; it may do something first."""

Twist = Callable[[Message], Message]
"""Given an answer, what shall be answered in its place."""

_WORDS = {"EnquireCard": "card", "VerifyPin": "pin", "Authorize": "money"}


class Teller(BankServer):
    """The bank's end, with one purpose bent as armed. `said` are the codes it answered, named as
    documented."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.world.bank, nonces=bench.world.host.server.nonces)
        self.bends: dict[str, Bend] = {}
        self.twists: dict[str, Twist] = {}
        self.said: set[str] = set()

    def answer(self, purpose: str, message: Message, place: Checkpoint | None) -> Message:
        """As the bank, but for what is bent."""
        bend, twist = self.bends.get(purpose), self.twists.get(purpose)
        reply = super().answer(purpose, bend(self, message) if bend else message, place)
        reply = twist(reply) if twist else reply
        word = _WORDS.get(purpose)
        if word and reply.code != "00":
            self.said.add(f"bank {word}-{'capture' if reply.private.capture else reply.code}")
        return reply


@dataclass
class Meddled:
    """A channel on which the first answer that is to be is changed, frame by frame."""

    channel: Channel
    meddle: Callable[[bytes], bytes] | None = None
    _deframer: Deframer = field(default_factory=Deframer)

    def open(self, now: Seconds) -> None:
        """As the channel."""
        self.channel.open(now)

    def state(self, now: Seconds) -> State:
        """As the channel."""
        return self.channel.state(now)

    def send(self, data: bytes, now: Seconds) -> None:
        """As the channel."""
        self.channel.send(data, now)

    def receive(self, now: Seconds) -> bytes:
        """What has arrived, changed where armed."""
        data = self.channel.receive(now)
        if not data or self.meddle is None:
            return data
        meddle, self.meddle = self.meddle, None
        first, *others = self._deframer.feed(data)
        return b"".join(framed(frame) for frame in (meddle(first), *others))

    def close(self) -> None:
        """As the channel."""
        self.channel.close()

    def due(self, now: Seconds) -> Seconds:
        """As the channel."""
        return self.channel.due(now)

    def stirs(self, now: Seconds) -> bool:
        """As the channel."""
        return self.channel.stirs(now)


@dataclass
class BankLine:
    """The line between a bench and its bank, with a `Teller` at its end. Made before `boot`."""

    bench: Bench
    teller: Teller = field(init=False)
    line: HostLine = field(init=False)
    wire: Meddled = field(init=False)

    def __post_init__(self) -> None:
        self.teller = Teller(self.bench)
        self.line = self.bench.world.host
        self.wire = Meddled(self.line.channel)
        self.line.server = self.teller
        self.line.channel = self.wire  # type: ignore[assignment]
