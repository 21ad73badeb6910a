"""Texts in seven languages, from the pixels: what is measured is what is painted, a number is the same
picture wherever it stands, and nothing has no glyph."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pygame
import pytest
from fontTools.ttLib import TTFont

from screens import scripts
from screens.layout import Line
from screens.paint import FACES, FONTS, Fonts, Painter

LOCALE = Path(__file__).parents[2] / "terminal" / "locale"
INK: Mapping[str, tuple[int, int, int]] = {"text": (0, 0, 0)}
NUMBER = "1,234.00"
SAMPLES: Mapping[str, str] = {
    "zh": "请取走您的卡，可取 1,234.00 元。",
    "en": "Take your card: 1,234.00 yuan.",
    "ug": "كارتىڭىزنى ئېلىڭ، 1,234.00 يۈەن (ATM) ئېلىڭ؟",
    "bo": "ཁྱེད་ཀྱི་དངུལ་ 1,234.00 བཞེས་རོགས། བསྒྲིགས་བརྒྱད་སྐྱོ་",
    "ko": "카드를 받으신 뒤 “확인” 1,234.00 위안 똠.",
    "ja": "カードをお取りください。1,234.00元、「確認」ッー々",
    "ru": "Возьмите карту — «Ещё» 1,234.00 юаня.",
}
EMS = (23, 41)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, str):
        yield from value.split("\n")


def catalogue(language: str) -> set[str]:
    path = LOCALE / f"{language}.toml"
    return set(strings(tomllib.loads(path.read_text(encoding="utf-8"))))


def drawn(painter: Painter, text: str, language: str, em: int, bold: bool = False) -> bytes:
    """The ink of `text`, cut out, with its height above the baseline: a picture without a place."""
    wide = painter.fonts.measure(text, em, bold, language)
    surface = canvas(painter, text, language, em, bold)
    columns = [x for x in range(surface.get_width()) if column(surface, x)]
    assert columns, text
    assert em - 2 <= columns[0]
    assert columns[-1] < em + wide + 2
    whole = surface.subsurface((columns[0], 0, columns[-1] - columns[0] + 1, 4 * em))
    return pygame.image.tobytes(whole, "RGB")


def canvas(painter: Painter, text: str, language: str, em: int, bold: bool) -> pygame.Surface:
    wide = painter.fonts.measure(text, em, bold, language)
    surface = pygame.Surface((wide + 2 * em, 4 * em))
    surface.fill((255, 255, 255))
    line = Line(text, em, 2 * em, em, bold, wide, "text", language)
    painter.words(surface, (line,), INK)
    return surface


def column(surface: pygame.Surface, x: int) -> bool:
    return any(surface.get_at((x, y))[0] < 128 for y in range(surface.get_height()))


@pytest.mark.parametrize("language", SAMPLES)
@pytest.mark.parametrize("em", EMS)
@pytest.mark.parametrize("bold", [False, True])
def test_what_is_measured_is_what_is_painted(
    painter: Painter, language: str, em: int, bold: bool
) -> None:
    drawn(painter, SAMPLES[language], language, em, bold)
    pieces = painter.fonts.pieces(SAMPLES[language], em, bold, language)
    width = sum(piece.moved + piece.width for piece in pieces)
    assert width == painter.fonts.measure(SAMPLES[language], em, bold, language)


@pytest.mark.parametrize("language", SAMPLES)
def test_a_number_is_the_same_picture_alone_and_inside_a_sentence(
    painter: Painter, language: str
) -> None:
    em = 41
    alone = canvas(painter, NUMBER, "zh", em, False)
    ink = [x for x in range(alone.get_width()) if column(alone, x)]
    size = (ink[-1] - ink[0] + 1, 4 * em)
    number = pygame.image.tobytes(alone.subsurface((ink[0], 0), size), "RGB")
    whole = canvas(painter, SAMPLES[language], language, em, False)
    places = range(whole.get_width() - size[0])
    assert any(
        pygame.image.tobytes(whole.subsurface((x, 0), size), "RGB") == number for x in places
    )


def test_uyghur_letters_join_and_run_to_the_left(painter: Painter) -> None:
    """ئا and بـ alone are as wide together as the joined word only if nothing is shaped."""
    joined = drawn(painter, "ئاب", "ug", 57)
    assert joined != drawn(painter, "بائ", "ug", 57)
    apart = sum(painter.fonts.measure(letter, 57, False, "ug") for letter in "ببب")
    assert painter.fonts.measure("ببب", 57, False, "ug") < apart


def test_a_tibetan_stack_is_as_wide_as_one_letter(painter: Painter) -> None:
    one = painter.fonts.measure("ཀ", 57, False, "bo")
    assert painter.fonts.measure("སྒྲ", 57, False, "bo") < 1.5 * one


def test_a_bracket_inside_uyghur_is_turned(painter: Painter) -> None:
    found = [p for p in painter.fonts.pieces("(پۇل)", 41, False, "ug") if "(" in p.text]
    assert [piece.direction for piece in found] == ["rtl"]
    assert drawn(painter, "(", "ug", 41) == drawn(painter, ")", "zh", 41)


def test_japanese_text_has_japanese_forms(painter: Painter) -> None:
    for kanji in "直今令骨":
        assert drawn(painter, kanji, "ja", 41) != drawn(painter, kanji, "zh", 41), kanji


def test_quotes_are_as_wide_as_they_look_beside_russian_and_hangul(painter: Painter) -> None:
    wide = painter.fonts.measure("“", 100, False, "zh")
    assert painter.fonts.measure("“", 100, False, "ru") == painter.fonts.measure(
        "“", 100, False, "ko"
    )
    assert painter.fonts.measure("“", 100, False, "ru") < 60
    assert wide <= 100


@pytest.mark.parametrize("language", SAMPLES)
def test_every_text_of_the_catalogues_can_be_drawn(fonts: Fonts, language: str) -> None:
    text = "".join(catalogue(language)) + SAMPLES[language]
    assert fonts.missing(text, language) == ()
    maps = [
        set(TTFont(FONTS / face.file.format(weight), lazy=True).getBestCmap())
        for face in FACES
        for weight in ("Regular", "Bold")
    ]
    assert [c for c in set(text) if not any(ord(c) in one for one in maps) and c != "\u200c"] == []


def test_a_character_without_a_glyph_is_found(fonts: Fonts) -> None:
    assert fonts.missing("元\u0e01a\u0e01\u200d") == ("\u0e01",)


@pytest.mark.parametrize("language", scripts.SETTINGS)
def test_no_text_of_the_catalogues_needs_more_height_than_is_said(
    fonts: Fonts, language: str
) -> None:
    one, em = scripts.SETTINGS[language], 100
    for text in catalogue(language) | {SAMPLES[language]}:
        if language != "bo" and any(scripts.script(c) == "Tibt" for c in text):
            continue  # the name of Tibetan, on a button that is set as Tibetan
        if language != "ug" and any(scripts.script(c) == "Arab" for c in text):
            continue
        for bold in (False, True):
            ink = fonts.ink_extent(text, em, bold, language)
            assert ink.above <= one.above_ems * em, text
            assert ink.below <= one.below_ems * em, text


@pytest.mark.parametrize("language", ["ug", "bo"])
def test_lines_do_not_touch(painter: Painter, language: str) -> None:
    em = 41
    pitch = scripts.pitch_px(language, em, round(1.3 * em))
    extent = painter.fonts.ink_extent(SAMPLES[language], em, True, language)
    assert extent.above + extent.below < pitch


def test_a_program_that_draws_in_every_size_holds_no_font_file_open() -> None:
    fonts = Fonts()
    fonts.measure("元", 20, True)
    before = len(os.listdir("/dev/fd"))
    assert all(fonts.measure("元", em_px, True) for em_px in range(21, 80))
    assert len(os.listdir("/dev/fd")) == before
