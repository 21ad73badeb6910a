"""The plugin for pytest, for a tester's own repository: `bench`, `story`, and `*.toml` stories as tests.

    # conftest.py, with this program's folder on the path of Python
    pytest_plugins = ["sim.stories.pytest_plugin"]

`bench` is a customer at a machine of their own for each test; its methods and `does` wait for what they
need, as a story does, and a line that fails is an assertion that says what there was instead. A mark says what
machine: `@pytest.mark.machine(dispenser="presenter", faults=["at store: ..."])`, with the keys of a story.
`story` plays a file and gives its result. A `*.toml` file below a tested folder that has `acts` is a test.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pytest

from sim.stage.settings import Design, read_design
from sim.stories import told
from sim.stories.acts import ACTS
from sim.stories.checks import CHECKS, tested
from sim.stories.faults import places_of
from sim.stories.file import BadStory, read_story, setting_from
from sim.stories.play import play
from sim.stories.player import Failed, Player
from sim.stories.result import Result
from sim.stories.words import NotUnderstood, Place, understood
from sim.world.bank.rules import Bank
from terminal.values import replace

CARD: Final = "lin"
"""Whose visit it is if nobody says."""


@lru_cache(maxsize=1)
def _design() -> Design:
    return read_design()


@lru_cache(maxsize=1)
def _places() -> dict[str, Place]:
    return dict(places_of(_design().catalogues))


@dataclass(frozen=True, slots=True)
class Dispenser:
    """What the dispenser has done, in notes: paid out to hand or slot, taken back, gone to the bins."""

    presented: int
    retracted: int
    rejected: int


class StoryBench:
    """A customer at a machine. Every method does one thing and gives the bench, so that they can be written
    one after the other."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self._begun = False

    # --- what the customer does ---------------------------------------------------------------------

    def does(self, *lines: str) -> "StoryBench":
        """Lines as in `acts` of a story: acts, and checks that begin with `then`. AssertionError if one
        cannot be done, does not hold or is not understood."""
        self._begin()
        for line in lines:
            try:
                self._line(line)
            except (Failed, NotUnderstood) as trouble:
                raise AssertionError(f"{line}: {trouble}{self._stands()}") from None
        return self

    def insert_card(self, card: str = CARD) -> "StoryBench":
        """Whose card it is from now on."""
        self._begin()
        self.player.holds(card)
        return self.does("put in the card")

    def enters_pin(self, pin: str = "") -> "StoryBench":
        """The right one, or this."""
        return self.does(f"type the PIN {pin}".strip())

    def chooses(self, service: str) -> "StoryBench":
        """On the menu."""
        return self.does(f"choose {service}")

    def presses(self, *words: str) -> "StoryBench":
        """Buttons, one after the other."""
        return self.does(*(f"press {word}" for word in words))

    def withdraws(self, yuan: int) -> "StoryBench":
        """From the menu, or from the choice of amounts, to the card at the slot."""
        if len(self.player.machine.services) > 1:
            self.chooses("withdrawal")
        return self.does("then there is other_amount", f"press {yuan}", "press confirm")

    def takes_card(self) -> "StoryBench":
        """Out of the slot."""
        return self.does("take the card")

    def takes_notes(self) -> "StoryBench":
        """All of them."""
        return self.does("take the notes")

    def waits(self, seconds: float) -> "StoryBench":
        """Nothing is done for so long."""
        self._begin()
        self.player.passes(seconds)
        return self

    # --- what there is ------------------------------------------------------------------------------

    @property
    def screen(self) -> str:
        """The key of the screen that is shown."""
        self._begin()
        return self.player.screen

    @property
    def screens(self) -> list[str]:
        """The keys of all that were shown, in their order."""
        return list(self.player.seen.keys())

    @property
    def said(self) -> list[str]:
        """All that was spoken, in its order."""
        return [one.text for one in self.player.seen.spoken()]

    @property
    def money(self) -> dict[str, int]:
        """In yuan: charged, credited, held, paid_out, stored."""
        return dict(self.player.money())

    @property
    def card(self) -> str:
        """Where the card is."""
        return self.player.place_of_card()

    @property
    def rows(self) -> list[str]:
        """The kinds of the journal's rows, in their order."""
        return [row.kind for row in self.player.bench.store.rows()]

    @property
    def bank(self) -> Bank:
        """The bank, whose sums are in minor units."""
        return self.player.bench.bank

    @property
    def opening_balance(self) -> int:
        """What was in the account when the card went in, in minor units."""
        return self.player.seen.opening

    @property
    def dispenser(self) -> Dispenser:
        """What it has done so far."""
        world = self.player.bench.world
        if world.shape == "path":
            notes = world.notes.notes()
            paid = sum(world.purse.values()) + sum(world.notes.exit_tray.values())
            return Dispenser(paid, 0, sum(notes.get("reject", {}).values()))
        notes = world.presenter.notes()
        held = sum(world.purse.values()) + sum(world.presenter.in_slot().values())
        return Dispenser(held, sum(notes["retract"].values()), sum(notes["reject"].values()))

    # --- inside -------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self.player.begins()

    def _line(self, line: str) -> None:
        if line.split()[:1] == ["then"]:
            asked = understood(line, CHECKS, _places(), "a check")
            if found := tested(self.player, asked.does, asked.values):
                raise Failed(found)
            return
        act = understood(line, ACTS, _places(), "an act")
        self.player.does(act.does, act.values)

    def _stands(self) -> str:
        return f" (the screen is {self.player.screen}; money {self.money}; the card: {self.card})"


# --- fixtures -------------------------------------------------------------------------------------


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[StoryBench]:
    """A customer at a machine of their own."""
    mark = request.node.get_closest_marker("machine")
    keys: dict[str, Any] = {"card": CARD, **(dict(mark.kwargs) if mark else {})}
    setting = setting_from(keys, request.node.nodeid, _design())
    made = StoryBench(Player(setting.machine, _design(), setting.seed))
    for fault in setting.faults:
        fault.arrange(made.player)
    yield made
    made.player.close()


@pytest.fixture
def story() -> Callable[..., Result]:
    """Plays a file: `story("jam.toml")`, `story("jam.toml", profile="elder", seed=7)`."""

    def played(path: str | Path, seed: int | None = None, **keys: str) -> Result:
        one = read_story(Path(path), _design())
        return play(replace(one, machine=replace(one.machine, **keys)), _design(), seed)  # type: ignore[arg-type]

    return played


# --- stories as tests -----------------------------------------------------------------------------


class StoryFailed(Exception):
    """A story that did not hold; the text is what is told of it."""


class StoryItem(pytest.Item):
    """One story."""

    def runtest(self) -> None:
        """Play it."""
        result = play(read_story(self.path, _design(), _name(self.path)), _design())
        if not result.well:
            raise StoryFailed("\n".join(told.failure(result)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is told of it, without a line of this program."""
        if isinstance(excinfo.value, StoryFailed | BadStory):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it is."""
        return self.path, 0, f"story {self.path.stem}"


class StoryFile(pytest.File):
    """A file that is one story."""

    def collect(self) -> Iterable[pytest.Item]:
        """The story."""
        yield StoryItem.from_parent(self, name=self.path.stem)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> StoryFile | None:
    """TOML with `acts` is a story; any other TOML is something else."""
    if file_path.suffix != ".toml":
        return None
    lines = file_path.read_text(encoding="utf-8", errors="replace").splitlines()
    if not any(line.lstrip().startswith("acts") for line in lines):
        return None
    return StoryFile.from_parent(parent, path=file_path)


def pytest_configure(config: pytest.Config) -> None:
    """The mark is known."""
    config.addinivalue_line("markers", "machine(**keys): the machine of `bench`, as in a story")


def _name(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
