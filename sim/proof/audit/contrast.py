"""How far two colours of a picture are apart, for a clear eye and through an aged lens.

WCAG's contrast ratio of relative luminances. An aged lens lets less green and blue through and lays a
veil of scattered light over everything (VIS-09): moderate 5 % and 30 % less, veil 0.08; severe 10 % and
50 % less, veil 0.15. A test of contrast, not what anybody sees.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from sim.proof.audit.pixels import Levels, Mask, Pixels, channel

WEIGHTS: Final = (0.2126, 0.7152, 0.0722)
FLARE: Final = 0.05


class Lens(NamedTuple):
    """What passes of red, green and blue, and the veil."""

    red: float
    green: float
    blue: float
    veil: float


CLEAR: Final = Lens(1.0, 1.0, 1.0, 0.0)
MODERATE: Final = Lens(1.0, 0.95, 0.70, 0.08)
SEVERE: Final = Lens(1.0, 0.90, 0.50, 0.15)


def _linear(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


_LINEAR: Final = np.array([_linear(value) for value in range(256)], np.float32)


@lru_cache(maxsize=4096)
def luminance(colour: int, lens: Lens = CLEAR) -> float:
    """Relative luminance of a packed colour, 0 to 1."""
    parts = (colour >> 16 & 255, colour >> 8 & 255, colour & 255)
    seen = sum(
        weight * passes * _linear(part)
        for weight, passes, part in zip(WEIGHTS, lens[:3], parts, strict=True)
    )
    return (1 - lens.veil) * seen + lens.veil


def contrast(one: int, other: int, lens: Lens = CLEAR) -> float:
    """The ratio of two packed colours, 1 to 21."""
    light, dark = sorted((luminance(one, lens), luminance(other, lens)), reverse=True)
    return (light + FLARE) / (dark + FLARE)


def greys(colours: Pixels) -> Levels:
    """The picture without its colours: relative luminance of each pixel."""
    total = sum(
        np.float32(weight) * _LINEAR[channel(colours, shift)]
        for weight, shift in zip(WEIGHTS, (16, 8, 0), strict=True)
    )
    return np.asarray(total, np.float32)


def changed(one: Pixels, other: Pixels, ratio: float) -> Mask:
    """Where two pictures of one place differ by at least `ratio` when both are grey."""
    first, second = greys(one) + np.float32(FLARE), greys(other) + np.float32(FLARE)
    return np.asarray(np.maximum(first, second) >= ratio * np.minimum(first, second), np.bool_)
