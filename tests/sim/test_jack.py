"""The headset jack: what hands can do to it, and what the terminal hears of it."""

import pytest

from sim.world.acts import act
from sim.world.clock import VirtualClock
from sim.world.jack import PRESSED_MAX, JackSensor
from sim.world.world import World
from terminal import events as ev
from terminal.cash_units import Cassette
from terminal.money import yuan
from terminal.ports import NEVER


@pytest.fixture
def world() -> World:
    return World(VirtualClock(), (Cassette(yuan(100), 10),))


def test_a_plug_goes_in_once_and_comes_out_once(world: World) -> None:
    sensor = JackSensor(world.jack)
    assert sensor.due(0.0) == NEVER
    assert [act(world, name) for name in ("pull_headset", "plug_headset", "plug_headset")] == [
        False,
        True,
        False,
    ]
    assert sensor.due(0.0) == 0.0
    assert sensor.poll(0.0) == [ev.HeadsetPlugged()]
    assert sensor.poll(0.0) == []
    assert act(world, "pull_headset")
    assert sensor.poll(0.0) == [ev.HeadsetUnplugged()]


def test_a_press_on_the_drawn_jack_does_whichever_can_be_done(world: World) -> None:
    sensor = JackSensor(world.jack)
    assert act(world, "headset")
    assert sensor.poll(0.0) == [ev.HeadsetPlugged()]
    assert act(world, "headset")
    assert sensor.poll(0.0) == [ev.HeadsetUnplugged()]


def test_the_keys_beside_the_jack_are_heard_in_order_and_are_not_the_pads(world: World) -> None:
    sensor, pad = JackSensor(world.jack), list[str]()
    world.press_key = pad.append
    for name in ("key:louder", "key:softer", "key:5"):
        assert act(world, name)
    assert sensor.poll(0.0) == [ev.KeyPressed("louder"), ev.KeyPressed("softer")]
    assert sensor.due(0.0) == NEVER
    assert pad == ["5"]


def test_a_sensor_that_is_switched_on_says_that_a_plug_is_in_and_nothing_of_keys_from_before(
    world: World,
) -> None:
    act(world, "plug_headset")
    act(world, "key:louder")
    assert JackSensor(world.jack).poll(0.0) == [ev.HeadsetPlugged()]


def test_a_key_that_is_stuck_fills_no_memory(world: World) -> None:
    for _ in range(PRESSED_MAX * 2):
        act(world, "key:louder")
    assert len(JackSensor(world.jack).poll(0.0)) == 0  # from before it listened
    sensor = JackSensor(world.jack)
    for _ in range(PRESSED_MAX * 2):
        act(world, "key:louder")
    assert len(sensor.poll(0.0)) == PRESSED_MAX


def test_the_plug_outlives_the_terminal_and_a_world_kept_before_there_was_a_jack_has_none_in(
    world: World,
) -> None:
    act(world, "plug_headset")
    kept = world.snapshot()
    other = World(VirtualClock(), world.cassettes)
    other.restore(kept)
    assert other.jack.plugged
    del kept["headset"]
    other.restore(kept)
    assert not other.jack.plugged
