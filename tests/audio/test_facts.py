"""What is said of lines that are read back, by kind of value and by who may hear it."""

import pytest

from audio.facts import fact_lines
from audio.pinyin import pinyin_table_from
from audio.telling import Teller
from audio.utterance import Words
from sim.proof.voice.run import Auditor
from sim.stage.settings import own_design
from terminal.asking import Fact
from terminal.money import Amount
from terminal.privacy import Channel
from terminal.profile import Language
from tests.forms import FORMS, PAYMENT, Checking, with_forms

DESIGN = with_forms(own_design())
TABLE = pinyin_table_from(DESIGN.pinyin)


def said(*facts: Fact, language: Language = "zh") -> list[str]:
    """The values of these facts in words."""
    lines = fact_lines(facts, DESIGN.catalogues, TABLE, language)
    found = []
    for _, key, values in lines:
        value = values[key.rpartition(".")[2]]
        assert isinstance(value, Words)
        found.append(value.text)
    return found


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (Amount(150_000), "一千五百元整", "one thousand five hundred yuan"),
        (Amount(150_006), "一千五百元零六分", "one thousand five hundred yuan six fen"),
        (Amount(-5_000), "负五十元整", "minus fifty yuan"),
        ("0123", "零一二三", "zero one two three"),
        ("6222 **** **** 0123", "六二二二，零一二三", "six two two two, zero one two three"),
        ("2026-08-03", "八月三日", "three August"),
        (12, "十二", "twelve"),
    ],
)
def test_every_kind_of_value(value: object, chinese: str, english: str) -> None:
    fact = Fact("form.fee", value)
    assert said(fact) == [chinese]
    assert said(fact, language="en") == [english]


def test_a_hidden_character_of_a_name() -> None:
    assert said(Fact("form.to", "张*华")) == ["张某华"]


def test_a_name_in_chinese_is_said_by_the_chinese_voice() -> None:
    lines = fact_lines(PAYMENT[:2], DESIGN.catalogues, TABLE, "en")
    assert [language for language, _, _ in lines] == ["zh", "en"]


def test_what_went_out_and_what_came_in() -> None:
    out, come = (Fact("form.fee", ("2026-08-03", Amount(n))) for n in (-100, 100))
    assert said(out, come) == ["支出一元整", "收入一元整"]


@pytest.mark.parametrize(
    ("channel", "heard"),
    [
        ("headset", (True, True, True)),
        ("aloud", (True, True, False)),
        ("loudspeaker", (True, False, False)),
    ],
)
def test_who_hears_which_line(channel: Channel, heard: tuple[bool, ...]) -> None:
    lines = (
        Fact("form.fee", Amount(100), private=False),
        Fact("form.amount", Amount(200)),
        Fact("form.account", Amount(300), financial=True),
    )
    session = FORMS["review"]
    teller = Teller(DESIGN.catalogues, TABLE)
    told = teller.facts(type(session)(Checking(lines), session.machine), channel)
    text = "".join(one.text for one in told)
    assert tuple(words in text for words in ("一元", "两元", "三元")) == heard


def test_a_line_that_is_not_said_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def findings() -> set[str]:
        auditor = Auditor(DESIGN, FORMS)
        auditor.screen("review", "standard", "zh")
        return {
            one.note for one in auditor.account.findings if one.requirement.startswith("AUD-01 n")
        }

    assert findings() == set()
    whole = Teller.facts
    monkeypatch.setattr(Teller, "facts", lambda self, session, way: whole(self, session, way)[:0])
    assert any("1500.06" in note for note in findings())


def test_financial_lines_read_aloud_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (Fact("form.account", Amount(1_234_500), financial=True),)
    session = type(FORMS["review"])(Checking(lines), FORMS["review"].machine, visit="v1")
    open_lines = (Fact("form.account", Amount(1_234_500), private=False),)

    def leaks() -> bool:
        auditor = Auditor(DESIGN, {"review": session})
        auditor.screen("review", "standard", "zh")
        return "AUD-05" in auditor.account.broken

    assert not leaks()
    monkeypatch.setattr("audio.telling.facts_of", lambda session: open_lines)
    assert leaks()
