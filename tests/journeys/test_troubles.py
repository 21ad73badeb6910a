"""What customers met, and must not meet again."""

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import apsw
import pytest

from sim.stage.bench import Bench
from sim.stage.settings import own_design
from sim.stage.voices import recorded
from sim.world.acts import act
from sim.world.visits import VISITS
from sim.world.world import Shape
from terminal import session as s
from terminal.cash_units import Cassette
from terminal.journal_row import Row
from terminal.money import yuan
from terminal.prompts import most_now, text_key
from terminal.recovery import recover
from terminal.runtime import Record, RecordFailed

DESIGN = own_design()
LIN = VISITS["standard"].wish
from tests.journeys.keys import presses_by_keys


def bench(shape: Shape = "path", cassettes: tuple[Cassette, ...] | None = None) -> Bench:
    machine = Bench(shape, design=DESIGN, speech=recorded, cassettes=cassettes)
    return machine.boot().ready().waits(1.0)


def kinds(machine: Bench) -> list[str]:
    return [row.kind for row in machine.store.rows()]


def notice_of(machine: Bench) -> s.Notice:
    """What is being explained."""
    assert isinstance(machine.session.phase, s.Explaining)
    return machine.session.phase.notice


def to_phase(machine: Bench, *phases: type) -> Bench:
    return machine.run(lambda now: isinstance(now.phase, phases))


def to_pin(machine: Bench, card: str = "lin") -> Bench:
    machine.does(f"insert:{card}")
    return to_phase(machine, s.EnteringPin)


def to_amount(machine: Bench) -> Bench:
    to_pin(machine).does(*(f"key:{key}" for key in (*"135790", "enter")))
    return to_phase(machine, s.ChoosingAmount).waits(1.0)


def to_card(machine: Bench) -> Bench:
    to_amount(machine).presses("amount", 50_000).waits(1.0)
    machine.presses("confirm")
    return machine.run(lambda now: getattr(now.phase, "at_gate", False))


def in_doubt(machine: Bench) -> Bench:
    VISITS["note-jam-doubt"].arrange(machine.world)
    to_card(machine).does("take_card")
    return to_phase(machine, s.Explaining)


# --- the card ---------------------------------------------------------------------------------------


def test_a_card_stuck_on_its_way_in_is_said_and_on_record() -> None:
    machine = bench()
    machine.world.reader.arm("jamOnIntake")
    machine.does("insert:lin")
    to_phase(machine, s.Explaining)
    assert notice_of(machine).key == "card_jammed"
    assert {"VISIT_OPEN", "CARD_IN", "CARD_JAMMED"} <= set(kinds(machine))
    machine.waits(300.0)
    assert machine.world.reader.where("lin") == "bin"
    assert "CARD_RETAINED" in kinds(machine)


def test_a_reader_that_drops_for_five_seconds_gives_the_card_to_its_customer() -> None:
    machine = to_amount(bench())
    machine.world.reader_wire.unplug()
    machine.waits(5.0)
    machine.world.reader_wire.replug()
    machine.run(lambda now: getattr(now.phase, "at_gate", False), 30.0)
    machine.does("take_card").ready()
    assert machine.world.reader.where("lin") == "outside"
    rows = kinds(machine)
    assert rows.count("CARD_IN") == rows.count("CARD_TAKEN") == 1
    machine.waits(150.0)
    assert isinstance(machine.session.phase, s.Idle)


def test_a_reader_that_drops_with_the_card_at_the_gate_does_not_cost_the_withdrawal() -> None:
    machine = to_card(bench())
    machine.world.reader_wire.unplug()
    machine.waits(2.0)
    machine.world.reader_wire.replug()
    machine.run(lambda now: getattr(now.phase, "at_gate", False), 30.0)
    machine.does("take_card")
    to_phase(machine, s.Counting)
    machine.does("take_notes").presses("count_right").ready()
    assert machine.world.bank.charged("lin") == 50_000


def test_a_reader_that_drops_does_not_wipe_an_outcome_off_the_screen() -> None:
    machine = in_doubt(bench())
    notice = notice_of(machine)
    machine.world.reader_wire.unplug()
    machine.waits(5.0)
    assert notice_of(machine) == notice


def test_a_card_that_will_not_come_out_does_not_start_a_visit_every_minute() -> None:
    machine = bench()
    machine.world.reader.arm("jamOnEject", times=99)
    to_pin(machine).presses("return_card")
    machine.waits(3_000.0)
    rows = kinds(machine)
    assert rows.count("VISIT_OPEN") <= 2
    assert len(rows) < 120


def test_a_capture_whose_answer_was_lost_is_on_record() -> None:
    machine = to_card(bench())
    machine.world.reader.arm("responseLost", times=1)
    machine.waits(45.0)
    machine.ready()
    machine.waits(200.0)
    rows = kinds(machine)
    if machine.world.reader.where("lin") == "bin":
        assert rows.count("CARD_RETAINED") == 1


def test_taking_the_card_in_the_last_second_is_told_from_taking_money() -> None:
    machine = to_card(bench())
    to_phase(machine, s.KeepingCard)
    machine.world.reader.take_card() or machine.world.reader.pull_during_capture()
    machine.run(lambda now: not isinstance(now.phase, s.KeepingCard))
    assert notice_of(machine).key in ("stopped_card_taken", "card_kept")


# --- outcomes and keys -------------------------------------------------------------------------------


def test_no_thank_you_over_an_outcome_does_not_turn_it_into_another() -> None:
    machine = in_doubt(bench())
    machine.run(lambda now: now.overlay == "more_time")
    machine.presses("no_more_time").ready()
    rows = kinds(machine)
    assert rows.count("EJECT_INTENT") == 1
    assert rows[-1] == "OUT_OF_SERVICE"
    closed = [row.body["ending"] for row in machine.store.rows() if row.kind == "VISIT_CLOSE"]
    assert closed == ["suspect"]


def test_return_card_pressed_over_an_outcome_does_nothing() -> None:
    machine = in_doubt(bench())
    before = machine.session.phase
    machine.presses("return_card")
    assert machine.session.phase == before


@pytest.mark.parametrize("profile", ["standard", "elder"])
def test_a_bouncing_enter_confirms_no_money(profile: str) -> None:
    machine = to_amount(bench())
    machine.presses("profile", profile)
    machine.does("key:5", "key:0", "key:0")
    for _ in range(2):
        machine.world.press_key("enter")
        machine.waits(0.08)
    machine.waits(1.0)
    assert isinstance(machine.session.phase, s.Reviewing)


def test_enter_the_moment_an_outcome_appears_does_not_dismiss_it() -> None:
    machine = in_doubt(bench())
    machine.world.press_key("enter")
    machine.waits(0.1)
    assert isinstance(machine.session.phase, s.Explaining)


def test_typing_on_answers_the_question_for_more_time() -> None:
    machine = to_pin(bench())
    machine.run(lambda now: now.overlay == "more_time")
    machine.does("key:1", "key:3")
    assert machine.session.overlay == ""
    machine.waits(30.0)
    assert isinstance(machine.session.phase, s.EnteringPin)
    machine.does(*(f"key:{key}" for key in (*"5790", "enter")))
    to_phase(machine, s.ChoosingAmount)


def test_enter_answers_the_question_for_more_time_and_keeps_what_was_typed() -> None:
    machine = to_pin(bench())
    machine.does("key:1", "key:3", "key:5", "key:7")
    machine.run(lambda now: now.overlay == "more_time").waits(1.0)
    machine.does("key:enter")
    assert (machine.session.overlay, type(machine.session.phase)) == ("", s.EnteringPin)
    machine.does("key:9", "key:0", "key:enter")
    to_phase(machine, s.ChoosingAmount)


def test_the_version_can_be_switched_by_key_while_the_pin_is_typed() -> None:
    machine = to_pin(bench())
    machine.does("key:1")
    presses_by_keys(machine, "profile")
    machine.does("key:3", "key:5", "key:7", "key:9", "key:0", "key:enter")
    to_phase(machine, s.ChoosingAmount)
    assert machine.session.look.profile == "elder"


def test_an_amount_typed_on_the_keys_is_that_amount() -> None:
    machine = to_amount(bench())
    machine.does("key:3", "key:0", "key:0", "key:enter")
    phase = machine.session.phase
    assert isinstance(phase, s.Reviewing)
    assert phase.amount == yuan(300)
    assert machine.session.look.language == "zh"


def test_four_yuan_half_typed_is_not_a_statement() -> None:
    machine = to_card(bench()).does("take_card")
    to_phase(machine, s.Counting).waits(1.0)
    machine.presses("count_wrong").waits(1.0)
    machine.presses("digit", 4)
    machine.ready()
    [row] = [row for row in machine.store.rows() if row.kind == "SUSPECT"]
    assert row.body["disputed"] is None


def test_a_customer_who_counts_more_is_charged_what_the_device_counted() -> None:
    machine = to_card(bench()).does("take_card")
    to_phase(machine, s.Counting).waits(1.0)
    machine.presses("count_wrong").waits(1.0)
    for digit in (6, 0, 0):
        machine.presses("digit", digit)
    machine.presses("confirm").ready()
    assert machine.world.bank.charged("lin") == 50_000


# --- cash ----------------------------------------------------------------------------------------------


def test_a_machine_out_of_service_looks_at_its_devices_again_and_again() -> None:
    machine = bench()
    machine.world.notes.tray_present = False
    machine.visit(LIN)
    machine.waits(300.0)
    assert isinstance(machine.session.phase, s.OutOfService)
    machine.world.notes.tray_present = True
    machine.waits(70.0)
    assert isinstance(machine.session.phase, s.Idle)


def test_a_cassette_that_gave_nothing_is_not_offered_again_until_it_is_loaded() -> None:
    machine = bench()
    machine.world.notes.cassettes[0].count = 0
    machine.visit(LIN).waits(2.0)
    assert isinstance(machine.session.phase, s.Idle)
    machine.visit(LIN).waits(2.0)
    assert machine.world.bank.charged("lin") == 50_000
    machine.power_cut()
    machine.boot().ready()
    assert machine.session.machine.cassettes[0].count == 0


def test_a_machine_with_nothing_to_pay_takes_no_card() -> None:
    machine = bench(cassettes=(Cassette(yuan(100), 0), Cassette(yuan(50), 0)))
    assert machine.session.phase == s.OutOfService("cash")


def test_the_most_that_is_promised_can_be_paid() -> None:
    machine = bench()
    assert most_now(machine.session.machine) == yuan(4_000)


def test_notes_stacked_while_the_terminal_was_away_are_taken_off_the_count() -> None:
    machine = bench("presenter")
    to_card(machine).does("take_card")
    to_phase(machine, s.Dispensing)
    machine.power_cut()
    machine.waits_alone(5.0)
    machine.boot().ready()
    held = [c.count for c in machine.world.presenter.cassettes]
    assert [c.count for c in machine.session.machine.cassettes] == held
    left = recover(machine.store.rows()).cassettes
    assert left is not None
    assert [c.count for c in left] == held


def test_changing_ones_mind_about_the_count_does_not_close_the_machine_after_a_power_cut() -> None:
    machine = to_card(bench()).does("take_card")
    to_phase(machine, s.Counting).waits(1.0)
    machine.presses("count_wrong").waits(1.0)
    machine.presses("back")
    machine.power_cut()
    machine.boot().ready().waits(5.0)
    assert machine.world.bank.charged("lin") == 50_000
    assert isinstance(machine.session.phase, s.Idle)


def test_a_customer_is_given_the_card_back_in_their_own_language_after_a_power_cut() -> None:
    machine = bench()
    machine.presses("language", "en")
    machine.presses("profile", "elder")
    to_pin(machine)
    machine.power_cut()
    machine.boot()
    to_phase(machine, s.ReturningFound)
    assert (machine.session.look.language, machine.session.look.profile) == ("en", "elder")


def test_an_offer_and_what_became_of_it_are_on_record() -> None:
    machine = bench()
    machine.visit(VISITS["offered"].wish)
    answers = [row.body["answer"] for row in machine.store.rows() if row.kind == "OFFER"]
    assert answers == ["made", "passed"]


# --- the record breaks ---------------------------------------------------------------------------------


@dataclass
class Breaking:
    """A record that fails from one commit on."""

    record: Record
    left: int

    def append(self, rows: Sequence[Row], now: float, utc: str) -> None:
        self.left -= 1
        if self.left < 0:
            raise RecordFailed("the disk is full")
        self.record.append(rows, now, utc)

    @property
    def low(self) -> bool:
        return False


@pytest.mark.parametrize("shape", ["path", "presenter"])
@pytest.mark.parametrize("commits", range(18))
def test_when_nothing_can_be_recorded_the_card_comes_back_and_no_lie_is_told(
    commits: int, shape: Shape
) -> None:
    machine = bench(shape)
    machine.terminal.record = Breaking(machine.terminal.record, commits)
    machine.person = None
    wish = replace(LIN, takes_card=True)
    machine.story_card = wish.card
    from sim.world.people import Person

    machine.person = Person(wish, machine.rng)
    machine.waits(120.0)
    if not machine.terminal.record_broken:
        return
    phase, paid = machine.session.phase, machine.world.paid_out()
    assert isinstance(phase, s.OutOfService | s.TakingCard | s.Explaining)
    if paid and machine.world.bank.charged("lin") == 0:
        assert phase == s.OutOfService("record") or isinstance(phase, s.Explaining)
    machine.person = None
    machine.power_cut()
    machine.boot().ready().waits(60.0)
    held = sum(o.held for o in machine.world.bank.operations.values())
    assert held or machine.world.bank.charged("lin") // 100 == machine.world.paid_out()
    assert machine.world.reader.where("lin") in ("outside", "bin")


def test_a_press_after_the_record_broke_does_not_set_the_machine_spinning() -> None:
    machine = to_card(bench())
    machine.terminal.record = Breaking(machine.terminal.record, 0)
    machine.does("take_card")
    assert machine.terminal.record_broken
    turns = 0

    def seen(session: s.Session, now: float) -> None:
        nonlocal turns
        turns += 1

    for press in (("language", "en"), ("help", None), ("close", None), ("repeat", None)):
        machine.presses(*press)
    with machine.watching(seen):
        machine.waits(120.0)
    assert turns < 2_000
    assert machine.session.look.language == "en"


def test_a_card_found_at_a_start_comes_back_though_nothing_can_be_recorded() -> None:
    """Campaign seed 511."""
    machine = to_pin(bench())
    machine.power_cut()
    machine.boot()
    machine.terminal.record = Breaking(machine.terminal.record, 0)
    machine.waits(20.0)
    assert machine.terminal.record_broken
    assert machine.world.reader.where("lin") == "gate"


def test_a_card_that_slipped_in_while_the_record_broke_comes_back_when_the_reader_does() -> None:
    """Campaign seed 6816: the reader was silent, the record failed, and the card stayed inside until the
    terminal was started again."""
    machine = bench().ready()
    machine.world.reader_wire.unplug()
    machine.terminal.record = Breaking(machine.terminal.record, 0)
    machine.does("insert:lin")
    machine.waits(20.0)
    assert machine.terminal.record_broken
    assert machine.session.phase == s.OutOfService("record")
    machine.world.reader_wire.replug()
    machine.waits(30.0)
    assert machine.world.reader.where("lin") == "gate"


def test_a_card_that_a_full_bin_cannot_take_is_not_offered_all_night() -> None:
    machine = bench()
    machine.world.reader.fail("50", "C31", times=999)
    machine.visit(replace(LIN, takes_card=False)).waits(3_600.0)
    assert kinds(machine).count("VISIT_OPEN") == 1
    assert machine.world.reader.where("lin") == "inside"
    assert machine.session.phase == s.OutOfService("reader")


@pytest.mark.parametrize("kept", ["AUTH_RESULT", "CARD_TAKEN", "AUTH_INTENT"])
def test_rows_cut_off_after_notes_came_out_cost_the_bank_no_money_and_are_seen(
    kept: str, tmp_path: Path
) -> None:
    """The newest rows are deleted while the power is off: what the record then says is not believed."""
    machine = Bench(design=DESIGN, journal_path=tmp_path / "journal.db").boot().ready()
    machine.visit(LIN).waits(10.0)
    to_card(machine).does("take_card")
    to_phase(machine, s.Counting).waits(3.0)
    paid = machine.world.paid_out()
    machine.power_cut()
    machine.person = None
    last = [row.seq for row in machine.store.rows() if row.kind == kept][-1]
    machine.store.close()
    cut_after(tmp_path / "journal.db", last)
    bank = machine.world.bank
    charged = bank.charged("lin")
    machine.reopen_record().boot().waits(60.0)
    assert paid == 1_000
    assert bank.charged("lin") == charged == 50_000
    assert bank.held() == 50_000, "the second 500 stay on hold until people have decided"
    assert any("in dispute" in alarm for alarm in bank.alarms)
    assert machine.session.machine.record_disputed
    assert machine.session.phase == s.OutOfService("record")
    [txid] = [txid for txid, known in bank.operations.items() if known.outcome == "suspect"]
    assert bank.decide(txid, 50_000, "Wu and He")
    assert (bank.charged("lin"), bank.held(), bank.audit()) == (100_000, 0, [])


def cut_after(journal: Path, last: int) -> None:
    """What somebody with a database program can do."""
    with closing(apsw.Connection(str(journal))) as file:
        file.execute("DROP TRIGGER journal_loses_none")
        file.execute("DELETE FROM journal WHERE seq > ?", (last,))


def test_who_said_the_amount_is_wrong_is_not_charged_after_a_power_cut() -> None:
    machine = to_card(bench()).does("take_card")
    to_phase(machine, s.Counting).does("take_notes")
    machine.waits(2.0).presses("count_wrong")
    to_phase(machine, s.StatingCount)
    machine.power_cut()
    machine.boot().ready().waits(30.0)
    bank = machine.world.bank
    assert (bank.charged("lin"), bank.held()) == (0, 50_000)
    assert kinds(machine).count("SUSPECT") == 1


def test_a_bank_that_cannot_write_its_book_gives_the_card_back_and_costs_nothing() -> None:
    machine = to_amount(bench())
    machine.world.bank.ledger.close()
    machine.presses("amount", 50_000).waits(1.0)
    machine.presses("confirm").waits(120.0)
    assert machine.world.host.failed
    assert machine.world.reader.where("lin") in ("gate", "outside", "bin")
    assert machine.world.paid_out() == 0


@pytest.mark.parametrize("milliseconds", range(0, 400, 20))
@pytest.mark.parametrize("dark", [0.05, 0.3])
def test_a_card_on_its_way_in_when_the_power_went_is_not_called_stuck(
    milliseconds: int, dark: float
) -> None:
    """Killed process, story card-left at 2.90 s."""
    machine = bench()
    assert act(machine.world, "insert:lin")
    machine.waits(milliseconds / 1000).power_cut()
    machine.waits_alone(dark)
    machine.boot().waits(20.0)
    assert "CARD_JAMMED" not in kinds(machine)
    assert isinstance(machine.session.phase, s.ReturningFound)


# --- a silent bank ----------------------------------------------------------------------------------

CLAIMED = {"zh": r"已[^。]{0,6}扣|扣了", "en": r"\b(was|were|been) (charged|taken from)"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_said_to_have_been_charged_while_the_bank_has_not_said_so(language: str) -> None:
    """The last screen said "It was charged to your account" of what was held and not yet booked."""
    machine = to_amount(bench()).presses("language", language)
    machine.presses("amount", 50_000).waits(1.0).presses("confirm")
    machine.run(lambda now: getattr(now.phase, "at_gate", False))
    machine.world.host.silent = True
    to_phase(machine.does("take_card"), s.Counting).waits(1.0).presses("count_right")
    to_phase(machine, s.Farewell)
    words = DESIGN.catalogues[machine.session.look.language]
    shown = words.text(text_key(machine.session), {"amount": yuan(500)})
    machine.waits(20.0)
    assert machine.world.bank.charged("lin") == 0
    for said in (shown, *(one.text for one in machine.voice.spoken())):
        assert not re.search(CLAIMED[language], said), said
    assert "500" in shown
