"""A receipt on paper: offered where there is a printer, printed once, and never in the way of money."""

import pytest

from sim.stage.bench import Bench
from terminal import session as s
from terminal.flows import balance
from terminal.flows.services import NAMES
from tests.journeys.services.visiting import LOOKS, at_menu


def at_outcome(profile: str, language: str) -> Bench:
    """A customer has taken 100 yuan and counted it."""
    bench = Bench(prints_receipts=True).boot().ready().waits(1.0).does("insert:lin")
    bench.run(lambda now: isinstance(now.phase, s.EnteringPin))
    if profile != "standard":
        bench.presses("profile", profile)
    if language != "zh":
        bench.presses("language", language)
    bench.does(*(f"key:{digit}" for digit in bench.bank.customers["lin"].pin), "key:enter")
    bench.run(lambda now: isinstance(now.phase, s.ChoosingAmount))
    bench.presses("amount", 10_000).presses("confirm")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    bench.does("take_card").run(lambda now: isinstance(now.phase, s.Counting))
    bench.does("take_notes").presses("count_right")
    return bench.run(lambda now: isinstance(now.phase, s.Farewell))


def printed(bench: Bench) -> int:
    assert bench.world.printer is not None
    return bench.world.printer.slips


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_receipt_comes_once_however_often_it_is_asked_for(profile: str, language: str) -> None:
    bench = at_outcome(profile, language).presses("receipt").presses("receipt")
    bench.run(lambda now: now.look.said == "receipt_printed")
    bench.presses("receipt").ready()
    assert printed(bench) == 1


@pytest.mark.parametrize(("profile", "language"), LOOKS)
@pytest.mark.parametrize(
    ("trouble", "told"),
    [(False, ("receipt_printed",)), (True, ("receipt_refused_after", "receipt_doubtful_after"))],
)
def test_who_is_done_before_the_receipt_is_out_hears_what_became_of_it(
    profile: str, language: str, trouble: bool, told: tuple[str, ...]
) -> None:
    """Seen: who finished at once was told nothing, and the paper lay there for the next customer."""
    bench = at_menu(Bench(services=NAMES, prints_receipts=True), "lin", profile, language)
    bench.presses("service", "balance").run(lambda now: isinstance(now.phase, balance.Showing))
    bench.presses("receipt")
    if trouble:
        assert bench.world.printer is not None
        bench.world.printer.load_paper(0)
    bench.presses("done")
    assert not isinstance(bench.session.phase, balance.Showing)
    bench.run(lambda now: now.look.said in told)
    assert bench.session.visit, "told while whoever asked for it is there"
    assert not bench.session.slip_due


def test_nobody_who_does_not_ask_gets_one() -> None:
    bench = at_outcome("standard", "zh").ready()
    assert printed(bench) == 0


def test_without_paper_no_receipt_is_offered_and_the_money_is_as_it_was() -> None:
    bench = at_outcome("standard", "zh")
    assert bench.world.printer is not None
    bench.world.printer.load_paper(0)
    bench.presses("receipt").run(
        lambda now: now.look.said in ("receipt_refused", "receipt_doubtful")
    )
    bench.ready()
    assert printed(bench) == 0
    assert bench.bank.charged("lin") == 10_000


def test_a_machine_whose_printer_is_off_serves_everybody() -> None:
    bench = at_outcome("standard", "zh").ready()
    assert bench.world.printer is not None
    bench.world.printer.load_paper(0)
    bench.waits(60.0)
    assert isinstance(bench.session.phase, s.Idle)
    assert bench.session.machine.printer
