"""Every choice with at most so many crashes and faults: a search over the tree of everything that can
happen in one withdrawal, with the real decisions (reliability.md A.13, F.2).

A state is a value: session, journal, world, what is handed out next, what is on its way, and how many
crashes and faults are left. What can follow, and what the checker says of it, depends on the state alone,
so equal states are explored once and the paths below them counted as often as they are reached; a
violation's list of choices is the shortest one. The tree is finite because every act uses something up:
a message, a step of the customer, a fault, a crash.

The terminal can crash between any two things: before a step's rows are committed (the event is lost with
the memory), after it, between two effects, after the last. What is on disk and in the world stays. Every
path runs to rest, is switched off and on once more with nobody there, and is checked again.

What is simplified: reminders and the question for more time are left out, so a wait ends at once; the PIN
pad answers at once; the customer comes once; answers of the card enquiry and the PIN check are only lost.
"""

import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.proof.scope import bank, checks, people, reader, sometimes
from sim.proof.scope.core import Core
from sim.proof.scope.outside import HOST, POWER, READER, Outside, surviving
from sim.proof.scope.state import AGAIN, COMING, LOOKED, OFF, Move, State
from sim.proof.scope.wire import Way
from sim.proof.scope.world import Shape, World
from terminal import events as ev
from terminal import session as s

DEPTH_MAX = 20_000
"""Python's own limit for nested calls while searching; the longest path has a few hundred acts."""

TELL_EVERY = 5_000
"""States between two reports of progress."""

Choices = dict[str, tuple[str, ...]]
"""For each rule that is broken, the shortest list of choices that breaks it."""
NOTHING_WRONG: Choices = {}


class Below(NamedTuple):
    """What is below a state: paths, violating paths, and for each rule broken the shortest way."""

    paths: int
    broken: int
    shortest: Choices


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule and the shortest list of choices that breaks it."""

    rule: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. `paths` are all different lists of choices, `states` the different moments
    they went through, `violating` the paths that break a rule; `sometimes` counts what happened."""

    shape: Shape
    paths: int
    states: int
    violating: int
    violations: tuple[Violation, ...]
    sometimes: Counter[str]

    @property
    def never(self) -> set[str]:
        """What should have happened and did not."""
        return sometimes.SOMETIMES_BY_SHAPE[self.shape] - set(self.sometimes)


def explore(
    shape: Shape,
    crashes: int,
    faults: int,
    seeded_bug: str = "",
    progress: Callable[[int], None] | None = None,
) -> Found:
    """Everything that can happen with at most so many crashes and faults. `progress` hears the number
    of states so far."""
    search = _Search(shape, seeded_bug, progress)
    with _deep():
        below = search.below(search.first(crashes, faults))
    ordered = sorted(below.shortest.items(), key=lambda item: (len(item[1]), item[0]))
    violations = tuple(Violation(rule, choices) for rule, choices in ordered)
    states = len(search.known)
    return Found(shape, below.paths, states, below.broken, violations, search.sometimes)


@contextmanager
def _deep() -> Iterator[None]:
    """Room for deep calls, and no search for circles among objects that have none: it would look
    through a million states again and again."""
    limit, collecting = sys.getrecursionlimit(), gc.isenabled()
    sys.setrecursionlimit(DEPTH_MAX)
    gc.disable()
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()


def _shorter(known: Choices, more: Choices, label: str) -> Choices:
    """For each rule the shorter list of choices, with `label` put before those of `more`."""
    kept = dict(known)
    for rule, rest in more.items():
        choices = (label, *rest) if label else rest
        held = kept.get(rule)
        if held is None or (len(choices), choices) < (len(held), held):
            kept[rule] = choices
    return kept


@dataclass
class _Search:
    """One search: the terminal, the things outside, and what was seen."""

    shape: Shape
    bug: str
    progress: Callable[[int], None] | None
    known: dict[tuple[int, ...], Below] = field(default_factory=dict)
    sometimes: Counter[str] = field(default_factory=Counter)
    _worlds: dict[World, int] = field(default_factory=dict)
    _traffic: dict[tuple[object, ...], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.core = Core(self.shape, self.bug)
        self._outside = Outside(self.shape, self.bug, self.hit)
        self._checked: dict[tuple[int, int, int], tuple[str, ...]] = {}
        self._crashes = self._faults = 0

    def hit(self, what: str) -> None:
        """Something that should happen sometimes did."""
        self.sometimes[what] += 1

    # --- the tree -----------------------------------------------------------------------------------

    def first(self, crashes: int, faults: int) -> State:
        """The machine open and nobody there yet."""
        self._crashes, self._faults = crashes, faults
        state = State(OFF, 0, World(self.shape))
        while not self._may_insert(state):
            ((_, state),) = self.moves(state)
        return state._replace(crashes=crashes, faults=faults)

    def below(self, state: State, world: int = -1) -> Below:
        """Everything below a state, from what was found before or by looking. `world` is the number
        of its world, if that is known; states are remembered as numbers, which is all they need."""
        if world < 0:
            world = self._worlds.setdefault(state.world, len(self._worlds))
        under_way = state[3:8]
        traffic = self._traffic.setdefault(under_way, len(self._traffic))
        key = (state.session, state.journal, world, traffic, *state[8:])
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._look(state, world)
            if self.progress is not None and len(self.known) % TELL_EVERY == 0:
                self.progress(len(self.known))
        return found

    def _look(self, state: State, world: int) -> Below:
        wrong = self._wrong_now(state, world)
        moves = [] if wrong else self.moves(state)
        if not moves:
            wrong = wrong or tuple(self._wrong_at_rest(state))
            return Below(1, bool(wrong), dict.fromkeys(wrong, ()))
        paths = broken = 0
        shortest = NOTHING_WRONG
        for label, after in moves:
            each = self.below(after, world if after.world is state.world else -1)
            paths += each.paths
            if each.broken:
                broken += each.broken
                shortest = _shorter(shortest, each.shortest, label)
        return Below(paths, broken, shortest)

    def _wrong_now(self, state: State, world: int) -> tuple[str, ...]:
        idle = state.session != OFF and isinstance(self._phase(state), s.Idle)
        if idle:
            idle = not state.pending and not any(lane == READER for lane, _ in state.inbox)
        seen = world, state.journal, state.session if idle else OFF
        wrong = self._checked.get(seen)
        if wrong is None:
            wrong = self._checked[seen] = tuple(self._wrong(state, idle))
        return wrong

    def _wrong(self, state: State, idle: bool) -> Iterator[str]:
        journal = self.core.journals[state.journal]
        yield from checks.always(state.world, journal.written, idle)
        if idle:
            counts = tuple(c.count for c in journal.recovered.cassettes or ())
            yield from checks.counts_true(state.world, counts)
            held = self.core.sessions[state.session].machine.cassettes
            if counts != tuple(c.count for c in held):
                yield "29: the record and the session count the cassettes differently"

    def _wrong_at_rest(self, state: State) -> Iterator[str]:
        if state.session == OFF or not isinstance(self._phase(state), s.Idle | s.OutOfService):
            yield "22: the machine waits for ever"
            return
        written = self.core.journals[state.journal].written
        undisturbed = (state.crashes, state.faults) == (self._crashes, self._faults)
        yield from checks.at_rest(state.world, written, undisturbed)
        self.sometimes.update(sometimes.at_rest(written))

    def _phase(self, state: State) -> s.Phase:
        return self.core.sessions[state.session].phase

    # --- what can happen next -----------------------------------------------------------------------

    def moves(self, state: State) -> list[Move]:
        """Everything that can happen next; nothing at the end of a path."""
        if state.session == OFF:
            return [*self._while_off(state), *self._arrivals(state)]
        found = list(self._goes_on(state))
        if state.crashes and (found or state.owed) and not self._may_insert(state):
            found.append(self._crash(state))
        return found

    def _goes_on(self, state: State) -> Iterator[Move]:
        if state.pending:
            yield from self._hand_out(state)
            return
        if not state.crashes and (told := self._hears_the_bank(state)):
            yield "", told
            return
        arrived: set[str] = set()
        for at, (lane, event) in enumerate(state.inbox):
            if lane not in arrived:
                arrived.add(lane)
                rest = state.inbox[:at] + state.inbox[at + 1 :]
                yield "", self._deliver(state._replace(inbox=rest), event)
        yield from self._arrivals(state)
        yield from self._in_between(state)
        if not state.inbox:
            yield from self._quiet(state)

    def _hears_the_bank(self, state: State) -> State | None:
        """An acknowledgement that has arrived, heard at once. It changes nothing but what is owed and
        its own row, in whatever order it is heard, so where no crash can come in between all orders
        are one."""
        for at, (lane, event) in enumerate(state.inbox):
            if lane == HOST:
                if not isinstance(event, ev.Acknowledged):
                    return None
                rest = state.inbox[:at] + state.inbox[at + 1 :]
                return self._deliver(state._replace(inbox=rest), event)
        return None

    def _quiet(self, state: State) -> Iterator[Move]:
        """Nothing is on its way: what is owed is told again, somebody acts, or the wait ends."""
        for at, (effect, again) in enumerate(state.owed):
            if again:
                rest = state.owed[:at] + state.owed[at + 1 :]
                yield "", state._replace(owed=rest, pending=(effect,))
                return
        if self._may_insert(state):
            for way in reader.inserted(state.world):
                yield from self._happens(state, way, READER)
            return
        phase = self._phase(state)
        tempting = state.world.card == "gate" and state.world.person == "here"
        if isinstance(phase, s.Idle | s.OutOfService) and not tempting:
            yield from self._at_rest(state, phase)
            return
        acts = list(people.acts(state, phase))
        if acts:
            yield from acts
            gone = state.world._replace(person="gone")
            yield "the customer goes away", state._replace(world=gone)
        elif self.core.waits(state.session):
            yield "", self._deliver(state, ev.TimedOut())

    def _at_rest(self, state: State, phase: s.Phase) -> Iterator[Move]:
        if state.stage == COMING and isinstance(phase, s.OutOfService):
            yield "", self._deliver(state._replace(stage=LOOKED), ev.TimedOut())
        elif state.stage != AGAIN:
            world = state.world._replace(person="gone", watching=False)
            label = "switched off and on" if state.late else ""
            used = (self._crashes, self._faults) != (state.crashes, state.faults)
            off = State(OFF, state.journal, world, late=surviving(state.late), stage=AGAIN)
            rest = (0, 0) if used else (state.crashes, state.faults)
            yield label, off._replace(crashes=rest[0], faults=rest[1])

    def _may_insert(self, state: State) -> bool:
        world = state.world
        waiting = world.person == "coming" and world.accepting and not state.pending
        return waiting and not state.inbox and isinstance(self._phase(state), s.Idle)

    # --- the terminal -------------------------------------------------------------------------------

    def _deliver(self, state: State, event: ev.Event) -> State:
        """An event reaches the terminal: decided, committed, its effects ready to be handed out."""
        if isinstance(event, ev.Acknowledged):
            owed = tuple(each for each in state.owed if each[0].txid != event.txid)  # type: ignore[union-attr]
            if owed == state.owed:
                return state
            state = state._replace(owed=owed)
        if event is reader.TOLD_LATER:
            event = reader.found(state.world)
        decided = self.core.step(state.session, event)
        shown = sometimes.in_step(self._phase(state), state.world, event, decided.effects)
        self.sometimes.update(shown)
        return state._replace(
            session=decided.session,
            journal=self.core.commit(state.journal, decided.rows),
            pending=decided.effects,
        )

    def _crash(self, state: State) -> Move:
        phase, world = self._phase(state), state.world
        self.sometimes.update(sometimes.in_crash(phase, world))
        when = f"before {type(state.pending[0]).__name__}" if state.pending else "waiting"
        if not state.pending and state.inbox:
            when = f"before {type(state.inbox[0][1]).__name__} is recorded"
        label = f"crash in {type(phase).__name__}, {when}"
        off = State(OFF, state.journal, world._replace(watching=False), stage=state.stage)
        late, crashes = surviving(state.late), state.crashes - 1
        return label, off._replace(late=late, crashes=crashes, faults=state.faults)

    def _while_off(self, state: State) -> Iterator[Move]:
        yield from people.by_hand(state)
        started = self.core.boot(state.journal)
        yield (
            "",
            state._replace(
                session=started.session,
                journal=started.journal,
                world=state.world._replace(reader_dead=False),
                pending=started.effects,
                inbox=((POWER, ev.Started()),),
            ),
        )

    # --- outside ------------------------------------------------------------------------------------

    def _hand_out(self, state: State) -> Iterator[Move]:
        effect = state.pending[0]
        rest = state._replace(pending=state.pending[1:])
        lane, ways = self._outside.ways(state, effect)
        if lane == READER and state.inbox:
            rest = rest._replace(inbox=reader.overtaken(state.inbox))
        for way in ways:
            if way.cost > state.faults:
                continue
            after = rest
            if isinstance(effect, bank.OUTCOMES):
                after = rest._replace(owed=(*rest.owed, (effect, way.again)))
            yield from self._happens(after, way, lane)

    def _happens(self, state: State, way: Way, lane: str) -> Iterator[Move]:
        """One way, if the budget allows it."""
        if way.cost > state.faults:
            return
        told = tuple((lane, event) for event in way.events)
        driver = state.driver if way.driver is None else way.driver
        yield (
            way.label,
            state._replace(
                world=way.world,
                inbox=state.inbox + told,
                late=state.late + way.late,
                driver=driver,
                faults=state.faults - way.cost,
            ),
        )

    def _arrivals(self, state: State) -> Iterator[Move]:
        """What was late arrives."""
        for at, thing in enumerate(state.late):
            rest = state._replace(late=state.late[:at] + state.late[at + 1 :])
            name = type(thing).__name__
            if isinstance(thing, ev.Event):
                if state.session != OFF:
                    yield f"the late {name} arrives", self._deliver(rest, thing)
                continue
            if state.session != OFF and isinstance(self._phase(state), sometimes.RECOVERING):
                self.hit("a late message arrived after a restart")
            lane, way = self._outside.late(state.world, thing)
            heard = way if state.session != OFF else way._replace(events=())
            for _, after in self._happens(rest, heard, lane):
                yield f"the late {name} arrives", after

    def _in_between(self, state: State) -> Iterator[Move]:
        """What a customer may do while an answer is on its way."""
        if people.may_cancel(state, self._phase(state)):
            after = self._deliver(state, ev.Chosen("return_card"))
            if after.session != state.session:
                yield "the customer cancels", after
        world = state.world
        if state.inbox and (world.card, world.watching, world.person) == ("gate", False, "here"):
            yield "the customer takes the card", people.takes_card(state)
