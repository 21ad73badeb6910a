"""What the note acceptor is made of, as values: its notes, its memory of deposits, its faults.

Everything here is plain data that JSON can hold; `acceptor_path` moves it. A note is its value in yuan; 0
is something that is no note, or none that is taken here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from devices.acceptor.codec import DepositCode, State
from terminal.ports import Seconds

TYPES: Mapping[int, int] = MappingProxyType({2: 10, 3: 20, 4: 50, 5: 100})
"""The bill table: type to yuan."""
NO_NOTE = 0
"""Something that is no note of the table."""

ESCROW_NUMBER = 3
"""The cassette that is the escrow; 1 and 2 are not fitted."""
ESCROW_NOTES_MAX = 80
"""A recycling cassette of such a unit holds 80 to 110 notes."""
CASSETTE_NOTES_MAX = 1_500
DEPOSITS_MAX = 64
"""Remembered; one is open at a time."""

LOOK_SECONDS = 1.0
PUSH_BACK_SECONDS = 1.0
CARRY_SECONDS = 1.0
BUNDLE_SECONDS = 1.0
"""Before the first note of a bundle moves."""
NOTE_SECONDS = 0.3
RETRACT_SECONDS = 2.0
INIT_SECONDS = 3.0
"""Ours, of the order that public drivers allow for."""

FaultName = Literal[
    "jamFeed",
    "jamStore",
    "jamReturn",
    "jamSlot",
    "doubleFeed",
    "powerCut",
    "silence",
    "busy",
    "commandLost",
    "commandDoubled",
    "orderLate",
    "nak",
    "answerLost",
    "answerCorrupt",
    "answerCut",
    "answerDoubled",
    "answerLate",
    "answerInPieces",
    "noiseBefore",
]
"""The first six happen to notes, the others on the line."""
JobKind = Literal["init", "look", "push_back", "carry", "store", "return", "retract"]

REASON_IDENTIFICATION, REASON_INHIBIT = 0x65, 0x68


@dataclass(slots=True)
class Fault:
    """A fault armed: how often it will happen, after how many notes (in escrow, or of the bundle that
    moves), and for `powerCut` how long the power is off and whether the memory survives."""

    name: FaultName
    times: int = 1
    after: int = 0
    seconds: Seconds = 2.0
    forgets: bool = False


@dataclass(slots=True)
class Deposit:
    """What is remembered of one deposit; `counts` is bill type to notes as text, as JSON has it."""

    token: str
    number: int = 0
    command: int = 0
    state: int = DepositCode.NONE
    counts: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    reason: int = 0
    moved: int = 0
    untouched: bool = True

    @property
    def total(self) -> int:
        """Notes counted."""
        return sum(self.counts.values())


@dataclass(slots=True)
class Job:
    """What moves, until when, and why a note is pushed back."""

    kind: JobKind
    at: Seconds
    reason: int = 0


@dataclass(slots=True)
class Kept:
    """Everything about notes that is kept, as JSON can hold it: what lies where (one by one where order or
    place matters, else how many of each value, which is text as JSON has it), what is remembered of
    deposits, what moves, and which faults will come."""

    head: list[int] = field(default_factory=list)
    path: list[int] = field(default_factory=list)
    escrow: list[int] = field(default_factory=list)
    slot: list[int] = field(default_factory=list)
    cassette: dict[str, int] = field(default_factory=dict)
    retracted: dict[str, int] = field(default_factory=dict)
    staff: dict[str, int] = field(default_factory=dict)
    hand: dict[str, int] = field(default_factory=dict)
    offered: list[int] = field(default_factory=list)
    brought: dict[str, int] = field(default_factory=dict)
    deposits: list[Deposit] = field(default_factory=list)
    enabled: list[int] = field(default_factory=list)
    events: list[list[int]] = field(default_factory=list)
    job: Job | None = None
    faults: list[Fault] = field(default_factory=list)
    stores: dict[str, int] = field(default_factory=dict)
    powered: bool = True
    wakes: Seconds | None = None
    ready: bool = False
    trouble: int = 0
    remembers: bool = True
    cassette_in: bool = True
    cassette_max: int = CASSETTE_NOTES_MAX
    escrow_max: int = ESCROW_NOTES_MAX

    @property
    def fault(self) -> int:
        """What is reported instead of a state: a jam, or a cassette that is out or full; 0 if none."""
        if self.trouble:
            return self.trouble
        if not self.cassette_in:
            return State.CASSETTE_OUT
        return State.CASSETTE_FULL if self.stored >= self.cassette_max else 0

    @property
    def stored(self) -> int:
        """Notes in the cassette."""
        return sum(self.cassette.values())

    def deposit(self, token: bytes) -> Deposit | None:
        """What is remembered of a deposit."""
        return next((each for each in self.deposits if each.token == token.hex()), None)

    def shut(self) -> None:
        """The inlet closes. A note on its way in goes on to the escrow, one at the head is pushed
        back."""
        self.enabled.clear()
        self.offered.clear()
        for each in self.deposits:
            if each.state == DepositCode.OPEN:
                each.state = DepositCode.CLOSED


ENDED = frozenset(
    {DepositCode.NONE, DepositCode.STORED, DepositCode.RETURNED, DepositCode.RETRACTED}
)
"""States in which nothing of a deposit is inside any more."""

PLACES = ("head", "path", "escrow", "slot", "cassette", "retracted", "staff", "hand")
"""Where a note that was drawn in can be; `staff` took it out, `hand` is the customer's, who got it
back."""


def add(store: dict[str, int], notes: Iterable[int]) -> None:
    """Put notes to others of which only the number is kept."""
    for note in notes:
        store[str(note)] = store.get(str(note), 0) + 1


def held(place: list[int] | dict[str, int]) -> dict[int, int]:
    """Value to notes."""
    if isinstance(place, list):
        return dict(Counter(place))
    return {int(note): count for note, count in place.items()}


def kept_from(state: Mapping[str, object]) -> Kept:
    """What `dataclasses.asdict` made of it."""
    fields: dict[str, Any] = dict(state)
    fields["deposits"] = [Deposit(**each) for each in fields["deposits"]]
    fields["faults"] = [Fault(**each) for each in fields["faults"]]
    fields["job"] = Job(**fields["job"]) if fields["job"] else None
    return Kept(**fields)


def type_of(note: int) -> int | None:
    """The bill type of a note, None for what is none."""
    return next((kind for kind, major in TYPES.items() if major == note), None)
