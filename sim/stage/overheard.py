"""Somebody listening to what goes between a terminal and its devices: bytes, or orders where there are none.

What is heard is handed on as it is; what it means is told elsewhere (`sim/stories/wire.py`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any, Final

from devices.host.channel import Channel, State
from terminal import effects as fx
from terminal import events as ev
from terminal.ports import Port, Seconds

TO_DEVICE, FROM_DEVICE = "->", "<-"
"""Which way bytes went, as `devices.transport` says it."""

Trace = Callable[[str, str, bytes, Seconds], None]
"""Told of bytes on a cable: whose, which way, the bytes, when. The bank's line is called `bank`."""


PRESENTER: Final = "presenter"
"""What a presenter is called where it is heard: it has no cable yet."""

UNTOLD: Final = ("txid", "token")
"""Ids of one run, of which nobody learns anything."""


@dataclass(frozen=True, slots=True)
class TracedChannel:
    """The line to the bank with somebody listening to it."""

    channel: Channel
    trace: Trace

    def open(self, now: Seconds) -> None:
        """As the channel."""
        self.channel.open(now)

    def state(self, now: Seconds) -> State:
        """As the channel."""
        return self.channel.state(now)

    def send(self, data: bytes, now: Seconds) -> None:
        """To the bank."""
        self.trace("bank", TO_DEVICE, data, now)
        self.channel.send(data, now)

    def receive(self, now: Seconds) -> bytes:
        """From the bank."""
        if data := self.channel.receive(now):
            self.trace("bank", FROM_DEVICE, data, now)
        return data

    def close(self) -> None:
        """As the channel."""
        self.channel.close()

    def stirs(self, now: Seconds) -> bool:
        """As the channel."""
        return self.channel.stirs(now)

    def due(self, now: Seconds) -> Seconds:
        """As the channel."""
        return self.channel.due(now)


@dataclass(frozen=True, slots=True)
class TracedPort:
    """A device without a cable: its orders and answers are heard as words."""

    port: Port
    heard: Callable[[str, bytes], None]

    def submit(self, effect: fx.Effect, now: Seconds) -> None:
        """As the port."""
        self.heard(TO_DEVICE, in_words(effect).encode())
        self.port.submit(effect, now)

    def poll(self, now: Seconds) -> Iterable[ev.Event]:
        """As the port."""
        said = list(self.port.poll(now))
        for event in said:
            self.heard(FROM_DEVICE, in_words(event).encode())
        return said

    def due(self, now: Seconds) -> Seconds:
        """As the port."""
        return self.port.due(now)


def in_words(thing: Any) -> str:
    """An effect or an event by its name and what it says."""
    name = "".join(f" {one.lower()}" if one.isupper() else one for one in type(thing).__name__)
    facts = [
        f"{one.name}={_short(getattr(thing, one.name))}"
        for one in fields(thing)
        if one.name not in UNTOLD
    ]
    return " ".join((name.strip(), *facts))


def _short(value: object) -> str:
    if isinstance(value, tuple):
        return "/".join(str(int(one)) if isinstance(one, bool) else str(one) for one in value)
    return "capabilities" if isinstance(value, ev.Capabilities) else str(value)
