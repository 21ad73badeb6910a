"""Every story that comes with the terminal, on the real core, drivers, wire, firmware and journal."""

import hashlib
from pathlib import Path

import pytest

from sim.stage import log
from sim.stage.play import find, play, play_all, told
from sim.stage.settings import Settings, own_design
from sim.stage.stories import FIRST, STORIES

DESIGN = own_design()


@pytest.mark.parametrize("name", STORIES)
def test_a_story_ends_as_it_must(name: str) -> None:
    assert play(STORIES[name], Settings(), DESIGN).faults == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("profile", ["standard", "elder"])
@pytest.mark.parametrize("name", FIRST)
def test_the_first_stories_end_the_same_way_in_both_profiles_and_languages(
    name: str, profile: str, language: str
) -> None:
    played = play(told(STORIES[name], profile, language), Settings(), DESIGN, seed=7)
    assert played.faults == []
    looks = {session.look.language for _, session, _ in played.frames if session.visit}
    assert looks == {language}


@pytest.mark.parametrize("seed", range(12))
def test_hasty_and_slow_customers_get_the_same_money(seed: int) -> None:
    assert play(STORIES["standard"], Settings(), DESIGN, seed).faults == []
    assert play(STORIES["elder"], Settings(), DESIGN, seed).faults == []


def test_the_same_seed_gives_the_same_record_byte_for_byte(tmp_path: Path) -> None:
    def told_once(folder: Path) -> str:
        with (tmp_path / "said").open("w") as said:
            assert play_all([find("wrong-pin")], Settings(), folder, seed=3, to=said) == 0
        return hashlib.sha256((folder / "wrong-pin" / "journal.jsonl").read_bytes()).hexdigest()

    assert told_once(tmp_path / "one") == told_once(tmp_path / "two")


def test_a_machine_without_a_display_shows_speaks_and_records_every_story(tmp_path: Path) -> None:
    with (tmp_path / "said").open("w+") as said:
        assert play_all([find(name) for name in FIRST], Settings(), tmp_path, to=said) == 0
        said.seek(0)
        told_lines = said.read()
    assert "7 stories, 0 with something that does not hold" in told_lines
    for name in FIRST:
        folder = tmp_path / name
        assert len(list(folder.glob("*.png"))) >= 10
        assert (folder / "speech.txt").read_text(encoding="utf-8").strip()
        assert log.verify(folder / "journal.db") == 0
        assert len((folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()) > 10


def test_a_wrong_expectation_is_noticed() -> None:
    from dataclasses import replace

    story = STORIES["standard"]
    wrong = replace(story, must=replace(story.must, charged=400))
    assert play(wrong, Settings(), DESIGN).faults == [
        "the account was charged 500, but it must be 400"
    ]


def test_the_elder_profile_speaks_and_never_a_private_value() -> None:
    played = play(STORIES["elder"], Settings(), DESIGN)
    texts = [said.text for said in played.spoken]
    assert any("密码" in text for text in texts)
    for text in texts:
        assert not any(secret in text for secret in ("246813", "500", "五百", "0216"))


def test_no_pin_and_no_card_number_in_any_record() -> None:
    from sim.stage.bench import Bench
    from sim.world.bank import CUSTOMERS
    from sim.world.cards import CARDS

    bench = Bench(design=DESIGN).boot().visit(STORIES["elder"].wish)
    record = "\n".join(f"{row.kind} {row.body}" for row in bench.store.rows())
    assert CUSTOMERS["chen"].pin not in record
    assert CARDS["chen"].pan not in record
    assert CARDS["chen"].pan[:12] not in record
