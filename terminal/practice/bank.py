"""What the play bank says, as plain values: a function for each question or order that has to be answered with
something. Nothing of it comes from the machine's bank; names, numbers, sums and days are made up here, and the
coach says so where somebody could take them for their own.

A play bank keeps nothing: whatever is ordered, the next question is answered as before.
"""

from collections.abc import Callable, Mapping
from typing import Final

from terminal.events import Fields

Says = Callable[[Mapping[str, str]], Fields]
"""What the play bank says to the fields of a question or of an order."""

TODAY: Final = "2026-03-02"
AT: Final = f"{TODAY}T10:00:00+08:00"
"""The core has no calendar, so the practice has a day of its own: a Monday on which every rule holds."""

USUAL: Final = "90.100000.1;60.100000.1;30.100000.1"
"""Three earlier transfers of 1,000 yuan to the same payee: to such a one nobody is asked anything."""

KNOWN: Final[Mapping[str, tuple[str, str]]] = {
    "play1": ("李*红", "6217 **** **** 0026"),
    "play2": ("张*", "6217 **** **** 0018"),
}
"""Payees who were paid before, by the play bank's reference: masked name and account."""

AGREED: Final = "5000000.20.200000000"
"""What was agreed for a day, how often, and for a year: 50,000 yuan, so that nothing is due to be signed (CN-05).
A signature has no room beside the strip of a practice on the lowest glass in the largest type."""

ANYBODY: Final = "高*"
"""Whoever has the account number that was typed."""


def nothing(asked: Mapping[str, str]) -> Fields:
    """Yes, and nothing beside it."""
    return ()


def token(asked: Mapping[str, str]) -> Fields:
    """An exchange is agreed to."""
    return (("token", "play"),)


def payees(asked: Mapping[str, str]) -> Fields:
    """Whom the play customer has paid before."""
    known = (f"{ref}|{name}|{account[-4:]}" for ref, (name, account) in KNOWN.items())
    return (("payees", ";".join(known)),)


def payee(asked: Mapping[str, str]) -> Fields:
    """Who has this account: one of those, or somebody new for any number."""
    to = asked.get("to", "")
    name, account = KNOWN.get(to, (ANYBODY, f"{to[:4]} **** **** {to[-4:]}"))
    return (
        ("ref", to if to in KNOWN else "new"),
        ("name", name),
        ("account", account),
        ("bank", "练习银行"),
        ("kind", "other"),
        ("at", AT),
        ("sent", "0.0.0.0.0"),
        ("agreed", AGREED),
        ("history", USUAL if to in KNOWN else ""),
    )


def transfer(asked: Mapping[str, str]) -> Fields:
    """Accepted as it was read back."""
    due = asked.get("due", AT)
    return ("due", due), ("cancel_until", "" if asked.get("arrival") == "real_time" else due)


def bill(asked: Mapping[str, str]) -> Fields:
    """The same bill for every number."""
    return (
        ("name", "李*红"),
        ("amount", "8650"),
        ("first_day", "2026-02-01"),
        ("last_day", "2026-02-28"),
    )


def balance(asked: Mapping[str, str]) -> Fields:
    """A play account with a few entries."""
    entries = (
        f"{TODAY}|-20000|withdrawal",
        "2026-02-25|310000|pension_in",
        "2026-02-13|-8650|bills",
    )
    return ("booked", "326580"), ("available", "326580"), ("entries", ";".join(entries))
