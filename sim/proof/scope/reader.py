"""The card reader with its driver: where the card is, and what the terminal hears of it
(hardware-protocols 4.9, `devices/card_reader/orders.py`).

Faults: the chip cannot be read, the card jams, the reader is silent before or after it moved, or for
good. After silence the driver says `ReaderFailed`, and later that it is ready and where a card is; that position is
true when it is told, so it travels as `unknown` and is filled in on delivery.
"""

from collections.abc import Iterator

from sim.proof.scope.wire import Way
from sim.proof.scope.world import World
from terminal import effects as fx
from terminal import events as ev
from terminal.card import Card, Pan

CARD = Card(Pan("6222020000000000"), "3012")
"""A card; nothing in this scope depends on which."""

SILENT = "deviceNotReady"
JAM = "mediaJam"
TOLD_LATER = ev.CardFound("unknown")
REVIVED = (ev.ReaderFailed(SILENT), ev.ReaderReady(), TOLD_LATER)


def found(world: World) -> ev.CardFound:
    """Where the reader says a card is. A jammed one lies on its sensors."""
    match world.card:
        case "gate":
            return ev.CardFound("gate")
        case "inside" | "jammed":
            return ev.CardFound("inside")
        case _:
            return ev.CardFound("absent")


def ways(world: World, effect: fx.Effect) -> Iterator[Way]:
    """What can become of an order to the reader."""
    idle = world._replace(watching=False)
    if world.reader_dead:
        yield Way("", 0, idle, (ev.ReaderFailed(SILENT),))
        return
    if isinstance(effect, fx.InspectReader | fx.EjectCard | fx.RetainCard):
        dead = idle._replace(reader_dead=True)
        yield Way("the reader is dead from here on", 1, dead, (ev.ReaderFailed(SILENT),))
    match effect:
        case fx.InspectReader():
            yield Way("", 0, idle, (found(world),))
            yield Way("the reader is silent", 1, idle, REVIVED)
        case fx.AcceptCard() if world.card == "inside":
            yield Way("", 0, idle, (ev.CardInserted(),))
        case fx.AcceptCard():
            yield Way("", 0, idle._replace(accepting=world.card != "jammed"))
        case fx.RefuseCards():
            yield Way("", 0, idle._replace(accepting=False))
        case fx.ReadCard():
            yield Way("", 0, idle, (ev.CardRead(CARD),))
            yield Way("the card cannot be read", 1, idle, (ev.CardUnreadable("invalidMedia"),))
        case fx.EjectCard():
            yield from _eject(idle)
        case fx.RetainCard():
            yield from _retain(idle)
        case _:
            raise AssertionError(f"{effect} is not for a card reader")


def overtaken(inbox: tuple[tuple[str, ev.Event], ...]) -> tuple[tuple[str, ev.Event], ...]:
    """What is still to be heard when a new order begins: it takes the place of the driver's own
    recovery, which then tells no position."""
    return tuple(each for each in inbox if each[1] is not TOLD_LATER)


def inserted(world: World) -> Iterator[Way]:
    """The customer puts the card in."""
    there = world._replace(person="here", accepting=False)
    yield Way("", 0, there._replace(card="inside"), (ev.CardInserted(),))
    stuck = there._replace(card="jammed")
    yield Way("the card jams on the way in", 1, stuck, (ev.CardJammed(JAM),))


def _eject(world: World) -> Iterator[Way]:
    match world.card:
        case "inside" | "gate":
            offered = world._replace(card="gate")
            yield Way("", 0, offered._replace(watching=True), (ev.CardAtGate(),))
            yield Way("the card jams", 1, world._replace(card="jammed"), (ev.CardJammed(JAM),))
            yield Way("the reader is silent and the card stays", 1, world, REVIVED)
            if offered != world:
                yield Way("the reader is silent after ejecting", 1, offered, REVIVED)
        case "jammed":
            yield Way("", 0, world, (ev.CardJammed(JAM),))
        case _:
            yield Way("", 0, world, (ev.CardTaken(),))


def _retain(world: World) -> Iterator[Way]:
    match world.card:
        case "inside" | "gate":
            kept = world._replace(card="bin")
            yield Way("", 0, kept, (ev.CardRetained(),))
            yield Way("the card jams", 1, world._replace(card="jammed"), (ev.CardJammed(JAM),))
            yield Way("the reader is silent and the card stays", 1, world, REVIVED)
            yield Way("the reader is silent after capturing", 1, kept, REVIVED)
        case "jammed":
            yield Way("", 0, world, (ev.CardJammed(JAM),))
        case _:
            yield Way("", 0, world, (ev.CardTaken(),))
