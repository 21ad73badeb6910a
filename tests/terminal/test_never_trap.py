"""Nobody is caught in a profile (accessibility.md C5), changes come at borders only (C3), and nothing
of one visit reaches the next."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.stage.samples import ORDER as SHOWN
from sim.stage.samples import SAMPLES
from terminal import effects as fx
from terminal import events as ev
from terminal import noticing
from terminal import session as s
from terminal.evidence import NO_EVIDENCE, Evidence
from terminal.flow import step
from terminal.focus import targets
from terminal.journal import rows
from terminal.keys import chosen_by_key
from terminal.money import yuan
from terminal.noticing import BORDERS, LEFT
from terminal.profile import NO_WISHES, PROFILE_NAMES, Wishes
from terminal.prompts import leaf_shown, offer_answers, phase_prompt, text_key
from terminal.service import ServicePhase
from terminal.sound import Sound
from tests.each import each
from tests.terminal.conftest import CARD, ORDER, PATH, PRESENTER, a_session

KEY = bytes(32)
MIX = (5, 0, 0, 0)


def pressed(session: s.Session, name: str, value: Any = None) -> s.Session:
    return step(session, ev.Chosen(name, value), 50.0)[0]


# --- rule 1: the switch ---------------------------------------------------------------------------


@each("name", SAMPLES)
def test_the_switch_is_on_every_screen_and_loses_nothing_that_was_typed(name: str) -> None:
    start = SAMPLES[name]
    switch = next(one for one in targets(start) if one.name == "profile")
    after, effects = step(start, switch, 20.0)
    assert after.look.profile == switch.value
    assert (after.look.profile, after.look.from_card) != (start.look.profile, start.look.from_card)
    assert (after.phase, after.overlay, after.visit) == (start.phase, start.overlay, start.visit)
    assert [one for one in effects if not isinstance(one, fx.HoldPin)] == []
    back = next(one for one in targets(after) if one.name == "profile")
    again, _ = step(after, back, 21.0)
    assert again.phase == start.phase


def test_the_way_out_of_a_cards_preferences_is_the_standard_version_in_one_press() -> None:
    wanting = replace(CARD, wishes=Wishes(text_tenths_mm=102, time_factor=3))
    session, _ = step(a_session(s.ReadingCard()), ev.CardRead(wanting), 3.0)
    switch = next(one for one in targets(session) if one.name == "profile")
    assert switch.value == "standard"
    out = step(session, switch, 1.0)[0].look
    assert (out.profile, out.wishes, out.reason) == ("standard", NO_WISHES, "EXPLICIT")
    assert not out.from_card


# --- rules 2 and 3: the same functions, limits and questions ---------------------------------------


BY_LEAF = ("amount", "profile", "more_payees", "more_services")
"""What stands on one leaf in one profile and on the next in another, and the switch itself."""


@each("name", SAMPLES)
def test_a_profile_changes_no_answer_but_which_amounts_come_first(name: str) -> None:
    seen = set()
    for profile in PROFILE_NAMES:
        shown = replace(SAMPLES[name], look=replace(SAMPLES[name].look, profile=profile, offer=""))
        names = {one.name for one in targets(shown) if one.name not in BY_LEAF}
        turned_back = {"back"} if leaf_shown(shown) else set[str]()
        seen.add(frozenset(names - {"size", "contrast"} - turned_back - _is_back(shown)))
    assert len(seen) == 1


def _is_back(session: s.Session) -> frozenset[str]:
    """Change, where Back, which stands in every profile, leads to the very same."""
    back, change = (step(session, ev.Chosen(name), 1.0) for name in ("back", "change"))
    return frozenset({"change"} if back == change and back[0].phase != session.phase else ())


@pytest.mark.parametrize("profile", PROFILE_NAMES)
@pytest.mark.parametrize("major", [10, 100, 2_000, 4_000])
def test_every_amount_that_can_be_paid_can_be_taken_in_every_profile(
    profile: str, major: int
) -> None:
    session = a_session(s.EnteringAmount(CARD), profile=profile)
    for digit in str(major):
        session = pressed(session, "digit", int(digit))
    reviewing = pressed(session, "confirm")
    assert isinstance(reviewing.phase, s.Reviewing)
    assert reviewing.phase.amount == yuan(major)


# --- rule 4: detection that fails -----------------------------------------------------------------


@pytest.mark.parametrize("reason", ["notAnId", "unreadable", "expired", "forged"])
@pytest.mark.parametrize(
    "phase",
    [s.Idle(), s.ReadingCard(), s.EnteringPin(CARD, digits=3), s.ChoosingAmount(CARD)],
    ids=lambda phase: type(phase).__name__,
)
def test_a_document_that_tells_no_age_is_a_line_and_nothing_else(reason: Any, phase: Any) -> None:
    before = a_session(phase)
    after, effects = step(before, ev.DocumentUnread(reason), 10.0)
    assert effects == ()
    assert after.look == replace(before.look, said=f"document_{reason}")
    assert replace(after, look=before.look, wait=before.wait) == before


@pytest.mark.parametrize(
    "phase",
    [s.TakingCard(ORDER, None), s.Counting(ORDER, MIX, yuan(500)), s.OutOfService("cash")],
    ids=lambda phase: type(phase).__name__,
)
def test_a_document_says_nothing_where_it_could_change_nothing(phase: Any) -> None:
    before = a_session(phase)
    for event in (ev.DocumentUnread("forged"), ev.DocumentRead("80plus"), ev.DocumentGone()):
        after, effects = step(before, event, 10.0)
        assert (replace(after, wait=before.wait), effects) == (before, ())


def test_a_bank_that_says_nothing_of_the_customer_leaves_the_standard_version() -> None:
    asking = a_session(s.AskingBank(CARD, "m1"))
    known, _ = step(asking, ev.CardKnown(("withdrawal",)), 5.0)
    assert known.look == s.Look()
    assert isinstance(known.phase, s.EnteringPin)


@pytest.mark.parametrize("part", ["observe", "at_border"])
def test_a_mistake_in_noticing_ends_no_visit(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(noticing, part, broken)
    session = a_session(s.CheckingPin(CARD, "m"))
    for event in (ev.Chosen("help"), ev.Chosen("close"), ev.PinRight("m")):
        session, _ = step(session, event, 5.0)
    assert isinstance(session.phase, s.ChoosingAmount)
    assert (session.look, session.evidence.given_up) == (s.Look(), True)
    monkeypatch.undo()
    session, _ = step(session, ev.Chosen("help"), 8.0)
    assert not session.evidence.helped
    session, _ = step(pressed(session, "close"), ev.Chosen("return_card"), 9.0)
    for ending in (ev.CardAtGate(), ev.CardTaken(), ev.TimedOut()):
        session, _ = step(session, ending, 20.0)
    assert_fresh(session)


# --- rule 5: the keys -----------------------------------------------------------------------------

MONEY_MOVES = (
    *(s.PreparingCash, s.Dispensing, s.PresentingNotes, s.TakingNotes, s.Retracting),
    *(s.RejectingNotes, s.Counting, s.StatingCount),
)
NO_CARD_INSIDE = (
    *(s.Starting, s.ReturningFound, s.OutOfService, s.Idle, s.KeepingCard),
    *(s.Explaining, s.Farewell),
)


def notes_or_no_card(phase: ServicePhase) -> bool:
    """Notes are moving, and come back first (`journeys/services/test_deposit.py`); or nobody's card is in."""
    return phase.moves_money or not phase.holds_card


@each("name", SAMPLES)
def test_the_card_comes_back_by_a_key_wherever_it_is_inside(name: str) -> None:
    session = replace(SAMPLES[name], focus=0)
    if session.practice is not None or isinstance(session.phase, MONEY_MOVES + NO_CARD_INSIDE):
        return
    if isinstance(session.phase, s.TakingCard) and session.phase.order is None:
        return
    if isinstance(session.phase, ServicePhase) and notes_or_no_card(session.phase):
        return
    for _ in range(2):
        if not isinstance(session.phase, s.TakingCard) or session.phase.order is not None:
            session, _ = step(session, ev.KeyPressed("cancel"), 10.0)
    assert isinstance(session.phase, s.TakingCard)
    assert session.phase.order is None


# --- rule 6: one press ----------------------------------------------------------------------------


def test_a_profile_applied_wrongly_costs_one_press() -> None:
    asking = a_session(s.AskingBank(CARD, "m1"))
    session, _ = step(asking, ev.CardKnown(("withdrawal",), "80plus"), 5.0)
    assert (session.look.profile, session.look.said) == ("elder", "applied")
    session = pressed(session, "profile", "standard")
    assert (session.look.profile, session.look.wishes) == ("standard", NO_WISHES)
    session, _ = step(replace(session, phase=s.CheckingPin(CARD, "m2")), ev.PinRight("m2"), 9.0)
    assert (session.look.profile, session.look.offer, session.look.said) == ("standard", "", "")


# --- rule 7: what is recorded ---------------------------------------------------------------------


def test_no_observation_makes_a_row() -> None:
    touch = ev.TouchMeasured(missed=True, contact_ms=987, offset_percent=76, bounced=True)
    document = (ev.DocumentRead("80plus"), ev.DocumentUnread("forged"), ev.DocumentGone())
    for event in (touch, *document, ev.PinDigits(3)):
        for phase in (s.EnteringPin(CARD, digits=2), s.TakingNotes(ORDER, MIX), s.Idle()):
            before = a_session(phase)
            after, effects = step(before, event, 10.0)
            written = rows(before, event, after, effects, KEY)
            assert written == []


def test_the_row_of_a_changed_profile_says_where_it_came_from_and_no_more() -> None:
    before = a_session(s.AskingBank(CARD, "m1"))
    event = ev.CardKnown(("withdrawal",), "80plus", None)
    after, effects = step(before, event, 10.0)
    written = rows(before, event, after, effects, KEY)
    assert [(row.kind, dict(row.body)) for row in written if row.kind != "CARD_KNOWN"] == [
        ("PROFILE", {"profile": "elder", "reason": "RECORD", "language": "zh"})
    ]


# --- changes at borders only ----------------------------------------------------------------------

RIPE = Evidence(record_band="80plus", more_time=True, backs=2, helped=True)
NO_BORDERS = [
    *(s.EnteringPin(CARD, digits=3), s.ChoosingAmount(CARD), s.EnteringAmount(CARD, 12)),
    *(s.SuggestingAmounts(CARD, yuan(5), (yuan(10),)), s.Reviewing(CARD, yuan(500), MIX)),
    *(
        s.TakingCard(ORDER, None, True),
        s.TakingNotes(ORDER, MIX),
        s.Counting(ORDER, MIX, yuan(500)),
    ),
]
NUDGES = (
    *(ev.Touched(), ev.PinDigits(4), ev.Reminded(1), ev.SpeechEnded(), ev.AskedForMore()),
    *(ev.Chosen("help"), ev.Chosen("repeat"), ev.Chosen("digit", 1), ev.KeyPressed("*")),
    *(ev.TouchMeasured(True, 400), ev.DocumentRead("80plus"), ev.Chosen("louder")),
)


@pytest.mark.parametrize("phase", NO_BORDERS, ids=lambda phase: type(phase).__name__)
def test_nothing_changes_and_nothing_is_offered_while_a_screen_stays(phase: Any) -> None:
    session = replace(a_session(phase), evidence=RIPE)
    for event in NUDGES:
        after, _ = step(session, event, 30.0)
        if type(after.phase) is type(session.phase):
            look = after.look
            assert (look.profile, look.offer, look.wishes) == ("standard", "", NO_WISHES), event


@pytest.mark.parametrize(
    ("before", "event"),
    [
        (s.ChoosingAmount(CARD), ev.Chosen("other_amount")),
        (s.ChoosingAmount(CARD), ev.Chosen("amount", 50_000)),
        (s.EnteringAmount(CARD, 500), ev.Chosen("confirm")),
        (
            s.Authorizing(CARD, ORDER.txid, 7, yuan(500), MIX, True),
            ev.Approved(ORDER.txid, "A", "t"),
        ),
        (s.TakingCard(ORDER, None, True), ev.CardTaken()),
    ],
)
def test_no_change_comes_with_typing_reviewing_or_a_slot(before: Any, event: ev.Event) -> None:
    after, _ = step(replace(a_session(before), evidence=RIPE), event, 30.0)
    assert type(after.phase) is not type(before)
    assert (after.look.profile, after.look.offer) == ("standard", "")


def test_what_was_noticed_on_the_way_is_applied_when_the_menu_comes() -> None:
    session = replace(a_session(s.CheckingPin(CARD, "m2")), evidence=Evidence())
    session, _ = step(session, ev.DocumentRead("70to79"), 4.0)
    assert session.look.profile == "standard"
    session, _ = step(session, ev.PinRight("m2"), 5.0)
    assert (session.look.profile, session.look.reason) == ("elder", "DOCUMENT")


def test_a_document_before_the_card_changes_the_first_screen_until_nobody_follows() -> None:
    session, _ = step(a_session(s.Idle()), ev.DocumentRead("80plus"), 5.0)
    assert (session.look.profile, session.look.reason, session.look.said) == (
        "elder",
        "DOCUMENT",
        "applied",
    )
    assert session.wait.since == 5.0
    session, _ = step(session, ev.TimedOut(), 99.0)
    assert (session.look, session.evidence) == (s.Look(), NO_EVIDENCE)


# --- a document of somebody else ------------------------------------------------------------------


def laid_down(band: Any, *then: ev.Event) -> s.Session:
    """An idle machine on whose reader somebody laid a document down and lifted it."""
    session = a_session(s.Idle())
    for event in (ev.DocumentRead(band), *then):
        session, _ = step(session, event, 5.0)
    return session


def asked_of(session: s.Session, card: Any = CARD) -> s.Session:
    """A card follows, and the bank is asked about it."""
    session, _ = step(session, ev.CardInserted(), 40.0)
    return step(session, ev.CardRead(card), 42.0)[0]


def followed_by(session: s.Session, band: Any, saved: Any = None, card: Any = CARD) -> s.Session:
    """A card follows; the bank knows its holder to be of this age."""
    session, _ = step(asked_of(session, card), ev.CardKnown(("withdrawal",), band, saved), 43.0)
    assert isinstance(session.phase, s.EnteringPin)
    return session


def shows(session: s.Session) -> tuple[str, str, str]:
    return session.look.profile, session.look.said, text_key(replace(session, overlay="view"))


def to_menu(session: s.Session) -> s.Session:
    session = replace(session, phase=s.CheckingPin(CARD, "m"))
    return step(session, ev.PinRight("m"), 60.0)[0]


@pytest.mark.parametrize("band", ["under50", "50to59"])
def test_who_comes_after_somebody_with_a_document_is_not_shown_that_persons_look(band: str) -> None:
    """Seen: a document laid down by somebody who walked off enlarged the screen of a customer whom the
    bank knows to be under fifty, silently, and "why" told her of somebody else's age."""
    session = followed_by(laid_down("80plus"), band)
    assert shows(session) == ("standard", "standard_again", "why.default")
    assert session.evidence.document_band is None
    menu = to_menu(session)
    assert (menu.look.profile, menu.look.said, menu.look.offer) == ("standard", "", "")


@pytest.mark.parametrize("band", ["65to69", "70to79"])
def test_who_needs_it_too_is_shown_it_for_their_own_age_and_told(band: str) -> None:
    session = followed_by(laid_down("80plus"), band)
    assert shows(session) == ("elder", "applied", "why.record")


def test_who_may_need_it_too_is_asked() -> None:
    session = followed_by(laid_down("80plus"), "60to64")
    assert (*shows(session), session.look.offer) == (
        *("standard", "standard_again", "why.default"),
        "",
    )
    assert (to_menu(session).look.offer, to_menu(session).look.offers_made) == ("look", 1)


@pytest.mark.parametrize("band", [None, "80plus"])
def test_a_document_that_the_bank_does_not_contradict_counts_and_is_told_once_more(
    band: str | None,
) -> None:
    """It was told to whoever stood there; the card may be another's."""
    session = followed_by(laid_down("80plus"), band)
    assert shows(session) == ("elder", "applied", "why.document")
    session, _ = step(replace(session, phase=s.CheckingPin(CARD, "m")), ev.PinWrong("m", 2), 50.0)
    assert shows(session) == ("elder", "", "why.document")


def test_what_a_hand_confirmed_is_not_taken_back() -> None:
    chosen = pressed(pressed(laid_down("80plus"), "profile", "standard"), "profile", "elder")
    assert shows(followed_by(chosen, "under50")) == ("elder", "", "why.explicit")
    offered = laid_down("60to64")
    assert offered.look.offer == "look"
    taken = pressed(offered, "offer_yes")
    session = followed_by(taken, "under50")
    assert (session.look.profile, session.look.said) == ("elder", "")


def test_an_offer_that_somebody_elses_document_brought_is_gone_and_counts_as_none() -> None:
    session = followed_by(laid_down("60to64"), "under50")
    assert (session.look.offer, session.look.offers_made, session.look.said) == ("", 0, "")
    session = followed_by(laid_down("60to64"), "70to79")
    assert shows(session) == ("elder", "applied", "why.record")


def test_a_document_laid_down_beside_the_customer_changes_nothing_for_them() -> None:
    session = followed_by(laid_down("under50"), "under50")
    for phase in (s.EnteringPin(CARD, digits=2), s.ChoosingAmount(CARD)):
        session, _ = step(replace(session, phase=phase), ev.DocumentRead("80plus"), 50.0)
    menu = to_menu(session)
    assert (menu.look.profile, menu.look.offer) == ("standard", "")
    assert back_at_menu(menu).look.profile == "standard"


def test_what_a_card_asks_for_stays_without_somebody_elses_large_type() -> None:
    wishes = Wishes(contrast="yellow_on_black", time_factor=3)
    asking = asked_of(laid_down("80plus"), replace(CARD, wishes=wishes))
    assert (asking.look.profile, asking.look.reason) == ("elder", "CARD_PREF")
    session, _ = step(asking, ev.CardKnown(("withdrawal",), "under50"), 43.0)
    assert shows(session) == ("standard", "card_pref", "why.card_pref")
    assert session.look.wishes == wishes


@pytest.mark.parametrize(
    ("saved", "look"),
    [
        ("elder", ("elder", "saved", "why.saved")),
        ("standard", ("standard", "saved_standard", "why.saved")),
    ],
)
def test_what_the_bank_keeps_counts_whatever_lay_on_the_reader(saved: str, look: Any) -> None:
    assert shows(followed_by(laid_down("80plus"), "under50", saved)) == look


def test_the_document_of_the_next_person_before_a_card_is_theirs() -> None:
    """Seen: the first document's large type stayed, put down to the age on the second."""
    session = laid_down("80plus", ev.DocumentRead("under50"))
    assert shows(session) == ("standard", "standard_again", "why.default")
    session = laid_down("80plus", ev.DocumentRead("65to69"))
    assert shows(session) == ("elder", "applied", "why.document")


@pytest.mark.parametrize("band", ["60to64", "80plus"])
def test_a_document_that_was_carried_off_leaves_the_machine_as_it_was(band: str) -> None:
    assert_fresh(laid_down(band, ev.DocumentGone()))
    assert followed_by(laid_down(band, ev.DocumentGone()), None).look == s.Look()


@pytest.mark.parametrize("going_on", [ev.Touched(), ev.Chosen("help"), ev.KeyPressed("help")])
def test_who_goes_on_at_the_glass_keeps_what_their_document_brought(going_on: ev.Event) -> None:
    session = laid_down("80plus", going_on, ev.DocumentGone())
    assert (session.look.profile, session.look.reason) == ("elder", "DOCUMENT")


def test_what_was_chosen_beside_a_document_does_not_go_with_it() -> None:
    session = a_session(s.Idle())
    for event in (
        *(ev.Chosen("language", "en"), ev.Chosen("profile", "elder"), ev.DocumentRead("80plus")),
        ev.DocumentGone(),
    ):
        session, _ = step(session, event, 5.0)
    assert (session.look.profile, session.look.language, session.look.reason) == (
        *("elder", "en", "EXPLICIT"),
    )
    session, _ = step(session, ev.TimedOut(), 99.0)
    assert_fresh(session)


def test_a_document_carried_off_in_a_visit_changes_nothing() -> None:
    before = followed_by(laid_down("80plus"), None)
    after, effects = step(before, ev.DocumentGone(), 50.0)
    assert (after, effects) == (before, ())


def test_of_two_ages_that_differ_nothing_is_on_record_but_the_look() -> None:
    session, told = laid_down("80plus"), []
    for event in (ev.CardInserted(), ev.CardRead(CARD), ev.CardKnown(("withdrawal",), "under50")):
        after, effects = step(session, event, 40.0)
        told += [
            f"{row.kind} {dict(row.body)}" for row in rows(session, event, after, effects, KEY)
        ]
        session = after
    assert [line for line in told if line.startswith("PROFILE")] == [
        "PROFILE {'profile': 'elder', 'reason': 'DOCUMENT', 'language': 'zh'}",
        "PROFILE {'profile': 'standard', 'reason': 'DEFAULT', 'language': 'zh'}",
    ]
    for band in ("80plus", "under50"):
        assert band not in "".join(told)


# --- offers ---------------------------------------------------------------------------------------


def at_menu(band: Any = None, **seen: Any) -> s.Session:
    session = replace(
        a_session(s.CheckingPin(CARD, "m2")), evidence=Evidence(record_band=band, **seen)
    )
    return step(session, ev.PinRight("m2"), 5.0)[0]


def back_at_menu(session: s.Session) -> s.Session:
    session = pressed(session, "other_amount")
    return pressed(session, "back")


def test_an_offer_passed_over_is_a_no() -> None:
    session = at_menu("60to64")
    assert session.look.offer == "look"
    session = back_at_menu(session)
    assert (session.look.offer, session.look.offers_made) == ("", 1)
    assert session.evidence.refused
    session = back_at_menu(back_at_menu(session))
    assert (session.look.offer, session.look.offers_made) == ("", 1)


def test_after_a_no_help_brings_one_offer_by_need_and_no_third_ever() -> None:
    session = pressed(at_menu("60to64"), "offer_no")
    assert (session.look.said, session.look.locked) == ("refused", True)
    session = pressed(pressed(session, "help"), "close")
    assert session.look.offer == ""
    session = back_at_menu(session)
    assert (session.look.offer, session.look.offers_made) == ("need", 2)
    for _ in range(3):
        session = back_at_menu(pressed(pressed(session, "help"), "close"))
        assert session.look.offer == ""


def test_need_is_offered_to_anybody_and_accepted_as_need() -> None:
    session = at_menu("under50", first_action=20.0, menu="acted", backs=2)
    assert session.look.offer == "need"
    session = pressed(session, "offer_yes")
    assert (session.look.profile, session.look.reason, session.look.locked) == (
        "elder",
        "NEED",
        True,
    )


@pytest.mark.parametrize(("band", "offer"), [("50to59", "look"), ("under50", "need")])
def test_who_needs_more_time_on_the_menu_is_offered_help_there(band: str, offer: str) -> None:
    session, _ = step(at_menu(band), ev.AskedForMore(), 50.0)
    assert session.look.offer == ""
    session, _ = step(session, ev.Chosen("more_time"), 60.0)
    assert (session.look.offer, session.look.offers_made) == (offer, 1)
    assert (session.look.profile, type(session.phase)) == ("standard", s.ChoosingAmount)


def test_a_page_over_the_pin_is_no_border() -> None:
    session = replace(a_session(s.EnteringPin(CARD, digits=3)), evidence=RIPE)
    session = pressed(pressed(session, "help"), "close")
    assert (session.look.profile, session.look.offer) == ("standard", "")


def test_a_second_pin_that_is_wrong_counts_as_the_same_error_twice() -> None:
    session = a_session(s.CheckingPin(CARD, "m"))
    session, _ = step(session, ev.PinWrong("m", 2), 5.0)
    assert not session.evidence.same_error
    session, _ = step(replace(session, phase=s.CheckingPin(CARD, "m")), ev.PinWrong("m", 1), 9.0)
    assert session.evidence.same_error


def test_the_way_back_answered_no_leaves_everything_as_it_is() -> None:
    seen = Evidence(document_band="under50", menu="acted")
    session = replace(
        a_session(s.EnteringAmount(CARD), profile="elder", reason="DOCUMENT"), evidence=seen
    )
    session = pressed(session, "back")
    assert session.look.offer == "standard"
    kept = pressed(session, "offer_no").look
    assert (kept.profile, kept.reason, kept.locked, kept.said) == ("elder", "DOCUMENT", False, "")
    gone = pressed(session, "offer_yes").look
    assert (gone.profile, gone.reason, gone.said) == ("standard", "EXPLICIT", "refused")


# --- the language of the card ---------------------------------------------------------------------

ENGLISH = replace(CARD, languages=("en", "zh"))


def english_at_pin() -> s.Session:
    session, _ = step(a_session(s.ReadingCard()), ev.CardRead(ENGLISH), 3.0)
    return step(session, ev.CardKnown(("withdrawal",)), 4.0)[0]


def test_the_cards_language_is_offered_in_its_own_words_and_never_forced() -> None:
    session = english_at_pin()
    assert (session.look.language, session.look.offer, session.look.offers_made) == (
        "zh",
        "language",
        0,
    )
    assert [one.text or one.name for one in offer_answers(session)] == ["to_en", "offer_no"]
    english = pressed(session, "offer_yes")
    assert (english.look.language, english.look.offer, english.look.locked) == ("en", "", False)
    chinese = pressed(session, "offer_no")
    assert (chinese.look.language, chinese.look.offer, chinese.look.locked) == ("zh", "", False)
    assert not chinese.evidence.refused


def test_a_language_passed_over_is_not_offered_again() -> None:
    session, _ = step(english_at_pin(), ev.PinEntered(), 9.0)
    assert session.look.offer == ""
    assert isinstance(session.phase, s.CheckingPin)
    session, _ = step(session, ev.PinRight(session.phase.message), 10.0)
    assert session.look.offer == ""


@pytest.mark.parametrize("event", [ev.Chosen("louder"), ev.Chosen("repeat"), ev.KeyPressed("*")])
def test_louder_and_once_more_are_noticed_and_not_recorded(event: ev.Event) -> None:
    before = a_session(s.ChoosingAmount(CARD))
    after, effects = step(before, event, 10.0)
    assert after.evidence.louder or after.evidence.repeats
    assert (effects, rows(before, event, after, effects, KEY)) == ((), [])


def test_an_offer_before_the_card_is_on_record_once_there_is_a_visit() -> None:
    idle, _ = step(a_session(s.Idle()), ev.DocumentRead("60to64"), 5.0)
    assert idle.look.offer == "look"
    after, effects = step(idle, ev.CardInserted(), 9.0)
    written = rows(idle, ev.CardInserted(), after, effects, KEY)
    assert [dict(row.body) for row in written if row.kind == "OFFER"] == [{"answer": "made"}]


def test_only_offers_of_a_profile_are_recorded_as_offers() -> None:
    asking = replace(a_session(s.AskingBank(ENGLISH, "m1")), evidence=Evidence(card_language="en"))
    for before, event in (
        (asking, ev.CardKnown(("withdrawal",))),
        (counted(), ev.Chosen("count_right")),
    ):
        after, effects = step(before, event, 9.0)
        assert after.look.offer in ("language", "remember")
        kinds = [row.kind for row in rows(before, event, after, effects, KEY)]
        assert "OFFER" not in kinds


def test_a_language_leaves_no_row_but_the_profiles() -> None:
    before = english_at_pin()
    event = ev.Chosen("offer_yes")
    after, effects = step(before, event, 9.0)
    written = rows(before, event, after, effects, KEY)
    assert [(row.kind, row.body.get("language")) for row in written] == [("PROFILE", "en")]


# --- keys only ------------------------------------------------------------------------------------


def test_somebody_who_uses_only_keys_sees_at_once_where_they_stand() -> None:
    wanting = replace(CARD, wishes=Wishes(keys_only=True))
    session, _ = step(a_session(s.ReadingCard()), ev.CardRead(wanting), 3.0)
    session, effects = step(session, ev.CardKnown(("withdrawal",)), 4.0)
    assert (session.focus, [e for e in effects if isinstance(e, fx.HoldPin)]) == (0, [])
    session, _ = step(replace(session, phase=s.CheckingPin(CARD, "m")), ev.PinRight("m"), 9.0)
    assert session.focus == 0, "Enter twice must not draw an amount that nobody chose"
    session, _ = step(session, ev.Chosen("amount", 10_000), 12.0)
    assert isinstance(session.phase, s.Reviewing)
    assert session.focus == 1
    session, _ = step(session, ev.KeyPressed("clear"), 13.0)
    session, _ = step(session, ev.KeyPressed("5"), 14.0)
    assert isinstance(session.phase, s.EnteringAmount)
    assert session.focus == 0


# --- remembering ----------------------------------------------------------------------------------

CHOSE: dict[str, Any] = {"profile": "elder", "reason": "EXPLICIT", "locked": True}


def counted(**look: Any) -> s.Session:
    counting = a_session(s.Counting(ORDER, MIX, yuan(500)), **{**CHOSE, **look})
    return replace(counting, enquiry="e1")


def farewell(**look: Any) -> s.Session:
    return step(counted(**look), ev.Chosen("count_right"), 70.0)[0]


def test_the_question_has_its_own_time_and_waits_for_a_yes() -> None:
    session = farewell()
    assert (session.look.offer, phase_prompt(session).waits) == ("remember", "remember")
    assert [one.text or one.name for one in offer_answers(session)] == ["remember_yes", "offer_no"]
    stays, _ = step(session, ev.Touched(), 75.0)
    assert (stays.look.offer, stays.wait.since) == ("remember", 75.0)
    session, effects = step(session, ev.Chosen("offer_yes"), 80.0)
    assert effects == (fx.SavePreference("e1", "elder"),)
    assert (session.look.said, phase_prompt(session).waits, session.wait.since) == (
        "remembering",
        "host",
        80.0,
    )
    session, _ = step(session, ev.PreferenceSaved("another"), 81.0)
    assert session.look.said == "remembering"
    session, _ = step(session, ev.PreferenceSaved("e1"), 82.0)
    assert (session.look.said, phase_prompt(session).waits, session.wait.since) == (
        "remembered",
        "farewell",
        82.0,
    )


@pytest.mark.parametrize("event", [ev.TimedOut(), ev.PreferenceNotSaved("e1")])
def test_a_bank_that_does_not_keep_it_or_does_not_answer_is_told_honestly(event: Any) -> None:
    session, _ = step(farewell(), ev.Chosen("offer_yes"), 80.0)
    session, _ = step(session, event, 105.0)
    assert (type(session.phase), session.look.said) == (s.Farewell, "not_remembered")
    assert not session.wait.expired
    session, _ = step(session, ev.TimedOut(), 120.0)
    assert isinstance(session.phase, s.Idle)


def test_no_and_no_answer_end_it_and_nothing_is_asked_of_the_bank() -> None:
    for event in (ev.Chosen("offer_no"), ev.TimedOut(), ev.Chosen("understood")):
        session, effects = step(farewell(), event, 90.0)
        assert [e for e in effects if isinstance(e, fx.SavePreference)] == []
        assert session.look.offer == ""
    refused, _ = step(farewell(), ev.Chosen("offer_no"), 90.0)
    assert isinstance(refused.phase, s.Farewell)
    assert refused.evidence.asked_to_remember


def test_nobody_is_asked_without_a_choice_a_bank_or_money() -> None:
    assert farewell(reason="RECORD", locked=False).look.offer == ""
    counting = a_session(s.Counting(ORDER, MIX, yuan(500)), **CHOSE)
    assert step(counting, ev.Chosen("count_right"), 70.0)[0].look.offer == ""
    down = replace(counting, enquiry="e1", machine=replace(counting.machine, host_up=False))
    assert step(down, ev.Chosen("count_right"), 70.0)[0].look.offer == ""
    leaving = replace(a_session(s.TakingCard(None, s.Notice("cancelled")), **CHOSE), enquiry="e1")
    assert step(leaving, ev.CardTaken(), 70.0)[0].look.offer == ""


def test_consent_is_on_record_and_what_became_of_it() -> None:
    told = []
    session = farewell()
    for event in (ev.Chosen("offer_yes"), ev.PreferenceSaved("e1")):
        after, effects = step(session, event, 80.0)
        told += [dict(row.body) for row in rows(session, event, after, effects, KEY)]
        session = after
    assert told == [
        {"answer": "yes", "profile": "elder"},
        {"answer": "saved", "profile": "elder"},
    ]


# --- why ------------------------------------------------------------------------------------------


def test_single_features_chosen_by_hand_are_not_put_down_to_the_standard_version() -> None:
    session = pressed(a_session(s.ChoosingAmount(CARD)), "size", 150)
    assert text_key(replace(session, overlay="view")) == "why.by_hand"
    session = pressed(session, "size", 100)
    assert text_key(replace(session, overlay="view")) == "why.default"


# --- nothing of one visit reaches the next --------------------------------------------------------

STAINED = {
    "watched": True,
    "pointed": "confirm",
    "look": s.Look(
        profile="elder",
        language="en",
        reason="CARD_PREF",
        offer="need",
        offers_made=2,
        said="applied",
        wishes=Wishes(200, "yellow_on_black", True, 140, "headset", 25, 15, 10, True, True, True),
        by_hand=True,
        from_card=True,
    ),
    "evidence": Evidence(
        record_band="80plus",
        document_band="80plus",
        saved="elder",
        card_language="en",
        helped=True,
        louder=True,
        touches=(ev.TouchMeasured(True, 300),),
        gaps=(2.5, 2.5, 2.5),
        backs=2,
        refused=True,
        asked_to_remember=True,
        given_up=True,
    ),
    "sound": Sound(False, True, 6, 5, 1, "on", True, True, 1),
    "enquiry": "e1",
    "offered": ("withdrawal",),
    "usual": ("balance",),
    "phone": "sensed",
    "serving": "balance",
    "done": True,
    "slip_ordered": True,
    "slip_due": True,
    "refusals": 2,
    "unknown_numbers": 2,
    "unknown_accounts": 2,
    "drawn": ev.Drawn(date(2026, 11, 22), yuan(9_000)),
    "page": 1,
    "focus": 2,
    "laid": ev.Laid(2, frozenset({ev.Chosen("page", 0)})),
}
"""A session with everything that can be known of a customer."""

ENDS: dict[str, tuple[s.Phase, list[ev.Event]]] = {
    "done": (s.Counting(ORDER, MIX, yuan(500)), [ev.Chosen("count_right"), ev.TimedOut()]),
    "done and remembered": (
        s.Counting(ORDER, MIX, yuan(500)),
        [
            *(ev.Chosen("profile", "low_vision"), ev.Chosen("count_right"), ev.Chosen("offer_yes")),
            *(ev.PreferenceSaved("e1"), ev.TimedOut()),
        ],
    ),
    "done and touched": (s.Farewell(s.Notice("done")), [ev.Touched()]),
    "done and understood": (s.Farewell(s.Notice("done")), [ev.Chosen("understood")]),
    "disputed": (
        s.StatingCount(ORDER, MIX, yuan(500), 100),
        [ev.Chosen("confirm"), ev.Chosen("understood")],
    ),
    "card kept": (
        s.TakingCard(None, s.Notice("cancelled"), True),
        [ev.TimedOut(), ev.CardRetained(), ev.Chosen("understood")],
    ),
    "card jammed": (
        s.TakingCard(None, s.Notice("cancelled")),
        [ev.CardJammed("mediaJam"), ev.TimedOut()],
    ),
    "card kept for the bank": (
        s.AskingBank(CARD, "m1"),
        [ev.CardRefused("card_blocked", True), ev.CardRetained(), ev.TimedOut()],
    ),
    "bank silent": (
        s.AskingBank(CARD, "m1"),
        [ev.TimedOut(), ev.CardAtGate(), ev.CardTaken(), ev.TimedOut()],
    ),
    "authorization silent": (
        s.Authorizing(CARD, ORDER.txid, 7, yuan(500), MIX, True),
        [ev.TimedOut(), ev.CardAtGate(), ev.CardTaken(), ev.TimedOut()],
    ),
    "no notes": (
        s.PreparingCash(ORDER),
        [ev.DispenseNotExecuted(ORDER.txid, "2F"), ev.Chosen("understood")],
    ),
    "in doubt": (
        s.Dispensing(ORDER),
        [ev.DispenseUnknown(ORDER.txid, "silence"), ev.Chosen("understood")],
    ),
    "retracted": (
        s.Retracting(ORDER, MIX),
        [ev.NotesRetracted(ORDER.txid, MIX), ev.TimedOut()],
    ),
    "rejected": (s.RejectingNotes(ORDER, "2F"), [ev.NotesRejected(ORDER.txid), ev.TimedOut()]),
    "record low": (
        s.Farewell(s.Notice("done")),
        [ev.JournalLow(), ev.TimedOut()],
    ),
    "reader failed": (
        s.EnteringPin(CARD),
        [ev.ReaderFailed("dead"), ev.TimedOut(), ev.TimedOut()],
    ),
    "found at a start": (
        s.ReturningFound(None, True),
        [ev.CardTaken(), ev.CashReady(PATH, (True,) * 4)],
    ),
    "restarted": (s.Starting(None, "cash"), [ev.CashReady(PATH, (True,) * 4)]),
    "restarted without cash": (s.Starting(None, "cash"), [ev.CashFailed("dead")]),
}


GIVEN_UP: tuple[ev.Event, ...] = (ev.Chosen("return_card"), ev.TimedOut())


def cancelled() -> Iterator[tuple[str, s.Phase, list[ev.Event]]]:
    """Every phase with the card inside, given up by the customer and given up by time."""
    holding: dict[str, s.Phase] = {
        "reading": s.ReadingCard(),
        "asking": s.AskingBank(CARD, "m1"),
        "pin": s.EnteringPin(CARD, 2, 3),
        "checking": s.CheckingPin(CARD, "m1"),
        "menu": s.ChoosingAmount(CARD),
        "amount": s.EnteringAmount(CARD, 12),
        "suggested": s.SuggestingAmounts(CARD, yuan(5), (yuan(10),)),
        "review": s.Reviewing(CARD, yuan(500), MIX),
    }
    for name, phase in holding.items():
        for how in GIVEN_UP:
            told: list[ev.Event] = [how, ev.CardAtGate(), ev.CardTaken(), ev.TimedOut()]
            yield f"{type(how).__name__} at {name}", phase, told


ENDS |= {name: (phase, events) for name, phase, events in cancelled()}


@pytest.mark.parametrize("able", [PATH, PRESENTER], ids=["path", "presenter"])
@pytest.mark.parametrize("name", ENDS)
def test_nothing_of_one_visit_reaches_the_next(name: str, able: ev.Capabilities) -> None:
    phase, events = ENDS[name]
    session = replace(a_session(phase, able), **STAINED)  # type: ignore[arg-type]
    for number, event in enumerate(events):
        assert not isinstance(session.phase, LEFT), f"over before event {number}"
        session, _ = step(session, event, 100.0 + number)
    assert isinstance(session.phase, LEFT), session.phase
    assert_fresh(session)


def assert_fresh(session: s.Session) -> None:
    """Nothing is left but the machine, the phase, the clock, and a plug that nobody pulled."""
    plug = Sound(jack=session.sound.jack, lost=session.sound.lost)
    fresh = s.Session(session.phase, session.machine, wait=session.wait, sound=plug)
    for one in fields(s.Session):
        assert getattr(session, one.name) == getattr(fresh, one.name), one.name


POOL: tuple[ev.Event, ...] = (
    *(ev.TimedOut(), ev.TimedOut(), ev.AskedForMore(), ev.Touched(), ev.Reminded(1)),
    *(ev.TouchMeasured(True, 400), ev.TouchMeasured(False, 400, 80), ev.SpeechEnded()),
    *(ev.DocumentRead("80plus"), ev.DocumentRead("under50"), ev.DocumentUnread("expired")),
    ev.DocumentGone(),
    *(ev.CardInserted(), ev.CardRead(CARD), ev.CardRead(replace(CARD, wishes=Wishes(200)))),
    *(ev.CardKnown(("withdrawal",), "80plus"), ev.CardKnown(("withdrawal",), "60to64", "elder")),
    *(ev.CardKnown(("withdrawal",)), ev.CardRefused("card_blocked", True), ev.PinEntered()),
    *(ev.PinDigits(1), ev.PinRight("m1"), ev.PinWrong("m1", 2), ev.PinLost()),
    *(ev.Approved(SHOWN.txid, "A", "t"), ev.Declined(SHOWN.txid, "51", "insufficient")),
    *(ev.CardAtGate(), ev.CardTaken(), ev.CardRetained(), ev.CardJammed("mediaJam")),
    *(ev.ReaderFailed("dead"), ev.ReaderReady(), ev.CardFound("absent"), ev.CardFound("inside")),
    *(ev.DispensePrepared(SHOWN.txid, ""), ev.DispenseUnknown(SHOWN.txid, "silence")),
    *(ev.NotesDispensed(SHOWN.txid, SHOWN.mix, (0,) * 4, "00", False), ev.NotesTaken(SHOWN.txid)),
    *(
        ev.NotesRetracted(SHOWN.txid, SHOWN.mix),
        ev.CashReady(PATH, (True,) * 4),
        ev.CashFailed("dead"),
    ),
    *(ev.HostDown(), ev.HostUp(), ev.JournalLow(), ev.PreferenceSaved("e1")),
    *(ev.Chosen("profile", name) for name in PROFILE_NAMES),
    *(ev.Chosen(name) for name in ("offer_yes", "offer_no", "help", "close", "back", "confirm")),
    *(ev.Chosen(name) for name in ("return_card", "other_amount", "count_right", "understood")),
    *(ev.Chosen("amount", 20_000), ev.Chosen("language", "en"), ev.Chosen("size", 150)),
    *(ev.Chosen("more_time"), ev.Chosen("change"), ev.Chosen("digit", 5), ev.KeyPressed("0")),
)
BY_HAND = ("profile", "offer_yes", "language", "size", "contrast", "seated")


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    st.sampled_from(sorted(SAMPLES)),
    st.lists(st.sampled_from(POOL), max_size=25),
    st.booleans(),
)
def test_whatever_happens(name: str, events: list[ev.Event], stained: bool) -> None:
    """The next customer finds nothing of the last; nobody is offered a profile more than twice; and a
    look changes by the customer's hand or at a border, never to smaller type."""
    session = SAMPLES[name]
    session = replace(session, visit="" if isinstance(session.phase, LEFT) else "cd" * 16)
    if stained and not isinstance(session.phase, LEFT):
        session = replace(session, **STAINED)  # type: ignore[arg-type]
    for number, event in enumerate(events):
        before = session
        session, _ = step(before, event, 10.0 * number)
        gone = isinstance(session.phase, LEFT) and not session.visit
        if gone and before.visit:
            assert_fresh(session)
            continue
        assert 0 <= session.look.offers_made <= 2
        meant = chosen_by_key(before, event.key) if isinstance(event, ev.KeyPressed) else event
        if isinstance(meant, ev.Chosen) and meant.name in BY_HAND:
            continue
        if session.look.profile != before.look.profile and session.visit:
            came = type(session.phase) is not type(before.phase)
            assert came or (before.overlay and not session.overlay)
            assert isinstance(session.phase, BORDERS)
            back = before.look.reason in ("DOCUMENT", "CARD_PREF") and not before.look.locked
            assert session.look.profile != "standard" or session.look.reason == "SAVED" or back
        assert not session.evidence.given_up or before.evidence.given_up


def test_the_stain_covers_everything_a_session_knows_of_a_customer() -> None:
    kept = {"phase", "machine", "wait", "visit", "overlay", "practice"}
    assert {one.name for one in fields(s.Session)} - kept == set(STAINED)
    plain = s.Look()
    for one in fields(s.Look):
        if one.name != "locked":
            assert getattr(STAINED["look"], one.name) != getattr(plain, one.name), one.name


@pytest.mark.parametrize("phase", [s.Idle(), s.OutOfService("cash")], ids=["idle", "closed"])
def test_who_walks_away_before_a_card_leaves_nothing(phase: Any) -> None:
    session = replace(a_session(phase), visit="")
    for choice in (
        *(ev.Chosen("profile", "elder"), ev.Chosen("language", "en"), ev.Chosen("size", 150)),
        *(ev.Chosen("help"), ev.Chosen("close"), ev.DocumentRead("80plus")),
        *(ev.Chosen("page", 1), ev.Chosen("help"), ev.Chosen("focus", 2)),
    ):
        session, _ = step(session, choice, 10.0)
    assert session.look.profile == "elder"
    session, _ = step(session, ev.TimedOut(), 300.0)
    assert_fresh(session)


def test_the_hand_that_ended_the_last_visit_is_not_the_next_customers() -> None:
    session = a_session(s.Idle())
    for event in (
        *(ev.TouchMeasured(True, 300), ev.TouchMeasured(True, 300), ev.Touched()),
        *(ev.SpeechEnded(), ev.PinDigits(3)),
    ):
        session, _ = step(session, event, 10.0)
    assert session.evidence == NO_EVIDENCE
