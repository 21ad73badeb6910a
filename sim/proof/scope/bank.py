"""The bank: holds, outcomes, tombstones, and one stored answer per txid (reliability.md A.7).

Rules it keeps: an approval is a hold; only FINAL posts, for at most the hold; a repeated message
changes nothing and gets the same answer; a reversal of an unknown txid leaves a tombstone; SUSPECT keeps
the hold. `dedupes=False` breaks the first rule of all, for the checker to notice.

Not its business: the line to it (`wire.py`), and how long anything takes.
"""

from collections.abc import Callable, Iterator

from sim.proof.scope.wire import Way, Works
from sim.proof.scope.world import Operation, World
from terminal import effects as fx
from terminal import events as ev

OUTCOMES = (fx.Complete, fx.Reverse, fx.Suspect)
MONEY = (fx.Authorize, *OUTCOMES)


def works(dedupes: bool, hit: Callable[[str], None]) -> Works:
    """The bank at the far end of the line, as a thing that takes messages."""

    def at_work(world: World, effect: fx.Effect) -> Iterator[Way]:
        match effect:
            case fx.EnquireCard():
                yield Way("", 0, world, (ev.CardKnown(("withdrawal",)),))
            case fx.VerifyPin(message=message):
                yield Way("", 0, world, (ev.PinRight(message),))
            case fx.Authorize():
                yield from _authorize(world, effect, dedupes, hit)
            case fx.Complete() | fx.Reverse() | fx.Suspect():
                yield Way(
                    "", 0, _book(world, effect, dedupes, hit), (ev.Acknowledged(effect.txid),)
                )
            case _:
                raise AssertionError(f"{effect} is not for a bank")

    return at_work


def _authorize(
    world: World, asked: fx.Authorize, dedupes: bool, hit: Callable[[str], None]
) -> Iterator[Way]:
    txid, amount = asked.txid, asked.amount.minor
    known = _known(world, txid)
    if known is not None and dedupes:
        if known.outcome == "tombstone":
            hit("a tombstone declined a late request")
        yield Way("", 0, world, (_answer(known),))
        return
    token = f"token {txid}"
    held = Operation(txid, amount, token, held=amount)
    yield Way("", 0, world._replace(bank=(*world.bank, held)), (_answer(held),))
    refused = Operation(txid, amount, "", outcome="declined")
    after = world._replace(bank=(*world.bank, refused))
    yield Way("the bank declines", 0, after, (_answer(refused),))


def _answer(known: Operation) -> ev.Event:
    if not known.token:
        return ev.Declined(known.txid, "05", "declined")
    return ev.Approved(known.txid, "A1", known.token)


def _known(world: World, txid: str) -> Operation | None:
    return next((each for each in world.bank if each.txid == txid), None)


def _book(
    world: World,
    effect: fx.Complete | fx.Reverse | fx.Suspect,
    dedupes: bool,
    hit: Callable[[str], None],
) -> World:
    known = _known(world, effect.txid)
    if known is None:
        grave = Operation(effect.txid, 0, "", outcome="tombstone")
        if isinstance(effect, fx.Reverse):
            return world._replace(bank=(*world.bank, grave))
        return _alarm(world, f"15: an outcome without an approval, {type(effect).__name__}")
    if known.outcome:
        return _second(world, known, effect, dedupes, hit)
    match effect:
        case fx.Complete(amount=amount) if amount.minor > known.held:
            return _alarm(world, "15: FINAL above the hold")
        case fx.Complete(amount=amount):
            ended = known._replace(outcome="final", posted=amount.minor, held=0)
        case fx.Reverse():
            ended = known._replace(outcome="reversed", held=0)
        case _:
            ended = known._replace(outcome="suspect")
    return _with(world, known, ended)


def _second(
    world: World, known: Operation, effect: fx.Effect, dedupes: bool, hit: Callable[[str], None]
) -> World:
    """An outcome for a txid that has one: the first stays. The very same one again is a repeat."""
    same = {"final": fx.Complete, "reversed": fx.Reverse, "suspect": fx.Suspect}
    repeat = same.get(known.outcome)
    if known.outcome in ("declined", "tombstone"):
        return world
    if repeat is None or not isinstance(effect, repeat):
        return _alarm(world, f"14: {known.outcome}, then {type(effect).__name__}")
    if isinstance(effect, fx.Complete):
        if not dedupes:
            twice = known._replace(posted=known.posted + effect.amount.minor)
            return _with(world, known, twice)
        if effect.amount.minor != known.posted:
            return _alarm(world, "15: a second FINAL with another amount")
    hit("the bank heard an outcome twice")
    return world


def _with(world: World, old: Operation, new: Operation) -> World:
    return world._replace(bank=tuple(new if each is old else each for each in world.bank))


def _alarm(world: World, what: str) -> World:
    return world._replace(wrong=(*world.wrong, what))
