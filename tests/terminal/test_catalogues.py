"""All seven catalogues against the Chinese one and against the rules of wording (accessibility.md A5,
E): each rule is a function that says what breaks it, run over every shipped file and over files with
a mistake planted in them.

What no rule here can find out: whether an entry says the same as the Chinese one, and whether a reader
of the language would say it so. That takes such a reader, and every entry says whether one has looked
at it (`review`); so far none has.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import get_args

import pytest

from sim.stage.settings import LOCALE, catalogue_tables, keys_of_all
from terminal.messages import (
    EAR_ONLY,
    FORMS,
    VOICED,
    Catalogue,
    Entry,
    Review,
    amount_parts,
    catalogue_from,
    join,
    plural,
    shown_amount,
)
from terminal.money import yuan
from terminal.profile import Language

EVERY: tuple[Language, ...] = get_args(Language)
"""Whether they are offered to customers or not."""

OWN_NAMES = {
    "zh": "中文",
    "en": "English",
    "ug": "ئۇيغۇرچە",
    "bo": "བོད་ཡིག",
    "ko": "한국어",
    "ja": "日本語",
    "ru": "Русский",
}

Rule = Callable[[Catalogue, Catalogue], Iterator[str]]
"""A rule over (a catalogue, the Chinese one): what breaks it, each beginning with the key."""


@cache
def shipped(language: Language) -> Catalogue:
    """The catalogue as it is shipped."""
    return catalogue_from(language, catalogue_tables(language))


def _texts(entry: Entry) -> list[str]:
    forms = [getattr(entry, form) for form in FORMS]
    shown = entry.parts or (entry.text,)
    return [text for text in (entry.title, *shown, entry.speech, *forms) if text]


def _names(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def _bare(text: str) -> str:
    return re.sub(r"\{\w+\}", "", text)


# --- the same entries, with the same in them ------------------------------------------------------


def keys(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """The same keys as in Chinese: none missing, none more. What is only said is in languages with a
    voice only."""
    shown = {key for key in keys_of_all() if not key.startswith(EAR_ONLY)}
    wanted = set(zh.entries) if catalogue.language in VOICED else shown
    for key in sorted(wanted ^ set(catalogue.entries)):
        yield f"{key}: {'missing' if key in wanted else 'not in zh'}"


def _pairs(catalogue: Catalogue, zh: Catalogue) -> Iterator[tuple[str, Entry, Entry]]:
    for key, entry in catalogue.entries.items():
        if key in zh.entries:
            yield key, entry, zh.entries[key]


def shape(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """A title, a text and the three parts of an error where Chinese has them, none of them empty."""
    for key, entry, model in _pairs(catalogue, zh):
        for what, own, other in (
            ("title", entry.title, model.title),
            ("text", entry.text, model.text),
            ("parts", entry.parts, model.parts),
        ):
            if bool(own) != bool(other) or (what == "parts" and len(own) != len(other)):
                yield f"{key}: {what} is {own!r}, zh has {other!r}"
        if not all(part.strip() for part in entry.parts):
            yield f"{key}: an empty part"
        if not (entry.title + entry.text).strip():
            yield f"{key}: says nothing"


def values(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """The same values are shown. A plural form may say its number as a word only where it is for that
    one number: the English "one", not the Russian one, which is for 21 too."""
    for key, entry, model in _pairs(catalogue, zh):
        wanted = _names(model.title + model.text)
        if _names(entry.title + entry.text) != wanted:
            yield f"{key}: shows {sorted(_names(entry.title + entry.text))}, zh {sorted(wanted)}"
        for form in FORMS:
            text = getattr(entry, form)
            numbers = [n for n in range(200) if plural(catalogue.language, n) == form]
            may_lack = {entry.count} if len(numbers) == 1 else set()
            if text and not wanted - may_lack <= _names(entry.title + text) <= wanted:
                yield f"{key}: {form} shows {sorted(_names(entry.title + text))}"


def plural_forms(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """A text that counts has a form for every number, and a text that does not has none."""
    needed = {plural(catalogue.language, n) for n in range(200)} - {"other"}
    for key, entry in catalogue.entries.items():
        written = {form for form in FORMS if getattr(entry, form)}
        if written != (needed if entry.count else set()):
            yield f"{key}: has the forms {sorted(written)}, counts by {entry.count!r}"


def figures(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """Figures stand where Chinese has the same figures: telephone numbers and the key 0."""
    for key, entry, model in _pairs(catalogue, zh):
        own, other = (sorted(re.findall(r"\d+", one.title + one.text)) for one in (entry, model))
        if own != other:
            yield f"{key}: {own}, zh {other}"


def latin(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """No Latin letters: no abbreviations out of another language. What names a language to those who
    read no other is free of this."""
    for key, entry in catalogue.entries.items():
        if catalogue.language == "en" or key in ("label.to_en", "label.languages"):
            continue
        for text in _texts(entry):
            if re.search("[A-Za-z]", _bare(text)):
                yield f"{key}: {text}"


def own_script(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """Every language is called by its own name in its own script, whatever the screen's language."""
    for language, name in OWN_NAMES.items():
        if catalogue.entries[f"label.to_{language}"].text != name:
            yield f"label.to_{language}: {catalogue.label(f'to_{language}')}"


def no_speech_without_voice(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """A language that is not spoken has no texts for the ear: nobody would ever hear them."""
    for key, entry in catalogue.entries.items():
        for_the_ear = entry.speech or key.startswith(EAR_ONLY)
        if for_the_ear and catalogue.language not in VOICED:
            yield f"{key}: {entry.speech or entry.text}"


# --- wording --------------------------------------------------------------------------------------

SHOUTING = ("!", "！", "ATM")
TALKING_DOWN: Mapping[Language, tuple[str, ...]] = {
    "zh": ("老人", "老年", "高龄", "亲", "长辈"),
    "en": ("elderly", "senior", "aged", " old "),
    "ug": ("ياشانغان", "قېرى", "پېشقەدەم", "مويسىپىت"),
    "bo": ("རྒན", "རྒས"),
    "ko": ("노인", "어르신", "고령", "시니어", "늙", "실버"),
    "ja": ("老人", "高齢", "お年寄", "年配", "シニア", "シルバー"),
    "ru": ("пожил", "старик", "старш", "старо", "преклон", "пенсион"),
}
AGE: Mapping[Language, str] = {
    "zh": "年龄|岁",
    "en": r"\bage",
    "ug": "ياش|يېش",
    "bo": "ལོ་ཚོད|ན་ཚོད|^ལོ་",
    "ko": "나이|연령|[0-9}]세",
    "ja": "年齢|歳",
    "ru": "возраст|лет ",
}
MAY_NAME_AGE = frozenset({"why.record", "why.document", "front.age"})
"""The truth about where large text came from, and what a card of the simulated front is."""


def respect(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """No word for being old, no shouting, and age only where the truth asks for it (C4)."""
    words = (*SHOUTING, *TALKING_DOWN[catalogue.language])
    for key, entry in catalogue.entries.items():
        for text in _texts(entry):
            found = [word for word in words if word.lower() in f" {text.lower()} "]
            if re.search(AGE[catalogue.language], text) and key not in MAY_NAME_AGE:
                found.append("age")
            if found:
                yield f"{key}: {found} in {text}"


RUNS: Mapping[Language, tuple[int, str, str]] = {
    "zh": (20, r"[，。？：；、“”\n　（）]", r"."),
    "ja": (25, r"[、。？：；「」\n　（）／]", r"."),
    "bo": (25, r"[།\n]", r"[^་\s“”().]+"),
    "en": (15, r"[.?:\n]", r"\S+"),
    "ru": (12, r"[.?:\n]", r"\S+"),
    "ug": (12, r"[.؟:\n]", r"\S+"),
    "ko": (10, r"[.?:\n]", r"\S+"),
}
"""How long a run of words may be, what ends it, and what is counted in it (COG-05): characters between
punctuation marks in Chinese and Japanese, syllables up to a shad in Tibetan, otherwise words of a
sentence. COG-05 gives 20 for Chinese and 15 for English. From them, and ours: Japanese and Tibetan a
quarter more than Chinese, for kana and polite endings; Russian and Uyghur four fifths of English,
because they have no articles; Korean two thirds, because particles are part of its words too."""


def short_runs(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """Short sentences (COG-05)."""
    most, ends, unit = RUNS[catalogue.language]
    word = "ཀ་" if catalogue.language == "bo" else "数"
    for key, entry in catalogue.entries.items():
        for text in _texts(entry):
            for run in re.split(ends, re.sub(r"\{\w+\}", word, text)):
                if len(re.findall(unit, run)) > most:
                    yield f"{key}: {run}"


STOPS: Mapping[Language, str] = {"zh": "。？", "ja": "。？", "bo": "།", "ug": ".؟"}
SENTENCES, SENTENCES_OF_AN_OUTCOME = 3, 4
SHADS, SHADS_OF_AN_OUTCOME = 5, 6
"""COG-05. A shad ends what is a comma elsewhere, so Tibetan may have two more."""


def few_sentences(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """Few sentences at a time; the page of help is a list and may have more."""
    tibetan = catalogue.language == "bo"
    for key, entry in catalogue.entries.items():
        most = (SENTENCES, SENTENCES_OF_AN_OUTCOME)[bool(entry.parts)]
        if tibetan:
            most = (SHADS, SHADS_OF_AN_OUTCOME)[bool(entry.parts)]
        stops = re.escape(STOPS.get(catalogue.language, ".?"))
        found = [one for one in re.split(f"[{stops}]", entry.text) if re.search(r"\w", one)]
        if len(found) > most and key not in ("help", "help_own", f"{EAR_ONLY}heard.help"):
            yield f"{key}: {len(found)} sentences"


NAMED = (
    ("enter_pin", "confirm"),
    ("state_count", "confirm"),
    ("more_time", "more_time"),
    ("reminder.enter_pin", "confirm"),
    ("reminder.enter_amount", "confirm"),
    ("reminder.state_count", "confirm"),
    ("reminder.review", "confirm"),
    ("reminder.review", "change"),
    ("reminder.suggest_amounts", "back"),
    ("reminder.count_notes", "count_right"),
    ("reminder.count_notes_4", "count_right"),
    ("reminder.count_notes_4", "count_wrong"),
    ("reminder.count_notes_last", "count_wrong"),
    ("notice.suspect", "help"),
    ("look.applied", "to_standard"),
    ("look.saved", "to_standard"),
    ("look.saved_standard", "to_elder"),
    ("look.standard_again", "to_elder"),
    ("look.card_pref", "to_standard"),
    ("look.refused", "to_elder"),
    ("why.default", "to_elder"),
)
"""Entries that tell to press something, and the label on it."""


def buttons_by_their_names(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """What is to be pressed is called as it is labelled; a key and a button that do the same have
    the same word."""
    for key, label in NAMED:
        if catalogue.label(label) not in catalogue.entries[key].text:
            yield f"{key}: does not name {catalogue.label(label)}"
    for key, label in (("enter_key", "confirm"), ("clear_key", "clear"), ("help_key", "help")):
        if catalogue.label(key) != catalogue.label(label):
            yield f"label.{key}: {catalogue.label(key)}, the button {catalogue.label(label)}"


QUOTED = re.compile(r"“([^”]*)”|「([^」]*)」|«([^»]*)»")


def quoted(text: str) -> list[str]:
    """What stands in quotation marks."""
    return ["".join(one) for one in QUOTED.findall(text)]


def _quoted_by(catalogue: Catalogue, key: str) -> set[str]:
    entry = catalogue.entries[key]
    return {name for text in (*_texts(entry), entry.text) for name in quoted(text)}


def quoted_buttons_exist(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """Whatever stands in quotation marks is the label of a button, word for word."""
    labels = {e.text for key, e in catalogue.entries.items() if key.startswith("label.")}
    for key in catalogue.entries:
        for name in sorted(_quoted_by(catalogue, key) - labels):
            yield f"{key}: no button is called {name}"


def quoted_buttons_are_the_same(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """A button that is quoted in Chinese is named in every language, by its own label there."""
    labels = {e.text: key for key, e in zh.entries.items() if key.startswith("label.")}
    for key in zh.entries:
        for name in sorted(_quoted_by(zh, key) & set(labels)):
            if key not in catalogue.entries:
                continue
            own = catalogue.entries[labels[name]].text
            if own not in catalogue.entries[key].text:
                yield f"{key}: does not name {own}, zh names {name}"


BAR = ("help", "repeat", "back", "return_card")
LINE_EM, LINES = 6.6, 2
"""What a button of the fixed bar holds: two lines of 6.6 em."""

EM: tuple[tuple[str, float], ...] = (
    ("[\u0f71-\u0f84\u0f90-\u0fbc\u0300-\u036f]", 0.0),
    ("་", 0.25),
    ("[\u0f00-\u0fff]", 0.6),
    ("[\u0600-\u06ff]", 0.6),
    ("[\u2e80-\uffff]", 1.0),
    (r"\s", 0.25),
)
"""About how wide a character is, in em, on the wide side; a Latin or Cyrillic letter is 0.6. The audit
measures the drawn pixels; this tells a writer early."""


def _em(text: str) -> float:
    return sum(next((em for which, em in EM if re.match(which, c)), 0.6) for c in text)


def labels_of_the_bar(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """A label of the bar fits on two lines. Chinese, Japanese and Tibetan may break inside."""
    for name in BAR:
        label = catalogue.label(name)
        words = {"bo": re.findall("[^་]+་?", label), "zh": list(label), "ja": list(label)}
        pieces = words.get(catalogue.language, label.split())
        if max(map(_em, pieces)) > LINE_EM or _em(label) > LINES * LINE_EM:
            yield f"label.{name}: {_em(label):.1f} em"


def shads(catalogue: Catalogue, zh: Catalogue) -> Iterator[str]:
    """Tibetan: a tsheg between a nga and a shad, no shad after ka, ga and sha; titles and labels have
    none."""
    for key, entry in catalogue.entries.items():
        for text in _texts(entry) if catalogue.language == "bo" else ():
            if re.search("ང།|[ཀགཤ]།", text):
                yield f"{key}: {text}"
        if catalogue.language == "bo" and "།" in entry.title:
            yield f"{key}: {entry.title}"


RULES: tuple[Rule, ...] = (
    keys,
    shape,
    values,
    plural_forms,
    figures,
    latin,
    own_script,
    no_speech_without_voice,
    respect,
    short_runs,
    few_sentences,
    buttons_by_their_names,
    quoted_buttons_exist,
    quoted_buttons_are_the_same,
    labels_of_the_bar,
    shads,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("language", EVERY)
def test_the_shipped_catalogues_keep_every_rule(language: Language, rule: Rule) -> None:
    assert list(rule(shipped(language), shipped("zh"))) == []


def _with(language: Language, key: str, **changes: object) -> Catalogue:
    """The shipped catalogue with one entry changed."""
    catalogue = shipped(language)
    changed = replace(catalogue.entries[key], **changes)  # type: ignore[arg-type]
    return replace(catalogue, entries={**catalogue.entries, key: changed})


def _without(language: Language, key: str) -> Catalogue:
    catalogue = shipped(language)
    return replace(catalogue, entries={k: e for k, e in catalogue.entries.items() if k != key})


def _and(language: Language, key: str, entry: Entry) -> Catalogue:
    catalogue = shipped(language)
    return replace(catalogue, entries={**catalogue.entries, key: entry})


_RUN = " ".join(["слово"] * 13)


@pytest.mark.parametrize(
    ("rule", "catalogue", "key"),
    [
        (keys, _without("ug", "notice.retracted"), "notice.retracted"),
        (keys, _and("ko", "notice.more", Entry(text="네")), "notice.more"),
        (keys, _without("en", "talk.level"), "talk.level"),
        (keys, _and("ru", "talk.level", Entry(text="Да.")), "talk.level"),
        (shape, _with("ja", "idle", text=""), "idle"),
        (shape, _with("ja", "idle", title=""), "idle"),
        (shape, _with("bo", "notice.retracted", parts=()), "notice.retracted"),
        (shape, _with("ru", "notice.cancelled", parts=("Да.", " ", "Да.")), "notice.cancelled"),
        (values, _with("ug", "enter_pin_again", text="بولدى."), "enter_pin_again"),
        (values, _with("ja", "idle", text="{amount}。"), "idle"),
        (values, _with("ru", "enter_pin_again", one="Осталась одна."), "enter_pin_again"),
        (plural_forms, _with("ru", "enter_pin_again", few=""), "enter_pin_again"),
        (plural_forms, _with("ru", "enter_pin_again", count=""), "enter_pin_again"),
        (plural_forms, _with("ko", "enter_pin_again", one="{left}번"), "enter_pin_again"),
        (figures, _with("ko", "help", text="95501"), "help"),
        (figures, _with("ru", "idle", text="Вставьте 1 карту."), "idle"),
        (latin, _with("ja", "enter_pin", text="PINを押してください。"), "enter_pin"),
        (own_script, _with("ru", "label.to_ko", text="Корейский"), "label.to_ko"),
        (no_speech_without_voice, _with("bo", "idle", speech="བཀྲ།"), "idle"),
        (no_speech_without_voice, _and("ug", "talk.level", Entry(text="ھە.")), "talk.level"),
        (respect, _with("ja", "look.offered_look", text="高齢の方へ。"), "look.offered_look"),
        (respect, _with("ko", "look.applied", text="어르신."), "look.applied"),
        (respect, _with("ru", "look.applied", text="Ваш возраст."), "look.applied"),
        (respect, _with("ug", "idle", text="ياخشىمۇسىز!"), "idle"),
        (short_runs, _with("ru", "idle", text=_RUN), "idle"),
        (short_runs, _with("ug", "idle", text=_RUN), "idle"),
        (short_runs, _with("ko", "idle", text=" ".join(["말"] * 11)), "idle"),
        (short_runs, _with("ja", "idle", text="あ" * 26), "idle"),
        (short_runs, _with("bo", "idle", text="ཀ་" * 26), "idle"),
        (short_runs, _with("zh", "idle", text="一" * 21), "idle"),
        (few_sentences, _with("ru", "idle", text="Да. Да. Да. Да."), "idle"),
        (few_sentences, _with("ug", "idle", text="ھە. ھە. ھە؟ ھە."), "idle"),
        (few_sentences, _with("bo", "idle", text="ཡོད། " * 6), "idle"),
        (buttons_by_their_names, _with("ko", "enter_pin", text="누르세요."), "enter_pin"),
        (buttons_by_their_names, _with("ru", "label.help_key", text="Звонок"), "label.help_key"),
        (
            quoted_buttons_exist,
            _with("ru", "look.card_pref", text="Нажмите «Обычный вид»."),
            "look.card_pref",
        ),
        (quoted_buttons_exist, _with("ja", "idle", text="「標準版」"), "idle"),
        (quoted_buttons_exist, _with("bo", "idle", text="“ཚད་”"), "idle"),
        (quoted_buttons_exist, _with("zh", "idle", speech="请按“大字”。"), "idle"),
        (quoted_buttons_exist, _with("ug", "label.more_time", text="چوڭ"), "more_time"),
        (quoted_buttons_are_the_same, _with("ug", "label.to_elder", text="كىچىك"), "why.default"),
        (
            quoted_buttons_are_the_same,
            _with("ru", "look.saved", text="Нажмите «Крупно»."),
            "look.saved",
        ),
        (labels_of_the_bar, _with("ru", "label.back", text="Возвратиться"), "label.back"),
        (labels_of_the_bar, _with("zh", "label.back", text="回" * 14), "label.back"),
        (shads, _with("bo", "idle", text="འདང།"), "idle"),
        (shads, _with("bo", "idle", text="འདུག།"), "idle"),
    ],
)
def test_every_rule_finds_a_planted_mistake(rule: Rule, catalogue: Catalogue, key: str) -> None:
    assert any(found.startswith(f"{key}:") for found in rule(catalogue, shipped("zh")))


# --- review ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", EVERY)
def test_nothing_shipped_claims_a_review(language: Language) -> None:
    """Nobody has reviewed anything. Whoever does writes the name and the day into the file, and the
    number here."""
    catalogue, size = shipped(language), len(shipped(language).entries)
    assert catalogue.review_counts() == (0, size)
    assert catalogue.review_line() == f"{language}: 0 of {size} entries reviewed, {size} drafts"
    written = tomllib.loads((LOCALE / f"{language}.toml").read_text("utf-8"))
    assert written["default_review"] == "draft", "a file says so itself"


REVIEWED = """
default_review = { by = "A. Reader", on = "2026-11-22" }
one = "1"
two = { text = "2", review = "draft" }
[label]
three = { text = "3", review = { by = "B. Reader", on = "2026-12-01" } }
[reminder]
review = "4"
"""


def test_a_file_or_an_entry_says_who_reviewed_it_and_when() -> None:
    catalogue = catalogue_from("ru", tomllib.loads(REVIEWED))
    assert set(catalogue.entries) == {"one", "two", "label.three", "reminder.review"}
    assert catalogue.reviewed("one") == Review("A. Reader", date(2026, 11, 22))
    assert catalogue.reviewed("two") is None
    assert catalogue.reviewed("label.three") == Review("B. Reader", date(2026, 12, 1))
    assert catalogue.review_counts() == (3, 1)
    assert catalogue.review_line() == "ru: 3 of 4 entries reviewed, 1 drafts"


@pytest.mark.parametrize(
    "review",
    [
        '"reviewed"',
        '""',
        "true",
        '{ by = "A. Reader" }',
        '{ on = "2026-11-22" }',
        '{ by = " ", on = "2026-11-22" }',
        '{ by = "A. Reader", on = "soon" }',
        '{ by = "A. Reader", on = "2026-02-30" }',
        '{ by = "A. Reader", on = "20261122" }',
        '{ by = "A. Reader", on = 7 }',
        '{ by = "A. Reader", on = "2026-11-22", said = "fine" }',
    ],
)
def test_a_review_has_a_name_and_a_real_day(review: str) -> None:
    with pytest.raises(ValueError, match=r"^label\.x: "):
        catalogue_from("ru", tomllib.loads(f'[label]\nx = {{ text = "1", review = {review} }}'))
    with pytest.raises(ValueError, match=r"^default_review: "):
        catalogue_from("ru", tomllib.loads(f'default_review = {review}\nx = "1"'))


# --- values in the text ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "one", "few", "many", "thousands"),
    [
        ("zh", "1_元", "22_元", "25_元", "12,500_元"),
        ("en", "1_yuan", "22_yuan", "25_yuan", "12,500_yuan"),
        ("ug", "1_يۈەن", "22_يۈەن", "25_يۈەن", "12,500_يۈەن"),
        ("bo", "སྒོར་_1", "སྒོར་_22", "སྒོར་_25", "སྒོར་_12,500"),
        ("ko", "1_위안", "22_위안", "25_위안", "12,500_위안"),
        ("ja", "1_元", "22_元", "25_元", "12,500_元"),
        ("ru", "1_юань", "22_юаня", "25_юаней", "12_500_юаней"),
    ],
)
def test_amounts_have_the_unit_of_the_language_and_stay_whole(
    language: Language, one: str, few: str, many: str, thousands: str
) -> None:
    for major, shown in ((1, one), (22, few), (25, many), (12_500, thousands)):
        whole = shown_amount(yuan(major), language)
        assert whole == shown.replace("_", "\u00a0")
        assert not set(whole) & set(" \n"), "a line may end at a space"
        assert set(whole.split("\u00a0")) == set(
            "\u00a0".join(_parts(major, language)).split("\u00a0")
        )


def _parts(major: int, language: Language) -> tuple[str, str]:
    number, unit = amount_parts(yuan(major), language)
    assert re.fullmatch(r"[\d,\u00a0]+", number)
    assert not re.search(r"\d", unit)
    return number, unit


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (1, "Осталась 1 попытка."),
        (2, "Осталось 2 попытки."),
        (3, "Осталось 3 попытки."),
        (5, "Осталось 5 попыток."),
        (11, "Осталось 11 попыток."),
        (21, "Осталась 21 попытка."),
    ],
)
def test_russian_counts_in_three_forms(left: int, said: str) -> None:
    assert shipped("ru").text("enter_pin_again", {"left": left}).endswith(said)


def test_a_form_that_is_not_written_is_the_text() -> None:
    tables = {"x": {"text": "{left} lost", "count": "left"}}
    assert catalogue_from("ru", tables).text("x", {"left": 1}) == "1 lost"


def test_sentences_are_joined_as_the_language_writes_them() -> None:
    joined = {language: join(language, "a", "", "b") for language in EVERY}
    assert {language for language, text in joined.items() if text == "ab"} == {"zh", "ja"}
    assert {text for language, text in joined.items() if language not in ("zh", "ja")} == {"a b"}
