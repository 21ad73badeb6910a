"""One request, one answer, whatever the line does in between."""

from devices.acceptor import codec
from devices.acceptor.codec import Command
from devices.acceptor.framing import encode
from devices.acceptor.link import (
    ANSWER_SECONDS,
    ANSWER_SECONDS_MAX,
    BYTE_SECONDS,
    RESENDS_MAX,
    Link,
    Silent,
)

POLL = bytes((Command.POLL,))
FRAME = encode(POLL)
IDLING = encode(b"\x14")
ACK = encode(codec.ACK)


def asked(request: bytes = POLL) -> Link:
    """A link with a request under way since 0."""
    link = Link()
    assert link.ask(request, 0.0) == encode(request)
    return link


def test_an_answer_is_acknowledged() -> None:
    link = asked()
    assert link.receive(IDLING, 0.1) == (ACK, b"\x14")
    assert not link.busy


def test_an_ack_is_not_acknowledged() -> None:
    assert asked(bytes((Command.RESET,))).receive(ACK, 0.1) == (b"", codec.ACK)


def test_silence_is_met_by_the_same_bytes_again_and_ends() -> None:
    link, now, sent = asked(), 0.0, 0
    while link.busy:
        now = link.due()
        said, outcome = link.receive(b"", now)
        sent += said == FRAME
    assert sent == RESENDS_MAX
    assert outcome == Silent("silent")
    assert now < (RESENDS_MAX + 1) * (ANSWER_SECONDS + 0.1)


def test_a_nak_is_met_at_once() -> None:
    link = asked()
    assert link.receive(encode(codec.NAK), 0.1) == (FRAME, None)
    assert link.receive(encode(codec.NAK), 0.2) == (FRAME, None)
    assert link.receive(encode(codec.NAK), 0.3) == (b"", Silent("nak"))


def test_a_damaged_answer_is_asked_for_again() -> None:
    link = asked()
    damaged = IDLING[:-1] + b"\x00"
    assert link.receive(damaged, 0.1) == (b"", None)
    assert link.receive(b"", link.due())[0] in (b"", FRAME)
    while (came := link.receive(b"", link.due()))[0] != FRAME:
        assert came == (b"", None)
    assert link.receive(IDLING, 1.0) == (ACK, b"\x14")


def test_an_answer_to_something_else_is_dropped() -> None:
    link = asked()
    assert link.receive(ACK, 0.1) == (b"", None)
    assert link.receive(IDLING, 0.2) == (ACK, b"\x14")


def test_an_old_report_is_not_taken_for_a_new_one() -> None:
    token = codec.token_of("t1")
    link = asked(codec.encode_order(codec.Order(Command.REPORT, 2, 0, token)))
    old, new = (
        codec.Report(ask, codec.Verdict(0), 1, token, codec.DepositCode(1), codec.Flag(0), *tail)
        for ask, tail in ((1, (0, 0, 0, ())), (2, (0, 0, 0, ((2, 1),))))
    )
    assert link.receive(encode(codec.encode_report(old)), 0.1) == (b"", None)
    assert link.receive(encode(codec.encode_report(new)), 0.2)[1] == codec.encode_report(new)


def test_a_slow_answer_is_waited_for() -> None:
    table = encode(bytes(120))
    link = asked(bytes((Command.GET_BILL_TABLE,)))
    now, outcome = 0.1, None
    for byte in table:
        now += 0.005
        sent, outcome = link.receive(bytes((byte,)), now)
    assert now > ANSWER_SECONDS
    assert outcome == bytes(120)
    assert sent == ACK


def test_noise_without_end_does_not_hold_a_request_for_ever() -> None:
    link, now = asked(), 0.0
    while link.busy:
        now += BYTE_SECONDS * 2
        link.receive(b"\x02\x01", now)
    assert now < (RESENDS_MAX + 1) * (ANSWER_SECONDS_MAX + 0.1)


def test_what_comes_unasked_is_nothing() -> None:
    assert Link().receive(IDLING, 0.0) == (b"", None)
