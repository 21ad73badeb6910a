"""Tones that old ears can tell apart, a cache with a bound, and silence where there is no sound."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from audio.clips import RATE_HZ, TONES, Clip, ClipCache, NoMixer, clip_name, read_wav, tone

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("name", TONES)
def test_tones_are_low_enough_and_long_enough(name: str) -> None:
    """AUD-19: fundamentals of 500 to 2,000 Hz, nothing above 2.5 kHz, 100 ms and more; AUD-06."""
    samples = np.frombuffer(tone(name).pcm, dtype="<i2").astype(float)
    power = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    assert power[hz > 2_500].sum() < 1e-3 * power.sum()
    assert 500 <= hz[power.argmax()] <= 2_000
    assert all(note.seconds >= 0.1 for note in TONES[name] if note.hz)
    assert 0.1 <= tone(name).seconds <= 3.0
    assert np.abs(samples).max() < 32_767


def test_cues_differ_in_rhythm() -> None:
    rhythms = {name: tuple((n.hz > 0, n.seconds) for n in notes) for name, notes in TONES.items()}
    assert len(set(rhythms.values())) == len(rhythms)


def test_a_clip_is_known_by_words_voice_and_pace() -> None:
    names = {
        clip_name("qing3", "zh", 3.3, 0.5),
        clip_name("qing2", "zh", 3.3, 0.5),
        clip_name("qing3", "en", 3.3, 0.5),
        clip_name("qing3", "zh", 4.3, 0.5),
        clip_name("qing3", "zh", 3.3, 0.25),
    }
    assert len(names) == 5
    assert clip_name("qing3", "zh", 3.3, 0.5) in names


def test_the_cache_forgets_the_oldest_used_first() -> None:
    cache = ClipCache(bytes_max=100)
    for name in ("a", "b"):
        cache.put(name, Clip(bytes(40)))
    assert cache.get("a") is not None
    cache.put("c", Clip(bytes(40)))
    assert cache.get("b") is None
    assert cache.get("a") is not None
    assert cache.get("c") is not None


def test_a_folder_outlives_the_cache_and_a_spoiled_file_is_no_clip(tmp_path: Path) -> None:
    clip = Clip(bytes(range(200)))
    ClipCache(tmp_path / "clips").put("name", clip)
    assert ClipCache(tmp_path / "clips").get("name") == clip
    (tmp_path / "clips" / "name.wav").write_bytes(b"RIFF")
    assert ClipCache(tmp_path / "clips").get("name") is None
    assert read_wav(tmp_path / "none.wav") is None


def test_a_folder_that_cannot_be_written_is_not_missed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = ClipCache(tmp_path / "file")
    cache.put("name", Clip(b"\0\0"))
    assert cache.get("name") == Clip(b"\0\0")


def test_no_mixer_is_silence() -> None:
    mixer = NoMixer()
    mixer.tone("press", 1.0)
    assert not mixer.able()
    assert not mixer.speak(Clip(b"\0\0"), 1.0)
    assert not mixer.speaking()


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


def test_a_machine_without_sound_says_so_once_in_one_sentence() -> None:
    ended = run(
        "from audio.clips import PygameMixer, tone\n"
        "mixer = PygameMixer()\n"
        "assert not mixer.able() and not mixer.speak(tone('done'), 1.0)\n"
        "mixer.tone('press', 1.0); mixer.poll(); mixer.stop(); mixer.close()\n",
        SDL_AUDIODRIVER="no-such-driver",
    )
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("No sound: a sound device could not be opened")
    assert ended.stdout == ""


def test_a_device_that_does_not_exist_is_named_with_those_that_do() -> None:
    ended = run(
        "from audio.clips import PygameMixer, device_names, device_trouble\n"
        "print(device_trouble('Headphone'))\n"
        "print([device_trouble(name) for name in device_names()])\n"
        "mixer = PygameMixer('Headphone')\n"
        "assert not mixer.able() and not mixer.able()\n",
        SDL_AUDIODRIVER="dummy",
    )
    sentence, existing = ended.stdout.splitlines()
    assert sentence.startswith('There is no sound device called "Headphone": there is "')
    assert existing == "['']"
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith('No sound: there is no device called "Headphone"; there is "')


def test_importing_the_voice_opens_nothing_and_loads_no_engine() -> None:
    ended = run(
        "import sys, json\n"
        "import audio.voice, audio.speakers\n"
        "audio.speakers.loudspeaker()\n"
        "print(json.dumps([m for m in ('pygame', 'pyttsx3', 'numpy') if m in sys.modules]))\n",
    )
    assert json.loads(ended.stdout) == []


_HUSHED = """
import array, math, os, sys, threading
from audio.clips import Clip, PygameMixer, RATE_HZ

def until_written(size):
    while os.path.getsize(sys.argv[1]) < size:
        threading.Event().wait(0.01)

mixer = PygameMixer()
loud = array.array("h", (int(20000 * math.sin(n / 5)) for n in range(60 * RATE_HZ)))
assert mixer.speak(Clip(loud.tobytes()), 1.0)
until_written(RATE_HZ // 2)
assert mixer.speaking()
mixer.stop()
assert not mixer.speaking()
until_written(os.path.getsize(sys.argv[1]) + RATE_HZ // 2)
mixer.close()
"""


def test_hush_ends_the_sound_itself(tmp_path: Path) -> None:
    """Sample level: what the mixer wrote is loud, and then silent to the end (AUD-02)."""
    out = tmp_path / "mixed.raw"
    out.touch()
    run(_HUSHED, str(out), SDL_AUDIODRIVER="disk", SDL_DISKAUDIOFILE=str(out))
    mixed = np.frombuffer(out.read_bytes(), dtype="<i2")
    loud = np.flatnonzero(np.abs(mixed) > 1_000)
    assert len(loud) > 0.1 * RATE_HZ
    after = mixed[loud[-1] + 1 :]
    assert len(after) > 0.1 * RATE_HZ
    assert not after.any()
