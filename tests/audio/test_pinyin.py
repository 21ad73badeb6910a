"""Mandarin that is really Mandarin: every sentence has reviewed pinyin that the engine can say."""

import re
from itertools import pairwise

import pytest

from audio.pinyin import SYLLABLE, Line, fill, number_pinyin, pinyin_table_from, syllables
from audio.utterance import headset_template, sentences_of, template, worded
from terminal.numerals import spoken
from tests.audio.material import (
    catalogues,
    ear_only_keys,
    phonemes,
    pinyin,
    said_phonemes,
    spoken_keys,
)
from tests.each import each
from tools import make_pinyin

HANZI = re.compile(r"[\u4e00-\u9fff]")
LINES = {
    **{f"loudspeaker {k}": line for k, line in pinyin().loudspeaker.items()},
    **{f"headset {k}": line for k, line in pinyin().headset.items()},
    **{f"words {k}": line for k, line in pinyin().words.items()},
}


def test_every_text_that_is_said_has_its_own_reviewed_pinyin() -> None:
    zh = catalogues()["zh"]
    keys = [*spoken_keys("zh"), *ear_only_keys("zh")]
    for key in keys:
        assert pinyin().loudspeaker[key].text == template(zh, key), f"{key}: run make_pinyin"
        private = pinyin().headset.get(key, pinyin().loudspeaker[key])
        assert private.text == headset_template(zh, key), f"{key}: run make_pinyin"
    assert set(pinyin().loudspeaker) == set(keys)
    for key, line in pinyin().words.items():
        assert line.text == worded(zh.entries[key].text, "zh"), f"{key}: run make_pinyin"


def test_the_file_is_what_the_tool_writes() -> None:
    written = (make_pinyin.LOCALE / "zh_pinyin.toml").read_text("utf-8")
    assert written == make_pinyin.table_text(catalogues()["zh"])


@each("name", LINES)
def test_one_legal_syllable_for_each_character(name: str) -> None:
    line = LINES[name]
    parts = sentences_of(line.text, "zh")
    assert len(parts) == len(line.sentences)
    for part, sentence in zip(parts, line.sentences, strict=True):
        words = syllables(sentence)
        slots = [w for w in words if w.startswith("{")]
        assert slots == re.findall(r"\{\w+\}", part)
        said = [w for w in words if w not in slots]
        assert len(said) == len(HANZI.findall(part)), (part, sentence)
        assert [w for w in said if not SYLLABLE.match(w)] == []


BY_ITSELF = frozenset("取获所懂值")
"""Before these the character is a word of its own, or part of one, and keeps its tone."""


@each("name", LINES)
def test_the_particle_between_a_verb_and_how_it_went_has_no_tone(name: str) -> None:
    """看得到 is kàn de dào: said with a tone it is two words that make no sense."""
    line = LINES[name]
    for part, sentence in zip(parts_of(line), line.sentences, strict=True):
        said = [w for w in syllables(sentence) if not w.startswith("{")]
        for (before, here), syllable in zip(pairwise(HANZI.findall(part)), said[1:], strict=True):
            if here == "得" and before not in BY_ITSELF:
                assert syllable in ("de5", "dei3"), (part, sentence)


def parts_of(line: Line) -> list[str]:
    return list(sentences_of(line.text, "zh"))


def _told(line: Line) -> str:
    return " ".join(re.sub(r"\{\w+\}", "san1", s) for s in line.sentences)


def test_the_engine_reads_every_syllable_as_mandarin_with_a_tone() -> None:
    told = [_told(line) for line in LINES.values()]
    for text, found in zip(told, phonemes(told), strict=True):
        assert "(en)" not in found, text
        said = [word for word in found.split() if word.strip("_|")]
        assert len(said) == len(syllables(text)), (text, found)
        assert all(re.search(r"[1-5]", word) for word in said), (text, found)


def test_the_engine_reads_every_number_word_as_mandarin() -> None:
    told = [number_pinyin(spoken(n) + "元整") for n in (0, 2, 11, 110, 1500, 10_000, 20_050, 10**8)]
    for text, found in zip(told, phonemes(told), strict=True):
        assert "(en)" not in found, text
        assert len([w for w in found.split() if w.strip("_|")]) == len(text.split())


def test_the_engine_would_show_english_if_there_were_any() -> None:
    assert "(en)" in phonemes(["qing3 take card"])[0]


@pytest.mark.skipif("sys.platform != 'linux'", reason="reads the engine's trace through libc")
def test_the_engine_changes_third_tones_itself() -> None:
    [found] = said_phonemes(["qing3 qu3 ka3."])
    assert re.findall(r"(\d+)N?_\|", found) == ["35", "35", "214"]


GOLDEN = {
    "take_notes": "qing3 qu3 zou3 xian4 jin1, dang1 mian4 dian3 qing1.",
    "idle": "nin2 hao3. qing3 cha1 ru4 yin2 hang2 ka3, xin1 pian4 chao2 shang4.",
    "enter_pin_again": "mi4 ma3 bu2 dui4, qian2 mei2 you3 dong4. hai2 ke3 yi3 shi4 {left} ci4.",
    "reminder.take_notes": "nin2 de5 xian4 jin1 hai2 zai4 chu1 chao1 kou3, qing3 qu3 zou3.",
    "reminder.waiting": "hai2 zai4 ban4 li3, qing3 zai4 deng3 yi2 hui4 er5.",
    "more_time": "hai2 xu1 yao4 shi2 jian1 ma5. an4 ji4 xu4, bu4 zhao2 ji2.",
    "notice.retracted": "mei2 you3 ren2 qu3, ji1 qi4 shou1 hui2 le5 xian4 jin1. mei2 you3 kou4 nin2"
    " de5 qian2. yao4 qu3 kuan3, qing3 chong2 xin1 cha1 ka3."
    " bian1 hao4 zai4 ping2 mu4 shang4.",
    "notice.card_jammed": "ka3 qia3 zhu4 le5, hai2 zai4 ji1 qi4 li5. qian2 mei2 you3 dong4."
    " qing3 an4 ji1 qi4 pang2 de5 hu1 jiao4 ling2. bian1 hao4 zai4 ping2 mu4 shang4.",
    "look.saved": "yi3 an4 nin2 bao3 cun2 de5 pian1 hao4 xian3 shi4. yao4 huan4, qing3 an4 biao1"
    " zhun3 ban3.",
    "look.saved_standard": "yi3 an4 nin2 bao3 cun2 de5 pian1 hao4 xian3 shi4. yao4 huan4, qing3 an4 da4"
    " zi4 ban3.",
}


@pytest.mark.parametrize("key", GOLDEN)
def test_characters_with_several_readings_are_read_by_their_sense(key: str) -> None:
    assert " ".join(pinyin().loudspeaker[key].sentences) == GOLDEN[key]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("还款", "huan2 kuan3"),
        ("银行", "yin2 hang2"),
        ("重新", "chong2 xin1"),
        ("一万", "yi2 wan4"),
        ("数目", "shu4 mu4"),
        ("尾号", "wei3 hao4"),
        ("不对", "bu2 dui4"),
        ("不急", "bu4 ji2"),
        ("一次", "yi2 ci4"),
        ("一点", "yi4 dian3"),
        ("慢慢来", "man4 man4 lai2"),
        ("便宜", "pian2 yi5"),
        ("了解", "liao3 jie3"),
    ],
)
def test_words_of_the_bank(word: str, said: str) -> None:
    assert make_pinyin.pinyin_of(word) == f"{said}."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("一", "yi1"),
        ("十一", "shi2 yi1"),
        ("一百", "yi4 bai3"),
        ("一百一十", "yi4 bai3 yi1 shi2"),
        ("一千五百", "yi4 qian1 wu3 bai3"),
        ("一万一千", "yi2 wan4 yi4 qian1"),
        ("十一万", "shi2 yi1 wan4"),
        ("一亿", "yi2 yi4"),
        ("一元整", "yi4 yuan2 zheng3"),
        ("二十一元整", "er4 shi2 yi1 yuan2 zheng3"),
        ("一一二一", "yi1 yi1 er4 yi1"),
    ],
)
def test_one_takes_the_tone_it_is_said_with(words: str, said: str) -> None:
    assert number_pinyin(words) == said


def test_a_value_takes_its_tone_from_what_follows() -> None:
    assert fill("shi4 {left} ci4.", {"left": "一"}) == "shi4 yi2 ci4."
    assert fill("yi2 gong4 {amount}.", {"amount": "一元整"}) == "yi2 gong4 yi4 yuan2 zheng3."
    assert fill("hao4 {last4}.", {"last4": "一"}) == "hao4 yi1."


def test_a_table_that_is_not_understood_names_the_key() -> None:
    with pytest.raises(ValueError, match="take_card"):
        pinyin_table_from({"loudspeaker": {"take_card": "qing3"}})
