"""Bugs of the bank and of the line to it that are planted on purpose."""

from collections.abc import Callable
from typing import Any, Final

from devices.host.link import HostLink
from devices.host.outbox import Advice, Outbox
from sim.proof.campaign.bugs.bug import Broken, Bug, Swap
from sim.proof.campaign.bugs.parts import nothing
from sim.world.bank import CASH, rules
from sim.world.bank.ledger import Ledger, Standing
from terminal.ports import NEVER
from terminal.values import replace


def _sent_once(right: Callable[..., None]) -> Broken:
    def sent(self: Outbox, advice: Advice, now: float, row: int, row_before: int) -> None:
        right(self, advice, now, row, row_before)
        advice.again_at = NEVER

    return sent


def _not_renewed(right: object) -> Broken:
    def renew(self: Outbox, now: float) -> None:
        for advice in self.owed.values():
            if not advice.sent:
                advice.again_at = now

    return renew


def _no_tombstone(right: Callable[..., None]) -> Broken:
    def reverse(self: rules.Bank, txid: str, *more: Any) -> None:
        if self.ledger.operation(txid) is not None:
            right(self, txid, *more)

    return reverse


def _held_again(right: Callable[..., Any]) -> Broken:
    def authorize(self: rules.Bank, txid: str, *more: Any) -> Any:
        known = self.ledger.operation(txid)
        if known is not None:
            with self.ledger:
                self.ledger._connection.execute(
                    "UPDATE accounts SET held = held + ? WHERE name = ?",
                    (known.held, known.account),
                )
        return right(self, txid, *more)

    return authorize


def _booked_again(right: Callable[..., None]) -> Broken:
    def complete(self: rules.Bank, txid: str, amount: Any, *more: Any) -> None:
        known = self.ledger.operation(txid)
        if known is None or known.outcome != "final":
            return right(self, txid, amount, *more)
        with self.ledger:
            self.ledger.post(txid, known.account, CASH, amount.minor)
        return None

    return complete


def _approved_posted(right: Callable[..., None]) -> Broken:
    def charge(self: rules.Bank, txid: str, known: Any, amount: int, basis: str) -> None:
        right(self, txid, known, known.held or amount, basis)

    return charge


def _hold_kept(right: Callable[..., None]) -> Broken:
    def end(self: Ledger, txid: str, known: Any, ended: Any) -> None:
        kept = replace(ended, held=known.held) if ended.outcome == "reversed" else ended
        right(self, txid, known, kept)

    return end


def _fen_lost(right: Callable[..., None]) -> Broken:
    def book(self: Ledger, txid: str, debit: str, credit: str, amount: int) -> None:
        right(self, txid, debit, credit, amount)
        if credit == CASH:
            self._connection.execute(
                "UPDATE accounts SET balance = balance - 1 WHERE name = ?", (CASH,)
            )

    return book


def _holds_ignored(right: object) -> Broken:
    return property(lambda self: self.balance)  # type: ignore[return-value]


OF_BANK: Final = (
    Bug(
        "sent-once",
        "accounts",
        "an outcome is sent once and forgotten",
        (Swap(Outbox, "sent", _sent_once), Swap(Outbox, "renew", _not_renewed)),
    ),
    Bug(
        "not-retold",
        "accounts",
        "a bank that has lost outcomes is not told them again",
        (Swap(HostLink, "_tell_again", nothing),),
    ),
    Bug(
        "tombstone-missing",
        "accounts",
        "the bank forgets a reversal of a request it has not seen yet",
        (Swap(rules.Bank, "reverse", _no_tombstone),),
    ),
    Bug(
        "held-again",
        "accounts",
        "the bank places the hold of a repeated request again",
        (Swap(rules.Bank, "authorize", _held_again),),
    ),
    Bug(
        "booked-again",
        "accounts",
        "the bank books a repeated completion again",
        (Swap(rules.Bank, "complete", _booked_again),),
    ),
    Bug(
        "approved-posted",
        "accounts",
        "the bank posts what it approved, not what was completed",
        (Swap(rules.Bank, "_charge", _approved_posted),),
        "path",
    ),
    Bug(
        "hold-kept",
        "accounts",
        "a reversal leaves the hold",
        (Swap(Ledger, "end", _hold_kept),),
    ),
    Bug(
        "fen-lost",
        "accounts",
        "a posting does not sum to zero",
        (Swap(Ledger, "_book", _fen_lost),),
    ),
    Bug(
        "holds-ignored",
        "accounts",
        "money on hold may be drawn again",
        (Swap(Standing, "available", _holds_ignored),),
    ),
)
"""The planted bugs of this kind."""
