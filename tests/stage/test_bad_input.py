"""Bad input: one clear sentence, exit code 2, and nothing has changed. Every call is the real program in a
process of its own, without a display unless the terminal itself is called."""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from devices.journal_store import JournalStore, Row, journal_key
from sim.stage.bench import KEY, Bench
from sim.stage.settings import own_design
from sim.stories.command import found, readable
from sim.stories.play import play
from sim.world.people import Person, Wish
from terminal import session as s
from tests.stage.processes import ROOT, call, environment

NO_DISPLAY = ":77"
"""Nobody answers there; the terminal looks at its ports before its display."""

LIN_PIN = "135790"


def picture_of(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, with what is in it. What SQLite puts beside a database that is read
    holds nothing of its own."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith(("-shm", "-wal"))
    }


def refused(folder: Path, *arguments: object, display: str = "", cold: bool = False) -> str:
    """The sentence a call was refused with; it must be one, and nothing may have changed."""
    before = picture_of(folder)
    env = environment(DISPLAY=display) if display else environment()
    done = call(*arguments, folder=folder, env=env, cold=cold)
    assert picture_of(folder) == before
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if "XDG_RUNTIME_DIR" not in line]
    assert len(lines) == 1, done.stderr
    assert lines[0].endswith(".") or lines[0].endswith("?") or lines[0].endswith('".')
    assert "Traceback" not in done.stderr
    return lines[0]


# --- ports --------------------------------------------------------------------------------------


def configured(folder: Path, text: str) -> Path:
    """A configuration whose state lies beside it."""
    path = folder / "machine.toml"
    path.write_text(f'{text}\n[state]\nfolder = "{folder / "state"}"\n', encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("port", "says"),
    [
        ("/dev/ttyNOPE", "there is no such port"),
        ("/", "folder"),
        ("sim://nonsense", "There is no simulated device sim://nonsense"),
        ("bogus://x", "bogus:// is not a kind of port known here"),
        ("socket://127.0.0.1:1", "nothing listens at that address"),
        ("socket://nonsense", "socket://nonsense cannot be opened"),
        ("/dev/null", "not a serial port"),
    ],
)
@pytest.mark.parametrize("device", ["card_reader", "dispenser"])
def test_a_port_that_cannot_be_had(tmp_path: Path, device: str, port: str, says: str) -> None:
    config = configured(tmp_path, f'[{device}]\nport = "{port}"')
    said = refused(tmp_path, "run", "--config", config, display=NO_DISPLAY)
    assert said.startswith(f"Port {port} cannot be opened: ")
    assert says in said


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that another program has open for itself."""
    import fcntl
    import tty

    master, slave = os.openpty()
    tty.setraw(slave)
    fcntl.flock(slave, fcntl.LOCK_EX | fcntl.LOCK_NB)
    yield os.ttyname(slave)
    os.close(slave)
    os.close(master)


def test_a_port_that_another_program_has(tmp_path: Path, taken: str) -> None:
    config = configured(tmp_path, f'[card_reader]\nport = "{taken}"')
    said = refused(tmp_path, "run", "--config", config, display=NO_DISPLAY)
    assert "already in use by another program" in said


def test_a_display_that_does_not_answer(tmp_path: Path) -> None:
    said = refused(
        tmp_path, "run", "--config", configured(tmp_path, ""), display=NO_DISPLAY, cold=True
    )
    assert said.startswith("No window could be opened: ")


@pytest.mark.parametrize("size", ["x", "12x", "1280", "10x10", "0x0", "-5x900", "1280x1024x3", ""])
def test_a_window_of_no_size(tmp_path: Path, size: str) -> None:
    said = refused(tmp_path, "run", f"--window={size}", display=NO_DISPLAY)
    assert said.startswith("--window wants a size such as 1280x1024")


# --- configuration --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[panel\n", "not readable as TOML"),
        ("\x00\x01", "not readable as TOML"),
        ("[pannel]\nwidth_px = 1280", 'unknown section "pannel". Did you mean "panel"?'),
        ("[panel]\nwidht_px = 1280", 'Did you mean "width_px"?'),
        ('[host]\naddress = "bank"', '"sim://host" or "tcp://address:port", found "bank"'),
        ('[host]\naddress = "tcp://bank"', '"sim://host" or "tcp://address:port"'),
        ('[host]\naddress = "tcp://bank:x"', '"sim://host" or "tcp://address:port"'),
        ('[host]\nterminal = "T1"', "8 letters and digits"),
        ("[host]\nadress = 1", 'Did you mean "address"?'),
        ('[panel]\nwidth_px = "wide"', "must be a whole number above zero"),
        ("[panel]\nwidth_px = -3", "must be a whole number above zero"),
        ("[panel]\ndiagonal_inch = true", "diagonal_inch is a number from 5 to 100"),
        ("[panel]\ndiagonal_inch = nan", "diagonal_inch is a number from 5 to 100"),
        ("[panel]\nwidth_px = 10\nheight_px = 10", "width_px is a number from 480 to 7680"),
        ("[panel]\nheight_px = 7681", "height_px is a number from 480 to 7680"),
        ("panel = 3", "[panel] must be a section"),
        ("[card_reader]\nport = 5", "[card_reader] port must be text"),
        ('[dispenser]\nparity = "odd"', 'parity is "none" or "even"'),
        ("[dispenser]\ncassettes = []", "with 1 to 4 entries"),
        ("[dispenser]\ncassettes = [3]", "cassettes is a list such as"),
        ('[dispenser]\ncassettes = [{note = "x", count = 1}]', "whole numbers"),
        ("[dispenser]\ncassettes = [{note = 100, count = true}]", "whole numbers"),
        ("[dispenser]\ncassettes = [{note = 100, count = -1}]", "whole numbers"),
        ('[screen]\nlanguage = "fr"', "language is one of zh, en"),
        ('[audio_module]\npluged = "f15"', 'Did you mean "plugged"?'),
        ('[audio_module]\nplugged = "f155"', 'plugged: unknown key "f155". Did you mean "f15"?'),
        ("[audio_module]\nplugged = 15", "[audio_module] plugged must be text"),
        ('[audio_module]\nhelp = "f15"', 'help and plugged are both "f15"'),
    ],
)
def test_a_broken_configuration(tmp_path: Path, text: str, says: str) -> None:
    config = tmp_path / "broken.toml"
    config.write_text(text, encoding="utf-8")
    said = refused(tmp_path, "serve", "--config", config)
    assert said.startswith(f"{config}: ")
    assert says in said


@pytest.mark.parametrize("command", [["run"], ["serve"], ["log", "list"]])
def test_a_configuration_that_is_not_there(tmp_path: Path, command: list[str]) -> None:
    said = refused(tmp_path, *command, "--config", tmp_path / "none.toml", cold=True)
    assert "there is no such file" in said
    assert "this is a folder" in refused(tmp_path, *command, "--config", tmp_path)


# --- stories --------------------------------------------------------------------------------------


def test_an_unknown_story_names_the_nearest(tmp_path: Path) -> None:
    assert refused(tmp_path, "play", "presentr").endswith('Did you mean "presenter"?')
    assert refused(tmp_path, "play", "xyz").endswith("`python main.py play` lists all there are.")


def test_stories_that_cannot_be_written(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("a file", encoding="utf-8")
    before = picture_of(tmp_path)
    done = call("play", "plain", "--out", target, folder=tmp_path)
    assert (done.returncode, picture_of(tmp_path)) == (2, before)
    assert done.stderr.count("\n") == 1
    assert str(target) in done.stderr


@pytest.mark.parametrize("name", ["unreadable", "wrong-card", "expired"])
def test_a_card_that_cannot_be_served_comes_back_and_nothing_is_charged(name: str) -> None:
    [story] = readable(found([name]))
    result = play(story, own_design())
    assert result.well
    assert result.card == "hand"
    assert result.money["charged"] == 0


# --- the record -----------------------------------------------------------------------------------


def a_journal(folder: Path) -> Path:
    """A journal with one row, beside nothing else."""
    path = folder / "journal.db"
    with JournalStore(path, journal_key(path), ballast_bytes=0) as store:
        store.append([Row("BOOT", body={"boot": "b", "version": "0", "shape": "path"})], 0.0, "u")
    return path


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5_000])


def scribbled(path: Path) -> None:
    path.write_bytes(b"this is a letter, not a journal\n" * 300)


def foreign(path: Path) -> None:
    path.unlink()
    other = apsw.Connection(str(path))
    other.execute("CREATE TABLE letters (text)")
    other.close()


def without_key(path: Path) -> None:
    Path(f"{path}.key").unlink()


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("what", ["list", "show", "export", "verify"])
@pytest.mark.parametrize("harm", [torn, scribbled, foreign, gone])
def test_a_journal_that_is_none(tmp_path: Path, what: str, harm: Callable[[Path], None]) -> None:
    journal = a_journal(tmp_path)
    harm(journal)
    said = refused(tmp_path, "log", what, "--journal", journal)
    assert str(journal) in said


def test_a_journal_whose_key_is_gone_cannot_be_verified(tmp_path: Path) -> None:
    journal = a_journal(tmp_path)
    without_key(journal)
    said = refused(tmp_path, "log", "verify", "--journal", journal)
    assert "its key" in said


def test_a_folder_is_no_journal(tmp_path: Path) -> None:
    assert str(tmp_path) in refused(tmp_path, "log", "list", "--journal", tmp_path)


def test_a_record_that_a_running_terminal_holds_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    journal = tmp_path / "state" / "journal.db"
    config = configured(tmp_path, "")
    with JournalStore(journal, journal_key(journal), ballast_bytes=0) as store:
        store.append([Row("BOOT", body={"boot": "b", "version": "0", "shape": "path"})], 0.0, "u")
        done = call("reopen", "--by", "Wu", "--config", config, folder=tmp_path)
        assert done.returncode == 2
        assert done.stderr.startswith("Another terminal is running on the journal ")
        assert done.stderr.count("\n") == 1
        assert [row.kind for row in store.rows()] == ["BOOT"]


def test_reopening_a_machine_without_a_record(tmp_path: Path) -> None:
    said = refused(tmp_path, "reopen", "--by", "Wu", "--config", configured(tmp_path, ""))
    assert said.startswith("There is no journal ")


# --- a full disk ----------------------------------------------------------------------------------


def test_a_record_that_becomes_full_gives_the_card_back_and_charges_nothing_that_did_not_leave(
    tmp_path: Path,
) -> None:
    fillers, before_money = range(0, 18, 2), 0
    for rows in fillers:
        bench = full_after(rows, tmp_path)
        world = bench.world
        phase = bench.session.phase
        assert phase == s.OutOfService("record") or (
            isinstance(phase, s.Explaining) and phase.notice.key == "record_failed"
        ), rows
        assert "is full" in bench.terminal.record_broken
        assert world.reader.where("lin") == "outside"
        assert world.bank.charged("lin") <= world.paid_out() * 100
        kinds = [row.kind for row in bench.store.rows()]
        if "DISPENSE_INTENT" not in kinds:
            before_money += 1
            assert (world.paid_out(), world.notes.dispenses) == (0, 0)
            assert world.bank.charged("lin") == 0
        assert bench.store.verify() == []
        bench.store.close()
    assert before_money >= len(fillers) // 2


def full_after(rows: int, folder: Path) -> Bench:
    """A visit on a record that has hardly any room: the fewer rows were there before, the more go
    in."""
    bench = Bench(journal_path=folder / f"{rows}.db")
    bench.boot().ready()
    connection = bench.store._connection
    connection.pragma("max_page_count", connection.pragma("page_count"))
    bench.store.append([Row("REOPENED", body={"by": "Wu" * 20})] * rows, 0.0, "u")
    bench.person = Person(Wish("lin", (LIN_PIN,)), bench.rng)
    return bench.waits(140.0)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A filesystem of a megabyte."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("SKIPPED: only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(mounting, check=False, capture_output=True).returncode:
        pytest.skip("SKIPPED: no disk can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def filled(disk: Path) -> None:
    """Not a byte is left."""
    file = os.open(disk / "everything", os.O_WRONLY | os.O_CREAT)
    with contextlib.suppress(OSError):
        while os.write(file, bytes(4_096)):
            pass
    os.close(file)
    assert shutil.disk_usage(disk).free == 0


def test_stories_on_a_full_disk(small_disk: Path) -> None:
    filled(small_disk)
    done = call("play", "plain", "--out", small_disk / "out", folder=ROOT)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert "o space left" in done.stderr or "is full" in done.stderr


def test_an_export_on_a_full_disk_leaves_no_half_file(small_disk: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    with JournalStore(journal, KEY, ballast_bytes=0) as store:
        rows = [Row("REOPENED", body={"by": "Wu"})] * 200
        store.append(rows, 0.0, "u")
    filled(small_disk)
    target = small_disk / "journal.jsonl"
    before = sorted(small_disk.iterdir())
    done = call("log", "export", "--journal", journal, "--to", target, folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr == f"{target} cannot be written: No space left on device.\n"
    assert sorted(small_disk.iterdir()) == before


# --- the network ----------------------------------------------------------------------------------


def test_a_port_number_that_is_taken_is_not_offered_twice(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        config = configured(tmp_path, f'[card_reader]\nport = "socket://127.0.0.1:{port}x"')
        said = refused(tmp_path, "run", "--config", config, display=NO_DISPLAY)
        assert "cannot be opened" in said
