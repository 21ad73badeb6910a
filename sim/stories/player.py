"""One story played: a customer at a whole terminal on a clock that moves when told.

The customer waits for what they act on: nobody presses a button that is not there, and nobody takes a card
before it is out. How long they wait is limited, and what did not come then is the failure of that line.
What breaks strikes at its point by itself. Nothing here knows the words of a story (`acts.py`,
`checks.py`, `faults.py` do) or how it is told afterwards (`told.py`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from devices.journal_store import MEMORY
from devices.transport import PortRefused
from sim.proof.errors.line import BankLine
from sim.stage.bench import Bench, StoryStuckError
from sim.stage.settings import Design, Settings
from sim.stage.voices import recorded
from sim.stories import glass
from sim.stories.result import Broken
from sim.stories.seen import DARK, Seen
from sim.stories.strikes import Armed
from sim.stories.words import nearest_label, words_of_buttons, written
from sim.world.acts import act
from terminal import events as ev
from terminal import session as s
from terminal.cash_units import Cassettes
from terminal.flows.lobby import Lobby
from terminal.flows.services import NAMES
from terminal.ports import NEVER, Seconds
from terminal.prompts import text_key
from terminal.recovery import recover
from terminal.values import replace

CUSTOMER_SECONDS_MAX: Final = 120.0
"""A customer who waits for something to act on gives up then: longer than any command of a device and
any answer of the bank may take."""

COMES_SECONDS: Final = 10.0
"""By then a screen that was on its way stands there: what it offers is told if a button is missing."""

SCREEN_SECONDS_MAX: Final = 600.0
"""How long a screen is waited for: longer than the longest patience of the slowest profile."""

WALKED_AWAY_SECONDS_MAX: Final = 3_600.0
"""A machine that is left alone is free again long before (invariant 22)."""

AFTER_ACT_SECONDS: Final = 0.1
"""For an act to be heard."""

FRONT_SECONDS: Final = 0.7
"""Between one key and the next, and after a hand at a slot."""

START_AGAIN_SECONDS: Final = 10.0
"""Before a terminal that did not start is started again (`sim/stage/supervisor.py`)."""

AFTERWARDS_SECONDS: Final = 10.0
"""At the end: outcomes reach the bank."""

LOOK_SECONDS: Final = 0.5
"""How often it is looked whether a hand can do something."""

PACES: Final[Mapping[str, tuple[Seconds, str]]] = {
    "quick": (0.7, "acts as soon as something can be done"),
    "steady": (2.0, "looks for two seconds before each act"),
    "slow": (8.0, "reads for eight seconds before each act"),
}
"""Kinds of customers: how long they look before they act."""


BANKS: Final[Mapping[str, tuple[Seconds, str]]] = {
    "well": (0.6, "answers in less than a second"),
    "slow": (6.0, "answers after six seconds, within what is waited for"),
    "late": (45.0, "answers when nobody waits for it any more"),
}
"""Moods of the bank: how long it takes to answer. What it does worse is said as a fault."""


class Failed(Exception):
    """A line of a story that could not be done or does not hold: what was expected."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a story is played on: everything a file says of it but the acts."""

    card: str
    customer: str = "steady"
    profile: str = ""
    language: str = ""
    shape: str = "path"
    services: tuple[str, ...] = NAMES
    cassettes: Cassettes | None = None
    printer: bool = False
    documents: bool = False
    passbook: bool = False
    bank: str = "well"


@dataclass
class Player:
    """The customer, the machine, and what breaks. Acts, checks and faults use what is public here."""

    machine: Machine
    design: Design
    seed: int = 0
    settings: Settings = field(default_factory=Settings)
    journal: str | Path = MEMORY
    seen: Seen = field(init=False)
    bench: Bench = field(init=False)
    came_to: set[str] = field(default_factory=set)
    """Faults of the story to whose point the visit has come."""
    armed: dict[str, Callable[[], bool]] = field(default_factory=dict)
    """What asks whether a fault that waits has shown itself, by the words of the fault."""
    number: int = 0
    """The line of the story that is being done."""
    among: list[tuple[int, str, Callable[[], bool]]] = field(default_factory=list)
    """The same of faults among the acts, with their line."""
    _later: list[tuple[Seconds, int, Callable[[], None]]] = field(default_factory=list)
    _count: int = 0
    _waiting: list[tuple[Callable[[s.Session], bool], Callable[[], None]]] = field(
        default_factory=list
    )
    _after: list[tuple[Callable[[], bool], Callable[[], None]]] = field(default_factory=list)
    _words: frozenset[str] | None = None
    _untouched: s.Look | None = None
    _targets: tuple[s.Session, list[glass.Target]] | None = None

    def __post_init__(self) -> None:
        machine = self.machine
        self.seen = Seen(self.design)
        self.bench = Bench(
            machine.shape,  # type: ignore[arg-type]
            self.seed,
            self.settings,
            machine.cassettes,
            self.journal,
            design=self.design,
            speech=recorded,
            services=machine.services,
            prints_receipts=machine.printer,
            reads_documents=machine.documents,
            passbook=machine.passbook,
            trace=self.seen.wire.heard,
        )
        self.line = BankLine(self.bench)
        self.bench.bank.follow(self.bench.clock)
        self.bench.watchers.append(self._watch)

    # --- time ---------------------------------------------------------------------------------------

    @property
    def now(self) -> Seconds:
        """Seconds since the world began."""
        return self.bench.clock.now()

    @property
    def session(self) -> s.Session:
        """What the terminal holds true. Raises Failed while there is none."""
        if self.off:
            raise Failed("the machine is off")
        return self.bench.session

    @property
    def off(self) -> bool:
        """Whether the terminal has no power, or did not start."""
        return not hasattr(self.bench, "terminal")

    def begins(self) -> None:
        """The machine is switched on and ready, or closed; the customer has chosen how it looks. Only now the
        bank is as the story says: one that is slow from the start closes the machine until it has answered."""
        self.boot()
        self.bench.ready()
        self.passes(1.0)
        self.line.line.reply_seconds = BANKS[self.machine.bank][0]
        self._untouched = self.session.look
        self._chooses()
        self.holds(self.card)

    def comes(self) -> None:
        """The first card is about to go in: what was chosen is chosen again if the machine has forgotten it,
        because it was closed or nobody did anything for long."""
        untouched, self._untouched = self._untouched, None
        if self.session.look == untouched:
            self._chooses()

    def _chooses(self) -> None:
        language, profile = self.machine.language, self.machine.profile
        if language and self.session.look.language != language:
            self.presses(ev.Chosen("language", language))
        if profile:  # also the one that is shown: what was chosen is kept, whatever a card says
            self.presses(ev.Chosen("profile", profile))

    def holds(self, card: str) -> None:
        """Whose card is meant from now on; what is in that account now is where its sums begin."""
        self.machine = replace(self.machine, card=card)
        self.seen.opening = self.bench.bank.balance(card) if self.known else 0

    @property
    def card(self) -> str:
        """Whose card it is."""
        return self.machine.card

    @property
    def known(self) -> bool:
        """Whether the bank knows that card."""
        return self.card in self.bench.bank.customers

    def boot(self) -> None:
        """Switch the terminal on; as long as one of its cables is out it does not start, and is tried again.
        Raises Failed."""
        end = self.now + CUSTOMER_SECONDS_MAX
        while True:
            try:
                self.bench.boot()
                break
            except PortRefused as refused:
                if self.now >= end:
                    raise Failed(f"the machine does not start: {refused}") from refused
            self.bench.waits_alone(START_AGAIN_SECONDS)
            self._strike()
        self.seen.voices.append(self.bench.voice.spoken())

    def power_fails(self, seconds: Seconds) -> None:
        """For so long the terminal is off; the world goes on."""
        self.bench.power_cut()
        self.seen.dark(self.now)
        self.bench.waits_alone(seconds)
        self.boot()
        self.bench.run(lambda now: not isinstance(now.phase, s.Starting), 120.0)

    def passes(self, seconds: Seconds) -> None:
        """Time passes."""
        self.until(lambda: False, seconds)

    def until(self, holds: Callable[[], bool], seconds: Seconds) -> bool:
        """Time passes until something holds, at most so long; whether it does."""
        end = self.now + seconds
        if self.off:
            self.bench.waits_alone(seconds)
            return holds()
        while not holds():
            self._strike()
            due = min(end, self.bench.happens())
            if holds():
                return True
            if self.now >= end:
                return False
            fault = max(self._later[0][0], self.now) if self._later else NEVER
            self.bench.clock.advance_to(min(due, fault))
        return True

    # --- what a customer does ---------------------------------------------------------------------

    def does(self, act: Callable[..., None], values: Sequence[Any]) -> None:
        """One act, with what is in its places. Raises Failed."""
        seen = self.seen
        seen.since, seen.stood = self.now, self.screen
        act(self, *values)
        seen.done = self.now

    def looks(self) -> None:
        """Before an act, as long as this customer does."""
        self.passes(PACES[self.machine.customer][0])

    def hand(self, name: str, what: str = "") -> None:
        """An act at the front as soon as it can be done; `what` must be true for that, in words. Raises
        Failed."""

        def done() -> bool:
            return act(self.bench.world, name)

        self.looks()
        start = self.now
        stood = self.stands()
        while not done():
            if self.now >= start + CUSTOMER_SECONDS_MAX:
                why = f": {what} was waited for" if what else ""
                raise Failed(f"that could not be done on {stood}{why}, for two minutes")
            if self.now - start <= COMES_SECONDS:
                stood = self.stands()
            self.passes(LOOK_SECONDS)
        self.passes(FRONT_SECONDS)

    def hand_at_once(self, name: str, cannot: str) -> None:
        """An act at the front that can be done now or not at all. Raises Failed with what stands against it."""
        self.looks()
        if not act(self.bench.world, name):
            raise Failed(f"{cannot}: there stood {self.stands()}")
        self.passes(FRONT_SECONDS)

    def keys(self, *keys: str) -> None:
        """Keys of the pad."""
        for key in keys:
            act(self.bench.world, f"key:{key}")
            self.passes(FRONT_SECONDS)

    def types(self, digits: str, takes: Callable[[], bool], what: str) -> None:
        """Digits and Enter, once there is a field for them and for as long as there is: on another screen
        they would be keys of the machine. Raises Failed."""
        self.waits_for(takes, what)
        self.looks()
        for at, key in enumerate((*digits, "enter")):
            if not takes():
                typed = f"{at} of {len(digits)} digits" if at else "nothing"
                raise Failed(f"{what} was gone, {typed} typed: there stood {self.stands()}")
            before = glass.typed(self.session)
            self.keys(key)
            if key != "enter" and before and takes() and glass.typed(self.session) <= before:
                raise Failed(
                    f"the field on {self.screen} takes {before} digits, and {len(digits)} were to be typed; to press keys "
                    "that do nothing there is `press the keys`"
                )

    def waits_for(self, holds: Callable[[], bool], what: str) -> None:
        """Until it holds. Raises Failed with what was waited for, and what stood there instead."""
        if self.until(holds, COMES_SECONDS):
            return
        stood = self.stands()
        if not self.until(holds, CUSTOMER_SECONDS_MAX):
            raise Failed(f"{what} was waited for and did not come within two minutes on {stood}")

    def button(self, word: str, turn: str = "", called: str = "") -> None:
        """Press what is called so, once it is there; `turn` is pressed as long as it is not; `called` is
        how the story says it. Raises Failed."""
        called = called or word
        if not self.until(lambda: bool(self._called(word, turn)), COMES_SECONDS):
            before = f"on {self.screen}.{self.instead(called)}"
            if not self.until(lambda: bool(self._called(word, turn)), CUSTOMER_SECONDS_MAX):
                raise Failed(f'there was no "{called}" to press {before}')
        self.looks()
        found = self._called(word, turn)
        if not found:
            raise Failed(f'"{called}" was gone before it was pressed.{self.instead(called)}')
        if len(found) > 1:
            there = self.targets()
            words = ", ".join(written(glass.word_of(one, there), self._known()) for one in found)
            raise Failed(f'"{called}" stands on several buttons: which of {words} is meant?')
        self.presses(found[0].event)

    def stands(self) -> str:
        """What stands there: the screen, its fields, its buttons as a story may write them."""
        field_ = glass.field_of(self.session)
        buttons = ", ".join(self._written(one) for one in self.targets())
        return f"{self.screen} (field: {field_ or 'none'}; buttons: {buttons or 'none'})"

    def presses(self, event: ev.Chosen) -> None:
        """A press on the glass."""
        self.bench.voice.pressed(self.now)
        self.bench.glass.pressed.append(event)
        self.passes(AFTER_ACT_SECONDS)

    def targets(self) -> list[glass.Target]:
        """What can be pressed now."""
        if self._targets is None or self._targets[0] is not self.session:
            self._targets = (self.session, list(glass.targets(self.session, self.design)))
        return self._targets[1]

    def _called(self, word: str, turn: str) -> list[glass.Target]:
        found = glass.pressed_by(word, self.targets())
        return list(found or (glass.pressed_by(turn, self.targets()) if turn else ()))

    def instead(self, word: str, session: s.Session | None = None) -> str:
        """What can be pressed, now or in that session, and which of it is meant by a word that is not there."""
        there = glass.targets(session, self.design) if session else self.targets()
        labels = [self._written(one) for one in there]
        hint = nearest_label(word, labels)
        return f"{hint} There are: {', '.join(labels)}." if labels else " Nothing can be pressed."

    def _written(self, target: glass.Target) -> str:
        return target.amount or written(target.label, self._known())

    def _known(self) -> frozenset[str]:
        if self._words is None:
            self._words = words_of_buttons(self.design.catalogues)
        return self._words

    def may_insert(self) -> bool:
        """Whether the machine waits for a card."""
        return isinstance(self.session.phase, s.Idle | Lobby)

    # --- what breaks ------------------------------------------------------------------------------

    def breaks(self, text: str, armed: Armed | None) -> None:
        """A fault strikes, or waits for something to break."""
        seen = self.seen
        seen.broken.append(Broken(self.now, text, waits=armed is not None))
        if armed is not None:
            self.after(armed.shown, lambda: seen.broken.append(Broken(self.now, text)))

    def later(self, seconds: Seconds, strike: Callable[[], None]) -> None:
        """Something happens so much later, outside the terminal's turn."""
        self._count += 1
        self._later.append((self.now + seconds, self._count, strike))
        self._later.sort(key=lambda one: one[:2])

    def at(self, point: Callable[[s.Session], bool], strike: Callable[[], None]) -> None:
        """Something happens as soon as the terminal is at that point."""
        self._waiting.append((point, strike))

    def after(self, happened: Callable[[], bool], strike: Callable[[], None]) -> None:
        """Something happens as soon as something else has."""
        self._after.append((happened, strike))

    def _strike(self) -> None:
        while self._later and self._later[0][0] <= self.now:
            self._later.pop(0)[2]()

    def _watch(self, session: s.Session, now: Seconds) -> None:
        for waiting in [each for each in self._waiting if each[0](session)]:
            self._waiting.remove(waiting)
            waiting[1]()
        for after in [each for each in self._after if each[0]()]:
            self._after.remove(after)
            after[1]()
        self.seen.screen(session, now)

    # --- what is asked ----------------------------------------------------------------------------

    @property
    def screen(self) -> str:
        """The key of the screen's text."""
        return DARK if self.off else text_key(self.session)

    def money(self) -> Mapping[str, int]:
        """Yuan: what left the account, came to it, is on hold, and what customers hold or can reach."""
        bank, world = self.bench.bank, self.bench.world
        balance = bank.balance(self.card) if self.known else 0
        less = (self.seen.opening - balance) // 100
        acceptor = world.acceptor
        return {
            "charged": max(less, 0),
            "credited": max(-less, 0),
            "held": (balance - bank.available(self.card)) // 100 if self.known else 0,
            "paid_out": world.paid_out(),
            "stored": _worth(acceptor.notes()["cassette"]) if acceptor else 0,
        }

    def place_of_card(self) -> str:
        """Where the card is: in the hand, at the gate, inside, in the bin."""
        place = self.bench.world.reader.where(self.card)
        return "hand" if place == "outside" else place

    def left_open(self) -> list[str]:
        """What a record that ended here would have to settle."""
        left = recover(self.bench.store.rows())
        order = [f"operation {left.order.txid} has no ending"] if left.order is not None else []
        unheard = [f"outcomes that the bank has not acknowledged: {len(left.outbox)}"]
        return [*order, *(unheard if left.outbox else ())]

    def laws(self) -> Iterator[str]:
        """What must hold after every story, whatever it is about."""
        yield from (f"the bank's book: {fault}" for fault in self.bench.bank.audit())
        yield from (f"the journal: {fault.text}" for fault in self.bench.store.verify())

    def close(self) -> None:
        """The record is put away."""
        self.bench.store.close()


def _worth(notes: Mapping[int, int]) -> int:
    return sum(note * count for note, count in notes.items())


STUCK = StoryStuckError
"""What the bench raises when a machine never gets ready."""
