"""The shipped fonts: what they can draw, what they are called, and that they are as the theme
computes. A character the font lacks shows as a box, and pygame cannot tell (platform-facts 3.2)."""

from pathlib import Path

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from tools.make_fonts import (
    ALIASES,
    CAP_HEIGHT_UNITS,
    FACES,
    FAMILY,
    NARROW,
    WEIGHTS,
    japanese,
    repertoire,
)

FONTS = Path(__file__).parents[2] / "screens" / "fonts"
GB2312_CHARACTERS = 3_755 + 3_008
"""Level 1 and level 2 (platform-facts 3.2)."""

BY_NAME = "○←✕?→↑↓✓●¥￥·—…“”‘’《》，。？！、：；（）【】壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元整零〇"


@pytest.fixture(params=["Regular", "Bold"])
def font(request: pytest.FixtureRequest) -> TTFont:
    return TTFont(FONTS / f"TerminalSans-{request.param}.otf", lazy=True)


def test_every_character_of_gb2312_can_be_drawn(font: TTFont) -> None:
    cells = [
        bytes((lead, trail)).decode("gb2312", errors="ignore")
        for lead in range(0xB0, 0xF8)
        for trail in range(0xA1, 0xFF)
    ]
    characters = [cell for cell in cells if cell]
    assert len(characters) == GB2312_CHARACTERS
    assert [c for c in characters if ord(c) not in font.getBestCmap()] == []


@pytest.mark.parametrize("text", [BY_NAME, repertoire(), "".join(ALIASES)])
def test_latin_punctuation_and_marks_can_be_drawn(font: TTFont, text: str) -> None:
    assert [c for c in text if ord(c) not in font.getBestCmap()] == []


def test_the_family_has_our_own_name_and_keeps_the_copyright(font: TTFont) -> None:
    names = font["name"]
    naming = [names.getDebugName(number) for number in (1, 3, 4, 6, 16)]
    naming += font["CFF "].cff.fontNames
    assert names.getDebugName(1) == names.getDebugName(16) == FAMILY
    assert not [name for name in naming if "Noto" in name or "Source" in name]
    assert "Adobe" in names.getDebugName(0)
    assert "Open Font License" in names.getDebugName(13)


FILES = [
    (family, next(FONTS.glob(f"{family.replace(' ', '')}-{weight}.?tf")))
    for family in FACES
    for weight in WEIGHTS
]
UYGHUR = "ئابپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىيە،؛؟"
RUSSIAN = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя«»—…№"
BYTES_MAX = 11_000_000
"""All fonts together: what a machine without a network is sent with each change of them."""


@pytest.mark.parametrize(
    ("family", "text", "many"),
    [
        ("Terminal Sans Arabic", UYGHUR, 36),
        ("Terminal Sans Korean", RUSSIAN, 71),
        ("Terminal Sans Korean", "".join(map(chr, range(0xAC00, 0xD7A4))), 11_172),
        ("Terminal Sans Japanese", japanese()[-2_965:], 2_965),
        ("Terminal Tibetan", "".join(map(chr, range(0xF40, 0xF48))) + "་།༄༅༠༩", 14),
    ],
)
def test_every_script_has_its_characters(family: str, text: str, many: int) -> None:
    assert len(text) == many
    for name, path in FILES:
        if name == family:
            known = TTFont(path, lazy=True).getBestCmap()
            assert [c for c in text if ord(c) not in known] == []


@pytest.mark.parametrize(("family", "path"), FILES, ids=lambda value: getattr(value, "name", ""))
def test_every_family_has_our_own_name_and_keeps_the_copyright(family: str, path: Path) -> None:
    names = TTFont(path, lazy=True)["name"]
    naming = [names.getDebugName(number) for number in (1, 3, 4, 6, 16)]
    assert names.getDebugName(1) == family
    assert not [name for name in naming if "Noto" in name or "Source" in name]
    assert "Adobe" in names.getDebugName(0) or "Google" in names.getDebugName(0)
    assert "Open Font License" in names.getDebugName(13)


@pytest.mark.parametrize("path", [p for name, p in FILES if name != FAMILY], ids=lambda p: p.name)
def test_the_locale_of_the_machine_chooses_no_forms(path: Path) -> None:
    records = TTFont(path, lazy=True)["GSUB"].table.FeatureList.FeatureRecord
    assert "locl" not in {record.FeatureTag for record in records}


def test_the_fonts_together_stay_small() -> None:
    assert sum(path.stat().st_size for _, path in FILES) < BYTES_MAX
    assert {path for _, path in FILES} == set(FONTS.glob("*.?tf"))


def test_the_licence_lies_beside_the_fonts() -> None:
    text = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Copyright 2014-2021 Adobe" in text
    assert "Copyright 2015-2020 Google LLC" in text
    assert "Copyright 2018 Google LLC" in text
    for family in FACES:
        assert family.replace(" ", "") in text


def test_capitals_are_as_tall_as_the_theme_computes(font: TTFont) -> None:
    """Sizes are asked for as millimetres of cap height, so this number makes them pixels."""
    assert font["head"].unitsPerEm == 1000
    assert font["OS/2"].sCapHeight == CAP_HEIGHT_UNITS
    outline = font.getGlyphSet()[font.getBestCmap()[ord("H")]]
    pen = BoundsPen(font.getGlyphSet())
    outline.draw(pen)
    drawn = pen.bounds[3]
    assert CAP_HEIGHT_UNITS <= drawn <= CAP_HEIGHT_UNITS + 8  # Bold is drawn 8 units taller


def test_an_apostrophe_is_narrow_and_digits_are_equally_wide(font: TTFont) -> None:
    cmap, widths = font.getBestCmap(), font["hmtx"]
    assert all(widths[cmap[ord(mark)]][0] < 400 for mark in NARROW)
    assert len({widths[cmap[ord(digit)]][0] for digit in "0123456789"}) == 1


def test_the_two_weights_differ() -> None:
    classes = [
        TTFont(FONTS / f"TerminalSans-{weight}.otf", lazy=True)["OS/2"].usWeightClass
        for weight in ("Regular", "Bold")
    ]
    assert classes == [400, 700]
