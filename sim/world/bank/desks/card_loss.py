"""A customer's other cards by their last four digits, and blocking one of them at once.

The block is the card's own: whoever puts it into a machine hears that it is blocked. Only the counter takes
it off again. Saying it twice is no trouble.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sim.world.bank import branch
from sim.world.bank.desk import Question, Refused
from sim.world.cards import CARDS
from terminal.events import Fields
from terminal.rules.transfers import SHANGHAI

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

OTHER_CARDS: Final[Mapping[str, tuple[str, ...]]] = {"wang": ("zhou", "lin"), "chen": ("su",)}
"""Family cards: held by somebody else, and reported by the customer whose they are."""

TAIL_DIGITS: Final = 4

TOPIC: Final = "card_loss"

_NOTHING: Final[Fields] = ()


def card_loss(bank: "Bank", asked: Question) -> Fields | Refused:
    """The cards that are not blocked yet; with `lost`, that card blocked first."""
    others = {
        tail(name): name for name in OTHER_CARDS.get(asked.name, ()) if name in bank.customers
    }
    lost, report = asked.fields.get("lost", ""), _NOTHING
    if lost and lost not in others:
        return Refused("declined")
    if lost:
        bank.customers[others[lost]].blocked = True
        report = _report(bank, asked, lost)
    left = [one for one, name in others.items() if not bank.customers[name].blocked]
    return (("cards", ",".join(left)), *report)


def _report(bank: "Bank", asked: Question, lost: str) -> Fields:
    """The number of the report and when it was made, which is also since when nobody can use the card."""
    kept = bank.ledger.kept(asked.name, TOPIC) or {}
    at = bank.instant().astimezone(SHANGHAI).isoformat(timespec="seconds")
    kept[lost] = {"number": branch.number_of(asked.message), "at": at}
    bank.ledger.keep(asked.name, TOPIC, kept)
    return tuple(kept[lost].items())


def tail(name: str) -> str:
    """The last four digits of somebody's card."""
    return CARDS[name].pan[-TAIL_DIGITS:]
