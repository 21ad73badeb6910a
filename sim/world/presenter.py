"""A second simulated dispenser: one that stacks, presents, retracts and senses what was taken.

It stands behind the same `Port` as the driver of the path dispenser and has no wire of its own: device
and driver in one, so that the stories a path dispenser cannot tell (notes left at the exit, a jam behind
the shutter) can be told (reliability A.4, A.5).

Rules it keeps: a token is executed at most once, and never after the order was fenced by
`InspectDispense`; the same order given again is answered with what it did; PRESENT repeated for the same
order is answered again and moves nothing twice; the shutter is open only over the exit; no note is made
or lost. Its memory (last order, tokens, fences) outlives the terminal; when that memory itself is lost,
it says so and guesses nothing.

A failure behind the shutter is told with what the stacker holds, and a stacker that cannot be emptied is
never called empty. Amounts, time limits and what the customer hears are not its business.
"""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from sim.world.dispenser import FIRST_NOTE_SECONDS, NOTE_SECONDS, CassetteState
from terminal.effects import (
    CheckCash,
    Effect,
    InspectDispense,
    KeepResult,
    PrepareDispense,
    PresentNotes,
    RejectNotes,
    RetractNotes,
    StackNotes,
)
from terminal.events import (
    Capabilities,
    CashFailed,
    CashReady,
    Counts,
    DispenseNotExecuted,
    DispensePrepared,
    DispenseUnknown,
    Event,
    NotesPresented,
    NotesRejected,
    NotesRetracted,
    NotesStacked,
    NotesTaken,
    PresenterReport,
)
from terminal.ports import NEVER, Seconds

PRESENT_SECONDS = 1.0
RETRACT_SECONDS = 3.0
REJECT_SECONDS = 3.0
SHUTTER_SECONDS = 0.5
"""From the exit becoming empty to the shutter shut. These four are of the order of real presenters; no
manual is behind them."""
STACKER_NOTES_MAX = 60
"""What a stacker of this size holds; more is refused before anything moves."""
RETRACT_NOTES_MAX = 200
"""Room in the retract bin; without room for a whole stack nothing is paid (reliability C)."""
REMEMBERED_MAX = 64
"""Tokens and fences kept. The bank's tokens never come again; one order is open at a time."""

CAPABILITIES = Capabilities(
    stacks=True,
    presents=True,
    retracts=True,
    senses_taken=True,
    remembers_last=True,
    binds_token=True,
)

FaultName = Literal["short_pick", "stacker_jam", "shutter_jam", "retract_uncounted"]
Presented = Literal["presented", "notPresented", "unknown"]
Motion = Literal["stack", "present", "retract", "reject", "taken"]


@dataclass(slots=True)
class Fault:
    """A fault armed, once: after how many notes; `reachable` says whether a hand can get at the notes
    that a jammed shutter left half out."""

    name: FaultName
    after: int = 0
    reachable: bool = True


@dataclass(slots=True)
class _Last:
    """What the device remembers of its last order."""

    txid: str
    token: str
    stacked: list[int]
    presented: Presented = "notPresented"
    jammed: bool = False
    ended: bool = False


@dataclass(slots=True)
class _Job:
    """A motion in progress, and when it is done."""

    motion: Motion
    txid: str
    at: Seconds
    mix: list[int]


class Presenter:
    """The presenter as a `Port`, and as the thing itself: look at it, or act on it by hand."""

    def __init__(self, cassettes: list[CassetteState]) -> None:
        assert cassettes, "a presenter without cassettes pays nothing"
        self.cassettes = cassettes
        self.stacker = [0] * len(cassettes)
        self.exit = [0] * len(cassettes)
        self.path = [0] * len(cassettes)
        self.reject_bin: Counter[int] = Counter()
        self.retract_bin: Counter[int] = Counter()
        self.shutter_open = False
        self.jam = ""
        """XFS name of the trouble that stops it, empty if none; `clear_jam` is for staff."""
        self.dispenses = 0
        """How many orders were executed: the truth, for the checker."""
        self.faults: list[Fault] = []
        self._last: _Last | None = None
        self._remembers = True
        self._tokens: deque[str] = deque(maxlen=REMEMBERED_MAX)
        self._fenced: deque[str] = deque(maxlen=REMEMBERED_MAX)
        self._jobs: deque[_Job] = deque()
        self._inspecting: deque[str] = deque()
        self._events: list[Event] = []

    # --- physical acts ----------------------------------------------------------------------------

    def arm(self, name: FaultName, after: int = 0, reachable: bool = True) -> None:
        """Let a fault happen at the next motion it concerns."""
        self.faults.append(Fault(name, after, reachable))

    def in_slot(self) -> dict[int, int]:
        """Notes a hand can reach: denomination to notes."""
        return dict(+self._by_denomination(self.exit)) if self.shutter_open else {}

    def take_notes(self, some: int | None = None) -> dict[int, int]:
        """A hand takes `some` notes (None: all) from the exit; denomination to notes. Nothing comes
        through a shut shutter."""
        taken: Counter[int] = Counter()
        if not self.shutter_open:
            return {}
        left = sum(self.exit) if some is None else some
        for index, held in enumerate(self.exit):
            count = min(held, left)
            self.exit[index] -= count
            left -= count
            taken[self.cassettes[index].denomination_major] += count
        return dict(+taken)

    def lose_memory(self) -> None:
        """The device's memory fails: it no longer knows its last order, its tokens, its fences."""
        self._remembers = False
        self._last = None
        self._tokens.clear()
        self._fenced.clear()

    def clear_jam(self) -> None:
        """Staff clear it by hand: notes on the path and in the stacker go to the reject bin."""
        self._move_all(self.path, self.reject_bin)
        self._move_all(self.stacker, self.reject_bin)
        self._move_all(self.exit, self.reject_bin)
        self.jam, self.shutter_open, self._remembers = "", False, True

    def notes(self) -> dict[str, dict[int, int]]:
        """Where every note in the machine is: place to denomination to notes."""
        held = {
            "cassettes": self._by_denomination([each.count for each in self.cassettes]),
            "stacker": self._by_denomination(self.stacker),
            "path": self._by_denomination(self.path),
            "exit": self._by_denomination(self.exit),
            "reject": self.reject_bin,
            "retract": self.retract_bin,
        }
        return {place: dict(+counter) for place, counter in held.items()}

    def load(self, cassettes: list[CassetteState]) -> None:
        """Staff change all cassettes, with nothing left on the way out; the device begins anew."""
        self.clear_jam()
        self._jobs.clear()
        self._last = None
        self.cassettes = cassettes
        self.stacker, self.exit, self.path = ([0] * len(cassettes) for _ in range(3))

    # --- Port -------------------------------------------------------------------------------------

    def submit(self, effect: Effect, now: Seconds) -> None:
        """Take one order of the presenter's; another kind is the caller's mistake."""
        self._advance(now)
        match effect:
            case CheckCash():
                self._check()
            case PrepareDispense(txid):
                trouble = self._trouble()
                refused = DispenseNotExecuted(txid, trouble)
                self._events.append(refused if trouble else DispensePrepared(txid, ""))
            case StackNotes():
                self._stack(effect, now)
            case PresentNotes(txid):
                self._present(txid, now)
            case RetractNotes(txid):
                self._retract(txid, now)
            case RejectNotes(txid):
                self._jobs.append(_Job("reject", txid, now + REJECT_SECONDS, []))
            case InspectDispense(txid):
                self._fenced.append(txid)
                self._inspecting.append(txid)
                self._report()
            case KeepResult():
                pass
            case _:
                raise AssertionError(f"{effect} is not an order for a presenter")

    def poll(self, now: Seconds) -> Iterable[Event]:
        """What has happened since the last call."""
        self._advance(now)
        events, self._events = self._events, []
        return events

    def due(self, now: Seconds) -> Seconds:
        """When the motion now in progress is done, or now if there is something to tell."""
        if self._events or self._exit_emptied():
            return now
        return min((job.at for job in self._jobs), default=NEVER)

    def advance(self, now: Seconds) -> None:
        """Let time pass without a terminal: motions end, events are kept for whoever polls."""
        self._advance(now)

    # --- a file between two lives -----------------------------------------------------------------

    def snapshot(self) -> dict[str, object]:
        """Everything that survives the terminal, as JSON can hold it. Events not yet polled do not:
        whoever comes next has to ask."""
        return {
            "cassettes": [asdict(each) for each in self.cassettes],
            "places": [list(self.stacker), list(self.exit), list(self.path)],
            "bins": [sorted(self.reject_bin.items()), sorted(self.retract_bin.items())],
            "plain": {name: getattr(self, name) for name in _PLAIN},
            "faults": [asdict(fault) for fault in self.faults],
            "last": asdict(self._last) if self._last else None,
            "tokens": list(self._tokens),
            "fenced": list(self._fenced),
            "jobs": [asdict(job) for job in self._jobs],
        }

    def restore(self, state: dict[str, object]) -> None:
        """Become what `snapshot` described."""
        held = cast(dict[str, Any], state)
        self.cassettes = [CassetteState(**each) for each in held["cassettes"]]
        self.stacker, self.exit, self.path = (list(place) for place in held["places"])
        self.reject_bin, self.retract_bin = (Counter(dict(each)) for each in held["bins"])
        for name in _PLAIN:
            setattr(self, name, held["plain"][name])
        self.faults = [Fault(**fault) for fault in held["faults"]]
        self._last = _Last(**held["last"]) if held["last"] else None
        self._tokens = deque(held["tokens"], REMEMBERED_MAX)
        self._fenced = deque(held["fenced"], REMEMBERED_MAX)
        self._jobs = deque(_Job(**job) for job in held["jobs"])
        self._inspecting.clear()
        self._events.clear()

    # --- orders -----------------------------------------------------------------------------------

    def _check(self) -> None:
        usable = tuple(each.present and each.count > 0 for each in self.cassettes)
        trouble = self._trouble() or ("" if any(usable) else "cashUnitError")
        ready = CashReady(CAPABILITIES, tuple(each.present for each in self.cassettes))
        self._events.append(CashFailed(trouble) if trouble else ready)

    def _trouble(self) -> str:
        """Why nothing can be paid now, empty if it can."""
        if self.jam:
            return self.jam
        if not self._remembers:
            return "nvramLost"
        if any(self.exit) or any(self.stacker) or self._jobs:
            return "itemsLeft"
        full = sum(self.retract_bin.values()) + STACKER_NOTES_MAX > RETRACT_NOTES_MAX
        return "retractBinFull" if full else ""

    def _stack(self, order: StackNotes, now: Seconds) -> None:
        last = self._last
        if last and last.txid == order.txid and last.token == order.token:
            return self._stacked_before(last)
        if not self._remembers:
            self._events.append(DispenseUnknown(order.txid, "nvramLost"))
            return None
        refusal = self._refusal(order)
        if refusal:
            self._events.append(DispenseNotExecuted(order.txid, refusal))
            return None
        self._tokens.append(order.token)
        self._last = _Last(order.txid, order.token, [0] * len(self.cassettes))
        self.dispenses += 1
        busy = FIRST_NOTE_SECONDS + sum(order.mix) * NOTE_SECONDS
        self._jobs.append(_Job("stack", order.txid, now + busy, list(order.mix)))
        return None

    def _stacked_before(self, last: _Last) -> None:
        """The same order again: the answer again, once there is one."""
        if not any(job.motion == "stack" for job in self._jobs):
            self._events.append(NotesStacked(last.txid, tuple(last.stacked), self._none()))

    def _refusal(self, order: StackNotes) -> str:
        used = order.token in self._tokens or order.txid in self._fenced
        if not order.token or used:
            return "invalidToken"
        if not 0 < sum(order.mix) <= STACKER_NOTES_MAX or len(order.mix) != len(self.cassettes):
            return "notDispensable"
        return self._trouble()

    def _present(self, txid: str, now: Seconds) -> None:
        last = self._last
        if any(job.motion == "present" and job.txid == txid for job in self._jobs):
            return
        if last is None or last.txid != txid or last.ended or last.presented == "unknown":
            self._events.append(DispenseUnknown(txid, "nothingToPresent"))
        elif last.presented == "presented":
            self._events.append(NotesPresented(txid))
            if not any(self.exit):
                self._events.append(NotesTaken(txid))
        elif txid in self._fenced:
            self._events.append(DispenseUnknown(txid, "fenced"))
        else:
            self._jobs.append(_Job("present", txid, now + PRESENT_SECONDS, []))

    def _retract(self, txid: str, now: Seconds) -> None:
        if any(self.exit):
            self._jobs.append(_Job("retract", txid, now + RETRACT_SECONDS, []))
        elif not any(job.motion == "taken" for job in self._jobs):
            self.shutter_open = False
            self._events.append(NotesTaken(txid))

    def _report(self) -> None:
        """Answer inspections, as soon as nothing moves any more."""
        if self._jobs:
            return
        while self._inspecting:
            txid = self._inspecting.popleft()
            self._events.append(self._knows(txid))

    def _knows(self, txid: str) -> Event:
        if not self._remembers:
            return DispenseUnknown(txid, "nvramLost")
        last = self._last
        occupied = any(self.exit)
        if last is None or last.txid != txid:
            return PresenterReport(txid, False, "notPresented", occupied, self._none())
        return PresenterReport(txid, True, last.presented, occupied, tuple(last.stacked))

    # --- motions ----------------------------------------------------------------------------------

    def _advance(self, now: Seconds) -> None:
        while self._jobs and min(job.at for job in self._jobs) <= now:
            job = min(self._jobs, key=lambda each: each.at)
            self._jobs.remove(job)
            self._end(job)
        if self._exit_emptied():
            txid = self._last.txid if self._last else ""
            self._jobs.append(_Job("taken", txid, now + SHUTTER_SECONDS, []))
        self._report()

    def _end(self, job: _Job) -> None:
        match job.motion:
            case "stack":
                self._end_stack(job)
            case "present":
                self._end_present(job)
            case "retract":
                self._end_retract(job)
            case "reject":
                self._end_reject(job)
            case "taken":
                self.shutter_open = False
                self._events.append(NotesTaken(job.txid))

    def _end_stack(self, job: _Job) -> None:
        short, jam = self._fault("short_pick"), self._fault("stacker_jam")
        limit = min((fault.after for fault in (short, jam) if fault), default=sum(job.mix))
        for index, wanted in enumerate(job.mix):
            cassette = self.cassettes[index]
            there = cassette.count if cassette.present else 0
            count = min(wanted, there, limit - sum(self.stacker))
            cassette.count -= count
            self.stacker[index] += count
            if jam and count < min(wanted, there) and not any(self.path):
                cassette.count -= 1
                self.path[index] += 1
        if jam:
            self.jam = "mediaJam"
        if self._last and self._last.txid == job.txid:
            self._last.stacked = list(self.stacker)
        self._events.append(NotesStacked(job.txid, tuple(self.stacker), self._none()))

    def _end_present(self, job: _Job) -> None:
        jam = self._fault("shutter_jam")
        if jam is None or jam.reachable:
            self.exit, self.stacker = self.stacker, [0] * len(self.cassettes)
            self.shutter_open = True
        if jam:
            self.jam = "shutterJam"
        if self._last:
            self._last.presented = "unknown" if jam else "presented"
        told = DispenseUnknown(job.txid, "shutterJam") if jam else NotesPresented(job.txid)
        self._events.append(told)

    def _end_retract(self, job: _Job) -> None:
        """What is still there is taken back; what was pulled out meanwhile is gone."""
        self.shutter_open = False
        if not any(self.exit):
            self._events.append(NotesTaken(job.txid))
            return
        counted: Counts | None = tuple(self.exit)
        if self._fault("retract_uncounted") or self.jam:
            counted = None
        self._move_all(self.exit, self.retract_bin)
        if self._last:
            self._last.ended = True
        self._events.append(NotesRetracted(job.txid, counted))

    def _end_reject(self, job: _Job) -> None:
        if self.jam:
            self._events.append(DispenseUnknown(job.txid, self.jam))
            return
        self._move_all(self.stacker, self.reject_bin)
        if self._last and self._last.txid == job.txid:
            self._last.ended = True
        self._events.append(NotesRejected(job.txid))

    def _exit_emptied(self) -> bool:
        """The exit sensor: the last note is gone from under the open shutter, and nothing sees to it
        yet. A retract in progress finds out for itself."""
        return self.shutter_open and not any(self.exit) and not self.jam and not self._jobs

    # --- small ------------------------------------------------------------------------------------

    def _fault(self, name: FaultName) -> Fault | None:
        for fault in self.faults:
            if fault.name == name:
                self.faults.remove(fault)
                return fault
        return None

    def _move_all(self, place: list[int], into: Counter[int]) -> None:
        into.update(self._by_denomination(place))
        place[:] = [0] * len(place)

    def _by_denomination(self, counts: list[int]) -> Counter[int]:
        total: Counter[int] = Counter()
        for cassette, count in zip(self.cassettes, counts, strict=True):
            total[cassette.denomination_major] += count
        return total

    def _none(self) -> Counts:
        return (0,) * len(self.cassettes)


_PLAIN = ("shutter_open", "jam", "dispenses", "_remembers")
"""Attributes that JSON holds as they are."""
