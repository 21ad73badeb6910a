"""The simulated reader against the manual: every command, the link, motions, sensors, faults.

Frames are written out where hardware-protocols 4.11 prints them; no driver is involved."""

import json
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.card_reader.framing import ACK, CANCEL, NAK, Frame, Framer, Signal, encode
from sim.world.card_reader import (
    ACK_WAIT_SECONDS,
    CAPTURE_SECONDS,
    EJECT_SECONDS,
    INTAKE_SECONDS,
    CardReaderFirmware,
    Fault,
)
from sim.world.cards import CARDS
from terminal.ports import NEVER

WAKE = b"C0332400200001"
WORKED_STATUS = bytes.fromhex("F2 00 03 43 31 30 C5 2A")
WORKED_EMPTY = bytes.fromhex("F2 00 05 50 31 30 30 30 38 26")
WORKED_NOT_INITIALISED = bytes.fromhex("F2 00 05 4E 31 30 42 30 9D EF")


class Desk:
    """A firmware on the table: bytes in and out by hand, time by hand."""

    def __init__(self, wake: bytes = WAKE) -> None:
        self.firmware = CardReaderFirmware()
        self.now = 0.0
        if wake:
            assert self.ask(wake)[:1] == b"P"

    def says(self) -> bytes:
        return self.firmware.advance(self.now)

    def passes(self, seconds: float) -> bytes:
        """Let time pass, stopping wherever something happens; everything it says."""
        end = self.now + seconds
        said = self.says()
        while (due := self.firmware.due(self.now)) <= end:
            self.now = max(self.now, due)
            said += self.says()
        self.now = end
        return said + self.says()

    def hears(self, data: bytes) -> bytes:
        self.firmware.feed(data, self.now)
        return self.says()

    def ask(self, text: bytes, seconds: float = 40.0) -> bytes:
        """One command with everything around it; the TEXT of the response."""
        said = self.hears(encode(text))
        start = self.now
        while len(items := Framer().feed(said, 0.0)) < 2 and self.now < start + seconds:
            due = self.firmware.due(self.now)
            if due == NEVER:
                break
            self.now = max(self.now, due)
            said += self.says()
        assert items[0] is Signal.ACK, items
        assert len(items) == 2, items
        assert isinstance(items[1], Frame)
        assert self.hears(ACK) == b""
        return items[1].text

    def with_card(self, name: str = "lin") -> "Desk":
        assert self.ask(b"C:0") == b"P:000"
        assert self.firmware.insert(name)
        self.passes(INTAKE_SECONDS)
        assert self.ask(b"C:1") == b"P:102"
        return self

    def at_gate(self) -> "Desk":
        self.with_card()
        assert self.ask(b"C30") == b"P3001"
        return self


# --- the link ---------------------------------------------------------------------------------


def test_the_worked_status_exchange_to_the_byte() -> None:
    desk = Desk()
    assert desk.hears(WORKED_STATUS) == ACK + WORKED_EMPTY


def test_nothing_but_initialize_works_after_power_on() -> None:
    desk = Desk(wake=b"")
    assert desk.hears(WORKED_STATUS) == ACK + WORKED_NOT_INITIALISED
    desk.hears(ACK)
    for text in (b"C13", b"C30", b"C:0", b"CI0", b"CT015"):
        assert desk.ask(text)[3:] == b"B0"


def test_a_damaged_command_is_refused_and_not_executed() -> None:
    desk = Desk().with_card()
    assert desk.hears(encode(b"C30")[:-1] + b"\x00") == NAK
    assert desk.firmware.motions["eject"] == 0


def test_a_command_that_breaks_off_is_refused_after_the_gap() -> None:
    desk = Desk()
    assert desk.hears(WORKED_STATUS[:5]) == b""
    assert desk.passes(0.3) == NAK


def test_a_response_is_repeated_on_nak_and_only_then() -> None:
    desk = Desk()
    assert desk.hears(WORKED_STATUS) == ACK + WORKED_EMPTY
    assert desk.hears(NAK) == WORKED_EMPTY
    assert desk.passes(1.0) == b""
    assert desk.hears(NAK) == b""


def test_silence_after_a_response_means_neutral_without_repeat() -> None:
    desk = Desk()
    desk.hears(WORKED_STATUS)
    assert desk.passes(ACK_WAIT_SECONDS + 0.1) == b""
    assert desk.hears(WORKED_STATUS) == ACK + WORKED_EMPTY


def test_a_new_command_may_come_instead_of_the_ack() -> None:
    desk = Desk()
    desk.hears(WORKED_STATUS)
    assert desk.hears(encode(b"C:1")) == ACK + encode(b"P:100")


def test_while_it_moves_a_card_it_hears_only_cancel() -> None:
    desk = Desk().with_card()
    assert desk.hears(encode(b"C30")) == ACK
    assert desk.hears(WORKED_STATUS + encode(b"C31")) == b""
    assert desk.hears(CANCEL) == CANCEL
    assert desk.hears(WORKED_STATUS) == ACK + encode(b"P1001")


@given(st.binary(max_size=60))
def test_noise_on_the_line_moves_nothing(noise: bytes) -> None:
    desk = Desk().with_card()
    desk.hears(noise)
    desk.passes(1.0)
    assert desk.firmware.where("lin") == "inside"
    assert desk.ask(b"C10") == b"P1002"


# --- commands ---------------------------------------------------------------------------------

WITHOUT_CARD = [
    ("C10", "P1000"),
    ("C11", "P1100@"),
    ("C12", "P1200H@@@"),
    ("C13", "P1300H@@@"),
    ("C14", "N1401"),
    ("C22", "N2219"),
    ("C30", "N3002"),
    ("C31", "N3102"),
    ("C40", "N4002"),
    ("C5000", "P5000"),
    ("C58", "P58000"),
    ("C60", "N6002"),
    ("C62", "N6202"),
    ("C70", "N7000"),
    ("C:0", "P:000"),
    ("C:1", "P:100"),
    ("C:3", "N:301"),
    ("C=0", "N=000"),
    ("C>0", "N>000"),
    ("C@0", "N@002"),
    ("C@1", "N@101"),
    ("CA1", "PA1003264-01A"),
    ("CC0", "NC002"),
    ("CI0", "NI002"),
    ("CI@", "NI@00"),
    ("CK0", "NK000"),
    ("CT015", "PT000"),
    ("CT031", "NT001"),
    ("CU0", "NU000"),
    ("CX0", "NX000"),
    ("X10", "N1000"),
]


@pytest.mark.parametrize(("text", "response"), WITHOUT_CARD, ids=[t for t, _ in WITHOUT_CARD])
def test_commands_without_a_card(text: str, response: str) -> None:
    assert Desk().ask(text.encode()) == response.encode()


WITH_CARD = [
    ("C10", "P1002"),
    ("C11", "P1102W"),
    ("C20", "P2002"),
    ("C30", "P3001"),
    ("C30020", "P3001"),
    ("C30021", "N3001"),
    ("C31", "P3100"),
    ("C40", "P4002"),
    ("C60", "P6002"),
    ("C61", "N6124"),
    ("C62", f"P6202{CARDS['lin'].track2}"),
    ("C67", "P6702010"),
    ("C6:", f"P6:02{CARDS['lin'].track2}"),
    ("C@0", "P@002"),
    ("C@2", "P@202"),
    ("CI0", "NI002"),
    ("CT001", "NT046"),
    ("C0032400", "P0001"),
    ("C0132400", "P0100"),
    ("C0332400", "P0302"),
    ("C03324000000", "P0302"),
    ("C0332400000010", "P0302111010"),
    ("C0932400", "N0901"),
    ("C0332410", "N0301"),
]


@pytest.mark.parametrize(("text", "response"), WITH_CARD, ids=[t for t, _ in WITH_CARD])
def test_commands_with_a_card_inside(text: str, response: str) -> None:
    assert Desk().with_card().ask(text.encode()) == response.encode()


@pytest.mark.parametrize(("name", "response"), [("transit", b"N6224"), ("stripe", b"P6202")])
def test_a_stripe_is_read_where_there_is_one(name: str, response: bytes) -> None:
    assert Desk().with_card(name).ask(b"C62").startswith(response)


def test_motions_take_their_time() -> None:
    desk = Desk().with_card()
    begun = desk.now
    desk.ask(b"C30")
    assert desk.now - begun == pytest.approx(EJECT_SECONDS)
    begun = desk.now
    desk.ask(b"C31")
    assert desk.now - begun == pytest.approx(CAPTURE_SECONDS)


def test_entry_answers_when_the_card_is_in() -> None:
    desk = Desk()
    assert desk.hears(encode(b"C20")) == ACK
    assert desk.passes(100) == b""
    assert desk.firmware.insert("lin")
    assert desk.passes(INTAKE_SECONDS) == encode(b"P2002")


def test_intake_for_encoded_cards_refuses_the_others() -> None:
    desk = Desk()
    desk.ask(b"C:2")
    assert desk.ask(b"C13") == b"P1300H@@F"
    assert not desk.firmware.insert("transit")
    assert desk.firmware.insert("lin")


def test_a_disabled_reader_keeps_its_shutter_shut() -> None:
    desk = Desk()
    assert not desk.firmware.insert("lin")
    assert desk.firmware.where("lin") == "outside"


def test_the_shutter_shuts_behind_one_card() -> None:
    desk = Desk()
    desk.ask(b"C:0")
    assert desk.firmware.insert("lin")
    assert not desk.firmware.insert("chen")
    assert not desk.firmware.insert("lin")
    desk.passes(INTAKE_SECONDS)
    assert not desk.firmware.insert("chen")


def test_the_watch_ends_when_the_card_is_taken() -> None:
    desk = Desk().at_gate()
    assert desk.hears(encode(b"CT015")) == ACK
    assert desk.passes(5) == b""
    assert desk.firmware.take_card() == "lin"
    assert desk.says() == encode(b"PT000")


def test_captures_are_counted_only_if_asked_for() -> None:
    desk = Desk(wake=b"C0632400")
    desk.with_card()
    assert desk.ask(b"CC199") == b"PC102"
    assert desk.ask(b"C31") == b"N3150"
    assert desk.ask(b"CC107") == b"PC102"
    assert desk.ask(b"C31") == b"P3100"
    assert desk.ask(b"CC0") == b"PC00008"
    assert desk.firmware.counter == 8


def test_moving_a_card_under_the_contact_is_refused() -> None:
    desk = Desk().with_card()
    desk.ask(b"C@0")
    assert desk.ask(b"C13") == b"P1302NW@@"
    for text in (b"C30", b"C31", b"C40", b"C60"):
        assert desk.ask(text)[3:] == b"05"
    assert desk.ask(b"C@2") == b"P@202"
    assert desk.ask(b"C30") == b"P3001"


# --- chip -------------------------------------------------------------------------------------

SELECT = bytes.fromhex("00A404000E315041592E5359532E444446303100")
SELECT_UNIONPAY = bytes.fromhex("00A4040008A00000033301010100")


def with_chip(name: str = "lin") -> Desk:
    desk = Desk().with_card(name)
    assert desk.ask(b"C@0") == b"P@002"
    return desk


def test_a_chip_session() -> None:
    desk = with_chip()
    assert desk.ask(b"CI9" + SELECT) == b"NI965"
    assert desk.ask(b"CI2") == b"PI202\x00"
    assert desk.ask(b"CI0").startswith(b"PI002\x3b")
    assert desk.ask(b"CI2") == b"PI202\x05"
    assert desk.ask(b"CI9" + SELECT).startswith(b"PI402\x6f")
    assert desk.ask(b"CI4" + SELECT)[-2:] == b"\x90\x00"
    assert desk.ask(b"CI3" + SELECT) == b"NI362"
    assert desk.ask(b"CI5" + SELECT[:8]) == b"PI702"
    assert desk.ask(b"CI6" + SELECT[8:])[-2:] == b"\x90\x00"
    assert desk.ask(b"CI8").startswith(b"PI802\x3b")
    assert desk.ask(b"CI1") == b"PI102"
    assert desk.ask(b"CI9" + SELECT) == b"NI965"


def test_the_worked_answer_of_a_chip_without_a_directory() -> None:
    desk = with_chip("transit")
    desk.ask(b"CI0")
    said = desk.hears(encode(b"CI9" + SELECT)) + desk.passes(1)
    assert said == ACK + bytes.fromhex("F2 00 07 50 49 34 30 32 6A 82 BD AD")


@pytest.mark.parametrize(("name", "error"), [("dead", b"NI061"), ("stripe", b"NI063")])
def test_cards_without_a_working_chip(name: str, error: bytes) -> None:
    assert with_chip(name).ask(b"CI0") == error


def test_a_long_answer_may_come_in_parts() -> None:
    desk = with_chip()
    desk.ask(b"CI0")
    whole = desk.ask(b"CI9" + SELECT_UNIONPAY)[5:]
    desk.firmware.arm("chipInParts", 2)
    first = desk.ask(b"CI9" + SELECT_UNIONPAY)
    assert first[:3] == b"PI5"
    second, third = desk.ask(b"CI7"), desk.ask(b"CI7")
    assert (second[:3], third[:3]) == (b"PI5", b"PI6")
    assert first[5:] + second[5:] + third[5:] == whole


def test_cancel_during_a_chip_exchange_switches_the_chip_off() -> None:
    desk = with_chip()
    desk.ask(b"CI0")
    assert desk.hears(encode(b"CI9" + SELECT)) == ACK
    assert desk.hears(CANCEL) == CANCEL
    assert desk.ask(b"CI2") == b"PI202\x00"


# --- people and faults ------------------------------------------------------------------------


def test_a_card_pulled_out_during_intake_is_no_error() -> None:
    desk = Desk()
    desk.ask(b"C:0")
    desk.firmware.insert("lin")
    desk.passes(0.2)
    assert desk.ask(b"C10") == b"P1001"
    assert desk.firmware.pull_during_intake() == "lin"
    assert desk.ask(b"C10") == b"P1000"
    assert desk.firmware.insert("lin")


@pytest.mark.parametrize(("wake", "answer"), [(WAKE, b"N3140"), (b"C0332400", b"P3100")])
def test_a_card_pulled_out_during_capture_is_told_only_if_asked_for(
    wake: bytes, answer: bytes
) -> None:
    desk = Desk(wake)
    desk.with_card()
    assert desk.hears(encode(b"C31")) == ACK
    desk.passes(0.2)
    assert desk.firmware.pull_during_capture() == "lin"
    assert desk.passes(1) == encode(answer)
    desk.hears(ACK)
    assert desk.firmware.bin == ()
    assert desk.ask(b"C10") == b"P1000"


def test_a_mechanical_error_stays_until_it_is_cleared() -> None:
    desk = Desk().with_card()
    desk.firmware.arm("jamOnEject")
    assert desk.ask(b"C30") == b"N3010"
    for text in (b"C10", b"C11", b"C12"):
        assert desk.ask(text)[3:] == b"10"
    assert desk.ask(b"C13") == b"P1302HF@@"
    assert desk.ask(WAKE) == b"P0302"
    assert desk.ask(b"C10") == b"P1002"


def test_taking_a_stuck_card_out_clears_the_error() -> None:
    desk = Desk().with_card()
    desk.firmware.arm("jamOnCapture")
    assert desk.ask(b"C31") == b"N3110"
    assert desk.firmware.take_card() is None
    assert desk.firmware.remove_by_hand() == "lin"
    assert desk.ask(b"C10") == b"P1000"


@pytest.mark.parametrize(("power", "place"), [(b"0", "gate"), (b"2", "inside")])
def test_what_power_failure_does_with_a_card(power: bytes, place: str) -> None:
    desk = Desk(b"C0332400" + power)
    desk.with_card()
    desk.firmware.power_cycle()
    assert desk.firmware.place == place
    assert desk.ask(b"C10") == b"N10B0"


def test_every_fault_can_be_armed_and_taken_back() -> None:
    firmware = CardReaderFirmware()
    for fault in get_args(Fault):
        firmware.arm(fault)
        firmware.disarm(fault)
    assert firmware.snapshot() == CardReaderFirmware().snapshot()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("ackLost", WORKED_EMPTY),
        ("commandLost", b""),
        ("commandRefused", NAK),
        ("responseLost", ACK),
        ("strayBytes", b"\xff\x00" + ACK + WORKED_EMPTY),
        ("silence", b""),
    ],
)
def test_faults_on_the_wire(fault: Fault, said: bytes) -> None:
    desk = Desk()
    desk.firmware.arm(fault)
    assert desk.hears(WORKED_STATUS) == said


def test_a_corrupt_response_is_whole_when_repeated() -> None:
    desk = Desk()
    desk.firmware.arm("responseCorrupt")
    said = desk.hears(WORKED_STATUS)
    assert said != ACK + WORKED_EMPTY
    assert len(said) == len(ACK + WORKED_EMPTY)
    assert desk.hears(NAK) == WORKED_EMPTY


def test_a_response_with_a_gap() -> None:
    desk = Desk()
    desk.firmware.arm("responseGap")
    first = desk.hears(WORKED_STATUS)
    assert first + desk.passes(0.31) == ACK + WORKED_EMPTY
    assert len(first) == 5


# --- memory and conservation ------------------------------------------------------------------


@pytest.mark.parametrize("wait", [0.0, 0.1, 0.59])
@pytest.mark.parametrize("text", [b"C30", b"C31", b"C@0"])
def test_a_motion_goes_on_after_restore(text: bytes, wait: float) -> None:
    straight, restored = Desk().with_card(), Desk().with_card()
    said = [desk.hears(encode(text)) + desk.passes(wait) for desk in (straight, restored)]
    saved = json.loads(json.dumps(restored.firmware.snapshot()))
    restored.firmware = CardReaderFirmware()
    restored.firmware.restore(saved)
    assert restored.firmware.snapshot() == saved
    assert said[0] + straight.passes(5) == said[1] + restored.passes(5)
    assert straight.firmware.snapshot() == restored.firmware.snapshot()


def test_a_chip_session_goes_on_after_restore() -> None:
    desk = with_chip()
    desk.ask(b"CI0")
    desk.hears(encode(b"CI9" + SELECT))
    saved = json.loads(json.dumps(desk.firmware.snapshot()))
    desk.firmware = CardReaderFirmware()
    desk.firmware.restore(saved)
    assert b"\x90\x00" in desk.passes(1)


steps = st.one_of(
    st.sampled_from([b"C:0", b"C:1", b"C30", b"C31", b"C40", b"C@0", b"C@2", b"C10", WAKE]),
    st.sampled_from(["insert", "other", "take", "pull", "capture", "push", "power", "save"]),
    st.sampled_from(["jamOnEject", "jamOnCapture", "jamOnRetrieve", "jamOnIntake"]),
    st.sampled_from([0.1, 0.5, 1.0]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, max_size=25))
def test_every_card_is_in_exactly_one_place(story: list[bytes | str | float]) -> None:
    desk = Desk()
    hands = {"lin", "chen"}
    for step in story:
        firmware = desk.firmware
        out = None
        match step:
            case bytes():
                desk.hears(encode(step))
            case float():
                desk.passes(step)
            case "insert" | "other":
                name = {"insert": "lin", "other": "chen"}[step]
                if name in hands and firmware.insert(name):
                    hands.remove(name)
            case "take":
                out = firmware.take_card()
            case "pull":
                out = firmware.pull_during_intake()
            case "capture":
                out = firmware.pull_during_capture()
            case "push":
                firmware.push_back()
            case "power":
                firmware.power_cycle()
            case "save":
                saved = json.loads(json.dumps(firmware.snapshot()))
                desk.firmware = firmware = CardReaderFirmware()
                firmware.restore(saved)
            case fault:
                firmware.arm(fault)  # type: ignore[arg-type]
        if out:
            hands.add(out)
        held = {firmware.card} - {None}
        everywhere = [*hands, *held, *firmware.bin]
        assert sorted(everywhere, key=str) == ["chen", "lin"]
        for name in ("lin", "chen"):
            assert (firmware.where(name) == "outside") == (name in hands)
