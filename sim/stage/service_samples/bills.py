"""The screens of the bills."""

from collections.abc import Callable

from sim.stage.service_samples.balance import CARD
from terminal.flows.bills import (
    KINDS,
    NUMBER_DIGITS_MAX,
    AskingBill,
    Bill,
    ChoosingKind,
    EnteringNumber,
    NotDue,
    Paid,
    PayingBill,
    ReviewingBill,
)
from terminal.flows.paying import UNCONFIRMED
from terminal.money import Amount
from terminal.session import Notice, Session, TakingCard
from terminal.values import replace

BILL = Bill("electricity", "3301204412", "周*国", "2026-10-01", "2026-10-31", Amount(18_725))
LARGEST = replace(BILL, kind="phone", number="9" * NUMBER_DIGITS_MAX, amount=Amount(4_999_999))
"""As much as a customer could owe, under the longest number and label."""

ENDINGS = ("bills_not_found", "not_enough")


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    typing = EnteringNumber(CARD, "electricity")
    unconfirmed = TakingCard(None, Notice(UNCONFIRMED, {}, "204817"), True)
    phases = {
        "choosing": ChoosingKind(CARD),
        "number": typing,
        "number_typed": replace(typing, typed="3301204"),
        "number_full": replace(typing, typed="9" * NUMBER_DIGITS_MAX),
        "number_short": replace(typing, typed="330", refused="short"),
        "number_unknown": replace(typing, refused="unknown"),
        "number_unread": replace(typing, refused="unread"),
        "asking": AskingBill(typing, "m1"),
        "review": ReviewingBill(CARD, BILL),
        "review_largest": ReviewingBill(CARD, LARGEST),
        "changed": ReviewingBill(CARD, LARGEST, changed=True),
        **{f"review_{kind}": ReviewingBill(CARD, replace(BILL, kind=kind)) for kind in KINDS},
        **{why: NotDue(CARD, why) for why in ("nothing_due", "paid", "underway")},
        "paying": PayingBill(CARD, BILL.amount, (), BILL),
        "done": Paid(CARD, BILL, "ab" * 16),
        "done_largest": Paid(CARD, LARGEST, "ab" * 16),
        **{key: TakingCard(None, Notice(key), True) for key in ENDINGS},
        "unconfirmed": unconfirmed,
    }
    return {name: at(phase=phase, visit="v1", serving="bills") for name, phase in phases.items()}
