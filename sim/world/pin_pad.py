"""The simulated PIN pad: keys go in; "digits so far" and an encrypted block come out.

It stands for an encrypting pad in its own housing. Digits live in one `bytearray` of fixed size, which
is overwritten when they are corrected, when PIN entry begins anew and when the pad is told to forget.
No message, event, exception or `repr` of this module holds one.

`Pad` is the pad's own program. `InProcessPad` runs it inside the terminal's process for headless runs;
`pin_pad_process` runs it in a process of its own, as the kiosk does.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from devices.pin_pad_codec import (
    DIGIT_KEYS,
    DIGITS_MOST,
    OTHER_KEYS,
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
)
from sim.world.pin_block import make_pin_block, message_key, wipe
from terminal.card import PinBlock

Fill = Callable[[], bytes]
"""Gives eight bytes for the random half of a PIN block."""

LEAVES_DURING_PIN: Final = OTHER_KEYS - {"enter", "clear"}
"""Keys that are told even during PIN entry: none of them is part of a PIN."""


class Pad:
    """The pad's program. `tell` is called with each thing it says, in order. `fill` makes the random half of
    a block where runs must be equal; it is random otherwise."""

    def __init__(self, tell: Callable[[Reply], None], fill: Fill | None = None) -> None:
        self._tell = tell
        self._fill = fill
        self._digits = bytearray(DIGITS_MOST)
        self._count = 0
        self._least, self._most = DIGITS_MOST, DIGITS_MOST
        self._collecting = False
        self._held = False
        self._confirmed = False

    def __repr__(self) -> str:
        return "Pad(****)"

    def obey(self, command: Command) -> None:
        """Carry out one command and tell what came of it."""
        match command:
            case Press(key):
                self.press(key)
            case Collect(digits_min, digits_max):
                self.collect(digits_min, digits_max)
            case Hold(held):
                self.hold(held)
            case MakeBlock(message, pan):
                block = self.make_block(message, pan.reveal())
                self._tell(Made(message, PinBlock(block)) if block else Lost())
            case Forget():
                self.forget()

    def collect(self, digits_min: int, digits_max: int) -> None:
        """Begin PIN entry with nothing typed."""
        self.forget()
        self._least, self._most = digits_min, digits_max
        self._collecting = True

    def hold(self, held: bool) -> None:
        """A page lies over PIN entry, or no longer. What was typed stays."""
        self._held = held

    def make_block(self, message: str, pan: str) -> bytes | None:
        """The block for one message and card; None unless a PIN was confirmed."""
        if not self._confirmed:
            return None
        digits = self._digits[: self._count]
        try:
            fill = self._fill() if self._fill else b""
            return make_pin_block(digits, pan, message_key(message), fill)
        finally:
            wipe(digits)

    def forget(self) -> None:
        """Overwrite what was typed and leave PIN entry."""
        self._clear()
        self._collecting = self._held = False

    def press(self, key: str) -> None:
        """A key was pressed."""
        if self._collecting and key in DIGIT_KEYS:
            self._type(key)
        elif not self._collecting or self._held or key in LEAVES_DURING_PIN:
            self._tell(Key(key))
        elif key == "clear":
            self._clear()
            self._tell(Digits(0))
        elif key == "enter":
            self._confirm()

    def _type(self, key: str) -> None:
        if self._count < self._most:
            self._digits[self._count] = ord(key)
            self._count += 1
            self._tell(Digits(self._count))
        elif self._held:
            self._tell(Digits(self._count))

    def _confirm(self) -> None:
        if self._count < self._least:
            self._tell(Digits(self._count))
            return
        self._collecting, self._confirmed = False, True
        self._tell(Entered())

    def _clear(self) -> None:
        wipe(self._digits)
        self._count = 0
        self._confirmed = False


class InProcessPad:
    """A pad inside the terminal's process, for headless runs; a `PadLink` for the driver."""

    def __init__(self, fill: Fill | None = None) -> None:
        self._said: deque[Reply] = deque()
        self._fill = fill
        self._pad = Pad(self._said.append, fill)
        self.alive = True

    def press(self, key: str) -> None:
        """A finger on a key: for the stage and for simulated people."""
        self.send(Press(key))

    def send(self, command: Command) -> None:
        """Say something to the pad; a pad without power hears nothing."""
        if self.alive:
            self._pad.obey(command)

    def receive(self) -> Sequence[Reply]:
        """What the pad has said since the last call."""
        if not self._said:
            return ()
        said = tuple(self._said)
        self._said.clear()
        return said

    def pending(self) -> bool:
        """Whether `receive` has something to give."""
        return bool(self._said)

    def restart(self) -> None:
        """Power back on: whatever was typed is gone."""
        self._pad.forget()
        self._pad = Pad(self._said.append, self._fill)
        self.alive = True

    def die(self) -> None:
        """The pad loses power, and what it held with it."""
        self._pad.forget()
        self._said.clear()
        self.alive = False
