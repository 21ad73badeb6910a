"""What is said of a session, as utterances in their order: prompts with their banners, the choices of a visit
without sight, where things are, what was typed, what a key changed.

The rules it keeps:

- one catalogue key after the other, never words glued together here; values are passed on only as far as
  the channel may carry them, so that nothing above its class is in anybody's hands;
- in the headset the prompt is followed by its choices and the keys they are on (accessibility.md B5); on
  the loudspeaker the glass shows them, and only what can be paid instead of another amount is read out;
- an utterance has one language: a choice of languages is told in each of them by its own voice.

When it is said, and what interrupts it, is the business of `voice`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from audio.facts import HANZI, fact_lines, text_words, typed_words
from audio.pinyin import PinyinTable
from audio.utterance import Utterance, Words, captioned, joined, spoken_units, utterance_of, word_of
from terminal import session as s
from terminal import talking
from terminal.asking import Answer, grouped
from terminal.messages import VOICED, Catalogue, join
from terminal.privacy import ALLOWED, Channel, privacy_of
from terminal.profile import Language
from terminal.prompts import (
    entry_of,
    facts_of,
    offer_answers,
    phase_prompt,
    prompt_of,
    reminder_key,
    text_key,
    values_of,
)
from terminal.sound import level_of, rate_of

UTTERANCES_KEPT_MAX = 1_000
"""Public texts made before are kept ready, by key and values; several times the size of the catalogue."""

Step = Literal["level", "rate", "voice", "curtain"]
"""What a key can change about the sound."""

Part = tuple[Language, str, Mapping[str, object]]
"""A language, a catalogue key and its values."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are on the machine's front, as hours of a clock around the headset jack. They are drawn
    there on the upright front (`screens/front.py`)."""

    card: int = 12
    cash: int = 11
    keypad: int = 7


PLACES = Places()


class Teller:
    """Makes utterances from catalogues and checked pinyin. All methods are functions of what they are
    given."""

    def __init__(
        self,
        catalogues: Mapping[Language, Catalogue],
        pinyin: PinyinTable,
        places: Places = PLACES,
    ) -> None:
        self._catalogues = catalogues
        self._pinyin = pinyin
        self._places = places
        self._made: dict[tuple[object, ...], Utterance | None] = {}

    # --- whole screens ------------------------------------------------------------------------

    def screen(
        self, session: s.Session, channel: Channel, *, with_banner: bool
    ) -> Sequence[Utterance]:
        """The present screen: its banners if wanted, its prompt, and what can be chosen."""
        keys = [*prompt_keys(session, with_banner=with_banner), *self._reference(session)]
        said = self.keys(session, keys, channel)
        match channel:
            case "headset":
                read = (*self._entry(session), *self.facts(session, channel))
                menu, besides = self.menu(session), self._besides(session)
                if isinstance(session.phase, s.Idle):
                    # The choice of the language comes first; whom one can call can wait.
                    return *said, *menu, *besides, *read
                return *said, *read, *menu, *besides
            case "aloud":
                public = self.facts(session, channel)
                return self._joined([*said, *public, *self._amounts(session)])
            case _:
                return self._joined([*said, *self.facts(session, channel)])

    def facts(self, session: s.Session, channel: Channel) -> Sequence[Utterance]:
        """What is read back line by line, as far as this channel carries it."""
        own = session.look.language
        facts = facts_of(session)
        if own not in VOICED or not facts:
            return ()
        return self._told(fact_lines(facts, self._catalogues, self._pinyin, own), channel)

    def _entry(self, session: s.Session) -> Sequence[Utterance]:
        """The number as far as it is typed, whole."""
        entry = entry_of(session)
        if entry is None or entry.hidden or not entry.typed:
            return ()
        return self._typed("talk.number", grouped(entry.typed, entry.groups), session)

    def _typed(self, key: str, groups: Sequence[str], session: s.Session) -> Sequence[Utterance]:
        language = session.look.language
        if not groups or language not in VOICED:
            return ()
        return self._told([(language, key, {"typed": typed_words(groups, language)})], "headset")

    def _besides(self, session: s.Session) -> Sequence[Utterance]:
        """What the headset adds to a screen: on the page of help where things are and what the keys do, at a
        card that is given back where it is, and at the end of a visit that it is one."""
        if session.overlay == "help":
            return self.orientation(session)[1:]
        if isinstance(session.phase, s.TakingCard) and session.phase.notice and not session.overlay:
            place = {"hour": self._places.card}
            return self._told([(session.look.language, "talk.place.card", place)], "headset")
        over = bool(session.overlay) or offer_answers(session) or session.look.said == "remembering"
        if over or not isinstance(session.phase, s.Explaining | s.Farewell):
            return ()
        key = "talk.goodbye" if isinstance(session.phase, s.Farewell) else "talk.goodbye_after"
        return self.keys(session, (key,), "headset")

    def _reference(self, session: s.Session) -> Sequence[str]:
        """The number that stands under a text which does not name it."""
        notice = getattr(session.phase, "notice", None)
        if session.overlay or not isinstance(notice, s.Notice) or not notice.reference:
            return ()
        entry = self._catalogues[session.look.language].entries[text_key(session)]
        named = any("{reference}" in text for text in (entry.text, *entry.parts))
        return () if named else ("talk.reference",)

    def keys(
        self, session: s.Session, keys: Sequence[str], channel: Channel
    ) -> Sequence[Utterance]:
        """What these keys say of the session, as one utterance, or none where nothing can be said."""
        language, values = session.look.language, self._values(session)
        return self._told([(language, key, values) for key in keys], channel)

    def caption(self, session: s.Session, keys: Sequence[str], channel: Channel) -> str:
        """The same to be read, in a language without a voice."""
        language = session.look.language
        catalogue, values = self._catalogues[language], self._values(session)
        return join(language, *(captioned(catalogue, key, values, channel) for key in keys))

    def reminder(self, session: s.Session, last: int) -> Sequence[str]:
        """The keys of the present reminder; `last` is how many this wait has."""
        entries = self._catalogues[session.look.language].entries
        key = reminder_key(session, last, entries)
        return (key,) if key else prompt_keys(session, with_banner=False)

    # --- a visit without sight ----------------------------------------------------------------

    def orientation(self, session: s.Session) -> Sequence[Utterance]:
        """What this is, where things are, and what the keys do: an utterance for each."""
        language, places = session.look.language, self._places
        what: list[Part] = [(language, "talk.plugged", {}), (language, "talk.orientation", {})]
        here: list[Part] = [
            (language, "talk.place.cash", {"hour": places.cash}),
            (language, "talk.place.card", {"hour": places.card}),
            (language, "talk.place.keypad", {"hour": places.keypad}),
        ]
        keys: list[Part] = [(language, "talk.keys.voice", {}), (language, "talk.keys.visit", {})]
        return [one for part in (what, here, keys) for one in self._told(part, "headset")]

    def meaningless(self, session: s.Session, key: str) -> Sequence[Utterance]:
        """After a key that changed nothing: typing that was ended too early goes on, any other key is not
        used here, and what is."""
        if key == "enter" and talking.takes_digits(session):
            return self.keys(session, ("talk.unfinished",), "headset")
        said = self.keys(session, ("talk.no_meaning",), "headset")
        can = self.menu(session) or self.screen(session, "headset", with_banner=False)
        return *said, *can

    def menu(self, session: s.Session) -> Sequence[Utterance]:
        """The choices of the present group, each with its digit, and those that keys of their own give."""
        parts = [self._choice(session, one, int(digit)) for digit, one in talking.told(session)]
        keyed = talking.keyed(session)
        parts += [self._choice(session, one, f"key_{key}") for key, one in keyed]
        if prompt_of(session).may_go_back and "clear" not in dict(keyed):
            parts.append(self._choice(session, Answer("back"), "key_clear"))
        if talking.has_more(session):
            parts.append((session.look.language, "talk.more", {"key": int(talking.MORE)}))
        return self._told(parts, "headset")

    def typed(self, session: s.Session) -> Sequence[Utterance]:
        """What stands in the field now; of a number that is typed digit by digit its last group."""
        entry = entry_of(session)
        if entry is not None:
            last = grouped(entry.typed, entry.groups)[-1:]
            return self._typed("talk.number_end", last, session)
        typed = {n: v for n, v in self._values(session).items() if n == "amount"}
        return self._told([(session.look.language, "talk.typed", typed)], "headset")

    def step(self, session: s.Session, what: Step, channel: Channel) -> Sequence[Utterance]:
        """What a press changed about the sound."""
        sound, look = session.sound, session.look
        match what:
            case "level":
                key, values = "talk.level", {"level": level_of(sound, look)}
            case "rate":
                key, values = "talk.rate", {"level": rate_of(sound, look)}
            case "voice":
                key, values = f"talk.voice_{sound.voice or 'off'}", {}
            case "curtain":
                key, values = f"talk.curtain_{'on' if sound.curtain else 'off'}", {}
        return self._told([(look.language, key, values)], channel)

    # --- pieces -------------------------------------------------------------------------------

    def _choice(self, session: s.Session, answer: Answer, key: int | str) -> Part:
        own = answer.name == "language"
        language: Language = answer.value if own else session.look.language  # type: ignore[assignment]
        if HANZI.search(answer.words):
            language = "zh"  # a name that only this voice reads
        told = self._word(language, key) if isinstance(key, str) else key
        if answer.amount is not None:
            return language, "talk.choice_amount", {"amount": answer.amount, "key": told}
        return (
            language,
            "talk.choice",
            {"label": self._label(session, answer, language), "key": told},
        )

    def _label(self, session: s.Session, answer: Answer, language: Language) -> Words:
        if answer.words:
            return text_words(answer.words, language)
        name = answer.text or answer.name
        if answer.name == "no_more_time" and not phase_prompt(session).may_return_card:
            name = "no_more_time_plain"
        return self._word(language, name)

    def _word(self, language: Language, name: str) -> Words:
        if language not in VOICED:
            return Words("", "")
        return word_of(self._catalogues[language], self._pinyin, name)

    def _amounts(self, session: s.Session) -> Sequence[Utterance]:
        """The amounts that a screen suggests are what it says, and stand on buttons only."""
        if session.overlay or not isinstance(session.phase, s.SuggestingAmounts):
            return ()
        language = session.look.language
        return self._told(
            [
                (language, "talk.suggested", {"amount": one.amount})
                for one in prompt_of(session).answers
                if one.amount is not None
            ],
            "aloud",
        )

    def _values(self, session: s.Session) -> Mapping[str, object]:
        """The values of the prompt; with nothing typed there is no amount yet, and a slot has its place."""
        values = dict(values_of(session))
        match session.phase:
            case s.EnteringAmount(typed=0) | s.StatingCount(typed=None):
                values.pop("amount", None)
            case s.TakingCard() | s.ReturningFound():
                values["hour"] = self._places.card
            case s.TakingNotes() | s.Counting():
                values["hour"] = self._places.cash
            case _:
                pass
        return values

    def _told(self, parts: Sequence[Part], channel: Channel) -> Sequence[Utterance]:
        made = [self._made_of(*part, channel) for part in parts]
        return self._joined([one for one in made if one is not None])

    def _joined(self, made: Sequence[Utterance]) -> Sequence[Utterance]:
        """Neighbours of one language as one utterance, as far as one may be long."""
        groups = (list(group) for _, group in groupby(made, key=lambda one: one.lang))
        return [whole for group in groups for whole in _packed(group)]

    def _made_of(
        self, language: Language, key: str, values: Mapping[str, object], channel: Channel
    ) -> Utterance | None:
        able = {n: v for n, v in values.items() if privacy_of(n) in ALLOWED[channel]}
        if any(privacy_of(name) != "P0" for name in able):
            # Nobody's values are kept here: they are forgotten with the session.
            return utterance_of(self._catalogues[language], self._pinyin, key, able, channel)
        made = (language, key, channel, tuple(able.items()))
        if made not in self._made:
            if len(self._made) >= UTTERANCES_KEPT_MAX:
                self._made.clear()
            self._made[made] = utterance_of(
                self._catalogues[language], self._pinyin, key, able, channel
            )
        return self._made[made]


JOINED_UNITS_MAX: Mapping[Language, int] = {"zh": 90, "en": 80}
"""How many characters of Mandarin or words of English are joined to one utterance before the next begins: some
forty seconds at the slowest rate, as what lasts longer than `runtime.SPEECH_SECONDS_MAX` is taken for a
voice that hangs."""


def _packed(group: Sequence[Utterance]) -> Sequence[Utterance]:
    """Neighbours of one language in as few utterances as may be."""
    packed = [group[0]]
    for one in group[1:]:
        if spoken_units(packed[-1]) + spoken_units(one) > JOINED_UNITS_MAX[one.lang]:
            packed.append(one)
        else:
            packed[-1] = joined(packed[-1], one)
    return packed


PROMPT = "prompt"
"""Where the prompt's own key stands among those of its banners."""


def prompt_keys(session: s.Session, *, with_banner: bool) -> Sequence[str]:
    """The keys that say the present screen: its banners, if they are news, and its prompt. What is asked
    about the next visit is asked last."""
    look = session.look
    offered = f"look.offered_{look.offer}" if offer_answers(session) else ""
    said = f"look.{look.said}" if look.said else ""
    last = look.offer in s.AT_THE_END
    keys = ("" if last else offered, said, PROMPT, offered if last else "")
    return [
        text_key(session) if key == PROMPT else key
        for key in keys
        if key == PROMPT or (key and with_banner)
    ]
