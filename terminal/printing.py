"""Where a receipt is offered: under an outcome, if there is a printer that can print, once.

What is printed stands on the screen and is said all the same; whether it came out never touches money.
"""

from typing import Final

from terminal import session as s
from terminal.asking import Answer
from terminal.flows.visit import MONEY_DONE
from terminal.service import ServicePhase

RECEIPT: Final = Answer("receipt", key="3")

SAYING: Final = "receipt_"
"""How the lines about a receipt begin (`look.receipt_...`)."""

LAST_WORDS: Final = MONEY_DONE | {"exchange_over"}
"""The farewells after which notes went to the customer."""

CAN_PRINT: Final = ""
"""`Machine.printer` of one that is well."""


def offered(session: s.Session) -> bool:
    """Whether the outcome on the screen can be printed now: once, however it looks meanwhile."""
    if session.machine.printer != CAN_PRINT or session.slip_ordered:
        return False
    match session.phase:
        case ServicePhase() as phase:
            return phase.printable()
        case s.Explaining():
            return True
        case s.Farewell(notice=notice):
            return notice.key in LAST_WORDS
        case _:
            return False
