"""Whom the demonstration's customers pay: accounts here and at other banks, and what was paid before.

Every number is nobody's. What leaves the bank is a reference, a masked name and a masked number. The days
before are counted back from today, so that a demonstration never grows old; what is really transferred is
in the ledger and comes on top.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sim.world.bank.customers import RESIDENTS
from sim.world.bank.ledger import OTHER_BANKS, SAVINGS
from sim.world.cards import CARDS
from terminal.money import yuan
from terminal.rules.history import PayeeKind
from terminal.rules.transfers import Agreed

HOME: Final = "本行"
"""The name of this bank on its own screens."""

EAST: Final = "东城银行"
RIVER: Final = "江南银行"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody's account: `to` is what the ledger books it to, `owner` a customer here if it is theirs
    whatever bank it is at; `listed` if it is on the watch list."""

    number: str
    name: str
    bank: str = EAST
    to: str = OTHER_BANKS
    owner: str = ""
    listed: bool = False

    @property
    def ref(self) -> str:
        """The bank's reference, which says nothing to anybody else."""
        return hashlib.sha256(f"payee {self.number}".encode()).hexdigest()[:12]

    @property
    def masked_name(self) -> str:
        """The first sign, and the last of three (PRV-03)."""
        return f"{self.name[0]}*{self.name[-1] if len(self.name) > 2 else ''}"

    @property
    def masked_number(self) -> str:
        """The first and the last four digits (PRV-03)."""
        return f"{self.number[:4]} **** **** {self.number[-4:]}"

    def kind(self, customer: str) -> PayeeKind:
        """Whose it is, seen from this customer."""
        if self.owner != customer:
            return "other"
        return "own_same_bank" if self.bank == HOME else "own_other_bank"


def _here(name: str) -> Account:
    card = CARDS[name]
    return Account(card.pan, card.label_zh, HOME, to=name, owner=name)


SON = Account("6217000010000000018", "张伟")
DAUGHTER = Account("6217000010000000026", "李小红", RIVER)
LANDLORD = Account("6225000020000000034", "赵明", RIVER)
SHOP = Account("6225000020000000042", "周大民")
LIN_SAVINGS = Account("6228480000000009117", "林晓雯", HOME, SAVINGS, "lin")
LIN_ELSEWHERE = Account("6217000010000000117", "林晓雯", EAST, OTHER_BANKS, "lin")
NEW = Account("6225000020000000059", "高天")
"""Nobody's known payee: an account that can be typed."""

LISTED = Account("6230000000000009999", "方正", RIVER, listed=True)
"""On the watch list."""

ACCOUNTS: Final[Mapping[str, Account]] = {
    one.number: one
    for one in (
        *(_here(name) for name in RESIDENTS),
        *(SON, DAUGHTER, LANDLORD, SHOP, LIN_SAVINGS, LIN_ELSEWHERE, NEW, LISTED),
    )
}
"""By number."""

BY_REF: Final[Mapping[str, Account]] = {one.ref: one for one in ACCOUNTS.values()}


@dataclass(frozen=True, slots=True)
class Paid:
    """A payee known before this ledger began: amounts in yuan, one each `apart` days, the latest first."""

    to: Account
    yuan: tuple[int, ...]
    apart: int = 30

    def past(self) -> tuple[tuple[int, int], ...]:
        """Days ago and minor units of each."""
        return tuple(
            (self.apart * back, yuan(amount).minor)
            for back, amount in enumerate(self.yuan, start=1)
        )


KNOWN: Final[Mapping[str, tuple[Paid, ...]]] = {
    "lin": (
        Paid(LANDLORD, (3_000,) * 6),
        Paid(_here("chen"), (500, 500, 800)),
        Paid(LIN_SAVINGS, (1_000,)),
        Paid(LIN_ELSEWHERE, (2_000, 1_000)),
    ),
    "chen": (Paid(SON, (1_000,) * 6), Paid(DAUGHTER, (300, 200))),
    "zhou": (Paid(DAUGHTER, (600, 600, 600)),),
    "li": (Paid(SON, (2_000,) * 4), Paid(SHOP, (200, 180, 220), 7)),
    "he": (Paid(SHOP, (900, 1_200)), Paid(_here("su"), (300,))),
}
"""Whom these customers have paid. The others have paid nobody yet."""

AGREED: Final = Agreed(yuan(500_000), 20, yuan(5_000_000))
"""What most contracts say of transfers to others (CN-06: by agreement; the numbers are ours)."""

CONTRACTS: Final[Mapping[str, Agreed | None]] = {
    "wang": None,
    "ma": Agreed(yuan(2_000), 3, yuan(20_000)),
}
"""Where a contract says something else: nothing was agreed, or little."""


def agreed_of(customer: str) -> Agreed | None:
    """What this customer's contract says."""
    return CONTRACTS.get(customer, AGREED)
