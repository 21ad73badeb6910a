"""Questions to a printer and what its answers prove, as parts of its life (`rounds`).

A status is asked for and answered at once, one at a time (hardware-protocols 7.3). A fence is sent behind
the data and answered when they are done with: a marker once they are on paper, a queued status once they
were taken out of the buffer (7.5). Answers to fences come in order, and all that were sent must come.
"""

from collections.abc import Generator

from devices.printer.codec import FENCE, Health, health, marker_of, marker_query, query
from devices.printer.framing import RealTime
from devices.printer.steps import (
    Fence,
    GoOn,
    Listen,
    Lost,
    Memory,
    Reply,
    Send,
    Sent,
    Stalled,
    Step,
)
from terminal.ports import Seconds

STATUS_SECONDS = 0.5
"""For each answer to DLE EOT (7.3)."""

STATUS_TRIES = 2
"""One answer may be lost on the line (11, fault 18)."""

LOOK_SECONDS = 1.0
"""How often the printer is asked how it is while that answer is waited for."""

UNCONFIRMED = "unconfirmed"
"""The printer says that all is well, and nothing about the receipt."""


def self_check(memory: Memory) -> Generator[Step, Reply, Health | None]:
    """DLE EOT 1 to 4, each answer awaited before the next is asked for; None if one did not come."""
    answers: list[int] = []
    for number in (1, 2, 3, 4):
        answer = yield from ask(memory, number, STATUS_SECONDS)
        if answer is None:
            return None
        answers.append(answer)
    one, two, three, four = answers
    return health(one, two, three, four)


def ask(memory: Memory, number: int, seconds: Seconds) -> Generator[Step, Reply, int | None]:
    """One status byte, asked for again if it does not come. An answer does not say what it answers: where
    it was asked for twice, the other answer is waited for, so that it is not taken for the next."""
    yield from _drop_answers(memory, memory.now)
    for tried in range(STATUS_TRIES):
        reply = yield Send(query(number), urgent=True)
        if not isinstance(reply, Sent):
            return None
        byte = yield from _answer(memory, memory.now + seconds)
        if byte is not None:
            if tried:
                yield from _drop_answers(memory, memory.now + seconds)
            return byte
    return None


def _drop_answers(memory: Memory, until: Seconds) -> Generator[Step, Reply, None]:
    while (yield from _answer(memory, until)) is not None:
        pass


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


def sent(memory: Memory, data: bytes) -> Generator[Step, Reply, str]:
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
        trouble = hopeless(memory)
        if trouble:
            return trouble
        step = GoOn()


def hopeless(memory: Memory, found: Health | None = None) -> str:
    """Why no answer will come until somebody has mended something, as far as was heard."""
    if memory.restarted:
        return "powerFailed"
    known = (memory.reported, found)
    return next((one.error for one in known if one and one.error and not one.passing), "")


# --- fences -------------------------------------------------------------------------------------


def fresh(memory: Memory) -> bytes:
    """A marker that is no job's but by chance."""
    memory.markers += 1
    return marker_of(f"{memory.markers * 7_919:x}")


def put_fence(memory: Memory, fence: Fence, marker: bytes) -> Generator[Step, Reply, str]:
    """Send what is answered when everything before it is done: "", or why that was given up."""
    match fence:
        case "marker":
            memory.awaited.append(marker)
            return (yield from sent(memory, marker_query(marker)))
        case "status":
            memory.queued += 1
            return (yield from sent(memory, FENCE))
    return ""


def fenced(
    memory: Memory, fence: Fence, marker: bytes, seconds: Seconds
) -> Generator[Step, Reply, str]:
    """Send a fence and wait until it and all before it are answered: "", or why that will not be."""
    trouble = yield from put_fence(memory, fence, marker)
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
            found = yield from self_check(memory)
        if marker not in memory.awaited and not memory.queued:
            # Answers come in order: one that is missing now will not come.
            return UNCONFIRMED if memory.awaited else ""
        trouble = hopeless(memory, found)
        if trouble:
            return trouble
    return UNCONFIRMED if found else "noAnswer"
