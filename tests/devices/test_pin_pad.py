"""The PIN pad's driver, over a pad in this process and over one in a child process of its own."""

import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.pin_pad import ANSWER_SECONDS_MAX, ChildPad, PadLink, PinPad
from devices.pin_pad_codec import (
    LINE_BYTES_MAX,
    Collect,
    Command,
    Digits,
    Entered,
    Forget,
    Hold,
    Key,
    Lost,
    Made,
    MakeBlock,
    Press,
    Reply,
    decode_command,
    decode_reply,
    encode,
)
from sim.world.pin_block import read_pin_block
from sim.world.pin_pad import InProcessPad
from terminal import effects as fx
from terminal import events as ev
from terminal.card import Pan, PinBlock
from terminal.ports import NEVER

ROOT = Path(__file__).parents[2]
PAN = "6228480000000000117"
PIN = "918273"
CHILD = (sys.executable, "-m", "sim.world.pin_pad_process")
WAIT_SECONDS_MAX = 20.0
"""When a test gives up on the child: far beyond its start on a busy machine."""


# --- the lines ----------------------------------------------------------------------------------

COMMANDS: list[Command] = [
    *(Collect(4, 6), MakeBlock("m1", Pan(PAN)), Forget(), Press("5"), Press("enter")),
    *(Hold(True), Hold(False)),
]
REPLIES: list[Reply] = [
    *(Digits(3), Entered(), Made("m1", PinBlock(bytes(range(16)))), Lost(), Key("cancel")),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: type(c).__name__)
def test_a_command_arrives_as_it_was_sent(command: Command) -> None:
    line = encode(command)
    assert line.endswith(b"\n")
    assert len(line) < LINE_BYTES_MAX
    assert decode_command(line) == command


@pytest.mark.parametrize("reply", REPLIES, ids=lambda r: type(r).__name__)
def test_a_reply_arrives_as_it_was_sent(reply: Reply) -> None:
    assert decode_reply(encode(reply)) == reply


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"\n", b"{}", b"[]", b"null", b'{"is":"pin","pin":"1234"}', b'{"is":[]}'),
        *(b'{"is":"digits"}', b'{"is":"digits","count":true}', b'{"is":"digits","count":99}'),
        *(b'{"is":"digits","count":1,"pin":"1"}', b'{"is":"key","key":"x"}'),
        *(b'{"is":"made","message":"m","block":"00"}', b'{"is":"made","message":"","block":""}'),
        *(b'{"is":"collect","min":1,"max":2}', b'{"is":"make_block","message":"m","pan":"1"}'),
        *(b'{"is":"hold","held":1}', b'{"is":"hold"}'),
        b'{"is":"digits","count":1}' + b" " * LINE_BYTES_MAX,
    ],
)
def test_anything_else_is_refused(line: bytes) -> None:
    for decode in (decode_command, decode_reply):
        with pytest.raises(ValueError, match="pad"):
            decode(line)


@given(st.binary(max_size=80))
def test_noise_is_refused_and_nothing_else_happens(noise: bytes) -> None:
    for decode in (decode_command, decode_reply):
        with pytest.raises(ValueError, match="pad"):
            decode(noise)


# --- both kinds of link -------------------------------------------------------------------------


@pytest.fixture(params=["in process", "child"])
def link(request: pytest.FixtureRequest) -> Iterator[InProcessPad | ChildPad]:
    if request.param == "in process":
        yield InProcessPad()
        return
    child = ChildPad(CHILD, ROOT)
    yield child
    child.close()


@pytest.fixture
def child() -> Iterator[ChildPad]:
    child = ChildPad(CHILD, ROOT)
    yield child
    child.close()


def pumped(
    pad: PinPad, link: PadLink, done: Callable[[list[ev.Event]], bool], now: float = 0.0
) -> list[ev.Event]:
    """Poll until `done`, waiting on the child's pipe and never on the clock."""
    events: list[ev.Event] = []
    for _ in range(1_000):
        events += pad.poll(now)
        if done(events):
            return events
        running = link._child if isinstance(link, ChildPad) else None
        if running is None or running.stdout is None:
            break
        select.select([running.stdout], [], [], WAIT_SECONDS_MAX)
    raise AssertionError(f"the pad said only {events}")


def typed(pad: PinPad, link: InProcessPad | ChildPad, pin: str = PIN) -> list[ev.Event]:
    """Collect a PIN and confirm it."""
    pad.submit(fx.CollectPin(4, 6), 0.0)
    for key in [*pin, "enter"]:
        link.press(key)
    return pumped(pad, link, lambda events: ev.PinEntered() in events)


def block_of(pad: PinPad, link: PadLink, message: str) -> PinBlock:
    pad.submit(fx.MakePinBlock(message, Pan(PAN)), 0.0)
    events = pumped(pad, link, bool)
    assert isinstance(events[-1], ev.PinBlockMade)
    assert events[-1].message == message
    return events[-1].block


def test_a_pin_is_counted_confirmed_and_made_into_blocks(link: InProcessPad | ChildPad) -> None:
    pad = PinPad(link)
    assert typed(pad, link) == [*(ev.PinDigits(n) for n in range(1, 7)), ev.PinEntered()]
    for message in ("m1", "m2"):
        block = block_of(pad, link, message).reveal()
        assert read_pin_block(block, PAN, message) == bytearray(PIN.encode())


def test_a_forgotten_pin_is_lost_to_the_next_message(link: InProcessPad | ChildPad) -> None:
    pad = PinPad(link)
    typed(pad, link)
    pad.submit(fx.ForgetPin(), 0.0)
    assert list(pad.poll(0.0)) == [], "forgetting was asked for, so it is no news"
    pad.submit(fx.MakePinBlock("m1", Pan(PAN)), 0.0)
    assert pumped(pad, link, bool) == [ev.PinLost()]


def test_keys_outside_pin_entry_come_by_name(link: InProcessPad | ChildPad) -> None:
    pad = PinPad(link)
    link.press("help")
    link.press("5")
    events = pumped(pad, link, lambda events: len(events) == 2)
    assert events == [ev.KeyPressed("help"), ev.KeyPressed("5")]


def test_a_page_over_pin_entry_keeps_the_digits(link: InProcessPad | ChildPad) -> None:
    pad = PinPad(link)
    pad.submit(fx.CollectPin(4, 6), 0.0)
    for key in PIN[:5]:
        link.press(key)
    pad.submit(fx.HoldPin(True), 0.0)
    for key in ("clear", "enter", "#", PIN[5]):
        link.press(key)
    pad.submit(fx.HoldPin(False), 0.0)
    link.press("enter")
    events = pumped(pad, link, lambda events: ev.PinEntered() in events)
    assert events[5:] == [
        *(ev.KeyPressed("clear"), ev.KeyPressed("enter"), ev.KeyPressed("#")),
        *(ev.PinDigits(6), ev.PinEntered()),
    ]
    assert read_pin_block(block_of(pad, link, "m").reveal(), PAN, "m") == bytearray(PIN.encode())


def test_no_event_shows_a_digit(link: InProcessPad | ChildPad) -> None:
    pad = PinPad(link)
    events = typed(pad, link, "777777")
    pad.submit(fx.MakePinBlock("m", Pan(PAN)), 0.0)
    events += pumped(pad, link, bool)
    assert "7" not in repr(events)
    assert "7" not in repr(Press("7"))


# --- a pad that dies or keeps silent ------------------------------------------------------------


class MutePad(InProcessPad):
    """Hears everything and says nothing."""

    def receive(self) -> tuple[Reply, ...]:
        super().receive()
        return ()

    def pending(self) -> bool:
        return False


def test_an_answer_that_does_not_come_is_a_lost_pin() -> None:
    pad = PinPad(MutePad())
    assert pad.due(5.0) == NEVER
    pad.submit(fx.MakePinBlock("m", Pan(PAN)), 5.0)
    assert pad.due(5.0) == 5.0 + ANSWER_SECONDS_MAX
    assert list(pad.poll(5.0 + ANSWER_SECONDS_MAX - 0.01)) == []
    assert list(pad.poll(5.0 + ANSWER_SECONDS_MAX)) == [ev.PinLost()]
    assert list(pad.poll(99.0)) == []
    assert pad.due(99.0) == NEVER


def test_a_block_for_another_message_is_not_taken() -> None:
    """An answer that comes after its message was given up belongs to nobody."""
    link = InProcessPad()
    pad = PinPad(link)
    typed(pad, link)
    link.send(MakeBlock("old", Pan(PAN)))
    assert list(pad.poll(0.0)) == []


def test_what_was_said_before_forgetting_is_no_news_after() -> None:
    """Digits already in the pipe when the terminal tells the pad to forget."""
    link = InProcessPad()
    pad = PinPad(link)
    pad.submit(fx.CollectPin(4, 4), 0.0)
    for key in [*"1234", "enter"]:
        link.press(key)
    pad.submit(fx.ForgetPin(), 0.0)
    assert list(pad.poll(0.0)) == []


def test_a_pad_that_loses_power_while_collecting_is_a_lost_pin_once() -> None:
    link = InProcessPad()
    pad = PinPad(link)
    pad.submit(fx.CollectPin(4, 6), 0.0)
    link.press("1")
    link.die()
    assert pad.due(1.0) == 1.0
    assert list(pad.poll(1.0)) == [ev.PinLost()]
    assert list(pad.poll(1.0)) == []
    assert typed(pad, link)[-1] == ev.PinEntered(), "the next collection starts it anew"


def test_a_killed_child_is_a_lost_pin_and_the_next_one_works(child: ChildPad) -> None:
    pad = PinPad(child)
    pad.submit(fx.CollectPin(4, 6), 0.0)
    child.press("1")
    assert pumped(pad, child, bool) == [ev.PinDigits(1)]
    assert child._child is not None
    child._child.kill()
    assert pumped(pad, child, bool) == [ev.PinLost()]
    assert not child.alive
    assert typed(pad, child)[-1] == ev.PinEntered()


def test_a_program_that_is_no_pad_is_a_lost_pin(tmp_path: Path) -> None:
    for command in ((sys.executable, "-c", "print('hello')"), (str(tmp_path / "nothing"),)):
        link = ChildPad(command, ROOT)
        pad = PinPad(link)
        pad.submit(fx.CollectPin(4, 6), 0.0)
        assert pumped(pad, link, bool) == [ev.PinLost()]
        link.close()


# --- the child itself ---------------------------------------------------------------------------


def test_the_child_ends_when_its_input_does() -> None:
    done = subprocess.run(CHILD, cwd=ROOT, input=b"", capture_output=True, timeout=20, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_child_dies_with_a_killed_terminal() -> None:
    """The terminal is killed outright. Both share the error pipe, so that it ends only when both
    are gone; a pad that lived on would make this test time out."""
    command = [sys.executable, "-c", PARENT, *CHILD]
    pipe = subprocess.PIPE
    parent = subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    parent.kill()
    assert parent.communicate(timeout=20) == ("", "")


PARENT = """
import select, subprocess, sys
from devices.pin_pad import ChildPad
from pathlib import Path
link = ChildPad(sys.argv[1:], Path.cwd())
link.press("help")
select.select([link._child.stdout], [], [])
print("ready", flush=True)
select.select([], [], [])
"""


@pytest.mark.parametrize("line", [b"hello\n", b"x" * 2 * LINE_BYTES_MAX, b'{"is":"pin"}\n'])
def test_the_child_stops_at_what_it_does_not_understand(line: bytes) -> None:
    done = subprocess.run(CHILD, cwd=ROOT, input=line, capture_output=True, timeout=20, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's process files")
def test_the_child_leaves_no_core_and_cannot_be_looked_into() -> None:
    code = (
        "import ctypes, resource; from sim.world.pin_pad_process import harden; harden();"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert done.stdout == "(0, 0) 0\n"


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's process files")
def test_the_running_child_is_hardened(child: ChildPad) -> None:
    child.press("help")
    pumped(PinPad(child), child, bool)
    assert child._child is not None
    limits = Path(f"/proc/{child._child.pid}/limits").read_text()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's process files")
def test_no_copy_of_a_forgotten_pin_is_left_in_the_childs_memory(child: ChildPad) -> None:
    """As text, and as the format's own nibbles. While it is held it is there exactly once, which
    shows that the search can find it."""
    pad = PinPad(child)
    typed(pad, child)
    block_of(pad, child, "m1")
    try:
        held = _copies(child)
    except PermissionError:
        pytest.skip("this user may not look into the child, as it should be")
    assert held == [1, 0]
    pad.submit(fx.ForgetPin(), 0.0)
    pad.submit(fx.MakePinBlock("m2", Pan(PAN)), 0.0)
    assert pumped(pad, child, bool) == [ev.PinLost()]
    assert _copies(child) == [0, 0]


def _copies(child: ChildPad) -> list[int]:
    """How often the PIN lies in the child's memory, as text and as nibbles."""
    assert child._child is not None
    memory = b"".join(_writable_memory(child._child.pid))
    return [memory.count(PIN.encode()), memory.count(bytes.fromhex("46" + PIN))]


def _writable_memory(pid: int) -> Iterator[bytes]:
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, flags = line.split()[:2]
            if not flags.startswith("rw"):
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            try:
                memory.seek(start)
                yield memory.read(end - start)
            except (OSError, OverflowError):
                continue
