"""What the keys can stand on: every target of the screen, in one order, without the glass.

`#` goes to the next target and from the last to none, Enter presses the one stood on (TCH-12, TCH-17).
The order is that of reading: an offer, the answers, the next page, the fixed bar, the switches. Keys of a number pad
are not in it, because the pad has them itself.
"""

from collections import Counter
from collections.abc import Mapping

from terminal import session as s
from terminal.asking import Prompt
from terminal.events import Chosen
from terminal.messages import VOICED
from terminal.prompts import offer_answers, phase_prompt, prompt_of, withheld

BAR = ("help", "repeat", "back", "return_card")
"""The fixed bar, in its order (COG-03)."""


def bar(session: s.Session) -> tuple[str, ...]:
    """The fixed bar now: "read it to me" stands in the place of "say it again" where the screen names
    something that the loudspeaker keeps to itself until asked (PRV-01)."""
    if not withheld(session) or session.look.language not in VOICED:
        return BAR
    return tuple("read_aloud" if name == "repeat" else name for name in BAR)


def other_profile(look: s.Look) -> str:
    """What the version switch switches to. Preferences from a card are left by the standard version too,
    whatever profile they lie on."""
    return "elder" if look.profile == "standard" and not look.from_card else "standard"


def bar_allows(session: s.Session, name: str) -> bool:
    """Whether this place of the fixed bar does anything now."""
    return _allows(session, name, phase_prompt(session), prompt_of(session))


def _allows(session: s.Session, name: str, under: Prompt, over: Prompt) -> bool:
    match name:
        case "repeat":
            return session.look.language in VOICED
        case "back":
            return over.may_go_back
        case "return_card":
            # The question for more time has its own answer that returns the card.
            return under.may_return_card and over.may_return_card and session.overlay != "more_time"
        case _:
            return True


def targets(session: s.Session) -> tuple[Chosen, ...]:
    """Everything that can be pressed now, in the order of the focus."""
    under, over = phase_prompt(session), prompt_of(session)
    answers = (*offer_answers(session), *over.answers)
    return (
        *(Chosen(one.name, one.value) for one in answers if one.role != "key" and one.enabled),
        *([next_page(session)] if session.laid.pages > 1 else ()),
        *(Chosen(name) for name in bar(session) if _allows(session, name, under, over)),
        *(Chosen("view") for _ in range(session.overlay != "view")),
        Chosen("profile", other_profile(session.look)),
        *(Chosen("languages") for _ in range(session.overlay != "languages")),
    )


def pointable(session: s.Session) -> Mapping[str, Chosen]:
    """What a finger can point at, by name and in the order of the focus. Those that share a name are `name:1`,
    `name:2` ..., so that no name says what stands on them."""
    found = targets(session)
    many = Counter(one.name for one in found)
    places = Counter[str]()
    named = dict[str, Chosen]()
    for one in found:
        places[one.name] += 1
        named[f"{one.name}:{places[one.name]}" if many[one.name] > 1 else one.name] = one
    return named


def next_page(session: s.Session) -> Chosen:
    """What the page button of a screen in several pages says."""
    pages = session.laid.pages
    return Chosen("page", (session.page % pages + 1) % pages)


def on_glass(session: s.Session, choice: Chosen) -> bool:
    """Whether this can be pressed on the page that is shown."""
    return session.laid.pages <= 1 or choice in session.laid.targets


def focused(session: s.Session) -> Chosen | None:
    """The target the keys stand on, or None."""
    if not session.focus:
        return None
    found = targets(session)
    return found[session.focus - 1] if 0 < session.focus <= len(found) else None


def next_focus(session: s.Session) -> int:
    """One further; after the last target none, so that the keys can always leave."""
    return (session.focus + 1) % (len(targets(session)) + 1)
