"""Line breaking: nothing lost, nothing too wide, no closing mark first, no opening mark last."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.lines import NOT_FIRST, NOT_LAST, _greedy, atoms, break_lines
from terminal.messages import Catalogue
from terminal.profile import Language


def fixed(text: str) -> int:
    """Wide characters are ten wide, the others five."""
    return sum(10 if c >= "\u2e80" else 5 for c in text)


def squeezed(text: str) -> str:
    return text.replace(" ", "").replace("\u3000", "").replace("\n", "")


def test_a_closing_mark_never_begins_a_line() -> None:
    assert break_lines("一二三四，五六", 40, fixed) == ("一二三", "四，五六")


def test_an_opening_mark_never_ends_a_line() -> None:
    assert break_lines("一二三（四五六", 40, fixed) == ("一二三", "（四五六")


def test_english_breaks_between_words_only() -> None:
    assert break_lines("take your money now", 60, fixed) == ("take your", "money now")


def test_a_no_break_space_keeps_an_amount_whole() -> None:
    assert "1,500\u00a0元。" in atoms("最多可取1,500\u00a0元。")


def test_a_number_stays_with_the_character_that_counts_it() -> None:
    assert "3次" in atoms("还可以试3次。")[-1]


def test_a_line_ends_at_a_comma_when_that_costs_no_line() -> None:
    assert break_lines("一二三，四五六七", 60, fixed) == ("一二三，", "四五六七")


def test_a_line_ends_with_a_sentence_rather_than_at_a_comma() -> None:
    assert break_lines("一二三。四五，六七", 80, fixed) == ("一二三。", "四五，六七")


def test_the_last_line_is_not_one_lonely_character() -> None:
    lines = break_lines("一二三四五六七", 60, fixed)
    assert len(lines) == 2
    assert min(map(len, lines)) >= 3


def test_a_word_wider_than_a_line_is_broken_and_not_cut_off() -> None:
    assert "".join(break_lines("abcdefghij", 20, fixed)) == "abcdefghij"


def test_a_newline_ends_a_line() -> None:
    assert break_lines("一\n二", 100, fixed) == ("一", "二")


@given(
    st.text(
        alphabet="取款，。？（）“”《》1,5 a元bcカッー々한국ཀྲ་།ئۇпр «»\u00a0",
        min_size=1,
        max_size=40,
    ),
    st.integers(min_value=30, max_value=200),
)
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, width: int) -> None:
    lines = break_lines(text, width, fixed)
    assert squeezed("".join(lines)) == squeezed(text)
    whole = all(fixed(atom.rstrip()) <= width for atom in atoms(text))
    if whole:
        assert all(fixed(line) <= width for line in lines)


@pytest.mark.parametrize("mark", "ッゃー々ゝ。、」・")
def test_small_kana_and_marks_that_repeat_or_lengthen_never_begin_a_line(mark: str) -> None:
    lines = break_lines(f"カタカ{mark}カタ", 30, fixed)
    assert "".join(lines) == f"カタカ{mark}カタ"
    assert all(line[0] != mark for line in lines)


def test_korean_breaks_between_words() -> None:
    assert break_lines("카드를 가져가 주세요", 70, fixed) == ("카드를 가져가", "주세요")
    assert atoms("“확인”을 누르세요") == ("“확인”을 ", "누르세요")


def test_a_korean_word_wider_than_a_line_is_broken() -> None:
    assert break_lines("가나다라마", 30, fixed) == ("가나다", "라마")


def test_tibetan_breaks_after_a_tsheg_and_not_before_it() -> None:
    assert atoms("བོད་ཡིག་ཡིན།") == ("བོད་", "ཡིག་", "ཡིན།")


def test_a_shad_never_begins_a_line() -> None:
    assert atoms("ཡིན། །འདི་") == ("ཡིན། །འདི་",)


@pytest.mark.parametrize(
    "text", ["Возьмите карту сейчас, пожалуйста", "كارتىڭىزنى ئېلىڭ، پۇلنى ساناڭ؟"]
)
def test_russian_and_uyghur_break_at_spaces_only(text: str) -> None:
    assert [atom.rstrip() for atom in atoms(text)] == text.split(" ")


def test_a_mark_stays_on_its_letter_where_a_word_is_broken() -> None:
    lines = break_lines("སྒྲིསྒྲིསྒྲི", 20, fixed)
    assert "".join(lines) == "སྒྲིསྒྲིསྒྲི"
    assert all(line[0] == "ས" for line in lines)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_kinsoku_holds_for_every_text_of_the_catalogue(
    catalogues: Mapping[Language, Catalogue], language: Language
) -> None:
    for entry in catalogues[language].entries.values():
        for text in (entry.title, entry.text, *entry.parts):
            for width in (100, 140, 230):
                for part in text.split("\n"):
                    lines = break_lines(part, width, fixed)
                    assert not [line for line in lines[1:] if line[:1] in NOT_FIRST], text
                    assert not [line for line in lines[:-1] if line[-1:] in NOT_LAST], text


def test_a_word_that_would_be_read_as_a_number_is_not_broken() -> None:
    for width in range(4, 20):
        lines = break_lines("请核对，一共6,630元", 10 * width, fixed)
        assert not any(line.endswith("一") for line in lines), lines


@given(st.text(alphabet="一二三，。（ abc", max_size=30), st.integers(5, 120))
def test_full_lines_are_the_same_in_every_width_they_name(text: str, width: int) -> None:
    found = _greedy(atoms(text), width, fixed)
    assert found.least <= width < found.over
    for other in range(found.least, min(found.over, 130)):
        assert _greedy(atoms(text), other, fixed).lines == found.lines
    for other in (found.least - 1, found.over):
        assert found.over > 130 or other < 0 or _greedy(atoms(text), other, fixed) != found
