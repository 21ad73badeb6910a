"""The audit of the voice: every screen, in each profile, in both languages, through each channel.

The visit without sight must get everything; the loudspeaker everything that is public; "read it to me"
also what is personal. A finding is one thing that is not so, on one screen.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TextIO, get_args

from audio.pinyin import SYLLABLE, pinyin_table_from, syllables
from audio.speakers import Spoken
from audio.utterance import utterance_of
from screens.scene import Choice as SceneChoice
from sim.proof.voice.asked import REQUIREMENTS
from sim.proof.voice.changes import changes_of
from sim.proof.voice.cover import (
    SHARE_MIN,
    Pair,
    clauses,
    excused,
    read_pairs,
    sense_kept,
    sense_lost,
    share,
)
from sim.proof.voice.heard import Heard, Listening, listened, orientation, pulled
from sim.proof.voice.numbers import Numbers, numbers_heard, numbers_shown
from sim.proof.voice.phonemes import by_form, foreign
from sim.proof.voice.shown import Fact, Shown, sentences, shown, told_by_figures
from sim.stage.progress import Progress
from sim.stage.samples import ORDER, SAMPLES, at, shown_as
from sim.stage.settings import Design
from terminal import talking
from terminal.asking import Word
from terminal.events import Chosen
from terminal.flow import step
from terminal.keys import chosen_by_key
from terminal.messages import EAR_ONLY, VOICED
from terminal.money import yuan
from terminal.privacy import ALLOWED, Channel, Privacy
from terminal.profile import Language, ProfileName
from terminal.prompts import (
    facts_of,
    offer_answers,
    phase_prompt,
    prompt_of,
    reminder_key,
    text_key,
)
from terminal.runtime import heard_profile
from terminal.session import Session, TakingCard
from terminal.values import replace

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
PROFILES: Final[tuple[ProfileName, ...]] = get_args(ProfileName)
CHANNELS: Final[tuple[Channel, ...]] = ("headset", "loudspeaker", "aloud")

KEYS: Final = (*"123456789*#0", "enter", "clear", "cancel", "help")
"""Every key of the pad."""

_EN_DIGITS: Final = re.findall(r"\w+", "one two three four five six seven eight nine zero")

NAMES: Final[Mapping[Language, Mapping[str, str]]] = {
    "zh": {
        **dict(zip("1234567890", "一二三四五六七八九零", strict=True)),
        "enter": "确认键",
        "clear": "更正键",
        "cancel": "取消键",
        "help": "求助键",
        "*": "星号键",
        "#": "井号键",
    },
    "en": {
        **dict(zip("1234567890", _EN_DIGITS, strict=True)),
        "enter": "the Confirm key",
        "clear": "the Clear key",
        "cancel": "the Cancel key",
        "help": "Help key",
        "*": "Star",
        "#": "Hash",
    },
}
"""What the keys are called, written here a second time: an audit that asked the catalogue would find that
it equals itself."""

PRESS: Final[Mapping[Language, str]] = {"zh": "按{key}", "en": "press {key}"}
TYPE: Final[Mapping[Language, str]] = {"zh": "输入", "en": "type"}
TOLD_AT_PLUG: Final = ("0", "*", "#", "help", "cancel")

STEP_BY_STEP: Final = ("exchange", "change_pack", "note_mix", "scams")
"""Services whose every step is explained in words of its own, so that those about the whole are never said."""

UNREACHED: Final = frozenset(("farewell", *(f"explain.{name}.about" for name in STEP_BY_STEP)))
"""Texts of a prompt that always says something else: its notice, or its step."""

UNSAID: Final = ("label.", "front.", "receipt.", EAR_ONLY)
"""Entries that are no text of a screen."""

_FIGURE_OR_LATIN = re.compile(r"[0-9A-Za-z]")
_HANZI = re.compile(r"[\u4e00-\u9fff]")
_LONE: Final[Mapping[str, tuple[re.Pattern[str], int]]] = {
    "zh": (_HANZI, 4),
    "en": (re.compile(r"[A-Za-z][A-Za-z'-]*"), 3),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as asked: which requirement, where, and what."""

    requirement: str
    screen: str
    profile: str
    language: str
    channel: str
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """One screen for people: what is shown, and what is heard through each channel."""

    screen: str
    profile: str
    language: str
    shown: tuple[str, ...]
    choices: tuple[str, ...]
    heard: Mapping[str, tuple[str, ...]]


@dataclass
class Account:
    """What the audit came to."""

    checks: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    screens: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    """Keys of the catalogue on screens that were listened to."""
    forms: set[tuple[str, str]] = field(default_factory=set)
    """Language and spoken form of every sentence that was heard."""
    spoken: int = 0
    pairs: set[Pair] = field(default_factory=set)
    left_out: set[Pair] = field(default_factory=set)
    facts: int = 0

    @property
    def broken(self) -> Counter[str]:
        """Findings by requirement."""
        return Counter(finding.requirement for finding in self.findings)


def _explained() -> dict[str, Session]:
    """Every text that explains a step, over the first screen that asks for it. To the eye they are one page, and
    their longest are samples; to the ear each is another."""
    asked = {
        f"explained_over_{name}": replace(session, overlay="explain")
        for name, session in SAMPLES.items()
        if not session.overlay
    }
    first = {text_key(session): name for name, session in reversed(asked.items())}
    return {name: asked[name] for name in first.values()}


SCREENS: Final[Mapping[str, Session]] = {
    **SAMPLES,
    **_explained(),
    "finding_card": at(TakingCard(ORDER, None, lost=True)),
}
"""Every screen there is a sample of, every step explained, and one in which nothing can be pressed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is listened to."""

    profiles: tuple[ProfileName, ...] = PROFILES
    languages: tuple[Language, ...] = LANGUAGES
    screens: tuple[str, ...] = tuple(SCREENS)

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Choice()


class Auditor:
    """Listens to what it is told to, and adds to its account."""

    def __init__(
        self,
        design: Design,
        samples: Mapping[str, Session] = SCREENS,
        pairs: Sequence[Pair] | None = None,
    ) -> None:
        self.account = Account()
        self._design = design
        self._samples = samples
        self._pairs = read_pairs() if pairs is None else tuple(pairs)
        self._where = ("", "", "", "")
        self._names = ""
        """Texts that stand on a screen as they are: names, which no catalogue knows."""
        self._loud = ""
        """What the loudspeaker said of the screen before it was asked to read it."""

    def all_of(self, choice: Choice, progress: TextIO | None = None) -> Account:
        """Everything that was chosen; `progress` is where to say how many screens are done."""
        parts = [
            (name, profile, language)
            for language in choice.languages
            for profile in choice.profiles
            for name in choice.screens
        ]
        with Progress(progress, len(parts)) as shown:
            for done, (name, profile, language) in enumerate(parts, start=1):
                self.screen(name, profile, language)
                shown.step(done, f"{done:,} of {len(parts):,} screens")
        for language in choice.languages:
            for name in choice.screens:
                self.changes(name, language)
            self.plugged(language)
            self.catalogue(language)
        if choice.everything:
            self.whole(choice)
        self.phonemes()
        return self.account

    # --- one screen -----------------------------------------------------------------------------

    def screen(self, name: str, profile: ProfileName, language: Language) -> None:
        """One screen in one profile and language, through every channel."""
        sample = shown_as(self._samples[name], profile, language)
        self.account.screens.add(name)
        heard: dict[str, tuple[str, ...]] = {}
        facts: Shown | None = None
        for channel in ("loudspeaker",) if pulled(sample) else CHANNELS:
            self._where = (name, profile, language, channel)
            listening = listened(self._design, sample, channel)
            facts = self._facts_of(listening, language)
            self._names = "".join(texts_of(sample))
            heard[channel] = tuple(one.text for one in listening.whole.said)
            for session, _ in listening.parts:
                self.account.keys.update(keys_of(session, self._design))
            self._sounds(listening.whole, language)
            if pulled(sample):
                self._pulled(listening.whole)
            else:
                self._held(facts, listening, language, channel)
        assert facts is not None, "there is a channel"
        self.account.lines.append(
            Line(
                name,
                profile,
                language,
                tuple(fact.text for fact in facts.facts),
                tuple(one.label for one in facts.choices),
                heard,
            )
        )

    def _facts_of(self, listening: Listening, language: Language) -> Shown:
        session = listening.parts[-1][0]
        profile = heard_profile(session, self._design.profiles)
        facts = shown(session, self._design.catalogues[language], profile)
        return facts

    def _held(
        self, facts: Shown, listening: Listening, language: Language, channel: Channel
    ) -> None:
        """What is shown, against what is heard."""
        heard, voiced = listening.whole, listening.whole.of(language)
        if channel != "aloud":
            self._pin(facts, heard)
        self._classes(heard, channel)
        hidden = _together(facts.private, channel)
        before = "" if channel != "aloud" else self._loud
        for fact in facts.facts:
            if fact.privacy not in ALLOWED[channel]:
                continue
            self.account.facts += 1
            if fact.chinese:
                self._count("AUD-01 number")
                for number in numbers_heard(heard.of("zh"), "zh").lacks(fact.numbers):
                    self._found("AUD-01 number", f"{number} of “{fact.text}” is not heard")
                continue
            self._fact(fact, f"{before} {voiced}", hidden, language, channel)
        self._loud = voiced
        told = numbers_heard(heard.of(language), language)
        for number in _leaked(hidden, told):
            self._found("AUD-05", f"{number} is heard")
        if channel == "aloud":
            personal = facts.private.get("P1", _NONE)
            on_glass = _all_numbers(facts)
            for number in told.lacks(_common(personal, on_glass)):
                self._found("PRV-01 aloud", f"{number} is not heard")
            self._count("PRV-01 aloud")
        if channel == "headset":
            self._choices(facts, listening, language)
            self._switches(facts, listening)

    def _fact(
        self, fact: Fact, heard: str, hidden: Numbers, language: Language, channel: Channel
    ) -> None:
        """One sentence or number. Where it holds a number that is not for this channel, its other parts."""
        agreed = excused(self._pairs, fact.text, heard, language, channel)
        if agreed is not None and not agreed.heard and channel != "headset":
            self.account.left_out.add(agreed)
            return
        self._count("AUD-01 number")
        wanted = _without(fact.numbers, hidden)
        for number in numbers_heard(heard, language).lacks(wanted):
            self._found("AUD-01 number", f"{number} of “{fact.text}” is not heard")
        for part in _parts(fact, hidden, language):
            self._words(part, heard, agreed, language)

    def _words(self, part: str, heard: str, agreed: Pair | None, language: Language) -> None:
        self._count("AUD-01 words")
        self._count("AUD-01 not")
        said, lost = share(part, heard, language), sense_lost(part, heard, language)
        if said >= SHARE_MIN and not lost:
            return
        if agreed is not None and agreed.heard:
            self.account.pairs.add(agreed)
            if not sense_kept(agreed):
                self._found("AUD-01 not", f"“{agreed.heard}” has another sense than “{part}”")
            return
        if said < SHARE_MIN:
            self._found("AUD-01 words", f"“{part}” is not heard ({said:.0%})")
        for clause in lost:
            self._found("AUD-01 not", f"“{clause}” is heard with another sense")

    def _choices(self, facts: Shown, listening: Listening, language: Language) -> None:
        """Each choice: a key that makes it, told with its words."""
        meanings = [(heard, _meanings(session)) for session, heard in listening.parts]
        typed = talking.takes_digits(listening.parts[0][0])
        for choice in facts.choices:
            if choice.name == "language" and choice.value not in VOICED:
                continue
            if typed and choice.name in ("amount", "other_amount"):
                self._count("AUD-01 choice")
                if TYPE[language] not in listening.whole.text.lower():
                    self._found("AUD-01 choice", f"it is not said that {choice.label} is typed")
                continue
            self._count("AUD-01 key")
            ways = [
                (key, heard)
                for heard, keys in meanings
                for key, event in keys.items()
                if event == choice.event
            ]
            if not ways:
                self._found("AUD-01 key", f"{choice.label} has no key")
                continue
            self._count("AUD-01 choice")
            if not any(_told(choice, key, heard, self._pairs) for key, heard in ways):
                keys = ", ".join(key for key, _ in ways)
                self._found("AUD-01 choice", f"{choice.label} is not told with its key ({keys})")

    def _switches(self, facts: Shown, listening: Listening) -> None:
        """The fixed bar: help, say again, back, return the card. Over a screen lies a page that is closed
        first."""
        session = listening.parts[0][0]
        if session.overlay:
            return
        meanings = _meanings(session)
        for switch in facts.switches:
            self._count("AUD-01 key")
            event = switch.event
            if event not in meanings.values() and not _goes_where(session, meanings, event):
                self._found("AUD-01 key", f"{switch.label} has no key")

    def _pin(self, facts: Shown, heard: Heard) -> None:
        if not facts.dots:
            return
        self._count("AUD-04")
        tones = [tone for tone in heard.tones if tone == "digit"]
        if len(tones) != facts.dots:
            self._found("AUD-04", f"{len(tones)} tones for {facts.dots} digits")

    def _classes(self, heard: Heard, channel: Channel) -> None:
        for one in heard.said:
            self._count("AUD-05")
            if one.privacy not in ALLOWED[channel] or one.channel != channel:
                self._found("AUD-05", f"{one.privacy} by the {one.channel}: {one.text}")

    def _pulled(self, heard: Heard) -> None:
        self._count("AUD-11")
        if len(heard.said) != 1 or heard.said[0].privacy != "P0":
            self._found("AUD-11", f"{len(heard.said)} utterances: {heard.text}")

    def changes(self, name: str, language: Language) -> None:
        """What the presses and notes of one screen change. The visit without sight is the same in every
        profile, and a reminder or a banner changes nothing about it."""
        sample = shown_as(self._samples[name], "standard", language)
        if pulled(sample) or sample.wait.reminded or sample.look.said or sample.look.offer:
            return
        self._where = (name, "standard", language, "headset")
        for change in changes_of(self._design, sample):
            self._count("AUD-01 change")
            what = f"after {change.event}: {', '.join(change.news[:NEWS_MAX])}"
            if not change.heard.said:
                self._found("AUD-01 change", f"{what} is not told")
            for number in change.unheard:
                self._found("AUD-01 change", f"{what}: {number} is not heard")

    # --- how it sounds ----------------------------------------------------------------------------

    def _sounds(self, heard: Heard, language: Language) -> None:
        """Language, caption, length and pinyin of everything that is heard."""
        for one in heard.said:
            self.account.spoken += 1
            self._language(one, language)
            self._form(one)
            pattern, least = _LONE[one.lang]
            self._count("AUD-17")
            if len(pattern.findall(one.text)) < least:
                self._found("AUD-17", f"“{one.text}” is a lone word")
        self._count("AUD-13")
        if heard.captions != tuple(one.text for one in heard.said):
            self._found("AUD-13", f"captions {heard.captions}, said {heard.text}")

    def _language(self, one: Spoken, language: Language) -> None:
        self._count("AUD-12")
        of_languages = one.lang != language and any(
            PRESS[one.lang].format(key=name) in one.text for name in NAMES[one.lang].values()
        )
        named = one.lang == "zh" and any(c in self._names for c in one.text)
        if one.lang != language and not of_languages and not named:
            self._found("AUD-12", f"{one.lang}: {one.text}")
        wrong = _FIGURE_OR_LATIN if one.lang == "zh" else _HANZI
        if wrong.search(one.text) or (one.lang == "en" and re.search(r"\d", one.text)):
            self._found("AUD-12", f"“{one.text}” has characters that its voice does not read")

    def _form(self, one: Spoken) -> None:
        self._form_of(one.lang, one.text, one.spoken_form)

    def _form_of(self, language: str, text: str, form: str) -> None:
        self.account.forms.add((language, form))
        if language != "zh":
            return
        self._count("pinyin")
        said = syllables(form)
        odd = [one for one in said if not SYLLABLE.match(one) and one not in self._names]
        characters = len(_HANZI.findall(text))
        if odd or len(said) != characters:
            self._found(
                "pinyin",
                f"“{text}”: {' '.join(odd[:5]) or f'{len(said)} syllables, {characters} characters'}",
            )

    # --- everything else ----------------------------------------------------------------------------

    def plugged(self, language: Language) -> None:
        """The moment the plug goes in."""
        self._where = ("", "standard", language, "headset")
        heard = orientation(self._design, shown_as(self._samples["idle"], "standard", language))
        self._sounds(heard, language)
        for key in TOLD_AT_PLUG:
            self._count("AUD-01 keys")
            if NAMES[language][key].lower() not in heard.text.lower():
                self._found("AUD-01 keys", f"the key {key} is not told")
        for place in PLACES[language]:
            self._count("AUD-01 keys")
            if place not in heard.text:
                self._found("AUD-01 keys", f"“{place}” is not told")

    def catalogue(self, language: Language) -> None:
        """Every text of the catalogue, on every channel, with every value: also those that no screen shows,
        such as what is said of a key that was pressed."""
        catalogue, table = self._design.catalogues[language], pinyin_table_from(self._design.pinyin)
        for key in catalogue.entries:
            if key.startswith(
                (
                    "label.",
                    "front.",
                    "receipt.",
                    f"{EAR_ONLY}word.",
                    f"{EAR_ONLY}choice",
                    f"{EAR_ONLY}fact.",
                )
            ):
                continue
            for channel in CHANNELS:
                self._where = (key, "", language, channel)
                one = utterance_of(catalogue, table, key, EVERY_VALUE, channel)
                if one is not None:
                    self._form_of(one.lang, one.text, one.form)

    def whole(self, choice: Choice) -> None:
        """What only all screens together can tell."""
        self._where = ("", "", "", "")
        known = self._design.catalogues[choice.languages[0]].entries
        for key in known:
            if not key.startswith(UNSAID) and key not in UNREACHED:
                self._count("AUD-01 screen")
                if key not in self.account.keys:
                    self._found("AUD-01 screen", f"{key} is on no screen")
        for pair in self._pairs:
            self._count("pairs")
            if pair not in self.account.pairs | self.account.left_out:
                self._found(
                    "pairs", f"{pair.language}, {pair.channel}: “{pair.shown}” is not needed"
                )

    def phonemes(self) -> None:
        """Everything that was heard, by the engine's own ear. Raises PhonemesMissing."""
        for (language, form), said in by_form(self.account.forms).items():
            self._where = ("", "", language, "")
            self._count("phonemes")
            if not said or (language == "zh" and foreign(said)):
                self._found("phonemes", f"“{form}” is said as {said or 'nothing'}")

    def _count(self, requirement: str) -> None:
        assert requirement in REQUIREMENTS, requirement
        self.account.checks[requirement] += 1

    def _found(self, requirement: str, note: str) -> None:
        assert requirement in REQUIREMENTS, requirement
        self.account.findings.append(Finding(requirement, *self._where, note))


PLACES: Final[Mapping[Language, tuple[str, ...]]] = {
    "zh": ("出钞口", "读卡口", "键盘", "点钟方向"),
    "en": ("cash slot", "card slot", "keys", "o'clock"),
}
"""What must be placed by the hours of a clock."""

EVERY_VALUE: Final[Mapping[str, object]] = {
    **{name: yuan(2_158) for name in ("amount", "asked", "most", "back")},
    **{name: number for number, name in enumerate(("left", "level", "key", "hour"), start=2)},
    **{name: yuan(2_158) for name in ("open", "own", "financial")},
    "typed": "6222",
    "last4": "0129",
    "reference": "204817",
}
"""A value for every slot of the catalogue; a choice has a word for one of its own."""

_NONE: Final = Numbers(frozenset(), frozenset())


def texts_of(session: Session) -> Iterator[str]:
    """The texts among the facts that stand there as they are."""
    for fact in facts_of(session):
        values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
        yield from (value for value in values if isinstance(value, str))
    yield from (answer.words for answer in prompt_of(session).answers)


def keys_of(session: Session, design: Design) -> Iterator[str]:
    """The catalogue keys of everything a session shows."""
    look = session.look
    yield text_key(session)
    for fact in facts_of(session):
        values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
        yield from (value.key for value in values if isinstance(value, Word))
    if look.said:
        yield f"look.{look.said}"
    if offer_answers(session):
        yield f"look.offered_{look.offer}"
    rows = heard_profile(session, design.profiles).patience
    last = len(rows[phase_prompt(session).waits].reminders)
    yield reminder_key(session, last, design.catalogues[look.language].entries)


def _meanings(session: Session) -> dict[str, Chosen]:
    """What each key means here."""
    found = {key: chosen_by_key(session, key) for key in KEYS}
    return {key: event for key, event in found.items() if event is not None}


NEWS_MAX: Final = 3
"""Of what is new on a screen, so many are named in a finding."""

PRESSES_MAX: Final = 2
"""Clear empties a field first, and leaves it after that."""


def _goes_where(session: Session, meanings: Mapping[str, Chosen], event: Chosen | None) -> bool:
    """Whether one key, pressed once or twice, leads to the screen that this press leads to."""
    if event is None:
        return False
    wanted = type(step(session, event, 0.0)[0].phase)
    for key in meanings:
        there = session
        for _ in range(PRESSES_MAX):
            if (pressed := chosen_by_key(there, key)) is None:
                break
            there = step(there, pressed, 0.0)[0]
            if type(there.phase) is wanted and wanted is not type(session.phase):
                return True
    return False


def _told(choice: SceneChoice, key: str, heard: Heard, pairs: Iterable[Pair]) -> bool:
    """Whether one sentence says a choice and its key."""
    label = choice.label
    labels = [label, *(pair.heard for pair in pairs if pair.shown == label and pair.heard)]
    amount = numbers_shown(choice.figure.number) if choice.figure else None
    for one in heard.said:
        name = NAMES[one.lang].get(key, "")
        press = PRESS[one.lang].format(key=name).lower()
        for sentence in sentences(one.text, one.lang):
            if press not in sentence.lower():
                continue
            if amount is not None and not numbers_heard(sentence, one.lang).lacks(amount):
                return True
            if any(word.lower() in sentence.lower() for word in labels):
                return True
            if "*" in label and _named(label, sentence, one.lang):
                return True
    return False


def _named(label: str, sentence: str, language: str) -> bool:
    """Whether a masked name with the end of its account is told: each character, and each figure."""
    characters = _HANZI.findall(label)
    numbers = numbers_heard(sentence, language)
    return all(c in sentence for c in characters) and not numbers.lacks(told_by_figures(label))


def _parts(fact: Fact, hidden: Numbers, language: Language) -> list[str]:
    """The parts of a fact that this channel owes its listeners."""
    if fact.kind == "row" or not _some(_common(fact.numbers, hidden)):
        return [fact.text]
    return [
        part
        for part in clauses(fact.text, language)
        if fact.kind not in ("figure", "reference")
        and not _some(_common(numbers_shown(part), hidden))
    ]


# --- sets of numbers ----------------------------------------------------------------------------


def _common(one: Numbers, other: Numbers) -> Numbers:
    return Numbers(one.values & other.values, one.spelled & other.spelled)


def _some(numbers: Numbers) -> bool:
    return bool(numbers.values or numbers.spelled)


def _without(one: Numbers, other: Numbers) -> Numbers:
    return Numbers(one.values - other.values, one.spelled - other.spelled)


def _union(several: Iterable[Numbers]) -> Numbers:
    each = list(several)
    return Numbers(
        frozenset(value for one in each for value in one.values),
        frozenset(run for one in each for run in one.spelled),
    )


def _together(private: Mapping[Privacy, Numbers], channel: Channel) -> Numbers:
    """The numbers that this channel must not carry."""
    return _union(numbers for name, numbers in private.items() if name not in ALLOWED[channel])


def _all_numbers(facts: Shown) -> Numbers:
    return _union(fact.numbers for fact in facts.facts)


def _leaked(hidden: Numbers, told: Numbers) -> list[str]:
    """Numbers that were told and must not be. One digit may be a key, a try or an hour."""
    both = _common(hidden, told)
    values = [str(value) for value in sorted(both.values) if value > 9]
    return [*values, *sorted(both.spelled)]


def smaller(design: Design, **changes: object) -> Design:
    """A design with something else in it, for whoever plants faults."""
    return replace(design, **changes)  # type: ignore[arg-type]
