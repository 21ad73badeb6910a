"""The simulated devices offered to any other program, on pseudo-terminals or TCP.

One line per device is printed with the port name to open. The firmware is the one the terminal's own
simulation uses, pacing itself at line speed on the machine's clock. Acts (`insert:chen`, `take_card`,
`take_notes` ...) are read from standard input, one a line, and answered with what became of them.

A device serves one program at a time. On TCP nothing listens while a program is connected, so that
the next one is refused at once and not left waiting; a pseudo-terminal is guarded by the lock that a
program takes when it opens a serial port for itself alone, as a real one is.
"""

import os
import select
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TextIO

from devices.clock import SystemClock
from sim.stage.settings import ConfigurationError, Settings
from sim.world.acts import UnknownAct, act
from sim.world.clock import TurnClock
from sim.world.wire import End
from sim.world.world import World
from terminal.ports import NEVER, Seconds

READ_BYTES = 4096
WAIT_SECONDS_MAX = 0.5
"""The loop looks around at least this often."""

LINE_BYTES_MAX = 1_000
"""A longer line on standard input is no act; it is cut there."""


class PtyLine:
    """A pseudo-terminal. The far end is kept open, so that a program may come and go."""

    def __init__(self) -> None:
        import tty

        self._master, self._keeper = os.openpty()
        tty.setraw(self._keeper)
        os.set_blocking(self._master, False)
        self.name = os.ttyname(self._keeper)

    def waits_on(self) -> Sequence[int]:
        """The master side."""
        return (self._master,)

    def read(self, ready: set[int]) -> bytes:
        """Bytes the other program wrote."""
        return os.read(self._master, READ_BYTES) if self._master in ready else b""

    def write(self, data: bytes) -> None:
        """Bytes to the other program; a full line drops them, as an unread serial port does."""
        try:
            os.write(self._master, data)
        except BlockingIOError:
            return

    def close(self) -> None:
        """Unplug."""
        os.close(self._master)
        os.close(self._keeper)


class TcpLine:
    """A port for one program at a time: another is refused until the first has left."""

    def __init__(self, host: str, port: int = 0) -> None:
        self._listener: socket.socket | None = _listening(host, port)
        self._peer: socket.socket | None = None
        self._address = self._listener.getsockname()[:2]
        self.name = "socket://{}:{}".format(*self._address)

    def waits_on(self) -> Sequence[int]:
        """The peer if there is one, the listener otherwise."""
        return [each.fileno() for each in (self._peer, self._listener) if each]

    def read(self, ready: set[int]) -> bytes:
        """Bytes from the peer; a peer that leaves makes room for the next."""
        if self._listener is not None:
            if self._listener.fileno() in ready:
                self._answer(self._listener)
            return b""
        if self._peer is None or self._peer.fileno() not in ready:
            return b""
        try:
            data = self._peer.recv(READ_BYTES)
        except OSError:
            data = b""
        if not data:
            self._hang_up()
        return data

    def write(self, data: bytes) -> None:
        """Bytes to the peer, if there is one. A peer that does not read is hung up on."""
        if self._peer is None:
            return
        try:
            self._peer.sendall(data)
        except OSError:
            self._hang_up()

    def close(self) -> None:
        """Unplug."""
        for each in (self._peer, self._listener):
            if each is not None:
                each.close()
        self._peer = self._listener = None

    def _answer(self, listener: socket.socket) -> None:
        self._peer = listener.accept()[0]
        self._peer.setblocking(False)
        self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.close()
        self._listener = None

    def _hang_up(self) -> None:
        """Listen again before the old connection goes, so that nobody else gets the number."""
        self._listener = _listening(*self._address)
        if self._peer is not None:
            self._peer.close()
        self._peer = None


def _listening(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server((host, port), backlog=1)
    except OSError as trouble:
        raise ConfigurationError(
            f"Cannot listen on {host}: {trouble.strerror}. Give --host an address of this machine."
        ) from trouble
    listener.setblocking(False)
    return listener


@dataclass
class Served:
    """One device on one line."""

    label: str
    line: PtyLine | TcpLine
    host_end: End

    def pump(self, ready: set[int]) -> None:
        """Bytes from the program onto the wire, bytes from the wire to the program."""
        received = self.line.read(ready)
        if received:
            self.host_end.write(received)
        answer = self.host_end.read()
        if answer:
            self.line.write(answer)


def run(settings: Settings, tcp: bool, host: str, acts: TextIO = sys.stdin) -> int:
    """Serve until standard input says `quit` or the process is stopped."""
    if not tcp and not hasattr(os, "openpty"):
        raise ConfigurationError("This system has no pseudo-terminals: use serve --tcp.")
    clock = TurnClock(SystemClock())
    world = World(
        clock, settings.cassettes, reads_documents=True, takes_notes=True, prints_receipts=True
    )
    with lines((lambda: TcpLine(host)) if tcp else PtyLine, world) as served:
        for device in served:
            print(f"{device.label} {device.line.name}", flush=True)
        print("Type insert:chen, take_card, take_notes or quit.", file=sys.stderr, flush=True)
        _loop(world, clock, served, Lines(acts))
    return 0


@contextmanager
def lines(make: Callable[[], PtyLine | TcpLine], world: World) -> Iterator[list[Served]]:
    """Every device on a fresh line; unplugged at the end."""
    with ExitStack() as stack:
        served = []
        for outlet in world.all_outlets:
            line = make()
            stack.callback(line.close)
            served.append(Served(outlet.name, line, outlet.wire.host))
        yield served


def turn(world: World, now: Seconds, served: Sequence[Served], ready: set[int]) -> None:
    """One pass: bytes in, devices work, bytes out."""
    for device in served:
        device.pump(ready)
    world.advance(now)
    for device in served:
        device.pump(set())


class Lines:
    """Whole lines of a text input that is read only when something has come."""

    def __init__(self, source: TextIO) -> None:
        self._descriptor = source.fileno()
        self._held = b""
        self._ended = os.name == "nt"
        """Windows cannot wait for a console and a socket at once: no acts there."""

    def waits_on(self) -> Sequence[int]:
        """The input, until it ends."""
        return () if self._ended else (self._descriptor,)

    def read(self, ready: set[int]) -> list[str]:
        """Every line that is whole by now; at the end of the input also what has no end of line."""
        if self._ended or self._descriptor not in ready:
            return []
        data = os.read(self._descriptor, READ_BYTES)
        self._ended = not data
        *whole, self._held = (self._held + (data or b"\n")).split(b"\n")
        self._held = self._held[:LINE_BYTES_MAX]
        return [line.decode("utf-8", "replace").strip() for line in whole]


def _loop(world: World, clock: TurnClock, served: Sequence[Served], acts: Lines) -> None:
    while True:
        now = clock.now()
        due = world.due(now)
        wait = WAIT_SECONDS_MAX if due == NEVER else min(WAIT_SECONDS_MAX, max(0.0, due - now))
        watched = [fd for device in served for fd in device.line.waits_on()]
        ready = set(select.select([*watched, *acts.waits_on()], [], [], wait)[0])
        for line in acts.read(ready):
            if not _obey(world, line):
                return
        turn(world, clock.move(), served, ready)


def _obey(world: World, name: str) -> bool:
    """Do one act; False if it was `quit`."""
    if name == "quit":
        return False
    if name:
        try:
            print("done" if act(world, name) else "not now", flush=True)
        except UnknownAct as unknown:
            print(unknown, flush=True)
    return True
