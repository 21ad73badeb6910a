"""What to do outside, as commands. Plain frozen data, so that tests compare and the journal records
them. Effects that move a card or money are recorded before they are handed out."""

from dataclasses import dataclass

from terminal.card import Card, Pan, PinBlock
from terminal.events import Bundle, Counts, Fields
from terminal.money import Amount
from terminal.receipt import Receipt, Slip

# --- card reader ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InspectReader:
    """Where is a card? Initialise without moving anything. Answer: `CardFound` or `ReaderFailed`."""


@dataclass(frozen=True, slots=True)
class AcceptCard:
    """Let a card in, and say so when it is inside (`CardInserted`)."""


@dataclass(frozen=True, slots=True)
class RefuseCards:
    """Let no card in."""


@dataclass(frozen=True, slots=True)
class ReadCard:
    """Read the chip. Answer: `CardRead` or `CardUnreadable`."""


@dataclass(frozen=True, slots=True)
class EjectCard:
    """Move the card to the gate (`CardAtGate`) and watch until it is taken (`CardTaken`)."""


@dataclass(frozen=True, slots=True)
class RetainCard:
    """Capture the card. Answer: `CardRetained`, or `CardTaken` if the customer was quicker."""

    reason: str


# --- PIN pad ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CollectPin:
    """Begin PIN entry. Digits stay in the pad; the terminal hears `PinDigits` and `PinEntered`."""

    digits_min: int
    digits_max: int


@dataclass(frozen=True, slots=True)
class HoldPin:
    """A page lies over PIN entry (`held`), or does no longer. The pad keeps what was typed and takes
    digits as before; while held, every other key comes as `KeyPressed`, confirm and correct too."""

    held: bool


@dataclass(frozen=True, slots=True)
class MakePinBlock:
    """Encrypt the PIN for one message, bound to the card. Answer: `PinBlockMade` or `PinLost`."""

    message: str
    pan: Pan


@dataclass(frozen=True, slots=True)
class ForgetPin:
    """Overwrite what was typed and leave PIN entry."""


# --- bank host --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EnquireCard:
    """0100 before the PIN. Answer: `CardKnown` or `CardRefused`."""

    message: str
    card: Card


@dataclass(frozen=True, slots=True)
class SavePreference:
    """0100: the customer agreed that the bank keeps this profile for the next visit. `message` is that
    of the `EnquireCard` of this visit, by which the bank knows who it was: no card data are kept for
    this. Answer: `PreferenceSaved` or `PreferenceNotSaved`, or silence."""

    message: str
    preference: str


@dataclass(frozen=True, slots=True)
class VerifyPin:
    """0100 with the PIN block. Answer: `PinRight` or `PinWrong`."""

    message: str
    card: Card
    block: PinBlock


@dataclass(frozen=True, slots=True)
class Authorize:
    """0200: place a hold. `terms` are what the holder of a foreign card agreed to: the bank holds the fee among
    them too, and declines what is not what it said. Answer: `Approved` or `Declined`, or silence."""

    txid: str
    stan: int
    card: Card
    amount: Amount
    block: PinBlock
    terms: Fields = ()


@dataclass(frozen=True, slots=True)
class AskBank:
    """0100: a question or a wish that moves no money. `about` names it (`balance`, `payee`, `pin_change`),
    `fields` say what it needs; the same `message` again gets the same answer and changes nothing more.
    `block` where the PIN is needed again, `new_pin` the two blocks of a new one, typed twice. Where the
    question opens an operation (may this account receive?) the message is its txid and `stan` its trace
    number. Answer: `BankAnswered` or `BankRefused`, or silence."""

    message: str
    card: Card
    about: str
    fields: Fields = ()
    block: PinBlock | None = None
    new_pin: tuple[PinBlock, ...] = ()
    stan: int | None = None


@dataclass(frozen=True, slots=True)
class Instruct:
    """0200: place a hold for something that is no cash (a transfer, a bill). It is carried out only by the
    `Complete` that follows; `Reverse` undoes it. `repeat` counts how often it was asked before without an
    answer (0201; reliability.md A.9). Answer: `Approved` or `Declined`, or silence."""

    txid: str
    stan: int
    card: Card
    about: str
    amount: Amount
    fields: Fields
    block: PinBlock
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class Complete:
    """0220: the amount that left the machine. Repeated until acknowledged."""

    txid: str
    amount: Amount
    counts: Counts
    basis: str


@dataclass(frozen=True, slots=True)
class Credit:
    """0220 for notes that are in the cassette: `amount` is what the account gets, the worth of `bundle` less
    what an exchange `paid` out (notes per cassette). Repeated until acknowledged."""

    txid: str
    amount: Amount
    bundle: Bundle
    basis: str
    paid: Counts = ()


@dataclass(frozen=True, slots=True)
class Reverse:
    """0420: nothing left the machine. Repeated until acknowledged."""

    txid: str
    basis: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """0420 of an order that was completed and waits for its day: the bank said that it is cancelled, and the
    customer was told so. Takes the place of the `Complete` before it, for a bank that comes back from an
    old copy has to hear how it ended and not how it began. Repeated until acknowledged."""

    txid: str
    basis: str = "customer_cancelled"


@dataclass(frozen=True, slots=True)
class Suspect:
    """0220 flagged suspect: keep the hold, charge nothing, people count. `counts` are what the
    device claims, or None; `disputed` is what the customer says is missing, if said. Of notes that were
    taken in, `bundle` is what was last known of them and `amount` their worth: nothing is on hold, and
    nothing is credited until people have decided."""

    txid: str
    amount: Amount
    counts: Counts | None
    basis: str
    disputed: Amount | None = None
    bundle: Bundle | None = None


# --- dispenser --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckCash:
    """Can the dispenser pay? Answer: `CashReady` or `CashFailed`. Moves nothing."""


@dataclass(frozen=True, slots=True)
class PrepareDispense:
    """Ask for what must be recorded before the order. Answer: `DispensePrepared`, or
    `DispenseNotExecuted` if the device is not fit to pay."""

    txid: str


@dataclass(frozen=True, slots=True)
class DispenseNotes:
    """Path dispenser: send the notes out, once. Answer: `NotesDispensed`, `DispenseNotExecuted`
    or `DispenseUnknown`."""

    txid: str
    mix: Counts


@dataclass(frozen=True, slots=True)
class KeepResult:
    """The result is on disk; the driver may now acknowledge it to the device."""

    txid: str


@dataclass(frozen=True, slots=True)
class StackNotes:
    """Presenter: notes to the stacker, shutter shut. Answer: `NotesStacked`, ..."""

    txid: str
    token: str
    mix: Counts


@dataclass(frozen=True, slots=True)
class PresentNotes:
    """Presenter: open the shutter. Answer: `NotesPresented`, then `NotesTaken`."""

    txid: str


@dataclass(frozen=True, slots=True)
class RetractNotes:
    """Presenter: take back what lies at the exit. Answer: `NotesRetracted` or `NotesTaken`."""

    txid: str


@dataclass(frozen=True, slots=True)
class RejectNotes:
    """Presenter: stacker to reject bin, the shutter stays shut. Answer: `NotesRejected`."""

    txid: str


@dataclass(frozen=True, slots=True)
class InspectDispense:
    """After a restart: what became of this order? Fences the token where the device has one.

    `mix` and `before` are from the record. Answer: `NotesDispensed`, `DispenseNotExecuted` or
    `DispenseUnknown` from a path dispenser; `PresenterReport` from a presenter."""

    txid: str
    mix: Counts
    before: str


# --- note acceptor ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckAcceptor:
    """Can the acceptor take notes? Answer: `AcceptorReady` or `AcceptorFailed`. Moves nothing."""


@dataclass(frozen=True, slots=True)
class OpenAcceptor:
    """Take notes into escrow for this deposit; for the same one again, to add more. `only` are the
    denominations in minor units that are let in, or every one that the acceptor knows. Answer:
    `AcceptorOpen`, then `NotesInEscrow` and `NoteRefused` as they come; or `AcceptorFailed`."""

    txid: str
    only: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CloseAcceptor:
    """Take no more; what is in escrow stays there. Answer: `AcceptorClosed`."""

    txid: str


@dataclass(frozen=True, slots=True)
class StoreNotes:
    """Escrow to cassette, once for a deposit. Answer: `NotesStored`, `AcceptorFailed` where no note
    moved, or `DepositUnknown`."""

    txid: str


@dataclass(frozen=True, slots=True)
class ReturnNotes:
    """Escrow to slot. Answer: `NotesReturned`, then `ReturnedTaken`; `AcceptorFailed` where no note
    moved, or `DepositUnknown`."""

    txid: str


@dataclass(frozen=True, slots=True)
class RetractReturned:
    """Take back what still lies in the slot. Answer: `ReturnedRetracted`, or `ReturnedTaken` if the
    customer was quicker."""

    txid: str


@dataclass(frozen=True, slots=True)
class InspectDeposit:
    """After a restart: what became of this deposit? Closes the inlet and fences the deposit: nothing is
    stored under it later unless that is ordered again. Answer: `DepositReport` or `DepositUnknown`."""

    txid: str


# --- receipt printer --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Print this once. `job` is 32 hexadecimal digits, never used for another receipt; a further print
    of the same is a new job with `copy` set. Answer: `ReceiptPrinted`, `ReceiptDoubtful` or
    `ReceiptRefused`."""

    job: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class PrintSlip:
    """Put this outcome on paper, once. It becomes a `PrintReceipt` of the same `job` on the way to the
    printer, where there are words and a clock."""

    job: str
    slip: Slip


@dataclass(frozen=True, slots=True)
class CheckPrinter:
    """Can the printer print? Answer: `PrinterReady` or `PrinterFailed`."""


# --- those who help ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallStaff:
    """Ring for a colleague: from which screen, and the number they find the visit by ("" for none).
    Answer: `StaffCalled` or `StaffBusy`, later `StaffCame`."""

    screen: str
    reference: str


@dataclass(frozen=True, slots=True)
class CancelCall:
    """Nobody needs to come any more. No answer."""


Effect = (
    InspectReader
    | AcceptCard
    | RefuseCards
    | ReadCard
    | EjectCard
    | RetainCard
    | CollectPin
    | HoldPin
    | MakePinBlock
    | ForgetPin
    | EnquireCard
    | SavePreference
    | VerifyPin
    | Authorize
    | AskBank
    | Instruct
    | Complete
    | Credit
    | Reverse
    | Cancel
    | Suspect
    | CheckCash
    | PrepareDispense
    | DispenseNotes
    | KeepResult
    | StackNotes
    | PresentNotes
    | RetractNotes
    | RejectNotes
    | InspectDispense
    | CheckAcceptor
    | OpenAcceptor
    | CloseAcceptor
    | StoreNotes
    | ReturnNotes
    | RetractReturned
    | InspectDeposit
    | PrintReceipt
    | PrintSlip
    | CheckPrinter
    | CallStaff
    | CancelCall
)
