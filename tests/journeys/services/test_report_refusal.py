"""A report of refused cash: chosen, read back, numbered; a telephone number only if the customer wants."""

import json

import pytest

from sim.stage.bench import Bench
from sim.world.bank.desks import report_refusal as desk
from terminal import session as s
from terminal.flows import report_refusal as r
from terminal.flows.services import NAMES
from tests.journeys.services.visiting import LOOKS, at_menu, leaves

NUMBER = "13812345678"


def at_phone(bench: Bench, profile: str = "standard", language: str = "zh") -> Bench:
    at_menu(bench, "lin", profile, language).presses("service", r.NAME)
    bench.presses("kind", "ride").presses("district", "west")
    assert isinstance(bench.session.phase, r.AskingPhone)
    return bench


def kept(bench: Bench) -> list[dict[str, object]]:
    return list(bench.bank.ledger.kept("lin", desk.TOPIC) or ())


def types(bench: Bench, number: str) -> Bench:
    bench.presses("with_phone").waits(1.0)
    return bench.does(*(f"key:{digit}" for digit in number), "key:enter")


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_report_is_read_back_and_numbered(profile: str, language: str) -> None:
    bench = at_phone(Bench(services=NAMES), profile, language).presses("without_phone")
    bench.presses("confirm").run(lambda now: isinstance(now.phase, r.Sent))
    phase = bench.session.phase
    assert isinstance(phase, r.Sent)
    assert phase.values(bench.session)["central_bank"] == "12363"
    (report,) = kept(bench)
    told = (report["kind"], report["district"], report["phone"], report["number"])
    assert told == ("ride", "west", "", phase.number)
    leaves(bench.presses("done"))
    assert bench.bank.operations == {}


def test_a_number_is_kept_only_if_it_was_given_and_is_in_no_record() -> None:
    bench = types(at_phone(Bench(services=NAMES)), NUMBER)
    phase = bench.session.phase
    assert isinstance(phase, r.Reviewing)
    assert phase.report == r.Report("ride", "west", NUMBER)
    bench.presses("confirm").run(lambda now: isinstance(now.phase, r.Sent))
    assert kept(bench)[0]["phone"] == NUMBER
    rows = json.dumps([dict(one.body) for one in bench.store.rows()], default=str)
    assert NUMBER not in rows


@pytest.mark.parametrize("typed", ["", "1381", "23812345678"])
def test_what_is_no_mobile_number_is_not_read_back(typed: str) -> None:
    phase = types(at_phone(Bench(services=NAMES)), typed).session.phase
    assert isinstance(phase, r.Typing)
    assert (phase.typed, phase.wrong) == (typed, True)


def test_a_number_can_be_taken_back_again() -> None:
    bench = types(at_phone(Bench(services=NAMES)), NUMBER).presses("back").presses("without_phone")
    phase = bench.session.phase
    assert isinstance(phase, r.Reviewing)
    assert phase.report.phone == ""


def test_every_page_leads_back_and_nothing_is_reported() -> None:
    bench = at_phone(Bench(services=NAMES)).presses("without_phone")
    for phase in (r.AskingPhone, r.ChoosingDistrict, r.ChoosingKind, s.ChoosingService):
        bench.presses("back")
        assert isinstance(bench.session.phase, phase)
    assert kept(bench) == []


def test_an_answer_that_never_comes_is_said_as_it_is() -> None:
    bench = at_phone(Bench(services=NAMES)).presses("without_phone")
    bench.world.host.silent = True
    bench.presses("confirm").run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "report_refusal_unknown"


def test_whoever_walks_away_has_reported_nothing() -> None:
    bench = at_phone(Bench(services=NAMES)).presses("without_phone")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    assert kept(bench) == []
