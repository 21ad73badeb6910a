"""Notes that were taken in: what the record says of them, what really became of them, and the laws.

What the machine keeps of a deposit is what lies in its cassette, bins, escrow and path, and what staff took
out there, beyond what was there when the deposit began. Notes at the inlet's mouth and in the slot are
within the customer's reach and not kept.
"""

from collections import Counter
from dataclasses import dataclass, field

from sim.proof.campaign.scene import Kept, Scene, Thing
from terminal import session as s
from terminal.bundles import bundle_of, worth
from terminal.flows.visit import DOUBT

KEPT_PLACES = ("cassette", "retracted", "escrow", "path", "staff")


@dataclass(slots=True)
class Taken:
    """One deposit or exchange: what the machine held when it began, what is credited of which notes, and
    what it kept when it ended. Values in minor units."""

    about: str
    before: Counter[int] = field(default_factory=Counter)
    bundle: int = 0
    credited: int | None = None
    kept: int = 0
    stored_on_record: bool = False
    store_intents: int = 0


def held_now(scene: Scene) -> Counter[int]:
    """Every note that the machine keeps, by denomination in yuan."""
    acceptor = scene.world.acceptor
    found: Counter[int] = Counter()
    if acceptor is not None:
        notes = acceptor.notes()
        for place in KEPT_PLACES:
            found.update(notes[place])
    return found


def kept_since(scene: Scene, taken: Taken) -> int:
    """What it kept beyond what was there before, in minor units."""
    now = held_now(scene)
    notes = now | taken.before
    return sum(note * 100 * (now[note] - taken.before[note]) for note in notes)


def fold(scene: Scene, row: Kept) -> None:
    """A row of the record."""
    if row.kind == "CASHIN_INTENT":
        op = scene.op(row.txid)
        op.about, op.account = str(row.body["about"]), str(row.body["acct_ref"])
        scene.taken[row.txid] = Taken(op.about, held_now(scene))
        return
    taken = scene.taken.get(row.txid)
    if taken is None:
        return
    op = scene.op(row.txid)
    match row.kind:
        case "ANSWERED":
            op.result = "approved" if row.body["result"] == "yes" else str(row.body["result"])
        case "STORE_INTENT":
            taken.store_intents += 1
        case "ESCROW" | "DEPOSIT_FOUND" | "STORED":
            counts = row.body["counts"]
            op.approved = worth(bundle_of(counts)).minor if isinstance(counts, list | tuple) else 0
            known = row.body.get("state") == "stored"
            taken.stored_on_record = taken.stored_on_record or known or row.kind == "STORED"
        case "FINAL":
            bundle, amount = row.body.get("bundle") or (), row.body["amount"]
            assert isinstance(bundle, list | tuple)
            assert isinstance(amount, int)
            taken.bundle, taken.credited = worth(bundle_of(bundle)).minor, amount
            taken.kept = kept_since(scene, taken)
        case "SUSPECT":
            taken.kept = kept_since(scene, taken)
        case _:
            pass


# --- laws -------------------------------------------------------------------------------------------


def notes_somewhere(scene: Scene, thing: Thing) -> str:
    """Law 1: every note that was ever drawn in is in exactly one place."""
    acceptor = scene.world.acceptor
    if acceptor is None:
        return ""
    found: Counter[int] = Counter()
    for place in acceptor.notes().values():
        found.update(place)
    brought = Counter(acceptor.brought())
    return "" if +found == +brought else f"drawn in {dict(brought)}, found {dict(found)}"


def stored_once(scene: Scene, thing: Thing) -> str:
    """Law 3: an order to store is executed once at most. It is given again only where the acceptor said
    that no note had moved."""
    assert isinstance(thing, Kept)
    acceptor, taken = scene.world.acceptor, scene.taken.get(thing.txid)
    if acceptor is None or taken is None:
        return ""
    times = acceptor.stores(thing.txid)
    return f"stored {times} times" if times > taken.store_intents else ""


def stored_before_credit(scene: Scene, thing: Thing) -> str:
    """Law 5: a credit has its notes in the cassette, by the record and really."""
    assert isinstance(thing, Kept)
    taken = scene.taken.get(thing.txid)
    acceptor = scene.world.acceptor
    if taken is None or acceptor is None or not taken.bundle:
        return ""
    if not taken.stored_on_record:
        return "credited, and that the notes are stored is not on record"
    inside = sum(note * 100 * n for note, n in acceptor.notes()["cassette"].items())
    known = sum(one.bundle for one in scene.taken.values() if one.credited is not None)
    return "" if inside >= known else f"{known} credited for notes, {inside} in the cassette"


def kept_is_credited(scene: Scene, thing: Thing) -> str:
    """Law 13: what the machine kept of a deposit is what it gave credit or small notes for."""
    assert isinstance(thing, Kept)
    taken = scene.taken.get(thing.txid)
    if taken is None or taken.kept == taken.bundle:
        return ""
    return f"kept {taken.kept}, accounted for {taken.bundle} ({thing.body['basis']})"


def note_or_pack(scene: Scene, thing: Thing) -> str:
    """Law 13: of an exchange nobody has both the note and the pack, and the machine neither."""
    for txid, taken in scene.taken.items():
        if taken.credited is None:
            continue
        got = scene.truth.received(txid) * 100
        if got + taken.credited != taken.bundle:
            return f"{txid[:8]}: got {got}, credited {taken.credited}, gave {taken.bundle}"
    return ""


def nothing_lies_inside(scene: Scene, thing: Thing) -> str:
    """Law 7: at rest nothing is at the mouth, on the path, in escrow or in the slot, or the acceptor takes
    no notes."""
    acceptor = scene.world.acceptor
    if acceptor is None or scene.session is None or scene.session.machine.acceptor:
        return ""
    if not isinstance(scene.session.phase, s.Idle):
        return ""
    notes = acceptor.notes()
    lying = {place: notes[place] for place in ("path", "escrow", "slot") if notes[place]}
    return f"{lying} in an acceptor that is offered" if lying else ""


def doubt_on_record(scene: Scene, thing: Thing) -> str:
    """Law 29: the acceptor's doubt in memory is that of the record."""
    assert scene.session is not None
    if scene.world.acceptor is None:
        return ""
    found, ours = scene.recovered().acceptor_doubt, scene.session.machine.acceptor == DOUBT
    return "" if found == ours else f"acceptor in doubt on record {found}, in memory {ours}"
