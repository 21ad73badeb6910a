"""An insurance that is due: the risk is told first, renewing and not renewing are alike, nothing is sold."""

import pytest

from screens.layout import layout
from screens.paint import Fonts, Painter
from screens.scene import scene
from screens.theme import Panel, design_from, theme
from sim.stage.bench import Bench
from sim.stage.samples import SAMPLES
from sim.stage.settings import own_design
from sim.world.bank.desks import insurance as desk
from sim.world.bank.ledger import BILLERS
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.flows import insurance
from terminal.flows.services import NAMES
from terminal.profile import Language, ProfileName
from terminal.values import replace
from tests.journeys.services.visiting import LOOKS, at_menu, leaves


def at_risk(profile: str = "standard", language: str = "zh", card: str = "lin") -> Bench:
    bench = at_menu(Bench(services=NAMES), card, profile, language)
    bench.presses("service", "insurance")
    return bench.run(lambda now: isinstance(now.phase, insurance.TellingRisk | insurance.NotDue))


def at_question(profile: str = "standard", language: str = "zh") -> Bench:
    return at_risk(profile, language).run(lambda now: isinstance(now.phase, insurance.Deciding))


def ended(now: s.Session) -> bool:
    done = insurance.Renewed | insurance.NotRenewed | insurance.NotDue | s.TakingCard
    return isinstance(now.phase, done)


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_policy_is_renewed_and_charged_as_told(profile: str, language: str) -> None:
    bench = at_question(profile, language)
    before, premium = bench.bank.balance("lin"), desk.POLICIES["lin"].minor
    bench.presses("renew").run(ended)
    assert isinstance(bench.session.phase, insurance.Renewed)
    assert bench.session.phase.policy.amount.minor == premium
    leaves(bench.presses("done")).waits(5.0)
    assert before - bench.bank.balance("lin") == bench.bank.ledger.balance(BILLERS) == premium
    assert bench.bank.audit() == bench.bank.alarms == []


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_it_is_left_as_it_is_in_as_many_presses(profile: str, language: str) -> None:
    bench = at_question(profile, language)
    before = bench.bank.balance("lin")
    bench.presses("not_renew").run(ended)
    assert isinstance(bench.session.phase, insurance.NotRenewed)
    leaves(bench.presses("done"))
    assert bench.bank.balance("lin") == before
    assert bench.bank.operations == {}


def test_nothing_can_be_confirmed_before_the_risk_stood_there_for_three_seconds() -> None:
    bench = at_risk()
    for name in ("renew", "not_renew", "confirm"):
        bench.presses(name)
    bench.does("key:1", "key:enter")
    assert isinstance(bench.session.phase, insurance.TellingRisk)
    assert bench.bank.operations == {}
    begun = at_risk()
    start = begun.clock.now()
    begun.run(lambda now: isinstance(now.phase, insurance.Deciding))
    assert begun.clock.now() - start >= 2.8, "three seconds, less the step of the last press"


@pytest.mark.parametrize("profile", ["standard", "elder", "low_vision"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_answers_have_one_size_and_one_rank_and_neither_is_on_enter(
    profile: ProfileName, language: Language
) -> None:
    design = own_design()
    session = SAMPLES["insurance_deciding"]
    look = replace(session.look, profile=profile, language=language)
    session = replace(session, look=look)
    fonts = Painter(Fonts()).fonts
    sizes = theme(design.profiles[profile], Panel(19.0, 1280, 1024), design_from(design.theme))
    rects = {}
    for page in range(6):
        shown = replace(session, page=page)
        seen = scene(shown, design.catalogues[look.language], design.profiles[profile], 0.0)
        for box in layout(seen, sizes, 1280, 1024, fonts.measure).targets:
            if box.event in (ev.Chosen("renew"), ev.Chosen("not_renew")):
                rects[box.event.name] = (box.rect.w, box.rect.h)
    assert rects["renew"] == rects["not_renew"]
    renew, leave = insurance.Deciding.prompt.answers
    assert renew.role == leave.role
    assert "enter" not in (renew.key, leave.key)


def test_the_risk_stands_on_one_glass() -> None:
    design = own_design()
    fonts = Painter(Fonts()).fonts
    for profile in ("standard", "elder", "low_vision"):
        for language in ("zh", "en"):
            session = SAMPLES["insurance_risk"]
            session = replace(
                session, look=replace(session.look, profile=profile, language=language)
            )
            seen = scene(session, design.catalogues[language], design.profiles[profile], 0.0)
            for width, height, inch in ((1280, 1024, 19.0), (1024, 768, 15.0)):
                panel = Panel(inch, width, height)
                sizes = theme(design.profiles[profile], panel, design_from(design.theme))
                boxes = layout(seen, sizes, width, height, fonts.measure)
                assert boxes.pages == 1, (profile, language, inch)


def test_who_has_nothing_due_is_told_so_and_offered_nothing() -> None:
    bench = at_risk(card="su")
    assert isinstance(bench.session.phase, insurance.NotDue)
    assert bench.session.phase.reason == "nothing_due"


def test_a_premium_is_paid_once() -> None:
    bench = at_question()
    bench.presses("renew").run(ended).presses("another").presses("service", "insurance")
    bench.run(ended)
    assert isinstance(bench.session.phase, insurance.NotDue)
    assert bench.session.phase.reason == "paid"


def test_without_an_answer_nothing_is_renewed() -> None:
    bench = at_question()
    before = bench.bank.balance("lin")
    bench.world.host.silent_to, bench.world.host.acts_in_silence = frozenset({"Instruct"}), True
    bench.presses("renew").run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "not_confirmed"
    leaves(bench).waits(30.0)
    assert bench.bank.balance("lin") == bench.bank.available("lin") == before


def test_a_press_on_nothing_does_nothing_while_the_risk_is_told() -> None:
    session = replace(SAMPLES["insurance_risk"], visit="v1")
    for name in ("renew", "not_renew", "confirm"):
        after, effects = step(session, ev.Chosen(name), 10.0)
        assert after.phase == session.phase
        assert not effects


def test_who_walks_away_from_the_question_has_renewed_nothing() -> None:
    bench = at_question().run(lambda now: isinstance(now.phase, s.TakingCard))
    assert bench.bank.operations == {}


def test_no_digit_renews_from_a_page_without_the_answer() -> None:
    session = replace(SAMPLES["insurance_deciding"], visit="v1", laid=ev.Laid(2, frozenset()))
    after, effects = step(session, ev.KeyPressed("1"), 10.0)
    assert isinstance(after.phase, insurance.Deciding)
    assert not effects
