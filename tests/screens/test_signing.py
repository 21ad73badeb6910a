"""What is written on the glass: strokes as plain data, of which only their number is told."""

from dataclasses import replace

import pygame
from hypothesis import given
from hypothesis import strategies as st

from screens.layout import Rect
from screens.signing import CLEAN, POINTS_MAX, Ink, sheet, writes, written
from screens.theme import Panel, design_from
from screens.touch import Kind, Pointer
from screens.window import Faces, Window
from sim.stage.settings import own_design
from terminal.events import Chosen, Signed
from tests.forms import FORMS, Signing, with_forms

SHEET = Rect(100, 100, 400, 200)


def drawn(*steps: tuple[Kind, int, int], ink: Ink = CLEAN) -> tuple[Ink, list[Signed]]:
    """The ink after these, and what was told."""
    told = []
    for kind, x, y in steps:
        pointer = Pointer(kind, x, y, 7)
        if writes(ink, SHEET, pointer):
            ink, said = written(ink, SHEET, pointer)
            told += [said] if said else []
    return ink, told


def test_a_stroke_is_told_when_the_finger_is_lifted() -> None:
    ink, told = drawn(("down", 150, 150), ("move", 200, 160), ("move", 250, 150), ("up", 250, 150))
    assert told == [Signed(1, 3)]
    _, more = drawn(("down", 150, 180), ("move", 190, 180), ("up", 190, 180), ink=ink)
    assert more == [Signed(2, 5)]


def test_a_finger_that_only_touched_wrote_nothing() -> None:
    ink, told = drawn(("down", 150, 150), ("move", 151, 150), ("up", 151, 150))
    assert (ink, told) == (CLEAN, [])


def test_a_press_beside_the_sheet_is_no_pen() -> None:
    assert drawn(("down", 50, 50), ("move", 200, 160), ("up", 200, 160)) == (CLEAN, [])


def test_another_finger_does_not_write_into_the_same_stroke() -> None:
    ink, _ = drawn(("down", 150, 150))
    assert not writes(ink, SHEET, Pointer("move", 200, 200, 8))


def test_a_line_ends_at_the_edge() -> None:
    ink, _ = drawn(("down", 150, 150), ("move", 900, 900), ("up", 900, 900))
    assert ink.strokes[0][-1] == (SHEET.right - 1, SHEET.bottom - 1)


@given(
    st.lists(
        st.tuples(st.sampled_from(("down", "move", "up")), st.integers(0, 600), st.integers(0, 400))
    )
)
def test_no_more_is_kept_than_there_is_room_for(steps: list[tuple[Kind, int, int]]) -> None:
    ink, told = drawn(*steps)
    assert ink.points <= POINTS_MAX + len(ink.strokes)
    assert all(SHEET.x <= x < SHEET.right for stroke in ink.strokes for x, _ in stroke)
    assert all(0 < one.strokes <= one.points for one in told)


# --- on a real glass ------------------------------------------------------------------------------


def test_a_signature_by_mouse_is_drawn_told_and_wiped() -> None:
    design = with_forms(own_design())
    faces = Faces(design.profiles, design.catalogues, design_from(design.theme))
    window = Window(faces, Panel(19.0, 1280, 1024), (1280, 1024), simulated=False)
    try:
        first = FORMS["sign_none"]
        window.draw(first, None, 0.0)
        assert window.glass_layout is not None
        place = sheet(window.glass_layout)
        assert place is not None
        line = [(place.x + 100 + 40 * n, place.y + 60) for n in range(5)]
        clean = pygame.surfarray.array2d(window.surface).tolist()
        pygame.event.clear()
        _post(pygame.MOUSEBUTTONDOWN, line[0])
        for point in line[1:]:
            _post(pygame.MOUSEMOTION, point)
        _post(pygame.MOUSEBUTTONUP, line[-1])
        told = [one for one in window.poll(5.0) if isinstance(one, Signed | Chosen)]
        assert told == [Signed(1, 5)], "and nothing was pressed"
        signed = replace(first, phase=Signing(1))
        assert window.draw(signed, None, 5.0)
        written_on = pygame.surfarray.array2d(window.surface)[line[2][0], line[2][1]]
        assert written_on != clean[line[2][0]][line[2][1]]
        assert window.draw(replace(signed, phase=Signing(0)), None, 6.0)
        assert pygame.surfarray.array2d(window.surface).tolist() == clean
    finally:
        window.close()


def _post(kind: int, place: tuple[int, int]) -> None:
    own = {"buttons": (1, 0, 0), "rel": (1, 1)} if kind == pygame.MOUSEMOTION else {"button": 1}
    pygame.event.post(pygame.event.Event(kind, pos=place, touch=False, **own))
