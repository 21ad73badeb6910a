"""Every screen, in both profiles and languages, on every panel: it fits, nothing overlaps, targets and
gaps are as large as the profile says, and what stands still stands still."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations
from math import hypot

import pytest

from screens.layout import BACKDROPS, Box, Kit, Layout, Rect, frame, layout
from screens.paint import Fonts
from screens.scene import scene
from screens.theme import LOOKS, Theme, theme
from sim.stage.samples import SAMPLES, shown_as
from terminal.focus import BAR
from terminal.profile import LANGUAGES, Language, ProfileName
from tests.screens.conftest import (
    PANELS,
    PROFILES,
    load_catalogues,
    load_design,
    load_profiles,
)

CASES = [
    (panel, profile, language) for panel in PANELS for profile in PROFILES for language in LANGUAGES
]
FIXED = (*BAR, "profile", "languages", "view")
STEADY = ("enter_pin", "choose_amount", "take_card", "take_notes", "count_notes")
"""Screens of a plain visit, whose title never leaves its words."""

ASCENT, DESCENT = 0.88, 0.12
"""Of a Chinese face above and below the baseline, in ems."""


@cache
def screens(
    panel: str, profile: ProfileName, language: Language
) -> tuple[Theme, Mapping[str, Layout]]:
    """All samples laid out once for one combination."""
    profiles, catalogues, design, fonts = (
        load_profiles(),
        load_catalogues(),
        load_design(),
        kept_fonts(),
    )
    glass = PANELS[panel]
    sizes = theme(profiles[profile], glass, design)
    laid = {}
    for name, session in SAMPLES.items():
        shown = scene(
            shown_as(session, profile, language), catalogues[language], profiles[profile], 0.0
        )
        laid[name] = layout(shown, sizes, glass.width_px, glass.height_px, fonts.measure)
    return sizes, laid


@cache
def kept_fonts() -> Fonts:
    return Fonts()


def solid(boxes: Layout) -> list[Box]:
    return [box for box in boxes.boxes if box.role not in BACKDROPS]


def gap_px(one: Rect, other: Rect) -> float:
    dx = max(one.x - other.right, other.x - one.right, 0)
    dy = max(one.y - other.bottom, other.y - one.bottom, 0)
    return hypot(dx, dy) if dx and dy else max(dx, dy)


pytestmark = pytest.mark.parametrize(("panel", "profile", "language"), CASES)


def test_every_screen_fits_without_shrinking_anything(
    panel: str, profile: ProfileName, language: Language
) -> None:
    _, laid = screens(panel, profile, language)
    assert [name for name, boxes in laid.items() if not boxes.fits] == []


def test_boxes_stay_inside_and_do_not_overlap(
    panel: str, profile: ProfileName, language: Language
) -> None:
    _, laid = screens(panel, profile, language)
    for name, boxes in laid.items():
        glass = Rect(0, 0, boxes.width_px, boxes.height_px)
        assert all(glass.contains(box.rect) for box in boxes.boxes), name
        for one, other in combinations(solid(boxes), 2):
            assert not one.rect.overlaps(other.rect), (name, one.name, other.name)


def test_what_lies_under_other_boxes_holds_them_wholly(
    panel: str, profile: ProfileName, language: Language
) -> None:
    _, laid = screens(panel, profile, language)
    for name, boxes in laid.items():
        for under in (box for box in boxes.boxes if box.role in BACKDROPS):
            for over in solid(boxes):
                apart = not under.rect.overlaps(over.rect)
                assert apart or under.rect.contains(over.rect), (name, under.name, over.name)


def test_text_stays_inside_its_box(panel: str, profile: ProfileName, language: Language) -> None:
    sizes, laid = screens(panel, profile, language)
    smallest = min(sizes.body.em_px, sizes.bar.em_px)
    for name, boxes in laid.items():
        for box in boxes.boxes:
            for line in box.lines:
                assert line.em_px >= smallest, (name, line.text)
                assert box.rect.x <= line.x, (name, line.text)
                assert line.x + line.width <= box.rect.right, (name, line.text)
                assert line.baseline - line.em_px * ASCENT >= box.rect.y - 1, (name, line.text)
                assert line.baseline + line.em_px * DESCENT <= box.rect.bottom + 1, (
                    name,
                    line.text,
                )


def test_no_serious_outcome_loses_its_warning_sign(
    panel: str, profile: ProfileName, language: Language
) -> None:
    _, laid = screens(panel, profile, language)
    for name, boxes in laid.items():
        if name.startswith("explain_"):
            assert [box.icon for box in boxes.boxes if box.role == "picture"] == ["warning"], name


def test_a_longer_text_does_not_cost_a_warning_its_sign(
    panel: str, profile: ProfileName, language: Language
) -> None:
    sizes, _ = screens(panel, profile, language)
    glass, session = PANELS[panel], shown_as(SAMPLES["explain_suspect"], profile, language)
    shown = scene(session, load_catalogues()[language], load_profiles()[profile], 0.0)
    longer = replace(shown, paragraphs=shown.paragraphs * 3)
    boxes = layout(longer, sizes, glass.width_px, glass.height_px, kept_fonts().measure)
    assert "warning" in {box.icon for box in boxes.boxes}


def test_every_reminder_stands_on_its_own_ground(
    panel: str, profile: ProfileName, language: Language
) -> None:
    _, laid = screens(panel, profile, language)
    for name in (n for n in laid if n.startswith("reminded_at_")):
        strips = [box for box in laid[name].boxes if box.role == "reminder"]
        assert len(strips) == 1, name
        assert strips[0].icon, name


def test_the_step_is_said_in_words_and_shown_apart_from_the_title(
    panel: str, profile: ProfileName, language: Language
) -> None:
    _, laid = screens(panel, profile, language)
    for name, boxes in laid.items():
        named = {box.name: box for box in boxes.boxes}
        if "steps" not in named:
            continue
        steps, title = named["steps"], named["title"]
        above = title.rect.y == named["profile"].rect.y
        assert not (steps.lines and above), name
        assert steps.rect.y >= title.rect.bottom if above else steps.rect.y < title.rect.y, name
        if name in STEADY:
            assert steps.lines, name


def test_the_bar_has_icons_for_every_language_or_for_none(
    panel: str, profile: ProfileName, language: Language
) -> None:
    with_icons = set()
    for other in LANGUAGES:
        _, laid = screens(panel, profile, other)
        with_icons |= {
            bool(box.icon) for boxes in laid.values() for box in boxes.boxes if box.name in BAR
        }
    assert len(with_icons) == 1


def test_every_amount_and_the_other_one_are_equally_tall(
    panel: str, profile: ProfileName, language: Language
) -> None:
    _, laid = screens(panel, profile, language)
    for name in ("choose_amount", "suggest_amounts", "suggest_amounts_one", "few_notes"):
        tall = {box.rect.h for box in laid[name].targets if box.name in ("amount", "other_amount")}
        assert len(tall) == 1, name


def test_every_word_of_the_scene_is_on_the_glass(
    panel: str, profile: ProfileName, language: Language
) -> None:
    catalogue, shown_in = load_catalogues()[language], load_profiles()[profile]
    _, laid = screens(panel, profile, language)
    for name, boxes in laid.items():
        shown = scene(shown_as(SAMPLES[name], profile, language), catalogue, shown_in, 0.0)
        drawn = "".join(line.text for box in boxes.boxes for line in box.lines)
        drawn = drawn.replace(" ", "").replace("\u3000", "")
        words = [shown.title, *shown.paragraphs, *(a.label for a in shown.answers if not a.figure)]
        offered = shown.banner and (shown.banner.answers or not shown.reminder)
        words += [shown.banner.text] if shown.banner and offered else []
        words += [shown.reminder]
        for text in words:
            wanted = text.replace(" ", "").replace("\u3000", "")
            assert wanted in drawn, (name, text)


def test_targets_are_as_large_and_as_far_apart_as_the_profile_says(
    panel: str, profile: ProfileName, language: Language
) -> None:
    _, laid = screens(panel, profile, language)
    values, per_mm = load_profiles()[profile], PANELS[panel].px_per_mm
    for name, boxes in laid.items():
        for box in boxes.targets:
            assert box.rect.w / per_mm >= values.target_width_mm, (name, box.name)
            assert box.rect.h / per_mm >= values.target_height_mm, (name, box.name)
        for box in choices(boxes):
            assert box.rect.w / per_mm >= values.choice_width_mm, (name, box.name)
            assert box.rect.h / per_mm >= values.choice_height_mm, (name, box.name)
        for one, other in combinations(boxes.targets, 2):
            same_pad = "digit" in one.name and ("digit" in other.name or other.name == "clear")
            least = 3.0 if same_pad else values.gap_mm
            # Whole pixels: a gap may share one pixel with the edges it lies between.
            assert gap_px(one.rect, other.rect) + 1 >= least * per_mm, (name, one.name, other.name)


def choices(boxes: Layout) -> Iterator[Box]:
    small = (*FIXED, "offer_yes", "offer_no", "clear")
    return (b for b in boxes.targets if b.name not in small and not b.name.startswith("digit"))


def test_no_screen_has_more_choices_than_the_profile_allows(
    panel: str, profile: ProfileName, language: Language
) -> None:
    sizes, laid = screens(panel, profile, language)
    for name, boxes in laid.items():
        assert len(list(choices(boxes))) <= sizes.choices_per_page, name


def test_the_bar_and_the_switches_never_move(
    panel: str, profile: ProfileName, language: Language
) -> None:
    sizes, laid = screens(panel, profile, language)
    glass = PANELS[panel]
    shown = scene(
        shown_as(SAMPLES["idle"], profile, language),
        load_catalogues()[language],
        load_profiles()[profile],
        0.0,
    )
    kit = Kit(sizes, kept_fonts().measure, language)
    still = frame(shown, kit, glass.width_px, glass.height_px)
    wanted = dict(zip(BAR, still.bar, strict=True))
    wanted |= {"profile": still.profile, "languages": still.language, "view": still.view}
    for name, boxes in laid.items():
        found = {box.name: box.rect for box in boxes.boxes if box.name in FIXED}
        assert set(found) >= set(FIXED), name
        assert found == {key: wanted[key] for key in found}, name


def test_digits_stand_as_on_a_telephone_and_five_has_a_nib(
    panel: str, profile: ProfileName, language: Language
) -> None:
    _, laid = screens(panel, profile, language)
    keys = {
        b.event.value: b
        for b in laid["enter_amount"].targets
        if b.event and b.event.name == "digit"
    }
    rows = ((1, 2, 3), (4, 5, 6), (7, 8, 9))
    for row in rows:
        assert len({keys[n].rect.y for n in row}) == 1
        assert [keys[n].rect.x for n in row] == sorted(keys[n].rect.x for n in row)
    assert [keys[n].rect.y for n in (1, 4, 7, 0)] == sorted(keys[n].rect.y for n in (1, 4, 7, 0))
    assert keys[0].rect.x == keys[8].rect.x
    assert [n for n, box in keys.items() if box.icon == "nib"] == [5]


def test_nothing_moves_while_an_amount_is_typed(
    panel: str, profile: ProfileName, language: Language
) -> None:
    _, laid = screens(panel, profile, language)
    for names in (
        ("enter_amount", "enter_amount_1500", "enter_amount_99999"),
        ("state_count", "state_count_1400"),
    ):
        places = [{box.name: box.rect for box in laid[name].targets} for name in names]
        assert all(place == places[0] for place in places), names


def test_what_may_not_be_pressed_keeps_its_place_and_looks_different_without_colour(
    panel: str, profile: ProfileName, language: Language
) -> None:
    _, laid = screens(panel, profile, language)
    off = [box for box in laid["take_notes"].boxes if box.role == "off"]
    assert [box.name for box in off] == ["back", "return_card"]
    assert all(box.event is None for box in off)
    assert LOOKS["off"].dashed
