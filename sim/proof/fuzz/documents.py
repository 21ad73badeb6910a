"""Targets of the identity card reader: its line, and the record of a document.

Whatever comes, nothing is raised, every buffer that held a document is overwritten, and noise is never
taken for somebody's age."""

from datetime import date

from devices.id_reader import codec, framing, record
from devices.id_reader.link import Link
from sim.proof.fuzz.material import edited, pieces
from sim.world.identities import IDENTITIES

DAY = date(2026, 1, 5)
COMMANDS = (codec.STATUS, codec.SAM_NUMBER, codec.FIND, codec.SELECT, codec.READ)
BANDS = frozenset(band for _, band in record.BANDS)


def id_reader_frames(data: bytes) -> None:
    """The framer whole and in pieces, every answer, and a link in the middle of each command."""
    items = framing.Framer().feed(data, 0.0)
    in_pieces = framing.Framer()
    assert [item for piece in pieces(data) for item in in_pieces.feed(piece, 0.0)] == items
    assert len(items) <= len(data)
    for item in items:
        if isinstance(item, framing.Frame):
            assert framing.encode(item.body)[2:] in data
            _answer(item)
    for command in COMMANDS:
        _link(command, data)


def _answer(frame: framing.Frame) -> None:
    response = codec.parse(frame)
    assert not any(frame.body)
    if response is None:
        return
    claimed = [command for command in COMMANDS if codec.answers(command, response)]
    assert len(claimed) != 1 or response.sw3 in (0x90, 0x9F, 0x80, 0x81, 0x41)
    text = codec.text_of(response)
    if text is not None:
        id_record(bytes(text))
    if response.sw3 == codec.OK and len(response.data) == codec.SAM_NUMBER.data_bytes:
        assert codec.sam_number(response)
    response.wipe()
    assert not any(response.data)


def _link(command: codec.Command, data: bytes) -> None:
    """A request is over in time, whatever was heard."""
    link, now, sent = Link(), 0.0, 1
    link.ask(command, 115_200, now)
    for piece in pieces(data):
        if not link.busy:
            break
        sent += bool(link.receive(piece, now)[0])
        now += 0.001
    while link.busy:
        assert link.due() < now + 20.0, "a request without an end"
        now = max(now, link.due())
        sent += bool(link.receive(b"", now)[0])
    assert sent <= 3


def id_record(data: bytes) -> None:
    """Any bytes as a record, and good ones edited: a band or a reason, and of noise never a band that
    a good number does not carry."""
    good = IDENTITIES["zhang_san"].text
    for text in (data, edited(good, data), edited(IDENTITIES["foreigner_form_i"].text, data)):
        found = record.parse(text, DAY)
        assert isinstance(found, record.Unread) or found in BANDS
        if len(text) != codec.TEXT_BYTES:
            assert found == record.Unread("unreadable")
