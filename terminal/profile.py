"""A profile is how the machine presents itself: sizes, pace, voice, patience, as data.

Elder mode is a value of this type and nothing more. Sizes are millimetres on the panel; the values
live in `profiles.toml` beside this file (from accessibility.md B1), the timing table in
`timing.toml` (B3). They change appearance and pace only: never what can be done.

On top of a profile lie the customer's `Wishes`, feature by feature: larger still, other colours,
buttons within reach of a seat, what a card asks for. `presented` is the profile with the wishes in it,
and the only thing that screens, voice and clocks look at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

ProfileName = Literal["standard", "elder", "low_vision"]
PROFILE_NAMES: tuple[ProfileName, ...] = ("standard", "elder", "low_vision")

Language = Literal["zh", "en", "ug", "bo", "ko", "ja", "ru"]

LANGUAGES: tuple[Language, ...] = ("zh", "en", "ug", "bo", "ko", "ja", "ru")
"""The languages a customer can choose, in the order they are offered."""

DRAFTED: tuple[Language, ...] = ("ug", "bo", "ko", "ja", "ru")
"""Languages that nobody who speaks them has checked: shown, and not spoken."""

RIGHT_TO_LEFT: frozenset[Language] = frozenset({"ug"})


class Waits(StrEnum):
    """What a wait is for; the rows of the timing table."""

    NOTHING = "nothing"
    ATTRACT = "attract"
    PIN = "pin"
    CHOICE = "choice"
    REVIEW = "review"
    CASH = "cash"
    COUNT = "count"
    TAKE_AND_COUNT = "take_and_count"
    CARD = "card"
    NOTICE = "notice"
    HOST = "host"
    DEVICE = "device"
    HELP = "help"
    LEISURE = "leisure"
    FAREWELL = "farewell"
    REMEMBER = "remember"
    UNPLUGGED = "unplugged"
    SUMMARY = "summary"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Patience:
    """One row of the timing table, in seconds from the end of the spoken prompt.

    `limit` 0 means no limit. `reminders` fall due at these instants. `dialog` is how long the
    question for more time stays; 0 means the limit ends the wait without asking, which only slots,
    devices and the bank may do.
    """

    limit: float
    dialog: float = 0.0
    reminders: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """Sizes in millimetres on the panel, speeds and patience (accessibility.md B1)."""

    name: ProfileName
    body_em_mm: float
    button_em_mm: float
    title_em_mm: float
    amount_em_mm: float
    line_spacing: float
    bold: bool
    target_width_mm: float
    target_height_mm: float
    choice_width_mm: float
    choice_height_mm: float
    gap_mm: float
    choices_per_page: int
    columns: int
    palette: str
    guard_ms: int
    arming_ms: int
    slop_mm: float
    speaks: bool
    zh_chars_per_second: float
    en_words_per_minute: float
    sentence_pause_ms: int
    speech_lead_ms: int
    loudness_dba: int
    patience: Mapping[Waits, Patience]
    headset_patience: Mapping[Waits, Patience] = field(default_factory=dict)
    low_reach: bool = False


# --- what one customer asks for -------------------------------------------------------------------

SIZES_PERCENT = (100, 125, 150, 175, 200)
"""The size control, in percent of the standard sizes (VIS-17). A profile that is larger stays so."""

Contrast = Literal["", "white_on_black", "yellow_on_black", "strong"]
"""Colours other than the profile's own: the names of palettes in `screens/theme.toml`."""

SPEECH_TENTHS = (25, 50)
"""Slowest and fastest Mandarin, in tenths of characters per second (AUD-15)."""

WORDS_PER_MINUTE_MIN = 130.0
"""AUD-16."""

LOUDNESS_DBA_MAX = 80
"""The loudest step (AUD-07)."""

SEATED_PATIENCE = (60.0, 30.0)
"""Limit and dialog of a seated customer, at least (B1)."""

SEATED_SLOP_MM = 3.0

SLOTS = frozenset((Waits.CASH, Waits.CARD, Waits.TAKE_AND_COUNT))
"""What lies in a slot cannot lie there for ever (TIM-06)."""

LEADS_ON = frozenset((Waits.SUMMARY,))
"""Waits whose end takes nothing away: what is asked then has a wait of its own. No press begins one anew."""

UNHURRIED = (
    SLOTS
    | LEADS_ON
    | {
        Waits.NOTHING,
        Waits.ATTRACT,
        Waits.HOST,
        Waits.DEVICE,
        Waits.CLOSED,
    }
)
"""Waits whose length is no customer's to choose."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Single features that this customer asked for, over whatever the profile says: by a press, or by
    the preferences on a card (accessibility.md C2). The empty value asks for nothing.

    `size_percent` is of the standard sizes; `text_tenths_mm` the wanted em of text; `rate_tenths`
    Mandarin characters per second; `time_factor` multiplies limits. `keys_only` shows from the
    beginning where the keys stand."""

    size_percent: int = 100
    contrast: Contrast = ""
    seated: bool = False
    text_tenths_mm: int = 0
    speech: Literal["", "off", "loudspeaker", "headset"] = ""
    rate_tenths: int = 0
    gain_db: int = 0
    time_factor: int = 1
    fewer_choices: bool = False
    large_targets: bool = False
    keys_only: bool = False


NO_WISHES = Wishes()


def presented(profiles: Mapping[str, Profile], name: str, wishes: Wishes = NO_WISHES) -> Profile:
    """The profile of this name with the wishes in it."""
    profile = profiles[name]
    if wishes == NO_WISHES:
        return profile
    made = _sized(profile, profiles["standard"], wishes)
    if wishes.large_targets or wishes.fewer_choices:
        made = _eased(made, profiles["elder"], wishes)
    made = _sounding(made, wishes)
    if wishes.contrast:
        made = replace(made, palette=wishes.contrast)
    if wishes.seated:
        slop = max(made.slop_mm, SEATED_SLOP_MM)
        made = replace(made, low_reach=True, slop_mm=slop)
    elder = profiles["elder"].patience
    return replace(
        made,
        patience=_patient(made.patience, elder, wishes),
        headset_patience=_patient(made.headset_patience, elder, wishes),
    )


def _sized(profile: Profile, standard: Profile, wishes: Wishes) -> Profile:
    factor = max(wishes.size_percent / 100, wishes.text_tenths_mm / 10 / standard.body_em_mm)
    factor = min(factor, SIZES_PERCENT[-1] / 100)
    return replace(
        profile,
        body_em_mm=max(profile.body_em_mm, standard.body_em_mm * factor),
        button_em_mm=max(profile.button_em_mm, standard.button_em_mm * factor),
        title_em_mm=max(profile.title_em_mm, standard.title_em_mm * factor),
        amount_em_mm=max(profile.amount_em_mm, standard.amount_em_mm * factor),
    )


def _eased(profile: Profile, elder: Profile, wishes: Wishes) -> Profile:
    fewer = min(profile.choices_per_page, elder.choices_per_page)
    if not wishes.large_targets:
        return replace(profile, choices_per_page=fewer)
    return replace(
        profile,
        choices_per_page=fewer if wishes.fewer_choices else profile.choices_per_page,
        target_width_mm=max(profile.target_width_mm, elder.target_width_mm),
        target_height_mm=max(profile.target_height_mm, elder.target_height_mm),
        choice_width_mm=max(profile.choice_width_mm, elder.choice_width_mm),
        choice_height_mm=max(profile.choice_height_mm, elder.choice_height_mm),
        gap_mm=max(profile.gap_mm, elder.gap_mm),
        slop_mm=max(profile.slop_mm, elder.slop_mm),
        guard_ms=max(profile.guard_ms, elder.guard_ms),
        arming_ms=max(profile.arming_ms, elder.arming_ms),
    )


def _sounding(profile: Profile, wishes: Wishes) -> Profile:
    speaks = {"off": False, "loudspeaker": True}.get(wishes.speech, profile.speaks)
    loudness = min(LOUDNESS_DBA_MAX, profile.loudness_dba + wishes.gain_db)
    if not wishes.rate_tenths:
        return replace(profile, speaks=speaks, loudness_dba=loudness)
    slowest, fastest = SPEECH_TENTHS
    rate = min(fastest, max(slowest, wishes.rate_tenths)) / 10
    words = profile.en_words_per_minute * rate / profile.zh_chars_per_second
    return replace(
        profile,
        speaks=speaks,
        loudness_dba=loudness,
        zh_chars_per_second=rate,
        en_words_per_minute=max(WORDS_PER_MINUTE_MIN, words),
    )


def _patient(
    rows: Mapping[Waits, Patience], elder: Mapping[Waits, Patience], wishes: Wishes
) -> Mapping[Waits, Patience]:
    """A wish for more time gives slots the elder profile's, and every other wait its factor."""
    limit, dialog = SEATED_PATIENCE if wishes.seated else (0.0, 0.0)
    factor = wishes.time_factor

    def row(waits: Waits, now: Patience) -> Patience:
        if waits in SLOTS and factor > 1:
            return max(now, elder[waits], key=lambda one: one.limit)
        if waits in UNHURRIED or not now.limit:
            return now
        return Patience(
            max(now.limit * factor, limit if now.dialog else 0.0),
            max(now.dialog, dialog) if now.dialog else 0.0,
            tuple(one * factor for one in now.reminders),
        )

    return {waits: row(waits, now) for waits, now in rows.items()}
