"""The simulated identity card reader against the protocol: every command, the order, faults.

Frames are written out where hardware-protocols 5.8 prints them; no driver is involved."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.id_reader.framing import PREAMBLE, Frame, Framer, encode
from sim.world.id_reader import (
    LATE_SECONDS,
    PIECE_GAP_SECONDS,
    RADIO_SECONDS,
    READ_SECONDS,
    Fault,
    IdReaderFirmware,
)
from sim.world.identities import FIELDS, IDENTITIES
from terminal.ports import NEVER

STATUS = bytes.fromhex("AA AA AA 96 69 00 03 11 FF ED")
FIND = bytes.fromhex("AA AA AA 96 69 00 03 20 01 22")
SELECT = bytes.fromhex("AA AA AA 96 69 00 03 20 02 21")
READ = bytes.fromhex("AA AA AA 96 69 00 03 30 01 32")

READY = bytes.fromhex("AA AA AA 96 69 00 04 00 00 90 94")
FOUND = bytes.fromhex("AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97")
NO_CARD = bytes.fromhex("AA AA AA 96 69 00 04 00 00 80 84")
SELECTED = bytes.fromhex("AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C")
SELECT_FAILED = bytes.fromhex("AA AA AA 96 69 00 04 00 00 81 85")
READ_FAILED = bytes.fromhex("AA AA AA 96 69 00 04 00 00 41 45")
WRONG_ORDER = bytes.fromhex("AA AA AA 96 69 00 04 00 00 21 25")
WRONG_CHECK = bytes.fromhex("AA AA AA 96 69 00 04 00 00 10 14")
WRONG_LENGTH = bytes.fromhex("AA AA AA 96 69 00 04 00 00 11 15")
NOT_AUTHORISED = bytes.fromhex("AA AA AA 96 69 00 04 00 00 66 62")


class Desk:
    """A firmware on the table: bytes in and out by hand, time by hand."""

    def __init__(self, document: str = "", *, needs_lifting: bool = False) -> None:
        self.firmware = IdReaderFirmware(needs_lifting=needs_lifting)
        self.now = 0.0
        if document:
            assert self.firmware.place(document)

    def passes(self, seconds: float) -> bytes:
        """Let time pass, stopping wherever something happens; everything it says."""
        end = self.now + seconds
        said = self.firmware.advance(self.now)
        while (due := self.firmware.due(self.now)) <= end:
            self.now = max(self.now, due)
            said += self.firmware.advance(self.now)
        self.now = end
        return said + self.firmware.advance(end)

    def ask(self, request: bytes, seconds: float = 10.0) -> bytes:
        """One request; everything said within the time."""
        self.firmware.feed(request, self.now)
        return self.passes(seconds)

    def selected(self) -> "Desk":
        assert self.ask(FIND) == FOUND
        assert self.ask(SELECT) == SELECTED
        return self


# --- the worked exchanges -----------------------------------------------------------------------


def test_the_worked_exchanges_to_the_byte() -> None:
    desk = Desk()
    assert desk.ask(STATUS) == READY
    assert desk.ask(bytes.fromhex("AA AA AA 96 69 00 03 10 FF EC")) == READY
    assert desk.ask(FIND) == NO_CARD
    assert desk.firmware.place("zhang_san")
    assert desk.ask(FIND) == FOUND
    assert desk.ask(SELECT) == SELECTED
    read = desk.ask(READ)
    assert read[:14] == bytes.fromhex("AA AA AA 96 69 05 08 00 00 90 01 00 04 00")
    assert (len(read), read[-1]) == (1295, 0x43)
    assert read[14:270] == IDENTITIES["zhang_san"].text
    assert not any(read[270:-1])


def test_the_modules_number() -> None:
    said = Desk().ask(bytes.fromhex("AA AA AA 96 69 00 03 12 FF EE"))
    assert said[5:10] == bytes.fromhex("00 14 00 00 90")
    assert len(said) == 27


def test_the_rf_frame_size_is_taken() -> None:
    assert Desk().ask(bytes.fromhex("AA AA AA 96 69 00 04 61 FF 50 CA")) == READY


@pytest.mark.parametrize(
    ("name", "finger", "total"), [("zhang_san", 0, 1297), ("moved", 1024, 2321)]
)
def test_text_photo_and_fingerprint(name: str, finger: int, total: int) -> None:
    said = Desk(name).selected().ask(encode(b"\x30\x10"))
    assert len(said) == total
    assert said[10:16] == bytes.fromhex("01 00 04 00") + finger.to_bytes(2, "big")
    assert said[16:272] == IDENTITIES[name].text


def test_the_latest_address_before_and_after_the_read() -> None:
    desk = Desk("moved").selected()
    address = desk.ask(encode(b"\x30\x03"))
    assert address[7:10] == b"\0\0\x90"
    assert address[10:-1].decode("utf-16-le").strip() == IDENTITIES["moved"].moved_to
    assert len(address) == 81
    desk.ask(READ)
    assert desk.ask(encode(b"\x30\x03")) == address


def test_no_latest_address_is_no_content() -> None:
    assert Desk("zhang_san").selected().ask(encode(b"\x30\x03")) == encode(b"\0\0\x91")


@pytest.mark.parametrize(
    ("code", "baudrate"), [(0, 115200), (1, 57600), (2, 38400), (3, 19200), (4, 9600)]
)
def test_the_line_speed_is_settable(code: int, baudrate: int) -> None:
    desk = Desk()
    assert desk.ask(encode(bytes((0x60, code)))) == READY
    assert desk.firmware.baudrate == baudrate
    desk.firmware.host_baudrate = 14400
    assert desk.ask(STATUS) == b""
    desk.firmware.host_baudrate = baudrate
    assert desk.ask(STATUS) == READY


# --- the order ----------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", [SELECT, READ, encode(b"\x30\x10"), encode(b"\x30\x03")])
def test_nothing_before_find(request_: bytes) -> None:
    assert Desk("zhang_san").ask(request_) == WRONG_ORDER


def test_no_read_before_select_and_then_all_begins_anew() -> None:
    desk = Desk("zhang_san")
    desk.ask(FIND)
    assert desk.ask(READ) == WRONG_ORDER
    assert desk.ask(SELECT) == WRONG_ORDER


def test_every_reading_begins_with_find() -> None:
    desk = Desk("zhang_san").selected()
    assert len(desk.ask(READ)) == 1295
    assert desk.ask(READ) == WRONG_ORDER
    assert len(desk.selected().ask(READ)) == 1295


@pytest.mark.parametrize("body", ["00 00", "20 03", "60 05", "11 00", "FF FF 01"])
def test_what_is_not_known_is_refused(body: str) -> None:
    assert Desk().ask(encode(bytes.fromhex(body))) == WRONG_ORDER


# --- the document moves -------------------------------------------------------------------------


def test_one_document_at_a_time() -> None:
    desk = Desk("zhang_san")
    assert not desk.firmware.place("li_xiaoming")
    assert desk.firmware.lift() == "zhang_san"
    assert desk.firmware.lift() is None
    assert desk.firmware.lying is None


@pytest.mark.parametrize("back", [False, True])
def test_lifted_between_find_and_select(back: bool) -> None:
    desk = Desk("zhang_san")
    desk.ask(FIND)
    desk.firmware.lift()
    if back:
        desk.firmware.place("li_xiaoming")
    assert desk.ask(SELECT) == SELECT_FAILED
    assert desk.ask(READ) == WRONG_ORDER


@pytest.mark.parametrize("back", [False, True])
def test_lifted_between_select_and_read(back: bool) -> None:
    desk = Desk("zhang_san").selected()
    desk.firmware.lift()
    if back:
        desk.firmware.place("zhang_san")
    assert desk.ask(READ) == READ_FAILED


def test_lifted_while_it_is_read() -> None:
    desk = Desk("zhang_san").selected()
    assert desk.ask(READ, READ_SECONDS / 2) == b""
    desk.firmware.lift()
    assert desk.passes(1.0) == READ_FAILED


def test_a_reader_that_finds_a_document_that_stays_again_and_again() -> None:
    desk = Desk("zhang_san")
    assert [desk.ask(FIND) for _ in range(3)] == [FOUND] * 3


def test_a_reader_that_wants_it_lifted_first() -> None:
    desk = Desk("zhang_san", needs_lifting=True)
    assert [desk.ask(FIND) for _ in range(3)] == [FOUND, NO_CARD, NO_CARD]
    desk.firmware.lift()
    assert desk.ask(FIND) == NO_CARD
    desk.firmware.place("zhang_san")
    assert desk.ask(FIND) == FOUND


def test_power_lost_and_back() -> None:
    desk = Desk("zhang_san").selected()
    desk.firmware.feed(READ, desk.now)
    desk.firmware.power_cycle()
    assert desk.passes(5) == b""
    assert desk.ask(READ) == WRONG_ORDER
    assert desk.firmware.lying == "zhang_san"


def test_documents_that_are_none_or_not_genuine() -> None:
    bus = Desk("bus_card")
    assert bus.ask(FIND) == FOUND
    assert bus.ask(SELECT) == encode(b"\0\0\x40")
    assert Desk("forged").selected().ask(READ) == encode(b"\0\0\x32")


# --- the line -----------------------------------------------------------------------------------


def test_a_wrong_check_byte_is_refused_and_nothing_happens() -> None:
    desk = Desk("zhang_san")
    assert desk.ask(FIND[:-1] + b"\0") == WRONG_CHECK
    assert desk.firmware.order == ""
    assert desk.firmware.heard(b"\x20\x01") == 0


def test_a_request_of_the_wrong_length_is_refused() -> None:
    desk = Desk()
    assert desk.ask(encode(b"\x11\xff\x00")) == WRONG_LENGTH
    assert desk.ask(PREAMBLE + b"\xff\xff") == WRONG_LENGTH
    assert desk.ask(PREAMBLE + b"\x00\x02\x11\x13") == WRONG_LENGTH
    assert desk.ask(STATUS) == READY


def test_a_request_that_breaks_off_is_refused_after_the_gap() -> None:
    desk = Desk()
    assert desk.ask(STATUS[:8], 0.2) == b""
    assert desk.passes(0.1) == WRONG_LENGTH


def test_while_it_works_it_is_deaf() -> None:
    desk = Desk("zhang_san")
    desk.firmware.feed(FIND + STATUS, 0.0)
    desk.firmware.feed(STATUS, RADIO_SECONDS / 2)
    assert desk.passes(1.0) == FOUND


def test_it_takes_its_time() -> None:
    desk = Desk("zhang_san")
    assert desk.ask(FIND, RADIO_SECONDS * 0.9) == b""
    assert desk.passes(RADIO_SECONDS * 0.1) == FOUND
    desk.ask(SELECT)
    assert desk.ask(READ, READ_SECONDS * 0.9) == b""
    assert len(desk.passes(READ_SECONDS * 0.1)) == 1295


# --- faults ---------------------------------------------------------------------------------------

DAMAGED: dict[Fault, bytes] = {
    "responseLost": b"",
    "responseCorrupt": READY[:-1] + bytes((READY[-1] ^ 0x10,)),
    "responseCut": READY[: len(READY) // 2],
    "responseTooLong": PREAMBLE + bytes.fromhex("09 61 00 00 90 94"),
}


@pytest.mark.parametrize("fault", DAMAGED)
def test_an_answer_is_spoiled_once(fault: Fault) -> None:
    desk = Desk()
    desk.firmware.arm(fault)
    assert desk.ask(STATUS) == DAMAGED[fault]
    assert desk.ask(STATUS) == READY


@pytest.mark.parametrize("fault", ["noiseBefore", "extraPreamble"])
def test_something_stands_before_a_good_answer(fault: Fault) -> None:
    desk = Desk()
    desk.firmware.arm(fault, 2)
    for _ in range(2):
        said = desk.ask(STATUS)
        assert said.endswith(READY)
        assert len(said) > len(READY)
        assert Framer().feed(said, 0.0) == [Frame(bytearray(b"\0\0\x90"))]
    assert desk.ask(STATUS) == READY


def test_an_answer_in_pieces_of_one_byte() -> None:
    desk = Desk()
    desk.firmware.arm("responseInPieces")
    desk.firmware.feed(STATUS, 0.0)
    pieces = [desk.passes(PIECE_GAP_SECONDS) for _ in range(len(READY))]
    assert b"".join(pieces) == READY
    assert {len(piece) for piece in pieces} == {1}


def test_a_late_answer() -> None:
    desk = Desk()
    desk.firmware.arm("responseLate")
    assert desk.ask(STATUS, LATE_SECONDS) == b""
    assert desk.passes(0.1) == READY


def test_silence_and_babble_last_until_they_are_taken_back() -> None:
    desk = Desk()
    desk.firmware.arm("silence")
    assert desk.ask(STATUS) + desk.ask(STATUS) == b""
    desk.firmware.disarm("silence")
    desk.firmware.arm("babble")
    babble = desk.ask(STATUS)
    assert babble
    assert desk.ask(STATUS) == babble
    assert Framer().feed(babble, 0.0) == []
    desk.firmware.disarm("babble")
    assert desk.ask(STATUS) == READY


def test_every_fault_is_tried_here() -> None:
    rest = {"noiseBefore", "extraPreamble", "responseInPieces", "responseLate"}
    assert set(get_args(Fault)) == set(DAMAGED) | rest | {"silence", "babble"}


def test_a_status_can_be_had_for_any_request() -> None:
    desk = Desk("zhang_san")
    desk.firmware.fail(0x66)
    desk.firmware.fail(0x24, b"\x20\x01", 2)
    assert desk.ask(STATUS) == NOT_AUTHORISED
    assert desk.ask(STATUS) == READY
    assert [desk.ask(FIND)[9] for _ in range(3)] == [0x24, 0x24, 0x9F]
    desk.firmware.fail(0x60, times=99)
    assert desk.ask(STATUS)[9] == 0x60
    desk.firmware.mend()
    assert desk.ask(STATUS) == READY


# --- outliving the terminal -------------------------------------------------------------------------


@given(st.lists(st.sampled_from([FIND, SELECT, READ, STATUS]), max_size=6), st.booleans())
def test_a_saved_reader_goes_on_where_it_stood(requests: list[bytes], needs_lifting: bool) -> None:
    desk = Desk("zhang_san", needs_lifting=needs_lifting)
    for request in requests:
        desk.ask(request, 0.5)
    kept = json.loads(json.dumps(desk.firmware.snapshot()))
    other = Desk()
    other.firmware.restore(kept)
    other.now = desk.now
    assert other.firmware.snapshot() == desk.firmware.snapshot()
    assert other.ask(SELECT) == desk.ask(SELECT)
    assert other.ask(FIND) == desk.ask(FIND)


@given(st.binary(max_size=200))
def test_whatever_comes_it_answers_the_next_request(noise: bytes) -> None:
    desk = Desk()
    desk.ask(noise)
    desk.passes(10)
    assert desk.firmware.due(desk.now) == NEVER
    assert desk.ask(STATUS) == READY


def test_no_field_of_a_form_overlaps_another() -> None:
    for form, fields in FIELDS.items():
        used = [byte for offset, size in fields.values() for byte in range(offset, offset + size)]
        assert len(used) == len(set(used)), form
        assert max(used) < 256
