"""What is in the account: asked, shown, listed, and the card comes back."""

import pytest

from sim.stage.bench import Bench
from terminal import session as s
from terminal.flows import balance
from terminal.flows.services import NAMES
from tests.journeys.services.visiting import LOOKS, at_menu, leaves


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_the_balance_is_what_the_bank_has_and_nothing_moves(profile: str, language: str) -> None:
    bench = at_menu(Bench(services=NAMES), "lin", profile, language)
    before = bench.bank.balance("lin")
    bench.presses("service", "balance").run(lambda now: isinstance(now.phase, balance.Showing))
    shown = bench.session.phase
    assert isinstance(shown, balance.Showing)
    assert (shown.figures.booked.minor, shown.figures.available.minor) == (before, before)
    assert (bench.session.look.profile, bench.session.look.language) == (profile, language)
    leaves(bench.presses("done"))
    assert bench.bank.balance("lin") == before
    assert bench.bank.operations == {}


def test_a_withdrawal_stands_among_the_last_entries() -> None:
    bench = at_menu(Bench(services=NAMES), "lin")
    bench.presses("service", "withdrawal").presses("amount", 10_000).presses("confirm")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    bench.does("take_card").run(lambda now: isinstance(now.phase, s.Counting))
    bench.does("take_notes").presses("count_right").ready()
    at_menu(bench, "lin").presses("service", "balance")
    bench.run(lambda now: isinstance(now.phase, balance.Showing)).presses("entries")
    listed = bench.session.phase
    assert isinstance(listed, balance.Listing)
    newest = listed.shown.figures.entries[0]
    assert (newest.minor, newest.kind) == (-10_000, "withdrawal")


def test_something_else_can_be_done_with_the_same_card() -> None:
    bench = at_menu(Bench(services=NAMES), "lin").presses("service", "balance")
    bench.run(lambda now: isinstance(now.phase, balance.Showing)).presses("another")
    assert isinstance(bench.session.phase, s.ChoosingService)


def test_a_bank_that_says_nothing_gives_the_card_back_and_says_so() -> None:
    bench = at_menu(Bench(services=NAMES), "lin")
    bench.world.host.silent = True
    bench.presses("service", "balance").run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "service_silent"
