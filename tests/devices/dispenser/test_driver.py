"""The driver against the firmware over a simulated cable: the faults of hardware-protocols section 11.

Everywhere: DISPENSE is executed at most once, and no note is made or lost."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.dispenser.codec import ERRORS, Dispense, encode_request
from sim.world.dispenser import Memory
from sim.world.wire import Damage
from terminal.effects import (
    CheckCash,
    DispenseNotes,
    InspectDispense,
    KeepResult,
    PrepareDispense,
    PresentNotes,
)
from terminal.events import (
    CashFailed,
    CashReady,
    DispenseNotExecuted,
    DispensePrepared,
    DispenseUnknown,
    Event,
    NotesDispensed,
)
from tests.devices.dispenser.rig import Rig

DISPENSE, LAST, RESET, STATUS, TEST = 0x52, 0x55, 0x44, 0x50, 0x53
MIX = (3, 0, 2, 0)
NO_NOTES = (0, 0, 0, 0)
WHOLE = NotesDispensed("t1", MIX, NO_NOTES, "00", False)


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Rig()
    yield made
    assert made.device.dispenses <= 1
    assert made.count() == made.loaded


def decidable(rig: Rig) -> Rig:
    """Give the device a TEST DISPENSE as its last result, as service does."""
    rig.wire.host.write(encode_request(Dispense((1, 0, 0, 0), test=True)))
    rig.rest(8.0)
    return rig


# --- nothing wrong ------------------------------------------------------------------------------


def test_a_dispense_pays_what_was_asked_and_says_so(rig: Rig) -> None:
    assert rig.order(MIX) == WHOLE
    assert rig.out() == {100: 3, 20: 2}
    assert rig.sent(DISPENSE) == 1


def test_before_is_recorded_as_the_raw_answer(rig: Rig) -> None:
    rig.submit(PrepareDispense("t1"))
    (prepared,) = rig.until(lambda _: True)
    assert prepared == DispensePrepared("t1", "01300255500335")


def test_cash_is_ready_with_a_flag_for_each_cassette(rig: Rig) -> None:
    rig.device.remove_cassette(2)
    rig.device.cassettes[3].count = 3
    rig.loaded = rig.count()
    rig.submit(CheckCash())
    (ready,) = rig.until(lambda _: True)
    assert isinstance(ready, CashReady)
    assert ready.usable == (True, False, True, True)
    assert ready.capabilities.remembers_last
    assert not ready.capabilities.binds_token
    assert rig.sent(RESET) == 1
    rig.submit(CheckCash())
    rig.until(lambda _: True)
    assert rig.sent(RESET) == 1


@pytest.mark.parametrize("answers", [0, 1, 2])
def test_a_reset_may_answer_never_once_or_twice(rig: Rig, answers: int) -> None:
    rig.device.reset_answers = answers
    rig.submit(CheckCash())
    assert isinstance(rig.until(lambda _: True)[-1], CashReady)
    assert rig.order(MIX) == WHOLE


def test_a_device_is_polled_only_while_something_is_awaited(rig: Rig) -> None:
    rig.order(MIX)
    rig.rest(10.0)
    heard = len(rig.traffic)
    rig.wire.device.write(b"\xff\xff")
    rig.rest(5.0)
    assert len(rig.traffic) == heard


def test_the_host_acknowledges_only_when_the_result_is_kept(rig: Rig) -> None:
    assert rig.order(MIX, keep=False) == WHOLE
    rig.rest(1.5)
    after = rig.traffic.index(next(t for t in rig.traffic if t[1] == "->" and t[2][3:4] == b"\x52"))
    assert b"\x06" not in [data for _, way, data in rig.traffic[after:] if way == "->"]
    rig.submit(KeepResult("t1"))
    assert rig.traffic[-1][1:] == ("->", b"\x06")
    assert rig.rest(10.0) == []


def test_a_presenters_order_is_a_mistake(rig: Rig) -> None:
    with pytest.raises(AssertionError, match="not an order for a path dispenser"):
        rig.submit(PresentNotes("t1"))


def test_an_order_that_was_not_prepared_or_is_too_large_is_not_sent(rig: Rig) -> None:
    rig.submit(DispenseNotes("t1", MIX))
    assert rig.until(lambda _: True) == [DispenseNotExecuted("t1", "notPrepared")]
    assert rig.order((20, 21, 0, 0)) == DispenseNotExecuted("t1", "0C")
    assert rig.sent(DISPENSE) == 0


def test_an_order_given_twice_is_sent_once(rig: Rig) -> None:
    assert rig.order(MIX) == WHOLE
    rig.submit(PrepareDispense("t1"))
    rig.until(lambda _: True)
    rig.submit(DispenseNotes("t1", MIX))
    assert isinstance(rig.until(lambda _: True)[-1], DispenseUnknown)
    assert rig.sent(DISPENSE) == 1


# --- section 11 ---------------------------------------------------------------------------------


def test_1_a_lost_ack_is_no_reason_to_send_again(rig: Rig) -> None:
    rig.device.arm("ack_lost", command=DISPENSE)
    assert rig.order(MIX) == WHOLE
    assert rig.sent(DISPENSE) == 1


def test_1_a_lost_ack_and_a_lost_response_are_settled_by_last_status(rig: Rig) -> None:
    rig.device.arm("ack_lost", command=DISPENSE)
    rig.device.arm("response_lost", command=DISPENSE, times=3)
    assert rig.order(MIX) == WHOLE
    assert rig.sent(DISPENSE) == 1
    assert rig.clock.now() > 62
    asked = [t for t, way, data in rig.traffic if way == "->" and data[3:4] == b"\x55"]
    assert asked[-1] - asked[-2] >= 2.0


def test_2_a_lost_command_is_not_executed_where_that_can_be_known(rig: Rig) -> None:
    decidable(rig).device.arm("command_lost", command=DISPENSE)
    assert rig.order(MIX) == DispenseNotExecuted("t1", "notExecuted")
    assert rig.device.dispenses == 0
    assert rig.sent(DISPENSE) == 1


def test_2_a_lost_command_after_a_dispense_is_unknown() -> None:
    rig = Rig()
    assert rig.order(MIX) == WHOLE
    rig.device.arm("command_lost", command=DISPENSE)
    assert isinstance(rig.order(MIX, "t2"), DispenseUnknown)
    assert rig.sent(DISPENSE) == 2
    assert rig.device.dispenses == 1


def test_2_an_identical_dispense_whose_answers_are_lost_is_unknown_not_repeated() -> None:
    rig = Rig()
    assert rig.order(MIX) == WHOLE
    rig.device.arm("ack_lost", command=DISPENSE)
    rig.device.arm("response_lost", command=DISPENSE, times=3)
    assert isinstance(rig.order(MIX, "t2"), DispenseUnknown)
    assert rig.device.dispenses == 2
    assert rig.sent(DISPENSE) == 2


def test_2_a_lost_command_is_unknown_if_the_link_was_lost_meanwhile(rig: Rig) -> None:
    decidable(rig).device.arm("command_lost", command=DISPENSE)
    rig.at(rig.clock.now() + 20, rig.wire.unplug)
    rig.at(rig.clock.now() + 25, rig.wire.replug)
    assert isinstance(rig.order(MIX), DispenseUnknown)


@pytest.mark.parametrize("times", [1, 2])
def test_3_a_nak_is_answered_with_the_same_frame(rig: Rig, times: int) -> None:
    rig.device.arm("nak", command=DISPENSE, times=times)
    assert rig.order(MIX) == WHOLE
    assert rig.sent(DISPENSE) == times + 1


def test_3_three_naks_are_not_executed(rig: Rig) -> None:
    rig.device.arm("nak", command=DISPENSE, times=3)
    assert rig.order(MIX) == DispenseNotExecuted("t1", "nak")
    assert rig.sent(DISPENSE) == 3
    assert rig.device.dispenses == 0


def test_3_a_nak_beside_an_ack_is_not_believed(rig: Rig) -> None:
    rig.submit(PrepareDispense("t1"))
    rig.until(lambda _: True)
    rig.wire.device.write(b"\x15")
    rig.submit(DispenseNotes("t1", MIX))
    assert rig.until(lambda _: True)[-1] == WHOLE
    assert rig.sent(DISPENSE) == 1


@pytest.mark.parametrize("times", [1, 2, 3])
def test_4_a_bad_response_is_asked_for_again(rig: Rig, times: int) -> None:
    rig.device.arm("response_corrupt", command=DISPENSE, times=times)
    assert rig.order(MIX) == WHOLE
    assert rig.sent(LAST) == 1


def test_5_four_bad_responses_are_settled_by_last_status(rig: Rig) -> None:
    rig.device.arm("response_corrupt", command=DISPENSE, times=9)
    assert rig.order(MIX) == WHOLE
    assert rig.sent(LAST) >= 3
    assert rig.clock.now() > 62


@pytest.mark.parametrize("seconds", [40.0, 57.0, 63.0, 75.0])
def test_6_a_late_response_is_taken_or_settled(rig: Rig, seconds: float) -> None:
    rig.device.arm("response_delayed", command=DISPENSE, seconds=seconds)
    assert rig.order(MIX) == WHOLE
    assert rig.sent(DISPENSE) == 1
    assert rig.clock.now() > seconds


def test_7_split_bytes_are_parsed() -> None:
    rig = Rig(Damage.seeded(4, split=1.0))
    assert rig.wire.damage
    rig.wire.damage.split_seconds_max = 0.005
    assert rig.order(MIX) == WHOLE
    assert rig.count() == rig.loaded


def test_8_a_gap_in_a_frame_costs_a_nak(rig: Rig) -> None:
    rig.device.arm("response_gap", command=DISPENSE, seconds=0.3)
    assert rig.order(MIX) == WHOLE
    assert b"\x15" in [data for _, way, data in rig.traffic if way == "->"]


def test_9_stray_bytes_before_ack_and_response_are_ignored(rig: Rig) -> None:
    rig.device.arm("stray", times=8)
    assert rig.order(MIX) == WHOLE


def test_10_a_repeated_response_is_acknowledged_again_and_counts_once(rig: Rig) -> None:
    rig.submit(PrepareDispense("t1"))
    rig.until(lambda _: True)
    rig.device.arm("host_ack_lost", times=2)
    rig.submit(DispenseNotes("t1", MIX))
    assert rig.until(lambda _: True)[-1] == WHOLE
    rig.submit(KeepResult("t1"))
    since = len(rig.traffic)
    assert rig.rest(10.0) == []
    said = [data for _, way, data in rig.traffic[since:] if way == "->"]
    assert said == [b"\x06", b"\x06"]
    assert rig.traffic[-1][1:] == ("<-", b"\x04")


@pytest.mark.parametrize("moment", [0.001, 0.01, 0.03, 0.5, 1.1, 2.0, 2.4, 2.47])
def test_12_a_pulled_cable_is_settled_when_it_is_back(rig: Rig, moment: float) -> None:
    rig.submit(PrepareDispense("t1"))
    rig.until(lambda _: True)
    begun = rig.clock.now()
    rig.submit(DispenseNotes("t1", MIX))
    rig.at(begun + moment, rig.wire.unplug)
    rig.at(begun + 70, rig.wire.replug)
    ending = rig.until(lambda _: True)[-1]
    if rig.device.dispenses:
        assert ending == WHOLE
    else:
        assert isinstance(ending, DispenseUnknown)
    assert rig.sent(DISPENSE) == 1


def test_12_a_cable_that_stays_away_ends_in_doubt_in_bounded_time(rig: Rig) -> None:
    rig.submit(PrepareDispense("t1"))
    rig.until(lambda _: True)
    rig.submit(DispenseNotes("t1", MIX))
    rig.at(1.5, rig.wire.unplug)
    assert isinstance(rig.until(lambda _: True)[-1], DispenseUnknown)
    assert rig.clock.now() < 150


def test_12_a_cable_gone_before_the_order_means_nothing_was_sent(rig: Rig) -> None:
    rig.submit(PrepareDispense("t1"))
    rig.until(lambda _: True)
    rig.wire.unplug()
    rig.wire.replug()
    rig.submit(DispenseNotes("t1", MIX))
    assert rig.until(lambda _: True) == [DispenseNotExecuted("t1", "deviceNotReady")]
    assert rig.sent(DISPENSE) == 0


@pytest.mark.parametrize(
    ("memory", "ending"),
    [
        ("old", DispenseUnknown),
        ("lost", DispenseUnknown),
        ("partial", NotesDispensed),
    ],
)
def test_13_a_power_cut_in_the_middle_is_never_called_not_executed(
    rig: Rig, memory: Memory, ending: type[Event]
) -> None:
    decidable(rig).device.arm("power_cut", after=2, memory=memory, seconds=10.0)
    got = rig.order(MIX)
    assert isinstance(got, ending)
    if isinstance(got, NotesDispensed):
        assert got.counts == (2, 0, 0, 0)
        assert got.doubtful
    assert rig.out() == {100: 2}
    assert rig.device.notes()["path"] == {100: 1}
    rig.submit(CheckCash())
    assert rig.until(lambda _: True) == [CashFailed("0B")]
    assert rig.order(MIX, "t2") == DispenseNotExecuted("t2", "0B")


PARTIAL = sorted(code for code, row in ERRORS.items() if row.moved and code not in (0x00, 0x0E))


@pytest.mark.parametrize("code", PARTIAL)
def test_14_every_error_with_notes_out_is_reported_with_its_counts(rig: Rig, code: int) -> None:
    rig.device.arm("jam", after=2, error=code, command=DISPENSE)
    got = rig.order(MIX)
    assert isinstance(got, NotesDispensed)
    assert got.error == f"{code:02X}"
    assert got.doubtful == ERRORS[code].doubtful
    assert got.counts[0] >= 2
    if not got.doubtful:
        assert rig.out() == {100: got.counts[0]}
    elif code not in (0x04, 0x29):
        assert sum(rig.out().values()) > sum(got.counts)


@pytest.mark.parametrize("code", sorted(code for code, row in ERRORS.items() if not row.moved))
def test_14_every_refusal_before_start_is_not_executed(rig: Rig, code: int) -> None:
    rig.device.arm("refuse", error=code, command=DISPENSE)
    assert rig.order(MIX) == DispenseNotExecuted("t1", f"{code:02X}")
    assert rig.out() == {}
    assert rig.device.dispenses == 0


def test_14_rejects_are_events_and_notes_are_replaced(rig: Rig) -> None:
    rig.device.arm("reject", times=2, command=DISPENSE)
    assert rig.order(MIX) == NotesDispensed("t1", MIX, (2, 0, 0, 0), "00", False)
    assert rig.device.notes()["reject"] == {100: 2}


def test_15_an_over_payment_is_doubtful(rig: Rig) -> None:
    rig.device.arm("jam", after=1, error=0x29, command=DISPENSE)
    got = rig.order((3, 0, 0, 0))
    assert got == NotesDispensed("t1", (4, 0, 0, 0), NO_NOTES, "29", True)
    assert rig.out() == {100: 4}


def test_16_a_cassette_pulled_between_status_and_dispense_is_not_executed(rig: Rig) -> None:
    rig.device.arm("cassette_removed", cassette=3, command=DISPENSE)
    assert rig.order(MIX) == DispenseNotExecuted("t1", "24")
    assert rig.out() == {}


def test_16_a_cassette_pulled_in_the_middle_is_counted(rig: Rig) -> None:
    rig.at(2.0, lambda: rig.device.remove_cassette(3))
    got = rig.order((1, 0, 6, 0))
    assert isinstance(got, NotesDispensed)
    assert got.error == "24"
    assert got.doubtful
    assert rig.out().get(20, 0) == got.counts[2] < 6


def test_an_empty_cassette_pays_what_it_had(rig: Rig) -> None:
    rig.device.cassettes[2].count = 1
    rig.loaded = rig.count()
    assert rig.order(MIX) == NotesDispensed("t1", (3, 0, 1, 0), NO_NOTES, "01", False)


# --- a device that does not answer ----------------------------------------------------------------


@pytest.mark.parametrize("how", ["off", "unplugged"])
def test_a_dead_device_cannot_pay_and_says_so_in_bounded_time(rig: Rig, how: str) -> None:
    if how == "off":
        rig.device.power_off(0.0)
    else:
        rig.wire.unplug()
    rig.submit(CheckCash())
    assert rig.until(lambda _: True) == [CashFailed("deviceNotReady")]
    assert rig.clock.now() < 15
    assert rig.order(MIX) == DispenseNotExecuted("t1", "deviceNotReady")
    rig.device.power_on()
    rig.wire.replug()
    rig.submit(CheckCash())
    assert isinstance(rig.until(lambda _: True)[-1], CashReady)


def test_a_machine_without_any_cassette_or_reject_tray_cannot_pay(rig: Rig) -> None:
    rig.device.tray_present = False
    rig.submit(CheckCash())
    assert rig.until(lambda _: True) == [CashFailed("26")]
    rig.device.tray_present = True
    for number in (1, 2, 3, 4):
        rig.device.remove_cassette(number)
    rig.submit(CheckCash())
    assert rig.until(lambda _: True) == [CashFailed("24")]


# --- after a restart ------------------------------------------------------------------------------


def killed(rig: Rig, seconds: float) -> Rig:
    """The terminal dies `seconds` after DISPENSE; the device goes on, by way of a file."""
    rig.submit(PrepareDispense("t1"))
    (prepared,) = rig.until(lambda _: True)
    assert isinstance(prepared, DispensePrepared)
    rig.before = prepared.before
    rig.submit(DispenseNotes("t1", MIX))
    rig.rest(seconds)
    rig.device.restore(json.loads(json.dumps(rig.device.snapshot())))
    rig.start()
    return rig


@pytest.mark.parametrize("seconds", [0.5, 1.5, 2.2, 2.6, 10.0])
def test_a_dispense_finished_without_us_is_found_by_inspection(rig: Rig, seconds: float) -> None:
    killed(rig, seconds)
    begun = rig.clock.now()
    rig.submit(InspectDispense("t1", MIX, rig.before))
    rig.submit(CheckCash())
    assert rig.until(lambda _: True) == [WHOLE]
    assert rig.clock.now() >= begun + 62
    assert rig.sent(RESET) == 0
    assert isinstance(rig.until(lambda _: True)[-1], CashReady)
    assert rig.sent(RESET) == 1
    assert rig.out() == {100: 3, 20: 2}


def test_inspection_never_says_not_executed_by_equality(rig: Rig) -> None:
    decidable(rig).device.arm("command_lost", command=DISPENSE)
    killed(rig, 1.0)
    rig.submit(InspectDispense("t1", MIX, rig.before))
    assert isinstance(rig.until(lambda _: True)[-1], DispenseUnknown)
    assert rig.device.dispenses == 0


def test_inspection_of_a_dead_device_is_unknown_in_bounded_time(rig: Rig) -> None:
    killed(rig, 3.0)
    rig.device.power_off(rig.clock.now())
    begun = rig.clock.now()
    rig.submit(InspectDispense("t1", MIX, rig.before))
    assert isinstance(rig.until(lambda _: True)[-1], DispenseUnknown)
    assert rig.clock.now() < begun + 150


# --- everything at once -----------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10_000),
    rate=st.sampled_from([0.002, 0.01, 0.05]),
    kinds=st.sets(st.sampled_from(["flip", "drop", "stray", "split", "delay"]), min_size=1),
)
def test_on_a_damaged_line_a_dispense_is_executed_at_most_once(
    seed: int, rate: float, kinds: set[str]
) -> None:
    rig = Rig(Damage.seeded(seed, **dict.fromkeys(kinds, rate)))
    ending = rig.order(MIX)
    assert rig.device.dispenses <= 1
    assert rig.count() == rig.loaded
    paid = sum(rig.out().values())
    match ending:
        case NotesDispensed(counts=counts, doubtful=False):
            assert sum(counts) == paid
        case DispenseNotExecuted():
            assert paid == 0
        case _:
            assert isinstance(ending, DispenseUnknown | NotesDispensed)
