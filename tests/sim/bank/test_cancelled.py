"""A customer was told that their transfer is cancelled. Whatever a bank that comes back from an old copy still
knows of it, they have their money, and nobody is paid without people hearing of it."""

from datetime import timedelta

import pytest

from sim.world.bank import SUSPENSE, Bank, Origin
from sim.world.bank.desk import Order
from sim.world.bank.ledger import TRANSIT
from sim.world.bank.payees import NEW
from sim.world.bank.transit import DISPUTED, MADE_GOOD
from sim.world.clock import VirtualClock
from terminal import effects as fx
from terminal import events as ev
from terminal.money import yuan
from terminal.recovery import Advised, Recovered
from tests.devices.host.desk import Paper
from tests.devices.host.test_restored import Terminal
from tests.sim.bank.teller import TODAY, block, card, txid_of

TX = txid_of(1)
SENT = yuan(3_000)
FIELDS = (("to", NEW.ref), ("arrival", "after_24h"), ("due", ""))
BASIS = "customer_cancelled"


class Branch:
    """A bank with one transfer of lin, at the point that the test needs."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.bank = Bank(clock=self.clock)
        self.before = self.bank.available("lin")

    def ordered(self) -> "Branch":
        order = Order("transfer", SENT, FIELDS)
        given = self.bank.instruct(TX, card(), order, block(TX), Origin("T0000001", 1, TODAY))
        assert isinstance(given, ev.Approved)
        return self

    def waiting(self) -> "Branch":
        self.ordered().bank.complete(TX, SENT, "accepted")
        assert self.bank.balance(TRANSIT) == SENT.minor
        return self

    def paid(self) -> "Branch":
        self.waiting().clock.advance_to(timedelta(days=2).total_seconds())
        self.bank.settle_due()
        assert self.bank.balance(NEW.to) != 0
        return self

    @property
    def state(self) -> str:
        order = self.bank.ledger.instruction(TX)
        return order.state if order else ""


@pytest.mark.parametrize("still", ["ordered", "waiting", "paid", "nothing"])
def test_whatever_the_bank_still_knew_the_customer_has_the_money_once(still: str) -> None:
    branch = Branch()
    if still != "nothing":
        getattr(branch, still)()
    for _ in range(3):
        branch.bank.cancel(TX, BASIS)
    assert branch.bank.available("lin") == branch.before
    assert branch.bank.balance(TRANSIT) == 0
    assert branch.bank.audit() == []
    assert bool(branch.bank.alarms) == (still == "paid")


def test_what_the_payee_has_got_is_the_banks_loss_and_people_are_told() -> None:
    branch = Branch().paid()
    branch.bank.cancel(TX, BASIS)
    assert branch.state == MADE_GOOD
    assert branch.bank.balance(SUSPENSE) == -SENT.minor
    assert "made good" in branch.bank.alarms[0]


def test_a_record_in_dispute_takes_nothing_out_of_the_banks_pocket() -> None:
    branch = Branch().paid()
    branch.bank.cancel(TX, DISPUTED)
    assert branch.state == "paid"
    assert branch.bank.balance(SUSPENSE) == 0
    assert "dispute" in branch.bank.alarms[0]


def test_a_cancelled_transfer_that_another_machine_says_was_sent_stays_cancelled() -> None:
    """The machine where it was cancelled is heard first."""
    branch = Branch()
    branch.bank.cancel(TX, BASIS)
    branch.bank.complete(TX, SENT, "accepted")
    assert branch.bank.available("lin") == branch.before
    assert branch.bank.alarms


def test_a_bank_from_an_old_copy_is_told_of_the_cancelling_and_not_of_the_sending() -> None:
    """Also after a restart of the terminal, which knows it from the record alone."""
    branch, paper = Branch().ordered(), Paper()
    terminal = Terminal(branch.bank, paper)
    terminal.connect()
    terminal.tell(fx.Complete(TX, SENT, (), "accepted"))
    backup = branch.bank.snapshot()
    branch.bank.cancel(TX, BASIS)
    told = terminal.tell(fx.Cancel(TX))
    branch.bank.restore(backup)
    assert branch.state == "waiting"
    restarted = Terminal(branch.bank, paper, Recovered(told=(Advised(*_rows(told)),)))
    assert ("0421", TX) in restarted.connect()
    assert branch.state == "cancelled"
    assert branch.bank.available("lin") == branch.before


def _rows(told: Advised) -> tuple[fx.Cancel, int, int]:
    assert isinstance(told.effect, fx.Cancel)
    return told.effect, told.row, told.acknowledged
