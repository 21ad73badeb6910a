"""A machine to try flows on: the whole terminal on a clock that runs as fast as wanted, and stills of any screen.

The visit is a real one: core, drivers, wires, firmware and bank as in a story, in memory, gone at the end. Its
clock follows the designer's: slower, faster or not at all.

A still is a screen that was jumped to. It is the pure core and nothing else: a press on it is stepped, what it
would order is told and ordered from nobody, and its time stands until it is let run. The visit waits
meanwhile, untouched, and goes on where it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from screens.front import FrontState
from screens.touch import Act
from sim.stage.bench import Bench
from sim.stage.kiosk import demo_cards, demo_documents, front_state
from sim.stage.machine import adopt, with_tables
from sim.stage.samples import SAMPLES, in_language, shown_as
from sim.stage.settings import Design, Settings
from sim.stage.voices import Speech, recorded
from sim.world.acts import act
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.flows.services import NAMES
from terminal.keys import chosen_by_key
from terminal.ports import Seconds
from terminal.practice.playing import OUTWARD
from terminal.profile import Language, ProfileName
from terminal.runtime import overdue
from terminal.values import replace

SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 5.0, 20.0)
"""How many seconds of the machine pass in one of the designer's."""

FRAME_SECONDS_MAX: Final = 0.25
"""After a longer pause of the program itself no more than this is made up for."""

ORDERS_MAX: Final = 6
"""Orders of a still that are told at most."""


@dataclass
class Still:
    """A screen that was jumped to, and what became of it."""

    name: str
    session: s.Session
    now: Seconds = 0.0
    running: bool = False
    orders: tuple[str, ...] = ()


@dataclass
class Sandbox:
    """A machine to try flows on. `still` is the screen that was jumped to, if any."""

    design: Design
    settings: Settings = field(default_factory=Settings)
    speed: float = 1.0
    paused: bool = False
    still: Still | None = None
    speech: Callable[[Design], Speech] = recorded

    def __post_init__(self) -> None:
        self.bench = self._booted()
        self.cards, self.documents = demo_cards(), demo_documents()

    def _booted(self) -> Bench:
        shape = self.settings.shape
        bench = Bench(
            shape=shape,
            settings=self.settings,
            design=self.design,
            speech=self.speech,
            services=NAMES,
            reads_documents=True,
            prints_receipts=True,
        )
        return bench.boot().ready()

    @property
    def session(self) -> s.Session:
        """What is on the screen."""
        return self.bench.session if self.still is None else self.still.session

    @property
    def now(self) -> Seconds:
        """The instant on the clock of what is on the screen."""
        return self.bench.clock.now() if self.still is None else self.still.now

    @property
    def caption(self) -> str:
        """What is said, to be read."""
        return self.bench.voice.caption if self.still is None else ""

    def front(self) -> FrontState:
        """The machine's front: of the visit, also while a still is looked at."""
        return front_state(self.bench.world, self.bench.session, self.cards, self.documents)

    # --- time -----------------------------------------------------------------------------------

    def advance(self, seconds: Seconds) -> None:
        """So much of the designer's time has passed."""
        passed = min(seconds, FRAME_SECONDS_MAX) * self.speed
        if self.still is not None:
            if self.still.running:
                self._run_still(passed)
        elif not self.paused and passed > 0:
            self.bench.waits(passed)

    def _run_still(self, seconds: Seconds) -> None:
        still = self.still
        assert still is not None
        still.now += seconds
        if due := overdue(still.session, self.design.profiles, still.now):
            self._step(due)

    def faster(self, by: int) -> None:
        """The next speed up or down."""
        place = SPEEDS.index(self.speed) + by
        self.speed = SPEEDS[max(0, min(len(SPEEDS) - 1, place))]

    def pause(self) -> None:
        """Let time stand or run: of the still, or of the visit."""
        if self.still is not None:
            self.still.running = not self.still.running
        else:
            self.paused = not self.paused

    @property
    def standing(self) -> bool:
        """Whether time stands."""
        return self.paused if self.still is None else not self.still.running

    # --- presses --------------------------------------------------------------------------------

    def heard(self, said: Sequence[object]) -> None:
        """What the window heard, to the visit or to the still."""
        for one in said:
            if self.still is not None:
                self._pressed_on_still(one)
            elif isinstance(one, Act):
                self._act(one.name)
            elif isinstance(one, ev.Laid):
                self.bench.glass.pressed.append(one)
            else:
                self.bench.voice.pressed(self.bench.clock.now())
                self.bench.glass.pressed.append(one)  # type: ignore[arg-type]

    def _act(self, name: str) -> None:
        if act(self.bench.world, name):
            self.bench.world.stirred = True
        lying = self.bench.world.documents.lying if self.bench.world.documents else None
        if lying and self.documents[0].name == lying:
            self.documents = (*self.documents[1:], self.documents[0])

    def _pressed_on_still(self, said: object) -> None:
        assert self.still is not None
        match said:
            case ev.Chosen() | ev.Laid() | ev.Signed():
                self._step(said)
            case Act(name) if name.startswith("key:"):
                key = name.removeprefix("key:")
                if meant := chosen_by_key(self.still.session, key):
                    self._step(meant)
            case _:
                pass

    def _step(self, event: ev.Event) -> None:
        """The core's answer to one event; what it orders is told and not done."""
        still = self.still
        assert still is not None
        before = still.session
        after, effects = step(before, event, still.now)
        if after.practice is not None:
            effects = tuple(one for one in effects if isinstance(one, OUTWARD))
        still.session = after
        if effects:
            told = tuple(type(one).__name__ for one in effects)
            still.orders = (*still.orders, *told)[-ORDERS_MAX:]

    # --- what is on the screen ------------------------------------------------------------------

    def jump(self, name: str) -> None:
        """Show a screen; the visit waits. In a language that has not got it, Chinese."""
        look = self.session.look
        language: Language = look.language if in_language(name, look.language) else "zh"
        shown = shown_as(SAMPLES[name], look.profile, language)
        there = replace(shown, look=replace(shown.look, wishes=look.wishes))
        self.still = Still(name, with_tables(there, self.design))

    def back(self) -> None:
        """Back to the visit."""
        self.still = None

    def again(self) -> None:
        """A new machine and a new day; the look stays."""
        look = self.session.look
        self.still, self.bench = None, self._booted()
        self.look(look.profile, look.language)

    def look(self, profile: ProfileName | None = None, language: Language | None = None) -> None:
        """Another look, set from outside: no customer chose it, and nothing is recorded."""
        session = self.session
        look = session.look
        wanted = replace(
            look,
            profile=profile or look.profile,
            language=language or look.language,
            reason="EXPLICIT" if profile else look.reason,
            locked=look.locked or profile is not None,
            offer="" if profile else look.offer,
        )
        self._put(replace(session, look=wanted))

    def _put(self, session: s.Session) -> None:
        if self.still is not None:
            self.still.session = session
        else:
            self.bench.terminal.session = session

    def adopt(self, design: Design) -> None:
        """Another design for the visit and the still."""
        self.design = self.bench.design = design
        adopt(self.bench.terminal, design)
        self.bench.voice.adopt(design)
        if self.still is not None:
            self.still.session = with_tables(self.still.session, design)


def found(words: str, language: Language) -> tuple[str, ...]:
    """The names of the screens that have all these words in their name; all of them for none."""
    wanted = words.lower().replace("_", " ").split()
    return tuple(
        name
        for name in SAMPLES
        if in_language(name, language) and all(one in name.replace("_", " ") for one in wanted)
    )
