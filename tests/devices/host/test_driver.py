"""The bank as a port: events out of a connection that may break anywhere, and never a wait."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.host.channel import ConnectionLost, State
from devices.host.driver import READS_MAX, Host
from devices.host.message import SIGN_ON, Checkpoint, Message
from terminal import effects as fx
from terminal import events as ev
from terminal.card import Card, Pan
from terminal.money import yuan
from terminal.ports import NEVER, Seconds
from terminal.recovery import Advised, Recovered
from tests.devices.host.desk import HOST_NONCE, KEY, TERMINAL, UTC, Clerk, Paper, reply_to

T1 = "a1" * 16
M1 = "01" * 16
CARD = Card(Pan("6222020200112230556"), "3012")
LINE_SECONDS = 0.05
TURNS_MAX = 20_000


class Clock:
    def now(self) -> Seconds:
        raise AssertionError("monotonic time comes in as an argument")

    def utc(self) -> str:
        return UTC


@dataclass
class Counter:
    """A channel to a clerk who answers everything at once, `LINE_SECONDS` later. `closed` refuses;
    `mute` hears and says nothing."""

    closed: bool = False
    mute: bool = False
    clerk: Clerk = field(default_factory=Clerk)
    heard: list[Message] = field(default_factory=list)
    place: Checkpoint | None = None
    _open: bool = False
    _opens_at: Seconds = NEVER
    _arrives: list[tuple[Seconds, bytes]] = field(default_factory=list)

    def open(self, now: Seconds) -> None:
        assert not self._open, "opened twice"
        if self.closed:
            raise ConnectionLost("refused")
        self.clerk, self._open, self._opens_at = Clerk(), True, now + LINE_SECONDS

    def state(self, now: Seconds) -> State:
        if not self._open:
            return "closed"
        return "open" if now >= self._opens_at else "opening"

    def send(self, data: bytes, now: Seconds) -> None:
        if not self._open:
            raise ConnectionLost("gone")
        for message in self.clerk.hear(data):
            self.heard.append(message)
            signs_on = message.network == SIGN_ON
            nonce, known = (HOST_NONCE, self.place) if signs_on else (b"", None)
            self.place = message.private.checkpoint or self.place
            if not self.mute:
                said = self.clerk.say(reply_to(message, nonce=nonce, checkpoint=known))
                self._arrives.append((now + LINE_SECONDS, said))

    def receive(self, now: Seconds) -> bytes:
        if not self._open:
            raise ConnectionLost("gone")
        if self._arrives and self._arrives[0][0] <= now:
            return self._arrives.pop(0)[1]
        return b""

    def stirs(self, now: Seconds) -> bool:
        return True

    def close(self) -> None:
        self._open = False
        self._arrives.clear()

    def due(self, now: Seconds) -> Seconds:
        arrives = self._arrives[0][0] if self._arrives else NEVER
        return min(arrives, self._opens_at if self._opens_at > now else NEVER)

    def break_down(self) -> None:
        self.close()


class Bench:
    """A host and its counter on a clock that jumps to whatever is due."""

    def __init__(self, counter: Counter | None = None, entropy: bytes = b"seed") -> None:
        self.counter = counter or Counter()
        self.paper = Paper()
        self.host = Host(self.counter, Clock(), self.paper, TERMINAL, KEY, entropy)
        self.now: Seconds = 0.0

    def run(self, seconds: Seconds) -> list[ev.Event]:
        events, end = list(self.host.poll(self.now)), self.now + seconds
        for _ in range(TURNS_MAX):
            due = max(self.now, self.host.due(self.now))
            if due > end:
                self.now = end
                return events
            self.now = due
            heard = list(self.host.poll(self.now))
            self.paper.rows += len(heard)
            events += heard
        raise AssertionError("the port is always due")

    def said(self) -> list[str]:
        said = [message.mti for message in self.counter.heard]
        self.counter.heard.clear()
        return said


def test_a_card_check_from_effect_to_event() -> None:
    bench = Bench()
    bench.host.submit(fx.EnquireCard(M1, CARD), 0.0)
    assert bench.run(1.0) == [ev.CardKnown(())]
    assert bench.said() == ["0800", "0100"]
    assert bench.counter.heard == []


def test_an_effect_is_on_its_way_before_submit_returns() -> None:
    bench = Bench()
    bench.run(1.0)
    bench.said()
    bench.host.submit(fx.Reverse(T1, "no_reply"), bench.now)
    assert bench.said() == ["0420"]
    assert bench.run(0.1) == [ev.Acknowledged(T1)]


def test_the_record_is_taken_up_and_told_first() -> None:
    bench = Bench()
    found = Recovered(outbox=(Advised(fx.Complete(T1, yuan(100), (1,), "exit_counts"), 8),))
    bench.host.resume(found, 0.0)
    bench.host.submit(fx.EnquireCard(M1, CARD), 0.0)
    assert bench.run(1.0) == [ev.Acknowledged(T1), ev.CardKnown(())]
    assert bench.said() == ["0800", "0221", "0100"]


def test_no_bank_at_the_start_is_said_within_five_seconds_and_once() -> None:
    bench = Bench(Counter(closed=True))
    assert bench.run(5.0) == [ev.HostDown()]
    assert bench.run(300.0) == []
    bench.counter.closed = False
    assert bench.run(40.0) == [ev.HostUp()]


def test_a_mute_bank_is_down_and_an_answering_one_up_again() -> None:
    bench = Bench()
    bench.run(1.0)
    bench.counter.mute = True
    assert bench.run(140.0) == [ev.HostDown()]
    bench.counter.mute = False
    assert bench.run(60.0) == [ev.HostUp()]


def test_a_connection_that_breaks_in_submit_or_poll_is_opened_again() -> None:
    bench = Bench()
    bench.run(1.0)
    for effect in (fx.Reverse(T1, "no_reply"), fx.Complete(M1, yuan(100), (1,), "exit_counts")):
        bench.counter.break_down()
        bench.host.submit(effect, bench.now)
        assert bench.run(3.0) == [ev.Acknowledged(effect.txid)]
    bench.counter.break_down()
    assert bench.run(3.0) == []
    assert bench.counter.state(bench.now) == "open"


def test_quiet_hours_cost_an_echo_a_minute() -> None:
    bench = Bench()
    assert bench.run(3600.0) == []
    said = bench.said()
    assert said[0] == "0800"
    assert 55 <= len(said) - 1 <= 60


def test_a_bank_that_never_stops_talking_does_not_stop_the_terminal() -> None:
    class Flood(Counter):
        flows = False

        def receive(self, now: Seconds) -> bytes:
            return self.clerk.say(reply_to(self.heard[-1])) if self.flows else super().receive(now)

    flood = Flood()
    bench = Bench(flood)
    bench.run(61.0)
    flood.flows = True
    assert bench.host.poll(bench.now) == [ev.ReplyRefused("variant")] * READS_MAX


def test_a_channel_that_failed_is_closed_before_it_is_opened_again() -> None:
    class Stuck(Counter):
        fails = False

        def send(self, data: bytes, now: Seconds) -> None:
            if self.fails:
                raise ConnectionLost("stuck")
            super().send(data, now)

    stuck = Stuck()
    bench = Bench(stuck)
    bench.run(1.0)
    stuck.fails = True
    bench.host.submit(fx.Reverse(T1, "no_reply"), bench.now)
    stuck.fails = False
    assert bench.run(3.0) == [ev.Acknowledged(T1)]


@pytest.mark.parametrize("entropy", [b"one", b"two"])
def test_the_same_entropy_gives_the_same_conversation(entropy: bytes) -> None:
    def story() -> list[Message]:
        bench = Bench(entropy=entropy)
        bench.host.submit(fx.EnquireCard(M1, CARD), 0.0)
        bench.host.submit(fx.Reverse(T1, "no_reply"), 0.0)
        bench.run(400.0)
        return bench.counter.heard

    assert story() == story()


troubles = st.lists(
    st.tuples(
        st.sampled_from(["close", "open", "mute", "loud", "break", "tell", "ask", "nothing"]),
        st.sampled_from([0.0, 0.05, 1.0, 7.0, 30.0, 200.0, 2000.0]),
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(troubles)
def test_whatever_the_line_does_every_outcome_is_acknowledged_once_in_the_end(
    story: list[tuple[str, Seconds]],
) -> None:
    bench, told, events = Bench(), list[str](), list[ev.Event]()
    for number, (what, seconds) in enumerate(story):
        match what:
            case "close" | "open":
                bench.counter.closed = what == "close"
            case "mute" | "loud":
                bench.counter.mute = what == "mute"
            case "break":
                bench.counter.break_down()
            case "tell":
                told.append(f"{number:032x}")
                bench.host.submit(fx.Reverse(told[-1], "no_reply"), bench.now)
            case "ask":
                bench.host.submit(fx.EnquireCard(f"{number:032x}", CARD), bench.now)
        events += bench.run(seconds)
    bench.counter.closed = bench.counter.mute = False
    events += bench.run(1000.0)
    acknowledged = [e.txid for e in events if isinstance(e, ev.Acknowledged)]
    assert sorted(acknowledged) == told
    states = [e for e in events if isinstance(e, ev.HostUp | ev.HostDown)]
    edges = [ev.HostDown(), ev.HostUp()] * len(states)
    assert states == edges[: len(states)]
    assert len(states) % 2 == 0, "the bank is there in the end"
