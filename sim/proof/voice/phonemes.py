"""What a speech engine makes of what it is given, as phonemes: the ear of a machine that has none.

A Mandarin voice that meets something it cannot read says it in English, and marks it. Phonemes are
compared and not sound, because sound differs from call to call (platform-facts 4.3). The engine is
asked in a child process. Golden phonemes are those that somebody has looked at once.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

_ROOT = Path(__file__).parents[3]
_COMMAND = (sys.executable, "-m", "sim.proof.voice.phonemes_child")

ASKED_SECONDS_MAX: Final = 120.0
"""A thousand sentences take two seconds."""

FALLBACK: Final = re.compile(r"\((?!cmn\b)[a-z-]+\)")
"""The mark of another voice inside Mandarin, such as (en). (cmn) is the way back."""


class PhonemesMissing(Exception):
    """The engine did not answer; the text says what it left on stderr."""


def asked(texts: Sequence[tuple[str, str]]) -> list[str]:
    """The phonemes of pairs of language and spoken form, in their order. Raises PhonemesMissing."""
    if not texts:
        return []
    lines = "".join(f"{json.dumps(pair)}\n" for pair in texts)
    done = subprocess.run(
        _COMMAND,
        input=lines,
        capture_output=True,
        text=True,
        check=False,
        cwd=_ROOT,
        timeout=ASKED_SECONDS_MAX,
    )
    said = [str(json.loads(line)) for line in done.stdout.splitlines()]
    if done.returncode != 0 or len(said) != len(texts):
        last = done.stderr.strip().splitlines()[-1:] or ["no reason"]
        raise PhonemesMissing(f"espeak-ng gave {len(said)} of {len(texts)} answers: {last[0]}")
    return said


def foreign(phonemes: str) -> list[str]:
    """The marks of other voices in the phonemes of a Mandarin sentence."""
    return FALLBACK.findall(phonemes)


def by_form(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The phonemes of each different pair."""
    different = sorted(set(pairs))
    return dict(zip(different, asked(different), strict=True))
