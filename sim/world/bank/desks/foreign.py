"""What a withdrawal with a card of a bank abroad costs: told when asked, and held to what was agreed.

The fee is this bank's and is booked here. In which currency the holder is charged is between them and their own
bank: here it is only written down.
"""

from typing import TYPE_CHECKING, Final

from sim.world.bank import branch
from sim.world.bank.customers import ABROAD
from sim.world.bank.desk import Question, Refused
from terminal.events import Fields
from terminal.money import Amount
from terminal.rules.foreign import HOME, agreed, offers, tariff_told

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

SERVICES: Final = ("withdrawal", "change_pack", "passport", "damaged_notes", "report_refusal")
"""What a card of a bank abroad may do here: what needs no account at this bank."""

CHANGED: Final = "terms_changed"
"""Why cash is refused to whoever agreed to other terms than these, or to none."""


def terms(bank: "Bank", asked: Question) -> Fields | Refused:
    """Fee and rate of today for this card."""
    own = ABROAD.get(asked.name)
    return Refused("declined") if own is None else tariff_told(branch.tariff(), own)


def fee_agreed(name: str, cash: Amount, told: Fields) -> Amount | None:
    """The fee for this cash, nothing for a card of this bank; None where what the holder agreed to is not what
    this bank asks."""
    own = ABROAD.get(name)
    if own is None:
        return None if told else Amount(0)
    if cash.minor <= 0 or cash.currency != HOME:
        return None
    offered = offers(cash, own, branch.tariff())
    return next((one.fee for one in offered if agreed(one, own) == told), None)
