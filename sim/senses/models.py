"""The numbers of every model, and their sources.

Angles are degrees of the visual field, at the declared viewing distance of 600 mm (VIS-02). Colours are linear
RGB. Where no source gives a number it says "assumed".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, pi, radians, sqrt, tan
from typing import Final, Literal

VIEWING_DISTANCE_MM: Final = 600.0
"""Of the eyes from the glass (VIS-02)."""

MM_PER_DEGREE: Final = VIEWING_DISTANCE_MM * tan(radians(1.0))

Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]
Field = Literal["central", "side"]

IDENTITY: Final[Matrix] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Sight:
    """One way of seeing. `matrix` is applied to linear RGB, then `veil` of scattered white light is laid over
    everything; `scatter` is the share of light that a cloudy lens spreads over `scatter_degrees`; `contrast` is
    what is left of the difference to the surroundings; `blur_degrees` the standard deviation of a Gaussian;
    `lost` the part of the field that is gone, up to or from `field_degrees` of where one looks."""

    name: str
    title: str
    source: str
    matrix: Matrix = IDENTITY
    veil: float = 0.0
    scatter: float = 0.0
    contrast: float = 1.0
    blur_degrees: float = 0.0
    lost: Field | None = None
    field_degrees: float = 0.0


SCATTER_DEGREES: Final = 1.0
"""How far a cloudy lens spreads the light it scatters (assumed)."""

SURROUNDINGS_DEGREES: Final = 2.0
"""What counts as the surroundings of a point when contrast is lost (assumed)."""

EDGE_DEGREES: Final = 1.5
"""Over so much a lost part of the field fades into what is left (assumed)."""


def blur_for(acuity: float) -> float:
    """Standard deviation in degrees of the Gaussian that leaves a fiftieth of the contrast of the finest grating
    somebody of this decimal acuity can resolve: 30 cycles a degree at an acuity of 1."""
    finest = 30.0 * acuity
    return sqrt(log(50.0) / (2.0 * pi**2)) / finest


def _through(red: float, green: float, blue: float) -> Matrix:
    return ((red, 0.0, 0.0), (0.0, green, 0.0), (0.0, 0.0, blue))


_MACHADO: Final = (
    "Machado, Oliveira and Fernandes 2009, severity 1.0; matrices for linear RGB of a usual display"
)

SIGHTS: Final[tuple[Sight, ...]] = (
    Sight(
        "yellowed-lens",
        "Yellowed lens",
        "VIS-09, moderate: 5 % less green, 30 % less blue, a veil of 0.08",
        matrix=_through(1.0, 0.95, 0.70),
        veil=0.08,
    ),
    Sight(
        "clouded-lens",
        "Clouded lens",
        "VIS-09, severe: 10 % less green, 50 % less blue, a veil of 0.15; a third of the light "
        "scattered over one degree is assumed",
        matrix=_through(1.0, 0.90, 0.50),
        veil=0.15,
        scatter=0.33,
    ),
    Sight(
        "low-contrast",
        "Low contrast",
        "Contrast sensitivity of 1.5 log units instead of 1.95 (Pelli-Robson; below 1.5 is an impairment): "
        "what is just visible for such an eye is made just visible for a good one",
        contrast=10 ** (1.5 - 1.95),
    ),
    Sight(
        "acuity-0.5",
        "Acuity 0.5 (6/12)",
        "WHO: mild impairment begins below 6/12",
        blur_degrees=blur_for(0.5),
    ),
    Sight(
        "acuity-0.3",
        "Acuity 0.3 (6/18)",
        "WHO: moderate impairment begins below 6/18",
        blur_degrees=blur_for(1 / 3),
    ),
    Sight(
        "acuity-0.1",
        "Acuity 0.1 (6/60)",
        "WHO: severe impairment begins below 6/60",
        blur_degrees=blur_for(0.1),
    ),
    Sight(
        "central-loss",
        "Centre of the field lost",
        "A central scotoma ten degrees across: assumed, as in advanced macular degeneration. The place one looks "
        "at is where the pointer is",
        lost="central",
        field_degrees=5.0,
    ),
    Sight(
        "side-loss",
        "Sides of the field lost",
        "A field of ten degrees around where one looks, at which WHO counts an eye as blind",
        lost="side",
        field_degrees=10.0,
    ),
    Sight(
        "protan",
        "No red cones",
        _MACHADO,
        matrix=(
            (0.152286, 1.052583, -0.204868),
            (0.114503, 0.786281, 0.099216),
            (-0.003882, -0.048116, 1.051998),
        ),
    ),
    Sight(
        "deutan",
        "No green cones",
        _MACHADO,
        matrix=(
            (0.367322, 0.860646, -0.227968),
            (0.280085, 0.672501, 0.047413),
            (-0.011820, 0.042940, 0.968881),
        ),
    ),
    Sight(
        "tritan",
        "No blue cones",
        _MACHADO,
        matrix=(
            (1.255528, -0.076749, -0.178779),
            (-0.078411, 0.930809, 0.147602),
            (0.004733, 0.691367, 0.303900),
        ),
    ),
)
"""Every way of seeing there is, in the order in which keys and lists have them."""

BY_NAME: Final[Mapping[str, Sight]] = {one.name: one for one in SIGHTS}


@dataclass(frozen=True, slots=True)
class Ear:
    """One way of hearing: how many decibels are missing at which frequency."""

    name: str
    title: str
    source: str
    loss_db: Mapping[float, float]


_AGED: Final[Mapping[float, float]] = {
    125.0: 0.0030,
    250.0: 0.0030,
    500.0: 0.0035,
    1000.0: 0.0040,
    1500.0: 0.0055,
    2000.0: 0.0070,
    3000.0: 0.0115,
    4000.0: 0.0160,
    6000.0: 0.0180,
    8000.0: 0.0220,
}
"""What (age - 18) squared is multiplied by for the median loss of men, in dB (ISO 7029:2000)."""


def median_loss(age: int) -> dict[float, float]:
    """Median hearing loss in dB by frequency of men of this age, 18 to 70."""
    if not 18 <= age <= 70:
        raise ValueError(f"ISO 7029:2000 speaks of 18 to 70 years, not of {age}.")
    return {hz: round(a * (age - 18) ** 2, 1) for hz, a in _AGED.items()}


EARS: Final[tuple[Ear, ...]] = (
    Ear(
        "aged-70",
        "Hearing at 70",
        "ISO 7029:2000, median of men of 70, the greatest age it speaks of; the coefficients were written down "
        "from memory",
        median_loss(70),
    ),
    Ear(
        "moderate-loss",
        "Moderate hearing loss",
        "Standard audiogram N3 (Bisgaard, Vlaming and Dahlquist 2010), written down from memory",
        {
            250.0: 35.0,
            500.0: 35.0,
            1000.0: 40.0,
            1500.0: 45.0,
            2000.0: 50.0,
            3000.0: 55.0,
            4000.0: 60.0,
            6000.0: 65.0,
        },
    ),
)
"""Every way of hearing there is."""


@dataclass(frozen=True, slots=True)
class Hand:
    """One way of pointing: it sways by `sway_mm` `hz` times a second, lands up to `spread_mm` beside what was
    meant, is felt only after `least_seconds`, and presses again after `bounce_seconds` every `bounce_every`
    presses."""

    name: str
    title: str
    source: str
    sway_mm: float = 0.0
    hz: float = 0.0
    spread_mm: float = 0.0
    least_seconds: float = 0.0
    bounce_every: int = 0
    bounce_seconds: float = 0.0


HANDS: Final[tuple[Hand, ...]] = (
    Hand(
        "tremor",
        "Tremor",
        "A tremor of 4 to 6 Hz; the finger wanders by half of the aim error of 20 mm targets, and one press in seven is "
        "followed by another: the assumptions of the persona tremor-60",
        sway_mm=2.5,
        hz=5.0,
        bounce_every=7,
        bounce_seconds=0.2,
    ),
    Hand(
        "glove",
        "Thick glove",
        "Assumed: a finger 20 mm wide is felt somewhere within 4 mm of its middle, and after 0.15 s",
        spread_mm=4.0,
        least_seconds=0.15,
    ),
)
"""Every way of pointing there is."""
