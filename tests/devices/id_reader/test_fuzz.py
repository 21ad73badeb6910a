"""Bytes from nowhere on the reader's line and in a record, near to sound ones."""

from hypothesis import example, given
from hypothesis import strategies as st

from devices.id_reader import codec, framing
from sim.proof.fuzz.documents import id_reader_frames, id_record
from sim.proof.fuzz.material import edited
from sim.world.identities import IDENTITIES

WHOLE = framing.encode(
    b"\0\0\x90" + codec.READ_HEAD + IDENTITIES["zhang_san"].text + bytes(codec.PHOTO_BYTES)
)
TALK = framing.encode(b"\0\0\x9f" + bytes(4)) + framing.encode(b"\0\0\x90" + bytes(8)) + WHOLE


@given(st.binary(max_size=400))
@example(TALK)
@example(WHOLE[:-1])
def test_the_line(data: bytes) -> None:
    id_reader_frames(data)


@given(st.binary(max_size=64))
def test_the_line_with_something_sound_edited(data: bytes) -> None:
    id_reader_frames(edited(TALK, data))


@given(st.binary(max_size=300))
@example(IDENTITIES["resident_hk"].text)
def test_the_record(data: bytes) -> None:
    id_record(data)
