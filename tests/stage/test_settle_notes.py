"""Notes that were taken in and are in doubt: counted, decided by two people, and then credited once."""

from pathlib import Path

import pytest

from devices.journal_files import key_path
from devices.journal_store import JournalReader
from sim.stage import settle, settle_notes
from sim.stage.bench import KEY, Bench
from sim.stage.settings import ConfigurationError, Settings
from sim.world.bank.rules import Bank
from terminal.flows.services import NAMES
from terminal.recovery import recover
from tests.journeys.services.test_deposit import at_inlet, counted, ended, puts_in
from tests.journeys.services.visiting import leaves


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(state_folder=tmp_path / "state")
    made.state_folder.mkdir()
    key_path(made.journal).write_bytes(KEY)
    key_path(made.journal).chmod(0o600)
    return made


def in_doubt(settings: Settings, bank: Bank) -> None:
    """A deposit of 300 yuan that jammed while it was stored, after one of 100 that was not."""
    bench = Bench(journal_path=settings.journal, services=NAMES, bank=bank)
    counted(puts_in(at_inlet(bench), "100", 1)).presses("store")
    ended(bench)
    leaves(bench.presses("done"))
    counted(puts_in(at_inlet(bench), "100,100,100", 3))
    assert bench.world.acceptor is not None
    bench.world.acceptor.arm("jamStore", after=1)
    ended(bench.presses("store"))
    leaves(bench.presses("done")).waits(30).power_cut()
    bench.store.close()


def reference_in(settings: Settings) -> str:
    with JournalReader(settings.journal) as reader:
        (one,) = recover(reader.rows()).suspects
    return one.reference


def test_what_people_decide_is_credited_at_the_next_start_and_once(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    bank = Bank()
    in_doubt(settings, bank)
    before = bank.balance("lin")
    assert settle.listed(settings) == 1
    said = capsys.readouterr().out
    assert "300 yuan taken in, not credited" in said
    assert "3x100" in said
    settle_notes.counted(settings, {100: 4}, "Wu Min", "He Li")
    assert "300 yuan beyond what is credited" in capsys.readouterr().out
    settle.decided(settings, reference_in(settings), 300, "Wu Min", "He Li", "all three were there")
    for _ in range(2):
        bench = Bench(journal_path=settings.journal, services=NAMES, bank=bank)
        bench.boot().ready().waits(60).power_cut()
        bench.store.close()
    assert bank.balance("lin") == before + 30_000
    assert bank.audit() == []


def test_a_count_is_shown_by_denomination(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    in_doubt(settings, Bank())
    settle_notes.counted(settings, {100: 3, 50: 1}, "Wu Min", "He Li")
    said = capsys.readouterr().out
    assert "100 yuan: stored 1, found 3, difference +2" in said
    assert "50 yuan: stored 0, found 1, difference +1" in said


def test_nothing_in_doubt_and_nothing_missing_is_said_so(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = Bench(journal_path=settings.journal, services=NAMES)
    counted(puts_in(at_inlet(bench), "100", 1)).presses("store")
    ended(bench)
    leaves(bench.presses("done")).waits(30).power_cut()
    bench.store.close()
    settle_notes.counted(settings, {100: 1}, "Wu Min", "He Li")
    assert "The count agrees with the record." in capsys.readouterr().out


@pytest.mark.parametrize("received", [-1, 20_001])
def test_what_no_escrow_holds_is_not_decided(settings: Settings, received: int) -> None:
    in_doubt(settings, Bank())
    with pytest.raises(ConfigurationError, match="from 0 to"):
        settle.decided(settings, reference_in(settings), received, "Wu", "He", "why not")


def test_an_acceptor_is_emptied_after_a_count_only(settings: Settings) -> None:
    in_doubt(settings, Bank())
    with pytest.raises(ConfigurationError, match="Count first"):
        settle_notes.emptied(settings, "Wu", "He")


@pytest.mark.parametrize("given", ["100", "x3", "100xx3", "0x1"])
def test_what_is_no_list_of_notes_is_refused(given: str) -> None:
    with pytest.raises(ConfigurationError, match="100x12"):
        settle_notes.found(given)
