"""The bank as a program of its own: one ledger, many terminals over TCP, one thread that never blocks.

It prints the address it listens on, then a line when a terminal signs on or off, when somebody is
refused, and for each alarm; not what is asked and not what is answered. A terminal has one connection; when it has shown on a new one
that it is there, the one it had is ended, which is how a line that broke unnoticed is cleared away.
Everything a stranger could pile up has
a limit: connections, time before the sign-on, silence, bytes that are not fetched.

What a message means and whether money moves is `sim/world/bank`. Durability is the ledger's: an answer
exists only after its transaction is on the disk.
"""

import selectors
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, TextIO

from devices.clock import SystemClock
from devices.host.keys import DEMO_HOST_KEY
from sim.stage.settings import TERMINAL_CHARACTERS, ConfigurationError
from sim.stage.staff import checked_name
from sim.world.bank import CUSTOMERS, SUSPENSE, Bank, Ledger, LedgerError
from sim.world.bank.server import BAD_MAC, REPLY_SECONDS, BankServer, Session
from terminal.ports import NEVER, Clock, Seconds

SCHEME: Final = "tcp://"

CONNECTIONS_MAX: Final = 64
"""A demonstration bank serves a few terminals; whoever comes beyond this is turned away."""

SIGN_ON_SECONDS: Final = 30.0
"""A connection that has not signed on by then is hung up on; a terminal does so at once."""

IDLE_SECONDS: Final = 300.0
"""A terminal says something every 60 s (reliability.md A.7); after five of those it is gone."""

READ_BYTES: Final = 4096
UNSENT_BYTES_MAX: Final = 64 * 1024
"""Answers are a few hundred bytes. A terminal that fetches none of so many is hung up on."""

WAIT_SECONDS_MAX: Final = 0.5
"""The loop looks around at least this often, also for a signal."""

REFUSALS_SAID_MAX: Final = 100
"""A stranger who comes from ever new addresses does not fill the log."""

BACKLOG: Final = 16


@dataclass(eq=False, slots=True)
class _Line:
    """One connection."""

    peer: socket.socket
    session: Session
    heard_at: Seconds
    signed_on: str = ""
    alone: bool = False
    unsent: bytes = b""

    def patience(self) -> Seconds:
        """How long it may stay silent."""
        return IDLE_SECONDS if self.signed_on else SIGN_ON_SECONDS


class Switchboard:
    """The listening socket and all connections. `address` is where it really listens; `tell` gets a
    sentence for each sign-on and sign-off. `pace` is how many of the clock's seconds pass in one
    real second. Raises ConfigurationError where nobody can listen."""

    def __init__(
        self,
        address: str,
        server: BankServer,
        clock: Clock,
        tell: Callable[[str], None],
        pace: float = 1.0,
    ) -> None:
        self._server, self._clock, self._tell, self._pace = server, clock, tell, pace
        self._listener = _listening(*parse(address))
        host, port = self._listener.getsockname()[:2]
        self.address = f"{SCHEME}[{host}]:{port}" if ":" in host else f"{SCHEME}{host}:{port}"
        self._lines: set[_Line] = set()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._alarms, self._said = len(server.bank.alarms), set[tuple[str, str]]()
        self._changes = server.bank.changes

    def step(self, wait_seconds: float = WAIT_SECONDS_MAX) -> None:
        """Wait at most so long for something to do, and do it."""
        ready = self._selector.select(min(wait_seconds, self._spare()))
        now = self._clock.now()
        for key, events in ready:
            if key.fileobj is self._listener:
                self._accept(now)
            elif events & selectors.EVENT_READ and key.data in self._lines:
                self._read(key.data, now)
        for line in tuple(self._lines):
            self._answer(line, now)

    def close(self) -> None:
        """Hang up on everybody."""
        for line in tuple(self._lines):
            self._hang_up(line)
        self._selector.close()
        self._listener.close()

    def _spare(self) -> float:
        """Real seconds until an answer is due."""
        now = self._clock.now()
        due = min((line.session.due(now) for line in self._lines), default=NEVER)
        return max(0.0, (due - now) / self._pace)

    def _accept(self, now: Seconds) -> None:
        try:
            peer = self._listener.accept()[0]
        except OSError:
            return
        if len(self._lines) >= CONNECTIONS_MAX:
            peer.close()
            return
        peer.setblocking(False)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = _Line(peer, self._server.connection(), now)
        self._lines.add(line)
        self._selector.register(peer, selectors.EVENT_READ, line)

    def _read(self, line: _Line, now: Seconds) -> None:
        try:
            data = line.peer.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._hang_up(line)
            return
        line.heard_at = now
        refused = self._server.refused.copy()
        line.session.feed(data, now)
        for why in self._server.refused - refused:
            self._tell_refusal(why, line)
        self._tell_alarms()
        if line.session.terminal != line.signed_on:
            line.signed_on = line.session.terminal
            self._tell(f"sign-on {line.signed_on}")
        if line.session.confirmed and not line.alone:
            self._end_others(line)

    def _tell_refusal(self, why: str, line: _Line) -> None:
        """A message that got no answer: once for each reason and machine."""
        machine = str(line.peer.getpeername()[0])
        if (why, machine) not in self._said and len(self._said) < REFUSALS_SAID_MAX:
            self._said.add((why, machine))
            hint = " (is the terminal's key the right one?)" if why == BAD_MAC else ""
            self._tell(f"refused: {why} from {machine}{hint}")

    def _tell_alarms(self) -> None:
        """What people should look at, as soon as it is known."""
        bank = self._server.bank
        if bank.changes == self._changes:
            return
        self._changes, alarms = bank.changes, bank.alarms
        for alarm in alarms[self._alarms :]:
            self._tell(f"alarm: {alarm}")
        self._alarms = len(alarms)

    def _end_others(self, line: _Line) -> None:
        line.alone = True
        for other in tuple(self._lines):
            if other is not line and other.signed_on == line.signed_on:
                self._hang_up(other)

    def _answer(self, line: _Line, now: Seconds) -> None:
        line.unsent += line.session.advance(now)
        idle = now - line.heard_at > line.patience()
        if line.session.closed or idle or not self._sent(line):
            self._hang_up(line)
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.unsent else 0)
        if self._selector.get_key(line.peer).events != events:
            self._selector.modify(line.peer, events, line)

    def _sent(self, line: _Line) -> bool:
        """Send what can be sent. False if this terminal is gone, or never fetches its answers."""
        if not line.unsent:
            return True
        try:
            line.unsent = line.unsent[line.peer.send(line.unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            return False
        return len(line.unsent) <= UNSENT_BYTES_MAX

    def _hang_up(self, line: _Line) -> None:
        self._lines.discard(line)
        self._selector.unregister(line.peer)
        line.peer.close()
        if line.signed_on:
            self._tell(f"sign-off {line.signed_on}")


def run(
    address: str,
    ledger: Path,
    *,
    master: bytes = DEMO_HOST_KEY,
    clock: Clock | None = None,
    pace: float = 1.0,
    reply_seconds: Seconds = REPLY_SECONDS,
    out: TextIO | None = None,
) -> int:
    """Serve until SIGINT or SIGTERM. `address` is `tcp://HOST:PORT`, port 0 for any free one.

    Raises ConfigurationError where the address cannot be had, or the ledger cannot be used."""
    parse(address)
    clock, out = clock or SystemClock(), out or sys.stdout

    def tell(line: str) -> None:
        print(line, file=out, flush=True)

    with bank_over(ledger) as bank, _stop_asked() as stopped:
        server = BankServer(bank, master, clock, reply_seconds)
        board = Switchboard(address, server, clock, tell, pace)
        try:
            tell(board.address)
            while not stopped():
                board.step()
        finally:
            board.close()
    return 0


def forget(ledger: Path, terminal: str, by: str, out: TextIO | None = None) -> int:
    """People accept that a terminal begins a new record; `by` is who, and is kept. The bank must be
    stopped. Raises ConfigurationError where that makes no sense."""
    if len(terminal) != TERMINAL_CHARACTERS or not (terminal.isascii() and terminal.isalnum()):
        raise ConfigurationError(
            f"{terminal!r} is no terminal: it has {TERMINAL_CHARACTERS} letters and digits."
        )
    name = checked_name(by)
    if not ledger.is_file():
        raise ConfigurationError(f"There is no ledger {ledger}.")
    with bank_over(ledger) as bank:
        known = bank.checkpoint(terminal) is not None
        if known:
            bank.forget(terminal, name)
    said = (
        "may begin a new record: start it anew, it asks again at its next sign-on."
        if known
        else "has no record here; nothing was changed."
    )
    print(f"{terminal} {said}", file=out or sys.stdout)
    return 0


def alarms(ledger: Path, out: TextIO | None = None) -> int:
    """Print what people should look at, and money that belongs to nobody yet. The bank must be stopped.
    Raises ConfigurationError where there is no ledger."""
    out = out or sys.stdout
    if not ledger.is_file():
        raise ConfigurationError(f"There is no ledger {ledger}.")
    with bank_over(ledger) as bank:
        found = [*bank.alarms, *bank.audit()]
        unclear = bank.charged(SUSPENSE)
    for text in found or ["No alarms."]:
        print(text, file=out)
    if unclear:
        print(f"In the suspense account: {unclear / 100:.2f} yuan.", file=out)
    return 0


def decide(
    ledger: Path, txid: str, received: int, by: str, witness: str, out: TextIO | None = None
) -> int:
    """Record what two people found of an operation that only the bank has in doubt: `received` whole yuan.
    The bank must be stopped. Raises ConfigurationError with nothing booked."""
    names = f"{checked_name(by)} and {checked_name(witness, '--witness')}"
    if by.strip().casefold() == witness.strip().casefold():
        raise ConfigurationError("Two people are needed: --by and --witness name the same one.")
    if not ledger.is_file():
        raise ConfigurationError(f"There is no ledger {ledger}.")
    with bank_over(ledger) as bank:
        if not bank.decide(txid, received * 100, names):
            raise ConfigurationError(
                f"{txid} is not in doubt here, or has less than {received} yuan on hold."
            )
    print(f"{txid}: {received} yuan charged, the rest set free.", file=out or sys.stdout)
    return 0


def parse(address: str) -> tuple[str, int]:
    """Host and port of `tcp://HOST:PORT`. Raises ConfigurationError for anything else."""
    host, colon, port = address.removeprefix(SCHEME).rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    known = address.startswith(SCHEME) and host and colon
    if not (known and port.isascii() and port.isdigit() and int(port) < 1 << 16):
        raise ConfigurationError(f"{address!r} is no address of a bank: say tcp://HOST:PORT.")
    return host, int(port)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as trouble:
        why = trouble.strerror or str(trouble)
        raise ConfigurationError(
            f"Cannot listen on {host} port {port}: {why}. Choose another, or port 0 for any."
        ) from trouble
    listener.setblocking(False)
    return listener


@contextmanager
def bank_over(ledger: Path) -> Iterator[Bank]:
    """The bank over a ledger on disk, closed again; trouble becomes a sentence."""
    try:
        book = Ledger(ledger, CUSTOMERS)
        try:
            yield Bank(book)
        finally:
            book.close()
    except LedgerError as trouble:
        raise ConfigurationError(str(trouble)) from trouble


@contextmanager
def _stop_asked() -> Iterator[Callable[[], bool]]:
    """Whether SIGINT or SIGTERM came. Both have their old meaning again afterwards."""
    asked: list[int] = []

    def heard(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
