"""The counter is two presses from every screen, what its page says of the card is what the card does, and nobody who
looks at it loses anything (accessibility.md F, own choice; CN-13)."""

import pytest

from sim.stage.samples import CARD, SAMPLES
from sim.stage.settings import own_design
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.counter import CARD_BACK, FROM_PAGE, way
from terminal.flow import step
from terminal.flows.escrow_screens import Changed, Closing, Returning
from terminal.focus import bar_allows, targets
from terminal.messages import VOICED
from terminal.profile import Language, ProfileName
from terminal.prompts import phase_prompt, prompt_of, text_key
from terminal.values import replace
from tests.each import each
from tests.terminal.conftest import a_session

CATALOGUES = own_design().catalogues
BACK = ev.Chosen("return_card")


def seen_by(name: str, profile: ProfileName, language: Language) -> s.Session:
    """The sample, for this profile and language, with nothing over it, in a visit with an id like any."""
    shown = SAMPLES[name]
    look = replace(shown.look, profile=profile, language=language, offer="", said="")
    return replace(shown, look=look, overlay="", visit="a" * 32 if shown.visit else "")


def at_counter_page(session: s.Session) -> s.Session:
    """Two presses later."""
    helped = step(session, ev.Chosen("help"), 60.0)[0]
    assert "counter" in [one.name for one in prompt_of(helped).answers]
    return step(helped, ev.Chosen("counter"), 61.0)[0]


@pytest.mark.parametrize("language", sorted(VOICED))
@pytest.mark.parametrize("profile", ["standard", "elder"])
@each("name", SAMPLES)
def test_the_counter_is_two_presses_from_every_screen_and_closing_leads_back(
    name: str, profile: ProfileName, language: Language
) -> None:
    session = seen_by(name, profile, language)
    page = at_counter_page(session)
    assert page.overlay == "counter"
    assert CATALOGUES[page.look.language].entries[text_key(page)].text
    for press in (ev.Chosen("close"), ev.KeyPressed("cancel"), ev.KeyPressed("clear")):
        after, effects = step(page, press, 62.0)
        assert not [one for one in effects if not isinstance(one, fx.HoldPin)]
        assert _screen(after) == _screen(session)


def _screen(session: s.Session) -> tuple[object, ...]:
    """What the customer was at: the phase, its words and answers, the look, the service and the practice."""
    look = replace(session.look, said="", offer="", offers_made=0)
    set_aside = session.practice and (session.practice.real.phase, session.practice.done)
    told = (text_key(session), prompt_of(session), session.serving)
    return (session.phase, session.overlay, session.visit, look, set_aside, told)


@each("name", SAMPLES)
def test_the_card_comes_back_from_there_exactly_as_by_the_fixed_key(name: str) -> None:
    """The answer is there where the fixed key works, and gives the same screen and the same orders; where it is
    not, the same press changes nothing."""
    session = seen_by(name, "standard", "zh")
    page = at_counter_page(session)
    answers = [one for one in prompt_of(page).answers if one.name == "return_card"]
    if session.practice is not None:
        assert not answers
        assert way(page, phase_prompt(page)) == "practice"
        return
    assert bool(answers) == bar_allows(session, "return_card") == bar_allows(page, "return_card")
    own, orders = step(page, ev.Chosen(CARD_BACK.name, FROM_PAGE), 62.0)
    fixed, same = step(page, BACK, 62.0)
    assert (own, orders) == (fixed, same)
    assert bool(answers) == (own.phase != session.phase or bool(orders))


SAYS_THE_CARD_COMES: frozenset[str] = frozenset({"ready", "order", "swap", "notes_and_card"})


@each("name", SAMPLES)
def test_what_the_page_says_of_the_card_is_what_the_key_does(name: str) -> None:
    page = at_counter_page(seen_by(name, "standard", "zh"))
    said = way(page, phase_prompt(page))
    if page.practice is not None:
        return
    assert (said in SAYS_THE_CARD_COMES) == bar_allows(page, "return_card")
    after, effects = step(page, BACK, 62.0)
    ejected = any(isinstance(one, fx.EjectCard) for one in effects)
    match said:
        case "ready":
            assert ejected or isinstance(after.phase, Closing), "an open inlet closes first"
        case "order" | "swap":
            assert isinstance(after.phase, s.TakingCard)
            assert after.phase.order is None
            assert any(isinstance(one, fx.Reverse) for one in effects)
        case "notes_and_card":
            assert isinstance(after.phase, Closing | Returning)
            assert after.phase.held.card is not None
            assert after.phase.held.counts
        case "no_card":
            assert not ejected
            assert getattr(page.phase, "card", None) is None
            assert not hasattr(page.phase, "mix"), "notes lie in the slot, and it is not said"
        case _:
            assert (after.phase, effects) == (page.phase, ())


COUNTED = (s.Counting, s.StatingCount, Changed)


@each("name", SAMPLES)
def test_who_counts_is_told_to_say_first_that_it_is_wrong(name: str) -> None:
    page = at_counter_page(seen_by(name, "standard", "zh"))
    if page.practice is None:
        counts = isinstance(page.phase, COUNTED)
        assert (way(page, phase_prompt(page)) == "count") == counts


def test_the_card_at_the_slot_brings_the_cash_and_the_page_says_so() -> None:
    page = at_counter_page(seen_by("take_card", "standard", "zh"))
    assert way(page, phase_prompt(page)) == "order"
    after, effects = step(page, ev.CardTaken(), 62.0)
    assert isinstance(after.phase, s.PreparingCash)
    assert any(isinstance(one, fx.PrepareDispense) for one in effects)
    assert "现金会出来" in CATALOGUES["zh"].entries["counter.order"].text
    assert "your cash comes out" in CATALOGUES["en"].entries["counter.order"].text


def test_nothing_is_claimed_of_a_card_that_the_machine_may_have_kept() -> None:
    page = at_counter_page(seen_by("idle", "standard", "zh"))
    text = CATALOGUES["en"].entries[text_key(page)].text
    assert "not in the machine" not in text
    assert "kept your card" in text


@each("name", SAMPLES)
def test_no_amount_of_the_screen_below_is_said_on_the_page(name: str) -> None:
    page = at_counter_page(seen_by(name, "standard", "zh"))
    for language in VOICED:
        assert "{" not in CATALOGUES[language].entries[text_key(page)].text


def test_every_sentence_of_the_page_is_said_somewhere() -> None:
    said = {text_key(at_counter_page(seen_by(name, "standard", "zh"))) for name in SAMPLES}
    for language in VOICED:
        entries = CATALOGUES[language].entries
        assert said == {key for key in entries if key.startswith("counter.")}


def test_the_answer_and_the_bar_are_two_places_for_the_keys() -> None:
    page = replace(a_session(s.ChoosingAmount(CARD)), overlay="counter")
    there = targets(page)
    assert len(set(there)) == len(there)
    assert [one.value for one in there if one.name == "return_card"] == [FROM_PAGE, None]


def test_the_page_of_numbers_is_one_press_behind_it() -> None:
    page = replace(a_session(s.ChoosingAmount(CARD)), overlay="counter")
    assert ev.Chosen("hotlines") in targets(page)
    assert step(page, ev.Chosen("hotlines"), 5.0)[0].overlay == "hotlines"
