"""Marks that meet move together, and only then; what is measured is what is painted."""

from collections.abc import Mapping
from itertools import pairwise

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.kerning import HALF, LATIN_QUOTE, MARKS, _kern, _kerns, runs
from screens.layout import Line
from screens.paint import Fonts, Painter


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("请按确认。", ((0.0, "请按确认。"),)),
        ("按“继续”，不急", ((0.0, "按“继续”"), (HALF, "，不急"))),
        ("请按“标准版”。", ((0.0, "请按“标准版”"), (HALF, "。"))),
        ("他说：“好。”", ((0.0, "他说："), (HALF, "“好。"), (HALF, "”"))),
        ("“标准版”在右上", ((HALF, "“标准版”在右上"),)),
        (
            "Press “Standard”, now",
            ((0.0, "Press "), (LATIN_QUOTE, "“Standard”"), (LATIN_QUOTE, ", now")),
        ),
        ("“Yes”", ((LATIN_QUOTE, "“Yes”"), (LATIN_QUOTE, ""))),
        ("", ()),
    ],
)
def test_marks_that_meet_move_together(text: str, found: tuple[tuple[float, str], ...]) -> None:
    assert runs(text) == found


def test_marks_of_the_japanese_face_move_only_where_they_are_empty() -> None:
    assert runs("「はい」。", "ja") == ((HALF, "「はい」"), (HALF, "。"))
    assert runs("」：（", "ja") == ((0.0, "」：（"),)
    assert runs("a“b”", "ja") == ((0.0, "a“b”"),)


@given(st.text(alphabet="“”（）《》，。：a 中1", max_size=24))
def test_no_character_is_lost(text: str) -> None:
    assert "".join(piece for _, piece in runs(text)) == text


@given(st.text(alphabet="“”（）《》，。：；「』a 中1", max_size=24), st.sampled_from(sorted(MARKS)))
def test_nothing_moves_where_no_place_is_looked_at(text: str, style: str) -> None:
    everywhere = [(at, _kern(text, at, style)) for at in range(len(text) + 1)]
    assert [*_kerns(text, style)] == [(at, kern) for at, kern in everywhere if kern]


INK: Mapping[str, tuple[int, int, int]] = {"text": (0, 0, 0)}


@pytest.mark.parametrize("em_px", [24, 41])
def test_a_full_stop_stands_close_to_the_quote_before_it(em_px: int) -> None:
    painter = Painter(Fonts())
    text = "请按“标准版”。"
    width = painter.fonts.measure(text, em_px, True)
    assert width == painter.fonts.measure("请按“标准版”", em_px, True) + em_px - em_px // 2
    surface = pygame.Surface((width + 2 * em_px, 3 * em_px))
    surface.fill((255, 255, 255))
    line = Line(text, em_px, 2 * em_px, em_px, True, width, "text")
    painter.words(surface, (line,), INK)
    columns = [
        x
        for x in range(surface.get_width())
        if any(surface.get_at((x, y))[0] < 128 for y in range(surface.get_height()))
    ]
    assert em_px <= columns[0]
    assert columns[-1] < em_px + width
    gaps = [b - a for a, b in pairwise(columns)]
    assert max(gaps[-em_px // 3 :]) < 0.45 * em_px
