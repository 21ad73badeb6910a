"""The connection to the bank over TCP, never waiting for anything.

Connecting, sending and receiving go on while the terminal does other things. What the network does
not take at once is kept, up to a limit: a bank that does not read is as good as gone. Nothing is
looked up here: the address is numeric, or `tcp_address` has looked a name up once at the start,
before any customer is there, because looking up a name waits.
"""

import errno
import socket
from typing import Final, NoReturn
from urllib.parse import urlsplit

from devices.host.channel import ConnectionLost, State
from terminal.ports import NEVER, Seconds

CONNECT_SECONDS_MAX: Final = 5.0
"""A bank is at most a few hundred milliseconds away; an operating system tries for minutes."""

SEND_BYTES_MAX: Final = 65_536
"""What is kept for a bank that does not read, beyond what the operating system keeps: more than thirty
of the longest messages."""

READ_BYTES: Final = 16_384

_IN_PROGRESS: Final = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY})


def tcp_address(text: str) -> tuple[str, int]:
    """`tcp://host:port` as a numeric address and a port. A name is looked up here, once, which may take
    seconds: only for the start of the program. Raises ValueError with a sentence for people."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None or not port or parts.scheme != "tcp" or parts.path or parts.query:
        raise ValueError(f"A bank's address reads tcp://host:port, not {text}.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise ValueError(f"No machine has the name {host}.") from None
    return str(found[0][4][0]), port


class TcpChannel:
    """A `Channel` to a numeric address, IPv4 or IPv6."""

    def __init__(self, address: str, port: int) -> None:
        self._address = address
        self._port = port
        self._family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket: socket.socket | None = None
        self._state: State = "closed"
        self._give_up_at: Seconds = NEVER
        self._unsent = bytearray()

    def open(self, now: Seconds) -> None:
        """Begin to connect."""
        self.close()
        try:
            made = socket.socket(self._family, socket.SOCK_STREAM)
            self._socket = made
            made.setblocking(False)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            begun = made.connect_ex((self._address, self._port))
        except OSError as error:
            self._break(error.errno)
        if begun not in _IN_PROGRESS:
            self._break(begun)
        self._state = "opening"
        self._give_up_at = now + CONNECT_SECONDS_MAX

    def state(self, now: Seconds) -> State:
        """Where the connection stands."""
        if self._state == "opening":
            self._look(now)
        return self._state

    def send(self, data: bytes, now: Seconds) -> None:
        """Send, or keep until the network takes it."""
        if self._state != "open":
            raise ConnectionLost("There is no connection.")
        if len(self._unsent) + len(data) > SEND_BYTES_MAX:
            self._break(errno.ENOBUFS)
        self._unsent += data
        self._push()

    def receive(self, now: Seconds) -> bytes:
        """What has arrived. Also sends what was kept."""
        if self._state != "open" or self._socket is None:
            raise ConnectionLost("There is no connection.")
        self._push()
        try:
            data = self._socket.recv(READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return b""
        except OSError as error:
            self._break(error.errno)
        if not data:
            self._break(errno.ECONNRESET)
        return data

    def close(self) -> None:
        """Let go."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self._state = "closed"
        self._give_up_at = NEVER
        self._unsent.clear()

    def stirs(self, now: Seconds) -> bool:
        """Only the system knows: it is asked."""
        return self._socket is not None

    def due(self, now: Seconds) -> Seconds:
        """The end of an attempt; of everything else only the network knows."""
        return self._give_up_at

    def fileno(self) -> int:
        """For whoever waits for several things at once; -1 when closed."""
        return -1 if self._socket is None else self._socket.fileno()

    def _look(self, now: Seconds) -> None:
        """Whether the attempt has come to something. Asking for the peer's name tells it apart from an
        attempt under way, without waiting and for any number of open files."""
        assert self._socket is not None, "an attempt has a socket"
        failed = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            self._break(failed)
        try:
            self._socket.getpeername()
        except OSError as error:
            if error.errno != errno.ENOTCONN:
                self._break(error.errno)
            if now >= self._give_up_at:
                self._break(errno.ETIMEDOUT)
            return
        self._state = "open"
        self._give_up_at = NEVER

    def _push(self) -> None:
        assert self._socket is not None, "an open connection has a socket"
        while self._unsent:
            try:
                taken = self._socket.send(self._unsent)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self._break(error.errno)
            del self._unsent[:taken]

    def _break(self, code: int | None) -> NoReturn:
        self.close()
        name = errno.errorcode.get(code or 0, "unknown")
        raise ConnectionLost(f"The connection is gone ({name}).")
