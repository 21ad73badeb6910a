"""Writes `terminal/locale/zh_pinyin.toml` from the Chinese catalogue.

    python -m tools.make_pinyin

pypinyin reads the characters; the phrases below are what it reads wrongly or what depends on the
sense; 一 and 不 then take the tone they are said with. Every line of the result is read by a person
before it is committed: the words below are the outcome of that. Third tones stay (see
`audio.pinyin`).
"""

import re
from pathlib import Path

from pypinyin import Style, lazy_pinyin, load_phrases_dict

from audio.pinyin import SYLLABLE
from audio.utterance import headset_template, sentences_of, template, worded
from sim.stage.settings import catalogue_tables
from terminal.messages import EAR_ONLY, Catalogue, catalogue_from

LOCALE = Path(__file__).parents[1] / "terminal" / "locale"

PHRASES = {
    "还款": "huán kuǎn",
    "银行": "yín háng",
    "本行": "běn háng",
    "发卡": "fā kǎ",
    "重新": "chóng xīn",
    "一万": "yí wàn",
    "数目": "shù mù",
    "个数": "gè shù",
    "的数": "de shù",
    "当面": "dāng miàn",
    "点清": "diǎn qīng",
    "点好了": "diǎn hǎo le",
    "点到": "diǎn dào",
    "出钞口": "chū chāo kǒu",
    "读卡口": "dú kǎ kǒu",
    "尾号": "wěi hào",
    "卡卡住": "kǎ qiǎ zhù",
    "卡住": "qiǎ zhù",
    "还在": "hái zài",
    "还可以": "hái kě yǐ",
    "还需要": "hái xū yào",
    "换回来": "huàn huí lái",
    "取走": "qǔ zǒu",
    "不着急": "bù zháo jí",
    "一会儿": "yī huì er",
    "凑不出": "còu bu chū",
    "付不出": "fù bu chū",
    "读不出": "dú bu chū",
    "用不了": "yòng bu liǎo",
    "拿不准": "ná bu zhǔn",
    "看得到": "kàn de dào",
    "看不到": "kàn bu dào",
    "做得好": "zuò de hǎo",
    "做得对": "zuò de duì",
    "连不上": "lián bu shàng",
    "问一问": "wèn yi wèn",
    "问问": "wèn wen",
    "慢慢": "màn màn",
    "您的": "nín de",
    "为什么": "wèi shén me",
    "样子": "yàng zi",
    "认识": "rèn shi",
    "时候": "shí hou",
    "多少": "duō shao",
    "收好": "shōu hǎo",
    "芯片": "xīn piàn",
    "朝上": "cháo shàng",
    "不用": "bù yòng",
    "不要": "bù yào",
    "不对": "bù duì",
    "不会": "bù huì",
    "不够": "bù gòu",
    "不是": "bù shì",
    "不能": "bù néng",
    "机器里": "jī qì li",
    "户里": "hù li",
    "卡里": "kǎ li",
    "偏好": "piān hào",
    "部分": "bù fen",
    "一个": "yī ge",
    "旁边": "páng biān",
    "出来": "chū lái",
}
"""What pypinyin must be told, with tone marks; an unmarked vowel is a neutral tone."""

_MARKS = {"\n": ",", "，": ",", "、": ",", "：": ",", "；": "."}
_DROPPED = "“”（）。？！ \u3000"
_STOPS = "。？！"
_WORDS = re.compile(r"[\u4e00-\u9fff，、：]+")
_DIGITS = "零一二三四五六七八九"
_SLOT = re.compile(r"\{\w+\}")
_V = {"lue": "lve", "nue": "nve"}


def main() -> None:
    """Rewrites the table."""
    catalogue = catalogue_from("zh", catalogue_tables("zh"))
    (LOCALE / "zh_pinyin.toml").write_text(table_text(catalogue), "utf-8", newline="\n")


def table_text(catalogue: Catalogue) -> str:
    """The whole file for a Chinese catalogue."""
    load_phrases_dict({word: [[s] for s in said.split()] for word, said in PHRASES.items()})
    lines = [
        "# Pinyin of everything that is said in Mandarin: written by `python -m tools.make_pinyin`,",
        "# then read through. Rules in audio/pinyin.py. [headset] holds the texts that differ there.",
        "",
        "[loudspeaker]",
    ]
    keys = [key for key in catalogue.entries if spoken_key(key)]
    words = [key for key in catalogue.entries if word_key(catalogue, key)]
    lines += [_entry(key, template(catalogue, key)) for key in keys]
    lines += ["", "[headset]"]
    lines += [
        _entry(key, headset_template(catalogue, key))
        for key in keys
        if headset_template(catalogue, key) != template(catalogue, key)
    ]
    lines += ["", "[words]"]
    lines += [_entry(key, worded(catalogue.entries[key].text, "zh")) for key in words]
    return "\n".join(lines) + "\n"


WORDS = ("label.", f"{EAR_ONLY}word.")
"""Keys of what is said inside a sentence only."""


def spoken_key(key: str) -> bool:
    """Labels and the words on the simulated front are not said by themselves."""
    return not key.startswith((*WORDS, "front.", "receipt."))


def word_key(catalogue: Catalogue, key: str) -> bool:
    """What is said inside a sentence: labels in characters that have no other word for the ear."""
    name = key.removeprefix("label.")
    other = f"{EAR_ONLY}word.{name}" in catalogue.entries
    text = worded(catalogue.entries[key].text, "zh")
    return key.startswith(WORDS) and not other and bool(_WORDS.fullmatch(text))


def pinyin_of(sentence: str) -> str:
    """One sentence in pinyin, ending in a full stop: the engine's question melody would bend the
    last tone."""
    out: list[str] = []
    for piece in re.split(r"(\{\w+\}|[，、：；\n])", sentence):
        if piece in _MARKS:
            out[-1] += _MARKS[piece]
        elif _SLOT.fullmatch(piece):
            out.append(piece)
        elif characters := "".join(c for c in piece if c not in _DROPPED):
            out += _clause(characters)
    return " ".join(out) + "."


def _clause(characters: str) -> list[str]:
    said = lazy_pinyin(
        characters, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False, errors="default"
    )
    said = [_V.get(s[:-1], s[:-1]) + s[-1] for s in said]
    assert len(said) == len(characters), f"{characters}: {said}"
    for n, (character, following) in enumerate(zip(characters, [*said[1:], ""], strict=True)):
        around = characters[max(0, n - 1) : n] + characters[n + 1 : n + 2]
        if character != "一" or not set(around) & set(_DIGITS):
            said[n] = _with_sandhi(character, said[n], following)
    wrong = [s for s in said if not SYLLABLE.match(s)]
    assert not wrong, f"{characters}: {wrong}"
    return said


def _with_sandhi(character: str, said: str, following: str) -> str:
    if said.endswith("5") or not following:
        return said
    before_fourth = following.endswith("4") or following == "ge5"
    match character:
        case "一":
            return "yi2" if before_fourth else "yi4"
        case "不":
            return "bu2" if following.endswith("4") else "bu4"
        case _:
            return said


def _entry(key: str, text: str) -> str:
    said = ", ".join(f'"{pinyin_of(sentence)}"' for sentence in sentences_of(text, "zh"))
    shown = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{key}" = {{ text = "{shown}", pinyin = [{said}] }}'


if __name__ == "__main__":
    main()
