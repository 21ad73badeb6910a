"""What is said at the end of a visit is true of the whole visit: the critic's customers heard that no money had
moved, after it had."""

import pytest

from sim.stage.bench import Bench
from sim.stage.settings import own_design
from terminal import session as s
from terminal.flows import bills
from terminal.flows.services import NAMES
from terminal.prompts import text_key, values_of
from tests.journeys.services import test_bills as tb
from tests.journeys.services.visiting import at_menu

DESIGN = own_design()
UNTRUE = ("timed_out", "cancelled", "service_stopped")


def paid() -> Bench:
    bench = at_menu(Bench(services=NAMES), "lin").presses("service", "bills")
    bench.presses("bill", "electricity")
    tb.types(bench, tb.POWER).run(tb.answered)
    return bench.presses("confirm").run(lambda now: isinstance(now.phase, bills.Paid))


@pytest.mark.parametrize("how", ["waits", "return_card", "another_and_waits", "another_and_return"])
def test_nobody_who_paid_is_told_that_no_money_moved(how: str) -> None:
    bench = paid()
    if how.startswith("another"):
        bench.presses("another").run(lambda now: isinstance(now.phase, s.ChoosingService))
    if how.endswith(("return_card", "return")):
        bench.presses("return_card")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard), 900.0)
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key not in UNTRUE


def reads(bench: Bench) -> str:
    """What stands on the glass."""
    session = bench.session
    return DESIGN.catalogues[session.look.language].text(text_key(session), values_of(session))


def test_a_card_that_is_left_after_something_was_done_is_kept_without_an_untruth() -> None:
    bench = paid().presses("done")
    bench.run(lambda now: isinstance(now.phase, s.Explaining), 600.0)
    assert "机器已保管" in reads(bench)
    assert "之前办好的不变" in reads(bench)
    assert "钱没有动" not in reads(bench)


def test_a_bank_that_is_silent_afterwards_denies_nothing() -> None:
    bench = paid().presses("another").waits(1.0)
    bench.world.host.silent = True
    bench.presses("service", "balance")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard), 600.0)
    assert "银行没有答复" in reads(bench)
    assert "钱没有动" not in reads(bench)


def test_a_card_that_is_left_before_anything_was_done_is_told_so() -> None:
    bench = at_menu(Bench(services=NAMES), "lin").presses("return_card")
    bench.run(lambda now: isinstance(now.phase, s.Explaining), 600.0)
    assert "钱没有动" in reads(bench)


def test_who_did_nothing_is_told_so() -> None:
    bench = at_menu(Bench(services=NAMES), "lin").presses("return_card")
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "service_stopped"
