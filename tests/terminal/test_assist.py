"""What follows from evidence: the worked cases of accessibility.md C3, the order of authority of C1,
hysteresis, and the customer's choice above everything."""

from dataclasses import replace
from typing import Any

import pytest

from terminal.assist import (
    advice,
    at_border,
    expected_next_time,
    may_remember,
    score_tenths,
    struggle_tenths,
    with_card,
)
from terminal.card import Card, Pan
from terminal.events import AgeBand, TouchMeasured
from terminal.evidence import NO_EVIDENCE, Evidence, with_record
from terminal.profile import Wishes
from terminal.session import Look
from terminal.weights import SHIPPED, Thresholds, Weights

HARD = TouchMeasured(missed=True, contact_ms=300)
OFF = TouchMeasured(missed=False, contact_ms=300, offset_percent=60)
EVERY_SIGN = Evidence(
    first_action=20.0,
    gaps=(3.0, 3.0, 3.0),
    touches=(HARD, HARD, OFF, OFF, OFF, OFF),
    bounces=2,
    backs=2,
    more_time=True,
)
BRISK = Evidence(first_action=2.0, gaps=(0.3, 0.3, 0.3))
"""Both signs of haste: -1.0."""
PLUS_8 = Evidence(more_time=True)


def of(band: AgeBand | None, behaviour: Evidence = NO_EVIDENCE, **more: Any) -> Evidence:
    return replace(behaviour, record_band=band, **more)


@pytest.mark.parametrize(
    ("seen", "score", "expected"),
    [
        (of(None), -11, "nothing"),
        (of("under50"), -26, "nothing"),
        (of("60to64"), 9, "offer"),
        (of("60to64", PLUS_8), 17, "apply"),
        (of("65to69"), 17, "apply"),
        (of("70to79"), 22, "apply"),
        (of("70to79", BRISK), 12, "offer"),
        (of("80plus", BRISK), 19, "apply"),
        (of(None, EVERY_SIGN), 4, "offer"),
        (of("under50", EVERY_SIGN), -11, "need"),
        (of(None, helped=True), -1, "nothing"),
    ],
)
def test_worked_cases(seen: Evidence, score: int, expected: str) -> None:
    assert score_tenths(seen) == score
    assert advice(seen) == expected


def test_behaviour_is_clamped_both_ways() -> None:
    assert struggle_tenths(EVERY_SIGN) == 36
    assert score_tenths(EVERY_SIGN) == -11 + 15
    weights = replace(SHIPPED, thresholds=Thresholds(behaviour_most=4))
    assert score_tenths(BRISK, weights) == -11 - 4


def test_zero_is_an_offer_and_seventeen_applies() -> None:
    for prior, expected in ((-1, "nothing"), (0, "offer"), (16, "offer"), (17, "apply")):
        assert advice(of("50to59"), Weights(prior=prior, auto_apply_age=None)) != "apply"
        assert advice(of("60to64"), Weights(prior=prior - 20)) == expected


def test_the_sum_of_ten_tenths_is_a_need() -> None:
    nine = Evidence(gaps=(3.0, 3.0, 3.0), backs=2, record_band="under50")
    assert struggle_tenths(nine) == 9
    assert advice(nine) == "nothing"
    twelve = replace(nine, bounces=2)
    assert advice(twelve) == "need"
    ten = Evidence(first_action=20.0, same_error=True, record_band="under50")
    assert (struggle_tenths(ten), advice(ten)) == (10, "need")


def test_without_a_verified_age_the_strongest_advice_is_an_offer() -> None:
    everything = of(None, EVERY_SIGN, zoomed=True, helped=True, louder=True)
    assert score_tenths(everything) == 41
    assert advice(everything) == "offer"


def test_nobody_whose_age_is_known_to_be_under_the_operators_is_changed_without_asking() -> None:
    for band in ("under50", "50to59"):
        seen = of(band, EVERY_SIGN, zoomed=True, helped=True, louder=True)
        assert score_tenths(seen) >= 17
        assert advice(seen) == "offer"


@pytest.mark.parametrize(
    ("age", "applied"),
    [
        (60, ("65to69", "70to79", "80plus")),
        (65, ("65to69", "70to79", "80plus")),
        (70, ("70to79", "80plus")),
        (None, ()),
    ],
)
def test_from_which_age_is_the_operators_to_say(age: int | None, applied: tuple[str, ...]) -> None:
    weights = Weights(auto_apply_age=age)
    for band in ("60to64", "65to69", "70to79", "80plus"):
        wanted = "apply" if band in applied else "offer"
        assert advice(of(band), weights) == wanted, band


def test_repeat_twice_weighs_as_much_as_louder_and_not_twice() -> None:
    assert score_tenths(Evidence(repeats=1)) == -11
    assert score_tenths(Evidence(repeats=2)) == score_tenths(Evidence(louder=True)) == -4
    assert score_tenths(Evidence(repeats=2, louder=True)) == -4


# --- the order of authority ------------------------------------------------------------------------


def test_a_customers_choice_is_never_overruled() -> None:
    chosen = Look(profile="standard", reason="EXPLICIT", locked=True)
    seen = of("80plus", EVERY_SIGN, saved="elder", document_band="80plus")
    assert at_border(chosen, seen)[0] is chosen


def test_a_saved_preference_outranks_age() -> None:
    look, _ = at_border(Look(), of("80plus", saved="standard"))
    assert (look.profile, look.reason, look.offer) == ("standard", "SAVED", "")
    again, _ = at_border(look, of("80plus", saved="standard"))
    assert (again.profile, again.offer) == ("standard", "")


@pytest.mark.parametrize("saved", ["elder", "low_vision"])
def test_a_saved_profile_is_shown_and_said(saved: Any) -> None:
    look, _ = at_border(Look(), of("under50", saved=saved))
    assert (look.profile, look.reason, look.said) == (saved, "SAVED", "saved")


def test_a_saved_standard_in_place_of_another_names_the_other_switch() -> None:
    look, _ = at_border(Look("elder", reason="RECORD"), of("80plus", saved="standard"))
    assert (look.profile, look.reason, look.said) == ("standard", "SAVED", "saved_standard")


def test_verified_age_applies_and_says_so_once() -> None:
    look, _ = at_border(Look(), of("70to79"))
    assert (look.profile, look.reason, look.said) == ("elder", "RECORD", "applied")


def test_sixty_three_is_offered_and_not_changed() -> None:
    look, _ = at_border(Look(), of("60to64"))
    assert (look.profile, look.offer, look.offers_made) == ("standard", "look", 1)


def test_a_document_says_so_and_never_wins_over_the_record() -> None:
    look, _ = at_border(Look(), of(None, document_band="70to79"))
    assert (look.profile, look.reason) == ("elder", "DOCUMENT")
    both = of("under50", document_band="70to79")
    assert (score_tenths(both), advice(both)) == (-26, "nothing")
    look, _ = at_border(Look(), both)
    assert (look.profile, look.offer) == ("standard", "")
    look, _ = at_border(Look(), with_record(of(None, document_band="under50"), "80plus", None))
    assert (look.profile, look.reason) == ("elder", "RECORD")


CARD = Card(Pan("6228480000000000117"), "3012", ("zh",), wishes=Wishes(contrast="strong"))


def test_a_cards_preferences_are_applied_exactly_and_said_on_the_next_screen() -> None:
    look, seen = with_card(Look(), NO_EVIDENCE, CARD)
    assert (look.profile, look.wishes, look.reason) == ("standard", CARD.wishes, "CARD_PREF")
    look, seen = at_border(look, replace(seen, saved="elder", record_band="80plus"))
    assert (look.profile, look.said, look.wishes) == ("standard", "card_pref", CARD.wishes)
    look, seen = at_border(replace(look, said=""), seen)
    assert (look.said, look.offer, look.profile) == ("", "", "standard")


def test_a_card_does_not_overrule_what_was_chosen_before_it() -> None:
    chosen = Look(profile="elder", reason="EXPLICIT", locked=True)
    assert with_card(chosen, NO_EVIDENCE, CARD)[0] is chosen
    refused, _ = with_card(Look(locked=True), NO_EVIDENCE, CARD)
    assert refused.wishes == CARD.wishes, "a no to larger text is none to what the card asks for"
    by_hand = Look(wishes=Wishes(size_percent=150, contrast="white_on_black"), by_hand=True)
    card = replace(CARD, wishes=Wishes(text_tenths_mm=140, contrast="strong", time_factor=3))
    look, _ = with_card(by_hand, NO_EVIDENCE, card)
    assert look.wishes == Wishes(size_percent=150, contrast="white_on_black", time_factor=3)


# --- hysteresis ------------------------------------------------------------------------------------


def test_scores_never_turn_the_large_type_off() -> None:
    elder = Look("elder", reason="RECORD")
    for seen in (of("70to79", BRISK), of("80plus", BRISK, document_band="under50")):
        look, _ = at_border(elder, seen, returning=True)
        assert look.profile == "elder"


def test_the_way_back_is_offered_once_on_a_return_to_the_menu() -> None:
    elder, seen = Look("elder", reason="DOCUMENT"), of(None, document_band="under50")
    assert at_border(elder, seen, returning=False)[0].offer == ""
    look, seen = at_border(elder, seen, returning=True)
    assert (look.offer, look.offers_made) == ("standard", 1)
    look, seen = at_border(replace(look, offer=""), seen, returning=True)
    assert look.offer == ""


def test_the_way_back_is_not_offered_from_what_the_customer_asked_for() -> None:
    for elder in (
        Look("elder", reason="EXPLICIT", locked=True),
        Look("elder", reason="NEED", locked=True),
        Look("elder", reason="SAVED"),
    ):
        look, _ = at_border(elder, of("under50", saved="elder"), returning=True)
        assert look.offer == "", elder.reason


def test_after_a_no_only_a_need_is_offered_and_only_once() -> None:
    refused = of("60to64", refused=True)
    plain = Look(locked=True, offers_made=1)
    assert at_border(plain, refused)[0] is plain
    look, seen = at_border(plain, replace(refused, needs_again=True))
    assert (look.offer, look.offers_made) == ("need", 2)
    look, seen = at_border(replace(look, offer=""), seen)
    assert look.offer == ""


def test_who_chose_the_standard_version_is_asked_by_need_once_and_not_twice() -> None:
    chosen = Look(reason="EXPLICIT", locked=True)
    look, seen = at_border(chosen, of("80plus", refused=True, needs_again=True))
    assert (look.offer, look.offers_made) == ("need", 1)
    assert at_border(replace(look, offer=""), seen)[0].offer == ""


def test_after_a_no_nothing_is_changed_without_asking() -> None:
    look, _ = at_border(Look(), of("80plus", refused=True))
    assert (look.profile, look.offer) == ("standard", "")


def test_there_are_at_most_two_offers() -> None:
    seen = of("60to64", refused=True, needs_again=True)
    assert at_border(Look(offers_made=2), seen)[0].offer == ""
    assert at_border(Look(), of("60to64"), Weights(offers_max=0))[0].offer == ""


def test_one_question_at_a_time() -> None:
    look, _ = at_border(Look(offer="look", offers_made=1), of("60to64", card_language="en"))
    assert (look.offer, look.offers_made) == ("look", 1)


def test_an_offer_that_is_open_gives_way_to_what_is_known_by_now() -> None:
    look, _ = at_border(Look(offer="look", offers_made=1), of("60to64", PLUS_8))
    assert (look.profile, look.offer, look.said) == ("elder", "", "applied")


def test_need_is_offered_whatever_the_age() -> None:
    for band in (None, "under50", "50to59"):
        seen = of(band, first_action=20.0, backs=2)
        assert at_border(Look(), seen)[0].offer == "need", band


# --- the language of the card ----------------------------------------------------------------------


def test_the_cards_language_is_offered_and_counts_as_no_offer_of_a_profile() -> None:
    look, seen = at_border(Look(), Evidence(card_language="en"))
    assert (look.offer, look.offers_made, look.language) == ("language", 0, "zh")
    assert at_border(replace(look, offer=""), seen)[0].offer == ""


@pytest.mark.parametrize(
    "seen",
    [
        Evidence(card_language="zh"),
        Evidence(card_language="fr"),
        Evidence(card_language="en", language_chosen=True),
    ],
)
def test_no_language_is_offered_that_is_shown_unknown_or_was_passed_by(seen: Evidence) -> None:
    assert at_border(Look(), seen)[0].offer == ""


def test_an_announcement_and_a_question_never_share_the_banner() -> None:
    look, seen = at_border(Look(), of("70to79", card_language="en"))
    assert (look.said, look.offer) == ("applied", "")
    assert at_border(replace(look, said=""), seen)[0].offer == "language"


# --- remembering -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("look", "seen", "asks"),
    [
        (Look("elder", reason="EXPLICIT", locked=True), NO_EVIDENCE, True),
        (Look("elder", reason="NEED", locked=True), NO_EVIDENCE, True),
        (Look("low_vision", reason="EXPLICIT", locked=True), Evidence(saved="elder"), True),
        (Look("elder", reason="EXPLICIT", locked=True), Evidence(saved="elder"), False),
        (Look("elder", reason="EXPLICIT", locked=True), of("70to79"), False),
        (Look("standard", reason="EXPLICIT", locked=True), of("70to79"), True),
        (Look("standard", reason="EXPLICIT", locked=True), Evidence(saved="elder"), True),
        (Look("standard", reason="EXPLICIT", locked=True), NO_EVIDENCE, False),
        (Look("elder", reason="RECORD"), of("70to79"), False),
        (Look("elder", reason="SAVED"), Evidence(saved="elder"), False),
        (Look(locked=True), of("60to64", refused=True), False),
        (
            Look("elder", reason="EXPLICIT", locked=True),
            Evidence(asked_to_remember=True),
            False,
        ),
    ],
)
def test_who_is_asked_whether_to_remember(look: Look, seen: Evidence, asks: bool) -> None:
    assert may_remember(look, seen) is asks


def test_the_next_visit_begins_with_what_is_saved_or_what_the_age_says() -> None:
    assert expected_next_time(Evidence(saved="low_vision")) == "low_vision"
    assert expected_next_time(of("80plus")) == "elder"
    assert expected_next_time(of("60to64")) == "standard"
