"""A visitor whose card names a language is offered it, not forced into it; small notes come in a pack."""

import pytest

from sim.stage.bench import Bench
from terminal import session as s
from terminal.flows import change_pack
from terminal.flows.services import NAMES
from terminal.money import yuan

CARD = "smith"


def at_pin(bench: Bench) -> Bench:
    bench.boot().ready().waits(1.0).does(f"insert:{CARD}")
    return bench.run(lambda now: isinstance(now.phase, s.EnteringPin))


def at_menu(bench: Bench) -> Bench:
    pin = bench.bank.customers[CARD].pin
    bench.does(*(f"key:{digit}" for digit in pin), "key:enter")
    return bench.run(lambda now: isinstance(now.phase, s.ChoosingService))


@pytest.mark.parametrize(("answer", "language"), [("offer_yes", "en"), ("offer_no", "zh")])
def test_the_language_on_the_card_is_offered_and_taken_or_left_by_one_press(
    answer: str, language: str
) -> None:
    bench = at_pin(Bench(services=NAMES))
    assert (bench.session.look.offer, bench.session.look.language) == ("language", "zh")
    bench.presses(answer)
    assert (bench.session.look.offer, bench.session.look.language) == ("", language)
    assert at_menu(bench).session.look.language == language


def test_an_offer_that_nobody_answers_changes_nothing() -> None:
    assert at_menu(at_pin(Bench(services=NAMES))).session.look.language == "zh"


def test_a_visitor_draws_small_notes_in_their_language() -> None:
    bench = at_menu(at_pin(Bench(services=NAMES)).presses("offer_yes"))
    bench.presses("service", change_pack.NAME).presses("amount", yuan(100).minor)
    bench.presses("confirm").run(lambda now: isinstance(now.phase, s.TakingCard))
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    bench.does("take_card").run(lambda now: isinstance(now.phase, s.Counting))
    phase = bench.session.phase
    assert isinstance(phase, s.Counting)
    assert (phase.amount, bench.session.look.language) == (yuan(100), "en")
