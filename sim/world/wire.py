"""A cable between the terminal and a device, and what hangs at the far end of it.

A wire carries bytes both ways at line speed: the last bit of byte k of a write (k counts from 1) is
through k * bits_per_byte / baudrate seconds after the write begins to be sent, plus the latency;
a later write queues behind an earlier one. Nothing here runs by itself: bytes "arrive" because
somebody reads at a later instant of the clock.

Rules it keeps: order is never changed; an undamaged wire loses, adds and changes nothing; an
unplugged wire loses what is in flight, the terminal's end then fails as a real port does (OSError
5, hardware-protocols 10.2) and the device's end hears silence. Damage is drawn from a seed that is
kept, so that a story can be told again.

What a byte means is not its business.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from errno import EIO
from random import Random
from typing import Protocol

from terminal.ports import NEVER, Clock, Seconds

BYTE_VALUES = 256
EDGE_SECONDS = 1e-9
"""Instants are sums of floats; a byte due at the very instant asked about counts as arrived."""


@dataclass(slots=True)
class Damage:
    """Line faults, each a probability between 0 and 1, drawn from `random`.

    `flip` (one bit), `drop`, `stray` (one extra byte before) and `split` (a pause after) are drawn
    for every byte; `delay` for every write. Pauses are uniform up to the two `_seconds_max`. The
    default split reaches past the 200 and 250 ms inside which a frame must be whole
    (hardware-protocols 2.3, 4.2), so that both sides of that limit are met."""

    random: Random
    seed: int | None = None
    flip: float = 0.0
    drop: float = 0.0
    stray: float = 0.0
    split: float = 0.0
    delay: float = 0.0
    split_seconds_max: Seconds = 0.4
    delay_seconds_max: Seconds = 2.0

    @classmethod
    def seeded(
        cls,
        seed: int,
        *,
        flip: float = 0.0,
        drop: float = 0.0,
        stray: float = 0.0,
        split: float = 0.0,
        delay: float = 0.0,
    ) -> "Damage":
        """Damage that knows its seed, for a report that can be repeated."""
        return cls(Random(seed), seed, flip, drop, stray, split, delay)

    def pieces(self, data: bytes) -> list[tuple[Seconds, bytes]]:
        """What becomes of one write: runs of bytes, each with the pause before it."""
        draw = self.random
        pause = draw.uniform(0, self.delay_seconds_max) if draw.random() < self.delay else 0.0
        run = bytearray()
        runs: list[tuple[Seconds, bytes]] = []
        for byte in data:
            if draw.random() < self.stray:
                run.append(draw.randrange(BYTE_VALUES))
            if draw.random() >= self.drop:
                flipped = draw.random() < self.flip
                run.append(byte ^ (1 << draw.randrange(8)) if flipped else byte)
            if draw.random() < self.split:
                runs.append((pause, bytes(run)))
                pause, run = draw.uniform(0, self.split_seconds_max), bytearray()
        runs.append((pause, bytes(run)))
        return [(before, sent) for before, sent in runs if sent]


class _Lane:
    """One direction: bursts of bytes as (begins, ends, data), in order."""

    __slots__ = ("bursts", "busy_until")

    def __init__(self) -> None:
        self.bursts: deque[tuple[Seconds, Seconds, bytes]] = deque()
        self.busy_until: Seconds = 0.0


class End:
    """One end of a wire."""

    __slots__ = ("_incoming", "_is_host", "_outgoing", "_wire")

    def __init__(self, wire: "Wire", outgoing: _Lane, incoming: _Lane, is_host: bool) -> None:
        self._wire = wire
        self._outgoing = outgoing
        self._incoming = incoming
        self._is_host = is_host

    @property
    def plugged(self) -> bool:
        """Whether the cable is whole."""
        return self._wire.plugged

    @property
    def plugs(self) -> int:
        """How often the cable was pulled so far: a port opened before the last time is dead."""
        return self._wire.plugs

    def write(self, data: bytes) -> None:
        """Begin to send. OSError 5 at the terminal's end of an unplugged wire."""
        wire = self._wire
        if not wire.plugged:
            return self._no_cable()
        if not data:
            return None
        lane = self._outgoing
        begins = max(wire.clock.now(), lane.busy_until)
        if wire.damage is None:
            lane.busy_until = begins + len(data) * wire.byte_seconds
            lane.bursts.append((begins, lane.busy_until, data))
            return None
        for pause, run in wire.damage.pieces(data):
            begins += pause
            lane.busy_until = begins + len(run) * wire.byte_seconds
            lane.bursts.append((begins, lane.busy_until, run))
            begins = lane.busy_until
        return None

    def read(self) -> bytes:
        """Everything that has arrived by now, b"" if nothing. OSError 5 as for `write`."""
        arrivals = self.arrivals()
        return arrivals[0][1] if len(arrivals) == 1 else b"".join(data for _, data in arrivals)

    def arrivals(self) -> Sequence[tuple[Seconds, bytes]]:
        """As `read`, run by run, each with the instant at which its last byte arrived."""
        wire = self._wire
        if not wire.plugged:
            self._no_cable()
            return ()
        bursts = self._incoming.bursts
        if not bursts:
            return ()
        latency, now = wire.latency_seconds, wire.clock.now()
        through = now - latency + EDGE_SECONDS
        arrived = []
        while bursts and bursts[0][1] <= through:
            _, ends, data = bursts.popleft()
            arrived.append((min(ends + latency, now), data))
        if bursts and (part := self._part(through)):
            arrived.append((min(bursts[0][0] + latency, now), part))
        return arrived

    def arrives(self) -> Seconds:
        """When the burst now coming in will have wholly arrived; NEVER if none is on its way.

        A burst is one write, or on a damaged wire what of a write holds together."""
        bursts = self._incoming.bursts
        if not bursts:
            return NEVER
        wire = self._wire
        now = wire.clock.now() - wire.latency_seconds + EDGE_SECONDS
        for _, ends, _ in bursts:
            if ends > now:
                return ends + wire.latency_seconds
        return NEVER

    def _part(self, now: Seconds) -> bytes:
        """The bytes of the first burst that are through although the burst is not."""
        begins, ends, data = self._incoming.bursts[0]
        through = int((now - begins) / self._wire.byte_seconds)
        if through <= 0:
            return b""
        begins += through * self._wire.byte_seconds
        self._incoming.bursts[0] = (begins, ends, data[through:])
        return data[:through]

    def _no_cable(self) -> None:
        if self._is_host:
            raise OSError(EIO, "Input/output error")


class Wire:
    """A cable with two ends, `host` (the terminal) and `device`.

    `bits_per_byte` is 10 for 8N1 and 11 for 8E1 (hardware-protocols 2.1, 4.1)."""

    def __init__(
        self,
        clock: Clock,
        baudrate: int = 9600,
        bits_per_byte: int = 10,
        latency_seconds: Seconds = 0.0,
        damage: Damage | None = None,
    ) -> None:
        assert baudrate > 0, f"a line of {baudrate} bit/s carries nothing"
        self.clock = clock
        self.byte_seconds: Seconds = bits_per_byte / baudrate
        self.latency_seconds = latency_seconds
        self.damage = damage
        self.plugged = True
        self.plugs = 0
        self.lanes = _Lane(), _Lane()
        to_device, to_host = self.lanes
        self.host = End(self, outgoing=to_device, incoming=to_host, is_host=True)
        self.device = End(self, outgoing=to_host, incoming=to_device, is_host=False)

    def unplug(self) -> None:
        """Pull the cable: what is in flight is lost, both ways."""
        self.plugged = False
        self.plugs += 1
        for lane in self.lanes:
            lane.bursts.clear()
            lane.busy_until = 0.0

    def replug(self) -> None:
        """Put the cable back; the terminal must open its port again."""
        self.plugged = True


class Firmware(Protocol):
    """The program inside a device, and the physical things it moves."""

    def feed(self, data: bytes, now: Seconds) -> None:
        """Bytes from the line."""
        ...

    def advance(self, now: Seconds) -> bytes:
        """Let time pass up to `now`; gives the bytes to send now."""
        ...

    def due(self, now: Seconds) -> Seconds:
        """The next instant at which it acts by itself; NEVER if it only waits to be spoken to."""
        ...

    def snapshot(self) -> dict[str, object]:
        """Everything that survives the terminal being killed, as JSON can hold it; an operation in
        progress is part of it, with its monotonic instants."""
        ...

    def restore(self, state: dict[str, object]) -> None:
        """Become what `snapshot` described."""
        ...


class Outlet:
    """A device on its cable: moves bytes between the far end and the firmware.

    `wakes` is when the device hears something or acts by itself, `tells` when a burst for the terminal
    has arrived, both as of the last look."""

    __slots__ = ("_acts_at", "firmware", "name", "tells", "wakes", "wire")

    def __init__(self, name: str, wire: Wire, firmware: Firmware) -> None:
        self.name = name
        self.wire = wire
        self.firmware = firmware
        self._acts_at = self.wakes = self.tells = 0.0

    def advance(self, now: Seconds) -> bool:
        """Everything that has arrived goes in, as of when it arrived: a device listens all the time, even
        if this is not called for a while. Everything that is ready comes out. True if there was anything."""
        heard = self.wire.device.arrivals()
        for instant, data in heard:
            self.firmware.feed(data, instant)
        said = self.firmware.advance(now)
        if said:
            self.wire.device.write(said)
        return bool(heard or said)

    def due(self, now: Seconds) -> Seconds:
        """The next instant at which `advance` has something to do."""
        self.look(now)
        return self.wakes

    def look(self, now: Seconds) -> None:
        """Find `wakes` and `tells` anew."""
        self._acts_at = self.firmware.due(now)
        self.look_at_cable()

    def look_at_cable(self) -> None:
        """As `look`, if only the cable has changed since."""
        wire, acts_at = self.wire, self._acts_at
        to_device, to_host = wire.lanes
        self.wakes = min(acts_at, wire.device.arrives()) if to_device.bursts else acts_at
        self.tells = wire.host.arrives() if to_host.bursts else NEVER
