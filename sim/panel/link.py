"""Between a terminal and a panel: lines of JSON over TCP, on this machine only.

Neither end ever waits. Only the loopback address is listened on and connected to: whoever may move the
devices of a simulated machine sits at it. A peer that reads nothing, or that sends what is no line, is let go.
"""

import json
import socket
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sim.stage.settings import ConfigurationError

LOOPBACK: Final = "127.0.0.1"

PORT: Final = 7300
"""Where `run --panel tcp` listens: beside the bank's 7200."""

CLIENTS_MAX: Final = 4
LINE_BYTES_MAX: Final = 256_000
"""A saved story is a page; nothing here is longer."""

BUFFER_BYTES_MAX: Final = 4_000_000
"""Unread by a peer: then it does not read at all."""

READ_BYTES: Final = 65_536

Message = Mapping[str, Any]


def address(text: str) -> tuple[str, int]:
    """`tcp://127.0.0.1:7300`, `127.0.0.1:7300` or a port. Raises ConfigurationError for any other machine."""
    place = text.removeprefix("tcp://")
    host, _, port = place.rpartition(":")
    if host not in ("", LOOPBACK, "localhost"):
        raise ConfigurationError(
            f"The panel is on this machine only, found {host}: use tcp://{LOOPBACK}:{port} (or a tunnel)."
        )
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        raise ConfigurationError(f'"{text}" is not an address such as tcp://{LOOPBACK}:{PORT}.')
    return LOOPBACK, int(port)


class Peer:
    """One end of a connection."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._in = bytearray()
        self._out = bytearray()
        self.open = True
        end.setblocking(False)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a line is not held back

    def send(self, message: Message) -> None:
        """As soon as the other end takes it."""
        self._out += json.dumps(message, ensure_ascii=False).encode() + b"\n"
        if len(self._out) > BUFFER_BYTES_MAX:
            self.close()
        self.flush()

    def flush(self) -> None:
        """What the other end takes now."""
        while self.open and self._out:
            try:
                sent = self._end.send(self._out)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                self.close()
                return
            del self._out[:sent]

    def received(self) -> Iterator[Message]:
        """Every whole message that has arrived."""
        self.flush()
        while self.open:
            try:
                data = self._end.recv(READ_BYTES)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                data = b""
            if not data:
                self.close()
                break
            self._in += data
            yield from self._lines()
            if len(self._in) > LINE_BYTES_MAX:
                self.close()

    def _lines(self) -> Iterator[Message]:
        while (end := self._in.find(b"\n")) >= 0:
            line = bytes(self._in[:end])
            del self._in[: end + 1]
            try:
                message = json.loads(line)
            except ValueError:
                message = None
            if not isinstance(message, dict) or len(line) > LINE_BYTES_MAX:
                self.close()
                return
            yield message

    def close(self) -> None:
        """No more."""
        if self.open:
            self.open = False
            self._end.close()


class Server:
    """The terminal's end: whoever connects hears everything and may say what is to be done."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((LOOPBACK, port))
            self._socket.listen(CLIENTS_MAX)
        except OSError as trouble:
            self._socket.close()
            raise ConfigurationError(
                f"The panel cannot listen on {LOOPBACK}:{port}: {trouble.strerror}."
            ) from trouble
        self._socket.setblocking(False)
        self._peers: list[Peer] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1])

    def welcomes(self) -> bool:
        """Whether somebody new has come."""
        new = False
        while len(self._peers) < CLIENTS_MAX:
            try:
                end, _ = self._socket.accept()
            except OSError:
                break
            self._peers.append(Peer(end))
            new = True
        return new

    def received(self) -> Iterator[Message]:
        """From everybody."""
        for peer in list(self._peers):
            yield from peer.received()
        self._peers = [one for one in self._peers if one.open]

    def send(self, message: Message) -> None:
        """To everybody."""
        for peer in self._peers:
            peer.send(message)

    def close(self) -> None:
        """No more."""
        for peer in self._peers:
            peer.flush()
            peer.close()
        self._socket.close()


def connected(port: int) -> Peer | None:
    """To the terminal; None while none is there."""
    end = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        end.connect((LOOPBACK, port))
    except OSError:
        end.close()
        return None
    return Peer(end)


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as end:
        end.bind((LOOPBACK, 0))
        return int(end.getsockname()[1])
