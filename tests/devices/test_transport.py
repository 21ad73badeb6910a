"""Ports of every kind through the one module that knows pyserial: pseudo-terminals, TCP, simulated."""

import os
import select
import socket
import subprocess
import sys
import tty
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import serial

from devices.transport import LinkLost, PortRefused, Transport, open_port
from sim.world import protocol_sim
from sim.world.clock import VirtualClock
from sim.world.wire import Wire

ROOT = Path(__file__).parents[2]

READS_MAX = 10_000
"""Bound of every loop that waits for the kernel; each turn waits at most 10 ms in select."""


def read_until(transport: Transport, wanted: bytes) -> bytes:
    got = b""
    for _ in range(READS_MAX):
        got += transport.read()
        if len(got) >= len(wanted):
            break
        select.select([], [], [], 0.001)
    return got


def flood(transport: Transport) -> None:
    for _ in range(100):
        transport.write(bytes(4096))


class Terminal:
    """The device's side of a pseudo-terminal (hardware-protocols 10.2)."""

    def __init__(self) -> None:
        self.master, self.keeper = os.openpty()
        tty.setraw(self.keeper)
        self.name = os.ttyname(self.keeper)
        self.alive = True

    def read(self, count: int) -> bytes:
        got = b""
        while len(got) < count and select.select([self.master], [], [], 5)[0]:
            got += os.read(self.master, count - len(got))
        return got

    def unplug(self) -> None:
        if self.alive:
            self.alive = False
            os.close(self.master)
            os.close(self.keeper)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.unplug()


@pytest.fixture
def wire() -> Iterator[Wire]:
    protocol_sim.install()
    made = Wire(VirtualClock())
    protocol_sim.plug("dispenser", made.host)
    yield made
    protocol_sim.unplug_all()


# --- pseudo-terminals ---------------------------------------------------------------------------


def test_every_byte_passes_a_pty_both_ways_and_is_traced(terminal: Terminal) -> None:
    every = bytes(range(256))
    trace: list[tuple[str, bytes]] = []
    with closing(open_port(terminal.name, 9600, "N", lambda *seen: trace.append(seen))) as port:
        assert port.read() == b""
        port.write(every)
        assert terminal.read(256) == every
        os.write(terminal.master, every)
        assert read_until(port, every) == every
    assert trace[0] == ("->", every)
    assert b"".join(data for way, data in trace if way == "<-") == every


def test_parity_on_a_pty_can_be_opened_again_and_again(terminal: Terminal) -> None:
    for _ in range(3):
        with closing(open_port(terminal.name, 9600, "E")) as port:
            port.reopen()
            port.write(b"\x80")
            assert terminal.read(1) == b"\x80"


def test_a_symlink_to_a_pty_is_opened_with_parity_too(terminal: Terminal, tmp_path: Path) -> None:
    link = tmp_path / "reader"
    link.symlink_to(terminal.name)
    for _ in range(2):
        open_port(str(link), 9600, "E").close()


def test_a_pulled_pty_is_a_lost_link_and_cannot_be_reopened(terminal: Terminal) -> None:
    with closing(open_port(terminal.name, 9600, "N")) as port:
        terminal.unplug()
        with pytest.raises(LinkLost):
            port.read()
        with pytest.raises(LinkLost):
            port.write(b"x")
        with pytest.raises(LinkLost):
            port.reopen()
        with pytest.raises(LinkLost):
            port.read()


def test_a_pty_nobody_empties_is_a_lost_link_not_a_hang(terminal: Terminal) -> None:
    with closing(open_port(terminal.name, 9600, "N")) as port, pytest.raises(LinkLost):
        flood(port)


# --- TCP ----------------------------------------------------------------------------------------


def test_a_socket_gives_all_that_is_there_and_loses_the_link_at_its_end() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = open_port(f"socket://127.0.0.1:{server.getsockname()[1]}", 9600, "E")
        peer, _ = server.accept()
        assert port.read() == b""
        port.write(b"\x04\x30")
        assert peer.recv(10) == b"\x04\x30"
        peer.sendall(b"answer")
        assert read_until(port, b"answer") == b"answer"
        peer.close()
        with pytest.raises(LinkLost):
            read_until(port, b"more")
        port.reopen()
        peer, _ = server.accept()
        peer.sendall(b"again")
        assert read_until(port, b"again") == b"again"
        peer.close()
    with pytest.raises(LinkLost):
        port.reopen()


# --- simulated ----------------------------------------------------------------------------------


def test_a_simulated_port_carries_bytes_at_line_speed(wire: Wire) -> None:
    clock = wire.clock
    assert isinstance(clock, VirtualClock)
    port = open_port("sim://dispenser", 9600, "N")
    port.write(b"ask")
    clock.advance_to(wire.device.arrives())
    assert wire.device.read() == b"ask"
    wire.device.write(b"answer")
    assert port.read() == b""
    clock.advance_to(wire.host.arrives())
    assert port.read() == b"answer"


def test_a_port_opened_before_the_cable_was_pulled_stays_dead_until_reopened(wire: Wire) -> None:
    port = open_port("sim://dispenser", 9600, "N")
    wire.unplug()
    wire.replug()
    with pytest.raises(LinkLost):
        port.write(b"x")
    with pytest.raises(LinkLost):
        port.read()
    wire.unplug()
    with pytest.raises(LinkLost):
        port.reopen()
    wire.replug()
    port.reopen()
    port.write(b"x")


def test_what_came_before_the_port_was_opened_is_gone(wire: Wire) -> None:
    clock = wire.clock
    assert isinstance(clock, VirtualClock)
    wire.device.write(b"old")
    clock.advance_to(1.0)
    assert open_port("sim://dispenser", 9600, "N").read() == b""


def test_a_command_that_used_simulated_ports_ends_without_a_word_about_them() -> None:
    """Python 3.13 prints "Exception ignored" where a port cannot close itself; in its development mode 3.11
    does too."""
    order = [sys.executable, "-X", "dev", "main.py", "play", "stories/withdrawal/plain.toml"]
    done = subprocess.run(order, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    assert "1 story, 0 failed" in done.stdout
    assert "ignored" not in done.stderr


def test_a_simulated_port_that_was_closed_or_cut_off_goes_without_a_word(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)
    shut = serial.serial_for_url("sim://dispenser")
    shut.close()
    cut_off = serial.serial_for_url("sim://dispenser")
    protocol_sim.plug("dispenser", wire.host)
    later = serial.serial_for_url("sim://dispenser")
    del shut, cut_off
    assert later.is_open
    assert not said
    with pytest.raises(serial.SerialException, match="already open"):
        serial.serial_for_url("sim://dispenser")
    assert not said


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sim://nobody", "no simulated device sim://nobody. Simulated devices: sim://dispenser"),
        ("/dev/no-such-port", "there is no such port"),
        ("/dev/null", "not a serial port"),
        ("/tmp", "a folder"),
        ("carrier-pigeon://here", "carrier-pigeon:// is not a kind of port known here"),
        ("socket://127.0.0.1:1", "nothing listens at that address"),
    ],
)
def test_a_port_that_cannot_be_had_is_refused_in_a_sentence(
    wire: Wire, url: str, says: str
) -> None:
    with pytest.raises(PortRefused) as caught:
        open_port(url, 9600, "N")
    sentence = str(caught.value)
    assert sentence.startswith(f"Port {url} cannot be opened: ")
    assert says in sentence
    assert sentence.endswith(".")


def test_a_second_open_is_refused_simulated_or_not(wire: Wire, terminal: Terminal) -> None:
    for url in ("sim://dispenser", terminal.name):
        first = open_port(url, 9600, "N")
        with pytest.raises(PortRefused, match="already"):
            open_port(url, 9600, "N")
        first.close()
        open_port(url, 9600, "N").close()


def test_a_port_without_permission_is_refused_with_what_to_do(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", forbidden)
    with pytest.raises(PortRefused, match=r"permission denied\. Give this user the right"):
        open_port(terminal.name, 9600, "N")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("PermissionError(13, 'Access is denied.', None, 5)", "in use by another program"),
        ("FileNotFoundError(2, 'The system cannot find', None, 2)", "there is no such port"),
    ],
)
def test_the_refusals_of_windows_which_have_no_number_are_sentences_too(
    monkeypatch: pytest.MonkeyPatch, words: str, says: str
) -> None:
    def refuse(self: serial.Serial) -> None:
        raise serial.SerialException(f"could not open port 'COM3': {words}")

    monkeypatch.setattr(serial.Serial, "open", refuse)
    with pytest.raises(PortRefused, match=says):
        open_port("COM3", 9600, "N")


def test_a_wrong_setting_is_refused_as_a_setting(terminal: Terminal) -> None:
    with pytest.raises(PortRefused, match="a setting is wrong"):
        open_port(terminal.name, 9600, "X")
