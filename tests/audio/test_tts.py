"""The speech engine behind its child process: it really speaks, keeps the pace, leaves nothing."""

import array
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from audio.clips import RATE_HZ, Clip, joined
from audio.tts import (
    FAILURES_MAX,
    JOBS_MAX,
    REST_SECONDS,
    SYNTH_SECONDS_MAX,
    WARM,
    Failed,
    Made,
    Synthesizer,
    engine_rate,
    order_for,
)
from audio.tts_child import Sound, trimmed
from audio.utterance import Utterance, expected_seconds
from terminal.messages import VOICED
from terminal.profile import Language
from tests.audio.material import PROFILE_NAMES, finished, profiles, utterance

ELDER = profiles()["elder"]
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where every temporary file of the test goes."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def synthesizer(folder: Path) -> Iterator[Synthesizer]:
    made = Synthesizer()
    yield made
    made.close()
    assert list(folder.iterdir()) == []


def asked(synthesizer: Synthesizer, said: Utterance, profile: str = "elder") -> int:
    """A request for the whole of it."""
    return synthesizer.request(said, range(len(said.sentences)), profiles()[profile], 0.0)


def clips_of(synthesizer: Synthesizer, said: Utterance, profile: str = "elder") -> tuple[Clip, ...]:
    number = asked(synthesizer, said, profile)
    [done] = finished(synthesizer)
    assert isinstance(done, Made)
    assert done.id == number
    assert len(done.clips) == len(said.sentences)
    return done.clips


def clip_of(synthesizer: Synthesizer, said: Utterance, profile: str = "elder") -> Clip:
    pause = profiles()[profile].sentence_pause_ms / 1000
    return joined(clips_of(synthesizer, said, profile), pause)


@pytest.mark.parametrize("profile", PROFILE_NAMES)
@pytest.mark.parametrize("language", sorted(VOICED))
@pytest.mark.parametrize("key", ["count_notes", "take_notes", "idle", "returning_found"])
def test_speech_keeps_the_pace_of_the_profile(
    synthesizer: Synthesizer, key: str, language: Language, profile: str
) -> None:
    """AUD-15, AUD-16: the expected duration within 15 %, also where the engine by itself would be
    18 % too slow (take_notes in Mandarin) or 24 % too fast (returning_found in English)."""
    said = utterance(key, language)
    clip = clip_of(synthesizer, said, profile)
    assert clip.rate_hz == RATE_HZ
    expected = expected_seconds(said, profiles()[profile])
    assert clip.seconds == pytest.approx(expected, rel=0.15)


def test_mandarin_has_its_four_tones(synthesizer: Synthesizer) -> None:
    """A voice that speaks without tones is caught by its pitch (platform-facts 4.6)."""
    forms = ("ma1.", "ma2.", "ma3.", "ma4.")
    said = Utterance("妈。麻。马。骂。", "zh", "P0", ("妈。", "麻。", "马。", "骂。"), forms)
    clip = clip_of(synthesizer, said)
    first, second, third, fourth = _pitches(clip)
    assert abs(first[-1] / first[0] - 1) < 0.1
    assert second[-1] / second[0] > 1.08
    assert fourth[-1] / fourth[0] < 0.93
    assert np.median(third) < np.median(first) - 5


def _pitches(clip: Clip) -> list[list[float]]:
    """The pitch in hertz early and late in each stretch of sound between pauses."""
    samples = np.frombuffer(clip.pcm, dtype="<i2").astype(float)
    pause = int(0.4 * RATE_HZ)
    quiet = np.convolve(np.abs(samples), np.ones(200) / 200, "same") < 50
    edges = np.flatnonzero(np.diff(np.concatenate(([1], quiet.astype(int), [1]))))
    stretches, start = [], edges[0]
    for end, following in zip(edges[1::2], [*edges[2::2], len(samples) + pause], strict=False):
        if following - end > pause / 2:
            stretches.append(samples[start:end])
            start = following
    assert len(stretches) == 4
    return [[_pitch(s, part) for part in (0.2, 0.5, 0.8)] for s in stretches]


def _pitch(samples: npt.NDArray[np.float64], part: float) -> float:
    size = 1_400
    at = min(int(len(samples) * part), len(samples) - size)
    window = samples[at : at + size] * np.hanning(size)
    likeness = np.correlate(window, window, "full")[size - 1 :]
    low, high = RATE_HZ // 200, RATE_HZ // 60
    return RATE_HZ / (low + int(likeness[low:high].argmax()))


def test_only_the_sentences_that_are_missing_are_made(synthesizer: Synthesizer) -> None:
    said = utterance("take_notes")
    whole = Utterance(said.text * 2, "zh", "P0", said.sentences * 2, said.forms * 2)
    number = synthesizer.request(whole, {1}, ELDER, 0.0)
    assert [len(d.clips) for d in finished(synthesizer) if isinstance(d, Made)] == [1]
    assert number == 1


# --- children --------------------------------------------------------------------------------------


def warmed(synthesizer: Synthesizer) -> list[int]:
    """The process numbers of the children that wait, once they all do."""
    while len(synthesizer._warm) < WARM:
        synthesizer.poll(0.0)
    return [child.process.pid for child in synthesizer._warm]


def test_the_next_children_are_ready_before_they_are_needed(synthesizer: Synthesizer) -> None:
    first, second = warmed(synthesizer)
    asked(synthesizer, utterance("take_notes"))
    assert [child.process.pid for child in synthesizer._jobs.values()] == [first]
    assert [child.process.pid for child in synthesizer._warm] == [second]
    finished(synthesizer)
    again = warmed(synthesizer)
    assert again[0] == second
    assert again[1] not in (first, second)


@pytest.mark.skipif("sys.platform == 'win32'", reason="SIGKILL")
def test_a_ready_child_that_was_killed_costs_nothing(synthesizer: Synthesizer) -> None:
    for child in warmed(synthesizer):
        os.kill(child, signal.SIGKILL)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert clip_of(synthesizer, utterance("take_notes")).seconds > 1


@pytest.mark.skipif("sys.platform == 'win32'", reason="SIGKILL")
def test_a_child_that_is_killed_at_work_is_a_failure_and_the_next_one_speaks(
    synthesizer: Synthesizer,
) -> None:
    number = asked(synthesizer, utterance("take_notes"))
    [child] = synthesizer._jobs.values()
    os.kill(child.process.pid, signal.SIGKILL)
    assert finished(synthesizer) == [Failed(number)]
    assert clip_of(synthesizer, utterance("take_notes")).seconds > 1


def test_the_text_is_on_no_command_line_and_in_no_environment(synthesizer: Synthesizer) -> None:
    asked(synthesizer, utterance("take_notes"))
    [child] = synthesizer._jobs.values()
    assert isinstance(child.process.args, list)
    own = [sys.executable, "-m", "audio.tts_child", child.tray.argument, "zh"]
    assert child.process.args == own
    finished(synthesizer)


HANGS = "import signal; signal.pause()"
DIES = "raise SystemExit(3)"
GARBAGE = "import os, sys; os.write(int(sys.argv[1]), b'RIFF' + bytes(5000))"
TOO_MUCH = "import os, sys; os.truncate(int(sys.argv[1]), 10**9); input()"
LIES = (
    "import os, sys; from audio.tray import *\n"
    "leave(sys.argv[1], Said((b'ab', b'cd', b'ef'), 22050))"
)


def trouble(code: str) -> Synthesizer:
    return Synthesizer((sys.executable, "-c", code))


@pytest.mark.parametrize("code", [DIES, GARBAGE, LIES, "import no_such_engine"])
def test_a_child_that_answers_nothing_of_use_is_a_failure(folder: Path, code: str) -> None:
    synthesizer = trouble(code)
    number = asked(synthesizer, utterance("take_notes"))
    assert finished(synthesizer) == [Failed(number)]
    synthesizer.close()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("code", [HANGS, TOO_MUCH])
def test_a_child_that_hangs_is_killed_at_its_limit(folder: Path, code: str) -> None:
    synthesizer = trouble(code)
    number = synthesizer.request(utterance("take_notes"), {0}, ELDER, 10.0)
    [child] = synthesizer._jobs.values()
    assert synthesizer.poll(10.0 + SYNTH_SECONDS_MAX - 0.1) == []
    assert synthesizer.poll(10.0 + SYNTH_SECONDS_MAX) == [Failed(number)]
    assert child.process.wait() != 0
    synthesizer.close()
    assert list(folder.iterdir()) == []


def test_a_missing_engine_is_left_alone_after_a_few_tries(folder: Path) -> None:
    synthesizer = Synthesizer(("/no/such/program",))
    for number in range(1, FAILURES_MAX + 1):
        asked(synthesizer, utterance("take_notes"))
        assert synthesizer.poll(0.0) == [Failed(number)]
    assert synthesizer._resting(REST_SECONDS - 1)
    assert not synthesizer._resting(REST_SECONDS)
    synthesizer.close()
    assert list(folder.iterdir()) == []


def test_an_engine_that_comes_back_is_used_again(synthesizer: Synthesizer) -> None:
    well, synthesizer._command = synthesizer._command, ("/no/such/program",)
    for _ in range(FAILURES_MAX):
        asked(synthesizer, utterance("take_notes"))
        synthesizer.poll(0.0)
    synthesizer._command = well
    synthesizer.request(utterance("take_notes"), {0}, ELDER, REST_SECONDS)
    assert isinstance(finished(synthesizer, REST_SECONDS)[0], Made)
    assert not synthesizer.resting


def test_no_more_than_a_few_are_made_at_once(folder: Path) -> None:
    synthesizer = trouble(HANGS)
    numbers = [asked(synthesizer, utterance("take_notes")) for _ in range(JOBS_MAX + 1)]
    assert synthesizer.poll(0.0) == [Failed(numbers[0])]
    synthesizer.close()


# --- nothing is left ---------------------------------------------------------------------------------

SECRET = Utterance(
    "余额八万六千四百二十一元。", "zh", "P2", ("余额八万六千四百二十一元。",), ("yu2 e2 ba1 wan4.",)
)
TRACES = [SECRET.text.encode(), b"\\u4f59\\u989d", b"yu2 e2", b"RIFF", b"said"]
"""The text as it is and as JSON writes it, its spoken form, and how a sound file or a tray begins."""


def traces(*folders: Path) -> list[Path]:
    """Files under these folders that hold anything of what was said."""
    found = []
    for path in [path for folder in folders for path in folder.rglob("*") if path.is_file()]:
        data = path.read_bytes()
        found += [path] if any(trace in data for trace in TRACES) else []
    return found


def test_what_is_private_is_in_no_file_while_it_is_made_nor_after(
    synthesizer: Synthesizer, folder: Path
) -> None:
    asked(synthesizer, SECRET)
    pause = threading.Event()
    while not (done := synthesizer.poll(0.0)):
        assert list(folder.rglob("*")) == []
        pause.wait(0.001)
    assert isinstance(done[0], Made)
    assert list(folder.rglob("*")) == []


_SPEAKS = """
import os, signal, sys
from tests.audio.material import finished, profiles
from tests.audio.test_tts import SECRET
from audio.tts import Synthesizer

synthesizer = Synthesizer()
synthesizer.request(SECRET, {0}, profiles()["elder"], 0.0)
[child] = synthesizer._jobs.values()
if sys.argv[1] == "made":
    finished(synthesizer)
print(child.process.pid, flush=True)
signal.pause()
"""


@pytest.mark.skipif("sys.platform != 'linux'", reason="memory files")
@pytest.mark.parametrize("when", ["at work", "made"])
def test_nothing_is_left_when_terminal_and_child_are_killed(tmp_path: Path, when: str) -> None:
    """Both at once, with no chance to tidy up: what was said is nowhere."""
    state = tmp_path / "state"
    state.mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        [sys.executable, "-c", _SPEAKS, when], cwd=state, env=environment, stdout=subprocess.PIPE
    ) as terminal:
        assert terminal.stdout is not None
        child = int(terminal.stdout.readline())
        os.kill(terminal.pid, signal.SIGKILL)
        if when == "at work":
            os.kill(child, signal.SIGKILL)
    assert terminal.returncode == -signal.SIGKILL
    assert list(tmp_path.rglob("*")) == [state]
    assert traces(tmp_path) == []


def test_a_trace_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "left").write_bytes(b"xx" + SECRET.text.encode())
    assert traces(tmp_path) == [tmp_path / "left"]


@pytest.mark.skipif("sys.platform != 'linux'", reason="counts open files")
def test_no_tray_stays_open(synthesizer: Synthesizer) -> None:
    def trays() -> int:
        open_now = Path("/proc/self/fd").iterdir()
        return sum("speech" in os.readlink(one) for one in open_now if one.is_symlink())

    clip_of(synthesizer, utterance("take_notes"))
    for _ in range(3):
        clip_of(synthesizer, utterance("take_notes"))
    assert trays() <= WARM
    synthesizer.close()
    assert trays() == 0


# --- the order -------------------------------------------------------------------------------------


def test_the_order_names_pace_and_seconds() -> None:
    said = utterance("notice.cancelled")
    order = order_for(said, range(len(said.sentences)), ELDER)
    assert order["rate"] == engine_rate("zh", ELDER) == 161
    assert sum(seconds for _, _, seconds in order["sentences"]) == pytest.approx(15 / 3.3)
    text, form, seconds = order["sentences"][0]
    assert (text, form) == ("取款已停止。", "qu3 kuan3 yi3 ting2 zhi3.")
    assert seconds == pytest.approx(5 / 3.3)


def test_sentences_are_cut() -> None:
    sound = Sound(array.array("h", [0, 5, 4_000, 0, -4_000, 3, 0]), 10)
    assert trimmed(sound).samples.tolist() == [4_000, 0, -4_000]
