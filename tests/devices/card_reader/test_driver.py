"""The driver against the simulated reader: what the terminal hears, and what really moved.

Fault numbers are those of hardware-protocols 11."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.card_reader.orders import RECOVERY_SECONDS
from sim.world.card_reader import Fault
from sim.world.cards import CARDS
from sim.world.wire import Damage
from terminal.card import Pan
from terminal.effects import (
    AcceptCard,
    Effect,
    EjectCard,
    InspectReader,
    ReadCard,
    RefuseCards,
    RetainCard,
)
from terminal.events import (
    CardAtGate,
    CardFound,
    CardInserted,
    CardJammed,
    CardRead,
    CardRetained,
    CardTaken,
    CardUnreadable,
    ReaderFailed,
    ReaderReady,
)
from terminal.ports import NEVER
from tests.devices.card_reader.bench import Bench

HOUR = 3600.0
RETAIN = RetainCard("notTaken")


def at_gate(name: str = "lin") -> Bench:
    bench = Bench().with_card(name).does(EjectCard())
    bench.hears(CardAtGate)
    return bench


def reading(name: str = "lin") -> Bench:
    """A bench in the middle of reading a chip."""
    bench = Bench().with_card(name).does(ReadCard())
    bench.run(0.4)
    assert bench.firmware.place == "contact"
    assert not any(isinstance(event, CardRead) for event in bench.events)
    return bench


# --- an ordinary visit ------------------------------------------------------------------------


def test_a_visit_from_card_in_to_card_out() -> None:
    bench = Bench().with_card("lin").does(ReadCard())
    assert bench.hears(CardRead).card.pan == Pan(CARDS["lin"].pan)
    bench.does(EjectCard()).hears(CardAtGate)
    assert bench.firmware.where("lin") == "gate"
    assert bench.firmware.take_card() == "lin"
    bench.hears(CardTaken)
    assert [type(event) for event in bench.events] == [
        CardFound,
        CardInserted,
        CardRead,
        CardAtGate,
        CardTaken,
    ]
    assert bench.firmware.motions == {"contact": 2, "eject": 1}


@pytest.mark.parametrize("baudrate", [9600, 19200, 38400])
def test_every_speed_of_the_reader_will_do(baudrate: int) -> None:
    bench = Bench(baudrate=baudrate).with_card("smith").does(ReadCard())
    bench.hears(CardRead)
    bench.does(EjectCard()).hears(CardAtGate)
    assert bench.firmware.motions == {"contact": 2, "eject": 1}


def test_nothing_is_sent_while_nothing_is_awaited() -> None:
    bench = Bench()
    before = len(bench.sent)
    assert bench.run(HOUR) == []
    assert len(bench.sent) == before
    assert bench.reader.due(bench.clock.now()) == NEVER


def test_a_card_is_awaited_with_a_question_every_200_to_300_ms() -> None:
    bench = Bench().does(AcceptCard())
    bench.run(1)
    before = len(bench.sent)
    bench.run(10)
    assert set(bench.sent[before:]) == {b"C10"}
    assert 32 <= len(bench.sent) - before <= 50


def test_polling_ends_when_the_card_is_taken() -> None:
    bench = at_gate()
    bench.firmware.take_card()
    bench.hears(CardTaken)
    before = len(bench.sent)
    bench.run(60)
    assert len(bench.sent) == before


def test_refusing_cards_ends_the_intake() -> None:
    bench = Bench().does(AcceptCard())
    bench.run(1)
    bench.does(RefuseCards()).run(1)
    assert not bench.firmware.insert("lin")
    before = len(bench.sent)
    bench.run(60)
    assert len(bench.sent) == before


def test_a_card_quicker_than_the_refusal_is_not_forgotten() -> None:
    bench = Bench().does(AcceptCard())
    bench.run(1)
    assert bench.firmware.insert("lin")
    bench.run(0.1)
    bench.does(RefuseCards()).hears(CardInserted)
    assert bench.firmware.where("lin") == "inside"
    assert [type(event) for event in bench.run(5)] == []


# --- what a start finds -----------------------------------------------------------------------


def test_a_start_without_a_card() -> None:
    assert Bench().events == [CardFound("absent")]


def test_a_start_moves_nothing() -> None:
    bench = Bench().with_card("chen")
    bench.restart_terminal()
    bench.does(InspectReader())
    assert bench.hears(CardFound) == CardFound("inside")
    assert bench.firmware.where("chen") == "inside"
    assert not bench.firmware.motions


def test_a_start_finds_a_card_at_the_gate() -> None:
    bench = at_gate()
    bench.restart_terminal()
    bench.does(InspectReader())
    assert bench.hears(CardFound) == CardFound("gate")
    bench.does(EjectCard()).hears(CardAtGate)
    bench.firmware.take_card()
    bench.hears(CardTaken)
    assert bench.firmware.motions["eject"] == 1


@pytest.mark.parametrize("wait", [0.0, 0.1, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("order", [ReadCard(), EjectCard(), RETAIN])
def test_a_terminal_that_died_mid_order_can_give_the_card_back(order: Effect, wait: float) -> None:
    bench = Bench().with_card("li").does(order)
    bench.run(wait)
    bench.restart_terminal()
    bench.does(InspectReader())
    found = bench.hears(CardFound).position
    if bench.firmware.where("li") == "bin":
        assert found == "absent"
        return
    assert found == {"contact": "inside"}.get(bench.firmware.place, bench.firmware.place)
    bench.does(EjectCard()).hears(CardAtGate)


# --- cards that cannot be read ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("dead", "atrNotObtained"),
        ("stripe", "atrNotObtained"),
        ("transit", "unsupportedCard"),
        ("garbled", "invalidData"),
    ],
)
def test_an_unreadable_card_is_named_and_comes_back(name: str, reason: str) -> None:
    bench = Bench().with_card(name).does(ReadCard())
    assert bench.hears(CardUnreadable).reason == reason
    assert bench.firmware.place == "inside"
    bench.does(EjectCard()).hears(CardAtGate)
    assert bench.firmware.take_card() == name
    bench.hears(CardTaken)


def test_a_chip_that_falls_silent_in_the_middle() -> None:
    bench = Bench().with_card("lin")
    bench.firmware.arm("muteChip")
    assert bench.does(ReadCard()).hears(CardUnreadable).reason == "atrNotObtained"
    bench.does(EjectCard()).hears(CardAtGate)


def test_answers_in_parts_are_put_together() -> None:
    bench = Bench().with_card("lin")
    bench.firmware.arm("chipInParts", 6)
    assert bench.does(ReadCard()).hears(CardRead).card.pan == Pan(CARDS["lin"].pan)
    assert b"CI7" in bench.sent


def test_a_card_of_wrong_length_goes_back_and_is_never_captured() -> None:
    bench = Bench().does(AcceptCard())
    bench.firmware.arm("cardTooLong")
    bench.run(0.5)
    bench.firmware.insert("wang")
    bench.hears(CardInserted)
    assert bench.does(ReadCard()).hears(CardUnreadable).reason == "invalidMedia"
    bench.does(EjectCard()).hears(CardAtGate)
    assert bench.does(RETAIN).hears(CardJammed).error == "cardTooLong 13"
    assert bench.firmware.motions == {"eject": 1}
    bench.firmware.take_card()
    bench.does(EjectCard()).hears(CardTaken)


# --- the wire loses and breaks things (4, 7, 8, 9 and their kin) -------------------------------

WIRE_FAULTS: list[Fault] = [
    "ackLost",
    "commandLost",
    "commandRefused",
    "responseCorrupt",
    "responseLost",
    "responseGap",
    "strayBytes",
]


@pytest.mark.parametrize("fault", WIRE_FAULTS)
@pytest.mark.parametrize("times", [1, 2])
def test_one_eject_is_one_motion(fault: Fault, times: int) -> None:
    bench = Bench().with_card("lin")
    bench.firmware.arm(fault, times)
    bench.does(EjectCard()).hears(CardAtGate)
    assert bench.firmware.where("lin") == "gate"
    assert bench.firmware.motions["eject"] == 1
    bench.firmware.take_card()
    bench.hears(CardTaken)


@pytest.mark.parametrize("fault", WIRE_FAULTS)
@pytest.mark.parametrize("times", [1, 2])
def test_one_capture_is_one_motion(fault: Fault, times: int) -> None:
    bench = Bench().with_card("lin")
    bench.run(1)
    bench.does(RETAIN)
    bench.run(0.02)
    bench.firmware.arm(fault, times)
    bench.hears(CardRetained)
    assert bench.firmware.bin == ("lin",)
    assert bench.firmware.motions["capture"] == 1


@pytest.mark.parametrize("fault", WIRE_FAULTS)
@pytest.mark.parametrize("delay", [0.0, 0.01, 0.02, 0.7])
def test_a_card_left_at_the_gate_is_taken_in_with_one_motion_each(
    fault: Fault, delay: float
) -> None:
    bench = at_gate().does(RETAIN)
    bench.run(delay)
    bench.firmware.arm(fault)
    bench.hears(CardRetained)
    assert bench.firmware.bin == ("lin",)
    assert bench.firmware.motions == {"eject": 1, "retrieve": 1, "capture": 1}


@pytest.mark.parametrize("fault", WIRE_FAULTS)
@pytest.mark.parametrize("delay", [0.0, 0.1, 0.3, 0.5, 0.6])
def test_a_chip_is_read_in_spite_of_one_fault(fault: Fault, delay: float) -> None:
    bench = Bench().with_card("smith").does(ReadCard())
    bench.run(delay)
    bench.firmware.arm(fault)
    assert bench.hears(CardRead).card.pan == Pan(CARDS["smith"].pan)
    bench.does(EjectCard()).hears(CardAtGate)


@pytest.mark.parametrize("fault", WIRE_FAULTS)
def test_a_card_is_let_in_in_spite_of_faults(fault: Fault) -> None:
    bench = Bench().does(AcceptCard())
    bench.firmware.arm(fault, 2)
    bench.run(20)
    bench.firmware.arm(fault, 2)
    assert bench.firmware.insert("lin")
    bench.hears(CardInserted)


def test_a_lost_apdu_is_never_repeated_without_a_cold_reset() -> None:
    bench = reading()
    bench.firmware.arm("responseLost")
    bench.hears(CardRead)
    texts = [text for text in bench.sent if text.startswith(b"CI")]
    again = texts.index(b"CI0", 1)
    assert texts[again - 1] == b"CI1"
    first = texts[1 : again - 1]
    assert len(first) == len(set(first))


def test_a_lost_release_of_the_contact_is_given_again() -> None:
    bench = Bench().with_card("lin").does(ReadCard())
    while b"CI1" not in bench.sent:
        bench.run(0.001)
    bench.run(0.006)
    assert b"C@2" not in bench.sent
    bench.firmware.arm("commandLost")
    bench.hears(CardRead)
    assert bench.firmware.place == "inside"
    assert bench.sent.count(b"C@2") == 2
    assert bench.firmware.motions == {"contact": 2}


@pytest.mark.parametrize(("order", "wanted"), [(EjectCard(), CardAtGate), (RETAIN, CardRetained)])
def test_a_new_terminal_finds_the_contact_set_and_releases_it(
    order: Effect, wanted: type[object]
) -> None:
    bench = reading()
    bench.restart_terminal()
    bench.does(order).hears(wanted)
    assert bench.firmware.motions["contact"] == 2


def test_pieces_of_one_byte_are_put_together() -> None:
    bench = Bench(Damage(Random(1), split=1.0, split_seconds_max=0.005))
    bench.with_card("lin").does(ReadCard()).hears(CardRead)


# --- people and the card (17) -----------------------------------------------------------------


def test_a_card_pulled_out_during_intake_is_no_error() -> None:
    bench = Bench().does(AcceptCard())
    bench.run(0.5)
    assert bench.firmware.insert("chen")
    bench.run(0.3)
    assert bench.firmware.pull_during_intake() == "chen"
    assert bench.run(5) == []
    assert bench.firmware.insert("chen")
    bench.hears(CardInserted)


def test_a_customer_quicker_than_the_order_to_retain() -> None:
    bench = at_gate()
    bench.firmware.take_card()
    bench.does(RETAIN).hears(CardTaken)
    assert bench.firmware.motions == {"eject": 1}
    assert b"C40" not in bench.sent
    assert b"C31" not in bench.sent


def test_a_customer_quicker_than_the_retrieve() -> None:
    bench = at_gate().does(RETAIN)
    bench.run(0.2)
    assert bench.firmware.motions["retrieve"] == 1
    assert bench.firmware.pull_during_capture() == "lin"
    bench.hears(CardTaken)
    assert bench.firmware.bin == ()
    assert bench.firmware.motions["capture"] == 0


@pytest.mark.parametrize("fault", [None, "ackLost", "responseLost", "responseCorrupt"])
def test_a_card_pulled_out_during_capture_is_taken_and_not_retained(fault: Fault | None) -> None:
    bench = Bench().with_card("lin").does(RETAIN)
    if fault == "ackLost":
        bench.run(0.01)
        bench.firmware.arm(fault)
    bench.run(0.2)
    assert bench.firmware.motions["capture"] == 1
    if fault:
        bench.firmware.arm(fault)
    assert bench.firmware.pull_during_capture() == "lin"
    bench.hears(CardTaken)
    assert bench.firmware.bin == ()


def test_a_card_left_at_the_gate_is_watched_for_ever() -> None:
    bench = at_gate()
    assert bench.run(HOUR / 10) == []
    bench.firmware.take_card()
    bench.hears(CardTaken, 1)


def test_a_card_pushed_back_while_cards_are_let_in_comes_in_again() -> None:
    bench = at_gate()
    assert not bench.firmware.push_back()
    bench.does(AcceptCard()).hears(CardInserted)
    assert bench.firmware.where("lin") == "inside"


# --- jams -------------------------------------------------------------------------------------


def test_a_jam_on_eject_is_told_once_and_a_second_order_tries_again() -> None:
    bench = Bench().with_card("lin")
    bench.firmware.arm("jamOnEject")
    assert bench.does(EjectCard()).hears(CardJammed).error == "mediaJam 10"
    assert bench.run(30) == []
    assert bench.firmware.motions["eject"] == 1
    bench.does(EjectCard()).hears(CardAtGate)


@pytest.mark.parametrize(
    ("fault", "error"),
    [("jamOnCapture", "mediaJam 10"), ("jamOnRetrieve", "mediaJam 17")],
)
def test_a_jam_on_the_way_to_the_bin(fault: Fault, error: str) -> None:
    bench = at_gate()
    bench.firmware.arm(fault)
    if fault == "jamOnRetrieve":
        bench.does(RETAIN)
        bench.run(3)  # found inside after the jam, so the capture is tried
        assert bench.firmware.where("lin") == "bin"
        return
    assert bench.does(RETAIN).hears(CardJammed).error == error
    assert bench.firmware.where("lin") == "transport"


def test_a_shutter_that_does_not_open() -> None:
    bench = Bench().with_card("lin")
    bench.firmware.arm("shutterStuck")
    assert bench.does(EjectCard()).hears(CardJammed).error == "shutterFail 11"
    bench.does(EjectCard()).hears(CardAtGate)


def test_a_jam_on_intake() -> None:
    bench = Bench().does(AcceptCard())
    bench.firmware.arm("jamOnIntake")
    bench.run(0.5)
    bench.firmware.insert("lin")
    assert bench.hears(CardJammed).error == "mediaJam 10"
    assert bench.firmware.remove_by_hand() == "lin"
    bench.does(EjectCard()).hears(CardTaken)


# --- stopping (18) ----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [None, "cancelLost", "answersAfterCancel"])
@pytest.mark.parametrize("wait", [0.21, 0.23, 0.26, 0.30, 0.34])
def test_a_card_wanted_back_does_not_wait_for_its_chip(fault: Fault | None, wait: float) -> None:
    bench = Bench().with_card("smith").does(ReadCard())
    bench.run(wait)
    if fault:
        bench.firmware.arm(fault)
    bench.does(EjectCard()).hears(CardAtGate)
    assert not any(isinstance(event, CardRead | CardUnreadable) for event in bench.events)
    assert bench.firmware.motions["eject"] == 1
    bench.firmware.take_card()
    bench.hears(CardTaken)


def test_a_reader_that_hangs_in_a_motion_is_stopped() -> None:
    bench = Bench().with_card("lin")
    bench.firmware.arm("hangs")
    bench.does(EjectCard()).hears(CardAtGate, 25)
    assert bench.firmware.motions["eject"] == 1


def test_a_reader_that_hangs_while_it_is_woken_is_stopped() -> None:
    bench = Bench(awake=False)
    bench.firmware.arm("hangs")
    bench.does(InspectReader())
    assert bench.hears(CardFound, 30) == CardFound("absent")


# --- a reader that was reset (19) -------------------------------------------------------------


@pytest.mark.parametrize("order", [InspectReader(), EjectCard(), RETAIN, ReadCard()])
def test_a_reset_reader_is_woken_and_the_order_goes_on(order: Effect) -> None:
    wanted = {
        InspectReader: CardFound,
        EjectCard: CardAtGate,
        RetainCard: CardRetained,
        ReadCard: CardRead,
    }[type(order)]
    bench = Bench().with_card("zhou")
    bench.firmware.arm("reset")
    bench.does(order).hears(wanted)


def test_a_reader_reset_while_cards_are_let_in_lets_them_in_again() -> None:
    bench = Bench().does(AcceptCard())
    bench.run(1)
    bench.firmware.power_cycle()
    bench.run(2)
    assert bench.firmware.insert("lin")
    bench.hears(CardInserted)


@pytest.mark.parametrize("wait", [0.05, 0.25, 0.30, 0.35])
def test_a_reader_reset_while_a_chip_is_read(wait: float) -> None:
    bench = Bench().with_card("lin").does(ReadCard())
    bench.run(wait)
    bench.firmware.power_cycle()
    bench.hears(CardRead)
    assert bench.firmware.where("lin") == "inside"


@pytest.mark.parametrize("wait", [0.1, 0.4])
def test_a_power_cut_during_eject_leaves_the_card_inside_and_ejects_it_after_all(
    wait: float,
) -> None:
    bench = Bench().with_card("lin").does(EjectCard())
    bench.run(wait)
    bench.firmware.power_cycle()
    bench.hears(CardAtGate)
    assert bench.firmware.where("lin") == "gate"


def test_a_reader_reset_between_two_apdus_is_read_from_the_chip_reset() -> None:
    bench = reading()
    bench.firmware.arm("reset")
    bench.hears(CardRead)
    assert bench.sent.count(b"CI0") == 2


def test_a_reader_reset_while_the_card_waits_at_the_gate() -> None:
    bench = at_gate()
    bench.firmware.power_cycle()
    bench.run(3)
    assert bench.firmware.where("lin") == "gate"
    bench.firmware.take_card()
    bench.hears(CardTaken)


# --- a reader that is gone (12) ---------------------------------------------------------------


def idle() -> Bench:
    return Bench()


def accepting() -> Bench:
    bench = Bench().does(AcceptCard())
    bench.run(1)
    return bench


def ejecting() -> Bench:
    bench = Bench().with_card("lin").does(EjectCard())
    bench.run(0.3)
    return bench


def retaining() -> Bench:
    bench = Bench().with_card("lin").does(RETAIN)
    bench.run(0.3)
    return bench


STATES = [idle, accepting, reading, ejecting, at_gate, retaining]


@pytest.mark.parametrize("state", STATES)
def test_an_unplugged_reader_comes_back(state: type[Bench]) -> None:
    bench = state()
    bench.wire.unplug()
    assert bench.hears(ReaderFailed, 1).error == "deviceNotReady"
    assert bench.run(60) == []
    bench.wire.replug()
    assert ReaderReady() in bench.run(RECOVERY_SECONDS + 2)
    found = [event for event in bench.events if isinstance(event, CardFound)]
    if state in (idle, accepting):
        assert len(found) == 1, "an empty reader is news for nobody"
    else:
        place = {"outside": "absent", "contact": "inside"}.get(bench.firmware.place)
        assert found[1:] == [CardFound(place or bench.firmware.place)]  # type: ignore[arg-type]


def test_a_card_that_went_in_as_the_reader_failed_is_told_of() -> None:
    bench = accepting()
    bench.wire.unplug()
    bench.hears(ReaderFailed, 1)
    bench.firmware.insert("lin")
    bench.run(20)
    inside = bench.firmware.place
    bench.wire.replug()
    bench.hears(ReaderReady, RECOVERY_SECONDS + 2)
    bench.run(2)
    assert inside != "outside", "the shutter was still open"
    assert bench.events[-1] == CardFound("inside")


@pytest.mark.parametrize("state", [reading, ejecting, at_gate, retaining])
def test_a_silent_reader_fails_in_bounded_time_and_comes_back(state: type[Bench]) -> None:
    bench = state()
    bench.firmware.arm("silence")
    assert bench.hears(ReaderFailed, 40).error == "deviceNotReady"
    assert bench.run(120) == []
    bench.firmware.disarm("silence")
    bench.hears(ReaderReady, 20)
    bench.hears(CardFound)


def test_a_reader_that_acknowledges_and_never_answers_fails_in_bounded_time() -> None:
    bench = Bench(awake=False)
    bench.firmware.arm("responseLost", 1000)
    bench.does(InspectReader()).hears(ReaderFailed, 90)
    bench.firmware.disarm("responseLost")
    bench.hears(CardFound, 90)


def test_an_absent_reader_is_reported_at_start_and_for_every_order() -> None:
    bench = Bench(awake=False)
    bench.firmware.arm("silence")
    bench.does(InspectReader()).hears(ReaderFailed, 10)
    bench.does(EjectCard()).hears(ReaderFailed, 30)
    bench.firmware.disarm("silence")
    bench.hears(CardFound, 20)


def test_an_order_given_while_the_reader_is_gone_is_tried_at_once() -> None:
    bench = Bench().with_card("lin")
    bench.wire.unplug()
    bench.hears(ReaderFailed)
    bench.wire.replug()
    bench.does(EjectCard())
    seen = bench.run(1.9)
    assert seen[:1] == [ReaderReady()]
    assert CardAtGate() in seen


def test_attempts_to_reach_an_unplugged_reader_are_two_seconds_apart() -> None:
    bench = Bench()
    bench.wire.unplug()
    bench.hears(ReaderFailed)
    before = bench.steps
    bench.run(60)
    assert bench.steps - before <= 2 * 60 / RECOVERY_SECONDS + 2


# --- everything at once -----------------------------------------------------------------------

HARMLESS: list[Fault] = [*WIRE_FAULTS, "reset", "cancelLost", "answersAfterCancel", "chipInParts"]
orders = st.sampled_from([ReadCard(), EjectCard(), RETAIN, InspectReader(), AcceptCard()])
acts = st.sampled_from(["insert", "take", "pull", "capture", "push", "unplug", "restart"])
moments = st.tuples(
    st.one_of(orders, acts, st.sampled_from(HARMLESS)), st.sampled_from([0.0, 0.1, 0.4, 1.5])
)


def act(bench: Bench, what: object) -> None:
    firmware = bench.firmware
    match what:
        case "insert":
            firmware.insert("lin")
        case "take":
            firmware.take_card()
        case "pull":
            firmware.pull_during_intake()
        case "capture":
            firmware.pull_during_capture()
        case "push":
            firmware.push_back()
        case "unplug":
            bench.wire.unplug()
            bench.run(0.5)
            bench.wire.replug()
        case "restart":
            bench.run(0)
            bench.restart_terminal()
        case str():
            firmware.arm(what)  # type: ignore[arg-type]
        case _:
            bench.does(what)  # type: ignore[arg-type]


@settings(max_examples=250, deadline=None)
@given(st.lists(moments, max_size=12))
def test_whatever_happens_the_card_is_in_one_place_and_can_be_had_back(
    story: list[tuple[object, float]],
) -> None:
    bench = Bench()
    given_orders = 0
    for what, wait in story:
        if isinstance(what, EjectCard | RetainCard):
            given_orders += 1
        act(bench, what)
        bench.run(wait)
        firmware = bench.firmware
        held = [firmware.card] if firmware.card else []
        assert len(held) + firmware.bin.count("lin") <= 1
        assert (firmware.place == "outside") == (firmware.card is None)
    for fault in HARMLESS:
        bench.firmware.disarm(fault)
    bench.run(180)
    bench.does(EjectCard())
    bench.run(30)
    motions = bench.firmware.motions
    assert motions["eject"] <= given_orders + 1
    assert motions["capture"] <= given_orders
    assert bench.firmware.place in ("gate", "outside")
    bench.firmware.take_card()
    bench.does(InspectReader())
    assert bench.hears(CardFound) == CardFound("absent")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_a_noisy_line_never_moves_a_card_more_than_it_was_told(seed: int) -> None:
    bench = Bench(Damage.seeded(seed, flip=0.004, drop=0.002, stray=0.002))
    bench.does(AcceptCard())
    bench.run(60)
    if not bench.firmware.insert("lin"):
        return
    bench.run(30)
    bench.does(ReadCard())
    bench.run(30)
    bench.does(EjectCard())
    bench.run(60)
    assert bench.firmware.motions["eject"] <= 1
    assert bench.firmware.motions["capture"] == 0
