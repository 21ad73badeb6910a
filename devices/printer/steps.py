"""What the life of a printer asks for, step by step, what it is answered, and what it keeps in mind.

A step is something to be done by whoever has the port and the clock; a reply is what came of it.
"""

from collections import OrderedDict
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Literal

from devices.printer.codec import Health, automatic_health
from devices.printer.framing import Automatic, Item, Noise, Printed, Queued
from terminal.effects import CheckPrinter, PrintReceipt
from terminal.events import (
    PrinterFailed,
    PrinterReady,
    ReceiptDoubtful,
    ReceiptPrinted,
    ReceiptRefused,
)
from terminal.ports import Seconds

STALL_SECONDS = 30.0
"""How long the printer may hold up its data: a hot head or a slow cut, as long as for the answer."""

Fence = Literal["unknown", "marker", "status", "none"]


@dataclass(frozen=True, slots=True)
class Close:
    """Close the line."""


@dataclass(frozen=True, slots=True)
class Open:
    """Have the line open, and think it free: an XON may have been lost. Answered with whether it is."""


@dataclass(frozen=True, slots=True)
class Send:
    """Hand these bytes to the line, at its pace. `urgent` ones go out although the printer says it is
    full: real-time commands are obeyed even then (7.1). Answered with `Sent`, with an item that came
    first (`GoOn` sends the rest), with `Stalled` or `Lost`."""

    data: bytes
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class GoOn:
    """Send the rest."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for an item, or for an order if `orders`. Answered with it, `Lost`, or None at `until`."""

    until: Seconds
    orders: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """All bytes were handed to the line."""


@dataclass(frozen=True, slots=True)
class Stalled:
    """The printer took no byte for `STALL_SECONDS`."""


@dataclass(frozen=True, slots=True)
class Restarted:
    """XON that no XOFF came before: the printer was switched on."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The line is gone, and nobody can say how much went out."""


Outcome = ReceiptPrinted | ReceiptDoubtful | ReceiptRefused
Told = PrinterReady | PrinterFailed
Order = PrintReceipt | CheckPrinter

Step = Close | Open | Send | GoOn | Listen | Outcome | Told
Heard = Item | Restarted
Reply = bool | Heard | Order | Sent | Stalled | Lost | None

Life = Generator[Step, Reply, None]


@dataclass(slots=True)
class Memory:
    """What is known of the printer. `now` is when the life was last woken; `owes` that something of a
    receipt in doubt may still be inside: so it is at the start, because what the terminal did when it was
    last switched off is not known here.

    `awaited` are the markers, `queued` is how many queued statuses are still to be answered. `reported`,
    `restarted` and `noise` are what was heard without being asked since somebody forgot it."""

    now: Seconds = 0.0
    up: bool = False
    health: Health = field(default_factory=lambda: Health("starting"))
    fence: Fence = "unknown"
    owes: bool = True
    awaited: list[bytes] = field(default_factory=list)
    queued: int = 0
    reported: Health | None = None
    restarted: bool = False
    noise: bool = False
    markers: int = 0
    told: Told | None = None
    outcomes: OrderedDict[str, Outcome] = field(default_factory=OrderedDict)

    def forget(self) -> None:
        """What was heard so far, and what is still to be answered, means nothing for what comes."""
        self.awaited.clear()
        self.queued = 0
        self.reported, self.restarted, self.noise = None, False, False

    def note(self, heard: Reply) -> None:
        """Whatever was heard, wherever it was waited for."""
        match heard:
            case Printed(marker) if marker in self.awaited:
                self.awaited.remove(marker)
            case Queued():
                self.queued = max(0, self.queued - 1)
            case Automatic():
                self.reported = automatic_health(heard)
            case Restarted():
                self.restarted = True
            case Noise():
                self.noise = True
