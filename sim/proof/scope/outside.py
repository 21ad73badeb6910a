"""The four things outside, by the effects they take: what can become of an order now, and of one that was
late.
"""

from collections.abc import Callable, Iterator

from sim.proof.scope import bank, path, presenter, reader
from sim.proof.scope.state import State
from sim.proof.scope.wire import Way, over_a_wire
from sim.proof.scope.world import Shape, World
from sim.stage.machine import DISPENSER_EFFECTS, HOST_EFFECTS, PAD_EFFECTS, READER_EFFECTS
from terminal import effects as fx
from terminal import events as ev
from terminal.card import PinBlock

BLOCK = PinBlock(bytes(16))

READER, PAD, HOST, CASH, GLASS, POWER = "reader", "pad", "host", "cash", "glass", "power"
"""Where events come from; those from one place arrive in their order."""

_MOVING = (fx.StackNotes, fx.PresentNotes, fx.RetractNotes, fx.RejectNotes)
"""Orders that a presenter's wire may keep back."""

_HOST_ANSWERS = (ev.Approved, ev.Declined, ev.Acknowledged)


class Outside:
    """Everything that takes effects, with one seeded bug or none."""

    def __init__(self, shape: Shape, bug: str, hit: Callable[[str], None]) -> None:
        keeps = presenter.Keeps(
            bound=bug != "token not checked",
            fences=bug != "no fence",
            holds_back=bug != "present after the fence",
        )
        self._shape = shape
        self._pays_again = bug == "second dispense"
        self._bank = bank.works(bug != "no dedupe at the host", hit)
        self._presenter = presenter.works(keeps, hit)
        self._ports = {
            **dict.fromkeys(READER_EFFECTS, self._to_reader),
            **dict.fromkeys(PAD_EFFECTS, self._to_pad),
            **dict.fromkeys(HOST_EFFECTS, self._to_host),
            **dict.fromkeys(DISPENSER_EFFECTS, self._to_cash),
        }

    def ways(self, state: State, effect: fx.Effect) -> tuple[str, Iterator[Way]]:
        """What can become of an order, and where its answers come from."""
        return self._ports[type(effect)](state, effect)

    def late(self, world: World, effect: fx.Effect) -> tuple[str, Way]:
        """What becomes of an order that arrives late: the ordinary course, one fault is enough."""
        to_host = isinstance(effect, HOST_EFFECTS)
        works = self._bank if to_host else self._presenter
        return (HOST if to_host else CASH), next(iter(works(world, effect)))

    def _to_reader(self, state: State, effect: fx.Effect) -> tuple[str, Iterator[Way]]:
        return READER, reader.ways(state.world, effect)

    def _to_pad(self, state: State, effect: fx.Effect) -> tuple[str, Iterator[Way]]:
        return PAD, _pad(state.world, effect)

    def _to_host(self, state: State, effect: fx.Effect) -> tuple[str, Iterator[Way]]:
        late = isinstance(effect, bank.MONEY)
        return HOST, over_a_wire(state.world, effect, self._bank, late=late)

    def _to_cash(self, state: State, effect: fx.Effect) -> tuple[str, Iterator[Way]]:
        if self._shape == "path":
            return CASH, path.ways(state.world, effect, state.driver, self._pays_again)
        if isinstance(effect, fx.KeepResult):
            return CASH, iter(self._presenter(state.world, effect))
        moves = isinstance(effect, _MOVING)
        return CASH, over_a_wire(state.world, effect, self._presenter, late=moves)


def surviving(late: tuple[fx.Effect | ev.Event, ...]) -> tuple[fx.Effect | ev.Event, ...]:
    """What is still under way when the terminal is gone: orders, and what the bank said."""
    return tuple(t for t in late if not isinstance(t, ev.Event) or isinstance(t, _HOST_ANSWERS))


def _pad(world: World, effect: fx.Effect) -> Iterator[Way]:
    match effect:
        case fx.MakePinBlock(message=message):
            yield Way("", 0, world, (ev.PinBlockMade(message, BLOCK),))
            yield Way("the PIN is lost", 1, world, (ev.PinLost(),))
        case _:
            yield Way("", 0, world)
