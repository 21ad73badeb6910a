"""The line between a cell's terminal and its bank: a real loopback connection, the real link on one end,
the bank's real switchboard on the other, both waited for together with everything else of their
process.
"""

import secrets
from collections.abc import Set as AbstractSet
from typing import Final, Protocol

from devices.host.driver import Host
from devices.host.keys import DEMO_HOST_KEY, terminal_key
from devices.host.tcp import TcpChannel, tcp_address
from devices.journal_store import JournalStore
from sim.stage.host import Switchboard
from sim.world.bank import Bank
from sim.world.bank.server import BankServer, Reply, Session
from terminal.ports import Clock, Seconds

ADDRESS: Final = "tcp://127.0.0.1:0"
TERMINAL: Final = "T0000001"


class Watch(Protocol):
    """Wakes the process when a descriptor has something."""

    def watch(self, descriptor: int) -> None: ...


class WatchedChannel(TcpChannel):
    """The connection of the terminal, which wakes it."""

    def __init__(self, address: str, ears: Watch) -> None:
        super().__init__(*tcp_address(address))
        self._ears = ears

    def open(self, now: Seconds) -> None:
        """Begin to connect, and wake up at what comes of it."""
        super().open(now)
        self._ears.watch(self.fileno())


def opened_host(address: str, store: JournalStore, clock: Clock, ears: Watch) -> Host:
    """The bank as the terminal has it."""
    key = terminal_key(DEMO_HOST_KEY, TERMINAL)
    channel = WatchedChannel(address, ears)
    return Host(channel, clock, store, TERMINAL, key, secrets.token_bytes(32))


class _Mute(Session):
    """A session that acts on everything and leaves some purposes without an answer."""

    def __init__(self, server: BankServer, silent_to: AbstractSet[str]) -> None:
        super().__init__(server)
        self._silent_to = silent_to

    def handle(self, frame: bytes) -> Reply | None:
        """As the bank does it, and then perhaps not a word."""
        reply = super().handle(frame)
        return None if reply and reply.purpose in self._silent_to else reply


class _Server(BankServer):
    silent_to: AbstractSet[str] = frozenset()

    def connection(self) -> Session:
        return _Mute(self, self.silent_to)


class BankLine(Switchboard):
    """The bank's end. `silent_to` are purposes (`bank.server.PURPOSES`) that get no answer."""

    def __init__(self, bank: Bank, clock: Clock, scale: float, silent_to: AbstractSet[str]) -> None:
        server = _Server(bank, clock=clock)
        server.silent_to = silent_to
        super().__init__(ADDRESS, server, clock, lambda told: None, scale)

    def fileno(self) -> int:
        """To wait on: ready when any connection is."""
        return self._selector.fileno()

    def spare_seconds(self) -> float:
        """Real seconds until an answer is due."""
        return self._spare()
