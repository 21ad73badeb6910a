"""A pointer as other hands move it. The same press at the same moment always lands at the same place."""

from dataclasses import dataclass
from hashlib import blake2b
from math import pi, sin, sqrt

from sim.senses.models import Hand

Point = tuple[float, float]

SECOND_AXIS = 1.13
"""The sway up and down is so much quicker than the one to the side, or the finger would run along a line."""


def swayed(hand: Hand, point: Point, seconds: float, px_per_mm: float) -> Point:
    """Where the finger is at this moment when it is held still at a point, in pixels."""
    if not hand.sway_mm:
        return point
    most = sqrt(2) * hand.sway_mm * px_per_mm
    turn = 2 * pi * hand.hz * seconds
    return point[0] + most * sin(turn), point[1] + most * sin(SECOND_AXIS * turn + pi / 3)


def landed(hand: Hand, point: Point, number: int, px_per_mm: float) -> Point:
    """Where the `number`th press is felt that was meant for this point, in pixels."""
    if not hand.spread_mm:
        return point
    digest = blake2b(f"{hand.name} {number}".encode(), digest_size=8).digest()
    parts = [int.from_bytes(digest[at : at + 4], "big") / 2**31 - 1.0 for at in (0, 4)]
    reach = hand.spread_mm * px_per_mm / sqrt(2)
    return point[0] + reach * parts[0], point[1] + reach * parts[1]


@dataclass(frozen=True, slots=True)
class Felt:
    """What the glass notices of one press: nothing, or it and the one that follows `again_after` seconds
    later (0 for none)."""

    felt: bool
    again_after: float = 0.0


def felt(hand: Hand, contact_seconds: float, number: int) -> Felt:
    """Whether the `number`th press, which lasted so long, is noticed, and whether it bounces."""
    if contact_seconds < hand.least_seconds:
        return Felt(False)
    bounces = bool(hand.bounce_every) and number % hand.bounce_every == 0
    return Felt(True, hand.bounce_seconds if bounces else 0.0)
