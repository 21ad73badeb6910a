"""The LCDM-4000 from the other end of the cable: its firmware, and where each of its notes is.

Frames in, frames out, as hardware-protocols section 2 says; a motion takes 1 s and 0.29 s for each
note (2.10). Notes go from a cassette past EXIT into the exit tray, where the customer can reach them,
or into the reject tray, or they stay on the path. What the device counts and where notes are may
differ: that is what most of its errors are about.

Rules it keeps: no note is made or lost, `notes()` and what was taken from the exit tray always sum to
what was loaded; a command that comes while the motor runs waits, and is then obeyed, because that is
the worst that a real one could do; a response is sent three times unless acknowledged; RESET clears
the last result, again as the worst case. Faults are armed by name and happen once each unless told
otherwise.

Why a fault happens, and what the terminal makes of it, is not its business.
"""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast

from devices.dispenser import codec
from devices.dispenser.codec import (
    CASSETTES,
    Ask,
    CassetteStatus,
    Command,
    Diagnose,
    Dispense,
    LastResult,
    Request,
    SetPickOrder,
    SetReferences,
    StatusReport,
    Tally,
    Version,
)
from devices.dispenser.framing import ACK, EOT, NAK, Frame, Garbled, Signal, Token, device_framer
from terminal.ports import NEVER, Seconds

FIRST_NOTE_SECONDS = 1.0
NOTE_SECONDS = 0.29
"""3.5 notes a second after a first pick of 1 s (2.10)."""
PURGE_SECONDS = 3.0
RESET_SECONDS = 1.5
"""Less than the 2 s a host must allow (2.4)."""
REPLY_SECONDS = 0.005
"""From a command to its ACK, and from an ACK to EOT."""
ANSWER_SECONDS = 0.02
"""From a command that moves nothing to its answer."""
REPEAT_SECONDS = 1.0
"""The host's silence after which a response is sent again; the manuals give no figure."""
RESPONSES_MAX = 3
"""2.3: three times in total."""
RESPONSE_NAKS_MAX = 3
"""2.3: how often a rejected response is sent again."""
REJECTS_MAX = 10
"""2.5: then error 0D."""
DIAGNOSTIC_NOTES = 5
"""2.4."""
NEAR_END_NOTES = 50
"""Fewer notes than this is near end."""
VERSION = b"LCDM-4000 SIM 01"

DVT, EJT, EXIT = 0x03, 0x04, 0x08
"""Path sensors, bits of DISP (2.7)."""

FaultName = Literal[
    "nak",
    "command_lost",
    "ack_lost",
    "stray",
    "response_lost",
    "response_corrupt",
    "response_delayed",
    "response_gap",
    "host_ack_lost",
    "jam",
    "reject",
    "refuse",
    "unfit",
    "cassette_removed",
    "power_cut",
]
Memory = Literal["old", "partial", "lost"]


@dataclass(slots=True)
class Fault:
    """A fault armed: `times` it will happen, to which command (None: any), after how many notes past
    EXIT, with which error code, how long, in which cassette (1 to 4), and what becomes of the last
    result when the power goes. `refuse` is a DISPENSE refused with the code before a note moves, `unfit`
    the code that STATUS tells."""

    name: FaultName
    times: int = 1
    command: int | None = None
    after: int = 0
    error: int = 0
    seconds: Seconds = 0.0
    cassette: int = 1
    memory: Memory = "old"


@dataclass(slots=True)
class CassetteState:
    """A cassette in its place, or beside the machine where not `present`: then its notes are out of
    reach but still counted."""

    denomination_major: int
    count: int
    present: bool = True
    near_end_notes: int = NEAR_END_NOTES

    @property
    def near_end(self) -> bool:
        """What the near-end sensor says."""
        return self.count < self.near_end_notes


@dataclass(slots=True)
class _Motion:
    """A motion in progress; `at` is when its next note, or its end, comes."""

    command: int
    at: Seconds
    wanted: list[int]
    exits: list[int] = field(default_factory=lambda: [0] * CASSETTES)
    rejects: list[int] = field(default_factory=lambda: [0] * CASSETTES)
    error: int = 0
    done: bool = False
    short: bool = False

    def tally(self, present: tuple[bool, ...]) -> Tally:
        return Tally(self.error, tuple(self.exits), tuple(self.rejects), present)


@dataclass(slots=True)
class _Response:
    """A response not yet acknowledged: the next send of it, and how many sends are left."""

    raw: str
    at: Seconds
    left: int = RESPONSES_MAX
    again: int = RESPONSE_NAKS_MAX

    @property
    def sent(self) -> bool:
        return self.left < RESPONSES_MAX


class DispenserFirmware:
    """The device. Everything public is the physical truth: look at it, or act on it by hand."""

    def __init__(
        self, cassettes: list[CassetteState], *, reset_answers: int = 0, reset_forgets: bool = True
    ) -> None:
        assert 1 <= len(cassettes) <= CASSETTES, f"{len(cassettes)} cassettes do not fit"
        self.cassettes = cassettes
        self.exit_tray: Counter[int] = Counter()
        self.reject_tray: Counter[int] = Counter()
        self.path: list[list[int]] = []
        """Notes on the path, each as [denomination, bits of the sensors it blocks]."""
        self.tray_present = True
        self.powered = True
        self.dispenses = 0
        """How many DISPENSE commands were executed: no host ever learns this."""
        self.faults: list[Fault] = []
        self.reset_answers = reset_answers
        self.reset_forgets = reset_forgets
        self.serial = 0
        self.order = [1, 2, 3, 4]
        self.opacities = [0x10] * CASSETTES
        self.lengths = [0x60] * CASSETTES
        self._last = ""
        self._motion: _Motion | None = None
        self._response: _Response | None = None
        self._waiting: str = ""
        self._busy_until: Seconds = 0.0
        self._resetting: Seconds = NEVER
        self._wakes: Seconds = NEVER
        self._says: deque[tuple[Seconds, bytes]] = deque()
        self._framer = device_framer()

    # --- physical acts ----------------------------------------------------------------------------

    def arm(self, name: FaultName, **values: Any) -> Fault:
        """Let a fault happen when its time comes."""
        fault = Fault(name, **values)
        self.faults.append(fault)
        return fault

    def take_notes(self) -> dict[int, int]:
        """A hand takes all that lies in the exit tray: denomination to notes."""
        taken = dict(self.exit_tray)
        self.exit_tray.clear()
        return taken

    def remove_cassette(self, number: int) -> None:
        """Staff pull cassette 1 to 4 out."""
        self.cassettes[number - 1].present = False

    def insert_cassette(self, number: int) -> None:
        """Staff push it back in."""
        self.cassettes[number - 1].present = True

    def load(self, cassettes: list[CassetteState]) -> None:
        """Staff change all cassettes; what was moving has stopped, and the path is cleared first."""
        self.clear_path()
        self._motion = None
        self.cassettes = cassettes

    def clear_path(self) -> None:
        """Staff take the notes off the path by hand and put them into the reject tray."""
        self._to_rejects([note for note, _ in self.path])
        self.path.clear()

    def power_off(self, now: Seconds, memory: Memory = "old", seconds: Seconds = NEVER) -> None:
        """Cut the device's power: notes stay where they are, the conversation is forgotten. `memory`
        is what LAST STATUS becomes: the result before this motion, what it had reached, or nothing."""
        self._move(now)
        motion, self._motion = self._motion, None
        if memory == "lost":
            self._last = ""
        if memory == "partial" and motion:
            self._remember(motion)
        self._response, self._waiting, self._resetting = None, "", NEVER
        self._says.clear()
        self._framer.clear()
        self.powered = False
        self._wakes = now + seconds

    def power_on(self) -> None:
        """Power is back."""
        self.powered, self._wakes = True, NEVER

    def notes(self) -> dict[str, dict[int, int]]:
        """Where every note in the machine is: place to denomination to notes."""
        cassettes: Counter[int] = Counter()
        for each in self.cassettes:
            cassettes[each.denomination_major] += each.count
        places = {
            "cassettes": cassettes,
            "path": Counter(note for note, _ in self.path),
            "reject": self.reject_tray,
            "exit": self.exit_tray,
        }
        return {place: dict(+held) for place, held in places.items()}

    # --- Firmware ---------------------------------------------------------------------------------

    def feed(self, data: bytes, now: Seconds) -> None:
        """Bytes from the line; a device without power hears nothing."""
        self._advance(now)
        if self.powered:
            for token in self._framer.feed(data, now):
                self._take(token, now)

    def advance(self, now: Seconds) -> bytes:
        """What it says now."""
        self._advance(now)
        said = b""
        while self._says and self._says[0][0] <= now:
            said += self._says.popleft()[1]
        return said

    def due(self, now: Seconds) -> Seconds:
        """The next instant at which it acts by itself. A motion is due at its end only; a look in
        between finds the notes where they are by then."""
        due = min(self._wakes, self._resetting, self._framer.due())
        if self._says:
            due = min(due, self._says[0][0])
        if self._motion:
            due = min(due, self._motion_ends(self._motion))
        elif self._response:
            due = min(due, self._response.at)
        return due

    def snapshot(self) -> dict[str, object]:
        """Everything, as JSON can hold it."""
        heard, began = self._framer.pending()
        return {
            "cassettes": [asdict(each) for each in self.cassettes],
            "exit_tray": _pairs(self.exit_tray),
            "reject_tray": _pairs(self.reject_tray),
            "path": [list(note) for note in self.path],
            "plain": {name: getattr(self, name) for name in _PLAIN},
            "order": list(self.order),
            "opacities": list(self.opacities),
            "lengths": list(self.lengths),
            "faults": [asdict(fault) for fault in self.faults],
            "motion": asdict(self._motion) if self._motion else None,
            "response": asdict(self._response) if self._response else None,
            "resetting": _finite(self._resetting),
            "wakes": _finite(self._wakes),
            "says": [[at, said.hex()] for at, said in self._says],
            "heard": [heard.hex(), _finite(began)],
        }

    def restore(self, state: dict[str, object]) -> None:
        """Become what `snapshot` described."""
        held = cast(dict[str, Any], state)
        self.cassettes = [CassetteState(**each) for each in held["cassettes"]]
        self.exit_tray = Counter(dict(held["exit_tray"]))
        self.reject_tray = Counter(dict(held["reject_tray"]))
        self.path = [list(note) for note in held["path"]]
        for name in _PLAIN:
            setattr(self, name, held["plain"][name])
        self.order, self.opacities = list(held["order"]), list(held["opacities"])
        self.lengths = list(held["lengths"])
        self.faults = [Fault(**fault) for fault in held["faults"]]
        self._motion = _Motion(**held["motion"]) if held["motion"] else None
        self._response = _Response(**held["response"]) if held["response"] else None
        self._resetting = _instant(held["resetting"])
        self._wakes = _instant(held["wakes"])
        self._says = deque((at, bytes.fromhex(said)) for at, said in held["says"])
        heard, began = held["heard"]
        self._framer.resume(bytes.fromhex(heard), _instant(began))

    # --- the conversation -------------------------------------------------------------------------

    def _advance(self, now: Seconds) -> None:
        if now >= self._wakes:
            self.power_on()
        if not self.powered:
            return
        for token in self._framer.advance(now):
            self._take(token, now)
        if now >= self._resetting:
            self._resetting = NEVER
            self._next(now)
        self._move(now)
        self._repeat(now)

    def _take(self, token: Token, now: Seconds) -> None:
        match token:
            case Signal(byte) if byte == ACK:
                self._acknowledged(now)
            case Signal(byte) if byte == NAK:
                self._rejected(now)
            case Garbled(raw) if len(raw) > 1 and not self._busy(now):
                self._say(bytes((NAK,)), now)
            case Frame():
                self._command(token, now)
            case _:
                pass

    def _busy(self, now: Seconds) -> bool:
        return self._motion is not None or self._resetting != NEVER or now < self._busy_until

    def _acknowledged(self, now: Seconds) -> None:
        if not self._unanswered() or self._fault("host_ack_lost"):
            return
        self._response = None
        self._say(bytes((EOT,)), now + REPLY_SECONDS)
        self._next(now)

    def _unanswered(self) -> bool:
        return self._response is not None and self._response.sent and not self._motion

    def _rejected(self, now: Seconds) -> None:
        """The host could not read the response: the same again, and nothing moves."""
        response = self._response
        if response is None or not self._unanswered() or not response.again:
            return
        response.again -= 1
        response.at = now + REPEAT_SECONDS
        self._send_response(bytes.fromhex(response.raw), now)

    def _repeat(self, now: Seconds) -> None:
        """Send the response that nobody acknowledged, or give it up."""
        response = self._response
        if response is None or self._motion or now < response.at:
            return
        if not response.left:
            self._response = None
            self._next(now)
            return
        response.left -= 1
        response.at = now + REPEAT_SECONDS
        self._send_response(bytes.fromhex(response.raw), now)

    def _send_response(self, raw: bytes, at: Seconds) -> None:
        command = raw[3]
        if self._fault("response_lost", command):
            return
        if self._fault("response_corrupt", command):
            raw = raw[:6] + bytes((raw[6] ^ 0x10,)) + raw[7:]
        if self._fault("stray", command):
            raw = b"\xff\x00" + raw
        if gap := self._fault("response_gap", command):
            self._say(raw[:9], at)
            self._say(raw[9:], at + gap.seconds)
        else:
            self._say(raw, at)

    def _next(self, now: Seconds) -> None:
        """Obey the command that came meanwhile."""
        if self._waiting and not self._busy(now):
            raw, self._waiting = bytes.fromhex(self._waiting), ""
            self._command(Frame(raw[3], raw[4:-2], raw), now)

    def _command(self, frame: Frame, now: Seconds) -> None:
        if self._busy(now):
            self._waiting = frame.raw.hex()
            return
        if self._fault("command_lost", frame.command):
            return
        if self._fault("nak", frame.command):
            self._say(bytes((NAK,)), now + REPLY_SECONDS)
            return
        self._response = None
        if not self._fault("ack_lost", frame.command):
            noise = b"\x00\xff" if self._fault("stray", frame.command) else b""
            self._say(noise + bytes((ACK,)), now + REPLY_SECONDS)
        request = codec.decode_request(frame)
        if request is None:
            self._respond(codec.encode_error(frame.command, 0x31), now, frame.command)
        else:
            self._obey(request, now)

    def _obey(self, request: Request, now: Seconds) -> None:
        match request:
            case Ask(Command.RESET):
                self._reset(now)
            case Ask(Command.PURGE):
                self._motion = _Motion(Command.PURGE, now + PURGE_SECONDS, [0] * CASSETTES)
            case Dispense():
                self._begin(request, now)
            case Diagnose(cassette):
                self._diagnose(cassette, now)
            case _:
                answer = self._answer(request)
                self._respond(answer, now, answer[3])

    def _answer(self, request: Request) -> bytes:
        """The response to a command that moves nothing."""
        match request:
            case Ask(Command.STATUS):
                return codec.encode_status(self._status())
            case Ask(Command.LAST_STATUS):
                return bytes.fromhex(self._last) or codec.encode_error(Command.LAST_STATUS, 0x30)
            case Ask(Command.GET_OPACITIES):
                data = codec.nibbles(tuple(self.opacities))
            case Ask(Command.GET_LENGTHS):
                data = codec.nibbles(tuple(self.lengths))
            case Ask(Command.GET_PICK_ORDER):
                data = bytes(0x30 + number for number in self.order)
            case Ask(Command.GET_SERIAL_NUMBER):
                data = bytes((codec.OFFSET + self.serial,))
            case Version():
                data = VERSION
            case SetReferences(command, values):
                kept = self.opacities if command == Command.SET_OPACITIES else self.lengths
                kept[:] = [new or old for new, old in zip(values, kept, strict=True)]
                data = b""
            case SetPickOrder(order):
                self.order, data = list(order), b""
            case _:
                raise AssertionError(f"{request} moves something")
        return codec.encode_error(_command_of(request), 0, data)

    def _respond(self, raw: bytes, now: Seconds, command: int) -> None:
        delayed = self._fault("response_delayed", command)
        at = now + ANSWER_SECONDS + (delayed.seconds if delayed else 0.0)
        self._response = _Response(raw.hex(), at)
        self._busy_until = at

    def _reset(self, now: Seconds) -> None:
        self._resetting = now + RESET_SECONDS
        if self.reset_forgets:
            self._last = ""
        answer = codec.encode_error(Command.RESET, 0)
        for number in range(self.reset_answers):
            self._say(answer, now + ANSWER_SECONDS + number * RESET_SECONDS)

    def _say(self, said: bytes, at: Seconds) -> None:
        self._says.append((at, said))

    # --- notes moving -----------------------------------------------------------------------------

    def _begin(self, request: Dispense, now: Seconds) -> None:
        command = Command.TEST_DISPENSE if request.test else Command.DISPENSE
        if removed := self._fault("cassette_removed", command):
            self.remove_cassette(removed.cassette)
        wanted = list(request.counts)
        motion = _Motion(command, now + FIRST_NOTE_SECONDS, wanted, short=request.short)
        motion.error = self._refusal(wanted, command)
        if motion.error:
            motion.at = now + ANSWER_SECONDS
        else:
            self.dispenses += command == Command.DISPENSE
            self.serial = (self.serial + 1) % 0x60
        self._motion = motion

    def _refusal(self, wanted: list[int], command: int) -> int:
        if refused := self._fault("refuse", command):
            return refused.error
        if not self.tray_present:
            return 0x26
        if self.path:
            return 0x0B
        absent = [not present for present in self._present()]
        if any(count and gone for count, gone in zip(wanted, absent, strict=True)):
            return 0x24
        return 0x0C if sum(wanted) > codec.NOTES_PER_COMMAND_MAX else 0

    def _move(self, now: Seconds) -> None:
        """Every step of the motion that falls before `now`."""
        while (motion := self._motion) and self.powered and now >= motion.at:
            if cut := self._cut(motion):
                self.faults.remove(cut)
                at, motion.at = motion.at, NEVER
                self._strand(motion)
                return self.power_off(at, cut.memory, cut.seconds)
            if motion.command == Command.PURGE:
                self.clear_path()
                self._finish(motion)
            elif motion.error or motion.done:
                self._finish(motion)
            else:
                self._pick(motion)
        return None

    def _strand(self, motion: _Motion) -> None:
        """The note that was on its way stays on the path."""
        index = self._owes(motion)
        if index is not None and self._draw(index):
            self.path.append([self.cassettes[index].denomination_major, EJT])

    def _owes(self, motion: _Motion) -> int | None:
        """The cassette the next note comes from."""
        return next((i - 1 for i in self.order if motion.wanted[i - 1]), None)

    def _cut(self, motion: _Motion) -> Fault | None:
        moved = sum(motion.exits)
        return next((f for f in self.faults if f.name == "power_cut" and moved >= f.after), None)

    def _pick(self, motion: _Motion) -> None:
        """One note, from the next cassette that owes one."""
        index = self._owes(motion)
        if index is None:
            motion.done = True
            return
        motion.at += NOTE_SECONDS
        if jam := self._jam(motion):
            motion.error = jam.error
            return self._misplace(motion, index, jam)
        if not self._draw(index):
            motion.error = 0x24 if not self.cassettes[index].present else 0x01
            return None
        note = self.cassettes[index].denomination_major
        if motion.command == Command.TEST_DISPENSE:
            motion.wanted[index] -= 1
            motion.rejects[index] += 1
            self.reject_tray[note] += 1
        elif self._fault("reject", motion.command):
            self._reject(motion, index, note)
        else:
            motion.wanted[index] -= 1
            motion.exits[index] += 1
            self.exit_tray[note] += 1
        motion.done = not any(motion.wanted)
        return None

    def _jam(self, motion: _Motion) -> Fault | None:
        moved = sum(motion.exits)
        for fault in self.faults:
            if fault.name == "jam" and moved >= fault.after and _meant(fault, motion.command):
                self.faults.remove(fault)
                return fault
        return None

    def _misplace(self, motion: _Motion, index: int, jam: Fault) -> None:
        """Put notes where this error leaves them (2.8)."""
        source = jam.error - 0x40 if 0x40 <= jam.error <= 0x43 else index
        if jam.error in _STAYS_IN_CASSETTE or not self._draw(source):
            return
        note = self.cassettes[source].denomination_major
        if jam.error in _ON_THE_PATH:
            self.path.append([note, _ON_THE_PATH[jam.error]])
            return
        if jam.error == 0x0D:
            motion.rejects[index] = REJECTS_MAX
            self.reject_tray[note] += 1
            return
        self.exit_tray[note] += 1
        motion.exits[index] += jam.error in _COUNTED_ONCE
        if jam.error in _TWO_NOTES and self._draw(source):
            self.exit_tray[note] += 1
        if jam.error == 0x29:
            more = sum(self._draw(source) for _ in range(motion.wanted[index]))
            self.exit_tray[note] += more
            motion.exits[index] += more

    def _reject(self, motion: _Motion, index: int, note: int) -> None:
        """A suspect note goes to the reject tray; another will be picked for it."""
        self.reject_tray[note] += 1
        motion.rejects[index] += 1
        if sum(motion.rejects) >= REJECTS_MAX:
            motion.error = 0x0D

    def _draw(self, index: int) -> bool:
        """One note out of a cassette, if there is one."""
        if index >= len(self.cassettes):
            return False
        cassette = self.cassettes[index]
        if not cassette.present or not cassette.count:
            return False
        cassette.count -= 1
        return True

    def _finish(self, motion: _Motion) -> None:
        self._motion = None
        self._remember(motion)
        tally = motion.tally(self._present())
        raw = codec.encode_tally(motion.command, tally, motion.short)
        self._respond(raw, motion.at, motion.command)

    def _remember(self, motion: _Motion) -> None:
        last = LastResult(motion.command, motion.tally(self._present()))
        self._last = codec.encode_last(last).hex()

    def _motion_ends(self, motion: _Motion) -> Seconds:
        """When it ends if all goes well; the end may come earlier, and is then found later."""
        if motion.command == Command.PURGE or motion.error or motion.done:
            return motion.at
        held = [each.count if each.present else 0 for each in self.cassettes]
        short = any(wanted > count for wanted, count in zip(motion.wanted, held, strict=False))
        if short or any(fault.name in ("jam", "power_cut") for fault in self.faults):
            return motion.at
        return motion.at + max(0, sum(motion.wanted) - 1) * NOTE_SECONDS

    def _diagnose(self, cassette: int, now: Seconds) -> None:
        index = cassette - 1
        drawn = sum(self._draw(index) for _ in range(DIAGNOSTIC_NOTES))
        if drawn:
            self.reject_tray[self.cassettes[index].denomination_major] += drawn
        references = codec.nibbles((self.opacities[index], self.lengths[index]))
        error = 0x00 if drawn == DIAGNOSTIC_NOTES else 0x01
        busy = FIRST_NOTE_SECONDS + DIAGNOSTIC_NOTES * NOTE_SECONDS
        raw = codec.encode_error(Command.SENSOR_DIAGNOSTICS, error, references)
        self._respond(raw, now + busy, Command.SENSOR_DIAGNOSTICS)

    # --- small ------------------------------------------------------------------------------------

    def _present(self) -> tuple[bool, ...]:
        fitted = [each.present for each in self.cassettes]
        return tuple(fitted + [False] * (CASSETTES - len(fitted)))

    def _status(self) -> StatusReport:
        blocked = 0
        for _, bits in self.path:
            blocked |= bits
        absent = CassetteStatus(present=False, near_end=False)
        quads = [
            CassetteStatus(True, each.near_end, 0, opacity, length) if each.present else absent
            for each, opacity, length in zip(
                self.cassettes, self.opacities, self.lengths, strict=False
            )
        ]
        quads += [absent] * (CASSETTES - len(quads))
        unfit = self._fault("unfit", Command.STATUS)
        error = unfit.error if unfit else 0x00 if self.tray_present else 0x26
        return StatusReport(error, blocked, tuple(quads))

    def _to_rejects(self, notes: list[int]) -> None:
        self.reject_tray.update(notes)

    def _fault(self, name: FaultName, command: int | None = None) -> Fault | None:
        """Use up one of this fault, if one is armed for this command."""
        if not self.faults:
            return None
        for fault in self.faults:
            if fault.name == name and _meant(fault, command):
                fault.times -= 1
                if not fault.times:
                    self.faults.remove(fault)
                return fault
        return None


_PLAIN = (
    "tray_present",
    "powered",
    "dispenses",
    "reset_answers",
    "reset_forgets",
    "serial",
    "_last",
    "_waiting",
    "_busy_until",
)
"""Attributes that JSON holds as they are."""

_STAYS_IN_CASSETTE = frozenset({0x01, 0x0C, 0x24, 0x25, 0x26})
_ON_THE_PATH: Mapping[int, int] = {0x02: DVT, 0x03: EJT, 0x04: EXIT}
_COUNTED_ONCE = frozenset({0x09, 0x0A, 0x29})
"""A note went out and was counted; for the other codes it went out, or lies in reach, uncounted."""
_TWO_NOTES = frozenset({0x09, 0x0A})
"""A second one went with it."""


def _meant(fault: Fault, command: int | None) -> bool:
    return fault.command is None or command is None or fault.command == command


def _command_of(request: Request) -> int:
    match request:
        case Ask(command) | SetReferences(command, _):
            return command
        case SetPickOrder():
            return Command.SET_PICK_ORDER
        case Version():
            return Command.SUPPLEMENTARY
        case _:
            raise AssertionError(f"{request} is not answered with an error code alone")


def _pairs(held: Counter[int]) -> list[list[int]]:
    return [[note, count] for note, count in sorted(held.items())]


def _finite(instant: Seconds) -> Seconds | None:
    """JSON has no infinity."""
    return None if instant == NEVER else instant


def _instant(held: Seconds | None) -> Seconds:
    return NEVER if held is None else held
