"""A passbook in place of a card: looked up with a PIN of its own, at branches that allow it, and nothing moves."""

from typing import Any

import pytest

from sim.stage.bench import Bench
from sim.world.bank import passbooks
from sim.world.bank.customers import CUSTOMERS, PIN_TRIES
from terminal import effects as fx
from terminal import events as ev
from terminal import journal
from terminal import session as s
from terminal.flow import step
from terminal.flows import passbook
from terminal.flows.lobby import Lobby
from terminal.flows.services import NAMES
from terminal.runtime import without_record
from tests.journeys.services.visiting import LOOKS
from tests.terminal.conftest import a_session

BOOK = passbooks.PASSBOOKS["chen"]
WRONG = "111112"


def at_naming(profile: str = "standard", language: str = "zh") -> Bench:
    """Before the screen of the number."""
    bench = Bench(services=NAMES, passbook=True).boot().ready().waits(1.0)
    bench.presses("language", language).presses("profile", profile)
    bench.presses("no_card").presses("open", "passbook")
    assert isinstance(bench.session.phase, passbook.Naming)
    return bench


def answered(now: s.Session) -> bool:
    told = (passbook.Choosing, passbook.EnteringPin, s.Explaining)
    return isinstance(now.phase, told) and not getattr(now.phase, "digits", 0)


def types_pin(bench: Bench, pin: str) -> Bench:
    return bench.does(*(f"key:{digit}" for digit in pin), "key:enter").run(answered)


def at_choosing(profile: str = "standard", language: str = "zh") -> Bench:
    bench = types_pin(at_naming(profile, language).does(f"scan:{BOOK.number}"), BOOK.pin)
    assert isinstance(bench.session.phase, passbook.Choosing)
    return bench


def rows(bench: Bench, kind: str) -> list[Any]:
    return [row for row in bench.store.rows() if row.kind == kind]


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_scanned_passbook_shows_balance_entries_and_pension_and_nothing_moves(
    profile: str, language: str
) -> None:
    bench = at_choosing(profile, language)
    assert (bench.session.look.profile, bench.session.look.language) == (profile, language)
    before = bench.bank.balance("chen")
    bench.presses("look", "balance")
    shown = bench.session.phase
    assert isinstance(shown, passbook.Balance)
    assert shown.account.figures.booked.minor == before
    bench.presses("entries").presses("back").presses("another").presses("look", "pension")
    shown = bench.session.phase
    assert isinstance(shown, passbook.PensionShown)
    assert shown.account.pension is not None
    assert shown.account.pension.amount.minor == 324_650
    bench.presses("done")
    assert bench.session.phase == passbook.Leaving()
    bench.presses("understood")
    assert isinstance(bench.session.phase, s.Idle)
    assert bench.session.look == s.Look()
    assert bench.bank.balance("chen") == before
    assert bench.bank.operations == {}
    assert bench.bank.alarms == []
    bench.does("insert:lin").run(lambda now: isinstance(now.phase, s.EnteringPin))


def test_the_number_is_typed_where_the_scanner_does_not_read_it() -> None:
    bench = at_naming().does(*(f"key:{digit}" for digit in BOOK.number), "key:enter")
    assert isinstance(types_pin(bench, BOOK.pin).session.phase, passbook.Choosing)


@pytest.mark.parametrize("number", ["9012880000000281", "901288000000021", "12345678"])
def test_a_number_that_can_be_none_is_said_at_once_and_nobody_is_asked(number: str) -> None:
    bench = at_naming().does(f"scan:{number}")
    assert bench.session.phase == passbook.Naming(wrong=True)
    bench.does(*(f"key:{digit}" for digit in number), "key:enter")
    assert bench.session.phase == passbook.Naming(number, wrong=True)
    assert bench.session.visit == ""
    assert rows(bench, "ASKED") == []


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_cash_by_passbook_is_at_the_counter_and_the_page_of_it_is_one_press(
    profile: str, language: str
) -> None:
    bench = at_choosing(profile, language).presses("look", "cash").presses("counter")
    assert bench.session.overlay == "counter"
    bench.presses("close").presses("another")
    assert isinstance(bench.session.phase, passbook.Choosing)


def test_three_wrong_pins_lock_the_passbook_and_not_the_card() -> None:
    bench = at_naming().does(f"scan:{BOOK.number}")
    for left in (2, 1):
        assert types_pin(bench, WRONG).session.phase == passbook.EnteringPin(
            bench.session.phase.book,  # type: ignore[union-attr]
            left,
        )
    phase = types_pin(bench, WRONG).session.phase
    assert isinstance(phase, s.Explaining)
    assert phase.notice.key == "passbook_locked"
    assert passbooks.tries_left(bench.bank.ledger, "chen") == 0
    card = bench.bank.customers["chen"]
    assert (card.tries_left, card.blocked) == (PIN_TRIES, False)
    bench.presses("understood").ready().waits(1.0).presses("no_card").presses("open", "passbook")
    phase = types_pin(bench.does(f"scan:{BOOK.number}"), BOOK.pin).session.phase
    assert isinstance(phase, s.Explaining)
    assert phase.notice.key == "passbook_locked", "the right PIN opens no locked passbook"


def test_wrong_pins_of_the_card_and_of_the_passbook_are_counted_apart() -> None:
    bench = types_pin(at_naming().does(f"scan:{BOOK.number}"), CUSTOMERS["chen"].pin)
    assert isinstance(bench.session.phase, passbook.EnteringPin)
    assert bench.session.phase.left == 2, "the PIN of the card is not that of the passbook"
    assert isinstance(types_pin(bench, BOOK.pin).session.phase, passbook.Choosing)
    assert passbooks.tries_left(bench.bank.ledger, "chen") == PIN_TRIES
    assert bench.bank.customers["chen"].tries_left == PIN_TRIES


def test_a_locked_card_leaves_the_passbook_open() -> None:
    bench = at_naming()
    bench.bank.customers["chen"].blocked = True
    bench.does(f"scan:{BOOK.number}")
    assert isinstance(types_pin(bench, BOOK.pin).session.phase, passbook.Choosing)


def test_a_passbook_that_the_bank_does_not_know_is_said_so() -> None:
    phase = types_pin(at_naming().does(f"scan:{passbooks.NOBODYS}"), "123456").session.phase
    assert isinstance(phase, s.Explaining)
    assert phase.notice.key == "passbook_unknown"


def test_a_bank_that_says_nothing_ends_the_visit_and_the_pad_holds_nothing() -> None:
    bench = at_naming().does(f"scan:{BOOK.number}")
    bench.world.host.silent = True
    phase = types_pin(bench, BOOK.pin).session.phase
    assert isinstance(phase, s.Explaining)
    assert phase.notice.key == "passbook_unavailable"


def test_a_branch_that_does_not_allow_it_has_no_tile_and_takes_no_scan() -> None:
    bench = Bench(services=NAMES).boot().ready().waits(1.0).presses("no_card")
    assert isinstance(bench.session.phase, Lobby)
    assert "passbook" not in bench.session.phase.opened
    bench.presses("open", "passbook").does(f"scan:{BOOK.number}")
    assert isinstance(bench.session.phase, Lobby)


def test_the_record_has_the_visit_and_four_digits_of_the_number() -> None:
    bench = at_choosing().presses("look", "balance").presses("done").presses("understood").waits(1)
    (row,) = rows(bench, "PASSBOOK")
    assert row.body["last4"] == BOOK.number[-4:]
    assert row.visit
    mine = [one.kind for one in bench.store.rows() if one.visit == row.visit]
    assert mine[:2] == ["VISIT_OPEN", "PASSBOOK"]
    assert mine[-1] == "VISIT_CLOSE"
    assert "CARD_IN" not in mine
    whole = repr([(one.kind, dict(one.body)) for one in bench.store.rows()])
    assert BOOK.number not in whole
    assert BOOK.pin not in whole


def test_the_reader_is_shut_while_a_passbook_is_open_and_free_afterwards() -> None:
    session = a_session(passbook.Naming())
    for digit in BOOK.number:
        session, _ = step(session, ev.Chosen("digit", int(digit)), 1.0)
    session, effects = step(session, ev.Chosen("confirm"), 2.0)
    assert fx.RefuseCards() in effects
    session, effects = step(session, ev.Chosen("back"), 3.0)
    assert (session.phase, fx.ForgetPin() in effects) == (passbook.Leaving(), True)
    session, effects = step(session, ev.Chosen("understood"), 4.0)
    assert isinstance(session.phase, s.Idle)
    assert fx.AcceptCard() in effects


def at(where: str) -> Bench:
    bench = at_naming().does(f"scan:{BOOK.number}")
    if where != "pin":
        types_pin(bench, BOOK.pin)
    return bench.presses("done") if where == "leaving" else bench


@pytest.mark.parametrize("where", ["pin", "choosing", "leaving"])
def test_a_card_that_slips_in_all_the_same_is_offered_back_and_closes_the_book(where: str) -> None:
    """The reader is shut, but a card may have been on its way when it was told to."""
    before = at(where).session
    event = ev.CardInserted()
    after, effects = step(before, event, 1_000.0)
    assert isinstance(after.phase, s.ReturningFound)
    assert {fx.ForgetPin(), fx.EjectCard()} <= set(effects)
    written = [row.kind for row in journal.rows(before, event, after, effects, bytes(32))]
    assert "CARD_IN" in written, "the record knows of the card"
    assert {row.visit for row in journal.rows(before, event, after, effects, bytes(32))} == {
        before.visit
    }


@pytest.mark.parametrize("where", ["pin", "choosing"])
def test_a_record_that_breaks_shuts_the_book_and_the_pad_forgets(where: str) -> None:
    phase, effects = without_record(at(where).session, ev.Chosen("look", "balance"))
    assert phase == s.OutOfService("record")
    assert fx.ForgetPin() in effects
    assert fx.EjectCard() not in effects


@pytest.mark.parametrize("where", ["pin", "choosing", "balance"])
def test_whoever_walks_away_is_forgotten_and_reminded_of_the_passbook(where: str) -> None:
    bench = at_naming("elder").does(f"scan:{BOOK.number}")
    if where != "pin":
        types_pin(bench, BOOK.pin)
    if where == "balance":
        bench.presses("look", "balance")
    bench.run(lambda now: isinstance(now.phase, passbook.Leaving))
    assert "account" not in repr(bench.session.phase)
    bench.ready()
    assert isinstance(bench.session.phase, s.Idle)
    assert bench.session.look == s.Look()


def test_a_visit_ends_by_the_cancel_key_at_the_pin() -> None:
    bench = at_naming().does(f"scan:{BOOK.number}", "key:1", "key:2", "key:cancel")
    assert bench.session.phase == passbook.Leaving()


@pytest.mark.parametrize("at", ["pin", "choosing"])
def test_after_a_power_cut_nobodys_passbook_is_open(at: str) -> None:
    bench = at_naming().does(f"scan:{BOOK.number}")
    if at == "choosing":
        types_pin(bench, BOOK.pin)
    bench.power_cut()
    bench.boot().ready().waits(1.0)
    assert isinstance(bench.session.phase, s.Idle)
    assert bench.session.visit == ""
    opened = {row.visit for row in rows(bench, "VISIT_OPEN")}
    assert {row.visit for row in rows(bench, "VISIT_CLOSE")} == opened
    bench.does("insert:lin").run(lambda now: isinstance(now.phase, s.EnteringPin))


def test_a_headset_hears_the_visit() -> None:
    bench = at_naming().does("plug_headset", f"scan:{BOOK.number}")
    types_pin(bench, BOOK.pin).does("key:1")
    assert isinstance(bench.session.phase, passbook.Balance)
