"""Visits told as a customer or an operator would tell them."""

from dataclasses import replace

import pytest

from sim.stage.bench import Bench
from sim.stage.samples import CARD, MIX
from sim.stage.settings import own_design
from sim.stage.voices import recorded
from sim.world.people import Wish
from sim.world.visits import VISITS
from terminal import session as s
from terminal.money import yuan

DESIGN = own_design()
LIN = VISITS["standard"].wish
CHEN = VISITS["elder"].wish
from tests.journeys.keys import presses_by_keys


def bench() -> Bench:
    return Bench(design=DESIGN, speech=recorded).boot().ready().waits(1.0)


def kinds(machine: Bench) -> list[str]:
    return [row.kind for row in machine.store.rows()]


def closed(machine: Bench) -> str:
    """Why the machine is closed, or "" if it waits for a customer."""
    phase = machine.session.phase
    assert isinstance(phase, s.Idle | s.OutOfService)
    return phase.reason if isinstance(phase, s.OutOfService) else ""


def test_after_three_silences_the_machine_takes_no_card_and_comes_back_by_itself() -> None:
    machine = bench()
    machine.world.host.silent = True
    for _ in range(3):
        machine.visit(LIN)
        machine.waits(30.0)
    assert closed(machine) == "host"
    assert not machine.world.reader.insert("lin")
    machine.world.host.silent = False
    machine.waits(130.0)
    assert closed(machine) == ""
    machine.visit(LIN)
    assert machine.world.bank.charged("lin") == 50_000


def test_a_customer_of_74_meets_the_pin_screen_already_in_large_type() -> None:
    machine = bench()
    machine.does("insert:chen")
    machine.run(lambda now: isinstance(now.phase, s.EnteringPin))
    look = machine.session.look
    assert (look.profile, look.reason, look.said) == ("elder", "RECORD", "applied")
    machine.presses("profile", "standard")
    look = machine.session.look
    assert (look.profile, look.reason, look.locked) == ("standard", "EXPLICIT", True)


def test_the_next_customer_starts_fresh() -> None:
    machine = bench()
    machine.visit(CHEN).waits(1.0)
    assert machine.session.look == s.Look()
    machine.does("insert:lin")
    machine.run(lambda now: isinstance(now.phase, s.EnteringPin))
    assert machine.session.look.profile == "standard"


def test_a_customer_who_saved_standard_is_never_offered_anything() -> None:
    machine = bench()
    machine.does("insert:li")
    machine.run(lambda now: isinstance(now.phase, s.EnteringPin))
    assert machine.session.look.reason == "SAVED"
    assert not machine.session.look.offer


def test_a_machine_in_doubt_stays_closed_over_a_restart_until_staff_have_looked() -> None:
    from terminal.journal_row import Row

    machine = bench()
    VISITS["note-jam-doubt"].arrange(machine.world)
    machine.visit(LIN)
    assert closed(machine) == "cash"
    machine.world.notes.clear_path()
    machine.power_cut()
    machine.boot().ready()
    assert closed(machine) == "cash"
    machine.power_cut()
    machine.store.append([Row("REOPENED", body={"by": "staff"})], machine.clock.now(), "")
    machine.boot().ready()
    assert closed(machine) == ""


def test_a_whole_visit_with_nothing_but_the_twelve_keys_and_four_function_keys() -> None:
    machine = bench()
    machine.does("insert:lin")
    machine.run(lambda now: isinstance(now.phase, s.EnteringPin))
    for key in "135790":
        machine.does(f"key:{key}")
    machine.does("key:enter")
    machine.run(lambda now: isinstance(now.phase, s.ChoosingAmount))
    machine.does("key:help", "key:enter")
    presses_by_keys(machine, "profile")
    assert machine.session.look.profile == "elder"
    machine.does("key:2", "key:5", "key:0", "key:enter")
    assert isinstance(machine.session.phase, s.Reviewing)
    machine.does("key:clear", "key:5", "key:0", "key:0", "key:enter", "key:enter")
    machine.run(lambda now: getattr(now.phase, "at_gate", False))
    machine.does("take_card")
    machine.run(lambda now: isinstance(now.phase, s.Counting))
    machine.does("take_notes", "key:enter")
    machine.ready()
    assert machine.world.bank.charged("lin") == 50_000


def test_a_pin_typed_in_two_goes_with_a_correction_is_right() -> None:
    machine = bench()
    machine.does("insert:lin")
    machine.run(lambda now: isinstance(now.phase, s.EnteringPin))
    for key in ("1", "1", "clear", *"135790", "enter"):
        machine.does(f"key:{key}")
    machine.run(lambda now: isinstance(now.phase, s.ChoosingAmount))


def test_the_third_wrong_pin_blocks_the_card_and_gives_it_back() -> None:
    machine = bench()
    machine.visit(replace(LIN, pins=("000000",)))
    assert machine.world.reader.where("lin") == "outside"
    assert machine.world.bank.customers["lin"].blocked
    results = [row.body for row in machine.store.rows() if row.kind == "PIN_RESULT"]
    assert [r["left"] for r in results] == [2, 1, 0]


@pytest.mark.parametrize("at", ["enter_pin", "choose_amount", "enter_amount", "review"])
def test_stop_give_my_card_back_costs_nothing_anywhere(at: str) -> None:
    machine = bench()
    machine.visit(replace(LIN, cancels_at=at, amount=250))
    assert machine.world.reader.where("lin") == "outside"
    assert machine.world.bank.charged("lin") == 0
    assert machine.world.bank.available("lin") == machine.world.bank.balance("lin")


def test_any_press_stops_the_voice_and_say_again_starts_it() -> None:
    machine = bench()
    machine.does("insert:chen")
    machine.run(lambda now: now.wait.speaking)
    machine.presses("repeat")
    machine.run(lambda now: now.wait.speaking, 5.0)
    first, *_ = machine.voice.spoken()
    assert first.interrupted


def test_time_to_enter_the_pin_is_asked_for_and_never_taken() -> None:
    machine = bench()
    machine.does("insert:chen")
    for _ in range(10):
        machine.run(lambda now: now.overlay == "more_time", 400.0)
        machine.presses("more_time")
    assert isinstance(machine.session.phase, s.EnteringPin)
    assert kinds(machine).count("MORE_TIME") == 20


def test_a_card_pushed_in_while_the_machine_is_closed_stays_in_the_hand() -> None:
    machine = Bench(design=DESIGN, cassettes=Bench(design=DESIGN).settings.cassettes)
    machine.world.notes.tray_present = False
    machine.boot().ready()
    assert closed(machine) == "cash"
    assert not machine.world.reader.insert("lin")
    machine.world.notes.tray_present = True
    machine.waits(70.0)
    assert closed(machine) == ""


def test_the_amount_offered_follows_what_is_left_in_the_cassettes() -> None:
    from terminal.cash_units import Cassette
    from terminal.money import yuan

    few = (Cassette(yuan(100), 4), Cassette(yuan(50), 0), Cassette(yuan(20), 0))
    machine = Bench(design=DESIGN, cassettes=few).boot().ready()
    machine.visit(replace(LIN, amount=300)).waits(1.0)
    machine.does("insert:lin")
    machine.run(lambda now: isinstance(now.phase, s.EnteringPin))
    for key in (*"135790", "enter"):
        machine.does(f"key:{key}")
    machine.run(lambda now: isinstance(now.phase, s.ChoosingAmount))
    from terminal.prompts import prompt_of

    assert [a.amount for a in prompt_of(machine.session).answers if a.amount] == [yuan(100)]


def test_the_record_names_where_the_large_type_came_from_and_no_age() -> None:
    machine = bench()
    machine.visit(Wish("zhou", ("112358",)))
    shown = [row.body for row in machine.store.rows() if row.kind == "PROFILE"]
    assert [(r["profile"], r["reason"]) for r in shown] == [("elder", "RECORD")]
    told = " ".join(str(row.body) for row in machine.store.rows())
    assert "65to69" not in told


def test_read_it_to_me_pressed_again_reads_the_amount_to_its_end() -> None:
    machine = bench()
    machine.does("insert:chen")
    machine.run(lambda now: isinstance(now.phase, s.EnteringPin))
    machine.terminal.session = replace(
        machine.session,
        phase=s.Reviewing(CARD, yuan(1_500), MIX),
        overlay="",
    )
    machine.waits(1.0).presses("read_aloud").waits(1.5).presses("read_aloud").waits(20.0)
    last = machine.voice.spoken()[-1]
    assert "一千五百元" in last.text
    assert (last.channel, last.interrupted) == ("aloud", False)
