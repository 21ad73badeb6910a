"""The machine's front: what lies where, what a press on it does, and what a newcomer does next."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import pygame
import pytest

from screens.front import (
    DemoCard,
    FrontState,
    arrange,
    front_layout,
    next_act,
)
from screens.front_inlet import Inlet
from screens.front_paint import paint_front
from screens.front_parts import ACT, EM_PX_MIN, FrontBox
from screens.layout import Layout, Rect
from screens.paint import Fonts, Painter
from screens.theme import Design, luminance
from terminal.messages import Catalogue
from terminal.profile import LANGUAGES, Language

NAMES = ("lin", "chen", "zhou", "wang", "li", "smith", "expired", "unknown", "dead", "transit")
CARDS = (
    *(DemoCard(name, "陈桂兰", "Zhou Jianguo", (150, 44, 52), "135790", 74) for name in NAMES[:6]),
    *(DemoCard(name, "芯片损坏的卡", "Card with a dead chip", (90, 90, 90)) for name in NAMES[6:]),
)
IDLE = FrontState(CARDS, lights={"card": True})
AREAS = (
    Rect(1000, 0, 340, 1024),
    Rect(0, 760, 1280, 264),
    Rect(900, 0, 460, 768),
    Rect(580, 0, 220, 600),
    Rect(0, 560, 700, 440),
    Rect(748, 0, 276, 768),
    Rect(0, 1402, 1080, 518),
)


def laid(
    state: FrontState,
    catalogues: Mapping[Language, Catalogue],
    fonts: Fonts,
    area: Rect = AREAS[0],
    language: Language = "zh",
) -> Layout:
    return front_layout(state, area, catalogues[language], fonts.measure)


def acts(boxes: Layout) -> set[str]:
    assert all(box.event and box.event.name == ACT for box in boxes.targets)
    return {str(box.event.value) for box in boxes.targets if box.event}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_everything_is_inside_and_nothing_to_press_overlaps(
    catalogues: Mapping[Language, Catalogue], fonts: Fonts, area: Rect, language: Language
) -> None:
    for state in (
        IDLE,
        FrontState(CARDS, "chen", "gate"),
        FrontState(CARDS, notes={100: 15, 50: 1, 20: 2, 10: 1}),
        FrontState(CARDS, "chen", "inside", keypad_active=True, kept=("lin", "dead")),
        FrontState(CARDS, "chen", "inside", inlet=Inlet(open=True)),
        FrontState(CARDS, notes={50: 2}, inlet=Inlet(returned={100: 15, 50: 1, 20: 2, 10: 1})),
    ):
        boxes = laid(state, catalogues, fonts, area, language)
        for box in boxes.boxes:
            assert area.contains(box.rect), box.name
            for line in box.lines:
                assert box.rect.x <= line.x, (box.name, line.text)
                assert line.x + line.width <= box.rect.right, (box.name, line.text)
                assert box.rect.y <= line.baseline - line.em_px * 0.8, (box.name, line.text)
                assert line.baseline + line.em_px * 0.1 <= box.rect.bottom, (box.name, line.text)
        for one, other in combinations(boxes.targets, 2):
            assert not one.rect.overlaps(other.rect), (one.name, other.name)


def test_every_card_can_be_inserted_and_every_key_pressed(
    catalogues: Mapping[Language, Catalogue], fonts: Fonts
) -> None:
    pad = [*"0123456789*#", "enter", "clear", "cancel", "help"]
    keys = {f"key:{key}" for key in [*pad, "louder", "softer"]}
    cards = {f"insert:{name}" for name in NAMES}
    assert acts(laid(IDLE, catalogues, fonts)) == keys | cards | {"headset"}


def test_a_card_inside_leaves_its_place_in_the_wallet_and_no_other_can_go_in(
    catalogues: Mapping[Language, Catalogue], fonts: Fonts
) -> None:
    boxes = laid(FrontState(CARDS, "chen", "inside"), catalogues, fonts)
    assert not [act for act in acts(boxes) if act.startswith("insert:")]
    assert [box.name for box in boxes.boxes if box.role == "gone"] == ["gone_chen"]


def test_a_kept_card_leaves_an_empty_place_that_says_so(
    catalogues: Mapping[Language, Catalogue], fonts: Fonts
) -> None:
    boxes = laid(replace(IDLE, kept=("chen", "dead")), catalogues, fonts)
    places = {box.name: box for box in boxes.boxes if box.role == "gone"}
    assert set(places) == {"kept_chen", "kept_dead"}
    assert not acts(boxes) & {"insert:chen", "insert:dead"}
    for place in places.values():
        assert place.lines[-1].text == "已收存"
    whole = {box.name: box.rect for box in laid(IDLE, catalogues, fonts).boxes}
    assert places["kept_chen"].rect == whole["card_chen"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_nothing_on_a_card_is_larger_than_the_name(
    catalogues: Mapping[Language, Catalogue], fonts: Fonts, area: Rect, language: Language
) -> None:
    boxes = laid(IDLE, catalogues, fonts, area, language)
    card = next(box for box in boxes.boxes if box.name == "card_chen")
    name, *others = card.lines
    assert name.bold
    assert all(line.em_px < name.em_px or line.em_px == EM_PX_MIN for line in others[-2:])
    assert others[-1].text.endswith("135790")


def test_a_lit_lamp_is_told_from_a_dark_one_without_colour(
    catalogues: Mapping[Language, Catalogue], fonts: Fonts, design: Design
) -> None:
    boxes = laid(IDLE, catalogues, fonts)
    surface = pygame.Surface((AREAS[0].right, AREAS[0].bottom), depth=32)
    palette = design.palettes["front"]
    paint_front(Painter(fonts), surface, boxes, palette)
    lamps = {b.name: b for b in boxes.boxes if b.role == "light"}
    bright = {}
    for name, lamp in lamps.items():
        place = pygame.Rect(*lamp.rect)
        points = [
            (x, y) for x in range(place.left, place.right) for y in range(place.top, place.bottom)
        ]
        colours = [surface.get_at(point) for point in points]
        lit = sum(luminance((c.r, c.g, c.b)) > 0.3 for c in colours)
        bright[name] = lit / len(points)
    assert bright["card_light"] > 0.3
    assert bright["cash_light"] < 0.15


def test_a_card_at_the_gate_can_be_taken(
    catalogues: Mapping[Language, Catalogue], fonts: Fonts
) -> None:
    assert "take_card" in acts(laid(FrontState(CARDS, "chen", "gate"), catalogues, fonts))
    assert "take_card" not in acts(laid(IDLE, catalogues, fonts))


def test_notes_are_shown_by_denomination_and_taken_together(
    catalogues: Mapping[Language, Catalogue], fonts: Fonts
) -> None:
    boxes = laid(FrontState(CARDS, notes={100: 15, 50: 0, 10: 2}), catalogues, fonts)
    words = [line.text for box in boxes.boxes if box.role == "note" for line in box.lines]
    assert words == ["100×15", "10×2"]
    assert "take_notes" in acts(boxes)


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (IDLE, "insert"),
        (replace(IDLE, lights={"card": False}), ""),
        (FrontState(CARDS, "chen", "inside"), ""),
        (FrontState(CARDS, "chen", "inside", keypad_active=True), "keypad"),
        (FrontState(CARDS, "chen", "gate"), "take_card"),
        (FrontState(CARDS, notes={100: 1}), "take_notes"),
        (FrontState(CARDS, "chen", "inside", inlet=Inlet(open=True)), "insert_notes"),
        (FrontState(CARDS, inlet=Inlet(returned={100: 2, 50: 1})), "take_returned"),
    ],
)
def test_what_to_do_next_is_framed(
    catalogues: Mapping[Language, Catalogue], fonts: Fonts, state: FrontState, act: str
) -> None:
    assert next_act(state) == act
    marked = {
        box.name.split("_")[0]
        for box in laid(state, catalogues, fonts).boxes
        if isinstance(box, FrontBox) and box.marked
    }
    names = {"insert": "card", "insert_notes": "insert", "keypad": "keypad"}
    assert marked == ({names.get(act, "take")} if act else set())


def test_the_demonstration_pin_stands_on_the_card_and_in_the_hint(
    catalogues: Mapping[Language, Catalogue], fonts: Fonts
) -> None:
    card = next(b for b in laid(IDLE, catalogues, fonts).boxes if b.name == "card_chen")
    assert any("135790" in line.text for line in card.lines)
    state = FrontState(CARDS, "chen", "inside", keypad_active=True)
    heading = next(b for b in laid(state, catalogues, fonts).boxes if b.name == "heading")
    assert any("135790" in line.text for line in heading.lines)


def test_five_has_a_nib_and_the_function_keys_have_marks(
    catalogues: Mapping[Language, Catalogue], fonts: Fonts
) -> None:
    boxes = laid(IDLE, catalogues, fonts).boxes
    assert [box.name for box in boxes if box.icon == "nib"] == ["key_5"]
    marks = {
        b.name: b.lines[0].text for b in boxes if b.role in ("enter", "clear", "cancel", "help")
    }
    assert marks == {"key_enter": "○", "key_clear": "←", "key_cancel": "✕", "key_help": "?"}


@pytest.mark.parametrize("size", [(1280, 1024), (1920, 1080), (1080, 1920), (800, 600)])
@pytest.mark.parametrize("aspect", [4 / 3, 16 / 9, 9 / 16, 5 / 4])
def test_the_glass_keeps_its_shape_and_the_front_stands_beside_it(
    size: tuple[int, int], aspect: float
) -> None:
    window = Rect(0, 0, *size)
    glass, front = arrange(*size, aspect, with_front=True)
    assert front is not None
    assert window.contains(glass)
    assert window.contains(front)
    assert not glass.overlaps(front)
    assert glass.w / glass.h == pytest.approx(aspect, rel=0.01)
    alone, none = arrange(*size, aspect, with_front=False)
    assert none is None
    assert alone.w * alone.h >= glass.w * glass.h
