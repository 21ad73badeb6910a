"""Three ways to say what a machine must do: method by method, in the words of stories, and by a file."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.machine(dispenser="presenter")
def test_notes_left_behind_are_taken_in_and_refunded(bench):
    bench.insert_card("chen").enters_pin().withdraws(500).takes_card().waits(150)
    assert bench.dispenser.retracted == 5
    assert bench.bank.balance("chen") == bench.opening_balance


@pytest.mark.machine(card="wang", language="en", services=["withdrawal"])
def test_who_has_too_little_is_told_and_may_ask_for_less(bench):
    bench.does(
        "put in the card",
        "type the PIN",
        "press 1000",
        "press confirm",
        "then the screen is choose_amount_insufficient",
        "press 200, confirm",
        "take the card",
        "take the notes",
    )
    assert bench.money["charged"] == 0, "nothing is charged before the notes are counted"
    bench.presses("count_right").does("then 200 is charged")


@pytest.mark.parametrize("profile", ["standard", "elder"])
def test_a_story_ends_the_same_way_in_every_profile(story, profile):
    result = story(HERE / "card_left.toml", profile=profile)
    assert result.well, result.failures
    assert result.money["paid_out"] == 0
