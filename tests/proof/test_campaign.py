"""The campaign's core: a plan is its seed, a run is its plan, and every law can be seen to break.

The seeds here are a small fixed share of what the command plays. A law that cannot fail proves nothing,
so each check is given a world, a book or a record that was tampered with after an honest run.
"""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from devices.host import codec
from devices.host.message import Checkpoint
from sim.proof.campaign import laws, sometimes, taken
from sim.proof.campaign.faults import CATALOGUE, OneHurt
from sim.proof.campaign.laws import LAWS, Law
from sim.proof.campaign.plan import VISITS_PER_RUN, plan_for
from sim.proof.campaign.record import Fault, Outcome, Plan
from sim.proof.campaign.run import Run, play
from sim.proof.campaign.scene import Done, Kept, Move, Scene, Thing
from sim.proof.campaign.truth import Moved
from sim.stage.bench import Bench
from sim.stage.settings import own_design
from sim.world.bank import CASH, CUSTOMERS
from sim.world.people import Wish
from sim.world.world import Shape
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.money import yuan
from terminal.profile import Patience, Waits
from tests.proof.test_errand_laws import TAMPERED as OF_ERRANDS
from tests.proof.test_transfer_laws import TAMPERED as OF_TRANSFERS

DESIGN = own_design()
SEEDS = range(30)
LIN = Wish("lin", (CUSTOMERS["lin"].pin,), amount=300, think_seconds=0.2)


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [play(plan_for(seed)) for seed in SEEDS]


# --- plans ------------------------------------------------------------------------------------------


def test_a_plan_is_a_pure_function_of_its_seed() -> None:
    assert [plan_for(seed) for seed in range(50)] == [plan_for(seed) for seed in range(50)]
    assert len({plan_for(seed).visits for seed in range(50)}) == 50


def test_shapes_alternate_unless_one_is_asked_for() -> None:
    assert {plan_for(seed).shape for seed in (1, 2)} == {"path", "presenter"}
    assert {plan_for(seed, "path").shape for seed in range(6)} == {"path"}


def test_faults_come_in_time_order_fit_the_machine_and_leave_some_runs_in_peace() -> None:
    plans = [plan_for(seed) for seed in range(300)]
    for plan in plans:
        assert list(plan.faults) == sorted(plan.faults, key=lambda fault: fault.at)
        assert all(plan.shape in CATALOGUE[fault.kind].shapes for fault in plan.faults)
        assert len(plan.visits) == VISITS_PER_RUN
    quiet = sum(not plan.faults for plan in plans)
    assert 5 < quiet < 60
    assert {fault.kind for plan in plans for fault in plan.faults} == set(CATALOGUE)


def test_line_damage_hurts_a_write_in_one_place_only() -> None:
    damage = OneHurt.seeded(7, flip=0.4, drop=0.3, stray=0.3)
    sent = bytes(range(40))
    for _ in range(500):
        came = b"".join(run for _, run in damage.pieces(sent))
        if len(came) == len(sent):
            wrong = [a ^ b for a, b in zip(came, sent, strict=True) if a != b]
            assert [bits.bit_count() for bits in wrong] in ([], [1])
        else:
            assert abs(len(came) - len(sent)) == 1


# --- runs -------------------------------------------------------------------------------------------


def test_whatever_breaks_in_these_seeds_no_law_does(outcomes: list[Outcome]) -> None:
    assert [(one.seed, one.violations) for one in outcomes if one.violations] == []


def test_these_seeds_go_through_most_branches_and_really_break_things(
    outcomes: list[Outcome],
) -> None:
    hit = frozenset[str]().union(*(one.sometimes for one in outcomes))
    names = {one.name for one in sometimes.SOMETIMES}
    assert hit <= names
    assert len(hit) > 35, sorted(names - hit)
    assert sum(one.restarts for one in outcomes) > 20
    assert sum(sum(one.faults.values()) for one in outcomes) > 100
    assert len(frozenset[str]().union(*(one.crash_points for one in outcomes))) > 10
    assert sum(one.operations for one in outcomes) > 150


@pytest.mark.parametrize("seed", range(6, 16))
def test_the_same_plan_gives_the_same_log_byte_for_byte(seed: int, outcomes: list[Outcome]) -> None:
    log = io.StringIO()
    again = play(plan_for(seed), log)
    assert again.log == outcomes[seed].log
    assert again == outcomes[seed]
    assert "VISIT_OPEN" in log.getvalue()


def test_another_plan_gives_another_log(outcomes: list[Outcome]) -> None:
    assert len({one.log for one in outcomes}) == len(outcomes)


def test_no_pin_and_no_card_number_is_in_the_event_log() -> None:
    log = io.StringIO()
    play(Plan(3, "path", (LIN, LIN)), log)
    assert laws._SECRETS.search(log.getvalue()) is None


def test_jumps_of_the_wall_clock_change_nothing() -> None:
    jumps = tuple(Fault("clock_jumps", at, value) for at, value in ((1.0, 8e4), (9.0, -9e4)))
    broken = Fault("dies", 12.0, 0.002, 5.0)
    still = tuple(replace(jump, value=0.0) for jump in jumps)
    steady = Plan(6, "presenter", (LIN, LIN, LIN), (*still, broken))
    jumping = replace(steady, faults=(*jumps, broken))
    assert play(jumping).log == play(steady).log
    assert play(jumping).violations == ()


def test_an_exception_of_the_terminal_is_a_finding_that_shows_no_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object) -> None:
        raise ValueError("secret 135790")

    monkeypatch.setattr("terminal.flows.withdrawal.authorize", fails)
    (found,) = play(Plan(1, "path", (LIN,))).violations
    assert found.law == 30
    assert found.text.startswith("ValueError at ")
    assert "135790" not in found.text


def test_a_terminal_that_dies_anywhere_in_a_visit_leaves_no_law_broken() -> None:
    points: set[str] = set()
    for shape in ("path", "presenter"):
        for value in range(0, 48, 3):
            plan = Plan(2, shape, (LIN, LIN), (Fault("dies", 0.1, value / 10_000, 3.0),))
            outcome = play(plan)
            assert outcome.violations == (), value
            points |= outcome.crash_points
    assert len(points) > 15


def test_nobody_believes_a_meddler_without_the_key() -> None:
    poor = Wish("wang", (CUSTOMERS["wang"].pin,), amount=2000, takes_suggestion=False)
    meddler = Fault("bank_meddled", 0.0, 0.0, 600.0)
    run = Run(Plan(2, "path", (poor, LIN), (meddler,)), None, DESIGN)
    outcome = run.play()
    assert outcome.violations == ()
    assert {"meddled", "reply_refused"} <= outcome.sometimes
    assert not any(op.result == "approved" and op.asked == 200_000 for op in run.scene.ops.values())


def test_a_fault_that_is_aimed_strikes_in_its_phase() -> None:
    pulled = [
        play(Plan(1, "path", (LIN, LIN), (Fault("notes_unplugged", 0.0, value / 100, 3.0),)))
        for value in range(53, 76)
    ]
    assert all(outcome.violations == () for outcome in pulled)
    assert any("unplugged_while_dispensing" in outcome.sometimes for outcome in pulled)


# --- people -----------------------------------------------------------------------------------------


def visited(shape: Shape, **habits: object) -> Bench:
    bench = Bench(shape, design=DESIGN).boot().ready()
    return bench.visit(replace(LIN, **habits))  # type: ignore[arg-type]


def test_somebody_takes_some_notes_and_pays_for_those() -> None:
    bench = visited("presenter", takes_some=2)
    assert bench.world.purse == {100: 2}
    bench.waits(5.0)
    assert bench.world.bank.charged("lin") == 20_000


def test_somebody_comes_back_too_late_for_the_notes() -> None:
    bench = visited("presenter", late_seconds=60.0)
    assert not bench.world.purse
    assert any(row.kind == "RETRACTED" for row in bench.store.rows())


def test_somebody_pulls_the_card_out_again() -> None:
    bench = Bench("path", design=DESIGN).boot().ready()
    run = Run(Plan(1, "path", (replace(LIN, pulls_card="intake"),)), None, DESIGN)
    assert run.play().violations == ()
    assert not [row for row in run.scene.rows if row.kind == "AUTH_INTENT"]
    assert bench.world.reader.where("lin") == "outside"


def test_somebody_stops_with_the_card_at_the_gate() -> None:
    bench = visited("path", cancels_late=True)
    assert not bench.world.purse
    (final,) = (row for row in bench.store.rows() if row.kind == "FINAL")
    assert final.body["basis"] == "customer_cancelled"


@pytest.mark.parametrize("habits", [{"presses_twice": True}, {"changes_mind": True}])
def test_an_unsure_hand_gets_the_money_once(habits: dict[str, object]) -> None:
    assert visited("path", **habits).world.purse == {100: 3}


# --- every law can break ----------------------------------------------------------------------------

Tamper = Callable[[Run], Thing]


def honest(shape: Shape) -> Run:
    run = Run(Plan(4, shape, (LIN, LIN)), None, DESIGN)
    assert run.play().violations == ()
    run.scene.look_at_bank()
    return run


def _paid(run: Run) -> str:
    return next(txid for txid, op in run.scene.ops.items() if op.finals and op.finals[0])


def _order(run: Run) -> Moved:
    return run.truth.orders[_paid(run)]


def _row(run: Run, kind: str, visit: str = "", **body: object) -> Kept:
    txid = _paid(run)
    seq = run.scene.rows[-1].seq + 1
    return Kept(seq, 0.0, "", kind, visit, txid, body)  # type: ignore[arg-type]


def _moves(kind: str, **facts: object) -> Tamper:
    def tamper(run: Run) -> Thing:
        return Move(kind, replace(_order(run), **facts), 0.0)  # type: ignore[arg-type]

    return tamper


def _a_note_more(run: Run) -> None:
    run.world.purse[100] += 1


def _a_note_less(run: Run) -> None:
    device = run.world.presenter if run.plan.shape == "presenter" else run.world.notes
    device.cassettes[0].count -= 1


def _two_intents(run: Run) -> Thing:
    run.scene.op(_paid(run)).intents = 2
    return _row(run, "DISPENSE_INTENT")


def _more_left(run: Run) -> None:
    _order(run).reached += 100
    _order(run).taken += 100


def _less_left(run: Run) -> None:
    _order(run).reached -= 100
    _order(run).taken -= 100


def _no_intent(run: Run) -> Thing:
    op = run.scene.op(_paid(run))
    op.intents = op.presents = 0
    return Move("began", _order(run), 0.0)


def _left_in_the_stacker(run: Run) -> None:
    run.world.presenter.stacker[0] = 1


def _shutter_open(run: Run) -> Thing:
    run.world.presenter.shutter_open = True
    return _row(run, "VISIT_OPEN")


def _hands(run: Run) -> Thing:
    run.truth.hands_inside = True
    return Move("drawn", _order(run), 0.0)


def _cooked_book(run: Run) -> None:
    run.world.bank.customers["lin"].balance += 1


def _no_ending(run: Run) -> None:
    run.scene.op(_paid(run)).finals.clear()


def _second_final(run: Run) -> Thing:
    op = run.scene.op(_paid(run))
    op.finals.append(op.finals[0])
    return _row(run, "FINAL")


def _other_final(run: Run) -> None:
    run.scene.op(_paid(run)).finals[0] += 100


def _booked_again(run: Run) -> None:
    ledger = run.world.bank.ledger
    with ledger:
        ledger.post(_paid(run), "lin", CASH, 100)


def _two_answers(run: Run) -> None:
    answer = next(seen for seen in run.scene.messages() if seen.mti == "0210")
    other = codec.encode(replace(answer, approval="123456"), bytes(32))
    run.scene.carried = [*run.scene.carried, other]


def _overdrawn(run: Run) -> None:
    run.world.bank.customers["lin"].balance = -1


def _card_inside(run: Run) -> Thing:
    reader = run.world.reader
    reader.restore({**reader.snapshot(), "card": "lin", "place": "inside"})
    return Move("began", _order(run), 0.0)


def _open_visit(run: Run) -> Thing:
    next(iter(run.scene.stays.values())).closed = None
    last = list(run.scene.stays.values())[-1]
    last.closed = None
    return _row(run, "VISIT_OPEN", "another")


def _card_lost(run: Run) -> None:
    next(iter(run.scene.stays.values())).card_endings.clear()


def _long_visit(run: Run) -> Thing:
    stay = next(iter(run.scene.stays.values()))
    stay.opened = -1e6
    return _row(run, "VISIT_CLOSE", stay.visit)


def _unsaid(run: Run) -> Thing:
    session = run.session
    done = fx.Complete(_paid(run), yuan(300), (3,), "exit_counts")
    return Done(session, ev.Chosen("count_right"), session, (done,), 0.0)


def _row_lost(run: Run) -> Thing:
    row = replace(_row(run, "FINAL"), seq=run.scene.rows[-1].seq + 2)
    run.scene.rows.append(row)
    return row


def _altered_row(run: Run) -> None:
    connection = run.stage.store._connection
    connection.execute("DROP TRIGGER journal_keeps_rows")
    connection.execute("UPDATE journal SET body = '{}' WHERE seq = 3")


def _open_intent(run: Run) -> None:
    run.scene.rows.append(_row(run, "DISPENSE_INTENT"))


def _pin_on_record(run: Run) -> None:
    run.scene.rows.append(_row(run, "CHOSEN", value=CUSTOMERS["lin"].pin))


def _other_memory(run: Run) -> None:
    session = run.session
    run.scene.session = replace(session, machine=replace(session.machine, stan=99))


def _no_record(run: Run) -> Thing:
    run.scene.record_broken = "full"
    run.scene.ops.clear()
    return Move("began", _order_of_nobody(), 0.0)


def _order_of_nobody() -> Moved:
    return Moved("f" * 32)


def _hurry(run: Run) -> None:
    profile = DESIGN.profiles["elder"]
    hurried = replace(profile, patience={**profile.patience, Waits.PIN: Patience(limit=2.0)})
    run.scene.profiles = {"elder": hurried}


def _charged_against_their_word(run: Run) -> Thing:
    run.scene.op(_paid(run)).said_wrong = True
    return _row(run, "FINAL")


def _other_notes(run: Run) -> Thing:
    return _row(run, "FINAL", amount=40_000, counts=[5, 0, 0, 0])


def _other_place(run: Run) -> None:
    run.world.bank.keep_checkpoint(laws.TERMINAL, Checkpoint(10**6, bytes(32)))


def _forgotten_outcome(run: Run) -> Thing:
    run.scene.op(_paid(run)).acked = False
    return _row(run, "BOOT")


def _in_doubt(run: Run) -> Thing:
    run.scene.doubted = True
    return _row(run, "DISPENSE_INTENT")


TAMPERED: dict[Callable[[Scene, Thing], str], Tamper | Callable[[Run], None]] = {
    laws.conserved: _a_note_more,
    laws.counters_true: _a_note_less,
    laws.executed_once: _moves("began", executed=2),
    laws.one_intent: _two_intents,
    laws.no_more_than_approved: _moves("began", ordered_value=5_000),
    laws.overpaid_is_doubt: _more_left,
    laws.intent_before_notes: _no_intent,
    laws.intent_before_reach: _no_intent,
    laws.nothing_waits: _left_in_the_stacker,
    laws.shutter_opens_for_one: _moves("reached"),
    laws.shutter_shut: _shutter_open,
    laws.fence_holds: _moves("began"),
    laws.nothing_under_hands: _hands,
    laws.double_entry: _cooked_book,
    laws.everybody_got_what_they_paid: _less_left,
    laws.certain_ones_agree: _more_left,
    laws.one_ending: _no_ending,
    laws.final_within_approval: _second_final,
    laws.posted_is_final: _other_final,
    laws.nothing_means_nothing: lambda run: _row(run, "FINAL", amount=0, basis="no_reply"),
    laws.booked_once: _booked_again,
    laws.same_answer_again: _two_answers,
    laws.never_overdrawn: _overdrawn,
    laws.card_in_one_place: _card_inside,
    laws.card_out_before_notes: _card_inside,
    laws.one_visit_at_a_time: _open_visit,
    laws.card_ends_once: _card_lost,
    laws.visit_is_bounded: _long_visit,
    laws.exits_everywhere: _hurry,
    laws.outcome_is_told: _unsaid,
    laws.no_gap: _row_lost,
    laws.chain_whole: _altered_row,
    laws.intents_end: _open_intent,
    laws.no_secret_kept: _pin_on_record,
    laws.fold_is_memory: _other_memory,
    laws.stopped_means_stopped: _no_record,
    laws.word_counts: _charged_against_their_word,
    laws.counts_make_the_amount: _other_notes,
    laws.place_is_ours: _other_place,
    laws.outbox_is_on_record: _forgotten_outcome,
    laws.doubt_stops_paying: _in_doubt,
}


def _name(law: Law) -> str:
    return f"{law.number}-{law.check.__name__}-{law.when}"


@pytest.mark.parametrize("law", [law for law in LAWS if law.check in TAMPERED], ids=_name)
def test_every_check_sees_what_it_is_for(law: Law) -> None:
    for shape in law.shapes:
        run = honest(shape)
        if law.when != "always":
            assert law.check(run.scene, None) == ""
        thing = TAMPERED[law.check](run)
        run.scene.look_at_bank()
        assert law.check(run.scene, thing), f"{law.text} ({shape})"


def test_a_step_that_is_handed_the_wall_time_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    run = honest("path")
    assert laws.clock_is_no_matter(run.scene, None) == ""
    monkeypatch.setattr(laws, "step", lambda session, event, now, utc: (session, ()))
    assert laws.clock_is_no_matter(run.scene, None)


def test_all_laws_are_in_the_table_and_none_is_without_a_test() -> None:
    """Thirty of reliability.md B, three of transfers, four of bills, premiums and pensions."""
    assert {law.number for law in LAWS} == set(range(1, 38))
    of_notes = {law.check for law in LAWS if law.check.__module__ == taken.__name__}
    assert {law.check for law in LAWS} - of_notes == {
        *TAMPERED,
        *OF_TRANSFERS,
        *OF_ERRANDS,
        laws.clock_is_no_matter,
    }
    assert all(law.why for law in LAWS if len(law.shapes) < 2)


def test_an_amount_that_is_not_shown_is_seen() -> None:
    run = honest("path")
    done = fx.Complete(_paid(run), yuan(300), (3,), "exit_counts")
    farewell = s.Farewell(s.Notice("goodbye", {"amount": yuan(300)}))
    after = replace(run.session, phase=farewell)
    assert laws.outcome_is_told(
        run.scene, Done(run.session, ev.Chosen("count_right"), after, (done,), 0.0)
    )


def test_a_pin_in_the_open_in_a_message_is_seen() -> None:
    run = honest("path")
    pin = CUSTOMERS["lin"].pin
    assert len(run.scene.carried) > 6
    run.scene.carried = [*run.scene.carried, bytes.fromhex(f"46{pin}") + b"\xaa" * 6]
    assert laws.no_secret_kept(run.scene, None)


def test_the_names_of_branches_are_unique() -> None:
    names = [one.name for one in sometimes.SOMETIMES]
    assert len(names) == len(set(names)) >= 20
