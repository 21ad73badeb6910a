"""The real driver and the simulated identity card reader on one wire and one told clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from devices.id_reader.codec import DEFAULT_BAUDRATE
from devices.id_reader.driver import PARITY, IdReader
from devices.id_reader.framing import Frame, Framer
from devices.id_reader.rounds import Condition
from devices.transport import Transport, open_port
from sim.world import protocol_sim
from sim.world.clock import VirtualClock
from sim.world.id_reader import IdReaderFirmware
from sim.world.wire import Damage, Outlet, Wire
from terminal.events import DocumentGone, DocumentRead, DocumentUnread, Event
from terminal.ports import Seconds

BITS_PER_BYTE = 10
STEPS_MAX = 400_000
_numbers = count()


@dataclass
class DayClock:
    """A told clock whose wall time begins where the story does."""

    begins: datetime
    told: VirtualClock

    def now(self) -> Seconds:
        return self.told.now()

    def utc(self) -> str:
        instant = self.begins + timedelta(seconds=self.told.now())
        return instant.isoformat(timespec="milliseconds") + "Z"


class Bench:
    """A reader on its cable. `sent` has the body of every frame the driver sent and when, `opened` the
    speeds at which the port was opened, `traced` everything that came from the reader."""

    def __init__(
        self,
        firmware: IdReaderFirmware | None = None,
        damage: Damage | None = None,
        awake: bool = True,
        find_seconds: float = 1.0,
        begins: str = "2026-01-05T09:00:00",
    ) -> None:
        self.clock = VirtualClock()
        self.wire = Wire(self.clock, DEFAULT_BAUDRATE, BITS_PER_BYTE, damage=damage)
        self.firmware = firmware or IdReaderFirmware()
        self.outlet = Outlet("id_reader", self.wire, self.firmware)
        self.steps = 0
        self.events: list[Event] = []
        self.sent: list[tuple[float, bytes]] = []
        self.opened: list[int] = []
        self._spy = Framer()
        self._name = f"bench-id-reader-{next(_numbers)}"
        protocol_sim.install()
        protocol_sim.plug(self._name, self.wire.host)
        day = DayClock(datetime.fromisoformat(begins), self.clock)
        self.reader = IdReader(self.open, day, find_seconds)
        if awake:
            self.run(1)
            assert self.reader.condition is Condition.READY

    def open(self, baudrate: int) -> Transport:
        """The port at this speed; the cable carries what the port is set to."""
        self.opened.append(baudrate)
        transport = open_port(f"sim://{self._name}", baudrate, PARITY, self._trace)
        self.wire.byte_seconds = BITS_PER_BYTE / baudrate
        self.firmware.host_baudrate = baudrate
        return transport

    def place(self, name: str, seconds: float = 5.0) -> list[Event]:
        """Lay a document down and wait; what the terminal hears."""
        assert self.firmware.place(name)
        return self.run(seconds)

    def lift(self, seconds: float = 3.0) -> list[Event]:
        """Take it away and wait; what the terminal hears."""
        assert self.firmware.lift() is not None
        return self.run(seconds)

    def run(self, seconds: float, until: bytes = b"") -> list[Event]:
        """Let time pass; gives the events of it. Stops early once a request `until` was sent."""
        end = self.clock.now() + seconds
        seen: list[Event] = []
        before = len(self.sent)
        while self.clock.now() < end:
            seen += self._step(end)
            if until and any(body == until for _, body in self.sent[before:]):
                break
        self.events += seen
        return seen

    def condition(self) -> Condition:
        """How the driver says the reader is."""
        return self.reader.condition

    def bodies(self) -> list[bytes]:
        """What was sent, without the times."""
        return [body for _, body in self.sent]

    def _step(self, end: float) -> list[Event]:
        self.steps += 1
        assert self.steps < STEPS_MAX, "time stands still"
        now = self.clock.now()
        seen = list(self.reader.poll(now))
        self.outlet.advance(now)
        arrives = self.wire.host.arrives() if self.wire.plugged else end
        due = min(self.reader.due(now), self.outlet.due(now), arrives)
        self.clock.advance_to(min(max(due, now), end))
        return seen

    def _trace(self, direction: str, data: bytes) -> None:
        if direction == "->":
            items = self._spy.feed(data, self.clock.now())
            now = self.clock.now()
            self.sent += [(now, bytes(item.body)) for item in items if isinstance(item, Frame)]


def read(band: str) -> DocumentRead:
    """The event of a document that was read."""
    return DocumentRead(band)  # type: ignore[arg-type]


def unread(reason: str) -> DocumentUnread:
    """The event of a document that was not."""
    return DocumentUnread(reason)  # type: ignore[arg-type]


GONE = DocumentGone()
