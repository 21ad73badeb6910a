"""What must hold of bills, premiums and pensions, beside what holds of every operation (reliability.md A.9;
policy item 11).

The checks know the bank's book, what stood on the screen when somebody agreed, and what came after it; they
share nothing with the flows' own decisions.
"""

from collections import Counter

from sim.proof.campaign.scene import Done, Kept, Scene, Thing
from sim.world.bank.desks.pension import PENSIONS
from sim.world.bank.ledger import BILLERS
from terminal import effects as fx
from terminal import events as ev
from terminal.flows.bills import ReviewingBill
from terminal.flows.insurance import Deciding
from terminal.money import Amount
from terminal.prompts import facts_of

PAID_FOR = frozenset(("bills", "insurance"))
"""Services whose orders pay what is due once."""

DUE = {"bills": ("kind", "number", "first_day"), "insurance": ("number", "last_day")}
"""What names a month's bill and a year's premium, among the fields of an order."""

NO = frozenset(("return_card", "not_renew", "back", "change", "service", "another", "done"))
"""Answers after which nothing of before is agreed to any more."""


def paid_once(scene: Scene, thing: Thing) -> str:
    """Law 34. What a bank has lost with its book may be paid once more at that bank."""
    paid: Counter[tuple[str, ...]] = Counter()
    for txid, order in scene.bank.ledger.instructions("paid"):
        if order.about not in PAID_FOR or txid in scene.forgotten:
            continue
        said = dict(order.fields)
        paid[order.about, *(said[name] for name in DUE[order.about])] += 1
    twice = [due for due, times in paid.items() if times > 1]
    return f"paid more than once: {' '.join(twice[0])}" if twice else ""


def payee_got_it(scene: Scene, thing: Thing) -> str:
    """Law 35."""
    got: Counter[str] = Counter()
    for one in scene.bank.postings:
        if one.credit == BILLERS:
            got[one.txid] += one.amount
    for txid, about in scene.transfers.items():
        if about not in PAID_FOR or txid in scene.forgotten:
            continue
        op, booked = scene.op(txid), scene.booked.get(txid)
        taken = booked.posted if booked is not None else 0
        if not taken == got[txid] == sum(op.finals):
            return f"{txid[:8]}: {taken} taken, {got[txid]} arrived, {op.finals} on record"
    return ""


def agreed_to(scene: Scene, thing: Thing) -> str:
    """Law 36."""
    assert isinstance(thing, Done)
    for effect in thing.effects:
        match effect:
            case fx.Instruct(about=about, amount=amount) if about in PAID_FOR:
                if scene.agreed is None or scene.agreed[0] != about:
                    return f"an order to pay for {about} that nobody agreed to"
                if amount not in scene.agreed[1]:
                    return f"{amount} is ordered, agreed to was {scene.agreed[1]}"
            case fx.Complete(txid=txid) if scene.transfers.get(txid) in PAID_FOR:
                if scene.agreed is None:
                    return "paid, although the customer had said no"
            case _:
                pass
    return ""


def no_more_than_the_pension(scene: Scene, thing: Thing) -> str:
    """Law 37."""
    assert isinstance(thing, Kept)
    if not scene.taking_pension:
        return ""
    paid, amount = PENSIONS.get(scene.world.reader.card or ""), thing.body["amount"]
    assert isinstance(amount, int)
    if paid is None:
        return "a pension is taken out of an account that has none"
    return f"{amount} is asked for, the pension is {paid.minor}" if amount > paid.minor else ""


# --- what the checks remember ------------------------------------------------------------------------


def stepped(scene: Scene, done: Done) -> None:
    """What the customer agreed to, by the screen on which they pressed."""
    match done.before.phase, done.event:
        case (ReviewingBill(), ev.Chosen("confirm")) | (Deciding(), ev.Chosen("renew")):
            shown = tuple(f.value for f in facts_of(done.before) if isinstance(f.value, Amount))
            service = "bills" if isinstance(done.before.phase, ReviewingBill) else "insurance"
            scene.agreed = (service, shown)
        case _, ev.Chosen(name) if name in NO:
            scene.agreed = None
        case _:
            pass
    if done.before.visit != done.after.visit:
        scene.agreed = None


def heard(scene: Scene, row: Kept) -> None:
    """Whether a pension is being taken out, by the record."""
    match row.kind, row.body.get("name"):
        case "CHOSEN", "take_out":
            scene.taking_pension = True
        case "CHOSEN", "service" | "change" | "amount" | "other_amount":
            scene.taking_pension = False
        case (("VISIT_OPEN" | "VISIT_CLOSE"), _):
            scene.taking_pension = False
        case _:
            pass
