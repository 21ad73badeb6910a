"""The scripted scam set: its shape, what comes of a case, and the figures as they were seen."""

import tomllib
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import pytest

from sim.stage.rulebook import SCAM_CASES, read_rules, read_scam_cases
from terminal.money import yuan
from terminal.rules.scam_cases import Case, Judged, Score, cases_from, judge, score
from terminal.rules.signals import asking_on
from terminal.rules.transfers import terms_on

TODAY = date(2026, 11, 22)

ONE = """
[customer.one]
cash = [300]
cash_weekly = [100, 100]
paid.son = [1000, 2000]
paid_weekly.shop = [20]

[[case]]
id = "first"
scam = true
story = "A story."
customer = "one"
does = "transfer"
yuan = 700
payee = "stranger"
phone = "sensed"
today_yuan = 50
know = "know"
caller = "somebody"
"""


def played(cases: tuple[Case, ...], day: date = TODAY) -> tuple[Judged, ...]:
    rules = read_rules()
    return tuple(judge(case, day, asking_on(rules, day), terms_on(rules, day)) for case in cases)


def made(text: str = ONE) -> tuple[Case, ...]:
    return cases_from(tomllib.loads(text), TODAY, "some.toml")


def test_a_case_is_read_with_its_earlier_days() -> None:
    (case,) = made()
    days = {(past.payee, TODAY - past.day, past.amount) for past in case.history}
    assert days == {
        ("", timedelta(30), yuan(300)),
        ("", timedelta(7), yuan(100)),
        ("", timedelta(14), yuan(100)),
        ("son", timedelta(30), yuan(1_000)),
        ("son", timedelta(60), yuan(2_000)),
        ("shop", timedelta(7), yuan(20)),
        ("stranger", timedelta(0), yuan(50)),
    }
    assert case.around.phone_sensed
    assert not case.around.phone_declared
    assert case.around.attempts == 0
    assert not case.coached


def test_a_case_is_judged_by_the_answers_in_their_order() -> None:
    (stopped,) = played(made())
    assert stopped.asked == ("know_payee", "someone_on_phone")
    assert (stopped.ended, stopped.caught, stopped.held) == ("safe_stop", True, False)
    (at_once,) = played(made(ONE.replace('know = "know"', 'know = "unsure"')))
    assert at_once.asked == ("know_payee",)
    assert at_once.caught
    (lied,) = played(made(ONE.replace('"somebody"', '"nobody"')))
    assert (lied.ended, lied.caught, lied.held) == ("continue", False, True)


def test_the_score_counts_scams_and_ordinary_operations_apart() -> None:
    def variant(name: str, *changes: tuple[str, str]) -> str:
        text = ONE[ONE.index("[[case]]") :].replace('"first"', f'"{name}"')
        for before, after in changes:
            text = text.replace(before, after)
        return text

    lies, honest = ('"somebody"', '"nobody"\ncoached = true'), ("scam = true", "scam = false")
    quiet = ('phone = "sensed"\ntoday_yuan = 50', "")
    usual = ('"stranger"', '"son"')
    text = ONE + "".join(
        (
            variant("lies", lies),
            variant("honest_stopped", honest),
            variant("honest_asked", honest, ('"somebody"', '"nobody"')),
            variant("honest_usual", honest, usual, quiet),
        )
    )
    found = score(played(made(text)))
    assert found == Score(
        scams=2, caught=1, held=1, coached=1, coached_caught=0, ordinary=3, questioned=2, stopped=1
    )
    assert found.catch_rate == Fraction(1, 2)
    assert found.questioned_share == Fraction(2, 3)


def test_nothing_to_count_is_no_share() -> None:
    assert score(()).catch_rate == score(()).questioned_share == 0


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('customer = "one"', 'customer = "two"', "there is no [customer.two]"),
        ('does = "transfer"', 'does = "deposit"', "does is one of"),
        ('phone = "sensed"', 'phone = "loud"', "phone is one of"),
        ('know = "know"', 'know = "nobody"', "is no answer to know_payee"),
        ('caller = "somebody"', "", "caller is missing"),
        ("yuan = 700", "yuan = 700\ncaught = true", "caught is unknown"),
        ('does = "transfer"', 'does = "withdrawal"', "a transfer has a payee"),
        ("cash = [300]", "gold = [300]", "gold is unknown"),
    ],
)
def test_a_mistake_in_the_file_is_named(before: str, after: str, complaint: str) -> None:
    assert before in ONE
    with pytest.raises(ValueError, match=r"some\.toml: ") as told:
        made(ONE.replace(before, after))
    assert complaint in str(told.value)


def test_an_id_stands_once() -> None:
    with pytest.raises(ValueError, match="first is there twice"):
        made(ONE + ONE[ONE.index("[[case]]") :])


# --- the shipped set ----------------------------------------------------------------------------


def test_the_set_is_large_enough_and_says_nothing_of_what_comes_out() -> None:
    counted = Counter(case.scam for case in read_scam_cases(TODAY))
    assert counted[True] >= 24
    assert counted[False] >= 60
    text = SCAM_CASES.read_text("utf-8")
    assert "caught" not in text
    assert "questioned" not in text


def test_coached_victims_pass_the_questions_and_are_not_counted_as_caught() -> None:
    coached = [one for one in played(read_scam_cases(TODAY)) if one.case.coached]
    assert coached
    assert not any(one.caught for one in coached)


def test_nobody_ordinary_is_coached_and_every_story_is_told() -> None:
    for case in read_scam_cases(TODAY):
        assert case.scam or not case.coached
        assert case.story.endswith(".")


def test_usual_cash_is_never_asked_about() -> None:
    by_name = {one.case.name: one for one in played(read_scam_cases(TODAY))}
    for name in ("pension_cash", "saver_cash", "weekly_cash", "rent", "to_mother", "supplier"):
        assert not by_name[name].questioned, name


def test_a_scam_that_goes_to_a_stranger_is_never_immediate() -> None:
    for one in played(read_scam_cases(TODAY)):
        if one.case.scam and "first_payee" in one.signals:
            assert one.caught or one.held


def test_the_figures_as_they_were_seen() -> None:
    """Whoever changes a rule or a case sees here what it does, and publishes anew."""
    assert score(played(read_scam_cases(TODAY))) == Score(
        scams=38,
        caught=16,
        held=14,
        coached=9,
        coached_caught=0,
        ordinary=72,
        questioned=21,
        stopped=2,
    )


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2027, 2, 28), date(2028, 2, 29)])
def test_the_figures_do_not_hang_on_the_day(day: date) -> None:
    assert score(played(read_scam_cases(day), day)) == score(played(read_scam_cases(TODAY)))
