"""Profile and panel to sizes in pixels and colours by role.

A profile says millimetres, a panel says how many pixels a millimetre has, and every size is rounded
up, so that a minimum holds on the coarsest panel. Colours have the names of their roles
(`primary`, `on_primary`); what they are is in `theme.toml` beside this file, read by whoever
composes the terminal and handed in as data. Nothing here knows pygame, and no screen knows a colour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, hypot, isfinite
from typing import Any, NamedTuple

from terminal.profile import Profile

Colour = tuple[int, int, int]
Palette = Mapping[str, Colour]

MM_PER_INCH = 25.4
SIDE_PX_MIN = 200
"""A panel smaller than this on a side is a mistake in the configuration."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The glass that is really there (or is simulated): its diagonal and its pixels."""

    diagonal_inch: float
    width_px: int
    height_px: int

    def __post_init__(self) -> None:
        if self.diagonal_inch <= 0 or min(self.width_px, self.height_px) < SIDE_PX_MIN:
            raise ValueError(f"no such panel: {self}")

    @property
    def px_per_mm(self) -> float:
        """Pixels in a millimetre, from the diagonal (accessibility.md A)."""
        return hypot(self.width_px, self.height_px) / self.diagonal_inch / MM_PER_INCH

    def scaled_to(self, width_px: int, height_px: int) -> "Panel":
        """The same glass drawn with other pixels: a window on a desk."""
        return Panel(self.diagonal_inch, width_px, height_px)


class Style(NamedTuple):
    """How a text is set: em, weight, and the distance of its lines. A tuple, because most of what a layout
    remembers is found by it."""

    em_px: int
    bold: bool
    pitch_px: int


@dataclass(frozen=True, slots=True)
class Design:
    """What `theme.toml` says: measures by name, and palettes by name."""

    measures: Mapping[str, float]
    palettes: Mapping[str, Palette]


@dataclass(frozen=True, slots=True)
class Theme:
    """Every size a layout needs, in pixels, and every colour, by role. For a seated customer
    (`low_reach`) nothing to be pressed begins above the row `reach_top_px`. `running_px` is the pitch
    of a title that is repeated on a further page, as small as the body."""

    name: str
    panel: Panel
    body: Style
    bar: Style
    button: Style
    title: Style
    hero: Style
    amount: Style
    figure: Style
    running_px: int
    margin_px: int
    gap_px: int
    pad_gap_px: int
    paragraph_gap_px: int
    target_width_px: int
    target_height_px: int
    choice_width_px: int
    choice_height_px: int
    choice_grow: float
    button_max_px: int
    bar_height_px: int
    picture_min_px: int
    picture_max_px: int
    radius_px: int
    edge_px: int
    ring_px: int
    ring_gap_px: int
    pen_px: int
    slop_px: int
    choices_per_page: int
    columns: int
    low_reach: bool
    reach_top_px: int
    palette: str
    colours: Palette = field(hash=False)


def design_from(tables: Mapping[str, Any]) -> Design:
    """The design from parsed TOML. Raises ValueError naming the first value not understood."""
    try:
        measures = {name: float(value) for name, value in tables["measures"].items()}
        palettes = palettes_from(tables)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"[measures] and [palette.NAME] are tables: {error} is not there"
        ) from None
    unreal = [name for name, value in measures.items() if not isfinite(value)]
    if unreal:
        raise ValueError(f"measures.{unreal[0]}: expected a number of millimetres")
    return Design(measures, palettes)


def palettes_from(tables: Mapping[str, Any]) -> Mapping[str, Palette]:
    """Palettes by name from parsed TOML: `[palette.calm] text = "#1B2733"`."""
    return {
        palette: {role: colour_from(f"{palette}.{role}", text) for role, text in roles.items()}
        for palette, roles in tables["palette"].items()
    }


def colour_from(name: str, text: object) -> Colour:
    """A colour written as #RRGGBB."""
    if not (isinstance(text, str) and len(text) == 7 and text[0] == "#"):
        raise ValueError(f"{name}: expected #RRGGBB, found {text!r}")
    try:
        return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
    except ValueError:
        raise ValueError(f"{name}: expected #RRGGBB, found {text!r}") from None


def theme(profile: Profile, panel: Panel, design: Design) -> Theme:
    """The sizes and colours of `profile` on `panel`."""
    per_mm, at = panel.px_per_mm, design.measures

    def px(mm: float) -> int:
        # The hair keeps 20.0 mm at exactly 3.4 px/mm from becoming 69 px by a rounding error.
        return ceil(mm * per_mm - 1e-6)

    def style(em_mm: float, bold: bool, line: float) -> Style:
        em = px(em_mm)
        return Style(em, bold, ceil(em * line))

    body = style(profile.body_em_mm, profile.bold, profile.line_spacing)
    return Theme(
        name=profile.name,
        panel=panel,
        body=body,
        bar=style(profile.body_em_mm, profile.bold, at["bar_line"]),
        button=style(profile.button_em_mm, True, at["bar_line"]),
        title=style(profile.title_em_mm, True, at["title_line"]),
        hero=style(profile.title_em_mm * at["hero_em"], True, at["title_line"]),
        amount=style(profile.amount_em_mm, True, at["bar_line"]),
        figure=style(profile.amount_em_mm * at["figure_em"], True, at["bar_line"]),
        running_px=ceil(body.em_px * at["title_line"]),
        margin_px=px(at["margin_mm"]),
        gap_px=px(profile.gap_mm),
        pad_gap_px=px(at["pad_gap_mm"]),
        paragraph_gap_px=ceil(body.pitch_px * at["paragraph_gap"]),
        target_width_px=px(profile.target_width_mm),
        target_height_px=px(profile.target_height_mm),
        choice_width_px=px(profile.choice_width_mm),
        choice_height_px=px(profile.choice_height_mm),
        choice_grow=at["choice_grow"],
        button_max_px=px(at["button_max_mm"]),
        bar_height_px=px(max(at["bar_height_mm"], profile.target_height_mm)),
        picture_min_px=px(at["picture_min_mm"]),
        picture_max_px=px(at["picture_max_mm"]),
        radius_px=px(at["radius_mm"]),
        edge_px=max(1, round(at["edge_bold_mm" if profile.bold else "edge_mm"] * per_mm)),
        ring_px=px(at["ring_mm"]),
        ring_gap_px=px(at["ring_gap_mm"]),
        pen_px=px(at["pen_mm"]),
        slop_px=px(profile.slop_mm),
        choices_per_page=profile.choices_per_page,
        columns=profile.columns,
        low_reach=profile.low_reach,
        reach_top_px=_reach_top(panel, at) if profile.low_reach else 0,
        palette=profile.palette,
        colours=design.palettes[profile.palette],
    )


def _reach_top(panel: Panel, at: Mapping[str, float]) -> int:
    """The highest row of the glass that a hand reaches from a seat: TCH-16 over an obstruction, the
    knees and the ledge, for an upright glass whose lower edge is mounted at `glass_bottom_mm`."""
    below = (at["reach_mm"] - at["glass_bottom_mm"]) * panel.px_per_mm
    return max(0, panel.height_px - int(below))


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1 (WCAG 2)."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(colour: Colour) -> tuple[float, float, float]:
    """sRGB to linear light."""

    def channel(value: int) -> float:
        part = value / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = colour
    return channel(red), channel(green), channel(blue)


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2)."""
    return _ratio(luminance(one), luminance(other))


def aged_contrast(one: Colour, other: Colour) -> float:
    """Contrast through a moderately aged lens: less blue, and a veil (VIS-09)."""
    return _ratio(_aged(one), _aged(other))


def _aged(colour: Colour) -> float:
    red, green, blue = linear(colour)
    seen = 0.2126 * red + 0.7152 * green * 0.95 + 0.0722 * blue * 0.70
    return (1 - 0.08) * seen + 0.08


def _ratio(one: float, other: float) -> float:
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)


@dataclass(frozen=True, slots=True)
class Look:
    """How a role is painted: colour roles for its ground, its words, its edge and its ground while
    it is pressed; "" for none. A `dashed` edge says without colour that nothing happens here."""

    fill: str
    ink: str
    edge: str = ""
    pressed: str = ""
    dashed: bool = False


LOOKS: Mapping[str, Look] = {
    "primary": Look("primary", "on_primary", "", "primary_pressed"),
    "choice": Look("choice", "on_choice", "edge", "choice_pressed"),
    "quiet": Look("quiet", "on_quiet", "edge", "quiet_pressed"),
    "key": Look("choice", "on_choice", "edge", "choice_pressed"),
    "bar": Look("quiet", "on_quiet", "edge", "quiet_pressed"),
    "bar_on": Look("quiet_pressed", "on_quiet", "edge"),
    "off": Look("ground", "on_off", "off_edge", "", dashed=True),
    "switch": Look("choice", "on_choice", "edge", "choice_pressed"),
    "title": Look("", "title"),
    "text": Look("", "text"),
    "note": Look("", "muted"),
    "banner": Look("banner", "on_banner"),
    "reminder": Look("banner", "on_banner", "primary"),
    "sheet": Look("banner", "figure"),
    "row": Look("", "text"),
    "row_strong": Look("banner", "figure"),
    "row_key": Look("banner", "on_banner", "edge"),
    "watermark": Look("banner", "on_banner", "edge", "", dashed=True),
    "signature": Look("surface", "figure", "edge"),
    "field": Look("surface", "figure", "edge"),
    "dots": Look("", "figure"),
    "picture": Look("picture_ground", "picture_ink"),
    "timer": Look("track", "timer"),
    "steps": Look("", "step_done"),
    "meter": Look("", "text"),
    "sign": Look("", "text"),
    "curtain": Look("curtain", "on_curtain"),
}
"""Every role a box can have. Text over "" stands on `ground`."""
