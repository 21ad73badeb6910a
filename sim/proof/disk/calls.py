"""One withdrawal with its n-th call to the disk failing, for every n and every way to fail.

As SQLite tests itself: first the writes and syncs of one undisturbed visit are counted, then the visit
is played again and again with the first, second, third... of them failing. While the disk fails, no
money law may be broken, the card must come back, and nobody else is served. Then the disk is repaired,
the program or the whole machine starts again, and everything must settle as after any visit. At the
end the power goes once more: what was acknowledged since must survive that too.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Literal

from devices.journal_store import JournalError
from sim.proof.disk.laws import LawBroken, check_laws, everywhere
from sim.proof.disk.lossy import Fault, FaultKind, LossyDisk
from sim.proof.disk.site import Site, settle
from sim.proof.disk.witness import WitnessedStore
from sim.stage.bench import AT_REST, Bench, StoryStuckError
from sim.stage.progress import Progress
from sim.world.acts import act
from sim.world.people import Person
from sim.world.visits import VISITS, Visit

Ends = Literal["killed", "power cut"]

NAMES = ("standard", "presenter", "card-left", "notes-left")
KINDS: tuple[FaultKind, ...] = ("full", "write error", "short write", "sync error", "read only")

VISIT_SECONDS_MAX = 400.0
"""Longer than any visit of these stories, with every reminder."""

STRANGER = "zhou"
"""Who comes next, while the machine is closed. No story here is about them."""

BALLAST_BYTES = 4_096
"""A small reserve is as good as a large one: the disk is full as long as its file is there."""


@dataclass(frozen=True, slots=True)
class Case:
    """The n-th call of one kind fails, once or for good, in this story. `ballast`: the disk is full
    until the reserve is given back. `drops`: after a failed sync the system forgets the changes."""

    story: str
    kind: FaultKind
    at: int
    lasting: bool = True
    ends: Ends = "killed"
    ballast: bool = False
    drops: bool = False


def cases(stride: int = 1) -> Iterator[Case]:
    """Every `stride`-th call of every story, for every kind of failure."""
    for number, name in enumerate(NAMES):
        writes, syncs = calls_of(name)
        for kind in KINDS:
            for at in range(
                1 + number % stride, (syncs if kind == "sync error" else writes) + 1, stride
            ):
                turn = at // stride
                ends: Ends = "power cut" if turn % 2 else "killed"
                lasting = kind in ("full", "read only") or turn % 3 > 0
                yield Case(name, kind, at, lasting, ends, drops=turn % 4 > 1)
        for at in range(1 + number % stride, writes + 1, stride):
            yield Case(name, "full", at, ballast=True)


def calls_of(name: str) -> tuple[int, int]:
    """How many writes and syncs one undisturbed visit makes."""
    with Site(VISITS[name].shape) as site:
        bench = _begun(site, VISITS[name])
        writes, syncs = site.disk.writes, site.disk.syncs
        bench.visit(VISITS[name].wish)
        return site.disk.writes - writes, site.disk.syncs - syncs


def play(
    case: Case, folder: Path | None = None, store: type[WitnessedStore] = WitnessedStore
) -> str:
    """What the case broke in one sentence, or nothing."""
    story = VISITS[case.story]
    ballast = BALLAST_BYTES if case.ballast else 0
    with Site(story.shape, store=store, ballast_bytes=ballast, folder=folder) as site:
        try:
            _play(case, story, site)
        except (AssertionError, JournalError, StoryStuckError) as broken:
            return f"{type(broken).__name__}: {broken}"
    return ""


def _begun(site: Site, story: Visit) -> Bench:
    bench = site.bench()
    site.starts(bench)
    bench.ready()
    story.arrange(bench.world)
    return bench


def _play(case: Case, story: Visit, site: Site) -> None:
    bench = _begun(site, story)
    loaded = everywhere(bench)
    fault = _arm(case, site.disk)
    _visited(bench, story)
    if not fault.struck:
        raise LawBroken("the call never failed: nothing was tested")
    _check_while_closed(case, bench, story)
    site.disk.repair()
    for ends in (case.ends, "power cut"):
        if ends == "killed":
            site.is_killed(bench)
        else:
            site.loses_power(bench, Random(case.at))
        bench.reopen_record()
        site.starts(bench)
        settle(bench)
        check_laws(bench, story.wish.card, loaded)


def _arm(case: Case, disk: LossyDisk) -> Fault:
    fault = disk.arm(case.kind, case.at, lasting=case.lasting, drops=case.drops)
    if case.ballast:
        reserve = Path(f"{disk.path}.ballast")
        fault.while_true = reserve.exists
    return fault


def _visited(bench: Bench, story: Visit) -> None:
    """The visit, to its end or to where the terminal stopped; then some minutes more."""
    bench.person = Person(story.wish, bench.rng)
    bench.waits(VISIT_SECONDS_MAX)
    bench.person = None


def _check_while_closed(case: Case, bench: Bench, story: Visit) -> None:
    stopped = bool(bench.terminal.record_broken)
    world, card = bench.world, story.wish.card
    charged, paid = world.bank.charged(card), world.paid_out() * 100
    if charged > paid:
        raise LawBroken(f"charged {charged}, but only {paid} left the machine")
    if case.ballast and stopped:
        raise LawBroken("the reserve did not carry the visit to its end")
    kinds = [row.kind for row in bench.store.rows()]
    place = world.reader.where(card)
    on_record = "CARD_IN" in kinds and kinds[-1] not in ("CARD_TAKEN", "VISIT_CLOSE")
    given = place in ("outside", "bin", "gate") or (on_record and not story.wish.takes_card)
    if not given:
        raise LawBroken(f"the card is {place}, and nobody can have it")
    if stopped or case.ballast:
        _check_nobody_is_served(bench, kinds.count("VISIT_OPEN"))
    elif not isinstance(bench.session.phase, AT_REST):
        raise LawBroken(f"neither stopped nor at rest: {bench.session.phase}")


def _check_nobody_is_served(bench: Bench, visits: int) -> None:
    """The next one comes: no visit opens, and a card that got in comes out again."""
    act(bench.world, f"insert:{STRANGER}")
    bench.waits(30.0)
    opened = [row.kind for row in bench.store.rows()].count("VISIT_OPEN")
    if opened > visits:
        raise LawBroken("a visit was opened on a record that cannot be written")
    if bench.world.reader.where(STRANGER) not in ("outside", "gate"):
        raise LawBroken(f"the next card is {bench.world.reader.where(STRANGER)}")
    act(bench.world, "take_card")


# --- all of them ----------------------------------------------------------------------------------


def play_many(chunk: Iterable[Case]) -> list[tuple[Case, str]]:
    """These cases, each with what it broke."""
    with TemporaryDirectory(prefix="lossy-disks-") as folder:
        return [(case, play(case, Path(folder))) for case in chunk]


def run(jobs: int, stride: int = 1) -> int:
    """Every case; exit code 1 if one broke something."""
    every = list(cases(stride))
    chunks = [every[first : first + 20] for first in range(0, len(every), 20)]
    done: list[tuple[Case, str]] = []
    with (
        Progress(sys.stderr, len(every)) as progress,
        get_context("spawn").Pool(max(1, jobs)) as pool,
    ):
        for played in pool.imap_unordered(play_many, chunks):
            done += played
            progress.step(len(done), f"{len(done):,} of {len(every):,} calls failed")
    counts = Counter(f"{case.kind}{', with a reserve' * case.ballast}" for case, _ in done)
    for kind, count in sorted(counts.items()):
        print(f"{kind:36}{count:>8,}")
    broken = sorted(((str(case), sentence) for case, sentence in done if sentence))
    for case_text, sentence in broken:
        print(f"BROKEN {sentence}\n    {case_text}")
    print(f"{'violations':36}{len(broken):>8,}")
    return 1 if broken else 0
