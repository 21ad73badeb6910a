"""Another card is lost: named by its tail, confirmed once, blocked at once."""

from dataclasses import fields

import pytest

from sim.stage.bench import Bench
from sim.world.staff import EACH_SECONDS
from terminal import events as ev
from terminal import session as s
from terminal.flows import card_loss as c
from terminal.flows.lobby import Lobby
from terminal.flows.services import NAMES
from terminal.prompts import text_key, values_of
from tests.journeys.services.visiting import LOOKS, at_menu, leaves

LOST, OTHER = "zhou", "lin"


def naming(bench: Bench, profile: str = "standard", language: str = "zh") -> Bench:
    at_menu(bench, "wang", profile, language).presses("service", "card_loss")
    return bench.run(lambda now: isinstance(now.phase, c.Naming | c.NoOther))


def notice(bench: Bench) -> str:
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    return phase.notice.key


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_lost_card_is_blocked_at_once_and_no_other(profile: str, language: str) -> None:
    bench = naming(Bench(services=NAMES), profile, language)
    bench.presses("this_card").presses("confirm")
    bench.run(lambda now: isinstance(now.phase, c.Blocked))
    leaves(bench.presses("done"))
    assert bench.bank.customers[LOST].blocked
    assert not bench.bank.customers[OTHER].blocked
    bench.waits(1.0).does(f"insert:{LOST}")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    assert notice(bench) == "card_blocked"
    assert bench.bank.operations == {}


def test_the_other_card_can_be_named_and_one_that_is_blocked_is_not_named_again() -> None:
    bench = naming(Bench(services=NAMES)).presses("next_card").presses("this_card")
    bench.presses("confirm").run(lambda now: isinstance(now.phase, c.Blocked))
    assert bench.bank.customers[OTHER].blocked
    bench.presses("another").presses("service", "card_loss")
    bench.run(lambda now: isinstance(now.phase, c.Naming))
    phase = bench.session.phase
    assert isinstance(phase, c.Naming)
    assert phase.tails == ("0315",)


@pytest.mark.parametrize("way", ["back", "return_card", "walks away"])
def test_nothing_is_blocked_before_it_was_confirmed(way: str) -> None:
    bench = naming(Bench(services=NAMES)).presses("this_card")
    assert isinstance(bench.session.phase, c.Reviewing)
    if way == "walks away":
        bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    else:
        bench.presses(way)
    assert not any(bench.bank.customers[one].blocked for one in (LOST, OTHER))


def test_the_key_that_ends_typing_blocks_nothing_on_the_first_page() -> None:
    bench = naming(Bench(services=NAMES)).waits(1.0).does("key:enter")
    assert isinstance(bench.session.phase, c.Naming)


def test_a_lost_answer_is_asked_for_again() -> None:
    bench = naming(Bench(services=NAMES)).presses("this_card")
    bench.world.host.silent_to, bench.world.host.acts_in_silence = frozenset({"AskBank"}), True
    bench.presses("confirm").waits(10.0)
    bench.world.host.silent_to = frozenset()
    bench.run(lambda now: isinstance(now.phase, c.Blocked))
    assert bench.bank.customers[LOST].blocked
    assert bench.bank.alarms == []


def test_a_bank_that_never_answers_means_a_call_at_once() -> None:
    bench = naming(Bench(services=NAMES)).presses("this_card")
    bench.world.host.silent = True
    bench.presses("confirm").run(lambda now: isinstance(now.phase, s.TakingCard))
    assert notice(bench) == "card_loss_call"


def test_who_has_no_other_card_is_told_the_number() -> None:
    bench = at_menu(Bench(services=NAMES), "li").presses("service", "card_loss")
    bench.run(lambda now: isinstance(now.phase, c.NoOther))
    leaves(bench.presses("done"))


# --- without a card -------------------------------------------------------------------------------


def without_card(profile: str = "standard", language: str = "zh") -> Bench:
    bench = Bench(services=NAMES, reads_documents=True).boot().ready().waits(1.0)
    bench.presses("language", language).presses("profile", profile).presses("no_card")
    return bench.presses("open", "card_loss")


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_who_lost_the_only_card_is_told_who_can_block_it_and_can_call_somebody(
    profile: str, language: str
) -> None:
    bench = without_card(profile, language).waits(100.0)
    assert bench.session.phase == c.WithoutCard()
    catalogue = bench.design.catalogues[language]  # type: ignore[index]
    said = catalogue.text(text_key(bench.session), values_of(bench.session))
    assert bench.session.machine.bank_line in said
    bench.presses("hotlines").presses("close").presses("call_staff")
    bench.run(lambda now: now.machine.call.state == "here", 3 * EACH_SECONDS)
    bench.presses("close").presses("back")
    assert isinstance(bench.session.phase, Lobby)


def test_an_identity_card_blocks_nothing_and_its_age_band_is_all_that_is_known() -> None:
    """Only the age band leaves the reader's driver (PRV-04): nobody can be named by it."""
    bench, heard = without_card(), list[ev.Event]()
    bench.terminal.listeners.append(lambda before, event, *after: heard.append(event))
    bench.does("place_document:feng_guilan").waits(20.0)
    assert [one for one in heard if isinstance(one, ev.DocumentRead)]
    assert bench.session.phase == c.WithoutCard()
    assert not any(one.blocked for one in bench.bank.customers.values())
    assert [f.name for f in fields(ev.DocumentRead)] == ["age_band"]


def test_a_card_that_turns_up_begins_its_visit_from_there() -> None:
    bench = without_card("elder", "en").does("insert:lin")
    bench.run(lambda now: isinstance(now.phase, s.EnteringPin))
    assert (bench.session.serving, bench.session.look.profile) == ("", "elder")
