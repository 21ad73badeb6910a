"""Electricity, water, gas and telephone bills: which one, its number typed or scanned, what is due read back,
and paid (accessibility.md F; COG-06).

The biller, asked by the bank, is the only one who knows whose number it is and what is due: name masked,
days and amount are read back before anything is paid, and the order names exactly that amount. If the biller
says another one meanwhile nothing is paid, and the new amount is read back first.

A barcode scanner types like a keyboard; what it read comes as `Scanned` and counts on the screen of the number
only, with nothing lying over it, as digits of a bounded length. The number is checked like a typed one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Entry, Fact, Picture, Prompt, Word
from terminal.card import Card
from terminal.flows import paying
from terminal.flows.offer import OUTCOME, Service, answered, ask_bank, waiting
from terminal.flows.visit import Step, enter, give_back, reference_of, to_menu
from terminal.help_pages import readable
from terminal.money import Amount
from terminal.profile import Waits
from terminal.prompts import CLEAR, CONFIRM, DIGITS
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "bills"

KINDS: Final = ("electricity", "water", "gas", "phone")
"""What can be paid, in the order of the tiles."""

NUMBER_DIGITS_MIN: Final = 8
NUMBER_DIGITS_MAX: Final = 12
"""Customer numbers of billers and telephone numbers have eleven digits at most here; one more leaves room."""

TRIES_MAX: Final = 3
"""Numbers that may be wrong in one visit before the card comes back: as many tries as a PIN has. The visit counts
them and no screen does, or strangers' names and debts could be tried through."""

NOT_DUE: Final = ("nothing_due", "paid", "underway")
"""Why there is nothing to pay for a number that is right."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What the biller says is due for a number: who has it (masked), from which day to which (YYYY-MM-DD), and how
    much."""

    kind: str
    number: str
    name: str
    first_day: str
    last_day: str
    amount: Amount

    def facts(self) -> tuple[Fact, ...]:
        """The same before paying, after it, and on a receipt."""
        days = Word("bills.days", (("first_day", self.first_day), ("last_day", self.last_day)))
        return (
            Fact("bills.amount", self.amount, strong=True),
            Fact("bills.kind", Word(f"label.bills.{self.kind}")),
            Fact("bills.name", self.name),
            Fact("bills.number", readable(self.number) if self.kind == "phone" else self.number),
            Fact("bills.days", days),
        )


@dataclass(frozen=True, slots=True)
class ChoosingKind(ServicePhase):
    """Which bill: four tiles."""

    card: Card

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "bills.choosing",
        Waits.CHOICE,
        Ask.MENU,
        tuple(
            Answer("bill", kind, text=f"bills.{kind}", key=str(place))
            for place, kind in enumerate(KINDS, start=1)
        ),
        cue=Cue.STEP,
        may_go_back=True,
    )


@dataclass(frozen=True, slots=True)
class EnteringNumber(ServicePhase):
    """Its number is typed, or scanned. `refused` says what was wrong with the one before."""

    card: Card
    kind: str
    typed: str = ""
    refused: str = ""

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "bills.number",
        Waits.REVIEW,
        Ask.NUMBER,
        (*DIGITS, CLEAR, CONFIRM),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """What was wrong with the number before, in words."""
        return f"{self.prompt.key}_{self.refused}" if self.refused else self.prompt.key

    def entry(self) -> Entry:
        """The digits so far."""
        return Entry(self.typed, NUMBER_DIGITS_MAX)


@dataclass(frozen=True, slots=True)
class AskingBill(ServicePhase):
    """The bank asks the biller. `changed` says that another amount was due when the bill was to be paid."""

    entered: EnteringNumber
    message: str
    changed: bool = False

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.entered.card


@dataclass(frozen=True, slots=True)
class ReviewingBill(ServicePhase):
    """What is due is read back; nothing is paid before it is confirmed."""

    card: Card
    bill: Bill
    changed: bool = False

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "bills.review",
        Waits.REVIEW,
        Ask.REVIEW,
        (
            Answer("confirm", role="primary", text="bills.pay", key="enter"),
            Answer("change", text="bills.other", key="2"),
        ),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """An amount that is another one now is said to be."""
        return "bills.changed" if self.changed else self.prompt.key

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The bill."""
        return self.bill.facts()


@dataclass(frozen=True, slots=True)
class NotDue(ServicePhase):
    """The number is right and there is nothing to pay, for this reason."""

    card: Card
    reason: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "bills.not_due",
        Waits.REVIEW,
        Ask.CHOICE,
        (*OUTCOME, Answer("another_bill", key="2")),
        Picture.DONE,
        Cue.STEP,
    )

    def text_key(self, session: s.Session) -> str:
        """The reason, in words."""
        return f"bills.{self.reason}"


@dataclass(frozen=True, slots=True)
class PayingBill(paying.Paying):
    """The bank is asked to pay it."""

    bill: Bill

    service: ClassVar[str] = NAME


@dataclass(frozen=True, slots=True)
class Paid(ServicePhase):
    """It is paid, with the number to ask by."""

    card: Card
    bill: Bill
    txid: str

    service: ClassVar[str] = NAME
    receipt: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "bills.done",
        Waits.REVIEW,
        Ask.FACTS,
        (*OUTCOME, Answer("another_bill", key="2")),
        cue=Cue.DONE,
        private=True,
    )

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The bill, and the number of what was done."""
        return (*self.bill.facts(), Fact("bills.reference", reference_of(self.txid)))


def _begin(session: s.Session, card: Card) -> Step:
    return enter(session, ChoosingKind(card))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case ChoosingKind(card=card), ev.Chosen("bill", str(kind)) if kind in KINDS:
            return enter(session, EnteringNumber(card, kind))
        case ChoosingKind(card=card), ev.Chosen("back"):
            return to_menu(session, card)
        case EnteringNumber() as typing, _:
            return _typing(session, typing, event)
        case AskingBill() as asking, _:
            return _told(session, asking, event)
        case ReviewingBill(card=card, bill=bill), ev.Chosen("confirm"):
            return paying.pay(session, PayingBill(card, bill.amount, _named(bill), bill))
        case ReviewingBill(card=card, bill=bill), ev.Chosen("change" | "back"):
            return enter(session, EnteringNumber(card, bill.kind))
        case ((NotDue(card=card) | Paid(card=card)), ev.Chosen("another_bill")):
            return enter(session, ChoosingKind(card))
        case PayingBill() as phase, _:
            return _paying(session, phase, event)
        case _:
            return None


# --- the number -----------------------------------------------------------------------------------


def is_number(text: str) -> bool:
    """Whether this may be the number of a bill: digits alone, as many as one has."""
    return text.isascii() and text.isdigit() and NUMBER_DIGITS_MIN <= len(text) <= NUMBER_DIGITS_MAX


def _typing(session: s.Session, typing: EnteringNumber, event: ev.Event) -> Step | None:
    match event:
        case ev.Scanned(text=text) if not session.overlay:
            if not is_number(text):
                return replace(session, phase=replace(typing, typed="", refused="unread")), ()
            return _ask(session, replace(typing, typed=text))
        case ev.Chosen("digit", int(digit)) if len(typing.typed) < NUMBER_DIGITS_MAX:
            return replace(session, phase=replace(typing, typed=f"{typing.typed}{digit}")), ()
        case ev.Chosen("clear") if typing.typed:
            return replace(session, phase=replace(typing, typed="")), ()
        case ev.Chosen("clear" | "back"):
            return enter(session, ChoosingKind(typing.card))
        case ev.Chosen("confirm") if is_number(typing.typed):
            return _ask(session, typing)
        case ev.Chosen("confirm") if typing.typed:
            return replace(session, phase=replace(typing, refused="short")), ()
        case _:
            return None


def _ask(session: s.Session, typed: EnteringNumber, changed: bool = False) -> Step:
    fields = (("kind", typed.kind), ("number", typed.typed))
    return ask_bank(
        *(session, typed.card, "bill"), lambda message: AskingBill(typed, message, changed), fields
    )


def _told(session: s.Session, asking: AskingBill, event: ev.Event) -> Step | None:
    def read_back(said: Mapping[str, str]) -> ReviewingBill | None:
        bill = _read(asking.entered, said)
        return ReviewingBill(asking.card, bill, asking.changed) if bill else None

    return answered(
        *(session, asking.message, event, read_back),
        refused=lambda reason: _refused(session, asking.entered, reason),
    )


def _refused(session: s.Session, asked: EnteringNumber, reason: str) -> Step:
    if reason in NOT_DUE:
        return enter(session, NotDue(asked.card, reason))
    if reason != "unknown":
        return give_back(session, "service_declined")
    counted = replace(session, unknown_numbers=session.unknown_numbers + 1)
    if counted.unknown_numbers >= TRIES_MAX:
        return give_back(counted, "bills_not_found")
    return enter(counted, EnteringNumber(asked.card, asked.kind, refused=reason))


def _read(asked: EnteringNumber, said: Mapping[str, str]) -> Bill | None:
    """What the bank said, or None where that is not understood: nothing is paid by guessing."""
    try:
        amount = Amount(int(said["amount"]))
        days = said["first_day"], said["last_day"]
        bill = Bill(asked.kind, asked.typed, said["name"], *days, amount)
    except (KeyError, ValueError):
        return None
    return bill if amount.minor > 0 and bill.name else None


# --- the money ------------------------------------------------------------------------------------


def _named(bill: Bill) -> ev.Fields:
    return (
        ("to", f"{bill.kind} {bill.number}"),
        ("kind", bill.kind),
        ("number", bill.number),
        ("first_day", bill.first_day),
    )


def _paying(session: s.Session, phase: PayingBill, event: ev.Event) -> Step | None:
    return paying.step(
        *(session, phase, event),
        lambda done, _: Paid(done.card, phase.bill, done.txid),
        lambda _, reason: _declined(session, phase, reason),
    )


def _declined(session: s.Session, phase: PayingBill, reason: str) -> Step:
    """Nothing was paid, and why. Another amount is read back before it is paid."""
    bill = phase.bill
    match reason:
        case "changed":
            return _ask(session, EnteringNumber(phase.card, bill.kind, bill.number), changed=True)
        case reason if reason in NOT_DUE:
            return enter(session, NotDue(phase.card, reason))
        case "insufficient":
            return give_back(session, "not_enough")
        case "card_blocked":
            return give_back(session, reason)
        case _:
            return give_back(session, "service_declined")


SERVICE: Final = Service(
    NAME,
    _begin,
    _step,
    (ChoosingKind, EnteringNumber, AskingBill, ReviewingBill, NotDue, PayingBill, Paid),
)
