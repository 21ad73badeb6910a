"""Inside the note acceptor: where each note is, what moves it, and what the acceptor remembers.

A note is drawn in at the head, looked at, and pushed back or carried over the path into the escrow
cassette. From there the whole bundle goes to the drop cassette (store), or to a tray behind the slot and
then within reach (return); what nobody takes goes into the retract bin. A note is its value in yuan; 0 is
something that is no note, or none that is taken here.

Rules it keeps: no note is made or lost, `notes()` always sums to what was drawn in; what is remembered
of a deposit changes at the very instant at which its note arrives, before anybody is told; an order is
executed at most once, by its number; a motion that ends otherwise than planned leaves the deposit
UNKNOWN, and so it stays until staff have looked. Power may fail at any instant: notes stay where they
are, the memory is kept (or lost, if so wished), and what it proves together with the sensors is all that
is said afterwards.

Bytes are not its business, nor is who is charged.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType

from devices.acceptor.codec import (
    ESCROW_TYPE,
    Cassette,
    DepositCode,
    Order,
    Report,
    State,
)
from sim.world.acceptor_orders import answer
from sim.world.acceptor_parts import (
    CARRY_SECONDS,
    CASSETTE_NOTES_MAX,
    ENDED,
    ESCROW_NUMBER,
    INIT_SECONDS,
    LOOK_SECONDS,
    NOTE_SECONDS,
    PLACES,
    PUSH_BACK_SECONDS,
    REASON_IDENTIFICATION,
    REASON_INHIBIT,
    TYPES,
    Deposit,
    Fault,
    FaultName,
    Job,
    JobKind,
    Kept,
    add,
    held,
    kept_from,
    type_of,
)
from terminal.ports import NEVER, Seconds

_JOB_STATES: Mapping[JobKind, State] = MappingProxyType(
    {
        "init": State.INITIALIZE,
        "look": State.ACCEPTING,
        "push_back": State.REJECTING,
        "carry": State.STACKING,
        "store": State.UNLOADING,
        "return": State.CUSTOM_RETURNING,
        "retract": State.BUSY,
    }
)


class NotePath:
    """The mechanics and the memory of one acceptor."""

    def __init__(self) -> None:
        self._s = Kept()

    # --- what can be seen -------------------------------------------------------------------------

    def notes(self) -> dict[str, dict[int, int]]:
        """Where every note is that was ever drawn in: place to value to notes."""
        return {place: held(getattr(self._s, place)) for place in PLACES}

    def brought(self) -> dict[int, int]:
        """Every note that was ever drawn in."""
        return held(self._s.brought)

    @property
    def takes(self) -> bool:
        """The inlet is open for a note."""
        s = self._s
        return self._runs and bool(s.enabled) and self._open() is not None and not s.fault

    @property
    def powered(self) -> bool:
        """It has power."""
        return self._s.powered

    def deposit(self, token: bytes) -> Deposit | None:
        """What is remembered of a deposit."""
        return self._s.deposit(token)

    def stores(self, token: bytes) -> int:
        """How often a STORE of this deposit was executed: the truth, for the checker."""
        return self._s.stores.get(token.hex(), 0)

    def cassettes(self) -> list[Cassette]:
        """What CASSETTE STATUS tells: the escrow's notes as its own sensor counts them."""
        s = self._s
        absent = Cassette(fitted=False, full=False, bill_type=0, count=0)
        full = len(s.escrow) >= s.escrow_max
        return [absent, absent, Cassette(True, full, ESCROW_TYPE, min(len(s.escrow), 0xFF))]

    def poll(self) -> tuple[int, int]:
        """State and what it adds: what POLL answers."""
        s = self._s
        if not s.ready and s.job is None:
            head = State.POWER_UP_NOTE_IN_HEAD if s.head else State.POWER_UP
            return (State.POWER_UP_NOTE_IN_PATH if s.path else head), 0
        if s.events:
            state, detail = s.events[0]
            return state, detail
        if s.job is not None:
            return _JOB_STATES[s.job.kind], s.job.reason
        if self._s.fault:
            return self._s.fault, 0
        return (State.IDLING if self.takes else State.DISABLED), 0

    def told(self) -> None:
        """The event that POLL answered was acknowledged."""
        del self._s.events[:1]

    # --- hands ------------------------------------------------------------------------------------

    def insert(self, *notes: int) -> bool:
        """A customer holds notes at the inlet, to be drawn in one after the other while it is open.
        False if it is shut: nothing is drawn in."""
        if not self.takes:
            return False
        self._s.offered += notes
        return True

    def take_returned(self, some: int | None = None) -> dict[int, int]:
        """A hand takes `some` notes (None: all) from the slot: value to notes. Nothing comes through
        while they are being taken back."""
        s = self._s
        if s.job is not None and s.job.kind == "retract":
            return {}
        count = len(s.slot) if some is None else min(some, len(s.slot))
        taken, s.slot = s.slot[:count], s.slot[count:]
        add(s.hand, taken)
        for each in s.deposits:
            if taken and each.state in (DepositCode.AT_SLOT, DepositCode.UNKNOWN):
                each.untouched = False
        self._sense_slot()
        return dict(Counter(taken))

    def clear(self) -> None:
        """Staff open it and take out what lies on the path, in the escrow and in the slot. A deposit
        that was unknown stays so: what it was is theirs to count."""
        s = self._s
        for place in ("head", "path", "escrow", "slot"):
            found: list[int] = getattr(s, place)
            add(s.staff, found)
            found.clear()
        for each in s.deposits:
            if each.state not in ENDED:
                each.state = DepositCode.UNKNOWN
        s.trouble, s.remembers, s.job = 0, True, None

    def remove_cassette(self) -> None:
        """Staff pull the drop cassette out, with what is in it. The inlet shuts."""
        s = self._s
        s.cassette_in = False
        for note, count in s.cassette.items():
            s.staff[note] = s.staff.get(note, 0) + count
        s.cassette.clear()
        self._s.shut()

    def insert_cassette(self, notes_max: int = CASSETTE_NOTES_MAX) -> None:
        """Staff put an empty one in, which holds so many."""
        self._s.cassette_in, self._s.cassette_max = True, notes_max

    def limit_escrow(self, notes_max: int) -> None:
        """An escrow that holds fewer."""
        self._s.escrow_max = notes_max

    def arm(self, fault: Fault) -> None:
        """Let a fault happen when its time comes."""
        self._s.faults.append(fault)

    def disarm(self, name: FaultName) -> None:
        """Take back every fault of this name."""
        self._s.faults = [each for each in self._s.faults if each.name != name]

    def armed(self, name: FaultName, moved: int = 0) -> Fault | None:
        """The fault of this name that is armed and whose time has come, if any."""
        for fault in self._s.faults:
            if fault.name == name and moved >= fault.after:
                return fault
        return None

    def happens(self, name: FaultName, moved: int = 0) -> Fault | None:
        """Use up one of this fault, if one is armed and its time has come."""
        fault = self.armed(name, moved)
        if fault is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._s.faults.remove(fault)
        return fault

    # --- power ------------------------------------------------------------------------------------

    def power_off(self, now: Seconds, seconds: Seconds = NEVER, forgets: bool = False) -> None:
        """Power fails: what moves stops where it is, and only the memory stays, if that does."""
        s = self._s
        s.powered, s.ready, s.job = False, False, None
        s.wakes = None if seconds == NEVER else now + seconds
        s.enabled.clear()
        s.events.clear()
        s.offered.clear()
        if forgets:
            s.deposits.clear()
            s.remembers = False

    def power_on(self) -> None:
        """Power is back: what the memory and the sensors prove together is what is known."""
        s = self._s
        s.powered, s.wakes = True, None
        for each in s.deposits:
            each.state = self._after_power(each)
        self._sense_slot()

    def _after_power(self, deposit: Deposit) -> int:
        s = self._s
        match deposit.state:
            case DepositCode.OPEN:
                return DepositCode.UNKNOWN if s.path else DepositCode.CLOSED
            case DepositCode.STORING | DepositCode.RETURNING:
                moved = deposit.moved or s.path or len(s.escrow) != deposit.total
                return DepositCode.UNKNOWN if moved else DepositCode.CLOSED
            case DepositCode.RETRACTING:
                return DepositCode.AT_SLOT
            case DepositCode.CLOSED if len(s.escrow) != deposit.total or s.path:
                return DepositCode.UNKNOWN
            case state:
                return state

    # --- orders -----------------------------------------------------------------------------------

    def reset(self, now: Seconds) -> bool:
        """RESET: initialise. False while something moves. Shuts the inlet."""
        s = self._s
        if s.job is not None:
            return s.job.kind == "init"
        self._s.shut()
        s.ready, s.job = False, Job("init", now + INIT_SECONDS)
        return True

    def enable(self, types: frozenset[int]) -> bool:
        """ENABLE BILL TYPES. False before RESET."""
        if not self._s.ready:
            return False
        self._s.enabled = sorted(types & TYPES.keys())
        if not self._s.enabled:
            self._s.offered.clear()
        return True

    def order(self, order: Order, now: Seconds) -> Report:
        """Execute an order if it may be, and say how the deposit stands."""
        return answer(self._s, order, now)

    # --- motions ----------------------------------------------------------------------------------

    def due(self) -> Seconds:
        """When something here happens by itself."""
        s = self._s
        if not s.powered:
            return NEVER if s.wakes is None else s.wakes
        return NEVER if s.job is None else s.job.at

    def advance(self, now: Seconds) -> None:
        """Everything that happens by `now`."""
        s = self._s
        while (due := self.due()) <= now:
            if not s.powered:
                self.power_on()
                continue
            assert s.job is not None
            job, deposit = s.job, self._active()
            moved = len(s.escrow) if job.kind == "carry" else deposit.moved if deposit else 0
            if job.kind != "init" and (cut := self.happens("powerCut", moved)):
                self.power_off(due, cut.seconds, cut.forgets)
                continue
            s.job = None
            self._step(job, deposit, due)
            self._draw(due)
        self._draw(now)

    def _draw(self, now: Seconds) -> None:
        """The next note that is offered."""
        s = self._s
        if s.offered and s.job is None and not s.head and not s.path and self.takes:
            note = s.offered.pop(0)
            s.head.append(note)
            add(s.brought, (note,))
            s.job = Job("look", now + LOOK_SECONDS)

    def _step(self, job: Job, deposit: Deposit | None, now: Seconds) -> None:
        s = self._s
        match job.kind:
            case "init" if s.head:
                s.job = Job("push_back", now + PUSH_BACK_SECONDS)
            case "init":
                s.ready = True
            case "push_back":
                add(s.hand, s.head)
                s.head.clear()
                s.ready = True
            case "look":
                self._look(deposit, now)
            case "carry" if deposit is not None:
                self._arrive(deposit)
            case "store" | "return" if deposit is not None:
                self._one_of_bundle(job.kind, deposit, now)
            case "retract" if deposit is not None:
                self._retract(deposit)

    def _look(self, deposit: Deposit | None, now: Seconds) -> None:
        """What was drawn in is judged."""
        s = self._s
        kind = type_of(s.head[0])
        reason = REASON_IDENTIFICATION if kind is None else REASON_INHIBIT
        if deposit is None or deposit.state != DepositCode.OPEN or kind not in s.enabled:
            if deposit is not None:
                deposit.refused, deposit.reason = deposit.refused + 1, reason
            s.job = Job("push_back", now + PUSH_BACK_SECONDS, reason)
            return
        s.path.append(s.head.pop())
        s.job = Job("carry", now + CARRY_SECONDS)

    def _arrive(self, deposit: Deposit) -> None:
        s = self._s
        if self.happens("jamFeed", len(s.escrow)):
            self._lose_track(deposit, State.VALIDATOR_JAM)
            return
        note = s.path.pop()
        kind = type_of(note)
        assert kind is not None, "only notes of the table are carried"
        s.escrow.append(note)
        if s.offered and self.happens("doubleFeed", len(s.escrow)):
            add(s.brought, s.offered[:1])
            s.escrow.append(s.offered.pop(0))
        deposit.counts[str(kind)] = deposit.counts.get(str(kind), 0) + 1
        s.events.append([State.STACKED, kind << 4 | ESCROW_NUMBER])
        if len(s.escrow) >= s.escrow_max:
            self._s.shut()

    def _one_of_bundle(self, kind: JobKind, deposit: Deposit, now: Seconds) -> None:
        """The next note of a bundle, or its end."""
        s = self._s
        jam: FaultName = "jamStore" if kind == "store" else "jamReturn"
        nowhere = kind == "store" and not s.cassette_in
        if s.escrow and (nowhere or self.happens(jam, deposit.moved)):
            s.path.append(s.escrow.pop())
            at = State.CASSETTE_JAM if kind == "store" else State.PATH_JAM
            self._lose_track(deposit, at)
        elif s.escrow:
            note = s.escrow.pop()
            if kind == "store":
                add(s.cassette, (note,))
            else:
                s.path.append(note)
            deposit.moved += 1
            s.job = Job(kind, now + NOTE_SECONDS)
        elif kind == "store":
            deposit.state = DepositCode.STORED
            s.events.append([State.UNLOADED, 0])
        else:
            self._present(deposit)

    def _present(self, deposit: Deposit) -> None:
        """The tray opens: what is on it is within reach."""
        s = self._s
        s.slot += s.path
        s.path.clear()
        deposit.state, deposit.untouched = DepositCode.AT_SLOT, True
        if self.happens("jamSlot"):
            self._lose_track(deposit, State.PATH_JAM)
            return
        s.events.append([State.CUSTOM_RETURNED, 0])

    def _retract(self, deposit: Deposit) -> None:
        s = self._s
        if len(s.slot) != deposit.total:
            deposit.untouched = False
        add(s.retracted, s.slot)
        s.slot.clear()
        deposit.state = DepositCode.RETRACTED

    def _lose_track(self, deposit: Deposit, trouble: State) -> None:
        deposit.state = DepositCode.UNKNOWN
        self._s.trouble = trouble
        self._s.shut()

    # --- small ------------------------------------------------------------------------------------

    @property
    def _runs(self) -> bool:
        return self._s.powered and self._s.ready

    def _open(self) -> Deposit | None:
        return next((d for d in self._s.deposits if d.state == DepositCode.OPEN), None)

    def _active(self) -> Deposit | None:
        """The deposit whose notes are inside; one at most."""
        return next((d for d in reversed(self._s.deposits) if d.state not in ENDED), None)

    def _sense_slot(self) -> None:
        """The slot became empty: the customer has them."""
        s = self._s
        if s.slot or not s.powered:
            return
        for each in s.deposits:
            if each.state == DepositCode.AT_SLOT:
                each.state = DepositCode.RETURNED

    # --- a file between two lives -----------------------------------------------------------------

    def snapshot(self) -> dict[str, object]:
        """Plain JSON."""
        return asdict(self._s)

    def restore(self, state: Mapping[str, object]) -> None:
        """Become what `snapshot` described."""
        self._s = kept_from(state)
