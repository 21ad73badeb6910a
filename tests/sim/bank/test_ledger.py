"""The bank's book: it always adds up, what it said stands, and the file is kept as a ledger must be."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.host.message import LastOperation
from sim.world.bank import CASH, CUSTOMERS, Bank, Ledger, LedgerBroken, LedgerInUse, Origin
from terminal import events as ev
from terminal.money import Amount
from terminal.recovery import SETTLED_BASIS
from tests.sim.bank.teller import TODAY, block, card, place, txid_of

NAMES = ("wang", "zhou")
TXIDS = 6


class Model:
    """What a bank must do, said another way: for every txid the first answer and the first outcome."""

    def __init__(self) -> None:
        self.bank = Bank(doubts_max=None)
        self.asked: dict[str, tuple[object, ...]] = {}
        self.answers: dict[str, ev.Approved | ev.Declined] = {}
        self.holds: dict[str, tuple[str, int]] = {}
        self.charged = dict.fromkeys(CUSTOMERS, 0)

    def authorize(self, number: int, name: str, minor: int, terminal: str) -> None:
        txid = txid_of(number)
        body = (name, minor, terminal)
        origin = Origin(terminal, number, TODAY)
        answer = self.bank.authorize(txid, card(name), Amount(minor), block(txid, name), origin)
        if self.asked.setdefault(txid, body) != body:
            assert answer == ev.Declined(txid, "94", "declined")
            return
        if txid in self.answers:
            assert answer == self.answers[txid], "a repeat got another answer"
            return
        self.answers[txid] = answer
        if isinstance(answer, ev.Approved):
            assert minor <= CUSTOMERS[name].balance - self.charged[name] - self.held(name)
            self.holds[txid] = (name, minor)

    def held(self, name: str) -> int:
        return sum(minor for whose, minor in self.holds.values() if whose == name)

    def outcome(self, number: int, ending: str, minor: int, settles: bool) -> None:
        """An advice, in any order and as often as anyone likes."""
        txid = txid_of(number)
        known = self.bank.operation(txid)
        open_now = known is None or not known.outcome
        open_now = open_now or (settles and known is not None and known.outcome == "suspect")
        basis = SETTLED_BASIS if settles else "counted"
        match ending:
            case "completed":
                self.bank.complete(txid, Amount(minor), basis)
                if open_now and txid in self.holds:
                    name, held = self.holds.pop(txid)
                    self.charged[name] += min(held, minor)
            case "reversed":
                self.bank.reverse(txid, basis)
                if open_now:
                    self.holds.pop(txid, None)
                if known is None:
                    self.asked[txid] = ()
            case _:
                self.bank.suspect(txid, basis)

    def check(self) -> None:
        bank = self.bank
        assert bank.audit() == []
        for name in CUSTOMERS:
            assert bank.charged(name) == self.charged[name]
            assert bank.available(name) >= 0
            assert bank.balance(name) - bank.available(name) == self.held(name)
            assert bank.balance(name) == CUSTOMERS[name].balance - self.charged[name]
        assert sum(o.held for o in bank.operations.values()) == bank.held()
        assert bank.held() == sum(minor for _, minor in self.holds.values())


NUMBER = st.integers(0, TXIDS - 1)
MINOR = st.sampled_from((10_000, 20_000, 30_000, 56_000))
ACTS = st.one_of(
    st.tuples(
        st.just("authorize"), NUMBER, st.sampled_from(NAMES), MINOR, st.sampled_from(("A", "B"))
    ),
    st.tuples(
        st.just("outcome"),
        NUMBER,
        st.sampled_from(("completed", "reversed", "suspect")),
        MINOR,
        st.booleans(),
    ),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(ACTS, max_size=30))
def test_in_any_order_the_book_adds_up_and_nobody_is_overdrawn(acts: list[Any]) -> None:
    model = Model()
    for act, *given_ in acts:
        # a txid that an advice made known before its request answers by its tombstone or stand-in
        if act == "authorize":
            known = model.bank.operation(txid_of(given_[0]))
            if known is not None and txid_of(given_[0]) not in model.answers:
                number, name, minor, terminal = given_
                late = model.bank.authorize(
                    txid_of(number),
                    card(name),
                    Amount(minor),
                    block(txid_of(number), name),
                    Origin(terminal, number, TODAY),
                )
                assert isinstance(late, ev.Declined), "a request was served after its outcome"
                continue
        getattr(model, act)(*given_)
        model.check()


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, max_size=20))
def test_a_snapshot_brings_everything_back(acts: list[Any]) -> None:
    model = Model()
    for act, *given_ in acts:
        getattr(model if act == "outcome" else Loose(model), act)(*given_)
    model.bank.keep_checkpoint("A", place(7))
    kept = json.loads(json.dumps(model.bank.snapshot()))
    again = Bank()
    again.restore(kept)
    assert again.snapshot() == model.bank.snapshot()
    assert again.audit() == []
    assert again.checkpoint("A") == place(7)


class Loose:
    """Requests of which no answer is expected."""

    def __init__(self, model: Model) -> None:
        self._bank = model.bank

    def authorize(self, number: int, name: str, minor: int, terminal: str) -> None:
        txid = txid_of(number)
        origin = Origin(terminal, number, TODAY)
        self._bank.authorize(txid, card(name), Amount(minor), block(txid, name), origin)


# --- the audit can fail -----------------------------------------------------------------------

SPOILS = {
    "a leg is missing": "DELETE FROM entries WHERE txid != '' AND account = 'lin'",
    "a leg is larger": "UPDATE entries SET amount = amount + 1 WHERE account = 'lin'",
    "a balance was changed": "UPDATE accounts SET balance = balance + 1 WHERE name = 'lin'",
    "a hold was forgotten": "UPDATE accounts SET held = 0 WHERE name = 'zhou'",
    "a charge was changed": "UPDATE accounts SET charged = 1 WHERE name = 'lin'",
    "a hold outlived the end": "UPDATE operations SET outcome = 'final' WHERE account = 'zhou'",
    "more was posted": "UPDATE operations SET posted = amount + 1 WHERE account = 'lin'",
    "too much is held": "UPDATE accounts SET held = 99999999 WHERE name = 'zhou'",
}


def busy_bank(ledger: Ledger | None = None) -> Bank:
    """One charged operation of lin, one open hold of zhou."""
    bank = Bank(ledger)
    for number, name in ((1, "lin"), (2, "zhou")):
        txid = txid_of(number)
        bank.authorize(txid, card(name), Amount(30_000), block(txid, name))
    bank.complete(txid_of(1), Amount(30_000))
    return bank


@pytest.mark.parametrize("spoil", SPOILS)
def test_the_audit_finds(spoil: str, tmp_path: Path) -> None:
    path = tmp_path / "bank.db"
    bank = busy_bank(Ledger(path, CUSTOMERS))
    assert bank.audit() == []
    bank.ledger.close()
    with apsw.Connection(str(path)) as connection:
        connection.execute(SPOILS[spoil])
    connection.close()
    assert Bank(Ledger(path, CUSTOMERS)).audit()


# --- the file ---------------------------------------------------------------------------------


def test_what_was_answered_is_in_the_file_before_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "bank.db"
    bank = Bank(Ledger(path, CUSTOMERS))
    said = bank.authorize(txid_of(1), card(), Amount(10_000), block(txid_of(1)))
    cut = tmp_path / "cut.db"
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{cut}{suffix}")
    again = Bank(Ledger(cut, CUSTOMERS))
    assert again.authorize(txid_of(1), card(), Amount(10_000), block(txid_of(1))) == said
    assert again.available("lin") == CUSTOMERS["lin"].balance - 10_000
    assert again.audit() == []


def test_a_ledger_is_kept_in_wal_with_full_syncs(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "bank.db", CUSTOMERS)
    pragma = ledger._connection.pragma
    assert (pragma("journal_mode"), pragma("synchronous")) == ("wal", 2)


def test_two_banks_never_share_a_ledger(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "bank.db", CUSTOMERS)
    with pytest.raises(LedgerInUse, match="Another bank"):
        Ledger(tmp_path / "bank.db", CUSTOMERS)
    first.close()
    Ledger(tmp_path / "bank.db", CUSTOMERS).close()


def _a_text(path: Path) -> None:
    path.write_text("this is a letter to the bank, and no ledger at all " * 40, encoding="utf-8")


def _another_database(path: Path) -> None:
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE letters (text TEXT)")
    connection.close()


def _another_format(path: Path) -> None:
    Ledger(path, CUSTOMERS).close()
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", 99)
    connection.close()


@pytest.mark.parametrize("make", [_a_text, _another_database, _another_format])
def test_what_is_no_ledger_of_ours_is_refused(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "bank.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(LedgerBroken):
        Ledger(path, CUSTOMERS)
    assert path.read_bytes() == before


def test_a_transaction_that_fails_leaves_nothing() -> None:
    bank = busy_bank()
    before = bank.snapshot()

    def complete_and_fail() -> None:
        with bank.ledger:
            bank.complete(txid_of(2), Amount(30_000))
            bank.balance("nobody")

    with pytest.raises(KeyError):
        complete_and_fail()
    assert bank.snapshot() == before


def test_after_an_error_below_nothing_is_tried_again() -> None:
    bank = busy_bank()
    with pytest.raises(LedgerBroken), bank.ledger:
        bank.ledger._connection.execute("INSERT INTO alarms (text) VALUES (NULL)")
    with pytest.raises(LedgerBroken):
        bank.complete(txid_of(2), Amount(30_000))
    assert not bank.operations[txid_of(2)].outcome


def test_no_pin_no_birth_year_and_no_card_number_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bank.db"
    bank = busy_bank(Ledger(path, CUSTOMERS))
    bank.verify(txid_of(3), card("li"), block(txid_of(3), "li"))
    bank.reconcile(LastOperation(txid_of(2), "completed", (3,)))
    bank.ledger.close()
    data = path.read_bytes()
    for name, customer in CUSTOMERS.items():
        assert customer.pin.encode() not in data
        assert card(name).pan.reveal().encode() not in data
    assert b"born" not in data
    assert CASH.encode() in data
