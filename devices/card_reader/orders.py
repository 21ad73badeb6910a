"""The orders the terminal gives, each as a procedure over the reader's commands, without a port.

A procedure is a generator. It yields what to do next (a command, a pause, a stop, an event to
tell) and is sent what came of a command. It can be read from top to bottom, as the manual writes
sequences (hardware-protocols 4.9), and tried without bytes.

Rules it keeps (4.10): one order gives one motion; after a lost answer the position decides, and a
motion is given again only where the position proves that it was not done; a card is found with
`C13`, which answers even while an error persists; a reader that was reset (B0) is initialised
without moving anything and the order goes on; a chip exchange that was lost is never repeated, the
chip is switched off and read from its reset.

Only a `Pause` may be cut short by another order. What the answers mean for the customer is not
decided here.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from devices.card_reader import codec
from devices.card_reader.chip import ChipError, read_card
from devices.card_reader.codec import Command, Negative, Positive, Response, Retry
from devices.card_reader.link import Cancelled, Lost, Outcome
from terminal.card import Card
from terminal.effects import (
    AcceptCard,
    EjectCard,
    InspectReader,
    ReadCard,
    RefuseCards,
    RetainCard,
)
from terminal.events import (
    CardAtGate,
    CardFound,
    CardInserted,
    CardJammed,
    CardPosition,
    CardRead,
    CardRetained,
    CardTaken,
    CardUnreadable,
    ReaderReady,
    UnreadableReason,
)
from terminal.ports import Seconds

POLL_SECONDS = 0.300
"""Between two questions for the card's position; 200 to 300 ms (4.9)."""

EJECT_TRIES_MAX = 8
"""A card on its way in is inside after two seconds; a reader that says for longer that it cannot move one
now is jammed."""

RECOVERY_SECONDS = 2.0
"""Between two attempts to reach a reader that is gone."""

INTAKE_POLLS_MAX = 12
"""3 s: a card that was being drawn in when intake was switched off is inside or outside by then."""

READ_TRIES_MAX = 3
"""Readings of one chip, from cold reset, when the wire and not the chip lost an answer."""

PARTS_MAX = 20
"""Parts of one R-APDU; the reader sends long answers in pieces."""

ATR_STARTS = (b"\x3b", b"\x3f")
"""First character of every answer to reset (ISO 7816-3)."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait; another order may begin instead."""

    seconds: Seconds


@dataclass(frozen=True, slots=True)
class Stop:
    """Send DLE EOT: the reader may be busy for ever with what it was told."""


@dataclass(frozen=True, slots=True)
class Reopen:
    """Open the port again."""


Told = (
    CardFound
    | CardInserted
    | CardRead
    | CardUnreadable
    | CardAtGate
    | CardTaken
    | CardRetained
    | CardJammed
    | ReaderReady
)
Step = Command | Pause | Stop | Reopen | Told
Order = Generator[Step, Outcome | None, None]

_Asking = Generator[Step, Outcome | None, Response | Lost | Cancelled]
_Placing = Generator[Step, Outcome | None, CardPosition]
_Moving = Generator[Step, Outcome | None, Response | CardPosition]


class Silent(Exception):
    """The reader does not answer. Ends the order."""


class Faulty(Exception):
    """The reader reports a fault that this order cannot get past. Ends the order."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(slots=True)
class Memory:
    """What the driver remembers between orders."""

    inside: bool = False
    """The terminal has been told of a card inside."""
    contact: bool = False
    """The chip contact may be set."""
    unfit: codec.Negative | None = None
    """Why the card inside must neither be read nor captured."""
    wakes: int = 0
    """How often the reader was initialised: afterwards it lets no card in."""
    link_cut: bool = False
    """The port is gone and must be opened again."""
    awaited: Literal["", "card", "position"] = ""
    """An order was dropped because the reader failed: one that waited for a card to come, or another,
    after which it must be told where the card is."""


# --- what every order is made of --------------------------------------------------------------


def _ask(memory: Memory, command: Command) -> _Asking:
    """One command. Gives its response, or that it is lost; Silent if even harmless questions are.

    A reset reader is woken, and the command, which was refused and not executed, is given again;
    except to a chip, which lost its power."""
    outcome = yield command
    if isinstance(outcome, Negative) and outcome.code == codec.NOT_INITIALISED:
        yield from _wake(memory)
        if command.retry is Retry.START_OVER:
            return outcome
        outcome = yield command
    assert outcome is not None
    if isinstance(outcome, Lost) and command.retry is Retry.REPEAT:
        raise Silent
    return outcome


def _wake(memory: Memory) -> Order:
    """Initialise without moving anything."""
    memory.wakes += 1
    outcome = yield codec.INITIALISE
    if isinstance(outcome, Lost):
        yield Stop()
        outcome = yield codec.INITIALISE
    match outcome:
        case Positive():
            return
        case Negative():
            raise Faulty(outcome.error)
        case _:
            raise Silent


def _where(memory: Memory) -> _Placing:
    answer = yield from _ask(memory, codec.SENSORS)
    match answer:
        case Positive(position=position, data=data):
            memory.contact = memory.contact or codec.sensors(data).contact_active
            return position
        case Negative():
            raise Faulty(answer.error)
        case _:
            raise Silent


def _move(memory: Memory, command: Command) -> _Moving:
    """One motion. Gives its response or, if that was lost, where the card is now."""
    outcome = yield from _ask(memory, command)
    if isinstance(outcome, Positive | Negative):
        return outcome
    if outcome == Lost("noAnswer"):
        yield Stop()
    return (yield from _where(memory))


def _move_once(memory: Memory, command: Command, undone: CardPosition) -> _Moving:
    """One motion, given again only where the position proves that it was not done, or the reader
    refused it because the chip contact was still set."""
    outcome = yield from _move(memory, command)
    if isinstance(outcome, Negative) and outcome.code == codec.CONTACT_STILL_SET:
        memory.contact = True
        yield from _release(memory)
        outcome = yield from _move(memory, command)
    if outcome == undone:
        outcome = yield from _move(memory, command)
    return outcome


def _release(memory: Memory) -> Order:
    """Chip off, contact off; whether the reader had them on or not."""
    if not memory.contact:
        return
    memory.contact = False
    yield from _ask(memory, codec.CHIP_OFF)
    yield from _move(memory, codec.CONTACT_RELEASE)
    if memory.contact:  # the answer was lost, and the sensor says that it is still set
        memory.contact = False
        yield from _move(memory, codec.CONTACT_RELEASE)


# --- inspect, accept, refuse ------------------------------------------------------------------


def inspect(memory: Memory) -> Order:
    """Initialise without moving; tell where a card is."""
    yield from _wake(memory)
    yield from _tell_position(memory)


def _tell_position(memory: Memory) -> Order:
    position = yield from _position(memory)
    yield CardFound(position)


def _position(memory: Memory) -> _Placing:
    position = yield from _where(memory)
    memory.inside = position == "inside"
    memory.unfit = None
    return position


def accept(memory: Memory) -> Order:
    """Let a card in and watch until it is inside."""
    memory.unfit = None
    yield from _enable(memory)
    wakes = memory.wakes
    while True:
        answer = yield from _ask(memory, codec.STATUS)
        if isinstance(answer, Negative) and not (yield from _intake_goes_on(memory, answer)):
            return
        if memory.unfit or (isinstance(answer, Positive) and answer.position == "inside"):
            break
        if memory.wakes != wakes:
            yield from _enable(memory)
            wakes = memory.wakes
        yield Pause(POLL_SECONDS)
    yield from _ask(memory, codec.DISABLE)
    memory.inside = True
    yield CardInserted()


def _enable(memory: Memory) -> Order:
    answer = yield from _ask(memory, codec.ENABLE)
    if isinstance(answer, Negative):
        raise Faulty(answer.error)


def _intake_goes_on(memory: Memory, trouble: Negative) -> Generator[Step, Outcome | None, bool]:
    """What an error during intake means. False where the order is over."""
    match trouble.code:
        case codec.CARD_TOO_LONG | codec.CARD_TOO_SHORT:
            memory.unfit = trouble
            return True
        case codec.PUSHED_TO_GATE:
            return True
        case _ if codec.meaning(trouble.code).name in ("mediaJam", "cardCollision"):
            yield from _ask(memory, codec.DISABLE)
            yield CardJammed(trouble.error)
            return False
        case _:
            raise Faulty(trouble.error)


def refuse(memory: Memory) -> Order:
    """Let no card in. A card that was quicker is told of, so that nobody forgets it."""
    answer = yield from _ask(memory, codec.DISABLE)
    for _ in range(INTAKE_POLLS_MAX):
        if not isinstance(answer, Positive) or answer.position != "gate":
            break
        yield Pause(POLL_SECONDS)
        answer = yield from _ask(memory, codec.STATUS)
    if isinstance(answer, Positive) and answer.position == "inside" and not memory.inside:
        memory.inside = True
        yield CardInserted()


# --- read -------------------------------------------------------------------------------------


class _Fate(Enum):
    AGAIN = "an answer was lost on the wire"
    STOPPED = "another order is waiting"


_Reading = Generator[Step, Outcome | None, Card | UnreadableReason | _Fate]
_Exchanging = Generator[Step, Outcome | None, bytes | UnreadableReason | _Fate]


def read(memory: Memory) -> Order:
    """Read the chip and leave it off, with the contact released."""
    if memory.unfit:
        yield CardUnreadable("invalidMedia")
        return
    for _ in range(READ_TRIES_MAX):
        fate = yield from _read_once(memory)
        yield from _release(memory)
        match fate:
            case _Fate.AGAIN:
                continue
            case _Fate.STOPPED:
                return
            case Card():
                yield CardRead(fate)
                return
            case reason:
                yield CardUnreadable(reason)
                return
    yield CardUnreadable("invalidMedia")


def _read_once(memory: Memory) -> _Reading:
    memory.contact = True
    contact = yield from _move(memory, codec.CONTACT_SET)
    if isinstance(contact, Negative):
        return _unreadable(contact)
    if not isinstance(contact, Positive):
        return _Fate.AGAIN
    atr = yield from _chip_answer(memory, codec.CHIP_ON)
    if not isinstance(atr, bytes):
        return atr
    if not atr.startswith(ATR_STARTS):
        return "atrNotObtained"
    return (yield from _converse(memory))


def _converse(memory: Memory) -> _Reading:
    conversation = read_card()
    try:
        apdu = next(conversation)
        while True:
            answer = yield from _chip_answer(memory, codec.exchange(apdu))
            if not isinstance(answer, bytes):
                return answer
            apdu = conversation.send(answer)
    except StopIteration as end:
        card = end.value
        assert isinstance(card, Card)
        return card
    except ChipError as error:
        return error.reason


def _chip_answer(memory: Memory, command: Command) -> _Exchanging:
    """What the chip said, put together from its parts."""
    said = b""
    for _ in range(PARTS_MAX):
        outcome = yield from _ask(memory, command)
        match outcome:
            case Cancelled():
                return _Fate.STOPPED
            case Lost() | Negative(code=codec.NOT_INITIALISED):
                return _Fate.AGAIN
            case Negative():
                return _unreadable(outcome)
            case Positive(pm=codec.CARD_ABORTED):
                return "invalidMedia"
            case Positive(pm=codec.MORE_FOLLOWS, data=data):
                said += data
                command = codec.CHIP_MORE
            case Positive(data=data):
                return said + data
    return "invalidData"


def _unreadable(trouble: Negative) -> UnreadableReason:
    return codec.meaning(trouble.code).unreadable or "invalidMedia"


# --- eject, retain ----------------------------------------------------------------------------


def eject(memory: Memory) -> Order:
    """Card to the gate, then watch until it is taken."""
    yield from _release(memory)
    outcome = yield from _move_once(memory, codec.EJECT, undone="inside")
    for _ in range(EJECT_TRIES_MAX):
        if not (isinstance(outcome, Negative) and outcome.code == codec.NOT_NOW):
            break
        outcome = yield from _where(memory)
        if outcome not in ("inside", "unknown"):
            break
        yield Pause(POLL_SECONDS)  # it is still on its way in: not jammed, only not there yet
        outcome = yield from _move_once(memory, codec.EJECT, undone="inside")
    match outcome:
        case Positive() | "gate" | Negative(code=codec.PUSHED_TO_GATE):
            yield from _offer(memory)
        case "absent":
            yield from _tell_taken(memory)
        case Negative():
            yield CardJammed(outcome.error)
        case _:
            yield CardJammed("mediaJam")


def _offer(memory: Memory) -> Order:
    memory.inside = False
    yield CardAtGate()
    while True:
        yield Pause(POLL_SECONDS)
        answer = yield from _ask(memory, codec.STATUS)
        if isinstance(answer, Positive):
            position = answer.position
        else:
            position = yield from _where(memory)
        if position == "absent":
            yield from _tell_taken(memory)
            return


def _tell_taken(memory: Memory) -> Order:
    memory.inside = False
    memory.unfit = None
    yield CardTaken()


def retain(memory: Memory) -> Order:
    """Capture the card, wherever in the reader it is; or find that the customer was quicker."""
    position = yield from _where(memory)
    yield from _release(memory)
    if memory.unfit and position != "absent":
        yield CardJammed(memory.unfit.error)  # a card of this length is not to be captured (4.7)
        return
    if position == "gate":
        outcome = yield from _move_once(memory, codec.RETRIEVE, undone="gate")
        position = yield from _after(memory, outcome)
        if position == "gate":
            error = outcome.error if isinstance(outcome, Negative) else "mediaJam"
            yield CardJammed(error)
            return
    if position == "absent":
        yield from _tell_taken(memory)
    else:
        yield from _capture(memory)


def _capture(memory: Memory) -> Order:
    outcome = yield from _move_once(memory, codec.CAPTURE, undone="inside")
    match outcome:
        case Negative():  # among them error 40, pulled out: then no card is left to be found
            position = yield from _where(memory)
            if position == "absent":
                yield from _tell_taken(memory)
            else:
                yield CardJammed(outcome.error)
        case "inside" | "gate" | "unknown" | Positive(position="inside"):
            yield CardJammed("mediaJam")
        case "absent" if (yield from _was_pulled(memory)):
            yield from _tell_taken(memory)
        case _:
            memory.inside = False
            yield CardRetained()


def _was_pulled(memory: Memory) -> Generator[Step, Outcome | None, bool]:
    """After a lost answer: error 40 is told once, so a reader that could not tell it tells it now."""
    answer = yield from _ask(memory, codec.STATUS)
    return isinstance(answer, Negative) and answer.code == codec.PULLED_DURING_CAPTURE


def _after(memory: Memory, outcome: Response | CardPosition) -> _Placing:
    if isinstance(outcome, Negative):
        return (yield from _where(memory))
    return outcome.position if isinstance(outcome, Positive) else outcome


# --- a reader that was gone -------------------------------------------------------------------


def revive(memory: Memory) -> Order:
    """Reach the reader again, once."""
    if memory.link_cut:
        yield Reopen()
    yield from _wake(memory)
    yield ReaderReady()


def recover(memory: Memory) -> Order:
    """Reach the reader again after a while; tell where a card is if somebody was waiting."""
    yield Pause(RECOVERY_SECONDS)
    yield from revive(memory)
    awaited, memory.awaited = memory.awaited, ""
    if not awaited:
        return
    position = yield from _position(memory)
    if awaited == "position" or position != "absent":
        yield CardFound(position)


def after_revival(order: Callable[[Memory], Order]) -> Callable[[Memory], Order]:
    """The same order, for a reader that is gone: reach it first."""

    def revived(memory: Memory) -> Order:
        yield from revive(memory)
        yield from order(memory)

    return revived


ReaderEffect = InspectReader | AcceptCard | RefuseCards | ReadCard | EjectCard | RetainCard

ORDERS: dict[type[ReaderEffect], Callable[[Memory], Order]] = {
    InspectReader: inspect,
    AcceptCard: accept,
    RefuseCards: refuse,
    ReadCard: read,
    EjectCard: eject,
    RetainCard: retain,
}
