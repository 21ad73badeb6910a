"""Bills: typed and scanned, paid once, and what is said where nothing is paid."""

import pytest

from sim.stage.bench import Bench
from sim.world.bank.desks import bills as desk
from sim.world.bank.ledger import BILLERS, Operation
from terminal import session as s
from terminal.flows import bills
from terminal.flows.services import NAMES
from tests.journeys.services.visiting import LOOKS, at_menu, leaves

POWER = desk.EXAMPLES["electricity"]
WATER = desk.EXAMPLES["water"]


def at_number(
    profile: str = "standard", language: str = "zh", kind: str = "electricity", **more: str
) -> Bench:
    """Before the screen of the number."""
    bench = at_menu(Bench(services=NAMES), "lin", profile, language)
    bench.presses("service", "bills").presses("bill", kind)
    assert isinstance(bench.session.phase, bills.EnteringNumber)
    return bench


def types(bench: Bench, number: str) -> Bench:
    return bench.does(*(f"key:{digit}" for digit in number), "key:enter")


def answered(now: s.Session) -> bool:
    told = bills.ReviewingBill | bills.NotDue | bills.Paid | s.TakingCard
    return isinstance(now.phase, told) or getattr(now.phase, "refused", "") != ""


def at_review(profile: str = "standard", language: str = "zh") -> Bench:
    bench = types(at_number(profile, language), POWER).run(answered)
    assert isinstance(bench.session.phase, bills.ReviewingBill)
    return bench


def ended(now: s.Session) -> bool:
    return isinstance(now.phase, bills.Paid | bills.NotDue | s.TakingCard)


def reviewed(bench: Bench) -> bills.Bill:
    assert isinstance(bench.session.phase, bills.ReviewingBill)
    return bench.session.phase.bill


def notice(bench: Bench) -> str:
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    return phase.notice.key


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_typed_bill_is_read_back_paid_and_charged_as_told(profile: str, language: str) -> None:
    bench = at_review(profile, language)
    bill, before = reviewed(bench), bench.bank.balance("lin")
    assert bench.bank.operations == {}, "nothing is asked for before it is confirmed"
    bench.presses("confirm").run(ended)
    paid = bench.session.phase
    assert isinstance(paid, bills.Paid)
    assert paid.bill == bill
    leaves(bench.presses("done")).waits(5.0)
    assert before - bench.bank.balance("lin") == bill.amount.minor
    assert bench.bank.ledger.balance(BILLERS) == bill.amount.minor
    assert bench.bank.audit() == bench.bank.alarms == []


def test_a_scanned_bill_needs_no_key() -> None:
    bench = at_number(kind="water").does(f"scan:{WATER}").run(answered)
    assert reviewed(bench).number == WATER


@pytest.mark.parametrize("text", ["330120441X", "12345", "1" * 13, "３３０１２０４４１２"])
def test_what_is_no_number_is_not_taken_from_a_scanner(text: str) -> None:
    bench = at_number().does(f"scan:{text}")
    typing = bench.session.phase
    assert isinstance(typing, bills.EnteringNumber)
    assert typing.typed == ""


def test_a_scanner_is_heard_on_the_screen_of_the_number_only() -> None:
    bench = at_menu(Bench(services=NAMES), "lin").does(f"scan:{POWER}")
    assert isinstance(bench.session.phase, s.ChoosingService)
    bench.presses("service", "bills").does(f"scan:{POWER}")
    assert isinstance(bench.session.phase, bills.ChoosingKind)
    bench.presses("bill", "electricity").presses("help").does(f"scan:{POWER}")
    assert isinstance(bench.session.phase, bills.EnteringNumber)
    assert bench.session.phase.typed == ""


def test_a_bill_is_paid_once() -> None:
    bench = at_review().presses("confirm").run(ended)
    first = bench.bank.balance("lin")
    bench.presses("another_bill").presses("bill", "electricity")
    types(bench, POWER).run(answered)
    assert isinstance(bench.session.phase, bills.NotDue)
    assert bench.session.phase.reason == "paid"
    assert bench.bank.balance("lin") == first


def test_a_bill_paid_elsewhere_meanwhile_is_not_paid_again() -> None:
    bench = at_review()
    bill, before = reviewed(bench), bench.bank.balance("lin")
    elsewhere = Operation("su", bill.amount.minor, {}, outcome="final")
    bench.bank.ledger.add("elsewhere", elsewhere)
    bench.bank.ledger.keep(f"bill {bill.kind} {bill.number}", bill.first_day, "elsewhere")
    bench.presses("confirm").run(ended)
    assert isinstance(bench.session.phase, bills.NotDue)
    assert bench.session.phase.reason == "paid"
    assert bench.bank.balance("lin") == bench.bank.available("lin") == before


def test_an_amount_that_changed_is_read_back_before_it_is_paid() -> None:
    bench = at_review()
    bill, before = reviewed(bench), bench.bank.balance("lin")
    desk.charge_more(bench.bank, bill.kind, bill.number, 1_000)
    bench.presses("confirm")
    bench.run(lambda now: isinstance(now.phase, bills.ReviewingBill) and now.phase.changed)
    assert reviewed(bench).amount.minor == bill.amount.minor + 1_000
    assert bench.bank.balance("lin") == before
    bench.presses("confirm").run(ended)
    leaves(bench.presses("done")).waits(5.0)
    assert before - bench.bank.balance("lin") == bill.amount.minor + 1_000


def test_a_number_without_debt_is_told_so() -> None:
    bench = types(at_number(kind="water"), desk.NOTHING_DUE).run(answered)
    assert isinstance(bench.session.phase, bills.NotDue)
    assert bench.session.phase.reason == "nothing_due"


def test_a_wrong_number_can_be_typed_again_three_times_in_all() -> None:
    bench = at_number()
    for _ in range(2):
        types(bench, "3301204413").run(answered)
        typing = bench.session.phase
        assert isinstance(typing, bills.EnteringNumber)
        assert (typing.refused, typing.typed) == ("unknown", "")
    types(bench, "3301204413").run(lambda now: isinstance(now.phase, s.TakingCard))
    assert notice(bench) == "bills_not_found"


def test_wrong_numbers_are_counted_by_the_visit_whatever_lies_between_them() -> None:
    bench = at_number()
    for _ in range(2):
        types(bench, "3301204413").run(answered)
        bench.presses("back").presses("bill", "water")
    types(bench, "3301204413").run(lambda now: isinstance(now.phase, s.TakingCard))
    assert notice(bench) == "bills_not_found"


def test_a_short_number_is_said_to_be_and_can_be_finished() -> None:
    bench = types(at_number(), POWER[:5])
    assert isinstance(bench.session.phase, bills.EnteringNumber)
    assert bench.session.phase.refused == "short"
    types(bench, POWER[5:]).run(answered)
    assert reviewed(bench).number == POWER


def test_too_little_money_pays_nothing() -> None:
    bench = at_review()
    bench.bank.customers["lin"].balance = 100
    bench.presses("confirm").run(ended)
    assert notice(bench) == "not_enough"
    assert bench.bank.balance("lin") == 100


@pytest.mark.parametrize("acts", [False, True])
def test_without_an_answer_it_is_asked_again_and_then_undone(acts: bool) -> None:
    bench = at_review()
    before = bench.bank.balance("lin")
    bench.world.host.silent_to = frozenset({"Instruct"})
    bench.world.host.acts_in_silence = acts
    bench.presses("confirm").run(lambda now: isinstance(now.phase, s.TakingCard))
    assert notice(bench) == "not_confirmed"
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.reference
    leaves(bench).waits(30.0)
    assert bench.bank.balance("lin") == bench.bank.available("lin") == before
    again = types(
        at_menu(bench, "lin").presses("service", "bills").presses("bill", "electricity"), POWER
    )
    again.world.host.silent_to = frozenset()
    again.run(answered)
    assert isinstance(again.session.phase, bills.ReviewingBill), "it is as due as before"


def test_a_lost_answer_is_asked_for_again_and_paid_once() -> None:
    bench = at_review()
    before, bill = bench.bank.balance("lin"), reviewed(bench)
    bench.world.host.silent_to, bench.world.host.acts_in_silence = frozenset({"Instruct"}), True
    bench.presses("confirm").waits(10.0)
    bench.world.host.silent_to = frozenset()
    bench.run(ended)
    assert isinstance(bench.session.phase, bills.Paid)
    leaves(bench.presses("done")).waits(5.0)
    assert before - bench.bank.balance("lin") == bill.amount.minor
    assert bench.bank.alarms == []


def test_who_walks_away_from_the_review_has_paid_nothing() -> None:
    bench = at_review()
    before = bench.bank.balance("lin")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    assert notice(bench) == "timed_out"
    assert bench.bank.balance("lin") == before
    assert bench.bank.operations == {}


def test_back_leads_from_each_screen_to_the_one_before() -> None:
    bench = at_review().presses("back")
    assert isinstance(bench.session.phase, bills.EnteringNumber)
    bench.presses("back")
    assert isinstance(bench.session.phase, bills.ChoosingKind)
    bench.presses("back")
    assert isinstance(bench.session.phase, s.ChoosingService)


def test_help_over_the_number_keeps_what_was_typed() -> None:
    bench = at_number().does("key:3", "key:3").presses("help").presses("close").does("key:0")
    assert isinstance(bench.session.phase, bills.EnteringNumber)
    assert bench.session.phase.typed == "330"


def test_a_bank_that_says_nothing_gives_the_card_back() -> None:
    bench = at_number()
    bench.world.host.silent = True
    types(bench, POWER).run(lambda now: isinstance(now.phase, s.TakingCard))
    assert notice(bench) == "service_silent"


def test_after_a_power_cut_an_order_without_outcome_is_undone() -> None:
    bench = at_review()
    before = bench.bank.balance("lin")
    bench.world.host.silent_to, bench.world.host.acts_in_silence = frozenset({"Instruct"}), True
    bench.presses("confirm").waits(3.0)
    assert bench.bank.available("lin") < before
    bench.power_cut()
    bench.world.host.silent_to = frozenset()
    bench.boot()
    bench.run(lambda now: isinstance(now.phase, s.ReturningFound) and now.phase.at_gate)
    bench.does("take_card").ready().waits(30.0)
    assert bench.bank.available("lin") == bench.bank.balance("lin") == before
