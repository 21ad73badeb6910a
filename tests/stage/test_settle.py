"""Settlement: a count is two people's, says what it shows, and reaches the customer's account."""

from pathlib import Path

import pytest

from devices.journal_files import key_path
from devices.journal_store import JournalReader
from sim.stage import settle, staff
from sim.stage.bench import KEY, Bench
from sim.stage.settings import ConfigurationError, Settings
from sim.world.visits import VISITS
from terminal.recovery import recover
from tests.stage.processes import call


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(state_folder=tmp_path / "state")
    made.state_folder.mkdir()
    key_path(made.journal).write_bytes(KEY)
    key_path(made.journal).chmod(0o600)
    return made


BINS = ("--bins", "0,0,0,0")


def in_doubt(settings: Settings) -> Bench:
    """A machine whose dispenser jammed with a note half out: 500 yuan on hold."""
    bench = Bench(journal_path=settings.journal)
    bench.boot().ready()
    bench.world.notes.arm("jam", after=3, error=0x05)
    bench.visit(VISITS["standard"].wish)
    bench.waits(30.0)
    bench.power_cut()
    bench.store.close()
    return bench


def reference_in(settings: Settings) -> str:
    with JournalReader(settings.journal) as reader:
        (one,) = recover(reader.rows()).suspects
    return one.reference


def test_what_is_in_doubt_is_listed_with_what_the_machine_knows_and_does_not(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    in_doubt(settings)
    assert settle.listed(settings) == 1
    said = capsys.readouterr().out
    assert reference_in(settings) in said
    assert "500 yuan on hold" in said
    assert "because error_" in said
    assert "settle --counted" in said


def test_nothing_in_doubt_is_said_so(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = Bench(journal_path=settings.journal)
    bench.boot().ready().visit(VISITS["standard"].wish)
    bench.waits(30.0).power_cut()
    bench.store.close()
    assert settle.listed(settings) == 0
    settle.counted(settings, (195, 100, 100, 100), (0, 0, 0, 0), "Wu Min", "He Li")
    assert "The count agrees with the record." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("counts", "bins", "says"),
    [
        ((200, 100, 100, 100), (0, 0, 0, 0), "no operation in doubt has paid"),
        ((195, 100, 100, 100), (0, 0, 0, 0), "500 yuan are gone, all that is on hold"),
        ((195, 100, 100, 100), (2, 0, 0, 0), "300 of 500 yuan on hold are gone"),
        ((190, 100, 100, 100), (0, 0, 0, 0), "over/short account, never to a customer"),
        ((201, 100, 100, 100), (0, 0, 0, 0), "over/short account, never to a customer"),
    ],
)
def test_a_count_says_what_it_shows(
    settings: Settings,
    counts: tuple[int, ...],
    bins: tuple[int, ...],
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    in_doubt(settings)
    settle.counted(settings, counts, bins, "Wu Min", "He Li")
    assert says in capsys.readouterr().out
    with JournalReader(settings.journal) as reader:
        rows = list(reader.rows())
    assert rows[-1].kind == "COUNTED"
    assert (rows[-1].body["by"], rows[-1].body["witness"]) == ("Wu Min", "He Li")
    assert len(recover(rows).suspects) == 1, "a count decides nothing"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--counted", "195,100,100,100", *BINS, "--by", "Wu"), "--witness wants the name"),
        (("--counted", "195,100,100,100", *BINS, "--by", "Wu", "--witness", "wu "), "Two people"),
        (("--counted", "195,100", *BINS, "--by", "Wu", "--witness", "He"), "has 4 cassettes"),
        (("--counted", "many", *BINS, "--by", "Wu", "--witness", "He"), "numbers of notes"),
        (("--counted", "195,100,100,100", "--by", "Wu", "--witness", "He"), "--bins is missing"),
        (("123", "--by", "Wu", "--witness", "He"), "--received wants whole yuan"),
        (
            ("123", "--received", "0", "--by", "Wu", "--witness", "He", "--reason", "x"),
            "No operation 123 is in doubt. In doubt are:",
        ),
        (("123", "--received", "0", "--by", "Wu", "--witness", "He"), "--reason wants one line"),
    ],
)
def test_a_mistake_is_one_sentence_and_records_nothing(
    settings: Settings, arguments: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    in_doubt(settings)
    with JournalReader(settings.journal) as reader:
        before = len(list(reader.rows()))
    done = call("settle", *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    with JournalReader(settings.journal) as reader:
        assert len(list(reader.rows())) == before


def test_more_than_was_on_hold_cannot_be_charged(settings: Settings) -> None:
    in_doubt(settings)
    with pytest.raises(ConfigurationError, match="from 0 to 500"):
        settle.decided(settings, reference_in(settings), 510, "Wu", "He", "all seen")


def test_cassettes_are_not_loaded_over_the_evidence(settings: Settings) -> None:
    in_doubt(settings)
    with pytest.raises(ConfigurationError, match="Count first"):
        staff.load(settings, "Wu")
    settle.counted(settings, (195, 100, 100, 100), (0, 0, 0, 0), "Wu", "He")
    staff.load(settings, "Wu")


def test_a_count_says_nothing_of_what_was_before_the_last_loading(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    in_doubt(settings)
    settle.counted(settings, (195, 100, 100, 100), (0, 0, 0, 0), "Wu", "He")
    staff.load(settings, "Wu")
    capsys.readouterr()
    settle.counted(settings, (200, 100, 100, 100), (0, 0, 0, 0), "Wu", "He")
    said = capsys.readouterr().out
    assert "The count agrees with the record." in said
    assert "1 more in doubt from before the cassettes were last loaded" in said
    assert "received 0" not in said
    settle.decided(settings, reference_in(settings), 500, "Wu", "He", "counted before the loading")
    settle.counted(settings, (200, 100, 100, 100), (0, 0, 0, 0), "Wu", "He")
    assert "The count agrees with the record." in capsys.readouterr().out


@pytest.mark.parametrize("received", [0, 300, 500])
def test_what_two_people_decided_reaches_the_account(settings: Settings, received: int) -> None:
    bench = in_doubt(settings)
    bank = bench.world.bank
    before = bank.balance("lin")
    assert bank.available("lin") == before - 50_000, "on hold, not charged"
    settle.decided(settings, reference_in(settings), received, "Wu", "He", "notes counted twice")
    bench.reopen_record().boot().ready()
    bench.waits(30.0)
    assert bank.balance("lin") == before - received * 100
    assert bank.available("lin") == bank.balance("lin"), "nothing stays on hold"
    assert bank.alarms == []
    left = recover(bench.store.rows())
    assert (left.suspects, left.outbox) == ((), ())
