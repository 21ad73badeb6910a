"""Bugs of foreign cards that are planted on purpose."""

from collections.abc import Callable
from typing import Final

from sim.proof.campaign.bugs.bug import Broken, Bug, Swap
from sim.world.bank import rules
from sim.world.bank.ledger import FEES, Operation
from terminal.values import replace


def _fee_of_a_part(right: Callable[..., None]) -> Broken:
    def charge(self: rules.Bank, txid: str, known: Operation, amount: int, basis: str) -> None:
        right(self, txid, known, amount, basis)
        ended = self.ledger.operation(txid)
        if ended is not None and known.fee and ended.posted == ended.posted_cash:
            self.ledger.post(txid, known.account, FEES, known.fee)
            self.ledger.end(txid, ended, replace(ended, posted=ended.posted + known.fee))

    return charge


OF_VISITORS: Final = (
    Bug(
        "fee-of-part",
        "accounts",
        "the whole fee is charged where only a part of the notes came out",
        (Swap(rules.Bank, "_charge", _fee_of_a_part),),
        services="foreign",
    ),
)
"""The planted bugs of this kind."""
