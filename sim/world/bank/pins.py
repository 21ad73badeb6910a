"""PINs that customers chose at a machine: which the bank accepts, and how it keeps one.

What is kept is no PIN but a value that a PIN can be compared with: an HMAC under a key of the bank over a
random salt and the digits (what a card scheme calls a PIN verification value). Six digits are soon tried
out by whoever has the key, so the key decides everything, and the one here is a demonstration key that
anybody may read. In a bank both the key and the comparison are inside a security module.

Digits come as a `bytearray` that its owner wipes; no `str` of a typed PIN is ever made.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final

TOPIC: Final = "pin"
"""Under this the ledger keeps the value of a customer who changed their PIN (`Ledger.kept`)."""

DEMO_PIN_KEY: Final = b"DEMONSTRATION ONLY, COMPARES PINS"

DIGITS: Final = 6
"""CN-16."""

SALT_BYTES: Final = 16

ZERO: Final = ord("0")
CARD_TAIL: Final = 6
"""Digits of the card's own number that must not be its PIN: they are printed on it."""

MONTHS: Final = range(1, 13)
DAYS: Final = range(1, 32)


def kept(typed: bytearray, salt: bytes = b"") -> dict[str, str]:
    """What to keep of a PIN, as JSON can carry it. `salt` is random unless given."""
    salt = salt or secrets.token_bytes(SALT_BYTES)
    value = hmac.new(DEMO_PIN_KEY, salt + typed, hashlib.sha256)
    return {"salt": salt.hex(), "value": value.hexdigest()}


def is_right(changed: Mapping[str, str] | None, first: str, typed: bytearray) -> bool:
    """Whether this is the PIN: the one that was chosen, else the `first` that the bank gave."""
    if changed is None:
        return hmac.compare_digest(first.encode(), typed)
    mine = kept(typed, bytes.fromhex(changed["salt"]))
    return hmac.compare_digest(mine["value"], changed["value"])


def weakness(typed: bytearray, born: int, pan: str) -> str:
    """Why the bank does not accept this PIN: `length`, `weak` for one digit or a row of digits, `birthday` for
    a date of the year the customer was born in, `card` for the end of the card's number; "" if it does."""
    if len(typed) != DIGITS:
        return "length"
    steps = {typed[at + 1] - typed[at] for at in range(DIGITS - 1)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        return "weak"
    if _is_date(typed, born):
        return "birthday"
    return "card" if hmac.compare_digest(pan[-CARD_TAIL:].encode(), typed) else ""


def _is_date(typed: bytearray, born: int) -> bool:
    """A day of that year as yymmdd or ddmmyy, or a month of it as yyyymm. The bank of this simulation knows
    the year and not the day, so that every day of the year is refused."""
    pairs = [(typed[at] - ZERO) * 10 + typed[at + 1] - ZERO for at in range(0, DIGITS, 2)]
    year = born % 100
    return (
        (pairs[0] == year and pairs[1] in MONTHS and pairs[2] in DAYS)
        or (pairs[2] == year and pairs[1] in MONTHS and pairs[0] in DAYS)
        or (pairs[0] * 100 + pairs[1] == born and pairs[2] in MONTHS)
    )
