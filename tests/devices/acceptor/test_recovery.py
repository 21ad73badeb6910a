"""Lost answers, power cuts, jams, restarts: what became of a deposit is asked, and never guessed."""

import pytest

from devices.acceptor.codec import Command
from sim.world.acceptor_parts import FaultName
from sim.world.wire import Damage
from terminal import effects as fx
from terminal import events as ev
from tests.devices.acceptor.rig import Rig

HUNDRED, FIFTY = 10_000, 5_000
BOTH = ((FIFTY, 1), (HUNDRED, 1))

LINE_FAULTS: tuple[FaultName, ...] = (
    *("busy", "commandLost", "commandDoubled", "orderLate", "nak", "answerLost"),
    *("answerCorrupt", "answerCut", "answerDoubled", "answerLate", "answerInPieces", "noiseBefore"),
)


def unknown(rig: Rig) -> str:
    """The evidence of the next event, which must be that nobody knows."""
    event = rig.until(ev.DepositUnknown, ev.NotesStored, ev.NotesReturned, ev.AcceptorClosed)
    assert isinstance(event, ev.DepositUnknown), event
    return event.evidence


# --- the line ---------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [1, 2, 4])
@pytest.mark.parametrize("fault", LINE_FAULTS)
def test_whatever_the_line_does_a_deposit_is_stored_once(fault: FaultName, times: int) -> None:
    rig = Rig()
    rig.escrow(100, 50)
    rig.device.arm(fault, times)
    rig.submit(fx.StoreNotes("t1"))
    assert rig.until(ev.NotesStored, ev.DepositUnknown) == ev.NotesStored("t1", BOTH)
    rig.rest(20.0)
    assert rig.device.stores("t1") == 1
    assert rig.device.notes()["cassette"] == {100: 1, 50: 1}


@pytest.mark.parametrize("fault", LINE_FAULTS)
def test_whatever_the_line_does_every_note_is_told(fault: FaultName) -> None:
    rig = Rig()
    rig.device.arm(fault, 3)
    rig.opened()
    rig.device.arm(fault, 3)
    rig.device.insert(100, 0, 50)
    rig.rest(20.0)
    assert rig.last_escrow() == ev.NotesInEscrow("t1", BOTH, 1)


def test_an_order_without_an_answer_is_repeated_with_the_same_number() -> None:
    rig = Rig()
    rig.escrow(100)
    rig.device.arm("silence")
    rig.at(10.0, lambda: rig.device.disarm("silence"))
    rig.submit(fx.StoreNotes("t1"))
    rig.until(ev.NotesStored)
    rig.device.arm("answerLost", 5)
    rig.submit(fx.ReturnNotes("t1"))
    rig.until(ev.AcceptorFailed)
    stores = rig.commands(Command.STORE)
    assert len({data[2:4] for data in stores}) == 1
    assert len({data[2:4] for data in rig.commands(Command.RETURN)}) == 1
    assert rig.device.stores("t1") == 1


def test_an_acceptor_that_stays_silent_is_unknown_in_the_end() -> None:
    rig = Rig()
    rig.escrow(100)
    begun = rig.clock.now()
    rig.device.arm("silence")
    rig.submit(fx.StoreNotes("t1"))
    assert "silent" in unknown(rig)
    assert rig.clock.now() - begun < 130.0


def test_silence_with_the_inlet_open_is_unknown_too() -> None:
    rig = Rig().opened()
    rig.device.insert(100)
    rig.rest(5.0)
    rig.device.arm("silence")
    assert "silent" in unknown(rig)


def test_silence_with_notes_in_the_slot_is_unknown_too() -> None:
    rig = Rig()
    rig.escrow(100)
    rig.submit(fx.ReturnNotes("t1"))
    rig.until(ev.NotesReturned)
    rig.rest(5.0)
    rig.device.arm("silence")
    assert "silent" in unknown(rig)


def test_a_cable_pulled_out_and_put_back_costs_nothing() -> None:
    rig = Rig().opened()
    rig.device.insert(100, 50)
    rig.rest(2.0)
    rig.wire.unplug()
    rig.at(6.0, rig.wire.replug)
    rig.rest(12.0)
    assert rig.last_escrow() == ev.NotesInEscrow("t1", BOTH, 0)
    rig.submit(fx.CloseAcceptor("t1"))
    assert rig.until(ev.AcceptorClosed) == ev.AcceptorClosed("t1", BOTH)


def test_a_noisy_line_costs_time_and_nothing_else() -> None:
    rig = Rig(Damage.seeded(7, flip=0.004, drop=0.004, stray=0.004))
    assert rig.escrow(100, 50) == BOTH
    rig.submit(fx.StoreNotes("t1"))
    assert rig.until(ev.NotesStored) == ev.NotesStored("t1", BOTH)


# --- notes on the way ---------------------------------------------------------------------------


def test_a_jam_on_the_way_in_is_unknown_and_shuts_the_inlet() -> None:
    rig = Rig().opened()
    rig.device.arm("jamFeed", after=1)
    rig.device.insert(100, 50, 20)
    evidence = unknown(rig)
    assert "why=state" in evidence
    assert "trouble=43" in evidence
    assert "counts=10000x1" in evidence
    assert not rig.device.takes
    assert rig.device.notes()["path"] == {50: 1}
    rig.submit(fx.CheckAcceptor())
    assert rig.until(ev.AcceptorFailed) == ev.AcceptorFailed("43")


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize(
    ("fault", "order", "code"),
    [("jamStore", fx.StoreNotes, "44"), ("jamReturn", fx.ReturnNotes, "48")],
)
def test_a_jam_between_escrow_and_its_end_is_unknown(
    fault: FaultName, order: type[fx.StoreNotes | fx.ReturnNotes], code: str, after: int
) -> None:
    rig = Rig()
    rig.escrow(100, 50, 20)
    rig.device.arm(fault, after=after)
    rig.submit(order("t1"))
    assert f"trouble={code}" in unknown(rig)
    assert rig.rest(30.0) == []
    assert rig.is_conserved()


def test_a_tray_that_jams_at_the_slot_is_unknown_although_notes_can_be_reached() -> None:
    rig = Rig()
    rig.escrow(100)
    rig.device.arm("jamSlot")
    rig.submit(fx.ReturnNotes("t1"))
    assert "why=state" in unknown(rig)
    assert rig.device.slot() == {100: 1}


def test_two_notes_drawn_in_as_one_are_found_by_the_escrows_own_sensor() -> None:
    rig = Rig().opened()
    rig.device.arm("doubleFeed")
    rig.device.insert(100, 100)
    rig.rest(5.0)
    assert rig.last_escrow() == ev.NotesInEscrow("t1", ((HUNDRED, 1),), 0)
    rig.submit(fx.CloseAcceptor("t1"))
    assert "why=sensor" in unknown(rig)
    for order in (fx.StoreNotes("t1"), fx.ReturnNotes("t1")):
        rig.submit(order)
        assert "why=sensor" in unknown(rig)
    assert rig.device.notes()["escrow"] == {100: 2}


def test_a_count_that_shrinks_is_unknown() -> None:
    rig = Rig().opened()
    rig.device.insert(100, 50)
    rig.rest(8.0)
    deposit = rig.device.deposit("t1")
    assert deposit is not None
    deposit.counts.popitem()
    rig.submit(fx.CloseAcceptor("t1"))
    assert "why=shrank" in unknown(rig)


@pytest.mark.parametrize("ordered", [False, True])
def test_another_count_than_was_told_is_unknown_and_moves_nothing_if_seen_in_time(
    ordered: bool,
) -> None:
    rig = Rig()
    rig.escrow(100)
    deposit = rig.device.deposit("t1")
    assert deposit is not None
    if not ordered:
        deposit.counts["2"] = 1
    rig.submit(fx.StoreNotes("t1"))
    while ordered and not rig.commands(Command.STORE):
        rig.step()
    deposit.counts["2"] = 1
    assert "why=counts" in unknown(rig)
    assert rig.device.stores("t1") == ordered


# --- power ----------------------------------------------------------------------------------------


def test_power_that_fails_between_two_notes_closes_the_inlet_with_the_count_kept() -> None:
    rig = Rig().opened()
    rig.device.insert(100, 50)
    rig.rest(8.0)
    rig.device.power_off(rig.clock.now(), seconds=3.0)
    assert rig.until(ev.AcceptorClosed, ev.DepositUnknown) == ev.AcceptorClosed("t1", BOTH)
    rig.submit(fx.StoreNotes("t1"))
    assert rig.until(ev.NotesStored) == ev.NotesStored("t1", BOTH)


def test_a_note_at_the_head_when_power_failed_is_pushed_back() -> None:
    rig = Rig().opened()
    rig.device.insert(100)
    rig.rest(0.5)
    rig.device.power_off(rig.clock.now(), seconds=3.0)
    assert rig.until(ev.AcceptorClosed) == ev.AcceptorClosed("t1", ())
    rig.submit(fx.CheckAcceptor())
    rig.until(ev.AcceptorReady)
    assert rig.device.notes()["hand"] == {100: 1}


def test_a_note_on_the_path_when_power_failed_is_unknown() -> None:
    rig = Rig().opened()
    rig.device.arm("powerCut", after=1, seconds=3.0)
    rig.device.insert(100, 50)
    assert "why=state" in unknown(rig)
    assert rig.device.notes()["path"] == {50: 1}


@pytest.mark.parametrize("order", [fx.StoreNotes, fx.ReturnNotes])
def test_power_that_fails_before_the_first_note_moved_leaves_the_escrow_as_it_was(
    order: type[fx.StoreNotes | fx.ReturnNotes],
) -> None:
    rig = Rig()
    counts = rig.escrow(100, 50)
    rig.device.arm("powerCut", seconds=3.0)
    rig.submit(order("t1"))
    heard = rig.rest(30.0)
    assert heard == [ev.AcceptorFailed("notExecuted"), ev.AcceptorClosed("t1", counts)]
    rig.submit(order("t1"))
    assert rig.until(ev.NotesStored, ev.NotesReturned) in (
        ev.NotesStored("t1", counts),
        ev.NotesReturned("t1", counts),
    )


@pytest.mark.parametrize("order", [fx.StoreNotes, fx.ReturnNotes])
def test_power_that_fails_in_the_middle_of_a_bundle_is_unknown(
    order: type[fx.StoreNotes | fx.ReturnNotes],
) -> None:
    rig = Rig()
    rig.escrow(100, 50)
    rig.device.arm("powerCut", after=1, seconds=3.0)
    rig.submit(order("t1"))
    assert "why=state" in unknown(rig)
    assert rig.is_conserved()


def test_a_lost_memory_is_unknown_and_says_so_when_inspected() -> None:
    rig = Rig()
    rig.escrow(100)
    rig.device.power_off(rig.clock.now(), seconds=2.0, forgets=True)
    rig.rest(3.0)
    rig.submit(fx.StoreNotes("t1"))
    assert "why=memory" in unknown(rig)
    rig.start()
    rig.submit(fx.InspectDeposit("t1"))
    assert rig.until(ev.DepositReport) == ev.DepositReport("t1", "unknown", None, False)
    rig.submit(fx.CheckAcceptor())
    assert rig.until(ev.AcceptorFailed) == ev.AcceptorFailed("nvramLost")


# --- a terminal that begins anew ------------------------------------------------------------------


def inspected(rig: Rig, txid: str = "t1") -> ev.DepositReport:
    """A new terminal asks."""
    rig.start()
    rig.submit(fx.InspectDeposit(txid))
    report = rig.until(ev.DepositReport, ev.DepositUnknown)
    assert isinstance(report, ev.DepositReport), report
    return report


def test_a_deposit_nobody_began_is_none() -> None:
    assert inspected(Rig()) == ev.DepositReport("t1", "none", (), False)


def test_an_open_inlet_is_closed_and_the_escrow_counted() -> None:
    rig = Rig().opened()
    rig.device.insert(100, 50)
    rig.rest(6.0)
    assert inspected(rig) == ev.DepositReport("t1", "escrow", BOTH, False)
    assert not rig.device.takes


def test_a_terminal_that_asks_without_a_restart_is_told_once_and_the_watch_is_over() -> None:
    rig = Rig().opened()
    rig.device.insert(100)
    rig.rest(6.0)
    rig.submit(fx.InspectDeposit("t1"))
    assert rig.rest(30.0) == [ev.DepositReport("t1", "escrow", ((HUNDRED, 1),), False)]
    before = len(rig.sent)
    rig.rest(30.0)
    assert len(rig.sent) == before


def test_a_note_on_its_way_in_is_waited_for() -> None:
    rig = Rig().opened()
    rig.device.insert(100, 50)
    rig.rest(3.3)
    assert inspected(rig) == ev.DepositReport("t1", "escrow", BOTH, False)


@pytest.mark.parametrize("seconds", [0.05, 0.5, 1.2, 1.6, 5.0])
def test_a_store_that_was_under_way_is_found_done(seconds: float) -> None:
    rig = Rig()
    rig.escrow(100, 50)
    rig.submit(fx.StoreNotes("t1"))
    rig.rest(seconds)
    report = inspected(rig)
    assert report.counts == BOTH
    assert report.state == ("stored" if rig.device.stores("t1") else "escrow")


def test_notes_in_the_slot_are_seen_and_taken_back_by_order() -> None:
    rig = Rig()
    rig.escrow(100, 50)
    rig.submit(fx.ReturnNotes("t1"))
    rig.until(ev.NotesReturned)
    assert inspected(rig) == ev.DepositReport("t1", "at_slot", BOTH, True)
    rig.submit(fx.RetractReturned("t1"))
    assert rig.until(ev.ReturnedRetracted) == ev.ReturnedRetracted("t1", BOTH)
    assert inspected(rig) == ev.DepositReport("t1", "retracted", BOTH, False)


def test_notes_taken_while_nobody_looked_are_returned() -> None:
    rig = Rig()
    rig.escrow(100, 50)
    rig.submit(fx.ReturnNotes("t1"))
    rig.until(ev.NotesReturned)
    rig.device.power_off(rig.clock.now(), seconds=1.0)
    rig.device.take_returned()
    rig.rest(3.0)
    assert inspected(rig) == ev.DepositReport("t1", "returned", BOTH, False)


def test_a_jam_stays_unknown_over_a_restart_with_what_was_counted() -> None:
    rig = Rig()
    rig.escrow(100, 50)
    rig.device.arm("jamStore", after=1)
    rig.submit(fx.StoreNotes("t1"))
    unknown(rig)
    assert inspected(rig) == ev.DepositReport("t1", "unknown", BOTH, False)


def test_escrow_and_memory_that_differ_are_unknown_after_a_restart() -> None:
    rig = Rig().opened()
    rig.device.arm("doubleFeed")
    rig.device.insert(100, 100)
    rig.rest(5.0)
    assert inspected(rig).state == "unknown"


def test_a_store_that_comes_late_does_nothing_after_the_fence() -> None:
    rig = Rig()
    rig.escrow(100)
    rig.submit(fx.StoreNotes("t1"))
    while not rig.commands(Command.STORE):
        rig.step()
    rig.device.arm("orderLate")
    rig.rest(0.2)
    assert rig.device.heard(Command.STORE) == 1
    report = inspected(rig)
    rig.rest(30.0)
    assert report.state == "escrow"
    assert rig.device.stores("t1") == 0
    rig.submit(fx.StoreNotes("t1"))
    assert rig.until(ev.NotesStored) == ev.NotesStored("t1", ((HUNDRED, 1),))


def test_a_fence_leaves_room_for_orders_that_may_still_come() -> None:
    rig = Rig()
    rig.escrow(100)
    inspected(rig)
    opened, fence = (
        max(int.from_bytes(data[2:4], "big") for data in rig.commands(command))
        for command in (Command.CLOSE, Command.FENCE)
    )
    assert fence >= opened + 0x100


def test_an_acceptor_that_cannot_be_asked_is_unknown_after_two_minutes() -> None:
    rig = Rig()
    rig.escrow(100)
    rig.device.arm("silence")
    rig.start()
    rig.submit(fx.InspectDeposit("t1"))
    begun = rig.clock.now()
    assert isinstance(
        rig.until(ev.DepositReport, ev.DepositUnknown, seconds=300), ev.DepositUnknown
    )
    assert 100.0 < rig.clock.now() - begun < 260.0


def test_an_acceptor_that_starts_up_late_is_waited_for() -> None:
    rig = Rig()
    rig.escrow(100)
    rig.device.power_off(rig.clock.now(), seconds=45.0)
    assert inspected(rig) == ev.DepositReport("t1", "escrow", ((HUNDRED, 1),), False)


def test_another_acceptor_in_its_place_is_not_believed() -> None:
    rig = Rig()
    rig.escrow(100)
    rig.device.path.restore(Rig().device.path.snapshot())
    rig.submit(fx.StoreNotes("t1"))
    assert "why=shrank" in unknown(rig)
