"""The dated rules: what is in force on a day, and every way to get the file wrong."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.stage.rulebook import read_rules
from sim.stage.settings import ConfigurationError
from terminal.rules.dated import ROWS_MAX, RuleMistake, holds, in_force, rules_from, whole

TWO_ROWS = """
[[rule]]
rule_id = "X.yuan"
from = 2020-01-01
to = 2020-06-30
value = 10
source = "first"

[[rule]]
rule_id = "X.yuan"
from = 2020-07-01
value = 20
source = "second [M]"
"""


def rules(text: str) -> object:
    return rules_from(tomllib.loads(text), "some.toml")


def test_each_row_is_in_force_from_its_first_day_to_its_last() -> None:
    two = rules_from(tomllib.loads(TWO_ROWS))
    found = {day: in_force(two, "X.yuan", date.fromisoformat(day)) for day in DAYS}
    assert {day: row and row.value for day, row in found.items()} == DAYS


DAYS = {
    "2019-12-31": None,
    "2020-01-01": 10,
    "2020-06-30": 10,
    "2020-07-01": 20,
    "2099-01-01": 20,
}


def test_the_mark_of_a_source_is_kept() -> None:
    two = rules_from(tomllib.loads(TWO_ROWS))
    assert [row.from_memory for row in two["X.yuan"]] == [False, True]


@given(st.lists(st.integers(1, 400), min_size=1, max_size=8), st.integers(0, 4_000))
def test_never_two_rows_on_one_day(lengths: list[int], offset: int) -> None:
    start, rows = date(2020, 1, 1), []
    for value, length in enumerate(lengths):
        until = start + timedelta(days=length - 1)
        row = {"rule_id": "X", "from": start, "to": until, "value": value, "source": "told"}
        rows.append(row)
        start = until + timedelta(days=1)
    book = rules_from({"rule": rows})
    day = date(2020, 1, 1) + timedelta(days=offset)
    there = in_force(book, "X", day) is not None
    assert sum(each.covers(day) for each in book["X"]) == there == (day < start)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("to = 2020-06-30\n", "", "overlap"),
        ("to = 2020-06-30", "to = 2020-07-01", "overlap"),
        ("from = 2020-07-01", "from = 2019-01-01", "Put the older one first"),
        ("from = 2020-07-01", "from = 2020-01-01", "Put the older one first"),
        ("to = 2020-06-30", "to = 2019-06-30", "is before from"),
        ("from = 2020-07-01", 'from = "2020-07-01"', "without quotes"),
        ("from = 2020-07-01", "from = 2020-07-01T00:00:00", "without quotes"),
        ("value = 20", "value = 2.5", "whole number, text, true or false"),
        ('source = "second [M]"', 'source = " "', "X.yuan (row 2): has no source"),
        ('source = "first"', "", "source is missing"),
        ("value = 20", "valeu = 20", "value is missing"),
        ("value = 20", "value = 20\nnote = 1", "note is unknown"),
        ('rule_id = "X.yuan"', 'rule_id = ""', "has no rule_id"),
        ("[[rule]]", "[[rules]]", "holds [[rule]] rows"),
    ],
)
def test_a_mistake_in_the_file_is_named(before: str, after: str, complaint: str) -> None:
    assert before in TWO_ROWS
    with pytest.raises(RuleMistake) as told:
        rules(TWO_ROWS.replace(before, after))
    assert complaint in str(told.value)
    assert str(told.value).startswith("some.toml: ")


@pytest.mark.parametrize("tables", [{}, {"rule": []}, {"rule": {}}, {"rule": ["row"]}])
def test_a_file_without_rows_is_a_mistake(tables: dict[str, object]) -> None:
    with pytest.raises(RuleMistake):
        rules_from(tables)


def test_there_is_a_most_of_rows() -> None:
    row = {"from": date(2020, 1, 1), "value": 1, "source": "told"}
    many = [{"rule_id": str(number), **row} for number in range(ROWS_MAX)]
    assert len(rules_from({"rule": many})) == ROWS_MAX
    with pytest.raises(RuleMistake, match="at most"):
        rules_from({"rule": [*many, {"rule_id": "one more", **row}]})


def test_a_rule_that_is_not_there_is_a_mistake_and_says_which_are() -> None:
    with pytest.raises(RuleMistake, match=r"no rule Y.*X\.yuan"):
        in_force(rules_from(tomllib.loads(TWO_ROWS)), "Y", date(2020, 1, 1))


def test_a_number_on_a_day_without_one_is_a_mistake() -> None:
    book = rules_from(tomllib.loads(TWO_ROWS))
    with pytest.raises(RuleMistake, match="no row for 2019-12-31"):
        whole(book, "X.yuan", date(2019, 12, 31))
    with pytest.raises(RuleMistake, match="not true or false"):
        holds(book, "X.yuan", date(2020, 1, 1))


def test_a_day_that_does_not_exist_is_told_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(TWO_ROWS.replace("2020-06-30", "2020-06-31"), "utf-8")
    with pytest.raises(ConfigurationError, match=r"rules\.toml: not readable"):
        read_rules(file)


def test_the_shipped_file_has_every_rule_of_the_table() -> None:
    shipped = read_rules()
    numbers = {rule_id.partition(".")[0] for rule_id in shipped}
    assert {f"CN-{number:02}" for number in range(1, 24)} <= numbers
    assert numbers <= {f"CN-{number:02}" for number in range(1, 24)} | {"ASK"}


@pytest.mark.parametrize(
    ("rule_id", "day", "value"),
    [
        ("CN-01.hold_hours", date(2016, 12, 1), 24),
        ("CN-04.ordinary_hours", date(2026, 11, 22), 2),
        ("CN-05.strong_above_yuan", date(2026, 11, 22), 50_000),
        ("CN-05.reminder_above_yuan", date(2026, 11, 22), 300_000),
        ("CN-07.cash_day_yuan", date(2026, 11, 22), 20_000),
        ("CN-09.large_cash_from_yuan", date(2026, 11, 22), 50_000),
        ("ASK.large_from_yuan", date(2026, 11, 22), 5_000),
        ("ASK.keep_safe_from_yuan", date(2026, 11, 22), 10_000),
    ],
)
def test_the_numbers_of_the_table(rule_id: str, day: date, value: int) -> None:
    assert whole(read_rules(), rule_id, day) == value


def test_rules_begin_on_their_first_day() -> None:
    shipped = read_rules()
    assert not holds(shipped, "CN-10.risk_based_diligence", date(2025, 12, 31))
    assert holds(shipped, "CN-10.risk_based_diligence", date(2026, 1, 1))
    assert not holds(shipped, "CN-03.hold_may_be_dropped", date(2019, 3, 31))
    assert holds(shipped, "CN-03.hold_may_be_dropped", date(2019, 4, 1))
