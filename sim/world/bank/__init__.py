"""The bank: its book (`ledger`), its decisions (`rules`), its customers, and its end of the line
(`server`). It outlives every terminal."""

from sim.world.bank.customers import (
    CUSTOMERS,
    DAY_LIMIT,
    PIN_TRIES,
    STORY_YEAR,
    Customer,
    age_band,
    name_of,
)
from sim.world.bank.desks import SERVICES
from sim.world.bank.ledger import (
    CAPITAL,
    CASH,
    SUSPENSE,
    Ledger,
    LedgerBroken,
    LedgerError,
    LedgerInUse,
    Operation,
    Posting,
)
from sim.world.bank.rules import CHANGING, NOWHERE, Bank, Origin

__all__ = [
    "CAPITAL",
    "CASH",
    "CHANGING",
    "CUSTOMERS",
    "DAY_LIMIT",
    "NOWHERE",
    "PIN_TRIES",
    "SERVICES",
    "STORY_YEAR",
    "SUSPENSE",
    "Bank",
    "Customer",
    "Ledger",
    "LedgerBroken",
    "LedgerError",
    "LedgerInUse",
    "Operation",
    "Origin",
    "Posting",
    "age_band",
    "name_of",
]
