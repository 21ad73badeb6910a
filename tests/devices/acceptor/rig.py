"""The real driver and the simulated note acceptor on one wire and one told clock."""

from collections import Counter
from collections.abc import Callable
from itertools import count

from devices.acceptor.driver import PARITY, Acceptor
from devices.acceptor.framing import Frame, Framer
from devices.acceptor.link import BAUDRATE, BITS_PER_BYTE
from devices.transport import open_port
from sim.world import protocol_sim
from sim.world.acceptor import AcceptorFirmware
from sim.world.clock import VirtualClock
from sim.world.wire import Damage, Outlet, Wire
from terminal.effects import (
    CheckAcceptor,
    CloseAcceptor,
    Effect,
    OpenAcceptor,
)
from terminal.events import (
    AcceptorClosed,
    AcceptorOpen,
    AcceptorReady,
    Bundle,
    Event,
    NotesInEscrow,
)
from terminal.ports import NEVER, Seconds

TURNS_MAX = 50_000
"""A story that does not come to rest in so many turns never will."""

STEP_SECONDS_MAX = 60.0

_numbers = count()


class Rig:
    """An acceptor on its cable. `sent` has the data of every frame of the driver and when."""

    def __init__(self, damage: Damage | None = None, awake: bool = True) -> None:
        self.clock = VirtualClock()
        self.wire = Wire(self.clock, BAUDRATE, BITS_PER_BYTE, damage=damage)
        self.device = AcceptorFirmware()
        self.outlet = Outlet("acceptor", self.wire, self.device)
        self.name = f"rig-acceptor-{next(_numbers)}"
        self.sent: list[tuple[Seconds, bytes]] = []
        self.events: list[Event] = []
        self.acts: list[tuple[Seconds, Callable[[], object]]] = []
        self._spy = Framer()
        protocol_sim.install()
        self.start()
        if awake:
            self.submit(CheckAcceptor())
            assert isinstance(self.until(AcceptorReady), AcceptorReady)

    def start(self) -> None:
        """The terminal's half, new; what it knew is gone."""
        protocol_sim.plug(self.name, self.wire.host)
        self.driver = Acceptor(open_port(f"sim://{self.name}", BAUDRATE, PARITY, self._trace))

    def _trace(self, way: str, data: bytes) -> None:
        if way == "->":
            items = self._spy.feed(data, self.clock.now())
            now = self.clock.now()
            self.sent += [(now, each.data) for each in items if isinstance(each, Frame)]

    def commands(self, command: int) -> list[bytes]:
        """What was sent of one command."""
        return [data for _, data in self.sent if data[0] == command]

    def at(self, seconds: Seconds, act: Callable[[], object]) -> None:
        """Do something by hand so much later."""
        self.acts.append((self.clock.now() + seconds, act))
        self.acts.sort(key=lambda each: each[0])

    def submit(self, effect: Effect) -> None:
        self.driver.submit(effect, self.clock.now())

    # --- time -------------------------------------------------------------------------------------

    def rest(self, seconds: Seconds = 10.0) -> list[Event]:
        """Let time pass; what was heard."""
        return self._run(seconds, lambda _: False)

    def until(self, *kinds: type[Event], seconds: Seconds = 200.0) -> Event | None:
        """Let time pass until an event of these kinds; None if none comes."""
        heard = self._run(seconds, lambda event: isinstance(event, kinds))
        return next((event for event in heard if isinstance(event, kinds)), None)

    def _run(self, seconds: Seconds, stop: Callable[[Event], bool]) -> list[Event]:
        end, heard = self.clock.now() + seconds, []
        for _ in range(TURNS_MAX):
            events = self.step(end)
            heard += events
            if any(stop(event) for event in events) or self.clock.now() >= end:
                return heard
        raise AssertionError(f"no rest: {heard}")

    def step(self, end: Seconds = NEVER) -> list[Event]:
        """Everything that happens now; then time moves on, unless something was said."""
        now = self.clock.now()
        while self.acts and self.acts[0][0] <= now:
            self.acts.pop(0)[1]()
        self.outlet.advance(now)
        events = list(self.driver.poll(now))
        self.events += events
        self.outlet.advance(now)
        if not events:
            self.clock.advance_to(min(max(now, self._next(now)), end, now + STEP_SECONDS_MAX))
        return events

    def _next(self, now: Seconds) -> Seconds:
        arrives = self.wire.host.arrives() if self.wire.plugged else NEVER
        acts = self.acts[0][0] if self.acts else NEVER
        return min(self.driver.due(now), self.outlet.due(now), arrives, acts)

    # --- a deposit --------------------------------------------------------------------------------

    def opened(self, txid: str = "t1") -> "Rig":
        """The inlet is open."""
        self.submit(OpenAcceptor(txid))
        assert self.until(AcceptorOpen) == AcceptorOpen(txid)
        return self

    def escrow(self, *notes: int, txid: str = "t1") -> Bundle:
        """A deposit with these notes in escrow, the inlet closed."""
        self.opened(txid)
        assert self.device.insert(*notes)
        self.rest(3.0 * len(notes) + 1.0)
        self.submit(CloseAcceptor(txid))
        closed = self.until(AcceptorClosed)
        assert isinstance(closed, AcceptorClosed)
        return closed.counts

    def last_escrow(self) -> NotesInEscrow | None:
        """What was last told of the escrow."""
        told = [each for each in self.events if isinstance(each, NotesInEscrow)]
        return told[-1] if told else None

    def is_conserved(self) -> bool:
        """Every note that was drawn in is somewhere."""
        total: Counter[int] = Counter()
        for held in self.device.notes().values():
            total.update(held)
        return dict(+total) == self.device.brought()
