"""The pension: it comes by the bank's clock, its tile stands first until cash is drawn, and it is taken out as
any cash is."""

from datetime import UTC, datetime, timedelta

import pytest

from sim.stage.bench import Bench
from sim.world.bank.desks import pension as desk
from sim.world.clock import STORY_BEGINS
from terminal import menu
from terminal import session as s
from terminal.flows import pension
from terminal.flows.services import NAMES
from terminal.flows.visit import with_machine
from terminal.money import yuan
from tests.journeys.services.visiting import LOOKS, at_menu, leaves


class Dated:
    """A clock of the bank that says this day, and goes on from there."""

    def __init__(self, day: str) -> None:
        self.instant = datetime.fromisoformat(day).replace(hour=8, tzinfo=UTC)

    def now(self) -> float:
        return (self.instant - STORY_BEGINS).total_seconds()

    def utc(self) -> str:
        return self.instant.isoformat().replace("+00:00", "Z")


def on(day: str, card: str = "chen", profile: str = "standard", language: str = "zh") -> Bench:
    """At the menu, on this day of the bank's."""
    bench = Bench(services=NAMES)
    bench.bank.follow(Dated(day))
    return at_menu(bench, card, profile, language)


def asked(bench: Bench) -> pension.Showing:
    bench.presses("service", "pension").run(lambda now: isinstance(now.phase, pension.Showing))
    assert isinstance(bench.session.phase, pension.Showing)
    return bench.session.phase


def taken_out(bench: Bench) -> Bench:
    """The review is confirmed, the card and the notes are taken."""
    bench.presses("confirm")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    bench.does("take_card").run(lambda now: isinstance(now.phase, s.Counting))
    return bench.does("take_notes").presses("count_right").ready().waits(5.0)


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_on_its_day_it_stands_first_and_is_taken_out_in_three_presses(
    profile: str, language: str
) -> None:
    bench = on("2026-03-15", "chen", profile, language)
    before = bench.bank.balance("chen")
    assert menu.shown(bench.session)[0] == "pension"
    shown = asked(bench)
    assert (shown.pension.amount.minor, shown.pension.arrived) == (324_650, True)
    bench.presses("take_out")
    review = bench.session.phase
    assert isinstance(review, s.Reviewing)
    assert review.amount == yuan(3_240), "the nearest below 3246.50 that these notes make"
    assert bench.bank.operations == {}
    taken_out(bench)
    assert before - bench.bank.balance("chen") == yuan(3_240).minor
    at_menu(bench, "chen")
    assert menu.shown(bench.session)[0] != "pension", "it was taken"
    assert asked(bench).pension.taken


@pytest.mark.parametrize(
    ("day", "first"),
    [("2026-03-14", False), ("2026-03-15", True), ("2026-03-19", True), ("2026-03-20", False)],
)
def test_its_tile_stands_first_for_five_days(day: str, first: bool) -> None:
    assert (menu.shown(on(day).session)[0] == "pension") is first


def test_only_an_account_with_a_pension_has_the_tile() -> None:
    assert "pension" in menu.shown(on("2026-03-01").session)
    assert "pension" not in menu.shown(on("2026-03-01", "lin").session)


def test_before_its_day_the_day_is_said_and_nothing_is_offered() -> None:
    shown = asked(bench := on("2026-03-02"))
    assert (shown.pension.came, shown.pension.comes) == ("2026-02-15", "2026-03-15")
    assert not shown.pension.arrived
    assert shown.text_key(bench.session) == "pension.waiting"
    assert "take_out" not in {one.name for one in shown.asked(bench.session).answers}
    leaves(bench.presses("done"))


def test_each_month_is_booked_once_and_stands_among_the_entries() -> None:
    bench = on("2026-03-02")
    before = bench.bank.balance("chen")
    for day in ("2026-03-16", "2026-03-17", "2026-05-15"):
        bench.bank.follow(Dated(day))
        desk.settle(bench.bank, "chen")
    assert bench.bank.balance("chen") - before == 3 * 324_650
    newest = bench.bank.ledger.entries("chen", 10)
    days = ["2026-05-15", "2026-04-15", "2026-03-15"]
    assert [(one.day, one.kind) for one in newest] == [(day, "pension_in") for day in days]
    assert bench.bank.audit() == []
    leaves(bench.presses("return_card"))
    at_menu(bench, "chen").presses("service", "balance").waits(3.0)
    bench.presses("entries")
    assert bench.session.phase.__class__.__name__ == "Listing"


def test_an_account_that_holds_less_is_offered_less() -> None:
    bench = on("2026-03-15")
    bench.bank.customers["chen"].balance = 50_050
    asked(bench)
    bench.presses("take_out")
    assert isinstance(bench.session.phase, s.Reviewing)
    assert bench.session.phase.amount == yuan(500)


def test_without_notes_the_money_is_said_to_be_in_the_account() -> None:
    bench = on("2026-03-15")
    bench.terminal.session = with_machine(bench.session, cash="empty")
    shown = asked(bench)
    assert shown.text_key(bench.session) == "pension.no_cash"
    bench.presses("take_out")
    assert isinstance(bench.session.phase, pension.Showing)


def test_a_bank_that_says_nothing_gives_the_card_back() -> None:
    bench = on("2026-03-15")
    bench.world.host.silent = True
    bench.presses("service", "pension").run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "service_silent"


@pytest.mark.parametrize("days", range(0, 800, 13))
def test_the_days_before_and_after_are_a_month_apart(days: int) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC).date() + timedelta(days)
    for paid in desk.PENSIONS.values():
        came, comes = desk.last_day(paid, day), desk.next_day(paid, day)
        assert came <= day < comes
        assert came.day == comes.day == paid.day
        assert 28 <= (comes - came).days <= 31
