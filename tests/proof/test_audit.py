"""The audit's arithmetic against published figures, how it finds things in pixels, and what it tells."""

import json
from argparse import Namespace
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pygame
import pytest

from screens.layout import Rect
from sim.proof.audit import command
from sim.proof.audit import run as audit
from sim.proof.audit.contrast import MODERATE, SEVERE, contrast
from sim.proof.audit.findings import Reading, Tally, Where, at_least, at_most, verdict
from sim.proof.audit.matrix import LOOKS, PANELS, TIGHTEST, Unit, units
from sim.proof.audit.page import page
from sim.proof.audit.pixels import bounds, canvas, commonest, coverage, farthest
from sim.proof.audit.report import as_table
from sim.proof.audit.requirements import (
    DEMANDS,
    REQUIREMENTS,
    min_legible_pt,
    visual_angle_degrees,
)
from sim.proof.audit.run import Choice, chosen
from sim.proof.audit.targets import outline
from sim.proof.audit.words import GRAMMARS, longest_run, sentences
from sim.stage.samples import OF_ALL, SAMPLES
from sim.stage.settings import ConfigurationError, own_design
from terminal.messages import VOICED
from terminal.profile import LANGUAGES, PROFILE_NAMES

DESIGN = own_design()


# --- the matrix ------------------------------------------------------------------------------------


def test_nothing_is_left_out_of_the_matrix() -> None:
    assert {look.profile for look in LOOKS.values()} == set(PROFILE_NAMES) == set(DEMANDS)
    assert set(GRAMMARS) >= set(LANGUAGES)
    whole = Choice().units
    shown = [
        len(look.panels) * len(VOICED) if look.panels else len(PANELS) * len(LANGUAGES)
        for look in LOOKS.values()
    ]
    assert len(whole) == sum(shown)
    assert all(Unit(look, "zh", TIGHTEST[0], tuple(SAMPLES)) in whole for look in LOOKS)
    assert all(look.panels in ((), TIGHTEST) for look in LOOKS.values())
    for unit in whole:
        assert unit.screens == tuple(SAMPLES if unit.language in VOICED else OF_ALL)


def test_every_look_is_seen_on_a_panel_that_is_named() -> None:
    named = Choice(panels=("15.6in-1366x768",))
    assert len(named.units) == len(LOOKS) * len(LANGUAGES)


# --- arithmetic -----------------------------------------------------------------------------------


def test_the_worked_example_of_legible_size() -> None:
    assert round(min_legible_pt(70, 0.5, "5-10"), 1) == 13.5
    assert round(min_legible_pt(80, 0.6, "11-15"), 1) == 18.8
    elder_pt = DESIGN.profiles["elder"].body_em_mm / 25.4 * 72
    assert elder_pt >= 1.5 * min_legible_pt(80, 0.6, "11-15")


def test_the_angle_of_a_capital() -> None:
    assert visual_angle_degrees(7.33) == pytest.approx(0.7, abs=0.0005)
    assert visual_angle_degrees(6.11, 500) == pytest.approx(0.7, abs=0.0005)


@pytest.mark.parametrize(
    ("ink", "ground", "plain", "moderate", "severe"),
    [
        (0x1A1A1A, 0xFFFFFF, 17.40, 7.18, 4.61),
        (0x0B2A5B, 0xFFFFFF, 14.03, 6.65, 4.43),
        (0xFFFF00, 0x000000, 19.56, 7.31, 4.64),
        (0xFFFFFF, 0xB3261E, 6.54, 4.32, 3.28),
        (0x595959, 0xFFFFFF, 7.00, 4.60, 3.48),
        (0xE65100, 0xFFFFFF, 3.79, 2.97, 2.47),
        (0x0000FF, 0x000000, 2.44, 1.36, 1.15),
    ],
)
def test_contrast_is_that_of_the_published_palette(
    ink: int, ground: int, plain: float, moderate: float, severe: float
) -> None:
    """accessibility.md B4."""
    assert contrast(ink, ground) == contrast(ground, ink) == pytest.approx(plain, abs=0.006)
    assert contrast(ink, ground, MODERATE) == pytest.approx(moderate, abs=0.006)
    assert contrast(ink, ground, SEVERE) == pytest.approx(severe, abs=0.006)


def test_a_panel_has_so_many_pixels_in_a_millimetre() -> None:
    """accessibility.md B2."""
    found = [glass.px_per_mm for glass in PANELS.values()]
    assert found == pytest.approx([3.36, 3.96, 5.56, 3.40, 4.03], abs=0.006)


# --- pixels ---------------------------------------------------------------------------------------


def drawn(*rects: tuple[tuple[int, int, int], Rect]) -> pygame.Surface:
    """A white surface with coloured rectangles."""
    surface = pygame.Surface((120, 80), depth=32)
    surface.fill("white")
    for colour, rect in rects:
        surface.fill(colour, rect)
    return surface


def test_colours_are_counted_and_ink_is_told_from_ground() -> None:
    surface = drawn(((200, 200, 200), Rect(0, 0, 120, 30)), ((0, 0, 99), Rect(10, 10, 4, 4)))
    with canvas(surface) as picture:
        everything = picture.cut(picture.glass)
        part = picture.cut(Rect(-5, -5, 25, 25))
    assert commonest(everything) == 0xFFFFFF
    assert farthest(everything, 0xFFFFFF, 3) == 0x000063
    assert farthest(everything, 0xFFFFFF, 17) == 0xC8C8C8
    assert part.shape == (20, 20)
    levels = coverage(np.array([[0xFFFFFF, 0x000000, 0x7F7F7F]], np.uint32), 0xFFFFFF, 0)
    assert levels[0].tolist() == pytest.approx([0, 1, 0.5], abs=0.01)
    assert bounds(everything == 0x000063) == Rect(10, 10, 4, 4)
    assert bounds(everything == 0x123456) is None


def test_a_drawn_edge_is_found_where_it_is() -> None:
    place = Rect(20, 20, 60, 40)
    surface = drawn(((10, 40, 90), place), ((240, 240, 240), place.inset(2, 2)))
    with canvas(surface) as picture:
        exact = outline(picture, place)
        beside = outline(picture, Rect(17, 21, 60, 40))
        nothing = outline(picture, Rect(60, 5, 40, 30))
        larger = outline(picture, Rect(30, 28, 40, 24))
    assert exact is not None
    assert (exact.rect, exact.off_px) == (place, 0)
    assert exact.contrast == pytest.approx(contrast(0x0A285A, 0xFFFFFF))
    assert beside is not None
    assert (beside.rect, beside.off_px) == (place, 3)
    assert nothing is None
    assert larger is None


# --- words ----------------------------------------------------------------------------------------


def test_clauses_and_sentences_are_counted_as_they_are_read() -> None:
    zh, en = GRAMMARS["zh"], GRAMMARS["en"]
    assert longest_run(zh, "请核对。编号{reference}，请记好") == (7, "编号1,500")
    assert longest_run(en, "It is {amount}. That is 1.5 times more than before.")[0] == 7
    assert len(sentences(zh, "好。请{a}看。对吗？")) == 3
    assert len(sentences(en, "Pay 1.50 yuan. Then go.")) == 2


# --- tallies --------------------------------------------------------------------------------------

HERE = Where("review", "elder", "zh", "15.0in-1024x768")


def test_a_tally_keeps_the_worst_and_all_that_is_broken() -> None:
    tally = Tally()
    tally.add(HERE, [at_least("VIS-01", 6.0, 4.8), at_least("VIS-01", 5.0, 4.8)])
    assert tally.found() == []
    tally.add(HERE._replace(screen="idle"), [at_least("VIS-01", 4.7, 4.8)])
    other = Tally()
    other.add(HERE._replace(screen="starting"), [at_least("VIS-01", 4.7, 4.8)])
    other.add(HERE._replace(language="en"), [at_most("COG-01", 5, 4)])
    tally.merge(other)
    assert (tally.measurements, tally.broken.total()) == (5, 3)
    first, second = tally.found()
    assert (first.reading.requirement, second.reading.requirement) == ("COG-01", "VIS-01")
    assert second.screens == ("idle", "starting")
    assert [sight.reading.value for sight in tally.worst_of("VIS-01")] == [4.7]
    assert verdict(tally, "VIS-01") == "broken"
    assert verdict(tally, "VIS-02") == "not measured"


def test_a_bound_is_kept_by_a_hair_and_no_more() -> None:
    assert at_least("VIS-01", 4.8 - 1e-12, 4.8).holds
    assert not at_least("VIS-01", 4.79, 4.8).holds
    assert at_most("COG-01", 4, 4).holds
    assert not at_most("COG-01", 5, 4).holds


# --- what is told ---------------------------------------------------------------------------------


def test_words_choose_looks_by_their_name_or_their_profile() -> None:
    looks = [name for name, look in LOOKS.items() if look.profile == "elder"]
    choice = chosen(["elder"], [LANGUAGES[0]], [], ["review"])
    assert list(choice.looks) == looks
    assert (choice.languages, choice.screens) == ((LANGUAGES[0],), ("review",))
    assert choice.panels == tuple(PANELS)
    assert chosen([], [], [], []) == Choice()
    with pytest.raises(ConfigurationError, match=r'no look|no profile.*Did you mean "elder"'):
        chosen(["eldr"], [], [], [])


def given(out: Path | None, **chosen: list[str]) -> Namespace:
    """What the command line says."""
    nothing = {"profile": None, "language": None, "panel": None, "screen": None}
    return Namespace(**{**nothing, **chosen}, out=out, jobs=1)


def test_the_command_writes_page_table_and_pictures(tmp_path: Path) -> None:
    to = StringIO()
    code = command.run(
        given(
            tmp_path,
            profile=["elder-seated"],
            language=["zh"],
            panel=["15.0in-1024x768"],
            screen=["review", "take_card"],
        ),
        to,
    )
    assert code == command.WELL, to.getvalue()
    assert "2 screens, 2 pictures" in to.getvalue()
    table = json.loads((tmp_path / command.TABLE).read_text(encoding="utf-8"))
    assert table["findings"] == []
    assert table["viewing_distance_mm"] == 600
    assert {each["id"] for each in table["requirements"]} == set(REQUIREMENTS)
    [capital] = [each for each in table["requirements"] if each["id"] == "VIS-01"]
    assert capital["worst"][0]["value"] > 7.33
    html = (tmp_path / command.PAGE).read_text(encoding="utf-8")
    pictures = {path.name for path in (tmp_path / audit.PICTURES).iterdir()}
    named = {w["picture"] for r in table["requirements"] for w in r["worst"] if "picture" in w}
    assert pictures == named
    assert len(pictures) > 5
    assert all(name in html for name in pictures)
    assert "600 mm" in html
    assert "drafts" in html
    assert "http" not in html, "nothing is fetched"


def test_a_finding_is_told_with_its_place_its_value_and_what_is_asked() -> None:
    tally = Tally()
    broken = Reading("VIS-01", 4.68, 4.8, True, Rect(5, 6, 70, 30), "请核对")
    tally.add(HERE, [broken])
    tally.add(HERE._replace(screen="idle"), [broken])
    lines = list(command.summary(tally))
    assert "2 in 1 places" in lines[0]
    for words in ("VIS-01", "elder zh 15.0in-1024x768", "4.68 mm", "at least 4.8", "1 other"):
        assert words in lines[1]
    table = as_table(tally, Choice(), DESIGN, {(HERE, broken.rect): "000-review.png"})
    [finding] = table["findings"]
    assert (finding["rect"], finding["picture"]) == ([5, 6, 70, 30], "000-review.png")
    assert "000-review.png" in page(table)


def test_the_page_says_which_looks_were_not_seen_on_every_panel() -> None:
    table = as_table(Tally(), Choice(), DESIGN, {})
    few = {name: list(look.panels) for name, look in LOOKS.items() if look.panels}
    assert table["on_few_panels"] == few
    for name in few:
        assert name in page(table).split("Only on", 1)[1].split("</p>", 1)[0]
    named = Choice(panels=("15.6in-1366x768",))
    assert as_table(Tally(), named, DESIGN, {})["on_few_panels"] == {}


def test_a_finding_makes_the_exit_code_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty() -> object:
        entry = replace(DESIGN.catalogues["zh"].entries["review"], text="钱" * 21)
        zh = DESIGN.catalogues["zh"]
        entries = {**zh.entries, "review": entry}
        return replace(DESIGN, catalogues={**DESIGN.catalogues, "zh": replace(zh, entries=entries)})

    monkeypatch.setattr(command, "read_design", faulty)
    to = StringIO()
    one = given(None, profile=["elder"], language=["zh"], panel=["15.0in-1024x768"])
    assert command.run(Namespace(**{**vars(one), "screen": ["idle"]}), to) == command.BROKEN
    assert "COG-05 clause" in to.getvalue()


def test_two_processes_find_what_one_does() -> None:
    choice = Choice(("elder",), LANGUAGES[:1], tuple(PANELS)[:2], ("idle", "review"))
    alone, together = Tally(), Tally()
    for part in audit.pictures_of(choice, 1):
        alone.merge(part)
    for part in audit.pictures_of(choice, 2):
        together.merge(part)
    assert alone.counts == together.counts
    assert alone.worst == together.worst
    assert units(("elder",), LANGUAGES[:1], tuple(PANELS)[:2], ("idle", "review")) == choice.units
