"""The thirty invariants of reliability.md B, each as a sentence and a check.

A check looks at the scene and at what it was called for (a row, a step, a move, or nothing) and gives
"" where the law holds, otherwise the facts in one sentence. `always` laws are asked whenever something
happens that could break them, named in `hears`: a kind of row, a move, or `step` for every step of the
terminal. `idle` laws are asked when nobody is served and the bank has been told everything, `settled`
laws once at the end, after people have counted, `static` laws once for the program as it is.

Where a law speaks of something that a machine of this shape does not have, its `shapes` say so and
`why` gives the reason; nothing else is left out.

Laws compare what happened (truth) with what was written and booked; none of them asks the terminal what
it thinks of itself, but for the two that are about just that (24, 29).
"""

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from devices.host.message import Message
from sim.proof.campaign import laws_paying as of_errands
from sim.proof.campaign import laws_transfer as of_transfers
from sim.proof.campaign import taken
from sim.proof.campaign.meddler import words_of
from sim.proof.campaign.scene import Done, Kept, Move, Op, Scene, Thing
from sim.stage.settings import Settings
from sim.world.bank import CUSTOMERS
from sim.world.bank.ledger import FEES, TRANSIT
from sim.world.cards import CARDS
from sim.world.world import Shape
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.bundles import bundle_of
from terminal.bundles import worth as worth_of
from terminal.card import Card, Pan
from terminal.cash_units import Cassette, Cassettes
from terminal.flow import step
from terminal.flows import deposit, exchange
from terminal.flows.bills import Paid
from terminal.flows.escrow_screens import Changed, Told
from terminal.flows.insurance import Renewed
from terminal.flows.transfer.sending import Sent
from terminal.keys import chosen_by_key
from terminal.messages import shown_amount
from terminal.money import Amount, yuan
from terminal.ports import Seconds
from terminal.profile import LEADS_ON, Patience, Profile, Waits
from terminal.prompts import PROMPTS, facts_of, text_key, values_of

TERMINAL = Settings().terminal
"""The one machine of a run, as its bank knows it."""

When = Literal["always", "idle", "settled", "static"]
Check = Callable[[Scene, Thing], str]

BOTH: tuple[Shape, ...] = ("path", "presenter")
PRESENTER: tuple[Shape, ...] = ("presenter",)

EVERY_MOVE = ("began", "drawn", "reached", "taken", "ended")


@dataclass(frozen=True, slots=True)
class Law:
    """One invariant. A law may have several checks at different moments, under one number."""

    number: int
    text: str
    when: When
    check: Check
    hears: tuple[str, ...] = ()
    shapes: tuple[Shape, ...] = BOTH
    why: str = ""


class Book:
    """The laws of one shape, by what they listen to."""

    def __init__(self, shape: Shape) -> None:
        self.heard: dict[str, list[tuple[int, Check]]] = {}
        self._at: dict[str, list[tuple[int, Check]]] = {}
        for law in LAWS:
            if shape not in law.shapes:
                continue
            for name in law.hears:
                self.heard.setdefault(name, []).append((law.number, law.check))
            if law.when in ("idle", "settled"):
                self._at.setdefault(law.when, []).append((law.number, law.check))

    def at(self, when: str) -> list[tuple[int, Check]]:
        """The laws of a quiet moment."""
        return self._at.get(when, [])


def ending_of(op: Op) -> str:
    """How an operation ended, in one word."""
    match op:
        case Op(settled=int()):
            return "settled"
        case Op(suspects=suspects) if suspects:
            return "suspect"
        case Op(finals=[amount, *_], about=about) if about:
            return "credited" if amount else "ended" if op.bases[-1] == "swapped" else "given back"
        case Op(finals=[amount, *_]):
            return "paid" if amount else "reversed"
        case Op(declined=True):
            return "declined"
        case _:
            return "open"


# --- cash -------------------------------------------------------------------------------------------


def conserved(scene: Scene, thing: Thing) -> str:
    """Law 1."""
    missing = scene.truth.missing()
    return f"notes are nowhere, or too many: {dict(missing)}" if missing else ""


def counters_true(scene: Scene, thing: Thing) -> str:
    """Law 2: our count of each cassette is right, or the difference is covered by what is in doubt."""
    assert scene.session is not None
    if scene.session.machine.cash or scene.session.machine.doubt:
        return ""  # flagged: it pays nothing until people have looked
    ours = scene.session.machine.cassettes
    really = scene.truth.cassette_counts()
    off = 0
    for cassette, there in zip(ours, really, strict=True):
        if cassette.count == 0 and there:
            continue  # said to be empty after a failed pick: flagged until it is loaded again
        off += abs(cassette.count - there) * cassette.note.minor
    if off <= scene.suspected_value:
        return ""
    return (
        f"our counts {[c.count for c in ours]}, really {list(really)}: off by {off}, "
        f"in doubt {scene.suspected_value}"
    )


def executed_once(scene: Scene, thing: Thing) -> str:
    """Law 3."""
    assert isinstance(thing, Move)
    order = thing.order
    return f"executed {order.executed} times" if order.executed > 1 else ""


def one_intent(scene: Scene, thing: Thing) -> str:
    """Law 3, in the record."""
    assert isinstance(thing, Kept)
    intents = scene.op(thing.txid).intents
    return f"{intents} orders to pay for one operation" if intents > 1 else ""


def no_more_than_approved(scene: Scene, thing: Thing) -> str:
    """Law 4."""
    assert isinstance(thing, Move)
    order = thing.order
    approved = approved_minor(scene, order.txid)
    if order.ordered_value * 100 > approved:
        return f"{order.ordered_value} ordered, {approved / 100:.0f} approved"
    if scene.shape == "presenter" and order.drawn > order.ordered_value + _jam_note(scene):
        return f"{order.drawn} moved, {order.ordered_value} ordered"
    return ""


def overpaid_is_doubt(scene: Scene, thing: Thing) -> str:
    """Law 4 for a device that sends out more than it was told: never called certain."""
    for txid, order in scene.truth.orders.items():
        op = scene.ops.get(txid)
        if order.reached <= order.ordered_value or op is None:
            continue
        if not op.suspects and op.settled is None:
            return f"{order.reached} left for an order of {order.ordered_value}, not in doubt"
    return ""


def intent_before_notes(scene: Scene, thing: Thing) -> str:
    """Law 5."""
    assert isinstance(thing, Move)
    op = scene.ops.get(thing.order.txid)
    if op is None or not op.intents:
        return "notes move without an order to pay on record"
    return ""


def intent_before_reach(scene: Scene, thing: Thing) -> str:
    """Law 6: for a path dispenser the order to pay is the order to present."""
    assert isinstance(thing, Move)
    op = scene.ops.get(thing.order.txid)
    on_record = op is not None and (op.presents if scene.shape == "presenter" else op.intents)
    return "" if on_record else "notes come into reach without an intent on record"


def nothing_waits(scene: Scene, thing: Thing) -> str:
    """Law 7."""
    waiting = scene.truth.waiting_notes()
    if waiting and isinstance(scene.session and scene.session.phase, s.Idle):
        return f"{waiting} notes in stacker, path or exit, and the machine is open"
    return ""


def shutter_shut(scene: Scene, thing: Thing) -> str:
    """Law 8: at the end of an operation or the begin of a visit it is shut, or jammed and in doubt."""
    presenter = scene.world.presenter
    if not presenter.shutter_open or presenter.jam:
        return ""
    assert isinstance(thing, Kept)
    if thing.kind in ("FINAL", "SUSPECT") and thing.txid not in scene.truth.orders:
        return ""
    return f"the shutter stands open at {thing.kind}"


def shutter_opens_for_one(scene: Scene, thing: Thing) -> str:
    """Law 8: it opens for an operation that is presented and has no ending yet."""
    assert isinstance(thing, Move)
    op = scene.ops.get(thing.order.txid)
    if op is None or op.ended:
        return "the shutter opens for an operation that is over"
    return ""


def fence_holds(scene: Scene, thing: Thing) -> str:
    """Law 9: after a fence (a presenter), or an outcome on record, an order moves nothing."""
    assert isinstance(thing, Move)
    op = scene.ops.get(thing.order.txid)
    if thing.kind in ("began", "reached") and thing.order.fenced and scene.shape == "presenter":
        return f"an order moved notes after it was fenced ({thing.kind})"
    if thing.kind in ("began", "drawn") and op is not None and op.ended:
        return f"notes move after the outcome was on record ({thing.kind})"
    return ""


def nothing_under_hands(scene: Scene, thing: Thing) -> str:
    """Law 10."""
    return "notes move while staff have the cabinet open" if scene.truth.hands_inside else ""


# --- accounts ---------------------------------------------------------------------------------------


def double_entry(scene: Scene, thing: Thing) -> str:
    """Law 11: the book's own audit, and the same sum from outside."""
    bank = scene.bank
    wrong = bank.audit()
    began = sum(customer.balance for customer in CUSTOMERS.values())
    now = sum(bank.balance(name) for name in CUSTOMERS)
    charged = sum(bank.charged(name) for name in CUSTOMERS)
    credited = sum(p.amount for p in bank.postings if p.credit in CUSTOMERS)
    if now + charged - credited != began:
        wrong = [*wrong, f"accounts {now}, charged {charged}, began with {began}"]
    return wrong[0] if wrong else ""


def everybody_got_what_they_paid(scene: Scene, thing: Thing) -> str:
    """Law 12."""
    got: Counter[str] = Counter()
    for txid, operation in scene.booked.items():
        if scene.bank.ledger.instruction(txid) is not None:
            got[operation.account] += operation.posted  # laws 15 and 33 say where it went
            continue
        got[operation.account] += min(scene.truth.received(txid) * 100, operation.cash)
        got[operation.account] += _fee_due(scene, txid)
    for name in CUSTOMERS:
        if got[name] != scene.bank.charged(name):
            return f"{name} got {got[name]} and was charged {scene.bank.charged(name)}"
    return ""


def _fee_due(scene: Scene, txid: str) -> int:
    """The fee that was agreed to, where all notes came out and nobody was in doubt about it."""
    op = scene.ops.get(txid)
    whole = op is not None and op.finals == [op.asked] and not op.suspects
    return op.fee if op is not None and whole else 0


def certain_ones_agree(scene: Scene, thing: Thing) -> str:
    """Law 13."""
    for txid, op in scene.ops.items():
        by_order = op.about or txid in scene.transfers
        if by_order or (op.suspects and op.settled is None):
            continue
        got, posted = scene.truth.received(txid) * 100, _posted(scene, txid)
        if op.settled is not None:
            got = min(got, op.asked)
        if got != posted:
            return f"{txid[:8]}: got {got}, charged {posted} ({ending_of(op)}, {op.bases})"
    for txid, order in scene.truth.orders.items():
        if txid not in scene.ops and (order.reached or order.taken):
            return "notes left for no operation"
    return ""


def one_ending(scene: Scene, thing: Thing) -> str:
    """Law 14."""
    for txid, op in scene.ops.items():
        endings = op.declined + bool(op.finals) + bool(op.suspects)
        if endings != 1:
            return f"{txid[:8]} has {endings} endings: {op.result or 'no answer'}, {op.finals}"
        operation = scene.booked.get(txid)
        held = operation.held if operation is not None else 0
        if held and (op.finals or op.declined or op.settled is not None):
            return f"{txid[:8]}: {held} still on hold after its end ({ending_of(op)})"
        if op.suspects and not op.about and op.settled is None and txid not in scene.forgotten:
            said = min(op.suspect_minor, approved_minor(scene, txid))
            if held != said:
                return f"{txid[:8]} is in doubt: {said} on hold by the record, {held} at the bank"
    return ""


def final_within_approval(scene: Scene, thing: Thing) -> str:
    """Law 15, in the record."""
    assert isinstance(thing, Kept)
    op = scene.op(thing.txid)
    if len(op.finals) > 1:
        return f"{len(op.finals)} outcomes for one operation"
    if op.finals[0] > approved_minor(scene, thing.txid):
        return f"charged {op.finals[0]}, approved {approved_minor(scene, thing.txid)}"
    return ""


def posted_is_final(scene: Scene, thing: Thing) -> str:
    """Law 15, at the bank. Of what was cancelled a bank that had forgotten it may hear that alone, and books
    nothing; or it had heard of the order again meanwhile, and booked it whole. That either costs nothing in
    the end is law 33."""
    unsent = scene.told_cancelled & scene.forgotten
    for txid, op in scene.ops.items():
        wanted = op.settled if op.settled is not None else (op.finals[0] if op.finals else 0)
        if txid in unsent and not _posted(scene, txid):
            continue
        if op.about:
            booked = scene.booked.get(txid)
            credited = booked.stated if booked is not None else 0
            if credited != wanted:
                return f"{txid[:8]}: outcome {wanted}, credited {credited}"
            continue
        if (posted := _posted(scene, txid)) != wanted:
            return f"{txid[:8]}: outcome {wanted}, booked {posted}"
    return ""


def nothing_means_nothing(scene: Scene, thing: Thing) -> str:
    """Law 16: an outcome of nothing where nothing was reachable, or all of it came back counted."""
    assert isinstance(thing, Kept)
    if thing.body["amount"] or thing.body.get("bundle"):
        return ""
    order = scene.truth.orders.get(thing.txid)
    if order is None or not order.reached:
        return ""
    op = scene.op(thing.txid)
    if op.retracted is not None and order.returned == order.reached and not order.taken:
        return ""
    return f"{order.reached} were in reach ({thing.body['basis']})"


def booked_once(scene: Scene, thing: Thing) -> str:
    """Law 17: repeats, doubled and late messages booked nothing more and alarmed nobody. A bank that
    was restored from an old book is right to be alarmed at what it hears."""
    booked = Counter(
        (one.txid, one.credit == FEES) for one in scene.bank.postings if one.debit != TRANSIT
    )
    twice = [txid[:8] for (txid, _), count in booked.items() if count > 1]
    if twice:
        return f"booked twice: {twice}"
    if scene.restored:
        return ""
    return f"the bank's alarms: {scene.bank.alarms}" if scene.bank.alarms else ""


def same_answer_again(scene: Scene, thing: Thing) -> str:
    """Law 17: the same request gets the same answer, however often it came. A sign-on is new each time,
    and a bank restored from an old book answers by that."""
    if scene.restored:
        return ""
    answers: dict[tuple[object, ...], Message] = {}
    for message in scene.messages():
        if message.mti not in ANSWERS:
            continue
        more = message.private
        key = (message.mti, message.stan, more.txid, more.variant, more.coordination)
        if answers.setdefault(key, message) != message:
            return f"two answers {message.mti} to one request"
    return ""


NOTES_PHASES = (*deposit.SERVICE.phases, *exchange.SERVICE.phases)

ANSWERS = frozenset({"0110", "0210", "0230", "0430"})
"""What the bank answers to questions, requests and outcomes."""


def never_overdrawn(scene: Scene, thing: Thing) -> str:
    """Law 18."""
    for name in CUSTOMERS:
        if (left := scene.bank.available(name)) < 0:
            return f"{name} has {left} left, holds included"
    return ""


# --- card and visit ---------------------------------------------------------------------------------


def card_in_one_place(scene: Scene, thing: Thing) -> str:
    """Law 19: no card lies in a machine that serves nobody, unless its reader is out of order."""
    assert scene.session is not None
    reader = scene.world.reader
    if len(set(reader.bin)) != len(reader.bin) or (reader.card and reader.card in reader.bin):
        return "a card is in two places"
    closed = isinstance(scene.session.phase, s.OutOfService)
    if reader.card and not (closed and scene.session.machine.reader):
        return f"{reader.card} is {reader.place} and nobody is served"
    return ""


def card_out_before_notes(scene: Scene, thing: Thing) -> str:
    """Law 20."""
    inside = scene.world.reader.card
    return f"an order to pay while a card is {scene.world.reader.place}" if inside else ""


def one_visit_at_a_time(scene: Scene, thing: Thing) -> str:
    """Law 20: the visit before is over, and its card with it."""
    assert isinstance(thing, Kept)
    others = [stay for name, stay in scene.stays.items() if name != thing.visit]
    if others and others[-1].closed is None:
        return "a visit opens while another is open"
    return ""


def card_ends_once(scene: Scene, thing: Thing) -> str:
    """Law 21."""
    for stay in scene.stays.values():
        if stay.cards_in != len(stay.card_endings):
            inside = scene.world.reader.card
            if stay.cards_in > len(stay.card_endings) and inside and _reader_out(scene):
                continue
            return f"{stay.cards_in} cards in, endings {stay.card_endings}"
    return ""


def visit_is_bounded(scene: Scene, thing: Thing) -> str:
    """Law 22, measured against the bound; a visit with a restart has the bound again for each."""
    assert isinstance(thing, Kept)
    stay = scene.stays.get(thing.visit)
    if stay is None or not scene.visit_bound:
        return ""
    most = scene.visit_bound * (1 + stay.restarts) * (1 + stay.more_times)
    lasted = thing.at - stay.opened
    return f"a visit of {lasted:.0f} s, bound {most:.0f} s" if lasted > most else ""


def outcome_is_told(scene: Scene, thing: Thing) -> str:
    """Law 24: with its outcome an operation gets a screen that says it, with the same amount."""
    assert isinstance(thing, Done)
    for effect in thing.effects:
        if not isinstance(effect, fx.Complete | fx.Credit | fx.Reverse | fx.Suspect):
            continue
        phase = thing.after.phase
        if isinstance(thing.before.phase, s.Starting | s.ReturningFound | s.KeepingCard):
            continue  # the customer of this operation went through a restart and may be gone
        if isinstance(phase, Sent | Paid | Renewed):
            if effect.txid != phase.txid or not _shows(thing.after, effect):
                return f"charges {effect}, and the result says something else"
            continue
        if not isinstance(phase, OUTCOME_SCREENS):
            return f"an outcome and nothing is said ({type(phase).__name__})"
        if not text_key(thing.after):
            return "an outcome without words"
        amount = values_of(thing.after).get("amount")
        if isinstance(effect, fx.Reverse) or not effect.amount:
            continue
        if amount != effect.amount:
            return f"says {amount}, charges {effect.amount}"
        if unsaid := _unsaid(scene, thing.after):
            return unsaid
    return ""


OUTCOME_SCREENS = (s.Explaining, s.Farewell, s.TakingCard, s.KeepingCard, Told, Changed)
"""Where an outcome is said."""


def _shows(session: s.Session, effect: fx.Effect) -> bool:
    """The result of an order to pay has the amount among its lines."""
    amounts = [fact.value for fact in facts_of(session) if isinstance(fact.value, Amount)]
    return isinstance(effect, fx.Complete) and effect.amount in amounts


def _unsaid(scene: Scene, session: s.Session) -> str:
    """The amount stands in the text, and there is something to say; on the loudspeaker the sentence
    may point to the screen instead of telling the amount (accessibility.md A6)."""
    key, words = text_key(session), scene.words[session.look.language]
    if shown_amount(values_of(session)["amount"], session.look.language) not in (  # type: ignore[arg-type]
        words.title(key, values_of(session)) + words.text(key, values_of(session))
    ):
        return f"{key} does not show its amount in {session.look.language}"
    return "" if words.speech(key) else f"{key} has nothing to say in {session.look.language}"


def exits_everywhere(scene: Scene, thing: Thing) -> str:
    """Law 23: every question can be answered by keys (and so by voice, which says the keys), nothing
    hurries more than the shortest wait there may be, and the card comes back from everywhere before
    the order to pay."""
    for name, profile in scene.profiles.items():
        for waits, row in profile.patience.items():
            if waits not in LEADS_ON and row.limit and row.limit < SHORTEST_WAIT_SECONDS:
                return f"{waits} hurries in {name}: {row.limit} s"
    for phase in STOPPABLE:
        if wrong := _no_way_back(phase):
            return wrong
    for kind, prompt in PROMPTS.items():
        dumb = [answer.name for answer in prompt.answers if not answer.key]
        if dumb:
            return f"{kind.__name__}: no key for {dumb}"
    return ""


def _no_way_back(phase: s.Phase) -> str:
    """Pressing *Stop, give my card back*, on the glass and on the pad, ends in the card's return."""
    session = s.Session(phase, s.Machine(_CASSETTES), visit="0" * 32)
    key = chosen_by_key(session, "cancel")
    if key is None or key.name != "return_card":
        return f"{type(phase).__name__}: the cancel key does not ask for the card"
    after, effects = step(session, ev.Chosen("return_card"), 0.0)
    returning = isinstance(after.phase, s.TakingCard) and after.phase.order is None
    ordered = any(isinstance(effect, fx.EjectCard) for effect in effects)
    if not returning or not (ordered or isinstance(phase, s.TakingCard)):
        return f"{type(phase).__name__}: the card does not come back"
    return ""


SHORTEST_WAIT_SECONDS = 8.0
"""The shortest limit in the timing table: the farewell, which asks nothing (accessibility.md B3)."""

_CASSETTES: Cassettes = (Cassette(yuan(100), 10),)
_CARD = Card(Pan(CARDS["lin"].pan), "3012")
_ORDER = s.Order("0" * 32, yuan(100), (1,), "token")

STOPPABLE: tuple[s.Phase, ...] = (
    s.ReadingCard(),
    s.AskingBank(_CARD, "m"),
    s.EnteringPin(_CARD),
    s.CheckingPin(_CARD, "m"),
    s.ChoosingAmount(_CARD),
    s.EnteringAmount(_CARD),
    s.SuggestingAmounts(_CARD, yuan(255), (yuan(250),)),
    s.Reviewing(_CARD, yuan(100), (1,)),
    s.Authorizing(_CARD, "0" * 32, 1, yuan(100), (1,), sent=True),
    s.TakingCard(_ORDER, None, at_gate=True),
)
"""Every phase with a card inside and no order to pay."""


def clock_is_no_matter(scene: Scene, thing: Thing) -> str:
    """Law 28 in the program: no decision is handed the wall time. Runs are compared in pairs by
    `run.play`, with and without jumps of the wall clock."""
    given = set(inspect.signature(step).parameters)
    return "" if given == {"session", "event", "now"} else f"a step is handed {sorted(given)}"


# --- data -------------------------------------------------------------------------------------------


def no_gap(scene: Scene, thing: Thing) -> str:
    """Law 25, at every row."""
    assert isinstance(thing, Kept)
    rows = scene.rows
    if len(rows) > 1 and thing.seq != rows[-2].seq + 1:
        return f"row {thing.seq} follows row {rows[-2].seq}"
    return ""


def chain_whole(scene: Scene, thing: Thing) -> str:
    """Law 25, the whole chain."""
    wrong = scene.verify()
    return f"{len(wrong)} faults in the record: {wrong[0]}" if wrong else ""


def place_is_ours(scene: Scene, thing: Thing) -> str:
    """Law 25, the bank's half: its place in the record is part of it."""
    place = scene.bank.checkpoint(TERMINAL)
    if place is None or scene.hash_of(place.seq) == place.hash:
        return ""
    return f"the bank remembers another row {place.seq}"


INTENTS: Mapping[str, frozenset[str]] = {
    "AUTH_INTENT": frozenset({"AUTH_RESULT", "FINAL"}),
    "TRANSFER_INTENT": frozenset({"TRANSFER_RESULT", "FINAL"}),
    "DISPENSE_INTENT": frozenset(
        {"DISPENSED", "STACKED", "NOT_EXECUTED", "DISPENSE_UNKNOWN", "RECOVERED", "SUSPECT"}
    ),
    "PRESENT_INTENT": frozenset({"PRESENTED", "TAKEN", "DISPENSE_UNKNOWN", "RECOVERED", "SUSPECT"}),
    "RETRACT_INTENT": frozenset({"RETRACTED", "TAKEN", "DISPENSE_UNKNOWN", "RECOVERED", "SUSPECT"}),
    "CASHIN_INTENT": frozenset({"ANSWERED", "FINAL"}),
    "STORE_INTENT": frozenset({"STORED", "DEPOSIT_FOUND", "DEPOSIT_UNKNOWN", "SUSPECT"}),
    "RETURN_INTENT": frozenset(
        {"AT_SLOT", "RETURNED", "DEPOSIT_FOUND", "DEPOSIT_UNKNOWN", "SUSPECT"}
    ),
    "RETURN_RETRACT_INTENT": frozenset({"RETURN_RETRACTED", "RETURNED", "FINAL", "SUSPECT"}),
    "REJECT_INTENT": frozenset({"REJECTED", "DISPENSE_UNKNOWN", "RECOVERED", "SUSPECT", "FINAL"}),
}
"""What must follow an intent of an operation."""


def intents_end(scene: Scene, thing: Thing) -> str:
    """Law 26."""
    awaited: dict[tuple[str, str], int] = {}
    for row in scene.rows:
        if row.kind in INTENTS:
            awaited[row.txid, row.kind] = row.seq
            continue
        for intent, outcomes in INTENTS.items():
            if row.kind in outcomes:
                awaited.pop((row.txid, intent), None)
    for (txid, intent), seq in awaited.items():
        return f"{intent} of {txid[:8]} (row {seq}) has no outcome"
    return ""


def no_secret_kept(scene: Scene, thing: Thing) -> str:
    """Law 27: no PIN and no card number in any row, no PIN in the open in any message. The reference is
    six digits of its own, and ids are hex: a PIN counts where it stands by itself."""
    told = "\n".join(
        f"{value}"
        for row in scene.rows
        for name, value in row.body.items()
        if name != "reference" and value
    )
    if found := _SECRETS.search(told):
        return f"a secret of {len(found[0])} digits is on record"
    in_block = any(block in data for data in scene.carried for block in _OPEN_BLOCKS)
    in_words = any(_SECRETS.search(words_of(message)) for message in scene.messages())
    return "a message to the bank carries a secret in the open" if in_block or in_words else ""


_OPEN_BLOCKS = tuple(bytes.fromhex(f"4{len(c.pin)}{c.pin}AAAA") for c in CUSTOMERS.values())
"""How the PIN block of format 4 begins before it is sealed (ISO 9564)."""

_SECRETS = re.compile(
    "|".join(
        [rf"(?<![0-9a-fA-F]){c.pin}(?![0-9a-fA-F])" for c in CUSTOMERS.values()]
        + [card.pan for card in CARDS.values() if card.pan]
    )
)


def fold_is_memory(scene: Scene, thing: Thing) -> str:
    """Law 29."""
    assert scene.session is not None
    machine, found = scene.session.machine, scene.recovered()
    if found.order is not None:
        return "the record has an open operation, the terminal has none"
    if found.visit:
        return "the record has an open visit, the terminal has none"
    if found.stan != machine.stan:
        return f"the record's next trace number is {found.stan}, the terminal's {machine.stan}"
    counts = tuple(c.count for c in found.cassettes or ())
    ours = tuple(c.count for c in machine.cassettes)
    if counts != ours:
        return f"the record's cassettes {counts}, the terminal's {ours}"
    if found.outbox:
        return "the record has outcomes to tell, the checker's fold has none"
    if found.doubt != machine.doubt:
        return f"doubt on record {found.doubt}, in memory {machine.doubt}"
    return ""


def outbox_is_on_record(scene: Scene, thing: Thing) -> str:
    """Law 29, at every start and while something is owed: what the bank was not told is found again in
    the record, no more and no less."""
    if isinstance(thing, Kept) and thing.kind != "BOOT" and not scene.outbox():
        return ""
    found = {told.effect.txid[:8] for told in scene.recovered().outbox}
    owed = {op.txid[:8] for op in scene.outbox()}
    return "" if found == owed else f"owed to the bank {sorted(owed)}, found {sorted(found)}"


def word_counts(scene: Scene, thing: Thing) -> str:
    """Law 13 and A.4b: who says that the amount is wrong is not charged for it as if nothing were."""
    assert isinstance(thing, Kept)
    op = scene.op(thing.txid)
    charged = op.finals[-1] if op.finals else 0
    if charged and op.said_wrong and (op.stated is None or op.stated < charged):
        return f"charged {charged}, though the customer says there was {op.stated}"
    return ""


def counts_make_the_amount(scene: Scene, thing: Thing) -> str:
    """Law 15: the notes on record are worth what is charged."""
    assert isinstance(thing, Kept)
    counts, amount = thing.body["counts"], thing.body["amount"]
    if not isinstance(counts, list | tuple) or not counts:
        return ""
    worth = sum(n * c.note.minor for n, c in zip(counts, scene.world.cassettes, strict=True))
    if bundle := thing.body.get("bundle"):
        assert isinstance(bundle, list | tuple)
        worth = worth_of(bundle_of(bundle)).minor - worth
    return "" if worth == amount else f"{list(counts)} notes are {worth}, charged {amount}"


def doubt_stops_paying(scene: Scene, thing: Thing) -> str:
    """Law 30: a machine in doubt gives no order to pay until people have looked."""
    return "notes are ordered from a machine in doubt" if scene.doubted else ""


def stopped_means_stopped(scene: Scene, thing: Thing) -> str:
    """Law 30: with a broken record, no cash moves that was not ordered before."""
    assert isinstance(thing, Move)
    if not scene.record_broken:
        return ""
    op = scene.ops.get(thing.order.txid)
    if op is None or not op.intents:
        return "an order was executed although the record is broken"
    return ""


# --- helpers ----------------------------------------------------------------------------------------


def approved_minor(scene: Scene, txid: str) -> int:
    """What the bank approved for an operation, in minor units, as its own book said at that time; 0 if
    it never did."""
    op = scene.ops.get(txid)
    return op.approved if op is not None else 0


def _posted(scene: Scene, txid: str) -> int:
    """What was booked for an operation, a fee aside; where the bank had lost the hold, what it put into suspense."""
    operation = scene.booked.get(txid)
    if operation is None:
        return 0
    return operation.stated if txid in scene.forgotten else operation.posted_cash


def _jam_note(scene: Scene) -> int:
    """A jammed note is on the path and not in the stacker."""
    notes = (c.note.major for c in scene.world.cassettes)
    return sum(n * note for n, note in zip(scene.world.presenter.path, notes, strict=True))


def _reader_out(scene: Scene) -> bool:
    return scene.session is not None and bool(scene.session.machine.reader)


def visit_bound(profiles: Mapping[str, Profile]) -> Seconds:
    """The longest a visit can take without an answer to the question for more time: every phase's
    limit and dialog, as often as the flow can enter it."""
    slowest = max(profiles, key=lambda name: profiles[name].patience[Waits.REVIEW].limit)
    patience = profiles[slowest].patience
    helped = patience[Waits.HELP].limit + patience[Waits.HELP].dialog
    bound = 0.0
    for phase, prompt in PROMPTS.items():
        row = patience[prompt.waits]
        times = ENTERED_MAX.get(phase, 1)
        bound += times * (row.limit + row.dialog) + helped * (phase in HELP_PAGES)
    bound += of_transfers.bound(patience)
    return bound + patience[Waits.TAKE_AND_COUNT].limit + _with_notes(patience)


def _with_notes(patience: Mapping[Waits, Patience]) -> Seconds:
    """The same for every phase of a deposit or an exchange: notes are added or refused a few times, and a
    visit may try as many services."""
    rows = [patience[phase.prompt.waits] for phase in NOTES_PHASES]
    return SERVICES_MAX * sum(row.limit + row.dialog for row in rows)


SERVICES_MAX = 12
"""Notes put in, added and refused, each of which begins a wait anew; more than our customers do."""


ENTERED_MAX: Mapping[type, int] = {
    s.EnteringPin: 3,
    s.CheckingPin: 3,
    s.ChoosingAmount: 6,
    s.EnteringAmount: 6,
    s.SuggestingAmounts: 6,
    s.Reviewing: 6,
    s.Authorizing: 3,
    s.TakingCard: 3,
    s.Counting: 2,
    s.StatingCount: 2,
}
"""How often a visit can be in a phase: three PIN tries (CN-16), three amounts asked (REFUSALS_MAX), each
with one way back; the card's way out is entered again at the gate and after a silence of the reader."""

HELP_PAGES = frozenset({s.EnteringPin, s.ChoosingAmount, s.EnteringAmount, s.Reviewing, s.Counting})
"""Where help may be asked for once, by our customers."""


# --- the table --------------------------------------------------------------------------------------

LAWS: tuple[Law, ...] = (
    Law(
        1,
        "No note appears or disappears: what was loaded is somewhere, by denomination.",
        "always",
        conserved,
        ("ended",),
    ),
    Law(1, "The same at rest.", "idle", conserved),
    Law(1, "Every note that was drawn in is in exactly one place.", "idle", taken.notes_somewhere),
    Law(
        3,
        "An order to store is executed once at most.",
        "always",
        taken.stored_once,
        ("FINAL", "SUSPECT"),
    ),
    Law(
        5,
        "No credit before its notes are in the cassette.",
        "always",
        taken.stored_before_credit,
        ("FINAL",),
    ),
    Law(
        7, "At rest nothing lies in an acceptor that is offered.", "idle", taken.nothing_lies_inside
    ),
    Law(
        13,
        "What the machine kept of a deposit is what it gave credit or small notes for.",
        "always",
        taken.kept_is_credited,
        ("FINAL",),
    ),
    Law(13, "Of an exchange nobody has both the note and the pack.", "idle", taken.note_or_pack),
    Law(29, "The acceptor's doubt is that of the record.", "idle", taken.doubt_on_record),
    Law(
        2,
        "Our count of every cassette is what lies in it, or the difference is in doubt and on hold.",
        "idle",
        counters_true,
    ),
    Law(3, "An order to pay is executed once at most.", "always", executed_once, ("began",)),
    Law(
        3, "An operation has one order to pay at most.", "always", one_intent, ("DISPENSE_INTENT",)
    ),
    Law(
        4,
        "No more is ordered or moved than the bank approved.",
        "always",
        no_more_than_approved,
        ("began", "drawn"),
    ),
    Law(
        4,
        "What a device sent out beyond its order is never called certain.",
        "idle",
        overpaid_is_doubt,
    ),
    Law(
        5,
        "No note leaves a cassette before its order to pay is on disk.",
        "always",
        intent_before_notes,
        ("began", "drawn"),
    ),
    Law(
        6,
        "No note comes into reach before the intent is on disk.",
        "always",
        intent_before_reach,
        ("reached",),
    ),
    Law(
        7,
        "At rest nothing waits in stacker, path or exit, or the machine is closed.",
        "idle",
        nothing_waits,
        shapes=PRESENTER,
        why="a path dispenser has no stacker and its tray is the customer's (A.4b)",
    ),
    Law(
        8,
        "The shutter opens only for an operation that is being presented.",
        "always",
        shutter_opens_for_one,
        ("reached",),
        PRESENTER,
        "a path dispenser has no shutter (A.4b)",
    ),
    Law(
        8,
        "The shutter is shut when an operation has ended and when a visit begins.",
        "always",
        shutter_shut,
        ("FINAL", "VISIT_OPEN"),
        PRESENTER,
        "a path dispenser has no shutter (A.4b)",
    ),
    Law(
        9,
        "An order that was fenced, or has its outcome on record, moves no note any more.",
        "always",
        fence_holds,
        ("began", "drawn", "reached"),
    ),
    Law(
        10,
        "No note moves while staff have the cabinet open.",
        "always",
        nothing_under_hands,
        ("began", "drawn", "reached"),
        why="there is no supervisor mode in the flow yet: staff work while the terminal is off",
    ),
    Law(
        11,
        "Every booking has two sides, and all accounts together stay the same.",
        "idle",
        double_entry,
    ),
    Law(
        12,
        "After the count every customer was charged what they got of what they asked for, and the fee"
        " they agreed to where all of it came out.",
        "settled",
        everybody_got_what_they_paid,
    ),
    Law(
        13,
        "At rest the same holds for every operation that is not in doubt.",
        "idle",
        certain_ones_agree,
    ),
    Law(
        14,
        "Every operation has one ending the bank knows, and no hold outlives it.",
        "idle",
        one_ending,
    ),
    Law(
        15,
        "One outcome for each operation, for no more than was approved.",
        "always",
        final_within_approval,
        ("FINAL",),
    ),
    Law(
        13,
        "Who says that the amount is wrong is not charged as if nothing were.",
        "always",
        word_counts,
        ("FINAL",),
    ),
    Law(
        15,
        "The notes on record are worth what is charged.",
        "always",
        counts_make_the_amount,
        ("FINAL",),
    ),
    Law(15, "The bank booked just the outcome.", "idle", posted_is_final),
    Law(
        16,
        "Charged nothing means that nothing was in reach, or that all of it was counted back.",
        "always",
        nothing_means_nothing,
        ("FINAL",),
    ),
    Law(17, "A repeated message books nothing more.", "idle", booked_once),
    Law(17, "A repeated message gets the same answer.", "settled", same_answer_again),
    Law(18, "Nobody is overdrawn, holds included.", "always", never_overdrawn, ("AUTH_RESULT",)),
    Law(18, "The same at rest.", "idle", never_overdrawn),
    Law(
        19,
        "A card is in one place, and in the machine only while somebody is served.",
        "idle",
        card_in_one_place,
    ),
    Law(
        20,
        "Notes begin to move only after the card has left the reader.",
        "always",
        card_out_before_notes,
        ("began", "DISPENSE_INTENT"),
    ),
    Law(
        20,
        "A visit opens after the one before it is over.",
        "always",
        one_visit_at_a_time,
        ("VISIT_OPEN",),
    ),
    Law(
        21,
        "A card that came in was taken, kept or jammed, once, on record.",
        "idle",
        card_ends_once,
    ),
    Law(
        22,
        "Every visit ends within the bound that its time limits add up to.",
        "always",
        visit_is_bounded,
        ("VISIT_CLOSE",),
    ),
    Law(
        23,
        "Every question has an exit by every way of input, without haste, and the card comes back.",
        "static",
        exits_everywhere,
    ),
    Law(
        24,
        "Every outcome is said, with the amount that is charged.",
        "always",
        outcome_is_told,
        ("step",),
    ),
    Law(25, "The record has no gap.", "always", no_gap, ("HOST_ACK", "FINAL", "BOOT")),
    Law(25, "The record's chain is whole.", "settled", chain_whole),
    Law(25, "The bank's place in the record is part of it.", "idle", place_is_ours),
    Law(26, "Every intent has an outcome.", "idle", intents_end),
    Law(
        27,
        "No PIN and no card number is on record, and no PIN goes to the bank in the open.",
        "settled",
        no_secret_kept,
    ),
    Law(
        28,
        "A wrong wall clock changes nothing: runs are compared with and without its jumps.",
        "static",
        clock_is_no_matter,
    ),
    Law(29, "What the record says is what the terminal holds true.", "idle", fold_is_memory),
    Law(
        29,
        "All that the bank was not told is found in the record again.",
        "always",
        outbox_is_on_record,
        ("BOOT", "HOST_ACK"),
    ),
    Law(
        30,
        "A machine in doubt orders no notes until people have looked.",
        "always",
        doubt_stops_paying,
        ("DISPENSE_INTENT",),
    ),
    Law(
        30,
        "Once the record cannot be written, nothing more is ordered.",
        "always",
        stopped_means_stopped,
        ("began",),
    ),
    Law(
        31,
        "Nothing is sent after somebody was not sure (E.3).",
        "always",
        of_transfers.nothing_after_doubt,
        ("TRANSFER_INTENT",),
    ),
    Law(
        32,
        "A transfer never arrives sooner than the hold while a signal of a scam is up (E.3).",
        "always",
        of_transfers.no_haste_with_a_signal,
        ("step",),
    ),
    Law(
        33,
        "What waits is in transit; it goes to its payee or back, once and whole (A.9, CN-01).",
        "idle",
        of_transfers.moved_on_once,
    ),
    Law(
        33,
        "What was said to be cancelled is back with its customer.",
        "idle",
        of_transfers.cancelled_means_returned,
    ),
    Law(
        33,
        "In the end what was said to be cancelled has cost nothing.",
        "settled",
        of_transfers.cancelled_costs_nothing,
    ),
    Law(
        33,
        "Once everything is due nothing is in transit any more.",
        "settled",
        of_transfers.nothing_stays_in_transit,
    ),
    Law(
        34,
        "A month's bill and a year's premium is paid once at most.",
        "idle",
        of_errands.paid_once,
    ),
    Law(
        35,
        "What a bill or a premium took from an account is what its payee got, and what the record says.",
        "idle",
        of_errands.payee_got_it,
    ),
    Law(
        36,
        "A bill or a premium is paid after its amount was agreed to on the screen, and not after a no.",
        "always",
        of_errands.agreed_to,
        ("step",),
    ),
    Law(
        37,
        "What is taken out as a pension is no more than the pension.",
        "always",
        of_errands.no_more_than_the_pension,
        ("AUTH_INTENT",),
    ),
)
"""Every invariant: 1 to 30 of reliability.md B, then those of transfers and of what is paid for. 23 is judged over the program as it is, 28 over that and over pairs of runs."""


def unjudged(shape: Shape) -> Iterator[tuple[int, str]]:
    """Laws that this shape cannot show, and why."""
    judged = {law.number for law in LAWS if shape in law.shapes}
    for law in LAWS:
        if law.number not in judged and law.why:
            yield law.number, law.why
