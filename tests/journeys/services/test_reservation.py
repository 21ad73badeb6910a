"""Large cash: booked for the next working day in the notes wished for, shown again, cancelled."""

from collections.abc import Mapping
from datetime import date

import pytest

from sim.stage.bench import Bench
from sim.world.bank.desk import Question, Refused
from sim.world.bank.desks import ASKED
from sim.world.bank.desks import reservation as desk
from sim.world.cards import CARDS
from terminal import session as s
from terminal.card import Card, Pan
from terminal.flows import reservation as r
from terminal.flows.printing import slip_of
from terminal.flows.services import NAMES
from terminal.money import yuan
from terminal.prompts import prompt_of
from terminal.rules.reservations import summed
from terminal.values import replace
from tests.journeys.services.visiting import LOOKS, at_menu, leaves


def begun(bench: Bench, profile: str = "standard", language: str = "zh") -> Bench:
    bench.bank.follow(bench.clock)
    at_menu(bench, "lin", profile, language).presses("service", r.NAME)
    kinds = (r.Choosing, r.Showing, r.AskBranch, s.TakingCard)
    return bench.run(lambda now: isinstance(now.phase, kinds))


def at_review(bench: Bench, way: str = "small") -> Bench:
    bench.presses("amount", yuan(50_000).minor).presses("way", way)
    assert isinstance(bench.session.phase, r.Reviewing)
    return bench


def booked(bench: Bench) -> Bench:
    bench.presses("confirm")
    return bench.run(lambda now: isinstance(now.phase, r.Done))


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_cash_is_booked_for_the_next_working_day_shown_again_and_cancelled(
    profile: str, language: str
) -> None:
    bench = booked(at_review(begun(Bench(services=NAMES), profile, language)))
    phase = bench.session.phase
    assert isinstance(phase, r.Done)
    made = phase.booked
    assert (made.amount, made.day, made.verified) == (yuan(50_000), "2026-01-06", True)
    assert made.notes == (
        *((yuan(100), 450), (yuan(50), 40)),
        *((yuan(20), 100), (yuan(10), 100)),
    )
    leaves(bench.presses("done"))
    begun(bench, profile, language)
    phase = bench.session.phase
    assert isinstance(phase, r.Showing)
    assert phase.booked == made
    bench.presses("cancel_booking").presses("keep_booking")
    assert isinstance(bench.session.phase, r.Showing)
    bench.presses("cancel_booking")
    ranks = {(one.role, one.enabled) for one in prompt_of(bench.session).answers}
    assert ranks == {("choice", True)}
    bench.presses("confirm")
    bench.run(lambda now: isinstance(now.phase, r.Cancelled)).presses("another")
    bench.presses("service", r.NAME).run(lambda now: isinstance(now.phase, r.Choosing))
    assert bench.bank.operations == {}


def test_the_slip_has_number_amount_notes_and_day() -> None:
    bench = booked(at_review(begun(Bench(services=NAMES, prints_receipts=True), "elder")))
    phase = bench.session.phase
    assert isinstance(phase, r.Done)
    bench.presses("receipt").run(lambda now: now.look.said == "receipt_printed")
    printer = bench.world.printer
    assert printer is not None
    assert printer.slips == 1
    slip = slip_of(replace(bench.session, phase=phase))
    assert (slip.large, slip.reference) == (True, phase.booked.number)
    assert slip.facts == phase.booked.facts()


@pytest.mark.parametrize("way", r.WAYS)
@pytest.mark.parametrize("major", [50_000, 50_003, 123_456, 500_000])
def test_the_notes_of_every_way_are_worth_the_amount(way: r.Way, major: int) -> None:
    notes = r.notes_for(yuan(major), way)
    assert summed(notes) == yuan(major)
    assert len({face for face, _ in notes}) == len(notes)
    assert r.notes_from(r.notes_text(notes)) == notes


@pytest.mark.parametrize("typed", ["49999", "50050", "500100", ""])
def test_a_sum_outside_the_terms_is_said_to_be_no_booking_and_typed_anew(typed: str) -> None:
    """Seen: who typed 60000 after 30000 was refused had 300006 on the screen."""
    bench = begun(Bench(services=NAMES)).presses("other_amount").waits(1.0)
    bench.does(*(f"key:{digit}" for digit in typed), "key:enter")
    phase = bench.session.phase
    assert isinstance(phase, r.Typing)
    assert (phase.typed, phase.wrong) == ("", True)
    bench.does(*(f"key:{digit}" for digit in "60000"))
    assert isinstance(bench.session.phase, r.Typing)
    assert (bench.session.phase.typed, bench.session.phase.wrong) == ("60000", False)


def test_another_sum_is_typed_and_read_back() -> None:
    bench = begun(Bench(services=NAMES)).presses("other_amount")
    bench.does(*(f"key:{digit}" for digit in "123400"), "key:enter").presses("way", "hundreds")
    phase = bench.session.phase
    assert isinstance(phase, r.Reviewing)
    assert phase.wanted.amount == yuan(123_400)


def test_every_page_leads_back_and_nothing_is_booked() -> None:
    bench = at_review(begun(Bench(services=NAMES)))
    for phase in (r.ChoosingNotes, r.Choosing, s.ChoosingService):
        bench.presses("back")
        assert isinstance(bench.session.phase, phase)
    assert bench.bank.ledger.kept("lin", desk.TOPIC) is None


def test_whoever_walks_away_has_booked_nothing_and_the_card_comes_back() -> None:
    bench = at_review(begun(Bench(services=NAMES)))
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    assert bench.bank.ledger.kept("lin", desk.TOPIC) is None


def test_an_answer_that_never_comes_is_said_as_it_is() -> None:
    bench = at_review(begun(Bench(services=NAMES)))
    bench.world.host.silent = True
    bench.presses("confirm").run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "reservation_unknown"


def test_help_leads_back_to_the_same_page() -> None:
    bench = at_review(begun(Bench(services=NAMES)))
    before = bench.session.phase
    bench.presses("help").presses("close")
    assert bench.session.phase == before


# --- the bank's desk ----------------------------------------------------------------------------------


def asked(bench: Bench, day: date | None, fields: Mapping[str, str]) -> Mapping[str, str] | Refused:
    card = Card(Pan(CARDS["lin"].pan), "3012")
    question = Question("ab" * 16, "lin", card, fields, day.toordinal() if day else 0)
    said = ASKED[r.NAME](bench.bank, question)
    return said if isinstance(said, Refused) else dict(said)


WISH = {"book": "5000000", "notes": "10000x500", "day": "2026-11-23"}


@pytest.mark.parametrize(
    ("today", "day", "verified"),
    [
        (date(2026, 11, 20), "2026-11-23", "1"),
        (date(2026, 9, 30), "2026-10-08", "1"),
        (date(2026, 12, 31), "2027-01-04", "0"),
        (date(2027, 2, 26), "", "0"),
        (None, "", "0"),
    ],
    ids=["weekend", "national day", "unverified", "beyond the table", "no clock"],
)
def test_the_day_is_the_next_working_one_or_none_where_nobody_knows(
    today: date | None, day: str, verified: str
) -> None:
    said = asked(Bench(services=NAMES), today, {})
    assert not isinstance(said, Refused)
    assert (said["day"], said["verified"]) == (day, verified)


def test_without_a_day_the_customer_is_told_to_ask_the_branch() -> None:
    bench = Bench(services=NAMES)
    bench.boot().ready()
    bench.clock.advance_to(bench.clock.now() + 500 * 86_400)
    assert isinstance(begun(bench).session.phase, r.AskBranch)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"book": "4999900", "notes": "10000x499"}, "not_needed"),
        ({"notes": "10000x499"}, "does_not_sum"),
        ({"notes": "30000x1"}, "unknown_note"),
        ({"notes": "x"}, "declined"),
        ({"day": "2026-11-20"}, "too_soon"),
        ({"day": "2026-11-28"}, "not_a_working_day"),
    ],
)
def test_what_may_not_be_booked_is_refused(change: Mapping[str, str], reason: str) -> None:
    bench = Bench(services=NAMES)
    assert asked(bench, date(2026, 11, 20), {**WISH, **change}) == Refused(reason)
    assert bench.bank.ledger.kept("lin", desk.TOPIC) is None


def test_one_stands_at_a_time_is_cancelled_by_its_number_and_lapses_with_its_day() -> None:
    bench = Bench(services=NAMES)
    said = asked(bench, date(2026, 11, 20), WISH)
    assert not isinstance(said, Refused)
    assert asked(bench, date(2026, 11, 20), WISH) == Refused("booked")
    assert asked(bench, date(2026, 11, 20), {"cancel": "1"}) == Refused("declined")
    assert asked(bench, date(2026, 11, 23), {}) == said
    assert asked(bench, date(2026, 11, 24), {}) != said
    assert asked(bench, date(2026, 11, 23), {"cancel": said["number"]}) == {}
    assert "least" in dict(asked(bench, date(2026, 11, 23), {}))  # type: ignore[arg-type]
