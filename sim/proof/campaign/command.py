"""`python main.py campaign`: plays random visits in a world that breaks, and says what it found.

One command with five uses: play a range of seeds, add up the reports of several machines (`--merge`),
see whether planted bugs are seen (`--canary`), play one seed again and tell its story (`--replay`).
What is printed is for people; the same figures are in the report's JSON.

Exit codes: 0 all held, 1 something did not (or a bug escaped, or a branch was never taken), 2 a mistake
in the call, 130 ended by Ctrl-C with nothing broken so far.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import MISSING, fields
from functools import partial
from pathlib import Path
from typing import Final

from sim.proof.campaign import canaries, report, tally
from sim.proof.campaign import run as running
from sim.proof.campaign.bugs import BUGS
from sim.proof.campaign.frame import frame_of
from sim.proof.campaign.plan import OFFERED, ONE, VISITS_PER_RUN, plan_for
from sim.proof.campaign.record import Fault, Outcome, Plan, Violation
from sim.proof.campaign.run import play
from sim.proof.campaign.shrink import Kept, NotBrokenError, command, everything, part, shortest
from sim.proof.campaign.tally import Canary, Tally, TallyError
from sim.proof.campaign.workers import (
    BROKE_OFF,
    Work,
    WorkerDied,
    counted,
    played,
    spread,
)
from sim.stage.machine import VERSION
from sim.stage.progress import Progress, duration
from sim.world.people import Wish
from sim.world.world import Shape

WELL, BROKEN, MISTAKE, INTERRUPTED = 0, 1, 2, 130

VISITS: Final = 10_000
"""What a campaign plays when nothing is said: a minute or two."""

SHRUNK_MAX: Final = 3
"""Laws for which the shortest run is looked for after a campaign."""

STORY_LINES: Final = 60
"""Lines of the event log that are told before a violation."""

VIOLATED: Final = " VIOLATION "

ALONG: Final = (
    "intent-missing",
    "asked-charged",
    "outbox-lost",
    "cash-before-card",
    "number-recorded",
    "retract-charged",
    "hold-kept",
)
"""Bugs of which one is planted beside every campaign, by its first seed: each is seen within seconds,
and together they offend every group of laws."""


class BadOption(Exception):
    """The call makes no sense. Says why in one sentence."""


def run(given: argparse.Namespace) -> int:
    """One call of `campaign`; the exit code. Mistakes in the call are one sentence on stderr."""
    try:
        _check(given)
        if given.merge:
            return _merge(given.merge, given.report)
        if given.canary:
            return _canary(given.canary, _jobs(given.jobs))
        if given.replay is not None:
            return _replay(given)
        return _campaign(given)
    except (BadOption, TallyError, canaries.UnknownBug, WorkerDied) as trouble:
        print(trouble, file=sys.stderr)
        return MISTAKE


# --- the call ---------------------------------------------------------------------------------------

_USES: Final = ("merge", "canary", "replay")
_OF_REPLAY: Final = ("faults", "visits_kept", "bug", "log")
_OF_RANGE: Final = ("visits", "seed", "seeds")


def _check(given: argparse.Namespace) -> None:
    used = [name for name in _USES if getattr(given, name) is not None]
    if len(used) > 1:
        raise BadOption(f"--{used[0]} and --{used[1]} are two different things; give one of them.")
    for name in _OF_REPLAY:
        if getattr(given, name) is not None and given.replay is None:
            raise BadOption(f"--{name.replace('_', '-')} goes with --replay SEED.")
    for name in _OF_RANGE:
        if used and getattr(given, name) is not None:
            raise BadOption(f"--{name} means nothing with --{used[0]}.")
    if given.seeds is not None and (given.seed is not None or given.visits is not None):
        raise BadOption("--seeds says which seeds; leave --seed and --visits away.")
    _shape(given.shape)
    _services(given.services)


def _services(word: str | None) -> str:
    """Which services the machines offer, as `plan.OFFERED` has it."""
    if word is None:
        return ONE
    if word not in OFFERED:
        raise BadOption(f"--services {word}: it is {' or '.join(OFFERED)}.")
    return word


def _shape(word: str | None) -> Shape | None:
    match word:
        case None | "path" | "presenter":
            return word
        case _:
            raise BadOption(f"There is no shape “{word}”: it is path or presenter.")


def _jobs(asked: int | None) -> int:
    if asked is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if asked < 1:
        raise BadOption(f"--jobs {asked}: at least one process must play.")
    return asked


def seeds_of(given: argparse.Namespace) -> range:
    """The seeds that were asked for. Raises BadOption."""
    if given.seeds is not None:
        return _range(given.seeds)
    visits = VISITS if given.visits is None else given.visits
    first = 1 if given.seed is None else given.seed
    if visits < 1:
        raise BadOption(f"--visits {visits}: there must be at least one.")
    if first < 0:
        raise BadOption(f"--seed {first}: seeds begin at 0.")
    return range(first, first + -(-visits // VISITS_PER_RUN))


def _range(text: str) -> range:
    first, colon, last = text.partition(":")
    if not (colon and first.isdecimal() and last.isdecimal()):
        raise BadOption(f"--seeds {text}: write the first and the last seed, like 1:500.")
    if int(last) < int(first):
        raise BadOption(f"--seeds {text}: the last seed comes before the first.")
    return range(int(first), int(last) + 1)


def _places(text: str | None, existing: int, option: str) -> tuple[int, ...]:
    """Places of a plan, from 0; all of them if nothing was said."""
    if text is None:
        return tuple(range(existing))
    if text in ("", "none"):
        return ()
    words = text.split(",")
    if not all(word.isdecimal() for word in words):
        raise BadOption(f"--{option} {text}: write places like 0,3 or none.")
    places = tuple(sorted({int(word) for word in words}))
    if places[-1] >= existing:
        raise BadOption(f"--{option} {text}: there are {existing}, counted from 0.")
    return places


# --- a campaign -------------------------------------------------------------------------------------


def _campaign(given: argparse.Namespace) -> int:
    seeds, jobs, shape = seeds_of(given), _jobs(given.jobs), _shape(given.shape)
    services = _services(given.services)
    found = Tally(program(), shape, jobs=jobs, services=services)
    whole = _play_all(found, seeds, jobs, shape)
    try:
        if whole:
            found.canaries = (_along(seeds.start),)
            found.shortest = _shortest(found)
    except KeyboardInterrupt:
        whole = False
    code = _conclude(found, given.report)
    return code if whole or code else INTERRUPTED


def _play_all(found: Tally, seeds: range, jobs: int, shape: Shape | None) -> bool:
    """Play and count; False if it was ended before all was played."""
    progress = Progress(sys.stderr, len(seeds) * VISITS_PER_RUN)
    chunks = played(Work(partial(plan_for, services=found.services), play, shape), seeds, jobs)
    whole = True
    try:
        with progress:
            for chunk in chunks:
                for outcome in chunk.outcomes:
                    found.add(outcome)
                found.cpu_seconds += chunk.cpu_seconds
                progress.step(found.visits, so_far(found, progress.speed(found.visits)))
    except KeyboardInterrupt:
        whole = False
    finally:
        found.wall_seconds = progress.seconds
        found.core_seconds = found.wall_seconds * jobs
        chunks.close()
    if not whole:
        print(f"Ended early, after seed {seeds.start + sum(found.runs.values()) - 1}.")
    return whole


def so_far(found: Tally, speed: float) -> str:
    """What is known of a campaign under way, in few words; `speed` is visits a second."""
    return (
        f"{found.visits:,} visits, {speed:.0f}/s, "
        f"{counted(sum(found.broken.values()), 'violation')}, {counted(found.suspects, 'suspect')}"
    )


def _along(first: int) -> Canary:
    """The deliberate bug of this campaign."""
    return canaries.hunted(ALONG[first % len(ALONG)], plan_for, _play_afresh)


def _shortest(found: Tally) -> dict[str, str]:
    """For the first laws that broke, the command of the shortest run that breaks them."""
    lines: dict[str, str] = {}
    for each in found.violations:
        if each.law == BROKE_OFF or str(each.law) in lines or len(lines) >= SHRUNK_MAX:
            continue
        plan = plan_for(each.seed, found.forced, found.services)
        print(f"Looking for the shortest run that breaks law {each.law} ...", file=sys.stderr)
        try:
            kept = shortest(plan, play, each.law)
        except NotBrokenError as trouble:
            lines[str(each.law)] = f"{trouble} It is not the same run every time."
            continue
        lines[str(each.law)] = command(
            each.seed, kept, plan, found.forced or "", services=found.services
        )
    return lines


def _conclude(found: Tally, folder: Path | None) -> int:
    frame = frame_of(found.forced, found.services)
    judged = report.verdict(found, frame)
    print(judged.headline)
    for line in (*judged.reasons, *judged.notes, *_figures(found, frame), *_blame(found, frame)):
        print(line)
    if folder is not None:
        page, figures = report.write(found, frame, folder)
        print(f"{page} and {figures} are written.")
    return WELL if judged.well else BROKEN


def _figures(found: Tally, frame: report.Frame) -> Sequence[str]:
    runs, jobs = sum(found.runs.values()), counted(found.jobs, "process", "processes")
    sometimes = sum(1 for name in frame.sometimes if name in found.sometimes)
    places = sum(1 for place in frame.crash_points if place in found.crash_points)
    return (
        (
            f"  {found.visits:,} visits in {counted(runs, 'run')} (seeds {tally.said(found.ranges)}), "
            f"{found.virtual_ms / 3_600_000:,.1f} hours of virtual time"
        ),
        (
            f"  {found.operations:,} operations, {found.suspects:,} left in doubt; "
            f"{sum(found.faults.values()):,} faults set, of {len(+found.faults)} of {len(frame.faults)} kinds"
        ),
        (
            f"  {counted(found.restarts, 'restart')} at {places} of {len(frame.crash_points)} crash points; "
            f"{sometimes} of {len(frame.sometimes)} branches taken"
        ),
        *(f"  the deliberate bug “{each.bug}”: {_fate(each)}" for each in found.canaries),
        (
            f"  {duration(found.wall_seconds)} with {jobs}: {tally.per_core_second(found):,.0f} visits a "
            f"second and core ({tally.per_cpu_second(found):,.0f} per second of processor time)"
        ),
        f"  event logs {tally.log_hash(found)}",
    )


def _fate(canary: Canary) -> str:
    return f"caught by law {canary.law} at seed {canary.seed}" if canary.law else "not noticed"


def _blame(found: Tally, frame: report.Frame) -> Sequence[str]:
    lines: list[str] = []
    told: set[int] = set()
    for each in found.violations:
        if each.law in told:
            continue
        told.add(each.law)
        lines += [
            "",
            f"Law {each.law}, {counted(found.broken[str(each.law)], 'time')}: {frame.law(each.law)}",
            f"  seed {each.seed}, visit {each.visit}, at {each.at:.3f} s: {each.text}",
            f"  {found.shortest.get(str(each.law)) or report.replay(each, found)}",
        ]
    return lines


def program() -> str:
    """Version and commit of this program; runs of different programs are never added."""
    root = Path(__file__).parents[3]
    try:
        head = (root / ".git" / "HEAD").read_text(encoding="utf-8").strip()
        if head.startswith("ref: "):
            head = (root / ".git" / head[5:]).read_text(encoding="utf-8").strip()
    except OSError:
        return VERSION
    return f"{VERSION} ({head[:10]})"


# --- merging, canaries ------------------------------------------------------------------------------


def _merge(files: Sequence[Path], folder: Path | None) -> int:
    return _conclude(tally.merge(map(tally.read, files)), folder)


def _canary(name: str, jobs: int) -> int:
    names = list(BUGS) if name == "all" else [canaries.find(name).name]
    hunt = partial(_hunt, runs_max=canaries.RUNS_MAX)
    width = max(map(len, names))
    print(f"{'bug':{width}}  machine     caught by  seed  visits  what it does")
    caught = 0
    for each in spread(hunt, names, min(jobs, len(names))):
        caught += bool(each.law)
        law = f"law {each.law}" if each.law else "nothing"
        print(
            f"{each.bug:{width}}  {BUGS[each.bug].services:10}  {law:9}  {each.seed or '-':>4}  {each.visits:>6,}  "
            f"{BUGS[each.bug].text}",
            flush=True,
        )
    print(f"{caught} of {len(names)} caught.")
    return WELL if caught == len(names) else BROKEN


def _hunt(name: str, runs_max: int) -> Canary:
    return canaries.hunted(name, plan_for, _play_afresh, runs_max)


def _play_afresh(plan: Plan) -> Outcome:
    """A run that judges the program too as it is now, and not as it was at the process's first run."""
    running._still_broken.cache_clear()
    return play(plan)


# --- one seed again ---------------------------------------------------------------------------------


def _replay(given: argparse.Namespace) -> int:
    if given.replay < 0:
        raise BadOption(f"--replay {given.replay}: seeds begin at 0.")
    bug = canaries.find(given.bug).name if given.bug else ""
    whole = plan_for(given.replay, _shape(given.shape), _services(given.services))
    kept = Kept(
        _places(given.faults, len(whole.faults), "faults"),
        _places(given.visits_kept, len(whole.visits), "visits-kept"),
    )
    log = io.StringIO()
    with canaries.planted(bug):
        outcome = play(part(whole, kept), log)
    if given.log is not None:
        given.log.write_text(log.getvalue(), encoding="utf-8")
    frame = frame_of(whole.shape, _services(given.services))
    told = (*_planned(whole, kept, frame), "", *story(log.getvalue().splitlines()))
    print("\n".join(told))
    for found in outcome.violations:
        print("\n".join(_judged(found, frame)))
    if not outcome.violations:
        print("Every law held.")
    elif kept == everything(whole):
        with canaries.planted(bug):
            law, services = outcome.violations[0].law, _services(given.services)
            print(_shortest_command(whole, law, given.shape or "", bug, services))
    return BROKEN if outcome.violations else WELL


def _shortest_command(whole: Plan, law: int, shape: str, bug: str, services: str) -> str:
    try:
        kept = shortest(whole, play, law)
    except NotBrokenError as trouble:
        return f"{trouble} It is not the same run every time."
    line = command(whole.seed, kept, whole, shape, bug, services)
    return f"\nThe shortest run that breaks law {law}:\n  {line}"


def _planned(whole: Plan, kept: Kept, frame: report.Frame) -> Sequence[str]:
    """The plan in words; places stand for what may be left away."""
    lines = [f"Seed {whole.seed}, {whole.shape}.", "Customers:"]
    lines += [f"  {at}  {described(whole.visits[at])}" for at in kept.visits]
    lines.append("Faults, in seconds after the machine was first ready:" * bool(kept.faults))
    lines += [f"  {at}  {_fault(whole.faults[at], frame)}" for at in kept.faults]
    return [line for line in lines if line]


def _fault(fault: Fault, frame: report.Frame) -> str:
    meaning = frame.faults.get(fault.kind, "")
    return f"{fault.at:8.3f}  {fault.kind} ({fault.value:g}, {fault.seconds:g} s): {meaning}"


def described(wish: Wish) -> str:
    """A customer by what is unusual about them. What they type as a PIN is not told."""
    words = [wish.card, str(wish.amount)]
    for each in fields(Wish):
        value = getattr(wish, each.name)
        if each.name in ("card", "pins", "amount") or each.default is MISSING:
            continue
        if value != each.default:
            words.append(f"{each.name}={value}")
    return " ".join(words)


def story(lines: Sequence[str]) -> Sequence[str]:
    """The event log up to the first violation and shortly after it; the end where there is none."""
    at = next((n for n, line in enumerate(lines) if VIOLATED in line), len(lines) - 1)
    first = max(0, at - STORY_LINES)
    left_out = [f"({first:,} lines before)"] if first else []
    return [*left_out, *lines[first : at + 2]]


def _judged(found: Violation, frame: report.Frame) -> Sequence[str]:
    return (
        "",
        f"Law {found.law} does not hold: {frame.law(found.law)}",
        f"  visit {found.visit}, at {found.at:.3f} s: {found.text}",
    )
