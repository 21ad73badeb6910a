"""The README's figures, measured on the machine this runs on: `main.py bench`.

Each figure says what it is, its median, its worst (the 99th of a hundred, or the largest), what is
aimed at and whether that is met. What people wait for is measured on the real program in a real
window on a display of its own (`measure_window`). Where there is none, or SDL_VIDEODRIVER asks for
none, the press is measured on a window without a display, and the table says so. Throughput is
measured here, headless, in one thread.

Nothing is simulated that is measured, except that a headless visit runs on a clock that jumps.
"""

import json
import os
import platform
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from devices.clock import SystemClock
from sim.stage.bench import KEY, Bench
from sim.stage.display import HEADLESS_DRIVERS
from sim.stage.settings import HOUSE, Settings
from sim.world.people import Wish
from sim.world.visits import VISITS
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.journal import rows
from terminal.values import replace

PRESS_MS_MAX = 1000 / 60
CACHED_MS_MAX, AMOUNT_MS_MAX = 60.0, 300.0
IDLE_PERCENT_MAX = 1.0
FIRST_SECONDS_MAX = 1.0
MEMORY_MB_MAX = 150.0
VISITS_PER_SECOND_MIN = 300.0
"""The aims: press to pixel within one frame of 60 Hz, press to sound at once for a prompt that is there and
within what people take for at once for a new one, and the rest as in the README."""

THERE_AND_BACK = ("help", "back")
"""What is pressed in turn where the time from a lift to another screen is taken."""

SEED = 1
STARTS = 5
CAPITAL_MINOR = 10**12
NOTES = 3_000
"""Money and notes enough that no visit of a batch differs from another for want of them."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How often each thing is repeated."""

    presses: int
    turns: int
    idle_seconds: float
    starts: int
    batches: int
    visits: int
    utterances: int
    frames: int


FULL = Effort(
    presses=200,
    turns=24,
    idle_seconds=20.0,
    starts=STARTS,
    batches=7,
    visits=50,
    utterances=200,
    frames=600,
)
QUICK = Effort(
    presses=60,
    turns=8,
    idle_seconds=5.0,
    starts=3,
    batches=3,
    visits=25,
    utterances=8,
    frames=120,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: what, the middle, the worst, in which unit, and the aim. `met` is None where
    nothing is aimed at."""

    what: str
    middle: float
    worst: float | None = None
    unit: str = ""
    aim: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """As text, for the table."""
        worst = "" if self.worst is None else _short(self.worst)
        met = {None: "", True: "yes", False: "NO"}[self.met]
        return self.what, _short(self.middle), worst, self.unit, self.aim, met


HEADINGS = ("", "median", "worst", "unit", "aim", "met")


def run(quick: bool, more: Callable[[bool], Iterator[Figure]] = lambda quick: iter(())) -> int:
    """Measure and print the table, with `more` figures of what stands above this (given `quick`). 0: an aim
    that is missed is a figure, not a failure."""
    effort = QUICK if quick else FULL
    print(machine(), flush=True)
    figures = [
        *window_figures(effort),
        *more(quick),
        *voice_figures(effort),
        *import_figures(),
        *throughput_figures(effort),
    ]
    print()
    print(table(figures))
    return 0


def machine() -> str:
    """One line about the machine: a figure means nothing without it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{_processor()}, {cores} cores, {platform.system()}, {python}"


def table(figures: Sequence[Figure]) -> str:
    """The figures in aligned columns."""
    lines = [HEADINGS, *(figure.cells() for figure in figures)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADINGS))]
    left = (0, 3, 4)
    return "\n".join(
        "  ".join(
            cell.ljust(widths[n]) if n in left else cell.rjust(widths[n])
            for n, cell in enumerate(line)
        ).rstrip()
        for line in lines
    )


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _press(what: str, seconds: Sequence[float], aimed: bool = True) -> Figure:
    worst = percentile(seconds, 0.99) * 1000
    aim = f"p99 < {PRESS_MS_MAX:.1f}" if aimed else ""
    met = worst < PRESS_MS_MAX if aimed else None
    return Figure(f"{what} ({len(seconds)})", median(seconds) * 1000, worst, "ms", aim, met)


# --- what people wait for -----------------------------------------------------------------------


def window_figures(effort: Effort) -> Iterator[Figure]:
    """Press to pixel, start, idle, memory: on a private X display, or the press alone without one."""
    from sim.stage.x11 import Display, NoX, private_display

    try:
        if (driver := os.environ.get("SDL_VIDEODRIVER", "")) in HEADLESS_DRIVERS:
            raise NoX(f"SDL_VIDEODRIVER is {driver}")
        with private_display(1280, 1024) as name, tempfile.TemporaryDirectory() as folder:
            print(f"window: SDL x11 on a private Xvfb 1280x1024x24 ({name})", flush=True)
            yield from _in_a_window(effort, Display(name), name, Path(folder))
    except NoX as why:
        print(f"window: SDL dummy, because {why}; start, idle and memory are not measured")
        yield _press_without_display(effort)


def _in_a_window(effort: Effort, display: object, name: str, folder: Path) -> Iterator[Figure]:
    from sim.stage import measure_window as on
    from sim.stage.x11 import Display

    assert isinstance(display, Display)
    starts = []
    for number in range(effort.starts):
        place = folder / f"start{number}"
        place.mkdir()
        driven = on.Driven(display, name, place)
        starts.append(driven.start())
        driven.stop()
    yield Figure(
        f"start to first screen ({len(starts)})",
        median(starts),
        max(starts),
        "s",
        f"< {FIRST_SECONDS_MAX:.0f}",
        median(starts) < FIRST_SECONDS_MAX,
    )
    driven = on.Driven(display, name, folder)
    driven.start()
    try:
        rng = random.Random(SEED)
        driven.visit("lin", until="ChoosingAmount")
        driven.rest(on.ARMED_SECONDS)
        amounts = [place for place in driven.shown["places"] if place.startswith("amount:")]
        yield _press("press to changed pixel, visit", driven.presses(amounts, effort.presses, rng))
        turns = driven.turns(*THERE_AND_BACK, effort.turns, rng)
        yield _press("lift to changed screen, visit", turns, aimed=False)
        driven.press("return_card")
        driven.wait(lambda: driven.phase == "TakingCard")
        driven.rest(1.5)
        driven.press("take_card")
        driven.visit("chen")
        driven.wait(lambda: driven.phase == "Idle")
        driven.rest(2.0)
        at_idle = [place for place in driven.shown["places"] if place.startswith("profile")]
        pressed = driven.presses(at_idle or ["help"], effort.presses // 4, rng)
        yield _press("press to changed pixel, idle", pressed, aimed=False)
        driven.rest(2.0)
        yield from _resources(driven.process.pid, driven.rest, effort.idle_seconds)
    finally:
        driven.stop()


def _resources(process: int, rest: object, seconds: float) -> Iterator[Figure]:
    from sim.stage import measure_window as on

    assert callable(rest)
    clock, members = SystemClock(), on.family(process)
    begun, before = clock.now(), {role: on.cpu_seconds(each) for role, each in members.items()}
    rest(seconds)
    lasted = clock.now() - begun
    for role, each in members.items():
        used = 100 * (on.cpu_seconds(each) - before[role]) / lasted
        aimed = role == "terminal"
        aim = f"< {IDLE_PERCENT_MAX:.0f}" if aimed else ""
        met = used < IDLE_PERCENT_MAX if aimed else None
        yield Figure(f"idle, {role} ({lasted:.0f} s)", used, None, "% core", aim, met)
    for role, each in members.items():
        peak = on.peak_mb(each)
        aimed = role == "terminal"
        aim = f"< {MEMORY_MB_MAX:.0f}" if aimed else ""
        met = peak < MEMORY_MB_MAX if aimed else None
        yield Figure(f"peak memory, {role}", peak, None, "MB", aim, met)


def _press_without_display(effort: Effort) -> Figure:
    """The loop's own steps on a window without a display. A press falls at a random moment of the
    frame; the wait for the next frame is counted, the work is measured."""
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    import pygame

    from screens.theme import Panel, design_from
    from screens.window import Faces, Window
    from sim.stage.kiosk import VISIT_HZ

    bench, clock, rng = Bench().boot().ready(), SystemClock(), random.Random(SEED)
    bench.voice.close()
    design = bench.design
    faces = Faces(design.profiles, design.catalogues, design_from(design.theme))
    window = Window(faces, Panel(19.0, 1280, 1024), (1280, 1024), False)
    window.draw(bench.session, None, clock.now())
    boxes = window.glass_layout
    assert boxes is not None
    target = boxes.targets[0].rect
    at = (window.glass.x + target.x + target.w // 2, window.glass.y + target.y + target.h // 2)
    seconds = []
    for _ in range(effort.presses):
        for kind, place in ((pygame.MOUSEBUTTONDOWN, at), (pygame.MOUSEBUTTONUP, (1, 1))):
            pygame.event.post(pygame.event.Event(kind, button=1, pos=place, touch=False))
            begun = clock.now()
            window.poll(begun + 1000.0)
            bench.terminal.turn(bench.clock.now())
            changed = window.draw(bench.session, None, begun)
            if changed and kind == pygame.MOUSEBUTTONDOWN:
                seconds.append(clock.now() - begun + rng.random() / VISIT_HZ)
    window.close()
    return _press("press to changed picture, no display", seconds)


def voice_figures(effort: Effort) -> Iterator[Figure]:
    """Press to sound without the lead, and a frame's work with and without speech being made."""
    with tempfile.TemporaryDirectory() as folder:
        words = (folder, str(effort.utterances), str(effort.frames))
        command = [sys.executable, "-m", "sim.stage.measure_voice", *words]
        done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=True)
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    yield _sound("press to sound, prompt that is there", found["cached"], CACHED_MS_MAX)
    yield _sound("press to sound, prompt with a new amount", found["amount"], AMOUNT_MS_MAX)
    yield _sound("work of a frame, a whole screen", found["quiet"])
    yield _sound("  while speech is made", found["made"], PRESS_MS_MAX)


def _sound(what: str, milliseconds: Sequence[float], most: float = 0.0) -> Figure:
    worst = percentile(milliseconds, 0.99)
    aim, met = (f"p99 <= {most:.0f}", worst <= most) if most else ("", None)
    return Figure(f"{what} ({len(milliseconds)})", median(milliseconds), worst, "ms", aim, met)


def import_figures() -> Iterator[Figure]:
    """Where the start goes: own time of importing the program, the three biggest packages named."""
    command = [sys.executable, "-X", "importtime", "-c", "import sim.stage.kiosk"]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=True)
    spent = Counter[str]()
    for line in done.stderr.splitlines():
        own, _, name = line.removeprefix("import time:").split("|")
        if own.strip().isdigit():
            spent[name.strip().partition(".")[0]] += int(own)
    yield Figure("  of which imports", sum(spent.values()) / 1e6, None, "s")
    for name, microseconds in spent.most_common(3):
        yield Figure(f"    {name}", microseconds / 1e6, None, "s")


# --- throughput ---------------------------------------------------------------------------------


def throughput_figures(effort: Effort) -> Iterator[Figure]:
    """Visits per second of one core: every byte of them, and the core alone."""
    whole = [_visits_per_second(effort.visits) for _ in range(effort.batches)]
    yield Figure(
        f"visits, every byte, record in memory ({effort.batches} x {effort.visits})",
        median(whole),
        min(whole),
        "per core s",
        f">= {VISITS_PER_SECOND_MIN:.0f}",
        median(whole) >= VISITS_PER_SECOND_MIN,
    )
    if Path("/dev/shm").is_dir():
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            kept = [
                _visits_per_second(effort.visits, Path(folder) / f"{n}.db")
                for n in range(effort.batches)
            ]
        yield Figure(
            "visits, every byte, record synced on tmpfs", median(kept), min(kept), "per core s"
        )
    told = _told_of_a_visit()
    core = [_steps_per_second(told, effort.visits * 4) for _ in range(effort.batches)]
    yield Figure("visits, core and journal rows only", median(core), min(core), "per core s")


def _wealthy(journal: str | Path = ":memory:") -> tuple[Bench, Wish]:
    """A running machine, and a customer, that never run out."""
    loaded = tuple(replace(cassette, count=NOTES) for cassette in Settings().cassettes)
    bench, wish = Bench(seed=SEED, cassettes=loaded, journal_path=journal), VISITS["standard"].wish
    customer = bench.world.bank.customers[wish.card]
    customer.balance = customer.day_limit = CAPITAL_MINOR
    return bench.boot().visit(wish), wish


def _visits_per_second(visits: int, journal: str | Path = ":memory:") -> float:
    """Standard withdrawals of 500 yuan, one after the other on a running machine."""
    bench, wish = _wealthy(journal)
    paid = bench.world.paid_out()
    begun = _used_seconds()
    for _ in range(visits):
        bench.visit(wish)
    lasted = _used_seconds() - begun
    assert bench.world.paid_out() - paid == visits * wish.amount, "a visit ended without its notes"
    bench.store.close()
    return visits / lasted


Told = tuple[s.Session, Sequence[tuple[ev.Event, float]]]
"""A session, and what it was told from there on."""


def _told_of_a_visit() -> Told:
    """Every event of one standard withdrawal, with its instant."""
    bench, wish = _wealthy()
    start, told = bench.session, list[tuple[ev.Event, float]]()

    def heard(
        before: s.Session,
        event: ev.Event,
        after: s.Session,
        effects: tuple[fx.Effect, ...],
        now: float,
    ) -> None:
        told.append((event, now))

    bench.terminal.listeners.append(heard)
    bench.visit(wish)
    return start, told


def _steps_per_second(told: Told, visits: int) -> float:
    """The core's share: the same events stepped again, and the rows of each step made."""
    start, events = told
    begun = _used_seconds()
    for _ in range(visits):
        session = start
        for event, now in events:
            after, effects = step(session, event, now)
            rows(session, event, after, effects, KEY)
            session = after
    return visits / (_used_seconds() - begun)


def _used_seconds() -> float:
    """Processor time this program has used: what else the machine does meanwhile does not count. By
    the wall where the system does not tell it."""
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:  # not there on Windows
        return SystemClock().now()
    used = getrusage(RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
