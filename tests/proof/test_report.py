"""The page says what was found and what was not, needs nothing from outside, and agrees with the JSON
and with the exit code; and the command's mistakes are told in one sentence."""

import argparse
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sim.proof import options
from sim.proof.campaign import command, report
from sim.proof.campaign.frame import frame_of
from sim.proof.campaign.plan import plan_for
from sim.proof.campaign.record import Outcome, Violation
from sim.proof.campaign.run import play
from sim.proof.campaign.tally import Canary, Tally, read

FRAME = report.Frame(
    (
        report.LawLine(5, "No note without <intent>.", frozenset({"path", "presenter"}), "always"),
        report.LawLine(
            8, "The shutter is shut.", frozenset({"presenter"}), "at rest", "it has one"
        ),
    ),
    {"late_reply": "an answer came late", "refused": "a card was refused"},
    {"jam": "a note jams", "silence": "the bank is silent"},
    ("before:FINAL", "after:FINAL", "after:EjectCard", "power"),
    ("Fire & water.",),
)


def tally(*violations: Violation, runs: int = 3) -> Tally:
    """Some runs; the violations are in the second."""
    whole = Tally("1.0 (abc)", wall_seconds=2.0, core_seconds=4.0, cpu_seconds=1.5, jobs=2)
    for seed in range(1, runs + 1):
        found = violations if seed == 2 else ()
        whole.add(
            Outcome(
                seed,
                "path",
                10,
                found,
                frozenset({"late_reply"}),
                {"jam": 2},
                frozenset({"before:FINAL", "power"}),
                {"paid": 7},
                operations=8,
                suspects=1,
                virtual_seconds=3_600.0,
                log=str(seed),
            )
        )
    whole.canaries = (Canary("intent-missing", 5, 1, 10),)
    return whole


class Plain(HTMLParser):
    """The text of a page, and the balance of its tags."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.said.append(data)


def text(whole: Tally, frame: report.Frame = FRAME) -> str:
    """What the page says, as one line."""
    page = Plain(report.html(whole, frame))
    assert page.open == [], "a tag is left open"
    return " ".join(" ".join(page.said).split())


def test_the_page_begins_with_the_verdict_and_its_figures() -> None:
    said = text(tally())
    assert said.index("Every law held in 30 visits.") < said.index("The laws")
    for figure in ("30 visits", "24 operations", "12.50 % left in doubt", "6 faults set"):
        assert figure in said


def test_nothing_is_loaded_from_anywhere() -> None:
    page = report.html(tally(), FRAME)
    assert not re.search(r"https?:|<script|<link|<img|src=|url\(|@import", page)


def test_what_was_not_reached_is_named() -> None:
    said = text(tally())
    assert "1 of 2 happened at least once" in said
    assert "refused a card was refused never" in said
    assert "the bank is silent silence never" in said
    assert "2 of 4 places" in said
    assert "FINAL seed 1 not here" in said
    assert "Fire & water." in said


def test_a_broken_law_is_told_with_its_sentence_its_facts_and_its_command() -> None:
    broken = tally(Violation(5, 31.5, 4, "2 notes <left>"))
    broken.shortest = {"5": "python main.py campaign --replay 2 --faults 0"}
    said = text(broken)
    assert "Law 5 was broken in 1 run of 3." in said
    assert "No note without <intent>." in said
    assert "2 notes <left> Seed 2, path, visit 4, at 31.500 s" in said
    assert "python main.py campaign --replay 2 --faults 0" in said
    assert said.count("python main.py campaign --replay 2") == 2


def test_several_broken_laws_are_listed_and_a_run_that_broke_off_is_its_own_news() -> None:
    one, other = Violation(5, 1.0, 0, "so"), Violation(8, 2.0, 0, "so")
    assert report.verdict(tally(one, other), FRAME).headline == (
        "Laws 5 and 8 were broken in 1 run of 3."
    )
    off = report.verdict(tally(Violation(0, 0.0, 0, "TypeError")), FRAME)
    assert (off.well, off.headline) == (False, "The program broke off in 1 run of 3.")


def test_a_branch_never_taken_is_a_note_in_a_short_campaign_and_red_in_a_long_one() -> None:
    short = report.verdict(tally(), FRAME)
    assert short.well
    assert short.notes == ("Not seen in so few visits: refused.",)
    long = tally()
    long.visits = report.RED_VISITS
    judged = report.verdict(long, FRAME)
    assert not judged.well
    assert judged.reasons == ("Never seen, though it must be: refused.",)


def test_a_deliberate_bug_that_goes_unnoticed_is_red() -> None:
    whole = tally()
    whole.canaries = (Canary("intent-missing", 0, 0, 4_000),)
    judged = report.verdict(whole, FRAME)
    assert not judged.well
    assert "intent-missing" in judged.reasons[0]


def test_nothing_played_is_not_well() -> None:
    assert not report.verdict(Tally(), FRAME).well


def test_the_files_agree_and_can_be_merged(tmp_path: Path) -> None:
    whole = tally(Violation(5, 31.5, 4, "so"))
    page, figures = report.write(whole, FRAME, tmp_path / "new")
    plain = json.loads(figures.read_text(encoding="utf-8"))
    assert plain["verdict"]["headline"] in page.read_text(encoding="utf-8")
    assert plain["sometimes"] == {
        "existing": 2,
        "reached": 1,
        "missed": ["refused"],
        "unknown": [],
    }
    assert plain["replay"] == ["python main.py campaign --replay 2"]
    assert read(figures) == whole


def test_everything_that_exists_has_a_place_in_the_frame() -> None:
    frame = frame_of(None)
    assert [law.number for law in frame.laws] == sorted({law.number for law in frame.laws})
    assert len(frame.crash_points) == len(set(frame.crash_points)) > 80
    assert set(frame_of("path").faults) < set(frame.faults)
    assert frame.not_modelled
    text(tally(), frame)


# --- the command ------------------------------------------------------------------------------------


def called(*words: str) -> int:
    """The command with these options; its exit code."""
    parser = argparse.ArgumentParser()
    options.campaign(parser)
    return command.run(parser.parse_args(words))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--seeds 5:1", "the last seed comes before the first"),
        ("--seeds 5", "write the first and the last seed, like 1:500"),
        ("--seeds 1:5 --seed 2", "leave --seed and --visits away"),
        ("--visits 0", "at least one"),
        ("--seed -1", "seeds begin at 0"),
        ("--jobs 0", "at least one process"),
        ("--shape round", "it is path or presenter"),
        ("--canary intent-mising", "Did you mean intent-missing?"),
        ("--canary all --replay 3", "--canary and --replay are two different things"),
        ("--canary all --visits 10", "--visits means nothing with --canary"),
        ("--faults 1", "--faults goes with --replay"),
        ("--replay 3 --faults 900", "counted from 0"),
        ("--replay 3 --visits-kept x", "write places like 0,3 or none"),
        ("--replay 3 --bug outbox", "Did you mean outbox-lost?"),
        ("--merge none.json", "none.json cannot be read"),
    ],
)
def test_a_mistake_in_the_call_is_one_sentence(
    words: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(*words.split()) == 2
    told = capsys.readouterr()
    assert sentence in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_visits_are_rounded_up_to_whole_runs() -> None:
    given = argparse.Namespace(visits=101, seed=7, seeds=None)
    assert command.seeds_of(given) == range(7, 18)
    assert command.seeds_of(argparse.Namespace(visits=None, seed=None, seeds="3:5")) == range(3, 6)


def test_two_parts_merge_into_the_campaign_that_was_not_split(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = Tally("1.0")
    parts = []
    for seeds in ((1, 2), (3, 3)):
        part = Tally("1.0")
        for seed in range(seeds[0], seeds[1] + 1):
            outcome = replace(play(plan_for(seed)), violations=())
            part.add(outcome)
            whole.add(outcome)
        parts.append(str(report.write(part, frame_of(None), tmp_path / str(seeds[0]))[1]))
    assert called("--merge", *parts, "--report", str(tmp_path / "both")) == 0
    assert read(tmp_path / "both" / report.FIGURES) == whole
    assert "Every law held in 30 visits." in capsys.readouterr().out


def test_a_replay_tells_the_story_up_to_the_law_that_breaks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = called("--replay", "2", "--bug", "number-recorded")
    told = capsys.readouterr().out
    assert code == 1
    assert "Seed 2, path." in told
    assert "Law 27 does not hold: " in told
    assert " VIOLATION 27 " in told
    assert "The shortest run that breaks law 27:\n  python main.py campaign --replay 2 " in told
    assert told.rstrip().endswith("--faults none --visits-kept 0 --bug number-recorded")
    assert "135790" not in told, "what is typed as a PIN is not told"


def test_the_story_is_the_log_before_the_violation() -> None:
    log = io.StringIO("".join(f"{n}.0 ROW x\n" for n in range(100)))
    lines = [*log.read().splitlines(), "100.0 VIOLATION 5 so", "101.0 ROW x", "102.0 ROW x"]
    told = command.story(lines)
    assert told[0] == "(40 lines before)"
    assert told[1] == "40.0 ROW x"
    assert told[-2:] == ["100.0 VIOLATION 5 so", "101.0 ROW x"]
