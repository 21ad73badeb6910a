"""What a payment chip says, read without trusting it (EMV Book 1 and 3; reliability E.1).

Two parts. A bounded TLV parser: at most 4 KiB, at most 8 levels, definite lengths only, no
recursion, every length inside what is left and inside its parent. And the conversation that finds
the payment application and reads the card data, as a generator: it yields C-APDUs, is sent
R-APDUs, and returns a `Card`. Whatever a chip answers, the only way out besides a `Card` is a
`ChipError` with an XFS4IoT reason. It runs no cryptography and keeps no data.

How its holder wants to be served a card says in template 7F22, the registered place for cardholder
requirements (EN 1332-4, accessibility.md C2). The data objects inside it are in standards that this
project does not have, so the one read here is the project's own, SIM-PREF, and no real card carries it:
tag DF50 with a version byte (01) and ten fields of a byte each but the last. Whatever stands in 7F22
that is not exactly this is passed over, and the card is read as if it were not there.

| byte | field        | values                                                              |
|------|--------------|---------------------------------------------------------------------|
| 0    | version      | 1                                                                   |
| 1    | text height  | tenths of a millimetre, 30 to 250; 0 none                           |
| 2    | contrast     | 0 normal, 1 high, 2 reversed, 3 yellow on black                     |
| 3    | colour avoid | bits: 1 red, 2 red-green, 4 blue-yellow, 8 monochrome               |
| 4    | speech       | 0 none, 1 loudspeaker for public text, 2 headset                    |
| 5    | speech rate  | tenths of characters per second, 10 to 99; 0 none                   |
| 6    | gain         | decibels, 0 to 15                                                   |
| 7    | time factor  | 1, 2, 3, 5 or 10                                                    |
| 8    | complexity   | 0 full, 1 simplified, 2 preset cash only (shown as simplified)      |
| 9    | touch        | 0 any, 1 large targets, 2 keys only                                 |
| 10.. | languages    | none to four, two letters each as in 5F2D, which they then replace  |

No palette here is free of red, so colours to be avoided get the nearest there is: strong contrast, in
which no colour alone says anything, and white on black where only light and dark are told apart.
"""

import string
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from terminal.card import Card, Pan
from terminal.events import UnreadableReason
from terminal.profile import NO_WISHES, Contrast, Wishes

TLV_BYTES_MAX = 4096
TLV_DEPTH_MAX = 8
"""Both from reliability E.1; real records have at most 254 bytes and 3 levels."""

TAG_BYTES_MAX = 3
"""EMV tags have one or two bytes; a third is allowed by ISO 7816 and costs nothing."""

DIRECTORY_RECORDS_MAX = 10
"""EMV Book 1: a payment system directory has at most ten entries."""

RECORDS_MAX = 40
"""Records read from one card; real ones have fewer than ten."""

EXCHANGES_MAX = 120
"""APDUs for one card, so that a chip that always says "more" comes to an end."""

LANGUAGES_MAX = 4
"""EMV 5F2D: one to four languages of two letters."""

PREFERENCES = 0x7F22
"""Cardholder requirements. Its content is taken whole: what is inside may be anybody's."""

SIM_PREF = 0xDF50
SIM_PREF_VERSION = 1
SIM_PREF_BYTES = 10
"""Without the languages."""

TEXT_TENTHS_MM = (30, 250)
RATE_TENTHS = (10, 99)
GAIN_DB_MAX = 15
TIME_FACTORS = (1, 2, 3, 5, 10)
MONOCHROME = 8
COLOURS_MAX = 15

LABEL_CHARACTERS_MAX = 16
"""EMV tag 50: at most sixteen characters."""

DOL_BYTES_MAX = 252
"""What fits into one GET PROCESSING OPTIONS beside its template."""

PAYMENT_DIRECTORY = b"1PAY.SYS.DDF01"

APPLICATIONS: tuple[bytes, ...] = (
    bytes.fromhex("A000000333010101"),
    bytes.fromhex("A000000333010102"),
    bytes.fromhex("A0000000031010"),
)
"""What this terminal serves, in order of preference: UnionPay debit and credit, Visa."""

_TERMINAL_DATA = {
    0x9F1A: bytes.fromhex("0156"),
    0x5F2A: bytes.fromhex("0156"),
    0x9F35: bytes.fromhex("14"),
}
"""What a card may ask for before it tells its files: country, currency, unattended terminal. The
rest is answered with zeros; no cryptogram is made here."""

_LABEL_CHARACTERS = frozenset(string.ascii_letters + string.digits + " .-+&")


class ChipError(Exception):
    """The chip cannot be used; `reason` says why in XFS4IoT words."""

    def __init__(self, reason: UnreadableReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: UnreadableReason = reason


# --- TLV --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Element:
    """One data object; `children` only for constructed tags."""

    tag: int
    value: bytes
    children: list["Element"] = field(default_factory=list)


def parse_tlv(data: bytes) -> list[Element]:
    """The data objects in `data`. ChipError for anything that is not exact."""
    if len(data) > TLV_BYTES_MAX:
        raise ChipError("invalidData", "too many bytes")
    top: list[Element] = []
    open_ends = [(len(data), top)]
    at = 0
    while open_ends:
        end, siblings = open_ends[-1]
        if at == end:
            open_ends.pop()
        elif data[at] == 0:
            at += 1  # EMV Book 3 B: zero bytes may pad between data objects
        else:
            constructed = bool(data[at] & 0x20)
            tag, at = _tag(data, at, end)
            constructed = constructed and tag != PREFERENCES
            length, at = _length(data, at, end)
            if length > end - at:
                raise ChipError("invalidData", "longer than its parent")
            element = Element(tag, data[at : at + length])
            siblings.append(element)
            if constructed:
                if len(open_ends) >= TLV_DEPTH_MAX:
                    raise ChipError("invalidData", "too deep")
                open_ends.append((at + length, element.children))
            else:
                at += length
    return top


def _tag(data: bytes, at: int, end: int) -> tuple[int, int]:
    tag = data[at]
    at += 1
    if tag & 0x1F != 0x1F:
        return tag, at
    for _ in range(TAG_BYTES_MAX - 1):
        if at >= end:
            raise ChipError("invalidData", "a tag without an end")
        tag = tag << 8 | data[at]
        at += 1
        if not tag & 0x80:
            return tag, at
    raise ChipError("invalidData", "a tag of too many bytes")


def _length(data: bytes, at: int, end: int) -> tuple[int, int]:
    if at >= end:
        raise ChipError("invalidData", "a tag without a length")
    first = data[at]
    at += 1
    if first < 0x80:
        return first, at
    count = first & 0x7F
    if count not in (1, 2):
        raise ChipError("invalidData", "a length without an end, or too long")
    if end - at < count:
        raise ChipError("invalidData", "half a length")
    return int.from_bytes(data[at : at + count], "big"), at + count


def walk(elements: list[Element]) -> Iterator[Element]:
    """Every data object at every level, in the order of the bytes."""
    waiting = list(reversed(elements))
    while waiting:
        element = waiting.pop()
        yield element
        waiting.extend(reversed(element.children))


def find(elements: list[Element], tag: int) -> bytes | None:
    """The value of the first data object with this tag at any level."""
    return next((element.value for element in walk(elements) if element.tag == tag), None)


# --- the conversation -------------------------------------------------------------------------

Conversation = Generator[bytes, bytes, Card]
"""Yields C-APDUs, is sent R-APDUs (data and two status bytes), returns the card."""

_Exchange = Generator[bytes, bytes, tuple[int, bytes]]

_OK = 0x9000
_NO_SUCH_RECORD = 0x6A83


@dataclass(slots=True)
class _Budget:
    """How many exchanges this chip may still have."""

    left: int = EXCHANGES_MAX

    def spend(self) -> None:
        if not self.left:
            raise ChipError("invalidData", "no end of answers")
        self.left -= 1


def read_card() -> Conversation:
    """SELECT, GET PROCESSING OPTIONS, READ RECORD, until number and expiry are known."""
    budget = _Budget()
    directory = yield from _directory(budget)
    application = yield from _select_application(budget, directory)
    files = yield from _processing_options(budget, application)
    data = list(application)
    for sfi, record in _records(files):
        answer = yield from _read_record(budget, sfi, record)
        data += parse_tlv(_expect_ok(*answer))
    return _card(data)


def _directory(budget: _Budget) -> Generator[bytes, bytes, list[bytes]]:
    """Names of the card's applications by its own priority; empty if it has no directory."""
    status, body = yield from _send(budget, _select(PAYMENT_DIRECTORY))
    if status != _OK:
        return []
    sfi = find(parse_tlv(body), 0x88)
    if sfi is None or len(sfi) != 1 or not 1 <= sfi[0] <= 10:
        raise ChipError("invalidData", "a directory without a file")
    entries: list[tuple[int, bytes]] = []
    for record in range(1, DIRECTORY_RECORDS_MAX + 1):
        status, body = yield from _read_record(budget, sfi[0], record)
        if status == _NO_SUCH_RECORD:
            break
        template = parse_tlv(_expect_ok(status, body))
        entries += [_entry(e.children) for e in walk(template) if e.tag == 0x61]
    return [name for _, name in sorted(entries, key=lambda entry: entry[0])]


def _entry(template: list[Element]) -> tuple[int, bytes]:
    name = find(template, 0x4F)
    if name is None or not 5 <= len(name) <= 16:
        raise ChipError("invalidData", "an application without a name")
    priority = find(template, 0x87) or b"\x0f"
    return priority[0] & 0x0F, name


def _select_application(
    budget: _Budget, directory: list[bytes]
) -> Generator[bytes, bytes, list[Element]]:
    ours = [name for name in directory if name.startswith(APPLICATIONS)]
    for name in ours or APPLICATIONS:
        status, body = yield from _send(budget, _select(name))
        if status == _OK:
            return parse_tlv(body)
    raise ChipError("unsupportedCard", "no application of ours")


def _processing_options(
    budget: _Budget, application: list[Element]
) -> Generator[bytes, bytes, bytes]:
    """The application file locator."""
    wanted = _fill(find(application, 0x9F38) or b"")
    data = bytes((0x83, len(wanted))) + wanted
    body = _expect_ok(*(yield from _send(budget, b"\x80\xa8\x00\x00" + _with_length(data))))
    elements = parse_tlv(body)
    plain = find(elements, 0x80)
    files = plain[2:] if plain is not None else find(elements, 0x94)
    if not files or len(files) % 4:
        raise ChipError("invalidData", "no file locator")
    return files


def _fill(wanted: bytes) -> bytes:
    """What the card asks for in its PDOL: pairs of tag and length, answered in that order."""
    at = 0
    filled = b""
    while at < len(wanted):
        tag, at = _tag(wanted, at, len(wanted))
        if at >= len(wanted):
            raise ChipError("invalidData", "half a list of data")
        length = wanted[at]
        at += 1
        filled += _TERMINAL_DATA.get(tag, b"")[:length].rjust(length, b"\x00")
        if len(filled) > DOL_BYTES_MAX:
            raise ChipError("invalidData", "asks for too much")
    return filled


def _records(files: bytes) -> list[tuple[int, int]]:
    """File and record numbers in the order of the locator."""
    records: list[tuple[int, int]] = []
    for at in range(0, len(files), 4):
        sfi, first, last = files[at] >> 3, files[at + 1], files[at + 2]
        if not (1 <= sfi <= 30 and 1 <= first <= last):
            raise ChipError("invalidData", "a file locator that points nowhere")
        records += [(sfi, record) for record in range(first, last + 1)]
        if len(records) > RECORDS_MAX:
            raise ChipError("invalidData", "too many records")
    return records


def _card(data: list[Element]) -> Card:
    found: dict[int, bytes] = {}
    for element in walk(data):
        found.setdefault(element.tag, element.value)
    wishes, languages = preferences(found.get(PREFERENCES, b""))
    return Card(
        pan=_pan(found.get(0x5A, b"")),
        expiry=_expiry(found.get(0x5F24, b"")),
        languages=languages or _languages(found.get(0x5F2D, b"")),
        application=_label(found.get(0x50, b"")),
        wishes=wishes,
        currency=CURRENCIES.get(found.get(0x9F42, b"").hex(), ""),
    )


CURRENCIES: Mapping[str, str] = {
    "0156": "CNY",
    "0344": "HKD",
    "0392": "JPY",
    "0410": "KRW",
    "0643": "RUB",
    "0756": "CHF",
    "0826": "GBP",
    "0840": "USD",
    "0978": "EUR",
}
"""Application currency codes (tag 9F42, three figures in two bytes) of the currencies that cards here come with,
by ISO 4217. A code that is not among them is as if absent."""


def preferences(value: bytes) -> tuple[Wishes | None, tuple[str, ...]]:
    """Wishes and languages in the value of a template 7F22; None and none for anything but SIM-PREF."""
    try:
        inside = find(parse_tlv(value), SIM_PREF) or b""
    except ChipError:
        return None, ()
    fields, letters = inside[:SIM_PREF_BYTES], inside[SIM_PREF_BYTES:]
    languages = _languages(letters)
    if len(fields) < SIM_PREF_BYTES or 2 * len(languages) != len(letters):
        return None, ()
    return (_wishes(fields), languages) if _sound(*fields) else (None, ())


def _sound(*fields: int) -> bool:
    """Whether every field holds what it may."""
    version, height, contrast, avoid, speech, rate, gain, factor, complexity, touch = fields
    return (
        version == SIM_PREF_VERSION
        and (not height or TEXT_TENTHS_MM[0] <= height <= TEXT_TENTHS_MM[1])
        and contrast < len(_CONTRASTS)
        and avoid <= COLOURS_MAX
        and speech < len(_SPEECH)
        and (not rate or RATE_TENTHS[0] <= rate <= RATE_TENTHS[1])
        and gain <= GAIN_DB_MAX
        and factor in TIME_FACTORS
        and complexity <= 2
        and touch <= 2
    )


_CONTRASTS: tuple[Contrast, ...] = ("", "strong", "white_on_black", "yellow_on_black")
_SPEECH: tuple[Literal["", "loudspeaker", "headset"], ...] = ("", "loudspeaker", "headset")


def _wishes(fields: bytes) -> Wishes | None:
    _, height, contrast, avoid, speech, rate, gain, factor, complexity, touch = fields
    nearest: Contrast = "white_on_black" if avoid & MONOCHROME else "strong" if avoid else ""
    wishes = Wishes(
        text_tenths_mm=height,
        contrast=_CONTRASTS[contrast] or nearest,
        speech=_SPEECH[speech],
        rate_tenths=rate,
        gain_db=gain,
        time_factor=factor,
        fewer_choices=bool(complexity),
        large_targets=touch == 1,
        keys_only=touch == 2,
    )
    return None if wishes == NO_WISHES else wishes


def _pan(value: bytes) -> Pan:
    digits = value.hex().rstrip("f")
    try:
        return Pan(digits)
    except ValueError:
        raise ChipError("invalidData", "no card number") from None


def _expiry(value: bytes) -> str:
    digits = value.hex()
    if len(digits) != 6 or not digits.isdigit() or not "01" <= digits[2:4] <= "12":
        raise ChipError("invalidData", "no expiry date")
    return digits[:4]


def _languages(value: bytes) -> tuple[str, ...]:
    """Two-letter codes in the card's order; anything else is as if absent (accessibility C2)."""
    text = value.decode("latin-1").lower()
    codes = [text[at : at + 2] for at in range(0, len(text) - 1, 2)][:LANGUAGES_MAX]
    return tuple(code for code in codes if code.isascii() and code.isalpha())


def _label(value: bytes) -> str:
    text = value.decode("latin-1")
    known = len(text) <= LABEL_CHARACTERS_MAX and all(c in _LABEL_CHARACTERS for c in text)
    return text.strip() if known else ""


# --- single commands --------------------------------------------------------------------------


def _select(name: bytes) -> bytes:
    return b"\x00\xa4\x04\x00" + _with_length(name)


def _with_length(data: bytes) -> bytes:
    return bytes((len(data),)) + data + b"\x00"


def _read_record(budget: _Budget, sfi: int, record: int) -> _Exchange:
    answer = yield from _send(budget, bytes((0x00, 0xB2, record, sfi << 3 | 4, 0x00)))
    return answer


def _send(budget: _Budget, apdu: bytes) -> _Exchange:
    """One command with its follow-ups: 61xx asks for the rest, 6Cxx names the right length."""
    body = b""
    while True:
        budget.spend()
        answer = yield apdu
        if len(answer) < 2:
            raise ChipError("invalidData", "an answer without a status")
        body += answer[:-2]
        if len(body) > TLV_BYTES_MAX:
            raise ChipError("invalidData", "too many bytes")
        match answer[-2], answer[-1]:
            case 0x61, more:
                apdu = bytes((0x00, 0xC0, 0x00, 0x00, more))
            case 0x6C, right:
                apdu = apdu[:-1] + bytes((right,))
            case high, low:
                return high << 8 | low, body


def _expect_ok(status: int, body: bytes) -> bytes:
    if status != _OK:
        raise ChipError("invalidData", f"status {status:04X}")
    return body
