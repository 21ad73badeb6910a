"""The LCDM-4000's firmware against the manual, frame by frame, and the notes it moves."""

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.dispenser import codec
from devices.dispenser.codec import (
    Ask,
    Command,
    Diagnose,
    Dispense,
    Request,
    SetPickOrder,
    SetReferences,
    Version,
)
from devices.dispenser.framing import EOT, Frame, Signal, Token, host_framer, pack
from sim.world.dispenser import CassetteState, DispenserFirmware
from terminal.ports import NEVER, Seconds

ACK, NAK, END = b"\x06", b"\x15", b"\x04"


class Wireless:
    """A host that speaks in raw bytes, with no cable between."""

    def __init__(self, reset_answers: int = 0) -> None:
        self.now: Seconds = 0.0
        cassettes = [CassetteState(n, 60) for n in (100, 50, 20)]
        self.device = DispenserFirmware(cassettes, reset_answers=reset_answers)
        self.taken: Counter[int] = Counter()

    def say(self, data: bytes) -> None:
        self.device.feed(data, self.now)

    def hear(self, seconds: Seconds = 20.0) -> bytes:
        """Everything said in so long, each at the instant it falls due."""
        end = self.now + seconds
        said = self.device.advance(self.now)
        while (instant := self.device.due(self.now)) <= end:
            self.now = max(self.now, instant)
            said += self.device.advance(self.now)
        self.now = end
        return said + self.device.advance(end)

    def ask(self, request: Request) -> Frame:
        """A whole transaction; its response."""
        self.say(codec.encode_request(request))
        tokens: list[Token] = host_framer().feed(self.until_frame(), 0.0)
        assert tokens[0] == Signal(0x06)
        (frame,) = [token for token in tokens[1:] if isinstance(token, Frame)]
        self.say(ACK)
        assert self.hear(0.1) == END
        return frame

    def until_frame(self) -> bytes:
        said = b""
        while len(said) < 2:
            self.now = max(self.now, self.device.due(self.now))
            said += self.device.advance(self.now)
        return said

    def total(self) -> Counter[int]:
        total = Counter(self.taken)
        for held in self.device.notes().values():
            total.update(held)
        return total


@pytest.fixture
def host() -> Wireless:
    return Wireless()


def answer(golden: str) -> bytes:
    return bytes.fromhex(golden)


def test_a_dispense_is_the_manuals_exchange_byte_for_byte(host: Wireless) -> None:
    host.device.arm("reject", command=Command.DISPENSE)
    host.say(answer("04 30 02 52 23 20 22 20 20 20 20 20 20 20 20 20 20 20 20 03 46"))
    assert host.hear(0.5) == ACK
    paid = "01 30 02 52 20 30 23 21 31 20 20 32 22 20 33 20 20 30 20 20 20 20 20 20 20 20 20 03"
    said = host.hear(2.9)
    assert said[:-1] == answer(paid)
    assert (
        said[-1]
        == codec.encode_tally(
            Command.DISPENSE,
            codec.Tally(0, (3, 0, 2, 0), (1, 0, 0, 0), (True, True, True, False)),
        )[-1]
    )
    host.say(ACK)
    assert host.hear() == END
    assert host.device.notes()["exit"] == {100: 3, 20: 2}
    assert host.device.notes()["reject"] == {100: 1}


def test_last_status_repeats_a_jam_as_in_the_manual(host: Wireless) -> None:
    host.device.arm("jam", after=4, error=0x04)
    host.ask(Dispense((3, 0, 2, 0)))
    last = host.ask(Ask(Command.LAST_STATUS))
    golden = "01 30 02 55 52 24 30 23 20 31 20 20 32 21 20 33 20 20 30 03 21"
    assert last.raw == answer(golden)


def test_it_takes_a_second_and_then_029_s_a_note(host: Wireless) -> None:
    host.say(codec.encode_request(Dispense((10, 0, 0, 0))))
    host.hear(0.99)
    assert host.device.notes()["exit"] == {}
    host.hear(0.02)
    assert host.device.notes()["exit"] == {100: 1}
    host.hear(0.29 * 4)
    assert host.device.notes()["exit"] == {100: 5}
    assert host.device.due(host.now) == pytest.approx(1.0 + 0.29 * 9, abs=0.01)


def test_purge_is_the_manuals_response_and_overwrites_the_last_result(host: Wireless) -> None:
    host.device.path.append([50, 0x04])
    status = codec.decode_status(host.ask(Ask(Command.STATUS)))
    assert status is not None
    assert status.path == 0x04
    golden = "01 30 02 51 20 30 20 20 31 20 20 32 20 20 33 20 20 30 03 71"
    assert host.ask(Ask(Command.PURGE)).raw == answer(golden)
    last = codec.decode_last(host.ask(Ask(Command.LAST_STATUS)))
    assert last is not None
    assert last.command == Command.PURGE
    assert host.device.notes()["path"] == {}
    assert host.device.notes()["reject"] == {50: 1}


def test_status_tells_cassettes_near_end_and_absence(host: Wireless) -> None:
    host.device.cassettes[0].count = 3
    host.device.remove_cassette(2)
    status = codec.decode_status(host.ask(Ask(Command.STATUS)))
    assert status is not None
    assert [(c.present, c.near_end) for c in status.cassettes] == [
        (True, True),
        (False, False),
        (True, False),
        (False, False),
    ]


def test_a_test_dispense_goes_to_the_reject_tray(host: Wireless) -> None:
    tally = codec.decode_tally(host.ask(Dispense((2, 0, 0, 0), test=True)))
    assert tally is not None
    assert tally.exits == (0, 0, 0, 0)
    assert host.device.notes()["reject"] == {100: 2}
    assert host.device.dispenses == 0


def test_the_short_form_has_a_short_response_and_counts_up_the_serial(host: Wireless) -> None:
    assert len(host.ask(Dispense((1, 0, 0, 0), short=True)).raw) == 21
    assert host.ask(Ask(Command.GET_SERIAL_NUMBER)).data == b"\x20\x21"


LENGTHS = [
    (Ask(Command.GET_OPACITIES), 15),
    (Ask(Command.GET_LENGTHS), 15),
    (Ask(Command.GET_PICK_ORDER), 11),
    (Ask(Command.GET_SERIAL_NUMBER), 8),
    (SetReferences(Command.SET_OPACITIES, (1, 2, 3, 4)), 7),
    (SetReferences(Command.SET_LENGTHS, (1, 2, 3, 4)), 7),
    (SetPickOrder((4, 3, 2, 1)), 7),
    (Diagnose(1), 11),
    (Version(), 23),
]


@pytest.mark.parametrize(("request_", "length"), LENGTHS)
def test_every_other_command_answers_with_its_length(
    host: Wireless, request_: Request, length: int
) -> None:
    loaded = host.total()
    assert len(host.ask(request_).raw) == length
    assert host.total() == loaded


def test_references_and_order_are_kept_and_zero_keeps_what_was(host: Wireless) -> None:
    host.ask(SetReferences(Command.SET_LENGTHS, (0, 0x5A, 0, 0)))
    assert host.ask(Ask(Command.GET_LENGTHS)).data[1:5] == b"\x36\x30\x35\x3a"
    host.ask(SetPickOrder((3, 2, 1, 4)))
    host.device.arm("jam", after=1, error=0x02)
    tally = codec.decode_tally(host.ask(Dispense((1, 0, 1, 0))))
    assert tally is not None
    assert tally.exits == (0, 0, 1, 0)


@pytest.mark.parametrize(("answers", "frames"), [(0, 0), (1, 1), (2, 2)])
def test_reset_answers_never_once_or_twice_and_forgets(answers: int, frames: int) -> None:
    host = Wireless(reset_answers=answers)
    host.ask(Dispense((1, 0, 0, 0)))
    host.say(codec.encode_request(Ask(Command.RESET)))
    tokens = host_framer().feed(host.hear(5.0), 0.0)
    assert sum(isinstance(token, Frame) for token in tokens) == frames
    assert codec.decode_last(host.ask(Ask(Command.LAST_STATUS))) is None


# --- handshake --------------------------------------------------------------------------------


def test_a_bad_check_byte_or_a_torn_frame_is_refused_and_not_executed(host: Wireless) -> None:
    frame = codec.encode_request(Dispense((1, 0, 0, 0)))
    host.say(frame[:-1] + bytes((frame[-1] ^ 1,)))
    assert host.hear(1.0) == NAK
    host.say(frame[:9])
    assert host.hear(1.0) == NAK
    assert host.device.dispenses == 0


def test_a_bad_parameter_is_answered_with_its_error(host: Wireless) -> None:
    host.say(pack(EOT, Command.SENSOR_DIAGNOSTICS, b"\x39"))
    said = host.hear(0.5)
    assert said[1:] == codec.encode_error(Command.SENSOR_DIAGNOSTICS, 0x31)


def test_an_unanswered_response_is_sent_three_times(host: Wireless) -> None:
    host.say(codec.encode_request(Ask(Command.STATUS)))
    said = host.hear()
    assert said.count(b"\x01\x30\x02\x50") == 3
    assert said[25:49] == said[1:25]
    host.say(ACK)
    assert host.hear() == b""


def test_a_refused_response_is_repeated_three_times_and_nothing_moves(host: Wireless) -> None:
    host.say(codec.encode_request(Dispense((1, 0, 0, 0))))
    said = host.hear(1.5)[1:]
    for _ in range(3):
        host.say(NAK)
        assert host.hear(0.1) == said
    host.say(NAK)
    assert host.hear(0.1) == b""
    assert host.device.dispenses == 1


def test_a_command_sent_while_it_moves_is_obeyed_afterwards(host: Wireless) -> None:
    frame = codec.encode_request(Dispense((1, 0, 0, 0)))
    host.say(frame)
    host.hear(0.5)
    host.say(frame)
    host.hear(20.0)
    assert host.device.dispenses == 2
    assert host.device.notes()["exit"] == {100: 2}


REFUSED = [
    ("tray", 0x26),
    ("path", 0x0B),
    ("cassette", 0x24),
]


@pytest.mark.parametrize(("trouble", "error"), REFUSED)
def test_what_is_missing_or_in_the_way_refuses_a_dispense(
    host: Wireless, trouble: str, error: int
) -> None:
    match trouble:
        case "tray":
            host.device.tray_present = False
        case "path":
            host.device.path.append([100, 0x04])
        case _:
            host.device.remove_cassette(1)
    tally = codec.decode_tally(host.ask(Dispense((1, 0, 0, 0))))
    assert tally is not None
    assert tally.error == error
    assert host.device.dispenses == 0


# --- a life cut short -----------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.5, 1.5, 2.2, 2.5, 4.0])
def test_an_operation_goes_on_from_a_file_as_if_nothing_had_happened(seconds: float) -> None:
    stories = []
    for saved in (False, True):
        host = Wireless()
        host.device.arm("reject", command=Command.DISPENSE)
        host.say(codec.encode_request(Dispense((3, 0, 2, 0))))
        said = host.hear(seconds)
        if saved:
            held = json.loads(json.dumps(host.device.snapshot()))
            host.device = DispenserFirmware([CassetteState(1, 1)])
            host.device.restore(held)
        stories.append((said + host.hear(10.0), host.device.notes(), host.device.dispenses))
    assert stories[0] == stories[1]


def test_half_a_frame_survives_too(host: Wireless) -> None:
    frame = codec.encode_request(Ask(Command.STATUS))
    host.say(frame[:3])
    host.device.restore(json.loads(json.dumps(host.device.snapshot())))
    host.say(frame[3:])
    assert host.hear(0.5)[:1] == ACK


@pytest.mark.parametrize("memory", ["old", "partial", "lost"])
def test_a_power_cut_leaves_notes_out_and_on_the_path(host: Wireless, memory: str) -> None:
    host.ask(Ask(Command.PURGE))
    host.device.arm("power_cut", after=2, memory=memory, seconds=5.0)
    host.say(codec.encode_request(Dispense((4, 0, 0, 0))))
    assert host.hear(3.0) == ACK
    assert not host.device.powered
    assert host.device.notes()["exit"] == {100: 2}
    assert host.device.notes()["path"] == {100: 1}
    host.hear(10.0)
    last = codec.decode_last(host.ask(Ask(Command.LAST_STATUS)))
    if memory == "lost":
        assert last is None
    else:
        assert last is not None
        assert last.command == (Command.PURGE if memory == "old" else Command.DISPENSE)


def test_without_power_it_hears_and_says_nothing(host: Wireless) -> None:
    host.device.power_off(0.0)
    host.say(codec.encode_request(Ask(Command.STATUS)))
    assert host.hear() == b""
    assert host.device.due(host.now) == NEVER


# --- notes ----------------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.builds(
            Dispense, st.tuples(*[st.integers(0, 30)] * 3, st.just(0)), st.booleans(), st.booleans()
        ),
        st.sampled_from([Ask(Command.PURGE), Ask(Command.RESET), Diagnose(2), Ask(Command.STATUS)]),
        st.tuples(st.just("jam"), st.sampled_from(sorted(codec.ERRORS)[1:]), st.integers(0, 12)),
        st.tuples(st.just("power_cut"), st.integers(0, 5), st.integers(0, 5)),
        st.tuples(st.just("reject"), st.integers(1, 12), st.just(0)),
        st.just("take"),
    ),
    max_size=10,
)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_no_note_is_ever_made_or_lost(steps: list[object]) -> None:
    host = Wireless()
    loaded = host.total()
    for step in steps:
        match step:
            case "take":
                host.taken.update(host.device.take_notes())
            case ("jam", int(code), int(after)):
                host.device.arm("jam", error=code, after=after)
            case ("power_cut", int(after), int(seconds)):
                host.device.arm("power_cut", after=after, seconds=seconds)
            case ("reject", int(times), _):
                host.device.arm("reject", times=times)
            case Dispense() | Ask() | Diagnose():
                host.say(codec.encode_request(step))
                host.hear(3.0)
        assert host.total() == loaded
    host.hear(60.0)
    assert host.total() == loaded
