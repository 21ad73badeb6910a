"""Power cuts of the whole terminal, with a disk that loses what was not synced.

One run is one random visit. The power goes at a random commit, effect, write or sync; the disk keeps,
drops or tears what nobody had synced; sometimes the dispenser and the reader lose power too, and the
customer stays or leaves. Then the terminal starts again and recovers, and the power may go again in
the middle of that. At every opening all acknowledged rows must be there and the chain whole; at the
end, at rest, the laws must hold (`laws.py`). A run is its seed: the same seed gives the same run.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from devices.journal_store import JournalError
from sim.proof.disk.laws import check_laws, everywhere
from sim.proof.disk.lossy import PowerCutError
from sim.proof.disk.platter import Losses
from sim.proof.disk.site import Place, Site, settle
from sim.proof.disk.witness import WitnessedStore
from sim.stage.bench import Bench, StoryStuckError
from sim.stage.progress import Progress
from sim.world.bank import CUSTOMERS
from sim.world.people import Wish
from sim.world.visits import VISITS
from sim.world.world import Shape, World

PLACES: tuple[Place, ...] = ("commit", "effect", "write", "sync")

REST_SHARE = 0.04
"""Cuts when the visit is over and nothing is open."""

MONEY_SHARE = 0.6
"""Cuts after the bank was asked for money, where it was."""

RECOVERY_POINTS_MAX = {"commit": 16, "effect": 10, "write": 24, "sync": 14}
"""Crash points of each kind in a start with something to recover."""

SECOND_CUT_SHARE = 0.35
FIRST_START_SHARE = 0.04
CUTS_MAX = 4
"""A machine that loses power at every start never recovers; nobody asks that of it."""

DOWN_SECONDS_MAX = 40.0
"""How long the power is away: a notes motion that goes on ends in it, or does not."""

FOLD_PAGES = (0, 0, 5, 12, 30)
"""After how many pages the log is folded; 0 leaves it as it ships."""

NAMES = ("lin", "chen", "zhou", "wang", "li", "smith")
SCREENS = ("enter_pin", "choose_amount", "review", "take_card", "count_notes")
STORY_NAMES = ("card-left", "host-silent", "note-jam", "notes-left", "lost-reply", "wrong-pin")

CHUNK = 40
"""Runs that a worker takes at once: about half a second."""

HARD_READER = frozenset({"card jams going out", "card jams going in", "reader resets"})

FAULTS: dict[str, Callable[[World], object]] = {
    "jam inside": lambda world: world.notes.arm("jam", after=2, error=0x03),
    "jam at the exit": lambda world: world.notes.arm("jam", after=1, error=0x05),
    "counts wrong": lambda world: world.notes.arm("jam", after=1, error=0x07),
    "cassette empty": lambda world: world.notes.arm("jam", after=1, error=0x01),
    "reply lost": lambda world: world.notes.arm("response_lost", times=4, command=0x52),
    "order lost": lambda world: world.notes.arm("command_lost", command=0x52),
    "notes refused": lambda world: world.notes.arm("reject", after=1, times=2),
    "reader loses an answer": lambda world: world.reader.arm("responseLost", times=2),
    "card jams going out": lambda world: world.reader.arm("jamOnEject"),
    "card jams going in": lambda world: world.reader.arm("jamOnCapture"),
    "reader resets": lambda world: world.reader.arm("reset"),
    "short pick": lambda world: world.presenter.arm("short_pick"),
    "stacker jam": lambda world: world.presenter.arm("stacker_jam"),
    "shutter jam": lambda world: world.presenter.arm("shutter_jam"),
    "recount fails": lambda world: world.presenter.arm("retract_uncounted"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One run, drawn before it begins. `memory` is what becomes of the dispenser's last result when
    its power goes too, empty if it does not."""

    wish: Wish
    shape: Shape
    fault: str
    arrange: Callable[[World], None] | None
    at_first_start: bool
    stays: bool
    memory: str
    reader_too: bool
    down_seconds: float
    fold_pages: int


@dataclass(slots=True)
class Told:
    """What one run did, or many: counts by name, and what was broken by seed."""

    counts: Counter[str]
    broken: list[tuple[int, str]]

    def add(self, other: "Told") -> None:
        """Take another's in."""
        self.counts.update(other.counts)
        self.broken += other.broken


def draw(rng: random.Random) -> Case:
    """One visit and what ends it."""
    shape: Shape = rng.choice(["path", "presenter"])
    wish, arrange = _wish(rng, shape)
    return Case(
        wish,
        shape,
        rng.choice([*FAULTS]) if rng.random() < 0.4 else "",
        arrange,
        rng.random() < FIRST_START_SHARE,
        rng.random() < 0.4,
        rng.choice(["", "", "", "old", "partial", "lost"]),
        rng.random() < 0.3,
        rng.choice([0.0, rng.uniform(0.1, 3.0), rng.uniform(3.0, DOWN_SECONDS_MAX)]),
        rng.choice(FOLD_PAGES),
    )


def _wish(rng: random.Random, shape: Shape) -> tuple[Wish, Callable[[World], None] | None]:
    """A customer out of a story, or one of all kinds."""
    stories = [VISITS[name] for name in STORY_NAMES if VISITS[name].shape == shape]
    if stories and rng.random() < 0.2:
        story = rng.choice(stories)
        return story.wish, story.arrange
    card = rng.choice(NAMES)
    right = CUSTOMERS[card].pin
    wish = Wish(
        card,
        rng.choice([(right,), (right,), (right,), ("000000", right)]),
        amount=rng.choice([50, 100, 100, 200, 500, 500, 500, 1000, 2000, 99_999]),
        takes_card=rng.random() < 0.85,
        takes_notes=rng.random() < 0.8,
        count=rng.choice(["right", "right", "right", "wrong"]),
        stated=rng.choice([0, 100]),
        cancels_at=rng.choice(SCREENS) if rng.random() < 0.1 else "",
        walks_away_at=rng.choice(SCREENS) if rng.random() < 0.1 else "",
        think_seconds=rng.choice([0.2, 1.0, 4.0]),
    )
    return wish, None


# --- one run --------------------------------------------------------------------------------------


def play(
    seed: int,
    store: type[WitnessedStore] = WitnessedStore,
    *,
    lies: bool = False,
    folder: Path | None = None,
) -> Told:
    """One run. What it breaks is told, never raised: a broken law, a lost or half row, a journal that
    cannot be opened, a machine that never comes to rest."""
    told = Told(Counter(), [])
    rng = random.Random(seed)
    case = draw(rng)
    with Site(case.shape, seed, store, case.fold_pages, folder=folder) as site:
        site.disk.lies = lies
        try:
            _Run(case, rng, site, told.counts).all()
        except (AssertionError, JournalError, StoryStuckError) as broken:
            told.broken.append((seed, f"{type(broken).__name__}: {broken}"))
        told.counts["rows lost before their sync"] += site.promises.rows_lost
        told.counts["rows that survived unacknowledged"] += site.promises.rows_survived
        told.counts["rows acknowledged"] += len(site.promises.kept)
        told.counts["writes"] += site.disk.writes
        told.counts["syncs"] += site.disk.syncs
    told.counts["runs"] += 1
    return told


@dataclass(slots=True)
class _Run:
    case: Case
    rng: random.Random
    site: Site
    counts: Counter[str]

    def all(self) -> None:
        """First start, visit, cut, recovery, laws."""
        place, point = self._where()
        bench = self._begun()
        loaded = everywhere(bench)
        self._arrange(bench.world)
        self._visit(bench, place, point)
        self._recover(bench)
        hard = self.case.fault in HARD_READER
        check_laws(bench, self.case.wish.card, loaded, healthy_reader=not hard)
        self._count_endings(bench)

    def _begun(self) -> Bench:
        """A machine that waits for a customer; sometimes the power goes while the journal is made."""
        if self.case.at_first_start:
            self._light_recovery()
            try:
                self.site.starts(self.site.bench())
            except PowerCutError:
                self._losses(self.site.loses_power(None, self.rng), "first start")
            else:
                self._losses(self.site.loses_power(None, self.rng), "at rest")
            self.site.fuse.out()
        bench = self.site.bench()
        self.site.starts(bench)
        return bench.ready()

    def _arrange(self, world: World) -> None:
        if self.case.arrange is not None:
            self.case.arrange(world)
        if self.case.fault:
            FAULTS[self.case.fault](world)

    def _where(self) -> tuple[Place, int]:
        """A crash point of this visit, found by playing it once on another disk without a cut; point
        0 is the end."""
        case = self.case
        folder, pages = self.site.folder, case.fold_pages
        with Site(case.shape, self.site.seed, fold_pages=pages, folder=folder) as other:
            bench = other.bench()
            other.starts(bench)
            bench.ready()
            self._arrange(bench.world)
            other.fuse.seen.clear()
            bench.visit(case.wish)
            seen, before = other.fuse.seen, other.fuse.before_money
        place = self.rng.choice(PLACES)
        first = before[place] if self.rng.random() < MONEY_SHARE else 0
        point = self.rng.randint(first + 1, max(first + 1, seen[place]))
        return place, 0 if self.rng.random() < REST_SHARE else point

    def _visit(self, bench: Bench, place: Place, point: int) -> None:
        """The visit up to the cut, and the cut."""
        self.site.fuse.lit(place, point)
        cut_at: str = place
        try:
            bench.visit(self.case.wish)
        except PowerCutError:
            pass
        else:
            cut_at = "at rest"
        self.site.fuse.out()
        self._cut(bench, cut_at)

    def _recover(self, bench: Bench) -> None:
        """Start until it is through; each start may be cut again."""
        for number in range(1, CUTS_MAX + 1):
            if number < CUTS_MAX and self.rng.random() < SECOND_CUT_SHARE:
                self._light_recovery()
            try:
                bench.reopen_record()
                self.site.starts(bench)
                settle(bench)
            except PowerCutError:
                self.site.fuse.out()
                self._cut(bench, "recovery")
                continue
            self.site.fuse.out()
            bench.person = None
            self.counts["recoveries"] += 1
            return

    def _light_recovery(self) -> None:
        place = self.rng.choice(PLACES)
        self.site.fuse.lit(place, self.rng.randint(1, RECOVERY_POINTS_MAX[place]))

    def _cut(self, bench: Bench, place: str) -> None:
        case, world, now = self.case, bench.world, bench.clock.now()
        self._losses(self.site.loses_power(bench, self.rng), place)
        if not case.stays:
            bench.person = None
        if case.memory:
            self.counts["cuts of the dispenser too"] += 1
            _dispenser_off(world, now, case.memory, case.down_seconds)
        if case.reader_too:
            world.reader.power_cycle()
        bench.waits_alone(case.down_seconds)
        world.notes.power_on()

    def _losses(self, losses: Losses, place: str) -> None:
        self.counts["cuts"] += 1
        self.counts[f"cut: {place}"] += 1
        self.counts["writes kept"] += losses.kept
        self.counts["writes dropped"] += losses.dropped
        self.counts["writes torn"] += losses.torn
        self.counts["truncations lost"] += losses.truncations_lost
        self.counts["files that vanished"] += losses.names_lost
        self.counts["files that came back"] += losses.names_revived

    def _count_endings(self, bench: Bench) -> None:
        kinds = Counter(row.kind for row in bench.store.rows())
        self.counts["suspects"] += kinds["SUSPECT"]
        self.counts["cards retained"] += kinds["CARD_RETAINED"]
        self.counts["orders"] += kinds["DISPENSE_INTENT"]
        self.counts["paid"] += bench.world.paid_out() > 0


def _dispenser_off(world: World, now: float, memory: str, seconds: float) -> None:
    if world.shape == "presenter":
        if memory == "lost":
            world.presenter.lose_memory()
    else:
        world.notes.power_off(now, memory, seconds)  # type: ignore[arg-type]


# --- many runs ------------------------------------------------------------------------------------


def play_many(seeds: Iterable[int]) -> Told:
    """These runs, one after the other."""
    told = Told(Counter(), [])
    with TemporaryDirectory(prefix="lossy-disks-") as folder:
        for seed in seeds:
            told.add(play(seed, folder=Path(folder)))
    return told


def run(count: int, seed: int, jobs: int) -> int:
    """`count` runs with the seeds from `seed` on, in `jobs` processes; the result is the same however
    many those are. Exit code 1 if anything was broken."""
    chunks = [
        range(first, min(first + CHUNK, seed + count)) for first in range(seed, seed + count, CHUNK)
    ]
    told, done = Told(Counter(), []), 0
    with Progress(sys.stderr, count) as progress, _mapped(jobs) as mapped:
        for chunk in mapped(chunks):
            told.add(chunk)
            done += chunk.counts["runs"]
            progress.step(done, f"{done:,} of {count:,}, {len(told.broken):,} broken")
    print(summary(told))
    return 1 if told.broken else 0


Mapped = Callable[[list[range]], Iterable[Told]]


@contextmanager
def _mapped(jobs: int) -> Iterator[Mapped]:
    if jobs <= 1:
        yield lambda chunks: map(play_many, chunks)
        return
    with get_context("spawn").Pool(jobs) as pool:
        yield lambda chunks: pool.imap_unordered(play_many, chunks)


def summary(told: Told) -> str:
    """What was done and seen, a line each; and how to repeat what was broken."""
    lines = [f"{name:36}{count:>12,}" for name, count in sorted(told.counts.items())]
    lines += [
        f"BROKEN {sentence}\n    python main.py cuts --count 1 --seed {seed}"
        for seed, sentence in sorted(told.broken)
    ]
    lines.append(f"{'violations':36}{len(told.broken):>12,}")
    return "\n".join(lines)
