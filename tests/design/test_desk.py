"""The designer's window without a display: what is the designer's, what is the machine's, and what is told."""

import os
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from screens.layout import Rect
from screens.paint import Fonts
from screens.touch import KEYS as MACHINE
from sim.design.command import Design, opened
from sim.design.copied import copied
from sim.design.inspector import Inspector, key_of
from sim.design.keys import KEYS
from sim.design.strip import WIDTH_PX
from sim.stage.design import Sources, own_design
from sim.stage.settings import Settings
from terminal import session as s
from tests.design.conftest import PANEL

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

FRAME = 1 / 60
SIZE = (1500, 950)
ARMED = 45
"""Frames after which a new screen takes presses in every profile."""


@pytest.fixture
def design(tmp_path: Path) -> Iterator[Design]:
    made = opened(Settings(state_folder=tmp_path / "state"), copied(tmp_path / "d"), SIZE, 0.0)
    pygame.event.clear()
    frames(made, 4)
    yield made
    made.window.close()


def frames(design: Design, count: int = 2) -> None:
    for _ in range(count):
        design.turn(design.before + FRAME)


def key(design: Design, code: int, text: str = "", mod: int = 0) -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=code, mod=mod, unicode=text))
    frames(design)


def point(design: Design, x: int, y: int) -> None:
    moved = pygame.event.Event(pygame.MOUSEMOTION, pos=(x, y), buttons=(0, 0, 0), touch=False)
    pygame.event.post(moved)
    frames(design)


def click(design: Design, x: int, y: int) -> None:
    frames(design, ARMED)
    for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        pygame.event.post(pygame.event.Event(kind, pos=(x, y), button=1, touch=False))
        frames(design)


def glass(design: Design) -> bytes:
    place = design.window.glass
    return pygame.image.tobytes(design.window.surface.subsurface(tuple(place)), "RGB")


def type_in(design: Design, words: str) -> None:
    key(design, pygame.K_SLASH, "/")
    for letter in words:
        key(design, pygame.key.key_code(letter), letter)
    key(design, pygame.K_RETURN)


def middle(design: Design, name: str) -> tuple[int, int]:
    laid, place = design.window.glass_layout, design.window.glass
    assert laid is not None
    rect = next(box.rect for box in laid.boxes if box.name == name)
    per = place.w / laid.width_px
    return round(place.x + (rect.x + rect.w / 2) * per), round(
        place.y + (rect.y + rect.h / 2) * per
    )


def rows(design: Design) -> dict[str, str]:
    told: dict[str, str] = {}
    for row in design.desk.board().rows:
        told.setdefault(row.what, row.value)
    return told


def test_typing_finds_a_screen_and_the_machine_hears_nothing_of_it(design: Design) -> None:
    type_in(design, "review")
    still = design.desk.sandbox.still
    assert still is not None
    assert still.name == "review"
    assert isinstance(design.desk.sandbox.bench.session.phase, s.Idle)
    key(design, pygame.K_RIGHTBRACKET, "]")
    assert design.desk.sandbox.still is not None
    assert design.desk.sandbox.still.name == design.desk.names[1]
    key(design, pygame.K_b, "b")
    assert design.desk.sandbox.still is None


def test_no_key_of_the_designer_is_one_of_the_machine(design: Design) -> None:
    assert not set(KEYS) & set(MACHINE)
    type_in(design, "enter amount")
    key(design, pygame.K_7, "7")
    frames(design, ARMED)  # a scanner would have typed the next character by then
    phase = design.desk.sandbox.session.phase
    assert isinstance(phase, s.EnteringAmount)
    assert phase.typed == 7


def test_a_press_on_a_still_leads_on(design: Design) -> None:
    type_in(design, "review")
    click(design, *middle(design, "confirm"))
    assert isinstance(design.desk.sandbox.session.phase, s.Authorizing)
    assert rows(design)["orders"] == "MakePinBlock"


def test_the_inspector_tells_key_place_size_contrast_speech_and_limit(design: Design) -> None:
    key(design, pygame.K_p, "p")
    type_in(design, "review")
    point(design, *middle(design, "confirm"))
    told = rows(design)
    assert told["text"] == "label.confirm"
    assert told["at"].startswith("terminal/locale/zh.toml:")
    number = int(told["at"].rpartition(":")[2])
    text = (design.desk.reload.sources.folder / "terminal/locale/zh.toml").read_text("utf-8")
    assert text.split("\n")[number - 1].startswith("confirm = ")
    assert told["press"] == "confirm"
    wide, tall = (float(part) for part in told["size"].removesuffix(" mm").split(" x "))
    assert wide >= 60.0
    assert tall >= 30.0
    assert told["contrast"].endswith("text (at least 7, VIS-07)")
    assert told["waits"] == "review: 180 s, then asks for 30 s; reminds at 60 s"
    assert told["says"].startswith("请核对")


def test_texts_are_known_by_their_words() -> None:
    design = own_design()
    zh = design.catalogues["zh"]
    assert key_of("请取走现金", zh, ("take_notes",)) == ("take_notes", "title")
    assert key_of("从尾号0123的卡取 100元15张。钱没有动。", zh, ("review",)) == ("review", "text")
    assert key_of("壹仟伍佰元整", zh) is None
    inspector = Inspector(design, Sources(), Fonts())
    assert inspector.design is design


def test_other_eyes_change_the_picture_and_not_what_is_measured(design: Design) -> None:
    pytest.importorskip("numpy")
    type_in(design, "review")
    point(design, *middle(design, "confirm"))
    own, told = glass(design), rows(design)["contrast"]
    design.desk.act("eyes")
    frames(design)
    assert glass(design) != own
    assert rows(design)["contrast"] == told
    design.desk.act("eyes:own")
    frames(design)
    assert glass(design) == own


def test_a_person_brings_language_profile_and_eyes(design: Design) -> None:
    design.desk.act("person:first-time-foreigner-30")
    assert design.desk.sandbox.session.look.language == "en"
    design.desk.act("person:low-vision-55")
    assert design.desk.sandbox.session.look.profile != "standard"
    assert design.desk.sight is not None
    design.desk.act("person:nobody")
    assert design.desk.sight is None


def test_the_tools_stand_outside_the_machine(design: Design) -> None:
    for size, panel in ((name, step) for name in ("fit", "true") for step in range(5)):
        if design.desk.placing.size != size:
            key(design, pygame.K_t, "t")
        key(design, pygame.K_g, "g")
        places = design.desk._places
        assert places is not None
        strip = Rect(SIZE[0] - WIDTH_PX, 0, WIDTH_PX, SIZE[1])
        assert not places.room.overlaps(strip), (size, panel)
        if places.front is not None:
            assert not places.front.overlaps(strip)
        left = design.window.surface.get_at((SIZE[0] - WIDTH_PX + 3, SIZE[1] - 2))
        assert left[:3] != (243, 245, 248)


def test_a_saved_file_is_taken_and_a_mistake_stands_in_the_strip(design: Design) -> None:
    type_in(design, "review")
    before, file = glass(design), design.desk.reload.sources.theme
    text = file.read_text("utf-8")
    file.write_text(text.replace('ground = "#F3F5F8"', 'ground = "#FFE0E0"'), "utf-8")
    frames(design, 30)
    taken = glass(design)
    assert taken != before
    assert isinstance(design.desk.sandbox.session.phase, s.Reviewing)
    file.write_text(text.replace("margin_mm", "margim_mm", 1), "utf-8")
    frames(design, 30)
    board = design.desk.board()
    assert board.bad
    assert board.told[0].startswith("screens/theme.toml:5: ")
    assert 'Did you mean "margin_mm"?' in board.told[0]
    assert glass(design) == taken


def test_a_monitor_is_measured_in_the_window(design: Design) -> None:
    key(design, pygame.K_c, "c")
    assert design.desk.measuring
    before = design.desk.placing.monitor.px_per_mm
    key(design, pygame.K_RIGHT)
    key(design, pygame.K_RETURN)
    monitor = design.desk.placing.monitor
    assert monitor.measured
    assert monitor.px_per_mm > before
    assert not design.desk.measuring
    assert PANEL.px_per_mm > 0
