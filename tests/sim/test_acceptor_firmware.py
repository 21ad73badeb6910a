"""The simulated note acceptor against CCNET as the drivers speak it, byte by byte, and its notes."""

import json
from collections import Counter

import pytest

from devices.acceptor import codec
from devices.acceptor.codec import Command, DepositCode, Flag, Order, Report, Verdict
from devices.acceptor.framing import GAP_SECONDS, Frame, Framer, encode
from sim.stage.settings import Settings
from sim.world.acceptor import LATE_SECONDS, AcceptorFirmware
from sim.world.acceptor_parts import ESCROW_NOTES_MAX, INIT_SECONDS
from sim.world.acts import UnknownAct, act
from sim.world.clock import VirtualClock
from sim.world.world import World

TOKEN = codec.token_of("t1")
OTHER = codec.token_of("t2")


class Desk:
    """Somebody who speaks to the acceptor by hand."""

    def __init__(self, ready: bool = True) -> None:
        self.device = AcceptorFirmware()
        self.now = 0.0
        self.number = 0
        if ready:
            assert self.ask("30") == "00"
            self.wait(INIT_SECONDS)

    def hear(self) -> list[str]:
        """What it says by now."""
        items = Framer().feed(self.device.advance(self.now), self.now)
        return [each.data.hex(" ") if isinstance(each, Frame) else each.value for each in items]

    def ask(self, text: str) -> str:
        """A request in hex, and its answer; empty if none comes."""
        self.device.feed(encode(bytes.fromhex(text)), self.now)
        self.now += 0.05
        return (self.hear() or [""])[0]

    def wait(self, seconds: float) -> "Desk":
        self.device.advance(self.now)  # what was held out to it is drawn in now
        self.now += seconds
        assert self.hear() == []
        return self

    def ack(self) -> None:
        self.device.feed(encode(codec.ACK), self.now)

    def order(self, command: Command, number: int | None = None, token: bytes = TOKEN) -> Report:
        """An order under the next number, or this one; its report."""
        if number is None:
            self.number += 1
            number = self.number
        data = codec.encode_order(Order(command, 9, number, token))
        report = codec.decode_report(bytes.fromhex(self.ask(data.hex())))
        assert report is not None
        assert (report.ask, report.token) == (9, token)
        return report

    def report(self) -> Report:
        return self.order(Command.REPORT, 0)

    def opened(self) -> "Desk":
        assert self.order(Command.OPEN).verdict is Verdict.DONE
        assert self.ask("34 00 00 3c 00 00 00") == "00"
        return self

    def with_notes(self, *notes: int) -> "Desk":
        """Closed, with these in escrow."""
        self.opened()
        assert self.device.insert(*notes)
        self.wait(3.0 * len(notes))
        for _ in notes:
            self.ask("33")
            self.ack()
        assert self.order(Command.CLOSE).state is DepositCode.CLOSED
        return self


def test_after_power_came_back_nothing_but_reset_helps() -> None:
    desk = Desk(ready=False)
    assert desk.ask("33") == "10"
    assert desk.ask("34 00 00 3c 00 00 00") == "30"
    assert desk.order(Command.OPEN).verdict is Verdict.NOT_READY
    assert desk.ask("30") == "00"
    assert desk.ask("33") == "13"
    assert desk.order(Command.OPEN, 2).verdict is Verdict.NOT_READY
    desk.wait(INIT_SECONDS)
    assert desk.ask("33") == "19"
    assert desk.order(Command.OPEN, 3).verdict is Verdict.DONE


@pytest.mark.parametrize("text", ["99", "33 00", "30 01", "34 00", "d2 00", "35", "3d 01 01", "d7"])
def test_what_is_unknown_or_of_a_wrong_length_is_invalid(text: str) -> None:
    assert Desk().ask(text) == "30"


def test_a_damaged_frame_is_refused_with_nak_and_one_that_breaks_off_too() -> None:
    desk = Desk()
    frame = encode(b"\x33")
    desk.device.feed(frame[:-1] + b"\x00", desk.now)
    desk.device.feed(b"", desk.now)
    desk.now += GAP_SECONDS + 0.05
    assert "ff" in desk.hear()
    assert desk.device.due(desk.now) > desk.now
    desk.device.feed(frame[:3], desk.now)
    desk.now += GAP_SECONDS + 0.01
    desk.hear()
    desk.now += 0.05
    assert desk.hear() == ["ff"]
    assert desk.ask("33") == "19"


def test_a_nak_makes_it_say_the_last_answer_again() -> None:
    desk = Desk()
    assert desk.ask("33") == "19"
    assert desk.ask("ff") == "19"


def test_it_speaks_only_when_spoken_to() -> None:
    desk = Desk().opened()
    desk.device.insert(100, 100)
    desk.wait(60.0)


def test_the_states_of_a_note_that_is_taken() -> None:
    desk = Desk().opened()
    assert desk.ask("33") == "14"
    desk.device.insert(100)
    desk.wait(0.1)
    assert desk.ask("33") == "15"
    desk.wait(1.0)
    assert desk.ask("33") == "17"
    desk.wait(1.0)
    assert desk.ask("33") == "81 53"
    assert desk.ask("33") == "81 53", "told until it is acknowledged"
    desk.ack()
    assert desk.ask("33") == "14"


def test_the_states_of_a_note_that_is_pushed_back() -> None:
    desk = Desk().opened()
    desk.device.insert(0)
    desk.wait(1.1)
    assert desk.ask("33") == "1c 65"
    assert desk.report().refused == 1
    desk.wait(1.0)
    assert desk.ask("33") == "14"
    assert desk.device.notes()["hand"] == {0: 1}


def test_a_note_whose_type_is_not_enabled_is_pushed_back_as_inhibited() -> None:
    desk = Desk()
    desk.order(Command.OPEN)
    assert desk.ask("34 00 00 04 00 00 00") == "00"
    desk.device.insert(100)
    desk.wait(1.1)
    assert desk.ask("33") == "1c 68"


def test_nothing_is_drawn_in_by_enabling_alone_or_by_a_deposit_alone() -> None:
    desk = Desk()
    assert desk.ask("34 00 00 3c 00 00 00") == "00"
    assert not desk.device.insert(100)
    desk = Desk()
    desk.order(Command.OPEN)
    assert not desk.device.insert(100)


def test_the_count_is_in_its_memory_before_it_is_told() -> None:
    desk = Desk().opened()
    desk.device.insert(100)
    desk.wait(2.1)
    desk.device.power_off(desk.now, 1.0)
    desk.wait(2.0)
    report = desk.report()
    assert (report.state, report.counts) == (DepositCode.CLOSED, ((5, 1),))


def test_an_order_with_the_same_number_is_answered_and_not_executed_again() -> None:
    desk = Desk().with_notes(100)
    first = desk.order(Command.STORE, 7)
    again = desk.order(Command.STORE, 7)
    assert first.verdict is again.verdict is Verdict.DONE
    desk.wait(5.0)
    assert desk.order(Command.STORE, 7).state is DepositCode.STORED
    assert desk.device.stores("t1") == 1


def test_an_order_with_an_old_number_does_nothing() -> None:
    desk = Desk().with_notes(100)
    assert desk.order(Command.FENCE, 100).verdict is Verdict.DONE
    assert desk.order(Command.STORE, 99).verdict is Verdict.OLD
    assert desk.order(Command.STORE, 100).verdict is Verdict.OLD
    assert desk.report().state is DepositCode.CLOSED
    assert desk.device.stores("t1") == 0


def test_an_order_that_was_refused_uses_no_number_up() -> None:
    desk = Desk().with_notes(100)
    desk.device.remove_cassette()
    assert desk.order(Command.STORE, 7).verdict is Verdict.TROUBLE
    desk.device.insert_cassette()
    assert desk.order(Command.STORE, 7).verdict is Verdict.DONE


def test_a_store_cannot_follow_a_store_or_a_return() -> None:
    desk = Desk().with_notes(100)
    desk.order(Command.RETURN)
    assert desk.order(Command.STORE).verdict is Verdict.WRONG_STATE
    desk.wait(5.0)
    assert desk.order(Command.STORE).verdict is Verdict.WRONG_STATE
    desk.device.take_returned()
    assert desk.order(Command.STORE).verdict is Verdict.WRONG_STATE
    assert desk.device.stores("t1") == 0


def test_an_order_while_a_note_moves_is_told_to_ask_again() -> None:
    desk = Desk().opened()
    desk.device.insert(100)
    desk.wait(1.5)
    assert Flag.MOVING in desk.order(Command.CLOSE).flags
    assert desk.report().state is DepositCode.CLOSED
    assert desk.order(Command.STORE, 9).verdict is Verdict.WRONG_STATE
    desk.device.insert(100)
    desk.wait(1.0)
    assert desk.order(Command.STORE, 9).verdict is Verdict.DONE


def test_the_escrow_cassette_counts_for_itself() -> None:
    desk = Desk().with_notes(100, 50)
    cassettes = codec.decode_cassettes(bytes.fromhex(desk.ask("3b")))
    assert cassettes is not None
    escrow = codec.escrow_of(cassettes)
    assert escrow is not None
    assert (escrow.count, escrow.full) == (2, False)


def test_two_notes_in_one_are_in_escrow_and_counted_once() -> None:
    desk = Desk().opened()
    desk.device.arm("doubleFeed")
    desk.device.insert(100, 50)
    desk.wait(3.0)
    assert desk.report().counts == ((5, 1),)
    assert desk.device.notes()["escrow"] == {100: 1, 50: 1}


def test_a_late_order_is_executed_late_if_its_number_is_still_new() -> None:
    desk = Desk().with_notes(100)
    desk.device.arm("orderLate")
    data = codec.encode_order(Order(Command.STORE, 9, 9, TOKEN))
    assert desk.ask(data.hex()) == ""
    assert desk.device.stores("t1") == 0
    desk.now += LATE_SECONDS
    assert len(desk.hear()) == 1
    assert desk.device.stores("t1") == 1


def test_only_one_deposit_has_notes_inside() -> None:
    desk = Desk().with_notes(100)
    assert desk.order(Command.OPEN, 1, OTHER).verdict is Verdict.OCCUPIED
    desk.order(Command.RETURN)
    desk.wait(5.0)
    assert desk.order(Command.OPEN, 1, OTHER).verdict is Verdict.OCCUPIED
    desk.device.take_returned()
    assert desk.order(Command.OPEN, 1, OTHER).verdict is Verdict.DONE


def test_staff_who_clear_it_make_it_fit_again_and_what_was_unknown_stays_so() -> None:
    desk = Desk().with_notes(100, 50)
    desk.device.arm("jamStore", after=1)
    desk.order(Command.STORE)
    desk.wait(5.0)
    assert desk.ask("33") == "44"
    assert desk.order(Command.OPEN, 1, OTHER).verdict is Verdict.TROUBLE
    desk.device.clear()
    assert desk.order(Command.OPEN, 1, OTHER).verdict is Verdict.DONE
    assert desk.report().state is DepositCode.UNKNOWN
    assert desk.device.notes()["cassette"] == {50: 1}
    assert desk.device.notes()["staff"] == {100: 1}


def test_reset_shuts_the_inlet_and_is_refused_while_a_note_moves() -> None:
    desk = Desk().opened()
    desk.device.insert(100)
    desk.wait(0.5)
    assert desk.ask("30") == "30"
    desk.wait(3.0)
    assert desk.ask("30") == "00"
    assert desk.report().state is DepositCode.CLOSED
    assert not desk.device.takes


@pytest.mark.parametrize("seconds", [0.4, 1.4, 2.4, 3.5, 4.4, 8.0])
def test_it_goes_on_after_a_snapshot_where_it_stood(seconds: float) -> None:
    one = Desk().opened()
    one.device.insert(100, 50)
    one.device.advance(one.now)
    one.now += seconds
    one.hear()
    two = Desk(ready=False)
    two.device.restore(json.loads(json.dumps(one.device.snapshot())))
    two.now, two.number = one.now, one.number
    for desk in (one, two):
        desk.wait(10.0)
        desk.order(Command.CLOSE)
        desk.order(Command.STORE)
        desk.wait(10.0)
    assert one.device.notes() == two.device.notes()
    assert one.report() == two.report()
    assert two.report().state is DepositCode.STORED


def test_no_note_is_lost_wherever_power_fails() -> None:
    for tenths in range(0, 90, 3):
        desk = Desk().opened()
        desk.device.insert(100, 0, 50)
        desk.device.advance(desk.now)
        desk.now += tenths / 10
        desk.hear()
        desk.order(Command.CLOSE)
        desk.order(Command.STORE)
        desk.now += tenths / 50
        desk.device.power_off(desk.now, 1.0)
        desk.now += 2.0
        desk.hear()
        total = sum((Counter(held) for held in desk.device.notes().values()), Counter())
        assert total == Counter(desk.device.brought())


# --- in the world ---------------------------------------------------------------------------------


def fitted() -> World:
    """A world with an acceptor whose inlet is open."""
    world = World(VirtualClock(), Settings().cassettes, takes_notes=True)
    assert world.acceptor is not None
    path = world.acceptor.path
    path.reset(0.0)
    path.advance(INIT_SECONDS)
    path.order(Order(Command.OPEN, 0, 1, TOKEN), INIT_SECONDS)
    path.enable(frozenset({5}))
    return world


def test_acts_at_the_acceptor() -> None:
    world = fitted()
    assert act(world, "insert_notes:100,bad")
    assert not act(world, "take_returned")
    with pytest.raises(UnknownAct):
        act(world, "insert_notes:7")
    with pytest.raises(UnknownAct):
        act(world, "insert_notes:")
    assert not act(World(VirtualClock(), Settings().cassettes), "insert_notes:100")


def test_a_world_is_kept_with_its_acceptor_also_by_one_that_has_none_fitted() -> None:
    world = fitted()
    assert world.acceptor is not None
    world.acceptor.insert(100)
    world.acceptor.path.advance(INIT_SECONDS + 10.0)
    kept = json.loads(json.dumps(world.snapshot()))
    without = World(VirtualClock(), Settings().cassettes)
    without.restore(kept)
    again = World(VirtualClock(), Settings().cassettes, takes_notes=True)
    again.restore(json.loads(json.dumps(without.snapshot())))
    assert again.acceptor is not None
    assert again.acceptor.notes() == world.acceptor.notes()
    assert again.acceptor.deposit("t1") == world.acceptor.deposit("t1")


def test_an_escrow_holds_what_the_sources_say() -> None:
    assert 80 <= ESCROW_NOTES_MAX <= 110
