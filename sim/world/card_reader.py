"""The Sankyo ICT3Q8 at the far end of the cable: its program, and where the card really is.

Strict, as the manual has it (hardware-protocols 4): a good frame is acknowledged and executed, a
bad one refused; while it executes the reader is deaf to everything but DLE EOT; after its response
it waits 300 ms for ACK or NAK and then forgets; nothing but Initialize works after power-on.
Motions take their time, mechanical errors stay until they are cleared, and a person may do things
to the card meanwhile.

Rules it keeps: a card is in exactly one place; time comes in as an argument, and a motion goes on
after `restore`; everything in `snapshot` is plain JSON. Faults are armed by name, errors by their
code. What a card means to a bank is not its business.

Not built: stripe writing, sockets for SAMs, memory cards, service commands. They answer error 00.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from devices.card_reader.framing import ACK, CANCEL, NAK, Frame, Framer, Item, Signal, encode
from sim.world.cards import CARDS, ChipCard
from terminal.ports import Seconds

Place = Literal["outside", "gate", "transport", "inside", "contact", "bin"]
"""`transport`: between two places, moving or stuck. `contact`: inside, under the chip contact."""

Fault = Literal[
    "jamOnIntake",
    "jamOnEject",
    "jamOnRetrieve",
    "jamOnCapture",
    "shutterStuck",
    "hangs",
    "cardTooLong",
    "deadChip",
    "muteChip",
    "chipInParts",
    "reset",
    "commandLost",
    "commandRefused",
    "ackLost",
    "responseCorrupt",
    "responseLost",
    "responseGap",
    "strayBytes",
    "cancelLost",
    "answersAfterCancel",
    "silence",
]
"""`silence` lasts until it is disarmed; every other is used up once for each time it is armed.
`hangs`: a command that takes time goes on for ever, until DLE EOT."""

INTAKE = "intake"
"""In `fail`: the moment at which a card has been drawn in."""

ACK_WAIT_SECONDS = 0.300
"""How long it waits for ACK or NAK after a response (4.3)."""

ENTRY_FROM_REAR_SECONDS = 10.0
"""`C22` gives up with error 19 (4.4)."""

COUNTER_MAX = 99
"""Capture counter (4.4)."""

PARTS_BYTES = 16
"""Size of a part of an R-APDU under `chipInParts`."""

FIRMWARE_REVISION = b"3264-01A"

CARD_SECONDS = 0.45
"""A card length of 85.6 mm at 0.19 mm/ms, the transport's speed (4.4, eject)."""

SHUTTER_SECONDS = 0.15
INTAKE_SECONDS = CARD_SECONDS + 2 * SHUTTER_SECONDS
EJECT_SECONDS = CARD_SECONDS + SHUTTER_SECONDS
RETRIEVE_SECONDS = CARD_SECONDS + SHUTTER_SECONDS
CAPTURE_SECONDS = 2 * CARD_SECONDS
CONTACT_SECONDS = 0.20
INITIALISE_SECONDS = 0.30
SHUTTER_TEST_SECONDS = 0.40
RESET_SECONDS = 0.05
"""A chip's answer to reset, by ISO 7816-3 within 40 000 clocks of 3.58 MHz plus its own bytes."""
CHIP_BYTE_SECONDS = 0.001
"""One character on the card's own line, 12 bits at 9600 bit/s and a little."""
APDU_SECONDS = 0.010
"""A chip's own time for one command."""

BYTE_SECONDS = 11 / 9600
"""One character (8E1, 11 bits) at the slowest speed: a response must be out before it waits."""
GAP_FAULT_SECONDS = 0.300
"""Longer than the 250 ms a frame may pause (4.2)."""

_WIRE = "latin-1"
"""Bytes are kept as text of the same values, so that a snapshot is plain JSON."""


@dataclass(slots=True)
class _State:
    """Everything the reader knows and holds, but for the chip."""

    # What it is doing.
    link: str = "neutral"
    command: str = ""
    ends: Seconds | None = None
    answer: str = ""
    answer_until: Seconds = 0.0
    outbox: list[list[Any]] = field(default_factory=list)
    half_frame: str = ""
    # How it was set up.
    initialised: bool = False
    counts_captures: bool = False
    tells_pulled: bool = False
    power_failure: str = "0"
    enabled: str = ""
    # Where things are.
    card: str | None = None
    place: Place = "outside"
    drawing: bool = False
    drawn_at: Seconds | None = None
    stripe_read: bool = False
    bin: list[str] = field(default_factory=list)
    counter: int = 0
    error: str = ""
    pulled: bool = False
    pulled_untold: bool = False
    chip_in: str = ""
    chip_out: str = ""
    faults: dict[str, int] = field(default_factory=dict)
    errors: list[list[Any]] = field(default_factory=list)
    motions: dict[str, int] = field(default_factory=dict)


class CardReaderFirmware:
    """One reader. Implements `Firmware`; the physical acts and faults are further methods."""

    def __init__(self) -> None:
        self._s = _State()
        self._chip: ChipCard | None = None
        self._framer = Framer()

    # --- what a person or a test sees -------------------------------------------------------------

    @property
    def card(self) -> str | None:
        """Name of the card in the reader or at its gate."""
        return self._s.card

    @property
    def place(self) -> Place:
        """Where that card is; `outside` without one."""
        return self._s.place

    @property
    def at_gate(self) -> str | None:
        """The card a customer could take now."""
        return self._s.card if self._graspable() else None

    @property
    def accepts(self) -> bool:
        """The shutter would open for a card now."""
        s = self._s
        return s.card is None and s.initialised and bool(s.enabled)

    @property
    def bin(self) -> tuple[str, ...]:
        """Captured cards, oldest first."""
        return tuple(self._s.bin)

    @property
    def counter(self) -> int:
        """Captures counted since the counter was set."""
        return self._s.counter

    @property
    def motions(self) -> Counter[str]:
        """How often each motion was begun on command: eject, capture, retrieve ..."""
        return Counter(self._s.motions)

    def where(self, card_name: str) -> Place:
        """Where this card is."""
        if card_name in self._s.bin:
            return "bin"
        return self._s.place if self._s.card == card_name else "outside"

    # --- physical acts ----------------------------------------------------------------------------

    def insert(self, card_name: str) -> bool:
        """Hold a card to the gate. True if it is drawn in; False if the shutter stays shut, another
        card is there, or this card is not in anybody's hand."""
        spec = CARDS[card_name]
        if not self.accepts or card_name in self._s.bin:
            return False
        if self._s.enabled == "stripe" and not spec.has_stripe:
            return False
        self._s.card = card_name
        self._s.place = "gate"
        self._s.drawing = True
        self._s.drawn_at = None
        self._s.stripe_read = False
        self._chip = ChipCard(card_name)
        return True

    def take_card(self) -> str | None:
        """Take the card at the gate; its name, or None if there is none to take."""
        return self._out() if self._graspable() else None

    def push_back(self) -> bool:
        """Push the card at the gate in again. True if the reader takes it: only while enabled."""
        if not (self._graspable() and self._s.enabled):
            return False
        self._s.drawing = True
        self._s.drawn_at = None
        return True

    def pull_during_intake(self) -> str | None:
        """Pull a card out while it is being drawn in; its name."""
        return self._out() if self._s.drawing else None

    def pull_during_capture(self) -> str | None:
        """Pull a card out while it is being retrieved or captured; its name."""
        if self._s.link != "executing" or self._s.command[:3] not in ("C40", "C31"):
            return None
        self._s.pulled = True
        return self._out()

    def remove_by_hand(self) -> str | None:
        """A technician takes a stuck card out; its name."""
        return self._out() if self._s.place == "transport" and self._s.error else None

    def power_cycle(self) -> None:
        """Power fails and returns: everything volatile is gone, the card is where it was."""
        s = self._s
        s.link, s.command, s.ends, s.outbox = "neutral", "", None, []
        s.initialised = s.drawing = s.pulled_untold = s.counts_captures = False
        s.drawn_at = None
        s.enabled = s.error = s.chip_in = s.chip_out = ""
        self._framer.clear()
        if self._chip:
            self._chip.power_off()
        if s.power_failure == "0" and s.place in ("inside", "contact", "transport"):
            s.place = "gate"

    def arm(self, fault: Fault, times: int = 1) -> None:
        """Let a fault happen the next `times` times it can."""
        self._s.faults[fault] = self._s.faults.get(fault, 0) + times

    def fail(self, code: str, at: str, times: int = 1, *, stays: bool = False) -> None:
        """Let the next `times` commands that begin with `at` (such as `C30`) be answered with the
        error `code` of 4.7, and nothing happen, but for 45, where the card is pushed to the gate, and
        40, where it is pulled out; or, `at` INTAKE, let it show when a card has been drawn in. `stays`
        is an error that Status tells until it is cleared; one of INTAKE does."""
        self._s.errors.append([code, at, times, stays or at == INTAKE])

    def disarm(self, fault: Fault) -> None:
        """Take a fault back."""
        self._s.faults.pop(fault, None)

    # --- firmware ---------------------------------------------------------------------------------

    def feed(self, data: bytes, now: Seconds) -> None:
        """Bytes from the line."""
        if "silence" in self._s.faults:
            return
        self._settle(now)
        for item in self._framer.feed(data, now):
            self._heard(item, now)

    def advance(self, now: Seconds) -> bytes:
        """Let time pass; gives what to send now."""
        self._settle(now)
        outbox = self._s.outbox
        if not outbox or outbox[0][0] > now:
            return b""
        said = ""
        while outbox and outbox[0][0] <= now:
            said += outbox.pop(0)[1]
        return b"" if "silence" in self._s.faults else said.encode(_WIRE)

    def due(self, now: Seconds) -> Seconds:
        """When the next thing happens here."""
        s = self._s
        due = self._framer.due()
        if s.outbox:
            due = min(due, s.outbox[0][0])
        if s.drawing:
            due = min(due, now if s.drawn_at is None else s.drawn_at)
        if s.ends is not None:
            due = min(due, s.ends)
        return due

    def snapshot(self) -> dict[str, object]:
        """Plain JSON."""
        self._s.half_frame = self._framer.held.decode(_WIRE)
        state: dict[str, object] = asdict(self._s)
        state["chip"] = self._chip.snapshot() if self._chip else None
        return state

    def restore(self, state: Mapping[str, object]) -> None:
        """Become what `snapshot` described."""
        fields: dict[str, Any] = {k: v for k, v in state.items() if k != "chip"}
        self._s = _State(**fields)
        self._framer.clear()
        self._chip = ChipCard(self._s.card) if self._s.card else None
        chip = state["chip"]
        if self._chip and isinstance(chip, dict):
            self._chip.restore(chip)

    # --- the link ---------------------------------------------------------------------------------

    def _heard(self, item: Item, now: Seconds) -> None:
        s = self._s
        if s.link == "answered" and now > s.answer_until:
            s.link = "neutral"
        match s.link, item:
            case "executing", Signal.CANCEL:
                self._cancelled(now)
            case "executing", _:
                return
            case _, Frame(text):
                self._command(text, now)
            case "answered", Signal.ACK:
                s.link = "neutral"
                s.pulled_untold = s.pulled_untold and s.answer[3:5] != "40"
            case "answered", Signal.NAK:
                self._send_answer(now)
            case "answered", Signal.CANCEL:
                s.link = "neutral"
            case "neutral", Signal.CANCEL:
                if not self._happens("cancelLost"):
                    self._say(CANCEL, now)
            case _, Signal.DAMAGED:
                self._say(NAK, now)
            case _:
                return

    def _command(self, text: bytes, now: Seconds) -> None:
        s = self._s
        if self._happens("commandLost"):
            return
        if self._happens("commandRefused"):
            self._say(NAK, now)
            return
        if self._happens("reset"):
            self.power_cycle()
        if not self._happens("ackLost"):
            self._say(b"\xff\x00" + ACK if self._happens("strayBytes") else ACK, now)
        s.link, s.command, s.ends = "executing", text.decode(_WIRE), None
        answer = self._failure(text) or self._begin(text, now)
        if answer is not None:
            self._answer(answer, now)

    def _answer(self, text: bytes, now: Seconds) -> None:
        s = self._s
        s.command, s.ends = "", None
        s.answer = text.decode(_WIRE)
        self._send_answer(now)

    def _send_answer(self, now: Seconds) -> None:
        s = self._s
        frame = encode(s.answer.encode(_WIRE))
        s.link = "answered"
        s.answer_until = now + len(frame) * BYTE_SECONDS + ACK_WAIT_SECONDS
        if s.faults:
            self._send_spoilt(frame, now)
        else:
            self._say(frame, now)

    def _send_spoilt(self, frame: bytes, now: Seconds) -> None:
        """Send it as the armed faults have it, if they have anything to do with answers."""
        s = self._s
        if self._happens("responseLost"):
            return
        if self._happens("responseCorrupt"):
            frame = frame[:-1] + bytes((frame[-1] ^ 0x10,))
        if self._happens("strayBytes"):
            frame = b"\x00\xff" + frame
        if self._happens("responseGap"):
            self._say(frame[:4], now)
            self._say(frame[4:], now + GAP_FAULT_SECONDS)
            s.answer_until += GAP_FAULT_SECONDS
            return
        self._say(frame, now)

    def _say(self, data: bytes, when: Seconds) -> None:
        self._s.outbox.append([when, data.decode(_WIRE)])

    def _happens(self, fault: Fault) -> bool:
        if not self._s.faults:
            return False
        left = self._s.faults.get(fault, 0)
        if left > 1:
            self._s.faults[fault] = left - 1
        elif left:
            del self._s.faults[fault]
        return bool(left)

    def _failure(self, text: bytes) -> bytes | None:
        """The answer to a command that fails as it was armed to."""
        code = self._error_at(text.decode(_WIRE))
        return _no(text, code.encode()) if code else None

    def _error_at(self, moment: str) -> str:
        """Use up one error armed for this command or moment; its code, or ""."""
        s = self._s
        for error in s.errors:
            code, at, times, stays = error
            if not moment.startswith(at):
                continue
            error[2] = times - 1
            if times <= 1:
                s.errors.remove(error)
            s.error = code if stays else s.error
            if code == "45" and s.place == "inside":
                s.place = "gate"
            elif code == "40":
                self._out()
            return str(code)
        return ""

    def _cancelled(self, now: Seconds) -> None:
        s = self._s
        if self._happens("cancelLost"):
            return
        text = s.command.encode(_WIRE)
        if self._happens("answersAfterCancel"):
            self._answer(self._finish(text, now), now)
            return
        s.link, s.command, s.ends = "neutral", "", None
        s.enabled = "" if text[1:2] == b"2" else s.enabled
        if s.place == "transport":
            # Only a card that is still around the gate comes out (4.3).
            s.place = "gate" if text[:3] in (b"C30", b"C40") else "inside"
        if text[1:2] == b"I" and self._chip:
            self._chip.power_off()
        self._say(CANCEL, now)

    # --- time -------------------------------------------------------------------------------------

    def _settle(self, now: Seconds) -> None:
        s = self._s
        if s.drawing:
            self._draw(now)
        if s.link == "executing":
            text = s.command.encode(_WIRE)
            waits_for_card = text[:3] in (b"C20", b"C21") and (s.place == "inside" or s.error)
            waits_for_taken = text[:3] == b"CT0" and s.card is None
            over = s.ends is not None and now >= s.ends
            if over or waits_for_card or waits_for_taken:
                self._answer(self._finish(text, now), now)
        if now >= self._framer.due():
            for item in self._framer.feed(b"", now):
                self._heard(item, now)

    def _draw(self, now: Seconds) -> None:
        s = self._s
        if s.drawn_at is None:
            s.drawn_at = now + INTAKE_SECONDS
        if now < s.drawn_at:
            return
        s.drawing, s.drawn_at = False, None
        s.place, s.stripe_read = "inside", True
        if self._happens("jamOnIntake"):
            s.place, s.error = "transport", "10"
        elif self._happens("cardTooLong"):
            s.error = "13"
        elif s.errors:
            self._error_at(INTAKE)

    # --- commands ---------------------------------------------------------------------------------

    def _begin(self, text: bytes, now: Seconds) -> bytes | None:
        """The answer, or None if it takes time; then `ends` says until when."""
        if len(text) < 3 or text[:1] != b"C":
            return b"N" + text[1:3].ljust(2, b"?") + b"00"
        cm, pm = text[1:2], text[2:3]
        if not self._s.initialised and cm != b"0":
            return _no(text, b"B0")
        begin = _BEGIN.get(cm)
        return begin(self, text, pm, now) if begin else _no(text, b"00")

    def _finish(self, text: bytes, now: Seconds) -> bytes:
        return _FINISH[text[1:2]](self, text, text[2:3])

    def _takes(self, seconds: Seconds, now: Seconds) -> None:
        self._s.ends = None if self._happens("hangs") else now + seconds

    def _yes(self, text: bytes, data: bytes = b"", pm: bytes = b"") -> bytes:
        return b"P" + text[1:2] + (pm or text[2:3]) + self._status() + data

    def _status(self) -> bytes:
        if self._s.card is None:
            return b"00"
        return b"01" if self._s.place == "gate" else b"02"

    def _moves(self, name: str, seconds: Seconds, now: Seconds) -> None:
        s = self._s
        s.motions[name] = s.motions.get(name, 0) + 1
        s.place, s.error, s.pulled = "transport", "", False
        self._takes(seconds, now)

    def _graspable(self) -> bool:
        return self._s.place == "gate" and not self._s.drawing

    def _out(self) -> str | None:
        s = self._s
        name, s.card, s.place = s.card, None, "outside"
        s.drawing, s.drawn_at, s.error, s.stripe_read = False, None, "", False
        self._chip = None
        return name

    def _in_place(self) -> bool:
        return self._s.place in ("inside", "contact")

    # C0: initialize

    def _begin_initialise(self, text: bytes, pm: bytes, now: Seconds) -> bytes | None:
        options = text[8:]
        allowed = (b"0123", b"01", b"01", b"012", b"01", b"01")
        known = all(o in a for o, a in zip(options, allowed, strict=False))
        if pm not in b"0123456" or text[3:8] != b"32400" or len(options) > 6 or not known:
            return _no(text, b"01")
        moves = self._s.card is not None and pm in b"0145"
        tested = pm != b"3" and options[2:3] != b"1"
        self._takes(
            INITIALISE_SECONDS
            + (SHUTTER_TEST_SECONDS if tested else 0.0)
            + (CAPTURE_SECONDS if moves else 0.0),
            now,
        )
        return None

    def _finish_initialise(self, text: bytes, pm: bytes) -> bytes:
        s = self._s
        power, _, _, _, kind, pulled = (text[8:] + b"000000")[:6]
        s.power_failure, s.tells_pulled = chr(power), pulled == ord("1")
        s.initialised, s.counts_captures, s.enabled = True, pm in b"456", ""
        s.error, s.pulled_untold = "", False
        if self._chip:
            self._chip.power_off()
        if s.place in ("contact", "transport"):
            s.place = "inside"
        if s.card and pm in b"04" and s.place == "inside":
            s.place = "gate"
        elif s.card and pm in b"15":
            self._to_bin()
        return self._yes(text, b"111010" if kind == ord("1") else b"")

    # C1: status and sensors

    def _begin_status(self, text: bytes, pm: bytes, now: Seconds) -> bytes | None:
        s = self._s
        if pm not in b"0123":
            return _no(text, b"01")
        if pm != b"3" and s.error:
            return _no(text, s.error.encode())
        if pm != b"3" and s.pulled_untold:
            return _no(text, b"40")
        if pm == b"0":
            return self._yes(text)
        return self._yes(text, self._sensors()[1:2] if pm == b"1" else self._sensors())

    def _sensors(self) -> bytes:
        s = self._s
        seen = _SEEN["gate" if s.drawing else s.place]
        contact = s.place == "contact"
        first = 0x48 | (0x06 if contact else 0)
        enabled = (0x04 if s.enabled else 0) | (0x02 if s.enabled == "stripe" else 0)
        return bytes((first, 0x40 | seen, 0x40, 0x40 | enabled))

    # C2: entry

    def _begin_entry(self, text: bytes, pm: bytes, now: Seconds) -> bytes | None:
        s = self._s
        if pm not in b"012":
            return _no(text, b"01")
        if s.place == "contact":
            return _no(text, b"05")
        if self._in_place():
            return self._yes(text)
        if pm == b"2":
            self._takes(ENTRY_FROM_REAR_SECONDS, now)
            return None
        self._enable("stripe" if pm == b"1" else "any")
        return None

    def _finish_entry(self, text: bytes, pm: bytes) -> bytes:
        if pm == b"2":
            return _no(text, b"19")
        self._s.enabled = ""
        return _no(text, self._s.error.encode()) if self._s.error else self._yes(text)

    # C3, C4: eject, capture, retrieve

    def _begin_move(self, text: bytes, pm: bytes, now: Seconds) -> bytes | None:
        s = self._s
        if s.place == "contact":
            return _no(text, b"05")
        if s.card is None or s.drawing:
            return _no(text, b"02")
        match text[1:3]:
            case b"30" if text[3:] and not (len(text) == 6 and b"000" <= text[3:] <= b"020"):
                return _no(text, b"01")
            case b"30" if s.place == "gate":
                return self._yes(text)
            case b"30":
                self._moves("eject", EJECT_SECONDS, now)
            case b"31" if s.counts_captures and s.counter >= COUNTER_MAX:
                return _no(text, b"50")
            case b"31":
                self._moves("capture", CAPTURE_SECONDS, now)
            case b"40" if s.place != "gate":
                return self._yes(text)
            case b"40":
                self._moves("retrieve", RETRIEVE_SECONDS, now)
            case _:
                return _no(text, b"01")
        return None

    def _finish_move(self, text: bytes, pm: bytes) -> bytes:
        s = self._s
        match text[1:3]:
            case b"30":
                return self._moved(text, "jamOnEject", "gate")
            case b"40":
                return (
                    _no(text, b"17") if s.pulled else self._moved(text, "jamOnRetrieve", "inside")
                )
            case _:
                return self._captured(text)

    def _moved(self, text: bytes, jam: Fault, target: Place) -> bytes:
        s = self._s
        if self._happens(jam):
            s.error = "17" if jam == "jamOnRetrieve" else "10"
            return _no(text, s.error.encode())
        if target == "gate" and self._happens("shutterStuck"):
            s.place, s.error = "inside", "11"
            return _no(text, b"11")
        s.place, s.stripe_read = target, s.stripe_read or target == "inside"
        return self._yes(text)

    def _captured(self, text: bytes) -> bytes:
        s = self._s
        if s.pulled:
            s.pulled_untold = s.tells_pulled
            return _no(text, b"40") if s.tells_pulled else self._yes(text)
        if self._happens("jamOnCapture"):
            s.error = "10"
            return _no(text, b"10")
        self._to_bin()
        return self._yes(text)

    def _to_bin(self) -> None:
        s = self._s
        assert s.card is not None
        s.bin.append(s.card)
        s.counter += s.counts_captures
        self._out()

    # C5: outputs and inputs; C6: stripe; C:: intake; CA: revision; CC: counter

    def _begin_signals(self, text: bytes, pm: bytes, now: Seconds) -> bytes | None:
        if pm == b"8":
            return self._yes(text, b"0")
        good = pm in b"0123" and text[3:4] in (b"0", b"1", b"2", b"3", b"4")
        return self._yes(text) if good else _no(text, b"01")

    def _begin_stripe(self, text: bytes, pm: bytes, now: Seconds) -> bytes | None:
        s = self._s
        if pm not in b"0123679:;":
            return _no(text, b"01")
        if not self._in_place():
            return _no(text, b"02")
        track = CARDS[s.card or ""].track2.encode()
        match pm:
            case b"0" if s.place == "contact":
                return _no(text, b"05")
            case b"0":
                return self._yes(text)
            case b"6":
                s.stripe_read = False
                return self._yes(text)
            case b"7":
                return self._yes(text, b"010" if track else b"000")
            case b"2" | b":" if track and s.stripe_read:
                return self._yes(text, track)
            case _:
                return _no(text, b"24")

    def _begin_enable(self, text: bytes, pm: bytes, now: Seconds) -> bytes | None:
        if pm not in b"012":
            return _no(text, b"01")
        self._enable({b"0": "any", b"1": "", b"2": "stripe"}[pm])
        return self._yes(text)

    def _enable(self, what: str) -> None:
        s = self._s
        if what and s.place == "gate" and not s.drawing:
            s.drawing, s.drawn_at = True, None
        s.enabled = what

    def _begin_revision(self, text: bytes, pm: bytes, now: Seconds) -> bytes | None:
        return self._yes(text, FIRMWARE_REVISION) if pm in b"12" else _no(text, b"01")

    def _begin_counter(self, text: bytes, pm: bytes, now: Seconds) -> bytes | None:
        s = self._s
        if not s.counts_captures:
            return _no(text, b"02")
        if pm == b"0":
            return self._yes(text, b"%02d" % s.counter)
        if pm == b"1" and len(text) == 5 and text[3:].isdigit():
            s.counter = int(text[3:])
            return self._yes(text)
        return _no(text, b"01")

    # CT: watch the card being taken

    def _begin_watch(self, text: bytes, pm: bytes, now: Seconds) -> bytes | None:
        digits = text[3:]
        if pm != b"0" or len(digits) != 2 or not b"01" <= digits <= b"30":
            return _no(text, b"01")
        if self._s.card is None:
            return self._yes(text)
        self._takes(float(digits), now)
        return None

    def _finish_watch(self, text: bytes, pm: bytes) -> bytes:
        return self._yes(text) if self._s.card is None else _no(text, b"46")

    # C@: chip contact

    def _begin_contact(self, text: bytes, pm: bytes, now: Seconds) -> bytes | None:
        s = self._s
        if pm not in b"02":
            return _no(text, b"01")
        if not self._in_place():
            return _no(text, b"02")
        if (s.place == "contact") == (pm == b"0"):
            return self._yes(text)
        s.motions["contact"] = s.motions.get("contact", 0) + 1
        self._takes(CONTACT_SECONDS, now)
        return None

    def _finish_contact(self, text: bytes, pm: bytes) -> bytes:
        if self._chip:
            self._chip.power_off()
        self._s.place = "contact" if pm == b"0" else "inside"
        return self._yes(text)

    # CI: chip

    def _begin_chip(self, text: bytes, pm: bytes, now: Seconds) -> bytes | None:
        s = self._s
        if pm not in b"0123456789":
            return _no(text, b"00")
        if s.place != "contact" or self._chip is None:
            return _no(text, b"02")
        powered = self._chip.powered
        match pm:
            case b"0" | b"8":
                self._takes(RESET_SECONDS, now)
                return None
            case b"1":
                self._chip.power_off()
                return self._yes(text)
            case b"2":
                return self._yes(text, b"\x05" if powered else b"\x00")
            case _ if not powered:
                return _no(text, b"65")
            case b"3" if self._chip.spec.protocol == "T=1":
                return _no(text, b"62")
            case b"5":
                s.chip_in += text[3:].decode(_WIRE)
                return self._yes(text, pm=b"7")
            case b"7":
                return self._part(text, b"6")
            case _:
                self._takes(APDU_SECONDS + len(text) * CHIP_BYTE_SECONDS, now)
                return None

    def _finish_chip(self, text: bytes, pm: bytes) -> bytes:
        s = self._s
        chip = self._chip
        assert chip is not None
        if pm in b"08":
            atr = None if self._happens("deadChip") else chip.reset()
            if atr is not None:
                return self._yes(text, atr)
            return _no(text, b"63" if chip.spec.kind == "stripe" else b"61")
        if self._happens("muteChip"):
            chip.power_off()
            return _no(text, b"63")
        apdu = s.chip_in.encode(_WIRE) + text[3:]
        s.chip_in = ""
        s.chip_out = chip.exchange(apdu).decode(_WIRE)
        return self._part(text, b"3" if pm == b"3" else b"4")

    def _part(self, text: bytes, last: bytes) -> bytes:
        """All that is left of the R-APDU, or a part of it under the fault."""
        s = self._s
        left = s.chip_out.encode(_WIRE)
        if len(left) > PARTS_BYTES and self._happens("chipInParts"):
            s.chip_out = s.chip_out[PARTS_BYTES:]
            return self._yes(text, left[:PARTS_BYTES], pm=b"5")
        s.chip_out = ""
        return self._yes(text, left, pm=last)


def _no(text: bytes, error: bytes) -> bytes:
    return b"N" + text[1:3] + error


_SEEN: Mapping[str, int] = {
    "outside": 0x00,
    "gate": 0x1C,
    "transport": 0x06,
    "inside": 0x17,
    "contact": 0x17,
}
"""Se0 bits SW1 SW2 PD1 PD2 PD3 by place (4.6; inside as in the worked frame of 4.11)."""

_Begin = Callable[[CardReaderFirmware, bytes, bytes, Seconds], bytes | None]
_Finish = Callable[[CardReaderFirmware, bytes, bytes], bytes]

_BEGIN: Mapping[bytes, _Begin] = {
    b"0": CardReaderFirmware._begin_initialise,
    b"1": CardReaderFirmware._begin_status,
    b"2": CardReaderFirmware._begin_entry,
    b"3": CardReaderFirmware._begin_move,
    b"4": CardReaderFirmware._begin_move,
    b"5": CardReaderFirmware._begin_signals,
    b"6": CardReaderFirmware._begin_stripe,
    b":": CardReaderFirmware._begin_enable,
    b"@": CardReaderFirmware._begin_contact,
    b"A": CardReaderFirmware._begin_revision,
    b"C": CardReaderFirmware._begin_counter,
    b"I": CardReaderFirmware._begin_chip,
    b"T": CardReaderFirmware._begin_watch,
}

_FINISH: Mapping[bytes, _Finish] = {
    b"0": CardReaderFirmware._finish_initialise,
    b"2": CardReaderFirmware._finish_entry,
    b"3": CardReaderFirmware._finish_move,
    b"4": CardReaderFirmware._finish_move,
    b"@": CardReaderFirmware._finish_contact,
    b"I": CardReaderFirmware._finish_chip,
    b"T": CardReaderFirmware._finish_watch,
}
