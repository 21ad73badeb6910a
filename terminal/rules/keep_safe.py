"""The keep-it-safe line: whether so much cash was taken on one day that the customer is told to put it away and
to mind who is near (accessibility.md D, "where the flows ask", and F, policy item 13).

It is about the day and not about one withdrawal. What was taken before is what the bank said with the card;
where it says nothing, only the cash that lies in the slot counts, and nothing is guessed.
"""

from datetime import date
from typing import Final

from terminal.events import Drawn
from terminal.money import Amount, yuan
from terminal.rules.dated import Row, Rules, in_force, newest

RULE: Final = "ASK.keep_safe_from_yuan"


def due(rules: Rules, before: Drawn | None, cash: Amount) -> bool:
    """Whether `cash`, with what was drawn `before` on the same day, reaches the rule. A machine without the rule
    says nothing."""
    row = _row(rules, before.day if before else None)
    if row is None or type(row.value) is not int:
        return False
    taken = before.amount + cash if before else cash
    return taken >= yuan(row.value)


def _row(rules: Rules, day: date | None) -> Row | None:
    """The rule on that day, the newest one where no day is known."""
    known = RULE in rules and day is not None
    return in_force(rules, RULE, day) if known and day else newest(rules, RULE)
