"""What physically happened: every note and card, as the world has them and never as the terminal says.

The firmware tells when it moves something; nothing is polled. A path dispenser does not know whose order
it executes, so notes are counted for the last order that was handed to it: a cable keeps the order of
what is sent. A presenter knows the operation by name.

Rules it keeps: nothing here asks the session, the journal or the bank; amounts are in major units, because
that is what is printed on a note; `received` is what a customer could have in the hand, so for a path
dispenser everything that passed its exit.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from devices.dispenser.codec import Command, Dispense
from sim.world.cards import CARDS
from sim.world.dispenser import CassetteState, DispenserFirmware
from sim.world.presenter import Presenter
from sim.world.world import Shape, World
from terminal import effects as fx
from terminal.cash_units import Cassettes
from terminal.events import Event
from terminal.ports import Seconds

MOVES = ("began", "drawn", "reached", "taken", "ended", "refused")
"""What a device can tell: an order began to be executed, a note left a cassette, notes came into reach,
notes were taken, a motion ended, an order was turned away."""


@dataclass(slots=True)
class Moved:
    """What one operation moved, in major units: drawn from cassettes, put in reach, taken by a hand,
    taken back by the machine; how often it was executed; the notes ordered, by cassette."""

    txid: str
    ordered: tuple[int, ...] = ()
    ordered_value: int = 0
    executed: int = 0
    drawn: int = 0
    reached: int = 0
    taken: int = 0
    returned: int = 0
    fenced: bool = False


Listener = Callable[[str, Moved], None]
"""Hears a move by its name, and for which operation."""


class Truth:
    """The observer of one world. `watch` puts it into the world before the terminal is switched on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shape: Shape = world.shape
        self.loaded: Counter[int] = Counter()
        self.removed: Counter[int] = Counter()
        self.orders: dict[str, Moved] = {}
        self.listeners: list[Listener] = []
        self.hands_inside = False
        """Staff have the cabinet open: nothing may move."""
        self.handed = ""
        self.current = Moved("")
        self.opens = 0

    # --- being told -------------------------------------------------------------------------------

    def watch(self) -> "Truth":
        """Fit devices that tell, in place of those the world was made with."""
        notes, presenter = (states(self.world.cassettes) for _ in range(2))
        self.world.fit(WatchedDispenser(self, notes), WatchedPresenter(self, presenter))
        self.loaded = self.in_machine()
        return self

    def hands_out(self, effect: fx.Effect) -> None:
        """An order leaves the terminal for the dispenser."""
        match effect:
            case fx.DispenseNotes(txid=txid, mix=mix) | fx.StackNotes(txid=txid, mix=mix):
                order = self.order(txid)
                order.ordered = mix
                notes = (cassette.note.major for cassette in self.world.cassettes)
                order.ordered_value = sum(n * note for n, note in zip(mix, notes, strict=True))
                self.handed = txid
            case _:
                pass

    def order(self, txid: str) -> Moved:
        """What is known of an operation's notes."""
        known = self.orders.get(txid)
        if known is None:
            known = self.orders[txid] = Moved(txid)
        return known

    def tell(self, move: str, order: Moved) -> None:
        for listener in self.listeners:
            listener(move, order)

    # --- being asked ------------------------------------------------------------------------------

    def in_machine(self) -> Counter[int]:
        """Every note in the machine, by denomination."""
        device = self.world.presenter if self.shape == "presenter" else self.world.notes
        found: Counter[int] = Counter()
        for place in device.notes().values():
            found.update(place)
        return +found

    def missing(self) -> Counter[int]:
        """Notes that are nowhere (negative: too many), by denomination; empty if all are somewhere."""
        found = self.in_machine()
        found.update(self.world.purse)
        found.update(self.removed)
        return Counter({n: c for n, c in _minus(self.loaded, found).items() if c})

    def received(self, txid: str) -> int:
        """What the customer of this operation got, in major units."""
        order = self.orders.get(txid)
        if order is None:
            return 0
        return order.taken if self.shape == "presenter" else order.reached

    def cassette_counts(self) -> tuple[int, ...]:
        """Notes really in each cassette."""
        device = self.world.presenter if self.shape == "presenter" else self.world.notes
        return tuple(each.count for each in device.cassettes)

    def places_of_cards(self) -> dict[str, str]:
        """Where every card there is now lies."""
        return {name: self.world.reader.where(name) for name in CARDS}

    def waiting_notes(self) -> int:
        """Notes in the presenter's stacker, exit and path."""
        presenter = self.world.presenter
        return sum(presenter.stacker) + sum(presenter.exit) + sum(presenter.path)

    # --- what staff do ----------------------------------------------------------------------------

    def reload(self, cassettes: Cassettes) -> None:
        """Staff take the cassettes out and put full ones in."""
        device = self.world.presenter if self.shape == "presenter" else self.world.notes
        self.removed.update(device.notes()["cassettes"])
        self.world.load(cassettes)
        self.loaded.update(device.notes()["cassettes"])


class WatchedDispenser(DispenserFirmware):
    """The path dispenser, telling what it moves."""

    def __init__(self, truth: Truth, cassettes: list[CassetteState]) -> None:
        super().__init__(cassettes)
        self._truth = truth

    def _begin(self, request: Dispense, now: Seconds) -> None:
        before = self.dispenses
        super()._begin(request, now)
        truth = self._truth
        if request.test:
            return
        truth.current = truth.order(truth.handed)
        if self.dispenses != before:
            truth.current.executed += 1
            truth.tell("began", truth.current)
        else:
            truth.tell("refused", truth.current)

    def _pick(self, motion: Any) -> None:
        before = sum(n * c for n, c in self.exit_tray.items())
        super()._pick(motion)
        more = sum(n * c for n, c in self.exit_tray.items()) - before
        if more:
            current = self._truth.current
            current.reached += more
            self._truth.tell("reached", current)

    def _draw(self, index: int) -> bool:
        drawn = super()._draw(index)
        motion = self._motion
        if drawn and motion is not None and motion.command == Command.DISPENSE:
            current = self._truth.current
            current.drawn += self.cassettes[index].denomination_major
            self._truth.tell("drawn", current)
        return drawn

    def _finish(self, motion: Any) -> None:
        super()._finish(motion)
        self._truth.tell("ended", self._truth.current)

    def take_notes(self) -> dict[int, int]:
        taken = super().take_notes()
        if taken:
            self._truth.current.taken += sum(n * c for n, c in taken.items())
        return taken


class WatchedPresenter(Presenter):
    """The presenter, telling what it moves."""

    def __init__(self, truth: Truth, cassettes: list[CassetteState]) -> None:
        super().__init__(cassettes)
        self._truth = truth
        self._shown = Moved("")
        """Whose notes lie at the exit, whatever the device still remembers."""

    def _end(self, job: Any) -> None:
        truth = self._truth
        order = truth.order(job.txid)
        held, exit_before, was_open = self._held(), sum(self.exit), self.shutter_open
        if job.motion == "stack":
            order.executed += 1
            truth.current = order
            truth.tell("began", order)
        super()._end(job)
        drawn = held - self._held()
        if drawn:
            order.drawn += drawn
            truth.tell("drawn", order)
        if job.motion == "present" and sum(self.exit):
            order.reached += self._worth(self.exit)
            self._shown = order
        if self.shutter_open and not was_open:
            truth.opens += 1
            truth.tell("reached", order)
        if job.motion == "retract" and exit_before:
            order.returned = order.reached - order.taken
        truth.tell("ended", order)

    def _knows(self, txid: str) -> Event:
        """From the device's answer on, a fence holds."""
        self._truth.order(txid).fenced = True
        return super()._knows(txid)

    def take_notes(self, some: int | None = None) -> dict[int, int]:
        taken = super().take_notes(some)
        if taken:
            order = self._shown
            order.taken += sum(n * c for n, c in taken.items())
            self._truth.tell("taken", order)
        return taken

    def _held(self) -> int:
        return sum(each.count * each.denomination_major for each in self.cassettes)

    def _worth(self, place: list[int]) -> int:
        notes = (each.denomination_major for each in self.cassettes)
        return sum(n * note for n, note in zip(place, notes, strict=True))


def states(cassettes: Cassettes) -> list[CassetteState]:
    """Cassettes as the devices hold them."""
    return [CassetteState(c.note.major, c.count) for c in cassettes]


def _minus(one: Counter[int], other: Counter[int]) -> dict[int, int]:
    return {note: one[note] - other[note] for note in one | other}
