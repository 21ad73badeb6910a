"""The presenter: notes stacked, presented, taken, taken back; once per token, whatever happens."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.world.clock import VirtualClock
from sim.world.dispenser import CassetteState
from sim.world.presenter import Presenter
from terminal.effects import (
    CheckCash,
    DispenseNotes,
    Effect,
    InspectDispense,
    KeepResult,
    PrepareDispense,
    PresentNotes,
    RejectNotes,
    RetractNotes,
    StackNotes,
)
from terminal.events import (
    CashFailed,
    CashReady,
    DispenseNotExecuted,
    DispensePrepared,
    DispenseUnknown,
    Event,
    NotesPresented,
    NotesRejected,
    NotesRetracted,
    NotesStacked,
    NotesTaken,
    PresenterReport,
)
from terminal.ports import NEVER

MIX = (3, 2)
NONE = (0, 0)
STACK = StackNotes("t1", "token1", MIX)


class Bench:
    """A presenter of 100 and 20 yuan on a told clock, and the customer's pocket."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.device = Presenter([CassetteState(100, 50), CassetteState(20, 50)])
        self.pocket: Counter[int] = Counter()

    def total(self) -> Counter[int]:
        total = Counter(self.pocket)
        for held in self.device.notes().values():
            total.update(held)
        return total

    def take(self, some: int | None = None) -> None:
        self.pocket.update(self.device.take_notes(some))

    def order(self, effect: Effect) -> None:
        self.device.submit(effect, self.clock.now())

    def told(self, *effects: Effect, seconds: float = 60.0) -> list[Event]:
        """Give orders and let time run; everything heard."""
        for effect in effects:
            self.order(effect)
        events = list(self.device.poll(self.clock.now()))
        end = self.clock.now() + seconds
        while (instant := self.device.due(self.clock.now())) <= end and instant != NEVER:
            self.clock.advance_to(max(instant, self.clock.now()))
            events += self.device.poll(self.clock.now())
        self.clock.advance_to(end)
        return events

    def reborn(self) -> None:
        """The terminal and the world's process end; the world comes back from its file."""
        held = json.loads(json.dumps(self.device.snapshot()))
        self.device = Presenter([CassetteState(100, 50), CassetteState(20, 50)])
        self.device.restore(held)


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    loaded = made.total()
    yield made
    assert made.total() == loaded
    assert made.device.dispenses <= 1


def stacked(bench: Bench) -> Bench:
    assert bench.told(STACK) == [NotesStacked("t1", MIX, NONE)]
    return bench


def presented(bench: Bench) -> Bench:
    assert stacked(bench).told(PresentNotes("t1")) == [NotesPresented("t1")]
    return bench


def test_it_can_do_everything_and_says_so(bench: Bench) -> None:
    (ready,) = bench.told(CheckCash())
    assert isinstance(ready, CashReady)
    able = ready.capabilities
    assert able.stacks
    assert able.presents
    assert able.retracts
    assert able.senses_taken
    assert able.remembers_last
    assert able.binds_token
    assert ready.usable == (True, True)
    assert bench.told(PrepareDispense("t1"), KeepResult("t1")) == [DispensePrepared("t1", "")]


def test_stacking_takes_time_and_shows_the_customer_nothing(bench: Bench) -> None:
    assert bench.told(STACK, seconds=2.4) == []
    assert bench.told(seconds=0.1) == [NotesStacked("t1", MIX, NONE)]
    assert bench.device.notes()["stacker"] == {100: 3, 20: 2}
    bench.take()
    assert not bench.pocket


def test_notes_presented_and_taken_are_sensed(bench: Bench) -> None:
    presented(bench)
    assert bench.device.in_slot() == {100: 3, 20: 2}
    bench.take(2)
    assert bench.told() == []
    bench.take()
    assert bench.told() == [NotesTaken("t1")]
    assert not bench.device.shutter_open
    assert bench.pocket == {100: 3, 20: 2}


def test_presenting_again_moves_nothing_again(bench: Bench) -> None:
    stacked(bench)
    assert bench.told(PresentNotes("t1"), PresentNotes("t1")) == [NotesPresented("t1")]
    assert bench.told(PresentNotes("t1")) == [NotesPresented("t1")]
    bench.take()
    bench.told()
    assert bench.told(PresentNotes("t1")) == [NotesPresented("t1"), NotesTaken("t1")]
    assert bench.pocket == {100: 3, 20: 2}


def test_the_same_order_again_is_answered_and_not_executed_again(bench: Bench) -> None:
    stacked(bench)
    assert bench.told(STACK) == [NotesStacked("t1", MIX, NONE)]
    assert bench.told(StackNotes("t2", "token1", MIX)) == [
        DispenseNotExecuted("t2", "invalidToken")
    ]
    assert bench.device.notes()["stacker"] == {100: 3, 20: 2}


def test_a_fenced_order_is_refused_for_ever(bench: Bench) -> None:
    report = PresenterReport("t1", False, "notPresented", False, NONE)
    assert bench.told(InspectDispense("t1", MIX, "")) == [report]
    bench.reborn()
    assert bench.told(STACK) == [DispenseNotExecuted("t1", "invalidToken")]
    assert bench.device.dispenses == 0


def test_an_order_without_token_is_refused(bench: Bench) -> None:
    assert bench.told(StackNotes("t1", "", MIX)) == [DispenseNotExecuted("t1", "invalidToken")]


def test_notes_left_behind_are_taken_back_and_counted(bench: Bench) -> None:
    presented(bench)
    assert bench.told(RetractNotes("t1")) == [NotesRetracted("t1", MIX)]
    assert bench.device.notes()["retract"] == {100: 3, 20: 2}


def test_some_taken_the_rest_is_counted_back(bench: Bench) -> None:
    presented(bench)
    bench.take(1)
    assert bench.told(RetractNotes("t1")) == [NotesRetracted("t1", (2, 2))]


def test_a_retract_that_cannot_count_says_so(bench: Bench) -> None:
    presented(bench).device.arm("retract_uncounted")
    assert bench.told(RetractNotes("t1")) == [NotesRetracted("t1", None)]


def test_notes_pulled_out_during_the_retract_are_taken(bench: Bench) -> None:
    presented(bench).order(RetractNotes("t1"))
    bench.take()
    assert bench.told() == [NotesTaken("t1")]
    assert bench.pocket == {100: 3, 20: 2}


def test_a_retract_of_nothing_finds_the_notes_taken_once(bench: Bench) -> None:
    presented(bench)
    bench.take()
    assert bench.told(RetractNotes("t1")) == [NotesTaken("t1")]


def test_a_short_pick_is_told_and_can_be_rejected(bench: Bench) -> None:
    bench.device.arm("short_pick", after=2)
    assert bench.told(STACK) == [NotesStacked("t1", (2, 0), NONE)]
    assert bench.told(RejectNotes("t1")) == [NotesRejected("t1")]
    assert bench.device.notes()["reject"] == {100: 2}
    assert bench.told(PresentNotes("t1")) == [DispenseUnknown("t1", "nothingToPresent")]


def test_an_empty_or_absent_cassette_is_a_short_pick(bench: Bench) -> None:
    bench.device.cassettes[1].present = False
    assert bench.told(STACK) == [NotesStacked("t1", (3, 0), NONE)]


def test_a_jam_in_the_stacker_is_never_called_empty(bench: Bench) -> None:
    bench.device.arm("stacker_jam", after=1)
    assert bench.told(STACK) == [NotesStacked("t1", (1, 0), NONE)]
    assert bench.device.notes()["path"] == {100: 1}
    assert bench.told(RejectNotes("t1")) == [DispenseUnknown("t1", "mediaJam")]
    assert bench.told(CheckCash()) == [CashFailed("mediaJam")]
    bench.device.clear_jam()
    assert isinstance(bench.told(CheckCash())[0], CashReady)


@pytest.mark.parametrize("reachable", [True, False])
def test_a_jam_at_the_shutter_leaves_it_unknown(bench: Bench, reachable: bool) -> None:
    stacked(bench).device.arm("shutter_jam", reachable=reachable)
    assert bench.told(PresentNotes("t1")) == [DispenseUnknown("t1", "shutterJam")]
    bench.take()
    assert bool(bench.pocket) == reachable
    bench.reborn()
    (report,) = bench.told(InspectDispense("t1", MIX, ""))
    assert isinstance(report, PresenterReport)
    assert report.presented == "unknown"


def test_it_does_not_pay_while_notes_of_another_order_lie_in_it(bench: Bench) -> None:
    stacked(bench)
    assert bench.told(StackNotes("t2", "token2", MIX)) == [DispenseNotExecuted("t2", "itemsLeft")]
    assert bench.told(CheckCash()) == [CashFailed("itemsLeft")]
    assert bench.told(PrepareDispense("t2")) == [DispenseNotExecuted("t2", "itemsLeft")]


def test_lost_memory_is_unknown_and_ends_cash(bench: Bench) -> None:
    stacked(bench).device.lose_memory()
    assert bench.told(InspectDispense("t1", MIX, "")) == [DispenseUnknown("t1", "nvramLost")]
    assert bench.told(CheckCash()) == [CashFailed("nvramLost")]


def test_a_path_dispensers_order_is_a_mistake(bench: Bench) -> None:
    with pytest.raises(AssertionError, match="not an order for a presenter"):
        bench.order(DispenseNotes("t1", MIX))


@pytest.mark.parametrize("seconds", [0.1, 2.4, 10.0])
def test_a_stack_in_progress_goes_on_without_the_terminal(bench: Bench, seconds: float) -> None:
    bench.told(STACK, seconds=seconds)
    bench.reborn()
    report = PresenterReport("t1", True, "notPresented", False, MIX)
    assert bench.told(InspectDispense("t1", MIX, ""))[-1] == report
    assert bench.told(RejectNotes("t1")) == [NotesRejected("t1")]


def test_notes_waiting_over_a_restart_are_reported_and_taken_back(bench: Bench) -> None:
    presented(bench).reborn()
    report = PresenterReport("t1", True, "presented", True, MIX)
    assert bench.told(InspectDispense("t1", MIX, "")) == [report]
    assert bench.told(RetractNotes("t1")) == [NotesRetracted("t1", MIX)]


ACTS = st.lists(
    st.sampled_from(
        [
            "stack",
            "again",
            "present",
            "retract",
            "reject",
            "inspect",
            "take",
            "some",
            "wait",
            "die",
            "short_pick",
            "stacker_jam",
            "shutter_jam",
            "retract_uncounted",
            "forget",
            "clear",
        ]
    ),
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(ACTS)
def test_whatever_is_done_notes_are_conserved_and_paid_once(acts: list[str]) -> None:
    bench = Bench()
    loaded = bench.total()
    orders: dict[str, Effect] = {
        "stack": STACK,
        "again": StackNotes("t1", "token1", MIX),
        "present": PresentNotes("t1"),
        "retract": RetractNotes("t1"),
        "reject": RejectNotes("t1"),
        "inspect": InspectDispense("t1", MIX, ""),
    }
    forgot = False
    for act in acts:
        match act:
            case "take":
                bench.take()
            case "some":
                bench.take(1)
            case "wait":
                bench.told(seconds=1.7)
            case "die":
                bench.reborn()
            case "forget":
                bench.device.lose_memory()
                forgot = True
            case "clear":
                bench.device.clear_jam()
            case "short_pick" | "stacker_jam" | "shutter_jam" | "retract_uncounted":
                bench.device.arm(act, after=1)
            case _:
                bench.order(orders[act])
        assert bench.total() == loaded
    bench.told()
    assert bench.total() == loaded
    assert forgot or bench.device.dispenses <= 1
    assert forgot or sum(bench.pocket.values()) <= sum(MIX)
