"""What a customer has done before, as far as the rules ask: amounts, days and opaque payee references.

The bank hands it over for the card in the machine and it ends with the visit. A payee is a reference
that only the bank can read, never a name or an account number, so nothing here needs a mask.

What follows from it is `signals.py` (usual or not) and `transfers.py` (sums of a day).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from terminal.money import Amount

PayeeKind = Literal["own_same_bank", "own_other_bank", "other"]
"""Whose account the money goes to: the customer's own at this bank, the customer's own at another
(by the bank's name check, never by what is typed), or another person's."""

Kind = Literal["withdrawal", "transfer"]

DAYS_KEPT: Final = 12
"""How many earlier days with a withdrawal or transfer say what is usual: a year of a monthly one."""


@dataclass(frozen=True, slots=True)
class Past:
    """One thing done before: `day` is local, `payee` the bank's reference for a transfer."""

    kind: Kind
    day: date
    amount: Amount
    payee: str = ""
    payee_kind: PayeeKind = "other"


History = tuple[Past, ...]
"""In any order. May hold what was done earlier today."""


def of_kind(history: Iterable[Past], kind: Kind) -> History:
    """Only the withdrawals, or only the transfers."""
    return tuple(past for past in history if past.kind == kind)


def to_payee(history: Iterable[Past], payee: str) -> History:
    """The transfers to this payee."""
    return tuple(past for past in of_kind(history, "transfer") if past.payee == payee)


def on_day(history: Iterable[Past], day: date) -> History:
    """What was done on that day."""
    return tuple(past for past in history if past.day == day)


def before(history: Iterable[Past], day: date) -> History:
    """What was done before that day."""
    return tuple(past for past in history if past.day < day)


def summed(history: Iterable[Past]) -> Amount:
    """The sum; no yuan for nothing."""
    return sum((past.amount for past in history), start=Amount(0))


def recent_day_sums(history: Iterable[Past]) -> tuple[Amount, ...]:
    """The sums of the last `DAYS_KEPT` days on which anything was done, oldest first."""
    days: dict[date, Amount] = defaultdict(lambda: Amount(0))
    for past in history:
        days[past.day] += past.amount
    return tuple(days[day] for day in sorted(days)[-DAYS_KEPT:])
