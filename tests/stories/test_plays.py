"""A story is played the same way each time, and one that must fail fails where it does."""

import pytest

from sim.stories import told
from sim.stories.play import play
from sim.stories.result import Result
from tests.each import each
from tests.stories.material import WITHDRAWAL, design, story


@pytest.fixture(scope="module")
def well() -> Result:
    return play(story(), design())


@pytest.fixture(scope="module")
def failed() -> Result:
    text = WITHDRAWAL.replace("the screen is take_card", "the screen is choose_service")
    return play(story(text), design())


def test_what_holds_is_well_and_nothing_is_left_out(well: Result) -> None:
    assert (well.well, well.card, well.money["charged"]) == (True, "hand", 200)
    assert [step.kind for step in well.steps] == [
        "start",
        *["act"] * 3,
        "check",
        *["act"] * 3,
        *["end"] * 2,
    ]
    devices = {line.device for step in well.steps for line in step.wire}
    assert devices == {"card_reader", "dispenser", "bank"}
    assert any("FINAL" in row for step in well.steps for row in step.rows)


def test_the_same_story_and_seed_give_the_same_log_byte_for_byte(well: Result) -> None:
    assert play(story(), design()).log == well.log
    assert play(story(), design(), seed=3).log != well.log


def test_a_check_that_does_not_hold_fails_the_story_at_its_line(failed: Result) -> None:
    first = told.first_failed(failed)
    assert first is not None
    assert (first.line, first.text) == (9, "then the screen is choose_service")
    assert "when this was asked the screen was authorizing" in first.failed
    assert not any(step.text == "take the card" for step in failed.steps), (
        "what follows rests on it"
    )


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("press 200, confirm", "press 200, store", 'there was no "store" to press on review.'),
        ("take the card\n", "type the PIN\n", "a screen that asks for a PIN was waited for"),
        ("charged = 200", "charged = 300", "charged is 200 yuan"),
        ("charged = 200", "held = 5", "held is 0 yuan"),
        ("charged = 200", 'journal = ["FINAL amount=300"]', "FINAL amount=200"),
        ("charged = 200", 'said = ["没有说过"]', "said was:"),
        ("charged = 200", 'shown = ["notice.suspect"]', "shown were starting"),
        ("charged = 200", "alarms = true", "the bank's alarms: none"),
        ("charged = 200", "open = true", "left open: nothing"),
        (
            "take the card\n",
            "meanwhile the bank is silent about outcomes\ntake the card\n",
            "nothing is left open: outcomes that the bank has not acknowledged: 1",
        ),
    ],
)
def test_a_story_that_must_fail_fails(right: str, wrong: str, said: str) -> None:
    assert right in WITHDRAWAL
    result = play(story(WITHDRAWAL.replace(right, wrong)), design())
    assert not result.well
    assert any(said in fault for _, fault in result.failures), result.failures


def test_a_failing_story_is_told_so_that_nobody_needs_another_run(failed: Result) -> None:
    text = "\n".join(told.failure(failed))
    for part in (
        "line 9: then the screen is choose_service",
        "on the screen when this line began: authorizing",
        "money in yuan: charged 0",
        "the card: ",
        "the last on the wire:",
        "card_reader -> f2",
        "again: python main.py play mine/story.toml",
    ):
        assert part in text
    assert max(map(len, text.splitlines())) < 400


def test_no_pin_is_in_a_log(well: Result) -> None:
    assert "135790" not in well.log


LATE = '''about = "The bank answers when nobody waits any more."
card = "lin"
acts = """
put in the card
walk away
"""

[end]
charged = 0
'''


@each(
    "circumstance, text",
    [
        ('bank = "slow"', WITHDRAWAL),
        ('bank = "late"', LATE),
        ('faults = ["at start: offline 20 s"]', WITHDRAWAL),
        ('faults = ["at idle: the card reader is offline 40 s"]', WITHDRAWAL),
    ],
)
def test_a_customer_reads_the_language_of_the_story_whatever_the_machine_does(
    circumstance: str, text: str
) -> None:
    """A slow bank closed the machine for a moment, and an English story ran in Chinese."""
    chosen = f'{circumstance}\nlanguage = "en"\nprofile = "elder"\nacts'
    result = play(story(text.replace("acts", chosen, 1)), design())
    assert result.well, result.failures or result.broke
    looks = {step.screen.look for step in result.steps if step.text.startswith(("put", "type"))}
    assert looks == {"elder, en"}


def test_a_machine_whose_cable_is_out_starts_when_it_is_in_again() -> None:
    """The story broke off, with a line of the program in place of one of its own."""
    acts = "meanwhile offline {}\nthe power fails for 10 s\nput in the card"
    result = play(story(WITHDRAWAL.replace("put in the card", acts.format("40 s"))), design())
    assert result.well, result.failures or result.broke
    result = play(story(WITHDRAWAL.replace("put in the card", acts.format("1 h"))), design())
    assert "the machine does not start: " in result.failures[0][1]
    assert not result.broke
