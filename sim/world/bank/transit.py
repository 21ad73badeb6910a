"""Money between the customer who sent it and the payee who does not have it yet (CN-01).

An order that was completed and is not due lies in the account "in transit". When it is due the payee gets
it, once; before that the customer may have it back, once. Which of the two comes first is decided by the
bank's clock at the moment it hears of it. A payment that has reached its payee is never taken back here.

Every function is called inside a transaction of the ledger.
"""

from typing import TYPE_CHECKING, Final, Literal

from sim.world.bank.ledger import SUSPENSE, TRANSIT

if TYPE_CHECKING:
    from sim.world.bank.ledger import Instruction, Operation
    from sim.world.bank.rules import Bank

OFFERED: Final = "pending_transfers"
"""Said with the card where something waits that its customer can cancel."""

ABOUT: Final = "transfer"

MADE_GOOD: Final = "made_good"
"""Paid although it had been cancelled; its customer has the money back from the bank."""

DISPUTED: Final = "record_disputed"
"""The basis of what a terminal tells whose record does not continue what the bank knows."""

Cancelled = Literal["cancelled", "too_late", "unknown"]


def pay_due(bank: "Bank") -> None:
    """Everybody whose money is due has it."""
    now = bank.instant().timestamp()
    for txid, order in bank.ledger.instructions("waiting"):
        if order.due > now:
            return
        done = bank.operation(txid)
        assert done is not None, "an instruction has its operation"
        bank.ledger.move(txid, TRANSIT, order.to, done.posted)
        bank.ledger.set_instruction_state(txid, "paid")


def waiting_of(bank: "Bank", name: str) -> list[tuple[str, "Operation", "Instruction"]]:
    """The transfers of a customer that are not paid yet, the first ordered first."""
    return [one for one in bank.ledger.ordered(name, ABOUT) if one[2].state == "waiting"]


def offered(bank: "Bank", name: str) -> tuple[str, ...]:
    """What is said with the card of this customer."""
    return (OFFERED,) if bank.ledger.next_due() is not None and waiting_of(bank, name) else ()


def take_back(bank: "Bank", txid: str, done: "Operation", basis: str) -> None:
    """A terminal says again that this was cancelled: a bank that came back from an old copy may have forgotten
    it, and may have paid since. The customer was promised the money and gets it; what the payee has is the bank's
    own loss, and people are told. Not on the word of a record in dispute."""
    order = bank.ledger.instruction(txid)
    if order is None or order.about != ABOUT:
        bank.ledger.alarm(f"{txid}: cancelled, and no transfer is known here")
        return
    if order.state == "waiting":
        bank.ledger.move(txid, TRANSIT, done.account, done.posted)
        bank.ledger.set_instruction_state(txid, "cancelled")
    elif order.state == "paid" and basis == DISPUTED:
        bank.ledger.alarm(f"{txid}: paid, and cancelled by a record in dispute")
    elif order.state == "paid":
        bank.ledger.move(txid, SUSPENSE, done.account, done.posted)
        bank.ledger.set_instruction_state(txid, MADE_GOOD)
        bank.ledger.alarm(f"{txid}: was cancelled, and has been paid; made good to the customer")


def cancel(bank: "Bank", name: str, txid: str) -> Cancelled:
    """Give a customer back what waits. Again for one that was cancelled says so and moves nothing."""
    order, done = bank.ledger.instruction(txid), bank.operation(txid)
    if order is None or done is None or done.account != name or order.about != ABOUT:
        return "unknown"
    if order.state in ("cancelled", MADE_GOOD):
        return "cancelled"
    if order.state != "waiting":
        return "too_late"
    bank.ledger.move(txid, TRANSIT, name, done.posted)
    bank.ledger.set_instruction_state(txid, "cancelled")
    return "cancelled"
