"""What the printer is told and asked, in which order, and what comes of it: the life of one printer.

A life is a generator without a port or a clock: it gives what is to be done (a line to open, bytes to
send, a wait) and events for the terminal, and is sent what came of it.

Exactly once (hardware-protocols 7.5). That bytes were sent proves nothing. A receipt counts as printed
when the printer answers the marker that was sent after its last cut; where it knows no markers, when it
answers a status that queues behind the receipt, which proves a little less: it was taken out of the
buffer. Whether it knows markers is tried at power-on. Without an answer, or with a reason not to expect
one, the receipt is in doubt, and nothing here prints it again.

What of a receipt in doubt may still be inside the printer must not come out with the next: before
anything else is printed, an image that was broken off is finished in white, the paper is cut if the
receipt's own cut was not sent, and a marker is waited for. So it is at every start, for a blank slip.

A printer whose power failed for a moment would print the rest of a page as rubbish and answer its marker
all the same. So there are markers between the bands too, and all must be answered: while a printer is
off and starts again it misses at least one. Where it says XON as it starts, that alone is enough.

A receipt is refused only while nothing of it was sent: the printer is asked for its status before.
While an image is unfinished nothing is asked (7.3); a status that comes by itself, or XOFF, tells of an
open cover then.
"""

from collections import OrderedDict
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Literal

from devices.printer.codec import (
    AUTOMATIC_STATUS,
    BAND_BYTES_MAX,
    CUT,
    FENCE,
    INITIALISE,
    Health,
    automatic_health,
    health,
    marker_of,
    marker_query,
    page,
    query,
)
from devices.printer.framing import Automatic, Item, Noise, Printed, Queued, RealTime
from terminal.effects import CheckPrinter, PrintReceipt
from terminal.events import (
    PrinterFailed,
    PrinterReady,
    ReceiptDoubtful,
    ReceiptPrinted,
    ReceiptRefused,
)
from terminal.ports import Seconds
from terminal.receipt import Raster, Receipt

CHECK_SECONDS = 10.0
"""Between two self-checks while nothing else happens (7.6)."""

POWER_ON_SECONDS = 1.0
"""For the first answer (7.6)."""

STATUS_SECONDS = 0.5
"""For each answer to DLE EOT (7.3)."""

STATUS_TRIES = 2
"""One answer may be lost on the line (11, fault 18)."""

CONFIRM_SECONDS = 30.0
"""For the answer to a receipt's marker, from its last byte (7.5)."""

LOOK_SECONDS = 1.0
"""How often the printer is asked how it is while that answer is waited for."""

STALL_SECONDS = 30.0
"""How long the printer may hold up its data: a hot head or a slow cut, as long as for the answer."""

PROBE_SECONDS = 2.0
"""For the answer to a marker while nothing is printed."""

PROBE_TRIES = 2

DRAIN_SECONDS = 10.0
"""For what a buffer of 4 KB still holds: under a second of printing and a cut."""

MARK_EVERY_BYTES = 2_000
"""Between two markers of a page: less than a printer that starts again misses, which is at least a second
of the line (19200 bit/s)."""

OUTCOMES_MAX = 64
"""Jobs remembered, so that one told twice is not printed twice: some dozens of visits."""

WHITE = bytes(BAND_BYTES_MAX)
"""Finishes any image that was broken off; a printer that is not inside one ignores it."""

UNCONFIRMED = "unconfirmed"
"""The printer says that all is well, and nothing about the receipt."""

Render = Callable[[Receipt], Raster]

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
    receipt in doubt may still be inside, `uncut` that its cut was not sent: both are so at the start,
    because what the terminal did when it was last switched off is not known here.

    `awaited` are the markers, `queued` is how many queued statuses are still to be answered. `reported`,
    `restarted` and `noise` are what was heard without being asked since somebody forgot it."""

    now: Seconds = 0.0
    up: bool = False
    health: Health = field(default_factory=lambda: Health("starting"))
    fence: Fence = "unknown"
    owes: bool = True
    uncut: bool = True
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


def life(memory: Memory, render: Render) -> Life:
    """Everything, for ever."""
    yield Close()
    while True:
        yield from _look_and_tell(memory)
        match (yield from _idle(memory)):
            case PrintReceipt() as order:
                yield from _receipt(memory, order, render)
            case CheckPrinter():
                memory.told = None


def _idle(memory: Memory) -> Generator[Step, Reply, Order | None]:
    """Until there is an order, or a reason to look."""
    until = memory.now + CHECK_SECONDS
    while True:
        match (yield Listen(until, orders=True)):
            case PrintReceipt() | CheckPrinter() as order:
                return order
            case Automatic() as status if automatic_health(status) != memory.health:
                return None
            case Restarted():
                memory.up = False
                return None
            case Lost() | None:
                return None


def _look_and_tell(memory: Memory) -> Generator[Step, Reply, Health]:
    """Find out how the printer is, and say so if it changed."""
    found = memory.health = yield from _look(memory)
    told = PrinterFailed(found.error) if found.error else PrinterReady(_paper(found))
    if told != memory.told:
        memory.told = told
        yield told
    return found


def _paper(found: Health) -> Literal["ok", "low"]:
    return "ok" if found.paper == "ok" else "low"


def _look(memory: Memory) -> Generator[Step, Reply, Health]:
    found = yield from (_check(memory) if memory.up else _power_on(memory))
    if found.error:
        return found
    if memory.owes and not (yield from _drain(memory)):
        return Health("notReady", found.paper)
    if memory.fence == "unknown":
        memory.fence = yield from _probe(memory)
    return Health("notReady", found.paper) if memory.fence == "unknown" else found


# --- power-on and self-check --------------------------------------------------------------------


def _power_on(memory: Memory) -> Generator[Step, Reply, Health]:
    """7.6. Printers of any kind may have been plugged in, so all is learnt anew."""
    if not (yield Open()):
        return Health("noPort")
    memory.fence = "unknown"
    memory.forget()
    one = yield from _ask(memory, 1, POWER_ON_SECONDS)
    if one is None and memory.owes and not (yield from _sent(memory, WHITE)):
        one = yield from _ask(memory, 1, POWER_ON_SECONDS)
    if one is None:
        return Health("noise" if memory.noise else "noAnswer")
    if (yield from _sent(memory, INITIALISE)):
        return Health("noAnswer")
    found = yield from _self_check(memory)
    if found is None or (yield from _sent(memory, AUTOMATIC_STATUS)):
        return Health("noAnswer")
    memory.up = True
    return found


def _check(memory: Memory) -> Generator[Step, Reply, Health]:
    found = yield from _self_check(memory)
    if found is None:
        memory.up = False
        return Health("noAnswer")
    return found


def _self_check(memory: Memory) -> Generator[Step, Reply, Health | None]:
    """DLE EOT 1 to 4, each answer awaited before the next is asked for; None if one did not come."""
    answers: list[int] = []
    for number in (1, 2, 3, 4):
        answer = yield from _ask(memory, number, STATUS_SECONDS)
        if answer is None:
            return None
        answers.append(answer)
    one, two, three, four = answers
    return health(one, two, three, four)


def _ask(memory: Memory, number: int, seconds: Seconds) -> Generator[Step, Reply, int | None]:
    """One status byte, asked for again if it does not come. A status that is there before is an old
    answer."""
    yield from _answer(memory, memory.now)
    for _ in range(STATUS_TRIES):
        reply = yield Send(query(number), urgent=True)
        if not isinstance(reply, Sent):
            return None
        byte = yield from _answer(memory, memory.now + seconds)
        if byte is not None:
            return byte
    return None


def _answer(memory: Memory, until: Seconds) -> Generator[Step, Reply, int | None]:
    """The first status byte, None if none comes."""
    while True:
        reply = yield Listen(until)
        memory.note(reply)
        match reply:
            case RealTime(byte):
                return byte
            case Lost() | None:
                return None


def _sent(memory: Memory, data: bytes) -> Generator[Step, Reply, str]:
    """Send all of it: "", or why it was given up."""
    step: Step = Send(data)
    while True:
        reply = yield step
        memory.note(reply)
        match reply:
            case Sent():
                return ""
            case Stalled():
                return "noAnswer"
            case Lost():
                return "portLost"
        trouble = _hopeless(memory)
        if trouble:
            return trouble
        step = GoOn()


def _hopeless(memory: Memory, found: Health | None = None) -> str:
    """Why no answer will come until somebody has mended something, as far as was heard."""
    if memory.restarted:
        return "powerFailed"
    known = (memory.reported, found)
    return next((one.error for one in known if one and one.error and not one.passing), "")


# --- fences -------------------------------------------------------------------------------------


def _probe(memory: Memory) -> Generator[Step, Reply, Fence]:
    """What the printer can prove with. One that knows no markers may have taken some of the order for
    text; initialising forgets it before it is printed."""
    ways: tuple[Fence, ...] = ("marker", "status")
    for fence in ways:
        for _ in range(PROBE_TRIES):
            memory.forget()
            trouble = yield from _fenced(memory, fence, _fresh(memory), PROBE_SECONDS)
            if trouble != UNCONFIRMED:
                return "unknown" if trouble else fence
        if (yield from _sent(memory, INITIALISE)):
            return "unknown"
    return "none"


def _drain(memory: Memory) -> Generator[Step, Reply, bool]:
    """Get out of the printer what a receipt in doubt may have left there. Whether it is known to be."""
    memory.reported, memory.restarted = None, False
    cut = CUT if memory.uncut else b""
    if (yield from _sent(memory, WHITE + cut + INITIALISE + AUTOMATIC_STATUS)):
        memory.up = False
        return False
    memory.uncut = False
    memory.awaited.clear()
    if memory.fence == "unknown":
        memory.fence = yield from _probe(memory)
        memory.owes = memory.fence == "unknown"
    elif memory.fence == "none":
        memory.owes = False
    else:
        trouble = yield from _fenced(memory, memory.fence, _fresh(memory), DRAIN_SECONDS)
        memory.owes = bool(trouble)
        memory.up = not trouble
    return not memory.owes


def _fresh(memory: Memory) -> bytes:
    """A marker that is no job's but by chance."""
    memory.markers += 1
    return marker_of(f"{memory.markers * 7_919:x}")


def _fence(memory: Memory, fence: Fence, marker: bytes) -> Generator[Step, Reply, str]:
    """Send what is answered when everything before it is done: "", or why that was given up."""
    match fence:
        case "marker":
            memory.awaited.append(marker)
            return (yield from _sent(memory, marker_query(marker)))
        case "status":
            memory.queued += 1
            return (yield from _sent(memory, FENCE))
    return ""


def _fenced(
    memory: Memory, fence: Fence, marker: bytes, seconds: Seconds
) -> Generator[Step, Reply, str]:
    """Send a fence and wait until it and all before it are answered: "", or why that will not be."""
    trouble = yield from _fence(memory, fence, marker)
    if trouble:
        return trouble
    ends = memory.now + seconds
    found: Health | None = None
    while memory.now < ends:
        reply = yield Listen(min(ends, memory.now + LOOK_SECONDS))
        memory.note(reply)
        if isinstance(reply, Lost):
            return "portLost"
        if reply is None:
            found = yield from _self_check(memory)
        if memory.restarted:
            return "powerFailed"
        if marker not in memory.awaited and not memory.queued:
            # Answers come in order: one that is missing now will not come.
            return UNCONFIRMED if memory.awaited else ""
        trouble = _hopeless(memory, found)
        if trouble:
            return trouble
    return UNCONFIRMED if found else "noAnswer"


# --- a receipt ----------------------------------------------------------------------------------


def _receipt(memory: Memory, order: PrintReceipt, render: Render) -> Life:
    known = memory.outcomes.get(order.job)
    if known is not None:
        yield known
        return
    found = yield from _look_and_tell(memory)
    if found.error:
        yield ReceiptRefused(order.job, found.error)
        return
    trouble = yield from _put_out(memory, marker_of(order.job), render(order.receipt))
    memory.owes = bool(trouble)
    outcome = ReceiptDoubtful(order.job, trouble) if trouble else ReceiptPrinted(order.job)
    memory.outcomes[order.job] = outcome
    if len(memory.outcomes) > OUTCOMES_MAX:
        memory.outcomes.popitem(last=False)
    yield outcome


def _put_out(memory: Memory, marker: bytes, raster: Raster) -> Generator[Step, Reply, str]:
    """Send the page, cut, and have it confirmed: "", or why it is in doubt."""
    memory.owes = memory.uncut = True
    memory.forget()
    yield Open()
    trouble = yield from _sent(memory, INITIALISE + AUTOMATIC_STATUS)
    unmarked = 0
    for command in page(raster):
        trouble = trouble or (yield from _sent(memory, command))
        unmarked += len(command)
        if unmarked >= MARK_EVERY_BYTES:
            trouble = trouble or (yield from _fence(memory, memory.fence, _fresh(memory)))
            unmarked = 0
    trouble = trouble or (yield from _sent(memory, CUT))
    if trouble:
        return trouble
    memory.uncut = False
    if memory.fence == "none":
        return UNCONFIRMED
    return (yield from _fenced(memory, memory.fence, marker, CONFIRM_SECONDS))
