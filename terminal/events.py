"""What happened outside, in the past tense. Plain frozen data; nothing here can act.

Names of statuses and errors are those of XFS4IoT (`mediaJam`, `invalidMedia`, `notPresented` ...).
Note counts are tuples with one integer per cassette, in the machine's cassette order.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from terminal.card import Card, PinBlock
from terminal.money import Amount
from terminal.privacy import Output

Counts = tuple[int, ...]
"""Notes per cassette, in cassette order."""

Bundle = tuple[tuple[int, int], ...]
"""Notes of a deposit: (denomination in minor units, how many), ascending, none of which there are no
notes."""

DepositState = Literal[
    "none", "open", "escrow", "stored", "at_slot", "returned", "retracted", "unknown"
]
"""What a note acceptor says of one deposit: it knows nothing of it, takes notes, holds them in escrow,
has them in the cassette, has put them into the slot, the customer took them there, they were taken back
from there, or it cannot say."""

Fields = tuple[tuple[str, str], ...]
"""What terminal and bank tell each other about a service: names and values as text, in order."""

CardPosition = Literal["absent", "gate", "inside", "unknown"]
UnreadableReason = Literal[
    "invalidMedia", "atrNotObtained", "protocolNotSupported", "invalidData", "unsupportedCard"
]
AgeBand = Literal["under50", "50to59", "60to64", "65to69", "70to79", "80plus"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a dispenser can do, reported by it. Flows ask these, never the model."""

    stacks: bool
    presents: bool
    retracts: bool
    senses_taken: bool
    remembers_last: bool
    binds_token: bool


# --- the machine starting ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """The terminal was switched on: the first event of every run."""


# --- card reader ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardFound:
    """Answer to `InspectReader`: where the reader says a card is."""

    position: CardPosition


@dataclass(frozen=True, slots=True)
class CardInserted:
    """A card is inside the reader."""


@dataclass(frozen=True, slots=True)
class CardRead:
    """The chip was read."""

    card: Card


@dataclass(frozen=True, slots=True)
class CardUnreadable:
    """The card inside could not be read, or is not one of ours."""

    reason: UnreadableReason


@dataclass(frozen=True, slots=True)
class CardAtGate:
    """The card was moved to the gate, where the customer can take it."""


@dataclass(frozen=True, slots=True)
class CardTaken:
    """The card is no longer in the machine: the customer has it."""


@dataclass(frozen=True, slots=True)
class CardRetained:
    """The card was captured into the retain bin."""


@dataclass(frozen=True, slots=True)
class CardJammed:
    """The card could not be moved (`mediaJam`), with the reader's own code."""

    error: str


@dataclass(frozen=True, slots=True)
class ReaderFailed:
    """The reader does not answer or reports a fault; where a card is, it cannot say."""

    error: str


@dataclass(frozen=True, slots=True)
class ReaderReady:
    """The reader answers and accepts cards again."""


# --- PIN pad ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PinDigits:
    """How many digits have been typed so far; never which. Never recorded."""

    count: int


@dataclass(frozen=True, slots=True)
class PinEntered:
    """Confirm was pressed with enough digits."""


@dataclass(frozen=True, slots=True)
class PinBlockMade:
    """The encrypted block for one message, named by the message's id."""

    message: str
    block: PinBlock


@dataclass(frozen=True, slots=True)
class PinLost:
    """The pad no longer holds a PIN (it was restarted, or told to forget)."""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key outside PIN entry: `0`..`9`, `*`, `#`, `enter`, `clear`, `cancel`, `help`, and the two keys
    beside the headset jack, `louder` and `softer`.

    During PIN entry no digit, `enter` or `clear` comes this way."""

    key: str


# --- bank host --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawn:
    """The cash that was drawn with an account on one day of the bank's, before this visit."""

    day: date
    amount: Amount


@dataclass(frozen=True, slots=True)
class CardKnown:
    """The bank knows the card: what it may say before a PIN. `preference` is a display preference
    the customer agreed to save (`elder`, `low_vision` or `standard`), `usual` what they do most, in
    the words of `terminal/own.py`, if they agreed to that too, `drawn` today's cash, None where the bank
    does not say."""

    services: tuple[str, ...]
    age_band: AgeBand | None = None
    preference: str | None = None
    usual: tuple[str, ...] = ()
    drawn: Drawn | None = None


@dataclass(frozen=True, slots=True)
class CardRefused:
    """The bank will not serve this card; `reason` is a key of the catalogue (`card_expired`,
    `card_unknown`, `card_blocked`); `capture` asks the machine to keep it."""

    reason: str
    capture: bool = False


@dataclass(frozen=True, slots=True)
class PreferenceSaved:
    """The bank keeps the preference of this visit."""

    message: str


@dataclass(frozen=True, slots=True)
class PreferenceNotSaved:
    """The bank does not keep it: it does not know the enquiry any more."""

    message: str


@dataclass(frozen=True, slots=True)
class PinRight:
    message: str


@dataclass(frozen=True, slots=True)
class PinWrong:
    """The PIN did not match; `left` tries remain, and 0 means the card is now blocked."""

    message: str
    left: int


@dataclass(frozen=True, slots=True)
class Approved:
    """The hold is placed; `token` lets the dispenser pay at most this order, once."""

    txid: str
    approval: str
    token: str
    code: str = "00"
    fields: Fields = ()


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """The sensor for telephone calls: somebody at the machine is on the telephone (`present`), or is not
    any more."""

    present: bool


@dataclass(frozen=True, slots=True)
class BankAnswered:
    """The answer to an `AskBank`: what it was about, and what the bank says."""

    message: str
    about: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class BankRefused:
    """The bank will not do what an `AskBank` asked; `reason` is one of the words of that service's own
    texts, or `declined`."""

    message: str
    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class Declined:
    """No hold; `reason` is a key of the catalogue (`insufficient`, `over_limit` ...)."""

    txid: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The bank has booked the outcome (FINAL or SUSPECT) of this operation."""

    txid: str


@dataclass(frozen=True, slots=True)
class HostUp:
    """The bank answers."""


@dataclass(frozen=True, slots=True)
class HostDown:
    """The bank has not answered for a while."""


@dataclass(frozen=True, slots=True)
class ReplyRefused:
    """An answer that was not believed and counts as none: `why` is `mac`, `form`, `txid`, `variant`,
    `coordination` or `amount`."""

    why: str


@dataclass(frozen=True, slots=True)
class LinkAlarm:
    """Staff should know: `outbox_failing` after repeated failures, `outbox_old` when an outcome has
    not been acknowledged for half an hour, `resent` when the bank had lost what it once knew."""

    what: str


@dataclass(frozen=True, slots=True)
class RecordDisputed:
    """The bank's checkpoint is not part of this machine's record: rows were cut off (`missing`) or
    are others (`altered`). No money is moved until people have looked."""

    why: str


# --- dispenser --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CashReady:
    """Answer to `CheckCash`: the dispenser can pay. `usable` has one flag per cassette."""

    capabilities: Capabilities
    usable: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class CashFailed:
    """Answer to `CheckCash`: the dispenser cannot pay (its code, or `deviceNotReady`)."""

    error: str


@dataclass(frozen=True, slots=True)
class DispensePrepared:
    """Ready for one order. `before` is the raw last-result answer in hex (path dispenser), which
    must be recorded before the order is given; empty where the device binds a token."""

    txid: str
    before: str


@dataclass(frozen=True, slots=True)
class NotesDispensed:
    """A path dispenser's result: notes counted at the exit, reject events, and its error code in
    hex (`00` is success). `doubtful` marks the codes after which the counts prove nothing."""

    txid: str
    counts: Counts
    rejects: Counts
    error: str
    doubtful: bool


@dataclass(frozen=True, slots=True)
class DispenseNotExecuted:
    """Certain knowledge that no note of this order moved."""

    txid: str
    error: str


@dataclass(frozen=True, slots=True)
class DispenseUnknown:
    """The machine cannot know what this order did. Never followed by a second try."""

    txid: str
    evidence: str


@dataclass(frozen=True, slots=True)
class NotesStacked:
    """Notes are in the stacker, behind the closed shutter."""

    txid: str
    counts: Counts
    rejects: Counts


@dataclass(frozen=True, slots=True)
class NotesRejected:
    """The stacker was emptied into the reject bin and is confirmed empty."""

    txid: str


@dataclass(frozen=True, slots=True)
class NotesPresented:
    """The shutter is open and the notes can be taken."""

    txid: str


@dataclass(frozen=True, slots=True)
class NotesTaken:
    """The exit is empty, the shutter shut."""

    txid: str


@dataclass(frozen=True, slots=True)
class NotesRetracted:
    """Notes were taken back. `counts` is None where the recount proves nothing."""

    txid: str
    counts: Counts | None


@dataclass(frozen=True, slots=True)
class PresenterReport:
    """Answer of a presenter to `InspectDispense`: did it execute this order's token, is it fenced
    now, were notes presented, does the exit hold notes, what was stacked."""

    txid: str
    executed: bool
    presented: Literal["presented", "notPresented", "unknown"]
    exit_occupied: bool
    stacked: Counts


# --- note acceptor ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AcceptorReady:
    """Answer to `CheckAcceptor`: notes can be taken. The denominations it knows, in minor units,
    ascending."""

    denominations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AcceptorFailed:
    """Nothing was moved by what was ordered: the acceptor cannot do it now (its own code in hex,
    `deviceNotReady`, `notExecuted` ...). If it holds notes of that deposit, `AcceptorClosed` follows with
    their counts, or `DepositUnknown`."""

    error: str


@dataclass(frozen=True, slots=True)
class AcceptorOpen:
    """The inlet takes notes for this deposit."""

    txid: str


@dataclass(frozen=True, slots=True)
class NotesInEscrow:
    """What lies in escrow now, all of which can still be given back, and how many notes were pushed
    back to the customer so far."""

    txid: str
    counts: Bundle
    refused: int


@dataclass(frozen=True, slots=True)
class NoteRefused:
    """A note was pushed back to the customer. `reason` is the acceptor's word (`identification`,
    `length`, `inhibit`, `escrowFull` ...)."""

    txid: str
    reason: str


@dataclass(frozen=True, slots=True)
class AcceptorClosed:
    """The inlet takes no notes any more; these lie in escrow. By order, or because the acceptor
    itself stopped: escrow full, cassette taken out, power lost."""

    txid: str
    counts: Bundle


@dataclass(frozen=True, slots=True)
class NotesStored:
    """The whole escrow is in the cassette."""

    txid: str
    counts: Bundle


@dataclass(frozen=True, slots=True)
class NotesReturned:
    """The whole escrow lies in the slot, within the customer's reach."""

    txid: str
    counts: Bundle


@dataclass(frozen=True, slots=True)
class ReturnedTaken:
    """The slot is empty: the customer has what was returned."""

    txid: str


@dataclass(frozen=True, slots=True)
class ReturnedRetracted:
    """What lay in the slot was taken back into the retract bin. `counts` is None where a hand was in
    the slot meanwhile or the number is another: then it proves nothing."""

    txid: str
    counts: Bundle | None


@dataclass(frozen=True, slots=True)
class DepositUnknown:
    """The machine cannot know what became of this deposit: it does not answer or does not know, notes
    are stuck on the way, or its sensors, counts and memory contradict each other. People count."""

    txid: str
    evidence: str


@dataclass(frozen=True, slots=True)
class DepositReport:
    """Answer to `InspectDeposit`. The inlet is closed, and nothing is stored under this txid unless
    that is ordered again. `counts` are the notes the state speaks of, None where nobody can say; for
    `unknown` they are what was last known to be in escrow. Where the acceptor cannot be asked,
    `DepositUnknown` comes instead."""

    txid: str
    state: DepositState
    counts: Bundle | None
    slot_occupied: bool


# --- the identity card reader ---------------------------------------------------------------------

UnreadDocument = Literal["notAnId", "unreadable", "expired", "forged"]


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """A resident identity card was read; only the age band leaves the reader (PRV-04)."""

    age_band: AgeBand


@dataclass(frozen=True, slots=True)
class DocumentUnread:
    """Something lies on the identity card reader that tells no age."""

    reason: UnreadDocument


@dataclass(frozen=True, slots=True)
class DocumentGone:
    """What was last read has not lain on the identity card reader for a while, and nothing else has:
    whoever laid it down may have gone with it."""


# --- the headset, and what sounds -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeadsetPlugged:
    """A plug went into the headset jack."""


@dataclass(frozen=True, slots=True)
class HeadsetUnplugged:
    """The plug was pulled out."""


@dataclass(frozen=True, slots=True)
class SoundLost:
    """The device of this output cannot play: nothing is heard there, and nowhere else instead."""

    output: Output


@dataclass(frozen=True, slots=True)
class SoundBack:
    """It can play again."""

    output: Output


# --- barcode scanner --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a barcode scanner read, as it typed it: digits, or lines of a passport, so that nothing prints it.
    Whoever takes it checks it: a code is made by anybody."""

    text: str = field(repr=False)


# --- receipt printer --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReceiptPrinted:
    """The printer confirmed that the whole receipt is on paper."""

    job: str


@dataclass(frozen=True, slots=True)
class ReceiptDoubtful:
    """The receipt may be incomplete or not have come out at all; nobody prints it again by itself.
    `reason` is a printer's error, or `unconfirmed`."""

    job: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReceiptRefused:
    """Certain knowledge that nothing of this receipt was printed: no byte of it was sent."""

    job: str
    reason: str


@dataclass(frozen=True, slots=True)
class PrinterReady:
    """The printer can print; `low` says that its paper is near the end."""

    paper: Literal["ok", "low"]


@dataclass(frozen=True, slots=True)
class PrinterFailed:
    """The printer cannot print: `paperOut`, `coverOpen`, `paperJammed`, `noAnswer` ..."""

    error: str


# --- those who help ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StaffCalled:
    """The bell was heard: whoever called is number `position` of those who wait, 1 is next."""

    position: int


@dataclass(frozen=True, slots=True)
class StaffCame:
    """A colleague is at the machine."""


@dataclass(frozen=True, slots=True)
class StaffBusy:
    """Nobody can come now."""


@dataclass(frozen=True, slots=True)
class HelperPoints:
    """A helper points at what has this name on the screen (`focus.pointable`); "" points at nothing. It is a
    finger and no press: nothing follows from it but an outline."""

    name: str


# --- the customer at the glass, and time ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chosen:
    """The customer pressed something by name: an answer of the prompt, a place on the fixed bar
    (`help`, `repeat`, `back`, `return_card`), a switch (`profile`, `languages`, `view`), or the next
    part of a screen that does not fit on one glass (`page`)."""

    name: str
    value: int | str | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """A sign of presence that chose nothing (a press beside every target)."""


@dataclass(frozen=True, slots=True)
class Laid:
    """What of the present screen stands on the glass: how many pages it has, and what can be pressed on
    the page that is shown. Said by the glass when it differs from what the session holds. Nothing is
    known of a screen that is whole on one page but that."""

    pages: int
    targets: frozenset[Chosen]


WHOLE = Laid(1, frozenset())


@dataclass(frozen=True, slots=True)
class TouchMeasured:
    """How one touch was made, whatever it chose: it missed every target, how long the finger lay on
    the glass, how far from the middle of the target in percent of its half width, and whether it was
    the same press again within the guard time. Never recorded."""

    missed: bool
    contact_ms: int
    offset_percent: int = 0
    bounced: bool = False


@dataclass(frozen=True, slots=True)
class Signed:
    """A stroke of a signature was finished: how many strokes there are now, and of how many points. What it
    looks like stays on the glass and is gone with the screen."""

    strokes: int
    points: int


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The voice began to say what the screen asks."""


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The voice finished or was silenced: time limits count from here."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder of the present wait fell due; the first is number 1."""

    number: int


@dataclass(frozen=True, slots=True)
class AskedForMore:
    """The limit has passed: ask whether more time is needed."""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Nobody answered within the limit, nor the question for more time."""


@dataclass(frozen=True, slots=True)
class JournalLow:
    """Space for the record runs out: finish this visit, begin no other."""


Event = (
    Started
    | CardFound
    | CardInserted
    | CardRead
    | CardUnreadable
    | CardAtGate
    | CardTaken
    | CardRetained
    | CardJammed
    | ReaderFailed
    | ReaderReady
    | PinDigits
    | PinEntered
    | PinBlockMade
    | PinLost
    | KeyPressed
    | Scanned
    | CardKnown
    | CardRefused
    | PreferenceSaved
    | PreferenceNotSaved
    | PinRight
    | PinWrong
    | Approved
    | Declined
    | PhoneCall
    | BankAnswered
    | BankRefused
    | Acknowledged
    | HostUp
    | HostDown
    | ReplyRefused
    | LinkAlarm
    | RecordDisputed
    | CashReady
    | CashFailed
    | DispensePrepared
    | NotesDispensed
    | DispenseNotExecuted
    | DispenseUnknown
    | NotesStacked
    | NotesRejected
    | NotesPresented
    | NotesTaken
    | NotesRetracted
    | PresenterReport
    | AcceptorReady
    | AcceptorFailed
    | AcceptorOpen
    | NotesInEscrow
    | NoteRefused
    | AcceptorClosed
    | NotesStored
    | NotesReturned
    | ReturnedTaken
    | ReturnedRetracted
    | DepositUnknown
    | DepositReport
    | ReceiptPrinted
    | ReceiptDoubtful
    | ReceiptRefused
    | PrinterReady
    | PrinterFailed
    | StaffCalled
    | StaffCame
    | StaffBusy
    | HelperPoints
    | Chosen
    | Touched
    | TouchMeasured
    | Laid
    | Signed
    | DocumentRead
    | DocumentUnread
    | DocumentGone
    | HeadsetPlugged
    | HeadsetUnplugged
    | SoundLost
    | SoundBack
    | SpeechStarted
    | SpeechEnded
    | Reminded
    | AskedForMore
    | TimedOut
    | JournalLow
)
