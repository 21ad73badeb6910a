"""Practice: the whole machine with play money, and everything real untouched whatever is done (F row 26)."""

import json
import random

import pytest

from sim.stage.bench import Bench
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.flows.practice import REHEARSED, Choosing, Done, Ready, Rehearsed, Replaying
from terminal.flows.services import NAMES
from terminal.focus import targets
from terminal.journal import rows
from terminal.money import yuan
from terminal.ports import NEVER
from terminal.practice.playing import COACHED, OUTWARD
from terminal.practice.playing import step as play_step
from terminal.prompts import phase_prompt
from terminal.runtime import next_deadline, without_record
from terminal.values import replace
from tests.journeys.services.visiting import LOOKS
from tests.terminal.conftest import a_session

SHAPES = ("path", "presenter")
HARMLESS = {"PRACTICE", "STAFF", "CHOSEN", "HELP", "IGNORED"}
"""Rows that a practice and the pages before it leave; none of them is about money or a card."""


def at_ready(profile: str = "standard", language: str = "zh", shape: str = "path") -> Bench:
    bench = Bench(services=NAMES, shape=shape).boot().ready().waits(20.0)  # type: ignore[arg-type]
    bench.presses("language", language).presses("profile", profile).presses("no_card")
    bench.presses("open", "practice").presses("practise", "withdrawal")
    assert isinstance(bench.session.phase, Ready)
    return bench


def everything_real(bench: Bench) -> str:
    """Accounts, every device, and what the machine knows of its cassettes."""
    real = bench.session.practice.real if bench.session.practice else bench.session
    accounts = {name: bench.bank.balance(name) for name in sorted(bench.bank.customers)}
    world = bench.world.snapshot()
    reader = {name: world["reader"][name] for name in ("bin", "card", "place", "counter")}
    devices = [world[name] for name in ("notes", "presenter", "purse")]
    return json.dumps(
        [accounts, len(bench.bank.operations), reader, devices, repr(real.machine.cassettes)],
        default=str,
        sort_keys=True,
    )


def kinds_since(bench: Bench, seen: int) -> list[str]:
    return [row.kind for row in list(bench.store.rows())[seen:]]


def types_pin(bench: Bench) -> Bench:
    return bench.does(*(f"key:{digit}" for digit in "123456"), "key:enter")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_withdrawal_is_practised_from_card_to_goodbye(
    profile: str, language: str, shape: str
) -> None:
    bench = at_ready(profile, language, shape)
    before, seen = everything_real(bench), len(list(bench.store.rows()))
    bench.presses("practice_insert")
    assert isinstance(bench.session.phase, s.EnteringPin)
    types_pin(bench).presses("amount", 20_000).presses("confirm").presses("practice_take_card")
    if shape == "presenter":
        bench.presses("practice_take_notes")
    assert isinstance(bench.session.phase, s.Counting)
    bench.presses("count_right").presses("understood")
    done = bench.session.phase
    assert isinstance(done, Done)
    assert done.done[:4] == ("enter_pin", "choose_amount", "review", "take_card")
    bench.presses("replay")
    for _ in done.done:
        assert isinstance(bench.session.phase, Replaying)
        bench.presses("next")
    assert bench.session.phase == done
    assert everything_real(bench) == before
    assert set(kinds_since(bench, seen)) <= HARMLESS
    assert kinds_since(bench, seen).count("PRACTICE") == 2
    assert (bench.session.look.profile, bench.session.look.language) == (profile, language)


def test_a_practice_is_done_by_keys_alone() -> None:
    bench = at_ready(shape="presenter").waits(1.0).does("key:enter")
    types_pin(bench).does("key:#", "key:enter")
    assert isinstance(bench.session.phase, s.Reviewing)
    bench.does("key:enter")
    assert isinstance(bench.session.phase, s.TakingCard)
    bench.does("key:enter").does("key:enter").does("key:enter").does("key:enter")
    assert isinstance(bench.session.phase, Done)


@pytest.mark.parametrize("scam", REHEARSED)
@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_stopping_wins_every_rehearsal(profile: str, language: str, scam: str) -> None:
    bench = at_ready(profile, language).presses("back")
    for presses in (("stop",), ("go_on_as_told", "told_yes"), ("go_on_as_told", "told_unsure")):
        bench.presses("rehearse", scam)
        for name in presses:
            bench.presses(name)
        assert bench.session.phase == Rehearsed(scam, True)
        bench.presses("another_one")
    bench.presses("rehearse", scam).presses("go_on_as_told").presses("told_no")
    assert bench.session.phase == Rehearsed(scam, False)
    bench.presses("try_again").presses("stop")
    assert bench.session.phase == Rehearsed(scam, True)


@pytest.mark.parametrize("after", ["insert", "pin", "amount", "card", "notes"])
def test_a_real_card_ends_the_practice_and_begins_its_visit(after: str) -> None:
    bench = at_ready("elder", "en", "presenter").presses("practice_insert")
    if after != "insert":
        types_pin(bench)
    for name, steps in (("amount", 2), ("card", 3), ("notes", 4)):
        if after == name:
            way = (("amount", 20_000), ("confirm", None), ("practice_take_card", None))
            for press, value in way[: steps - 1]:
                bench.presses(press, value)
    assert bench.session.practice
    bench.does("insert:lin").run(
        lambda now: isinstance(now.phase, s.EnteringPin) and not now.practice
    )
    assert (bench.session.look.profile, bench.session.look.language) == ("elder", "en")
    assert (bench.session.look.said, bench.session.serving) == ("", "")
    written = [row.kind for row in bench.store.rows()]
    assert written.index("PRACTICE") < written.index("VISIT_OPEN")
    assert written.count("PRACTICE") == 2


def test_practice_has_no_limit_and_hurries_nobody() -> None:
    bench = at_ready().presses("practice_insert")
    for press, value in ((None, None), ("amount", 20_000), ("confirm", None)):
        if press is None:
            types_pin(bench)
        else:
            bench.presses(press, value)
        phase = bench.session.phase
        assert next_deadline(bench.session, bench.design.profiles) == NEVER
        bench.waits(4_000.0)
        assert bench.session.phase == phase


def random_event(session: s.Session, rng: random.Random) -> ev.Event:
    """A press that is there, a press that is not, or a key."""
    keys = ("enter", "clear", "cancel", "help", "*", "#", *"0123456789", "louder", "softer")
    names = (
        *("practice_insert", "practice_take_card", "practice_take_notes", "confirm", "amount"),
        *("count_wrong", "understood", "call_staff", "return_card", "back", "receipt", "step_card"),
    )
    match rng.randrange(6):
        case 0:
            return ev.KeyPressed(rng.choice(keys))
        case 1:
            return ev.Chosen(rng.choice(names), rng.choice((None, 5, 20_000, "zh")))
        case 2:
            return ev.KeyPressed("enter")
        case _:
            return rng.choice(targets(session))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_in_practice_nothing_real_moves(seed: int, shape: str) -> None:
    """Fuzzed on a real bench: accounts, devices and the record's money are as they were, to the byte."""
    bench, rng = at_ready(shape=shape), random.Random(seed)
    before, seen = everything_real(bench), len(list(bench.store.rows()))
    played = 0
    for _ in range(250):
        session = bench.session
        if isinstance(session.phase, s.Idle):
            break
        played += session.practice is not None
        if isinstance(session.phase, Ready):
            bench.glass.pressed.append(ev.Chosen("practice_insert"))
        elif (
            isinstance(session.phase, s.EnteringPin) and not session.overlay and rng.random() < 0.5
        ):
            bench.glass.pressed += [ev.KeyPressed(key) for key in ("1",) * 1]
        else:
            bench.glass.pressed.append(random_event(session, rng))
        bench.waits(0.2)
    assert played > 20
    assert everything_real(bench) == before
    assert set(kinds_since(bench, seen)) <= HARMLESS


# --- structurally ---------------------------------------------------------------------------------


def in_practice() -> s.Session:
    return step(a_session(Ready(), profile="elder"), ev.Chosen("practice_insert"), 1.0)[0]


def test_no_effect_of_the_real_flow_leaves_a_practice() -> None:
    """Whatever the flow orders, a practice gives back a call for staff or nothing."""
    every = [
        *(fx.EjectCard(), fx.DispenseNotes("t", (1,)), fx.Complete("t", yuan(1), (), "x")),
        *(fx.ReadCard(), fx.CallStaff("idle", "")),
    ]

    def greedy(session: s.Session, event: ev.Event, now: float) -> tuple[s.Session, tuple]:  # type: ignore[type-arg]
        return session, tuple(every)

    session = in_practice()
    _, effects = play_step(session, ev.Chosen("confirm"), 1.0, greedy)
    assert effects
    assert all(isinstance(one, OUTWARD) for one in effects)


@pytest.mark.parametrize("event", [ev.TimedOut(), ev.Reminded(1), ev.AskedForMore()])
def test_no_clock_counts_in_a_practice(event: ev.Event) -> None:
    session = in_practice()
    assert step(session, event, 500.0) == (session, ())


@pytest.mark.parametrize(
    "event",
    [ev.HostDown(), ev.HostUp(), ev.JournalLow(), ev.CashFailed("dead"), ev.ReaderFailed("x")],
)
def test_what_real_devices_say_is_kept_for_the_real_machine(event: ev.Event) -> None:
    session = in_practice()
    after, effects = step(session, event, 2.0)
    assert effects == ()
    assert after.practice is not None
    assert (after.phase, after.machine) == (session.phase, session.machine)
    real, heard = after.practice.real.machine, step(a_session(Ready()), event, 2.0)[0].machine
    assert (real.host_up, real.record_low, real.cash, real.reader) == (
        *(heard.host_up, heard.record_low, heard.cash, heard.reader),
    )


@pytest.mark.parametrize(
    "event",
    [
        *(ev.NotesTaken("t"), ev.NotesDispensed("t", (1, 0, 0, 0), (0,) * 4, "00", False)),
        *(ev.Approved("t", "A", "k"), ev.CardTaken(), ev.PinEntered(), ev.PinDigits(6)),
    ],
)
def test_real_answers_mean_nothing_to_a_practice(event: ev.Event) -> None:
    session = in_practice()
    after, effects = step(session, event, 2.0)
    assert (after, effects) == (session, ())


def test_a_record_that_breaks_in_practice_ejects_nothing() -> None:
    session = in_practice()
    assert session.practice is not None
    phase, effects = without_record(session.practice.real, ev.Chosen("confirm"))
    assert phase == s.OutOfService("record")
    assert effects == (fx.RefuseCards(),)


def test_the_row_of_a_call_for_help_is_the_only_one_between_begin_and_end() -> None:
    session = in_practice()
    after, effects = step(session, ev.Chosen("call_staff"), 2.0)
    assert effects == (fx.CallStaff("enter_pin", ""),)
    written = rows(session, ev.Chosen("call_staff"), after, effects, bytes(32))
    assert [row.kind for row in written] == ["STAFF"]


def test_whoever_was_called_in_practice_still_comes_after_it() -> None:
    session = step(in_practice(), ev.Chosen("call_staff"), 2.0)[0]
    session = step(session, ev.StaffCalled(1), 3.0)[0]
    carded = step(session, ev.CardInserted(), 4.0)[0]
    assert isinstance(carded.phase, s.ReadingCard)
    assert carded.machine.call == s.Call("queued", 1)


def test_the_coach_has_a_line_on_every_screen_that_waits() -> None:
    session = in_practice()
    seen = set()
    for _ in range(40):
        seen.add(phase_prompt(session).key)
        assert session.look.said.startswith("coach_")
        answers = [one for one in targets(session) if one.name.startswith("practice")]
        answers += [
            one for one in targets(session) if one.name in ("amount", "confirm", "count_right")
        ]
        if isinstance(session.phase, s.EnteringPin):
            for key in ("1", "2", "3", "4", "5", "6", "enter"):
                session = step(session, ev.KeyPressed(key), 1.0)[0]
            continue
        if not answers:
            break
        session = step(session, answers[0], 1.0)[0]
    assert seen <= COACHED
    assert {"enter_pin", "choose_amount", "review", "take_card", "count_notes", "farewell"} <= seen


def test_the_step_card_is_printed_once_in_large_type_where_there_is_a_printer() -> None:
    done = a_session(Done(("enter_pin", "review")))
    assert "step_card" not in [one.name for one in phase_prompt(done).answers]
    able = replace(done, machine=replace(done.machine, printer=""))
    assert "step_card" in [one.name for one in phase_prompt(able).answers]
    after, effects = step(able, ev.Chosen("step_card"), 1.0)
    (order,) = effects
    assert isinstance(order, fx.PrintSlip)
    assert order.slip.large
    assert [fact.label for fact in order.slip.facts] == ["practice.enter_pin", "practice.review"]
    assert "step_card" not in [one.name for one in phase_prompt(after).answers]


def test_another_practice_can_be_chosen() -> None:
    session = step(a_session(Done(())), ev.Chosen("back"), 1.0)[0]
    assert isinstance(session.phase, Choosing)
