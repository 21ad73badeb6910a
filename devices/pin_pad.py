"""The PIN pad's driver: four effects in, five events out, and never a digit.

The pad is at the other end of a `PadLink`, in a process of its own (`ChildPad`) or, in headless runs,
in this one. Which program the child runs is handed in by the stage. A pad that dies or does not answer
in time has lost the PIN: that is an event, and the customer is asked again or given the card back.
The pad is started anew when the next PIN is to be collected, never in a loop.

Not its business: what the keys mean, what is done with a block, and where fingers press (the link's
`press`, which the stage joins to the drawn keys).
"""

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

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
    decode_reply,
    encode,
)
from terminal import effects as fx
from terminal import events as ev
from terminal.ports import NEVER, Seconds

ANSWER_SECONDS_MAX: Final = 3.0
"""How long a block may take: a child that has only just been started needs about half a second on a
slow machine, the block itself a millisecond."""

CLOSE_SECONDS_MAX: Final = 1.0
"""How long the child may take to end after its input did; then it is killed."""

READ_BYTES: Final = 4_096
"""Read at once: more than a pad says between two frames."""


class PadLink(Protocol):
    """The way to a pad. Nothing here blocks."""

    @property
    def alive(self) -> bool:
        """Whether the pad is there."""
        ...

    def send(self, command: Command) -> None:
        """Say something to the pad. A pad that is not there hears nothing."""
        ...

    def receive(self) -> Sequence[Reply]:
        """What the pad has said since the last call."""
        ...

    def pending(self) -> bool:
        """Whether `receive` would give something without the outside moving first."""
        ...

    def restart(self) -> None:
        """Start a pad that is not alive. If that fails, it is still not alive."""
        ...


class PinPad:
    """The `Port` in front of a pad."""

    def __init__(self, link: PadLink) -> None:
        self._link = link
        self._collecting = False
        self._awaited = ""
        self._deadline = NEVER

    def submit(self, effect: fx.Effect, now: Seconds) -> None:
        """Take `CollectPin`, `HoldPin`, `MakePinBlock` or `ForgetPin`."""
        match effect:
            case fx.CollectPin(digits_min, digits_max):
                if not self._link.alive:
                    self._link.restart()
                self._stop_waiting()
                self._collecting = True
                self._link.send(Collect(digits_min, digits_max))
            case fx.HoldPin(held):
                self._link.send(Hold(held))
            case fx.MakePinBlock(message, pan):
                self._awaited, self._deadline = message, now + ANSWER_SECONDS_MAX
                self._link.send(MakeBlock(message, pan))
            case fx.ForgetPin():
                self._stop_waiting()
                self._link.send(Forget())
            case _:
                raise AssertionError(f"{type(effect).__name__} is not for a PIN pad")

    def poll(self, now: Seconds) -> Iterable[ev.Event]:
        """What the pad has said, and the PIN's loss if the pad is gone or silent."""
        replies = self._link.receive()
        events = [event for reply in replies for event in self._heard(reply)] if replies else []
        if self._waiting and (not self._link.alive or now >= self._deadline):
            self._stop_waiting()
            events.append(ev.PinLost())
        return events

    def due(self, now: Seconds) -> Seconds:
        """At once if the pad has spoken or is gone, else when an answer is overdue."""
        if self._link.pending() or (self._waiting and not self._link.alive):
            return now
        return self._deadline

    @property
    def _waiting(self) -> bool:
        return self._collecting or bool(self._awaited)

    def _heard(self, reply: Reply) -> Iterator[ev.Event]:
        match reply:
            case Digits(count) if self._collecting:
                yield ev.PinDigits(count)
            case Entered() if self._collecting:
                self._collecting = False
                yield ev.PinEntered()
            case Made(message, block) if message == self._awaited:
                self._stop_waiting()
                yield ev.PinBlockMade(message, block)
            case Lost() if self._awaited:
                self._stop_waiting()
                yield ev.PinLost()
            case Key(key):
                yield ev.KeyPressed(key)

    def _stop_waiting(self) -> None:
        self._collecting, self._awaited, self._deadline = False, "", NEVER


class ChildPad:
    """A link to a pad in a child process, over its standard input and output.

    `command` starts the pad; `folder` is where. Raises nothing: a child that cannot be started, says
    something strange or stops reading is a pad that is not alive."""

    def __init__(self, command: Sequence[str], folder: Path | None = None) -> None:
        self._command = tuple(command)
        self._folder = folder
        self._child: subprocess.Popen[bytes] | None = None
        self._heard = b""
        self.restart()

    @property
    def alive(self) -> bool:
        """Whether the child runs, as far as its pipes have told."""
        return self._child is not None

    def press(self, key: str) -> None:
        """A finger on a drawn key: for the stage."""
        self.send(Press(key))

    def send(self, command: Command) -> None:
        """Write one line. Lines are far shorter than a pipe, so a full pipe means a dead reader."""
        if self._child is None or self._child.stdin is None:
            return
        line = encode(command)
        try:
            if os.write(self._child.stdin.fileno(), line) != len(line):
                self._give_up()
        except OSError:
            self._give_up()

    def receive(self) -> Sequence[Reply]:
        """Every whole line that has arrived."""
        self._read()
        *lines, self._heard = self._heard.split(b"\n")
        try:
            if len(self._heard) > LINE_BYTES_MAX:
                raise ValueError("a pad's line is too long")
            return [decode_reply(line) for line in lines]
        except ValueError:
            self._give_up()
            return []

    def pending(self) -> bool:
        """Never: what the child says arrives by itself."""
        return False

    def restart(self) -> None:
        """Start the child if there is none."""
        if self._child is not None:
            return
        self._heard = b""
        try:
            child = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=self._folder
            )
        except OSError:
            return
        assert child.stdin is not None
        assert child.stdout is not None
        os.set_blocking(child.stdin.fileno(), False)
        os.set_blocking(child.stdout.fileno(), False)
        self._child = child

    def close(self) -> None:
        """End the child: its input ends, and it does too; if not, it is killed."""
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            child.wait(CLOSE_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _read(self) -> None:
        if self._child is None or self._child.stdout is None:
            return
        try:
            data = os.read(self._child.stdout.fileno(), READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._heard += data
        else:
            self._give_up()

    def _give_up(self) -> None:
        """The pad is not to be trusted, or gone: make sure it is."""
        child, self._child = self._child, None
        self._heard = b""
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()
