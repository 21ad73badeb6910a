"""The window without a display: what it shows when, what it hears, and that a kiosk has no way out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import pygame
import pytest

from screens.front import DemoCard, FrontState
from screens.layout import Layout, layout
from screens.paint import Fonts, Painter
from screens.picture import render, save_png
from screens.scene import scene
from screens.theme import Design, Panel, theme
from screens.touch import Act, Quit
from screens.window import Faces, Window
from sim.stage.samples import CARD, OF_SERVICES, SAMPLES, at, shown_as
from terminal import session as s
from terminal.events import Chosen, Scanned, Touched, TouchMeasured
from terminal.messages import Catalogue
from terminal.profile import Language, Profile, Wishes
from tests.screens.conftest import PANELS, load_profiles

PANEL = PANELS["19in_1280x1024"]
FRONT = FrontState((DemoCard("chen", "陈桂兰", "Chen Guilan", (150, 44, 52), "135790", 74),))
AMOUNT = SAMPLES["choose_amount"]


@pytest.fixture
def faces(
    profiles: Mapping[str, Profile],
    catalogues: Mapping[Language, Catalogue],
    design: Design,
) -> Faces:
    return Faces(profiles, catalogues, design)


@pytest.fixture
def window(faces: Faces) -> Iterator[Window]:
    opened = Window(faces, PANEL, (1000, 700))
    pygame.event.clear()
    yield opened
    opened.close()


@pytest.fixture
def kiosk(faces: Faces) -> Iterator[Window]:
    opened = Window(faces, PANEL, (1280, 1024), simulated=False)
    pygame.event.clear()
    yield opened
    opened.close()


def click(pos: tuple[int, int], kind: int) -> None:
    pygame.event.post(pygame.event.Event(kind, pos=pos, button=1, touch=False))


def key(code: int, mod: int = 0) -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=code, mod=mod, unicode=""))


def middle(boxes: Layout | None, name: str) -> tuple[int, int]:
    assert boxes is not None
    rect = next(box.rect for box in boxes.boxes if box.name == name)
    return rect.x + rect.w // 2, rect.y + rect.h // 2


def on_window(window: Window, name: str) -> tuple[int, int]:
    x, y = middle(window.glass_layout, name)
    place = window.glass
    return place.x + x, place.y + y


def test_the_picture_is_shown_only_when_it_changed(window: Window) -> None:
    assert window.draw(AMOUNT, FRONT, 0.0)
    assert not window.draw(AMOUNT, FRONT, 0.1)
    assert not window.draw(replace(AMOUNT), FRONT, 0.2)
    assert window.draw(shown_as(AMOUNT, "elder", "zh"), FRONT, 0.3)
    assert window.draw(shown_as(AMOUNT, "elder", "zh"), replace(FRONT, notes={100: 1}), 0.4)


def test_what_the_voice_says_beside_the_screen_comes_and_goes_with_it(window: Window) -> None:
    speaking = replace(AMOUNT, wait=replace(AMOUNT.wait, speaking=True))
    window.draw(speaking, None, 0.0)
    calm = window.surface.copy()
    assert window.draw(speaking, None, 0.01, "音量，三档。")
    assert calm.get_buffer().raw != window.surface.get_buffer().raw
    assert not window.draw(speaking, None, 0.02, "音量，三档。")
    assert window.draw(AMOUNT, None, 0.03, "音量，三档。")
    assert calm.get_buffer().raw == window.surface.get_buffer().raw


def test_a_press_shows_at_once_and_acts_when_lifted(window: Window) -> None:
    window.draw(AMOUNT, FRONT, 0.0)
    place = on_window(window, "help")
    before = tuple(window.surface.get_at((place[0], place[1] - 12)))
    click(place, pygame.MOUSEBUTTONDOWN)
    assert window.poll(1.0) == []
    assert window.draw(AMOUNT, FRONT, 1.0)
    assert tuple(window.surface.get_at((place[0], place[1] - 12))) != before
    click(place, pygame.MOUSEBUTTONUP)
    measured, chosen = window.poll(1.1)
    assert isinstance(measured, TouchMeasured)
    assert chosen == Chosen("help")
    assert window.draw(AMOUNT, FRONT, 1.1)
    assert tuple(window.surface.get_at((place[0], place[1] - 12))) == before


def test_a_press_too_soon_after_a_new_screen_does_nothing(window: Window) -> None:
    window.draw(AMOUNT, FRONT, 10.0)
    place = on_window(window, "help")
    click(place, pygame.MOUSEBUTTONDOWN)
    click(place, pygame.MOUSEBUTTONUP)
    assert window.poll(10.1) == []


def test_a_wish_for_large_targets_brings_its_arming_time(window: Window) -> None:
    """What is asked for on a card counts for the hand too, not only for the eye."""
    wish = replace(AMOUNT.look, wishes=Wishes(large_targets=True))
    window.draw(replace(AMOUNT, look=wish), FRONT, 10.0)
    place = on_window(window, "help")
    for now, said in ((10.5, []), (10.7, [Chosen("help")])):
        click(place, pygame.MOUSEBUTTONDOWN)
        click(place, pygame.MOUSEBUTTONUP)
        heard = [one for one in window.poll(now) if not isinstance(one, TouchMeasured)]
        assert heard == said


def test_another_page_is_another_screen_for_the_hand(faces: Faces) -> None:
    window = Window(faces, PANELS["15.6in_1366x768"], (1366, 768), simulated=False)
    large = shown_as(AMOUNT, "low_vision", "en")
    window.draw(large, None, 0.0)
    first = window.glass_layout
    window.draw(replace(large, page=1), None, 1.0)
    second = window.glass_layout
    window.close()
    assert first is not None
    assert second is not None
    assert (first.page, second.page, second.pages) == (0, 1, 2)
    assert first.identity != second.identity


def test_what_the_keys_stand_on_has_a_ring(kiosk: Window, design: Design) -> None:
    focus = SAMPLES["focus_at_choose_amount"]
    kiosk.draw(focus, None, 0.0)
    boxes = kiosk.glass_layout
    assert boxes is not None
    box = next(box for box in boxes.targets if box.event == boxes.focus)
    sizes = theme(load_profiles()["standard"], PANEL, design)
    left = box.rect.x - sizes.ring_gap_px - sizes.ring_px
    middle = box.rect.y + box.rect.h // 2
    row = [tuple(kiosk.surface.get_at((x, middle)))[:3] for x in range(left - 1, box.rect.x)]
    ground, ring = (design.palettes["calm"][role] for role in ("ground", "focus"))
    assert row == [ground, *[ring] * sizes.ring_px, *[ground] * sizes.ring_gap_px]


def test_a_press_on_the_front_is_an_act(window: Window) -> None:
    window.draw(SAMPLES["idle"], FRONT, 0.0)
    place = middle(window.front_layout, "card_chen")
    click(place, pygame.MOUSEBUTTONDOWN)
    click(place, pygame.MOUSEBUTTONUP)
    assert window.poll(1.0) == [Act("insert:chen")]


def test_a_press_begun_on_the_front_and_lifted_on_the_glass_is_nothing(window: Window) -> None:
    window.draw(SAMPLES["idle"], FRONT, 0.0)
    click(middle(window.front_layout, "card_chen"), pygame.MOUSEBUTTONDOWN)
    click(on_window(window, "help"), pygame.MOUSEBUTTONUP)
    assert window.poll(1.0) == []


def test_a_press_beside_everything_is_a_sign_of_presence(window: Window) -> None:
    window.draw(SAMPLES["idle"], FRONT, 0.0)
    place = (window.glass.x + 2, window.glass.y + window.glass.h // 2)
    click(place, pygame.MOUSEBUTTONDOWN)
    assert window.poll(1.0) == [Touched()]


def test_keys_are_the_pad_and_escape_leaves_full_screen_then_cancels(faces: Faces) -> None:
    window = Window(faces, PANEL)
    pygame.event.clear()
    assert window.full_screen
    key(pygame.K_5)
    key(pygame.K_ESCAPE)
    assert window.poll(0.0) == [], "a scanner's first digit would look the same"
    assert not window.full_screen
    key(pygame.K_ESCAPE)
    key(pygame.K_F11)
    assert window.poll(0.1) == [Act("key:5"), Act("key:cancel")]
    assert window.full_screen
    window.close()


def test_a_scanner_types_a_code_and_fingers_press_the_pad(window: Window) -> None:
    for digit in "3301204412":
        key(getattr(pygame, f"K_{digit}"))
    key(pygame.K_RETURN)
    assert window.poll(1.0) == [Scanned("3301204412")]
    key(pygame.K_4)
    assert window.poll(2.0) == []
    assert window.poll(2.1) == [Act("key:4")]


def test_closing_is_asked_for_only_while_devices_are_simulated(
    window: Window,
) -> None:
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert window.poll(0.0) == [Quit()]


def test_a_kiosk_has_no_way_out(kiosk: Window) -> None:
    kiosk.draw(SAMPLES["idle"], None, 0.0)
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    codes = [getattr(pygame, name) for name in dir(pygame) if name.startswith("K_")]
    mods = (0, pygame.KMOD_LALT, pygame.KMOD_LCTRL, pygame.KMOD_LCTRL | pygame.KMOD_LALT)
    said: list[object] = []
    for now, (mod, code) in enumerate(product(mods, codes)):
        key(code, mod)
        said += kiosk.poll(float(now))
    names = {"enter", "clear", "cancel", "help", *"0123456789*#", "louder", "softer"}
    names |= {"plug_headset", "pull_headset"}
    assert {act.name.removeprefix("key:") for act in said if isinstance(act, Act)} <= names
    assert all(isinstance(one, Act) for one in said)
    assert kiosk.glass == (0, 0, 1280, 1024)


def test_the_glass_of_a_kiosk_is_the_panel_pixel_for_pixel(
    kiosk: Window, faces: Faces, painter: Painter
) -> None:
    kiosk.draw(AMOUNT, None, 0.0)
    picture = render(
        AMOUNT, faces.catalogues["zh"], faces.profiles["standard"], PANEL, faces.design, painter
    )
    assert pygame.image.tobytes(kiosk.surface, "RGB") == pygame.image.tobytes(picture, "RGB")


def test_a_window_too_small_for_the_words_shows_the_whole_screen_smaller(
    faces: Faces, whole: bool
) -> None:
    """In `make test` without the services' screens: that each fits its panel is in test_layout, and how much
    smaller a window is depends on the panel alone."""
    window = Window(faces, PANELS["15.6in_1366x768"], (500, 400))
    for name in SAMPLES if whole else SAMPLES.keys() - OF_SERVICES.keys():
        window.draw(shown_as(SAMPLES[name], "elder", "en"), FRONT, 0.0)
        assert window.glass_layout is not None
        assert window.glass_layout.fits, name
    window.close()


# --- pictures ---------------------------------------------------------------------------------


def test_a_picture_is_written_with_its_folder(
    tmp_path: Path, faces: Faces, painter: Painter
) -> None:
    path = tmp_path / "new" / "idle.png"
    save_png(
        render(
            SAMPLES["idle"],
            faces.catalogues["zh"],
            faces.profiles["elder"],
            PANEL,
            faces.design,
            painter,
            front=FRONT,
        ),
        path,
    )
    picture = pygame.image.load(path)
    assert picture.get_height() == PANEL.height_px
    assert picture.get_width() > PANEL.width_px


def test_the_ground_under_every_word_is_one_colour(faces: Faces, fonts: Fonts) -> None:
    """VIS-13 on pixels: with the words left out, every line's place has a single colour."""
    panel = Panel(15.0, 1024, 768)
    for name in ("choose_amount", "review", "offered_at_enter_pin", "explain_suspect"):
        sizes = theme(faces.profiles["standard"], panel, faces.design)
        shown = scene(SAMPLES[name], faces.catalogues["zh"], faces.profiles["standard"], 0.0)
        boxes = layout(shown, sizes, 1024, 768, fonts.measure)
        bare = replace(boxes, boxes=tuple(replace(b, lines=()) for b in boxes.boxes))
        surface = pygame.Surface((1024, 768), depth=32)
        Painter(fonts).paint(surface, bare, sizes)
        for box in boxes.boxes:
            for line in box.lines:
                top = line.baseline - round(line.em_px * 0.7)
                xs = range(line.x, line.x + line.width, 5)
                ys = range(top, line.baseline, 5)
                colours = {tuple(surface.get_at((x, y))) for x in xs for y in ys}
                assert len(colours) == 1, (name, line.text)


def test_nothing_moves_while_nothing_happens(window: Window) -> None:
    """VIS-12: a waiting screen is a still picture, in the elder profile and any other."""
    waiting = shown_as(at(s.AskingBank(CARD, "m")), "elder", "zh")
    window.draw(waiting, FRONT, 0.0)
    assert not any(window.draw(waiting, FRONT, now / 10) for now in range(1, 600))
