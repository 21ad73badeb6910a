"""Where a finger really lands, for how long, and whether it lands twice; and which key it takes.

Pure: a persona, an aim and random numbers to a few motions on the glass. What the glass makes of them
is the business of `screens.touch`.
"""

import random
from dataclasses import dataclass
from math import exp
from typing import Literal

from sim.proof.personas.sources import Persona, common

NEIGHBOURS = {
    "1": "24",
    "2": "135",
    "3": "26",
    "4": "157",
    "5": "2468",
    "6": "359",
    "7": "48",
    "8": "5790",
    "9": "68",
    "0": "8",
}
"""The keys beside each digit of the pad."""


@dataclass(frozen=True, slots=True)
class Motion:
    """A finger comes down or is lifted, `after` seconds, in millimetres. `meant` is false for the
    second landing of a bounce."""

    after: float
    kind: Literal["down", "up"]
    x: float
    y: float
    meant: bool = True


def varied(rng: random.Random, median: float, spread: float | None = None) -> float:
    """A time from a skewed distribution with this median."""
    sigma = common("time_spread") if spread is None else spread
    return median * exp(rng.gauss(0.0, sigma))


def press(persona: Persona, middle: tuple[float, float], rng: random.Random) -> tuple[Motion, ...]:
    """One press aimed at `middle`: down and up, and sometimes down and up once more."""
    x = middle[0] + persona.aim_bias_mm + rng.gauss(0.0, persona.aim_sigma_mm)
    y = middle[1] + rng.gauss(0.0, persona.aim_sigma_mm)
    at = varied(rng, persona.contact_seconds)
    motions = [Motion(0.0, "down", x, y), Motion(at, "up", *_wander(persona, x, y, rng))]
    if rng.random() < persona.bounces:
        x, y = _wander(persona, x, y, rng)
        at += varied(rng, common("bounce_gap_seconds"), common("bounce_gap_spread"))
        motions.append(Motion(at, "down", x, y, meant=False))
        at += varied(rng, persona.contact_seconds)
        motions.append(Motion(at, "up", *_wander(persona, x, y, rng), meant=False))
    return tuple(motions)


def _wander(persona: Persona, x: float, y: float, rng: random.Random) -> tuple[float, float]:
    return x + rng.gauss(0.0, persona.jitter_mm), y + rng.gauss(0.0, persona.jitter_mm)


def typed(persona: Persona, digits: str, rng: random.Random) -> list[tuple[float, str]]:
    """The keys of the pad that are really pressed, each with the seconds before it. Half of the wrong
    keys are felt: then the digits are cleared and typed anew."""
    keys: list[tuple[float, str]] = []
    place = 0
    while place < len(digits):
        right = digits[place]
        taken = right
        if rng.random() < persona.key_misses:
            taken = rng.choice(NEIGHBOURS[right])
        keys.append((varied(rng, persona.key_gap_seconds), taken))
        place += 1
        if taken != right and rng.random() < common("notices_wrong_key"):
            keys.append((varied(rng, persona.key_gap_seconds), "clear"))
            place = 0
    keys.append((varied(rng, persona.key_gap_seconds), "enter"))
    return keys
