"""One large note for small ones, by both shapes of dispenser; and every way in which it can end otherwise."""

from typing import get_args

import pytest

from sim.stage.bench import Bench
from sim.world.world import Shape
from terminal import session as s
from terminal.cash_units import Cassette
from terminal.flows.escrow_screens import Changed, Inserting, TakingBack
from terminal.flows.exchange import Choosing, NoChange
from terminal.flows.services import NAMES
from terminal.money import yuan
from terminal.prompts import prompt_of, text_key
from terminal.values import replace
from tests.journeys.services.test_deposit import kinds
from tests.journeys.services.visiting import LOOKS, at_menu

CARD = "lin"
SHAPES: tuple[Shape, ...] = get_args(Shape)


def at_inlet(bench: Bench, profile: str = "standard", language: str = "zh") -> Bench:
    """The card is back with the customer and the inlet is open."""
    at_menu(bench, CARD, profile, language).presses("service", "exchange")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    return bench.does("take_card").run(lambda now: isinstance(now.phase, Inserting))


def choosing(bench: Bench, note: str = "100") -> Bench:
    bench.does(f"insert_notes:{note}")
    return bench.run(lambda now: isinstance(now.phase, Choosing), 60.0)


def takes_pack(bench: Bench) -> Bench:
    if bench.shape == "presenter":
        bench.run(lambda now: isinstance(now.phase, s.TakingNotes))
    else:
        bench.run(lambda now: isinstance(now.phase, Changed))
    return bench.does("take_notes")


def explained(bench: Bench) -> str:
    bench.run(lambda now: isinstance(now.phase, s.Explaining), 900.0)
    phase = bench.session.phase
    assert isinstance(phase, s.Explaining)
    return phase.notice.key


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_the_note_is_stored_only_when_the_pack_is_out(
    shape: Shape, profile: str, language: str
) -> None:
    bench = at_inlet(Bench(services=NAMES, shape=shape), profile, language)
    before = bench.bank.balance(CARD)
    takes_pack(choosing(bench).presses("other_mix").presses("confirm"))
    bench.run(lambda now: isinstance(now.phase, Changed)).presses("count_right").ready()
    assert sum(note * n for note, n in bench.world.purse.items()) == 100
    assert bench.bank.balance(CARD) == before
    assert bench.bank.audit() == []
    assert bench.world.acceptor is not None
    assert bench.world.acceptor.notes()["cassette"] == {100: 1}
    rows = kinds(bench)
    assert rows.index("DISPENSE_INTENT") < rows.index("STORE_INTENT") < rows.index("FINAL")
    if shape == "presenter":
        assert rows.index("TAKEN") < rows.index("STORE_INTENT")


@pytest.mark.parametrize("shape", SHAPES)
def test_a_pack_that_never_came_out_gives_the_note_back(shape: Shape) -> None:
    bench = choosing(at_inlet(Bench(services=NAMES, shape=shape)))
    before = bench.bank.balance(CARD)
    if shape == "presenter":
        bench.world.presenter.arm("short_pick")
    else:
        bench.world.notes.arm("refuse", error=0x0B)
    bench.presses("confirm").run(lambda now: isinstance(now.phase, TakingBack), 300.0)
    bench.does("take_returned")
    assert explained(bench) == "notes_pack_failed"
    assert bench.bank.balance(CARD) == before
    assert bench.world.acceptor is not None
    assert bench.world.acceptor.notes()["hand"] == {100: 1}


def test_a_pack_that_nobody_took_is_no_exchange_and_the_note_is_credited() -> None:
    bench = choosing(at_inlet(Bench(services=NAMES, shape="presenter"))).presses("confirm")
    before = bench.bank.balance(CARD)
    assert explained(bench) == "exchange_credited"
    bench.waits(5)
    assert bench.bank.balance(CARD) == before + 10_000
    final = next(row for row in bench.store.rows() if row.kind == "FINAL")
    assert final.body["basis"] == "stored"


def test_the_card_that_is_not_taken_ends_it_before_a_note_is_in() -> None:
    bench = at_menu(Bench(services=NAMES), CARD).presses("service", "exchange")
    assert explained(bench) == "card_kept"
    assert kinds(bench)[:3] == ["CASHIN_INTENT", "ANSWERED", "FINAL"]


def test_a_note_that_nothing_smaller_stands_for_is_not_taken_in() -> None:
    bench = at_inlet(Bench(services=NAMES)).does("insert_notes:10")
    bench.run(lambda now: isinstance(now.phase, Inserting) and now.phase.refused > 0, 60.0)
    assert text_key(bench.session) == "exchange.inserting_too_small"
    phase = choosing(bench).session.phase
    assert isinstance(phase, Choosing)
    assert phase.held.counts == ((10_000, 1),)


def test_the_inlet_shuts_after_one_note() -> None:
    bench = choosing(at_inlet(Bench(services=NAMES)), "100,100")
    phase = bench.session.phase
    assert isinstance(phase, Choosing)
    assert phase.held.counts == ((10_000, 1),)


def test_who_changes_their_mind_has_the_note_back() -> None:
    bench = choosing(at_inlet(Bench(services=NAMES))).presses("give_back")
    bench.run(lambda now: isinstance(now.phase, TakingBack)).does("take_returned")
    assert explained(bench) == "exchange_given_back"
    assert bench.presses("understood").ready().world.acceptor is not None


def test_who_walks_away_before_choosing_finds_the_note_in_the_slot_then_people_decide() -> None:
    bench = choosing(at_inlet(Bench(services=NAMES)))
    assert explained(bench) == "notes_kept"


def test_stopping_before_a_note_speaks_of_changing_and_not_of_paying_in() -> None:
    bench = at_inlet(Bench(services=NAMES))
    (stop,) = prompt_of(bench.session).answers
    assert stop.text == "stop_exchange"
    assert explained(bench.presses("give_back")) == "exchange_nothing_inserted"


def test_nobody_puts_anything_in() -> None:
    bench = at_inlet(Bench(services=NAMES))
    assert explained(bench) == "exchange_timed_out"


def test_a_wrong_count_is_written_down_and_staff_are_called() -> None:
    bench = takes_pack(choosing(at_inlet(Bench(services=NAMES))).presses("confirm"))
    bench.presses("count_wrong")
    assert explained(bench) == "exchange_disputed"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("paid", [False, True])
def test_after_a_power_cut_nobody_loses_the_note(shape: Shape, paid: bool) -> None:
    """Nobody is there: stored, and what was not paid for it is credited."""
    bench = choosing(at_inlet(Bench(services=NAMES, shape=shape)))
    before = bench.bank.balance(CARD)
    if paid:
        takes_pack(bench.presses("confirm"))
    bench.power_cut()
    bench.waits_alone(20)
    bench.boot().ready().waits(30)
    assert bench.bank.balance(CARD) == before + (0 if paid else 10_000)
    assert bench.world.acceptor is not None
    assert bench.world.acceptor.notes()["cassette"] == {100: 1}
    assert sum(note * n for note, n in bench.world.purse.items()) == (100 if paid else 0)
    assert bench.session.machine.acceptor == ""


NO_SMALL = (Cassette(yuan(100), 50),)


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_where_nothing_can_be_changed_no_note_and_no_card_is_asked_for(
    profile: str, language: str
) -> None:
    bench = at_menu(Bench(services=NAMES, cassettes=NO_SMALL), CARD, profile, language)
    bench.presses("service", "exchange")
    assert isinstance(bench.session.phase, NoChange)
    bench.presses("another")
    assert isinstance(bench.session.phase, s.ChoosingService)
    bench.presses("service", "exchange").presses("back")
    assert isinstance(bench.session.phase, s.ChoosingService)
    assert bench.bank.operations == {}
    assert "OPEN_ACCEPTOR" not in kinds(bench)


def test_what_ran_out_while_the_card_came_back_is_said_and_nothing_is_let_in() -> None:
    bench = at_menu(Bench(services=NAMES), CARD).presses("service", "exchange")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    empty = replace(bench.session.machine, cassettes=NO_SMALL * 4)
    bench.terminal.session = replace(bench.session, machine=empty)
    bench.does("take_card")
    assert explained(bench) == "notes_cannot_change"
    assert bench.world.acceptor is not None
    assert not any(bench.world.acceptor.notes().values())
