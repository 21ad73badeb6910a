"""The recorded visit: everything that is said is in the file, where and as long as its caption says."""

import array
import io
import re
import wave
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from audio.clips import RATE_HZ, Clip
from audio.tts import Failed, Made, Synthesizer
from audio.utterance import Utterance, units_per_second
from sim.stage import demonstration as demo
from sim.stage.demonstration import Demonstration, Studio, captions, faults, recorded
from sim.stage.settings import ConfigurationError
from terminal.profile import Language, Profile

WORDS = re.compile(r"[\u4e00-\u9fff]|[A-Za-z][A-Za-z'-]*")


class Humming(Synthesizer):
    """An engine that hums each sentence for as long as it should take."""

    def __init__(self, able: bool = True) -> None:
        super().__init__(warm=0)
        self._able = able
        self._done: list[Made | Failed] = []

    def request(
        self, utterance: Utterance, only: Collection[int], profile: Profile, now: float
    ) -> int:
        pace = units_per_second(utterance.lang, profile)
        clips = tuple(_hum(len(WORDS.findall(one)) / pace) for one in utterance.sentences)
        self._done.append(Made(1, clips) if self._able else Failed(1))
        return 1

    def poll(self, now: float) -> list[Made | Failed]:
        done, self._done = self._done, []
        return done


def _hum(seconds: float) -> Clip:
    return Clip(array.array("h", [1_000] * round(seconds * RATE_HZ)).tobytes())


@cache
def hummed(language: Language) -> Demonstration:
    return recorded(language, Studio(Humming()))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_visit_without_sight_is_recorded_to_its_end(language: Language) -> None:
    made = hummed(language)
    assert list(faults(made)) == []
    assert made.paid == 500
    assert "take_notes" in [deed for _, deed in made.deeds]


def test_it_holds_what_the_headset_says_and_the_tones_of_a_pin() -> None:
    said = " ".join(cue.text for cue in hummed("zh").cues)
    for words in (
        "读卡口",
        "取款五百元整，是一百元五张，从尾号",
        "点好了，按确认键",
        "从您的账户里扣",
    ):
        assert words in said
    assert [tone.name for tone in hummed("zh").tones].count("digit") == 6
    assert {one.channel for one in hummed("zh").spoken} == {"headset"}


def test_no_digit_of_the_pin_is_said() -> None:
    said = [cue.text for cue in hummed("zh").cues if "密码" in cue.text or "六位" in cue.text]
    assert said
    assert not re.search("[零一二三四五七八九]", "".join(said))


def test_sound_is_where_its_caption_is_and_nowhere_else() -> None:
    made = hummed("zh")
    sound = np.frombuffer(made.sound.pcm, dtype="<i2")
    silent = np.ones(len(sound), dtype=bool)
    for cue in made.cues:
        first, last = round(cue.start * RATE_HZ), round(cue.end * RATE_HZ)
        silent[first : last + 1] = False
        if cue.whole:
            assert np.mean(sound[first:last] != 0) > 0.5, cue.text
    for tone in made.tones:
        silent[round(tone.at * RATE_HZ) : round((tone.at + 2.5) * RATE_HZ)] = False
    assert not sound[silent].any()


def cues_of(text: str) -> Iterator[tuple[float, float, str]]:
    for block in text.split("\n\n"):
        found = re.match(r"(\S+) --> (\S+)\n(.+)", block)
        if found:
            yield seconds(found[1]), seconds(found[2]), found[3]


def seconds(text: str) -> float:
    hours, minutes, rest = text.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(rest)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_caption_file_is_what_was_said_and_when(language: Language) -> None:
    made = hummed(language)
    text = captions(made, language)
    assert text.startswith("WEBVTT\n")
    assert f"Language: {language}" in text
    told = list(cues_of(text))
    assert [words for _, _, words in told] == [one.text for one in made.spoken]
    for (start, end, _), cue in zip(told, made.cues, strict=True):
        assert (start, end) == pytest.approx((cue.start, cue.end), abs=0.001)
    assert all(end <= later for (_, end, _), (later, _, _) in pairwise(told))
    assert "NOTE 00:00:01.000 plug_headset" in text


def test_what_does_not_hold_is_told() -> None:
    made = hummed("zh")
    first, second, *others = made.cues
    late = replace(first, end=second.start + 0.5)
    slow = replace(first, expected=first.expected / 2)
    wrong = replace(first, text="再见。")
    for planted, says in (
        (replace(made, cues=(late, second, *others)), "overlap"),
        (replace(made, cues=(slow, second, *others)), "its pace says"),
        (replace(made, cues=(wrong, second, *others)), "not what was said"),
        (replace(made, cues=made.cues[1:]), "not what was said"),
        (replace(made, sound=Clip(made.sound.pcm[: len(made.sound.pcm) // 2])), "outside the file"),
        (replace(made, ending="suspect"), "ended with suspect"),
        (replace(made, paid=400), "400 yuan"),
    ):
        assert any(says in fault for fault in faults(planted)), says


def test_without_an_engine_there_is_a_sentence_and_no_recording() -> None:
    with pytest.raises(ConfigurationError, match="look whether pyttsx3 works here"):
        recorded("zh", Studio(Humming(able=False)))


def test_the_command_with_the_real_engine(tmp_path: Path) -> None:
    to = io.StringIO()
    assert demo.run("zh", tmp_path, to) == demo.WELL, to.getvalue()
    with wave.open(str(tmp_path / "talking-zh.wav")) as sound:
        length = sound.getnframes() / sound.getframerate()
        loud = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").astype(float)
    told = list(cues_of((tmp_path / "talking-zh.vtt").read_text(encoding="utf-8")))
    assert len(told) > 20
    assert told[-1][1] < length < 200
    for start, end, text in told:
        part = loud[round(start * RATE_HZ) : round(end * RATE_HZ)]
        assert end - start < 0.35 or np.sqrt(np.mean(np.square(part))) > 100, text
