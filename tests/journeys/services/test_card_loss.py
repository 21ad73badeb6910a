"""Another card is lost: named by its tail, confirmed once, blocked at once."""

import pytest

from sim.stage.bench import Bench
from terminal import session as s
from terminal.flows import card_loss as c
from terminal.flows.services import NAMES
from tests.journeys.services.visiting import LOOKS, at_menu, leaves

LOST, OTHER = "zhou", "lin"


def naming(bench: Bench, profile: str = "standard", language: str = "zh") -> Bench:
    at_menu(bench, "wang", profile, language).presses("service", "card_loss")
    return bench.run(lambda now: isinstance(now.phase, c.Naming | c.NoOther))


def notice(bench: Bench) -> str:
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    return phase.notice.key


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_lost_card_is_blocked_at_once_and_no_other(profile: str, language: str) -> None:
    bench = naming(Bench(services=NAMES), profile, language)
    bench.presses("this_card").presses("confirm")
    bench.run(lambda now: isinstance(now.phase, c.Blocked))
    leaves(bench.presses("done"))
    assert bench.bank.customers[LOST].blocked
    assert not bench.bank.customers[OTHER].blocked
    bench.waits(1.0).does(f"insert:{LOST}")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    assert notice(bench) == "card_blocked"
    assert bench.bank.operations == {}


def test_the_other_card_can_be_named_and_one_that_is_blocked_is_not_named_again() -> None:
    bench = naming(Bench(services=NAMES)).presses("next_card").presses("this_card")
    bench.presses("confirm").run(lambda now: isinstance(now.phase, c.Blocked))
    assert bench.bank.customers[OTHER].blocked
    bench.presses("another").presses("service", "card_loss")
    bench.run(lambda now: isinstance(now.phase, c.Naming))
    phase = bench.session.phase
    assert isinstance(phase, c.Naming)
    assert phase.tails == ("0315",)


@pytest.mark.parametrize("way", ["back", "return_card", "walks away"])
def test_nothing_is_blocked_before_it_was_confirmed(way: str) -> None:
    bench = naming(Bench(services=NAMES)).presses("this_card")
    assert isinstance(bench.session.phase, c.Reviewing)
    if way == "walks away":
        bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    else:
        bench.presses(way)
    assert not any(bench.bank.customers[one].blocked for one in (LOST, OTHER))


def test_the_key_that_ends_typing_blocks_nothing_on_the_first_page() -> None:
    bench = naming(Bench(services=NAMES)).waits(1.0).does("key:enter")
    assert isinstance(bench.session.phase, c.Naming)


def test_a_lost_answer_is_asked_for_again() -> None:
    bench = naming(Bench(services=NAMES)).presses("this_card")
    bench.world.host.silent_to, bench.world.host.acts_in_silence = frozenset({"AskBank"}), True
    bench.presses("confirm").waits(10.0)
    bench.world.host.silent_to = frozenset()
    bench.run(lambda now: isinstance(now.phase, c.Blocked))
    assert bench.bank.customers[LOST].blocked
    assert bench.bank.alarms == []


def test_a_bank_that_never_answers_means_a_call_at_once() -> None:
    bench = naming(Bench(services=NAMES)).presses("this_card")
    bench.world.host.silent = True
    bench.presses("confirm").run(lambda now: isinstance(now.phase, s.TakingCard))
    assert notice(bench) == "card_loss_call"


def test_who_has_no_other_card_is_told_the_number() -> None:
    bench = at_menu(Bench(services=NAMES), "li").presses("service", "card_loss")
    bench.run(lambda now: isinstance(now.phase, c.NoOther))
    leaves(bench.presses("done"))
