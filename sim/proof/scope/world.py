"""What exists outside the terminal, as one immutable value: card, notes, devices' memories, bank,
customer.

A world is a `NamedTuple` of small tuples and numbers, because the search hashes and compares hundreds
of thousands of them; nothing in it can be changed, so branches share what they have in common. The
checker reads nothing else and the journal's rows: what the terminal believes is not in here.

Notes are counts per cassette, two cassettes: 100 and 50 yuan. One order is one note of each, so that
"some of them" is a matter of which note, and counts that are exchanged between cassettes show.
"""

from typing import Literal, NamedTuple

from terminal.events import Counts
from terminal.money import Amount, yuan

Shape = Literal["path", "presenter"]
SHAPES: tuple[Shape, ...] = ("path", "presenter")

CardPlace = Literal["customer", "gate", "inside", "bin", "jammed"]
Person = Literal["coming", "here", "gone"]
Presented = Literal["presented", "notPresented", "unknown"]

NOTES_MAJOR = (100, 50)
LOADED: Counts = (4, 4)
"""Enough for a second payment, so that a terminal that pays twice is not stopped by empty cassettes."""
MIX: Counts = (1, 1)
ASKED: Amount = yuan(150)
NONE: Counts = (0, 0)
FIRST: Counts = (1, 0)
"""Some of the notes: the first of the two."""


class Operation(NamedTuple):
    """One txid at the bank, as `reliability.md` A.7 has it. `token` is empty where it was declined."""

    txid: str
    amount: int
    token: str
    held: int = 0
    outcome: Literal["", "declined", "tombstone", "final", "reversed", "suspect"] = ""
    posted: int = 0


class Last(NamedTuple):
    """What a presenter remembers of its last order."""

    txid: str
    token: str
    stacked: Counts
    presented: Presented = "notPresented"
    ended: bool = False


class World(NamedTuple):
    """Everything outside. `tray` is a path dispenser's exit, in the customer's reach; `exit` a
    presenter's, behind its shutter. A `reader_dead` answers nothing until the next start.

    The last group is for the checker: `executed` names the txid of every payment a device really made,
    `reached` those whose notes a hand could reach, `recounted` whether notes taken back were counted
    by a device that can be believed, `disputed` whether the customer said the amount is wrong, and
    `wrong` what broke a rule at the very moment of an act."""

    shape: Shape
    person: Person = "coming"
    card: CardPlace = "customer"
    accepting: bool = False
    watching: bool = False
    reader_dead: bool = False
    bank: tuple[Operation, ...] = ()
    cassettes: Counts = LOADED
    hand: Counts = NONE
    path: Counts = NONE
    tray: Counts = NONE
    stacker: Counts = NONE
    exit: Counts = NONE
    reject: Counts = NONE
    retract: Counts = NONE
    jam: str = ""
    shutter_open: bool = False
    last: Last | None = None
    remembers: bool = True
    tokens: tuple[str, ...] = ()
    fenced: tuple[str, ...] = ()
    fenced_truth: tuple[str, ...] = ()
    memory: str = "?"
    forgets: bool = True
    executed: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    recounted: bool = False
    disputed: bool = False
    wrong: tuple[str, ...] = ()


def plus(one: Counts, other: Counts) -> Counts:
    """Notes put together."""
    return (one[0] + other[0], one[1] + other[1])


def less(one: Counts, other: Counts) -> Counts:
    """Notes left."""
    return (one[0] - other[0], one[1] - other[1])


def worth(notes: Counts) -> int:
    """In minor units."""
    return 100 * (notes[0] * NOTES_MAJOR[0] + notes[1] * NOTES_MAJOR[1])


def received(world: World) -> int:
    """What the customer has or can only get by reaching out to a path dispenser's tray, in minor
    units. What lies at a presenter's exit has not been received."""
    return worth(plus(world.hand, world.tray))
