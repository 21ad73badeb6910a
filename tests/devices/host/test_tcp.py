"""The real connection, over the loopback: both ends in one thread, by turns."""

import os
import select
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from devices.host.channel import ConnectionLost
from devices.host.tcp import CONNECT_SECONDS_MAX, SEND_BYTES_MAX, TcpChannel, tcp_address
from terminal.ports import NEVER

PATIENCE_SECONDS = 5.0
"""For the operating system, never reached."""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as made:
        yield made


def connected(listener: socket.socket) -> tuple[TcpChannel, socket.socket]:
    channel = TcpChannel("127.0.0.1", listener.getsockname()[1])
    channel.open(0.0)
    far, _ = listener.accept()
    select.select([], [channel], [], PATIENCE_SECONDS)
    assert channel.state(0.0) == "open"
    return channel, far


def received(channel: TcpChannel) -> bytes:
    select.select([channel], [], [], PATIENCE_SECONDS)
    return channel.receive(0.0)


def test_bytes_go_both_ways(listener: socket.socket) -> None:
    channel, far = connected(listener)
    with closing(far):
        assert channel.receive(0.0) == b""
        channel.send(b"asked", 0.0)
        assert far.recv(100) == b"asked"
        far.sendall(b"answered")
        assert received(channel) == b"answered"
        assert channel.due(0.0) == NEVER
        channel.close()
        assert far.recv(100) == b""
    assert channel.state(0.0) == "closed"


def test_small_messages_are_not_held_back(listener: socket.socket) -> None:
    channel, far = connected(listener)
    with closing(far), closing(socket.socket(fileno=socket.dup(channel.fileno()))) as same:
        assert same.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert not os.get_blocking(channel.fileno())
    channel.close()


def test_the_far_end_closing_is_a_lost_connection(listener: socket.socket) -> None:
    channel, far = connected(listener)
    far.close()
    with pytest.raises(ConnectionLost):
        received(channel)
    assert channel.state(0.0) == "closed"
    with pytest.raises(ConnectionLost):
        channel.send(b"more", 0.0)


def test_a_connection_that_was_lost_opens_again(listener: socket.socket) -> None:
    channel, far = connected(listener)
    far.close()
    with pytest.raises(ConnectionLost):
        received(channel)
    channel.open(0.0)
    again, _ = listener.accept()
    with closing(again):
        select.select([], [channel], [], PATIENCE_SECONDS)
        assert channel.state(0.0) == "open"
    channel.close()


def test_nobody_there_is_a_lost_connection_said_once() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        port = gone.getsockname()[1]
    channel = TcpChannel("127.0.0.1", port)
    with pytest.raises(ConnectionLost):
        attempt(channel)
    assert channel.state(0.0) == "closed"


def attempt(channel: TcpChannel) -> None:
    channel.open(0.0)
    select.select([], [channel], [], PATIENCE_SECONDS)
    channel.state(0.0)


def test_an_attempt_that_comes_to_nothing_ends_after_its_time() -> None:
    """A listener whose queue is full answers nobody, like a machine that is switched off."""
    with closing(socket.socket()) as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        waiting = [TcpChannel("127.0.0.1", busy.getsockname()[1]) for _ in range(8)]
        for channel in waiting:
            channel.open(10.0)
        last = waiting[-1]
        assert last.state(10.0) == "opening"
        assert last.due(10.0) == 10.0 + CONNECT_SECONDS_MAX
        assert last.state(10.0 + CONNECT_SECONDS_MAX - 0.1) == "opening"
        with pytest.raises(ConnectionLost):
            last.state(10.0 + CONNECT_SECONDS_MAX)
        for channel in waiting:
            channel.close()


def test_what_the_network_does_not_take_at_once_goes_out_later(listener: socket.socket) -> None:
    channel, far = connected(listener)
    block = bytes(range(256)) * 16
    sent = 0
    with closing(far):
        while not channel._unsent:
            channel.send(block, 0.0)
            sent += len(block)
        got = bytearray()
        while len(got) < sent:
            got += far.recv(1 << 20)
            assert channel.receive(0.0) == b""
        assert got == block * (sent // len(block))
    channel.close()


def test_a_bank_that_does_not_read_is_as_good_as_gone(listener: socket.socket) -> None:
    channel, far = connected(listener)
    with closing(far), pytest.raises(ConnectionLost):
        fill(channel)
    assert channel.state(0.0) == "closed"


def fill(channel: TcpChannel) -> None:
    for _ in range(10_000):
        channel.send(b"x" * (SEND_BYTES_MAX // 2), 0.0)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp://127.0.0.1:8583", ("127.0.0.1", 8583)),
        ("tcp://[::1]:8583", ("::1", 8583)),
    ],
)
def test_an_address_as_text(text: str, address: tuple[str, int]) -> None:
    assert tcp_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        *("", "127.0.0.1:8583", "http://127.0.0.1:8583", "tcp://127.0.0.1", "tcp://:8583"),
        *("tcp://127.0.0.1:0", "tcp://127.0.0.1:99999", "tcp://127.0.0.1:1/x", "tcp://[::1:8583"),
        "tcp://no such name:8583",
    ],
)
def test_what_is_no_address_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        tcp_address(text)
