"""What has been observed of this customer in this visit, as far as it may say how to present the
machine (accessibility.md C1 ranks 2 to 6).

`observe` is pure and forgets nothing it needs and keeps nothing else: age bands, what bank and card
asked for, which helps were used, and how a hand and a pace looked lately. All of it lives in the
session only. It is never written to the journal (C5 rule 7, PRV-04) and ends with the visit; how long
the pauses between the digits of a PIN were is known here as a few numbers without digits and to nobody
else. What the signs weigh is `weights.py`, what follows from them `assist.py`.

Before a visit, with nobody known to stand there, only what was asked for on purpose is observed: a
document laid down, help, larger text, another language. A hand that leaves the glass after the last
customer says nothing about the next.

A document says how old somebody is who stood here, and not that it is the card's holder. So it counts
until the bank has said how old that is, or until nobody goes on after it was lifted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from statistics import median
from typing import Any, Final, Literal

from terminal import events as ev
from terminal.profile import ProfileName
from terminal.values import replace

TOUCHES_KEPT: Final = 6
"""C3: of the last six touches."""

MISSES_LEAST: Final = 2
BOUNCES_LEAST: Final = 2
BACKS_LEAST: Final = 2
REPEATS_LEAST: Final = 2

MEDIAN_LEAST: Final = 3
"""A median of fewer touches or pauses than three is a single one's whim."""

GAPS_KEPT: Final = 12
"""Pauses between digits; a PIN has at most twelve digits (ISO 9564)."""

SLOW_START_SECONDS: Final = 15.0
HESITANT_START_SECONDS: Final = 8.0
BRISK_START_SECONDS: Final = 4.0
SLOW_DIGITS_SECONDS: Final = 2.0
BRISK_DIGITS_SECONDS: Final = 0.6
LONG_CONTACT_MS: Final = 250
OFF_CENTRE_PERCENT: Final = 40
"""All from the table in C3. Equal to a limit is within it."""

ERRORS_KEPT: Final = 8
"""Kinds of errors there are: a wrong PIN, an amount that cannot be paid, refusals of the bank."""

Place = Literal["nobody", "idle", "visit", "pin", "menu"]
"""Where an event happens, as far as it matters here: with nobody there to be observed, before a card,
in a visit, at PIN entry, on the menu."""


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """The empty value is a customer of whom nothing is known.

    Bands come from the bank's record and from a document; `saved` from the bank. `document` is what became
    of the document that the look may rest on: "gone" with whoever laid it down, "doubted" because
    another age is known, "unsaid" if the look it brought was announced before the card came;
    `followed` that somebody went on at the glass after it was read. `card_unsaid` is that the card's
    preferences were applied and not yet announced, `card_language` the first language of the card,
    `language_chosen` that the customer chose one. `menu` says how far the
    first menu is: shown or spoken since `menu_since`, or acted on after `first_action` seconds. `gaps` are
    pauses between digits, `touches` the last ones; `errors` their kinds. `dialogs` counts questions for
    more time; `more_time` is the sign that one was shown. `refused` is set by a no, and from then on
    behaviour is not observed any more (C3); `needs_again` when help was pressed or a second question
    for more time shown after that, `need_spent` once that has led to an offer. `back_offered`,
    `language_offered` and `asked_to_remember` are questions that are put once. `given_up` says that
    observing went wrong, and is not tried again in this visit."""

    record_band: ev.AgeBand | None = None
    document_band: ev.AgeBand | None = None
    document: Literal["", "gone", "doubted", "unsaid"] = ""
    followed: bool = False
    saved: ProfileName | None = None
    card_unsaid: bool = False
    card_language: str = ""
    language_chosen: bool = False
    helped: bool = False
    louder: bool = False
    repeats: int = 0
    zoomed: bool = False
    menu: Literal["", "shown", "speaking", "spoken", "acted"] = ""
    menu_since: float = 0.0
    first_action: float | None = None
    digit_at: float | None = None
    digits: int = 0
    gaps: tuple[float, ...] = ()
    touches: tuple[ev.TouchMeasured, ...] = ()
    bounces: int = 0
    backs: int = 0
    errors: tuple[str, ...] = ()
    same_error: bool = False
    more_time: bool = False
    dialogs: int = 0
    refused: bool = False
    needs_again: bool = False
    need_spent: bool = False
    back_offered: bool = False
    language_offered: bool = False
    asked_to_remember: bool = False
    given_up: bool = False

    def __repr__(self) -> str:
        """What differs from the empty value: for most of a visit that is little. Of an age band only
        that there is one: what is printed of a session may stand in a traceback."""
        told = ((one, getattr(self, one.name)) for one in fields(self))
        differs = ((one.name, value) for one, value in told if value != one.default)
        parts = (f"{name}={'...' if name in BANDS else repr(value)}" for name, value in differs)
        return f"Evidence({', '.join(parts)})"


BANDS: Final = frozenset(("record_band", "document_band"))
"""What is never printed."""


NO_EVIDENCE: Final = Evidence()


def observe(seen: Evidence, event: ev.Event, now: float, place: Place) -> Evidence:
    """The evidence after an event that was taken (`Chosen` for keys too). The very same value if the
    event says nothing; for most that is one look into a table."""
    look = _OBSERVERS.get(type(event))
    return seen if look is None or place == "nobody" else look(seen, event, now, place)


def with_record(seen: Evidence, band: ev.AgeBand | None, saved: ProfileName | None) -> Evidence:
    """The evidence once the bank has said what it knows of the card's holder. A document of another
    age is somebody else's, for all that can be known here, and counts no more."""
    seen = replace(seen, record_band=band, saved=saved)
    match seen.document_band:
        case None:
            return seen
        case said if band is None or said == band:
            return replace(seen, document="unsaid")
        case _:
            return replace(seen, document_band=None, document="doubted")


def entered(seen: Evidence, place: Place, now: float) -> Evidence:
    """Another screen came: the first menu begins, and a PIN is typed from its first digit on."""
    if place == "menu" and not seen.menu:
        return replace(seen, menu="shown", menu_since=now)
    if place == "pin" and (seen.digits or seen.digit_at is not None):
        return replace(seen, digits=0, digit_at=None)
    return seen


def refused(seen: Evidence) -> Evidence:
    """The customer said no to an offer, passed one over, or chose the standard version."""
    return seen if seen.refused else replace(seen, refused=True)


def failed(seen: Evidence, error: str) -> Evidence:
    """Something went wrong for the customer: `error` names its kind."""
    if seen.refused:
        return seen
    if error in seen.errors:
        return seen if seen.same_error else replace(seen, same_error=True)
    return replace(seen, errors=(*seen.errors, error)[-ERRORS_KEPT:])


def signs(seen: Evidence) -> tuple[str, ...]:
    """The signs of behaviour that hold, by their names in the table of weights."""
    found = []
    if seen.first_action is not None:
        found.append(_start(seen.first_action))
    if len(seen.gaps) >= MEDIAN_LEAST:
        found.append(_digits(median(seen.gaps)))
    if seen.touches:
        found += _hand(seen.touches)
    if seen.bounces >= BOUNCES_LEAST:
        found.append("bounces")
    if seen.backs >= BACKS_LEAST or seen.same_error:
        found.append("backs")
    if seen.more_time:
        found.append("more_time")
    return tuple(name for name in found if name)


def _start(seconds: float) -> str:
    if seconds > SLOW_START_SECONDS:
        return "slow_start"
    if seconds >= HESITANT_START_SECONDS:
        return "hesitant_start"
    return "brisk_start" if seconds < BRISK_START_SECONDS else ""


def _digits(seconds: float) -> str:
    if seconds > SLOW_DIGITS_SECONDS:
        return "slow_digits"
    return "brisk_digits" if seconds < BRISK_DIGITS_SECONDS else ""


def _hand(touches: tuple[ev.TouchMeasured, ...]) -> list[str]:
    found = []
    if sum(touch.missed for touch in touches) >= MISSES_LEAST:
        found.append("misses")
    if len(touches) >= MEDIAN_LEAST and median(t.contact_ms for t in touches) > LONG_CONTACT_MS:
        found.append("long_contact")
    offsets = [touch.offset_percent for touch in touches if not touch.missed]
    if len(offsets) >= MEDIAN_LEAST and median(offsets) > OFF_CENTRE_PERCENT:
        found.append("off_centre")
    return found


# --- one event ------------------------------------------------------------------------------------


def _touch(seen: Evidence, event: ev.TouchMeasured, now: float, place: Place) -> Evidence:
    if place == "idle" or seen.refused:
        return seen
    if event.bounced:
        return replace(seen, bounces=min(seen.bounces + 1, BOUNCES_LEAST))
    return replace(seen, touches=(*seen.touches, event)[-TOUCHES_KEPT:])


def _pin_digits(seen: Evidence, event: ev.PinDigits, now: float, place: Place) -> Evidence:
    """A pause counts between one digit and the next, and not over a correction or a page."""
    if place != "pin" or seen.refused:
        return seen
    follows = event.count == seen.digits + 1
    if follows and seen.digit_at is not None:
        gaps = (*seen.gaps, now - seen.digit_at)[-GAPS_KEPT:]
        return replace(seen, digits=event.count, digit_at=now, gaps=gaps)
    return replace(seen, digits=event.count, digit_at=now if event.count else None)


def _speaking(seen: Evidence, event: ev.SpeechStarted, now: float, place: Place) -> Evidence:
    return replace(seen, menu="speaking") if place == "menu" and seen.menu == "shown" else seen


def _spoken(seen: Evidence, event: ev.SpeechEnded, now: float, place: Place) -> Evidence:
    """Time on the menu counts from the end of its spoken prompt (TIM-04)."""
    if place != "menu" or seen.menu != "speaking":
        return seen
    return replace(seen, menu="spoken", menu_since=now)


def _dialog(seen: Evidence, event: ev.AskedForMore, now: float, place: Place) -> Evidence:
    if place == "idle":
        return seen
    if place == "menu" and seen.menu not in ("", "acted"):
        # Whatever is pressed first from now on comes later than this.
        seen = _acted(seen, now)
    again = seen.refused and seen.dialogs + 1 >= 2
    return replace(
        seen,
        dialogs=min(seen.dialogs + 1, 2),
        more_time=seen.more_time or not seen.refused,
        needs_again=seen.needs_again or again,
        digit_at=None,
    )


def _document(seen: Evidence, event: ev.DocumentRead, now: float, place: Place) -> Evidence:
    """Before a card, a document of another age is another person's. Once the bank has said how old the
    card's holder is, no document says anything more."""
    if seen.record_band is not None:
        return seen
    if seen.document_band == event.age_band:
        return replace(seen, followed=False) if seen.followed else seen
    other = place == "idle" and seen.document_band is not None
    told: Literal["", "doubted"] = "doubted" if other else ""
    return replace(seen, document_band=event.age_band, document=told, followed=False)


def _gone(seen: Evidence, event: ev.DocumentGone, now: float, place: Place) -> Evidence:
    if place != "idle" or seen.document_band is None or seen.followed:
        return seen
    return replace(seen, document_band=None, document="gone")


def _touched(seen: Evidence, event: ev.Touched, now: float, place: Place) -> Evidence:
    known = seen.document_band is not None and place == "idle"
    return replace(seen, followed=True) if known and not seen.followed else seen


def _chosen(seen: Evidence, event: ev.Chosen, now: float, place: Place) -> Evidence:
    seen = _touched(seen, ev.Touched(), now, place)
    if seen.digit_at is not None:
        seen = replace(seen, digit_at=None)
    if place == "menu" and seen.menu not in ("", "acted") and event.name not in _NO_ACTION:
        seen = _acted(seen, now)
    match event.name:
        case "help":
            again = seen.needs_again or seen.refused
            return replace(seen, helped=True, needs_again=again)
        case "louder" if not seen.louder:
            return replace(seen, louder=True)
        case "size" if not seen.zoomed and isinstance(event.value, int) and event.value > 100:
            return replace(seen, zoomed=True)
        case "repeat" if seen.repeats < REPEATS_LEAST:
            return replace(seen, repeats=seen.repeats + 1)
        case "profile" if event.value == "standard":
            return refused(seen)
        case "language" if not seen.language_chosen:
            return replace(seen, language_chosen=True)
        case "back" | "change" | "return_card" | "no_more_time" if (
            place != "idle" and not seen.refused
        ):
            return replace(seen, backs=min(seen.backs + 1, BACKS_LEAST))
        case _:
            return seen


_NO_ACTION: Final = frozenset(("offer_yes", "offer_no", "more_time", "focus"))
"""Presses on the menu that do not answer it: an offer, the question for more time, a step of the
keys."""


def _acted(seen: Evidence, now: float) -> Evidence:
    """The first action on the menu. One that comes while the prompt is still being said can be brisk
    and not slow: nobody is slow before the question has been asked."""
    seconds = now - seen.menu_since
    unsaid = seen.menu == "speaking" and seconds >= BRISK_START_SECONDS
    if unsaid or seen.refused:
        return replace(seen, menu="acted")
    return replace(seen, menu="acted", first_action=seconds)


_Observer = Callable[[Evidence, Any, float, Place], Evidence]

_OBSERVERS: Final[Mapping[type, _Observer]] = {
    ev.TouchMeasured: _touch,
    ev.PinDigits: _pin_digits,
    ev.SpeechStarted: _speaking,
    ev.SpeechEnded: _spoken,
    ev.AskedForMore: _dialog,
    ev.DocumentRead: _document,
    ev.DocumentGone: _gone,
    ev.Touched: _touched,
    ev.Chosen: _chosen,
}
