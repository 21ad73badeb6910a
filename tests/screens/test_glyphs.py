"""The character map as we read it is the one that the font tools read."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from screens.glyphs import coverage

FONTS = Path(__file__).parents[2] / "screens" / "fonts"


@pytest.mark.parametrize("path", sorted(FONTS.glob("*.?tf")), ids=lambda path: path.name)
def test_what_a_font_draws_is_what_its_map_says(path: Path) -> None:
    found, known = coverage(path), TTFont(path, lazy=True).getBestCmap()
    assert {code for code in range(0xFFFF) if chr(code) in found} == set(known)


def test_the_two_weights_draw_the_same_characters() -> None:
    for path in FONTS.glob("*-Regular.?tf"):
        bold = path.with_name(path.name.replace("Regular", "Bold"))
        assert coverage(path) == coverage(bold), path.name


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.otf"
    path.write_bytes(b"OTTO")
    with pytest.raises(ValueError, match=r"no\.otf"):
        coverage(path)
