"""Much cash on one day: the customer is asked to put it away and to mind who is near, by what the bank said
with the card and not by a guess."""

from datetime import timedelta

import pytest

from sim.stage.bench import Bench
from sim.world.clock import STORY_BEGINS, VirtualClock
from terminal import session as s
from terminal.flows.services import NAMES
from terminal.prompts import text_key
from tests.journeys.services.visiting import LOOKS, at_menu, leaves

HALF_AN_HOUR = 1_800.0
TO_MIDNIGHT_SECONDS = timedelta(hours=24 - STORY_BEGINS.hour).total_seconds()


def counting(bench: Bench, minor: int) -> Bench:
    """The customer draws so much and stands before the notes."""
    bench.presses("service", "withdrawal").presses("amount", minor).presses("confirm")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    return bench.does("take_card").run(lambda now: isinstance(now.phase, s.Counting))


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_small_withdrawal_that_makes_ten_thousand_of_the_day_is_told(
    profile: str, language: str
) -> None:
    bench = Bench(services=NAMES)
    bench.bank.customers["lin"].drawn_today = 980_000
    counting(at_menu(bench, "lin", profile, language), 20_000)
    assert text_key(bench.session) == "count_notes_safe"
    bench.presses("count_right").does("take_notes").ready()
    assert bench.session.drawn is None
    assert bench.bank.customers["lin"].drawn_today == 1_000_000


def test_what_was_drawn_in_the_visit_before_counts_and_what_came_back_does_not() -> None:
    bench = Bench(services=NAMES)
    bench.bank.customers["lin"].drawn_today = 960_000
    at_menu(bench, "lin").presses("service", "withdrawal").presses("amount", 20_000)
    bench.presses("confirm").run(lambda now: isinstance(now.phase, s.TakingCard))
    bench.presses("return_card")
    leaves(bench)
    counting(at_menu(bench, "lin"), 20_000)
    assert text_key(bench.session) == "count_notes"
    bench.does("take_notes").presses("count_right").ready()
    counting(at_menu(bench, "lin"), 20_000)
    assert text_key(bench.session) == "count_notes_safe"


def test_yesterdays_cash_is_not_todays() -> None:
    """On a machine that was on when the day ended."""
    bench = Bench(services=NAMES, clock=VirtualClock(TO_MIDNIGHT_SECONDS - HALF_AN_HOUR))
    bench = at_menu(bench, "lin")
    today = bench.session.drawn
    assert today is not None
    assert today.amount.minor == 0
    counting(bench, 20_000).does("take_notes").presses("count_right").ready()
    bench.waits(2 * HALF_AN_HOUR)
    at_menu(bench, "lin")
    tomorrow = bench.session.drawn
    assert tomorrow is not None
    assert tomorrow.amount.minor == 0
    assert tomorrow.day > today.day
