"""What is true now: one dataclass per phase, and the session that holds one.

A phase carries only the facts that are true in it, so that a wrong state cannot be said: no phase
holds a PIN, and only phases after an approval hold an order. Everything is frozen; `flow.step`
returns a new session.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from terminal.asking import Fact
from terminal.card import Card
from terminal.cash_units import Cassettes, Mix
from terminal.events import WHOLE, Bundle, Capabilities, Counts, Drawn, Fields, Laid
from terminal.evidence import NO_EVIDENCE, Evidence
from terminal.money import Amount, yuan
from terminal.profile import NO_WISHES, Language, ProfileName, Wishes
from terminal.rules.change_packs import Pack
from terminal.rules.dated import Rules
from terminal.rules.foreign import Offer as Cost
from terminal.service import PinPhase, ServicePhase
from terminal.sound import SILENT_SO_FAR, Sound
from terminal.weights import SHIPPED, Weights

WITHDRAWAL_MAX = yuan(5_000)
"""One withdrawal at most: the upper end of common practice in CN-07 (2,000 to 5,000 yuan)."""

ReasonSource = Literal["DEFAULT", "EXPLICIT", "CARD_PREF", "SAVED", "RECORD", "DOCUMENT", "NEED"]
"""Where the shown profile comes from (accessibility.md C5 rule 7); never an age."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the holder of a foreign card agreed to: the offer, the card's `own` currency, and the same as the bank
    was told it (`rules.foreign.agreed`)."""

    offer: Cost
    own: str
    terms: Fields


@dataclass(frozen=True, slots=True)
class Order:
    """An approved withdrawal: at most `amount`, as `mix`, once, under `token`. `against` are the notes in
    escrow that an exchange pays it for; a withdrawal has none. `agreed` are the terms of a foreign card."""

    txid: str
    amount: Amount
    mix: Mix
    token: str
    against: Bundle = ()
    agreed: Agreed | None = None


@dataclass(frozen=True, slots=True)
class Swap:
    """An exchange that the bank knows of and that begins when the card was taken."""

    txid: str
    token: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the customer by catalogue key, with the values it needs and the number staff
    can find the visit by. `agreed` are lines that were read back before: they are on the receipt too."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    reference: str = ""
    agreed: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """A money operation that the record shows begun and not ended. `about` names one that moves no notes
    (a transfer, a bill); it is "" for a withdrawal."""

    txid: str
    amount: Amount
    mix: Mix
    approved: bool
    intent: bool
    before: str = ""
    retract_intent: bool = False
    stacked: Counts = ()
    result: "KnownResult | None" = None
    count_answer: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class OpenDeposit:
    """A deposit or exchange (`about`) that the record shows begun and not ended: whether the bank `agreed`
    to it, what was last known to be in escrow, and whether that is `stored`. `order` is what an exchange
    ordered from the dispenser, and `paid` what is known to have come out of it."""

    txid: str
    about: str
    agreed: bool = False
    counts: Bundle = ()
    stored: bool = False
    order: OpenOrder | None = None
    paid: Counts = ()


@dataclass(frozen=True, slots=True)
class KnownResult:
    """A dispense result that is already on record."""

    counts: Counts
    error: str
    doubtful: bool


LastSeen = Literal["", "inside", "retaining"]
"""A card in the record without an ending: in the machine, or on its way into the retain bin."""


# --- phases -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Starting:
    """The devices are asked what they know, one after the other; nothing is offered yet. `order` is
    what the record left open, `asks` whose answer is awaited, `card` where the record last saw the
    card of the unfinished visit."""

    order: OpenOrder | OpenDeposit | None = None
    asks: Literal["reader", "order", "deposit", "storing", "slot", "cash"] = "reader"
    card: "LastSeen" = ""


@dataclass(frozen=True, slots=True)
class ReturningFound:
    """A card was found inside with no visit; it is offered to whoever left it, then kept."""

    order: OpenOrder | OpenDeposit | None = None
    at_gate: bool = False


@dataclass(frozen=True, slots=True)
class OutOfService:
    """No service. `reason` is a key of the catalogue; a card is never kept in this phase."""

    reason: str


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is here. Waiting for a card."""


@dataclass(frozen=True, slots=True)
class ReadingCard:
    """The chip is being read."""


@dataclass(frozen=True, slots=True)
class AskingBank:
    """The bank is asked what it may say of this card before a PIN."""

    card: Card
    message: str


@dataclass(frozen=True, slots=True)
class EnteringPin:
    """The pad collects the PIN; the terminal knows only how many digits. `left` is None until the
    bank has said how many tries remain."""

    card: Card
    left: int | None = None
    digits: int = 0


@dataclass(frozen=True, slots=True)
class CheckingPin:
    """The bank compares; the block named by `message` is on its way."""

    card: Card
    message: str


@dataclass(frozen=True, slots=True)
class ChoosingService:
    """What would you like to do? `leaf` is which part of the services is offered (`menu.leaves`)."""

    card: Card
    leaf: int = 0


@dataclass(frozen=True, slots=True)
class ChoosingAmount:
    """How much? Only amounts that the cassettes can pay are offered. `refused` is why the bank would
    not allow the amount before (`insufficient`, `over_limit`), or "". `leaf` is which of the groups of
    amounts is offered, where they do not all stand on one screen (`prompts.leaf_shown`)."""

    card: Card
    refused: str = ""
    leaf: int = 0


@dataclass(frozen=True, slots=True)
class EnteringAmount:
    """Another amount, typed in whole major units."""

    card: Card
    typed: int = 0


@dataclass(frozen=True, slots=True)
class SuggestingAmounts:
    """The asked amount cannot be paid from these cassettes; the nearest ones can."""

    card: Card
    asked: Amount
    nearest: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Read back before anything happens. Going back costs nothing. `gone` if the notes that were confirmed
    before cannot be paid any more, and these are in their place."""

    card: Card
    amount: Amount
    mix: Mix
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Authorizing:
    """The bank is asked for a hold. `sent` once the request left with its PIN block, `agreed` the terms of a
    foreign card."""

    card: Card
    txid: str
    stan: int
    amount: Amount
    mix: Mix
    sent: bool = False
    agreed: Agreed | None = None


@dataclass(frozen=True, slots=True)
class TakingCard:
    """The card is on its way to the gate or lies there. With an order, notes follow; without one,
    `notice` says why the visit ends. `lost` while the reader does not answer: the card is where it
    was, and the machine waits for the reader to say so."""

    order: Order | Swap | None
    notice: Notice | None
    at_gate: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class KeepingCard:
    """The card is being taken into the retain bin. `order` is a recovery that still waits for it."""

    notice: Notice
    reason: str
    order: OpenOrder | OpenDeposit | None = None


@dataclass(frozen=True, slots=True)
class PreparingCash:
    """The dispenser is asked for what must be on record before the order."""

    order: Order


@dataclass(frozen=True, slots=True)
class Dispensing:
    """Notes are moving: to the stacker (presenter) or straight out (path dispenser)."""

    order: Order


@dataclass(frozen=True, slots=True)
class PresentingNotes:
    """The shutter is opening."""

    order: Order
    stacked: Counts


@dataclass(frozen=True, slots=True)
class TakingNotes:
    """Notes lie in the slot (presenter)."""

    order: Order
    stacked: Counts


@dataclass(frozen=True, slots=True)
class Retracting:
    """Notes that nobody took are being taken back (presenter)."""

    order: Order
    stacked: Counts


@dataclass(frozen=True, slots=True)
class RejectingNotes:
    """Stacked notes go to the reject bin: too few were picked, the shutter never opened."""

    order: Order
    error: str


@dataclass(frozen=True, slots=True)
class Counting:
    """Please count: `amount` is what the device counted out; `short` if that is less than asked."""

    order: Order
    counts: Counts
    amount: Amount
    short: bool = False
    error: str = "00"


@dataclass(frozen=True, slots=True)
class StatingCount:
    """The customer says the amount is wrong, and how much there was."""

    order: Order
    counts: Counts
    amount: Amount
    typed: int | None = None


@dataclass(frozen=True, slots=True)
class Explaining:
    """An outcome that must be understood before the visit ends."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class Farewell:
    """Done; the machine forgets the customer."""

    notice: Notice


Phase = (
    Starting
    | ReturningFound
    | OutOfService
    | Idle
    | ReadingCard
    | AskingBank
    | EnteringPin
    | CheckingPin
    | ChoosingService
    | ChoosingAmount
    | EnteringAmount
    | SuggestingAmounts
    | Reviewing
    | Authorizing
    | TakingCard
    | KeepingCard
    | PreparingCash
    | Dispensing
    | PresentingNotes
    | TakingNotes
    | Retracting
    | RejectingNotes
    | Counting
    | StatingCount
    | Explaining
    | Farewell
    | ServicePhase
)

PHASES: tuple[type, ...] = tuple(kind for kind in Phase.__args__ if kind is not ServicePhase)
"""The phases of every visit and of withdrawal; tests walk this. Those of the other services are in
`flows/services.PHASES`."""


COLLECTING_PIN = (EnteringPin, PinPhase)
"""Phases in which the pad keeps every digit for a PIN, and the terminal knows only how many."""


# --- the session ------------------------------------------------------------------------------

Overlay = Literal[
    "",
    "help",
    "view",
    "languages",
    "sound",
    "more_time",
    "unplugged",
    "hotlines",
    "explain",
    "staff",
    "counter",
]
"""A page over the phase. `view` says why the screen looks as it does and changes it, `sound` changes the
voice, `unplugged` asks how to go on after the headset was pulled; the last four are behind the help key
(`help_pages.py`)."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call for staff: rung, heard and number `position` of those who wait, here, or nobody can come."""

    state: Literal["", "ringing", "queued", "here", "busy"] = ""
    position: int = 0


NO_CALL = Call()

PhoneSignal = Literal["", "declared", "sensed"]
"""Somebody was on the telephone in this visit: said by the customer, or seen by the sensor."""

Offer = Literal["", "look", "need", "standard", "language", "remember", "usual"]
"""What is asked in the banner: the elder profile, larger and slower because things seem hard, the way
back, the card's own language, whether the bank may remember this look, or put first what
the customer does most."""

AT_THE_END: tuple[Offer, ...] = ("remember", "usual")
"""What is asked when all is done: both are about the next visit."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the machine presents itself to this customer, and why.

    `said` is the one-line notice after an automatic change; `offer` the small card that offers
    another profile. `locked` means that the customer has chosen, and nothing but the customer changes
    it again in this visit. `wishes` are single features, over what the profile says; `by_hand` that
    the customer set some of them, `from_card` that their card did, until they leave them behind.
    """

    profile: ProfileName = "standard"
    language: Language = "zh"
    reason: ReasonSource = "DEFAULT"
    locked: bool = False
    offer: Offer = ""
    offers_made: int = 0
    said: str = ""
    wishes: Wishes = NO_WISHES
    by_hand: bool = False
    from_card: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """The clock of the present wait. `since` is when the spoken prompt ended, or the phase began; `told`
    that it has ended once, after which nothing that is said prolongs what lies in a slot."""

    since: float = 0.0
    speaking: bool = False
    told: bool = False
    reminded: int = 0
    asked_at: float | None = None
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """What the machine knows of itself. `cash` is "" while notes can be paid, otherwise the reason
    why not; `doubt` means that people must look at the dispenser before it pays again; `reader` is its
    fault, or "", and `card_stuck` that a card in it would not move. `record_disputed` when the bank
    remembers another record than ours.
    `acceptor` is "" while notes can be taken in, otherwise why not: `absent` where none is fitted, `doubt`
    until people have looked at it.
    `services` are what the operator offers here, in the order of the menu; withdrawal alone needs no menu.
    `printer` is None where none is fitted, "" while it can print, or its fault.
    `bank_line` is the bank's own telephone number; `call` a call for staff, which outlives the visit.
    `cassettes` are our own counts, from the record. `language` is the one an idle
    machine speaks; `entropy` and `serial` make ids; `weights` are the operator's table, `rules` the dated
    rules of transfers, `packs` the recipes of small change, and `calling` says that the sensor sees somebody on the telephone.
    `passbook` is whether the branch allows one in place of a card."""

    cassettes: Cassettes
    capabilities: Capabilities | None = None
    cash: str = "starting"
    doubt: bool = False
    reader: str = ""
    card_stuck: bool = False
    host_up: bool = True
    record_low: bool = False
    record_disputed: bool = False
    withdrawal_max: Amount = WITHDRAWAL_MAX
    language: Language = "zh"
    entropy: bytes = b""
    serial: int = 0
    stan: int = 1
    weights: Weights = field(default=SHIPPED, repr=False)
    services: tuple[str, ...] = ("withdrawal",)
    printer: str | None = None
    bank_line: str = "95500"
    call: Call = NO_CALL
    acceptor: str = "absent"
    rules: Rules = field(default_factory=dict, repr=False, compare=False)
    packs: tuple[Pack, ...] = field(default=(), repr=False)
    calling: bool = False
    passbook: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """The whole of the present: a phase, the look, the wait, the visit and the machine. `refusals`
    counts the amounts the bank would not allow in this visit, `unknown_numbers` those of bills that nobody knew,
    `unknown_accounts` those of new payees that came to nothing. `page` is which part of a screen that
    does not fit on one glass is shown, `laid` what the glass says of it, and `focus` which target the keys stand on (`focus.targets`,
    from 1; 0 is none). `evidence` is what was observed of the customer, and `enquiry` the id of the
    question about their card that the bank answered; both end with the visit, and so do `sound`, what
    the customer set about the voice, `offered`, what the bank lets this card do here, and `usual`, the
    services they use most, if they agreed to have those first, and `drawn`, the cash of this day before this visit. `serving` is the service that was begun, ""
    on the menu and for a withdrawal. `done` says that something was carried out
    in this visit, `slip_ordered` that the receipt of the outcome on the screen was asked for,
    `slip_due` that what became of one is not told yet. `watched` says that those whom this customer called are shown the masked view
    (`masked_view.py`), `pointed` is the name of what a helper points
    at on this screen, `phone` the telephone call of this visit, as a signal (reliability.md E.3). While
    `practice` is set, all of this is play."""

    phase: Phase
    machine: Machine
    look: Look = Look()
    wait: Wait = Wait()
    visit: str = ""
    overlay: Overlay = ""
    refusals: int = 0
    unknown_numbers: int = 0
    unknown_accounts: int = 0
    page: int = 0
    focus: int = 0
    laid: Laid = WHOLE
    evidence: Evidence = NO_EVIDENCE
    enquiry: str = ""
    sound: Sound = SILENT_SO_FAR
    offered: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()
    drawn: Drawn | None = None
    serving: str = ""
    done: bool = False
    slip_ordered: bool = False
    slip_due: bool = False
    watched: bool = False
    pointed: str = ""
    phone: PhoneSignal = ""
    practice: "Practice | None" = None


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice under way: the session that it set aside, which `lesson` was chosen, and the screens it went through
    (`terminal.practice`)."""

    real: Session
    lesson: str = "withdrawal"
    done: tuple[str, ...] = ()
