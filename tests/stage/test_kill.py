"""The terminal as a process, killed with SIGKILL in the middle of a visit and started again.

Whatever the moment: nothing is paid twice, nobody is charged for notes that did not leave, and the card
is in a hand or in the bin with a row that says so (reliability A.4b, A.5). Named moments end the process
right before a row is on disk or right after; the others come from a seed. Several terminals run side by
side, each in a folder of its own, because a recovery waits more than it works.
"""

import json
import random
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import pytest

from devices.journal_store import JournalReader, StoredRow, read_key
from sim.stage.headless import VISIT_BEGUN
from sim.stage.host import bank_over
from sim.stage.settings import Settings
from terminal.ports import NEVER
from tests.stage.processes import CLOCK, ROOT, environment

CARD: Final = "lin"
AMOUNT: Final = 50_000
ALL_NOTES: Final = {cassette.note.major: cassette.count for cassette in Settings().cassettes}
SIDE_BY_SIDE: Final = 8
RUN_SECONDS_MAX: Final = 45.0
KILLED: Final = -9

NOTHING: Final = (0, 0, 0)
PAID: Final = (AMOUNT, AMOUNT, 0)
DOUBT: Final = (0, 0, AMOUNT)
"""What left the machine, what was charged, what is on hold."""


@dataclass(frozen=True)
class Case:
    """Deaths one after the other, each at a row (`after:FINAL`) or so many seconds after the card went
    in; then a start that may live. `end` is what must come of it, where that is certain."""

    deaths: tuple[str | float, ...]
    end: tuple[int, int, int] | None = None

    @property
    def name(self) -> str:
        return "+".join(str(death).replace(":", "_") for death in self.deaths)


AT_ROWS: Final = (
    Case(("after:CARD_IN",), NOTHING),
    Case(("after:AUTH_INTENT",), NOTHING),
    Case(("before:AUTH_RESULT",), NOTHING),
    Case(("after:AUTH_RESULT",), NOTHING),
    Case(("before:CARD_AT_GATE",), NOTHING),
    Case(("after:CARD_TAKEN",), NOTHING),
    Case(("before:DISPENSE_INTENT",), NOTHING),
    Case(("after:DISPENSE_INTENT",), DOUBT),
    Case(("before:DISPENSED",), PAID),
    Case(("after:DISPENSED",), PAID),
    Case(("before:FINAL",), PAID),
    Case(("after:FINAL",), PAID),
    Case(("before:HOST_ACK",), PAID),
    Case(("after:AUTH_RESULT", "before:FINAL"), NOTHING),
    Case(("after:DISPENSE_INTENT", "before:SUSPECT"), DOUBT),
    Case(("before:DISPENSED", "after:FINAL", "before:HOST_ACK"), PAID),
)
_DRAW: Final = random.Random(20260105)
AT_RANDOM: Final = tuple(Case((round(_DRAW.uniform(0.0, 0.8), 3),)) for _ in range(8))
CASES: Final = (*AT_ROWS, *AT_RANDOM)


@dataclass
class Fate:
    """What is on disk when all is over, and how each process ended."""

    folder: Path
    codes: list[int] = field(default_factory=list)

    @property
    def said(self) -> str:
        return (self.folder / "stderr.txt").read_text(encoding="utf-8")

    def world(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads((self.folder / "world.json").read_text("utf-8"))
        return found

    def rows(self) -> list[StoredRow]:
        journal = self.folder / "journal.db"
        with JournalReader(journal) as reader:
            assert reader.verify(read_key(journal)) == []
            return list(reader.rows())


def launched(folder: Path, *options: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "sim.stage.headless", str(folder), *options]
    with (folder / "stderr.txt").open("ab") as said:
        return subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=said
        )


def lived(cases: Sequence[Case], folders: Path) -> Iterator[tuple[Case, Fate]]:
    """Run cases side by side, one life of each after the other."""
    fates = {case: Fate(folders / case.name) for case in cases}
    for fate in fates.values():
        fate.folder.mkdir()
    for life in range(max(len(case.deaths) for case in cases) + 1):
        running = {}
        for case, fate in fates.items():
            if life <= len(case.deaths):
                death = case.deaths[life] if life < len(case.deaths) else None
                at_row = ("--die", death) if isinstance(death, str) else ()
                customer = () if life else ("--card", CARD)
                running[case] = launched(fate.folder, *customer, *at_row)
        _strike({child: _moment(case, life) for case, child in running.items()})
        for case, child in running.items():
            fates[case].codes.append(child.wait(RUN_SECONDS_MAX))
            _pipe(child).close()
    yield from fates.items()


def _moment(case: Case, life: int) -> float | None:
    """When a life ends, counted from the card; None if it ends otherwise."""
    death = case.deaths[life] if life < len(case.deaths) else None
    return death if isinstance(death, float) else None


def _pipe(child: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert child.stdout is not None
    return child.stdout


def _strike(moments: Mapping["subprocess.Popen[bytes]", float | None]) -> None:
    """Kill each process at its moment."""
    due = {child: NEVER for child, moment in moments.items() if moment is not None}
    while due:
        listening = {_pipe(child): child for child in due if due[child] == NEVER}
        wait = min(1.0, max(0.0, min(due.values()) - CLOCK.now()))
        for pipe in select.select(listening, [], [], wait)[0]:
            child = listening[pipe]
            begun = pipe.readline().strip() == VISIT_BEGUN.encode()
            due[child] = CLOCK.now() + (moments[child] or 0.0) if begun else CLOCK.now()
        for child in [child for child, at in due.items() if CLOCK.now() >= at]:
            del due[child]
            child.kill()


@pytest.fixture(scope="module")
def fates(tmp_path_factory: pytest.TempPathFactory) -> dict[Case, Fate]:
    """Every case lived to its end. Random deaths are awaited alone, so that their moments hold."""
    folders = tmp_path_factory.mktemp("fates")
    found: dict[Case, Fate] = {}
    for start in range(0, len(AT_ROWS), SIDE_BY_SIDE):
        found.update(lived(AT_ROWS[start : start + SIDE_BY_SIDE], folders))
    found.update(lived(AT_RANDOM, folders))
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_killed_terminal_leaves_the_money_and_the_card_accounted_for(
    fates: dict[Case, Fate], case: Case
) -> None:
    fate = fates[case]
    lives = [KILLED] * len(case.deaths) + [0]
    assert fate.codes == lives or isinstance(case.deaths[0], float), fate.said
    assert fate.codes[-1] == 0, fate.said

    kept = fate.world()
    rows = fate.rows()
    kinds = [row.kind for row in rows]
    notes, reader = kept["world"]["notes"], kept["world"]["reader"]

    # Every note is somewhere, once.
    outside = _sum(notes["exit_tray"], kept["world"]["purse"])
    loaded = [[c["denomination_major"], c["count"]] for c in notes["cassettes"]]
    still = [[note, 1] for note, _ in notes["path"]]
    assert _counted(loaded, still, notes["reject_tray"], outside) == ALL_NOTES

    # Nothing was paid twice.
    out = sum(note * count for note, count in outside) * 100
    assert notes["plain"]["dispenses"] <= 1
    assert out in (0, AMOUNT)
    assert kinds.count("DISPENSE_INTENT") <= 1

    # Nobody is charged for notes that did not leave; what is in doubt is held, not charged.
    with bank_over(fate.folder / "bank.db") as bank:
        charged, operations = bank.charged(CARD), list(bank.operations.values())
        assert (bank.alarms, bank.audit()) == ([], [])
        assert bank.balance(CARD) + charged == 1_250_000
    held = sum(o.held for o in operations)
    assert charged <= out
    if charged != out or held:
        assert [(o.outcome, o.held) for o in operations] == [("suspect", AMOUNT)]
        assert kinds.count("SUSPECT") == 1
        assert charged == 0

    # One ending for the operation, and the bank has it.
    if "AUTH_INTENT" in kinds:
        assert kinds.count("FINAL") + kinds.count("SUSPECT") == 1
        assert "HOST_ACK" in kinds

    # The card is in a hand, or in the bin with a row.
    assert (reader["card"], reader["place"]) == (None, "outside")
    assert reader["bin"] in ([], [CARD])
    assert kinds.count("CARD_RETAINED") == len(reader["bin"])

    if case.end is not None:
        assert (out, charged, held) == case.end


def test_the_random_deaths_fell_into_visits(fates: dict[Case, Fate]) -> None:
    """Otherwise they would prove nothing: most of them must have cut a visit short."""
    cut = [fates[case].codes[0] == KILLED for case in AT_RANDOM]
    begun = ["VISIT_OPEN" in [row.kind for row in fates[case].rows()] for case in AT_RANDOM]
    assert sum(cut) >= len(cut) // 2
    assert sum(begun) >= len(begun) // 2


def _sum(*places: Sequence[Sequence[int]]) -> list[list[int]]:
    return [[note, count] for place in places for note, count in place]


def _counted(*places: Sequence[Sequence[int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for note, count in _sum(*places):
        found[note] = found.get(note, 0) + count
    return found
