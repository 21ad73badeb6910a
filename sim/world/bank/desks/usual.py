"""A yes or a no to having first what one does most."""

from typing import TYPE_CHECKING

from sim.world.bank import usual
from sim.world.bank.desk import Question, Refused
from terminal.events import Fields

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank


def wish(bank: "Bank", asked: Question) -> Fields | Refused:
    """Keep it, and say what the menu begins with now."""
    if not usual.wish(bank.ledger, asked.name, asked.fields.get("wish", "")):
        return Refused("declined")
    return (("usual", ",".join(usual.words(bank.ledger, asked.name))),)
