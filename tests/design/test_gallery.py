"""The gallery: the same bytes twice, each picture once, what changed first; and a map with every screen."""

import json
import re
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens import layout
from screens.layout import Box, Layout, Rect
from sim.design import accepted, gallery
from sim.design.flow_map import Node, flow_map, group_of
from sim.design.flow_svg import Shown, drawing
from sim.design.pictures import SMALL, WHOLE, Store, packed, png, seen_of
from sim.design.screens_told import PLAIN, VISIT, told
from sim.design.sheet import Sheet, bands, stood
from sim.design.walk import Walked, screen_of, walk
from sim.proof.audit.matrix import PANELS, Stage, Studio, Unit
from sim.proof.audit.run import Choice
from sim.senses.models import SIGHTS
from sim.stage.samples import SAMPLES, samples_in
from sim.stage.settings import ConfigurationError, own_design
from terminal import session as s
from terminal.events import Chosen
from terminal.money import yuan
from tests.laws.test_reach import PATH, touched

USUAL: Final = "19in-1280x1024"
SMALLEST: Final = "15.0in-1024x768"
FEW = Choice(("standard",), ("zh",), (SMALLEST, USUAL), ("idle", "review"))
DESIGN = own_design()


def built(folder: Path, samples: Mapping[str, s.Session] = SAMPLES, **given: Any) -> list[str]:
    """A gallery of few screens, and what is told of it."""
    return [*gallery.build(folder, FEW, 1, stage=Stage(DESIGN, samples=samples), **given)]


def data(folder: Path) -> dict[str, Any]:
    """What the page's script reads."""
    page = (folder / gallery.PAGE).read_text(encoding="utf-8")
    found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    held: dict[str, Any] = json.loads(found[1])
    return held


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def other_review() -> dict[str, s.Session]:
    """The samples with another amount at the review."""
    review = SAMPLES["review"]
    assert isinstance(review.phase, s.Reviewing)
    return {**SAMPLES, "review": replace(review, phase=replace(review.phase, amount=yuan(1_400)))}


# --- the build ------------------------------------------------------------------------------------


def test_two_builds_have_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        built(tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "other")
    built(tmp_path / "other")
    assert contents(tmp_path / "one") == contents(tmp_path / "other"), "built over itself"


def test_pictures_that_look_the_same_are_one_file(tmp_path: Path) -> None:
    built(tmp_path, {**SAMPLES, "idle": SAMPLES["review"]})
    store = Store(tmp_path)
    assert len([*store.names(SMALL)]) == len(FEW.panels)
    assert len([*store.names(WHOLE)]) == 1, "of the usual panel only"
    cells = [unit["cells"] for unit in data(tmp_path)["units"]]
    assert all(idle == review for idle, review in cells)


def test_what_is_known_is_not_drawn_again_unless_its_picture_is_gone(tmp_path: Path) -> None:
    built(tmp_path)
    assert "0 were drawn anew" in built(tmp_path)[0]
    store = Store(tmp_path)
    store.path(SMALL, next(store.names(SMALL))).unlink()
    assert "1 were drawn anew" in built(tmp_path)[0]


def test_what_changed_is_told_and_shown_before_and_after(tmp_path: Path) -> None:
    built(tmp_path, accepting=True)
    assert "Against what was accepted: 0 changed, 0 new, 0 gone." in built(tmp_path)
    lines = built(tmp_path, other_review())
    places = [f"review/standard/zh/{panel}" for panel in FEW.panels]
    assert lines[1] == "Against what was accepted: 2 changed, 0 new, 0 gone."
    assert lines[2:4] == [f"  changed: {place}" for place in places]
    held = data(tmp_path)
    assert [*held["changed"]] == places
    before = held["pictures"][held["changed"][places[1]][0]]
    now = held["pictures"][held["units"][1]["cells"][1][0]]
    assert before != now
    for name in (before, now):
        assert Store(tmp_path).has(SMALL, seen_of(name).small)
        assert Store(tmp_path).has(WHOLE, name)


def test_accepting_a_change_makes_it_what_should_be(tmp_path: Path) -> None:
    built(tmp_path, accepting=True)
    lines = built(tmp_path, other_review(), accepting=True)
    assert "Against what was accepted: 0 changed, 0 new, 0 gone." in lines


def test_nothing_is_compared_where_nothing_was_accepted(tmp_path: Path) -> None:
    assert "Nothing was accepted yet" in built(tmp_path)[1]
    assert data(tmp_path)["accepted"] is False


def test_screens_that_came_and_went_are_told() -> None:
    before = {"idle/standard/zh/p": ("a",), "old/standard/zh/p": ("b",)}
    now = {"idle/standard/zh/p": ("a",), "review/standard/zh/p": ("c",)}
    found = accepted.compared(now, before, ("idle", "review"))
    assert found == accepted.Compared({}, ("review/standard/zh/p",), ("old/standard/zh/p",))


def test_a_place_that_was_not_drawn_stays_accepted(tmp_path: Path) -> None:
    accepted.accept(tmp_path, {"idle/elder/zh/p": ("a",)}, ("idle",))
    accepted.accept(tmp_path, {"idle/standard/zh/p": ("b",)}, ("idle",))
    assert accepted.read(tmp_path) == {"idle/elder/zh/p": ("a",), "idle/standard/zh/p": ("b",)}


def test_a_file_that_is_no_baseline_is_none(tmp_path: Path) -> None:
    (tmp_path / accepted.ACCEPTED).write_text("[]")
    assert accepted.read(tmp_path) is None


# --- pictures -------------------------------------------------------------------------------------


def test_a_packed_picture_has_every_pixel() -> None:
    surface = pygame.Surface((5, 3), depth=32)
    for x in range(5):
        surface.set_at((x, x % 3), (40 * x, 255 - 40 * x, 7))
    pixels = pygame.image.tobytes(surface, "RGB")
    read = pygame.image.load(BytesIO(packed(pixels, (5, 3), 6)), "x.png")
    assert pygame.image.tobytes(read, "RGB") == pixels


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(1, 7))
def test_a_whole_picture_has_every_pixel_however_often_a_row_comes(
    rows: list[int], wide: int
) -> None:
    surface = pygame.Surface((wide, len(rows)), depth=32)
    for y, row in enumerate(rows):
        for x in range(wide):
            surface.set_at((x, y), (80 * row, (row * x * 37) % 256, 255 - row))
    read = pygame.image.load(BytesIO(png(surface)), "x.png")
    assert pygame.image.tobytes(read, "RGB") == pygame.image.tobytes(surface, "RGB")


@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_a_change_of_any_pixel_makes_another_check(
    wide: int, tall: int, drawn: st.DataObject
) -> None:
    surface = pygame.Surface((wide, tall), depth=32)
    surface.fill((7, 8, 9))
    before = Sheet(surface).check()
    place = drawn.draw(st.tuples(st.integers(0, wide - 1), st.integers(0, tall - 1)))
    surface.set_at(place, (7, 8, 10))
    assert Sheet(surface).check() != before


def test_what_differs_only_in_what_a_press_says_is_one_picture() -> None:
    """But not where the keys stand on it."""
    rect = Rect(0, 0, 9, 9)
    one, other = (
        Layout(9, 9, name, (Box(rect, "choice", event=Chosen(name), name=name),), True)
        for name in ("yes", "no")
    )
    assert stood(one) == stood(other)
    assert stood(one) != stood(replace(one, focus=Chosen("yes")))
    assert stood(one) != stood(replace(one, pointed=Chosen("yes")))


def test_a_screen_looks_the_same_whatever_was_laid_out_before_it() -> None:
    """What stands still on it is its own, though its content is arranged once for all that share it."""
    unit = Unit("low-vision-yellow", "zh", SMALLEST, tuple(SAMPLES)[::4])
    studio = Studio(Stage(DESIGN), unit)
    after_others = [shot.laid for screen in unit.screens for shot in studio.shots(screen)]
    alone = []
    for screen in unit.screens:
        layout._pages.cache_clear()
        layout._screen.cache_clear()
        alone += [shot.laid for shot in studio.shots(screen)]
    assert after_others == alone


def test_one_pixel_makes_another_picture(tmp_path: Path) -> None:
    """Also where the small one hides it."""
    surface = pygame.Surface((1280, 1024), depth=32)
    first = Store(tmp_path).keep(Sheet(surface), whole=False)
    surface.set_at((700, 500), (1, 1, 1))
    second = Store(tmp_path).keep(Sheet(surface), whole=False)
    assert first.small == second.small
    assert first.name != second.name


def test_whole_pictures_are_drawn_where_the_page_looks_for_them(tmp_path: Path) -> None:
    given = Namespace(whole=["review/elder/*/21.5in-1080x1920"], out=tmp_path)
    told_of = StringIO()
    assert gallery.run(given, told_of) == gallery.WELL
    path = tmp_path / gallery.DEMANDED / "review.elder.zh.21.5in-1080x1920.1.png"
    assert str(path) in told_of.getvalue().split()
    assert pygame.image.load(path).get_size() == (1080, 1920)


def test_whole_pictures_of_nothing_and_of_everything_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No screen is called reviw"):
        [*gallery.drawn_whole(tmp_path, ["reviw/elder/zh/*"], Stage(DESIGN))]
    with pytest.raises(ConfigurationError, match="at most 2,000"):
        [*gallery.drawn_whole(tmp_path, ["*"], Stage(DESIGN))]


# --- the page -------------------------------------------------------------------------------------


def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    built(tmp_path)
    page = (tmp_path / gallery.PAGE).read_text(encoding="utf-8")
    assert "<!--" not in page, "a part of the template that nothing filled"
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page) == []
    assert "import " not in re.sub(r"<script type.*?</script>", "", page, flags=re.DOTALL)


def test_every_sight_can_be_chosen_and_a_lost_field_is_masked_around_the_pointer(
    tmp_path: Path,
) -> None:
    built(tmp_path)
    held = data(tmp_path)
    assert [one["name"] for one in held["sights"]] == [one.name for one in SIGHTS]
    lost = {one["name"]: (one["lost"], one["degrees"]) for one in held["sights"] if one["lost"]}
    assert lost == {"central-loss": ("central", 5.0), "side-loss": ("side", 10.0)}
    page = (tmp_path / gallery.PAGE).read_text("utf-8")
    for kind, _ in lost.values():
        assert re.search(
            rf'data-lost="{kind}"\] :is\(.frame, .field\)::after {{[^}}]*mask-image', page
        )


def test_every_cell_names_a_picture_that_is_there(tmp_path: Path) -> None:
    built(tmp_path)
    held, store = data(tmp_path), Store(tmp_path)
    for unit in held["units"]:
        for cell in unit["cells"]:
            for number in cell:
                assert store.has(SMALL, seen_of(held["pictures"][number]).small)


def test_a_gallery_shows_the_three_profiles_if_nothing_is_said() -> None:
    nothing = Namespace(profile=None, language=None, panel=None, screen=None)
    choice = gallery.wanted(nothing)
    assert choice.looks == ("standard", "elder", "low-vision-yellow")
    assert choice.panels == tuple(PANELS)
    assert gallery.everything(choice)
    assert gallery.usual_panel() == USUAL


def test_screens_are_told_by_what_they_are() -> None:
    review, helped = told("a", SAMPLES["review"]), told("b", SAMPLES["help_over_idle"])
    assert (review.service, review.states) == ("withdrawal", (PLAIN,))
    assert (helped.service, helped.states) == (VISIT, ("help over it",))
    assert told("c", SAMPLES["balance_showing"]).service == "balance"


# --- the map --------------------------------------------------------------------------------------


@cache
def walked() -> Walked:
    return walk()


@cache
def nodes() -> tuple[Node, ...]:
    return flow_map(walked(), DESIGN.catalogues["en"])


@pytest.mark.whole
def test_the_map_has_every_screen_that_the_customers_walk_reaches() -> None:
    """That of tests/laws, which has a withdrawal only."""
    mine = {(node.screen.phase, node.screen.key) for node in nodes()}
    theirs = {(phase, key) for phase, over, key in touched("standard", PATH).nodes if not over}
    assert len(theirs) > 40
    assert {(phase, key.replace(".after.", ".")) for phase, key in theirs} <= mine
    assert {over for _, over, _ in touched("standard", PATH).nodes} - {""} <= {
        node.screen.over for node in nodes()
    }


def test_the_map_has_every_sample_and_no_screen_twice() -> None:
    screens = [node.screen for node in nodes()]
    assert len(screens) == len(set(screens))
    assert {screen_of(one) for one in SAMPLES.values()} <= set(screens)


def test_a_screen_of_the_map_is_reached_or_says_that_it_is_not() -> None:
    ends = {way.end for node in nodes() for way in node.exits} | walked().begins
    over = {way.end for way in walked().ways}
    for node in nodes():
        assert node.reached == (node.screen in ends | over), node.screen
    assert sum(node.reached for node in nodes()) > 0.75 * len(nodes())
    assert {node.group for node in nodes() if node.reached} == {node.group for node in nodes()}


def test_an_exit_is_named_by_the_button_that_leads_there() -> None:
    review = next(node for node in nodes() if node.sample == "review")
    assert any(way.names[0] == "Confirm" and way.end.phase == "Authorizing" for way in review.exits)
    idle = next(node for node in nodes() if node.screen.phase == "Idle")
    assert any("card inserted" in way.names for way in idle.exits)


def test_the_map_is_drawn_whole_and_the_same_twice() -> None:
    shown = {node.screen: Shown(node.screen.key, "", "") for node in nodes()}
    first = drawing(nodes(), shown)
    assert first == drawing(flow_map(walked(), DESIGN.catalogues["en"]), shown)
    assert first.count('<g class="node') == len(nodes())
    for group in {group_of(node.screen) for node in nodes()}:
        assert f">{group.replace('_', ' ')}</text>" in first


def test_the_map_counts_steps_from_where_one_comes_in() -> None:
    depths = {node.screen.key: node.depth for node in nodes() if node.group == "before a service"}
    steps = ("idle", "reading_card", "asking_bank", "enter_pin", "checking_pin", "choose_service")
    assert [depths[key] for key in steps] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "unit",
    [
        Unit("standard", "ug", SMALLEST, ()),
        Unit("elder", "zh", "21.5in-1080x1920", ()),
        Unit("low-vision-yellow", "bo", SMALLEST, ()),
    ],
    ids=lambda unit: f"{unit.look}-{unit.language}",
)
def test_a_page_is_painted_as_if_no_other_had_been_there_before(unit: Unit, whole: bool) -> None:
    names = tuple(samples_in(unit.language))[:: 1 if whole else 12]
    studio = Studio(Stage(DESIGN), unit._replace(screens=names))
    one = Sheet(pygame.Surface(studio.surface.get_size(), depth=32))
    for shot in (shot for screen in names for shot in studio.shots(screen)):
        one.paint(studio.painter, shot.laid, studio.theme, stood(shot.laid))
        alone = Sheet(studio.paint(shot))
        assert one.surface.get_buffer().raw == alone.surface.get_buffer().raw, shot.scene.title
        assert one.check() == alone.check()
        assert pygame.image.tobytes(one.small(), "RGB") == pygame.image.tobytes(
            alone.small(), "RGB"
        )


def test_what_is_painted_again_is_what_stands_otherwise() -> None:
    here, below = (Box(Rect(0, y, 9, 20), "text") for y in (101, 601))
    now = ((here, False, False),)
    assert bands((), now, 999, 5) == [(0, 999)]
    assert bands(now, now, 999, 5) == []
    assert bands(now, (*now, (below, False, False)), 999, 5) == [(600, 622)]
    assert bands(now, ((here, True, False),), 999, 5) == [(96, 126)]
    assert bands((*now, (below, False, False)), ((below, False, False), *now), 999, 5) == [(0, 999)]
    assert bands(now, (*now, (replace(below, role="curtain"), False, False)), 999, 5) == [(0, 999)]
