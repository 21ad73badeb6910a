"""Tones that old ears can tell apart, a cache with a bound, and silence where there is no sound."""

from itertools import combinations, groupby
from pathlib import Path

import numpy as np
import pytest

from audio.clips import RATE_HZ, TONES, Clip, ClipCache, clip_name, joined, read_wav, tone


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


FRAME_SECONDS = 0.01
DIFFERENT_SECONDS = 0.08
"""Two strokes that differ by so much are told apart without counting."""


def rhythm(name: str) -> list[float]:
    """Seconds of sound and of silence by turns, measured in the samples; pitch plays no part."""
    samples = np.abs(np.frombuffer(tone(name).pcm, dtype="<i2").astype(float))
    size = int(FRAME_SECONDS * RATE_HZ)
    heard = [samples[at : at + size].max() > 300 for at in range(0, len(samples), size)]
    turns = [len(list(turn)) * FRAME_SECONDS for _, turn in groupby(heard)]
    return turns if heard[-1] else turns[:-1]


@pytest.mark.parametrize(("one", "other"), list(combinations(TONES, 2)))
def test_any_two_tones_differ_in_rhythm(one: str, other: str) -> None:
    """AUD-19: for whoever hears no pitch: more strokes, or one that is clearly longer."""
    mine, theirs = rhythm(one), rhythm(other)
    assert len(mine) != len(theirs) or any(
        abs(a - b) >= DIFFERENT_SECONDS for a, b in zip(mine, theirs, strict=True)
    )


def test_a_clip_is_known_by_words_voice_and_pace() -> None:
    names = {
        clip_name("qing3", "zh", 3.3),
        clip_name("qing2", "zh", 3.3),
        clip_name("qing3", "en", 3.3),
        clip_name("qing3", "zh", 4.3),
    }
    assert len(names) == 4
    assert clip_name("qing3", "zh", 3.3) in names


def test_clips_are_joined_with_a_pause_between() -> None:
    whole = joined([Clip(b"aa", 10), Clip(b"bb", 10), Clip(b"cc", 10)], 0.2)
    assert whole == Clip(b"aa" + bytes(4) + b"bb" + bytes(4) + b"cc", 10)
    assert joined([Clip(b"aa")], 9.0) == Clip(b"aa")


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


def test_a_folder_that_is_full_takes_no_more_and_keeps_what_it_has(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path, folder_bytes_max=100)
    cache.put("made-ahead", Clip(bytes(90)))
    cache.put("later", Clip(bytes(90)))
    assert ClipCache(tmp_path).get("made-ahead") is not None
    assert ClipCache(tmp_path).get("later") is None
    assert cache.get("later") is not None
    again = ClipCache(tmp_path, folder_bytes_max=200)
    again.put("third", Clip(bytes(90)))
    assert ClipCache(tmp_path).get("third") is None, "what lay there before counts"
