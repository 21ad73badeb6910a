"""A picture as other eyes see it.

Pictures are arrays of height x width x 3, red, green and blue, 0 to 255 (sRGB); what comes back is a new one
of the same shape. Everything is worked out in linear light, at the size the picture has in the visual
field: `px_per_degree`.
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.senses.models import (
    EDGE_DEGREES,
    IDENTITY,
    MM_PER_DEGREE,
    SCATTER_DEGREES,
    SURROUNDINGS_DEGREES,
    Sight,
)

Picture = NDArray[np.uint8]
Light = NDArray[np.float32]

FILL_DEGREES: Final = 3.0
"""What is lost in the centre is filled in from so far around (assumed)."""

KERNEL_SIGMAS: Final = 3
SMALL_SIGMA_PX: Final = 3.0
"""The widest Gaussian that is summed pixel by pixel; a wider one is summed over means of squares."""


def px_per_degree(pitch_mm: float) -> float:
    """Of a glass whose pixels are so far apart."""
    return MM_PER_DEGREE / pitch_mm


def seen(
    picture: Picture, sight: Sight, per_degree: float, gaze: tuple[float, float] | None = None
) -> Picture:
    """The picture as this sight has it. `gaze` is where one looks, in pixels from the top left, the middle if left
    away. Raises ValueError for a picture that is not height x width x 3."""
    if picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError(f"a picture is height x width x 3, not {picture.shape}")
    light = _linear()[picture]
    if sight.blur_degrees:
        light = blurred(light, sight.blur_degrees * per_degree)
    if sight.contrast < 1.0:
        around = blurred(light, SURROUNDINGS_DEGREES * per_degree)
        light = around + np.float32(sight.contrast) * (light - around)
    if sight.scatter:
        spread = blurred(light, SCATTER_DEGREES * per_degree)
        light = light + np.float32(sight.scatter) * (spread - light)
    if sight.matrix != IDENTITY:
        light = light @ np.array(sight.matrix, np.float32).T
    if sight.veil:
        light = np.float32(1 - sight.veil) * light + np.float32(sight.veil)
    if sight.lost is not None:
        light = _without(light, sight, per_degree, gaze)
    return _encoded(light)


def _without(
    light: Light, sight: Sight, per_degree: float, gaze: tuple[float, float] | None
) -> Light:
    high, wide = light.shape[:2]
    x, y = gaze or (wide / 2, high / 2)
    across = np.hypot(
        np.arange(wide, dtype=np.float32)[None, :] - np.float32(x),
        np.arange(high, dtype=np.float32)[:, None] - np.float32(y),
    )
    beyond = (across / np.float32(per_degree) - sight.field_degrees) / EDGE_DEGREES
    outside = np.clip(beyond + 1.0, 0.0, 1.0).astype(np.float32)[:, :, None]
    if sight.lost == "central":
        filled = blurred(light, FILL_DEGREES * per_degree)
        return np.asarray(filled + outside * (light - filled), np.float32)
    dark = np.float32(light.mean() * 0.2)
    return np.asarray(light + outside * (dark - light), np.float32)


def blurred(light: Light, sigma_px: float) -> Light:
    """A Gaussian over height and width; the picture goes on beyond its edges as it ends there."""
    if sigma_px <= 0:
        return light
    block = int(sigma_px / SMALL_SIGMA_PX)
    if block < 2:
        return _summed(_summed(light, sigma_px, 0), sigma_px, 1)
    high, wide = light.shape[:2]
    small = _pooled(light, block)
    small = _summed(_summed(small, sigma_px / block, 0), sigma_px / block, 1)
    return _between(_between(small, high, block, 0), wide, block, 1)


def _summed(light: Light, sigma_px: float, axis: int) -> Light:
    reach = max(1, int(KERNEL_SIGMAS * sigma_px + 0.5))
    steps = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (steps / sigma_px) ** 2)
    weights = (weights / weights.sum()).astype(np.float32)
    padded, size = _padded(light, reach, axis), light.shape[axis]
    total = np.zeros_like(light)
    for at, weight in enumerate(weights):
        part = padded[at : at + size] if axis == 0 else padded[:, at : at + size]
        total += weight * part
    return total


def _pooled(light: Light, block: int) -> Light:
    """Means of squares of so many pixels; the last ones are filled up with the edge."""
    high, wide, colours = light.shape
    more = ((0, -high % block), (0, -wide % block), (0, 0))
    whole = np.pad(light, more, mode="edge")
    rows, columns = whole.shape[0] // block, whole.shape[1] // block
    squares = whole.reshape(rows, block, columns, block, colours)
    return np.asarray(squares.mean(axis=(1, 3)), np.float32)


def _between(small: Light, size: int, block: int, axis: int) -> Light:
    """Pooled pixels drawn out again along one axis, each passing into the next."""
    at = np.clip((np.arange(size) + 0.5) / block - 0.5, 0, small.shape[axis] - 1)
    first = np.minimum(at.astype(np.intp), max(0, small.shape[axis] - 2))
    part = (at - first).astype(np.float32)
    part = part[:, None, None] if axis == 0 else part[None, :, None]
    following = np.minimum(first + 1, small.shape[axis] - 1)
    near, far = np.take(small, first, axis), np.take(small, following, axis)
    return np.asarray(near + part * (far - near), np.float32)


def _padded(light: Light, reach: int, axis: int) -> Light:
    around = [(0, 0), (0, 0), (0, 0)]
    around[axis] = (reach, reach)
    return np.pad(light, around, mode="edge")


@lru_cache(maxsize=1)
def _linear() -> Light:
    level = np.arange(256) / 255
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4).astype(
        np.float32
    )


@lru_cache(maxsize=1)
def _levels() -> Picture:
    """sRGB of 4,096 steps of linear light."""
    light = np.arange(4096) / 4095
    level = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray((level * 255 + 0.5).astype(np.uint8))


def _encoded(light: Light) -> Picture:
    steps = (np.clip(light, 0.0, 1.0) * 4095 + 0.5).astype(np.uint16)
    return np.asarray(_levels()[steps])
