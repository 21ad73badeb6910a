"""The desks by what is asked there (`AskBank.about`, `Instruct.about`)."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from sim.world.bank.desk import Order, Payable, Question, Refused
from sim.world.bank.desks import (
    balance,
    bills,
    card_loss,
    contact,
    damaged_notes,
    foreign,
    insurance,
    passport,
    pension,
    pin_change,
    receiving,
    report_refusal,
    reservation,
    transfer,
    usual,
)
from terminal.events import Fields

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

ASKED: Final[Mapping[str, Callable[["Bank", Question], Fields | Refused]]] = {
    "balance": balance.balance,
    "card_loss": card_loss.card_loss,
    "contact": contact.contact,
    "bill": bills.bill,
    "insurance": insurance.policy,
    "pension": pension.pension,
    "pin_change": pin_change.pin_change,
    "reservation": reservation.reservation,
    "damaged_notes": damaged_notes.damaged_notes,
    "report_refusal": report_refusal.report_refusal,
    "tell_trusted": contact.tell_trusted,
    "usual": usual.wish,
    "foreign": foreign.terms,
    "passport": passport.passport,
    "deposit": receiving.deposit,
    "exchange": receiving.exchange,
    "payees": transfer.payees,
    "payee": transfer.payee,
    "transfer_draft": transfer.keep_draft,
    "transfers_waiting": transfer.waiting,
    "transfer_cancel": transfer.cancel,
}
"""Questions and wishes that move no money."""

ORDERED: Final[Mapping[str, Callable[["Bank", str, Order, int], Payable | Refused]]] = {
    "bills": bills.pay,
    "insurance": insurance.renew,
    "transfer": transfer.transfer,
}
"""Orders to pay: for the customer of this name, on this day."""

SERVICES: Final = (
    *("withdrawal", "balance", "deposit", "exchange"),
    *("transfer", "bills", "insurance"),
    *("reservation", "damaged_notes", "change_pack", "report_refusal"),
    *("card_loss", "contact", "pin_change", "usual"),
)
"""What this bank lets its cards do at a machine; those with a pension have one service more."""
