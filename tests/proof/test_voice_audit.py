"""The audit of the voice: nothing shown is silent, and each kind of fault that is planted is found.

The whole of it, in every profile, is `python main.py audit --voice`, which `.ci/run` runs; here are all
screens in the profile that speaks least by itself, in Chinese, and in the whole in English too.
"""

import argparse
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from audio import telling, voice
from audio.changes import Shown, what_is_shown
from audio.voice import Voice
from sim.proof.voice import command
from sim.proof.voice.asked import REQUIREMENTS
from sim.proof.voice.cover import Pair, pairs_from, read_pairs, sense_lost, share
from sim.proof.voice.run import SCREENS, Account, Auditor, Choice
from sim.stage.settings import ConfigurationError, Design, own_design
from terminal import talking
from terminal.flows import services
from terminal.messages import Entry
from terminal.privacy import Channel
from terminal.profile import Language
from terminal.prompts import PROMPTS
from terminal.session import EnteringPin, Session


@cache
def design() -> Design:
    return own_design()


@pytest.fixture(scope="module")
def account(whole: bool) -> Account:
    languages: tuple[Language, ...] = ("zh", "en") if whole else ("zh",)
    return Auditor(design()).all_of(Choice(("standard",), languages))


def test_no_fact_on_any_screen_is_silent(account: Account) -> None:
    assert account.findings == []
    assert account.screens == set(SCREENS)


def test_every_requirement_was_looked_at(account: Account) -> None:
    whole = {"AUD-01 screen", "pairs"}  # only where every profile is listened to
    assert set(account.checks) == set(REQUIREMENTS) - whole


def test_the_headset_gets_more_than_the_loudspeaker(account: Account) -> None:
    review = next(line for line in account.lines if line.screen == "review")
    assert "一千五百元整" in "".join(review.heard["headset"])
    assert "零一二三" in "".join(review.heard["headset"])
    assert "一千五百元整" in "".join(review.heard["aloud"])
    assert "零一二三" not in "".join(review.heard["aloud"])
    assert "一千五百元整" not in "".join(review.heard["loudspeaker"])


# --- planted faults -------------------------------------------------------------------------------


def told(language: Language, key: str, entry: Entry | None = None, **fields: str) -> Design:
    """The design with one text changed, or taken away."""
    catalogue = design().catalogues[language]
    entries = dict(catalogue.entries)
    if entry is None and not fields:
        del entries[key]
    else:
        entries[key] = entry or replace(entries[key], **fields)  # type: ignore[arg-type]
    changed = {**design().catalogues, language: replace(catalogue, entries=entries)}
    return replace(design(), catalogues=changed)


def unread(key: str) -> Design:
    """The design without the pinyin of one text."""
    tables: Mapping[str, Any] = design().pinyin
    without: Any = {
        name: {k: v for k, v in table.items() if k != key} for name, table in tables.items()
    }
    return replace(design(), pinyin=without)


def found(planted: Design, screen: str, language: Language = "zh") -> set[str]:
    """The requirements that are broken on a screen."""
    auditor = Auditor(planted)
    auditor.screen(screen, "standard", language)
    auditor.phonemes()
    return set(auditor.account.broken)


TEXTS: Mapping[str, tuple[str, Callable[[], Design], str, Language]] = {
    "an amount dropped in the headset": (
        "AUD-01 number",
        lambda: told(
            "zh", "talk.heard.review", text="请核对。从尾号{last4}的卡取。对了请按确认键。"
        ),
        "review",
        "zh",
    ),
    "a card's tail dropped in the headset": (
        "AUD-01 number",
        lambda: told("en", "talk.heard.review", text="Please check. You take {amount}."),
        "review",
        "en",
    ),
    "a reference that is not said": (
        "AUD-01 number",
        lambda: told("zh", "talk.reference", text="编号在屏幕上。"),
        "keeping_card",
        "zh",
    ),
    "tries left that are not said": (
        "AUD-01 number",
        lambda: told("zh", "enter_pin_again", speech="密码不对，钱没有动。"),
        "enter_pin_1_left",
        "zh",
    ),
    "a sentence that is not said": (
        "AUD-01 words",
        lambda: told("zh", "reading_card", speech="请稍等，不要拔卡。"),
        "reading_card",
        "zh",
    ),
    "a part of an error that is not said": (
        "AUD-01 words",
        lambda: told("en", "notice.host_silent", speech="The bank did not answer, so we stopped."),
        "card_back_host_silent",
        "en",
    ),
    "a prohibition that is lost": (
        "AUD-01 not",
        lambda: told("zh", "retracting", speech="正在收回现金。请稍等，拉钞票。"),
        "retracting",
        "zh",
    ),
    "a not that was added": (
        "AUD-01 not",
        lambda: told("en", "take_notes", speech="Do not take your money. It is in the slot."),
        "take_notes",
        "en",
    ),
    "a choice without its digit": (
        "AUD-01 choice",
        lambda: told("zh", "talk.choice", text="可以选{label}。"),
        "languages_over_idle",
        "zh",
    ),
    "an amount without its digit": (
        "AUD-01 choice",
        lambda: told("en", "talk.choice_amount", text="You can have {amount}."),
        "suggest_amounts",
        "en",
    ),
    "an amount by the loudspeaker": (
        "AUD-05",
        lambda: told("zh", "review", speech="请核对，取款一千五百元整。对了请按确认。"),
        "review",
        "zh",
    ),
    "an amount that is not read aloud": (
        "PRV-01 aloud",
        lambda: told("zh", "talk.aloud.review", text="请核对。还没有取钱，对了请按确认。"),
        "review",
        "zh",
    ),
    "an English word": (
        "AUD-12",
        lambda: told("zh", "enter_pin", speech="请用手挡住，输入PIN，再按确认。"),
        "enter_pin",
        "zh",
    ),
    "an English word, by the engine's ear": (
        "phonemes",
        lambda: told("zh", "enter_pin", speech="请用手挡住，输入password，再按确认。"),
        "enter_pin",
        "zh",
    ),
    "figures": (
        "AUD-12",
        lambda: told("en", "help", speech="Help. Your bank is 95500."),
        "help_over_idle",
        "en",
    ),
    "a lone word": ("AUD-17", lambda: told("zh", "idle", speech="您好。"), "idle", "zh"),
    "a text without pinyin": ("pinyin", lambda: unread("starting"), "starting", "zh"),
    "a label without pinyin": ("pinyin", lambda: unread("label.faster"), "sound_over_idle", "zh"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_fault_in_the_texts_is_found(name: str) -> None:
    requirement, planted, screen, language = TEXTS[name]
    assert found(design(), screen, language) == set()
    assert requirement in found(planted(), screen, language)


def test_a_banner_that_is_not_said_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    said = telling.prompt_keys
    monkeypatch.setattr(
        telling, "prompt_keys", lambda session, *, with_banner: said(session, with_banner=False)
    )
    assert "AUD-01 words" in found(design(), "document_forged")


def test_a_reminder_that_is_not_said_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Voice, "_remind", lambda self, session, now: None)
    assert "AUD-01 words" in found(design(), "reminded_at_take_notes")


def test_choices_that_no_key_reaches_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    menu = talking.menu
    assert found(design(), "sound_over_idle") == set()
    monkeypatch.setattr(talking, "menu", lambda session: menu(session)[:-1])
    assert "AUD-01 key" in found(design(), "sound_over_idle")


def changed(screen: str) -> list[str]:
    """What is found of the changes of a screen."""
    auditor = Auditor(design())
    auditor.changes(screen, "zh")
    return [one.note for one in auditor.account.findings if one.requirement == "AUD-01 change"]


def test_a_screen_that_changes_without_a_word_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = what_is_shown
    assert changed("exchange_choosing") == changed("deposit_inserting_more") == []

    def blind_to_lines(session: Session, way: Channel) -> Shown:
        return replace(shown(session, way), values=(), mark=None)

    monkeypatch.setattr(voice, "what_is_shown", blind_to_lines)
    assert any("is not told" in note for note in changed("exchange_choosing"))
    assert any("350 is not heard" in note for note in changed("deposit_inserting_more"))


def test_a_field_that_is_typed_in_without_a_word_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert changed("transfer_sum_typed") == []
    monkeypatch.setattr(Voice, "_echo", lambda self, before, session, now: None)
    assert any("an empty field" in note for note in changed("transfer_sum_typed"))
    assert any("is not told" in note for note in changed("transfer_sum"))


def test_a_leaf_that_is_turned_without_a_word_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert changed("menu_0") == []
    monkeypatch.setattr(voice, "other_choices", lambda before, session: False)
    assert any("is not told" in note for note in changed("menu_0"))


def test_digits_of_a_pin_without_their_tones_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Voice, "_count_digits", lambda self, before, session, now: None)
    assert "AUD-04" in found(design(), "enter_pin_4_digits")


def test_a_caption_that_says_something_else_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    start = Voice._start

    def wrong(self: Voice, *given: Any) -> None:
        start(self, *given)
        self.caption = "…"

    monkeypatch.setattr(Voice, "_start", wrong)
    assert "AUD-13" in found(design(), "idle")


def test_a_pulled_plug_that_is_not_said_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(design(), "unplugged_over_review") == set()
    monkeypatch.setattr(Voice, "_keep_still", lambda *given, **more: None)
    assert "AUD-11" in found(design(), "unplugged_over_review")


def test_keys_that_are_not_told_when_the_plug_goes_in_are_found() -> None:
    auditor = Auditor(told("zh", "talk.keys.voice", text="星号键，再说一遍。"))
    auditor.plugged("zh")
    assert {finding.requirement for finding in auditor.account.findings} == {
        "AUD-01 keys",
        "pinyin",
    }


def test_a_text_that_is_on_no_screen_is_found() -> None:
    auditor = Auditor(design(), {"idle": SCREENS["idle"]}, ())
    auditor.screen("idle", "standard", "zh")
    auditor.whole(Choice())
    missing = {finding.note.split()[0] for finding in auditor.account.findings}
    assert {"review", "notice.suspect", "reminder.take_card_last"} <= missing
    assert "idle" not in missing


def test_an_agreement_that_nobody_needs_is_found() -> None:
    pair = Pair("zh", "any", "今天天气好", "今天下雨")
    auditor = Auditor(design(), pairs=(pair,))
    auditor.screen("idle", "standard", "zh")
    auditor.whole(Choice())
    assert any(finding.requirement == "pairs" for finding in auditor.account.findings)


def test_an_agreement_cannot_turn_the_sense_round() -> None:
    shown, heard = "不要拔卡。", "可以拿走这张银行的卡。"
    planted = told("zh", "reading_card", speech=f"正在读卡。请稍等。{heard}")
    pair = Pair("zh", "any", "请稍等，不要拔卡。", heard)
    auditor = Auditor(planted, pairs=(pair,))
    auditor.screen("reading_card", "standard", "zh")
    assert auditor.account.broken["AUD-01 not"] > 0, shown


# --- comparing sentences ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "heard", "language"),
    [
        ("请取走您的卡", "请取走卡。", "zh"),
        ("还可以试2次。", "密码不对，还可以试两次。", "zh"),
        ("The withdrawal is stopped.", "So the withdrawal stopped.", "en"),
        ("1,500 元", "", "zh"),
    ],
)
def test_a_sentence_in_nearly_the_same_words_is_heard(
    shown: str, heard: str, language: str
) -> None:
    assert share(shown, heard, language) >= 0.6


def test_one_with_other_words_is_not() -> None:
    assert share("钱没有动，可以修改。", "对了请按确认。", "zh") == 0.0
    assert share("Your card is kept.", "Please wait.", "en") == 0.0


def test_a_not_belongs_to_its_part_of_a_sentence() -> None:
    assert sense_lost("没有扣您的钱。", "没有扣钱，请放心。", "zh") == []
    assert sense_lost("没有扣您的钱。", "扣您的钱，没有人取。", "zh") == ["没有扣您的钱"]
    assert sense_lost("You were charged.", "You were not charged.", "en") == ["You were charged"]


def test_a_pair_says_what_is_heard_or_why_nothing_is() -> None:
    table = {"language": "zh", "channel": "any", "shown": "您好"}
    with pytest.raises(ValueError, match="either what is heard instead"):
        pairs_from({"pair": [table]})
    assert all(pair.heard for pair in read_pairs())


# --- the command ----------------------------------------------------------------------------------


def given(**more: object) -> argparse.Namespace:
    return argparse.Namespace(**{"profile": (), "language": (), "screen": (), "out": None, **more})


def test_the_command_tells_and_writes_what_it_heard(tmp_path: Path) -> None:
    to = io.StringIO()
    small = given(profile=["elder"], language=["en"], screen=["review"], out=tmp_path)
    assert command.run(small, to) == command.WELL
    assert "1 screens" in to.getvalue()
    assert "0 findings" in to.getvalue()
    table = json.loads((tmp_path / command.TABLE).read_text(encoding="utf-8"))
    assert table["heard"][0]["heard"]["headset"][0].startswith("Please check.")
    page = (tmp_path / command.PAGE).read_text(encoding="utf-8")
    assert "one thousand five hundred yuan" in page


def test_a_broken_voice_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    planted = told("en", "talk.heard.review", text="Please check.")
    monkeypatch.setattr(command, "read_design", lambda: planted)
    to = io.StringIO()
    assert command.run(given(language=["en"], screen=["review"]), to) == command.BROKEN
    assert "BROKEN AUD-01 number" in to.getvalue()


def test_a_screen_that_is_none_is_a_mistake() -> None:
    with pytest.raises(ConfigurationError, match="no screen reviev"):
        command.chosen((), (), ["reviev"])


def test_the_screens_of_every_phase_are_listened_to() -> None:
    phases = {type(session.phase) for session in SCREENS.values()}
    assert phases == {*PROMPTS, *services.PHASES}
    assert EnteringPin in phases
