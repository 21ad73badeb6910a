"""The lessons: which services can be practised, what the play bank says in each, and what the coach explains.

A service joins the practice by a line of `LESSONS`: its name, the screens of it that wait for somebody (each
with `look.coach_<screen>`, `practice.did.<screen>` and `label.practice.<screen>` in the catalogue), and what
the play bank answers where the service asks it anything. Which phases and prompts it has, and what leads from
one to the next, is its own flow and nobody else's.

What the play bank says is in `bank.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from terminal.menu import TAKE_NOTES, WITHDRAWAL
from terminal.practice import bank
from terminal.practice.bank import Says
from terminal.session import Machine


@dataclass(frozen=True, slots=True)
class Lesson:
    """A service that can be practised: its `name` on the menu, the `screens` that the coach explains by the key
    of their prompt, and what the play bank says to each question or order by what it is `about`."""

    name: str
    screens: tuple[str, ...]
    bank: Mapping[str, Says] = field(default_factory=dict)


SHARED: Final = ("enter_pin", "choose_service", "take_card", "notice", "farewell")
"""Screens that every lesson may come to."""

CASH: Final = ("take_notes", "count_notes", "state_count")
"""Screens of notes that come out."""

NOTES: Final = ("deposit.inserting", "escrow.taking_back")
"""Screens of notes that go in, or come back."""

LESSONS: Final = (
    Lesson(WITHDRAWAL, ("choose_amount", "enter_amount", "suggest_amounts", "review", *CASH)),
    Lesson("deposit", (*NOTES, "deposit.reviewing", "deposit.told"), {"deposit": bank.nothing}),
    Lesson(
        "transfer",
        (
            *("transfer.choosing_payee", "transfer.typing_account", "transfer.checking_name"),
            *("transfer.entering_sum", "transfer.know_payee", "transfer.someone_on_phone"),
            *("transfer.stopped", "transfer.choosing_arrival", "transfer.reviewing"),
            "transfer.sent",
        ),
        {"payees": bank.payees, "payee": bank.payee, "transfer": bank.transfer},
    ),
    Lesson(
        "bills",
        ("bills.choosing", "bills.number", "bills.review", "bills.done"),
        {"bill": bank.bill, "bills": bank.nothing},
    ),
    Lesson(
        "exchange",
        (*NOTES, "exchange.choosing", "exchange.changed"),
        {"exchange": bank.token},
    ),
    Lesson("balance", ("balance.showing", "balance.listing"), {"balance": bank.balance}),
    Lesson(
        "pin_change",
        (
            *("pin_change.telling", "pin_change.enter_new"),
            *("pin_change.enter_again", "pin_change.changed"),
        ),
        {"pin_change": bank.nothing},
    ),
)
"""In the order in which they are offered."""

BY_NAME: Final[Mapping[str, Lesson]] = {one.name: one for one in LESSONS}

BANK: Final[Mapping[str, Says]] = {
    about: says for one in LESSONS for about, says in one.bank.items()
}
"""Whatever is practised in the play machine, by what the question or the order is about."""

COACHED: Final = tuple(dict.fromkeys((*SHARED, *(key for one in LESSONS for key in one.screens))))
"""Screens that the coach explains, each with a line but those in `QUIET`, and that are shown again afterwards."""


QUIET: Final = frozenset(("bills.review", "deposit.reviewing", "transfer.reviewing"))
"""Screens that have no room for a line beside all that must stand on them; the screen before says it."""


def offered(machine: Machine) -> tuple[str, ...]:
    """The lessons here: what this machine offers, as far as there is a lesson of it. What it has no acceptor for
    cannot be learned for it."""
    takes = machine.acceptor != "absent"
    here = [name for name in machine.services if takes or name not in TAKE_NOTES]
    return tuple(name for name in BY_NAME if name in here)
