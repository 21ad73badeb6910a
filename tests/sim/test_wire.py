"""The cable: line speed, order, loss, and what hangs at its far end."""

from errno import EIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.dispenser.codec import Ask, Command, encode_request
from devices.dispenser.framing import ACK
from sim.world.clock import TurnClock, VirtualClock
from sim.world.dispenser import CassetteState, DispenserFirmware
from sim.world.wire import Damage, Outlet, Wire
from terminal.ports import NEVER, Seconds

BYTE = 10 / 9600


def test_a_byte_is_through_one_byte_time_after_it_begins() -> None:
    clock = VirtualClock(5.0)
    wire = Wire(clock)
    wire.host.write(b"abc")
    assert wire.device.read() == b""
    clock.advance_to(5.0 + BYTE)
    assert wire.device.read() == b"a"
    clock.advance_to(5.0 + 2.5 * BYTE)
    assert wire.device.read() == b"b"
    assert wire.device.arrives() == pytest.approx(5.0 + 3 * BYTE)
    clock.advance_to(wire.device.arrives())
    assert wire.device.read() == b"c"
    assert wire.device.arrives() == NEVER


def test_a_later_write_queues_behind_an_earlier_one() -> None:
    clock = VirtualClock()
    wire = Wire(clock, latency_seconds=0.01)
    wire.device.write(b"first")
    wire.device.write(b"second")
    assert wire.host.arrives() == pytest.approx(5 * BYTE + 0.01)
    clock.advance_to(wire.host.arrives())
    assert wire.host.read() == b"first"
    clock.advance_to(wire.host.arrives())
    assert clock.now() == pytest.approx(11 * BYTE + 0.01)
    assert wire.host.read() == b"second"


def test_what_has_arrived_unread_is_not_on_its_way() -> None:
    clock = VirtualClock()
    wire = Wire(clock)
    wire.host.write(b"x")
    clock.advance_to(1.0)
    assert wire.device.arrives() == NEVER
    assert wire.device.read() == b"x"


@given(
    st.lists(st.binary(min_size=1, max_size=9), max_size=6),
    st.lists(st.floats(0, 0.02), min_size=1, max_size=20),
)
def test_whatever_the_reading_times_nothing_is_lost_or_moved(
    writes: list[bytes], pauses: list[Seconds]
) -> None:
    clock = VirtualClock()
    wire = Wire(clock)
    for data in writes:
        wire.host.write(data)
    got = b""
    for pause in pauses:
        clock.advance_to(clock.now() + pause)
        got += wire.device.read()
        assert len(got) <= clock.now() / BYTE + 0.001
    clock.advance_to(clock.now() + 60 * BYTE)
    assert got + wire.device.read() == b"".join(writes)


def test_an_unplugged_cable_loses_what_is_in_flight_and_fails_the_host() -> None:
    clock = VirtualClock()
    wire = Wire(clock)
    wire.host.write(b"command")
    wire.device.write(b"answer")
    wire.unplug()
    for act in (wire.host.read, lambda: wire.host.write(b"x")):
        with pytest.raises(OSError, match="Input/output") as caught:
            act()
        assert caught.value.errno == EIO
    wire.device.write(b"to nobody")
    assert wire.device.read() == b""
    wire.replug()
    clock.advance_to(1.0)
    assert wire.host.read() == b""
    assert wire.device.read() == b""


def heard(damage: Damage | None) -> bytes:
    clock = VirtualClock()
    wire = Wire(clock, damage=damage)
    for number in range(50):
        wire.host.write(bytes([number]) * 10)
    got = b""
    while (instant := wire.device.arrives()) != NEVER:
        clock.advance_to(instant)
        got += wire.device.read()
    return got


def test_equal_seeds_give_equal_damage_and_the_seed_is_kept() -> None:
    rates = {"flip": 0.02, "drop": 0.02, "stray": 0.02, "split": 0.05, "delay": 0.1}
    assert heard(Damage.seeded(7, **rates)) == heard(Damage.seeded(7, **rates))
    assert heard(Damage.seeded(7, **rates)) != heard(Damage.seeded(8, **rates))
    assert "seed=7" in repr(Damage.seeded(7, **rates))


def test_each_kind_of_damage_does_only_its_own_harm() -> None:
    whole = heard(None)
    assert heard(Damage.seeded(1, split=0.3, delay=0.3)) == whole
    assert heard(Damage.seeded(1, drop=1.0)) == b""
    assert len(heard(Damage.seeded(1, stray=1.0))) == 2 * len(whole)
    flipped = heard(Damage.seeded(1, flip=1.0))
    assert all((a ^ b).bit_count() == 1 for a, b in zip(flipped, whole, strict=True))


def test_a_split_frame_arrives_in_two_bursts() -> None:
    clock = VirtualClock()
    wire = Wire(clock, damage=Damage.seeded(3, split=1.0))
    wire.host.write(b"ab")
    clock.advance_to(wire.device.arrives())
    assert wire.device.read() == b"a"
    assert clock.now() < wire.device.arrives() < clock.now() + 0.4 + BYTE + 1e-6


def test_a_device_hears_a_frame_as_it_came_although_nobody_looked_for_a_while() -> None:
    """The world stood still for a second in the middle of a frame: a busy computer, not a slow line."""
    clock = VirtualClock()
    wire = Wire(clock)
    dispenser = Outlet("dispenser", wire, DispenserFirmware([CassetteState(100, 200)]))
    wire.host.write(encode_request(Ask(Command.STATUS)))
    clock.advance_to(2.5 * BYTE)
    assert dispenser.advance(clock.now())
    clock.advance_to(1.0)
    dispenser.advance(clock.now())
    clock.advance_to(2.0)
    assert wire.host.read()[:1] == bytes((ACK,))


class Parrot:
    """Firmware that says a second later what it heard."""

    def __init__(self) -> None:
        self.heard = b""
        self.at = NEVER

    def feed(self, data: bytes, now: Seconds) -> None:
        self.heard += data
        self.at = now + 1.0

    def advance(self, now: Seconds) -> bytes:
        if now < self.at:
            return b""
        said, self.heard, self.at = self.heard, b"", NEVER
        return said

    def due(self, now: Seconds) -> Seconds:
        return self.at

    def snapshot(self) -> dict[str, object]:
        return {}

    def restore(self, state: dict[str, object]) -> None:
        """Nothing is kept."""


def test_an_outlet_carries_bytes_in_and_out_and_knows_when_it_is_due() -> None:
    clock = VirtualClock()
    wire = Wire(clock)
    outlet = Outlet("parrot", wire, Parrot())
    assert outlet.due(0.0) == NEVER
    wire.host.write(b"hello")
    clock.advance_to(outlet.due(clock.now()))
    outlet.advance(clock.now())
    assert outlet.due(clock.now()) == pytest.approx(1.0 + 5 * BYTE)
    clock.advance_to(outlet.due(clock.now()))
    outlet.advance(clock.now())
    clock.advance_to(wire.host.arrives())
    assert wire.host.read() == b"hello"


class Restless:
    """A clock that is later at every look."""

    def __init__(self) -> None:
        self.instant = 0.0

    def now(self) -> float:
        self.instant += 0.003
        return self.instant

    def utc(self) -> str:
        return "2026-01-05T09:00:00.000Z"


def test_a_byte_that_comes_through_between_two_looks_is_not_slept_over() -> None:
    clock = TurnClock(Restless())
    wire = Wire(clock, 9600)
    wire.host.write(b"12345678")
    while not (heard := wire.device.read()):
        assert wire.device.arrives() < NEVER, "a burst is on its way and nobody would wake for it"
        clock.move()
    assert heard
