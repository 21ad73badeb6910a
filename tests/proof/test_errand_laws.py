"""The laws of bills, premiums and pensions hold in an honest run, and each sees what it is there for."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sim.proof.campaign import laws, laws_paying
from sim.proof.campaign.laws import Check
from sim.proof.campaign.plan import OFFERED, plan_for
from sim.proof.campaign.record import Plan
from sim.proof.campaign.run import Run
from sim.proof.campaign.scene import Done, Kept
from sim.stage.settings import own_design
from sim.world.bank import CUSTOMERS
from sim.world.bank.desks import bills as desk
from sim.world.bank.ledger import BILLERS, OTHER_BANKS, Instruction, Operation
from sim.world.people import Wish
from sim.world.people_paying import Errand
from terminal import effects as fx
from terminal import events as ev
from terminal.card import Card, Pan, PinBlock
from terminal.flows.bills import Bill, Paid, ReviewingBill
from terminal.money import Amount, yuan

CARD = Card(Pan("6228480000000000117"), "3012")
GAS = Errand("gas", desk.EXAMPLES["gas"], scans=True, again=True)
BILL = Wish("lin", (CUSTOMERS["lin"].pin,), service="bills", errand=GAS, think_seconds=0.7)
PREMIUM = replace(BILL, service="insurance", errand=Errand())
PENSION = Wish("li", (CUSTOMERS["li"].pin,), service="pension", errand=Errand(), think_seconds=0.7)
DESIGN = own_design()
HUNDRED = yuan(100)


def played(*wishes: Wish) -> Run:
    run = Run(Plan(1, "path", wishes, services=OFFERED["errands"]), None, DESIGN)
    assert run.play().violations == ()
    return run


def _paid(run: Run, about: str = "bills") -> str:
    return next(
        txid for txid, order in run.scene.bank.ledger.instructions("paid") if order.about == about
    )


def _step(run: Run, *effects: fx.Effect) -> Done:
    return Done(run.session, ev.Chosen("confirm"), run.session, effects, 0.0)


def _ordered(amount: Amount = HUNDRED) -> fx.Instruct:
    return fx.Instruct("f" * 32, 1, CARD, "bills", amount, (), PinBlock(bytes(16)))


def _paid_twice(run: Run) -> object:
    ledger, txid = run.scene.bank.ledger, _paid(run)
    known = ledger.instruction(txid)
    assert known is not None
    with ledger:
        ledger.add("again", Operation("su", 100, {}, outcome="final"))
        ledger.instruct("again", Instruction(known.about, known.to, known.fields, 0, "paid"))
    return None


def _elsewhere(run: Run) -> object:
    ledger = run.scene.bank.ledger
    with ledger:
        ledger.move(_paid(run), OTHER_BANKS, BILLERS, 100)
    return None


def _unasked(run: Run) -> object:
    run.scene.agreed = None
    return _step(run, _ordered())


def _big_pension(run: Run) -> object:
    run.scene.taking_pension = True
    reader = run.world.reader
    reader.restore({**reader.snapshot(), "card": "li", "place": "inside"})
    return Kept(1, 0.0, "", "AUTH_INTENT", "", "", {"amount": 500_000})


TAMPERED: dict[Check, Callable[[Run], object]] = {
    laws_paying.paid_once: _paid_twice,
    laws_paying.payee_got_it: _elsewhere,
    laws_paying.agreed_to: _unasked,
    laws_paying.no_more_than_the_pension: _big_pension,
}
"""Each law of errands, and what it must see."""


@pytest.mark.parametrize("law", TAMPERED, ids=lambda law: law.__name__)
def test_a_law_sees_what_it_is_there_for(law: Check) -> None:
    run = played(BILL)
    thing = TAMPERED[law](run)
    assert law(run.scene, thing)  # type: ignore[arg-type]


def test_an_order_for_another_amount_than_was_agreed_to_is_seen() -> None:
    run = played(BILL)
    run.scene.agreed = ("bills", (yuan(100),))
    assert laws_paying.agreed_to(run.scene, _step(run, _ordered())) == ""
    assert laws_paying.agreed_to(run.scene, _step(run, _ordered(yuan(101))))
    run.scene.agreed = ("insurance", (yuan(100),))
    assert laws_paying.agreed_to(run.scene, _step(run, _ordered()))


def test_what_is_booked_after_a_no_is_seen() -> None:
    run = played(BILL)
    booked = fx.Complete(_paid(run), yuan(100), (), "accepted")
    bill = Bill("gas", GAS.number, "x", "2026-01-01", "2026-01-31", yuan(100))
    said = replace(run.session, phase=ReviewingBill(CARD, bill))
    laws_paying.stepped(run.scene, Done(said, ev.Chosen("confirm"), said, (), 0.0))
    assert run.scene.agreed == ("bills", (yuan(100),))
    assert laws_paying.agreed_to(run.scene, _step(run, booked)) == ""
    laws_paying.stepped(run.scene, Done(said, ev.Chosen("return_card"), said, (), 0.0))
    assert laws_paying.agreed_to(run.scene, _step(run, booked))


def test_the_result_of_a_bill_must_show_what_was_charged() -> None:
    run = played(BILL)
    txid = _paid(run)
    bill = Bill("gas", GAS.number, "x", "2026-01-01", "2026-01-31", yuan(100))
    after = replace(run.session, phase=Paid(CARD, bill, txid))
    for amount, right in ((yuan(100), True), (yuan(99), False)):
        done = Done(run.session, ev.Chosen("x"), after, (fx.Complete(txid, amount, (), "x"),), 0.0)
        assert (laws.outcome_is_told(run.scene, done) == "") == right


def test_a_bill_a_premium_and_a_pension_are_paid_once_each() -> None:
    run = played(BILL, PREMIUM, PENSION, PENSION)
    assert {"bill_paid", "bill_not_due", "renewed", "pension_taken"} <= run.hit
    assert [about for about in run.scene.transfers.values()] == ["bills", "insurance"]
    assert len([row for row in run.scene.rows if row.kind == "AUTH_INTENT"]) == 1


def test_who_says_no_or_stops_has_paid_nothing() -> None:
    stops = replace(BILL, errand=replace(GAS, stops=True), think_seconds=0.2)
    says_no = replace(BILL, errand=replace(GAS, says_no=True))
    leaves = replace(PREMIUM, errand=Errand(renews=False))
    run = played(stops, says_no, leaves)
    assert {"bill_stopped", "not_renewed"} <= run.hit
    assert run.scene.bank.balance("lin") == CUSTOMERS["lin"].balance


def test_a_machine_of_cash_alone_has_the_same_faults_and_cards_but_for_errands() -> None:
    for seed in range(20):
        plain, more = plan_for(seed), plan_for(seed, None, "errands")
        assert plain.faults == more.faults
        for before, after in zip(plain.visits, more.visits, strict=True):
            assert after.errand is not None or after == before
