"""Every page of every screen, in every look and language, on every panel: it fits, nothing overlaps,
nothing is lost, targets and gaps are as large as the profile says, and what stands still stands still.

The cases here are a choice: all panels for the plain profiles, and for everything else the panels that
have least room (15.6", the lowest) and the one that is upright. The audit measures all of them. `make test`
takes the cases of `PART`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations
from math import hypot

import pytest

from screens.layout import BACKDROPS, Box, Frame, Kit, Layout, Measure, Rect, frame, layout
from screens.layout.boxes import spoken
from screens.layout.mirror import mirrored
from screens.layout.pages import PAGES_MAX, sentences
from screens.lines import SPACES
from screens.paint import Fonts
from screens.scene import Scene, scene
from screens.scripts import setting
from screens.theme import LOOKS, Design, Theme, theme
from sim.stage.samples import OF_SERVICES, SAMPLES, samples_in, shown_as
from terminal import session as s
from terminal.counter import FROM_PAGE
from terminal.events import Chosen
from terminal.focus import BAR, focused, targets
from terminal.messages import Catalogue
from terminal.profile import (
    DRAFTED,
    LANGUAGES,
    NO_WISHES,
    RIGHT_TO_LEFT,
    SIZES_PERCENT,
    Language,
    Profile,
    ProfileName,
    Wishes,
    presented,
)
from tests.screens.conftest import PANELS, load_catalogues, load_design, load_profiles
from tests.tiers import with_part

SEATED = Wishes(seated=True)
LARGEST = Wishes(size_percent=200)
LOOKS_SHOWN: Mapping[str, tuple[ProfileName, Wishes]] = {
    "standard": ("standard", NO_WISHES),
    "elder": ("elder", NO_WISHES),
    "low_vision": ("low_vision", NO_WISHES),
    "seated": ("standard", SEATED),
    "elder_seated": ("elder", SEATED),
    "low_vision_seated": ("low_vision", SEATED),
    "elder_200": ("elder", LARGEST),
    "standard_200_seated": ("standard", replace(LARGEST, seated=True)),
    **{f"standard_{n}": ("standard", Wishes(size_percent=n)) for n in SIZES_PERCENT[1:]},
}
PLAIN = ("standard", "elder")
LOW, COARSE, UPRIGHT = "15.6in_1366x768", "15in_1024x768", "21.5in_1080x1920"
TIGHT: Mapping[str, tuple[str, ...]] = {
    "low_vision": (LOW, UPRIGHT),
    "seated": (UPRIGHT,),
    "elder_seated": (LOW,),
    "low_vision_seated": (UPRIGHT,),
    "elder_200": (LOW,),
    "standard_200_seated": (UPRIGHT,),
    "standard_200": (COARSE,),
    "standard_150": (LOW,),
}
BASIC: tuple[Language, ...] = ("zh", "en")
SERVICES_IN = (
    (COARSE, "elder"),
    (LOW, "low_vision"),
    (LOW, "standard"),
    (UPRIGHT, "low_vision_seated"),
)
"""Where the screens of the services are laid out too: each way of laying out, where it has least room. They
are most of the screens, and the audit measures every one everywhere."""
CASES: list[tuple[str, str, Language]] = [
    *((panel, look, language) for panel in PANELS for look in PLAIN for language in BASIC),
    *((panel, look, one) for look, panels in TIGHT.items() for panel in panels for one in BASIC),
    *((LOW, "low_vision", one) for one in LANGUAGES if one in ("ug", "bo", "ru")),
    *((UPRIGHT, "elder", one) for one in LANGUAGES if one not in BASIC),
]
PART: tuple[tuple[str, str, Language], ...] = (
    (COARSE, "elder", "zh"),
    (LOW, "low_vision", "en"),
    ("15.6in_1920x1080", "standard", "en"),
    ("19in_1280x1024", "elder", "en"),
    ("21.5in_1920x1080", "standard", "zh"),
    (UPRIGHT, "standard", "zh"),
    (UPRIGHT, "seated", "en"),
    (LOW, "elder_seated", "zh"),
    (UPRIGHT, "low_vision_seated", "zh"),
    (LOW, "elder_200", "en"),
    (UPRIGHT, "standard_200_seated", "zh"),
    (COARSE, "standard_200", "en"),
    (LOW, "standard_150", "zh"),
    *((LOW, "low_vision", one) for one in LANGUAGES if one in ("ug", "bo")),
    *((UPRIGHT, "elder", one) for one in LANGUAGES if one in ("ko", "ja", "ru")),
)
"""Every look, panel and language; the screens of the services, where they have least room, in three looks."""
WIDE_PART = ((COARSE, "en"), (UPRIGHT, "zh"))
MIRRORED_PART = ((COARSE, "elder"), (UPRIGHT, "standard"))
EACH = 6
"""Of the services every so manieth screen where a test of the part asks for what all boxes have in common."""

SHARED = {"read_aloud": "repeat"}
"""What may stand in the place of another in the bar."""

FIXED = (*BAR, *SHARED, "profile", "languages", "view")
STEADY = ("enter_pin", "choose_amount", "take_card", "take_notes", "count_notes")
"""Screens of a plain visit, whose title never leaves its words."""


def ink_of(language: str) -> tuple[float, float]:
    """How far a line's ink goes above and below its baseline, in ems: 0.88 and 0.12 for a Chinese face."""
    one = setting(language)
    return (one.above_ems, one.below_ems) if language in ("ug", "bo") else (0.88, 0.12)


Pages = tuple[Layout, ...]


@cache
def kept_fonts() -> Fonts:
    return Fonts()


@cache
def kept_profiles() -> Mapping[ProfileName, Profile]:
    return load_profiles()


@cache
def kept_catalogues() -> Mapping[Language, Catalogue]:
    return load_catalogues()


@cache
def kept_design() -> Design:
    return load_design()


@cache
def profile_of(look: str) -> Profile:
    name, wishes = LOOKS_SHOWN[look]
    return presented({str(key): one for key, one in kept_profiles().items()}, name, wishes)


def seen(session: s.Session, look: str, language: Language) -> Scene:
    """A session as a scene in a look."""
    name, wishes = LOOKS_SHOWN[look]
    session = shown_as(session, name, language)
    session = replace(session, look=replace(session.look, wishes=wishes))
    return scene(session, kept_catalogues()[language], profile_of(look), 0.0)


@cache
def sample(name: str, look: str, language: Language) -> Scene:
    """The sample of this name as a scene in a look."""
    return seen(SAMPLES[name], look, language)


def laid_pages(shown: Scene, sizes: Theme, panel: str, measure: Measure | None = None) -> Pages:
    """All pages of a scene, whatever the keys stand on."""
    shown = replace(shown, focus=None)
    width, height = PANELS[panel].width_px, PANELS[panel].height_px
    measure = measure or kept_fonts().measure
    first = layout(replace(shown, page=0), sizes, width, height, measure)
    others = range(1, first.pages)
    return first, *(layout(replace(shown, page=n), sizes, width, height, measure) for n in others)


@cache
def sizes_of(panel: str, look: str) -> Theme:
    return theme(profile_of(look), PANELS[panel], kept_design())


@cache
def screens(panel: str, look: str, language: Language) -> Mapping[str, Pages]:
    """All samples laid out once for one combination."""
    sizes = sizes_of(panel, look)
    return {
        name: laid_pages(sample(name, look, language), sizes, panel)
        for name in samples_in(language)
        if name not in OF_SERVICES or (panel, look) in SERVICES_IN
    }


def glasses(panel: str, look: str, language: Language) -> Iterator[tuple[str, Layout]]:
    """Every page with a name for it."""
    for name, pages in screens(panel, look, language).items():
        for boxes in pages:
            yield f"{name} {boxes.page + 1}/{boxes.pages}", boxes


def still_of(panel: str, look: str, language: Language) -> Frame:
    sizes, glass = sizes_of(panel, look), PANELS[panel]
    kit = Kit(spoken(sizes, language), kept_fonts().measure, language)
    shown = sample("idle", look, language)
    return frame(shown, kit, glass.width_px, glass.height_px)


def solid(boxes: Layout) -> list[Box]:
    return [box for box in boxes.boxes if box.role not in BACKDROPS]


def gap_px(one: Rect, other: Rect) -> float:
    dx = max(one.x - other.right, other.x - one.right, 0)
    dy = max(one.y - other.bottom, other.y - one.bottom, 0)
    return hypot(dx, dy) if dx and dy else max(dx, dy)


def choices(boxes: Layout) -> Iterator[Box]:
    """What counts as a choice: as in the audit, nothing that only turns a page or a leaf."""
    small = (*FIXED, "offer_yes", "offer_no", "clear", "page", "more_services")
    return (b for b in boxes.targets if b.name not in small and not b.name.startswith("digit"))


def bare(text: str) -> str:
    return "".join(c for c in text if c not in SPACES and c != "\u00a0")


def drawn(pages: Pages) -> str:
    return bare("".join(line.text for one in pages for box in one.boxes for line in box.lines))


def waiting_words(shown: Scene) -> bool:
    """Whether something came over what can be pressed: then other words may wait until it has gone."""
    over = shown.reminder or shown.banner
    offered = shown.reminder and shown.banner and shown.banner.answers
    return bool(over and shown.answers) or bool(offered)


every = pytest.mark.parametrize(("panel", "look", "language"), with_part(CASES, PART))


@every
def test_every_screen_fits_without_shrinking_anything(
    panel: str, look: str, language: Language
) -> None:
    assert [name for name, boxes in glasses(panel, look, language) if not boxes.fits] == []


@every
def test_boxes_stay_inside_and_do_not_overlap(panel: str, look: str, language: Language) -> None:
    for name, boxes in glasses(panel, look, language):
        glass = Rect(0, 0, boxes.width_px, boxes.height_px)
        assert all(glass.contains(box.rect) for box in boxes.boxes), name
        for one, other in combinations(solid(boxes), 2):
            assert not one.rect.overlaps(other.rect), (name, one.name, other.name)


@every
def test_what_lies_under_other_boxes_holds_them_wholly(
    panel: str, look: str, language: Language
) -> None:
    for name, boxes in glasses(panel, look, language):
        for under in (box for box in boxes.boxes if box.role in BACKDROPS):
            for over in solid(boxes):
                apart = not under.rect.overlaps(over.rect)
                assert apart or under.rect.contains(over.rect), (name, under.name, over.name)


@every
def test_text_stays_inside_its_box_and_no_text_is_small(
    panel: str, look: str, language: Language
) -> None:
    sizes = sizes_of(panel, look)
    smallest = min(sizes.body.em_px, sizes.bar.em_px)
    for name, boxes in glasses(panel, look, language):
        for box in boxes.boxes:
            for line in box.lines:
                above, below = ink_of(line.language)
                assert line.em_px >= smallest, (name, line.text)
                assert box.rect.x <= line.x, (name, line.text)
                assert line.x + line.width <= box.rect.right, (name, line.text)
                assert line.baseline - line.em_px * above >= box.rect.y - 1, (name, line.text)
                low = line.baseline + line.em_px * below
                assert low <= box.rect.bottom + 1, (name, line.text)


@every
def test_every_word_of_the_scene_is_on_one_of_its_pages(
    panel: str, look: str, language: Language
) -> None:
    for name, pages in screens(panel, look, language).items():
        shown, words = sample(name, look, language), drawn(pages)
        texts = []
        if not waiting_words(shown):
            texts += [shown.title, shown.reference]
            texts += [one for text in shown.paragraphs for one in sentences(text)]
        texts += [a.label for a in shown.answers if not a.figure]
        offered = shown.banner and (shown.banner.answers or not shown.reminder)
        texts += [shown.banner.text] if shown.banner and offered else []
        texts += [shown.reminder]
        for text in texts:
            assert bare(text) in words, (name, text)


@every
def test_every_answer_can_be_pressed_on_exactly_one_page(
    panel: str, look: str, language: Language
) -> None:
    for name, pages in screens(panel, look, language).items():
        shown = sample(name, look, language)
        offers = shown.banner.answers if shown.banner else ()
        wanted = sorted(repr(one.event) for one in (*shown.answers, *offers) if one.event)
        still = {choice.event for choice in (*shown.bar, shown.view)}
        still |= {shown.profile_switch.event, shown.language_switch.event}
        found = [box.event for one in pages for box in one.targets if box.name != "page"]
        assert sorted(repr(event) for event in found if event not in still) == wanted, name


@every
def test_no_serious_outcome_loses_its_warning_sign(
    panel: str, look: str, language: Language
) -> None:
    for name, pages in screens(panel, look, language).items():
        if name.startswith("explain_"):
            signs = [box.icon for box in pages[0].boxes if box.role == "picture"]
            assert signs == ["warning"], name


@every
def test_a_longer_text_does_not_cost_a_warning_its_sign(
    panel: str, look: str, language: Language
) -> None:
    shown = sample("explain_suspect", look, language)
    longer = replace(shown, paragraphs=shown.paragraphs * 3)
    pages = laid_pages(longer, sizes_of(panel, look), panel)
    assert pages[0].fits
    assert "warning" in {box.icon for box in pages[0].boxes}


@every
def test_every_reminder_stands_on_its_own_ground_and_takes_no_amount_away(
    panel: str, look: str, language: Language
) -> None:
    laid = screens(panel, look, language)
    for name in (n for n in laid if n.startswith("reminded_at_")):
        shown = laid[name]
        strips = [[box for box in page.boxes if box.role == "reminder"] for page in shown]
        if sample(name, look, language).figure is not None:
            assert {"confirm", "count_right"} & {box.name for box in shown[0].boxes}, name
        # After lines that fill the pages before it, it has one of its own.
        assert any(strips if sample(name, look, language).rows else strips[:2]), name
        assert all(len(some) <= 1 for some in strips), name
        assert all(box.icon for some in strips for box in some), name


def calm(session: s.Session) -> s.Session:
    """The same with nothing over it."""
    plain = replace(session.look, said="", offer="")
    return replace(session, look=plain, wait=replace(session.wait, reminded=0))


@every
def test_an_answer_stays_where_it_is_whatever_comes_over_it(
    panel: str, look: str, language: Language
) -> None:
    """TCH-10: a reminder, an offer and a line come while a finger is on its way."""
    found = 0
    for name, pages in screens(panel, look, language).items():
        session = SAMPLES[name]
        if session.focus or not seen(session, look, language).answers or calm(session) == session:
            continue
        found += 1
        before = laid_pages(seen(calm(session), look, language), sizes_of(panel, look), panel)
        for one, other in zip(before, pages, strict=False):
            stood = {b.event: b.rect for b in one.targets if b.name not in (*FIXED, "page")}
            stands = {b.event: b.rect for b in other.targets}
            assert {event: stands.get(event) for event in stood} == stood, name
    assert found >= 15


@every
def test_the_step_is_said_and_shown_apart_from_the_title(
    panel: str, look: str, language: Language
) -> None:
    for name, boxes in glasses(panel, look, language):
        named = {box.name: box for box in boxes.boxes}
        if "steps" not in named or "title" not in named:
            continue
        steps, title = named["steps"], named["title"]
        above = title.rect.y == named["profile"].rect.y
        assert not (steps.lines and above), name
        assert steps.value, name
        if name.split()[0] in STEADY and look in PLAIN:
            assert steps.lines, name


def from_page(box: Box) -> bool:
    """The way to the counter has the bar's "return card" as an answer of its own."""
    return box.event is not None and box.event.value == FROM_PAGE


@every
def test_the_bar_has_icons_for_every_language_or_for_none(
    panel: str, look: str, language: Language
) -> None:
    with_icons = {
        bool(box.icon)
        for _, boxes in glasses(panel, look, language)
        for box in boxes.boxes
        if box.name in (*BAR, *SHARED) and not from_page(box)
    }
    assert len(with_icons) == 1


@every
def test_every_amount_and_the_other_one_are_equally_tall(
    panel: str, look: str, language: Language
) -> None:
    laid = screens(panel, look, language)
    for name in (
        *("choose_amount", "choose_amount_more", "few_notes"),
        *("suggest_amounts", "suggest_amounts_one"),
    ):
        for page in laid[name]:
            tall = {b.rect.h for b in page.targets if b.name in ("amount", "other_amount")}
            assert len(tall) <= 1, name


@pytest.mark.parametrize("name", ["choose_amount", "choose_amount_more"])
@pytest.mark.parametrize(("panel", "language"), [(LOW, "zh"), (LOW, "en"), (COARSE, "zh")])
def test_for_elders_amounts_stand_in_one_line_and_the_way_to_others_apart_from_them(
    name: str, panel: str, language: Language
) -> None:
    (page,) = screens(panel, "elder", language)[name]
    amounts = [b for b in page.targets if b.name == "amount"]
    other = next(b for b in page.targets if b.name == "other_amount")
    assert len({b.rect.y for b in amounts}) == 1
    values = [b.event.value for b in sorted(amounts, key=lambda b: b.rect.x) if b.event]
    assert values == sorted(values, key=lambda value: int(str(value)))
    assert other.rect.y > amounts[0].rect.y
    assert other.rect.w > 2 * amounts[0].rect.w


@every
def test_targets_are_as_large_and_as_far_apart_as_the_profile_says(
    panel: str, look: str, language: Language
) -> None:
    values, per_mm = profile_of(look), PANELS[panel].px_per_mm
    for name, boxes in glasses(panel, look, language):
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


@every
def test_no_page_has_more_choices_than_the_profile_allows(
    panel: str, look: str, language: Language
) -> None:
    most = profile_of(look).choices_per_page
    for name, boxes in glasses(panel, look, language):
        assert len(list(choices(boxes))) <= most, name


@every
def test_the_bar_and_the_switches_never_move(panel: str, look: str, language: Language) -> None:
    still = still_of(panel, look, language)
    wanted = dict(zip(BAR, still.bar, strict=True))
    wanted |= {"profile": still.profile, "languages": still.language, "view": still.view}
    if language in RIGHT_TO_LEFT:
        width = PANELS[panel].width_px
        wanted = {key: rect._replace(x=width - rect.right) for key, rect in wanted.items()}
    for name, boxes in glasses(panel, look, language):
        found = {
            SHARED.get(box.name, box.name): box.rect for box in boxes.boxes if box.name in FIXED
        }
        assert found == wanted, name


@every
def test_pages_are_turned_by_one_button_in_one_place(
    panel: str, look: str, language: Language
) -> None:
    places = set()
    for name, pages in screens(panel, look, language).items():
        assert len(pages) <= PAGES_MAX, name
        for number, page in enumerate(pages):
            buttons = [box for box in page.boxes if box.name == "page"]
            if len(pages) == 1:
                assert buttons == [], name
                continue
            assert (page.page, page.pages) == (number, len(pages)), name
            (button,) = buttons
            places.add(button.rect)
            assert button.event == Chosen("page", (number + 1) % len(pages)), name
            assert f"{number + 1}/{len(pages)}" in {line.text for line in button.lines}, name
    assert len(places) <= 1


@every
def test_an_amount_stands_with_its_confirmation_and_its_pad(
    panel: str, look: str, language: Language
) -> None:
    """Also where it is one of several lines: its number stands again beside the answers."""
    money = {"confirm", "count_right"}
    for name, pages in screens(panel, look, language).items():
        for page in pages:
            named = {box.name for box in page.boxes}
            if money & named or any(one.startswith("digit") for one in named):
                strong = [row for row in sample(name, look, language).rows if row.strong]
                words = [bare(row.figure.number if row.figure else row.value) for row in strong]
                assert "figure" in named or all(one in drawn((page,)) for one in words), name
                assert money & named, name


@every
def test_digits_stand_as_on_a_telephone_and_five_has_a_nib(
    panel: str, look: str, language: Language
) -> None:
    pages = screens(panel, look, language)["enter_amount"]
    page = next(one for one in pages if any(box.role == "key" for box in one.boxes))
    keys = {b.event.value: b for b in page.targets if b.event and b.event.name == "digit"}
    assert set(keys) == set(range(10))
    for row in ((1, 2, 3), (4, 5, 6), (7, 8, 9)):
        assert len({keys[n].rect.y for n in row}) == 1
        assert [keys[n].rect.x for n in row] == sorted(keys[n].rect.x for n in row)
    assert [keys[n].rect.y for n in (1, 4, 7, 0)] == sorted(keys[n].rect.y for n in (1, 4, 7, 0))
    assert keys[0].rect.x == keys[8].rect.x
    assert [n for n, box in keys.items() if box.icon == "nib"] == [5]


@every
def test_nothing_moves_while_an_amount_is_typed(panel: str, look: str, language: Language) -> None:
    laid = screens(panel, look, language)
    for names in (
        ("enter_amount", "enter_amount_1500", "enter_amount_99999"),
        ("state_count", "state_count_1400"),
    ):
        places = [
            [{box.name: box.rect for box in page.targets} for page in laid[name]] for name in names
        ]
        assert all(place == places[0] for place in places), names


@every
def test_whatever_the_keys_stand_on_is_on_the_glass(
    panel: str, look: str, language: Language
) -> None:
    sizes, glass = sizes_of(panel, look), PANELS[panel]
    name, wishes = LOOKS_SHOWN[look]
    for sample in ("idle", "choose_amount", "offered_need"):
        session = shown_as(SAMPLES[sample], name, language)
        session = replace(session, look=replace(session.look, wishes=wishes))
        for place in range(1, len(targets(session)) + 1):
            standing = replace(session, focus=place)
            shown = scene(standing, kept_catalogues()[language], profile_of(look), 0.0)
            boxes = layout(shown, sizes, glass.width_px, glass.height_px, kept_fonts().measure)
            assert boxes.focus == focused(standing)
            assert [b.event for b in boxes.targets].count(boxes.focus) == 1, (sample, place)


def test_the_seconds_left_and_the_ring_are_those_of_now_on_a_screen_that_was_laid_out_before() -> (
    None
):
    shown = sample("choose_amount", "standard", "zh")
    for seconds, place in ((9, None), (8, shown.answers[0].event), (None, shown.answers[1].event)):
        here = replace(shown, timer=seconds, focus=place)
        glass = PANELS[LOW]
        sizes = sizes_of(LOW, "standard")
        boxes = layout(here, sizes, glass.width_px, glass.height_px, kept_fonts().measure)
        left = [box.value for box in boxes.boxes if box.role == "timer"]
        assert left == ([] if seconds is None else [seconds])
        assert boxes.focus == place


def seated(cases: Iterable[tuple[str, str, Language]]) -> list[tuple[str, str, Language]]:
    return [case for case in cases if case[1].endswith("seated")]


def middle(box: Box) -> float:
    return box.rect.y + box.rect.h / 2


@pytest.mark.parametrize(("panel", "look", "language"), with_part(seated(CASES), seated(PART)))
def test_a_seated_hand_reaches_everything(panel: str, look: str, language: Language) -> None:
    """TCH-16: under the line of `theme.toml`; the switches directly above the bar."""
    sizes, still = sizes_of(panel, look), still_of(panel, look, language)
    assert still.view.y == still.profile.y == still.language.y >= still.main.bottom
    assert still.view.bottom < still.bar[0].y
    for name, boxes in glasses(panel, look, language):
        for box in boxes.targets:
            assert box.rect.y >= sizes.reach_top_px, (name, box.name)
        if panel != UPRIGHT:
            continue
        # A title may stand beside the first answer, but is read before it: it begins above its middle.
        own = [middle(box) for box in boxes.targets if box.name not in (*FIXED, "page")]
        titles = [box for box in boxes.boxes if box.name == "title" and own]
        for title in titles:
            assert title.rect.y < min(own) or title.rect.y >= still.view.y, name


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("look", [*PLAIN, "low_vision"])
def test_the_first_screen_offers_every_language(panel: str, look: str, language: Language) -> None:
    shown = sample("idle", look, language)
    pages = laid_pages(shown, sizes_of(panel, look), panel)
    found = [b.event.value for one in pages for b in one.targets if b.event.name == "language"]  # type: ignore[union-attr]
    assert found == list(LANGUAGES)
    assert "insert_card" in {box.icon for box in pages[0].boxes}
    assert all(page.fits for page in pages)


def fewer(names: Iterable[str]) -> list[str]:
    """All screens of a withdrawal and some of each service."""
    known = list(names)
    services = [name for name in known if name in OF_SERVICES]
    return [name for name in known if name not in OF_SERVICES] + services[::EACH]


WIDE = [(panel, language) for panel in (COARSE, LOW, UPRIGHT) for language in BASIC]


@pytest.mark.parametrize(("panel", "language"), with_part(WIDE, WIDE_PART))
def test_wider_spacing_loses_nothing(panel: str, language: Language, whole: bool) -> None:
    """VIS-17: lines 1.5 ems, paragraphs 2 ems apart, letters .12 and words .16 em wider."""
    profile = replace(kept_profiles()["standard"], line_spacing=1.5)
    wide = replace(
        kept_design(), measures={**kept_design().measures, "paragraph_gap": 1.34, "title_line": 1.5}
    )
    sizes = theme(profile, PANELS[panel], wide)

    def spaced(text: str, em_px: int, bold: bool, tongue: str = "zh", /) -> int:
        more = 0.12 * len(text) + 0.16 * text.count(" ")
        return kept_fonts().measure(text, em_px, bold, tongue) + round(more * em_px)

    there = samples_in(language)
    for name in there if whole else fewer(there):
        shown = seen(there[name], "standard", language)
        pages = laid_pages(shown, sizes, panel, spaced)
        for boxes in pages:
            assert boxes.fits, name
            for one, other in combinations(solid(boxes), 2):
                assert not one.rect.overlaps(other.rect), (name, one.name, other.name)
        assert all(bare(a.label) in drawn(pages) for a in shown.answers if not a.figure), name


MIRRORED = [(panel, look) for panel in (COARSE, UPRIGHT) for look in (*PLAIN, "low_vision")]


@pytest.mark.parametrize(("panel", "look"), with_part(MIRRORED, MIRRORED_PART))
def test_a_right_to_left_screen_is_the_mirror_of_the_other(
    panel: str, look: str, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes, width = sizes_of(panel, look), PANELS[panel].width_px
    for name in SAMPLES if whole else fewer(SAMPLES):
        session = SAMPLES[name]
        shown = seen(session, look, "zh")
        plain = laid_pages(shown, sizes, panel)
        with monkeypatch.context() as turning:
            turning.setattr("screens.layout.RIGHT_TO_LEFT", frozenset(("zh",)))
            turned = laid_pages(shown, sizes, panel)
        for one, other in zip(plain, turned, strict=True):
            for box, across in zip(one.boxes, other.boxes, strict=True):
                assert (box.name, box.rect.y, box.rect.w) == (
                    across.name,
                    across.rect.y,
                    across.rect.w,
                ), name
                if box.role != "key" and box.name != "clear":
                    assert across.rect.x == width - box.rect.right, (name, box.name)


def test_in_the_mirror_digits_keep_their_order_and_pictures_their_face() -> None:
    key = Box(Rect(10, 0, 20, 20), "key", name="digit1")
    next_key = Box(Rect(33, 0, 20, 20), "key", name="digit2")
    clear = Box(Rect(33, 23, 20, 20), "quiet", name="clear")
    back = Box(Rect(0, 50, 30, 20), "bar", icon="back", icon_rect=Rect(2, 52, 8, 8), name="back")
    card = Box(Rect(60, 0, 30, 30), "picture", icon="take_card", icon_rect=Rect(60, 0, 30, 30))
    steps = Box(Rect(0, 90, 40, 6), "steps", value=1, of=4, name="steps")
    boxes = (key, next_key, clear, back, card, steps)
    one, two, lower, arrow, picture, counted = mirrored(boxes, 100)
    assert (counted.turned, counted.rect.x, picture.turned) == (True, 60, False)
    assert (one.rect.x, two.rect.x, lower.rect.x) == (47, 70, 70)
    assert (arrow.icon, arrow.rect.x, arrow.icon_rect) == ("back_rtl", 70, Rect(90, 52, 8, 8))
    assert (picture.icon, picture.rect.x) == ("take_card", 10)


@every
def test_what_may_not_be_pressed_keeps_its_place_and_looks_different_without_colour(
    panel: str, look: str, language: Language
) -> None:
    off = [
        box for box in screens(panel, look, language)["take_notes"][0].boxes if box.role == "off"
    ]
    silent = ["repeat"] if language in DRAFTED else []
    assert [box.name for box in off] == [*silent, "back", "return_card"]
    assert all(box.event is None for box in off)
    assert LOOKS["off"].dashed


def test_words_beside_a_growing_picture_do_not_touch_the_frame_of_their_tile() -> None:
    """One half to three quarters, in the largest Chinese that has room."""
    (page,) = screens(COARSE, "elder", "zh")["damaged_notes_left"]
    tiles = [box for box in page.boxes if box.name == "left"]
    assert len(tiles) == 4
    for box in tiles:
        words = max(box.lines, key=lambda line: line.x)
        assert box.rect.right - words.x - words.width >= 0.7 * words.em_px, words.text


def test_the_bars_of_the_steps_do_not_underline_a_title_of_two_lines() -> None:
    shown, sizes = sample("state_count", "elder", "en"), sizes_of(COARSE, "elder")
    (page,) = laid_pages(shown, sizes, COARSE)
    (title,) = (box for box in page.boxes if box.name == "title")
    assert [line.text for line in title.lines] == ["What did you get?"]
