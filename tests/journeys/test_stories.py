"""The stories of withdrawal that come with the terminal, on the real core, drivers, wire, firmware and journal."""

from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from sim.stage import log
from sim.stage.bench import Bench
from sim.stage.settings import ConfigurationError, read_design
from sim.stories import command
from sim.stories.command import FIRST, STORIES, found
from sim.stories.file import Story, read_story
from sim.stories.play import play
from sim.stories.result import Result
from sim.world.bank import CUSTOMERS
from sim.world.cards import CARDS
from sim.world.visits import VISITS
from terminal.recovery import recover

DESIGN = read_design()
FILES = sorted((STORIES / "withdrawal").glob("*.toml"))


def named(name: str) -> Story:
    """One of the program's own."""
    [path] = found([name])
    return read_story(path, DESIGN)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_story_ends_as_it_must(path: Path) -> None:
    result = play(read_story(path, DESIGN), DESIGN)
    assert result.well, result.failures


def test_every_story_that_can_be_played_by_its_name_is_found() -> None:
    for name in (*FIRST, "lost-reply", "visitor", "landlord"):
        [path] = found([name])
        assert path.stem == name
    with pytest.raises(ConfigurationError, match='"notes-left" is the name of stories'):
        found(["notes-left"])  # there are two


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("profile", ["standard", "elder"])
@pytest.mark.parametrize("name", FIRST)
def test_the_first_stories_end_the_same_way_in_both_profiles_and_languages(
    name: str, profile: str, language: str
) -> None:
    story = named(name)
    machine = replace(story.machine, profile=profile, language=language)
    lines = tuple(one for one in story.lines if "the profile is" not in one.said.text)
    ends = tuple(one for one in story.ends if "PROFILE" not in one.value)
    result = play(replace(story, machine=machine, ends=ends, lines=lines), DESIGN, seed=7)
    assert result.well, result.failures
    acts = [step for step in result.steps if step.kind == "act" and step.text != "walk away"]
    assert {step.screen.look for step in acts} == {f"{profile}, {language}"}


@pytest.mark.parametrize("name", ["standard", "elder"])
def test_hasty_and_slow_customers_get_the_same_money(name: str) -> None:
    for seed in range(12):
        bench = Bench(seed=seed).boot().visit(VISITS[name].wish).waits(10.0)
        assert bench.bank.charged(bench.story_card) == 500_00
        assert bench.world.paid_out() == 500
        left = recover(bench.store.rows())
        assert (left.order, list(left.outbox)) == (None, [])


def played_once(folder: Path, names: Sequence[str]) -> list[Result]:
    files = found(names)
    order = command.Order(out=folder, above=command.above(files), seed=3)
    return command.play_all(files, order)


def test_the_same_seed_gives_the_same_record_byte_for_byte(tmp_path: Path) -> None:
    rows = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        assert all(one.well for one in played_once(folder, ["wrong-pin"]))
        rows.append((folder / "wrong-pin" / command.ROWS).read_bytes())
    assert rows[0] == rows[1]


def test_a_machine_without_a_display_shows_speaks_and_records_every_story(tmp_path: Path) -> None:
    said = StringIO()
    assert command.play_first(tmp_path, said) == 0
    assert "7 stories, 0 failed." in said.getvalue()
    assert f"The report: {tmp_path / command.PAGE}" in said.getvalue()
    assert len(list((tmp_path / "pictures").glob("*.png"))) >= 40
    spoken = (tmp_path / command.LOGS / "elder.log").read_text(encoding="utf-8")
    assert "密码" in spoken.partition("  said   ")[2]
    for name in FIRST:
        folder = tmp_path / name
        assert log.verify(folder / "journal.db", StringIO()) == log.WELL
        assert len((folder / command.ROWS).read_text(encoding="utf-8").splitlines()) > 10


def test_the_elder_profile_speaks_and_never_a_private_value() -> None:
    texts = [said.text for step in play(named("elder"), DESIGN).steps for said in step.heard]
    assert any("密码" in text for text in texts)
    for text in texts:
        assert not any(secret in text for secret in ("246813", "500", "五百", "0216"))


def test_no_pin_and_no_card_number_in_any_record() -> None:
    bench = Bench(design=DESIGN).boot().visit(VISITS["elder"].wish)
    record = "\n".join(f"{row.kind} {row.body}" for row in bench.store.rows())
    assert CUSTOMERS["chen"].pin not in record
    assert CARDS["chen"].pan not in record
    assert CARDS["chen"].pan[:12] not in record
