"""The same eyes for a web page: one SVG filter for each sight that a filter can express.

A browser applies them to a picture it already has (`filter: url(#sight-protan)`), at the size at which it shows
it. Loss of a part of the field depends on where one looks and is drawn by the page itself, as a mask of the
radius that `radius_of` gives.
"""

from collections.abc import Iterator
from html import escape

from sim.senses.models import IDENTITY, SCATTER_DEGREES, SIGHTS, SURROUNDINGS_DEGREES, Sight


def filters(per_degree: float) -> str:
    """One `<svg>` with a filter `sight-NAME` for each sight, for pictures of so many pixels per degree."""
    inside = "".join(
        f'<filter id="sight-{one.name}" color-interpolation-filters="linearRGB" x="0" y="0" '
        f'width="1" height="1"><title>{escape(one.title)}</title>{"".join(_steps(one, per_degree))}'
        "</filter>"
        for one in SIGHTS
        if one.lost is None
    )
    return f'<svg width="0" height="0" aria-hidden="true" style="position:absolute">{inside}</svg>'


def radius_of(sight: Sight, per_degree: float) -> float:
    """How far from where one looks the field ends or begins, in pixels."""
    return sight.field_degrees * per_degree


def _steps(sight: Sight, per_degree: float) -> Iterator[str]:
    if sight.blur_degrees:
        yield _gaussian(sight.blur_degrees * per_degree)
    if sight.contrast < 1.0:
        yield _gaussian(SURROUNDINGS_DEGREES * per_degree, "SourceGraphic", "around")
        yield _between("SourceGraphic", "around", sight.contrast)
    if sight.scatter:
        yield _gaussian(SCATTER_DEGREES * per_degree, "SourceGraphic", "spread")
        yield _between("SourceGraphic", "spread", 1 - sight.scatter)
    if sight.matrix != IDENTITY or sight.veil:
        keeps = 1 - sight.veil
        rows = (
            f"{' '.join(f'{keeps * part:.6g}' for part in row)} 0 {sight.veil:g}"
            for row in sight.matrix
        )
        yield f'<feColorMatrix type="matrix" values="{" ".join(rows)} 0 0 0 1 0"/>'


def _gaussian(sigma_px: float, source: str = "", result: str = "") -> str:
    named = f' in="{source}" result="{result}"' if result else ""
    return f'<feGaussianBlur stdDeviation="{sigma_px:.3g}" edgeMode="duplicate"{named}/>'


def _between(one: str, other: str, share: float) -> str:
    """So much of one picture, and the rest of another."""
    return (
        f'<feComposite in="{one}" in2="{other}" operator="arithmetic" k1="0" k2="{share:.4g}" '
        f'k3="{1 - share:.4g}" k4="0"/>'
    )
