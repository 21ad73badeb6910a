"""What lies beside the record gives nobody away: no PIN and no birth year is on the disk (invariant 27)."""

import json
import re
import stat
from pathlib import Path

from sim.stage.bench import Bench
from sim.stage.host import bank_over
from sim.stage.keeper import Keeper
from sim.stage.settings import Settings
from sim.world.bank import CUSTOMERS, Bank
from sim.world.clock import VirtualClock
from sim.world.people import Wish
from sim.world.world import World


def secrets_in(folder: Path) -> list[str]:
    """PINs, and years beside a word for birth, in any file. What stands between other hex digits is
    part of a longer number made by chance."""
    found = []
    for path in sorted(folder.rglob("*")):
        data = path.read_bytes()
        for customer in CUSTOMERS.values():
            if re.search(rb"(?<![0-9a-f])%b(?![0-9a-f])" % customer.pin.encode(), data):
                found.append(f"{path.name}: {customer.pin}")
        found += [f"{path.name}: {word}" for word in ("born", 'pin"') if word.encode() in data]
    return found


def test_no_file_of_a_visit_holds_a_pin_or_a_birth_year(tmp_path: Path) -> None:
    wish = Wish("lin", (CUSTOMERS["lin"].pin,))
    with bank_over(tmp_path / "bank.db") as bank:
        bench = Bench(journal_path=tmp_path / "journal.db")
        bench.world.use_bank(bank)
        keeper = Keeper(bench.world, tmp_path / "world.json")
        with bench.watching(lambda session, now: keeper.save()):
            bench.boot().visit(wish)
        assert secrets_in(tmp_path) == []
        bench.store.close()
    assert {path.name for path in tmp_path.iterdir()} >= {"world.json", "journal.db", "bank.db"}
    with bank_over(tmp_path / "bank.db") as bank:
        assert bank.charged("lin")
    assert secrets_in(tmp_path) == []


def test_the_search_would_find_one(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text('{"pin": "246813", "born": 1952}', encoding="utf-8")
    assert len(secrets_in(tmp_path)) == 3


def test_only_its_owner_may_read_the_world(tmp_path: Path) -> None:
    left_over = tmp_path / "world.new"
    left_over.write_text("half a world", encoding="utf-8")
    left_over.chmod(0o644)
    Keeper(World(VirtualClock(), Settings().cassettes), tmp_path / "world.json").save()
    assert stat.S_IMODE((tmp_path / "world.json").stat().st_mode) == 0o600


def test_a_world_written_by_an_older_program_is_read_and_cleaned(tmp_path: Path) -> None:
    world = World(VirtualClock(), Settings().cassettes)
    path = tmp_path / "world.json"
    Keeper(world, path).save()
    older = json.loads(path.read_text(encoding="utf-8"))
    older["bank"] = {"customers": {"chen": {"pin": "246813", "born": 1952, "balance": 7}}}
    path.write_text(json.dumps(older), encoding="utf-8")
    keeper = Keeper(world, path)
    assert keeper.load()
    keeper.save()
    assert secrets_in(tmp_path) == []


def test_what_happened_to_a_customer_comes_back_and_who_it_is_stays() -> None:
    bank, again = Bank(), Bank()
    chen = bank.customers["chen"]
    chen.balance, chen.tries_left, chen.blocked, chen.drawn_today = 7, 0, True, 50_000
    again.restore(json.loads(json.dumps(bank.snapshot())))
    assert again.customers == bank.customers
