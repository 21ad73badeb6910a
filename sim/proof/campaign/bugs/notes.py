"""Bugs of deposit and exchange that are planted on purpose."""

from collections.abc import Callable
from typing import Any, Final

from devices.acceptor.codec import Command, Order, Verdict
from sim.proof.campaign.bugs.bug import Broken, Bug, Swap
from sim.world import acceptor_orders
from sim.world.acceptor_parts import Kept
from sim.world.bank import CASH, rules
from terminal import effects as fx
from terminal import session as s
from terminal.bundles import worth
from terminal.flows import escrow, exchange
from terminal.flows.escrow_screens import Held
from terminal.flows.visit import Step
from terminal.money import Amount


def _credit_first(right: Callable[..., Step]) -> Broken:
    def store(session: s.Session, held: Held, *before: fx.Effect) -> Step:
        amount = escrow.credit_of(session, held)
        credit = fx.Credit(held.txid, amount, held.counts, "stored", held.paid)
        return right(session, held, *before, credit)

    return store


def _stored_again(right: Callable[..., Verdict]) -> Broken:
    """A device that executes a repeated order to store again."""

    def obey(kept: Kept, order: Order, now: float) -> Verdict:
        known = kept.deposit(order.token)
        repeated = known is not None and order.number <= known.number
        if order.command == Command.STORE and repeated and known is not None:
            kept.stores[known.token] = kept.stores.get(known.token, 0) + 1
        return right(kept, order, now)

    return obey


def _retract_credited(right: Callable[..., Step]) -> Broken:
    def suspect(session: s.Session, held: Held, basis: str) -> Step:
        if not basis.startswith("retract"):
            return right(session, held, basis)
        credit = fx.Credit(held.txid, worth(held.counts), held.counts, basis)
        return escrow.told(session, held, "deposit_done", credit, amount=worth(held.counts))

    return suspect


def _swapped_untaken(right: Callable[..., Step | None]) -> Broken:
    def paying(session: s.Session, step: Step | None) -> Step | None:
        order = getattr(session.phase, "order", None)
        if step is None or not isinstance(order, s.Order) or not order.against:
            return right(session, step)
        back = [e for e in step[1] if isinstance(e, fx.Reverse) and e.basis == "retracted_all"]
        if not back:
            return right(session, step)
        held = Held(order.txid, exchange.NAME, None, order.against, order.token, order.mix)
        return escrow.store(step[0], held)

    return paying


def _credited_again(right: Callable[..., None]) -> Broken:
    def credit(self: rules.Bank, txid: str, amount: Amount, *more: Any) -> None:
        known = self.ledger.operation(txid)
        right(self, txid, amount, *more)
        if known is not None and known.outcome == "final" and amount:
            self.ledger.post(txid, CASH, known.account, amount.minor)

    return credit


OF_NOTES: Final = (
    Bug(
        "credit-before-store",
        "accounts",
        "notes are credited when they are ordered to be stored",
        (Swap(escrow, "store", _credit_first),),
        services="notes",
    ),
    Bug(
        "stored-again",
        "cash",
        "the acceptor executes a repeated order to store",
        (Swap(acceptor_orders, "_obey", _stored_again),),
        services="notes",
    ),
    Bug(
        "notes-kept-credited",
        "accounts",
        "notes that were given back and kept are credited in full",
        (Swap(escrow, "suspect", _retract_credited),),
        services="notes",
    ),
    Bug(
        "swapped-untaken",
        "cash",
        "an exchange counts as done while the pack was taken back",
        (Swap(exchange, "paying", _swapped_untaken),),
        "presenter",
        services="notes",
    ),
    Bug(
        "credit-repeated",
        "accounts",
        "the bank books a repeated credit again",
        (Swap(rules.Bank, "credit", _credited_again),),
        services="notes",
    ),
)
"""The planted bugs of this kind."""
