"""Practice: the whole machine with play money, and everything real untouched whatever is done (F row 26).

That no lesson can reach anything real, by construction, is `tests/terminal/test_practice.py`."""

import json
import random

import pytest

from sim.stage.bench import Bench
from sim.stage.service_samples.practice import PIN, WAYS
from terminal import events as ev
from terminal import session as s
from terminal.flows.practice import REHEARSED, Done, Ready, Rehearsed, Replaying
from terminal.flows.services import NAMES
from terminal.focus import targets
from terminal.menu import WITHDRAWAL
from terminal.ports import NEVER
from terminal.practice.lessons import BY_NAME
from terminal.runtime import next_deadline
from tests.journeys.services.visiting import LOOKS

SHAPES = ("path", "presenter")
HARMLESS = {"PRACTICE", "STAFF", "CHOSEN", "HELP", "IGNORED"}
"""Rows that a practice and the pages before it leave; none of them is about money or a card."""


def at_lessons(profile: str = "standard", language: str = "zh", shape: str = "path") -> Bench:
    bench = Bench(services=NAMES, shape=shape).boot().ready().waits(20.0)  # type: ignore[arg-type]
    bench.presses("language", language).presses("profile", profile).presses("no_card")
    return bench.presses("open", "practice").presses("lessons")


def at_ready(
    profile: str = "standard",
    language: str = "zh",
    shape: str = "path",
    lesson: str = WITHDRAWAL,
) -> Bench:
    bench = at_lessons(profile, language, shape).presses("practise", lesson)
    assert bench.session.phase == Ready(lesson)
    return bench


def everything_real(bench: Bench) -> str:
    """Accounts, every device, and what the machine knows of its cassettes."""
    real = bench.session.practice.real if bench.session.practice else bench.session
    accounts = {name: bench.bank.balance(name) for name in sorted(bench.bank.customers)}
    world = bench.world.snapshot()
    reader = {one: world["reader"][one] for one in ("bin", "card", "place", "counter")}
    devices = [world[one] for one in ("notes", "presenter", "purse")]
    return json.dumps(
        [accounts, len(bench.bank.operations), reader, devices, repr(real.machine.cassettes)],
        default=str,
        sort_keys=True,
    )


def kinds_since(bench: Bench, seen: int) -> list[str]:
    return [row.kind for row in list(bench.store.rows())[seen:]]


def types_pin(bench: Bench) -> Bench:
    return bench.does(*(f"key:{digit}" for digit in "123456"), "key:enter")


def does(bench: Bench, pressed: tuple[ev.Event, ...]) -> Bench:
    """As a customer would: on the glass, and by the keys where digits are typed."""
    for event in pressed:
        if isinstance(event, ev.KeyPressed):
            bench.does(f"key:{event.key}")
            continue
        assert isinstance(event, ev.Chosen)
        bench.waits(0.7)
        bench.presses(event.name, event.value)
    return bench


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_every_lesson_is_played_from_the_card_to_the_goodbye(profile: str, language: str) -> None:
    bench = at_lessons(profile, language, "presenter")
    before, seen = everything_real(bench), len(list(bench.store.rows()))
    for lesson, way in WAYS.items():
        bench.presses("practise", lesson) if lesson in shown(bench) else turned_to(bench, lesson)
        assert bench.session.phase == Ready(lesson)
        types_pin(bench.presses("practice_insert")).waits(1.0)
        pick(bench, lesson)
        for _, pressed, _ in way:
            does(bench, pressed)
        does(bench, (ev.Chosen("understood"),))
        done = bench.session.phase
        assert isinstance(done, Done), (lesson, done)
        assert done.done[:2] == ("enter_pin", "choose_service")
        assert set(done.done) >= {"take_card", "farewell"}
        assert set(done.done) & set(BY_NAME[lesson].screens)
        bench.presses("replay")
        for _ in done.done:
            assert isinstance(bench.session.phase, Replaying)
            bench.presses("next")
        assert bench.session.phase == done
        bench.presses("back")
    assert everything_real(bench) == before
    assert set(kinds_since(bench, seen)) <= HARMLESS
    assert kinds_since(bench, seen).count("PRACTICE") == 2 * len(WAYS)
    assert (bench.session.look.profile, bench.session.look.language) == (profile, language)


def shown(bench: Bench) -> list[object]:
    return [one.value for one in targets(bench.session)]


def turned_to(bench: Bench, name: str) -> Bench:
    """The next leaves, until there is a tile for it."""
    while name not in shown(bench):
        bench.waits(0.7).presses("more_services")
    tile = next(one.name for one in targets(bench.session) if one.value == name)
    return bench.waits(0.7).presses(tile, name)


def pick(bench: Bench, name: str) -> Bench:
    """Its tile on the menu of the play machine."""
    assert isinstance(bench.session.phase, s.ChoosingService)
    return turned_to(bench, name)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_withdrawal_is_practised_as_the_dispenser_here_does_it(shape: str) -> None:
    bench = types_pin(at_ready(shape=shape).presses("practice_insert")).waits(1.0)
    pick(bench, WITHDRAWAL).presses("amount", 20_000).presses("confirm")
    bench.presses("practice_take_card")
    assert isinstance(bench.session.phase, s.TakingNotes if shape == "presenter" else s.Counting)


def test_a_machine_with_withdrawal_alone_has_one_lesson_and_no_menu() -> None:
    bench = Bench().boot().ready().waits(20.0).presses("no_card").presses("open", "practice")
    bench.presses("lessons")
    assert bench.session.phase == Ready(WITHDRAWAL)
    types_pin(bench.presses("practice_insert"))
    assert isinstance(bench.session.phase, s.ChoosingAmount)


def test_a_practice_is_done_by_keys_alone() -> None:
    bench = at_ready(shape="presenter").waits(1.0).does("key:enter")
    types_pin(bench).waits(1.0).does("key:1").waits(1.0).does("key:#", "key:enter")
    assert isinstance(bench.session.phase, s.Reviewing)
    bench.does("key:enter")
    assert isinstance(bench.session.phase, s.TakingCard)
    bench.does("key:enter").does("key:enter").does("key:enter").does("key:enter")
    assert isinstance(bench.session.phase, Done)


@pytest.mark.parametrize("scam", REHEARSED)
@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_stopping_wins_every_rehearsal(profile: str, language: str, scam: str) -> None:
    bench = at_ready(profile, language).presses("back").presses("back")
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


@pytest.mark.parametrize("lesson", WAYS)
def test_a_real_card_ends_the_practice_and_begins_its_visit(lesson: str) -> None:
    bench = types_pin(at_ready("elder", "en", "presenter", lesson).presses("practice_insert"))
    pick(bench.waits(1.0), lesson)
    for _, pressed, _ in WAYS[lesson][: len(WAYS[lesson]) // 2]:
        does(bench, pressed)
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
    bench = types_pin(at_ready(lesson="deposit").presses("practice_insert")).waits(1.0)
    pick(bench, "deposit")
    does(bench, (ev.Chosen("practice_put_note"),))
    phase = bench.session.phase
    assert next_deadline(bench.session, bench.design.profiles) == NEVER
    assert bench.waits(4_000.0).session.phase == phase


def random_event(session: s.Session, rng: random.Random) -> ev.Event:
    """A press that is there, a press that is not, or a key."""
    keys = ("enter", "clear", "help", "*", "#", *"0123456789", "louder", "softer")
    names = (
        *("practice_insert", "practice_take_card", "practice_take_notes", "confirm", "amount"),
        *("count_wrong", "understood", "call_staff", "back", "receipt", "step_card", "store"),
        *("practice_put_note", "practice_take_back", "all_in", "give_back", "sign_by_key"),
    )
    match rng.randrange(8):
        case 0:
            return ev.KeyPressed(rng.choice(keys))
        case 1:
            return ev.Chosen(rng.choice(names), rng.choice((None, 5, 20_000, "zh")))
        case 2:
            return ev.KeyPressed("enter")
        case _:
            return rng.choice([one for one in targets(session) if one.name != "return_card"])


@pytest.mark.parametrize("lesson", WAYS)
def test_whatever_is_done_in_practice_nothing_real_moves(lesson: str) -> None:
    """Fuzzed on a real bench: accounts, devices and the record's money are as they were, to the byte."""
    number = list(WAYS).index(lesson)
    bench, rng = at_ready(shape=SHAPES[number % 2], lesson=lesson), random.Random(number)
    before, seen = everything_real(bench), len(list(bench.store.rows()))
    played = 0
    for _ in range(250):
        session = bench.session
        if isinstance(session.phase, s.Idle):
            break
        played += session.practice is not None
        if isinstance(session.phase, Ready):
            bench.glass.pressed.append(ev.Chosen("practice_insert"))
        elif isinstance(session.phase, s.COLLECTING_PIN) and not session.overlay:
            bench.glass.pressed += PIN
        else:
            bench.glass.pressed.append(random_event(session, rng))
        bench.waits(0.2)
    assert played > 20
    assert everything_real(bench) == before
    assert set(kinds_since(bench, seen)) <= HARMLESS
