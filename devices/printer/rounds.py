"""What the printer is told and asked, in which order, and what comes of it: the life of one printer.

A life is a generator without a port or a clock: it gives what is to be done (a line to open, bytes to
send, a wait) and events for the terminal, and is sent what came of it.

Exactly once (hardware-protocols 7.5). That bytes were sent proves nothing. A receipt counts as printed
when the printer answers the marker that was sent after its last cut; where it knows no markers, when it
answers a status that queues behind the receipt, which proves a little less: it was taken out of the
buffer. Whether it knows markers is tried at power-on. Without an answer, or with a reason not to expect
one, the receipt is in doubt, and nothing here prints it again.

What of a receipt in doubt may still be inside the printer must not come out with the next: before
anything else is printed, an image that was broken off is finished in white, the paper is cut, because the
receipt's own cut may have been lost, and a marker is waited for. So it is at every start. At worst that is a
blank slip.

A printer whose power failed for a moment would print the rest of a page as rubbish and answer its marker
all the same. So there are markers between the bands too, and all must be answered: while a printer is
off and starts again it misses at least one. Where it says XON as it starts, that alone is enough.

A receipt is refused only while nothing of it was sent: the printer is asked for its status before.
While an image is unfinished nothing is asked (7.3); a status that comes by itself, or XOFF, tells of an
open cover then.
"""

from collections.abc import Callable, Generator
from typing import Literal

from devices.printer.asking import UNCONFIRMED, ask, fenced, fresh, put_fence, self_check, sent
from devices.printer.codec import (
    AUTOMATIC_STATUS,
    BAND_BYTES_MAX,
    CUT,
    INITIALISE,
    Health,
    automatic_health,
    marker_of,
    page,
)
from devices.printer.framing import Automatic
from devices.printer.steps import (
    Close,
    Fence,
    Life,
    Listen,
    Lost,
    Memory,
    Open,
    Order,
    Reply,
    Restarted,
    Step,
)
from terminal.effects import CheckPrinter, PrintReceipt
from terminal.events import (
    PrinterFailed,
    PrinterReady,
    ReceiptDoubtful,
    ReceiptPrinted,
    ReceiptRefused,
)
from terminal.receipt import Raster, Receipt

CHECK_SECONDS = 10.0
"""Between two self-checks while nothing else happens (7.6)."""

POWER_ON_SECONDS = 1.0
"""For the first answer (7.6)."""

CONFIRM_SECONDS = 30.0
"""For the answer to a receipt's marker, from its last byte (7.5)."""

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

Render = Callable[[Receipt], Raster]


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


# --- power-on -----------------------------------------------------------------------------------


def _power_on(memory: Memory) -> Generator[Step, Reply, Health]:
    """7.6. Printers of any kind may have been plugged in, so all is learnt anew. One that may be inside an
    image would print what it is told as dots; it is initialised when that has been finished."""
    if not (yield Open()):
        return Health("noPort")
    memory.fence = "unknown"
    memory.forget()
    one = yield from ask(memory, 1, POWER_ON_SECONDS)
    if one is None and memory.owes and not (yield from sent(memory, WHITE)):
        one = yield from ask(memory, 1, POWER_ON_SECONDS)
    if one is None:
        return Health("noise" if memory.noise else "noAnswer")
    if not memory.owes and (yield from sent(memory, INITIALISE + AUTOMATIC_STATUS)):
        return Health("noAnswer")
    return (yield from _check(memory))


def _check(memory: Memory) -> Generator[Step, Reply, Health]:
    found = yield from self_check(memory)
    memory.up = found is not None
    return found or Health("noAnswer")


def _probe(memory: Memory) -> Generator[Step, Reply, Fence]:
    """What the printer can prove with. One that knows no markers may have taken some of the order for
    text; that is forgotten when the next receipt begins by initialising."""
    ways: tuple[Fence, ...] = ("marker", "status")
    for way in ways:
        for _ in range(PROBE_TRIES):
            memory.forget()
            trouble = yield from fenced(memory, way, fresh(memory), PROBE_SECONDS)
            if trouble != UNCONFIRMED:
                return "unknown" if trouble else way
    return "none"


def _drain(memory: Memory) -> Generator[Step, Reply, bool]:
    """Get out of the printer what a receipt in doubt may have left there. Whether it is known to be."""
    memory.reported, memory.restarted = None, False
    if (yield from sent(memory, WHITE + CUT + INITIALISE + AUTOMATIC_STATUS)):
        memory.up = False
        return False
    memory.awaited.clear()
    if memory.fence == "unknown":
        memory.fence = yield from _probe(memory)
        memory.owes = memory.fence == "unknown"
    elif memory.fence == "none":
        memory.owes = False
    else:
        trouble = yield from fenced(memory, memory.fence, fresh(memory), DRAIN_SECONDS)
        memory.owes = bool(trouble)
        memory.up = not trouble
    return not memory.owes


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
    memory.owes = True
    memory.forget()
    yield Open()
    trouble = yield from sent(memory, INITIALISE + AUTOMATIC_STATUS)
    unmarked = 0
    for command in page(raster):
        trouble = trouble or (yield from sent(memory, command))
        unmarked += len(command)
        if unmarked >= MARK_EVERY_BYTES:
            trouble = trouble or (yield from put_fence(memory, memory.fence, fresh(memory)))
            unmarked = 0
    trouble = trouble or (yield from sent(memory, CUT))
    if trouble:
        return trouble
    if memory.fence == "none":
        return UNCONFIRMED
    return (yield from fenced(memory, memory.fence, marker, CONFIRM_SECONDS))
