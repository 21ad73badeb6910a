"""What the reader is asked, in which order, and what comes of it: the life of one reader.

A life is a generator without a port or a clock: it gives what is to be done (a line to open, a command,
a pause) and events for the terminal, and is sent what came of it.

Power-on (hardware-protocols 5.7): at 115200 the status is asked for every second; if nothing answers,
once at each of the other speeds; then there is no reader, and a minute later all of it again. A port
that cannot be opened is tried as often, at one speed. 60 and 66 are a reader out of service, asked again after a minute too, so that it may be mended without a restart.
Then the module's number, once, and the find loop: find, select, read, and back to find whatever happens.

A document is reported once until it was lifted. Readers differ in what they say of one that stays: some
find it again each time, some say "no card" until it was lifted (5.7). So a find that sees nothing ends
what was known of the last document; a find that sees one after a report means the same still lies there.
And after a round that failed, a find that sees nothing is a failed round too: the document may be there
and hidden until it is lifted, and then only the customer can help.

Half a minute after the last that was seen of a document that was reported, the terminal is told that it is
gone. Of a reader that finds a document only once that is half a minute after it was read.

After three failed rounds in a row the customer is told why, by what the last one said. A document past
its validity was read well, and is told at once. What was reported is remembered when the reader goes
and comes back: a document left lying is not read again for the next customer. Rounds that failed are
not: whoever they were for may have gone.
"""

from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from math import ceil
from types import MappingProxyType

from devices.id_reader import record
from devices.id_reader.codec import (
    CARD_NOT_TRUSTED,
    FIND,
    INFORMATION_WRONG,
    NO_CARD,
    NOT_AUTHORISED,
    OK,
    READ,
    SAM_NUMBER,
    SELECT,
    SELF_TEST_FAILED,
    SPEEDS,
    STATUS,
    WRONG_TYPE,
    Command,
    Response,
    sam_number,
    text_of,
)
from devices.id_reader.link import Lost, Outcome
from terminal.events import DocumentGone, DocumentRead, DocumentUnread, UnreadDocument
from terminal.ports import Seconds

FIND_SECONDS = 1.0
"""From one answer to the next find (5.2)."""

STATUS_PAUSE_SECONDS = 1.0
"""Between two requests for the status at power-on (5.7)."""

STATUS_TRIES = 10
"""Requests at 115200 before the other speeds: a reader that starts up needs some seconds."""

RETRY_SECONDS = 60.0
"""Until a reader that is not there, or out of service, is tried again."""

GONE_SECONDS = 30.0
"""How long no document lies there before one that was read counts as gone: time to put it away and take
out a card (accessibility B3 gives 30 s to identify oneself), and no longer, so that whoever comes next
finds the machine set for nobody."""

ROUNDS_MAX = 3
"""Failed rounds before the customer is asked to lift the document (5.7)."""

SILENT_MAX = 3
"""Finds in a row without an answer before the reader counts as gone."""

NUMBER_TRIES = 2
"""Requests for the module's number: it is for the operator, nothing rests on it."""


class Condition(Enum):
    """How the reader is, for the operator."""

    STARTING = "starting"
    READY = "ready"
    NO_PORT = "noPort"
    """The port cannot be opened."""
    NO_READER = "noReader"
    """No byte came, at any speed: cable, power, port."""
    NOISE = "noise"
    """Bytes came, but no frame: another speed, another device, a bad line."""
    NOT_READY = "notReady"
    """It answers, but never that it is ready."""
    SELF_TEST_FAILED = "selfTestFailed"
    """60: out of service."""
    NOT_AUTHORISED = "notAuthorised"
    """66: out of service."""


DIAGNOSES: MappingProxyType[Condition, str] = MappingProxyType(
    {
        Condition.STARTING: "The identity card reader is being looked for.",
        Condition.READY: "The identity card reader is ready.",
        Condition.NO_PORT: "The port of the identity card reader cannot be opened. Check that its cable "
        "is plugged in and the name is right.",
        Condition.NO_READER: "No byte came from the identity card reader at any speed. Check its power, "
        "its cable and the name of its port.",
        Condition.NOISE: "Bytes came from the identity card reader, but no valid frame at any speed. "
        "Check that the port is that of the reader, and its cable.",
        Condition.NOT_READY: "The identity card reader answers, but does not become ready. Switch it off "
        "and on.",
        Condition.SELF_TEST_FAILED: "The identity card reader failed its self-test (60). It needs repair.",
        Condition.NOT_AUTHORISED: "The security module of the identity card reader is not authorised "
        "(66). Its supplier must activate it.",
    }
)
"""What to tell the operator."""

OUT_OF_SERVICE: MappingProxyType[int, Condition] = MappingProxyType(
    {
        SELF_TEST_FAILED: Condition.SELF_TEST_FAILED,
        NOT_AUTHORISED: Condition.NOT_AUTHORISED,
    }
)

_REASONS: MappingProxyType[int, UnreadDocument] = MappingProxyType(
    {WRONG_TYPE: "notAnId", CARD_NOT_TRUSTED: "forged", INFORMATION_WRONG: "forged"}
)
"""Status codes that say more than "could not be read" (5.3)."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the line, so that it can be opened anew."""


@dataclass(frozen=True, slots=True)
class Open:
    """Have the line open at this speed. Answered with whether it is."""

    baudrate: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait."""

    seconds: Seconds


Told = DocumentRead | DocumentUnread | DocumentGone
"""What the terminal hears."""

Step = Close | Open | Pause | Command | Told
Reply = Outcome | bool | None
"""What came of a step; None for a command if there is no line, or none any more."""

Life = Generator[Step, Reply, None]


@dataclass(slots=True)
class Memory:
    """What is known of the reader beside the life that runs. Nothing of a document is in it but that
    one lies there and was reported, for how many finds more one that was lifted is not yet gone, and why
    the rounds with it fail. `statuses` counts the answers that were no success, by SW3 in hexadecimal."""

    condition: Condition = Condition.STARTING
    module: str = ""
    reported: bool = False
    gone_in: int = 0
    failed_rounds: int = 0
    reason: UnreadDocument = "unreadable"
    statuses: Counter[str] = field(default_factory=Counter)


Today = Callable[[], date]
"""The date in Asia/Shanghai, now."""


def life(memory: Memory, today: Today, find_seconds: Seconds = FIND_SECONDS) -> Life:
    """Everything, for ever."""
    while True:
        memory.condition, memory.failed_rounds = Condition.STARTING, 0
        yield Close()
        memory.condition = yield from _power_on()
        if memory.condition is Condition.READY:
            yield from _learn_number(memory)
            yield from _find_loop(memory, today, find_seconds)
        if memory.condition is not Condition.STARTING:
            yield Pause(RETRY_SECONDS)


# --- power-on -----------------------------------------------------------------------------------


def _power_on() -> Generator[Step, Reply, Condition]:
    """READY, or why not."""
    noise = False
    for baudrate in SPEEDS:
        found = yield from _try_speed(baudrate, STATUS_TRIES if not SPEEDS[baudrate] else 1)
        if found not in (Condition.NO_READER, Condition.NOISE):
            return found
        noise = noise or found is Condition.NOISE
    return Condition.NOISE if noise else Condition.NO_READER


def _try_speed(baudrate: int, tries: int) -> Generator[Step, Reply, Condition]:
    """Ask for the status so often. A reader that answers is at this speed, ready or not, and is asked
    as often as at the first."""
    worst = Condition.NO_READER
    tried, opened = 0, True
    while tried < tries:
        tried += 1
        opened = bool((yield Open(baudrate)))
        reply = (yield STATUS) if opened else None
        match reply:
            case Response(sw3=sw3) if sw3 == OK:
                return Condition.READY
            case Response(sw3=sw3) if sw3 in OUT_OF_SERVICE:
                return OUT_OF_SERVICE[sw3]
            case Response():
                worst, tries = Condition.NOT_READY, STATUS_TRIES
            case Lost(why) if why != "silent" and worst is Condition.NO_READER:
                worst = Condition.NOISE
        if not (isinstance(reply, Lost) and reply.why == "silent"):
            yield Pause(STATUS_PAUSE_SECONDS)  # silence has lasted as long already
    return worst if opened else Condition.NO_PORT


def _learn_number(memory: Memory) -> Generator[Step, Reply, None]:
    for _ in range(NUMBER_TRIES):
        reply = yield SAM_NUMBER
        if isinstance(reply, Response) and reply.sw3 == OK:
            memory.module = sam_number(reply)
            return


# --- the find loop ------------------------------------------------------------------------------


class _Seen(Enum):
    """What a round came to without a word about a document."""

    NOTHING = "no document"
    SAME = "one that was reported"
    TROUBLE = "the reader did not do what it was asked, and no document was seen"
    SILENCE = "no answer to find"


@dataclass(frozen=True, slots=True)
class _Failed:
    """A document was there, and could not be read."""

    reason: UnreadDocument


_Round = _Seen | _Failed | Condition | DocumentRead | DocumentUnread


def _find_loop(memory: Memory, today: Today, find_seconds: Seconds) -> Life:
    """Until the reader falls silent or its line is lost (then it is STARTING), or out of service."""
    silent, gone_after = 0, 1 + ceil(GONE_SECONDS / find_seconds)
    while True:
        seen = yield from _round(memory.reported, today)
        if isinstance(seen, Condition):
            memory.condition = seen
            return
        for event in (_weigh(memory, seen), _gone(memory, seen, gone_after)):
            if event is not None:
                yield event
        silent = silent + 1 if seen is _Seen.SILENCE else 0
        if silent >= SILENT_MAX:
            memory.condition = Condition.STARTING
            return
        yield Pause(find_seconds)


def _weigh(memory: Memory, seen: _Round) -> DocumentRead | DocumentUnread | None:
    """What the terminal is told of a round."""
    match seen:
        case DocumentRead() | DocumentUnread():
            memory.reported, memory.failed_rounds = True, 0
            return seen
        case _Failed(reason):
            memory.reason = reason
        case _Seen.NOTHING:
            memory.reported = False
    if not (isinstance(seen, _Failed) or memory.failed_rounds):
        return None
    memory.failed_rounds += 1
    if memory.failed_rounds < ROUNDS_MAX:
        return None
    memory.failed_rounds = 0
    memory.reported = seen is not _Seen.NOTHING
    return DocumentUnread(memory.reason)


def _gone(memory: Memory, seen: _Round, gone_after: int) -> DocumentGone | None:
    """A document that was reported is gone after so many finds that saw nothing."""
    if memory.reported:
        memory.gone_in = gone_after
    elif seen is _Seen.NOTHING and memory.gone_in:
        memory.gone_in -= 1
        return None if memory.gone_in else DocumentGone()
    return None


def _round(reported: bool, today: Today) -> Generator[Step, Reply, _Round]:
    """Find, select, read."""
    found = yield FIND
    match found:
        case Response(sw3=sw3) if sw3 == NO_CARD:
            return _Seen.NOTHING
        case Response(sw3=sw3) if sw3 == FIND.success and reported:
            return _Seen.SAME
        case Response(sw3=sw3) if sw3 == FIND.success:
            pass
        case Response(sw3=sw3) if sw3 == WRONG_TYPE:
            return _Seen.SAME if reported else _Failed("notAnId")
        case Response(sw3=sw3):
            return OUT_OF_SERVICE.get(sw3, _Seen.TROUBLE)
        case Lost():
            return _Seen.SILENCE
        case _:
            return Condition.STARTING
    selected = yield SELECT
    if not (isinstance(selected, Response) and selected.sw3 == SELECT.success):
        return _failure(selected)
    answer = yield READ
    if not (isinstance(answer, Response) and answer.sw3 == READ.success):
        return _failure(answer)
    return _verdict(answer, today())


def _failure(reply: Reply) -> _Failed | Condition:
    if not isinstance(reply, Response):
        return _Failed("unreadable")
    return OUT_OF_SERVICE.get(reply.sw3, _Failed(_REASONS.get(reply.sw3, "unreadable")))


def _verdict(answer: Response, day: date) -> _Round:
    """The only place where a document is looked into. Whoever gave the answer wipes it."""
    text = text_of(answer)
    band = record.Unread("unreadable") if text is None else record.parse(text, day)
    match band:
        case record.Unread("unreadable"):
            return _Failed("unreadable")
        case record.Unread(reason):
            return DocumentUnread(reason)
        case _:
            return DocumentRead(band)
