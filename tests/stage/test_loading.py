"""Loading the cassettes: what the record says, what is configured and what a simulated machine holds are
the same three times, or nothing starts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.journal_store import MEMORY, JournalReader, JournalStore, journal_key
from sim.stage import settle, staff
from sim.stage.bench import KEY, Bench
from sim.stage.keeper import Keeper
from sim.stage.machine import check_loading, loading_row
from sim.stage.settings import ConfigurationError, Settings
from sim.world.clock import VirtualClock
from sim.world.people import Wish
from sim.world.world import Shape, World
from terminal.cash_units import Cassette, Cassettes
from terminal.journal_row import Row
from terminal.money import yuan
from terminal.recovery import recover
from terminal.runtime import Record
from tests.stage.processes import call

LIN = Wish("lin", ("135790",))
TWO: Cassettes = (Cassette(yuan(100), 200), Cassette(yuan(50), 100))
OTHER_NOTES: Cassettes = (Cassette(yuan(100), 200), Cassette(yuan(20), 100))
THREE: Cassettes = (*TWO, Cassette(yuan(10), 70))


def a_machine(folder: Path, cassettes: Cassettes, **more: str) -> Settings:
    """A machine that was started once with these cassettes."""
    settings = Settings(cassettes=cassettes, state_folder=folder / "state", **more)  # type: ignore[arg-type]
    with JournalStore(settings.journal, journal_key(settings.journal), ballast_bytes=0) as store:
        boot = Row("BOOT", body={"boot": "b", "version": "0", "shape": "path"})
        store.append([boot, loading_row(cassettes)], 0.0, "u")
    world = World(VirtualClock(), cassettes, settings.shape)
    Keeper(world, settings.state_folder / "world.json").save()
    return settings


def rows_of(settings: Settings) -> list[str]:
    with JournalReader(settings.journal) as reader:
        return [row.kind for row in reader.rows()]


@pytest.mark.parametrize("configured", [THREE, OTHER_NOTES, tuple(reversed(TWO))])
def test_a_machine_with_other_cassettes_than_recorded_does_not_start(configured: Cassettes) -> None:
    store = JournalStore(MEMORY, KEY, ballast_bytes=0)
    store.append([loading_row(TWO)], 0.0, "u")
    bench = Bench(cassettes=configured)
    bench.store = store
    with pytest.raises(ConfigurationError) as refused:
        bench.boot()
    said = str(refused.value)
    assert "The record has 2 cassettes (100, 50 yuan)" in said
    assert ", ".join(str(c.note.major) for c in configured) in said
    assert "`python main.py load --by NAME`" in said
    assert [row.kind for row in store.rows()] == ["CASSETTES"]


def test_notes_paid_since_are_no_other_loading() -> None:
    fewer = tuple(Cassette(c.note, 1) for c in TWO)
    check_loading(fewer, TWO)
    check_loading(None, TWO)


@pytest.mark.parametrize("port", ["sim://dispenser", "sim://presenter"])
@pytest.mark.parametrize("new", [THREE, OTHER_NOTES, TWO[:1]], ids=["more", "other", "fewer"])
def test_a_loading_is_recorded_and_put_into_the_simulated_machine(
    tmp_path: Path, new: Cassettes, port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = a_machine(tmp_path, TWO, dispenser=port)
    changed = Settings(cassettes=new, state_folder=settings.state_folder, dispenser=port)
    staff.load(changed, " Wu Min ")
    assert rows_of(changed)[2:] == ["CASSETTES", "REOPENED"]
    with JournalReader(changed.journal) as reader:
        rows = list(reader.rows())
    assert recover(rows).cassettes == new
    assert rows[-1].body["by"] == "Wu Min"
    kept = json.loads((settings.state_folder / "world.json").read_text("utf-8"))["world"]
    for device in ("notes", "presenter"):
        held = [(c["denomination_major"], c["count"]) for c in kept[device]["cassettes"]]
        assert held == [(c.note.major, c.count) for c in new]
    said = capsys.readouterr().out
    assert said.startswith("Recorded: Wu Min has loaded ")
    assert all(f"{c.count} notes of {c.note.major} yuan" in said for c in new)


def test_real_devices_are_loaded_by_hand_and_no_world_is_made(tmp_path: Path) -> None:
    settings = a_machine(tmp_path, TWO, dispenser="/dev/ttyUSB1")
    (settings.state_folder / "world.json").unlink()
    staff.load(settings, "Wu")
    assert rows_of(settings)[2:] == ["CASSETTES", "REOPENED"]
    assert not (settings.state_folder / "world.json").exists()


def test_an_open_operation_is_settled_before_anything_is_loaded(tmp_path: Path) -> None:
    settings = Settings(state_folder=tmp_path / "state")
    key = journal_key(settings.journal)
    bench = Bench(
        open_record=lambda boot: JournalStore(settings.journal, key, ballast_bytes=0, boot=boot)
    )
    kept = settings.state_folder / "world.json"
    keeper = Keeper(bench.world, kept)
    bench.boot().ready()
    bench.terminal.record = CutAtIntent(bench.terminal.record)
    with pytest.raises(PowerCutError):
        bench.visit(LIN)
    switched_off(bench, keeper)
    before = (rows_of(settings), kept.read_bytes())
    with pytest.raises(ConfigurationError, match="still open in the record"):
        staff.load(settings, "Wu")
    assert (rows_of(settings), kept.read_bytes()) == before

    bench.reopen_record().boot().ready().waits(30.0)
    switched_off(bench, keeper)
    settle.counted(settings, (200, 100, 100, 100), (0, 0, 0, 0), "Wu", "He")
    staff.load(settings, "Wu")
    assert keeper.load()
    bench.reopen_record().boot().ready().visit(LIN)
    assert bench.world.paid_out() == 500
    bench.store.close()
    assert rows_of(settings).count("COUNT_ANSWER") == 1


class PowerCutError(Exception):
    """The terminal is gone."""


@dataclass
class CutAtIntent:
    """A record whose terminal dies once the intent is on it."""

    record: Record

    def append(self, rows: Sequence[Row], now: float, utc: str) -> None:
        self.record.append(rows, now, utc)
        if any(row.kind == "DISPENSE_INTENT" for row in rows):
            raise PowerCutError

    @property
    def low(self) -> bool:
        return self.record.low


def switched_off(bench: Bench, keeper: Keeper) -> None:
    """No terminal and no customer, the record let go, the world kept."""
    bench.power_cut()
    bench.person = None
    bench.store.close()
    keeper.save()


@pytest.mark.parametrize("shape", ["path", "presenter"])
def test_a_machine_pays_from_its_new_cassettes(shape: Shape) -> None:
    bench = Bench(shape=shape, cassettes=TWO).boot().ready()
    bench.power_cut()
    bench.world.load(THREE)
    bench.loaded = THREE
    bench.store.append([loading_row(THREE)], bench.clock.now(), "u")
    bench.boot().ready().visit(Wish("lin", ("135790",)))
    assert bench.world.bank.charged("lin") == bench.world.paid_out() * 100 > 0


def test_who_has_looked_is_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = a_machine(tmp_path, TWO)
    staff.reopen(settings, "Wu Min")
    with JournalReader(settings.journal) as reader:
        last = list(reader.rows())[-1]
    assert (last.kind, last.body["by"]) == ("REOPENED", "Wu Min")
    assert capsys.readouterr().out.startswith("Recorded: Wu Min has looked at the dispenser. ")


@pytest.mark.parametrize("command", ["reopen", "load"])
@pytest.mark.parametrize("by", ["", "  ", "Wu\nBOOT", "Wu\x1b[2J", "Wu\x7f", "W\u2028u", "x" * 65])
def test_a_name_that_is_none_is_refused(tmp_path: Path, command: str, by: str) -> None:
    settings = a_machine(tmp_path, TWO)
    with pytest.raises(ConfigurationError, match=r"^--by wants the name of a person"):
        {"reopen": staff.reopen, "load": staff.load}[command](settings, by)
    assert rows_of(settings) == ["BOOT", "CASSETTES"]


def test_load_as_it_is_typed(tmp_path: Path) -> None:
    a_machine(tmp_path, TWO)
    config = tmp_path / "machine.toml"
    config.write_text(
        '[dispenser]\ncassettes = [{ note = 100, count = 5 }]\n[state]\nfolder = "state"\n',
        encoding="utf-8",
    )
    done = call("load", "--by", "Wu", "--config", config, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Recorded: Wu has loaded 5 notes of 100 yuan.\n"
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    done = call("load", "--by", "Wu", folder=empty)
    assert (done.returncode, list(empty.iterdir())) == (2, [])
    assert done.stderr == "There is no journal state/journal.db: nothing to load.\n"
