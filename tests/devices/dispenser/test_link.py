"""The conversation without a port: bytes and instants in, bytes and outcomes out."""

import pytest

from devices.dispenser import codec
from devices.dispenser.codec import Ask, Command, Dispense, Tally
from devices.dispenser.link import Answered, Late, Link, Order, Outcome, Rejected, Silent
from terminal.ports import NEVER

ACK, NAK, EOT = b"\x06", b"\x15", b"\x04"
FRAME = codec.encode_request(Dispense((3, 0, 2, 0)))
PAY = Order(FRAME, 62.0, once=True, hold=True)
ASK = Order(codec.encode_request(Ask(Command.STATUS)))
RESULT = codec.encode_tally(
    Command.DISPENSE, Tally(0, (3, 0, 2, 0), (0, 0, 0, 0), (True, True, True, True))
)
PURGED = codec.encode_tally(
    Command.PURGE, Tally(0, (0, 0, 0, 0), (0, 0, 0, 0), (True, True, True, True))
)
BAD = RESULT[:6] + b"\x7f" + RESULT[7:]


def told(link: Link) -> tuple[float, bytes, list[Outcome]]:
    """Let time pass to the next thing the link does by itself."""
    instant = link.due()
    return instant, *link.advance(instant)


def raws(outcomes: list[Outcome]) -> list[bytes]:
    return [outcome.frame.raw for outcome in outcomes if isinstance(outcome, Answered | Late)]


def test_a_held_response_is_acknowledged_on_release_and_not_before() -> None:
    link = Link()
    assert link.ask(PAY, 0.0) == FRAME
    assert link.hear(ACK, 0.1) == (b"", [])
    said, learnt = link.hear(RESULT, 3.0)
    assert said == b""
    assert raws(learnt) == [RESULT]
    assert link.hear(RESULT, 4.0) == (b"", [])
    assert link.release(4.1) == ACK
    assert link.hear(EOT, 4.2) == (b"", [])
    assert link.free()
    assert not link.listening(4.2)
    assert link.release(4.3) == b""


def test_a_query_is_acknowledged_at_once_and_answered_at_eot() -> None:
    link = Link()
    link.ask(ASK, 0.0)
    status = codec.encode_status(codec.StatusReport(0, 0, (codec.CassetteStatus(True, False),) * 4))
    assert link.hear(ACK + status, 0.1) == (ACK, [])
    said, learnt = link.hear(EOT, 0.2)
    assert said == b""
    assert raws(learnt) == [status]


def test_a_missing_eot_is_no_error_and_repeats_are_acknowledged_meanwhile() -> None:
    link = Link()
    link.ask(PAY, 0.0)
    link.hear(ACK + RESULT, 1.0)
    link.release(1.0)
    assert told(link) == (1.5, b"", [])
    assert link.free()
    assert link.listening(1.6)
    said, learnt = link.hear(RESULT, 2.0)
    assert said == ACK
    assert [type(each) for each in learnt] == [Late]
    assert not link.listening(10.0)


@pytest.mark.parametrize("noise", [b"", b"\x42", b"\x15\x42", b"\x15\x06", ACK + NAK])
def test_silence_or_doubt_never_sends_a_payment_again(noise: bytes) -> None:
    link = Link()
    link.ask(PAY, 0.0)
    said, _ = link.hear(noise, 0.3)
    learnt: list[Outcome] = []
    while link.due() <= 100.0:
        _, more, news = told(link)
        said += more
        learnt += news
    assert said == b""
    assert learnt == [Silent("no answer", ACK in noise, 0.0)]


def test_a_payment_is_listened_for_without_an_ack() -> None:
    link = Link()
    link.ask(PAY, 0.0)
    assert told(link) == (1.0, b"", [])
    assert raws(link.hear(RESULT, 40.0)[1]) == [RESULT]


def test_a_lone_nak_repeats_a_payment_but_only_when_the_time_for_an_ack_is_over() -> None:
    link = Link()
    link.ask(PAY, 0.0)
    assert link.hear(NAK, 0.1) == (b"", [])
    assert told(link) == (1.0, FRAME, [])
    link.hear(NAK, 1.1)
    assert told(link) == (2.0, FRAME, [])
    link.hear(NAK, 2.1)
    assert told(link) == (3.0, b"", [Rejected()])
    assert link.free()


def test_a_query_is_sent_three_times_and_then_given_up() -> None:
    link = Link()
    link.ask(ASK, 0.0)
    assert told(link) == (1.0, ASK.frame, [])
    assert told(link) == (2.0, ASK.frame, [])
    assert told(link) == (3.0, b"", [Silent("no ACK", False, 2.0)])


def test_a_query_refused_is_sent_again_at_once() -> None:
    link = Link()
    link.ask(ASK, 0.0)
    assert link.hear(NAK, 0.1) == (ASK.frame, [])
    assert link.hear(NAK, 0.2) == (ASK.frame, [])
    assert link.hear(NAK, 0.3) == (b"", [Rejected()])


def test_a_bad_response_is_refused_three_times_and_the_fourth_ends_it() -> None:
    link = Link()
    link.ask(PAY, 0.0)
    link.hear(ACK, 0.1)
    for number in range(3):
        assert link.hear(BAD, 1.0 + number) == (NAK, [])
    assert link.hear(BAD, 9.0) == (b"", [Silent("bad frames", True, 0.0)])


def test_a_torn_response_is_refused_after_200_ms() -> None:
    link = Link()
    link.ask(PAY, 0.0)
    link.hear(ACK + RESULT[:9], 1.0)
    instant, said, learnt = told(link)
    assert (round(instant, 3), said, learnt) == (1.2, NAK, [])
    assert raws(link.hear(RESULT, 1.3)[1]) == [RESULT]


def test_the_answer_to_another_question_is_late_and_not_taken_for_this_one() -> None:
    link = Link()
    link.ask(PAY, 0.0)
    link.hear(ACK, 0.1)
    said, learnt = link.hear(PURGED, 1.0)
    assert said == ACK
    assert learnt == [Late(learnt[0].frame)] if isinstance(learnt[0], Late) else False
    assert raws(link.hear(RESULT, 2.0)[1]) == [RESULT]


@pytest.mark.parametrize(
    ("heard", "accepted"),
    [(b"", False), (ACK, True)],
)
def test_a_lost_link_ends_what_was_open(heard: bytes, accepted: bool) -> None:
    link = Link()
    link.ask(PAY, 7.0)
    link.hear(heard, 7.1)
    assert link.lost() == [Silent("link lost", accepted, 7.0)]
    assert link.free()
    assert link.lost() == []


def test_half_a_frame_left_over_is_waited_for_by_nobody_and_swallows_no_ack() -> None:
    link = Link()
    link.hear(RESULT[:9], 0.0)
    assert link.due() == NEVER
    link.ask(PAY, 0.1)
    link.hear(ACK, 0.15)
    assert raws(link.hear(RESULT, 2.0)[1]) == [RESULT]


def test_asking_in_the_middle_of_a_conversation_is_a_mistake() -> None:
    link = Link()
    link.ask(ASK, 0.0)
    with pytest.raises(AssertionError, match="asked in the middle"):
        link.ask(ASK, 0.1)
