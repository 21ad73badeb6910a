"""Session to scene: what is on the glass, in words and values, before anyone says where.

A scene is the prompt with its values filled in, the fixed bar, the switches, a notice if there is
one, and what is left of the last seconds. It holds no place, no size and no colour. Two equal
scenes look the same, so a picture is drawn again only when its scene changed; that is why the time
left is counted in whole seconds. It never holds a digit of a PIN, because the session has none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from screens.figures import Figure, Row, field_of, figure_of, rows_of
from terminal import session as s
from terminal import talking
from terminal.asking import Answer, Ask, Role
from terminal.events import Chosen
from terminal.flows import note_mix
from terminal.flows.practice import practising
from terminal.focus import bar, bar_allows, focused, other_profile, pointable
from terminal.keys import chosen_by_key
from terminal.messages import VOICED, Catalogue, shown_amount, shown_value
from terminal.money import Amount, yuan
from terminal.practice.hands import LEAVE
from terminal.printing import SAYING
from terminal.profile import Profile, Waits
from terminal.prompts import (
    QUIET_ABOUT_LOOKS,
    facts_of,
    offer_answers,
    phase_prompt,
    prompt_of,
    reminder_key,
    text_key,
    values_of,
)
from terminal.runtime import patience_row
from terminal.service import ServicePhase
from terminal.sound import LEVELS_DBA, RATES_TENTHS, level_of, output, rate_of
from terminal.values import replace

PIN_DOTS = 12
"""No PIN is longer (ISO 9564); how long this one is, the glass does not say."""

LAST_SECONDS = 20
"""The shrinking bar is shown only this long before a limit (TIM-09)."""

SLOTS = frozenset((Waits.CASH, Waits.CARD))
"""Waits whose clock goes on under help: what lies in a slot does not wait."""

HURRYING = SLOTS | {Waits.PIN, Waits.CHOICE, Waits.REVIEW}
"""Waits whose end the customer can prevent. The others end by themselves and hurry nobody."""

STEPS: tuple[tuple[type, ...], ...] = (
    (s.ReadingCard, s.AskingBank, s.EnteringPin, s.CheckingPin),
    (s.ChoosingAmount, s.EnteringAmount, s.SuggestingAmounts),
    (s.Reviewing, note_mix.Choosing, s.Authorizing),
    (
        s.TakingCard,
        s.PreparingCash,
        s.Dispensing,
        s.PresentingNotes,
        s.TakingNotes,
        s.Counting,
        s.StatingCount,
    ),
)
"""The steps of a withdrawal: identify, amount, review, take."""

PRACTICE = "practice"
"""The service in which a withdrawal is practised."""

OVERLAY_PICTURES = {
    "help": "help",
    "view": "letters",
    "languages": "globe",
    "more_time": "more_time",
}
"""Pictograms of the overlays, whose prompts name none."""

OFFERS_COMING: tuple[s.Offer, ...] = ("look", "need", "standard")
SAID_COMING = (
    "applied",
    "saved",
    "refused",
    "document_unreadable",
    "document_notAnId",
    "pin_unfinished",
)
"""What may be said of the look while a question stands: the offers, and the lines."""

SENTENCE_ENDS = "。.！!？?"
CLAUSE_ENDS = SENTENCE_ENDS + "，"
"""What may follow a title that is repeated as the beginning of a text. An English comma is not
among them: what follows it does not stand alone."""

LIGHT = frozenset("了的 ")
"""Characters that may differ between a title and the sentence that says it again."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be pressed. One that is not `enabled` keeps its place and does nothing; one that
    is `on` is at work. `language` is that of a label which is in another than the screen's, `key` the
    digit of the pad that chooses this, `picture` the pictogram on its tile."""

    name: str
    value: int | str | None
    role: Role
    label: str
    figure: Figure | None = None
    enabled: bool = True
    others: tuple[str, ...] = ()
    """Words that may stand in the same place on another screen: it is as wide as the widest."""
    language: str = ""
    on: bool = False
    key: str = ""
    picture: str = ""

    @property
    def event(self) -> Chosen | None:
        """What a press on it says."""
        return Chosen(self.name, self.value) if self.enabled else None


@dataclass(frozen=True, slots=True)
class Banner:
    """A line over the content: what was changed, or an offer with its two answers."""

    text: str
    answers: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Meter:
    """A step of several, in words and figures, and as so many bars."""

    text: str
    value: int
    of: int


@dataclass(frozen=True, slots=True)
class Strip:
    """What comes and goes over a screen: a reminder or a banner."""

    reminder: str = ""
    banner: Banner | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is on the glass. `page` is which part is shown of what does not fit on one glass, `focus`
    the target that the keys stand on. `identity` names the screen: while it stays the same, the same
    question is asked, however much was typed, and nothing that can be pressed has moved. `reminder`
    is what the voice says again after a while; `more` is the button that turns the pages, if there are
    several; `dots` how many PIN digits there are, or None;
    `coming` what may yet come over the screen, so that room is kept for it;
    `timer` the whole seconds left when they are few; `step` is (which, of how many). `meters` are steps
    that presses change; `sign` is the pictogram of a plug in the jack, or of sound that is not heard; with
    `curtain` the glass is blank but for these words; `caption` is what the voice says beside the screen's
    own words; `rows` what is read back line by line; `watermark` what every screen of a practice says;
    `pointed` what a helper points at, or None; with `answers_first` words wait for the next page, and not
    answers."""

    identity: str
    ask: Ask
    title: str
    paragraphs: tuple[str, ...]
    answers: tuple[Choice, ...]
    picture: str
    figure: Figure | None
    dots: int | None
    banner: Banner | None
    reminder: str
    coming: tuple[Strip, ...]
    bar: tuple[Choice, ...]
    profile_switch: Choice
    language_switch: Choice
    view: Choice
    more: Choice
    page: int
    focus: Chosen | None
    timer: int | None
    step: tuple[int, int] | None
    step_text: str
    reference: str
    language: str = "zh"
    meters: tuple[Meter, ...] = ()
    sign: str = ""
    curtain: str = ""
    caption: str = ""
    rows: tuple[Row, ...] = ()
    watermark: str = ""
    pointed: Chosen | None = None
    answers_first: bool = False


def scene(
    session: s.Session, catalogue: Catalogue, profile: Profile, now: float, said: str = ""
) -> Scene:
    """What `session` looks like at `now` (monotonic seconds), in the catalogue's language, while the voice
    says `said`."""
    prompt, key, values = prompt_of(session), text_key(session), values_of(session)
    language = catalogue.language
    title = catalogue.title(key, values)
    paragraphs = said_once(title, _paragraphs(catalogue, key, values))
    reminder = _reminder(session, profile, catalogue)
    step = None if session.overlay else _step(session)
    return Scene(
        identity=_identity(session, key, language, reminder),
        ask=prompt.ask,
        title=title,
        paragraphs=paragraphs,
        answers=_answers(prompt.answers, session, catalogue),
        picture=prompt.picture.value or OVERLAY_PICTURES.get(session.overlay, ""),
        figure=None if session.overlay else _figure(session, catalogue),
        dots=_dots(session),
        banner=None if session.overlay else _banner(session, catalogue),
        reminder=reminder,
        coming=_coming(session, profile, catalogue),
        bar=_bar(session, catalogue),
        profile_switch=_profile_switch(session, catalogue),
        language_switch=_language_switch(session, catalogue),
        view=_view(session, catalogue),
        more=Choice("page", None, "quiet", catalogue.label("page")),
        page=session.page,
        focus=focused(session),
        timer=_timer(session, profile, now),
        step=step,
        step_text=catalogue.text("label.step", {"n": step[0], "of": step[1]}) if step else "",
        reference=_reference(session, catalogue, paragraphs),
        language=language,
        meters=_meters(session, catalogue),
        sign=_sign(session),
        curtain=catalogue.label("in_use") if session.sound.curtain else "",
        caption=caption_of(session, catalogue, reminder, said),
        rows=rows_of(facts_of(session), catalogue),
        watermark=watermark_of(session, catalogue),
        pointed=pointed_of(session),
        answers_first=prompt.answers_first,
    )


def watermark_of(session: s.Session, catalogue: Catalogue) -> str:
    """What is written over every screen of a practice; "" while it is real."""
    return catalogue.label("watermark") if practising(session) else ""


def caption_of(session: s.Session, catalogue: Catalogue, reminder: str, said: str) -> str:
    """What is read of what is being said; a reminder stands in its place."""
    return "" if reminder else _caption(session, catalogue, said)


def pointed_of(session: s.Session) -> Chosen | None:
    """What a helper points at, or None."""
    return pointable(session).get(session.pointed) if session.pointed else None


def _identity(session: s.Session, key: str, language: str, reminder: str) -> str:
    look = session.look
    wishes = look.wishes
    sizes = f"{wishes.size_percent}.{wishes.text_tenths_mm}.{wishes.contrast}.{wishes.seated:d}"
    place = f"{type(session.phase).__name__}/{session.overlay}/{key}/{session.page}"
    return f"{place}/{look.profile}/{sizes}/{language}/{reminder}/{look.offer}/{look.said}"


def _paragraphs(catalogue: Catalogue, key: str, values: Mapping[str, object]) -> tuple[str, ...]:
    entry = catalogue.entries[key]
    if not entry.parts:
        text = catalogue.text(key, values)
        return tuple(part for part in text.split("\n") if part)
    shown = {name: shown_value(value, catalogue.language) for name, value in values.items()}
    return tuple(part.format_map(shown) for part in entry.parts)


def said_once(title: str, paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """The paragraphs without what the title says already: a first one that equals the title, or its
    first sentence if that does. What remains begins as a sentence does."""
    if not title or not paragraphs:
        return paragraphs
    first, *others = paragraphs
    if _core(first) == _core(title):
        return tuple(others)
    bare = title.rstrip(CLAUSE_ENDS)
    rest = first.removeprefix(bare)
    if rest == first or rest[:1] not in tuple(CLAUSE_ENDS) or not _core(rest):
        return paragraphs
    rest = rest[1:].lstrip()
    return (rest[0].upper() + rest[1:], *others)


def _core(text: str) -> str:
    return "".join(c for c in text if c.isalnum() and c not in LIGHT).casefold()


def _reminder(session: s.Session, profile: Profile, catalogue: Catalogue) -> str:
    """The words of the present reminder, or "": a reminder reaches eyes as well as ears (TIM-02)."""
    last = len(profile.patience[phase_prompt(session).waits].reminders)
    key = reminder_key(session, last, catalogue.entries)
    return catalogue.text(key) if key else ""


def _coming(session: s.Session, profile: Profile, catalogue: Catalogue) -> tuple[Strip, ...]:
    """The longest reminder of this screen, and where looks are spoken of the longest offer, the longest
    line and the line with the longest word."""
    if session.overlay:
        return ()
    last = len(profile.patience[phase_prompt(session).waits].reminders)
    reminded = (replace(session, wait=replace(session.wait, reminded=n + 1)) for n in range(last))
    texts = [_reminder(one, profile, catalogue) for one in reminded]
    found = [Strip(max(texts, key=len))] if any(texts) else []
    if not isinstance(session.phase, QUIET_ABOUT_LOOKS):
        looks = (replace(session.look, offer=one, said="") for one in OFFERS_COMING)
        offers = [_banner(replace(session, look=look), catalogue) for look in looks]
        lines = [Banner(catalogue.text(f"look.{said}")) for said in SAID_COMING]
        wordy = max(lines, key=lambda one: _longest_word(one.text))
        found += [
            Strip(banner=max(filter(None, some), key=lambda one: len(one.text)))
            for some in (offers, lines, [wordy])
            if any(some)
        ]
    return tuple(dict.fromkeys(found))


def _longest_word(text: str) -> int:
    """A long word needs room too: none is broken."""
    return max(map(len, text.split()))


def _answers(
    answers: tuple[Answer, ...], session: s.Session, catalogue: Catalogue
) -> tuple[Choice, ...]:
    """The answers, each with its digit, or none of them with one: beside the answer that Enter gives, one without
    a digit would look as if it had no key. In the headset every digit is told."""
    choices = tuple(_choice(one, session, catalogue) for one in answers)
    besides = zip(answers, choices, strict=True)
    if session.sound.headset or all(one.key for answer, one in besides if answer.key != "enter"):
        return choices
    return tuple(replace(one, key="") for one in choices)


def _choice(answer: Answer, session: s.Session, catalogue: Catalogue) -> Choice:
    named = _named(answer, session, catalogue)
    return replace(named, key=_digit(answer, session), enabled=named.enabled and answer.enabled)


def _digit(answer: Answer, session: s.Session) -> str:
    """The digit that chooses an answer now, or "": in the headset as it is told, else where the pad's
    digits mean nothing else."""
    if session.sound.headset:
        event = answer.name, answer.value
        told = (digit for digit, one in talking.told(session) if (one.name, one.value) == event)
        return next(told, "")
    collected = isinstance(session.phase, s.COLLECTING_PIN)
    if not answer.key.isdigit() or answer.name == "digit" or answer.amount or collected:
        return ""
    meant = chosen_by_key(session, answer.key)
    return answer.key if meant == Chosen(answer.name, answer.value) else ""


def _named(answer: Answer, session: s.Session, catalogue: Catalogue) -> Choice:
    if answer.words:
        return Choice(answer.name, answer.value, answer.role, answer.words)
    if answer.amount is not None:
        figure = figure_of(answer.amount, catalogue)
        label = shown_amount(answer.amount, catalogue.language)
        return Choice(answer.name, answer.value, answer.role, label, figure)
    if answer.name == "digit":
        return Choice(answer.name, answer.value, answer.role, str(answer.value))
    text = answer.text or answer.name
    if answer.name == "no_more_time" and not phase_prompt(session).may_return_card:
        text = "no_more_time_plain"
    own = str(answer.value) if answer.name == "language" else ""
    label, tile = catalogue.label(text), str(answer.value) if answer.name in TILES else ""
    return Choice(answer.name, answer.value, answer.role, label, language=own, picture=tile)


def _figure(session: s.Session, catalogue: Catalogue) -> Figure | None:
    match session.phase:
        case s.Reviewing(amount=amount) | s.Counting(amount=amount):
            return figure_of(amount, catalogue)
        case s.EnteringAmount(typed=0) | s.StatingCount(typed=None):
            return replace(figure_of(yuan(0), catalogue), empty=True)
        case s.EnteringAmount(typed=typed):
            return figure_of(yuan(typed), catalogue)
        case s.StatingCount(typed=int(typed)):
            return figure_of(yuan(typed), catalogue)
        case ServicePhase() as phase if phase.prompt.ask is Ask.ENTRY:
            stands = values_of(session).get("amount")
            if isinstance(stands, Amount):
                return figure_of(stands, catalogue)
            return replace(figure_of(yuan(0), catalogue), empty=True)
        case ServicePhase() as phase:
            entry = phase.entry()
            return field_of(entry) if entry else None
        case _:
            return None


def _dots(session: s.Session) -> int | None:
    match session.phase:
        case phase if isinstance(phase, s.COLLECTING_PIN) and not session.overlay:
            return min(phase.digits, PIN_DOTS)
        case _:
            return None


def _banner(session: s.Session, catalogue: Catalogue) -> Banner | None:
    look = session.look
    told = look.said.startswith(SAYING) or session.practice is not None
    if isinstance(session.phase, QUIET_ABOUT_LOOKS) and not told:
        return None
    answers = tuple(_choice(one, session, catalogue) for one in offer_answers(session))
    if answers:
        return Banner(catalogue.text(f"look.offered_{look.offer}"), answers)
    return Banner(catalogue.text(f"look.{look.said}")) if look.said else None


def _bar(session: s.Session, catalogue: Catalogue) -> tuple[Choice, ...]:
    return tuple(_bar_choice(name, session, catalogue) for name in bar(session))


TILES = ("service", "practise", "bill", "left", "shape")
"""Answers with a picture of their value."""

ONE_PLACE = ("repeat", "read_aloud")
"""Two that share a place of the bar, in languages with a voice."""


def _bar_choice(name: str, session: s.Session, catalogue: Catalogue) -> Choice:
    shares = name in ONE_PLACE and session.look.language in VOICED
    others = tuple(catalogue.label(one) for one in ONE_PLACE) if shares else ()
    able, on = bar_allows(session, name), name == "read_aloud" and session.sound.aloud
    choice = Choice(name, None, "quiet", catalogue.label(name), None, able, others, on=on)
    if session.practice is None or name != LEAVE:
        return choice
    return replace(choice, label=catalogue.label("end_practice"), others=(choice.label,))


def _profile_switch(session: s.Session, catalogue: Catalogue) -> Choice:
    other = other_profile(session.look)
    others = tuple(catalogue.label(f"to_{name}") for name in ("standard", "elder"))
    return Choice("profile", other, "quiet", catalogue.label(f"to_{other}"), others=others)


def _language_switch(session: s.Session, catalogue: Catalogue) -> Choice:
    label = catalogue.label("languages")
    return Choice("languages", None, "quiet", label, enabled=session.overlay != "languages")


def _view(session: s.Session, catalogue: Catalogue) -> Choice:
    enabled = session.overlay != "view"
    return Choice("view", None, "quiet", catalogue.label("view"), enabled=enabled)


def _meters(session: s.Session, catalogue: Catalogue) -> tuple[Meter, ...]:
    """On the page about the voice: how loud and how fast it is."""
    if session.overlay != "sound":
        return ()
    steps = (
        ("volume", level_of(session.sound, session.look), len(LEVELS_DBA)),
        ("rate", rate_of(session.sound, session.look), len(RATES_TENTHS)),
    )
    return tuple(
        Meter(f"{catalogue.label(name)} {value}/{of}", value, of) for name, value, of in steps
    )


SAID_BESIDE = (
    "plugged",
    "orientation",
    "no_meaning",
    "unfinished",
    "goodbye",
    "goodbye_after",
    "place.cash",
    "place.card",
    "place.keypad",
    "keys.voice",
    "keys.visit",
    "choice",
    "choice_amount",
    "more",
    "typed",
    "suggested",
    "cleared",
    "pin_full",
    "level",
    "rate",
    "voice_on",
    "voice_off",
    "curtain_on",
    "curtain_off",
)
"""Texts for the ear that are no screen's own words in other words: places, keys, what a press did."""

DIGIT = r"\w|[a-z]{3,5}"
"""A digit, as it is said: one character, or "one" to "seven"."""

KEY_WORDS = ("enter", "clear", "cancel", "hash")


def _caption(session: s.Session, catalogue: Catalogue, said: str) -> str:
    """What is being said, where the screen does not say it: to be read, word for word (AUD-13)."""
    speaking = session.wait.speaking and session.look.language in VOICED
    if not said or not speaking:
        return ""
    told_in = (catalogue, catalogue.chinese)  # Chinese tells the names that only its voice reads
    return said if any(_beside(one, said) for one in told_in if one) else ""


def _beside(catalogue: Catalogue, said: str) -> bool:
    texts = tuple(_text_of(catalogue, f"talk.{name}") for name in SAID_BESIDE)
    keys = tuple(_text_of(catalogue, f"talk.word.key_{name}") for name in KEY_WORDS)
    return (
        _said_of(tuple(filter(None, texts)), tuple(filter(None, keys))).fullmatch(said) is not None
    )


def _text_of(catalogue: Catalogue, key: str) -> str:
    entry = catalogue.entries.get(key)
    return entry.text if entry else ""


@lru_cache(maxsize=len(VOICED))
def _said_of(texts: tuple[str, ...], keys: tuple[str, ...]) -> re.Pattern[str]:
    """One or more of these texts, whatever stands in them; a key is named, or a digit in words."""
    named = "|".join((DIGIT, *map(re.escape, keys)))

    def pattern(text: str) -> str:
        parts = re.split(r"\{(\w+)\}", text)
        return "".join(
            (f"(?:{named})" if part == "key" else r"[^。]+?") if n % 2 else re.escape(part)
            for n, part in enumerate(parts)
        )

    return re.compile(rf"(?:(?:{'|'.join(map(pattern, texts))})\s*)+")


def _sign(session: s.Session) -> str:
    sound = session.sound
    if sound.muted or output(sound) in sound.lost or (sound.jack and not sound.headset):
        return "speaker_off"
    return "headset" if sound.headset else ""


def _timer(session: s.Session, profile: Profile, now: float) -> int | None:
    """Counted as `terminal.runtime` counts it: from the end of the speech, and not during it."""
    wait = session.wait
    if wait.speaking or wait.expired or session.practice is not None:
        return None
    row = patience_row(session, profile)
    if wait.asked_at is not None:
        return _few(wait.since + row.dialog - now) if row.dialog else None
    waits = phase_prompt(session).waits
    hurries = waits in (SLOTS if session.overlay else HURRYING)
    return _few(wait.since + row.limit - now) if hurries and row.limit else None


def _few(left: float) -> int | None:
    return max(0, ceil(left)) if left <= LAST_SECONDS else None


def _step(session: s.Session) -> tuple[int, int] | None:
    """Only a withdrawal has steps: another service gives a card back with all of its own still to come."""
    if session.serving not in ("", PRACTICE):
        return None
    match session.phase:
        case s.TakingCard(order=None | s.Swap()):
            return None
        case phase:
            for number, phases in enumerate(STEPS, start=1):
                if isinstance(phase, phases):
                    return number, len(STEPS)
            return None


def _reference(session: s.Session, catalogue: Catalogue, paragraphs: tuple[str, ...]) -> str:
    notice = getattr(session.phase, "notice", None)
    number = notice.reference if isinstance(notice, s.Notice) else ""
    if not number or session.overlay or any(number in text for text in paragraphs):
        return ""
    return f"{catalogue.label('reference')} {number}"
