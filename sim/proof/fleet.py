"""Many terminals of one bank on one clock, for what only happens between them.

Each is a whole bench; they share nothing but the bank and the time, so each is looked at only when
something is due there. The same cards may be in several machines at once, as a family has several
cards for one account: what one machine holds, another must not pay.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sim.stage.bench import AT_REST, STALL_SECONDS, Bench
from sim.stage.settings import Design, Settings, own_design
from sim.world.bank.rules import Bank
from sim.world.clock import VirtualClock
from sim.world.people import Person, Wish
from sim.world.world import Shape
from terminal.ports import Seconds
from terminal.recovery import recover
from terminal.values import replace

BETWEEN_SECONDS = 20.0
"""Between two customers of a machine."""


@dataclass
class Fleet:
    """`size` terminals, every second one with a presenter. `wishes` come to each in turn, each machine
    beginning at another one."""

    size: int
    wishes: Sequence[Wish]
    seed: int = 0
    design: Design = field(default_factory=own_design)

    def __post_init__(self) -> None:
        self.clock, self.bank = VirtualClock(), Bank()
        self.benches = [self._bench(number) for number in range(self.size)]
        self.visits = [0] * self.size
        self.open = False
        self._served = [False] * self.size
        self._due: list[tuple[Seconds, int]] = []
        self._next_at = [float(number) for number in range(self.size)]

    def _bench(self, number: int) -> Bench:
        shape: Shape = "presenter" if number % 2 else "path"
        settings = replace(Settings(), terminal=f"T{number:07d}")
        return Bench(
            shape,
            self.seed + number,
            settings,
            design=self.design,
            clock=self.clock,
            bank=self.bank,
            name=f".{number}",
        )

    def boot(self) -> "Fleet":
        """Switch all of them on."""
        for bench in self.benches:
            bench.boot()
        return self

    def run(self, seconds: Seconds, until: Callable[[], bool] = lambda: False) -> "Fleet":
        """Let time pass for all of them."""
        end = self.clock.now() + seconds
        self._due = [(self.clock.now(), number) for number in range(self.size)]
        while self._due and not until():
            at, number = heapq.heappop(self._due)
            if at > end:
                break
            self.clock.advance_to(max(at, self.clock.now()))
            self._customer(number)
            due = self.benches[number].happens()
            if self.open and self.benches[number].person is None:
                due = min(due, max(self._next_at[number], self.clock.now() + STALL_SECONDS))
            heapq.heappush(self._due, (due, number))
        self.clock.advance_to(max(end, self.clock.now()) if not until() else self.clock.now())
        return self

    def _customer(self, number: int) -> None:
        """One comes when the machine is open and free, and leaves when it is at rest again."""
        bench, now = self.benches[number], self.clock.now()
        resting = isinstance(bench.session.phase, AT_REST)
        person = bench.person
        self._served[number] = person is not None and (self._served[number] or not resting)
        if self._served[number] and resting:
            bench.person, self._next_at[number] = None, now + BETWEEN_SECONDS
            self.visits[number] += 1
        elif person is None and self.open and resting and now >= self._next_at[number]:
            wish = self.wishes[(number + self.visits[number]) % len(self.wishes)]
            bench.person = Person(wish, bench.rng)
            bench.person.look(bench.session, bench.world, now)

    def settled(self) -> bool:
        """Whether nothing is open anywhere and the bank knows every outcome."""
        folded = [recover(bench.store.rows()) for bench in self.benches]
        return all(found.order is None and not found.outbox for found in folded)
