"""What was said privately is nowhere afterwards: not its text, not its spoken form, not its sound, also
when terminal and engine are killed while it is heard. The real speaker in a process of its own, with its
temporary files and its state in a folder that is looked through."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

_SPEAKS = """
import os, signal, sys, threading
from dataclasses import replace
from pathlib import Path
from audio.outputs import SHARED, Devices, Outputs
from audio.speakers import player
from audio.utterance import Utterance
from devices.clock import SystemClock
from terminal.events import SpeechStarted
from tests.audio.material import profiles, utterance

clock, speaker = SystemClock(), player(Devices("", SHARED), Path("state/clips"))
profile = replace(profiles()["elder"], speech_lead_ms=0)
form = "yu2 e2 ba1 wan4 liu4 qian1 si4 bai3 er4 shi2 yi1 yuan2."
private = Utterance("余额八万六千四百二十一元。", "zh", "P2", ("余额八万六千四百二十一元。",), (form,))
speak = Outputs.speak

def spoken(self, clip, gain, now):
    print(clip.pcm[8_000:8_064].hex(), flush=True)
    return speak(self, clip, gain, now)

Outputs.speak = spoken

def say(said, channel):
    speaker.start(said, channel, profile, clock.now())
    while SpeechStarted() not in speaker.poll(clock.now()):
        threading.Event().wait(0.002)

say(utterance("take_notes"), "loudspeaker")
speaker.use("headset", clock.now())
say(private, "headset")
children = [child.process.pid for child in (*speaker._synthesizer._warm, *speaker._synthesizer._jobs.values())]
print(*children, flush=True)
if sys.argv[1] == "ended":
    speaker.close()
    print("ended", flush=True)
signal.pause()
"""


def holding(folder: Path, *traces: bytes) -> list[Path]:
    """Files under a folder with any of these bytes in them."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(trace in path.read_bytes() for trace in traces)]


@pytest.mark.skipif("sys.platform != 'linux'", reason="memory files")
@pytest.mark.parametrize("how", ["killed", "ended"])
def test_nothing_is_left_of_what_was_said_in_the_headset(tmp_path: Path, how: str) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment = {
        **os.environ,
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(REPOSITORY),
        "SDL_AUDIODRIVER": "dummy",
        "PYGAME_HIDE_SUPPORT_PROMPT": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-c", _SPEAKS, how],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as terminal:
        assert terminal.stdout is not None
        public, private, children = (terminal.stdout.readline().strip() for _ in range(3))
        if how == "ended":
            assert terminal.stdout.readline() == "ended\n"
        terminal.kill()
        for child in children.split() if how == "killed" else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
    assert len(private) == len(public) == 128
    kept = holding(tmp_path, bytes.fromhex(public))
    assert [path.parent for path in kept] == [tmp_path / "state" / "clips"], "the search finds it"
    traces = ("余额".encode(), b"\\u4f59\\u989d", b"yu2 e2", bytes.fromhex(private))
    assert holding(tmp_path, *traces) == []
    assert list(temporary.iterdir()) == []
