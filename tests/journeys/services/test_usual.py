"""What a customer does most comes first, if they agreed; every service is reachable in every profile."""

from collections.abc import Iterator

import pytest

from sim.stage.bench import Bench
from sim.world.bank import usual as counted
from terminal import own
from terminal import session as s
from terminal.flows import balance, contact
from terminal.flows import usual as u
from terminal.flows.services import NAMES
from terminal.profile import PROFILE_NAMES
from terminal.prompts import offer_answers, phase_prompt
from tests.journeys.services.visiting import LOOKS, at_menu, leaves

ELDER_TILES = 4


def tiles(bench: Bench) -> tuple[str, ...]:
    """The services on the screen."""
    answers = phase_prompt(bench.session).answers
    return tuple(str(one.value) for one in answers if one.name == "service")


def withdraws(bench: Bench, minor: int) -> Bench:
    """From the menu to the last words of the visit."""
    bench.presses("service", "withdrawal").run(lambda now: isinstance(now.phase, s.ChoosingAmount))
    if minor // 100 in (100, 200, 500):
        bench.presses("amount", minor)
    else:
        bench.presses("digit", int(str(minor)[0]))
        for digit in str(minor // 100)[1:]:
            bench.presses("digit", int(digit))
        bench.presses("confirm")
    bench.presses("confirm")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    bench.does("take_card").run(lambda now: isinstance(now.phase, s.Counting))
    return bench.does("take_notes").presses("count_right")


def looks_up(bench: Bench) -> Bench:
    """The balance, and back to the menu."""
    bench.presses("service", "balance").run(lambda now: isinstance(now.phase, balance.Showing))
    return bench.presses("another")


def offers(bench: Bench) -> str:
    assert isinstance(bench.session.phase, s.Farewell)
    return bench.session.look.offer if offer_answers(bench.session) else ""


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_asked_once_and_then_the_own_services_come_first(profile: str, language: str) -> None:
    bench = at_menu(Bench(services=NAMES), "su", profile, language)
    assert tiles(bench)[0] == "withdrawal"
    withdraws(bench, 20_000)
    if offers(bench) == "remember":
        bench.presses("offer_no")
    bench.ready()
    at_menu(bench, "su", profile, language)
    withdraws(bench, 20_000)
    if offers(bench) == "remember":
        bench.bank.prefer("su", profile)
        bench.presses("offer_no").ready()
        withdraws(at_menu(bench, "su", "standard", language), 20_000)
    assert offers(bench) == "usual"
    bench.presses("offer_yes").ready()
    at_menu(bench, "su")
    assert own.agreed(bench.session)
    for _ in range(3):
        looks_up(bench)
    bench.presses("service", "contact").run(lambda now: isinstance(now.phase, contact.Showing))
    leaves(bench.presses("done"))
    at_menu(bench, "su")
    assert tiles(bench)[:2] == ("balance", "contact")
    withdraws(bench, 20_000)
    assert offers(bench) == ""


def test_the_four_first_tiles_of_the_large_version_are_the_four_most_frequent() -> None:
    bench = Bench(services=NAMES)
    counted.wish(bench.bank.ledger, "lin", own.YES)
    often = ("pin_change", "usual", "contact", "balance", "withdrawal")
    for times, name in enumerate(reversed(often), start=1):
        for _ in range(times):
            counted.used(bench.bank.ledger, "lin", name)
    at_menu(bench, "lin", "elder")
    assert tiles(bench) == often[:ELDER_TILES]


def test_the_usual_amount_is_the_first_button_and_leads_straight_to_the_review() -> None:
    bench = Bench(services=NAMES)
    counted.wish(bench.bank.ledger, "lin", own.YES)
    for _ in range(2):
        withdraws(at_menu(bench, "lin"), 70_000).ready()
    at_menu(bench, "lin").presses("service", "withdrawal")
    first = phase_prompt(bench.session).answers[0]
    assert (first.name, first.value) == ("amount", 70_000)
    bench.presses("amount", 70_000)
    assert isinstance(bench.session.phase, s.Reviewing)


def test_what_was_agreed_is_taken_back_with_as_many_presses_and_nothing_is_kept() -> None:
    bench = Bench(services=NAMES)
    for wish, agreed in ((1, True), (0, False)):
        at_menu(bench, "lin").presses("service", "usual").presses("wish", wish)
        bench.run(lambda now: isinstance(now.phase, u.Saved))
        assert own.agreed(bench.session) is agreed
        leaves(looks_up(bench.presses("another")).presses("return_card"))
    kept = bench.bank.ledger.kept("lin", counted.TOPIC)
    assert kept == {"agreed": False, "services": {}, "amounts": {}}
    withdraws(at_menu(bench, "lin"), 20_000)
    assert offers(bench) == "", "a no is not asked about again"


def test_nothing_is_counted_before_a_yes_nor_after_a_no() -> None:
    bench = Bench(services=NAMES)
    looks_up(at_menu(bench, "lin"))
    assert bench.bank.ledger.kept("lin", counted.TOPIC) is None
    leaves(bench.presses("return_card"))
    withdraws(at_menu(bench, "lin"), 20_000).ready()
    withdraws(at_menu(bench, "lin"), 20_000)
    assert offers(bench) == "usual"
    bench.presses("offer_no").ready()
    looks_up(at_menu(bench, "lin"))
    kept = bench.bank.ledger.kept("lin", counted.TOPIC)
    assert kept == {"agreed": False, "services": {}, "amounts": {}}


def test_a_bank_that_says_nothing_is_said_as_it_is() -> None:
    bench = at_menu(Bench(services=NAMES), "lin").presses("service", "usual")
    bench.world.host.silent = True
    bench.presses("wish", 1).run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "usual_unknown"


def test_the_consent_is_on_record_by_its_name() -> None:
    bench = Bench(services=NAMES)
    withdraws(at_menu(bench, "lin"), 20_000).ready()
    withdraws(at_menu(bench, "lin"), 20_000).presses("offer_yes").ready()
    said = [dict(one.body) for one in bench.store.rows() if one.kind == "CONSENT"]
    assert {"answer": "yes", "profile": "standard", "about": "usual"} in said


def reachable(bench: Bench) -> Iterator[str]:
    """Every service that is offered on any part of the menu."""
    for _ in range(len(NAMES)):
        yield from tiles(bench)
        before = bench.session.phase
        bench.presses("more_services")
        if bench.session.phase == before:
            return


@pytest.mark.parametrize("agreed", [True, False])
@pytest.mark.parametrize("profile", PROFILE_NAMES)
def test_every_service_is_reachable_in_every_profile(profile: str, agreed: bool) -> None:
    bench = Bench(services=NAMES)
    counted.wish(bench.bank.ledger, "chen", own.YES if agreed else own.NO)
    counted.used(bench.bank.ledger, "chen", NAMES[-1])
    at_menu(bench, "chen", profile)
    assert tiles(bench)[0] == (NAMES[-1] if agreed else NAMES[0])
    others = {"passport"}  # the bank offers it to cards from abroad
    assert set(reachable(bench)) == set(NAMES) - others


@pytest.mark.parametrize("profile", PROFILE_NAMES)
def test_back_out_of_a_service_is_the_page_of_the_menu_that_it_was_chosen_on(profile: str) -> None:
    """Who pressed a wrong tile of a later page was led to the first and had to turn the pages again."""
    bench = Bench(services=NAMES)
    at_menu(bench, "chen", profile).presses("more_services").waits(1.0)
    page = tiles(bench)
    bench.presses("service", page[-1]).waits(1.0).presses("back").waits(1.0)
    assert tiles(bench) == page
