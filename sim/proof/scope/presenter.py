"""A presenter: stacker, shutter, retract, and a memory bound to a token (the same answers as
`sim/world/presenter.py`, as a function of an immutable world).

Rules it keeps: a token is executed once and never for an order that is fenced; the same order given
again is answered with what it did; a fence also stops the order's notes from being presented; a stacker
that cannot be emptied is never called empty.

Faults: too few notes, a jam in the stacker, a shutter that jams with the notes in reach or not, notes
taken back that cannot be counted, a memory that is lost. A device whose memory is lost denies what it
did, which the terminal must not believe. `Keeps` makes devices that break a rule, for the checker to
notice.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sim.proof.scope.wire import Way, Works
from sim.proof.scope.world import FIRST, NONE, Last, World, less, plus
from sim.world.presenter import CAPABILITIES
from terminal import effects as fx
from terminal import events as ev
from terminal.events import Counts

Hit = Callable[[str], None]


class Keeps(NamedTuple):
    """Which of its rules a device keeps: `bound` to the token, `fences` orders it was asked about,
    `holds_back` the notes of a fenced order too."""

    bound: bool = True
    fences: bool = True
    holds_back: bool = True


def works(keeps: Keeps, hit: Hit) -> Works:
    """The device at the far end of its wire, as a thing that takes orders."""

    def at_work(world: World, effect: fx.Effect) -> Iterator[Way]:
        match effect:
            case fx.CheckCash():
                yield Way("", 0, world, (_checked(world),))
            case fx.PrepareDispense(txid=txid):
                trouble = _trouble(world)
                refused = ev.DispenseNotExecuted(txid, trouble)
                answer = refused if trouble else ev.DispensePrepared(txid, "")
                yield Way("", 0, world, (answer,))
            case fx.StackNotes():
                yield from _stack(world, effect, keeps.bound, hit)
            case fx.PresentNotes(txid=txid):
                yield from _present(world, txid, keeps.holds_back, hit)
            case fx.RetractNotes(txid=txid):
                yield from _retract(world, txid)
            case fx.RejectNotes(txid=txid):
                yield _reject(world, txid)
            case fx.InspectDispense(txid=txid):
                yield from _inspect(world, txid, keeps.fences)
            case fx.KeepResult():
                yield Way("", 0, world)
            case _:
                raise AssertionError(f"{effect} is not for a presenter")

    return at_work


def taken(world: World, notes: Counts) -> tuple[World, bool]:
    """A hand takes notes from the open exit. Whether the sensor then says that it is empty, and the
    shutter shuts."""
    left = less(world.exit, notes)
    after = world._replace(exit=left, hand=plus(world.hand, notes))
    if left == NONE and not world.jam:
        return after._replace(shutter_open=False), True
    return after, False


def _checked(world: World) -> ev.Event:
    trouble = _trouble(world)
    usable = (True,) * len(world.cassettes)
    return ev.CashFailed(trouble) if trouble else ev.CashReady(CAPABILITIES, usable)


def _trouble(world: World) -> str:
    if world.jam:
        return world.jam
    if not world.remembers:
        return "nvramLost"
    return "itemsLeft" if world.exit != NONE or world.stacker != NONE else ""


# --- stack --------------------------------------------------------------------------------------


def _stack(world: World, order: fx.StackNotes, bound: bool, hit: Hit) -> Iterator[Way]:
    last = world.last
    if bound and last and (last.txid, last.token) == (order.txid, order.token):
        again = ev.NotesStacked(order.txid, last.stacked, NONE)
        hit("an order given twice was answered and not executed")
        yield Way("", 0, world, (again,))
        return
    refusal = _refusal(world, order, bound, hit)
    if refusal:
        yield Way("", 0, world, (ev.DispenseNotExecuted(order.txid, refusal),))
        return
    for label, cost, out, jammed in _PICKS:
        yield _stacked(world, order, label, cost, out or order.mix, jammed)
    yield _stacked(world, order, "no note is picked", 1, NONE, NONE)


_PICKS: tuple[tuple[str, int, Counts, Counts], ...] = (
    ("", 0, (), NONE),
    ("one note is picked", 1, FIRST, NONE),
    ("the stacker jams after one note", 1, FIRST, (0, 1)),
)
"""Label, cost, notes to the stacker (empty: all), notes left on the path."""


def _refusal(world: World, order: fx.StackNotes, bound: bool, hit: Hit) -> str:
    if bound and order.txid in world.fenced:
        hit("a late order was refused by the fence")
        return "invalidToken"
    if bound and order.token in world.tokens:
        return "invalidToken"
    return _trouble(world)


def _stacked(
    world: World, order: fx.StackNotes, label: str, cost: int, out: Counts, jammed: Counts
) -> Way:
    wrong = ("9: executed after the fence",) if order.txid in world.fenced_truth else ()
    after = world._replace(
        cassettes=less(world.cassettes, plus(out, jammed)),
        stacker=plus(world.stacker, out),
        path=plus(world.path, jammed),
        jam="mediaJam" if jammed != NONE else world.jam,
        last=Last(order.txid, order.token, out),
        tokens=(*world.tokens, order.token),
        executed=(*world.executed, order.txid),
        wrong=world.wrong + wrong,
    )
    return Way(label, cost, after, (ev.NotesStacked(order.txid, out, NONE),))


# --- present, take back -------------------------------------------------------------------------


def _present(world: World, txid: str, holds_back: bool, hit: Hit) -> Iterator[Way]:
    last = world.last
    if last is None or last.txid != txid or last.ended or last.presented == "unknown":
        yield Way("", 0, world, (ev.DispenseUnknown(txid, "nothingToPresent"),))
    elif last.presented == "presented":
        told: tuple[ev.Event, ...] = (ev.NotesPresented(txid),)
        empty = (ev.NotesTaken(txid),) if world.exit == NONE else ()
        yield Way("", 0, world, told + empty)
    elif holds_back and txid in world.fenced:
        hit("a late present was refused by the fence")
        yield Way("", 0, world, (ev.DispenseUnknown(txid, "fenced"),))
    else:
        yield from _presented(world, last)


def _presented(world: World, last: Last) -> Iterator[Way]:
    opened = world._replace(
        exit=plus(world.exit, world.stacker),
        stacker=NONE,
        shutter_open=True,
        reached=(*world.reached, last.txid),
        last=last._replace(presented="presented"),
    )
    yield Way("", 0, opened, (ev.NotesPresented(last.txid),))
    unknown = last._replace(presented="unknown")
    failed = (ev.DispenseUnknown(last.txid, "shutterJam"),)
    half = opened._replace(last=unknown, jam="shutterJam")
    yield Way("the shutter jams with the notes in reach", 1, half, failed)
    shut = world._replace(last=unknown, jam="shutterJam")
    yield Way("the shutter jams and stays shut", 1, shut, failed)


def _retract(world: World, txid: str) -> Iterator[Way]:
    shut = world._replace(shutter_open=False)
    if world.exit == NONE:
        yield Way("", 0, shut, (ev.NotesTaken(txid),))
        return
    ended = world.last and world.last._replace(ended=True)
    back = shut._replace(exit=NONE, retract=plus(world.retract, world.exit), last=ended)
    counted = not world.jam
    told = ev.NotesRetracted(txid, world.exit if counted else None)
    yield Way("", 0, back._replace(recounted=counted), (told,))
    unsure = (ev.NotesRetracted(txid, None),)
    yield Way("notes taken back cannot be counted", 1, back._replace(recounted=False), unsure)


def _reject(world: World, txid: str) -> Way:
    if world.jam:
        return Way("", 0, world, (ev.DispenseUnknown(txid, world.jam),))
    last = world.last
    ended = last._replace(ended=True) if last and last.txid == txid else last
    emptied = world._replace(stacker=NONE, reject=plus(world.reject, world.stacker), last=ended)
    return Way("", 0, emptied, (ev.NotesRejected(txid),))


def _inspect(world: World, txid: str, fences: bool) -> Iterator[Way]:
    fenced = world
    if txid not in world.fenced_truth:
        fenced = world._replace(fenced_truth=(*world.fenced_truth, txid))
    if fences and txid not in world.fenced:
        fenced = fenced._replace(fenced=(*world.fenced, txid))
    yield Way("", 0, fenced, (_known(world, txid),))
    if world.remembers:
        lost = world._replace(remembers=False, last=None, tokens=(), fenced=())
        yield Way("the presenter's memory is lost", 1, lost, (_known(lost, txid),))


def _known(world: World, txid: str) -> ev.Event:
    if not world.remembers:
        return ev.DispenseUnknown(txid, "nvramLost")
    last, occupied = world.last, world.exit != NONE
    if last is None or last.txid != txid:
        return ev.PresenterReport(txid, False, "notPresented", occupied, NONE)
    return ev.PresenterReport(txid, True, last.presented, occupied, last.stacked)
