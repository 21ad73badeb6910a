"""Sizes hold on the coarsest panel, measured on drawn letters; colours can be told apart."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from screens.paint import Fonts
from screens.theme import (
    LOOKS,
    Design,
    Panel,
    Style,
    aged_contrast,
    colour_from,
    contrast,
    design_from,
    theme,
)
from terminal.profile import Profile, ProfileName
from tests.screens.conftest import PANELS, PROFILES

CAP_MM: Mapping[ProfileName, float] = {
    "standard": 4.8,
    "elder": 7.33,
    "low_vision": 7.33,
}
"""VIS-01 and VIS-02."""

TEXT_ON_GROUND = ("text", "title", "muted", "on_off", "on_choice")
EDGES = ("edge", "off_edge")


def drawn_height(fonts: Fonts, style: Style, letter: str) -> int:
    """Rows of a drawn letter with at least half coverage."""
    image = fonts.font(style.em_px, style.bold).render(letter, True, (0, 0, 0), (255, 255, 255))
    rows = [
        y
        for y in range(image.get_height())
        if any(image.get_at((x, y))[0] < 128 for x in range(image.get_width()))
    ]
    return rows[-1] - rows[0] + 1


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("panel", PANELS)
def test_capitals_are_tall_enough_on_every_panel(
    profiles: Mapping[ProfileName, Profile],
    design: Design,
    fonts: Fonts,
    panel: str,
    profile: ProfileName,
) -> None:
    sizes = theme(profiles[profile], PANELS[panel], design)
    for style in (sizes.body, sizes.bar, sizes.button, sizes.title, sizes.hero, sizes.amount):
        for letter in "IH":
            tall = drawn_height(fonts, style, letter) / PANELS[panel].px_per_mm
            assert tall >= CAP_MM[profile], (style, letter)


@pytest.mark.parametrize("profile", PROFILES)
def test_lines_are_as_far_apart_as_the_profile_says(
    profiles: Mapping[ProfileName, Profile], design: Design, profile: ProfileName
) -> None:
    sizes = theme(profiles[profile], PANELS["15in_1024x768"], design)
    assert sizes.body.pitch_px >= sizes.body.em_px * profiles[profile].line_spacing
    assert sizes.title.pitch_px >= sizes.title.em_px * 1.3
    assert sizes.body.pitch_px + sizes.paragraph_gap_px >= sizes.body.pitch_px * 1.3


def test_sizes_are_rounded_up() -> None:
    panel = Panel(19.0, 1280, 1024)
    assert panel.px_per_mm == pytest.approx(3.397, abs=0.001)


def grounds(design: Design, palette: str) -> list[tuple[str, str]]:
    """Every pair of words and ground that a role paints."""
    pairs = [(ink, "ground") for ink in TEXT_ON_GROUND]
    for look in LOOKS.values():
        if look.fill and look.fill not in ("track", "picture_ground"):
            pairs.append((look.ink, look.fill))
            if look.pressed:
                pairs.append((look.ink, look.pressed))
    return pairs


DARK = ("yellow_on_black", "white_on_black")
"""The palettes of the low-vision profile: B1 asks for 15:1."""


@pytest.mark.parametrize(
    ("palette", "least"), [("calm", 4.5), ("strong", 7.0), *((name, 15.0) for name in DARK)]
)
def test_words_stand_out_from_their_ground(design: Design, palette: str, least: float) -> None:
    colours = design.palettes[palette]
    for ink, ground in grounds(design, palette):
        assert contrast(colours[ink], colours[ground]) >= least, (ink, ground)


@pytest.mark.parametrize("palette", ["strong", *DARK])
def test_words_stand_out_through_an_aged_lens(design: Design, palette: str) -> None:
    colours = design.palettes[palette]
    for ink, ground in grounds(design, palette):
        assert aged_contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


GLASSES = ("calm", "strong", *DARK)


@pytest.mark.parametrize("palette", GLASSES)
def test_the_ring_of_the_focus_stands_out_on_both_its_sides(design: Design, palette: str) -> None:
    """Ground or a strip outside it, ground inside."""
    colours = design.palettes[palette]
    for role in ("ground", "banner"):
        assert contrast(colours["focus"], colours[role]) >= 3.0, role


@pytest.mark.parametrize("panel", PANELS)
def test_the_ring_is_a_millimetre_wide_and_stays_in_the_gap(
    profiles: Mapping[ProfileName, Profile], design: Design, panel: str
) -> None:
    for profile in profiles.values():
        sizes = theme(profile, PANELS[panel], design)
        assert sizes.ring_px / PANELS[panel].px_per_mm >= 1.0
        assert sizes.ring_px + sizes.ring_gap_px < sizes.gap_px
        assert sizes.ring_px + sizes.ring_gap_px <= sizes.margin_px


@pytest.mark.parametrize("palette", GLASSES)
def test_a_press_is_seen_on_every_ground(design: Design, palette: str) -> None:
    for look in LOOKS.values():
        if look.pressed:
            colours = design.palettes[palette]
            assert colours[look.pressed] != colours[look.fill]


def test_what_a_seated_hand_cannot_reach_is_said_in_rows(
    profiles: Mapping[ProfileName, Profile], design: Design
) -> None:
    """TCH-16: 1120 mm over knees, with the glass at 850 mm: 270 mm of an upright one."""
    upright = PANELS["21.5in_1080x1920"]
    seated = replace(profiles["standard"], low_reach=True)
    row = theme(seated, upright, design).reach_top_px
    assert (upright.height_px - row) / upright.px_per_mm == pytest.approx(270, abs=0.5)
    assert theme(seated, PANELS["15in_1024x768"], design).reach_top_px == 0
    assert theme(profiles["standard"], upright, design).reach_top_px == 0


@pytest.mark.parametrize("palette", GLASSES)
def test_edges_and_pictograms_stand_out(design: Design, palette: str) -> None:
    colours = design.palettes[palette]
    for edge in EDGES:
        assert contrast(colours[edge], colours["ground"]) >= 3.0, edge
        assert contrast(colours[edge], colours["surface"]) >= 3.0, edge
    assert contrast(colours["primary"], colours["ground"]) >= 3.0
    assert contrast(colours["timer"], colours["track"]) >= 3.0
    assert contrast(colours["step_done"], colours["step_todo"]) >= 3.0
    assert contrast(colours["picture_ink"], colours["picture_ground"]) >= 3.0
    assert contrast(colours["picture_accent"], colours["picture_ground"]) >= 3.0
    assert contrast(colours["warn"], colours["warn_ground"]) >= 3.0


def test_the_worked_contrasts_of_the_palette_table() -> None:
    black, white = colour_from("t", "#1A1A1A"), colour_from("t", "#FFFFFF")
    assert contrast(black, white) == pytest.approx(17.40, abs=0.01)
    assert aged_contrast(black, white) == pytest.approx(7.18, abs=0.02)
    blue = colour_from("t", "#0B4F9E")
    assert contrast(white, blue) == pytest.approx(8.00, abs=0.01)
    assert aged_contrast(white, blue) == pytest.approx(5.10, abs=0.02)


@pytest.mark.parametrize("palette", GLASSES)
def test_all_palettes_have_the_same_roles(design: Design, palette: str) -> None:
    assert set(design.palettes["calm"]) == set(design.palettes[palette])


@pytest.mark.parametrize("text", ["red", "#12345", "#GGGGGG", 7])
def test_a_colour_that_is_none_is_named(text: object) -> None:
    with pytest.raises(ValueError, match=r"calm\.text"):
        design_from({"measures": {}, "palette": {"calm": {"text": text}}})


def test_a_panel_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="no such panel"):
        Panel(0.0, 1280, 1024)


def test_the_same_profile_is_larger_in_pixels_on_a_finer_panel(
    profiles: Mapping[ProfileName, Profile], design: Design
) -> None:
    coarse = theme(profiles["elder"], PANELS["15.6in_1366x768"], design)
    fine = theme(profiles["elder"], PANELS["15.6in_1920x1080"], design)
    assert fine.body.em_px > coarse.body.em_px
    assert replace(fine, panel=coarse.panel) != coarse
