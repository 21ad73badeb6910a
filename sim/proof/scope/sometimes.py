"""What must have happened at least once, or a search without violations proves little (reliability.md
F.1, sometimes-assertions).
"""

from collections.abc import Iterator

from sim.proof.scope.record import IN_DOUBT, Written
from sim.proof.scope.world import ASKED, MIX, NONE, Shape, World
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s

RECOVERING = (s.Starting, s.ReturningFound)

SOMETIMES = {
    "crash in recovery",
    "crash with notes at the exit or in the tray",
    "SUSPECT",
    "FINAL of less than asked",
    "a late message arrived after a restart",
    "a late answer was ignored",
    "a tombstone declined a late request",
    "the bank heard an outcome twice",
    "a card was retained",
    "a card was found after a restart",
    "the customer disputed the count",
}
SOMETIMES_BY_SHAPE: dict[Shape, set[str]] = {
    "path": SOMETIMES | {"fewer notes than asked"},
    "presenter": SOMETIMES
    | {
        "a late order was refused by the fence",
        "a late present was refused by the fence",
        "an order given twice was answered and not executed",
        "notes taken back after some were taken",
        "notes taken back after a restart",
        "notes went to the reject bin",
    },
}
"""What must have happened at least once in a search of 2 crashes and 2 faults, or it proves little."""


def in_step(
    phase: s.Phase, world: World, event: ev.Event, effects: tuple[fx.Effect, ...]
) -> Iterator[str]:
    """What one event shows, heard in this phase."""
    match event:
        case ev.Approved() | ev.Declined() if not isinstance(phase, s.Authorizing):
            yield "a late answer was ignored"
        case ev.CardRetained():
            yield "a card was retained"
        case ev.NotesRetracted() if world.hand != NONE:
            yield "notes taken back after some were taken"
        case ev.NotesRejected():
            yield "notes went to the reject bin"
        case ev.NotesDispensed() if event.counts != MIX:
            yield "fewer notes than asked"
        case ev.Chosen("count_wrong"):
            yield "the customer disputed the count"
        case _:
            pass
    if isinstance(phase, s.Starting):
        if any(isinstance(each, fx.EjectCard) for each in effects):
            yield "a card was found after a restart"
        if any(isinstance(each, fx.RetractNotes) for each in effects):
            yield "notes taken back after a restart"


def in_crash(phase: s.Phase, world: World) -> Iterator[str]:
    """What a crash now shows."""
    if isinstance(phase, RECOVERING) or getattr(phase, "reason", "") == "leftAtBoot":
        yield "crash in recovery"
    if world.exit != NONE or world.tray != NONE:
        yield "crash with notes at the exit or in the tray"


def at_rest(written: Written) -> Iterator[str]:
    """What the outcomes on record show."""
    for _, amount in written.outcomes:
        if amount == IN_DOUBT:
            yield "SUSPECT"
        elif 0 < amount < ASKED.minor:
            yield "FINAL of less than asked"
