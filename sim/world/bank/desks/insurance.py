"""Insurance: the policy of this customer whose premium is due, and the order to renew it, each once.

Nothing is sold here: a customer has the policies of this table, and nobody is told of another.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sim.world.bank.desk import Order, Payable, Question, Refused, today
from sim.world.bank.desks import once
from sim.world.bank.ledger import BILLERS
from terminal.events import Fields

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

DUE_DAYS: Final = 60
"""So long before a policy ends its renewal can be paid: the usual notice is a month or two."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: its number, who is insured (masked, PRV-03), by whom, the yearly premium in minor units, and the
    month and day (at most 28) until which it runs each year."""

    number: str
    insured: str
    insurer: str
    minor: int
    month: int
    day: int


POLICIES: Final = {
    "lin": Policy("88100243714471", "林*", "示例财险", 36_000, 1, 28),
    "chen": Policy("88100243717702", "陈*", "示例人寿", 120_000, 2, 15),
    "zhou": Policy("88100243718830", "周*", "示例人寿", 86_500, 1, 20),
}
"""By the name of the account."""


def policy(bank: "Bank", asked: Question) -> Fields | Refused:
    """The policy whose premium is due, or `nothing_due`, `paid`, `underway`."""
    own = POLICIES.get(asked.name)
    day = today(bank)
    if own is None or (ends := ends_on(own, day)) - day > timedelta(days=DUE_DAYS):
        return Refused("nothing_due")
    if reason := once.why_not(bank, _shelf(own), ends):
        return Refused(reason)
    return (
        ("number", own.number),
        ("insured", own.insured),
        ("insurer", own.insurer),
        ("amount", str(own.minor)),
        ("last_day", ends.isoformat()),
    )


def renew(bank: "Bank", name: str, order: Order, day: int) -> Payable | Refused:
    """The order itself: the customer's own policy, for the premium that was told."""
    said, own, here = dict(order.fields), POLICIES.get(name), today(bank)
    if own is None or said.get("number") != own.number or order.amount.minor != own.minor:
        return Refused("declined")
    ends = ends_on(own, here)
    if said.get("last_day") != ends.isoformat() or ends - here > timedelta(days=DUE_DAYS):
        return Refused("declined")
    if reason := once.why_not(bank, _shelf(own), ends):
        return Refused(reason)
    once.begin(bank, _shelf(own), ends, order.txid)
    return Payable(BILLERS)


def ends_on(own: Policy, day: date) -> date:
    """The first day from this one on at whose end the policy would end."""
    ends = day.replace(month=own.month, day=own.day)
    return ends if ends >= day else ends.replace(year=ends.year + 1)


def _shelf(own: Policy) -> str:
    return f"policy {own.number}"
