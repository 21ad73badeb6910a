"""A damaged note: described one question at a time, the result said, a time at the counter booked."""

from datetime import date

import pytest

from sim.stage.bench import Bench
from sim.stage.service_samples.damaged_notes import TOLD
from sim.world.bank.desk import Question, Refused
from sim.world.bank.desks import ASKED
from sim.world.bank.desks import damaged_notes as desk
from sim.world.cards import CARDS
from terminal import session as s
from terminal.card import Card, Pan
from terminal.flows import damaged_notes as d
from terminal.flows.services import NAMES
from tests.journeys.services.visiting import LOOKS, at_menu, leaves


def begun(bench: Bench, profile: str = "standard", language: str = "zh") -> Bench:
    bench.bank.follow(bench.clock)
    return at_menu(bench, "lin", profile, language).presses("service", d.NAME)


def told(bench: Bench, left: str = "most", shape: str = "no_cross") -> Bench:
    bench.presses("left", left)
    if isinstance(bench.session.phase, d.AskingCross):
        bench.presses("shape", shape)
    return bench.presses("is_so", 1).presses("is_so", 1)


def result(bench: Bench) -> str:
    phase = bench.session.phase
    assert isinstance(phase, d.Told)
    return phase.note.result()


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_note_is_described_and_a_time_booked_for_the_next_working_day(
    profile: str, language: str
) -> None:
    bench = told(begun(Bench(services=NAMES), profile, language))
    assert result(bench) == "full"
    bench.presses("book_slot").run(lambda now: isinstance(now.phase, d.ChoosingHalf))
    bench.presses("half", "afternoon").run(lambda now: isinstance(now.phase, d.Booked))
    phase = bench.session.phase
    assert isinstance(phase, d.Booked)
    assert (phase.day, phase.half) == ("2026-01-06", "afternoon")
    kept = bench.bank.ledger.kept("lin", desk.TOPIC)
    assert kept == {"day": phase.day, "half": phase.half, "number": phase.number}
    leaves(bench.presses("done"))
    assert bench.bank.operations == {}


@pytest.mark.parametrize(
    ("left", "shape", "expected"),
    [
        ("most", "no_cross", "full"),
        ("most", "cross", "cross"),
        ("between", "", "half"),
        ("little", "", "little"),
        ("unsure", "no_cross", "unsure"),
        ("unsure", "cross", "unsure"),
    ],
)
def test_what_is_described_is_judged_by_the_rule(left: str, shape: str, expected: str) -> None:
    assert result(told(begun(Bench(services=NAMES)), left, shape)) == expected


def test_a_note_for_every_result_has_that_result() -> None:
    assert {name: note.result() for name, note in TOLD.items()} == {name: name for name in TOLD}


def test_an_unknown_face_or_pieces_that_do_not_fit_are_worth_nothing() -> None:
    bench = begun(Bench(services=NAMES)).presses("left", "between").presses("is_so", 0)
    assert result(bench) == "face"
    bench.presses("back").presses("is_so", 1).presses("is_so", 0)
    assert result(bench) == "pieces"


def test_every_page_leads_back_to_the_menu_and_nothing_is_booked() -> None:
    bench = told(begun(Bench(services=NAMES)))
    for phase in (d.AskingFace, d.AskingLeft, s.ChoosingService):
        bench.presses("back")
        assert isinstance(bench.session.phase, phase)
    assert bench.bank.ledger.kept("lin", desk.TOPIC) is None


def test_whoever_walks_away_gets_the_card_back_and_has_nothing_booked() -> None:
    bench = told(begun(Bench(services=NAMES)))
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    assert bench.bank.ledger.kept("lin", desk.TOPIC) is None


def test_an_answer_that_never_comes_is_said_as_it_is() -> None:
    bench = told(begun(Bench(services=NAMES))).presses("book_slot")
    bench.run(lambda now: isinstance(now.phase, d.ChoosingHalf))
    bench.world.host.silent = True
    bench.presses("half", "morning").run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "damaged_notes_unknown"


def asked(fields: dict[str, str], today: date) -> object:
    card = Card(Pan(CARDS["lin"].pan), "3012")
    question = Question("ab" * 16, "lin", card, fields, today.toordinal())
    return ASKED[d.NAME](Bench().bank, question)


def test_no_day_is_named_that_nobody_knows_and_none_is_booked_but_the_one_named() -> None:
    assert asked({}, date(2026, 9, 30)) == (("day", "2026-10-08"),)
    assert asked({}, date(2027, 2, 26)) == (("day", ""),)
    late = {"book": "morning", "day": "2026-10-07"}
    assert asked(late, date(2026, 9, 30)) == Refused("declined")
