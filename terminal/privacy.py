"""Who may hear what: every value that a sentence can name has a privacy class (accessibility.md PRV-01).

P0 is public, P1 personal (a name, an amount that was asked for), P2 financial (a balance, a card's number),
P3 secret (a PIN). A loudspeaker has neighbours and says P0; P1 only after the customer pressed "read it to
me", on that screen; a headset says P0 to P2; P3 is a tone, everywhere.
"""

from collections.abc import Mapping
from typing import Literal

Privacy = Literal["P0", "P1", "P2", "P3"]

Output = Literal["loudspeaker", "headset"]
"""A way out for sound."""

Channel = Literal["loudspeaker", "aloud", "headset"]
"""What may be said: `aloud` is the loudspeaker after "read it to me"."""

ALLOWED: Mapping[Channel, tuple[Privacy, ...]] = {
    "loudspeaker": ("P0",),
    "aloud": ("P0", "P1"),
    "headset": ("P0", "P1", "P2"),
}
"""What each channel may carry. P3 has no channel: it is a tone."""

VALUE_PRIVACY: Mapping[str, Privacy] = {
    "left": "P0",
    "level": "P0",
    "key": "P0",
    "label": "P0",
    "hour": "P0",
    "position": "P0",
    "bank_line": "P0",
    "regulator": "P0",
    "central_bank": "P0",
    "fraud_line": "P0",
    "police": "P0",
    "amount": "P1",
    "asked": "P1",
    "payee": "P1",
    "day": "P1",
    "minute": "P1",
    "number": "P0",
    "of": "P0",
    "most": "P1",
    "back": "P1",
    "mix": "P1",
    "notes": "P1",
    "sheets": "P1",
    "reference": "P1",
    "open": "P0",
    "own": "P1",
    "financial": "P2",
    "typed": "P2",
    "first_day": "P1",
    "last_day": "P1",
    "fee": "P1",
    "total": "P1",
    "figures": "P1",
    "whole": "P1",
    "decimals": "P1",
    "last4": "P2",
    "digits": "P3",
}
"""The class of each value by name. A name that is not here counts as P2."""

UNKNOWN: Privacy = "P2"


def privacy_of(name: str) -> Privacy:
    """The class of the value called `name`."""
    return VALUE_PRIVACY.get(name, UNKNOWN)


def output_of(channel: Channel) -> Output:
    """The way out that carries a channel."""
    return "headset" if channel == "headset" else "loudspeaker"
