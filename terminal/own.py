"""What a customer does most: first on the menu, and their usual amount first among the amounts, if they
agreed to that.

The bank says it with the card, as words (`CardKnown.usual`): `agreed`, then the services, the most frequent
first, and `cash_500` for an amount in yuan; `ask` alone where they were never asked. Nothing is counted
before they agree, what was counted is thrown away when they no longer do, and nothing here asks for an age.
"""

from typing import Final

from terminal import session as s
from terminal.menu import has_menu
from terminal.messages import VOICED
from terminal.money import Amount, yuan

AGREED: Final = "agreed"
MAY_ASK: Final = "ask"
CASH: Final = "cash_"

YES: Final = "usual_yes"
NO: Final = "usual_no"
"""What the bank is told at the end of a visit, in the place of a display preference."""


def agreed(session: s.Session) -> bool:
    """Whether this customer wants what they do most to come first."""
    return AGREED in session.usual


def may_ask(session: s.Session) -> bool:
    """Whether to ask: never asked before, and there is a menu that would be another, in words that are
    finished."""
    return MAY_ASK in session.usual and has_menu(session) and session.look.language in VOICED


def amount(session: s.Session) -> Amount | None:
    """What they usually take, None if that is not known."""
    for word in session.usual:
        major = word.removeprefix(CASH)
        if major != word and major.isdigit():
            return yuan(int(major))
    return None
