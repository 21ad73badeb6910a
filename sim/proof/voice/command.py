"""`python main.py audit --voice`: every screen, held against everything that is really said of it.

One summary on stdout, how far it is on stderr; with `--out` a page for people and the same as JSON, both
with every sentence that was shown and heard. The exit code is 1 if anything is not as asked.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TextIO

from sim.proof.voice.asked import REQUIREMENTS
from sim.proof.voice.page import page
from sim.proof.voice.run import LANGUAGES, PROFILES, SCREENS, Account, Auditor, Choice, Finding
from sim.stage.settings import ConfigurationError, nearest, read_design

WELL, BROKEN = 0, 1

PAGE, TABLE = "voice.html", "voice.json"

NAMED_MAX: Final = 40
"""Findings named on stdout; the others are in the page and the table."""

NOT_HERE: Final = (
    "People. Nobody has listened to these sentences for this page.",
    "That two sentences with most words in common say the same: a reader knows, no program.",
    "The paper of a receipt: what stands on it is on the screen under which it is printed.",
    "The five languages without a voice.",
)
"""What the page must not be taken to say."""


def run(given: argparse.Namespace, to: TextIO | None = None) -> int:
    """Listen to what was chosen and tell of it. The exit code.

    Raises ConfigurationError for a name that is none."""
    to = to or sys.stdout
    choice = chosen(given.profile or (), given.language or (), given.screen or ())
    account = Auditor(read_design()).all_of(choice, sys.stderr)
    for line in summary(account):
        print(line, file=to)
    if given.out is not None:
        write(given.out, account, choice)
        print(f"The same for people: {given.out / PAGE}", file=to)
    return BROKEN if account.findings else WELL


def chosen(profiles: Sequence[str], languages: Sequence[str], screens: Sequence[str]) -> Choice:
    """What the words of a command line mean; nothing said is all. Raises ConfigurationError."""
    for what, words, known in (
        ("profile", profiles, PROFILES),
        ("voice for", languages, LANGUAGES),
        ("screen", screens, tuple(SCREENS)),
    ):
        for word in words:
            if word not in known:
                raise ConfigurationError(
                    f"There is no {what} {word}. {nearest(word, frozenset(known))}"
                )
    return Choice(
        tuple(one for one in PROFILES if not profiles or one in profiles),
        tuple(one for one in LANGUAGES if not languages or one in languages),
        tuple(one for one in SCREENS if not screens or one in screens),
    )


# --- what came of it ----------------------------------------------------------------------------


def summary(account: Account) -> Iterator[str]:
    """Findings by requirement, some by name, and one line about all."""
    for requirement, count in sorted(account.broken.items()):
        yield f"BROKEN {requirement}: {REQUIREMENTS[requirement].asks} - {count:,}"
    places = grouped(account.findings)
    for (requirement, language, channel, note), where in places[:NAMED_MAX]:
        others = f" and {len(where) - 1} others" if len(where) > 1 else ""
        first = " ".join(part for part in (where[0], language, channel) if part)
        yield f"  {requirement} {first}{others}: {note}"
    if len(places) > NAMED_MAX:
        yield f"  and {len(places) - NAMED_MAX} other kinds"
    yield one_line(account)


def one_line(account: Account) -> str:
    """The whole audit in one line."""
    forms = sum(language == "zh" for language, _ in account.forms)
    return (
        f"{len(account.screens)} screens, {account.facts:,} facts shown, "
        f"{account.spoken:,} utterances, {sum(account.checks.values()):,} checks, "
        f"{forms:,} utterances in pinyin, {len(account.pairs)} sentences said in other words, "
        f"{len(account.left_out)} left out by agreement, {len(account.findings)} findings."
    )


def grouped(findings: Sequence[Finding]) -> list[tuple[tuple[str, str, str, str], list[str]]]:
    """The same finding on several screens, as one."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for one in findings:
        key = (one.requirement, one.language, one.channel, one.note)
        found.setdefault(key, []).append(one.screen)
    return sorted(found.items(), key=lambda item: (item[0][0], -len(item[1])))


def as_table(account: Account, choice: Choice) -> dict[str, Any]:
    """Everything, for JSON and for the page."""
    broken: Counter[str] = account.broken
    return {
        "everything": choice.everything,
        "profiles": list(choice.profiles),
        "languages": list(choice.languages),
        "screens": sorted(account.screens),
        "facts": account.facts,
        "utterances": account.spoken,
        "checks": sum(account.checks.values()),
        "line": one_line(account),
        "requirements": [
            {
                "id": one.id,
                "asks": one.asks,
                "taken": one.taken,
                "checked": account.checks[one.id],
                "broken": broken[one.id],
            }
            for one in REQUIREMENTS.values()
        ],
        "findings": [
            {"requirement": r, "language": la, "channel": ch, "note": note, "screens": where}
            for (r, la, ch, note), where in grouped(account.findings)
        ],
        "said_otherwise": [asdict(pair) for pair in sorted(account.pairs, key=str)],
        "left_out": [asdict(pair) for pair in sorted(account.left_out, key=str)],
        "heard": [asdict(line) for line in account.lines],
        "not_looked_at_here": list(NOT_HERE),
    }


def write(out: Path, account: Account, choice: Choice) -> None:
    """Page and table into a folder. Raises OSError."""
    out.mkdir(parents=True, exist_ok=True)
    table = as_table(account, choice)
    (out / TABLE).write_text(json.dumps(table, ensure_ascii=False, indent=1), encoding="utf-8")
    (out / PAGE).write_text(page(table), encoding="utf-8")
