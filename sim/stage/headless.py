"""The terminal without glass and sound, for finding out what happens when it dies.

The same core, drivers, wire bytes, firmware and record as the kiosk; the world is kept on disk as the
kiosk keeps it, so it outlives this process however that ends. Time is the machine's own, made to run
faster, because a recovery may have to wait a minute. A made-up customer makes one visit if a card is
named; otherwise nobody is there. It ends well once the machine has come to rest: it waits for the next
customer or is closed, no operation is open, and the bank knows every outcome.

`--die after:KIND` ends the process with SIGKILL right after a row of that kind is on disk and before
anything that it announces is done; `before:KIND` when the row is about to be written.

Run as `python -m sim.stage.headless FOLDER --card lin`. Nothing here is for customers.
"""

import argparse
import os
import random
import secrets
import select
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from devices.card_reader.driver import CardReader
from devices.clock import SystemClock
from devices.dispenser.driver import Dispenser
from devices.host.driver import Host
from devices.host.keys import DEMO_HOST_KEY, terminal_key
from devices.journal_store import JournalStore, journal_key
from devices.pin_pad import PinPad
from devices.transport import open_port
from sim.stage.host import bank_over
from sim.stage.keeper import Keeper
from sim.stage.machine import Glass, Ports, assemble
from sim.stage.settings import Settings, read_design
from sim.world.bank import CUSTOMERS
from sim.world.people import Person, Wish
from sim.world.pin_pad import InProcessPad
from sim.world.world import DISPENSER_BAUD, READER_BAUD, World
from terminal import session as s
from terminal.journal_row import Row
from terminal.ports import Seconds
from terminal.recovery import recover
from terminal.runtime import Record, Terminal

SPEED = 20
"""Story seconds in a second: the 62 s that a recovery waits become 3."""

STORY_SECONDS_MAX = 900.0
"""A visit or a recovery that lasts longer has gone wrong."""

WAIT_SECONDS_MAX = 0.005
"""Real seconds between two looks at the outside at most."""

THINK_SECONDS = 0.3
"""A customer in a hurry: the visit is not what is looked at here."""

VISIT_BEGUN = "visit"
"""Printed when the customer's card is in, for whoever wants to count from there."""

WELL, STUCK = 0, 1


@dataclass(frozen=True, slots=True)
class FastClock:
    """The machine's own clock, faster. It runs on from one process to the next, as that does."""

    speed: int = SPEED
    _system: SystemClock = field(default_factory=SystemClock)

    def now(self) -> Seconds:
        """Story seconds."""
        return self._system.now() * self.speed

    def utc(self) -> str:
        """Wall time as it is."""
        return self._system.utc()


@dataclass(frozen=True, slots=True)
class Deadly:
    """A record that ends the process at a row: `moment` is `before` or `after`."""

    record: Record
    moment: str
    kind: str

    def append(self, rows: Sequence[Row], now: Seconds, utc: str) -> None:
        """As the record does it, unless it comes to the row."""
        here = any(row.kind == self.kind for row in rows)
        if here and self.moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        self.record.append(rows, now, utc)
        if here:
            os.kill(os.getpid(), signal.SIGKILL)

    @property
    def low(self) -> bool:
        """As the record says."""
        return self.record.low


def run(folder: Path, wish: Wish | None, speed: int = SPEED, die: str = "") -> int:
    """One visit, or a start with nobody there, until the machine has come to rest. The exit code."""
    clock, settings = FastClock(speed), Settings()
    with ExitStack() as stack:
        world = World(clock, settings.cassettes)
        keeper = Keeper(world, folder / "world.json")
        journal = folder / "journal.db"
        store = JournalStore(journal, journal_key(journal), ballast_bytes=0)
        stack.callback(store.close)
        world.use_bank(stack.enter_context(bank_over(folder / "bank.db")))
        keeper.load()
        keeper.save()
        glass = Glass()
        terminal = _terminal(world, store, glass, clock, settings)
        if die:
            terminal.record = Deadly(terminal.record, *die.split(":"))
        terminal.start(clock.now())
        person = Person(wish, random.Random(0)) if wish else None
        return _loop(clock, world, keeper, store, terminal, glass, person)


def _terminal(
    world: World, store: JournalStore, glass: Glass, clock: FastClock, settings: Settings
) -> Terminal:
    world.plug_in()
    pad = InProcessPad()
    world.press_key = pad.press
    reader = open_port(settings.card_reader, READER_BAUD, "E")
    notes = open_port(settings.dispenser, DISPENSER_BAUD, "N")
    key = terminal_key(DEMO_HOST_KEY, settings.terminal)
    host = Host(world.host.channel, clock, store, settings.terminal, key, secrets.token_bytes(32))
    return assemble(
        Ports(CardReader(reader), PinPad(pad), host, Dispenser(notes)),
        glass,
        store,
        clock,
        read_design().profiles,
        settings.cassettes,
        entropy=secrets.token_bytes(32),
        acct_key=bytes(32),
    )


def _loop(
    clock: FastClock,
    world: World,
    keeper: Keeper,
    store: JournalStore,
    terminal: Terminal,
    glass: Glass,
    person: Person | None,
) -> int:
    limit, met = clock.now() + STORY_SECONDS_MAX, person is None
    while (now := clock.now()) < limit:
        if world.advance(now):
            keeper.save()
        if person is not None:
            glass.pressed += person.act(world, now)
            world.stirred = True
        if terminal.turn(now):
            world.stirred = True
        if person is not None:
            person.look(terminal.session, world, now)
        resting = isinstance(terminal.session.phase, s.Idle | s.OutOfService)
        if terminal.session.visit and not met:
            met = True
            print(VISIT_BEGUN, flush=True)
        if met and resting and _settled(store):
            return WELL
        due = min(world.due(now), terminal.due(now), person.due() if person else limit)
        wait = min(WAIT_SECONDS_MAX, max(0.0, (due - now) / clock.speed))
        select.select([], [], [], wait)
    print(f"No rest after {STORY_SECONDS_MAX:.0f} s: {terminal.session.phase}", file=sys.stderr)
    return STUCK


def _settled(store: JournalStore) -> bool:
    found = recover(store.rows())
    return found.order is None and not found.outbox


def main(arguments: Sequence[str] | None = None) -> int:
    """The call from outside."""
    parser = argparse.ArgumentParser(prog="sim.stage.headless")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--card", choices=tuple(CUSTOMERS))
    parser.add_argument("--speed", type=int, default=SPEED)
    parser.add_argument("--die", default="", metavar="MOMENT:KIND")
    given = parser.parse_args(arguments)
    given.folder.mkdir(parents=True, exist_ok=True)
    wish = given.card and Wish(
        given.card, (CUSTOMERS[given.card].pin,), think_seconds=THINK_SECONDS
    )
    return run(given.folder, wish, given.speed, given.die)


if __name__ == "__main__":
    sys.exit(main())
