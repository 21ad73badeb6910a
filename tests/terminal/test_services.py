"""What every step of every service owes the customer, walked over all their screens.

Nobody is trapped: the card comes back at any time while no money moves, a page without a card can be
left, and every wait ends. Nothing is missing: a text, a reminder, a label, in Chinese and English.
"""

import re

import pytest

from screens.scene import scene
from sim.stage.samples import OF_SERVICES, SAMPLES
from sim.stage.settings import own_design
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.flows import services
from terminal.messages import VOICED, Catalogue
from terminal.profile import LANGUAGES, Language
from terminal.prompts import (
    facts_of,
    offer_answers,
    phase_prompt,
    reminder_key,
    text_key,
    values_of,
)
from terminal.runtime import shown_profile
from terminal.service import ServicePhase
from terminal.values import replace
from tests.each import each

DESIGN = own_design()


def phases_of(names: dict[str, s.Session]) -> set[type]:
    return {type(one.phase) for one in names.values()}


def test_every_phase_of_every_service_has_a_sample() -> None:
    assert phases_of(dict(OF_SERVICES)) >= set(services.PHASES)


def test_a_service_is_named_once_and_named_by_its_phases() -> None:
    assert len(set(services.NAMES)) == len(services.NAMES)
    for service in services.SERVICES.values():
        assert {phase.service for phase in service.phases} == {service.name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_can_be_drawn_in_every_language_it_can_be_changed_to(
    language: Language,
) -> None:
    """A customer in the middle of a service changed to Korean, and the screen had no words."""
    catalogue = DESIGN.catalogues[language]
    for name, session in SAMPLES.items():
        if session.look.language not in VOICED:
            continue
        chosen, _ = step(session, ev.Chosen("language", language), 10.0)
        if chosen.look.language == language:
            profile = shown_profile(chosen.look, DESIGN.profiles)
            assert scene(chosen, catalogue, profile, 10.0).title is not None, name


REAL = {name: one for name, one in OF_SERVICES.items() if one.practice is None}
"""A practice is left by one press and has no limit: `test_practice.py`."""

HOLDING = [
    name
    for name, one in REAL.items()
    if isinstance(one.phase, ServicePhase) and one.phase.holds_card and not one.phase.moves_money
]


@each("name", HOLDING)
def test_the_card_comes_back_whenever_the_customer_wants_it(name: str) -> None:
    session = replace(OF_SERVICES[name], visit="v1")
    assert phase_prompt(session).may_return_card
    after, effects = step(session, ev.Chosen("return_card"), 10.0)
    assert isinstance(after.phase, s.TakingCard)
    assert fx.EjectCard() in effects
    assert fx.ForgetPin() in effects


TO_THE_MENU = (ev.Chosen("back"), ev.Chosen("another"), ev.Chosen("leave_waiting"), ev.TimedOut())


@each("pressed", TO_THE_MENU)
def test_no_service_is_at_work_on_the_menu(pressed: ev.Event) -> None:
    """After a wrong tile and the way back the menu spoke two languages where it has seven."""
    begun = [replace(one, visit="cd" * 16) for one in OF_SERVICES.values()]
    found = [step(one, pressed, 10.0)[0] for one in begun]
    at_menu = [one for one in found if isinstance(one.phase, s.ChoosingService)]
    assert {one.serving for one in at_menu} <= {""}
    assert at_menu


@each("name", HOLDING)
def test_who_walks_away_is_not_waited_for_without_end(name: str) -> None:
    session, now = replace(OF_SERVICES[name], visit="v1"), 10.0
    for _ in range(20):
        session, _ = step(session, ev.TimedOut(), now)
        if isinstance(session.phase, s.TakingCard):
            return
    raise AssertionError(f"{name} waits for ever in {session.phase}")


@each("name", [n for n, one in REAL.items() if not getattr(one.phase, "holds_card", True)])
def test_a_page_without_a_card_can_be_left(name: str) -> None:
    session = OF_SERVICES[name]
    for _ in range(20):
        session, _ = step(session, ev.TimedOut(), 10.0)
        if isinstance(session.phase, s.Idle | s.OutOfService):
            return
    raise AssertionError(f"{name} stays in {session.phase}")


@pytest.mark.parametrize("language", sorted(VOICED))
def test_every_screen_has_its_words_its_labels_and_its_values(language: str) -> None:
    catalogue = next(c for name, c in DESIGN.catalogues.items() if name == language)
    for name, session in OF_SERVICES.items():
        values = values_of(session)
        assert catalogue.title(text_key(session), values), name
        catalogue.text(text_key(session), values)
        for answer in phase_prompt(session).answers:
            if answer.amount is None and not answer.words and answer.name != "digit":
                assert catalogue.label(answer.text or answer.name), (name, answer)
        for fact in facts_of(session):
            assert catalogue.label(fact.label), (name, fact)


@pytest.mark.parametrize("language", sorted(VOICED))
def test_somebody_who_hesitates_is_told_what_to_do(language: str) -> None:
    entries = next(c for name, c in DESIGN.catalogues.items() if name == language).entries
    for name, session in OF_SERVICES.items():
        prompt = phase_prompt(session)
        waits = (profile.patience[prompt.waits] for profile in DESIGN.profiles.values())
        if session.overlay or not any(one.reminders for one in waits):
            continue
        reminded = replace(session, wait=s.Wait(reminded=1))
        assert reminder_key(reminded, 9, entries), (name, prompt.key)


def _labels(session: s.Session, catalogue: Catalogue) -> set[str]:
    """What can be pressed on a screen by a word."""
    answers = (*phase_prompt(session).answers, *offer_answers(session))
    return {
        catalogue.label(answer.text or answer.name)
        for answer in answers
        if answer.amount is None and not answer.words and answer.name != "digit"
    }


@pytest.mark.parametrize(("language", "press"), [("zh", "按"), ("en", "press ")])
def test_a_reminder_names_no_button_that_is_not_on_the_screen(language: str, press: str) -> None:
    """Seen: whose pension had not come was told to press "Take it out", and there was nothing of that name."""
    catalogue = next(c for name, c in DESIGN.catalogues.items() if name == language)
    everywhere = {label for session in SAMPLES.values() for label in _labels(session, catalogue)}
    named = re.compile(
        press + "(" + "|".join(sorted(map(re.escape, everywhere), key=len)[::-1]) + ")"
    )
    of_the_pad = {catalogue.label(name) for name in ("confirm", "clear")}
    found, missing = 0, list[str]()
    for name, session in SAMPLES.items():
        reminded = replace(session, overlay="", wait=s.Wait(reminded=1))
        key = reminder_key(reminded, 9, catalogue.entries)
        if not key or (isinstance(session.phase, s.Farewell) and not session.look.offer):
            continue
        told = named.findall(catalogue.text(key, values_of(reminded)))
        found += len(told)
        absent = set(told) - _labels(reminded, catalogue) - of_the_pad
        missing += [f"{name}: {key}: {label}" for label in sorted(absent)]
    assert missing == []
    assert found > 100


@pytest.mark.parametrize("phase", [s.Idle(), s.OutOfService("starting")])
def test_a_reader_that_fails_while_nobody_is_there_gives_no_card_back(phase: s.Phase) -> None:
    """Seen: with services offered a machine that nobody stood at said that a card was stuck in it."""
    session = replace(SAMPLES["idle"], phase=phase)
    after, effects = step(session, ev.ReaderFailed("silent"), 10.0)
    assert isinstance(after.phase, s.OutOfService)
    assert fx.EjectCard() not in effects
