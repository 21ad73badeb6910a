"""The real driver and the simulated reader on one wire and one told clock."""

from itertools import count
from typing import TypeVar

from devices.card_reader.driver import DEFAULT_BAUDRATE, PARITY, CardReader
from devices.card_reader.framing import Frame, Framer
from devices.transport import open_port
from sim.world import protocol_sim
from sim.world.card_reader import CardReaderFirmware
from sim.world.clock import VirtualClock
from sim.world.wire import Damage, Outlet, Wire
from terminal.effects import AcceptCard, Effect, InspectReader
from terminal.events import CardInserted, Event

BITS_PER_BYTE = 11
STEPS_MAX = 200_000
_numbers = count()

E = TypeVar("E")


class Bench:
    """A reader on its cable. `sent` has the TEXT of every frame the driver sent."""

    def __init__(
        self,
        damage: Damage | None = None,
        awake: bool = True,
        baudrate: int = DEFAULT_BAUDRATE,
    ) -> None:
        self.clock = VirtualClock()
        self.wire = Wire(self.clock, baudrate, BITS_PER_BYTE, damage=damage)
        self.firmware = CardReaderFirmware()
        self.outlet = Outlet("reader", self.wire, self.firmware)
        self.steps = 0
        self.events: list[Event] = []
        self.sent: list[bytes] = []
        self._spy = Framer()
        name = f"bench-reader-{next(_numbers)}"
        protocol_sim.install()
        protocol_sim.plug(name, self.wire.host)
        self.transport = open_port(f"sim://{name}", baudrate, PARITY, self._trace)
        self.reader = CardReader(self.transport)
        if awake:
            self.does(InspectReader())
            self.run(2)

    def restart_terminal(self) -> None:
        """The terminal dies and starts again; the reader does not notice."""
        self.reader = CardReader(self.transport)

    def does(self, effect: Effect) -> "Bench":
        """Give one order."""
        self.reader.submit(effect, self.clock.now())
        return self

    def run(self, seconds: float, until: type[object] | None = None) -> list[Event]:
        """Let time pass; gives the events of it. Stops early at the first event of a type."""
        end = self.clock.now() + seconds
        seen: list[Event] = []
        while self.clock.now() < end:
            seen += self._step(end)
            if until and any(isinstance(event, until) for event in seen):
                break
        self.events += seen
        return seen

    def hears(self, wanted: type[E], seconds: float = 60) -> E:
        """Let time pass until an event of this type."""
        seen = self.run(seconds, until=wanted)
        found = [event for event in seen if isinstance(event, wanted)]
        assert found, f"no {wanted.__name__} within {seconds} s, but {seen}"
        return found[0]

    def with_card(self, name: str) -> "Bench":
        """A card was let in."""
        self.does(AcceptCard())
        self.run(1)
        assert self.firmware.insert(name)
        self.hears(CardInserted)
        return self

    def _step(self, end: float) -> list[Event]:
        self.steps += 1
        assert self.steps < STEPS_MAX, "time stands still"
        now = self.clock.now()
        seen = list(self.reader.poll(now))
        self.outlet.advance(now)
        due = min(self.reader.due(now), self.outlet.due(now), self.wire.host.arrives())
        self.clock.advance_to(min(max(due, now), end))
        return seen

    def _trace(self, direction: str, data: bytes) -> None:
        if direction == "->":
            items = self._spy.feed(data, self.clock.now())
            self.sent += [item.text for item in items if isinstance(item, Frame)]
