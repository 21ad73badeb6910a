"""What is said to the reader and what it answers, as typed values (hardware-protocols 4.4 to 4.8).

A command knows its text, what a lost answer means for it (`Retry`, 4.10) and how long the reader
may take. Errors are a table of data: the reader's own code, the XFS4IoT name and what the
manufacturer says to do. Nothing here waits, repeats or decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Literal

from devices.card_reader.framing import SHORT_KEPT_MAX, SHORT_TEXT_MAX
from terminal.events import CardPosition, UnreadableReason
from terminal.ports import Seconds

ANSWER_SECONDS = 20.0
"""How long the manufacturer lets a response take before the host may ask again (4.3)."""

STATUS_SECONDS = 5.0
"""Ours, for commands that move nothing: they answer in milliseconds, and a card waiting at the
gate should not go unwatched for 20 s because one response was lost."""

INITIALISE_SECONDS = 10.0
"""Ours: the manufacturer sets no limit for Initialize, but nothing here waits for ever. Capture,
the longest thing it may do, and the shutter test take a few seconds."""

APDU_BYTES_MAX = 261
"""The longest C-APDU that both chip protocols take in one command (4.8)."""


class Retry(Enum):
    """What to do after a lost or bad response (4.10)."""

    REPEAT = "S"
    """Moves nothing: repeat freely."""
    ASK_FIRST = "M"
    """Moves the card: ask where it is, then decide."""
    START_OVER = "A"
    """The chip may have executed it: never repeat; begin again from a cold reset."""


@dataclass(frozen=True, slots=True)
class Command:
    """TEXT of one command. `echoes` are the pm characters its response may carry."""

    text: bytes
    retry: Retry
    answer_seconds: Seconds
    echoes: bytes


@dataclass(frozen=True, slots=True)
class Positive:
    """`P` cm pm st1 st0 data. `position` is None for a status the manual does not list."""

    cm: str
    pm: str
    position: CardPosition
    data: bytes


@dataclass(frozen=True, slots=True)
class Negative:
    """`N` cm pm e1 e0 data."""

    cm: str
    pm: str
    code: str
    data: bytes

    @property
    def error(self) -> str:
        """XFS4IoT name and the reader's code, such as `mediaJam 10`."""
        return f"{meaning(self.code).name} {self.code}"


Response = Positive | Negative

# --- commands ---------------------------------------------------------------------------------


def _safe(text: bytes) -> Command:
    return Command(text, Retry.REPEAT, STATUS_SECONDS, text[2:3])


def _motion(text: bytes) -> Command:
    return Command(text, Retry.ASK_FIRST, ANSWER_SECONDS, text[2:3])


def _chip(text: bytes, echoes: bytes) -> Command:
    return Command(text, Retry.START_OVER, ANSWER_SECONDS, echoes)


STATUS = _safe(b"C10")
SENSORS = _safe(b"C13")
ENABLE = _safe(b"C:0")
DISABLE = _safe(b"C:1")
EJECT = _motion(b"C30")
CAPTURE = _motion(b"C31")
RETRIEVE = _motion(b"C40")
CONTACT_SET = _motion(b"C@0")
CONTACT_RELEASE = _motion(b"C@2")
CHIP_ON = _chip(b"CI0", b"0")
CHIP_OFF = _chip(b"CI1", b"1")
CHIP_MORE = _chip(b"CI7", b"56?")

_EXCHANGE_ECHOES = b"3459?"
"""pm of an exchange: 3 or 4 complete, 5 more follows, ? card aborted; 9 as sent, in refusals."""

MORE_FOLLOWS = "5"
CARD_ABORTED = "?"


def exchange(apdu: bytes) -> Command:
    """`CI9`: one C-APDU (4 to 261 bytes), T=0 or T=1 as the card speaks."""
    assert 4 <= len(apdu) <= APDU_BYTES_MAX, "a C-APDU has 4 to 261 bytes"
    return _chip(b"CI9" + apdu, _EXCHANGE_ECHOES)


class CardAtStart(Enum):
    """Initialize pm: what becomes of a card that is inside."""

    TO_GATE = b"0"
    CAPTURE = b"1"
    INSIDE = b"2"
    STAYS = b"3"


class PowerFailure(Enum):
    """Initialize Pd: what the reader does by itself when power fails."""

    EJECT = b"0"
    NEVER_EJECT = b"2"
    OFFER_THEN_CAPTURE = b"3"


def initialise(card: CardAtStart, power: PowerFailure, tell_pulled: bool) -> Command:
    """`C0` (4.5). `tell_pulled` is Cp: report error 40 when a card is pulled out during capture."""
    fixed_and_format = b"32400"
    stripe_shutter_dsr_type = b"0000"
    cp = b"1" if tell_pulled else b"0"
    text = b"C0" + card.value + fixed_and_format + power.value + stripe_shutter_dsr_type + cp
    # Initialize that moves nothing may be repeated; the others are motions.
    retry = Retry.REPEAT if card is CardAtStart.STAYS else Retry.ASK_FIRST
    return Command(text, retry, INITIALISE_SECONDS, card.value)


INITIALISE = initialise(CardAtStart.STAYS, PowerFailure.NEVER_EJECT, tell_pulled=True)
"""How this terminal wakes the reader: a card may belong to an unfinished visit, so nothing moves;
a power cut leaves it inside, where the next start finds it and gives it back on record."""

# --- responses --------------------------------------------------------------------------------

POSITIONS: Mapping[bytes, CardPosition] = {b"00": "absent", b"01": "gate", b"02": "inside"}

_RESPONSE_BYTES_MIN = 5
_POSITIVE = ord("P")
_NEGATIVE = ord("N")


def parse(text: bytes) -> Response | None:
    """The TEXT of a response as a value; None if it is not a response at all."""
    return _parsed_short(text) if len(text) <= SHORT_TEXT_MAX else _parsed(text)


def _parsed(text: bytes) -> Response | None:
    if len(text) < _RESPONSE_BYTES_MIN or not text[:_RESPONSE_BYTES_MIN].isascii():
        return None
    cm, pm, two, data = chr(text[1]), chr(text[2]), text[3:5], text[5:]
    match text[0]:
        case 0x50:
            return Positive(cm, pm, POSITIONS.get(two, "unknown"), data)
        case 0x4E:
            return Negative(cm, pm, two.decode("ascii"), data)
        case _:
            return None


_parsed_short = lru_cache(SHORT_KEPT_MAX)(_parsed)


def answers(command: Command, response: Response) -> bool:
    """Whether this response can belong to this command."""
    return ord(response.cm) == command.text[1] and ord(response.pm) in command.echoes


@dataclass(frozen=True, slots=True)
class Sensors:
    """The bytes of `C13` we read (4.6): is the chip contact active, is a bin in place."""

    contact_active: bool
    bin_present: bool


def sensors(data: bytes) -> Sensors:
    """Se1 Se0 Se2 Se3; missing bytes read as nothing seen."""
    first = data[0] if data else 0
    return Sensors(contact_active=bool(first & 0x04), bin_present=bool(first & 0x08))


# --- errors (4.7) -----------------------------------------------------------------------------

ErrorName = Literal[
    "invalidCommand",
    "invalidData",
    "sequenceError",
    "unsupportedCommand",
    "mediaJam",
    "shutterFail",
    "cardCollision",
    "cardTooLong",
    "cardTooShort",
    "hardwareError",
    "invalidMedia",
    "noMedia",
    "timeOut",
    "deviceNotReady",
    "retainBinFull",
    "atrNotObtained",
    "protocolNotSupported",
    "dataInvalid",
    "dataMissing",
    "mediaRemoved",
]


class Remedy(Enum):
    """What the manufacturer says to do."""

    NONE = "clears by itself"
    RELEASE = "release the chip contact first"
    MOVE_AGAIN = "repeat the move, or take the card out by hand"
    RETURN = "return the card; do not capture"
    CAPTURE = "capture the card"
    INITIALISE = "initialise"
    SERVICE = "a technician"


@dataclass(frozen=True, slots=True)
class ErrorMeaning:
    """One row of the error table. `unreadable` is what it makes of a card, if anything."""

    name: ErrorName
    remedy: Remedy
    unreadable: UnreadableReason | None = None


NOT_NOW = "02"
CONTACT_STILL_SET = "05"
CARD_TOO_LONG = "13"
CARD_TOO_SHORT = "14"
PULLED_DURING_CAPTURE = "40"
PUSHED_TO_GATE = "45"
NOT_INITIALISED = "B0"

ERRORS: Mapping[str, ErrorMeaning] = {
    "00": ErrorMeaning("invalidCommand", Remedy.NONE),
    "01": ErrorMeaning("invalidData", Remedy.NONE),
    "02": ErrorMeaning("sequenceError", Remedy.NONE),
    "03": ErrorMeaning("unsupportedCommand", Remedy.NONE),
    "04": ErrorMeaning("invalidData", Remedy.NONE),
    "05": ErrorMeaning("sequenceError", Remedy.RELEASE),
    "06": ErrorMeaning("sequenceError", Remedy.NONE),
    "10": ErrorMeaning("mediaJam", Remedy.MOVE_AGAIN),
    "11": ErrorMeaning("shutterFail", Remedy.INITIALISE),
    "12": ErrorMeaning("cardCollision", Remedy.SERVICE),
    "13": ErrorMeaning("cardTooLong", Remedy.RETURN, "invalidMedia"),
    "14": ErrorMeaning("cardTooShort", Remedy.RETURN, "invalidMedia"),
    "15": ErrorMeaning("hardwareError", Remedy.SERVICE),
    "16": ErrorMeaning("mediaJam", Remedy.CAPTURE),
    "17": ErrorMeaning("mediaJam", Remedy.MOVE_AGAIN),
    "18": ErrorMeaning("hardwareError", Remedy.SERVICE),
    "19": ErrorMeaning("timeOut", Remedy.NONE),
    "20": ErrorMeaning("dataInvalid", Remedy.RETURN),
    "21": ErrorMeaning("dataInvalid", Remedy.RETURN),
    "22": ErrorMeaning("dataInvalid", Remedy.NONE),
    "23": ErrorMeaning("dataMissing", Remedy.NONE),
    "24": ErrorMeaning("dataMissing", Remedy.NONE),
    "25": ErrorMeaning("dataInvalid", Remedy.NONE),
    "26": ErrorMeaning("dataInvalid", Remedy.RETURN),
    "27": ErrorMeaning("dataInvalid", Remedy.RETURN),
    "28": ErrorMeaning("dataInvalid", Remedy.RETURN),
    "29": ErrorMeaning("dataInvalid", Remedy.NONE),
    "30": ErrorMeaning("hardwareError", Remedy.INITIALISE),
    "31": ErrorMeaning("deviceNotReady", Remedy.NONE),
    "39": ErrorMeaning("hardwareError", Remedy.SERVICE),
    "40": ErrorMeaning("mediaRemoved", Remedy.NONE),
    "43": ErrorMeaning("hardwareError", Remedy.SERVICE, "invalidMedia"),
    "45": ErrorMeaning("mediaJam", Remedy.RETURN),
    "46": ErrorMeaning("timeOut", Remedy.NONE),
    "50": ErrorMeaning("retainBinFull", Remedy.SERVICE),
    "51": ErrorMeaning("hardwareError", Remedy.SERVICE),
    "60": ErrorMeaning("invalidMedia", Remedy.RETURN, "invalidMedia"),
    "61": ErrorMeaning("atrNotObtained", Remedy.RETURN, "atrNotObtained"),
    "62": ErrorMeaning("protocolNotSupported", Remedy.NONE, "protocolNotSupported"),
    "63": ErrorMeaning("atrNotObtained", Remedy.RETURN, "atrNotObtained"),
    "64": ErrorMeaning("invalidMedia", Remedy.RETURN, "invalidMedia"),
    "65": ErrorMeaning("sequenceError", Remedy.NONE, "atrNotObtained"),
    "66": ErrorMeaning("invalidMedia", Remedy.RETURN, "unsupportedCard"),
    "69": ErrorMeaning("invalidMedia", Remedy.RETURN, "unsupportedCard"),
    "70": ErrorMeaning("hardwareError", Remedy.SERVICE),
    "71": ErrorMeaning("hardwareError", Remedy.SERVICE),
    "73": ErrorMeaning("hardwareError", Remedy.SERVICE),
    "B0": ErrorMeaning("deviceNotReady", Remedy.INITIALISE),
}

_UNLISTED = ErrorMeaning("hardwareError", Remedy.SERVICE)


def meaning(code: str) -> ErrorMeaning:
    """The row for a code; a code the manual does not list counts as a hardware error."""
    return ERRORS.get(code, _UNLISTED)
