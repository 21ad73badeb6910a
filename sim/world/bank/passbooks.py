"""Passbooks: which account a number belongs to, its own PIN, and its own counter of wrong ones.

A passbook is another way to the account of a card, and a lock of the one is none of the other: whoever photographs
a passbook and tries PINs locks the passbook, and its holder has the card and the counter. Nothing is said without
the PIN but that there is no such number: who typed a wrong one has to hear that, and a number alone opens nothing.

The counter is kept in the ledger; numbers and PINs are in this file and nowhere else.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.world.bank.customers import PIN_TRIES
from sim.world.bank.desk import Question, Refused
from sim.world.bank.desks import balance, pension
from sim.world.bank.ledger import Ledger
from sim.world.pin_block import read_pin_block, wipe
from terminal.card import Card
from terminal.events import Fields

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

NAME: Final = "passbook"
"""What is asked (`AskBank.about`), and under what the ledger keeps the tries that are left."""

PIN_WRONG: Final = "pin_wrong_"
LOCKED: Final = Refused("locked")
UNKNOWN: Final = Refused("unknown")


@dataclass(frozen=True, slots=True)
class Passbook:
    """One passbook: its number, with a check digit, and its PIN, which is not that of the card."""

    number: str
    pin: str


PASSBOOKS: Final[Mapping[str, Passbook]] = {
    "chen": Passbook("9012880000000218", "517203"),
    "zhou": Passbook("9012880000000416", "640925"),
    "lin": Passbook("9012880000000119", "382716"),
}
"""By the name of the account; two of them have a pension."""

NOBODYS: Final = "9012880000000994"
"""A number that could be one, and belongs to nobody."""

_OWNERS: Final = {one.number: name for name, one in PASSBOOKS.items()}


def owner_of(book: Card) -> str | None:
    """Whose passbook this is, by its number."""
    return _OWNERS.get(book.pan.reveal())


def tries_left(ledger: Ledger, name: str) -> int:
    """How many wrong PINs in a row it still bears; 0 is locked."""
    kept = ledger.kept(name, NAME)
    return PIN_TRIES if kept is None else int(kept)


def opened(bank: "Bank", asked: Question, block: bytes | None) -> Fields | Refused:
    """What is in the book, to whoever has its PIN. Called inside a transaction of the ledger."""
    book = PASSBOOKS.get(asked.name)
    if book is None:
        return UNKNOWN
    left = tries_left(bank.ledger, asked.name)
    if left <= 0:
        return LOCKED
    if block is None or not _is_right(book, asked, block):
        bank.ledger.keep(asked.name, NAME, left - 1)
        return LOCKED if left == 1 else Refused(f"{PIN_WRONG}{left - 1}")
    if left != PIN_TRIES:
        bank.ledger.keep(asked.name, NAME, PIN_TRIES)
    said = (_said(pension.pension(bank, asked)), _said(balance.balance(bank, asked)))
    return tuple({name: value for each in said for name, value in each}.items())


def _is_right(book: Passbook, asked: Question, block: bytes) -> bool:
    typed = read_pin_block(block, book.number, asked.message)
    if typed is None:
        return False
    try:
        return hmac.compare_digest(book.pin.encode(), typed)
    finally:
        wipe(typed)


def _said(answer: Fields | Refused) -> Fields:
    """The fields of an answer; who has no pension is told of none."""
    return () if isinstance(answer, Refused) else answer
