"""Which services stand on the menu, in which order, and how many on one screen.

The operator says what is offered here (`Machine.services`), the bank what this card may do
(`Session.offered`), and the customer's own most frequent services come first if they agreed to that
(`Session.usual`). A machine with one service has no menu. How old somebody is decides nothing here.

Texts of the services beyond withdrawal are in the languages that are finished. In a draft nobody has
read a customer could not know what they agree to, so only withdrawal is offered there, and the menu
says in which languages the rest is.
"""

from collections.abc import Mapping

from terminal import session as s
from terminal.help_pages import PAGES
from terminal.messages import VOICED
from terminal.profile import LANGUAGES, Language

WITHDRAWAL = "withdrawal"

PER_LEAF: Mapping[str, int] = {"standard": 6, "elder": 4, "low_vision": 3}
"""Services on one screen: four tiles for elders (accessibility.md F, COG-01), three for low vision (B1)."""


def allowed(session: s.Session) -> tuple[str, ...]:
    """What can be done here with this card, in whatever language, the customer's own services first."""
    here = session.machine.services
    able = [
        name
        for name in here
        if (not session.offered or name in session.offered) and _fit(session.machine, name)
    ]
    ready = [name for word, name in READY.items() if word in session.offered]
    first = [name for name in (*ready, *session.usual) if name in able]
    return tuple(dict.fromkeys((*first, *able)))


READY: Mapping[str, str] = {"pension_ready": "pension"}
"""What the bank says of the account with the card, and the service whose tile stands first then. It is a fact of
the account in this visit; nobody was watched for it, so nobody is asked (`flows/pension.py`)."""


TAKE_NOTES = frozenset({"deposit", "exchange"})
"""Services that need the note acceptor: without one that is well they are not offered."""


def _fit(machine: s.Machine, name: str) -> bool:
    if name not in TAKE_NOTES:
        return True
    pays = not machine.cash and not machine.doubt
    return not machine.acceptor and (pays or name != "exchange")


def has_menu(session: s.Session) -> bool:
    """Whether there is anything to choose."""
    return len(allowed(session)) > 1


def shown(session: s.Session) -> tuple[str, ...]:
    """What is offered in the language of the screen."""
    known = allowed(session)
    if session.look.language in VOICED:
        return known
    return tuple(name for name in known if name == WITHDRAWAL)


def languages(session: s.Session) -> tuple[Language, ...]:
    """What this screen can be read in. A service that was begun, a practice and a page of help end in a language
    that has their words."""
    finished = session.serving or session.practice or session.overlay in PAGES
    return tuple(one for one in LANGUAGES if not finished or one in VOICED)


def leaves(session: s.Session) -> tuple[tuple[str, ...], ...]:
    """The services in groups of one screen each; at least one group, which may be empty."""
    return in_leaves(session, shown(session))


def in_leaves(session: s.Session, names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """These names in groups of as many as stand on one screen; at least one group, which may be empty."""
    look = session.look
    few = look.wishes.fewer_choices and look.profile == "standard"
    each = PER_LEAF["elder" if few else look.profile]
    return tuple(names[at : at + each] for at in range(0, len(names), each) or (0,))


def leaf_shown(session: s.Session) -> int:
    """Which group is on the screen, from 0; another profile may have fewer of them."""
    leaf = session.phase.leaf if isinstance(session.phase, s.ChoosingService) else 0
    return min(leaf, len(leaves(session)) - 1) if leaf else 0
