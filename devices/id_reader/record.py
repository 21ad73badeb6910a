"""The text record of an identity document, read for one thing: the holder's age band.

Birth date, number, sex and the end of validity are looked at where they lie, character by character,
in a buffer that belongs to the caller and is overwritten by it afterwards; name and address are not
looked at. No text is ever made of any of them, so there is nothing to forget: what leaves is a band, or
why there is none (accessibility PRV-04).

Rules it keeps (CN-21, CN-23, hardware-protocols 5.4): a date that does not exist, a number whose check
digit is wrong, a birth date or a sex that the number contradicts, and a form that is not known are a
fault of the reading, never "young". Age is completed years on the local date; a birthday counts as
reached on its day, and who was born on 29 February turns on 1 March in other years.

A document past its validity proves a birth date all the same, but no bank would take it, and a machine
that accepted it here would teach its holder that it still counts: it is `expired` and gives no band.
The last day of validity is still valid.

Forms (5.4): citizens and `J` (residents of Hong Kong, Macao and Taiwan) share layout and number. `Y`
(foreign permanent residents, 2023) has a number of 18 characters with the same check digit, after the
issuer's own description of the form; what its other digits mean is one source's word, so they are not
compared with the date. `I` (2017) has a number of another kind, which is not checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Literal

from devices.id_reader.codec import TEXT_BYTES
from terminal.events import AgeBand

Text = bytes | bytearray | memoryview
"""A record of 256 bytes, in place."""

LOCAL = timezone(timedelta(hours=8))
"""Asia/Shanghai: one offset since 1991, and no time zone data needed to know it."""

AGE_YEARS_MAX = 130
"""Nobody was ever older; a greater age is a misreading."""

BANDS: tuple[tuple[int, AgeBand], ...] = (
    (80, "80plus"),
    (70, "70to79"),
    (65, "65to69"),
    (60, "60to64"),
    (50, "50to59"),
    (0, "under50"),
)
"""Least age and band (accessibility C3)."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = b"10X98765432"
_NUMBER_BIRTH = 6
_NUMBER_ORDER = 16
_NO_EXPIRY = (0x957F, 0x671F)
"""The two characters that stand for "no expiry"."""
_SPACE = 0x20
_DATE_CHARACTERS = 8
_KIND = 248


@dataclass(frozen=True, slots=True)
class Unread:
    """No band: the reading is at fault, or the document is past its validity."""

    reason: Literal["unreadable", "expired"]


@dataclass(frozen=True, slots=True)
class _Form:
    """Where a kind of document has what (offsets in bytes). `check` says how far its number is
    checked: against birth date and sex too, its check digit only, or not at all."""

    birth: int
    until: int
    number: int = 122
    sex: int = 30
    check: Literal["all", "digit", "nothing"] = "all"


_CITIZEN = _Form(birth=36, until=204)
_FORMS: Mapping[int, _Form] = MappingProxyType(
    {
        _SPACE: _CITIZEN,
        ord("J"): _CITIZEN,
        ord("I"): _Form(birth=220, until=204, sex=120, check="nothing"),
        ord("Y"): _Form(birth=36, until=204, check="digit"),
    }
)


def local_date(utc: str) -> date:
    """The date in Asia/Shanghai at an instant as `Clock.utc` gives it. ValueError for anything else."""
    return datetime.fromisoformat(utc).replace(tzinfo=UTC).astimezone(LOCAL).date()


def parse(text: Text, today: date) -> AgeBand | Unread:
    """The age band on `today` (local date) that a text record of 256 bytes proves, or why it proves
    none. Never raises, whatever the bytes; keeps nothing of them."""
    if len(text) != TEXT_BYTES:
        return Unread("unreadable")
    form = _FORMS.get(_character(text, _KIND))
    if form is None or not _number_agrees(text, form):
        return Unread("unreadable")
    birth = _date(text, form.birth)
    age = None if birth is None else _completed_years(birth, today)
    if age is None or not 0 <= age <= AGE_YEARS_MAX:
        return Unread("unreadable")
    match _still_valid(text, form.until, today):
        case None:
            return Unread("unreadable")
        case False:
            return Unread("expired")
        case _:
            return next(band for least, band in BANDS if age >= least)


def _character(text: Text, offset: int) -> int:
    """One UTF-16LE unit."""
    return text[offset] | text[offset + 1] << 8


def _digits(text: Text, offset: int, count: int) -> int | None:
    """A number written in so many digits; None if a character is not one."""
    value = 0
    for place in range(offset, offset + 2 * count, 2):
        digit = _character(text, place) - ord("0")
        if not 0 <= digit <= 9:
            return None
        value = value * 10 + digit
    return value


def _date(text: Text, offset: int) -> date | None:
    """YYYYMMDD; None if that is no day."""
    value = _digits(text, offset, _DATE_CHARACTERS)
    if value is None:
        return None
    try:
        return date(value // 10_000, value // 100 % 100, value % 100)
    except ValueError:
        return None


def _completed_years(birth: date, today: date) -> int:
    """Negative before birth."""
    reached = (today.month, today.day) >= (birth.month, birth.day)
    return today.year - birth.year - (not reached)


def _still_valid(text: Text, offset: int, today: date) -> bool | None:
    """None if what stands there is neither a date nor "no expiry"."""
    rest = range(offset + 2 * len(_NO_EXPIRY), offset + 2 * _DATE_CHARACTERS, 2)
    written = tuple(_character(text, offset + 2 * at) for at in range(len(_NO_EXPIRY)))
    if written == _NO_EXPIRY and all(_character(text, place) == _SPACE for place in rest):
        return True
    until = _date(text, offset)
    return None if until is None else today <= until


def _number_agrees(text: Text, form: _Form) -> bool:
    """The number holds together, and says what the record says, as far as this form is checked."""
    if form.check == "nothing":
        return True
    if not _check_digit_right(text, form.number):
        return False
    return form.check == "digit" or (
        _same(text, form.number + 2 * _NUMBER_BIRTH, form.birth, _DATE_CHARACTERS)
        and _sex_agrees(text, form)
    )


def _check_digit_right(text: Text, offset: int) -> bool:
    """ISO 7064 MOD 11-2 over 17 digits (CN-21)."""
    total = 0
    for place, weight in enumerate(_WEIGHTS):
        digit = _character(text, offset + 2 * place) - ord("0")
        if not 0 <= digit <= 9:
            return False
        total += digit * weight
    return _character(text, offset + 2 * len(_WEIGHTS)) == _CHECKS[total % len(_CHECKS)]


def _same(text: Text, one: int, other: int, characters: int) -> bool:
    places = range(0, 2 * characters, 2)
    return all(_character(text, one + at) == _character(text, other + at) for at in places)


def _sex_agrees(text: Text, form: _Form) -> bool:
    """The 17th digit is odd for men (1) and even for women (2); unknown (0) and unspecified (9)
    agree with both (5.4)."""
    sex = _character(text, form.sex) - ord("0")
    order = _character(text, form.number + 2 * _NUMBER_ORDER) - ord("0")
    return sex in (0, 9) or (sex in (1, 2) and sex % 2 == order % 2)
