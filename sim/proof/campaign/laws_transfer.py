"""What must hold of transfers, beside what holds of every operation (reliability.md A.9, E.3; CN-01).

The checks know the bank's book and the record; which signals are up they work out from these by
themselves, and share nothing with the terminal's rules.
"""

from collections import Counter
from collections.abc import Mapping

from sim.proof.campaign.scene import Done, Kept, Scene, Thing
from sim.world.bank.customers import name_of
from sim.world.bank.ledger import SUSPENSE, TRANSIT
from sim.world.bank.payees import BY_REF, KNOWN, Account
from sim.world.bank.transit import MADE_GOOD
from terminal import effects as fx
from terminal.flows import bills, insurance, pension, transfer
from terminal.ports import Seconds
from terminal.profile import Patience, Waits

STOPS = frozenset(("unsure", "somebody"))
"""Answers after which nothing may be sent."""

BY_ORDER = (transfer.SERVICE, bills.SERVICE, insurance.SERVICE, pension.SERVICE)
"""The services that pay by an order, and the one that leads to cash."""

TIMES = 3
"""How often a visit can come to a screen of a transfer: once, and twice again after a refusal."""


def nothing_after_doubt(scene: Scene, thing: Thing) -> str:
    """Law 31."""
    return "an order is sent although the customer was not sure" if scene.unsure else ""


def no_haste_with_a_signal(scene: Scene, thing: Thing) -> str:
    """Law 32: what is sent while a signal is up arrives after the hold."""
    assert isinstance(thing, Done)
    for effect in thing.effects:
        if not isinstance(effect, fx.Instruct) or effect.about != "transfer":
            continue
        said = dict(effect.fields)
        customer, account = name_of(effect.card) or "", BY_REF[said["to"]]
        signal = _signal(scene, customer, account)
        if signal and said["arrival"] in _TOO_SOON[account.kind(customer)]:
            return f"{said['arrival']} with a signal up: {signal}"
    return ""


_TOO_SOON = {
    "own_same_bank": frozenset(("real_time",)),
    "own_other_bank": frozenset(("real_time", "two_hours", "next_day")),
    "other": frozenset(("real_time", "two_hours", "next_day")),
}
"""What may not be while a signal is up, by whose account it is."""


def _signal(scene: Scene, customer: str, to: Account) -> str:
    if scene.called:
        return "a telephone call"
    if to.listed:
        return "a listed payee"
    paid = {one.to.ref for one in KNOWN.get(customer, ())}
    paid |= {
        dict(order.fields).get("to", "")
        for _, _, order in scene.bank.ledger.ordered(customer, "transfer")
        if order.state != "cancelled"
    }
    first = to.kind(customer) == "other" and to.ref not in paid
    return "a first payee" if first else ""


def moved_on_once(scene: Scene, thing: Thing) -> str:
    """Law 33: what waits lies in transit, what was cancelled is back with its customer, what was paid is
    with the payee: once, and whole."""
    postings = scene.bank.postings
    on = Counter(one.txid for one in postings if one.debit == TRANSIT)
    for state in ("waiting", "paid", "cancelled", MADE_GOOD):
        for txid, order in scene.bank.ledger.instructions(state):
            done = scene.bank.operation(txid)
            if done is None or not order.due:
                continue
            to = [one.credit for one in postings if one.txid == txid and one.debit == TRANSIT]
            wanted = {"waiting": [], "cancelled": [done.account]}.get(state, [order.to])
            if to != wanted:
                return f"{txid[:8]} is {state}, and went to {to}"
    twice = [txid[:8] for txid, times in on.items() if times > 1]
    return f"moved on twice: {twice}" if twice else ""


def cancelled_means_returned(scene: Scene, thing: Thing) -> str:
    """Law 33: who was told that it is cancelled has the money back. A bank that has come back from an old copy
    is looked at when it has been told again."""
    for txid in scene.told_cancelled if not scene.restored else ():
        order = scene.bank.ledger.instruction(txid)
        if order is None or order.state != "cancelled":
            state = order.state if order else "not known"
            return f"{txid[:8]} was said to be cancelled and is {state}"
    return ""


def cancelled_costs_nothing(scene: Scene, thing: Thing) -> str:
    """Law 33, at the end and whatever the bank had forgotten: no fen is missing of what was said to be
    cancelled."""
    postings = scene.bank.postings
    for txid in scene.told_cancelled:
        done = scene.bank.operation(txid)
        if done is None or done.account in ("", SUSPENSE):
            continue
        of_it = [one for one in postings if one.txid == txid]
        left = sum(one.amount for one in of_it if one.debit == done.account)
        back = sum(one.amount for one in of_it if one.credit == done.account)
        if left - back or done.held:
            return (
                f"{txid[:8]} was said to be cancelled: {left} gone, {back} back, {done.held} held"
            )
    return ""


def nothing_stays_in_transit(scene: Scene, thing: Thing) -> str:
    """Law 33, once all that waits has fallen due."""
    left = scene.bank.balance(TRANSIT)
    return f"{left} still in transit after everything was due" if left else ""


def heard(scene: Scene, row: Kept) -> None:
    """What the record says of questions and calls: folded as it grows."""
    match row.kind, row.body.get("name"):
        case "CHOSEN", "answer":
            scene.unsure = scene.unsure or row.body["value"] in STOPS
            scene.called = scene.called or row.body["value"] == "somebody"
        case "CHOSEN", "payee" | "service":
            scene.unsure = False
        case "PHONE", _:
            scene.called = scene.called or row.body["state"] == "call"
        case (("VISIT_OPEN" | "VISIT_CLOSE"), _):
            scene.unsure = scene.called = False
        case "CANCELLED", _:
            scene.told_cancelled.add(row.txid)


def bound(patience: Mapping[Waits, Patience]) -> Seconds:
    """What the screens of transfers, bills, premiums and pensions add to the longest visit."""
    rows = [patience[phase.prompt.waits] for service in BY_ORDER for phase in service.phases]
    return TIMES * sum(row.limit + row.dialog for row in rows)
