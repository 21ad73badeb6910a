"""A path dispenser with its driver: one command sends the notes out, and the last result is all the
memory there is (hardware-protocols 2.6 to 2.11, `devices/dispenser/driver.py`).

What LAST STATUS proves is decided by the driver's own `devices.dispenser.verdict`, on real bytes; the
procedure around it is written again here, without time and frames: the order is sent once and only after
its preparation, after silence the device is asked, a reset comes with the first `CheckCash`.

Its wire is a cable: an order is heard within half a second or never, and the driver waits longer than
any motion lasts, so there is no late and no second DISPENSE, and nothing could defend against one.

Faults: the order or its answer lost, the answer late, NAK, too few notes, a jam inside, a jam with a
note out, power cut in the middle with the old, the partial or no result remembered, a device that does
not answer. `again=True` is a driver that pays once more after silence, for the checker to notice.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from devices.dispenser import codec, verdict
from devices.dispenser.codec import Command, LastResult, Tally
from devices.dispenser.driver import CAPABILITIES, NAK_OUT, NOT_PREPARED, NOT_READY, PATH_BLOCKED
from sim.proof.scope.wire import Way
from sim.proof.scope.world import FIRST, MIX, NONE, World, less, plus
from terminal import effects as fx
from terminal import events as ev
from terminal.events import Counts

EJECT_SENSOR = 0x04
"""The path sensor a stranded note lies on (2.7)."""

FRESH = ("", "", "no")
"""What a driver remembers at first: the order prepared for with the result read then, the order
given, whether it has reset the device."""

Driver = tuple[str, ...]


@lru_cache(maxsize=64)
def remembered(command: int, error: int, exits: Counts, rejects: Counts = NONE) -> str:
    """LAST STATUS in hex, as the device sends it."""
    rest = (0,) * (codec.CASSETTES - len(exits))
    present = tuple(at < len(exits) for at in range(codec.CASSETTES))
    tally = Tally(error, exits + rest, rejects + rest, present)
    return codec.encode_last(LastResult(command, tally)).hex()


UNTOLD = "?"
"""A memory that nobody has read yet."""

NOTHING = codec.encode_error(Command.LAST_STATUS, 0x30).hex()
"""What a device says that remembers nothing."""


class _Did(NamedTuple):
    """What the device did with an order: its code, the notes it counted out, those that went out
    uncounted, those that stayed on the path and those in the reject tray."""

    label: str
    error: int
    counted: Counts
    uncounted: Counts = NONE
    stranded: Counts = NONE
    rejected: Counts = NONE


_SECOND: Counts = (0, 1)
_FAILURES = (
    _Did("one note is rejected and another one picked", 0x00, MIX, rejected=FIRST),
    _Did("the first cassette gives no note", 0x01, NONE),
    _Did("only one note is picked", 0x01, FIRST),
    _Did("a note jams inside", 0x03, NONE, stranded=FIRST),
    _Did("a note jams inside after one came out", 0x03, FIRST, stranded=_SECOND),
    _Did("a note jams half out", 0x04, FIRST, uncounted=_SECOND),
)
_CUTS = (
    _Did("its power fails before a note is out", 0x00, NONE, stranded=FIRST),
    _Did("its power fails after one note", 0x00, FIRST, stranded=_SECOND),
)


def ways(world: World, effect: fx.Effect, driver: Driver, again: bool) -> Iterator[Way]:
    """What can become of an order to the dispenser; `driver` is what the driver remembers."""
    match effect:
        case fx.CheckCash():
            yield from _check(world, driver)
        case fx.PrepareDispense(txid=txid):
            yield from _prepare(world, txid, driver)
        case fx.DispenseNotes():
            for way in _dispense(world, effect, driver):
                yield _once_more(way, effect) if again else way
        case fx.InspectDispense(txid=txid, mix=mix, before=before):
            known = _judged(world, txid, mix, before, accepted=True, unbroken=False)
            yield Way("", 0, world, (known,))
            dark = _judged(world, txid, mix, before, accepted=True, unbroken=False, silent=True)
            yield Way("the dispenser does not answer", 1, world, (dark,))
        case fx.KeepResult():
            yield Way("", 0, world)
        case _:
            raise AssertionError(f"{effect} is not for a path dispenser")


def _check(world: World, driver: Driver) -> Iterator[Way]:
    prepared, ordered, was_reset = driver
    after = world
    if was_reset == "no" and world.forgets and world.memory != UNTOLD:
        after = world._replace(memory=NOTHING)
    blocked = world.path != NONE
    usable = (True,) * len(world.cassettes)
    answer = ev.CashFailed(PATH_BLOCKED) if blocked else ev.CashReady(CAPABILITIES, usable)
    yield Way("", 0, after, (answer,), driver=(prepared, ordered, "yes"))
    yield Way("the dispenser does not answer", 1, world, (ev.CashFailed(NOT_READY),))


def _prepare(world: World, txid: str, driver: Driver) -> Iterator[Way]:
    silent = (ev.DispenseNotExecuted(txid, NOT_READY),)
    if world.path != NONE:
        yield Way("", 0, world, (ev.DispenseNotExecuted(txid, PATH_BLOCKED),))
        return
    for label, shown in _shown(world):
        prepared = (f"{txid} {shown.memory}", *driver[1:])
        told = (ev.DispensePrepared(txid, shown.memory),)
        yield Way(label, 0, shown, told, driver=prepared)
    yield Way("the dispenser does not answer", 1, world, silent)


def _shown(world: World) -> Iterator[tuple[str, World]]:
    """The memory of a dispenser, chosen when it is first read: one that forgets at a reset, one whose
    last result is of a purge, and one whose last result is the very one this order will have."""
    if world.memory != UNTOLD:
        yield "", world
        return
    yield "", world._replace(memory=NOTHING)
    purged = world._replace(memory=remembered(Command.PURGE, 0, NONE), forgets=False)
    yield "the dispenser remembers a purge", purged
    same = world._replace(memory=remembered(Command.DISPENSE, 0, MIX), forgets=False)
    yield "the dispenser remembers a payment just like this one", same


def _dispense(world: World, order: fx.DispenseNotes, driver: Driver) -> Iterator[Way]:
    txid, mix = order.txid, order.mix
    prepared, ordered, was_reset = driver
    if txid == ordered:
        yield Way("", 0, world, (ev.DispenseUnknown(txid, "why=ordered-twice"),))
        return
    if not prepared.startswith(f"{txid} "):
        yield Way("", 0, world, (ev.DispenseNotExecuted(txid, NOT_PREPARED),))
        return
    before = prepared.split()[1]
    given = ("", txid, was_reset)
    lost = _judged(world, txid, mix, before, accepted=False, unbroken=True)
    yield Way("DISPENSE is lost", 1, world, (lost,), driver=given)
    yield Way("NAK", 1, world, (ev.DispenseNotExecuted(txid, NAK_OUT),), driver=given)
    for did in (_Did("", 0x00, mix), *_FAILURES):
        yield from _answered(world, order, did, before, given)
    for did in _CUTS:
        yield from _cut(world, order, did, before, given)


def _answered(
    world: World, order: fx.DispenseNotes, did: _Did, before: str, given: Driver
) -> Iterator[Way]:
    txid, mix = order.txid, order.mix
    after = _done(world, txid, did)
    after = after._replace(
        memory=remembered(Command.DISPENSE, did.error, did.counted, did.rejected)
    )
    cost = 1 if did.label else 0
    result = verdict.of_result(txid, mix, _tally(did))
    yield Way(did.label, cost, after, (result,), driver=given)
    also = f"{did.label}, and " if did.label else ""
    asked = _judged(after, txid, mix, before, accepted=True, unbroken=True)
    yield Way(f"{also}its answer is lost", cost + 1, after, (asked,), driver=given)
    if isinstance(asked, ev.DispenseUnknown):
        yield Way(f"{also}its answer is late", cost + 1, after, (result,), driver=given)
    dark = _judged(after, txid, mix, before, accepted=True, unbroken=True, silent=True)
    label = f"{also}its answer is lost and no other is given"
    yield Way(label, cost + 2, after, (dark,), driver=given)


def _cut(
    world: World, order: fx.DispenseNotes, did: _Did, before: str, given: Driver
) -> Iterator[Way]:
    after = _done(world, order.txid, did)
    partial = remembered(Command.DISPENSE, did.error, did.counted, did.rejected)
    for said, memory in (
        ("", world.memory),
        (", half remembered", partial),
        (", forgotten", NOTHING),
    ):
        cut = after._replace(memory=memory)
        told = _judged(cut, order.txid, order.mix, before, accepted=True, unbroken=True)
        yield Way(did.label + said, 1, cut, (told,), driver=given)


def _done(world: World, txid: str, did: _Did) -> World:
    out = plus(did.counted, did.uncounted)
    reached = (*world.reached, txid) if out != NONE else world.reached
    return world._replace(
        cassettes=less(world.cassettes, plus(plus(out, did.stranded), did.rejected)),
        reject=plus(world.reject, did.rejected),
        tray=plus(world.tray, out),
        path=plus(world.path, did.stranded),
        executed=(*world.executed, txid),
        reached=reached,
    )


def _once_more(way: Way, order: fx.DispenseNotes) -> Way:
    """The seeded driver: what it does not know, it tries again."""
    if not any(isinstance(event, ev.DispenseUnknown) for event in way.events):
        return way
    did = _Did("", 0x00, order.mix)
    return way._replace(
        world=_done(way.world, order.txid, did),
        events=(verdict.of_result(order.txid, order.mix, _tally(did)),),
    )


def _tally(did: _Did) -> Tally:
    rest = (0,) * (codec.CASSETTES - len(did.counted))
    return Tally(did.error, did.counted + rest, did.rejected + rest, (True,) * codec.CASSETTES)


def _judged(
    world: World,
    txid: str,
    mix: Counts,
    before: str,
    *,
    accepted: bool,
    unbroken: bool,
    silent: bool = False,
) -> ev.Event:
    path = None if silent else EJECT_SENSOR if world.path != NONE else 0
    after = "" if silent else world.memory
    evidence = verdict.Evidence(before, after, accepted, unbroken, path, "silence")
    return verdict.after_silence(txid, mix, evidence)
