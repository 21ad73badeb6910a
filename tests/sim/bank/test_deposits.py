"""Notes that go into an account: the question opens the operation, the credit finds it, and nothing else
books anything."""

from sim.world.bank.desks.receiving import CLOSED
from sim.world.bank.ledger import CASH, SUSPENSE, Posting
from sim.world.bank.rules import RECEIVED_MAX, Bank
from terminal import events as ev
from terminal.money import Amount
from terminal.recovery import SETTLED_BASIS
from tests.sim.bank.teller import card

TX = "d" * 32
SUM = Amount(27_000)


def asked(bank: Bank, about: str = "deposit") -> ev.BankAnswered | ev.BankRefused:
    return bank.ask(TX, card("lin"), about, ())


def test_a_yes_books_nothing_and_opens_the_operation() -> None:
    bank = Bank()
    before = bank.balance("lin")
    assert isinstance(asked(bank), ev.BankAnswered)
    known = bank.operations[TX]
    assert (known.account, known.held, known.outcome) == ("lin", 0, "")
    assert bank.balance("lin") == before
    assert bank.audit() == []


def test_the_same_question_again_changes_nothing() -> None:
    bank = Bank()
    first = asked(bank, "exchange")
    assert asked(bank, "exchange") == first
    assert isinstance(first, ev.BankAnswered)
    assert len(dict(first.fields)["token"]) == 24
    assert bank.alarms == []


def test_a_credit_is_booked_once_in_double_entry() -> None:
    bank = Bank()
    before = bank.balance("lin")
    asked(bank)
    for _ in range(3):
        bank.credit(TX, SUM, "stored")
    assert bank.balance("lin") == before + SUM.minor
    assert bank.postings == [Posting(TX, CASH, "lin", SUM.minor)]
    assert bank.audit() == []
    assert bank.alarms == []


def test_a_second_outcome_books_nothing_and_people_are_told() -> None:
    bank = Bank()
    before = bank.balance("lin")
    asked(bank)
    bank.reverse(TX, "returned")
    bank.credit(TX, SUM, "stored")
    assert bank.balance("lin") == before
    assert bank.alarms == [f"{TX}: second outcome"]


def test_a_suspect_deposit_is_neither_debited_nor_credited_until_people_decide() -> None:
    bank = Bank()
    before = bank.balance("lin")
    asked(bank)
    bank.suspect(TX, "device_silent", amount=SUM.minor)
    bank.credit(TX, SUM, "stored")
    assert (bank.balance("lin"), bank.available("lin")) == (before, before)
    bank.credit(TX, SUM, SETTLED_BASIS)
    assert bank.balance("lin") == before + SUM.minor
    assert bank.audit() == []


def test_people_decide_at_the_bank_too() -> None:
    bank = Bank()
    before = bank.balance("lin")
    asked(bank)
    bank.suspect(TX, "device_silent", amount=0)
    assert not bank.decide(TX, RECEIVED_MAX.minor + 1, "Wu Fang")
    assert bank.decide(TX, 5_000, "Wu Fang")
    assert bank.balance("lin") == before + 5_000


def test_a_reversal_that_comes_first_refuses_the_question() -> None:
    bank = Bank()
    bank.reverse(TX, "no_reply")
    assert isinstance(asked(bank), ev.BankRefused)


def test_an_account_that_receives_nothing_is_refused() -> None:
    bank = Bank()
    bank.ledger.keep("lin", CLOSED, True)
    assert asked(bank) == ev.BankRefused(TX, "deposit", "receives_nothing")
    assert TX not in bank.operations


def test_a_bank_that_forgot_the_question_credits_nobody_and_says_so() -> None:
    bank = Bank()
    bank.credit(TX, SUM, "stored")
    assert bank.postings == [Posting(TX, CASH, SUSPENSE, SUM.minor)]
    assert bank.alarms == [f"{TX}: credit of an operation that is not known here"]
    assert bank.audit() == []


def test_a_settled_credit_of_what_was_forgotten_is_not_lost() -> None:
    bank = Bank()
    bank.suspect(TX, "device_silent", amount=SUM.minor)
    bank.credit(TX, SUM, SETTLED_BASIS)
    assert bank.postings == [Posting(TX, CASH, SUSPENSE, SUM.minor)]


def test_a_swap_books_nothing_and_is_over() -> None:
    bank = Bank()
    before = bank.balance("lin")
    asked(bank, "exchange")
    bank.credit(TX, Amount(0), "swapped")
    assert bank.operations[TX].outcome == "final"
    assert bank.postings == []
    assert bank.balance("lin") == before


def test_the_book_comes_back_from_a_copy_with_its_credits() -> None:
    bank = Bank()
    asked(bank)
    bank.credit(TX, SUM, "stored")
    other = Bank()
    other.restore(bank.snapshot())
    assert other.balance("lin") == bank.balance("lin")
    assert other.operations[TX] == bank.operations[TX]
    assert other.audit() == []


def test_no_withdrawal_can_be_turned_into_a_credit() -> None:
    bank = Bank()
    bank.receive(TX, "lin", "deposit", 0)
    other = "e" * 32
    bank.reverse(other)
    bank.credit(other, SUM, "stored")
    assert bank.balance("lin") == Bank().balance("lin")
