"""The driver against the simulated reader: what the terminal hears, and what stays behind.

Fault numbers are those of hardware-protocols 11."""

import gc
from collections.abc import Iterator
from itertools import pairwise
from types import FunctionType, ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.id_reader.codec import Response
from devices.id_reader.driver import IdReader
from devices.id_reader.link import Link, Outcome
from devices.id_reader.rounds import (
    DIAGNOSES,
    GONE_SECONDS,
    RETRY_SECONDS,
    STATUS_TRIES,
    Condition,
)
from devices.transport import Transport
from sim.world.id_reader import Fault, IdReaderFirmware
from sim.world.identities import IDENTITIES
from sim.world.wire import Damage
from terminal.effects import AcceptCard
from terminal.events import DocumentRead, Event
from tests.devices.id_reader.bench import GONE, Bench, read, unread

STATUS, NUMBER = b"\x11\xff", b"\x12\xff"
FIND, SELECT, READ = b"\x20\x01", b"\x20\x02", b"\x30\x01"

HOUR = 3600.0


both_kinds = pytest.mark.parametrize(
    "needs_lifting", [False, True], ids=["finds again", "wants lifting"]
)


def bench_of(needs_lifting: bool, **how: Any) -> Bench:
    return Bench(IdReaderFirmware(needs_lifting=needs_lifting), **how)


# --- power-on -----------------------------------------------------------------------------------


def test_power_on_asks_status_then_number_then_finds() -> None:
    bench = Bench()
    assert bench.bodies() == [STATUS, NUMBER, FIND]
    assert bench.reader.module == "05.01-20190406-0000012345-0987654321"
    assert bench.opened == [115200]


def test_find_is_asked_about_once_a_second_and_nothing_else() -> None:
    bench = Bench()
    bench.run(60)
    finds = [at for at, body in bench.sent if body == FIND]
    assert set(bench.bodies()[2:]) == {FIND}
    assert 56 <= len(finds) <= 61
    assert bench.events == []


@pytest.mark.parametrize(("find_seconds", "least", "most"), [(0.3, 27, 34), (5.0, 2, 3)])
def test_the_pace_of_finding_is_set_by_whoever_builds_it(
    find_seconds: float, least: int, most: int
) -> None:
    bench = Bench(find_seconds=find_seconds)
    bench.run(9)
    assert least <= bench.bodies().count(FIND) <= most


def test_a_reader_that_is_slow_to_start_is_asked_every_second() -> None:
    bench = Bench(awake=False)
    bench.firmware.arm("silence")
    bench.run(4.5)
    bench.firmware.disarm("silence")
    bench.run(2)
    assert bench.condition() is Condition.READY
    asked = [at for at, body in bench.sent if body == STATUS]
    gaps = [after - before for before, after in pairwise(asked)]
    assert all(0.9 <= gap <= 1.1 for gap in gaps)
    assert bench.opened == [115200]


def test_a_reader_that_says_not_yet_is_asked_every_second() -> None:
    bench = Bench(awake=False)
    bench.firmware.fail(0x24, STATUS, 3)
    bench.run(5)
    assert bench.condition() is Condition.READY
    assert [round(at) for at, body in bench.sent if body == STATUS] == [0, 1, 2, 3]


def test_a_reader_at_another_speed_may_be_slow_to_start_too() -> None:
    bench = Bench(IdReaderFirmware(baudrate=57600), awake=False)
    bench.firmware.fail(0x24, STATUS, STATUS_TRIES - 1)
    bench.run(25)
    assert bench.condition() is Condition.READY
    assert bench.opened == [115200, 57600]


@pytest.mark.parametrize("baudrate", [57600, 38400, 19200, 9600])
def test_a_reader_at_another_speed_is_found(baudrate: int) -> None:
    bench = Bench(IdReaderFirmware(baudrate=baudrate), awake=False)
    bench.run(20)
    assert bench.condition() is Condition.READY
    assert bench.reader.baudrate == baudrate
    assert bench.place("zhang_san", 10) == [read("70to79")]
    assert bench.opened == [115200, 57600, 38400, 19200, 9600][: len(bench.opened)]


def test_a_speed_is_tried_once_and_then_there_is_no_reader() -> None:
    bench = Bench(awake=False)
    bench.firmware.arm("silence")
    bench.run(20)
    assert bench.bodies() == [STATUS] * (STATUS_TRIES + 4)
    assert bench.opened == [115200, 57600, 38400, 19200, 9600]
    assert bench.condition() is Condition.NO_READER
    assert bench.events == []


def test_no_reader_is_tried_again_every_minute() -> None:
    bench = Bench(awake=False)
    bench.firmware.arm("silence")
    bench.run(16)
    before = len(bench.sent)
    bench.run(RETRY_SECONDS - 5)
    assert len(bench.sent) == before
    bench.firmware.disarm("silence")
    bench.run(10)
    assert bench.condition() is Condition.READY
    assert bench.place("li_xiaoming") == [read("under50")]


def test_a_port_that_cannot_be_opened_is_no_reader_until_it_can() -> None:
    bench = Bench(awake=False)
    bench.wire.unplug()
    bench.run(20)
    assert bench.condition() is Condition.NO_PORT
    assert bench.opened == [115200] * STATUS_TRIES
    bench.wire.replug()
    bench.run(RETRY_SECONDS)
    assert bench.condition() is Condition.READY


def test_bytes_that_are_no_frame_are_told_from_silence() -> None:
    bench = Bench(awake=False)
    bench.firmware.arm("babble")
    bench.run(40)
    assert bench.condition() is Condition.NOISE
    assert bench.opened == [115200, 57600, 38400, 19200, 9600]


def test_a_reader_that_is_never_ready_is_told_from_both() -> None:
    bench = Bench(awake=False)
    bench.firmware.fail(0x24, STATUS, 1000)
    bench.run(20)
    assert bench.condition() is Condition.NOT_READY
    assert bench.opened == [115200]


@pytest.mark.parametrize(
    ("sw3", "condition"),
    [(0x60, Condition.SELF_TEST_FAILED), (0x66, Condition.NOT_AUTHORISED)],
)
@pytest.mark.parametrize("at", [STATUS, FIND, SELECT, READ])
def test_out_of_service_whenever_it_says_so(sw3: int, condition: Condition, at: bytes) -> None:
    bench = Bench(awake=False)
    bench.firmware.fail(sw3, at, 1000)
    bench.place("zhang_san")
    bench.run(10)
    assert bench.condition() is condition
    assert bench.events == []
    before = len(bench.sent)
    bench.run(RETRY_SECONDS - 20)
    assert len(bench.sent) == before
    bench.firmware.mend()
    bench.run(30)
    assert bench.condition() is Condition.READY
    assert bench.events == [read("70to79")]


def test_every_condition_has_a_sentence_for_the_operator() -> None:
    assert set(DIAGNOSES) == set(Condition)
    assert "No byte came" in DIAGNOSES[Condition.NO_READER]


# --- documents ------------------------------------------------------------------------------------


@both_kinds
def test_a_document_is_reported_once_until_it_was_lifted(needs_lifting: bool) -> None:
    bench = bench_of(needs_lifting)
    assert bench.place("zhang_san") == [read("70to79")]
    # A reader that finds a document only once cannot tell one that stays from one that is gone.
    assert bench.run(HOUR / 6) == ([GONE] if needs_lifting else [])
    assert bench.lift() == []
    assert bench.place("zhang_san") == [read("70to79")]
    assert bench.lift() == []
    assert bench.place("li_xiaoming") == [read("under50")]


@pytest.mark.parametrize("find_seconds", [0.5, 1.0, 5.0])
def test_half_a_minute_after_a_document_was_lifted_it_is_said_to_be_gone_once(
    find_seconds: float,
) -> None:
    bench = Bench(find_seconds=find_seconds)
    bench.place("wu_xiuying", 60 + find_seconds)
    assert bench.lift(GONE_SECONDS - 1) == []
    assert bench.run(6 + find_seconds) == [GONE]
    assert bench.run(HOUR / 6) == []


def test_a_document_that_is_laid_down_again_was_not_gone() -> None:
    bench = Bench()
    bench.place("wu_xiuying")
    assert bench.lift(GONE_SECONDS - 5) == []
    assert bench.place("wu_xiuying", 2 * GONE_SECONDS) == [read("65to69")]
    assert bench.lift(GONE_SECONDS - 5) == []
    assert bench.place("bus_card", 60) == [unread("notAnId")]
    assert bench.lift(GONE_SECONDS + 5) == [GONE]


def test_a_document_that_nobody_laid_down_is_never_gone() -> None:
    bench = Bench()
    assert bench.run(10 * GONE_SECONDS) == []
    bench.place("bus_card", 0.6)
    bench.lift(0.1)
    assert bench.run(2 * GONE_SECONDS) == [unread("notAnId")]


def test_a_document_lifted_while_the_reader_was_away_is_gone_when_it_is_back() -> None:
    bench = Bench()
    bench.place("wu_xiuying")
    bench.firmware.arm("silence")
    bench.run(8)
    bench.firmware.lift()
    bench.firmware.disarm("silence")
    assert bench.run(GONE_SECONDS + 20) == [GONE]


@both_kinds
def test_one_find_one_select_one_read(needs_lifting: bool) -> None:
    bench = bench_of(needs_lifting)
    bench.place("wu_xiuying", 60)
    assert bench.bodies().count(SELECT) == bench.bodies().count(READ) == 1


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("li_xiaoming", read("under50")),
        ("wang_fang", read("under50")),
        ("zhao_qiang", read("under50")),
        ("sun_li", read("50to59")),
        ("zhou_jianguo", read("60to64")),
        ("wu_xiuying", read("65to69")),
        ("zheng_dehou", read("70to79")),
        ("feng_guilan", read("80plus")),
        ("chu_fusheng", read("80plus")),
        ("moved", read("70to79")),
        ("resident_hk", read("65to69")),
        ("foreigner_form_i", read("65to69")),
        ("foreigner_form_y", read("50to59")),
        ("zhang_san", read("70to79")),
        ("expired_id", unread("expired")),
        ("wrong_check", unread("unreadable")),
        ("wrong_birth", unread("unreadable")),
        ("no_such_day", unread("unreadable")),
        ("forged", unread("forged")),
        ("bus_card", unread("notAnId")),
    ],
)
@both_kinds
def test_every_document_gives_one_event(needs_lifting: bool, name: str, event: Event) -> None:
    bench = bench_of(needs_lifting)
    assert bench.place(name, 20) == [event]
    assert bench.lift() == []


def test_every_document_is_tried_here() -> None:
    (mark,) = [
        mark
        for mark in test_every_document_gives_one_event.pytestmark  # type: ignore[attr-defined]
        if mark.args[0] == ("name", "event")
    ]
    assert {name for name, _ in mark.args[1]} == set(IDENTITIES)


def test_age_counts_on_the_day_in_shanghai() -> None:
    evening = Bench(begins="2026-10-01T15:59:00")
    assert evening.place("zhou_jianguo") == [read("60to64")]
    # Born 1 October 1962: 64 from 00:00 in Shanghai, which is 16:00 UTC the day before.
    before = Bench(begins="2027-09-30T15:59:00")
    assert before.place("zhou_jianguo") == [read("60to64")]
    after = Bench(begins="2027-09-30T16:00:00")
    assert after.place("zhou_jianguo") == [read("65to69")]


def test_expired_is_said_at_once_and_only_once() -> None:
    bench = Bench()
    assert bench.place("expired_id", 3) == [unread("expired")]
    assert bench.run(60) == []
    assert bench.bodies().count(READ) == 1


# --- rounds that fail -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sw3", "at", "reason"),
    [
        (0x81, SELECT, "unreadable"),
        (0x41, READ, "unreadable"),
        (0x24, READ, "unreadable"),
        (0x47, SELECT, "unreadable"),
        (0x47, READ, "unreadable"),
        (0x21, READ, "unreadable"),
        (0x31, READ, "unreadable"),
        (0x32, SELECT, "forged"),
        (0x32, READ, "forged"),
        (0x33, READ, "forged"),
        (0x40, FIND, "notAnId"),
        (0x40, SELECT, "notAnId"),
        (0x40, READ, "notAnId"),
        (0x10, READ, "unreadable"),
        (0x11, READ, "unreadable"),
    ],
)
def test_three_failed_rounds_are_told_once(sw3: int, at: bytes, reason: str) -> None:
    bench = Bench()
    bench.firmware.fail(sw3, at, 1000)
    assert bench.place("zhang_san", 30) == [unread(reason)]
    assert bench.reader.statuses[f"{sw3:02X}"] >= 3
    bench.firmware.mend()
    assert bench.run(10) == []
    assert bench.lift() == []
    assert bench.place("zhang_san") == [read("70to79")]


@pytest.mark.parametrize("sw3", [0x81, 0x41, 0x24, 0x47, 0x21, 0x31, 0x32, 0x33, 0x40])
@pytest.mark.parametrize("times", [1, 2])
def test_fewer_than_three_are_not_told_at_all(sw3: int, times: int) -> None:
    bench = Bench()
    at = SELECT if sw3 == 0x81 else READ
    bench.firmware.fail(sw3, at, times)
    assert bench.place("zhang_san", 10) == [read("70to79")]


@pytest.mark.parametrize("sw3", [0x24, 0x47, 0x21, 0x31])
def test_a_find_that_fails_with_nothing_there_is_nobodys_document(sw3: int) -> None:
    bench = Bench()
    bench.firmware.fail(sw3, FIND, 1000)
    assert bench.run(60) == []
    bench.firmware.mend()
    assert bench.place("zhang_san") == [read("70to79")]


def test_a_reader_that_hides_an_unread_document_until_it_is_lifted() -> None:
    """Fault 20: it says "no card" after the first find, so only the customer can help, and is asked."""
    bench = bench_of(True)
    bench.firmware.fail(0x41, READ, 1)
    assert bench.place("zhang_san", 10) == [unread("unreadable")]
    assert bench.run(60) == []
    bench.lift()
    assert bench.place("zhang_san") == [read("70to79")]


@both_kinds
def test_lifted_between_find_and_select_and_put_back(needs_lifting: bool) -> None:
    bench = bench_of(needs_lifting)
    bench.firmware.place("zhang_san")
    bench.run(5, until=SELECT)
    bench.firmware.lift()
    bench.run(0.5)
    bench.firmware.place("zhang_san")
    assert bench.run(5) == [read("70to79")]
    assert bench.reader.statuses == {"81": 1}


@both_kinds
def test_lifted_during_the_read_and_put_back(needs_lifting: bool) -> None:
    bench = bench_of(needs_lifting)
    bench.firmware.place("zhang_san")
    bench.run(5, until=READ)
    bench.run(0.3)
    bench.firmware.lift()
    bench.run(0.1)
    bench.firmware.place("wu_xiuying")
    assert bench.run(5) == [read("65to69")]
    assert bench.reader.statuses == {"41": 1}


@both_kinds
def test_swept_over_the_reader_and_gone_is_told_once(needs_lifting: bool) -> None:
    bench = bench_of(needs_lifting)
    bench.firmware.place("zhang_san")
    bench.run(5, until=READ)
    bench.firmware.lift()
    assert bench.run(60) == [unread("unreadable")]
    assert bench.place("zhang_san") == [read("70to79")]


@both_kinds
def test_put_down_again_at_the_very_word(needs_lifting: bool) -> None:
    bench = bench_of(needs_lifting)
    bench.firmware.place("zhang_san")
    bench.run(5, until=READ)
    bench.firmware.lift()
    while unread("unreadable") not in bench.events:
        bench.run(0.1)
    assert bench.place("zhang_san") == [read("70to79")]


# --- the line -----------------------------------------------------------------------------------

HARMLESS: tuple[Fault, ...] = ("noiseBefore", "extraPreamble", "responseInPieces")


@pytest.mark.parametrize("fault", HARMLESS)
def test_what_a_framer_sees_through_costs_nothing(fault: Fault) -> None:
    """Faults 7 and 9: the read alone takes 6.5 s in pieces."""
    bench = Bench(awake=False)
    bench.firmware.arm(fault, 1000)
    assert bench.place("zhang_san", 20) == [read("70to79")]
    assert bench.bodies().count(READ) == 1
    assert bench.reader.statuses == {}


@pytest.mark.parametrize("sw3", [0x10, 0x11])
@pytest.mark.parametrize("at", [STATUS, NUMBER, FIND, SELECT, READ])
def test_a_request_that_came_damaged_is_sent_again_at_once(sw3: int, at: bytes) -> None:
    bench = Bench(awake=False)
    bench.firmware.fail(sw3, at, 2)
    assert bench.place("zhang_san", 5) == [read("70to79")]
    times = [sent for sent, body in bench.sent if body == at][:3]
    assert len(times) == 3
    assert times[2] - times[0] < 0.1


def test_a_damaged_request_is_really_refused_and_sent_again() -> None:
    """A wrong check byte on the line, not an armed status."""

    class Spoiled(IdReaderFirmware):
        spoil = False

        def feed(self, data: bytes, now: float) -> None:
            if self.spoil and data:
                self.spoil, data = False, data[:-1] + bytes((data[-1] ^ 1,))
            super().feed(data, now)

    firmware = Spoiled()
    bench = Bench(firmware)
    firmware.spoil = True
    assert bench.place("zhang_san", 5) == [read("70to79")]
    assert firmware.spoil is False


@pytest.mark.parametrize("fault", ["responseCorrupt", "responseCut", "responseTooLong"])
@pytest.mark.parametrize("at", [FIND, SELECT, READ])
def test_a_damaged_answer_costs_a_round_at_most(fault: Fault, at: bytes) -> None:
    bench = Bench()
    bench.firmware.place("zhang_san")
    bench.run(5, until=at)
    bench.firmware.arm(fault)
    assert bench.run(8) == [read("70to79")]


@pytest.mark.parametrize("fault", ["responseLost", "responseLate"])
@pytest.mark.parametrize("at", [FIND, SELECT, READ])
def test_an_answer_that_is_lost_or_late_costs_a_round_at_most(fault: Fault, at: bytes) -> None:
    bench = Bench()
    bench.firmware.place("zhang_san")
    bench.run(5, until=at)
    bench.firmware.arm(fault)
    assert bench.run(12) == [read("70to79")]


def test_a_late_record_is_not_taken_for_the_next_document() -> None:
    bench = Bench()
    bench.firmware.place("chu_fusheng")
    bench.run(5, until=READ)
    bench.firmware.arm("responseLate")
    bench.run(0.8)
    bench.firmware.lift()
    bench.firmware.place("li_xiaoming")
    assert bench.run(20) == [read("under50")]


def test_a_reader_that_falls_silent_is_opened_anew() -> None:
    bench = Bench()
    bench.firmware.arm("silence")
    bench.run(15)
    assert bench.condition() is Condition.STARTING
    assert bench.opened == [115200, 115200]
    bench.firmware.disarm("silence")
    bench.run(3)
    assert bench.condition() is Condition.READY
    assert bench.place("zhang_san") == [read("70to79")]


@pytest.mark.parametrize("at", [STATUS, NUMBER, FIND, SELECT, READ])
def test_unplugged_in_every_state_and_plugged_in_again(at: bytes) -> None:
    """Fault 12."""
    bench = Bench(awake=False)
    bench.firmware.place("zhang_san")
    bench.run(5, until=at)
    before = len(bench.opened)
    bench.wire.unplug()
    bench.run(3)
    assert bench.condition() is Condition.STARTING
    assert bench.events == []
    bench.wire.replug()
    assert bench.run(10) == [read("70to79")]
    assert len(bench.opened) > before
    assert bench.condition() is Condition.READY


def test_unplugged_for_an_hour() -> None:
    bench = Bench()
    bench.wire.unplug()
    bench.run(HOUR)
    assert bench.condition() is Condition.NO_PORT
    assert bench.steps < 2000
    bench.wire.replug()
    bench.run(RETRY_SECONDS + 20)
    assert bench.place("zhang_san") == [read("70to79")]


def test_what_failed_before_a_cable_was_pulled_is_told_to_nobody_after() -> None:
    bench = Bench()
    bench.firmware.fail(0x41, READ, 2)
    bench.place("zhang_san", 2)
    assert bench.reader.statuses["41"] == 2
    bench.wire.unplug()
    bench.firmware.lift()
    bench.run(5)
    bench.wire.replug()
    bench.run(60)
    assert bench.condition() is Condition.READY
    assert bench.events == []


def test_a_document_left_lying_is_not_read_again_when_the_reader_comes_back() -> None:
    bench = Bench()
    assert bench.place("zhang_san") == [read("70to79")]
    bench.wire.unplug()
    bench.run(3)
    bench.wire.replug()
    assert bench.run(20) == []
    bench.firmware.power_cycle()
    assert bench.run(20) == []
    bench.lift()
    assert bench.place("zhang_san") == [read("70to79")]


def test_a_port_that_opens_and_fails_at_the_first_byte_is_tried_in_peace() -> None:
    bench = Bench(awake=False)
    first = bench.open

    def opens_dead(baudrate: int) -> Transport:
        transport = first(baudrate)
        bench.wire.unplug()
        bench.wire.replug()
        return transport

    bench.reader = IdReader(opens_dead, bench.clock)
    bench.run(30)
    assert bench.condition() is Condition.NO_READER
    assert len(bench.opened) == STATUS_TRIES + 4


def test_closing_lets_the_port_go() -> None:
    bench = Bench()
    bench.reader.close()
    bench.open(115200).close()


def test_no_effect_is_for_this_port() -> None:
    with pytest.raises(AssertionError, match="AcceptCard"):
        Bench().reader.submit(AcceptCard(), 0.0)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.0005, 0.003]),
    st.sampled_from([0.0, 0.0005, 0.003]),
    st.sampled_from([0.0, 0.001]),
    st.booleans(),
)
def test_on_a_bad_line_no_band_is_ever_wrong(
    seed: int, flip: float, drop: float, stray: float, needs_lifting: bool
) -> None:
    damage = Damage.seeded(seed, flip=flip, drop=drop, stray=stray)
    bench = bench_of(needs_lifting, damage=damage, awake=False)
    for name, band in (("zhang_san", "70to79"), ("li_xiaoming", "under50")):
        bench.run(3)
        assert bench.firmware.place(name)
        bands = {e.age_band for e in bench.run(20) if isinstance(e, DocumentRead)}
        assert bands <= {band}
        bench.lift(8)
    bench.wire.damage = None
    bench.run(100)
    assert bench.condition() is Condition.READY
    assert bench.place("wu_xiuying", 8)[-1] == read("65to69")


# --- what stays behind (PRV-04) -------------------------------------------------------------------


def reachable(root: object) -> Iterator[object]:
    """Everything that can be reached from `root`, but for code and for what lies beyond the port: the
    simulated world at the other end holds the documents by right."""
    seen: set[int] = set()
    waiting: list[object] = [root]
    while waiting:
        each = waiting.pop()
        if id(each) in seen or isinstance(each, type | ModuleType | FunctionType | Transport):
            continue
        seen.add(id(each))
        yield each
        waiting += gc.get_referents(each)


def traces(root: object, secrets: tuple[str, ...]) -> list[str]:
    """Which of the secrets are found under `root`, as text, UTF-16 or bytes, in anything."""
    found = []
    for each in reachable(root):
        if isinstance(each, str):
            found += [secret for secret in secrets if secret in each]
        elif isinstance(each, bytes | bytearray | memoryview):
            held = bytes(each)
            found += [s for s in secrets if s.encode() in held or s.encode("utf-16-le") in held]
        else:
            found += [secret for secret in secrets if secret in repr(each)]
    return found


def secrets_of(name: str) -> tuple[str, ...]:
    fields = IDENTITIES[name].fields
    return tuple(fields[each] for each in ("number", "name", "address", "birth"))


def core_of(bench: Bench) -> IdReader:
    """The driver, cut off from the bench that opens its port and tells its time."""
    reader = bench.reader
    reader._opener = reader._clock = None  # type: ignore[assignment]
    return reader


@both_kinds
def test_nothing_of_a_document_is_left_in_the_driver(needs_lifting: bool) -> None:
    bench = bench_of(needs_lifting)
    assert bench.place("zhang_san") == [read("70to79")]
    assert traces(core_of(bench), secrets_of("zhang_san")) == []
    assert traces(bench.events, secrets_of("zhang_san")) == []


@pytest.mark.parametrize("name", ["wrong_check", "expired_id", "wrong_birth"])
def test_nothing_of_an_unread_document_is_left_either(name: str) -> None:
    bench = Bench()
    bench.place(name, 20)
    assert len(bench.events) == 1
    assert traces(core_of(bench), secrets_of(name)) == []


@pytest.mark.parametrize("fault", ["responseCorrupt", "responseCut", "responseLost"])
def test_nothing_is_left_of_an_answer_that_was_damaged(fault: Fault) -> None:
    bench = bench_of(True)
    bench.firmware.place("zhang_san")
    bench.run(5, until=READ)
    bench.firmware.arm(fault)
    bench.run(10)
    assert traces(core_of(bench), secrets_of("zhang_san")) == []


class KeepingLink(Link):
    """Keeps every answer it gave, as nobody should."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Response] = []

    def receive(self, data: bytes, now: float) -> tuple[bytes, Outcome | None]:
        sent, outcome = super().receive(data, now)
        if isinstance(outcome, Response):
            self.kept.append(outcome)
        return sent, outcome


@pytest.mark.parametrize("name", ["zhang_san", "wrong_check", "expired_id", "foreigner_form_i"])
def test_the_very_buffer_of_an_answer_is_overwritten(name: str) -> None:
    bench = Bench(awake=False)
    bench.reader._link = link = KeepingLink()
    bench.place(name)
    assert 1284 in {len(answer.data) for answer in link.kept}
    assert not any(any(answer.data) for answer in link.kept)


@pytest.mark.parametrize("how", ["unplug", "close"])
def test_nothing_is_left_of_an_answer_that_was_cut_off(how: str) -> None:
    bench = Bench()
    bench.firmware.place("zhang_san")
    bench.run(5, until=READ)
    for seconds in (0.75, 0.01):  # 0.7 s over the radio, then the record is coming in
        bench.run(seconds)
    assert traces(bench.reader._link, secrets_of("zhang_san")) != []
    if how == "unplug":
        bench.wire.unplug()
        bench.run(0.5)
    else:
        bench.reader.close()
    assert traces(core_of(bench), secrets_of("zhang_san")) == []


NUMBER_TEXT = "11010519491231002X"
PLANTS: tuple[object, ...] = (
    f"x{NUMBER_TEXT}",
    NUMBER_TEXT.encode("utf-16-le"),
    bytearray(NUMBER_TEXT, "ascii"),
    [{1: (NUMBER_TEXT,)}],
)


@pytest.mark.parametrize("plant", PLANTS)
def test_the_search_finds_what_is_planted(plant: object) -> None:
    bench = Bench()
    bench.reader._memory.statuses[plant if isinstance(plant, str) else "x"] = plant  # type: ignore[assignment]
    assert traces(core_of(bench), secrets_of("zhang_san")) != []
