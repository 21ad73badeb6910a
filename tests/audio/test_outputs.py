"""Two ways out and one of them open: nothing is heard where it should not be, and nothing falls back."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from audio.clips import RATE_HZ, Clip
from audio.outputs import (
    PRESENCE_SECONDS,
    RETRY_SECONDS,
    RETRY_SECONDS_MAX,
    SHARED,
    Devices,
    Outputs,
)
from terminal.events import SoundBack, SoundLost
from terminal.privacy import Output

REPOSITORY = Path(__file__).parents[2]


def run(code: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Python with a sound system of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PYGAME_HIDE_SUPPORT_PROMPT": "1", **environment},
        capture_output=True,
        text=True,
        check=True,
    )


# --- which device ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("devices", "loudspeaker", "headset"),
    [
        (Devices(), "", None),
        (Devices("Speaker", "Headphone"), "Speaker", "Headphone"),
        (Devices("Speaker", SHARED), "Speaker", "Speaker"),
        (Devices("", SHARED), "", ""),
        (Devices("", "Headphone"), "", "Headphone"),
    ],
)
def test_each_output_has_its_device(
    devices: Devices, loudspeaker: str | None, headset: str | None
) -> None:
    assert (devices.of("loudspeaker"), devices.of("headset")) == (loudspeaker, headset)
    assert all(name not in ("", SHARED) for name in devices.named())


# --- devices that come and go, with a sound system that is told what there is ----------------------------


class System:
    """A sound system: which devices it lists, which can be opened, and what was played where."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
        self.names = set(names)
        self.stuck: set[str] = set()
        self.opened: list[str] = []
        self.open: str | None = None
        self.outputs = Outputs(Devices("Speaker", "Headphone"))
        monkeypatch.setattr("audio.outputs.open_device", self._open)
        monkeypatch.setattr("audio.outputs._names", lambda: tuple(sorted(self.names)))
        monkeypatch.setattr("pygame.mixer.stop", lambda: None)
        monkeypatch.setattr("pygame.mixer.quit", self._quit)

    def _open(self, device: str) -> str:
        assert self.open is None, "one mixer, one device"
        if device not in self.names or device in self.stuck:
            return "it is not there"
        self.opened.append(device)
        self.open = device
        return ""

    def _quit(self) -> None:
        self.open = None

    def told(self, now: float) -> list[object]:
        return list(self.outputs.poll(now))


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    return System(monkeypatch, "Speaker", "Headphone")


def test_the_loudspeaker_is_opened_at_the_first_sound_only(system: System) -> None:
    assert system.outputs.output == "loudspeaker"
    assert system.told(0.0) == []
    assert system.opened == []
    assert system.outputs.able(0.0)
    assert system.opened == ["Speaker"]


def test_one_device_is_open_at_a_time(system: System) -> None:
    system.outputs.able(0.0)
    for output, device in (("headset", "Headphone"), ("loudspeaker", "Speaker")):
        assert output in ("headset", "loudspeaker")
        system.outputs.use("headset" if output == "headset" else "loudspeaker", 1.0)
        assert system.open == device
        assert system.outputs.output == output
    assert system.told(1.0) == []


def test_a_headset_that_is_not_there_is_told_and_nothing_takes_its_place(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    system.names.remove("Headphone")
    system.outputs.able(0.0)
    system.outputs.use("headset", 1.0)
    assert system.open is None
    assert system.told(1.0) == [SoundLost("headset")]
    assert not system.outputs.able(1.1)
    assert not system.outputs.speak(Clip(bytes(100)), 1.0, 1.1)
    system.outputs.tone("press", 1.0, 1.1)
    assert system.told(1.2) == []
    assert system.opened == ["Speaker"]
    assert capsys.readouterr().err == "No sound from the headset: it is not there.\n"


def test_a_headset_that_nobody_configured_is_lost_for_good(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = Outputs(Devices("Speaker"))
    outputs.use("headset", 0.0)
    assert list(outputs.poll(0.0)) == [SoundLost("headset")]
    assert list(outputs.poll(1000.0)) == []
    outputs.use("loudspeaker", 1001.0)
    assert list(outputs.poll(2000.0)) == []
    outputs.use("headset", 2001.0)
    assert list(outputs.poll(2001.0)) == [SoundLost("headset")]
    assert system.opened == ["Speaker"]
    assert "no device is configured" in capsys.readouterr().err


@pytest.mark.parametrize("output", ["loudspeaker", "headset"])
def test_a_device_that_vanishes_is_told_once_and_comes_back(
    system: System, output: Output, capsys: pytest.CaptureFixture[str]
) -> None:
    device = {"loudspeaker": "Speaker", "headset": "Headphone"}[output]
    system.outputs.use(output, 0.0)
    assert system.outputs.able(0.0)
    system.names.remove(device)
    assert system.told(PRESENCE_SECONDS) == [SoundLost(output)]
    assert system.open is None
    assert not system.outputs.speak(Clip(bytes(100)), 1.0, 1.1)
    gone = PRESENCE_SECONDS + RETRY_SECONDS
    assert system.told(gone - 0.1) == []
    assert system.told(gone) == [], "tried, and still gone"
    system.names.add(device)
    assert system.told(gone + 2 * RETRY_SECONDS) == [SoundBack(output)]
    assert system.open == device
    assert capsys.readouterr().err.count("\n") == 1


def test_a_lost_headset_is_found_while_the_loudspeaker_is_in_use(system: System) -> None:
    """Without opening it: two devices are never open at once."""
    system.names.remove("Headphone")
    system.outputs.use("headset", 0.0)
    system.outputs.use("loudspeaker", 0.1)
    assert system.told(0.1) == [SoundLost("headset")]
    assert system.told(RETRY_SECONDS) == []
    system.names.add("Headphone")
    assert system.told(3 * RETRY_SECONDS) == [SoundBack("headset")]
    assert system.opened == ["Speaker"]
    system.outputs.use("headset", 20.0)
    assert system.open == "Headphone"


def test_a_device_that_is_listed_and_does_not_open_is_tried_ever_later(system: System) -> None:
    """Found by its name, used, lost again: each time it takes longer."""
    system.stuck.add("Headphone")
    found: list[float] = []
    system.outputs.use("headset", 0.0)
    for now in range(1, 1_000):
        for event in system.told(float(now)):
            system.outputs.use("headset" if event == SoundBack("headset") else "loudspeaker", now)
            found += [now] if event == SoundBack("headset") else []
    gaps = [two - one for one, two in pairwise(found)]
    assert len(gaps) > 5
    assert gaps == sorted(gaps)
    assert RETRY_SECONDS_MAX <= gaps[-1] <= RETRY_SECONDS_MAX + 2
    assert system.open == "Speaker"


def test_tries_are_quiet_and_bounded(system: System, capsys: pytest.CaptureFixture[str]) -> None:
    system.names.clear()
    assert not system.outputs.able(0.0)
    tries = [now for now in range(1, 1_000) if system.told(float(now)) != []]
    assert tries == [1], "told once"
    assert capsys.readouterr().err.count("\n") == 1
    assert system.outputs._waits["loudspeaker"] == RETRY_SECONDS_MAX


def test_what_waits_is_not_heard_on_the_other_output(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six digits typed, then the plug: the tones that waited are gone."""
    played: list[str | None] = []
    monkeypatch.setattr(Outputs, "_busy", lambda self, channel: bool(played))
    monkeypatch.setattr(Outputs, "_play", lambda self, *given: played.append(system.open))
    for _ in range(6):
        system.outputs.tone("digit", 1.0, 0.0)
    system.outputs.use("headset", 0.1)
    monkeypatch.setattr(Outputs, "_busy", lambda self, channel: False)
    for now in range(1, 20):
        system.outputs.poll(float(now))
    assert played == ["Speaker"]


def test_after_close_nothing_is_opened(system: System) -> None:
    system.outputs.able(0.0)
    system.outputs.close()
    system.outputs.use("headset", 1.0)
    system.outputs.tone("press", 1.0, 1.0)
    assert system.open is None
    assert system.told(100.0) == []


# --- the real sound system ---------------------------------------------------------------------------


def test_a_machine_without_sound_says_so_once_in_one_sentence() -> None:
    ended = run(
        "from audio.clips import tone\n"
        "from audio.outputs import Outputs\n"
        "outputs = Outputs()\n"
        "assert not outputs.able(0.0) and not outputs.speak(tone('done'), 1.0, 0.0)\n"
        "outputs.tone('press', 1.0, 0.0); print(outputs.poll(0.0)); outputs.poll(9.0)\n"
        "outputs.stop(); outputs.close()\n",
        SDL_AUDIODRIVER="no-such-driver",
    )
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("No sound from the loudspeaker: a sound device could not be")
    assert ended.stdout == "[SoundLost(output='loudspeaker')]\n"


def test_devices_that_do_not_exist_are_named_with_those_that_do() -> None:
    ended = run(
        "from audio.outputs import Devices, Outputs, device_names, devices_trouble\n"
        "print(devices_trouble(Devices('Headphone', 'Jack')))\n"
        "print([devices_trouble(Devices(name)) for name in device_names()])\n"
        "print([devices_trouble(Devices()), devices_trouble(Devices('', 'shared'))])\n"
        "outputs = Outputs(Devices('Headphone'))\n"
        "assert not outputs.able(0.0) and not outputs.able(0.0)\n",
        SDL_AUDIODRIVER="dummy",
    )
    sentence, existing, none = ended.stdout.splitlines()
    assert sentence.startswith('There is no sound device called "Headphone", "Jack": there is "')
    assert (existing, none) == ("['']", "['', '']")
    assert ended.stderr.count("\n") == 1
    assert 'there is no device called "Headphone"; there is "' in ended.stderr


def test_importing_the_voice_opens_nothing_and_loads_no_engine() -> None:
    ended = run(
        "import sys, json\n"
        "import audio.voice, audio.speakers\n"
        "audio.speakers.player()\n"
        "print(json.dumps([m for m in ('pygame', 'pyttsx3', 'numpy') if m in sys.modules]))\n",
    )
    assert json.loads(ended.stdout) == []


_WITH_FILES = """
import array, math, os, sys, threading
from audio.clips import Clip, RATE_HZ
from audio.outputs import Devices, Outputs

one, other = sys.argv[1:3]

def until_written(path, more):
    size = (os.path.getsize(path) if os.path.exists(path) else 0) + more
    while not os.path.exists(path) or os.path.getsize(path) < size:
        threading.Event().wait(0.01)

outputs = Outputs(Devices(one, other))
loud = Clip(array.array("h", (int(20000 * math.sin(n / 5)) for n in range(60 * RATE_HZ))).tobytes())
"""
"""SDL's disk driver takes any file for a device, and writes there what would be heard."""

_HUSHED = (
    _WITH_FILES
    + """
assert outputs.speak(loud, 1.0, 0.0)
until_written(one, RATE_HZ // 2)
assert outputs.speaking()
outputs.stop()
assert not outputs.speaking()
until_written(one, RATE_HZ // 2)
outputs.close()
"""
)

_UNPLUGGED = (
    _WITH_FILES
    + """
outputs.use("headset", 0.0)
assert outputs.speak(loud, 1.0, 0.0)
until_written(other, RATE_HZ // 2)
outputs.tone("digit", 1.0, 0.0)
outputs.tone("digit", 1.0, 0.0)
outputs.use("loudspeaker", 1.0)
assert not outputs.speaking()
outputs.poll(1.0)
until_written(one, RATE_HZ)
outputs.close()
"""
)


def mixed(path: Path) -> npt.NDArray[np.int16]:
    return np.frombuffer(path.read_bytes(), dtype="<i2")


def test_hush_ends_the_sound_itself(tmp_path: Path) -> None:
    """Sample level: what the mixer wrote is loud, and then silent to the end (AUD-02)."""
    one, other = tmp_path / "one.raw", tmp_path / "other.raw"
    run(_HUSHED, str(one), str(other), SDL_AUDIODRIVER="disk")
    loud = np.flatnonzero(np.abs(mixed(one)) > 1_000)
    assert len(loud) > 0.1 * RATE_HZ
    after = mixed(one)[loud[-1] + 1 :]
    assert len(after) > 0.1 * RATE_HZ
    assert not after.any()
    assert not other.exists()


def test_what_was_said_in_the_headset_is_in_no_sample_of_the_loudspeaker(tmp_path: Path) -> None:
    one, other = tmp_path / "one.raw", tmp_path / "other.raw"
    run(_UNPLUGGED, str(one), str(other), SDL_AUDIODRIVER="disk")
    assert np.abs(mixed(other)).max() > 10_000
    assert len(mixed(one)) >= RATE_HZ // 2
    assert not mixed(one).any()


def test_a_headset_that_is_not_there_is_told_to_the_operator_once_and_not_at_each_plug(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outputs = Outputs(Devices())
    for at in (0.0, 10.0, 20.0):
        outputs.use("headset", at)
        assert SoundLost("headset") in outputs.poll(at)
        outputs.use("loudspeaker", at + 1.0)
    outputs.close()
    assert capsys.readouterr().err.count("No sound from the headset") == 1
