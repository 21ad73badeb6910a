"""Bytes from nowhere on the acceptor's line and as its answers, near to sound ones."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.proof.fuzz.acceptor import TALK, acceptor_frames, acceptor_replies


@settings(deadline=None, database=None, derandomize=True, max_examples=60)
@given(st.binary(max_size=300))
@example(TALK)
@example(TALK[:-1])
def test_the_line(data: bytes) -> None:
    acceptor_frames(data)


@settings(deadline=None, database=None, derandomize=True, max_examples=150)
@given(st.binary(max_size=400))
@example(b"")
@example(b"\x02\x00\x00\x03\x00" * 60)
def test_the_answers(data: bytes) -> None:
    acceptor_replies(data)
