"""Notes into the account: counted, stored, credited; and every way in which that can end otherwise."""

import pytest

from sim.stage.bench import Bench
from sim.stage.settings import own_design
from terminal import session as s
from terminal.bundles import notes_in
from terminal.flows.deposit import Reviewing
from terminal.flows.escrow_screens import Inserting, Moving, Retracting, TakingBack, Told
from terminal.flows.services import NAMES
from terminal.prompts import prompt_of
from tests.journeys.services.visiting import LOOKS, at_menu, leaves

CARD = "lin"
WELL = "notice.deposit_done"


def at_inlet(bench: Bench, profile: str = "standard", language: str = "zh") -> Bench:
    """The customer has chosen to pay in and the inlet is open."""
    at_menu(bench, CARD, profile, language).presses("service", "deposit")
    return bench.run(lambda now: isinstance(now.phase, Inserting))


def puts_in(bench: Bench, notes: str, inside: int) -> Bench:
    """Notes at the inlet, until so many are in escrow."""
    return bench.does(f"insert_notes:{notes}").run(
        lambda now: isinstance(now.phase, Inserting) and count(now) == inside, 60.0
    )


def count(session: s.Session) -> int:
    phase = session.phase
    assert isinstance(phase, Inserting | Reviewing)
    return notes_in(phase.held.counts)


def counted(bench: Bench) -> Bench:
    return bench.presses("all_in").run(lambda now: isinstance(now.phase, Reviewing))


def ended(bench: Bench) -> str:
    """How it ended, once it has."""
    bench.run(lambda now: isinstance(now.phase, Told))
    phase = bench.session.phase
    assert isinstance(phase, Told)
    return phase.text_key(bench.session)


def kinds(bench: Bench) -> list[str]:
    return [row.kind for row in bench.store.rows() if row.txid]


def test_kinds_of_rows_are_those_of_the_protocol() -> None:
    bench = counted(puts_in(at_inlet(Bench(services=NAMES)), "100", 1)).presses("store")
    ended(bench)
    leaves(bench.presses("done"))
    assert kinds(bench) == [
        *("CASHIN_INTENT", "ANSWERED", "CASHIN_OPEN", "ESCROW", "ESCROW"),
        *("STORE_INTENT", "STORED", "FINAL", "HOST_ACK"),
    ]


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_what_was_stored_is_what_the_account_gets(profile: str, language: str) -> None:
    bench = at_inlet(Bench(services=NAMES), profile, language)
    before = bench.bank.balance(CARD)
    counted(puts_in(bench, "100,50,100", 3))
    bench.presses("add_notes").run(lambda now: isinstance(now.phase, Inserting))
    counted(puts_in(bench, "20", 4))
    phase = bench.session.phase
    assert isinstance(phase, Reviewing)
    assert phase.held.counts == ((2_000, 1), (5_000, 1), (10_000, 2))
    assert bench.bank.balance(CARD) == before, "nothing is credited before it is stored"
    assert ended(bench.presses("store")) == WELL
    look = bench.session.look
    assert (look.profile, look.language) == (profile, language)
    leaves(bench.presses("done"))
    assert bench.bank.balance(CARD) == before + 27_000
    assert bench.bank.audit() == []
    assert bench.world.acceptor is not None
    assert bench.world.acceptor.notes()["cassette"] == {100: 2, 50: 1, 20: 1}


def test_a_note_that_is_not_known_comes_back_and_is_spoken_of_kindly() -> None:
    bench = puts_in(at_inlet(Bench(services=NAMES)), "100,bad", 1)
    bench.run(lambda now: isinstance(now.phase, Inserting) and now.phase.refused > 0, 30.0)
    phase = bench.session.phase
    assert isinstance(phase, Inserting)
    assert phase.text_key(bench.session) == "deposit.inserting_refused"
    puts_in(bench, "50", 2)
    assert isinstance(bench.session.phase, Inserting)
    assert not bench.session.phase.refused


@pytest.mark.parametrize("at_review", [False, True])
def test_notes_come_back_whenever_the_customer_wants_them(at_review: bool) -> None:
    bench = puts_in(at_inlet(Bench(services=NAMES)), "100,50", 2)
    before = bench.bank.balance(CARD)
    if at_review:
        counted(bench)
    bench.presses("give_back").run(lambda now: isinstance(now.phase, TakingBack))
    assert bench.world.take_returned() == 2
    assert ended(bench) == "notice.notes_given_back"
    leaves(bench.presses("done"))
    assert bench.bank.balance(CARD) == before
    assert next(iter(bench.bank.operations.values())).outcome == "reversed"


def test_the_card_is_asked_for_with_notes_inside_and_both_come_back() -> None:
    bench = puts_in(at_inlet(Bench(services=NAMES)), "100", 1)
    bench.presses("return_card").run(lambda now: isinstance(now.phase, TakingBack))
    bench.world.take_returned()
    ended(bench)
    leaves(bench.presses("done"))


def test_nothing_put_in_ends_with_nothing() -> None:
    bench = at_inlet(Bench(services=NAMES))
    assert ended(bench.presses("give_back")) == "notice.notes_nothing_inserted"
    leaves(bench.presses("another").presses("return_card"))


def test_who_walks_away_gets_the_notes_back_and_then_people_decide() -> None:
    bench = puts_in(at_inlet(Bench(services=NAMES)), "100,100", 2)
    before = bench.bank.balance(CARD)
    bench.run(lambda now: isinstance(now.phase, TakingBack), 600.0)
    bench.run(lambda now: isinstance(now.phase, Retracting), 600.0)
    assert ended(bench) == "notice.notes_kept"
    bench.ready()
    assert bench.bank.balance(CARD) == before
    assert kinds(bench)[-3:] == ["RETURN_RETRACTED", "SUSPECT", "HOST_ACK"]
    assert bench.world.acceptor is not None
    assert bench.world.acceptor.notes()["retracted"] == {100: 2}
    assert bench.session.machine.acceptor == "", "the acceptor is well: only the notes are in doubt"


def test_who_walks_away_and_comes_back_to_the_slot_has_the_notes() -> None:
    bench = puts_in(at_inlet(Bench(services=NAMES)), "100", 1)
    bench.run(lambda now: isinstance(now.phase, TakingBack), 600.0)
    bench.world.take_returned()
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    assert isinstance(bench.session.phase, s.TakingCard)
    assert bench.session.phase.notice is not None
    assert bench.session.phase.notice.key == "timed_out"


def test_an_account_that_receives_nothing_is_told_before_the_inlet_opens() -> None:
    bench = Bench(services=NAMES)
    bench.bank.ledger.keep(CARD, "receives_nothing", True)
    at_menu(bench, CARD).presses("service", "deposit")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    assert isinstance(bench.session.phase, s.TakingCard)
    assert bench.session.phase.notice is not None
    assert bench.session.phase.notice.key == "receiving_declined"
    assert "CASHIN_OPEN" not in kinds(bench)


def test_a_bank_that_says_nothing_gives_the_card_back_and_the_question_is_undone() -> None:
    bench = at_menu(Bench(services=NAMES), CARD)
    bench.world.host.silent = True
    bench.presses("service", "deposit").run(lambda now: isinstance(now.phase, s.TakingCard))
    assert isinstance(bench.session.phase, s.TakingCard)
    assert bench.session.phase.notice is not None
    assert bench.session.phase.notice.key == "service_silent"
    assert kinds(bench) == ["CASHIN_INTENT", "FINAL"]


def test_a_bank_that_falls_silent_later_hears_of_the_credit_when_it_is_back() -> None:
    bench = counted(puts_in(at_inlet(Bench(services=NAMES)), "100", 1))
    before = bench.bank.balance(CARD)
    bench.world.host.silent = True
    assert ended(bench.presses("store")) == WELL
    words = own_design().catalogues
    told = f"{words['zh'].entries[WELL]} {words['en'].entries[WELL]}"
    assert not any(claim in told for claim in ("已经", " now", " is in your account"))
    bench.waits(30)
    assert bench.bank.balance(CARD) == before
    bench.world.host.silent = False
    bench.waits(400)
    assert bench.bank.balance(CARD) == before + 10_000


def test_an_acceptor_that_jams_while_storing_leaves_it_to_people_and_takes_no_more() -> None:
    bench = counted(puts_in(at_inlet(Bench(services=NAMES)), "100,100,100", 3))
    before = bench.bank.balance(CARD)
    assert bench.world.acceptor is not None
    bench.world.acceptor.arm("jamStore", after=1)
    assert ended(bench.presses("store")) == "notice.notes_suspect"
    leaves(bench.presses("done"))
    assert bench.bank.balance(CARD) == before
    assert bench.session.machine.acceptor == "doubt"
    at_menu(bench, CARD)
    assert not {"deposit", "exchange"} & offered(bench)
    assert "withdrawal" in offered(bench)


def test_an_acceptor_that_stops_while_it_takes_notes_says_what_it_has() -> None:
    bench = puts_in(at_inlet(Bench(services=NAMES)), "100", 1)
    assert bench.world.acceptor is not None
    bench.world.acceptor.power_off(bench.clock.now(), seconds=3.0)
    bench.run(lambda now: isinstance(now.phase, Reviewing), 120.0)
    assert count(bench.session) == 1
    assert ended(bench.presses("store")) == WELL


def offered(bench: Bench) -> set[object]:
    return {one.value for one in prompt_of(bench.session).answers if one.name == "service"}


POINTS = {
    "inserting": lambda b: puts_in(b, "100,50", 2),
    "reviewing": lambda b: counted(puts_in(b, "100,50", 2)),
    "storing": lambda b: counted(puts_in(b, "100,50", 2)).presses("store"),
    "stored": lambda b: counted(puts_in(b, "100,50", 2)).presses("store").run(told),
}


def told(session: s.Session) -> bool:
    return isinstance(session.phase, Told)


@pytest.mark.parametrize("point", POINTS)
def test_after_a_power_cut_counted_notes_are_stored_and_credited_once(point: str) -> None:
    bench = at_inlet(Bench(services=NAMES))
    before = bench.bank.balance(CARD)
    POINTS[point](bench)
    bench.power_cut()
    bench.waits_alone(20)
    bench.boot().run(lambda now: isinstance(now.phase, s.ReturningFound))
    bench.run(lambda now: isinstance(now.phase, s.ReturningFound) and now.phase.at_gate)
    bench.does("take_card").ready()
    bench.waits(30)
    assert bench.bank.balance(CARD) == before + 15_000
    assert bench.world.acceptor is not None
    assert bench.world.acceptor.notes()["cassette"] == {100: 1, 50: 1}
    assert bench.session.machine.acceptor == ""
    assert sum(kind == "FINAL" for kind in kinds(bench)) == 1


def test_after_a_power_cut_notes_in_the_slot_are_taken_in_and_people_decide() -> None:
    bench = puts_in(at_inlet(Bench(services=NAMES)), "100", 1)
    before = bench.bank.balance(CARD)
    bench.presses("give_back").run(lambda now: isinstance(now.phase, TakingBack))
    bench.power_cut()
    bench.boot().run(lambda now: isinstance(now.phase, s.ReturningFound) and now.phase.at_gate)
    bench.does("take_card").ready()
    bench.waits(10)
    assert bench.bank.balance(CARD) == before
    assert "SUSPECT" in kinds(bench)
    assert bench.world.acceptor is not None
    assert bench.world.acceptor.notes()["retracted"] == {100: 1}
    assert not bench.world.acceptor.slot()


def test_moving_notes_are_never_left_by_a_press() -> None:
    bench = counted(puts_in(at_inlet(Bench(services=NAMES)), "100", 1)).presses("store")
    assert isinstance(bench.session.phase, Moving)
    bench.presses("return_card")
    assert isinstance(bench.session.phase, Moving | Told)
    assert ended(bench) == WELL


def test_a_note_in_the_head_when_the_power_fails_goes_back_to_the_one_who_put_it_in() -> None:
    """It was pushed out to the next customer, and the first was told that there was none."""
    bench = at_inlet(Bench(services=NAMES))
    acceptor = bench.world.acceptor
    assert acceptor is not None
    acceptor.arm("powerCut")
    bench.does("insert_notes:100")
    ended(bench)
    held = {place: notes for place, notes in acceptor.notes().items() if notes}
    assert held == {"hand": {100: 1}}
