"""What a visit leaves behind for a dispute: each step with its reason and each consent, chained, exported, archived
(accessibility.md F, row 32; PRV-07)."""

import io
import json
from pathlib import Path

import pytest

from devices.journal_store import JournalReader
from sim.stage import log
from sim.stage.archive import archive, check, file_of, years_in
from sim.stage.bench import KEY, Bench
from sim.stage.settings import own_design
from terminal import session as s
from tests.journeys.services.visiting import LOOKS

DESIGN = own_design()


def visited(folder: Path, profile: str, language: str) -> Bench:
    """A customer chooses language and version, draws 200 yuan, and agrees that the version is remembered."""
    bench = Bench(journal_path=folder / "journal.db", design=DESIGN).boot().ready().waits(1.0)
    bench.presses("language", language).does("insert:lin")
    bench.run(lambda now: isinstance(now.phase, s.EnteringPin))
    other = "standard" if profile == "elder" else "elder"
    bench.presses("profile", other).presses("profile", profile)
    bench.does(*(f"key:{digit}" for digit in bench.bank.customers["lin"].pin), "key:enter")
    bench.run(lambda now: isinstance(now.phase, s.ChoosingAmount))
    bench.presses("amount", 20_000).presses("confirm")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    bench.does("take_card").run(lambda now: isinstance(now.phase, s.Counting))
    bench.does("take_notes").presses("count_right")
    bench.run(lambda now: isinstance(now.phase, s.Farewell))
    if bench.session.look.offer == "remember":
        bench.presses("offer_yes").run(lambda now: now.look.said == "remembered", 10.0)
    bench.ready()
    bench.store.close()
    (folder / "journal.db.key").write_bytes(KEY)
    (folder / "journal.db.key").chmod(0o600)
    return bench


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_visit_can_be_told_again_from_the_record_and_a_change_in_it_shows(
    tmp_path: Path, profile: str, language: str
) -> None:
    bench = visited(tmp_path, profile, language)
    journal, said = tmp_path / "journal.db", io.StringIO()
    assert log.verify(journal, said) == log.WELL
    assert log.export(journal, tmp_path / "out.jsonl", said) == log.WELL
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [one for one in map(json.loads, lines) if one["visit"]]
    shown = [one["body"] for one in rows if one["kind"] == "PROFILE"]
    assert (shown[-1]["profile"], shown[-1]["language"]) == (profile, language)
    assert shown[-1]["reason"] == "EXPLICIT"
    assert [one["body"]["amount"] for one in rows if one["kind"] == "FINAL"] == [20_000]
    agreed = [one["body"]["answer"] for one in rows if one["kind"] == "CONSENT"]
    assert agreed == (["yes", "saved"] if profile == "elder" else [])
    assert bench.bank.charged("lin") == 20_000
    _tampered(journal)
    assert log.verify(journal, said) == log.FAULTY


def _tampered(journal: Path) -> None:
    """One yuan less, in the file itself."""
    held = journal.read_bytes()
    assert held.count(b'"amount":20000') > 0
    journal.write_bytes(held.replace(b'"amount":20000', b'"amount":19900'))


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_visit_is_in_the_archive_for_as_many_years_as_were_set(
    tmp_path: Path, profile: str, language: str
) -> None:
    visited(tmp_path, profile, language)
    journal, folder = tmp_path / "journal.db", tmp_path / "archive"
    with JournalReader(journal) as reader:
        rows = list(reader.rows())
    year = int(rows[-1].utc[:4])
    said = io.StringIO()
    assert archive(journal, folder, 10, year + 1, said) == log.WELL
    kept = file_of(folder, year).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["hash"] for line in kept] == [row.hash.hex() for row in rows]
    assert check(folder, KEY) == []
    assert archive(journal, folder, 10, year + 10, said) == log.WELL
    assert years_in(folder) == (year,)
    assert archive(journal, folder, 10, year + 11, said) == log.WELL
    assert years_in(folder) == ()
