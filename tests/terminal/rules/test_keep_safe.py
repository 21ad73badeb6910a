"""From how much cash in a day the customer is told to put it away safely."""

from datetime import date

from sim.stage.settings import read_rules
from terminal.events import Drawn
from terminal.money import Amount, yuan
from terminal.rules.dated import Row
from terminal.rules.keep_safe import RULE, due
from tests.each import each

RULES = read_rules()
TODAY = date(2026, 11, 22)


@each(
    "before, now, said",
    [(0, 10_000, True), (0, 9_999, False), (9_900, 100, True), (9_899, 100, False)],
)
def test_the_line_is_for_ten_thousand_in_a_day(before: int, now: int, said: bool) -> None:
    assert due(RULES, Drawn(TODAY, yuan(before)), yuan(now)) is said


@each("now, said", [(9_999, False), (10_000, True)])
def test_where_the_bank_says_nothing_only_the_cash_in_the_slot_counts(now: int, said: bool) -> None:
    assert due(RULES, None, yuan(now)) is said


def test_the_rule_is_the_one_of_the_banks_day() -> None:
    rows = (
        Row(RULE, date(2026, 1, 1), date(2026, 12, 31), 10_000, "[D]"),
        Row(RULE, date(2027, 1, 1), None, 3_000, "[D]"),
    )
    assert not due({RULE: rows}, Drawn(TODAY, Amount(0)), yuan(3_000))
    assert due({RULE: rows}, Drawn(date(2027, 1, 1), Amount(0)), yuan(3_000))
    assert due({RULE: rows}, None, yuan(3_000))
    assert not due({RULE: rows}, Drawn(date(2025, 1, 1), Amount(0)), yuan(30_000))


def test_a_machine_without_the_rule_says_nothing() -> None:
    assert not due({}, None, yuan(50_000))
    assert not due({}, Drawn(TODAY, yuan(50_000)), yuan(1))
