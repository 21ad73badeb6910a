"""Small change in packs: what is in one is shown, and these very notes come out and are charged."""

import pytest

from sim.stage.bench import Bench
from terminal import session as s
from terminal.cash_units import Cassette, total
from terminal.flows import change_pack as c
from terminal.flows.services import NAMES
from terminal.money import yuan
from terminal.rules.change_packs import composition
from tests.journeys.services.visiting import LOOKS, at_menu

SMALL = tuple(
    Cassette(yuan(major), count) for major, count in ((100, 20), (50, 20), (20, 20), (10, 20))
)


def begun(bench: Bench, profile: str = "standard", language: str = "zh") -> Bench:
    return at_menu(bench, "lin", profile, language).presses("service", c.NAME)


def reviewed(bench: Bench, major: int = 100) -> c.Reviewing:
    phase = bench.presses("amount", yuan(major).minor).session.phase
    assert isinstance(phase, c.Reviewing)
    return phase


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_the_notes_that_were_shown_come_out_and_are_charged(profile: str, language: str) -> None:
    bench = begun(Bench(services=NAMES), profile, language)
    before = bench.bank.balance("lin")
    pack = reviewed(bench)
    assert pack.notes == ((yuan(20), 3), (yuan(10), 4))
    bench.presses("confirm").run(lambda now: isinstance(now.phase, s.TakingCard))
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    bench.does("take_card").run(lambda now: isinstance(now.phase, s.Counting))
    phase = bench.session.phase
    assert isinstance(phase, s.Counting)
    assert (phase.counts, phase.amount) == (pack.mix, yuan(100))
    bench.presses("count_right").ready()
    assert before - bench.bank.balance("lin") == yuan(100).minor


def test_each_pack_is_worth_what_it_is_called_and_shown_as_it_is_paid() -> None:
    bench = begun(Bench(services=NAMES, cassettes=SMALL))
    phase = bench.session.phase
    assert isinstance(phase, c.Choosing)
    for major in (100, 200, 500):
        pack = reviewed(bench, major)
        cassettes = bench.session.machine.cassettes
        assert total(pack.mix, cassettes) == yuan(major)
        assert composition(pack.mix, cassettes) == pack.notes
        bench.presses("change")


def test_where_small_notes_are_gone_no_pack_is_offered() -> None:
    bench = begun(Bench(services=NAMES, cassettes=(Cassette(yuan(100), 50),)))
    assert isinstance(bench.session.phase, c.NoPack)
    bench.presses("another")
    assert isinstance(bench.session.phase, s.ChoosingService)


def test_only_what_can_be_paid_is_offered() -> None:
    few = (Cassette(yuan(100), 50), Cassette(yuan(20), 5))
    phase = begun(Bench(services=NAMES, cassettes=few)).session.phase
    assert isinstance(phase, c.Choosing)
    assert [one.pack.amount for one in phase.packs] == [yuan(100)]


def test_back_and_walking_away_move_nothing() -> None:
    bench = begun(Bench(services=NAMES))
    reviewed(bench)
    for phase in (c.Choosing, s.ChoosingService):
        bench.presses("back")
        assert isinstance(bench.session.phase, phase)
    reviewed(bench.presses("service", c.NAME))
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    assert bench.bank.operations == {}


def test_a_silent_bank_gives_the_card_back_and_moves_nothing() -> None:
    bench = begun(Bench(services=NAMES))
    reviewed(bench)
    before = bench.bank.balance("lin")
    bench.world.host.silent = True
    bench.presses("confirm").run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "host_silent"
    assert bench.bank.balance("lin") == before
