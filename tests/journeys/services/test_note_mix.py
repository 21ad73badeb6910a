"""Other notes for the same amount: shown face by face, paid as they were shown, and never a press more for
whoever wants none."""

import pytest

from sim.stage.bench import Bench
from terminal import events as ev
from terminal import session as s
from terminal.cash_units import Cassette, total
from terminal.flow import step
from terminal.flows.note_mix import Choosing
from terminal.flows.services import NAMES
from terminal.money import yuan
from terminal.prompts import phase_prompt, prompt_of, text_key
from terminal.rules.change_packs import composition
from terminal.values import replace
from tests.journeys.services.visiting import LOOKS, at_menu, leaves


def at_review(bench: Bench, profile: str = "standard", language: str = "zh") -> Bench:
    at_menu(bench, "lin", profile, language).presses("service", "withdrawal")
    bench.presses("amount", yuan(500).minor)
    assert isinstance(bench.session.phase, s.Reviewing)
    return bench


def shown(bench: Bench) -> Choosing:
    phase = bench.session.phase
    assert isinstance(phase, Choosing)
    return phase


def paid(bench: Bench) -> s.Counting:
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    bench.does("take_card").run(lambda now: isinstance(now.phase, s.Counting))
    phase = bench.session.phase
    assert isinstance(phase, s.Counting)
    return phase


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_the_notes_that_were_chosen_come_out(profile: str, language: str) -> None:
    bench = at_review(Bench(services=NAMES), profile, language)
    before = bench.bank.balance("lin")
    chosen = shown(bench.presses("other_notes"))
    assert chosen.mix != chosen.first
    told = composition(chosen.mix, bench.session.machine.cassettes)
    assert [fact.label for fact in chosen.facts(bench.session)] == [
        *(f"change_pack.face.{face.major}" for face, _ in told),
        "change_pack.amount",
    ]
    counted = paid(bench.presses("confirm"))
    assert (counted.counts, counted.amount) == (chosen.mix, yuan(500))
    bench.presses("count_right").ready()
    assert before - bench.bank.balance("lin") == yuan(500).minor


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_who_wants_no_other_notes_confirms_with_one_press_and_gets_the_fewest(
    profile: str, language: str
) -> None:
    bench = at_review(Bench(services=NAMES), profile, language)
    first = bench.session.phase
    assert isinstance(first, s.Reviewing)
    answers = {one.name: one for one in prompt_of(bench.session).answers}
    assert answers["confirm"].key == "enter"
    assert answers["other_notes"].role == answers["change"].role == "choice"
    assert len(answers) <= 3
    pressed, _ = step(bench.session, ev.KeyPressed("enter"), 0.0)
    assert isinstance(pressed.phase, s.Authorizing)
    assert paid(bench.presses("confirm")).counts == first.mix


def test_every_way_is_worth_the_same_and_the_last_leads_to_the_first() -> None:
    bench = at_review(Bench(services=NAMES))
    seen = [shown(bench.presses("other_notes")).mix]
    while shown(bench.presses("other_mix")).mix != seen[0]:
        seen.append(shown(bench).mix)
    assert shown(bench).first in seen
    assert len(seen) == len(set(seen)) > 1
    assert {total(mix, bench.session.machine.cassettes) for mix in seen} == {yuan(500)}


def test_another_way_is_read_out_anew() -> None:
    bench = at_review(Bench(services=NAMES)).presses("other_notes")
    before = shown(bench).marker()
    assert shown(bench.presses("other_mix")).marker() != before


def test_back_leads_to_the_review_as_it_was_and_the_card_comes_back_from_there() -> None:
    bench = at_review(Bench(services=NAMES))
    first = bench.session.phase
    assert bench.presses("other_notes").presses("back").session.phase == first
    assert bench.session.serving == ""
    leaves(bench.presses("other_notes").presses("return_card"))
    assert bench.bank.operations == {}


def test_the_card_comes_back_to_who_walks_away() -> None:
    bench = at_review(Bench(services=NAMES)).presses("other_notes")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    assert bench.bank.operations == {}


def test_where_there_is_one_way_nothing_is_asked() -> None:
    bench = at_review(Bench(services=NAMES, cassettes=(Cassette(yuan(100), 50),)))
    assert [one.name for one in phase_prompt(bench.session).answers] == ["confirm", "change"]
    assert step(bench.session, ev.Chosen("other_notes"), 0.0)[0].phase == bench.session.phase


def test_a_language_without_words_for_it_is_asked_nothing() -> None:
    bench = at_review(Bench(services=NAMES))
    korean = replace(bench.session, look=replace(bench.session.look, language="ko"))
    assert [one.name for one in phase_prompt(korean).answers] == ["confirm", "change"]


def test_in_the_largest_type_the_answer_stands_in_the_place_of_change() -> None:
    bench = at_review(Bench(services=NAMES)).presses("profile", "low_vision")
    assert [one.name for one in phase_prompt(bench.session).answers] == ["confirm", "other_notes"]
    assert isinstance(bench.presses("back").session.phase, s.ChoosingAmount)


@pytest.mark.parametrize("chosen", [False, True])
def test_notes_that_ran_out_meanwhile_are_not_ordered(chosen: bool) -> None:
    """What was confirmed cannot come out any more: other notes, said and read back, and nothing is asked of the
    bank before they are confirmed too."""
    bench = at_review(Bench(services=NAMES))
    now = bench.presses("other_notes").session if chosen else bench.session
    phase = now.phase
    assert isinstance(phase, s.Reviewing | Choosing)
    cassettes = tuple(
        replace(one, usable=not used)
        for one, used in zip(now.machine.cassettes, phase.mix, strict=True)
    )
    less = replace(now, machine=replace(now.machine, cassettes=cassettes))
    after, effects = step(less, ev.Chosen("confirm"), 0.0)
    assert effects == ()
    assert isinstance(after.phase, s.Reviewing)
    assert (after.phase.amount, after.phase.gone) == (yuan(500), True)
    assert after.phase.mix != phase.mix
    assert text_key(after) == "note_mix.gone"
    assert isinstance(step(after, ev.Chosen("confirm"), 0.0)[0].phase, s.Authorizing)


def test_where_nothing_makes_the_amount_any_more_other_amounts_are_asked_for() -> None:
    now = at_review(Bench(services=NAMES)).session
    big = tuple(replace(one, usable=False) for one in now.machine.cassettes)
    less = replace(now, machine=replace(now.machine, cassettes=big))
    after, effects = step(less, ev.Chosen("confirm"), 0.0)
    assert isinstance(after.phase, s.SuggestingAmounts)
    assert effects == ()
