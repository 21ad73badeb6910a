"""What a step said about the customer, and what follows from it at a border.

What is evidence for what is `evidence`'s business, what follows `assist`'s. Here is where in a visit it counts: a
look changes, or another is offered, before a card, when PIN entry or the menu comes up, also from under a page of
help, and never while somebody types, reviews or reaches into a slot (accessibility.md C3).
"""

from terminal import events as ev
from terminal import session as s
from terminal.assist import at_border
from terminal.evidence import NO_EVIDENCE, Evidence, Place, entered, failed, observe, refused
from terminal.flows import leaving
from terminal.menu import has_menu
from terminal.prompts import PAGES_OF_HELP
from terminal.values import replace

OBSERVED = (s.AskingBank, *leaving.HOLDING_CARD, s.Authorizing)
"""Phases in which a customer is observed; later nothing follows from it any more."""

MENUS = (s.ChoosingService, s.ChoosingAmount)
"""The first thing that is asked after the PIN: what for, or how much where there is only that."""

BORDERS = (s.EnteringPin, *MENUS)
"""Screens before which the look may change, or another be offered."""


def _is_menu(session: s.Session) -> bool:
    """Whether this is the first question after the PIN, and not one further on."""
    if isinstance(session.phase, s.ChoosingAmount):
        return not has_menu(session)
    return isinstance(session.phase, s.ChoosingService)


def place_of(session: s.Session) -> Place:
    """Where an event happens, as far as the evidence is concerned."""
    match session.phase:
        case s.Idle():
            return "idle"
        case s.EnteringPin() if not session.overlay:
            return "pin"
        case s.ChoosingService() if not session.overlay:
            return "menu"
        case s.ChoosingAmount() if not (session.overlay or has_menu(session)):
            return "menu"
        case phase if isinstance(phase, OBSERVED):
            return "visit"
        case _:
            return "nobody"


def noticed(
    before: s.Session, after: s.Session, event: ev.Event, meant: ev.Event | None, now: float
) -> s.Session:
    """What the step said about the customer, and what follows from it; `meant` is what a key stood for, or
    the event itself. Whatever goes wrong in that, the
    visit goes on as it looks, with the switch in its place (C5 rule 4): a mistake here must not cost
    anybody their card."""
    if after.evidence.given_up:
        return after
    try:
        return _followed(before, after, event, meant, now)
    except Exception:  # noqa: BLE001
        return replace(after, evidence=replace(NO_EVIDENCE, given_up=True))


def _followed(
    before: s.Session, after: s.Session, event: ev.Event, meant: ev.Event | None, now: float
) -> s.Session:
    if isinstance(after.phase, LEFT) and not isinstance(before.phase, s.Idle):
        return after
    if meant == BACK and before.overlay in PAGES_OF_HELP:
        meant = ev.Chosen("close")  # nobody went astray: a page over the visit is left in this way
    seen = after.evidence
    if meant is not None:
        seen = observe(seen, meant, now, place_of(before))
    crossed, returning = type(after.phase) is not type(before.phase), bool(seen.menu)
    if crossed:
        seen = _troubled(seen, before, after, event)
        seen = entered(seen, place_of(after), now)
    if seen is not after.evidence:
        after = replace(after, evidence=seen)
    if crossed and (isinstance(after.phase, s.EnteringPin) or _is_menu(after)):
        return _at_border(after, returning)
    if _is_menu(after) and before.overlay and not after.overlay:
        return _at_border(after)
    if isinstance(event, ev.DocumentRead | ev.DocumentGone) and isinstance(after.phase, s.Idle):
        return _at_border(after)
    return after


LEFT = (s.Idle, s.OutOfService)
BACK = ev.Chosen("back")


def _at_border(session: s.Session, returning: bool = False) -> s.Session:
    weights = session.machine.weights
    look, seen = at_border(session.look, session.evidence, weights, returning)
    if session.sound.headset and look.offer:
        # Digits are typed at a border, so no key could answer; the page of help has it all.
        look = replace(look, offer="", offers_made=session.look.offers_made)
    if look is session.look and seen is session.evidence:
        return session
    return replace(session, look=look, evidence=seen)


def _troubled(seen: Evidence, before: s.Session, after: s.Session, event: ev.Event) -> Evidence:
    """Errors that a customer may make twice, and an offer that was passed over: that is a no."""
    match event, after.phase:
        case ev.PinWrong(), s.EnteringPin():
            seen = failed(seen, "pin")
        case ev.Declined(reason=reason), s.ChoosingAmount():
            seen = failed(seen, reason)
        case _, s.SuggestingAmounts():
            seen = failed(seen, "amount")
        case _:
            pass
    passed_over = before.look.offer in ("look", "need") and not after.look.offer
    return refused(seen) if passed_over else seen
