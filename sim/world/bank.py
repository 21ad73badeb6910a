"""The bank: accounts in double entry, holds, limits, declines, and one stored answer for every txid.

Rules it keeps (reliability.md A.1, A.7): an approval places a hold and nothing else; only a completion
turns a hold into a debit, for at most its amount; a repeated message gets the stored answer and
changes nothing; a reversal of an unknown txid leaves a tombstone, so that the request it overtook is
declined; a suspect operation keeps its hold until people have counted. Every posting sums to zero.

The bank outlives the terminal: `snapshot` and `restore` carry the whole ledger, and of a customer only
what happens to one. It knows PINs and birth years; what leaves it is yes or no, and an age band.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sim.world.cards import CARDS
from sim.world.pin_block import read_pin_block
from terminal import effects as fx
from terminal import events as ev
from terminal.card import Card
from terminal.events import AgeBand
from terminal.money import Amount, yuan

PIN_TRIES = 3
"""CN-16: the third wrong try locks the card."""

DAY_LIMIT = yuan(20_000)
"""Cash from machines per card and day, CN-07."""

STORY_YEAR = 2026
"""The year of the simulated stories, from which ages are counted."""

CASH = "cash in machines"
SERVICES = ("withdrawal",)


@dataclass(slots=True)
class Customer:
    """One customer: when born, the PIN, what is in the account and may go out in a day, and the
    display preference they agreed to have kept."""

    born: int
    pin: str
    balance: int
    preference: str | None = None
    day_limit: int = DAY_LIMIT.minor
    tries_left: int = PIN_TRIES
    blocked: bool = False
    drawn_today: int = 0


CHANGING = ("balance", "tries_left", "blocked", "drawn_today")
"""What happens to a customer. The rest - PIN, birth year, preference - is never written anywhere."""

CUSTOMERS: Mapping[str, Customer] = {
    "lin": Customer(1992, "135790", 1_250_000),
    "chen": Customer(1952, "246813", 868_000),
    "zhou": Customer(1960, "112358", 320_000),
    "wang": Customer(1963, "314159", 56_000),
    "li": Customer(1942, "271828", 1_503_000, preference="standard"),
    "smith": Customer(1996, "161803", 430_000),
}
"""Demo customers by card name: 34, 74, 66, 63, 84 and 30 years old in the year of the stories."""


@dataclass(slots=True)
class Operation:
    """One txid: whose, how much is held, what was answered, how it ended."""

    account: str
    amount: int
    answer: dict[str, str]
    held: int = 0
    outcome: str = ""
    posted: int = 0


@dataclass(slots=True)
class Posting:
    """One double entry: from an account to another, in minor units."""

    txid: str
    debit: str
    credit: str
    amount: int


@dataclass(slots=True)
class Bank:
    """The ledger and the rules. Every method answers at once; the line to it is someone else's."""

    customers: dict[str, Customer] = field(
        default_factory=lambda: {name: Customer(**asdict(c)) for name, c in CUSTOMERS.items()}
    )
    operations: dict[str, Operation] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    year: int = STORY_YEAR
    changes: int = 0
    """Counts what may have changed the ledger, so that a keeper need not look through all of it."""

    # --- before any money --------------------------------------------------------------------

    def enquire(self, card: Card) -> ev.CardKnown | ev.CardRefused:
        """What the bank says of a card before a PIN."""
        name = name_of(card)
        if name is not None and card.expiry < f"{self.year % 100:02d}01":
            return ev.CardRefused("card_expired")
        customer = self.customers.get(name or "")
        if customer is None:
            return ev.CardRefused("card_unknown")
        if customer.blocked:
            return ev.CardRefused("card_blocked")
        return ev.CardKnown(SERVICES, age_band(self.year - customer.born), customer.preference)

    def verify(self, message: str, card: Card, block: bytes) -> ev.PinRight | ev.PinWrong:
        """Compare a PIN; the third wrong one in a row blocks the card."""
        self.changes += 1
        customer = self.customers[name_of(card) or ""]
        if customer.blocked:
            return ev.PinWrong(message, 0)
        if self._pin_matches(customer, message, card, block):
            customer.tries_left = PIN_TRIES
            return ev.PinRight(message)
        customer.tries_left -= 1
        customer.blocked = customer.tries_left <= 0
        return ev.PinWrong(message, max(0, customer.tries_left))

    def _pin_matches(self, customer: Customer, message: str, card: Card, block: bytes) -> bool:
        typed = read_pin_block(block, card.pan.reveal(), message)
        return typed is not None and bytes(typed) == customer.pin.encode()

    # --- money -------------------------------------------------------------------------------

    def authorize(
        self, txid: str, card: Card, amount: Amount, block: bytes
    ) -> ev.Approved | ev.Declined:
        """Place a hold, or say why not. The same txid always gets the same answer."""
        self.changes += 1
        name = name_of(card) or ""
        known = self.operations.get(txid)
        if known is not None:
            return self._stored(txid, known, name, amount)
        customer = self.customers.get(name)
        code, reason = self._refusal(customer, txid, card, amount, block)
        if reason or customer is None:
            answer = {"code": code, "reason": reason or "declined"}
            self.operations[txid] = Operation(name, amount.minor, answer, outcome="declined")
            return ev.Declined(txid, code, answer["reason"])
        token = hashlib.sha256(f"token {txid}".encode()).hexdigest()[:24]
        answer = {"code": "00", "approval": token[:6].upper(), "token": token}
        self.operations[txid] = Operation(name, amount.minor, answer, held=amount.minor)
        customer.drawn_today += amount.minor
        return ev.Approved(txid, answer["approval"], token)

    def _stored(
        self, txid: str, known: Operation, name: str, amount: Amount
    ) -> ev.Approved | ev.Declined:
        if known.answer.get("reason"):
            return ev.Declined(txid, known.answer["code"], known.answer["reason"])
        if (known.account, known.amount) != (name, amount.minor):
            self.alarms.append(f"{txid}: same id, other body")
            return ev.Declined(txid, "94", "declined")
        return ev.Approved(txid, known.answer["approval"], known.answer["token"])

    def _refusal(
        self, customer: Customer | None, txid: str, card: Card, amount: Amount, block: bytes
    ) -> tuple[str, str]:
        if customer is None:
            return "14", "card_unknown"
        if customer.blocked:
            return "75", "card_blocked"
        if not self._pin_matches(customer, txid, card, block):
            return "55", "declined"
        if amount.minor > self.available(name_of(card) or ""):
            return "51", "insufficient"
        if customer.drawn_today + amount.minor > customer.day_limit:
            return "61", "over_limit"
        return "", ""

    def complete(self, txid: str, amount: Amount) -> None:
        """FINAL with money: post at most the hold, free the rest. The first outcome stays."""
        self.changes += 1
        operation = self.operations.get(txid)
        if operation is None or operation.answer.get("reason"):
            self.alarms.append(f"{txid}: completion without approval")
            return
        if operation.outcome:
            if (operation.outcome, operation.posted) != ("final", amount.minor):
                self.alarms.append(f"{txid}: second outcome")
            return
        if amount.minor > operation.held:
            self.alarms.append(f"{txid}: completion above the hold")
            return
        self._post(txid, operation.account, CASH, amount.minor)
        self._free(operation, operation.held - amount.minor)
        operation.outcome, operation.posted, operation.held = "final", amount.minor, 0

    def reverse(self, txid: str) -> None:
        """FINAL 0: free the hold. An unknown txid leaves a tombstone."""
        self.changes += 1
        operation = self.operations.get(txid)
        if operation is None:
            answer = {"code": "12", "reason": "declined"}
            self.operations[txid] = Operation("", 0, answer, outcome="tombstone")
            return
        if operation.outcome not in ("", "reversed"):
            if operation.outcome == "final":
                self.alarms.append(f"{txid}: second outcome")
            return
        self._free(operation, operation.held)
        operation.outcome, operation.held = "reversed", 0

    def suspect(self, txid: str) -> None:
        """Keep the hold, charge nothing: people count."""
        self.changes += 1
        operation = self.operations.get(txid)
        if operation is not None and not operation.outcome:
            operation.outcome = "suspect"

    def available(self, name: str) -> int:
        """What a customer can still draw, holds taken off, in minor units."""
        held = sum(o.held for o in self.operations.values() if o.account == name)
        return self.balance(name) - held

    def balance(self, name: str) -> int:
        """What is booked on a customer's account, in minor units."""
        return self.customers[name].balance

    def charged(self, name: str) -> int:
        """What this machine's operations took from a customer's account, in minor units."""
        return sum(p.amount for p in self.postings if p.debit == name)

    def _post(self, txid: str, debit: str, credit: str, amount: int) -> None:
        self.postings.append(Posting(txid, debit, credit, amount))
        self.customers[debit].balance -= amount

    def _free(self, operation: Operation, amount: int) -> None:
        customer = self.customers.get(operation.account)
        if customer is not None:
            customer.drawn_today -= amount

    # --- outliving the terminal ----------------------------------------------------------------

    def snapshot(self) -> dict[str, Any]:
        """Everything that changes, as JSON can carry it. No PIN and no birth year is in it."""
        return {
            "customers": {
                name: {key: getattr(customer, key) for key in CHANGING}
                for name, customer in self.customers.items()
            },
            "operations": {txid: asdict(o) for txid, o in self.operations.items()},
            "postings": [asdict(p) for p in self.postings],
            "alarms": list(self.alarms),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """The ledger as it was. Raises KeyError for a customer that is not one of ours."""
        self.changes += 1
        for name, changed in state["customers"].items():
            kept = {key: changed[key] for key in CHANGING}
            self.customers[name] = replace(self.customers[name], **kept)
        self.operations = {txid: Operation(**o) for txid, o in state["operations"].items()}
        self.postings = [Posting(**p) for p in state["postings"]]
        self.alarms = list(state["alarms"])


_NAME_OF_PAN = {spec.pan: name for name, spec in CARDS.items()}


def name_of(card: Card) -> str | None:
    """Whose card this is, by its number."""
    return _NAME_OF_PAN.get(card.pan.reveal())


_BANDS: tuple[tuple[int, AgeBand], ...] = (
    (80, "80plus"),
    (70, "70to79"),
    (65, "65to69"),
    (60, "60to64"),
    (50, "50to59"),
)


def age_band(age: int) -> AgeBand:
    """The band of a completed age in years (accessibility.md C3)."""
    return next((band for least, band in _BANDS if age >= least), "under50")


def apply_outcome(bank: Bank, effect: fx.Complete | fx.Reverse | fx.Suspect) -> None:
    """Book one outcome advice."""
    match effect:
        case fx.Complete(txid=txid, amount=amount):
            bank.complete(txid, amount)
        case fx.Reverse(txid=txid):
            bank.reverse(txid)
        case fx.Suspect(txid=txid):
            bank.suspect(txid)
