"""The terminal dies between any two instructions that matter; the world and the record live on.

Crash points are before and after every commit of the journal and after every effect handed out. At
each one the power goes, the terminal starts again with nobody in front of it, and the laws must hold:
at most one dispense, nothing charged that did not leave, the card in a hand or in the bin on record,
every operation ended, the bank told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from sim.stage.bench import Bench
from sim.stage.settings import own_design
from sim.world.visits import VISITS, Visit
from terminal import effects as fx
from terminal import session as s
from terminal.journal_row import Row
from terminal.ports import Port
from terminal.recovery import recover
from terminal.runtime import Record

DESIGN = own_design()


class PowerCutError(Exception):
    """The fuse has blown."""


@dataclass
class Fuse:
    """Blows when it has been passed so many times."""

    left: int

    def passes(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise PowerCutError


@dataclass
class FusedRecord:
    """A record with a crash point before and after every commit."""

    record: Record
    fuse: Fuse

    def append(self, rows: Sequence[Row], now: float, utc: str) -> None:
        self.fuse.passes()
        self.record.append(rows, now, utc)
        self.fuse.passes()

    @property
    def low(self) -> bool:
        return self.record.low


@dataclass
class FusedPort:
    """A port with a crash point after every effect it takes."""

    port: Port
    fuse: Fuse

    def submit(self, effect: fx.Effect, now: float) -> None:
        self.port.submit(effect, now)
        self.fuse.passes()


def fused(bench: Bench, fuse: Fuse) -> None:
    """Put the fuse into a running terminal."""
    terminal = bench.terminal
    terminal.record = FusedRecord(terminal.record, fuse)
    ports: dict[int, FusedPort] = {}
    terminal.routes = {
        kind: ports.setdefault(id(port), FusedPort(port, fuse))  # type: ignore[misc]
        for kind, port in terminal.routes.items()
    }


def cut(bench: Bench) -> None:
    """The terminal is gone; whoever stood there goes away with the card if they could take it."""
    bench.power_cut()
    bench.person = None


def until_settled(bench: Bench) -> None:
    """Start again and wait until nothing is open."""
    bench.boot()
    bench.ready()
    bench.waits(30.0)


def check_laws(bench: Bench, card: str) -> None:
    """Laws 1 to 6 of design 1.5, for a visit that was cut."""
    world, bank = bench.world, bench.world.bank
    dispensed = [row.txid for row in bench.store.rows() if row.kind == "DISPENSE_INTENT"]
    assert len(dispensed) == len(set(dispensed)), "one order was given twice"
    assert world.notes.dispenses <= 1, "the dispenser executed more than one order"
    charged, paid = bank.charged(card) // 100, world.paid_out()
    held = sum(o.held for o in bank.operations.values()) // 100
    if held:
        assert charged == 0, "held and charged at once"
        assert [row for row in bench.store.rows() if row.kind == "SUSPECT"], "a hold without a word"
    else:
        assert charged == paid, f"charged {charged}, but {paid} left the machine"
    place = world.reader.where(card)
    kinds = [row.kind for row in bench.store.rows()]
    assert place in ("outside", "bin"), f"the card is {place}"
    assert place != "bin" or "CARD_RETAINED" in kinds, "a captured card without a record"
    endings = [k for k in kinds if k in ("CARD_TAKEN", "CARD_RETAINED", "CARD_JAMMED")]
    assert len(endings) == kinds.count("CARD_IN"), f"a card without exactly one ending: {endings}"
    left = recover(bench.store.rows())
    assert left.order is None, "an operation has no ending"
    assert left.outbox == (), "the bank was not told"
    assert left.visit == "", "a visit never ended"
    assert bank.alarms == []
    assert bench.store.verify() == []


def crash_points(story: Visit) -> int:
    """How many crash points one visit has."""
    bench = begun(story)
    fuse = Fuse(10**9)
    fused(bench, fuse)
    bench.visit(story.wish)
    return 10**9 - fuse.left


def begun(story: Visit) -> Bench:
    bench = Bench(story.shape, design=DESIGN)
    story.arrange(bench.world)
    return bench.boot().ready()


def cut_at(story: Visit, point: int) -> Bench:
    bench = begun(story)
    fused(bench, Fuse(point))
    with pytest.raises(PowerCutError):
        bench.visit(story.wish)
    cut(bench)
    return bench


CUT_STORIES = ("standard", "presenter", "note-jam", "notes-left", "card-left", "lost-reply")


@pytest.mark.parametrize("name", CUT_STORIES)
def test_a_power_cut_anywhere_pays_once_charges_what_left_and_returns_the_card(name: str) -> None:
    story = VISITS[name]
    points = crash_points(story)
    assert points > 40
    for point in range(1, points + 1):
        bench = cut_at(story, point)
        try:
            until_settled(bench)
            check_laws(bench, story.wish.card)
        except AssertionError as broken:
            raise AssertionError(f"{name}, crash point {point} of {points}: {broken}") from broken


@pytest.mark.parametrize("first", [12, 28, 34, 38, 40, 42])
def test_a_second_power_cut_during_recovery_changes_nothing(first: int) -> None:
    story = VISITS["standard"]
    for second in range(1, 14):
        bench = cut_at(story, first)
        bench.boot()
        fused(bench, Fuse(second))
        try:
            bench.ready()
            bench.waits(30.0)
        except PowerCutError:
            cut(bench)
            until_settled(bench)
        check_laws(bench, story.wish.card)


def test_notes_left_in_the_stacker_by_a_power_cut_are_never_presented_to_the_next_one() -> None:
    story = VISITS["presenter"]
    for point in range(1, crash_points(story) + 1):
        bench = cut_at(story, point)
        before = bench.world.paid_out()
        bench.boot()
        with bench.watching(lambda session, now: _no_presenting(session)):
            bench.ready()
        assert bench.world.paid_out() <= max(before, 500)
        assert bench.world.presenter.notes().get("stacker", {}) == {}, point


def _no_presenting(session: s.Session) -> None:
    assert not isinstance(session.phase, s.PresentingNotes | s.TakingNotes)


def test_the_checker_sees_a_terminal_that_forgets_its_intent() -> None:
    """A canary: without the intent on record, recovery takes the money for never dispensed."""

    @dataclass
    class Forgetful:
        record: Record

        def append(self, rows: Sequence[Row], now: float, utc: str) -> None:
            self.record.append([r for r in rows if r.kind != "DISPENSE_INTENT"], now, utc)

        @property
        def low(self) -> bool:
            return False

    story = VISITS["standard"]
    caught = 0
    for point in range(1, crash_points(story) + 1):
        bench = begun(story)
        bench.terminal.record = Forgetful(bench.terminal.record)
        fused(bench, Fuse(point))
        with pytest.raises(PowerCutError):
            bench.visit(story.wish)
        cut(bench)
        until_settled(bench)
        try:
            check_laws(bench, story.wish.card)
        except AssertionError:
            caught += 1
    assert caught > 0


def test_with_no_power_cut_the_laws_hold_too() -> None:
    for name in CUT_STORIES:
        story = VISITS[name]
        bench = begun(story).visit(replace(story.wish))
        bench.waits(30.0)
        check_laws(bench, story.wish.card)
