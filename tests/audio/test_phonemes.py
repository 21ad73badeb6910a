"""What the engine makes of every fixed sentence is what somebody has looked at; no part of it is read in
English where it is Mandarin."""

import tomllib
from functools import cache

import pytest

from sim.proof.voice import phonemes as engine
from sim.proof.voice.phonemes import FALLBACK, PhonemesMissing, asked, foreign
from sim.stage.settings import own_design
from tools.make_phonemes import GOLDEN, as_toml, phonemes_now

RENEW = (
    "Run `python -m tools.make_phonemes`, read the difference (`git diff tests/audio`) and listen to "
    "what it is about before it is committed."
)


@cache
def golden() -> dict[str, dict[str, str]]:
    return tomllib.loads(GOLDEN.read_text(encoding="utf-8"))


@cache
def now() -> dict[str, dict[str, str]]:
    return phonemes_now(own_design())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_fixed_sentence_is_said_as_it_was_when_somebody_looked(language: str) -> None:
    known, said = golden()[language], now()[language]
    changed = sorted(text for text in known.keys() & said.keys() if known[text] != said[text])
    differences = {
        "new": sorted(said.keys() - known.keys()),
        "gone": sorted(known.keys() - said.keys()),
        "said otherwise": [f"{text}: {known[text]} -> {said[text]}" for text in changed],
    }
    assert {name: some for name, some in differences.items() if some} == {}, RENEW


def test_there_are_as_many_as_there_are_prompts() -> None:
    assert len(golden()["zh"]) > 150
    assert len(golden()["en"]) > 150


def test_no_mandarin_falls_back_on_english() -> None:
    assert [text for text, said in now()["zh"].items() if foreign(said) or not said] == []


@pytest.mark.parametrize("form", ["qing3 qu3 card.", "请取卡 hello.", "qing3 an4 OK jian4."])
def test_a_fallback_is_seen(form: str) -> None:
    assert foreign(asked([("zh", form)])[0]) != []


def test_the_mark_of_the_way_back_is_none() -> None:
    assert FALLBACK.findall("kh'A214_| (en)h@l'oU(cmn)_|") == ["(en)"]


def test_the_tone_and_the_syllable_make_a_difference() -> None:
    first, other, third = asked(
        [("zh", "mai3 piao4."), ("zh", "mai4 piao4."), ("zh", "mai3 biao4.")]
    )
    assert len({first, other, third}) == 3


def test_nothing_of_the_engine_is_loaded_here() -> None:
    """Its licence is the GPL: it lives in processes of its own."""
    now()
    maps = "/proc/self/maps"
    try:
        with open(maps, encoding="utf-8") as file:
            loaded = file.read()
    except OSError:
        pytest.skip("only Linux tells what is loaded")
    assert "espeak" not in loaded


def test_an_engine_that_does_not_answer_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_COMMAND", ("false",))
    with pytest.raises(PhonemesMissing, match="0 of 1"):
        asked([("zh", "ka3.")])


def test_the_file_is_as_the_tool_writes_it() -> None:
    assert GOLDEN.read_text(encoding="utf-8") == as_toml(golden())
