"""What a failing story leaves for whoever has to find out why: what broke and when, what stood there, one page."""

import argparse
import json
import re
from functools import lru_cache
from pathlib import Path

import pytest

from sim.commands import run
from sim.proof import options
from sim.stories import command, told
from sim.stories.file import BadStory
from sim.stories.page import page
from sim.stories.play import play
from sim.stories.result import Result
from tests.stories.material import WITHDRAWAL, design, story


def with_faults(*faults: str) -> str:
    listed = ", ".join(f'"{one}"' for one in faults)
    return WITHDRAWAL.replace('card = "lin"', f'card = "lin"\nfaults = [{listed}]')


JAMMED = with_faults("at present: jam after 1 notes, then offline 5 s")


@lru_cache(maxsize=1)
def jammed() -> Result:
    return play(story(JAMMED), design())


def test_what_broke_and_when_is_in_the_log_the_page_and_the_failure() -> None:
    """The jam that a tester had ordered was nowhere to be found but in the story's own text."""
    result = jammed()
    assert not result.well
    lines = result.log.splitlines()
    waits, strikes, offline = (
        next(number for number, line in enumerate(lines) if line.endswith(words))
        for words in (
            "fault  waits: jam after 1 notes",
            "fault  strikes: jam after 1 notes",
            "fault  strikes: offline 5 s",
        )
    )
    assert waits < strikes < offline
    assert lines[waits].split()[0] < lines[strikes].split()[0]
    assert "a fault strikes: jam after 1 notes" in page([result])
    failure = "\n".join(told.failure(result))
    assert re.search(r"fault at \d+\.\d s, waits: jam after 1 notes", failure)
    assert re.search(r"fault at \d+\.\d s, strikes: offline 5 s", failure)
    broken = [one for step in result.steps for one in step.broken]
    assert [(one.text, one.waits) for one in broken] == [
        ("jam after 1 notes", True),
        ("jam after 1 notes", False),
        ("offline 5 s", False),
    ]


def test_a_fault_among_the_acts_is_told_in_its_step() -> None:
    text = WITHDRAWAL.replace("take the notes\n", "take the notes\nmeanwhile the key pad dies\n")
    [step] = [one for one in play(story(text), design()).steps if one.text.startswith("meanwhile")]
    assert [one.text for one in step.broken] == ["the key pad dies"]


def test_a_failed_line_is_not_called_a_fault() -> None:
    """In the log FAULT was a check that did not hold, and the faults were nowhere."""
    result = jammed()
    assert "FAULT" not in result.log
    assert f"FAILED line {result.failures[0][0]}: " in result.log
    table = json.loads(told.as_json([result]))["results"][0]
    assert table["failures"]
    assert "faults" not in table


def test_a_fault_that_struck_nothing_is_told_also_where_a_line_failed_before() -> None:
    """The bank had the request already and was never silent; only the line after it was told."""
    text = with_faults("at authorise: the bank is silent about cash", "at inlet: jam after 1 notes")
    text = text.replace("the screen is take_card", "the screen is notice.host_silent")
    failure = "\n".join(told.failure(play(story(text), design())))
    assert '"the bank is silent about cash" waited for something to break until the end' in failure
    assert "the visit never came to this point (inlet)" in failure


def test_a_line_that_waited_through_the_machines_patience_is_named_with_what_came() -> None:
    """It was the next line that failed, on a page that nobody understood."""
    text = WITHDRAWAL.replace(
        "    then the screen is take_card\ntake the card\n", "    wait 3 min\npress confirm\n"
    ).replace("press 200, confirm", "press 200")
    failure = "\n".join(told.failure(play(story(text), design())))
    assert re.search(r"the line before, wait 3 min, took 18\d s; then came \w+", failure)


def test_the_screens_that_came_while_a_line_waited_are_told_in_their_order() -> None:
    """The error named one screen, and "on the screen then" another."""
    text = WITHDRAWAL.replace("type the PIN", "take the notes")
    failure = "\n".join(told.failure(play(story(text), design())))
    begins = re.search(r"on the screen when this line began: (\w+)", failure)
    came = re.search(r"then came: (.*)", failure)
    assert begins
    assert came
    assert "enter_pin at " in came[1]
    assert "at the end of waiting: " in failure


def test_numbers_that_were_spoken_in_words_are_no_riddle() -> None:
    text = WITHDRAWAL.replace(
        "    then the screen is take_card\n", '    then it says "200"\n'
    ).replace('card = "lin"', 'card = "lin"\nprofile = "elder"')
    said = play(story(text), design()).failures[0][1]
    assert "numbers are spoken in words" in said


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("charged = 200", "charge = 200"), ("take_card", "take_crad")],
)
def test_a_misspelt_question_is_not_also_said_to_be_none(right: str, wrong: str) -> None:
    only = WITHDRAWAL.replace("    then the screen is take_card\n", "")
    if right == "take_card":
        only = WITHDRAWAL.split("[end]")[0]
    with pytest.raises(BadStory) as bad:
        story((only if right in only else WITHDRAWAL).replace(right, wrong))
    assert len(bad.value.mistakes) == 1
    assert "nothing is asked" not in str(bad.value)


def test_text_without_quotation_marks_is_told_so() -> None:
    with pytest.raises(BadStory, match=r'A text stands in quotation marks, such as card = "lin"\.'):
        story(WITHDRAWAL.replace('"lin"', "lin"))


def test_a_failed_story_leaves_one_file_that_has_its_pictures_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page alone, attached to a bug, had none."""
    (tmp_path / "jam.toml").write_text(JAMMED, encoding="utf-8")
    (tmp_path / "well.toml").write_text(WITHDRAWAL, encoding="utf-8")
    report = tmp_path / "report"
    parser = argparse.ArgumentParser()
    options.play(parser)
    given = parser.parse_args([str(tmp_path), "--jobs", "1", "--report", str(report)])
    given.command = "play"
    assert run(given) == command.FAILED
    alone = report / command.ALONE / "jam.html"
    assert [one.name for one in alone.parent.iterdir()] == ["jam.html"]
    assert f"One file for a bug: {alone}" in capsys.readouterr().out
    html = alone.read_text(encoding="utf-8")
    sources = re.findall(r'<img [^>]*src="([^"]{0,30})', html)
    assert len(sources) > 5
    assert all(one.startswith("data:image/png;base64,") for one in sources)
    assert 'src="pictures/' in (report / command.PAGE).read_text(encoding="utf-8")
