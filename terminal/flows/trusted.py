"""Telling the customer's trusted contact, when the customer asks for it: after a transfer that was stopped
because they were not sure, or from a page of help.

The contact hears that the customer would like to be called back, and nothing of amounts, accounts or
payees. They cannot answer to the machine: there is no event that would be their word. The flow that
offers it waits in a phase of its own for `BankAnswered` (told; field `to` is the masked number) or
`BankRefused` with the reason `nobody`, where nobody was named.
"""

from collections.abc import Callable
from typing import Final, Literal

from terminal import session as s
from terminal.card import Card
from terminal.flows.offer import ask_bank
from terminal.flows.visit import Step
from terminal.service import ServicePhase

ABOUT: Final = "tell_trusted"
"""What the bank is asked (`sim/world/bank/desks/contact.py`)."""

NOBODY: Final = "nobody"
"""The reason where no contact was named."""

Why = Literal["unsure_transfer", "asked_for_help"]


def tell(
    session: s.Session, card: Card, why: Why, waiting_in: Callable[[str], ServicePhase]
) -> Step:
    """Ask the bank to tell the contact, and wait in the phase made of the question's id."""
    return ask_bank(session, card, ABOUT, waiting_in, (("why", why),))
