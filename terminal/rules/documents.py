"""The machine-readable zone of a passport: two lines of 44 characters, form TD3 (accessibility.md
CN-20, CN-22; the layout is ICAO 9303 part 4, from memory, and its specimen passport is a test).

Check digits weigh 7, 3, 1, 7, ... with 0 to 9 as themselves, A to Z as 10 to 35 and the filler `<` as
0, modulo 10. There are five: number, birth, expiry, the personal number and one over all of these. A
line that is wrong anywhere is not read: every fault is named by its line and what is wrong, so that the
customer is told where to look and nothing is guessed.

**What is kept.** Of the birth date only the age band (the machine's own bands, PRV-04), so no birth date
leaves this file. Names and numbers are `Private`: their text and their repr show nothing, `reveal` is
for the message to the bank and nothing else.

The year has two digits. Where both centuries give an age somebody can have, the band is unknown, as it
is for a birth day the issuer did not know (CN-23: never "young" by mistake). A passport past its expiry
is read and says so; whether it serves is the flow's business. Years of expiry are of this century.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from terminal.events import AgeBand
from terminal.weights import YOUNGEST

LINE_CHARACTERS: Final = 44
NAME_CHARACTERS: Final = 39
NUMBER_CHARACTERS: Final = 9
PERSONAL_CHARACTERS: Final = 14

FILLER: Final = "<"
DIGITS: Final = "0123456789"
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHABET: Final = DIGITS + LETTERS + FILLER

WEIGHTS: Final = (7, 3, 1)

AGE_YEARS_MAX: Final = 120
"""Hardly anybody was ever older: above it the century is the other one."""

What = Literal[
    "length",
    "characters",
    "not_a_passport",
    "issuer",
    "names",
    "number",
    "number_check",
    "nationality",
    "birth",
    "birth_check",
    "sex",
    "expiry",
    "expiry_check",
    "personal_check",
    "whole_check",
]


class Private:
    """A text that nobody may see: its repr and its text are masked."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself. Never to a log, the journal or a screen that others see."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Private) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Private(****)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and in which line, 1 or 2. Holds nothing of what was read."""

    line: Literal[1, 2]
    what: What


@dataclass(frozen=True, slots=True)
class Passport:
    """What the machine keeps: issuer and nationality as codes of three letters (shorter ones for some),
    `sex` as printed or "" if not said, None for an age band that is not known."""

    issuer: str
    surname: Private
    given_names: Private
    number: Private
    nationality: str
    sex: Literal["M", "F", ""]
    age_band: AgeBand | None
    expires: date
    expired: bool

    def __repr__(self) -> str:
        """Nothing of the holder: what is printed of a session may stand in a traceback."""
        return "Passport(****)"


@dataclass(frozen=True, slots=True)
class Unread:
    """Not read: every fault, those of line 1 first."""

    faults: tuple[Fault, ...]


def check_digit(text: str) -> str:
    """The check digit of this text. Raises ValueError for a character that no zone has."""
    values = (ALPHABET.index(character) % 36 for character in text)
    return str(sum(value * WEIGHTS[at % 3] for at, value in enumerate(values)) % 10)


def read(line1: str, line2: str, today: date) -> Passport | Unread:
    """The passport behind two lines, as of a local day."""
    faults = _shape_faults(1, line1) + _shape_faults(2, line2)
    if not faults:
        faults = _first_line_faults(line1) + _second_line_faults(line2)
    if faults:
        return Unread(faults)
    surname, _, given_names = line1[5:].rstrip(FILLER).partition(FILLER * 2)
    expires = _date(line2[21:27], 2000)
    assert expires is not None, "an expiry that is no day is a fault"
    return Passport(
        issuer=line1[2:5].rstrip(FILLER),
        surname=Private(_words(surname)),
        given_names=Private(_words(given_names)),
        number=Private(line2[:9].rstrip(FILLER)),
        nationality=line2[10:13].rstrip(FILLER),
        sex=_SEXES[line2[20]],
        age_band=_band(line2[13:19], today),
        expires=expires,
        expired=expires < today,
    )


@dataclass(frozen=True, slots=True, repr=False)
class Zone:
    """What is printed in a zone, for whoever makes one: names in Latin capitals with spaces, dates as
    YYMMDD. The simulated world writes passports with it."""

    issuer: str
    surname: str
    given_names: str
    number: str
    nationality: str
    birth: str
    sex: Literal["M", "F", ""]
    expiry: str
    personal: str = ""


def written(zone: Zone) -> tuple[str, str]:
    """The two lines. Names that are too long are cut off, as the form has it."""
    names = zone.surname.replace(" ", FILLER) + FILLER * 2 + zone.given_names.replace(" ", FILLER)
    line1 = "P" + FILLER + _padded(zone.issuer, 3) + _padded(names[:NAME_CHARACTERS], 39)
    number = _checked(_padded(zone.number, NUMBER_CHARACTERS))
    birth, expiry = _checked(zone.birth), _checked(zone.expiry)
    personal = _checked(_padded(zone.personal, PERSONAL_CHARACTERS))
    whole = check_digit(number + birth + expiry + personal)
    nationality = _padded(zone.nationality, 3)
    line2 = number + nationality + birth + (zone.sex or FILLER) + expiry + personal + whole
    assert len(line1) == len(line2) == LINE_CHARACTERS, "a field is too long"
    return line1, line2


_SEXES: Final[dict[str, Literal["M", "F", ""]]] = {"M": "M", "F": "F", FILLER: ""}


def _padded(text: str, length: int) -> str:
    return text + FILLER * (length - len(text))


def _checked(text: str) -> str:
    return text + check_digit(text)


def _words(text: str) -> str:
    return " ".join(part for part in text.split(FILLER) if part)


def _shape_faults(line: Literal[1, 2], text: str) -> tuple[Fault, ...]:
    if len(text) != LINE_CHARACTERS:
        return (Fault(line, "length"),)
    return () if set(text) <= set(ALPHABET) else (Fault(line, "characters"),)


def _first_line_faults(line: str) -> tuple[Fault, ...]:
    names = line[5:]
    sound: dict[What, bool] = {
        "not_a_passport": line[0] == "P" and line[1] not in DIGITS,
        "issuer": _is_code(line[2:5]),
        "names": names[0] in LETTERS and not set(names) & set(DIGITS),
    }
    return _faults(1, sound)


def _second_line_faults(line: str) -> tuple[Fault, ...]:
    sound: dict[What, bool] = {
        "number": line[0] != FILLER,
        "number_check": _holds(line[:9], line[9]),
        "nationality": _is_code(line[10:13]),
        "birth": _is_birth(line[13:19]),
        "birth_check": _holds(line[13:19], line[19]),
        "sex": line[20] in _SEXES,
        "expiry": _date(line[21:27], 2000) is not None,
        "expiry_check": _holds(line[21:27], line[27]),
        "personal_check": _personal_holds(line[28:42], line[42]),
        "whole_check": _holds(line[:10] + line[13:20] + line[21:43], line[43]),
    }
    return _faults(2, sound)


def _faults(line: Literal[1, 2], sound: dict[What, bool]) -> tuple[Fault, ...]:
    return tuple(Fault(line, what) for what, is_sound in sound.items() if not is_sound)


def _holds(text: str, digit: str) -> bool:
    return check_digit(text) == digit


def _personal_holds(text: str, digit: str) -> bool:
    """An empty personal number may have a filler for its digit."""
    return _holds(text, digit) or (digit == FILLER and not text.strip(FILLER))


def _is_code(text: str) -> bool:
    """One to three letters and fillers behind them: "D<<" is Germany."""
    letters = text.rstrip(FILLER)
    return bool(letters) and set(letters) <= set(LETTERS)


def _is_birth(text: str) -> bool:
    """A day of some century, or one of which the issuer did not know month, day or anything."""
    if FILLER in text:
        return all(part in (FILLER * 2, *_TWO_DIGITS) for part in (text[:2], text[2:4], text[4:]))
    return _date(text, 1900) is not None or _date(text, 2000) is not None


_TWO_DIGITS: Final = frozenset(one + two for one in DIGITS for two in DIGITS)


def _date(text: str, century: int) -> date | None:
    if not set(text) <= set(DIGITS):
        return None
    try:
        return date(century + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def _band(birth: str, today: date) -> AgeBand | None:
    ages = [
        _completed_years(day, today)
        for day in (_date(birth, 1900), _date(birth, 2000))
        if day is not None and day <= today
    ]
    possible = [age for age in ages if age <= AGE_YEARS_MAX]
    if len(possible) != 1:
        return None
    return max((b for b in YOUNGEST if YOUNGEST[b] <= possible[0]), key=YOUNGEST.__getitem__)


def _completed_years(birth: date, today: date) -> int:
    """CN-23: a birthday counts as reached."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
