"""Who would rather go to the counter: from the review of a withdrawal, with the card, and no money has moved."""

import pytest

from sim.stage.bench import Bench
from terminal import events as ev
from terminal import session as s
from terminal.flows.services import NAMES
from terminal.focus import targets
from tests.journeys.services.visiting import LOOKS, at_menu, leaves


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_from_a_review_to_the_counter_with_the_card_and_no_money_moved(
    profile: str, language: str
) -> None:
    bench = at_menu(Bench(services=NAMES), "lin", profile, language)
    before = bench.bank.balance("lin")
    bench.presses("service", "withdrawal").presses("amount", 20_000)
    review = bench.session.phase
    assert isinstance(review, s.Reviewing)
    bench.presses("help").presses("counter")
    assert (bench.session.overlay, bench.session.phase) == ("counter", review)
    bench.presses("close")
    assert (bench.session.overlay, bench.session.phase) == ("", review)
    bench.presses("help").presses("counter")
    card_back = ev.Chosen("return_card", "counter")
    assert card_back in targets(bench.session)
    leaves(bench.presses(card_back.name, card_back.value))
    assert bench.bank.balance("lin") == before
    assert bench.bank.operations == {}
