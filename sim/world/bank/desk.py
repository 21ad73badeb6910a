"""What is asked of the bank beside cash: a question that moves nothing, or an order to pay somebody.

Each service has a desk in `desks/`: a function that answers a `Question`, and one that says whether an
`Order` may be carried out and which account it pays (`Payable`). Desks read and write the ledger through
the `Bank`; stored answers, holds, PINs and trace numbers are not their business but the rules'.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from terminal.card import Card
from terminal.events import Fields
from terminal.money import Amount

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank


@dataclass(frozen=True, slots=True)
class Question:
    """Something asked for a customer: `name` is theirs at the bank, `day` the bank's day as an ordinal.
    `pin_right` says whether the PIN that came with it was theirs, None if none came; `new_pin` are the blocks of
    a PIN that shall take its place."""

    message: str
    name: str
    card: Card
    fields: Mapping[str, str]
    day: int
    pin_right: bool | None = None
    new_pin: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What an `Instruct` orders; `txid` is its own, where a desk is asked."""

    about: str
    amount: Amount
    fields: Fields
    txid: str = ""


@dataclass(frozen=True, slots=True)
class Payable:
    """An order that may be carried out: the account that gets the money when the terminal confirms it, and
    what the bank says of it. `due` is the second (UTC, since 1970) from which the payee has it, 0 for at
    once."""

    to: str
    fields: Fields = ()
    due: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """Not done; `reason` is one of the words of the service's own texts."""

    reason: str


def today(bank: "Bank") -> date:
    """The bank's day; the first Monday of the stories' year where it has no clock."""
    return date.fromordinal(bank.today() or date(bank.year, 1, 5).toordinal())
