"""The screens of a visit with a passbook."""

from collections.abc import Callable

from sim.stage.service_samples.balance import TEN
from terminal.card import Pan
from terminal.flows.balance import Figures
from terminal.flows.passbook import (
    NAME,
    Account,
    Asking,
    AtCounter,
    Balance,
    Choosing,
    EnteringPin,
    Entries,
    Leaving,
    Naming,
    PensionShown,
)
from terminal.flows.pension import Pension
from terminal.money import yuan
from terminal.session import Explaining, Notice, Session, Wait
from terminal.values import replace

BOOK = Pan("9012880000000218")
PENSION = Pension(yuan(3_247), "2026-11-15", "2026-12-15", yuan(8_680), True, False)
PLAIN = Account(Figures(yuan(12_500), yuan(12_500), TEN), PENSION)
HELD = Account(Figures(yuan(1_234_567), yuan(1_232_567), ()), replace(PENSION, arrived=False))
NONE = replace(PLAIN, pension=None)

NOTICES = ("passbook_locked", "passbook_unknown", "passbook_unavailable")


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    before = {
        "naming": Naming(),
        "naming_typed": Naming("9012880000000218"),
        "naming_wrong": Naming("9012880000000281", wrong=True),
    }
    phases = {
        "pin": EnteringPin(BOOK),
        "pin_4_digits": EnteringPin(BOOK, digits=4),
        "pin_again": EnteringPin(BOOK, 2),
        "pin_last": EnteringPin(BOOK, 1),
        "asking": Asking(BOOK, "m1"),
        "choosing": Choosing(BOOK, PLAIN),
        "choosing_no_pension": Choosing(BOOK, NONE),
        "balance": Balance(BOOK, PLAIN),
        "balance_held": Balance(BOOK, HELD),
        "entries": Entries(BOOK, PLAIN),
        "entries_none": Entries(BOOK, HELD),
        "pension": PensionShown(BOOK, PLAIN),
        "pension_waiting": PensionShown(BOOK, HELD),
        "cash": AtCounter(BOOK, PLAIN),
        "leaving": Leaving(),
        "leaving_timed_out": Leaving("timed_out"),
        **{name: Explaining(Notice(name, reference="482913")) for name in NOTICES},
    }
    found = {name: at(phase=phase, serving=NAME) for name, phase in before.items()}
    found |= {name: at(phase=phase, visit="ab12", serving=NAME) for name, phase in phases.items()}
    return found | {
        f"{name}_reminded": replace(found[name], wait=Wait(reminded=many))
        for name, many in (("naming", 1), ("pin", 1), ("leaving", 4))
    }
