"""The bank over TCP: many terminals at once, limits against strangers, and a process that may be killed."""

import io
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from devices.host.framing import Deframer
from devices.host.message import APPROVED, Message
from sim.stage.host import (
    CONNECTIONS_MAX,
    IDLE_SECONDS,
    SIGN_ON_SECONDS,
    Switchboard,
    forget,
    parse,
    run,
)
from sim.stage.settings import ConfigurationError
from sim.world.bank import CUSTOMERS, Bank, Ledger
from sim.world.bank.server import REPLY_SECONDS, BankServer
from sim.world.clock import VirtualClock
from tests.sim.bank.teller import Teller, place, txid_of

ROOT = Path(__file__).parents[3]
ANYWHERE = "tcp://127.0.0.1:0"
STEPS_MAX = 1_000
"""Turns of the loop until something that must happen has happened; each waits at most 20 ms."""

GIVE_UP_SECONDS = 30.0
"""Only so that a test that hangs ends."""


class Exchange:
    """A bank that listens, on a clock of the test's, and what it printed."""

    def __init__(self) -> None:
        self.clock, self.said = VirtualClock(), list[str]()
        self.server = BankServer(Bank())
        self.board = Switchboard(ANYWHERE, self.server, self.clock, self.said.append)
        self.open: list[socket.socket] = []

    def dial(self) -> socket.socket:
        peer = socket.create_connection(parse(self.board.address), GIVE_UP_SECONDS)
        peer.setblocking(False)
        self.open.append(peer)
        return peer

    def pass_time(self, seconds: float) -> None:
        self.clock.advance_to(self.clock.now() + seconds)
        self.board.step(0.0)

    def hear(self, *peers: socket.socket, answers: int = 1) -> list[list[bytes]]:
        """So many answers at each of these; the clock runs on while nothing comes."""
        deframers = [Deframer() for _ in peers]
        heard: list[list[bytes]] = [[] for _ in peers]
        for _ in range(STEPS_MAX):
            self.board.step(0.02)
            self.clock.advance_to(self.clock.now() + 0.05)
            for peer, deframer, got in zip(peers, deframers, heard, strict=True):
                with suppress(BlockingIOError):
                    got += deframer.feed(peer.recv(4096))
            if all(len(got) >= answers for got in heard):
                return heard
        raise AssertionError(f"only {heard} came")

    def is_cut(self, peer: socket.socket) -> bool:
        for _ in range(STEPS_MAX):
            self.board.step(0.01)
            with suppress(BlockingIOError):
                try:
                    return peer.recv(4096) == b""
                except ConnectionResetError:
                    return True
        return False


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    made = Exchange()
    yield made
    made.board.close()
    for peer in made.open:
        peer.close()


def signed_on(exchange: Exchange, *tellers: Teller) -> list[socket.socket]:
    """One connection for each, signed on."""
    peers = [exchange.dial() for _ in tellers]
    for peer, teller in zip(peers, tellers, strict=True):
        peer.send(teller.framed(teller.sign_on()))
    for teller, (answer,) in zip(tellers, exchange.hear(*peers), strict=True):
        assert teller.read(answer).code == APPROVED
    return peers


def test_many_terminals_are_served_at_once(exchange: Exchange) -> None:
    tellers = [Teller(f"T{number:07d}") for number in range(8)]
    peers = signed_on(exchange, *tellers)
    for number, (peer, teller) in enumerate(zip(peers, tellers, strict=True)):
        peer.send(teller.framed(teller.authorize(txid_of(number), 10_000, "wang")))
    answers = exchange.hear(*peers)
    codes = [t.read(heard[0]).code for t, heard in zip(tellers, answers, strict=True)]
    assert sorted(codes) == ["00"] * 5 + ["51"] * 3, "560 yuan are enough for five"
    assert exchange.server.bank.available("wang") == 6_000
    assert exchange.server.bank.audit() == []
    assert sorted(exchange.said) == [f"sign-on T{number:07d}" for number in range(8)]


def test_nothing_is_printed_but_who_comes_and_goes(exchange: Exchange) -> None:
    teller = Teller()
    (peer,) = signed_on(exchange, teller)
    peer.send(teller.framed(teller.authorize(txid_of(1), 10_000)))
    exchange.hear(peer)
    peer.close()
    for _ in range(STEPS_MAX):
        exchange.board.step(0.01)
        if len(exchange.said) > 1:
            break
    assert exchange.said == ["sign-on T0000001", "sign-off T0000001"]


def test_answers_take_the_banks_time(exchange: Exchange) -> None:
    teller = Teller()
    (peer,) = signed_on(exchange, teller)
    peer.send(teller.framed(teller.echo()))
    for _ in range(5):
        exchange.board.step(0.02)
    exchange.pass_time(REPLY_SECONDS / 2)
    with pytest.raises(BlockingIOError):
        peer.recv(4096)
    exchange.pass_time(REPLY_SECONDS)
    assert exchange.hear(peer)


def test_a_new_sign_on_ends_the_connection_that_nobody_saw_break(exchange: Exchange) -> None:
    (old,) = signed_on(exchange, Teller())
    teller = Teller()
    (new,) = signed_on(exchange, teller)
    with pytest.raises(BlockingIOError):
        old.recv(1)
    new.send(teller.framed(teller.echo()))
    assert exchange.hear(new)
    assert exchange.is_cut(old)
    assert exchange.said == ["sign-on T0000001", "sign-on T0000001", "sign-off T0000001"]


def test_who_does_not_sign_on_and_who_falls_silent_is_hung_up_on(exchange: Exchange) -> None:
    (terminal,) = signed_on(exchange, Teller())
    stranger = exchange.dial()
    exchange.board.step(0.1)
    exchange.pass_time(SIGN_ON_SECONDS + 1)
    assert exchange.is_cut(stranger)
    exchange.pass_time(IDLE_SECONDS - SIGN_ON_SECONDS - 2)
    with pytest.raises(BlockingIOError):
        terminal.recv(1)
    exchange.pass_time(10)
    assert exchange.is_cut(terminal)


@pytest.mark.parametrize("noise", [b"GET / HTTP/1.1\r\n\r\n" * 50, b"\x00\x01x" * 10, bytes(9)])
def test_noise_is_hung_up_on_and_harms_nobody(exchange: Exchange, noise: bytes) -> None:
    teller = Teller()
    (terminal,) = signed_on(exchange, teller)
    stranger = exchange.dial()
    stranger.send(noise)
    assert exchange.is_cut(stranger)
    terminal.send(teller.framed(teller.echo()))
    assert exchange.hear(terminal)


def test_there_is_a_limit_to_connections(exchange: Exchange) -> None:
    (terminal,) = signed_on(exchange, Teller())
    others = []
    for _ in range(CONNECTIONS_MAX):
        others.append(exchange.dial())
        exchange.board.step(0.1)
    assert exchange.is_cut(others[-1])
    assert others[0].fileno() >= 0
    with pytest.raises(BlockingIOError):
        others[0].recv(1)
    assert terminal.fileno() >= 0


# --- sentences for people -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["", "127.0.0.1:1", "tcp://", "tcp://:1", "tcp://x:y", "tcp://x:70000"]
)
def test_what_is_no_address_is_said(address: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="tcp://HOST:PORT"):
        run(address, tmp_path / "bank.db")
    assert not list(tmp_path.iterdir())


def test_an_address_in_both_families() -> None:
    assert parse("tcp://127.0.0.1:7001") == ("127.0.0.1", 7001)
    assert parse("tcp://[::1]:0") == ("::1", 0)


def test_a_port_that_is_taken_is_said(exchange: Exchange, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Cannot listen on"):
        run(exchange.board.address, tmp_path / "bank.db")


def test_a_ledger_that_is_in_use_or_none_is_said(tmp_path: Path) -> None:
    path = tmp_path / "bank.db"
    book = Ledger(path, CUSTOMERS)
    with pytest.raises(ConfigurationError, match="Another bank"):
        run(ANYWHERE, path)
    book.close()
    letter = tmp_path / "letter.db"
    letter.write_text("Dear bank, " * 500, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="is not a ledger"):
        run(ANYWHERE, letter)


def test_people_accept_a_new_record_by_name(tmp_path: Path) -> None:
    path, out = tmp_path / "bank.db", io.StringIO()
    book = Ledger(path, CUSTOMERS)
    Bank(book).keep_checkpoint("T0000001", place(5))
    book.close()
    assert forget(path, "T0000001", "Wu Min", out) == 0
    assert forget(path, "T0000002", "Wu Min", out) == 0
    book = Ledger(path, CUSTOMERS)
    assert Bank(book).checkpoint("T0000001") is None
    assert Bank(book).alarms == ["T0000001: new record 1 accepted by Wu Min"]
    book.close()
    assert out.getvalue().splitlines() == [
        "T0000001 may begin a new record: start it anew, it asks again at its next sign-on.",
        "T0000002 has no record here; nothing was changed.",
    ]


@pytest.mark.parametrize(
    ("terminal", "by", "said"),
    [("T1", "Wu", "no terminal"), ("T0000001", " ", "--by"), ("T0000001", "Wu", "no ledger")],
)
def test_forgetting_wants_a_terminal_a_name_and_a_ledger(
    terminal: str, by: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        forget(tmp_path / "bank.db", terminal, by)
    assert not list(tmp_path.iterdir())


# --- a process ----------------------------------------------------------------------------------

START = """
import sys
from pathlib import Path
from sim.stage.host import run
sys.exit(run("tcp://127.0.0.1:0", Path(sys.argv[1]), reply_seconds=0.0))
"""


class Process:
    """The bank as a process of its own, and one terminal's connection to it."""

    def __init__(self, ledger: Path) -> None:
        command = [sys.executable, "-c", START, str(ledger)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.out = self.process.stdout
        self.address = self.out.readline().strip()
        self.peer = socket.create_connection(parse(self.address), GIVE_UP_SECONDS)
        self.teller, self.deframer = Teller(), Deframer()

    def say(self, message: Message) -> Message:
        self.peer.sendall(self.teller.framed(message))
        frames: list[bytes] = []
        while not frames:
            data = self.peer.recv(4096)
            assert data, "the bank hung up"
            frames = self.deframer.feed(data)
        return self.teller.read(frames[0])

    def end(self, how: signal.Signals) -> tuple[int, list[str]]:
        """Exit code and the lines it had still to say."""
        os.kill(self.process.pid, how)
        rest = self.out.read().splitlines()
        self.out.close()
        self.peer.close()
        return self.process.wait(GIVE_UP_SECONDS), rest


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_a_killed_bank_has_everything_it_acknowledged_and_a_stopped_one_goes_cleanly(
    tmp_path: Path,
) -> None:
    ledger = tmp_path / "bank.db"
    bank = Process(ledger)
    assert bank.say(bank.teller.sign_on(place(3))).code == APPROVED
    request = bank.teller.authorize(txid_of(1), 10_000)
    approved = bank.say(request)
    assert bank.say(bank.teller.complete(txid_of(1), 10_000, checkpoint=place(9))).code == APPROVED
    assert bank.end(signal.SIGKILL) == (-signal.SIGKILL, ["sign-on T0000001"])

    again = Process(ledger)
    assert again.say(again.teller.sign_on(place(9))).private.checkpoint == place(9)
    assert again.say(request) == approved
    code, said = again.end(signal.SIGTERM)
    assert (code, said) == (0, ["sign-on T0000001", "sign-off T0000001"])
    book = Ledger(ledger, CUSTOMERS)
    kept = Bank(book)
    assert (kept.charged("lin"), kept.held(), kept.audit(), kept.alarms) == (10_000, 0, [], [])
    book.close()
