"""What the laws look at: the record folded as it grows, the world's truth, the bank and the session.

The fold here is the checker's own and shares nothing with the terminal's: a mistake in one of the two
must show. It is fed one row, one step or one move at a time and keeps only what a law asks for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from devices.host.message import Message
from sim.proof.campaign.truth import Moved, Truth
from sim.world.bank import Bank, Operation
from sim.world.bank.server import peek
from sim.world.world import World
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.journal_row import Body
from terminal.messages import Catalogue
from terminal.money import Amount
from terminal.ports import Seconds
from terminal.profile import Language, Profile
from terminal.recovery import Recovered, recover

CARD_ENDINGS = frozenset({"CARD_TAKEN", "CARD_RETAINED", "CARD_JAMMED"})
"""What may become of a card that came in."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A row as it went to disk."""

    seq: int
    at: Seconds
    utc: str
    kind: str
    visit: str
    txid: str
    body: Body


@dataclass(frozen=True, slots=True)
class Done:
    """One step of the terminal: an event, the sessions around it, what was ordered."""

    before: s.Session
    event: ev.Event
    after: s.Session
    effects: tuple[fx.Effect, ...]
    at: Seconds


@dataclass(frozen=True, slots=True)
class Move:
    """A physical movement, and for which operation."""

    kind: str
    order: Moved
    at: Seconds


@dataclass(slots=True)
class Op:
    """One txid in the record. Amounts in minor units."""

    txid: str
    asked: int
    fee: int = 0
    """What the holder of a foreign card agreed to pay beside it, in minor units."""
    account: str = ""
    approved: int = 0
    result: str = ""
    intents: int = 0
    presents: int = 0
    retracts: int = 0
    retracted: tuple[int, ...] | None = None
    finals: list[int] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    suspects: int = 0
    suspect_basis: str = ""
    suspect_minor: int = 0
    said_wrong: bool = False
    """The customer says that the amount is wrong, and has not taken it back."""
    stated: int | None = None
    """How much they say there was, in minor units."""
    acked: bool = False
    ended_at: Seconds = 0.0
    settled: int | None = None
    about: str = ""
    """Which service took notes in for it; "" for a withdrawal."""

    @property
    def ended(self) -> bool:
        """It has an outcome on record."""
        return bool(self.finals or self.suspects or self.settled is not None)

    @property
    def declined(self) -> bool:
        """The bank refused it."""
        return self.result not in ("", "approved")


@dataclass(slots=True)
class Stay:
    """One visit in the record: when it opened, its card, how often the terminal restarted in it."""

    visit: str
    opened: Seconds
    cards_in: int = 0
    card_endings: list[str] = field(default_factory=list)
    reader_failed: bool = False
    restarts: int = 0
    more_times: int = 0
    closed: Seconds | None = None


@dataclass
class Scene:
    """Everything a law may look at. `session` is None while the terminal is dead."""

    truth: Truth
    shape: str
    now: Seconds = 0.0
    session: s.Session | None = None
    record_broken: str = ""
    rows: list[Kept] = field(default_factory=list)
    found: Recovered = field(default_factory=Recovered)
    """What the first `folded` rows gave, for `recovered`."""
    folded: int = 0
    ops: dict[str, Op] = field(default_factory=dict)
    stays: dict[str, Stay] = field(default_factory=dict)
    stay: Stay | None = None
    suspected_value: int = 0
    """Minor units of all operations in doubt since the cassettes were last loaded."""
    rejected: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    violated: bool = False
    recovering: bool = False
    """From the begin of a start until the machine is at rest."""
    carried: Sequence[bytes] = ()
    """Messages between terminal and bank, both ways."""
    read: dict[bytes, Message | None] = field(default_factory=dict)
    """What those say that were read already."""
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    words: Mapping[Language, Catalogue] = field(default_factory=dict)
    visit_bound: Seconds = 0.0
    """What law 22 allows, in seconds."""
    hash_of: Callable[[int], bytes | None] = lambda seq: None
    """The hash of a row of the record."""
    doubted: bool = False
    """The machine itself was in doubt, and nobody has looked since."""
    verify: Callable[[], Sequence[object]] = tuple
    """What is wrong with the record's chain."""

    forgotten: set[str] = field(default_factory=set)
    """Operations that the bank has lost, or lost the end of, with a book it was restored from."""
    restored: bool = False
    taken: dict[str, Any] = field(default_factory=dict)
    """Deposits and exchanges by txid (`taken.Taken`)."""
    more_folds: Sequence[Callable[["Scene", Kept], None]] = ()
    """Whoever else folds the record."""
    transfers: dict[str, str] = field(default_factory=dict)
    """Operations that pay somebody by an order and move no notes, and the service each belongs to."""
    agreed: tuple[str, tuple[Amount, ...]] | None = None
    """What the customer has just agreed to pay: for which service, and the amounts that stood on the screen."""
    taking_pension: bool = False
    """The customer takes their pension out, and has chosen nothing else since."""
    unsure: bool = False
    """The customer has said that they are not sure, and has not begun anew."""
    called: bool = False
    """Somebody was on the telephone in this visit."""
    told_cancelled: set[str] = field(default_factory=set)
    """Transfers of which the record says that they were cancelled."""
    booked: Mapping[str, Operation] = field(default_factory=dict)
    """The bank's operations as they were at the last quiet moment."""

    @property
    def world(self) -> World:
        """The world itself."""
        return self.truth.world

    @property
    def bank(self) -> Bank:
        """The bank's ledger."""
        return self.truth.world.bank

    def messages(self) -> list[Message]:
        """Everything carried, as messages; what is none of ours is left out."""
        seen = (self._read(data) for data in self.carried)
        return [message for message in seen if message is not None]

    def _read(self, data: bytes) -> Message | None:
        """One message, read once however often a law asks."""
        if data not in self.read:
            self.read[data] = peek(data)
        return self.read[data]

    def recovered(self) -> Recovered:
        """What a start would find on record now. A row is folded once, however often a law asks."""
        self.found = recover(islice(self.rows, self.folded, None), self.found)
        self.folded = len(self.rows)
        return self.found

    def op(self, txid: str) -> Op:
        """What the record says of an operation."""
        known = self.ops.get(txid)
        if known is None:
            known = self.ops[txid] = Op(txid, 0)
        return known

    def bank_has_all(self) -> bool:
        """Every outcome on record is in the bank's book: after it was restored from an old one, the
        terminal has to tell it again."""
        if not self.restored:
            return True
        booked = (self.bank.operation(op.txid) for op in self.ops.values() if op.ended)
        return all(one is not None and one.outcome for one in booked)

    def look_at_bank(self) -> None:
        """Read the bank's book once for all laws of a quiet moment."""
        self.booked = dict(self.bank.operations.items())

    def outbox(self) -> list[Op]:
        """Outcomes that the bank has not acknowledged."""
        return [op for op in self.ops.values() if op.ended and not op.acked]

    def idle(self) -> bool:
        """No visit, nothing to tell the bank, nothing starting."""
        resting = isinstance(self.session and self.session.phase, s.Idle | s.OutOfService)
        return resting and self.session is not None and not self.session.visit and not self.outbox()

    def heard(self, row: Kept) -> None:
        """A row went to disk."""
        self.rows.append(row)
        fold = _FOLDS.get(row.kind)
        if fold is not None:
            fold(self, row)
        for more in self.more_folds:
            more(self, row)


def _boot(scene: Scene, row: Kept) -> None:
    scene.recovering = True
    if scene.stay is not None:
        scene.stay.restarts += 1


def _visit_open(scene: Scene, row: Kept) -> None:
    scene.stay = scene.stays[row.visit] = Stay(row.visit, row.at)


def _card(scene: Scene, row: Kept) -> None:
    stay = scene.stays.get(row.visit)
    if stay is None:
        return
    if row.kind == "CARD_IN":
        stay.cards_in += 1
    elif row.kind == "READER_FAILED":
        stay.reader_failed = True
    else:
        stay.card_endings.append(row.kind)


def _visit_close(scene: Scene, row: Kept) -> None:
    if scene.stay is not None:
        scene.stay.closed = row.at
    scene.stay = None


def _more(scene: Scene, row: Kept) -> None:
    if scene.stay is not None and row.body["answer"] != "asked":
        scene.stay.more_times += 1


def _auth_intent(scene: Scene, row: Kept) -> None:
    op = scene.op(row.txid)
    op.asked, op.account = _int(row, "amount"), str(row.body["acct_ref"])
    op.fee = _int(row, "fee") if "fee" in row.body else 0


def _transfer_intent(scene: Scene, row: Kept) -> None:
    _auth_intent(scene, row)
    scene.transfers[row.txid] = str(row.body["about"])


def _auth_result(scene: Scene, row: Kept) -> None:
    op = scene.op(row.txid)
    op.result = str(row.body["result"])
    booked = scene.bank.operation(row.txid)
    if op.result == "approved" and booked is not None and "approval" in booked.answer:
        op.approved = booked.cash


def _dispense_intent(scene: Scene, row: Kept) -> None:
    scene.op(row.txid).intents += 1


def _present_intent(scene: Scene, row: Kept) -> None:
    scene.op(row.txid).presents += 1


def _retract_intent(scene: Scene, row: Kept) -> None:
    scene.op(row.txid).retracts += 1


def _retracted(scene: Scene, row: Kept) -> None:
    counts = row.body["counts"]
    scene.op(row.txid).retracted = tuple(counts) if isinstance(counts, list) else None


def _dispensed(scene: Scene, row: Kept) -> None:
    rejects = row.body["rejects"]
    if isinstance(rejects, list | tuple):
        for at, count in enumerate(rejects):
            scene.rejected[at] += count


def _count_answer(scene: Scene, row: Kept) -> None:
    op, stated = scene.op(row.txid), row.body["stated"]
    op.said_wrong = row.body["answer"] in ("wrong", "stated")
    op.stated = stated if isinstance(stated, int) else None


def _reopened(scene: Scene, row: Kept) -> None:
    scene.doubted = False


def _final(scene: Scene, row: Kept) -> None:
    op = scene.op(row.txid)
    op.ended_at = row.at
    op.finals.append(_int(row, "amount"))
    op.bases.append(str(row.body["basis"]))
    op.acked = False


def _suspect(scene: Scene, row: Kept) -> None:
    op = scene.op(row.txid)
    op.ended_at = row.at
    op.suspects += 1
    op.suspect_basis = str(row.body["basis"])
    op.suspect_minor = _int(row, "amount")
    op.acked = False
    scene.suspected_value += _int(row, "amount")
    of_dispenser = not op.about or op.suspect_basis.startswith("pack_")
    scene.doubted = scene.doubted or (of_dispenser and op.suspect_basis != "customer_disputes")


def _settled(scene: Scene, row: Kept) -> None:
    op = scene.op(row.txid)
    op.settled, op.acked, op.ended_at = _int(row, "received"), False, row.at


def _cancelled(scene: Scene, row: Kept) -> None:
    scene.op(row.txid).acked = False


def _host_ack(scene: Scene, row: Kept) -> None:
    scene.op(row.txid).acked = True


def _cassettes(scene: Scene, row: Kept) -> None:
    scene.suspected_value, scene.doubted = 0, False
    scene.rejected = [0, 0, 0, 0]


_FOLDS = {
    "COUNT_ANSWER": _count_answer,
    "REOPENED": _reopened,
    "BOOT": _boot,
    "VISIT_OPEN": _visit_open,
    "CARD_IN": _card,
    "CARD_TAKEN": _card,
    "CARD_RETAINED": _card,
    "CARD_JAMMED": _card,
    "READER_FAILED": _card,
    "VISIT_CLOSE": _visit_close,
    "MORE_TIME": _more,
    "AUTH_INTENT": _auth_intent,
    "AUTH_RESULT": _auth_result,
    "TRANSFER_INTENT": _transfer_intent,
    "TRANSFER_RESULT": _auth_result,
    "DISPENSE_INTENT": _dispense_intent,
    "PRESENT_INTENT": _present_intent,
    "RETRACT_INTENT": _retract_intent,
    "RETRACTED": _retracted,
    "DISPENSED": _dispensed,
    "FINAL": _final,
    "SUSPECT": _suspect,
    "SETTLED": _settled,
    "CANCELLED": _cancelled,
    "HOST_ACK": _host_ack,
    "CASSETTES": _cassettes,
}


def _int(row: Kept, name: str) -> int:
    value = row.body[name]
    assert isinstance(value, int), f"{row.kind}.{name} is a whole number"
    return value


Thing = Kept | Done | Move | None
"""What a law was asked about; None at idle and at the end."""
