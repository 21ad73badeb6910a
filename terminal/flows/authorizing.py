"""The bank is asked for a hold, once for each amount that was agreed to: an id and a trace number of its own, and
the PIN block bound to it. What was asked before this, and what the answer means, is not its business."""

from terminal import effects as fx
from terminal import session as s
from terminal.card import Card
from terminal.cash_units import Mix
from terminal.flows.visit import Step, enter, new_id, with_machine
from terminal.money import Amount
from terminal.values import replace


def authorize(
    session: s.Session, card: Card, amount: Amount, mix: Mix, agreed: s.Agreed | None = None
) -> Step:
    """Ask for the hold; `agreed` are the terms of a foreign card."""
    txid, machine = new_id(session.machine)
    phase = s.Authorizing(card, txid, machine.stan, amount, mix, agreed=agreed)
    return enter(
        with_machine(replace(session, machine=machine), stan=machine.stan + 1),
        phase,
        fx.MakePinBlock(txid, card.pan),
    )
