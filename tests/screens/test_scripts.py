"""Runs: nothing lost, the right order from left to right, and a number that nothing turns around."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.scripts import (
    SETTINGS,
    UNSEEN,
    Direction,
    Run,
    baseline_px,
    direction,
    pitch_px,
    runs,
    script,
)

UYGHUR = "پۇل"
ENDING = "ئال"


def shown(text: str, base: Direction = "rtl") -> list[str]:
    return [run.text for run in runs(text, base)]


@pytest.mark.parametrize(
    ("character", "found"),
    [
        ("元", "Hani"),
        ("ー", "Kana"),
        ("원", "Hang"),
        ("Ж", "Cyrl"),
        ("ڭ", "Arab"),
        ("،", "Arab"),
        ("ཀྵ"[0], "Tibt"),
        ("é", "Latn"),
        ("1", "Zyyy"),
        ("。", "Zyyy"),
    ],
)
def test_every_character_has_its_script(character: str, found: str) -> None:
    assert script(character) == found


@pytest.mark.parametrize(
    "number",
    ["1,234.00", "6222 **** 1234", "2026-11-22", "10:30", "400-820-8820", "-500", "¥1,500", "50%"],
)
def test_a_number_inside_uyghur_is_one_run_from_left_to_right(number: str) -> None:
    found = runs(f"{UYGHUR} {number} {ENDING}", "rtl")
    assert Run(number, "Zyyy", "ltr") in found
    assert found[-1].text.startswith(UYGHUR)
    assert found[0].text.endswith(ENDING)


def test_latin_words_inside_uyghur_keep_their_order() -> None:
    found = runs(f"{UYGHUR} DEMO BANK {ENDING}", "rtl")
    assert Run("DEMO BANK", "Latn", "ltr") in found
    assert [run.direction for run in found] == ["rtl", "ltr", "rtl"]


def test_a_number_beside_latin_goes_with_it() -> None:
    assert "ATM 24" in shown(f"{UYGHUR} ATM 24 {ENDING}")


def test_two_numbers_apart_follow_each_other_from_the_right() -> None:
    assert shown("5. 6", "rtl") == ["6", ". ", "5"]


def test_a_full_stop_at_the_end_of_uyghur_stands_at_the_left() -> None:
    assert shown(f"{UYGHUR} 500.", "rtl") == [".", "500", f"{UYGHUR} "]


def test_uyghur_inside_a_line_that_runs_to_the_right_stays_in_its_place() -> None:
    found = runs(f"zh {UYGHUR} {ENDING} en", "ltr")
    assert [run.text for run in found] == ["zh ", f"{UYGHUR} {ENDING}", " en"]


def test_an_isolate_is_obeyed_and_not_drawn() -> None:
    plain = shown(f"{UYGHUR} A: {ENDING}")
    apart = shown(f"{UYGHUR} \u2066A:\u2069 {ENDING}")
    assert "A" in plain
    assert "A:" in apart


def test_text_from_left_to_right_is_split_by_script_only() -> None:
    assert [(r.text, r.script) for r in runs("取 5 元Ж! 가")] == [
        ("取 5 元", "Hani"),
        ("Ж! ", "Cyrl"),
        ("가", "Hang"),
    ]


@given(
    st.text(alphabet="پۇل، 1234,.00-:*ab()«»元가\u2066\u2067\u2069\u200f", max_size=24),
    st.sampled_from(["ltr", "rtl"]),
)
def test_no_character_is_lost_or_made(text: str, base: Direction) -> None:
    found = "".join(run.text for run in runs(text, base))
    assert sorted(found) == sorted(c for c in text if c not in UNSEEN or not _turned(text, base))


def _turned(text: str, base: Direction) -> bool:
    return base == "rtl" or any(c in text for c in UNSEEN | set("پۇل،"))


def test_only_uyghur_runs_to_the_left() -> None:
    assert {tag for tag in SETTINGS if direction(tag) == "rtl"} == {"ug"}


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko"])
def test_square_scripts_are_set_as_ever(language: str) -> None:
    assert pitch_px(language, 23, 30) == 30
    assert baseline_px(language, 23, 30) == 15 + round(23 * 0.37)


@pytest.mark.parametrize("language", SETTINGS)
@pytest.mark.parametrize("em", [23, 41, 105])
def test_a_line_has_room_for_its_ink(language: str, em: int) -> None:
    one = SETTINGS[language]
    pitch = pitch_px(language, em, round(em * 1.3))
    down = baseline_px(language, em, pitch)
    assert down >= one.above_ems * em - 1
    assert pitch - down >= one.below_ems * em - 1
