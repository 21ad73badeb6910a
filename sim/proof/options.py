"""What the proofs can be told on the command line. Imports nothing of them: asking for help is quick."""

import argparse
import os
from pathlib import Path
from typing import Any

CORES = os.cpu_count() or 1


def whole(text: str) -> int:
    """A whole number above zero, for argparse."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def add_to(verbs: Any) -> None:
    """Every proof as a command of its own. `verbs` is what `add_subparsers` gave."""
    campaign(verbs.add_parser("campaign", help="random visits and faults, judged by thirty laws"))
    _explore(verbs.add_parser("explore", help="every choice with few crashes and few faults"))
    _cuts(verbs.add_parser("cuts", help="power cuts over a disk that loses what was not synced"))
    _kills(verbs.add_parser("kills", help="kill the real program, thousands of times"))
    _fuzz(verbs.add_parser("fuzz", help="broken bytes for everything that reads from outside"))
    errors = verbs.add_parser(
        "coverage-errors", help="every documented error, and what a customer reads and hears"
    )
    errors.add_argument("--out", type=Path, metavar="DIR", help="write a page there too")
    _personas(verbs.add_parser("personas", help="six synthetic customers, in each profile"))
    scams = verbs.add_parser(
        "scams", help="scripted scams and ordinary operations, and what is asked"
    )
    scams.add_argument("--cases", action="store_true", help="every case, one a line")
    _audit(verbs.add_parser("audit", help="every screen, measured from its pixels or by ear"))


def play(parser: argparse.ArgumentParser) -> None:
    """The options of `play`."""
    parser.add_argument(
        "names",
        nargs="*",
        metavar="FILE|FOLDER|NAME",
        help="stories in TOML; one that comes with the program by its name; without any: list them",
    )
    parser.add_argument("--profile", default="", metavar="PROFILE", help="in this profile instead")
    parser.add_argument(
        "--language", "--lang", dest="lang", default="", metavar="LANGUAGE", help="in this language"
    )
    parser.add_argument("--seed", type=int, metavar="S", help="another seed than the story's")
    files = parser.add_argument_group("stories in files")
    files.add_argument("--jobs", type=whole, metavar="J", help="processes (one for each core)")
    files.add_argument("--junit", type=Path, metavar="FILE", help="the verdicts as JUnit XML")
    files.add_argument(
        "--report", type=Path, metavar="DIR", help="page, JSON, logs and pictures of every step"
    )
    files.add_argument(
        "--words",
        metavar="TEXT",
        help="what a screen reads, takes and offers; screens and buttons that have these words; no play",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="leave each story's journal there for `replay`",
    )


def replay(parser: argparse.ArgumentParser) -> None:
    """The options of `replay`."""
    parser.add_argument(
        "visit", nargs="?", default="last", metavar="VISIT", help="which visit, or all (the last)"
    )
    parser.add_argument(
        "--journal", type=Path, metavar="FILE", help="the journal; the machine's own if left away"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write a page there, no window")
    parser.add_argument(
        "--speed", type=float, default=1.0, metavar="X", help="so many times faster"
    )
    parser.add_argument("--step", action="store_true", help="step by step, with the arrow keys")
    parser.add_argument(
        "--compare", metavar="OTHER", help="another journal or visit: where the two first differ"
    )
    parser.add_argument("--config", type=Path, metavar="FILE")


def panel(running: argparse.ArgumentParser, parser: argparse.ArgumentParser) -> None:
    """The options of `run` that are about a panel, and those of `panel`."""
    running.add_argument(
        "--panel",
        nargs="?",
        const="window",
        choices=("window", "tcp"),
        help="a tester's panel beside it, or a place on this machine to connect one to",
    )
    running.add_argument("--panel-port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--connect", default="tcp://127.0.0.1:7300", metavar="tcp://127.0.0.1:PORT")
    parser.add_argument(
        "--out", type=Path, default=Path("out/panel"), metavar="DIR", help="where stories are saved"
    )


def campaign(parser: argparse.ArgumentParser) -> None:
    """The options of `campaign`."""
    what = parser.add_argument_group("what to play")
    what.add_argument("--visits", type=int, metavar="N", help="so many visits, in whole runs")
    what.add_argument("--seed", type=int, metavar="S", help="the first seed (1)")
    what.add_argument("--seeds", metavar="A:B", help="these seeds instead, both included")
    what.add_argument("--shape", metavar="SHAPE", help="only this machine: path or presenter")
    what.add_argument(
        "--services",
        metavar="WHICH",
        help="withdrawal (what is played if left away); beside it foreign, notes (deposit, exchange), "
        "transfer, errands (bills, insurance, pension), or all that move money",
    )
    what.add_argument("--jobs", type=int, metavar="J", help="processes (one for each core)")
    what.add_argument("--report", type=Path, metavar="DIR", help="write page and figures here")
    other = parser.add_argument_group("instead of playing a range")
    other.add_argument("--merge", type=Path, nargs="+", metavar="FILE", help="add up reports")
    other.add_argument("--canary", metavar="NAME", help="plant one bug, or all, and look for it")
    other.add_argument("--replay", type=int, metavar="SEED", help="play one seed, tell its story")
    again = parser.add_argument_group("with --replay")
    again.add_argument("--faults", metavar="LIST", help="only these of its faults: 0,3 or none")
    again.add_argument("--visits-kept", metavar="LIST", help="only these of its visits")
    again.add_argument("--bug", metavar="NAME", help="with this bug planted")
    again.add_argument("--log", type=Path, metavar="FILE", help="write the whole event log here")


def _audit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", help="write page, figures and pictures")
    parser.add_argument(
        "--voice", action="store_true", help="what is said of every screen, instead of what is seen"
    )
    _matrix(parser)
    _jobs(parser)


def gallery(parser: argparse.ArgumentParser) -> None:
    """The options of `gallery`."""
    parser.add_argument(
        "--out", type=Path, default=Path("out/gallery"), metavar="DIR", help="where it is written"
    )
    parser.add_argument(
        "--accept", action="store_true", help="keep what is drawn as what it should be"
    )
    parser.add_argument(
        "--whole",
        nargs="+",
        metavar="NAME",
        help="draw these whole and nothing else: screen/look/language/panel, where * stands for anything",
    )
    _matrix(parser)
    _jobs(parser)


def _matrix(parser: argparse.ArgumentParser) -> None:
    """What part of all pictures is meant."""
    for name, what in (
        ("--profile", "these profiles, or looks such as standard-200"),
        ("--language", "these languages"),
        ("--panel", "these panels, such as 15.0in-1024x768"),
        ("--screen", "these screens, such as review"),
    ):
        parser.add_argument(name, nargs="+", metavar="NAME", help=f"only {what}")


def _personas(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--visits", type=whole, default=200, metavar="N", help="of each, in each profile"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the first seed")
    for name, what in (
        ("--persona", "these, such as tremor-60"),
        ("--profile", "in these, such as elder"),
    ):
        parser.add_argument(name, nargs="+", default=(), metavar="NAME", help=f"only {what}")
    parser.add_argument("--report", type=Path, metavar="DIR", help="write page, figures, pictures")
    _jobs(parser)


def _explore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--crashes", type=int, default=2, choices=range(4))
    parser.add_argument("--faults", type=int, default=2, choices=range(4))
    parser.add_argument("--shape", choices=("path", "presenter", "both"), default="both")
    _jobs(parser)


def _cuts(parser: argparse.ArgumentParser) -> None:
    _count(parser)
    _jobs(parser)
    parser.add_argument(
        "--every-call", action="store_true", help="fail each call to the disk instead"
    )


def _kills(parser: argparse.ArgumentParser) -> None:
    _count(parser)
    parser.add_argument("--jobs", type=whole, default=8, metavar="J", help="cells side by side")
    parser.add_argument("--only", metavar="CASE", help="this one, as a violation names it")
    parser.add_argument("--report", type=Path, metavar="DIR", help="write the figures here")


def _fuzz(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="TARGET", help="which, or all")
    parser.add_argument("--seconds", type=whole, default=60, metavar="S", help="for each target")
    parser.add_argument("--seed", type=int, default=1)


def _count(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=whole, default=1_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1)


def _jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jobs", type=whole, default=CORES, metavar="J", help="processes")
