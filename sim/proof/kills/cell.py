"""One case lived to its end: a world, a customer, and terminals one after the other until the last one is
at rest. What came of it is plain data, so that it can come from another process.
"""

import os
import random
import shutil
import tempfile
import traceback
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.proof.kills.cases import STORIES, Case
from sim.proof.kills.guest import Guest
from sim.proof.kills.laws import breaches, tale_breaches, whole_yuan
from sim.proof.kills.outside import KILLED, Life, Outside
from sim.proof.kills.pace import Pace
from terminal.ports import NEVER, Seconds
from terminal.values import replace

FAST_FOLDER: Final = Path("/dev/shm")
"""Where records lie if it is there. A killed process loses nothing that it has written, synced or not, so
waiting for a disk would show nothing here but other programs' use of it; disks are `sim/proof/disk`."""

SAID_CHARACTERS_MAX: Final = 2_000
"""Of what a terminal that failed wrote last."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What came of a case. `came` is what left the machine, what was charged and what is held, in whole
    yuan; `covered` are (life, point, what) of deaths at crash points; `points` what
    each life passed, where asked for; `repeats` how often a device had to be asked again."""

    case: Case
    kills: int
    covered: tuple[tuple[int, int, str], ...]
    points: tuple[Mapping[int, str], ...]
    seconds: Seconds
    repeats: int
    broken: tuple[str, ...]
    came: tuple[int, int, int] = (0, 0, 0)
    lives: int = 0


def lived(case: Case, scale: float, counts: bool = False, drops: str = "") -> Fate:
    """Live a case. `counts` asks for the points of every life that is not to die at one, `drops` plants a
    fault. Never raises: an outside that fails is a breach too."""
    fast = FAST_FOLDER if os.access(FAST_FOLDER, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="kills-", dir=fast))
    try:
        return _lived(case, folder, scale, counts, drops)
    except Exception:  # noqa: BLE001 - whatever it is, the case must be told
        said = f"the outside failed: {traceback.format_exc()[-SAID_CHARACTERS_MAX:]}"
        return Fate(case, 0, (), (), 0.0, 0, (said,))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lived(case: Case, folder: Path, scale: float, counts: bool, drops: str) -> Fate:
    story = STORIES[case.story]
    rng = random.Random(zlib.crc32(case.name.encode()))
    guest = Guest(story.wish, rng)
    lives: list[Life] = []
    outside = Outside(folder, Pace.begun(scale), story.arrange, guest, story.silent_to)
    with outside:
        for death in (*case.deaths, None):
            point = death if isinstance(death, int | str) else 0
            after = death if isinstance(death, float) else NEVER
            wired = replace(
                outside.wiring(), dies_at=point, counts=counts and death is None, drops=drops
            )
            lives.append(outside.life(wired, case.fresh, after))
            if lives[-1].code != KILLED or lives[-1].stuck:
                break
            if not case.stays:
                outside.guest = None
        broken = [*_process_breaches(lives, folder)]
        if (folder / "journal.db").exists():
            broken += breaches(outside.world, folder / "journal.db", story.wish.card)
        if not case.deaths:
            broken += tale_breaches(outside.world, story)
        came = whole_yuan(outside.world, story.wish.card)
        repeats = sum(each.count for each in outside.repeats)
    return _told(case, lives, broken, came, repeats)


def _told(
    case: Case,
    lives: list[Life],
    broken: list[str],
    came: tuple[int, int, int],
    repeats: int,
) -> Fate:
    died = [life.code == KILLED and not life.stuck for life in lives]
    covered = tuple(
        (number, *max(life.points.items()))
        for number, (death, life) in enumerate(zip(case.deaths, lives, strict=False))
        if isinstance(death, int | str) and died[number] and life.points
    )
    return Fate(
        case,
        kills=sum(died),
        covered=covered,
        points=tuple(life.points for life in lives),
        seconds=sum(life.seconds for life in lives),
        repeats=repeats,
        broken=tuple(broken),
        came=came,
        lives=len(lives),
    )


def _process_breaches(lives: list[Life], folder: Path) -> list[str]:
    """Terminals that did not end as they should: a crash of their own, or no rest."""
    said = (folder / "stderr.txt").read_text("utf-8", "replace")[-SAID_CHARACTERS_MAX:]
    found = []
    for number, life in enumerate(lives):
        if life.stuck:
            found.append(f"life {number + 1} found no rest: {life.screen}")
        elif life.code not in (0, KILLED):
            found.append(f"life {number + 1} ended with code {life.code}: {said}")
    if not (folder / "journal.db").exists():
        found.append(f"there is no record: {said}")
    if not found and lives[-1].code != 0:
        found.append(f"the last terminal was killed: {said}")
    return found
