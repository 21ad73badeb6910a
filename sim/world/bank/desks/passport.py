"""A visitor's way to the counter, where a passport is due (accessibility.md CN-20).

The bank hears that a passport was read and is valid, and nothing that stands in it: who holds it is looked at
by people, at the counter.
"""

from typing import TYPE_CHECKING

from sim.world.bank import branch
from sim.world.bank.desk import Question, Refused, today
from terminal.events import Fields
from terminal.flows.passport import READ

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank


def passport(bank: "Bank", asked: Question) -> Fields | Refused:
    """The bank's day; with a passport that was read, a number for the counter too."""
    day = today(bank).isoformat()
    if not asked.fields:
        return (("day", day),)
    if asked.fields != dict(READ):
        return Refused("declined")
    return ("day", day), ("number", branch.number_of(asked.message))
