"""Values as they are set: amounts with a sign and a fraction, days, groups of digits, lines in Chinese too."""

import pytest

from screens.figures import Row, field_of, rows_of
from sim.stage.settings import own_design
from terminal.asking import Entry, Fact, grouped
from terminal.messages import capital_amount, shown_amount, shown_value
from terminal.money import Amount
from tests.forms import PAYMENT, with_forms

DESIGN = with_forms(own_design())
ZH, EN = DESIGN.catalogues["zh"], DESIGN.catalogues["en"]


def rows(*facts: Fact, chinese: bool = True) -> tuple[Row, ...]:
    return rows_of(facts, ZH if chinese else EN)


@pytest.mark.parametrize(
    ("minor", "shown", "capitals"),
    [
        (150_000, "1,500\u00a0元", "壹仟伍佰元整"),
        (150_006, "1,500.06\u00a0元", "壹仟伍佰元零陆分"),
        (150_060, "1,500.60\u00a0元", "壹仟伍佰元陆角整"),
        (6, "0.06\u00a0元", "陆分"),
        (-150_000, "\u22121,500\u00a0元", "负壹仟伍佰元整"),
    ],
)
def test_amounts_with_a_sign_and_a_fraction(minor: int, shown: str, capitals: str) -> None:
    assert shown_amount(Amount(minor), "zh") == shown
    assert capital_amount(Amount(minor)) == capitals


def test_days_without_their_year() -> None:
    assert shown_value("2026-08-03", "zh") == "8月3日"
    assert shown_value("2026-08-03", "en") == "3\u00a0August"
    assert shown_value("2026-13-03", "zh") == "2026-13-03"


def test_where_one_entry_went_out_the_others_came_in() -> None:
    out = Fact("form.fee", ("2026-08-03", Amount(-100)))
    come = Fact("form.fee", ("2026-08-02", Amount(100)))
    numbers = [row.figure.number for row in rows(out, come) if row.figure]
    assert numbers == ["\u22121", "+1"]
    assert [row.figure.number for row in rows(come) if row.figure] == ["1"]
    assert rows(out)[0].before == "8月3日"


def test_what_is_key_is_in_chinese_too_on_another_screen() -> None:
    english = rows_of(PAYMENT, EN)
    assert english[0].chinese == ("收款人",), "a name is the same in both"
    assert english[2].chinese == ("转账金额", "1,500.06\u00a0元")
    assert english[3].chinese == ()
    assert all(row.chinese == () for row in rows_of(PAYMENT, ZH))


def test_digits_stand_in_their_groups_and_hidden_ones_are_dots() -> None:
    assert grouped("6222021234567", (4,)) == ("6222", "0212", "3456", "7")
    assert grouped("13800138000", (3, 4, 4)) == ("138", "0013", "8000")
    assert grouped("", (4,)) == ()
    field = field_of(Entry("123", 6, (6,), hidden=True))
    assert "1" not in field.number
    assert len(field.room[0]) == 6
    assert field_of(Entry("", 6)).empty
