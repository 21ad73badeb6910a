"""The log command: what an operator reads, beside a running terminal and about a damaged file."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from devices.journal_store import JournalStore, Row, journal_key
from sim.stage import log
from terminal.journal_row import Body

START, LATER = "2026-11-21T20:15:03.250Z", "2026-11-21T20:16:41.000Z"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def store(journal: Path) -> Iterator[JournalStore]:
    """A journal with one finished visit and one still going on, kept open as by a terminal."""
    store = JournalStore(journal, journal_key(journal), ballast_bytes=0, boot="b")
    store.append([Row("BOOT", body={"version": "0.1.0"})], 0.0, START)
    store.append([Row("VISIT_OPEN", "aa11"), Row("CARD_IN", "aa11")], 1.0, START)
    store.append([Row("PROFILE", "aa11", body={"profile": "elder", "reason": "PREF"})], 2.0, START)
    money: Body = {"amount": 50_000, "currency": "CNY", "counts": (5, 0), "basis": "COUNTED"}
    store.append([Row("FINAL", "aa11", "t1", money)], 3.0, LATER)
    store.append([Row("VISIT_CLOSE", "aa11", body={"ending": "completed"})], 4.0, LATER)
    store.append([Row("VISIT_OPEN", "ab22")], 5.0, LATER)
    yield store
    store.close()


def test_the_list_tells_each_visit_in_a_line(store: JournalStore, journal: Path) -> None:
    out = io.StringIO()
    assert log.list_visits(journal, out) == log.WELL
    first, second, total = out.getvalue().splitlines()
    assert first.split() == [
        *("2026-11-21", "20:15:03-20:16:41", "elder", "500.00", "CNY", "completed", "aa11")
    ]
    assert "unfinished" in second
    assert total == "2 visits"


def test_money_in_doubt_is_said_to_be_in_doubt(store: JournalStore, journal: Path) -> None:
    body: Body = {"amount": 5, "currency": "CNY", "basis": "UNKNOWN"}
    store.append([Row("SUSPECT", "ab22", "t2", body)], 6.0, LATER)
    out = io.StringIO()
    log.list_visits(journal, out)
    assert "0.05 CNY in doubt" in out.getvalue()


@pytest.mark.parametrize("name", ["aa11", "aa"])
def test_a_visit_is_shown_row_by_row(store: JournalStore, journal: Path, name: str) -> None:
    out = io.StringIO()
    assert log.show_visit(journal, name, out) == log.WELL
    lines = out.getvalue().splitlines()
    assert [line.split()[2] for line in lines] == [
        *("VISIT_OPEN", "CARD_IN", "PROFILE", "FINAL", "VISIT_CLOSE")
    ]
    assert "amount=500.00 CNY basis=COUNTED counts=5/0 currency=CNY" in lines[3]


def test_what_the_bank_said_after_a_visit_was_over_is_shown_with_it(
    store: JournalStore, journal: Path
) -> None:
    """An advice is often acknowledged when the next customer stands there already."""
    of_another: Body = {"amount": 100, "currency": "CNY", "counts": (1, 0), "basis": "COUNTED"}
    late = [
        Row("HOST_STATE", body={"state": "down"}),
        Row("FINAL", "ab22", "t2", of_another),
        Row("HOST_ACK", "ab22", "t1"),
        Row("HOST_ACK", "", "t2"),
        Row("VISIT_CLOSE", "ab22", body={"ending": "done"}),
        Row("OUT_OF_SERVICE", "ab22", body={"reason": "host"}),
        Row("SETTLED", "", "t1", {"received": 1, "by": "li", "witness": "wu", "reason": "x"}),
    ]
    store.append(late, 6.0, LATER)
    assert shown(journal, "aa") == [
        *("VISIT_OPEN", "CARD_IN", "PROFILE", "FINAL", "VISIT_CLOSE"),
        *(f"HOST_ACK {log.AFTER}", f"SETTLED {log.AFTER}"),
    ]
    assert shown(journal, "ab") == [
        *("VISIT_OPEN", "FINAL", "HOST_ACK (of visit aa11)", "HOST_ACK"),
        *("VISIT_CLOSE", f"OUT_OF_SERVICE {log.AFTER}"),
    ]


def shown(journal: Path, name: str) -> list[str]:
    """The kinds that are shown of a visit, each with what is said of its place."""
    out = io.StringIO()
    assert log.show_visit(journal, name, out) == log.WELL
    lines = out.getvalue().splitlines()
    return [
        f"{line.split()[2]} {line[line.index('(') :] if '(' in line else ''}".rstrip()
        for line in lines
    ]


def test_the_last_visit_is_the_newest(store: JournalStore, journal: Path) -> None:
    out = io.StringIO()
    assert log.show_visit(journal, out=out) == log.WELL
    assert len(out.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "sentence"), [("zz", "There is no visit zz."), ("a", "Several visits begin with a:")]
)
def test_a_visit_that_is_not_one_is_a_sentence(
    store: JournalStore, journal: Path, capsys: pytest.CaptureFixture[str], name: str, sentence: str
) -> None:
    assert log.show_visit(journal, name) == log.FAULTY
    assert sentence in capsys.readouterr().err


def test_the_export_holds_every_row_and_replaces_the_file_at_once(
    store: JournalStore, journal: Path, tmp_path: Path
) -> None:
    target, out = tmp_path / "out" / "journal.jsonl", io.StringIO()
    assert log.export(journal, None, out) == log.WELL
    assert log.export(journal, target) == log.WELL
    assert target.read_text(encoding="utf-8") == out.getvalue()
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [row["seq"] for row in rows] == list(range(1, 8))
    assert rows[4]["body"]["counts"] == [5, 0]
    assert rows[4]["prev_hash"] == rows[3]["hash"]
    assert [path.name for path in target.parent.iterdir()] == ["journal.jsonl"]


def test_an_export_that_fails_half_way_leaves_the_old_file(
    store: JournalStore, journal: Path, tmp_path: Path
) -> None:
    target = tmp_path / "journal.jsonl"
    target.write_text("old")
    store.append([Row("HELP", "ab22")], 6.0, LATER)
    store.close()
    spoil(journal, "UPDATE journal SET body = 'not json' WHERE seq = 6")
    assert log.export(journal, target) == log.UNREADABLE
    assert target.read_text() == "old"
    assert not list(tmp_path.glob(".journal.jsonl.*"))


def spoil(journal: Path, order: str) -> None:
    connection = apsw.Connection(str(journal))
    connection.execute("DROP TRIGGER journal_keeps_rows")
    connection.execute(order)
    connection.close()


def test_verify_counts_the_rows_of_a_whole_chain(store: JournalStore, journal: Path) -> None:
    out = io.StringIO()
    assert log.verify(journal, out) == log.WELL
    assert out.getvalue() == "7 rows, chain whole\n"


def test_verify_names_each_fault_and_fails(store: JournalStore, journal: Path) -> None:
    store.close()
    spoil(journal, "UPDATE journal SET utc = '2020' WHERE seq = 4")
    out = io.StringIO()
    assert log.verify(journal, out) == log.FAULTY
    assert out.getvalue() == "Row 4 is not as it was written.\n"


@pytest.mark.parametrize("command", [log.list_visits, log.show_visit, log.export, log.verify])
def test_no_journal_is_a_sentence_and_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: object
) -> None:
    assert callable(command)
    assert command(tmp_path / "none.db") == log.UNREADABLE
    assert "There is no journal" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_reading_leaves_the_running_terminal_alone(store: JournalStore, journal: Path) -> None:
    log.verify(journal, io.StringIO())
    store.append([Row("HELP", "ab22", body={"screen": "choosing_amount"})], 7.0, LATER)
    assert store.verify() == []
