"""What is said: whole sentences, amounts in words, and nothing private where others hear it."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.facts import fact_lines
from audio.utterance import (
    IndiscreetError,
    Utterance,
    captioned,
    check,
    expected_seconds,
    said_amount,
    spoken_units,
    utterance_of,
    word_of,
)
from sim.stage.samples import SAMPLES
from terminal.asking import Word
from terminal.messages import VOICED, catalogue_from
from terminal.money import Sheets, yuan
from terminal.profile import Language
from terminal.prompts import facts_of, text_key, values_of
from tests.audio.material import (
    EVERY,
    catalogues,
    ear_only_keys,
    pinyin,
    profiles,
    spoken_keys,
    utterance,
)
from tests.each import each

SPOKEN = sorted(VOICED)


@pytest.mark.parametrize(
    ("key", "zh", "en"),
    [
        (
            "take_notes",
            ("请取走现金，当面点清。",),
            ("Please take your cash and count it here.",),
        ),
        (
            "starting",
            ("机器正在准备。", "请稍等。", "您的钱和卡都是安全的。"),
            ("Getting ready.", "One moment.", "Your money and card are safe."),
        ),
        (
            "notice.cancelled",
            ("取款已停止。", "钱没有动。", "请取走您的卡。"),
            ("The withdrawal is stopped.", "Your money is untouched.", "Please take your card."),
        ),
        (
            "notice.not_dispensed",
            (
                "没有现金出来。",
                "没有扣您的钱。",
                "请换一台机器或到柜台。",
                "编号在屏幕上。",
            ),
            (
                "No money came out.",
                "Your account was not charged.",
                "Use another machine or the counter.",
                "The number is on the screen.",
            ),
        ),
        (
            "more_time",
            ("还需要时间吗？", "按继续，不着急。"),
            ("Need more time?", "Press Continue.", "No hurry."),
        ),
    ],
)
def test_sentences(key: str, zh: tuple[str, ...], en: tuple[str, ...]) -> None:
    assert utterance(key, "zh", reference="482913").sentences == zh
    assert utterance(key, "en", reference="482913").sentences == en


def test_a_count_is_said_as_people_count() -> None:
    assert utterance("enter_pin_again", left=2).text == "密码不对，钱没有动。还可以试两次。"
    assert utterance("enter_pin_again", left=2).form.endswith("shi4 liang3 ci4.")
    assert utterance("enter_pin_again", left=1).form.endswith("shi4 yi2 ci4.")
    assert utterance("enter_pin_again", "en", left=2).sentences[-1] == "Two tries left."
    assert utterance("enter_pin_again", "en", left=1).sentences[-1] == "One try left."


def test_private_listening_hears_the_values() -> None:
    mix = (Sheets(14, yuan(100)), Sheets(1, yuan(50)))
    values = {"amount": yuan(1500), "reference": "1042", "last4": "1234", "mix": mix}
    review = utterance_of(catalogues()["zh"], pinyin(), "review", values, "headset")
    assert review is not None
    assert (
        review.sentences[1]
        == "取款一千五百元整，是一百元十四张，五十元一张，从尾号一二三四的卡取。"
    )
    assert review.forms[1] == (
        "qu3 kuan3 yi4 qian1 wu3 bai3 yuan2 zheng3, shi4 yi4 bai3 yuan2 shi2 si4 zhang1, "
        "wu3 shi2 yuan2 yi4 zhang1, cong2 wei3 hao4 yi1 er4 san1 si4 de5 ka3 qu3."
    )
    assert review.privacy == "P2"
    done = utterance_of(catalogues()["en"], pinyin(), "notice.done", values, "headset")
    assert done is not None
    assert done.sentences[1] == "You took one thousand five hundred yuan."
    assert done.privacy == "P1"


@pytest.mark.parametrize(
    ("major", "zh", "en"),
    [
        (0, "零元整", "zero yuan"),
        (2, "两元整", "two yuan"),
        (20, "二十元整", "twenty yuan"),
        (200, "两百元整", "two hundred yuan"),
        (1500, "一千五百元整", "one thousand five hundred yuan"),
        (2050, "两千零五十元整", "two thousand fifty yuan"),
        (10_000, "一万元整", "ten thousand yuan"),
        (22_222, "两万二千二百二十二元整", "twenty-two thousand two hundred twenty-two yuan"),
    ],
)
def test_amounts_in_words(major: int, zh: str, en: str) -> None:
    assert said_amount(yuan(major), "zh") == zh
    assert said_amount(yuan(major), "en") == en


IN_A_LINE = frozenset(
    value.key
    for session in SAMPLES.values()
    for fact in facts_of(session)
    for value in (fact.value if isinstance(fact.value, tuple) else (fact.value,))
    if isinstance(value, Word)
)
"""Words inside a line that is read back: they are said with its label, and are no sentence of their own."""


def test_what_is_said_inside_a_line_is_no_prompt() -> None:
    shown = {text_key(session) for session in SAMPLES.values()}
    assert not IN_A_LINE & shown
    assert all(catalogues()["zh"].entries[key].title == "" for key in IN_A_LINE)


@pytest.mark.parametrize("language", SPOKEN)
def test_every_line_that_is_read_back_is_a_whole_sentence(language: Language) -> None:
    """AUD-17, for what stands in lines."""
    table = pinyin()
    for session in SAMPLES.values():
        for own, key, values in fact_lines(facts_of(session), catalogues(), table, language):
            said = utterance_of(catalogues()[own], table, key, values, "headset")
            assert said is not None
            assert all(s[-1] in "。.?" for s in said.sentences), said.sentences


def every_utterance(language: Language) -> Iterator[tuple[Utterance, str]]:
    """What the loudspeaker says for every prompt, and the headset for what is only said."""
    for key in spoken_keys(language):
        if key in IN_A_LINE:
            continue
        yield utterance(key, language, left=2), key
    for key in ear_only_keys(language):
        if key.removeprefix("talk.heard.") in IN_A_LINE:
            continue
        said = utterance_of(
            catalogues()[language], pinyin(), key, heard_values(language), "headset"
        )
        assert said is not None, key
        yield said, key


def heard_values(language: Language) -> dict[str, object]:
    """Every value that a text for the ear may name."""
    label = word_of(catalogues()[language], pinyin(), "other_amount")
    named = ("amount", "most", "asked", "open", "own", "financial")
    money = dict.fromkeys(named, yuan(1_500))
    return {
        **money,
        "reference": "204817",
        "last4": "1234",
        "typed": "6222",
        "hour": 2,
        "level": 1,
        "key": 7,
        "label": label,
    }


@pytest.mark.parametrize("language", SPOKEN)
def test_every_key_says_whole_sentences(language: Language) -> None:
    """AUD-17: at least four characters or three words, each sentence ended."""
    for said, key in every_utterance(language):
        assert spoken_units(said) >= (4 if language == "zh" else 3), key
        assert all(s[-1] in "。？.?" + '"' for s in said.sentences), said.sentences


@pytest.mark.parametrize("language", SPOKEN)
def test_the_language_said_is_the_language_shown(language: Language) -> None:
    """AUD-12, and no figures: numbers are said in words."""
    for said, _ in every_utterance(language):
        assert said.lang == language
        assert not re.search(r"\d", said.text), said.text
        wrong = r"[A-Za-z]" if language == "zh" else r"[\u4e00-\u9fff]"
        assert not re.search(wrong, said.text), said.text


@each("name", SAMPLES)
@pytest.mark.parametrize("language", SPOKEN)
def test_every_screen_has_something_to_say_that_neighbours_may_hear(
    name: str, language: Language
) -> None:
    session = SAMPLES[name]
    said = utterance_of(
        catalogues()[language], pinyin(), text_key(session), values_of(session), "loudspeaker"
    )
    assert said is not None
    check(said, "loudspeaker")


def test_a_value_nobody_has_classified_is_private() -> None:
    card = catalogue_from("en", {"payee": {"text": "You pay {payee}. All is well."}})
    said = utterance_of(card, pinyin(), "payee", {"payee": "Chen"})
    assert said is not None
    assert said.text == "All is well."


_secret = st.integers(100_000, 999_999)


@given(
    language=st.sampled_from(SPOKEN),
    key=st.sampled_from(spoken_keys("zh")),
    amount=st.integers(3, 99_999),
    tail=st.integers(1000, 9999),
    reference=_secret,
    left=st.integers(1, 3),
)
def test_no_amount_tail_or_number_ever_reaches_the_loudspeaker(
    language: Language, key: str, amount: int, tail: int, reference: int, left: int
) -> None:
    values: dict[str, object] = {
        **{name: yuan(amount) for name in ("amount", "asked", "most", "back", "unheard_of")},
        "last4": str(tail),
        "reference": str(reference),
        "mix": (amount,),
        "digits": 6,
        "left": left,
    }
    said = utterance_of(catalogues()[language], pinyin(), key, values)
    without = utterance_of(catalogues()[language], pinyin(), key, {"left": left})
    assert said == without
    assert said is None or said.privacy == "P0"


@pytest.mark.parametrize("language", sorted(set(EVERY) - VOICED))
def test_a_language_without_a_voice_has_no_utterance_and_every_text_to_read(
    language: Language,
) -> None:
    """Nothing private in it, because it stands for what the loudspeaker would say."""
    private = {"amount": yuan(1_500), "last4": "7351", "reference": "204817", "left": 2}
    for key in spoken_keys(language):
        for channel in ("loudspeaker", "headset"):
            assert utterance_of(catalogues()[language], pinyin(), key, private, channel) is None
        caption = captioned(catalogues()[language], key, private)
        assert caption, key
        assert not re.search(r"1.?500|7351|204817|[{}]", caption), caption
    assert captioned(catalogues()[language], "notice.no_such", {}) == ""


@pytest.mark.parametrize(
    ("language", "caption"),
    [
        (
            "ug",
            "مەخپىي نومۇر توغرا كەلمىدى. يەنە بىر قېتىم كىرگۈزۈڭ. پۇلىڭىزغا تېگىلمىدى. يەنە 2 قېتىم كىرگۈزەلەيسىز.",
        ),
        ("bo", "གསང་ཨང་མི་འགྲིག ཡང་བསྐྱར་འཇུག་རོགས། དངུལ་ལ་འགྱུར་བ་མེད། ད་དུང་གོ་སྐབས་ཐེངས་2 ཡོད།"),
        (
            "ko",
            "비밀번호가 맞지 않습니다. 다시 한번 해 보세요. 돈은 그대로입니다. 2번 더 할 수 있습니다.",
        ),
        ("ja", "暗証番号が違います。もう一度どうぞ。お金は動いていません。あと2回できます。"),
        ("ru", "ПИН-код не подошёл. Попробуйте ещё раз. Деньги на месте. Осталось 2 попытки."),
    ],
)
def test_a_caption_is_sentences_as_the_language_writes_them(
    language: Language, caption: str
) -> None:
    assert captioned(catalogues()[language], "enter_pin_again", {"left": 2}) == caption


def test_a_tibetan_title_ends_as_its_last_letter_asks() -> None:
    titles = {"farewell": "བྱུང་། ", "idle": "ལེགས། ", "enter_pin_again": "འགྲིག ཡང"}
    for key, ending in titles.items():
        assert ending in captioned(catalogues()["bo"], key, {}), key


def test_private_reading_has_the_values() -> None:
    values = {"amount": yuan(1_500), "reference": "204817"}
    shown = captioned(catalogues()["ru"], "notice.retracted", values, "headset")
    assert "1\u00a0500\u00a0юаней" in shown
    assert "204817" in shown
    assert "204817" not in captioned(catalogues()["ru"], "notice.retracted", values)


@pytest.mark.parametrize("privacy", ["P1", "P2", "P3"])
def test_the_guard_stops_what_should_never_have_come(privacy: str) -> None:
    said = Utterance("你的余额", "zh", privacy, ("你的余额",), ("",))  # type: ignore[arg-type]
    with pytest.raises(IndiscreetError):
        check(said, "loudspeaker")


def test_a_secret_has_no_channel_at_all() -> None:
    with pytest.raises(IndiscreetError):
        check(Utterance("1234", "zh", "P3", ("1234",), ("",)), "headset")


def test_an_unknown_key_is_silence() -> None:
    assert utterance_of(catalogues()["zh"], pinyin(), "notice.no_such", {}) is None


def test_the_time_it_takes_is_that_of_the_profile() -> None:
    elder, standard = profiles()["elder"], profiles()["standard"]
    said = utterance("notice.cancelled")
    assert expected_seconds(said, elder) == pytest.approx(15 / 3.3 + 2 * 0.5)
    assert expected_seconds(said, standard) == pytest.approx(15 / 4.3 + 2 * 0.25)
    english = utterance("take_notes", "en")
    assert expected_seconds(english, elder) == pytest.approx(8 / 150 * 60)


def test_the_engine_is_not_given_words_it_would_spell() -> None:
    assert "PIN" not in utterance("notice.pin_blocked", "en").form
    assert "PINs" in utterance("notice.pin_blocked", "en").text
    assert '"' not in utterance("look.applied", "en").form
