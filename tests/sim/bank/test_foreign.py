"""The fee of a foreign card: held with the cash, charged with all of it, and free otherwise."""

import pytest

from sim.world.bank import branch
from sim.world.bank.customers import ABROAD
from sim.world.bank.ledger import CASH, FEES, Posting
from sim.world.bank.rules import Bank
from terminal import events as ev
from terminal.money import Amount, yuan
from terminal.recovery import SETTLED_BASIS
from terminal.rules.foreign import Offer, agreed, offers
from tests.sim.bank.teller import block, card

TX = "f" * 32
WHO = "keller"
CASH_ASKED = yuan(500)
PLAIN, CONVERTED = offers(CASH_ASKED, ABROAD[WHO], branch.tariff())
TERMS = agreed(PLAIN, ABROAD[WHO])
FEE = PLAIN.fee.minor


def authorized(bank: Bank, terms: ev.Fields = TERMS, who: str = WHO) -> ev.Approved | ev.Declined:
    return bank.authorize(TX, card(who), CASH_ASKED, block(TX, who), terms=terms)


@pytest.mark.parametrize("offer", [PLAIN, CONVERTED], ids=lambda offer: offer.way)
def test_what_was_agreed_is_held_and_charged_in_two_postings(offer: Offer) -> None:
    bank = Bank()
    before = bank.balance(WHO)
    assert isinstance(authorized(bank, agreed(offer, ABROAD[WHO])), ev.Approved)
    assert bank.held() == CASH_ASKED.minor + FEE
    for _ in range(2):
        bank.complete(TX, CASH_ASKED)
    assert bank.postings == [
        Posting(TX, WHO, CASH, CASH_ASKED.minor),
        Posting(TX, WHO, FEES, FEE),
    ]
    assert before - bank.balance(WHO) == bank.operations[TX].posted == CASH_ASKED.minor + FEE
    assert bank.customers[WHO].drawn_today == CASH_ASKED.minor
    assert bank.audit() == bank.alarms == []


@pytest.mark.parametrize(
    ("who", "terms"),
    [
        (WHO, ()),
        (WHO, (("fee", "1"), *TERMS[1:])),
        (WHO, (("fee", "0"), *TERMS[1:])),
        (WHO, agreed(PLAIN, "USD")),
        ("lin", TERMS),
    ],
)
def test_other_terms_than_the_banks_own_are_declined(who: str, terms: ev.Fields) -> None:
    bank = Bank()
    said = authorized(bank, terms, who)
    assert isinstance(said, ev.Declined)
    assert said.reason == "terms_changed"
    assert bank.held() == 0


def test_a_part_of_the_notes_costs_no_fee() -> None:
    bank = Bank()
    authorized(bank)
    bank.complete(TX, yuan(300))
    assert bank.postings == [Posting(TX, WHO, CASH, yuan(300).minor)]
    assert bank.held() == 0
    assert bank.customers[WHO].drawn_today == yuan(300).minor
    assert bank.audit() == []


def test_no_notes_cost_nothing() -> None:
    bank = Bank()
    authorized(bank)
    bank.reverse(TX)
    assert bank.postings == []
    assert bank.held() == bank.customers[WHO].drawn_today == 0


def test_in_doubt_the_cash_is_held_and_the_fee_is_free_whatever_people_find() -> None:
    bank = Bank()
    authorized(bank)
    bank.suspect(TX)
    assert bank.held() == CASH_ASKED.minor
    bank.complete(TX, CASH_ASKED, SETTLED_BASIS)
    assert bank.postings == [Posting(TX, WHO, CASH, CASH_ASKED.minor)]
    assert bank.audit() == []


def test_the_fee_must_be_there_too() -> None:
    bank = Bank()
    bank.customers[WHO].balance = CASH_ASKED.minor + FEE - 1
    said = authorized(bank)
    assert isinstance(said, ev.Declined)
    assert said.reason == "insufficient"
    bank.customers[WHO].balance += 1
    again = bank.authorize("e" * 32, card(WHO), CASH_ASKED, block("e" * 32, WHO), terms=TERMS)
    assert isinstance(again, ev.Approved)
    assert bank.available(WHO) == 0


def test_the_terms_are_told_to_a_foreign_card_only() -> None:
    bank = Bank()
    said = bank.ask(TX, card(WHO), "foreign", ())
    assert isinstance(said, ev.BankAnswered)
    assert dict(said.fields)["own"] == ABROAD[WHO]
    assert isinstance(bank.ask("e" * 32, card("lin"), "foreign", ()), ev.BankRefused)


def test_a_book_that_was_copied_knows_the_fee() -> None:
    bank, other = Bank(), Bank()
    authorized(bank)
    other.restore(bank.snapshot())
    other.complete(TX, CASH_ASKED)
    assert Posting(TX, WHO, FEES, FEE) in other.postings
    assert other.operations[TX].cash == CASH_ASKED.minor
    assert other.audit() == []
    assert Amount(FEE) == PLAIN.fee
