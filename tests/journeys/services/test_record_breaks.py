"""The record breaks while money is under way in a service: the customer gets a number, and the card."""

import pytest

from devices.journal_store import JournalError
from sim.stage.bench import Bench
from terminal import session as s
from terminal.flows import bills
from terminal.flows.services import NAMES
from tests.journeys.services import test_bills as tb
from tests.journeys.services.visiting import at_menu


def reviewing() -> Bench:
    bench = at_menu(Bench(services=NAMES), "lin").presses("service", "bills")
    bench.presses("bill", "electricity")
    return tb.types(bench, tb.POWER).run(tb.answered)


def breaks(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise JournalError("The disk is gone.")

    monkeypatch.setattr(bench.store, "append", fail)


def test_who_was_paying_is_told_that_it_is_not_known_and_gets_a_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = reviewing()
    bench.world.host.silent = True
    bench.presses("confirm").run(lambda now: now.phase.__class__.__name__ == "PayingBill")
    breaks(bench, monkeypatch)
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "record_failed_paying"
    assert phase.notice.reference


def test_who_has_paid_is_not_told_that_no_money_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = reviewing().presses("confirm").run(lambda now: isinstance(now.phase, bills.Paid))
    breaks(bench, monkeypatch)
    bench.presses("done").run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "stopped_after"
