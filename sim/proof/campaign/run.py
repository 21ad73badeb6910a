"""One run of the campaign: a whole machine, its customers, its faults, and the laws watching.

First the safety phase: customers come one after the other while faults strike. Then liveness: no more
faults, and within bounded time the machine must be at rest with everything told. Then settlement: people
count, and every account must agree with what its owner really got.

Rules it keeps: the same plan gives the same event log, whose hash is the run's name for comparisons; the
log holds no PIN block, seal or key; nothing here decides for the terminal - a dead terminal is switched
on again, and staff repair a closed machine as they would.

An exception out of the terminal is a finding (law 30) told by its type and place, never its values.
"""

import hashlib
import heapq
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any, TextIO

from devices.journal_store import MEMORY, JournalError, JournalFull, JournalStore
from devices.transport import PortRefused
from sim.proof.campaign import faults, laws, laws_paying, laws_transfer, sometimes, taken
from sim.proof.campaign.acceptor_faults import ACCEPTOR
from sim.proof.campaign.meddler import MeddledLine
from sim.proof.campaign.record import Fault, Outcome, Plan, Violation
from sim.proof.campaign.scene import Done, Kept, Move, Scene, Thing
from sim.proof.campaign.truth import Moved, Truth
from sim.stage.bench import AT_REST, KEY, Bench
from sim.stage.machine import loading_row
from sim.stage.settings import Design, Settings, own_design
from sim.world.bank.server import REPLY_SECONDS
from sim.world.clock import STORY_BEGINS, VirtualClock
from sim.world.people import Person, Wish
from sim.world.world import World
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.flows.bills import PayingBill
from terminal.flows.insurance import PayingPremium
from terminal.flows.transfer.sending import Sending
from terminal.flows.visit import DOUBT
from terminal.journal_row import Row, Value
from terminal.ports import NEVER, Port, Seconds
from terminal.recovery import Suspected
from terminal.values import replace

COMES_SECONDS_MAX = 120.0
"""A customer whose card the machine does not take in goes away."""

TAKEN_IN_SECONDS = 4.0
"""From a card at the gate to the visit, with an answer of the reader lost on the way."""

HEARS_SECONDS = 150.0
"""A reader whose answers are lost, or that is silent, is asked again within a wait for a device."""

VISIT_SECONDS_MAX = 3_600.0
"""Longer than any visit that law 22 allows, so that the law and not this number is what fails."""

PAUSE_SECONDS = (0.2, 3.0)
"""Between two customers."""

REPAIR_AFTER_SECONDS = 150.0
"""How long a closed machine waits for staff: longer than it looks at its devices again by itself."""

CARD_BACK_SECONDS = 60.0
"""How long a machine without a record waits for its customer before staff come."""

REPAIR_SECONDS = 60.0
"""Staff at work, the terminal switched off."""

LIVENESS_SECONDS = 1_800.0
"""Without faults everything must be settled in this time: twice the longest pause between two repeats of
an outcome (300 s) and the longest wait for a device (140 s), with room for a repair."""

DUE_SECONDS = 49 * 3600.0
"""After so long everything that waits is due: a hold of a day, accepted on the day before."""

PENSIONS_CAME_SECONDS = 15 * 86_400.0
"""The bank's day is the 20th of the month where pensions are asked for: by then each has come."""

QUIET_SECONDS = 5.0
"""After the last message, so that a late motion would be seen."""

START_AGAIN_SECONDS = 5.0
"""The supervisor starts a terminal again that could not start."""

LOW_NOTES = 40
"""Staff load a cassette that has fewer notes: one order's worth."""

DEATHS_MAX = 60
"""A terminal that dies more often in one run is dying by itself."""

LINE_USUAL: Mapping[str, object] = {
    "silent": False,
    "silent_to": frozenset(),
    "acts_in_silence": False,
    "reply_seconds": REPLY_SECONDS,
    "delays": {},
    "late_requests": {},
    "doubled": frozenset(),
    "flip": 0.0,
    "refused": False,
    "meddles": False,
}
"""The line to the bank when nothing is wrong with it."""

AIMS: tuple[type, ...] = (
    s.ReadingCard,
    s.EnteringPin,
    s.Authorizing,
    s.TakingCard,
    s.PreparingCash,
    s.Dispensing,
    s.Dispensing,
    s.PresentingNotes,
    s.TakingNotes,
    s.Retracting,
    s.Counting,
    s.StatingCount,
    s.KeepingCard,
    s.Starting,
)
"""Moments at which trouble hurts most, some of them short: faults are aimed at them."""

AIM_SECONDS = 4.0
"""How long after the moment began: a motion of notes takes 1 to 12 s, most of them under 4."""

Until = Callable[[s.Session], bool]


class TerminalDied(Exception):
    """The terminal is gone between two instructions; the text is the crash point."""


class JumpyClock(VirtualClock):
    """The world's clock with a wall clock that can be wrong; time itself goes on as it should."""

    def __init__(self) -> None:
        super().__init__()
        self.jump_seconds = 0.0

    def utc(self) -> str:
        """Wall time as this machine tells it."""
        wall = STORY_BEGINS + timedelta(seconds=self.now() + self.jump_seconds)
        return wall.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class RightClock(VirtualClock):
    """The bank's clock: the same time, and a wall clock that is right."""

    def __init__(self, clock: VirtualClock, ahead_seconds: Seconds = 0.0) -> None:
        super().__init__()
        self._clock, self._ahead_seconds = clock, ahead_seconds

    def now(self) -> Seconds:
        """The same instant as everywhere, or so much later."""
        return self._clock.now() + self._ahead_seconds

    def utc(self) -> str:
        """The right wall time."""
        wall = STORY_BEGINS + timedelta(seconds=self.now())
        return wall.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class WatchedStore(JournalStore):
    """The record in memory, with a crash point before and after every commit, and a disk that fails
    when told."""

    def __init__(self, run: "Run", boot: str) -> None:
        self._run = run
        super().__init__(MEMORY, KEY, ballast_bytes=0, boot=boot)

    @property
    def low(self) -> bool:
        return self._run.disk_low

    def append(self, rows: Sequence[Row], now: Seconds, utc: str) -> None:
        run = self._run
        run.crash_point("before:", rows[-1].kind)
        run.disk_writes()
        first = self.head().seq
        run.disk_takes_time()
        super().append(rows, now, utc)
        run.written(first, rows, now, utc)
        run.crash_point("after:", rows[-1].kind)


@dataclass(slots=True)
class WatchedPort:
    """A port with a crash point after every effect it takes."""

    run: "Run"
    port: Port

    def submit(self, effect: fx.Effect, now: Seconds) -> None:
        """Hand an effect on."""
        self.run.hands_out(effect)
        self.port.submit(effect, now)
        self.run.crash_point("after:", type(effect).__name__)


class Stage(Bench):
    """A bench on which time stops for what the run has planned."""

    def goes(self, until: Until, seconds: Seconds, run: "Run") -> bool:
        """Let time pass until the session is as wanted; False if it was not in this time."""
        limit = self.clock.now() + seconds
        due = self.happens()
        while not until(self.terminal.session):
            target = min(due, limit, run.next_at)
            self.clock.advance_to(max(self.clock.now(), target))
            if struck := target >= run.next_at:
                run.strike_due()
            elif target >= limit:
                return False
            due = self.happens(struck)
        return True

    def take_clock(self, clock: JumpyClock) -> None:
        """Go by another clock, before anything has happened; the bank keeps a right one."""
        world = self.world
        self.clock = world.clock = clock
        world.reader_wire.clock = world.notes_wire.clock = clock
        if world.acceptor_wire is not None:
            world.acceptor_wire.clock = clock


@dataclass
class Run:
    """One plan being played. What a fault may use is public."""

    plan: Plan
    log: TextIO | None = None
    design: Design = field(default_factory=own_design)

    def __post_init__(self) -> None:
        self.hash = hashlib.blake2b(digest_size=16)
        self.violations: list[Violation] = []
        self.found: set[tuple[int, str]] = set()
        self.visit = -1
        self.hit: set[str] = set()
        self.struck: Counter[str] = Counter()
        self.crashed: set[str] = set()
        self.restarts = self.power_cuts = 0
        self.next_at: Seconds = NEVER
        self._agenda: list[tuple[Seconds, int, Callable[[], None]]] = []
        self._numbers = count()
        self._fuse = 0
        self._fuse_again = 0
        self._dark_seconds = 1.0
        self.disk_low = False
        self.disk_fails_in = 0
        self._disk_broken = False
        self._backups: list[Mapping[str, Any]] = []
        self._keeps_backups = any(fault.kind == "bank_restored" for fault in self.plan.faults)
        self._deaths_in_start = 0
        self._aims: list[tuple[type, Seconds, Callable[[], None]]] = []
        self.disk_slow_seconds = 0.0
        self.rng = random.Random(f"people {self.plan.seed}")
        self.stage = Stage(
            self.plan.shape,
            self.plan.seed,
            design=self.design,
            open_record=lambda boot: WatchedStore(self, boot),
            services=self.plan.services,
        )
        self.clock = JumpyClock()
        self.stage.take_clock(self.clock)
        self.world = self.stage.world
        line = self.world.host = MeddledLine(self.world.host.server)
        self._bank_ahead = PENSIONS_CAME_SECONDS if "pension" in self.plan.services else 0.0
        self.world.bank.follow(RightClock(self.clock, self._bank_ahead))
        self.truth = Truth(self.world).watch()
        self.truth.listeners.append(self.moved)
        self.scene = Scene(
            self.truth,
            self.plan.shape,
            carried=line.carried,
            profiles=self.design.profiles,
            words=self.design.catalogues,
            visit_bound=laws.visit_bound(self.design.profiles),
            verify=lambda: self.stage.store.verify(),
            hash_of=lambda seq: self.stage.store.hash_of(seq),
            more_folds=(
                laws_transfer.heard,
                laws_paying.heard,
                *((taken.fold,) if self.stage.takes_notes else ()),
            ),
        )
        self.book = laws.Book(self.plan.shape)

    # --- the whole run ----------------------------------------------------------------------------

    def play(self) -> Outcome:
        """Safety, liveness, settlement."""
        for number, broken in _still_broken():
            self.violation(number, broken)
        try:
            self._boot()
            self._goes(_rests, LIVENESS_SECONDS)
            began = self.clock.now()
            if self._keeps_backups:
                self._backups.append(self.world.bank.snapshot())
            for fault in self.plan.faults:
                self.at(began + fault.at, lambda fault=fault: self.strike(fault))  # type: ignore[misc]
            for number, wish in enumerate(self.plan.visits):
                self.visit = number
                self._visit(wish)
            self._liveness()
            self._settlement()
        except Exception as trouble:  # noqa: BLE001 - whatever it is, it is a finding
            self.violation(30, _told(trouble))
        return self._outcome()

    def _visit(self, wish: Wish) -> None:
        """One customer from coming to leaving, and the pause after."""
        self._open_for_customers()
        self._card_home(wish.card)
        if self._keeps_backups:
            self._backups.append(self.world.bank.snapshot())
        self.stage.person = Person(wish, self.rng)
        self.stage.story_card = wish.card
        if self._comes(self.stage.person):
            self._goes(self._over, VISIT_SECONDS_MAX)
        self._wait_for_staff()
        self.stage.person = None
        self._goes(_never, self.rng.uniform(*PAUSE_SECONDS))
        self._hear_of_card()
        self._check_idle("idle")

    def _comes(self, person: Person) -> bool:
        """Whether this customer's visit begins: the machine takes the card in."""
        tried = self._goes(lambda now: _served(now) or person.due() == NEVER, COMES_SECONDS_MAX)
        return tried and self._goes(_served, TAKEN_IN_SECONDS)

    def _hear_of_card(self) -> None:
        """A card that was drawn in while answers were lost: the machine has yet to hear of it."""
        if self.world.reader.card and self._goes(_served, HEARS_SECONDS):
            self._goes(self._over, VISIT_SECONDS_MAX)
            self._wait_for_staff()

    def _over(self, session: s.Session) -> bool:
        """The visit is over, or goes on without a record and is for people to end."""
        return isinstance(session.phase, AT_REST) or bool(self.stage.terminal.record_broken)

    def _wait_for_staff(self) -> None:
        """A machine that cannot write its record gives the card back and then waits for people."""
        if not self.stage.terminal.record_broken:
            return
        self._goes(lambda now: isinstance(now.phase, s.OutOfService), CARD_BACK_SECONDS)
        broken = self.stage.terminal.record_broken
        if broken and self.world.reader.place in ("inside", "contact") and not self._reader_hurt():
            self.violation(30, "the record is broken and the card was not given back")
        if broken:
            self._restart(REPAIR_SECONDS)
            self._goes(_rests, LIVENESS_SECONDS)

    def _reader_hurt(self) -> bool:
        """Something is wrong with the reader or its cable in this world."""
        return any(kind.startswith(("reader", "power")) for kind in self.struck)

    def _open_for_customers(self) -> None:
        """A closed machine gets time to recover by itself, and then staff."""
        self._goes(_rests, VISIT_SECONDS_MAX)
        if isinstance(self.session.phase, s.OutOfService):
            self._goes(lambda now: isinstance(now.phase, s.Idle), REPAIR_AFTER_SECONDS)
        self._goes(_rests, VISIT_SECONDS_MAX)
        if isinstance(self.session.phase, s.OutOfService):
            self._repair()

    def _liveness(self) -> None:
        """Nothing breaks any more."""
        self._no_more_faults()
        if self.stage.terminal.record_broken:
            self._restart(1.0)
        self._goes(self._all_told, LIVENESS_SECONDS)
        self._goes(_never, QUIET_SECONDS)
        if not self._goes(_rests, LIVENESS_SECONDS):
            self.violation(22, f"still {type(self.session.phase).__name__} without faults")
        if owed := self.scene.outbox():
            self.violation(14, f"{len(owed)} outcomes never reached the bank")
        if not self.scene.bank_has_all():
            self.violation(14, "the restored bank was not told again what it had lost")
        self._check_idle("idle")

    def _all_told(self, session: s.Session) -> bool:
        return _rests(session) and not self.scene.outbox() and self.scene.bank_has_all()

    def _settlement(self) -> None:
        """People count; what was in doubt is decided by what was really received, and the bank is told.
        More than was approved is nobody's debt but the machine's owner's."""
        doubts = self.scene.recovered().suspects
        if doubts or self.session.machine.doubt or self.session.machine.acceptor == DOUBT:
            self._switch_off()
            self._look_inside()
            rows = [self._decision(one) for one in doubts]
            self._staff_writes([*rows, *self._opening_rows()])
            self._boot()
            self._goes(self._all_told, LIVENESS_SECONDS)
            self._goes(_never, QUIET_SECONDS)
        self._check_idle("idle")
        self._everything_falls_due()
        self._check_idle("settled")
        for name, times in self.world.host.done.items():
            if times:
                self.mark(name)
        if any(one.outcome == "tombstone" for one in self.scene.booked.values()):
            self.mark("tombstone")

    def _everything_falls_due(self) -> None:
        """The bank's day after tomorrow: whoever is to be paid has it."""
        self.world.bank.follow(RightClock(self.clock, self._bank_ahead + DUE_SECONDS))
        self.world.bank.settle_due()

    def _decision(self, doubt: Suspected) -> Row:
        """What the count says of one operation in doubt."""
        received = min(self.truth.received(doubt.txid) * 100, doubt.effect.amount.minor)
        if (known := self.scene.taken.get(doubt.txid)) is not None:
            received = max(0, known.kept - self.truth.received(doubt.txid) * 100)
        body: dict[str, Value] = {
            "received": received,
            "by": "staff",
            "witness": "second",
            "reason": "count",
        }
        return Row("SETTLED", txid=doubt.txid, body=body)

    # --- people -----------------------------------------------------------------------------------

    def _card_home(self, card: str) -> None:
        """The bank's branch has given a kept card back to its owner."""
        reader = self.world.reader
        if reader.where(card) == "bin":
            state = reader.snapshot()
            state["bin"] = [name for name in reader.bin if name != card]
            reader.restore(state)

    def _repair(self) -> None:
        """Staff switch the terminal off, look at everything, and switch it on again. Where an operation
        is open in the record, the terminal settles it first."""
        if self.scene.recovered().order is not None:
            self._restart(1.0)
            self._goes(_rests, LIVENESS_SECONDS)
            if self.scene.recovered().order is not None:
                return
        self._switch_off()
        self._look_inside()
        self._staff_writes(self._opening_rows())
        self.mark("repaired")
        self._boot()
        self._goes(_rests, LIVENESS_SECONDS)

    def _look_inside(self) -> None:
        """Hands in the cabinet: jams cleared, cassettes pushed in, low ones changed."""
        world = self.world
        self.truth.hands_inside = True
        world.reader.remove_by_hand()
        world.notes.power_on()
        world.notes.clear_path()
        world.presenter.clear_jam()
        if world.acceptor is not None:
            world.acceptor.power_on()
            world.acceptor.clear()
        for number in range(len(world.cassettes)):
            world.notes.insert_cassette(number + 1)
        self._disk_broken = self.disk_low = False
        if min(self.truth.cassette_counts()) < LOW_NOTES:
            self.truth.reload(self.stage.loaded)
        self._dark(REPAIR_SECONDS)
        self.truth.hands_inside = False

    def _opening_rows(self) -> list[Row]:
        """Staff have counted the cassettes and say that the machine may pay."""
        counts = self.truth.cassette_counts()
        loaded = tuple(
            replace(cassette, count=count)
            for cassette, count in zip(self.stage.loaded, counts, strict=True)
        )
        return [loading_row(loaded), Row("REOPENED", body={"by": "staff"})]

    def _staff_writes(self, rows: list[Row]) -> None:
        fuse, self._fuse = self._fuse, 0
        self.disk_fails_in, self._disk_broken, self.disk_slow_seconds = 0, False, 0.0
        self.stage.store.append(rows, self.clock.now(), self.clock.utc())
        self._fuse = fuse

    # --- the terminal's life ----------------------------------------------------------------------

    @property
    def session(self) -> s.Session:
        """What the terminal holds true."""
        return self.stage.terminal.session

    def _goes(self, until: Until, seconds: Seconds) -> bool:
        end = self.clock.now() + seconds
        while True:
            try:
                return self.stage.goes(until, max(0.0, end - self.clock.now()), self)
            except TerminalDied as died:
                self._died(died)

    def _died(self, died: TerminalDied) -> None:
        self._note_death(str(died))
        if len(self.scene.rows) and self.restarts > DEATHS_MAX:
            raise AssertionError("the terminal dies again and again")
        self._restart(self._dark_seconds)

    def _note_death(self, place: str) -> None:
        self.crashed.add(place)
        self.tell("DIED", place)
        self.mark("died")
        if self.scene.recovering:
            self._deaths_in_start += 1
            self.mark("crash_in_recovery")
        if self._deaths_in_start > 1:
            self.mark("second_crash_in_recovery")
        if any(op.intents and not op.ended for op in self.scene.ops.values()):
            self.mark("died_ordering_notes")

    def _restart(self, dark_seconds: Seconds) -> None:
        self._switch_off()
        self._dark(dark_seconds)
        if self.stage.person is not None:
            self.stage.person.act(self.world, self.clock.now())
        self._boot()

    def _dark(self, seconds: Seconds) -> None:
        """Time passes with the terminal switched off; what is planned happens all the same."""
        end = self.clock.now() + seconds
        while (now := self.clock.now()) < end:
            self.stage.waits_alone(max(0.0, min(end, self.next_at) - now))
            with suppress(TerminalDied):
                self.strike_due()

    def _switch_off(self) -> None:
        if hasattr(self.stage, "terminal"):
            self.stage.power_cut()
        self.scene.session = None

    def _boot(self) -> None:
        """On again, however often it dies meanwhile."""
        while True:
            self._disk_broken = False
            self.restarts += 1
            if self._fuse_again:
                self._fuse, self._fuse_again = self._fuse_again, 0
            try:
                self.stage.boot()
            except TerminalDied as died:
                self._note_death(str(died))
                self._dark(self._dark_seconds)
            except (PortRefused, JournalError) as refused:
                self.tell("NO START", type(refused).__name__)
                self._dark(START_AGAIN_SECONDS)
            else:
                break
        terminal = self.stage.terminal
        terminal.listeners.append(self.stepped)
        ports: dict[int, WatchedPort] = {}
        terminal.routes = {
            kind: ports.setdefault(id(port), WatchedPort(self, port))  # type: ignore[misc]
            for kind, port in terminal.routes.items()
        }
        self.scene.session = terminal.session

    # --- what faults use --------------------------------------------------------------------------

    def at(self, instant: Seconds, act: Callable[[], None]) -> None:
        """Plan something."""
        heapq.heappush(self._agenda, (instant, next(self._numbers), act))
        self.next_at = self._agenda[0][0]

    def later(self, seconds: Seconds, act: Callable[[], None]) -> None:
        """Plan something for so much later."""
        self.at(self.clock.now() + seconds, act)

    def strike_due(self) -> None:
        """Everything planned for now."""
        while self._agenda and self._agenda[0][0] <= self.clock.now():
            act = heapq.heappop(self._agenda)[2]
            self.next_at = self._agenda[0][0] if self._agenda else NEVER
            act()
        self.world.stirred = True

    def strike(self, fault: Fault) -> None:
        """One fault."""
        self.struck[fault.kind] += 1
        self.tell("FAULT", f"{fault.kind} {fault.value} {fault.seconds}", hashed=False)
        kinds = ACCEPTOR if fault.kind in ACCEPTOR else faults.CATALOGUE
        kinds[fault.kind].strike(self, fault)

    def light_fuse(self, points: int, dark_seconds: Seconds, again: int = 0) -> None:
        """The terminal dies at the so-many-th crash point from now, and if wanted again after it was
        switched on."""
        self._fuse, self._fuse_again, self._dark_seconds = points, again, dark_seconds

    def power_fails(self, fault: Fault) -> None:
        """The power of the whole machine fails: terminal and devices; the bank is elsewhere. What
        becomes of the dispenser's memory hangs on how long it lasts."""
        self.power_cuts += 1
        self.mark("power_cut")
        now = self.clock.now()
        memory = ("old", "partial", "lost")[int(fault.seconds) % 3]
        self.world.notes.power_off(now, memory, fault.seconds)  # type: ignore[arg-type]
        if memory == "lost":
            self.world.presenter.lose_memory()
        self.world.reader.power_cycle()
        if self.world.acceptor is not None:
            self.world.acceptor.power_off(now, fault.seconds, memory == "lost")
        self._dark_seconds = fault.seconds
        raise TerminalDied("power")

    def aim(
        self, value: float, act: Callable[[], None], aims: tuple[type, ...] | None = None
    ) -> None:
        """Strike now, or a little after the machine next enters one of these phases: what `value`, from
        0 to 1, says."""
        if value < faults.AT_ONCE:
            act()
            return
        aims = aims or (*AIMS, *self._also_aimed_at())
        place = (value - faults.AT_ONCE) / (1.0 - faults.AT_ONCE) * len(aims)
        phase = aims[min(int(place), len(aims) - 1)]
        self._aims.append((phase, (place % 1.0) * AIM_SECONDS, act))

    def _also_aimed_at(self) -> tuple[type, ...]:
        """Where an order to pay hangs between two answers."""
        sending = (Sending,) * 4 if "transfer" in self.plan.services else ()
        paying = (PayingBill, PayingPremium) * 2 if "bills" in self.plan.services else ()
        return (*sending, *paying)

    def _take_aim(self, phase: type) -> None:
        for aimed in [one for one in self._aims if one[0] is phase]:
            self._aims.remove(aimed)
            self.later(aimed[1], aimed[2])

    def turn_line(self, knob: str, value: object, seconds: Seconds) -> None:
        """Turn a knob of the line to the bank, for a while."""
        setattr(self.world.host, knob, value)
        self.later(seconds, lambda: setattr(self.world.host, knob, LINE_USUAL[knob]))

    def bank_restored(self, visits: int) -> None:
        """The bank's book is lost, and the one of so many visits ago is put in its place."""
        backup = self._backups[max(0, len(self._backups) - 1 - visits)]
        before = dict(self.world.bank.operations.items())
        self.world.host.restore_backup(backup)
        now = dict(self.world.bank.operations.items())
        changed = {txid for txid, operation in before.items() if now.get(txid) != operation}
        self.scene.forgotten.update(changed)
        self.scene.restored = True
        self.mark("bank_restored")

    def disk_freed(self) -> None:
        """There is room for the record again."""
        self.disk_low = False

    def _no_more_faults(self) -> None:
        world = self.world
        self._agenda.clear()
        self._aims.clear()
        self.disk_slow_seconds = 0.0
        self.next_at, self._fuse, self._fuse_again = NEVER, 0, 0
        self.disk_low, self.disk_fails_in = False, 0
        world.notes.faults.clear()
        world.presenter.faults.clear()
        if world.acceptor is not None and world.acceptor_wire is not None:
            world.acceptor.disarm_all()
            world.acceptor_wire.damage = None
            world.acceptor_wire.replug()
            if not world.acceptor.path.powered:
                world.acceptor.power_on()
        if not world.notes.powered:
            world.notes.power_on()
        for number in range(len(world.cassettes)):
            world.notes.insert_cassette(number + 1)
        for name in faults.READER_FAULTS:
            world.reader.disarm(name)
        world.reader.restore({**world.reader.snapshot(), "errors": []})
        for wire in (world.reader_wire, world.notes_wire):
            wire.damage = None
            wire.replug()
        for knob, usual in LINE_USUAL.items():
            setattr(world.host, knob, usual)
        world.stirred = True

    # --- what the watchers see --------------------------------------------------------------------

    def crash_point(self, side: str, name: str) -> None:
        """A place where the terminal may die."""
        if self._fuse:
            self._fuse -= 1
            if not self._fuse:
                raise TerminalDied(side + name)

    def disk_writes(self) -> None:
        """The disk takes a write, or does not."""
        if self.disk_fails_in:
            self.disk_fails_in -= 1
            if not self.disk_fails_in:
                self._disk_broken = True
        if self._disk_broken:
            self.mark("record_failed")
            raise JournalFull("The simulated disk takes nothing more.")

    def disk_takes_time(self) -> None:
        """A commit blocks the loop, and no time limit runs meanwhile."""
        if self.disk_slow_seconds:
            self.mark("record_slow")
            self.clock.advance_to(self.clock.now() + self.disk_slow_seconds)

    def written(self, first: int, rows: Sequence[Row], now: Seconds, utc: str) -> None:
        """Rows are on disk."""
        scene = self.scene
        scene.now = now
        for number, row in enumerate(rows, first + 1):
            kept = Kept(number, now, utc, row.kind, row.visit, row.txid, row.body)
            scene.heard(kept)
            self.tell(row.kind, f"{row.visit[:8]} {row.txid[:8]} {row.body}")
            self.judge(row.kind, kept)

    def hands_out(self, effect: fx.Effect) -> None:
        """An order leaves the terminal."""
        self.truth.hands_out(effect)

    def stepped(
        self,
        before: s.Session,
        event: ev.Event,
        after: s.Session,
        effects: tuple[fx.Effect, ...],
        now: Seconds,
    ) -> None:
        """The terminal took a step."""
        scene = self.scene
        scene.now, scene.session = now, after
        if isinstance(after.phase, AT_REST):
            scene.recovering, self._deaths_in_start = False, 0
        if self._aims and type(after.phase) is not type(before.phase):
            self._take_aim(type(after.phase))
        name = type(event).__name__
        if effects:
            self.tell(name, " ".join(type(effect).__name__ for effect in effects))
        done = Done(before, event, after, effects, now)
        laws_paying.stepped(scene, done)
        self.judge("step", done)

    def moved(self, move: str, order: Moved) -> None:
        """A device moved something."""
        now = self.scene.now = self.clock.now()
        if hasattr(self.stage, "terminal"):
            self.scene.record_broken = self.stage.terminal.record_broken
        self.tell(move, order.txid[:8])
        self.judge(move, Move(move, order, now))

    def judge(self, heard: str, thing: Thing) -> None:
        """Ask every law that listens to this."""
        scene = self.scene
        for number, check in self.book.heard.get(heard, ()):
            if broken := check(scene, thing):
                self.violation(number, broken)
        for name, holds in sometimes.HEARD.get(heard, ()):
            if name not in self.hit and holds(scene, thing):
                self.hit.add(name)

    def _check_idle(self, when: str) -> None:
        self.scene.now = self.clock.now()
        self.scene.session = self.session
        if not self.scene.idle() or not self.scene.bank_has_all():
            return
        self.scene.look_at_bank()
        for number, check in self.book.at(when):
            if broken := check(self.scene, None):
                self.violation(number, broken)

    def mark(self, name: str) -> None:
        """The run saw this happen."""
        self.judge(f"mark:{name}", None)

    def violation(self, law: int, text: str) -> None:
        """A law did not hold; told once for each law and sentence."""
        self.scene.violated = True
        if (law, text) in self.found:
            return
        self.found.add((law, text))
        self.tell("VIOLATION", f"{law} {text}")
        self.violations.append(Violation(law, self.clock.now(), self.visit, text))

    def tell(self, kind: str, text: str, hashed: bool = True) -> None:
        """One line of the event log; what a plan says by itself is not part of its hash."""
        line = f"{self.clock.now():.6f} {kind} {text}\n"
        if hashed:
            self.hash.update(line.encode())
        if self.log is not None:
            self.log.write(line)

    # --- the outcome ------------------------------------------------------------------------------

    def _outcome(self) -> Outcome:
        scene, plan = self.scene, self.plan
        endings: Counter[str] = Counter()
        for op in scene.ops.values():
            endings[laws.ending_of(op)] += 1
        return Outcome(
            plan.seed,
            plan.shape,
            len(plan.visits),
            tuple(self.violations),
            frozenset(self.hit),
            dict(self.struck),
            frozenset(self.crashed),
            dict(endings),
            operations=len(scene.ops),
            suspects=sum(1 for op in scene.ops.values() if op.suspects),
            restarts=self.restarts - 1,
            power_cuts=self.power_cuts,
            rows=len(scene.rows),
            virtual_seconds=self.clock.now(),
            log=self.hash.hexdigest(),
        )


def play(plan: Plan, log: TextIO | None = None) -> Outcome:
    """One run. The event log goes to `log` if given, and its hash into the outcome always."""
    outcome = Run(plan, log).play()
    if not any(fault.kind == CLOCK_JUMPS for fault in plan.faults):
        return outcome
    still = (replace(f, value=0.0) if f.kind == CLOCK_JUMPS else f for f in plan.faults)
    steady = replace(plan, faults=tuple(still))
    if Run(steady).play().log == outcome.log:
        return outcome
    text = "a run went another way because the wall clock jumped"
    broken = Violation(28, outcome.virtual_seconds, len(plan.visits) - 1, text)
    if log is not None:
        log.write(f"{outcome.virtual_seconds:.6f} VIOLATION 28 {text}\n")
    return replace(outcome, violations=(*outcome.violations, broken))


CLOCK_JUMPS = "clock_jumps"
"""A run with this fault is played a second time with jumps of no seconds (law 28): a fault less would
mean a look less at the devices, and a note is told of when somebody looks."""


@cache
def _still_broken() -> tuple[tuple[int, str], ...]:
    """The laws over the program as it is, judged once for each process."""
    world = World(VirtualClock(), Settings().cassettes)
    scene = Scene(
        Truth(world), "path", profiles=own_design().profiles, words=own_design().catalogues
    )
    judged = ((law.number, law.check(scene, None)) for law in laws.LAWS if law.when == "static")
    return tuple((number, broken) for number, broken in judged if broken)


def _rests(session: s.Session) -> bool:
    return isinstance(session.phase, AT_REST)


def _served(session: s.Session) -> bool:
    return not isinstance(session.phase, AT_REST)


def _never(session: s.Session) -> bool:
    return False


def _told(trouble: Exception) -> str:
    """An exception by its type and where it came from; its text and values stay out."""
    trace, place = trouble.__traceback__, "?"
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename.replace("\\", "/")
        place = f"{'/'.join(name.rsplit('/', 2)[-2:])}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(trouble).__name__} at {place}"
