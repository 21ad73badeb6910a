"""Recordings by a person: which are used, which are not, and what a manifest may say."""

import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pygame
import pytest

from audio.clips import RATE_HZ, Clip, joined, write_wav
from audio.outputs import open_device
from audio.packs import (
    Manifest,
    PackError,
    Packs,
    Rate,
    Recording,
    decoded,
    fits,
    manifest_from,
    recording_sha256,
)

HASH = "0" * 64
GOOD = {
    "format": 1,
    "language": "zh",
    "speaker": "Wang Fang",
    "licence": "CC-BY-4.0",
    "rate": 3.3,
    "clip": [{"text": "请插卡。", "file": "idle.ogg", "sha256": HASH, "key": "idle"}],
}


def recording(folder: Path, text: str, level: int, rate: Rate = 3.3) -> Recording:
    """A second that is told by its level."""
    path = folder / f"{level}.wav"
    write_wav(path, second(level))
    return Recording(text, path.name, recording_sha256(path.read_bytes()), rate)


def second(level: int) -> Clip:
    return Clip(bytes([level, 0]) * RATE_HZ)


def packs(folder: Path, *recordings: Recording) -> Packs:
    return Packs([(folder, Manifest("zh", "somebody", "CC0-1.0", recordings))])


def test_a_manifest_is_read() -> None:
    assert manifest_from(GOOD) == Manifest(
        "zh", "Wang Fang", "CC-BY-4.0", (Recording("请插卡。", "idle.ogg", HASH, 3.3, "idle"),)
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 2}, "format must be 1, found 2"),
        ({"language": "ug"}, 'language must be "en" or "zh", found \'ug\''),
        ({"licens": "x"}, 'the manifest has an unknown word "licens"; known are clip, format'),
        ({"rate": "slow"}, "the manifest: rate must be characters a second (zh), words a minute"),
        ({"rate": True}, "rate must be"),
        ({"clip": {}}, "clips are written as [[clip]]"),
        ({"clip": ["x"]}, "[[clip]] number 1 must be a table, found 'x'"),
        ({"speaker": 3}, "speaker must be text, found 3"),
    ],
)
def test_a_mistake_in_a_manifest_is_named(change: dict[str, object], says: str) -> None:
    with pytest.raises(PackError) as caught:
        manifest_from({**GOOD, **change})
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"text": " "}, "number 2 must have text = \"...\", found ' '"),
        (
            {"file": "../x.wav"},
            '("请插卡。"): file must be a name in this folder that ends in .wav',
        ),
        ({"file": "x.mp3"}, "that ends in .wav, .ogg, .flac, found 'x.mp3'"),
        ({"sha256": "abc"}, "sha256 must be 64 digits of 0-9 and a-f"),
        ({"rate": -1}, 'number 2 ("请插卡。"): rate must be'),
        ({"loud": 1}, 'number 2 has an unknown word "loud"'),
    ],
)
def test_a_mistake_in_an_entry_is_named_with_its_number_and_text(
    change: dict[str, object], says: str
) -> None:
    good = {"text": "请插卡。", "file": "idle.ogg", "sha256": HASH}
    with pytest.raises(PackError) as caught:
        manifest_from({**GOOD, "clip": [good, {**good, **change}]})
    assert says in str(caught.value)


def test_an_entry_may_have_a_rate_of_its_own() -> None:
    entry = {"text": "请插卡。", "file": "idle.ogg", "sha256": HASH, "rate": "any"}
    assert manifest_from({**GOOD, "clip": [entry]}).recordings[0].rate == "any"


@pytest.mark.parametrize(
    ("rate", "pace", "used"),
    [(3.3, 3.3, True), (3.3, 3.32, True), (3.3, 3.8, False), (3.8, 3.3, False), ("any", 5.0, True)],
)
def test_a_recording_is_used_at_its_own_pace(
    tmp_path: Path, rate: Rate, pace: float, used: bool
) -> None:
    assert fits(rate, pace) == used
    found = packs(tmp_path, recording(tmp_path, "请插卡。", 1, rate))
    assert found.clip("zh", ["请插卡。"], pace, 0.5) == (second(1) if used else None)


def test_one_text_may_be_recorded_at_several_paces(tmp_path: Path) -> None:
    found = packs(
        tmp_path,
        recording(tmp_path, "请插卡。", 1, 3.3),
        recording(tmp_path, "请插卡。", 2, 4.3),
    )
    assert found.clip("zh", ["请插卡。"], 4.3, 0.5) == second(2)


def test_another_text_or_language_is_not_said_by_it(tmp_path: Path) -> None:
    found = packs(tmp_path, recording(tmp_path, "请插卡。", 1))
    assert found.clip("zh", ["请插卡！"], 3.3, 0.5) is None
    assert found.clip("en", ["请插卡。"], 3.3, 0.5) is None
    assert Packs().clip("zh", ["请插卡。"], 3.3, 0.5) is None


def test_recordings_of_parts_say_the_whole(tmp_path: Path) -> None:
    """A banner and a prompt are two recordings; the longest that fits comes first."""
    found = packs(
        tmp_path,
        recording(tmp_path, "一。", 1),
        recording(tmp_path, "二。三。", 2),
        recording(tmp_path, "二。", 3),
    )
    said = found.clip("zh", ["一。", "二。", "三。"], 3.3, 0.5)
    assert said == joined([second(1), second(2)], 0.5)
    assert found.clip("zh", ["一。", "二。"], 3.3, 0.5) == joined([second(1), second(3)], 0.5)
    assert found.clip("zh", ["一。", "三。"], 3.3, 0.5) is None


def test_the_first_pack_is_asked_first(tmp_path: Path) -> None:
    one = Manifest("zh", "one", "CC0-1.0", (recording(tmp_path, "一。", 1),))
    two = Manifest("zh", "two", "CC0-1.0", (recording(tmp_path, "一。", 2),))
    found = Packs([(tmp_path, two), (tmp_path, one)])
    assert found.clip("zh", ["一。"], 3.3, 0.5) == second(2)


@pytest.mark.parametrize("harm", ["changed", "gone", "no sound"])
def test_a_file_that_is_not_what_it_should_be_is_not_played(tmp_path: Path, harm: str) -> None:
    entry = recording(tmp_path, "一。", 1)
    path = tmp_path / entry.file
    match harm:
        case "changed":
            write_wav(path, second(9))
        case "gone":
            path.unlink()
        case _:
            path.write_bytes(b"RIFF")
            entry = replace(entry, sha256=recording_sha256(b"RIFF"))
    assert packs(tmp_path, entry).clip("zh", ["一。"], 3.3, 0.5) is None


# --- files of any kind ---------------------------------------------------------------------------------


@pytest.fixture
def mixer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A sound system that nobody hears."""
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    assert open_device("") == ""
    yield
    import pygame.mixer

    pygame.mixer.quit()


def test_a_recording_in_stereo_at_another_rate_is_played_at_the_mixers(
    tmp_path: Path, mixer: None
) -> None:
    path = tmp_path / "studio.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(44_100)
        sound.writeframes(b"\1\1" * 2 * 44_100)
    clip = decoded(path)
    assert clip is not None
    assert clip.rate_hz == RATE_HZ
    assert clip.seconds == pytest.approx(1.0, abs=0.01)


def test_flac_is_played(tmp_path: Path, mixer: None) -> None:
    samples = [1_000 * (n % 7) - 3_000 for n in range(4_096)]
    path = tmp_path / "studio.flac"
    path.write_bytes(flac(samples))
    clip = decoded(path)
    assert clip is not None
    assert clip.pcm == b"".join(n.to_bytes(2, "little", signed=True) for n in samples)


def flac(samples: list[int]) -> bytes:
    """One uncompressed frame of FLAC, mono, 16 bit, at the mixer's rate (RFC 9639)."""
    count = len(samples)
    info = (RATE_HZ << 44) | (0 << 41) | (15 << 36) | count
    size = count.to_bytes(2, "big")
    head = b"fLaC" + b"\x80\0\0\x22" + size * 2 + bytes(6) + info.to_bytes(8, "big") + bytes(16)
    frame = b"\xff\xf8" + bytes([0x70, 0x08]) + b"\0" + (count - 1).to_bytes(2, "big")
    frame += bytes([_crc(frame, 8, 0x07)]) + b"\x02"
    frame += b"".join(n.to_bytes(2, "big", signed=True) for n in samples)
    return head + frame + _crc(frame, 16, 0x8005).to_bytes(2, "big")


def _crc(data: bytes, bits: int, polynomial: int) -> int:
    value = 0
    for byte in data:
        value ^= byte << (bits - 8)
        for _ in range(8):
            top = value >> (bits - 1)
            value = ((value << 1) ^ (polynomial if top else 0)) & ((1 << bits) - 1)
    return value


EXAMPLES = Path(pygame.__file__).parent / "examples" / "data"


@pytest.mark.parametrize("name", ["house_lo.ogg", "house_lo.flac"])
def test_files_of_other_programs_are_played(mixer: None, name: str) -> None:
    if not (EXAMPLES / name).exists():
        pytest.skip("pygame came without its examples")
    clip = decoded(EXAMPLES / name)
    assert clip is not None
    assert clip.rate_hz == RATE_HZ
    assert 1.0 < clip.seconds < 60.0
