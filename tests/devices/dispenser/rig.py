"""A driver, a cable and a device on one told clock, and a loop that jumps to what falls due next."""

from collections.abc import Callable

from devices.dispenser.driver import Dispenser
from devices.transport import open_port
from sim.world import protocol_sim
from sim.world.clock import VirtualClock
from sim.world.dispenser import CassetteState, DispenserFirmware
from sim.world.wire import Damage, Outlet, Wire
from terminal.effects import DispenseNotes, Effect, KeepResult, PrepareDispense
from terminal.events import (
    Counts,
    DispensePrepared,
    Event,
    NotesDispensed,
)
from terminal.ports import NEVER, Seconds

TURNS_MAX = 20_000
"""A story that does not come to rest in so many turns never will."""


class Rig:
    """Four cassettes of 100, 50, 20 and 10 yuan, 200 notes each."""

    def __init__(self, damage: Damage | None = None, parity: str = "N") -> None:
        self.clock = VirtualClock()
        self.wire = Wire(self.clock, damage=damage)
        self.device = DispenserFirmware([CassetteState(n, 200) for n in (100, 50, 20, 10)])
        self.outlet = Outlet("dispenser", self.wire, self.device)
        protocol_sim.install()
        protocol_sim.plug("dispenser", self.wire.host)
        self.traffic: list[tuple[Seconds, str, bytes]] = []
        self.parity = parity
        self.acts: list[tuple[Seconds, Callable[[], object]]] = []
        self.taken: dict[int, int] = {}
        self.loaded = self.count()
        self.start()

    def start(self) -> None:
        """The terminal's half, new; what it knew is gone."""
        protocol_sim.plug("dispenser", self.wire.host)
        transport = open_port("sim://dispenser", 9600, self.parity, self.trace)
        self.driver = Dispenser(transport)

    def trace(self, way: str, data: bytes) -> None:
        self.traffic.append((self.clock.now(), way, data))

    def at(self, instant: Seconds, act: Callable[[], object]) -> None:
        """Do something by hand at an instant."""
        self.acts.append((instant, act))
        self.acts.sort(key=lambda each: each[0])

    def submit(self, effect: Effect) -> None:
        self.driver.submit(effect, self.clock.now())

    def until(self, stop: Callable[[Event], bool], limit: Seconds = 200.0) -> list[Event]:
        """Let time run until an event that `stop` accepts; everything heard."""
        events: list[Event] = []
        end = self.clock.now() + limit
        for _ in range(TURNS_MAX):
            events += self.turn()
            if any(stop(event) for event in events):
                return events
            if not self.jump(end):
                return events
        raise AssertionError(f"no rest: {events}")

    def rest(self, seconds: Seconds = 10.0) -> list[Event]:
        """Let time run."""
        return self.until(lambda _: False, seconds)

    def turn(self) -> list[Event]:
        now = self.clock.now()
        while self.acts and self.acts[0][0] <= now:
            self.acts.pop(0)[1]()
        self.outlet.advance(now)
        return list(self.driver.poll(now))

    def jump(self, end: Seconds) -> bool:
        now = self.clock.now()
        instants = (
            self.driver.due(now),
            self.outlet.due(now),
            self.wire.host.arrives(),
            self.acts[0][0] if self.acts else NEVER,
        )
        following = max(now, min(instants))
        if following > end:
            self.clock.advance_to(end)
            return False
        self.clock.advance_to(following)
        return True

    # --- a withdrawal ---------------------------------------------------------------------------

    def order(self, mix: Counts, txid: str = "t1", keep: bool = True) -> Event:
        """Prepare and dispense; the ending event. KeepResult follows a result, as on disk."""
        self.submit(PrepareDispense(txid))
        prepared = self.until(lambda _: True)[-1]
        if not isinstance(prepared, DispensePrepared):
            return prepared
        self.before = prepared.before
        self.submit(DispenseNotes(txid, mix))
        ending = self.until(lambda _: True)[-1]
        if keep and isinstance(ending, NotesDispensed):
            self.submit(KeepResult(txid))
            self.rest(1.0)
        return ending

    def sent(self, command: int) -> int:
        """How often a command went to the device."""
        head = bytes((0x04, 0x30, 0x02, command))
        return sum(data.count(head) for _, way, data in self.traffic if way == "->")

    def count(self) -> dict[int, int]:
        """Every note there is, taken ones too, by denomination."""
        total: dict[int, int] = dict(self.taken)
        for held in self.device.notes().values():
            for note, count in held.items():
                total[note] = total.get(note, 0) + count
        return total

    def out(self) -> dict[int, int]:
        """What lies in the customer's reach."""
        return self.device.notes()["exit"]
