"""The conversation without a port: ACK, NAK, silence, damage, cancel (hardware-protocols 4.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_reader import codec
from devices.card_reader.codec import Command, Positive, parse
from devices.card_reader.framing import ACK, CANCEL, NAK, encode
from devices.card_reader.link import (
    ACK_TRIES_MAX,
    ANSWER_TRIES_MAX,
    CANCELS_MAX,
    NAKS_MAX,
    PAUSE_SECONDS,
    Cancelled,
    Link,
    Lost,
    Outcome,
)
from terminal.ports import NEVER

EMPTY = parse(b"P1000")
DAMAGED = encode(b"P1000")[:-1] + b"\x00"
DOUBTFUL = [codec.EJECT, codec.CAPTURE, codec.RETRIEVE, codec.CONTACT_SET, codec.CHIP_ON]
EVERYTHING = [*DOUBTFUL, codec.STATUS, codec.INITIALISE, codec.exchange(b"\x00\xa4\x04\x00")]


def silence(link: Link, limit: int = 100) -> tuple[bytes, Outcome | None]:
    """Let deadlines pass until the link gives up; everything it sent, and what it says."""
    sent = b""
    for _ in range(limit):
        out, outcome = link.receive(b"", link.due())
        sent += out
        if outcome:
            return sent, outcome
    raise AssertionError("no end")


def test_a_command_its_ack_and_its_response() -> None:
    link = Link()
    assert link.ask(codec.STATUS, 0.0) == encode(b"C10")
    assert link.receive(ACK, 0.01) == (b"", None)
    assert link.receive(encode(b"P1000"), 0.02) == (ACK, EMPTY)
    assert not link.busy
    assert link.due() == NEVER


def test_the_next_command_rests_first() -> None:
    link = Link()
    link.ask(codec.STATUS, 0.0)
    link.receive(ACK + encode(b"P1000"), 0.02)
    assert link.ask(codec.SENSORS, 0.02) == b""
    assert link.due() == 0.02 + PAUSE_SECONDS
    assert link.receive(b"", link.due()) == (encode(b"C13"), None)


def test_a_harmless_command_is_sent_again_until_the_limit() -> None:
    link = Link()
    link.ask(codec.STATUS, 0.0)
    assert silence(link) == (encode(b"C10") * (ACK_TRIES_MAX - 1), Lost("noAck"))


def test_a_harmless_command_refused_is_sent_again() -> None:
    link = Link()
    link.ask(codec.STATUS, 0.0)
    assert link.receive(NAK, 0.01) == (encode(b"C10"), None)


@pytest.mark.parametrize("command", DOUBTFUL, ids=lambda c: c.text.decode())
@pytest.mark.parametrize(
    ("heard", "lost"), [(b"", Lost("noAck")), (ACK, Lost("noAnswer"))], ids=["no ACK", "no answer"]
)
def test_a_motion_or_chip_command_is_never_sent_twice(
    command: Command, heard: bytes, lost: Lost
) -> None:
    link = Link()
    link.ask(command, 0.0)
    link.receive(heard, 0.01)
    assert silence(link) == (b"", lost)


@pytest.mark.parametrize("command", DOUBTFUL, ids=lambda c: c.text.decode())
def test_a_refused_motion_is_reported_and_not_repeated(command: Command) -> None:
    link = Link()
    link.ask(command, 0.0)
    assert link.receive(NAK, 0.01) == (b"", Lost("nak"))


def test_no_answer_is_bounded_for_a_harmless_command_too() -> None:
    link = Link()
    link.ask(codec.STATUS, 0.0)
    for _ in range(ANSWER_TRIES_MAX):
        link.receive(ACK, 0.0)
        assert link.receive(b"", link.due()) == (encode(b"C10"), None)
    link.receive(ACK, 0.0)
    assert link.receive(b"", link.due()) == (b"", Lost("noAnswer"))


def test_a_damaged_response_is_asked_for_again() -> None:
    link = Link()
    link.ask(codec.EJECT, 0.0)
    link.receive(ACK, 0.01)
    damaged = encode(b"P3001")[:-1] + b"\x00"
    assert link.receive(damaged, 0.02) == (NAK, None)
    assert link.receive(encode(b"P3001"), 0.03) == (ACK, parse(b"P3001"))


def test_a_response_that_stays_damaged_is_lost() -> None:
    link = Link()
    link.ask(codec.EJECT, 0.0)
    link.receive(ACK, 0.01)
    for _ in range(NAKS_MAX):
        assert link.receive(encode(b"P3001")[:-1] + b"\x00", 0.02) == (NAK, None)
    assert link.receive(encode(b"P3001")[:-1] + b"\x00", 0.02) == (b"", Lost("damaged"))


def test_a_response_that_breaks_off_is_asked_for_again() -> None:
    link = Link()
    link.ask(codec.STATUS, 0.0)
    link.receive(ACK + encode(b"P1000")[:5], 0.01)
    assert link.receive(b"", link.due()) == (NAK, None)


def test_a_response_whose_ack_was_lost_counts() -> None:
    link = Link()
    link.ask(codec.EJECT, 0.0)
    assert link.receive(encode(b"P3001"), 0.2) == (ACK, parse(b"P3001"))


def test_the_answer_to_another_command_is_dropped() -> None:
    link = Link()
    link.ask(codec.STATUS, 0.0)
    link.receive(ACK, 0.01)
    assert link.receive(encode(b"P3001"), 0.02) == (ACK, None)
    assert link.receive(encode(b"P1000"), 0.03) == (ACK, EMPTY)


def test_a_late_response_when_nothing_is_awaited_is_acknowledged_and_dropped() -> None:
    assert Link().receive(encode(b"P3001"), 5.0) == (ACK, None)


def test_stray_bytes_change_nothing() -> None:
    link = Link()
    link.ask(codec.STATUS, 0.0)
    assert link.receive(b"\xff\x00" + ACK + b"\x00\xff", 0.01) == (b"", None)
    assert link.receive(b"\xff" + encode(b"P1000"), 0.02) == (ACK, EMPTY)


def test_cancel_is_repeated_when_it_is_not_heard() -> None:
    link = Link()
    link.ask(codec.EJECT, 0.0)
    link.receive(ACK, 0.01)
    assert link.cancel(1.0) == CANCEL
    assert link.receive(b"", link.due()) == (CANCEL, None)
    assert link.receive(CANCEL, 1.4) == (b"", Cancelled(confirmed=True))


def test_a_reader_deaf_to_cancel_is_given_up() -> None:
    link = Link()
    link.cancel(0.0)
    assert silence(link) == (CANCEL * (CANCELS_MAX - 1), Cancelled(confirmed=False))


def test_a_response_after_cancel_ends_it_too() -> None:
    link = Link()
    link.ask(codec.CHIP_ON, 0.0)
    link.receive(ACK, 0.01)
    link.cancel(0.02)
    assert link.receive(encode(b"PI002;"), 0.03) == (ACK, Cancelled(confirmed=True))
    assert link.ask(codec.STATUS, 1.0) == encode(b"C10")
    assert link.receive(CANCEL + ACK + encode(b"P1002"), 1.1)[1] == parse(b"P1002")


noise = st.one_of(
    st.binary(max_size=12),
    st.sampled_from([ACK, NAK, CANCEL, DAMAGED, encode(b"P3001"), encode(b"P10"), b""]),
)


@given(st.sampled_from(EVERYTHING), st.lists(noise, max_size=12))
def test_whatever_is_heard_the_link_ends_and_obeys_the_class(
    command: Command, pieces: list[bytes]
) -> None:
    link = Link()
    sent = link.ask(command, 0.0)
    now = 0.0
    outcome: Outcome | None = None
    for piece in pieces:
        now += 0.1
        out, outcome = link.receive(piece, now)
        sent += out
        if outcome:
            break
    if not outcome:
        out, outcome = silence(link)
        sent += out
    assert not link.busy
    times = sent.count(encode(command.text))
    assert times == 1 or command.retry is codec.Retry.REPEAT
    if isinstance(outcome, Positive):
        assert codec.answers(command, outcome)
