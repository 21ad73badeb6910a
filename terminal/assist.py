"""Which presentation this customer seems to need, from what has been observed, with reasons.

First cut: the age band and the preference saved with the bank (accessibility.md C1 ranks 3 and 4).
Weights are whole tenths of natural log-odds, so that the boundary cases of C3 are exact. The
customer's own choice outranks everything and is never touched here. No age and no score leaves this
module: the look carries only where its reason came from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from terminal.events import AgeBand
from terminal.session import Look

PRIOR_TENTHS = -11
"""p about 0.25: the share of people aged 60 and over, C3."""

AGE_TENTHS: Mapping[AgeBand, int] = {
    "under50": -15,
    "50to59": 0,
    "60to64": 20,
    "65to69": 28,
    "70to79": 33,
    "80plus": 40,
}

APPLY_TENTHS = 17
"""p of 0.85 or more, from verified age or better: apply."""

OFFER_TENTHS = 0

OFFERS_MAX = 2
"""Offers per visit in total, C3."""

Advice = Literal["apply", "offer", "nothing"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the bank may say before a PIN."""

    age_band: AgeBand | None = None
    preference: str | None = None


def score_tenths(age_band: AgeBand | None, behaviour_tenths: int = 0) -> int:
    """`L` of C3 in tenths; behaviour is clamped to 15 tenths either way."""
    age = AGE_TENTHS[age_band] if age_band is not None else 0
    return PRIOR_TENTHS + age + max(-15, min(15, behaviour_tenths))


def advice(age_band: AgeBand | None, behaviour_tenths: int = 0) -> Advice:
    """Apply, offer or nothing. Without a verified age the strongest advice is an offer."""
    score = score_tenths(age_band, behaviour_tenths)
    if score >= APPLY_TENTHS and age_band is not None:
        return "apply"
    return "offer" if score >= OFFER_TENTHS else "nothing"


def advised(look: Look, evidence: Evidence) -> Look:
    """The look after the bank has answered. A choice the customer has made stays."""
    if look.locked:
        return look
    match evidence.preference, advice(evidence.age_band):
        case "elder", _:
            return replace(look, profile="elder", reason="SAVED", said="saved")
        case "standard", _:
            return replace(look, profile="standard", reason="SAVED")
        case _, "apply":
            return replace(look, profile="elder", reason="RECORD", said="applied")
        case _, "offer" if look.offers_made < OFFERS_MAX:
            return replace(look, offer="look", offers_made=look.offers_made + 1)
        case _:
            return look
