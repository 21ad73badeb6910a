"""Which presentation this customer seems to need, from what has been observed, with reasons.

The order of authority is that of accessibility.md C1: the customer's own choice, preferences on the
card, the one saved with the bank, a verified age, then signals and behaviour. Behaviour can only lead
to an offer, and an unverified age is none. Everything here happens at the border between two screens
(`flow` calls it there and nowhere else); nothing that scores say ever makes the text smaller again, it
can only be offered. No age and no score leaves this module: the look carries where its reason came
from (C5 rule 7), and the offer made by need speaks of no age because it does not look at one.
"""

from typing import Literal

from terminal import evidence as e
from terminal.card import Card
from terminal.events import AgeBand
from terminal.evidence import Evidence
from terminal.profile import LANGUAGES, NO_WISHES, Language, Wishes
from terminal.session import Look, ReasonSource
from terminal.values import replace
from terminal.weights import SHIPPED, YOUNGEST, Weights

Advice = Literal["apply", "offer", "need", "nothing"]

OUTRANK_SCORES: tuple[ReasonSource, ...] = ("EXPLICIT", "NEED", "CARD_PREF", "SAVED")
"""Reasons of the ranks 1 to 3: what a customer asked for is not weighed against scores."""


def score_tenths(seen: Evidence, weights: Weights = SHIPPED) -> int:
    """`L` of C3 in tenths."""
    band = known_band(seen)
    age = weights.ages.of(band) if band is not None else 0
    most = weights.thresholds.behaviour_most
    behaviour = sum(_weighed(seen, weights))
    return weights.prior + age + _signals(seen, weights) + max(-most, min(most, behaviour))


def known_band(seen: Evidence) -> AgeBand | None:
    """The verified age: the bank's record of the card's holder before a document laid down."""
    return seen.record_band or seen.document_band


def _signals(seen: Evidence, weights: Weights) -> int:
    louder = seen.louder or seen.repeats >= e.REPEATS_LEAST
    asked = weights.signals
    return asked.help * seen.helped + asked.louder * louder + asked.zoom * seen.zoomed


def struggle_tenths(seen: Evidence, weights: Weights = SHIPPED) -> int:
    """`S` of C3 in tenths: positive signs of behaviour only."""
    return sum(max(0, tenths) for tenths in _weighed(seen, weights))


def _weighed(seen: Evidence, weights: Weights) -> list[int]:
    return [getattr(weights.behaviour, sign) for sign in e.signs(seen)]


def advice(seen: Evidence, weights: Weights = SHIPPED) -> Advice:
    """What the scores say. Without a verified age, old enough for the operator's setting, the strongest
    advice is an offer."""
    score = score_tenths(seen, weights)
    if score >= weights.thresholds.apply and _old_enough(seen, weights):
        return "apply"
    if score >= weights.thresholds.offer:
        return "offer"
    return "need" if struggle_tenths(seen, weights) >= weights.thresholds.need else "nothing"


def _old_enough(seen: Evidence, weights: Weights) -> bool:
    band, least = known_band(seen), weights.auto_apply_age
    return band is not None and least is not None and YOUNGEST[band] >= least


Decided = tuple[Look, Evidence]


def at_border(
    look: Look, seen: Evidence, weights: Weights = SHIPPED, returning: bool = False
) -> Decided:
    """Look and evidence at the border to a screen on which a change is welcome; `returning` where that
    is the menu once more."""
    if seen.document:
        look, seen = _of_document(look, seen), replace(seen, document="")
    look, seen = _known(look, seen, weights)
    if look.said:
        return look, seen
    return _asked(look, seen, weights, returning)


STANDARD_AGAIN = "standard_again"
"""Said when the look that somebody's document brought was taken back."""


def _of_document(look: Look, seen: Evidence) -> Look:
    """What became of a document is followed before anything else is. A look that it brought, and that
    nobody chose by hand, is said again to whoever's card came, or taken back: aloud if somebody is
    there. So is the offer that it brought, and that counts as none."""
    brought = look.profile != "standard" and not look.locked
    if seen.document == "unsaid":
        return replace(look, said="applied") if brought else look
    if look.offer == "look":
        look = replace(look, offer="", offers_made=look.offers_made - 1)
    if not brought:
        return look
    reason: ReasonSource = "DEFAULT" if look.reason == "DOCUMENT" else look.reason
    said = "" if seen.document == "gone" else STANDARD_AGAIN
    return replace(look, profile="standard", reason=reason, said=said)


def _known(look: Look, seen: Evidence, weights: Weights) -> Decided:
    """What is known surely enough to be applied without asking. What the card asked for was applied
    when it was read, and is said on the first screen that stays. A saved look is said with the switch
    that changes it: "saved" names the one to the standard version, "saved_standard" the other."""
    if seen.card_unsaid:
        said = "card_pref" if look.reason == "CARD_PREF" else look.said
        return replace(look, said=said), replace(seen, card_unsaid=False)
    if look.locked or look.reason in OUTRANK_SCORES:
        return look, seen
    match seen.saved:
        case "elder" | "low_vision" as saved:
            shown = replace(look, profile=saved, reason="SAVED", offer="", said="saved")
            return shown, seen
        case "standard":
            plain = replace(look, profile="standard", reason="SAVED", offer="")
            changed = look.profile != "standard" or look.said == STANDARD_AGAIN
            said = "saved_standard" if changed else look.said
            return replace(plain, said=said), seen
        case None:
            pass
    if look.profile != "standard" or seen.refused or advice(seen, weights) != "apply":
        return look, seen
    reason: ReasonSource = "DOCUMENT" if seen.document_band else "RECORD"
    return replace(look, profile="elder", reason=reason, offer="", said="applied"), seen


def _asked(look: Look, seen: Evidence, weights: Weights, returning: bool) -> Decided:
    """What may only be offered. One question at a time, and one that is open stays alone."""
    if look.offer:
        return look, seen
    if language_to_offer(look, seen):
        return replace(look, offer="language"), replace(seen, language_offered=True)
    if look.offers_made >= weights.offers_max:
        return look, seen
    if look.profile == "standard":
        return _offered(look, seen, weights)
    low = score_tenths(seen, weights) < weights.thresholds.back
    mine = look.profile == "elder" and not look.locked and look.reason not in OUTRANK_SCORES
    if returning and low and mine and not seen.back_offered:
        return _with_offer(look, "standard"), replace(seen, back_offered=True)
    return look, seen


def _offered(look: Look, seen: Evidence, weights: Weights) -> Decided:
    if seen.refused or look.locked:
        if seen.needs_again and not seen.need_spent:
            return _with_offer(look, "need"), replace(seen, need_spent=True)
        return look, seen
    match advice(seen, weights):
        case "apply" | "offer" if look.reason not in OUTRANK_SCORES:
            return _with_offer(look, "look"), seen
        case _ if struggle_tenths(seen, weights) >= weights.thresholds.need:
            return _with_offer(look, "need"), seen
        case _:
            return look, seen


def _with_offer(look: Look, offer: Literal["look", "need", "standard"]) -> Look:
    return replace(look, offer=offer, offers_made=look.offers_made + 1)


def language_to_offer(look: Look, seen: Evidence) -> Language | None:
    """The card's first language, where this machine speaks it, shows another, and has not asked."""
    if seen.language_chosen or seen.language_offered or seen.card_language == look.language:
        return None
    return card_language(seen)


def card_language(seen: Evidence) -> Language | None:
    """The card's first language, if it is one of ours."""
    return next((known for known in LANGUAGES if known == seen.card_language), None)


def with_card(look: Look, seen: Evidence, card: Card) -> Decided:
    """Look and evidence after a card was read: exactly the features it asks for, one by one over what
    is shown. A profile that the customer chose stays without them; a feature that they set by hand
    stays as it is."""
    seen = replace(seen, card_language=card.languages[0] if card.languages else "")
    if card.wishes in (None, NO_WISHES) or look.reason in ("EXPLICIT", "NEED"):
        return look, seen
    assert card.wishes is not None
    wishes = _under_hand(card.wishes, look.wishes) if look.by_hand else card.wishes
    shown = replace(look, wishes=wishes, reason="CARD_PREF", offer="", said="", from_card=True)
    return shown, replace(seen, card_unsaid=True)


def _under_hand(card: Wishes, hand: Wishes) -> Wishes:
    """The card's features, where the customer has not set the same one by hand."""
    sized = hand.size_percent != NO_WISHES.size_percent
    return replace(
        card,
        size_percent=hand.size_percent if sized else card.size_percent,
        text_tenths_mm=0 if sized else card.text_tenths_mm,
        contrast=hand.contrast or card.contrast,
        seated=hand.seated or card.seated,
    )


def expected_next_time(seen: Evidence, weights: Weights = SHIPPED) -> str:
    """The profile that the next visit would begin with, if nothing new is kept."""
    if seen.saved is not None:
        return seen.saved
    return "elder" if advice(seen, weights) == "apply" else "standard"


def may_remember(look: Look, seen: Evidence, weights: Weights = SHIPPED) -> bool:
    """Whether to ask if the next visit shall look like this one: the customer chose a profile that the
    next visit would not begin with, and has not been asked yet."""
    chosen = look.reason in ("EXPLICIT", "NEED") and look.locked
    return (
        chosen and not seen.asked_to_remember and look.profile != expected_next_time(seen, weights)
    )
