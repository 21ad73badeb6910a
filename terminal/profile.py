"""A profile is how the machine presents itself: sizes, pace, voice, patience, as data.

Elder mode is a value of this type and nothing more. Sizes are millimetres on the panel; the values
live in `profiles.toml` beside this file (from accessibility.md B1), the timing table in
`timing.toml` (B3). They change appearance and pace only: never what can be done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

ProfileName = Literal["standard", "elder"]
Language = Literal["zh", "en"]

LANGUAGES: tuple[Language, ...] = ("zh", "en")


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
    FAREWELL = "farewell"
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
