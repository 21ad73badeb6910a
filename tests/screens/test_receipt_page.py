"""A receipt on paper: large enough to read, nothing cut, a copy marked, and black or white only."""

from collections.abc import Mapping

import pygame
import pytest

from screens.paint import HALF_COVERED, Fonts, Painter
from screens.receipt_page import (
    COPY_MARK,
    DOTS_PER_MM,
    LARGE,
    LINE_PITCH,
    MM_PER_POINT,
    PLAIN,
    WIDTH_DOTS,
    Page,
    ReceiptPrinting,
    arrange,
    picture_of,
    receipt_picture,
)
from terminal.card import Pan, PinBlock
from terminal.profile import LANGUAGES, Language
from terminal.receipt import CHARACTERS_MAX, LINES_MAX, TEXT_MAX, Raster, Receipt, ReceiptLine

LINES: Mapping[Language, tuple[ReceiptLine, ...]] = {
    "zh": (
        ReceiptLine("时间", "2026年11月22日 10:30"),
        ReceiptLine("卡号", "尾号 1234"),
        ReceiptLine("取款金额", "¥1,500.00", strong=True),
        ReceiptLine("钞票", "100元 14张，50元 1张，20元 2张，10元 1张"),
        ReceiptLine("收款人", "阿卜杜热依木·买买提图尔荪·艾力江"),
    ),
    "en": (
        ReceiptLine("Date", "22 November 2026, 10:30"),
        ReceiptLine("Card", "ending 1234"),
        ReceiptLine("Amount", "¥1,500.00", strong=True),
        ReceiptLine("Notes", "14 × ¥100, 1 × ¥50, 2 × ¥20, 1 × ¥10"),
        ReceiptLine("Reference", "a" * 60),
    ),
}
FOOTER = ("请当面点清现金。", "Your bank: 95500 (demonstration number)", "96110", "12378")
BOTH = pytest.mark.parametrize("large", [False, True], ids=["plain", "large"])
SHOWN = pytest.mark.parametrize("language", LANGUAGES)


def receipt(language: Language = "zh", large: bool = False, copy: bool = False) -> Receipt:
    lines = LINES.get(language, LINES["en"])
    return Receipt(
        "取款凭条" if language == "zh" else "Receipt", lines, FOOTER, large, language, copy
    )


def page(fonts: Fonts, language: Language = "zh", large: bool = False, copy: bool = False) -> Page:
    return arrange(receipt(language, large, copy), fonts.measure)


# --- data ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "6222021234567890123",
        "6222 0212 3456 7890",
        "6222-0212-3456-7890-123",
        "6222\u00a00212\u00a034567890",
        "3782 822463 10005",
        "６２２２０２１２３４５６７８９０",
        "卡号6222021234567890。",
        "123456789012",
    ],
)
def test_what_may_be_a_card_number_is_never_on_a_receipt(text: str) -> None:
    with pytest.raises(ValueError, match="card number"):
        ReceiptLine("x", text)
    with pytest.raises(ValueError, match="card number"):
        ReceiptLine(text, "x")
    with pytest.raises(ValueError, match="card number"):
        Receipt(text, (), (), False, "zh")
    with pytest.raises(ValueError, match="card number"):
        Receipt("x", (), (text,), False, "zh")


def test_a_refusal_does_not_quote_the_number() -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        ReceiptLine("x", "6222021234567890123")
    assert "6222" not in str(refused.value)


@pytest.mark.parametrize(
    "secret", [Pan("6222021234567890"), PinBlock(bytes(16)), b"123456", 123456]
)
def test_only_texts_are_on_a_receipt(secret: object) -> None:
    with pytest.raises(TypeError, match="holds texts"):
        ReceiptLine("x", secret)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="holds texts"):
        Receipt("x", (), (secret,), False, "zh")  # type: ignore[arg-type]


def test_a_card_written_out_by_itself_shows_four_digits() -> None:
    assert ReceiptLine("卡", str(Pan("6222021234567890"))).value == "Pan(**** 7890)"


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-22 10:30:05", "尾号 1234", "6222 **** 1234", "95500", "12378、12363"),
        *("12378 12363 96110 95500", "0755 8888 9999", "13812345678", "¥1,234,567.00"),
    ],
)
def test_dates_amounts_and_telephone_numbers_are(text: str) -> None:
    assert ReceiptLine("x", text).value == text


def test_a_receipt_has_its_limits() -> None:
    with pytest.raises(ValueError, match="lines"):
        Receipt("x", (ReceiptLine("a", "b"),) * LINES_MAX, ("c",), False, "zh")
    with pytest.raises(ValueError, match="characters"):
        ReceiptLine("a", "b" * (TEXT_MAX + 1))
    with pytest.raises(ValueError, match="characters"):
        Receipt("x", (ReceiptLine("a", "b" * TEXT_MAX),) * 8, (), False, "zh")


@SHOWN
def test_the_longest_receipt_there_can_be_is_drawn(painter: Painter, language: Language) -> None:
    lines = (ReceiptLine("款" * 17, "W" * 17),) * (LINES_MAX - 1)
    footer = ("W" * (CHARACTERS_MAX - 34 * len(lines) - 1),)
    raster = ReceiptPrinting(painter).raster(Receipt("款", lines, footer, True, language, True))
    assert raster.height / DOTS_PER_MM < 2_500


# --- sizes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("character", "国元日款额余卡号")
def test_a_chinese_character_is_tall_enough(fonts: Fonts, character: str) -> None:
    for sizes, least_mm in ((PLAIN, 3.0), (LARGE, 5.0)):
        above, below = fonts.ink_extent(character, sizes.body, False)
        assert (above + below) / DOTS_PER_MM >= least_mm


def test_no_text_is_smaller_than_vis_16_allows() -> None:
    for sizes, points in ((PLAIN, 12), (LARGE, 16)):
        assert min(sizes.body, sizes.strong, sizes.title) / DOTS_PER_MM >= points * MM_PER_POINT
    assert LARGE.body > PLAIN.body
    assert PLAIN.strong > PLAIN.body


@SHOWN
@BOTH
def test_the_smallest_text_on_a_page_is_the_body(
    fonts: Fonts, language: Language, large: bool
) -> None:
    sizes = LARGE if large else PLAIN
    assert min(line.em_px for line in page(fonts, language, large, True).lines) == sizes.body


# --- arrangement --------------------------------------------------------------------------------


@SHOWN
@BOTH
@pytest.mark.parametrize("copy", [False, True])
def test_every_text_is_on_the_paper_whole(
    fonts: Fonts, language: Language, large: bool, copy: bool
) -> None:
    shown = page(fonts, language, large, copy)
    for line in shown.lines:
        assert line.x >= 0
        assert line.x + line.width <= WIDTH_DOTS
        assert line.baseline <= shown.height
    words = "".join(line.text for line in shown.lines).replace(" ", "")
    for text in receipt(language).texts():
        assert text.replace(" ", "") in words


@SHOWN
@BOTH
def test_no_line_of_text_runs_into_another(fonts: Fonts, language: Language, large: bool) -> None:
    shown = page(fonts, language, large, True)
    for one, other in zip(shown.lines, shown.lines[1:], strict=False):
        if one.baseline == other.baseline:
            assert one.x + one.width < other.x or other.x + other.width < one.x
            continue
        below = fonts.ink_extent(one.text, one.em_px, one.bold, one.language).below
        above = fonts.ink_extent(other.text, other.em_px, other.bold, other.language).above
        assert one.baseline + below <= other.baseline - above
        assert other.baseline - one.baseline >= LINE_PITCH * min(one.em_px, other.em_px) - 1


def test_a_value_that_does_not_fit_beside_its_label_goes_below_it(fonts: Fonts) -> None:
    shown = page(fonts)
    (label,) = (line for line in shown.lines if line.text == "钞票")
    values = [line for line in shown.lines if "张" in line.text]
    assert len(values) > 1
    assert all(value.baseline > label.baseline for value in values)
    assert len({value.x for value in values}) == 1, "its lines begin together"


def test_label_and_value_that_fit_stand_on_one_line(fonts: Fonts) -> None:
    shown = page(fonts, large=True)
    label, value = (line for line in shown.lines if line.text in ("取款金额", "¥1,500.00"))
    assert label.baseline == value.baseline
    assert (label.x, value.x + value.width) == (0, WIDTH_DOTS)
    assert label.bold
    assert value.em_px > label.em_px


def test_a_language_from_right_to_left_has_its_labels_at_the_right(fonts: Fonts) -> None:
    shown = arrange(Receipt("x", (ReceiptLine("ۋاقىت", "10:30"),), (), False, "ug"), fonts.measure)
    label, value = (line for line in shown.lines if line.text in ("ۋاقىت", "10:30"))
    assert label.x + label.width == WIDTH_DOTS
    assert value.x == 0


@SHOWN
def test_a_copy_says_so_above_and_below_white_on_black(
    painter: Painter, language: Language
) -> None:
    fonts = painter.fonts
    assert COPY_MARK not in [line.text for line in page(fonts, language).lines]
    assert page(fonts, language).bars == ()
    shown = page(fonts, language, copy=True)
    marks = [line for line in shown.lines if line.text == COPY_MARK]
    assert [mark.ink for mark in marks] == ["paper", "paper"]
    assert shown.lines[0] == marks[0]
    assert shown.lines[-1] == marks[1]
    raster = ReceiptPrinting(painter).raster(receipt(language, copy=True))
    for bar, mark in zip(shown.bars, marks, strict=True):
        assert bar.y < mark.baseline < bar.bottom
        rows = range(bar.y, bar.bottom)
        black = sum(int.from_bytes(raster.row(at), "big").bit_count() for at in rows)
        assert 0.5 < black / (len(rows) * WIDTH_DOTS) < 0.98, "black with something white on it"


def test_an_empty_receipt_is_its_title(fonts: Fonts) -> None:
    assert [
        line.text for line in arrange(Receipt("x", (), (), False, "zh"), fonts.measure).lines
    ] == ["x"]


# --- dots ---------------------------------------------------------------------------------------


@BOTH
def test_the_page_is_576_dots_wide_and_has_ink_where_texts_are(
    painter: Painter, large: bool
) -> None:
    raster = ReceiptPrinting(painter).raster(receipt(large=large))
    shown = page(painter.fonts, large=large)
    assert raster.width_bytes * 8 == WIDTH_DOTS == 576
    assert raster.height == shown.height
    for line in shown.lines:
        rows = raster.rows[(line.baseline - line.em_px // 2) * 72 : line.baseline * 72]
        assert any(rows)


def test_the_highest_bit_is_the_leftmost_dot(painter: Painter) -> None:
    """The rule below the title is a whole row of dots; a text at the left has its ink at the left."""
    one = Receipt("i", (ReceiptLine("l", ""),), (), False, "en")
    raster, shown = ReceiptPrinting(painter).raster(one), arrange(one, painter.fonts.measure)
    assert raster.row(shown.rules[0].y) == b"\xff" * 72
    (label,) = (line for line in shown.lines if line.text == "l")
    row = raster.row(label.baseline - 4)
    assert any(row[:2])
    assert not any(row[2:])


def test_the_picture_is_what_is_printed(painter: Painter) -> None:
    raster = ReceiptPrinting(painter).raster(receipt())
    picture = picture_of(raster)
    assert picture.get_size() == (640, raster.height + 64)
    assert receipt_picture(receipt(), painter).get_size() == picture.get_size()
    red = pygame.image.tobytes(picture, "RGB")[::3]
    assert set(red) == {0, 255}
    for at in range(0, raster.height, 7):
        start = (at + 32) * 640 + 32
        dots = red[start : start + WIDTH_DOTS]
        assert int("".join("0" if grey else "1" for grey in dots), 2) == int.from_bytes(
            raster.row(at), "big"
        )


def test_a_dot_is_black_where_ink_covers_half_of_it(painter: Painter) -> None:
    one = Receipt("国", (), (), True, "zh")
    raster = ReceiptPrinting(painter).raster(one)
    font = painter.fonts.font(LARGE.title, True)
    ink = font.render("国", True, (0, 0, 0))
    covered = sum(alpha >= HALF_COVERED for alpha in pygame.image.tobytes(ink, "RGBA")[3::4])
    rule = LARGE.rule * WIDTH_DOTS
    printed = sum(byte.bit_count() for byte in raster.rows) - rule
    assert abs(printed - covered) <= covered * 0.02


def test_a_raster_knows_its_rows() -> None:
    raster = Raster(2, b"\x01\x02\x03\x04")
    assert (raster.height, raster.row(1)) == (2, b"\x03\x04")
    with pytest.raises(AssertionError):
        Raster(2, b"\x01")
