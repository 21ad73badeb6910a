"""The bank's decisions, one by one: who gets money, what a repeat gets, which outcome counts."""

import pytest

from devices.host.message import Ending, LastOperation
from sim.world.bank import (
    CAPITAL,
    CASH,
    CUSTOMERS,
    DAY_LIMIT,
    PIN_TRIES,
    SUSPENSE,
    Bank,
    Origin,
    Posting,
)
from sim.world.bank.rules import DOUBTS_DAYS, DOUBTS_MAX
from sim.world.clock import VirtualClock
from terminal import events as ev
from terminal.money import Amount, yuan
from terminal.recovery import SETTLED_BASIS
from tests.sim.bank.teller import TODAY, block, card, place, txid_of

TX = txid_of(1)
HELD = yuan(500)


def asked(
    bank: Bank,
    txid: str = TX,
    amount: Amount = HELD,
    name: str = "lin",
    origin: Origin = Origin("T0000001", 1, TODAY),  # noqa: B008
    pin: str = "",
) -> ev.Approved | ev.Declined:
    return bank.authorize(txid, card(name), amount, block(txid, name, pin), origin)


def holding() -> Bank:
    """A bank with one approved operation of lin."""
    bank = Bank()
    assert isinstance(asked(bank), ev.Approved)
    return bank


# --- who gets money ----------------------------------------------------------------------------


def test_what_certainly_did_not_leave_the_machine_is_free_again() -> None:
    bank = holding()
    before = bank.balance("lin")
    bank.suspect(TX, "customer_disputes", amount=40_000)
    assert bank.available("lin") == before - 40_000
    assert bank.operations[TX].held == 40_000
    assert bank.audit() == []


def test_an_approval_holds_and_charges_nothing() -> None:
    bank = holding()
    assert bank.charged("lin") == 0
    assert bank.balance("lin") - bank.available("lin") == HELD.minor
    assert bank.postings == []


@pytest.mark.parametrize(
    ("name", "amount", "code", "reason"),
    [
        ("wang", yuan(600), "51", "insufficient"),
        ("lin", DAY_LIMIT + Amount(100), "61", "over_limit"),
        ("lin", Amount(0), "13", "declined"),
        ("lin", Amount(100, "USD"), "13", "declined"),
    ],
)
def test_what_cannot_be_had_is_declined(name: str, amount: Amount, code: str, reason: str) -> None:
    bank = Bank()
    bank.customers["lin"].balance = 10 * DAY_LIMIT.minor
    assert asked(bank, amount=amount, name=name) == ev.Declined(TX, code, reason)
    assert bank.held() == 0
    assert bank.audit() == []


def test_holds_count_towards_what_is_left() -> None:
    bank = Bank()
    first = asked(bank, txid_of(1), yuan(300), "wang", Origin("A", 1, TODAY))
    other = asked(bank, txid_of(2), yuan(300), "wang", Origin("B", 1, TODAY))
    assert isinstance(first, ev.Approved)
    assert other == ev.Declined(txid_of(2), "51", "insufficient")


def test_a_wrong_pin_with_the_request_is_a_try_too() -> None:
    bank = Bank()
    for number in range(PIN_TRIES):
        origin = Origin("T0000001", number, TODAY)
        said = asked(bank, txid_of(number), origin=origin, pin="000000")
        assert said == ev.Declined(txid_of(number), "55", "declined")
    assert bank.customers["lin"].blocked


def test_the_day_limit_begins_anew_on_the_next_day_and_a_late_release_does_not_touch_it() -> None:
    bank = Bank()
    bank.customers["lin"].balance = 10 * DAY_LIMIT.minor
    assert isinstance(asked(bank, amount=DAY_LIMIT), ev.Approved)
    more = asked(bank, txid_of(2), yuan(100), origin=Origin("T0000001", 2, TODAY))
    assert more == ev.Declined(txid_of(2), "61", "over_limit")
    next_day = asked(bank, txid_of(3), DAY_LIMIT, origin=Origin("T0000001", 3, "0106"))
    assert isinstance(next_day, ev.Approved)
    bank.reverse(TX)
    assert bank.customers["lin"].drawn_today == DAY_LIMIT.minor


def test_with_a_clock_of_its_own_the_terminals_date_moves_no_limit() -> None:
    bank = Bank(clock=VirtualClock())
    bank.customers["lin"].balance = 10 * DAY_LIMIT.minor
    asked(bank, amount=DAY_LIMIT)
    said = asked(bank, txid_of(2), yuan(100), origin=Origin("T0000001", 2, "0106"))
    assert said == ev.Declined(txid_of(2), "61", "over_limit")


def unclear(bank: Bank, number: int, ending: str, date: str = TODAY) -> None:
    """An operation of lin that ends in doubt."""
    txid = txid_of(100 + number)
    said = asked(bank, txid, yuan(100), origin=Origin("T0000001", 100 + number, date))
    assert isinstance(said, ev.Approved)
    bank.suspect(txid) if ending == "suspect" else bank.reverse(txid, ending)


def test_after_three_unclear_endings_cash_comes_only_with_staff() -> None:
    bank = Bank()
    for number, ending in enumerate(("suspect", "retracted_all", "rejected_after_restart")):
        unclear(bank, number, ending)
    assert asked(bank) == ev.Declined(TX, "57", "declined")
    assert DOUBTS_MAX == 3
    other = asked(bank, txid_of(2), name="chen", origin=Origin("T0000001", 2, TODAY))
    assert isinstance(other, ev.Approved), "it is about one account"


def test_plain_reversals_and_old_doubts_do_not_count() -> None:
    bank = Bank()
    for number in range(3):
        unclear(bank, number, "customer_cancelled")
    for number in range(3, 6):
        unclear(bank, number, "suspect", date="0301")
    assert DOUBTS_DAYS == 30
    late = asked(bank, txid_of(2), origin=Origin("T0000001", 2, "0401"))
    assert isinstance(late, ev.Approved)
    still = asked(bank, txid_of(3), origin=Origin("T0000001", 3, "0329"))
    assert still == ev.Declined(txid_of(3), "57", "declined")


# --- the same again -----------------------------------------------------------------------------


def test_a_repeat_gets_the_stored_answer_and_changes_nothing() -> None:
    bank = Bank()
    for txid, amount in ((TX, HELD), (txid_of(2), yuan(900_000))):
        said = asked(bank, txid, amount, origin=Origin("T0000001", int(txid, 16), TODAY))
        bank.customers["lin"].blocked = True
        before = bank.snapshot()
        again = asked(bank, txid, amount, origin=Origin("T0000001", int(txid, 16), TODAY))
        assert (again, bank.snapshot()) == (said, before)
        bank.customers["lin"].blocked = False


@pytest.mark.parametrize(
    "other",
    [
        {"amount": yuan(600)},
        {"name": "chen"},
        {"origin": Origin("T0000002", 1, TODAY)},
        {"origin": Origin("T0000001", 2, TODAY)},
        {"origin": Origin("T0000001", 1, "0106")},
    ],
)
def test_the_same_id_with_another_body_is_refused_with_an_alarm(other: dict[str, object]) -> None:
    bank = holding()
    assert asked(bank, **other) == ev.Declined(TX, "94", "declined")  # type: ignore[arg-type]
    assert bank.held() == HELD.minor
    assert bank.alarms == [f"{TX}: same id, other body"]
    asked(bank, **other)  # type: ignore[arg-type]
    assert len(bank.alarms) == 1, "told once"


def test_a_trace_number_serves_once_a_day_and_anew_in_a_new_record() -> None:
    bank = holding()
    assert asked(bank, txid_of(2)) == ev.Declined(txid_of(2), "94", "declined")
    assert bank.operation(txid_of(2)) is None
    bank.forget("T0000001", "wu")
    assert isinstance(asked(bank, txid_of(3)), ev.Approved)


def test_a_repeated_pin_message_is_no_other_try() -> None:
    bank = Bank()
    first = bank.verify(TX, card(), block(TX, pin="000000"))
    assert bank.verify(TX, card(), block(TX, pin="000000")) == first == ev.PinWrong(TX, 2)
    assert bank.verify(TX, card(), block(TX)) == first, "an answer given stands"
    assert bank.customers["lin"].tries_left == 2
    assert bank.verify(txid_of(2), card(), block(txid_of(2))) == ev.PinRight(txid_of(2))
    assert bank.customers["lin"].tries_left == PIN_TRIES


def test_a_right_answer_does_not_serve_another_card() -> None:
    bank = Bank()
    assert bank.verify(TX, card(), block(TX)) == ev.PinRight(TX)
    assert bank.verify(TX, card("chen"), block(TX, "chen")) == ev.PinWrong(TX, 0)
    assert bank.alarms == [f"{TX}: same id, other body"]


# --- outcomes -----------------------------------------------------------------------------------


def test_a_completion_charges_what_left_and_frees_the_rest() -> None:
    bank = holding()
    bank.complete(TX, yuan(300))
    assert bank.postings == [Posting(TX, "lin", CASH, 30_000)]
    assert (bank.charged("lin"), bank.held()) == (30_000, 0)
    assert bank.customers["lin"].drawn_today == 30_000
    assert bank.alarms == []


def test_never_more_than_the_hold_is_charged() -> None:
    bank = holding()
    bank.complete(TX, yuan(700))
    assert bank.charged("lin") == HELD.minor
    assert bank.balance(SUSPENSE) == -20_000
    assert bank.balance(CASH) == 70_000
    assert bank.alarms == [f"{TX}: completion above the hold"]
    before = bank.snapshot()
    bank.complete(TX, yuan(700))
    assert bank.snapshot() == before


def test_a_reversal_frees_the_hold() -> None:
    bank = holding()
    bank.reverse(TX)
    assert (bank.charged("lin"), bank.held()) == (0, 0)
    assert bank.customers["lin"].drawn_today == 0


def test_a_request_that_its_reversal_overtook_is_declined() -> None:
    bank = Bank()
    bank.reverse(TX)
    assert bank.operations[TX].outcome == "tombstone"
    assert asked(bank) == ev.Declined(TX, "12", "declined")
    assert bank.held() == 0
    assert bank.alarms == []


OUTCOMES = ("complete 500", "complete 300", "reverse", "suspect")


def tell(bank: Bank, outcome: str, basis: str = "counted") -> None:
    word, _, amount = outcome.partition(" ")
    match word:
        case "complete":
            bank.complete(TX, yuan(int(amount)), basis)
        case "reverse":
            bank.reverse(TX, basis)
        case _:
            bank.suspect(TX, basis)


@pytest.mark.parametrize("second", OUTCOMES)
@pytest.mark.parametrize("first", OUTCOMES)
def test_the_first_outcome_stays_and_another_is_an_alarm(first: str, second: str) -> None:
    bank = holding()
    tell(bank, first)
    before = bank.snapshot()
    tell(bank, second)
    after = bank.snapshot()
    assert after.pop("alarms") == ([] if first == second else [f"{TX}: second outcome"])
    before.pop("alarms")
    assert after == before


@pytest.mark.parametrize("found", [0, 300, 500])
def test_people_who_counted_end_a_suspect_operation_once(found: int) -> None:
    bank = holding()
    bank.suspect(TX)
    assert bank.held() == HELD.minor
    tell(bank, f"complete {found}" if found else "reverse", SETTLED_BASIS)
    assert (bank.charged("lin"), bank.held()) == (found * 100, 0)
    bank.suspect(TX)
    assert bank.alarms == [], "a late repeat of the first outcome is no trouble"
    tell(bank, "complete 400", SETTLED_BASIS)
    assert bank.charged("lin") == found * 100
    assert bank.alarms == [f"{TX}: second outcome"]


def test_a_completion_that_nobody_remembers_is_booked_but_to_no_customer() -> None:
    bank = Bank()
    bank.complete(TX, HELD)
    bank.complete(TX, HELD)
    assert bank.postings == [Posting(TX, SUSPENSE, CASH, HELD.minor)]
    assert all(bank.charged(name) == 0 for name in CUSTOMERS)
    assert bank.alarms == [f"{TX}: completion of an operation that is not known here"]
    assert isinstance(asked(bank), ev.Declined)
    assert bank.audit() == []


def test_a_completion_after_a_decline_charges_nobody() -> None:
    bank = Bank()
    asked(bank, amount=yuan(900_000))
    bank.complete(TX, HELD)
    bank.complete(TX, HELD)
    assert bank.charged("lin") == 0
    assert bank.postings == [Posting(TX, SUSPENSE, CASH, HELD.minor)]
    assert bank.alarms == [f"{TX}: completion without approval"]
    assert bank.audit() == []


def test_a_bank_from_a_backup_books_what_it_is_told_again() -> None:
    bank = holding()
    backup = bank.snapshot()
    bank.complete(TX, HELD)
    bank.restore(backup)
    assert bank.held() == HELD.minor
    bank.complete(TX, HELD)
    assert (bank.charged("lin"), bank.held(), bank.alarms) == (HELD.minor, 0, [])


# --- what is said in passing --------------------------------------------------------------------


@pytest.mark.parametrize("said", ["completed", "reversed", "suspect"])
def test_an_untold_outcome_is_remembered_and_books_nothing(said: Ending) -> None:
    bank = holding()
    bank.reconcile(LastOperation(TX, said, (5,)))
    assert bank.operations[TX].reported == said
    assert (bank.held(), bank.charged("lin"), bank.alarms) == (HELD.minor, 0, [])


@pytest.mark.parametrize(
    ("outcome", "said", "fits"),
    [
        ("complete 500", "completed", True),
        ("complete 500", "reversed", False),
        ("complete 500", "suspect", False),
        ("reverse", "reversed", True),
        ("reverse", "completed", False),
        ("suspect", "completed", True),
        ("suspect", "suspect", True),
    ],
)
def test_what_contradicts_the_book_is_an_alarm(outcome: str, said: Ending, fits: bool) -> None:
    bank = holding()
    tell(bank, outcome)
    before = bank.charged("lin")
    bank.reconcile(LastOperation(TX, said, ()))
    assert (bank.alarms == []) is fits
    assert bank.charged("lin") == before


def test_what_is_not_known_or_not_said_is_no_contradiction() -> None:
    bank = holding()
    bank.reconcile(LastOperation(txid_of(9), "completed", ()))
    bank.reconcile(LastOperation(TX, "", ()))
    assert (bank.alarms, bank.operations[TX].reported) == ([], "")


# --- what tests and staff use -------------------------------------------------------------------


def test_a_new_balance_is_booked_against_the_capital() -> None:
    bank = Bank()
    bank.customers["wang"].balance += 1_000
    assert bank.balance("wang") == CUSTOMERS["wang"].balance + 1_000
    assert bank.balance(CAPITAL) == -sum(bank.balance(name) for name in CUSTOMERS)
    assert (bank.charged("wang"), bank.postings, bank.audit()) == (0, [], [])


def test_checkpoints_only_move_on() -> None:
    bank = Bank()
    bank.keep_checkpoint("T0000001", place(5))
    bank.keep_checkpoint("T0000001", place(4))
    assert bank.checkpoint("T0000001") == place(5)
    assert bank.alarms == []
    bank.keep_checkpoint("T0000001", place(5, fill=2))
    assert bank.checkpoint("T0000001") == place(5)
    assert bank.alarms == ["T0000001: row 5 of its record has changed"]
    bank.forget("T0000001", "wu")
    assert bank.checkpoint("T0000001") is None
    assert bank.alarms[-1] == "T0000001: new record 1 accepted by wu"
