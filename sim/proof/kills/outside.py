"""Everything outside one terminal, in a process that outlives it: the devices' firmware on ptys, the PIN
pad, the bank on its port, the customer. All of it runs on the cell's scaled clock.

`Outside.life` starts a terminal over the world as it is and stays with it until it has ended: killed at
a crash point by its own fuse, killed from here at an instant, or switched off at rest.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from devices.pin_pad_codec import decode_command, encode
from sim.proof.kills import terminal as child
from sim.proof.kills.bank_line import BankLine
from sim.proof.kills.guest import Guest
from sim.proof.kills.pace import Pace
from sim.proof.kills.wiring import READ_BYTES, Lines, Wiring
from sim.stage.serve import PtyLine, Served, lines, turn
from sim.stage.settings import HOUSE, Settings
from sim.world.clock import TurnClock
from sim.world.pin_pad import Pad
from sim.world.world import World
from terminal.ports import NEVER, Seconds
from terminal.values import replace

LIFE_SECONDS_MAX: Final = 900.0
"""Story seconds. A visit or a recovery that lasts longer has gone wrong."""

WAIT_SECONDS_MAX: Final = 0.5
"""Real seconds between two looks at everything."""

END_SECONDS_MAX: Final = 10.0
"""Real seconds a terminal may take to end after it has hung up."""

STANDARD_DESCRIPTORS: Final = 3
"""Input, output, errors."""

QUIET_PHASES: Final = ("Idle", "OutOfService")

FAULTY: Final = 70
"""Exit code of a terminal that raised (EX_SOFTWARE of sysexits.h)."""

KILLED: Final = -9
"""SIGKILL, which not every system that reads this file has a name for."""


@dataclass(slots=True)
class Life:
    """How one life of a terminal went: its exit code (a signal as a negative number), how long it was in
    story seconds, the crash points it told, by number. `stuck` if it never came to rest, at `screen`."""

    code: int = 0
    seconds: Seconds = 0.0
    points: dict[int, str] = field(default_factory=dict)
    stuck: bool = False
    screen: str = ""


@dataclass
class Outside:
    """A cell's world. Use as a context manager."""

    folder: Path
    pace: Pace
    arrange: Callable[[World], None]
    guest: Guest | None
    silent_to: AbstractSet[str] = frozenset()

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self.instant = TurnClock(self.pace)
        self.world = World(self.instant, Settings().cassettes)
        self.arrange(self.world)
        self.served = self._stack.enter_context(lines(PtyLine, self.world))
        self.bank = BankLine(self.world.bank, self.instant, self.pace.scale, self.silent_to)
        self._stack.callback(self.bank.close)
        self.repeats = [Repeats(each) for each in self.served]
        return self

    def __exit__(self, *trouble: object) -> None:
        self._stack.close()

    def wiring(self) -> Wiring:
        """The outside as a terminal is told of it; the sockets come with each life."""
        reader, dispenser = (each.line.name for each in self.served)
        return Wiring(
            str(self.folder / "journal.db"),
            reader,
            dispenser,
            self.bank.address,
            glass=-1,
            pad=-1,
            origin=self.pace.origin,
            utc_then=self.pace.utc_then,
            scale=self.pace.scale,
        )

    def life(self, wiring: Wiring, fresh: bool, kill_after: Seconds = NEVER) -> Life:
        """One terminal from its start to its end. `fresh` starts a new process, otherwise this one is
        forked; `kill_after` so many story seconds it is killed, if it still lives."""
        glass, glass_there = socket.socketpair()
        pad, pad_there = socket.socketpair()
        told = replace(wiring, glass=glass_there.fileno(), pad=pad_there.fileno())
        begun = self.instant.move()
        start = _started if fresh else _forked
        pid = start(told, self.folder / "stderr.txt")
        glass_there.close()
        pad_there.close()
        life = _Attended(self, Lines(glass), _PadDesk(pad), begun + kill_after, pid)
        try:
            life.attend()
        finally:
            life.ended.code = _buried(pid)
            glass.close()
            pad.close()
        life.ended.seconds = self.pace.now() - begun
        return life.ended


class _PadDesk:
    """The PIN pad's end of its line: the pad's own program, and its keys."""

    def __init__(self, line: socket.socket) -> None:
        line.setblocking(False)
        self._line = line
        self._held = b""
        self._pad = Pad(self._say)
        self.press = self._pad.press

    def fileno(self) -> int:
        """To wait on."""
        return self._line.fileno()

    def _say(self, reply: Any) -> None:
        try:
            self._line.sendall(encode(reply))
        except OSError:
            return

    def obey(self) -> bool:
        """Every whole command that has arrived; False once the terminal has gone."""
        try:
            data = self._line.recv(READ_BYTES)
        except BlockingIOError:
            return True
        except OSError:
            return False
        *whole, self._held = (self._held + data).split(b"\n")
        for line in whole:
            self._pad.obey(decode_command(line))
        return bool(data)


class _Attended:
    """A terminal and everything around it, until it has ended."""

    def __init__(
        self, outside: Outside, glass: Lines, pad: _PadDesk, kill_at: Seconds, pid: int
    ) -> None:
        self.outside, self.glass, self.pad = outside, glass, pad
        self.kill_at, self.pid = kill_at, pid
        self.ended = Life()
        self.watched: list[Any] = [glass, pad]
        self.rest = False
        self.screen: dict[str, Any] = {}
        self.served_someone = False

    def attend(self) -> None:
        """Until it is dead."""
        outside = self.outside
        limit = outside.instant.now() + LIFE_SECONDS_MAX
        while not self.glass.ended:
            now = outside.instant.now()
            if now >= min(self.kill_at, limit):
                self.ended.stuck = self.kill_at > now
                self.ended.screen = f"{self.screen.get('phase')}, {self.screen.get('text')}"
                os.kill(self.pid, signal.SIGKILL)
                self.kill_at = limit = NEVER
            ready = self._wait(now, min(limit, self.kill_at))
            now = outside.instant.move()
            self._hear(now)
            self._guest_acts(now)
            turn(outside.world, now, outside.served, ready)
            outside.bank.step(0.0)
            self._switch_off()

    def _wait(self, now: Seconds, limit: Seconds) -> set[int]:
        outside = self.outside
        due = min(limit, outside.world.due(now))
        if outside.guest is not None:
            due = min(due, outside.guest.due())
        ports = [fd for each in outside.served for fd in each.line.waits_on()]
        seconds = min(WAIT_SECONDS_MAX, outside.pace.real(due - outside.pace.now()))
        seconds = min(seconds, outside.bank.spare_seconds())
        watched = [*ports, outside.bank, *self.watched]
        ready = select.select(watched, [], [], seconds)[0]
        return {fd for fd in ready if isinstance(fd, int)}

    def _hear(self, now: Seconds) -> None:
        for said in self.glass.heard():
            match said:
                case {"screen": dict(seen)}:
                    self.screen = seen
                    self.served_someone |= seen["phase"] not in QUIET_PHASES
                    if self.outside.guest is not None:
                        self.outside.guest.look(seen, self.outside.world, now)
                case {"rest": bool(rest)}:
                    self.rest = rest
                case {"point": int(number), "what": str(what)}:
                    self.ended.points[number] = what
        if self.pad in self.watched and not self.pad.obey():
            self.watched.remove(self.pad)

    def _guest_acts(self, now: Seconds) -> None:
        guest = self.outside.guest
        if guest is None or guest.due() > now:
            return
        came = guest.came
        for verb, value in guest.act(self.outside.world, now):
            if verb == "key":
                self.pad.press(value)
            else:
                self.glass.say({"press": value})
        if guest.came and not came:
            self.rest = self.served_someone = False

    def _switch_off(self) -> None:
        """Staff switch it off once nobody is to come any more and nothing is left to do."""
        guest = self.outside.guest
        closed = self.screen.get("phase") == "OutOfService"
        awaited = guest is not None and not (guest.came or guest.gone or closed)
        if self.rest and self.served_someone and not awaited:
            self.rest = False
            self.glass.say({"close": True})


class Repeats:
    """How often a device was asked the same again without having been able to answer: a command that
    went out twice with nothing between. On a whole line this only happens when a deadline was missed."""

    LEAST_BYTES: Final = 4
    """Shorter runs are signals, not commands."""

    def __init__(self, served: Served) -> None:
        self.count = 0
        self._last = b""
        self._served = served
        self._write = served.host_end.write
        self._read = served.host_end.read
        served.host_end = self  # type: ignore[assignment]

    def write(self, data: bytes) -> None:
        """Bytes from the terminal."""
        if len(data) >= self.LEAST_BYTES:
            self.count += data == self._last
            self._last = data
        self._write(data)

    def read(self) -> bytes:
        """Bytes to the terminal."""
        data = self._read()
        if len(data) >= self.LEAST_BYTES:
            self._last = b""
        return data


# --- processes ------------------------------------------------------------------------------------


def _forked(wiring: Wiring, said: Path) -> int:
    """A terminal in a copy of this process: all modules are loaded, nothing else is shared."""
    pid = os.fork()
    if pid:
        return pid
    code = FAULTY
    try:
        _alone(wiring, said)
        code = child.live(wiring)
    except BaseException:  # noqa: BLE001 - whatever it is, the parent must not go on twice
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _alone(wiring: Wiring, said: Path) -> None:
    """Let go of everything that the other process has open."""
    descriptor = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    first = STANDARD_DESCRIPTORS
    for kept in sorted((wiring.glass, wiring.pad)):
        if first < kept:  # an empty range closes everything in CPython 3.11
            os.closerange(first, kept)
        first = kept + 1
    os.closerange(first, os.sysconf("SC_OPEN_MAX"))


def _started(wiring: Wiring, said: Path) -> int:
    """A terminal from nothing: interpreter, modules, boot."""
    command: Sequence[str] = (sys.executable, "-m", child.__name__, wiring.line())
    with said.open("ab") as out:
        running = subprocess.Popen(
            command,
            cwd=HOUSE,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            pass_fds=(wiring.glass, wiring.pad),
        )
    running.returncode = 0  # it is waited for by its number, like a forked one
    return running.pid


def _buried(pid: int) -> int:
    """Its exit code. A terminal that has hung up and does not end is killed."""
    there = os.pidfd_open(pid)
    try:
        if not select.select([there], [], [], END_SECONDS_MAX)[0]:
            os.kill(pid, signal.SIGKILL)
    finally:
        os.close(there)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
