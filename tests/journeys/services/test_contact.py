"""Numbers for messages and of somebody trusted: typed, read back, kept, shown masked, removed, told."""

import json

import pytest

from sim.stage.bench import Bench
from sim.world.bank.desk import Question, Refused
from sim.world.bank.desks import ASKED
from sim.world.bank.desks import contact as desk
from sim.world.cards import CARDS
from terminal import session as s
from terminal.card import Card, Pan
from terminal.flows import contact as c
from terminal.flows.services import NAMES
from terminal.prompts import prompt_of
from tests.journeys.services.visiting import LOOKS, at_menu, leaves

NUMBER = "13812345678"


def at_numbers(bench: Bench, profile: str = "standard", language: str = "zh") -> Bench:
    at_menu(bench, "lin", profile, language).presses("service", "contact")
    return bench.run(lambda now: isinstance(now.phase, c.Showing))


def types(bench: Bench, number: str) -> Bench:
    return bench.does(*(f"key:{digit}" for digit in number), "key:enter")


def adds(bench: Bench, kind: str, number: str = NUMBER) -> Bench:
    types(bench.presses("number", kind).presses("type_number"), number)
    assert isinstance(bench.session.phase, c.Reviewing)
    bench.presses("confirm")
    return bench.run(lambda now: isinstance(now.phase, c.Saved))


def known(bench: Bench) -> c.Known:
    phase = bench.session.phase
    assert isinstance(phase, c.Showing)
    return phase.known


@pytest.mark.parametrize("kind", c.KINDS)
@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_number_is_read_back_kept_shown_masked_and_removed(
    profile: str, language: str, kind: str
) -> None:
    bench = at_numbers(Bench(services=NAMES), profile, language)
    leaves(adds(bench, kind).presses("done"))
    at_numbers(bench, profile, language)
    assert known(bench) == c.Known(known(bench).card, **{kind: "138****5678"})
    bench.presses("number", kind).presses("remove").presses("confirm")
    bench.run(lambda now: isinstance(now.phase, c.Saved)).presses("another")
    bench.presses("service", "contact").run(lambda now: isinstance(now.phase, c.Showing))
    assert known(bench) == c.Known(known(bench).card)
    assert bench.bank.operations == {}


def test_a_number_is_left_as_it_is_by_an_answer_as_near_as_removing_it() -> None:
    bench = adds(at_numbers(Bench(services=NAMES)), "trusted").presses("another")
    bench.presses("service", "contact").run(lambda now: isinstance(now.phase, c.Showing))
    bench.presses("number", "trusted").presses("remove")
    answers = prompt_of(bench.session).answers
    assert [one.role for one in answers] == ["choice", "choice"]
    bench.presses("leave_number")
    assert isinstance(bench.session.phase, c.Managing)
    assert bench.session.phase.known.trusted


def test_the_number_before_is_told_that_it_is_no_longer_used() -> None:
    bench = adds(at_numbers(Bench(services=NAMES)), "messages").presses("another")
    bench.presses("service", "contact").run(lambda now: isinstance(now.phase, c.Showing))
    adds(bench, "messages", "13987654321")
    told = [(one["to"], one["why"]) for one in desk.sent(bench.bank, "lin")]
    assert told == [
        ("138****5678", "messages_named"),
        ("138****5678", "messages_ended"),
        ("139****4321", "messages_named"),
    ]


@pytest.mark.parametrize("typed", ["", "1381234567", "23812345678"])
def test_what_is_no_mobile_number_is_not_read_back(typed: str) -> None:
    bench = at_numbers(Bench(services=NAMES)).presses("number", "messages").presses("type_number")
    phase = types(bench.waits(1.0), typed).session.phase
    assert isinstance(phase, c.Typing)
    assert (phase.typed, phase.wrong) == (typed, True)


def test_every_page_leads_back_to_the_one_before_and_nothing_is_kept() -> None:
    bench = at_numbers(Bench(services=NAMES)).presses("number", "trusted").presses("type_number")
    types(bench, NUMBER)
    for phase in (c.Typing, c.Managing, c.Showing, s.ChoosingService):
        bench.presses("back")
        assert isinstance(bench.session.phase, phase)
    assert bench.bank.ledger.kept("lin", desk.TOPIC) is None


def test_an_answer_that_never_comes_is_said_as_it_is() -> None:
    bench = at_numbers(Bench(services=NAMES)).presses("number", "messages").presses("type_number")
    types(bench, NUMBER)
    bench.world.host.silent = True
    bench.presses("confirm").run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "contact_unknown"


def test_the_record_has_no_digit_of_a_number() -> None:
    bench = adds(at_numbers(Bench(services=NAMES)), "trusted")
    rows = json.dumps([dict(one.body) for one in bench.store.rows()], default=str)
    assert NUMBER not in rows
    assert NUMBER[-4:] not in rows


# --- the trusted contact ------------------------------------------------------------------------------


def told(bench: Bench, why: str = "unsure_transfer") -> object:
    card = Card(Pan(CARDS["lin"].pan), "3012")
    asked = Question("m", "lin", card, {"why": why}, bench.bank.today())
    return ASKED["tell_trusted"](bench.bank, asked)


def test_a_contact_is_told_and_no_amount_payee_or_account_with_it() -> None:
    bench = adds(at_numbers(Bench(services=NAMES)), "trusted")
    assert told(bench) == (("to", "138****5678"),)
    last = desk.sent(bench.bank, "lin")[-1]
    assert last == {"to": "138****5678", "day": bench.bank.today(), "why": "unsure_transfer"}


def test_nobody_is_told_where_nobody_was_named_nor_without_end() -> None:
    assert told(Bench(services=NAMES)) == Refused("nobody")
    bench = adds(at_numbers(Bench(services=NAMES)), "trusted")
    assert told(bench, "send 500") == Refused("declined")
    for _ in range(desk.TOLD_MAX):
        told(bench)
    assert told(bench) == Refused("enough")
