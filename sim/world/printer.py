"""The receipt printer at the far end of the cable: its program, its paper, and the slips that came out.

Strict where a real one is (hardware-protocols 7). Real-time commands are obeyed the moment they arrive,
offline and with a full buffer too, and also inside the dots of an image, where their bytes are then
missing; inside the head of any other command they are not seen. Everything else waits in the receive
buffer until it is printed. What comes when the buffer is full is lost. Without paper, with an open cover
or after an error nothing is taken from the buffer, and it goes on where it stopped when that is mended.
When power fails the buffer is gone; what hangs from the slot uncut still hangs there.

Rules it keeps: time comes in as an argument, and what it is doing goes on after `restore`; everything in
`snapshot` is plain JSON. Faults are armed by name. A slip that was cut is a page, kept as its dots, so
that a checker can count what came out and read it.

Times are ours where no manual is named.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from devices.printer.framing import INFO, MARK, MARK_SECOND, MARKER_BYTES, XOFF, XON, is_marker_byte
from sim.world.escpos import EOT, EXTENDED, Intake, Markers, rows_of, width_of
from sim.world.paper import ROLL_ROWS, WIDTH_BYTES, Page, Paper
from terminal.ports import NEVER, Seconds

Fault = Literal[
    "silence",
    "babble",
    "statusLost",
    "markerLost",
    "replyCorrupt",
    "replyInPieces",
    "replyLate",
    "xonLost",
    "cutterJam",
    "paperEnds",
    "coverOpens",
    "powerFails",
]
"""`silence` (says nothing) and `babble` (answers with bytes that are no reply) last until they are
disarmed; every other is used up once for each time it is armed. `cutterJam` happens at a cut; the last
three in the middle of an image, when it has printed some rows."""

_LASTING: frozenset[Fault] = frozenset({"silence", "babble"})
_IN_IMAGE: tuple[Fault, ...] = ("paperEnds", "coverOpens", "powerFails")

FULL_AT, FREE_AT = 128, 256
"""Bytes left when the buffer counts as full, and as free again (Citizen CBM1000 manual, 3.12.2)."""

ROWS_PER_SECOND = 1_200
"""150 mm/s at 8 dots to a millimetre; makers name 130 to 300 mm/s."""
CUT_SECONDS = 0.3
BLADE_ROWS = 120
"""From the head to the blade: 15 mm (Epson TM-T88III specification, 1.7)."""

START_SECONDS = 1.0
"""From power to the first byte it hears; real ones need some seconds."""

LINE_ROWS = 30
"""A line of the printer's own text."""

PIECE_GAP_SECONDS = 0.005
"""Fault 7 of hardware-protocols 11."""
LATE_SECONDS = 0.7
"""Longer than a status is waited for (7.3)."""
NOISE = b"\xff\x91\x33"

MODEL, TYPE, ROM = 0x20, 0x02, 0x04
NAME = b"TM-SIMULATED"
"""What GS I answers."""

_WIRE = "latin-1"
"""Bytes are kept as text of the same values, so that a snapshot is plain JSON."""


@dataclass(slots=True)
class _State:
    """Everything the printer knows and holds."""

    markers: Markers = "answered"
    automatic: bool = True
    xonxoff: bool = True
    powered: bool = True
    starting: bool = False
    ready_at: Seconds = 0.0
    image_width: int = 0
    image_rows: int = 0
    busy_until: Seconds = 0.0
    outbox: list[list[Any]] = field(default_factory=list)
    reports: int = 0
    reported: str = ""
    held_up: bool = False
    full: bool = False
    cover_open: bool = False
    jammed: bool = False
    broken: bool = False
    hot_until: Seconds = 0.0
    line: str = ""
    faults: dict[str, int] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)


_WITHOUT_POWER = (*("markers", "automatic", "xonxoff", "cover_open", "faults", "heard"),)
"""What is still so when power returns."""


class PrinterFirmware:
    """One printer. Implements `Firmware`; the physical acts and faults are further methods.

    `automatic`: it knows GS a. `host_baudrate` is the speed the other side speaks at, None for the right
    one; at a wrong one nothing is understood."""

    def __init__(
        self,
        *,
        markers: Markers = "answered",
        automatic: bool = True,
        xonxoff: bool = True,
        baudrate: int = 115_200,
    ) -> None:
        self._s = _State(markers=markers, automatic=automatic, xonxoff=xonxoff)
        self._intake = Intake(markers)
        self._paper = Paper()
        self.baudrate = baudrate
        self.host_baudrate: int | None = None

    # --- what a person or a test sees -------------------------------------------------------------

    @property
    def slips(self) -> int:
        """How many slips with something on them were ever cut off."""
        return self._paper.slips

    @property
    def cuts(self) -> int:
        """How many slips were ever cut off, blank ones too."""
        return self.heard("cut")

    @property
    def pages(self) -> tuple[Page, ...]:
        """The last slips that were cut off, blank ones too, the oldest first."""
        return self._paper.pages

    @property
    def hanging(self) -> Page:
        """What was printed and not cut."""
        return self._paper.hanging

    @property
    def cover_open(self) -> bool:
        """Whether the cover is open."""
        return self._s.cover_open

    @property
    def paper_rows(self) -> int:
        """Rows of dots left on the roll."""
        return self._paper.rows

    @property
    def unprinted(self) -> int:
        """Bytes in the receive buffer."""
        return len(self._intake)

    def heard(self, what: str) -> int:
        """How often: `status1` to `status4`, `inImage` (a real-time command inside dots), `recover`,
        `clear`, `marker`, `fence`, `initialise`, `cut`."""
        return self._s.heard.get(what, 0)

    @property
    def lost(self) -> int:
        """Bytes that came when the buffer was full."""
        return self._intake.lost

    # --- physical acts ----------------------------------------------------------------------------

    def open_cover(self) -> None:
        """Open the cover; the head leaves the paper."""
        self._s.cover_open = True

    def close_cover(self) -> None:
        """Close it. What was in the buffer goes on."""
        self._s.cover_open = False

    def load_paper(self, rows: int = ROLL_ROWS) -> None:
        """Put a roll in with so many rows of dots (0 takes it out)."""
        self._paper.rows = rows

    def clear_jam(self) -> None:
        """Free the blade by hand."""
        self._s.jammed = False

    def heat(self, until: Seconds) -> None:
        """The head is too hot until then."""
        self._s.hot_until = until

    def fail(self) -> None:
        """An error that only power helps against."""
        self._s.broken = True

    def power_off(self) -> None:
        """Power fails: all that is not paper is gone."""
        kept = {name: getattr(self._s, name) for name in _WITHOUT_POWER}
        self._s = _State(powered=False, **kept)
        self._intake.clear()

    def power_on(self) -> None:
        """Power returns. It hears nothing until it has started."""
        if not self._s.powered:
            self._s.powered = self._s.starting = True
            self._s.held_up = self._s.xonxoff  # so that it says XON when it is ready

    def power_cycle(self) -> None:
        """Off and on."""
        self.power_off()
        self.power_on()

    def arm(self, fault: Fault, times: int = 1) -> None:
        """Let a fault happen the next `times` times it can."""
        self._s.faults[fault] = self._s.faults.get(fault, 0) + times

    def disarm(self, fault: Fault) -> None:
        """Take a fault back."""
        self._s.faults.pop(fault, None)

    # --- firmware ---------------------------------------------------------------------------------

    def feed(self, data: bytes, now: Seconds) -> None:
        """Bytes from the line."""
        self._work(now)
        if not self._runs(now) or self.host_baudrate not in (None, self.baudrate):
            return
        for at_once in self._intake.feed(data):
            self._count("inImage" if at_once.in_image else "realTime")
            _, kind, number = at_once.order
            (self._status if kind == EOT else self._enquire)(number, now)
        self._work(now)

    def advance(self, now: Seconds) -> bytes:
        """Let time pass; gives what to send now."""
        self._work(now)
        outbox = self._s.outbox
        said = b""
        while outbox and outbox[0][0] <= now:
            said += str(outbox.pop(0)[1]).encode(_WIRE)
        return b"" if self._armed("silence") else said

    def due(self, now: Seconds) -> Seconds:
        """When the next thing happens here."""
        s = self._s
        if not self._runs(now):
            return s.ready_at if s.powered else NEVER
        says = s.outbox[0][0] if s.outbox else NEVER
        if self._reports_are_due(now):
            says = now
        cools = s.hot_until if s.hot_until > now else NEVER
        works = max(s.busy_until, now) if self._has_work(now) else NEVER
        return min(says, cools, works)

    def snapshot(self) -> dict[str, object]:
        """Plain JSON."""
        parts = {"intake": self._intake.snapshot(), "paper": self._paper.snapshot()}
        return asdict(self._s) | parts

    def restore(self, state: Mapping[str, object]) -> None:
        """Become what `snapshot` described. ValueError if a slip in it is none."""
        fields: dict[str, Any] = dict(state)
        intake, paper = fields.pop("intake"), fields.pop("paper")
        self._s = _State(**fields)
        self._intake = Intake(self._s.markers)
        self._intake.restore(intake)
        self._paper.restore(paper)

    # --- real time --------------------------------------------------------------------------------

    def _status(self, number: int, now: Seconds) -> None:
        self._count(f"status{number}")
        if self._happens("statusLost"):
            return
        s = self._s
        error = s.jammed or s.broken or s.hot_until > now
        bits = {
            1: 0x08 * self._offline(now),
            2: 0x04 * s.cover_open + 0x20 * (not self._paper.rows) + 0x40 * error,
            3: self._errors(now),
            4: 0x0C * self._paper.near_end + 0x60 * (not self._paper.rows),
        }
        self._say(bytes((0x12 | bits[number],)), now)

    def _enquire(self, number: int, now: Seconds) -> None:
        self._count("recover" if number == 1 else "clear")
        s = self._s
        if not s.jammed:
            return
        s.jammed = False
        if number == 2:
            self._intake.clear()
            s.image_rows = 0

    # --- status -----------------------------------------------------------------------------------

    def _errors(self, now: Seconds) -> int:
        s = self._s
        return 0x08 * s.jammed + 0x20 * s.broken + 0x40 * (s.hot_until > now)

    def _offline(self, now: Seconds) -> bool:
        s = self._s
        return s.cover_open or not self._paper.rows or bool(self._errors(now))

    def _automatic(self, now: Seconds) -> bytes:
        s = self._s
        first = 0x10 | 0x08 * self._offline(now) | 0x20 * s.cover_open
        third = 0x03 * self._paper.near_end | 0x0C * (not self._paper.rows)
        return bytes((first, self._errors(now), third, 0))

    def _watched(self, now: Seconds) -> str:
        """Of the automatic status what was asked to be reported."""
        first, second, third, _ = self._automatic(now)
        n = self._s.reports
        return bytes((first if n & 2 else 0, second if n & 4 else 0, third if n & 8 else 0)).decode(
            _WIRE
        )

    def _reports_are_due(self, now: Seconds) -> bool:
        s = self._s
        return bool(s.reports and self._watched(now) != s.reported) or (
            s.xonxoff and self._held_up(now) != s.held_up
        )

    def _held_up(self, now: Seconds) -> bool:
        s = self._s
        s.full = self._intake.room < (FREE_AT if s.full else FULL_AT)
        return s.full or self._offline(now)

    def _report(self, now: Seconds) -> None:
        """What it says without being asked."""
        s = self._s
        if s.xonxoff and self._held_up(now) != s.held_up:
            s.held_up = not s.held_up
            if s.held_up or not self._happens("xonLost"):
                self._say(bytes((XOFF if s.held_up else XON,)), now)
        if s.reports and self._watched(now) != s.reported:
            s.reported = self._watched(now)
            self._say(self._automatic(now), now)

    # --- printing ---------------------------------------------------------------------------------

    def _has_work(self, now: Seconds) -> bool:
        s = self._s
        if self._offline(now):
            return False
        if s.image_rows:
            return len(self._intake) >= s.image_width
        return bool(self._intake.next_command())

    def _runs(self, now: Seconds) -> bool:
        s = self._s
        if s.starting:
            s.starting, s.ready_at = False, now + START_SECONDS
        return s.powered and now >= s.ready_at

    def _work(self, now: Seconds) -> None:
        """Everything that can be done by now."""
        if not self._runs(now):
            return
        self._report(now)
        while self._s.busy_until <= now and self._has_work(now):
            if self._s.image_rows:
                self._print_rows(now)
            else:
                self._execute(now)
            self._report(now)

    def _print_rows(self, now: Seconds) -> None:
        s = self._s
        wide = s.image_width
        rows = min(s.image_rows, len(self._intake) // wide, self._paper.rows)
        fault = next((each for each in _IN_IMAGE if self._armed(each)), None)
        if fault:
            rows = min(rows, max(1, s.image_rows // 2))
        s.image_rows -= rows
        data = self._intake.take(rows * wide)
        lines = (data[at : at + wide][:WIDTH_BYTES] for at in range(0, len(data), wide))
        self._paper.mark(b"".join(line.ljust(WIDTH_BYTES, b"\0") for line in lines))
        s.busy_until = now + rows / ROWS_PER_SECOND
        if fault and self._happens(fault):
            _MID_IMAGE[fault](self)

    def _execute(self, now: Seconds) -> None:
        s = self._s
        command = self._intake.next_command()
        self._intake.take(len(command))
        known = _COMMANDS.get(command[:2])
        if known is not None and not (s.markers == "text" and command[:2] == EXTENDED):
            known(self, command, now)
        elif command == b"\n":
            self._line_feed(now)
        elif len(command) == 1 and command >= b" ":
            s.line += command.decode(_WIRE)

    def _feed_paper(self, rows: int, now: Seconds) -> None:
        rows = min(rows, self._paper.rows)
        self._paper.mark(bytes(rows * WIDTH_BYTES))
        self._s.busy_until = now + rows / ROWS_PER_SECOND

    def _line_feed(self, now: Seconds) -> None:
        s = self._s
        if s.line:
            self._paper.write(s.line)
            s.line = ""
        self._feed_paper(LINE_ROWS, now)

    # --- commands ---------------------------------------------------------------------------------

    def _initialise(self, command: bytes, now: Seconds) -> None:
        self._count("initialise")
        self._s.line = ""

    def _feed_dots(self, command: bytes, now: Seconds) -> None:
        self._feed_paper(command[2], now)

    def _feed_lines(self, command: bytes, now: Seconds) -> None:
        self._line_feed(now)
        self._feed_paper((command[2] - 1) * LINE_ROWS if command[2] else 0, now)

    def _image(self, command: bytes, now: Seconds) -> None:
        s = self._s
        s.image_width = width_of(command)
        s.image_rows = rows_of(command) if s.image_width else 0

    def _cut(self, command: bytes, now: Seconds) -> None:
        s = self._s
        if self._happens("cutterJam"):
            s.jammed = True
            self._intake.put_back(command)  # tried again when it is freed
            return
        self._count("cut")
        if s.line:
            self._line_feed(now)
        if len(command) == 4:
            self._feed_paper(BLADE_ROWS + command[3], now)
        self._paper.cut()
        s.busy_until = max(s.busy_until, now) + CUT_SECONDS

    def _report_automatically(self, command: bytes, now: Seconds) -> None:
        s = self._s
        if s.automatic:
            s.reports = command[2]
            s.reported = self._watched(now)
            if s.reports:
                self._say(self._automatic(now), now)

    def _queued_status(self, command: bytes, now: Seconds) -> None:
        self._count("fence")
        self._say(bytes((0x03 * self._paper.near_end,)), now)

    def _identify(self, command: bytes, now: Seconds) -> None:
        single = {1: MODEL, 2: TYPE, 3: ROM}.get(command[2])
        if single is not None:
            self._say(bytes((single,)), now)
        elif command[2] >= 65:
            self._say(bytes((INFO,)) + NAME + b"\0", now)

    def _marker(self, command: bytes, now: Seconds) -> None:
        s = self._s
        asked = command[5:]
        if s.markers != "answered" or asked[:2] != b"00" or len(asked) != 2 + MARKER_BYTES:
            return
        if not all(map(is_marker_byte, asked[2:])):
            return
        self._count("marker")
        if not self._happens("markerLost"):
            self._say(bytes((MARK, MARK_SECOND)) + asked[2:] + b"\0", now)

    # --- talking ----------------------------------------------------------------------------------

    def _say(self, data: bytes, now: Seconds) -> None:
        if self._armed("babble"):
            data = NOISE
        if self._happens("replyLate"):
            now += LATE_SECONDS
        if self._happens("replyCorrupt"):
            data = bytes((data[0] ^ 0x80,)) + data[1:]
        if self._happens("replyInPieces"):
            for place, byte in enumerate(data):
                self._post(bytes((byte,)), now + place * PIECE_GAP_SECONDS)
            return
        self._post(data, now)

    def _post(self, data: bytes, when: Seconds) -> None:
        self._s.outbox.append([when, data.decode(_WIRE)])
        self._s.outbox.sort(key=lambda one: float(one[0]))

    def _count(self, what: str) -> None:
        self._s.heard[what] = self._s.heard.get(what, 0) + 1

    def _armed(self, fault: Fault) -> bool:
        return fault in self._s.faults

    def _happens(self, fault: Fault) -> bool:
        assert fault not in _LASTING, "asked with _armed"
        left = self._s.faults.get(fault, 0)
        if left > 1:
            self._s.faults[fault] = left - 1
        elif left:
            del self._s.faults[fault]
        return bool(left)


# --- tables -------------------------------------------------------------------------------------

_COMMANDS: Mapping[bytes, Callable[[PrinterFirmware, bytes, Seconds], None]] = MappingProxyType(
    {
        b"\x1b@": PrinterFirmware._initialise,
        b"\x1bJ": PrinterFirmware._feed_dots,
        b"\x1bd": PrinterFirmware._feed_lines,
        b"\x1dv": PrinterFirmware._image,
        b"\x1dV": PrinterFirmware._cut,
        b"\x1da": PrinterFirmware._report_automatically,
        b"\x1dr": PrinterFirmware._queued_status,
        b"\x1dI": PrinterFirmware._identify,
        b"\x1d(": PrinterFirmware._marker,
    }
)


def _out_of_paper(printer: PrinterFirmware) -> None:
    printer.load_paper(0)


_MID_IMAGE: Mapping[Fault, Callable[[PrinterFirmware], None]] = MappingProxyType(
    {
        "paperEnds": _out_of_paper,
        "coverOpens": PrinterFirmware.open_cover,
        "powerFails": PrinterFirmware.power_cycle,
    }
)
