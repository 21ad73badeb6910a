"""What is told of stories: XML that parses, JSON, and a page with a picture for every step."""

import argparse
import json
import re
import subprocess
import sys
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sim.commands import run
from sim.proof import options
from sim.replay import command as replay
from sim.stage import log
from sim.stories import command, told
from sim.stories.page import page
from sim.stories.pictures import FOLDER
from sim.stories.play import play
from sim.stories.result import Result
from tests.stories.material import WITHDRAWAL, design, story


def written(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


WRONG = WITHDRAWAL.replace("charged = 200", "charged = 100")


def commanded(*words: str) -> int:
    parser = argparse.ArgumentParser()
    options.play(parser)
    given = parser.parse_args(words)
    given.command = "play"
    return run(given)


def test_the_audit_is_not_loaded_to_play() -> None:
    """Nor the numpy that it measures with: every start would wait for both."""
    modules = "import sim.stories.command, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", modules], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert "sim.stories.play" in loaded
    assert {"numpy", "sim.proof.audit"} & loaded == set()


def test_a_folder_is_played_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stories = written(tmp_path, one=WITHDRAWAL, two=WRONG)
    junit, report = tmp_path / "out" / "junit.xml", tmp_path / "report"
    code = commanded(str(stories), "--jobs", "1", "--junit", str(junit), "--report", str(report))
    said = capsys.readouterr()
    assert code == command.FAILED
    assert "2 stories, 1 failed." in said.out
    assert "two.toml" in said.out
    assert "2 stories, 1 broken" in said.err
    root = ElementTree.parse(junit).getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("2", "1", "0")
    cases = root.findall("./testsuite/testcase")
    assert [case.get("name") for case in cases] == ["one", "two"]
    [failure] = cases[1].findall("failure")
    assert "charged is 200 yuan" in failure.get("message", "")
    assert "again: python main.py play" in (failure.text or "")
    table = json.loads((report / command.TABLE).read_text(encoding="utf-8"))
    assert [one["well"] for one in table["results"]] == [True, False]
    pictures = [*(report / FOLDER).iterdir()]
    named = {one["screen"]["picture"] for each in table["results"] for one in each["steps"]}
    assert named <= {one.name for one in pictures}
    assert len(named) > 5
    logs = sorted(one.name for one in (report / command.LOGS).iterdir())
    assert logs == ["one.log", "two.log"]


class Reading(HTMLParser):
    """Counts what a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[str] = []
        self.pictures: list[str] = []
        self._in_step = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if names.get("class") == "step":
            self.steps.append("")
        if tag == "figure":
            self._in_step = names.get("class") == "step-picture"
        if tag == "img" and self._in_step:
            self.pictures.append(names.get("src") or "")


def test_the_page_has_as_many_pictures_as_steps() -> None:
    drawn = iter(range(10**6))
    result = play(story(), design(), draw=lambda session, now: f"{next(drawn)}.png")
    reading = Reading()
    reading.feed(page([result]))
    assert len(reading.steps) == len(result.steps) == len(reading.pictures)


def test_the_page_needs_nothing_else_and_has_the_wire_beside_its_meaning() -> None:
    whole = page([play(story(), design())])
    assert "<script" not in whole
    assert "http" not in whole
    assert re.search(r'<td class="hex">04 30 02 52 .*?</td><td>dispense 2/0/0/0', whole)
    assert "FINAL" in whole


def test_the_page_alone_is_enough_to_play_the_story_again() -> None:
    """Who got only the report knew neither the card nor what the machine had."""
    whole = page([play(replace(story(), text=WITHDRAWAL), design())])
    assert "The story: card lin, customer steady, profile as the machine decides" in whole
    written = re.search(r'<pre class="rows">(.*?)</pre>', whole, re.DOTALL)
    assert written
    assert unescape(written[1]) == WITHDRAWAL


def test_xml_holds_whatever_was_said() -> None:
    result = play(story(WRONG), design())
    strange = replace(result, failures=((1, "a \x00 < & ]]> \ufffe"),))
    ElementTree.fromstring(told.junit([strange]).encode())


def test_one_that_broke_off_is_an_error_and_no_failure() -> None:
    broke: Result = replace(play(story(), design()), broke="KeyError in it, line 3: 'x'")
    root = ElementTree.fromstring(told.junit([broke]).encode())
    assert (root.get("errors"), root.get("failures")) == ("1", "0")


def test_a_log_that_nobody_reads_to_its_end_leaves_the_report_all_the_same(tmp_path: Path) -> None:
    """`play ... | head` left none, or the one of the last time."""

    class Closed(StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    written(tmp_path, two=WRONG)
    parser = argparse.ArgumentParser()
    options.play(parser)
    report = tmp_path / "report"
    given = parser.parse_args([str(tmp_path), "--jobs", "1", "--report", str(report)])
    with pytest.raises(BrokenPipeError):
        command.run(given, Closed())
    assert (report / command.PAGE).exists()


def test_a_case_has_the_folders_of_its_file_for_a_package_wherever_it_lies() -> None:
    """Jenkins and others make a tree of these; one began with "/."."""
    for file, package in (
        ("/mine/ci.d/jam.toml", "mine.ci_d"),
        ("../mine/jam.toml", "mine"),
        ("jam.toml", "stories"),
    ):
        result = replace(play(story(), design()), file=file)
        [case] = ElementTree.fromstring(told.junit([result])).findall(".//testcase")
        assert case.get("classname") == package


def test_another_profile_and_language_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    path.write_text(WITHDRAWAL, encoding="utf-8")
    [result] = command.play_all([path], command.Order("elder", "en"), 1)
    assert result.well, result.failures
    assert {step.screen.look for step in result.steps} == {"elder, en"}
    assert result.replay.endswith("one.toml --profile elder --language en")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing.toml",), "is not a known file, folder or story"),
        (("here",), "There is no story"),
        (("there/onne.toml",), 'Did you mean "one.toml"?'),
        (("there/zz.toml",), "`python main.py play` lists all there are."),
        (("here", "--profile", "eldr"), 'Did you mean "elder"?'),
    ],
)
def test_a_mistake_in_the_call_is_said_and_nothing_is_played(
    words: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    written(tmp_path / "there", one=WITHDRAWAL)
    assert (
        commanded(*(str(tmp_path / word) if word[0] not in "-e" else word for word in words)) == 2
    )
    assert said in capsys.readouterr().err


def test_a_name_that_two_stories_have_is_not_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    """It was said not to be known."""
    assert commanded("notes-left") == 2
    said = capsys.readouterr().err
    assert '"notes-left" is the name of stories/' in said
    assert "stories/withdrawal/notes-left.toml" in said


def test_mistakes_of_all_files_are_told_and_nothing_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = WITHDRAWAL.replace("take the notes", "take the mony")
    stories = written(tmp_path, good=WITHDRAWAL, bad=broken, worse=broken.replace('"lin"', '"lim"'))
    assert commanded(str(stories)) == 2
    said = capsys.readouterr()
    assert said.err.count(".toml:") == 3
    assert said.out == ""


def test_a_story_leaves_its_journal_where_replay_takes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        (tmp_path / "mine" / name).mkdir(parents=True)
        written(tmp_path / "mine" / name, same=WITHDRAWAL)
    out = tmp_path / "kept"
    assert commanded(str(tmp_path / "mine"), "--jobs", "1", "--out", str(out)) == command.WELL
    said = capsys.readouterr().out
    for name in ("one", "two"):
        folder = out / name / "same"
        assert f"replay --journal {folder / 'journal.db'}" in said
        assert log.verify(folder / "journal.db", StringIO()) == log.WELL
        assert "put in the card" in (folder / command.EVENTS).read_text(encoding="utf-8")
        assert '"FINAL"' in (folder / command.ROWS).read_text(encoding="utf-8")
    given = argparse.Namespace(
        journal=out / "one" / "same" / "journal.db",
        config=None,
        visit="last",
        out=None,
        speed=1.0,
        step=False,
        compare=str(out / "two" / "same" / "journal.db"),
    )
    assert replay.run(given, StringIO()) == replay.WELL
    one, two = ((out / name / "same" / command.ROWS).read_bytes() for name in ("one", "two"))
    assert one == two
    # and once more over what lies there
    file = str(tmp_path / "mine" / "one" / "same.toml")
    assert commanded(file, "--jobs", "1", "--out", str(out / "one")) == command.WELL
    assert (out / "one" / "same" / command.ROWS).read_bytes() == two


def test_nothing_is_left_that_was_not_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, one=WITHDRAWAL)
    assert commanded("one.toml", "--jobs", "1") == command.WELL
    assert [path.name for path in tmp_path.iterdir()] == ["one.toml"]
    assert "journal" not in capsys.readouterr().out


def test_the_time_of_a_case_is_what_its_play_took_and_the_machine_s_is_a_property() -> None:
    result = replace(play(story(), design()), took_seconds=0.25, journal="kept/journal.db")
    [case] = ElementTree.fromstring(told.junit([result])).findall(".//testcase")
    assert case.get("time") == "0.250"
    facts = {one.get("name"): one.get("value") for one in case.findall("properties/property")}
    assert facts["machine_seconds"] == f"{result.seconds:.3f}"
    assert result.seconds > 10.0
    assert facts["journal"] == "kept/journal.db"
    assert "took_seconds" not in told.as_json([result])


def test_whoever_reads_only_the_first_line_of_a_list_is_told_of_no_trouble() -> None:
    with subprocess.Popen(
        [sys.executable, "main.py", "play"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()
        assert listing.stderr.read() == b""
    assert listing.returncode == 1
