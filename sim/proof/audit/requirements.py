"""What is asked, as numbers: tables A1, A2, A4 and A5 and the profiles B1 of accessibility.md.

The numbers are written here a second time on purpose. The profiles, the theme and the layout have their
own; an audit that read those would find that they equal themselves. `DEMANDS` says per profile what
the glass must hold, `REQUIREMENTS` what each measurement is called, in which unit, and how it was taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import degrees
from typing import Final

VIEWING_DISTANCE_MM: Final = 600.0
"""The declared distance of the eyes from the glass (VIS-02); printed on the page."""

GLASS_BOTTOM_MM: Final = 850.0
"""The declared height of the glass's lower edge above the floor (TCH-16); printed on the page."""

REACH_MM_MAX: Final = 1_120.0
"""TCH-16: forward, over knees and ledge."""

CAP_MM_MIN: Final = 4.8
"""VIS-01: 3/16 inch."""

ANGLE_MIN_DEGREES: Final = 0.7
"""VIS-02."""

LINE_SPACING_MIN: Final = 1.3
PARAGRAPH_SPACING_MIN: Final = 1.3
"""VIS-06: of the em, and of the line spacing."""

EDGE_CONTRAST_MIN: Final = 3.0
"""VIS-08."""

AGED_MODERATE_MIN: Final = 4.5
AGED_SEVERE_MIN: Final = 3.0
"""VIS-09."""

MEANING_CONTRAST_MIN: Final = 3.0
"""VIS-10: between the luminances of two things that mean different things."""

STATE_SHARE_MIN: Final = 0.2
"""VIS-11, our own: of the pixels on the outline of a place, as many must change by 3:1 in grey between
two states as a dashed edge changes, less what a corner and a rounded dash can take away."""

FOCUS_SHARE_MIN: Final = 1.0
"""TCH-17, after WCAG 2.2, 2.4.13: at least a line one pixel wide around the target changes by 3:1."""

PAD_GAP_MM_MIN: Final = 3.0
"""TCH-03, between the keys of one pad."""

SLIP_PX_MAX: Final = 1
"""How far the drawn rectangle may lie from the one that takes the press."""

BASIC_DP, LARGEST_DP, DP_MM = 18.0, 30.0, 0.159
"""VIS-05: main text, and the largest size that can be set, in dp of 0.159 mm."""

TIMER_SECONDS_MAX: Final = 20.0
"""TIM-09."""

DIALOG_SECONDS_MIN: Final = 20.0
"""TIM-01."""

ELDER_TIME_FACTOR_MIN: Final = 2.0
"""TIM-03."""

SLOT_REMINDERS_MIN: Final = 3
"""TIM-06: before anything is taken back."""

SENTENCES_MAX, OUTCOME_SENTENCES_MAX = 3, 4
"""COG-05; an outcome says what happened, to the money, and what to do."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What one profile must hold (B1). Sizes are (width, height) in millimetres."""

    text_contrast: float
    main_contrast: float
    aged: bool
    angle: bool
    body_spacing: float
    target: tuple[float, float]
    choice: tuple[float, float]
    gap_mm: float
    choices: int


DEMANDS: Final[Mapping[str, Demand]] = {
    "standard": Demand(4.5, 4.5, False, False, 1.3, (16.0, 12.0), (16.0, 12.0), 3.0, 8),
    "elder": Demand(7.0, 12.0, True, True, 1.5, (20.0, 20.0), (60.0, 30.0), 6.35, 4),
    "low_vision": Demand(15.0, 15.0, True, True, 1.5, (20.0, 20.0), (80.0, 36.0), 6.35, 3),
}
"""By name of profile."""


# --- how large a character must be to be read at an age (VIS-04) ----------------------------------

ACUITY: Final[Mapping[int, float]] = {70: 0.4, 80: 0.35}
"""Of an age, at arm's length and 100 cd/m2: the first from the worked example of JIS S 0032, the second
assumed in accessibility.md."""

STROKES: Final[Mapping[str, tuple[float, float]]] = {
    "kana": (6.4, 3.0),
    "5-10": (8.1, 3.4),
    "11-15": (8.6, 4.1),
}
"""Sans-serif characters by their strokes: a and b of P = a S + b."""

RESERVE: Final = 1.5
"""The elder profile's text is this many times the minimum of an eighty-year-old."""

MM_PER_POINT: Final = 25.4 / 72


def min_legible_pt(age: int, distance_m: float, strokes: str) -> float:
    """The smallest em in points that somebody of this age reads at this distance.

    Raises KeyError for an age or a kind of character without a number in the sources."""
    slope, base = STROKES[strokes]
    return slope * distance_m / ACUITY[age] + base


def visual_angle_degrees(height_mm: float, distance_mm: float = VIEWING_DISTANCE_MM) -> float:
    """Under what angle a height is seen, as EN 301 549 computes it: 180 H / (pi D)."""
    return degrees(height_mm / distance_mm)


# --- what is measured ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Requirement:
    """One kind of measurement: its id in accessibility.md (with a word where that id has several), what
    is asked, the unit of its values, and how they were taken."""

    id: str
    asks: str
    unit: str
    taken: str


_ALL: Final = (
    Requirement(
        "VIS-01",
        "capitals, and the characters of other scripts, at least 4.8 mm tall",
        "mm",
        'rows of "H" with half coverage, drawn in the size that the line was found to have',
    ),
    Requirement(
        "VIS-01 scale",
        "characters in the picture are as tall as those of the size the line is set in",
        "px",
        "first and last row of its ink, against those of its characters drawn by themselves",
    ),
    Requirement(
        "VIS-02",
        "the smallest capital of the screen is seen under at least 0.7 degrees",
        "degrees",
        "the smallest height of VIS-01 on the screen, at the declared distance",
    ),
    Requirement(
        "VIS-04",
        "text at least 1.5 times the smallest that an eighty-year-old reads",
        "pt",
        "the advance of ten square characters in the smallest size on the screen",
    ),
    Requirement(
        "VIS-05",
        "text at least 18 dp, and at least 30 dp at the largest size that can be chosen",
        "dp",
        "as VIS-04, in units of 0.159 mm",
    ),
    Requirement(
        "VIS-06 line",
        "lines at least 1.3 ems apart",
        "ems",
        "rows between two lines whose ink was found at its baseline",
    ),
    Requirement(
        "VIS-06 running",
        "lines of running text at least 1.5 ems apart in elder and low vision",
        "ems",
        "as VIS-06 line",
    ),
    Requirement(
        "VIS-06 paragraph",
        "paragraphs at least 1.3 lines apart",
        "lines",
        "rows between the last line of one and the first of the next",
    ),
    Requirement(
        "VIS-07",
        "contrast of text: 4.5 standard, 7 elder, 15 low vision",
        ":1",
        "the commonest colour around the ink and the farthest colour in it",
    ),
    Requirement("VIS-07 main", "contrast of running text and titles: 12 elder", ":1", "as VIS-07"),
    Requirement(
        "VIS-08 edge",
        "edges of what can be pressed or filled in: 3:1 against what is around them",
        ":1",
        "colours on both sides of the drawn edge",
    ),
    Requirement(
        "VIS-08 icon",
        "pictograms: 3:1 on their ground",
        ":1",
        "the ground and the farthest colour with enough pixels",
    ),
    Requirement(
        "VIS-09 moderate",
        "contrast through a moderately aged lens, elder and low vision",
        ":1",
        "as VIS-07, each colour through the lens",
    ),
    Requirement(
        "VIS-09 severe",
        "contrast through a severely aged lens, elder and low vision",
        ":1",
        "as VIS-07, each colour through the lens",
    ),
    Requirement(
        "VIS-10",
        "the button that goes on and the others differ in luminance, or else in their words",
        ":1",
        "luminances of the grounds of both; their ink where the grounds are alike",
    ),
    Requirement(
        "VIS-11",
        "states of one place differ without colour",
        "of outline",
        "pixels whose grey differs by 3:1, per pixel of the outline",
    ),
    Requirement(
        "VIS-13",
        "the ground under text is one colour",
        "px",
        "pixels around the ink that have another colour",
    ),
    Requirement(
        "VIS-17 fits", "every text of a screen is on its pages", "parts", "words not drawn"
    ),
    Requirement(
        "VIS-17 signs",
        "dots of a PIN, a warning's sign, pictures of what to do, steps and time are there",
        "parts",
        "boxes of the page that is painted, against what the screen holds",
    ),
    Requirement(
        "VIS-17 pages",
        "each of several pages has a button to the next, and the last to the first",
        "pages",
        "what the button says and where it leads",
    ),
    Requirement(
        "VIS-17 cut",
        "no glyph is cut off or covered",
        "px",
        "pixels of the line drawn alone that are missing in the picture",
    ),
    Requirement(
        "VIS-17 mixed",
        "nothing else is drawn over text",
        "px",
        "pixels with ink between the strokes of the line drawn alone",
    ),
    Requirement(
        "VIS-17 inside",
        "ink keeps off the edge of its box and of the glass",
        "px",
        "from the ink found to the nearest drawn edge; boxes without an edge may be touched",
    ),
    Requirement(
        "VIS-17 overlap",
        "nothing lies over anything else",
        "px",
        "pixels that two boxes or two lines of ink share",
    ),
    Requirement(
        "VIS-17 stray",
        "nothing is drawn outside what is placed",
        "px",
        "the rectangle around all pixels outside every box that differ from the ground",
    ),
    Requirement(
        "VIS-17 glyph",
        "every character has a glyph",
        "characters",
        "characters without ink, or with that of the box for what a typeface lacks",
    ),
    Requirement(
        "TCH-00",
        "what is drawn is what takes the press",
        "px",
        "the drawn edge against the rectangle that takes the press",
    ),
    Requirement(
        "TCH-00 word",
        "each choice is one target that says its words and does what they say",
        "choices",
        "words of each target, found in the picture, with what a press on it does",
    ),
    Requirement(
        "TCH-01 width", "standard: targets at least 16 mm wide", "mm", "between drawn edges"
    ),
    Requirement(
        "TCH-01 height", "standard: targets at least 12 mm tall", "mm", "between drawn edges"
    ),
    Requirement("TCH-01 gap", "standard: 3 mm between targets", "mm", "between drawn edges"),
    Requirement(
        "TCH-02 width",
        "elder, low vision: targets at least 20 mm wide",
        "mm",
        "between drawn edges",
    ),
    Requirement(
        "TCH-02 height",
        "elder, low vision: targets at least 20 mm tall",
        "mm",
        "between drawn edges",
    ),
    Requirement(
        "TCH-02 choice width",
        "choices at least 60 mm wide in elder, 80 in low vision",
        "mm",
        "between drawn edges",
    ),
    Requirement(
        "TCH-02 choice height",
        "choices at least 30 mm tall in elder, 36 in low vision",
        "mm",
        "between drawn edges",
    ),
    Requirement(
        "TCH-03 gap", "elder, low vision: 6.35 mm between targets", "mm", "between drawn edges"
    ),
    Requirement("TCH-03 pad", "3 mm between keys of a pad", "mm", "between drawn edges"),
    Requirement(
        "TCH-10 stays",
        "an answer stays where it is when a reminder, an offer or a line comes over it, or goes",
        "px",
        "targets of each page, against those of the same page without what came over it",
    ),
    Requirement(
        "TCH-12 enter",
        "what Enter means on a page can be seen and pressed on that page",
        "keys",
        "the terminal is asked what Enter means, for each page of each screen",
    ),
    Requirement(
        "TCH-13", "the 5 of a pad has its nib", "px", "ink below the digit that other keys lack"
    ),
    Requirement(
        "TCH-16",
        "seated: what can be pressed is at most 1,120 mm above the floor",
        "mm",
        "the drawn upper edge of each target, for an upright glass mounted as declared",
    ),
    Requirement(
        "TCH-17",
        "the place of the keys is seen",
        "of outline",
        "pixels that change by 3:1 between the screen with and without it",
    ),
    Requirement(
        "COG-01",
        "at most 4 choices in elder, 3 in low vision",
        "choices",
        "targets beside the bar, the switches, the pad and an offer",
    ),
    Requirement(
        "COG-02",
        "at most 8 choices in standard",
        "choices",
        "targets beside the bar, the switches, the pad and an offer",
    ),
    Requirement(
        "COG-03",
        "the bar and the switches have one place on every screen",
        "px",
        "drawn edges against those of most screens of the same look",
    ),
    Requirement(
        "COG-03 all",
        "bar and switches are all there",
        "missing",
        "drawn edges found in the picture",
    ),
    Requirement(
        "COG-05 clause", "Chinese: at most 20 characters between marks", "characters", "texts"
    ),
    Requirement("COG-05 words", "English: at most 15 words a sentence", "words", "texts"),
    Requirement(
        "COG-05 sentences", "at most 3 sentences a prompt, 4 an outcome", "sentences", "texts"
    ),
    Requirement(
        "COG-06 amount",
        "an amount, its unit and its capitals are on the page of the answer given to it",
        "parts",
        "words of its box, found in the picture, and the targets beside it",
    ),
    Requirement("COG-11", "errors say what happened, the money, the next step", "missing", "texts"),
    Requirement("COG text", "no text is empty", "missing", "texts"),
    Requirement("AUD-13", "what is spoken is there to read, and the reverse", "missing", "texts"),
    Requirement("TIM-01", "a question for more time stays at least 20 s", "s", "timing table"),
    Requirement("TIM-03", "elder limits at least twice the standard ones", "times", "timing table"),
    Requirement(
        "TIM-06", "at least 3 reminders before a slot is emptied", "reminders", "timing table"
    ),
    Requirement("TIM B3", "each limit is that of table B3", "s", "timing table"),
    Requirement(
        "TIM-09",
        "elder, low vision: time left is shown in the last 20 s only",
        "s",
        "the bar of time found in the picture",
    ),
)

REQUIREMENTS: Final[Mapping[str, Requirement]] = {each.id: each for each in _ALL}
"""By id, in the order of accessibility.md."""
