"""The bank's decisions: holds, limits, declines, and one stored answer for every txid.

Rules it keeps (reliability.md A.1, A.6, A.7): an approval places a hold and nothing else; only a
completion turns a hold into a debit, for at most its amount; a repeated message gets the stored answer
and changes nothing; the same id with another body gets 94; a reversal of an unknown txid leaves a
tombstone, so that the request it overtook is declined; the first outcome wins, and the only second one
is that of people who counted; a suspect operation keeps its hold until then. A completion is never
declined: what left a machine and has no hold to cover it is booked to the suspense account, never to
a customer, and people are told.

Every method is one transaction: when it returns, the ledger has it. What is understood wrongly here
costs money, so whatever does not fit raises an alarm, which is a sentence kept for people, once.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from devices.host.message import DUPLICATE, Checkpoint, Ending, LastOperation
from sim.world.bank import desks, passbooks, pins, transit, usual
from sim.world.bank.customers import (
    ABROAD,
    CUSTOMERS,
    PIN_TRIES,
    STORY_YEAR,
    Customer,
    age_band,
    name_of,
)
from sim.world.bank.desk import Order, Payable, Question, Refused
from sim.world.bank.desks import foreign, pension
from sim.world.bank.ledger import (
    CASH,
    FEES,
    MEMORY,
    SUSPENSE,
    TRANSIT,
    Instruction,
    Ledger,
    Operation,
    Posting,
    Standing,
)
from sim.world.pin_block import read_pin_block, wipe
from terminal import events as ev
from terminal.card import Card
from terminal.menu import WITHDRAWAL
from terminal.money import Amount, yuan
from terminal.ports import Clock
from terminal.profile import PROFILE_NAMES
from terminal.recovery import SETTLED_BASIS
from terminal.values import replace

CHANGING = ("balance", "tries_left", "blocked", "drawn_today")
"""What happens to a customer, apart from what the bank sets for them."""

DOUBTS_MAX: Final = 3
DOUBTS_DAYS: Final = 30
"""A.6: so many unclear endings on one account in so many days, and cash comes only with staff."""

RECEIVED_MAX: Final = yuan(20_000)
"""As much as people may decide of notes that were taken in, where nobody knows how many there were: two
hundred of the largest, more than an escrow holds."""

STACKED_BASES: Final = frozenset({"retracted_all", "rejected_after_restart"})
"""Reversals of notes that had been stacked: an unclear ending as far as A.6 is concerned."""

CALENDAR_YEAR: Final = 2024
"""The year a message's MMDD is placed in when the bank has no clock; it has every day there is."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from: terminal, trace number, and date (MMDD) as the terminal took it."""

    terminal: str = ""
    stan: int = 0
    date: str = ""


NOWHERE: Final = Origin()


class Bank:
    """The rules over a ledger. Every method answers at once; the line to it is someone else's.

    Limits and the guard count days by the bank's own `clock`, without one by the messages' dates.
    `doubts_max` is the guard of A.6, None for none. Raises LedgerError when the book fails."""

    def __init__(
        self,
        ledger: Ledger | None = None,
        customers: Mapping[str, Customer] = CUSTOMERS,
        year: int = STORY_YEAR,
        *,
        clock: Clock | None = None,
        doubts_max: int | None = DOUBTS_MAX,
    ) -> None:
        self.ledger = ledger or Ledger(MEMORY, customers)
        self.year = year
        self.doubts_max = doubts_max
        self.customers: Mapping[str, Account] = Customers(self, customers)
        self.operations: Mapping[str, Operation] = Operations(self.ledger)
        self.changes = 0
        """Counts what may have changed the ledger, so that a keeper need not look through it."""
        self._people = customers
        self._clock = clock

    # --- before any money --------------------------------------------------------------------

    def enquire(self, card: Card) -> ev.CardKnown | ev.CardRefused:
        """What the bank says of a card before a PIN."""
        name = name_of(card) or ""
        customer = self._people.get(name)
        if name and card.expiry < f"{self.year % 100:02d}01":
            return ev.CardRefused("card_expired")
        if customer is None:
            return ev.CardRefused("card_unknown")
        if self.ledger.customer_value(name, "blocked"):
            return ev.CardRefused("card_blocked")
        kept = self.ledger.preference(name) or customer.preference
        first = usual.words(self.ledger, name)
        self.settle_due()
        able = (*desks.SERVICES, *transit.offered(self, name), *pension.offered(self, name))
        able = foreign.SERVICES if name in ABROAD else able
        return ev.CardKnown(
            able, age_band(self.year - customer.born), kept, first, self._drawn(name)
        )

    def _drawn(self, name: str) -> ev.Drawn | None:
        """Today's cash; a bank without a clock does not know which day it is and says nothing."""
        today = self.today()
        standing = self.ledger.standing(name, 0) if today else None
        if standing is None:
            return None
        return ev.Drawn(date.fromordinal(today), Amount(standing.drawn_by(today)))

    def prefer(self, name: str, preference: str) -> bool:
        """Keep how a customer wants to be served, as they agreed; the same again changes nothing. False
        for nobody we know or nothing we keep. A yes or a no to having first what one does most comes this
        way too."""
        if name in self._people and usual.wish(self.ledger, name, preference):
            self.changes += 1
            return True
        if name not in self._people or preference not in PROFILE_NAMES:
            return False
        if self.ledger.preference(name) != preference:
            self.changes += 1
            self.ledger.keep_preference(name, preference)
        return True

    def verify(self, message: str, card: Card, block: bytes) -> ev.PinRight | ev.PinWrong:
        """Compare a PIN; the third wrong one in a row blocks the card. A repeat of the message is
        not another try."""
        name = name_of(card) or ""
        with self.ledger:
            self.changes += 1
            known = self.ledger.answer(message)
            if known is not None:
                return self._pin_again(message, name, known)
            standing = self.ledger.standing(name, 0)
            right, left = self._try_pin(standing, name, message, card, block)
            self.ledger.keep_answer(message, {"account": name, "right": right, "left": left})
        return ev.PinRight(message) if right else ev.PinWrong(message, left)

    def _pin_again(
        self, message: str, name: str, known: Mapping[str, Any]
    ) -> ev.PinRight | ev.PinWrong:
        if known["account"] != name:
            self.ledger.alarm(f"{message}: same id, other body")
            return ev.PinWrong(message, 0)
        return ev.PinRight(message) if known["right"] else ev.PinWrong(message, known["left"])

    def _try_pin(
        self, standing: Standing | None, name: str, message: str, card: Card, block: bytes
    ) -> tuple[bool, int]:
        if standing is None or standing.blocked:
            return False, 0
        if self._pin_matches(name, message, card, block):
            if standing.tries_left != PIN_TRIES:
                self.ledger.set_tries(name, PIN_TRIES)
            return True, PIN_TRIES
        left = max(0, standing.tries_left - 1)
        self.ledger.set_tries(name, left)
        return False, left

    def _pin_matches(self, name: str, message: str, card: Card, block: bytes) -> bool:
        typed = read_pin_block(block, card.pan.reveal(), message)
        if typed is None:
            return False
        try:
            return pins.is_right(self.ledger.kept(name, pins.TOPIC), self._people[name].pin, typed)
        finally:
            wipe(typed)

    # --- money -------------------------------------------------------------------------------

    def authorize(
        self,
        txid: str,
        card: Card,
        amount: Amount,
        block: bytes,
        origin: Origin = NOWHERE,
        terms: ev.Fields = (),
    ) -> ev.Approved | ev.Declined:
        """Place a hold, or say why not. The same txid always gets the same answer. `terms` are what the holder
        of a foreign card agreed to; the fee among them is held too."""
        name = name_of(card) or ""
        digest = _digest(name, amount, origin, f"{terms}" if terms else "")
        with self.ledger:
            again = self._said_before(txid, digest, origin)
            if again is not None:
                return again
            new = self._decided(txid, name, card, amount, block, self._day(origin), terms)
            self._add(txid, new, digest, origin)
            if new.held:
                self.ledger.draw(name, amount.minor, new.day)
                usual.used(self.ledger, name, WITHDRAWAL, amount.minor)
        return _answered(txid, new.answer)

    def instruct(
        self, txid: str, card: Card, order: Order, block: bytes, origin: Origin = NOWHERE
    ) -> ev.Approved | ev.Declined:
        """Place a hold for an order that is no cash, or say why not. It pays nobody before it is completed."""
        name = name_of(card) or ""
        digest = _digest(name, order.amount, origin, f"{order.about}|{order.fields}")
        with self.ledger:
            again = self._said_before(txid, digest, origin)
            if again is not None:
                return again
            day = self._day(origin)
            new, payable = self._ordered(txid, name, card, order, block, day)
            self._add(txid, new, digest, origin)
            if payable is not None:
                told = Instruction(order.about, payable.to, order.fields, payable.due)
                self.ledger.instruct(txid, told)
                usual.used(self.ledger, name, order.about)
        return _answered(txid, new.answer)

    def ask(
        self,
        message: str,
        card: Card,
        about: str,
        fields: ev.Fields,
        block: bytes | None = None,
        new_pin: tuple[bytes, ...] = (),
    ) -> ev.BankAnswered | ev.BankRefused:
        """What the desk of a service answers; the same message again gets the stored answer."""
        owner = passbooks.owner_of if about == passbooks.NAME else name_of
        name = owner(card) or ""
        digest = _digest(name, Amount(0), NOWHERE, f"{about}|{fields}")
        with self.ledger:
            known = self.ledger.answer(message)
            if known is None:
                self.changes += 1
                asked = Question(message, name, card, dict(fields), self.today(), None, new_pin)
                known = {"digest": digest, **self._asked(asked, about, block)}
                self.ledger.keep_answer(message, known)
        if known.get("digest") != digest:
            self.alarm(f"{message}: same id, other body")
            return ev.BankRefused(message, about, "declined")
        if "reason" in known:
            return ev.BankRefused(message, about, known["reason"])
        return ev.BankAnswered(message, about, tuple((n, v) for n, v in known["fields"]))

    def _asked(self, asked: Question, about: str, block: bytes | None) -> dict[str, Any]:
        if about == passbooks.NAME:
            told = passbooks.opened(self, asked, block)
            return {"reason": told.reason} if isinstance(told, Refused) else {"fields": told}
        desk, standing = desks.ASKED.get(about), self.ledger.standing(asked.name, 0)
        if desk is None or standing is None or standing.blocked:
            return {"reason": "declined"}
        if block is not None:
            right, _ = self._try_pin(standing, asked.name, asked.message, asked.card, block)
            asked = replace(asked, pin_right=right)
        said = desk(self, asked)
        if about in desks.SERVICES and not asked.fields:
            # A question without wishes is how a service begins.
            usual.used(self.ledger, asked.name, about)
        return {"reason": said.reason} if isinstance(said, Refused) else {"fields": said}

    def _said_before(
        self, txid: str, digest: str, origin: Origin
    ) -> ev.Approved | ev.Declined | None:
        """The stored answer of a txid, or the refusal of a trace number that was used before."""
        self.changes += 1
        known = self.ledger.operation(txid)
        if known is not None:
            return self._stored(txid, known, digest)
        era = self.ledger.era(origin.terminal) if origin.terminal else 0
        if origin.terminal and self.ledger.trace_known(
            origin.terminal, era, origin.date, origin.stan
        ):
            self.ledger.alarm(f"{txid}: trace number {origin.stan} was used before")
            return ev.Declined(txid, DUPLICATE, "declined")
        return None

    def _add(self, txid: str, new: Operation, digest: str, origin: Origin) -> None:
        era = self.ledger.era(origin.terminal) if origin.terminal else 0
        row = replace(
            new,
            digest=digest,
            terminal=origin.terminal,
            date=origin.date,
            stan=origin.stan,
            era=era,
        )
        self.ledger.add(txid, row)

    def _ordered(
        self, txid: str, name: str, card: Card, order: Order, block: bytes, day: int
    ) -> tuple[Operation, Payable | None]:
        """The new row with its answer, and whom it pays."""
        standing, desk = self.ledger.standing(name, 0), desks.ORDERED.get(order.about)
        code, reason = self._refusal_of_order(standing, txid, name, card, order, block)
        named = replace(order, txid=txid)
        payable = desk(self, name, named, day) if desk is not None and not reason else None
        if payable is None or isinstance(payable, Refused):
            answer = {"code": code or "05", "reason": reason or "declined"}
            if isinstance(payable, Refused):
                answer["reason"] = payable.reason
            minor = max(0, order.amount.minor)
            return Operation(name, minor, answer, outcome="declined", day=day), None
        token = hashlib.sha256(f"token {txid}".encode()).hexdigest()[:24]
        minor = order.amount.minor
        answer = {"code": "00", "approval": token[:6].upper(), "token": token, "instruction": "1"}
        answer |= {f"field.{key}": value for key, value in payable.fields}
        return Operation(name, minor, answer, held=minor, day=day), payable

    def _refusal_of_order(
        self,
        standing: Standing | None,
        txid: str,
        name: str,
        card: Card,
        order: Order,
        block: bytes,
    ) -> tuple[str, str]:
        if standing is None:
            return "14", "card_unknown"
        if standing.blocked:
            return "75", "card_blocked"
        if order.amount.minor <= 0 or order.amount.currency != "CNY":
            return "13", "declined"
        if not self._try_pin(standing, name, txid, card, block)[0]:
            return "55", "declined"
        if order.amount.minor > standing.available:
            return "51", "insufficient"
        return "", ""

    def _stored(self, txid: str, known: Operation, digest: str) -> ev.Approved | ev.Declined:
        if known.digest not in ("", digest):
            self.ledger.alarm(f"{txid}: same id, other body")
            return ev.Declined(txid, DUPLICATE, "declined")
        return _answered(txid, known.answer)

    def _decided(
        self,
        txid: str,
        name: str,
        card: Card,
        amount: Amount,
        block: bytes,
        day: int,
        terms: ev.Fields,
    ) -> Operation:
        """The new row, with its answer."""
        standing = self.ledger.standing(name, day - DOUBTS_DAYS)
        code, reason = self._refusal(standing, txid, name, card, amount, block, day)
        fee = Amount(0) if reason else foreign.fee_agreed(name, amount, terms)
        held = amount if fee is None or reason else amount + fee
        if fee is None:
            code, reason = "57", foreign.CHANGED
        elif not reason and standing is not None and held.minor > standing.available:
            code, reason = "51", "insufficient"
        if reason:
            answer = {"code": code, "reason": reason}
            return Operation(name, max(0, amount.minor), answer, outcome="declined", day=day)
        token = hashlib.sha256(f"token {txid}".encode()).hexdigest()[:24]
        answer = {"code": "00", "approval": token[:6].upper(), "token": token}
        if fee:
            answer |= dict(terms)
        return Operation(name, held.minor, answer, held=held.minor, day=day)

    def _refusal(
        self,
        standing: Standing | None,
        txid: str,
        name: str,
        card: Card,
        amount: Amount,
        block: bytes,
        day: int,
    ) -> tuple[str, str]:
        if standing is None:
            return "14", "card_unknown"
        if standing.blocked:
            return "75", "card_blocked"
        if amount.minor <= 0 or amount.currency != "CNY":
            return "13", "declined"
        if not self._try_pin(standing, name, txid, card, block)[0]:
            return "55", "declined"
        if self.doubts_max is not None and standing.doubts >= self.doubts_max:
            return "57", "declined"
        if amount.minor > standing.available:
            return "51", "insufficient"
        if standing.drawn_by(day) + amount.minor > standing.day_limit:
            return "61", "over_limit"
        return "", ""

    def complete(
        self, txid: str, amount: Amount, basis: str = "", origin: Origin = NOWHERE
    ) -> None:
        """FINAL with money: post at most the hold, free the rest. The first outcome stays."""
        with self.ledger:
            self.changes += 1
            known = self.ledger.operation(txid)
            if known is None:
                self._book_unknown(txid, amount.minor, basis, origin)
            elif _is_open(known, basis) or known.outcome == "declined":
                self._charge(txid, known, amount.minor, basis)
            elif (known.outcome, known.stated) != ("final", amount.minor):
                self.ledger.alarm(f"{txid}: second outcome")

    def _book_unknown(self, txid: str, amount: int, basis: str, origin: Origin) -> None:
        """This bank has forgotten the hold (it came back from an old backup)."""
        self.ledger.alarm(f"{txid}: completion of an operation that is not known here")
        self.ledger.add(
            txid,
            _unknown(origin, self._day(origin), SUSPENSE, amount, "final", basis),
        )
        self.ledger.post(txid, SUSPENSE, CASH, amount)

    def _charge(self, txid: str, known: Operation, amount: int, basis: str) -> None:
        """Post what the hold covers to the customer, and what it does not to nobody. A fee is due where all
        that was asked for came out, and nobody is in doubt about it."""
        stands_in = known.account == SUSPENSE
        fee = _fee_held(known)
        charge = amount if stands_in else max(0, min(amount, known.held - fee))
        due = fee if charge == known.cash else 0
        if amount > charge:
            declined = known.outcome == "declined"
            why = "completion without approval" if declined else "completion above the hold"
            self.ledger.alarm(f"{txid}: {why}")
            self.ledger.post(txid, SUSPENSE, CASH, amount - charge)
        if charge:
            self.ledger.post(txid, known.account, self._paid_to(txid), charge)
        if due:
            self.ledger.post(txid, known.account, FEES, due)
        self._undraw(known, known.held - fee - charge)
        ended = replace(known, held=0, outcome="final", stated=amount, basis=basis)
        self.ledger.end(txid, known, replace(ended, posted=charge + due))

    def _paid_to(self, txid: str) -> str:
        """The account that a completed operation credits: the cash in machines, a payee, or the money in
        transit until it is due."""
        order = self.ledger.instruction(txid)
        if order is None:
            return CASH
        waits = order.due > 0
        self.ledger.set_instruction_state(txid, "waiting" if waits else "paid")
        return TRANSIT if waits else order.to

    def receive(self, txid: str, name: str, about: str, day: int) -> bool:
        """Open an operation that may end in a credit to this customer: nothing is booked. False if that
        txid is known already, be it for a reversal that came first."""
        if self.ledger.operation(txid) is not None:
            return False
        answer = {"code": "00", "receives": about}
        self.ledger.add(txid, Operation(name, 0, answer, day=day))
        return True

    def credit(self, txid: str, amount: Amount, basis: str = "", origin: Origin = NOWHERE) -> None:
        """FINAL of notes that are in a machine: post them to the account that was asked about. One that is
        not known here (this bank came back from an old backup) is booked to nobody, and people are told."""
        with self.ledger:
            self.changes += 1
            known = self.ledger.operation(txid)
            if known is None:
                self.ledger.alarm(f"{txid}: credit of an operation that is not known here")
                row = _unknown(origin, self._day(origin), SUSPENSE, 0, "final", basis)
                self.ledger.add(txid, replace(row, posted=-amount.minor, stated=amount.minor))
                self.ledger.post(txid, CASH, SUSPENSE, amount.minor)
            elif _receives(known) and _is_open(known, basis):
                self.ledger.post(txid, CASH, known.account, amount.minor)
                ended = replace(known, outcome="final", posted=-amount.minor, stated=amount.minor)
                self.ledger.end(txid, known, replace(ended, basis=basis))
            elif (known.outcome, known.stated) != ("final", amount.minor):
                self.ledger.alarm(f"{txid}: second outcome")

    def reverse(self, txid: str, basis: str = "", origin: Origin = NOWHERE) -> None:
        """FINAL 0: free the hold. An unknown txid leaves a tombstone."""
        with self.ledger:
            self.changes += 1
            known = self.ledger.operation(txid)
            if known is None:
                self.ledger.add(
                    txid, _unknown(origin, self._day(origin), "", 0, "tombstone", basis)
                )
            elif _is_open(known, basis):
                self._undraw(known, known.held - _fee_held(known))
                self.ledger.end(
                    txid, known, replace(known, held=0, outcome="reversed", basis=basis)
                )
                if basis in STACKED_BASES:
                    self.ledger.add_doubt(txid, known.account, known.day)
            elif known.outcome in ("final", "suspect"):
                self.ledger.alarm(f"{txid}: second outcome")

    def cancel(self, txid: str, basis: str = "", origin: Origin = NOWHERE) -> None:
        """Its customer was told that an order which waits is cancelled. What was never completed here is
        reversed."""
        known = self.ledger.operation(txid)
        if known is None or known.outcome != "final":
            return self.reverse(txid, basis, origin)
        with self.ledger:
            self.changes += 1
            transit.take_back(self, txid, known, basis)

    def suspect(
        self, txid: str, basis: str = "", origin: Origin = NOWHERE, amount: int | None = None
    ) -> None:
        """Keep what is in doubt on hold, charge nothing: people count. `amount` is how much that is, all
        if left away; what certainly did not leave the machine is free again, and so is a fee."""
        with self.ledger:
            self.changes += 1
            known = self.ledger.operation(txid)
            if known is None:
                self.ledger.alarm(f"{txid}: suspect, and not known here")
                row = _unknown(origin, self._day(origin), SUSPENSE, 0, "suspect", basis)
                self.ledger.add(txid, row)
            elif not known.outcome:
                cash = known.held - _fee_held(known)
                kept = cash if amount is None else min(cash, amount)
                self._undraw(known, cash - kept)
                ended = replace(known, held=kept, outcome="suspect", basis=basis)
                self.ledger.end(txid, known, ended)
                if not _receives(known):
                    self.ledger.add_doubt(txid, known.account, known.day)
            elif known.outcome != "suspect" and known.basis != SETTLED_BASIS:
                self.ledger.alarm(f"{txid}: second outcome")

    def decide(self, txid: str, received: int, by: str) -> bool:
        """Two people have found out what the customer of a suspect operation got: minor units, 0 for
        nothing. False if there is no such operation, or not so much on hold."""
        known = self.ledger.operation(txid)
        if known is None or known.outcome != "suspect":
            return False
        receives = _receives(known)
        if not 0 <= received <= (RECEIVED_MAX.minor if receives else known.held):
            return False
        if received and receives:
            self.credit(txid, Amount(received), SETTLED_BASIS)
        elif received:
            self.complete(txid, Amount(received), SETTLED_BASIS)
        else:
            self.reverse(txid, SETTLED_BASIS)
        self.alarm(f"{txid}: {received} decided by {by}")
        return True

    def reconcile(self, last: LastOperation) -> None:
        """What a later message says of the operation before it. Books nothing: an outcome that was
        never told is remembered, one that contradicts what is known is an alarm."""
        known = self.ledger.operation(last.txid)
        if known is None or not last.ending or known.outcome == "suspect":
            return
        if known.outcome:
            if not _agrees(known, last.ending):
                self.alarm(f"{last.txid}: said to be {last.ending}, known as {known.outcome}")
        elif known.reported != last.ending:
            with self.ledger:
                self.changes += 1
                self.ledger.end(last.txid, known, replace(known, reported=last.ending))

    def _undraw(self, known: Operation, amount: int) -> None:
        """Only cash counts towards the day's limit of cash."""
        if amount and "instruction" not in known.answer:
            self.ledger.draw(known.account, -amount, known.day)

    def _day(self, origin: Origin) -> int:
        if self._clock is None:
            return _ordinal(origin.date)
        return date.fromisoformat(self._clock.utc()[:10]).toordinal()

    def today(self) -> int:
        """The bank's day as an ordinal; 0 without a clock."""
        return self._day(NOWHERE)

    def instant(self) -> datetime:
        """What time it is at the bank; without a clock the first second of the stories' year."""
        if self._clock is None:
            return datetime(self.year, 1, 1, tzinfo=UTC)
        return datetime.fromisoformat(self._clock.utc())

    def settle_due(self) -> None:
        """Pay everybody whose money is due: called whenever the bank hears anything."""
        first = self.ledger.next_due()
        if first is not None and first <= self.instant().timestamp():
            with self.ledger:
                self.changes += 1
                transit.pay_due(self)

    def follow(self, clock: Clock) -> None:
        """From now on today is what this clock says."""
        self._clock = clock

    # --- what can be asked ---------------------------------------------------------------------

    def operation(self, txid: str) -> Operation | None:
        """One operation, without looking through the others."""
        return self.ledger.operation(txid)

    def available(self, name: str) -> int:
        """What a customer can still draw, holds taken off, in minor units."""
        return self.ledger.available(name)

    def balance(self, name: str) -> int:
        """What is booked on a customer's account, in minor units."""
        return self.ledger.balance(name)

    def charged(self, name: str) -> int:
        """What operations took from a customer's account, in minor units."""
        return self.ledger.charged(name)

    def held(self) -> int:
        """What is on hold on all accounts, in minor units."""
        return self.ledger.held_by_all()

    @property
    def postings(self) -> list[Posting]:
        """What operations posted, oldest first."""
        return self.ledger.postings()

    @property
    def alarms(self) -> list[str]:
        """What people should look at, oldest first."""
        return self.ledger.alarms()

    def audit(self) -> list[str]:
        """What does not add up, in words; empty if all is well."""
        return self.ledger.audit()

    # --- terminals -------------------------------------------------------------------------------

    def alarm(self, text: str) -> None:
        """Tell people, once."""
        self.changes += 1
        self.ledger.alarm(text)

    def checkpoint(self, terminal: str) -> Checkpoint | None:
        """The newest place in that terminal's record that is known here."""
        return self.ledger.checkpoint(terminal)

    def keep_checkpoint(self, terminal: str, seen: Checkpoint) -> None:
        """Keep it if it is newer. The same place with another hash is an alarm."""
        kept = self.ledger.checkpoint(terminal)
        if kept is not None and kept.seq == seen.seq and kept.hash != seen.hash:
            self.alarm(f"{terminal}: row {seen.seq} of its record has changed")
        elif kept is None or seen.seq > kept.seq:
            self.changes += 1
            self.ledger.keep_checkpoint(terminal, seen)

    def forget(self, terminal: str, by: str) -> None:
        """People accept that this terminal begins a new record; their name is kept."""
        with self.ledger:
            self.changes += 1
            self.ledger.begin_era(terminal)
            era = self.ledger.era(terminal)
            self.ledger.alarm(f"{terminal}: new record {era} accepted by {by}")

    # --- outliving the terminal ----------------------------------------------------------------

    def snapshot(self) -> dict[str, Any]:
        """Everything that changes, as JSON can carry it. No PIN and no birth year is in it."""
        return self.ledger.snapshot()

    def restore(self, state: Mapping[str, Any]) -> None:
        """The ledger as it was. Raises KeyError for a customer that is not one of ours."""
        self.changes += 1
        self.ledger.restore(state, self._people)


class Account:
    """One customer as the ledger knows them now. Reading asks it; writing is what staff may do: a new
    balance is booked against the capital, the rest is set."""

    __slots__ = ("_bank", "_name", "_who")

    def __init__(self, bank: Bank, name: str, who: Customer) -> None:
        self._bank, self._name, self._who = bank, name, who

    @property
    def born(self) -> int:
        return self._who.born

    @property
    def pin(self) -> str:
        return self._who.pin

    @property
    def preference(self) -> str | None:
        return self._who.preference

    @property
    def balance(self) -> int:
        return self._bank.ledger.balance(self._name)

    @balance.setter
    def balance(self, minor: int) -> None:
        self._bank.changes += 1
        self._bank.ledger.set_balance(self._name, minor)

    @property
    def day_limit(self) -> int:
        return self._get("day_limit")

    @day_limit.setter
    def day_limit(self, minor: int) -> None:
        self._set("day_limit", minor)

    @property
    def tries_left(self) -> int:
        return self._get("tries_left")

    @tries_left.setter
    def tries_left(self, left: int) -> None:
        self._set("tries_left", left)

    @property
    def blocked(self) -> bool:
        return bool(self._get("blocked"))

    @blocked.setter
    def blocked(self, blocked: bool) -> None:
        self._set("blocked", blocked)

    @property
    def drawn_today(self) -> int:
        return self._get("drawn_today")

    @drawn_today.setter
    def drawn_today(self, minor: int) -> None:
        self._set("drawn_today", minor)

    def values(self) -> Customer:
        """All of it at this moment."""
        changed = {key: getattr(self, key) for key in (*CHANGING, "day_limit")}
        return Customer(**{**asdict(self._who), **changed})

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Account):
            return self.values() == other.values()
        return isinstance(other, Customer) and self.values() == other

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Account({self._name})"

    def _get(self, column: str) -> int:
        return self._bank.ledger.customer_value(self._name, column)

    def _set(self, column: str, value: int) -> None:
        self._bank.changes += 1
        self._bank.ledger.set_customer_value(self._name, column, value)


class Customers(Mapping[str, Account]):
    """The customers by card name."""

    def __init__(self, bank: Bank, people: Mapping[str, Customer]) -> None:
        self._all = {name: Account(bank, name, who) for name, who in people.items()}

    def __getitem__(self, name: str) -> Account:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


class Operations(Mapping[str, Operation]):
    """The operations by txid, read when they are asked for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __getitem__(self, txid: str) -> Operation:
        found = self._ledger.operation(txid)
        if found is None:
            raise KeyError(txid)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter([txid for txid, _ in self._ledger.operations()])

    def __len__(self) -> int:
        return self._ledger.operation_count()

    def values(self) -> Any:
        """All rows, read at once."""
        return [operation for _, operation in self._ledger.operations()]

    def items(self) -> Any:
        """All rows by txid, read at once."""
        return list(self._ledger.operations())


def _is_open(known: Operation, basis: str) -> bool:
    """Whether an outcome may still be booked: there is none, or people counted a suspect one."""
    return not known.outcome or (known.outcome == "suspect" and basis == SETTLED_BASIS)


def _fee_held(known: Operation) -> int:
    """How much of what is on hold is a fee."""
    return known.fee if known.held and not known.outcome else 0


def _receives(known: Operation) -> bool:
    """Whether an operation may end in a credit: one that a deposit opened, or one that is known here only
    from what became of it."""
    return "receives" in known.answer or known.account == SUSPENSE


_ENDINGS: Final[Mapping[str, frozenset[str]]] = {
    "final": frozenset({"completed"}),
    "reversed": frozenset({"reversed"}),
    "declined": frozenset({"reversed"}),
    "tombstone": frozenset({"reversed"}),
}


def _agrees(known: Operation, ending: Ending) -> bool:
    """Whether a terminal may say this of an operation that ended so. One that people settled was
    suspect to the terminal."""
    return ending in _ENDINGS[known.outcome] or (
        ending == "suspect" and known.basis == SETTLED_BASIS
    )


def _unknown(
    origin: Origin, day: int, account: str, amount: int, outcome: Any, basis: str
) -> Operation:
    """The row of an advice whose request never came here. A request that comes later is declined."""
    answer = {"code": "12", "reason": "declined"}
    posted = amount if outcome == "final" else 0
    return Operation(
        *(account, amount, answer, 0, outcome, posted, posted, basis),
        terminal=origin.terminal,
        date=origin.date,
        stan=origin.stan,
        day=day,
    )


def _answered(txid: str, answer: Mapping[str, str]) -> ev.Approved | ev.Declined:
    if "reason" in answer:
        return ev.Declined(txid, answer["code"], answer["reason"])
    said = ((key, value) for key, value in answer.items() if key.startswith("field."))
    fields = tuple((key.removeprefix("field."), value) for key, value in said)
    return ev.Approved(txid, answer["approval"], answer["token"], fields=fields)


def _digest(name: str, amount: Amount, origin: Origin, order: str = "") -> str:
    """What makes two requests of one txid the same: everything but the PIN block, which is kept
    nowhere, and what the line adds."""
    told = f"{name}|{amount.minor}|{amount.currency}|{origin.terminal}|{origin.stan}|{origin.date}"
    told = f"{told}|{order}" if order else told
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def is_day(month_day: str) -> bool:
    """Whether there is such a day as this MMDD."""
    try:
        return _ordinal(month_day) > 0
    except ValueError:
        return False


@lru_cache(maxsize=512)
def _ordinal(month_day: str) -> int:
    """The day of an MMDD; 0 for none. Raises ValueError if there is no such day."""
    if not month_day:
        return 0
    return date(CALENDAR_YEAR, int(month_day[:2]), int(month_day[2:])).toordinal()
