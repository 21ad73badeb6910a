"""What is secret about a card, in types whose text is always masked.

A `Pan` shows its last four digits and nothing more; a `PinBlock` shows nothing. Masking is here, in
the types, so that a log or a screen cannot leak by forgetting.
"""

import hashlib
import hmac
from dataclasses import dataclass

from terminal.profile import Wishes


class Pan:
    """A card number. Its text is masked; `reveal` is for the wire, the pad and the bank only."""

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19):
            raise ValueError("a card number has 12 to 19 digits")
        self._digits = digits

    @property
    def last4(self) -> str:
        """The last four digits, which may be shown and recorded."""
        return self._digits[-4:]

    def reveal(self) -> str:
        """The whole number. Never to a log, a screen or the journal."""
        return self._digits

    def reference(self, key: bytes) -> str:
        """A keyed hash that names the account in the journal without telling the number."""
        return hmac.new(key, self._digits.encode(), hashlib.sha256).hexdigest()[:24]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pan) and self._digits == other._digits

    def __hash__(self) -> int:
        return hash(self._digits)

    def __repr__(self) -> str:
        return f"Pan(**** {self.last4})"

    __str__ = __repr__


def checks_out(digits: str) -> bool:
    """Whether these are digits of which the last is the check digit (ISO/IEC 7812-1)."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    doubled = (int(one) * (1 + place % 2) for place, one in enumerate(reversed(digits)))
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


class PinBlock:
    """An encrypted ISO 9564 format 4 block (16 bytes). Its text shows nothing."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        if len(data) != 16:
            raise ValueError("a format 4 PIN block has 16 bytes")
        self._data = bytes(data)

    def reveal(self) -> bytes:
        """The bytes, for the message to the bank and nothing else."""
        return self._data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PinBlock) and self._data == other._data

    def __hash__(self) -> int:
        return hash(self._data)

    def __repr__(self) -> str:
        return "PinBlock(****)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Card:
    """What the chip told: number, expiry as YYMM, preferred languages (tag 5F2D), the application's own
    name (tag 50), how its holder wants to be served (template 7F22), None if it does not say, and the
    currency of its account (tag 9F42) in letters (ISO 4217), "" if it does not say one that is known."""

    pan: Pan
    expiry: str
    languages: tuple[str, ...] = ()
    application: str = ""
    wishes: Wishes | None = None
    currency: str = ""
