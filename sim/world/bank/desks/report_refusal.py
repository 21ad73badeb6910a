"""Reports of somebody who refused cash: each gets a number; a telephone number is kept only if it was given."""

from typing import TYPE_CHECKING, Final

from sim.world.bank import branch
from sim.world.bank.desk import Question, Refused
from terminal.events import Fields
from terminal.flows.report_refusal import DISTRICTS, KINDS

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

TOPIC: Final = "report_refusal"

KEPT_MAX: Final = 20
"""Reports kept of a customer; older ones have been passed on."""


def report_refusal(bank: "Bank", asked: Question) -> Fields | Refused:
    """Keep the report and give its number."""
    told = {name: asked.fields.get(name, "") for name in ("kind", "district", "phone")}
    if told["kind"] not in KINDS or told["district"] not in DISTRICTS:
        return Refused("declined")
    number = branch.number_of(asked.message)
    kept = list(bank.ledger.kept(asked.name, TOPIC) or ())
    new = {**told, "day": asked.day, "number": number}
    bank.ledger.keep(asked.name, TOPIC, [*kept, new][-KEPT_MAX:])
    return (("number", number),)
