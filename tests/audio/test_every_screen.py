"""Every screen on every channel: what it shows is said in the headset, what is said in Mandarin has checked
pinyin, and no channel carries what it must not."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import product
from typing import get_args

import pytest

from audio.pinyin import SYLLABLE, PinyinTable, syllables
from audio.telling import PLACES, Places, Step, Teller, prompt_keys
from audio.utterance import Utterance, check, expected_seconds, said_value
from screens.front import FrontState, front_layout
from screens.layout import Rect
from sim.stage.samples import REMINDED, SAMPLES, in_language
from sim.stage.settings import own_design
from terminal import session as s
from terminal import talking
from terminal.messages import VOICED, Catalogue
from terminal.privacy import ALLOWED, Channel, privacy_of
from terminal.profile import LANGUAGES, PROFILE_NAMES, Language
from terminal.prompts import (
    PROMPTS,
    facts_of,
    offer_answers,
    phase_prompt,
    prompt_of,
    text_key,
    values_of,
)
from terminal.runtime import SPEECH_SECONDS_MAX, heard_profile
from terminal.sound import RATES_TENTHS, WORDS_PER_MINUTE, Sound
from tests.audio.material import catalogues, phonemes, pinyin
from tests.each import each

DESIGN = own_design()
SPOKEN: list[Language] = sorted(VOICED)
CHANNELS: tuple[Channel, ...] = get_args(Channel)
TELLER = Teller(catalogues(), pinyin())
SOUNDS: Mapping[Channel, Sound] = {
    "loudspeaker": Sound(),
    "aloud": Sound(aloud=True),
    "headset": Sound(jack=True),
}
GROUPS_MAX = 4


def shown(name: str, language: Language, channel: Channel) -> s.Session:
    """A sample as it is with this language and channel."""
    session = SAMPLES[name]
    overlay: s.Overlay = "" if session.overlay == "unplugged" else session.overlay
    look = replace(session.look, language=language)
    return replace(session, look=look, overlay=overlay, sound=SOUNDS[channel])


def groups(session: s.Session) -> Iterator[s.Session]:
    """The session with each group of its spoken menu."""
    for group in range(GROUPS_MAX):
        yield session
        following = talking.next_group(session)
        if following <= group:
            return
        session = replace(session, sound=replace(session.sound, menu=following))


def told(teller: Teller, session: s.Session, channel: Channel) -> Iterator[Utterance]:
    """Everything that can be said while this screen is there."""
    yield from teller.screen(session, channel, with_banner=True)
    for step in get_args(Step):
        for voice in ("on", "off"):
            heard = replace(session, sound=replace(session.sound, voice=voice))
            yield from teller.step(heard, step, channel)
    for number in (1, 2, 3, 4):
        reminded = replace(session, wait=replace(session.wait, reminded=number))
        yield from teller.keys(reminded, teller.reminder(reminded, 4), channel)
    if channel == "headset":
        for group in groups(session):
            yield from teller.menu(group)
        yield from teller.orientation(session)
        yield from teller.typed(session)
        yield from teller.keys(session, ("talk.cleared", "talk.pin_full"), channel)


@cache
def names() -> str:
    """The characters of texts that stand among the facts as they are: names, which no catalogue knows and
    the engine reads for itself."""
    values = (fact.value for one in SAMPLES.values() for fact in facts_of(one))
    words = (answer.words for one in SAMPLES.values() for answer in prompt_of(one).answers)
    return "".join((*(value for value in values if isinstance(value, str)), *words))


def without_pinyin(said: Utterance) -> list[str]:
    """Sentences of an utterance that the engine would have to read for itself, or spell."""
    wrong = r"[A-Za-z\d]" if said.lang == "zh" else r"[\u3400-\u9fff\d]"
    found = [one for one in said.sentences if re.search(wrong, one)]
    for sentence, form in zip(said.sentences, said.forms, strict=True):
        if said.lang == "zh":
            words = syllables(form)
            legal = all(SYLLABLE.match(word) or word in names() for word in words)
            if not legal or len(words) != len(re.findall(r"[\u4e00-\u9fff]", sentence)):
                found.append(f"{sentence} = {form}")
    return found


@cache
def everything() -> dict[Utterance, tuple[str, Channel]]:
    """Every utterance there is, and where it is said."""
    return {
        said: (name, channel)
        for name in SAMPLES
        for language in SPOKEN
        for channel in CHANNELS
        for said in told(TELLER, shown(name, language, channel), channel)
    }


def test_every_utterance_has_checked_pinyin_and_no_word_of_another_language() -> None:
    assert len(everything()) > 400
    assert {said.text: bad for said in everything() if (bad := without_pinyin(said))} == {}


def test_every_utterance_may_be_said_where_it_is() -> None:
    for said, (name, channel) in everything().items():
        check(said, channel)
        assert said.privacy in ALLOWED[channel], name


def test_what_has_no_pinyin_would_be_found() -> None:
    teller = Teller(catalogues(), PinyinTable())
    session = shown("review", "zh", "headset")
    said = list(told(teller, session, "headset"))
    assert said
    assert all(without_pinyin(one) for one in said)


def test_the_engine_reads_every_mandarin_utterance_as_mandarin() -> None:
    forms = sorted({form for said in everything() if said.lang == "zh" for form in said.forms})
    for form, found in zip(forms, phonemes(forms), strict=True):
        assert "(en)" not in found, form
        words = [word for word in found.split() if word.strip("_|")]
        if set(form) & set(names()) - set(" ,."):
            # Names come without pinyin: the engine may read two characters as one word, each with its tone.
            words = re.findall(r"\d+", found)
        assert len(words) == len(syllables(form)), (form, found)


def test_no_utterance_is_longer_than_the_clock_waits_for_it() -> None:
    """At the slowest rate: whoever speaks longer than `SPEECH_SECONDS_MAX` is taken for a voice that hangs."""
    slowest = replace(
        DESIGN.profiles["elder"],
        zh_chars_per_second=RATES_TENTHS[0] / 10,
        en_words_per_minute=WORDS_PER_MINUTE[0],
    )
    longest = max(everything(), key=lambda said: expected_seconds(said, slowest))
    assert expected_seconds(longest, slowest) < SPEECH_SECONDS_MAX, longest.text


# --- the facts of a screen ------------------------------------------------------------------------

NOT_TOLD = frozenset({"digits", "mix", "left"})
"""How many digits of a PIN there are is no fact for the ear, how notes are mixed none for a customer, and
a number of tries is in the words of its own form."""


def named(session: s.Session, catalogue: Catalogue) -> Iterator[object]:
    """The values that a screen shows: in its text, and as the large figure."""
    values = values_of(session)
    entry = catalogue.entries[text_key(session)]
    names = set(re.findall(r"\{(\w+)\}", entry.title + entry.text))
    match session.phase:
        case s.Reviewing() | s.Counting() if not session.overlay:
            names |= {"amount"}
        case s.EnteringAmount(typed=typed) | s.StatingCount(typed=typed) if typed:
            names |= set() if session.overlay else {"amount"}
    yield from (values[name] for name in sorted(names - NOT_TOLD) if values.get(name))


@pytest.mark.parametrize("language", SPOKEN)
@each("name", SAMPLES)
def test_what_a_screen_shows_is_said_in_the_headset(name: str, language: Language) -> None:
    """AUD-01: its values, its banners, and each of its answers with the key it is on."""
    session, catalogue = shown(name, language, "headset"), catalogues()[language]
    said = " ".join(one.text for one in TELLER.screen(session, "headset", with_banner=True))
    for value in named(session, catalogue):
        assert said_value(value, language).casefold() in said.casefold(), value
    menus = " ".join(one.text for group in groups(session) for one in TELLER.menu(group))
    for answer in talking.menu(session):
        if answer.amount is not None:
            assert said_value(answer.amount, language).casefold() in menus.casefold()
    count = len(re.findall("，按|: press ", menus))
    keys = len(talking.keyed(session)) + prompt_of(session).may_go_back
    assert count >= len(talking.menu(session)) + keys - bool(
        dict(talking.keyed(session)).get("clear")
    )
    for key in prompt_keys(session, with_banner=True):
        assert TELLER.keys(session, [key], "headset"), key


@pytest.mark.parametrize("language", SPOKEN)
@each("name", SAMPLES)
def test_what_was_asked_for_is_read_aloud(name: str, language: Language) -> None:
    """Whatever is P1 and on the screen, and nothing above it."""
    session, catalogue = shown(name, language, "aloud"), catalogues()[language]
    if session.overlay or not any(privacy_of(n) == "P1" for n in values_of(session)):
        return
    said = " ".join(one.text for one in TELLER.screen(session, "aloud", with_banner=True))
    values = values_of(session)
    for value in named(session, catalogue):
        if value != values.get("last4"):
            assert said_value(value, language).casefold() in said.casefold(), value
    last4 = values.get("last4")
    assert not last4 or said_value(last4, language).casefold() not in said.casefold()


def test_no_switch_of_the_screen_is_told_as_a_choice_in_a_language_without_a_voice() -> None:
    session = shown("offered_language", "zh", "headset")
    assert offer_answers(session) == ()
    assert offer_answers(replace(session, sound=Sound())) != ()
    texts = [one.text for one in TELLER.screen(session, "headset", with_banner=True)]
    assert not [text for text in texts if "语言" in text]


@pytest.mark.parametrize("language", SPOKEN)
@each("name", SAMPLES)
def test_no_button_of_the_glass_is_named_to_whoever_does_not_see_it(
    name: str, language: Language
) -> None:
    """A label in quotation marks is what is pressed on the glass; in the headset keys are named."""
    for one in told(TELLER, shown(name, language, "headset"), "headset"):
        assert not set(one.text) & set("“”"), (name, one.text)


# --- reminders ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", SPOKEN)
@each("name", SAMPLES)
def test_a_reminder_is_the_prompt_in_other_words(name: str, language: Language) -> None:
    """Every wait that has reminders, on every channel; what is about to be taken away is said last."""
    for channel in CHANNELS:
        session = replace(shown(name, language, channel), overlay="")
        waits = prompt_of(session).waits
        rows = [DESIGN.profiles[profile].patience[waits] for profile in PROFILE_NAMES]
        last = max(len(row.reminders) for row in rows)
        prompt = TELLER.keys(session, prompt_keys(session, with_banner=False), channel)
        same = {sentence for part in prompt for sentence in part.sentences}
        for number in range(1, last + 1):
            reminded = replace(session, wait=s.Wait(reminded=number))
            keys = TELLER.reminder(reminded, last)
            assert keys[0].startswith("reminder."), (name, number)
            said = [one for part in TELLER.keys(reminded, keys, channel) for one in part.sentences]
            assert said
            assert not set(said) <= same, (name, number, channel)


@each(
    "name, language",
    [(name, one) for name in SAMPLES for one in LANGUAGES if in_language(name, one)],
)
def test_no_reminder_of_a_wait_is_heard_or_read_twice_in_the_same_words(
    name: str, language: Language
) -> None:
    """Every wait, channel and profile: as many different texts as there are reminders, none the prompt's."""
    for channel, profile in product(CHANNELS, PROFILE_NAMES):
        session = replace(shown(name, language, channel), overlay="")
        session = replace(session, look=replace(session.look, profile=profile))
        row = heard_profile(session, DESIGN.profiles).patience[phase_prompt(session).waits]
        last, texts = len(row.reminders), [text_key(session)]
        for number in range(1, last + 1):
            reminded = replace(session, wait=s.Wait(reminded=number))
            texts.append(TELLER.caption(reminded, TELLER.reminder(reminded, last), channel))
        texts[0] = TELLER.caption(session, texts[:1], channel)
        assert len(set(texts)) == last + 1, (name, channel, profile, texts)


def test_every_prompt_with_reminders_is_among_the_samples() -> None:
    able = {
        prompt.key
        for phase, prompt in PROMPTS.items()
        if any(DESIGN.profiles[name].patience[prompt.waits].reminders for name in PROFILE_NAMES)
    }
    seen = {phase_prompt(SAMPLES[name]).key for name in (*REMINDED, *SAMPLES)}
    assert able <= seen


# --- where things are -----------------------------------------------------------------------------


@pytest.mark.parametrize(("wide", "tall"), [(480, 1000), (520, 1080), (400, 768)])
def test_things_are_where_the_front_is_drawn(wide: int, tall: int) -> None:
    """To the nearest hour of a clock around the jack, on the front as it stands beside the glass."""
    layout = front_layout(FrontState(), Rect(0, 0, wide, tall), catalogues()["zh"], measure)
    drawn = {box.name: box.rect for box in layout.boxes}
    places: Mapping[str, int] = {
        "card_mouth": PLACES.card,
        "cash_mouth": PLACES.cash,
        "keypad": PLACES.keypad,
    }
    for name, hour in places.items():
        off = abs(hour_of(drawn[name], drawn["jack"]) - hour)
        assert off <= 0.5, name
    assert Places() == PLACES


def measure(text: str, em_px: int, bold: bool, language: str = "", /) -> int:
    return len(text) * em_px


def hour_of(rect: Rect, around: Rect) -> float:
    """Where a thing is on the clock around another."""
    x = rect.x + rect.w / 2 - around.x - around.w / 2
    y = rect.y + rect.h / 2 - around.y - around.h / 2
    return float(math.degrees(math.atan2(x, -y)) / 30 % 12)
