"""The terminal's process: the real core, drivers over ptys, the real record on a real file, the bank on
TCP, recovery. No glass and no sound: what would be shown is told to the outside as lines, and presses
come from there.

It runs until staff switch it off at rest, or until it is killed: at a crash point by its own fuse, at
any other time by the outside. Run as `python -m sim.proof.kills.terminal WIRING`, or forked from a
process that has all modules loaded; what runs is the same.
"""

import os
import secrets
import select
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from devices.card_reader.driver import CardReader
from devices.dispenser.driver import Dispenser
from devices.journal_store import journal_key
from devices.pin_pad import PinPad
from devices.pin_pad_codec import LINE_BYTES_MAX, Command, Reply, decode_reply, encode
from devices.transport import Transport, open_port
from sim.proof.kills.bank_line import opened_host
from sim.proof.kills.fuse import Fuse, FusedHost, FusedPort, FusedStore
from sim.proof.kills.pace import Pace
from sim.proof.kills.wiring import Lines, Wiring
from sim.stage.bench import AT_REST
from sim.stage.machine import Glass, Ports, assemble
from sim.stage.settings import Settings, read_profiles
from sim.world.world import DISPENSER_BAUD, READER_BAUD
from terminal import events as ev
from terminal import session as s
from terminal.profile import Profile
from terminal.prompts import prompt_of, text_key
from terminal.recovery import recover
from terminal.runtime import Terminal

LOOK_SECONDS_MAX: Final = 0.05
"""Real seconds between two looks at the outside at most: twenty looks a second, as an idle kiosk."""

WELL, STRANDED = 0, 1
"""Exit codes: switched off at rest, or the outside has gone."""


class PadLine:
    """The way to a PIN pad in another process. A pad that has gone is not alive."""

    def __init__(self, line: socket.socket) -> None:
        line.setblocking(False)
        self._line = line
        self._held = b""
        self.alive = True

    def send(self, command: Command) -> None:
        """One line; a pad that does not read is gone."""
        try:
            self._line.sendall(encode(command))
        except OSError:
            self.alive = False

    def receive(self) -> Sequence[Reply]:
        """Every whole line that has arrived."""
        try:
            data = self._line.recv(LINE_BYTES_MAX)
        except BlockingIOError:
            return ()
        self.alive = bool(data)
        *lines, self._held = (self._held + data).split(b"\n")
        return [decode_reply(line) for line in lines]

    def pending(self) -> bool:
        """Never: what the pad says arrives by itself."""
        return False

    def restart(self) -> None:
        """Nothing can be started from here."""


class Ears:
    """Waits for bytes from any side. Edge by edge: a device that keeps talking to a driver that does
    not listen now wakes nobody a second time."""

    def __init__(self) -> None:
        self._edges = select.epoll()

    def watch(self, descriptor: int) -> None:
        """Wake up when this has something to read, or a connection is made. Once for each opening: a
        descriptor that is closed is forgotten."""
        self._edges.register(descriptor, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)

    def wait(self, seconds: float) -> None:
        """Until something is there or so many real seconds have passed. `epoll` itself only knows
        whole milliseconds, which are long at this scale."""
        if select.select([self._edges], [], [], seconds)[0]:
            self._edges.poll(0)


@dataclass
class Life:
    """The running terminal and what it has told."""

    terminal: Terminal
    store: FusedStore
    glass: Glass
    outside: Lines
    pace: Pace
    ears: Ears
    closing: bool = False
    _screen: object = None
    _rest: bool = False
    _looked_at: tuple[object, int] = (None, 0)

    def loop(self) -> int:
        """Turn until switched off or deserted. The exit code."""
        while not self.outside.ended:
            for said in self.outside.heard():
                self._hear(said)
            now = self.pace.now()
            turned = self.terminal.turn(now)
            self._tell()
            if self.closing and self._rest:
                return WELL
            due = self.terminal.due(now) - self.pace.now()
            self.ears.wait(0.0 if turned else min(LOOK_SECONDS_MAX, self.pace.real(due)))
        return STRANDED

    def _hear(self, said: dict[str, Any]) -> None:
        match said:
            case {"press": [str(name), value]}:
                self.glass.pressed.append(ev.Chosen(name, value))
            case {"close": True}:
                self.closing = True

    def _tell(self) -> None:
        session = self.terminal.session
        seq = self.store.head().seq
        if self._looked_at == (session, seq):
            return
        self._looked_at = session, seq
        seen = screen(session)
        if seen != self._screen:
            self._screen = seen
            self.outside.say({"screen": seen})
        rest = isinstance(session.phase, AT_REST) and settled(self.store)
        if rest != self._rest:
            self._rest = rest
            self.outside.say({"rest": rest})


def screen(session: s.Session) -> dict[str, Any]:
    """What a person in front of it sees: the text, the answers, how many digits and tries."""
    phase = session.phase
    return {
        "phase": type(phase).__name__,
        "text": text_key(session),
        "overlay": session.overlay,
        "answers": [[answer.name, answer.value] for answer in prompt_of(session).answers],
        "at_gate": getattr(phase, "at_gate", False),
        "left": getattr(phase, "left", None),
    }


def settled(store: FusedStore) -> bool:
    """Nothing is open in the record, and the bank has acknowledged every outcome."""
    found = recover(store.rows())
    return found.order is None and not found.outbox and not found.visit


def live(wiring: Wiring) -> int:
    """One life. The exit code, if it comes to one."""
    pace = Pace(wiring.origin, wiring.utc_then, wiring.scale)
    ears = Ears()
    with ExitStack() as stack:
        outside = Lines(socket.socket(fileno=wiring.glass))
        ears.watch(wiring.glass)
        fuse = Fuse(wiring.dies_at, _teller(outside, wiring))
        reader = _port(stack, ears, wiring.reader, READER_BAUD, "E")
        notes = _port(stack, ears, wiring.dispenser, DISPENSER_BAUD, "N")
        journal = Path(wiring.journal)
        key = journal_key(journal)
        store = FusedStore(journal, key, fuse, wiring.drops)
        stack.callback(store.close)
        pad = PadLine(socket.socket(fileno=wiring.pad))
        ears.watch(wiring.pad)
        host = opened_host(wiring.bank, store, pace, ears)
        settings, glass = Settings(), Glass()
        dispenser = Dispenser(notes, cassettes=len(settings.cassettes))
        terminal = assemble(
            Ports(
                FusedPort(CardReader(reader), fuse),
                FusedPort(PinPad(pad), fuse),
                FusedHost(host, fuse),
                FusedPort(dispenser, fuse),
            ),
            glass,
            store,
            pace,
            profiles(),
            settings.cassettes,
            entropy=secrets.token_bytes(32),
            acct_key=key,
        )
        terminal.start(pace.now())
        return Life(terminal, store, glass, outside, pace, ears).loop()


@cache
def profiles() -> Mapping[str, Profile]:
    """Read once; a forked terminal has them from its parent."""
    return read_profiles()


def _teller(outside: Lines, wiring: Wiring) -> Callable[[int, str, bool], None]:
    def tell(number: int, what: str, fatal: bool) -> None:
        if wiring.counts or fatal:
            outside.say({"point": number, "what": what})

    return tell


def _port(stack: ExitStack, ears: Ears, name: str, baud: int, parity: str) -> Transport:
    """A device on its pty, and a second look at the same line to wait on: the driver's own descriptor
    is its own business."""
    transport = open_port(name, baud, parity)
    stack.callback(transport.close)
    look = os.open(name, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    stack.callback(os.close, look)
    ears.watch(look)
    return transport


def main(arguments: Sequence[str] | None = None) -> int:
    """The call from outside."""
    given = sys.argv[1:] if arguments is None else arguments
    return live(Wiring.read(given[0]))


if __name__ == "__main__":
    sys.exit(main())
