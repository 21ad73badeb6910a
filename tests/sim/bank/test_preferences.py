"""How a customer wants to be served, kept by the bank with their consent, by the enquiry it answered."""

from dataclasses import replace
from pathlib import Path

import pytest

from devices.host.message import APPROVED, NOT_ON_FILE
from sim.world.bank import CUSTOMERS, Bank, Ledger
from tests.sim.bank.teller import txid_of
from tests.sim.bank.test_server import Talk

TX = txid_of(9)


def told(talk: Talk, number: int, name: str) -> str:
    return talk.say(talk.teller.enquire(txid_of(number), name)).private.preference


def test_what_the_customer_of_an_enquiry_agreed_to_is_told_at_the_next_one() -> None:
    talk = Talk()
    assert told(talk, 1, "lin") == ""
    said = talk.say(talk.teller.prefer(txid_of(1), "low_vision"))
    assert (said.mti, said.code, said.private.preference) == ("0110", APPROVED, "low_vision")
    assert told(talk, 2, "lin") == "low_vision"
    assert told(talk, 3, "chen") == ""


def test_saying_it_again_changes_nothing_and_the_last_word_counts() -> None:
    talk = Talk()
    told(talk, 1, "li")
    for wanted in ("elder", "elder", "standard", "standard"):
        assert talk.say(talk.teller.prefer(txid_of(1), wanted)).code == APPROVED
    assert told(talk, 2, "li") == "standard"
    changes = talk.bank.changes
    assert talk.say(talk.teller.prefer(txid_of(2), "standard")).code == APPROVED
    assert talk.bank.changes == changes


def test_it_carries_no_card() -> None:
    talk = Talk()
    message = talk.teller.prefer(TX, "elder")
    assert (message.pan, message.expiry, message.private.pin_block) == (None, "", None)


@pytest.mark.parametrize("name", ["unknown", "expired"])
def test_a_refused_enquiry_is_nobodys(name: str) -> None:
    talk = Talk()
    told(talk, 1, name)
    assert talk.say(talk.teller.prefer(txid_of(1), "elder")).code == NOT_ON_FILE


def test_a_card_that_was_refused_changes_nothing_for_its_holder() -> None:
    talk = Talk()
    talk.bank.customers["li"].blocked = True
    told(talk, 1, "li")
    assert talk.say(talk.teller.prefer(txid_of(1), "elder")).code == NOT_ON_FILE
    assert talk.bank.ledger.preference("li") is None


def test_an_enquiry_that_is_not_known_is_refused() -> None:
    talk = Talk()
    assert talk.say(talk.teller.prefer(TX, "elder")).code == NOT_ON_FILE
    told(talk, 1, "lin")
    talk.server.forget_sessions()
    assert talk.say(talk.teller.prefer(txid_of(1), "elder")).code == NOT_ON_FILE
    assert told(talk, 2, "lin") == ""


def test_an_enquiry_of_another_terminal_is_refused() -> None:
    talk = Talk()
    told(talk, 1, "lin")
    stranger = replace(talk.teller.prefer(txid_of(1), "elder"), terminal="T0000009")
    code, _ = talk.server._preferred(stranger)
    assert code == NOT_ON_FILE


@pytest.mark.parametrize("wanted", ["", "huge", "under50"])
def test_only_profiles_are_kept(wanted: str) -> None:
    talk = Talk()
    told(talk, 1, "lin")
    assert talk.say(talk.teller.prefer(txid_of(1), wanted)).code == NOT_ON_FILE


def test_it_is_in_the_book_and_outlives_the_bank(tmp_path: Path) -> None:
    path = tmp_path / "bank.db"
    book = Ledger(path, CUSTOMERS)
    assert Bank(book).prefer("lin", "elder")
    book.close()
    book = Ledger(path, CUSTOMERS)
    assert book.preference("lin") == "elder"
    kept = book.snapshot()
    book.close()
    other = Ledger(":memory:", CUSTOMERS)
    other.restore(kept, CUSTOMERS)
    assert other.preference("lin") == "elder"
    assert other.audit() == []


def test_no_customer_of_the_demonstration_is_changed_for_the_next_bank() -> None:
    Bank().prefer("lin", "elder")
    assert CUSTOMERS["lin"].preference is None
    assert Bank().ledger.preference("lin") is None
