"""The two ways out on a real sound server: what is private is in no sample of the loudspeaker.

The real speaker (`audio.speakers.player`) with the real engine plays in a process of its own; every
sample of both devices is kept. The server moves streams of a device that vanishes to another one, as
desktops do, so that a fallback would be heard here."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Self

import numpy as np

from tests.sound.pulse import Pulse, let_pass, rms, wait_until

ROOT = Path(__file__).parents[2]

LOUD = 100.0
"""Speech has a root mean square of some hundreds at the headset's first level."""
WHILE_SECONDS = 0.8
"""How long silence is listened to: several times what any buffer here holds."""

_PLAYS = """
import select, sys
from dataclasses import replace
from audio.outputs import Devices
from audio.speakers import player
from audio.utterance import Utterance
from devices.clock import SystemClock
from tests.audio.material import profiles, utterance

clock, speaker = SystemClock(), player(Devices("Speaker", "Headphone"))
profile = replace(profiles()["elder"], speech_lead_ms=0, loudness_dba=80)
texts = ("您的账户余额是八万六千四百二十一元整。",) * 3
forms = ("nin2 de5 zhang4 hu4 yu2 e2 shi4 ba1 wan4 liu4 qian1 si4 bai3 er4 shi2 yi1 yuan2 zheng3.",) * 3
private = Utterance("".join(texts), "zh", "P2", texts, forms)

def order(words):
    match words:
        case ["use", output]:
            speaker.use(output, clock.now())
        case ["private"]:
            speaker.start(private, "headset", profile, clock.now())
        case ["public"]:
            speaker.start(utterance("idle"), "loudspeaker", profile, clock.now())
        case ["tone"]:
            speaker.tone("digit", profile, clock.now())
        case ["end"]:
            speaker.close()
            raise SystemExit
    print("done", flush=True)

while True:
    if select.select([sys.stdin], [], [], 0.008)[0]:
        order(sys.stdin.readline().split() or ["end"])
    for event in speaker.poll(clock.now()):
        print(event, flush=True)
"""


class Playing:
    """The real speaker in a process of its own, told what to do line by line."""

    def __init__(self, pulse: Pulse, folder: Path) -> None:
        self._told = folder / "told"
        self._out = self._told.open("w")
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PLAYS],
            cwd=ROOT,
            env={**os.environ, **pulse.environment},
            stdin=subprocess.PIPE,
            stdout=self._out,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        self._say("end")
        self._process.wait()
        self._out.close()
        assert self._process.stdin is not None
        self._process.stdin.close()

    def does(self, *orders: str) -> Self:
        """One after the other, each done before the next."""
        for order in orders:
            before = self.told.count("done")
            self._say(order)
            wait_until(lambda before=before: self.told.count("done") > before, order)  # type: ignore[misc]
        return self

    def tells(self, event: str) -> Self:
        """Waits until the speaker has told this."""
        wait_until(lambda: event in self.told, event)
        return self

    @property
    def told(self) -> str:
        """Everything that was told."""
        return self._told.read_text()

    def _say(self, order: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()


def test_what_is_said_in_the_headset_is_not_heard_from_the_loudspeaker(
    pulse: Pulse, tmp_path: Path
) -> None:
    with (
        pulse.both_ears(tmp_path) as (speaker, headphone),
        Playing(pulse, tmp_path) as playing,
    ):
        playing.does("use headset", "tone", "private").tells("SpeechStarted()")
        let_pass(2.0)
        playing.does("tone")
        let_pass(WHILE_SECONDS)
    assert rms(headphone.heard()) > LOUD
    assert len(speaker.heard()) > 22_050
    assert rms(speaker.heard()) == 0.0


def test_what_is_said_by_the_loudspeaker_is_not_heard_in_the_headset(
    pulse: Pulse, tmp_path: Path
) -> None:
    with (
        pulse.both_ears(tmp_path) as (speaker, headphone),
        Playing(pulse, tmp_path) as playing,
    ):
        playing.does("tone", "public").tells("SpeechStarted()")
        let_pass(2.0)
    assert rms(speaker.heard()) > LOUD
    assert len(headphone.heard()) > 22_050
    assert rms(headphone.heard()) == 0.0


def test_a_plug_pulled_in_the_middle_of_a_balance_ends_it(pulse: Pulse, tmp_path: Path) -> None:
    """Nothing of it reaches the loudspeaker, which then speaks again."""
    with (
        pulse.both_ears(tmp_path) as (speaker, headphone),
        Playing(pulse, tmp_path) as playing,
    ):
        playing.does("use headset", "private").tells("SpeechStarted()")
        let_pass(0.7)
        playing.does("use loudspeaker").tells("SpeechEnded()")
        let_pass(WHILE_SECONDS)
        assert rms(speaker.heard()) == 0.0
        assert rms(headphone.heard()) > LOUD
        ended = np.flatnonzero(headphone.heard())[-1]
        playing.does("public")
        wait_until(lambda: rms(speaker.heard()) > 0.0, "the loudspeaker")
    assert np.flatnonzero(headphone.heard())[-1] == ended


def test_a_headset_that_vanishes_is_replaced_by_nothing(pulse: Pulse, tmp_path: Path) -> None:
    with pulse.ear(tmp_path, "Speaker") as speaker, Playing(pulse, tmp_path) as playing:
        playing.does("use headset", "private").tells("SpeechStarted()")
        let_pass(0.5)
        pulse.unplug("Headphone")
        playing.tells("SoundLost(output='headset')").tells("SpeechEnded()")
        playing.does("tone", "private")
        let_pass(WHILE_SECONDS)
        assert rms(speaker.heard()) == 0.0
        pulse.plug("Headphone")
        playing.tells("SoundBack(output='headset')")
        with pulse.ear(tmp_path, "Headphone") as headphone:
            playing.does("private")
            wait_until(lambda: rms(headphone.heard()) > LOUD, "the headset")
        assert rms(speaker.heard()) == 0.0
        assert playing.told.count("SoundLost") == 1


def test_without_a_headset_nothing_is_heard_of_what_is_private(
    pulse: Pulse, tmp_path: Path
) -> None:
    pulse.unplug("Headphone")
    with pulse.ear(tmp_path, "Speaker") as speaker, Playing(pulse, tmp_path) as playing:
        playing.does("use headset").tells("SoundLost(output='headset')")
        playing.does("private", "tone")
        let_pass(WHILE_SECONDS)
    assert len(speaker.heard()) > 10_000
    assert rms(speaker.heard()) == 0.0


def test_the_ears_hear_what_is_there(pulse: Pulse, tmp_path: Path) -> None:
    """The proof above can fail: a stream that is allowed to move is heard from the loudspeaker."""
    noise = tmp_path / "noise.raw"
    noise.write_bytes(np.full(22_050 * 20, 5_000, dtype="<i2").tobytes())
    with pulse.ear(tmp_path, "Speaker") as speaker:
        asked = ["pacat", "--raw", "--device=Headphone", "--rate=22050", "--channels=1", str(noise)]
        with subprocess.Popen(asked, env=pulse.whole_environment) as player:
            let_pass(0.5)
            assert rms(speaker.heard()) == 0.0
            pulse.unplug("Headphone")
            wait_until(lambda: rms(speaker.heard()) > LOUD, "the stream that moved")
            player.kill()
