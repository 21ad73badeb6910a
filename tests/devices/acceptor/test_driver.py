"""A deposit from the inlet to its end, by the real driver on the simulated acceptor."""

import pytest

from devices.acceptor.codec import Command
from terminal import effects as fx
from terminal import events as ev
from terminal.ports import NEVER
from tests.devices.acceptor.rig import Rig

HUNDRED, FIFTY = 10_000, 5_000


def test_an_acceptor_after_power_up_is_made_ready_and_says_what_it_knows() -> None:
    rig = Rig()
    assert rig.events == [ev.AcceptorReady((1_000, 2_000, 5_000, 10_000))]
    assert len(rig.commands(Command.RESET)) == 1


def test_what_is_in_escrow_is_told_after_every_note() -> None:
    rig = Rig().opened()
    assert rig.device.insert(100, 50, 100)
    rig.rest(12.0)
    told = [each for each in rig.events if isinstance(each, ev.NotesInEscrow)]
    assert [each.counts for each in told] == [
        ((HUNDRED, 1),),
        ((FIFTY, 1), (HUNDRED, 1)),
        ((FIFTY, 1), (HUNDRED, 2)),
    ]
    assert rig.device.notes()["escrow"] == {100: 2, 50: 1}


def test_what_is_no_note_is_pushed_back_and_counted() -> None:
    rig = Rig().opened()
    rig.device.insert(0, 100, 5)
    heard = rig.rest(12.0)
    assert heard == [
        ev.NoteRefused("t1", "identification"),
        ev.NotesInEscrow("t1", (), 1),
        ev.NotesInEscrow("t1", ((HUNDRED, 1),), 1),
        ev.NoteRefused("t1", "identification"),
        ev.NotesInEscrow("t1", ((HUNDRED, 1),), 2),
    ]
    assert rig.device.notes()["hand"] == {0: 1, 5: 1}


def test_nothing_is_drawn_in_before_opening_and_after_closing() -> None:
    rig = Rig()
    assert not rig.device.insert(100)
    assert rig.escrow(100) == ((HUNDRED, 1),)
    assert not rig.device.insert(100)
    assert rig.device.brought() == {100: 1}


def test_a_note_on_its_way_in_when_the_inlet_closes_is_counted_before_it_is_closed() -> None:
    rig = Rig().opened()
    rig.device.insert(100, 50)
    rig.rest(1.3)
    rig.submit(fx.CloseAcceptor("t1"))
    assert rig.until(ev.AcceptorClosed) == ev.AcceptorClosed("t1", ((HUNDRED, 1),))
    assert rig.device.notes()["escrow"] == {100: 1}
    assert rig.device.brought() == {100: 1}


def test_a_deposit_is_stored_once_however_often_it_is_ordered() -> None:
    rig = Rig()
    counts = rig.escrow(100, 50)
    for _ in range(3):
        rig.submit(fx.StoreNotes("t1"))
        assert rig.until(ev.NotesStored) == ev.NotesStored("t1", counts)
    assert rig.device.stores("t1") == 1
    assert rig.device.notes()["cassette"] == {50: 1, 100: 1}


def test_notes_can_be_added_to_the_same_deposit() -> None:
    rig = Rig()
    rig.escrow(100)
    assert rig.escrow(50) == ((FIFTY, 1), (HUNDRED, 1))
    rig.submit(fx.StoreNotes("t1"))
    assert rig.until(ev.NotesStored) == ev.NotesStored("t1", ((FIFTY, 1), (HUNDRED, 1)))


def test_all_of_it_is_given_back_and_taken() -> None:
    rig = Rig()
    counts = rig.escrow(100, 50)
    rig.submit(fx.ReturnNotes("t1"))
    assert rig.until(ev.NotesReturned) == ev.NotesReturned("t1", counts)
    assert rig.device.slot() == {50: 1, 100: 1}
    assert rig.device.take_returned(1)
    assert rig.rest(5.0) == []
    assert rig.device.take_returned()
    assert rig.rest(5.0) == [ev.ReturnedTaken("t1")]
    assert rig.device.notes()["hand"] == {50: 1, 100: 1}


def test_what_nobody_took_is_retracted_and_counted() -> None:
    rig = Rig()
    counts = rig.escrow(100, 50)
    rig.submit(fx.ReturnNotes("t1"))
    rig.until(ev.NotesReturned)
    rig.rest(30.0)
    rig.submit(fx.RetractReturned("t1"))
    assert rig.until(ev.ReturnedRetracted) == ev.ReturnedRetracted("t1", counts)
    assert rig.device.notes()["retracted"] == {50: 1, 100: 1}


def test_what_is_retracted_after_a_hand_was_in_the_slot_proves_nothing() -> None:
    rig = Rig()
    rig.escrow(100, 50)
    rig.submit(fx.ReturnNotes("t1"))
    rig.until(ev.NotesReturned)
    rig.device.take_returned(1)
    rig.submit(fx.RetractReturned("t1"))
    assert rig.until(ev.ReturnedRetracted) == ev.ReturnedRetracted("t1", None)


def test_a_customer_who_was_quicker_than_the_retract_has_the_notes() -> None:
    rig = Rig()
    rig.escrow(100)
    rig.submit(fx.ReturnNotes("t1"))
    rig.until(ev.NotesReturned)
    rig.device.take_returned()
    rig.submit(fx.RetractReturned("t1"))
    assert rig.until(ev.ReturnedTaken, ev.ReturnedRetracted) == ev.ReturnedTaken("t1")


def test_a_deposit_given_back_cannot_be_stored_and_one_stored_not_given_back() -> None:
    rig = Rig()
    rig.escrow(100)
    rig.submit(fx.ReturnNotes("t1"))
    rig.until(ev.NotesReturned)
    rig.device.take_returned()
    rig.submit(fx.StoreNotes("t1"))
    assert rig.until(ev.AcceptorFailed) == ev.AcceptorFailed("wrongState")
    rig.escrow(50, txid="t2")
    rig.submit(fx.StoreNotes("t2"))
    rig.until(ev.NotesStored)
    rig.submit(fx.ReturnNotes("t2"))
    assert rig.until(ev.AcceptorFailed) == ev.AcceptorFailed("wrongState")
    assert rig.device.stores("t1") == 0
    assert rig.device.notes()["hand"] == {100: 1}


def test_storing_with_the_inlet_open_stores_nothing_and_closes_it() -> None:
    rig = Rig().opened()
    rig.device.insert(100)
    rig.rest(5.0)
    rig.submit(fx.StoreNotes("t1"))
    assert rig.rest(10.0) == [
        ev.AcceptorFailed("wrongState"),
        ev.AcceptorClosed("t1", ((HUNDRED, 1),)),
    ]
    assert rig.device.stores("t1") == 0
    assert not rig.device.takes


def test_a_closed_deposit_without_notes_leaves_the_acceptor_to_the_next() -> None:
    rig = Rig().opened("t1")
    rig.submit(fx.CloseAcceptor("t1"))
    assert rig.until(ev.AcceptorClosed) == ev.AcceptorClosed("t1", ())
    assert rig.escrow(100, txid="t2") == ((HUNDRED, 1),)


def test_only_what_the_inlet_was_opened_for_is_let_in() -> None:
    rig = Rig()
    rig.submit(fx.OpenAcceptor("t1", (HUNDRED,)))
    assert rig.until(ev.AcceptorOpen) == ev.AcceptorOpen("t1")
    rig.device.insert(10, 100)
    heard = rig.rest(12.0)
    assert heard[0] == ev.NoteRefused("t1", "inhibit")
    assert heard[-1] == ev.NotesInEscrow("t1", ((HUNDRED, 1),), 1)
    assert rig.device.notes()["hand"] == {10: 1}


def test_another_deposit_is_refused_while_one_lies_in_escrow() -> None:
    rig = Rig()
    rig.escrow(100)
    rig.submit(fx.OpenAcceptor("t2"))
    assert rig.rest(10.0) == [ev.AcceptorFailed("itemsLeft")]
    rig.submit(fx.CheckAcceptor())
    assert rig.until(ev.AcceptorFailed) == ev.AcceptorFailed("itemsLeft")


def test_a_full_escrow_closes_the_inlet_by_itself() -> None:
    rig = Rig()
    rig.device.path.limit_escrow(2)
    rig.opened()
    rig.device.insert(100, 100, 100)
    closed = rig.until(ev.AcceptorClosed)
    assert closed == ev.AcceptorClosed("t1", ((HUNDRED, 2),))
    assert rig.device.brought() == {100: 2}
    rig.submit(fx.OpenAcceptor("t1"))
    assert rig.rest(10.0) == [ev.AcceptorFailed("noRoom"), closed]


def test_without_a_cassette_nothing_is_opened_and_what_is_in_escrow_can_be_given_back() -> None:
    rig = Rig()
    counts = rig.escrow(100)
    rig.device.remove_cassette()
    rig.submit(fx.StoreNotes("t1"))
    assert rig.rest(10.0) == [ev.AcceptorFailed("42"), ev.AcceptorClosed("t1", counts)]
    rig.submit(fx.ReturnNotes("t1"))
    assert rig.until(ev.NotesReturned) == ev.NotesReturned("t1", counts)
    rig.device.take_returned()
    rig.submit(fx.OpenAcceptor("t2"))
    assert rig.until(ev.AcceptorFailed) == ev.AcceptorFailed("42")


def test_a_cassette_that_has_become_too_small_stores_nothing() -> None:
    rig = Rig()
    counts = rig.escrow(100, 50)
    rig.device.insert_cassette(notes_max=1)
    rig.submit(fx.StoreNotes("t1"))
    assert rig.rest(10.0) == [ev.AcceptorFailed("noRoom"), ev.AcceptorClosed("t1", counts)]
    assert rig.device.stores("t1") == 0


def test_an_inlet_that_does_not_take_notes_although_it_should_is_enabled_again() -> None:
    rig = Rig().opened()
    rig.rest(1.0)
    rig.device.path.enable(frozenset())
    assert not rig.device.takes
    rig.rest(1.0)
    assert rig.device.takes


def test_a_cassette_that_is_pulled_out_shuts_the_inlet() -> None:
    rig = Rig().opened()
    rig.device.insert(100)
    rig.rest(5.0)
    rig.device.remove_cassette()
    assert rig.until(ev.AcceptorClosed) == ev.AcceptorClosed("t1", ((HUNDRED, 1),))


def test_a_cassette_without_room_for_a_whole_escrow_opens_nothing() -> None:
    rig = Rig()
    rig.device.insert_cassette(notes_max=60)
    rig.submit(fx.OpenAcceptor("t1"))
    assert rig.until(ev.AcceptorFailed) == ev.AcceptorFailed("noRoom")


# --- how much is asked ----------------------------------------------------------------------------


def test_nothing_is_sent_while_nothing_is_awaited() -> None:
    rig = Rig()
    rig.escrow(100)
    rig.rest(5.0)
    before = len(rig.sent)
    rig.rest(100_000.0)
    assert len(rig.sent) == before
    assert rig.driver.due(rig.clock.now()) == NEVER


def test_an_open_inlet_is_polled_five_times_a_second_and_no_more() -> None:
    rig = Rig().opened()
    rig.rest(1.0)
    before = len(rig.commands(Command.POLL))
    rig.rest(60.0)
    polls = len(rig.commands(Command.POLL)) - before
    assert 200 <= polls <= 300
    assert len(rig.commands(Command.REPORT)) < 10


def test_a_check_while_the_inlet_is_open_does_not_end_the_watch() -> None:
    rig = Rig().opened()
    rig.submit(fx.CheckAcceptor())
    assert rig.until(ev.AcceptorReady)
    rig.device.insert(100)
    assert rig.until(ev.NotesInEscrow) == ev.NotesInEscrow("t1", ((HUNDRED, 1),), 0)


def test_an_order_of_another_device_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="not an order for a note acceptor"):
        Rig(awake=False).submit(fx.CheckCash())
