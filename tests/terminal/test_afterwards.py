"""After something was done in a visit nothing that is told says that no money has moved."""

import re
from collections.abc import Mapping
from functools import cache
from typing import get_args

import pytest

from sim.stage.samples import NOTICE_VALUES, SAMPLES
from sim.stage.settings import catalogue_tables
from terminal import effects as fx
from terminal import session as s
from terminal.afterwards import AFTER, STAYS, UNTOUCHED, told_as
from terminal.card import Card, Pan
from terminal.flow import SETTLING
from terminal.flows.visit import OF_THE_WHOLE_VISIT
from terminal.messages import MONEY, VOICED, Catalogue, Entry, catalogue_from
from terminal.profile import Language
from terminal.prompts import text_key
from terminal.values import replace

LANGUAGES: tuple[Language, ...] = get_args(Language)
CARD = Card(Pan("6222021234567890123"), "3012")


@cache
def catalogue(language: Language) -> Catalogue:
    return catalogue_from(language, catalogue_tables(language))


def untouched(language: Language) -> str:
    """That no money has moved, as this language says it."""
    return catalogue(language).entries["notice.timed_out"].parts[MONEY]


def notices(language: Language) -> Mapping[str, Entry]:
    entries = catalogue(language).entries
    return {key: one for key, one in entries.items() if key.startswith("notice.")}


def denies(language: Language, entry: Entry) -> bool:
    """Whether it says of all money that it has not moved; of another card's it may."""
    words = " ".join((entry.title, entry.text, entry.speech, *entry.parts))
    return re.search(rf"(?<!\w){re.escape(untouched(language))}", words) is not None


def phases_with(key: str) -> tuple[s.Phase, ...]:
    """Every phase that tells a notice."""
    notice = s.Notice(key, NOTICE_VALUES, "204817")
    return s.TakingCard(None, notice, True), s.Explaining(notice), s.Farewell(notice)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_notice_after_something_was_done_says_that_no_money_has_moved(
    language: Language,
) -> None:
    entries = notices(language)
    for key in entries:
        if key.startswith(AFTER):
            continue
        for phase in phases_with(key.removeprefix("notice.")):
            told = text_key(s.Session(phase, s.Machine(()), visit="v1", done=True))
            assert not denies(language, entries[told]), told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_is_of_all_notices_that_say_so_and_of_no_others(language: Language) -> None:
    entries = notices(language)
    saying = {key for key, one in entries.items() if denies(language, one)}
    assert saying == {f"notice.{name}" for name in UNTOUCHED} & set(entries)


BEFORE_ANYTHING = ("enter_pin_again",)
"""Prompts that come before anything can have been done in a visit."""

OF_PLAY = ("practice.", "receipt.practice", "look.coach_")
"""What is said of play money, which no visit has."""

CLAIMS = {
    "zh": re.compile("钱[还都]*没有?[动变]|没有?[扣动]您?的?钱"),
    "en": re.compile(
        r"untouched|(?:nothing|money) has (?:moved|happened|not changed)", re.IGNORECASE
    ),
}
"""That no money has moved at all, in other words than the sentence of the notices."""


def claims(language: Language, words: str) -> bool:
    """Whether these words say of all money that it has not moved."""
    sentence = untouched(language).rstrip("。.!།")
    own = CLAIMS.get(language)
    return sentence in words or (own is not None and own.search(words) is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_prompt_says_of_all_money_what_is_true_of_one_step_only(language: Language) -> None:
    aside = ("notice.", "out_of_service.", *OF_PLAY)
    for key, one in catalogue(language).entries.items():
        bare = re.sub(r"^talk\.(?:heard|aloud)\.", "", key)
        if bare.startswith(aside) or bare in BEFORE_ANYTHING:
            continue
        words = f"{one.title} {one.text} {one.speech} {one.one} {one.few} {one.many}"
        assert not claims(language, words), key


@pytest.mark.parametrize("language", sorted(VOICED))
def test_no_screen_of_a_visit_in_which_something_was_done_says_that_no_money_has_moved(
    language: Language,
) -> None:
    entries = catalogue(language).entries
    for name, session in SAMPLES.items():
        done = replace(session, done=True)
        told = text_key(done)
        if told.startswith(("notice.", "out_of_service.", *OF_PLAY)) or told in BEFORE_ANYTHING:
            continue
        one = entries[told]
        assert not claims(language, f"{one.title} {one.text} {one.speech}"), name


def test_a_twin_differs_by_one_sentence() -> None:
    kept, after = (
        catalogue("zh").entries[key] for key in ("notice.card_kept", f"{AFTER}card_kept")
    )
    stays = catalogue("zh").entries[STAYS].parts[MONEY]
    assert (after.title, after.parts[MONEY]) == (kept.title, stays)
    assert after.speech == kept.speech.replace(untouched("zh"), stays) != kept.speech


def test_a_notice_without_the_sentence_of_its_language_is_a_mistake() -> None:
    tables = catalogue_tables("zh")
    tables["notice"]["card_kept"] |= {"what": "卡没有取走。", "money": "钱还在。", "speech": ""}
    with pytest.raises(ValueError, match=r"notice\.card_kept"):
        catalogue_from("zh", tables)


def test_what_was_stopped_before_anything_was_done_says_so() -> None:
    for key in UNTOUCHED:
        assert told_as(f"notice.{key}", False) == f"notice.{key}"
    assert OF_THE_WHOLE_VISIT <= UNTOUCHED


def test_every_twin_has_a_screen() -> None:
    shown = {text_key(session) for session in SAMPLES.values()}
    assert {key for key in notices("zh") if key.startswith(AFTER)} <= shown


def test_what_settles_money_makes_the_visit_one_in_which_something_was_done() -> None:
    assert set(SETTLING) == {fx.Complete, fx.Credit, fx.Suspect, fx.Cancel}
