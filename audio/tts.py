"""A speech engine that never makes the loop wait: utterances go in, clips come out later.

Each utterance is said by a child process of its own (`tts_child`), and the next child is started
ahead, so that the engine is loaded before it is needed. There are no threads and no reads that
could block: an order is one line into the child's stdin, an answer is a file that is there. A child
that dies, hangs or is not there at all means silence: `Failed`, and a new child for the next time.

Measured with the bundled espeak-ng 1.52 (79 utterances of the catalogue in each language, silence
cut off, without pauses between sentences): `cmn-latn-pinyin` says 4.3 characters a second at a rate
of 203 and 3.3 at 161; `en-us` says 175 words a minute at 141 and 150 at 121. Single utterances
differ by -11 to +20 % (Mandarin) and -25 to +40 % (English, by length of words); the child measures
and corrects each.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audio.clips import Clip, read_wav
from audio.tts_child import RESULT, Order
from audio.utterance import Utterance, spoken_units, units_per_second
from terminal.profile import Language, Profile

SYNTH_SECONDS_MAX = 3.0
"""Later than this an answer is no answer any more (AUD-18)."""
LEAVING_SECONDS_MAX = 1.0
"""A child that was told to go has this long to go by itself."""
JOBS_MAX = 4
"""Prompts change faster than they are said only when somebody plays with the keys."""
FAILURES_MAX = 3
REST_SECONDS = 60.0
"""After `FAILURES_MAX` failures in a row nothing is tried for a while: each try costs a process."""
WPM_MIN, WPM_MAX = 80, 450
"""What espeak accepts."""

COMMAND = (sys.executable, "-m", "audio.tts_child")
_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Made:
    """The clip of request `id`."""

    id: int
    clip: Clip


@dataclass(frozen=True, slots=True)
class Failed:
    """Request `id` came to nothing."""

    id: int


@dataclass(slots=True)
class _Child:
    process: "subprocess.Popen[bytes]"
    folder: Path
    limit: float = 0.0


def engine_rate(language: Language, profile: Profile) -> int:
    """The engine's words per minute for the pace of a profile, by the calibration above."""
    if language == "zh":
        rate = 42.0 * profile.zh_chars_per_second + 22.4
    else:
        rate = 0.8 * profile.en_words_per_minute + 1.0
    return round(min(max(rate, WPM_MIN), WPM_MAX))


def order_for(utterance: Utterance, profile: Profile) -> Order:
    """What the child is told."""
    return Order(
        lang=utterance.lang,
        sentences=list(zip(utterance.sentences, utterance.forms, strict=True)),
        rate=engine_rate(utterance.lang, profile),
        seconds=spoken_units(utterance) / units_per_second(utterance.lang, profile),
        pause_seconds=profile.sentence_pause_ms / 1000,
    )


class Synthesizer:
    """Speech made by child processes. Call `poll` every turn, and `close` at the end."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = tuple(command)
        self._warm: _Child | None = None
        self._jobs: dict[int, _Child] = {}
        self._leaving: list[_Child] = []
        self._failed: list[int] = []
        self._failures = 0
        self._rests_until = 0.0
        self._next = 1

    def request(self, utterance: Utterance, profile: Profile, now: float) -> int:
        """Asks for an utterance in the voice and pace of `profile`; `poll` answers with this id."""
        number, self._next = self._next, self._next + 1
        child = None if self._resting(now) else self._taken()
        if len(self._jobs) >= JOBS_MAX:
            self._end(next(iter(self._jobs)), now)
        if child is None or not _told(child, order_for(utterance, profile)):
            if child is not None:
                self._dismiss(child, now)
            self._failed.append(number)
            return number
        child.limit = now + SYNTH_SECONDS_MAX
        self._jobs[number] = child
        return number

    def poll(self, now: float) -> list[Made | Failed]:
        """What has been finished since."""
        done: list[Made | Failed] = []
        for number, child in list(self._jobs.items()):
            clip = read_wav(child.folder / RESULT)
            if clip is not None:
                self._failures = 0
                done.append(Made(number, clip))
                del self._jobs[number]
                self._dismiss(child, now)
            elif child.process.poll() is not None or now >= child.limit:
                self._end(number, now)
        self._see_off(now)
        if self._warm is None and not self._jobs and not self._resting(now):
            self._warm = self._started()
        failed, self._failed = self._failed, []
        if failed:
            self._count_failures(len(failed), now)
        return [*done, *(Failed(number) for number in failed)]

    def close(self) -> None:
        """Ends every child and removes its folder."""
        children = [*self._jobs.values(), *self._leaving, *([self._warm] if self._warm else [])]
        self._jobs, self._leaving, self._warm = {}, [], None
        for child in children:
            child.process.kill()
        for child in children:
            _buried(child)

    def _taken(self) -> _Child | None:
        child, self._warm = self._warm, None
        if child is not None and child.process.poll() is not None:
            _buried(child)
            child = None
        return child or self._started()

    def _started(self) -> _Child | None:
        folder = Path(tempfile.mkdtemp(prefix="speech-"))
        try:
            process = subprocess.Popen(
                [*self._command, str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
            )
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            return None
        return _Child(process, folder)

    def _end(self, number: int, now: float) -> None:
        child = self._jobs.pop(number)
        child.process.kill()
        self._dismiss(child, now)
        self._failed.append(number)

    def _dismiss(self, child: _Child, now: float) -> None:
        _hung_up(child)
        shutil.rmtree(child.folder, ignore_errors=True)
        child.limit = now + LEAVING_SECONDS_MAX
        self._leaving.append(child)

    def _see_off(self, now: float) -> None:
        for child in list(self._leaving):
            if child.process.poll() is not None:
                self._leaving.remove(child)
                shutil.rmtree(child.folder, ignore_errors=True)
            elif now >= child.limit:
                child.process.kill()

    def _count_failures(self, more: int, now: float) -> None:
        self._failures += more
        if self._failures >= FAILURES_MAX and not self._resting(now):
            self._rests_until = now + REST_SECONDS

    def _resting(self, now: float) -> bool:
        return now < self._rests_until


def _told(child: _Child, order: Order) -> bool:
    assert child.process.stdin is not None
    try:
        child.process.stdin.write(json.dumps(order).encode() + b"\n")
        child.process.stdin.flush()
    except OSError:
        return False
    return True


def _hung_up(child: _Child) -> None:
    assert child.process.stdin is not None
    try:
        child.process.stdin.close()
    except OSError:
        return


def _buried(child: _Child) -> None:
    _hung_up(child)
    child.process.wait()
    shutil.rmtree(child.folder, ignore_errors=True)
