"""The way to the counter, from every screen (accessibility.md F, own choice): what stands between the customer and
it now.

The counter does what the machine does, so nobody has to stay. What is said of card and notes follows from
what the fixed bar allows at that moment; where the card can come back, the page has an answer of its own that is the
fixed *return card*, with `FROM_PAGE` as its value so that both stand in the order of the keys. It decides
nothing: the flows hear the same press.
"""

from typing import Final

from terminal import session as s
from terminal.asking import Answer, Prompt
from terminal.service import ServicePhase

FROM_PAGE: Final = "counter"
CARD_BACK: Final = Answer("return_card", FROM_PAGE, text="card_to_counter", key="1")

NO_CARD: Final = (s.Idle, s.Farewell)
NOTES_COME: Final = (
    s.PreparingCash,
    s.Dispensing,
    s.PresentingNotes,
    s.TakingNotes,
)
"""The customer has the card back, and notes are on their way to them."""


def can_leave(session: s.Session, under: Prompt) -> bool:
    """Whether the card comes back by one press. In a practice there is none."""
    return under.may_return_card and session.practice is None


def way(session: s.Session, under: Prompt) -> str:
    """What is said of the way to the counter over the prompt `under`, as the last part of its key `counter.*`."""
    if session.practice is not None:
        return "practice"
    match session.phase:
        case ServicePhase() as phase:
            return phase.way_out() or _plain(under.may_return_card, phase)
        case s.TakingCard(order=s.Order()) if under.may_return_card:
            return "order"
        case s.TakingCard(order=s.Swap()) if under.may_return_card:
            return "swap"
        case s.TakingCard(lost=False) | s.ReturningFound():
            return "at_slot"
        case phase if isinstance(phase, NOTES_COME):
            return "cash"
        case s.Counting() | s.StatingCount():
            return "count"
        case phase if isinstance(phase, NO_CARD):
            return "no_card"
        case s.Explaining():
            return "told"
        case s.OutOfService():
            return "closed"
        case _:
            return "ready" if under.may_return_card else "moving"


def _plain(returns: bool, phase: ServicePhase) -> str:
    if returns:
        return "ready"
    return "no_card" if not (phase.holds_card or phase.moves_money) else "moving"
