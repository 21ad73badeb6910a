"""A simulated world that dies together with its terminal, as in a demonstration that is killed: what was
kept on disk at that moment is all there is, and it must fit the record and the bank's book.

The order of a turn is the kiosk's: the world moves, it is kept, the terminal hears of it. Crash points
are those of `tests/laws/test_power_cuts.py`; here nothing that was not on disk survives them.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from devices.journal_store import JournalStore
from sim.stage.bench import KEY, Bench
from sim.stage.host import bank_over
from sim.stage.keeper import Keeper
from sim.stage.settings import own_design
from sim.world.bank import Bank
from sim.world.visits import VISITS
from terminal.ports import Seconds
from tests.laws.test_power_cuts import Fuse, PowerCutError, check_laws, fused, until_settled

DESIGN = own_design()
STORY = VISITS["standard"]
WHOLE = 10**9

FIRST_POINT = 26
"""The request to the bank; before it there is no money, and the card is looked at by the laws' tests."""


STEP = 3
"""Every third point: a commit has two, so most commits and effects are met from one side."""


class KeptBench(Bench):
    """A bench whose world is kept as the kiosk keeps it."""

    def keep(self, path: Path) -> Keeper:
        """From now on, after every move of the world and before the terminal's turn."""
        keeper, advance = Keeper(self.world, path), self.world.advance

        def advance_and_keep(now: Seconds) -> bool:
            moved = advance(now)
            keeper.save()
            return moved

        self.world.advance = advance_and_keep  # type: ignore[method-assign]
        self.watchers.append(lambda session, now: None)  # a watched bench takes every turn whole
        return keeper


@contextmanager
def switched_on(folder: Path) -> Iterator[Bench]:
    """A terminal and its world from what lies in the folder."""
    with ExitStack() as stack:
        bank: Bank = stack.enter_context(bank_over(folder / "bank.db"))
        bench = KeptBench(
            design=DESIGN,
            open_record=lambda boot: JournalStore(
                folder / "journal.db", KEY, ballast_bytes=0, boot=boot
            ),
        )
        stack.callback(bench.store.close)
        bench.world.use_bank(bank)
        keeper = bench.keep(folder / "world.json")
        keeper.load()
        keeper.save()
        yield bench.boot()


def points() -> int:
    """How many crash points one visit has."""
    bench, fuse = Bench(design=DESIGN).boot().ready(), Fuse(WHOLE)
    fused(bench, fuse)
    bench.visit(STORY.wish)
    return WHOLE - fuse.left


def test_what_was_kept_fits_the_record_whenever_all_dies_at_once(tmp_path: Path) -> None:
    for point in range(FIRST_POINT, points() + 1, STEP):
        folder = tmp_path / str(point)
        folder.mkdir()
        with switched_on(folder) as bench:
            bench.ready()
            fused(bench, Fuse(point))
            with pytest.raises(PowerCutError):
                bench.visit(STORY.wish)
        with switched_on(folder) as bench:
            until_settled(bench)
            try:
                check_laws(bench, STORY.wish.card)
            except AssertionError as broken:
                raise AssertionError(f"crash point {point}: {broken}") from broken
