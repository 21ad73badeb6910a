"""The invariants of reliability.md B that a single withdrawal can break, by their numbers there.

Everything is read from the world and from the rows on disk, never from the session: what the terminal
believes is exactly what may be wrong. `always` holds at every moment, `at_rest` when nobody is there,
nothing is under way and the bank has heard everything. Invariants about time (22, 28), input (23, 24),
data (25, 27) and staff (10, 30) have no meaning in this scope, nor has a second device counter (2 is
asked of the record alone); 11 has one account here and follows from 13; 17 is seen by what a repeat would
do to 13, 14 and 18.
"""

from collections.abc import Iterator

from sim.proof.scope.record import IN_DOUBT, Written
from sim.proof.scope.world import ASKED, LOADED, NONE, Operation, World, plus, received, worth
from terminal.events import Counts

OUT = ("customer", "bin")


def always(world: World, written: Written, idle: bool) -> Iterator[str]:
    """What is wrong now; `idle` that the machine offers a visit."""
    yield from world.wrong
    yield from written.wrong
    yield from _notes(world, written)
    yield from _outcomes(written)
    for each in world.bank:
        if each.held + each.posted > each.amount:
            yield "18: more held and posted than was approved"
    if world.executed and world.card != "customer":
        yield "20: notes were ordered before the customer had the card"
    if idle:
        yield from _when_idle(world)


def _notes(world: World, written: Written) -> Iterator[str]:
    places = (world.hand, world.path, world.tray, world.stacker, world.exit, world.reject)
    total = plus(world.cassettes, world.retract)
    for place in places:
        total = plus(total, place)
    if total != LOADED:
        yield "1: notes were made or lost"
    if len(set(world.executed)) != len(world.executed):
        yield "3: an order was executed twice"
    moved = sum(map(worth, (*places[:1], *places[2:-1], world.retract)))
    moved += worth(world.reject) if world.shape == "presenter" else 0
    approved = sum(each.amount for each in world.bank if each.token)
    if moved > approved:
        yield "4: more notes were moved than were approved"
    if not set(world.executed) <= set(written.dispenses):
        yield "5: notes left a cassette without DISPENSE_INTENT on disk"
    if world.shape == "presenter" and not set(world.reached) <= set(written.presents):
        yield "6: notes passed the shutter without PRESENT_INTENT on disk"


def _outcomes(written: Written) -> Iterator[str]:
    named = [txid for txid, _ in written.outcomes]
    if len(set(named)) != len(named):
        yield "15: more than one FINAL or SUSPECT for a txid"
    if any(amount > ASKED.minor for _, amount in written.outcomes):
        yield "15: FINAL above what was approved"


def _when_idle(world: World) -> Iterator[str]:
    if world.stacker != NONE or world.exit != NONE:
        yield "7: notes in the stacker or at the exit of a machine that is open"
    if world.shutter_open:
        yield "8: the shutter of a machine that waits for a card is open"
    if world.card not in OUT:
        yield "19: a new visit is offered while a card is inside"


def counts_true(world: World, counts: Counts) -> Iterator[str]:
    """The counts on record of a machine that is open are those in its cassettes. A cassette that gave
    nothing has none to give, whatever is in it (hardware-protocols 2.8, error 01)."""
    for counted, there in zip(counts, world.cassettes, strict=True):
        if counted not in (there, 0):
            yield "2: the record counts other notes than there are"


def at_rest(world: World, written: Written, undisturbed: bool) -> Iterator[str]:
    """What is wrong at the end; `undisturbed` that nothing failed on the way."""
    ended = dict(written.outcomes)
    for each in world.bank:
        yield from _account(world, each, ended.get(each.txid))
    if world.card not in (*OUT, "jammed"):
        yield "19: a card was left in the machine"
    if written.card_in:
        yield "21: CARD_IN without an ending"
    if written.visit_open:
        yield "22: a visit was left open"
    for txid in written.asked:
        if txid not in ended and txid not in written.declined:
            yield "14, 26: a request without an outcome on record"
    if not set(ended) <= set(written.acknowledged):
        yield "14: an outcome that the bank has not acknowledged"
    doubted = IN_DOUBT in ended.values()
    if undisturbed and doubted and not world.disputed:
        yield "14: SUSPECT although nothing went wrong"
    posted = sum(each.posted for each in world.bank)
    if not doubted and posted != received(world):
        yield f"12, 13: charged {posted // 100}, received {received(world) // 100}"


def _account(world: World, each: Operation, recorded: int | None) -> Iterator[str]:
    match each.outcome:
        case "":
            yield "14: a hold without an outcome"
        case "suspect" if recorded != IN_DOUBT or each.posted or each.held != each.amount:
            yield "14: SUSPECT without its hold, or charged"
        case "final" if recorded != each.posted:
            yield "15: the bank posted another amount than FINAL"
        case "final" | "reversed" | "declined" | "tombstone" if each.held:
            yield "14: a hold outlived the outcome"
        case "reversed" if recorded != 0:
            yield "15: the bank freed what was not FINAL 0"
        case _:
            pass
    if recorded == 0 and each.txid in world.reached and not _all_back(world):
        yield "16: FINAL 0 although notes were in reach"


def _all_back(world: World) -> bool:
    """A trusted recount returned everything a hand could reach."""
    return world.recounted and world.hand == NONE and world.tray == NONE and world.exit == NONE
