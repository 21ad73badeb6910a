"""Nothing leaks: a PIN and a card number are planted, visits go well and badly, and then everything that
holds bytes is searched for them (reliability.md D.2, D.3, F.6).

The PIN is looked for in the terminal's memory while it is typed and after the visit; the terminal runs
as a process of its own there, with pad and bank outside, because a simulated bank knows every PIN and a
search of one process cannot tell the bank's secret from a leak. Card numbers have to be in the
terminal's memory during a visit; afterwards nothing may refer to them any more. What Python has freed
it does not overwrite, so freed copies are not counted, except of the PIN, which must never be there.
"""

import contextlib
import io
import os
import random
import subprocess
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from devices.journal_store import JournalReader, JournalStore, Row
from screens.scene import scene
from sim.proof.errors.played import Play
from sim.proof.errors.scenarios import SCENARIOS
from sim.proof.kills.guest import Guest
from sim.proof.kills.outside import Outside
from sim.proof.kills.pace import Pace
from sim.stage import log
from sim.stage.bench import KEY, Bench, StoryStuckError
from sim.stage.keeper import Keeper
from sim.stage.settings import own_design
from sim.stage.supervisor import supervise
from sim.stage.voices import recorded
from sim.world.bank import Bank, Ledger, passbooks
from sim.world.bank.customers import CUSTOMERS
from sim.world.people import Wish
from sim.world.world import World
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.card import Card, Pan, PinBlock
from terminal.flows import passbook, pin_change
from terminal.flows.services import NAMES
from terminal.money import yuan
from tests.journeys.services.visiting import LOOKS, at_menu, leaves
from tests.proof import leaks
from tests.proof.leaks import (
    CARD,
    HOLDER,
    NEW_PIN,
    PAN,
    PIN,
    PINS,
    WRONG_PIN,
    leaks_in,
    planted,
)
from tests.stage.processes import ROOT, environment

DESIGN = own_design()
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(autouse=True)
def card() -> Iterator[str]:
    """The planted card is there for every test."""
    with planted() as name:
        yield name


def wish(**more: Any) -> Wish:
    return Wish(CARD, (WRONG_PIN, PIN), **more)


# --- visits with every kind of trouble ------------------------------------------------------------


def trouble_free(world: World) -> None:
    """Nothing is wrong."""


def jammed(world: World) -> None:
    world.notes.arm("jam", after=2, error=0x05)


def short(world: World) -> None:
    world.notes.arm("jam", after=3, error=0x03)


def stuck(world: World) -> None:
    world.reader.arm("jamOnEject", times=9)


def chip_in_parts(world: World) -> None:
    world.reader.arm("chipInParts", times=9)


def reader_noise(world: World) -> None:
    for fault in ("responseCorrupt", "responseGap", "strayBytes", "reset"):
        world.reader.arm(fault, times=2)


def bank_silent(world: World) -> None:
    world.host.silent_to = frozenset({"Authorize"})


def bank_noise(world: World) -> None:
    world.host.flip = 0.3


def blocked(world: World) -> None:
    world.bank.customers[CARD].blocked = True


TROUBLES: dict[str, tuple[Callable[[World], None], Wish]] = {
    "goes well": (trouble_free, Wish(CARD, (WRONG_PIN, PIN))),
    "three wrong PINs": (trouble_free, Wish(CARD, (WRONG_PIN,))),
    "card left": (trouble_free, Wish(CARD, (PIN,), takes_card=False)),
    "walks away": (trouble_free, Wish(CARD, (PIN,), walks_away_at="choose_amount")),
    "claims less": (trouble_free, Wish(CARD, (PIN,), count="wrong", stated=300)),
    "helped": (trouble_free, Wish(CARD, (PIN,), asks_help_at="enter_pin", profile="elder")),
    "too much": (trouble_free, Wish(CARD, (PIN,), amount=99_999)),
    "jam in doubt": (jammed, Wish(CARD, (PIN,))),
    "short": (short, Wish(CARD, (PIN,), language="en")),
    "card stuck": (stuck, Wish(CARD, (PIN,))),
    "chip in parts": (chip_in_parts, Wish(CARD, (PIN,))),
    "noise at the reader": (reader_noise, Wish(CARD, (PIN,))),
    "bank silent": (bank_silent, Wish(CARD, (PIN,))),
    "noise at the bank": (bank_noise, Wish(CARD, (PIN,))),
    "blocked": (blocked, Wish(CARD, (PIN,))),
}


@dataclass
class Told:
    """Everything a visit showed and said."""

    texts: list[str] = field(default_factory=list)
    _seen: s.Session | None = None

    def look(self, session: s.Session, now: float) -> None:
        """One screen: what stands there, and its whole session as a debugger would print it; once, because
        only the countdown goes on while the session is the same."""
        if session is self._seen:
            return
        self._seen = session
        catalogue = DESIGN.catalogues[session.look.language]
        drawn = scene(session, catalogue, DESIGN.profiles[session.look.profile], now)
        self.texts += [repr(drawn), repr(session)]

    def hear(self, *step: object) -> None:
        """One step as it would stand in a traceback."""
        self.texts.append(repr(step))


def played(folder: Path, name: str, **more: Any) -> Told:
    """A visit with trouble, a power cut after it, and everything the stage writes beside it."""
    arrange, person = TROUBLES[name]
    person = replace(person, **more)
    told = Told()
    ledger = Ledger(folder / "bank.db", CUSTOMERS)
    bench = Bench(
        journal_path=folder / "journal.db", design=DESIGN, speech=recorded, bank=Bank(ledger)
    )
    arrange(bench.world)
    with bench.watching(told.look):
        bench.boot()
        bench.terminal.listeners.append(told.hear)
        with contextlib.suppress(StoryStuckError):
            bench.visit(replace(person, think_seconds=0.5)).waits(90.0)
        told.texts += [f"{said.text} {said.spoken_form}" for said in bench.voice.spoken()]
        Keeper(bench.world, folder / "world.json").save()
        bench.power_cut()
        bench.boot().waits(20.0)
    (folder / "journal.db.key").write_bytes(KEY)
    (folder / "journal.db.key").chmod(0o600)
    _logged(folder)
    bench.store.close()
    ledger.close()
    return told


def _logged(folder: Path) -> None:
    """All that `log` prints and writes."""
    said = io.StringIO()
    journal = folder / "journal.db"
    log.list_visits(journal, said)
    log.show_visit(journal, out=said)
    log.export(journal, folder / "export.jsonl", said)
    log.verify(journal, said)
    (folder / "log.txt").write_text(said.getvalue(), encoding="utf-8")


@pytest.mark.parametrize("name", TROUBLES)
def test_no_file_no_screen_and_no_word_gives_the_secrets_away(tmp_path: Path, name: str) -> None:
    told = played(tmp_path, name)
    written = {path.name for path in tmp_path.iterdir()}
    assert written >= {"journal.db", "bank.db", "world.json", "export.jsonl", "log.txt"}
    assert leaks.leaks_in_folder(tmp_path) == []
    assert leaks_in("\n".join(told.texts)) == []


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_visit_in_any_version_and_language_gives_no_secret_away(
    tmp_path: Path, profile: str, language: str
) -> None:
    """Row 30 of accessibility.md F: what was written, shown and said of a visit with a wrong PIN and a right one."""
    told = played(tmp_path, "goes well", profile=profile, language=language)
    assert f"profile='{profile}'" in "".join(told.texts)
    assert f"language='{language}'" in "".join(told.texts)
    assert leaks.leaks_in_folder(tmp_path) == []
    assert leaks_in("\n".join(told.texts)) == []


@pytest.mark.parametrize(
    ("again", "answered", "ending"),
    [
        (NEW_PIN, True, pin_change.Changed),
        (WRONG_PIN, True, pin_change.NotTaken),
        (NEW_PIN, False, s.TakingCard),
    ],
    ids=["changed", "typed differently", "no answer"],
)
def test_a_new_pin_is_in_no_file_no_screen_no_word_and_no_object(
    tmp_path: Path, again: str, answered: bool, ending: type
) -> None:
    told, ledger = Told(), Ledger(tmp_path / "bank.db", CUSTOMERS)
    bench = Bench(
        journal_path=tmp_path / "journal.db",
        design=DESIGN,
        speech=recorded,
        bank=Bank(ledger),
        services=NAMES,
    )
    with bench.watching(told.look):
        at_menu(bench, CARD).terminal.listeners.append(told.hear)
        bench.presses("service", "pin_change").presses("go_ahead").waits(1.0)
        bench.does(*(f"key:{digit}" for digit in NEW_PIN), "key:enter")
        bench.world.host.silent = not answered
        bench.does(*(f"key:{digit}" for digit in again), "key:enter")
        bench.run(lambda now: isinstance(now.phase, ending))
        told.texts += [f"{said.text} {said.spoken_form}" for said in bench.voice.spoken()]
        Keeper(bench.world, tmp_path / "world.json").save()
        bench.presses("return_card")
        leaves(bench).waits(30.0)
    assert leaks.leaks_in_objects(bench.terminal) == []
    assert leaks.leaks_in_objects(bench.pad) == []
    bench.store.close()
    ledger.close()
    assert leaks.leaks_in_folder(tmp_path) == []
    assert leaks_in("\n".join(told.texts)) == []


@pytest.mark.parametrize("way", ["scanned", "typed"])
def test_a_passbooks_number_and_pin_are_in_no_file_no_screen_no_word_and_no_object(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While its digits are typed they stand on the screen, as long as it takes to confirm them."""
    monkeypatch.setitem(passbooks.PASSBOOKS, CARD, passbooks.Passbook(leaks.BOOK, PIN))
    monkeypatch.setitem(passbooks._OWNERS, leaks.BOOK, CARD)
    told, ledger = Told(), Ledger(tmp_path / "bank.db", CUSTOMERS)
    bench = Bench(
        journal_path=tmp_path / "journal.db",
        design=DESIGN,
        speech=recorded,
        bank=Bank(ledger),
        services=NAMES,
        passbook=True,
    ).boot()
    bench.terminal.listeners.append(told.hear)
    bench.ready().waits(1.0).presses("no_card").presses("open", "passbook")
    if way == "scanned":
        bench.does(f"scan:{leaks.BOOK}")
    else:
        bench.does(*(f"key:{digit}" for digit in leaks.BOOK), "key:enter")
    with bench.watching(told.look):
        for pin in (WRONG_PIN, PIN):
            bench.does(*(f"key:{digit}" for digit in pin), "key:enter").waits(3.0)
        assert isinstance(bench.session.phase, passbook.Choosing)
        assert leaks.leaks_in_objects(bench.pad) == [], "the PIN is not needed any more"
        bench.presses("look", "balance").presses("entries").presses("done").waits(5.0)
        told.texts += [f"{said.text} {said.spoken_form}" for said in bench.voice.spoken()]
        Keeper(bench.world, tmp_path / "world.json").save()
        bench.ready().waits(30.0)
    (tmp_path / "journal.db.key").write_bytes(KEY)
    (tmp_path / "journal.db.key").chmod(0o600)
    _logged(tmp_path)
    assert leaks.leaks_in_objects(bench.terminal) == []
    assert leaks.leaks_in_objects(bench.pad) == []
    bench.store.close()
    ledger.close()
    assert leaks.leaks_in_folder(tmp_path) == []
    assert leaks_in("\n".join(told.texts)) == []


def test_the_log_that_is_not_folded_in_yet_holds_no_secret(tmp_path: Path) -> None:
    bench = Bench(journal_path=tmp_path / "journal.db").boot().visit(wish())
    assert (tmp_path / "journal.db-wal").stat().st_size > 0
    assert leaks.leaks_in_folder(tmp_path) == []
    bench.store.close()


def test_after_a_visit_the_terminal_refers_to_nothing_of_the_card_and_the_pad_to_no_pin() -> None:
    for more in ({}, {"takes_card": False}, {"cancels_at": "review"}):
        bench = Bench().boot().visit(wish(**more)).waits(30.0)
        assert leaks.leaks_in_objects(bench.terminal) == []
        assert leaks.leaks_in_objects(bench.pad) == []


def test_a_card_that_is_still_referred_to_would_be_found() -> None:
    bench = Bench().boot().visit(wish()).waits(30.0)
    bench.terminal.session = replace(
        bench.session, phase=s.AskingBank(Card(Pan(PAN), "3107"), "message")
    )
    assert any("card number" in found for found in leaks.leaks_in_objects(bench.terminal))


# --- what is printed when something breaks ----------------------------------------------------------


class Breakdown(Exception):
    """Something that must not happen."""


@dataclass
class Breaking:
    """A port or a record of which one method breaks at its n-th call, with its arguments in its frames,
    as any mistake would have them."""

    real: Any
    method: str
    left: int

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.real, name)
        if name != self.method:
            return found

        def call(*given: Any) -> Any:
            self.left -= 1
            if not self.left:
                raise Breakdown(f"{name} {given!r}")
            return found(*given)

        return call


HANDLERS = [
    *((place, "submit") for place in ("reader", "pad", "host", "dispenser")),
    *((place, "poll") for place in ("reader", "pad", "host", "dispenser")),
    ("record", "append"),
]


@pytest.mark.parametrize("handler", HANDLERS, ids=" ".join)
def test_a_mistake_in_any_handler_prints_no_secret(handler: tuple[str, str]) -> None:
    """The exception's text carries the arguments: effects, events and sessions mask themselves."""
    broken = 0
    for call in (*range(1, 9), 30, 90, 270):
        bench = Bench().boot().ready()
        _break(bench, *handler, call)
        said = _printed(bench)
        broken += bool(said)
        assert leaks_in(said) == []
    assert broken >= 3, "most of these calls must have been made"


def _printed(bench: Bench) -> str:
    """What a visit that breaks down would leave on the console; "" where it does not."""
    try:
        bench.visit(wish(think_seconds=0.3))
    except Breakdown as breakdown:
        return "".join(traceback.format_exception(breakdown))
    return ""


def _break(bench: Bench, place: str, method: str, call: int) -> None:
    terminal = bench.terminal
    if place == "record":
        terminal.record = Breaking(terminal.record, method, call)
        return
    effects = {
        "reader": fx.ReadCard,
        "pad": fx.MakePinBlock,
        "host": fx.Authorize,
        "dispenser": fx.CheckCash,
    }
    real = terminal.routes[effects[place]]
    broken = Breaking(real, method, call)
    terminal.routes = {k: broken if v is real else v for k, v in terminal.routes.items()}
    terminal.ports = tuple(broken if port is real else port for port in terminal.ports)


CRASHING = """
    import sys
    from sim.stage.bench import Bench
    from sim.world.people import Wish
    from terminal import runtime
    from tests.proof.leaks import planted, PIN, CARD
    def breaks(before, event, after, effects, now):
        typed, number = PIN, after.phase
        if type(after.phase).__name__ == "Authorizing" and effects:
            raise RuntimeError(f"not so: {effects} {after}")
    with planted():
        bench = Bench().boot().ready()
        bench.terminal.listeners.append(breaks)
        bench.visit(Wish(CARD, (PIN,)))
"""


def test_what_a_crashed_terminal_leaves_on_the_console_shows_no_local_and_no_secret(
    tmp_path: Path,
) -> None:
    """As it runs: a supervisor above, which sees it die and starts it again until it gives up."""
    script = tmp_path / "crashing.py"
    script.write_text(textwrap.dedent(CRASHING), encoding="utf-8")
    above = (
        "import sys; from sim.stage.supervisor import supervise;"
        f"sys.exit(supervise([], [sys.executable, {str(script)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", above],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        timeout=50,
        check=False,
    )
    assert b"RuntimeError: not so" in done.stderr
    assert b"starting it again" in done.stderr
    assert b"Pan(**** 8019)" in done.stderr
    assert leaks_in(done.stdout + done.stderr) == []
    assert supervise.__module__ == "sim.stage.supervisor"


def test_every_event_and_effect_with_a_secret_shows_none() -> None:
    card, block = (
        Card(Pan(PAN), "3107", ("zh",), "UnionPay"),
        PinBlock(bytes.fromhex("46918273" * 4)),
    )
    shown = [
        fx.EnquireCard("m", card),
        fx.VerifyPin("m", card, block),
        fx.Authorize("t", 1, card, yuan(100), block),
        fx.MakePinBlock("m", card.pan),
        fx.AskBank("m", card, "pin_change", block=block, new_pin=(block, block)),
        ev.CardRead(card),
        ev.PinBlockMade("m", block),
        s.EnteringPin(card, 2, 3),
    ]
    assert leaks_in(" ".join(f"{each} {each!r}" for each in shown)) == []


# --- card fields from somebody else -------------------------------------------------------------------

HOSTILE = "');DROP TABLE j--"


@pytest.mark.parametrize(
    "fields",
    [
        {"application_label": "';DROP TABLE j--"},
        {"application_label": '" OR 1=1 --'},
        {"label_en": "Robert'); DROP TABLE journal;--"},
        {"languages": ("';", "--", "/*")},
        {"expiry": "3107", "application_label": "%s{0}\\x00"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_what_a_card_says_is_never_a_command_to_a_database(
    tmp_path: Path, fields: dict[str, Any]
) -> None:
    with planted(**fields):
        ledger = Ledger(tmp_path / "bank.db", CUSTOMERS)
        bench = Bench(journal_path=tmp_path / "journal.db", bank=Bank(ledger)).boot().visit(wish())
        assert bench.world.bank.charged(CARD) == 50_000
        assert bench.world.bank.audit() == []
        assert bench.store.verify() == []
        kinds = [row.kind for row in bench.store.rows()]
        assert {"VISIT_OPEN", "FINAL"} <= set(kinds)
        bench.store.close()
        ledger.close()
        assert leaks.leaks_in_folder(tmp_path) == []


def test_every_column_of_the_record_takes_any_text(tmp_path: Path) -> None:
    store = JournalStore(tmp_path / "journal.db", KEY, ballast_bytes=0, boot=HOSTILE)
    store.append([Row("VISIT_OPEN", visit=HOSTILE, txid=HOSTILE)], 1.0, HOSTILE)
    store.close()
    with JournalReader(tmp_path / "journal.db") as reader:
        (row,) = reader.rows()
        assert (row.visit, row.txid, row.boot, row.utc) == (HOSTILE,) * 4
        assert reader.verify(KEY) == []


# --- memory -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Spy(Guest):
    """A customer who looks into the terminal's memory at some screens."""

    found: list[tuple[str, dict[str, int]]] = field(default_factory=list)

    def look(self, screen: Any, world: World, now: float) -> None:
        """See the screen, and the memory behind it."""
        Guest.look(self, screen, world, now)
        if self.came and screen["phase"] in ("EnteringPin", "Reviewing", "Idle"):
            for pid in filter(is_terminal, leaks.children_of(os.getpid())):
                self.found.append((screen["phase"], leaks.leaks_in_memory(pid)))


def is_terminal(pid: int) -> bool:
    """Not one of the processes that a test runner or an earlier test keeps."""
    return b"sim.proof.kills.terminal" in Path(f"/proc/{pid}/cmdline").read_bytes()


@LINUX
def test_no_pin_is_ever_in_the_memory_of_the_terminal(tmp_path: Path) -> None:
    """Pad and bank are in another process. The first PIN is wrong, so the second is typed when the
    first has gone all its way."""
    guest = Spy(wish(think_seconds=0.3), random.Random(1))
    with Outside(tmp_path, Pace.begun(5.0), trouble_free, guest) as outside:
        life = outside.life(outside.wiring(), fresh=True)
    assert (life.code, life.stuck) == (0, False)
    screens = [phase for phase, _ in guest.found]
    assert screens == ["EnteringPin", "EnteringPin", "Reviewing", "Idle"]
    pins = {secret.name for secret in PINS}
    assert [found for _, found in guest.found if pins & set(found)] == []
    # The search works: a card number has to be there while its owner is served.
    assert all("card number" in found for _, found in guest.found[:3])
    assert leaks.leaks_in_folder(tmp_path) == []


PAD_DRIVER = """
    import sys
    from pathlib import Path
    from devices.pin_pad import ChildPad, PinPad
    from terminal import effects as fx
    from terminal.card import Pan
    link = ChildPad([sys.executable, "-m", "sim.world.pin_pad_process"], Path.cwd())
    pad = PinPad(link)
    pad.submit(fx.CollectPin(4, 6), 0.0)
    for line in sys.stdin:
        word = line.strip()
        if word.startswith("block"):
            pad.submit(fx.MakePinBlock("m", Pan(word.split()[1])), 0.0)
        elif word == "forget":
            pad.submit(fx.ForgetPin(), 0.0)
        elif word == "collect":
            pad.submit(fx.CollectPin(4, 6), 0.0)
        elif word != "poll":
            link.press(word)
        print([type(event).__name__ for event in pad.poll(0.0)], flush=True)
"""


class PadDriver:
    """A terminal's side of a pad in a child process, told one key at a time."""

    def __init__(self) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(PAD_DRIVER)],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def say(self, word: str) -> str:
        """One word; the events that came of what was before."""
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write(f"{word}\n")
        self.child.stdin.flush()
        return self.child.stdout.readline()

    def until(self, event: str) -> None:
        """Ask until it has happened."""
        for _ in range(20_000):
            if event in self.say("poll"):
                return
        pytest.fail(f"no {event}")

    def type(self, pin: str) -> None:
        """Each key, and confirm."""
        heard = [self.say(key) for key in (*pin, "enter")]
        if not any("PinEntered" in events for events in heard):
            self.until("PinEntered")


@LINUX
def test_the_pad_forgets_and_the_terminal_beside_it_never_knew() -> None:
    """The real pad process, searched where the system lets anybody look: it forbids that to all but the
    administrator."""
    driver = PadDriver()
    with driver.child:
        try:
            driver.type(PIN)
            (pad,) = leaks.children_of(driver.child.pid)
            assert leaks.leaks_in_memory(driver.child.pid, PINS) == {}
            held = _looked_into(pad)
            if "PinBlockMade" not in driver.say(f"block {PAN}"):
                driver.until("PinBlockMade")
            driver.say("forget")
            driver.say("collect")
            driver.type("135790")
            assert leaks.leaks_in_memory(driver.child.pid, PINS) == {}
            after = _looked_into(pad)
        finally:
            driver.child.terminate()
    if held is not None:
        assert held, "the search finds a PIN where it must be: in a pad that holds it"
        assert after == {}


def _looked_into(pid: int) -> dict[str, int] | None:
    """What a process holds; None where nobody may look, which is how it should be."""
    try:
        return leaks.leaks_in_memory(pid, PINS)
    except PermissionError:
        return None


# --- the search itself --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "leak",
    [
        PIN.encode(),
        f'{{"pin": "{PIN}"}}'.encode(),
        PIN.encode("utf-16-le"),
        PIN.encode("utf-32-le"),
        bytes.fromhex("46918273AAAAAAAA0123456789ABCDEF"),
        PAN.encode(),
        f";{PAN}=3107201000?".encode(),
        bytes.fromhex(f"5A0A{PAN}F"),
        HOLDER.encode(),
    ],
    ids=["ascii", "json", "utf-16", "utf-32", "block", "pan", "track", "chip", "name"],
)
def test_a_planted_leak_is_found_in_a_file(tmp_path: Path, leak: bytes) -> None:
    (tmp_path / "some.db").write_bytes(b"\x00" * 5_000 + leak + b"\xff" * 5_000)
    assert leaks.leaks_in_folder(tmp_path) != []


def test_a_pin_within_a_longer_number_is_chance() -> None:
    assert leaks_in(f"a{PIN}b7 77{PIN}77".encode(), PINS) == []


@LINUX
def test_a_planted_leak_is_found_in_memory() -> None:
    code = "import sys; pin = sys.stdin.readline()[:6]; print(1, flush=True); sys.stdin.readline()"
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(f"{PIN}\n")
        child.stdin.flush()
        child.stdout.readline()
        assert leaks.leaks_in_memory(child.pid, PINS)["PIN 918273"] > 0
        child.terminate()


def test_nothing_of_the_plant_stands_in_a_source_file() -> None:
    """Otherwise it would be found as itself."""
    folders = ("terminal", "devices", "screens", "audio", "sim")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    assert [path.name for path in sources if leaks_in(path.read_bytes())] == []


def test_errors_of_every_kind_are_told_without_a_secret() -> None:
    """A part of the error scenarios, with the planted card in the customer's hand."""
    for scenario in SCENARIOS[::15]:
        if scenario.wish is None or scenario.wish.card != "lin":
            continue
        told = Told()
        pins = tuple(PIN if pin == "135790" else WRONG_PIN for pin in scenario.wish.pins)
        held = replace(scenario, wish=replace(scenario.wish, card=CARD, pins=pins))
        play = Play(held, "elder", "zh", DESIGN)
        play.watch(told.look)
        play.run()
        assert leaks_in("\n".join(told.texts)) == [], scenario.error
