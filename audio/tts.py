"""A speech engine that never makes the loop wait: sentences go in, clips come out later.

Each request is made by a child process of its own (`tts_child`), and the next children are started
ahead, so that the engine is loaded before it is needed. There are no threads and no reads that
could block: an order is one line into the child's stdin, an answer is a tray that is whole (`tray`).
A child that dies, hangs, answers garbage or is not there at all means silence: `Failed`, and a new
child for the next time.

Measured with the bundled espeak-ng 1.52 (79 utterances of the catalogue in each language, silence
cut off, without pauses between sentences): `cmn-latn-pinyin` says 4.3 characters a second at a rate
of 203 and 3.3 at 161; `en-us` says 175 words a minute at 141 and 150 at 121. Single sentences differ
by more than -11 to +20 % (Mandarin) and -25 to +40 % (English, by length of words); the child
measures and corrects each.
"""

import json
import subprocess
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from audio.clips import Clip
from audio.tray import Tray, new_tray
from audio.tts_child import Order
from audio.utterance import Utterance, spoken_units, units_per_second
from terminal.profile import Language, Profile

SYNTH_SECONDS_MAX = 3.0
"""Later than this an answer is no answer any more (AUD-18)."""
LEAVING_SECONDS_MAX = 1.0
"""A child that was told to go has this long to go by itself."""
WARM = 2
"""Children kept ready: a prompt may change again before a new child has loaded its engine (0.2 s)."""
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
    """One clip for each sentence of request `id`."""

    id: int
    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """Request `id` came to nothing."""

    id: int


@dataclass(slots=True)
class _Child:
    process: "subprocess.Popen[bytes]"
    tray: Tray
    sentences: int = 0
    limit: float = 0.0


def engine_rate(language: Language, profile: Profile) -> int:
    """The engine's words per minute for the pace of a profile, by the calibration above."""
    if language == "zh":
        rate = 42.0 * profile.zh_chars_per_second + 22.4
    else:
        rate = 0.8 * profile.en_words_per_minute + 1.0
    return round(min(max(rate, WPM_MIN), WPM_MAX))


def order_for(utterance: Utterance, only: Collection[int], profile: Profile) -> Order:
    """What the child is told, to make the sentences with these indexes."""
    pace = units_per_second(utterance.lang, profile)
    return Order(
        lang=utterance.lang,
        sentences=[
            (text, form, _units(utterance, n) / pace)
            for n, (text, form) in enumerate(zip(utterance.sentences, utterance.forms, strict=True))
            if n in only
        ],
        rate=engine_rate(utterance.lang, profile),
    )


def _units(utterance: Utterance, n: int) -> int:
    text, form = utterance.sentences[n], utterance.forms[n]
    alone = Utterance(text, utterance.lang, utterance.privacy, (text,), (form,))
    return max(1, spoken_units(alone))


class Synthesizer:
    """Speech made by child processes. Call `poll` every turn, and `close` at the end."""

    def __init__(
        self, command: Sequence[str] = COMMAND, warm: int = WARM, jobs_max: int = JOBS_MAX
    ) -> None:
        self._command = tuple(command)
        self._keeps_warm, self._jobs_max = warm, jobs_max
        self._warm: list[_Child] = []
        self._jobs: dict[int, _Child] = {}
        self._leaving: list[_Child] = []
        self._failed: list[int] = []
        self._failures = 0
        self._rests_until = 0.0
        self._next = 1
        self._language: Language = "zh"

    def request(
        self, utterance: Utterance, only: Collection[int], profile: Profile, now: float
    ) -> int:
        """Asks for the sentences `only` (indexes) of an utterance, in the voice and pace of
        `profile`; `poll` answers with this id."""
        number, self._next = self._next, self._next + 1
        self._language = utterance.lang
        if len(self._jobs) >= self._jobs_max:
            self._end(next(iter(self._jobs)), now)
        child = None if self._resting(now) else self._told(order_for(utterance, only, profile))
        if child is None:
            self._failed.append(number)
            return number
        child.sentences = len(only)
        child.limit = now + SYNTH_SECONDS_MAX
        self._jobs[number] = child
        return number

    def poll(self, now: float) -> list[Made | Failed]:
        """What has been finished since."""
        done: list[Made | Failed] = []
        for number, child in list(self._jobs.items()):
            ended = child.process.poll() is not None
            said = child.tray.read()
            if said is not None and len(said.sentences) == child.sentences:
                self._failures = 0
                clips = tuple(Clip(pcm, said.rate_hz) for pcm in said.sentences)
                done.append(Made(number, clips))
                del self._jobs[number]
                self._dismiss(child, now)
            elif ended or now >= child.limit:
                self._end(number, now)
        self._see_off(now)
        self.warm_up(now)
        failed, self._failed = self._failed, []
        if failed:
            self._count_failures(len(failed), now)
        return [*done, *(Failed(number) for number in failed)]

    def warm_up(self, now: float) -> None:
        """Starts one of the children that are kept ready, if one is missing and nothing is being
        made: a start costs a processor for a fifth of a second."""
        if len(self._warm) < self._keeps_warm and not self._jobs and not self._resting(now):
            child = self._started()
            self._warm += [child] if child is not None else []

    def close(self) -> None:
        """Ends every child; nothing is left."""
        children = [*self._jobs.values(), *self._leaving, *self._warm]
        self._jobs, self._leaving, self._warm = {}, [], []
        for child in children:
            child.process.kill()
        for child in children:
            _hung_up(child)
            child.process.wait()
            child.tray.close()

    def _told(self, order: Order) -> _Child | None:
        """A child that has the order. Ready ones that died meanwhile are passed over."""
        while self._warm:
            child = self._warm.pop(0)
            if child.process.poll() is None and _tell(child, order):
                return child
            _buried(child)
        fresh = self._started()
        if fresh is None or _tell(fresh, order):
            return fresh
        _buried(fresh)
        return None

    def _started(self) -> _Child | None:
        try:
            tray = new_tray()
        except OSError:
            return None
        try:
            process = subprocess.Popen(
                [*self._command, tray.argument, self._language],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                pass_fds=tray.inherited,
            )
        except OSError:
            tray.close()
            return None
        return _Child(process, tray)

    def _end(self, number: int, now: float) -> None:
        child = self._jobs.pop(number)
        child.process.kill()
        self._dismiss(child, now)
        self._failed.append(number)

    def _dismiss(self, child: _Child, now: float) -> None:
        _hung_up(child)
        child.tray.close()
        child.limit = now + LEAVING_SECONDS_MAX
        self._leaving.append(child)

    def _see_off(self, now: float) -> None:
        for child in list(self._leaving):
            if child.process.poll() is not None:
                self._leaving.remove(child)
            elif now >= child.limit:
                child.process.kill()

    def _count_failures(self, more: int, now: float) -> None:
        self._failures += more
        if self._failures >= FAILURES_MAX and not self._resting(now):
            self._rests_until = now + REST_SECONDS

    def _resting(self, now: float) -> bool:
        return now < self._rests_until

    @property
    def resting(self) -> bool:
        """Whether so many tries in a row have failed that nothing is tried for a while."""
        return self._failures >= FAILURES_MAX


def _tell(child: _Child, order: Order) -> bool:
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
    """Of a child that has ended by itself, or is ended."""
    child.process.kill()
    _hung_up(child)
    child.process.wait()
    child.tray.close()
