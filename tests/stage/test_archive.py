"""The archive of the record: years that are over, kept as long as was set, and nothing lost on the way."""

import io
from pathlib import Path

import pytest

from devices.journal_files import JournalError
from devices.journal_store import JournalStore, Row
from sim.stage.archive import archive, check, file_of, years_in
from sim.stage.log import FAULTY, UNREADABLE, WELL
from sim.stage.settings import ConfigurationError, Settings, read_settings

KEY = bytes(range(32))
YEARS = (2014, 2015, 2016, 2025, 2026)
EACH = 3


def a_record(folder: Path, years: tuple[int, ...] = YEARS) -> Path:
    """A record with a few rows of each of these years."""
    journal = folder / "journal.db"
    with JournalStore(journal, KEY, ballast_bytes=0, boot="b") as store:
        for year in years:
            for n in range(EACH):
                row = Row("OFFER", f"v{year}", "", {"answer": "made"})
                store.append([row], float(n), f"{year}-03-0{n + 1}T10:00:00.000Z")
    key = folder / "journal.db.key"
    key.write_bytes(KEY)
    key.chmod(0o600)
    return journal


def archived(journal: Path, this_year: int, keep_years: int = 10) -> tuple[int, str]:
    said = io.StringIO()
    return archive(
        journal, journal.parent / "archive", keep_years, this_year, said
    ), said.getvalue()


def test_each_year_that_is_over_is_copied_once_and_the_present_one_is_not(tmp_path: Path) -> None:
    journal = a_record(tmp_path)
    assert archived(journal, 2026)[0] == WELL
    folder = tmp_path / "archive"
    assert years_in(folder) == (2016, 2025)
    before = file_of(folder, 2025).read_bytes()
    assert before.count(b"\n") == EACH
    code, said = archived(journal, 2026)
    assert (code, said) == (WELL, "2 years in the archive, chain whole\n")
    assert file_of(folder, 2025).read_bytes() == before


def test_a_year_goes_when_all_of_it_is_older_than_what_was_set_and_not_a_day_before(
    tmp_path: Path,
) -> None:
    journal, folder = a_record(tmp_path), tmp_path / "archive"
    archived(journal, 2024)
    assert years_in(folder) == (2014, 2015, 2016)
    assert archived(journal, 2026)[0] == WELL
    assert years_in(folder) == (2016, 2025), "the last of 2015 was ten years old in 2025"
    assert "2015.jsonl removed, older than 10 years" not in archived(journal, 2026)[1]
    archived(journal, 2027, keep_years=1)
    assert years_in(folder) == (2026,)


def test_what_is_left_after_a_removal_is_checked_alone_and_the_record_lost_nothing(
    tmp_path: Path,
) -> None:
    journal, folder = a_record(tmp_path), tmp_path / "archive"
    archived(journal, 2017)
    archived(journal, 2026)
    assert check(folder, KEY) == []
    with JournalStore(journal, KEY, ballast_bytes=0) as store:
        assert len(list(store.rows())) == EACH * len(YEARS)
        assert store.verify() == []


@pytest.mark.parametrize(("old", "new"), [('"made"', '"never"'), ('"v2016"', '"v2017"')])
def test_an_altered_line_is_found_and_nothing_is_removed(
    tmp_path: Path, old: str, new: str
) -> None:
    journal, folder = a_record(tmp_path), tmp_path / "archive"
    archived(journal, 2026, keep_years=20)
    altered = file_of(folder, 2016)
    altered.write_text(altered.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert [fault.what for fault in check(folder, KEY)] == ["altered"]
    code, said = archived(journal, 2030, keep_years=10)
    assert code == FAULTY
    assert "record-2016.jsonl is not as the record" in said
    assert years_in(folder)[0] == 2014


def test_an_end_that_was_cut_off_leaves_the_chain_whole_and_is_found_by_the_record(
    tmp_path: Path,
) -> None:
    journal, folder = a_record(tmp_path), tmp_path / "archive"
    archived(journal, 2026, keep_years=20)
    last = file_of(folder, 2025)
    last.write_text(
        "".join(last.read_text(encoding="utf-8").splitlines(True)[:-1]), encoding="utf-8"
    )
    assert check(folder, KEY) == []
    assert archived(journal, 2026, keep_years=10)[0] == FAULTY
    assert years_in(folder)[0] == 2014


def test_a_year_that_is_missing_between_two_is_told(tmp_path: Path) -> None:
    journal, folder = a_record(tmp_path), tmp_path / "archive"
    archived(journal, 2026, keep_years=20)
    file_of(folder, 2016).unlink()
    assert [fault.what for fault in check(folder, KEY)] == ["gap"]


def test_nothing_is_copied_or_removed_from_a_record_with_a_fault(tmp_path: Path) -> None:
    journal, folder = a_record(tmp_path), tmp_path / "archive"
    archived(journal, 2024)
    journal.write_bytes(journal.read_bytes().replace(b'{"answer":"made"}', b'{"answer":"fake"}', 1))
    code, _ = archived(journal, 2030)
    assert code == FAULTY
    assert years_in(folder) == (2014, 2015, 2016)


def test_a_line_that_is_no_row_is_a_sentence_and_no_crash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    file_of(folder, 2001).write_text("{}\n", encoding="utf-8")
    with pytest.raises(JournalError, match="Line 1"):
        check(folder, KEY)
    assert archived(a_record(tmp_path), 2026)[0] == UNREADABLE
    assert "Line 1" in capsys.readouterr().err


def test_a_clock_that_was_set_back_leaves_no_gap(tmp_path: Path) -> None:
    journal, folder = a_record(tmp_path, (2024, 2020, 2025, 2026)), tmp_path / "archive"
    assert archived(journal, 2026)[0] == WELL
    assert years_in(folder) == (2024, 2025)
    assert file_of(folder, 2024).read_bytes().count(b"\n") == 2 * EACH


def test_how_long_the_archive_is_kept_is_a_setting(tmp_path: Path) -> None:
    assert Settings().keep_years == 10
    config = tmp_path / "terminal.toml"
    config.write_text("[record]\nkeep_years = 15\n", encoding="utf-8")
    assert read_settings(config).keep_years == 15
    config.write_text("[record]\nkeep_years = 0\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="keep_years"):
        read_settings(config)
