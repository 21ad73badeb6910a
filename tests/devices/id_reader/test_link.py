"""One request and its answer, with time told by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.id_reader import codec
from devices.id_reader.framing import GAP_SECONDS, encode
from devices.id_reader.link import ANSWER_SECONDS_MAX, RESENDS_MAX, Link, Lost, Outcome
from terminal.ports import NEVER

BAUDRATE = 115_200
FIND = encode(b"\x20\x01")
READ = encode(b"\x30\x01")
FOUND = encode(b"\0\0\x9f" + bytes(4))
NO_CARD = encode(b"\0\0\x80")
WRONG_CHECK = encode(b"\0\0\x10")
RECORD = encode(b"\0\0\x90" + codec.READ_HEAD + bytes(1280))


def asking(command: codec.Command = codec.FIND) -> Link:
    link = Link()
    assert link.ask(command, BAUDRATE, 0.0) == encode(command.body)
    return link


def sw3(outcome: Outcome | None) -> int:
    assert isinstance(outcome, codec.Response)
    return outcome.sw3


def test_an_answer_ends_the_request() -> None:
    link = asking()
    out, outcome = link.receive(NO_CARD, 0.1)
    assert (out, sw3(outcome)) == (b"", 0x80)
    assert not link.busy
    assert link.due() == NEVER


def test_silence_ends_it_after_the_time_the_command_has() -> None:
    link = asking()
    limit = link.due()
    assert 2.0 < limit < 2.01
    assert link.receive(b"", limit - 0.001) == (b"", None)
    assert link.receive(b"", limit) == (b"", Lost("silent"))


def test_bytes_that_are_no_frame_are_noise_and_buy_no_time() -> None:
    link = asking()
    limit = link.due()
    for tenth in range(20):
        assert link.receive(b"\x00\xff\x31", tenth / 10) == (b"", None)
    assert link.receive(b"\x00", limit) == (b"", Lost("noise"))


def test_an_answer_that_comes_in_slowly_is_waited_for() -> None:
    link = asking(codec.READ)
    now, outcome = 1.9, None
    for byte in RECORD:
        assert outcome is None
        _, outcome = link.receive(bytes((byte,)), now)
        now += 0.005
    assert now > 8
    assert sw3(outcome) == 0x90


def test_but_not_for_ever() -> None:
    link = asking(codec.READ)
    now, outcome = 0.0, None
    for byte in RECORD:
        _, outcome = link.receive(bytes((byte,)), now)
        if outcome is not None:
            break
        now += 0.2
    assert outcome == Lost("noise")
    assert ANSWER_SECONDS_MAX <= now < ANSWER_SECONDS_MAX + 0.3


@pytest.mark.parametrize("damaged", [FOUND[:-1] + b"\0", WRONG_CHECK, encode(b"\0\0\x11")])
def test_damage_either_way_is_met_by_asking_again(damaged: bytes) -> None:
    link = asking()
    for _ in range(RESENDS_MAX):
        assert link.receive(damaged, 0.1) == (FIND, None)
    assert sw3(link.receive(FOUND, 0.2)[1]) == 0x9F


def test_but_only_so_often() -> None:
    link = asking()
    for _ in range(RESENDS_MAX):
        link.receive(FOUND[:-1] + b"\0", 0.1)
    assert link.receive(FOUND[:-1] + b"\0", 0.1) == (b"", Lost("damaged"))
    refused = asking()
    for _ in range(RESENDS_MAX):
        refused.receive(WRONG_CHECK, 0.1)
    assert sw3(refused.receive(WRONG_CHECK, 0.1)[1]) == 0x10


def test_an_answer_that_breaks_off_is_asked_for_again_after_the_gap() -> None:
    link = asking()
    assert link.receive(FOUND[:9], 0.1) == (b"", None)
    assert link.due() == 0.1 + GAP_SECONDS
    assert link.receive(b"", link.due()) == (FIND, None)


@pytest.mark.parametrize("late", [RECORD, encode(b"\0\0\x90"), encode(b"\0\0\x41")])
def test_a_late_answer_to_something_else_is_dropped(late: bytes) -> None:
    link = asking()
    assert link.receive(late, 0.1) == (b"", None)
    assert sw3(link.receive(late + NO_CARD, 0.2)[1]) == 0x80


def test_what_comes_unasked_is_not_kept() -> None:
    link = Link()
    assert link.receive(RECORD[:500], 0.0) == (b"", None)
    assert link.ask(codec.FIND, BAUDRATE, 0.1) == FIND
    assert sw3(link.receive(NO_CARD, 0.2)[1]) == 0x80


def test_forgetting_ends_everything() -> None:
    link = asking(codec.READ)
    link.receive(RECORD[:500], 0.1)
    link.forget()
    assert not link.busy
    assert link.due() == NEVER
    assert link.receive(RECORD[500:], 0.2) == (b"", None)


@given(st.lists(st.tuples(st.floats(0, 3), st.binary(max_size=40)), max_size=20))
def test_every_request_ends(heard: list[tuple[float, bytes]]) -> None:
    link, now, sent = asking(), 0.0, 1
    for pause, data in heard:
        now += pause
        out, outcome = link.receive(data, now)
        sent += bool(out)
        if outcome is not None:
            break
    while link.busy:
        due = link.due()
        assert due <= now + ANSWER_SECONDS_MAX
        now = max(now, due)
        sent += bool(link.receive(b"", now)[0])
    assert sent <= 1 + RESENDS_MAX
