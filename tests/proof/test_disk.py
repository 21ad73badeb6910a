"""The shipping journal on a disk that loses, tears and fails; and the disk itself, which must lose what
nobody synced and never anything else."""

import random
from collections import Counter
from contextlib import suppress
from pathlib import Path

import apsw
import pytest

from devices.journal_store import JournalBroken, JournalError, JournalFull, Row
from sim.proof.disk import calls, canaries, cuts
from sim.proof.disk.lossy import FaultKind, LossyDisk, PowerCutError
from sim.proof.disk.platter import SECTOR_BYTES, Image, Platter, Truncate, Write
from sim.proof.disk.witness import BrokenPromise, Promises, WitnessedStore

KEY = bytes(range(32))
UTC = "2026-11-21T20:00:00.000Z"
SEEDS = range(1, 121)
"""A few minutes of cuts are the command's work; these show that the machine and its checker work."""


# --- the platter ----------------------------------------------------------------------------------


def with_file(size: int = 4 * SECTOR_BYTES) -> tuple[Platter, Image]:
    """A platter with one synced file of ones."""
    platter = Platter()
    image = platter.opened("a", create=True)
    assert image is not None
    platter.change(image, Write(0, b"\1" * size))
    platter.sync(image)
    return platter, image


def found(platter: Platter) -> bytes | None:
    """The file after a cut."""
    return bytes(platter.names["a"].kept) if "a" in platter.names else None


@pytest.mark.parametrize("seed", range(40))
def test_what_was_synced_survives_every_cut(seed: int) -> None:
    platter, image = with_file()
    platter.change(image, Write(700, b"\2" * 900))
    platter.sync(image)
    kept = bytes(image.kept)
    other = platter.opened("b", create=True)
    assert other is not None
    platter.change(other, Write(0, b"\3" * 5000))
    platter.cut(random.Random(seed))
    assert found(platter) == kept


def test_what_was_not_synced_is_kept_dropped_or_torn_at_the_borders_of_sectors() -> None:
    seen: Counter[str] = Counter()
    for seed in range(200):
        platter, image = with_file()
        platter.change(image, Write(300, b"\2" * 1200))
        losses = platter.cut(random.Random(seed))
        left = found(platter)
        assert left is not None
        assert left[:300] + left[1500:] == b"\1" * (4 * SECTOR_BYTES - 1200), "bytes beside it"
        for start, end in ((300, 512), (512, 1024), (1024, 1500)):
            assert left[start:end] in (b"\1" * (end - start), b"\2" * (end - start))
        seen += Counter(kept=losses.kept, dropped=losses.dropped, torn=losses.torn)
        assert (losses.kept, losses.dropped, losses.torn).count(1) == 1
    assert min(seen["kept"], seen["dropped"], seen["torn"]) > 20


def test_a_later_write_may_survive_an_earlier_one_and_leaves_a_hole() -> None:
    holes = set()
    for seed in range(200):
        platter, image = with_file(SECTOR_BYTES)
        platter.change(image, Write(SECTOR_BYTES, b"\2" * SECTOR_BYTES))
        platter.change(image, Write(2 * SECTOR_BYTES, b"\3" * SECTOR_BYTES))
        platter.cut(random.Random(seed))
        left = found(platter) or b""
        if left.endswith(b"\3") and b"\2" * SECTOR_BYTES not in left:
            holes.add(left[SECTOR_BYTES : 2 * SECTOR_BYTES] == bytes(SECTOR_BYTES))
    assert holes == {True, False}, "zeros or garbage"


def test_a_truncation_a_new_name_and_a_deleted_one_last_only_when_synced() -> None:
    sizes, new, gone = set(), set(), set()
    for seed in range(60):
        platter, image = with_file()
        platter.change(image, Truncate(0))
        platter.opened("b", create=True)
        platter.delete("a", synced=False)
        platter.cut(random.Random(seed))
        new.add("b" in platter.names)
        gone.add("a" not in platter.names)
        sizes.add(len(found(platter) or b""))
    assert new == gone == {True, False}
    assert sizes == {0, 4 * SECTOR_BYTES}


def test_no_later_sync_carries_what_a_failed_one_left() -> None:
    platter, image = with_file(SECTOR_BYTES)
    platter.change(image, Write(0, b"\2" * SECTOR_BYTES))
    platter.sync_failed(image, dropped=False)
    assert image.seen == b"\2" * SECTOR_BYTES, "programs still see it"
    platter.sync(image)
    platter.cut(random.Random(1))
    assert found(platter) == b"\1" * SECTOR_BYTES


# --- the disk under the shipping journal ----------------------------------------------------------


def rows(number: int) -> list[Row]:
    return [Row("VISIT_OPEN", f"v{number}"), Row("CARD_IN", f"v{number}")]


def opened(disk: LossyDisk, promises: Promises) -> WitnessedStore:
    store = WitnessedStore(disk, KEY, "b1", promises, fold_pages=7)
    promises.check(store.rows())
    return store


def buried(disk: LossyDisk, store: WitnessedStore) -> None:
    with suppress(PowerCutError):
        store.close()
    disk.back_on()


@pytest.mark.parametrize("seed", range(25))
def test_a_journal_keeps_all_it_acknowledged_over_many_cuts(seed: int) -> None:
    rng, promises = random.Random(seed), Promises()
    with LossyDisk() as disk:
        for _ in range(4):
            store = opened(disk, promises)
            assert store.verify() == []
            for number in range(rng.randrange(1, 9)):
                store.append(rows(number), 0.0, UTC)
            disk.cut(rng)
            buried(disk, store)
        assert len(promises.kept) >= 8
        opened(disk, promises).close()


def test_a_closed_disk_leaves_nothing_behind() -> None:
    with LossyDisk() as disk:
        opened(disk, Promises()).close()
        folder, name = disk.folder, disk.name
        assert name in apsw.vfs_names()
        assert [path for path in folder.iterdir() if path.stat().st_size] == [], (
            "bytes in real files"
        )
    assert not folder.exists()
    assert name not in apsw.vfs_names()


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("full", JournalFull),
        ("short write", JournalFull),
        ("write error", JournalBroken),
        ("sync error", JournalBroken),
        ("read only", JournalBroken),
    ],
)
def test_every_failure_is_told_by_kind_and_repaired(
    kind: FaultKind, error: type[JournalError]
) -> None:
    promises = Promises()
    with LossyDisk() as disk:
        store = opened(disk, promises)
        store.append(rows(1), 0.0, UTC)
        fault = disk.arm(kind)
        with pytest.raises(error):
            store.append(rows(2), 0.0, UTC)
        assert fault.struck
        disk.dies()
        buried(disk, store)
        if kind == "read only":
            with pytest.raises(
                JournalBroken, match=r"cannot be opened for writing|reports an error"
            ):
                opened(disk, promises)
        disk.repair()
        with opened(disk, promises) as again:
            again.append(rows(3), 0.0, UTC)
            assert again.verify() == []


def test_a_slow_disk_says_how_long_it_took() -> None:
    with LossyDisk() as disk, opened(disk, Promises()) as store:
        disk.arm("slow", seconds=0.5)
        writes = disk.writes
        store.append(rows(1), 0.0, UTC)
        assert disk.slow_seconds == 0.5 * (disk.writes - writes) > 0


def test_a_full_disk_does_not_keep_the_journal_from_opening() -> None:
    promises = Promises()
    with LossyDisk() as disk:
        store = opened(disk, promises)
        store.append(rows(1), 0.0, UTC)
        disk.dies()
        buried(disk, store)
        disk.arm("full")
        again = opened(disk, promises)
        disk.repair()
        again.append(rows(2), 0.0, UTC)
        disk.cut(random.Random(3))
        buried(disk, again)
        opened(disk, promises).close()


@pytest.mark.parametrize("store", [WitnessedStore, canaries.Unfolded])
def test_rows_behind_a_failed_sync_do_not_fall_with_it(store: type[WitnessedStore]) -> None:
    """The failed rows are in the cache and not on the disk; what is acknowledged after the restart
    must not lie behind them. Without folding it does, and is lost."""
    lost = 0
    for seed in range(30):
        promises = Promises()
        with LossyDisk() as disk:
            first = store(disk, KEY, "b1", promises)
            first.append(rows(1), 0.0, UTC)
            disk.arm("sync error", lasting=False)
            with pytest.raises(JournalBroken):
                first.append(rows(2), 0.0, UTC)
            disk.dies()
            buried(disk, first)
            second = store(disk, KEY, "b2", promises)
            promises.check(second.rows())
            second.append(rows(3), 0.0, UTC)
            disk.cut(random.Random(seed))
            buried(disk, second)
            try:
                opened(disk, promises).close()
            except BrokenPromise:
                lost += 1
    assert (lost > 0) == (store is canaries.Unfolded)


# --- power cuts of the whole terminal -------------------------------------------------------------


def test_a_terminal_survives_power_cuts_anywhere_on_a_disk_that_loses() -> None:
    told = cuts.play_many(SEEDS)
    assert told.broken == [], cuts.summary(told)
    counts = told.counts
    assert counts["recoveries"] == len(SEEDS)
    places = ("commit", "effect", "write", "sync", "recovery", "first start", "at rest")
    assert [place for place in places if not counts[f"cut: {place}"]] == []
    happened = (
        "writes torn",
        "writes dropped",
        "writes kept",
        "rows lost before their sync",
        "rows that survived unacknowledged",
        "cuts of the dispenser too",
        "cards retained",
        "suspects",
        "paid",
    )
    assert [what for what in happened if not counts[what]] == []
    assert counts["orders"] > len(SEEDS) // 5


def test_a_run_is_its_seed_however_many_work_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cuts.run(6, 11, jobs=1) == 0
    alone = capsys.readouterr()
    assert cuts.run(6, 11, jobs=2) == 0
    together = capsys.readouterr()
    assert alone.out == together.out
    assert "6 of 6, 0 broken" in together.err


def test_what_is_broken_is_told_with_a_command_that_repeats_it() -> None:
    told = cuts.play(1)
    told.broken.append((1, "LawBroken: a note appeared"))
    said = cuts.summary(told)
    assert "BROKEN LawBroken: a note appeared\n    python main.py cuts --count 1 --seed 1" in said


def first_caught(store: type[WitnessedStore], lies: bool = False) -> str:
    """What the first seed that finds something in this journal says."""
    for seed in range(1, 200):
        for _, sentence in cuts.play(seed, store, lies=lies).broken:
            return sentence
    return ""


@pytest.mark.parametrize("store", [canaries.NormalSync, canaries.NoSync])
def test_a_journal_that_does_not_sync_every_commit_is_caught(store: type[WitnessedStore]) -> None:
    assert "acknowledged rows are gone" in first_caught(store)


def test_a_disk_that_lies_about_its_syncs_is_caught() -> None:
    assert "gone" in first_caught(WitnessedStore, lies=True)


def test_an_intent_written_after_the_act_is_caught() -> None:
    caught = first_caught(canaries.IntentAfterAct)
    assert "left the machine" in caught or "without an intent" in caught


def test_an_append_that_can_be_parted_is_caught() -> None:
    assert "half an append" in first_caught(canaries.HalfAppend)


# --- every call fails once ------------------------------------------------------------------------

STRIDE = 17


def test_a_withdrawal_survives_a_disk_that_fails_at_any_call(tmp_path: Path) -> None:
    tried = list(calls.cases(STRIDE))
    assert {case.kind for case in tried} == set(calls.KINDS)
    assert {case.ends for case in tried} == {"killed", "power cut"}
    broken = {str(case): sentence for case in tried if (sentence := calls.play(case, tmp_path))}
    assert broken == {}


def test_a_journal_deaf_to_its_disk_is_caught() -> None:
    found = [
        calls.play(calls.Case("standard", "write error", at), store=canaries.Deaf) for at in (5, 20)
    ]
    assert all("acknowledged rows are gone" in sentence for sentence in found), found


def test_a_log_believed_without_folding_is_caught_by_the_calls_too() -> None:
    case = calls.Case("standard", "sync error", 4, lasting=False)
    assert "gone" in calls.play(case, store=canaries.Unfolded)
    assert calls.play(case) == ""


def test_a_failure_that_never_strikes_is_no_test() -> None:
    assert "nothing was tested" in calls.play(calls.Case("standard", "sync error", 10_000))
